"""Memory and clipped gradients are strided views of wider fresh arrays."""

import numpy as np


def _wide(shape):
    return np.zeros((shape[0], 2 * shape[1]))[:, ::2]


def clip(grads, limit=5.0):
    out = {}
    for name, g in grads.items():
        out[name] = _wide(g.shape)
        np.clip(g, -limit, limit, out=out[name])
    return out


def init_memory(params):
    return {name: _wide(p.shape) for name, p in params.items()}


def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
    for name in ("c", "b", "V", "W", "U"):
        for row in range(params[name].shape[0]):
            memory[name][row] += grads[name][row] ** 2
            params[name][row] -= eta * grads[name][row] / np.sqrt(memory[name][row] + eps)
