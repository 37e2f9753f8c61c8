"""Tensors moved by a one-hot tensor on new dicts, params never touched; norms by einsum."""

import numpy as np


def numerical_gradients(loss, params, step=1e-5):
    grads = {}
    for name, tensor in params.items():
        grad = np.zeros(tensor.size)
        for k in range(tensor.size):
            bump = np.zeros(tensor.size)
            bump[k] = step
            bump = bump.reshape(tensor.shape)
            grad[k] = (
                loss({**params, name: tensor + bump}) - loss({**params, name: tensor - bump})
            ) / (2 * step)
        grads[name] = grad.reshape(tensor.shape)
    return grads


def relative_error(ga, gn, floor=1e-6):
    def norm(x):
        return np.sqrt(np.einsum("i,i->", x.ravel(), x.ravel()))

    return norm(ga - gn) / max(floor, norm(ga) + norm(gn))
