"""AdaGrad's steps: what they do for a constant gradient, and what the memory does."""

import numpy as np
import sympy as sp

from reference.adagrad import adagrad_step as reference_step
from reference.adagrad import clip
from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_close,
    must_be_equal,
    table,
    worked,
)
from reference.derivations.unrolled import adagrad_step

ETA = 0.1


def prove() -> Formulas:
    """Make the first updates with one gradient again and again, from an empty memory."""
    theta, memory, (start, g, G, eta, eps) = adagrad_step()
    size = sp.Symbol("g", positive=True)
    for sign in (1, -1):
        at, kept = start, sp.Integer(0)
        for t in range(1, 6):
            moved = {start: at, g: sign * size, G: kept, eps: 0}
            after = theta.subs(moved, simultaneous=True)
            must_be_equal(f"step {t}", at - after, sign * eta / sp.sqrt(t))
            at, kept = after, memory.subs({g: size, G: kept})
            must_be_equal(f"the memory after step {t}", kept, t * size**2)
    must_be_bounded()
    scale, past = sp.symbols("k M", positive=True)
    moves = [(start - theta).subs({eps: 0, g: z * size, G: z**2 * past}) for z in (1, scale)]
    must_be_equal("a longer unit", *moves)
    return {
        "update": aligned(
            latex("M_t", r"M_{t-1} + g_t^2, \qquad M_0 = 0"),
            latex(r"\theta_t", r"\theta_{t-1} - \frac{\eta \, g_t}{\sqrt{M_t + \varepsilon}}"),
        ),
        "constant": aligned(
            latex("M_t", "t \\, g^2"),
            latex(r"\theta_{t-1} - \theta_t", r"\frac{\eta \, g}{\sqrt{t \, g^2}}")
            + r" = \frac{\eta}{\sqrt t} \, \frac{g}{|g|}",
        ),
        "most": r"\left| \theta_{t-1} - \theta_t \right| \le \eta",
        "between": r"2 \left(\sqrt{t + 1} - \sqrt t \, \right) < \frac{1}{\sqrt t} "
        r"< 2 \left(\sqrt t - \sqrt{t - 1} \, \right)",
        "gap": latex(r"\sqrt{t + 1} - \sqrt t", r"\frac{1}{\sqrt{t + 1} + \sqrt t}"),
        "way": r"2 \eta \left(\sqrt{n + 1} - 1\right) < \sum_{t=1}^{n} \frac{\eta}{\sqrt t} "
        r"\le 2 \eta \sqrt n - \eta",
        "ways": ways(),
        "example": by_hand(),
        "rare": rare(),
        "outlier": outlier(),
    }


def must_be_bounded() -> None:
    """Check that no step exceeds eta, and the two bounds of the way."""
    theta, _, (start, g, past, eta, eps) = adagrad_step()
    missing = eta**2 - (start - theta).subs(eps, 0) ** 2
    must_be_equal("what a step misses to eta", missing, eta**2 * past / (past + g**2))
    t = sp.Symbol("t", positive=True)
    gap, both = sp.sqrt(t + 1) - sp.sqrt(t), sp.sqrt(t + 1) + sp.sqrt(t)
    must_be_equal("the gap", gap * both, 1)
    n = sp.Symbol("n", positive=True)
    lower, upper = 2 * (sp.sqrt(n + 1) - 1), 2 * sp.sqrt(n) - 1
    # by induction: both are right for one step, and with each further step they grow by a gap
    must_be_equal("the lower bound of one step", lower.subs(n, 1), 2 * gap.subs(t, 1))
    must_be_equal("the lower bound grows", lower.subs(n, t) - lower.subs(n, t - 1), 2 * gap)
    must_be_equal("the upper bound of one step", upper.subs(n, 1), 1)
    must_be_equal("the upper bound grows", upper.subs(n, t + 1) - upper.subs(n, t), 2 * gap)


def step(gradients: list[float]) -> tuple[list[float], list[float]]:
    """The reference's moves and memories for the gradients of one weight, without eps."""
    params, memory = {"W": np.zeros((1, 1))}, {"W": np.zeros((1, 1))}
    moves, memories = [], []
    for gradient in gradients:
        before = params["W"].copy()
        grads = {"W": np.array([[gradient]])}
        reference_step(params, grads, memory, ETA, eps=0)
        moves.append(float((before - params["W"])[0, 0]))
        memories.append(float(memory["W"][0, 0]))
    return moves, memories


def by_hand() -> str:
    """Three steps whose roots are whole numbers."""
    gradients = [3.0, 4.0, 12.0]
    moves, memories = step(gradients)
    lines, past = [], 0.0
    for t, g in enumerate(gradients):
        lines.append(worked(f"M_{t + 1}", f"{past:g} + {g:g}**2", memories[t]))
        root = f"{ETA} * {g:g} / sqrt({memories[t]:g})"
        lines.append(worked(rf"\theta_{t} - \theta_{t + 1}", root, moves[t], 4))
        past = memories[t]
    return aligned(*lines)


def ways() -> str:
    """The last step and the whole way after n steps of a constant gradient."""
    moves, _ = step([3.0] * 10_000)
    rows = []
    for n in (1, 4, 25, 100, 10_000):
        must_be_close(f"step {n}", moves[n - 1], ETA / n**0.5)
        way = sum(moves[:n])
        rows.append((f"{n:,}", f"{moves[n - 1]:.4f}", f"{way:.2f}", f"{2 * ETA * n**0.5:.2f}"))
    return table(("n", "step n", "way of n steps", "2 eta sqrt(n)"), *rows)


def rare() -> str:
    """A weight that is used at every update beside one that is used at every hundredth."""
    n, every = 10_000, 100
    often, _ = step([1.0] * n)
    seldom, _ = step([float(t % every == 0) for t in range(n)])
    used = [move for move in seldom if move]
    must_be_close("the step of the rare weight", used[-1], ETA / (n / every) ** 0.5)
    return table(
        ("gradient", "uses", "last step", "way"),
        ("1 at each update", f"{n:,}", f"{often[-1]:.4f}", f"{sum(often):.2f}"),
        ("1 at each hundredth", f"{len(used):,}", f"{used[-1]:.4f}", f"{sum(used):.2f}"),
    )


def outlier() -> str:
    """One huge gradient before small ones, as it is and clipped."""
    rows = []
    for what, first in (("1", 1.0), ("1,000", 1000.0), ("1,000, clipped to 5", 1000.0)):
        if "clipped" in what:
            first = float(clip({"W": np.array([first])})["W"][0])
        moves, _ = step([first] + [1.0] * 100)
        rows.append((what, f"{moves[0]:.4f}", f"{moves[1]:.4f}", f"{sum(moves[1:]):.4f}"))
    return table(("first gradient", "its step", "next step", "way of the 100 after"), *rows)
