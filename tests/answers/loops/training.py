"""Own Step and Result with __slots__; a window is one-hot encoded entry by entry; own."""

import numpy as np

from reference.adagrad import adagrad_step
from reference.backward import backward
from reference.forward import forward


class Step:
    __slots__ = ("step", "epoch", "loss", "smooth_loss", "h")


class Result:
    __slots__ = ("params", "best_params", "best_loss", "smooth_losses")


def initialise(K, m, rng, sigma=0.01):
    params = {
        "U": np.zeros((m, K)),
        "W": np.zeros((m, m)),
        "V": np.zeros((K, m)),
        "b": np.zeros((m, 1)),
        "c": np.zeros((K, 1)),
    }
    for name in ["U", "W", "V"]:
        for i in range(params[name].shape[0]):
            for j in range(params[name].shape[1]):
                params[name][i, j] = sigma * rng.standard_normal()
    return params


def training_steps(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    N = len(indices)
    memory = {}
    for name in params:
        memory[name] = np.zeros(params[name].shape)
    step = 0
    smooth = None
    for epoch in range(epochs):
        h = np.zeros((params["b"].shape[0], 1))
        start = 0
        while start + seq_length < N:
            X = np.zeros((K, seq_length))
            Y = np.zeros((K, seq_length))
            for t in range(seq_length):
                X[int(indices[start + t]), t] = 1
                Y[int(indices[start + t + 1]), t] = 1
            P, H, A = forward(params, X, h)
            loss = 0.0
            for t in range(seq_length):
                loss = loss - float(np.log(P[int(indices[start + t + 1]), t]))
            grads = backward(params, X, Y, P, H)
            for name in params:
                g = grads[name]
                for i in range(g.shape[0]):
                    for j in range(g.shape[1]):
                        if g[i, j] > 5:
                            g[i, j] = 5
                        if g[i, j] < -5:
                            g[i, j] = -5
            adagrad_step(params, grads, memory, eta)
            h = np.zeros((params["b"].shape[0], 1))
            for i in range(h.shape[0]):
                h[i, 0] = H[i, seq_length]
            if smooth is None:
                smooth = loss
            else:
                smooth = 0.999 * smooth + 0.001 * loss
            s = Step()
            s.step = step
            s.epoch = epoch
            s.loss = loss
            s.smooth_loss = smooth
            s.h = h
            yield s
            step = step + 1
            start = start + seq_length


def train(params, indices, K, **options):
    r = Result()
    r.params = params
    r.best_params = None
    r.best_loss = None
    r.smooth_losses = []
    for s in training_steps(params, indices, K, **options):
        r.smooth_losses.append(s.smooth_loss)
        if r.best_loss is None or s.smooth_loss < r.best_loss:
            r.best_loss = s.smooth_loss
            r.best_params = {}
            for name in params:
                r.best_params[name] = np.array(params[name])
    return r
