"""Lesson 8: all pieces together, reading a text window by window.

The page is lessons/08_training/README.md; check with: pytest lessons/08_training
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from reference.adagrad import adagrad_step, clip, init_memory
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy


class Step(NamedTuple):
    """What one update leaves."""

    step: int  # counts updates from 0, through all epochs
    epoch: int  # from 0
    loss: float  # of this window, in nats, before its update
    smooth_loss: float
    h: np.ndarray  # (m, 1), the state carried on to the next window


class Result(NamedTuple):
    """What training leaves."""

    params: dict[str, np.ndarray]  # the dict that was given, trained
    best_params: dict[str, np.ndarray]  # a snapshot just after the smallest smoothed loss
    best_loss: float  # the smallest smoothed loss
    smooth_losses: list[float]  # one a step


def initialise(
    K: int, m: int, rng: np.random.Generator, sigma: float = 0.01
) -> dict[str, np.ndarray]:
    """Draw weights U (m, K), W (m, m), V (K, m) from N(0, sigma^2); biases b, c are zero.

    b is (m, 1) and c is (K, 1). With sigma = 0.01, about two weights in three lie between
    -0.01 and 0.01.
    """
    raise NotImplementedError


def training_steps(
    params: dict[str, np.ndarray],
    indices: np.ndarray,
    K: int,
    *,
    seq_length: int = 25,
    eta: float = 0.1,
    epochs: int = 1,
) -> Iterator[Step]:
    """Train `params` in place on a text of N indices; `yield` a Step after each update.

    Windows start at 0, T, 2T, ... while start + T < N, T being seq_length: with N = 7 and
    T = 3 at 0 and 3. The state goes from window to window and is zero at the start of each
    epoch. Steps are made one at a time, when the caller asks for the next one: use `yield`.
    """
    raise NotImplementedError


def train(params: dict[str, np.ndarray], indices: np.ndarray, K: int, **options: Any) -> Result:
    """Run all of training_steps with `options`, and keep the smoothed losses and best params.

    Smoothed losses of 100, 99.99 and 100.01 give best_loss 99.99, and best_params as they
    were just after the second update.
    """
    raise NotImplementedError
