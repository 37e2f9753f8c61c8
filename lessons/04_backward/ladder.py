"""Hand-sized cases of lesson 4, each rung with one more ingredient."""

from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.rooms import LESSONS
from lessons.checking.explaining.changing import moved, with_argument, with_params
from lessons.checking.explaining.ladder import (
    Case,
    Ladder,
    Questions,
    Rung,
    Telling,
    returned,
    tenths,
)
from lessons.checking.explaining.tables import dot, factor, total
from reference.encoding import one_hot
from reference.forward import forward, softmax

from . import findings


def targets(rng: np.random.Generator, K: int, T: int) -> np.ndarray:
    """Random one-hot columns."""
    return one_hot(rng.integers(K, size=T), K)


def output_case(rng: np.random.Generator, K: int, T: int) -> Case:
    """Probabilities and targets."""
    return Case(softmax(tenths(rng, K, T)), targets(rng, K, T))


OUTPUT = Ladder(
    "output_gradient",
    (
        Rung(
            "one step",
            Case(np.array([[0.2], [0.8]]), one_hot([0], 2)),
            lambda rng: output_case(rng, 2, 1),
        ),
        Rung(
            "two steps",
            Case(np.array([[0.2, 0.5], [0.8, 0.5]]), one_hot([0, 1], 2)),
            lambda rng: output_case(rng, 2, 2),
        ),
        Rung(
            "three characters and three steps",
            Case(
                np.array([[0.2, 0.5, 0.1], [0.7, 0.1, 0.1], [0.1, 0.4, 0.8]]),
                one_hot([0, 2, 2], 3),
            ),
            lambda rng: output_case(rng, 3, 3),
        ),
        Rung(
            "a probability near 1",
            Case(np.array([[0.999, 0.999], [0.001, 0.001]]), one_hot([0, 1], 2)),
            lambda rng: Case(
                np.array([[0.998, 0.999], [0.001] * 2, [0.001, 1e-9]]), one_hot([0, 2], 3)
            ),
            siblings=2,
        ),
    ),
    returned("G"),
    telling=Telling(
        by_hand=lambda each, name, index: output_by_hand(each, index),
    ),
    questions=Questions(
        changes={"P and Y exchanged": lambda each: Case(*each.arguments[::-1])},
        steps_in_columns=True,
        findings=(findings.ones_elsewhere,),
    ),
)


def output_by_hand(each: Case, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """P - Y."""
    P, Y = (array[index] for array in each.arguments)
    return [("P - Y", f"{factor(P)} - {factor(Y)}", P - Y)]


def random_params(rng: np.random.Generator, m: int, K: int) -> dict[str, np.ndarray]:
    """Weights and biases of one decimal."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {name: tenths(rng, *shape, most=1.0) for name, shape in shapes.items()}


def hidden_case(
    rng: np.random.Generator, m: int, K: int, T: int, size: float = 1.0, G: Any = None
) -> Case:
    """Weights, a gradient by the logits, and states."""
    params = random_params(rng, m, K)
    gradient = size * tenths(rng, K, T)
    if G is not None:
        gradient = gradient * G
    return Case(params, gradient, tenths(rng, m, T + 1, most=0.9))


def hidden_hand(W: Any, V: Any, G: Any, H: Any) -> Case:
    """The same, written out; U, b and c play no part."""
    W, V = np.array(W, dtype=float), np.array(V, dtype=float)
    (K, m) = V.shape
    params = {
        "U": np.ones((m, K)),
        "W": W,
        "V": V,
        "b": np.full((m, 1), 0.5),
        "c": np.full((K, 1), -0.5),
    }
    return Case(params, np.array(G, dtype=float), np.array(H, dtype=float))


def steps_back(each: Case) -> tuple[np.ndarray, np.ndarray]:
    """D, and what is carried back to each step."""
    params, G, H = each.arguments
    m, T = len(params["W"]), G.shape[1]
    D, carried = np.zeros((m, T + 1)), np.zeros((m, T))
    for t in reversed(range(T)):
        carried[:, t] = params["W"].T @ D[:, t + 1]
        D[:, t] = (params["V"].T @ G[:, t] + carried[:, t]) * (1 - H[:, t + 1] ** 2)
    return D[:, :T], carried


def hidden_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One entry of dL/dA."""
    params, G, H = each.arguments
    W, V = params["W"], params["V"]
    D, carried = steps_back(each)
    i, t = index
    own, h = float(V[:, i] @ G[:, t]), H[i, t + 1]
    last = t == G.shape[1] - 1
    back = [] if last else [(W[j, i], D[j, t + 1]) for j in range(len(W))]
    return [
        ("from its own output", dot([*zip(V[:, i], G[:, t], strict=True)]), own),
        ("from the step after: none", "", 0)
        if last
        else (f"carried back from step {t + 1}", dot(back), carried[i, t]),
        ("slope of tanh", f"1 - {factor(h)}^2", 1 - h**2),
        ("together", f"{factor(1 - h**2)} * ({total([own, carried[i, t]])})", D[i, t]),
    ]


def symmetric(W: np.ndarray) -> np.ndarray:
    """A symmetric matrix like W."""
    return (W + W.T) / 2 + np.eye(len(W))


HIDDEN = Ladder(
    "preactivation_gradient",
    (
        Rung(
            "one unit, one step",
            hidden_hand([[2]], [[2]], [[0.5]], [[0.6, 0.5]]),
            lambda rng: hidden_case(rng, 1, 1, 1),
        ),
        Rung(
            "one unit, one step, two characters",
            hidden_hand([[2]], [[2], [-1]], [[0.5], [1]], [[0.6, 0.5]]),
            lambda rng: hidden_case(rng, 1, 2, 1),
        ),
        Rung(
            "one unit, two steps, G[:,1] = 0",
            hidden_hand([[2]], [[2]], [[0.5, 0]], [[0.2, 0.6, 0.5]]),
            lambda rng: hidden_case(rng, 1, 1, 2, G=[[1, 0]]),
        ),
        Rung(
            "one unit, two steps, G[:,0] = 0",
            hidden_hand([[2]], [[2]], [[0, 0.5]], [[0.2, 0.6, 0.5]]),
            lambda rng: hidden_case(rng, 1, 1, 2, G=[[0, 1]]),
        ),
        Rung(
            "one unit, two steps",
            hidden_hand([[2]], [[2]], [[1, 0.5]], [[0.2, 0.6, 0.5]]),
            lambda rng: hidden_case(rng, 1, 1, 2),
        ),
        Rung(
            "one unit, three steps",
            hidden_hand([[2]], [[1]], [[1, -1, 0.5]], [[0.2, 0.6, 0.5, -0.8]]),
            lambda rng: hidden_case(rng, 1, 1, 3),
        ),
        Rung(
            "two units, one step",
            hidden_hand([[1, 2], [0, -1]], [[1, 2]], [[1]], [[0.3, 0.5], [0.2, -0.5]]),
            lambda rng: hidden_case(rng, 2, 2, 1),
        ),
        Rung(
            "two units, two steps",
            hidden_hand(
                [[1, 2], [0, -1]], [[1, 2]], [[0, 1]], [[0.3, 0.5, 0.6], [0.2, -0.5, -0.8]]
            ),
            lambda rng: hidden_case(rng, 2, 2, 2),
        ),
        Rung(
            "three units, three steps",
            hidden_hand(
                [[1, 2, 0], [0, -1, 0.5], [0.5, 0, -1]],
                [[1, 2, -1], [0.5, 0, 1]],
                [[0, 1, 0.5], [-1, 0.5, 1]],
                [[0.3, 0.5, 0.6, 0.2], [0.2, -0.5, -0.8, 0.5], [-0.4, 0.1, 0.3, 0.9]],
            ),
            lambda rng: hidden_case(rng, 3, 2, 3),
        ),
        Rung(
            "gradients of 100",
            hidden_hand([[2]], [[2]], [[60, 100]], [[0.2, 0.6, 0.5]]),
            lambda rng: hidden_case(rng, 2, 2, 2, size=100.0),
        ),
        Rung(
            "30 steps",
            hidden_hand([[0.9]], [[2]], [[0.5] * 30], [[0.1] * 31]),
            lambda rng: hidden_case(rng, 2, 2, 30),
            siblings=2,
        ),
    ),
    returned("D"),
    telling=Telling(
        shows=lambda each: {
            "W": each.arguments[0]["W"],
            "V": each.arguments[0]["V"],
            "G": each.arguments[1],
            "H": each.arguments[2],
        },
        by_hand=hidden_by_hand,
        backwards=True,
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
            "where all states are 0, and so 1 - h^2 = 1": with_argument(2, np.zeros_like),
            "where all states are equal": with_argument(2, lambda H: np.full_like(H, 0.5)),
            "where W is symmetric": with_params("W", symmetric),
            "where W = 0, so that nothing is carried back": with_params("W", np.zeros_like),
            "where W is the identity matrix": with_params("W", lambda W: np.eye(len(W))),
            "where G is a thousand times smaller": with_argument(1, lambda G: G / 1000),
            "where only the last column of G is not 0": with_argument(
                1, lambda G: G * (np.arange(G.shape[1]) == G.shape[1] - 1)
            ),
            "where only the first column of G is not 0": with_argument(
                1, lambda G: G * (np.arange(G.shape[1]) == 0)
            ),
        },
        moves=lambda each: moved(each, columns={"G": 1, "H": 2}, params="WV"),
        steps_in_columns=True,
        findings=(findings.slopes,),
    ),
)


def window_case(params: dict[str, np.ndarray], x: list[int], y: list[int], h0: np.ndarray) -> Case:
    """A window, with what forward makes of it."""
    K = len(params["c"])
    X, Y = one_hot(x, K), one_hot(y, K)
    P, H, _ = forward(params, X, h0)
    return Case(params, X, Y, P, H)


def random_window(rng: np.random.Generator, m: int, K: int, T: int, *, again: bool = False) -> Case:
    """A random one; `again` lets its characters be read more than once."""
    params = random_params(rng, m, K)
    x = rng.integers(K, size=T) if again else rng.permutation(K)[:T]
    if again and T > 1:
        x[1] = x[0]
    return window_case(
        params, x.tolist(), rng.integers(K, size=T).tolist(), tenths(rng, m, 1, most=0.9)
    )


def window_hand(U: Any, W: Any, V: Any, b: Any, c: Any, x: list[int], y: list[int], h: Any) -> Case:
    """One that is written out."""
    values = {"U": U, "W": W, "V": V, "b": b, "c": c}
    params = {name: np.array(tensor, dtype=float) for name, tensor in values.items()}
    return window_case(params, x, y, np.array(h, dtype=float)[:, None])


def one_unit(x: list[int], y: list[int]) -> Case:
    """A network of one unit and two characters."""
    return window_hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0], [0]], x, y, [0.5])


def hidden_of(each: Case) -> tuple[np.ndarray, np.ndarray]:
    """The right dL/dO and dL/dA of a window."""
    params, _, Y, P, H = each.arguments
    return P - Y, steps_back(Case(params, P - Y, H))[0]


def gradient_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One entry of a gradient, as a sum over the steps."""
    _, X, _, _, H = each.arguments
    G, D = hidden_of(each)
    left = G if name in ("dV", "dc") else D
    what = "G" if name in ("dV", "dc") else "D"
    i, j = index
    T = G.shape[1]
    if name in ("db", "dc"):
        return [(f"{what}[{i},:], all steps", total([*left[i]]) if T > 1 else "", left[i].sum())]
    right = X[j] if name == "dU" else H[j, :-1] if name == "dW" else H[j, 1:]
    column = {"dU": "X[{},{}]", "dW": "H[{},{}]", "dV": "H[{},{}]"}[name]
    lines = []
    for t in range(min(T, 4)):
        label = column.format(j, t + (name == "dV"))
        lines.append(
            (
                f"step {t}: {what}[{i},{t}] {label}",
                dot([(left[i, t], right[t])]),
                left[i, t] * right[t],
            )
        )
    if T > 4:
        lines.append((f"steps 4 to {T - 1}, in the same way", "", float(left[i, 4:] @ right[4:])))
    return lines if T == 1 else [*lines, ("together", "", float(left[i] @ right))]


def shown_window(each: Case) -> dict[str, Any]:
    """A window, and the gradients by logits and pre-activations that are due."""
    params, X, Y, P, H = each.arguments
    G, D = hidden_of(each)
    return {"W": params["W"], "V": params["V"], "X": X, "Y": Y, "P": P, "H": H, "G = P - Y": G,
            "D = dL/dA": D}  # fmt: skip


BACKWARD = Ladder(
    "backward",
    (
        Rung(
            "one unit, one step",
            one_unit([1], [0]),
            lambda rng: random_window(rng, 1, 2, 1),
        ),
        Rung(
            "two units, one step",
            window_hand(
                [[0.5, -1], [0, 1]], [[1, 2], [0, -1]], [[1, 2], [-1, 0]], [[0.5], [0]],
                [[0], [0.5]], [1], [0], [0.5, -0.5],
            ),
            lambda rng: random_window(rng, 2, 3, 1),
        ),
        Rung(
            "one unit, two steps",
            one_unit([1, 0], [0, 1]),
            lambda rng: random_window(rng, 1, 3, 2),
        ),
        Rung(
            "one unit, one character read twice",
            one_unit([1, 1], [0, 1]),
            lambda rng: random_window(rng, 1, 3, 2, again=True),
        ),
        Rung(
            "two units, two steps",
            window_hand(
                [[0.5, -1], [0, 1]], [[1, 2], [0, -1]], [[1, 2], [-1, 0]], [[0.5], [0]],
                [[0], [0.5]], [1, 0], [0, 1], [0.5, -0.5],
            ),
            lambda rng: random_window(rng, 2, 3, 2),
        ),
        Rung(
            "two units, three steps",
            window_hand(
                [[0.5, -1, 0], [0, 1, 1]], [[1, 2], [0, -1]], [[1, 2], [-1, 0], [0, 1]],
                [[0.5], [0]], [[0], [0.5], [0]], [2, 0, 1], [0, 1, 1], [0.5, -0.5],
            ),
            lambda rng: random_window(rng, 2, 4, 3),
        ),
        Rung(
            "three units, four steps, characters read again",
            window_hand(
                [[0.5, -1], [0, 1], [1, 0]], [[1, 2, 0], [0, -1, 0.5], [0.5, 0, -1]],
                [[1, 2, -1], [-1, 0, 1]], [[0.5], [0], [-0.5]], [[0], [0.5]],
                [1, 1, 0, 1], [0, 1, 1, 0], [0.5, -0.5, 0],
            ),
            lambda rng: random_window(rng, 3, 3, 4, again=True),
        ),
        Rung(
            "gradients above 5",
            window_hand(
                [[0.2, 0.3]], [[0.5]], [[5], [-5]], [[0]], [[0], [0]],
                [0, 1, 0], [1, 1, 1], [0.4],
            ),
            lambda rng: window_case(
                {"U": tenths(rng, 1, 2, most=0.3), "W": np.array([[0.5]]),
                 "V": np.array([[10.0], [-10.0]]), "b": np.array([[0.6]]), "c": np.zeros((2, 1))},
                [0, 1] * 15, [1] * 30, np.array([[0.8]]),
            ),
            siblings=2,
        ),
    ),
    returned(),
    telling=Telling(shows=shown_window, by_hand=gradient_by_hand,), questions=Questions(changes={
        "X and Y exchanged": lambda each: Case(
            each.arguments[0], each.arguments[2], each.arguments[1], *each.arguments[3:]
        ),
        "W transposed": with_params("W", np.transpose),
        "W = 0": with_params("W", np.zeros_like),
        "H[:,0] = 0": with_argument(4, lambda H: np.hstack((0 * H[:, :1], H[:, 1:]))),
        "the states one column late": with_argument(4, lambda H: np.roll(H, 1, axis=1)),
    }, switches={
        "where W is symmetric": with_params("W", symmetric),
        "where W = 0, so that nothing is carried back": with_params("W", np.zeros_like),
        "where H[:,0] = 0": with_argument(4, lambda H: np.hstack((0 * H[:, :1], H[:, 1:]))),
    }, moves=lambda each: moved(each, columns={"P": 3, "H": 4}), steps_in_columns=False, findings=(
        findings.shared,
        partial(
            findings.terms_or_hidden,
            window=lambda seed: random_window(np.random.default_rng(seed), 5, 6, 3),
            ladder=HIDDEN,
        ),
    ),),
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (OUTPUT, HIDDEN, BACKWARD)}
