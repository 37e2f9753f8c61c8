"""Known mistakes in lesson 3: cross-entropy, and the cost of a window."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, of_values
from reference.forward import forward, softmax
from reference.loss import cross_entropy as right_cross_entropy

from .networks import Network, Params, from_h0_again, predicted, without

Piece = Callable[..., Any]


def surprise(
    P: np.ndarray,
    Y: np.ndarray,
    *,
    guard: Piece = lambda p: p,
    log: Piece = lambda p: -np.log(p),
    steps: Piece = lambda P, Y, log: log((P * Y).sum(axis=0)),
    total: Piece = lambda s, K, T: s.sum(),
    finish: Piece = lambda L: L,
) -> float:
    """Cross-entropy, with a choice of how each piece is made.

    `steps` makes the terms that `total` adds up, with `log` the guarded logarithm.
    """
    terms = steps(P, Y, lambda p: log(guard(p)))
    return float(finish(total(terms, *P.shape)))


def window_cost(
    params: Params,
    X: np.ndarray,
    Y: np.ndarray,
    h0: np.ndarray,
    *,
    cross_entropy: Piece = right_cross_entropy,
    start: Piece = lambda h0: h0,
    read: Piece = lambda X, Y: X,
    asked: Piece = lambda X, Y: Y,
    network: Network = predicted,
    given: Piece = lambda P: P,
) -> float:
    """The cost of a window, with a choice of what is read, asked and done to it."""
    P = given(network(params, read(X, Y), start(h0)))
    return float(cross_entropy(P, asked(X, Y)))


in_cross_entropy = Mistakes("cross_entropy", surprise)
in_cost = Mistakes("cost", window_cost)

SUM_HINT = "What should change in the loss if a window has one step more?"
ZERO_HINT = "A network gave probability 0 to what then came. What should that step cost?"
TARGET_HINT = "Only the target's probability enters the loss. Which entry of P is it?"
LATER_HINT = "Y[:,t] is the character that comes after which step?"
INFINITE = "so that a target of probability 0 costs inf."

in_cross_entropy.choice(
    "summed_over_all_entries",
    "a character of probability 0 that is not the target makes the loss nan, as in a sum of "
    "Y * log(P) over all entries; it should cost nothing.",
    "Only the target's probability enters the loss. Must the others go through log at all?",
    steps=lambda P, Y, log: Y * log(P),
)

in_cross_entropy.slot(
    "total",
    SUM_HINT,
    mean_over_steps=(
        "the loss is the mean over the steps; it should be their sum.",
        lambda s, K, T: s.sum() / T,
    ),
    mean_over_all_entries=(
        "the loss is divided by K T, as in a mean over all entries; it should be the sum over the "
        "steps.",
        lambda s, K, T: s.sum() / (K * T),
    ),
    only_the_last_step=(
        "the loss is that of the last step alone; it should be the sum over all steps.",
        lambda s, K, T: s[..., -1].sum(),
    ),
    only_the_first_step=(
        "the loss is that of step 0 alone; it should be the sum over all steps.",
        lambda s, K, T: s[..., 0].sum(),
    ),
    only_the_cheapest_step=(
        "the loss is that of the cheapest step alone; it should be the sum over all steps.",
        lambda s, K, T: s.min(),
    ),
    only_the_dearest_step=(
        "the loss is that of the dearest step alone; it should be the sum over all steps.",
        lambda s, K, T: s.max(),
    ),
    product_of_the_logs=(
        "the steps' logs are multiplied with each other; they should be added up.",
        lambda s, K, T: -np.prod(-s),
    ),
)

in_cross_entropy.slot(
    "total",
    "Write down the values that t takes. Is every step among them?",
    first_step_left_out=(
        "step 0 is left out of the sum; it should be in it.",
        lambda s, K, T: s[..., 1:].sum(),
    ),
    last_step_left_out=(
        "the last step is left out of the sum; it should be in it.",
        lambda s, K, T: s[..., :-1].sum(),
    ),
)

in_cross_entropy.slot(
    "total",
    divided_by_K=(
        "the loss is divided by K, the number of characters; it should be the sum over the steps.",
        "Does a step cost less because there are more characters to choose from?",
        lambda s, K, T: s.sum() / K,
    ),
    divided_by_log_K=(
        "the loss is divided by log K; it should be the sum over the steps, in nats.",
        "What should a step cost if all K characters are given the same probability?",
        lambda s, K, T: s.sum() / np.log(K),
    ),
    perplexity=(
        "the loss is exp of the mean over the steps; it should be the sum over the steps.",
        "What should a window cost whose targets were all certain?",
        lambda s, K, T: np.exp(s.sum() / T),
    ),
)

in_cross_entropy.slot(
    "log",
    "Which logarithm has the slope 1 / p?",
    in_bits=(
        "the logarithm is to base 2; it should be the natural one, for a loss in nats.",
        lambda p: -np.log2(p),
    ),
    to_base_10=(
        "the logarithm is to base 10; it should be the natural one, for a loss in nats.",
        lambda p: -np.log10(p),
    ),
)

in_cross_entropy.slot(
    "log",
    ZERO_HINT,
    log_of_one_more=(
        "the logarithm is taken of 1 + p; it should be taken of p.",
        lambda p: -np.log1p(p),
    ),
    one_minus_p=(
        "each step costs 1 - p; it should cost -log p.",
        lambda p: 1 - p,
    ),
    one_over_p=(
        "each step costs 1 / p; it should cost -log p, which is log(1 / p).",
        "What should a target cost that was certain?",
        lambda p: 1 / p,
    ),
    exp_for_log=(
        "each step costs -exp(p); it should cost -log p.",
        lambda p: -np.exp(p),
    ),
    target_of_probability_0_skipped=(
        "a target of probability 0 costs nothing; it should cost inf.",
        lambda p: -np.log(np.where(p > 0, p, 1.0)),
    ),
    infinity_replaced=(
        "a target of probability 0 costs 1.8e308, which is the largest float and what nan_to_num "
        "makes of inf; it should cost inf.",
        lambda p: -np.nan_to_num(np.log(p)),
    ),
)

in_cross_entropy.slot(
    "steps",
    TARGET_HINT,
    every_character=(
        "-log p of every character is added up; only that of the target should count.",
        lambda P, Y, log: log(P).sum(axis=0),
    ),
    entropy_of_the_guess=(
        "each step costs the sum of -P log P over all characters; it should cost -log P of the "
        "target.",
        lambda P, Y, log: (P * log(P)).sum(axis=0),
    ),
    P_times_itself=(
        "the log is taken of the sum of P times P in each column; it should be taken of the "
        "target's probability, the sum of P times Y.",
        lambda P, Y, log: log((P * P).sum(axis=0)),
    ),
    targets_in_reverse=(
        "the targets are taken in reverse order, the last one for step 0; each step should have "
        "its own.",
        lambda P, Y, log: log((P * Y[:, ::-1]).sum(axis=0)),
    ),
    only_the_other_characters=(
        "-log p of all characters but the target is added up; only that of the target should "
        "count.",
        lambda P, Y, log: np.where(Y > 0, 0.0, log(P)).sum(axis=0),
    ),
    columns_made_to_sum_to_one=(
        "each column of P is divided by its sum before the log; P should be taken as it is.",
        lambda P, Y, log: log((P * Y).sum(axis=0) / P.sum(axis=0)),
    ),
)

in_cross_entropy.slot(
    "steps",
    ZERO_HINT,
    squared_error=(
        "the squares of P - Y are added up; -log p of the targets should be.",
        lambda P, Y, log: ((P - Y) ** 2).sum(axis=0),
    ),
    absolute_error=(
        "the absolute values of P - Y are added up; -log p of the targets should be.",
        lambda P, Y, log: abs(P - Y).sum(axis=0),
    ),
)

in_cross_entropy.slot(
    "steps",
    log_of_the_sum=(
        "the targets' probabilities are added up, and the log is taken of the sum; each step "
        "should have a log of its own.",
        "What should two steps cost whose targets have probability 0.5? And what do they cost now?",
        lambda P, Y, log: log((P * Y).sum(keepdims=True)),
    ),
    log_of_the_product=(
        "the targets' probabilities are multiplied, and the log is taken of the product, which "
        "can become 0 in floats; each step should have a log of its own.",
        "What is 1e-200 * 1e-200 in Python, and what is the sum of the two logs?",
        lambda P, Y, log: log((P * Y).sum(axis=0).prod(keepdims=True)),
    ),
    added_up_by_character=(
        "the targets' probabilities are added up along each row, and the logs are taken of these "
        "sums; each step should have a log of its own.",
        "How many logs should be added up, one for each character or one for each step?",
        lambda P, Y, log: log((P * Y).sum(axis=1)),
    ),
    largest_probability=(
        "the log is taken of the largest probability of each step; it should be taken of the "
        "target's.",
        "Does your loss notice when the network is sure, and wrong?",
        lambda P, Y, log: log(P.max(axis=0)),
    ),
    every_step_with_every_target=(
        "each target counts with its probabilities at all steps; it should count with that of its "
        "own step.",
        "How many logs does your sum have, and how many steps are there?",
        lambda P, Y, log: (Y.sum(axis=1, keepdims=True) * log(P)).sum(axis=0),
    ),
    targets_one_step_on=(
        "each step is held against the target of the step after, and the last step is left out; it "
        "should be held against its own, as Y is one character later already.",
        LATER_HINT,
        lambda P, Y, log: log((P[:, :-1] * Y[:, 1:]).sum(axis=0)),
    ),
    P_and_Y_exchanged=(
        "the loss is -P log Y, summed over all entries, as if P and Y were exchanged; the log "
        "should be taken of P.",
        "Which of the two arrays should go through log? Which of them is mostly 0?",
        lambda P, Y, log: P * log(Y),
    ),
    binary_cross_entropy=(
        "every character but the target adds -log(1 - p) to the loss; it should add nothing.",
        "A step has one answer out of K. Whose probability says how well it was guessed?",
        lambda P, Y, log: np.where(Y > 0, log(P), log(1 - P)).sum(axis=0),
    ),
)

in_cross_entropy.choice(
    "sign_missing",
    "the minus sign is missing; each step should cost -log p, which is never negative.",
    "Which sign has the log of a number below 1?",
    finish=lambda L: -L,
)

in_cross_entropy.family(
    "multiplied_by_a_number",
    "the loss is multiplied by {value}; it should be the plain sum over the steps.",
    "What should two targets of probability 0.5 cost together?",
    "finish",
    of_values(lambda value: lambda L: value * L, 0.5, 2, 0.1, 10, 100),
)

ADDED = (1e-8, 1e-12, 1e-10, 1e-15, 1e-16, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3)
in_cross_entropy.family(
    "epsilon_inside_the_log",
    "{value} is added to the probabilities before the log; nothing should be added, " + INFINITE,
    ZERO_HINT,
    "guard",
    of_values(lambda value: lambda p: p + value, *ADDED),
)

LOWEST = (1e-12, 1e-8, 1e-10, 1e-15, 1e-9, 1e-7, 1e-6, 1e-5, 1e-3)
in_cross_entropy.family(
    "probabilities_clipped",
    "probabilities below {value} count as {value}; they should count as they are, " + INFINITE,
    ZERO_HINT,
    "guard",
    of_values(lambda value: lambda p: np.maximum(p, value), *LOWEST),
)

MARGINS = (1e-8, 1e-12, 1e-10, 1e-9, 1e-7, 1e-6, 1e-5, 1e-3)
in_cross_entropy.family(
    "clipped_on_both_sides",
    "probabilities are clipped to [{value}, 1 - {value}]; they should count as they are, "
    + INFINITE,
    ZERO_HINT,
    "guard",
    of_values(lambda value: lambda p: np.clip(p, value, 1 - value), *MARGINS),
)

SHARES = (0.1, 0.2, 0.05, 0.01)
in_cross_entropy.family(
    "labels_smoothed",
    "a share of each target, {value}, is spread over all characters; the target should count "
    "alone.",
    TARGET_HINT,
    "steps",
    of_values(
        lambda value: lambda P, Y, log: (((1 - value) * Y + value / len(Y)) * log(P)).sum(axis=0),
        *SHARES,
    ),
)

in_cross_entropy.slot(
    "total",
    alone=True,
    nothing_added_up=(
        "the loss is always 0, as if nothing were added up; it should be the sum of -log p over "
        "the steps.",
        "Put a print before the return: which numbers have been added up?",
        lambda s, K, T: 0.0,
    ),
    infinite_throughout=(
        "the loss is always inf, as if the log were taken of a 0 in Y or in P * Y; it should be "
        "taken of the target's probability.",
        TARGET_HINT,
        lambda s, K, T: np.inf,
    ),
)

in_cost.choice(
    "h0_ignored",
    "the window is read from a state of zeros; it should be read from h0.",
    "What does the network know before the window's first character?",
    start=lambda h0: 0 * h0,
)

in_cost.choice(
    "targets_read",
    "the network reads the targets Y; it should read the inputs X.",
    "Is it hard to predict a character that one has just been shown? What does your network read?",
    read=lambda X, Y: Y,
)

in_cost.slot(
    "asked",
    inputs_as_targets=(
        "the probabilities are compared with X, the characters just read; they should be compared "
        "with Y, the characters after them.",
        "Which of the two arrays X and Y should the probabilities be compared with?",
        lambda X, Y: X,
    ),
    targets_shifted_again=(
        "each step is held against the target of the step after, and the last against the first; "
        "each should be held against its own, as Y is one character later already.",
        LATER_HINT,
        lambda X, Y: np.roll(Y, -1, axis=1),
    ),
)

in_cost.choice(
    "X_and_Y_exchanged",
    "Y is read and X is the target, as if the two were exchanged; X should be read, and Y be the "
    "target.",
    "Which of X and Y comes first in the text?",
    read=lambda X, Y: Y,
    asked=lambda X, Y: X,
)

in_cost.choice(
    "softmax_twice",
    "the probabilities go through softmax a second time; they should be taken as they are.",
    "What does forward return: logits or probabilities?",
    given=softmax,
)

in_cost.slot(
    "network",
    "What would lesson 2's forward give for these params?",
    b_forgotten=(
        "the bias b is missing from the network; it should be there, as in forward.",
        without("b"),
    ),
    c_forgotten=(
        "the bias c is missing from the network; it should be there, as in forward.",
        without("c"),
    ),
    state_not_carried=(
        "every step starts from h0; each step after the first should start from the state that the "
        "one before has made.",
        "What does the network remember of the characters before?",
        from_h0_again(1),
    ),
    X_in_the_place_of_P=(
        "the loss is made of the inputs X; it should be made of P, which forward makes of X.",
        "Which of forward's results are the probabilities?",
        lambda params, X, h0: X,
    ),
)


@in_cost.whole(
    "{value} times the sum of the squares of U, W and V is added to the cost; it should be the "
    "loss alone.",
    "If all targets were certain, what should a window cost, whatever the weights are?",
    values=(0.01, 0.001, 0.1, 1e-4, 0.5, 1),
)
def squares_of_the_weights_added(
    params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray, *, value: float
) -> float:
    squares = sum((params[name] ** 2).sum() for name in "UWV")
    return window_cost(params, X, Y, h0) + float(value * squares)


def by_logits(
    params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray, subtracted: Piece
) -> float:
    """Log sum exp of the logits less the target's, once a number is subtracted from them."""
    O = params["V"] @ forward(params, X, h0)[1][:, 1:] + params["c"]
    O = O - subtracted(O)
    return float((np.log(np.exp(O).sum(axis=0)) - (O * Y).sum(axis=0)).sum())


@in_cost.whole(
    "exp is taken of the logits as they are, so that large ones overflow; the largest of a step "
    "should be subtracted from its logits first.",
    "What is exp(1000), and what is the log of it?",
)
def log_sum_exp_without_the_largest(
    params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray
) -> float:
    return by_logits(params, X, Y, h0, lambda O: 0.0)


@in_cost.whole(
    "the largest logit of the whole window is subtracted from all, so that the exps of a step far "
    "below it are all 0; it should be the largest of each step.",
    "One step's logits lie near 1000, the next one's near -1000. What is left of the second?",
)
def log_sum_exp_with_one_largest(
    params: Params, X: np.ndarray, Y: np.ndarray, h0: np.ndarray
) -> float:
    return by_logits(params, X, Y, h0, lambda O: O.max())
