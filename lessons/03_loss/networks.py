"""What the network predicts of a window, and what wrong networks do."""

from collections.abc import Callable

import numpy as np

from reference.forward import forward

Params = dict[str, np.ndarray]
Network = Callable[[Params, np.ndarray, np.ndarray], np.ndarray]  # P from params, X and h0


def predicted(params: Params, X: np.ndarray, h0: np.ndarray) -> np.ndarray:
    """The probabilities that forward gives."""
    return forward(params, X, h0)[0]


def without(name: str) -> Network:
    """The network with one of the params left out."""
    return lambda params, X, h0: predicted(params | {name: 0 * params[name]}, X, h0)


def from_h0_again(steps: int) -> Network:
    """The network that reads the window in parts of so many steps, each from h0."""
    return lambda params, X, h0: np.hstack(
        [predicted(params, X[:, t : t + steps], h0) for t in range(0, X.shape[1], steps)]
    )
