"""The hidden states of the small network while it reads a sentence."""

import numpy as np
from matplotlib.figure import Figure

from reference.pictures import style
from reference.pictures.network import novel, read
from reference.pictures.tables import Table

LINE = "Wren was through the door before she had finished."
MEASURED = slice(10_000, 20_000)  # the part of the novel that the order of units comes from


def numbers() -> Table:
    """Return a row for each unit: its contrast, then its states along the line.

    A unit's contrast is its mean state after a space less its mean over all characters.
    """
    _, H = read(LINE)
    text = novel()[MEASURED]
    _, long = read(text)
    contrast = long[:, [c == " " for c in text]].mean(axis=1) - long.mean(axis=1)
    order = np.argsort(-contrast)
    header = ["unit", "contrast", *(f"{t}:{c}" for t, c in enumerate(LINE))]
    return Table(header, [[int(i), contrast[i], *H[i]] for i in order])


def draw(table: Table) -> Figure:
    """Draw the states as a heat map, characters along the axis."""
    figure = style.card(4.9)
    axes = figure.subplots()
    states = np.array([row[2:] for row in table.rows], dtype=float)
    characters = [name.split(":", 1)[1] for name in table.header[2:]]
    image = axes.imshow(states, "PuOr", aspect="auto", interpolation="nearest", vmin=-1, vmax=1)
    for t, character in enumerate(characters[:-1]):
        if character == " ":
            axes.axvline(t + 0.5, color="white", lw=2.5)
    axes.set_xticks(range(len(characters)), list(map(style.visible, characters)))
    axes.tick_params(axis="x", length=0, labelfontfamily=style.MONO)
    axes.set_yticks([0, len(states) - 1], ["higher\nat ␣", "lower\nat ␣"])
    axes.tick_params(axis="y", length=0)
    axes.set_xlabel("the character just read")
    axes.set_ylabel(f"{len(states)} hidden units, sorted by\nhow a space changes their mean")
    axes.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=axes, ticks=[-1, -0.5, 0, 0.5, 1], pad=0.02, aspect=30)
    bar.set_label("hidden state, H[i,t+1]")
    return figure
