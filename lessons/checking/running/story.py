"""What a student reads: which functions are right, what is wrong first, and what comes next."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.printing import WIDTH, clipped, filled
from lessons.checking.answering.rooms import LESSONS, from_here
from lessons.checking.explaining.explanation import Line, plain, reaches, wrapped
from lessons.checking.running.report import Check, Room

SCREEN = 40  # lines, beyond which nothing is told unless more is asked for
STATES = {"right": "green", "wrong": "red", "not written yet": "yellow", "not run": "yellow"}
VERDICTS = {
    "right": ("right", "green"),
    "wrong": ("wrong", "red"),
    "unwritten": ("not written yet", "yellow"),
    "partial": ("only partly run", "yellow"),
    "started": ("not finished", "yellow"),
}


@dataclass(frozen=True)
class Telling:
    """How a room is told."""

    explain: str  # one of explaining.STEPS
    show_work: bool
    alone: bool  # no other lesson is told in this run
    command: str  # runs its checks again


class Story:
    """The story of one room."""

    def __init__(self, room: Room, writer: Any, telling: Telling) -> None:
        self.room, self.writer, self.telling = room, writer, telling
        self.states = room.states()

    def tell(self) -> None:
        """Print it."""
        room, writer = self.room, self.writer
        writer.line()
        writer.line(room.path or room.lesson.name)
        writer.line()
        self.tell_states()
        after = self.closing()
        if room.verdict == "wrong":
            self.tell_failure(SCREEN - len(self.states) - 7 - len(after))
        for line in after:
            writer.line(line)
        if self.telling.alone:
            writer.line()

    def tell_states(self) -> None:
        """A line for each function."""
        wide = max(map(len, self.states)) + 2
        for name, state in self.states.items():
            self.writer.write(f"  {name:<{wide}} ")
            self.writer.write(state, **{STATES[state.split(",")[0]]: True})
            waiting = sum(check.waits_for == name for check in self.room.checks)
            wait = "1 check waits" if waiting == 1 else f"{waiting} checks wait"
            self.writer.line(f"   ({wait})" if waiting else "")
        self.writer.line()

    def tell_failure(self, lines: int) -> None:
        """One story: of the file, or of the first function that is wrong by itself."""
        if self.room.problem:
            self.write(plain(wrapped(self.room.problem)))
            self.writer.line()
            return
        mine, check = self.room.leading()
        others = [c for c in mine if c is not check and c.message != check.message]
        if check.story:
            others = []
            told = check.story.lines(
                self.telling.explain,
                self.line_of(check),
                looking(check),
                show_work=self.telling.show_work,
                room=lines,
            )
        else:
            told = self.of_a_check(check, lines - min(len(others), 3) - 2)
        self.write(told)
        if check.place and not self.line_of(check):
            self.writer.line(f"Look at {check.place}")
        self.writer.line()
        self.tell_others(others)

    def line_of(self, check: Check) -> list[Line]:
        """The line that was found to be wrong, as the file has it, if it is to be told."""
        place, lines = check.wrong_line, self.room.lines
        if place is None or not place.says or not reaches(self.telling.explain, "line"):
            return []
        text = lines[place.line - 1].strip() if place.line <= len(lines) else ""
        return [
            *plain(filled(place.says)),
            (clipped(f"  line {place.line}: {text}", WIDTH), "yellow"),
            *[(clipped(f"  in {place.piece}", WIDTH), "yellow")] * bool(place.piece),
        ]

    def of_a_check(self, check: Check, lines: int) -> list[Line]:
        """A check that failed by itself, with the call that it made."""
        told = [(line, "red") for line in filled(f"This should hold and does not: {check.name}")]
        told += plain(wrapped(check.message))
        after: list[Line] = []
        if line := self.line_of(check):
            after += [("", ""), *line]
        if reaches(self.telling.explain, "hint"):
            after += [(text, "cyan") for hint in looking(check) for text in filled(f"Hint: {hint}")]
        called = plain(wrapped(check.case))
        return told + called[: max(0, lines - len(told) - len(after))] + after

    def tell_others(self, others: list[Check]) -> None:
        """The names of other checks that failed."""
        if others:
            self.writer.line("Also failing, perhaps for the same reason:")
            for other in others[: 2 if len(others) > 3 else 3]:
                self.writer.line(
                    "  - " + textwrap.shorten(other.name, WIDTH - 4, placeholder=" ...")
                )
            if len(others) > 3:
                self.writer.line(f"  - and {len(others) - 2} more")
            self.writer.line()

    def write(self, lines: list[Line]) -> None:
        """Print lines in their colours."""
        for line, colour in lines:
            self.writer.line(line, **({colour: True} if colour else {}))

    def closing(self) -> list[str]:
        """What was proved, and what to do next."""
        room, lesson = self.room, self.room.lesson
        passed = sum(check.outcome == "passed" for check in room.checks)
        again = [f"  {self.telling.command}"]
        lines = notes(room)
        if room.verdict == "right":
            lines += filled(proved(room, passed))
            if self.telling.alone:
                lines += following(lesson)
        elif room.verdict == "partial":
            passing = "1 check passes" if passed == 1 else f"{passed} checks pass"
            lines += filled(f"{passing}, but not all of the lesson's checks were run. All of them:")
            lines += again
        elif room.verdict == "wrong":
            count = max(len(room.checks), room.collected)
            what = lesson.file if room.problem else next(iter(room.wrong()), "that")
            lines += filled(f"{passed} of {count} checks pass. Fix {what} first. Then run:") + again
        elif self.telling.alone:
            name = next(name for name, state in self.states.items() if state == "not written yet")
            read = f"Read {from_here(lesson.folder)}/README.md. " * (not passed)
            lines += filled(f"{read}Write {name} in {room.path}. Then run:") + again
        return lines


def proved(room: Room, passed: int) -> str:
    """What was compared, and with what."""
    oracles = f" against {', '.join(room.proof.oracles)}" if room.proof.oracles else ""
    largest = f", largest error {room.proof.largest_error:.1g}" * (room.proof.largest_error > 0)
    return (
        f"All {passed} checks pass ({room.seconds:.1f} s): {room.proof.comparisons:,} "
        f"comparisons{oracles}{largest}."
    )


def following(lesson: Lesson) -> list[str]:
    """Where to go from a lesson that is right."""
    names = [*LESSONS]
    after = names[names.index(lesson.name) + 1 :]
    if after:
        last = f"Next: {from_here(LESSONS[after[0]].folder)}/README.md"
    else:
        last = "That was the last lesson: you have built the whole network."
    return [*filled(lesson.use), last]


def looking(check: Check) -> list[str]:
    """A hint from what a repair changed, where there is no other."""
    place = check.wrong_line
    return [f"In line {place.line}, look at {place.look}."] if place and place.look else []


def notes(room: Room) -> list[str]:
    """What else there is to know of functions that are missing."""
    waiting = [check for check in room.checks if check.waits_for]
    plain = {f"{check.waits_for} is not written yet" for check in waiting}
    said = dict.fromkeys(check.message for check in waiting if check.message not in plain)
    ended = [message if message[-1] in ".?" else f"{message}." for message in said]
    return [line for message in ended[:3] for line in filled(message)]


def tell_all(reported: dict[str, Any], writer: Any, command: Callable[[Lesson], str]) -> None:
    """A table of all lessons that were run, and one thing to do next."""
    writer.line()
    wide = max(map(len, reported)) + 2
    for name, lesson in sorted(reported.items()):
        says, colour = VERDICTS[lesson["verdict"]]
        passed = sum(check["outcome"] == "passed" for check in lesson["checks"])
        some = lesson["verdict"] != "right" and passed
        writer.write(f"  {name:<{wide}} ")
        writer.write(says, **{colour: True})
        count = f"{passed} of {len(lesson['checks'])} checks pass"
        writer.line(" " * (18 - len(says)) + count if some else "")
    done = [name for name, lesson in reported.items() if lesson["verdict"] == "right"]
    writer.line()
    are = "is" if len(done) == 1 else "are"
    writer.line(f"{len(done)} of {len(reported)} lessons {are} right.")
    left = next((name for name in LESSONS if name in reported and name not in done), None)
    if left:
        do = "write" if reported[left]["verdict"] == "unwritten" else "fix"
        writer.line(f"Next, {do} {from_here(LESSONS[left].folder)}/{LESSONS[left].file}:")
        writer.line(f"  {command(LESSONS[left])}")
    writer.line()
