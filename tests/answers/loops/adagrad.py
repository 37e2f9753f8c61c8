"""Nothing vectorised: entry by entry with math.sqrt."""

import math

import numpy as np


def clip(grads, limit=5.0):
    result = {}
    for key in grads:
        g = grads[key]
        new = np.zeros(g.shape)
        for i in range(g.shape[0]):
            for j in range(g.shape[1]):
                value = g[i, j]
                if value > limit:
                    value = limit
                elif value < -limit:
                    value = -limit
                new[i, j] = value
        result[key] = new
    return result


def init_memory(params):
    result = {}
    for key in params:
        rows, columns = params[key].shape
        result[key] = np.array([[0.0] * columns for _ in range(rows)])
    return result


def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
    for key in params:
        theta, g, mem = params[key], grads[key], memory[key]
        for i in range(theta.shape[0]):
            for j in range(theta.shape[1]):
                mem[i, j] = mem[i, j] + g[i, j] * g[i, j]
                theta[i, j] = theta[i, j] - eta * g[i, j] / math.sqrt(mem[i, j] + eps)
