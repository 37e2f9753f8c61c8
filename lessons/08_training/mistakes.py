"""Known mistakes in lesson 8: initial weights, the training loop, the best weights."""

from functools import partial
from operator import attrgetter

import numpy as np

from lessons.checking.mistakes import mistake
from reference.adagrad import adagrad_step, clip
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cost, cross_entropy
from reference.training import (
    SMOOTHING,
    Result,
    Step,
    begin,
    initialise,
    training_steps,
    update,
)


def _copy(params):
    """New arrays of the same values."""
    return {name: theta.copy() for name, theta in params.items()}


@mistake(
    "initialise",
    "the weights have standard deviation sigma squared; sigma squared is their variance.",
    "In N(0, sigma^2), what does the second number stand for, and what does rng ask for?",
)
def variance_as_deviation(K, m, rng, sigma=0.01):
    return initialise(K, m, rng, sigma**2)


@mistake(
    "initialise",
    "the weights are uniform between 0 and sigma; they are normal, with mean 0.",
    "Which sign should a weight have at the start?",
)
def uniform_weights(K, m, rng, sigma=0.01):
    params = initialise(K, m, rng)
    return params | {name: sigma * rng.random(params[name].shape) for name in "UWV"}


@mistake(
    "initialise",
    "the biases are random too; they start at zero.",
    "Units must start different from each other. Do the weights see to that alone?",
)
def random_biases(K, m, rng, sigma=0.01):
    params = initialise(K, m, rng, sigma)
    return params | {name: sigma * rng.standard_normal(params[name].shape) for name in "bc"}


def _windows(indices, T, *, stride=0, least=1):
    """Pieces of T+1 indices that start T apart, while `least` more than T of them are left."""
    return [indices[s : s + T + 1] for s in range(0, len(indices) - T - least + 1, T + stride)]


def _steps(
    params,
    indices,
    seq_length,
    eta,
    epochs,
    *,
    update=update,
    windows=_windows,
    smooth=None,
    at_each_epoch=("h",),
    at_each_window=(),
):
    """The training loop, with a choice of what starts afresh at each epoch or window.

    smooth is the smoothed loss before the first window, None for none.
    """
    state = begin(params)
    state.smooth_loss = smooth
    for epoch in range(epochs):
        _start_afresh(state, at_each_epoch)
        for window in windows(np.asarray(indices), seq_length):
            _start_afresh(state, at_each_window)
            loss, state.h = update(params, state.memory, window, state.h, eta)
            before = loss if state.smooth_loss is None else state.smooth_loss
            state.smooth_loss = SMOOTHING * before + (1 - SMOOTHING) * loss
            yield Step(state.step, epoch, loss, state.smooth_loss, state.h)
            state.step += 1


def _start_afresh(state, names):
    """Set these fields to what they are before the first update."""
    fresh = begin(state.params)
    for name in names:
        setattr(state, name, getattr(fresh, name))


def _update(params, memory, window, h, eta, *, clip=clip, ahead=1):
    """An update with another clipping, or with targets that lie 0 characters ahead."""
    Z = one_hot(window, len(params["c"]))
    T = len(window) - 1
    X, Y = Z[:, :T], Z[:, ahead : ahead + T]
    P, H, _ = forward(params, X, h)
    adagrad_step(params, clip(backward(params, X, Y, P, H)), memory, eta)
    return cross_entropy(P, Y), H[:, -1:].copy()


def _update_then_loss(params, memory, window, h, eta, *, advanced):
    """An update, and the loss that the window has after it."""
    _, after = update(params, memory, window, h, eta)
    Z = one_hot(window, len(params["c"]))
    return cost(params, Z[:, :-1], Z[:, 1:], after if advanced else h), after


@mistake(
    "training_steps",
    "every window starts from a state of zeros; it starts from the last state of the one before.",
    "What does the network know at the start of a window in the middle of the text?",
)
def state_reset_at_each_window(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(params, indices, seq_length, eta, epochs, at_each_window=("h",))


@mistake(
    "training_steps",
    "the state is carried over from the end of the epoch before; each epoch starts from zero.",
    "The last window of the text is not what comes before its first.",
)
def state_not_reset_at_epochs(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(params, indices, seq_length, eta, epochs, at_each_epoch=())


@mistake(
    "training_steps",
    "the memory of AdaGrad starts again at zero with each epoch; it goes on through all epochs.",
    "How large is the first step after the memory has been emptied?",
)
def memory_reset_at_epochs(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(params, indices, seq_length, eta, epochs, at_each_epoch=("h", "memory"))


@mistake(
    "training_steps",
    "the smoothed loss starts again with each epoch; it goes on through all epochs.",
    "What would the curve look like at the end of an epoch?",
)
def smoothed_loss_reset_at_epochs(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(params, indices, seq_length, eta, epochs, at_each_epoch=("h", "smooth_loss"))


@mistake(
    "training_steps",
    "the smoothed loss starts from T ln K, a uniform guess; it starts from the first loss.",
    "What should the first smoothed loss be, for weights that are already trained?",
)
def smoothed_loss_from_a_uniform_guess(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(params, indices, seq_length, eta, epochs, smooth=seq_length * np.log(K))


@mistake(
    "training_steps",
    "the number of the step starts again at 0 with each epoch; it counts all updates.",
    "How many updates have been made when the second epoch begins?",
)
def step_restarts_at_epochs(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(params, indices, seq_length, eta, epochs, at_each_epoch=("h", "step"))


@mistake(
    "training_steps",
    "the loss is measured after the window's update; it is the loss before it.",
    "How well does a network foretell a window that it has just learnt from?",
)
def loss_after_the_update(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    late = partial(_update_then_loss, advanced=False)
    return _steps(params, indices, seq_length, eta, epochs, update=late)


@mistake(
    "training_steps",
    "the loss is measured after the window's update, and from the state that the window ended in.",
    "From which state, and with which parameters, was the window read when its gradient was taken?",
)
def loss_after_the_update_and_the_state(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    late = partial(_update_then_loss, advanced=True)
    return _steps(params, indices, seq_length, eta, epochs, update=late)


@mistake(
    "training_steps",
    "the targets are the inputs themselves; each target is the character after its input.",
    "What is the network asked when it has read a character?",
)
def targets_not_moved(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    same = partial(_update, ahead=0)
    return _steps(params, indices, seq_length, eta, epochs, update=same)


@mistake(
    "training_steps",
    "the gradients are not clipped before the update.",
    "What does a single exploding gradient do to the memory of AdaGrad?",
)
def gradients_not_clipped(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    unclipped = partial(_update, clip=dict)
    return _steps(params, indices, seq_length, eta, epochs, update=unclipped)


@mistake(
    "training_steps",
    "the last window is left out when it ends with the text's last character.",
    "A text of T + 1 characters: how many inputs and targets does it hold?",
)
def last_window_left_out(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    shorter = partial(_windows, least=2)
    return _steps(params, indices, seq_length, eta, epochs, windows=shorter)


@mistake(
    "training_steps",
    "the windows start T + 1 characters apart; they start T apart, so that a window's last target "
    "is the next one's first input.",
    "Which character should the carried state meet first?",
)
def windows_too_far_apart(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    apart = partial(_windows, stride=1)
    return _steps(params, indices, seq_length, eta, epochs, windows=apart)


@mistake(
    "training_steps",
    "what is left at the end of the text is read as a shorter window; only windows of T steps are.",
    "While start + T < N there is a window. What follows when that no longer holds?",
)
def shorter_window_at_the_end(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    all_of_it = partial(_windows, least=2 - seq_length)
    return _steps(params, indices, seq_length, eta, epochs, windows=all_of_it)


@mistake(
    "training_steps",
    "the updates are made on a copy of params; the given arrays themselves should change.",
    "Where will someone who passed params look for the trained weights?",
)
def params_copied(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return _steps(_copy(params), indices, seq_length, eta, epochs)


@mistake(
    "training_steps",
    "all updates are made before the first Step is handed out; each Step comes right after its "
    "own update.",
    "What could someone do with the params of step 100 if they can never see them?",
)
def all_updates_at_once(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    return list(_steps(params, indices, seq_length, eta, epochs))


@mistake(
    "training_steps",
    "every Step holds the same array h, which later windows overwrite.",
    "What does the h of the first Step show at the end of the run?",
)
def one_h_for_all_steps(params, indices, K, *, seq_length=25, eta=0.1, epochs=1):
    h = np.zeros_like(params["b"])
    steps = training_steps(params, indices, K, seq_length=seq_length, eta=eta, epochs=epochs)
    for step in steps:
        h[...] = step.h
        yield step._replace(h=h)


def _train(
    params,
    indices,
    K,
    options,
    *,
    measure=attrgetter("smooth_loss"),
    record=attrgetter("smooth_loss"),
    snapshot=lambda before, params: _copy(params),
):
    """All of training_steps, with a choice of what is measured, recorded and kept as best."""
    best_loss, best_params, records, before = np.inf, params, [], _copy(params)
    for step in training_steps(params, indices, K, **options):
        records.append(record(step))
        if measure(step) < best_loss:
            best_loss, best_params = measure(step), snapshot(before, params)
        before = _copy(params)
    return Result(params, best_params, best_loss, records)


@mistake(
    "train",
    "the best weights hold the arrays that are trained on: a copy of the dict alone is not a copy "
    "of its arrays, and at the end they are the last weights.",
    "Which arrays do the two dicts point at?",
)
def best_params_share_the_arrays(params, indices, K, **options):
    return _train(params, indices, K, options, snapshot=lambda before, params: dict(params))


@mistake(
    "train",
    "the best weights are chosen by the loss of a single window; they are chosen by the smoothed "
    "loss.",
    "Is a window with a low loss well learnt, or merely easy?",
)
def best_by_the_loss(params, indices, K, **options):
    return _train(params, indices, K, options, measure=attrgetter("loss"))


@mistake(
    "train",
    "the best weights are those from before the step of the smallest smoothed loss; they are those "
    "just after its update.",
    "What do params hold when a Step arrives?",
)
def best_params_from_before_the_update(params, indices, K, **options):
    return _train(params, indices, K, options, snapshot=lambda before, params: before)


@mistake(
    "train",
    "the list returned holds the losses of the windows; it holds the smoothed losses.",
    "Which of a Step's two losses makes the smoother curve?",
)
def losses_not_smoothed(params, indices, K, **options):
    return _train(params, indices, K, options, record=attrgetter("loss"))


@mistake(
    "train",
    "the options seq_length, eta and epochs are not handed on: training runs with their defaults.",
    "Who is meant to receive what train is given beyond params, indices and K?",
)
def options_not_handed_on(params, indices, K, **options):
    return _train(params, indices, K, {})
