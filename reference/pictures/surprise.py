"""What each character of a line costs the small network."""

import numpy as np
from matplotlib.figure import Figure

from reference.encoding import build_vocabulary, encode
from reference.pictures import style
from reference.pictures.network import read, small_network
from reference.pictures.tables import Table

LINE = '"If that one is seven," said Wren, "where are the other six?"'


def numbers() -> Table:
    """Return a row for each character of the line: its loss, and that of a uniform guess."""
    characters = small_network().characters
    P, _ = read(LINE)
    targets = encode(LINE, build_vocabulary(characters)[0])
    losses = -np.log(P[targets, np.arange(len(LINE))])
    uniform = float(np.log(len(characters)))
    rows = [[t, c, loss, uniform] for t, (c, loss) in enumerate(zip(LINE, losses, strict=True))]
    return Table(["position", "character", "loss", "uniform"], rows)


def draw(table: Table) -> Figure:
    """Draw a bar for each character, with the mean and the uniform guess as lines."""
    figure = style.card(3.6)
    axes = figure.subplots()
    losses, uniform = table.values("loss"), table.values("uniform")[0]
    mean = sum(losses) / len(losses)
    axes.bar(table.values("position"), losses, color=style.SKY, width=0.82)
    characters = [str(c) for c in table.column("character")]
    axes.set_xticks(range(len(losses)), list(map(style.visible, characters)))
    axes.tick_params(axis="x", length=0, labelfontfamily=style.MONO, labelsize=10)
    for height, colour, line, label in (
        (uniform, style.VERMILION, "--", f"uniform guess, ln K = {uniform:.2f}"),
        (mean, style.BLUE, "-", f"mean {mean:.2f}"),
    ):
        axes.axhline(height, color=colour, ls=line, lw=1.5, label=label)
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    axes.set_xlim(-0.7, len(losses) - 0.3)
    axes.set_ylabel("loss of the character,\n$-$log p (nats)")
    axes.set_xlabel("the character that came")
    return figure
