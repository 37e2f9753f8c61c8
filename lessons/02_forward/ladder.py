"""Hand-sized cases of lesson 2, each rung with one more ingredient."""

from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import num
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.changing import exchanged, moved, with_argument, with_params
from lessons.checking.explaining.ladder import (
    Case,
    Ladder,
    Outcome,
    Questions,
    Rung,
    Telling,
    tenths,
)
from lessons.checking.explaining.tables import dot, factor, total
from reference.encoding import one_hot
from reference.forward import forward

from . import findings


def logits(*columns: list[float]) -> Case:
    """Columns of logits, written out."""
    return Case(np.array(columns, dtype=float).T)


def softmax_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One probability."""
    if name == SUMS:
        return []
    k, t = index
    column = each.arguments[0][:, t]
    top = column.max()
    raised = np.exp(column - top)
    return [
        ("largest logit of the column", "", top),
        ("exp of the logit minus that", f"exp({num(column[k])} - {factor(top)})", raised[k]),
        ("the column's sum of these", total([*raised]), raised.sum()),
        ("together", f"{num(raised[k])} / {num(raised.sum())}", raised[k] / raised.sum()),
    ]


SUMS = "P's column sums - 1"


def with_sums(function: Function, each: Case) -> Outcome:
    """P, and by how much its columns miss the sum of 1 in more than rounding."""
    P = function.allowing_infinite(*each.arguments)
    with np.errstate(all="ignore"):
        over = P.sum(axis=0, keepdims=True) - 1
    return {"P": P, SUMS: np.where(abs(over) < 1e-12, 0.0, over)}


def moderate(K: int, T: int, size: float = 1.0) -> Any:
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
        Rung(
            "logits near 1000",
            logits([1000, 999]),
            lambda rng: Case(1000 + tenths(rng, 2, 2)),
        ),
        Rung(
            "logits near -1000",
            logits([-1000, -999]),
            lambda rng: Case(tenths(rng, 2, 2) - 1000),
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
    alike=findings.close_entries,
    telling=Telling(
        by_hand=softmax_by_hand,
    ),
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
)


def random_params(rng: np.random.Generator, m: int, K: int, zero: str = "") -> dict[str, Any]:
    """Weights and biases of one decimal; those that `zero` names are 0."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {name: tenths(rng, *shape) * (name not in zero) for name, shape in shapes.items()}


def drawn(m: int, K: int, T: int, zero: str = "", *, start: bool = True, V: float = 1.0) -> Any:
    """A maker of random networks and texts; characters are not read twice if K allows."""

    def draw(rng: np.random.Generator) -> Case:
        params = random_params(rng, m, K, zero)
        params["V"] = V * params["V"]
        x = rng.permutation(K)[:T] if T <= K else rng.integers(K, size=T)
        return Case(params, one_hot(x, K), start * tenths(rng, m, 1, most=0.9))

    return draw


def hand(U: Any, W: Any, V: Any, b: Any, c: Any, x: list[int], h: Any) -> Case:
    """A network and a text, written out."""
    values = {"U": U, "W": W, "V": V, "b": b, "c": c}
    params = {name: np.array(tensor, dtype=float) for name, tensor in values.items()}
    return Case(params, one_hot(x, len(params["c"])), np.array(h, dtype=float)[:, None])


def close(a: Any, b: Any) -> bool:
    """Like `same`, and quicker for finite arrays: many pairs of mistakes are compared."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
        with np.errstate(all="ignore"):
            x, y = a.ravel(), b.ravel()
            apart, sizes = (x - y).dot(x - y), x.dot(x) + y.dot(y)
        if np.isfinite(apart) and np.isfinite(sizes):
            return bool(apart <= 1e-18 * sizes + 1e-26)
    return same(a, b)


def observe(function: Function, each: Case) -> Outcome:
    """A, H and P, in the order in which they are made."""
    try:
        P, H, A = function.allowing_infinite(*each.arguments)
    except Wrong as wrong:
        if isinstance(wrong.result, tuple | list) and len(wrong.result) == 3:
            wrong.result = (*wrong.result[::-1],)
        raise
    return {"A": A, "H": H, "P": P}


def by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One entry of A, H or P."""
    params, X, h0 = each.arguments
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


def moves(each: Case) -> dict[str, Case]:
    """One character, h0, or one of the params moved."""
    X = each.arguments[1]
    found = moved(each, {"h0": 2}, "UWVbc")
    for t in range(X.shape[1]):
        other = X.copy()
        other[:, t] = np.roll(other[:, t], 1)
        found[f"X[:,{t}]"] = with_argument(1, partial(exchanged, other))(each)
    return found


FORWARD = Ladder(
    "forward",
    (
        Rung(
            "one unit, one step, b, c and h0 all 0",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0]], [[0], [0]], [1], [0]),
            drawn(1, 2, 1, "bc", start=False),
        ),
        Rung(
            "a bias b that is not 0",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0], [0]], [1], [0]),
            drawn(1, 2, 1, "c", start=False),
        ),
        Rung(
            "a bias c that is not 0",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0]),
            drawn(1, 2, 1, start=False),
        ),
        Rung(
            "a state h0 that is not 0",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0.25]),
            drawn(1, 2, 1),
        ),
        Rung(
            "one unit, two steps",
            hand([[1, -1.5]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1, 0], [0.25]),
            drawn(1, 2, 2),
        ),
        Rung(
            "one unit, three steps",
            hand(
                [[1, -0.5, 0.5]], [[-1]], [[1], [-1], [0.5]], [[0.5]], [[0.5], [0], [1]],
                [1, 0, 2], [0.25],
            ),
            drawn(1, 3, 3),
        ),
        Rung(
            "two units, one step",
            hand(
                [[0.5, -1], [0, 1]], [[1, 2], [0, -1]], [[1, 2], [-1, 0]], [[0.5], [-1]],
                [[0.5], [0]], [1], [0.5, -0.5],
            ),
            drawn(2, 2, 1),
        ),
        Rung(
            "two units, three steps",
            hand(
                [[0.5, -1, 1], [0, 1, -0.5]], [[1, 2], [0, -1]], [[1, 2], [-1, 0], [0, 1]],
                [[0.5], [-1]], [[0.5], [0], [-0.5]], [2, 0, 1], [0.5, -0.5],
            ),
            drawn(2, 3, 3),
        ),
        Rung(
            "three units, four steps, characters read again",
            hand(
                [[0.5, -1], [0, 1], [1, -0.5]], [[1, 2, 0], [0, -1, 0.5], [0.5, 0, -1]],
                [[1, 2, -1], [-1, 0, 1]], [[0.5], [-1], [0]], [[0.5], [0]],
                [1, 1, 0, 1], [0.5, -0.5, 0],
            ),
            drawn(3, 2, 4),
        ),
        Rung(
            "logits near 1000",
            hand([[0.5, -1]], [[2]], [[2000], [0]], [[2]], [[0], [0]], [0, 1], [0.25]),
            drawn(2, 3, 2, V=1000.0),
        ),
    ),
    observe,
    alike=close, telling=Telling(by_hand=by_hand, about=findings.links,), questions=Questions(changes={
        "W transposed": with_params("W", np.transpose),
        "W = 0": with_params("W", np.zeros_like),
        "h0 = 0": with_argument(2, np.zeros_like),
        "b = 0": with_params("b", np.zeros_like),
        "c = 0": with_params("c", np.zeros_like),
        "U = 0": with_params("U", np.zeros_like),
        "2 b in the place of b": with_params("b", lambda b: 2 * b),
        "2 c in the place of c": with_params("c", lambda c: 2 * c),
        "X one step late": with_argument(1, lambda X: np.roll(X, 1, axis=1)),
        "X one step early": with_argument(1, lambda X: np.roll(X, -1, axis=1)),
        "X in reverse order": with_argument(1, lambda X: X[:, ::-1]),
        "the rows of X in reverse order": with_argument(1, lambda X: X[::-1]),
    }, switches={
        "where h0 = 0": with_argument(2, np.zeros_like),
        "where W = 0": with_params("W", np.zeros_like),
        "where b = 0": with_params("b", np.zeros_like),
        "where c = 0": with_params("c", np.zeros_like),
        "where W is symmetric": with_params("W", lambda W: W + W.T),
        "where the weights and biases are a thousand times smaller": with_argument(
            0, lambda params: {name: tensor / 1000 for name, tensor in params.items()}
        ),
    }, moves=moves, steps_in_columns=True, findings=(findings.sums_of_terms, findings.state_table),),
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (SOFTMAX, FORWARD)}
