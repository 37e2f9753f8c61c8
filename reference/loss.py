"""Lesson 3: how surprised the network was."""

import numpy as np

from reference.forward import forward


def cross_entropy(P: np.ndarray, Y: np.ndarray) -> float:
    """Sum, over the T steps, of -log of the probability given to the target, in nats.

    P and Y are (K, T), Y one-hot. A target of probability 0 costs infinity.
    """
    p = (P * Y).sum(axis=0)  # Y picks one probability out of each column
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        return float(-np.log(p).sum())


def cost(params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> float:
    """Loss in nats of the window X, Y (K, T), read from the state h0 (m, 1)."""
    P, _, _ = forward(params, X, h0)
    return cross_entropy(P, Y)
