"""A call in a few lines, for the student to redo."""

import inspect
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from lessons.checking.answering.printing import show
from lessons.checking.answering.rooms import LESSON_WITH

MOST_LINES = 14  # of a call; beyond that, arrays of several rows are left out


def describe_call(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> str:
    """The call in a few lines: small values whole, large ones by their shape."""
    named = [*zip(parameters_of(name), arguments, strict=False), *options.items()]
    small = [line for parameter, value in named for line in entries(parameter, value, most=6)]
    if sum(line.count("\n") + 1 for line in small) <= MOST_LINES:
        return "\n".join(small)
    return "\n".join(line for parameter, value in named for line in entries(parameter, value, 0))


def entries(parameter: str, value: Any, most: int) -> list[str]:
    """The lines of one argument; params are spelled out if U has at most so many entries."""
    if isinstance(value, dict) and set(value) == set("UWVbc"):
        K, m = value["V"].shape
        if m * K <= most:
            return [entry(f'{parameter}["{key}"]', tensor) for key, tensor in value.items()]
        return [f"  {parameter} with m = {m}, K = {K}"]
    if isinstance(value, np.random.Generator):
        return [f"  {parameter:<8} a NumPy generator"]
    return [] if callable(value) else [entry(parameter, value)]


def entry(name: str, value: Any) -> str:
    """One argument, on one line or as a small table."""
    label = f"  {name:<8} "
    if isinstance(value, np.ndarray):
        if value.size > 30:
            return f"{label}of shape {value.shape}"
        return show(label[:-1], value)
    text = repr(value)
    return label + (text if len(text) <= 70 else text[:67] + "...")


@cache
def parameters_of(name: str) -> tuple[str, ...]:
    """Names of the parameters of a contract function."""
    function = getattr(import_module(f"reference.{LESSON_WITH[name].module}"), name)
    return tuple(inspect.signature(function).parameters)
