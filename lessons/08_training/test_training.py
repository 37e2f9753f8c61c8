"""The checks of lesson 8: first weights, the loop over windows and epochs, the best weights.

Two right programs drift apart within a few hundred updates, so no long run is compared with
another: every update is checked from the answer's own state before it.
"""

import math
import random
from functools import cache
from typing import Any

import numpy as np
import pytest

import reference.training as reference
from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import tensors
from lessons.checking.answering.failure import expect
from lessons.checking.answering.values import copied
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.cases import random_params, seeds
from lessons.checking.comparing.compare import Current, agree, near
from lessons.checking.oracles.complex_step import complex_step_gradients
from lessons.checking.running.habits import *
from reference.adagrad import clip
from reference.encoding import one_hot

from .updates import EPS, RESULTS, Moment, Params, Run, flat, follow, record, shaped

E = tolerances.UPDATE

EXAMPLES = {"initialise": lambda: tuple((5, 4, np.random.default_rng(s)) for s in (1, 2))}


def text(N: int, K: int, seed: int = 0) -> np.ndarray:
    """N random characters."""
    return np.random.default_rng([N, K, seed]).integers(K, size=N).astype(np.intp)


def weights(K: int = 4, m: int = 3, scale: float = 0.5, seed: int = 0) -> Params:
    """Parameters that are far from zero, biases too."""
    return random_params(m, K, scale, np.random.default_rng([K, m, seed]))


def run(
    training_steps: Function, N: int, seed: int = 0, scale: float = 0.5, **options: Any
) -> list[Moment]:
    """A whole small run: m = 3, K = 4, T = 3 unless given."""
    options = {"seq_length": 3} | options
    params = weights(scale=scale, seed=seed)
    seen = list(follow(training_steps, params, text(N, 4, seed), **options))
    expect(seen, f"A text of {N} characters gave no step.")
    return seen


SIZES = [(14, 3), (13, 2), (31, 1)]  # N characters, epochs; windows of 3
sizes = pytest.mark.parametrize(
    ("N", "epochs"), SIZES, ids=[f"N = {N}, epochs = {epochs}" for N, epochs in SIZES]
)


def named(seen: Moment) -> str:
    """Which step."""
    return f"step {seen.step.step} (epoch {seen.epoch})"


def loss_is_right(seen: Moment, tolerance: float = E, **options: Any) -> None:
    """The loss of a step, from the state before it."""
    quantity = f"the loss of {named(seen)}"
    agree(quantity, seen.step.loss, seen.expected["loss"], tolerance, own=True, **options)


def smoothed_loss_is_right(seen: Moment, **options: Any) -> None:
    """The smoothed loss of a step, from the one before it."""
    expected = seen.smoothed(seen.expected["loss"])
    quantity = f"the smoothed loss of {named(seen)}"
    agree(quantity, seen.step.smooth_loss, expected, E, own=True, **options)


def update_is_right(seen: Moment, **options: Any) -> None:
    """The params after a step, from those before it."""
    mine, expected = (
        shaped(left["params"], len(seen.h), seen.K) for left in (seen.yours, seen.expected)
    )
    agree(f"params after {named(seen)}, in", mine, expected, E, own=True, **options)


def test_initialise_draws_with_the_spread_sigma(initialise: Function) -> None:
    for options, sigma in (((), 0.01), ((0.01,), 0.01), ((0.5,), 0.5)):
        K, m = (80, 100) if options else (61, 43)
        params = initialise(K, m, np.random.default_rng(3), *options)
        for name in "UWV":
            n = params[name].size
            spread, mean = params[name].std() / sigma, params[name].mean() / sigma
            expect(
                abs(spread - 1) < 6 / math.sqrt(2 * n),
                f"{name} has the standard deviation {spread * sigma:.4g}; "
                f"expected {sigma:g}, give or take {6 * sigma / math.sqrt(2 * n):.2g}.",
            )
            expect(
                abs(mean) < 6 / math.sqrt(n),
                f"{name} has the mean {mean * sigma:.2g}; expected 0, "
                f"give or take {6 * sigma / math.sqrt(n):.2g}.",
            )


def test_initialise_draws_from_a_normal_distribution(initialise: Function) -> None:
    """The fourth moment tells: 3 for a normal, 1.8 for a uniform one."""
    params = initialise(80, 100, np.random.default_rng(4), sigma=1.0)
    for name in "UWV":
        z = params[name].ravel()
        bound = 7 * math.sqrt(24 / len(z))
        kurtosis = ((z - z.mean()) ** 4).mean() / z.var() ** 2
        expect(
            abs(kurtosis - 3) < bound,
            f"{name} is not normally distributed: its kurtosis is {kurtosis:.2f}; "
            f"expected 3, give or take {bound:.2f}.",
        )


def test_initialise_draws_every_entry_anew(initialise: Function) -> None:
    params = initialise(40, 50, np.random.default_rng(6))
    for name in "UWV":
        different = len(np.unique(params[name]))
        expect(
            different > 0.99 * params[name].size,
            f"{name} holds {different} different numbers in {params[name].size} entries; "
            "draws from a normal distribution do not repeat.",
        )


def test_initialise_sets_biases_to_zero(initialise: Function) -> None:
    params = initialise(5, 4, np.random.default_rng(1))
    for name in "bc":
        agree(f'params["{name}"]', params[name], np.zeros_like(params[name]), 0)


def test_initialise_draws_from_rng_alone(initialise: Function) -> None:
    rng = np.random.default_rng(1)
    first, second = initialise(5, 4, rng), initialise(5, 4, rng)
    again, other = (initialise(5, 4, np.random.default_rng(seed)) for seed in (1, 2))
    for name in "UWV":
        agree(f"{name} from the same state of rng", again[name], first[name], 0)
        for what, tensor in (("a second call on one rng", second), ("another rng", other)):
            expect(
                not np.array_equal(first[name], tensor[name]),
                f"{name} is the same from {what}.",
            )


def test_initialise_draws_each_tensor_for_itself(initialise: Function) -> None:
    """No tensor is a copy, a transpose or a view of another."""
    params = initialise(6, 6, np.random.default_rng(5))
    for a, b in ("UW", "UV", "WV", "bc"):
        expect(not np.shares_memory(params[a], params[b]), f"{a} and {b} share memory.")
    for a, b in ("UW", "UV", "WV"):
        x = params[a].ravel()
        for y in (params[b].ravel(), params[b].T.ravel()):
            expect(
                abs(np.corrcoef(x, y)[0, 1]) < 0.9,
                f"{a} and {b} hold the same numbers; draw each anew.",
            )


def test_params_are_updated_in_place_and_one_step_at_a_time(training_steps: Function) -> None:
    """Lazy: nothing is done before a step is asked for, and no later step is done by then."""
    params = weights()
    arrays, before = dict(params), copied(params)
    steps = training_steps.in_place(params, text(20, 4), 4, seq_length=3)
    agree("params before the first step was asked for, in", params, before, 0)
    expected = copied(params)
    run_of_reference = reference.training_steps(expected, text(20, 4), 4, seq_length=3)
    for count in range(3):
        next(steps)
        next(run_of_reference)
        quantity = f"params when step {count} is yielded, in"
        agree(quantity, params, expected, tolerances.TRAJECTORY, dense=True)
    for name, tensor in arrays.items():
        expect(
            params[name] is tensor,
            f'params["{name}"] is another array after a step; change the one that is there.',
        )


@pytest.mark.parametrize(
    ("N", "T", "windows"),
    [(1, 3, 0), (3, 3, 0), (4, 3, 1), (6, 3, 1), (7, 3, 2), (12, 3, 3), (13, 3, 4), (9, 1, 8)],
)
def test_windows_start_at_0_T_2T_while_a_target_is_left(
    training_steps: Function, N: int, T: int, windows: int
) -> None:
    for epochs in (0, 1, 2):
        options: dict[str, Any] = {"seq_length": T, "epochs": epochs}
        steps = list(training_steps.in_place(weights(), text(N, 4), 4, **options))
        expect(
            len(steps) == windows * epochs,
            f"A text of {N} characters in windows of {T} gave {len(steps)} steps in {epochs} "
            f"epochs; expected {windows * epochs}.",
        )


def test_a_long_text_is_read_to_its_end(training_steps: Function) -> None:
    params = weights(K=2, m=1)
    steps = list(training_steps.in_place(params, text(12_001, 2), 2, seq_length=300))
    expect(
        len(steps) == 40, f"12,001 characters in windows of 300 gave {len(steps)} steps, not 40."
    )


@sizes
def test_step_counts_through_all_epochs_which_count_from_zero(
    training_steps: Function, N: int, epochs: int
) -> None:
    for count, seen in enumerate(run(training_steps, N, epochs=epochs)):
        step, epoch = seen.step.step, seen.step.epoch
        expect(
            (step, epoch) == (count, seen.epoch),
            f"Step number {count} calls itself step {step}, epoch {epoch}; "
            f"expected step {count}, epoch {seen.epoch}.",
        )


@sizes
def test_the_loss_is_that_of_the_window_before_its_update(
    training_steps: Function, N: int, epochs: int
) -> None:
    """In its own window, with the targets one character later, from the state carried on."""
    for seed in (0, 1):
        for seen in run(training_steps, N, seed, epochs=epochs):
            loss_is_right(seen, dense=True, oracle="the reference, from the answer's own state")


@sizes
def test_each_update_is_one_of_adagrad_from_the_state_before(
    training_steps: Function, N: int, epochs: int
) -> None:
    """Its memory goes on through all epochs."""
    for seed in (0, 1):
        for seen in run(training_steps, N, seed, epochs=epochs):
            update_is_right(seen, dense=True)


def single_steps(
    K: int, theta: np.ndarray, h: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Losses and gradients of many windows of one character, each with a row of theta and of h."""
    U, W, V, b, c = shaped(theta, h.shape[1], K).values()
    X, Y, h = (columns[..., None] for columns in (np.eye(K)[x], np.eye(K)[y], h))
    h_next = np.tanh(W @ h + U @ X + b)
    O = V @ h_next + c
    P = np.exp(O - O.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    G = P - Y
    D = V.swapaxes(1, 2) @ G * (1 - h_next**2)
    rows = [columns.swapaxes(1, 2) for columns in (X, h, h_next)]
    grads = (D @ rows[0], D @ rows[1], G @ rows[2], D, G)
    losses = -np.log((P * Y).sum(axis=(1, 2)))
    return losses, np.concatenate([grad.reshape(len(x), -1) for grad in grads], axis=1)


def test_a_long_run_goes_on_as_it_began(training_steps: Function) -> None:
    """1,200 updates, each from the state before; what is expected is worked out for all at once."""
    params, indices, windows = weights(seed=3), text(601, 4, 3), 600
    start = copied(params)
    seen: Run = {name: [] for name in RESULTS}
    steps = training_steps.made_ahead().in_place(params, indices, 4, seq_length=1, epochs=2)
    for step in steps:
        tensors("params after a step", params, start)
        record(seen, step, params)
    theta = np.vstack((flat(start), *seen["params"]))
    h = np.vstack((np.zeros(3), *seen["h"][:-1]))
    h[windows] = 0.0  # the second epoch begins
    losses, gradients = single_steps(4, theta[:-1], h, *np.tile((indices[:-1], indices[1:]), 2))
    g = np.clip(gradients, -5, 5)
    updated = theta[:-1] - 0.1 * g / np.sqrt(np.cumsum(g**2, axis=0) + EPS)
    Current.proof.comparisons += 6 * len(losses)
    right = near(seen["loss"], losses, E) & near(theta[1:], updated, E).all(axis=1)
    for k in np.flatnonzero(~right):
        what = f"step {seen['step'][k]} (epoch {k // windows})"
        agree(f"the loss of {what}", seen["loss"][k], losses[k], E, dense=True, own=True)
        mine, expected = (shaped(values[k], 3, 4) for values in (theta[1:], updated))
        agree(f"params after {what}, in", mine, expected, E, dense=True, own=True)


def test_a_vocabulary_may_have_more_than_256_characters(training_steps: Function) -> None:
    params = random_params(2, 300, 0.3, np.random.default_rng(1))
    for seen in follow(training_steps, params, np.arange(299, 200, -3), seq_length=5):
        loss_is_right(seen, dense=True)
        update_is_right(seen, dense=True)


@sizes
def test_h_is_the_state_that_the_window_ends_in(
    training_steps: Function, N: int, epochs: int
) -> None:
    """At the end of an epoch also zero, which is what the next window starts from."""
    for seen in run(training_steps, N, epochs=epochs):
        last_of_epoch = seen.place == seen.setting.windows - 1
        if seen.step.h.any() or not last_of_epoch:
            expected = seen.expected["h"][:, None]
            agree(f"h of {named(seen)}", seen.step.h, expected, E, dense=True, own=True)


@sizes
def test_the_smoothed_loss_goes_on_through_all_epochs(
    training_steps: Function, N: int, epochs: int
) -> None:
    for seen in run(training_steps, N, epochs=epochs):
        smoothed_loss_is_right(seen, dense=True)


def inclined(logit: float) -> Params:
    """A bias towards the first character."""
    return {"c": np.array([[logit], [0.0], [0.0], [0.0]])}


def certain_then_surprised() -> tuple[Params, np.ndarray]:
    """A first window that costs nothing at all, and others that cost much."""
    zero = {name: np.zeros_like(tensor) for name, tensor in weights().items()}
    return zero | inclined(60.0), np.array([0, 0, 0, 0, 1, 2, 3, 1, 2, 3])


def test_a_first_loss_of_zero_is_smoothed_like_any_other(training_steps: Function) -> None:
    params, indices = certain_then_surprised()
    seen = list(follow(training_steps, params, indices, seq_length=3))
    for one in seen:
        smoothed_loss_is_right(one)
    expect(len(seen) == 3, f"10 characters gave {len(seen)} steps of 3.")


def test_huge_logits_do_no_harm(training_steps: Function) -> None:
    params = weights()
    params["c"] += 1e4
    for seen in follow(training_steps, params, text(14, 4), seq_length=3):
        loss_is_right(seen, tolerances.HUGE_LOGITS)


def test_gradients_are_clipped_at_5(training_steps: Function) -> None:
    """One target throughout and large V: every tensor has gradients above 5."""
    params = weights(seed=6)
    params["V"] *= 6
    indices = np.array([0, 1, 2] + [3] * 60)
    for seen in list(follow(training_steps, copied(params), indices, seq_length=20)):
        update_is_right(seen, dense=True)
    Z = one_hot(indices[:21], 4)
    grads = complex_step_gradients(params, Z[:, :-1], Z[:, 1:], np.zeros((3, 1)))
    if any(abs(grads[name]).max() <= 5 for name in "UWVbc"):
        raise RuntimeError("no gradient to clip")


def test_the_first_update_follows_the_complex_step(training_steps: Function) -> None:
    params, indices = weights(), text(10, 4)
    before = copied(params)
    next(training_steps.in_place(params, indices, 4, seq_length=6))
    Z = one_hot(indices[:7], 4)
    grads = clip(complex_step_gradients(before, Z[:, :-1], Z[:, 1:], np.zeros((3, 1))))
    after = {name: before[name] - 0.1 * g / np.sqrt(g**2 + 1e-8) for name, g in grads.items()}
    quantity = "params after the first step, in"
    agree(quantity, params, after, E, dense=True, oracle="the complex step")


@pytest.mark.parametrize(
    "options",
    [
        {"eta": 0.02},
        {"eta": 2.0},
        {"eta": 1.0, "seq_length": 5},
        {"seq_length": 1},
        {"seq_length": 11},
    ],
    ids=lambda options: ", ".join(f"{name} {value:g}" for name, value in options.items()),
)
def test_options_are_used_as_given(training_steps: Function, options: dict[str, Any]) -> None:
    for seen in run(training_steps, 25, **options):
        loss_is_right(seen)
        update_is_right(seen)


def test_the_defaults_are_those_of_the_page(training_steps: Function) -> None:
    params = weights(scale=0.2)
    seen = list(follow(training_steps, params, text(80, 4)))
    expect(len(seen) == 3, f"80 characters gave {len(seen)} steps by default; expected 3.")
    for one in seen:
        loss_is_right(one, dense=True)
        update_is_right(one, dense=True)


def test_later_steps_do_not_change_an_earlier_h(training_steps: Function) -> None:
    params = weights()
    yielded = []
    for step in training_steps.in_place(params, text(20, 4), 4, seq_length=3, epochs=2):
        yielded.append((step, step.h, np.array(step.h)))
    for step, h, then in yielded:
        expect(np.array_equal(h, then), f"The h of step {step.step} was changed by later steps.")
        for tensor in params.values():
            expect(not np.shares_memory(h, tensor), "h is a view of a parameter.")


def test_the_text_is_left_unchanged(training_steps: Function) -> None:
    indices = text(20, 4)
    list(training_steps.in_place(weights(), indices, 4, seq_length=3, epochs=2))
    expect(np.array_equal(indices, text(20, 4)), "training_steps changed the indices.")


def test_two_runs_side_by_side_do_not_disturb_each_other(training_steps: Function) -> None:
    """Each run has its own memory, state and smoothed loss."""
    pairs = [(weights(seed=s), text(20, 4, s)) for s in (0, 1)]
    apart = [
        [step.smooth_loss for step in reference.training_steps(copied(p), i, 4, seq_length=3)]
        for p, i in pairs
    ]
    together = [training_steps.in_place(p, i, 4, seq_length=3) for p, i in pairs]
    for count in range(4):
        for which in (0, 1):
            mine, expected = next(together[which]).smooth_loss, apart[which][count]
            quantity = f"the smoothed loss of step {count}"
            agree(quantity, mine, expected, tolerances.TRAJECTORY, dense=True)


def global_states() -> tuple[bytes, object]:
    """The states of NumPy's and Python's global generators, after a draw from each.

    The draw tells a state from the one that a fixed seed gives.
    """
    np.random.random(), random.random()  # noqa: NPY002
    return global_states_now()


def global_states_now() -> tuple[bytes, object]:
    """The states as they are."""
    return np.random.get_state(legacy=False)["state"]["key"].tobytes(), random.getstate()  # noqa: NPY002


def test_training_steps_leaves_the_global_generators_alone(training_steps: Function) -> None:
    before = global_states()
    list(training_steps.in_place(weights(), text(20, 4), 4, seq_length=3))
    expect(
        global_states_now() == before, "training_steps draws from a global generator or seeds it."
    )


def test_train_leaves_the_global_generators_alone(train: Function) -> None:
    before = global_states()
    train.in_place(weights(), text(20, 4), 4, seq_length=3)
    expect(global_states_now() == before, "train draws from a global generator or seeds it.")


@seeds
def test_three_updates_agree_with_the_reference(training_steps: Function, seed: int) -> None:
    params, indices = weights(seed=seed), text(13, 4, seed)
    twin = copied(params)
    expected = [s.loss for s in reference.training_steps(twin, indices, 4, seq_length=4)]
    actual = [s.loss for s in training_steps.in_place(params, indices, 4, seq_length=4)]
    agree("the losses of three steps", actual, expected, tolerances.TRAJECTORY, dense=True)
    agree("params after three steps, in", params, twin, tolerances.TRAJECTORY, dense=True)


def test_the_first_loss_is_that_of_a_uniform_guess(training_steps: Function) -> None:
    params = reference.initialise(80, 100, np.random.default_rng(1))
    step = next(training_steps.in_place(params, text(60, 80), 80))
    expect(
        abs(step.loss / (25 * math.log(80)) - 1) < 0.01,
        f"With small weights the first loss is {step.loss:.4g}; expected 25 ln 80 = 109.55.",
    )


def test_ab_repeated_is_learnt_within_300_updates(training_steps: Function) -> None:
    params = reference.initialise(2, 16, np.random.default_rng(0), 0.1)
    indices = np.tile([0, 1], 400)
    best = math.inf
    for step in training_steps.in_place(params, indices, 2, seq_length=25, epochs=10):
        best = min(best, step.loss / 25)
        if best < 0.1 or step.step >= 300:
            break
    expect(best < 0.1, f"'abab...' still costs {best:.2g} nats a character after 300 updates.")


def easy_then_hard() -> np.ndarray:
    """A text that is soon learnt, and then another: the best loss lies inside the run."""
    return np.concatenate((np.tile([0, 1], 60), text(60, 4)))


def best_of_reference(
    params: Params, indices: np.ndarray, **options: Any
) -> tuple[list[float], Params]:
    """The smoothed losses of a run, and the parameters just after the smallest one's update."""
    losses: list[float] = []
    best: Params = {}
    for step in reference.training_steps(params, indices, 4, **options):
        losses.append(step.smooth_loss)
        if step.smooth_loss == min(losses):
            best = copied(params)
    return losses, best


def hard_from_the_start() -> tuple[Params, np.ndarray]:
    """Weights that suit the first window alone: the best loss is the first."""
    params = weights(scale=0.1) | inclined(6.0)
    return params, np.concatenate((np.zeros(4, dtype=np.intp), text(60, 4) % 3 + 1))


def training(params: Params, indices: np.ndarray, **options: Any) -> tuple[Params, Any, Any]:
    """What train is called with."""
    return params, indices, options


TRAININGS = {
    "best inside the run": lambda: training(weights(scale=0.3), easy_then_hard(), seq_length=3),
    "best at step 0": lambda: training(*hard_from_the_start(), seq_length=3, eta=1e-3),
    "best loss of zero": lambda: training(*certain_then_surprised(), seq_length=3),
    "best in the last epoch": lambda: training(
        weights(scale=0.3), np.tile([0, 1], 10), seq_length=3, epochs=3
    ),
    "losses above 10,000": lambda: training(
        weights() | inclined(600.0), text(130, 3) + 1, seq_length=20
    ),
    "losses that hardly fall": lambda: training(
        weights() | {"V": np.zeros((4, 3))}, np.zeros(40, dtype=np.intp), seq_length=3, eta=1e-6
    ),
    "best at the last step": lambda: training(
        weights(scale=0.3), np.tile([0, 1], 20), seq_length=3
    ),
    "defaults": lambda: training(weights(scale=0.2), text(110, 4)),
    "two epochs": lambda: training(
        weights(scale=0.3), text(20, 4), epochs=2, seq_length=4, eta=0.2
    ),
}


@cache
def expected_of(case: str) -> tuple[list[float], Params]:
    """Losses and best parameters of a training, by the reference."""
    params, indices, options = TRAININGS[case]()
    return best_of_reference(params, indices, **options)


@pytest.mark.parametrize("case", TRAININGS)
def test_train_keeps_the_smoothed_losses(train: Function, case: str) -> None:
    params, indices, options = TRAININGS[case]()
    losses, _ = expected_of(case)
    result = train.in_place(params, indices, 4, **options)
    expect(
        len(result.smooth_losses) == len(losses),
        f"There are {len(result.smooth_losses)} smoothed losses; expected one for each of "
        f"{len(losses)} steps.",
    )
    agree("smooth_losses", list(result.smooth_losses), losses, tolerances.TRAJECTORY, dense=True)


@pytest.mark.parametrize("case", TRAININGS)
def test_best_loss_is_the_smallest_smoothed_loss(train: Function, case: str) -> None:
    params, indices, options = TRAININGS[case]()
    losses, _ = expected_of(case)
    where = int(np.argmin(losses))
    last = where == len(losses) - 1
    promised = {
        "best inside the run": not last and where > 0,
        "best at step 0": where == 0,
        "losses that hardly fall": last and losses[0] - losses[-1] < 1e-6,
    }
    if not promised.get(case, True):
        raise RuntimeError(f"the smallest loss is at step {where} of {len(losses)}")
    result = train.in_place(params, indices, 4, **options)
    agree("best_loss", result.best_loss, min(losses), tolerances.TRAJECTORY)
    expect(
        result.best_loss == min(result.smooth_losses),
        f"best_loss is {result.best_loss:.6g}; the smallest of your smooth_losses is "
        f"{min(result.smooth_losses):.6g}.",
    )


@pytest.mark.parametrize("case", TRAININGS)
def test_best_params_are_those_just_after_the_best_step(train: Function, case: str) -> None:
    """A snapshot, which later steps do not change."""
    params, indices, options = TRAININGS[case]()
    _, best = expected_of(case)
    result = train.in_place(params, indices, 4, **options)
    for name in params:
        for other in params:
            expect(
                not np.shares_memory(result.best_params[name], params[other]),
                f'best_params["{name}"] is the array of params["{other}"], and changes with it.',
            )
    dense = case != "best loss of zero"
    agree("best_params", result.best_params, best, tolerances.TRAJECTORY, dense=dense)
    if case == "best at the last step":
        agree("best_params, which are the last ones,", result.best_params, result.params, 0)


def test_params_of_the_result_are_the_given_ones(train: Function) -> None:
    params, indices, options = TRAININGS["best inside the run"]()
    arrays, expected = dict(params), copied(params)
    best_of_reference(expected, indices, **options)
    result = train.in_place(params, indices, 4, **options)
    expect(result.params is params, "result.params is another dict than the given params.")
    for name, tensor in arrays.items():
        expect(params[name] is tensor, f'params["{name}"] is another array after training.')
    agree("params after training, in", params, expected, tolerances.TRAJECTORY, dense=True)


def test_training_twice_gives_the_same_result_twice(train: Function) -> None:
    """Nothing is left over from the first run, and the first result is not changed."""
    params, indices, options = TRAININGS["two epochs"]()
    twin = copied(params)
    first = train.in_place(params, indices, 4, **options)
    kept = copied(first.best_params), list(first.smooth_losses)
    second = train.in_place(twin, indices, 4, **options)
    losses = list(second.smooth_losses)
    what, bound = "smooth_losses of the second run", tolerances.TRAJECTORY
    agree(what, losses, kept[1], bound, dense=True, own=True)
    agree("best_params of the first run, after the second,", first.best_params, kept[0], 0)
