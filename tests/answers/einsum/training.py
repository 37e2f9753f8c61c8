"""The weights are cut from one draw of rng.normal; the loss from einsum; params updated."""

from typing import NamedTuple

import numpy as np

from reference.adagrad import adagrad_step, clip, init_memory
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward


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
    z = rng.normal(0.0, sigma, size=m * K + m * m + K * m)
    U, W, V = np.split(z, [m * K, m * K + m * m])
    return {
        "U": U.reshape(m, K),
        "W": W.reshape(m, m),
        "V": V.reshape(K, m),
        "b": np.zeros((m, 1)),
        "c": np.zeros((K, 1)),
    }


def training_steps(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    memory = init_memory(params)
    smooth, count = None, 0
    Z = one_hot(indices, K)
    for epoch in range(epochs):
        h = np.zeros_like(params["b"])
        for start in range(0, Z.shape[1] - seq_length, seq_length):
            X, Y = Z[:, start : start + seq_length], Z[:, start + 1 : start + seq_length + 1]
            P, H, _ = forward(params, X, h)
            loss = float(-np.log(np.einsum("kt,kt->t", P, Y)).sum())
            adagrad_step(params, clip(backward(params, X, Y, P, H)), memory, eta)
            h = H[:, seq_length:]
            smooth = loss if smooth is None else 0.999 * smooth + 0.001 * loss
            yield Step(count, epoch, loss, smooth, h)
            count += 1


def train(params, indices, K, **options):
    best, smooth_losses = None, []
    for s in training_steps(params, indices, K, **options):
        if not smooth_losses or s.smooth_loss < min(smooth_losses):
            best = (s.smooth_loss, {k: p.copy() for k, p in params.items()})
        smooth_losses.append(s.smooth_loss)
    return Result(params, best[1], best[0], smooth_losses)
