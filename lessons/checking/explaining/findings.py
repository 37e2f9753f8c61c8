"""What can be said of wrong numbers without knowing the mistake: only what holds exactly.

Each finder looks at all tries of a ladder and returns sentences. `certain` keeps those that
come out word for word the same on other random cases.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.printing import listed, num
from lessons.checking.answering.values import arrays
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, precise, wrong_columns
from lessons.checking.explaining.ladder import (
    Attempt,
    Case,
    Ladder,
    Outcome,
    climb,
    outcome,
    right,
)

SMALL = 45  # numbers in a case whose pieces are moved one by one
MOST = 3  # findings in one explanation
LEAST = 3  # wrong cases that a statement must hold in


@dataclass
class Evidence:
    """An answer's function and what came of a ladder's cases, drawn with one seed."""

    ladder: Ladder
    function: Function
    attempts: list[Attempt]
    broke: list[str] = field(default_factory=list)  # what finders raised

    @classmethod
    def gather(cls, ladder: Ladder, function: Function, seed: int) -> "Evidence":
        """Climb the ladder."""
        return cls(ladder, function, climb(ladder, function, seed))

    @property
    def wrong(self) -> list[Attempt]:
        """The cases that are not right."""
        return [attempt for attempt in self.attempts if not attempt.right]

    @property
    def seed(self) -> int:
        """A seed from a random case, so that other evidence asks other questions."""
        return int(1e3 * sum(abs(a).sum() for a in arrays(self.attempts[-1].case.arguments)))

    def yours(self, case: Case) -> Outcome:
        """What the answer leaves in another case."""
        return outcome(self.ladder, self.function, case)

    def expected(self, case: Case) -> Outcome:
        """What is right there."""
        return outcome(self.ladder, right(self.ladder.function), case)

    def below(self, rung: int) -> "Evidence":
        """The same without what came of a rung and of those after it."""
        return replace(self, attempts=[a for a in self.attempts if a.rung < rung])

    @cached_property
    def quantities(self) -> list[str]:
        """Those that are wrong in some case, in the order in which they are made."""
        found: set[str] = set()
        for attempt in self.wrong:
            found |= {*self.ladder.wrong_quantities(attempt.yours, attempt.expected)}
        return [name for name in self.attempts[0].expected if name in found]

    @cached_property
    def first(self) -> str | None:
        """The quantity that is wrong first in every wrong case, if there is one."""
        found = {
            name
            for attempt in self.wrong
            for name, _ in self.ladder.wrong_entries(attempt.yours, attempt.expected)[:1]
        }
        return found.pop() if len(found) == 1 else None

    @cached_property
    def related(self) -> dict[str, str]:
        """How wrong quantities follow from the right ones: all that is to say of them."""
        found = {}
        for name in self.quantities:
            sentence = next(relation(self.ladder, pieces(self, name)), None)
            if sentence:
                found[name] = sentence
        return found

    @property
    def unexplained(self) -> list[str]:
        """The other wrong quantities."""
        return [name for name in self.quantities if name not in self.related]

    @cached_property
    def remade(self) -> dict[str, list[str]]:
        """Those of them that are right for a changed case, by what is changed."""
        found = {}
        for says, change in self.ladder.questions.changes.items():
            left = self.unexplained if len(self.wrong) >= LEAST else []
            for attempt in sorted(self.attempts, key=lambda attempt: attempt.right):
                if not left:
                    break
                theirs = self.expected(change(attempt.case))
                left = [
                    name
                    for name in left
                    if name in theirs and self.ladder.alike(attempt.yours[name], theirs[name])
                ]
            if left:
                found[says] = left
        return found

    @property
    def open(self) -> list[str]:
        """The wrong quantities that nothing explains so far."""
        explained = {name for names in self.remade.values() for name in names}
        return [name for name in self.unexplained if name not in explained]


def certain(first: Evidence, second: Evidence) -> list[str]:
    """What the finders say of both, most telling first.

    Only of what stands before the first case that can't be compared; a finder that breaks says
    nothing, and that is noted.
    """
    both = first.attempts + second.attempts
    kept_from = [attempt.rung for attempt in both if attempt.problem or not attempt.expected]
    if kept_from:
        first, second = first.below(min(kept_from)), second.below(min(kept_from))
    if not first.wrong or not second.wrong:
        return []
    said: dict[str, None] = {}
    for finder in (*STRUCTURE, *first.ladder.questions.findings, *GENERAL):
        try:
            sentences = finder(first)
            again = finder(second) if sentences and second is not first else sentences
        except Exception as error:
            first.broke.append(f"{type(error).__name__}: {error}")
            continue
        said |= dict.fromkeys(sentence for sentence in sentences if sentence in again)
    return [*said]


def which_quantities(evidence: Evidence) -> list[str]:
    """Which results are wrong, where a function has several, and which others could be and are not.

    A result of which only zeros are expected could be right by never being computed.
    """
    wrong, returned = evidence.quantities, evidence.ladder.telling.returns
    if returned and not {*wrong} <= {*returned}:
        return []  # what is made of a result tells of it too
    fine = [
        name
        for name in evidence.attempts[0].expected
        if name not in wrong and any(np.any(a.expected[name]) for a in evidence.attempts)
    ]
    if not fine or not wrong:
        return []
    verbs = ["is" if len(names) == 1 else "are" for names in (wrong, fine)]
    return [
        f"{listed(wrong)} {verbs[0]} wrong; {listed(fine)} {verbs[1]} right in the cases tried."
    ]


def floats(value: Any) -> bool:
    """Whether a value is a float array or a float, and finite."""
    array = (
        np.asarray(value) if isinstance(value, np.ndarray | float) else np.empty(0, dtype=object)
    )
    return array.dtype.kind == "f" and bool(np.isfinite(array).all())


def pieces(evidence: Evidence, name: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """A quantity in all attempts: yours and expected, if they are finite and of one shape.

    Without those in which something infinite is expected and came back.
    """
    found = []
    for attempt in evidence.attempts:
        yours, expected = attempt.yours[name], attempt.expected[name]
        if not floats(expected) and evidence.ladder.alike(yours, expected):
            continue
        if not floats(yours) or not floats(expected) or np.shape(yours) != np.shape(expected):
            return []
        found.append((np.atleast_1d(yours), np.atleast_1d(expected)))
    return found


def shared_memory(evidence: Evidence) -> list[str]:
    """Results that are one piece of memory, and not all of them right."""
    pairs = [
        (one, other)
        for one, other in combinations(evidence.attempts[0].expected, 2)
        if {one, other} & {*evidence.quantities}
        and all(one_memory(a.yours[one], a.yours[other]) for a in evidence.wrong)
    ]
    names = [*dict.fromkeys(name for pair in pairs for name in pair)]
    return [
        f"{listed(names)} share their memory: what is written into one stands in another too."
    ] * bool(names)


def one_memory(a: Any, b: Any) -> bool:
    """Whether two arrays lie in the same place."""
    both = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
    return both and np.shares_memory(a, b)


def precision(evidence: Evidence) -> list[str]:
    """Whether most cases are wrong, and only nearly right, as what is kept in float32 is."""
    errors, infinite = [], False
    for attempt in evidence.wrong:
        for name in evidence.ladder.wrong_quantities(attempt.yours, attempt.expected):
            a, b = attempt.yours[name], attempt.expected[name]
            if not floats(b) or np.shape(a) != np.shape(b) or not np.any(b):
                return []
            if floats(a):
                errors.append(np.linalg.norm(a - b) / np.linalg.norm(b))
            else:
                infinite = True
    if len(errors) < len(evidence.attempts) / 2 or max(errors) > tolerances.SINGLE:
        return []
    return [
        f"{'But for what is not finite, all' if infinite else 'All'} numbers are right to 6 digits "
        "or more, but not to all 15, as though float32 were used somewhere, a small number added "
        "or something rounded."
    ]


def relations(evidence: Evidence) -> list[str]:
    """How a wrong quantity follows from the right one."""
    groups: dict[str, list[str]] = {}
    for name, sentence in evidence.related.items():
        groups.setdefault(sentence, []).append(name)
    said = [
        sentence.format(f"Your {listed(names)} {'is' if len(names) == 1 else 'are'}")
        for sentence, names in groups.items()
    ]
    return said + exchanged(evidence) or scaled(evidence)


def quotient(a: np.ndarray, b: np.ndarray) -> float | None:
    """The number that makes one array of another, entry by entry; None if none other than 1."""
    k = abs(b).argmax()
    if not b.flat[k] or not a.any():
        return None
    times = float(a.flat[k] / b.flat[k])
    return times if num(times) != "1" and near(a, times * b).all() else None


def relation(ladder: Ladder, both: list[tuple[np.ndarray, np.ndarray]]) -> Iterator[str]:
    """Sentences that hold for all pairs of a wrong quantity and the right one."""
    telling = [(a, b) for a, b in both if np.linalg.norm(b) > tolerances.LADDER]
    if len(telling) < LEAST:
        return
    if all(not a.any() for a, _ in both):
        yield "{} 0 throughout."
        return
    times = quotient(*telling[0])
    if times is not None and holds(ladder, both, lambda b: times * b):
        turned = abs(times + 1) < 1e-12
        yield "{} what is expected" + (
            " with the sign turned." if turned else f" times {num(times)}."
        )
        return
    limit = max(float(abs(a).max(initial=0.0)) for a, _ in both)
    text = precise(limit, max(float(abs(b).max(initial=0.0)) for _, b in both))
    if holds(ladder, both, lambda b: np.clip(b, -limit, limit)):
        if any((b < -limit).any() for _, b in both):
            yield f"{{}} what is expected, clipped to [-{text}, {text}]."
        else:
            yield f"{{}} what is expected, but at most {text}."
    more = float(np.mean(telling[0][0] - telling[0][1]))
    if holds(ladder, both, lambda b: b + more):
        yield f"{{}} what is expected {'plus' if more > 0 else 'minus'} {num(abs(more))}."
    for says, change in RELATIONS.items():
        if holds(ladder, both, change):
            yield f"{{}} {says}."
    for digits in range(1, 9):
        if holds(ladder, both, lambda b, digits=digits: b.round(digits)):  # type: ignore[misc]
            yield f"{{}} what is expected, rounded to {digits} decimals."
            return


RELATIONS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "what is expected divided by the number of columns": lambda b: b / b.shape[-1],
    "what is expected times the number of columns": lambda b: b * b.shape[-1],
    "what is expected divided by the number of rows": lambda b: b / b.shape[0],
    "what is expected, transposed": lambda b: b.T,
    "what is expected, with its columns in reverse order": lambda b: b[..., ::-1],
    "what is expected, with its rows in reverse order": lambda b: b[::-1],
    "what is expected, one column late (the last one comes first)": lambda b: np.roll(
        b, 1, axis=-1
    ),
    "what is expected, one column early (the first one comes last)": lambda b: np.roll(
        b, -1, axis=-1
    ),
    "what is expected, one column late (and zeros first)": lambda b: np.concatenate(
        (0 * b[..., :1], b[..., :-1]), axis=-1
    ),
    "what is expected, one column early (and zeros last)": lambda b: np.concatenate(
        (b[..., 1:], 0 * b[..., :1]), axis=-1
    ),
    "the absolute value of what is expected": np.abs,
    "the square of what is expected": np.square,
}


def holds(
    ladder: Ladder,
    both: list[tuple[np.ndarray, np.ndarray]],
    change: Callable[[np.ndarray], np.ndarray],
) -> bool:
    """Whether yours is what is expected, changed, in all cases, and the change shows in enough."""
    for a, b in both:
        changed = change(b)
        if changed.shape != a.shape or not ladder.alike(a, changed) or not near(a, changed).all():
            return False
    return sum(not ladder.alike(change(b), b) for _, b in both) >= LEAST


def scaled(evidence: Evidence) -> list[str]:
    """The whole result times a number, such as what clipping by norm leaves."""
    for attempt in evidence.wrong:
        names = [*attempt.expected]
        yours, expected = (
            [np.atleast_1d(values[name]) for name in names]
            for values in (attempt.yours, attempt.expected)
        )
        if not all(map(floats, yours + expected)) or [*map(np.shape, yours)] != [
            *map(np.shape, expected)
        ]:
            return []
        a, b = (np.concatenate([*map(np.ravel, values)]) for values in (yours, expected))
        if a.size < 3 or quotient(a, b) is None:
            return []
    if len(evidence.wrong) < LEAST:
        return []
    return ["In each wrong case your result is the right one times a number."]


def exchanged(evidence: Evidence) -> list[str]:
    """A quantity that holds what another one should."""
    names = [*evidence.attempts[0].expected]
    said = []
    for name in evidence.quantities if len(evidence.wrong) >= LEAST else []:
        for other in names:
            if other == name or not all(
                np.shape(attempt.yours[name]) == np.shape(attempt.expected[other])
                and evidence.ladder.alike(attempt.yours[name], attempt.expected[other])
                for attempt in evidence.attempts
            ):
                continue
            said.append(f"Your {name} holds what is expected as {other}.")
    return said


def changed_inputs(evidence: Evidence) -> list[str]:
    """The right results of a changed case."""
    alone = len(evidence.attempts[0].expected) == 1
    return [
        f"These are the right numbers for {says}."
        if alone
        else f"Your {listed(names)}: the right numbers for {says}."
        for says, names in evidence.remade.items()
    ][:2]


def switches(evidence: Evidence) -> list[str]:
    """Under which condition the answer is right."""
    said = []
    for says, change in evidence.ladder.questions.switches.items():
        if (
            evidence.open
            and len(evidence.wrong) >= LEAST
            and all(
                right_and_not_empty(evidence, change(attempt.case)) for attempt in evidence.wrong
            )
        ):
            said.append(f"Right in all cases tried {says}.")
    return said


def right_and_not_empty(evidence: Evidence, case: Case) -> bool:
    """Whether the answer is right in a case, and more than zeros are expected there."""
    yours = evidence.yours(case)
    if not yours:
        return False
    expected = evidence.expected(case)
    some = any(np.any(value) for value in expected.values())
    return some and evidence.ladder.equal(yours, expected)


def where(evidence: Evidence) -> list[str]:
    """In which columns the quantity is wrong that is wrong first."""
    name = evidence.first
    if not evidence.ladder.questions.steps_in_columns or name not in evidence.open:
        return []
    marks = [
        wrong_columns(a, b, evidence.ladder.alike)
        for a, b in pieces(evidence, name)
        if b.ndim == 2 and not evidence.ladder.alike(a, b)
    ]
    for least, has in ((1, ""), (3, "has 3 columns or more and ")):
        some = [m for m in marks if len(m) >= least]
        for says, wrong in PATTERNS.items():
            if sum(len(m) > 2 for m in some) >= LEAST and all(
                np.array_equal(m, wrong(len(m))) for m in some
            ):
                return [f"In the cases tried, wherever {name} {has}is wrong, it is {says}"]
    return []


PATTERNS: dict[str, Callable[[int], np.ndarray]] = {
    "wrong in its first column (index 0) only.": lambda T: np.arange(T) == 0,
    "wrong in its last column only.": lambda T: np.arange(T) == T - 1,
    "right in its first column (index 0) and wrong in all after it.": lambda T: np.arange(T) > 0,
    "right in its last column and wrong in all before it.": lambda T: np.arange(T) < T - 1,
    "right in its first and last columns and wrong in all between.": lambda T: (
        (np.arange(T) > 0) & (np.arange(T) < T - 1)
    ),
    "wrong in its first and last columns and right in all between.": lambda T: (
        (np.arange(T) == 0) | (np.arange(T) == T - 1)
    ),
    "wrong in its second column (index 1) only.": lambda T: np.arange(T) == 1,
}


def dependence(evidence: Evidence) -> list[str]:
    """What moves when a piece of the input is moved, and what should."""
    if evidence.ladder.questions.moves is None or not evidence.open:
        return []
    missing: dict[str, None] = {}
    extra: dict[str, None] = {}
    votes: list[tuple[set[str], set[str]]] = []
    small = sorted(evidence.wrong, key=lambda attempt: -size(attempt.case))
    small = [attempt for attempt in small if size(attempt.case) <= SMALL]
    for attempt in small[:LEAST]:
        lacks, has = set(), set()
        yours, expected = attempt.yours, attempt.expected
        for piece, case in evidence.ladder.questions.moves(attempt.case).items():
            mine, theirs = evidence.yours(case), evidence.expected(case)
            if not mine:
                continue
            for name in evidence.open:
                for part, a, b, c, d in parts(evidence.ladder, name, yours, mine, expected, theirs):
                    moved, should = not np.array_equal(a, b), not np.array_equal(c, d)
                    if should and np.linalg.norm(c - d) < tolerances.LADDER:
                        continue  # too little to tell
                    if not should and moved and np.linalg.norm(a - b) < tolerances.LADDER:
                        continue
                    if should and not moved:
                        lacks.add(f"{part} does not change with {piece}; it should.")
                    if moved and not should:
                        has.add(f"{part} changes with {piece}; it should not.")
        votes.append((lacks, has))
    if len(votes) < LEAST:
        return []
    for lacks, has in votes:
        missing |= dict.fromkeys(sorted(s for s in lacks if all(s in l for l, _ in votes)))
        extra |= dict.fromkeys(sorted(s for s in has if all(s in h for _, h in votes)))
    return [*list(missing)[:1], *list(extra)[:1]]


def size(case: Case) -> int:
    """How many numbers a case is made of."""
    return sum(array.size for array in arrays(case.arguments))


def parts(ladder: Ladder, name: str, *outcomes: Outcome) -> Iterator[tuple[Any, ...]]:
    """The columns of a quantity if they are steps, else all of it."""
    values = [outcome[name] for outcome in outcomes]
    if not all(floats(value) for value in values) or len({np.shape(v) for v in values}) != 1:
        return
    if ladder.questions.steps_in_columns and np.ndim(values[0]) == 2:
        T = values[0].shape[1]
        for t in range(T):
            yield f"In a case of {T} steps {name}[:,{t}]", *(value[:, t] for value in values)
    else:
        yield f"In the cases tried {name}", *(np.asarray(value) for value in values)


STRUCTURE = (shared_memory, precision)
GENERAL = (relations, changed_inputs, switches, where, dependence)
