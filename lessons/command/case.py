"""`unrolled case`: the smallest case that fails, as a Python file that can be run and debugged."""

import argparse
import faulthandler

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, StudentFunction, load
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.failure import Waiting
from lessons.checking.answering.rooms import from_here
from lessons.checking.answering.watchdog import Watchdog
from lessons.checking.explaining.ladder import Attempt, climb, ladder_of
from lessons.command import state
from lessons.command.hints import meant
from lessons.command.script import script
from lessons.command.words import say
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError

LIMIT = 10.0  # seconds for a call


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "lesson",
        nargs="?",
        metavar="LESSON",
        help="such as 4 or backward (default: the one checked last)",
    )
    parser.epilog = (
        "The file builds the arguments, calls your function, and prints what it returns and what "
        "is expected. Run it, print in your function, or stop there with breakpoint()."
    )


def run(options: argparse.Namespace) -> int:
    """Write the case; 1 if there is none."""
    lesson = meant(options.lesson)
    faulthandler.enable(all_threads=False)  # tells the line of what ends Python itself
    found = first_wrong(lesson)
    if found is None:
        for sentence in without_case(lesson):
            say(sentence)
        return 1
    function, attempt = found
    path = state.folder() / f"case_{lesson.name}.py"
    text = script(ladder_of(function), attempt, path)
    write_atomically(path, lambda file: file.write(text.encode()))
    rung = ladder_of(function).rungs[attempt.rung].says
    say(f"The smallest case in which {function} is wrong: {rung}.")
    print(f"Run it, or debug it:\n  python {from_here(path)}")
    return 0


def first_wrong(lesson: Lesson) -> tuple[str, Attempt] | None:
    """The first function that is wrong in a case of its ladder, and the smallest such case."""
    calls = Calls(Watchdog(LIMIT, stuck))
    try:
        answer = load(Answer(lesson, state.student_file(lesson)), calls)
        if answer.problem:
            raise UserError(f"There is no case yet: {answer.problem.message.splitlines()[0]}")
        for name in lesson.functions:
            try:
                attempts = climb(ladder_of(name), StudentFunction(name, answer, calls))
            except Waiting:
                continue
            wrong = [attempt for attempt in attempts if not attempt.right]
            if wrong:
                smallest = next((attempt for attempt in wrong if attempt.hand), wrong[0])
                return name, smallest
    finally:
        calls.watchdog.started = False
        calls.surroundings.put_back()
        calls.surroundings.close()
    return None


def stuck() -> None:
    """Say why there is no case; the process ends after that."""
    print(f"A call was stopped after {LIMIT:g} s and could not be interrupted.", flush=True)


def without_case(lesson: Lesson) -> list[str]:
    """What to say where no case of a ladder is wrong."""
    known = state.read()
    verdict, found = known.verdict(lesson), known.found(lesson)
    if verdict == "right":
        return [f"{lesson.name} is right: no case fails."]
    if found and verdict == "wrong":
        return [
            "All cases that are written by hand come out right. What fails is a rule that holds "
            "for every case:",
            found.sentence,
            "unrolled check shows a call that breaks it.",
        ]
    return [f"No case of {lesson.name} fails, as far as its functions are written."]
