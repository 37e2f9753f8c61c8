"""No entry stands quite still between the losses, but in the end every bit is what it was."""

import itertools

import numpy as np


def numerical_gradients(loss, params, step=1e-5):
    kept = {name: tensor.copy() for name, tensor in params.items()}
    grads = {name: np.zeros_like(tensor) for name, tensor in params.items()}
    ways = itertools.cycle((np.inf, -np.inf, -np.inf))

    def moved(tensor, index, move):
        way = next(ways)
        for name in params:
            params[name][...] = np.nextafter(kept[name], way)  # off by an ulp
        tensor[index] += move
        return loss(params)

    for name, tensor in params.items():
        for index in np.ndindex(tensor.shape):
            difference = moved(tensor, index, step) - moved(tensor, index, -step)
            grads[name][index] = difference / (2 * step)
    for name, tensor in params.items():
        tensor[...] = kept[name]
    return grads


def relative_error(ga, gn, floor=1e-6):
    size = np.linalg.norm(ga) + np.linalg.norm(gn)
    return float(np.linalg.norm(ga - gn) / max(floor, size))
