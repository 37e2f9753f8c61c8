"""The known mistakes of lesson 3 in another style: loops over the steps on Python's floats."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from reference.forward import forward, softmax
from reference.loss import cross_entropy


def log(p: float) -> float:
    """Log of a float, -inf at 0 and nan below, as NumPy's is."""
    return math.log(p) if p > 0 else -math.inf if p == 0 else math.nan


def chosen(P: Any, Y: Any) -> list[float]:
    """The probability given to each step's target."""
    return [float(P[k, t]) for t, k in enumerate(np.argmax(Y, axis=0))]


def each(term: Callable[[float], float]) -> Callable[..., float]:
    """The sum of a term over the steps."""
    return lambda P, Y: float(sum(term(p) for p in chosen(P, Y)))


def part(pick: slice) -> Callable[..., float]:
    """The loss of some of the steps."""
    return lambda P, Y: float(sum(-log(p) for p in chosen(P, Y)[pick]))


def times(scale: Callable[[int, int], float]) -> Callable[..., float]:
    """The loss times a number made of K and T."""
    return lambda P, Y: float(cross_entropy(P, Y) * scale(*Y.shape))


def summed_over_all_entries(P, Y):
    loss = 0.0
    for p, y in zip(P.ravel(), Y.ravel(), strict=True):
        loss -= float(y) * log(p)
    return loss


def perplexity(P, Y):
    mean = sum(-log(p) for p in chosen(P, Y)) / Y.shape[1]
    return math.exp(mean) if mean < 709 else float(np.exp(mean))


def one_over_p(P, Y):
    return float(np.sum(np.float64(1) / np.array(chosen(P, Y))))


def added_up_by_character(P, Y):
    loss = 0.0
    for k in range(len(P)):
        loss -= log(sum(float(P[k, t]) for t in range(P.shape[1]) if Y[k, t] == 1))
    return loss


def every_character(P, Y):
    return float(sum(-log(p) for p in P.ravel()))


def entropy_of_the_guess(P, Y):
    return float(sum(-p * log(p) for p in P.ravel()))


def every_step_with_every_target(P, Y):
    counts = [float(y) for y in Y.sum(axis=1)]
    loss = 0.0
    for t in range(P.shape[1]):
        for k, count in enumerate(counts):
            loss -= count * log(P[k, t])
    return loss


def targets_one_step_on(P, Y):
    k = np.argmax(Y, axis=0)
    return float(sum(-log(P[k[t + 1], t]) for t in range(len(k) - 1)))


def P_and_Y_exchanged(P, Y):
    return float(sum(-p * log(y) for p, y in zip(P.ravel(), Y.ravel(), strict=True)))


def binary_cross_entropy(P, Y):
    return float(sum(-log(p if y else 1 - p) for p, y in zip(P.ravel(), Y.ravel(), strict=True)))


def only_the_other_characters(P, Y):
    return float(sum(-log(p) for p in P[Y == 0]))


def columns_made_to_sum_to_one(P, Y):
    return cross_entropy(P, Y) + sum(math.log(P[:, t].sum()) for t in range(P.shape[1]))


def labels_smoothed(P, Y):
    K, loss = len(P), 0.0
    for t, k in enumerate(np.argmax(Y, axis=0)):
        for j in range(K):
            loss -= (0.9 * (j == k) + 0.1 / K) * log(P[j, t])
    return float(loss)


def squared_error(P, Y):
    return float(np.linalg.norm(P - Y) ** 2)


def absolute_error(P, Y):
    return float(sum(abs(p - y) for p, y in zip(P.ravel(), Y.ravel(), strict=True)))


def largest_probability(P, Y):
    return float(sum(-log(max(P[:, t])) for t in range(P.shape[1])))


def log_of_the_sum(P, Y):
    return -log(math.fsum(chosen(P, Y)))


def targets_in_reverse(P, Y):
    k = np.argmax(Y, axis=0)[::-1]
    return float(sum(-log(P[k[t], t]) for t in range(len(k))))


def walked(params: Any, X: Any, Y: Any, h: Any, again: bool = False, bias: str = "") -> float:
    """The cost one character at a time, with forward on a single column."""
    if bias:
        params = {**params, bias: np.zeros_like(params[bias])}
    loss, start = 0.0, h
    for t in range(X.shape[1]):
        P, H, _ = forward(params, X[:, [t]], start if again else h)
        h = H[:, 1:]
        loss -= log(float(P[:, 0] @ Y[:, t]))
    return loss


def softmax_twice(params, X, Y, h0):
    P = forward(params, X, h0)[0]
    return float(sum(-log(p) for p in chosen(softmax(P), Y)))


def squares_of_the_weights_added(params, X, Y, h0):
    squares = sum(float(np.linalg.norm(params[name]) ** 2) for name in ("U", "W", "V"))
    return walked(params, X, Y, h0) + squares / 100


def infinite(p: float) -> float:
    """-log p, with the largest float for infinity."""
    return -log(p) if p > 0 else np.finfo(float).max


RESTYLED: dict[str, Callable[..., Any]] = {
    "summed_over_all_entries": summed_over_all_entries,
    "mean_over_steps": times(lambda K, T: 1 / T),
    "divided_by_K": times(lambda K, T: 1 / K),
    "mean_over_all_entries": times(lambda K, T: 1 / K / T),
    "divided_by_log_K": times(lambda K, T: 1 / math.log(K)),
    "only_the_last_step": part(slice(-1, None)),
    "only_the_first_step": part(slice(0, 1)),
    "first_step_left_out": part(slice(1, None)),
    "last_step_left_out": part(slice(0, -1)),
    "perplexity": perplexity,
    "in_bits": each(lambda p: -log(p) / math.log(2)),
    "to_base_10": each(lambda p: -log(p) / math.log(10)),
    "log_of_one_more": each(lambda p: -math.log(1 + p)),
    "one_minus_p": each(lambda p: 1 - p),
    "one_over_p": one_over_p,
    "target_of_probability_0_skipped": each(lambda p: 0.0 if p == 0 else -log(p)),
    "infinity_replaced": each(infinite),
    "epsilon_inside_the_log": each(lambda p: -math.log(p + 1e-8)),
    "probabilities_clipped": each(lambda p: -math.log(max(p, 1e-12))),
    "clipped_on_both_sides": each(lambda p: -math.log(min(max(p, 1e-8), 1 - 1e-8))),
    "log_of_the_sum": log_of_the_sum,
    "added_up_by_character": added_up_by_character,
    "largest_probability": largest_probability,
    "every_character": every_character,
    "entropy_of_the_guess": entropy_of_the_guess,
    "every_step_with_every_target": every_step_with_every_target,
    "targets_one_step_on": targets_one_step_on,
    "targets_in_reverse": targets_in_reverse,
    "P_and_Y_exchanged": P_and_Y_exchanged,
    "binary_cross_entropy": binary_cross_entropy,
    "only_the_other_characters": only_the_other_characters,
    "columns_made_to_sum_to_one": columns_made_to_sum_to_one,
    "labels_smoothed": labels_smoothed,
    "squared_error": squared_error,
    "absolute_error": absolute_error,
    "sign_missing": each(log),
    "multiplied_by_a_number": times(lambda K, T: 0.5),
    "nothing_added_up": lambda P, Y: float(np.log(Y.sum(axis=0)).sum()),
    "infinite_throughout": lambda P, Y: -sum(log(min(y)) for y in Y.T),
    "only_the_cheapest_step": lambda P, Y: -log(max(chosen(P, Y))),
    "product_of_the_logs": lambda P, Y: -math.prod(map(log, chosen(P, Y))),
    "exp_for_log": each(lambda p: -math.exp(p)),
    "P_times_itself": lambda P, Y: sum(-log(float(p @ p)) for p in P.T),
    "X_in_the_place_of_P": lambda params, X, Y, h0: sum(-log(p) for p in chosen(X, Y)),
    "h0_ignored": lambda params, X, Y, h0: walked(params, X, Y, np.zeros(h0.shape)),
    "inputs_as_targets": lambda params, X, Y, h0: walked(params, X, X, h0),
    "targets_read": lambda params, X, Y, h0: walked(params, Y, Y, h0),
    "X_and_Y_exchanged": lambda params, X, Y, h0: walked(params, Y, X, h0),
    "targets_shifted_again": lambda params, X, Y, h0: walked(
        params, X, np.hstack((Y[:, 1:], Y[:, :1])), h0
    ),
    "softmax_twice": softmax_twice,
    "state_not_carried": lambda params, X, Y, h0: walked(params, X, Y, h0, again=True),
    "b_forgotten": lambda params, X, Y, h0: walked(params, X, Y, h0, bias="b"),
    "c_forgotten": lambda params, X, Y, h0: walked(params, X, Y, h0, bias="c"),
    "squares_of_the_weights_added": squares_of_the_weights_added,
}
