"""loss.png: the student's curve beside the reference's recorded one and the published one."""

import io
import textwrap

from reference.program.curves import PUBLISHED_T, recorded_curve
from reference.program.reading import Curve

LEVELS = (40.0, 60.0)  # of the lower panel, in nats
HIGHEST = 250.0  # what is shown of a curve that runs away
WRAPPED = 95  # characters of a line that says whose the pieces are


def draw(curve: Curve, seq_length: int, title: str, whose: list[str]) -> bytes:
    """Draw the run's own steps above, and the way that longer runs go below; return a PNG.

    Losses are in nats per 25 characters, as in the other two curves.
    """
    from matplotlib.ticker import StrMethodFormatter  # slow to import, and needed only here

    from reference.pictures import style

    losses = curve.smooth_losses * PUBLISHED_T / seq_length
    recorded = recorded_curve("reference_curve.csv")
    published = recorded_curve("published_curve.csv")
    last = max(float(curve.steps[-1]), 1.0)
    with style.applied():
        figure = style.card(7.4)
        said = "\n".join(line for text in whose for line in textwrap.wrap(text, WRAPPED))
        figure.suptitle(title, x=0.112, ha="left", fontsize=12.5, fontweight="bold")
        near, far = figure.subplots(2, 1, height_ratios=(4, 3))
        for axes, wide in ((near, 6), (far, 3.5)):
            axes.plot(curve.steps, losses, color=style.BLUE, lw=1.6, zorder=3, label="your run")
            axes.plot(
                *recorded,
                color=style.ORANGE,
                alpha=0.6,
                lw=wide,
                solid_joinstyle="round",
                label="the reference's recorded run, on the novel",
            )
            axes.plot(
                *published,
                "o",
                color=style.BLACK,
                ms=4.5,
                zorder=4,
                label="the published run, on another text",
            )
            axes.grid()
            axes.xaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        near.set_title(said, loc="left", fontsize=9.5, linespacing=1.4)
        near.set_xlim(-0.02 * last, 1.03 * last)
        near.set_ylim(
            0.8 * min(losses.min(), LEVELS[0]), min(1.06 * max(losses.max(), 110), HIGHEST)
        )
        near.legend(frameon=False)
        far.set_ylim(*LEVELS)
        far.set_xlim(-0.01 * published[0][-1], 1.02 * max(published[0][-1], last))
        far.set_title("where longer runs go", loc="left")
        far.set_xlabel("training step (one update per window)")
        figure.supylabel("smoothed loss (nats per 25 characters)", fontsize=10)
        image = io.BytesIO()
        figure.savefig(image, format="png", dpi=130)
    return image.getvalue()
