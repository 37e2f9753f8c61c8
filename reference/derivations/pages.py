"""Filling pages with formulas and numbers that the derivations give.

In a page, what stands between `<!-- MODULE.NAME -->` and `<!-- end -->` is generated: on lines
of its own as a block, else within the line. Tables and numbers are put in as they are, all else
as math.
"""

import re
from importlib import import_module
from pathlib import Path
from textwrap import TextWrapper

from reference.derivations.proving import Formulas

ROOT = Path(__file__).resolve().parents[2]
MODULES = (
    "first_loss",
    "written_out",
    "softmax_cross_entropy",
    "through_time",
    "sums_over_time",
    "lags",
    "vanishing",
    "differences",
    "adagrad",
    "exercises",
)
WIDTH = 110
NUMBER = re.compile(r"-?[\d.,]+")
MARKED = re.compile(r"(<!-- (\w+)\.(\w+) -->)(\n?)(.*?)(<!-- end -->)", re.DOTALL)


def pages() -> list[Path]:
    """All pages of the project that may have generated parts."""
    return [
        ROOT / "README.md",
        *sorted(ROOT.glob("lessons/0*/README.md")),
        *sorted(ROOT.glob("docs/**/*.md")),
    ]


def proved() -> dict[str, Formulas]:
    """The formulas of all derivations, each proved first.

    Raises
    ------
    ArithmeticError
        If an identity does not hold.
    """
    return {name: import_module(f"reference.derivations.{name}").prove() for name in MODULES}


def filled(text: str, formulas: dict[str, Formulas]) -> str:
    """A page with its generated parts made anew.

    Raises
    ------
    LookupError
        If a part names a formula that there is not.
    """

    def part(match: re.Match[str]) -> str:
        start, module, name, line, _, end = match.groups()
        try:
            formula = formulas[module][name]
        except KeyError:
            raise LookupError(f"no derivation gives {module}.{name}") from None
        if formula.startswith("|"):
            made = f"\n{formula}\n\n"  # a table ends with an empty line
        elif line:
            made = f"```math\n{wrapped(formula)}\n```\n"
        else:
            made = formula if NUMBER.fullmatch(formula) else f"${formula}$"
        return f"{start}{line}{made}{end}"

    return MARKED.sub(part, text)


def wrapped(formula: str) -> str:
    """A formula in lines of a page's width; to LaTeX, the end of a line is a space."""
    lines = formula.splitlines()
    wrap = TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False).wrap
    return "\n".join(part for line in lines for part in wrap(line))
