"""Comparing what came back with what was expected, and counting what was proved."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import show
from lessons.checking.comparing import tolerances

LARGE = 1e4  # up to here rounding grows with the largest entry


@dataclass
class Proof:
    """What the comparisons of a lesson add up to, for the student to read."""

    comparisons: int = 0
    largest_error: float = 0.0
    oracles: dict[str, None] = field(default_factory=dict)  # a set that keeps its order


class Current:
    """The proof that comparisons count towards; the plugin sets it to the room's."""

    proof = Proof()


def agree(
    quantity: str,
    actual: Any,
    expected: Any,
    tolerance: float,
    *,
    oracle: str | None = None,
    dense: bool = False,
    own: bool = False,
) -> None:
    """Raise Wrong unless actual and expected are equal within `tolerance`, tensor by tensor.

    That is |a - b| <= tolerance (|a| + |b|) + 1e-13 in Frobenius norms, `actual` being of
    the right type and shape already; a tolerance of 0 means equal. Dicts and tuples are
    compared entry by entry. A `dense` case promises that every tensor is far above its
    tolerance, so that two zeros can't pass for agreement; where what is expected follows from
    the answer's `own` results, it is the answer that breaks the promise.
    """
    if isinstance(expected, dict):
        for key, tensor in expected.items():
            agree(
                f'{quantity}["{key}"]',
                actual[key],
                tensor,
                tolerance,
                oracle=oracle,
                dense=dense,
                own=own,
            )
        return
    a, b = np.asarray(actual, dtype=float), np.asarray(expected, dtype=float)
    if a.shape != b.shape:
        raise Wrong(f"{quantity} has shape {a.shape}; expected {b.shape}.")
    size = length(b)
    if dense and not size > 1e3 * max(tolerance, tolerances.FLOOR):
        if own:
            led = "0, or nearly so" if np.isfinite(size) else "not finite"
            raise Wrong(
                f"By your own results before it, {quantity} should be {led}; right ones never lead "
                "there."
            )
        raise RuntimeError(f"the check of {quantity} compares nothing: expected {size}")
    proof = Current.proof
    proof.comparisons += 1
    if oracle:
        proof.oracles[oracle] = None
    if np.array_equal(a, b):
        return
    error, sizes = length(a - b), length(a) + size
    if not (
        np.isfinite(error) and error <= tolerance * sizes + (tolerances.FLOOR if tolerance else 0.0)
    ):
        raise Wrong(difference(quantity, a, b))
    if sizes > 0 and tolerance < tolerances.COARSE:
        proof.largest_error = max(proof.largest_error, error / max(sizes, 1.0))


def difference(quantity: str, a: np.ndarray, b: np.ndarray) -> str:
    """What came back and what was expected, whole if small, else where they differ most."""
    if a.size == 1:
        mine, due = a.item(), b.item()
        return f"{quantity} is wrong: yours {precise(mine, due)}, expected {precise(due, mine)}."
    with np.errstate(invalid="ignore"):
        worst = np.unravel_index(np.argmax(np.nan_to_num(abs(a - b), nan=np.inf)), a.shape)
    where = ",".join(str(int(i)) for i in worst)
    lines = [
        f"{quantity} is wrong, most of all at [{where}]: "
        f"yours {precise(a[worst], b[worst])}, expected {precise(b[worst], a[worst])}."
    ]
    if a.size <= 30 and show("", a) != show("", b):
        lines += [show("  yours    ", a), show("  expected ", b)]
    return "\n".join(lines)


def precise(x: Any, other: Any) -> str:
    """A number in four digits, or in as many as show that, and about how far, it is not the other.

    Two numbers that four digits round apart can lie much closer together.
    """
    x, other = float(x), float(other)
    for digits in (4, 6, 9, 13, 17):
        text, its = f"{x:.{digits}g}", f"{other:.{digits}g}"
        near = abs(float(text) - float(its)) > 2 * abs(x - other)
        if text != its and not near:
            return "0" if text == "-0" else text
    return repr(x)


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
        with np.errstate(all="ignore"):
            apart, sizes = length(x - y), length(x) + length(y)
        if math.isfinite(apart + sizes):
            return apart <= tolerances.LADDER * sizes + tolerances.FLOOR
        finite = np.isfinite(x)
        if not np.array_equal(finite, np.isfinite(y)) or not np.array_equal(
            x[~finite], y[~finite], equal_nan=True
        ):
            return False
        x, y = np.where(finite, x, 0.0).astype(float), np.where(finite, y, 0.0).astype(float)
        largest = max(abs(x).max(initial=0.0), abs(y).max(initial=0.0))
        if largest > 1e100:  # or their squares would overflow
            x, y = x / largest, y / largest
        sizes = length(x) + length(y)
        return length(x - y) <= tolerances.LADDER * sizes + tolerances.FLOOR
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and bool(a == b)


def length(x: np.ndarray) -> float:
    """The Frobenius norm of an array, quicker than NumPy's: many pairs of mistakes are compared."""
    flat = x.ravel()
    return math.sqrt(float(flat @ flat))


def wrong_columns(a: np.ndarray, b: np.ndarray, alike: Callable[[Any, Any], bool]) -> np.ndarray:
    """Which columns of two arrays of one shape differ."""
    marks = differing(a, b, alike)
    return np.array([] if marks is None else marks.any(axis=0))


def near(
    a: Any, b: Any, tolerance: float = tolerances.LADDER, floor: float = tolerances.FLOOR
) -> np.ndarray:
    """Entry by entry, whether two arrays of one shape are equal but for rounding."""
    a, b = np.asarray(a), np.asarray(b)
    with np.errstate(invalid="ignore", over="ignore"):
        close = abs(a - b) <= tolerance * (abs(a) + abs(b)) + floor
        close &= np.isfinite(a) & np.isfinite(b)
    return np.asarray(close | (a == b) | (np.isnan(a) & np.isnan(b)))


def differing(a: Any, b: Any, alike: Callable[[Any, Any], bool] = same) -> np.ndarray | None:
    """Which entries of two arrays differ in more than rounding; None if not of one shape.

    None of them if the arrays are alike as a whole; else what is left is alike without them.
    """
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape:
        return None
    if a.dtype.kind != "f":
        return np.asarray(a != b)
    if alike(a, b):
        return np.zeros(a.shape, bool)
    largest = np.max(abs(b), initial=1.0, where=np.isfinite(b))
    marks = ~near(a, b, floor=tolerances.FLOOR * min(largest, LARGE))
    return marks if alike(np.where(marks, b, a), b) else ~near(a, b, floor=0.0)
