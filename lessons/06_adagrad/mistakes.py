"""Known mistakes in lesson 6: clipping, and AdaGrad."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, of_values

Tensors = dict[str, np.ndarray]
Choice = Callable[..., Any]


def clipped(
    grads: Tensors,
    limit: float = 5.0,
    *,
    limit_used: Choice = lambda limit: limit,
    names: Choice = lambda grads: list(grads),
    cut: Choice = lambda g, limit, grads: np.clip(g, -limit, limit),
) -> Tensors:
    """The clipped gradients, with a choice of the limit, the tensors, and of how to cut."""
    chosen, limit = names(grads), limit_used(limit)
    return {k: cut(g, limit, grads) if k in chosen else g.copy() for k, g in grads.items()}


def _in_place(tensors: Tensors, name: str, value: np.ndarray) -> None:
    """The right way to keep a new value: in the array that is there."""
    tensors[name][...] = value


def _lost(tensors: Tensors, name: str, value: np.ndarray) -> None:
    """Nothing is kept."""


def stepped(
    params: Tensors,
    grads: Tensors,
    memory: Tensors,
    eta: float = 0.1,
    eps: float = 1e-8,
    *,
    eta_used: Choice = lambda eta: eta,
    eps_used: Choice = lambda eps: eps,
    names: Choice = lambda params: list(params),
    gradient: Choice = lambda g: g,
    grow: Choice = lambda M, g, eta, eps: M + g * g,
    divides: Choice = lambda old, new, g: new,
    root: Choice = lambda M, eps: np.sqrt(M + eps),
    step: Choice = lambda eta, g, root, eps: eta * g / root,
    move: Choice = lambda theta, step: theta - step,
    keep_params: Choice = _in_place,
    keep_memory: Choice = _in_place,
) -> None:
    """One step, with a choice of how each quantity is made and where it is kept."""
    eta, eps = eta_used(eta), eps_used(eps)
    for name in names(params):
        theta, g, old = params[name].copy(), gradient(grads[name]), memory[name].copy()
        new = grow(old, g, eta, eps)
        by = root(divides(old, new, g), eps)
        keep_params(params, name, move(theta, step(eta, g, by, eps)))
        keep_memory(memory, name, new)


in_clip = Mistakes("clip", clipped)
in_init_memory = Mistakes("init_memory")
in_adagrad_step = Mistakes("adagrad_step", stepped)


def _scaled(g: np.ndarray, limit: float, size: float) -> np.ndarray:
    """An array scaled so that its size is at most the limit."""
    return g * (limit / size if size > limit else 1.0)


in_clip.slot(
    "cut",
    "What should happen to an entry of 1 when another one in its array is 100?",
    clipped_by_the_norm_of_each_array=(
        "each array is scaled down by its own norm; every entry should be clipped by itself.",
        lambda g, limit, grads: _scaled(g, limit, np.sqrt((g**2).sum())),
    ),
    scaled_by_the_largest_entry=(
        "each array is scaled down so that its largest entry is the limit; only the entries "
        "beyond the limit should change.",
        lambda g, limit, grads: _scaled(g, limit, abs(g).max()),
    ),
)

in_clip.slot(
    "cut",
    "In which directions can a gradient explode?",
    clipped_only_above=(
        "only entries above the limit are clipped; those below -limit should be, too.",
        lambda g, limit, grads: np.minimum(g, limit),
    ),
    clipped_only_below=(
        "only entries below -limit are clipped; those above the limit should be, too.",
        lambda g, limit, grads: np.maximum(g, -limit),
    ),
)

in_clip.slot(
    "cut",
    "Which way should a weight move whose gradient is -20?",
    sign_lost=(
        "the signs are lost, as if the absolute values were clipped; every entry should keep its "
        "sign.",
        lambda g, limit, grads: np.minimum(abs(g), limit),
    ),
    sign_lost_beyond_the_limit=(
        "entries below -limit become +limit; they should become -limit.",
        lambda g, limit, grads: np.where(abs(g) > limit, limit, g),
    ),
)

in_clip.slot(
    "cut",
    clipped_by_norm=(
        "all gradients are scaled down together, by the norm of them all; every entry should be "
        "clipped by itself.",
        "What should happen to an entry of 1 when an entry of another array is 100?",
        lambda g, limit, grads: _scaled(
            g, limit, np.sqrt(sum((one**2).sum() for one in grads.values()))
        ),
    ),
    negative_entries_set_to_0=(
        "negative entries become 0, as if the lower bound were 0; it should be -limit.",
        "Which way does a weight move whose gradient is negative?",
        lambda g, limit, grads: np.clip(g, 0.0, limit),
    ),
    entries_beyond_set_to_0=(
        "entries beyond the limit become 0; they should become limit or -limit, by their sign.",
        "Should the steepest direction of all be the one that is not followed?",
        lambda g, limit, grads: np.where(abs(g) > limit, 0.0, g),
    ),
    every_entry_brought_to_the_limit=(
        "entries within the limit become limit or -limit too; they should stay as they are.",
        "What should happen to an entry of -0.3?",
        lambda g, limit, grads: np.sign(g) * limit,
    ),
    squashed=(
        "the entries become limit * tanh(g / limit), which changes the small ones too; those "
        "within the limit should stay as they are.",
        "With a limit of 5, what should an entry of 4 become?",
        lambda g, limit, grads: limit * np.tanh(g / np.where(limit == 0, 1.0, limit)),
    ),
    bounds_exchanged=(
        "every entry becomes -limit, as if the lower bound were +limit and the upper one -limit; "
        "it should be the other way round.",
        "Which of the two bounds is the smaller one, and which of them does NumPy's clip take "
        "first?",
        lambda g, limit, grads: np.full_like(g, -limit),
    ),
    minus_forgotten=(
        "every entry becomes +limit, as if both bounds were limit; the lower one should be -limit.",
        "Between which two numbers should an entry of -0.3 lie?",
        lambda g, limit, grads: np.full_like(g, limit),
    ),
    comparison_reversed=(
        "entries within the limit become limit or -limit, and those beyond stay as they are; it "
        "should be the other way round.",
        "Which entries are too large: those above the limit, or those below?",
        lambda g, limit, grads: np.where(abs(g) < limit, np.sign(g) * limit, g),
    ),
    nothing_clipped=(
        "the gradients come back as they were; entries beyond the limit should be clipped.",
        "What should become of an entry of 7 if the limit is 5? Does it get into the dict that is "
        "returned?",
        lambda g, limit, grads: g.copy(),
    ),
    half_the_limit=(
        "the entries are clipped to [-limit/2, limit/2]; it should be [-limit, limit].",
        "Is the limit how far the ends lie from 0, or from each other?",
        lambda g, limit, grads: np.clip(g, -limit / 2, limit / 2),
    ),
)


in_clip.slot(
    "names",
    biases_not_clipped=(
        "b and c come back unclipped; they should be clipped like the weights.",
        "Which keys does your loop visit, and which should it?",
        lambda grads: ["U", "W", "V"],
    ),
)


in_clip.family(
    "limit_ignored",
    "the limit is {value:g}, whatever limit was given; it should be the given one.",
    "What should clip(grads, 2.0) make of an entry of 3?",
    "limit_used",
    of_values(lambda value: lambda limit: value, 5.0, 1.0, 10.0),
)

in_clip.default(
    "wrong_default_limit",
    "limit",
    "if no limit is given, it is {value:g}; it should be 5.",
    "Which limit is meant if none is given, and where does your function say so?",
    *(1.0, 10.0, 2.5, 0.5, 3.0, 4.0, 6.0, 0.0),
)


@in_clip.whole(
    "the given grads are changed and returned; they should stay as they are, and the result "
    "should be new arrays.",
    "What should the caller still have of the gradients after the call?",
)
def clipped_in_place(grads: Tensors, limit: float = 5.0) -> Tensors:
    for grad in grads.values():
        np.clip(grad, -limit, limit, out=grad)
    return grads


@in_clip.whole(
    "an array in which nothing exceeds the limit is itself returned; the result should hold a "
    "new array there, too.",
    "If the result is changed later, what should happen to the gradients that were given?",
)
def unclipped_arrays_not_copied(grads: Tensors, limit: float = 5.0) -> Tensors:
    return {
        name: grad if (abs(grad) <= limit).all() else np.clip(grad, -limit, limit)
        for name, grad in grads.items()
    }


_KEPT: dict[tuple[str, tuple[int, ...]], np.ndarray] = {}  # what memory_of_the_first_call has made


@in_init_memory.whole(
    "a second call returns what the first one's arrays hold by then, with all that was added "
    "to them; it should return new arrays of zeros.",
    "When are the arrays of zeros made: in each call, or once and for all?",
)
def memory_of_the_first_call(params: Tensors) -> Tensors:
    return {
        name: _KEPT.setdefault((name, theta.shape), np.zeros(theta.shape))
        for name, theta in params.items()
    }


@in_init_memory.whole(
    "tensors of the same shape share one array, so that what is added to one is in the other "
    "too; each should have an array of its own.",
    "With m = K, b and c have the same shape. How many arrays must there be?",
)
def memory_shared_by_equal_shapes(params: Tensors) -> Tensors:
    zeros = {theta.shape: np.zeros(theta.shape) for theta in params.values()}
    return {name: zeros[theta.shape] for name, theta in params.items()}


@in_init_memory.whole(
    "the memory starts at {value:g}; it should start at 0.",
    "How many gradients has a weight seen before its first step?",
    values=(1.0, 1e-8, 0.1),
)
def memory_not_from_zero(params: Tensors, *, value: float) -> Tensors:
    return {name: np.full_like(theta, value) for name, theta in params.items()}


@in_init_memory.whole(
    "the memory starts with the numbers of params; it should have their shapes, but hold zeros.",
    "What does the memory add up, and how much of that is there at the start?",
)
def memory_copied_from_params(params: Tensors) -> Tensors:
    return {name: theta.copy() for name, theta in params.items()}


in_adagrad_step.slot(
    "root",
    "The memory holds squares. How long should the first step be, for a gradient of 3 and for "
    "one of 300?",
    root_missing=(
        "the gradient is divided by the memory itself; it should be divided by the memory's root.",
        lambda M, eps: M + eps,
    ),
    root_taken_twice=(
        "the root is taken twice, sqrt(sqrt(memory + eps)); it should be taken once, sqrt(memory "
        "+ eps).",
        lambda M, eps: np.sqrt(np.sqrt(M + eps)),
    ),
)

in_adagrad_step.slot(
    "root",
    eps_outside_the_root=(
        "eps is added after the root, sqrt(memory) + eps; it should be inside, sqrt(memory + eps).",
        "With a memory of 0, by what should the gradient be divided: by eps, or by the root of "
        "eps?",
        lambda M, eps: np.sqrt(M) + eps,
    ),
    eps_left_out=(
        "eps is left out, sqrt(memory); it should be added inside the root, sqrt(memory + eps).",
        "What is 0 / sqrt(0), for a weight whose gradient has always been 0?",
        lambda M, eps: np.sqrt(M),
    ),
    eps_squared=(
        "eps is squared, sqrt(memory + eps^2); it should be sqrt(memory + eps).",
        "With a memory of 5 and eps = 4, what should the root be?",
        lambda M, eps: np.sqrt(M + eps**2),
    ),
    eps_multiplied=(
        "eps is multiplied with the memory, sqrt(memory * eps); it should be added to it.",
        "What is eps there for, if the memory is 0?",
        lambda M, eps: np.sqrt(M * eps),
    ),
)


in_adagrad_step.slot(
    "eps_used",
    eps_fixed=(
        "the step is made with eps = 1e-8, whatever eps was given; it should be the given one.",
        "What should an eps of 11 change?",
        lambda eps: 1e-8,
    ),
)


in_adagrad_step.slot(
    "step",
    "Which way should a weight move whose gradient is negative?",
    gradient_missing_in_the_step=(
        "the step is eta / sqrt(memory + eps), without the gradient; it should be eta times the "
        "gradient, divided by that root.",
        lambda eta, g, root, eps: eta / root,
    ),
    gradient_squared_in_the_step=(
        "the step has the squared gradient; it should have the gradient itself, and only the "
        "memory its square.",
        lambda eta, g, root, eps: eta * g * g / root,
    ),
)

in_adagrad_step.slot(
    "step",
    multiplied_by_the_root=(
        "the gradient is multiplied by the root of the memory; it should be divided by it.",
        "Should the steps of a weight grow or shrink as its gradients add up?",
        lambda eta, g, root, eps: eta * g * root,
    ),
    not_divided=(
        "the step is eta times the gradient alone; it should be divided by sqrt(memory + eps).",
        "What is the memory kept for?",
        lambda eta, g, root, eps: eta * g,
    ),
    eta_missing=(
        "the step is g / sqrt(memory + eps), without eta; it should be eta times that.",
        "By how much should the step change when eta is halved?",
        lambda eta, g, root, eps: g / root,
    ),
)


in_adagrad_step.slot(
    "eta_used",
    eta_ignored=(
        "the step is made with eta = 0.1, whatever eta was given; it should be the given one.",
        "By how much should the step change when eta is halved?",
        lambda eta: 0.1,
    ),
)

in_adagrad_step.slot(
    "divides",
    divided_by_the_gradient_alone=(
        "the gradient is divided by sqrt(g^2 + eps), with its own square alone; it should be "
        "divided by sqrt(memory + eps), with all squares so far.",
        "How does the step know of the gradients before this one?",
        lambda old, new, g: g * g,
    ),
    divided_by_the_mean_over_the_tensor=(
        "all entries of a tensor are divided by one root, that of their memories' mean; each "
        "should be divided by the root of its own memory.",
        "One weight has had large gradients, its neighbour small ones. Whose steps should shrink?",
        lambda old, new, g: new.mean(),
    ),
    memory_added_after_the_step=(
        "the gradient is divided by the root of the old memory; its own square should be added "
        "first.",
        "What is the first step divided by, if the memory is still 0?",
        lambda old, new, g: old,
    ),
)


in_adagrad_step.slot(
    "grow",
    "Can a memory of AdaGrad become smaller?",
    memory_decays=(
        "the memory becomes 0.9 memory + 0.1 g^2; it should become memory + g^2.",
        lambda M, g, eta, eps: 0.9 * M + 0.1 * g * g,
    ),
    square_subtracted=(
        "the squared gradient is subtracted from the memory; it should be added.",
        lambda M, g, eta, eps: M - g * g,
    ),
)

in_adagrad_step.slot(
    "grow",
    memory_replaced=(
        "the memory becomes the squared gradient alone; the square should be added to what was "
        "there.",
        "What should the memory know of the steps before this one?",
        lambda M, g, eta, eps: g * g,
    ),
    memory_multiplied=(
        "the memory is multiplied by the squared gradient; the square should be added to it.",
        "What should become of a memory that starts at 0?",
        lambda M, g, eta, eps: M * g * g,
    ),
    gradient_not_squared=(
        "the gradient itself is added to the memory; its square should be added.",
        "What should a gradient of -3 do to the memory, if a root is to be taken of it?",
        lambda M, g, eta, eps: M + g,
    ),
    absolute_value_added=(
        "the gradient's absolute value is added to the memory; its square should be added.",
        "What should the memory be after a first gradient of 3, if the root is to be 3?",
        lambda M, g, eta, eps: M + abs(g),
    ),
    mean_square_added=(
        "all memories of a tensor grow by the mean of its squares; each should grow by the square "
        "of its own entry.",
        "One weight has had large gradients, its neighbour small ones. Whose steps should shrink?",
        lambda M, g, eta, eps: M + (g * g).mean(),
    ),
    memory_never_grows=(
        "nothing is added to the memory, and the gradient is divided by the root of what it was; "
        "the square should be added first.",
        "When should the gradient's square get into the memory?",
        lambda M, g, eta, eps: M,
    ),
)


in_adagrad_step.choice(
    "eps_kept_in_the_memory",
    "the memory becomes memory + g^2 + eps; it should become memory + g^2, with eps added for "
    "the root alone.",
    "How often should eps be in a memory after ten steps?",
    grow=lambda M, g, eta, eps: M + g * g + eps,
    root=lambda M, eps: np.sqrt(M),
)

in_adagrad_step.choice(
    "root_kept_in_the_memory",
    "the memory becomes the root, sqrt(memory + g^2 + eps); it should become memory + g^2.",
    "What does the next step add its square to: to a root, or to the sum so far?",
    grow=lambda M, g, eta, eps: np.sqrt(M + g * g + eps),
    root=lambda M, eps: M,
)


in_adagrad_step.slot(
    "keep_memory",
    memory_not_kept=(
        "the given memory stays as it was, though the step uses the new sum; it should hold that "
        "sum afterwards.",
        "Where should the next step find the sum that this one made?",
        _lost,
    ),
    memory_rebound=(
        "the memory's arrays are new ones under the old keys; the given arrays themselves should "
        "change.",
        "Someone holds one of the memory's arrays from before the step. Do they see it grow?",
        dict.__setitem__,
    ),
)


in_adagrad_step.slot(
    "keep_params",
    params_not_moved=(
        "the given params stay as they were, though the memory grows; they should hold the new "
        "values.",
        "After `theta = theta - step`, who else holds the array that theta is now?",
        _lost,
    ),
    params_rebound=(
        "the params are new arrays under the old keys; the given arrays themselves should change.",
        "Someone holds one of the arrays from before the step. Do they see the update?",
        dict.__setitem__,
    ),
)


in_adagrad_step.choice(
    "nothing_kept",
    "params and memory both stay as they were; what the caller gave should hold the new values.",
    "The caller ignores what is returned. What does the step leave them?",
    keep_params=_lost,
    keep_memory=_lost,
)

in_adagrad_step.slot(
    "move",
    step_added=(
        "the step is added to the params, so that they go uphill; it should be subtracted.",
        "The gradient points to where the loss grows. Which way should the params go?",
        lambda theta, step: theta + step,
    ),
    step_in_place_of_the_params=(
        "the params are set to minus the step; the step should be subtracted from them.",
        "In Python, is `x =- y` the same as `x -= y`?",
        lambda theta, step: -step,
    ),
)


in_adagrad_step.slot(
    "gradient",
    clipped_inside=(
        "the step is made of gradients clipped to [-5, 5]; it should take them as they are given.",
        "Which function is there for clipping, and who calls it?",
        lambda g: np.clip(g, -5, 5),
    ),
)

in_adagrad_step.slot(
    "names",
    biases_left_out=(
        "b and c and their memories stay as they were; all five tensors should be updated.",
        "Which keys does your loop visit, and which should it?",
        lambda params: ["U", "W", "V"],
    ),
    only_the_first_tensor=(
        "only the first tensor of params is updated; all five should be.",
        "How often should the body of the loop run? Does something end it before?",
        lambda params: list(params)[:1],
    ),
    only_the_last_tensor=(
        "only the last tensor of params is updated; all five should be.",
        "Which lines belong to the loop over the tensors, by their indentation?",
        lambda params: list(params)[-1:],
    ),
)


@in_adagrad_step.whole(
    "the given grads are changed; they should be left as they are.",
    "What does `g = grads[name]` make: a copy, or another name?",
)
def grads_squared_in_place(
    params: Tensors, grads: Tensors, memory: Tensors, eta: float = 0.1, eps: float = 1e-8
) -> None:
    for name, theta in params.items():
        g = grads[name]
        g *= g
        memory[name] += g
        theta -= eta * g / np.sqrt(memory[name] + eps)


in_adagrad_step.family(
    "square_times_a_number",
    "the memory grows by {value:g} times the squared gradient; it should grow by the square "
    "itself.",
    "What should the memory be after a first gradient of 3, if the root is to be 3?",
    "grow",
    of_values(lambda value: lambda M, g, eta, eps: M + value * g * g, 2.0, 0.5, 0.1),
)

in_adagrad_step.default(
    "wrong_default_eta",
    "eta",
    "if no eta is given, it is {value:g}; it should be 0.1.",
    "Which eta is meant if none is given, and where does your function say so?",
    *(0.01, 0.05, 0.2, 0.5, 1.0, 0.001, 0.0),
)

in_adagrad_step.default(
    "wrong_default_eps",
    "eps",
    "if no eps is given, it is {value:g}; it should be 1e-8.",
    "Which eps is meant if none is given, and where does your function say so?",
    *(1e-6, 1e-7, 1e-10, 2e-8, 5e-9, 1e-5, 1e-4, 1.0, 0.0),
)


@in_adagrad_step.whole(
    "eta stands in the place of eps, and eps in the place of eta; it should be the other way "
    "round.",
    "Which of eta and eps sets the length of the step, and which keeps the root above 0?",
)
def eta_and_eps_exchanged(
    params: Tensors, grads: Tensors, memory: Tensors, eta: float = 0.1, eps: float = 1e-8
) -> None:
    stepped(params, grads, memory, eps, eta)


in_adagrad_step.default(
    "default_eps_of_machine_precision",
    "eps",
    "if no eps is given, it is {value:.3g}; it should be 1e-8.",
    "Which eps is meant if none is given, and where does your function say so?",
    float(np.finfo(float).eps),
)

in_adagrad_step.choice(
    "step_of_clipped_gradients",
    "the step is made of gradients clipped to [-5, 5], and the memory of unclipped ones; both "
    "should take them as they are given.",
    "Which function is there for clipping, and who calls it?",
    step=lambda eta, g, root, eps: eta * np.clip(g, -5, 5) / root,
)

in_adagrad_step.choice(
    "memory_of_clipped_gradients",
    "the memory is made of gradients clipped to [-5, 5], and the step of unclipped ones; both "
    "should take them as they are given.",
    "Which function is there for clipping, and who calls it?",
    grow=lambda M, g, eta, eps: M + np.clip(g, -5, 5) ** 2,
)


def _by_position(tensors: Tensors, names: Tensors) -> Tensors:
    """A dict's arrays under the keys of another, in the order in which both list them."""
    return dict(zip(names, tensors.values(), strict=True))


@in_adagrad_step.whole(
    "each param takes the gradient that stands at its place in grads; it should take the one under "
    "its own key.",
    "If grads list W first and params U, which gradient does U get?",
)
def gradients_by_position(
    params: Tensors, grads: Tensors, memory: Tensors, eta: float = 0.1, eps: float = 1e-8
) -> None:
    stepped(params, _by_position(grads, params), memory, eta, eps)


@in_adagrad_step.whole(
    "params, grads and memory are gone through side by side; a param should take the gradient and "
    "the memory under its own key.",
    "If grads list W first and params U, which gradient does U get?",
)
def dicts_side_by_side(
    params: Tensors, grads: Tensors, memory: Tensors, eta: float = 0.1, eps: float = 1e-8
) -> None:
    stepped(params, _by_position(grads, params), _by_position(memory, params), eta, eps)
