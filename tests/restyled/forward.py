"""The known mistakes of lesson 2 in another style: scalar loops for softmax, flat states."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from reference.forward import softmax


def exp(x: float) -> float:
    """Exp of a float, infinite where it overflows, as NumPy's is."""
    return math.exp(x) if x < 709.78 else math.inf if x == x else x


def divided(a: float, b: float) -> float:
    """A quotient as NumPy makes it."""
    return float(np.float64(a) / np.float64(b))


def columns(function: Callable[[list[float]], list[float]]) -> Callable[[Any], Any]:
    """A softmax that goes column by column through lists of floats."""

    def call(O):
        return np.array([function(O[:, t].tolist()) for t in range(O.shape[1])]).T.copy()

    return call


def shares(raised: list[float], below: float | None = None) -> list[float]:
    """Each number over their sum."""
    below = sum(raised) if below is None else below
    return [divided(x, below) for x in raised]


def over_rows(O):
    P = np.empty_like(O)
    for k, row in enumerate(O):
        P[k] = softmax(row[:, None])[:, 0]
    return P


def over_everything(O):
    K, T = O.shape
    top = max(O[k, t] for k in range(K) for t in range(T))
    E = np.array([[math.exp(O[k, t] - top) for t in range(T)] for k in range(K)])
    return E * (1 / sum(E.ravel()))


def exponentials(O):
    """Exp of each column minus its maximum."""
    return np.stack([np.exp(column - max(column)) for column in O.T], axis=1)


def sum_along_rows(O):
    E = exponentials(O)
    return np.einsum("kt,k->kt", E, 1 / np.einsum("kt->k", E))


def sum_over_all_columns(O):
    E = exponentials(O)
    return E / sum(sum(row) for row in E)


def maximum_of_everything_subtracted(O):
    top = O.ravel()[O.argmax()]
    return columns(lambda column: shares([exp(x - top) for x in column]))(O)


def maximum_of_rows_subtracted(O):
    tops = np.sort(O, axis=1)[:, -1].tolist()
    return columns(
        lambda column: shares([exp(x - top) for x, top in zip(column, tops, strict=True)])
    )(O)


def clipped(column):
    return shares([exp(max(-500.0, min(500.0, x))) for x in column])


def by_size(column):
    size = max(max(column), -min(column)) or 1.0
    return shares([exp(x / size) for x in column])


def length(column):
    raised = [exp(x - max(column)) for x in column]
    return shares(raised, math.sqrt(sum(x * x for x in raised)))


def log_softmax(O):
    top = O.max(axis=0)
    return O - (top + np.log(np.exp(O - top).sum(axis=0)))


def last_column_left_at_zero(O):
    P = np.zeros(O.shape)
    for t in range(O.shape[1] - 1):
        P[:, [t]] = softmax(O[:, [t]])
    return P


def sigmoid(x):
    return 1 / (1 + exp(-x))


def above_only(column):
    return shares([exp(x - max(column)) for x in column], sum(exp(x) for x in column))


def run(
    params,
    X,
    h0,
    step=None,
    start=None,
    tanh=np.tanh,
    out=softmax,
    logits=None,
    bias=None,
    W=None,
):
    """One step after the other on flat states; `step` gives the state and character it takes."""
    U, V, c = params["U"], params["V"], params["c"].ravel()
    W = params["W"] if W is None else W
    b = params["b"].ravel() if bias is None else bias(params["b"].ravel())
    T = X.shape[1]
    h0 = h0.ravel()
    s = h0.copy() if start is None else start(h0)
    seen, As, Ps = [h0], [], []
    for t in range(T):
        before, x = (s, X[:, t]) if step is None else step(t, s, seen, As, X)
        As.append(np.einsum("ij,j->i", W, before) + U.dot(x) + b)
        s = tanh(As[-1])
        seen.append(s)
    for t in range(T):
        O = V.dot(seen[t + 1]) + c if logits is None else logits(V, seen, As, c, t)
        Ps.append(O)
    P = out(np.array(Ps).T.copy())
    return P, np.array(seen).T.copy(), np.array(As).T.copy()


def styled(**choices: Any) -> Callable[..., Any]:
    """The loop with a choice."""
    return lambda params, X, h0: run(params, X, h0, **choices)


def with_H(change: Callable[[Any, Any], Any], **choices: Any) -> Callable[..., Any]:
    """The loop with another H, made from H and A."""

    def call(params, X, h0):
        P, H, A = run(params, X, h0, **choices)
        return P, change(H, A), A

    return call


def zero_first(H, A):
    H = H.copy()
    H[:, 0] = 0
    return H


def W_transposed(params, X, h0):
    return run(params, X, h0, W=np.transpose(params["W"]))


def W_forgotten(params, X, h0):
    return run(params, X, h0, W=np.zeros_like(params["W"]))


def tanh_of_the_recurrent_part(params, X, h0):
    U, W, V, b, c = (params[k] for k in "UWVbc")
    Hs, As = [h0], []
    for x in X.T:
        u = U @ x[:, None] + b
        As += [W @ Hs[-1] + u]
        Hs += [np.tanh(W @ Hs[-1]) + u]
    H = np.hstack(Hs)
    return softmax(V @ H[:, 1:] + c), H, np.hstack(As)


def P_in_reverse(params, X, h0):
    P, H, A = run(params, X, h0)
    return np.flip(P, axis=1).copy(), H, A


def logits_returned(params, X, h0):
    return run(params, X, h0, out=lambda O: O)


def A_after_tanh(params, X, h0):
    P, H, A = run(params, X, h0)
    return P, H, np.tanh(A)


def A_without_b(params, X, h0):
    P, H, _ = run(params, X, h0)
    return P, H, params["W"] @ H[:, :-1] + params["U"] @ X


def state_in_its_own_column(params, X, h0):
    U, W, V, b, c = (params[k] for k in "UWVbc")
    (m, T), first = (len(h0), X.shape[1]), h0
    As = []
    for t in range(T):
        As.append(W @ (first if t == 0 else np.zeros((m, 1))) + U @ X[:, [t]] + b)
    A = np.hstack(As)
    H = np.hstack((np.tanh(A), np.zeros((m, 1))))
    return softmax(V @ H[:, :T] + c), H, A


def A_left_at_zero(params, X, h0):
    empty = {name: np.zeros_like(params[name]) for name in "UWb"}
    return run({**params, **empty}, X, h0)


def only_the_last_state_stored(params, X, h0):
    _, _, A = run(params, X, h0, step=lambda t, s, seen, As, X: (s if t == 0 else 0 * s, X[:, t]))
    V, c = params["V"], params["c"].ravel()
    seen = [h0.ravel()] + [np.zeros(len(h0))] * (X.shape[1] - 1) + [np.tanh(A[:, -1])]
    return softmax(np.array([V.dot(h) + c for h in seen[1:]]).T), np.array(seen).T.copy(), A


RESTYLED: dict[str, Callable[..., Any]] = {
    "over_rows": over_rows,
    "over_everything": over_everything,
    "sum_along_rows": sum_along_rows,
    "sum_over_all_columns": sum_over_all_columns,
    "nothing_subtracted": columns(lambda column: shares([exp(x) for x in column])),
    "maximum_of_everything_subtracted": maximum_of_everything_subtracted,
    "maximum_of_rows_subtracted": maximum_of_rows_subtracted,
    "minimum_subtracted": columns(lambda c: shares([exp(x - min(c)) for x in c])),
    "mean_subtracted": columns(lambda c: shares([exp(x - sum(c) / len(c)) for x in c])),
    "logits_clipped": columns(clipped),
    "divided_by_the_largest_size": columns(by_size),
    "sign_of_the_logits_turned": lambda O: softmax(0 - O),
    "powers_of_two": lambda O: softmax(math.log(2) * O),
    "no_exponential": columns(lambda c: shares(c)),
    "not_divided_by_the_sum": columns(lambda c: [exp(x - max(c)) for x in c]),
    "divided_by_the_length": columns(length),
    "small_number_below": columns(
        lambda c: shares([exp(x - max(c)) for x in c], sum(exp(x - max(c)) for x in c) + 1e-8)
    ),
    "log_softmax": log_softmax,
    "multiplied_by_the_maximum": columns(lambda c: shares([exp(x * max(c)) for x in c])),
    "subtracted_from_the_maximum": columns(lambda c: shares([exp(max(c) - x) for x in c])),
    "maximum_alone": columns(lambda c: shares([exp(max(c))] * len(c))),
    "multiplied_by_the_sum": columns(
        lambda c: [exp(x - max(c)) * sum(exp(y - max(c)) for y in c) for x in c]
    ),
    "divided_by_the_sum_of_the_logits": columns(
        lambda c: shares([exp(x - max(c)) for x in c], sum(c))
    ),
    "left_at_zero": np.zeros_like,
    "nan_throughout": lambda O: np.log(O - O.max(axis=0) - 1),
    "last_column_left_at_zero": last_column_left_at_zero,
    "sigmoid_of_each_entry": columns(lambda c: [sigmoid(x) for x in c]),
    "maximum_subtracted_above_only": columns(above_only),
    "b_forgotten": styled(bias=np.zeros_like),
    "b_twice": styled(bias=lambda b: b + b),
    "b_subtracted": styled(bias=np.negative),
    "bias_of_unit_0_for_all": styled(bias=lambda b: np.full(len(b), b[0])),
    "c_forgotten": styled(logits=lambda V, seen, As, c, t: V.dot(seen[t + 1])),
    "c_twice": styled(logits=lambda V, seen, As, c, t: c + V.dot(seen[t + 1]) + c),
    "c_subtracted": styled(logits=lambda V, seen, As, c, t: V.dot(seen[t + 1]) - c),
    "tanh_of_the_logits": styled(out=lambda O: softmax(np.tanh(O))),
    "W_transposed": W_transposed,
    "W_forgotten": W_forgotten,
    "h0_at_every_step": styled(step=lambda t, s, seen, As, X: (seen[0], X[:, t])),
    "state_one_step_late": styled(step=lambda t, s, seen, As, X: (seen[max(t - 1, 0)], X[:, t])),
    "preactivation_carried": styled(step=lambda t, s, seen, As, X: (As[-1] if t else s, X[:, t])),
    "h0_ignored": with_H(zero_first, start=np.zeros_like),
    "h0_only_stored": styled(start=np.zeros_like),
    "h0_not_stored": with_H(zero_first),
    "input_of_the_step_before": styled(step=lambda t, s, seen, As, X: (s, X[:, t - 1])),
    "inputs_in_reverse": styled(step=lambda t, s, seen, As, X: (s, X[:, -1 - t])),
    "input_forgotten": styled(step=lambda t, s, seen, As, X: (s, 0 * X[:, t])),
    "no_tanh": styled(tanh=np.copy),
    "sigmoid_for_tanh": styled(tanh=lambda a: (1 + np.tanh(a / 2)) / 2),
    "relu_for_tanh": styled(tanh=lambda a: a * (a > 0)),
    "tanh_of_the_recurrent_part": tanh_of_the_recurrent_part,
    "tanh_twice": styled(tanh=lambda a: np.tanh(np.tanh(a))),
    "states_left_at_zero": styled(tanh=np.zeros_like),
    "A_left_at_zero": A_left_at_zero,
    "another_function_for_tanh": styled(tanh=lambda a: np.sin(a) / np.cos(a)),
    "only_the_last_state_stored": only_the_last_state_stored,
    "logits_from_the_state_before": styled(logits=lambda V, seen, As, c, t: V.dot(seen[t]) + c),
    "logits_from_the_preactivations": styled(logits=lambda V, seen, As, c, t: V.dot(As[t]) + c),
    "logits_returned": logits_returned,
    "softmax_twice": styled(out=lambda O: softmax(softmax(O))),
    "P_in_reverse": P_in_reverse,
    "h0_in_the_last_column": with_H(lambda H, A: np.hstack((H[:, 1:], H[:, :1]))),
    "H_in_reverse": with_H(lambda H, A: np.fliplr(H).copy()),
    "H_all_the_last_state": with_H(lambda H, A: np.tile(H[:, -1:], H.shape[1])),
    "H_before_tanh": with_H(lambda H, A: np.column_stack((H[:, 0], A))),
    "A_after_tanh": A_after_tanh,
    "A_without_b": A_without_b,
    "state_in_its_own_column": state_in_its_own_column,
}
