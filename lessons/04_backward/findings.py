"""What can be said of a wrong gradient of lesson 4: its terms, and the dL/dA behind it."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function, KnownFunction
from lessons.checking.answering.printing import num
from lessons.checking.comparing.compare import near, same
from lessons.checking.explaining.explain import place
from lessons.checking.explaining.findings import Evidence, certain
from lessons.checking.explaining.ladder import Case, Ladder, outcome
from lessons.checking.explaining.naming import named
from reference.backward import preactivation_gradient

STATES = (0.0, 0.5, 0.8, -0.5)  # at which the slope of tanh is asked for
ONES = np.ones((3, 1))


def ones_elsewhere(evidence: Evidence) -> list[str]:
    """Whether P - G is made of zeros and ones, as Y is."""
    found = [(attempt.case.arguments[0], attempt.yours["G"]) for attempt in evidence.attempts]
    subtracted = np.concatenate([(P - G).ravel() for P, G in found])
    zero, one = near(subtracted, 0.0), near(subtracted, 1.0)
    if zero.all() or not (zero | one).all():
        return []
    return ["Your G is P minus zeros and ones, but the ones stand elsewhere than in Y."]


def slopes(evidence: Evidence) -> list[str]:
    """With one unit and one step D is V G times a number: which number, by h."""
    sends = [(sent, before) for sent in (1.0, 2.0, -1.0) for before in (0.3, -0.6)]
    yours = np.array([[slope(evidence, *send, h) for h in STATES] for send in sends])
    expected = 1 - np.square(STATES)
    if not np.isfinite(yours).all() or not near(yours, yours[0]).all():
        return []  # not a number that h alone decides
    if same(yours[0], expected):
        return []
    rows = {"h": STATES, "number, yours": yours[0], "number, expected": expected}
    lines = [f"  {name:<18}" + "".join(f"{num(x):>9}" for x in row) for name, row in rows.items()]
    start = "With one unit and one step, D is V^T G times a number, which h = H[:,1] decides:"
    return ["\n".join([start, *lines])]


def slope(evidence: Evidence, sent: float, before: float, h: float) -> float:
    """The answer's D where the output sends `sent`, divided by that."""
    params = {name: np.ones((1, 1)) for name in "UWVbc"}
    D = evidence.yours(Case(params, np.array([[sent]]), np.array([[before, h]]))).get("D")
    return float(D[0, 0]) / sent if isinstance(D, np.ndarray) and D.shape == (1, 1) else np.nan


def behind(backward: Function) -> KnownFunction:
    """The dL/dA behind a backward that is written in one piece: its dU, one character a step."""

    def hidden(params: Any, G: np.ndarray, H: np.ndarray) -> np.ndarray:
        """dL/dA for any G and H, from a window in which each character is read once."""
        (K, T), m = G.shape, len(H)
        more = max(0, T - K)
        larger = params | {
            "U": np.hstack((params["U"], np.ones((m, more)))),
            "V": np.vstack((params["V"], np.zeros((more, m)))),
            "c": np.vstack((params["c"], np.zeros((more, 1)))),
        }
        G = np.vstack((G, np.zeros((more, T))))
        X = np.eye(K + more)[:, :T]
        Y = np.eye(K + more)[:, ::-1][:, :T]
        result: np.ndarray = backward.allowing_infinite(larger, X, Y, G + Y, H)["U"] @ X
        return result

    return KnownFunction("preactivation_gradient", hidden)


def terms_or_hidden(
    evidence: Evidence, draw: Callable[[np.random.Generator], Case], ladder: Ladder
) -> list[str]:
    """The terms of a gradient, or what is wrong with the dL/dA that they are made of."""
    return terms(evidence, draw) or hidden_gradient(evidence, ladder)


def hidden_gradient(evidence: Evidence, ladder: Ladder) -> list[str]:
    """What is wrong with the dL/dA that dU, dW and db are made of, by the recursion's ladder."""
    if not {"dU", "dW", "db"} <= set(evidence.quantities):
        return []
    function = behind(evidence.function)
    for attempt in evidence.attempts[-24:]:
        params, X, Y, P, H = attempt.case.arguments
        D = outcome(ladder, function, Case(params, P - Y, H)).get("D")
        if not isinstance(D, np.ndarray) or not np.isfinite(D).all():
            return []
        made = {"dU": D @ X.T, "dW": D @ H[:, :-1].T, "db": D.sum(axis=1, keepdims=True)}
        if not all(same(attempt.yours[name], made[name]) for name in made):
            return []
    first, second = (Evidence.gather(ladder, function, seed) for seed in (11, 12))
    if not first.wrong:
        return []
    mistakes = named(ladder, first.attempts)
    said = [entry.sentence for entry in mistakes] or certain(first, second)[:2]
    start = "Your dU, dW and db all come from one dL/dA, and that is wrong."
    return [" ".join([start, *place(ladder, first.attempts + second.attempts)]), *said]


def terms(evidence: Evidence, draw: Callable[[np.random.Generator], Case]) -> list[str]:
    """A wrong gradient as a sum of the terms that it should be made of.

    `draw` gives networks of more units and characters than the three steps, so that every
    sum of terms has one solution.
    """
    cases = [draw(np.random.default_rng(seed)) for seed in (21, 22, 23)]
    for name in evidence.quantities:
        found = [coefficients(name, evidence, case) for case in cases]
        if any(a is None for a in found):
            continue
        first, *others = (np.round(a, 9) + 0.0 for a in found if a is not None)
        expected = {"dU": np.eye(3), "dW": np.eye(3, 4), "dV": np.eye(3, 4, 1)}.get(name, ONES)
        if all(same(first, a) for a in others) and not same(first, expected):
            return [in_terms(name, first, expected)]
    return []


def coefficients(name: str, evidence: Evidence, case: Case) -> np.ndarray | None:
    """The a with yours = left a right.T, if there is exactly one."""
    params, X, Y, P, H = case.arguments
    yours = evidence.yours(case).get(name)
    left = P - Y if name in ("dV", "dc") else preactivation_gradient(params, P - Y, H)
    right = {"dU": X, "dW": H, "dV": H}.get(name, np.ones((1, 1)))
    if not isinstance(yours, np.ndarray) or yours.shape != (len(left), len(right)):
        return None
    if not np.isfinite(yours).all():
        return None
    a: np.ndarray = np.linalg.pinv(left) @ yours @ np.linalg.pinv(right.T)
    return a if same(left @ a @ right.T, yours) else None


def in_terms(name: str, a: np.ndarray, expected: np.ndarray) -> str:
    """The terms as a small table."""
    left = "G" if name in ("dV", "dc") else "D"
    right = {"dU": " X[:,s]^T", "dW": " H[:,s]^T", "dV": " H[:,s]^T"}.get(name, "")
    heads = [f"s={s}" for s in range(a.shape[1])] if right else ["times"]
    lines = ["  yours  " + wide(heads) + "    expected" + wide(heads)]
    for t in range(len(a)):
        lines.append(f"    t={t}  " + wide(map(num, a[t])) + " " * 12 + wide(map(num, expected[t])))
    start = f"{name} is a sum of terms {left}[:,t]{right}. With 3 steps, how often each is in it:"
    return "\n".join([start, *lines])


def wide(texts: Iterable[str]) -> str:
    """Texts in columns."""
    return "".join(f"{text:>7}" for text in texts)
