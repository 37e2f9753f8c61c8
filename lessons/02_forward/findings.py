"""What can be said of a wrong softmax or forward whose mistake has no name."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lessons.checking.answering.printing import filled, num
from lessons.checking.answering.values import arrays
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Attempt, Case, Outcome
from reference.encoding import one_hot
from reference.forward import softmax

NETWORKS = 3  # random ones that a statement must hold in
UNITS, CHARACTERS, STEPS = 30, 28, 3  # of each, so that every sum of terms has one solution
MODERATE = 18  # softmax cases of several columns; they stand first


def table(title: str, rows: dict[str, Sequence[float]]) -> str:
    """A sentence with a row of numbers for each label under it."""
    wide = max(map(len, rows))
    lines = [f"  {label:<{wide}}" + "".join(f"{num(float(x)):>9}" for x in row)
             for label, row in rows.items()]  # fmt: skip
    return "\n".join([title, *lines])


def close_entries(a: Any, b: Any) -> bool:
    """Whether two arrays are equal in every entry but for rounding, however small it is.

    Only probabilities are small by right: not a row of sums, nor what has negative entries.
    """
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape:
        return False
    finite = np.isfinite(a) & np.isfinite(b)
    if not np.array_equal(a[~finite], b[~finite], equal_nan=True):
        return False
    x, y = a[finite], b[finite]
    slack = 1e-12 if len(a) == 1 or (x < 0).any() else 1e-300
    with np.errstate(over="ignore"):
        return bool((abs(x - y) <= 1e-9 * (abs(x) + abs(y)) + slack).all())


def probabilities(evidence: Evidence, O: np.ndarray) -> np.ndarray:
    """The answer's P for other logits; nan where it can't be compared."""
    P = evidence.yours(Case(O)).get("P")
    return P if isinstance(P, np.ndarray) and P.shape == O.shape else np.full(O.shape, np.nan)


SUMS = {
    "All entries of P together sum to 1; each column should.": np.sum,
    "Each row of P sums to 1; each column should.": lambda P: P.sum(axis=1),
    "Each column of P sums to K, the number of characters, not to 1.": lambda P: P.mean(axis=0),
}


def what_sums_to_one(evidence: Evidence) -> list[str]:
    """Rows or all entries together, in the place of columns."""
    Ps = [each.yours["P"] for each in evidence.attempts if each.expected["P"].shape[1] > 1][
        :MODERATE
    ]
    if not all(np.isfinite(P).all() for P in Ps):
        return []
    return [says for says, total in SUMS.items()
            if all(np.allclose(total(P), 1, atol=1e-9) for P in Ps)][:1]  # fmt: skip


def after_softmax(evidence: Evidence) -> list[str]:
    """Something done to right probabilities: the logarithm, rounding, a floor."""
    both = [(each.yours["P"], each.expected["P"]) for each in evidence.attempts]
    if not all(np.isfinite(a[b > 1e-300]).all() for a, b in both):
        return []
    if all(np.allclose(np.exp(a), b, rtol=1e-9, atol=0) for a, b in both):
        return ["Your P holds the logarithms of what is due: exp of it is right."]
    for digits in range(1, 13):
        if all(np.allclose(a, np.round(b, digits), rtol=0, atol=1e-15) for a, b in both):
            return [f"Your P is what is due, rounded to {digits} decimals."]
    least = min(float(a.min()) for a, _ in both)
    if all(np.allclose(a, np.maximum(b, least), rtol=1e-12, atol=0) for a, b in both):
        return [f"Your P is what is due, but never below {least:.4g}."]
    return []


GAPS = np.array([0.1, 0.5, 1.0, 2.0, 5.0, 20.0])


def gaps_table(evidence: Evidence) -> list[str]:
    """In one column of two logits: the quotient of the probabilities by the logits' gap."""
    P = np.array([[probabilities(evidence, np.array([[level + gap], [level]]))[:, 0]
                   for gap in GAPS] for level in (0.3, -1.1)])  # fmt: skip
    if not np.isfinite(P).all() or not np.allclose(P[0], P[1], rtol=1e-9, atol=1e-12):
        return []
    with np.errstate(all="ignore"):
        logs = np.log(P[0, :, 0] / P[0, :, 1])
    if np.allclose(logs, GAPS, rtol=1e-9):
        return ["With K = 2 and T = 1 the quotient of the two probabilities is right."]
    if not np.isfinite(logs).all() or [*map(num, logs)] == [*map(num, GAPS)]:
        return []
    return [table("With K = 2 and T = 1, the log of the quotient of the two probabilities:",
                  {"gap of the logits": GAPS, "yours": logs, "expected": GAPS})]  # fmt: skip


SIZES = (1.0, 10.0, 100.0, 700.0, 800.0, 10_000.0)


def sizes_that_work(evidence: Evidence) -> list[str]:
    """For which sizes of logits it is right."""
    said = []
    for what, sign in (("x and x - 1", 1), ("-x and 1 - x", -1)):
        good: dict[bool, list[float]] = {True: [], False: []}
        for x in SIZES:
            O = sign * np.array([[x], [x - 1]])
            good[close_entries(probabilities(evidence, O), softmax(O))].append(x)
        if good[True] and good[False] and max(good[True]) < min(good[False]):
            said.append(
                f"With the logits {what} in one column, P is right for x = {max(good[True]):g} "
                f"and wrong for x = {min(good[False]):g}."
            )
    return said


def comparable(yours: Outcome, due: Outcome) -> bool:
    """Whether all results are there in their shapes."""
    return bool(yours) and all(np.shape(yours[n]) == np.shape(due[n]) for n in due)


def wrong_steps(each: Case, yours: Outcome) -> dict[str, list[int]]:
    """For each link, recomputed from the answer's own numbers, the steps where it is wrong."""
    params, X, h0 = each.arguments
    A, H, P = (yours[name] for name in "AHP")
    U, W, V, b, c = (params[name] for name in "UWVbc")
    with np.errstate(all="ignore"):
        due = {
            "H[:,0] from h0": (H[:, :1], h0),
            "A[:,t] from H[:,t] and X[:,t]": (A, W @ H[:, :-1] + U @ X + b),
            "H[:,t+1] from A[:,t]": (H[:, 1:], np.tanh(A)),
            "P[:,t] from H[:,t+1]": (P, softmax(V @ H[:, 1:] + c)),
        }
    return {
        link: [t for t in range(one.shape[1]) if not same(one[:, t], other[:, t])]
        for link, (one, other) in due.items()
    }


def links(each: Attempt) -> list[str]:
    """Which links are right and which are wrong, and at which steps."""
    if not comparable(each.yours, each.expected):
        return []
    bad, good = [], []
    for link, wrong in wrong_steps(each.case, each.yours).items():
        if not wrong:
            good.append(link)
        elif link.startswith("H[:,0]") or len(wrong) == each.expected["A"].shape[1]:
            bad.append(link)
        else:
            bad.append(f"{link} (at t = {', '.join(map(str, wrong))})")
    if not bad:
        return ["Each link, checked from your own numbers, is right here."]
    lines = [line for says, found in (("wrong", bad), ("right", good)) if found
             for line in filled(f"{says}  {'; '.join(found)}", "  ", " " * 9)]  # fmt: skip
    return ["\n".join(["In the case shown, link by link, each from your own numbers:", *lines])]


# What a column of each result may be a sum of, attempt by attempt: NumPy expressions in which s
# stands for each column in turn. Then the link it belongs to, and what is due.
ANY_STEP = "W @ H[:,t]; U @ X[:,t]; b; W @ H[:,s]; W @ h0; U @ X[:,s]"
STATES = "V @ H[:,t+1]; c; 1; V @ H[:,s]; V @ h0"
LOGITS = (
    STATES,
    f"{STATES}; V @ A[:,s]; V @ tanh(H[:,s]); V @ tanh(A[:,s])",
    "tanh(V @ H[:,t+1] + c); 1",
    "softmax(V @ H[:,t+1] + c); 1",
)
PARTS = {
    "A[:,t]": (
        (
            ANY_STEP,
            f"{ANY_STEP}; W.T @ H[:,t]; W.T @ h0",
            f"{ANY_STEP}; W @ A[:,s]; H[:,t]; h0; b[0]",
            "tanh(W @ H[:,t] + U @ X[:,t] + b); tanh(W @ H[:,t] + U @ X[:,t]); tanh(W @ H[:,t]); "
            "b; U @ X[:,t]; H[:,t+1]",
        ),
        "A[:,t] from H[:,t] and X[:,t]",
        "W H[:,t] + U X[:,t] + b",
    ),
    "H[:,t+1]": (
        (
            "tanh(A[:,t]); A[:,t]; H[:,t]; h0; 1",
            "tanh(A[:,t]); H[:,t]; b; tanh(A[:,t] + b); tanh(A[:,t] - b); tanh(A[:,s])",
            "tanh(W @ H[:,t]); W @ H[:,t]; U @ X[:,t]; tanh(U @ X[:,t]); b; tanh(b); "
            "tanh(W @ H[:,t] + b); tanh(U @ X[:,t] + b); tanh(W @ H[:,t] + U @ X[:,t])",
        ),
        "H[:,t+1] from A[:,t]",
        "tanh(A[:,t])",
    ),
    "log(P[:,t])": (LOGITS, "P[:,t] from H[:,t+1]", "V H[:,t+1] + c"),
    "P[:,t]": (LOGITS, "P[:,t] from H[:,t+1]", "softmax(V H[:,t+1] + c)"),
}


def sums_of_terms(evidence: Evidence) -> list[str]:
    """What A, H and the logits are made of, solved exactly from the answer's own numbers."""
    runs = []
    for seed in range(NETWORKS):
        each = big_network(np.random.default_rng([evidence.seed, seed]))
        runs.append((each, evidence.yours(each)))
        if not comparable(runs[-1][1], evidence.expected(each)):
            return []
    wrong = [wrong_steps(*run) for run in runs]
    said: dict[str, str] = {}
    for label, (attempts, link, due) in PARTS.items():
        steps = wrong[0][link]
        if not steps or any(steps[0] not in other[link] for other in wrong):
            continue
        t = steps[0]
        sums = {first_sum(label, attempts, *run, t) for run in runs}
        if len(sums) > 1 or None in sums or sums == {at(due, t)} or link in said:
            continue
        plus = " up to a number for the column" * label.startswith("log")
        said[link] = f"Your {at(label, t)} is{plus} exactly {sums.pop()}; due is {at(due, t)}"
    return [
        f"{says} (from your own numbers, in networks of {UNITS} units)." for says in said.values()
    ]


def big_network(rng: np.random.Generator) -> Case:
    """One with so many units that every sum of terms has one solution."""
    m, K = UNITS, CHARACTERS
    sizes = {"U": (0.7, (m, K)), "W": (m**-0.5, (m, m)), "V": (m**-0.5, (K, m)),
             "b": (0.5, (m, 1)), "c": (0.5, (K, 1))}  # fmt: skip
    params = {name: rng.normal(0, size, shape) for name, (size, shape) in sizes.items()}
    return Case(params, one_hot(rng.permutation(K)[:STEPS], K), rng.uniform(-0.9, 0.9, (m, 1)))


def at(text: str, t: int) -> str:
    """An expression with the step in the place of t."""
    return text.replace("t+1]", f"{t + 1}]").replace(",t]", f",{t}]").replace(" @ ", " ")


def first_sum(
    label: str, attempts: Sequence[str], each: Case, yours: Outcome, t: int
) -> str | None:
    """The first sum of terms that gives a column, written out; None if there is none."""
    params, X, h0 = each.arguments
    names = params | {"b": params["b"][:, 0], "c": params["c"][:, 0], "h0": h0[:, 0], "X": X}
    names |= yours | {"t": t, "tanh": np.tanh, "log": np.log}
    names["softmax"] = lambda O: softmax(O[:, None])[:, 0]
    with np.errstate(all="ignore"):
        target = eval(label, names)
        for attempt in attempts:
            terms: dict[str, np.ndarray] = {}
            for term in attempt.split("; "):
                for s in range(STEPS + ("H[" in term)) if ",s]" in term else [t]:
                    value = eval(term, names | {"s": s})
                    terms.setdefault(at(term.replace(",s]", f",{s}]"), t), value + 0 * target)
            factors = combination(target, terms)
            if factors is not None and len(factors) <= 6:
                if label.startswith("log"):
                    factors.pop("1", None)
                return summed(factors)
    return None


def combination(target: np.ndarray, terms: dict[str, np.ndarray]) -> dict[str, float] | None:
    """The factors with which terms add up to a target, if there is one exact solution."""
    kept: dict[str, np.ndarray] = {}
    for name, term in terms.items():
        if np.isfinite(term).all() and np.linalg.norm(term) > 1e-6:
            if not any(np.allclose(term, other, rtol=1e-9, atol=1e-12) for other in kept.values()):
                kept[name] = term
    if not np.isfinite(target).all() or not kept:
        return None
    matrix = np.column_stack([*kept.values()])
    solution, _, rank, _ = np.linalg.lstsq(matrix, target, rcond=1e-10)
    miss = np.linalg.norm(matrix @ solution - target)
    if rank < len(kept) or miss > 1e-9 * (1e-3 + np.linalg.norm(target)):
        return None
    return {name: x for name, x in zip(kept, solution, strict=True) if abs(x) > 1e-9}


def summed(factors: dict[str, float]) -> str:
    """A sum of terms, written out: W H[:,0] + 2 b."""
    out = ""
    for name, x in sorted(factors.items(), key=lambda item: item[0] in ("b", "c", "1")):
        size = "" if abs(abs(x) - 1) < 1e-8 else f"{num(abs(x))} "
        sign = "-" if x < 0 else "+" * bool(out)
        out += f" {sign} {size}{name}" if out else f"{sign}{size}{name}"
    return out or "0"


def state_table(evidence: Evidence) -> list[str]:
    """The state as a function of the pre-activation, if it is one."""
    asked, rows = np.array([-2.0, -0.5, 0.0, 0.5, 1.0, 3.0]), []
    zero = {"W": np.zeros((1, 1)), "b": np.zeros((1, 1)), "c": np.zeros((2, 1))}
    for h in (0.3, -0.6):
        cases = [Case(zero | {"U": np.array([[a, 0.0]]), "V": np.array([[1.0], [-1.0]])},
                      one_hot([0], 2), np.array([[h]])) for a in asked]  # fmt: skip
        rows.append([evidence.yours(each).get("H", np.full((1, 2), np.nan))[0, -1]
                     for each in cases])  # fmt: skip
    if not np.isfinite(rows).all() or not np.allclose(*rows, rtol=1e-9, atol=1e-12):
        return []
    if np.allclose(rows[0], np.tanh(asked), rtol=1e-9, atol=1e-12):
        return []
    return [table("With one unit and W = b = 0, a state is this function of the pre-activation:",
                  {"A": asked, "H, yours": rows[0], "H, expected": np.tanh(asked)})]  # fmt: skip
