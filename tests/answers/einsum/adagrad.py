"""Squares by einsum, in place with out=."""

import numpy as np


def clip(grads, limit=5.0):
    return {k: np.where(np.abs(g) > limit, np.sign(g) * limit, g) for k, g in grads.items()}


def init_memory(params):
    return {k: np.full(p.shape, 0.0) for k, p in params.items()}


def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
    for k, p in params.items():
        np.add(memory[k], np.einsum("ij,ij->ij", grads[k], grads[k]), out=memory[k])
        np.subtract(p, np.einsum("ij,ij->ij", grads[k], eta / np.sqrt(memory[k] + eps)), out=p)
