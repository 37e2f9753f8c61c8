"""The checks of lesson 3: cross-entropy, and the cost of a window."""

import math

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import shapes
from lessons.checking.answering.failure import expect
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.cases import DENSE, Window, build, on_windows, seeds
from lessons.checking.comparing.compare import agree
from lessons.checking.oracles import complex_step, symbolic
from lessons.checking.oracles.fifty_digits import fifty_digit_gradients
from lessons.checking.running.habits import *
from reference.encoding import one_hot
from reference.forward import softmax

E = tolerances.LOSS


def examples(seed: int) -> tuple[Window, np.ndarray]:
    """A window and its probabilities."""
    window = build(3, 4, 5, seed=seed)
    return window, window.run()[0]


def zeros(m: int, K: int) -> dict[str, np.ndarray]:
    """Weights and biases that are all 0."""
    return {name: np.zeros(shape) for name, shape in shapes(m, K).items()}


EXAMPLES = {
    "cross_entropy": lambda: tuple((P, w.Y) for w, P in (examples(1), examples(2))),
    "cost": lambda: tuple((w.params, w.X, w.Y, w.h0) for w, _ in (examples(1), examples(2))),
}


def test_cross_entropy_is_minus_log_of_the_probability_of_the_target(
    cross_entropy: Function,
) -> None:
    P = np.array([[0.5, 0.25, 1e-9], [0.5, 0.75, 1 - 1e-9]])
    for columns, targets, expected in (
        ([0], [0], math.log(2)),
        ([0, 1], [1, 0], 3 * math.log(2)),
        ([2], [0], 9 * math.log(10)),
    ):
        loss = cross_entropy(P[:, columns], one_hot(targets, 2))
        agree("the loss", loss, expected, E, oracle="logarithms by hand", dense=True)
    agree("the loss", cross_entropy(np.ones((1, 3)), np.ones((1, 3))), 0.0, E)
    for p in (1e-12, 1e-100, 1e-300):
        loss = cross_entropy(np.array([[p], [1 - p]]), one_hot([0], 2))
        agree(f"the loss of a target of probability {p:g}", loss, -math.log(p), E, dense=True)


@on_windows
def test_cross_entropy_agrees_with_the_sum_over_the_steps(
    cross_entropy: Function, window: Window
) -> None:
    P, _, _ = window.run()
    expected = -sum(math.log(P[k, t]) for t, k in enumerate(window.Y.argmax(axis=0)))
    agree("the loss", cross_entropy(P, window.Y), expected, E, dense=window.dense)


@on_windows
def test_cost_agrees_with_log_sum_exp_of_the_logits(cost: Function, window: Window) -> None:
    expected = float(complex_step.loss(*window))
    agree("the cost", cost(*window), expected, E, oracle="log-sum-exp", dense=window.dense)


def test_cost_agrees_with_fifty_digits(cost: Function) -> None:
    expected, _ = fifty_digit_gradients(*DENSE)
    agree("the cost", cost(*DENSE), expected, E, oracle="fifty digits", dense=True)


@seeds
def test_the_slopes_of_cost_agree_with_the_complex_step(cost: Function, seed: int) -> None:
    """Central differences through cost, along a direction near each gradient's own.

    Across it the slope would be small, and its rounding error large beside it.
    """
    window = build(3, 4, 5, seed=seed)
    params, X, Y, h0 = window
    rng, step = np.random.default_rng(seed), 1e-5
    for name, grad in complex_step.complex_step_gradients(*window).items():
        aside = rng.standard_normal(grad.shape)
        direction = grad / np.linalg.norm(grad) + 0.3 * aside / np.linalg.norm(aside)
        above, below = (
            cost(params | {name: params[name] + sign * step * direction}, X, Y, h0)
            for sign in (1, -1)
        )
        agree(
            f"the slope of the cost by {name}",
            (above - below) / (2 * step),
            (grad * direction).sum(),
            tolerances.CENTRAL_DIFFERENCES,
            oracle="the complex step",
            dense=True,
        )


def test_a_uniform_guess_costs_T_times_log_K(cost: Function) -> None:
    for m, K, T in ((2, 3, 1), (3, 8, 12), (5, 80, 25)):
        window = build(m, K, T)
        for h0 in (window.h0, np.zeros_like(window.h0)):
            loss = cost(zeros(m, K), window.X, window.Y, h0)
            agree("the cost", loss, T * math.log(K), E, dense=True)


def test_the_costs_of_many_improbable_targets_add_up(cross_entropy: Function) -> None:
    """Their product would be zero."""
    P = np.tile([[1e-9], [1 - 1e-9]], 60)
    agree("the loss", cross_entropy(P, one_hot([0] * 60, 2)), 60 * 9 * math.log(10), E, dense=True)


@on_windows
def test_the_loss_of_a_window_is_the_sum_of_its_parts(
    cross_entropy: Function, window: Window
) -> None:
    P, _, _ = window.run()
    T = P.shape[1]
    whole = cross_entropy(P, window.Y)
    single = sum(cross_entropy(P[:, [t]], window.Y[:, [t]]) for t in range(T))
    agree("the loss, against the sum of its steps'", whole, single, E)


@seeds
def test_the_cost_of_a_window_is_the_sum_of_its_halves(cost: Function, seed: int) -> None:
    window = build(4, 5, 8, seed=seed)
    params, X, Y, h0 = window
    _, H, _ = window.run()
    halves = cost(params, X[:, :3], Y[:, :3], h0) + cost(params, X[:, 3:], Y[:, 3:], H[:, 3:4])
    agree("the cost, against its halves' sum", cost(*window), halves, E, dense=True, own=True)


def test_a_confident_wrong_answer_costs_its_gap_in_logits(cost: Function) -> None:
    window = build(2, 4, 3)
    Y = one_hot([0, 0, 0], 4)
    for gap in (1.0, 30.0, 300.0, 700.0):
        params = zeros(2, 4) | {"c": np.array([[0.0], [gap], [0.0], [0.0]])}
        # logits (0, gap, 0, 0): log(e^gap + 3) is more than the target's 0 by this
        expected = 3 * (gap + math.log1p(3 * math.exp(-gap)))
        loss = cost(params, window.X, Y, window.h0)
        agree(f"the cost at a gap of {gap:g}", loss, expected, E, dense=True)


def test_probability_zero_on_the_target_costs_infinity(cross_entropy: Function) -> None:
    P = np.array([[0.0, 0.5], [1.0, 0.5]])
    for columns in ([0, 1], [1, 0], [0]):
        loss = cross_entropy(P[:, columns], one_hot([0] * len(columns), 2))
        expect(loss == np.inf, f"A target of probability 0 costs {loss}; expected inf.")


def test_probability_zero_elsewhere_costs_nothing(cross_entropy: Function) -> None:
    P = np.array([[1.0, 0.0], [0.0, 0.5], [0.0, 0.5]])
    agree("the loss", cross_entropy(P, one_hot([0, 2], 3)), math.log(2), E, dense=True)
    agree("the loss", cross_entropy(P[:, :1], one_hot([0], 3)), 0.0, E)


@seeds
def test_only_the_probability_of_the_target_matters(cross_entropy: Function, seed: int) -> None:
    """P need not even sum to 1 for that."""
    rng = np.random.default_rng(seed)
    P = softmax(rng.standard_normal((5, 4)))
    Y = one_hot(rng.integers(5, size=4), 5)
    other = np.where(Y == 1, P, rng.choice([0.0, 1.0, 0.3], size=P.shape))
    agree("the loss", cross_entropy(other, Y), cross_entropy(P, Y), E)


def test_huge_logits_cost_what_their_gaps_say(cost: Function) -> None:
    """One step's logits lie near 1e4, the next one's near -1e4; the gaps are of a few nats."""
    X, Y, h0 = one_hot([0, 1, 0], 2), one_hot([0, 1, 1], 2), np.zeros((1, 1))
    weights = {"U": np.array([[20.0, -20.0]]), "V": np.array([[1e4], [1e4]])}
    expected = 2 * math.log1p(math.exp(-2)) + math.log1p(math.exp(2))
    for shift in (0.0, 1e4, -1e4):
        params = zeros(1, 2) | weights | {"c": np.array([[shift], [shift + 2.0]])}
        agree("the cost", cost(params, X, Y, h0), expected, tolerances.HUGE_LOGITS, dense=True)


@on_windows
def test_adding_a_constant_to_c_does_not_change_the_cost(cost: Function, window: Window) -> None:
    params, X, Y, h0 = window
    shifted = params | {"c": params["c"] + 100.0}
    agree("the cost", cost(shifted, X, Y, h0), float(complex_step.loss(*window)), 100 * E)


@seeds
def test_permuting_the_characters_does_not_change_the_cost(cost: Function, seed: int) -> None:
    window = build(3, 5, 6, seed=seed)
    p, X, Y, h0 = window
    k = np.random.default_rng(seed).permutation(5)
    renamed = p | {"U": p["U"][:, k], "V": p["V"][k], "c": p["c"][k]}
    expected = float(complex_step.loss(*window))
    agree("the cost", cost(renamed, X[k], Y[k], h0), expected, E, dense=True)


@on_windows
def test_the_loss_is_never_negative(cross_entropy: Function, window: Window) -> None:
    loss = cross_entropy(window.run()[0], window.Y)
    expect(loss >= -1e-12, f"The loss is {loss:.4g}; no loss is below 0.")


def test_cost_agrees_with_the_unrolled_symbols(cost: Function) -> None:
    actual, expected = cost(*symbolic.symbolic_window()), symbolic.symbolic_loss()
    agree("the cost", actual, expected, E, oracle="the symbolic loss", dense=True)
