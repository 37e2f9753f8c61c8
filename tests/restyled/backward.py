"""The known mistakes of lesson 4, written step by step and entry by entry.

The registry works on whole arrays; here there are scalar loops over lists, columns that are
collected and stacked, and a backward in one piece that calls no other function.
"""

from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

# output_gradient


def entry_by_entry(entry: Callable) -> Callable:
    """An output_gradient that fills nested lists with entry(p, y, K, T)."""

    def output_gradient(P, Y):
        K, T = P.shape
        rows = [[entry(float(P[k, t]), float(Y[k, t]), K, T) for t in range(T)] for k in range(K)]
        return np.array(rows)

    return output_gradient


def target_by_target(change: Callable, start: Callable = np.copy) -> Callable:
    """An output_gradient that changes a copy of P at one place of each column."""

    def output_gradient(P, Y):
        G = start(P)
        for t in range(P.shape[1]):
            change(G, P, int(np.argmax(Y[:, t])), t)
        return G

    return output_gradient


def sign_turned(P, Y):
    return np.hstack([np.subtract(y, p)[:, None] for p, y in zip(P.T, Y.T, strict=True)])


def all_zero(P, Y):
    G = np.array(P)
    for k, t in np.ndindex(*G.shape):
        G[k, t] -= P[k, t]
    return G


def target_added(G, P, k, t):
    G[k, t] += 1.0


def target_left_alone(G, P, k, t):
    G[k, t] -= 0.0


def likeliest(G, P, k, t):
    G[P[:, t].tolist().index(max(P[:, t])), t] -= 1.0


def only_the_target(G, P, k, t):
    G[k, t] = P[k, t] - 1.0


def gradient_by_the_probabilities(P, Y):
    G = np.empty(P.shape)
    for t in range(P.shape[1]):
        G[:, t] = -(Y[:, t] * (1.0 / P[:, t]))
    return G


OUTPUT = {
    "sign_turned": sign_turned,
    "divided_by_T": entry_by_entry(lambda p, y, K, T: p / T - y / T),
    "slope_of_softmax_again": entry_by_entry(lambda p, y, K, T: (p - p * p) * (p - y)),
    "all_zero": all_zero,
    "target_added": target_by_target(target_added),
    "target_not_subtracted": target_by_target(target_left_alone),
    "gradient_by_the_probabilities": gradient_by_the_probabilities,
    "one_subtracted_everywhere": entry_by_entry(lambda p, y, K, T: -(1.0 - p)),
    "likeliest_for_the_target": target_by_target(likeliest),
    "only_the_targets": target_by_target(only_the_target, np.zeros_like),
    "twice": entry_by_entry(lambda p, y, K, T: (p - y) + (p - y)),
    "divided_by_K": entry_by_entry(lambda p, y, K, T: (p - y) / K),
}

# preactivation_gradient


def scalar_loops(slope: Callable, late: int = 1) -> Callable:
    """A preactivation_gradient of nested lists, with slope(h) at the states `late` columns on."""

    def preactivation_gradient(params, G, H):
        W, V, g, h = params["W"].tolist(), params["V"].tolist(), G.tolist(), H.tolist()
        m, K, T = len(W), len(g), len(g[0])
        d = [[0.0] * (T + 1) for _ in range(m)]
        for t in range(T - 1, -1, -1):
            for i in range(m):
                heard = 0.0
                for k in range(K):
                    heard += V[k][i] * g[k][t]
                for j in range(m):
                    heard += W[j][i] * d[j][t + 1]
                d[i][t] = heard * slope(h[i][t + late])
        return np.array(d)[:, :T]

    return preactivation_gradient


def collected(wrong: str) -> Callable:
    """A preactivation_gradient that collects its columns, last step first, with one thing wrong."""

    def preactivation_gradient(params, G, H):
        W, V = params["W"], params["V"]
        m, T = len(W), G.shape[1]
        nothing = np.zeros((m, 1))
        following = np.ones((m, 1)) if wrong == "starts from ones" else nothing
        pile = nothing
        columns, states = [], []
        for t in range(T - 1, -1, -1):
            if (wrong == "stops early" and t == 0) or (wrong == "last only" and t < T - 1):
                columns.append(nothing)
                continue
            if wrong == "starts late" and t == T - 1:
                columns.append(nothing)
                continue
            own = np.dot(G[:, [t]].T, V).T
            h = H[:, t + 1 : t + 2]
            slope = (1 - h) * (1 + h)
            back = np.dot(following.T, W).T
            if wrong == "untransposed":
                back = np.dot(W, following)
            elif wrong == "without W":
                back = following
            elif wrong == "nothing":
                back = nothing
            elif wrong == "subtracted":
                back = -back
            elif wrong == "piles up":
                pile = pile + back
                back = pile
            elif wrong == "in place of its own" and columns:
                own = nothing
            heard = own + back
            column = np.multiply(heard, slope)
            if wrong == "slope for its own":
                column = own * slope + back
            elif wrong == "slope for the carried":
                column = own + back * slope
            following = column
            if wrong == "state carried":
                following = heard
            elif wrong == "one step":
                following = own * slope
            columns.append(column)
            states.append(heard)
        if wrong == "loop order":
            return np.hstack(columns)
        return np.hstack((states if wrong == "states" else columns)[::-1])

    return preactivation_gradient


def afterwards(change: Callable) -> Callable:
    """A right recursion over rows of time, each entry changed as it is written to the result."""

    def preactivation_gradient(params, G, H):
        T = G.shape[1]
        result = np.zeros((H.shape[0], T))
        row = np.zeros(H.shape[0])
        for back in range(1, T + 1):
            sent = np.einsum("k,ki->i", G[:, -back], params["V"])
            row = (sent + np.einsum("j,ji->i", row, params["W"])) * (1 - np.square(H[:, -back]))
            for i, x in enumerate(row):
                result[i, -back] = change(x, T)
        return result

    return preactivation_gradient


def from_first_to_last(params, G, H):
    D = np.empty((len(H), 0))
    for t in range(G.shape[1]):
        heard = G[:, t] @ params["V"]
        if t > 0:
            heard = heard + D[:, t - 1] @ params["W"]
        D = np.hstack((D, (heard - heard * H[:, t + 1] ** 2)[:, None]))
    return D


def no_step_reached(params, G, H):
    W, V = params["W"], params["V"]
    D = np.zeros((len(W), G.shape[1]))
    following = np.zeros(len(W))
    for t in range(G.shape[1] - 1, -1):  # the step of -1 is forgotten
        D[:, t] = (V.T @ G[:, t] + W.T @ following) * (1 - H[:, t + 1] ** 2)
        following = D[:, t]
    return D


def only_what_the_output_sends(params, G, H):
    D = np.zeros((len(H), G.shape[1]))
    for row, weights in zip(G, params["V"], strict=True):
        D += np.outer(weights, row)
    return D


HIDDEN = {
    "carried_through_W_untransposed": collected("untransposed"),
    "nothing_carried": collected("nothing"),
    "slope_missing": scalar_loops(lambda h: 1.0),
    "slope_at_the_state_before": scalar_loops(lambda h: 1.0 - h * h, late=0),
    "tanh_taken_twice": scalar_loops(lambda h: float(np.cosh(h)) ** -2),
    "slope_with_twice_h": scalar_loops(lambda h: 1.0 - h - h),
    "slope_with_its_sign_turned": scalar_loops(lambda h: (h - 1.0) * (h + 1.0)),
    "slope_without_the_square": scalar_loops(lambda h: 1.0 - h),
    "slope_with_a_plus": scalar_loops(lambda h: 1.0 + h * h),
    "slope_of_the_sigmoid": scalar_loops(lambda h: h - h * h),
    "slope_squared_as_a_whole": scalar_loops(lambda h: (1.0 - h) * (1.0 - h)),
    "square_in_place_of_the_slope": scalar_loops(lambda h: h * h),
    "tanh_in_place_of_the_slope": scalar_loops(lambda h: h),
    "slope_divided_by": scalar_loops(lambda h: 1.0 / ((1.0 - h) * (1.0 + h))),
    "slope_before_the_carried_part": collected("slope for its own"),
    "slope_for_the_carried_part_only": collected("slope for the carried"),
    "carried_part_only": collected("in place of its own"),
    "carried_part_subtracted": collected("subtracted"),
    "gradient_by_the_state_carried": collected("state carried"),
    "carried_one_step_only": collected("one step"),
    "carried_without_W": collected("without W"),
    "carried_parts_pile_up": collected("piles up"),
    "sign_of_what_the_output_sends": afterwards(lambda x, T: -x),
    "first_step_not_reached": collected("stops early"),
    "last_step_not_reached": collected("starts late"),
    "only_the_last_step_reached": collected("last only"),
    "no_step_reached": no_step_reached,
    "from_first_to_last": from_first_to_last,
    "recursion_starts_from_ones": collected("starts from ones"),
    "gradient_by_the_state_returned": collected("states"),
    "columns_in_the_order_of_the_loop": collected("loop order"),
    "clipped_on_the_way": afterwards(lambda x, T: max(-5.0, min(5.0, x))),
    "divided_by_the_number_of_steps": afterwards(lambda x, T: x / T),
    "only_what_the_output_sends": only_what_the_output_sends,
}

# backward

GATHERED = {  # what becomes of the steps' shares, the last step's first
    "added": sum,
    "overwritten": lambda shares: shares[-1],
    "written once": lambda shares: shares[0],
    "averaged": lambda shares: np.mean(shares, axis=0),
    "largest": np.maximum.reduce,
    "forgotten": lambda shares: np.zeros_like(shares[0]),
}


def one_piece(
    names: str = "",
    gathered: str = "added",
    share: Callable | None = None,
    target: str = "Y",
    clipped: bool = False,
) -> Callable:
    """A backward in one loop of outer products, that calls no other function.

    Of the gradients in `names` the steps' shares are `gathered` otherwise, or `share` makes
    them, from the vectors of one step. `target` is the array whose 1 is subtracted.
    """

    def backward(params, X, Y, P, H):
        arrays = {"X": X, "Y": Y}
        shares = {name: [] for name in "UWVbc"}
        following = np.zeros(len(H))
        for t in reversed(range(X.shape[1])):
            dy = P[:, t] - arrays[target][:, t]
            dh = dy @ params["V"] + following
            da = dh - dh * H[:, t + 1] ** 2
            following = da @ params["W"]
            x, y, p, before, after = X[:, t], Y[:, t], P[:, t], H[:, t], H[:, t + 1]
            made = {
                "U": np.outer(da, x),
                "W": np.outer(da, before),
                "V": np.outer(dy, after),
                "b": da[:, None],
                "c": dy[:, None],
            }
            if share is not None:
                made[names] = share(
                    SimpleNamespace(
                        t=t, dy=dy, dh=dh, da=da, x=x, y=y, p=p, before=before, after=after,
                        x_before=X[:, t - 1],
                    )
                )  # fmt: skip
            for name in made:
                shares[name].append(made[name])
        grads = {
            name: GATHERED[gathered if name in names else "added"](shares[name]) for name in "UWVbc"
        }
        if clipped:
            for grad in grads.values():
                np.clip(grad, -5, 5, out=grad)
        return grads

    return backward


def clipped_to_another_limit(params, X, Y, P, H):
    grads = one_piece()(params, X, Y, P, H)
    return {name: np.minimum(np.maximum(grad, -1.0), 1.0) for name, grad in grads.items()}


def clipped_by_norm(params, X, Y, P, H):
    grads = one_piece()(params, X, Y, P, H)
    norm = np.linalg.norm(np.concatenate([grad.ravel() for grad in grads.values()]))
    return {name: grad / norm * 5.0 if norm > 5.0 else grad for name, grad in grads.items()}


def dU_overwritten_on_the_way_back(params, X, Y, P, H):
    grads = one_piece()(params, X, Y, P, H)
    dU, d = np.zeros(params["U"].shape), np.zeros(len(H))
    for t in reversed(range(X.shape[1])):
        d = ((P[:, t] - Y[:, t]) @ params["V"] + d @ params["W"]) * (1 - H[:, t + 1] ** 2)
        dU[:, int(np.argmax(X[:, t]))] = d
    return grads | {"U": dU}


def dU_overwritten_by_repeated_characters(params, X, Y, P, H):
    grads = one_piece()(params, X, Y, P, H)
    read = np.argmax(X, axis=0)
    each = [np.zeros(len(H))]
    for t in reversed(range(X.shape[1])):
        sent = (P[:, t] - Y[:, t]) @ params["V"] + each[0] @ params["W"]
        each.insert(0, sent * (1 - H[:, t + 1] ** 2))
    grads["U"] = np.zeros(params["U"].shape)
    grads["U"][:, read] = np.array(each[:-1]).T
    return grads


def X_and_Y_exchanged(params, X, Y, P, H):
    return one_piece("U", share=lambda step: np.outer(step.da, step.y), target="X")(
        params, X, Y, P, H
    )


BACKWARD = {
    "dW_with_the_states_after": one_piece("W", share=lambda s: np.outer(s.da, s.after)),
    "dW_without_h0": one_piece("W", share=lambda s: np.outer(s.da, s.before if s.t else 0 * s.da)),
    "dW_transposed": one_piece("W", share=lambda s: np.outer(s.before, s.da)),
    "dW_as_a_mean": one_piece("W", "averaged"),
    "dW_of_the_last_step": one_piece("W", "written once"),
    "dW_of_the_first_step": one_piece("W", "overwritten"),
    "dV_with_the_states_before": one_piece("V", share=lambda s: np.outer(s.dy, s.before)),
    "dV_as_a_mean": one_piece("V", "averaged"),
    "dV_of_the_last_step": one_piece("V", "written once"),
    "dV_of_the_first_step": one_piece("V", "overwritten"),
    "dU_overwritten_by_repeated_characters": dU_overwritten_by_repeated_characters,
    "clipped_to_another_limit": clipped_to_another_limit,
    "clipped_by_norm": clipped_by_norm,
    "dU_overwritten_on_the_way_back": dU_overwritten_on_the_way_back,
    "dU_one_step_late": one_piece("U", share=lambda s: np.outer(s.da, s.x_before)),
    "dU_as_a_mean": one_piece("U", "averaged"),
    "dU_of_the_last_step": one_piece("U", "written once"),
    "dU_of_the_first_step": one_piece("U", "overwritten"),
    "dW_from_the_gradient_by_the_states": one_piece(
        "W", share=lambda s: np.einsum("i,j->ij", s.dh, s.before)
    ),
    "dU_from_the_gradient_by_the_states": one_piece(
        "U", share=lambda s: np.einsum("i,k->ik", s.dh, s.x)
    ),
    "db_from_the_gradient_by_the_states": one_piece("b", share=lambda s: s.dh.reshape(-1, 1)),
    "dc_without_the_targets": one_piece("c", share=lambda s: s.p.reshape(-1, 1)),
    "inputs_as_targets": one_piece(target="X"),
    "dU_left_at_zero": one_piece("U", "forgotten"),
    "dW_left_at_zero": one_piece("W", "forgotten"),
    "dV_left_at_zero": one_piece("V", "forgotten"),
    "db_left_at_zero": one_piece("b", "forgotten"),
    "dc_left_at_zero": one_piece("c", "forgotten"),
    "dV_with_the_probabilities": one_piece("V", share=lambda s: np.outer(s.p, s.after)),
    "db_as_the_largest": one_piece("b", "largest"),
    "dc_as_the_largest": one_piece("c", "largest"),
    "db_as_a_mean": one_piece("b", "averaged"),
    "db_of_the_last_step": one_piece("b", "written once"),
    "db_of_the_first_step": one_piece("b", "overwritten"),
    "dc_as_a_mean": one_piece("c", "averaged"),
    "dc_of_the_last_step": one_piece("c", "written once"),
    "dc_of_the_first_step": one_piece("c", "overwritten"),
    "only_step_0_left": one_piece("UWVbc", "overwritten"),
    "only_the_last_step_left": one_piece("UWVbc", "written once"),
    "clipped_inside": one_piece(clipped=True),
    "X_and_Y_exchanged": X_and_Y_exchanged,
    "dU_with_the_targets": one_piece("U", share=lambda s: np.outer(s.da, s.y)),
}

RESTYLED: dict[str, Callable] = {**OUTPUT, **HIDDEN, **BACKWARD}
