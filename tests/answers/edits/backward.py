"""The known mistakes of lesson 4, as edits of right answers."""

from tests.edits import Edited, Row

# of output_gradient in loops
P_MINUS_Y = "float(P[k, t]) - float(Y[k, t])"

OUTPUT: dict[str, Row] = {
    "sign_turned": Edited(
        "unusual", "(P[::-1], Y[::-1])", "(Y[::-1], P[::-1])", fits="output gradient is P minus Y"
    ),
    "divided_by_T": Edited(
        "loops", P_MINUS_Y, f"({P_MINUS_Y}) / T", fits="output gradient is P minus Y"
    ),
    "slope_of_softmax_again": Edited(
        "loops",
        P_MINUS_Y,
        f"({P_MINUS_Y}) * P[k, t] * (1 - P[k, t])",
        fits="the columns of the output gradient sum to zero",
    ),
    "all_zero": Edited("loops", "float(Y[k, t])", "float(P[k, t])"),
    "target_added": Edited("einsum", "P) - Y", "P) + Y"),
    "target_not_subtracted": Edited("loops", P_MINUS_Y, "float(P[k, t])"),
    "gradient_by_the_probabilities": Edited("loops", P_MINUS_Y, "-float(Y[k, t]) / float(P[k, t])"),
    "one_subtracted_everywhere": Edited("loops", "float(Y[k, t])", "1"),
    "likeliest_for_the_target": Edited("loops", "float(Y[k, t])", "(k == P[:, t].argmax())"),
    "only_the_targets": Edited("loops", "G[k, t] =", "if Y[k, t]:\n                G[k, t] ="),
    "twice": Edited("unusual", "np.subtract(", "2 * np.subtract("),
    "divided_by_K": Edited("loops", P_MINUS_Y, f"({P_MINUS_Y}) / K"),
}

# of preactivation_gradient in loops, and the step in unusual: later = (OWN + BACK) * SLOPE
SQUARE = "h[i][t + 1] * h[i][t + 1]"
STEPS = "range(T - 1, -1, -1)"
OWN = 'params["V"].T @ G[:, t]'
BACK = 'params["W"].T @ later'
SLOPE = "(1 - H[:, t + 1] ** 2)"
STEP = f"({OWN} + {BACK}) * {SLOPE}"
TWO_LINES = (f"later = {STEP}", "backwards[:, s] = later")

HIDDEN: dict[str, Row] = {
    "carried_through_W_untransposed": Edited("loops", "W[j][i]", "W[i][j]"),
    "nothing_carried": Edited("unusual", f" + {BACK}", ""),
    "slope_missing": Edited("unusual", f" * {SLOPE}", ""),
    "slope_at_the_state_before": Edited("unusual", "H[:, t + 1]", "H[:, t]"),
    "tanh_taken_twice": Edited("loops", SQUARE, "np.tanh(h[i][t + 1]) ** 2"),
    "slope_with_twice_h": Edited("loops", SQUARE, "2 * h[i][t + 1]"),
    "slope_with_its_sign_turned": Edited("loops", f"1.0 - {SQUARE}", f"{SQUARE} - 1.0"),
    "slope_without_the_square": Edited("loops", SQUARE, "h[i][t + 1]"),
    "slope_with_a_plus": Edited("einsum", "1.0 - np.einsum", "1.0 + np.einsum"),
    "slope_of_the_sigmoid": Edited("loops", f"(1.0 - {SQUARE})", f"(h[i][t + 1] - {SQUARE})"),
    "slope_squared_as_a_whole": Edited("unusual", "t + 1] ** 2)", "t + 1]) ** 2"),
    "square_in_place_of_the_slope": Edited("einsum", "1.0 - np.einsum", "np.einsum"),
    "tanh_in_place_of_the_slope": Edited("unusual", SLOPE, "H[:, t + 1]"),
    "slope_divided_by": Edited("unusual", f"* {SLOPE}", f"/ {SLOPE}"),
    "slope_before_the_carried_part": Edited("unusual", STEP, f"{OWN} * {SLOPE} + {BACK}"),
    "slope_for_the_carried_part_only": Edited("unusual", STEP, f"{OWN} + {BACK} * {SLOPE}"),
    "carried_part_only": Edited("loops", "if t < T - 1:", "if t < T - 1:\n                s = 0.0"),
    "carried_part_subtracted": Edited("loops", "s += W", "s -= W"),
    "gradient_by_the_state_carried": Edited(
        "unusual", TWO_LINES, (f"later = {OWN} + {BACK}", f"backwards[:, s] = later * {SLOPE}")
    ),
    "carried_one_step_only": Edited(
        "unusual", TWO_LINES, (f"backwards[:, s] = {STEP}", f"later = {OWN} * {SLOPE}")
    ),
    "carried_without_W": Edited("unusual", BACK, "later"),
    "carried_parts_pile_up": Edited(
        "unusual",
        ("later = np.zeros(m)", f"later = {STEP}"),
        (
            "later = pile = np.zeros(m)",
            f"pile = pile + {BACK}\n        later = ({OWN} + pile) * {SLOPE}",
        ),
    ),
    "sign_of_what_the_output_sends": Edited("unusual", "return backwards", "return -backwards"),
    "first_step_not_reached": Edited("loops", STEPS, "range(T - 1, 0, -1)"),
    "last_step_not_reached": Edited("loops", STEPS, "range(T - 2, -1, -1)"),
    "only_the_last_step_reached": Edited("einsum", "range(T - 2, -1, -1)", "range(T - 2, -1)"),
    "no_step_reached": Edited("loops", STEPS, "range(T - 1, -1)"),
    "from_first_to_last": Edited(
        "unusual", ("t = T - 1 - s", "backwards[:, ::-1]"), ("t = s", "backwards")
    ),
    "recursion_starts_from_ones": Edited("unusual", "later = np.zeros(m)", "later = np.ones(m)"),
    "gradient_by_the_state_returned": Edited(
        "unusual",
        TWO_LINES,
        (f"backwards[:, s] = {OWN} + {BACK}", f"later = backwards[:, s] * {SLOPE}"),
    ),
    "columns_in_the_order_of_the_loop": Edited("unusual", "backwards[:, ::-1]", "backwards"),
    "clipped_on_the_way": Edited(
        "unusual", "backwards[:, ::-1]", "np.clip(backwards[:, ::-1], -5, 5)"
    ),
    "divided_by_the_number_of_steps": Edited("loops", "np.array(D)", "np.array(D) / T"),
    "only_what_the_output_sends": Edited("einsum", "return D", "return heard"),
}

# of backward in loops: the gradient by a state, where each gradient is added to, and the loops
DH = "d[i][t] / (1 - h[i][t + 1] ** 2)"
ADDED = (
    "if x[k][t]:\n                    dU[i][k] +=",
    "dW[i][j] +=",
    "dV[k][i] +=",
    "db[i][0] +=",
    "dc[k][0] +=",
)
WRITTEN = ("dU[i][k] =", "dW[i][j] =", "dV[k][i] =", "db[i][0] =", "dc[k][0] =")
FORWARDS = ("for t in range(T):\n            db", "for t in range(T):\n            dc")
BACKWARDS = (
    "for t in reversed(range(T)):\n            db",
    "for t in reversed(range(T)):\n            dc",
)
# of backward in einsum
U = 'np.einsum("it,kt->ik", D, X)'
W = 'np.einsum("it,jt->ij", D, H[:, :-1])'
V = 'np.einsum("kt,it->ki", G, H[:, 1:])'
B = 'np.einsum("it->i", D)[:, None]'
C = 'np.einsum("kt->k", G)[:, None]'

GRADIENTS: dict[str, Row] = {
    "dU_left_at_zero": Edited("loops", "dU[i][k] +=", "dU[i][k] =="),
    "dW_left_at_zero": Edited("loops", "dW[i][j] +=", "dW[i][j] =="),
    "dV_left_at_zero": Edited("loops", "dV[k][i] +=", "dV[k][i] =="),
    "db_left_at_zero": Edited("loops", "db[i][0] +=", "db[i][0] =="),
    "dc_left_at_zero": Edited("loops", "dc[k][0] +=", "dc[k][0] =="),
    "dU_as_a_mean": Edited("loops", "np.array(dU)", "np.array(dU) / T"),
    "dW_as_a_mean": Edited("loops", "np.array(dW)", "np.array(dW) / T"),
    "dV_as_a_mean": Edited("loops", "np.array(dV)", "np.array(dV) / T"),
    "db_as_a_mean": Edited(
        "unusual", "D.sum(axis=1)", "D.mean(axis=1)", fits="the columns of dU sum to db"
    ),
    "dc_as_a_mean": Edited("unusual", "G.sum(axis=1)", "G.mean(axis=1)", fits="dV and dc add up"),
    "dU_of_the_last_step": Edited("einsum", U, "np.outer(D[:, -1], X[:, -1])"),
    "dW_of_the_last_step": Edited("loops", "dW[i][j] +=", "dW[i][j] ="),
    "dV_of_the_last_step": Edited("loops", "dV[k][i] +=", "dV[k][i] ="),
    "db_of_the_last_step": Edited("loops", "db[i][0] +=", "db[i][0] ="),
    "dc_of_the_last_step": Edited("loops", "dc[k][0] +=", "dc[k][0] ="),
    "dU_of_the_first_step": Edited("einsum", U, "np.outer(D[:, 0], X[:, 0])"),
    "dW_of_the_first_step": Edited("einsum", W, "np.outer(D[:, 0], H[:, 0])"),
    "dV_of_the_first_step": Edited("einsum", V, "np.outer(G[:, 0], H[:, 1])"),
    "db_of_the_first_step": Edited("einsum", B, "D[:, :1].copy()"),
    "dc_of_the_first_step": Edited("einsum", C, "G[:, :1].copy()"),
    "dU_from_the_gradient_by_the_states": Edited(
        "loops", "dU[i][k] += d[i][t]", f"dU[i][k] += {DH}"
    ),
    "dW_from_the_gradient_by_the_states": Edited(
        "loops", "dW[i][j] += d[i][t]", f"dW[i][j] += {DH}"
    ),
    "db_from_the_gradient_by_the_states": Edited(
        "loops", "db[i][0] += d[i][t]", f"db[i][0] += {DH}"
    ),
    "db_as_the_largest": Edited("unusual", "D.sum(axis=1)", "D.max(axis=1)"),
    "dc_as_the_largest": Edited("unusual", "G.sum(axis=1)", "G.max(axis=1)"),
    "dW_with_the_states_after": Edited(
        "einsum",
        "D, H[:, :-1])",
        "D, H[:, 1:])",
        fits="one step from a zero state leaves dW zero",
    ),
    "dW_without_h0": Edited(
        "loops",
        "dW[i][j] +=",
        "dW[i][j] += (t > 0) *",
        fits="all gradients agree with the complex step",
    ),
    "dW_transposed": Edited(
        "einsum", '"it,jt->ij"', '"it,jt->ji"', fits="all gradients agree with the complex step"
    ),
    "dV_with_the_states_before": Edited(
        "loops", "g[k][t] * h[i][t + 1]", "g[k][t] * h[i][t]", fits="dV and dc add up"
    ),
    "dV_with_the_probabilities": Edited("einsum", "G, H[:, 1:])", "P, H[:, 1:])"),
    "dc_without_the_targets": Edited("einsum", '"kt->k", G', '"kt->k", P'),
    "dU_overwritten_by_repeated_characters": Edited(
        "loops", "dU[i][k] +=", "dU[i][k] =", fits="columns of dU belong"
    ),
    "dU_overwritten_on_the_way_back": Edited(
        "loops", (FORWARDS[0], "dU[i][k] +="), (BACKWARDS[0], "dU[i][k] =")
    ),
    "dU_one_step_late": Edited(
        "loops", ("x[k][t]:\n", "x[k][t]\n"), ("x[k][t - 1]:\n", "x[k][t - 1]\n")
    ),
    "dU_with_the_targets": Edited("einsum", "D, X)", "D, Y)"),
    "inputs_as_targets": Edited("einsum", "G = output_gradient(P, Y)", "G = output_gradient(P, X)"),
    "only_step_0_left": Edited(
        "loops", (*ADDED, *FORWARDS), (*WRITTEN, *BACKWARDS), fits="dV and dc add up"
    ),
    "only_the_last_step_left": Edited("loops", ADDED, WRITTEN),
    "clipped_inside": Edited(
        "unusual",
        "return {",
        "pool = pool.clip(-5, 5)\n    return {",
        fits="large gradients are not clipped",
    ),
    "clipped_to_another_limit": Edited(
        "unusual", "return {", "pool = pool.clip(-2, 2)\n    return {"
    ),
    "clipped_by_norm": Edited(
        "unusual", "return {", "pool *= min(1, 5 / np.linalg.norm(pool))\n    return {"
    ),
    "X_and_Y_exchanged": Edited(
        "einsum", "backward(params, X, Y, P, H):", "backward(params, Y, X, P, H):"
    ),
}

EDITS: dict[str, Row] = {**OUTPUT, **HIDDEN, **GRADIENTS}
