"""What a worker does: it has submissions judged in a process of its own, and looks after that.

Imports nothing of the checks, so that a worker stays small. The process that judges stays for the
next submission; it runs no answer itself, and one that hangs or ends makes room for another.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

JUDGE = "lessons.grading.judging:judge"  # module:function
CHILD = Path(__file__).with_name("child.py")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
SPARE = 1.1  # times the judge's own limit, until it is ended from outside
LOOK = 0.02  # seconds between looks for a report
SAID = 2_000  # bytes at the end of what a process that broke had printed


@dataclass(frozen=True)
class Task:
    """A submission that is to be judged."""

    key: str  # what names its result
    files: dict[str, bytes] = field(repr=False)
    asked: dict[str, Any]  # the fields of judging.Asked
    limit: float  # seconds that the judge keeps to
    run: str  # names the run that asks
    judge: str = JUDGE


@dataclass
class Child:
    """A process that judges one submission after another, for one run."""

    run: str
    process: subprocess.Popen[bytes]
    printed: IO[bytes]
    folder: "tempfile.TemporaryDirectory[str]"  # for what it needs as long as it lives

    @classmethod
    def started(cls, task: Task) -> "Child":
        """A new one."""
        printed = tempfile.TemporaryFile()
        folder = tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True)
        process = subprocess.Popen(
            [sys.executable, str(CHILD), task.judge, folder.name],
            stdin=subprocess.PIPE,  # ends with this process, and the child with it
            stdout=printed,
            stderr=subprocess.STDOUT,
            env=os.environ | ONE_THREAD,
            start_new_session=True,
        )
        return cls(task.run, process, printed, folder)

    def ask(self, place: Path) -> None:
        """Have the files in a folder judged."""
        assert self.process.stdin is not None
        with suppress(OSError):  # it has ended, which is seen soon
            self.process.stdin.write(json.dumps(str(place)).encode() + b"\n")
            self.process.stdin.flush()

    def end(self) -> None:
        """End it and all that it has started."""
        end_all_below(self.process.pid)
        self.process.kill()
        self.process.wait()
        self.folder.cleanup()

    def said(self) -> str:
        """How it ended, and its last line."""
        code = self.process.wait()
        how = signal.Signals(-code).name if code < 0 else f"code {code}"
        self.printed.seek(max(0, self.printed.seek(0, os.SEEK_END) - SAID))
        lines = self.printed.read().decode("utf-8", "replace").strip().splitlines()
        return f"The process that judged ended with {how}{': ' + lines[-1] if lines else ''}."


CHILDREN: dict[int, Child] = {}  # by the thread of this worker that each judges for
STOPPED: set[str] = set()  # runs


def judge_apart(task: Task) -> dict[str, Any]:
    """Have a submission judged in another process; what was found, and what went wrong.

    Returns
    -------
    dict
        "report", as judge returned it, or None; "seconds" that it took; "problem", a sentence if
        there is no whole report; and "over", whether its time was over.
    """
    with tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True) as name:
        place = Path(name)
        place.chmod(0o711)  # for a child that runs as another user
        (place / "answers").mkdir()
        for file, content in task.files.items():
            (place / "answers" / file).write_bytes(content)
        write(place / "asked.json", task.asked)
        began = time.monotonic()
        child = child_for(task)
        child.ask(place)
        problem = wait(child, place / "report.json", task.limit * SPARE)
        seconds = round(time.monotonic() - began, 3)
        report = read(place / "report.json")
    if report and not problem:
        problem = report.get("suite_error") or ""
    over = seconds >= task.limit
    return {"report": report, "seconds": seconds, "problem": problem, "over": over}


def child_for(task: Task) -> Child:
    """The process that judges for this thread; a new one where there is none for this run."""
    me = threading.get_ident()
    there = CHILDREN.get(me)
    if there and there.run == task.run and there.process.poll() is None:
        return there
    if there:
        there.end()
    child = CHILDREN[me] = Child.started(task)
    if task.run in STOPPED:
        child.end()
    return child


def wait(child: Child, report: Path, limit: float) -> str:
    """Wait for a report; what went wrong, in a sentence, or "" if nothing did."""
    end = time.monotonic() + limit
    while not report.exists():
        if child.process.poll() is not None:
            return "" if report.exists() else child.said()
        if time.monotonic() > end:
            child.end()
            return f"It took longer than {limit:g} s and was ended."
        time.sleep(LOOK)
    return ""


def end_all_below(pid: int) -> None:
    """End all that a process has started, and those have."""
    import psutil  # it comes with dask.distributed, which may be missing

    with suppress(psutil.Error):
        for process in psutil.Process(pid).children(recursive=True):
            with suppress(psutil.Error):
                process.kill()


def stop(run: str) -> None:
    """End what a run has in this worker, and begin nothing more for it."""
    STOPPED.add(run)
    for me, child in list(CHILDREN.items()):
        if child.run == run:
            child.end()
            CHILDREN.pop(me, None)


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
