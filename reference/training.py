"""Lesson 8: all pieces together, reading a text window by window.

The loop exists once: `steps` runs from any State to the end, and training_steps, train
and the programs beside this module go through it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from reference.adagrad import adagrad_step, clip, init_memory
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy

SMOOTHING = 0.999


class Step(NamedTuple):
    """What one update leaves: h (m, 1) is the state carried on to the next window."""

    step: int
    epoch: int
    loss: float
    smooth_loss: float
    h: np.ndarray


class Result(NamedTuple):
    """What training leaves; best_params are those just after the smallest smoothed loss."""

    params: dict[str, np.ndarray]
    best_params: dict[str, np.ndarray]
    best_loss: float
    smooth_losses: list[float]


@dataclass
class State:
    """All that the next update depends on, and the best weights so far."""

    params: dict[str, np.ndarray]
    memory: dict[str, np.ndarray]
    h: np.ndarray  # (m, 1)
    start: int = 0  # where the next window starts in the text
    epoch: int = 0
    step: int = 0  # updates done
    smooth_loss: float | None = None  # None before the first window
    best_loss: float = np.inf
    best_params: dict[str, np.ndarray] | None = None


def initialise(
    K: int, m: int, rng: np.random.Generator | np.random.RandomState, sigma: float = 0.01
) -> dict[str, np.ndarray]:
    """Weights U (m, K), W (m, m), V (K, m) from N(0, sigma^2), biases b (m, 1), c (K, 1) zero."""
    return {
        "U": sigma * rng.standard_normal((m, K)),
        "W": sigma * rng.standard_normal((m, m)),
        "V": sigma * rng.standard_normal((K, m)),
        "b": np.zeros((m, 1)),
        "c": np.zeros((K, 1)),
    }


def begin(params: dict[str, np.ndarray]) -> State:
    """The state before the first update of `params`, which will be updated in place."""
    return State(params, init_memory(params), np.zeros_like(params["b"]))


def update(
    params: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    window: np.ndarray,
    h: np.ndarray,
    eta: float,
) -> tuple[float, np.ndarray]:
    """Learn from one window of T+1 indices, read from the state h (m, 1), in place.

    Returns the window's loss in nats before the update, and its last state (m, 1).
    """
    Z = one_hot(window, len(params["c"]))
    X, Y = Z[:, :-1], Z[:, 1:]  # the target is the next character
    P, H, _ = forward(params, X, h)
    grads = clip(backward(params, X, Y, P, H))
    adagrad_step(params, grads, memory, eta)
    return cross_entropy(P, Y), H[:, -1:].copy()


def steps(
    state: State,
    indices: np.ndarray,
    *,
    seq_length: int = 25,
    eta: float = 0.1,
    epochs: int = 1,
    update: Callable[..., tuple[float, np.ndarray]] = update,
) -> Iterator[Step]:
    """Go on from `state`, which is kept up to date, to the end of the last epoch.

    Another `update` with the arguments and results of the one above may take its place.
    """
    while state.epoch < epochs:
        window = indices[state.start : state.start + seq_length + 1]
        if len(window) <= seq_length:  # no target for the last character: a new epoch
            state.epoch, state.start, state.h = state.epoch + 1, 0, np.zeros_like(state.h)
            continue

        loss, state.h = update(state.params, state.memory, window, state.h, eta)
        if state.smooth_loss is None:
            state.smooth_loss = loss
        else:
            state.smooth_loss = SMOOTHING * state.smooth_loss + (1 - SMOOTHING) * loss
        if state.best_params is None or state.smooth_loss < state.best_loss:
            state.best_loss = state.smooth_loss
            state.best_params = {name: theta.copy() for name, theta in state.params.items()}
        state.start += seq_length
        state.step += 1
        yield Step(state.step - 1, state.epoch, loss, state.smooth_loss, state.h)


def training_steps(
    params: dict[str, np.ndarray],
    indices: np.ndarray,
    K: int,
    *,
    seq_length: int = 25,
    eta: float = 0.1,
    epochs: int = 1,
) -> Iterator[Step]:
    """Train `params` in place on a text of N indices, one Step an update.

    Windows start at 0, T, 2T, ... while start + T < N, T being seq_length. Their last
    state is carried to the next window, and is zero at the start of each epoch.
    """
    return steps(begin(params), np.asarray(indices), seq_length=seq_length, eta=eta, epochs=epochs)


def train(params: dict[str, np.ndarray], indices: np.ndarray, K: int, **options: Any) -> Result:
    """Run all of training_steps, keeping the smoothed losses and the best weights."""
    state = begin(params)
    smooth_losses = [step.smooth_loss for step in steps(state, np.asarray(indices), **options)]
    return Result(params, state.best_params or params, state.best_loss, smooth_losses)
