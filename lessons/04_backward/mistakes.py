"""Known mistakes in lesson 4: back-propagation through time."""

from types import SimpleNamespace

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes
from reference.adagrad import clip
from reference.backward import backward as right_backward
from reference.backward import output_gradient as right_output_gradient
from reference.backward import preactivation_gradient as right_preactivation_gradient


def recursion(
    params,
    G,
    H,
    *,
    slope=lambda H: 1 - H[:, 1:] ** 2,
    sends=lambda V, G: V.T @ G,
    combine=lambda own, carried, s, last: (own + carried) * s,
    carry=lambda W, d, heard, own, before: W.T @ d,
    order=lambda T: reversed(range(T)),
    start=lambda W: np.zeros(len(W)),
    finish=lambda D, s: D,
):
    """dL/dA from last to first, with a choice of how each step is made.

    `heard` is what a state hears in all, before the slope of tanh, `own` what its own output
    sends, after the slope, and `before` what was carried to this step.
    """
    sent, slopes = sends(params["V"], G), slope(H)
    D = np.zeros_like(sent)
    carried = start(params["W"])
    for t in order(G.shape[1]):
        own, s = sent[:, t], slopes[:, t]
        D[:, t] = combine(own, carried, s, t == G.shape[1] - 1)
        carried = carry(params["W"], D[:, t], own + carried, own * s, carried)
    return finish(D, slopes)


def product(left, right, s):
    """The sum over the steps of a column times a row."""
    return left @ right.T


def gradients(
    params,
    X,
    Y,
    P,
    H,
    *,
    output_gradient=right_output_gradient,
    preactivation_gradient=right_preactivation_gradient,
    targets=lambda X, Y: Y,
    dU=product,
    dW=product,
    dV=product,
    db=product,
    dc=product,
    finish=lambda grads: grads,
):
    """The five gradients, with a choice of how each is made of the two arrays that it is made of.

    The third argument holds all that there is: X, Y, P, H, G and D.
    """
    G = output_gradient(P, targets(X, Y))
    D = preactivation_gradient(params, G, H)
    s = SimpleNamespace(X=X, Y=Y, P=P, H=H, G=G, D=D)
    ones = np.ones((1, X.shape[1]))
    grads = {
        "U": dU(D, X, s),
        "W": dW(D, H[:, :-1], s),
        "V": dV(G, H[:, 1:], s),
        "b": db(D, ones, s),
        "c": dc(G, ones, s),
    }
    return finish(grads)


in_output_gradient = Mistakes("output_gradient")
in_preactivation_gradient = Mistakes("preactivation_gradient", recursion)
in_backward = Mistakes("backward", gradients)


@in_output_gradient.whole(
    "the sign is turned: this is Y - P.",
    "When the target's logit grows, does the loss grow or fall?",
)
def sign_turned(P, Y):
    return Y - P


@in_output_gradient.whole(
    "the gradient is divided by the number of steps; the loss is a sum over the steps, not their "
    "mean.",
    "What does a longer window change in the gradient at its first step?",
)
def divided_by_T(P, Y):
    return (P - Y) / P.shape[1]


@in_output_gradient.whole(
    "a slope P (1 - P) of softmax is multiplied in; softmax and the loss together have left P - Y, "
    "with that slope already in it.",
    "Differentiate the logarithm of softmax by hand, for K = 2. Which factors cancel?",
)
def slope_of_softmax_again(P, Y):
    return (P - Y) * P * (1 - P)


@in_output_gradient.whole(
    "the result stays at zero: nothing is written into it, or P is compared with itself.",
    "Print the two arrays that you subtract. Are they different?",
)
def all_zero(P, Y):
    return np.zeros_like(P)


@in_output_gradient.whole(
    "Y is added to P; it should be subtracted.",
    "What is the gradient by the target's logit when its probability is already 1?",
)
def target_added(P, Y):
    return P + Y


@in_output_gradient.whole(
    "the target's 1 is not subtracted: this is P itself.",
    "What is the gradient by the target's logit when its probability is already 1?",
)
def target_not_subtracted(P, Y):
    return P.copy()


@in_output_gradient.whole(
    "this is -Y / P, the gradient by the probabilities; softmax has to be passed too.",
    "Between the logits and the loss lie two functions. Which one is missing?",
)
def gradient_by_the_probabilities(P, Y):
    return -Y / P


@in_output_gradient.whole(
    "1 is subtracted from every probability; it should be subtracted from the target's only.",
    "What do the entries of a column of P - Y sum to?",
)
def one_subtracted_everywhere(P, Y):
    return P - 1


@in_output_gradient.whole(
    "1 is subtracted from the likeliest character's probability, and not from the target's.",
    "Which array says what really came?",
)
def likeliest_for_the_target(P, Y):
    return P - (np.arange(len(P))[:, None] == P.argmax(axis=0))


@in_output_gradient.whole(
    "only the targets' entries are filled, with P - 1; the other characters have a gradient too.",
    "Does the loss change when the logit of another character grows?",
)
def only_the_targets(P, Y):
    return (P - 1) * Y


@in_output_gradient.whole(
    "the gradient is twice what it should be, as though the loss were a squared error.",
    "Differentiate -log p. Where would a 2 come from?",
)
def twice(P, Y):
    return 2 * (P - Y)


@in_output_gradient.whole(
    "the gradient is divided by K, the number of characters.",
    "Is the loss a mean over the characters?",
)
def divided_by_K(P, Y):
    return (P - Y) / P.shape[0]


in_preactivation_gradient.choice(
    "carried_through_W_untransposed",
    "the gradient is carried back through W; it should go through W transposed.",
    "Forward, unit j reaches unit i through W[i, j]. Backward, unit i reaches unit j through ...?",
    carry=lambda W, d, heard, own, before: W @ d,
)

in_preactivation_gradient.choice(
    "nothing_carried",
    "nothing is carried back from the step after, so that each step hears its own output only.",
    "Does the first state change the second one, and so the second loss?",
    carry=lambda W, d, heard, own, before: 0 * d,
)

in_preactivation_gradient.choice(
    "slope_missing",
    "the slope of tanh is missing.",
    "Gradients by H and by A differ. Which function stands between the two?",
    slope=lambda H: np.ones_like(H[:, 1:]),
)

in_preactivation_gradient.choice(
    "slope_at_the_state_before",
    "the slope of tanh is taken at the state before each step, H[:,t]; step t made H[:,t+1].",
    "H has a column more than A. Which column of H is the tanh of A[:,t]?",
    slope=lambda H: 1 - H[:, :-1] ** 2,
)

in_preactivation_gradient.choice(
    "tanh_taken_twice",
    "the slope is 1 - tanh(h)^2, with tanh taken a second time; h is already a tanh.",
    "The slope of tanh at a is 1 - tanh(a)^2. Which part of that is h?",
    slope=lambda H: 1 - np.tanh(H[:, 1:]) ** 2,
)

in_preactivation_gradient.choice(
    "slope_with_twice_h",
    "the slope is 1 - 2 h; it should be 1 - h^2.",
    "What is the slope of tanh where h = -1?",
    slope=lambda H: 1 - 2 * H[:, 1:],
)

in_preactivation_gradient.choice(
    "slope_with_its_sign_turned",
    "the slope is h^2 - 1; it should be 1 - h^2.",
    "Does tanh rise or fall?",
    slope=lambda H: H[:, 1:] ** 2 - 1,
)

in_preactivation_gradient.choice(
    "slope_without_the_square",
    "the slope is 1 - h; it should be 1 - h^2.",
    "What is the slope of tanh where h = -1?",
    slope=lambda H: 1 - H[:, 1:],
)

in_preactivation_gradient.choice(
    "slope_with_a_plus",
    "the slope is 1 + h^2; it should be 1 - h^2.",
    "Is tanh steeper at 0 or where h is close to 1?",
    slope=lambda H: 1 + H[:, 1:] ** 2,
)

in_preactivation_gradient.choice(
    "slope_of_the_sigmoid",
    "the slope is h (1 - h), which is the sigmoid's; tanh has 1 - h^2.",
    "What is the slope of tanh at 0, where h = 0?",
    slope=lambda H: H[:, 1:] * (1 - H[:, 1:]),
)

in_preactivation_gradient.choice(
    "slope_squared_as_a_whole",
    "the slope is (1 - h)^2; only h is squared, 1 - h^2.",
    "In 1 - h^2, which comes first: the square or the difference?",
    slope=lambda H: (1 - H[:, 1:]) ** 2,
)

in_preactivation_gradient.choice(
    "square_in_place_of_the_slope",
    "the slope is h^2; it should be 1 - h^2.",
    "What is the slope of tanh at 0, where h = 0?",
    slope=lambda H: H[:, 1:] ** 2,
)

in_preactivation_gradient.choice(
    "tanh_in_place_of_the_slope",
    "the gradient is multiplied by h; it should be multiplied by the slope of tanh, 1 - h^2.",
    "Forward, a goes through tanh. What does a gradient go through on its way back?",
    slope=lambda H: H[:, 1:],
)

in_preactivation_gradient.choice(
    "slope_divided_by",
    "the gradient is divided by the slope of tanh; it should be multiplied by it.",
    "Where tanh is flat, does the loss hear more of a, or less?",
    slope=lambda H: 1 / (1 - H[:, 1:] ** 2),
)

in_preactivation_gradient.choice(
    "slope_before_the_carried_part",
    "the slope of tanh multiplies only what comes from the step's own output; what is carried back "
    "from the step after must go through it too.",
    "Both parts reach A through the same state. What do they have to pass?",
    combine=lambda own, carried, s, last: own * s + carried,
)

in_preactivation_gradient.choice(
    "slope_for_the_carried_part_only",
    "the slope of tanh multiplies only what is carried back; what comes from the step's own output "
    "must go through it too.",
    "Both parts reach A through the same state. What do they have to pass?",
    combine=lambda own, carried, s, last: own + carried * s,
)

in_preactivation_gradient.choice(
    "carried_part_only",
    "what is carried back replaces what the step's own output sends; the two should be added.",
    "A state is heard twice. How do two effects on one loss combine?",
    combine=lambda own, carried, s, last: (own if last else carried) * s,
)

in_preactivation_gradient.choice(
    "carried_part_subtracted",
    "what is carried back is subtracted from what the own output sends; the two should be added.",
    "A state is heard twice. How do two effects on one loss combine?",
    combine=lambda own, carried, s, last: (own - carried) * s,
)

in_preactivation_gradient.choice(
    "gradient_by_the_state_carried",
    "what is carried back is the gradient by the state, without the slope of tanh; it should be "
    "the gradient by the pre-activation.",
    "Between H[:,t+1] and H[:,t] lie two things. Which one is passed first on the way back?",
    carry=lambda W, d, heard, own, before: W.T @ heard,
)

in_preactivation_gradient.choice(
    "carried_one_step_only",
    "only what a step's own output sends is carried to the step before; all that the step hears "
    "is, so that a late loss reaches the first step.",
    "How does the loss of step 2 come to step 0?",
    carry=lambda W, d, heard, own, before: W.T @ own,
)

in_preactivation_gradient.choice(
    "carried_without_W",
    "the gradient is carried back as it is, without W.",
    "What lies between the state of one step and the pre-activation of the next?",
    carry=lambda W, d, heard, own, before: d.copy(),
)

in_preactivation_gradient.choice(
    "carried_parts_pile_up",
    "what is carried back is added to what was carried before; at each step it is made anew.",
    "What D[:,t+1] holds already came from D[:,t+2]. How often is that counted?",
    carry=lambda W, d, heard, own, before: before + W.T @ d,
)

in_preactivation_gradient.choice(
    "sign_of_what_the_output_sends",
    "the sign of the whole is turned.",
    "If G grows at one entry, in which direction does D move?",
    finish=lambda D, s: -D,
)

in_preactivation_gradient.choice(
    "first_step_not_reached",
    "the loop ends one step early: step 0 is left at zero.",
    "Write down the values that t takes. Is every step among them?",
    finish=lambda D, s: D * (np.arange(D.shape[1]) > 0),
)

in_preactivation_gradient.choice(
    "last_step_not_reached",
    "the loop begins one step too late: the last step is left at zero, and nothing comes from it.",
    "Write down the values that t takes. Is every step among them?",
    order=lambda T: reversed(range(T - 1)),
)

in_preactivation_gradient.choice(
    "only_the_last_step_reached",
    "only the last step is filled; all before it are left at zero.",
    "Write down the values that t takes. Is every step among them?",
    order=lambda T: [T - 1],
)

in_preactivation_gradient.choice(
    "no_step_reached",
    "the result stays at zero: nothing is written into it.",
    "Write down the values that t takes. Is there any?",
    order=lambda T: [],
)

in_preactivation_gradient.choice(
    "from_first_to_last",
    "the loop runs from the first step to the last, so that each step hears the one before it; it "
    "should hear the one after it.",
    "Which steps does the state of step 1 change: earlier ones or later ones?",
    order=range,
)

in_preactivation_gradient.choice(
    "recursion_starts_from_ones",
    "the recursion starts from ones, as though the step after the last had a gradient of 1; it "
    "should start from zeros.",
    "Which loss comes after the last step?",
    start=lambda W: W.sum(axis=0),
)

in_preactivation_gradient.choice(
    "gradient_by_the_state_returned",
    "the recursion is right, but what is returned is the gradient by the states; it should be the "
    "one by the pre-activations, with the slope of tanh in it.",
    "dL/dH and dL/dA both come up at every step. Which one is asked for?",
    finish=lambda D, s: D / s,
)

in_preactivation_gradient.choice(
    "columns_in_the_order_of_the_loop",
    "the columns stand in the order in which the loop made them, last step first.",
    "Which step does column 0 of D belong to?",
    finish=lambda D, s: D[:, ::-1],
)

in_preactivation_gradient.choice(
    "clipped_on_the_way",
    "the entries are clipped to [-5, 5]; the gradient should be returned as it is.",
    "Clipping comes with the update. What would a gradient check say of a clipped gradient?",
    finish=lambda D, s: np.clip(D, -5, 5),
)

in_preactivation_gradient.choice(
    "divided_by_the_number_of_steps",
    "the gradient is divided by the number of steps; the loss is a sum over the steps.",
    "What does a longer window change in the gradient at its last step?",
    finish=lambda D, s: D / D.shape[1],
)


@in_preactivation_gradient.whole(
    "this is V transposed times G: what each step's own output sends, with neither the slope of "
    "tanh nor anything carried back.",
    "Which two things happen to it before it is dL/dA?",
)
def only_what_the_output_sends(params, G, H):
    return params["V"].T @ G


def of_each(name, sentence, hint, change, of=("dU", "dW", "dV", "db", "dc")):
    """A mistake in each of the five gradients; {} in name, sentence and hint is the gradient's."""
    for d in of:
        in_backward.choice(name.format(d), sentence.format(d), hint.format(d[1:]), **{d: change})


of_each(
    "{}_left_at_zero",
    "{} stays at zero: nothing is written into it.",
    "Which line of yours fills the gradient of {}, and does it run?",
    lambda left, right, s: 0 * product(left, right, s),
)
of_each(
    "{}_as_a_mean",
    "{} is divided by the number of steps; it should be a sum over the steps.",
    "The loss is a sum over the steps, and each step uses the same {}. What is then its slope?",
    lambda left, right, s: left @ right.T / left.shape[1],
)
of_each(
    "{}_of_the_last_step",
    "{} holds only what the last step gives; the steps should be added up.",
    "How many steps use the same {}?",
    lambda left, right, s: left[:, -1:] @ right[:, -1:].T,
)
of_each(
    "{}_of_the_first_step",
    "{} holds only what step 0, the loop's last, gives; the steps should be added up.",
    "How many steps use the same {}?",
    lambda left, right, s: left[:, :1] @ right[:, :1].T,
)
of_each(
    "{}_from_the_gradient_by_the_states",
    "{} is made with the gradient by the states, and not by the pre-activations.",
    "{} belongs to A. What lies between A and the state?",
    lambda left, right, s: left / (1 - s.H[:, 1:] ** 2) @ right.T,
    of=("dU", "dW", "db"),
)
of_each(
    "{}_as_the_largest",
    "{} is the largest entry of each row; it should be their sum.",
    "How many steps use the same {}?",
    lambda left, right, s: left.max(axis=1, keepdims=True),
    of=("db", "dc"),
)

in_backward.choice(
    "dW_with_the_states_after",
    "dW multiplies dL/dA with the states after each step; W was multiplied with those before it.",
    "A[:,t] = W H[:,?] + ... : which column is it?",
    dW=lambda left, right, s: s.D @ s.H[:, 1:].T,
)

in_backward.choice(
    "dW_without_h0",
    "dW leaves out H[:,0], so that what step 0 gives to W is missing.",
    "With a window of a single step, what is W multiplied with?",
    dW=lambda left, right, s: s.D[:, 1:] @ s.H[:, 1:-1].T,
)

in_backward.choice(
    "dW_transposed",
    "dW is transposed.",
    "W[i, j] leads from unit j to unit i. Which index of dW belongs to dL/dA?",
    dW=lambda left, right, s: right @ left.T,
)

in_backward.choice(
    "dV_with_the_states_before",
    "dV multiplies dL/dO with the states before each step; V was multiplied with those after it.",
    "O[:,t] = V H[:,?] + c : which column is it?",
    dV=lambda left, right, s: s.G @ s.H[:, :-1].T,
)

in_backward.choice(
    "dV_with_the_probabilities",
    "dV is made with the probabilities P; it should be made with P - Y.",
    "Which gradient reaches the logits?",
    dV=lambda left, right, s: s.P @ right.T,
)

in_backward.choice(
    "dc_without_the_targets",
    "dc adds up the probabilities P; it should add up P - Y.",
    "Which gradient reaches c?",
    dc=lambda left, right, s: s.P @ right.T,
)


def overwritten(order):
    """A dU whose columns hold the last step that `order` visits of each character."""

    def dU(left, right, s):
        grad, read = np.zeros((len(s.D), len(s.X))), s.X.argmax(axis=0)
        for t in order(len(read)):
            grad[:, read[t]] = s.D[:, t]
        return grad

    return dU


in_backward.choice(
    "dU_overwritten_by_repeated_characters",
    "a character that is read again overwrites its column of dU, so that its last step is left; "
    "what all of its steps give should be added up.",
    "How often does the loss hear a column of U whose character is read three times?",
    dU=overwritten(range),
)

in_backward.choice(
    "dU_overwritten_on_the_way_back",
    "a character that was read before overwrites its column of dU, so that its first step is left; "
    "what all of its steps give should be added up.",
    "How often does the loss hear a column of U whose character is read three times?",
    dU=overwritten(lambda T: reversed(range(T))),
)

in_backward.choice(
    "dU_one_step_late",
    "dU pairs each step's gradient with the character of the step before (index -1 for step 0).",
    "A[:,t] = ... + U X[:,?] : which column is it?",
    dU=lambda left, right, s: s.D @ np.roll(s.X, 1, axis=1).T,
)

in_backward.choice(
    "dU_with_the_targets",
    "dU is made with the targets Y; U was multiplied with the inputs X.",
    "A[:,t] = ... + U ?[:,t] : which array is it?",
    dU=lambda left, right, s: s.D @ s.Y.T,
)

in_backward.choice(
    "inputs_as_targets",
    "the inputs X stand in the place of the targets: P - X.",
    "Which of the two arrays was the network to predict?",
    targets=lambda X, Y: X,
)


def only(t):
    """The choice that leaves the gradients of one step."""
    return dict.fromkeys(
        ("dU", "dW", "dV", "db", "dc"), lambda left, right, s: left[:, [t]] @ right[:, [t]].T
    )


in_backward.choice(
    "only_step_0_left",
    "each step overwrites the gradients instead of adding to them: only step 0, the last to be "
    "visited, is left.",
    "How many steps use the same W?",
    **only(0),
)

in_backward.choice(
    "only_the_last_step_left",
    "each step overwrites the gradients instead of adding to them: only the last step is left.",
    "How many steps use the same W?",
    **only(-1),
)

in_backward.choice(
    "clipped_inside",
    "the gradients are clipped to [-5, 5] here; backward should return them as they are.",
    "Clipping comes with the update. What would a gradient check say of a clipped gradient?",
    finish=clip,
)


@in_backward.whole(
    "the gradients are clipped to [-{value}, {value}]; backward should return them as they are.",
    "Clipping comes with the update. What would a gradient check say of a clipped gradient?",
    values=(1, 2, 10),
)
def clipped_to_another_limit(params, X, Y, P, H, *, value):
    return clip(right_backward(params, X, Y, P, H), value)


@in_backward.whole(
    "the gradients are scaled down to a norm of {value} in all; backward should return them as "
    "they are.",
    "What would a gradient check say of a gradient that is scaled down?",
    values=(5, 1, 10),
)
def clipped_by_norm(params, X, Y, P, H, *, value):
    grads = right_backward(params, X, Y, P, H)
    norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
    return {name: grad * min(1.0, value / norm) for name, grad in grads.items()}


@in_backward.whole(
    "the arguments X and Y are exchanged.",
    "Which of the two did the network read, and which was it to predict?",
)
def X_and_Y_exchanged(params, X, Y, P, H):
    return right_backward(params, Y, X, P, H)
