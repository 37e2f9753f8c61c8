"""How far back a gradient reaches: its size by lag, for three scales of W."""

import numpy as np
from matplotlib.figure import Figure

from reference.backward import output_gradient, preactivation_gradient
from reference.encoding import one_hot
from reference.forward import forward
from reference.pictures import style
from reference.pictures.tables import Table
from reference.training import initialise

K, M, T = 20, 64, 25
RADII = (0.5, 1.0, 1.5)  # largest absolute eigenvalue of W
INPUTS = {"small": 1e-3, "large": 1.0}  # standard deviation of U: how far tanh is driven
NETWORKS = 20  # their median is drawn


def numbers() -> Table:
    """Return, by lag, the norm of dL_s/dA_t over that at lag 0, for each radius and input."""
    header = ["lag", *(f"{kind} {radius}" for kind in INPUTS for radius in RADII)]
    columns = [median_by_lag(radius, sigma) for sigma in INPUTS.values() for radius in RADII]
    rows = zip(*columns, strict=True)
    return Table(header, [[lag, *map(float, row)] for lag, row in enumerate(rows)])


def median_by_lag(radius: float, sigma: float) -> np.ndarray:
    """Return the median over several networks of the gradient's size by lag, (T,)."""
    rng = np.random.default_rng(41)
    return np.median([size_by_lag(radius, sigma, rng) for _ in range(NETWORKS)], axis=0)


def size_by_lag(radius: float, sigma: float, rng: np.random.Generator) -> np.ndarray:
    """Return the norms of dL_s/dA[:,s-lag] for s = T-1, over that at lag 0, (T,)."""
    params = initialise(K, M, rng, sigma=1.0)
    params["W"] *= radius / abs(np.linalg.eigvals(params["W"])).max()
    params["U"] *= sigma
    params["V"] *= sigma  # logits of the inputs' size
    Z = one_hot(rng.integers(K, size=T + 1), K)
    P, H, _ = forward(params, Z[:, :-1], np.zeros((M, 1)))
    G = output_gradient(P, Z[:, 1:])
    G[:, :-1] = 0  # the loss of the last step alone
    norms = np.linalg.norm(preactivation_gradient(params, G, H), axis=0)[::-1]
    return norms / norms[0]


def draw(table: Table) -> Figure:
    """Draw small states on the left and saturated ones on the right, on one log axis."""
    figure = style.card(3.7)
    panels = figure.subplots(1, 2, sharey=True)
    titles = ("small inputs", "large inputs: tanh saturates")
    looks = ((style.BLUE, "o"), (style.BLACK, "s"), (style.VERMILION, "^"))
    for axes, kind, title in zip(panels, INPUTS, titles, strict=True):
        axes.set_title(title)
        for radius, (colour, marker) in zip(RADII, looks, strict=True):
            sizes = table.values(f"{kind} {radius}")
            label = f"spectral radius of W: {radius:g}"
            axes.semilogy(sizes, color=colour, marker=marker, ms=3.5, lw=1.4, label=label)
        axes.set_xlabel("lag s $-$ t (steps back in time)")
        axes.set_xticks(range(0, T, 6))
        axes.grid(axis="y")
    panels[0].set_ylabel("size of dL$_s$/dA$_t$,\nlag 0 being 1")
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False)
    return figure
