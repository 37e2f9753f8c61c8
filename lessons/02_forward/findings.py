"""What can be said of a wrong softmax or forward whose mistake has no name."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from lessons.checking.answering.contract import shapes
from lessons.checking.answering.printing import filled, num
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, same
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Attempt, Case, Outcome
from lessons.checking.explaining.sums import combination, summed
from lessons.checking.explaining.tables import visible
from reference.encoding import one_hot
from reference.forward import forward, softmax


def table(title: str, rows: dict[str, np.ndarray]) -> str:
    """A sentence with a row of numbers for each label under it."""
    wide = max(map(len, rows))
    lines = [
        f"  {label:<{wide}}" + "".join(f"{num(x.item()):>9}" for x in row)
        for label, row in rows.items()
    ]
    return "\n".join([title, *lines])


def close_entries(a: Any, b: Any) -> bool:
    """Whether two arrays are equal in every entry but for rounding, however small it is.

    Only probabilities are small by right: not a row of sums, nor what has negative entries.
    """
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape:
        return False
    floor = tolerances.SUMS if len(a) == 1 or (a < 0).any() else tolerances.VANISHING
    return bool(near(a, b, tolerances.LADDER, floor).all())


def probabilities(evidence: Evidence, *logits: float) -> np.ndarray:
    """The answer's P for a column of logits; nan where it can't be compared."""
    column = np.array(logits)[:, None]
    return np.asarray(evidence.yours(Case(column)).get("P", np.full_like(column, np.nan)))


MODERATE = 18  # softmax cases of several columns; they stand first
TOTALS: dict[str, Callable[[np.ndarray], Any]] = {
    "All entries of P together sum to 1; each column should.": np.sum,
    "Each row of P sums to 1; each column should.": lambda P: P.sum(axis=1),
    "Each column of P sums to K, the number of characters, not to 1.": lambda P: P.mean(axis=0),
}


def what_sums_to_one(evidence: Evidence) -> list[str]:
    """Rows or all entries together, in the place of columns."""
    several = [attempt for attempt in evidence.attempts if attempt.expected["P"].shape[1] > 1]
    Ps = [attempt.yours["P"] for attempt in several[:MODERATE]]
    return [says for says, total in TOTALS.items() if all(near(total(P), 1).all() for P in Ps)][:1]


def after_softmax(evidence: Evidence) -> list[str]:
    """Something done to right probabilities: the logarithm, rounding, a floor."""
    both = [(attempt.yours["P"], attempt.expected["P"]) for attempt in evidence.attempts]
    if not all(np.isfinite(a[b > 0]).all() for a, b in both):
        return []
    if all(near(np.exp(a), b, floor=0).all() for a, b in both):
        return ["Your P holds the logarithms of what is expected: exp of it is right."]
    for digits in range(1, 13):
        if all(near(a, np.round(b, digits), 0).all() for a, b in both):
            return [f"Your P is what is expected, rounded to {digits} decimals."]
    least = min(float(a.min()) for a, _ in both)
    if least <= 0 or not all(near(a, np.maximum(b, least), floor=0).all() for a, b in both):
        return []
    halved = probabilities(evidence, 0.0, 0.0, -600.0)[2, 0]  # of a sum of 2
    if near(halved, least, floor=0):
        return [f"Your P is what is expected, but never below {least:.4g}."]
    if near(2 * halved, least, floor=0):
        return [f"In your P no exp is below {least:.4g} times that of the column's largest logit."]
    return []


GAPS = np.array([0.1, 0.5, 1.0, 2.0, 5.0, 20.0])


def gaps_table(evidence: Evidence) -> list[str]:
    """In one column of two logits: the quotient of the probabilities by the logits' gap.

    Nothing where such columns are right.
    """
    if evidence.wrong[0].rung > 0:
        return []
    P, other = (
        np.hstack([probabilities(evidence, level + gap, level) for gap in GAPS])
        for level in (0.3, -1.1)
    )
    if not np.isfinite(P).all() or not near(P, other).all():
        return []
    with np.errstate(all="ignore"):
        logs = np.log(P[0] / P[1])
    if near(logs, GAPS).all():
        return [
            "With K = 2, T = 1 and logits at most 20 apart the quotient of the two probabilities "
            "is right."
        ]
    if not np.isfinite(logs).all() or [*map(num, logs)] == [*map(num, GAPS)]:
        return []
    title = "With K = 2 and T = 1, the log of the quotient of the two probabilities:"
    return [table(title, {"gap of the logits": GAPS, "yours": logs, "expected": GAPS})]


PLAIN = 4  # rungs of small logits; they stand first
SIZES = (1.0, 10.0, 100.0, 700.0, 800.0, 10_000.0)


def sizes_that_work(evidence: Evidence) -> list[str]:
    """For which sizes of logits it is right, if it is for those of the first rungs."""
    if evidence.wrong[0].rung < PLAIN:
        return []
    said = []
    for what, sign in (("x and x - 1", 1), ("-x and 1 - x", -1)):
        columns = [(sign * x, sign * (x - 1)) for x in SIZES]
        right = [
            close_entries(probabilities(evidence, *column), softmax(np.array(column)[:, None]))
            for column in columns
        ]
        count = sum(right)
        if 0 < count < len(SIZES) and all(right[:count]):
            said.append(
                f"With the logits {what} in one column, P is right for x = {SIZES[count - 1]:g} "
                f"and wrong for x = {SIZES[count]:g}."
            )
    return said


def comparable(yours: Outcome, expected: Outcome) -> bool:
    """Whether all results are there in their shapes."""
    return bool(yours) and all(np.shape(yours[n]) == np.shape(expected[n]) for n in expected)


def wrong_steps(case: Case, yours: Outcome) -> dict[str, list[int]]:
    """For each link, recomputed from the answer's own numbers, the steps where it is wrong.

    What is right in itself is no wrong link, even if what it is made of is wrong.
    """
    return {link: steps for link, (steps, _) in judged(case, yours).items()}


def judged(case: Case, yours: Outcome) -> dict[str, tuple[list[int], list[int]]]:
    """For each link the steps where it is wrong, and those where it is right in itself alone."""
    params, X, h0 = case.arguments
    due = dict(zip("PHA", forward(params, X, h0), strict=True))
    A, H, P = (yours[name] for name in "AHP")
    U, W, V, b, c = (params[name] for name in "UWVbc")
    with np.errstate(all="ignore"):
        links = {
            "H[:,0] from h0": (H[:, :1], h0, h0),
            "A[:,t] from H[:,t] and X[:,t]": (A, W @ H[:, :-1] + U @ X + b, due["A"]),
            "H[:,t+1] from A[:,t]": (H[:, 1:], np.tanh(A), due["H"][:, 1:]),
            "P[:,t] from H[:,t+1]": (P, softmax(V @ H[:, 1:] + c), due["P"]),
        }
    found = {}
    for link, (own, made, right) in links.items():
        unlike = [t for t in range(own.shape[1]) if not same(own[:, t], made[:, t])]
        itself = [t for t in unlike if same(own[:, t], right[:, t])]
        found[link] = [t for t in unlike if t not in itself], itself
    return found


def links(attempt: Attempt) -> list[str]:
    """Which links are right and which are wrong, and at which steps."""
    if not comparable(attempt.yours, attempt.expected):
        return []
    found: dict[str, list[str]] = {"wrong": [], "right": []}
    for link, (steps, itself) in judged(attempt.case, attempt.yours).items():
        everywhere = link.startswith("H[:,0]") or len(steps) == attempt.expected["A"].shape[1]
        at_steps = f" (at t = {', '.join(map(str, steps))})" if steps and not everywhere else ""
        made, _, of = link.partition(" from ")
        if itself and not steps:
            link = f"{made} (but your {of} would give another)"
        found["wrong" if steps else "right"].append(link + at_steps)
    lines = [
        line
        for says, named in found.items()
        if named
        for line in filled(f"{says}  {'; '.join(named)}", "  ", " " * 9)
    ]
    return ["\n".join(["In the case shown, link by link, each from your own numbers:", *lines])]


class Part(NamedTuple):
    """A column of a result, and what it may be a sum of."""

    column: str
    link: str
    expected: str
    attempts: Sequence[str]  # terms as NumPy expressions; s stands for each column in turn


OF_A = "W @ H[:,t]; U @ X[:,t]; b; W @ H[:,s]; W @ h0; U @ X[:,s]"
OF_LOGITS = "V @ H[:,t+1]; c; 1; V @ H[:,s]; V @ h0"
LOGITS = (
    OF_LOGITS,
    f"{OF_LOGITS}; V @ A[:,s]; V @ tanh(H[:,s]); V @ tanh(A[:,s])",
    "tanh(V @ H[:,t+1] + c); 1",
    "softmax(V @ H[:,t+1] + c); 1",
)
PARTS = (
    Part(
        "A[:,t]",
        "A[:,t] from H[:,t] and X[:,t]",
        "W H[:,t] + U X[:,t] + b",
        (
            OF_A,
            f"{OF_A}; W.T @ H[:,t]; W.T @ h0",
            f"{OF_A}; W @ A[:,s]; H[:,t]; h0; b[0]",
            f"{OF_A}; 1",
            f"{OF_A}; (W @ H[:,t]) * b; (U @ X[:,t]) * b",
            f"{OF_A}; sum(b)",
            f"{OF_A}; (W @ H[:,t] + U @ X[:,t])[0]",
            "tanh(W @ H[:,t] + U @ X[:,t] + b); tanh(W @ H[:,t] + U @ X[:,t]); tanh(W @ H[:,t]); "
            "b; U @ X[:,t]; H[:,t+1]",
        ),
    ),
    Part(
        "H[:,t+1]",
        "H[:,t+1] from A[:,t]",
        "tanh(A[:,t])",
        (
            "tanh(A[:,t]); A[:,t]; H[:,t]; h0; 1",
            "tanh(A[:,t]); H[:,t]; b; tanh(A[:,t] + b); tanh(A[:,t] - b); tanh(A[:,s])",
            "tanh(W @ H[:,t]); W @ H[:,t]; U @ X[:,t]; tanh(U @ X[:,t]); b; tanh(b); "
            "tanh(W @ H[:,t] + b); tanh(U @ X[:,t] + b); tanh(W @ H[:,t] + U @ X[:,t])",
        ),
    ),
    Part("log(P[:,t])", "P[:,t] from H[:,t+1]", "V H[:,t+1] + c", LOGITS),
    Part("P[:,t]", "P[:,t] from H[:,t+1]", "softmax(V H[:,t+1] + c)", LOGITS),
)
NETWORKS = 3  # random ones that a statement must hold in
UNITS, CHARACTERS, STEPS = 30, 28, 3  # of each, so that every sum of terms has one solution


def pieces_of_the_network(evidence: Evidence) -> list[str]:
    """What A, H and the logits are made of, else the state as a function of A."""
    said = sums_of_terms(evidence)
    return said if any(says.startswith("Your H") for says in said) else said + state_table(evidence)


def sums_of_terms(evidence: Evidence) -> list[str]:
    """What A, H and the logits are made of, solved exactly from the answer's own numbers."""
    runs = []
    for seed in range(NETWORKS):
        case = big_network(np.random.default_rng([evidence.seed, seed]))
        runs.append((case, evidence.yours(case)))
        if not comparable(runs[-1][1], evidence.expected(case)):
            return []
    wrong = [wrong_steps(*run) for run in runs]
    said: dict[str, str] = {}
    for part in PARTS:
        steps = wrong[0][part.link]
        if part.link in said or not steps or any(steps[0] not in w[part.link] for w in wrong):
            continue
        t = steps[0]
        column, expected = at(part.column, t), at(part.expected, t)
        text = same_sum(part, runs, t)
        if text not in (None, expected):
            plus = " up to a number for the column" * column.startswith("log")
            said[part.link] = f"Your {column} is{plus} exactly {text}; expected is {expected}"
    return [
        f"{says} (from your own numbers, in networks of {UNITS} units)." for says in said.values()
    ]


def big_network(rng: np.random.Generator) -> Case:
    """One with so many units that every sum of terms has one solution."""
    m, K = UNITS, CHARACTERS
    sizes = {"U": 0.7, "W": m**-0.5, "V": m**-0.5, "b": 0.5, "c": 0.5}
    params = {name: rng.normal(0, sizes[name], shape) for name, shape in shapes(m, K).items()}
    return Case(params, one_hot(rng.permutation(K)[:STEPS], K), rng.uniform(-0.9, 0.9, (m, 1)))


def at(text: str, t: int) -> str:
    """An expression with the step in the place of t."""
    return text.replace("t+1]", f"{t + 1}]").replace(",t]", f",{t}]")


def same_sum(part: Part, runs: list[tuple[Case, Outcome]], t: int) -> str | None:
    """The first sum of terms that gives a column in all runs, written out; None if none does."""
    for attempt in part.attempts:
        first = sum_of(part, attempt, *runs[0], t)
        if first and all(sum_of(part, attempt, *run, t) == first for run in runs[1:]):
            return first
    return None


def sum_of(part: Part, attempt: str, case: Case, yours: Outcome, t: int) -> str | None:
    """A column as a sum of an attempt's terms, written out; None if it is none."""
    params, X, h0 = case.arguments
    names = params | yours | {"X": X, "h0": h0[:, 0], "tanh": np.tanh, "log": np.log}
    names |= {"b": params["b"][:, 0], "c": params["c"][:, 0]}
    names["softmax"] = lambda O: softmax(O[:, None])[:, 0]
    with np.errstate(all="ignore"):
        target = eval(at(part.column, t), names)
        factors = combination(target, evaluated(at(attempt, t), names))
    if factors is None or len(factors) > 6:
        return None
    if part.column.startswith("log"):
        factors.pop("1", None)
    return summed(factors)


def evaluated(attempt: str, names: dict[str, Any]) -> dict[str, Any]:
    """The values of an attempt's terms, by the terms with a number in the place of s."""
    terms = {}
    for term in attempt.split("; "):
        steps = range(STEPS + ("H[" in term)) if ",s]" in term else range(1)
        for s in steps:
            written = term.replace(",s]", f",{s}]")
            terms[written] = eval(written, names)
    return terms


def state_table(evidence: Evidence) -> list[str]:
    """The state as a function of the pre-activation, if it is one."""
    asked = np.array([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0])
    states, others = (
        np.array([state_from(evidence, a, before) for a in asked]) for before in (0.3, -0.6)
    )
    right = np.tanh(asked)
    if not np.isfinite(states).all() or not near(states, others).all():
        return []
    if not visible(states, right):
        return []
    title = "With one unit and W = b = 0, a state is this function of the pre-activation:"
    return [table(title, {"A": asked, "H, yours": states, "H, expected": right})]


def state_from(evidence: Evidence, a: float, before: float) -> float:
    """The answer's state of one unit after a pre-activation; nan where that is another."""
    params = {"U": [[a, 0]], "W": [[0]], "V": [[1], [-1]], "b": [[0]], "c": [[0], [0]]}
    tensors = {name: np.array(tensor, dtype=float) for name, tensor in params.items()}
    yours = evidence.yours(Case(tensors, one_hot([0], 2), np.array([[before]])))
    return float(yours["H"][0, 1]) if yours and near(yours["A"], a).all() else np.nan
