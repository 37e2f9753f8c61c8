"""Lesson 7's known mistakes in another style: scalar loops, lists, inverse cumulative sums."""

import copy
import math
from functools import partial
from types import SimpleNamespace

import numpy as np


def _lists(params, h0):
    """The tensors and the state as lists."""
    flat = {name: params[name][:, 0].tolist() for name in "bc"}
    return {name: params[name].tolist() for name in "UWV"} | flat, h0[:, 0].tolist()


def _before_tanh(q, h, u):
    """W h + u + b, unit by unit."""
    return [
        sum(w * s for w, s in zip(row, h, strict=True)) + u[i] + q["b"][i]
        for i, row in enumerate(q["W"])
    ]


def _inputs(q, x):
    """U times the one-hot column of x."""
    return [row[x] for row in q["U"]]


def _after(q, h, x):
    """The state after reading x."""
    return [math.tanh(a) for a in _before_tanh(q, h, _inputs(q, x))]


def _products(q, h):
    """V h."""
    return [sum(v * s for v, s in zip(row, h, strict=True)) for row in q["V"]]


def _softmax(o):
    """Probabilities from a list of logits."""
    weights = [math.exp(x - max(o)) for x in o]
    return [w / sum(weights) for w in weights]


def _sum(Vs, c):
    return [v + k for v, k in zip(Vs, c, strict=True)]


def _over(values, tau):
    return [value / tau for value in values]


def _tempered(Vs, c, tau, t):
    """The right probabilities."""
    return _softmax(_over(_sum(Vs, c), tau))


def _pick(rng, p, x=None):
    """A draw by walking through the cumulative sum."""
    u, run = rng.random() * sum(p), 0.0
    for k, share in enumerate(p):
        run += share
        if u < run:
            return k
    return max(k for k, share in enumerate(p) if share > 0)


def _write(
    params, h0, x0, n, rng, temperature=1.0, *,
    probabilities=_tempered,
    bend=lambda p, x: p,
    pick=_pick,
    following=lambda rng, p, x, k, x0: k,
):  # fmt: skip
    """A text as a list; right, unless told to draw or to read something else."""
    q, h = _lists(params, h0)
    x, text = x0, []
    while len(text) < n:
        h = _after(q, h, x)
        p = bend(probabilities(_products(q, h), q["c"], temperature, len(text)), x)
        text.append(pick(rng, p, x))
        x = following(rng, p, x, text[-1], x0)
    return text


def _integers(text):
    """A list of indices as an array."""
    return np.array(text, dtype=np.int64)


def _with(**choice):
    """A text of `_write` with these choices."""
    return lambda *arguments, **options: _integers(_write(*arguments, **options, **choice))


def _given(change):
    """The right text for changed (params, h0, x0, n, rng)."""
    return lambda params, h0, x0, n, rng, temperature=1.0: _integers(
        _write(*change(params, h0, x0, n, rng), temperature)
    )


def _tensors(change):
    """The right text for changed params."""
    return _given(lambda params, *others: (params | change(params), *others))


def _made(change):
    """change(the right text, K, x0)."""
    return lambda params, h0, x0, *others, **options: change(
        _write(params, h0, x0, *others, **options), len(params["c"]), x0
    )


def first_drawn_left_out(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, x0, n + 1, rng, temperature)[1:])


def one_hot_columns(text, K, x0):
    Y = np.zeros((K, len(text)))
    for t, k in enumerate(text):
        Y[k, t] = 1
    return Y


def weights_not_normalised(rng, p, x):
    u, run = rng.random(), 0.0
    for k, share in enumerate(p):
        run += share / max(p)
        if u < run:
            return k
    return len(p) - 1


def no_character_twice_in_a_row(rng, p, x):
    k = x
    while k == x:
        k = _pick(rng, p)
    return k


def _generator(make):
    """The right text, drawn from make(rng)."""
    return _given(lambda params, h0, x0, n, rng: (params, h0, x0, n, make(rng)))


def _stepped(
    make=lambda w, u, b, tau: w + u + b,
    squash=lambda a, b: math.tanh(a),
    shown=lambda h, a, new: new,
    carried=lambda start, a, new: new,
):
    """A text with other steps; w is an entry of W h, u of U x, b of the bias."""

    def sample(params, h0, x0, n, rng, temperature=1.0):
        q, h = _lists(params, h0)
        start, x, text, zeros = h, x0, [], [0.0] * len(h)
        for t in range(n):
            w = _before_tanh(q | {"b": zeros}, h, zeros)
            terms = zip(w, _inputs(q, x), q["b"], strict=True)
            a = [make(*each, temperature) for each in terms]
            new = [squash(s, b) for s, b in zip(a, q["b"], strict=True)]
            x = _pick(rng, _tempered(_products(q, shown(h, a, new)), q["c"], temperature, t))
            h = carried(start, a, new)
            text.append(x)
        return _integers(text)

    return sample


def all_from_the_first_distribution(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    p = _tempered(_products(q, _after(q, h, x0)), q["c"], temperature, 0)
    return _integers([_pick(rng, p) for _ in range(n)])


def x0_read_twice(params, h0, x0, n, rng):
    q, h = _lists(params, h0)
    return params, np.array(_after(q, h, x0))[:, None], x0, n, rng


def _reading(first, following):
    """A network that reads shares of all characters: first(x0, K), then following(before, k, p)."""

    def sample(params, h0, x0, n, rng, temperature=1.0):
        q, h = _lists(params, h0)
        K, text = len(q["c"]), []
        read = first(x0, K)
        for t in range(n):
            u = [sum(w * s for w, s in zip(row, read, strict=True)) for row in q["U"]]
            h = [math.tanh(a) for a in _before_tanh(q, h, u)]
            p = _tempered(_products(q, h), q["c"], temperature, t)
            text.append(_pick(rng, p))
            read = following(read, _hot(text[-1], K), p)
        return _integers(text)

    return sample


def _hot(k, K):
    return [float(j == k) for j in range(K)]


def h0_overwritten(params, h0, x0, n, rng, temperature=1.0):
    text = _write(params, h0, x0, n, rng, temperature)
    q, h = _lists(params, h0)
    for x in [x0, *text][:n]:
        h = _after(q, h, x)
    h0[:, 0] = h
    return _integers(text)


def params_changed(params, h0, x0, n, rng, temperature=1.0):
    for name in "Vc":
        params[name] /= temperature
    return _integers(_write(params, h0, x0, n, rng))


def _powers(Vs, c, tau, t):
    powers = [share**tau for share in _softmax(_sum(Vs, c))]
    return _over(powers, sum(powers))


def _divided(Vs, c, tau, t):
    p = _over(_softmax(_sum(Vs, c)), tau)
    return _over(p, sum(p))


RESTYLED = {
    "x0_returned_first": _made(lambda text, K, x0: _integers([x0, *text][: len(text)])),
    "text_backwards": _made(lambda text, K, x0: _integers(list(reversed(text)))),
    "always_0": _made(lambda text, K, x0: np.zeros(len(text), dtype=int)),
    "first_drawn_left_out": first_drawn_left_out,
    "one_character_too_many": _made(lambda text, K, x0: _integers([x0, *text])),
    "one_character_missing": _made(lambda text, K, x0: _integers(text[1:])),
    "last_character_alone": _made(lambda text, K, x0: _integers(text[-1:])),
    "one_hot_columns": _made(one_hot_columns),
    "text_in_a_column": _made(lambda text, K, x0: _integers([[k] for k in text]).reshape(-1, 1)),
    "kept_as_floats": _made(lambda text, K, x0: np.array(text, dtype=float)),
    "empty_text_of_floats": _made(lambda text, K, x0: np.array(text)),
    "counted_from_one": _made(lambda text, K, x0: _integers([k + 1 for k in text])),
    "one_index_below": _made(lambda text, K, x0: _integers([k - 1 for k in text])),
    "likeliest_character_taken": _with(pick=lambda rng, p, x: p.index(max(p))),
    "drawn_uniformly": _with(pick=lambda rng, p, x: rng.integers(0, len(p))),
    "one_index_lower_in_a_circle": _with(pick=lambda rng, p, x: (_pick(rng, p) - 1) % len(p)),
    "one_index_higher_in_a_circle": _with(pick=lambda rng, p, x: (_pick(rng, p) + 1) % len(p)),
    "rank_from_the_likeliest": _with(bend=lambda p, x: sorted(p, reverse=True)),
    "unlikely_ones_cut_off": _with(bend=lambda p, x: [s if s >= max(p) / 2 else 0.0 for s in p]),
    "weights_not_normalised": _with(pick=weights_not_normalised),
    "last_character_never_drawn": _with(bend=lambda p, x: p[:-1]),
    "first_character_never_drawn": _with(bend=lambda p, x: [0.0, *p[1:]]),
    "no_character_twice_in_a_row": _with(pick=no_character_twice_in_a_row),
    "one_number_for_all": _generator(
        lambda rng: SimpleNamespace(random=partial(float, rng.random()))
    ),
    "generator_seeded_inside": _generator(lambda rng: np.random.default_rng(42)),
    "global_generator": _generator(lambda rng: np.random),
    "new_generator_inside": _generator(lambda rng: np.random.default_rng()),
    "copy_of_the_generator": _generator(copy.deepcopy),
    "state_not_carried": _stepped(carried=lambda start, a, new: start),
    "preactivation_carried": _stepped(carried=lambda start, a, new: a),
    "logits_from_the_preactivation": _stepped(shown=lambda h, a, new: a),
    "drawn_before_reading": _stepped(shown=lambda h, a, new: h),
    "state_never_computed": _stepped(
        shown=lambda h, a, new: h, carried=lambda start, a, new: start
    ),
    "tanh_missing": _stepped(squash=lambda a, b: a),
    "sigmoid_in_place_of_tanh": _stepped(squash=lambda a, b: 1 / (1 + math.exp(-a))),
    "relu_in_place_of_tanh": _stepped(squash=lambda a, b: a if a > 0 else 0.0),
    "exp_in_place_of_tanh": _stepped(squash=lambda a, b: math.exp(a)),
    "sin_in_place_of_tanh": _stepped(squash=lambda a, b: math.sin(a)),
    "x0_read_twice": _given(x0_read_twice),
    "h0_left_out": _given(lambda params, h0, *others: (params, 0 * h0, *others)),
    "nothing_read_first": _reading(lambda x0, K: [0.0] * K, lambda read, hot, p: hot),
    "character_0_read_first": _given(lambda params, h0, x0, n, rng: (params, h0, 0, n, rng)),
    "x0_read_at_every_step": _with(following=lambda rng, p, x, k, x0: x0),
    "likeliest_read_next": _with(following=lambda rng, p, x, k, x0: p.index(max(p))),
    "drawn_again_for_reading": _with(following=lambda rng, p, x, k, x0: _pick(rng, p)),
    "ones_left_in_the_column": _reading(
        _hot, lambda read, hot, p: [max(pair) for pair in zip(read, hot, strict=True)]
    ),
    "probabilities_read_next": _reading(_hot, lambda read, hot, p: p),
    "all_from_the_first_distribution": all_from_the_first_distribution,
    "W_transposed": _tensors(lambda params: {"W": params["W"].T}),
    "W_left_out": _tensors(lambda params: {"W": 0 * params["W"]}),
    "row_of_U": _tensors(lambda params: {"U": params["U"].T}),
    "U_left_out": _tensors(lambda params: {"U": 0 * params["U"]}),
    "U_subtracted": _stepped(lambda w, u, b, tau: w - u + b),
    "W_subtracted": _stepped(lambda w, u, b, tau: u + b - w),
    "W_h_times_U_x": _stepped(lambda w, u, b, tau: w * u + b),
    "b_left_out": _tensors(lambda params: {"b": 0 * params["b"]}),
    "b_subtracted": _stepped(lambda w, u, b, tau: w + u - b),
    "b_multiplied": _stepped(lambda w, u, b, tau: b * (u + w)),
    "b_times_U_x": _stepped(lambda w, u, b, tau: w + b * u),
    "b_alone": _stepped(lambda w, u, b, tau: b),
    "temperature_inside_tanh": _stepped(lambda w, u, b, tau: (w + u + b) / tau),
    "b_added_to_the_state": _stepped(lambda w, u, b, tau: w + u, lambda a, b: math.tanh(a) + b),
    "V_transposed": _tensors(lambda params: {"V": params["V"].T}),
    "tensors_exchanged": _tensors(lambda params: {"V": params["W"], "W": params["V"]}),
    "another_tensor_used": _tensors(lambda params: {"W": params["V"]}),
    "c_left_out": _tensors(lambda params: {"c": 0 * params["c"]}),
    "V_left_out": _tensors(lambda params: {"V": 0 * params["V"]}),
    "c_subtracted": _tensors(lambda params: {"c": -params["c"]}),
    "c_multiplied": _with(
        probabilities=lambda Vs, c, tau, t: _softmax(
            [v * k / tau for v, k in zip(Vs, c, strict=True)]
        )
    ),
    "signs_of_the_logits_turned": _with(
        probabilities=lambda Vs, c, tau, t: _tempered(Vs, c, -tau, t)
    ),
    "logits_times_temperature": _with(probabilities=_powers),
    "temperature_without_effect": _with(probabilities=_divided),
    "softmax_of_probabilities": _with(
        probabilities=lambda Vs, c, tau, t: _softmax(_over(_softmax(_sum(Vs, c)), tau))
    ),
    "softmax_twice": _with(probabilities=lambda Vs, c, tau, t: _softmax(_tempered(Vs, c, tau, t))),
    "only_c_divided": _with(probabilities=lambda Vs, c, tau, t: _softmax(_sum(Vs, _over(c, tau)))),
    "only_Vh_divided": _with(probabilities=lambda Vs, c, tau, t: _softmax(_sum(_over(Vs, tau), c))),
    "only_the_first_step_tempered": _with(
        probabilities=lambda Vs, c, tau, t: _tempered(Vs, c, 1 if t else tau, t)
    ),
    "first_step_not_tempered": _with(
        probabilities=lambda Vs, c, tau, t: _tempered(Vs, c, tau if t else 1, t)
    ),
    "tempered_again_at_each_step": _with(
        probabilities=lambda Vs, c, tau, t: _tempered(Vs, c, math.prod([tau] * (t + 1)), t)
    ),
    "temperature_squared": _with(
        probabilities=lambda Vs, c, tau, t: _tempered(Vs, c, tau * tau, t)
    ),
    "wrong_default_temperature": lambda params, h0, x0, n, rng, temperature=0.5: _integers(
        _write(params, h0, x0, n, rng, temperature)
    ),
    "h0_overwritten": h0_overwritten,
    "params_changed": params_changed,
}
