"""Which known mistake gives the answer's very numbers, on every case of the ladder."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from lessons.checking.answering.calling import Function, KnownFunction, StudentFunction
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.rooms import LESSON_WITH
from lessons.checking.explaining.findings import SMALL, size
from lessons.checking.explaining.ladder import Attempt, Ladder, climb, ladder_of, outcome, right
from lessons.checking.explaining.mistakes import Mistake, pairs, singles


def named(ladder: Ladder, attempts: list[Attempt], *, alone: bool = False) -> tuple[Mistake, ...]:
    """The one mistake, or the one pair of mistakes, whose outcomes these are; () if none.

    No pair is tried for a mistake `alone`.
    """
    lesson = LESSON_WITH[ladder.function]
    ordered = sorted(attempts, key=lambda attempt: telling_first(ladder, attempt))
    found: list[tuple[Mistake, ...]] = [
        (entry,)
        for entry in singles(lesson, ladder.function)
        if matches(ladder, entry.call, ordered, quick=True) and matches(ladder, entry.call, ordered)
    ]
    if not found and not alone and not any(attempt.problem for attempt in attempts):
        found += [
            (one, other)
            for one, other, call in pairs(lesson, ladder.function)
            if matches(ladder, call, ordered, quick=True)
        ]
    own = [names for names in found if all(name.function == ladder.function for name in names)]
    found = own or found  # before an earlier function's, which this one may have borrowed
    return found[0] if len(found) == 1 else ()


def telling_first(ladder: Ladder, attempt: Attempt) -> tuple[bool, bool, int]:
    """The order in which cases tell mistakes apart soonest: wrong, small, of several steps.

    Of what is drawn the early ones, which have few characters.
    """
    if ladder.telling.draws is not None:
        return attempt.right, False, attempt.rung
    length = size(attempt.case)
    return attempt.right, length > SMALL, -length


def named_beside(
    ladder: Ladder, attempts: list[Attempt]
) -> tuple[tuple[Mistake, ...], str, list[Attempt]]:
    """The mistakes, what is said before them, and the cases in which their outcomes are these.

    Of all cases, or else of those that are not at the ladder's edge.
    """
    mistakes, telling = named(ladder, attempts), ladder.telling
    if not mistakes and telling.edge is not None:
        says, at_edge = telling.edge
        inside = [attempt for attempt in attempts if not at_edge(attempt.case)]
        if not all(attempt.right for attempt in inside):
            known = telling.known[0].lower() + telling.known[1:]
            return named(ladder, inside, alone=True), f"Apart from {says}, {known}", inside
    return mistakes, telling.known, attempts


def matches(
    ladder: Ladder, call: Callable[..., Any], attempts: list[Attempt], *, quick: bool = False
) -> bool:
    """Whether a function leaves what the answer left, in every case.

    A quick look leaves out whether the function keeps to the contract otherwise.
    """
    quick = quick and not any(attempt.problem for attempt in attempts)
    known = KnownFunction(ladder.function, call, trusted=quick)
    try:
        return all(leaves(ladder, known, attempt) for attempt in attempts)
    except (LookupError, TypeError, ValueError):  # the result is not of the right kind
        return False


def leaves(ladder: Ladder, function: Function, attempt: Attempt) -> bool:
    """Whether a function leaves what the answer left in a case, or fails in the same words."""
    try:
        theirs = ladder.observe(function, attempt.case)
    except Wrong as wrong:
        return attempt.problem is not None and attempt.problem.message == wrong.message
    return attempt.problem is None and ladder.equal(theirs, attempt.yours)


def implied(
    ladder: Ladder, attempts: list[Attempt], own: Mapping[str, Function], function: Function
) -> list[str]:
    """The earlier functions of the answer without whose mistakes this one is right.

    In every case it is, once the reference's functions stand in their place.
    """
    earlier = earlier_functions(ladder, own, function)
    if not isinstance(function, StudentFunction):
        return []
    ordered = sorted(attempts, key=lambda attempt: attempt.right)
    for name in earlier:
        if right_with(ladder, function, ordered, [name]):
            return [name]
    if len(earlier) < 2 or not right_with(ladder, function, ordered, earlier):
        return []
    for name in earlier:  # which of them can be left as they are?
        fewer = [other for other in earlier if other != name]
        if right_with(ladder, function, ordered, fewer):
            earlier = fewer
    return earlier


def earlier_functions(ladder: Ladder, own: Mapping[str, Function], function: Function) -> list[str]:
    """The contract's functions before this one that stand in the same file and are used there."""
    if not isinstance(function, StudentFunction) or not function.answer.loaded:
        return []
    known = function.answer.workshop.all_names()
    names, path = LESSON_WITH[ladder.function].functions, function.answer.path
    text = path.read_bytes() if path.is_file() else b""
    return [
        name
        for name in names[: names.index(ladder.function)]
        if name in own
        and name in known
        and (not text or text.count(name.encode()) > 1)  # beside its own definition
    ]


def disturbing(
    ladder: Ladder, attempts: list[Attempt], own: Mapping[str, Function], function: Function
) -> list[str]:
    """The earlier functions that are wrong themselves, and show in this one's results.

    None, if the results are others at each call anyway.
    """
    earlier = earlier_functions(ladder, own, function)
    if not isinstance(function, StudentFunction) or not earlier:
        return []

    def as_before() -> bool:
        return all(
            ladder.equal(outcome(ladder, function, attempt.case), attempt.yours)
            for attempt in attempts
        )

    found = []
    for name in earlier:
        with right_ones(function, [name]):
            shows = not as_before()
        if shows and not all(attempt.right for attempt in climb(ladder_of(name), own[name])):
            found.append(name)
    return found if found and as_before() else []


def right_with(
    ladder: Ladder, function: StudentFunction, attempts: list[Attempt], names: list[str]
) -> bool:
    """Whether a function is right in every case once others of its file are the reference's."""
    with right_ones(function, names):
        return all(
            ladder.equal(outcome(ladder, function, attempt.case), attempt.expected)
            for attempt in attempts
        )


@contextmanager
def right_ones(function: StudentFunction, names: list[str]) -> Iterator[None]:
    """Let the reference's functions stand in the place of some of a file."""
    workshop, timed_out = function.answer.workshop, function.calls.timed_out
    stopped = timed_out & {function.name}
    workshop.exchange({name: right(name).call for name in names})
    timed_out -= stopped
    try:
        yield
    finally:
        workshop.put_back()
        timed_out |= stopped
