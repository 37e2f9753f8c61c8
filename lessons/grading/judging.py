"""Judging one folder: the checks run in a process of their own, and a report comes back always."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.running import report

RUN_LIMIT = 300.0  # seconds that all checks may take; the reference's take 8
DEEP_LIMIT = 1500.0  # the same with --deep
LARGEST = 1_000_000  # bytes of a file that is taken for an answer
PYTEST = """\
import sys
sys.path[0] = sys.argv.pop(1)
import pytest
sys.exit(pytest.main())
"""


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

    Where the run crashed, was killed or took too long, the report has `suite_error`, a sentence,
    and `finished` is false; the lessons that had ended by then keep their verdicts.
    """
    try:
        with (
            tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True) as name,
            staged(folder, Path(name)) as answers,
        ):
            if not any((answers / lesson.file).exists() for lesson in LESSONS.values()):
                return without_files(asked, sorted(path.name for path in folder.iterdir()))
            path = Path(name) / "report.json"
            problem = run(answers, path, asked)
            found = read(path) or nothing_known(asked)
    except Exception as error:
        found, problem = nothing_known(asked), f"The grading broke: {said(error)}."
    if problem or not found["finished"]:
        found["finished"] = False
        found["suite_error"] = problem or "The run of the checks ended before it was over."
    return found


@contextmanager
def staged(folder: Path, place: Path) -> Iterator[Path]:
    """A copy of the files that count, in a folder that any user may read.

    A lesson's file lies in the folder itself, or where the course has it, or in one other place.
    Links are not followed: they may lead to the solution.
    """
    answers = place / "answers"
    answers.mkdir()
    for path in place, answers:
        path.chmod(0o755)
    for path in sorted(folder.iterdir()):  # others than the lessons', as hints look at names
        if path.suffix in (".py", ".ipynb") and counts(path):
            shutil.copyfile(path, answers / path.name)
    for lesson in LESSONS.values():
        if path := handed_in(folder, lesson):
            shutil.copyfile(path, answers / lesson.file)
    for path in answers.iterdir():
        path.chmod(0o644)
    yield answers


def handed_in(folder: Path, lesson: Lesson) -> Path | None:
    """The file of a lesson."""
    near = [folder / lesson.file, folder / "lessons" / lesson.name / lesson.file]
    far = [path for path in sorted(folder.rglob(lesson.file)) if counts(path)]
    return next((path for path in near if counts(path)), far[0] if len(far) == 1 else None)


def counts(path: Path) -> bool:
    """Whether a path is a file of its own, and no larger than an answer may be."""
    return path.is_file() and not path.is_symlink() and path.stat().st_size <= LARGEST


def run(answers: Path, path: Path, asked: Asked) -> str:
    """Run the checks, which write their report; what went wrong with them, in a sentence."""
    kept: deque[bytes] = deque(maxlen=40)  # the last lines that were printed
    process = subprocess.Popen(
        command(path, asked),
        cwd=answers,  # places in what is told are seen from here
        env=environment(path.parent),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    assert process.stdout is not None
    reader = threading.Thread(target=lambda: kept.extend(process.stdout or ()), daemon=True)
    reader.start()
    try:
        code = process.wait(asked.run_limit)
    except subprocess.TimeoutExpired:
        return f"The run took longer than {asked.run_limit:g} s and was ended."
    finally:
        end(process)
    reader.join(2.0)
    if code in (0, 1):
        return ""
    last = next((line for line in reversed(kept) if line.strip()), b"").decode("utf-8", "replace")
    how = f"exit code {code}" if code > 0 else signal.Signals(-code).name
    return f"The checks ended with {how}" + (f": {last.strip()[:300]}" if last else "")


def end(process: subprocess.Popen[bytes]) -> None:
    """End a run with all that belongs to it."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def command(path: Path, asked: Asked) -> list[str]:
    """What runs the checks: nothing of the current folder is imported, no setting is read."""
    return [
        *(sys.executable, "-c", PYTEST, str(ROOT)),
        *(str(lesson.folder) for lesson in asked.rooms),
        *("-c", str(settings(path.parent)), f"--rootdir={ROOT}", "--import-mode=importlib"),
        *("-p", "no:cacheprovider", "-p", "_hypothesis_pytestplugin"),
        *("--solution=.", f"--report={path}", f"--explain={asked.explain}"),
        *(f"--call-limit={asked.call_limit:g}", *["--deep"] * asked.deep),
    ]


def settings(place: Path) -> Path:
    """A file of pytest's settings that says nothing, in place of any that pytest would find."""
    path = place / "pytest.ini"
    path.write_text("[pytest]\n", encoding="utf-8", newline="\n")
    return path


def environment(place: Path) -> dict[str, str]:
    """The environment of a run, without what would change it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return kept | {
        "HYPOTHESIS_STORAGE_DIRECTORY": str(place / "hypothesis"),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONIOENCODING": "utf-8",
    }


def read(path: Path) -> dict[str, Any] | None:
    """The report that a run has written; None if there is none."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found


def nothing_known(asked: Asked) -> dict[str, Any]:
    """The report of a run that has written none."""
    return report_of({room.name: report.started(room) for room in asked.rooms}, asked, False)


def without_files(asked: Asked, names: list[str]) -> dict[str, Any]:
    """The report on a folder that holds no lesson's file."""
    there = f"What was handed in holds {', '.join(names[:8])}" if names else "Nothing was handed in"
    lessons = {
        room.name: report.started(room)
        | {
            "verdict": "unwritten",
            "functions": dict.fromkeys(room.functions, "not written yet"),
            "told": f"There is no {room.file}. {there}{' ...' * (len(names) > 8)}.",
        }
        for room in asked.rooms
    }
    return report_of(lessons, asked, True)


def report_of(lessons: dict[str, Any], asked: Asked, finished: bool) -> dict[str, Any]:
    """A report on lessons whose checks were not run."""
    options = {
        "deep": asked.deep,
        "call_limit": asked.call_limit,
        "explain": asked.explain,
        "hypothesis_seed": "0",
    }
    content = report.of_run(lessons, options=options, isolation=report.NO_WALL, finished=finished)
    for lesson in content["lessons"].values():
        lesson["file"]["sha256"] = None
    return content


def said(error: Exception) -> str:
    """An exception in words."""
    return f"{type(error).__name__}: {error}".rstrip(".: ")
