"""The first loss: T ln K."""

import numpy as np
import sympy as sp

from reference.derivations.network import unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_close,
    must_be_equal,
    table,
    worked,
)
from reference.derivations.unrolled import parameters, unrolled_loss
from reference.encoding import one_hot
from reference.loss import cost
from reference.training import initialise


def prove() -> Formulas:
    """Put zeros in the place of all parameters, and small logits in the place of zeros."""
    for K, x, y in ((2, [0, 1], [1, 0]), (3, [0, 2, 1], [2, 1, 1])):
        net, symbols = unroll(2, K, x, y), parameters(2, K)
        zeros = {symbol: sp.Integer(0) for name in "UWVbc" for symbol in symbols[name]}
        for t in range(net.T):
            for due, arrays in ((0, net.A), (0, net.H[1:]), (0, net.O), (sp.Rational(1, K), net.P)):
                for entry in arrays[t]:
                    must_be_equal("a step", net.at_rest(entry).xreplace(zeros), due)
        loss = unrolled_loss(symbols, x, y).subs(zeros)
        must_be_equal("the first loss", loss, len(x) * sp.log(K))
    must_be_nearly()
    return {
        "zeros": aligned(
            latex("A_t", r"0 \, H_t + 0 \, X_t + 0 = 0"),
            latex("H_{t+1}", r"\tanh 0 = 0"),
            latex("O_t", r"0 \, H_{t+1} + 0 = 0"),
            latex("P_{k,t}", r"\frac{e^0}{\sum_j e^0} = \frac{1}{K}"),
        ),
        "loss": latex("L", r"\sum_{t=0}^{T-1} -\ln \frac{1}{K} = T \ln K"),
        "nearly": latex(
            "L_t",
            r"\ln K + \left(\bar o - o_y\right) + \frac{1}{2} \, \frac{1}{K} "
            r"\sum_k \left(o_k - \bar o\right)^2 + \dots",
        ),
        "example": aligned(
            worked("L", "-3 * log(1/2)", float(3 * np.log(2)), 4),
            worked("L", "3 * log(2)", float(3 * np.log(2)), 4),
        ),
        "sizes": aligned(
            worked(r"T \ln K", "25 * log(81)", 25 * np.log(81), 2),
            worked(r"T \ln K", "25 * log(80)", 25 * np.log(80), 2),
        ),
        "measured": measured(),
    }


def must_be_nearly() -> None:
    """Expand one step's loss for logits z o, to the second order in z."""
    K = 3
    z, o = sp.Symbol("z"), sp.symbols(f"o_0:{K}")
    mean = sum(o) / sp.Integer(K)
    loss = sp.log(sum(sp.exp(z * logit) for logit in o)) - z * o[1]
    due = (sp.log(K), mean - o[1], sum((logit - mean) ** 2 for logit in o) / K)
    for order, coefficient in enumerate(due):
        must_be_equal("L for small logits", sp.diff(loss, z, order).subs(z, 0), coefficient)


def measured() -> str:
    """The loss of a random text before training, for weights of several sizes."""
    K, m, T = 81, 100, 25
    rows = []
    for sigma in (0.0, 0.01, 0.05, 0.1):
        rng = np.random.default_rng(41)
        params = initialise(K, m, rng, sigma)
        Z = one_hot(rng.integers(K, size=T + 1), K)
        loss = cost(params, Z[:, :-1], Z[:, 1:], np.zeros((m, 1)))
        if sigma <= 0.01:
            must_be_close("the first loss", loss, T * np.log(K), within=0.01 * T * np.log(K))
        rows.append((f"{sigma:g}", f"{loss:.2f}", f"{abs(loss / (T * np.log(K)) - 1):.3%}"))
    return table(("standard deviation", "first loss", "away from T ln K"), *rows)
