"""Known mistakes in lesson 8: initial weights, the training loop, the best weights.

The functions drawn, loop and kept_best are right unless a keyword says otherwise.
"""

from collections.abc import Iterator
from functools import partial
from itertools import islice, repeat
from types import SimpleNamespace
from typing import Any

import numpy as np

from lessons.checking.answering.values import copied
from lessons.checking.explaining.mistakes import Mistakes, formulas
from reference.training import Result, Step
from reference.training import training_steps as right_training_steps

from .updates import Params, Reading, flat, read, shaped

ONE_WINDOW = "By how much may one window move the smoothed loss?"
ON_ARRIVAL = "What should params hold when a Step arrives?"


def drawn(
    K: int,
    m: int,
    rng: Any,
    sigma: float = 0.01,
    *,
    spread: Any = lambda sigma, columns: sigma,
    draw: Any = lambda rng, shape: rng.standard_normal(shape),
    bias: Any = lambda rng, sigma, shape: np.zeros(shape),
) -> Params:
    """First weights, with a choice of what is drawn, how wide, and of the biases."""
    weights = {"U": (m, K), "W": (m, m), "V": (K, m)}
    params = {n: spread(sigma, shape[1]) * draw(rng, shape) for n, shape in weights.items()}
    return params | {"b": bias(rng, sigma, (m, 1)), "c": bias(rng, sigma, (K, 1))}


class Now(SimpleNamespace):
    """All that a part of the loop may look at: the options, the window, what came of it so far.

    Of each window: at, x, y, h (the state it is read with), seen (what it gives), g (what the
    update is made of), theta (the params, after it), loss, and smooth.
    """

    def read_again(self, h: np.ndarray) -> Reading:
        """The window read from this state, with the params after the update."""
        return read(self.K, self.theta, h, self.x, self.y)

    def read_on(self) -> Reading:
        """The window read with the params after the update, from the state that it ended in."""
        return self.read_again(self.seen.H[:, -1])

    def adagrad(self, g: np.ndarray, eta: float) -> tuple[np.ndarray, np.ndarray]:
        """New params and memory."""
        memory = self.memory + g * g
        return self.theta - eta * g / np.sqrt(memory + 1e-8), memory


def within(g: np.ndarray, low: float = -5.0, high: float = 5.0) -> np.ndarray:
    """A gradient, clipped."""
    return np.clip(g, low, high)


def windows_of(indices: np.ndarray, T: int, *, stride: int = 0, least: int = 1) -> list[Any]:
    """Where each window starts, its inputs and its targets: T + stride apart.

    `least` more than T - 1 characters must be left.
    """
    starts = range(0, len(indices) - T - least + 1, T + stride or 1)
    ends = [(s, min(s + T, len(indices) - 1)) for s in starts]
    return [(s, indices[s:e], indices[s + 1 : e + 1]) for s, e in ends]


def smoothed(now: Now, weight: float = 0.999, new: float = 0.001, first: Any = None) -> Any:
    """The smoothed loss after a window; `first` is the one before the first window, if any."""
    before = first if now.smooth is None else now.smooth
    return now.loss if before is None else weight * before + new * now.loss


def write(params: Params, theta: np.ndarray) -> None:
    """New values in the given arrays."""
    for name, tensor in shaped_like(params, theta).items():
        params[name][...] = tensor


def shaped_like(params: Params, theta: np.ndarray) -> Params:
    """The five tensors with these entries."""
    return shaped(theta, len(params["b"]), len(params["c"]))


def loop(
    params: Params,
    indices: np.ndarray,
    K: int,
    *,
    seq_length: int = 25,
    eta: float = 0.1,
    epochs: int = 1,
    give: Any = lambda steps: steps,
    **choice: Any,
) -> Any:
    """The training loop; `give` makes of its steps what is returned."""
    now = Now(K=K, T=seq_length, eta=eta, theta=flat(params), h=np.zeros(len(params["b"])))
    now.memory, now.gradients = 0 * now.theta, []
    now.smooth, now.count = None, 0  # the smoothed loss and the number of updates so far
    return give(steps_of(now, params, np.asarray(indices), epochs, **choice))


def steps_of(
    now: Now,
    params: Params,
    indices: np.ndarray,
    epochs: int,
    *,
    passes: Any = range,
    windows: Any = windows_of,
    enter: Any = lambda now: now.h if now.place else 0 * now.h,
    remember: Any = lambda now: now.memory,
    gradient: Any = lambda now: within(now.seen.gradient),
    update: Any = lambda now: now.adagrad(now.g, now.eta),
    write: Any = write,
    loss: Any = lambda now: now.seen.loss,
    smoothing: Any = smoothed,
    number: Any = lambda now: now.count,
    epoch_number: Any = lambda now: now.epoch,
    carry: Any = lambda now: now.seen.H[:, -1],
    shown: Any = lambda now, carried: carried,
    before_the_update: bool = False,
    handed_out: Any = lambda now: True,
) -> Iterator[Step]:
    """The training loop, with a choice of how each of its parts is made."""
    for now.epoch in passes(epochs):
        pieces = windows(indices, now.T)
        for now.place, (now.at, now.x, now.y) in enumerate(pieces):
            now.last = now.place == len(pieces) - 1
            now.h, now.memory = enter(now), remember(now)
            now.seen = read(now.K, now.theta, now.h, now.x, now.y)
            now.gradients.append(now.seen.gradient)
            now.g = gradient(now)
            now.theta, now.memory = update(now)
            now.loss = loss(now)
            now.smooth = smoothing(now)
            carried = carry(now)
            h = shown(now, carried)[:, None].copy()
            step = Step(number(now), epoch_number(now), now.loss, now.smooth, h)
            out = handed_out(now)
            if out and before_the_update:
                yield step
            write(params, now.theta)
            if out and not before_the_update:
                yield step
            now.h = carried
            now.count += out


def kept_best(
    params: Params,
    indices: np.ndarray,
    K: int,
    *,
    training_steps: Any = right_training_steps,
    hand_on: Any = lambda options: options,
    measure: Any = lambda step: step.smooth_loss,
    better: Any = lambda new, best: new < best,
    snapshot: Any = lambda before, params: copied(params),
    record: Any = lambda step, new_best: [step.smooth_loss],
    lowest: Any = lambda best, step: best,
    finish: Any = lambda result: result,
    **options: Any,
) -> Any:
    """All of training_steps, with a choice of what is measured, recorded and kept as best."""
    records: list[float] = []
    best, best_params, before, step = None, params, copied(params), None
    for step in training_steps(params, indices, K, **hand_on(options)):
        new_best = best is None or better(measure(step), best)
        records += record(step, new_best)
        if new_best:
            best, best_params = measure(step), snapshot(before, params)
        before = copied(params)
    best = np.inf if best is None else best
    return finish(Result(params, best_params, lowest(best, step), records))


in_initialise = Mistakes("initialise", drawn)
in_training_steps = Mistakes("training_steps", loop)
in_train = Mistakes("train", kept_best)

for mistakes, option, default, wrong in (
    (in_initialise, "sigma", 0.01, (0.1, 1.0, 0.0, 0.02, 0.005, 0.001, 0.05)),
    (in_training_steps, "seq_length", 25, (24, 26, 50, 20, 10, 5, 12)),
    (in_training_steps, "eta", 0.1, (0.01, 0.001, 1.0, 0.0, 0.05, 0.2, 0.5)),
    (in_training_steps, "epochs", 1, (2, 0)),
):
    about = "about " * (option == "sigma")  # which is measured
    mistakes.default(
        f"{option}_by_default",
        option,
        f"if {option} is not given, it is {about}{{value}}; it should be {default}.",
        f"What should {option} be if it is not given, and where does your function say so?",
        *wrong,
    )

in_initialise.choice(
    "variance_as_deviation",
    "the weights have a standard deviation of about sigma squared; it should be sigma.",
    "In N(0, sigma^2), what does the second number stand for, and which number does rng ask for?",
    spread=lambda sigma, columns: sigma**2,
)
in_initialise.family(
    "another_deviation",
    "the weights have a standard deviation of about {value}; it should be sigma.",
    "In N(0, sigma^2), what is the standard deviation? Do K and m play a part in it?",
    "spread",
    {
        "1, whatever sigma is": lambda sigma, columns: 1.0,
        "0.01, whatever sigma is": lambda sigma, columns: 0.01,
        "sqrt(sigma)": lambda sigma, columns: sigma**0.5,
        **formulas("sigma, columns", "1 / sigma", "2 sigma", "sigma / 2"),
        "1 / sqrt(number of columns)": lambda sigma, columns: columns**-0.5,
        "sigma / sqrt(number of columns)": lambda sigma, columns: sigma * columns**-0.5,
    },
)
in_initialise.choice(
    "uniform_weights",
    "the weights are as if drawn uniformly between 0 and sigma; they should be normal, with "
    "mean 0.",
    "Which signs should the weights have at the start?",
    draw=lambda rng, shape: rng.random(shape),
)
in_initialise.family(
    "drawn_otherwise",
    "the weights are {value}; each should be drawn from rng by itself, normal and with mean 0.",
    "What does N(0, sigma^2) look like, and how will two units ever differ?",
    "draw",
    {
        "as if drawn uniformly between -sigma and sigma": lambda rng, shape: rng.uniform(
            -1, 1, shape
        ),
        "as if drawn from a normal distribution and then made positive": lambda rng, shape: abs(
            rng.standard_normal(shape)
        ),
        "all zero": lambda rng, shape: np.zeros(shape),
        "one number for each tensor": lambda rng, shape: np.full(shape, rng.standard_normal()),
    },
)
in_initialise.choice(
    "random_biases",
    "the biases are different numbers; they should start at 0.",
    "Units must start different from each other. Do the weights alone see to that?",
    bias=lambda rng, sigma, shape: sigma * rng.standard_normal(shape),
)

in_training_steps.choice(
    "state_reset_at_each_window",
    "every window starts from a state of zeros; it should start from the last state of the "
    "one before.",
    "What should the network know at the start of a window in the middle of the text?",
    enter=lambda now: 0 * now.h,
)
in_training_steps.choice(
    "state_not_reset_at_epochs",
    "the state is carried over from one epoch to the next; each epoch should start from zeros.",
    "What comes before the first character of the text?",
    enter=lambda now: now.h,
)
in_training_steps.family(
    "another_state_carried_on",
    "the state carried on is {value}; it should be the last one of the window, H[:,T].",
    "Which state has seen all characters of the window?",
    "carry",
    {
        "the one that the window started from, H[:,0], so that it stays zero": lambda now: now.h,
        "the one before the window's last character is read, H[:,T-1]": lambda now: now.seen.H[
            :, -2
        ],
        "that of a second reading, with the params after the update": lambda now: now.read_again(
            now.h
        ).H[:, -1],
        "the one after the window's first step, H[:,1]": lambda now: now.seen.H[:, 1],
        "W h + U x + b at the window's last step, without tanh": lambda now: now.seen.A[:, -1],
    },
)
in_training_steps.choice(
    "incoming_state_handed_out",
    "the h of a Step is the state that its window started from; it should be the one that it "
    "ended in.",
    "If someone lets the network write on after a Step, from which state should it go on?",
    shown=lambda now, carried: now.h,
)
in_training_steps.slot(
    "remember",
    "How far does an update move a weight whose memory was empty, and how far if it was large?",
    memory_reset_at_epochs=(
        "the memory of AdaGrad starts again at zero with each epoch; it should go on through all "
        "epochs.",
        lambda now: now.memory if now.place else 0 * now.memory,
    ),
    memory_reset_at_each_window=(
        "the memory of AdaGrad starts again at zero with each window; it should go on through all "
        "epochs.",
        lambda now: 0 * now.memory,
    ),
)
in_training_steps.choice(
    "smoothed_loss_reset_at_epochs",
    "the smoothed loss starts again with each epoch; it should go on through all epochs.",
    "What should the curve of the smoothed loss look like where one epoch ends and the next "
    "begins?",
    smoothing=lambda now: smoothed(now) if now.place else now.loss,
)
in_training_steps.choice(
    "smoothed_loss_from_a_uniform_guess",
    "the smoothed loss starts from T ln K, a uniform guess; it should start from the first loss.",
    "What should the first smoothed loss be, for weights that are already trained?",
    smoothing=lambda now: smoothed(now, first=now.T * np.log(now.K)),
)
WEIGHTS = (  # of the one before and of the window's loss
    "0.99 0.01, 0.9 0.1, 0.001 0.999, 0 1, 1 0, 1 0.001, 0.999 1, 0.999 0.01, 0.999 0.002, "
    "0.999 0.0005, 0.999 0, 1.998 0.001, 0.4995 0.001, 0.999 0.999, 0.999 -0.001, 0.999 1.001, "
    "0.999 -0.999, 0.95 0.05, 0 0.001"
)
in_training_steps.family(
    "weights_of_smoothing",
    "the smoothed loss is {value} of the window's; it should be 0.999 of the one before plus "
    "0.001 of the window's.",
    ONE_WINDOW,
    "smoothing",
    {
        f"{old} of the one before plus {new}": partial(smoothed, weight=float(old), new=float(new))
        for old, new in map(str.split, WEIGHTS.split(","))
    },
)
in_training_steps.family(
    "another_smoothing",
    "the smoothed loss is {value}; it should be the first loss at first, then 0.999 of the "
    "one before plus 0.001 of the window's.",
    ONE_WINDOW,
    "smoothing",
    {
        "as if it had been 0 before the first window": partial(smoothed, first=0.0),
        "the mean of all losses so far": lambda now: (
            ((now.smooth or 0.0) * now.count + now.loss) / (now.count + 1)
        ),
        "started again after a 0, as if 0 meant that there is none yet": lambda now: (
            smoothed(now) if now.smooth else now.loss
        ),
    },
)
in_training_steps.choice(
    "step_restarts_at_epochs",
    "the number of the step starts again at 0 with each epoch; it should count on through all "
    "epochs.",
    "How many updates have been made before the first one of the second epoch?",
    number=lambda now: now.place,
)
in_training_steps.choice(
    "step_counts_from_one",
    "the number of the step counts from 1; it should count from 0.",
    "What should the number of the first Step be?",
    number=lambda now: now.count + 1,
)
in_training_steps.family(
    "another_number_of_the_step",
    "the number of the step {value}; it should grow by 1 with each update, from 0.",
    "How many updates came before this one?",
    "number",
    {
        "grows by T each time, counting characters": lambda now: now.count * now.T,
        "is where its window starts in the text": lambda now: now.at,
        "stays at 0": lambda now: 0,
        "is that of the epoch": lambda now: now.epoch,
        "counts from -1": lambda now: now.count - 1,
    },
)
in_training_steps.choice(
    "epoch_counts_from_one",
    "the epoch counts from 1; it should count from 0.",
    "What should the number of the first epoch be?",
    epoch_number=lambda now: now.epoch + 1,
)
in_training_steps.family(
    "another_number_of_the_epoch",
    "the epoch of a Step {value}; it should grow by 1 with each pass through the text, from 0.",
    "What should the epoch of a Step be in the first pass through the text, and in the second?",
    "epoch_number",
    {
        "stays at 0": lambda now: 0,
        "is the number of the step": lambda now: now.count,
        "counts from -1": lambda now: now.epoch - 1,
    },
)
in_training_steps.choice(
    "one_epoch_too_few",
    "the text is read once less than `epochs` says; it should be read as often as that.",
    "How often does a loop over range(1, 3) run?",
    passes=lambda epochs: range(epochs - 1),
)
in_training_steps.family(
    "another_number_of_epochs",
    "the text is {value}; it should be read as often as `epochs` says.",
    "How often should the loop over epochs run?",
    "passes",
    {
        "read once more than `epochs` says": lambda epochs: range(epochs + 1),
        "read once, whatever `epochs` is": lambda epochs: range(1),
        "read again and again, as long as Steps are asked for": lambda epochs: repeat(
            0, epochs + 3
        ),
        "not read at all, so that no Step comes": lambda epochs: (),
    },
)
in_training_steps.choice(
    "loss_after_the_update",
    "the loss is the window's with the params after its update; it should be that with the "
    "params before.",
    "How well does a network predict a window that it has just learnt from? Would that be a "
    "fair measure?",
    loss=lambda now: now.read_again(now.h).loss,
)
in_training_steps.choice(
    "loss_after_the_update_and_the_state",
    "the loss is the window's after its update and from the state that it ended in; it should "
    "be that before the update, from the state that it started from.",
    "From which state, and with which params, is the window read when its gradient is taken?",
    loss=lambda now: now.read_on().loss,
)
in_training_steps.choice(
    "window_read_again_after_the_update",
    "loss and state are those of a second reading, after the update and from the state that "
    "the window ended in; they should be those of the first.",
    "How many forward passes does a window need?",
    loss=lambda now: now.read_on().loss,
    carry=lambda now: now.read_on().H[:, -1],
)
in_training_steps.choice(
    "loss_divided_by_T",
    "the loss is the mean over the window's steps; it should be the sum.",
    "What should a uniform guess among K characters cost over T steps?",
    loss=lambda now: now.seen.loss / len(now.x),
)
in_training_steps.slot(
    "windows",
    "How many inputs and how many targets does a text of T + 1 characters hold?",
    targets_not_moved=(
        "the targets are the inputs themselves; each should be the character after its input.",
        "What should the network guess when it has read a character?",
        lambda indices, T: [(s, x, x) for s, x, _ in windows_of(indices, T)],
    ),
    last_window_left_out=(
        "the last window is left out if its last target is the last character of the text; it "
        "should be read too.",
        partial(windows_of, least=2),
    ),
    last_window_always_left_out=(
        "the last window of the text is always left out; it should be read too.",
        lambda indices, T: windows_of(indices, T)[:-1],
    ),
    windows_too_far_apart=(
        "the windows start T + 1 characters apart; they should start T apart.",
        "Which character should the state that is carried on from a window meet first?",
        partial(windows_of, stride=1),
    ),
    shorter_window_at_the_end=(
        "what is left at the end of the text is read as a shorter window; only windows of T steps "
        "should be read.",
        "While start + T < N there is a window. What should follow when that no longer holds?",
        lambda indices, T: windows_of(indices, T, least=2 - T),
    ),
)
in_training_steps.family(
    "other_windows",
    "{value}; windows should hold T + 1 characters and start at 0, T, 2 T, ... while start + "
    "T < N.",
    "With T = 3, where should the second window start, and which characters should it hold?",
    "windows",
    {
        "windows start T - 1 characters apart": partial(windows_of, stride=-1),
        "windows start one character apart": lambda x, T: windows_of(x, T, stride=1 - T),
        "windows hold T characters, T - 1 steps": lambda indices, T: [
            (s, x[:-1], y[:-1]) for s, x, y in windows_of(indices, T)
        ],
        "every window is the text's first": lambda x, T: windows_of(x, T)[:1] * ((len(x) - 1) // T),
        "the windows come in reverse order": lambda x, T: windows_of(x, T)[::-1],
        "the last target of a window is its own first character": lambda indices, T: [
            (s, x, np.roll(x, -1)) for s, x, _ in windows_of(indices, T)
        ],
    },
)
in_training_steps.choice(
    "gradients_not_clipped",
    "the update is made of gradients that are not clipped; each entry should be clipped to "
    "[-5, 5] first.",
    "What does a single exploding gradient do to the memory of AdaGrad?",
    gradient=lambda now: now.seen.gradient,
)
LIMITS = "-1 1, -10 10, -4 4, -6 6, -5 4, -5 6, -4 5, -6 5, -3 3, -2 2, 0 5, -5 inf, -inf 5"
in_training_steps.family(
    "clipped_elsewhere",
    "the gradients are clipped to {value}; it should be [-5, 5].",
    "Which limit does `clip` have if none is given?",
    "gradient",
    {
        f"[{low}, {high}]": lambda now, low=float(low), high=float(high): within(
            now.seen.gradient, low, high
        )
        for low, high in map(str.split, LIMITS.split(","))
    },
)
in_training_steps.family(
    "another_gradient",
    "the update is made of {value}; it should be made of the window's own gradient, each "
    "entry clipped by itself.",
    "Whose gradient should move the weights after the second window, and what should be done "
    "to it before?",
    "gradient",
    {
        "the gradients scaled down together, to a norm of 5": lambda now: (
            now.seen.gradient / np.maximum(1, np.linalg.norm(now.seen.gradient) / 5)
        ),
        "the gradient divided by T": lambda now: within(now.seen.gradient / now.T),
        "the gradients of all windows so far, added up": lambda now: within(sum(now.gradients)),
        "the gradients of the epoch's windows so far, added up": lambda now: within(
            sum(now.gradients[-now.place - 1 :])
        ),
        "the gradient with its sign turned, which makes the loss grow": lambda now: (
            -within(now.seen.gradient)
        ),
        "nothing, so that params stay as they are": lambda now: 0 * now.seen.gradient,
    },
)
in_training_steps.choice(
    "eta_not_handed_on",
    "the update is made with eta = 0.1, whatever eta was given; it should be the given one.",
    "What does adagrad_step do when it is not told an eta?",
    update=lambda now: now.adagrad(now.g, 0.1),
)
in_training_steps.choice(
    "plain_gradient_descent",
    "the update is params - eta * gradient, without AdaGrad's memory; it should be that of "
    "lesson 6.",
    "By what does lesson 6 divide each gradient?",
    update=lambda now: (now.theta - now.eta * now.g, now.memory),
)
in_training_steps.choice(
    "params_rebound",
    "params holds new arrays after an update; the given arrays themselves should change.",
    'Someone took W = params["W"] before the training. Do they see the trained weights in W?',
    write=lambda params, theta: params.update(shaped_like(params, theta.copy())),
)
in_training_steps.choice(
    "params_copied",
    "params stay as they were, as if the updates were made on a copy; the given arrays "
    "themselves should change.",
    "Where will someone who passed params look for the trained weights?",
    write=lambda params, theta: None,
)
in_training_steps.choice(
    "step_before_its_update",
    "a Step comes before its update is made; it should come right after it.",
    ON_ARRIVAL,
    before_the_update=True,
)
in_training_steps.choice(
    "only_the_last_step_of_each_epoch",
    "only the last window of each epoch gives a Step; every window should give one.",
    "How deep in the two loops does the `yield` stand?",
    handed_out=lambda now: now.last,
)


def one_h(steps: Iterator[Step]) -> Iterator[Step]:
    """Steps that all hold the same array."""
    h = None
    for step in steps:
        h = step.h if h is None else h
        h[...] = step.h
        yield step._replace(h=h)


in_training_steps.slot(
    "give",
    "If someone wants to look at the params just after step 100, when should the later "
    "updates be made?",
    all_updates_at_once=(
        "all updates are made before the first Step comes; each Step should come right after its "
        "own.",
        list,
    ),
    updates_made_when_called=(
        "all updates are made when training_steps is called; each should be made when its Step is "
        "asked for.",
        lambda steps: iter(list(steps)),
    ),
    one_h_for_all_steps=(
        "the h of each Step is overwritten by later ones, as if all held one array; each should "
        "hold an array of its own.",
        "What should the h of the first Step show at the end of the run?",
        one_h,
    ),
)

in_train.choice(
    "best_params_share_the_arrays",
    "best_params holds the arrays of params, and so the last weights in the end; it should "
    "hold copies of them, made at the best step.",
    "If a dict is copied, are the arrays in it copied too?",
    snapshot=lambda before, params: dict(params),
)
in_train.choice(
    "best_by_the_loss",
    "the best step is the one with the smallest loss of its window; it should be the one with "
    "the smallest smoothed loss.",
    "Is a window with a low loss well learnt, or merely easy?",
    measure=lambda step: step.loss,
)
in_train.choice(
    "best_params_from_before_the_update",
    "best_params are the weights from before the best step; they should be those just after "
    "its update.",
    ON_ARRIVAL,
    snapshot=lambda before, params: before,
)
in_train.choice(
    "best_params_of_the_end",
    "best_params are the last weights, in arrays of their own; they should be those just "
    "after the best step.",
    "When should the snapshot be taken?",
    finish=lambda result: result._replace(best_params=copied(result.params)),
)
in_train.family(
    "compared_wrongly",
    "the best loss and weights are those of {value}; they should be those of the smallest "
    "smoothed loss.",
    "What should be compared with what before a step is called the best so far?",
    "better",
    {
        "the largest smoothed loss": lambda new, best: new > best,
        "the last step, whatever it costs": lambda new, best: True,
        "the first step, whatever comes after it": lambda new, best: False,
    },
)
in_train.choice(
    "losses_not_smoothed",
    "smooth_losses holds the losses of the windows; it should hold the smoothed losses.",
    "Which of a Step's two losses makes the smoother curve?",
    record=lambda step, new_best: [step.loss],
)
in_train.choice(
    "only_new_best_losses_listed",
    "a smoothed loss is listed only if it is the smallest so far; that of every step should "
    "be listed.",
    "How long should smooth_losses be after 100 steps?",
    record=lambda step, new_best: [step.smooth_loss] * new_best,
)
in_train.choice(
    "best_loss_of_the_last_step",
    "best_loss is the smoothed loss of the last step; it should be the smallest one.",
    "Is the last smoothed loss always the smallest?",
    lowest=lambda best, step: step.smooth_loss if step else best,
)
in_train.choice(
    "best_loss_never_noted",
    "best_loss is infinite, and best_params are the last weights; both should be those of the "
    "smallest smoothed loss.",
    "What should each new smoothed loss be compared with?",
    better=lambda new, best: True,
    lowest=lambda best, step: np.inf,
)
in_train.choice(
    "options_not_handed_on",
    "training runs with the defaults of seq_length, eta and epochs, whatever was given; the "
    "options should be handed on.",
    "Where should the options go that train is given after params, indices and K?",
    hand_on=lambda options: {},
)

# what was seen in answers later

in_training_steps.choice(
    "inputs_and_targets_exchanged",
    "inputs and targets are exchanged; each target should be the character after its input.",
    "Which of the two does the network read, and which should it foretell?",
    alone=True,
    windows=lambda indices, T: [(s, y, x) for s, x, y in windows_of(indices, T)],
)
in_training_steps.choice(
    "targets_two_ahead",
    "each target is two characters after its input; it should be the very next one.",
    "With T = 3, where do the first targets start, and where do they end?",
    alone=True,
    windows=lambda indices, T: [
        (s, x, np.take(indices, np.arange(s + 2, s + T + 2), mode="wrap"))
        for s, x, _ in windows_of(indices, T)
    ],
)


def smoothed_from_the_last(now: Now) -> float:
    """The smoothed loss, made of the loss of the window before in the place of all before."""
    last = getattr(now, "last_loss", None)
    now.last_loss = now.loss
    return float(now.loss if last is None else 0.999 * last + 0.001 * now.loss)


in_training_steps.choice(
    "smoothed_from_the_last_loss",
    "the smoothed loss is 0.999 of the last window's loss plus 0.001 of this one's; it should go "
    "on from the smoothed loss before.",
    "What does the smoothed loss know of the windows before the last?",
    alone=True,
    smoothing=smoothed_from_the_last,
)
in_training_steps.family(
    "smoothed_loss_from_another_guess",
    "the smoothed loss starts from {value}; it should start from the first loss.",
    "What should the first smoothed loss be, for weights that are already trained?",
    "smoothing",
    {
        "25 ln K": lambda now: smoothed(now, first=25 * np.log(now.K)),
        "ln K": lambda now: smoothed(now, first=np.log(now.K)),
    },
)

LATE = "When a Step comes out, which updates should params hold?"


@in_training_steps.whole(
    "params hold the updates of a whole epoch when its first Step comes; each Step should come "
    "right after its own.",
    LATE,
)
def epoch_run_before_its_steps(
    params: Params, indices: np.ndarray, K: int, *, seq_length: int = 25, **options: Any
) -> Iterator[Step]:
    """All windows of an epoch, then its Steps."""
    steps = loop(params, indices, K, seq_length=seq_length, **options)
    windows = max(len(indices) - 1, 0) // seq_length
    for _ in range(options.get("epochs", 1)):
        yield from list(islice(steps, windows))


@in_training_steps.whole(
    "params hold the update of the next Step when a Step comes; each should come right after its "
    "own.",
    LATE,
)
def one_step_ahead(params: Params, indices: np.ndarray, K: int, **options: Any) -> Iterator[Step]:
    """Each Step after the update of the next one."""
    late = None
    for step in loop(params, indices, K, **options):
        if late is not None:
            yield late
        late = step
    if late is not None:
        yield late
