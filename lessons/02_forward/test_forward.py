"""The checks of lesson 2: softmax, and the network read from left to right."""

from typing import Any

import numpy as np
import pytest

import reference.forward as reference
from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import expect
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.cases import DENSE, Window, build, on_windows, seeds
from lessons.checking.comparing.compare import agree
from lessons.checking.oracles.complex_step import complex_step_gradients
from lessons.checking.oracles.fifty_digits import fifty_digit_states
from lessons.checking.running.habits import *
from reference.encoding import one_hot

E = tolerances.FORWARD

EXAMPLES = {
    "softmax": lambda: (
        (np.array([[0.0, 2.0], [1.0, -1.0]]),),
        (np.array([[3.0, -1.0], [0.5, 0.25]]),),
    ),
    "forward": lambda: tuple(
        (w.params, w.X, w.h0) for w in (build(2, 3, 4), build(2, 3, 4, seed=9))
    ),
}


def test_softmax_agrees_with_exponentials_over_their_sum(softmax: Function) -> None:
    rng = np.random.default_rng(5)
    sizes = ((1, 1), (1, 4), (5, 1), (3, 3), (8, 12))
    spelled = (np.array([[0.0], [np.log(3)]]), np.array([[1.0, 0, -2], [0.5, 0, 3]]))
    for O in (*spelled, *(3 * rng.standard_normal(size) for size in sizes)):
        P = np.exp(O) / np.exp(O).sum(axis=0)
        agree("P", softmax(O), P, E, oracle="softmax by definition")


def test_softmax_is_finite_and_right_for_huge_logits(softmax: Function) -> None:
    O = np.array([[1e4, 1e4, -1e4, 0], [9999, 0, -1e4, 1e4]])
    P = 1 / (1 + np.exp(-np.array([[1, 1e4, 0, -1e4], [-1, -1e4, 0, 1e4]])))
    agree("P", softmax(O), P, tolerances.HUGE_LOGITS)


def test_softmax_of_large_logits_depends_on_their_gap_alone(softmax: Function) -> None:
    """Wherever exp begins to overflow or to vanish; each size in a call of its own."""
    for s in (30.0, 350.0, 710.0, 750.0, 800.0, 1500.0, 6000.0, 12_000.0, 1e5):
        for sign in (1, -1):
            x = sign * s
            P = softmax(np.array([[x], [x - 1]]))
            expected = np.array([[1 / (1 + np.exp(-1))], [1 / (1 + np.e)]])
            agree(f"P for logits {x:g} and {x - 1:g}", P, expected, tolerances.HUGE_LOGITS)
    P = softmax(np.array([[1e4], [0.0]]))
    expect(P[1, 0] == 0, f"P for a gap of 1e4 is {P[1, 0]}; expected 0.")


def test_softmax_of_a_column_does_not_depend_on_the_others(softmax: Function) -> None:
    O = np.array([[0.0, 1e4, -1e4], [1.0, 0.0, -1e4 + 2]])
    P = softmax(O)
    for t in range(3):
        expected = reference.softmax(O[:, [t]])[:, 0]
        agree(f"column {t} of P", P[:, t], expected, tolerances.HUGE_LOGITS)


def test_softmax_keeps_small_probabilities_entry_by_entry(softmax: Function) -> None:
    P = softmax(np.array([[0.0], [-50.0], [-600.0]]))
    for k, logit in enumerate((0, -50, -600)):
        ratio = P[k, 0] / (np.exp(logit) / (1 + np.exp(-50.0)))
        quantity = f"P[{k},0], as a multiple of what is expected,"
        agree(quantity, ratio, 1.0, tolerances.SMALL_PROBABILITIES)


def test_the_slopes_of_softmax_agree_with_central_differences(softmax: Function) -> None:
    """dP[i]/dO[j] = P[i] (1[i = j] - P[j])."""
    O, step = np.array([[0.3], [-0.5], [1.0]]), 1e-5
    P = np.exp(O) / np.exp(O).sum()
    for j in range(3):
        move = step * np.eye(3)[:, [j]]
        agree(
            f"the slope of P by O[{j},0]",
            (softmax(O + move) - softmax(O - move)) / (2 * step),
            P * (np.eye(3)[:, [j]] - P[j]),
            tolerances.CENTRAL_DIFFERENCES,
            oracle="central differences",
            dense=True,
        )


def agree_with_the_reference(
    forward: Function, params: Any, X: Any, h0: Any, names: str = "AHP", *, dense: bool = True
) -> None:
    """Expect the reference's results of those names, in the order in which they are made."""
    yours, expected = forward(params, X, h0), reference.forward(params, X, h0)
    for name, own, right in zip("AHP", yours[::-1], expected[::-1], strict=True):
        if name in names:
            agree(name, own, right, E, oracle="the reference", dense=dense)


@on_windows
def test_A_H_and_P_agree_with_the_reference(forward: Function, window: Window) -> None:
    agree_with_the_reference(forward, window.params, window.X, window.h0, dense=window.dense)


def test_P_and_H_agree_with_fifty_digits(forward: Function) -> None:
    P, H = fifty_digit_states(DENSE.params, DENSE.X, DENSE.h0)
    results = forward(DENSE.params, DENSE.X, DENSE.h0)
    agree("H", results[1], H, tolerances.DIGITS, oracle="fifty digits", dense=True)
    agree("P", results[0], P, tolerances.DIGITS, dense=True)


def test_the_loss_of_P_changes_with_the_weights_as_the_complex_step_says(forward: Function) -> None:
    """Central differences through forward, along one random direction for each tensor."""
    params, X, Y, h0 = DENSE
    grads = complex_step_gradients(params, X, Y, h0)
    rng, step = np.random.default_rng(2), 1e-5
    for name, tensor in params.items():
        direction = rng.standard_normal(tensor.shape)
        losses = []
        for moved in (tensor + step * direction, tensor - step * direction):
            P, _, _ = forward(params | {name: moved}, X, h0)
            losses.append(-np.log((P * Y).sum(axis=0)).sum())
        agree(
            f"the slope of the loss by {name}",
            (losses[0] - losses[1]) / (2 * step),
            (grads[name] * direction).sum(),
            tolerances.CENTRAL_DIFFERENCES,
            oracle="the complex step",
            dense=True,
        )


@on_windows
def test_the_columns_of_P_sum_to_one(forward: Function, window: Window) -> None:
    P, _, _ = forward(window.params, window.X, window.h0)
    agree("the sum of each column of P", P.sum(axis=0), np.ones(P.shape[1]), E)


@on_windows
def test_H_starts_with_h0_and_goes_on_with_tanh_of_A(forward: Function, window: Window) -> None:
    _, H, A = forward(window.params, window.X, window.h0)
    agree("H[:,0]", H[:, :1], window.h0, 0)
    agree("H[:,1:], against tanh of your own A,", H[:, 1:], np.tanh(A), E)
    expect((abs(H[:, 1:]) <= 1).all(), "H has entries beyond -1 and 1, which tanh never gives.")


def test_large_A_give_states_near_plus_and_minus_one(forward: Function) -> None:
    for size in (15.0, 1000.0):
        window = build(2, 3, 4)
        params = window.params | {"b": np.array([[size], [-size]])}
        agree_with_the_reference(forward, params, window.X, window.h0, "AH")


def test_huge_logits_stay_finite(forward: Function) -> None:
    window = build(3, 4, 5)
    params = window.params | {"V": 1e5 * window.params["V"]}
    P, _, _ = forward(params, window.X, window.h0)
    expected, _, _ = reference.forward(params, window.X, window.h0)
    agree("P", P, expected, tolerances.HUGE_LOGITS)


def test_a_window_may_start_from_any_state(forward: Function) -> None:
    """Saturated states, as a window before may leave, and zero, which is not `no state`."""
    params, X, _, h0 = build(3, 4, 5)
    forward(params, X, h0)
    for start in (np.ones_like(h0), -np.ones_like(h0), np.zeros_like(h0)):
        agree_with_the_reference(forward, params, X, start)


@on_windows
def test_adding_a_constant_to_c_changes_nothing(forward: Function, window: Window) -> None:
    for s in (3.0, -700.0):
        shifted = window.params | {"c": window.params["c"] + s}
        P, _, _ = forward(shifted, window.X, window.h0)
        agree("P", P, window.run()[0], E * (1 + abs(s)))


@on_windows
def test_a_window_split_in_two_gives_the_same_columns(forward: Function, window: Window) -> None:
    params, X, _, h0 = window
    T = X.shape[1]
    if T < 2:
        return
    whole = window.run()
    first = forward(params, X[:, : T // 2], h0)
    second = forward(params, X[:, T // 2 :], first[1][:, -1:])
    for name, a, b, c in zip("PA", first[::2], second[::2], whole[::2], strict=True):
        agree(f"{name} of the two halves", np.hstack((a, b)), c, E)


@seeds
def test_a_character_changes_nothing_before_it(forward: Function, seed: int) -> None:
    window = build(4, 5, 6, seed=seed)
    t = seed % 5 + 1
    X = window.X.copy()
    X[:, t] = np.roll(X[:, t], 1)
    one = forward(window.params, window.X, window.h0)
    other = forward(window.params, X, window.h0)
    for name, a, b, upto in zip("PHA", one, other, (t, t + 1, t), strict=True):
        agree(f"{name} before step {t}", b[:, :upto], a[:, :upto], E, dense=True, own=True)
    expect(
        not np.allclose(one[2][:, t], other[2][:, t]),
        f"A[:,{t}] does not depend on the character read at step {t}.",
    )


@seeds
def test_permuting_characters_or_hidden_units_permutes_the_result(
    forward: Function, seed: int
) -> None:
    window = build(4, 5, 6, seed=seed)
    rng = np.random.default_rng(seed)
    P, H, _ = window.run()
    U, W, V, b, c = (window.params[name] for name in "UWVbc")
    tolerance = tolerances.SYMMETRY
    k = rng.permutation(5)
    renamed = {"U": U[:, k], "W": W, "V": V[k], "b": b, "c": c[k]}
    results = forward(renamed, window.X[k], window.h0)
    agree("P, with the characters permuted,", results[0], P[k], tolerance, dense=True)
    i, sign = rng.permutation(4), rng.choice([-1.0, 1.0], size=(4, 1))
    turned = sign * sign.T
    moved = {"U": sign * U[i], "W": turned * W[i][:, i], "V": V[:, i] * sign.T, "b": sign * b[i]}
    results = forward(moved | {"c": c}, window.X, sign * window.h0[i])
    agree("P, with the hidden units permuted,", results[0], P, tolerance, dense=True)
    agree("H, with the hidden units permuted,", results[1], sign * H[i], tolerance)


@pytest.mark.parametrize("seed", range(3))
def test_columns_of_U_for_characters_not_read_do_not_matter(forward: Function, seed: int) -> None:
    window = build(3, 6, 4, seed=seed)
    X = one_hot([1, 4, 1, 4], 6)
    other = window.params["U"].copy()
    other[:, [0, 2, 3, 5]] = 100.0
    results = [forward(window.params | {"U": U}, X, window.h0) for U in (window.params["U"], other)]
    for name, a, b in zip("PHA", *results, strict=True):
        agree(name, b, a, 0)
