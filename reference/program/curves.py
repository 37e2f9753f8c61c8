"""Loss curves: the recorded ones, and the picture that compares them."""

import io

import numpy as np

from reference.program.corpus import DATA
from reference.program.reading import Curve

PUBLISHED_T = 25  # characters in a window of the published and the recorded curve


def recorded_curve(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Steps (n,) and smoothed losses (n,), in nats a window, of a curve in data/."""
    columns = np.genfromtxt(DATA / name, delimiter=",", names=True, encoding="utf-8")
    return columns["step"], columns["smooth_loss"]


def published_losses() -> dict[int, float]:
    """Published smoothed loss at every 10,000th step."""
    steps, losses = recorded_curve("published_curve.csv")
    return {int(step): float(loss) for step, loss in zip(steps, losses, strict=True)}


def draw_curves(curve: Curve, seq_length: int, title: str) -> bytes:
    """Draw a run's curve beside the published and the recorded one; return a PNG.

    Losses are in nats per 25 characters, so that windows of other lengths compare.
    """
    from matplotlib.figure import Figure  # slow to import, and needed only here

    figure = Figure(figsize=(8, 7), layout="constrained")
    whole, close = figure.subplots(2, 1, sharex=True)
    losses = curve.smooth_losses * PUBLISHED_T / seq_length
    for axes in (whole, close):
        if (DATA / "reference_curve.csv").exists():
            recorded = recorded_curve("reference_curve.csv")
            axes.plot(*recorded, color="#f0b95c", lw=4, label="recorded run of this program")
        axes.plot(curve.steps, losses, color="#0072b2", lw=1.0, label="this run")
        published = recorded_curve("published_curve.csv")
        axes.plot(*published, "o", color="black", ms=5, label="published run, on another text")
        axes.set_ylabel("smoothed loss\n(nats per 25 characters)")
        axes.grid(alpha=0.3)
    whole.set_title(title)
    whole.set_ylim(bottom=0)
    whole.legend()
    close.set_title("the same, from 40 to 56 nats", fontsize="medium")
    close.set_ylim(40, 56)
    close.set_xlabel("training step (one update per window)")
    close.set_xlim(left=0)
    close.xaxis.set_major_formatter("{x:,.0f}")

    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=120)
    return picture.getvalue()
