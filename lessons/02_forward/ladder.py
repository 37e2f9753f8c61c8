"""Hand-sized cases of lesson 2, each rung with one more ingredient."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.calling import Function
from lessons.checking.explaining.changing import with_argument, with_params
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import (
    PROBLEM,
    Case,
    Ladder,
    Outcome,
    Rung,
    Try,
    case,
    same,
    tenths,
)
from lessons.checking.explaining.tables import dot, factor, num, total
from lessons.checking.failure import Wrong
from reference.encoding import one_hot
from reference.forward import softmax

NETWORKS = 3  # random ones that a statement must hold in
UNITS, CHARACTERS, STEPS = 30, 28, 3  # of each, so that every sum of terms has one solution


def logits(*columns: list[float]) -> Case:
    """Columns of logits, written out."""
    return case(np.array(columns, dtype=float).T)


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


SUMS = "P's sums - 1"


def with_sums(function: Function, each: Case) -> Outcome:
    """P, and by how much its columns miss the sum of 1 in more than rounding."""
    P = function.whatever(*each.arguments)
    with np.errstate(all="ignore"):
        over = P.sum(axis=0, keepdims=True) - 1
    return {"P": P, SUMS: np.where(abs(over) < 1e-12, 0.0, over)}


def probabilities(evidence: Evidence, O: np.ndarray) -> np.ndarray:
    """The answer's P for other logits; nan where it can't be compared."""
    P = evidence.yours(case(O)).get("P")
    return P if isinstance(P, np.ndarray) and P.shape == O.shape else np.full(O.shape, np.nan)


def what_sums_to_one(evidence: Evidence) -> list[str]:
    """Rows, or all entries together, in the place of columns."""
    Ps = [each.yours["P"] for each in evidence.tries if min(each.due["P"].shape) > 1]
    if not all(np.isfinite(P).all() for P in Ps[:LEAST_WIDE]):
        return []
    sums = {
        "All entries of P together sum to 1; each column should.": [P.sum() for P in Ps],
        "Each row of P sums to 1; each column should.": [P.sum(axis=1) for P in Ps],
        "Each column of P sums to K, the number of characters; it should sum to 1.": [
            P.sum(axis=0) / len(P) for P in Ps
        ],
        "The squares of each column of P sum to 1; the entries themselves should.": [
            (P**2).sum(axis=0) for P in Ps
        ],
        "The largest entry of each column of P is 1; its sum should be.": [
            P.max(axis=0) for P in Ps
        ],
    }
    fits = {says: [np.allclose(s, 1, atol=1e-9) for s in found] for says, found in sums.items()}
    return [says for says, hits in fits.items() if all(hits[:LEAST_WIDE])][:1]


LEAST_WIDE = 20  # the cases with several columns and logits of moderate size stand first


def after_softmax(evidence: Evidence) -> list[str]:
    """Something done to right probabilities: the logarithm, rounding, a floor."""
    both = [(each.yours["P"], each.due["P"]) for each in evidence.tries]
    if not all(np.isfinite(a[b > 1e-300]).all() for a, b in both):
        return []
    if all(np.allclose(np.exp(a), b, rtol=1e-9, atol=0) for a, b in both):
        return ["Your P holds the logarithms of what is due: exp of it is right."]
    for digits in range(1, 13):
        if all(np.allclose(a, np.round(b, digits), rtol=0, atol=1e-15) for a, b in both):
            return [f"Your P is what is due, rounded to {digits} decimals."]
    least = min(float(a.min()) for a, _ in both)
    most = max(float(a.max()) for a, _ in both)
    if all(np.allclose(a, np.clip(b, least, most), rtol=1e-12, atol=0) for a, b in both):
        above = f" and never above {most:.12g}" * (most < 1)
        return [f"Your P is what is due, but never below {least:.4g}{above}."]
    return []


def added_below(evidence: Evidence) -> list[str]:
    """A number that is added under the fraction, if it is one and the same in all columns."""
    found = []
    for each in evidence.tries:
        O, P = each.case.arguments[0], each.yours["P"]
        if abs(O).max() > 30:
            continue
        E = np.exp(O - O.max(axis=0))
        with np.errstate(all="ignore"):
            found.append(E / P - E.sum(axis=0))
    apart = np.concatenate([array.ravel() for array in found])
    if not np.isfinite(apart).all() or abs(apart).min() < 1e-13:
        return []
    if np.ptp(apart) > 1e-14 + 1e-3 * abs(apart.mean()) or np.ptp(apart) > 1e-13 + 1e-12:
        return []
    return [f"Your P is exp(O - max) / (sum + {apart.mean():.2g}); nothing is to be added below."]


def shifted(evidence: Evidence) -> list[str]:
    """Whether a shift of a whole column changes anything."""
    for column in ([0.3, -0.4], [1.1, 0.2], [-0.6, 0.7]):
        O = np.array([column]).T
        P, Q = probabilities(evidence, O), probabilities(evidence, O + 0.7)
        if not np.isfinite(P).all() or close_entries(P, Q):
            return []
    return ["P changes when a number is added to a whole column of logits; it should not."]


def heard_by_an_entry(evidence: Evidence) -> list[str]:
    """Which logits an entry of P depends on."""
    said: list[set[str]] = []
    for seed in range(NETWORKS):
        O = tenths(np.random.default_rng([seed_of(evidence), seed]), 3, 2)
        P, found = probabilities(evidence, O), set()
        for index, should in (((1, 0), True), ((0, 1), False), ((0, 0), True)):
            other = O.copy()
            other[index] += 0.01
            Q = probabilities(evidence, other)
            does = not close_entries(P[:1, :1], Q[:1, :1])
            if does != should:
                verb, ought = ("changes", "should not") if does else ("does not change", "should")
                found.add(f"P[0,0] {verb} with O[{index[0]},{index[1]}]; it {ought}.")
        said.append(found)
    return sorted(set.intersection(*said))


GAPS = (0.1, 0.5, 1.0, 2.0, 5.0, 20.0)


def gaps_table(evidence: Evidence) -> list[str]:
    """In one column of two logits: the quotient of the probabilities by the logits' gap."""
    P = np.array(
        [
            [probabilities(evidence, np.array([[level + gap], [level]]))[:, 0] for gap in GAPS]
            for level in (0.3, -1.1)
        ]
    )
    if not np.isfinite(P).all() or not np.allclose(P[0], P[1], rtol=1e-9, atol=1e-12):
        return []
    with np.errstate(all="ignore"):
        logs = np.log(P[0, :, 0] / P[0, :, 1])
    if np.allclose(logs, GAPS, rtol=1e-9):
        return ["With two logits in one column, the quotient of the probabilities is right."]
    what, yours, due = "the log of the quotient of their probabilities", logs, np.array(GAPS)
    if not np.isfinite(logs).all():
        what, yours, due = "the larger one's probability", P[0, :, 0], 1 / (1 + np.exp(-due))
    if [*map(num, map(float, yours))] == [*map(num, map(float, due))]:
        return []
    rows = {"gap of the logits": GAPS, "yours": yours, "expected": due}
    line = "  {:<19}" + "{:>9}" * len(GAPS)
    return [
        f"With two logits in one column, {what}:\n"
        + "\n".join(line.format(name, *map(num, map(float, row))) for name, row in rows.items())
    ]


SIZES = (1.0, 10.0, 100.0, 700.0, 800.0, 10_000.0)


def sizes_that_work(evidence: Evidence) -> list[str]:
    """For which sizes of logits it is right."""
    said = []
    for what, column in (("x and x - 1", (0.0, -1.0)), ("-x and 1 - x", (0.0, 1.0))):
        sign = 1 if column[1] < 0 else -1
        marks = []
        for x in SIZES:
            O = sign * x + np.array([column]).T
            marks.append(close_entries(probabilities(evidence, O), softmax(O)))
        good = [x for x, mark in zip(SIZES, marks, strict=True) if mark]
        bad = [x for x, mark in zip(SIZES, marks, strict=True) if not mark]
        if good and bad and max(good) < min(bad):
            said.append(
                f"With the logits {what} in one column, P is right for x = {max(good):g} and "
                f"wrong for x = {min(bad):g}."
            )
    return said


def seed_of(evidence: Evidence) -> int:
    """A seed from the random cases, so that other evidence asks other questions."""
    arrays = [a for each in evidence.tries[:4] for a in each.case.arguments]
    return int(1e3 * sum(abs(a).sum() for a in arrays if isinstance(a, np.ndarray)))


def moderate(K: int, T: int, size: float = 1.0) -> Any:
    """A maker of random logits of a size."""
    return lambda rng: case(size * tenths(rng, K, T))


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
        Rung("logits of 10", logits([10, 0], [-10, -8]), moderate(2, 2, 10.0)),
        Rung(
            "logits near 1000",
            logits([1000, 999]),
            lambda rng: case(1000 + tenths(rng, 2, 2)),
        ),
        Rung(
            "logits near -1000",
            logits([-1000, -999]),
            lambda rng: case(tenths(rng, 2, 2) - 1000),
        ),
        Rung(
            "a gap of 600, where exp(-600) = 2.65e-261",
            logits([0, -600]),
            lambda rng: case(tenths(rng, 3, 2) - np.array([[0.0], [50.0], [600.0]])),
        ),
        Rung(
            "a gap of 1000",
            logits([1000, 0]),
            lambda rng: case(tenths(rng, 2, 1) + rng.permutation([[1000.0], [0.0]])),
            siblings=4,
        ),
        Rung(
            "gaps of 2000",
            logits([2000, 0, 1]),
            lambda rng: case(tenths(rng, 3, 1) + rng.permutation([[4000.0], [0.0], [1.0]])),
        ),
        Rung(
            "one column near 1000, the next one near -1000",
            logits([1000, 999], [-1000, -999]),
            lambda rng: case(tenths(rng, 2, 2) + rng.permutation([1000.0, -1000.0])),
        ),
    ),
    with_sums,
    by_hand=softmax_by_hand,
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
        what_sums_to_one,
        after_softmax,
        added_below,
        gaps_table,
        heard_by_an_entry,
        shifted,
        sizes_that_work,
    ),
    same=close_entries,
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
        return case(params, one_hot(x, K), start * tenths(rng, m, 1, most=0.9))

    return draw


def hand(U: Any, W: Any, V: Any, b: Any, c: Any, x: list[int], h: Any) -> Case:
    """A network and a text, written out."""
    values = {"U": U, "W": W, "V": V, "b": b, "c": c}
    params = {name: np.array(tensor, dtype=float) for name, tensor in values.items()}
    return case(params, one_hot(x, len(params["c"])), np.array(h, dtype=float)[:, None])


def close(a: Any, b: Any) -> bool:
    """Like `same`, and quicker for finite arrays."""
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
        P, H, A = function.whatever(*each.arguments)
    except Wrong as wrong:
        if isinstance(wrong.result, tuple | list) and len(wrong.result) == 3:
            wrong.result = (*wrong.result[::-1],)
        raise
    return {"A": A, "H": H, "P": P}


def by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One entry of A, H or P."""
    params, X, h0 = each.arguments
    i, t = index
    A, H, O, _ = right_network(params, X, h0)
    if name == "P":
        logits_first = map(partial(logit_by_hand, params, H, t), range(len(O)))
        return [*logits_first, *softmax_by_hand(case(O), name, index)[1:]]
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


def right_network(params: Any, X: Any, h0: Any) -> tuple[np.ndarray, ...]:
    """A, H, O and P."""
    U, W, V, b, c = (params[name] for name in "UWVbc")
    H, A = [h0], []
    for t in range(X.shape[1]):
        A.append(W @ H[t] + U @ X[:, [t]] + b)
        H.append(np.tanh(A[t]))
    H = np.hstack(H)
    O = V @ H[:, 1:] + c
    return np.hstack(A), H, O, softmax(O)


LINKS = ("H[:,0] from h0", "A[:,t] from H[:,t] and X[:,t]", "H[:,t+1] from A[:,t]",
         "P[:,t] from H[:,t+1]")  # fmt: skip


def wrong_steps(each: Case, yours: Outcome) -> dict[str, list[int]]:
    """For each link, recomputed from the answer's own numbers, the steps where it is wrong."""
    params, X, h0 = each.arguments
    A, H, P = (yours[name] for name in "AHP")
    U, W, V, b, c = (params[name] for name in "UWVbc")
    with np.errstate(all="ignore"):
        due = (
            (H[:, :1], h0),
            (A, W @ H[:, :-1] + U @ X + b),
            (H[:, 1:], np.tanh(A)),
            (P, softmax(V @ H[:, 1:] + c)),
        )
    return {
        link: [t for t in range(one.shape[1]) if not close(one[:, t], other[:, t])]
        for link, (one, other) in zip(LINKS, due, strict=True)
    }


def links(each: Try) -> list[str]:
    """Which links are right and which are wrong, and from which step on."""
    if [*each.due] != [*each.yours] or any(
        np.shape(each.yours[name]) != np.shape(each.due[name]) for name in each.due
    ):
        return []
    steps = wrong_steps(each.case, each.yours)
    T = each.due["A"].shape[1]
    bad, good = [], []
    for link, wrong in steps.items():
        if not wrong:
            good.append(link)
        elif "t" not in link.split(" ")[0] or len(wrong) == T:
            bad.append(link)
        elif wrong == [*range(wrong[0], T)]:
            bad.append(f"{link} (from t = {wrong[0]} on)")
        else:
            bad.append(f"{link} (at t = {', '.join(map(str, wrong))})")
    if not bad:
        return ["Each link, checked from your own numbers, is right here."]
    lines = [f"  wrong  {'; '.join(bad)}"] + [f"  right  {'; '.join(good)}"] * bool(good)
    return ["Checked link by link, each from your own numbers:\n" + "\n".join(split(lines))]


def split(lines: list[str]) -> list[str]:
    """Lines of at most 79 columns; what doesn't fit goes on in the next one."""
    out = []
    for line in lines:
        while len(line) > 79:
            cut = line.rindex("; ", 0, 79) + 1
            out.append(line[:cut])
            line = " " * 8 + line[cut:]
        out.append(line)
    return out


def big_network(rng: np.random.Generator) -> Case:
    """One with so many units that every sum of terms has one solution."""
    m, K = UNITS, CHARACTERS
    params = {
        "U": rng.normal(0, 0.7, (m, K)),
        "W": rng.normal(0, 1 / np.sqrt(m), (m, m)),
        "V": rng.normal(0, 1 / np.sqrt(m), (K, m)),
        "b": rng.normal(0, 0.5, (m, 1)),
        "c": rng.normal(0, 0.5, (K, 1)),
    }
    x = rng.permutation(K)[:STEPS]
    return case(params, one_hot(x, K), rng.uniform(-0.9, 0.9, (m, 1)))


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
    if rank < len(kept) or np.linalg.norm(matrix @ solution - target) > 1e-9 * (
        1e-3 + np.linalg.norm(target)
    ):
        return None
    return {name: x for name, x in zip(kept, solution, strict=True) if abs(x) > 1e-9}


def summed(factors: dict[str, float] | None) -> str:
    """A sum of terms, written out: W H[:,0] + 2 b."""
    out = ""
    ordered = sorted((factors or {}).items(), key=lambda item: item[0] in ("b", "c", "1"))
    for name, x in ordered:
        size = "" if abs(abs(x) - 1) < 1e-8 else f"{num(abs(x))} "
        sign = "-" if x < 0 else "+"
        out += f" {sign} {size}{name}" if out else f"{'-' if x < 0 else ''}{size}{name}"
    return out or "0"


Terms = dict[str, np.ndarray]


def terms_of_A(each: Case, yours: Outcome, t: int) -> Iterator[tuple[np.ndarray, Terms]]:
    """A[:,t], and what it may be made of: first the usual, then all that is at hand."""
    params, X, h0 = each.arguments
    U, W, b = (params[name] for name in "UWb")
    A, H = yours["A"], yours["H"]
    terms = {f"W H[:,{t}]": W @ H[:, t]}
    terms |= {f"W H[:,{s}]": W @ H[:, s] for s in range(STEPS + 1)} | {"W h0": W @ h0[:, 0]}
    terms |= {f"U X[:,{s}]": U @ X[:, s] for s in range(STEPS)} | {"b": b[:, 0]}
    yield A[:, t], terms
    yield A[:, t], terms | {f"W.T H[:,{t}]": W.T @ H[:, t], "W.T h0": W.T @ h0[:, 0]}
    more = {f"W A[:,{s}]": W @ A[:, s] for s in range(t)} | {f"H[:,{t}]": H[:, t], "h0": h0[:, 0]}
    more |= {"b[0,0]": np.full(len(b), b[0, 0])}
    more |= {"diag(W) H[:,t]".replace("t", str(t)): np.diag(W) * H[:, t]}
    yield A[:, t], terms | more
    for shape, squashed in (("tanh", np.tanh), ("sigmoid", lambda a: 1 / (1 + np.exp(-a)))):
        a = W @ H[:, t] + U @ X[:, t] + b[:, 0]
        pieces = {f"{shape}(W H[:,{t}] + U X[:,{t}] + b)": squashed(a)}
        pieces |= {f"{shape}(W H[:,{t}] + U X[:,{t}])": squashed(a - b[:, 0])}
        pieces |= {f"{shape}(W H[:,{t}])": squashed(W @ H[:, t])}
        yield (
            A[:, t],
            pieces | {"b": b[:, 0], f"U X[:,{t}]": U @ X[:, t], f"H[:,{t + 1}]": H[:, t + 1]},
        )


def terms_of_H(each: Case, yours: Outcome, t: int) -> Iterator[tuple[np.ndarray, Terms]]:
    """H[:,t+1], and what it may be made of."""
    params, X, h0 = each.arguments
    U, W, b = (params[name] for name in "UWb")
    A, H = yours["A"], yours["H"]
    a = A[:, t]
    yield H[:, t + 1], {f"tanh(A[:,{t}])": np.tanh(a), f"A[:,{t}]": a, f"H[:,{t}]": H[:, t],
                        "h0": h0[:, 0], "1": np.ones(len(a))}  # fmt: skip
    bias = b[:, 0]
    own = {f"tanh(A[:,{t}])": np.tanh(a), f"H[:,{t}]": H[:, t], "b": bias}
    own |= {f"tanh(A[:,{t}] + b)": np.tanh(a + bias), f"tanh(A[:,{t}] - b)": np.tanh(a - bias)}
    own |= {f"tanh(A[:,{s}])": np.tanh(A[:, s]) for s in range(STEPS)}
    yield H[:, t + 1], own
    w, u = W @ H[:, t], U @ X[:, t]
    yield H[:, t + 1], {f"tanh(W H[:,{t}])": np.tanh(w), f"W H[:,{t}]": w, f"U X[:,{t}]": u,
                        f"tanh(U X[:,{t}])": np.tanh(u), "b": bias, "tanh(b)": np.tanh(bias),
                        f"tanh(W H[:,{t}] + b)": np.tanh(w + bias),
                        f"tanh(U X[:,{t}] + b)": np.tanh(u + bias),
                        f"tanh(W H[:,{t}] + U X[:,{t}])": np.tanh(w + u)}  # fmt: skip


def terms_of_O(each: Case, yours: Outcome, t: int) -> Iterator[tuple[np.ndarray, Terms]]:
    """The log of P[:,t], which is O[:,t] up to a number, and what it may be made of."""
    params, _, h0 = each.arguments
    V, c = params["V"], params["c"][:, 0]
    A, H, P = yours["A"], yours["H"], yours["P"]
    with np.errstate(all="ignore"):
        O = np.log(P[:, t])
    terms = {f"V H[:,{t + 1}]": V @ H[:, t + 1], "c": c, "": np.ones(len(c))}
    yield O, terms
    terms |= {f"V H[:,{s}]": V @ H[:, s] for s in range(STEPS + 1)} | {"V h0": V @ h0[:, 0]}
    yield O, terms
    terms |= {f"V A[:,{s}]": V @ A[:, s] for s in range(STEPS)}
    terms |= {f"V tanh(H[:,{s}])": V @ np.tanh(H[:, s]) for s in range(STEPS + 1)}
    yield O, terms | {f"V tanh(A[:,{s}])": V @ np.tanh(A[:, s]) for s in range(STEPS)}
    right = V @ H[:, t + 1] + c
    yield O, {f"{name}(V H[:,{t + 1}] + c)": f(right) for name, f in
              (("tanh", np.tanh), ("softmax", lambda O: softmax(O[:, None])[:, 0]))
              } | {"": np.ones(len(c))}  # fmt: skip


def terms_of_P(each: Case, yours: Outcome, t: int) -> Iterator[tuple[np.ndarray, Terms]]:
    """P[:,t] itself, without a softmax."""
    for _, terms in terms_of_O(each, yours, t):
        yield yours["P"][:, t], {name or "1": term for name, term in terms.items()}


PARTS = {
    "A[:,{0}]": (terms_of_A, 1, "W H[:,{0}] + U X[:,{0}] + b"),
    "H[:,{1}]": (terms_of_H, 2, "tanh(A[:,{0}])"),
    "log P[:,{0}]": (terms_of_O, 3, "V H[:,{1}] + c"),
    "P[:,{0}]": (terms_of_P, 3, "softmax(V H[:,{1}] + c)"),
}


def in_big_networks(evidence: Evidence) -> list[tuple[Case, Outcome]]:
    """Large random networks, and what the answer makes of them."""
    found = []
    for seed in range(NETWORKS):
        each = big_network(np.random.default_rng([seed_of(evidence), seed]))
        yours, due = evidence.yours(each), evidence.due(each)
        if PROBLEM in yours or any(np.shape(yours[n]) != np.shape(due[n]) for n in due):
            return []
        found.append((each, yours))
    return found


def sums_of_terms(evidence: Evidence) -> list[str]:
    """What A, H and the logits are made of, solved exactly from the answer's own numbers."""
    runs = in_big_networks(evidence)
    if not runs:
        return []
    wrong = [[*wrong_steps(each, yours).values()] for each, yours in runs]
    said = []
    for label, (terms, link, due) in PARTS.items():
        steps = wrong[0][link]
        if not steps or any(steps[0] not in other[link] for other in wrong):
            continue
        if label.startswith("P") and any(s.startswith("log P") for s in said):
            continue
        t = steps[0]
        sums = {first_sum(terms(each, yours, t)) for each, yours in runs}
        if len(sums) == 1 and None not in sums:
            name, right = label.format(t, t + 1), due.format(t, t + 1)
            made = str(sums.pop())
            plus = " up to a number for the column" * label.startswith("log")
            if made != right:
                said.append(f"Your {name} is{plus} exactly {made}; due is {right}.")
    return [f"{s[:-1]} (from your own numbers, {UNITS} units)." for s in said]


def first_sum(attempts: Iterator[tuple[np.ndarray, Terms]]) -> str | None:
    """The first sum of terms that fits, written out; the number of a column left out."""
    for target, terms in attempts:
        factors = combination(target, terms)
        if factors is not None and len(factors) <= 6:
            factors.pop("", None)
            return summed(factors)
    return None


def state_table(evidence: Evidence) -> list[str]:
    """The state as a function of the pre-activation, if it is one."""
    asked = (-2.0, -0.5, 0.0, 0.5, 1.0, 3.0)
    rows = []
    for h in (0.3, -0.6):
        row = []
        for a in asked:
            one = hand([[a, 0]], [[0]], [[1], [-1]], [[0]], [[0], [0]], [0], [h])
            row.append(evidence.yours(one).get("H", np.full((1, 2), np.nan))[0, -1])
        rows.append(row)
    rows = np.array(rows)
    if not np.isfinite(rows).all() or not np.allclose(rows[0], rows[1], rtol=1e-9, atol=1e-12):
        return []
    if np.allclose(rows[0], np.tanh(asked), rtol=1e-9, atol=1e-12):
        return []
    line = "  {:<16}" + "{:>9}" * len(asked)
    return [
        "With one unit and W = b = 0, a state is this function of the pre-activation:\n"
        + line.format("A", *map(num, asked))
        + "\n"
        + line.format("H, yours", *map(num, rows[0]))
        + "\n"
        + line.format("H, expected", *map(num, np.tanh(asked)))
    ]


def broken_links(evidence: Evidence) -> list[str]:
    """The links that are wrong in every wrong case of the top rungs, when all is finite."""
    votes = []
    for each in evidence.wrong:
        if [*each.yours] != [*each.due] or any(
            np.shape(each.yours[n]) != np.shape(each.due[n]) for n in each.due
        ):
            return []
        steps = wrong_steps(each.case, each.yours)
        votes.append({link for link, wrong in steps.items() if wrong})
    common = set.intersection(*votes)
    if len(common) != 1 or any(vote != common for vote in votes):
        return []
    return [f"In all wrong cases this is the only link that is wrong: {common.pop()}."]


def moves(each: Case) -> dict[str, Case]:
    """One character, h0, or one of the params moved."""
    params, X, _ = each.arguments
    found = {}
    for t in range(X.shape[1]):
        other = X.copy()
        other[:, t] = np.roll(other[:, t], 1)
        found[f"X[:,{t}]"] = with_argument(1, lambda _, o=other: o)(each)
    found["h0"] = with_argument(2, lambda h0: h0 + 0.01)(each)
    for name in "UWVbc":
        step = 0.01 * np.arange(1, params[name].size + 1).reshape(params[name].shape)
        found[name] = with_params(name, lambda tensor, s=step: tensor + s)(each)
    return found


FORWARD = Ladder(
    "forward",
    (
        Rung(
            "one unit, one step, no biases, h0 = 0",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0]], [[0], [0]], [1], [0]),
            drawn(1, 2, 1, "bc", start=False),
        ),
        Rung(
            "the bias b",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0], [0]], [1], [0]),
            drawn(1, 2, 1, "c", start=False),
        ),
        Rung(
            "the bias c",
            hand([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0]),
            drawn(1, 2, 1, start=False),
        ),
        Rung(
            "a state h0 to start from",
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
    by_hand=by_hand,
    changes={
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
    },
    switches={
        "where h0 = 0": with_argument(2, np.zeros_like),
        "where W = 0": with_params("W", np.zeros_like),
        "where b = 0": with_params("b", np.zeros_like),
        "where c = 0": with_params("c", np.zeros_like),
        "where W is symmetric": with_params("W", lambda W: W + W.T),
        "where the weights and biases are a thousand times smaller": with_argument(
            0, lambda params: {name: tensor / 1000 for name, tensor in params.items()}
        ),
    },
    moves=moves,
    steps_in_columns=True,
    findings=(broken_links, sums_of_terms, state_table),
    about=links,
    same=close,
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (SOFTMAX, FORWARD)}
