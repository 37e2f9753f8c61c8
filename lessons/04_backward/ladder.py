"""Hand-sized cases of lesson 4, each rung with one more ingredient."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.explaining.changing import exchanged as instead
from lessons.checking.explaining.changing import moved, with_argument, with_params
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
from lessons.checking.explaining.tables import dot, factor, total
from reference.backward import preactivation_gradient
from reference.encoding import one_hot
from reference.forward import forward, softmax

from . import findings

Params = dict[str, np.ndarray]
Draw = Callable[[np.random.Generator], Case]


def probabilities(columns: list[list[float]], y: list[int]) -> Case:
    """Probabilities, written down step by step, and targets."""
    P = np.array(columns).T.copy()
    return Case(P, one_hot(y, len(P)))


def softmaxed(K: int, T: int) -> Draw:
    """Cases of so many characters and steps."""
    return lambda rng: Case(softmax(tenths(rng, K, T)), one_hot(rng.integers(K, size=T), K))


def output_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """P - Y."""
    P, Y = (array[index] for array in case.arguments)
    return [("P - Y", f"{factor(P)} - {factor(Y)}", P - Y)]


OUTPUT = Ladder(
    "output_gradient",
    (
        Rung("one step", probabilities([[0.2, 0.8]], [0]), softmaxed(2, 1)),
        Rung("two steps", probabilities([[0.2, 0.8], [0.5, 0.5]], [0, 1]), softmaxed(2, 2)),
        Rung(
            "three characters and three steps",
            probabilities([[0.2, 0.7, 0.1], [0.5, 0.1, 0.4], [0.1, 0.1, 0.8]], [0, 2, 2]),
            softmaxed(3, 3),
        ),
        Rung(
            "a probability near 1",
            probabilities([[0.999, 0.001], [0.999, 0.001]], [0, 1]),
            lambda rng: probabilities([[0.998, 0.001, 0.001], [0.999, 0.001, 1e-9]], [0, 2]),
            siblings=2,
        ),
    ),
    returned("G"),
    telling=Telling(by_hand=output_by_hand),
    questions=Questions(
        changes={"P and Y exchanged": lambda case: Case(*case.arguments[::-1])},
        steps_in_columns=True,
        findings=(findings.ones_elsewhere, findings.entry_by_entry),
    ),
)


def states(W: Any, V: Any, G: Any, H: Any) -> Case:
    """Weights, a gradient by the logits, and states, written down; U, b and c play no part."""
    W, V, G, H = (np.array(array, dtype=float) for array in (W, V, G, H))
    (K, m) = V.shape
    params = {
        "U": np.ones((m, K)),
        "W": W,
        "V": V,
        "b": np.full((m, 1), 0.5),
        "c": np.full((K, 1), -0.5),
    }
    return Case(params, G, H)


def one_unit(G: list[float], H: list[float], *, w: float = 2.0, v: float = 2.0) -> Case:
    """The same with one unit and one character."""
    return states([[w]], [[v]], [G], [H])


def random_states(m: int, K: int, T: int, *, times: Any = 1.0) -> Draw:
    """Cases of so many units, characters and steps; G is multiplied by `times`."""
    return lambda rng: Case(
        tenths_params(rng, m, K, most=1.0),
        tenths(rng, K, T) * times,
        tenths(rng, m, T + 1, most=0.9),
    )


def saturated(rng: np.random.Generator) -> Case:
    """A case of two units and three steps, one of which is at 1 and at -1."""
    case = random_states(2, 2, 3)(rng)
    case.arguments[2][0, 1:3] = 1.0, -1.0
    return case


def shown_states(case: Case) -> dict[str, Any]:
    """What plays a part."""
    params, G, H = case.arguments
    return {"W": params["W"], "V": params["V"], "G": G, "H": H}


def hidden_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One entry of dL/dA."""
    params, G, H = case.arguments
    W, V = params["W"], params["V"]
    D = preactivation_gradient(params, G, H)
    i, t = index
    last = t == G.shape[1] - 1
    after = np.zeros(len(W)) if last else D[:, t + 1]
    own, carried, slope = V[:, i] @ G[:, t], W[:, i] @ after, 1 - H[i, t + 1] ** 2
    back = ("from the step after: none", "", 0.0)
    if not last:
        terms = dot([*zip(W[:, i], after, strict=True)])
        back = (f"carried back from step {t + 1}", terms, carried)
    return [
        ("from its own output", dot([*zip(V[:, i], G[:, t], strict=True)]), own),
        back,
        ("slope of tanh", f"1 - {factor(H[i, t + 1])}^2", slope),
        ("together", f"{factor(slope)} * ({total([own, carried])})", D[i, t]),
    ]


def only_column(t: int, G: np.ndarray) -> np.ndarray:
    """G with zeros in all columns but one."""
    only = np.zeros_like(G)
    only[:, t] = G[:, t]
    return only


def symmetric(W: np.ndarray) -> np.ndarray:
    """A symmetric matrix like W."""
    return (W + W.T) / 2 + np.eye(len(W))


HIDDEN = Ladder(
    "preactivation_gradient",
    (
        Rung("one unit, one step", one_unit([0.5], [0.6, 0.5]), random_states(1, 1, 1)),
        Rung(
            "one unit, one step, two characters",
            states([[2]], [[2], [-1]], [[0.5], [1]], [[0.6, 0.5]]),
            random_states(1, 2, 1),
        ),
        Rung(
            "one unit, two steps, G[:,1] = 0",
            one_unit([0.5, 0], [0.2, 0.6, 0.5]),
            random_states(1, 1, 2, times=[1, 0]),
        ),
        Rung(
            "one unit, two steps, G[:,0] = 0",
            one_unit([0, 0.5], [0.2, 0.6, 0.5]),
            random_states(1, 1, 2, times=[0, 1]),
        ),
        Rung("one unit, two steps", one_unit([1, 0.5], [0.2, 0.6, 0.5]), random_states(1, 1, 2)),
        Rung(
            "one unit, three steps",
            one_unit([1, -1, 0.5], [0.2, 0.6, 0.5, -0.8], v=1),
            random_states(1, 1, 3),
        ),
        Rung(
            "two units, one step",
            states([[1, 2], [0, -1]], [[1, 2]], [[1]], [[0.3, 0.5], [0.2, -0.5]]),
            random_states(2, 2, 1),
        ),
        Rung(
            "two units, two steps",
            states([[1, 2], [0, -1]], [[1, 2]], [[0, 1]], [[0.3, 0.5, 0.6], [0.2, -0.5, -0.8]]),
            random_states(2, 2, 2),
        ),
        Rung(
            "three units, three steps",
            states(
                W=[[1, 2, 0], [0, -1, 0.5], [0.5, 0, -1]],
                V=[[1, 2, -1], [0.5, 0, 1]],
                G=[[0, 1, 0.5], [-1, 0.5, 1]],
                H=[[0.3, 0.5, 0.6, 0.2], [0.2, -0.5, -0.8, 0.5], [-0.4, 0.1, 0.3, 0.9]],
            ),
            random_states(3, 2, 3),
        ),
        Rung(
            "gradients of 100",
            one_unit([60, 100], [0.2, 0.6, 0.5]),
            random_states(2, 2, 2, times=100.0),
        ),
        Rung(
            "states of 1 and -1",
            one_unit([1, 0.5, -1], [0.2, 1, 0.6, -1]),
            saturated,
            siblings=3,
        ),
        Rung(
            "gradients of 3000",
            one_unit([2000, 3000], [0.2, 0.6, 0.5]),
            random_states(2, 2, 2, times=3000.0),
            siblings=3,
        ),
        Rung(
            "30 steps",
            one_unit([0.5] * 30, [0.1] * 31, w=0.9),
            random_states(2, 2, 30),
            siblings=2,
        ),
    ),
    returned("D"),
    telling=Telling(
        shows=shown_states,
        by_hand=hidden_by_hand,
        backwards=True,
        edge=("states of 1 and -1", lambda case: bool((abs(case.arguments[2]) == 1).any())),
    ),
    questions=Questions(
        changes={
            "W transposed": with_params("W", np.transpose),
            "W = 0": with_params("W", np.zeros_like),
            "W with its sign turned": with_params("W", np.negative),
            "V with its sign turned": with_params("V", np.negative),
            "states of 0": with_argument(2, np.zeros_like),
            "H one column early": with_argument(2, lambda H: np.hstack((H[:, :1], H[:, :-1]))),
            "G in reverse order": with_argument(1, lambda G: G[:, ::-1]),
            "the absolute values of G": with_argument(1, np.abs),
            "G clipped to [-5, 5]": with_argument(1, lambda G: np.clip(G, -5, 5)),
        },
        switches={
            "where all states are 0": with_argument(2, np.zeros_like),
            "where all states are equal": with_argument(2, lambda H: np.full_like(H, 0.5)),
            "where W is symmetric": with_params("W", symmetric),
            "where W = 0": with_params("W", np.zeros_like),
            "where W is the identity matrix": with_params("W", lambda W: np.eye(len(W))),
            "where G is a thousand times smaller": with_argument(1, lambda G: G / 1000),
            "where only the last column of G is not 0": with_argument(1, partial(only_column, -1)),
            "where only the first column of G is not 0": with_argument(1, partial(only_column, 0)),
        },
        moves=lambda case: moved(case, columns={"G": 1, "H": 2}, params="WV"),
        steps_in_columns=True,
        findings=(
            findings.slopes,
            findings.clipped_before_slope,
            findings.wrong_links,
            findings.sum_of_terms,
        ),
    ),
)


def window(params: Params, h0: np.ndarray, x: list[int], y: list[int]) -> Case:
    """A window that a network reads, with what forward makes of it."""
    K = len(params["c"])
    return from_forward(params, one_hot(x, K), one_hot(y, K), h0)


def windows(m: int, K: int, T: int, *, again: bool = False) -> Draw:
    """Windows of so many units, characters and steps; `again`: a character is read twice."""

    def draw(rng: np.random.Generator) -> Case:
        params = tenths_params(rng, m, K, most=1.0)
        x = rng.integers(K, size=T) if again else rng.permutation(K)[:T]
        if again:
            x[1] = x[0]
        y = rng.integers(K, size=T)
        return window(params, tenths(rng, m, 1, most=0.9), x.tolist(), y.tolist())

    return draw


def network(h0: Any, **tensors: Any) -> Callable[[list[int], list[int]], Case]:
    """A network that is written down, to be called with the x and y of a window."""
    params = {name: np.array(tensor, dtype=float) for name, tensor in tensors.items()}
    return partial(window, params, np.array(h0, dtype=float))


# by the numbers of their units and characters
one_by_two = network([[0.5]], U=[[0.5, -1]], W=[[2]], V=[[1], [-1]], b=[[0.5]], c=[[0], [0]])
two_by_two = network(
    h0=[[0.5], [-0.5]],
    U=[[0.5, -1], [0, 1]],
    W=[[1, 2], [0, -1]],
    V=[[1, 2], [-1, 0]],
    b=[[0.5], [0]],
    c=[[0], [0.5]],
)
two_by_three = network(
    h0=[[0.5], [-0.5]],
    U=[[0.5, -1, 0], [0, 1, 1]],
    W=[[1, 2], [0, -1]],
    V=[[1, 2], [-1, 0], [0, 1]],
    b=[[0.5], [0]],
    c=[[0], [0.5], [0]],
)
three_by_two = network(
    h0=[[0.5], [-0.5], [0]],
    U=[[0.5, -1], [0, 1], [1, 0]],
    W=[[1, 2, 0], [0, -1, 0.5], [0.5, 0, -1]],
    V=[[1, 2, -1], [-1, 0, 1]],
    b=[[0.5], [0], [-0.5]],
    c=[[0], [0.5]],
)
steep = network([[0.4]], U=[[0.2, 0.3]], W=[[0.5]], V=[[5], [-5]], b=[[0]], c=[[0], [0]])


very_steep = network([[0.4]], U=[[0.2, 0.3]], W=[[0.5]], V=[[2000], [-2000]], b=[[0]], c=[[0], [0]])


def steeper(V: float) -> Draw:
    """A maker of windows of 30 steps whose gradients add up."""

    def draw(rng: np.random.Generator) -> Case:
        U = tenths(rng, 1, 2, most=0.3)
        read = network([[0.8]], U=U, W=[[0.5]], V=[[V], [-V]], b=[[0.6]], c=[[0], [0]])
        return read([0, 1] * 15, [1] * 30)

    return draw


def by_logits_and_preactivations(case: Case) -> tuple[np.ndarray, np.ndarray]:
    """The right dL/dO and dL/dA of a window."""
    params, _, Y, P, H = case.arguments
    return P - Y, preactivation_gradient(params, P - Y, H)


def gradient_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One entry of a gradient, as a sum over the steps."""
    _, X, _, _, H = case.arguments
    G, D = by_logits_and_preactivations(case)
    i, j = index
    letter, left = ("G", G[i]) if name in ("dV", "dc") else ("D", D[i])
    T = len(left)
    if name in ("db", "dc"):
        return [(f"{letter}[{i},:], all steps", total(left) if T > 1 else "", left.sum())]
    factors = {"dU": ("X", X, 0), "dW": ("H", H, 0), "dV": ("H", H, 1)}
    array, rows, late = factors[name]
    right = rows[j, late : late + T]
    lines: Arithmetic = [
        (
            f"step {t}: {letter}[{i},{t}] {array}[{j},{t + late}]",
            dot([(left[t], right[t])]),
            left[t] * right[t],
        )
        for t in range(min(T, 4))
    ]
    if T > 4:
        lines.append((f"steps 4 to {T - 1}, in the same way", "", float(left[4:] @ right[4:])))
    return lines if T == 1 else [*lines, ("together", "", float(left @ right))]


def shown_window(case: Case) -> dict[str, Any]:
    """A window, and the gradients by logits and pre-activations that are expected."""
    params, X, Y, P, H = case.arguments
    G, D = by_logits_and_preactivations(case)
    weights = {name: params[name] for name in "WV"}
    return weights | {"X": X, "Y": Y, "P": P, "H": H, "G = P - Y": G, "D = dL/dA": D}


def exchanged(case: Case) -> Case:
    """The case with X and Y exchanged."""
    params, X, Y, P, H = case.arguments
    return Case(params, Y, X, P, H)


def moves(case: Case) -> dict[str, Case]:
    """One of the params, h0, one input or target moved; P and H are what forward makes of that."""
    params, X, Y, _, H = case.arguments
    start = Case(params, X, Y, H[:, :1])
    found = moved(start, {"h0": 3}, "UWVbc")
    for name, position in (("X", 1), ("Y", 2)):
        for t in range(X.shape[1]):
            other = start.arguments[position].copy()
            other[:, t] = np.roll(other[:, t], 1)
            found[f"{name}[:,{t}]"] = with_argument(position, partial(instead, other))(start)
    return {piece: from_forward(*other.arguments) for piece, other in found.items()}


def from_forward(params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> Case:
    """A window with what forward makes of it."""
    P, H, _ = forward(params, X, h0)
    return Case(params, X, Y, P, H)


without_h0 = with_argument(4, lambda H: np.hstack((0 * H[:, :1], H[:, 1:])))


def lengths(case: Case) -> dict[str, int]:
    """What a number of rows or columns may be."""
    params, X, *_ = case.arguments
    (K, m), T = params["V"].shape, X.shape[1]
    return {"m": m, "K": K, "T": T, "1": 1, "T + 1": T + 1, "T - 1": T - 1}


BACKWARD = Ladder(
    "backward",
    (
        Rung("one unit, one step", one_by_two([1], [0]), windows(1, 2, 1)),
        Rung("two units, one step", two_by_two([1], [0]), windows(2, 3, 1)),
        Rung("one unit, two steps", one_by_two([1, 0], [0, 1]), windows(1, 3, 2)),
        Rung(
            "one unit, one character read twice",
            one_by_two([1, 1], [0, 1]),
            windows(1, 3, 2, again=True),
        ),
        Rung("two units, two steps", two_by_two([1, 0], [0, 1]), windows(2, 3, 2)),
        Rung("two units, three steps", two_by_three([2, 0, 1], [0, 1, 1]), windows(2, 4, 3)),
        Rung(
            "three units, four steps, characters read again",
            three_by_two([1, 1, 0, 1], [0, 1, 1, 0]),
            windows(3, 3, 4, again=True),
        ),
        Rung("gradients above 5", steep([0, 1, 0], [1, 1, 1]), steeper(10), siblings=2),
        Rung("gradients above 1000", very_steep([0, 1], [1, 1]), steeper(1000), siblings=2),
    ),
    returned(),
    telling=Telling(shows=shown_window, by_hand=gradient_by_hand, lengths=lengths),
    questions=Questions(
        changes={
            "X and Y exchanged": exchanged,
            "Y one step on": with_argument(2, lambda Y: np.roll(Y, -1, axis=1)),
            "Y one step late": with_argument(2, lambda Y: np.roll(Y, 1, axis=1)),
            "X one step late": with_argument(1, lambda X: np.roll(X, 1, axis=1)),
            "W transposed": with_params("W", np.transpose),
            "W = 0": with_params("W", np.zeros_like),
            "H[:,0] = 0": without_h0,
            "the states one column late": with_argument(4, lambda H: np.roll(H, 1, axis=1)),
        },
        switches={
            "where W is symmetric": with_params("W", symmetric),
            "where W = 0": with_params("W", np.zeros_like),
            "where H[:,0] = 0": without_h0,
        },
        moves=moves,
        findings=(
            findings.ingredients,
            partial(findings.terms_or_hidden, draw=windows(5, 6, 3), ladder=HIDDEN),
        ),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (OUTPUT, HIDDEN, BACKWARD)}
