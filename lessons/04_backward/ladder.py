"""Hand-sized cases of lesson 4, each rung with one more ingredient."""

from typing import Any

import numpy as np

from lessons.checking.calling import Function, Known
from lessons.checking.explaining.changing import moved, with_argument, with_params
from lessons.checking.explaining.explanation import place
from lessons.checking.explaining.findings import Evidence, certain
from lessons.checking.explaining.ladder import (
    Case,
    Ladder,
    Rung,
    case,
    outcome,
    returned,
    same,
    tenths,
)
from lessons.checking.explaining.naming import named
from lessons.checking.explaining.tables import dot, factor, num, total
from reference.encoding import one_hot
from reference.forward import forward, softmax


def targets(rng: np.random.Generator, K: int, T: int) -> np.ndarray:
    """Random one-hot columns."""
    return one_hot(rng.integers(K, size=T), K)


def output_case(rng: np.random.Generator, K: int, T: int) -> Case:
    """Probabilities and targets."""
    return case(softmax(tenths(rng, K, T)), targets(rng, K, T))


OUTPUT = Ladder(
    "output_gradient",
    (
        Rung(
            "one step",
            case(np.array([[0.2], [0.8]]), one_hot([0], 2)),
            lambda rng: output_case(rng, 2, 1),
        ),
        Rung(
            "two steps",
            case(np.array([[0.2, 0.5], [0.8, 0.5]]), one_hot([0, 1], 2)),
            lambda rng: output_case(rng, 2, 2),
        ),
        Rung(
            "three characters and three steps",
            case(
                np.array([[0.2, 0.5, 0.1], [0.7, 0.1, 0.1], [0.1, 0.4, 0.8]]),
                one_hot([0, 2, 2], 3),
            ),
            lambda rng: output_case(rng, 3, 3),
        ),
        Rung(
            "a probability near 1",
            case(np.array([[0.999, 0.999], [0.001, 0.001]]), one_hot([0, 1], 2)),
            lambda rng: case(
                np.array([[0.998, 0.999], [0.001] * 2, [0.001, 1e-9]]), one_hot([0, 2], 3)
            ),
            siblings=2,
        ),
    ),
    returned("G"),
    by_hand=lambda each, name, index: output_by_hand(each, index),
    changes={"P and Y exchanged": lambda each: Case(each.arguments[::-1])},
    steps_in_columns=True,
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
    return case(params, gradient, tenths(rng, m, T + 1, most=0.9))


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
    return case(params, np.array(G, dtype=float), np.array(H, dtype=float))


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


def slopes_table(evidence: Any) -> list[str]:
    """With one unit and one step D is V G times a number: which number, by h."""
    rows = [[], [], []]
    for each in evidence.tries:
        params, G, H = each.case.arguments
        if H.shape != (1, 2) or each.right:
            continue
        heard = float(params["V"][:, 0] @ G[:, 0])
        rows[0].append(0.0)
        rows[1].append(heard)
    if not rows[0]:
        return []
    asked = (0.0, 0.5, 0.8, -0.5)
    yours = []
    for sent in (1.0, 2.0, -1.0):
        line = []
        for h in asked:
            for before in (0.3, -0.6):
                tried = hidden_hand([[2]], [[1]], [[sent]], [[before, h]])
                line.append(float(evidence.yours(tried)["D"][0, 0]) / sent)
        yours.append(line)
    flat = np.array(yours)
    if not np.isfinite(flat).all() or np.ptp(flat, axis=0).max() > 1e-9:
        return []
    flat = flat[0].reshape(-1, 2)
    if abs(flat[:, 0] - flat[:, 1]).max() > 1e-9:
        return []
    due = np.array([1 - h**2 for h in asked])
    if np.allclose(flat[:, 0], due):
        return []
    line = "  {:<18}" + "{:>9}" * len(asked)
    return [
        "With one unit and one step, D is what the output sends times a number:\n"
        + line.format("h", *(f"{h:.4g}" for h in asked))
        + "\n"
        + line.format("number, yours", *(f"{x:.4g}" for x in flat[:, 0]))
        + "\n"
        + line.format("number, expected", *(f"{x:.4g}" for x in due))
    ]


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
            "one unit, two steps, the last output silent",
            hidden_hand([[2]], [[2]], [[0.5, 0]], [[0.2, 0.6, 0.5]]),
            lambda rng: hidden_case(rng, 1, 1, 2, G=[[1, 0]]),
        ),
        Rung(
            "one unit, two steps, only the last output heard",
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
    shows=lambda each: {
        "W": each.arguments[0]["W"],
        "V": each.arguments[0]["V"],
        "G": each.arguments[1],
        "H": each.arguments[2],
    },
    by_hand=hidden_by_hand,
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
        "where h = 0, and so 1 - h^2 = 1": with_argument(2, np.zeros_like),
        "where all states are equal": with_argument(2, lambda H: np.full_like(H, 0.5)),
        "where W is symmetric": with_params("W", symmetric),
        "where W = 0, so that nothing is carried back": with_params("W", np.zeros_like),
        "where W = 1 (the identity)": with_params("W", lambda W: np.eye(len(W))),
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
    backwards=True,
    findings=(slopes_table,),
)


def window_case(params: dict[str, np.ndarray], x: list[int], y: list[int], h0: np.ndarray) -> Case:
    """A window, with what forward makes of it."""
    K = len(params["c"])
    X, Y = one_hot(x, K), one_hot(y, K)
    P, H, _ = forward(params, X, h0)
    return case(params, X, Y, P, H)


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


def hidden_of(each: Case) -> tuple[np.ndarray, np.ndarray]:
    """The right dL/dO and dL/dA of a window."""
    params, _, Y, P, H = each.arguments
    return P - Y, steps_back(case(params, P - Y, H))[0]


def gradient_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One entry of a gradient, as a sum over the steps."""
    _, X, _, _, H = each.arguments
    G, D = hidden_of(each)
    left = G if name in ("dV", "dc") else D
    what = "G" if name in ("dV", "dc") else "D"
    i, j = index
    T = G.shape[1]
    if name in ("db", "dc"):
        return [(f"{what}[{i},:], all steps", total([*left[i]]), left[i].sum())]
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
    return [*lines, ("together", "", float(left[i] @ right))]


def shown_window(each: Case) -> dict[str, Any]:
    """A window, and the gradients by logits and pre-activations that are due."""
    params, X, Y, P, H = each.arguments
    G, D = hidden_of(each)
    return {"W": params["W"], "V": params["V"], "X": X, "Y": Y, "P": P, "H": H, "G = P - Y": G,
            "D = dL/dA": D}  # fmt: skip


class Behind(Known):
    """The dL/dA behind a backward that is written in one piece: its dU, one character a step."""

    def __init__(self, backward: Function) -> None:
        super().__init__("preactivation_gradient", self.hidden)
        self.backward = backward

    def hidden(self, params: Any, G: np.ndarray, H: np.ndarray) -> np.ndarray:
        """dL/dA for any G and H, from a window in which each character is read once."""
        K, T = G.shape
        more = max(0, T - K)
        m = len(H)
        wide = {
            "U": np.hstack((params["U"], np.ones((m, more)))),
            "W": params["W"],
            "V": np.vstack((params["V"], np.zeros((more, m)))),
            "b": params["b"],
            "c": np.vstack((params["c"], np.zeros((more, 1)))),
        }
        G = np.vstack((G, np.zeros((more, T))))
        X = np.eye(K + more)[:, :T]
        Y = np.eye(K + more)[:, ::-1][:, :T]
        result: np.ndarray = self.backward.whatever(wide, X, Y, G + Y, H)["U"] @ X
        return result


def hidden_gradient(evidence: Evidence) -> list[str]:
    """What is wrong with the dL/dA that dU, dW and db are made of."""
    if not {"dU", "dW", "db"} <= set(evidence.quantities) or terms(evidence):
        return []
    behind = Behind(evidence.function)
    for each in evidence.tries[-24:]:
        params, X, Y, P, H = each.case.arguments
        D = outcome(HIDDEN, behind, case(params, P - Y, H)).get("D")
        if not isinstance(D, np.ndarray) or not np.isfinite(D).all():
            return []
        due = {"dU": D @ X.T, "dW": D @ H[:, :-1].T, "db": D.sum(axis=1, keepdims=True)}
        if not all(same(each.yours[name], due[name]) for name in due):
            return []
    first, second = (Evidence.gather(HIDDEN, behind, seed) for seed in (11, 12))
    if not first.wrong:
        return []
    mistakes = named(HIDDEN, first.tries)
    said = [entry.sentence for entry in mistakes] or certain(first, second)[:2]
    start = "Your dU, dW and db all come from one dL/dA, and that is wrong."
    return [" ".join([start, *place(HIDDEN, first.tries + second.tries)]), *said]


def coefficients(left: np.ndarray, value: np.ndarray, right: np.ndarray) -> np.ndarray | None:
    """The a with value = left a right.T, if there is exactly one."""
    a = np.linalg.pinv(left) @ value @ np.linalg.pinv(right.T)
    exact = np.linalg.norm(left @ a @ right.T - value) <= 1e-9 * max(np.linalg.norm(value), 1e-9)
    return a if exact else None


def terms(evidence: Evidence) -> list[str]:
    """Wrong gradients as sums of the terms that they should be made of."""
    said = []
    for name in evidence.quantities:
        found = []
        for seed in (21, 22, 23):
            each = random_window(np.random.default_rng(seed), 5, 6, 3)
            yours = evidence.yours(each).get(name)
            params, X, _, _, H = each.arguments
            if not isinstance(yours, np.ndarray) or not np.isfinite(yours).all():
                break
            G, D = hidden_of(each)
            left = G if name in ("dV", "dc") else D
            right = {"dU": X, "db": np.ones((1, 1)), "dc": np.ones((1, 1))}.get(name, H)
            if yours.shape != (len(left), len(right)):
                break
            a = coefficients(left, yours, right)
            if a is None:
                break
            found.append(a)
        if len(found) < 3 or max(abs(found[0] - a).max() for a in found) > 1e-8:
            continue
        a = np.round(found[0], 9) + 0.0
        due = {"dU": np.eye(3), "dW": np.eye(3, 4), "dV": np.eye(3, 4, 1)}.get(
            name, np.ones((3, 1))
        )
        if abs(a - due).max() < 1e-8:
            continue
        said.append(in_terms(name, a, due))
    return said[:1]


def in_terms(name: str, a: np.ndarray, due: np.ndarray) -> str:
    """The terms as a small table."""
    left, right = {"dU": "DX", "dW": "DH", "dV": "GH", "db": "D ", "dc": "G "}[name]
    term = f"{left}[:,t] {right}[:,s].T" if right != " " else f"{left}[:,t]"
    start = f"{name} is a sum of terms {term}. With three steps, how often each is in it:"
    columns = [f"s={s}" for s in range(a.shape[1])] if right != " " else [""]
    lines = ["  yours  " + "".join(f"{c:>7}" for c in columns) + "    expected"
             + "".join(f"{c:>7}" for c in columns)]  # fmt: skip
    for t in range(3):
        lines.append(
            f"    t={t}  " + "".join(f"{num(x):>7}" for x in a[t]) + "            "
            + "".join(f"{num(x):>7}" for x in due[t])
        )  # fmt: skip
    return "\n".join([start, *lines])


BACKWARD = Ladder(
    "backward",
    (
        Rung(
            "one unit, one step",
            window_hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0], [0]], [1], [0], [0.5]),
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
            window_hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0], [0]], [1, 0], [0, 1], [0.5]),
            lambda rng: random_window(rng, 1, 3, 2),
        ),
        Rung(
            "one unit, one character read twice",
            window_hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0], [0]], [1, 1], [0, 1], [0.5]),
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
                [[0.2, 0.3]], [[0.5]], [[10], [-10]], [[0.5]], [[0], [0]],
                [0, 1] * 4, [1] * 8, [0.8],
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
    shows=shown_window,
    by_hand=gradient_by_hand,
    changes={
        "X and Y exchanged": lambda each: Case(
            (each.arguments[0], each.arguments[2], each.arguments[1], *each.arguments[3:])
        ),
        "W transposed": with_params("W", np.transpose),
        "W = 0": with_params("W", np.zeros_like),
        "h0 = 0": with_argument(4, lambda H: np.hstack((0 * H[:, :1], H[:, 1:]))),
        "the states one column late": with_argument(4, lambda H: np.roll(H, 1, axis=1)),
    },
    switches={
        "where W is symmetric": with_params("W", symmetric),
        "where W = 0, so that nothing is carried back": with_params("W", np.zeros_like),
        "where h0 = 0": with_argument(4, lambda H: np.hstack((0 * H[:, :1], H[:, 1:]))),
    },
    moves=lambda each: moved(each, columns={"P": 3, "H": 4}),
    steps_in_columns=False,
    findings=(terms, hidden_gradient),
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (OUTPUT, HIDDEN, BACKWARD)}
