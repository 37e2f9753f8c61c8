"""`unrolled check`: runs pytest on a lesson, and keeps its verdict."""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from lessons.checking.answering.contract import Lesson
from lessons.checking.explaining.explanation import STEPS
from lessons.command import state
from lessons.command.state import Found

OLD = 86_400.0  # seconds after which nothing is left of a run
CHILD = Path(__file__).with_name("child.py")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help="such as 4 or backward")
    add_options(parser)
    says = "let print and breakpoint() in your code use the terminal"
    parser.add_argument("-s", action="store_true", help=says)
    parser.epilog = "For more options, run pytest itself: pytest lessons/04_backward --help"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that are handed on to pytest."""
    add = parser.add_argument
    add("--explain", choices=STEPS, help="how much a failure tells, each with those before it")
    add(
        "--show-work", action="store_true", help="show the whole computation of the case that fails"
    )
    add("--deep", action="store_true", help="200 random examples a check, not 25")


def given(options: argparse.Namespace) -> list[str]:
    """The options for pytest, as they were given."""
    flags = {"--show-work": options.show_work, "--deep": options.deep}
    explain = [f"--explain={options.explain}"] if options.explain else []
    return explain + [flag for flag, holds in flags.items() if holds]


def run(options: argparse.Namespace) -> int:
    """Check a lesson; pytest's exit code."""
    lesson = state.asked_for(options.lesson)
    return check(lesson, given(options) + ["-s"] * options.s)


def check(lesson: Lesson, options: list[str], *, quietly: bool = False) -> int:
    """Run the checks of a lesson and keep what is found; pytest's exit code."""
    with closing(Run(lesson, options, told=not quietly)) as run:
        output = subprocess.DEVNULL if quietly else None
        run.begin()
        code = subprocess.run(run.command(), stdout=output, stderr=output).returncode
        run.keep()
    return code


class Run:
    """One run of a lesson's checks: its command, and the files in which it says what it found."""

    def __init__(self, lesson: Lesson, options: list[str], *, told: bool = True) -> None:
        self.lesson, self.options, self.told = lesson, options, told
        self.file = ""  # sha256 of the student's file as the run begins
        remove_old()
        self.place = tempfile.TemporaryDirectory(
            prefix="run-", dir=state.folder(), ignore_cleanup_errors=True
        )
        self.report = Path(self.place.name) / "report.json"
        self.steps = Path(self.place.name) / "steps.json"

    def close(self) -> None:
        """Take the files away."""
        self.place.cleanup()

    def command(self, *first: str) -> list[str]:
        """What runs the checks; with --wait first it begins when it is given a line."""
        files = [f"--report={self.report}", "-p", "lessons.command.steps", f"--steps={self.steps}"]
        return [sys.executable, str(CHILD), *first, str(self.lesson.folder), *files, *self.options]

    def begin(self) -> None:
        """Note what the student's file holds."""
        Path(self.place.name).mkdir(exist_ok=True)  # it may have waited for days
        self.file = state.sha_of_file(self.lesson)

    def keep(self) -> None:
        """Keep what was found, unless the run did not come to its end or the file has changed."""
        room = content(self.report).get("lessons", {}).get(self.lesson.name, {})
        counts = room.get("verdict") in ("right", "wrong", "unwritten")
        if counts and state.sha_of_file(self.lesson) == self.file:
            state.note(self.lesson, self.found(room))

    def found(self, room: dict[str, Any]) -> Found:
        """What the report says, with the steps; those already told of this failure stay told."""
        steps = content(self.steps) or from_report(room)
        before = state.read().found(self.lesson)
        now = STEPS.index(steps["explain"]) + 1 if self.told else 0
        return Found(
            verdict=room["verdict"],
            passed=sum(check["outcome"] == "passed" for check in room["checks"]),
            checks=len(room["checks"]),
            sentence=steps["sentence"],
            line=steps.get("line"),
            hint=steps.get("hint"),
            mistake=steps.get("mistake"),
            steps=steps["steps"],
            told=max(now, before.told if before else 0),
            file=self.file,
            suite=state.sha_of_suite(self.lesson),
        )


def remove_old() -> None:
    """Take away what runs have left that were ended from outside."""
    for place in state.folder().glob("run-*"):
        with suppress(OSError):  # another run may take it away at this moment
            if time.time() - place.stat().st_mtime > OLD:
                shutil.rmtree(place)


def from_report(room: dict[str, Any]) -> dict[str, Any]:
    """What there is to tell if the run ended before it could write its steps down."""
    failed = [check for check in room["checks"] if check["outcome"] == "failed"]
    message = failed[-1]["message"] if failed else ""
    return {"explain": "place", "sentence": message.partition("\n")[0], "steps": {"place": message}}


def content(path: Path) -> dict[str, Any]:
    """A file's JSON; nothing if there is none."""
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found
