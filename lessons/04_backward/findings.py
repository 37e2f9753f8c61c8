"""What can be said of a wrong gradient of lesson 4: its terms, and the dL/dA behind it."""

from collections.abc import Callable, Iterable
from itertools import combinations
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function, KnownFunction
from lessons.checking.answering.printing import num
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.explain import place
from lessons.checking.explaining.findings import Evidence, certain
from lessons.checking.explaining.ladder import Case, Ladder, outcome
from lessons.checking.explaining.naming import named
from reference.backward import preactivation_gradient

HS = (0.0, 0.5, 0.8, -0.5)  # states at which the slope of tanh is asked for
ONES = np.ones((3, 1))


def ones_elsewhere(evidence: Evidence) -> list[str]:
    """Whether P - G is made of zeros and ones, as Y is."""
    masks = [each.case.arguments[0] - each.yours["G"] for each in evidence.attempts]
    if all(np.isclose(mask, 0).all() for mask in masks) or not all(
        (np.isclose(mask, 0) | np.isclose(mask, 1)).all() for mask in masks
    ):
        return []
    return ["Your G is P minus zeros and ones, but the ones stand elsewhere than in Y."]


def shared(evidence: Evidence) -> list[str]:
    """Two gradients that share an array."""
    for each in evidence.wrong:
        grads = {k: g for k, g in each.yours.items() if isinstance(g, np.ndarray)}
        for a, b in combinations(grads, 2):
            if np.shares_memory(grads[a], grads[b]):
                return [f"{a} and {b} share an array: what is added to one changes the other."]
    return []


def slopes(evidence: Evidence) -> list[str]:
    """With one unit and one step D is V G times a number: which number, by h."""
    yours = np.array([[slope(evidence, sent, before, h) for h in HS]
                      for sent in (1.0, 2.0, -1.0) for before in (0.3, -0.6)])  # fmt: skip
    due = np.array([1 - h**2 for h in HS])
    if not np.isfinite(yours).all() or np.ptp(yours, axis=0).max() > 1e-9:
        return []  # not a number that h alone decides
    if np.allclose(yours[0], due):
        return []
    rows = {"h": HS, "number, yours": yours[0], "number, expected": due}
    lines = [f"  {name:<18}" + "".join(f"{num(x):>9}" for x in row) for name, row in rows.items()]
    start = "With one unit and one step, D is V^T G times a number, which h = H[:,1] decides:"
    return ["\n".join([start, *lines])]


def slope(evidence: Evidence, sent: float, before: float, h: float) -> float:
    """The answer's D where the output sends `sent`, divided by that."""
    params = {name: np.ones((1, 1)) for name in "UWVbc"}
    D = evidence.yours(Case(params, np.array([[sent]]), np.array([[before, h]]))).get("D")
    return float(D[0, 0]) / sent if isinstance(D, np.ndarray) and D.shape == (1, 1) else np.nan


class Behind(KnownFunction):
    """The dL/dA behind a backward that is written in one piece: its dU, one character a step."""

    def __init__(self, backward: Function) -> None:
        super().__init__("preactivation_gradient", self.hidden)
        self.backward = backward

    def hidden(self, params: Any, G: np.ndarray, H: np.ndarray) -> np.ndarray:
        """dL/dA for any G and H, from a window in which each character is read once."""
        K, T = G.shape
        more = max(0, T - K)
        m = len(H)
        larger = params | {
            "U": np.hstack((params["U"], np.ones((m, more)))),
            "V": np.vstack((params["V"], np.zeros((more, m)))),
            "c": np.vstack((params["c"], np.zeros((more, 1)))),
        }
        G = np.vstack((G, np.zeros((more, T))))
        X = np.eye(K + more)[:, :T]
        Y = np.eye(K + more)[:, ::-1][:, :T]
        result: np.ndarray = self.backward.allowing_infinite(larger, X, Y, G + Y, H)["U"] @ X
        return result


def terms_or_hidden(evidence: Evidence, window: Callable[[int], Case], ladder: Ladder) -> list[str]:
    """The terms of a gradient, or what is wrong with the dL/dA that they are made of."""
    return terms(evidence, window) or hidden_gradient(evidence, ladder)


def hidden_gradient(evidence: Evidence, ladder: Ladder) -> list[str]:
    """What is wrong with the dL/dA that dU, dW and db are made of, by the recursion's ladder."""
    if not {"dU", "dW", "db"} <= set(evidence.quantities):
        return []
    behind = Behind(evidence.function)
    for each in evidence.attempts[-24:]:
        params, X, Y, P, H = each.case.arguments
        D = outcome(ladder, behind, Case(params, P - Y, H)).get("D")
        if not isinstance(D, np.ndarray) or not np.isfinite(D).all():
            return []
        due = {"dU": D @ X.T, "dW": D @ H[:, :-1].T, "db": D.sum(axis=1, keepdims=True)}
        if not all(same(each.yours[name], due[name]) for name in due):
            return []
    first, second = (Evidence.gather(ladder, behind, seed) for seed in (11, 12))
    if not first.wrong:
        return []
    mistakes = named(ladder, first.attempts)
    said = [entry.sentence for entry in mistakes] or certain(first, second)[:2]
    start = "Your dU, dW and db all come from one dL/dA, and that is wrong."
    return [" ".join([start, *place(ladder, first.attempts + second.attempts)]), *said]


def terms(evidence: Evidence, window: Callable[[int], Case]) -> list[str]:
    """A wrong gradient as a sum of the terms that it should be made of.

    `window` gives networks of more units and characters than the three steps, so that every
    sum of terms has one solution.
    """
    for name in evidence.quantities:
        found = [coefficients(name, evidence, window(seed)) for seed in (21, 22, 23)]
        if any(a is None for a in found):
            continue
        first, *others = (np.round(a, 9) + 0.0 for a in found if a is not None)
        due = {"dU": np.eye(3), "dW": np.eye(3, 4), "dV": np.eye(3, 4, 1)}.get(name, ONES)
        if all(np.allclose(first, a, atol=1e-8) for a in others) and not np.allclose(first, due):
            return [in_terms(name, first, due)]
    return []


def coefficients(name: str, evidence: Evidence, each: Case) -> np.ndarray | None:
    """The a with yours = left a right.T, if there is exactly one."""
    params, X, Y, P, H = each.arguments
    yours = evidence.yours(each).get(name)
    left = P - Y if name in ("dV", "dc") else preactivation_gradient(params, P - Y, H)
    right = {"dU": X, "dW": H, "dV": H}.get(name, np.ones((1, 1)))
    if not isinstance(yours, np.ndarray) or yours.shape != (len(left), len(right)):
        return None
    if not np.isfinite(yours).all():
        return None
    a = np.linalg.pinv(left) @ yours @ np.linalg.pinv(right.T)
    missed = np.linalg.norm(left @ a @ right.T - yours)
    return a if missed <= 1e-9 * max(np.linalg.norm(yours), 1e-9) else None


def in_terms(name: str, a: np.ndarray, due: np.ndarray) -> str:
    """The terms as a small table."""
    left = "G" if name in ("dV", "dc") else "D"
    right = {"dU": " X[:,s]^T", "dW": " H[:,s]^T", "dV": " H[:,s]^T"}.get(name, "")
    heads = [f"s={s}" for s in range(a.shape[1])] if right else ["times"]
    lines = ["  yours  " + wide(heads) + "    expected" + wide(heads)]
    for t in range(len(a)):
        lines.append(f"    t={t}  " + wide(map(num, a[t])) + " " * 12 + wide(map(num, due[t])))
    start = f"{name} is a sum of terms {left}[:,t]{right}. With 3 steps, how often each is in it:"
    return "\n".join([start, *lines])


def wide(texts: Iterable[str]) -> str:
    """Texts in columns."""
    return "".join(f"{text:>7}" for text in texts)
