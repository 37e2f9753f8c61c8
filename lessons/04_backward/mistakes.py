"""Known mistakes in lesson 4: back-propagation through time."""

from types import SimpleNamespace
from typing import Any

import numpy as np

import reference.backward as right
from lessons.checking.explaining.mistakes import Mistakes, Model, formula, of_values
from reference.adagrad import clip

Params = dict[str, np.ndarray]
GRADIENTS = ("dU", "dW", "dV", "db", "dc")


def by_the_logits(
    P: np.ndarray, Y: np.ndarray, *, gradient: Model = right.output_gradient
) -> np.ndarray:
    """dL/dO, with a choice of its formula."""
    return gradient(P, Y)


def recursion(
    params: Params,
    G: np.ndarray,
    H: np.ndarray,
    *,
    slope: Model = lambda h, previous: 1 - h**2,
    combine: Model = lambda own, carried, s, last: (own + carried) * s,
    carry: Model = lambda W, d, heard, own, before: W.T @ d,
    order: Model = lambda T: reversed(range(T)),
    start: Model = lambda W: np.zeros(len(W)),
    finish: Model = lambda D, s: D,
) -> np.ndarray:
    """dL/dA from last to first, with a choice of how each step is made.

    `h` is the state that a step makes, `previous` the one before it, and `s` the slope of tanh.
    `heard` is what a state hears in all, before the slope, `own` what its own output sends, after
    the slope, and `before` what was carried to this step.
    """
    sent, slopes = params["V"].T @ G, slope(H[:, 1:], H[:, :-1])
    D = np.zeros_like(sent)
    carried = start(params["W"])
    for t in order(G.shape[1]):
        own, s = sent[:, t], slopes[:, t]
        D[:, t] = combine(own, carried, s, t == G.shape[1] - 1)
        carried = carry(params["W"], D[:, t], own + carried, own * s, carried)
    return finish(D, slopes)


def product(left: np.ndarray, right: np.ndarray, s: SimpleNamespace) -> np.ndarray:
    """The sum over the steps of a column times a row."""
    return left @ right.T


def gradients(
    params: Params,
    X: np.ndarray,
    Y: np.ndarray,
    P: np.ndarray,
    H: np.ndarray,
    *,
    output_gradient: Model = right.output_gradient,
    preactivation_gradient: Model = right.preactivation_gradient,
    targets: Model = lambda X, Y: Y,
    dU: Model = product,
    dW: Model = product,
    dV: Model = product,
    db: Model = product,
    dc: Model = product,
    finish: Model = lambda grads: grads,
) -> Params:
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


in_output_gradient = Mistakes("output_gradient", by_the_logits)
in_preactivation_gradient = Mistakes("preactivation_gradient", recursion)
in_backward = Mistakes("backward", gradients)


in_output_gradient.slot(
    "gradient",
    alone=True,
    sign_turned=(
        "dL/dO is Y - P; it should be P - Y.",
        "When the target's logit grows, does the loss grow or fall?",
        lambda P, Y: Y - P,
    ),
    divided_by_T=(
        "dL/dO is divided by T, the number of steps; it should not be, as the loss is a sum over "
        "the steps.",
        "What should a longer window change in dL/dO at its first step?",
        lambda P, Y: (P - Y) / P.shape[1],
    ),
    slope_of_softmax_again=(
        "P - Y is multiplied by P (1 - P), a slope of softmax; it should be left as it is, with "
        "that slope already in it.",
        "Differentiate the logarithm of softmax by hand, for K = 2. Which factors cancel?",
        lambda P, Y: (P - Y) * P * (1 - P),
    ),
    all_zero=(
        "dL/dO is 0 throughout, as if nothing were written into it, or P subtracted from itself; "
        "it should be P - Y.",
        "Print the two arrays that you subtract, and what you return. Where do zeros come in?",
        lambda P, Y: np.zeros_like(P),
    ),
    gradient_by_the_probabilities=(
        "dL/dO is -Y / P, which is the gradient by the probabilities; it should be the gradient by "
        "the logits, P - Y.",
        "Between the logits and the loss lie two functions. Which of them does your code pass?",
        lambda P, Y: -Y / P,
    ),
    one_subtracted_everywhere=(
        "1 is subtracted from every probability; it should be subtracted from the target's only.",
        "What do the entries of a column of P - Y sum to?",
        lambda P, Y: P - 1,
    ),
    likeliest_for_the_target=(
        "1 is subtracted from the likeliest character's probability; it should be subtracted from "
        "the target's.",
        "Which array says what really came?",
        lambda P, Y: P - (np.arange(len(P))[:, None] == P.argmax(axis=0)),
    ),
    only_the_targets=(
        "only the targets' entries of dL/dO are filled, with P - 1; those of the other characters "
        "should be filled too, with P.",
        "Does the loss change when the logit of a character grows that is not the target?",
        lambda P, Y: (P - 1) * Y,
    ),
    twice=(
        "dL/dO is 2 (P - Y); it should be P - Y.",
        "Differentiate -log p. Where would a 2 come from?",
        lambda P, Y: 2 * (P - Y),
    ),
    divided_by_K=(
        "dL/dO is divided by K, the number of characters; it should not be.",
        "Over what is the loss added up: characters, steps or both? Is it divided by anything?",
        lambda P, Y: (P - Y) / P.shape[0],
    ),
)
in_output_gradient.slot(
    "gradient",
    "What is the gradient by the target's logit when its probability is already 1?",
    alone=True,
    target_added=("dL/dO is P + Y; it should be P - Y.", lambda P, Y: P + Y),
    target_not_subtracted=(
        "dL/dO is P itself; it should be P - Y.",
        lambda P, Y: P.copy(),
    ),
)


in_preactivation_gradient.slot(
    "carry",
    carried_through_W_untransposed=(
        "the gradient is carried back through W; it should go through W transposed.",
        "Forward, unit j reaches unit i through W[i, j]. Backward, unit i reaches unit j through "
        "...?",
        lambda W, d, heard, own, before: W @ d,
    ),
    nothing_carried=(
        "each step hears its own output only; it should hear the step after it too.",
        "Does the first state change the second one, and so the second loss?",
        lambda W, d, heard, own, before: 0 * d,
    ),
)


def slopes(hint: str, **texts: str) -> None:
    """Mistakes by their names: formulas that stand in the place of 1 - h^2, with one hint."""
    for name, text in texts.items():
        sentence = f"the slope of tanh is taken as {text}; it should be 1 - h^2."
        slope = formula("h, previous", text)
        in_preactivation_gradient.choice(name, sentence, hint, slope=slope)


WHERE_H_IS_0 = "What is the slope of tanh at 0, where h = 0?"

slopes(
    "What is the slope of tanh where h = -1?",
    slope_with_twice_h="1 - 2 h",
    slope_without_the_square="1 - h",
)
slopes("Does tanh rise or fall?", slope_with_its_sign_turned="h^2 - 1")
slopes("Is tanh steeper at 0 or where h is close to 1?", slope_with_a_plus="1 + h^2")
slopes(WHERE_H_IS_0, square_in_place_of_the_slope="h^2")

in_preactivation_gradient.slot(
    "slope",
    slope_missing=(
        "the slope of tanh is missing; it should be multiplied in, as 1 - h^2.",
        "Gradients by H and by A differ. Which function stands between H and A?",
        lambda h, previous: np.ones_like(h),
    ),
    slope_at_the_state_before=(
        "the slope of tanh is taken at H[:,t], the state before the step; it should be taken at "
        "H[:,t+1], which step t made.",
        "H has a column more than A. Which column of H is the tanh of A[:,t]?",
        lambda h, previous: 1 - previous**2,
    ),
    tanh_taken_twice=(
        "the slope of tanh is taken as 1 - tanh(h)^2; it should be 1 - h^2, as h is a tanh "
        "already.",
        "The slope of tanh at a is 1 - tanh(a)^2. Which part of that is h?",
        lambda h, previous: 1 - np.tanh(h) ** 2,
    ),
    slope_of_the_sigmoid=(
        "the slope of tanh is taken as h (1 - h), which is right for 1 / (1 + exp(-a)); it should "
        "be that of tanh, 1 - h^2.",
        WHERE_H_IS_0,
        lambda h, previous: h * (1 - h),
    ),
    slope_squared_as_a_whole=(
        "the slope of tanh is taken as (1 - h)^2; it should be 1 - h^2.",
        "In 1 - h^2, which comes first: the square or the difference?",
        lambda h, previous: (1 - h) ** 2,
    ),
    tanh_in_place_of_the_slope=(
        "the gradient is multiplied by h; it should be multiplied by the slope of tanh, 1 - h^2.",
        "Forward, a goes through tanh. What does a gradient go through on its way back?",
        lambda h, previous: h,
    ),
    slope_divided_by=(
        "the gradient is divided by the slope of tanh; it should be multiplied by it.",
        "Where tanh is flat, does the loss hear more of a, or less?",
        lambda h, previous: 1 / (1 - h**2),
    ),
)

in_preactivation_gradient.slot(
    "combine",
    "A state is heard by its own output and by the next step. What must both gradients pass on the "
    "way to A?",
    slope_before_the_carried_part=(
        "the slope of tanh multiplies only what comes from the step's own output; it should "
        "multiply what is carried back too.",
        lambda own, carried, s, last: own * s + carried,
    ),
    slope_for_the_carried_part_only=(
        "the slope of tanh multiplies only what is carried back; it should multiply what comes "
        "from the step's own output too.",
        lambda own, carried, s, last: own + carried * s,
    ),
)
in_preactivation_gradient.slot(
    "combine",
    "A state is heard twice. How do two effects on one loss combine?",
    carried_part_only=(
        "what is carried back replaces what the step's own output sends; the two should be added.",
        lambda own, carried, s, last: (own if last else carried) * s,
    ),
    carried_part_subtracted=(
        "what is carried back is subtracted from what the step's own output sends; the two should "
        "be added.",
        lambda own, carried, s, last: (own - carried) * s,
    ),
)

in_preactivation_gradient.slot(
    "carry",
    gradient_by_the_state_carried=(
        "what is carried back is made from dL/dH, without the slope of tanh; it should be made "
        "from dL/dA.",
        "Between H[:,t+1] and H[:,t] lie two things. Which one is passed first on the way back?",
        lambda W, d, heard, own, before: W.T @ heard,
    ),
    carried_one_step_only=(
        "only what a step's own output sends is carried to the step before; all that the step "
        "hears should be carried back.",
        "How does the loss of step 2 come to step 0?",
        lambda W, d, heard, own, before: W.T @ own,
    ),
    carried_without_W=(
        "the gradient is carried back as it is, without W; it should go through W transposed.",
        "What lies between the state of one step and the pre-activation of the next?",
        lambda W, d, heard, own, before: d.copy(),
    ),
    carried_parts_pile_up=(
        "what is carried back is added to what was carried before; it should be made anew at each "
        "step.",
        "D[:,t+1] already has in it what came from D[:,t+2]. How often does D[:,t] count that?",
        lambda W, d, heard, own, before: before + W.T @ d,
    ),
)

CLIPPING = "How large may a gradient be? Does what you return have a limit?"
EVERY_STEP = "Write down the values that t takes. Is every step among them?"

in_preactivation_gradient.slot(
    "finish",
    sign_of_what_the_output_sends=(
        "every entry of dL/dA has the wrong sign; it should have the other one.",
        "With one unit, one step and V = 1: if G grows, should dL/dA grow or fall?",
        lambda D, s: -D,
    ),
    first_step_not_reached=(
        "dL/dA is 0 at step 0, as if the loop ended one step early; it should be filled there too.",
        EVERY_STEP,
        lambda D, s: D * (np.arange(D.shape[1]) > 0),
    ),
)
in_preactivation_gradient.slot(
    "order",
    last_step_not_reached=(
        "dL/dA is 0 at the last step, and nothing comes back from there, as if the loop began one "
        "step too late; it should be filled there too.",
        EVERY_STEP,
        lambda T: reversed(range(T - 1)),
    ),
    only_the_last_step_reached=(
        "dL/dA is 0 at all steps but the last; it should be filled there too.",
        EVERY_STEP,
        lambda T: [T - 1],
    ),
    no_step_reached=(
        "dL/dA is 0 throughout, as if nothing were written into it; every step should be filled.",
        "Write down the values that t takes. Is there any, and what is stored for it?",
        lambda T: [],
    ),
    from_first_to_last=(
        "each step hears the one before it, as if the loop ran from first to last; it should hear "
        "the one after it.",
        "Which steps does the state of step 1 change: earlier ones or later ones?",
        range,
    ),
)
in_preactivation_gradient.choice(
    "recursion_starts_from_ones",
    "something is carried back to the last step, as if D[:,T] were 1 in each entry; it should be "
    "0.",
    "Which loss comes after the last step?",
    start=lambda W: W.sum(axis=0),
)
in_preactivation_gradient.slot(
    "finish",
    gradient_by_the_state_returned=(
        "what is returned is dL/dH, the gradient by the states; it should be dL/dA, with the slope "
        "of tanh in it.",
        "dL/dH and dL/dA both come up at every step. Which one is asked for, and what lies "
        "between?",
        lambda D, s: D / s,
    ),
    columns_in_the_order_of_the_loop=(
        "the columns of dL/dA stand in reverse order, the last step first; column t should be step "
        "t's.",
        "Which step does column 0 of D belong to?",
        lambda D, s: D[:, ::-1],
    ),
    clipped_on_the_way=(
        "the entries of dL/dA are clipped to [-5, 5]; they should be returned as they are.",
        CLIPPING,
        lambda D, s: np.clip(D, -5, 5),
    ),
    divided_by_the_number_of_steps=(
        "dL/dA is divided by T, the number of steps; it should not be, as the loss is a sum over "
        "the steps.",
        "What should a longer window change in dL/dA at its last step, if G and H are the same "
        "there?",
        lambda D, s: D / D.shape[1],
    ),
)
in_preactivation_gradient.choice(
    "only_what_the_output_sends",
    "dL/dA is V transposed times G, which each step's own output sends; what is carried back "
    "should be added, and the slope of tanh multiplied in.",
    "Which two things happen to what an output sends, before it is dL/dA?",
    alone=True,
    slope=lambda h, previous: np.ones_like(h),
    carry=lambda W, d, heard, own, before: 0 * d,
)


def of_step(t: int) -> Model:
    """What one step gives to a gradient."""
    return lambda left, right, s: left[:, [t]] @ right[:, [t]].T


def only(t: int) -> dict[str, Any]:
    """The choice that leaves of all gradients what one step gives."""
    return dict.fromkeys(GRADIENTS, of_step(t))


def in_each(
    name: str, sentence: str, hint: str, change: Model, of: tuple[str, ...] = GRADIENTS
) -> None:
    """A mistake in each of the five gradients; {} in name, sentence and hint is the gradient's."""
    for d in of:
        choice: dict[str, Any] = {d: change}
        in_backward.choice(name.format(d), sentence.format(d), hint.format(d[1:]), **choice)


HOW_MANY_STEPS = "How many steps use the same {}?"

in_each(
    "{}_left_at_zero",
    "{} is 0 throughout, as if nothing were written into it; it should be a sum over the steps.",
    "Which line of yours fills the gradient of {}, and does it run?",
    lambda left, right, s: 0 * product(left, right, s),
)
in_each(
    "{}_as_a_mean",
    "{} is divided by the number of steps; it should be a sum over the steps.",
    "The loss is a sum over the steps, and each step uses the same {}. What is then its slope?",
    lambda left, right, s: left @ right.T / left.shape[1],
)
in_each(
    "{}_of_the_last_step",
    "{} holds only what the last step gives; it should be the sum over all steps.",
    HOW_MANY_STEPS,
    of_step(-1),
)
in_each(
    "{}_of_the_first_step",
    "{} holds only what step 0 gives; it should be the sum over all steps.",
    HOW_MANY_STEPS,
    of_step(0),
)
in_each(
    "{}_from_the_gradient_by_the_states",
    "{} is made with dL/dH; it should be made with dL/dA, which has the slope of tanh in it.",
    "Forward, {} goes into A. What lies between A and the state?",
    lambda left, right, s: left / (1 - s.H[:, 1:] ** 2) @ right.T,
    of=("dU", "dW", "db"),
)
in_each(
    "{}_as_the_largest",
    "{} holds the largest of what the steps give; it should be the sum over all steps.",
    HOW_MANY_STEPS,
    lambda left, right, s: left.max(axis=1, keepdims=True),
    of=("db", "dc"),
)

in_backward.slot(
    "dW",
    dW_with_the_states_after=(
        "dW is made with H[:,t+1], the state after the step; it should be made with H[:,t], which "
        "W was multiplied with.",
        "A[:,t] = W H[:,?] + ... : which column is it?",
        lambda D, H, s: D @ s.H[:, 1:].T,
    ),
    dW_without_h0=(
        "dW lacks what step 0 gives, D[:,0] with H[:,0]; it should be added.",
        "In a window of a single step, what is W multiplied with?",
        lambda D, H, s: D[:, 1:] @ H[:, 1:].T,
    ),
    dW_transposed=(
        "dW is transposed; dW[i,j] should have D[i,t] and H[j,t] in it.",
        "W[i, j] leads from unit j to unit i. Which of the two indices of dW should belong to "
        "dL/dA?",
        lambda D, H, s: H @ D.T,
    ),
)
in_backward.slot(
    "dV",
    dV_with_the_states_before=(
        "dV is made with H[:,t], the state before the step; it should be made with H[:,t+1], which "
        "V was multiplied with.",
        "O[:,t] = V H[:,?] + c : which column is it?",
        lambda G, H, s: G @ s.H[:, :-1].T,
    ),
    dV_with_the_probabilities=(
        "dV is made with the probabilities P; it should be made with P - Y.",
        "O[:,t] = V H[:,t+1] + c : which gradient does V get from O?",
        lambda G, H, s: s.P @ H.T,
    ),
)
in_backward.choice(
    "dc_without_the_targets",
    "dc adds up the probabilities P; it should add up P - Y.",
    "O[:,t] = V H[:,t+1] + c : which gradient does c get from O?",
    dc=lambda G, ones, s: s.P @ ones.T,
)


def first_reads(X: np.ndarray) -> np.ndarray:
    """The columns of X, but zero where a character is read again."""
    return X * (X.cumsum(axis=1) == 1)


in_backward.slot(
    "dU",
    "How often does the loss hear a column of U whose character is read three times?",
    dU_overwritten_by_repeated_characters=(
        "a character that is read again counts only at its last step in dU, as if its column were "
        "overwritten; it should count at all of its steps.",
        lambda D, X, s: D[:, ::-1] @ first_reads(X[:, ::-1]).T,
    ),
    dU_overwritten_on_the_way_back=(
        "a character that is read again counts only at its first step in dU, as if its column were "
        "overwritten; it should count at all of its steps.",
        lambda D, X, s: D @ first_reads(X).T,
    ),
)
in_backward.slot(
    "dU",
    dU_one_step_late=(
        "dU is made with X[:,t-1], and for step 0 with the last column; it should be made with "
        "X[:,t].",
        "A[:,t] = ... + U X[:,?] : which column is it?",
        lambda D, X, s: D @ np.roll(X, 1, axis=1).T,
    ),
    dU_with_the_targets=(
        "dU is made with the targets Y; it should be made with X, which U was multiplied with.",
        "A[:,t] = ... + U ?[:,t] : which array is it?",
        lambda D, X, s: D @ s.Y.T,
    ),
)

in_backward.choice(
    "inputs_as_targets",
    "dL/dO is P - X; it should be P - Y.",
    "Which of X and Y was the network to predict?",
    targets=lambda X, Y: X,
)
in_backward.choice(
    "only_step_0_left",
    "all five gradients hold only what step 0 gives, as if each step, from last to first, "
    "overwrote the one before; the steps should be added up.",
    HOW_MANY_STEPS.format("W"),
    **only(0),
)
in_backward.choice(
    "only_the_last_step_left",
    "all five gradients hold only what the last step gives, as if each step overwrote the one "
    "before; the steps should be added up.",
    HOW_MANY_STEPS.format("W"),
    **only(-1),
)
in_backward.choice(
    "X_and_Y_exchanged",
    "dL/dO is P - X, and dU is made with Y, as if X and Y were exchanged; it should be P - Y, and "
    "X in dU.",
    "Which of X and Y did the network read, and which was it to predict?",
    alone=True,
    targets=lambda X, Y: X,
    dU=lambda D, X, s: D @ s.Y.T,
)

in_backward.choice(
    "clipped_inside",
    "the gradients are clipped to [-5, 5]; they should be returned as they are.",
    CLIPPING,
    finish=clip,
)
in_backward.family(
    "clipped_to_another_limit",
    "the gradients are clipped to [-{value}, {value}]; they should be returned as they are.",
    CLIPPING,
    "finish",
    of_values(lambda limit: lambda grads: clip(grads, limit), 1, 2, 10),
)


def within(norm: float) -> Model:
    """Scales gradients down to a norm in all."""

    def scaled(grads: Params) -> Params:
        size = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
        return {name: grad * min(1.0, norm / size) for name, grad in grads.items()}

    return scaled


in_backward.family(
    "clipped_by_norm",
    "large gradients are scaled down together, until the squares of all their entries sum to "
    "{value}^2; they should be returned as they are.",
    CLIPPING,
    "finish",
    of_values(within, 5, 1, 10),
)


in_preactivation_gradient.slot(
    "combine",
    slope_twice_for_the_carried_part=(
        "what is carried back goes through the slope of tanh twice; it should go through it once.",
        "How many tanh lie between the state of step 1 and the pre-activation of step 2?",
        lambda own, carried, s, last: (own + carried * s) * s,
    ),
    slope_missing_at_the_last_step=(
        "the slope of tanh is missing at the last step; it should be there at every step.",
        "Is the last step's state made by a tanh too?",
        lambda own, carried, s, last: (own + carried) * (1.0 if last else s),
    ),
)

in_backward.slot(
    "dW",
    dW_wraps_round=(
        "dW takes H[:,t-1] at step t, and at step 0 the last state, as from the index -1; it "
        "should take H[:,t].",
        "A[:,t] = W H[:,?] + ... : which column is it?",
        lambda D, H, s: D @ np.roll(s.H, 1, axis=1)[:, :-1].T,
    ),
    dW_with_the_last_state=(
        "dW takes the last state at every step; it should take H[:,t] at step t.",
        "A[:,t] = W H[:,?] + ... : which column is it?",
        lambda D, H, s: D.sum(axis=1, keepdims=True) @ s.H[:, -1:].T,
    ),
)
in_backward.slot(
    "db",
    db_summed_over_all_units=(
        "every entry of db is the sum over all units and steps; it should be the sum over the "
        "steps, for each unit by itself.",
        "How many numbers does b hold? Are their slopes equal?",
        lambda D, ones, s: D.sum() + 0 * D[:, :1],
    ),
)
