"""Known mistakes in lesson 8: initial weights, the training loop, the best weights."""

from dataclasses import dataclass
from functools import lru_cache, partial

import numpy as np

from lessons.checking.mistakes import mistake
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy
from reference.training import Result, Step
from reference.training import training_steps as right_training_steps


def drawn(
    K,
    m,
    rng,
    sigma=0.01,
    *,
    source=lambda rng: rng,
    spread=lambda sigma, shape: sigma,
    draw=lambda rng, shape: rng.standard_normal(shape),
    bias=lambda rng, sigma, shape: np.zeros(shape),
    finish=lambda params: params,
):
    """First weights, with a choice of what is drawn, how wide, from where, and of the biases."""
    rng = source(rng)
    weights = {"U": (m, K), "W": (m, m), "V": (K, m)}
    params = {name: spread(sigma, shape) * draw(rng, shape) for name, shape in weights.items()}
    params |= {name: bias(rng, sigma, shape) for name, shape in {"b": (m, 1), "c": (K, 1)}.items()}
    return finish(params)


def _flat(tensors):
    """All entries of the five tensors, one after another."""
    return np.concatenate([tensors[name].ravel() for name in "UWVbc"])


def _shaped(values, m, K):
    """The five tensors with these entries."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    sizes = np.cumsum([rows * columns for rows, columns in shapes.values()])
    pieces = np.split(values, sizes[:-1])
    return {name: piece.reshape(shapes[name]) for name, piece in zip(shapes, pieces, strict=True)}


@lru_cache(maxsize=4000)
def _read(K, theta, x, y, h):
    """Loss, states and gradient of a window: known mistakes have most of their windows in common.

    All but K are the bytes of arrays, so that they can be looked up.
    """
    h0 = np.frombuffer(h)[:, None]
    params = _shaped(np.frombuffer(theta), len(h0), K)
    X, Y = (one_hot(np.frombuffer(indices, dtype=np.int64), K) for indices in (x, y))
    P, H, A = forward(params, X, h0)
    return cross_entropy(P, Y), H, A, _flat(backward(params, X, Y, P, H))


@dataclass
class _Window:
    """A window and what it is read with; `after` are the entries of params after its update."""

    K: int
    at: int
    x: np.ndarray
    y: np.ndarray
    theta: np.ndarray
    h: np.ndarray
    after: np.ndarray | None = None

    def read(self, theta=None, h=None):
        """Its loss, states, pre-activations and gradient."""
        theta = self.theta if theta is None else theta
        h = self.h if h is None else h
        return _read(self.K, theta.tobytes(), self.x.tobytes(), self.y.tobytes(), h.tobytes())

    def loss_after(self):
        """Its loss after the update, from the same state."""
        return self.read(self.after)[0]

    def again(self):
        """All that comes of it after the update, from the state that it ended in."""
        return self.read(self.after, self.read()[1][:, -1:])


def _windows(indices, T, *, stride=0, least=1, first=0, ahead=1):
    """Where each window starts, its inputs and its targets: T + stride apart.

    `least` more than T characters must be left; targets lie `ahead` of the inputs.
    """
    starts = range(first, len(indices) - T - least + 1, T + stride or 1)
    ends = [(s, min(s + T, len(indices) - 1)) for s in starts]
    return [(s, indices[s:e], indices[s + ahead : e + ahead]) for s, e in ends]


def _smoothing(weight, start=lambda loss, T, K: loss):
    """A smoothed loss that keeps `weight` of the one before."""

    def smoothing(before, loss, T, K, count, place):
        before = start(loss, T, K) if before is None else before
        return weight * before + (1 - weight) * loss

    return smoothing


_due_smoothing = _smoothing(0.999)


def _write(params, theta):
    """New values in the given arrays."""
    for name, tensor in _shaped(theta, len(params["b"]), len(params["c"])).items():
        params[name][...] = tensor


def _adagrad(theta, g, memory, eta, T):
    """The new params and memory."""
    memory = memory + g * g
    return theta - eta * g / np.sqrt(memory + 1e-8), memory


def loop(
    params, indices, K, *, seq_length=25, eta=0.1, epochs=1, give=lambda steps: steps, **choice
):
    """The training loop; `give` makes of its steps what is returned."""
    return give(
        _steps(params, np.asarray(indices, dtype=np.int64), K, seq_length, eta, epochs, **choice)
    )


def _steps(
    params,
    indices,
    K,
    T,
    eta,
    epochs,
    *,
    passes=range,
    windows=_windows,
    begin=lambda h: 0 * h,
    enter=lambda h: h,
    remember=lambda memory, place: memory,
    gradient=lambda g, T: g,
    gather=lambda total, g, place: g,
    clip=lambda g, m, K: np.clip(g, -5, 5),
    update=_adagrad,
    write=_write,
    loss=lambda window: window.read()[0],
    smoothing=_due_smoothing,
    report=lambda loss, smooth, before: (loss, smooth),
    number=lambda count, place, at, T: count,
    epoch_number=lambda epoch: epoch,
    carry=lambda window: window.read()[1][:, -1:],
    shown=lambda h, carried: carried,
    before_the_update=False,
    handed_out=lambda place, last: True,
):
    """The training loop, with a choice of how each of its parts is made.

    `place` is the number of a window within its epoch.
    """
    m, theta = len(params["b"]), _flat(params)
    memory = total = np.zeros_like(theta)
    h, smooth, count = np.zeros((m, 1)), None, 0
    for epoch in passes(epochs):
        h = begin(h)
        pieces = windows(indices, T)
        for place, (at, x, y) in enumerate(pieces):
            window = _Window(K, at, x, y, theta, enter(h))
            memory = remember(memory, place)
            total = gather(total, gradient(window.read()[3], T), place)
            theta, memory = update(theta, clip(total, m, K), memory, eta, T)
            window.after = theta
            value, before = loss(window), smooth
            smooth = smoothing(smooth, value, T, K, count, place)
            h = carry(window)
            told = report(value, smooth, value if before is None else before)
            step = Step(number(count, place, at, T), epoch_number(epoch), *told,
                        shown(window.h, h).copy())  # fmt: skip
            out = handed_out(place, len(pieces) - 1)
            if out and before_the_update:
                yield step
            write(params, theta)
            if out and not before_the_update:
                yield step
            count += out


def kept_best(
    params,
    indices,
    K,
    *,
    training_steps=right_training_steps,
    hand_on=lambda options: options,
    measure=lambda step: step.smooth_loss,
    worse=lambda a, b: a >= b,
    snapshot=lambda before, params, start: _copy(params),
    record=lambda step, best: [step.smooth_loss],
    lowest=lambda best, step: best,
    finish=lambda result: result,
    rounds=1,
    **options,
):
    """All of training_steps, with a choice of what is measured, recorded and kept as best."""
    records, best, best_params, start = [], None, params, _copy(params)
    before, step = start, None
    for _ in range(rounds):
        best = None
        for step in training_steps(params, indices, K, **hand_on(options)):
            records += record(step, best)
            if best is None or not worse(measure(step), best):
                best, best_params = measure(step), snapshot(before, params, start)
            before = _copy(params)
    best = np.inf if best is None else best
    return finish(Result(params, best_params, lowest(best, step), records))


def _copy(params):
    """New arrays of the same values."""
    return {name: theta.copy() for name, theta in params.items()}


def alone(function, sentence, hint, **choice):
    """A mistake that is not combined with others."""
    return mistake(function, sentence, hint)(partial(MODELS[function], **choice))


MODELS = {"initialise": drawn, "training_steps": loop, "train": kept_best}


variance_as_deviation = mistake(
    "initialise",
    "the weights have standard deviation sigma squared; sigma squared is their variance.",
    "In N(0, sigma^2), what does the second number stand for, and what does rng ask for?",
    spread=lambda sigma, shape: sigma**2,
)

root_of_sigma = mistake(
    "initialise",
    "the weights have standard deviation sqrt(sigma); sigma itself is the deviation.",
    "In N(0, sigma^2), what does the second number stand for, and what does rng ask for?",
    spread=lambda sigma, shape: np.sqrt(sigma),
)

sigma_left_out = mistake(
    "initialise",
    "the weights have standard deviation 1, whatever sigma is.",
    "How large are the weights that rng gives by itself?",
    spread=lambda sigma, shape: 1.0,
)

sigma_always_001 = mistake(
    "initialise",
    "the weights have standard deviation 0.01, whatever sigma is given.",
    "What should initialise(K, m, rng, 0.5) do with its 0.5?",
    spread=lambda sigma, shape: 0.01,
)

divided_by_sigma = mistake(
    "initialise",
    "the weights are divided by sigma; they are multiplied with it.",
    "With a smaller sigma, do the weights shrink or grow?",
    spread=lambda sigma, shape: 1 / sigma,
)

deviation_from_the_sizes = mistake(
    "initialise",
    "the weights are scaled with 1 / sqrt(number of columns), not with sigma.",
    "What is sigma for, if the sizes alone decide?",
    spread=lambda sigma, shape: 1 / np.sqrt(shape[1]),
)

sigma_over_the_root_of_the_sizes = alone(
    "initialise",
    "the weights are scaled with sigma / sqrt(number of columns); their deviation is sigma itself.",
    "What deviation does N(0, sigma^2) have, whatever the sizes?",
    spread=lambda sigma, shape: sigma / np.sqrt(shape[1]),
)

uniform_weights = mistake(
    "initialise",
    "the weights are uniform between 0 and sigma; they are normal, with mean 0.",
    "Which sign should a weight have at the start?",
    draw=lambda rng, shape: rng.random(shape),
)

uniform_between_minus_sigma_and_sigma = mistake(
    "initialise",
    "the weights are uniform between -sigma and sigma; they are normal.",
    "How often is a number from N(0, sigma^2) larger than sigma?",
    draw=lambda rng, shape: rng.uniform(-1, 1, shape),
)

weights_without_sign = mistake(
    "initialise",
    "the weights are all positive; half of them should be negative.",
    "What is the mean of N(0, sigma^2)?",
    draw=lambda rng, shape: abs(rng.standard_normal(shape)),
)

weights_zero = mistake(
    "initialise",
    "the weights are all zero; they are drawn from rng.",
    "If two units start alike and hear the same gradients, how will they ever differ?",
    draw=lambda rng, shape: np.zeros(shape),
)

one_number_for_all_entries = mistake(
    "initialise",
    "all entries of a tensor hold one and the same number; each entry is drawn by itself.",
    "If two units start alike and hear the same gradients, how will they ever differ?",
    draw=lambda rng, shape: np.full(shape, rng.standard_normal()),
)

one_row_for_all_rows = alone(
    "initialise",
    "all rows of a tensor are the same; each entry is drawn by itself.",
    "If two units start alike and hear the same gradients, how will they ever differ?",
    draw=lambda rng, shape: np.tile(rng.standard_normal(shape[1]), (shape[0], 1)),
)

random_biases = mistake(
    "initialise",
    "the biases are random too; they start at zero.",
    "Units must start different from each other. Do the weights see to that alone?",
    bias=lambda rng, sigma, shape: sigma * rng.standard_normal(shape),
)

biases_of_one = mistake(
    "initialise",
    "the biases are ones; they start at zero.",
    "With a bias of 1, where on the curve of tanh does a unit start?",
    bias=lambda rng, sigma, shape: np.ones(shape),
)

V_tied_to_U = mistake(
    "initialise",
    "V is U transposed; each of the weights is drawn for itself.",
    "Must what a unit reads and what it writes be the same?",
    finish=lambda params: params | {"V": params["U"].T.copy()},
)

generator_seeded_inside = mistake(
    "initialise",
    "the weights do not depend on rng: they are drawn from a generator with a seed of its own.",
    "What changes when initialise is called with another rng?",
    source=lambda rng: np.random.default_rng(0),
)

global_generator = mistake(
    "initialise",
    "the weights come from a generator that is not rng: the same state of rng gives other weights.",
    "Where does the randomness of a repeatable run come from?",
    source=lambda rng: np.random,
)


@mistake(
    "initialise",
    "the default of sigma is 0.1; it is 0.01.",
    "What does initialise(K, m, rng) know of sigma?",
)
def sigma_01_by_default(K, m, rng, sigma=0.1):
    return drawn(K, m, rng, sigma)


@mistake(
    "initialise",
    "the default of sigma is 1; it is 0.01.",
    "What does initialise(K, m, rng) know of sigma?",
)
def sigma_1_by_default(K, m, rng, sigma=1.0):
    return drawn(K, m, rng, sigma)


state_reset_at_each_window = mistake(
    "training_steps",
    "every window starts from a state of zeros; it starts from the last state of the one before.",
    "What does the network know at the start of a window in the middle of the text?",
    enter=lambda h: 0 * h,
)

state_not_reset_at_epochs = mistake(
    "training_steps",
    "the state is carried over from the end of the epoch before; each epoch starts from zero.",
    "The last window of the text is not what comes before its first.",
    begin=lambda h: h,
)

state_of_the_last_but_one_step = mistake(
    "training_steps",
    "the state carried on is the one before the window's last character, H[:,T-1]; it is H[:,T].",
    "H has a column more than the window has steps. Which one has seen the last character?",
    carry=lambda window: window.read()[1][:, -2:-1],
)

state_after_the_first_step = alone(
    "training_steps",
    "the state carried on is the one after the window's first step, H[:,1]; it is H[:,T].",
    "Which column of H has seen the whole window?",
    carry=lambda window: window.read()[1][:, 1:2],
)

state_that_the_window_started_from = mistake(
    "training_steps",
    "the state carried on is the one that the window started from, H[:,0], so it stays at zero; "
    "it is H[:,T].",
    "Which column of H has seen the whole window?",
    carry=lambda window: window.read()[1][:, :1],
)

state_before_tanh = alone(
    "training_steps",
    "the state carried on is the last pre-activation, A[:,T-1]; it is its tanh, H[:,T].",
    "In which order does forward return its three arrays?",
    carry=lambda window: window.read()[2][:, -1:],
)

state_made_again_after_the_update = mistake(
    "training_steps",
    "the state carried on is made anew with the params after the update; it is the last one of "
    "the forward pass that the loss comes from.",
    "How many forward passes does a window need?",
    carry=lambda window: window.read(window.after)[1][:, -1:],
)

incoming_state_handed_out = mistake(
    "training_steps",
    "the h of a Step is the state that its window started from; it is the one carried on to the "
    "next window.",
    "Who continues the text after this Step: with which state?",
    shown=lambda h, carried: h,
)

memory_reset_at_epochs = mistake(
    "training_steps",
    "the memory of AdaGrad starts again at zero with each epoch; it goes on through all epochs.",
    "How large is the first step after the memory has been emptied?",
    remember=lambda memory, place: memory if place else 0 * memory,
)

memory_reset_at_each_window = mistake(
    "training_steps",
    "the memory of AdaGrad starts again at zero with each window, so that every entry moves by "
    "about eta each time; it goes on through all windows and epochs.",
    "How large is the first step after the memory has been emptied?",
    remember=lambda memory, place: 0 * memory,
)

smoothed_loss_reset_at_epochs = mistake(
    "training_steps",
    "the smoothed loss starts again with each epoch; it goes on through all epochs.",
    "What would the curve look like at the end of an epoch?",
    smoothing=lambda before, loss, T, K, count, place: (
        0.999 * before + 0.001 * loss if place else loss
    ),
)

smoothed_loss_from_a_uniform_guess = mistake(
    "training_steps",
    "the smoothed loss starts from T ln K, a uniform guess; it starts from the first loss.",
    "What should the first smoothed loss be, for weights that are already trained?",
    smoothing=_smoothing(0.999, lambda loss, T, K: T * np.log(K)),
)

smoothed_loss_from_zero = mistake(
    "training_steps",
    "the smoothed loss starts from 0; it starts from the first loss.",
    "After one window of loss 100, what would you call the usual loss so far?",
    smoothing=_smoothing(0.999, lambda loss, T, K: 0.0),
)

weights_of_smoothing_exchanged = mistake(
    "training_steps",
    "the smoothed loss keeps 0.001 of the old value and takes 0.999 of the new loss; it is the "
    "other way round.",
    "Should a smoothed curve follow each new loss, or hardly move?",
    smoothing=_smoothing(0.001),
)

smoothing_of_099 = mistake(
    "training_steps",
    "the smoothed loss is made with 0.99 and 0.01; it is made with 0.999 and 0.001.",
    "By how much may one window move the smoothed loss?",
    smoothing=_smoothing(0.99),
)

smoothing_of_09 = mistake(
    "training_steps",
    "the smoothed loss is made with 0.9 and 0.1; it is made with 0.999 and 0.001.",
    "By how much may one window move the smoothed loss?",
    smoothing=_smoothing(0.9),
)

loss_not_smoothed = mistake(
    "training_steps",
    "the smoothed loss is the window's loss itself; it is 0.999 of the smoothed loss before and "
    "0.001 of the window's.",
    "By how much may one window move the smoothed loss?",
    smoothing=_smoothing(0.0),
)

mean_of_all_losses = alone(
    "training_steps",
    "the smoothed loss is the mean of all losses so far; it is 0.999 of the one before and 0.001 "
    "of the window's.",
    "By how much may one window move the smoothed loss?",
    smoothing=lambda before, loss, T, K, count, place: (
        ((before or 0.0) * count + loss) / (count + 1)
    ),
)

first_loss_of_zero_taken_for_none = alone(
    "training_steps",
    "a smoothed loss of 0 is taken for none at all, and starts again; 0 is a number like others.",
    "What does Python think of 0.0 in an `if`?",
    smoothing=lambda before, loss, T, K, count, place: (
        0.999 * before + 0.001 * loss if before else loss
    ),
)

smoothed_loss_one_step_behind = alone(
    "training_steps",
    "the smoothed loss of a Step is the one from before its window; its own loss belongs in it.",
    "Does the smoothed loss of step 1 know the loss of step 1?",
    report=lambda loss, smooth, before: (loss, before),
)

smoothed_loss_in_place_of_the_loss = alone(
    "training_steps",
    "the loss of a Step is the smoothed loss; it is the window's own.",
    "Which of a Step's two losses jumps from window to window?",
    report=lambda loss, smooth, before: (smooth, smooth),
)

loss_and_smoothed_loss_exchanged = alone(
    "training_steps",
    "loss and smoothed loss of a Step are exchanged.",
    "In which order does Step take its fields?",
    report=lambda loss, smooth, before: (smooth, loss),
)

step_restarts_at_epochs = mistake(
    "training_steps",
    "the number of the step starts again at 0 with each epoch; it counts all updates.",
    "How many updates have been made when the second epoch begins?",
    number=lambda count, place, at, T: place,
)

step_counts_from_one = mistake(
    "training_steps",
    "the number of the step counts from 1; it counts from 0.",
    "What is the number of the first Step?",
    number=lambda count, place, at, T: count + 1,
)

step_is_the_start_of_the_window = mistake(
    "training_steps",
    "the number of the step is where its window starts in the text; it counts the updates.",
    "How many updates came before the window that starts at 2 T?",
    number=lambda count, place, at, T: at,
)

step_counts_characters = mistake(
    "training_steps",
    "the number of the step grows by T each time, counting characters; it counts updates.",
    "How many updates is one window?",
    number=lambda count, place, at, T: count * T,
)

epoch_counts_from_one = mistake(
    "training_steps",
    "the epoch counts from 1; it counts from 0.",
    "What is the number of the first epoch?",
    epoch_number=lambda epoch: epoch + 1,
)

epoch_always_zero = alone(
    "training_steps",
    "the epoch stays at 0; it goes up with each pass through the text.",
    "What is the epoch of a Step in the second pass?",
    epoch_number=lambda epoch: 0,
)

one_epoch_too_few = mistake(
    "training_steps",
    "the text is passed through once less than `epochs` says.",
    "Which numbers does range(1, 3) give?",
    passes=lambda epochs: range(epochs - 1),
)

one_epoch_too_many = alone(
    "training_steps",
    "the text is passed through once more than `epochs` says.",
    "Which numbers does range(0, 3) give?",
    passes=lambda epochs: range(epochs + 1),
)

one_epoch_whatever_epochs_is = alone(
    "training_steps",
    "the text is passed through once, whatever `epochs` is.",
    "Where is `epochs` used?",
    passes=lambda epochs: range(min(epochs, 1)),
)

loss_after_the_update = mistake(
    "training_steps",
    "the loss is measured after the window's update; it is the loss before it.",
    "How well does a network foretell a window that it has just learnt from?",
    loss=lambda window: window.loss_after(),
)

loss_after_the_update_and_the_state = mistake(
    "training_steps",
    "the loss is measured after the window's update, and from the state that the window ended in.",
    "From which state, and with which parameters, was the window read when its gradient was taken?",
    loss=lambda window: window.again()[0],
)

window_read_again_after_the_update = alone(
    "training_steps",
    "after the update the window is read a second time, from the state that it ended in; its loss "
    "and its last state are taken from there. They belong to the first reading.",
    "How many forward passes does a window need?",
    loss=lambda window: window.again()[0],
    carry=lambda window: window.again()[1][:, -1:],
)

loss_divided_by_T = mistake(
    "training_steps",
    "the loss is a mean over the window's steps; it is their sum.",
    "What does a uniform guess among K characters cost over T steps?",
    loss=lambda window: window.read()[0] / len(window.x),
)

targets_not_moved = mistake(
    "training_steps",
    "the targets are the inputs themselves; each target is the character after its input.",
    "What is the network asked when it has read a character?",
    windows=lambda indices, T: [(s, x, x) for s, x, _ in _windows(indices, T)],
)

targets_rolled_in_the_window = mistake(
    "training_steps",
    "the last target of a window is the window's own first character; it is the next one of the "
    "text.",
    "Which character follows the last input of a window?",
    windows=lambda indices, T: [(s, x, np.roll(x, -1)) for s, x, _ in _windows(indices, T)],
)

inputs_and_targets_exchanged = alone(
    "training_steps",
    "inputs and targets are exchanged: the character before is to be foretold.",
    "Which of the two does the network read, and which is it to foretell?",
    windows=lambda indices, T: [(s, y, x) for s, x, y in _windows(indices, T)],
)

last_window_left_out = mistake(
    "training_steps",
    "the last window is left out when it ends with the text's last character.",
    "A text of T + 1 characters: how many inputs and targets does it hold?",
    windows=lambda indices, T: _windows(indices, T, least=2),
)

last_window_always_left_out = mistake(
    "training_steps",
    "the last window of the text is always left out.",
    "A text of T + 1 characters: how many inputs and targets does it hold?",
    windows=lambda indices, T: _windows(indices, T)[:-1],
)

window_without_a_last_target = alone(
    "training_steps",
    "a text whose last window lacks a target gets one more, its target the text's first character.",
    "What comes after the last character of the text?",
    windows=lambda indices, T: _windows(np.append(indices, indices[0]), T),
)

windows_too_far_apart = mistake(
    "training_steps",
    "the windows start T + 1 characters apart; they start T apart, so that a window's last target "
    "is the next one's first input.",
    "Which character should the carried state meet first?",
    windows=lambda indices, T: _windows(indices, T, stride=1),
)

windows_overlap = mistake(
    "training_steps",
    "the windows start T - 1 characters apart, so that they overlap; they start T apart.",
    "Which character should the carried state meet first?",
    windows=lambda indices, T: _windows(indices, T, stride=-1),
)

windows_one_character_apart = mistake(
    "training_steps",
    "the windows start one character apart; they start T apart.",
    "Which character should the carried state meet first?",
    windows=lambda indices, T: _windows(indices, T, stride=1 - T),
)

windows_of_T_minus_one_steps = alone(
    "training_steps",
    "the windows hold T characters and so T - 1 steps; they hold T + 1 characters, T inputs and as "
    "many targets.",
    "How many characters do T inputs and their T targets take up?",
    windows=lambda indices, T: [(s, x[:-1], y[:-1]) for s, x, y in _windows(indices, T)],
)

shorter_window_at_the_end = mistake(
    "training_steps",
    "what is left at the end of the text is read as a shorter window; only windows of T steps are.",
    "While start + T < N there is a window. What follows when that no longer holds?",
    windows=lambda indices, T: _windows(indices, T, least=2 - T),
)

first_window_again_and_again = alone(
    "training_steps",
    "every window is read from the start of the text.",
    "Where does the second window start?",
    windows=lambda indices, T: _windows(indices, T)[:1] * len(_windows(indices, T)),
)

windows_in_reverse_order = alone(
    "training_steps",
    "the windows are read from the last to the first.",
    "Which window should the carried state come from?",
    windows=lambda indices, T: _windows(indices, T)[::-1],
)

gradients_not_clipped = mistake(
    "training_steps",
    "the gradients are not clipped before the update.",
    "What does a single exploding gradient do to the memory of AdaGrad?",
    clip=lambda g, m, K: g,
)

clipped_at_1 = mistake(
    "training_steps",
    "the gradients are clipped to [-1, 1]; they are clipped to [-5, 5].",
    "Which limit does `clip` have if none is given?",
    clip=lambda g, m, K: np.clip(g, -1, 1),
)


def _by_norm(g, m, K):
    """Each tensor scaled to a norm of at most 5."""
    tensors = _shaped(g, m, K)
    return _flat({n: t * min(1, 5 / max(np.linalg.norm(t), 1e-9)) for n, t in tensors.items()})


clipped_by_the_norm_of_each_tensor = alone(
    "training_steps",
    "each tensor's gradient is scaled down to a norm of 5; each entry is clipped by itself.",
    "Does clipping an entry change the others?",
    clip=_by_norm,
)

clipped_by_the_norm_of_all = mistake(
    "training_steps",
    "all gradients together are scaled down to a norm of 5; each entry is clipped by itself.",
    "Does clipping an entry change the others?",
    clip=lambda g, m, K: g * min(1, 5 / max(np.linalg.norm(g), 1e-9)),
)

gradients_divided_by_T = mistake(
    "training_steps",
    "the gradients are divided by T before the update; the loss is a sum over the steps.",
    "Which loss are these the gradients of, a sum or a mean?",
    gradient=lambda g, T: g / T,
)

gradients_pile_up_in_the_epoch = alone(
    "training_steps",
    "the gradients of the epoch's windows so far are added up for each update; every update has "
    "those of its own window.",
    "Whose gradient moves the weights after the second window?",
    gather=lambda total, g, place: total + g if place else g,
)

gradients_pile_up = alone(
    "training_steps",
    "the gradients of all windows so far are added up for each update; every update has those of "
    "its own window.",
    "Whose gradient moves the weights after the second window?",
    gather=lambda total, g, place: total + g,
)

updates_uphill = mistake(
    "training_steps",
    "the updates go uphill: params move along the gradient, which makes the loss grow.",
    "Does a step along the gradient raise the loss or lower it?",
    update=lambda theta, g, memory, eta, T: _adagrad(theta, -g, memory, eta, T),
)

eta_not_handed_on = mistake(
    "training_steps",
    "eta is not handed on to the update, which takes its default of 0.1.",
    "What does adagrad_step do when it is not told an eta?",
    update=lambda theta, g, memory, eta, T: _adagrad(theta, g, memory, 0.1, T),
)

plain_gradient_descent = mistake(
    "training_steps",
    "the update is params - eta * gradient, without AdaGrad's memory.",
    "By what does lesson 6 divide each gradient?",
    update=lambda theta, g, memory, eta, T: (theta - eta * g, memory),
)

two_updates_a_window = alone(
    "training_steps",
    "each window's update is made twice.",
    "How often does a window's gradient move the weights?",
    update=lambda theta, g, memory, eta, T: _adagrad(
        *_adagrad(theta, g, memory, eta, T)[:1], g, _adagrad(theta, g, memory, eta, T)[1], eta, T
    ),
)

biases_not_updated = alone(
    "training_steps",
    "only the weights are updated; the biases are parameters too.",
    "Which of the five tensors have a gradient?",
    clip=lambda g, m, K: np.clip(g, -5, 5) * (np.arange(len(g)) < len(g) - m - K),
)


def _rebind(params, theta):
    """New arrays in the given dict."""
    params |= _shaped(theta.copy(), len(params["b"]), len(params["c"]))


params_rebound = mistake(
    "training_steps",
    "the dict gets new arrays; the given arrays themselves should change.",
    "Who else may hold the array that params[name] was before?",
    write=_rebind,
)

params_copied = mistake(
    "training_steps",
    "the updates are made on a copy of params; the given arrays themselves should change.",
    "Where will someone who passed params look for the trained weights?",
    write=lambda params, theta: None,
)

step_before_its_update = mistake(
    "training_steps",
    "a Step is handed out before its update is made; it comes right after it.",
    "What do params hold when a Step arrives?",
    before_the_update=True,
)

only_the_last_step_of_each_epoch = alone(
    "training_steps",
    "only the last window of each epoch gives a Step; every update gives one.",
    "How deep in the two loops does the `yield` stand?",
    handed_out=lambda place, last: place == last,
)

all_updates_at_once = alone(
    "training_steps",
    "all updates are made before the first Step is handed out; each Step comes right after its "
    "own update.",
    "What could someone do with the params of step 100 if they can never see them?",
    give=list,
)

updates_made_when_called = mistake(
    "training_steps",
    "all updates are made when training_steps is called, and an iterator over a finished list is "
    "returned; each update comes when its Step is asked for.",
    "What could someone do with the params of step 100 if they can never see them?",
    give=lambda steps: iter(list(steps)),
)


def _one_h(steps):
    """Steps that all hold the same array."""
    h = None
    for step in steps:
        h = step.h if h is None else h
        h[...] = step.h
        yield step._replace(h=h)


one_h_for_all_steps = mistake(
    "training_steps",
    "every Step holds the same array h, which later windows overwrite.",
    "What does the h of the first Step show at the end of the run?",
    give=_one_h,
)


best_params_share_the_arrays = mistake(
    "train",
    "the best weights hold the arrays that are trained on: a copy of the dict alone is not a copy "
    "of its arrays, and at the end they are the last weights.",
    "Which arrays do the two dicts point at?",
    snapshot=lambda before, params, start: dict(params),
)

best_by_the_loss = mistake(
    "train",
    "the best weights are chosen by the loss of a single window; they are chosen by the smoothed "
    "loss.",
    "Is a window with a low loss well learnt, or merely easy?",
    measure=lambda step: step.loss,
)

best_params_from_before_the_update = mistake(
    "train",
    "the best weights are those from before the step of the smallest smoothed loss; they are those "
    "just after its update.",
    "What do params hold when a Step arrives?",
    snapshot=lambda before, params, start: before,
)

first_params_kept = alone(
    "train",
    "the best weights are the ones that training started from; they are those just after the step "
    "of the smallest smoothed loss.",
    "When is the snapshot taken?",
    snapshot=lambda before, params, start: start,
)

best_params_of_the_end = mistake(
    "train",
    "the best weights are a copy of the last ones; they are those just after the step of the "
    "smallest smoothed loss.",
    "When is the snapshot taken?",
    finish=lambda result: result._replace(best_params=_copy(result.params)),
)

largest_loss_kept = mistake(
    "train",
    "the best loss and weights are those of the largest smoothed loss; the smallest is best.",
    "Is a large loss good or bad?",
    worse=lambda a, b: a <= b,
)

every_step_taken_as_the_best = alone(
    "train",
    "the best loss and weights are those of the last step, whatever it costs.",
    "What has to be compared before a step is called the best so far?",
    worse=lambda a, b: False,
)

first_step_taken_as_the_best = alone(
    "train",
    "the best loss and weights are those of the first step, whatever comes after it.",
    "What has to be compared before a step is called the best so far?",
    worse=lambda a, b: True,
)

losses_not_smoothed = mistake(
    "train",
    "the list returned holds the losses of the windows; it holds the smoothed losses.",
    "Which of a Step's two losses makes the smoother curve?",
    record=lambda step, best: [step.loss],
)

only_new_best_losses_listed = mistake(
    "train",
    "a smoothed loss is listed only when it is the smallest so far; every step's is.",
    "How long should the list be after 100 steps?",
    record=lambda step, best: [step.smooth_loss] if best is None or step.smooth_loss < best else [],
)

best_loss_of_the_last_step = mistake(
    "train",
    "best_loss is the smoothed loss of the last step; it is the smallest one.",
    "Is the last loss always the smallest?",
    lowest=lambda best, step: step.smooth_loss if step else best,
)


def _curve_of_the_first_run(result):
    """The first half of the losses, and the smallest of them."""
    curve = result.smooth_losses[: len(result.smooth_losses) // 2]
    return result._replace(smooth_losses=curve, best_loss=min(curve, default=np.inf))


trained_again_for_the_best = alone(
    "train",
    "the smoothed losses are those of one run, and the best params are looked for in a second run "
    "on what the first has trained; one run gives both.",
    "How often is training_steps called?",
    rounds=2,
    finish=_curve_of_the_first_run,
)

options_not_handed_on = mistake(
    "train",
    "the options seq_length, eta and epochs are not handed on: training runs with their defaults.",
    "Who is meant to receive what train is given beyond params, indices and K?",
    hand_on=lambda options: {},
)

result_holds_a_copy = mistake(
    "train",
    "the params of the result are a copy in another dict; they are the dict that was given.",
    "Is result.params the dict that was passed in?",
    finish=lambda result: result._replace(params=_copy(result.params)),
)
