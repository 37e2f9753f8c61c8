"""`unrolled reset`: puts a lesson's stub back, and keeps what was there."""

import argparse
from datetime import datetime
from pathlib import Path

from lessons.checking.answering.rooms import from_here
from lessons.command import state
from lessons.command.words import say
from reference.program.checkpoint import flush, write_atomically
from reference.program.cli import UserError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("lesson", nargs="?", metavar="LESSON", help="such as 4 or backward")
    parser.epilog = "A copy of your file is kept in .unrolled/kept."


def run(options: argparse.Namespace) -> int:
    """Put the stub back, and say where the old file is."""
    if options.lesson is None:
        raise UserError("Name the lesson that is to start again, as in: unrolled reset 4")
    lesson = state.named(options.lesson)
    file, stub = state.student_file(lesson), state.stub(lesson)
    if file.is_file() and state.untouched(lesson):
        say(f"{from_here(file)} is as it was: there is nothing to put back.")
        return 0
    kept = keep(file, datetime.now()) if file.is_file() else None
    write_atomically(file, lambda new: new.write(stub))
    print(f"{from_here(file)} is a stub again.")
    if kept:
        say(f"What was there is kept in {from_here(kept)}")
    return 0


def keep(file: Path, now: datetime) -> Path:
    """A copy of a file, named after the time."""
    folder = state.folder() / "kept"
    folder.mkdir(exist_ok=True)
    start, count, content = now.strftime("%Y-%m-%d_%H.%M.%S"), 1, file.read_bytes()
    path = folder / f"{start}_{file.name}"
    while True:
        try:
            with path.open("xb") as new:  # never in the place of another copy
                new.write(content)
                flush(new)
        except FileExistsError:
            count += 1
            path = folder / f"{start}_{count}_{file.name}"
        else:
            return path
