"""What the small network writes at four temperatures, and how likely it finds that itself."""

import re

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from reference.encoding import build_vocabulary, decode, encode, one_hot
from reference.forward import forward
from reference.pictures import style
from reference.pictures.network import novel, small_network
from reference.pictures.tables import Cell, Table
from reference.sampling import sample

TEMPERATURES = (0.3, 0.7, 1.0, 1.5)
PRIME = "The sea "  # what the network has read, at the start of a line, before it writes
LENGTH, SEED = 5_000, 41
SHOWN = 60  # of the characters
WORD = re.compile("[a-z]+")
WIDE, HIGH, LEFT = 0.1, 0.27, 0.25  # inches: a cell, and where the lines begin
SHARES = {"words of the novel": 4.75, "words not written before": 7.05}  # where they end


def numbers() -> Table:
    """Return a row for each character shown: its temperature, and its probability before tau.

    Each temperature's last three rows are measured in the whole text: which part of the words
    stands in the novel, which part was not written before, and the mean of the probabilities.
    """
    rows: list[list[Cell]] = []
    known = set(WORD.findall(novel().lower()))
    for temperature in TEMPERATURES:
        text, p = write(temperature)
        for t, c in enumerate(PRIME, start=-len(PRIME)):
            rows.append([temperature, t, c, "given"])
        shown = text[:SHOWN].replace("\n", "↵")
        rows += [[temperature, t, c, p[t]] for t, c in enumerate(shown)]
        words = WORD.findall(text.lower())
        share = sum(w in known for w in words) / len(words)
        rows.append([temperature, "text", "words of the novel", share])
        new = len(set(words)) / len(words)
        rows.append([temperature, "text", "words not written before", new])
        rows.append([temperature, "text", "mean probability", float(p.mean())])
    return Table(["temperature", "position", "character", "probability"], rows)


def write(temperature: float) -> tuple[str, np.ndarray]:
    """Return a text that goes on after PRIME, and each character's probability before tau."""
    params, characters = small_network()
    K, zeros = len(characters), np.zeros_like(params["b"])
    char_to_index, index_to_char = build_vocabulary(characters)
    start = encode("\n" + PRIME, char_to_index)
    _, H, _ = forward(params, one_hot(start[:-1], K), zeros)
    rng = np.random.default_rng(SEED)
    drawn = sample(params, H[:, -1:], int(start[-1]), LENGTH, rng, temperature)
    read = np.append(start, drawn)[:-1]
    P, _, _ = forward(params, one_hot(read, K), zeros)
    return decode(drawn, index_to_char), P[:, -LENGTH:][drawn, np.arange(LENGTH)]


def draw(table: Table) -> Figure:
    """Draw four lines of text, a cell a character, shaded by its probability."""
    figure, axes = style.sheet(3.45)
    for name, right in SHARES.items():
        axes.text(right, 3.28, name, ha="right", va="center", fontsize=9.5)
    for i, temperature in enumerate(TEMPERATURES):
        top = 3.08 - 0.63 * i
        *rows, known, new, _ = (row for row in table.rows if row[0] == temperature)
        label = f"temperature {temperature:g}"
        axes.text(LEFT, top, label, va="center", fontsize=9.5)
        for right, part in zip(SHARES.values(), (known, new), strict=True):
            share = f"{part[3]:.0%}"
            axes.text(right, top, share, ha="right", va="center", fontsize=9.5)
        for _, t, character, p in rows:
            x, y = LEFT + (int(t) + len(PRIME)) * WIDE, top - 0.42
            if p != "given":
                draw_cell(axes, x, y, WIDE, float(p))
            axes.text(
                x + WIDE / 2,
                y + HIGH / 2,
                str(character),
                ha="center",
                va="center",
                family=style.MONO,
                fontsize=10,
            )
    label = "probability at temperature 1"
    axes.text(LEFT, 0.35, label, va="center", fontsize=9.5)
    for i, p in enumerate((0.0, 0.25, 0.5, 0.75, 1.0)):
        x = 3.0 + 0.5 * i
        draw_cell(axes, x, 0.35 - HIGH / 2, 0.5, p)
        axes.text(x + 0.25, 0.35, f"{p:g}", ha="center", va="center", fontsize=9.5)
    return figure


def draw_cell(axes: Axes, x: float, y: float, wide: float, p: float) -> None:
    """Draw a cell shaded by a probability, light enough for black text on it."""
    shade = mpl.colormaps["Blues"](0.62 * p)
    axes.add_patch(Rectangle((x, y), wide, HIGH, fc=shade, ec="white", lw=0.4))
