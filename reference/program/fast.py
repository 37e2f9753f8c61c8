"""The update of training.py with its loops compiled; NumPy keeps the matrix products.

Needs the optional extra `fast` (numba). The compiled code is cached on disk, so only the
first run waits for the compiler. Time runs along rows in H (T+1, m) and D (T, m), so that a
step lies in one piece; G is (K, T). exp, tanh and 1 / sqrt are written out, in multiplications
and additions alone, so that the compiler does several numbers at a time.
"""

from math import factorial

import numpy as np
from numba import njit

# `reassoc` lets the compiler sum in another order, and so several terms at a time
compiled = njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz", "nnan"})
compiled_in_order = njit(cache=True, error_model="numpy", fastmath={"contract"})

LN2_HIGH, LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10  # their sum is ln 2; k HIGH is exact
TO_WHOLE = 1.5 * 2.0**52  # x + TO_WHOLE has no room for a fraction: its last bits are x, rounded
TAYLOR = tuple(1 / factorial(n) for n in range(13, -1, -1))  # of exp, the last power first
GUESS = np.int64(0x5FE6EB50C7B537A9)  # less half of a number's bits: those of nearly 1 / sqrt


def update(
    params: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    window: np.ndarray,
    h: np.ndarray,
    eta: float,
) -> tuple[float, np.ndarray]:
    """Do what training.update does, equal to it but for rounding."""
    U, W, V, b, c = (params[name] for name in "UWVbc")
    inputs, targets = window[:-1], window[1:]

    H = np.empty((len(window), len(h)))
    H[0] = h[:, 0]
    run_states(U, W, b, inputs, H)
    G = V @ H[1:].T.copy()
    loss = compare(G, c, targets)
    D = G.T @ V
    run_back(W, H, D)

    learn(W, memory["W"], D.T @ H[:-1], eta)
    learn(V, memory["V"], G @ H[1:], eta)
    learn(b.T, memory["b"].T, D.sum(axis=0)[None], eta)
    learn(c.T, memory["c"].T, G.sum(axis=1)[None], eta)
    learn_read_columns(U, memory["U"], inputs, D, eta)
    return loss, H[-1][:, None]


@compiled_in_order
def exp(x):
    """Turn each x[i] in -700..700 into exp(x[i]), wrong by a relative 1.4e-16 at most.

    exp(x) = 2**k exp(r), where k is x / ln 2 rounded, and r = x - k ln 2 lies in -0.35..0.35.
    """
    k = x * (1 / np.log(2.0)) + TO_WHOLE
    exponents = k.view(np.int64) << 52  # where a float64 has its power of two
    for i in range(len(x)):
        r = x[i] - (k[i] - TO_WHOLE) * LN2_HIGH - (k[i] - TO_WHOLE) * LN2_LOW
        p = 0.0
        for coefficient in TAYLOR:
            p = p * r + coefficient
        x[i] = p
    bits = x.view(np.int64)
    bits += exponents


@compiled
def run_states(U, W, b, inputs, H):
    """Fill H[t+1] = tanh(W H[t] + column inputs[t] of U + b)."""
    m = len(W)
    for t in range(len(inputs)):
        h, a, k = H[t], H[t + 1], inputs[t]
        multiply(W, h, a)
        for i in range(m):  # beyond 20, tanh is 1 to the last digit
            a[i] = 2.0 * min(max(a[i] + U[i, k] + b[i, 0], -20.0), 20.0)
        exp(a)
        for i in range(m):
            a[i] = 1.0 - 2.0 / (a[i] + 1.0)  # tanh(a) = 1 - 2 / (exp(2 a) + 1)


@compiled
def multiply(W, h, a):
    """Fill a = W h, four rows at a time, which reads h once for all four."""
    m = len(W)
    for i in range(0, m - 3, 4):
        a0 = a1 = a2 = a3 = 0.0
        for j in range(m):
            a0 += W[i, j] * h[j]
            a1 += W[i + 1, j] * h[j]
            a2 += W[i + 2, j] * h[j]
            a3 += W[i + 3, j] * h[j]
        a[i], a[i + 1], a[i + 2], a[i + 3] = a0, a1, a2, a3
    for i in range(m - m % 4, m):
        a0 = 0.0
        for j in range(m):
            a0 += W[i, j] * h[j]
        a[i] = a0


@compiled
def compare(G, c, targets):
    """Turn G = V H into P - Y, and return the window's loss."""
    K, T = G.shape
    top, total, p = np.full(T, -np.inf), np.zeros(T), np.empty(T)
    for k in range(K):
        for t in range(T):
            G[k, t] += c[k, 0]
            top[t] = max(top[t], G[k, t])
    for t in range(T):
        p[t] = np.exp(G[targets[t], t] - top[t])  # may be 0, which costs infinity
    for k in range(K):
        for t in range(T):
            G[k, t] = max(G[k, t] - top[t], -700.0)
    exp(G.reshape(K * T))
    for k in range(K):
        for t in range(T):
            total[t] += G[k, t]
    for k in range(K):
        for t in range(T):
            G[k, t] /= total[t]
    loss = 0.0
    for t in range(T):
        loss -= np.log(p[t] / total[t])
        G[targets[t], t] -= 1.0
    return loss


@compiled
def run_back(W, H, D):
    """Turn D[t] = V.T G[t] into (V.T G[t] + W.T D[t+1]) * (1 - H[t+1]**2), last step first."""
    m = len(W)
    carried = np.zeros(m)
    for t in range(len(D) - 1, -1, -1):
        d = D[t]
        for j in range(m):
            d[j] = (d[j] + carried[j]) * (1.0 - H[t + 1, j] ** 2)
        carried[:] = 0.0
        for i in range(0, m - 3, 4):
            d0, d1, d2, d3 = d[i], d[i + 1], d[i + 2], d[i + 3]
            for j in range(m):
                carried[j] += W[i, j] * d0 + W[i + 1, j] * d1 + W[i + 2, j] * d2 + W[i + 3, j] * d3
        for i in range(m - m % 4, m):
            d0 = d[i]
            for j in range(m):
                carried[j] += W[i, j] * d0


@compiled
def learn(theta, memory, grad, eta):
    """clip, then adagrad_step, with their defaults, a row of a parameter at a time.

    Each turn of Newton's method brings r nearer to 1 / sqrt(x): r is wrong by 3% at first,
    then by 2e-3, 5e-6, 3e-11, and at last by a rounding (3e-16 at most).
    """
    n = theta.shape[1]
    x, root = np.empty(n), np.empty(n)
    x_bits, root_bits = x.view(np.int64), root.view(np.int64)
    for i in range(len(theta)):
        for j in range(n):
            g = min(max(grad[i, j], -5.0), 5.0)
            memory[i, j] += g * g
            x[j] = memory[i, j] + 1e-8
        for j in range(n):
            root_bits[j] = GUESS - (x_bits[j] >> 1)
        for j in range(n):
            r = root[j]
            for _ in range(4):
                r *= 1.5 - 0.5 * x[j] * r * r
            theta[i, j] -= eta * min(max(grad[i, j], -5.0), 5.0) * r


@compiled
def learn_read_columns(U, memory, inputs, D, eta):
    """The same for U, whose gradient is zero but in the columns of characters read."""
    m, K = U.shape
    place = np.full(K, -1)  # of a character among those read
    read: list[int] = []
    for k in inputs:
        if place[k] < 0:
            place[k] = len(read)
            read.append(k)
    grad = np.zeros((len(read), m))
    for t in range(len(inputs)):
        grad[place[inputs[t]]] += D[t]
    theta, remembered = np.empty_like(grad), np.empty_like(grad)
    for i in range(m):
        for q in range(len(read)):
            theta[q, i], remembered[q, i] = U[i, read[q]], memory[i, read[q]]
    learn(theta, remembered, grad, eta)
    for i in range(m):
        for q in range(len(read)):
            U[i, read[q]], memory[i, read[q]] = theta[q, i], remembered[q, i]
