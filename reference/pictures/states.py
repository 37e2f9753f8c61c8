"""The hidden states of the small network while it reads a sentence, and how much they spread."""

import numpy as np
from matplotlib.figure import Figure

from reference.pictures import style
from reference.pictures.network import novel, read, small_network
from reference.pictures.tables import Cell, Table

LINE = "Wren was through the door before she had finished."
MEASURED = slice(10_000, 20_000)  # the part of the novel that is measured


def numbers() -> Table:
    """Return a row for each unit: its contrast, then its states along the line.

    A unit's contrast is its mean state after a space less its mean over all characters. The last
    row holds spreads instead: of the states after any character, then after each of the line's.
    """
    _, H = read(LINE)
    text = novel()[MEASURED]
    _, long = read(text)
    after = {c: long[:, [other == c for other in text]] for c in LINE}
    contrast = after[" "].mean(axis=1) - long.mean(axis=1)
    order = np.argsort(-contrast)
    header = ["unit", "contrast", *(f"{t}:{c}" for t, c in enumerate(LINE))]
    rows: list[list[Cell]] = [[int(i), contrast[i], *H[i]] for i in order]
    rows.append(["spread", spread(long), *(spread(after[c]) for c in LINE)])
    return Table(header, rows)


def spread(states: np.ndarray) -> float:
    """Return how far states (m, n) lie from their mean: the root of the mean square, all units."""
    return float(np.sqrt(states.var(axis=1).mean()))


def chance_of_a_space() -> tuple[float, float]:
    """Return the mean probability of a space in the measured part: where one comes, and else."""
    text = novel()[MEASURED]
    P, _ = read(text)
    comes = np.array([c == " " for c in text])
    p = P[small_network().characters.index(" ")]
    return float(p[comes].mean()), float(p[~comes].mean())


def draw(table: Table) -> Figure:
    """Draw the states as a heat map, characters along the axis, and the spreads as bars below."""
    figure = style.card(5.9)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(4, 1.15))
    *units, spreads = table.rows
    states = np.array([row[2:] for row in units], dtype=float)
    characters = [name.split(":", 1)[1] for name in table.header[2:]]
    image = above.imshow(states, "cividis", aspect="auto", interpolation="nearest", vmin=-1, vmax=1)
    for t, character in enumerate(characters[:-1]):
        if character == " ":
            above.axvline(t + 0.5, color="white", lw=2.5)
    above.set_yticks([0, len(states) - 1], ["higher\nat ␣", "lower\nat ␣"])
    above.tick_params(length=0, labelbottom=False)
    above.set_ylabel(f"{len(states)} hidden units, sorted by\nhow a space changes their mean")
    above.spines[:].set_visible(False)
    bar = figure.colorbar(image, ax=above, location="top", ticks=[-1, 0, 1], pad=0.02, aspect=60)
    bar.set_label("hidden state, H[i,t+1]")
    sizes = [float(size) for size in spreads[2:]]
    colours = [style.BLACK if c == " " else style.SKY for c in characters]
    below.bar(range(len(sizes)), sizes, color=colours, width=0.8)
    below.axhline(float(spreads[1]), color=style.GREY, lw=1.2, ls="--")
    below.text(0, float(spreads[1]) + 0.03, "after any character", va="bottom", fontsize=9)
    below.set_ylabel("how far the\nstates spread")
    below.set_ylim(0, 0.9)
    below.set_yticks([0, 0.4, 0.8])
    below.set_xticks(range(len(characters)), list(map(style.visible, characters)))
    below.tick_params(axis="x", length=0, labelfontfamily=style.MONO)
    below.set_xlabel("the character just read")
    return figure
