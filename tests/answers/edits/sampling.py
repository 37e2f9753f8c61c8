"""Lesson 7's known mistakes as edits of right answers."""

from tests.edits import Edited, Row

EDITS: dict[str, Row] = {
    "x0_returned_first": Edited(
        "einsum",
        ("        h = np.tanh(", "        indices[t] = np.argmax(x)\n    return"),
        ("        indices[t] = np.argmax(x)\n        h = np.tanh(", "    return"),
        fits="x0 itself is not returned",
    ),
    "text_backwards": Edited("einsum", "indices[t] =", "indices[n - 1 - t] ="),
    "always_0": Edited("unusual", "        out[t] = k\n", ""),
    "first_drawn_left_out": Edited(
        "loops",
        ("zeros(n,", "range(n)", "return out"),
        ("zeros(n + 1,", "range(n + 1)", "return out[1:]"),
    ),
    "one_character_too_many": Edited(
        "einsum", ("zeros(n,", "range(n)"), ("zeros(n + 1,", "range(n + 1)")
    ),
    "one_character_missing": Edited("loops", "return out", "return out[:-1]"),
    "last_character_alone": Edited("loops", "return out", "return out[-1:]"),
    "one_hot_columns": Edited("einsum", "return indices", "return np.eye(K)[:, indices]"),
    "text_in_a_column": Edited("unusual", "return out", "return out.reshape(-1, 1)"),
    "kept_as_floats": Edited("einsum", ", dtype=np.intp", ""),
    "empty_text_of_floats": Edited(
        "loops",
        ("np.zeros(n, dtype=np.int64)", "out[t] = x", "return out"),
        ("[]", "out.append(x)", "return np.array(out)"),
    ),
    "counted_from_one": Edited("unusual", "out[t] = k", "out[t] = k + 1"),
    "one_index_below": Edited("loops", "out[t] = x", "out[t] = x - 1"),
    "last_character_never_drawn": Edited("unusual", "cdf[-1]", "cdf[-2]"),
    "first_character_never_drawn": Edited(
        "unusual", "rng.random() * cdf[-1]", "rng.uniform(cdf[0], cdf[-1])"
    ),
    "one_index_lower_in_a_circle": Edited("unusual", "out[t] = k", "out[t] = k = (k - 1) % K"),
    "one_index_higher_in_a_circle": Edited("loops", "out[t] = x", "out[t] = x = (x + 1) % K"),
    "likeliest_character_taken": Edited(
        "einsum", "rng.multinomial(1, p).astype(float)", "np.eye(K)[p.argmax()]"
    ),
    "drawn_uniformly": Edited("einsum", "multinomial(1, p)", "multinomial(1, np.ones(K) / K)"),
    "rank_from_the_likeliest": Edited(
        "einsum", "multinomial(1, p)", "multinomial(1, np.sort(p)[::-1])"
    ),
    "unlikely_ones_cut_off": Edited(
        "loops",
        "weight = [math.exp(s - top) for s in o]",
        "weight = [math.exp(s - top) if s - top > math.log(0.5) else 0.0 for s in o]",
    ),
    "weights_not_normalised": Edited("loops", "rng.random() * total", "rng.random()"),
    "no_character_twice_in_a_row": Edited(
        "loops", "        total = 0.0", "        weight[x] = 0.0\n        total = 0.0"
    ),
    "one_number_for_all": Edited(
        "unusual",
        ("    for t in", "rng.random() * "),
        ("    number = rng.random()\n    for t in", "number * "),
    ),
    "global_generator": Edited(
        "einsum",
        "rng.multinomial",
        "np.random.multinomial",
        fits="global random states are untouched",
    ),
    "new_generator_inside": Edited("unusual", "rng.random()", "np.random.default_rng().random()"),
    "generator_seeded_inside": Edited(
        "loops",
        "    x = int(x0)",
        "    x, rng = int(x0), np.random.default_rng(42)",
        fits="the generator is the only source",
    ),
    "copy_of_the_generator": Edited(
        "unusual",
        ("import numpy as np", "h, k = h0, x0"),
        ("import copy\n\nimport numpy as np", "h, k, rng = h0, x0, copy.deepcopy(rng)"),
    ),
    "state_not_carried": Edited(
        "unusual",
        'params["W"] @ h ',
        'params["W"] @ h0 ',
        fits="along a text each character follows from all before",
    ),
    "preactivation_carried": Edited(
        "unusual", ("np.tanh(", '["V"] @ h'), ("(", '["V"] @ np.tanh(h)')
    ),
    "logits_from_the_preactivation": Edited(
        "unusual", ("np.tanh(", "out[t] = k"), ("(", "out[t], h = k, np.tanh(h)")
    ),
    "drawn_before_reading": Edited(
        "loops",
        ("        h = new\n", "out[t] = x"),
        ("", "out[t], h = x, new"),
        fits="the first character follows",
    ),
    "state_never_computed": Edited("loops", "        h = new\n", ""),
    "tanh_missing": Edited("unusual", "np.tanh", ""),
    "sigmoid_in_place_of_tanh": Edited("loops", "math.tanh(a)", "1 / (1 + math.exp(-a))"),
    "relu_in_place_of_tanh": Edited("loops", "math.tanh(a)", "max(a, 0.0)"),
    "exp_in_place_of_tanh": Edited("einsum", "np.tanh", "np.exp"),
    "sin_in_place_of_tanh": Edited("unusual", "np.tanh", "np.sin"),
    "x0_read_twice": Edited(
        "unusual",
        "h, k = h0, x0",
        'h, k = np.tanh(params["W"] @ h0 + params["U"][:, [x0]] + params["b"]), x0',
    ),
    "h0_left_out": Edited("loops", "float(h0[i, 0])", "0.0"),
    "nothing_read_first": Edited("einsum", "np.eye(K)[:, x0]", "np.zeros(K)"),
    "character_0_read_first": Edited("loops", "int(x0)", "0"),
    "x0_read_at_every_step": Edited(
        "unusual", "[:, [k]]", "[:, [x0]]", fits="the second character follows from the first"
    ),
    "likeliest_read_next": Edited("unusual", "out[t] = k", "out[t], k = k, p.argmax()"),
    "ones_left_in_the_column": Edited(
        "einsum",
        ("x = rng.multinomial(1, p).astype(float)", "indices[t] = np.argmax(x)"),
        ("k = rng.multinomial(1, p).argmax()", "x[k], indices[t] = 1, k"),
    ),
    "probabilities_read_next": Edited(
        "einsum", "indices[t] = np.argmax(x)", "indices[t], x = np.argmax(x), p"
    ),
    "all_from_the_first_distribution": Edited(
        "unusual", 'h + params["U"][:, [k]]', 'h0 + params["U"][:, [x0]]'
    ),
    "drawn_again_for_reading": Edited("einsum", "np.argmax(x)", "np.argmax(rng.multinomial(1, p))"),
    "W_transposed": Edited("einsum", '"ij,j->i"', '"ji,j->i"'),
    "W_left_out": Edited("unusual", 'params["W"] @ h + ', ""),
    "W_subtracted": Edited("loops", "a += W", "a -= W"),
    "W_h_times_U_x": Edited("einsum", '+ np.einsum("ik', '* np.einsum("ik'),
    "row_of_U": Edited("loops", "U[i][x]", "U[x][i]"),
    "U_left_out": Edited("loops", "b[i] + U[i][x]", "b[i]"),
    "U_subtracted": Edited("einsum", '+ np.einsum("ik', '- np.einsum("ik'),
    "b_left_out": Edited("einsum", '            + params["b"][:, 0]\n', ""),
    "b_subtracted": Edited("loops", "a = b[i]", "a = -b[i]"),
    "b_multiplied": Edited(
        "unusual", ('(params["W"]', ' + params["b"]'), ('((params["W"]', ') * params["b"]')
    ),
    "b_times_U_x": Edited("unusual", '+ params["b"]', '* params["b"]'),
    "b_alone": Edited("unusual", 'params["W"] @ h + params["U"][:, [k]] + ', ""),
    "temperature_inside_tanh": Edited("loops", "math.tanh(a)", "math.tanh(a / temperature)"),
    "b_added_to_the_state": Edited("unusual", ' + params["b"])', ') + params["b"]'),
    "V_transposed": Edited("loops", "V[k][i]", "V[i][k]"),
    "tensors_exchanged": Edited("loops", "U, W, V =", "U, V, W ="),
    "another_tensor_used": Edited("unusual", 'params["W"]', 'params["V"]'),
    "c_left_out": Edited("loops", "s = c[k]", "s = 0.0"),
    "V_left_out": Edited("unusual", 'params["V"] @ h + ', ""),
    "c_subtracted": Edited("einsum", '+ params["c"]', '- params["c"]'),
    "c_multiplied": Edited("einsum", '+ params["c"]', '* params["c"]'),
    "signs_of_the_logits_turned": Edited("loops", "o.append(s /", "o.append(-s /"),
    "softmax_of_probabilities": Edited(
        "unusual", ("softmax((", " / temperature"), ("softmax(softmax((", ") / temperature")
    ),
    "softmax_twice": Edited("unusual", "lower @ p", "lower @ softmax(p)"),
    "only_the_first_step_tempered": Edited("unusual", "out[t] = k", "out[t], temperature = k, 1.0"),
    "first_step_not_tempered": Edited(
        "einsum", "/ temperature", "/ (temperature if t > 0 else 1.0)"
    ),
    "logits_times_temperature": Edited(
        "einsum", "/ temperature", "* temperature", fits="temperature divides the logits"
    ),
    "temperature_without_effect": Edited(
        "unusual", " / temperature)", ") / temperature", fits="temperature divides the logits"
    ),
    "only_c_divided": Edited(
        "loops",
        ("c[k]", "s / temperature"),
        ("c[k] / temperature", "s"),
        fits="temperature divides the logits",
    ),
    "only_Vh_divided": Edited(
        "loops", ("V[k][i] * h[i]", "s / temperature"), ("V[k][i] * h[i] / temperature", "s")
    ),
    "tempered_again_at_each_step": Edited("einsum", "/ temperature", "/ temperature ** (t + 1)"),
    "temperature_squared": Edited("loops", "exp(s - top)", "exp((s - top) / temperature)"),
    "wrong_default_temperature": Edited("einsum", "temperature=1.0", "temperature=0.5"),
    "h0_overwritten": Edited(
        "einsum", "h = np.tanh(", "h[:] = np.tanh(", fits="arguments are left unchanged"
    ),
    "params_changed": Edited(
        "unusual",
        ("    h, k = h0, x0", " / temperature"),
        (
            '    params["V"] /= temperature\n    params["c"] /= temperature\n    h, k = h0, x0',
            "",
        ),
    ),
}
