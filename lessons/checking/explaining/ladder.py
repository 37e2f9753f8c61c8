"""The ladder: hand-sized cases of a function, each rung adding one ingredient.

A room's ladder.py holds LADDERS, one Ladder for each function. A rung has one case that is
written out and siblings drawn at random, so that nothing is right by coincidence.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from lessons.checking.answering.calling import Function, KnownFunction
from lessons.checking.answering.contract import shapes
from lessons.checking.answering.describing import parameters_of
from lessons.checking.answering.failure import Stopped, Wrong
from lessons.checking.answering.rooms import LESSON_WITH, room_module
from lessons.checking.comparing.compare import differing, same

if TYPE_CHECKING:
    from lessons.checking.explaining.findings import Evidence

Outcome = dict[str, Any]  # what a call leaves, by the names of the quantities
Arithmetic = list[tuple[str, str, Any]]  # label, expression, value


class Case:
    """The arguments of one call, written like the call itself."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        self.arguments, self.options = arguments, options


@dataclass(frozen=True)
class Rung:
    """Cases with one more ingredient than the rung before."""

    says: str  # completes "Right with ..." and "Wrong with ..."
    hand: Case  # numbers that can be redone by hand
    draw: Callable[[np.random.Generator], Case]  # a sibling
    siblings: int = 8


@dataclass(frozen=True, eq=False)
class Attempt:
    """A case of a ladder, and what came of it."""

    rung: int
    case: Case
    yours: Outcome  # empty if there is a problem
    problem: Wrong | None  # what kept the call from leaving anything
    expected: Outcome
    right: bool
    hand: bool  # it is the rung's case by hand


@dataclass(frozen=True)
class Telling:
    """How a wrong case is told."""

    says: str = "returns wrong numbers"  # after the function's name
    known: str = "These are the numbers of"  # before "a known mistake"
    about: Callable[[Attempt], list[str]] | None = None  # sentences on the case that is shown
    # what a student needs to redo a case; and one entry of a quantity, line by line
    shows: Callable[[Case], dict[str, Any]] | None = None
    by_hand: Callable[[Case, str, tuple[int, ...]], Arithmetic] | None = None
    entry: Callable[[Case, str, tuple[int, ...]], str] | None = None  # what such an entry is called
    work: Callable[[Attempt], list[str]] | None = None  # all of a case, where entries don't do
    picture: Callable[[Attempt], list[str]] | None = None  # in the place of yours and expected
    backwards: bool = False  # the last column is computed first
    # the step in which an entry is computed, where that is not its column
    step: Callable[[str, tuple[int, ...]], int] | None = None
    returns: tuple[str, ...] = ()  # the quantities as they are returned, if not in their own order
    # lengths that a case has, in words, for what is to be said of wrong shapes
    lengths: Callable[[Case], dict[str, int]] | None = None
    # what completes "Apart from ...", and whether a case has it: beyond it a mistake may be named
    edge: tuple[str, Callable[[Case], bool]] | None = None
    # how often a case draws at random: its results are never right, only not seen to be wrong
    draws: Callable[[Case], int] | None = None


@dataclass(frozen=True)
class Questions:
    """What is asked of wrong numbers that have no name."""

    # what the sentences may say, and the change of a case that makes it so
    changes: dict[str, Callable[[Case], Case]] = field(default_factory=dict)
    switches: dict[str, Callable[[Case], Case]] = field(default_factory=dict)
    # arguments that may be moved one by one: how many times, and the case with a piece moved
    moves: Callable[[Case], dict[str, Case]] | None = None
    steps_in_columns: bool = False  # columns of results are time steps
    findings: tuple[Callable[["Evidence"], list[str]], ...] = ()  # the room's own


@dataclass(frozen=True, eq=False)
class Ladder:
    """A function's rungs, what is looked at in each, and how what goes wrong is explained."""

    function: str
    rungs: tuple[Rung, ...]
    observe: Callable[[Function, Case], Outcome]  # raises Wrong where nothing can be compared
    telling: Telling = Telling()
    questions: Questions = field(default_factory=Questions)
    alike: Callable[[Any, Any], bool] = same  # how two quantities are compared
    # the same case made in less time, with the same outcome expected, to try many functions on
    quick: Callable[[Case], Case] = lambda case: case

    def equal(self, a: Outcome, b: Outcome) -> bool:
        """Whether two outcomes are the same in every quantity."""
        return a.keys() == b.keys() and all(self.alike(a[key], b[key]) for key in a)

    def wrong_quantities(self, yours: Outcome, expected: Outcome) -> list[str]:
        """The quantities in which two outcomes differ."""
        return [
            key for key in expected if key not in yours or not self.alike(yours[key], expected[key])
        ]

    def step(self, name: str, index: tuple[int, ...]) -> int:
        """When an entry is computed: the number of its step, where there are steps."""
        if not index:
            return 0
        if self.telling.step is not None:
            return self.telling.step(name, index)
        if not self.questions.steps_in_columns:
            return 0
        return -index[-1] if self.telling.backwards else index[-1]

    def wrong_entries(self, yours: Outcome, expected: Outcome) -> list[tuple[str, tuple[int, ...]]]:
        """The first wrong entry of each wrong quantity; what is computed first comes first."""
        found = []
        for k, name in enumerate(self.wrong_quantities(yours, expected)):
            marks = differing(yours.get(name), expected[name], self.alike)
            entries = [()] if marks is None else map(tuple, np.argwhere(marks).tolist())
            first = min(((self.step(name, index), index) for index in entries), default=None)
            if first is not None:
                found.append((first[0], k, name, first[1]))
        return [(name, index) for _, _, name, index in sorted(found)]

    def shown(self, case: Case) -> dict[str, Any]:
        """The arguments of a case as a student needs them."""
        if self.telling.shows is not None:
            return self.telling.shows(case)
        found: dict[str, Any] = {}
        for name, value in zip(parameters_of(self.function), case.arguments, strict=False):
            found |= value if isinstance(value, dict) else {name: value}
        return found | case.options


def returned(*names: str) -> Callable[[Function, Case], Outcome]:
    """An observer of what a call returns: one value, a tuple of values, or a dict of tensors."""

    def observe(function: Function, case: Case) -> Outcome:
        result = function.allowing_infinite(*case.arguments, **case.options)
        if isinstance(result, dict) and not names:
            return {f"d{key}": result[key] for key in "UWVbc"}
        return {names[0]: result} if len(names) == 1 else dict(zip(names, result, strict=True))

    return observe


def tenths(rng: np.random.Generator, *shape: int, most: float = 1.5) -> np.ndarray:
    """Random numbers of one decimal between -most and most, none of them 0."""
    steps = round(10 * most)
    return rng.integers(1, steps + 1, shape) * rng.choice([-0.1, 0.1], shape)


def tenths_params(
    rng: np.random.Generator, m: int, K: int, *, most: float = 1.5, zero: str = ""
) -> dict[str, np.ndarray]:
    """All five tensors with numbers of one decimal; those that `zero` names are 0."""
    return {
        name: tenths(rng, *shape, most=most) * (name not in zero)
        for name, shape in shapes(m, K).items()
    }


def outcome(ladder: Ladder, function: Function, case: Case) -> Outcome:
    """What a call leaves; nothing if it can't be compared."""
    try:
        return ladder.observe(function, case)
    except Wrong:
        return {}


@cache
def right(name: str) -> KnownFunction:
    """The reference's function, called and looked at like an answer's."""
    call = getattr(import_module(f"reference.{LESSON_WITH[name].module}"), name)
    return KnownFunction(name, call, trusted=True)


def climb(ladder: Ladder, function: Function, seed: int = 0) -> list[Attempt]:
    """All cases of a ladder, tried."""
    attempts = []
    for k, case in cases_of(ladder, seed):
        expected = expected_in(ladder, case)
        yours, problem = {}, None
        try:
            yours = ladder.observe(function, case)
        except Wrong as wrong:
            problem = wrong
        is_right = problem is None and ladder.equal(yours, expected)
        hand = case is ladder.rungs[k].hand
        attempts.append(Attempt(k, case, yours, problem, expected, is_right, hand))
        if isinstance(problem, Stopped):
            return attempts
    return attempts


@lru_cache(maxsize=100)
def cases_of(ladder: Ladder, seed: int) -> list[tuple[int, Case]]:
    """The cases of all rungs, of each the one by hand first; the same ones for every answer."""
    found = []
    for k, rung in enumerate(ladder.rungs):
        rng = np.random.default_rng([seed, k])
        found += [(k, case) for case in (rung.hand, *map(rung.draw, [rng] * rung.siblings))]
    return found


@lru_cache(maxsize=5000)
def expected_in(ladder: Ladder, case: Case) -> Outcome:
    """What is right in a case of a ladder."""
    return outcome(ladder, right(ladder.function), case)


def ladder_of(function: str) -> Ladder:
    """The ladder of a contract function."""
    ladders: dict[str, Ladder] = room_module(LESSON_WITH[function], "ladder").LADDERS
    return ladders[function]
