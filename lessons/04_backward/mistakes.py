"""Known mistakes in lesson 4: back-propagation through time."""

import numpy as np

from lessons.checking.mistakes import mistake
from reference.adagrad import clip
from reference.backward import backward, output_gradient, preactivation_gradient


def _slope(H):
    """The slope of tanh at each step's state."""
    return 1 - H[:, 1:] ** 2


def _recursion(
    params,
    G,
    H,
    *,
    slope=_slope,
    combine=lambda own, carried, s: (own + carried) * s,
    carry=lambda W, d, heard: W.T @ d,
):
    """dL/dA from last to first, with a choice of how each step is made.

    heard is what a state hears in all, before the slope of tanh.
    """
    D = params["V"].T @ G
    carried = np.zeros(len(D))
    for t, s in reversed(list(enumerate(slope(H).T))):
        heard = D[:, t] + carried
        D[:, t] = combine(D[:, t], carried, s)
        carried = carry(params["W"], D[:, t], heard)
    return D


def _gradients(X, G, H, D):
    """The five gradients from dL/dO and dL/dA."""
    return {
        "U": D @ X.T,
        "W": D @ H[:, :-1].T,
        "V": G @ H[:, 1:].T,
        "b": D.sum(axis=1, keepdims=True),
        "c": G.sum(axis=1, keepdims=True),
    }


@mistake(
    "output_gradient",
    "the sign is turned: this is Y - P.",
    "When the target's logit grows, does the loss grow or fall?",
)
def sign_turned(P, Y):
    return Y - P


@mistake(
    "output_gradient",
    "the gradient is divided by the number of steps; the loss is a sum over the steps, not their "
    "mean.",
    "What does a longer window change in the gradient at its first step?",
)
def divided_by_T(P, Y):
    return (P - Y) / P.shape[1]


@mistake(
    "output_gradient",
    "a slope P (1 - P) of softmax is multiplied in; softmax and the loss together have left P - Y, "
    "with that slope already in it.",
    "Differentiate the logarithm of softmax by hand, for K = 2. Which factors cancel?",
)
def slope_of_softmax_again(P, Y):
    return (P - Y) * P * (1 - P)


@mistake(
    "preactivation_gradient",
    "the gradient is carried back through W; it goes through W transposed.",
    "Forward, unit j reaches unit i through W[i, j]. Backward, unit i reaches unit j through ...?",
)
def carried_through_W_untransposed(params, G, H):
    return _recursion(params, G, H, carry=lambda W, d, heard: W @ d)


@mistake(
    "preactivation_gradient",
    "nothing is carried back from the step after: each step hears its own output only.",
    "Does the first state change the second one, and so the second loss?",
)
def nothing_carried(params, G, H):
    return _recursion(params, G, H, carry=lambda W, d, heard: 0 * d)


@mistake(
    "preactivation_gradient",
    "the slope of tanh is missing.",
    "Gradients by H and by A differ. Which function stands between the two?",
)
def slope_missing(params, G, H):
    return _recursion(params, G, H, slope=lambda H: np.ones_like(H[:, 1:]))


@mistake(
    "preactivation_gradient",
    "the slope of tanh is taken at the state before each step, H[:,t]; step t made H[:,t+1].",
    "H has a column more than A. Which column of H is the tanh of A[:,t]?",
)
def slope_at_the_state_before(params, G, H):
    return _recursion(params, G, H, slope=lambda H: 1 - H[:, :-1] ** 2)


@mistake(
    "preactivation_gradient",
    "the slope is 1 - tanh(h)^2, with tanh taken a second time; h is already a tanh.",
    "The slope of tanh at a is 1 - tanh(a)^2. Which part of that is h?",
)
def tanh_taken_twice(params, G, H):
    return _recursion(params, G, H, slope=lambda H: 1 - np.tanh(H[:, 1:]) ** 2)


@mistake(
    "preactivation_gradient",
    "the slope of tanh multiplies only what comes from the step's own output; what is carried back "
    "from the step after must go through it too.",
    "Both parts reach A through the same state. What do they have to pass?",
)
def slope_before_the_carried_part(params, G, H):
    return _recursion(params, G, H, combine=lambda own, carried, s: own * s + carried)


@mistake(
    "preactivation_gradient",
    "what is carried back is the gradient by the state, without the slope of tanh; it is the "
    "gradient by the pre-activation.",
    "Between H[:,t+1] and H[:,t] lie two things. Which one is passed first on the way back?",
)
def gradient_by_the_state_carried(params, G, H):
    return _recursion(params, G, H, carry=lambda W, d, heard: W.T @ heard)


@mistake(
    "preactivation_gradient",
    "the loop ends one step early: step 0 is left at zero.",
    "Write down the values that t takes. Is every step among them?",
)
def first_step_not_reached(params, G, H):
    D = preactivation_gradient(params, G, H)
    D[:, 0] = 0
    return D


@mistake(
    "backward",
    "dW multiplies dL/dA with the states after each step; W was multiplied with those before it.",
    "A[:,t] = W H[:,?] + ... : which column is it?",
)
def dW_with_the_states_after(params, X, Y, P, H):
    D = preactivation_gradient(params, output_gradient(P, Y), H)
    return backward(params, X, Y, P, H) | {"W": D @ H[:, 1:].T}


@mistake(
    "backward",
    "dW leaves out h0: what the first step gives to W is missing.",
    "With a window of a single step, what is W multiplied with?",
)
def dW_without_h0(params, X, Y, P, H):
    D = preactivation_gradient(params, output_gradient(P, Y), H)
    return backward(params, X, Y, P, H) | {"W": D[:, 1:] @ H[:, 1:-1].T}


@mistake(
    "backward",
    "dW is transposed.",
    "W[i, j] leads from unit j to unit i. Which index of dW belongs to dL/dA?",
)
def dW_transposed(params, X, Y, P, H):
    grads = backward(params, X, Y, P, H)
    return grads | {"W": grads["W"].T}


@mistake(
    "backward",
    "dV multiplies dL/dO with the states before each step; V was multiplied with those after it.",
    "O[:,t] = V H[:,?] + c : which column is it?",
)
def dV_with_the_states_before(params, X, Y, P, H):
    return backward(params, X, Y, P, H) | {"V": output_gradient(P, Y) @ H[:, :-1].T}


@mistake(
    "backward",
    "a character that is read again overwrites its column of dU; the steps that read it add up.",
    "How often does the loss hear a column of U whose character is read three times?",
)
def dU_overwritten_by_repeated_characters(params, X, Y, P, H):
    D = preactivation_gradient(params, output_gradient(P, Y), H)
    dU = np.zeros_like(params["U"])
    for t, k in enumerate(X.argmax(axis=0)):
        dU[:, k] = D[:, t]
    return backward(params, X, Y, P, H) | {"U": dU}


@mistake(
    "backward",
    "the gradients of the biases are means over the steps; they are sums.",
    "The loss is a sum over the steps. What is then its slope by a number used at each of them?",
)
def bias_gradients_as_means(params, X, Y, P, H):
    grads, T = backward(params, X, Y, P, H), X.shape[1]
    return grads | {"b": grads["b"] / T, "c": grads["c"] / T}


@mistake(
    "backward",
    "each step overwrites the gradients instead of adding to them: only step 0, the last to be "
    "visited, is left.",
    "How many steps use the same W?",
)
def only_step_0_left(params, X, Y, P, H):
    G = output_gradient(P, Y)
    D = preactivation_gradient(params, G, H)
    return _gradients(X[:, :1], G[:, :1], H[:, :2], D[:, :1])


@mistake(
    "backward",
    "the gradients are clipped to [-5, 5] here; backward returns them as they are.",
    "Clipping comes with the update. What would a gradient check say of a clipped gradient?",
)
def clipped_inside(params, X, Y, P, H):
    return clip(backward(params, X, Y, P, H))
