"""What can be said of a wrong gradient of lesson 4: its terms, and the dL/dA behind it."""

from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function, KnownFunction
from lessons.checking.answering.printing import listed, num
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, same, wrong_columns
from lessons.checking.explaining.explain import place
from lessons.checking.explaining.findings import LEAST, Evidence, certain
from lessons.checking.explaining.ladder import Case, Ladder, outcome
from lessons.checking.explaining.sums import combination, summed
from lessons.checking.explaining.tables import visible
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


def entry_by_entry(evidence: Evidence) -> list[str]:
    """What is left of a probability, where it is the target's and where not."""
    if evidence.related:
        return []
    p, Y = np.array([0.1, 0.3, 0.5, 0.9]), np.array([[1.0], [0.0]])
    Gs = [evidence.yours(Case(np.array([[x], [1 - x]]), Y)).get("G") for x in p.tolist()]
    if not all(isinstance(G, np.ndarray) and np.isfinite(G).all() for G in Gs):
        return []
    G, due = np.hstack(Gs), np.vstack((p - 1, 1 - p))  # type: ignore[arg-type]
    if not visible(G, due):
        return []
    rows = {"P of the target": p, "G, yours": G[0], "G, expected": due[0]}
    others = {"P of the other": 1 - p, "G, yours": G[1], "G, expected": due[1]}
    lines = [
        f"  {name:<16}" + "".join(f"{num(x.item()):>9}" for x in row)
        for table in (rows, others)
        for name, row in table.items()
    ]
    return ["\n".join(["With two characters and one step:", *lines])]


def slopes(evidence: Evidence) -> list[str]:
    """With one unit and one step D is V G times a number: which number, by h."""
    sends = [(sent, before) for sent in (1.0, 2.0, -1.0) for before in (0.3, -0.6)]
    yours = np.array([[slope(evidence, *send, h) for h in STATES] for send in sends])
    expected = 1 - np.square(STATES)
    if not np.isfinite(yours).all() or not near(yours, yours[0]).all():
        return []  # not a number that h alone decides
    if not visible(yours[0], expected):
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


def follows(case: Case, D: np.ndarray) -> np.ndarray:
    """At which steps dL/dA follows from G and from what it is itself at the step after."""
    params, G, H = case.arguments
    after = np.hstack((D[:, 1:], np.zeros_like(D[:, :1])))
    with np.errstate(all="ignore"):
        right = (params["V"].T @ G + params["W"].T @ after) * (1 - H[:, 1:] ** 2)
    return ~wrong_columns(D, right, same)


def clipped_before_slope(evidence: Evidence) -> list[str]:
    """Whether dL/dH is clipped before it is multiplied by the slope, in every case."""
    made = []  # dL/dH by the answer's own D, and what D is of it
    for attempt in evidence.attempts:
        params, G, H = attempt.case.arguments
        D, slope = attempt.yours["D"], 1 - H[:, 1:] ** 2
        if not np.isfinite(D).all():
            return []
        after = np.hstack((D[:, 1:], np.zeros_like(D[:, :1])))
        kept = slope > tolerances.COARSE
        dH = params["V"].T @ G + params["W"].T @ after
        made.append((dH[kept], D[kept] / slope[kept]))
    dH, left = (np.concatenate(rows) for rows in zip(*made, strict=True))
    limit = float(abs(left).max(initial=0.0))
    cut = int((abs(dH) > limit * (1 + tolerances.COARSE)).sum())
    if cut < LEAST or not near(left, dH.clip(-limit, limit), tolerances.FACTORS).all():
        return []
    return [
        f"What comes back to a state, dL/dH, is clipped to [{num(-limit)}, {num(limit)}] before "
        "the slope of tanh; it should not be clipped."
    ]


def wrong_links(evidence: Evidence) -> list[str]:
    """The one step at which the recursion is broken, if there is one."""
    found: dict[int, set[tuple[int, ...]]] = {}
    for attempt in evidence.wrong:
        D = attempt.yours["D"]
        wrong = np.flatnonzero(~follows(attempt.case, D))
        found.setdefault(D.shape[1], set()).add(tuple(wrong.tolist()))
    others = "each other column follows from the one after it in your own D."
    if len(found) > 1 and all(steps == {(T - 1,)} for T, steps in found.items()):
        return [f"Only the last column of D is made wrongly; {others}"]
    T = max(found)
    steps = found[T].pop()
    if T < 3 or found[T] or len(steps) != 1:
        return []
    after = f" from D[:,{steps[0] + 1}] and G" if steps[0] < T - 1 else ""
    return [f"With {T} steps only D[:,{steps[0]}] is made wrongly{after}; {others}"]


UNITS, CHARACTERS, STEPS = 40, 36, 3  # so many that every sum of terms has one solution


def sum_of_terms(evidence: Evidence) -> list[str]:
    """What the last wrong column is made of, solved exactly from the answer's own numbers."""
    said = set()
    for seed in range(3):
        rng = np.random.default_rng([evidence.seed, seed])
        sizes = {"W": (UNITS, UNITS), "V": (CHARACTERS, UNITS)}
        params = {name: rng.normal(0, UNITS**-0.5, shape) for name, shape in sizes.items()}
        params |= {"U": params["V"].T, "b": np.ones((UNITS, 1)), "c": np.ones((CHARACTERS, 1))}
        G, H = rng.normal(0, 1, (CHARACTERS, STEPS)), rng.uniform(-0.9, 0.9, (UNITS, STEPS + 1))
        case = Case(params, G, H)
        D = evidence.yours(case).get("D")
        if not isinstance(D, np.ndarray) or D.shape != (UNITS, STEPS) or not np.isfinite(D).all():
            return []
        wrong = np.flatnonzero(~follows(case, D))
        said.add(made_of(case, D, int(wrong[-1])) if len(wrong) else "")
    return [*said] if len(said) == 1 and "" not in said else []


def made_of(case: Case, D: np.ndarray, t: int) -> str:
    """A column of D as a sum of terms; "" if it is none."""
    params, G, H = case.arguments
    W, V = params["W"], params["V"]
    s = {f"s{k} ": 1 - H[:, k + 1] ** 2 for k in range(STEPS)}
    sent = {f"V^T G[:,{t}]": V.T @ G[:, t]}
    expected = f"s{t} V^T G[:,{t}]"
    if t + 1 < STEPS:
        after, G_after, slope = D[:, t + 1], V.T @ G[:, t + 1], s[f"s{t + 1} "]
        sent |= {f"W^T D[:,{t + 1}]": W.T @ after, f"W D[:,{t + 1}]": W @ after}
        sent |= {f"W^T (s{t + 1} D[:,{t + 1}])": W.T @ (slope * after)}
        sent |= {f"D[:,{t + 1}]": after, f"V^T G[:,{t + 1}]": G_after}
        sent |= {f"W^T V^T G[:,{t + 1}]": W.T @ G_after}
        expected += f" + s{t} W^T D[:,{t + 1}]"
    slopes = {"": np.ones(UNITS), f"s{t}^2 ": s[f"s{t} "] ** 2} | s
    if t + 1 == STEPS:
        slopes["(1 - H[:,0]^2) "] = 1 - H[:, 0] ** 2
    terms = {slope + name: x * y for name, x in sent.items() for slope, y in slopes.items()}
    factors = combination(D[:, t], terms)
    text = "" if factors is None or len(factors) > 4 else summed(factors)
    where = [f"s{k} = 1 - H[:,{k + 1}]^2" for k in range(STEPS) if f"s{k}" in text + expected]
    return (
        f"With {STEPS} steps your D[:,{t}] is exactly {text}; expected is {expected}, where "
        f"{listed(where)}."
    ) * bool(text)


def ingredients(evidence: Evidence) -> list[str]:
    """Which arrays a wrong gradient is the product of."""
    made = [(attempt, *factors_of(attempt.case)) for attempt in evidence.attempts]
    made.sort(key=lambda row: row[0].right)
    _, lefts, rights = made[0]
    groups: dict[str, list[str]] = {}
    for name in evidence.unexplained:
        more = weights_added(name, evidence)
        if more:
            groups[f"{{}} what is expected plus {num(more)} {name[1]}."] = [name]
        for left, right in product(lefts, rights):
            if all(
                evidence.ladder.alike(attempt.yours[name], a[left] @ b[right].T)
                for attempt, a, b in made
            ):
                groups.setdefault(sentence(name, left, right), []).append(name)
                break
    return [
        says.format(f"Your {listed(names)} {'is' if len(names) == 1 else 'are'}")
        for says, names in groups.items()
    ]


def weights_added(name: str, evidence: Evidence) -> float:
    """The factor with which a gradient has its parameter in it too; 0 if it has not."""
    apart = [attempt.yours[name] - attempt.expected[name] for attempt in evidence.attempts]
    weights = [attempt.case.arguments[0][name[1]] for attempt in evidence.attempts]
    more = float(apart[-1].flat[0] / weights[-1].flat[0]) if weights[-1].flat[0] else 0.0
    exact = all(
        near(a, more * x, floor=tolerances.FLOOR * 100).all()
        for a, x in zip(apart, weights, strict=True)
    )
    return more if abs(more) > tolerances.LADDER and exact else 0.0


def sentence(name: str, left: str, right: str) -> str:
    """What a gradient is made of; {} stands for its name."""
    due, with_what = EXPECTED[name]
    if right == with_what:
        return f"{{}} made with {left}; it should be with {due}."
    return f"{{}} {written(left, right)}; expected is {written(due, with_what)}."


EXPECTED = {  # a left array, and a right one that is transposed
    "dU": ("D", "X"),
    "dW": ("D", "H[:,:-1]"),
    "dV": ("G", "H[:,1:]"),
    "db": ("D", "1"),
    "dc": ("G", "1"),
}


def written(left: str, right: str) -> str:
    """A product of two arrays; with ones it is a sum."""
    if right == "1":
        return f"the sum of {left} over the steps"
    return f"{f'({left})' if ' ' in left else left} {f'({right})' if ' ' in right else right}^T"


def factors_of(case: Case) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Arrays that a gradient may be a product of: a left one and a transposed right one."""
    params, X, Y, P, H = case.arguments
    W, V, G = params["W"], params["V"], P - Y
    D, h = preactivation_gradient(params, G, H), H[:, 1:]
    sent = V.T @ G
    with np.errstate(divide="ignore", invalid="ignore"):  # at states of 1 and -1
        by_states, before, after = D / (1 - h**2), np.arctanh(H[:, :-1]), np.arctanh(h)
    lefts = {
        "D": D,
        "G": G,
        "V^T G": sent,
        "D / (1 - H[:,1:]^2)": by_states,
        "V^T G * (1 - H[:,1:]^2)": sent * (1 - h**2),
        "D * (1 - H[:,1:]^2)": D * (1 - h**2),
        "W^T D": W.T @ D,
        "the dL/dA that P in the place of G would give": preactivation_gradient(params, P, H),
        "the dL/dA that Y in the place of G would give": preactivation_gradient(params, Y, H),
        "P": P,
        "Y": Y,
        "P * G": P * G,
        "H[:,1:]": h,
        "H[:,:-1]": H[:, :-1],
        "X": X,
        "D added up over all units": D.sum(axis=0) + 0 * D,
        "G added up over all characters": G.sum(axis=0) + 0 * G,
    }
    rights = {
        "X": X,
        "H[:,:-1]": H[:, :-1],
        "H[:,1:]": h,
        "1": np.ones((1, X.shape[1])),
        "Y": Y,
        "P": P,
        "G": G,
        "D": D,
        "arctanh(H[:,:-1])": before,
        "arctanh(H[:,1:])": after,
    }
    return lefts, rights


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
    if ingredients(evidence):
        return []
    return terms(evidence, draw) or hidden_gradient(evidence, ladder)


def hidden_gradient(evidence: Evidence, ladder: Ladder) -> list[str]:
    """What is wrong with the dL/dA that dU, dW and db are made of, by the recursion's ladder."""
    if not {"dU", "dW", "db"} <= set(evidence.unexplained):
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
    said = certain(first, second)[:2]
    start = "Your dU, dW and db all come from one dL/dA, and that is wrong."
    return [" ".join([start, *place(ladder, first.attempts + second.attempts)]), *said]


def terms(evidence: Evidence, draw: Callable[[np.random.Generator], Case]) -> list[str]:
    """A wrong gradient as a sum of the terms that it should be made of.

    `draw` gives networks of more units and characters than the three steps, so that every
    sum of terms has one solution.
    """
    cases = [draw(np.random.default_rng(seed)) for seed in (21, 22, 23)]
    for name in evidence.unexplained:
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
    lines = ["  yours  " + wide(heads, 8) + "    expected" + wide(heads, 6)]
    for t in range(len(a)):
        numbers = wide(map(num, a[t]), 8) + " " * 12 + wide(map(num, expected[t]), 6)
        lines.append(f"    t={t}  {numbers}")
    start = f"{name} is a sum of terms {left}[:,t]{right}. With 3 steps, how often each is in it:"
    last = a.shape[1] - 1
    wraps = right and a[0, last] and not a[0, 0] and not expected[0, last]
    if wraps:
        lines.append(f"Step 0 takes s = {last}, the last: does an index of -1 wrap round?")
    return "\n".join([start, *lines])


def wide(texts: Iterable[str], width: int) -> str:
    """Texts in columns of so many characters."""
    return "".join(f"{text:>{width}}" for text in texts)
