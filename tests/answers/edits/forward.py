"""The known mistakes of lesson 2, as edits of right answers."""

from tests.edits import Edited, Row

ONE_COLUMN = "softmax of a column does not depend"
HUGE = "softmax is finite and right for huge"
STARTS = "H starts with h0"

EDITS: dict[str, Row] = {
    "over_rows": Edited(
        "einsum",
        ("np.max(O, axis=0)", '"kt,t->kt"', '"kt->t"'),
        ("np.max(O, axis=1)[:, None]", '"kt,k->kt"', '"kt->k"'),
        fits=ONE_COLUMN,
    ),
    "over_everything": Edited(
        "unusual", ("O.max(axis=0)", "P.sum(axis=0)"), ("O.max()", "P.sum()"), fits=ONE_COLUMN
    ),
    "sum_along_rows": Edited("einsum", ('"kt,t->kt"', '"kt->t"'), ('"kt,k->kt"', '"kt->k"')),
    "sum_over_all_columns": Edited("unusual", "P.sum(axis=0)", "P.sum()"),
    "nothing_subtracted": Edited("einsum", "O - np.max(O, axis=0)", "O", fits=HUGE),
    "multiplied_by_the_maximum": Edited("unusual", "O - O.max", "O * O.max"),
    "minimum_subtracted": Edited("unusual", "O.max", "O.min"),
    "mean_subtracted": Edited("einsum", "np.max", "np.mean"),
    "subtracted_from_the_maximum": Edited(
        "einsum", "O - np.max(O, axis=0)", "np.max(O, axis=0) - O"
    ),
    "maximum_of_everything_subtracted": Edited("einsum", "O, axis=0", "O", fits=ONE_COLUMN),
    "maximum_of_rows_subtracted": Edited(
        "unusual",
        "O.max(axis=0)",
        "O.max(axis=1, keepdims=True)",
        fits="softmax agrees with exponentials",
    ),
    "maximum_alone": Edited("unusual", "O - O.max", "O.max"),
    "divided_by_the_largest_size": Edited("einsum", "O - np.max(O,", "O / np.max(np.abs(O),"),
    "sign_of_the_logits_turned": Edited("loops", "K, T = O.shape", "O, (K, T) = -O, O.shape"),
    "powers_of_two": Edited("unusual", "np.exp", "np.exp2"),
    "no_exponential": Edited("einsum", "np.exp(O - np.max(O, axis=0))", "O"),
    "not_divided_by_the_sum": Edited("loops", " / total", ""),
    "multiplied_by_the_sum": Edited("loops", "/ total", "* total"),
    "divided_by_the_sum_of_the_logits": Edited("einsum", '"kt->t", E', '"kt->t", O'),
    "divided_by_the_length": Edited("unusual", "P.sum(axis=0)", "np.linalg.norm(P, axis=0)"),
    "maximum_subtracted_above_only": Edited("einsum", '"kt->t", E', '"kt->t", np.exp(O)'),
    "last_column_left_at_zero": Edited(
        "loops", "range(T):\n        top", "range(T - 1):\n        top"
    ),
    "left_at_zero": Edited("loops", "P[k, t] = ", "probability = "),
    "nan_throughout": Edited("einsum", "np.exp", "np.log"),
    "small_number_below": Edited("loops", "total = 0.0", "total = 1e-8"),
    "logits_clipped": Edited("unusual", "O - O.max(axis=0)", "np.clip(O, -500, 500)", fits=HUGE),
    "log_softmax": Edited(
        "loops",
        "P[k, t] = math.exp(float(O[k, t]) - top) / total",
        "P[k, t] = float(O[k, t]) - top - math.log(total)",
    ),
    "sigmoid_of_each_entry": Edited(
        "einsum",
        'np.einsum("kt,t->kt", E, 1.0 / np.einsum("kt->t", E))',
        "1.0 / (1.0 + np.exp(-O))",
    ),
    "b_forgotten": Edited("loops", "a = b[i][0]", "a = 0.0"),
    "b_twice": Edited("loops", "A[i, t] = a", "a += b[i][0]\n            A[i, t] = a"),
    "b_subtracted": Edited("einsum", '+ np.einsum("ij->i", b)', '- np.einsum("ij->i", b)'),
    "bias_of_unit_0_for_all": Edited("loops", "b[i][0]", "b[0][0]"),
    "c_forgotten": Edited("loops", "o = c[k][0]", "o = 0.0"),
    "c_twice": Edited("loops", "O[k, t] = o", "O[k, t] = o + c[k][0]"),
    "c_subtracted": Edited("einsum", "+ c", "- c"),
    "tanh_of_the_logits": Edited("loops", "O[k, t] = o", "O[k, t] = math.tanh(o)"),
    "W_transposed": Edited("loops", "W[i][j]", "W[j][i]"),
    "W_forgotten": Edited("unusual", 'params["W"] @ H[:, t] + ', ""),
    "h0_at_every_step": Edited("loops", "float(H[i, t])", "h0[i, 0]", fits="a window split in two"),
    "state_one_step_late": Edited("loops", "H[i, t])", "H[i, max(t - 1, 0)])"),
    "preactivation_carried": Edited("einsum", "W, H[:, t]", "W, A[:, t - 1] if t else H[:, 0]"),
    "h0_ignored": Edited("unusual", "    H[:, 0] = h0[:, 0]\n", "", fits=STARTS),
    "h0_only_stored": Edited(
        "unusual",
        ("    H[:, 0] = h0[:, 0]\n", "    return softmax"),
        ("", "    H[:, 0] = h0[:, 0]\n    return softmax"),
    ),
    "h0_not_stored": Edited(
        "einsum",
        ('    H[:, 0] = np.einsum("ij->i", h0)\n', "W, H[:, t]"),
        ("", "W, H[:, t] if t else h0[:, 0]"),
    ),
    "input_of_the_step_before": Edited(
        "einsum", "X[:, t]", "X[:, t - 1]", fits="a character changes nothing before"
    ),
    "inputs_in_reverse": Edited("unusual", "X[:, t]", "X[:, T - 1 - t]"),
    "input_forgotten": Edited("unusual", ' + params["U"] @ X[:, t]', ""),
    "no_tanh": Edited("loops", "math.tanh(a)", "a"),
    "relu_for_tanh": Edited("loops", "math.tanh(a)", "max(0.0, a)"),
    "tanh_of_the_recurrent_part": Edited(
        "unusual",
        "np.tanh(A[:, t])",
        'np.tanh(params["W"] @ H[:, t]) + params["U"] @ X[:, t] + params["b"][:, 0]',
    ),
    "sigmoid_for_tanh": Edited("loops", "math.tanh(a)", "1 / (1 + math.exp(-a))"),
    "tanh_twice": Edited("loops", "math.tanh(a)", "math.tanh(math.tanh(a))"),
    "states_left_at_zero": Edited("einsum", "        H[:, t + 1] = np.tanh(A[:, t])\n", ""),
    "A_left_at_zero": Edited("einsum", "A[:, t] = (", "a = ("),
    "another_function_for_tanh": Edited("loops", "math.tanh(a)", "math.sin(a)"),
    "logits_from_the_state_before": Edited("loops", "* now[i]", "* previous[i]"),
    "logits_from_the_preactivations": Edited("unusual", "H[:, 1:]", "A"),
    "logits_returned": Edited("loops", "return softmax(O)", "return O"),
    "softmax_twice": Edited("loops", "return softmax(O)", "return softmax(softmax(O))"),
    "P_in_reverse": Edited("loops", "O[k, t] = o", "O[k, T - 1 - t] = o"),
    "h0_in_the_last_column": Edited(
        "unusual",
        ("H[:, 0] = h0", "@ H[:, t]", "H[:, t + 1] =", "H[:, 1:]"),
        ("H[:, -1] = h0", "@ H[:, t - 1]", "H[:, t] =", "H[:, :-1]"),
        fits=STARTS,
    ),
    "H_in_reverse": Edited("einsum", "H, A\n", "H[:, ::-1], A\n"),
    "H_all_the_last_state": Edited("loops", "H, A\n", "np.hstack([H[:, -1:]] * (T + 1)), A\n"),
    "H_before_tanh": Edited(
        "loops",
        ("previous = [float(H[i, t])", "H[i, t + 1] = now[i]"),
        ("previous = now if t else [h0[i, 0]", "H[i, t + 1] = a"),
    ),
    "A_after_tanh": Edited(
        "loops",
        "A[i, t] = a",
        "A[i, t] = math.tanh(a)",
        fits="H starts with h0 and goes on with tanh",
    ),
    "A_without_b": Edited(
        "unusual",
        (' + params["b"][:, 0]', "np.tanh(A[:, t])"),
        ("", 'np.tanh(A[:, t] + params["b"][:, 0])'),
    ),
    "state_in_its_own_column": Edited("unusual", "H[:, t + 1]", "H[:, t]"),
    "only_the_last_state_stored": Edited("einsum", "        H[:, t + 1]", "    H[:, t + 1]"),
}
