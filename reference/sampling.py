"""Lesson 7: let the network write."""

import numpy as np

from reference.forward import softmax


def sample(
    params: dict[str, np.ndarray],
    h0: np.ndarray,
    x0: int,
    n: int,
    rng: np.random.Generator,
    temperature: float = 1.0,
) -> np.ndarray:
    """Draw n characters, each from the distribution that follows the one before.

    Reading starts with the index x0 from the state h0 (m, 1); x0 itself is not returned.
    Logits are divided by `temperature` (above 0) before softmax: below 1 the likely
    characters become likelier, above 1 the rare ones do.

    Returns
    -------
    int array (n,)
    """
    U, W, V, b, c = (params[name] for name in "UWVbc")
    h, k = h0, x0
    indices = np.empty(n, dtype=np.intp)
    for t in range(n):
        h = np.tanh(W @ h + U[:, k, None] + b)  # U times a one-hot column is a column of U
        p = softmax((V @ h + c) / temperature)[:, 0]
        k = rng.choice(len(p), p=p)
        indices[t] = k
    return indices
