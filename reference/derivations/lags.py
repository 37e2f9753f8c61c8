"""dL/dW by lag, and what truncation drops."""

import numpy as np
import sympy as sp

from reference.backward import output_gradient, preactivation_gradient
from reference.derivations import example
from reference.derivations.network import Network, recursion, unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    factor,
    latex,
    must_be_close,
    must_be_equal,
    plain,
    rows,
    table,
    worked,
)
from reference.derivations.sums_over_time import add
from reference.encoding import one_hot
from reference.forward import forward
from reference.training import initialise

SIZES = ((1, 2, [0, 1, 0], [1, 0, 0]), (2, 2, [0, 1, 1], [1, 0, 0]))


def part(net: Network, s: int, t: int) -> sp.Matrix:
    """What the loss of step s gives to dL/dW through the use of W at step t <= s."""
    silent = [net.G[u] if u == s else 0 * net.G[u] for u in range(net.T)]
    return recursion(net, silent)[t] * net.H[t].applyfunc(net.at_rest).T


def prove() -> Formulas:
    """Compare the parts with the derivative of each step's loss by the W of each step alone."""
    for m, K, x, y in SIZES:
        net, own = unroll(m, K, x, y), unroll(m, K, x, y, copies=True)
        steps = range(net.T)
        parts = {(s, t): part(net, s, t) for s in steps for t in range(s + 1)}
        for s in steps:
            for t in steps:
                copy, loss = own.own[t]["W"], own.losses[s]
                through = copy.applyfunc(
                    lambda w, loss=loss, own=own: own.at_rest(sp.diff(loss, w))
                )
                must_be_equal("a part of dL/dW", through, parts.get((s, t), sp.zeros(m, m)))
        whole = net.symbols["W"].applyfunc(lambda w, net=net: sp.diff(net.at_rest(net.loss), w))
        lags = [add(parts[t + lag, t] for t in range(net.T - lag)) for lag in steps]
        must_be_equal("dL/dW as a sum over lags", whole, add(lags))
        for k in range(1, net.T + 1):
            last = add(parts[s, t] for s in steps for t in range(max(0, s - k + 1), s + 1))
            must_be_equal(f"{k} steps back", add(lags[:k]), last)
    must_be_truncated()
    return {
        "one_loss": aligned(
            latex("D_s^{(s)}", r"V^\top G_s \odot \left(1 - H_{s+1}^2\right)"),
            latex(
                "D_t^{(s)}",
                r"W^\top D_{t+1}^{(s)} \odot \left(1 - H_{t+1}^2\right), \quad t < s",
            ),
            latex("D_t^{(s)}", r"0, \quad t > s"),
        ),
        "part": latex(r"\frac{\partial L_s}{\partial W^{(t)}}", r"D_t^{(s)} H_t^\top"),
        "lags": aligned(
            latex(r"\frac{\partial L}{\partial W}", r"\sum_{\ell = 0}^{T - 1} S_\ell"),
            latex(r"S_\ell", r"\sum_{t = 0}^{T - 1 - \ell} D_t^{(t + \ell)} H_t^\top"),
        ),
        "kept": latex(
            r"\sum_{\ell = 0}^{k - 1} S_\ell",
            r"\sum_{s = 0}^{T - 1} \; \sum_{t = \max(0, s - k + 1)}^{s} D_t^{(s)} H_t^\top",
        ),
        "window": r"\sum_{s = T}^{2T - 1} \; \sum_{t = T}^{s} D_t^{(s)} H_t^\top",
        "dropped": r"\sum_{s = T}^{2T - 1} \; \sum_{t = 0}^{T - 1} D_t^{(s)} H_t^\top",
        "pairs": pairs(),
        **by_hand(),
        "measured": measured(),
    }


def must_be_truncated() -> None:
    """Compare a window that starts from a carried state with the text read in one go.

    Of the gradient of the second window's loss, the window gives what passes through its own
    steps; the rest passes through the steps of the window before.
    """
    T = 2
    long = unroll(1, 2, [0, 1, 1, 0], [1, 0, 1, 1])
    window = unroll(1, 2, long.x[T:], long.y[T:])
    carried = {window.symbols["h0"][0]: long.at_rest(long.H[T][0])}
    W = long.symbols["W"][0]
    given = sp.diff(window.at_rest(window.loss), W).xreplace(carried)
    late = range(T, 2 * T)
    kept = add(part(long, s, t) for s in late for t in range(T, s + 1))
    must_be_equal("what the window keeps", given, kept)
    full = sp.diff(long.at_rest(sp.Add(*long.losses[T:])), W)
    dropped = add(part(long, s, t) for s in late for t in range(T))
    must_be_equal("what the window drops", full - given, dropped)


def pairs() -> str:
    """How many pairs of a loss and an earlier use of W a window has."""
    T, lag = sp.symbols("T ell", integer=True, positive=True)
    must_be_equal("the pairs", sp.summation(T - lag, (lag, 0, T - 1)), T * (T + 1) / 2)
    return latex(r"\sum_{\ell=0}^{T-1} (T - \ell)", r"\frac{T (T + 1)}{2}")


def by_hand() -> Formulas:
    """Split the dL/dW of the example into its lags."""
    alone = {s: example.gradient(heard=range(s, s + 1)) for s in range(example.T)}
    H, w = example.H[0], example.W
    lines = []
    for s in (2, 1, 0):
        heard = plain((example.V.T @ example.G)[0, s])
        for t in range(s, -1, -1):
            text = heard if t == s else f"{plain(w)} * {factor(alone[s][t + 1])}"
            name, slope = f"D_{t}^{{({s})}}", f"(1 - {plain(H[t + 1])}**2)"
            lines.append(worked(name, f"{text} * {slope}", alone[s][t]))
    cells, sums, total = [], [], 0.0
    for lag in range(example.T):
        times = [(alone[t + lag][t], H[t]) for t in range(example.T - lag)]
        value = sum(d * h for d, h in times)
        total += value
        text = " + ".join(f"{factor(d)} * {plain(h)}" for d, h in times)
        sums.append(worked(f"S_{lag}", text, value))
        cells.append((str(lag), str(len(times)), plain(value), plain(total)))
    must_be_close("dL/dW of the example", total, float(np.dot(example.gradient(), H[:-1])))
    return {
        "given": f"W = {plain(w)}, \\qquad V^\\top G = {rows(example.V.T @ example.G)}, "
        f"\\qquad H = {rows(H[None])}",
        "example": aligned(*lines),
        "example_sums": aligned(*sums),
        "example_table": table(("lag", "pairs of steps", "part of dL/dW", "sum so far"), *cells),
    }


def by_lag(params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray) -> list[np.ndarray]:
    """dL/dW split by lag, from a zero state."""
    P, H, _ = forward(params, X, np.zeros_like(params["b"]))
    T = X.shape[1]
    parts = [np.zeros_like(params["W"]) for _ in range(T)]
    for s in range(T):
        only = output_gradient(P, Y) * (np.arange(T) == s)
        D = preactivation_gradient(params, only, H)
        for t in range(s + 1):
            parts[s - t] += np.outer(D[:, t], H[:, t])
    return parts


def measured() -> str:
    """The size of the parts in a network of 100 units, for three sizes of W."""
    K, m, T, shown = 81, 100, 25, (0, 1, 2, 5, 10, 20)
    head, columns = ["lag"], []
    for times, called in ((1, "as drawn"), (10, "ten times"), (15, "fifteen times")):
        rng = np.random.default_rng(41)
        params = initialise(K, m, rng)
        Z = one_hot(rng.integers(K, size=T + 1), K)
        params["W"] *= times
        head.append(f"W {called}, norm {np.linalg.norm(params['W'], 2):.1f}")
        sizes = [float(np.linalg.norm(p)) for p in by_lag(params, Z[:, :-1], Z[:, 1:])]
        columns.append([f"{sizes[lag] / sizes[0]:.2g}" for lag in shown])
    return table(head, *zip(map(str, shown), *columns, strict=True))
