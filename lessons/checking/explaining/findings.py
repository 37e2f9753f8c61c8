"""What can be said of wrong numbers without knowing the mistake: only what holds exactly.

Each finder looks at all tries of a ladder and returns sentences. `certain` keeps those that
come out word for word the same on other random cases.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.printing import listed, num
from lessons.checking.answering.values import arrays
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import same
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

    @cached_property
    def quantities(self) -> list[str]:
        """Those that are wrong in some case."""
        found: dict[str, None] = {}
        for attempt in self.wrong:
            found |= dict.fromkeys(self.ladder.wrong_quantities(attempt.yours, attempt.expected))
        return list(found)


def certain(first: Evidence, second: Evidence) -> list[str]:
    """What the finders say of both, most telling first."""
    if any(attempt.problem or not attempt.expected for attempt in first.attempts + second.attempts):
        return []
    said = []
    for finder in (*first.ladder.questions.findings, *GENERAL):
        sentences = finder(first)
        if sentences:
            again = set(finder(second))
            said += [sentence for sentence in sentences if sentence in again]
    return [*dict.fromkeys(said)]


def which_quantities(evidence: Evidence) -> list[str]:
    """Which results are wrong, where a function has several."""
    names = [*evidence.attempts[0].expected]
    wrong = evidence.quantities
    fine = [name for name in names if name not in wrong]
    if not fine or not wrong:
        return []
    verb = "is" if len(wrong) == 1 else "are"
    return [
        f"{listed(wrong)} {verb} wrong; {listed(fine)} {'is' if len(fine) == 1 else 'are'} right."
    ]


def floats(value: Any) -> bool:
    """Whether a value is a float array or a float, and finite."""
    array = (
        np.asarray(value) if isinstance(value, np.ndarray | float) else np.empty(0, dtype=object)
    )
    return array.dtype.kind == "f" and bool(np.isfinite(array).all())


def pieces(evidence: Evidence, name: str) -> list[tuple[np.ndarray, np.ndarray]]:
    """A quantity in all attempts: yours and expected, if they are finite and of one shape."""
    found = []
    for attempt in evidence.attempts:
        yours, expected = attempt.yours[name], attempt.expected[name]
        if not floats(yours) or not floats(expected) or np.shape(yours) != np.shape(expected):
            return []
        found.append((np.atleast_1d(yours), np.atleast_1d(expected)))
    return found


def relations(evidence: Evidence) -> list[str]:
    """How a wrong quantity follows from the right one."""
    said = []
    groups: dict[str, list[str]] = {}
    for name in evidence.quantities:
        sentence = next(relation(evidence.ladder, pieces(evidence, name)), None)
        if sentence:
            groups.setdefault(sentence, []).append(name)
    for sentence, names in groups.items():
        said.append(sentence.format(f"Your {listed(names)} {'is' if len(names) == 1 else 'are'}"))
    return said + exchanged(evidence) or scaled(evidence)


def relation(ladder: Ladder, both: list[tuple[np.ndarray, np.ndarray]]) -> Iterator[str]:
    """Sentences that hold for all pairs of a wrong quantity and the right one."""
    telling = [(a, b) for a, b in both if np.linalg.norm(b) > tolerances.LADDER]
    if len(telling) < LEAST:
        return
    if all(not a.any() for a, _ in both):
        yield "{} 0 throughout."
        return
    times = float((telling[0][0] * telling[0][1]).sum() / (telling[0][1] ** 2).sum())
    if holds(ladder, both, lambda b: times * b):
        turned = abs(times + 1) < 1e-12
        yield "{} what is expected" + (
            " with the sign turned." if turned else f" times {num(times)}."
        )
        return
    limit = max(float(abs(a).max(initial=0.0)) for a, _ in both)
    if holds(ladder, both, lambda b: np.clip(b, -limit, limit)):
        if any((b < -limit).any() for _, b in both):
            yield f"{{}} what is expected, clipped to [{num(-limit)}, {num(limit)}]."
        else:
            yield f"{{}} what is expected, but at most {num(limit)}."
    more = float(np.mean(telling[0][0] - telling[0][1]))
    if holds(ladder, both, lambda b: b + more):
        yield f"{{}} what is expected {'plus' if more > 0 else 'minus'} {num(abs(more))}."
    for says, change in RELATIONS.items():
        if holds(ladder, both, change):
            yield f"{{}} {says}."


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
        if changed.shape != a.shape or not ladder.alike(a, changed):
            return False
    return sum(not ladder.alike(change(b), b) for _, b in both) >= LEAST


def scaled(evidence: Evidence) -> list[str]:
    """The whole result times a number, such as what clipping by norm leaves."""
    for attempt in evidence.attempts:
        names = [*attempt.expected]
        if not all(floats(attempt.yours[n]) and floats(attempt.expected[n]) for n in names):
            return []
        if any(np.shape(attempt.yours[n]) != np.shape(attempt.expected[n]) for n in names):
            return []
        a = np.concatenate([np.ravel(attempt.yours[n]) for n in names])
        b = np.concatenate([np.ravel(attempt.expected[n]) for n in names])
        if not attempt.right and (
            a.size < 3 or not a.any() or not same(a, float(a @ b / max(b @ b, 1e-300)) * b)
        ):
            return []
    if len(evidence.wrong) < LEAST:
        return []
    return ["In each wrong case your result is the right one times a number."]


def exchanged(evidence: Evidence) -> list[str]:
    """A quantity that holds what another one should."""
    names = [*evidence.attempts[0].expected]
    said = []
    for name in evidence.quantities:
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
    said = []
    for says, change in evidence.ladder.questions.changes.items():
        left = names = evidence.quantities
        if len(evidence.wrong) < LEAST:
            break
        for attempt in sorted(evidence.attempts, key=lambda attempt: attempt.right):
            theirs = evidence.expected(change(attempt.case))
            left = [
                n
                for n in left
                if n in theirs and evidence.ladder.alike(attempt.yours[n], theirs[n])
            ]
            if not left:
                break
        if left and left == names and len(evidence.attempts[0].expected) == 1:
            said.append(f"These are the right numbers for {says}.")
        elif left:
            said.append(f"Your {listed(left)}: the right numbers for {says}.")
    return said[:2]


def switches(evidence: Evidence) -> list[str]:
    """Under which condition the answer is right."""
    said = []
    for says, change in evidence.ladder.questions.switches.items():
        if len(evidence.wrong) >= LEAST and all(
            right_and_not_empty(evidence, change(attempt.case)) for attempt in evidence.wrong
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
    """In which columns a quantity is wrong."""
    if not evidence.ladder.questions.steps_in_columns:
        return []
    said = []
    for name in evidence.quantities:
        marks = [
            wrong_columns(evidence.ladder, a, b)
            for a, b in pieces(evidence, name)
            if b.ndim == 2 and b.shape[1] > 2 and not evidence.ladder.alike(a, b)
        ]
        if len(marks) < LEAST:
            continue
        for says, wrong in PATTERNS.items():
            if all(np.array_equal(m, wrong(len(m))) for m in marks):
                said.append(f"In the cases tried {name} is {says}")
                break
    return said


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


def wrong_columns(ladder: Ladder, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Which columns differ, each compared beside the size of the whole."""
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b, axis=0) > tolerances.LADDER * size


def dependence(evidence: Evidence) -> list[str]:
    """What moves when a piece of the input is moved, and what should."""
    if evidence.ladder.questions.moves is None:
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
            for name in expected:
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
        yield name, *(np.asarray(value) for value in values)


GENERAL = (relations, changed_inputs, switches, where, dependence)
