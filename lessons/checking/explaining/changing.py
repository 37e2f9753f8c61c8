"""Cases with something changed: one tensor, one argument, one column."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.explaining.ladder import Case

Change = Callable[[Case], Case]


def with_argument(position: int, change: Callable[[Any], Any]) -> Change:
    """A change of one argument."""

    def changed(case: Case) -> Case:
        arguments = list(case.arguments)
        arguments[position] = change(arguments[position])
        return Case(*arguments, **case.options)

    return changed


def with_params(name: str, change: Callable[[Any], Any], position: int = 0) -> Change:
    """A change of one tensor of the params."""
    return with_argument(position, lambda params: params | {name: change(params[name])})


def with_option(name: str, value: Any) -> Change:
    """A change of one option."""
    return lambda case: Case(*case.arguments, **case.options | {name: value})


def moved(
    case: Case, columns: dict[str, int], params: str = "", by: float = 0.01
) -> dict[str, Case]:
    """Cases with one column of an argument, or one of the params, moved; by what was moved.

    `columns` gives the position of each argument whose columns are moved one by one.
    """
    found = {}
    for name, position in columns.items():
        array = case.arguments[position]
        for t in range(array.shape[1]):
            other = array.copy()
            other[:, t] += by * np.arange(1, len(array) + 1)
            found[f"{name}[:,{t}]"] = with_argument(position, partial(exchanged, other))(case)
    for name in params:
        tensor = case.arguments[0][name]
        other = tensor + by * np.arange(1, tensor.size + 1).reshape(tensor.shape)
        found[name] = with_params(name, partial(exchanged, other))(case)
    return found


def exchanged(new: np.ndarray, old: np.ndarray) -> np.ndarray:
    """The new array in the place of the old one."""
    return new
