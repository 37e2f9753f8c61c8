"""Every product is an einsum, the softmax too."""

import numpy as np


def softmax(O):
    E = np.exp(O - np.max(O, axis=0))
    return np.einsum("kt,t->kt", E, 1.0 / np.einsum("kt->t", E))


def forward(params, X, h0):
    U, W, V, b, c = [params[k] for k in ("U", "W", "V", "b", "c")]
    T = X.shape[1]
    H = np.zeros((h0.shape[0], T + 1))
    A = np.zeros((h0.shape[0], T))
    H[:, 0] = np.einsum("ij->i", h0)
    for t in range(T):
        A[:, t] = (
            np.einsum("ij,j->i", W, H[:, t])
            + np.einsum("ik,k->i", U, X[:, t])
            + np.einsum("ij->i", b)
        )
        H[:, t + 1] = np.tanh(A[:, t])
    O = np.einsum("ki,it->kt", V, H[:, 1:]) + c
    return softmax(O), H, A
