"""Lesson 3: how surprised the network was.

The page is lessons/03_loss/README.md; check with: pytest lessons/03_loss
"""

import numpy as np

from reference.forward import forward


def cross_entropy(P: np.ndarray, Y: np.ndarray) -> float:
    """Sum, over the T steps, of -log of the probability given to the target, in nats.

    P holds probabilities (K, T), Y the one-hot targets (K, T). A target of probability 0
    costs inf; a zero in P anywhere else costs nothing.

    Two targets of probability 1/2 and 1/4 cost ln 2 + ln 4 = 0.693 + 1.386 = 2.079.
    """
    raise NotImplementedError


def cost(params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> float:
    """Loss in nats of the window X, Y (K, T each), read from the state h0 (m, 1).

    With all params zero, K = 4 and T = 2, it is 2 ln 4 = 2.773, whatever X, Y and h0 are.
    """
    raise NotImplementedError
