"""The checks of lesson 5: central differences, and the checker used on right and wrong."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import expect
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.answering.values import copied, sent_whole
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.cases import Window, build, random_params, seeds
from lessons.checking.comparing.compare import agree
from lessons.checking.explaining.mistakes import mistakes_of
from lessons.checking.oracles.complex_step import complex_step_gradients
from lessons.checking.running.habits import *
from reference import backward as reference
from reference.loss import cost

Params = dict[str, np.ndarray]
E = tolerances.POLYNOMIALS
F = tolerances.FORMULA
STEPS = (0.1, 1e-2, 1e-3)


def tensors(seed: int, scale: float = 1.0) -> Params:
    """Five small tensors."""
    return random_params(2, 3, scale, np.random.default_rng(seed))


def one_number(x: float) -> Params:
    """Parameters that are all x."""
    return {name: np.full_like(tensor, x) for name, tensor in tensors(0).items()}


def summed(function: Callable[[np.ndarray], Any]) -> Callable[[Params], float]:
    """The loss that adds up a function of all entries."""
    return sent_whole(
        lambda params: float(sum(function(tensor).sum() for tensor in params.values()))
    )


exponentials = summed(sent_whole(lambda tensor: np.exp(tensor)))
sines = summed(sent_whole(lambda tensor: np.sin(tensor)))
cubic = summed(sent_whole(lambda tensor: tensor**3))  # differences over +-step give 3 x^2 + step^2


@sent_whole
def norm_squared(params: Params) -> float:
    """A loss with a gradient that is easily told: twice the parameters."""
    return float(sum((params[name] ** 2).sum() for name in "UWVbc"))


def linear(slopes: Params) -> Callable[[Params], float]:
    """A loss that has these slopes everywhere."""
    return sent_whole(
        lambda params: float(sum((slopes[name] * params[name]).sum() for name in params))
    )


# with a step so large that the last bits of params don't show in the slopes
EXAMPLES = {
    "numerical_gradients": lambda: tuple((norm_squared, tensors(s), 0.1) for s in (1, 2)),
    "relative_error": lambda: tuple((tensors(s)["U"], tensors(s + 5)["U"]) for s in (1, 2)),
}


@seeds
def test_linear_functions_are_differentiated_exactly(
    numerical_gradients: Function, seed: int
) -> None:
    slopes, params = tensors(seed), tensors(seed + 1)
    loss = linear(slopes)
    for step in STEPS:
        grads = numerical_gradients(loss, params, step)
        agree("grads", grads, slopes, E, dense=True, oracle="slopes known by hand")


@seeds
def test_quadratic_functions_are_differentiated_exactly(
    numerical_gradients: Function, seed: int
) -> None:
    params = tensors(seed)
    expected = {name: 2 * tensor for name, tensor in params.items()}
    for step in STEPS:
        grads = numerical_gradients(norm_squared, params, step)
        agree("grads", grads, expected, E, dense=True)


@pytest.mark.parametrize("x", [0.0, 2.0, -0.5])
def test_differences_are_central_and_use_step_as_given(
    numerical_gradients: Function, x: float
) -> None:
    """Of x^3 they give 3 x^2 + step^2, at x = 0 as well."""
    for step in STEPS:
        grads = numerical_gradients(cubic, one_number(x), step=step)
        expected = one_number(3 * x**2 + step**2)
        slope = f"the slope of x^3 at {x:g} by step {step:g}"
        agree(slope, grads["W"], expected["W"], E, dense=True)
        agree("grads", grads, expected, E)


def test_large_tensors_are_measured_entry_by_entry(numerical_gradients: Function) -> None:
    rng = np.random.default_rng(6)
    params, slopes = (random_params(9, 12, 1.0, rng) for _ in range(2))
    grads = numerical_gradients(linear(slopes), params, 1e-2)
    agree("grads", grads, slopes, E, dense=True)


def test_the_default_of_step_is_that_of_the_page(numerical_gradients: Function) -> None:
    """Seen where x^3 is differentiated at 0: the result is step^2."""
    grads = numerical_gradients(cubic, one_number(0.0))
    units = {name: grad / 1e-10 for name, grad in grads.items()}
    agree("grads, in units of 1e-10,", units, one_number(1.0), E, dense=True)


def test_an_entry_of_zero_is_measured_like_any_other(numerical_gradients: Function) -> None:
    """A one-sided difference of exp at 0 is wrong by half a step."""
    grads = numerical_gradients(exponentials, one_number(0.0), 1e-3)
    expected = one_number(np.sinh(1e-3) / 1e-3)
    agree("grads", grads, expected, E, oracle="the central difference of exp", dense=True)


def test_halving_the_step_divides_the_error_by_four(numerical_gradients: Function) -> None:
    params = one_number(0.7)
    for step in (1e-2, 4e-3, 2e-3):
        errors = [
            numerical_gradients(sines, params, s)["V"][1, 1] - np.cos(0.7) for s in (step, step / 2)
        ]
        ratio = errors[0] / errors[1] if errors[1] else np.inf
        expect(
            abs(ratio - 4) < 0.2,
            f"Halving the step from {step:g} divides the error by {ratio:.3g}; expected 4.",
        )


def test_every_entry_is_moved_alone(numerical_gradients: Function) -> None:
    """The loss is called with parameters that differ from the given ones in one entry.

    The last bits of the others may differ: only afterwards all have to be what they were.
    """
    params, step = tensors(3), 1e-2
    moved: set[tuple[str, int]] = set()

    def still(name: str, tensor: np.ndarray) -> np.ndarray:
        rounding = tolerances.RESTORED * (abs(params[name]) + step)
        return abs(np.asarray(tensor) - params[name]) <= rounding

    def spy(p: Params) -> float:
        changed = [(name, int(k)) for name in params for k in np.flatnonzero(~still(name, p[name]))]
        expect(
            len(changed) <= 1,
            f"The loss was called while {len(changed)} entries differed from their first values: "
            "move one at a time, and put it back exactly before the next.",
        )
        moved.update(changed)
        return norm_squared(p)

    numerical_gradients(spy, params, step)
    every = [(name, k) for name, tensor in params.items() for k in range(tensor.size)]
    missing = [f"{name}, entry {k}" for name, k in every if (name, k) not in moved]
    expect(not missing, f"Never moved: {'; '.join(missing[:3])}.")


@pytest.mark.parametrize("step", [1e-2, 1e-5])
@pytest.mark.parametrize("scale", [0.01, 1.0])
def test_params_come_back_bit_for_bit(
    numerical_gradients: Function, scale: float, step: float
) -> None:
    params = tensors(4, scale)
    params["b"][0, 0], params["c"][1, 0] = -0.0, 0.0
    before = copied(params)
    numerical_gradients.in_place(norm_squared, params, step)
    for name, tensor in before.items():
        expect(
            params[name].tobytes() == tensor.tobytes(),
            f'params["{name}"] differs afterwards in its last bits: keep the old value, and put '
            "it back.",
        )


def test_params_are_whole_whenever_the_loss_is_called(numerical_gradients: Function) -> None:
    """The five keys, the shapes, and a float from the loss, whichever dict it is given."""
    params = tensors(5)

    def loss(p: Params) -> float:
        expect(set(p) == set(params), f"The loss was called with the keys {', '.join(p)}.")
        return norm_squared(p)

    numerical_gradients(loss, params)


def loss_of(window: Window) -> Callable[[Params], float]:
    """The loss of a window as a function of the parameters."""
    _, X, Y, h0 = window
    return sent_whole(lambda params: cost(params, X, Y, h0))


@pytest.mark.parametrize("seed", range(3))
def test_gradients_of_the_network_agree_with_the_complex_step(
    numerical_gradients: Function, seed: int
) -> None:
    window = build(3, 4, 6, seed=seed)
    grads = numerical_gradients(loss_of(window), window.params, 1e-5)
    expected = complex_step_gradients(*window)
    tolerance = tolerances.CENTRAL_DIFFERENCES
    agree("grads", grads, expected, tolerance, oracle="the complex step", dense=True)


def test_relative_error_of_equal_gradients_is_zero(relative_error: Function) -> None:
    a = tensors(1)["U"]
    for same in (a, np.zeros((2, 3))):
        error = relative_error(same, same)
        expect(error == 0, f"The error of equal gradients is {error}; expected 0.")


def test_relative_error_of_opposite_gradients_is_one(relative_error: Function) -> None:
    for a in tensors(1).values():
        agree("the error of (a, -a)", relative_error(a, -a), 1.0, F, dense=True)


def norm(x: np.ndarray) -> float:
    """The root of the sum of squares."""
    return float(np.sqrt((x**2).sum()))


@seeds
def test_relative_error_is_the_formula_in_frobenius_norms(
    relative_error: Function, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    for k, shape in enumerate(((4, 3), (3, 3), (3, 1), (1, 1), (1, 5))):
        a, b = rng.standard_normal(shape), rng.standard_normal(shape)
        pairs = ((a, b), (a, a + 1e-3 * b), (a, a + 1e-7 * b), (1e-3 * a, b))
        ga, gn = pairs[(seed + k) % 4]
        expected = norm(ga - gn) / (norm(ga) + norm(gn))
        agree("the error", relative_error(ga, gn), expected, F, oracle="the formula")
        if k % 2:
            exchanged = relative_error(gn, ga)
            agree("the error, with the arguments exchanged,", exchanged, expected, F)
        else:
            larger = relative_error(1e3 * ga, 1e3 * gn)
            agree("the error of 1,000 times as large gradients", larger, expected, F)


def test_relative_error_uses_floor_as_given(relative_error: Function) -> None:
    """It takes the place of the norms' sum where that is smaller, and only there."""
    a, b = np.array([[3e-8, 0.0]]), np.array([[0.0, 4e-8]])
    error = relative_error(a, b)
    agree("the error at the default floor", error, 5e-8 / 1e-6, F, dense=True)
    for floor, below in ((1e-3, 1e-3), (1e-7, 1e-7), (1e-9, 7e-8), (0.5, 0.5), (1e-300, 7e-8)):
        error = relative_error(a, b, floor)
        agree(f"the error at floor {floor:g}", error, 5e-8 / below, F)
        error = relative_error(a, b, floor=floor)
        agree(f"the error at floor={floor:g}", error, 5e-8 / below, F)
    error = relative_error(1e-5 * a, 1e-5 * b, 1e-15)
    agree("the error of tiny gradients at floor 1e-15", error, 5 / 7, E, dense=True)
    error = relative_error(1e8 * a, 1e8 * b, 0.5)
    agree("the error of large gradients", error, 5 / 7, F)


def test_relative_error_sees_one_wrong_entry(relative_error: Function) -> None:
    a = tensors(2)["V"]
    for k in range(a.size):
        b = a.copy()
        b.flat[k] += 0.1
        agree("the error", relative_error(a, b), 0.1 / (norm(a) + norm(b)), E, dense=True)


WINDOWS = (
    build(3, 4, 6, scale=0.7, seed=3),
    build(2, 3, 1, scale=0.7),
    build(3, 3, 28, scale=0.6, seed=2),
)


def is_caught(error: float) -> bool:
    """Whether the error of a wrong gradient tells that it is wrong."""
    return error > 1e-4


def test_the_checker_accepts_the_right_gradients_and_rejects_each_known_mistake(
    numerical_gradients: Function, relative_error: Function
) -> None:
    """The planted bugs are the known mistakes of lesson 4."""
    mistakes = [entry.variants()[0] for entry in mistakes_of(LESSONS["04_backward"])]
    caught = dict.fromkeys((entry.name for entry in mistakes), 0.0)
    for window in (*WINDOWS, steep_window()):
        numerical = numerical_gradients(loss_of(window), window.params, 1e-5)
        for name, grad in gradients(window).items():
            error = relative_error(grad, numerical[name])
            expect(error < 1e-5, f"The right d{name} was rejected: its error is {error:.2g}.")
        for entry in (entry for entry in mistakes if not is_caught(caught[entry.name])):
            wrong = gradients(window, **{entry.function: entry.call})
            for name in wrong:
                planted = np.broadcast_to(wrong[name], numerical[name].shape)
                error = relative_error(planted, numerical[name])
                caught[entry.name] = max(caught[entry.name], error)
                if is_caught(error):
                    break
    for entry in mistakes:
        expect(
            is_caught(caught[entry.name]),
            f"A planted bug was accepted: {entry.sentence} "
            f"Its largest error by your checker is {caught[entry.name]:.2g}.",
        )


def gradients(window: Window, **wrong: Any) -> Params:
    """What the reference gives for a window, with one of its functions replaced."""
    params, X, Y, _ = window
    P, H, _ = window.run()
    if "backward" in wrong:
        found: Params = wrong["backward"](params, X, Y, P, H)
        return found
    G = wrong.get("output_gradient", reference.output_gradient)(P, Y)
    D = wrong.get("preactivation_gradient", reference.preactivation_gradient)(params, G, H)
    return {
        "U": D @ X.T,
        "W": D @ H[:, :-1].T,
        "V": G @ H[:, 1:].T,
        "b": D.sum(axis=1, keepdims=True),
        "c": G.sum(axis=1, keepdims=True),
    }


def steep_window() -> Window:
    """Gradients above 5, where clipping shows."""
    window = build(2, 3, 12, seed=4)
    Y = np.zeros_like(window.Y)
    Y[1] = 1.0
    params = window.params | {"V": 4 * window.params["V"]}
    return Window(params, window.X, Y, window.h0)
