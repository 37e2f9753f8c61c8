"""Known mistakes in lesson 2: softmax, and the network read from left to right."""

from typing import Any

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, Model, of_values
from reference.forward import softmax as right_softmax


def shares(
    O: np.ndarray,
    *,
    shift: Model = lambda O: O - O.max(axis=0),
    raised: Model = np.exp,
    below: Model = lambda E, O: E.sum(axis=0),
    finish: Model = lambda P: P,
) -> Any:
    """Softmax, with a choice of what is done before exp, in the place of exp, and below."""
    E = raised(shift(O))
    return finish(E / below(E, O))


def network(
    params: dict[str, np.ndarray],
    X: np.ndarray,
    h0: np.ndarray,
    *,
    softmax: Model = right_softmax,
    first: Model = lambda h0: h0,
    carried: Model = lambda h, a, before, h0: h,
    recurrent: Model = lambda W, h: W @ h,
    read: Model = lambda U, X: U @ X,
    bias: Model = lambda b: b,
    state: Model = lambda a, recurrent: np.tanh(a),
    heard: Model = lambda H, A: H[:, 1:],
    logits: Model = lambda V, h, c: V @ h + c,
    states: Model = lambda H, A: H,
    kept: Model = lambda A, H, b: A,
    order: Model = lambda P: P,
) -> Any:
    """The network from left to right, with a choice of how each piece is made.

    `carried` is what step t + 1 takes from step t, whose own state before was `before`; `states`
    and `kept` are what is returned as H and A, `order` what is done to P in the end.
    """
    U, W, V, b, c = (params[name] for name in "UWVbc")
    inputs, h = read(U, X), first(h0)
    columns_H, columns_A = [h0], []
    for t in range(X.shape[1]):
        sent = recurrent(W, h)
        before, a = columns_H[t], sent + inputs[:, [t]] + bias(b)
        columns_A.append(a)
        columns_H.append(state(a, sent))
        h = carried(columns_H[t + 1], a, before, h0)
    H, A = np.hstack(columns_H), np.hstack(columns_A)
    P = order(softmax(logits(V, heard(H, A), c)))
    return P, states(H, A), kept(A, H, b)


in_softmax = Mistakes("softmax", shares)
in_forward = Mistakes("forward", network)

COLUMN_HINT = "A column is a time step. What should its entries sum to?"
TOGETHER_HINT = "What do the T columns sum to together, and what does each one?"

in_softmax.choice(
    "over_rows",
    "the softmax runs along the rows; each column should sum to 1 by itself.",
    COLUMN_HINT,
    shift=lambda O: O - O.max(axis=1, keepdims=True),
    below=lambda E, O: E.sum(axis=1, keepdims=True),
)

in_softmax.choice(
    "over_everything",
    "the softmax divides by the sum over all entries; each column should sum to 1 by itself.",
    TOGETHER_HINT,
    shift=lambda O: O - O.max(),
    below=lambda E, O: E.sum(),
)

in_softmax.slot(
    "below",
    sum_along_rows=(
        "the sum under the fraction line runs along the row, over the steps; it should run down "
        "the column, over the characters.",
        COLUMN_HINT,
        lambda E, O: E.sum(axis=1, keepdims=True),
    ),
    sum_over_all_columns=(
        "the sum under the fraction line is that of all columns together; each should have its "
        "own.",
        TOGETHER_HINT,
        lambda E, O: E.sum(),
    ),
)

in_softmax.slot(
    "shift",
    "What changes in a column's probabilities when a number is added to all of its logits?",
    nothing_subtracted=(
        "no maximum is subtracted before exp, so that large logits overflow and give nan.",
        lambda O: O,
    ),
    multiplied_by_the_maximum=(
        "the logits are multiplied by the maximum of their column; it should be subtracted.",
        lambda O: O * O.max(axis=0),
    ),
)

in_softmax.slot(
    "shift",
    "After the shift, how large may the largest argument of exp be?",
    minimum_subtracted=(
        "the smallest logit of each column is subtracted, so that a large gap overflows; with the "
        "largest one subtracted nothing can.",
        lambda O: O - O.min(axis=0),
    ),
    mean_subtracted=(
        "the mean of each column is subtracted, so that a very large gap overflows; with the "
        "largest logit subtracted nothing can.",
        lambda O: O - O.mean(axis=0),
    ),
    subtracted_from_the_maximum=(
        "the logits are subtracted from the maximum, not the maximum from the logits: the largest "
        "logit gets the smallest probability.",
        lambda O: O.max(axis=0) - O,
    ),
)

in_softmax.slot(
    "shift",
    maximum_of_everything_subtracted=(
        "the maximum over all entries is subtracted, so that a column far below another one "
        "vanishes and gives 0 / 0.",
        "What remains of a column of small logits beside one of 1000?",
        lambda O: O - O.max(),
    ),
    maximum_of_rows_subtracted=(
        "the maximum of each row is subtracted, which changes the probabilities; a column may only "
        "be shifted as a whole.",
        "Which shifts of the logits leave their quotients within a column as they are?",
        lambda O: O - O.max(axis=1, keepdims=True),
    ),
    maximum_alone=(
        "exp is taken of the maximum alone, in the place of the logits minus it, so that all "
        "characters of a step come out equal.",
        "Which entry of the result depends on which logits?",
        lambda O: O.max(axis=0) + 0 * O,
    ),
    divided_by_the_largest_size=(
        "the logits are divided by the largest absolute value of their column, which changes their "
        "gaps; a number may only be subtracted.",
        "The logits 2 and 1, and 20 and 10: have they the same probabilities?",
        lambda O: O / np.where(O.any(axis=0), abs(O).max(axis=0), 1.0),
    ),
    sign_of_the_logits_turned=(
        "the sign of the logits is turned: the largest logit has the smallest probability.",
        "Which of two characters is likelier, the one with the larger logit or the other?",
        lambda O: O.min(axis=0) - O,
    ),
)

in_softmax.choice(
    "powers_of_two",
    "powers of 2 are taken; they should be powers of e, which is what exp gives.",
    "By which factor do two probabilities differ whose logits lie 1 apart?",
    raised=np.exp2,
)

in_softmax.choice(
    "no_exponential",
    "the logits themselves are divided by their sum, without exp.",
    "What becomes of a negative logit?",
    shift=lambda O: O,
    raised=lambda O: O,
)

in_softmax.slot(
    "below",
    COLUMN_HINT,
    not_divided_by_the_sum=("the exponentials are not divided by their sum.", lambda E, O: 1.0),
    multiplied_by_the_sum=(
        "the exponentials are multiplied by their sum; they should be divided by it.",
        lambda E, O: 1 / E.sum(axis=0),
    ),
    divided_by_the_sum_of_the_logits=(
        "the exponentials are divided by the sum of the logits; it should be their own sum.",
        lambda E, O: O.sum(axis=0),
    ),
    divided_by_the_length=(
        "exp is divided by the root of the sum of its squares; it should be divided by its plain "
        "sum.",
        lambda E, O: np.sqrt((E**2).sum(axis=0)),
    ),
    maximum_subtracted_above_only=(
        "the maximum is subtracted above the fraction line, but not in the sum below.",
        "A shift changes nothing because it cancels. Where must it stand for that?",
        lambda E, O: np.exp(O).sum(axis=0),
    ),
)

in_softmax.choice(
    "last_column_left_at_zero",
    "the loop over the columns ends one early: the last one is left at zero.",
    "Write down the values that t takes. Is every column among them?",
    finish=lambda P: P * (np.arange(P.shape[1]) < P.shape[1] - 1),
)

in_softmax.slot(
    "finish",
    alone=True,
    left_at_zero=(
        "P is 0 throughout: nothing is stored in it, or it is multiplied by 0.",
        "From the array that you return, go back line by line: where is it filled?",
        lambda P: 0 * P,
    ),
    nan_throughout=(
        "every entry is nan, as from 0 / 0, or from log in the place of exp.",
        "Which lines can make nan of finite numbers, and which numbers reach them?",
        lambda P: np.nan * P,
    ),
)

in_softmax.family(
    "small_number_below",
    "a small number, {value}, is added to the sum under the fraction line, so that the columns no "
    "longer sum to 1.",
    "Once the largest logit is subtracted, can that sum be 0?",
    "below",
    of_values(lambda value: lambda E, O: E.sum(axis=0) + value, 1e-8, 1e-10, 1e-9, 1e-7, 1e-6),
)

in_softmax.family(
    "logits_clipped",
    "the logits are clipped to [-{value}, {value}] before exp, so that larger ones become equal.",
    "Which probabilities do the logits 1000 and 990 have? Is there a change that costs nothing?",
    "shift",
    of_values(lambda value: lambda O: np.clip(O, -value, value), 500, 700, 100, 50, 20),
)


@in_softmax.whole(
    "these are the logarithms of the probabilities; they should be the probabilities themselves.",
    "Can a probability be negative?",
)
def log_softmax(O: np.ndarray) -> Any:
    Z = O - O.max(axis=0)
    return Z - np.log(np.exp(Z).sum(axis=0))


@in_softmax.whole(
    "each entry goes by itself through the sigmoid, 1 / (1 + exp(-O)); in softmax the characters "
    "share one sum.",
    "Does a character's probability fall when the logit of another one grows?",
)
def sigmoid_of_each_entry(O: np.ndarray) -> Any:
    return 1 / (1 + np.exp(-O))


TERMS_HINT = "Of which three terms is A[:,t] the sum?"
MEMORY_HINT = "What does the network remember of the characters before?"
RANGE_HINT = "Between which numbers must a state lie?"

in_forward.slot(
    "bias",
    TERMS_HINT,
    b_forgotten=("the bias b is missing from the pre-activations.", lambda b: 0 * b),
    b_twice=(
        "the bias b is added twice.",
        "Of which three terms is A[:,t] the sum, and how often does each occur?",
        lambda b: 2 * b,
    ),
    b_subtracted=("the bias b is subtracted; it should be added.", lambda b: -b),
    bias_of_unit_0_for_all=(
        "every unit gets the bias of unit 0; each should have its own.",
        "Which shape has (m,) plus (m, 1)?",
        lambda b: b[0] + 0 * b,
    ),
)

in_forward.slot(
    "logits",
    "What would the logits be if all hidden states were 0?",
    c_forgotten=("the bias c is missing from the logits.", lambda V, h, c: V @ h),
    c_twice=("the bias c is added twice.", lambda V, h, c: V @ h + 2 * c),
    c_subtracted=(
        "the bias c is subtracted from the logits; it should be added.",
        lambda V, h, c: V @ h - c,
    ),
    tanh_of_the_logits=(
        "the logits go through tanh before softmax; only the hidden states are made by tanh.",
        "How large may a logit become?",
        lambda V, h, c: np.tanh(V @ h + c),
    ),
)

in_forward.slot(
    "recurrent",
    W_transposed=(
        "the hidden state goes through W transposed; it should go through W itself.",
        "Which entry of W connects unit j of one step to unit i of the next?",
        lambda W, h: W.T @ h,
    ),
    W_forgotten=(
        "the term W H[:,t] is missing from the pre-activations.",
        MEMORY_HINT,
        lambda W, h: 0 * (W @ h),
    ),
)

in_forward.slot(
    "carried",
    h0_at_every_step=(
        "every step starts from h0 again: the state is not carried from step to step.",
        MEMORY_HINT,
        lambda h, a, before, h0: h0,
    ),
    state_one_step_late=(
        "each step takes the state of two steps before; it should take the one just before.",
        "A[:,t] = W H[:,?] + ... : which column is it?",
        lambda h, a, before, h0: before,
    ),
    preactivation_carried=(
        "the pre-activation is carried to the next step; it should be the state, its tanh.",
        "A[:,t] = W ?[:,t] + ... : which array is it?",
        lambda h, a, before, h0: a,
    ),
)


def without_h0(H: np.ndarray, A: np.ndarray) -> np.ndarray:
    """H with zeros in column 0."""
    return np.hstack((0 * H[:, :1], H[:, 1:]))


in_forward.choice(
    "h0_ignored",
    "the first step starts from zeros; it should start from h0.",
    "Where do the windows of a long text hand on what they remember?",
    first=lambda h0: 0 * h0,
    states=without_h0,
)

in_forward.choice(
    "h0_only_stored",
    "h0 stands in column 0 of H, but the first step starts from zeros; it should start from h0.",
    "A[:,0] = W H[:,?] + ... : which column is it?",
    first=lambda h0: 0 * h0,
)

in_forward.choice(
    "h0_not_stored",
    "the first step starts from h0, but column 0 of H is left at zero; it should be h0.",
    "H has one column more than there are steps. What does it hold?",
    states=without_h0,
)

in_forward.slot(
    "read",
    input_of_the_step_before=(
        "each step reads the character of the step before, and step 0 reads the last one, which "
        "index -1 means.",
        "Which of A's columns does the first character reach first?",
        lambda U, X: U @ np.roll(X, 1, axis=1),
    ),
    inputs_in_reverse=(
        "the characters are read from last to first.",
        "Which character does step 0 read?",
        lambda U, X: U @ X[:, ::-1],
    ),
    input_forgotten=(
        "the term U X[:,t] is missing: the characters are not read.",
        TERMS_HINT,
        lambda U, X: 0 * (U @ X),
    ),
)

in_forward.slot(
    "state",
    RANGE_HINT,
    no_tanh=(
        "the states are the pre-activations themselves, without tanh.",
        lambda a, recurrent: a,
    ),
    relu_for_tanh=(
        "the states go through the ReLU, max(0, A); they should go through tanh.",
        lambda a, recurrent: np.maximum(a, 0),
    ),
    tanh_of_the_recurrent_part=(
        "tanh is taken of W H[:,t] alone, and the input and b are added after it; it should be "
        "taken of the whole pre-activation.",
        lambda a, recurrent: np.tanh(recurrent) + (a - recurrent),
    ),
    sigmoid_for_tanh=(
        "the states go through the sigmoid, 1 / (1 + exp(-A)); they should go through tanh.",
        "Can a state be negative?",
        lambda a, recurrent: 1 / (1 + np.exp(-a)),
    ),
    tanh_twice=(
        "the states go through tanh twice; they should go through it once.",
        "H[:,t+1] = ?(A[:,t]) : what is the function?",
        lambda a, recurrent: np.tanh(np.tanh(a)),
    ),
    states_left_at_zero=(
        "the states after h0 are 0: they are stored nowhere, or made before A is.",
        "H[:,t+1] is made of A[:,t]. Which of the two lines comes first in the loop?",
        lambda a, recurrent: 0 * a,
    ),
)

in_forward.choice(
    "A_left_at_zero",
    "the pre-activations are 0 throughout: nothing is stored in A.",
    "In which line does A[:,t] get its value?",
    recurrent=lambda W, h: 0 * h,
    read=lambda U, X: 0 * (U @ X),
    bias=lambda b: 0 * b,
)


def function_of_a(name: str) -> Model:
    """A NumPy function in the place of tanh."""
    return lambda a, recurrent: getattr(np, name)(a)


in_forward.family(
    "another_function_for_tanh",
    "the states go through {value}; they should go through tanh.",
    RANGE_HINT,
    "state",
    of_values(function_of_a, "tan", "arctan", "sin", "sinh", "exp", "sqrt", "arctanh"),
)

in_forward.slot(
    "heard",
    logits_from_the_state_before=(
        "the logits are made from the states before each step; they should be from those after it.",
        "Does the first prediction depend on the first character?",
        lambda H, A: H[:, :-1],
    ),
    logits_from_the_preactivations=(
        "the logits are made from the pre-activations; they should be made from the states.",
        "O[:,t] = V ? + c : which array is it?",
        lambda H, A: A,
    ),
)

in_forward.slot(
    "softmax",
    logits_returned=(
        "the logits are returned where the probabilities belong: softmax is missing.",
        "What should each column of P sum to?",
        lambda O: O,
    ),
    softmax_twice=(
        "the probabilities go through softmax a second time.",
        "How often does softmax stand between the logits and P?",
        lambda O: right_softmax(right_softmax(O)),
    ),
)

in_forward.choice(
    "P_in_reverse",
    "the columns of P stand in reverse order, the last step's first.",
    "Which step does column 0 of P belong to?",
    order=lambda P: P[:, ::-1],
)

in_forward.slot(
    "states",
    h0_in_the_last_column=(
        "the states are stored one column early and h0 in the last column, which index -1 means; "
        "column 0 should be h0.",
        "H has one column more than there are steps. Which one, and at which end?",
        lambda H, A: np.roll(H, -1, axis=1),
    ),
    H_in_reverse=(
        "the columns of H stand in reverse order, the last state first.",
        "Which column of H is h0?",
        lambda H, A: H[:, ::-1],
    ),
    H_all_the_last_state=(
        "every column of H holds the last state, as when one array is appended again and again and "
        "overwritten meanwhile.",
        "How many arrays does a list hold to which one array is appended T times?",
        lambda H, A: H[:, -1:] + 0 * H,
    ),
    H_before_tanh=(
        "the array returned as H holds the pre-activations; it should hold their tanh.",
        RANGE_HINT,
        lambda H, A: np.hstack((H[:, :1], A)),
    ),
)

in_forward.slot(
    "kept",
    A_after_tanh=(
        "the array returned as A holds the values after tanh; it should hold what goes into tanh.",
        "Can a pre-activation be larger than 1?",
        lambda A, H, b: H[:, 1:].copy(),
    ),
    A_without_b=(
        "the array returned as A lacks b, which the states have; it should be all that goes into "
        "tanh.",
        "Is H[:,1:] the tanh of your own A?",
        lambda A, H, b: A - b,
    ),
)


@in_forward.whole(
    "the new state is stored in column t and overwrites the one before (the logits are made from "
    "H{value}); it belongs in column t + 1, and column 0 stays h0.",
    "H has one column more than there are steps. Which column is step 0's result?",
    values=("[:,:-1]", "[:,1:]"),
)
def state_in_its_own_column(
    params: dict[str, np.ndarray], X: np.ndarray, h0: np.ndarray, *, value: str
) -> Any:
    U, W, V, b, c = (params[name] for name in "UWVbc")
    before = np.hstack((h0, np.zeros((len(W), X.shape[1] - 1))))
    A = W @ before + U @ X + b
    H = np.hstack((np.tanh(A), np.zeros_like(h0)))
    heard = H[:, :-1] if value == "[:,:-1]" else H[:, 1:]
    return right_softmax(V @ heard + c), H, A


def only_first_and_last(H: np.ndarray, A: np.ndarray) -> np.ndarray:
    """H with zeros in all columns but the first and the last."""
    return np.hstack((H[:, :1], 0 * H[:, 1:-1], H[:, -1:]))


in_forward.choice(
    "only_the_last_state_stored",
    "the new state is stored after the loop, not in it: only the last one is there, and all steps "
    "but the first start from zeros.",
    "Which lines are indented under the for?",
    alone=True,
    carried=lambda h, a, before, h0: 0 * h,
    heard=lambda H, A: only_first_and_last(H, A)[:, 1:],
    states=only_first_and_last,
)
