"""Following a training run of the answer, each step judged from the answer's own state before it.

Two right programs drift apart within a few hundred updates; one update from the same state
they agree on.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import tensors
from lessons.checking.answering.values import copied
from reference.adagrad import clip
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy

Params = dict[str, np.ndarray]


@dataclass
class Seen:
    """A step of the answer, and what it should have been, from the answer's own past."""

    step: Any
    params: Params  # after the update, by the answer
    due_params: Params
    loss: float  # before the update
    h: np.ndarray  # the window's last state
    last_of_epoch: bool
    smooth_loss: float
    epoch: int


def follow(
    training_steps: Function, params: Params, indices: np.ndarray, **options: Any
) -> Iterator[Seen]:
    """Go through a run of the answer, and compute each step from its own state before."""
    K, T = len(params["c"]), options.get("seq_length", 25)
    eta, windows = options.get("eta", 0.1), (len(indices) - 1) // T
    memory = {name: np.zeros_like(tensor) for name, tensor in params.items()}
    zero = np.zeros_like(params["b"])
    before, h, smooth = copied(params), zero, None
    steps = training_steps.in_place(params, indices, K, **options)
    for count, step in enumerate(steps):
        epoch, window = divmod(count, windows)
        if window == 0:
            h = zero
        Z = one_hot(indices[window * T : window * T + T + 1], K)
        P, H, _ = forward(before, Z[:, :-1], h)
        loss = cross_entropy(P, Z[:, 1:])
        grads = clip(backward(before, Z[:, :-1], Z[:, 1:], P, H))
        if not grads["c"].any():
            raise RuntimeError("this window teaches nothing")
        memory = {name: memory[name] + grads[name] ** 2 for name in memory}
        due = {k: before[k] - eta * grads[k] / np.sqrt(memory[k] + 1e-8) for k in memory}
        smooth = loss if smooth is None else 0.999 * smooth + 0.001 * loss
        tensors("params after a step", params, before)
        yield Seen(step, copied(params), due, loss, H[:, -1:], window == windows - 1, smooth, epoch)
        before, h, smooth = copied(params), np.array(step.h), step.smooth_loss
        if window == windows - 1:
            h = H[:, -1:]
