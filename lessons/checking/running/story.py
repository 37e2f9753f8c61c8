"""What a student reads: which functions are right, what is wrong first, and what comes next."""

import textwrap
from typing import Any

from lessons.checking.answering.printing import WIDTH, filled
from lessons.checking.answering.rooms import LESSONS, from_here
from lessons.checking.running.report import Check, Room

SCREEN = 40  # lines, beyond which nothing is told unless more is asked for
STATES = {"right": "green", "wrong": "red", "not written yet": "yellow", "not run": "yellow"}


def tell_room(room: Room, writer: Any, explain: str, *, show_work: bool, alone: bool) -> None:
    """Print the story of one room."""
    states = function_states(room)
    writer.line()
    writer.line(room.path or room.lesson.name)
    writer.line()
    wide = max(map(len, states)) + 2
    for name, state in states.items():
        writer.write(f"  {name:<{wide}} ")
        writer.write(state, **{STATES[state.split(",")[0]]: True})
        waiting = sum(check.waits_for == name for check in room.checks)
        wait = "1 check waits" if waiting == 1 else f"{waiting} checks wait"
        writer.line(f"   ({wait})" if waiting else "")
    writer.line()

    failed = [check for check in room.checks if check.outcome == "failed"]
    after = [*notes(room), *closing(room, states)]
    if failed:
        lines = SCREEN - len(states) - 7 - sum(len(filled(line)) for line in after)
        tell_failures(failed, states, writer, explain, show_work=show_work, lines=lines)
    for line in after:
        writer.line("\n".join(filled(line)))
    if alone:
        writer.line()


def tell_failures(
    failed: list[Check],
    states: dict[str, str],
    writer: Any,
    explain: str,
    *,
    show_work: bool,
    lines: int,
) -> None:
    """One story: of the first function that is wrong by itself."""
    first = next((name for name, state in states.items() if state == "wrong"), None)
    mine = [check for check in failed if first in check.functions] or failed
    if len(failed) > 1 and len({check.message for check in failed}) == 1:
        mine = failed[:1]  # of the file itself
    check = next((check for check in mine if check.story), mine[0])
    others: list[Check] = []
    if check.story:
        told = check.story.lines(explain, show_work=show_work, room=lines)
    else:
        told = [(line, "red") for line in filled(f"Failed: {check.name}")]
        told += [(line, "") for line in message_lines(check.message)]
        told += [(line, "") for line in message_lines(check.case)]
        others = [c for c in mine if c is not check and c.message != check.message]
        told = told[: max(6, lines - min(len(others), 3) - 2)]
    for line, colour in told:
        writer.line(line, **({colour: True} if colour else {}))
    if check.place:
        writer.line(f"Look at {check.place}")
    writer.line()
    if others:
        writer.line("Also failing, perhaps for the same reason:")
        for other in others[: 2 if len(others) > 3 else 3]:
            writer.line("  - " + textwrap.shorten(other.name, WIDTH - 4, placeholder=" ..."))
        if len(others) > 3:
            writer.line(f"  - and {len(others) - 2} more")
        writer.line()


def message_lines(message: str) -> list[str]:
    """Sentences filled, and tables cut at the right."""
    out: list[str] = []
    for line in message.splitlines():
        out += [line[:WIDTH]] if line.startswith(" ") else filled(line)
    return out


def function_states(room: Room) -> dict[str, str]:
    """Whether each function is right, wrong, not written or not run."""
    return {name: function_state(room, name) for name in room.lesson.functions}


def function_state(room: Room, name: str) -> str:
    """The state of one function; what it shares with a wrong one does not count against it."""
    given = next((c.story.given for c in room.checks if c.story and c.functions == [name]), None)
    if given:
        verb = "returns" if len(given) == 1 else "return"
        return f"right, given what {' and '.join(given)} {verb}"
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
        passing = "1 check passes" if passed == 1 else f"{passed} checks pass"
        return [f"{passing}, but not all of the lesson's checks were run: {again} does."]
    if room.verdict == "wrong":
        first = next((name for name, state in states.items() if state == "wrong"), "that")
        if len(room.checks) > 1 and len({check.message for check in room.checks}) == 1:
            first = lesson.file  # no check could be made
        count = max(len(room.checks), room.collected)
        return [f"{passed} of {count} checks pass. Fix {first} first, then: {again}"]
    name = next(name for name, state in states.items() if state == "not written yet")
    read = f"read {folder}/README.md, then " * (not passed)
    return [f"Next: {read}write {name} in {room.path} and run: {again}"]
