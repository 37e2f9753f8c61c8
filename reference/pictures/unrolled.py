"""The network unrolled over three steps, with the shape of every array."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from reference.encoding import one_hot
from reference.forward import forward
from reference.pictures import style
from reference.pictures.tables import Table
from reference.training import initialise

K, M, T = 7, 5, 3  # so that K, m, T and T+1 are four different numbers
LETTERS = {K: "K", M: "m", T: "T", T + 1: "T+1", 1: "1"}
MEANINGS = {
    "X": "characters read,\none-hot",
    "Y": "targets, one-hot",
    "h0": "the state before",
    "U": "input to hidden",
    "W": "hidden to hidden",
    "V": "hidden to output",
    "b": "bias of the hidden units",
    "c": "bias of the output",
    "A": "pre-activations",
    "H": "hidden states",
    "O": "logits",
    "P": "probabilities",
}
COLUMNS = (2.0, 3.55, 5.1)  # inches: where the three steps stand
LEFT = 0.62  # where h0 stands
ROWS = {"X": 0.5, "A": 1.42, "H": 2.34, "O": 3.26, "P": 4.18, "L": 5.1, "Y": 6.02}
WIDE, HIGH = 1.04, 0.5


def numbers() -> Table:
    """Return the shape of every array of a real pass through a small network."""
    rng = np.random.default_rng(0)
    params = initialise(K, M, rng)
    Z = one_hot(rng.integers(K, size=T + 1), K)
    X, Y, h0 = Z[:, :-1], Z[:, 1:], np.zeros((M, 1))
    P, H, A = forward(params, X, h0)
    O = params["V"] @ H[:, 1:] + params["c"]
    arrays = {"X": X, "Y": Y, "h0": h0, **params, "A": A, "H": H, "O": O, "P": P}
    header = ["array", "rows", "columns", "meaning"]
    rows = [
        [name, *(LETTERS[size] for size in arrays[name].shape), " ".join(meaning.split("\n"))]
        for name, meaning in MEANINGS.items()
    ]
    return Table(header, rows)


def draw(table: Table) -> Figure:
    """Draw time from left to right, and each step from its input upwards to its loss."""
    height = {str(row[0]): str(row[1]) for row in table.rows}
    shape = {str(row[0]): f"({row[1]}, {row[2]})" for row in table.rows}
    figure, axes = style.sheet(6.62)
    for t, x in enumerate(COLUMNS):
        for name, index in (("X", t), ("A", t), ("H", t + 1), ("O", t), ("P", t), ("Y", t)):
            label = f"{name}[:,{index}]"
            draw_box(axes, x, ROWS[name], label, f"({height[name]}, 1)", name in "XY")
        draw_box(axes, x, ROWS["L"], f"loss {t}", "a number", False, style.VERMILION)
        draw_step(axes, t, x)
    draw_box(axes, LEFT, ROWS["H"], "H[:,0] = h0", shape["h0"], False)
    draw_margins(axes, shape)
    return figure


def draw_box(
    axes: Axes, x: float, y: float, name: str, shape: str, given: bool, edge: str = style.BLUE
) -> None:
    """Draw an array's column with its shape, centred; what is given is filled grey."""
    corner = (x - WIDE / 2, y - HIGH / 2)
    face = "#ebebeb" if given else "#eaf4fb" if edge == style.BLUE else "#fdf0e6"
    colour = style.GREY if given else edge
    look = "round,pad=0,rounding_size=0.07"
    axes.add_patch(FancyBboxPatch(corner, WIDE, HIGH, look, fc=face, ec=colour, lw=1.3))
    axes.text(x, y + 0.1, name, ha="center", va="center", family=style.MONO)
    axes.text(x, y - 0.12, shape, ha="center", va="center", fontsize=9, color="#404040")


def draw_arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str = "#404040"
) -> None:
    """Draw an arrow between two points."""
    look = {"arrowstyle": "-|>", "color": colour, "lw": 1.4, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, start, arrowprops={**look, "mutation_scale": 11})


def draw_step(axes: Axes, t: int, x: float) -> None:
    """Draw the arrows of step t: upwards, and from the state before."""
    between = (("X", "A", "U, b"), ("A", "H", "tanh"), ("H", "O", "V, c"), ("O", "P", "softmax"))
    for low, high, label in (*between, ("P", "L", "")):
        parameter = label in ("U, b", "V, c")
        colour = style.GREEN if parameter else "#404040"
        draw_arrow(axes, (x, ROWS[low] + HIGH / 2), (x, ROWS[high] - HIGH / 2), colour)
        middle = (ROWS[low] + ROWS[high]) / 2
        weight = "bold" if parameter else "normal"
        axes.text(x + 0.08, middle, label, va="center", color=colour, weight=weight)
    draw_arrow(axes, (x, ROWS["Y"] - HIGH / 2), (x, ROWS["L"] + HIGH / 2))
    before = COLUMNS[t - 1] if t else LEFT
    start = (before + WIDE / 2, ROWS["H"] - 0.06)
    end = (x - WIDE / 2, ROWS["A"] + 0.06)
    draw_arrow(axes, start, end, style.GREEN)
    right, middle = (start[0] + end[0]) / 2 + 0.06, (start[1] + end[1]) / 2
    axes.text(right, middle, "W", va="center", color=style.GREEN, weight="bold")


def draw_margins(axes: Axes, shape: dict[str, str]) -> None:
    """Name the rows on the right, the weights below on the left, the sizes above on the left."""
    right = COLUMNS[-1] + WIDE / 2 + 0.16
    for name, y in ROWS.items():
        meaning = MEANINGS.get(name, "$-$log of the target's\nprobability, in nats")
        axes.text(right, y, meaning, va="center", fontsize=9.5)
    weights = "\n".join(f"{name} {shape[name]}" for name in "UWVbc")
    axes.text(0.12, 1.36, "the same at\nevery step:", va="center", color=style.GREEN)
    axes.text(0.12, 0.68, weights, va="center", color=style.GREEN, family=style.MONO, fontsize=9)
    sizes = "K  characters\nm  hidden units\nT  steps, here 3"
    axes.text(0.12, 5.92, sizes, va="center", fontsize=9.5)
    axes.text(
        0.12,
        ROWS["L"],
        "L = loss 0\n   + loss 1\n   + loss 2",
        va="center",
        family=style.MONO,
        color=style.VERMILION,
    )
