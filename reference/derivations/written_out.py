"""The smallest network written out in full: one hidden unit, two characters, two steps."""

from collections.abc import Callable

import sympy as sp

from reference.backward import backward
from reference.derivations.lessons_example import H0, PARAMS, READ, TARGETS, X, Y
from reference.derivations.network import Network, unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_equal,
    plain,
    rows,
    worked,
)
from reference.derivations.unrolled import parameters, unrolled_loss
from reference.forward import forward
from reference.loss import cost

h0, w, ua, ub, va, vb, b, ca, cb = names = sp.symbols("h_0 w u_a u_b v_a v_b b c_a c_b", real=True)
H1, H2, D0, D1, g0, g1 = sp.symbols("H_1 H_2 D_0 D_1 g_0 g_1", real=True)


def prove() -> Formulas:
    """Write the loss out in plain names, and differentiate it by w."""
    net = unroll(1, 2, READ, TARGETS)
    symbols = net.symbols
    tensors = [symbols[name] for name in ("h0", "W", "U", "V", "b", "c")]
    plainly = dict(zip([s for tensor in tensors for s in tensor], names, strict=True))

    def out(expression: sp.Expr) -> sp.Expr:
        return net.at_rest(expression).xreplace(plainly)

    losses = [out(loss) for loss in net.losses]
    for m, K, x, y in ((1, 2, READ, TARGETS), (2, 3, [0, 2, 1], [2, 1, 1])):
        other, plain_symbols = unroll(m, K, x, y), parameters(m, K)
        must_be_equal("L", other.at_rest(other.loss), unrolled_loss(plain_symbols, x, y))
    states = [out(net.H[t + 1][0]) for t in range(2)]
    return {
        "equations": aligned(
            latex("A_t", "W H_t + U X_t + b"),
            latex("H_{t+1}", r"\tanh A_t, \qquad H_0 = h_0"),
            latex("O_t", "V H_{t+1} + c"),
            latex("L", r"\sum_{t=0}^{T-1} \Big( \ln \sum_k e^{O_{k,t}} - O_{y_t,t} \Big)"),
        ),
        "states": aligned(latex("H_1", states[0]), latex("H_2", states[1])),
        "losses": aligned(
            *written(0, [out(o) for o in net.O[0]], losses[0], TARGETS[0]),
            *written(1, [out(o) for o in net.O[1]], losses[1], TARGETS[1]),
        ),
        **slopes(net, out, states, sp.Add(*losses)),
        **by_hand(),
    }


def written(t: int, logits: list[sp.Expr], loss: sp.Expr, target: int) -> list[str]:
    """The loss of a step over three lines."""
    a, b = map(sp.exp, logits)
    must_be_equal(f"L_{t}", loss, sp.log(a + b) - logits[target])
    return [
        rf"L_{t} &= \ln \Big( {sp.latex(a)}",
        rf"&\qquad + {sp.latex(b)} \Big)",
        rf"&\qquad - \Big( {sp.latex(logits[target])} \Big)",
    ]


def slopes(
    net: Network, out: Callable[[sp.Expr], sp.Expr], states: list[sp.Expr], loss: sp.Expr
) -> Formulas:
    """dL/dw, in the order of the losses and in the order of the uses of w."""
    g = [va * out(G[0]) + vb * out(G[1]) for G in net.G]
    by_loss = [(1 - H1**2) * h0, (1 - H2**2) * (H1 + w * (1 - H1**2) * h0)]
    by_use = {D1: g1 * (1 - H2**2), D0: (g0 + w * D1) * (1 - H1**2)}
    meaning = {H1: states[0], H2: states[1], g0: g[0], g1: g[1]}

    def full(expression: sp.Expr) -> sp.Expr:
        return expression.subs(D0, by_use[D0]).subs(D1, by_use[D1]).xreplace(meaning)

    must_be_equal("dH_1/dw", sp.diff(states[0], w), full(by_loss[0]))
    must_be_equal("dH_2/dw", sp.diff(states[1], w), full(by_loss[1]))
    must_be_equal("dL/dw by losses", sp.diff(loss, w), full(g0 * by_loss[0] + g1 * by_loss[1]))
    must_be_equal("dL/dw by uses", sp.diff(loss, w), full(D0 * h0 + D1 * H1))
    return {
        "signals": latex("g_t", r"v_a G_{a,t} + v_b G_{b,t}"),
        "state_slopes": aligned(
            latex(r"\frac{d H_1}{d w}", by_loss[0]), latex(r"\frac{d H_2}{d w}", by_loss[1])
        ),
        "by_loss": latex(r"\frac{d L}{d w}", g0 * by_loss[0]) + f" + {sp.latex(g1 * by_loss[1])}",
        "by_use": latex(r"\frac{d L}{d w}", D0 * h0 + D1 * H1),
        "uses": aligned(latex("D_1", by_use[D1]), latex("D_0", by_use[D0])),
    }


def by_hand() -> Formulas:
    """The numbers of lessons 2 to 4, to four decimals."""
    P, H, A = forward(PARAMS, X, H0)
    slope = float(backward(PARAMS, X, Y, P, H)["W"][0, 0])
    step = 0.01
    above, below = (cost(PARAMS | {"W": PARAMS["W"] + s}, X, Y, H0) for s in (step, -step))
    loss = cost(PARAMS, X, Y, H0)
    h = [f"{state:.4f}" for state in H[0]]
    a = [f"{value:.4f}" for value in A[0]]
    o = [f"({h[t + 1]} + 0.2)" for t in range(2)]  # of a; that of b is its negative
    p = [f"{P[target, t]:.4f}" for t, target in enumerate(TARGETS)]
    return {
        "numbers": rf"w = 2, \quad u = {rows(PARAMS['U'])}, \quad b = 0.5, \quad "
        rf"v = {rows(PARAMS['V'])}, \quad c = {rows(PARAMS['c'])}, \quad h_0 = 0.25",
        "forward": aligned(
            worked("A_0", "2 * 0.25 + (-0.5) + 0.5", float(A[0, 0])),
            worked("H_1", f"tanh({plain(A[0, 0])})", H[0, 1], 4),
            worked("A_1", f"2 * {h[1]} + (-1) + 0.5", A[0, 1], 4),
            worked("H_2", f"tanh({a[1]})", H[0, 2], 4),
            worked("P_{b,0}", f"1 / (1 + exp(2 * {o[0]}))", P[1, 0], 4),
            worked("P_{a,1}", f"1 / (1 + exp(-2 * {o[1]}))", P[0, 1], 4),
            worked("L", f"-log({p[0]}) - log({p[1]})", loss, 3),
        ),
        "measured": aligned(
            rf"L(w = {2 + step}) &\approx {above:.6f}",
            rf"L(w = {2 - step}) &\approx {below:.6f}",
            worked(r"\frac{d L}{d w}", f"({above:.6f} - {below:.6f}) / {2 * step}", slope, 4),
        ),
    }
