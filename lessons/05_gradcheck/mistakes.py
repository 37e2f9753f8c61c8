"""Known mistakes in lesson 5: gradients measured, and how far two of them lie apart."""

from functools import partial

import numpy as np

from lessons.checking.mistakes import mistake
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


MODELS = {"numerical_gradients": differences, "relative_error": quotient}

forward_difference = mistake(
    "numerical_gradients",
    "this is the forward difference, from x to x + step; the central one goes from x - step to "
    "x + step.",
    "Which of the two is exact for a parabola?",
    quotient=lambda at, x, h: (at(x + h) - at(x)) / h,
)

backward_difference = mistake(
    "numerical_gradients",
    "this is the backward difference, from x - step to x; the central one goes from x - step to "
    "x + step.",
    "Which of the two is exact for a parabola?",
    quotient=lambda at, x, h: (at(x) - at(x - h)) / h,
)

divided_by_one_step = mistake(
    "numerical_gradients",
    "the difference is divided by step; the two points lie 2 step apart.",
    "How far is it from x - step to x + step?",
    quotient=lambda at, x, h: (at(x + h) - at(x - h)) / h,
)

divided_by_two_and_multiplied_by_step = mistake(
    "numerical_gradients",
    "the difference is halved and multiplied by step; it is divided by both, 2 step.",
    "What does Python make of 12 / 2 * 3? And of 12 / (2 * 3)?",
    quotient=lambda at, x, h: (at(x + h) - at(x - h)) / 2 * h,
)

not_divided_by_step = mistake(
    "numerical_gradients",
    "this is half the difference of the two losses; step is missing in the divisor.",
    "Should the slope of a straight line depend on how far you look?",
    quotient=lambda at, x, h: (at(x + h) - at(x - h)) / 2,
)

not_divided_at_all = mistake(
    "numerical_gradients",
    "this is the difference of the two losses, undivided; a slope is a rise divided by a distance.",
    "Should the slope of a straight line depend on how far you look?",
    quotient=lambda at, x, h: at(x + h) - at(x - h),
)

divided_by_the_square_of_step = mistake(
    "numerical_gradients",
    "step is squared in the divisor; it is 2 step.",
    "Should the slope of a straight line depend on how far you look?",
    quotient=lambda at, x, h: (at(x + h) - at(x - h)) / (2 * h**2),
)

losses_the_wrong_way_round = mistake(
    "numerical_gradients",
    "the sign is turned: the loss above is subtracted from the loss below.",
    "If the loss grows with an entry, is its slope positive or negative?",
    quotient=lambda at, x, h: (at(x - h) - at(x + h)) / (2 * h),
)

one_sided_over_two_steps = mistake(
    "numerical_gradients",
    "the loss at x is subtracted from the one at x + step, and the difference is divided by 2 "
    "step; the points of a central difference are x + step and x - step.",
    "How far is it from x to x + step?",
    quotient=lambda at, x, h: (at(x + h) - at(x)) / (2 * h),
)

losses_added = mistake(
    "numerical_gradients",
    "the two losses are added; a slope needs their difference.",
    "What is the slope of a loss that is the same everywhere?",
    quotient=lambda at, x, h: (at(x + h) + at(x - h)) / (2 * h),
)

second_difference = mistake(
    "numerical_gradients",
    "this is the second derivative, from the losses at x + step, x and x - step; the first is "
    "asked.",
    "What should come out for a straight line?",
    quotient=lambda at, x, h: (at(x + h) - 2 * at(x) + at(x - h)) / h**2,
)

half_a_step_to_each_side = mistake(
    "numerical_gradients",
    "the entry is moved by half of step to each side; it is moved by the whole step.",
    "How far from x do x + step and x - step lie?",
    width=lambda step, x: step / 2,
)

five_points = mistake(
    "numerical_gradients",
    "this is a formula of higher order, from two more points at 2 step; the central difference of "
    "two points is asked, and its error is meant to be seen.",
    "For x^3 at 2 and step 0.1 the lesson has 12.01. Which formula gives that?",
    quotient=lambda at, x, h: (
        (at(x - 2 * h) - 8 * at(x - h) + 8 * at(x + h) - at(x + 2 * h)) / (12 * h)
    ),
)

two_steps_below = mistake(
    "numerical_gradients",
    "the lower point is x - 2 step, and the upper one x + step; both lie one step from x.",
    "From where are two steps taken back: from x, or from x + step?",
    quotient=lambda at, x, h: (at(x + h) - at(x - 2 * h)) / (2 * h),
)

lower_point_is_x_again = mistake(
    "numerical_gradients",
    "both losses are measured at the same place, so that all slopes are 0.",
    "Print the entry each time the loss is called. Does it move, in the dict that the loss gets?",
    quotient=lambda at, x, h: (at(x) - at(x)) / (2 * h),
)

step_ignored = mistake(
    "numerical_gradients",
    "the step is always 1e-5, whatever step was given.",
    "What should change when the check is repeated with a larger step?",
    width=lambda step, x: 1e-5,
)

step_of_its_own = mistake(
    "numerical_gradients",
    "the step is always 1e-4, whatever step was given, and also when none was.",
    "What should change when the check is repeated with another step?",
    width=lambda step, x: 1e-4,
)

step_relative_to_the_entry = mistake(
    "numerical_gradients",
    "the step grows with the entry that it is added to; it is used as given.",
    "How far should an entry of 2 be moved, and one of 20?",
    width=lambda step, x: step * np.maximum(1.0, abs(x)),
)

step_times_the_entry = mistake(
    "numerical_gradients",
    "the step is multiplied by the size of the entry, so that an entry of 0 is not moved at all; "
    "it is used as given.",
    "What is the slope of x at 0, and how far from 0 did you look?",
    width=lambda step, x: step * abs(x),
)

step_times_one_plus_the_entry = mistake(
    "numerical_gradients",
    "the step is multiplied by 1 + |x|; it is used as given.",
    "How far should an entry of 2 be moved, and one of 20?",
    width=lambda step, x: step * (1 + abs(x)),
)


@mistake(
    "numerical_gradients",
    "if no step is given, 1e-4 is used; it is 1e-5 then.",
    "What does the first line of the function say of step?",
)
def another_default_step(loss, params, step=1e-4):
    return numerical_gradients(loss, params, step)


step_added_back = mistake(
    "numerical_gradients",
    "the entries are brought back by adding the step again, which rounds: params differ in their "
    "last bits afterwards.",
    "What does Python make of 0.3 + 0.1 - 0.2 + 0.1? What could be remembered instead?",
    restored=lambda x, h: x + h - 2 * h + h,
)

params_not_restored = mistake(
    "numerical_gradients",
    "an entry that was moved is not brought back: params end one step below where they were.",
    "At which point is the second entry's slope measured?",
    restored=lambda x, h: x - h,
)

left_one_step_above = mistake(
    "numerical_gradients",
    "an entry that was moved is not brought back: params end one step above where they were.",
    "At which point is the second entry's slope measured?",
    restored=lambda x, h: x + h,
)

restored_to_zero = mistake(
    "numerical_gradients",
    "an entry that was moved is left at 0 afterwards; it is put back to what it was.",
    "At which point is the second entry's slope measured?",
    restored=lambda x, h: 0 * x,
)

only_the_first_tensor = mistake(
    "numerical_gradients",
    "only the first tensor is measured: the gradients of the others stay at zero.",
    "Look at the indentation of what ends your function.",
    tensors=lambda names: names[:1],
)

only_the_last_tensor = mistake(
    "numerical_gradients",
    "only the last tensor is measured: the gradients of the others stay at zero.",
    "Which lines of your function belong into the loop over the tensors?",
    tensors=lambda names: names[-1:],
)

biases_left_at_zero = mistake(
    "numerical_gradients",
    "only the three weights are measured: the gradients of b and c stay at zero.",
    "By how many tensors does the loss have a slope?",
    tensors=lambda names: [name for name in names if name not in "bc"],
)


@mistake(
    "numerical_gradients",
    "the biases b and c are missing in the result; it has the keys of params.",
    "By how many tensors does the loss have a slope?",
)
def biases_left_out(loss, params, step=1e-5):
    grads = numerical_gradients(loss, params, step)
    return {name: grads[name] for name in "UWV"}


@mistake(
    "numerical_gradients",
    "the function returns after the first tensor: the others are missing in the result.",
    "Look at the indentation of what ends your function.",
)
def returned_after_the_first_tensor(loss, params, step=1e-5):
    grads = numerical_gradients(loss, params, step)
    return {name: grads[name] for name in list(params)[:1]}


whole_tensors_moved = mistake(
    "numerical_gradients",
    "all entries of a tensor are moved at once, which measures the sum of their slopes; they are "
    "moved one at a time.",
    "How many numbers does the gradient of W have, and how many losses do you measure for it?",
    measured=lambda tensor: [(slice(None), slice(None))],
)

whole_rows_moved = mistake(
    "numerical_gradients",
    "the entries of a row are moved at once, which measures the sum of their slopes; they are "
    "moved one at a time.",
    "What does tensor[i] stand for when the tensor has two dimensions?",
    measured=lambda tensor: range(len(tensor)),
)

whole_columns_moved = mistake(
    "numerical_gradients",
    "the entries of a column are moved at once, which measures the sum of their slopes; they are "
    "moved one at a time.",
    "How many numbers does the gradient of W have, and how many losses do you measure for it?",
    measured=lambda tensor: [(slice(None), j) for j in range(tensor.shape[1])],
)

rows_twice_in_place_of_columns = mistake(
    "numerical_gradients",
    "both loops run over as many indices as there are rows: where a tensor is wider, the columns "
    "beyond that stay at 0.",
    "How many rows does U have, and how many columns?",
    measured=lambda tensor: [index for index in np.ndindex(tensor.shape) if index[1] < len(tensor)],
)

first_column_only = mistake(
    "numerical_gradients",
    "only the first column of each tensor is measured; the other ones stay at 0.",
    "How many rows does U have, and how many columns?",
    measured=lambda tensor: [(i, 0) for i in range(len(tensor))],
)

first_row_only = mistake(
    "numerical_gradients",
    "only the first row of each tensor is measured; the other ones stay at 0.",
    "How many rows does U have, and how many columns?",
    measured=lambda tensor: [(0, j) for j in range(tensor.shape[1])],
)

diagonal_only = mistake(
    "numerical_gradients",
    "only the entries [i, i] of each tensor are measured; the other ones stay at 0.",
    "How many numbers does the gradient of W have, and how many of them do you measure?",
    measured=lambda tensor: [(i, i) for i in range(min(tensor.shape))],
)

last_column_missing = mistake(
    "numerical_gradients",
    "the last column of each tensor is not measured and stays at 0.",
    "Write down the values that the column's index takes. Is every column among them?",
    measured=lambda tensor: [
        (i, j) for i, j in np.ndindex(tensor.shape) if j < tensor.shape[1] - 1
    ],
)

last_row_missing = mistake(
    "numerical_gradients",
    "the last row of each tensor is not measured and stays at 0.",
    "Write down the values that the row's index takes. Is every row among them?",
    measured=lambda tensor: [
        (i, j) for i, j in np.ndindex(tensor.shape) if i < tensor.shape[0] - 1
    ],
)

last_entry_missing = mistake(
    "numerical_gradients",
    "the last entry of each tensor is not measured and stays at 0.",
    "Write down the values that the index takes. Is every entry among them?",
    measured=lambda tensor: list(np.ndindex(tensor.shape))[:-1],
)

first_entry_missing = mistake(
    "numerical_gradients",
    "the first entry of each tensor is not measured and stays at 0.",
    "Write down the values that the index takes. Is every entry among them?",
    measured=lambda tensor: list(np.ndindex(tensor.shape))[1:],
)

first_entry_only = mistake(
    "numerical_gradients",
    "only the first entry of each tensor is measured; the other ones stay at 0.",
    "How many numbers does the gradient of W have, and how many of them do you measure?",
    measured=lambda tensor: [(0, 0)],
)

columns_first_filled_by_rows = mistake(
    "numerical_gradients",
    "the slopes are measured column by column and filled in row by row: they are right, but stand "
    "in the wrong places.",
    "In which order does reshape fill a matrix?",
    finish=lambda grad: grad.ravel("F").reshape(grad.shape),
)

rows_first_filled_by_columns = mistake(
    "numerical_gradients",
    "the slopes are measured row by row and filled in column by column: they are right, but stand "
    "in the wrong places.",
    "In which order does your loop visit a matrix, and in which is the result filled?",
    finish=lambda grad: grad.ravel().reshape(grad.shape, order="F").copy("C"),
)


@mistake(
    "numerical_gradients",
    "the slopes come in one long row for each tensor; the gradient has the tensor's own shape.",
    "Which entry does a slope belong to?",
)
def flat_result(loss, params, step=1e-5):
    return {name: g.ravel() for name, g in numerical_gradients(loss, params, step).items()}


@mistake(
    "numerical_gradients",
    "the gradients are transposed; each has its tensor's own shape.",
    "Which entry does a slope belong to?",
)
def transposed_result(loss, params, step=1e-5):
    return {name: g.T.copy() for name, g in numerical_gradients(loss, params, step).items()}


@mistake(
    "numerical_gradients",
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


@mistake(
    "numerical_gradients",
    "the loss is called with a single tensor; it takes a dict with all five.",
    "What does the loss of lesson 3 do with its params?",
)
def loss_of_a_single_tensor(loss, params, step=1e-5):
    return {name: np.full(tensor.shape, loss(tensor + step)) for name, tensor in params.items()}


moved_there_and_back_in_shallow_copies = mistake(
    "numerical_gradients",
    "plus and minus share one array, which is moved up and down again: both losses are the same, "
    "all slopes are 0, and params are left rounded.",
    "Does dict.copy() copy the arrays in it?",
    quotient=lambda at, x, h: (at(x + h - h) - at(x + h - h)) / (2 * h),
    restored=lambda x, h: x + h - h,
)

absolute_values = mistake(
    "numerical_gradients",
    "the slopes have lost their signs: these are their absolute values.",
    "If the loss falls when an entry grows, what is the slope's sign?",
    finish=np.abs,
)

slopes_clipped = mistake(
    "numerical_gradients",
    "the slopes are clipped to [-5, 5]; they are returned as measured.",
    "Clipping comes with the update. What would be compared with what?",
    finish=lambda grad: np.clip(grad, -5, 5),
)

slopes_rounded = mistake(
    "numerical_gradients",
    "the slopes are rounded to four decimals; they are returned as measured.",
    "How small a disagreement should the comparison still see?",
    finish=lambda grad: np.round(grad, 4),
)


floor_added = mistake(
    "relative_error",
    "the floor is added to the sum of the norms; it is the least that the divisor can be.",
    "What should floor change when the gradients are large?",
    divisor=lambda size, floor: floor + size,
)

floor_ignored = mistake(
    "relative_error",
    "the floor is not used: two gradients of zero give 0 / 0, and tiny ones are compared by their "
    "rounding errors.",
    "What are two gradients of zero divided by?",
    divisor=lambda size, floor: size,
)

floor_in_place_of_zero_only = mistake(
    "relative_error",
    "the floor is used only where both gradients are zero; it is the least that the divisor can "
    "be.",
    "What should be the error of 1e-12 and -1e-12, both of them rounding?",
    divisor=lambda size, floor: floor if size == 0 else size,
)

zero_where_both_are_small = mistake(
    "relative_error",
    "where the norms lie below the floor the error is given as 0; it is |ga - gn| / floor there.",
    "Is there no difference at all between two small gradients?",
    divisor=lambda size, floor: size if size > floor else np.inf,
)

smaller_in_place_of_larger = mistake(
    "relative_error",
    "min takes the place of max: the divisor is the smaller of floor and norms.",
    "Which of the two keeps the divisor from being too small?",
    divisor=lambda size, floor: min(floor, size),
)

divided_by_the_floor = mistake(
    "relative_error",
    "the difference is always divided by the floor; it is divided by the norms where these are "
    "larger.",
    "Is a difference of 1 much beside gradients of 1000?",
    divisor=lambda size, floor: floor,
)

floor_of_its_own = mistake(
    "relative_error",
    "the least divisor is always 1e-8, whatever floor is given, and also when none is.",
    "What should change when a larger floor is given?",
    divisor=lambda size, floor: max(1e-8, size),
)

floor_always_the_default = mistake(
    "relative_error",
    "the least divisor is always 1e-6, whatever floor is given.",
    "What should change when a larger floor is given?",
    divisor=lambda size, floor: max(1e-6, size),
)


@mistake(
    "relative_error",
    "if no floor is given, 1e-8 is used; it is 1e-6 then.",
    "What does the first line of the function say of floor?",
)
def another_default_floor(ga, gn, floor=1e-8):
    return quotient(ga, gn, floor)


@mistake(
    "relative_error",
    "the floor is the least value of the error itself, of equal gradients too; it is the least "
    "that the divisor can be.",
    "What should be the error of two equal gradients?",
)
def floor_under_the_error(ga, gn, floor=1e-6):
    size = _frobenius(ga) + _frobenius(gn)
    return float(max(floor, _frobenius(ga - gn) / size if size else 0.0))


@mistake(
    "relative_error",
    "each norm is raised to the floor by itself; their sum is compared with the floor.",
    "What is the divisor where both gradients are zero: floor, or twice the floor?",
)
def floor_in_each_norm(ga, gn, floor=1e-6):
    a, n = (max(floor, _frobenius(g)) for g in (ga, gn))
    return float(_frobenius(ga - gn) / (a + n))


difference_of_the_norms = mistake(
    "relative_error",
    "the norms are subtracted from each other; it is the norm of the difference that counts.",
    "How far apart are a gradient and its negative?",
    apart=lambda ga, gn, norm: abs(norm(ga) - norm(gn)),
)

norm_of_the_sum_above = mistake(
    "relative_error",
    "this is |ga + gn| above the line; it is |ga - gn|.",
    "How far apart are two equal gradients?",
    apart=lambda ga, gn, norm: norm(ga + gn),
)

differences_added_with_their_signs = mistake(
    "relative_error",
    "the differences of the entries are added up with their signs, so that they cancel; it is the "
    "norm of the difference.",
    "What does your error say of [1, -1] beside [0, 0]?",
    apart=lambda ga, gn, norm: abs((ga - gn).sum()),
)

sum_of_the_differences = mistake(
    "relative_error",
    "above the line stands the sum of |ga - gn| over the entries; it is the root of the sum of "
    "their squares.",
    "Which norm of the difference is asked, and which of the gradients?",
    apart=lambda ga, gn, norm: abs(ga - gn).sum(),
)

largest_difference = mistake(
    "relative_error",
    "above the line stands the largest difference of two entries; it is the root of the sum of the "
    "squares of all of them.",
    "Does the error grow when a second entry is wrong as well?",
    apart=lambda ga, gn, norm: abs(ga - gn).max(),
)

square_above_only = mistake(
    "relative_error",
    "the root is missing above the line: this is the sum of the squared differences.",
    "What happens to the error when both gradients are ten times as large?",
    apart=lambda ga, gn, norm: ((ga - gn) ** 2).sum(),
)

squares_below_only = mistake(
    "relative_error",
    "the roots are missing below the line: these are sums of squares.",
    "What happens to the error when both gradients are ten times as large?",
    size=lambda ga, gn, norm: (ga**2).sum() + (gn**2).sum(),
)

largest_entry_as_norm = mistake(
    "relative_error",
    "the norm is the largest entry; it is the root of the sum of squares.",
    "Does the error grow when a second entry is wrong as well?",
    norm=lambda g: abs(g).max(),
)

sum_of_absolute_values_as_norm = mistake(
    "relative_error",
    "the norm is the sum of the absolute values; it is the root of the sum of squares.",
    "What is the length of (3, 4)?",
    norm=lambda g: abs(g).sum(),
)

squares_without_a_root = mistake(
    "relative_error",
    "the root is missing: the norms are sums of squares.",
    "What is the length of (3, 4)?",
    norm=lambda g: (g * g).sum(),
)

plain_sum_as_norm = mistake(
    "relative_error",
    "the norm is the size of the entries' sum, in which they cancel; it is the root of the sum of "
    "squares.",
    "What is the length of (1, -1)?",
    norm=lambda g: abs(g.sum()),
)

mean_square_as_norm = mistake(
    "relative_error",
    "the norm is the root of the mean of the squares; it is that of their sum.",
    "Does it matter for the quotient? And where the floor is the divisor?",
    norm=lambda g: np.sqrt((g * g).mean()),
)

mean_of_absolute_values_as_norm = mistake(
    "relative_error",
    "the norm is the mean of the absolute values; it is the root of the sum of squares.",
    "What is the length of (3, 4)?",
    norm=lambda g: abs(g).mean(),
)

spectral_norm = mistake(
    "relative_error",
    "the norm is the largest singular value, which numpy.linalg.norm(g, 2) gives for a matrix; it "
    "is the root of the sum of squares.",
    "Look up what numpy.linalg.norm does with a matrix if ord is 2, and if none is given.",
    norm=lambda g: np.linalg.norm(g, 2),
)

column_sums_as_norm = mistake(
    "relative_error",
    "the norm is the largest sum of a column, which numpy.linalg.norm(g, 1) gives for a matrix; it "
    "is the root of the sum of squares.",
    "Look up what numpy.linalg.norm does with a matrix if ord is 1, and if none is given.",
    norm=lambda g: np.linalg.norm(g, 1),
)

row_sums_as_norm = mistake(
    "relative_error",
    "the norm is the largest sum of a row, which numpy.linalg.norm(g, inf) gives for a matrix; it "
    "is the root of the sum of squares.",
    "Look up what numpy.linalg.norm does with a matrix if ord is inf, and if none is given.",
    norm=lambda g: np.linalg.norm(g, np.inf),
)

first_row_as_norm = mistake(
    "relative_error",
    "the norm is that of the first row alone; all entries belong to it.",
    "Which entries of the gradients can be wrong?",
    norm=lambda g: np.linalg.norm(g[0]),
)

divided_by_the_larger_norm = mistake(
    "relative_error",
    "the divisor is the larger of the two norms; it is their sum.",
    "What should a gradient and its negative give at most?",
    size=lambda ga, gn, norm: max(norm(ga), norm(gn)),
)

divided_by_the_smaller_norm = mistake(
    "relative_error",
    "the divisor is the smaller of the two norms; it is their sum.",
    "What should a gradient and its negative give at most?",
    size=lambda ga, gn, norm: min(norm(ga), norm(gn)),
)

divided_by_the_norm_of_ga = mistake(
    "relative_error",
    "the divisor is the norm of ga alone; it is the sum of both norms.",
    "What should change when ga and gn are exchanged?",
    size=lambda ga, gn, norm: norm(ga),
)

divided_by_the_norm_of_gn = mistake(
    "relative_error",
    "the divisor is the norm of gn alone; it is the sum of both norms.",
    "What should change when ga and gn are exchanged?",
    size=lambda ga, gn, norm: norm(gn),
)

divided_by_the_mean_norm = mistake(
    "relative_error",
    "the divisor is the mean of the two norms; it is their sum.",
    "What should a gradient and its negative give at most?",
    size=lambda ga, gn, norm: (norm(ga) + norm(gn)) / 2,
)

divided_by_the_norm_of_the_sum = mistake(
    "relative_error",
    "the divisor is the norm of ga + gn; it is the sum of the two norms.",
    "What is a gradient plus its negative?",
    size=lambda ga, gn, norm: norm(ga + gn),
)

divided_by_the_norm_of_both_together = mistake(
    "relative_error",
    "the divisor is the norm of ga and gn as one long vector, the root of |ga|^2 + |gn|^2; it is "
    "|ga| + |gn|.",
    "What should a gradient and its negative give at most?",
    size=lambda ga, gn, norm: np.hypot(norm(ga), norm(gn)),
)

divided_by_the_product_of_the_norms = mistake(
    "relative_error",
    "the norms are multiplied in the divisor; they are added.",
    "What happens to the error when both gradients are ten times as large?",
    size=lambda ga, gn, norm: norm(ga) * norm(gn),
)

divided_by_the_root_of_the_product = mistake(
    "relative_error",
    "the divisor is the root of the product of the norms; it is their sum.",
    "What is your error when one of the gradients is zero?",
    size=lambda ga, gn, norm: np.sqrt(norm(ga) * norm(gn)),
)

divided_by_the_difference_of_the_norms = mistake(
    "relative_error",
    "the divisor is the difference of the norms; it is their sum.",
    "What should a gradient and its negative give at most?",
    size=lambda ga, gn, norm: abs(norm(ga) - norm(gn)),
)

divided_by_the_number_of_entries = mistake(
    "relative_error",
    "the difference is divided by the number of entries; it is divided by the norms.",
    "Is a difference of 1 much beside gradients of 1000?",
    size=lambda ga, gn, norm: ga.size,
)

not_divided = mistake(
    "relative_error",
    "this is |ga - gn|, undivided; a relative error is measured by the size of the gradients.",
    "Is a difference of 1 much beside gradients of 1000?",
    divisor=lambda size, floor: 1.0,
)

twice_the_error = mistake(
    "relative_error",
    "this is twice the relative error.",
    "What should a gradient and its negative give?",
    finish=lambda error: 2 * error,
)

error_squared = mistake(
    "relative_error",
    "this is the square of the relative error.",
    "Which sums have a root, and does the quotient have a square?",
    finish=lambda error: error**2,
)

root_of_the_error = mistake(
    "relative_error",
    "this is the root of the relative error.",
    "Which of the sums have a root? Does the quotient have one too?",
    finish=np.sqrt,
)

error_in_percent = mistake(
    "relative_error",
    "this is the relative error in percent.",
    "What should a gradient and its negative give?",
    finish=lambda error: 100 * error,
)

one_minus_the_error = mistake(
    "relative_error",
    "this is 1 minus the relative error, which is 1 for equal gradients; an error is 0 then.",
    "Which number should two equal gradients give?",
    finish=lambda error: 1 - error,
)

error_rounded = mistake(
    "relative_error",
    "the error is rounded; a right gradient has one of about 1e-9, which is no 0.",
    "How small a disagreement should the comparison still see?",
    finish=lambda error: np.round(error, 6),
)


def _by_entry(ga, gn, floor):
    """The relative error of each entry by itself."""
    return abs(ga - gn) / np.maximum(floor, abs(ga) + abs(gn))


@mistake(
    "relative_error",
    "this is the mean of the entries' relative errors; there is one quotient, of norms over all "
    "entries.",
    "How much should a rounding error in an entry of 1e-9 count beside one in an entry of 1?",
)
def mean_over_the_entries(ga, gn, floor=1e-6):
    return float(_by_entry(ga, gn, floor).mean())


@mistake(
    "relative_error",
    "this is the largest of the entries' relative errors; there is one quotient, of norms over all "
    "entries.",
    "How much should a rounding error in an entry of 1e-9 count beside one in an entry of 1?",
)
def largest_over_the_entries(ga, gn, floor=1e-6):
    return float(_by_entry(ga, gn, floor).max())


@mistake(
    "relative_error",
    "this is the sum of the entries' relative errors; there is one quotient, of norms over all "
    "entries.",
    "How much should a rounding error in an entry of 1e-9 count beside one in an entry of 1?",
)
def sum_over_the_entries(ga, gn, floor=1e-6):
    return float(_by_entry(ga, gn, floor).sum())


@mistake(
    "relative_error",
    "this is the norm of the entries' relative errors; there is one quotient, of norms over all "
    "entries.",
    "How much should a rounding error in an entry of 1e-9 count beside one in an entry of 1?",
)
def norm_over_the_entries(ga, gn, floor=1e-6):
    return float(_frobenius(_by_entry(ga, gn, floor)))


@mistake(
    "relative_error",
    "this is one minus the cosine of the angle between the two; gradients of one direction and "
    "different lengths differ too.",
    "How far apart are (3, 4) and (6, 8)?",
)
def one_minus_the_cosine(ga, gn, floor=1e-6):
    return float(1 - (ga * gn).sum() / max(floor, _frobenius(ga) * _frobenius(gn)))


@mistake(
    "relative_error",
    "the error comes as an array; it is one float for all entries.",
    "Which entries does the norm run over?",
)
def one_error_for_each_column(ga, gn, floor=1e-6):
    def norm(g):
        return np.linalg.norm(g, axis=0)

    return norm(ga - gn) / np.maximum(floor, norm(ga) + norm(gn))
