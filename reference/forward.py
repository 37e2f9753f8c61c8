"""Lesson 2: the network read from left to right."""

import numpy as np


def softmax(O: np.ndarray) -> np.ndarray:
    """Turn each column of logits O (K, T) into probabilities (K, T).

    P[k, t] = exp(O[k, t]) / sum over j of exp(O[j, t])

    Subtracting a column's maximum changes nothing in that quotient, and keeps exp
    from overflowing: its largest argument becomes 0.
    """
    E = np.exp(O - O.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def forward(
    params: dict[str, np.ndarray], X: np.ndarray, h0: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Run the network over the one-hot inputs X (K, T) from the state h0 (m, 1).

    Returns
    -------
    P : array (K, T)
        Probabilities of the next character.
    H : array (m, T+1)
        Hidden states; column 0 is h0.
    A : array (m, T)
        Pre-activations.
    """
    U, W, V, b, c = (params[name] for name in "UWVbc")
    m, T = len(W), X.shape[1]

    H = np.empty((m, T + 1), order="F")  # one column after the other, as they are used
    A = np.add(U @ X.copy(), b, order="F")  # the input's part of A, all steps at once
    H[:, 0] = h = h0[:, 0]
    for a, h_next in zip(A.T, H.T[1:], strict=True):  # columns A[:, t] and H[:, t+1], in place
        a += W.dot(h)  # A[:, t] = W H[:, t] + U X[:, t] + b
        h = np.tanh(a, out=h_next)  # H[:, t+1] = tanh(A[:, t])

    O = np.add(V @ H[:, 1:].copy(), c, order="F")  # products are quicker with a copy in rows
    return softmax(O), H, A
