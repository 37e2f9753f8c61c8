"""Why gradients vanish or explode: products of W.T diag(1 - h^2)."""

import numpy as np
import sympy as sp

from reference.adagrad import clip
from reference.derivations.network import recursion, unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_close,
    must_be_equal,
    plain,
    table,
    worked,
)

M, K, X, Y = 2, 2, [0, 1, 0], [1, 0, 0]


def prove() -> Formulas:
    """Compare the product with the recursion when only the last step's loss is heard."""
    net = unroll(M, K, X, Y)
    last = net.T - 1
    G = [0 * g for g in net.G[:-1]] + net.G[-1:]
    D = recursion(net, G)
    slope = [sp.diag(*net.H[t + 1].applyfunc(lambda h: 1 - h**2)) for t in range(net.T)]
    slope = [matrix.applyfunc(net.at_rest) for matrix in slope]
    product = slope[last] * net.symbols["V"].T * net.G[last].applyfunc(net.at_rest)
    must_be_equal("the gradient at the last step", D[last], product)
    for t in reversed(range(last)):
        product = slope[t] * net.symbols["W"].T * product
        must_be_equal(f"the gradient {last - t} steps back", D[t], product)
    must_be_bounded()
    must_be_one_unit()
    return {
        "step": latex("D_t", r"J_t \, D_{t+1}, \qquad ")
        + latex("J_t", r"\mathrm{diag}\left(1 - H_{t+1}^2\right) W^\top"),
        "product": latex("D_t", r"J_t \, J_{t+1} \cdots J_{s-1} \, D_s"),
        "slope": latex("1 - H_{i,t+1}^2", r"\frac{1}{\cosh^2 A_{i,t}}"),
        "bounds": aligned(
            r"\left\Vert \mathrm{diag}\left(1 - H_{t+1}^2\right) d \, \right\Vert "
            r"&\le \left\Vert d \, \right\Vert",
            r"\left\Vert W^\top d \, \right\Vert &\le \left\Vert W \right\Vert "
            r"\left\Vert d \, \right\Vert",
        ),
        "bound": r"\left\Vert D_t \right\Vert \le \left\Vert W \right\Vert^{s - t} "
        r"\left\Vert D_s \right\Vert",
        "one": latex("D_{s-n}", r"\left(w \, (1 - h^2)\right)^n D_s"),
        "powers": aligned(
            worked("w = 0.9: \\quad D_{s-25} / D_s", "0.9**25", 0.9**25, 4),
            worked("w = 1.1: \\quad D_{s-25} / D_s", "1.1**25", 1.1**25, 2),
        ),
        **by_hand(),
        "factors": factors(),
        **clipped(),
    }


def must_be_bounded() -> None:
    """Check both halves of the bound for two units.

    W turns, stretches two orthogonal axes by sigma_1 and sigma_2 and turns again; the norm of W
    is the larger of the two. What is missing to the bound is
    then a square times a number that is not negative.
    """
    a = sp.Symbol("a", real=True)
    must_be_equal(
        "the slope", (1 - sp.tanh(a) ** 2).rewrite(sp.exp), 1 / sp.cosh(a).rewrite(sp.exp) ** 2
    )
    one, two, angle = sp.symbols("sigma_1 sigma_2 phi", real=True)
    x, y, other = sp.symbols("x y psi", real=True)
    axes, turned = rotation(angle), rotation(other)
    W = axes * sp.diag(one, two) * turned.T
    d = axes * sp.Matrix([x, y])
    length = d.dot(d)
    missing = one**2 * length - (W.T * d).dot(W.T * d)
    must_be_equal("what is missing", sp.trigsimp(sp.expand(missing)), (one**2 - two**2) * y**2)


def rotation(angle: sp.Symbol) -> sp.Matrix:
    """A rotation of the plane."""
    return sp.Matrix([[sp.cos(angle), -sp.sin(angle)], [sp.sin(angle), sp.cos(angle)]])


def must_be_one_unit() -> None:
    """Check the power for one unit whose state stays the same, and where it goes."""
    net = unroll(1, 2, [0, 0, 0], [1, 1, 1])
    w, h = net.symbols["W"][0], sp.Symbol("h", real=True)
    silent = [0 * net.G[0], 0 * net.G[1], sp.Matrix([1, 0])]
    net.H = [sp.Matrix([h])] * (net.T + 1)
    D = recursion(net, silent)
    must_be_equal("one unit, two steps back", D[0][0], (w * (1 - h**2)) ** 2 * D[2][0])
    n = sp.Symbol("n", positive=True)
    must_be_equal("0.9 vanishes", sp.limit(sp.Rational(9, 10) ** n, n, sp.oo), 0)
    must_be_equal("1.1 explodes", 1 / sp.limit(sp.Rational(11, 10) ** n, n, sp.oo), 0)


def by_hand() -> Formulas:
    """One weight of 2 and two states: one makes the gradient grow, the other makes it vanish."""
    lines = []
    for h in (0.5, 0.8):
        factor = 2 * (1 - h**2)
        lines.append(worked(rf"h = {h}: \quad w \, (1 - h^2)", f"2 * (1 - {h}**2)", factor))
        lines.append(worked("D_{s-3} / D_s", f"{plain(factor)}**3", factor**3, 3))
    return {"example": aligned(*lines)}


def factors() -> str:
    """Powers of the factor by which one step back multiplies."""
    powers = (1, 5, 10, 25)
    rows = [(f"{w:g}", *(f"{w**n:.2g}" for n in powers)) for w in (0.5, 0.9, 1.0, 1.1, 1.5)]
    return table(("factor a step", *(f"{n} back" for n in powers)), *rows)


def clipped() -> Formulas:
    """What clipping does to a large gradient and to a small one."""
    large, small = np.array([[300.0, 4.0]]), np.array([[1e-7, 4e-8]])
    after = clip({"W": large, "U": small})
    must_be_close("a small gradient", float(np.abs(after["U"] - small).max()), 0, within=0)
    by_norm = large * 5 / np.linalg.norm(large)
    must_be_close("the length", float(np.linalg.norm(by_norm)), 5)

    def row(what: str, g: np.ndarray) -> tuple[str, ...]:
        angle = np.degrees(np.arctan2(g[0, 1], g[0, 0]))
        return what, f"{g[0, 0]:.2g}, {g[0, 1]:.2g}".replace("3e+02", "300"), f"{angle:.1f}"

    return {
        "clipping": table(
            ("case", "gradient", "direction, in degrees"),
            row("large", large),
            row("entries clipped to 5", after["W"]),
            row("length clipped to 5", by_norm),
            row("small", small),
            row("small, clipped either way", after["U"]),
        )
    }
