"""The known mistakes of lesson 5 in another style: copies that are moved, sums in plain loops."""

import math

import numpy as np


def at(loss, params, key, place, value):
    """The loss of a copy with something in one tensor replaced."""
    copy = {name: np.array(tensor) for name, tensor in params.items()}
    copy[key][place] = value
    return loss(copy)


def places(tensor):
    """Row and column of every entry, from the last to the first."""
    rows, columns = tensor.shape
    return [(i, j) for i in reversed(range(rows)) for j in reversed(range(columns))]


def gradients(loss, params, slope, chosen=places):
    """slope(at, x) for every chosen entry, 0 for the others; params stay as they are."""
    found = {}
    for key in params:
        table = np.zeros(params[key].shape)
        for place in chosen(params[key]):
            x = params[key][place]
            table[place] = slope(lambda v, k=key, p=place: at(loss, params, k, p, v), x)
        found[key] = table
    return found


def sloped(make):
    """A mistake in what is made of the losses: make(f, x, h)."""

    def numerical_gradients(loss, params, step=1e-5):
        return gradients(loss, params, lambda f, x: make(f, x, step))

    return numerical_gradients


def half_way(f, x, h):
    """The right slope."""
    low = f(x - h)
    return (f(x + h) - low) / h / 2


def spaced(width):
    """A mistake in how far an entry is moved."""
    return sloped(lambda f, x, h: half_way(f, x, width(float(x), h)))


def chosen(which):
    """A mistake in which entries are measured: which(i, j, rows, columns)."""

    def numerical_gradients(loss, params, step=1e-5):
        def some(tensor):
            return [(i, j) for i, j in places(tensor) if which(i, j, *tensor.shape)]

        return gradients(loss, params, lambda f, x: half_way(f, x, step), some)

    return numerical_gradients


def at_once(group):
    """A mistake in what is moved together: group(i, j) as an index."""

    def numerical_gradients(loss, params, step=1e-5):
        found = {}
        for key, tensor in params.items():
            table = np.zeros(tensor.shape)
            for i, j in places(tensor):
                which = group(i, j)
                up = at(loss, params, key, which, tensor[which] + step)
                down = at(loss, params, key, which, tensor[which] - step)
                table[i, j] = (up - down) / (2 * step)
            found[key] = table
        return found

    return numerical_gradients


def in_place(leave):
    """A mistake in what is left: leave(tensor, i, j, x, step)."""

    def numerical_gradients(loss, params, step=1e-5):
        found = {}
        for key, tensor in params.items():
            lines = []
            for i in range(tensor.shape[0]):
                line = []
                for j in range(tensor.shape[1]):
                    x = float(tensor[i, j])
                    tensor[i, j] = x + step
                    up = loss(params)
                    tensor[i, j] = x - step
                    down = loss(params)
                    leave(tensor, i, j, x, step)
                    line.append((up - down) / (2 * step))
                lines.append(line)
            found[key] = np.array(lines)
        return found

    return numerical_gradients


def put(value):
    """Leave value(x, step)."""

    def leave(tensor, i, j, x, step):
        tensor[i, j] = value(x, step)

    return leave


def some_tensors(which):
    """A mistake in which tensors are measured, the others being 0: which(position, key)."""

    def numerical_gradients(loss, params, step=1e-5):
        whole = gradients(loss, params, lambda f, x: half_way(f, x, step))
        return {key: whole[key] * float(which(k, key)) for k, key in enumerate(params)}

    return numerical_gradients


def changed(change):
    """A mistake in what is done with the right slopes of a tensor."""

    def numerical_gradients(loss, params, step=1e-5):
        right = gradients(loss, params, lambda f, x: half_way(f, x, step))
        return {key: change(table) for key, table in right.items()}

    return numerical_gradients


def another_default_step(loss, params, step=None):
    h = 0.0001 if step is None else step
    return gradients(loss, params, lambda f, x: half_way(f, x, h))


def step_added_back(loss, params, step=1e-5):
    found = {key: np.zeros_like(tensor) for key, tensor in params.items()}
    for key in params:
        for i in range(params[key].shape[0]):
            for j in range(params[key].shape[1]):
                params[key][i, j] += step
                up = loss(params)
                params[key][i, j] -= 2 * step
                down = loss(params)
                params[key][i, j] += step
                found[key][i, j] = (up - down) / (2 * step)
    return found


def moved_there_and_back(loss, params, step=1e-5):
    found = {key: np.zeros_like(tensor) for key, tensor in params.items()}
    for key in params:
        for index in np.ndindex(params[key].shape):
            plus, minus = params.copy(), params.copy()
            plus[key][index] += step
            minus[key][index] -= step
            found[key][index] = (loss(plus) - loss(minus)) / (2 * step)
    return found


def only_U(loss, params, step=1e-5):
    return {"U": gradients(loss, params, lambda f, x: half_way(f, x, step))["U"]}


def rows_twice_in_place_of_columns(loss, params, step=1e-5):
    found = {}
    for key, tensor in params.items():
        table = np.zeros(tensor.shape)
        n = tensor.shape[0]
        for i in range(n):
            for j in range(n):
                try:
                    x = tensor[i, j]
                except IndexError:
                    continue
                up = at(loss, params, key, (i, j), x + step)
                table[i, j] = (up - at(loss, params, key, (i, j), x - step)) / (2 * step)
        found[key] = table
    return found


def by_columns(table):
    values = [table[i, j] for j in range(table.shape[1]) for i in range(table.shape[0])]
    return np.array(values).reshape(table.shape)


def into_params(loss, params, step=1e-5):
    grads = params
    for key in grads:
        for i, j in np.ndindex(grads[key].shape):
            up = at(loss, params, key, (i, j), params[key][i, j] + step)
            down = at(loss, params, key, (i, j), params[key][i, j] - step)
            grads[key][i, j] = (up - down) / (2 * step)
    return grads


def loss_of_a_single_tensor(loss, params, step=1e-5):
    found = {}
    for key, tensor in params.items():
        table = np.zeros(tensor.shape)
        for i, j in places(tensor):
            up, down = tensor.copy(), tensor.copy()
            up[i, j] += step
            down[i, j] -= step
            table[i, j] = (loss(up) - loss(down)) / (2 * step)
        found[key] = table
    return found


def five(f, x, h):
    near, far = (f(x + h) - f(x - h)) / (2 * h), (f(x + 2 * h) - f(x - 2 * h)) / (4 * h)
    return (4 * near - far) / 3


# ---- relative_error -----------------------------------------------------------------------


def length(values):
    """The root of the sum of squares, in a loop."""
    return math.sqrt(sum(float(x) ** 2 for x in np.ravel(values)))


def over(above, below):
    """A quotient as NumPy has it: nan and inf in place of an exception."""
    return float(np.float64(above) / np.float64(below))


def error(ga, gn, below, measure=length):
    """The measure of the difference over below."""
    return over(measure(ga - gn), below)


def measured(measure):
    """A mistake in the norm."""

    def relative_error(ga, gn, floor=1e-6):
        below = measure(ga) + measure(gn)
        return error(ga, gn, below if below > floor else floor, measure)

    return relative_error


def below(size):
    """A mistake in the size of the two: size(a, n, ga, gn)."""

    def relative_error(ga, gn, floor=1e-6):
        found = size(length(ga), length(gn), ga, gn)
        return error(ga, gn, found if found > floor else floor)

    return relative_error


def above(apart):
    """A mistake above the line: apart(ga, gn)."""

    def relative_error(ga, gn, floor=1e-6):
        return over(apart(ga, gn), max(length(ga) + length(gn), floor))

    return relative_error


def floored(rule):
    """A mistake with the floor: rule(size, floor)."""

    def relative_error(ga, gn, floor=1e-6):
        return error(ga, gn, rule(length(ga) + length(gn), floor))

    return relative_error


def mean_of_entries(ga, gn, floor=1e-6):
    both = zip(ga.ravel().tolist(), gn.ravel().tolist(), strict=True)
    errors = [abs(a - n) / max(floor, abs(a) + abs(n)) for a, n in both]
    return float(sum(errors) / len(errors))


def another_default_floor(ga, gn, floor=None):
    return error(ga, gn, max(length(ga) + length(gn), 1e-8 if floor is None else floor))


def singular(g):
    return math.sqrt(max(0.0, float(np.linalg.eigvalsh(g.T @ g)[-1])))


def by_column(ga, gn, floor=1e-6):
    columns = []
    for j in range(ga.shape[1]):
        a, n = ga[:, j], gn[:, j]
        columns.append(length(a - n) / max(floor, length(a) + length(n)))
    return np.array(columns)


def absolutes(g):
    return [abs(float(x)) for x in g.flat]


RESTYLED = {
    "forward_difference": sloped(lambda f, x, h: f(x + h) / h - f(x) / h),
    "backward_difference": sloped(lambda f, x, h: -(f(x - h) - f(x)) / h),
    "divided_by_one_step": sloped(lambda f, x, h: 2 * half_way(f, x, h)),
    "divided_by_two_and_multiplied_by_step": sloped(
        lambda f, x, h: 0.5 * h * (f(x + h) - f(x - h))
    ),
    "losses_the_wrong_way_round": sloped(lambda f, x, h: -half_way(f, x, h)),
    "lower_point_is_x_again": sloped(lambda f, x, h: (f(x + h) - f(x + h)) / (2 * h)),
    "another_slope": sloped(lambda f, x, h: -f(x - h) + f(x + h)),
    "five_points": sloped(five),
    "another_default_step": another_default_step,
    "step_ignored": spaced(lambda x, h: 0.00001),
    "step_of_its_own": spaced(lambda x, h: 0.0001),
    "step_relative_to_the_entry": spaced(lambda x, h: h * abs(x) if abs(x) > 1 else h),
    "moved_by_something_else": sloped(lambda f, x, h: (f(x + 0.5 * h) - f(x - 0.5 * h)) / h),
    "step_added_back": step_added_back,
    "params_not_restored": in_place(lambda tensor, i, j, x, step: None),
    "left_somewhere_else": in_place(put(lambda x, step: x - step + 2 * step)),
    "only_the_first_tensor": some_tensors(lambda k, key: k == 0),
    "tensors_left_at_zero": some_tensors(lambda k, key: k == 4),
    "tensors_left_out": only_U,
    "whole_tensors_moved": at_once(lambda i, j: ...),
    "whole_rows_moved": at_once(lambda i, j: i),
    "rows_twice_in_place_of_columns": rows_twice_in_place_of_columns,
    "a_part_of_each_tensor": chosen(lambda i, j, rows, columns: j == 0),
    "a_part_missing": chosen(lambda i, j, rows, columns: j > 0),
    "columns_first_filled_by_rows": changed(by_columns),
    "flat_result": changed(lambda table: np.array([x for row in table for x in row])),
    "gradients_in_the_arrays_of_params": into_params,
    "loss_of_a_single_tensor": loss_of_a_single_tensor,
    "moved_there_and_back_in_shallow_copies": moved_there_and_back,
    "floor_added": floored(lambda size, floor: size + floor),
    "floor_ignored": floored(lambda size, floor: size),
    "floor_in_place_of_zero_only": floored(lambda size, floor: size or floor),
    "smaller_in_place_of_larger": floored(lambda size, floor: floor if floor < size else size),
    "floor_of_its_own": floored(lambda size, floor: size if size > 1e-6 else 1e-6),
    "another_default_floor": another_default_floor,
    "difference_of_the_norms": above(lambda ga, gn: abs(length(gn) - length(ga))),
    "largest_entry_as_norm": measured(lambda g: max(absolutes(g))),
    "squares_without_a_root": measured(lambda g: length(g) ** 2),
    "spectral_norm": measured(singular),
    "another_norm": measured(lambda g: sum(absolutes(g))),
    "divided_by_the_larger_norm": below(lambda a, n, ga, gn: a if a > n else n),
    "divided_by_the_norm_of_the_sum": below(lambda a, n, ga, gn: length(gn + ga)),
    "another_error": above(lambda ga, gn: length(gn + ga)),
    "over_the_entries": mean_of_entries,
    "one_error_for_each_column": by_column,
}
