"""`unrolled check`: runs pytest on a lesson, which keeps its verdict."""

import argparse
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from lessons.checking.answering.contract import Lesson
from lessons.checking.explaining import STEPS
from lessons.command import state

CHILD = Path(__file__).with_name("child.py")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_shared(parser)
    says = "let print and breakpoint() in your code use the terminal"
    parser.add_argument("-s", action="store_true", help=says)
    parser.epilog = "For more options, run pytest itself: pytest lessons/04_backward --help"


def add_shared(parser: argparse.ArgumentParser) -> None:
    """Add the lesson, and the options that are handed on to pytest."""
    add = parser.add_argument
    says = "such as 4 or backward (default: the one that you are at)"
    add("lesson", nargs="?", metavar="LESSON", help=says)
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
    return subprocess.run(command(lesson, given(options) + ["-s"] * options.s)).returncode


def check_quietly(lesson: Lesson) -> None:
    """Check a lesson and show nothing of it, so that nothing has been told."""
    print(f"Checking {lesson.name} first ...", file=sys.stderr, flush=True)
    subprocess.run(command(lesson, []), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if found := state.read().found(lesson):
        state.note(lesson, replace(found, told=0))


def command(lesson: Lesson, options: list[str], *first: str) -> list[str]:
    """What runs the checks; with --wait first it begins when it is given a line."""
    return [sys.executable, str(CHILD), *first, str(lesson.folder), *options]
