"""`unrolled hint`: one step more of the last failure, each time it is asked for."""

import argparse
from dataclasses import replace

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, from_here
from lessons.checking.explaining import STEPS
from lessons.command import checking, state
from lessons.command.state import Found
from lessons.command.words import say
from reference.program.cli import UserError

NEXT = {
    "place": "where it goes wrong",
    "line": "the line to look at",
    "hint": "a hint at the idea",
    "name": "what the mistake is",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "lesson",
        nargs="?",
        metavar="LESSON",
        help="such as 4 or backward (default: the one checked last)",
    )
    parser.epilog = (
        "In this order: where it goes wrong, the line to look at, a hint, the name of the mistake. "
        "What check has shown is not told again. After a change to your file it starts anew."
    )


def run(options: argparse.Namespace) -> int:
    """Tell one step more; 1 if there is nothing more to tell of a failure."""
    lesson = meant(options.lesson)
    if state.read().found(lesson) is None:
        state.folder()  # raises where nothing can be kept
        checking.check_quietly(lesson)
    found = state.read().found(lesson)
    if found is None:
        name = lesson.module
        raise UserError(f"There is no verdict on {lesson.name}: run unrolled check {name}.")
    if found.verdict != "wrong":
        say(without_failure(lesson, found))
        return 0
    return tell(lesson, found)


def meant(text: str | None) -> Lesson:
    """The lesson that is named; else the one checked last, if it has begun; else the next."""
    if text is not None:
        return state.named(text)
    known = state.read()
    last = LESSONS.get(known.last or "")
    begun = last and known.verdict(last) != "right" and not state.untouched(last)
    return last if last and begun else state.asked_for(None)


def without_failure(lesson: Lesson, found: Found) -> str:
    """What to say of a lesson in which nothing is wrong."""
    if found.verdict == "right":
        return f"{lesson.name} is right: there is nothing to hint at."
    return f"{found.sentence} Read {from_here(lesson.folder / 'README.md')}."


def tell(lesson: Lesson, found: Found) -> int:
    """Tell the next step, and what is left after it."""
    left = found.left()
    if not left:
        say(f"That is all there is to tell of {lesson.name}: {found.sentence}")
        say("unrolled check shows it again; unrolled case writes a case that you can debug.")
        return 1
    step, after = left[0], left[1:]
    if step != "place":
        say(f"{lesson.name}: {found.sentence}")
        print()
    print(f"{found.steps[step]}\n")
    state.note(lesson, replace(found, told=STEPS.index(step) + 1))
    print(f"Next time: {NEXT[after[0]]}." if after else "There is no more to tell.")
    return 0
