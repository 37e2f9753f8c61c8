"""Every known mistake of lesson 6 once more, entry by entry in loops."""

import numpy as np


def clipping(rule, keys=None, default=5.0):
    """A clip that gives each entry to `rule`, with the limit, its array and all of them."""

    def clip(grads, limit=default):
        result = {}
        for key in grads:
            old = grads[key]
            new = np.empty(old.shape)
            for i in range(old.shape[0]):
                for j in range(old.shape[1]):
                    visited = keys is None or key in keys
                    new[i, j] = rule(old[i, j], limit, old, grads) if visited else old[i, j]
            result[key] = new
        return result

    return clip


def bounded(x, limit):
    """One entry, clipped rightly."""
    if x > limit:
        return limit
    return -limit if x < -limit else x


def norm(arrays):
    """The root of the sum of all squares."""
    return np.linalg.norm(np.concatenate([array.ravel() for array in arrays]))


def largest(arrays):
    """The largest absolute value."""
    return max(np.max(np.abs(array)) for array in arrays)


def shrunk(x, limit, size):
    """An entry scaled like something of some size that is cut to the limit."""
    return x if size <= limit else x / size * limit


def only_above(x, limit, *_):
    return limit if x > limit else x


def only_below(x, limit, *_):
    return -limit if x < -limit else x


def beyond(what):
    """A rule that replaces entries beyond the limit."""
    return lambda x, limit, *_: x if -limit <= x <= limit else what(x, limit)


def opposite(x, limit):
    return -limit if x > 0 else limit


def beyond_1(x, limit):
    return 1.0 if x > 0 else -1.0


def excess(x, limit):
    return x - limit if x > 0 else x + limit


def to_an_end(x, limit, *_):
    return limit if x > 0 else -limit if x < 0 else 0.0


def tanh(x, limit, *_):
    return 0.0 if limit == 0 else limit * np.tanh(x / limit)


def first_tensor_only(grads, limit=5.0):
    result = {key: np.array(g) for key, g in grads.items()}
    for key in result:
        result[key] = np.minimum(np.maximum(result[key], -limit), limit)
        break
    return result


def limit_of_1_by_default(grads, limit=1.0):
    return clipping(lambda x, limit, *_: bounded(x, limit))(grads, limit)


def weights_only(grads, limit=5.0):
    result = {}
    for key in ("U", "W", "V"):
        result[key] = np.maximum(np.minimum(grads[key], limit), -limit)
    return result


def as_a_list(grads, limit=5.0):
    result = []
    for key in grads:
        result.append(np.maximum(np.minimum(grads[key], limit), -limit))
    return result


def into_the_given_arrays(grads, limit=5.0):
    result = dict(grads)
    for key in result:
        result[key][result[key] > limit] = limit
        result[key][result[key] < -limit] = -limit
    return result


def small_arrays_passed_on(grads, limit=5.0):
    result = {}
    for key, g in grads.items():
        if np.max(np.abs(g)) > limit:
            g = np.minimum(np.maximum(g, -limit), limit)
        result[key] = g
    return result


KEPT = {}


def kept_between_calls(params):
    size = tuple(theta.shape for theta in params.values())
    if size not in KEPT:
        KEPT[size] = {key: np.zeros(theta.shape) for key, theta in params.items()}
    return dict(KEPT[size])


def one_array_a_shape(params):
    made, result = [], {}
    for key, theta in params.items():
        for array in made:
            if array.shape == theta.shape:
                result[key] = array
        if key not in result:
            result[key] = np.zeros(theta.shape)
            made.append(result[key])
    return result


def one_buffer_a_size(params):
    buffers, result = {}, {}
    for key, theta in params.items():
        rows, columns = theta.shape
        if rows * columns not in buffers:
            buffers[rows * columns] = np.zeros((rows * columns, 1))
        result[key] = buffers[rows * columns].reshape(rows, columns)
    return result


def one_array_for_everything(params):
    shape = (0, 0)
    for theta in params.values():
        if theta.shape[0] * theta.shape[1] > shape[0] * shape[1]:
            shape = theta.shape
    array = np.zeros(shape)
    return {key: array for key in params}


def starting(value):
    """An init_memory that asks for each entry's value."""

    def init_memory(params):
        result = {}
        for key, theta in params.items():
            result[key] = np.array([[value(x) for x in line] for line in theta], dtype=float)
        return result

    return init_memory


def zeroed_params(params):
    for key in params:
        params[key] -= params[key]
    return params


def scalars(params):
    return {key: 0.0 for key in params}


def flat(params):
    return {key: np.zeros(theta.shape[0] * theta.shape[1]) for key, theta in params.items()}


def transposed(params):
    return {key: np.zeros_like(theta).T.copy() for key, theta in params.items()}


def integers(params):
    return {key: np.array([[0] * theta.shape[1]] * theta.shape[0]) for key, theta in params.items()}


def no_biases(params):
    result = {key: np.zeros(theta.shape) for key, theta in params.items()}
    del result["b"], result["c"]
    return result


def other_keys(params):
    result = {}
    for key, theta in params.items():
        result["m" + key] = 0 * theta
    return result


def root(x):
    """A root that is nan below 0."""
    return np.sqrt(np.float64(x))


def squares(M, g, eta, eps):
    """The right sum."""
    return M + g * g


def under(divisor):
    """A new param whose step is divided by a function of old and new memory."""
    return lambda x, g, old, new, eta, eps: x - eta * g / np.float64(divisor(old, new, g, eps))


RIGHT = under(lambda old, new, g, eps: root(new + eps))


def stepping(sum_of=squares, moved=RIGHT, eta_is=None, eps_is=None, cut=None, **kept):
    """A step entry by entry: the new memory by `sum_of`, the new param by `moved`."""

    def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
        eta = eta if eta_is is None else eta_is
        eps = eps if eps_is is None else eps_is
        for key in params:
            new_params, new_memory = np.empty(params[key].shape), np.empty(params[key].shape)
            for i in range(params[key].shape[0]):
                for j in range(params[key].shape[1]):
                    x, g, M = params[key][i, j], grads[key][i, j], memory[key][i, j]
                    if cut is not None:
                        g = bounded(g, cut)
                    new_memory[i, j] = sum_of(M, g, eta, eps)
                    new_params[i, j] = moved(x, g, M, new_memory[i, j], eta, eps)
            put(params, key, new_params, kept.get("params", "in place"))
            put(memory, key, new_memory, kept.get("memory", "in place"))

    return adagrad_step


def put(tensors, key, value, how):
    """Write an array, replace it, or forget it."""
    if how == "in place":
        tensors[key][:] = value
    elif how == "new":
        tensors[key] = value


def some_keys(choose):
    """A right step of some tensors only."""

    def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
        for key in choose(list(params)):
            np.add(memory[key], np.square(grads[key]), out=memory[key])
            np.subtract(
                params[key], eta * grads[key] * (memory[key] + eps) ** -0.5, out=params[key]
            )

    return adagrad_step


def other_defaults(eta_default, eps_default):
    """A right step with other defaults."""

    def adagrad_step(params, grads, memory, eta=eta_default, eps=eps_default):
        some_keys(lambda keys: keys)(params, grads, memory, eta, eps)

    return adagrad_step


def by_tensor(number):
    """A step that divides a tensor by one number."""

    def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
        for key in params:
            memory[key] += grads[key] ** 2
            total = sum(float(M) for M in memory[key].ravel())
            params[key] -= eta / root(number(total, memory[key].size) + eps) * grads[key]

    return adagrad_step


def growing_together(number):
    """A step that adds one number to all memories of a tensor."""

    def adagrad_step(params, grads, memory, eta=0.1, eps=1e-8):
        for key in params:
            total = sum(float(g) ** 2 for g in grads[key].ravel())
            memory[key] += number(total, grads[key].size)
            params[key] -= eta * grads[key] / np.sqrt(memory[key] + eps)

    return adagrad_step


def grads_overwritten(params, grads, memory, eta=0.1, eps=1e-8):
    for key in params:
        grads[key] *= eta
        memory[key] += (grads[key] / eta) ** 2
        params[key] -= grads[key] / np.sqrt(memory[key] + eps)


RESTYLED = {
    "clipped_by_norm": clipping(lambda x, limit, g, all_: shrunk(x, limit, norm(all_.values()))),
    "clipped_by_the_norm_of_each_array": clipping(
        lambda x, limit, g, all_: shrunk(x, limit, norm([g]))
    ),
    "scaled_by_the_largest_entry": clipping(
        lambda x, limit, g, all_: shrunk(x, limit, largest([g]))
    ),
    "scaled_by_the_largest_entry_of_all": clipping(
        lambda x, limit, g, all_: shrunk(x, limit, largest(all_.values()))
    ),
    "clipped_only_above": clipping(only_above),
    "clipped_only_below": clipping(only_below),
    "negative_entries_set_to_0": clipping(lambda x, limit, *_: max(0.0, min(x, limit))),
    "sign_lost": clipping(lambda x, limit, *_: min(abs(x), limit)),
    "sign_lost_beyond_the_limit": clipping(beyond(lambda x, limit: limit)),
    "sides_exchanged": clipping(beyond(opposite)),
    "entries_beyond_set_to_0": clipping(beyond(lambda x, limit: 0.0)),
    "entries_beyond_set_to_1": clipping(beyond(beyond_1)),
    "limit_taken_off": clipping(beyond(excess)),
    "every_entry_brought_to_the_limit": clipping(to_an_end),
    "squashed": clipping(tanh),
    "bounds_exchanged": clipping(lambda x, limit, *_: -limit),
    "nothing_clipped": clipping(lambda x, *_: x),
    "half_the_limit": clipping(lambda x, limit, *_: bounded(x, 0.5 * limit)),
    "clipped_to_1": clipping(lambda x, *_: bounded(x, 1.0)),
    "limit_ignored": clipping(lambda x, *_: bounded(x, 5.0)),
    "default_limit_of_1": limit_of_1_by_default,
    "biases_not_clipped": clipping(lambda x, limit, *_: bounded(x, limit), keys="WVU"),
    "only_the_first_tensor_clipped": first_tensor_only,
    "biases_dropped": weights_only,
    "list_returned": as_a_list,
    "clipped_in_place": into_the_given_arrays,
    "unclipped_arrays_not_copied": small_arrays_passed_on,
    "memory_of_the_first_call": kept_between_calls,
    "memory_shared_by_equal_shapes": one_array_a_shape,
    "memory_shared_by_equal_sizes": one_buffer_a_size,
    "one_array_for_all": one_array_for_everything,
    "memory_of_ones": starting(lambda x: 1),
    "memory_of_eps": starting(lambda x: 1e-8),
    "memory_copied_from_params": starting(lambda x: x),
    "memory_of_squared_params": starting(lambda x: x * x),
    "params_set_to_zero": zeroed_params,
    "one_number_for_each_tensor": scalars,
    "memory_flattened": flat,
    "memory_transposed": transposed,
    "memory_of_integers": integers,
    "no_memory_for_biases": no_biases,
    "keys_renamed": other_keys,
    "eps_outside_the_root": stepping(moved=under(lambda old, new, g, eps: root(new) + eps)),
    "eps_left_out": stepping(moved=under(lambda old, new, g, eps: root(new))),
    "eps_squared": stepping(moved=under(lambda old, new, g, eps: root(new + eps * eps))),
    "root_of_memory_and_of_eps": stepping(
        moved=under(lambda old, new, g, eps: root(new) + root(eps))
    ),
    "eps_inside_and_outside": stepping(moved=under(lambda old, new, g, eps: root(new + eps) + eps)),
    "eps_added_to_the_step": stepping(
        moved=lambda x, g, old, new, eta, eps: x - (eta * g / root(new) + eps)
    ),
    "eps_fixed": stepping(eps_is=1e-8),
    "default_eps_of_1e_6": other_defaults(0.1, 1e-6),
    "root_missing": stepping(moved=under(lambda old, new, g, eps: new + eps)),
    "root_taken_twice": stepping(moved=under(lambda old, new, g, eps: (new + eps) ** 0.25)),
    "multiplied_by_the_root": stepping(
        moved=lambda x, g, old, new, eta, eps: x - eta * (g * root(new + eps))
    ),
    "not_divided": stepping(moved=lambda x, g, old, new, eta, eps: x - eta * g),
    "gradient_missing_in_the_step": stepping(
        moved=lambda x, g, old, new, eta, eps: x - eta / root(new + eps)
    ),
    "gradient_squared_in_the_step": stepping(
        moved=lambda x, g, old, new, eta, eps: x - eta * g**2 / root(new + eps)
    ),
    "eta_missing": stepping(eta_is=1.0),
    "eta_ignored": stepping(eta_is=0.1),
    "default_eta_of_0_01": other_defaults(0.01, 1e-8),
    "divided_by_the_gradient_alone": stepping(
        moved=under(lambda old, new, g, eps: root(g * g + eps))
    ),
    "divided_by_the_sum_over_the_tensor": by_tensor(lambda total, count: total),
    "divided_by_the_mean_over_the_tensor": by_tensor(lambda total, count: total / count),
    "memory_added_after_the_step": stepping(moved=under(lambda old, new, g, eps: root(old + eps))),
    "memory_replaced": stepping(lambda M, g, eta, eps: g**2),
    "memory_decays": stepping(lambda M, g, eta, eps: M - 0.1 * (M - g * g)),
    "gradient_not_squared": stepping(lambda M, g, eta, eps: g + M),
    "absolute_value_added": stepping(lambda M, g, eta, eps: M + (g if g > 0 else -g)),
    "square_added_twice": stepping(lambda M, g, eta, eps: (M + g * g) + g * g),
    "half_the_square_added": stepping(lambda M, g, eta, eps: M + 0.5 * g**2),
    "square_subtracted": stepping(lambda M, g, eta, eps: M - g**2),
    "sum_squared": stepping(lambda M, g, eta, eps: (g + M) * (g + M)),
    "eta_in_the_memory": stepping(lambda M, g, eta, eps: M + eta**2 * g**2),
    "mean_square_added": growing_together(lambda total, count: total / count),
    "sum_of_squares_added": growing_together(lambda total, count: total),
    "eps_kept_in_the_memory": stepping(
        lambda M, g, eta, eps: M + (g * g + eps), under(lambda old, new, g, eps: root(new))
    ),
    "eps_in_memory_and_root": stepping(lambda M, g, eta, eps: M + (g * g + eps)),
    "root_kept_in_the_memory": stepping(
        lambda M, g, eta, eps: root(M + g**2 + eps), under(lambda old, new, g, eps: new)
    ),
    "memory_never_grows": stepping(lambda M, g, eta, eps: M),
    "memory_not_kept": stepping(memory="lost"),
    "memory_rebound": stepping(memory="new"),
    "params_not_moved": stepping(params="lost"),
    "params_rebound": stepping(params="new"),
    "nothing_kept": stepping(params="lost", memory="lost"),
    "step_added": stepping(moved=lambda x, g, old, new, eta, eps: x + eta * g / root(new + eps)),
    "step_in_place_of_the_params": stepping(
        moved=lambda x, g, old, new, eta, eps: -eta * g / root(new + eps)
    ),
    "clipped_inside": stepping(cut=5.0),
    "biases_left_out": some_keys(lambda keys: [key for key in keys if key not in "bc"]),
    "only_the_first_tensor": some_keys(lambda keys: keys[:1]),
    "only_the_last_tensor": some_keys(lambda keys: keys[-1:]),
    "grads_squared_in_place": grads_overwritten,
}
