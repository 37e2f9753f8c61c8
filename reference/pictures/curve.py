"""The recorded loss curve of this project beside the published points."""

from matplotlib.figure import Figure

from reference.pictures import style
from reference.pictures.tables import Table
from reference.program.curves import recorded_curve

EVERY = 5  # rows of the recorded curve, which has one every 100 steps
SERIES = {"recorded": "reference_curve.csv", "published": "published_curve.csv"}


def numbers() -> Table:
    """Return both curves, the recorded one thinned to a row every 500 steps."""
    rows: list[list] = []
    for name, file in SERIES.items():
        steps, losses = recorded_curve(file)
        every = EVERY if name == "recorded" else 1
        pairs = zip(steps[::every], losses[::every], strict=True)
        rows += [[name, int(step), float(loss)] for step, loss in pairs]
    return Table(["series", "step", "smoothed loss"], rows)


def draw(table: Table) -> Figure:
    """Draw the whole curves above, and their flat part below."""
    figure = style.card(5.4)
    whole, close = figure.subplots(2, 1, sharex=True, height_ratios=(3, 4))
    curves = {name: [row[1:] for row in table.rows if row[0] == name] for name in SERIES}
    for axes in (whole, close):
        axes.plot(
            *zip(*curves["recorded"], strict=True),
            color=style.BLUE,
            lw=1.5,
            label="recorded run, on the novel in data/",
        )
        axes.plot(
            *zip(*curves["published"], strict=True),
            "o",
            color=style.VERMILION,
            ms=5,
            label="published run, on another text",
        )
        axes.grid()
    whole.set_ylim(0, 115)
    whole.legend(frameon=False)
    close.set_ylim(40, 56)
    close.set_xlim(-2_000, 273_000)
    close.set_xlabel("training step (one update per window)")
    close.xaxis.set_major_formatter("{x:,.0f}")
    figure.supylabel("smoothed loss (nats per 25 characters)", fontsize=10)
    return figure
