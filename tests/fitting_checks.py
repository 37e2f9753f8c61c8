"""For each known mistake, a check that rejects it and whose name says the same thing.

The names are given by their beginnings; the second list of a room is for all mistakes that
are not in its first.
"""

from lessons.checking.contract import LESSONS
from lessons.checking.mistakes import mistakes_of

PARTICULAR = {
    "01_encoding": {
        "unknown_character_as_KeyError": "encode names a character",
        "unknown_characters_left_out": "encode names a character",
        "unknown_character_as_0": "encode names a character",
        "empty_text_as_floats": "an empty text encodes to no indices",
        "stored_in_a_byte": "encode gives each character its index",
        "vocabulary_of_the_text_itself": "encode uses the map as it is given",
        "values_by_position": "decode takes an encoded text back",
        "indices_not_checked": "one hot refuses indices outside",
        "negative_indices_wrapped": "one hot refuses indices outside",
        "column_of_zeros_outside": "one hot refuses indices outside",
        "steps_in_rows": "one hot has a one in the row",
        "whole_rows_filled": "one hot has a one in the row",
    },
    "02_forward": {
        "over_rows": "softmax of a column does not depend",
        "over_everything": "softmax of a column does not depend",
        "nothing_subtracted": "softmax is finite and right for huge",
        "maximum_of_everything_subtracted": "softmax of a column does not depend",
        "maximum_of_rows_subtracted": "softmax agrees with exponentials",
        "logits_clipped": "softmax is finite and right for huge",
        "h0_ignored": "H starts with h0",
        "h0_at_every_step": "a window split in two",
        "h0_in_the_last_column": "H starts with h0",
        "input_of_the_step_before": "a character changes nothing before",
        "A_after_tanh": "H starts with h0 and goes on with tanh",
    },
    "03_loss": {
        "summed_over_all_entries": "probability zero elsewhere costs nothing",
        "mean_over_steps": "the loss of a window is the sum",
        "epsilon_inside_the_log": "probability zero on the target costs infinity",
        "probabilities_clipped": "probability zero on the target costs infinity",
        "sign_missing": "the loss is never negative",
        "log_of_the_sum": "the loss of a window is the sum",
        "largest_probability": "only the probability of the target matters",
        "P_and_Y_exchanged": "only the probability of the target matters",
        "h0_ignored": "the cost of a window is the sum of its halves",
        "inputs_as_targets": "cost agrees with",
        "targets_read": "cost agrees with",
        "softmax_twice": "a confident wrong answer costs its gap",
    },
    "04_backward": {
        "sign_turned": "output gradient is P minus Y",
        "divided_by_T": "output gradient is P minus Y",
        "slope_of_softmax_again": "the columns of the output gradient sum to zero",
        "dW_with_the_states_after": "one step from a zero state leaves dW zero",
        "dW_without_h0": "all gradients agree with the complex step",
        "dW_transposed": "all gradients agree with the complex step",
        "dV_with_the_states_before": "dV and dc add up",
        "dU_overwritten_by_repeated_characters": "columns of dU belong",
        "bias_gradients_as_means": "the columns of dU sum to db",
        "only_step_0_left": "dV and dc add up",
        "clipped_inside": "large gradients are not clipped",
    },
    "05_gradcheck": {
        "forward_difference": "differences are central",
        "divided_by_one_step": "linear functions are differentiated exactly",
        "step_ignored": "differences are central and use step as given",
        "step_relative_to_the_entry": "differences are central and use step as given",
        "step_added_back": "params come back bit for bit",
        "params_not_restored": "params come back bit for bit",
        "only_the_first_tensor": "linear functions are differentiated exactly",
        "whole_tensors_moved": "every entry is moved alone",
        "floor_added": "relative error uses floor as given",
        "floor_ignored": "relative error uses floor as given",
    },
    "06_adagrad": {
        "clipped_by_norm": "clip leaves what is within the limit",
        "clipped_only_above": "clip brings every entry within the limit",
        "clipped_in_place": "arguments are left unchanged (clip)",
        "unclipped_arrays_not_copied": "clip returns new arrays",
        "memory_of_the_first_call": "no two memories are the same array",
        "memory_shared_by_equal_shapes": "no two memories are the same array",
        "eps_outside_the_root": "eps stands inside the root",
        "memory_replaced": "the memory grows with every step",
        "params_rebound": "arrays are updated in place",
        "memory_rebound": "arrays are updated in place",
        "eta_ignored": "the defaults of eta and eps",
        "clipped_inside": "the step does not clip",
    },
    "07_sampling": {
        "x0_returned_first": "x0 itself is not returned",
        "state_not_carried": "along a text each character follows from all before",
        "x0_read_at_every_step": "the second character follows from the first",
        "drawn_before_reading": "the first character follows",
        "logits_times_temperature": "temperature divides the logits",
        "temperature_without_effect": "temperature divides the logits",
        "only_c_divided": "temperature divides the logits",
        "generator_seeded_inside": "the generator is the only source",
        "global_generator": "global random states are untouched",
        "h0_overwritten": "arguments are left unchanged",
    },
    "08_training": {
        "variance_as_deviation": "initialise draws with the spread",
        "uniform_weights": "initialise draws from a normal",
        "random_biases": "initialise sets biases to zero",
        "state_reset_at_each_window": "the loss is that of the window before",
        "state_not_reset_at_epochs": "h is the state that the window ends in",
        "memory_reset_at_epochs": "each update is one of adagrad",
        "smoothed_loss_reset_at_epochs": "the smoothed loss goes on",
        "smoothed_loss_from_a_uniform_guess": "the smoothed loss goes on",
        "step_restarts_at_epochs": "step counts through",
        "gradients_not_clipped": "gradients are clipped at 5",
        "last_window_left_out": "windows start at 0",
        "windows_too_far_apart": "windows start at 0",
        "shorter_window_at_the_end": "windows start at 0",
        "params_copied": "params are updated in place",
        "all_updates_at_once": "params are updated in place and one step at a time",
        "one_h_for_all_steps": "later steps do not change an earlier h",
        "best_params_share_the_arrays": "best params are those just after",
        "best_by_the_loss": "best loss is the smallest smoothed loss",
        "best_params_from_before_the_update": "best params are those just after",
        "losses_not_smoothed": "train keeps the smoothed losses",
        "options_not_handed_on": "train keeps the smoothed losses",
    },
}
GENERAL = {
    "01_encoding": "characters are numbered in code point order",
    "02_forward": "A H and P agree",
    "03_loss": "cross entropy is minus log",
    "04_backward": "preactivation gradient follows the recursion",
    "05_gradcheck": "relative error is the formula",
    "06_adagrad": "a step agrees with the formula",
    "07_sampling": "the first character follows",
    "08_training": "the loss is that of the window before its update",
}
FITTING = {
    room: {
        entry.name: PARTICULAR[room].get(entry.name, GENERAL[room])
        for entry in mistakes_of(LESSONS[room])
    }
    for room in GENERAL
}
