"""The gradients of the five parameters: sums over the steps."""

from collections.abc import Sequence

import numpy as np
import sympy as sp

from reference.backward import backward
from reference.derivations import example
from reference.derivations.network import recursion, unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    factor,
    latex,
    must_be_close,
    must_be_equal,
    plain,
    rows,
    worked,
)

SIZES = ((1, 2, [0, 1], [1, 0]), (2, 3, [0, 2], [1, 0]))


def prove() -> Formulas:
    """Compare each step's share with differentiating by parameters that the step has alone.

    Where all steps share the parameters, the derivative is the sum of those.
    """
    for m, K, x, y in SIZES:
        net = unroll(m, K, x, y, copies=True)
        D = recursion(net)
        G, H = ([array.applyfunc(net.at_rest) for array in arrays] for arrays in (net.G, net.H))
        X = [sp.Matrix(K, 1, lambda k, _, read=read: int(k == read)) for read in x]
        for t, own in enumerate(net.own):
            shares = {
                "U": D[t] * X[t].T,
                "W": D[t] * H[t].T,
                "V": G[t] * H[t + 1].T,
                "b": D[t],
                "c": G[t],
            }
            for name, due in shares.items():
                derived = own[name].applyfunc(lambda w, net=net: net.at_rest(sp.diff(net.loss, w)))
                must_be_equal(f"the share of step {t} in dL/d{name}", derived, due)
    shared()
    return {
        "copies": latex(
            r"\frac{\partial L}{\partial W}",
            r"\sum_t \frac{\partial L}{\partial W^{(t)}}",
        )
        + r" \qquad \text{at} \qquad W^{(0)} = W^{(1)} = \dots = W",
        "entry": latex(
            r"\frac{\partial L}{\partial W_{i,j}^{(t)}}",
            r"\frac{\partial L}{\partial A_{i,t}} \frac{\partial A_{i,t}}{\partial W_{i,j}^{(t)}}"
            r" = D_{i,t}\, H_{j,t}",
        ),
        "share": latex(r"\frac{\partial L}{\partial W^{(t)}}", r"D_t H_t^\top"),
        "all": aligned(
            latex(r"\frac{\partial L}{\partial U}", r"\sum_t D_t X_t^\top"),
            latex(r"\frac{\partial L}{\partial W}", r"\sum_t D_t H_t^\top"),
            latex(r"\frac{\partial L}{\partial b}", r"\sum_t D_t"),
            latex(r"\frac{\partial L}{\partial V}", r"\sum_t G_t H_{t+1}^\top"),
            latex(r"\frac{\partial L}{\partial c}", r"\sum_t G_t"),
        ),
        "products": aligned(
            latex(r"\frac{\partial L}{\partial U}", r"D X^\top"),
            latex(r"\frac{\partial L}{\partial W}", r"D H_{0 \dots T-1}^\top"),
            latex(r"\frac{\partial L}{\partial V}", r"G H_{1 \dots T}^\top"),
        ),
        **by_hand(),
    }


def shared() -> None:
    """Compare the derivative by a shared symbol with the sum over the copies."""
    one, own = (unroll(1, 2, [0, 1], [1, 0], copies=copies) for copies in (False, True))
    for name in "UWVbc":
        by_copies = [
            add(own.at_rest(sp.diff(own.loss, step[name][i])) for step in own.own)
            for i in range(len(one.symbols[name]))
        ]
        derived = [one.at_rest(sp.diff(one.loss, symbol)) for symbol in one.symbols[name]]
        must_be_equal(f"dL/d{name} as a sum over copies", derived, by_copies)


def by_hand() -> Formulas:
    """Work the example out, and compare with the reference."""
    D, H, G = example.gradient(), example.H[0], example.G[0]
    params = example.PARAMS | {"U": np.zeros((1, 2)), "b": np.zeros((1, 1)), "c": np.zeros((2, 1))}
    Y = example.X[::-1]  # the other character, at each step
    grads = backward(params, example.X, Y, example.G + Y, example.H)
    must_be_close("dL/dV of b", grads["V"][1, 0], -grads["V"][0, 0])

    def total(values: Sequence[float]) -> str:
        return " + ".join(map(factor, values))

    def products(left: Sequence[float], right: Sequence[float]) -> str:
        return " + ".join(f"{factor(a)} * {plain(b)}" for a, b in zip(left, right, strict=True))

    return {
        "given": aligned(
            f"X = {rows(example.X)}, \\qquad D = {rows(np.array([D]))}",
            f"G = {rows(example.G)}, \\qquad H = {rows(example.H)}",
        ),
        "example": aligned(
            worked(r"\frac{\partial L}{\partial W}", products(D, H[:-1]), grads["W"][0, 0]),
            worked(r"\frac{\partial L}{\partial b}", total(D), grads["b"][0, 0]),
            worked(r"\frac{\partial L}{\partial U_a}", products(D, example.X[0]), grads["U"][0, 0]),
            worked(r"\frac{\partial L}{\partial U_b}", products(D, example.X[1]), grads["U"][0, 1]),
            worked(r"\frac{\partial L}{\partial V_a}", products(G, H[1:]), grads["V"][0, 0]),
            worked(r"\frac{\partial L}{\partial c_a}", total(G), grads["c"][0, 0]),
        ),
        "last": plain(D[2] * H[2]),
    }


def add(matrices: object) -> sp.Matrix:
    """The sum of matrices."""
    first, *others = list(matrices)  # type: ignore[call-overload]
    for matrix in others:
        first += matrix
    return first
