"""A window as the network sees it: one-hot columns X, and the targets Y beside them."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reference.encoding import build_vocabulary, encode, one_hot
from reference.pictures import style
from reference.pictures.tables import Cell, Table

TEXT = "the tide"
SIDE = 0.36  # inches of a cell
BOTTOM = 0.66  # where the matrices stand


def numbers() -> Table:
    """Return a row for each character of the vocabulary: its row of X, then its row of Y."""
    char_to_index, _ = build_vocabulary(TEXT)
    Z = one_hot(encode(TEXT, char_to_index), len(char_to_index))
    X, Y = Z[:, :-1], Z[:, 1:]
    steps = range(X.shape[1])
    header = ["character", *(f"X[:,{t}]" for t in steps), *(f"Y[:,{t}]" for t in steps)]
    rows: list[list[Cell]] = [
        [c, *map(int, X[k]), *map(int, Y[k])] for c, k in char_to_index.items()
    ]
    return Table(header, rows)


def draw(table: Table) -> Figure:
    """Draw both matrices as grids, with the text that they encode above them."""
    K, T = len(table.rows), (len(table.header) - 1) // 2
    figure, axes = style.sheet(3.92)
    X = np.array([row[1 : T + 1] for row in table.rows], dtype=int)
    Y = np.array([row[T + 1 :] for row in table.rows], dtype=int)
    characters = [str(c) for c in table.column("character")]
    draw_matrix(axes, 0.78, X, characters, style.BLUE, "X (K, T): the character read")
    draw_matrix(axes, 4.4, Y, characters, style.VERMILION, "Y (K, T): the character to come")
    title = f"the text “{TEXT}”, K = {K}, T = {T};  Y[:,t] = X[:,t+1]"
    axes.text(style.WIDTH / 2, 3.68, title, ha="center", va="center", fontsize=10.5)
    return figure


def draw_matrix(
    axes: Axes, left: float, M: np.ndarray, characters: list[str], colour: str, title: str
) -> None:
    """Draw a matrix (K, T), row 0 on top, with the characters that it encodes above it."""
    K, T = M.shape
    top, middle = BOTTOM + K * SIDE, left + T * SIDE / 2
    for (k, t), value in np.ndenumerate(M):
        draw_cell(axes, left + t * SIDE, top - (k + 1) * SIDE, value, colour)
    for k, character in enumerate(characters):
        label = "space" if character == " " else character
        y = top - (k + 0.5) * SIDE
        axes.text(left - 0.1, y, label, ha="right", va="center", family=style.MONO)
    for t, k in enumerate(M.argmax(axis=0)):
        x = left + (t + 0.5) * SIDE
        axes.text(x, BOTTOM - 0.14, str(t), ha="center", va="center", color=style.GREY)
        axes.text(
            x,
            top + 0.22,
            style.visible(characters[k]),
            ha="center",
            va="center",
            family=style.MONO,
            fontsize=14,
            color=colour,
            weight="bold",
        )
    axes.text(middle, BOTTOM - 0.42, "step t", ha="center", va="center", color=style.GREY)
    axes.text(middle, top + 0.6, title, ha="center", va="center")


def draw_cell(axes: Axes, x: float, y: float, value: int, colour: str) -> None:
    """Draw a cell with its lower left corner at x, y; a one is filled."""
    fill, ink, weight = (colour, "white", "bold") if value else ("white", "#767676", "normal")
    axes.add_patch(Rectangle((x, y), SIDE, SIDE, fc=fill, ec="#b3b3b3", lw=0.8))
    axes.text(
        x + SIDE / 2, y + SIDE / 2, str(value), ha="center", va="center", color=ink, weight=weight
    )
