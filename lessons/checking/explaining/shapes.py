"""What is right about results that cannot be compared, as they have a wrong shape or kind."""

from itertools import permutations
from typing import Any

import numpy as np

from lessons.checking.answering.printing import listed
from lessons.checking.comparing import tolerances
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Attempt, Ladder, Outcome


def misshapen(evidence: Evidence) -> list[str]:
    """What is right in all results that have a wrong shape or kind."""
    tables = [
        misfits(evidence.ladder, by_name(attempt.problem.result, attempt.expected), attempt)
        for attempt in evidence.wrong
        if attempt.problem and attempt.problem.result is not None
    ]
    for kind, *others in zip(*tables, strict=True):
        said = [says for says in kind if all(says in other for other in others)]
        if said:
            return said
    return wrong_lengths(evidence)


def misfits(
    ladder: Ladder, found: dict[str, np.ndarray], attempt: Attempt
) -> tuple[list[str], list[str], list[str]]:
    """What would make the arrays of a case right: another order, other names, other shapes."""
    expected = attempt.expected
    order = permuted(ladder, found, expected) if len(found) == len(expected) else []
    shapes = [says for name in found for says in misfit(ladder, name, found[name], expected[name])]
    return order, exchanged(ladder, found, expected), shapes


def exchanged(ladder: Ladder, found: dict[str, np.ndarray], expected: Outcome) -> list[str]:
    """Which results hold what is expected as another one."""
    return [
        f"{name} holds what is expected as {other}."
        for name, array in found.items()
        for other, right in expected.items()
        if array.shape == right.shape != expected[name].shape and ladder.alike(array, right)
    ]


def by_name(result: Any, expected: Outcome) -> dict[str, np.ndarray]:
    """The arrays and numbers in a result, by the quantities that they should be."""
    values = result if isinstance(result, tuple | list) and len(expected) > 1 else [result]
    if isinstance(result, dict):
        values = [result.get(name.removeprefix("d")) for name in expected]
    return {
        name: np.asarray(value)
        for name, value in zip(expected, values, strict=False)
        if isinstance(value, np.ndarray | float | int) and isinstance(expected[name], np.ndarray)
    }


def permuted(ladder: Ladder, found: dict[str, np.ndarray], expected: Outcome) -> list[str]:
    """Whether right results only stand in another order."""
    names = ladder.telling.returns
    for order in permutations(names):
        pairs = [(found[a], expected[b]) for a, b in zip(names, order, strict=True)]
        if order != names and all(a.shape == b.shape and ladder.alike(a, b) for a, b in pairs):
            return [f"The results come in the order {listed(order)}; expected {listed(names)}."]
    return []


def misfit(ladder: Ladder, name: str, array: np.ndarray, expected: np.ndarray) -> list[str]:
    """What would make an array right, in the order in which it is worth saying."""
    if array.dtype.kind not in "fiu" or (
        array.shape == expected.shape and array.dtype == expected.dtype
    ):
        return []
    if array.shape == expected.shape:
        close = np.allclose(array, expected, rtol=tolerances.SINGLE, atol=tolerances.COARSE)
        return ["But for their type the numbers are right."] * close
    array = array.astype(float)
    truths = {f"Transposed, {name} would be right.": (array.T, expected)}
    for which, rest in {"first": np.s_[..., 1:], "last": np.s_[..., :-1]}.items():
        if expected.ndim == 2 and array.ndim == 2:
            truths |= {
                f"{name} lacks its {which} column; the rest is right.": (array, expected[rest]),
                f"{name} has one column too many, the {which}; the rest is right.": (
                    array[rest],
                    expected,
                ),
            }
    if array.size == expected.size and array.T.shape != expected.shape:
        reshaped = array.reshape(expected.shape)
        truths[f"Reshaped to the expected shape, {name} would be right."] = (reshaped, expected)
    return [says for says, (a, b) in truths.items() if a.size and ladder.alike(a, b)]


def wrong_lengths(evidence: Evidence) -> list[str]:
    """What the numbers of rows and columns are in all wrong shapes, and what they should be."""
    lengths = evidence.ladder.telling.lengths
    shapes = [
        (lengths(attempt.case), name, array.shape, attempt.expected[name].shape)
        for attempt in evidence.wrong
        if lengths is not None and attempt.problem
        for name, array in by_name(attempt.problem.result, attempt.expected).items()
        if array.ndim == 2 and array.shape != attempt.expected[name].shape
    ]
    said = []
    for quantity in dict.fromkeys(name for _, name, _, _ in shapes):
        cases = [(case, yours, due) for case, name, yours, due in shapes if name == quantity]
        for axis, what in enumerate(("rows", "columns")):
            yours = [n for n in cases[0][0] if all(case[n] == a[axis] for case, a, _ in cases)]
            due = [n for n in cases[0][0] if all(case[n] == b[axis] for case, _, b in cases)]
            if len(yours) == len(due) == 1 and yours != due and len(cases) >= LEAST:
                said.append(f"{quantity} has {yours[0]} {what}; expected {due[0]}.")
    return said
