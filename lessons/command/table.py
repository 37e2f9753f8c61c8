"""`unrolled` alone: a table of the lessons, and one thing to do next."""

import argparse

from rich.console import Console
from rich.text import Text

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, from_here
from lessons.command import state
from lessons.command.state import State
from lessons.command.words import fitted

COLOURS = {"right": "green", "wrong": "red", "unwritten": "yellow", "unchecked": "yellow"}


def run(options: argparse.Namespace) -> int:
    """Show the table; 0 if all lessons are right."""
    known = state.read()
    show(known, Console(highlight=False))
    return int(known.at() is not None)


def show(known: State, console: Console) -> None:
    """Print the table and what is next."""
    console.print()
    for line in in_columns([row(lesson, known) for lesson in LESSONS.values()], console.width):
        console.print(line, no_wrap=True)
    console.print()
    for sentence in next_step(known):
        console.print(fitted(sentence, console.width), markup=False, soft_wrap=True)
    console.print()


def in_columns(rows: list[Text], width: int) -> list[Text]:
    """The rows in two halves side by side, or one below the other where that is too wide."""
    half = (len(rows) + 1) // 2
    left, right = (max(one.cell_len for one in part) for part in (rows[:half], rows[half:]))
    if 2 + left + 3 + right > width:
        return [Text.assemble("  ", one) for one in rows]
    for one in rows[:half]:
        one.pad_right(left + 3 - one.cell_len)
    return [Text.assemble("  ", *rows[k::half]) for k in range(half)]


def row(lesson: Lesson, known: State) -> Text:
    """A lesson's number, name and verdict, and how many checks pass."""
    verdict, found = known.verdict(lesson), known.found(lesson)
    number = lesson.name.partition("_")[0].lstrip("0")
    text = Text(f"{number:>2}  {lesson.module:<11}")
    text.append(f"{verdict:<10}", COLOURS[verdict])
    if found and found.passed and verdict != "right":
        text.append(f" {found.passed} of {found.checks} checks")
    text.rstrip()
    return text


def next_step(known: State) -> list[str]:
    """How many lessons are right, where the student is, and what to do."""
    verdicts = [known.verdict(lesson) for lesson in LESSONS.values()]
    done = f"{verdicts.count('right')} of {len(LESSONS)} right."
    lesson = known.at()
    if lesson is None:
        return [f"{done} You have built the whole network. unrolled train trains it."]
    found, file = known.found(lesson), from_here(state.student_file(lesson))
    here = f"{done} You are at lesson {lesson.name.partition('_')[0].lstrip('0')}"
    if found and found.verdict == "wrong":
        return [f"{here}: {found.sentence}", "unrolled hint tells more."]
    if found and not state.untouched(lesson):
        return [f"{here}: {found.sentence}", f"Write it in {file}, then run: unrolled check"]
    if state.untouched(lesson):
        page = from_here(lesson.folder / "README.md")
        return [f"{here}: read {page}, write {file}, then run: unrolled check"]
    return [f"{here}: {file} is not checked as it is now. Run: unrolled check"]
