"""Lesson 7's known mistakes in another style: scalar loops, lists, inverse cumulative sums."""

import copy
import math

import numpy as np


def _lists(params, h0):
    """The tensors and the state as lists."""
    flat = {name: params[name][:, 0].tolist() for name in "bc"}
    return {name: params[name].tolist() for name in "UWV"} | flat, h0[:, 0].tolist()


def _inputs(q, x):
    """U times the one-hot column of x."""
    return [row[x] for row in q["U"]]


def _before_tanh(q, h, u):
    """W h + u + b, unit by unit."""
    return [
        sum(w * s for w, s in zip(row, h, strict=True)) + u[i] + q["b"][i]
        for i, row in enumerate(q["W"])
    ]


def _after(q, h, x):
    """The state after reading x."""
    return [math.tanh(a) for a in _before_tanh(q, h, _inputs(q, x))]


def _logits(q, h):
    """V h + c."""
    return [sum(v * s for v, s in zip(row, h, strict=True)) + q["c"][k]
            for k, row in enumerate(q["V"])]  # fmt: skip


def _softmax(o):
    """Probabilities from a list of logits."""
    top = max(o)
    weights = [math.exp(x - top) for x in o]
    return [w / sum(weights) for w in weights]


def _tempered(q, h, tau):
    """The right probabilities in a state."""
    return _softmax([x / tau for x in _logits(q, h)])


def _pick(rng, p):
    """A draw by walking through the cumulative sum."""
    u, run = rng.random() * sum(p), 0.0
    for k, share in enumerate(p):
        run += share
        if u < run:
            return k
    return max(k for k, share in enumerate(p) if share > 0)


def _write(params, h0, x0, n, rng, temperature=1.0):
    """The right text, as a list."""
    q, h = _lists(params, h0)
    x, text = x0, []
    while len(text) < n:
        h = _after(q, h, x)
        x = _pick(rng, _tempered(q, h, temperature))
        text.append(x)
    return text


def _integers(text):
    """A list of indices as an array."""
    return np.array(text, dtype=np.int64)


def x0_returned_first(params, h0, x0, n, rng, temperature=1.0):
    text = [x0]
    text.extend(_write(params, h0, x0, n, rng, temperature))
    return _integers(text[:n])


def first_drawn_left_out(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, x0, n + 1, rng, temperature)[1:])


def text_backwards(params, h0, x0, n, rng, temperature=1.0):
    text = []
    for k in _write(params, h0, x0, n, rng, temperature):
        text.insert(0, k)
    return _integers(text)


def one_character_too_many(params, h0, x0, n, rng, temperature=1.0):
    return _integers([x0, *_write(params, h0, x0, n, rng, temperature)])


def one_character_missing(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, x0, n - 1, rng, temperature))


def last_character_alone(params, h0, x0, n, rng, temperature=1.0):
    x = []
    for k in _write(params, h0, x0, n, rng, temperature):
        x = [k]
    return _integers(x)


def one_hot_columns(params, h0, x0, n, rng, temperature=1.0):
    Y = np.zeros((len(params["c"]), n))
    for t, k in enumerate(_write(params, h0, x0, n, rng, temperature)):
        Y[k, t] = 1
    return Y


def text_in_a_column(params, h0, x0, n, rng, temperature=1.0):
    rows = [[k] for k in _write(params, h0, x0, n, rng, temperature)]
    return np.array(rows, dtype=int).reshape(n, 1)


def kept_as_floats(params, h0, x0, n, rng, temperature=1.0):
    text = np.zeros(n)
    for t, k in enumerate(_write(params, h0, x0, n, rng, temperature)):
        text[t] = k
    return text


def empty_text_of_floats(params, h0, x0, n, rng, temperature=1.0):
    return np.array(_write(params, h0, x0, n, rng, temperature))


def counted_from_one(params, h0, x0, n, rng, temperature=1.0):
    return _integers([k + 1 for k in _write(params, h0, x0, n, rng, temperature)])


def one_index_below(params, h0, x0, n, rng, temperature=1.0):
    return _integers([k - 1 for k in _write(params, h0, x0, n, rng, temperature)])


def _bent(bend):
    """A function that draws from bend(probabilities, the character read)."""

    def sample(params, h0, x0, n, rng, temperature=1.0):
        q, h = _lists(params, h0)
        x, text = x0, []
        for _ in range(n):
            h = _after(q, h, x)
            x = _pick(rng, bend(_tempered(q, h, temperature), x))
            text.append(x)
        return _integers(text)

    return sample


def likeliest_character_taken(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        o = _logits(q, h)
        x = o.index(max(o))
        text.append(x)
    return _integers(text)


def drawn_uniformly(params, h0, x0, n, rng, temperature=1.0):
    return rng.integers(0, len(params["c"]), size=n)


def one_index_lower_in_a_circle(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        x = (_pick(rng, _tempered(q, h, temperature)) - 1) % len(q["c"])
        text.append(x)
    return _integers(text)


def one_index_higher_in_a_circle(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        x = (_pick(rng, _tempered(q, h, temperature)) + 1) % len(q["c"])
        text.append(x)
    return _integers(text)


def no_character_twice_in_a_row(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        p = _tempered(q, h, temperature)
        before = x
        while x == before:
            x = _pick(rng, p)
        text.append(x)
    return _integers(text)


def one_number_for_all(params, h0, x0, n, rng, temperature=1.0):
    class Fixed:
        u = rng.random()

        def random(self):
            return self.u

    return _integers(_write(params, h0, x0, n, Fixed(), temperature))


def generator_seeded_inside(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, x0, n, np.random.default_rng(42), temperature))


def global_generator(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, x0, n, np.random, temperature))


def new_generator_inside(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, x0, n, np.random.default_rng(), temperature))


def copy_of_the_generator(params, h0, x0, n, rng, temperature=1.0):
    own = np.random.Generator(copy.deepcopy(rng.bit_generator))
    return _integers(_write(params, h0, x0, n, own, temperature))


def _stepped(advance, shown=lambda h, a, new: new):
    """A function that goes on with advance(q, h, x, x0, start, tau) -> (a, new, carried)."""

    def sample(params, h0, x0, n, rng, temperature=1.0):
        q, h = _lists(params, h0)
        start, x, text = h, x0, []
        for _ in range(n):
            a, new, carried = advance(q, h, x, x0, start, temperature)
            x = _pick(rng, _tempered(q, shown(h, a, new), temperature))
            h = carried
            text.append(x)
        return _integers(text)

    return sample


def _all(function, values):
    """A function of each value."""
    return [function(value) for value in values]


def _once(q, h, x, x0, start, tau):
    a = _before_tanh(q, h, _inputs(q, x))
    new = _all(math.tanh, a)
    return a, new, new


def _without_carrying(q, h, x, x0, start, tau):
    a, new, _ = _once(q, h, x, x0, start, tau)
    return a, new, start


def _carrying_a(q, h, x, x0, start, tau):
    a, new, _ = _once(q, h, x, x0, start, tau)
    return a, new, a


def _squashed(function):
    def advance(q, h, x, x0, start, tau):
        a = _before_tanh(q, h, _inputs(q, x))
        new = _all(function, a)
        return a, new, new

    return advance


def _always_x0(q, h, x, x0, start, tau):
    return _once(q, h, x0, x0, start, tau)


def _with(change):
    """A step of a network whose lists are changed first."""

    def advance(q, h, x, x0, start, tau):
        return _once(q | change(q), h, x, x0, start, tau)

    return advance


def _transposed(matrix):
    return [list(column) for column in zip(*matrix, strict=True)]


def _zeros(value):
    return [_zeros(entry) for entry in value] if isinstance(value, list) else 0.0


def _b_after_tanh(q, h, x, x0, start, tau):
    a = _before_tanh(q | {"b": _zeros(q["b"])}, h, _inputs(q, x))
    new = [math.tanh(s) + b for s, b in zip(a, q["b"], strict=True)]
    return a, new, new


def _tau_inside(q, h, x, x0, start, tau):
    a = [s / tau for s in _before_tanh(q, h, _inputs(q, x))]
    new = _all(math.tanh, a)
    return a, new, new


def all_from_the_first_distribution(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    p = _tempered(q, _after(q, h, x0), temperature)
    return _integers([_pick(rng, p) for _ in range(n)])


def x0_read_twice(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    h = np.array(_after(q, h, x0))[:, None]
    return _integers(_write(params, h, x0, n, rng, temperature))


def h0_left_out(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, np.zeros_like(h0), x0, n, rng, temperature))


def character_0_read_first(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params, h0, 0, n, rng, temperature))


def nothing_read_first(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    u, text = [0.0] * len(h), []
    for _ in range(n):
        h = _all(math.tanh, _before_tanh(q, h, u))
        text.append(_pick(rng, _tempered(q, h, temperature)))
        u = _inputs(q, text[-1])
    return _integers(text)


def drawn_again_for_reading(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        p = _tempered(q, h, temperature)
        text.append(_pick(rng, p))
        x = _pick(rng, p)
    return _integers(text)


def likeliest_read_next(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        p = _tempered(q, h, temperature)
        text.append(_pick(rng, p))
        x = p.index(max(p))
    return _integers(text)


def ones_left_in_the_column(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    seen, text = {x0}, []
    for _ in range(n):
        u = [sum(row[x] for x in seen) for row in q["U"]]
        h = _all(math.tanh, _before_tanh(q, h, u))
        text.append(_pick(rng, _tempered(q, h, temperature)))
        seen.add(text[-1])
    return _integers(text)


def probabilities_read_next(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    u, text = _inputs(q, x0), []
    for _ in range(n):
        h = _all(math.tanh, _before_tanh(q, h, u))
        p = _tempered(q, h, temperature)
        text.append(_pick(rng, p))
        u = [sum(w * share for w, share in zip(row, p, strict=True)) for row in q["U"]]
    return _integers(text)


def c_left_out(params, h0, x0, n, rng, temperature=1.0):
    return _integers(_write(params | {"c": 0 * params["c"]}, h0, x0, n, rng, temperature))


def _by(probabilities):
    """A function that draws from probabilities(V h as a list, c, tau, t)."""

    def sample(params, h0, x0, n, rng, temperature=1.0):
        q, h = _lists(params, h0)
        x, text = x0, []
        for t in range(n):
            h = _after(q, h, x)
            Vs = [o - c for o, c in zip(_logits(q, h), q["c"], strict=True)]
            x = _pick(rng, probabilities(Vs, q["c"], temperature, t))
            text.append(x)
        return _integers(text)

    return sample


def _sum(Vs, c):
    return [v + k for v, k in zip(Vs, c, strict=True)]


def _over(values, tau):
    return [value / tau for value in values]


def _powers(Vs, c, tau, t):
    powers = [share**tau for share in _softmax(_sum(Vs, c))]
    return _over(powers, sum(powers))


def _divided_probabilities(Vs, c, tau, t):
    p = _over(_softmax(_sum(Vs, c)), tau)
    return _over(p, sum(p))


def h0_overwritten(params, h0, x0, n, rng, temperature=1.0):
    q, h = _lists(params, h0)
    x, text = x0, []
    for _ in range(n):
        h = _after(q, h, x)
        for i, s in enumerate(h):
            h0[i, 0] = s
        x = _pick(rng, _tempered(q, h, temperature))
        text.append(x)
    return _integers(text)


def params_changed(params, h0, x0, n, rng, temperature=1.0):
    for name in "Vc":
        params[name] /= temperature
    return _integers(_write(params, h0, x0, n, rng))


RESTYLED = {
    "x0_returned_first": x0_returned_first,
    "first_drawn_left_out": first_drawn_left_out,
    "text_backwards": text_backwards,
    "one_character_too_many": one_character_too_many,
    "one_character_missing": one_character_missing,
    "last_character_alone": last_character_alone,
    "one_hot_columns": one_hot_columns,
    "text_in_a_column": text_in_a_column,
    "kept_as_floats": kept_as_floats,
    "empty_text_of_floats": empty_text_of_floats,
    "counted_from_one": counted_from_one,
    "one_index_below": one_index_below,
    "likeliest_character_taken": likeliest_character_taken,
    "drawn_uniformly": drawn_uniformly,
    "one_index_lower_in_a_circle": one_index_lower_in_a_circle,
    "one_index_higher_in_a_circle": one_index_higher_in_a_circle,
    "rank_from_the_likeliest": _bent(lambda p, x: sorted(p, reverse=True)),
    "rank_from_the_rarest": _bent(lambda p, x: sorted(p)),
    "unlikely_ones_cut_off": _bent(lambda p, x: [s if s >= max(p) / 2 else 0.0 for s in p]),
    "last_character_never_drawn": _bent(lambda p, x: p[:-1]),
    "first_character_never_drawn": _bent(lambda p, x: [0.0, *p[1:]]),
    "no_character_twice_in_a_row": no_character_twice_in_a_row,
    "one_number_for_all": one_number_for_all,
    "generator_seeded_inside": generator_seeded_inside,
    "global_generator": global_generator,
    "new_generator_inside": new_generator_inside,
    "copy_of_the_generator": copy_of_the_generator,
    "state_not_carried": _stepped(_without_carrying),
    "preactivation_carried": _stepped(_carrying_a),
    "logits_from_the_preactivation": _stepped(_once, lambda h, a, new: a),
    "tanh_missing": _stepped(_squashed(lambda a: a)),
    "sigmoid_in_place_of_tanh": _stepped(_squashed(lambda a: 1 / (1 + math.exp(-a)))),
    "relu_in_place_of_tanh": _stepped(_squashed(lambda a: a if a > 0 else 0.0)),
    "x0_read_at_every_step": _stepped(_always_x0),
    "all_from_the_first_distribution": all_from_the_first_distribution,
    "drawn_before_reading": _stepped(_once, lambda h, a, new: h),
    "x0_read_twice": x0_read_twice,
    "drawn_again_for_reading": drawn_again_for_reading,
    "likeliest_read_next": likeliest_read_next,
    "ones_left_in_the_column": ones_left_in_the_column,
    "nothing_read_first": nothing_read_first,
    "character_0_read_first": character_0_read_first,
    "probabilities_read_next": probabilities_read_next,
    "h0_left_out": h0_left_out,
    "W_transposed": _stepped(_with(lambda q: {"W": _transposed(q["W"])})),
    "W_left_out": _stepped(_with(lambda q: {"W": _zeros(q["W"])})),
    "row_of_U": _stepped(_with(lambda q: {"U": _transposed(q["U"])})),
    "U_left_out": _stepped(_with(lambda q: {"U": _zeros(q["U"])})),
    "b_left_out": _stepped(_with(lambda q: {"b": _zeros(q["b"])})),
    "b_added_to_the_state": _stepped(_b_after_tanh),
    "temperature_inside_tanh": _stepped(_tau_inside),
    "c_left_out": c_left_out,
    "signs_of_the_logits_turned": _by(lambda Vs, c, tau, t: _softmax(_over(_sum(Vs, c), -tau))),
    "logits_times_temperature": _by(_powers),
    "temperature_without_effect": _by(_divided_probabilities),
    "softmax_of_probabilities": _by(
        lambda Vs, c, tau, t: _softmax(_over(_softmax(_sum(Vs, c)), tau))
    ),
    "softmax_twice": _by(lambda Vs, c, tau, t: _softmax(_softmax(_over(_sum(Vs, c), tau)))),
    "only_c_divided": _by(lambda Vs, c, tau, t: _softmax(_sum(Vs, _over(c, tau)))),
    "only_Vh_divided": _by(lambda Vs, c, tau, t: _softmax(_sum(_over(Vs, tau), c))),
    "only_the_first_step_tempered": _by(
        lambda Vs, c, tau, t: _softmax(_over(_sum(Vs, c), 1 if t else tau))
    ),
    "first_step_not_tempered": _by(
        lambda Vs, c, tau, t: _softmax(_over(_sum(Vs, c), tau if t else 1))
    ),
    "tempered_again_at_each_step": _by(
        lambda Vs, c, tau, t: _softmax(_over(_sum(Vs, c), math.prod([tau] * (t + 1))))
    ),
    "temperature_squared": _by(lambda Vs, c, tau, t: _softmax(_over(_over(_sum(Vs, c), tau), tau))),
    "h0_overwritten": h0_overwritten,
    "params_changed": params_changed,
}
