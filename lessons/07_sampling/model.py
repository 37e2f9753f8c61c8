"""The model of lesson 7's known mistakes: `sample`, right unless a keyword says otherwise.

It writes one text that is drawn at random, or all texts at once, each with its probability.
"""

from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.contract import shapes
from lessons.checking.explaining.mistakes import Model
from reference.forward import softmax

Params = dict[str, np.ndarray]
Picked = tuple[np.ndarray, np.ndarray]  # a character for each new branch, and where it came from


def tensors(m: int, K: int, **given: Any) -> Params:
    """Params, zero but for those that are given."""
    return {
        name: np.array(given.get(name, np.zeros(shape)), float).reshape(shape)
        for name, shape in shapes(m, K).items()
    }


class Draws:
    """One text, drawn at random."""

    def __init__(self, rng: Any) -> None:
        self.rng = rng

    def pick(self, p: np.ndarray) -> Picked:
        """A character from the column p, and the branch that goes on: the only one."""
        return np.array([self.rng.choice(len(p), p=p[:, 0])]), np.array([0])


class OneNumber:
    """A generator that has one random number for all characters of a text."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.u = rng.random()

    def choice(self, K: int, p: np.ndarray) -> int:
        """The character whose part of the cumulative sum holds the number."""
        return min(int(np.searchsorted(np.cumsum(p), self.u, side="right")), K - 1)


@lru_cache(maxsize=100)
def every_branch(K: int, count: int) -> Picked:
    """Each of K characters after each of so many branches."""
    return np.tile(np.arange(K), count), np.repeat(np.arange(count), K)


class Branches:
    """All texts at once, each with the part of the numbers between 0 and 1 that gives it.

    Its characters share a text's part out, as if each draw had a number of its own. If one
    number serves for all draws, a character keeps of that part what lies in its own.
    """

    def __init__(self, *, one_number: bool) -> None:
        self.one_number = one_number
        self.low, self.high = np.zeros(1), np.ones(1)

    def pick(self, p: np.ndarray) -> Picked:
        """Every character after every branch."""
        K, count = p.shape
        ends = np.cumsum(p.T, axis=1)
        ends[:, -1] = 1.0
        starts = np.zeros_like(ends)
        starts[:, 1:] = ends[:, :-1]
        low, high = self.low[:, None], self.high[:, None]
        if not self.one_number:
            starts, ends = (low + (high - low) * x for x in (starts, ends))
        self.low = np.maximum(low, starts).ravel()
        self.high = np.minimum(high, ends).ravel()
        return every_branch(K, count)

    @property
    def chances(self) -> np.ndarray:
        """How likely each text is."""
        return np.maximum(self.high - self.low, 0)


def next_state(params: Params, h: np.ndarray, e: np.ndarray) -> np.ndarray:
    """The state after reading the one-hot column e in state h."""
    return np.asarray(np.tanh(params["W"] @ h + params["U"] @ e + params["b"]))


def written(
    params: Params,
    h0: np.ndarray,
    x0: int,
    n: int,
    draws: Draws | Branches,
    temperature: float | None = None,
    *,
    default: float = 1.0,
    named: Model = lambda params: params,
    start: Model = lambda h0, e, params: h0,
    first: Model = lambda e: e,
    step: Model = lambda Wh, Ux, b, tau, params, h, e: Wh + Ux + b,
    squash: Model = lambda a, b: np.tanh(a),
    carry: Model = lambda h, a, new, h0: new,
    shown: Model = lambda h, a, new: new,
    bias: Model = lambda c: c,
    temper: Model = lambda Vh, c, tau, t: (Vh + c) / tau,
    bend: Model = lambda p, e: p,
    feed: Model = lambda e, k, p, x: np.eye(len(p))[:, k],
    fed_apart: bool = False,
    skipped: int = 0,
    result: Model = lambda text, x0, n: text,
) -> np.ndarray:
    """Texts as columns, by `draws` from the distributions of the network.

    All that is carried has a column for each branch of the text, for one text only one.
    `e` is what is read, `k` what was drawn, `a` a pre-activation, `new` the state after it.
    """
    params, tau = named(params), default if temperature is None else temperature
    U, W, V, b, c = (params[name] for name in "UWVbc")
    x = np.eye(len(c))[:, [x0]]
    h, e, text = start(h0, x, params), first(x), np.empty((0, 1), dtype=np.intp)
    for t in range(n + skipped):
        a = step(W @ h, U @ e, b, tau, params, h, e)
        new = squash(a, b)
        p = bend(softmax(temper(V @ shown(h, a, new), bias(c), tau, t)), e)
        k, parents = draws.pick(p)
        text = np.vstack((text[:, parents], k))
        h, e, p = carry(h, a, new, h0)[:, parents], e[:, parents], p[:, parents]
        if fed_apart:
            k, parents = draws.pick(p)
            text, h, e, p = text[:, parents], h[:, parents], e[:, parents], p[:, parents]
        e = feed(e, k, p, x)
    return np.asarray(result(text[skipped:], x0, n))


def text_of(
    params: Params,
    h0: np.ndarray,
    x0: int,
    n: int,
    rng: np.random.Generator,
    temperature: float | None = None,
    *,
    source: Model = lambda rng: rng,
    one_number: bool = False,
    pack: Model = lambda text, K: text,
    spoil: Model = lambda params, h0, x0, tau: None,
    numbered: Model = lambda k: k,
    **choices: Any,
) -> Any:
    """One text, with a choice of how it is drawn."""
    rng = source(rng)
    draws = Draws(OneNumber(rng) if one_number else rng)
    text = written(params, h0, x0, n, draws, temperature, **choices)[:, 0]
    if n:
        spoil(params, h0, x0, temperature or 1.0)
    return pack(numbered(text), len(params["c"]))


def chances_of(
    params: Params, h0: np.ndarray, x0: int, n: int, *, one_number: bool = False, **choices: Any
) -> tuple[np.ndarray, np.ndarray]:
    """All texts as columns, and how likely each is, with the choices of `text_of`."""
    branches = Branches(one_number=one_number)
    steps = {key: choices[key] for key in choices.keys() - {"source", "pack", "spoil"}}
    return written(params, h0, x0, n, branches, **steps), branches.chances


def seeded(rng: np.random.Generator) -> np.random.Generator:
    """A generator that is the same in each call."""
    return np.random.default_rng(0)


def from_global(rng: np.random.Generator) -> np.random.Generator:
    """A generator that a global one decides."""
    return np.random.default_rng(np.random.randint(2**31))  # noqa: NPY002


def unseeded(rng: np.random.Generator) -> np.random.Generator:
    """A generator that is another one in each call."""
    return np.random.default_rng()
