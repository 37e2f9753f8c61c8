"""The error of numerical gradients: forward and central differences, and the complex step."""

from collections.abc import Callable

import numpy as np
import sympy as sp

from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_equal,
    table,
    worked,
)
from reference.gradcheck import numerical_gradients

ORDER = 6  # of the Taylor polynomial that stands for any smooth function
ROUNDING = 2.0**-53  # of a float64, relative to its size


def prove() -> Formulas:
    """Expand each quotient in its step, for a function with arbitrary derivatives at a point."""
    s = sp.Symbol("s", real=True)
    f = sp.symbols(f"f0:{ORDER + 1}", real=True)  # the function and its derivatives

    def at(step: sp.Expr) -> sp.Expr:
        return sum(f[k] * step**k / sp.factorial(k) for k in range(ORDER + 1))

    forward = sp.expand((at(s) - at(0)) / s)
    central = sp.expand((at(s) - at(-s)) / (2 * s))
    imaginary = sp.expand(sp.im(sp.expand(at(sp.I * s))) / s)
    for name, quotient, due in (
        ("the forward difference", forward, (f[1], f[2] / 2)),
        ("the central difference", central, (f[1], 0, f[3] / 6, 0)),
        ("the complex step", imaginary, (f[1], 0, -f[3] / 6, 0)),
    ):
        for order, coefficient in enumerate(due):
            must_be_equal(f"{name}, order {order}", quotient.coeff(s, order), coefficient)
    best_steps()
    return {
        "taylor": latex(
            r"f(x \pm s)",
            r"f(x) \pm s f'(x) + \frac{s^2}{2} f''(x) \pm \frac{s^3}{6} f'''(x) + \dots",
        ),
        "forward": latex(r"\frac{f(x + s) - f(x)}{s}", r"f'(x) + \frac{s}{2} f''(x) + O(s^2)"),
        "central": latex(
            r"\frac{f(x + s) - f(x - s)}{2 s}", r"f'(x) + \frac{s^2}{6} f'''(x) + O(s^4)"
        ),
        "imaginary": latex(
            "f(x + i s)",
            r"f(x) + i s f'(x) - \frac{s^2}{2} f''(x) - \frac{i s^3}{6} f'''(x) + \dots",
        ),
        "complex": latex(
            r"\frac{\mathrm{Im} \, f(x + i s)}{s}", r"f'(x) - \frac{s^2}{6} f'''(x) + O(s^4)"
        ),
        "totals": aligned(
            r"\text{forward} &\le \frac{s}{2} |f''| + \frac{2 \varepsilon |f|}{s}",
            r"\text{central} &\le \frac{s^2}{6} |f'''| + \frac{\varepsilon |f|}{s}",
        ),
        "best": aligned(
            r"\text{forward:} \quad " + latex("s", r"2 \sqrt{\varepsilon |f| \, / \, |f''|}"),
            r"\text{central:} \quad " + latex("s", r"\sqrt[3]{3 \varepsilon |f| \, / \, |f'''|}"),
        ),
        **by_hand(),
        "errors": errors(),
    }


def best_steps() -> None:
    """Check that both totals are least at the steps named."""
    s, size, epsilon, second, third = sp.symbols("s f_0 epsilon f_2 f_3", positive=True)
    for total, best in (
        (second * s / 2 + 2 * epsilon * size / s, 2 * sp.sqrt(epsilon * size / second)),
        (third * s**2 / 6 + epsilon * size / s, sp.root(3 * epsilon * size / third, 3)),
    ):
        must_be_equal("the best step", sp.diff(total, s).subs(s, best), 0)
        if not sp.diff(total, s, 2).is_positive:
            raise ArithmeticError("the best step is not the least total")


def cube(x: complex) -> complex:
    """The example: x^3."""
    return x * x * x


def by_hand() -> Formulas:
    """The slope 12 of x^3 at 2, three ways, and the best steps."""
    s = sp.Rational(1, 10)
    must_be_equal("(2 + 0.1 i)^3", sp.im(sp.expand((2 + s * sp.I) ** 3)), 12 * s - s**3)
    must_be_equal("(2 + 0.1 i)^3", sp.re(sp.expand((2 + s * sp.I) ** 3)), 8 - 6 * s**2)
    x, step = sp.symbols("x s", real=True)
    must_be_equal("forward", (cube(x + step) - cube(x)) / step, 3 * x**2 + 3 * x * step + step**2)
    imaginary = sp.im(sp.expand(cube(x + sp.I * step)))
    must_be_equal("complex", imaginary / step, 3 * x**2 - step**2)
    must_be_equal("central", (cube(x + step) - cube(x - step)) / (2 * step), 3 * x**2 + step**2)
    derivatives = [sp.diff(cube(x), x, order).subs(x, 2) for order in range(4)]
    size, _, second, third = map(float, derivatives)
    forward = 2 * (ROUNDING * size / second) ** 0.5
    central = (3 * ROUNDING * size / third) ** (1 / 3)
    return {
        "given": r", \qquad ".join(
            latex(f"f{chr(39) * order}(2)", value) for order, value in enumerate(derivatives)
        ),
        "example_errors": r"\text{forward: } 3 x s + s^2, \qquad \text{central: } s^2, "
        r"\qquad \text{complex: } -s^2",
        "example": aligned(
            worked(r"\text{forward}", "(2.1**3 - 2**3) / 0.1", 12.61),
            worked(r"\text{central}", "(2.1**3 - 1.9**3) / 0.2", 12.01),
            r"(2 + 0.1 \, i)^3 &= 8 + 1.2 \, i - 0.06 - 0.001 \, i",
            worked(r"\text{complex}", "(1.2 - 0.001) / 0.1", 11.99),
        ),
        "best_example": aligned(
            rf"\text{{forward:}} \quad s &\approx {power(forward)}",
            rf"\text{{central:}} \quad s &\approx {power(central)}",
        ),
        "epsilon": rf"\varepsilon = 2^{{-53}} \approx {power(ROUNDING)}",
    }


def power(value: float) -> str:
    """A small number in LaTeX, to two figures."""
    figures, exponent = f"{value:.1e}".split("e")
    return rf"{figures} \cdot 10^{{{int(exponent)}}}"


def errors() -> str:
    """The errors in float64, to one figure; below 1e-13 only rounding is left."""

    def shown(error: float) -> str:
        return "below 1e-13" if abs(error) < 1e-13 else f"{abs(error):.0e}"

    def central(step: float) -> float:
        grads = numerical_gradients(lambda p: cube(p["x"][0]).real, {"x": np.array([2.0])}, step)
        return float(grads["x"][0])

    quotients: tuple[Callable[[float], float], ...] = (
        lambda s: (cube(2.0 + s) - cube(2.0)).real / s,
        central,
        lambda s: cube(complex(2.0, s)).imag / s,
    )
    rows = [
        (f"{step:.0e}", *(shown(quotient(step) - 12) for quotient in quotients))
        for step in (1e-1, 1e-3, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13, 1e-20)
    ]
    return table(("step", "forward", "central", "complex"), *rows)
