"""AdaGrad's effective learning rate, for all weights and for two characters' columns of U."""

import numpy as np
from matplotlib.figure import Figure

from reference import training
from reference.pictures import style
from reference.pictures.tables import Table
from reference.program.corpus import corpus_path, load_corpus

HIDDEN, STEPS, ETA, EPS = 32, 2_000, 0.1, 1e-8
FREQUENT, RARE = "e", "z"
DECIMALS = 5
RECORDED = sorted({round(10 ** (k / 40)) for k in range(133)} | {STEPS})


def numbers() -> Table:
    """Return eta / sqrt(memory + eps) by update: quantiles of all, medians of two columns."""
    corpus = load_corpus(corpus_path("tidewright"))
    e, z = corpus.characters.index(FREQUENT), corpus.characters.index(RARE)
    rng = np.random.default_rng(41)
    state = training.begin(training.initialise(len(corpus.characters), HIDDEN, rng))
    rows = []
    for step in training.steps(state, corpus.indices[: STEPS * 25 + 1], eta=ETA, update=update):
        if step.step + 1 in RECORDED:
            rates = {name: ETA / np.sqrt(G + EPS) for name, G in state.memory.items()}
            every = np.concatenate([rate.ravel() for rate in rates.values()])
            columns = (np.median(rates["U"][:, k]) for k in (e, z))
            rows.append([step.step + 1, *np.quantile(every, (0.1, 0.5, 0.9)), *columns])
    return Table(["updates", "10%", "50%", "90%", FREQUENT, RARE], rows)


def update(
    params: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    window: np.ndarray,
    h: np.ndarray,
    eta: float,
) -> tuple[float, np.ndarray]:
    """Learn from one window, then round weights and state to five decimals.

    Machines differ in their last digits, and training makes such differences grow; rounded away
    at every update they never do, so that the numbers of this picture can be checked anywhere.
    """
    loss, h = training.update(params, memory, window, h, eta)
    for theta in params.values():
        theta[...] = theta.round(DECIMALS)
    return loss, h.round(DECIMALS)


def draw(table: Table) -> Figure:
    """Draw the rates on double-log axes."""
    figure = style.card(4.2)
    axes = figure.subplots()
    updates = table.values("updates")
    low, high = table.values("10%"), table.values("90%")
    axes.fill_between(updates, low, high, color=style.PALE, label="all weights, 10% to 90%")
    for name, label, colour, line in (
        ("50%", "all weights, median", style.GREY, "--"),
        (FREQUENT, f"column of U for “{FREQUENT}”, median", style.BLUE, "-"),
        (RARE, f"column of U for “{RARE}”, median", style.VERMILION, "-"),
    ):
        axes.loglog(updates, table.values(name), color=colour, ls=line, label=label)
    rare = table.values(RARE)
    first = next(i for i, rate in enumerate(rare) if rate < rare[0] / 2)
    axes.annotate(
        f"first “{RARE}”\nin the text",
        (updates[first], 60),
        (8, 0),
        textcoords="offset points",
        va="center",
        color=style.VERMILION,
    )
    axes.set_xlim(1, updates[-1])
    axes.set_xlabel("updates")
    axes.set_ylabel("effective learning rate,\n$\\eta$ / sqrt(memory + $\\epsilon$)")
    axes.xaxis.set_major_formatter("{x:,.0f}")
    axes.grid()
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=2, frameon=False)
    return figure
