"""Gradients are strided views of one fresh pool."""

import numpy as np


def numerical_gradients(loss, params, step=1e-5):
    grads = {}
    for name, tensor in params.items():
        wide = np.zeros(tuple(2 * n for n in tensor.shape))
        grad = wide[tuple(slice(None, None, 2) for _ in tensor.shape)]
        for index in list(np.ndindex(tensor.shape))[::-1]:
            old = float(tensor[index])
            values = []
            for sign in (+1, -1):
                tensor[index] = old + sign * step
                values.append(loss(params))
                tensor[index] = old
            grad[index] = (values[0] - values[1]) / (2 * step)
        grads[name] = grad
    return grads


def relative_error(ga, gn, floor=1e-6):
    x, y = ga[::-1], gn[::-1]
    return float(np.linalg.norm(x - y) / max(floor, np.linalg.norm(x) + np.linalg.norm(y)))
