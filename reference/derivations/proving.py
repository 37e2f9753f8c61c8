"""What all derivations use: an identity either holds, or the derivation ends."""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import sympy as sp

Formulas = dict[str, str]  # LaTeX by name, or a Markdown table, which starts with "|"


def must_be_equal(claim: str, left: object, right: object) -> None:
    """Raise ArithmeticError unless two expressions, or matrices of them, are the same."""
    for a, b in zip(entries(left), entries(right), strict=True):
        if not vanishes(sp.sympify(a - b)):
            raise ArithmeticError(f"{claim} does not hold: {a} is not {b}")


def vanishes(expression: sp.Expr) -> bool:
    """Whether an expression is 0.

    A symbol takes the place of each exp, tanh and log, and of each sum under a fraction. If what
    is left is 0 as a polynomial, the expression is 0. Else sympy simplifies it, unless it differs
    from 0 at one point.
    """
    stand_ins = {f: sp.Dummy() for f in expression.atoms(sp.exp, sp.tanh, sp.log)}
    plainer = expression.xreplace(stand_ins)
    below = {power: sp.Dummy() for power in plainer.atoms(sp.Pow) if power.exp.is_negative}
    if sp.expand(plainer.xreplace(below)) == 0 or sp.expand(sp.numer(sp.together(plainer))) == 0:
        return True
    symbols = sorted(expression.free_symbols, key=str)
    point = [0.3 + k / (len(symbols) + 1) for k in range(len(symbols))]
    value = complex(sp.lambdify(symbols, expression, modules="mpmath", cse=True)(*point))
    return abs(value) < 1e-9 and sp.simplify(expression) == 0


def must_be_close(claim: str, left: float, right: float, within: float = 1e-12) -> None:
    """Raise ArithmeticError unless two numbers differ by rounding only."""
    if not abs(left - right) <= within:
        raise ArithmeticError(f"{claim} does not hold: {left} is not {right}")


def entries(value: object) -> Iterable[sp.Expr]:
    """The entries of a matrix, or the expression itself."""
    return list(value) if isinstance(value, sp.MatrixBase | list | tuple) else [sp.sympify(value)]


def latex(left: str, right: object) -> str:
    """An equation in LaTeX."""
    return f"{left} = {right if isinstance(right, str) else sp.latex(right, ln_notation=True)}"


def aligned(*equations: str) -> str:
    """Equations below each other, aligned where they say or else at their first =."""
    own = re.compile(r"^&|&=|&\\approx|&\\le")
    lines = [line if own.search(line) else line.replace("=", "&=", 1) for line in equations]
    return "\\begin{aligned}\n" + " \\\\\n".join(lines) + "\n\\end{aligned}"


def worked(name: str, arithmetic: str, value: float, places: int | None = None) -> str:
    """A line of arithmetic and its result, as name = arithmetic = value.

    Parameters
    ----------
    name : str
        What is worked out, in LaTeX.
    arithmetic : str
        Numbers, + - * / **, tanh, exp, log and sqrt, as Python writes them.
    value : float
        The result as the code has it.
    places : int, optional
        Decimals that are shown; by default all.

    Raises
    ------
    ArithmeticError
        If the arithmetic as it is shown has another result, to the last decimal shown.
    """
    due = float(sp.sympify(arithmetic, rational=True))
    shown = plain(value) if places is None else f"{value:.{places}f}"
    if (plain(due) if places is None else f"{due:.{places}f}") != shown:
        raise ArithmeticError(f"{name} = {arithmetic} is {due}, not {value}")
    text = re.sub(r"\b(tanh|exp|log)\(", r"\\\1(", arithmetic).replace(r"\log", r"\ln")
    text = re.sub(r"sqrt\(([^()]*)\)", r"\\sqrt{\1}", text)
    text = re.sub(r"\*\*(\d+)", r"^{\1}", text).replace("*", r"\cdot")
    sign = "=" if abs(due - float(shown)) < 1e-12 else r"\approx"
    return f"{name} &= {text} {sign} {shown}"


def plain(value: float) -> str:
    """A number of few decimals, without the rounding of its last bits."""
    return f"{float(value):.10g}"


def factor(value: float) -> str:
    """A number as it stands in a product: in brackets if it is negative."""
    return plain(value) if value >= 0 else f"({plain(value)})"


def rows(matrix: np.ndarray) -> str:
    """A matrix of numbers in LaTeX."""
    body = r" \\ ".join(" & ".join(map(plain, row)) for row in matrix)
    return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"


def table(head: Sequence[str], *rows: Sequence[str]) -> str:
    """A Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows))
