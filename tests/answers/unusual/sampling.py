"""Every second entry of a fresh array comes back; cumulative sum as a lower triangle."""

import numpy as np

from reference.forward import softmax


def sample(params, h0, x0, n, rng, temperature=1.0):
    K = len(params["c"])
    lower = np.tri(K)
    out = np.zeros(2 * n, dtype=np.int64)[::2]
    h, k = h0, x0
    for t in range(n):
        h = np.tanh(params["W"] @ h + params["U"][:, [k]] + params["b"])
        p = softmax((params["V"] @ h + params["c"]) / temperature)
        cdf = (lower @ p)[:, 0]
        u = rng.random() * cdf[-1]
        k = min(int(np.count_nonzero(cdf <= u)), int(np.flatnonzero(p[:, 0])[-1]))
        out[t] = k
    return out
