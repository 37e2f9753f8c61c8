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
        return {
            key: whole[key] if which(k, key) else 0 * whole[key] for k, key in enumerate(params)
        }

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


def biases_left_out(loss, params, step=1e-5):
    weights = gradients(loss, params, lambda f, x: half_way(f, x, step))
    del weights["b"], weights["c"]
    return weights


def returned_after_the_first_tensor(loss, params, step=1e-5):
    for key, table in gradients(loss, params, lambda f, x: half_way(f, x, step)).items():
        return {key: table}


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


def into_columns(table):
    values = iter([x for row in table for x in row])
    turned = np.zeros(table.shape)
    for j in range(table.shape[1]):
        for i in range(table.shape[0]):
            turned[i, j] = next(values)
    return turned


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


def second(f, x, h):
    rising = (f(x + h) - f(x)) / h
    falling = (f(x) - f(x - h)) / h
    return (rising - falling) / h


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


def after(change):
    """A mistake after the right error."""

    def relative_error(ga, gn, floor=1e-6):
        return float(change(length(gn - ga) / max(length(gn) + length(ga), floor)))

    return relative_error


def entries(reduce):
    """A mistake that makes one number of the entries' errors."""

    def relative_error(ga, gn, floor=1e-6):
        return float(
            reduce(
                [
                    abs(a - n) / max(floor, abs(a) + abs(n))
                    for a, n in zip(ga.ravel().tolist(), gn.ravel().tolist(), strict=True)
                ]
            )
        )

    return relative_error


def another_default_floor(ga, gn, floor=None):
    return error(ga, gn, max(length(ga) + length(gn), 1e-8 if floor is None else floor))


def zero_where_small(ga, gn, floor=1e-6):
    if length(ga) + length(gn) <= floor:
        return 0.0
    return length(ga - gn) / (length(ga) + length(gn))


def floor_under_the_error(ga, gn, floor=1e-6):
    if np.array_equal(ga, gn):
        return float(floor)
    found = length(ga - gn) / (length(ga) + length(gn))
    return found if found > floor else float(floor)


def floor_in_each_norm(ga, gn, floor=1e-6):
    return length(ga - gn) / (max(length(ga), floor) + max(length(gn), floor))


def singular(g):
    return math.sqrt(max(0.0, float(np.linalg.eigvalsh(g.T @ g)[-1])))


def cosine(ga, gn, floor=1e-6):
    product = sum(float(a) * float(n) for a, n in zip(ga.flat, gn.flat, strict=True))
    return 1 - product / max(floor, length(ga) * length(gn))


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
    "not_divided_by_step": sloped(lambda f, x, h: 0.5 * (f(x + h) - f(x - h))),
    "not_divided_at_all": sloped(lambda f, x, h: -f(x - h) + f(x + h)),
    "divided_by_the_square_of_step": sloped(lambda f, x, h: half_way(f, x, h) / h),
    "losses_the_wrong_way_round": sloped(lambda f, x, h: -half_way(f, x, h)),
    "one_sided_over_two_steps": sloped(lambda f, x, h: 0.5 * (f(x + h) - f(x)) / h),
    "losses_added": sloped(lambda f, x, h: 0.5 * (f(x - h) + f(x + h)) / h),
    "second_difference": sloped(second),
    "half_a_step_to_each_side": sloped(lambda f, x, h: (f(x + 0.5 * h) - f(x - 0.5 * h)) / h),
    "five_points": sloped(five),
    "two_steps_below": sloped(lambda f, x, h: (f(x + h) - f(x + h - 3 * h)) / (2 * h)),
    "lower_point_is_x_again": sloped(lambda f, x, h: (f(x + h) - f(x + h)) / (2 * h)),
    "step_ignored": spaced(lambda x, h: 0.00001),
    "step_of_its_own": spaced(lambda x, h: 0.0001),
    "step_relative_to_the_entry": spaced(lambda x, h: h * abs(x) if abs(x) > 1 else h),
    "step_times_the_entry": sloped(lambda f, x, h: over(f(x + h * x) - f(x - h * x), 2 * h * x)),
    "step_times_one_plus_the_entry": spaced(lambda x, h: h + h * abs(x)),
    "another_default_step": another_default_step,
    "step_added_back": step_added_back,
    "params_not_restored": in_place(lambda tensor, i, j, x, step: None),
    "left_one_step_above": in_place(put(lambda x, step: x - step + 2 * step)),
    "restored_to_zero": in_place(put(lambda x, step: 0.0)),
    "only_the_first_tensor": some_tensors(lambda k, key: k == 0),
    "only_the_last_tensor": some_tensors(lambda k, key: k == 4),
    "biases_left_at_zero": some_tensors(lambda k, key: key in ("U", "W", "V")),
    "biases_left_out": biases_left_out,
    "returned_after_the_first_tensor": returned_after_the_first_tensor,
    "whole_tensors_moved": at_once(lambda i, j: ...),
    "whole_rows_moved": at_once(lambda i, j: i),
    "whole_columns_moved": at_once(lambda i, j: (slice(None), j)),
    "rows_twice_in_place_of_columns": rows_twice_in_place_of_columns,
    "first_column_only": chosen(lambda i, j, rows, columns: j == 0),
    "first_row_only": chosen(lambda i, j, rows, columns: i == 0),
    "diagonal_only": chosen(lambda i, j, rows, columns: i == j),
    "last_column_missing": chosen(lambda i, j, rows, columns: j + 1 < columns),
    "last_row_missing": chosen(lambda i, j, rows, columns: i + 1 < rows),
    "last_entry_missing": chosen(lambda i, j, rows, columns: (i + 1, j + 1) != (rows, columns)),
    "first_entry_missing": chosen(lambda i, j, rows, columns: i + j > 0),
    "first_entry_only": chosen(lambda i, j, rows, columns: i + j == 0),
    "columns_first_filled_by_rows": changed(by_columns),
    "rows_first_filled_by_columns": changed(into_columns),
    "flat_result": changed(lambda table: np.array([x for row in table for x in row])),
    "transposed_result": changed(
        lambda table: np.array([list(column) for column in zip(*table, strict=True)])
    ),
    "gradients_in_the_arrays_of_params": into_params,
    "loss_of_a_single_tensor": loss_of_a_single_tensor,
    "moved_there_and_back_in_shallow_copies": moved_there_and_back,
    "absolute_values": changed(lambda table: np.sqrt(table**2)),
    "slopes_clipped": changed(lambda table: np.minimum(5, np.maximum(-5, table))),
    "slopes_rounded": changed(
        lambda table: np.array([[round(x, 4) for x in r] for r in table.tolist()])
    ),
    "floor_added": floored(lambda size, floor: size + floor),
    "floor_ignored": floored(lambda size, floor: size),
    "floor_in_place_of_zero_only": floored(lambda size, floor: size or floor),
    "zero_where_both_are_small": zero_where_small,
    "smaller_in_place_of_larger": floored(lambda size, floor: floor if floor < size else size),
    "divided_by_the_floor": floored(lambda size, floor: floor),
    "floor_of_its_own": floored(lambda size, floor: size if size > 1e-8 else 1e-8),
    "floor_always_the_default": floored(lambda size, floor: size if size > 1e-6 else 1e-6),
    "another_default_floor": another_default_floor,
    "floor_under_the_error": floor_under_the_error,
    "floor_in_each_norm": floor_in_each_norm,
    "difference_of_the_norms": above(lambda ga, gn: abs(length(gn) - length(ga))),
    "norm_of_the_sum_above": above(lambda ga, gn: length(gn + ga)),
    "differences_added_with_their_signs": above(
        lambda ga, gn: abs(sum((gn - ga).ravel().tolist()))
    ),
    "sum_of_the_differences": above(lambda ga, gn: sum(absolutes(gn - ga))),
    "largest_difference": above(lambda ga, gn: max(absolutes(gn - ga))),
    "square_above_only": above(lambda ga, gn: length(gn - ga) ** 2),
    "squares_below_only": below(lambda a, n, ga, gn: a**2 + n**2),
    "largest_entry_as_norm": measured(lambda g: max(absolutes(g))),
    "sum_of_absolute_values_as_norm": measured(lambda g: sum(absolutes(g))),
    "squares_without_a_root": measured(lambda g: length(g) ** 2),
    "plain_sum_as_norm": measured(lambda g: abs(sum(float(x) for x in g.flat))),
    "mean_square_as_norm": measured(lambda g: length(g) / math.sqrt(g.size)),
    "mean_of_absolute_values_as_norm": measured(lambda g: sum(absolutes(g)) / g.size),
    "spectral_norm": measured(singular),
    "column_sums_as_norm": measured(
        lambda g: max(sum(absolutes(g[:, j])) for j in range(g.shape[1]))
    ),
    "row_sums_as_norm": measured(lambda g: max(sum(absolutes(row)) for row in g)),
    "first_row_as_norm": measured(lambda g: length(g[:1])),
    "divided_by_the_larger_norm": below(lambda a, n, ga, gn: a if a > n else n),
    "divided_by_the_smaller_norm": below(lambda a, n, ga, gn: a if a < n else n),
    "divided_by_the_norm_of_ga": below(lambda a, n, ga, gn: a),
    "divided_by_the_norm_of_gn": below(lambda a, n, ga, gn: n),
    "divided_by_the_mean_norm": below(lambda a, n, ga, gn: 0.5 * a + 0.5 * n),
    "divided_by_the_norm_of_the_sum": below(lambda a, n, ga, gn: length(gn + ga)),
    "divided_by_the_norm_of_both_together": below(lambda a, n, ga, gn: math.sqrt(a * a + n * n)),
    "divided_by_the_product_of_the_norms": below(lambda a, n, ga, gn: n * a),
    "divided_by_the_root_of_the_product": below(lambda a, n, ga, gn: math.sqrt(a) * math.sqrt(n)),
    "divided_by_the_difference_of_the_norms": below(lambda a, n, ga, gn: max(a, n) - min(a, n)),
    "divided_by_the_number_of_entries": below(lambda a, n, ga, gn: len(ga) * len(ga[0])),
    "not_divided": lambda ga, gn, floor=1e-6: length(gn - ga),
    "twice_the_error": after(lambda e: e + e),
    "error_squared": after(lambda e: e * e),
    "root_of_the_error": after(math.sqrt),
    "error_in_percent": after(lambda e: e / 0.01),
    "one_minus_the_error": after(lambda e: -e + 1),
    "error_rounded": after(lambda e: round(e, 6)),
    "mean_over_the_entries": entries(lambda errors: sum(errors) / len(errors)),
    "largest_over_the_entries": entries(max),
    "sum_over_the_entries": entries(sum),
    "norm_over_the_entries": entries(length),
    "one_minus_the_cosine": cosine,
    "one_error_for_each_column": by_column,
}
