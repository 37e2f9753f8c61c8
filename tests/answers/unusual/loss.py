"""The chosen probabilities seen through a strided diagonal."""

import numpy as np

from reference.forward import forward


def cross_entropy(P, Y):
    rows = P[Y.argmax(axis=0)]
    with np.errstate(divide="ignore"):
        return float(np.log(np.diagonal(rows)).sum() * -1)


def cost(params, X, Y, h0):
    return cross_entropy(forward(params, X, h0)[0], Y)
