"""Known mistakes in lesson 3: cross-entropy, and the cost of a window."""

import numpy as np

from lessons.checking.mistakes import mistake
from reference.forward import forward, softmax
from reference.loss import cost, cross_entropy


def _surprise(p):
    """Sum of -log p."""
    return float(-np.log(p).sum())


def _target(P, Y):
    """The probability given to each step's target."""
    return (P * Y).sum(axis=0)


@mistake(
    "cross_entropy",
    "the sum runs over all entries, and 0 * log(0) is 0 * -inf, which is nan.",
    "Only the target's probability enters the loss. Must the others go through log at all?",
)
def summed_over_all_entries(P, Y):
    return float(-(Y * np.log(P)).sum())


@mistake(
    "cross_entropy",
    "the loss is the mean over the steps; it is their sum.",
    "What should a window of twice the length cost?",
)
def mean_over_steps(P, Y):
    return cross_entropy(P, Y) / P.shape[1]


@mistake(
    "cross_entropy",
    "the logarithm is to base 2, so that the loss is in bits; it is measured in nats.",
    "Which logarithm has the slope 1 / p?",
)
def in_bits(P, Y):
    return cross_entropy(P, Y) / np.log(2)


@mistake(
    "cross_entropy",
    "the logarithm is to base 10; the loss is measured in nats.",
    "Which logarithm has the slope 1 / p?",
)
def to_base_10(P, Y):
    return cross_entropy(P, Y) / np.log(10)


@mistake(
    "cross_entropy",
    "a small number, 1e-8, is added to the probabilities before the log, so that a target of "
    "probability 0 costs 18.4 instead of infinity.",
    "How sure of itself was a network that gave probability 0 to what came?",
)
def epsilon_inside_the_log(P, Y):
    return _surprise(_target(P, Y) + 1e-8)


@mistake(
    "cross_entropy",
    "the probabilities are clipped at 1e-12 before the log, so that a target of probability 0 "
    "costs 27.6 instead of infinity.",
    "How sure of itself was a network that gave probability 0 to what came?",
)
def probabilities_clipped(P, Y):
    return _surprise(_target(np.clip(P, 1e-12, 1), Y))


@mistake(
    "cross_entropy",
    "the minus sign is missing: the loss comes out negative.",
    "Which sign has the log of a number below 1?",
)
def sign_missing(P, Y):
    return -cross_entropy(P, Y)


@mistake(
    "cross_entropy",
    "the probabilities are added up first and the log is taken of their sum; each step has a log "
    "of its own.",
    "Two independent steps: are their probabilities added or multiplied?",
)
def log_of_the_sum(P, Y):
    return _surprise(_target(P, Y).sum())


@mistake(
    "cross_entropy",
    "the loss takes the largest probability of each step, whatever the target was.",
    "Does the loss notice when the network is sure, and wrong?",
)
def largest_probability(P, Y):
    return _surprise(P.max(axis=0))


@mistake(
    "cross_entropy",
    "the arguments P and Y are exchanged: the log is taken of the targets, which are mostly 0.",
    "Which of the two arrays can go through log?",
)
def P_and_Y_exchanged(P, Y):
    return float(-(P * np.log(Y)).sum())


@mistake(
    "cross_entropy",
    "the characters other than the target add -log(1 - p) to the loss, as for K separate yes-or-no "
    "questions.",
    "The step has one answer out of K. Whose probability says how well it was guessed?",
)
def binary_cross_entropy(P, Y):
    return cross_entropy(P, Y) + _surprise((1 - P)[Y == 0])


@mistake(
    "cost",
    "the window is read from a state of zeros; it is read from h0.",
    "What does the network know before the window's first character?",
)
def h0_ignored(params, X, Y, h0):
    return cost(params, X, Y, np.zeros_like(h0))


@mistake(
    "cost",
    "the network is asked for the character that it has just read; the target is the one after it.",
    "Which of the two arrays should the probabilities be compared with?",
)
def inputs_as_targets(params, X, Y, h0):
    return cost(params, X, X, h0)


@mistake(
    "cost",
    "the network reads the targets Y; it reads the inputs X.",
    "Would it be hard to foretell a character that one has just been shown?",
)
def targets_read(params, X, Y, h0):
    return cost(params, Y, Y, h0)


@mistake(
    "cost",
    "the probabilities go through softmax a second time.",
    "What does forward return: logits or probabilities?",
)
def softmax_twice(params, X, Y, h0):
    return cross_entropy(softmax(forward(params, X, h0)[0]), Y)
