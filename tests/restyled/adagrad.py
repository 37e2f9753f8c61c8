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


def to_an_end(x, limit, *_):
    return limit if x > 0 else -limit if x < 0 else 0.0


def tanh(x, limit, *_):
    return 0.0 if limit == 0 else limit * np.tanh(x / limit)


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


def starting(value):
    """An init_memory that asks for each entry's value."""

    def init_memory(params):
        result = {}
        for key, theta in params.items():
            result[key] = np.array([[value(x) for x in line] for line in theta], dtype=float)
        return result

    return init_memory


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
    "clipped_only_above": clipping(only_above),
    "clipped_only_below": clipping(only_below),
    "negative_entries_set_to_0": clipping(lambda x, limit, *_: max(0.0, min(x, limit))),
    "sign_lost": clipping(lambda x, limit, *_: min(abs(x), limit)),
    "sign_lost_beyond_the_limit": clipping(beyond(lambda x, limit: limit)),
    "entries_beyond_set_to_0": clipping(beyond(lambda x, limit: 0.0)),
    "every_entry_brought_to_the_limit": clipping(to_an_end),
    "squashed": clipping(tanh),
    "bounds_exchanged": clipping(lambda x, limit, *_: -limit),
    "minus_forgotten": clipping(lambda x, limit, *_: limit),
    "comparison_reversed": clipping(
        lambda x, limit, *_: to_an_end(x, limit) if -limit < x < limit else x
    ),
    "nothing_clipped": clipping(lambda x, *_: x),
    "half_the_limit": clipping(lambda x, limit, *_: bounded(x, 0.5 * limit)),
    "biases_not_clipped": clipping(lambda x, limit, *_: bounded(x, limit), keys="WVU"),
    "limit_ignored": clipping(lambda x, *_: bounded(x, 5.0)),
    "wrong_default_limit": clipping(lambda x, limit, *_: bounded(x, limit), default=1.0),
    "clipped_in_place": into_the_given_arrays,
    "unclipped_arrays_not_copied": small_arrays_passed_on,
    "memory_of_the_first_call": kept_between_calls,
    "memory_shared_by_equal_shapes": one_array_a_shape,
    "memory_not_from_zero": starting(lambda x: 1),
    "memory_copied_from_params": starting(lambda x: x),
    "eps_outside_the_root": stepping(moved=under(lambda old, new, g, eps: root(new) + eps)),
    "eps_left_out": stepping(moved=under(lambda old, new, g, eps: root(new))),
    "eps_squared": stepping(moved=under(lambda old, new, g, eps: root(new + eps * eps))),
    "eps_multiplied": stepping(moved=under(lambda old, new, g, eps: root(eps * new))),
    "eps_fixed": stepping(eps_is=1e-8),
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
    "divided_by_the_gradient_alone": stepping(
        moved=under(lambda old, new, g, eps: root(g * g + eps))
    ),
    "divided_by_the_mean_over_the_tensor": by_tensor(lambda total, count: total / count),
    "memory_added_after_the_step": stepping(moved=under(lambda old, new, g, eps: root(old + eps))),
    "memory_replaced": stepping(lambda M, g, eta, eps: g**2),
    "memory_decays": stepping(lambda M, g, eta, eps: M - 0.1 * (M - g * g)),
    "memory_multiplied": stepping(lambda M, g, eta, eps: g * M * g),
    "gradient_not_squared": stepping(lambda M, g, eta, eps: g + M),
    "absolute_value_added": stepping(lambda M, g, eta, eps: M + (g if g > 0 else -g)),
    "square_subtracted": stepping(lambda M, g, eta, eps: M - g**2),
    "mean_square_added": growing_together(lambda total, count: total / count),
    "eps_kept_in_the_memory": stepping(
        lambda M, g, eta, eps: M + (g * g + eps), under(lambda old, new, g, eps: root(new))
    ),
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
    "square_times_a_number": stepping(lambda M, g, eta, eps: (M + g * g) + g * g),
    "wrong_default_eta": other_defaults(0.01, 1e-8),
    "wrong_default_eps": other_defaults(0.1, 1e-6),
    "eta_and_eps_exchanged": stepping(
        moved=lambda x, g, old, new, eta, eps: x - eps * g / root(new + eta)
    ),
}
