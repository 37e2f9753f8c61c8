"""A judge that does what a submission's loss.py says, and notes when it begins and when it ends.

python -m tests.fake_judge SUBMISSIONS REPORT [SCHEDULER CA CERTIFICATE KEY] judges a class by it.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

JUDGE = "tests.fake_judge:judge"


def judge(folder: Path, asked: Any) -> dict[str, Any]:
    """Do as the file says: `pass`, or one of sleep, hang, crash and kill, behind a #."""
    from lessons.checking.running.report import suite

    text = (folder / "loss.py").read_text(encoding="utf-8")
    note(f"begins {os.getpid()} {text}")
    if "sleep" in text:
        time.sleep(0.7)
    if "hang" in text:
        below = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        note(f"below {below.pid}")
        time.sleep(600)
    if "crash" in text:
        sys.exit("it broke")
    if "kill" in text:
        os.kill(os.getpid(), signal.SIGTERM)
    note(f"ends {text}")
    lesson = {"verdict": "right", "seconds": 0.1, "checks": [], "functions": {}, "told": ""}
    return {"suite": suite(), "finished": True, "lessons": {"03_loss": lesson}}


def note(line: str) -> None:
    """Add a line to the log, in one write."""
    with Path(os.environ["JUDGED"]).open("a", encoding="utf-8", newline="\n") as file:
        file.write(f"{line}\n")


def main() -> None:
    """Judge a class."""
    from lessons.grading.classes import submissions
    from lessons.grading.classes.command import Class, alone
    from lessons.grading.classes.engine import Where
    from lessons.grading.judging import Asked

    path, out, *cluster = sys.argv[1:]
    made = Class(submissions.read(Path(path)), Path(out), Asked(("03_loss",)))
    with alone(made.out):
        made.judge(Where(2, *cluster[:1], *map(Path, cluster[1:])), JUDGE)
        made.report()


if __name__ == "__main__":
    from reference.program.cli import run_program

    sys.exit(run_program(main))
