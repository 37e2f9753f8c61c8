"""Lesson 6: AdaGrad, a learning rate of its own for every weight.

The page is lessons/06_adagrad/README.md; check with: pytest lessons/06_adagrad
"""

import numpy as np


def clip(grads: dict[str, np.ndarray], limit: float = 5.0) -> dict[str, np.ndarray]:
    """Bring every entry of every gradient into [-limit, limit], in new arrays.

    With the default limit, (7, -0.3, -20) becomes (5, -0.3, -5).
    """
    raise NotImplementedError


def init_memory(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Give every parameter a memory of zeros, with the same key and of the same shape."""
    raise NotImplementedError


def adagrad_step(
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    eta: float = 0.1,
    eps: float = 1e-8,
) -> None:
    """Move params by one step and let memory grow, both in place; grads stay as they are.

    In place means: the arrays in params and memory are the same objects as before and hold
    the new values. The gradients are used as given, unclipped.

    A parameter of 1 with gradient 2, memory 1, eta = 0.1 and eps = 4: the memory becomes
    1 + 2*2 = 5, the parameter 1 - 0.1 * 2 / 3 = 0.9333.
    """
    raise NotImplementedError
