"""Known mistakes in lesson 5: gradients measured, and how far two of them lie apart."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, formulas, of_values

Params = dict[str, np.ndarray]
Part = Callable[..., Any]


def loss_at(loss: Part, params: Params, tensor: np.ndarray, index: Any, value: Any) -> Any:
    """The loss with what the index stands for set to a value, where it stays."""
    tensor[index] = value
    return loss(params)


def those(which: Part, wanted: bool = True) -> Part:
    """The entries of a tensor for which which(i, j, rows, columns) is as wanted."""
    return lambda tensor: [
        index for index in np.ndindex(tensor.shape) if which(*index, *tensor.shape) == wanted
    ]


def numerical_gradients(
    loss: Part,
    params: Params,
    step: float | None = None,
    *,
    default: float = 1e-5,
    quotient: Part = lambda at, x, h: (at(x + h) - at(x - h)) / (2 * h),
    width: Part = lambda step, x: step,
    restored: Part = lambda x, step: x,
    tensors: Part = lambda names: names,
    measured: Part = lambda tensor: np.ndindex(tensor.shape),
    finish: Part = lambda grad: grad,
) -> Params:
    """The slopes, with a choice of how each part is made.

    `quotient` is made of the loss with the entry at x, at(x); `tensors` are those that are
    measured, `measured` what is moved in a tensor, one after the other, `width` how far, and
    `restored` what is left there.
    """
    step = default if step is None else step
    grads = {name: np.zeros(tensor.shape) for name, tensor in params.items()}
    for name in tensors(list(params)):
        tensor, grad = params[name], grads[name]
        for index in measured(tensor):
            x = np.copy(tensor[index])
            h = width(step, x)
            grad[index] = quotient(partial(loss_at, loss, params, tensor, index), x, h)
            tensor[index] = restored(x, h)
        grads[name] = finish(grad)
    return grads


def relative_error(
    ga: np.ndarray,
    gn: np.ndarray,
    floor: float | None = None,
    *,
    default: float = 1e-6,
    norm: Part = np.linalg.norm,
    divisor: Part = lambda size, floor: max(floor, size),
    apart: Part = lambda ga, gn, norm: norm(ga - gn),
    size: Part = lambda ga, gn, norm: norm(ga) + norm(gn),
    instead: Part | None = None,
) -> float:
    """The relative error, with a choice of how each part is made, or of what is made instead."""
    floor = default if floor is None else floor
    if instead is not None:
        return float(instead(ga, gn, floor))
    return float(apart(ga, gn, norm) / divisor(size(ga, gn, norm), floor))


in_numerical_gradients = Mistakes("numerical_gradients", numerical_gradients)
in_relative_error = Mistakes("relative_error", relative_error)


in_numerical_gradients.slot(
    "quotient",
    "Which difference is exact for a parabola: a one-sided one, or the central one?",
    forward_difference=(
        "each slope is a forward difference, from an entry x to x + step; it should be the "
        "central one, from x - step to x + step.",
        lambda at, x, h: (at(x + h) - at(x)) / h,
    ),
    backward_difference=(
        "each slope is a backward difference, from x - step to an entry x; it should be the "
        "central one, from x - step to x + step.",
        lambda at, x, h: (at(x) - at(x - h)) / h,
    ),
    divided_by_one_step=(
        "each slope is twice the right one, as if the difference of the losses were divided by "
        "step; it should be divided by 2 step.",
        "How far is it from x - step to x + step?",
        lambda at, x, h: (at(x + h) - at(x - h)) / h,
    ),
    divided_by_two_and_multiplied_by_step=(
        "each slope is as if the difference of the losses were halved and then multiplied by "
        "step; it should be divided by both, 2 step.",
        "What does Python make of 12 / 2 * 3? And of 12 / (2 * 3)?",
        lambda at, x, h: (at(x + h) - at(x - h)) / 2 * h,
    ),
    losses_the_wrong_way_round=(
        "each slope has the wrong sign, as if the loss at x + step were subtracted from the loss "
        "at x - step; it should be the other way round.",
        "If the loss grows with an entry, is its slope positive or negative?",
        lambda at, x, h: (at(x - h) - at(x + h)) / (2 * h),
    ),
    lower_point_is_x_again=(
        "all slopes are 0, as if both losses were measured at the same place or the quotients "
        "were not kept; they should be the central differences.",
        "Print the entry each time the loss is called, in the dict that the loss gets. Does it "
        "move? And where does the quotient go?",
        lambda at, x, h: (at(x) - at(x)) / (2 * h),
    ),
    five_points=(
        "each slope is that of a formula with four losses, the farthest at 2 step on each side; "
        "it should be the central difference of two losses, whose error is meant to be seen.",
        "For x^3 at 2 and step 0.1 the page has 12.01. Which formula gives that?",
        lambda at, x, h: (at(x - 2 * h) - 8 * at(x - h) + 8 * at(x + h) - at(x + 2 * h)) / (12 * h),
    ),
)

in_numerical_gradients.family(
    "another_slope",
    "each slope is {value}, where L(x) is the loss with an entry at x; it should be (L(x + "
    "step) - L(x - step)) / (2 * step).",
    "What should come out for a loss that is the same everywhere, and for a straight line? Print "
    "the entry each time the loss is called: where does it stand?",
    "quotient",
    formulas(
        "L, x, step",
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

in_numerical_gradients.family(
    "another_default_step",
    "if no step is given, {value} is used; it should be 1e-5.",
    "Which step is meant if none is given, and where does your function say so?",
    "default",
    of_values(float, 1e-4, 1e-6, 1e-3, 1e-2, 1e-7, 1e-8, 2e-5, 5e-6, 1.0),
)

in_numerical_gradients.slot(
    "width",
    step_ignored=(
        "the slopes are those of step 1e-5, whatever step was given; they should be those of the "
        "given step.",
        "What should change when the check is repeated with a larger step?",
        lambda step, x: 1e-5,
    ),
    step_relative_to_the_entry=(
        "each slope is as if an entry x were moved by step * max(1, |x|); it should be moved by "
        "step, as it was given.",
        "How far should an entry of 2 be moved, and one of 20?",
        lambda step, x: step * np.maximum(1.0, abs(x)),
    ),
)

in_numerical_gradients.family(
    "step_of_its_own",
    "the slopes are those of step {value}, whatever step was given and also if none was; they "
    "should be those of the given step, or of 1e-5 if there is none.",
    "What should change when the check is repeated with another step?",
    "width",
    of_values(lambda value: lambda step, x: value, 1e-4, 1e-3, 1e-6),
)

in_numerical_gradients.family(
    "moved_by_something_else",
    "each slope is as if an entry x were moved by {value} to each side; it should be moved by "
    "step, as it was given.",
    "For x^3 at 2 and step 0.1 the page has 12.01. How far is x moved there?",
    "width",
    formulas("step, x", "step / 2", "2 * step", "step * abs(x)", "step * (1 + abs(x))"),
)

NEXT_ENTRY = "While the second entry's slope is measured, where should the first entry stand?"

in_numerical_gradients.slot(
    "restored",
    step_added_back=(
        "params differ in their last bits afterwards, as if the step were added back, which "
        "rounds; every entry should be what it was, bit for bit.",
        "What does Python make of 0.3 + 0.1 - 0.2 + 0.1? How could an entry come back to exactly "
        "what it was?",
        lambda x, step: x + step - 2 * step + step,
    ),
    params_not_restored=(
        "params end one step below where they were, as if a moved entry were not put back; every "
        "entry should be put back.",
        NEXT_ENTRY,
        lambda x, step: x - step,
    ),
)

in_numerical_gradients.family(
    "left_somewhere_else",
    "an entry x is left at {value} after it was moved; it should be put back to x.",
    NEXT_ENTRY,
    "restored",
    formulas("x, step", "x + step", "0", "x - step + x"),
)

in_numerical_gradients.choice(
    "only_the_first_tensor",
    "all gradients but the first tensor's are 0, as if it alone were measured; all five "
    "tensors should be.",
    "Which lines belong to the loop over the tensors, by their indentation?",
    tensors=lambda names: names[:1],
)

in_numerical_gradients.family(
    "tensors_left_at_zero",
    "all gradients but those of {value} are 0, as if the other tensors were not measured; all "
    "five should be.",
    "Of how many tensors should the slopes be measured? Which of them does your loop visit?",
    "tensors",
    of_values(lambda value: lambda names: value.split(", "), "c", "U, W, V"),
)


@in_numerical_gradients.whole(
    "the result holds only the gradients of {value}; it should have all keys of params.",
    "Of how many tensors should the slopes be measured? Which of them does your loop visit?",
    values=("U", "U, W, V"),
)
def tensors_left_out(loss: Part, params: Params, *step: float, value: str) -> Params:
    grads = numerical_gradients(loss, params, *step)
    return {name: grads[name] for name in value.split(", ")}


in_numerical_gradients.slot(
    "measured",
    whole_tensors_moved=(
        "all slopes of a tensor are one number, as if its entries were moved at once; they should "
        "be moved one at a time.",
        "How many numbers does the gradient of W have, and how many losses do you measure for it?",
        lambda tensor: [(slice(None), slice(None))],
    ),
    whole_rows_moved=(
        "all slopes of a row are one number, as if its entries were moved at once; they should be "
        "moved one at a time.",
        "What does tensor[i] stand for when the tensor has two dimensions?",
        lambda tensor: range(len(tensor)),
    ),
    rows_twice_in_place_of_columns=(
        "where a tensor has more columns than rows, the slopes in the further columns are 0, as "
        "if both loops ran over the number of rows; every entry should be measured.",
        "How many rows does U have, and how many columns?",
        those(lambda i, j, rows, columns: j < rows),
    ),
)

PARTS: dict[str, Part] = {
    "first column": lambda i, j, rows, columns: j == 0,
    "first row": lambda i, j, rows, columns: i == 0,
    "diagonal": lambda i, j, rows, columns: i == j,
    "first entry": lambda i, j, rows, columns: i + j == 0,
    "last column": lambda i, j, rows, columns: j == columns - 1,
    "last row": lambda i, j, rows, columns: i == rows - 1,
    "last entry": lambda i, j, rows, columns: (i, j) == (rows - 1, columns - 1),
}

in_numerical_gradients.family(
    "a_part_of_each_tensor",
    "all slopes but those of each tensor's {value} are 0, as if nothing else were measured; "
    "every entry should be.",
    "How many slopes should there be for a tensor of 2 rows and 3 columns? How many do you "
    "fill in?",
    "measured",
    {part: those(which) for part, which in PARTS.items()},
)

in_numerical_gradients.family(
    "a_part_missing",
    "the slopes of each tensor's {value} are 0, as if that were not measured; every entry "
    "should be.",
    "Write down the values that the index takes. Is every entry among them?",
    "measured",
    {part: those(which, False) for part, which in PARTS.items() if part != "diagonal"},
)

in_numerical_gradients.choice(
    "columns_first_filled_by_rows",
    "the slopes stand in the wrong places, as if they were measured column by column and "
    "filled in row by row; each should stand where its entry does.",
    "In which order are the entries moved, and in which order does their gradient get its slopes?",
    finish=lambda grad: grad.ravel("F").reshape(grad.shape),
)

in_numerical_gradients.choice(
    "flat_result",
    "each gradient is flat, with all slopes in one row; it should have the shape of its tensor.",
    "Where in the gradient of W should the slope of W[1,0] stand?",
    alone=True,
    finish=np.ravel,
)


@in_numerical_gradients.whole(
    "the result holds the arrays of params themselves; it should hold arrays of its own.",
    "If an array gets a second name, is that a copy of it?",
)
def gradients_in_the_arrays_of_params(loss: Part, params: Params, *step: float) -> Params:
    grads = numerical_gradients(loss, params, *step)
    for name, tensor in params.items():
        tensor[...] = grads[name]
    return dict(params)


@in_numerical_gradients.whole(
    "the loss is called with a single tensor; it should get a dict with all five.",
    "What does the loss of lesson 3 take out of its params?",
)
def loss_of_a_single_tensor(loss: Part, params: Params, step: float = 1e-5) -> Params:
    return {name: np.full(tensor.shape, loss(tensor + step)) for name, tensor in params.items()}


in_numerical_gradients.choice(
    "moved_there_and_back_in_shallow_copies",
    "all slopes are 0 and params differ in their last bits afterwards, as if the dicts for "
    "the two losses shared an array that is moved up and down again; the losses should be "
    "those at x + step and x - step.",
    "Does dict.copy() copy the arrays in it?",
    quotient=lambda at, x, h: (at(x + h - h) - at(x + h - h)) / (2 * h),
    restored=lambda x, step: x + step - step,
)


in_relative_error.slot(
    "divisor",
    floor_added=(
        "the divisor is floor plus both norms; it should be the larger of the two, floor or the "
        "sum of the norms.",
        "What should floor change when the gradients are large?",
        lambda size, floor: floor + size,
    ),
    floor_ignored=(
        "the divisor is the sum of the norms, whatever floor is, so that two gradients of zero "
        "give 0 / 0; it should never be smaller than floor.",
        "If both gradients are zero, what is their difference divided by?",
        lambda size, floor: size,
    ),
    floor_in_place_of_zero_only=(
        "floor counts only where both gradients are zero; it should always be the least that the "
        "divisor can be.",
        "What should the error of 1e-12 and -1e-12 be, if both are no more than rounding?",
        lambda size, floor: floor if size == 0 else size,
    ),
    smaller_in_place_of_larger=(
        "the divisor is the smaller of floor and the sum of the norms; it should be the larger.",
        "Should floor keep the divisor from being too small, or from being too large?",
        lambda size, floor: min(floor, size),
    ),
)

in_relative_error.family(
    "floor_of_its_own",
    "the least that the divisor can be is {value}, whatever floor is given; it should be floor.",
    "What should change when a larger floor is given?",
    "divisor",
    of_values(lambda value: lambda size, floor: max(value, size), 1e-6, 1e-8, 1e-12),
)

in_relative_error.family(
    "another_default_floor",
    "if no floor is given, {value} is used; it should be 1e-6.",
    "Which floor is meant if none is given, and where does your function say so?",
    "default",
    of_values(float, 1e-8, 1e-5, 1e-7, 1e-10, 1e-12, 2e-6, 5e-7, 0.0, 1.0),
)

in_relative_error.choice(
    "difference_of_the_norms",
    "the error is made of the difference of the two norms; it should be made of the norm of "
    "the difference.",
    "How far apart are a gradient and its negative?",
    apart=lambda ga, gn, norm: abs(norm(ga) - norm(gn)),
)

in_relative_error.slot(
    "norm",
    largest_entry_as_norm=(
        "each norm is the largest absolute value in its array; it should be the root of the sum "
        "of the squares.",
        "Should the error grow when a second entry is wrong as well?",
        lambda g: abs(g).max(),
    ),
    squares_without_a_root=(
        "each norm is the sum of the squares, without a root; it should be the root of that sum.",
        "What is the norm of [[3, 4]], and what does yours give?",
        lambda g: (g * g).sum(),
    ),
    spectral_norm=(
        "each norm is what numpy.linalg.norm(g, 2) gives for a matrix; it should be the root of "
        "the sum of the squares, which is another norm.",
        "What is the norm of [[3, 0], [0, 4]], and what does yours give?",
        lambda g: np.linalg.norm(g, 2),
    ),
)

in_relative_error.family(
    "another_norm",
    "each norm is {value}; it should be the root of the sum of the squares.",
    "What are the norms of [[3, 4]] and of [[1, -1]], and what does yours give?",
    "norm",
    {
        "the sum of the absolute values": lambda g: abs(g).sum(),
        "the mean of the absolute values": lambda g: abs(g).mean(),
        "the root of the mean of the squares": lambda g: np.sqrt((g * g).mean()),
        "the absolute value of the entries' sum": lambda g: abs(g.sum()),
        "the largest sum of a column's absolute values, norm(g, 1)": lambda g: np.linalg.norm(g, 1),
        "the largest sum of a row's absolute values, norm(g, inf)": lambda g: np.linalg.norm(
            g, np.inf
        ),
    },
)

in_relative_error.slot(
    "size",
    divided_by_the_larger_norm=(
        "the divisor is the larger of the two norms; it should be their sum.",
        "What should the error of a gradient and its negative be?",
        lambda ga, gn, norm: max(norm(ga), norm(gn)),
    ),
    divided_by_the_norm_of_the_sum=(
        "the divisor is the norm of ga + gn; it should be the sum of the two norms.",
        "What is the sum of a gradient and its negative? Can the error be divided by that?",
        lambda ga, gn, norm: norm(ga + gn),
    ),
)

in_relative_error.family(
    "another_error",
    "the error is {value}; it should be norm(ga - gn) / max(floor, norm(ga) + norm(gn)).",
    "What should two equal gradients give, and a gradient and its negative? What should "
    "change when ga and gn change places, or when both are ten times as large?",
    "instead",
    formulas(
        "ga, gn, floor, norm=np.linalg.norm, sqrt=np.sqrt, sum=np.sum",
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


def entrywise(ga: np.ndarray, gn: np.ndarray, floor: float) -> np.ndarray:
    """The relative errors of the entries."""
    return abs(ga - gn) / np.maximum(floor, abs(ga) + abs(gn))


in_relative_error.family(
    "over_the_entries",
    "the error is the {value} of the relative errors of all entries; it should be one "
    "quotient, of norms over all entries.",
    "How much should a rounding error in an entry of 1e-9 count beside one in an entry of 1?",
    "instead",
    {
        "mean": lambda *given: entrywise(*given).mean(),
        "largest": lambda *given: entrywise(*given).max(),
        "sum": lambda *given: entrywise(*given).sum(),
    },
)


@in_relative_error.whole(
    "the error is an array; it should be one float for all entries.",
    "Over which entries should the norm run: those of one column, or all?",
)
def one_error_for_each_column(ga: Any, gn: Any, floor: float = 1e-6) -> np.ndarray:
    apart, a, n = (np.linalg.norm(g, axis=0) for g in (ga - gn, ga, gn))
    return apart / np.maximum(floor, a + n)


in_numerical_gradients.family(
    "default_step_of_a_root",
    "if no step is given, {value} is used; it should be 1e-5.",
    "Which step is meant if none is given, and where does your function say so?",
    "default",
    {
        "1.49e-8, the root of machine precision,": float(np.sqrt(np.finfo(float).eps)),
        "6.06e-6, the third root of machine precision,": float(np.cbrt(np.finfo(float).eps)),
    },
)

in_numerical_gradients.family(
    "step_added_back_otherwise",
    "every entry x ends as what floats make of {value}, which rounds; it should be what it was, "
    "bit for bit.",
    "What does Python make of 0.3 - 0.1 + 0.2 - 0.1? How could an entry come back to exactly what "
    "it was?",
    "restored",
    formulas("x, step", "x - step + 2 step - step", "x + step - step", "x - step + step"),
)

in_relative_error.family(
    "default_floor_of_machine_precision",
    "if no floor is given, {value} is used; it should be 1e-6.",
    "How large are the rounding errors of a measured slope: nearer to 1e-16, or to 1e-10?",
    "default",
    of_values(float, float(np.finfo(float).eps)),
)

ROOT_OF_SQUARES = "it should be the root of the sum of the squares, like the other two."

in_relative_error.family(
    "another_norm_of_the_difference",
    f"|ga - gn| is {{value}}; {ROOT_OF_SQUARES}",
    "Which of your three norms is made in another way than the others?",
    "apart",
    {
        "the largest entry": lambda ga, gn, norm: abs(ga - gn).max(),
        "the root of the squares' mean": lambda ga, gn, norm: np.sqrt(((ga - gn) ** 2).mean()),
        "the largest singular value": lambda ga, gn, norm: np.linalg.norm(ga - gn, 2),
        "the largest sum of a column": lambda ga, gn, norm: np.linalg.norm(ga - gn, 1),
    },
)

in_relative_error.family(
    "another_norm_of_one_gradient",
    f"{{value}}; {ROOT_OF_SQUARES}",
    "Which of your three norms is made in another way than the others?",
    "size",
    {
        "|ga| is the sum of the squares": lambda ga, gn, norm: (ga**2).sum() + norm(gn),
        "|gn| is the sum of the squares": lambda ga, gn, norm: norm(ga) + (gn**2).sum(),
        "|ga| is the sum of the absolute values": lambda ga, gn, norm: abs(ga).sum() + norm(gn),
        "|gn| is the sum of the absolute values": lambda ga, gn, norm: norm(ga) + abs(gn).sum(),
    },
)
