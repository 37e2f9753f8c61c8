"""Small cases that several tests use."""

from typing import NamedTuple

import numpy as np

from reference.encoding import one_hot
from reference.training import initialise


class Case(NamedTuple):
    params: dict[str, np.ndarray]
    X: np.ndarray
    Y: np.ndarray
    h0: np.ndarray


def make_case(m: int, K: int, T: int, scale: float, seed: int) -> Case:
    """A random network and window, with biases and a state that are not zero."""
    rng = np.random.default_rng(seed)
    params = {
        name: scale * rng.standard_normal(tensor.shape)
        for name, tensor in initialise(K, m, rng).items()
    }
    Z = one_hot(rng.integers(K, size=T + 1), K)
    return Case(params, Z[:, :-1], Z[:, 1:], np.tanh(rng.standard_normal((m, 1))))
