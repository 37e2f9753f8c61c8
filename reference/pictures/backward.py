"""The gradient's way back through the two steps of lesson 4's example, with its numbers."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from reference.backward import output_gradient, preactivation_gradient
from reference.derivations.lessons_example import H0, PARAMS, X, Y
from reference.forward import forward
from reference.pictures import style
from reference.pictures.tables import Cell, Table

COLUMNS = (0.98, 3.78)  # inches: where the two steps stand
TURN, OUTSIDE = 2.48, 5.2  # where the way to the step before turns, and where no step is
ROWS = {"V": 4.95, "G": 4.05, "H": 2.85, "D": 1.65, "U": 0.7}
WIDE, HIGH = 1.5, 0.54
INK, RED = "#404040", style.VERMILION


def numbers() -> Table:
    """Return what is sent and what arrives at each step, from the last one to the first."""
    P, H, _ = forward(PARAMS, X, H0)
    G = output_gradient(P, Y)
    D = preactivation_gradient(PARAMS, G, H)
    own = PARAMS["V"].T @ G
    later = np.append(PARAMS["W"].T @ D[:, 1:], np.zeros((1, 1)), axis=1)
    rows: list[list[Cell]] = []
    for t in (1, 0):
        values = {
            "G of a": G[0, t],
            "G of b": G[1, t],
            "from its output": own[0, t],
            "from the next step": later[0, t],
            "dL/dH": own[0, t] + later[0, t],
            "slope of tanh": 1 - H[0, t + 1] ** 2,
            "D": D[0, t],
        }
        rows += [[t, name, float(value)] for name, value in values.items()]
    return Table(["step", "quantity", "value"], rows)


def draw(table: Table) -> Figure:
    """Draw both steps from the outputs down to the parameters, the last one on the right."""
    value = {(row[0], row[1]): signed(float(row[2])) for row in table.rows}
    figure, axes = style.sheet(5.85)
    for t, x in enumerate(COLUMNS):
        order = ("done second", "done first")[t]
        axes.text(x, 5.5, f"step {t}: {order}", ha="center", va="center", weight="bold")
        draw_box(axes, x, "G", f"G[:,{t}]", f"{value[t, 'G of a']}, {value[t, 'G of b']}")
        draw_box(axes, x, "H", f"dL/dH[:,{t + 1}]", value[t, "dL/dH"])
        draw_box(axes, x, "D", f"D[:,{t}]", value[t, "D"])
        down(axes, x, "G", "H", f"times $V^T$:\n{value[t, 'from its output']}")
        down(axes, x, "H", "D", f"times the slope\nof tanh: {value[t, 'slope of tanh']}")
        down(axes, x, "D", "U", "")
        arrow(axes, (x, ROWS["G"] + HIGH / 2), (x, ROWS["V"] - HIGH / 2))
    draw_through_time(axes, value[0, "from the next step"])
    draw_margins(axes)
    return figure


def signed(value: float) -> str:
    """Return a number with four decimals and a minus sign that is wide enough to be seen."""
    return f"{value:.4f}".replace("-", "\N{MINUS SIGN}")


def draw_box(axes: Axes, x: float, row: str, name: str, value: str) -> None:
    """Draw one gradient with its value, centred."""
    y = ROWS[row]
    frame(axes, x - WIDE / 2, y, WIDE, style.BLUE, "#eaf4fb")
    axes.text(x, y + 0.12, name, ha="center", va="center", family=style.MONO)
    axes.text(x, y - 0.13, value, ha="center", va="center", fontsize=9.5, color=INK)


def frame(axes: Axes, left: float, y: float, wide: float, edge: str, face: str) -> None:
    """Draw a rounded box whose middle is at height y."""
    look = "round,pad=0,rounding_size=0.07"
    axes.add_patch(FancyBboxPatch((left, y - HIGH / 2), wide, HIGH, look, fc=face, ec=edge, lw=1.3))


def arrow(
    axes: Axes,
    start: tuple[float, float],
    end: tuple[float, float],
    colour: str = INK,
    line: str = "-",
    width: float = 1.4,
) -> None:
    """Draw an arrow between two points."""
    look = {"arrowstyle": "-|>", "color": colour, "lw": width, "ls": line, "mutation_scale": 12}
    axes.annotate("", end, start, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})


def down(axes: Axes, x: float, high: str, low: str, label: str) -> None:
    """Draw an arrow from one row down to another, its label on its right."""
    arrow(axes, (x, ROWS[high] - HIGH / 2), (x, ROWS[low] + HIGH / 2))
    axes.text(x + 0.08, (ROWS[high] + ROWS[low]) / 2, label, va="center", fontsize=9.5, color=INK)


def draw_through_time(axes: Axes, sent: str) -> None:
    """Draw what a step sends to the one before, and that nothing comes from beyond the last."""
    start = (COLUMNS[1] - WIDE / 2, ROWS["D"])
    end = (COLUMNS[0] + WIDE / 2, ROWS["H"])
    axes.plot((start[0], TURN, TURN), (start[1], start[1], end[1]), color=RED, lw=2.4)
    arrow(axes, (TURN, end[1]), end, RED, width=2.4)
    middle = (start[1] + end[1]) / 2
    label = f"times $W^T$:\n{sent}"
    axes.text(TURN + 0.1, middle, label, va="center", fontsize=9.5, color=RED, weight="bold")
    arrow(axes, (OUTSIDE, end[1]), (COLUMNS[1] + WIDE / 2, end[1]), style.GREY, "--")
    nothing = "no step\nfollows: 0"
    axes.text(OUTSIDE, end[1] + 0.26, nothing, ha="center", va="center", fontsize=9.5, color=INK)


def draw_margins(axes: Axes) -> None:
    """Draw the parameters' gradients above and below, and name the rows on the right."""
    left = COLUMNS[0] - WIDE / 2
    wide = COLUMNS[1] - COLUMNS[0] + WIDE
    for row, names in (("V", "dL/dV, dL/dc"), ("U", "dL/dU, dL/dW, dL/db")):
        frame(axes, left, ROWS[row], wide, style.GREEN, "#e9f6f2")
        axes.text(left + wide / 2, ROWS[row], names, ha="center", va="center", family=style.MONO)
    meanings = {
        "V": "added up over\nthe steps",
        "G": "slopes by the logits,\none for a, one for b",
        "H": "slopes by the states:\nthe sum of two parts",
        "D": "slopes by the\npre-activations",
        "U": "added up over\nthe steps",
    }
    for row, meaning in meanings.items():
        axes.text(5.72, ROWS[row], meaning, va="center", fontsize=9.5)
