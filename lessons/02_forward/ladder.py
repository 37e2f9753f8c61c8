"""Hand-sized cases of lesson 2, each rung with one more ingredient."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import num
from lessons.checking.answering.values import arrays
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.changing import exchanged, moved, with_argument, with_params
from lessons.checking.explaining.ladder import (
    Arithmetic,
    Case,
    Ladder,
    Outcome,
    Questions,
    Rung,
    Telling,
    tenths,
    tenths_params,
)
from lessons.checking.explaining.tables import dot, factor, total
from reference.encoding import one_hot
from reference.forward import forward

from . import findings

Draw = Callable[[np.random.Generator], Case]

OVER = "P's column sums - 1"


def with_sums(function: Function, case: Case) -> Outcome:
    """P, and by how much its columns miss the sum of 1 in more than rounding."""
    P = function.allowing_infinite(*case.arguments)
    with np.errstate(all="ignore"):
        over = P.sum(axis=0, keepdims=True) - 1
    return {"P": P, OVER: np.where(abs(over) < tolerances.SUMS, 0.0, over)}


def softmax_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One probability."""
    if name == OVER:
        return []
    k, t = index
    column = case.arguments[0][:, t]
    top = column.max()
    raised = np.exp(column - top)
    return [
        ("largest logit of the column", "", top),
        ("exp of the logit minus that", f"exp({num(column[k])} - {factor(top)})", raised[k]),
        ("the column's sum of these", total([*raised]), raised.sum()),
        ("together", f"{num(raised[k])} / {num(raised.sum())}", raised[k] / raised.sum()),
    ]


def logits(*columns: list[float]) -> Case:
    """Columns of logits, written out."""
    return Case(np.array(columns, dtype=float).T)


def moderate(K: int, T: int, size: float = 1.0) -> Draw:
    """A maker of random logits of a size; no column's sum is near 0, where rounding decides."""

    def draw(rng: np.random.Generator) -> Case:
        while True:
            O = tenths(rng, K, T)
            if (abs(O.sum(axis=0)) > 0.05).all():
                return Case(size * O)

    return draw


SOFTMAX = Ladder(
    "softmax",
    (
        Rung("two characters, one step", logits([0.5, -0.5]), moderate(2, 1)),
        Rung("three characters, one step", logits([2, 0.5, -1]), moderate(3, 1)),
        Rung("two characters, two steps", logits([0.5, -0.5], [1, 2]), moderate(2, 2)),
        Rung(
            "three characters, four steps",
            logits([0.5, -0.5, 1], [1, 2, 0], [-1, 0, 0.5], [-2, -1, -2]),
            moderate(3, 4),
        ),
        Rung("logits of about 10", logits([10, 0], [-10, -8]), moderate(2, 2, 10.0)),
        Rung("logits near 1000", logits([1000, 999]), lambda rng: Case(1000 + tenths(rng, 2, 2))),
        Rung(
            "logits near -1000", logits([-1000, -999]), lambda rng: Case(tenths(rng, 2, 2) - 1000)
        ),
        Rung(
            "logits about 600 apart, where exp(-600) = 2.65e-261",
            logits([0, -600]),
            lambda rng: Case(tenths(rng, 3, 2) - np.array([[0.0], [50.0], [600.0]])),
        ),
        Rung(
            "logits about 1000 apart",
            logits([1000, 0]),
            lambda rng: Case(tenths(rng, 2, 1) + rng.permutation([[1000.0], [0.0]])),
            siblings=4,
        ),
        Rung(
            "logits about 2000 apart and more",
            logits([2000, 0, 1]),
            lambda rng: Case(tenths(rng, 3, 1) + rng.permutation([[4000.0], [0.0], [1.0]])),
        ),
        Rung(
            "one column near 1000, the next one near -1000",
            logits([1000, 999], [-1000, -999]),
            lambda rng: Case(tenths(rng, 2, 2) + rng.permutation([1000.0, -1000.0])),
        ),
    ),
    with_sums,
    telling=Telling(by_hand=softmax_by_hand, returns=("P",)),
    questions=Questions(
        changes={
            "twice the logits": with_argument(0, lambda O: 2 * O),
            "half the logits": with_argument(0, lambda O: O / 2),
            "the logits with their sign turned": with_argument(0, np.negative),
            "the absolute values of the logits": with_argument(0, np.abs),
            "the columns in reverse order": with_argument(0, lambda O: O[:, ::-1]),
        },
        switches={
            "with one column alone": with_argument(0, lambda O: O[:, :1]),
            "where the largest logit of each column is 0": with_argument(
                0, lambda O: O - O.max(axis=0)
            ),
            "where the logits are a thousand times smaller": with_argument(0, lambda O: O / 1000),
        },
        steps_in_columns=True,
        findings=(
            findings.what_sums_to_one,
            findings.after_softmax,
            findings.gaps_table,
            findings.sizes_that_work,
        ),
    ),
    alike=findings.close_entries,
)


def observe(function: Function, case: Case) -> Outcome:
    """A, H and P, in the order in which they are made."""
    try:
        P, H, A = function.allowing_infinite(*case.arguments)
    except Wrong as wrong:
        if isinstance(wrong.result, tuple | list) and len(wrong.result) == 3:
            wrong.result = (*wrong.result[::-1],)
        raise
    return {"A": A, "H": H, "P": P}


def by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One entry of A, H or P."""
    params, X, h0 = case.arguments
    i, t = index
    _, H, A = forward(params, X, h0)
    if name == "P":
        O = params["V"] @ H[:, 1:] + params["c"]
        logits_first = map(partial(logit_by_hand, params, H, t), range(len(O)))
        return [*logits_first, *softmax_by_hand(Case(O), name, index)[1:]]
    if name == "H":
        if t == 0:
            return [(f"h0[{i},0]", "", h0[i, 0])]
        return [(f"tanh of A[{i},{t - 1}]", f"tanh({num(A[i, t - 1])})", H[i, t])]
    U, W, b = (params[key][i] for key in "UWb")
    k = int(X[:, t].argmax())
    before = W @ H[:, t]
    return [
        (f"W times H[:,{t}]", dot([*zip(W, H[:, t], strict=True)]), before),
        ("U's column of the character", f"U[{i},{k}]", U[k]),
        ("b", f"b[{i},0]", b[0]),
        ("together", total([before, U[k], b[0]]), A[i, t]),
    ]


def logit_by_hand(params: Any, H: np.ndarray, t: int, k: int) -> tuple[str, str, Any]:
    """One logit of a step."""
    row, h, c = params["V"][k], H[:, t + 1], params["c"][k, 0]
    products = dot([*zip(row, h, strict=True)])
    return f"O[{k},{t}] = V H[:,{t + 1}] + c", f"{products} + {factor(c)}", row @ h + c


def moves(case: Case) -> dict[str, Case]:
    """One character, h0, or one of the params moved."""
    X = case.arguments[1]
    found = moved(case, {"h0": 2}, "UWVbc")
    for t in range(X.shape[1]):
        other = X.copy()
        other[:, t] = np.roll(other[:, t], 1)
        found[f"X[:,{t}]"] = with_argument(1, partial(exchanged, other))(case)
    return found


def drawn(m: int, K: int, T: int, zero: str = "", *, start: bool = True, **times: float) -> Draw:
    """A maker of random networks and texts; characters are not read twice if K allows.

    `times` are factors for params by their names.
    """

    def draw(rng: np.random.Generator) -> Case:
        params = tenths_params(rng, m, K, zero=zero)
        for name, by in times.items():
            params[name] *= by
        x = rng.permutation(K)[:T] if T <= K else rng.integers(K, size=T)
        return Case(params, one_hot(x, K), start * tenths(rng, m, 1, most=0.9))

    return draw


ONE_UNIT = {"U": "0.5 -1", "W": "2", "V": "1; -1", "b": "0", "c": "0; 0", "h0": "0"}
TWO_UNITS = {"W": "1 2; 0 -1", "b": "0.5; -1", "h0": "0.5; -0.5"}


def hand(x: list[int], **rows: str) -> Case:
    """A text, and a network by the rows of what is not as in ONE_UNIT."""
    tensors = {name: matrix(text) for name, text in (ONE_UNIT | rows).items()}
    h0 = tensors.pop("h0")
    return Case(tensors, one_hot(x, len(tensors["c"])), h0)


def matrix(text: str) -> np.ndarray:
    """An array from its rows: "1 2; 3 4"."""
    return np.array([row.split() for row in text.split(";")], dtype=float)


def zeroed(name: str) -> Any:
    """A case with h0, or one of the params, all 0."""
    return with_argument(2, np.zeros_like) if name == "h0" else with_params(name, np.zeros_like)


def lengths(case: Case) -> dict[str, int]:
    """What a number of rows or columns may be."""
    params, X, _ = case.arguments
    (K, m), T = params["V"].shape, X.shape[1]
    return {"m": m, "K": K, "T": T, "1": 1, "T + 1": T + 1, "T - 1": T - 1, "T + 2": T + 2}


FORWARD = Ladder(
    "forward",
    (
        Rung("one unit, one step, b, c and h0 all 0", hand([1]), drawn(1, 2, 1, "bc", start=False)),
        Rung("a bias b that is not 0", hand([1], b="0.5"), drawn(1, 2, 1, "c", start=False)),
        Rung("a bias c that is not 0", hand([1], b="0.5", c="0.5; 0"), drawn(1, 2, 1, start=False)),
        Rung("a state h0 that is not 0", hand([1], b="0.5", c="0.5; 0", h0="0.25"), drawn(1, 2, 1)),
        Rung(
            "one unit, two steps",
            hand([1, 0], U="1 -1.5", b="0.5", c="0.5; 0", h0="0.25"),
            drawn(1, 2, 2),
        ),
        Rung(
            "one unit, three steps",
            hand(
                [1, 0, 2], U="1 -0.5 0.5", W="-1", V="1; -1; 0.5", b="0.5", c="0.5; 0; 1", h0="0.25"
            ),
            drawn(1, 3, 3),
        ),
        Rung(
            "two units, one step",
            hand([1], U="0.5 -1; 0 1", V="1 2; -1 0", c="0.5; 0", **TWO_UNITS),
            drawn(2, 2, 1),
        ),
        Rung(
            "two units, three steps",
            hand(
                [2, 0, 1], U="0.5 -1 1; 0 1 -0.5", V="1 2; -1 0; 0 1", c="0.5; 0; -0.5", **TWO_UNITS
            ),
            drawn(2, 3, 3),
        ),
        Rung(
            "three units, four steps, characters read again",
            hand(
                [1, 1, 0, 1],
                U="0.5 -1; 0 1; 1 -0.5",
                W="1 2 0; 0 -1 0.5; 0.5 0 -1",
                V="1 2 -1; -1 0 1",
                b="0.5; -1; 0",
                c="0.5; 0",
                h0="0.5; -0.5; 0",
            ),
            drawn(3, 2, 4),
        ),
        Rung(
            "logits near 1000",
            hand([0, 1], V="2000; 0", b="2", h0="0.25"),
            drawn(2, 3, 2, V=1000.0),
        ),
        Rung(
            "pre-activations near 15 and -15",
            hand([0, 1], U="15 -15", h0="0.25"),
            drawn(2, 3, 2, U=15.0),
            siblings=3,
        ),
        Rung(
            "pre-activations near 1000 and -1000",
            hand([0, 1], U="1000 -1000", h0="0.25"),
            drawn(2, 3, 2, U=1000.0),
            siblings=3,
        ),
        Rung(
            "30 steps",
            hand([0, 1, 1] * 10, W="0.9", b="0.5", h0="0.25"),
            drawn(2, 3, 30, W=0.5),
            siblings=2,
        ),
    ),
    observe,
    telling=Telling(
        by_hand=by_hand,
        about=findings.links,
        step=lambda name, index: index[1] - (name == "H"),
        returns=("P", "H", "A"),
        lengths=lengths,
        edge=(
            "huge weights",
            lambda case: any((abs(x) > 100).any() for x in arrays(case.arguments)),
        ),
    ),
    questions=Questions(
        changes={
            "W transposed": with_params("W", np.transpose),
            "the diagonal of W alone": with_params("W", lambda W: W * np.eye(len(W))),
            **{f"{name} = 0": zeroed(name) for name in ("W", "h0", "b", "c", "U")},
            "2 b in the place of b": with_params("b", lambda b: 2 * b),
            "2 c in the place of c": with_params("c", lambda c: 2 * c),
            "X one step late": with_argument(1, lambda X: np.roll(X, 1, axis=1)),
            "X one step early": with_argument(1, lambda X: np.roll(X, -1, axis=1)),
            "X in reverse order": with_argument(1, lambda X: X[:, ::-1]),
            **{
                f"{name} upside down": with_params(name, lambda tensor: tensor[::-1])
                for name in ("b", "c")
            },
            "h0 upside down": with_argument(2, lambda h0: h0[::-1]),
            "the last character in the place of each": with_argument(
                1, lambda X: np.repeat(X[:, -1:], X.shape[1], axis=1)
            ),
            "the first character in the place of each": with_argument(
                1, lambda X: np.repeat(X[:, :1], X.shape[1], axis=1)
            ),
            "the rows of X in reverse order": with_argument(1, lambda X: X[::-1]),
            "each character read as the one before it": with_argument(
                1, lambda X: np.roll(X, -1, axis=0)
            ),
            "each character read as the one after it": with_argument(
                1, lambda X: np.roll(X, 1, axis=0)
            ),
        },
        switches={
            **{f"where {name} = 0": zeroed(name) for name in ("h0", "W", "b", "c")},
            "where W is symmetric": with_params("W", lambda W: W + W.T),
            "where the weights and biases are a thousand times smaller": with_argument(
                0, lambda params: {name: tensor / 1000 for name, tensor in params.items()}
            ),
        },
        moves=moves,
        steps_in_columns=True,
        findings=(findings.pieces_of_the_network,),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (SOFTMAX, FORWARD)}
