"""Oracle: the unrolled network differentiated by sympy, evaluated to fifty digits.

sympy is slow to import, so it is imported where it is used, and a room lets the work begin in
another process while its other checks run.
"""

import atexit
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

from lessons.checking.answering.rooms import ROOT
from lessons.checking.comparing.windows import Window, build

SIZES = (2, 2, 2)  # m, K, T: a window of three steps would take four times as long


def elsewhere(function: Callable[..., Any], **values: float) -> Callable[[], Any]:
    """Begin function(**values) in another process, and give a function that waits for it."""
    module, name = function.__module__, function.__name__
    if getattr(sys.modules[module], name, None) is not function:  # another one in its place
        return lambda: function(**values)
    program = (
        f"import pickle, sys, {module} as m; pickle.dump(m.{name}(**{values}), sys.stdout.buffer)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
    )

    atexit.register(end, process)

    @cache
    def result() -> Any:
        return pickle.loads(process.communicate()[0])

    return result


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process that nobody has waited for."""
    with process:
        process.kill()


def symbolic_window() -> Window:
    """The one case that the symbolic oracle knows."""
    return build(*SIZES, scale=0.8, seed=3, dense=True)


def symbolic_loss() -> float:
    """Loss of symbolic_window, evaluated from the unrolled expression."""
    return evaluated(lambda loss, _: [loss])[0]


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
