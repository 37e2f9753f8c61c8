"""Nothing vectorised: every gradient entry is summed by scalar loops over Python lists."""

import numpy as np


def output_gradient(P, Y):
    K, T = P.shape
    G = np.zeros((K, T))
    for k in range(K):
        for t in range(T):
            G[k, t] = float(P[k, t]) - float(Y[k, t])
    return G


def preactivation_gradient(params, G, H):
    W, V = params["W"].tolist(), params["V"].tolist()
    g, h = G.tolist(), H.tolist()
    m, K, T = len(W), len(V), len(g[0])
    D = [[0.0] * T for _ in range(m)]
    for t in range(T - 1, -1, -1):
        for i in range(m):
            s = 0.0
            for k in range(K):
                s += V[k][i] * g[k][t]
            if t < T - 1:
                for j in range(m):
                    s += W[j][i] * D[j][t + 1]
            D[i][t] = s * (1.0 - h[i][t + 1] * h[i][t + 1])
    return np.array(D)


def backward(params, X, Y, P, H):
    G = output_gradient(P, Y)
    D = preactivation_gradient(params, G, H)
    g, d, h, x = G.tolist(), D.tolist(), H.tolist(), X.tolist()
    K, T = len(g), len(g[0])
    m = len(d)
    dU = [[0.0] * K for _ in range(m)]
    dW = [[0.0] * m for _ in range(m)]
    dV = [[0.0] * m for _ in range(K)]
    db = [[0.0] for _ in range(m)]
    dc = [[0.0] for _ in range(K)]
    for i in range(m):
        for t in range(T):
            db[i][0] += d[i][t]
            for k in range(K):
                if x[k][t]:
                    dU[i][k] += d[i][t] * x[k][t]
            for j in range(m):
                dW[i][j] += d[i][t] * h[j][t]
    for k in range(K):
        for t in range(T):
            dc[k][0] += g[k][t]
            for i in range(m):
                dV[k][i] += g[k][t] * h[i][t + 1]
    return {
        "U": np.array(dU),
        "W": np.array(dW),
        "V": np.array(dV),
        "b": np.array(db),
        "c": np.array(dc),
    }
