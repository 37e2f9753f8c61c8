"""`unrolled grade`: judge a folder, and write what a course system reads."""

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path
from types import ModuleType

from lessons.checking.explaining import STEPS
from lessons.command.state import named
from lessons.grading import judging
from lessons.grading.formats import FORMATS
from lessons.grading.judging import Asked, judge
from lessons.grading.scoring import POINTS, Graded, Scale
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError, number

WALLS = ("auto", "bubblewrap", "user", "process", "none")
MAKES = ("gradescope", "classroom50")
BROKEN = 3  # the exit code of a grading that broke
CLOSING = """\
The exit code is 0 whenever the grading ran, however much
is right; 2 for bad input; 3 if the grading did not come to
its end, which then stands in the file, too."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    rows = "\n".join(f"  {name:<12} {says}" for name, says in FORMATS.items())
    parser.epilog = f"formats:\n{rows}\n\n{CLOSING}"
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    add = parser.add_argument
    add("folder", nargs="?", metavar="FOLDER", help="what a student handed in")
    add("--format", choices=FORMATS, default="text", metavar="NAME", help="default: text")
    add("--out", metavar="FILE", help="default: where the system looks, or else the screen (-)")
    add(
        "--points",
        action="append",
        default=[],
        metavar="04=20",
        help=f"what a lesson is worth, if not {POINTS:g}; may be repeated",
    )
    add("--partial", action="store_true", help="points by share of checks, not all or nothing")
    add_ways(parser)
    add(
        "--make",
        nargs=2,
        metavar=("SYSTEM", "OUT"),
        help="grade nothing: make OUT, an autograder for gradescope (a zip) or classroom50 (a "
        "folder), which grades with these options",
    )
    add("--handout", metavar="OUT", help="grade nothing: make OUT, a folder for students")


def add_ways(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how a submission is judged."""
    add = parser.add_argument
    add("--lesson", action="append", metavar="LESSON", help="only this one; may be repeated")
    add(
        "--explain",
        choices=STEPS,
        default="line",
        metavar="STEP",
        help=f"how much a student is told: {', '.join(STEPS)}; default: line",
    )
    add("--deep", action="store_true", help="200 random examples a check, not 25")
    add(
        "--call-limit",
        type=number(float, 0.1, 3600),
        default=10.0,
        metavar="SECONDS",
        help="how long one call of an answer may take; default: 10",
    )
    add(
        "--isolation",
        choices=WALLS,
        default="auto",
        metavar="WALL",
        help="what stands between the answer and the checks: "
        f"{', '.join(WALLS)}; default: auto, the strongest there is",
    )


def run(options: argparse.Namespace) -> int:
    """Do what is asked for; the exit code."""
    if options.make or options.handout:
        return make(options)
    if options.folder is None:
        raise UserError("Name the folder to grade: unrolled grade FOLDER.")
    folder = Path(options.folder)
    if not folder.is_dir():
        raise UserError(
            f"{folder} is a file: name the folder that it is in."
            if folder.is_file()
            else f"There is no folder {folder}."
        )
    return grade(folder, options)


def grade(folder: Path, options: argparse.Namespace) -> int:
    """Judge a folder and write what was found; a run that dies leaves a file that says so."""
    asked, scale = asked_of(options), scale_of(options)
    form = import_module(f"lessons.grading.formats.{options.format}")
    if hasattr(form, "check"):
        form.check(scale)
    out = place(form, options.out)
    name = folder.resolve().name
    if out:
        ended = judging.nothing_known(asked) | {"suite_error": "the run was ended from outside."}
        write(out, form.text(Graded(name, ended, scale, 0.0)))
    if sys.stderr.isatty():
        print("Checking, a few seconds a lesson ...", file=sys.stderr)
    start = time.monotonic()
    graded = Graded(name, judge(folder, asked), scale, time.monotonic() - start)
    if out:
        write(out, form.text(graded))
        print(
            f"{graded.summary}\nIsolation: {graded.report['isolation']['says']}.\nWritten to {out}"
        )
    else:
        sys.stdout.write(form.text(graded))
    if graded.broken:
        print(graded.broken, file=sys.stderr)
    return BROKEN if graded.broken else 0


def asked_of(options: argparse.Namespace) -> Asked:
    """How it is to be judged."""
    lessons = tuple(sorted({named(word).name for word in options.lesson or ()}))
    return Asked(lessons, options.explain, options.deep, options.call_limit, options.isolation)


def scale_of(options: argparse.Namespace) -> Scale:
    """What the lessons are worth."""
    points = {}
    for given in options.points:
        word, _, value = given.partition("=")
        try:
            points[named(word).name] = number(float, 0, 1e6)(value)
        except argparse.ArgumentTypeError as error:
            raise UserError(f"--points {given}: {error}. Write it as --points 04=20.") from error
    return Scale(points, options.partial)


def place(form: ModuleType, given: str | None) -> Path | None:
    """The file to write; None for the screen."""
    name = given or form.OUT
    if name == "-":
        return None
    path = Path(name)
    if path.is_dir() or not (path.parent.is_dir() or path.parent.parent.is_dir()):
        raise UserError(f"{path} cannot be written: name a file in a folder with --out.")
    path.parent.mkdir(exist_ok=True)
    return path


def write(path: Path, text: str) -> None:
    """Write a file in one move; a device as it is."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8", newline="\n")
    else:
        write_atomically(path, lambda file: file.write(text.encode()))


def make(options: argparse.Namespace) -> int:
    """Make an autograder, or a folder for students."""
    if options.folder or (options.make and options.handout):
        raise UserError("--make and --handout stand alone: no FOLDER is graded with them.")
    asked, scale = asked_of(options), scale_of(options)
    if options.handout:
        from lessons.grading import handout

        handout.make(Path(options.handout))
        print(f"Made {options.handout}: it holds no solutions. Its README is for students.")
        return 0
    from lessons.grading import packing

    system, out = options.make
    if system not in MAKES:
        raise UserError(f"--make {system}: it is {' or '.join(MAKES)}.")
    packing.make(system, Path(out), asked, scale)
    print(f"Made {out}: it holds the solutions, so students must not get it.")
    return 0
