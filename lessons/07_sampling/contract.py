"""What lesson 7 asks for: a function that draws, and what it returns."""

from pathlib import Path
from typing import Any

import numpy as np

from lessons.checking.answering.contract import Contracted, Lesson, integers
from lessons.checking.answering.failure import Wrong


def sample(
    result: Any, params: dict[str, np.ndarray], h0: np.ndarray, x0: int, n: int, *_: Any, **__: Any
) -> None:
    """N indices of characters."""
    integers("the result", result, n)
    K = len(params["c"])
    outside = result[(result < 0) | (result >= K)]
    if len(outside):
        raise Wrong(f"the result holds the index {outside[:1]}, outside 0..{K - 1}.")


LESSON = Lesson(
    Path(__file__).resolve().parent,
    "sampling",
    (Contracted("sample", sample, in_place=(4,)),),
    builds="text drawn from the network",
    idea="drawing from a distribution, temperature",
    hours=1,
    use="After unrolled train, unrolled sample lets your own network write with it.",
)
