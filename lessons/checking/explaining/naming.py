"""Which known mistake gives the answer's very numbers, on every case of the ladder."""

from collections.abc import Callable
from functools import partial
from typing import Any

from lessons.checking.calling import Function, Known
from lessons.checking.explaining.ladder import PROBLEM, Ladder, Try, lesson_with, outcome
from lessons.checking.mistakes import Mistake, borrowed, models_of, pairs, singles


def named(ladder: Ladder, tries: list[Try]) -> tuple[Mistake, ...]:
    """The one mistake, or the one pair of mistakes, whose outcomes these are; () if none."""
    lesson = lesson_with(ladder.function)
    ordered = sorted(tries, key=lambda each: each.right)
    found: list[tuple[Mistake, ...]] = [
        (entry,)
        for entry in singles(lesson, ladder.function)
        if matches(ladder, entry.call, ordered, quick=True) and matches(ladder, entry.call, ordered)
    ]
    if not found and not any(PROBLEM in each.yours for each in tries):
        found += [
            (one, other)
            for one, other, call in pairs(lesson, ladder.function)
            if matches(ladder, call, ordered, quick=True)
        ]
    own = [each for each in found if all(entry.function == ladder.function for entry in each)]
    found = own or found  # before an earlier function's, which this one may have borrowed
    return found[0] if len(found) == 1 else ()


def matches(
    ladder: Ladder, call: Callable[..., Any], tries: list[Try], *, quick: bool = False
) -> bool:
    """Whether a function leaves what the answer left, in every case.

    A quick look leaves out whether the function keeps to the contract otherwise.
    """
    quick = quick and not any(PROBLEM in each.yours for each in tries)
    known = Known(ladder.function, call, trusted=quick)
    try:
        return all(equal(ladder, outcome(ladder, known, each.case), each) for each in tries)
    except (LookupError, TypeError, ValueError):  # the result is not of the right kind
        return False


def equal(ladder: Ladder, theirs: dict[str, Any], each: Try) -> bool:
    """Whether an outcome, or the problem in its place, is the answer's."""
    if PROBLEM in theirs or PROBLEM in each.yours:
        a, b = theirs.get(PROBLEM), each.yours.get(PROBLEM)
        return a is not None and b is not None and a.message == b.message
    return ladder.equal(theirs, each.yours)


def implied(ladder: Ladder, tries: list[Try], own: dict[str, Function]) -> list[str]:
    """The wrong earlier functions of the answer that make this one right, given what they return.

    The function's model with those in the place of the right ones leaves what the answer left.
    """
    lesson = lesson_with(ladder.function)
    names = [name for name in borrowed(lesson, ladder.function) if name in own]
    ordered = sorted(tries, key=lambda each: each.right)
    for subset in [[name] for name in names] + [names] * (len(names) > 1):
        call = partial(models_of(lesson)[ladder.function], **{n: own[n].unseen for n in subset})
        if matches(ladder, call, ordered):
            return subset
    return []
