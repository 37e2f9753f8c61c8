"""Known mistakes in lesson 2: softmax, and the network read from left to right."""

import numpy as np

from lessons.checking.mistakes import mistake
from reference.forward import forward, softmax


def _exponentials(O):
    """exp(O), each column divided by its sum."""
    E = np.exp(O)
    return E / E.sum(axis=0, keepdims=True)


@mistake(
    "softmax",
    "the softmax runs along the rows; each column is a distribution of its own.",
    "A column is a time step. What should its entries sum to?",
)
def over_rows(O):
    return softmax(O.T).T


@mistake(
    "softmax",
    "the softmax divides by the sum over all entries; each column is a distribution of its own.",
    "What do the T columns sum to together, and what does each one?",
)
def over_everything(O):
    return softmax(O.reshape(-1, 1)).reshape(O.shape)


@mistake(
    "softmax",
    "no maximum is subtracted before exp, so that large logits overflow and give nan.",
    "What changes in a column's probabilities when a number is added to all of its logits?",
)
def nothing_subtracted(O):
    return _exponentials(O)


@mistake(
    "softmax",
    "the maximum over all entries is subtracted, so that a column far below another one vanishes "
    "and gives 0 / 0.",
    "What remains of a column of small logits beside one of 1000?",
)
def maximum_of_everything_subtracted(O):
    return _exponentials(O - O.max())


@mistake(
    "softmax",
    "the maximum of each row is subtracted, which changes the probabilities; a column may only be "
    "shifted as a whole.",
    "Which shifts of the logits leave their quotients within a column as they are?",
)
def maximum_of_rows_subtracted(O):
    return _exponentials(O - O.max(axis=1, keepdims=True))


@mistake(
    "softmax",
    "the logits are clipped to [-500, 500] before exp, so that larger ones become equal.",
    "Which probabilities do the logits 1000 and 990 have? Is there a change that costs nothing?",
)
def logits_clipped(O):
    return _exponentials(np.clip(O, -500, 500))


@mistake(
    "forward",
    "the bias b is missing from the pre-activations.",
    "Of which three terms is A[:,t] the sum?",
)
def b_forgotten(params, X, h0):
    return forward(params | {"b": np.zeros_like(params["b"])}, X, h0)


@mistake(
    "forward",
    "the bias c is missing from the logits.",
    "What would the logits be if all hidden states were 0?",
)
def c_forgotten(params, X, h0):
    return forward(params | {"c": np.zeros_like(params["c"])}, X, h0)


@mistake(
    "forward",
    "the hidden state goes through W transposed; it goes through W.",
    "Which entry of W connects unit j of one step to unit i of the next?",
)
def W_transposed(params, X, h0):
    return forward(params | {"W": params["W"].T}, X, h0)


@mistake(
    "forward",
    "every step starts from h0 again: the state is not carried from step to step.",
    "What does the network remember of the characters before?",
)
def h0_at_every_step(params, X, h0):
    A = params["W"] @ h0 + params["U"] @ X + params["b"]
    H = np.hstack((h0, np.tanh(A)))
    return softmax(params["V"] @ H[:, 1:] + params["c"]), H, A


@mistake(
    "forward",
    "the first step starts from zeros; it starts from h0.",
    "Where do the windows of a long text hand on what they remember?",
)
def h0_ignored(params, X, h0):
    return forward(params, X, np.zeros_like(h0))


@mistake(
    "forward",
    "each step reads the character of the step before, and step 0 reads the last one, which "
    "index -1 means.",
    "Which of A's columns does the first character reach first?",
)
def input_of_the_step_before(params, X, h0):
    return forward(params, np.roll(X, 1, axis=1), h0)


@mistake(
    "forward",
    "the logits are made from the states before each step; they are made from those after it.",
    "Does the first prediction depend on the first character?",
)
def logits_from_the_state_before(params, X, h0):
    _, H, A = forward(params, X, h0)
    return softmax(params["V"] @ H[:, :-1] + params["c"]), H, A


@mistake(
    "forward",
    "the states are stored one column early and h0 in the last column, which index -1 means; "
    "column 0 is h0.",
    "H has one column more than there are steps. Which one, and at which end?",
)
def h0_in_the_last_column(params, X, h0):
    P, H, A = forward(params, X, h0)
    return P, np.roll(H, -1, axis=1), A


@mistake(
    "forward",
    "the array returned as A holds the values after tanh; A is what goes into tanh.",
    "Can a pre-activation be larger than 1?",
)
def A_after_tanh(params, X, h0):
    P, H, _ = forward(params, X, h0)
    return P, H, H[:, 1:].copy()
