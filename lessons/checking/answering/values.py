"""Arguments and results as values: copies, equality bit for bit, the arrays in them."""

from collections.abc import Callable
from typing import Any

import numpy as np

ATOMS = {str, int, float, bool, type(None)}  # what holds no array, and never changes


def sent_whole(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function that a check gives an answer, and that needs nothing of the check.

    It reads its arguments, values that it holds, the builtins, and by their names modules and the
    functions of modules that its lesson builds on. Where the answer runs in another process, it is
    called there, and need not be asked for each time. Only what it adds to a list comes back.
    """
    function.sent_whole = True  # type: ignore[attr-defined]
    return function


def copied(value: Any) -> Any:
    """A copy of arguments or results: new arrays, new dicts, and all else as it is."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, dict):
        return {k: v if type(v) in ATOMS else copied(v) for k, v in value.items()}
    if isinstance(value, tuple | list):
        kind = list if isinstance(value, list) else tuple  # a NamedTuple becomes a tuple
        return kind(copied(entry) for entry in value)
    return value


def arrays(value: Any) -> list[np.ndarray]:
    """All arrays in a result or an argument."""
    if isinstance(value, np.ndarray):
        return [value]
    entries = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | tuple | list):
        return [a for entry in entries if type(entry) not in ATOMS for a in arrays(entry)]
    return []


def same_bits(a: Any, b: Any) -> bool:
    """Whether two values are equal, arrays entry by entry."""
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        both = isinstance(a, np.ndarray) and isinstance(b, np.ndarray)
        if both and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes():
            return True
        return np.array_equal(a, b, equal_nan=True)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(a[k] is b[k] or same_bits(a[k], b[k]) for k in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(same_bits, a, b))
    return True if callable(a) or isinstance(a, np.random.Generator) else bool(a == b)


def plain(value: Any) -> Any:
    """A result with subclasses of NumPy's array, such as np.matrix, seen as plain arrays."""
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if isinstance(value, dict | tuple | list) and any(
        isinstance(entry, np.ndarray) and type(entry) is not np.ndarray
        for entry in (value.values() if isinstance(value, dict) else value)
    ):
        if isinstance(value, dict):
            return {key: plain(entry) for key, entry in value.items()}
        entries = [plain(entry) for entry in value]
        return entries if isinstance(value, list) else tuple(entries)
    return value
