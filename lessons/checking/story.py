"""What a student reads: which functions are right, what is wrong first, and what comes next."""

import textwrap
from typing import Any

from lessons.checking.contract import LESSONS, from_here
from lessons.checking.report import Check, Room

WIDTH = 79
STATES = {"right": "green", "wrong": "red", "not written yet": "yellow", "not run": "yellow"}


def tell(rooms: dict[str, Room], writer: Any) -> None:
    """Print the story of each room."""
    for room in rooms.values():
        if room.checks:
            tell_room(room, writer, alone=len(rooms) == 1)
    if not rooms:
        writer.line("No lesson's checks were run.")


def tell_room(room: Room, writer: Any, *, alone: bool) -> None:
    """Print the story of one room."""
    writer.line()
    writer.line(room.path or room.lesson.name)
    writer.line()
    states = function_states(room)
    wide = max(map(len, states)) + 2
    for name, state in states.items():
        writer.write(f"  {name:<{wide}} ")
        writer.write(state, **{STATES[state]: True})
        waiting = sum(check.waits_for == name for check in room.checks)
        writer.line(f"   ({waiting} check{'s' * (waiting != 1)} wait)" if waiting else "")
    writer.line()

    failed = [check for check in room.checks if check.outcome == "failed"]
    if failed:
        tell_failures(failed, writer)
    for line in notes(room):
        writer.line(textwrap.fill(line, WIDTH))
    for line in closing(room, states):
        writer.line(textwrap.fill(line, WIDTH, break_on_hyphens=False, break_long_words=False))
    if alone:
        writer.line()


def tell_failures(failed: list[Check], writer: Any) -> None:
    """The first failure of each function whole, the others a line each."""
    if len(failed) > 1 and len({check.message for check in failed}) == 1:  # of the file itself
        tell_message(failed[0].message, writer)
        writer.line(f"Look at {failed[0].place}" if failed[0].place else "")
        writer.line()
        return
    told: set[str] = set()
    messages: set[str] = set()
    others = []
    for check in failed:
        key = check.functions[0] if len(check.functions) == 1 else " and ".join(check.functions)
        if key in told or check.message in messages or (told and told & set(check.functions)):
            others.append(check)
            continue
        told.add(key)
        messages.add(check.message)
        writer.line(textwrap.fill(f"Failed: {check.name}", WIDTH), red=True)
        case = check.case.splitlines() * (len(told) == 1)  # one case at a time
        tell_message("\n".join([check.message, *case]), writer)
        if check.place:
            writer.line(f"Look at {check.place}")
        writer.line()
    if others:
        writer.line("Also failing, perhaps for the same reason:")
        for check in others[:5]:
            writer.line("  - " + textwrap.shorten(check.name, WIDTH - 4, placeholder=" ..."))
        if len(others) > 5:
            writer.line(f"  - and {len(others) - 5} more")
        writer.line()


def tell_message(message: str, writer: Any) -> None:
    """Print lines, sentences filled and tables cut at the right."""
    for line in message.splitlines():
        if line.startswith(" "):
            writer.line(line[:WIDTH])
        else:
            writer.line(textwrap.fill(line, WIDTH, break_on_hyphens=False))


def function_states(room: Room) -> dict[str, str]:
    """Whether each function is right, wrong, not written or not run."""
    return {name: function_state(room, name) for name in room.lesson.functions}


def function_state(room: Room, name: str) -> str:
    """The state of one function; what it shares with a wrong one does not count against it."""
    alone = {c.functions[0] for c in room.checks if c.outcome == "failed" and len(c.functions) == 1}
    mine = [check for check in room.checks if name in check.functions]
    if name in alone or any(
        c.outcome == "failed" and (not alone & set(c.functions) or not c.functions) for c in mine
    ):
        return "wrong"
    if any(check.waits_for == name for check in mine):
        return "not written yet"
    return "right" if any(check.outcome == "passed" for check in mine) else "not run"


def notes(room: Room) -> list[str]:
    """What else there is to know of functions that are missing."""
    return [*dict.fromkeys(c.message for c in room.checks if "meant to be" in c.message)]


def closing(room: Room, states: dict[str, str]) -> list[str]:
    """What was proved, and what to do next."""
    lesson = room.lesson
    folder = from_here(lesson.folder)
    again = f"pytest {folder}"
    passed = sum(check.outcome == "passed" for check in room.checks)
    if room.verdict == "right":
        names = [*LESSONS]
        following = names[names.index(lesson.name) + 1 :]
        oracles = f" against {', '.join(room.proof.oracles)}" if room.proof.oracles else ""
        largest = f", largest error {room.proof.largest_error:.1g}"
        largest *= room.proof.largest_error > 0
        return [
            f"All {passed} checks pass ({room.seconds:.1f} s): {room.proof.comparisons:,} "
            f"comparisons{oracles}{largest}.",
            f"Next: {from_here(LESSONS[following[0]].folder)}/README.md"
            if following
            else "That was the last lesson: you have built the whole network.",
        ]
    if room.verdict == "partial":
        return [f"{passed} checks pass, but not all of the lesson's checks were run: {again} does."]
    if room.verdict == "wrong":
        first = next((name for name, state in states.items() if state == "wrong"), "that")
        if len({check.message for check in room.checks}) == 1:  # none could be made
            first = lesson.file
        return [f"{passed} of {len(room.checks)} checks pass. Mend {first} first, then: {again}"]
    name = next(name for name, state in states.items() if state == "not written yet")
    read = f"read {folder}/README.md, then " * (not passed)
    return [f"Next: {read}write {name} in {room.path} and run: {again}"]
