"""Oracle: back-propagation through time in mpmath, fifty digits and scalar loops."""

from collections.abc import Callable

import numpy as np

DIGITS = 50


def fifty_digit_gradients(
    params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, h0: np.ndarray
) -> tuple[float, dict[str, np.ndarray]]:
    """Loss and gradients of the window X, Y (K, T) from h0 (m, 1), rounded to float64.

    Nothing is shared with the reference: every sum is written out, over Python lists.
    """
    import mpmath  # slow to import, and needed only here

    with mpmath.workdps(DIGITS):
        U, W, V, b, c = (
            [[mpmath.mpf(float(entry)) for entry in row] for row in params[name]]
            for name in "UWVbc"
        )
        m, K, T = len(W), len(V), X.shape[1]
        x, y = X.argmax(axis=0), Y.argmax(axis=0)

        h = [[mpmath.mpf(float(entry)) for entry in h0[:, 0]]]
        p, loss = [], mpmath.mpf(0)
        for t in range(T):
            h.append(
                [
                    mpmath.tanh(sum(W[i][j] * h[t][j] for j in range(m)) + U[i][x[t]] + b[i][0])
                    for i in range(m)
                ]
            )
            e = [
                mpmath.exp(sum(V[k][i] * h[t + 1][i] for i in range(m)) + c[k][0]) for k in range(K)
            ]
            p.append([entry / sum(e) for entry in e])
            loss -= mpmath.log(p[t][y[t]])

        g = [[p[t][k] - (k == y[t]) for k in range(K)] for t in range(T)]
        d = [[mpmath.mpf(0)] * m for _ in range(T + 1)]  # d[T]: nothing follows the last step
        for t in reversed(range(T)):
            for i in range(m):
                heard = sum(V[k][i] * g[t][k] for k in range(K))
                heard += sum(W[j][i] * d[t + 1][j] for j in range(m))
                d[t][i] = heard * (1 - h[t + 1][i] ** 2)

        def table(rows: int, columns: int, entry: Callable[[int, int], object]) -> np.ndarray:
            return np.array([[float(entry(i, j)) for j in range(columns)] for i in range(rows)])  # type: ignore[arg-type]

        return float(loss), {
            "U": table(m, K, lambda i, k: sum(d[t][i] for t in range(T) if x[t] == k)),
            "W": table(m, m, lambda i, j: sum(d[t][i] * h[t][j] for t in range(T))),
            "V": table(K, m, lambda k, i: sum(g[t][k] * h[t + 1][i] for t in range(T))),
            "b": table(m, 1, lambda i, _: sum(d[t][i] for t in range(T))),
            "c": table(K, 1, lambda k, _: sum(g[t][k] for t in range(T))),
        }
