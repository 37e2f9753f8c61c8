"""The known mistakes of lesson 3, as edits of right answers."""

from tests.edits import Edited, Row

# checks that several mistakes fit
INFINITE = "probability zero on the target costs infinity"
SUM = "the loss of a window is the sum"
TARGET_ALONE = "only the probability of the target matters"

# what is replaced most often
LOG_OF_TARGETS = 'np.log(np.einsum("ij,ji->i", Y.T, P))'  # einsum
TARGETS = "np.diagonal(rows)"  # unusual
IS_TARGET = "if Y[k, t] == 1:"  # loops
LOG = "math.log(P[k, t])"
RETURN = "return total"
FORWARD = "forward(params, X, h0)"


def without(name: str) -> Edited:
    """One of the params left out."""
    return Edited(
        "loops", FORWARD, FORWARD.replace("params", f'params | {{"{name}": 0 * params["{name}"]}}')
    )


EDITS: dict[str, Row] = {
    # cross_entropy
    "summed_over_all_entries": Edited(
        "einsum",
        LOG_OF_TARGETS,
        'np.einsum("ij,ij", Y, np.log(P))',
        fits="probability zero elsewhere costs nothing",
    ),
    "mean_over_steps": Edited("loops", RETURN, "return total / T", fits=SUM),
    "divided_by_K": Edited("loops", RETURN, "return total / K"),
    "mean_over_all_entries": Edited("loops", RETURN, "return total / Y.size"),
    "divided_by_log_K": Edited("loops", RETURN, "return total / math.log(K)"),
    "only_the_last_step": Edited(
        "loops",
        ("total += math.inf", "total -= math.log"),
        ("total = math.inf", "total = -math.log"),
    ),
    "only_the_first_step": Edited("loops", "    return total", "        return total"),
    "first_step_left_out": Edited("loops", "range(T)", "range(1, T)"),
    "last_step_left_out": Edited("loops", "range(T)", "range(T - 1)"),
    "only_the_cheapest_step": Edited("unusual", ".sum() * -1", ".max() * -1"),
    "product_of_the_logs": Edited("unusual", ".sum() * -1", ".prod() * -1"),
    "perplexity": Edited("loops", RETURN, "return math.exp(total / T)"),
    "in_bits": Edited("loops", LOG, "math.log2(P[k, t])"),
    "to_base_10": Edited("einsum", "np.log", "np.log10"),
    "log_of_one_more": Edited("einsum", "np.log", "np.log1p"),
    "one_minus_p": Edited("unusual", f"np.log({TARGETS}).sum() * -1", f"(1 - {TARGETS}).sum()"),
    "one_over_p": Edited("loops", "total -= math.log(P[k, t])", "total += 1 / P[k, t]"),
    "exp_for_log": Edited("einsum", "np.log", "np.exp"),
    "target_of_probability_0_skipped": Edited("loops", "total += math.inf", "pass"),
    "infinity_replaced": Edited("loops", "math.inf", "1.7976931348623157e308"),
    "epsilon_inside_the_log": Edited("einsum", "Y.T, P)", "Y.T, P) + 1e-8", fits=INFINITE),
    "probabilities_clipped": Edited(
        "unusual",
        TARGETS,
        f"{TARGETS}.clip(1e-12)",
        fits=INFINITE,
    ),
    "clipped_on_both_sides": Edited("unusual", "rows = P[", "rows = P.clip(1e-8, 1 - 1e-8)["),
    "log_of_the_sum": Edited("einsum", "ji->i", "ji->", fits=SUM),
    "added_up_by_character": Edited("einsum", "ji->i", "ji->j"),
    "largest_probability": Edited(
        "unusual",
        "P[Y.argmax(axis=0)]",
        "P[P.argmax(axis=0)]",
        fits=TARGET_ALONE,
    ),
    "every_character": Edited("einsum", LOG_OF_TARGETS, "np.log(P)"),
    "entropy_of_the_guess": Edited("einsum", LOG_OF_TARGETS, "P * np.log(P)"),
    "every_step_with_every_target": Edited(
        "einsum", LOG_OF_TARGETS, 'np.einsum("i,ij", Y.sum(axis=1), np.log(P))'
    ),
    "P_times_itself": Edited("einsum", "Y.T, P", "P.T, P"),
    "targets_one_step_on": Edited("unusual", TARGETS, "np.diagonal(rows, -1)"),
    "targets_in_reverse": Edited("loops", IS_TARGET, "if Y[k, -1 - t] == 1:"),
    "P_and_Y_exchanged": Edited(
        "einsum",
        LOG_OF_TARGETS,
        'np.einsum("ij,ij", P, np.log(Y))',
        fits=TARGET_ALONE,
    ),
    "binary_cross_entropy": Edited("einsum", LOG_OF_TARGETS, "np.log(P**Y * (1 - P) ** (1 - Y))"),
    "only_the_other_characters": Edited("loops", IS_TARGET, "if Y[k, t] == 0:"),
    "columns_made_to_sum_to_one": Edited("einsum", "Y.T, P", "Y.T, P / P.sum(axis=0)"),
    "labels_smoothed": Edited(
        "einsum", LOG_OF_TARGETS, 'np.einsum("ij,ij", 0.9 * Y + 0.1 / len(Y), np.log(P))'
    ),
    "squared_error": Edited(
        "einsum", f"-np.sum({LOG_OF_TARGETS})", 'np.einsum("ij,ij", P - Y, P - Y)'
    ),
    "absolute_error": Edited("unusual", f"np.log({TARGETS}).sum() * -1", "np.abs(Y - P).sum()"),
    "sign_missing": Edited("unusual", " * -1", "", fits="the loss is never negative"),
    "multiplied_by_a_number": Edited("loops", RETURN, "return total / 2"),
    "nothing_added_up": Edited("einsum", "Y.T, P", "Y.T, Y"),
    "infinite_throughout": Edited("einsum", "ji->i", "ji->ij"),
    # cost
    "h0_ignored": Edited(
        "einsum", "h0=h0", "h0=0 * h0", fits="the cost of a window is the sum of its halves"
    ),
    "inputs_as_targets": Edited("einsum", "Y=Y", "Y=X", fits="cost agrees with"),
    "targets_read": Edited("einsum", "X=X", "X=Y", fits="cost agrees with"),
    "X_and_Y_exchanged": Edited("unusual", "cost(params, X, Y, h0)", "cost(params, Y, X, h0)"),
    "targets_shifted_again": Edited("einsum", "Y=Y", "Y=np.hstack((Y[:, 1:], Y[:, :1]))"),
    "softmax_twice": Edited(
        "unusual",
        ("import forward", f"{FORWARD}[0]"),
        ("import forward, softmax", f"softmax({FORWARD}[0])"),
        fits="a confident wrong answer costs its gap",
    ),
    "state_not_carried": Edited(
        "loops",
        f"cross_entropy({FORWARD}[0], Y)",
        "sum(cross_entropy(forward(params, X[:, [t]], h0)[0], Y[:, [t]]) "
        "for t in range(X.shape[1]))",
    ),
    "b_forgotten": without("b"),
    "c_forgotten": without("c"),
    "X_in_the_place_of_P": Edited("loops", f"{FORWARD}[0]", "X"),
    "squares_of_the_weights_added": Edited(
        "unusual",
        f"{FORWARD}[0], Y)",
        f'{FORWARD}[0], Y) + 0.01 * sum((params[name] ** 2).sum() for name in "UWV")',
    ),
}
