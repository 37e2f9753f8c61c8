"""Oracle: the network and its back-propagation in mpmath, fifty digits and scalar loops.

Nothing is shared with the reference: every sum is written out, over Python lists.
"""

from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np

DIGITS = 50

Table = list[list[Any]]  # rows of mpmath numbers


def fifty_digit_states(
    params: dict[str, np.ndarray], X: np.ndarray, h0: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """P (K, T) and H (m, T+1), rounded to float64."""
    with mpmath.workdps(DIGITS):
        p, h = read(exact(params), X.argmax(axis=0), h0)
        return np.array(p, dtype=float).T, np.array(h, dtype=float).T


def fifty_digit_gradients(
    params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, h0: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """Loss and gradients of the window X, Y (K, T) from h0 (m, 1), rounded to float64."""
    with mpmath.workdps(DIGITS):
        tables = exact(params)
        W, V = tables["W"], tables["V"]
        x, y = X.argmax(axis=0), Y.argmax(axis=0)
        m, K, T = len(W), len(V), len(x)
        p, h = read(tables, x, h0)
        loss = -sum(mpmath.log(p[t][y[t]]) for t in range(T))

        g = [[p[t][k] - (k == y[t]) for k in range(K)] for t in range(T)]
        d = [[mpmath.mpf(0)] * m for _ in range(T + 1)]  # d[T]: nothing follows the last step
        for t in reversed(range(T)):
            for i in range(m):
                heard = sum(V[k][i] * g[t][k] for k in range(K))
                heard += sum(W[j][i] * d[t + 1][j] for j in range(m))
                d[t][i] = heard * (1 - h[t + 1][i] ** 2)

        def table(rows: int, columns: int, entry: Callable[[int, int], Any]) -> np.ndarray:
            return np.array([[float(entry(i, j)) for j in range(columns)] for i in range(rows)])

        return float(loss), {
            "U": table(m, K, lambda i, k: sum(d[t][i] for t in range(T) if x[t] == k)),
            "W": table(m, m, lambda i, j: sum(d[t][i] * h[t][j] for t in range(T))),
            "V": table(K, m, lambda k, i: sum(g[t][k] * h[t + 1][i] for t in range(T))),
            "b": table(m, 1, lambda i, _: sum(d[t][i] for t in range(T))),
            "c": table(K, 1, lambda k, _: sum(g[t][k] for t in range(T))),
        }


def exact(params: dict[str, np.ndarray]) -> dict[str, Table]:
    """Parameters as rows of mpmath numbers."""
    return {
        name: [[mpmath.mpf(float(entry)) for entry in row] for row in tensor]
        for name, tensor in params.items()
    }


def read(params: dict[str, Table], x: np.ndarray, h0: np.ndarray) -> tuple[Table, Table]:
    """Probabilities p[t][k] and states h[t][i] of reading the characters x."""
    U, W, V, b, c = (params[name] for name in "UWVbc")
    h = [[mpmath.mpf(float(entry)) for entry in h0[:, 0]]]
    p = []
    for t, k in enumerate(x):
        a = [dot(W[i], h[t]) + U[i][k] + b[i][0] for i in range(len(W))]
        h.append([mpmath.tanh(entry) for entry in a])
        e = [mpmath.exp(dot(V[k], h[t + 1]) + c[k][0]) for k in range(len(V))]
        p.append([entry / sum(e) for entry in e])
    return p, h


def dot(row: list[Any], column: list[Any]) -> Any:
    """Sum of products."""
    return sum(a * b for a, b in zip(row, column, strict=True))
