"""Known mistakes in lesson 3: cross-entropy, and the cost of a window."""

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, of_values
from reference.forward import forward, softmax
from reference.loss import cross_entropy as right_cross_entropy


def surprise(
    P,
    Y,
    *,
    guard=lambda p: p,
    log=lambda p: -np.log(p),
    steps=lambda P, Y, log: log((P * Y).sum(axis=0)),
    total=lambda s, K, T: s.sum(),
    finish=lambda L: L,
):
    """Cross-entropy, with a choice of how each piece is made.

    `steps` makes the terms that `total` adds up, with `log` the guarded logarithm.
    """
    terms = steps(P, Y, lambda p: log(guard(p)))
    return float(finish(total(terms, *P.shape)))


def window_cost(
    params,
    X,
    Y,
    h0,
    *,
    cross_entropy=right_cross_entropy,
    start=lambda h0: h0,
    read=lambda X, Y: X,
    asked=lambda X, Y: Y,
    network=lambda params, X, h0: forward(params, X, h0)[0],
    given=lambda P: P,
):
    """The cost of a window, with a choice of what is read, asked and done to it."""
    P = given(network(params, read(X, Y), start(h0)))
    return float(cross_entropy(P, asked(X, Y)))


in_cross_entropy = Mistakes("cross_entropy", surprise)
in_cost = Mistakes("cost", window_cost)

SUM_HINT = "What should a window of twice the length cost?"
NATS_HINT = "Which logarithm has the slope 1 / p?"
ZERO_HINT = "How sure of itself was a network that gave probability 0 to what came?"
TARGET_HINT = "Only the target's probability enters the loss. Which entry of P is it?"
LOOP_HINT = "Write down the values that t takes. Is every step among them?"

in_cross_entropy.choice(
    "summed_over_all_entries",
    "the sum runs over all entries, and 0 * log(0) is 0 * -inf, which is nan.",
    "Only the target's probability enters the loss. Must the others go through log at all?",
    steps=lambda P, Y, log: Y * log(P),
)

in_cross_entropy.choice(
    "mean_over_steps",
    "the loss is the mean over the steps; it should be their sum.",
    SUM_HINT,
    total=lambda s, K, T: s.sum() / T,
)

in_cross_entropy.choice(
    "divided_by_K",
    "the loss is divided by K, the number of characters; it should be the sum over the steps.",
    "Does a step cost less because there are more characters to choose from?",
    total=lambda s, K, T: s.sum() / K,
)

in_cross_entropy.choice(
    "mean_over_all_entries",
    "the loss is divided by K T, the number of entries, as by a mean over the whole array; it "
    "should be the sum over the steps.",
    SUM_HINT,
    total=lambda s, K, T: s.sum() / (K * T),
)

in_cross_entropy.choice(
    "divided_by_log_K",
    "the loss is divided by log K, so that a uniform guess costs 1 a step; it should cost log K.",
    "In which unit is the loss counted?",
    total=lambda s, K, T: s.sum() / np.log(K),
)

in_cross_entropy.choice(
    "only_the_last_step",
    "the loss is that of the last step alone, as when each step overwrites the one before; all "
    "steps should be added up.",
    SUM_HINT,
    total=lambda s, K, T: s[..., -1].sum(),
)

in_cross_entropy.choice(
    "only_the_first_step",
    "the loss is that of step 0 alone, as when the loop returns in its first turn; all steps "
    "should be added up.",
    SUM_HINT,
    total=lambda s, K, T: s[..., 0].sum(),
)

in_cross_entropy.choice(
    "first_step_left_out",
    "step 0 is left out of the sum.",
    LOOP_HINT,
    total=lambda s, K, T: s[..., 1:].sum(),
)

in_cross_entropy.choice(
    "last_step_left_out",
    "the last step is left out of the sum.",
    LOOP_HINT,
    total=lambda s, K, T: s[..., :-1].sum(),
)

in_cross_entropy.choice(
    "only_the_cheapest_step",
    "the loss is the cheapest step's, as from a max of the logs; all steps should be added up.",
    SUM_HINT,
    total=lambda s, K, T: s.min(),
)

in_cross_entropy.choice(
    "product_of_the_logs",
    "the steps' logs are multiplied with each other; they should be added up.",
    SUM_HINT,
    total=lambda s, K, T: -np.prod(-s),
)

in_cross_entropy.choice(
    "perplexity",
    "this is exp of the mean loss of a step, the perplexity; it should be the loss itself.",
    "What does a window cost that was foretold with certainty?",
    total=lambda s, K, T: np.exp(s.sum() / T),
)

in_cross_entropy.choice(
    "in_bits",
    "the logarithm is to base 2, so that the loss is in bits; it should be in nats.",
    NATS_HINT,
    log=lambda p: -np.log2(p),
)

in_cross_entropy.choice(
    "to_base_10",
    "the logarithm is to base 10; the loss should be in nats, with the natural one.",
    NATS_HINT,
    log=lambda p: -np.log10(p),
)

in_cross_entropy.choice(
    "log_of_one_more",
    "the logarithm is taken of 1 + p, so that it is never infinite; it should be taken of p.",
    ZERO_HINT,
    log=lambda p: -np.log1p(p),
)

in_cross_entropy.choice(
    "one_minus_p",
    "each step costs 1 - p, without a logarithm; it should cost -log p.",
    ZERO_HINT,
    log=lambda p: 1 - p,
)

in_cross_entropy.choice(
    "one_over_p",
    "each step costs 1 / p; it should cost -log p, which is log(1 / p).",
    "What does a target cost that was certain?",
    log=lambda p: 1 / p,
)

in_cross_entropy.choice(
    "exp_for_log",
    "exp is taken of the probabilities in the place of log.",
    ZERO_HINT,
    log=lambda p: -np.exp(p),
)

in_cross_entropy.choice(
    "target_of_probability_0_skipped",
    "a step whose target has probability 0 costs nothing; it should cost infinity.",
    ZERO_HINT,
    log=lambda p: -np.log(np.where(p > 0, p, 1.0)),
)

in_cross_entropy.choice(
    "infinity_replaced",
    "a target of probability 0 costs the largest float, 1.8e308, as nan_to_num makes it of "
    "infinity; it should cost infinity.",
    ZERO_HINT,
    log=lambda p: -np.nan_to_num(np.log(p)),
)

in_cross_entropy.choice(
    "log_of_the_sum",
    "the probabilities are added up first and the log is taken of their sum; each step should "
    "have a log of its own.",
    "Two independent steps: are their probabilities added or multiplied?",
    steps=lambda P, Y, log: log((P * Y).sum(keepdims=True)),
)

in_cross_entropy.choice(
    "added_up_by_character",
    "the targets' probabilities are added up along the rows, by character, before the log; each "
    "step should have a log of its own.",
    "Which axis of P * Y are the steps?",
    steps=lambda P, Y, log: log((P * Y).sum(axis=1)),
)

in_cross_entropy.choice(
    "largest_probability",
    "the loss takes the largest probability of each step, whatever the target was.",
    "Does the loss notice when the network is sure, and wrong?",
    steps=lambda P, Y, log: log(P.max(axis=0)),
)

in_cross_entropy.choice(
    "every_character",
    "-log p of every character is added up, whatever the target was.",
    TARGET_HINT,
    steps=lambda P, Y, log: log(P).sum(axis=0),
)

in_cross_entropy.choice(
    "entropy_of_the_guess",
    "this is the entropy of P, -sum of P log P, which does not ask for the target.",
    TARGET_HINT,
    steps=lambda P, Y, log: (P * log(P)).sum(axis=0),
)

in_cross_entropy.choice(
    "every_step_with_every_target",
    "each step's target is paired with the probabilities of all steps; it belongs to those of its "
    "own step.",
    "How many terms does the sum have, and how many steps are there?",
    steps=lambda P, Y, log: (Y.sum(axis=1, keepdims=True) * log(P)).sum(axis=0),
)

in_cross_entropy.choice(
    "P_times_itself",
    "the log is taken of sums of P times P, without the target; it should be P times Y.",
    TARGET_HINT,
    steps=lambda P, Y, log: log((P * P).sum(axis=0)),
)

in_cross_entropy.choice(
    "targets_one_step_on",
    "P of each step is compared with the target of the step after, and the last step is left out; "
    "Y is one character later already.",
    "Y[:,t] is the character that comes after which step?",
    steps=lambda P, Y, log: log((P[:, :-1] * Y[:, 1:]).sum(axis=0)),
)

in_cross_entropy.choice(
    "targets_in_reverse",
    "the steps of P and Y are paired in reverse order, the first with the last.",
    TARGET_HINT,
    steps=lambda P, Y, log: log((P * Y[:, ::-1]).sum(axis=0)),
)

in_cross_entropy.choice(
    "P_and_Y_exchanged",
    "the arguments P and Y are exchanged: the log is taken of the targets, which are mostly 0.",
    "Which of the two arrays can go through log?",
    steps=lambda P, Y, log: P * log(Y),
)

in_cross_entropy.choice(
    "binary_cross_entropy",
    "the characters other than the target add -log(1 - p) to the loss, as for K separate yes-or-no "
    "questions.",
    "The step has one answer out of K. Whose probability says how well it was guessed?",
    steps=lambda P, Y, log: np.where(Y > 0, log(P), log(1 - P)).sum(axis=0),
)

in_cross_entropy.choice(
    "only_the_other_characters",
    "-log p of the characters other than the target is added up; only the target's should count.",
    TARGET_HINT,
    steps=lambda P, Y, log: np.where(Y > 0, 0.0, log(P)).sum(axis=0),
)

in_cross_entropy.choice(
    "columns_made_to_sum_to_one",
    "each column of P is divided by its sum first; P should be taken as it is.",
    TARGET_HINT,
    steps=lambda P, Y, log: log((P * Y).sum(axis=0) / P.sum(axis=0)),
)

in_cross_entropy.choice(
    "squared_error",
    "the squares of P - Y are added up; it should be -log p of the targets.",
    ZERO_HINT,
    steps=lambda P, Y, log: ((P - Y) ** 2).sum(axis=0),
)

in_cross_entropy.choice(
    "absolute_error",
    "the absolute values of P - Y are added up; it should be -log p of the targets.",
    ZERO_HINT,
    steps=lambda P, Y, log: abs(P - Y).sum(axis=0),
)

in_cross_entropy.choice(
    "sign_missing",
    "the minus sign is missing: the loss comes out negative.",
    "Which sign has the log of a number below 1?",
    finish=lambda L: -L,
)


in_cross_entropy.family(
    "epsilon_inside_the_log",
    "a small number, {value}, is added to the probabilities before the log, so that a target of "
    "probability 0 has a finite cost; it should cost infinity.",
    ZERO_HINT,
    "guard",
    of_values(
        lambda value: lambda p: p + value,
        1e-8,
        1e-12,
        1e-10,
        1e-15,
        1e-16,
        1e-9,
        1e-7,
        1e-6,
        1e-5,
        1e-4,
        1e-3,
    ),
)

in_cross_entropy.family(
    "probabilities_clipped",
    "the probabilities are raised to {value} at least before the log, so that a target of "
    "probability 0 has a finite cost; it should cost infinity.",
    ZERO_HINT,
    "guard",
    of_values(
        lambda value: lambda p: np.maximum(p, value),
        1e-12,
        1e-8,
        1e-10,
        1e-15,
        1e-9,
        1e-7,
        1e-6,
        1e-5,
        1e-3,
    ),
)

in_cross_entropy.family(
    "clipped_on_both_sides",
    "the probabilities are clipped to [{value}, 1 - {value}] before the log, so that a target of "
    "probability 0 has a finite cost; it should cost infinity.",
    ZERO_HINT,
    "guard",
    of_values(
        lambda value: lambda p: np.clip(p, value, 1 - value),
        1e-8,
        1e-12,
        1e-10,
        1e-9,
        1e-7,
        1e-6,
        1e-5,
        1e-3,
    ),
)

in_cross_entropy.family(
    "labels_smoothed",
    "a share of each target, {value}, is spread over all characters; only the target should count.",
    TARGET_HINT,
    "steps",
    of_values(
        lambda value: lambda P, Y, log: (((1 - value) * Y + value / len(Y)) * log(P)).sum(axis=0),
        0.1,
        0.2,
        0.05,
        0.01,
    ),
)

in_cross_entropy.family(
    "multiplied_by_a_number",
    "the loss is multiplied by {value}; it should be the plain sum over the steps.",
    "What should two targets of probability 0.5 cost together?",
    "finish",
    of_values(lambda value: lambda L: value * L, 0.5, 2, 0.1, 10, 100),
)


@in_cross_entropy.whole(
    "the loss is 0 whatever P is: nothing is added up, or the log is taken of the targets alone.",
    "Put a print before the return: which numbers have been added up?",
)
def nothing_added_up(P, Y):
    return 0.0


@in_cross_entropy.whole(
    "the loss is infinite whatever P is: the log is taken of a 0, such as those in Y and in P * Y.",
    TARGET_HINT,
)
def infinite_throughout(P, Y):
    return np.inf


in_cost.choice(
    "h0_ignored",
    "the window is read from a state of zeros; it should be read from h0.",
    "What does the network know before the window's first character?",
    start=lambda h0: 0 * h0,
)

in_cost.choice(
    "inputs_as_targets",
    "the network is asked for the character that it has just read; it should be the one after.",
    "Which of the two arrays should the probabilities be compared with?",
    asked=lambda X, Y: X,
)

in_cost.choice(
    "targets_read",
    "the network reads the targets Y; it should read the inputs X.",
    "Would it be hard to foretell a character that one has just been shown?",
    read=lambda X, Y: Y,
)

in_cost.choice(
    "X_and_Y_exchanged",
    "the arguments X and Y are exchanged: Y is read, and X is asked for.",
    "Which of the two comes first in the text?",
    read=lambda X, Y: Y,
    asked=lambda X, Y: X,
)

in_cost.choice(
    "targets_shifted_again",
    "the targets are shifted by one step once more, and the first one comes last; Y is one "
    "character later already.",
    "Y[:,t] is the character that comes after which step?",
    asked=lambda X, Y: np.roll(Y, -1, axis=1),
)

in_cost.choice(
    "softmax_twice",
    "the probabilities go through softmax a second time.",
    "What does forward return: logits or probabilities?",
    given=softmax,
)


def _step_by_step(params, X, h0):
    """The probabilities of each step, read from h0."""
    return np.hstack([forward(params, X[:, [t]], h0)[0] for t in range(X.shape[1])])


in_cost.choice(
    "state_not_carried",
    "every step is read from h0; each should start from the state that the one before has left.",
    "What does the network remember of the characters before?",
    network=_step_by_step,
)


def _without(name):
    """The network with a bias left out."""
    return lambda params, X, h0: forward(params | {name: 0 * params[name]}, X, h0)[0]


in_cost.choice(
    "b_forgotten",
    "the bias b is missing from the network; it should be there, as in forward.",
    "What would lesson 2's forward give for these params?",
    network=_without("b"),
)

in_cost.choice(
    "c_forgotten",
    "the bias c is missing from the network; it should be there, as in forward.",
    "What would lesson 2's forward give for these params?",
    network=_without("c"),
)

in_cost.choice(
    "X_in_the_place_of_P",
    "the targets are compared with the inputs X; it should be with what forward makes of X.",
    "Which of forward's results are the probabilities?",
    network=lambda params, X, h0: X,
)


@in_cost.whole(
    "{value} times the squares of U, W and V is added, as is done to keep weights small; the cost "
    "should be the loss alone.",
    "With all targets foretold, what should a window cost?",
    values=(0.01, 0.001, 0.1, 1e-4, 0.5, 1),
)
def squares_of_the_weights_added(params, X, Y, h0, *, value):
    squares = sum((params[name] ** 2).sum() for name in "UWV")
    return window_cost(params, X, Y, h0) + float(value * squares)
