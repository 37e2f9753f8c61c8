"""After a room's checks: what is right but for earlier functions, and which line is wrong."""

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, StudentFunction
from lessons.checking.answering.failure import Stopped, Waiting
from lessons.checking.explaining import unwritten
from lessons.checking.explaining.ladder import Attempt, climb, ladder_of
from lessons.checking.explaining.naming import right_ones
from lessons.checking.running.report import Check, Place, Room

MOST_AGAIN, MOST_OF_MANY = 10, 2  # failed checks that have to pass with a change, before a word
LIMIT = 2.0  # seconds for a call, which takes milliseconds: what goes on for longer is left


def look_again(room: Room, answer: Answer, calls: Calls) -> None:
    """Find what can be known only when all checks of a room have been made."""
    if not answer.loaded:
        return
    limit, calls.watchdog.limit = calls.watchdog.limit, min(LIMIT, calls.watchdog.limit)
    earlier: list[str] = []
    try:
        for name in room.wrong():
            function, failed = StudentFunction(name, answer, calls), room.failed(name)
            if name not in calls.timed_out:
                with right_ones(function, earlier):
                    if earlier and failed and all(map(passes, failed)):
                        room.given[name] = earlier.copy()
                        continue
                    note_line(function, failed, earlier=bool(earlier))
            earlier.append(name)
    finally:
        calls.watchdog.limit = limit


def passes(check: Check) -> bool:
    """Whether a check passes now."""
    if check.again is None:
        return False
    try:
        check.again()
    except Exception:  # Wrong, or what Hypothesis makes of it
        return False
    return True


def note_line(function: StudentFunction, failed: list[Check], *, earlier: bool) -> None:
    """Look for the line that is wrong in a function, and note it in its failed checks.

    With `earlier` functions put right, the cases come out in another way than they were told.
    """
    story = next((check.story for check in failed if check.story), None)
    try:
        attempts = (
            story.attempts if story and not earlier else climb(ladder_of(function.name), function)
        )
    except Waiting:
        return
    if any(isinstance(attempt.problem, Stopped) for attempt in attempts):
        return
    place = of_entries(function, attempts) or of_repair(function, attempts, failed)
    for check in failed:
        if place is not None:
            check.wrong_line = place


def of_entries(function: StudentFunction, attempts: list[Attempt]) -> Place | None:
    """The line of an array that is not wholly written."""
    found = unwritten.find(function, attempts)
    if found is None:
        return None
    says = f"{found.quantity} holds entries of {found.maker} that nothing was written to:"
    return Place(found.line, "unwritten entry", says)


def of_repair(
    function: StudentFunction, attempts: list[Attempt], failed: list[Check]
) -> Place | None:
    """The line in which one change makes everything right."""
    from lessons.checking.repairing import search  # long, and nothing that a right answer needs

    plain = [check for check in failed if check.story is None and not check.many]
    again = plain[:MOST_AGAIN] + [check for check in failed if check.many][:MOST_OF_MANY]
    found = search.find(function, attempts, lambda: all(map(passes, again)))
    if found is None:
        return None
    count = len(attempts)
    if all(attempt.right for attempt in attempts):  # what fails is something else
        right = "the check that failed passes" if len(again) == 1 else "the checks that failed pass"
    elif ladder_of(function.name).telling.draws:  # then no case is ever seen to be right
        right = f"no fault is seen in any of the {count} cases tried"
    else:
        right = f"all {count} cases tried come out right"
    says = f"With one change in line {found.line}, {right}:"
    return Place(found.line, "repair", says, found.piece, found.look)
