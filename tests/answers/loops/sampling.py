"""Nothing vectorised: the cumulative sum is walked until it passes one uniform number."""

import math

import numpy as np


def sample(params, h0, x0, n, rng, temperature=1.0):
    U, W, V = params["U"].tolist(), params["W"].tolist(), params["V"].tolist()
    b = [row[0] for row in params["b"].tolist()]
    c = [row[0] for row in params["c"].tolist()]
    m, K = len(b), len(c)
    h = [float(h0[i, 0]) for i in range(m)]
    x = int(x0)
    out = np.zeros(n, dtype=np.int64)
    for t in range(n):
        new = []
        for i in range(m):
            a = b[i] + U[i][x]
            for j in range(m):
                a += W[i][j] * h[j]
            new.append(math.tanh(a))
        h = new
        o = []
        for k in range(K):
            s = c[k]
            for i in range(m):
                s += V[k][i] * h[i]
            o.append(s / temperature)
        top = max(o)
        weight = [math.exp(s - top) for s in o]
        total = 0.0
        for w in weight:
            total += w
        u = rng.random() * total
        x, run = -1, 0.0
        last = -1
        for k in range(K):
            if weight[k] > 0:
                last = k
            run += weight[k]
            if u < run:
                x = k
                break
        if x < 0:
            x = last
        out[t] = x
    return out
