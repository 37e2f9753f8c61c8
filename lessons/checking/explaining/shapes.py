"""What is right about results that cannot be compared, as they have a wrong shape or kind."""

from itertools import permutations
from typing import Any

import numpy as np

from lessons.checking.answering.printing import listed
from lessons.checking.comparing import tolerances
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Ladder, Outcome


def misshapen(evidence: Evidence) -> list[str]:
    """What is right in all results that have a wrong shape or kind."""
    ladder = evidence.ladder
    results = [
        (by_name(attempt.problem.result, attempt.expected), attempt.expected)
        for attempt in evidence.wrong
        if attempt.problem and attempt.problem.result is not None
    ]
    for truths in (permuted, exchanged):
        said = in_all([truths(ladder, *both) for both in results])
        if said:
            return said
    said = in_all([but_for_types(*both) for both in results])
    for name in dict.fromkeys(name for found, _ in results for name in found):
        arrays = [(found[name], expected[name]) for found, expected in results if name in found]
        said += in_all([misfit(ladder, name, a, b) for a, b in arrays if a.shape != b.shape])
    return said or wrong_lengths(evidence)


def but_for_types(found: dict[str, np.ndarray], expected: Outcome) -> list[str]:
    """Whether all that is wrong with a result is the type of its numbers."""
    types = any(array.dtype != expected[name].dtype for name, array in found.items())
    fine = all(close(array, expected[name]) for name, array in found.items())
    return ["But for their type the numbers are right."] * (types and fine)


def close(array: np.ndarray, expected: np.ndarray) -> bool:
    """Whether the numbers of an array are right to the digits that float32 holds."""
    return (
        array.shape == expected.shape
        and array.dtype.kind in "fiu"
        and np.allclose(array, expected, rtol=tolerances.SINGLE, atol=tolerances.COARSE)
    )


def in_all(tables: list[list[str]]) -> list[str]:
    """What is said in each table."""
    return [says for says in tables[0] if all(says in table for table in tables)] if tables else []


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
    if len(values) != len(expected):
        return {}
    return {
        name: np.asarray(value)
        for name, value in zip(expected, values, strict=True)
        if isinstance(value, np.ndarray | float | int) and isinstance(expected[name], np.ndarray)
    }


def permuted(ladder: Ladder, found: dict[str, np.ndarray], expected: Outcome) -> list[str]:
    """Whether right results only stand in another order."""
    names = ladder.telling.returns if len(found) == len(expected) else ()
    for order in permutations(names):
        pairs = [(found[a], expected[b]) for a, b in zip(names, order, strict=True)]
        if order != names and all(a.shape == b.shape and ladder.alike(a, b) for a, b in pairs):
            return [f"The results come in the order {listed(order)}; expected {listed(names)}."]
    return []


def misfit(ladder: Ladder, name: str, array: np.ndarray, expected: np.ndarray) -> list[str]:
    """What would give an array of a wrong shape the right one, with the right numbers."""
    if array.dtype.kind not in "fiu":
        return []
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
