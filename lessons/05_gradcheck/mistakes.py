"""Known mistakes in lesson 5: gradients measured, and how far two of them lie apart."""

from functools import cache, partial

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes
from reference.gradcheck import numerical_gradients


def _central(at, x, h):
    """The central difference, where at(x) is the loss with the entry at x."""
    return (at(x + h) - at(x - h)) / (2 * h)


def _one_by_one(tensor):
    """The entries of a tensor, one at a time."""
    return np.ndindex(tensor.shape)


def _loss_at(loss, params, tensor, index, value):
    """The loss with what the index stands for set to a value, where it stays."""
    tensor[index] = value
    return loss(params)


def differences(
    loss,
    params,
    step=1e-5,
    *,
    quotient=_central,
    width=lambda step, x: step,
    measured=_one_by_one,
    restored=lambda x, h: x,
    tensors=lambda names: names,
    finish=lambda grad: grad,
):
    """The slopes, with a choice of how each part is made.

    `tensors` are those that are measured, `measured` what is moved in a tensor, one after the
    other, `width` how far, and `restored` what is left there.
    """
    grads = {name: np.zeros(tensor.shape) for name, tensor in params.items()}
    for name in tensors(list(params)):
        tensor, grad = params[name], grads[name]
        for index in measured(tensor):
            x = np.copy(tensor[index])
            h = width(step, x)
            grad[index] = quotient(partial(_loss_at, loss, params, tensor, index), x, h)
            tensor[index] = restored(x, h)
        grads[name] = finish(grad)
    return grads


def _frobenius(g):
    """The root of the sum of squares."""
    return np.sqrt((g * g).sum())


def quotient(
    ga,
    gn,
    floor=1e-6,
    *,
    norm=_frobenius,
    apart=lambda ga, gn, norm: norm(ga - gn),
    size=lambda ga, gn, norm: norm(ga) + norm(gn),
    divisor=lambda size, floor: max(floor, size),
    finish=lambda error: error,
):
    """The relative error, with a choice of how each part is made."""
    return float(finish(apart(ga, gn, norm) / divisor(size(ga, gn, norm), floor)))


in_numerical_gradients = Mistakes("numerical_gradients", differences)
in_relative_error = Mistakes("relative_error", quotient)


@cache
def _code(formula):
    """A formula, ready to be evaluated."""
    return compile(formula, "formula", "eval")


def _made(formula, **names):
    """What a formula gives."""
    return eval(_code(formula), names)


# ---- numerical_gradients: the quotient ----------------------------------------------------

in_numerical_gradients.choice(
    "forward_difference",
    "this is the forward difference, from x to x + step; the central one goes from x - step to "
    "x + step.",
    "Which of the two is exact for a parabola?",
    quotient=lambda at, x, h: (at(x + h) - at(x)) / h,
)

in_numerical_gradients.choice(
    "backward_difference",
    "this is the backward difference, from x - step to x; the central one goes from x - step to "
    "x + step.",
    "Which of the two is exact for a parabola?",
    quotient=lambda at, x, h: (at(x) - at(x - h)) / h,
)

in_numerical_gradients.choice(
    "divided_by_one_step",
    "the difference is divided by step; the two points lie 2 step apart.",
    "How far is it from x - step to x + step?",
    quotient=lambda at, x, h: (at(x + h) - at(x - h)) / h,
)

in_numerical_gradients.choice(
    "divided_by_two_and_multiplied_by_step",
    "the difference is halved and multiplied by step; it should be divided by both, 2 step.",
    "What does Python make of 12 / 2 * 3? And of 12 / (2 * 3)?",
    quotient=lambda at, x, h: (at(x + h) - at(x - h)) / 2 * h,
)

in_numerical_gradients.choice(
    "losses_the_wrong_way_round",
    "the sign is turned: the loss above is subtracted from the loss below.",
    "If the loss grows with an entry, is its slope positive or negative?",
    quotient=lambda at, x, h: (at(x - h) - at(x + h)) / (2 * h),
)

in_numerical_gradients.choice(
    "lower_point_is_x_again",
    "all slopes are 0: both losses are measured at the same place, or their quotient is not kept.",
    "Print the entry each time the loss is called. Does it move, in the dict that the loss gets?",
    quotient=lambda at, x, h: (at(x) - at(x)) / (2 * h),
)


@in_numerical_gradients.whole(
    "the slope is {value}, where L(x) is the loss with an entry at x; it should be (L(x + step) - "
    "L(x - step)) / (2 * step).",
    "What should come out for a loss that is the same everywhere, and for a straight line? Print "
    "the entry each time the loss is called: where does it stand?",
    values=(
        "L(x + step) - L(x - step)",
        "(L(x + step) - L(x - step)) / 2",
        "(L(x + step) - L(x - step)) / (2 * step**2)",
        "(L(x + step) - L(x - step)) / (2 + step)",
        "(L(x + step) - L(x - step)) / (3 * step)",
        "(L(x + step) - L(x - step)) / (4 * step)",
        "(L(x + step) - L(x - step)) * (2 * step)",
        "(L(x + step) - L(x - step)) - 2 * step",
        "(L(x + step) + L(x - step)) / (2 * step)",
        "L(x + step) * L(x - step) / (2 * step)",
        "L(x + step) / (2 * step)",
        "L(x - step) / (2 * step)",
        "2 * step",
        "(L(x + step) - L(x)) / (2 * step)",
        "(L(x) - L(x - step)) / (2 * step)",
        "(L(x + step) - L(x - 2 * step)) / (2 * step)",
        "(L(x + 2 * step) - L(x - step)) / (2 * step)",
        "(L(x + step) - L(x * step)) / (2 * step)",
        "(L(x * step) - L(x - step)) / (2 * step)",
        "(L(x + step) - L(step - x)) / (2 * step)",
        "(L(x + step) - L(step)) / (2 * step)",
        "(L(x + step) - 2 * L(x) + L(x - step)) / step**2",
    ),
)
def another_slope(loss, params, step=1e-5, *, value):
    def made(at, x, h):
        return _made(value, L=at, x=x, step=h)

    return differences(loss, params, step, quotient=made)


in_numerical_gradients.choice(
    "five_points",
    "this is a formula of higher order, from two more points at 2 step; the central difference of "
    "two points is asked, and its error is meant to be seen.",
    "For x^3 at 2 and step 0.1 the lesson has 12.01. Which formula gives that?",
    quotient=lambda at, x, h: (
        (at(x - 2 * h) - 8 * at(x - h) + 8 * at(x + h) - at(x + 2 * h)) / (12 * h)
    ),
)


# ---- numerical_gradients: the step --------------------------------------------------------


@in_numerical_gradients.whole(
    "if no step is given, {value} is used; it should be 1e-5 then.",
    "What does the first line of the function say of step?",
    values=(1e-4, 1e-6, 1e-3, 1e-2, 1e-7, 1e-8, 2e-5, 5e-6, 1.0),
)
def another_default_step(loss, params, step=None, *, value):
    return numerical_gradients(loss, params, value if step is None else step)


in_numerical_gradients.choice(
    "step_ignored",
    "the step is always 1e-5, whatever step was given.",
    "What should change when the check is repeated with a larger step?",
    width=lambda step, x: 1e-5,
)


@in_numerical_gradients.whole(
    "the step is always {value}, whatever step was given, and also when none was.",
    "What should change when the check is repeated with another step?",
    values=(1e-4, 1e-3, 1e-6),
)
def step_of_its_own(loss, params, step=1e-5, *, value):
    return numerical_gradients(loss, params, value)


in_numerical_gradients.choice(
    "step_relative_to_the_entry",
    "the step grows with the entry that it is added to; it should be used as given.",
    "How far should an entry of 2 be moved, and one of 20?",
    width=lambda step, x: step * np.maximum(1.0, abs(x)),
)


@in_numerical_gradients.whole(
    "an entry x is moved by {value} to each side; it should be moved by step, as it was given.",
    "For x^3 at 2 and step 0.1 the lesson has 12.01. How far is x moved there?",
    values=("step / 2", "2 * step", "step * abs(x)", "step * (1 + abs(x))"),
)
def moved_by_something_else(loss, params, step=1e-5, *, value):
    return differences(loss, params, step, width=lambda h, x: _made(value, step=h, x=x))


# ---- numerical_gradients: what is moved, and what is left ---------------------------------

in_numerical_gradients.choice(
    "step_added_back",
    "the entries are brought back by adding the step again, which rounds: params differ in their "
    "last bits afterwards.",
    "What does Python make of 0.3 + 0.1 - 0.2 + 0.1? What could be remembered instead?",
    restored=lambda x, h: x + h - 2 * h + h,
)

in_numerical_gradients.choice(
    "params_not_restored",
    "an entry that was moved is not brought back: params end one step below where they were.",
    "At which point is the second entry's slope measured?",
    restored=lambda x, h: x - h,
)


@in_numerical_gradients.whole(
    "an entry x that was moved is left at {value}; it should be put back to x.",
    "At which point is the second entry's slope measured?",
    values=("x + step", "0", "x - step + x"),
)
def left_somewhere_else(loss, params, step=1e-5, *, value):
    return differences(loss, params, step, restored=lambda x, h: _made(value, x=x, step=h))


in_numerical_gradients.choice(
    "only_the_first_tensor",
    "only the first tensor is measured: the gradients of the others stay at zero.",
    "Look at the indentation of what ends your function.",
    tensors=lambda names: names[:1],
)


@in_numerical_gradients.whole(
    "only {value} of the five tensors is measured: the gradients of the others stay at zero.",
    "By how many tensors does the loss have a slope? What belongs in the loop over them?",
    values=("c", "U, W, V"),
)
def tensors_left_at_zero(loss, params, step=1e-5, *, value):
    return differences(loss, params, step, tensors=lambda names: value.split(", "))


@in_numerical_gradients.whole(
    "the result holds only the gradients of {value}; it should have all keys of params.",
    "By how many tensors does the loss have a slope? Is the end of your function in the loop?",
    values=("U", "U, W, V"),
)
def tensors_left_out(loss, params, step=1e-5, *, value):
    grads = numerical_gradients(loss, params, step)
    return {name: grads[name] for name in value.split(", ")}


in_numerical_gradients.choice(
    "whole_tensors_moved",
    "all entries of a tensor are moved at once, which measures the sum of their slopes; they "
    "should be moved one at a time.",
    "How many numbers does the gradient of W have, and how many losses do you measure for it?",
    measured=lambda tensor: [(slice(None), slice(None))],
)

in_numerical_gradients.choice(
    "whole_rows_moved",
    "the entries of a row are moved at once, which measures the sum of their slopes; they should "
    "be moved one at a time.",
    "What does tensor[i] stand for when the tensor has two dimensions?",
    measured=lambda tensor: range(len(tensor)),
)

in_numerical_gradients.choice(
    "rows_twice_in_place_of_columns",
    "both loops run over as many indices as there are rows: where a tensor is wider, the columns "
    "beyond that stay at 0.",
    "How many rows does U have, and how many columns?",
    measured=lambda tensor: [index for index in np.ndindex(tensor.shape) if index[1] < len(tensor)],
)

MEASURED = {
    "first column": lambda i, j, rows, columns: j == 0,
    "first row": lambda i, j, rows, columns: i == 0,
    "diagonal": lambda i, j, rows, columns: i == j,
    "first entry": lambda i, j, rows, columns: i + j == 0,
    "last column": lambda i, j, rows, columns: j == columns - 1,
    "last row": lambda i, j, rows, columns: i == rows - 1,
    "last entry": lambda i, j, rows, columns: (i, j) == (rows - 1, columns - 1),
}


def _some(loss, params, step, which):
    """The slopes of some entries, the others 0."""
    return differences(
        loss,
        params,
        step,
        measured=lambda tensor: [
            index for index in np.ndindex(tensor.shape) if which(*index, *tensor.shape)
        ],
    )


@in_numerical_gradients.whole(
    "only the {value} of each tensor is measured; all else stays at 0.",
    "How many rows does U have, and how many columns? How many of its entries do you measure?",
    values=tuple(MEASURED),
)
def a_part_of_each_tensor(loss, params, step=1e-5, *, value):
    return _some(loss, params, step, MEASURED[value])


@in_numerical_gradients.whole(
    "the {value} of each tensor is not measured and stays at 0.",
    "Write down the values that the index takes. Is every entry among them?",
    values=("first column", "first row", "first entry", "last column", "last row", "last entry"),
)
def a_part_missing(loss, params, step=1e-5, *, value):
    return _some(loss, params, step, lambda *index: not MEASURED[value](*index))


# ---- numerical_gradients: where the slopes go ---------------------------------------------

in_numerical_gradients.choice(
    "columns_first_filled_by_rows",
    "the slopes are measured column by column and filled in row by row: they are right, but stand "
    "in the wrong places.",
    "In which order does reshape fill a matrix?",
    finish=lambda grad: grad.ravel("F").reshape(grad.shape),
)


@in_numerical_gradients.whole(
    "the slopes come in one long row for each tensor; the gradient has the tensor's own shape.",
    "Which entry does a slope belong to?",
)
def flat_result(loss, params, step=1e-5):
    return {name: g.ravel() for name, g in numerical_gradients(loss, params, step).items()}


@in_numerical_gradients.whole(
    "the gradients are written into the arrays of params themselves; they need arrays of their "
    "own.",
    "Is grads[name] = params[name] a copy, or a second name?",
)
def gradients_in_the_arrays_of_params(loss, params, step=1e-5):
    for tensor in params.values():
        for index in np.ndindex(tensor.shape):
            x = tensor[index]
            tensor[index] = _central(partial(_loss_at, loss, params, tensor, index), x, step)
    return dict(params)


@in_numerical_gradients.whole(
    "the loss is called with a single tensor; it should get a dict with all five.",
    "What does the loss of lesson 3 do with its params?",
)
def loss_of_a_single_tensor(loss, params, step=1e-5):
    return {name: np.full(tensor.shape, loss(tensor + step)) for name, tensor in params.items()}


in_numerical_gradients.choice(
    "moved_there_and_back_in_shallow_copies",
    "plus and minus share one array, which is moved up and down again: both losses are the same, "
    "all slopes are 0, and params are left rounded.",
    "Does dict.copy() copy the arrays in it?",
    quotient=lambda at, x, h: (at(x + h - h) - at(x + h - h)) / (2 * h),
    restored=lambda x, h: x + h - h,
)


# ---- relative_error: the floor ------------------------------------------------------------

in_relative_error.choice(
    "floor_added",
    "the floor is added to the sum of the norms; it should be the least that the divisor can be.",
    "What should floor change when the gradients are large?",
    divisor=lambda size, floor: floor + size,
)

in_relative_error.choice(
    "floor_ignored",
    "the floor is not used: two gradients of zero give 0 / 0, and tiny ones are compared by their "
    "rounding errors.",
    "What are two gradients of zero divided by?",
    divisor=lambda size, floor: size,
)

in_relative_error.choice(
    "floor_in_place_of_zero_only",
    "the floor is used only where both gradients are zero; it should be the least that the divisor "
    "can be.",
    "What should be the error of 1e-12 and -1e-12, both of them rounding?",
    divisor=lambda size, floor: floor if size == 0 else size,
)

in_relative_error.choice(
    "smaller_in_place_of_larger",
    "min takes the place of max: the divisor is the smaller of floor and norms.",
    "Which of the two keeps the divisor from being too small?",
    divisor=lambda size, floor: min(floor, size),
)


@in_relative_error.whole(
    "the least divisor is always {value}, whatever floor is given.",
    "What should change when a larger floor is given?",
    values=(1e-6, 1e-8, 1e-12),
)
def floor_of_its_own(ga, gn, floor=1e-6, *, value):
    return quotient(ga, gn, value)


@in_relative_error.whole(
    "if no floor is given, {value} is used; it should be 1e-6 then.",
    "What does the first line of the function say of floor?",
    values=(1e-8, 1e-5, 1e-7, 1e-10, 1e-12, 2e-6, 5e-7, 0.0, 1.0),
)
def another_default_floor(ga, gn, floor=None, *, value):
    return quotient(ga, gn, value if floor is None else floor)


# ---- relative_error: above the line, and the norm -----------------------------------------

in_relative_error.choice(
    "difference_of_the_norms",
    "the difference of the norms is taken; it should be the norm of the difference.",
    "How far apart are a gradient and its negative?",
    apart=lambda ga, gn, norm: abs(norm(ga) - norm(gn)),
)

in_relative_error.choice(
    "largest_entry_as_norm",
    "the norm is the largest entry; it should be the root of the sum of squares.",
    "Does the error grow when a second entry is wrong as well?",
    norm=lambda g: abs(g).max(),
)

in_relative_error.choice(
    "squares_without_a_root",
    "the root is missing: the norms are sums of squares.",
    "What is the length of (3, 4)?",
    norm=lambda g: (g * g).sum(),
)

in_relative_error.choice(
    "spectral_norm",
    "the norm is the largest singular value, which numpy.linalg.norm(g, 2) gives for a matrix; it "
    "should be the root of the sum of squares.",
    "Look up what numpy.linalg.norm does with a matrix if ord is 2, and if none is given.",
    norm=lambda g: np.linalg.norm(g, 2),
)

NORMS = {
    "the sum of the absolute values": lambda g: abs(g).sum(),
    "the mean of the absolute values": lambda g: abs(g).mean(),
    "the root of the mean of the squares": lambda g: np.sqrt((g * g).mean()),
    "the size of the entries' sum": lambda g: abs(g.sum()),
    "the largest sum of a column, norm(g, 1)": lambda g: np.linalg.norm(g, 1),
    "the largest sum of a row, norm(g, inf)": lambda g: np.linalg.norm(g, np.inf),
}


@in_relative_error.whole(
    "the norm is {value}; it should be the root of the sum of the squares.",
    "What is the length of (3, 4)? And of (1, -1)?",
    values=tuple(NORMS),
)
def another_norm(ga, gn, floor=1e-6, *, value):
    return quotient(ga, gn, floor, norm=NORMS[value])


# ---- relative_error: the divisor ----------------------------------------------------------

in_relative_error.choice(
    "divided_by_the_larger_norm",
    "the divisor is the larger of the two norms; it should be their sum.",
    "What should a gradient and its negative give at most?",
    size=lambda ga, gn, norm: max(norm(ga), norm(gn)),
)

in_relative_error.choice(
    "divided_by_the_norm_of_the_sum",
    "the divisor is the norm of ga + gn; it should be the sum of the two norms.",
    "What is a gradient plus its negative?",
    size=lambda ga, gn, norm: norm(ga + gn),
)


@in_relative_error.whole(
    "this is {value}; it should be norm(ga - gn) / max(floor, norm(ga) + norm(gn)).",
    "What should two equal gradients give, and a gradient and its negative? What should change "
    "when ga and gn are exchanged, or both are ten times as large?",
    values=(
        "norm(ga + gn) / max(floor, norm(ga) + norm(gn))",
        "norm(ga) / max(floor, norm(ga) + norm(gn))",
        "norm(gn) / max(floor, norm(ga) + norm(gn))",
        "norm(ga - ga) / max(floor, norm(ga) + norm(gn))",
        "norm(ga - floor) / max(floor, norm(ga) + norm(gn))",
        "norm(floor - gn) / max(floor, norm(ga) + norm(gn))",
        "norm(ga - gn)**2 / max(floor, norm(ga) + norm(gn))",
        "sum(abs(ga - gn)) / max(floor, norm(ga) + norm(gn))",
        "norm(ga - gn) / max(floor, norm(ga))",
        "norm(ga - gn) / max(floor, norm(gn))",
        "norm(ga - gn) / max(floor, min(norm(ga), norm(gn)))",
        "norm(ga - gn) / max(floor, norm(ga) + norm(ga))",
        "norm(ga - gn) / max(floor, norm(gn) + norm(gn))",
        "norm(ga - gn) / max(floor, (norm(ga) + norm(gn)) / 2)",
        "norm(ga - gn) / max(floor, norm(ga) * norm(gn))",
        "norm(ga - gn) / max(floor, sqrt(norm(ga) * norm(gn)))",
        "norm(ga - gn) / max(floor, norm(ga) - norm(gn))",
        "norm(ga - gn) / max(floor, abs(norm(ga) - norm(gn)))",
        "norm(ga - gn) / max(floor, norm(ga)**2 + norm(gn)**2)",
        "norm(ga - gn) / max(floor, sqrt(norm(ga)**2 + norm(gn)**2))",
        "norm(ga - gn) / (max(floor, norm(ga)) + max(floor, norm(gn)))",
        "norm(ga - gn) / floor",
        "norm(ga - gn)",
        "norm(ga - gn) * max(floor, norm(ga) + norm(gn))",
        "norm(ga - gn) - max(floor, norm(ga) + norm(gn))",
        "max(floor, norm(ga) + norm(gn)) / norm(ga - gn)",
        "max(floor, norm(ga) + norm(gn))",
        "2 * norm(ga - gn) / max(floor, norm(ga) + norm(gn))",
        "(norm(ga - gn) / max(floor, norm(ga) + norm(gn)))**2",
        "sqrt(norm(ga - gn) / max(floor, norm(ga) + norm(gn)))",
        "100 * norm(ga - gn) / max(floor, norm(ga) + norm(gn))",
        "1 - norm(ga - gn) / max(floor, norm(ga) + norm(gn))",
        "round(norm(ga - gn) / max(floor, norm(ga) + norm(gn)), 6)",
    ),
)
def another_error(ga, gn, floor=1e-6, *, value):
    functions = {"norm": _frobenius, "sqrt": np.sqrt, "sum": np.sum, "round": np.round}
    return float(_made(value, ga=ga, gn=gn, floor=floor, **functions))


@in_relative_error.whole(
    "this is the {value} of the entries' relative errors; there is one quotient, of norms over all "
    "entries.",
    "How much should a rounding error in an entry of 1e-9 count beside one in an entry of 1?",
    values=("mean", "max", "sum"),
)
def over_the_entries(ga, gn, floor=1e-6, *, value):
    each = abs(ga - gn) / np.maximum(floor, abs(ga) + abs(gn))
    return float(getattr(each, value)())


@in_relative_error.whole(
    "the error comes as an array; it should be one float for all entries.",
    "Which entries does the norm run over?",
)
def one_error_for_each_column(ga, gn, floor=1e-6):
    def norm(g):
        return np.linalg.norm(g, axis=0)

    return norm(ga - gn) / np.maximum(floor, norm(ga) + norm(gn))
