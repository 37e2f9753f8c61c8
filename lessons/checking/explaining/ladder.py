"""The ladder: hand-sized cases of a function, each rung adding one ingredient.

A room's ladder.py holds LADDERS, one Ladder for each function. A rung has one case that is
written out and siblings drawn at random, so that nothing is right by coincidence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from lessons.checking import tolerances
from lessons.checking.calling import Function, Known
from lessons.checking.contract import LESSONS, Lesson, load_room_file
from lessons.checking.describing import parameters_of
from lessons.checking.failure import Wrong

Outcome = dict[str, Any]  # what a call leaves, by the names of the quantities
PROBLEM = "problem"  # the key of what kept a call from leaving anything


@dataclass(frozen=True, eq=False)
class Case:
    """The arguments of one call."""

    arguments: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)


def case(*arguments: Any, **options: Any) -> Case:
    """A case, written like the call itself."""
    return Case(arguments, options)


@dataclass(frozen=True)
class Rung:
    """Cases with one more ingredient than the rung before."""

    says: str  # completes "Right with ..." and "Wrong with ..."
    hand: Case  # numbers that can be redone by hand
    draw: Callable[[np.random.Generator], Case]  # a sibling
    siblings: int = 8


def returned(*names: str) -> Callable[[Function, Case], Outcome]:
    """An observer of what a call returns: one value, a tuple of values, or a dict of tensors."""

    def observe(function: Function, case: Case) -> Outcome:
        result = function.whatever(*case.arguments, **case.options)
        if isinstance(result, dict) and not names:
            return {f"d{key}": result[key] for key in "UWVbc"}
        return {names[0]: result} if len(names) == 1 else dict(zip(names, result, strict=True))

    return observe


def tenths(rng: np.random.Generator, *shape: int, most: float = 1.5) -> np.ndarray:
    """Random numbers of one decimal between -most and most, none of them 0."""
    steps = round(10 * most)
    return rng.integers(1, steps + 1, shape) * rng.choice([-0.1, 0.1], shape)


Arithmetic = list[tuple[str, str, Any]]  # label, expression, value


@dataclass(frozen=True)
class Ladder:
    """A function's rungs, and all that is needed to explain what goes wrong on them."""

    function: str
    rungs: tuple[Rung, ...]
    observe: Callable[[Function, Case], Outcome]
    # what a student needs to redo a case; and one entry of a quantity, line by line
    shows: Callable[[Case], dict[str, Any]] | None = None
    by_hand: Callable[[Case, str, tuple[int, ...]], Arithmetic] | None = None
    work: Callable[["Try"], list[str]] | None = None  # all of a case, where entries don't do
    entry: Callable[[Case, str, tuple[int, ...]], str] | None = None  # what such an entry is called
    # what the sentences may say, and the change of a case that makes it so
    changes: dict[str, Callable[[Case], Case]] = field(default_factory=dict)
    switches: dict[str, Callable[[Case], Case]] = field(default_factory=dict)
    # arguments that may be moved one by one: how many times, and the case with a piece moved
    moves: Callable[[Case], dict[str, Case]] | None = None
    steps_in_columns: bool = False  # columns of results are time steps
    backwards: bool = False  # the last column is computed first
    findings: tuple[Callable[..., list[str]], ...] = ()  # the room's own
    says: str = "returns wrong numbers"  # after the function's name
    known: str = "These are the numbers of"  # before "a known mistake"
    about: Callable[["Try"], list[str]] | None = None  # sentences on the case that is shown
    picture: Callable[["Try"], list[str]] | None = None  # in the place of yours and expected
    same: Callable[[Any, Any], bool] | None = None  # how two quantities are compared

    def equal(self, a: Outcome, b: Outcome) -> bool:
        """Whether two outcomes are the same in every quantity."""
        return a.keys() == b.keys() and all(self.alike(a[key], b[key]) for key in a)

    def alike(self, a: Any, b: Any) -> bool:
        """Whether two values of a quantity are the same."""
        return (self.same or same)(a, b)

    def wrong_quantities(self, yours: Outcome, due: Outcome) -> list[str]:
        """The quantities in which two outcomes differ."""
        return [key for key in due if key not in yours or not self.alike(yours[key], due[key])]

    def shown(self, case: Case) -> dict[str, Any]:
        """The arguments of a case as a student needs them."""
        if self.shows is not None:
            return self.shows(case)
        found: dict[str, Any] = {}
        for name, value in zip(parameters_of(self.function), case.arguments, strict=False):
            found |= value if isinstance(value, dict) else {name: value}
        return found | case.options


@dataclass(frozen=True, eq=False)
class Try:
    """A case of a ladder, and what came of it."""

    rung: int
    case: Case
    yours: Outcome
    due: Outcome
    right: bool
    hand: bool


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal but for rounding; nan and inf are only like themselves."""
    if isinstance(a, np.ndarray | float | np.floating) and isinstance(
        b, np.ndarray | float | np.floating
    ):
        x, y = np.asarray(a), np.asarray(b)
        if x.shape != y.shape or x.dtype.kind not in "fiub" or y.dtype.kind not in "fiub":
            return False
        if x.dtype.kind in "iub" and y.dtype.kind in "iub":
            return np.array_equal(x, y)
        finite = np.isfinite(x)
        if not np.array_equal(finite, np.isfinite(y)) or not np.array_equal(
            x[~finite], y[~finite], equal_nan=True
        ):
            return False
        x, y = np.where(finite, x, 0.0).astype(float), np.where(finite, y, 0.0).astype(float)
        largest = max(abs(x).max(initial=0.0), abs(y).max(initial=0.0))
        if largest > 1e100:  # or their squares would overflow
            x, y = x / largest, y / largest
        sizes = np.linalg.norm(x) + np.linalg.norm(y)
        return bool(np.linalg.norm(x - y) <= tolerances.LADDER * sizes + 1e-13)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and bool(a == b)


def outcome(ladder: Ladder, function: Function, case: Case) -> Outcome:
    """What a call leaves; if it can't be compared, what the problem is."""
    try:
        return ladder.observe(function, case)
    except Wrong as wrong:
        return {PROBLEM: wrong}


@cache
def right(name: str) -> Known:
    """The reference's function, called and looked at like an answer's."""
    lesson = lesson_with(name)
    call = getattr(import_module(f"reference.{lesson.module}"), name)
    return Known(name, call, trusted=True)


def climb(ladder: Ladder, function: Function, seed: int = 0) -> list[Try]:
    """All cases of a ladder, tried."""
    tries = []
    for k, rung in enumerate(ladder.rungs):
        rng = np.random.default_rng([seed, k])
        cases = [rung.hand, *(rung.draw(rng) for _ in range(rung.siblings))]
        for each in cases:
            due = outcome(ladder, right(ladder.function), each)
            yours = outcome(ladder, function, each)
            is_right = PROBLEM not in yours and ladder.equal(yours, due)
            tries.append(Try(k, each, yours, due, is_right, each is rung.hand))
            if PROBLEM in yours and "was stopped" in yours[PROBLEM].message:
                return tries
    return tries


@cache
def lesson_with(function: str) -> Lesson:
    """The lesson that a contract function belongs to."""
    return next(lesson for lesson in LESSONS.values() if function in lesson.functions)


def ladder_of(function: str) -> Ladder:
    """The ladder of a contract function."""
    ladders: dict[str, Ladder] = load_room_file(lesson_with(function), "ladder.py").LADDERS
    return ladders[function]
