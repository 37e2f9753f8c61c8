"""Nothing vectorised: math.tanh and math.exp on Python floats, three nested loops."""

import math

import numpy as np


def softmax(O):
    K, T = O.shape
    P = np.zeros((K, T))
    for t in range(T):
        top = float(O[0, t])
        for k in range(1, K):
            if O[k, t] > top:
                top = float(O[k, t])
        total = 0.0
        for k in range(K):
            total += math.exp(float(O[k, t]) - top)
        for k in range(K):
            P[k, t] = math.exp(float(O[k, t]) - top) / total
    return P


def forward(params, X, h0):
    U, W, V = params["U"].tolist(), params["W"].tolist(), params["V"].tolist()
    b, c = params["b"].tolist(), params["c"].tolist()
    K, T = X.shape
    m = len(b)
    H = np.zeros((m, T + 1))
    A = np.zeros((m, T))
    O = np.zeros((K, T))
    for i in range(m):
        H[i, 0] = h0[i, 0]
    for t in range(T):
        previous = [float(H[i, t]) for i in range(m)]
        now = []
        for i in range(m):
            a = b[i][0]
            for j in range(m):
                a += W[i][j] * previous[j]
            for k in range(K):
                if X[k, t] != 0:
                    a += U[i][k] * float(X[k, t])
            A[i, t] = a
            now.append(math.tanh(a))
            H[i, t + 1] = now[i]
        for k in range(K):
            o = c[k][0]
            for i in range(m):
                o += V[k][i] * now[i]
            O[k, t] = o
    return softmax(O), H, A
