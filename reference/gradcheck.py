"""Lesson 5: gradients measured instead of derived, to check the derived ones."""

from collections.abc import Callable

import numpy as np


def numerical_gradients(
    loss: Callable[[dict[str, np.ndarray]], float],
    params: dict[str, np.ndarray],
    step: float = 1e-5,
) -> dict[str, np.ndarray]:
    """Central differences of `loss` by every entry of `params`, one at a time.

    dL/dx is close to (L(x + step) - L(x - step)) / (2 step), with an error that falls
    with the square of step until rounding takes over. `loss` is called with params, whose
    entries are the same bits afterwards.
    """
    grads = {}
    for name, tensor in params.items():
        grad = np.empty_like(tensor)
        for index in np.ndindex(tensor.shape):
            kept = tensor[index]
            tensor[index] = kept + step
            above = loss(params)
            tensor[index] = kept - step
            below = loss(params)
            tensor[index] = kept  # adding the step back would round
            grad[index] = (above - below) / (2 * step)
        grads[name] = grad
    return grads


def relative_error(ga: np.ndarray, gn: np.ndarray, floor: float = 1e-6) -> float:
    """How far two gradients of one shape lie apart, from 0 (equal) to 1 (opposite).

    |ga - gn| / max(floor, |ga| + |gn|) in Frobenius norms; `floor` keeps two gradients
    that are both nearly zero from being compared by their rounding errors.
    """
    size = float(np.linalg.norm(ga) + np.linalg.norm(gn))
    return float(np.linalg.norm(ga - gn)) / max(floor, size)
