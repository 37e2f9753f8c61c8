"""Lesson 7: let the network write.

The page is lessons/07_sampling/README.md; check with: pytest lessons/07_sampling
"""

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

    Parameters
    ----------
    params : dict
        U (m, K), W (m, m), V (K, m), b (m, 1) and c (K, 1).
    h0 : array (m, 1)
        The state in which x0 is read.
    x0 : int
        Index of the first character read, in 0..K-1; it is not returned.
    n : int
        How many characters to draw, 0 or more.
    rng : numpy Generator
        The only source of randomness.
    temperature : float
        Above 0. The logits are divided by it before softmax.

    Returns
    -------
    int array (n,)
        With all params zero every character is equally likely at every step. With c = (0, ln 3)
        and the rest zero, index 1 is drawn with probability 3/4, and with probability 9/10
        at temperature 0.5.
    """
    raise NotImplementedError
