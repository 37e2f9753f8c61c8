"""An array as an exact sum of named terms."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lessons.checking.answering.printing import num
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, same


def combination(target: np.ndarray, terms: Mapping[str, Any]) -> dict[str, float] | None:
    """The factors with which terms add up to a target, if there is one exact solution."""
    kept: dict[str, np.ndarray] = {}
    for name, value in terms.items():
        term = np.broadcast_to(value, target.shape)
        if np.isfinite(term).all() and np.linalg.norm(term) > tolerances.SINGLE:
            if not any(near(term, other).all() for other in kept.values()):
                kept[name] = term
    if not np.isfinite(target).all() or not kept:
        return None
    matrix = np.column_stack([*kept.values()])
    solution, _, rank, _ = np.linalg.lstsq(matrix, target, rcond=1e-10)
    if rank < len(kept) or not same(matrix @ solution, target):
        return None
    factors = zip(kept, solution.tolist(), strict=True)
    return {name: x for name, x in factors if abs(x) > tolerances.LADDER}


def summed(factors: dict[str, float]) -> str:
    """A sum of terms, written out: W H[:,0] + 2 b."""
    out = ""
    for name, x in sorted(factors.items(), key=lambda item: item[0] in ("b", "c", "1")):
        size = "" if num(abs(x)) == "1" else f"{num(abs(x))} "
        term = num(abs(x)) if name == "1" else f"{size}{name}"
        sign = "-" if x < 0 else "+" * bool(out)
        out += f" {sign} {term}" if out else f"{sign}{term}"
    return out.replace(" @ ", " ") or "0"
