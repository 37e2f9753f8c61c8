"""What a worker does: it judges one submission in a process of its own, and looks after that.

Imports nothing of the checks, so that a worker stays small.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

JUDGE = "lessons.grading.judging:judge"  # module:function
CHILD = Path(__file__).with_name("child.py")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SPARE = 1.1  # times the judge's own limit, until it is ended from outside
SAID = 2_000  # bytes at the end of what a process that broke had printed
RUNNING: dict[int, str] = {}  # process ids of this worker's children, and the run each is of


@dataclass(frozen=True)
class Task:
    """A submission that is to be judged."""

    key: str  # what names its result
    files: dict[str, bytes] = field(repr=False)
    asked: dict[str, Any]  # the fields of judging.Asked
    limit: float  # seconds that the judge keeps to
    run: str  # names the run that asks
    judge: str = JUDGE


def judge_apart(task: Task) -> dict[str, Any]:
    """Judge a submission in a process of its own; what was found, and what went wrong.

    Returns
    -------
    dict
        "report", as judge returned it, or None; "seconds" that it took; "problem", a sentence if
        there is no whole report; and "over", whether it is the limit that ended it.
    """
    with tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o711)  # for a child that runs as another user
        (place / "answers").mkdir()
        for file, content in task.files.items():
            (place / "answers" / file).write_bytes(content)
        write(place / "asked.json", task.asked)
        began = time.monotonic()
        code = run(task, place)
        seconds = round(time.monotonic() - began, 3)
        report = read(place / "report.json") if code == 0 else None
        said = b"" if code == 0 else (place / "printed.txt").read_bytes()[-SAID:]
    over = code is None or seconds >= task.limit
    if code is None:
        problem = f"It took longer than {task.limit * SPARE:g} s and was ended."
    elif report is None:
        lines = said.decode("utf-8", "replace").strip().splitlines()
        problem = f"The process that judged {ended(code)}{': ' + lines[-1] if lines else ''}."
    else:
        problem = report.get("suite_error") or ""
    return {"report": report, "seconds": seconds, "problem": problem, "over": over}


def run(task: Task, place: Path) -> int | None:
    """Run the child to its end; its exit code, or None if it was ended at its limit."""
    with (place / "printed.txt").open("wb") as printed:
        process = subprocess.Popen(
            [sys.executable, str(CHILD), str(place), task.judge],
            stdin=subprocess.PIPE,  # ends with this process, and the child with it
            stdout=printed,
            stderr=subprocess.STDOUT,
            env=os.environ | ONE_THREAD | {"TMPDIR": str(place), "TEMP": str(place)},
            start_new_session=True,
        )
    RUNNING[process.pid] = task.run
    try:
        return process.wait(task.limit * SPARE)
    except subprocess.TimeoutExpired:
        end(process.pid)
        process.wait()
        return None
    finally:
        del RUNNING[process.pid]
        assert process.stdin is not None
        process.stdin.close()


def end_all_below(pid: int) -> None:
    """End all that a process has started, and those have."""
    with suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                process.kill()


def end(pid: int) -> None:
    """End a process and all that it has started."""
    end_all_below(pid)
    with suppress(psutil.Error):
        psutil.Process(pid).kill()


def stop(run: str) -> None:
    """End what a run has going on in this worker."""
    for pid, of in list(RUNNING.items()):
        if of == run:
            end(pid)


def ended(code: int) -> str:
    """How a process ended, in words."""
    return f"ended with {signal.Signals(-code).name}" if code < 0 else f"ended with code {code}"


def read(path: Path) -> Any:
    """A file's JSON; None if there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def write(path: Path, content: Any) -> None:
    """Write JSON in one move."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8", newline="\n")
    new.replace(path)
