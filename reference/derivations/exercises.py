"""The answers to the lessons' exercises."""

from collections import Counter
from itertools import pairwise

import numpy as np
import sympy as sp

from reference.adagrad import adagrad_step
from reference.backward import output_gradient, preactivation_gradient
from reference.derivations.lessons_example import H0, PARAMS, X, Y
from reference.derivations.network import recursion, unroll
from reference.derivations.proving import (
    Formulas,
    aligned,
    latex,
    must_be_close,
    must_be_equal,
    rows,
    table,
    worked,
)
from reference.derivations.through_time import SIZES
from reference.encoding import build_vocabulary, encode, one_hot
from reference.forward import forward, softmax
from reference.gradcheck import numerical_gradients
from reference.loss import cost, cross_entropy
from reference.training import SMOOTHING, initialise


def prove() -> Formulas:
    """Answer every exercise, and prove the formulas of the answers."""
    answers = (
        pairs_of_characters,
        without_tanh,
        best_guess,
        first_state,
        kink,
        to_and_fro,
        ratio,
        smoothing,
    )
    return {name: formula for answer in answers for name, formula in answer().items()}


def pairs_of_characters() -> Formulas:
    """Lesson 1: X shifted times X counts the pairs of neighbours."""
    text = "hello"
    char_to_index, _ = build_vocabulary(text)
    Z = one_hot(encode(text, char_to_index), len(char_to_index))
    B, counts = Z[:, 1:] @ Z[:, :-1].T, Counter(pairwise(text))
    for first, j in char_to_index.items():
        for second, i in char_to_index.items():
            must_be_close(f"{second} after {first}", B[i, j], counts[first, second])
    return {
        "pairs": latex("B_{i,j}", r"\sum_{t=0}^{T-2} X_{i,t+1} X_{j,t}"),
        "pairs_example": latex("B", rows(B)),
        "pairs_after_l": f"{B[:, char_to_index['l']].sum():g}",
    }


def without_tanh() -> Formulas:
    """Lesson 2: without tanh, the state is a sum of all that was read, weighted by powers of w."""
    w, b, h0, ua, ub = sp.symbols("w b h_0 u_a u_b", real=True)
    first = w * h0 + ua + b
    second = w**2 * h0 + w * (ua + b) + (ub + b)
    must_be_equal("two steps without tanh", w * first + ub + b, second)
    U, W, bias = PARAMS["U"][0], PARAMS["W"].item(), PARAMS["b"].item()
    h = H0.item()
    for u in U:
        h = W * h + u + bias
    return {
        "linear": aligned(
            latex("H_1", "w h_0 + (u_a + b)"), latex("H_2", "w^2 h_0 + w (u_a + b) + (u_b + b)")
        ),
        "linear_example": aligned(worked("H_2", "2**2 * 0.25 + 2 * (-0.5 + 0.5) + (-1 + 0.5)", h)),
    }


def best_guess() -> Formulas:
    """Lesson 3: the cheapest fixed guess is how often the character comes."""
    n, a, p = sp.symbols("n a p", positive=True)
    loss = -a * sp.log(p) - (n - a) * sp.log(1 - p)
    must_be_equal("the slope of the loss", sp.diff(loss, p), -a / p + (n - a) / (1 - p))
    must_be_equal("its zero", sp.diff(loss, p).subs(p, a / n), 0)
    bend = a / p**2 + (n - a) / (1 - p) ** 2  # above zero: the loss is least there
    must_be_equal("the bend of the loss", sp.diff(loss, p, 2), bend)
    targets = one_hot(np.array([0, 0, 0, 1]), 2)
    best = cross_entropy(np.tile([[0.75], [0.25]], 4), targets)
    even = cross_entropy(np.full((2, 4), 0.5), targets)
    return {
        "guess": aligned(
            latex("L(p)", r"-3 \ln p - \ln (1 - p)"),
            latex("L'(p)", r"-\frac{3}{p} + \frac{1}{1 - p}"),
        ),
        "guess_example": aligned(
            worked(r"L(3/4)", "-3 * log(0.75) - log(0.25)", best, 3),
            worked(r"L(1/2)", "-4 * log(0.5)", even, 3),
        ),
    }


def first_state() -> Formulas:
    """Lesson 4: the slope by the state that the window starts from."""
    for m, K, x, y in SIZES:
        net = unroll(m, K, x, y)
        slopes = [net.at_rest(sp.diff(net.loss, entry)) for entry in net.symbols["h0"]]
        due = (net.symbols["W"].T * recursion(net)[0]).applyfunc(net.at_rest)
        must_be_equal("dL/dh0", slopes, list(due))
    P, H, _ = forward(PARAMS, X, H0)
    D = preactivation_gradient(PARAMS, output_gradient(P, Y), H)
    more, less = (cost(PARAMS, X, Y, H0 + step) for step in (0.001, -0.001))
    slope = (PARAMS["W"].T @ D[:, :1]).item()
    must_be_close("dL/dh0 as measured", (more - less) / 0.002, slope, within=1e-4)
    difference = f"({more:.7f} - {less:.7f}) / 0.002"
    return {
        "first_state": latex(r"\frac{\partial L}{\partial h_0}", r"W^\top D_0"),
        "first_state_example": aligned(
            worked(r"\frac{d L}{d h_0}", f"2 * {D[0, 0]:.4f}", slope, 3),
            worked(r"\text{measured}", difference, (more - less) / 0.002, 3),
        ),
    }


def kink() -> Formulas:
    """Lesson 5: what differences measure at the kink of relu."""
    x, s = sp.Symbol("x", real=True), sp.Symbol("s", positive=True)

    def relu(a: sp.Expr) -> sp.Expr:
        return sp.Max(0, a)

    for sign in (1, -1):  # away from the kink
        due = sp.Integer(int(sign > 0))
        must_be_equal("the slope of relu", sp.diff(relu(x), x).subs(x, sign * s), due)
    relu_is_as_derived()
    forward_at_0 = (relu(s) - relu(sp.Integer(0))) / s
    must_be_equal("the forward difference at 0", forward_at_0, 1)
    part = sp.Symbol("part", positive=True)
    near = part / (1 + part)  # any number between 0 and 1
    for place in (-near * s, sp.Integer(0), near * s):
        central = (relu(sp.factor(place + s)) - relu(sp.factor(place - s))) / (2 * s)
        must_be_equal("the central difference near 0", central, (place + s) / (2 * s))
    return {
        "relu": latex("D_t", r"\left(V^\top G_t + W^\top D_{t+1}\right) \odot [H_{t+1} > 0]"),
        "kink": aligned(
            r"\frac{\mathrm{relu}(0 + s) - \mathrm{relu}(0)}{s} &= \frac{s - 0}{s} = 1",
            r"\frac{\mathrm{relu}(0 + s) - \mathrm{relu}(0 - s)}{2 s} &= \frac{s - 0}{2 s} = "
            r"\frac{1}{2}",
        ),
        "near": r"\frac{\mathrm{relu}(x + s) - \mathrm{relu}(x - s)}{2 s} = \frac{x + s}{2 s} "
        r"\qquad (-s < x < s)",
    }


def relu_is_as_derived() -> None:
    """Compare the recursion with [H > 0] for its slope with measured gradients by b."""
    rng = np.random.default_rng(41)
    params = initialise(3, 2, rng, sigma=1.0)
    Z = one_hot(rng.integers(3, size=5), 3)

    def forward_pass(given: dict[str, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        h = np.zeros((2, 1))
        states = []
        for t in range(4):
            h = np.maximum(0, given["W"] @ h + given["U"] @ Z[:, t : t + 1] + given["b"])
            states.append(h)
        H = np.hstack(states)
        return softmax(given["V"] @ H + given["c"]), H

    def loss(given: dict[str, np.ndarray]) -> float:
        return cross_entropy(forward_pass(given)[0], Z[:, 1:])

    P, H = forward_pass(params)
    G, d, total = output_gradient(P, Z[:, 1:]), np.zeros(2), np.zeros(2)
    for t in reversed(range(4)):
        d = (params["V"].T @ G[:, t] + params["W"].T @ d) * (H[:, t] > 0)
        total += d
    if not 0 < np.count_nonzero(H) < H.size:
        raise ArithmeticError("the example for relu has units on one side of 0 only")
    measured = numerical_gradients(loss, params)["b"][:, 0]
    for derived, number in zip(total, measured, strict=True):
        must_be_close("dL/db with relu", derived, number, within=1e-8)


def to_and_fro() -> Formulas:
    """Lesson 6: where weights are after gradients of one sign, and of changing signs."""
    found: dict[int, list[float]] = {}
    for sign in (1, -1):
        theta, memory = {"W": np.zeros((1, 1))}, {"W": np.zeros((1, 1))}
        found[sign] = []
        for t in range(10_000):
            adagrad_step(theta, {"W": np.full((1, 1), -1.0 * sign**t)}, memory, eta=0.1, eps=0.0)
            found[sign].append(theta["W"].item())
    low, high = found[-1][1], found[-1][0]
    if not all(low <= place <= high for place in found[-1]):
        raise ArithmeticError("a weight that is pulled to and fro leaves its first two places")
    body = [
        (f"{n:,}", f"{0.1 / np.sqrt(n):.4f}", *(f"{found[sign][n - 1]:.4f}" for sign in (1, -1)))
        for n in (1, 2, 3, 4, 100, 10_000)
    ]
    head = ("n", "length of step n", "place, gradients alike", "place, gradients to and fro")
    return {"to_and_fro": table(head, *body)}


def ratio() -> Formulas:
    """Lesson 7: a temperature takes the ratio of two probabilities to a power."""
    a, b, tau = sp.symbols("a b tau", positive=True)
    total = sp.exp(a / tau) + sp.exp(b / tau)
    left = (sp.exp(a / tau) / total) / (sp.exp(b / tau) / total)
    must_be_equal("the ratio", left, sp.exp((a - b) / tau))
    O = np.log([[0.8], [0.2]])
    found: dict[float, float] = {}
    for t in (0.5, 2):
        P = softmax(O / t)
        must_be_close("the ratio", P[0, 0] / P[1, 0], 4 ** (1 / t))
        found[t] = P[0, 0]
    return {
        "ratio": r"\frac{p_i}{p_j} = \frac{e^{o_i / \tau}}{e^{o_j / \tau}} = "
        r"\left(e^{o_i - o_j}\right)^{1 / \tau}",
        "ratio_example": aligned(
            worked(r"\tau = 0.5: \quad p_a", "4**2 / (4**2 + 1)", found[0.5], 3),
            worked(r"\tau = 2: \quad p_a", "sqrt(4) / (sqrt(4) + 1)", found[2], 3),
        ),
    }


def smoothing() -> Formulas:
    """Lesson 8: how long the smoothed loss takes to follow a drop."""
    q, before, after, n = sp.symbols("q s_0 L n", positive=True)
    gap = after + (before - after) * q**n
    following = after + (before - after) * q ** (n + 1)
    must_be_equal("one more step", sp.expand(q * gap + (1 - q) * after), sp.expand(following))
    s, path = 110.0, [110.0]
    while s >= 51:
        s = SMOOTHING * s + (1 - SMOOTHING) * 50
        path.append(s)
    half = next(n for n, s in enumerate(path) if s < 80)
    return {
        "smoothing": aligned(
            latex("s_{n+1} - 50", r"0.999 \, s_n + 0.001 \cdot 50 - 50 = 0.999 \, (s_n - 50)"),
            latex("s_n - 50", r"60 \cdot 0.999^n"),
        ),
        "half_exact": rf"\ln(1/2) / \ln 0.999 \approx {np.log(0.5) / np.log(0.999):.1f}",
        "half": str(half),
        "nearly": f"{len(path) - 1:,}",
    }
