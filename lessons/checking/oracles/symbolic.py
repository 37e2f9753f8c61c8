"""Oracle: the unrolled network differentiated by sympy, evaluated to fifty digits.

sympy takes longer than all other checks of a lesson, so that its numbers stand here. `derived`
works them out again.
"""

from typing import Any

import numpy as np

from lessons.checking.comparing.cases import spelled
from lessons.checking.comparing.windows import Window

NETWORK = {
    "U": [[0.7, 0.3], [-1.3, -0.5]],
    "W": [[-0.2, 0.1], [1.6, -0.6]],
    "V": [[-0.6, 0.2], [-1.3, -0.3]],
    "b": [[-0.5], [-0.4]],
    "c": [[-0.1], [-1.4]],
}
STEP = {"theta": 1.0, "g": 3.0, "G": 16.0, "eta": 0.1, "epsilon": 11.0}

LOSS = 2.633525459970238
SLOPES = {
    "U": [[0.8290048490792657, 0.4632750577451364], [0.24217834194695526, 0.24485026242744304]],
    "W": [[0.7646254896010678, -0.002232353170960645], [0.22774929811795097, -0.04037335023148804]],
    "V": [[-0.13782881082937654, -0.6614265913950644], [0.13782881082937654, 0.6614265913950644]],
    "b": [[1.2922799068244022], [0.48702860437439827]],
    "c": [[1.4609965555230195], [-1.4609965555230195]],
}
STEPPED = (0.95, 25.0)


def symbolic_window() -> Window:
    """The one case that the symbolic oracle knows: a third step would take four times as long."""
    return spelled(NETWORK, [0, 1], [1, 1], [0.9, 0.2])


def symbolic_loss() -> float:
    """Loss of symbolic_window, evaluated from the unrolled expression."""
    return LOSS


def symbolic_gradients() -> dict[str, np.ndarray]:
    """Gradients of symbolic_window, by differentiating the unrolled expression."""
    return {name: np.array(slopes) for name, slopes in SLOPES.items()}


def symbolic_adagrad() -> tuple[float, float]:
    """New parameter and memory of one entry, from STEP."""
    return STEPPED


def derived() -> tuple[float, dict[str, Any], tuple[float, float]]:
    """LOSS, SLOPES and STEPPED, worked out by sympy."""
    import mpmath
    import sympy as sp

    from reference.derivations.unrolled import adagrad_step, parameters, unrolled_loss

    window = symbolic_window()
    m, K, _ = window.sizes
    symbols = parameters(m, K)
    x, y = (Z.argmax(axis=0).tolist() for Z in (window.X, window.Y))
    learnt = [symbol for name in "UWVbc" for symbol in symbols[name]]
    loss = unrolled_loss(symbols, x, y)
    expressions = [loss, *(sp.diff(loss, symbol) for symbol in learnt)]
    evaluate = sp.lambdify([*learnt, *symbols["h0"]], expressions, modules="mpmath", cse=True)
    tensors = [*(window.params[name] for name in "UWVbc"), window.h0]
    with mpmath.workdps(50):
        values = evaluate(*(mpmath.mpf(float(v)) for tensor in tensors for v in tensor.flat))
    first, *others = map(float, values)
    slopes = iter(others)
    rows = {name: [[next(slopes) for _ in row] for row in NETWORK[name]] for name in "UWVbc"}

    theta, memory, stepped = adagrad_step()
    at: dict[Any, Any] = {symbol: sp.Rational(STEP[symbol.name]) for symbol in stepped}
    return first, rows, (float(theta.subs(at).evalf(50)), float(memory.subs(at).evalf(50)))
