"""Lesson 4: back-propagation through time.

Derived in Goodfellow, Bengio and Courville, Deep Learning (2016), section 10.2.2.
"""

import numpy as np


def output_gradient(P: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """dL/dO (K, T): softmax and cross-entropy together leave P - Y."""
    return P - Y


def preactivation_gradient(
    params: dict[str, np.ndarray], G: np.ndarray, H: np.ndarray
) -> np.ndarray:
    """dL/dA (m, T) from G = dL/dO (K, T) and the states H (m, T+1).

    A state is heard twice: by its own output, and by the next step. From last to first,

        dL/dA[:, t] = (V.T G[:, t] + W.T dL/dA[:, t+1]) * (1 - H[:, t+1]**2)

    where nothing follows the last step, and 1 - h**2 is the slope of tanh at h = tanh(a).
    """
    W, V = params["W"], params["V"]

    D = (G.T @ V).T  # V.T G, what each step's own output sends, all steps at once
    slope = 1 - H[:, 1:] ** 2
    carried = np.zeros(len(W))
    for d, s in zip(D.T[::-1], slope.T[::-1], strict=True):  # columns, from last to first
        d += carried
        d *= s
        carried = d.dot(W)  # W.T dL/dA[:, t], as a row
    return D


def backward(
    params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, P: np.ndarray, H: np.ndarray
) -> dict[str, np.ndarray]:
    """Gradients of the loss by all five parameters, each of its parameter's shape.

    X, Y, P are (K, T), H is (m, T+1); P and H are what forward returned. Every step uses
    the same parameters, so each gradient is a sum over time, and a matrix product is that
    sum: D @ X.T = sum over t of D[:, t] X[:, t].T
    """
    G = output_gradient(P, Y)  # dL/dO
    D = preactivation_gradient(params, G, H)  # dL/dA
    return {
        "U": D @ X.T,
        "W": D @ H[:, :-1].T,
        "V": G @ H[:, 1:].T,
        "b": D.sum(axis=1, keepdims=True),
        "c": G.sum(axis=1, keepdims=True),
    }
