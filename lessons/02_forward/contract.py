"""What lesson 2 asks for: softmax and forward, and what each returns."""

from pathlib import Path
from typing import Any

import numpy as np

from lessons.checking.answering.contract import (
    Contracted,
    Lesson,
    array,
    describe_type,
    returned_something,
)
from lessons.checking.answering.failure import expect


def forward(result: Any, params: dict[str, np.ndarray], X: np.ndarray, h0: np.ndarray) -> None:
    """P, H and A."""
    returned_something("the result", result)
    expect(
        isinstance(result, tuple | list) and len(result) == 3,
        f"the result is {describe_type(result)}; expected the three arrays P, H and A.",
    )
    (K, m), T = params["V"].shape, X.shape[1]
    for name, value, shape in zip("PHA", result, ((K, T), (m, T + 1), (m, T)), strict=True):
        array(name, value, shape)


LESSON = Lesson(
    Path(__file__).resolve().parent,
    "forward",
    (
        Contracted("softmax", lambda result, O: array("the result", result, O.shape)),
        Contracted("forward", forward),
    ),
    builds="softmax, and the network read from left to right",
    idea="softmax that cannot overflow, a state carried through time",
    hours=2,
)
