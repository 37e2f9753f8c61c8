"""One look for all pictures: a white card 700 pixels wide, Okabe and Ito's colours.

Okabe and Ito, Color Universal Design (2008): eight colours that people with any kind of
colour vision can tell apart.
"""

import io
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.style import context

BLACK, ORANGE, SKY, GREEN = "#000000", "#e69f00", "#56b4e9", "#009e73"
BLUE, VERMILION, PURPLE = "#0072b2", "#d55e00", "#cc79a7"
GREY, PALE = "#666666", "#e6e6e6"
MONO = "DejaVu Sans Mono"
WIDTH = 7.3  # inches of 96 pixels: 700 pixels on the page

LOOK: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.labelsize": 10,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "legend.fontsize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.grid": False,
    "grid.color": PALE,
    "grid.linewidth": 0.8,
    "figure.constrained_layout.w_pad": 0.1,
    "figure.constrained_layout.h_pad": 0.1,
    "lines.linewidth": 1.8,
    "svg.fonttype": "path",
    "svg.hashsalt": "unrolled",  # names inside a file are the same on every run
}


def applied() -> AbstractContextManager[None]:
    """Give the look, for as long as the context lasts, whatever the user's settings are."""
    return context(LOOK, after_reset=True)


def card(height: float) -> Figure:
    """Return an empty figure: white with a thin frame, to be read on light and dark pages."""
    return Figure(
        figsize=(WIDTH, height),
        layout="constrained",
        facecolor="white",
        edgecolor="#b3b3b3",
        linewidth=2,  # half of it is outside
    )


def sheet(height: float) -> tuple[Figure, Axes]:
    """Return a figure and axes without ticks that cover it, measured in inches."""
    figure = card(height)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    axes.set_axis_off()
    return figure, axes


def visible(character: str) -> str:
    """Return a character so that it can be seen: spaces and line ends get a mark."""
    return {" ": "␣", "\n": "↵"}.get(character, character)


def save(figure: Figure, path: Path) -> None:
    """Write an SVG that is the same file on every run."""
    text = io.StringIO()
    figure.savefig(text, format="svg", dpi=192, metadata={"Date": None, "Creator": None})
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")
