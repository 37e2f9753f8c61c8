"""--as-published against a transcription of the notebook's order of operations."""

import numpy as np

from reference import training
from reference.program import published

K, M, T, ETA = 81, 100, 25, 0.1


def transcribed_pass(weights, xs, h):
    """Forward pass of one window, a step at a time; probabilities and states as lists."""
    W, U, V, b, c = weights
    states, probabilities = [h], []
    for x in xs:
        h = np.tanh(W @ h + U[:, [x]] + b)
        e = np.exp(V @ h + c)
        states.append(h)
        probabilities.append(e / np.sum(e))
    return probabilities, states


def transcribed_loss(weights, xs, ys, h):
    probabilities, _ = transcribed_pass(weights, xs, h)
    return -sum(np.log(p[y, 0]) for p, y in zip(probabilities, ys, strict=True))


def transcribed_step(weights, memory, xs, ys, h):
    """Forward, backward, state on, clip, AdaGrad, then the loss from the new state."""
    W, _, V, _, _ = weights
    probabilities, states = transcribed_pass(weights, xs, h)
    dW, dU, dV, db, dc = (np.zeros_like(weight) for weight in weights)
    following = np.zeros_like(h)
    for t in reversed(range(len(xs))):
        g = probabilities[t].copy()
        g[ys[t]] -= 1
        a = (V.T @ g + W.T @ following) * (1 - states[t + 1] ** 2)
        dV += g @ states[t + 1].T
        dW += a @ states[t].T
        dU[:, [xs[t]]] += a
        db += a
        dc += g
        following = a
    h = states[-1]
    for weight, m, grad in zip(weights, memory, (dW, dU, dV, db, dc), strict=True):
        grad = np.maximum(-5, np.minimum(5, grad))
        m += grad**2
        weight -= ETA * grad / np.sqrt(m + 1e-8)
    return transcribed_loss(weights, xs, ys, h), h


def initial_weights():
    rng = np.random.RandomState(41)
    U = rng.standard_normal((M, K)) * 0.01
    W = rng.standard_normal((M, M)) * 0.01
    V = rng.standard_normal((K, M)) * 0.01
    return [W, U, V, np.zeros((M, 1)), np.zeros((K, 1))]


def test_the_first_five_smoothed_losses_equal_the_transcription(novel):
    weights = initial_weights()
    memory = [np.zeros_like(weight) for weight in weights]
    h = np.zeros((M, 1))
    indices = novel.indices
    expected = []
    smooth = transcribed_loss(weights, indices[:T], indices[1 : T + 1], h)
    for start in range(0, 5 * T, T):
        window = indices[start : start + T + 1]
        loss, h = transcribed_step(weights, memory, window[:-1], window[1:], h)
        smooth = 0.999 * smooth + 0.001 * loss
        expected.append(smooth)

    params = training.initialise(K, M, np.random.RandomState(41))
    state = training.begin(params)
    published.start_smoothing(state, indices, T)
    steps = training.steps(state, indices, update=published.update)
    actual = [next(steps).smooth_loss for _ in range(5)]
    assert np.ptp(expected) > 0.01
    np.testing.assert_allclose(actual, expected, rtol=0, atol=1e-9)  # worst 3e-13


def test_each_of_200_updates_equals_the_transcription_from_its_own_state(novel):
    weights = initial_weights()
    memory = [np.zeros_like(weight) for weight in weights]
    h = np.zeros((M, 1))
    for start in range(0, 200 * T, T):
        window = novel.indices[start : start + T + 1]
        params = {name: weights["WUVbc".index(name)].copy() for name in "UWVbc"}
        own_memory = {name: memory["WUVbc".index(name)].copy() for name in "UWVbc"}
        own_loss, own_h = published.update(params, own_memory, window, h, ETA)
        loss, h = transcribed_step(weights, memory, window[:-1], window[1:], h)
        assert abs(own_loss - loss) < 1e-10  # worst 2e-12
        np.testing.assert_allclose(own_h, h, rtol=0, atol=1e-10)
        for k, name in enumerate("WUVbc"):
            np.testing.assert_allclose(params[name], weights[k], rtol=0, atol=1e-10)
            np.testing.assert_allclose(own_memory[name], memory[k], rtol=1e-10, atol=1e-10)
