"""What can be said of a wrong loss whose mistake has no name: what it is an exact sum of."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.answering.contract import shapes
from lessons.checking.answering.printing import block, grid, num
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Case
from reference.encoding import one_hot
from reference.forward import softmax

from .networks import Network, Params, from_h0_again, predicted, without

Functions = dict[str, Callable[[np.ndarray], np.ndarray]]
NATS = "-log P"


def number(evidence: Evidence, *arguments: Any) -> float:
    """The answer's loss; nan where there is none."""
    loss = evidence.yours(Case(*arguments)).get("loss")
    return float(loss) if isinstance(loss, float) else float("nan")


def surprises(Ps: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The right losses."""
    return -(Y * np.log(Ps)).sum(axis=(1, 2))


def solved(values: np.ndarray, columns: dict[Any, np.ndarray]) -> dict[Any, float]:
    """The factors with which columns add up to the values; empty if no solution is exact."""
    matrix = np.column_stack([*columns.values()])
    if not np.isfinite(values).all() or not np.isfinite(matrix).all():
        return {}
    solution, _, rank, _ = np.linalg.lstsq(matrix, values, rcond=1e-12)
    miss, most = abs(matrix @ solution - values).max(), abs(values).max()
    some = abs(solution) > tolerances.FACTORS
    small = some & (abs(solution) < 1e-4)  # a series that only comes near
    if rank < len(columns) or miss > tolerances.SUMS * most or most < 1e-9 or small.any():
        return {}
    return dict(zip(columns, np.where(some, solution, 0.0).tolist(), strict=True))


def entries(Ps: np.ndarray, basis: Functions) -> dict[Any, np.ndarray]:
    """A column for each entry of P and each function of it, and one for a constant."""
    found: dict[Any, np.ndarray] = {"": np.ones(len(Ps))}
    for name, function in basis.items():
        made = function(Ps)
        found |= {(name, k, t): made[:, k, t] for k, t in np.ndindex(Ps.shape[1:])}
    return found


def said(what: str, factors: dict[Any, float], Y: np.ndarray) -> str:
    """A sum over the entries of P, with the factors of each as a table beside what is expected."""
    K, T = Y.shape
    plus, tables = "", dict[str, np.ndarray]()
    for key, x in factors.items():
        if isinstance(key, tuple) and x:
            tables.setdefault(key[0], np.zeros((K, T)))[key[1:]] = x
        elif x:
            plus += f", plus {num(x)}" + f" times the squares of {key}" * bool(key)
    lines = [
        f"With {K} characters and {T} steps, {what} is exactly a sum over the entries of P, "
        f"with these factors{plus}:"
    ]
    for name, table in tables.items():
        lines += block(f"  yours,    of {name:<10}", grid(table))
    if not what.startswith("exp"):
        lines += block(f"  expected, of {NATS:<10}", grid(Y))
    return "\n".join(lines)


BASES: tuple[Functions, ...] = (
    {NATS: lambda P: -np.log(P)},
    {"P": lambda P: P, "P^2": np.square},
    {NATS: lambda P: -np.log(P), "-log(1 - P)": lambda P: -np.log(1 - P)},
    {NATS: lambda P: -np.log(P), "P log P": lambda P: P * np.log(P)},
)
OUTSIDE: Functions = {
    "the loss": lambda L: L,
    "exp(-loss)": lambda L: np.exp(-L),
    "exp(loss)": np.exp,
}


def loss_as_a_sum(evidence: Evidence) -> list[str]:
    """The loss, or exp of it, as an exact sum over the entries of P."""
    rng = np.random.default_rng(evidence.seed)
    Y = one_hot([0, 1, 1], 2)
    Ps = rng.uniform(0.05, 0.95, (32, *Y.shape))
    values = np.array([number(evidence, P, Y) for P in Ps])
    for basis in BASES:
        for outside, function in OUTSIDE.items():
            with np.errstate(all="ignore"):
                sums = function(values)
            if near(sums, surprises(Ps, Y), tolerances.LOSS).all():
                return []
            factors = solved(sums, entries(Ps, basis))
            if any(x for name, x in factors.items() if name):
                return [said(outside, factors, Y)]
    return []


ASKED = (1.0, 0.9, 0.5, 0.1, 1e-9, 0.0)
ASKED_OF = (([1], [0.3]), ([0], [0.6]), ([2], [0.2, 0.4]))  # targets, and the other rows of P


def cost_of_a_target(evidence: Evidence) -> list[str]:
    """The loss of one step by the target's probability, if it is a function of that alone."""
    yours, *others = (
        [
            number(evidence, np.insert(rest, target, p)[:, None], one_hot(target, len(rest) + 1))
            for p in ASKED
        ]
        for target, rest in ASKED_OF
    )
    with np.errstate(divide="ignore"):
        rows = {
            "p": [*map(num, ASKED)],
            "yours": [*map(num, yours)],
            "expected": [*map(num, abs(np.log(ASKED)))],
        }
    shown, expected = rows["yours"], rows["expected"]
    alike = all(near(yours, again, tolerances.LOSS).all() for again in others)
    if not alike or shown == expected:
        return []
    if shown[1:5] == expected[1:5] and 0 < yours[-1] < 700:
        return [
            f"A target of probability 0 costs {num(yours[-1])}, which is what one of probability "
            f"{np.exp(-yours[-1]):.4g} should cost; it should cost inf."
        ]
    lines = ["One step costs, by the probability p of its target:"]
    lines += [f"  {name:<9}" + "".join(f"{x:>11}" for x in row) for name, row in rows.items()]
    return ["\n".join(lines)]


READ_OTHERWISE: dict[str, Network] = {
    "forward with each step read from h0": from_h0_again(1),
    "forward with each half of the window read from h0": from_h0_again(2),
    "softmax of what forward returns": lambda params, X, h0: softmax(predicted(params, X, h0)),
}
H0 = np.array([[0.6], [-0.8]])
WINDOWS = (([0, 1, 1, 0], [1, 0, 1, 1]), ([1, 0, 0, 1], [1, 1, 0, 0]))
NETWORKS: dict[str, Network] = {
    "forward": predicted,
    "forward with h0 = 0": lambda params, X, h0: predicted(params, X, 0 * h0),
    **{f"forward without {name}": without(name) for name in "bcW"},
    **READ_OTHERWISE,
}


GAPS = (1.0, 10.0, 30.0, 100.0, 300.0, 700.0)


def cost_of_a_gap(evidence: Evidence) -> list[str]:
    """What one step costs by how far the target's logit lies below the other one."""
    yours, *others = (
        np.array([cost_of_one_gap(evidence, gap, target, level) for gap in GAPS])
        for target, level in ((0, 0.0), (1, 0.0), (0, 40.0))
    )
    due = np.log1p(np.exp(GAPS))
    right = near(yours, due, tolerances.LOSS)
    alike = all(near(yours, again, tolerances.LOSS).all() for again in others)
    if right.all() or not right.any() or not alike:
        return []
    rows = {"gap": np.array(GAPS), "yours": yours, "expected": due}
    title = "One step costs, by how far its target's logit lies below that of the only other one:"
    return ["\n".join([title, *map(row_of, rows.items())])]


def cost_of_one_gap(evidence: Evidence, gap: float, target: int, level: float) -> float:
    """The answer's cost of one step whose target's logit lies below the only other one."""
    params = {name: np.zeros(shape) for name, shape in shapes(1, 2).items()}
    params["c"] = np.array([[level], [level + gap]])[:: 1 - 2 * target]
    X, Y = one_hot([0], 2), one_hot([target], 2)
    return number(evidence, params, X, Y, np.zeros((1, 1)))


def row_of(row: tuple[str, np.ndarray]) -> str:
    """A line of a table."""
    return f"  {row[0]:<9}" + "".join(f"{num(x.item()):>11}" for x in row[1])


def cost_as_a_sum(evidence: Evidence) -> list[str]:
    """The cost as an exact sum over the entries of the probabilities of some network."""
    if not evidence.open:
        return []
    rng = np.random.default_rng(evidence.seed)
    asked = [
        {name: rng.uniform(-1.5, 1.5, shape) for name, shape in shapes(2, 2).items()}
        for _ in range(24)
    ]
    texts = [[one_hot(text, 2) for text in window] for window in WINDOWS]
    costs = [[number(evidence, params, X, Y, H0) for params in asked] for X, Y in texts]
    for says in ("forward", *READ_OTHERWISE):
        network = NETWORKS[says]
        due = [surprises(made(network, asked, X), Y) for X, Y in texts]
        if near(np.array(costs), np.array(due), tolerances.LOSS).all():
            right = says == "forward"
            return (
                [] if right else [f"The cost is exactly what it should be if P were from {says}."]
            )
    (X, Y), values = texts[0], np.array(costs[0])
    squares = {name: np.array([(params[name] ** 2).sum() for params in asked]) for name in "UWVbc"}
    for says, network in NETWORKS.items():
        factors = solved(values, entries(made(network, asked, X), BASES[0]) | squares)
        if any(x for name, x in factors.items() if name):
            return [said("the cost", factors, Y) + f"\n  where P is from {says}."]
    return []


def made(network: Network, asked: list[Params], X: np.ndarray) -> np.ndarray:
    """What a network predicts of a text with each of some params."""
    return np.array([network(params, X, H0) for params in asked])
