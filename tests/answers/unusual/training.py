"""U, W and b, and V and c, are interleaved columns of two fresh buffers (they share."""

from typing import NamedTuple

import numpy as np

from reference.adagrad import adagrad_step, clip, init_memory
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy


class Step(NamedTuple):
    step: int
    epoch: int
    loss: float
    smooth_loss: float
    h: np.ndarray


class Result(NamedTuple):
    params: dict
    best_params: dict
    best_loss: float
    smooth_losses: list


def initialise(K, m, rng, sigma=0.01):
    hidden = rng.normal(0, sigma, (m, K + m + 1))
    output = rng.normal(0, sigma, (K, m + 1))
    hidden[:, -1] = 0
    output[:, -1] = 0
    return {
        "U": hidden[:, :K],
        "W": hidden[:, K:-1],
        "V": output[:, :m],
        "b": hidden[:, -1:],
        "c": output[:, -1:],
    }


def training_steps(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    memory = init_memory(params)
    smooth, step = None, 0
    Z = one_hot(indices, K)
    for epoch in range(epochs):
        states = [np.zeros((params["b"].shape[0], 1))]
        for start in range(0, Z.shape[1] - seq_length, seq_length):
            X, Y = Z[:, start : start + seq_length], Z[:, start + 1 : start + 1 + seq_length]
            P, H, _ = forward(params, X, states[-1])
            loss = cross_entropy(P, Y)
            adagrad_step(params, clip(backward(params, X, Y, P, H)), memory, eta)
            states.append(H[:, ::-1][:, :1])
            smooth = loss if smooth is None else 0.999 * smooth + 0.001 * loss
            yield Step(step, epoch, loss, smooth, states[-1])
            step += 1


def train(params, indices, K, **options):
    smooth_losses, best_loss, best = [], np.inf, {}
    for s in training_steps(params, indices, K, **options):
        smooth_losses.append(s.smooth_loss)
        if s.smooth_loss < best_loss:
            best_loss = s.smooth_loss
            best = {name: p.T.copy().T for name, p in params.items()}
    return Result(params, best, best_loss, smooth_losses[::-1][::-1])
