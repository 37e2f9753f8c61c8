"""Hand-sized cases of lesson 3, each rung with one more ingredient."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.explaining.changing import with_argument, with_params
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import (
    PROBLEM,
    Case,
    Ladder,
    Rung,
    case,
    returned,
    tenths,
)
from lessons.checking.explaining.tables import block, factor, grid, num, total
from reference.encoding import one_hot
from reference.forward import forward, softmax
from reference.loss import cross_entropy

NATS = "-log P"


def target_rows(Y: np.ndarray) -> np.ndarray:
    """The target's row in each column."""
    return Y.argmax(axis=0)


def probabilities(*columns: list[float]) -> np.ndarray:
    """Columns of probabilities, written out."""
    return np.array(columns, dtype=float).T


def drawn(K: int, T: int, *, target: float | None = None, normal: bool = True) -> Any:
    """A maker of random probabilities and targets; `target` is the first target's own one."""

    def draw(rng: np.random.Generator) -> Case:
        P = softmax(tenths(rng, K, T)) if normal else rng.integers(1, 20, (K, T)) / 20
        k = rng.integers(K, size=T)
        if target is not None:
            P[:, 0] *= (1 - target) / (P[:, 0].sum() - P[k[0], 0])
            P[k[0], 0] = target
        return case(P, one_hot(k, K))

    return draw


def with_a_zero(rng: np.random.Generator) -> Case:
    """Three characters; one that is not the target has probability 0 at step 0."""
    P, Y = drawn(3, 2)(rng).arguments
    k = (target_rows(Y)[0] + 1) % 3
    P[k, 0] = 0.0
    P[:, 0] /= P[:, 0].sum()
    return case(P, Y)


def over_sums(P: np.ndarray, axis: int) -> np.ndarray:
    """P divided by its sums, where they are not 0."""
    sums = P.sum(axis=axis, keepdims=True)
    return P / np.where(sums > 0, sums, 1.0)


def loss_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The steps' terms and their sum."""
    P, Y = each.arguments
    return terms_by_hand(P, Y)


def terms_by_hand(P: np.ndarray, Y: np.ndarray) -> list[tuple[str, str, Any]]:
    """-log of the target's probability, step by step."""
    p = P[target_rows(Y), np.arange(Y.shape[1])]
    with np.errstate(divide="ignore"):
        terms = [abs(float(x)) for x in np.log(p)]
    lines = [
        (f"step {t}: -log P[{k},{t}]", f"-log {num(float(p[t]))}", terms[t])
        for t, k in enumerate(target_rows(Y))
    ]
    return [*lines, ("together", total(terms), sum(terms))] if len(terms) > 1 else lines


def close(a: Any, b: Any) -> bool:
    """Whether two losses are equal but for rounding; nan and inf are only like themselves."""
    if not isinstance(a, float) or not isinstance(b, float):
        return False
    if not np.isfinite(a) or not np.isfinite(b):
        return a == b or (np.isnan(a) and np.isnan(b))
    with np.errstate(over="ignore"):
        return bool(abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-13)


def number(evidence: Evidence, *arguments: Any) -> float:
    """The answer's loss; nan where there is none."""
    loss = evidence.yours(case(*arguments)).get("loss")
    return float(loss) if isinstance(loss, float) else float("nan")


def seed_of(evidence: Evidence) -> int:
    """A seed from the random cases, so that other evidence asks other questions."""
    arrays = [a for each in evidence.tries[:4] for a in each.case.arguments]
    return int(1e3 * sum(abs(a).sum() for a in arrays if isinstance(a, np.ndarray)))


# what the loss may be a sum of, by the entries of P; the usual first
BASES: tuple[dict[str, Callable[[np.ndarray], np.ndarray]], ...] = (
    {NATS: lambda P: -np.log(P)},
    {"P": lambda P: P},
    {"P^2": np.square, "P": lambda P: P},
    {NATS: lambda P: -np.log(P), "-log(1 - P)": lambda P: -np.log(1 - P)},
    {NATS: lambda P: -np.log(P), "P": lambda P: P, "1/P": lambda P: 1 / P},
    {NATS: lambda P: -np.log(P), "P log P": lambda P: P * np.log(P)},
    {"sqrt(P)": np.sqrt, "log(1 + P)": np.log1p, "P^3": lambda P: P**3, "P^2": np.square},
)
# what may have been done to the sum in the end
OUTSIDE: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "the loss": lambda L: L,
    "exp(-loss)": lambda L: np.exp(-L),
    "exp(loss)": np.exp,
    "log(loss)": np.log,
    "the square of the loss": np.square,
}
TARGETS = np.array([0, 1, 1])  # of the questions below; K = 2, T = 3


def solved(values: np.ndarray, columns: dict[Any, np.ndarray]) -> dict[Any, float] | None:
    """The factors with which columns add up to the values, if there is one exact solution."""
    matrix = np.column_stack([*columns.values()])
    if not np.isfinite(values).all() or not np.isfinite(matrix).all():
        return None
    solution, _, rank, _ = np.linalg.lstsq(matrix, values, rcond=1e-12)
    miss, most = abs(matrix @ solution - values).max(), abs(values).max()
    small = (abs(solution) > 1e-9) & (abs(solution) < 1e-4)  # a series that only comes near
    if rank < len(columns) or miss > 1e-12 * most or most < 1e-9 or small.any():
        return None
    return {
        name: float(x) if abs(x) > 1e-7 else 0.0 for name, x in zip(columns, solution, strict=True)
    }


def entries(Ps: np.ndarray, basis: dict[str, Any]) -> dict[Any, np.ndarray]:
    """A column for each entry of P and each function of it, and one for a constant."""
    found: dict[Any, np.ndarray] = {"": np.ones(len(Ps))}
    for name, function in basis.items():
        made = function(Ps)
        found |= {(name, k, t): made[:, k, t] for k, t in np.ndindex(Ps.shape[1:])}
    return found


def as_a_sum(evidence: Evidence) -> list[str]:
    """The loss as an exact sum over the entries of P, or a function of one."""
    rng = np.random.default_rng(seed_of(evidence))
    Y = one_hot(TARGETS, 2)
    Ps = rng.uniform(0.05, 0.95, (32, *Y.shape))
    values = np.array([number(evidence, P, Y) for P in Ps])
    if not np.isfinite(values).all():
        return []
    for basis in BASES:
        columns = entries(Ps, basis)
        for outside, function in OUTSIDE.items():
            with np.errstate(all="ignore"):
                factors = solved(function(values), columns)
            if factors and any(x for name, x in factors.items() if name):
                return said_sum(outside, factors, [*basis], Y)
    return []


def said_sum(outside: str, factors: dict[Any, float], basis: list[str], Y: np.ndarray) -> list[str]:
    """A table of weights, or one term for targets and one for the others."""
    constant = factors[""]
    weights = {name: np.zeros(Y.shape) for name in basis}
    for key, x in factors.items():
        if key:
            weights[key[0]][key[1:]] = x
    used = [name for name in basis if weights[name].any()]
    if used == [NATS] and outside == "the loss" and np.allclose(weights[NATS], Y, atol=1e-7):
        if abs(constant) < 1e-7:
            return []
    plus = f", plus {num(constant)}" if constant > 0 else f", minus {num(-constant)}"
    plus *= abs(constant) > 1e-7
    sizes = f"With {len(Y)} characters and {Y.shape[1]} steps"
    if len(used) == 1:
        lines = block("  w, yours   ", grid(weights[used[0]]))
        lines += block("  w, expected", grid(Y)) if used == [NATS] and outside == "the loss" else []
        return [
            f"{sizes}, {outside} is exactly the sum of w[k,t] * ({used[0]}[k,t]){plus}:\n"
            + "\n".join(lines)
        ]
    parts = [
        " + ".join(
            times(round(float(w[Y == side][0]), 7), name)
            for name, w in weights.items()
            if np.ptp(w[Y == side]) < 1e-7 and w[Y == side].any()
        )
        for side in (1, 0)
    ]
    if any(np.ptp(w[Y == side]) > 1e-7 for w in weights.values() for side in (0, 1)):
        return []
    return [
        f"{sizes}, {outside} is exactly the sum of {parts[0] or '0'} over the targets' "
        f"probabilities and of {parts[1] or '0'} over the others{plus}."
    ]


def times(x: float, name: str) -> str:
    """A multiple of a term."""
    return name if x == 1 else f"{factor(x)} * ({name})"


ASKED = (1.0, 0.9, 0.5, 0.1, 1e-9, 0.0)
UNITS = {
    "": 1.0,
    " / log 2": 1 / np.log(2),
    " / log 10": 1 / np.log(10),
    " with its sign turned": -1.0,
}


def one_step(evidence: Evidence, p: float) -> float:
    """The loss of one step as a function of the target's probability, nan if it is none."""
    found = []
    for other in (0.3, 0.6):
        for k in (0, 1):
            column = [p, other] if k == 0 else [other, p]
            found.append(number(evidence, probabilities(column), one_hot([k], 2)))
    return found[0] if len({round(x, 12) for x in found}) == 1 or len(set(found)) == 1 else np.nan


def cost_of_a_target(evidence: Evidence) -> list[str]:
    """The loss of one step by the target's probability: a formula with a bound, or a table."""
    yours = np.array([one_step(evidence, p) for p in ASKED])
    due = np.array([abs(np.log(p)) if p else np.inf for p in ASKED])
    fits = [a == b or abs(a - b) < 1e-9 * abs(b) for a, b in zip(yours, due, strict=True)]
    if np.isnan(yours[:4]).any() or all(fits):
        return []
    formula = guarded(yours)
    if formula:
        return [f"A single target of probability p costs {formula}; it should cost -log p."]
    line = "  {:<9}" + "{:>11}" * len(ASKED)
    return [
        "One step costs, by the probability p of its target:\n"
        + line.format("p", *map(num, ASKED))
        + "\n"
        + line.format("yours", *map(num, yours))
        + "\n"
        + line.format("expected", *map(num, due))
    ]


def guarded(yours: np.ndarray) -> str:
    """-log of p with something added or with a bound, if that is what it is."""
    p = np.array(ASKED)
    for unit, size in UNITS.items():
        if abs(yours[-1]) > 1e3:
            continue
        least = float(np.exp(-yours[-1] / size))
        most = min(1.0, float(np.exp(-yours[0] / size)))
        if not 1e-300 < least < 0.2:
            continue
        clip = f"the larger of p and {least:.3g}"
        if 0.9 < most < 1 - 1e-13:
            clip = f"p clipped to [{least:.3g}, {most:.12g}]"
        tries = {
            f"-log(p + {least:.3g})": p + least,
            f"-log of {clip}": np.clip(p, least, most),
        }
        for says, inside in tries.items():
            if np.allclose(-np.log(inside) * size, yours, rtol=1e-9, atol=1e-12):
                return says + unit
    return ""


def zeros(evidence: Evidence) -> list[str]:
    """What a probability of 0 does beside the target, and at it."""
    said = []
    beside = [number(evidence, probabilities([1 - q, q, 0.0]), one_hot([0], 3)) for q in (0.2, 0.5)]
    plain = [number(evidence, probabilities([1 - q, q, 0.1]), one_hot([0], 3)) for q in (0.2, 0.5)]
    if np.isfinite(plain).all() and not np.isfinite(beside).any():
        kind = "nan" if np.isnan(beside).all() else num(beside[0])
        said.append(f"A probability of 0 beside the target makes the loss {kind}; it should not.")
    return said


def far(evidence: Evidence) -> list[str]:
    """Steps of very small probabilities, alone and together."""
    one = number(evidence, probabilities([1e-200, 1.0]), one_hot([0], 2))
    two = number(evidence, probabilities([1e-200, 1.0], [1e-200, 1.0]), one_hot([0, 0], 2))
    if abs(one - 460.517) < 0.01 and not abs(two - 921.034) < 0.01:
        return [f"A target of probability 1e-200 costs 460.5, two of them cost {num(two)}."]
    return []


def heard(evidence: Evidence) -> list[str]:
    """Which steps and which characters the loss depends on."""
    said: list[set[str]] = []
    for seed in range(3):
        rng = np.random.default_rng([seed_of(evidence), seed])
        k, P = rng.integers(3, size=4), rng.uniform(0.1, 0.25, (3, 4))
        Y, before = one_hot(k, 3), number(evidence, P, one_hot(k, 3))
        if not np.isfinite(before):
            return []
        own, others = [], []
        for t in range(4):
            for row in range(3):
                other = P.copy()
                other[row, t] += 0.003
                if number(evidence, other, Y) != before:
                    (own if row == k[t] else others).append(t)
        said.append(set(unheard(own)))
        if others:
            said[-1].add(
                "The loss changes with the probability of a character that is not the target; it "
                "should not."
            )
    return sorted(set.intersection(*said), reverse=True)


def unheard(own: list[int]) -> list[str]:
    """Of four steps, those whose target the loss does not depend on."""
    missing = [t for t in range(4) if t not in own]
    names = {
        (0,): "at the first step",
        (3,): "at the last step",
        (1, 2, 3): "after the first step",
        (0, 1, 2): "before the last step",
        (0, 1, 2, 3): "at any step",
    }
    says = names.get(tuple(missing))
    return (
        [f"The loss does not change with the target's probability {says}; it should."]
        if says
        else []
    )


CROSS_ENTROPY = Ladder(
    "cross_entropy",
    (
        Rung(
            "one step", case(probabilities([0.25, 0.75]), one_hot([0], 2)), drawn(2, 1)
        ),
        Rung(
            "a target of probability 1e-9",
            case(probabilities([1e-9, 1 - 1e-9]), one_hot([0], 2)),
            drawn(2, 1, target=1e-9),
        ),
        Rung(
            "two steps",
            case(probabilities([0.5, 0.5], [0.2, 0.8]), one_hot([0, 1], 2)),
            drawn(2, 2),
        ),
        Rung(
            "three steps",
            case(probabilities([0.5, 0.5], [0.2, 0.8], [0.9, 0.1]), one_hot([0, 0, 1], 2)),
            drawn(2, 3),
        ),
        Rung(
            "three characters",
            case(probabilities([0.5, 0.3, 0.2], [0.1, 0.8, 0.1]), one_hot([2, 0], 3)),
            drawn(3, 2),
        ),
        Rung(
            "four characters, four steps",
            case(
                probabilities(
                    [0.1, 0.2, 0.3, 0.4], [0.7, 0.1, 0.1, 0.1], [0.2, 0.2, 0.5, 0.1],
                    [0.4, 0.1, 0.4, 0.1],
                ),
                one_hot([3, 0, 0, 1], 4),
            ),
            drawn(4, 4),
        ),
        Rung(
            "columns of P that do not sum to 1",
            case(probabilities([0.5, 0.3], [0.1, 0.8]), one_hot([1, 0], 2)),
            drawn(3, 2, normal=False),
        ),
        Rung(
            "a character other than the target at probability 0",
            case(probabilities([0.5, 0.5, 0]), one_hot([0], 3)),
            with_a_zero,
        ),
        Rung(
            "a target of probability 1",
            case(probabilities([1, 0]), one_hot([0], 2)),
            drawn(3, 2, target=1.0),
            siblings=4,
        ),
        Rung(
            "two targets of probability 1e-200",
            case(probabilities([1e-200, 1], [1, 1e-200]), one_hot([0, 1], 2)),
            lambda rng: case(
                probabilities([1e-200, 1, 0.5], [1e-180, 0.5, 0.5]) * rng.integers(1, 9),
                one_hot([0, 0], 3),
            ),
            siblings=2,
        ),
        Rung(
            "a target of probability 0",
            case(probabilities([0, 1]), one_hot([0], 2)),
            drawn(3, 2, target=0.0),
        ),
    ),
    returned("loss"),
    by_hand=loss_by_hand,
    changes={
        "P and Y exchanged": lambda each: Case(each.arguments[::-1]),
        "Y in reverse order": with_argument(1, lambda Y: Y[:, ::-1]),
        "the rows of Y in reverse order": with_argument(1, lambda Y: Y[::-1]),
        "softmax(P) in the place of P": with_argument(0, softmax),
        "1 - P in the place of P": with_argument(0, lambda P: 1 - P),
        "P with each column divided by its sum": with_argument(0, partial(over_sums, axis=0)),
        "P with each row divided by its sum": with_argument(0, partial(over_sums, axis=1)),
    },
    switches={
        "with the first step alone": lambda each: case(*(a[:, :1] for a in each.arguments)),
        "where no probability is below 0.1": with_argument(0, lambda P: np.maximum(P, 0.1)),
        "where each column of P sums to 1": with_argument(0, partial(over_sums, axis=0)),
    },
    findings=(as_a_sum, cost_of_a_target, zeros, heard, far),
    says="returns a wrong number",
    same=close,
)  # fmt: skip


def random_params(rng: np.random.Generator, m: int, K: int) -> dict[str, np.ndarray]:
    """Weights and biases of one decimal."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {name: tenths(rng, *shape) for name, shape in shapes.items()}


def drawn_window(
    m: int, K: int, T: int, *, size: float = 1.0, start: bool = True, V: float = 1.0
) -> Any:
    """A maker of random windows."""

    def draw(rng: np.random.Generator) -> Case:
        params = {name: size * tensor for name, tensor in random_params(rng, m, K).items()}
        params["V"] = V * params["V"]
        x, y = rng.integers(K, size=T), rng.integers(K, size=T)
        return case(params, one_hot(x, K), one_hot(y, K), start * tenths(rng, m, 1, most=0.9))

    return draw


def window(U: Any, W: Any, V: Any, b: Any, c: Any, x: list[int], y: list[int], h: Any) -> Case:
    """A network and a text, written out."""
    values = {"U": U, "W": W, "V": V, "b": b, "c": c}
    params = {name: np.array(tensor, dtype=float) for name, tensor in values.items()}
    K = len(params["c"])
    return case(params, one_hot(x, K), one_hot(y, K), np.array(h, dtype=float)[:, None])


def foretold(each: Case) -> np.ndarray:
    """What forward says of a window."""
    params, X, _, h0 = each.arguments
    return forward(params, X, h0)[0]


def shown(each: Case) -> dict[str, Any]:
    """A window and what forward makes of it."""
    params, X, Y, h0 = each.arguments
    return params | {"X": X, "Y": Y, "h0": h0, "P, from forward": foretold(each)}


def cost_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The steps' terms and their sum."""
    return terms_by_hand(foretold(each), each.arguments[2])


def step_by_step(params: Any, X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> np.ndarray:
    """Every step read from h0."""
    return np.hstack([forward(params, X[:, [t]], h0)[0] for t in range(X.shape[1])])


def from_the_state_before(params: Any, X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> np.ndarray:
    """Probabilities made from the state before each step."""
    H = forward(params, X, h0)[1]
    return softmax(params["V"] @ H[:, :-1] + params["c"])


def halves(params: Any, X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> np.ndarray:
    """Both halves of the window read from h0."""
    half = (X.shape[1] + 1) // 2
    return np.hstack([forward(params, part, h0)[0] for part in (X[:, :half], X[:, half:])])


def zeroed(name: str) -> Callable[..., np.ndarray]:
    """Probabilities without one of the params."""
    return lambda params, X, Y, h0: forward(params | {name: 0 * params[name]}, X, h0)[0]


NETWORKS: dict[str, Callable[..., np.ndarray]] = {
    "forward's P": lambda params, X, Y, h0: forward(params, X, h0)[0],
    "the P of forward for h0 = 0": lambda params, X, Y, h0: forward(params, X, 0 * h0)[0],
    "the P of forward that reads Y": lambda params, X, Y, h0: forward(params, Y, h0)[0],
    "the P of a network without b": zeroed("b"),
    "the P of a network without c": zeroed("c"),
    "the P of a network without W": zeroed("W"),
    "the P of a network with W transposed": lambda params, X, Y, h0: forward(
        params | {"W": params["W"].T}, X, h0
    )[0],
    "the P of steps that are each read from h0": step_by_step,
    "the P of two halves that are both read from h0": halves,
    "the P that the states before each step give": from_the_state_before,
    "softmax of forward's P": lambda params, X, Y, h0: softmax(forward(params, X, h0)[0]),
    "the P of forward that reads X in reverse": lambda params, X, Y, h0: forward(
        params, X[:, ::-1], h0
    )[0],
}  # fmt: skip


def questions(evidence: Evidence) -> Iterator[tuple[Any, ...]]:
    """One window with many networks, each with the answer's cost."""
    rng = np.random.default_rng(seed_of(evidence))
    X, Y, h0 = one_hot([0, 1, 1, 0], 2), one_hot([1, 0, 1, 1], 2), np.array([[0.6], [-0.8]])
    for _ in range(24):
        params = random_params(rng, 2, 2)
        yield params, X, Y, h0, number(evidence, params, X, Y, h0)


def cost_as_a_sum(evidence: Evidence) -> list[str]:
    """The cost as an exact sum over the entries of the probabilities of some network."""
    asked = [*questions(evidence)]
    values = np.array([each[-1] for each in asked])
    Y = asked[0][2]
    if not np.isfinite(values).all():
        return []
    squares: dict[Any, np.ndarray] = {"": np.ones(len(values))}
    for name in "UWVbc":
        squares[name] = np.array([(each[0][name] ** 2).sum() for each in asked])
    Ps = {
        says: np.array([network(*each[:-1]) for each in asked])
        for says, network in NETWORKS.items()
    }
    for says, P in Ps.items():
        factors = solved(values, {"loss": (-np.log(P) * Y).sum(axis=(1, 2))} | squares)
        if factors and factors["loss"]:
            size = "" if abs(factors["loss"] - 1) < 1e-7 else f"{num(factors['loss'])} times "
            return [
                f"With T = {Y.shape[1]}, the cost is exactly {size}the loss of {says}"
                f"{what_is_added(factors)}."
            ]
    for says, P in Ps.items():
        for outside in ("the loss", "exp(loss)", "log(loss)"):
            with np.errstate(all="ignore"):
                factors = solved(OUTSIDE[outside](values), entries(P, BASES[0]) | squares)
            if factors and any(x for name, x in factors.items() if name):
                return said_cost(says, outside.replace("loss", "cost"), factors, Y)
    return []


def what_is_added(factors: dict[Any, float]) -> str:
    """A constant, and the squares of the params."""
    constant = [num(factors[""])] * bool(factors[""])
    squares = [
        f"{num(factors[name])} times the squares of {name}" for name in "UWVbc" if factors[name]
    ]
    return "".join(f" + {each}" for each in [*constant, *squares])


def said_cost(network: str, outside: str, factors: dict[Any, float], Y: np.ndarray) -> list[str]:
    """The weights beside those that are due."""
    weights = np.zeros(Y.shape)
    for key, x in factors.items():
        if isinstance(key, tuple):
            weights[key[1:]] = x
    lines = [*block("  w, yours   ", grid(weights)), *block("  w, expected", grid(Y))]
    return [
        f"With T = {Y.shape[1]}, {outside} is exactly the sum of w[k,t] * -log P[k,t]"
        f"{what_is_added(factors)},\n  where P is {network.replace('the P of', 'that of')}:\n"
        + "\n".join(lines)
    ]


def no_network(evidence: Evidence) -> list[str]:
    """The loss of X itself, as though it were P."""
    pairs = [(each.yours["loss"], each.case.arguments) for each in evidence.tries]
    if all(close(loss, cross_entropy(X, Y)) for loss, (_, X, Y, _) in pairs):
        return ["Your cost is the loss of X itself, in the place of what forward makes of it."]
    return []


def moves(each: Case) -> dict[str, Case]:
    """One character, h0, or one of the params moved."""
    params, X, Y, _ = each.arguments
    found = {}
    for name, array, position in (("X", X, 1), ("Y", Y, 2)):
        for t in range(array.shape[1]):
            other = array.copy()
            other[:, t] = np.roll(other[:, t], 1)
            found[f"{name}[:,{t}]"] = with_argument(position, lambda _, o=other: o)(each)
    found["h0"] = with_argument(3, lambda h0: h0 + 0.01)(each)
    for name in "UWVbc":
        step = 0.01 * np.arange(1, params[name].size + 1).reshape(params[name].shape)
        found[name] = with_params(name, lambda tensor, s=step: tensor + s)(each)
    return found


COST = Ladder(
    "cost",
    (
        Rung(
            "a network of zeros",
            window([[0, 0]], [[0]], [[0], [0]], [[0]], [[0], [0]], [1, 0], [0, 1], [0]),
            drawn_window(1, 3, 2, size=0.0),
            siblings=2,
        ),
        Rung(
            "one unit, one step, h0 = 0",
            window([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0], [0]),
            drawn_window(1, 2, 1, start=False),
        ),
        Rung(
            "a state h0 to start from",
            window([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [1], [0], [0.25]),
            drawn_window(1, 2, 1),
        ),
        Rung(
            "two steps",
            window([[0.5, -1]], [[2]], [[1], [-1]], [[0.5]], [[0.5], [0]], [0, 1], [1, 0], [0.25]),
            drawn_window(1, 2, 2),
        ),
        Rung(
            "two units, three characters, three steps",
            window(
                [[0.5, -1, 1], [0, 1, -0.5]], [[1, 2], [0, -1]], [[1, 2], [-1, 0], [0, 1]],
                [[0.5], [-1]], [[0.5], [0], [-0.5]], [2, 0, 1], [0, 1, 1], [0.5, -0.5],
            ),
            drawn_window(2, 3, 3),
        ),
        Rung(
            "five steps",
            window(
                [[0.5, -1]], [[-1]], [[1], [-1]], [[0.5]], [[0.5], [0]],
                [0, 1, 1, 0, 1], [1, 1, 0, 1, 0], [0.25],
            ),
            drawn_window(2, 4, 5),
        ),
        Rung(
            "targets that cost a hundred",
            window([[0.5, -1]], [[2]], [[100], [-100]], [[0.5]], [[0], [0]], [0], [1], [0.25]),
            drawn_window(2, 3, 2, V=60.0),
        ),
    ),
    returned("loss"),
    shows=shown,
    by_hand=cost_by_hand,
    changes={
        "h0 = 0": with_argument(3, np.zeros_like),
        "X in the place of Y": lambda each: case(
            each.arguments[0], each.arguments[1], each.arguments[1], each.arguments[3]
        ),
        "Y in the place of X": lambda each: case(
            each.arguments[0], each.arguments[2], each.arguments[2], each.arguments[3]
        ),
        "X and Y exchanged": lambda each: case(
            each.arguments[0], each.arguments[2], each.arguments[1], each.arguments[3]
        ),
        "b = 0": with_params("b", np.zeros_like),
        "c = 0": with_params("c", np.zeros_like),
        "W = 0": with_params("W", np.zeros_like),
        "W transposed": with_params("W", np.transpose),
        "Y in reverse order": with_argument(2, lambda Y: Y[:, ::-1]),
        "X in reverse order": with_argument(1, lambda X: X[:, ::-1]),
        "Y one step on": with_argument(2, lambda Y: np.roll(Y, -1, axis=1)),
        "Y one step late": with_argument(2, lambda Y: np.roll(Y, 1, axis=1)),
        "X one step late": with_argument(1, lambda X: np.roll(X, 1, axis=1)),
        "0.9 h0 in the place of h0": with_argument(3, lambda h0: 0.9 * h0),
    },
    switches={
        "where h0 = 0": with_argument(3, np.zeros_like),
        "where b = 0": with_params("b", np.zeros_like),
        "where c = 0": with_params("c", np.zeros_like),
        "where W = 0": with_params("W", np.zeros_like),
        "with the first step alone": lambda each: Case(
            (each.arguments[0], each.arguments[1][:, :1], each.arguments[2][:, :1],
             each.arguments[3])
        ),
        "where the weights and biases are 0": with_argument(
            0, lambda params: {name: 0 * tensor for name, tensor in params.items()}
        ),
        "where V is a hundred times smaller": with_params("V", lambda V: V / 100),
    },
    moves=moves,
    findings=(cost_as_a_sum, no_network),
    says="returns a wrong number",
    same=close,
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (CROSS_ENTROPY, COST)}
