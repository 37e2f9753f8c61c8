"""How wrong a numerical gradient is, by its step: forward, central, and the complex step."""

import numpy as np
from matplotlib.figure import Figure

from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.gradcheck import numerical_gradients, relative_error
from reference.loss import cost
from reference.pictures import style
from reference.pictures.tables import Table
from reference.training import initialise

K, M, T = 5, 4, 6
STEPS = [10.0 ** (-k / 2) for k in range(2, 31)]  # 1e-1 to 1e-15
EPS = float(np.finfo(float).eps)
NOISE = 10.0  # rounding error is taken to be so many times its estimate at most

Params = dict[str, np.ndarray]


def numbers() -> Table:
    """Return, by step, the relative error of all gradients for each of the three ways."""
    params, X, Y, h0 = case()
    P, H, _ = forward(params, X, h0)
    exact = flat(backward(params, X, Y, P, H))
    rows, rounding = [], []
    for step in STEPS:
        ways = (
            forward_differences(params, X, Y, h0, step),
            numerical_gradients(lambda p: cost(p, X, Y, h0), params, step),
            complex_steps(params, X, Y, h0, step),
        )
        rows.append([step, *(relative_error(flat(grads), exact, floor=0.0) for grads in ways)])
        error = np.sqrt(len(exact)) * EPS * cost(params, X, Y, h0) / step  # of all differences
        rounding.append(NOISE * float(error / (2 * np.linalg.norm(exact))))
    exactly = [NOISE * EPS] * len(STEPS)
    allowance = {"forward": rounding, "central": rounding, "complex": exactly}
    return Table(["step", "forward", "central", "complex"], rows, allowance)


def case() -> tuple[Params, np.ndarray, np.ndarray, np.ndarray]:
    """Return a small random network, a window X, Y (K, T) and a state h0 (M, 1)."""
    rng = np.random.default_rng(41)
    params = initialise(K, M, rng, sigma=0.5)
    Z = one_hot(rng.integers(K, size=T + 1), K)
    return params, Z[:, :-1], Z[:, 1:], np.tanh(rng.standard_normal((M, 1)))


def flat(grads: Params) -> np.ndarray:
    """Return all gradients as one column."""
    return np.concatenate([grads[name].reshape(-1, 1) for name in "UWVbc"])


def moved(params: Params, name: str, k: int, by: complex) -> Params:
    """Return params with entry k of one array moved, on a copy of it."""
    tensor = params[name].astype(type(by))
    tensor.flat[k] += by
    return params | {name: tensor}


def forward_differences(
    params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray, step: float
) -> Params:
    """Return (L(theta + step) - L(theta)) / step for every entry."""
    L = cost(params, X, Y, h0)
    grads = {name: np.empty_like(tensor) for name, tensor in params.items()}
    for name, grad in grads.items():
        for k in range(grad.size):
            grad.flat[k] = (cost(moved(params, name, k, step), X, Y, h0) - L) / step
    return grads


def complex_steps(
    params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray, step: float
) -> Params:
    """Return Im L(theta + i step) / step for every entry: nothing is subtracted.

    Squire and Trapp, Using complex variables to estimate derivatives of real functions,
    SIAM Review 40 (1998).
    """
    grads = {name: np.empty_like(tensor) for name, tensor in params.items()}
    for name, grad in grads.items():
        for k in range(grad.size):
            grad.flat[k] = complex_loss(moved(params, name, k, 1j * step), X, Y, h0).imag / step
    return grads


def complex_loss(params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> complex:
    """Return the loss of lesson 3 for parameters that may be complex."""
    U, W, V, b, c = (params[name] for name in "UWVbc")
    h, L = h0, 0j
    for x, y in zip(X.T, Y.T, strict=True):
        h = np.tanh(W @ h + U @ x[:, None] + b)
        o = (V @ h + c)[:, 0]
        L += np.log(np.exp(o).sum()) - y @ o
    return L


def draw(table: Table) -> Figure:
    """Draw the three errors on double-log axes."""
    figure = style.card(4.4)
    axes = figure.subplots()
    steps = table.values("step")
    for name, label, colour, marker, size in (
        ("forward", "forward differences", style.ORANGE, "^", 5),
        ("central", "central differences", style.BLUE, "o", 4),
        ("complex", "complex step", style.GREEN, "s", 7),
    ):
        axes.loglog(
            steps,
            table.values(name),
            color=colour,
            marker=marker,
            ms=size,
            label=label,
            zorder=3 - size / 10,
        )
    axes.set_xlabel("step (how far each parameter is moved)")
    axes.set_ylabel("relative error of the gradient")
    axes.set_xticks([10.0**-k for k in range(15, 0, -2)])
    axes.set_yticks([10.0**-k for k in range(16, -1, -4)])
    axes.minorticks_off()
    axes.grid()
    axes.legend(loc="lower right", bbox_to_anchor=(1, 1), ncols=3, frameon=False)
    for text, place in (
        ("rounding error:\nboth losses agree in\nnearly all digits", (1.2e-15, 1e-10)),
        (
            "truncation error:\nas the step (forward),\nas its square (the others)",
            (3e-6, 1e-15),
        ),
    ):
        axes.text(*place, text, color="#404040", fontsize=9.5, linespacing=1.3)
    return figure
