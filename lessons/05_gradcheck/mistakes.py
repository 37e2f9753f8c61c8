"""Known mistakes in lesson 5: gradients measured, and how far two of them lie apart."""

from functools import partial

import numpy as np

from lessons.checking.mistakes import mistake
from reference.gradcheck import numerical_gradients


def _loss_at(loss, params, tensor, index, value):
    """The loss with one entry set to a value, where it stays."""
    tensor[index] = value
    return loss(params)


def _entrywise(loss, params, quotient, *, restored=lambda kept: kept):
    """quotient(loss_at, value) for every entry, each left at what `restored` gives."""
    grads = {}
    for name, tensor in params.items():
        grads[name] = np.empty_like(tensor)
        for index in np.ndindex(tensor.shape):
            kept = tensor[index]
            loss_at = partial(_loss_at, loss, params, tensor, index)
            grads[name][index] = quotient(loss_at, kept)
            tensor[index] = restored(kept)
    return grads


def _central(step):
    """The central difference with a step, as a quotient for _entrywise."""
    return lambda loss_at, x: (loss_at(x + step) - loss_at(x - step)) / (2 * step)


@mistake(
    "numerical_gradients",
    "this is the forward difference, from x to x + step; the central one goes from x - step to "
    "x + step.",
    "Which of the two is exact for a parabola?",
)
def forward_difference(loss, params, step=1e-5):
    return _entrywise(loss, params, lambda at, x: (at(x + step) - at(x)) / step)


@mistake(
    "numerical_gradients",
    "the difference is divided by step; the two points lie 2 step apart.",
    "How far is it from x - step to x + step?",
)
def divided_by_one_step(loss, params, step=1e-5):
    return _entrywise(loss, params, lambda at, x: (at(x + step) - at(x - step)) / step)


@mistake(
    "numerical_gradients",
    "the step is always 1e-5, whatever step was given.",
    "What should change when the check is repeated with a larger step?",
)
def step_ignored(loss, params, step=1e-5):
    return numerical_gradients(loss, params)


@mistake(
    "numerical_gradients",
    "the step grows with the entry that it is added to; it is used as given.",
    "How far should an entry of 2 be moved, and one of 20?",
)
def step_relative_to_the_entry(loss, params, step=1e-5):
    return _entrywise(loss, params, lambda at, x: _central(step * max(1.0, abs(x)))(at, x))


@mistake(
    "numerical_gradients",
    "the entries are brought back by adding the step again, which rounds: params differ in their "
    "last bits afterwards.",
    "What does Python make of 0.3 + 0.1 - 0.2 + 0.1? What could be remembered instead?",
)
def step_added_back(loss, params, step=1e-5):
    return _entrywise(loss, params, _central(step), restored=lambda x: x + step - 2 * step + step)


@mistake(
    "numerical_gradients",
    "an entry that was moved is not brought back: params end one step below where they were.",
    "At which point is the second entry's slope measured?",
)
def params_not_restored(loss, params, step=1e-5):
    return _entrywise(loss, params, _central(step), restored=lambda x: x - step)


@mistake(
    "numerical_gradients",
    "only the first tensor is measured: the gradients of the others stay at zero.",
    "Look at the indentation of what ends your function.",
)
def only_the_first_tensor(loss, params, step=1e-5):
    grads = {name: np.zeros_like(tensor) for name, tensor in params.items()}
    first = next(iter(params))
    grads[first] = numerical_gradients(loss, params, step)[first]
    return grads


@mistake(
    "numerical_gradients",
    "all entries of a tensor are moved at once, which measures the sum of their slopes; they are "
    "moved one at a time.",
    "How many numbers does the gradient of W have, and how many losses do you measure for it?",
)
def whole_tensors_moved(loss, params, step=1e-5):
    grads = {}
    for name, tensor in params.items():
        above, below = (loss(params | {name: tensor + s}) for s in (step, -step))
        grads[name] = np.full_like(tensor, (above - below) / (2 * step))
    return grads


def _quotient(ga, gn, floor, *, order=None, difference=None):
    """The relative error, with another norm or another difference of the two."""
    a, n = np.linalg.norm(ga.ravel(), order), np.linalg.norm(gn.ravel(), order)
    apart = np.linalg.norm((ga - gn).ravel(), order) if difference is None else difference(a, n)
    return float(apart / max(floor, a + n))


@mistake(
    "relative_error",
    "the floor is added to the sum of the norms; it is the least that the divisor can be.",
    "What should floor change when the gradients are large?",
)
def floor_added(ga, gn, floor=1e-6):
    return float(np.linalg.norm(ga - gn) / (floor + np.linalg.norm(ga) + np.linalg.norm(gn)))


@mistake(
    "relative_error",
    "the floor is not used: two gradients of zero give 0 / 0, and tiny ones are compared by their "
    "rounding errors.",
    "What are two gradients of zero divided by?",
)
def floor_ignored(ga, gn, floor=1e-6):
    return _quotient(ga, gn, 0.0)


@mistake(
    "relative_error",
    "the norms are subtracted from each other; it is the norm of the difference that counts.",
    "How far apart are a gradient and its negative?",
)
def difference_of_the_norms(ga, gn, floor=1e-6):
    return _quotient(ga, gn, floor, difference=lambda a, n: abs(a - n))


@mistake(
    "relative_error",
    "the norm is the largest entry; it is the root of the sum of squares.",
    "Does the error grow when a second entry is wrong as well?",
)
def largest_entry_as_norm(ga, gn, floor=1e-6):
    return _quotient(ga, gn, floor, order=np.inf)


@mistake(
    "relative_error",
    "the divisor is the larger of the two norms; it is their sum.",
    "What should a gradient and its negative give at most?",
)
def divided_by_the_larger_norm(ga, gn, floor=1e-6):
    return float(np.linalg.norm(ga - gn) / max(floor, np.linalg.norm(ga), np.linalg.norm(gn)))
