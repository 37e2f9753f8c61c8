"""A training run of the answer, each step judged from the answer's own state before it.

Two right programs drift apart within a few hundred updates; one update from the same state
they agree on. Here the five tensors of params are one vector.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import shapes, tensors
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.values import copied
from lessons.checking.comparing.compare import same
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy

EPS = 1e-8  # of AdaGrad, under the root
Params = dict[str, np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]
Run = dict[str, list[Any]]  # of each result below, what one step after another has left

RESULTS = {
    "step": "the number of the step",
    "epoch": "the epoch",
    "loss": "the loss",
    "smooth_loss": "the smoothed loss",
    "h": "the state h",
    "params": "the update of params",
}


def flat(params: Params) -> np.ndarray:
    """All entries of the five tensors, one after another."""
    return np.concatenate([params[name].ravel() for name in "UWVbc"])


def shaped(values: np.ndarray, m: int, K: int) -> Params:
    """The five tensors with these entries, or many of each from values with leading axes."""
    five, many = shapes(m, K), values.shape[:-1]
    ends = np.cumsum([rows * columns for rows, columns in five.values()])
    pieces = np.split(values, ends[:-1], axis=-1)
    return {
        name: piece.reshape(*many, *five[name]) for name, piece in zip(five, pieces, strict=True)
    }


@dataclass(frozen=True)
class Reading:
    """What a window gives."""

    P: np.ndarray
    H: np.ndarray
    A: np.ndarray
    loss: float
    gradient: np.ndarray


def read(K: int, theta: np.ndarray, h: np.ndarray, x: Any, y: Any) -> Reading:
    """A window with inputs x and targets y, read with these params from this state (m,)."""
    texts = (np.asarray(indices, dtype=np.intp).tobytes() for indices in (x, y))
    return _read(K, theta.tobytes(), h.tobytes(), *texts)


@lru_cache(maxsize=4000)
def _read(K: int, theta: bytes, h: bytes, x: bytes, y: bytes) -> Reading:
    """Keep what was read: most wrong runs have most of their windows in common."""
    h0 = np.frombuffer(h)[:, None]
    params = shaped(np.frombuffer(theta), len(h0), K)
    X, Y = (one_hot(np.frombuffer(indices, dtype=np.intp), K) for indices in (x, y))
    P, H, A = forward(params, X, h0)
    return Reading(P, H, A, cross_entropy(P, Y), flat(backward(params, X, Y, P, H)))


@dataclass(frozen=True, eq=False)
class Setting:
    """The arguments and options of a run."""

    params: Params
    text: np.ndarray
    K: int
    seq_length: int = 25
    eta: float = 0.1
    epochs: int = 1

    @property
    def windows(self) -> int:
        """How many windows the text has."""
        return (len(self.text) - 1) // self.seq_length

    @property
    def steps(self) -> int:
        """How many steps are expected."""
        return self.windows * self.epochs


class Moment:
    """A step of a run: what it started from, what it left, and what it should have left."""

    step: Any = None  # the answer's own, if it is followed: later steps may change it

    def __init__(
        self, setting: Setting, run: Mapping[str, Any], count: int, earlier: "Moment | None" = None
    ) -> None:
        """From the run's own numbers before it, and the gradients of the steps before."""
        self.setting, self.count, self.earlier = setting, count, earlier
        self.T, self.K, self.eta = setting.seq_length, setting.K, setting.eta
        self.epoch, self.place = divmod(count, setting.windows)
        self.at = self.place * self.T
        zero = np.zeros(len(setting.params["b"]))
        self.before = run["params"][count - 1] if count else flat(setting.params)
        self.ended = run["h"][count - 1] if count else zero  # the state after the step before
        self.h = self.ended if self.place else zero
        self.smooth = float(run["smooth_loss"][count - 1]) if count else math.nan
        self.losses = run["loss"][: count + 1]
        self.memory: np.ndarray = 0 * self.before
        if earlier:
            self.memory = earlier.memory + earlier.clipped**2
        self.own = self.reading()
        self.yours = {name: run[name][count] for name in RESULTS}

    @property
    def where(self) -> str:
        """Which step of the run it is."""
        last = self.at + self.T - 1
        return f"Step {self.count} (epoch {self.epoch}, window from {self.at} to {last})"

    @cached_property
    def expected(self) -> dict[str, Any]:
        """What the step should have left."""
        loss, mine = self.own.loss, self.yours["loss"]
        return {
            "step": self.count,
            "epoch": self.epoch,
            "loss": loss,
            "smooth_loss": self.smoothed(mine if self.count or not same(mine, loss) else loss),
            "h": self.own.H[:, -1],
            "params": self.updated(),
        }

    @cached_property
    def faulty(self) -> list[str]:
        """The results that are wrong."""
        return [
            name
            for name, expected in self.expected.items()
            if not same(np.asarray(self.yours[name]), np.asarray(expected))
        ]

    @property
    def clipped(self) -> np.ndarray:
        """The gradient that the update is made of."""
        return np.clip(self.own.gradient, -5, 5)

    @property
    def gradients(self) -> list[np.ndarray]:
        """Those of all windows so far, and of this one."""
        return [*(self.earlier.gradients if self.earlier else []), self.own.gradient]

    def window(self, at: int | None = None, ahead: int = 1) -> Pair:
        """Inputs of this window, or of the one that starts elsewhere, and targets so far ahead.

        The text begins anew where it ends.
        """
        inputs = np.arange(self.T) + (self.at if at is None else at)
        x, y = (self.setting.text.take(k, mode="wrap") for k in (inputs, inputs + ahead))
        return x, y

    def reading(self, theta: Any = None, h: Any = None, window: Pair | None = None) -> Reading:
        """What the window gives, or another one, or the same with something changed."""
        theta, h = self.before if theta is None else theta, self.h if h is None else h
        return read(self.K, theta, h, *(window or self.window()))

    def smoothed(self, loss: float) -> float:
        """The smoothed loss after a window of this loss."""
        return 0.999 * self.smooth + 0.001 * loss if self.count else loss

    def updated(self, g: Any = None, memory: Any = None, eta: float | None = None) -> np.ndarray:
        """The params after an update, or after another one."""
        g = np.clip(self.own.gradient if g is None else g, -5, 5)
        return self.moved(g, (self.memory if memory is None else memory) + g * g, eta)

    def moved(self, g: np.ndarray, memory: np.ndarray, eta: float | None = None) -> np.ndarray:
        """The params after a step with this gradient and this memory, as they are."""
        return self.before - (self.eta if eta is None else eta) * g / np.sqrt(memory + EPS)


def record(run: Run, step: Any, params: Params) -> None:
    """Add what a step has left to a run."""
    left = {"h": np.array(step.h)[:, 0], "params": flat(params)}
    for name in RESULTS:
        run[name].append(left[name] if name in left else getattr(step, name))


def follow(
    training_steps: Function, params: Params, indices: np.ndarray, **options: Any
) -> Iterator[Moment]:
    """Go through a run of the answer, and judge each of its steps."""
    setting = Setting(copied(params), indices, len(params["c"]), **options)
    run: Run = {name: [] for name in RESULTS}
    moment = None
    steps = training_steps.made_ahead().in_place(params, indices, setting.K, **options)
    for count, step in enumerate(steps):
        tensors("params after a step", params, setting.params)
        record(run, step, params)
        moment = Moment(setting, run, count, moment)
        moment.step = step
        if not moment.own.gradient[-setting.K :].any():
            raise Wrong(
                f"With your params before step {count} the gradient for c is exactly 0; right ones "
                "never lead there."
            )
        yield moment
