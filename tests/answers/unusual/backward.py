"""D is filled from the end of the buffer's start: a view with negative strides; gradients."""

import numpy as np


def output_gradient(P, Y):
    return np.subtract(P[::-1], Y[::-1])[::-1]


def preactivation_gradient(params, G, H):
    m, T = H.shape[0], G.shape[1]
    backwards = np.zeros((m, T))
    later = np.zeros(m)
    for s in range(T):
        t = T - 1 - s
        later = (params["V"].T @ G[:, t] + params["W"].T @ later) * (1 - H[:, t + 1] ** 2)
        backwards[:, s] = later
    return backwards[:, ::-1]


def backward(params, X, Y, P, H):
    G = output_gradient(P, Y)
    D = preactivation_gradient(params, G, H)
    m, K = D.shape[0], G.shape[0]
    pool = np.zeros((m + K, m + K + 1))
    pool[:m, :K] = D @ X.T
    pool[:m, K:-1] = D @ H[:, :-1].T
    pool[m:, :m] = G @ H[:, 1:].T
    pool[:m, -1] = D.sum(axis=1)
    pool[m:, -1] = G.sum(axis=1)
    return {
        "U": pool[:m, :K],
        "W": pool[:m, K:-1],
        "V": pool[m:, :m],
        "b": pool[:m, -1:],
        "c": pool[m:, -1:],
    }
