"""What can be said of a wrong loss whose mistake has no name: what it is an exact sum of."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.answering.printing import block, grid, num
from lessons.checking.answering.values import arrays
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Case
from reference.encoding import one_hot
from reference.forward import forward, softmax

Network = Callable[..., np.ndarray]
NATS = "-log P"
TARGETS = np.array([0, 1, 1])  # of the questions that are asked of cross_entropy


def number(evidence: Evidence, *arguments: Any) -> float:
    """The answer's loss; nan where there is none."""
    loss = evidence.yours(Case(*arguments)).get("loss")
    return float(loss) if isinstance(loss, float) else float("nan")


def solved(values: np.ndarray, columns: dict[Any, np.ndarray]) -> dict[Any, float]:
    """The factors with which columns add up to the values; empty if no solution is exact."""
    matrix = np.column_stack([*columns.values()])
    if not np.isfinite(values).all() or not np.isfinite(matrix).all():
        return {}
    solution, _, rank, _ = np.linalg.lstsq(matrix, values, rcond=1e-12)
    miss, most = abs(matrix @ solution - values).max(), abs(values).max()
    small = (abs(solution) > 1e-9) & (abs(solution) < 1e-4)  # a series that only comes near
    if rank < len(columns) or miss > 1e-12 * most or most < 1e-9 or small.any():
        return {}
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


def said(what: str, factors: dict[Any, float], Y: np.ndarray) -> str:
    """A sum over the entries of P, with the factors of each as a table beside what is due."""
    tables: dict[str, np.ndarray] = {}
    for key, x in factors.items():
        if isinstance(key, tuple) and x:
            tables.setdefault(key[0], np.zeros(Y.shape))[key[1:]] = x
    plus = f", plus {num(factors[''])}" if factors[""] else ""
    plus += "".join(f", plus {num(factors[name])} times the squares of {name}"
                    for name in "UWVbc" if factors.get(name))  # fmt: skip
    lines = [f"With {len(Y)} characters and {Y.shape[1]} steps, {what} is exactly a sum over the "
             f"entries of P, with these factors{plus}:"]  # fmt: skip
    for name, w in tables.items():
        lines += block(f"  yours,    of {name:<10}", grid(w))
    if not what.startswith("exp"):
        lines += block(f"  expected, of {NATS:<10}", grid(Y))
    return "\n".join(lines)


BASES: tuple[dict[str, Callable[[np.ndarray], np.ndarray]], ...] = (
    {NATS: lambda P: -np.log(P)},
    {"P": lambda P: P, "P^2": np.square},
    {NATS: lambda P: -np.log(P), "-log(1 - P)": lambda P: -np.log(1 - P)},
    {NATS: lambda P: -np.log(P), "P log P": lambda P: P * np.log(P)},
)
OUTSIDE: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "the loss": lambda L: L,
    "exp(-loss)": lambda L: np.exp(-L),
    "exp(loss)": np.exp,
}


def loss_as_a_sum(evidence: Evidence) -> list[str]:
    """The loss, or exp of it, as an exact sum over the entries of P."""
    rng = np.random.default_rng(evidence.seed)
    Y = one_hot(TARGETS, 2)
    Ps = rng.uniform(0.05, 0.95, (32, *Y.shape))
    values = np.array([number(evidence, P, Y) for P in Ps])
    for basis in BASES:
        for outside, function in OUTSIDE.items():
            with np.errstate(all="ignore"):
                factors = solved(function(values), entries(Ps, basis))
            if any(x for name, x in factors.items() if name):
                right = {(NATS, k, t): Y[k, t] for k, t in np.ndindex(Y.shape)} | {"": 0.0}
                alike = factors.keys() == right.keys() and all(
                    abs(factors[name] - right[name]) < 1e-7 for name in right
                )
                return [] if alike else [said(outside, factors, Y)]
    return []


ASKED = (1.0, 0.9, 0.5, 0.1, 1e-9, 0.0)


def cost_of_a_target(evidence: Evidence) -> list[str]:
    """The loss of one step by the target's probability, if it is a function of that alone."""
    columns = [
        [number(evidence, np.array([[p], [other]]), one_hot([0], 2)) for p in ASKED]
        for other in (0.3, 0.6)
    ]
    yours, due = columns[0], [abs(float(np.log(p))) if p else np.inf for p in ASKED]
    shown = [*map(num, yours)]
    if not np.allclose(*columns, rtol=1e-12, equal_nan=True) or shown == [*map(num, due)]:
        return []
    if shown[1:5] == [*map(num, due[1:5])] and 0 < yours[-1] < 700:
        return [
            f"A target of probability 0 costs {num(yours[-1])}, which is what one of probability "
            f"{np.exp(-yours[-1]):.4g} should cost; it should cost inf."
        ]
    line = "  {:<9}" + "{:>11}" * len(ASKED)
    rows = {"p": [*map(num, ASKED)], "yours": shown, "expected": [*map(num, due)]}
    return ["\n".join(["One step costs, by the probability p of its target:",
                       *(line.format(name, *row) for name, row in rows.items())])]  # fmt: skip


def zeroed(name: str) -> Network:
    """Probabilities without one of the params."""
    return lambda params, X, Y, h0: forward(params | {name: 0 * params[name]}, X, h0)[0]


def from_h0_again(steps: int) -> Network:
    """Probabilities of parts of the window that are each read from h0."""
    return lambda params, X, Y, h0: np.hstack(
        [forward(params, X[:, t : t + steps], h0)[0] for t in range(0, X.shape[1], steps)]
    )


NETWORKS: dict[str, Network] = {
    "forward": lambda params, X, Y, h0: forward(params, X, h0)[0],
    "forward with h0 = 0": lambda params, X, Y, h0: forward(params, X, 0 * h0)[0],
    "forward with Y in the place of X": lambda params, X, Y, h0: forward(params, Y, h0)[0],
    "forward without b": zeroed("b"),
    "forward without c": zeroed("c"),
    "forward without W": zeroed("W"),
    "forward with each step read from h0": from_h0_again(1),
    "forward with each half of the window read from h0": from_h0_again(2),
    "softmax of what forward returns": lambda params, X, Y, h0: softmax(
        forward(params, X, h0)[0]
    ),
}  # fmt: skip


def cost_as_a_sum(evidence: Evidence) -> list[str]:
    """The cost as an exact sum over the entries of the probabilities of some network."""
    rng = np.random.default_rng(evidence.seed)
    X, Y, h0 = one_hot([0, 1, 1, 0], 2), one_hot([1, 0, 1, 1], 2), np.array([[0.6], [-0.8]])
    shapes = {"U": (2, 2), "W": (2, 2), "V": (2, 2), "b": (2, 1), "c": (2, 1)}
    asked = [{name: rng.uniform(-1.5, 1.5, shape) for name, shape in shapes.items()}
             for _ in range(24)]  # fmt: skip
    values = np.array([number(evidence, params, X, Y, h0) for params in asked])
    squares = {name: np.array([(params[name] ** 2).sum() for params in asked]) for name in shapes}
    made = {says: np.array([network(params, X, Y, h0) for params in asked])
            for says, network in NETWORKS.items()}  # fmt: skip
    for says, Ps in made.items():
        if np.allclose(values, -(Y * np.log(Ps)).sum(axis=(1, 2)), rtol=1e-12, atol=0):
            if says == "forward":
                return []
            return [f"The cost is exactly what would be due if P were from {says}."]
    for says, Ps in made.items():
        factors = solved(values, entries(Ps, BASES[0]) | squares)
        if any(x for name, x in factors.items() if name):
            return [said("the cost", factors, Y) + f"\n  where P is from {says}."]
    return []
