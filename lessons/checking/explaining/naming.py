"""Which known mistake gives the answer's very numbers, on every case of the ladder."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from lessons.checking.answering.calling import Function, KnownFunction
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.rooms import LESSON_WITH
from lessons.checking.explaining.ladder import Attempt, Ladder
from lessons.checking.explaining.mistakes import Mistake, borrowed, model_of, pairs, singles


def named(ladder: Ladder, attempts: list[Attempt]) -> tuple[Mistake, ...]:
    """The one mistake, or the one pair of mistakes, whose outcomes these are; () if none."""
    lesson = LESSON_WITH[ladder.function]
    ordered = sorted(attempts, key=lambda attempt: attempt.right)
    found: list[tuple[Mistake, ...]] = [
        (entry,)
        for entry in singles(lesson, ladder.function)
        if matches(ladder, entry.call, ordered, quick=True) and matches(ladder, entry.call, ordered)
    ]
    if not found and not any(attempt.problem for attempt in attempts):
        found += [
            (one, other)
            for one, other, call in pairs(lesson, ladder.function)
            if matches(ladder, call, ordered, quick=True)
        ]
    own = [names for names in found if all(name.function == ladder.function for name in names)]
    found = own or found  # before an earlier function's, which this one may have borrowed
    return found[0] if len(found) == 1 else ()


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


def implied(ladder: Ladder, attempts: list[Attempt], own: Mapping[str, Function]) -> list[str]:
    """The wrong earlier functions of the answer that make this one right, given what they return.

    The function's model with those in the place of the right ones leaves what the answer left.
    """
    lesson = LESSON_WITH[ladder.function]
    model = model_of(lesson, ladder.function)
    names = [name for name in borrowed(lesson, ladder.function) if name in own]
    ordered = sorted(attempts, key=lambda attempt: attempt.right)
    for subset in [[name] for name in names] + [names] * (len(names) > 1):
        if model is not None:
            call = partial(model, **{name: as_called(own[name]) for name in subset})
            if matches(ladder, call, ordered):
                return subset
    return []


def as_called(function: Function) -> Callable[..., Any]:
    """An answer's function for a model to call; a stream that never ends is cut off."""
    return function.unchecked if function.contracted.stream is None else function.in_place
