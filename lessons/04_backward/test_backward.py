"""The checks of lesson 4: back-propagation through time, one step of the derivation each."""

import time
from dataclasses import replace

import numpy as np

import reference.backward as reference
from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import expect
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.cases import DENSE, Window, build, on_windows, random_params, seeds
from lessons.checking.comparing.compare import agree
from lessons.checking.oracles import symbolic
from lessons.checking.oracles.central_differences import central_differences
from lessons.checking.oracles.complex_step import complex_step_gradients, loss
from lessons.checking.oracles.fifty_digits import fifty_digit_gradients
from lessons.checking.running.habits import *
from reference.encoding import one_hot
from reference.forward import softmax

E = tolerances.GRADIENT
Params = dict[str, np.ndarray]


def examples() -> list[tuple[Window, np.ndarray, np.ndarray]]:
    """Two windows, each with its P and its H."""
    windows = [build(3, 4, 5, seed=seed) for seed in (1, 2)]
    return [(window, *window.run()[:2]) for window in windows]


EXAMPLES = {
    "output_gradient": lambda: [(P, window.Y) for window, P, _ in examples()],
    "preactivation_gradient": lambda: [
        (window.params, P - window.Y, H) for window, P, H in examples()
    ],
    "backward": lambda: [(w.params, w.X, w.Y, P, H) for w, P, H in examples()],
}


def grads_of(backward: Function, window: Window) -> Params:
    """What the answer makes of a window, given what the reference's forward returns."""
    P, H, _ = window.run()
    result: Params = backward(window.params, window.X, window.Y, P, H)
    return result


def expect_gradients(
    backward: Function, window: Window, tolerance: float = E, *, dense: bool = False
) -> None:
    """Expect the gradients that the complex step gives."""
    expected = complex_step_gradients(*window)
    agree("grads", grads_of(backward, window), expected, tolerance, dense=dense)


@on_windows
def test_output_gradient_is_P_minus_Y(output_gradient: Function, window: Window) -> None:
    P, _, _ = window.run()
    G, dense = output_gradient(P, window.Y), window.dense
    agree("dL/dO", G, P - window.Y, E, oracle="P - Y", dense=dense)


def test_output_gradient_keeps_small_probabilities(output_gradient: Function) -> None:
    P = np.array([[1e-3, 0.5], [1e-9, 1e-14], [1 - 1e-3 - 1e-9, 0.5 - 1e-14]])
    Y = one_hot([2, 0], 3)
    agree("dL/dO, as a multiple of P - Y,", output_gradient(P, Y) / (P - Y), np.ones((3, 2)), E)
    certain = np.eye(2)
    for Y in (certain, certain[::-1]):  # probability 1 and 0 for the target
        agree("dL/dO", output_gradient(certain, Y), certain - Y, 0)


@seeds
def test_output_gradient_is_the_slope_of_the_loss_by_the_logits(
    output_gradient: Function, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    O, Y = rng.standard_normal((4, 3)), one_hot(rng.integers(4, size=3), 4)
    step = 1e-20
    slopes = np.empty_like(O)
    for k, t in np.ndindex(O.shape):
        moved = O.astype(complex)
        moved[k, t] += 1j * step
        slopes[k, t] = (np.log(np.exp(moved).sum(axis=0)).sum() - moved[k, t] * Y[k, t]).imag / step
    agree("dL/dO", output_gradient(softmax(O), Y), slopes, E, oracle="the complex step", dense=True)


@on_windows
def test_the_columns_of_the_output_gradient_sum_to_zero(
    output_gradient: Function, window: Window
) -> None:
    G = output_gradient(window.run()[0], window.Y)
    agree("the sum of each column of dL/dO", G.sum(axis=0), np.zeros(G.shape[1]), tolerances.SUMS)


def given_G_and_H(window: Window, size: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Any G and any H: the recursion is right or wrong whatever they are."""
    m, K, T = window.sizes
    rng = np.random.default_rng([m, K, T])
    return size * rng.standard_normal((K, T)), np.tanh(rng.standard_normal((m, T + 1)))


def recursion(params: Params, G: np.ndarray, H: np.ndarray) -> np.ndarray:
    """dL/dA written out entry by entry."""
    W, V = params["W"], params["V"]
    (m, T), K = (len(W), G.shape[1]), len(V)
    D = np.zeros((m, T + 1))  # nothing follows the last step
    for t in range(T - 1, -1, -1):
        for i in range(m):
            heard = sum(V[k, i] * G[k, t] for k in range(K))
            heard += sum(W[j, i] * D[j, t + 1] for j in range(m))
            D[i, t] = heard * (1 - H[i, t + 1] ** 2)
    return D[:, :T]


@on_windows
def test_preactivation_gradient_follows_the_recursion(
    preactivation_gradient: Function, window: Window
) -> None:
    for size in (1.0, 100.0):
        G, H = given_G_and_H(window, size)
        D, expected = preactivation_gradient(window.params, G, H), recursion(window.params, G, H)
        agree("dL/dA", D, expected, E, oracle="the recursion by hand", dense=window.dense)


@seeds
def test_preactivation_gradient_is_the_slope_of_the_loss_by_A(
    preactivation_gradient: Function, seed: int
) -> None:
    """Moving A[i,t] is moving the bias at step t alone, done by a complex step."""
    window = build(3, 4, 5, seed=seed)
    params, X, Y, h0 = window
    P, H, _ = window.run()
    m, K, T = window.sizes
    extended = np.vstack((X, np.eye(T)))  # one more input for each step, with weights of zero
    steps = 1e-20j * np.eye(m * T).reshape(m * T, m, T)
    U = np.concatenate((np.broadcast_to(params["U"], (m * T, m, K)), steps), axis=2)
    slopes = (loss(params | {"U": U}, extended, Y, h0).imag / 1e-20).reshape(m, T)
    D = preactivation_gradient(params, P - Y, H)
    agree("dL/dA", D, slopes, E, oracle="the complex step", dense=True)


@seeds
def test_nothing_passes_where_a_state_is_1_or_minus_1(
    preactivation_gradient: Function, seed: int
) -> None:
    """At h = 1 and -1 the slope of tanh is 0, and near them it is small, but not nothing."""
    window = build(3, 4, 6, seed=seed)
    G, H = given_G_and_H(window)
    H[0, 1:], H[1, 2:4], H[1, 4:] = 1 - 1e-5, 1.0, -1.0
    D, expected = preactivation_gradient(window.params, G, H), recursion(window.params, G, H)
    agree("dL/dA", D, expected, E, dense=True)
    agree("dL/dA at h = 1 and -1", D[1, 1:], np.zeros(5), 0)
    size = np.linalg.norm(expected[0])
    agree("dL/dA at h = 0.99999", D[0] / size, expected[0] / size, E, dense=True)


def test_states_of_1_and_minus_1_give_the_right_gradients(backward: Function) -> None:
    window = build(3, 4, 5)
    params = window.params | {"b": np.array([[1000.0], [-1000.0], [0.1]])}
    h0 = np.array([[1.0], [-1.0], [0.5]])
    expect_gradients(backward, replace(window, params=params, h0=h0))


@seeds
def test_preactivation_gradient_is_linear_in_G(preactivation_gradient: Function, seed: int) -> None:
    window = build(3, 4, 6, seed=seed)
    G, H = given_G_and_H(window)
    for factor in (-3.0, 1e4):
        D = preactivation_gradient(window.params, factor * G, H)
        agree("dL/dA", D, factor * recursion(window.params, G, H), E, dense=True)


@seeds
def test_what_is_carried_back_never_stops(preactivation_gradient: Function, seed: int) -> None:
    """G is zero but at the last step, and W shrinks what passes: small is not nothing."""
    params = build(3, 4, 9, seed=seed).params
    params["W"] *= 0.02 / np.linalg.norm(params["W"], 2)
    G, H = given_G_and_H(build(3, 4, 9, seed=seed))
    G[:, :-1] = 0.0
    D, expected = preactivation_gradient(params, G, H), recursion(params, G, H)
    sizes = np.linalg.norm(expected, axis=0)
    quantity = "dL/dA, each column as a multiple of what is expected,"
    agree(quantity, D / sizes, expected / sizes, E, dense=True)


@on_windows
def test_all_gradients_agree_with_the_complex_step(backward: Function, window: Window) -> None:
    grads, expected = grads_of(backward, window), complex_step_gradients(*window)
    agree("grads", grads, expected, E, oracle="the complex step", dense=window.dense)


def test_all_gradients_agree_with_fifty_digits(backward: Function) -> None:
    _, expected = fifty_digit_gradients(*DENSE)
    grads = grads_of(backward, DENSE)
    agree("grads", grads, expected, tolerances.DIGITS, oracle="fifty digits", dense=True)


def test_all_gradients_agree_with_central_differences(backward: Function) -> None:
    params, X, Y, h0 = DENSE
    expected = central_differences(lambda p: float(loss(p, X, Y, h0)), params)
    grads, tolerance = grads_of(backward, DENSE), tolerances.CENTRAL_DIFFERENCES
    agree("grads", grads, expected, tolerance, oracle="central differences", dense=True)


def test_a_long_window_is_followed_to_its_first_step(backward: Function) -> None:
    for seed in range(3):
        expect_gradients(backward, build(5, 4, 30, seed=seed), dense=True)


@seeds
def test_columns_of_dU_belong_to_the_characters_read(backward: Function, seed: int) -> None:
    """Zero for a character not read; a sum for one that is read again."""
    window = replace(build(3, 6, 5, seed=seed), X=one_hot([1, 4, 1, 4, 4], 6))
    grads = grads_of(backward, window)
    agree('grads["U"]', grads["U"], complex_step_gradients(*window)["U"], E, dense=True)
    absent = grads["U"][:, [0, 2, 3, 5]]
    agree('grads["U"] in the columns of characters not read', absent, np.zeros_like(absent), 0)


@on_windows
def test_the_gradients_of_c_and_of_columns_of_V_sum_to_zero(
    backward: Function, window: Window
) -> None:
    grads = grads_of(backward, window)
    P, _, _ = window.run()
    T, G = P.shape[1], abs(P - window.Y).sum()
    agree("the sum of dc", grads["c"].sum() / T, 0.0, tolerances.SUMS)
    sums = grads["V"].sum(axis=0)
    agree("the sum of each column of dV", sums / max(G, 1.0), np.zeros_like(sums), tolerances.SUMS)


@on_windows
def test_the_columns_of_dU_sum_to_db(backward: Function, window: Window) -> None:
    """Each step reads one character, so dU and db hear the same."""
    grads = grads_of(backward, window)
    sums = grads["U"].sum(axis=1, keepdims=True)
    agree("the sum of the columns of dU, against your db,", sums, grads["b"], E)


def test_one_step_from_a_zero_state_leaves_dW_zero(backward: Function) -> None:
    for seed in range(3):
        window = replace(build(3, 4, 1, seed=seed), h0=np.zeros((3, 1)))
        grads = grads_of(backward, window)
        agree('grads["W"]', grads["W"], np.zeros((3, 3)), 0)
        agree("grads", grads, complex_step_gradients(*window), E)


def test_zero_parameters_leave_only_dc(backward: Function) -> None:
    for m, K, T in ((2, 3, 4), (3, 5, 1), (4, 8, 12)):
        window = build(m, K, T)
        params = {name: np.zeros_like(tensor) for name, tensor in window.params.items()}
        window = replace(window, params=params)
        grads = grads_of(backward, window)
        counts = window.Y.sum(axis=1, keepdims=True)
        agree('grads["c"]', grads["c"], T / K - counts, tolerances.SUMS, dense=True)
        for name in "UWb":
            agree(f'grads["{name}"]', grads[name], np.zeros_like(params[name]), 0)
    zero = replace(window, h0=np.zeros_like(window.h0))
    agree('grads["V"]', grads_of(backward, zero)["V"], np.zeros((8, 4)), 0)


@seeds
def test_permuting_hidden_units_with_signs_permutes_the_gradients(
    backward: Function, seed: int
) -> None:
    window = build(4, 5, 6, seed=seed)
    p, X, Y, h0 = window
    rng = np.random.default_rng(seed)
    i, sign = rng.permutation(4), rng.choice([-1.0, 1.0], size=(4, 1))

    def moved(q: Params) -> Params:
        return {
            "U": sign * q["U"][i],
            "W": sign * q["W"][i][:, i] * sign.T,
            "V": q["V"][:, i] * sign.T,
            "b": sign * q["b"][i],
            "c": q["c"],
        }

    grads = grads_of(backward, Window(moved(p), X, Y, sign * h0[i]))
    agree("grads", grads, moved(complex_step_gradients(*window)), tolerances.SYMMETRY, dense=True)


@seeds
def test_permuting_characters_permutes_the_gradients(backward: Function, seed: int) -> None:
    window = build(4, 5, 6, seed=seed)
    p, X, Y, h0 = window
    k = np.random.default_rng(seed).permutation(5)

    def renamed(q: Params) -> Params:
        return q | {"U": q["U"][:, k], "V": q["V"][k], "c": q["c"][k]}

    grads = grads_of(backward, Window(renamed(p), X[k], Y[k], h0))
    agree("grads", grads, renamed(complex_step_gradients(*window)), tolerances.SYMMETRY, dense=True)


@seeds
def test_dV_and_dc_add_up_over_a_split(backward: Function, seed: int) -> None:
    """dU, dW and db do not: the part that is carried back over the cut is missing."""
    params, X, Y, h0 = window = build(4, 5, 8, seed=seed)
    _, H, _ = window.run()
    first = grads_of(backward, Window(params, X[:, :3], Y[:, :3], h0))
    second = grads_of(backward, Window(params, X[:, 3:], Y[:, 3:], H[:, 3:4]))
    whole = complex_step_gradients(*window)
    for name in "Vc":
        halves = first[name] + second[name]
        agree(f'grads["{name}"], summed over two halves,', halves, whole[name], E, dense=True)
    expect(
        np.linalg.norm(first["W"] + second["W"] - whole["W"]) > 1e-6 * np.linalg.norm(whole["W"]),
        "dW of a window is the sum of its halves', as though nothing were carried back over "
        "the cut.",
    )


@on_windows
def test_adding_a_constant_to_c_changes_no_gradient(backward: Function, window: Window) -> None:
    shifted = window.params | {"c": window.params["c"] + 10.0}
    grads = grads_of(backward, replace(window, params=shifted))
    agree("grads", grads, complex_step_gradients(*window), E)


def large_gradients(size: float) -> Window:
    """One target throughout and states near plus and minus one: everything adds up."""
    m, K, T = 3, 4, 30
    rng = np.random.default_rng(8)
    params = random_params(m, K, 0.3, rng) | {
        "b": np.array([[1.0], [-1.2], [0.8]]),
        "V": size * np.array([[1.0, -1, 1], [-1, 1, 0.5], [0.5, -0.5, 1], [-1, 1, -1]]),
    }
    return Window(params, one_hot([0, 1] * (T // 2), K), one_hot([3] * T, K), np.zeros((m, 1)))


def test_large_gradients_are_not_clipped(backward: Function) -> None:
    for size, names, least in ((3.0, "UWVbc", 20), (1000.0, "UWb", 5000)):
        window = large_gradients(size)
        expected = complex_step_gradients(*window)
        if any(abs(expected[name]).max() <= least for name in names):
            raise RuntimeError(f"the gradients are too small to tell: {size}")
        agree("grads", grads_of(backward, window), expected, E)


def test_huge_logits_give_finite_gradients(backward: Function) -> None:
    window = build(3, 4, 5)
    params = window.params | {"V": 1e5 * window.params["V"]}
    expect_gradients(backward, replace(window, params=params), tolerances.HUGE_LOGITS)


def test_backward_is_derived_and_not_measured(backward: Function) -> None:
    """Loops over scalars take 2,000 times the reference's time, differences 46,000 times."""
    window = build(100, 80, 25, scale=0.1)
    P, H, _ = window.run()
    arguments = (window.params, window.X, window.Y, P, H)

    def fastest(function: object) -> float:
        best = np.inf
        for _ in range(3):
            began = time.perf_counter()
            function(*arguments)  # type: ignore[operator]
            best = min(best, time.perf_counter() - began)
            if best < 0.1:
                break
        return best

    agree("grads", backward(*arguments), reference.backward(*arguments), E, dense=True)
    own, ours = fastest(backward), fastest(reference.backward)
    expect(
        own <= 10_000 * ours,
        f"backward takes {own / ours:,.0f} times as long as the reference; up to 10,000 is fine. "
        "Does it measure the gradients by changing one weight at a time?",
    )


def test_all_gradients_agree_with_the_symbolic_derivatives(backward: Function) -> None:
    grads = grads_of(backward, symbolic.symbolic_window())
    expected, oracle = symbolic.symbolic_gradients(), "the symbolic derivatives"
    agree("grads", grads, expected, tolerances.DIGITS, oracle=oracle, dense=True)
