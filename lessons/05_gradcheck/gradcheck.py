"""Lesson 5: gradients measured instead of derived, to check the derived ones.

The page is lessons/05_gradcheck/README.md; check with: pytest lessons/05_gradcheck
"""

from collections.abc import Callable

import numpy as np


def numerical_gradients(
    loss: Callable[[dict[str, np.ndarray]], float],
    params: dict[str, np.ndarray],
    step: float = 1e-5,
) -> dict[str, np.ndarray]:
    """Central differences of `loss` by every entry of `params`, one entry at a time.

    `loss` takes a dict like params and returns a float. After the call every entry of
    params is what it was before, bit for bit.

    Returns
    -------
    dict
        The keys of params, each with an array of its parameter's shape. For x^3 at x = 2
        and step = 0.1 the entry is (9.261 - 6.859) / 0.2 = 12.01.
    """
    raise NotImplementedError


def relative_error(ga: np.ndarray, gn: np.ndarray, floor: float = 1e-6) -> float:
    """How far two gradients of one shape lie apart, from 0 (equal) to 1 (opposite).

    |ga - gn| / max(floor, |ga| + |gn|), where |g| is the Frobenius norm: the root of the
    sum of the squares of all entries. For (3, 4) and (6, 8) it is 5 / (5 + 10) = 1/3.
    """
    raise NotImplementedError
