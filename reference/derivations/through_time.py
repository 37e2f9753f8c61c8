"""The recursion for dL/dA: back-propagation through time."""

import sympy as sp

from reference.derivations import example
from reference.derivations.network import by_state, recursion, unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    factor,
    latex,
    must_be_equal,
    plain,
    worked,
)

SIZES = ((1, 2, [0, 1], [1, 0]), (2, 2, [0, 1], [1, 1]), (2, 2, [0, 1, 0], [1, 0, 0]))


def prove() -> Formulas:
    """Compare the recursion with differentiating the unrolled loss, by every pre-activation."""
    a = sp.Symbol("a", real=True)
    must_be_equal("the slope of tanh", sp.diff(sp.tanh(a), a), 1 - sp.tanh(a) ** 2)
    for m, K, x, y in SIZES:
        net = unroll(m, K, x, y)
        D = [*recursion(net), sp.zeros(m, 1)]
        for t in range(net.T):
            must_be_equal(f"dL/dA at step {t}", net.by_preactivation(net.loss, t), D[t])
            due = by_state(net, t, D[t + 1]).applyfunc(net.at_rest)
            must_be_equal(f"dL/dH after step {t}", net.by_state(net.loss, t), due)
    must_be_local()
    return {
        "slope": latex(r"\frac{d}{da} \tanh a", r"1 - \tanh^2 a"),
        "through_tanh": latex(
            "D_{i,t}", r"\frac{\partial L}{\partial H_{i,t+1}} (1 - H_{i,t+1}^2)"
        ),
        "heard": latex(
            r"\frac{\partial L}{\partial H_{i,t+1}}",
            r"\underbrace{\sum_k \frac{\partial O_{k,t}}{\partial H_{i,t+1}} G_{k,t}}_{"
            r"\text{its own output}} + \underbrace{\sum_j "
            r"\frac{\partial A_{j,t+1}}{\partial H_{i,t+1}} D_{j,t+1}}_{\text{the next step}}",
        ),
        "slopes": latex(r"\frac{\partial O_{k,t}}{\partial H_{i,t+1}}", "V_{k,i}")
        + r", \qquad "
        + latex(r"\frac{\partial A_{j,t+1}}{\partial H_{i,t+1}}", "W_{j,i}"),
        "entries": latex(
            r"\frac{\partial L}{\partial H_{i,t+1}}",
            r"\sum_k V_{k,i} G_{k,t} + \sum_j W_{j,i} D_{j,t+1}",
        ),
        "state": latex(r"\frac{\partial L}{\partial H_{t+1}}", r"V^\top G_t + W^\top D_{t+1}"),
        "recursion": latex(
            "D_t",
            r"\left(V^\top G_t + W^\top D_{t+1}\right) \odot \left(1 - H_{t+1}^2\right), "
            r"\qquad D_T = 0",
        ),
        **by_hand(),
    }


def must_be_local() -> None:
    """Check the slopes of one step's logits and of the next step's pre-activations."""
    m, K = 2, 3
    net = unroll(m, K, [0, 1], [1, 0])
    for i, push in enumerate(net.added["H"][:, 0]):
        for k in range(K):
            must_be_equal("dO/dH", sp.diff(net.O[0][k], push), net.symbols["V"][k, i])
        for j in range(m):
            must_be_equal("dA/dH", sp.diff(net.A[1][j], push), net.symbols["W"][j, i])


def by_hand() -> Formulas:
    """Work the example out, from the last step to the first."""
    D = [*example.gradient(), 0.0]
    g = (example.V.T @ example.G)[0]
    outputs, steps = [], []
    for t in reversed(range(example.T)):
        a, b = map(factor, example.G[:, t])
        outputs.append(worked(rf"V^\top G_{t}", f"1 * {a} + (-1) * {b}", g[t]))
        heard = f"{plain(g[t])} + {plain(example.W)} * {factor(D[t + 1])}"
        slope = f"(1 - {plain(example.H[0, t + 1])}**2)"
        steps.append(worked(f"D_{t}", f"({heard}) * {slope}", D[t]))
    return {"given": example.given(), "outputs": aligned(*outputs), "steps": aligned(*steps)}
