"""Judging one folder: the checks run in a process of their own, and a report comes back always."""

import io
import json
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.running import report
from lessons.checking.running.answers import NO_WALL

RUN_LIMIT = 300.0  # seconds that all checks may take; the reference's take 8
DEEP_LIMIT = 1500.0  # the same with --deep
LARGEST = 1_000_000  # bytes of a file that is taken for an answer
LONGEST = 300  # characters of what a run that crashed said last
TOLD = 10_000  # bytes at the end of what it had printed
NAMED = 8  # files, where none is a lesson's
NOT_SEARCHED = ("reference", "tests", "node_modules", "site-packages", "__pycache__")
# where that is safe, runs are forked from a process that has imported what all of them need
CONTEXT: Any = get_context("forkserver" if sys.platform == "linux" else "spawn")
IMPORTED = [
    *("_hypothesis_pytestplugin", "lessons.checking.running.session"),
    *("lessons.checking.running.habits", "lessons.checking.oracles.fifty_digits"),
    *("lessons.checking.oracles.complex_step", "lessons.checking.oracles.central_differences"),
    *(f"lessons.{name}.{part}" for name in LESSONS for part in ("ladder", "findings", "mistakes")),
]


@dataclass(frozen=True)
class Asked:
    """How a submission is judged."""

    lessons: tuple[str, ...] = ()  # names of rooms; all if empty
    explain: str = "line"
    deep: bool = False
    call_limit: float = 10.0
    isolation: str = "auto"  # "none" runs the answer in the process of the checks

    @property
    def rooms(self) -> list[Lesson]:
        """The lessons that are judged."""
        return [LESSONS[name] for name in self.lessons or LESSONS]

    @property
    def run_limit(self) -> float:
        """Seconds that a whole run may take: a function is stopped once, and not run again."""
        stopped = sum(len(lesson.functions) for lesson in self.rooms) * (self.call_limit + 2)
        return stopped + (DEEP_LIMIT if self.deep else RUN_LIMIT)


def judge(folder: Path, asked: Asked) -> dict[str, Any]:
    """Judge what was handed in, and return the report, whatever happens.

    Where the run crashed, was killed or took too long, or a check broke, the report has
    `suite_error`, a sentence, and `finished` is false; what was found by then is kept.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True) as name:
            answers = staged(folder, Path(name))
            if not any((answers / lesson.file).exists() for lesson in LESSONS.values()):
                return without_files(folder, asked)
            path = Path(name) / "report.json"
            problem = run(answers, path, asked)
            found = whole(read(path), asked)
            problem = problem or broken(found)
    except Exception as error:
        found, problem = nothing_known(asked), f"{type(error).__name__}: {error}"
    if problem:
        found |= {"finished": False, "suite_error": problem}
    return found


def staged(folder: Path, place: Path) -> Path:
    """A folder with copies of the files that count, which any user may read."""
    answers = place / "answers"
    answers.mkdir()
    for path in sorted(folder.iterdir()):  # others than the lessons', as sentences name them
        if path.suffix in (".py", ".ipynb") and counts(path):
            shutil.copyfile(path, answers / path.name)
    there = handed_in(folder)
    for lesson in LESSONS.values():
        if file := of_lesson(lesson, there, folder):
            shutil.copyfile(file, answers / lesson.file)
    for path in answers.iterdir():
        path.chmod(0o644)
    for path in place, answers:
        path.chmod(0o755)
    return answers


def handed_in(folder: Path) -> list[Path]:
    """The files with a lesson's name, wherever they lie; no copies of the solution."""
    files = {lesson.file for lesson in LESSONS.values()}
    found = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if name not in NOT_SEARCHED
            and not name.startswith(".")
            and not Path(root, name, "pyvenv.cfg").exists()
        )
        found += [Path(root, name) for name in sorted(files.intersection(names))]
    return [path for path in found if counts(path)]


def of_lesson(lesson: Lesson, there: list[Path], folder: Path) -> Path | None:
    """The lesson's file: in the folder itself, or where the course has it, or the only one."""
    mine = [path for path in there if path.name == lesson.file]
    for near in (folder / lesson.file, folder / "lessons" / lesson.name / lesson.file):
        if near in mine:
            return near
    return mine[0] if len(mine) == 1 else None


def counts(path: Path) -> bool:
    """Whether a path is a file of its own, and no larger than an answer may be.

    A link is none: it may lead to the solution.
    """
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST


def broken(found: dict[str, Any]) -> str:
    """The first check that broke before it could judge, in a sentence; "" if none did."""
    for name, lesson in found["lessons"].items():
        for check in lesson["checks"]:
            if check["explainer_error"] and check["message"].startswith("This check broke"):
                return f"In {name} the check {check['name']!r} broke: {check['explainer_error']}"
    return ""


def run(answers: Path, path: Path, asked: Asked) -> str:
    """Run the checks, which write their report; what went wrong with them, in a sentence."""
    printed = path.with_name("printed")
    place = path.parent
    arguments = (pytest_arguments(path, asked), answers, environment(place), printed)
    CONTEXT.set_forkserver_preload(IMPORTED)
    process = CONTEXT.Process(target=run_pytest, args=arguments)
    process.start()
    try:
        process.join(asked.run_limit)
        code = process.exitcode
    finally:
        end(process)
    if code is None:
        return f"The run took longer than {asked.run_limit:g} s and was ended."
    if code in (0, 1) and (read(path) or {}).get("finished"):
        return ""
    how = f"exit code {code}" if code > 0 else signal.Signals(-code).name
    lines = [line.strip() for line in last_lines(printed) if line.strip()]
    telling = [line for line in lines if "error" in line.lower()] or lines
    return ": ".join([f"The checks ended with {how}", *telling[-1:]])[:LONGEST]


def run_pytest(
    arguments: list[str], folder: Path, variables: dict[str, str], printed: Path
) -> NoReturn:
    """Be a run of the checks, in a process that does nothing else."""
    if hasattr(os, "setsid"):
        os.setsid()
    with printed.open("wb") as file, Path(os.devnull).open("rb") as nothing:
        for stream, fd in ((nothing, 0), (file, 1), (file, 2)):
            os.dup2(stream.fileno(), fd)
    for text in (sys.stdout, sys.stderr):
        if isinstance(text, io.TextIOWrapper):
            text.reconfigure(encoding="utf-8", errors="replace")
    os.environ.clear()
    os.environ.update(variables)
    os.chdir(folder)  # places in what is told are seen from here
    sys.argv = ["pytest", *arguments]
    sys.path[0] = str(ROOT)
    import pytest

    sys.exit(pytest.main())


def last_lines(printed: Path) -> list[str]:
    """The end of what a run has printed."""
    with suppress(OSError), printed.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - TOLD))
        return file.read().decode("utf-8", "replace").splitlines()
    return []


def end(process: BaseProcess) -> None:
    """End a run with all that belongs to it."""
    with suppress(OSError):
        if hasattr(os, "killpg") and process.pid is not None:
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()


def pytest_arguments(path: Path, asked: Asked) -> list[str]:
    """What pytest is told: nothing of the current folder is imported, no setting is read."""
    return [
        *(str(lesson.folder) for lesson in asked.rooms),
        *("-c", str(settings(path.parent)), f"--rootdir={ROOT}", "--import-mode=importlib"),
        *("-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"),
        *("--solution=.", f"--report={path}", f"--explain={asked.explain}"),
        *(f"--call-limit={asked.call_limit:g}", f"--isolation={asked.isolation}"),
        *["--deep"] * asked.deep,
    ]


def settings(place: Path) -> Path:
    """A file of pytest's settings that says nothing, in place of any that pytest would find."""
    path = place / "pytest.ini"
    path.write_text("[pytest]\n", encoding="utf-8", newline="\n")
    return path


def environment(place: Path) -> dict[str, str]:
    """The environment of a run, without what would change it; its temporary files go with it."""
    temporary = place / "temporary"
    temporary.mkdir()
    temporary.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return kept | {
        "HYPOTHESIS_STORAGE_DIRECTORY": str(place / "hypothesis"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONIOENCODING": "utf-8",
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary)),
    }


def read(path: Path) -> dict[str, Any] | None:
    """The report that a run has written; None if there is none."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def whole(found: dict[str, Any] | None, asked: Asked) -> dict[str, Any]:
    """A report with all lessons that were asked for, also those that the run did not reach."""
    every = nothing_known(asked)
    if found is None:
        return every
    lessons = every["lessons"] | found["lessons"]
    verdicts = [lesson["verdict"] for lesson in lessons.values()]
    totals = {verdict: verdicts.count(verdict) for verdict in report.VERDICTS}
    return found | {"lessons": lessons, "totals": totals}


def nothing_known(asked: Asked) -> dict[str, Any]:
    """The report of a run that has written none."""
    return report_of(
        {room.name: report.started(room) for room in asked.rooms}, asked, finished=False
    )


def without_files(folder: Path, asked: Asked) -> dict[str, Any]:
    """The report on a folder that holds no lesson's file."""
    paths = [path for path in sorted(folder.iterdir()) if not path.name.startswith(".")]
    names = [f"{path.name} (a link)" if path.is_symlink() else path.name for path in paths]
    more = " ..." * (len(names) > NAMED)
    there = f": {', '.join(names[:NAMED])}{more}" if names else ", which is empty"
    lessons = {
        room.name: report.started(room)
        | {
            "verdict": "unwritten",
            "functions": dict.fromkeys(room.functions, "not written yet"),
            "told": f"There is no {room.file} in what was handed in{there}.",
        }
        for room in asked.rooms
    }
    return report_of(lessons, asked, finished=True)


def report_of(lessons: dict[str, Any], asked: Asked, *, finished: bool) -> dict[str, Any]:
    """A report on lessons whose checks were not run."""
    options = {
        "deep": asked.deep,
        "call_limit": asked.call_limit,
        "explain": asked.explain,
        "hypothesis_seed": "0",
    }
    return report.of_run(
        lessons,
        solution=Path(os.devnull),  # none of the files is there
        options=options,
        isolation=NO_WALL,
        finished=finished,
    )
