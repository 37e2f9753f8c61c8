"""Hand-sized cases of lesson 3, each rung with one more ingredient."""

from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.printing import num
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.explaining.changing import exchanged, moved, with_argument, with_params
from lessons.checking.explaining.ladder import (
    Case,
    Ladder,
    Questions,
    Rung,
    Telling,
    returned,
    tenths,
)
from lessons.checking.explaining.tables import total
from reference.encoding import one_hot
from reference.forward import forward, softmax

from . import findings


def probabilities(*columns: list[float]) -> np.ndarray:
    """Columns of probabilities, written out."""
    return np.array(columns, dtype=float).T


def drawn(K: int, T: int, *, target: float | None = None, normal: bool = True) -> Any:
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


def over_sums(P: np.ndarray, axis: int) -> np.ndarray:
    """P divided by its sums, where they are not 0."""
    sums = P.sum(axis=axis, keepdims=True)
    return P / np.where(sums > 0, sums, 1.0)


def loss_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The steps' terms and their sum."""
    P, Y = each.arguments
    return terms_by_hand(P, Y)


def terms_by_hand(P: np.ndarray, Y: np.ndarray) -> list[tuple[str, str, Any]]:
    """-log of the target's probability, step by step."""
    rows = Y.argmax(axis=0)
    p = P[rows, np.arange(len(rows))]
    with np.errstate(divide="ignore"):
        terms = [abs(float(x)) for x in np.log(p)]
    lines = [
        (f"step {t}: -log P[{k},{t}]", f"-log {num(float(p[t]))}", terms[t])
        for t, k in enumerate(rows)
    ]
    return [*lines, ("together", total(terms), sum(terms))] if len(terms) > 1 else lines


CROSS_ENTROPY = Ladder(
    "cross_entropy",
    (
        Rung(
            "one step", Case(probabilities([0.25, 0.75]), one_hot([0], 2)), drawn(2, 1)
        ),
        Rung(
            "a target of probability 1e-9",
            Case(probabilities([1e-9, 1 - 1e-9]), one_hot([0], 2)),
            drawn(2, 1, target=1e-9),
        ),
        Rung(
            "two steps",
            Case(probabilities([0.5, 0.5], [0.2, 0.8]), one_hot([0, 1], 2)),
            drawn(2, 2),
        ),
        Rung(
            "three steps",
            Case(probabilities([0.5, 0.5], [0.2, 0.8], [0.9, 0.1]), one_hot([0, 0, 1], 2)),
            drawn(2, 3),
        ),
        Rung(
            "three characters",
            Case(probabilities([0.5, 0.3, 0.2], [0.1, 0.8, 0.1]), one_hot([2, 0], 3)),
            drawn(3, 2),
        ),
        Rung(
            "four characters, four steps",
            Case(
                probabilities(
                    [0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.2, 0.2, 0.5, 0.1],
                    [0.4, 0.1, 0.4, 0.1],
                ),
                one_hot([3, 0, 0, 1], 4),
            ),
            drawn(4, 4),
        ),
        Rung(
            "columns of P that do not sum to 1",
            Case(probabilities([0.5, 0.3], [0.1, 0.8]), one_hot([1, 0], 2)),
            drawn(3, 2, normal=False),
        ),
        Rung(
            "a character other than the target at probability 0",
            Case(probabilities([0.5, 0.5, 0]), one_hot([0], 3)),
            with_a_zero,
        ),
        Rung(
            "a target of probability 1",
            Case(probabilities([1, 0]), one_hot([0], 2)),
            drawn(3, 2, target=1.0),
            siblings=4,
        ),
        Rung(
            "two targets of tiny probabilities, such as 1e-200",
            Case(probabilities([1e-200, 1], [1, 1e-200]), one_hot([0, 1], 2)),
            lambda rng: Case(
                probabilities([1e-200, 1, 0.5], [1e-180, 0.5, 0.5]) * rng.integers(1, 9),
                one_hot([0, 0], 3),
            ),
            siblings=2,
        ),
        Rung(
            "a target of probability 0",
            Case(probabilities([0, 1]), one_hot([0], 2)),
            drawn(3, 2, target=0.0),
        ),
    ),
    returned("loss"),
    telling=Telling(by_hand=loss_by_hand, says="returns a wrong number",), questions=Questions(changes={
        "P and Y exchanged": lambda each: Case(*each.arguments[::-1]),
        "Y in reverse order": with_argument(1, lambda Y: Y[:, ::-1]),
        "the rows of Y in reverse order": with_argument(1, lambda Y: Y[::-1]),
        "softmax(P) in the place of P": with_argument(0, softmax),
        "1 - P in the place of P": with_argument(0, lambda P: 1 - P),
        "P with each column divided by its sum": with_argument(0, partial(over_sums, axis=0)),
        "P with each row divided by its sum": with_argument(0, partial(over_sums, axis=1)),
    }, switches={
        "with the first step alone": lambda each: Case(*(a[:, :1] for a in each.arguments)),
        "where no probability is below 0.1": with_argument(0, lambda P: np.maximum(P, 0.1)),
        "where each column of P sums to 1": with_argument(0, partial(over_sums, axis=0)),
    }, moves=lambda each: moved(each, {"P": 0}), findings=(findings.loss_as_a_sum, findings.cost_of_a_target),),
)  # fmt: skip


def random_params(rng: np.random.Generator, m: int, K: int) -> dict[str, np.ndarray]:
    """Weights and biases of one decimal."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {name: tenths(rng, *shape) for name, shape in shapes.items()}


def drawn_window(
    m: int, K: int, T: int, *, size: float = 1.0, start: bool = True, V: float = 1.0
) -> Any:
    """A maker of random windows."""

    def draw(rng: np.random.Generator) -> Case:
        params = {name: size * tensor for name, tensor in random_params(rng, m, K).items()}
        params["V"] = V * params["V"]
        x, y = rng.integers(K, size=T), rng.integers(K, size=T)
        return Case(params, one_hot(x, K), one_hot(y, K), start * tenths(rng, m, 1, most=0.9))

    return draw


def window(U: Any, W: Any, V: Any, b: Any, c: Any, x: list[int], y: list[int], h: Any) -> Case:
    """A network and a text, written out."""
    values = {"U": U, "W": W, "V": V, "b": b, "c": c}
    params = {name: np.array(tensor, dtype=float) for name, tensor in values.items()}
    K = len(params["c"])
    return Case(params, one_hot(x, K), one_hot(y, K), np.array(h, dtype=float)[:, None])


def foretold(each: Case) -> np.ndarray:
    """What forward says of a window."""
    params, X, _, h0 = each.arguments
    return forward(params, X, h0)[0]


def shown(each: Case) -> dict[str, Any]:
    """A window and what forward makes of it."""
    params, X, Y, h0 = each.arguments
    return params | {"X": X, "Y": Y, "h0": h0, "P, from forward": foretold(each)}


def cost_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The steps' terms and their sum."""
    return terms_by_hand(foretold(each), each.arguments[2])


def moves(each: Case) -> dict[str, Case]:
    """One character, h0, or one of the params moved."""
    found = moved(each, {"h0": 3}, "UWVbc")
    for name, position in (("X", 1), ("Y", 2)):
        array = each.arguments[position]
        for t in range(array.shape[1]):
            other = array.copy()
            other[:, t] = np.roll(other[:, t], 1)
            found[f"{name}[:,{t}]"] = with_argument(position, partial(exchanged, other))(each)
    return found


COST = Ladder(
    "cost",
    (
        Rung(
            "weights and biases that are all 0",
            window([[0, 0]], [[0]], [[0], [0]], [[0]], [[0], [0]], [1, 0], [0, 1], [0]),
            drawn_window(1, 3, 2, size=0.0),
            siblings=2,
        ),
        Rung(
            "one unit, one step, h0 = 0",
            window([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0], [0]),
            drawn_window(1, 2, 1, start=False),
        ),
        Rung(
            "a state h0 that is not 0",
            window([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0], [0.25]),
            drawn_window(1, 2, 1),
        ),
        Rung(
            "two steps",
            window([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [0, 1], [1, 0], [0.25]),
            drawn_window(1, 2, 2),
        ),
        Rung(
            "two units, three characters, three steps",
            window(
                [[0.5, -1, 1], [0, 1, -0.5]], [[1, 2], [0, -1]], [[1, 2], [-1, 0], [0, 1]],
                [[0.5], [-1]], [[0.5], [0], [-0.5]], [2, 0, 1], [0, 1, 1], [0.5, -0.5],
            ),
            drawn_window(2, 3, 3),
        ),
        Rung(
            "five steps",
            window(
                [[0.5, -1]], [[-1]], [[1], [-1]], [[0.5]], [[0.5], [0]],
                [0, 1, 1, 0, 1], [1, 1, 0, 1, 0], [0.25],
            ),
            drawn_window(2, 4, 5),
        ),
        Rung(
            "a large V, so that a step can cost a hundred",
            window([[0.5, -1]], [[2]], [[100], [-100]], [[0.5]], [[0], [0]], [0], [1], [0.25]),
            drawn_window(2, 3, 2, V=60.0),
        ),
    ),
    returned("loss"),
    telling=Telling(shows=shown, by_hand=cost_by_hand, says="returns a wrong number",), questions=Questions(changes={
        "h0 = 0": with_argument(3, np.zeros_like),
        "X in the place of Y": lambda each: Case(
            each.arguments[0], each.arguments[1], each.arguments[1], each.arguments[3]
        ),
        "Y in the place of X": lambda each: Case(
            each.arguments[0], each.arguments[2], each.arguments[2], each.arguments[3]
        ),
        "X and Y exchanged": lambda each: Case(
            each.arguments[0], each.arguments[2], each.arguments[1], each.arguments[3]
        ),
        "b = 0": with_params("b", np.zeros_like),
        "c = 0": with_params("c", np.zeros_like),
        "W = 0": with_params("W", np.zeros_like),
        "W transposed": with_params("W", np.transpose),
        "Y in reverse order": with_argument(2, lambda Y: Y[:, ::-1]),
        "X in reverse order": with_argument(1, lambda X: X[:, ::-1]),
        "Y one step on": with_argument(2, lambda Y: np.roll(Y, -1, axis=1)),
        "Y one step late": with_argument(2, lambda Y: np.roll(Y, 1, axis=1)),
        "X one step late": with_argument(1, lambda X: np.roll(X, 1, axis=1)),
        "0.9 h0 in the place of h0": with_argument(3, lambda h0: 0.9 * h0),
    }, switches={
        "where h0 = 0": with_argument(3, np.zeros_like),
        "where b = 0": with_params("b", np.zeros_like),
        "where c = 0": with_params("c", np.zeros_like),
        "where W = 0": with_params("W", np.zeros_like),
        "with the first step alone": lambda each: Case(
            each.arguments[0], each.arguments[1][:, :1], each.arguments[2][:, :1], each.arguments[3]
        ),
        "where the weights and biases are 0": with_argument(
            0, lambda params: {name: 0 * tensor for name, tensor in params.items()}
        ),
        "where V is a hundred times smaller": with_params("V", lambda V: V / 100),
    }, moves=moves, findings=(findings.cost_as_a_sum,),),
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (CROSS_ENTROPY, COST)}
