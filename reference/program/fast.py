"""The update of training.py with its loops compiled; NumPy keeps the matrix products.

Needs the optional extra `fast` (numba). The compiled code is cached on disk, so only the
first run waits for the compiler. Time runs along rows here: H is (T+1, m), D and A are
(T, m), so that a step lies in one piece.
"""

import numpy as np
from numba import njit

from reference.forward import softmax

# `reassoc` lets the compiler sum in another order, and so several terms at a time
compiled = njit(cache=True, error_model="numpy", fastmath={"reassoc", "contract", "nsz", "nnan"})


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
    T = len(inputs)

    H = np.empty((T + 1, len(h)))
    H[0] = h[:, 0]
    A = U.T[inputs] + b[:, 0]  # column k of U is U times the one-hot column of k
    run_states(W, A, H)

    G = softmax(V @ H[1:].T + c)
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        loss = -np.log(G[targets, np.arange(T)]).sum()
    G[targets, np.arange(T)] -= 1.0  # G = P - Y
    D = G.T @ V
    run_back(W, H, D)

    learn(W, memory["W"], D.T @ H[:-1], eta)
    learn(V, memory["V"], G @ H[1:], eta)
    learn(b, memory["b"], D.sum(axis=0)[:, None], eta)
    learn(c, memory["c"], G.sum(axis=1)[:, None], eta)
    learn_read_columns(U, memory["U"], inputs, D, eta)
    return float(loss), H[-1][:, None]


@compiled
def run_states(W, A, H):
    """Fill H[t+1] = tanh(W H[t] + A[t]), where A holds U X + b."""
    for t in range(len(A)):
        for i in range(len(W)):
            a = A[t, i]
            for j in range(len(W)):
                a += W[i, j] * H[t, j]
            H[t + 1, i] = 1.0 - 2.0 / (np.exp(2.0 * a) + 1.0)  # tanh(a), by a quicker road


@compiled
def run_back(W, H, D):
    """Turn D[t] = V.T G[t] into (V.T G[t] + W.T D[t+1]) * (1 - H[t+1]**2), last step first."""
    carried = np.zeros(len(W))
    for t in range(len(D) - 1, -1, -1):
        d = (D[t] + carried) * (1.0 - H[t + 1] ** 2)
        carried[:] = 0.0
        for i in range(len(W)):
            for j in range(len(W)):
                carried[j] += W[i, j] * d[i]
        D[t] = d


@compiled
def learn(theta, memory, grad, eta):
    """clip, then adagrad_step, with their defaults, in one pass over a parameter."""
    for i in range(theta.shape[0]):
        for j in range(theta.shape[1]):
            g = min(max(grad[i, j], -5.0), 5.0)
            memory[i, j] += g * g
            theta[i, j] -= eta * g / np.sqrt(memory[i, j] + 1e-8)


@compiled
def learn_read_columns(U, memory, inputs, D, eta):
    """The same for U, whose gradient is zero but in the columns of characters read."""
    for t in range(len(inputs)):
        k = inputs[t]
        if k in inputs[:t]:
            continue  # done, with all its occurrences
        grad = np.zeros((len(U), 1))
        for s in range(t, len(inputs)):
            if inputs[s] == k:
                grad[:, 0] += D[s]
        learn(U[:, k : k + 1], memory[:, k : k + 1], grad, eta)
