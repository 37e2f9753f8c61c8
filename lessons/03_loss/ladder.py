"""Hand-sized cases of lesson 3, each rung with one more ingredient."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.contract import shapes
from lessons.checking.answering.printing import num
from lessons.checking.comparing.cases import spelled
from lessons.checking.explaining.changing import (
    Change,
    exchanged,
    moved,
    with_argument,
    with_params,
)
from lessons.checking.explaining.ladder import (
    Arithmetic,
    Case,
    Ladder,
    Questions,
    Rung,
    Telling,
    returned,
    tenths,
    tenths_params,
)
from lessons.checking.explaining.tables import total
from reference.encoding import one_hot
from reference.forward import softmax

from . import findings
from .networks import predicted

Draw = Callable[[np.random.Generator], Case]


def step_costs(P: np.ndarray, Y: np.ndarray) -> Arithmetic:
    """-log of the target's probability, step by step, and the sum."""
    rows = Y.argmax(axis=0)
    p = P[rows, np.arange(len(rows))]
    with np.errstate(divide="ignore"):
        terms = [abs(float(x)) for x in np.log(p)]
    lines = [
        (f"step {t}: -log P[{k},{t}]", f"-log {num(float(p[t]))}", terms[t])
        for t, k in enumerate(rows)
    ]
    return [*lines, ("together", total(terms), sum(terms))] if len(terms) > 1 else lines


def taking(*positions: int) -> Change:
    """The arguments in another order, or one in the place of another."""
    return lambda case: Case(*(case.arguments[k] for k in positions))


def first_step(case: Case) -> Case:
    """The first column of every array."""
    return Case(*(a if isinstance(a, dict) else a[:, :1] for a in case.arguments))


def over_sums(P: np.ndarray, axis: int) -> np.ndarray:
    """P divided by its sums, where they are not 0."""
    sums = P.sum(axis=axis, keepdims=True)
    return P / np.where(sums > 0, sums, 1.0)


def target_likeliest(case: Case) -> Case:
    """The same with the largest probability of each step exchanged with the target's."""
    P, Y = case.arguments
    P, steps, k, top = P.copy(), np.arange(P.shape[1]), Y.argmax(axis=0), P.argmax(axis=0)
    P[k, steps], P[top, steps] = P[top, steps], P[k, steps]
    return Case(P, Y)


def columns(targets: list[int], *probabilities: list[float]) -> Case:
    """Columns of probabilities and their targets, written out."""
    P = np.array(probabilities, dtype=float).T
    return Case(P, one_hot(targets, len(P)))


def drawn(K: int, T: int, *, target: float | None = None, normal: bool = True) -> Draw:
    """A maker of random probabilities and targets; `target` is the first target's own one."""

    def draw(rng: np.random.Generator) -> Case:
        P = softmax(tenths(rng, K, T)) if normal else rng.integers(1, 20, (K, T)) / 20
        k = rng.integers(K, size=T)
        if target is not None:
            P[:, 0] *= (1 - target) / (P[:, 0].sum() - P[k[0], 0])
            P[k[0], 0] = target
        return Case(P, one_hot(k, K))

    return draw


def with_a_zero(rng: np.random.Generator) -> Case:
    """Three characters; one that is not the target has probability 0 at step 0."""
    P, Y = drawn(3, 2)(rng).arguments
    k = (Y[:, 0].argmax() + 1) % 3
    P[k, 0] = 0.0
    P[:, 0] /= P[:, 0].sum()
    return Case(P, Y)


def tiny(rng: np.random.Generator) -> Case:
    """Targets of tiny probabilities, whose product is 0 in floats."""
    P, Y = columns([0, 0], [1e-200, 1, 0.5], [1e-180, 0.5, 0.5]).arguments
    return Case(P * rng.integers(1, 9), Y)


def at_an_end(case: Case) -> bool:
    """Whether some probability is near 0 or 1."""
    P = case.arguments[0]
    return bool(((P < 0.01) | (P > 0.99)).any())


CROSS_ENTROPY = Ladder(
    "cross_entropy",
    (
        Rung("one step", columns([0], [0.25, 0.75]), drawn(2, 1)),
        Rung(
            "a target of probability 1e-9",
            columns([0], [1e-9, 1 - 1e-9]),
            drawn(2, 1, target=1e-9),
        ),
        Rung("two steps", columns([0, 1], [0.5, 0.5], [0.2, 0.8]), drawn(2, 2)),
        Rung("three steps", columns([0, 0, 1], [0.5, 0.5], [0.2, 0.8], [0.9, 0.1]), drawn(2, 3)),
        Rung("three characters", columns([2, 0], [0.5, 0.3, 0.2], [0.1, 0.8, 0.1]), drawn(3, 2)),
        Rung(
            "four characters, four steps",
            columns(
                [3, 0, 0, 1],
                [0.1, 0.2, 0.3, 0.4],
                [0.7, 0.1, 0.1, 0.1],
                [0.2, 0.2, 0.5, 0.1],
                [0.4, 0.1, 0.4, 0.1],
            ),
            drawn(4, 4),
        ),
        Rung(
            "30 steps",
            columns([0, 1, 1] * 10, *[[0.5, 0.5], [0.2, 0.8], [0.9, 0.1]] * 10),
            drawn(3, 30),
            siblings=2,
        ),
        Rung(
            "columns of P that do not sum to 1",
            columns([1, 0], [0.5, 0.3], [0.1, 0.8]),
            drawn(3, 2, normal=False),
        ),
        Rung(
            "a character other than the target at probability 0",
            columns([0], [0.5, 0.5, 0]),
            with_a_zero,
        ),
        Rung(
            "a target of probability 1", columns([0], [1, 0]), drawn(3, 2, target=1.0), siblings=4
        ),
        Rung(
            "two targets of tiny probabilities, such as 1e-200",
            columns([0, 1], [1e-200, 1], [1, 1e-200]),
            tiny,
            siblings=2,
        ),
        Rung("a target of probability 0", columns([0], [0, 1]), drawn(3, 2, target=0.0)),
    ),
    returned("loss"),
    Telling(
        says="returns a wrong number",
        by_hand=lambda case, name, index: step_costs(*case.arguments),
        edge=("probabilities near 0 and 1", at_an_end),
    ),
    Questions(
        changes={
            "P and Y exchanged": taking(1, 0),
            "Y in reverse order": with_argument(1, lambda Y: Y[:, ::-1]),
            "the rows of Y in reverse order": with_argument(1, lambda Y: Y[::-1]),
            "softmax(P) in the place of P": with_argument(0, softmax),
            "1 - P in the place of P": with_argument(0, lambda P: 1 - P),
            "P with each column divided by its sum": with_argument(0, partial(over_sums, axis=0)),
            "P one step late": with_argument(0, lambda P: np.roll(P, 1, axis=1)),
            "P one step early": with_argument(0, lambda P: np.roll(P, -1, axis=1)),
            "P with each column divided by its largest entry": with_argument(
                0, lambda P: P / P.max(axis=0)
            ),
            "P divided by the sum of all its entries": with_argument(0, lambda P: P / P.sum()),
            "P with each row divided by its sum": with_argument(0, partial(over_sums, axis=1)),
        },
        switches={
            "with the first step alone": first_step,
            "where no probability is below 0.1": with_argument(0, lambda P: np.maximum(P, 0.1)),
            "where each column of P sums to 1": with_argument(0, partial(over_sums, axis=0)),
            "where each target is the likeliest of its step": target_likeliest,
        },
        moves=lambda case: moved(case, {"P": 0}),
        findings=(findings.loss_as_a_sum, findings.cost_of_a_target),
    ),
)


def drawn_window(
    m: int, K: int, T: int, *, zero: str = "", start: bool = True, V: float = 1.0
) -> Draw:
    """A maker of random windows; params that `zero` names are 0, and h0 without `start`."""

    def draw(rng: np.random.Generator) -> Case:
        params = tenths_params(rng, m, K, zero=zero)
        params["V"] = V * params["V"]
        x, y = rng.integers(K, size=T), rng.integers(K, size=T)
        return Case(params, one_hot(x, K), one_hot(y, K), start * tenths(rng, m, 1, most=0.9))

    return draw


def window(params: dict[str, Any], x: list[int], y: list[int], *h0: float) -> Case:
    """A network and the text that it reads, written out."""
    return Case(*spelled(params, x, y, [*h0]))


ZERO = {name: np.zeros(shape) for name, shape in shapes(1, 2).items()}
ONE_UNIT = {"U": [[0.5, -1]], "W": [[2]], "V": [[1], [-1]], "b": [[0.5]], "c": [[0.5], [0]]}
TWO_UNITS = {
    "U": [[0.5, -1, 1], [0, 1, -0.5]],
    "W": [[1, 2], [0, -1]],
    "V": [[1, 2], [-1, 0], [0, 1]],
    "b": [[0.5], [-1]],
    "c": [[0.5], [0], [-0.5]],
}
HUGE_V = {  # states of 1 and -1, one logit 2 above the other
    "U": [[20, -20]],
    "W": [[0.5]],
    "V": [[1000], [1000]],
    "b": [[0]],
    "c": [[0], [2]],
}


def drawn_huge(T: int) -> Draw:
    """A maker of windows whose logits are near 1000 and -1000, a few apart."""

    def draw(rng: np.random.Generator) -> Case:
        x = rng.permutation(2)[:T].tolist()
        c = tenths(rng, 2, 1, most=3.0)
        return window(HUGE_V | {"c": c}, x, rng.integers(2, size=T).tolist(), 0.5)

    return draw


LARGE_V = ONE_UNIT | {"V": [[100], [-100]], "c": [[0], [0]]}


def shown(case: Case) -> dict[str, Any]:
    """A window and what forward makes of it."""
    params, X, Y, h0 = case.arguments
    return params | {"X": X, "Y": Y, "h0": h0, "P, from forward": predicted(params, X, h0)}


def cost_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """The steps' terms and their sum."""
    params, X, Y, h0 = case.arguments
    return step_costs(predicted(params, X, h0), Y)


def moves(case: Case) -> dict[str, Case]:
    """One character, h0, or one of the params moved."""
    found = moved(case, {"h0": 3}, "UWVbc")
    for name, position in (("X", 1), ("Y", 2)):
        array = case.arguments[position]
        for t in range(array.shape[1]):
            other = array.copy()
            other[:, t] = np.roll(other[:, t], 1)
            found[f"{name}[:,{t}]"] = with_argument(position, partial(exchanged, other))(case)
    return found


ZEROED = {
    "h0 = 0": with_argument(3, np.zeros_like),
    **{f"{name} = 0": with_params(name, np.zeros_like) for name in "bcW"},
}

COST = Ladder(
    "cost",
    (
        Rung(
            "weights and biases that are all 0",
            window(ZERO, [1, 0], [0, 1], 0),
            drawn_window(1, 3, 2, zero="UWVbc"),
            siblings=2,
        ),
        Rung(
            "one unit, one step, h0 = 0",
            window(ONE_UNIT, [1], [0], 0),
            drawn_window(1, 2, 1, start=False),
        ),
        Rung(
            "a state h0 that is not 0",
            window(ONE_UNIT, [1], [0], 0.25),
            drawn_window(1, 2, 1),
        ),
        Rung("two steps", window(ONE_UNIT, [0, 1], [1, 0], 0.25), drawn_window(1, 2, 2)),
        Rung(
            "two units, three characters, three steps",
            window(TWO_UNITS, [2, 0, 1], [0, 1, 1], 0.5, -0.5),
            drawn_window(2, 3, 3),
        ),
        Rung(
            "five steps",
            window(ONE_UNIT | {"W": [[-1]]}, [0, 1, 1, 0, 1], [1, 1, 0, 1, 0], 0.25),
            drawn_window(2, 4, 5),
        ),
        Rung(
            "30 steps",
            window(ONE_UNIT | {"W": [[-1]]}, [0, 1, 1] * 10, [1, 1, 0] * 10, 0.25),
            drawn_window(2, 3, 30),
            siblings=2,
        ),
        Rung(
            "a large V, so that a step can cost a hundred",
            window(LARGE_V, [0], [1], 0.25),
            drawn_window(2, 3, 2, V=60.0),
        ),
        Rung(
            "logits near 1000",
            window(HUGE_V, [0], [1], 0.25),
            drawn_huge(1),
            siblings=3,
        ),
        Rung(
            "logits near 1000 at one step and near -1000 at the next",
            window(HUGE_V, [0, 1], [1, 0], 0.25),
            drawn_huge(2),
            siblings=3,
        ),
    ),
    returned("loss"),
    Telling(says="returns a wrong number", shows=shown, by_hand=cost_by_hand),
    Questions(
        changes={
            **ZEROED,
            "X in the place of Y": taking(0, 1, 1, 3),
            "Y in the place of X": taking(0, 2, 2, 3),
            "X and Y exchanged": taking(0, 2, 1, 3),
            "W transposed": with_params("W", np.transpose),
            "Y in reverse order": with_argument(2, lambda Y: Y[:, ::-1]),
            "X in reverse order": with_argument(1, lambda X: X[:, ::-1]),
            "Y one step on": with_argument(2, lambda Y: np.roll(Y, -1, axis=1)),
            "Y one step late": with_argument(2, lambda Y: np.roll(Y, 1, axis=1)),
            "X one step late": with_argument(1, lambda X: np.roll(X, 1, axis=1)),
            "0.9 h0 in the place of h0": with_argument(3, lambda h0: 0.9 * h0),
        },
        switches={
            **{f"where {says}": change for says, change in ZEROED.items()},
            "with the first step alone": first_step,
            "where the weights and biases are 0": with_argument(
                0, lambda params: {name: 0 * tensor for name, tensor in params.items()}
            ),
            "where V is a hundred times smaller": with_params("V", lambda V: V / 100),
        },
        moves=moves,
        findings=(findings.cost_as_a_sum, findings.cost_of_a_gap),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (CROSS_ENTROPY, COST)}
