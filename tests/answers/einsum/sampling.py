"""Rng.multinomial of one throw, argmax finds the character."""

import numpy as np

from reference.forward import softmax


def sample(params, h0, x0, n, rng, temperature=1.0):
    K = params["c"].shape[0]
    x = np.eye(K)[:, x0]
    h = h0[:, 0]
    indices = np.zeros(n, dtype=np.intp)
    for t in range(n):
        h = np.tanh(
            np.einsum("ij,j->i", params["W"], h)
            + np.einsum("ik,k->i", params["U"], x)
            + params["b"][:, 0]
        )
        o = np.einsum("ki,i->k", params["V"], h) + params["c"][:, 0]
        p = softmax(np.einsum("k->k", o)[:, None] / temperature)[:, 0]
        x = rng.multinomial(1, p).astype(float)
        indices[t] = np.argmax(x)
    return indices
