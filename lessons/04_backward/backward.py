"""Lesson 4: back-propagation through time.

The page is lessons/04_backward/README.md; check with: pytest lessons/04_backward
"""

import numpy as np


def output_gradient(P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """Slope of the loss by the logits, dL/dO (K, T), from P and the targets Y (K, T each).

    A column of P of (0.75, 0.25) whose target is the second character gives (0.75, -0.75).
    """
    raise NotImplementedError


def preactivation_gradient(
    params: dict[str, np.ndarray], G: np.ndarray, H: np.ndarray
) -> np.ndarray:
    """Slope of the loss by the pre-activations, dL/dA (m, T): the recursion through time.

    G is dL/dO (K, T), any values; H holds the states (m, T+1), column 0 being h0.

    With m = 2, K = 1, T = 2, W = [[1, 2], [0, -1]], V = [[1, 2]], G = [[0, 1]] and
    H = [[0.3, 0.5, 0.6], [0.2, -0.5, -0.8]] it is [[0.48, 0.64], [0.42, 0.72]].
    """
    raise NotImplementedError


def backward(
    params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, P: np.ndarray, H: np.ndarray
) -> dict[str, np.ndarray]:
    """Gradients of the loss by all five parameters, unclipped.

    X, Y, P are (K, T) and H is (m, T+1); P and H are what forward returned for these
    params and X.

    Returns
    -------
    dict
        Keys "U", "W", "V", "b", "c", each gradient of its parameter's shape. If all params
        are zero, K = 2 and the targets are a, a, b: "c" is (1.5 - 2, 1.5 - 1) = (-0.5, 0.5).
    """
    raise NotImplementedError
