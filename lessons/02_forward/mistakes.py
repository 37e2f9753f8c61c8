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
TOGETHER_HINT = "What do the T columns of P sum to together, and what should each one sum to?"
SHIFT_HINT = (
    "What changes in a column's probabilities when the same number is added to all of its logits? "
    "And when all of them are multiplied by it?"
)
OVERFLOW_HINT = "How large is the largest number that goes into exp in your code, for any logits?"
ORDER_HINT = (
    "Which of two characters should be likelier, the one with the larger logit or the other?"
)

in_softmax.choice(
    "over_rows",
    "softmax is taken along each row, over the steps; it should be taken down each column, over "
    "the characters.",
    COLUMN_HINT,
    shift=lambda O: O - O.max(axis=1, keepdims=True),
    below=lambda E, O: E.sum(axis=1, keepdims=True),
)

in_softmax.choice(
    "over_everything",
    "softmax is taken over all entries at once; it should be taken over each column by itself.",
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
        "the sum under the fraction line is that of all columns together; it should be that of the "
        "column alone.",
        TOGETHER_HINT,
        lambda E, O: E.sum(),
    ),
)

in_softmax.slot(
    "shift",
    SHIFT_HINT,
    nothing_subtracted=(
        "logits near 1000 or -1000 give nan, as if exp were taken of them as they are; the largest "
        "logit of each column should be subtracted first.",
        lambda O: O,
    ),
    multiplied_by_the_maximum=(
        "the logits of each column are multiplied by the largest of them; it should be subtracted.",
        lambda O: O * O.max(axis=0),
    ),
)

in_softmax.slot(
    "shift",
    OVERFLOW_HINT,
    maximum_searched_from_zero=(
        "logits of a column that are all far below 0 give nan, which is 0 / 0, as if 0 were "
        "subtracted where no logit is larger; it should be the largest logit, also below 0.",
        "Which number do you subtract from a column with the logits -1000 and -999?",
        lambda O: O - np.maximum(O.max(axis=0), 0),
    ),
    minimum_subtracted=(
        "logits of a column that lie far apart give nan, as if the smallest one were subtracted "
        "before exp; it should be the largest one.",
        lambda O: O - O.min(axis=0),
    ),
    mean_subtracted=(
        "logits of a column that lie very far apart give nan, as if their mean were subtracted "
        "before exp; it should be the largest one.",
        lambda O: O - O.mean(axis=0),
    ),
    subtracted_from_the_maximum=(
        "the largest logit gets the smallest probability, as if the logits were subtracted from "
        "the largest one; the largest one should be subtracted from them.",
        ORDER_HINT,
        lambda O: O.max(axis=0) - O,
    ),
)

in_softmax.slot(
    "shift",
    maximum_of_everything_subtracted=(
        "a column far below another one gives nan, which is 0 / 0, as if the largest logit of all "
        "columns were subtracted; it should be the column's own.",
        "Two columns hold the logits 0, 1 and 1000, 1001. What goes into exp in each of them?",
        lambda O: O - O.max(),
    ),
    maximum_of_rows_subtracted=(
        "the largest logit of each row is subtracted; it should be the largest of each column, so "
        "that a column moves as a whole.",
        "Which numbers may be added to the logits of a column without changing its probabilities?",
        lambda O: O - O.max(axis=1, keepdims=True),
    ),
    maximum_alone=(
        "all characters of a step get the same probability, as if exp were taken of the largest "
        "logit alone; it should be taken of each logit minus the largest.",
        "Change one logit of a column. Which entries of P change, and which should?",
        lambda O: O.max(axis=0) + 0 * O,
    ),
    divided_by_the_largest_size=(
        "the logits of each column are divided by their largest absolute value; the largest logit "
        "should be subtracted from them.",
        "Should the logits 20 and 10 have the same probabilities as 2 and 1? Do they?",
        lambda O: O / np.where(O.any(axis=0), abs(O).max(axis=0), 1.0),
    ),
    sign_of_the_logits_turned=(
        "the largest logit gets the smallest probability, as if the sign of all logits were "
        "turned; it should get the largest.",
        ORDER_HINT,
        lambda O: O.min(axis=0) - O,
    ),
)

in_softmax.choice(
    "powers_of_two",
    "the probabilities are made of powers of 2; they should be made of powers of e, as exp gives.",
    "By which factor do two probabilities differ whose logits lie 1 apart?",
    raised=np.exp2,
)

in_softmax.choice(
    "no_exponential",
    "the logits themselves are divided by their sum; exp should be taken of them first.",
    "What does your code make of a negative logit? Can a probability be negative?",
    shift=lambda O: O,
    raised=lambda O: O,
)

in_softmax.slot(
    "below",
    COLUMN_HINT,
    not_divided_by_the_sum=(
        "the exponentials are not divided by their sum; they should be.",
        lambda E, O: 1.0,
    ),
    multiplied_by_the_sum=(
        "the exponentials are multiplied by their sum; they should be divided by it.",
        lambda E, O: 1 / E.sum(axis=0),
    ),
    divided_by_the_sum_of_the_logits=(
        "the exponentials are divided by the sum of the logits; they should be divided by their "
        "own sum.",
        lambda E, O: O.sum(axis=0),
    ),
    divided_by_the_length=(
        "the exponentials are divided by the root of the sum of their squares; they should be "
        "divided by their plain sum.",
        lambda E, O: np.sqrt((E**2).sum(axis=0)),
    ),
    maximum_subtracted_above_only=(
        "the largest logit is subtracted above the fraction line only; it should be subtracted in "
        "the sum below too.",
        "A number that is subtracted from all logits of a column cancels. Where must it stand?",
        lambda E, O: np.exp(O).sum(axis=0),
    ),
)

in_softmax.choice(
    "last_column_left_at_zero",
    "the last column is 0, as if a loop over the columns ended one early; it should be filled like "
    "the others.",
    "Write down the values that t takes. Is every column among them?",
    finish=lambda P: P * (np.arange(P.shape[1]) < P.shape[1] - 1),
)

in_softmax.slot(
    "finish",
    alone=True,
    left_at_zero=(
        "P is 0 throughout, as if nothing were stored in it; its columns should sum to 1.",
        "From the array that you return, go back line by line: where is it filled?",
        lambda P: 0 * P,
    ),
    nan_throughout=(
        "every entry of P is nan, as from 0 / 0 or the log of a negative number; its columns "
        "should sum to 1.",
        "Which of your lines can make nan of numbers that are not nan?",
        lambda P: np.nan * P,
    ),
)

in_softmax.family(
    "small_number_below",
    "the columns do not quite sum to 1, as if {value} were added to the sum under the fraction "
    "line; nothing should be added to it.",
    "By how much do your columns miss the sum of 1? Can a sum of exponentials be 0?",
    "below",
    of_values(
        lambda value: lambda E, O: E.sum(axis=0) + value, 1e-8, 1e-10, 1e-9, 1e-7, 1e-6, 1e-12
    ),
)

in_softmax.family(
    "logits_clipped",
    "logits beyond {value} or -{value} count as {value} or -{value}; the largest of each column "
    "should be subtracted from them, and nothing cut off.",
    "Which probabilities do the logits 1000 and 990 get from you? And 10 and 0, which lie as far "
    "apart?",
    "shift",
    of_values(lambda value: lambda O: np.clip(O, -value, value), 500, 700, 100, 50, 20),
)


@in_softmax.whole(
    "P holds the logarithms of the probabilities; it should hold the probabilities themselves.",
    "Can a probability be negative?",
)
def log_softmax(O: np.ndarray) -> Any:
    Z = O - O.max(axis=0)
    return Z - np.log(np.exp(Z).sum(axis=0))


@in_softmax.whole(
    "each entry of P is made of its own logit alone, as 1 / (1 + exp(-O)); it should be exp(O) "
    "divided by the sum of its column.",
    "Should a character's probability fall when the logit of another one grows? Does it?",
)
def sigmoid_of_each_entry(O: np.ndarray) -> Any:
    return 1 / (1 + np.exp(-O))


TERMS_HINT = "Of which three terms is A[:,t] the sum?"
MEMORY_HINT = "What does the network remember of the characters before?"
RANGE_HINT = "Between which numbers must a state lie?"

in_forward.slot(
    "bias",
    TERMS_HINT,
    b_forgotten=(
        "the bias b is missing from the pre-activations; it should be added.",
        lambda b: 0 * b,
    ),
    b_twice=(
        "the bias b is added twice; it should be added once.",
        "Of which three terms is A[:,t] the sum, and how often does each occur?",
        lambda b: 2 * b,
    ),
    b_subtracted=("the bias b is subtracted; it should be added.", lambda b: -b),
    bias_of_unit_0_for_all=(
        "every unit gets the bias of unit 0; each should get its own.",
        "b has an entry for each unit. Which of them is added for unit 1?",
        lambda b: b[0] + 0 * b,
    ),
)

in_forward.slot(
    "logits",
    "What would the logits be if all hidden states were 0?",
    c_forgotten=(
        "the bias c is missing from the logits; it should be added.",
        lambda V, h, c: V @ h,
    ),
    c_twice=(
        "the bias c is added twice; it should be added once.",
        lambda V, h, c: V @ h + 2 * c,
    ),
    c_subtracted=(
        "the bias c is subtracted from the logits; it should be added.",
        lambda V, h, c: V @ h - c,
    ),
    tanh_of_the_logits=(
        "the logits go through tanh before softmax; they should go into softmax as they are.",
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
        "the term W H[:,t] is missing from the pre-activations; it should be added.",
        MEMORY_HINT,
        lambda W, h: 0 * (W @ h),
    ),
)

in_forward.slot(
    "carried",
    h0_at_every_step=(
        "every step starts from h0; each step after the first should start from the state that the "
        "step before has made.",
        MEMORY_HINT,
        lambda h, a, before, h0: h0,
    ),
    state_one_step_late=(
        "from step 1 on, A[:,t] is made with H[:,t-1]; it should be made with H[:,t].",
        "A[:,t] = W H[:,?] + ... : which column is it?",
        lambda h, a, before, h0: before,
    ),
    preactivation_carried=(
        "the pre-activation is carried to the next step; it should be its tanh, the state.",
        "A[:,t] = W ?[:,t] + ... : which array is it?",
        lambda h, a, before, h0: a,
    ),
)


def without_h0(H: np.ndarray, A: np.ndarray) -> np.ndarray:
    """H with zeros in column 0."""
    return np.hstack((0 * H[:, :1], H[:, 1:]))


in_forward.choice(
    "h0_ignored",
    "the first step starts from zeros, and column 0 of H is 0; both should be h0.",
    "A long text is read in windows. How does one window learn what the one before remembers?",
    first=lambda h0: 0 * h0,
    states=without_h0,
)

in_forward.choice(
    "h0_only_stored",
    "the first step starts from zeros, though h0 stands in H; it should start from h0.",
    "A[:,0] = W H[:,?] + ... : which column is it?",
    first=lambda h0: 0 * h0,
)

in_forward.choice(
    "state_of_the_index_before",
    "A[:,t] is made with H[:,t-1], and A[:,0] with zeros, as from the index -1, where the last "
    "column is still empty; A[:,t] should be made with H[:,t].",
    "A[:,0] = W H[:,?] + ... : which column is it, and which one does the index -1 mean?",
    alone=True,
    first=lambda h0: 0 * h0,
    carried=lambda h, a, before, h0: before,
)

in_forward.choice(
    "new_states_not_stored",
    "H holds h0 and zeros after it, and every step after the first starts from zeros, as if the "
    "new states were stored nowhere; step t's should stand in column t + 1.",
    "In which of your lines does H[:,t+1] get its value?",
    alone=True,
    carried=lambda h, a, before, h0: 0 * h,
    states=lambda H, A: np.hstack((H[:, :1], 0 * H[:, 1:])),
)

in_forward.choice(
    "h0_not_stored",
    "column 0 of H is 0, though the first step starts from h0; it should be h0.",
    "H has one column more than there are steps. What does it hold?",
    states=without_h0,
)

in_forward.slot(
    "read",
    input_of_the_step_before=(
        "each step reads the character of the step before, and step 0 the last one, as from the "
        "index -1; step t should read X[:,t].",
        "Which of A's columns does the first character reach first?",
        lambda U, X: U @ np.roll(X, 1, axis=1),
    ),
    inputs_in_reverse=(
        "the characters are read from last to first; they should be read from first to last.",
        "Which character does step 0 read?",
        lambda U, X: U @ X[:, ::-1],
    ),
    input_forgotten=(
        "the term U X[:,t] is missing from the pre-activations; it should be added.",
        TERMS_HINT,
        lambda U, X: 0 * (U @ X),
    ),
)

in_forward.slot(
    "state",
    RANGE_HINT,
    no_tanh=(
        "the states are the pre-activations themselves; they should be their tanh.",
        lambda a, recurrent: a,
    ),
    relu_for_tanh=(
        "the states are max(0, A), which is called ReLU; they should be tanh(A).",
        lambda a, recurrent: np.maximum(a, 0),
    ),
    tanh_of_the_recurrent_part=(
        "tanh is taken of W H[:,t] alone, and the other two terms are added to it; it should be "
        "taken of all of A[:,t].",
        lambda a, recurrent: np.tanh(recurrent) + (a - recurrent),
    ),
    sigmoid_for_tanh=(
        "the states are 1 / (1 + exp(-A)), which is called the sigmoid; they should be tanh(A).",
        "Can a state be negative?",
        lambda a, recurrent: 1 / (1 + np.exp(-a)),
    ),
    tanh_twice=(
        "the states are tanh(tanh(A)); they should be tanh(A).",
        "H[:,t+1] = ?(A[:,t]) : what is the function?",
        lambda a, recurrent: np.tanh(np.tanh(a)),
    ),
    states_left_at_zero=(
        "the states after h0 are 0, as if they were stored nowhere, or made before A is; they "
        "should be tanh(A).",
        "H[:,t+1] is made of A[:,t]. Which of the two is made first, and is each of them stored?",
        lambda a, recurrent: 0 * a,
    ),
)

in_forward.choice(
    "A_left_at_zero",
    "the pre-activations are 0 throughout, as if nothing were stored in A; each should be the sum "
    "of three terms.",
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
    "the states are {value}(A); they should be tanh(A).",
    "What should the state be for a pre-activation of 0.5, and what is yours?",
    "state",
    of_values(function_of_a, "tan", "arctan", "sin", "sinh", "exp", "sqrt", "arctanh"),
)

in_forward.slot(
    "heard",
    logits_from_the_state_before=(
        "the logits are made from the state before each step; they should be made from the one "
        "after it.",
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
        "the logits are returned as P; it should be the softmax of them.",
        "What should each column of P sum to?",
        lambda O: O,
    ),
    softmax_twice=(
        "the probabilities go through softmax a second time; they should be returned as they are.",
        "How often does softmax stand between the logits and P?",
        lambda O: right_softmax(right_softmax(O)),
    ),
)

in_forward.choice(
    "P_in_reverse",
    "the columns of P stand in reverse order, the last step's first; column t should be step t's.",
    "Which step does column 0 of P belong to?",
    order=lambda P: P[:, ::-1],
)

in_forward.slot(
    "states",
    h0_in_the_last_column=(
        "the states stand one column early in H, and h0 in the last column, as from the index -1; "
        "h0 should stand in column 0.",
        "H has one column more than there are steps. Which one, and at which end?",
        lambda H, A: np.roll(H, -1, axis=1),
    ),
    H_in_reverse=(
        "the columns of H stand in reverse order, the last state first; h0 should come first.",
        "Which column of H is h0?",
        lambda H, A: H[:, ::-1],
    ),
    H_all_the_last_state=(
        "every column of H holds the last state, as if one array were stored again and again, and "
        "overwritten meanwhile; column t + 1 should be step t's.",
        "If one array is appended to a list T times, how many arrays does the list hold?",
        lambda H, A: H[:, -1:] + 0 * H,
    ),
    H_before_tanh=(
        "after column 0, H holds the pre-activations; it should hold their tanh.",
        RANGE_HINT,
        lambda H, A: np.hstack((H[:, :1], A)),
    ),
)

in_forward.slot(
    "kept",
    A_after_tanh=(
        "the array returned as A holds the states; it should hold what goes into tanh.",
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
    "step t's state stands in column t of H, and all steps but the first start from zeros (the "
    "logits are made from H{value}); the state should stand in column t + 1, after h0.",
    "H has one column more than there are steps. Which column is for the state that step 0 makes?",
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
    "of the new states H holds only the last, and all steps but the first start from zeros, as if "
    "the state were stored after the loop; it should be stored at each step.",
    "Which of your lines are run at every step, and which only once?",
    alone=True,
    carried=lambda h, a, before, h0: 0 * h,
    heard=lambda H, A: only_first_and_last(H, A)[:, 1:],
    states=only_first_and_last,
)


in_forward.slot(
    "bias",
    alone=True,
    b_summed=(
        "every unit gets the sum of all entries of b; each should get its own entry.",
        "Which shape has b, and which the pre-activations of one step?",
        lambda b: b.sum() + 0 * b,
    ),
)

in_forward.slot(
    "state",
    RANGE_HINT,
    alone=True,
    tanh_of_the_square=(
        "the states are the tanh of A squared; they should be the tanh of A.",
        lambda a, recurrent: np.tanh(a**2),
    ),
)

in_forward.choice(
    "unit_0_heard_by_all",
    "every unit gets what W and U send to unit 0, with its own bias; each should get its own.",
    "Which shape has (m,) plus (m, 1)?",
    alone=True,
    recurrent=lambda W, h: (W @ h)[:1] + 0 * h,
    read=lambda U, X: (U @ X)[:1] + 0 * (U @ X),
)

in_forward.choice(
    "one_array_for_all_states",
    "every column of H holds the last state, and all logits are made from it, as if one array "
    "were stored again and again, and overwritten meanwhile; column t + 1 should be step t's.",
    "If one array is appended to a list T times, how many arrays does the list hold?",
    alone=True,
    heard=lambda H, A: H[:, -1:] + 0 * H[:, 1:],
    states=lambda H, A: H[:, -1:] + 0 * H,
)
