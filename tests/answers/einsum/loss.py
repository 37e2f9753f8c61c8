"""The target's probability by einsum, as in real course answers."""

import numpy as np

from reference.forward import forward


def cross_entropy(P, Y):
    with np.errstate(divide="ignore"):
        return -np.sum(np.log(np.einsum("ij,ji->i", Y.T, P)))


def cost(params, X, Y, h0):
    return cross_entropy(P=forward(params=params, X=X, h0=h0)[0], Y=Y)
