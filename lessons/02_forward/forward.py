"""Lesson 2: the network read from left to right.

The page is lessons/02_forward/README.md; check with: pytest lessons/02_forward
"""

import numpy as np


def softmax(O: np.ndarray) -> np.ndarray:
    """Turn each column of logits O (K, T) into probabilities.

    Returns
    -------
    array (K, T)
        Finite for any finite O, with columns that sum to 1. The logits (0, ln 3) give
        the probabilities (1/4, 3/4).
    """
    raise NotImplementedError


def forward(
    params: dict[str, np.ndarray], X: np.ndarray, h0: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run the network over the one-hot inputs X (K, T) from the state h0 (m, 1).

    `params` holds U (m, K), W (m, m), V (K, m), b (m, 1) and c (K, 1).

    Returns
    -------
    P : array (K, T)
        Probabilities of the next character, a column for each step.
    H : array (m, T+1)
        Hidden states; column 0 is h0.
    A : array (m, T)
        Pre-activations.

    With m = K = T = 1 and U = 1, W = 2, V = 3, b = -1, c = 0, h0 = 0.5: A is
    2*0.5 + 1 - 1 = 1, H is (0.5, tanh 1), and P is 1, as there is only one character.
    """
    raise NotImplementedError
