"""Oracle: the unrolled network differentiated by sympy, evaluated to fifty digits.

sympy is slow to import, so it is imported where it is used.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lessons.checking.cases import Window, build

SIZES = (2, 2, 2)  # m, K, T: a window of three steps would take four times as long


def symbolic_window() -> Window:
    """The one case that the symbolic oracle knows."""
    return build(*SIZES, scale=0.8, seed=3, dense=True)


@cache
def symbolic_loss() -> float:
    """Loss of symbolic_window, evaluated from the unrolled expression."""
    return evaluated(lambda loss, _: [loss])[0]


@cache
def symbolic_gradients() -> dict[str, np.ndarray]:
    """Gradients of symbolic_window, by differentiating the unrolled expression."""
    import sympy as sp

    slopes = iter(evaluated(lambda loss, learnt: [sp.diff(loss, symbol) for symbol in learnt]))
    params = symbolic_window().params
    return {
        name: np.array([next(slopes) for _ in range(params[name].size)]).reshape(params[name].shape)
        for name in "UWVbc"
    }


def evaluated(derive: Callable[[Any, list[Any]], list[Any]]) -> list[float]:
    """Expressions in the loss and the learnt symbols, at the numbers of symbolic_window."""
    import mpmath
    import sympy as sp

    from reference.derivations.unrolled import parameters, unrolled_loss

    window = symbolic_window()
    symbols = parameters(*SIZES[:2])
    x, y = (Z.argmax(axis=0).tolist() for Z in (window.X, window.Y))
    learnt = [symbol for name in "UWVbc" for symbol in symbols[name]]
    expressions = derive(unrolled_loss(symbols, x, y), learnt)
    evaluate = sp.lambdify([*learnt, *symbols["h0"]], expressions, modules="mpmath", cse=True)
    tensors = [*(window.params[name] for name in "UWVbc"), window.h0]
    with mpmath.workdps(50):
        values = evaluate(*(mpmath.mpf(float(v)) for tensor in tensors for v in tensor.flat))
    return [float(value) for value in values]


def symbolic_adagrad(**values: float) -> tuple[float, float]:
    """New parameter and memory of one entry, from theta, g, G, eta, epsilon."""
    import sympy as sp

    from reference.derivations.unrolled import adagrad_step

    theta, memory, symbols = adagrad_step()
    at: dict[Any, Any] = {symbol: sp.Rational(values[symbol.name]) for symbol in symbols}
    return float(theta.subs(at).evalf(50)), float(memory.subs(at).evalf(50))
