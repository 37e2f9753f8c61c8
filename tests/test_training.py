"""The training loop: windows, epochs, smoothing, best weights, and the compiled update."""

import sys

import numpy as np
import pytest

from lessons.checking.comparing.windows import build
from reference import training
from reference.benchmark import compare_with_peers, literal_update
from reference.program.cli import UserError
from reference.program.published import update as published_update


def small(N, seed=0, K=4, m=3):
    rng = np.random.default_rng(seed)
    indices = np.concatenate([np.arange(K), rng.integers(K, size=N - K)])
    return training.initialise(K, m, rng, sigma=0.5), indices, K


@pytest.mark.parametrize(("N", "windows"), [(5, 0), (6, 1), (10, 1), (11, 2), (26, 5)])
def test_windows_end_where_the_last_target_would_be_missing(N, windows):
    params, indices, K = small(N)
    steps = list(training.training_steps(params, indices, K, seq_length=5, epochs=2))
    assert [step.step for step in steps] == list(range(2 * windows))
    assert [step.epoch for step in steps] == [0] * windows + [1] * windows


def test_each_epoch_starts_from_a_zero_state_and_each_window_from_the_one_before():
    params, indices, _ = small(17)
    seen = []

    def spy(params, memory, window, h, eta):
        seen.append(h.copy())
        return training.update(params, memory, window, h, eta)

    state = training.begin(params)
    steps = list(training.steps(state, indices, seq_length=5, epochs=2, update=spy))
    for t, h in enumerate(seen):
        expected = np.zeros((3, 1)) if t % 3 == 0 else steps[t - 1].h
        np.testing.assert_array_equal(h, expected)


def test_best_weights_are_a_snapshot_of_the_smallest_smoothed_loss():
    params, indices, K = small(200)
    indices[:100] = np.tile([0, 1], 50)  # learnt soon; what follows is a surprise
    snapshots = []
    twin = {name: tensor.copy() for name, tensor in params.items()}
    for step in training.training_steps(twin, indices, K, seq_length=5):
        snapshots.append((step.smooth_loss, {k: v.copy() for k, v in twin.items()}))
    result = training.train(params, indices, K, seq_length=5)
    losses = [loss for loss, _ in snapshots]
    best = int(np.argmin(losses))
    assert 0 < best < len(losses) - 1  # strictly inside, so that later steps could spoil it
    assert result.smooth_losses == losses
    assert result.best_loss == losses[best]
    assert result.params is params
    for name, tensor in result.best_params.items():
        np.testing.assert_array_equal(tensor, snapshots[best][1][name])
        assert not np.array_equal(tensor, params[name])


def test_a_run_in_two_parts_gives_the_same_bits_as_one(novel):
    def run(parts):
        params = training.initialise(81, 20, np.random.default_rng(0))
        state = training.begin(params)
        losses = []
        for part in parts:
            steps = training.steps(state, novel.indices[:500], epochs=3)
            losses += [next(steps).smooth_loss for _ in range(part)]
        return losses

    assert run([30]) == run([7, 13, 1, 9])


def states_along_a_run(novel, count):
    """Parameters, memory, window and h before each update of a real run."""
    params = training.initialise(81, 100, np.random.default_rng(41))
    state = training.begin(params)
    steps = training.steps(state, novel.indices)
    for _ in range(count):
        window = novel.indices[state.start : state.start + 26]
        yield (
            {name: tensor.copy() for name, tensor in state.params.items()},
            {name: tensor.copy() for name, tensor in state.memory.items()},
            window,
            state.h.copy(),
        )
        next(steps)


def assert_same_update(own, other, novel, count):
    for params, memory, window, h in states_along_a_run(novel, count):
        own_params = {name: tensor.copy() for name, tensor in params.items()}
        own_memory = {name: tensor.copy() for name, tensor in memory.items()}
        loss, h_next = other(params, memory, window, h, 0.1)
        own_loss, own_h = own(own_params, own_memory, window, h, 0.1)
        assert own_loss == pytest.approx(loss, rel=1e-12)
        np.testing.assert_allclose(own_h, h_next, rtol=0, atol=1e-12)
        for name in params:
            # eta g / sqrt(memory + eps) turns an error in a first, tiny g into one 1e4 as large
            np.testing.assert_allclose(own_params[name], params[name], rtol=0, atol=1e-10)
            np.testing.assert_allclose(own_memory[name], memory[name], rtol=1e-10, atol=1e-12)


def test_the_compiled_update_equals_the_plain_one_from_the_same_state(novel):
    fast = pytest.importorskip("reference.program.fast", reason="numba is not installed")
    assert_same_update(fast.update, training.update, novel, 200)


def test_the_benchmarks_baseline_does_the_same_work_as_the_published_update(novel):
    assert_same_update(literal_update, published_update, novel, 20)


def test_the_first_loss_is_that_of_a_uniform_guess(novel):
    params = training.initialise(81, 100, np.random.default_rng(41))
    first = next(training.training_steps(params, novel.indices, 81))
    assert first.loss == pytest.approx(25 * np.log(81), rel=1e-3)


def test_initial_weights_have_the_spread_asked_for():
    params = training.initialise(80, 100, np.random.default_rng(0), sigma=0.3)
    for name in "UWV":
        assert params[name].std() == pytest.approx(0.3, rel=0.05)
    assert not params["b"].any() and not params["c"].any()


def test_fast_reads_characters_that_repeat_within_a_window():
    fast = pytest.importorskip("reference.program.fast", reason="numba is not installed")
    case = build(3, 4, 6, 1.0, seed=1)
    window = np.array([2, 2, 1, 2, 1, 0, 3])
    results = []
    for update in (fast.update, training.update):
        params = {name: tensor.copy() for name, tensor in case.params.items()}
        memory = {name: np.ones_like(tensor) for name, tensor in params.items()}
        update(params, memory, window, case.h0, 0.1)
        results.append(params["U"])
    np.testing.assert_allclose(*results, rtol=1e-12)
    assert np.abs(results[0] - case.params["U"])[:, :3].min() > 1e-6


def test_fast_has_an_exp_of_its_own_that_is_as_exact_as_numpys():
    fast = pytest.importorskip("reference.program.fast", reason="numba is not installed")
    x = np.concatenate([np.linspace(-700, 700, 10_001), np.linspace(-1, 1, 1_001)])
    own = x.copy()
    fast.exp(own)
    np.testing.assert_allclose(own, np.exp(x), rtol=5e-16)  # worst 2.3e-16


def test_fast_lets_an_impossible_target_cost_infinity():
    fast = pytest.importorskip("reference.program.fast", reason="numba is not installed")
    case = build(3, 4, 2, 1.0, seed=1)
    case.params["c"][0] = 1e4
    memory = {name: np.ones_like(tensor) for name, tensor in case.params.items()}
    loss, _ = fast.update(case.params, memory, np.array([1, 2, 0]), case.h0, 0.1)
    assert loss == np.inf


def test_without_jax_the_comparison_with_it_says_how_to_have_it(monkeypatch):
    monkeypatch.setenv("XLA_FLAGS", "")
    monkeypatch.setitem(sys.modules, "jax", None)
    monkeypatch.delitem(sys.modules, "reference.program.peer", raising=False)
    with pytest.raises(UserError, match="pip install jax"):
        compare_with_peers({}, np.arange(30))
