"""Keeping what a run of a lesson's checks has found: its verdict, and what there is to tell of it.

Called by the run itself, so that `unrolled` knows what pytest has said, however it was started.
"""

import shutil
import time
from typing import Any

from lessons.checking.answering.rooms import from_here
from lessons.checking.explaining import STEPS
from lessons.checking.running.report import Room
from lessons.checking.running.story import Story, Telling
from lessons.command import state
from lessons.command.state import Found
from lessons.command.words import fitted


def keep(room: Room, explain: str) -> str:
    """Keep the verdict on a room that was told up to a step; "", or why that cannot be done."""
    if room.verdict not in state.VERDICTS:
        return ""
    before, suite = state.kept(room.lesson), state.sha_of_suite(room.lesson)
    known = before and (before.file, before.suite) == (room.file, suite)
    found = Found(
        verdict=room.verdict,
        passed=sum(check.outcome == "passed" for check in room.checks),
        checks=room.collected,
        **told_of(room),
        told=max(STEPS.index(explain) + 1, before.told if before and known else 0),
        file=room.file,
        suite=suite,
        when=time.time(),
    )
    try:
        state.note(room.lesson, found)
    except OSError as error:
        where, why = from_here(state.FOLDER), error.strerror or error
        problem = f"unrolled does not know this verdict: {where} cannot be written in ({why})."
        return fitted(problem, shutil.get_terminal_size().columns)
    return ""


def told_of(room: Room) -> dict[str, Any]:
    """The first failure in a sentence, and what each step adds to what is told of it."""
    if room.verdict != "wrong":
        missing = next((n for n, says in room.states().items() if says == "not written yet"), None)
        sentence = f"{missing} is not written yet." if missing else ""
        return {"sentence": sentence, "line": None, "hint": None, "mistake": None, "steps": {}}
    _, first = room.leading()
    return {
        "sentence": first.message.splitlines()[0],
        "line": first.line,
        "hint": first.hint,
        "mistake": first.mistake,
        "steps": steps_of(room),
    }


def steps_of(room: Room) -> dict[str, str]:
    """What each step adds to the story."""
    found, before = {}, list[str]()
    for step in STEPS:
        now = story_of(room, step)
        found[step] = "\n".join(added(before, now)).strip("\n")
        before = now
    return found


def story_of(room: Room, step: str) -> list[str]:
    """The lines of a failure's story up to a step, with nothing left out."""
    lines = Lines()
    Story(room, lines, Telling(step, False, True, "")).tell_failure(1000)
    return lines.lines


class Lines:
    """A writer that keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str = "", **colour: bool) -> None:
        """Keep a line."""
        self.lines.append(text)


def added(before: list[str], after: list[str]) -> list[str]:
    """What stands between the beginning and the end that two texts have in common."""
    start = common(before, after)
    end = common(before[start:][::-1], after[start:][::-1])
    return after[start : len(after) - end]


def common(one: list[str], other: list[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((k for k, (a, b) in pairs if a != b), min(len(one), len(other)))
