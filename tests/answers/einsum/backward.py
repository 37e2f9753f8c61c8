"""Every product is an einsum."""

import numpy as np


def output_gradient(P, Y):
    return np.einsum("kt->kt", P) - Y


def preactivation_gradient(params, G, H):
    heard = np.einsum("ki,kt->it", params["V"], G)
    slope = 1.0 - np.einsum("it,it->it", H[:, 1:], H[:, 1:])
    D = np.zeros_like(heard)
    T = G.shape[1]
    D[:, T - 1] = heard[:, T - 1] * slope[:, T - 1]
    for t in range(T - 2, -1, -1):
        D[:, t] = np.einsum(
            "i,i->i", heard[:, t] + np.einsum("ji,j->i", params["W"], D[:, t + 1]), slope[:, t]
        )
    return D


def backward(params, X, Y, P, H):
    G = output_gradient(P, Y)
    D = preactivation_gradient(params, G, H)
    return {
        "c": np.einsum("kt->k", G)[:, None],
        "b": np.einsum("it->i", D)[:, None],
        "V": np.einsum("kt,it->ki", G, H[:, 1:]),
        "W": np.einsum("it,jt->ij", D, H[:, :-1]),
        "U": np.einsum("it,kt->ik", D, X),
    }
