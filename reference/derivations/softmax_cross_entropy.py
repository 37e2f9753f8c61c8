"""The derivative of cross-entropy after softmax: P - Y."""

import numpy as np
import sympy as sp

from reference.backward import output_gradient
from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_close,
    must_be_equal,
    worked,
)
from reference.forward import softmax

K = 3


def prove() -> Formulas:
    """Differentiate softmax, and the loss of one step, by every logit."""
    o = sp.symbols(f"o_0:{K}", real=True)
    total = sp.Add(*map(sp.exp, o))
    p = [sp.exp(logit) / total for logit in o]
    for i in range(K):
        for j in range(K):
            quotient = (int(i == j) * sp.exp(o[i]) * total - sp.exp(o[i]) * sp.exp(o[j])) / total**2
            must_be_equal("the quotient rule", sp.diff(p[i], o[j]), quotient)
            must_be_equal("the slope of softmax", quotient, p[i] * (int(i == j) - p[j]))
    for y in range(K):
        loss = sp.log(total) - o[y]
        must_be_equal("the loss as -log p", sp.exp(-loss), p[y])
        for k in range(K):
            through_p = -1 / p[y] * (p[y] * (int(k == y) - p[k]))
            must_be_equal("dL/dO through P", sp.diff(loss, o[k]), through_p)
            must_be_equal("dL/dO = P - Y", through_p, p[k] - int(k == y))
            summed = sp.exp(o[k]) / total - int(k == y)
            must_be_equal("dL/dO from the sum", sp.diff(loss, o[k]), summed)
    must_be_equal("the sum of P - Y", sum(p) - 1, 0)
    return {
        "softmax": latex("p_k", r"\frac{e^{o_k}}{s}, \qquad s = \sum_j e^{o_j}"),
        "loss": latex("L", r"-\ln p_y"),
        "same": aligned(
            latex(r"\frac{\partial p_i}{\partial o_i}", r"\frac{e^{o_i} s - e^{o_i} e^{o_i}}{s^2}")
            + r" = p_i \, (1 - p_i)",
            latex(r"\frac{\partial p_i}{\partial o_j}", r"\frac{0 \cdot s - e^{o_i} e^{o_j}}{s^2}")
            + r" = -p_i \, p_j \qquad (i \ne j)",
        ),
        "jacobian": latex(r"\frac{\partial p_i}{\partial o_j}", r"p_i \left([i = j] - p_j\right)"),
        "chain": aligned(
            latex(r"\frac{\partial L}{\partial o_k}", r"-\frac{1}{p_y} \, ")
            + r"\frac{\partial p_y}{\partial o_k}",
            r"&= -\frac{1}{p_y} \, p_y \left([k = y] - p_k\right)",
            r"&= p_k - [k = y]",
        ),
        "direct": aligned(
            latex("L", r"\ln s - o_y"),
            latex(r"\frac{\partial L}{\partial o_k}", r"\frac{e^{o_k}}{s} - [k = y]"),
        ),
        "gradient": latex("G", r"\frac{\partial L}{\partial O} = P - Y"),
        **by_hand(),
    }


def by_hand() -> Formulas:
    """Logits whose exponentials are 1, 2 and 5."""
    exps, y = [1, 2, 5], 1
    p = [sp.Rational(e, sum(exps)) for e in exps]
    P = softmax(np.log([[float(e)] for e in exps]))
    Y = np.array([[float(k == y)] for k in range(K)])
    G = output_gradient(P, Y)[:, 0]
    for k in range(K):
        must_be_close("an example's p", P[k, 0], float(p[k]))
    jacobian = sp.Matrix(K, K, lambda i, j: p[i] * (int(i == j) - p[j]))
    whole = [str(entry) for entry in jacobian * 64]
    body = r" \\ ".join(" & ".join(whole[i * K : i * K + K]) for i in range(K))
    chained = -jacobian.row(y) / p[y]
    must_be_equal("the example by its Jacobian", chained, [p[k] - int(k == y) for k in range(K)])
    return {
        "example": aligned(
            *(worked(f"p_{k}", f"{e} / (1 + 2 + 5)", P[k, 0]) for k, e in enumerate(exps)),
            worked("L", f"-log({float(p[y]):g})", float(-np.log(P[y, 0])), 3),
        ),
        "example_jacobian": r"\left(\frac{\partial p_i}{\partial o_j}\right) = \frac{1}{64} "
        rf"\begin{{pmatrix}} {body} \end{{pmatrix}}",
        "example_gradient": aligned(
            *(worked(f"G_{k}", f"{float(p[k]):g} - {int(k == y)}", G[k]) for k in range(K))
        ),
        "example_chain": aligned(
            *(
                worked(f"G_{k}", f"-1 / {float(p[y]):g} * ({jacobian[y, k] * 64} / 64)", G[k])
                for k in range(K)
            )
        ),
    }
