"""Known mistakes in lesson 7: letting the network write."""

import copy

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, Model, of_values
from reference.forward import softmax

from .model import Params, from_global, next_state, seeded, text_of, unseeded

in_sample = Mistakes("sample", text_of)

FIRST_INDEX = "If the first of all characters is drawn, which index is that?"
SEED_KNOWN = "Can someone who knows only the seed of rng get the same text again?"
IN_THE_TEXT = "Which character stands in the text before the next one?"

# what is returned

in_sample.slot(
    "result",
    x0_returned_first=(
        "the text begins with x0; x0 is only read, and the first character drawn comes first.",
        "Was x0 drawn from any distribution?",
        lambda text, x0, n: np.vstack((np.full_like(text[:1], x0), text))[:n],
    ),
    text_backwards=(
        "the text stands in reverse order, the last character drawn first.",
        "At which end of the text does each new character go?",
        lambda text, x0, n: text[::-1],
    ),
    always_0=(
        "every index in the text is 0, as when what is drawn is not put into the array of zeros.",
        "Where are the characters kept that were drawn?",
        lambda text, x0, n: 0 * text,
    ),
)

in_sample.choice(
    "first_drawn_left_out",
    "the first character drawn is left out of the text: it begins with the second.",
    "Which character comes right after x0?",
    skipped=1,
)

in_sample.slot(
    "pack",
    "For n = 1, how often does the network read, and how often is something drawn?",
    alone=True,
    one_character_too_many=(
        "n + 1 characters are returned, as when x0 counts as one of them or the loop runs once "
        "too often; n are expected.",
        lambda text, K: np.append(text, 0),
    ),
    one_character_missing=(
        "n - 1 characters are returned; n are expected.",
        lambda text, K: text[:-1],
    ),
    last_character_alone=(
        "a single character is returned, the last one, instead of all n.",
        "Where are the characters kept that were drawn before?",
        lambda text, K: text[-1:],
    ),
    one_hot_columns=(
        "one-hot columns are returned; the text is the indices themselves.",
        "The network reads columns. What is a character outside of the network?",
        lambda text, K: np.eye(K, dtype=int)[:, text],
    ),
    text_in_a_column=(
        "the text is of shape (n, 1), as when each draw is an array of its own; it is flat, (n,).",
        "What is the shape of a draw with size=1, and what without?",
        lambda text, K: text[:, None],
    ),
    kept_as_floats=(
        "the text is kept as floats, as np.zeros(n) makes them; indices are integers.",
        "Can an array be indexed with 2.0?",
        lambda text, K: text.astype(float),
    ),
    empty_text_of_floats=(
        "for n = 0 the array is one of floats, as np.array([]) makes it; integers are expected.",
        "What can NumPy tell of the type of nothing?",
        lambda text, K: text if len(text) else np.array([]),
    ),
)

in_sample.slot(
    "numbered",
    FIRST_INDEX,
    alone=True,
    counted_from_one=(
        "the indices are one too high, as though characters were counted from 1.",
        lambda k: k + 1,
    ),
    one_index_below=("the indices are one too low: 0 becomes -1.", lambda k: k - 1),
)

# how a character is drawn


def normalised(weights: np.ndarray) -> np.ndarray:
    """Weights as probabilities, column by column."""
    return np.asarray(weights / weights.sum(axis=0))


in_sample.slot(
    "bend",
    "Which indices can the draw give, the smallest and the largest?",
    last_character_never_drawn=(
        "the last character of the vocabulary is never drawn.",
        lambda p, e: normalised(np.vstack((p[:-1], 0 * p[-1:]))),
    ),
    first_character_never_drawn=(
        "character 0 is never drawn.",
        lambda p, e: normalised(np.vstack((0 * p[:1], p[1:]))),
    ),
)

in_sample.slot(
    "bend",
    one_index_lower_in_a_circle=(
        "each draw is one index too low, and 0 turns into the last.",
        FIRST_INDEX,
        lambda p, e: np.roll(p, -1, axis=0),
    ),
    one_index_higher_in_a_circle=(
        "each draw is one index too high, and the last turns into 0.",
        FIRST_INDEX,
        lambda p, e: np.roll(p, 1, axis=0),
    ),
    likeliest_character_taken=(
        "the likeliest character is taken each time; the next character is drawn at random, each "
        "with its probability.",
        "Should a character of probability 0.3 ever be written?",
        lambda p, e: np.eye(len(p))[:, p.argmax(axis=0)],
    ),
    drawn_uniformly=(
        "all characters are drawn equally often, as when the probabilities are not handed to the "
        "draw or softmax runs along a row.",
        "Where does the draw learn which characters are likely?",
        lambda p, e: np.full_like(p, 1 / len(p)),
    ),
    rank_from_the_likeliest=(
        "the draw is made from probabilities sorted from the largest down, and gives a rank; the "
        "rank is not turned back into the character's index.",
        "After sorting, whose probability stands at position 0?",
        lambda p, e: -np.sort(-p, axis=0),
    ),
    unlikely_ones_cut_off=(
        "characters with less than half of the largest probability never come; every character "
        "comes as often as its probability says.",
        "How often should a character of probability 0.1 come?",
        lambda p, e: normalised(np.where(p >= p.max(axis=0) / 2, p, 0)),
    ),
    weights_not_normalised=(
        "a random number between 0 and 1 is compared with sums of weights that do not end at 1, "
        "so that late characters come too rarely.",
        "At which number do the cumulative sums end, and how large can the random number be?",
        lambda p, e: np.diff(np.minimum(np.cumsum(p / p.max(0), 0), 1), axis=0, prepend=0),
    ),
    no_character_twice_in_a_row=(
        "the character that was just read is never drawn; it may well come twice in a row.",
        "Could the network ever write the double t of letter?",
        lambda p, e: normalised(p * (1 - e)),
    ),
)

in_sample.choice(
    "one_number_for_all",
    "one random number serves all characters of a text; each draw needs one of its own.",
    "If the first draw happened to take the last character, what does that say of the second?",
    one_number=True,
)

in_sample.slot(
    "source",
    SEED_KNOWN,
    global_generator=(
        "the characters are drawn from a global generator, NumPy's or Python's; they are drawn "
        "from rng.",
        from_global,
    ),
    new_generator_inside=(
        "a new generator without a seed is made inside; rng is given to be drawn from.",
        unseeded,
    ),
)

in_sample.slot(
    "source",
    alone=True,
    generator_seeded_inside=(
        "a seed is set inside, so that every call writes the same text; rng is given to be drawn "
        "from.",
        "What should two calls with one and the same rng give?",
        seeded,
    ),
    copy_of_the_generator=(
        "the characters are drawn from a copy of rng: rng stays where it is, and the next call on "
        "it writes the same text again.",
        "Where should rng stand after the call?",
        copy.deepcopy,
    ),
)

# what is read and carried


def state_of_h0(h: np.ndarray, a: np.ndarray, new: np.ndarray, h0: np.ndarray) -> np.ndarray:
    """The state h0 again, after every branch."""
    return np.broadcast_to(h0, new.shape)


in_sample.slot(
    "carry",
    state_not_carried=(
        "every step starts from h0 again: the state is not carried on.",
        "What does the network remember of the text that it has written so far?",
        state_of_h0,
    ),
    preactivation_carried=(
        "the pre-activation is carried on, without tanh; it is the state that goes on.",
        "What is h(t-1) in the equation of a(t): something before tanh or after it?",
        lambda h, a, new, h0: a,
    ),
)

in_sample.slot(
    "shown",
    logits_from_the_preactivation=(
        "the logits are made from the pre-activation, without tanh; they are made from the state.",
        "In o = V h + c, does h stand before tanh or after it?",
        lambda h, a, new: a,
    ),
    drawn_before_reading=(
        "each character is drawn from the state before the last one was read, one step late.",
        "Does the first character drawn depend on x0?",
        lambda h, a, new: h,
    ),
)

in_sample.choice(
    "state_never_computed",
    "the state stays h0: no new state is computed, and nothing that is read has an effect.",
    "What does the network do with a character before it draws the next one?",
    shown=lambda h, a, new: h,
    carry=state_of_h0,
)

in_sample.slot(
    "squash",
    "Between which two numbers does every state lie, and can it be negative?",
    tanh_missing=(
        "tanh is missing: the states are the pre-activations themselves.",
        "How large can a state of the network become?",
        lambda a, b: a,
    ),
    sigmoid_in_place_of_tanh=(
        "the states are sigmoids of the pre-activations; this network has tanh.",
        lambda a, b: 1 / (1 + np.exp(-a)),
    ),
    relu_in_place_of_tanh=(
        "the states are the larger of 0 and the pre-activations; this network has tanh.",
        lambda a, b: np.maximum(a, 0),
    ),
    exp_in_place_of_tanh=(
        "the states are exp of the pre-activations; this network has tanh.",
        lambda a, b: np.exp(np.minimum(a, 50)),
    ),
    sin_in_place_of_tanh=(
        "the states are the sines of the pre-activations; this network has tanh.",
        lambda a, b: np.sin(a),
    ),
)

in_sample.slot(
    "start",
    x0_read_twice=(
        "x0 is read twice: once before the loop, and then again as the first step of it.",
        "How many characters were read before the first one is drawn?",
        lambda h0, e, params: next_state(params, h0, e),
    ),
    h0_left_out=(
        "the text starts from a state of zeros; it starts from h0.",
        "What did the network read before x0?",
        lambda h0, e, params: 0 * h0,
    ),
)

in_sample.slot(
    "first",
    "What tells the network how the text began?",
    nothing_read_first=("the first step reads a column of zeros; it reads x0.", lambda e: 0 * e),
    character_0_read_first=(
        "the first step reads character 0, whatever x0 is.",
        lambda e: np.eye(len(e))[:, [0]],
    ),
)


def x0_again(e: np.ndarray, k: np.ndarray, p: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The column of x0, after every branch."""
    return np.broadcast_to(x, p.shape)


in_sample.slot(
    "feed",
    x0_read_at_every_step=(
        "the network reads x0 at every step; it reads the character that it has just written.",
        "How does a character that was drawn change what follows?",
        x0_again,
    ),
    likeliest_read_next=(
        "the likeliest character is read next, and not the one that was drawn.",
        IN_THE_TEXT,
        lambda e, k, p, x: np.eye(len(p))[:, p.argmax(axis=0)],
    ),
    ones_left_in_the_column=(
        "the one-hot column is not cleared: the network reads all characters so far at once.",
        "How many ones does the column have after three characters?",
        lambda e, k, p, x: np.maximum(e, np.eye(len(p))[:, k]),
    ),
    probabilities_read_next=(
        "the network reads the probabilities; it reads the one-hot column of what was drawn.",
        "Two different characters were drawn. Do the next steps differ?",
        lambda e, k, p, x: p,
    ),
)

in_sample.choice(
    "all_from_the_first_distribution",
    "all n characters are drawn from the first distribution: the network runs only once.",
    "What does the network know, when the second character is drawn, that it did not before?",
    feed=x0_again,
    carry=state_of_h0,
)

in_sample.choice(
    "drawn_again_for_reading",
    "each step draws twice: one character is written, and another one is read next.",
    IN_THE_TEXT,
    fed_apart=True,
)

# the equations

in_sample.slot(
    "step",
    "What makes up a pre-activation, and how is it put together?",
    W_transposed=(
        "W is transposed: h W in place of W h.",
        lambda Wh, Ux, b, tau, params, h, e: params["W"].T @ h + Ux + b,
    ),
    W_left_out=(
        "W is left out: a state does not depend on the one before it.",
        lambda Wh, Ux, b, *_: Ux + b,
    ),
    W_subtracted=(
        "W h is subtracted in the pre-activation; it is added.",
        lambda Wh, Ux, b, *_: Ux - Wh + b,
    ),
    W_h_times_U_x=(
        "W h is multiplied by the column of U; the two are added.",
        lambda Wh, Ux, b, *_: Wh * Ux + b,
    ),
    row_of_U=(
        "a row of U is taken for the character; U times the one-hot column is a column of U.",
        lambda Wh, Ux, b, tau, params, h, e: Wh + params["U"].T @ e + b,
    ),
    U_left_out=("U is left out: what is read changes nothing.", lambda Wh, Ux, b, *_: Wh + b),
    U_subtracted=(
        "the column of U is subtracted in the pre-activation; it is added.",
        lambda Wh, Ux, b, *_: Wh - Ux + b,
    ),
    b_left_out=("the bias b is left out of the pre-activation.", lambda Wh, Ux, b, *_: Wh + Ux),
    b_subtracted=(
        "b is subtracted in the pre-activation; it is added.",
        lambda Wh, Ux, b, *_: Wh + Ux - b,
    ),
    b_multiplied=("W h + U x is multiplied by b; b is added.", lambda Wh, Ux, b, *_: (Wh + Ux) * b),
    b_times_U_x=(
        "the column of U is multiplied by b; b is added.",
        lambda Wh, Ux, b, *_: Wh + Ux * b,
    ),
    b_alone=(
        "the pre-activation is b alone: neither W h nor the column of U is in it.",
        lambda Wh, Ux, b, *_: 0 * Wh + b,
    ),
    temperature_inside_tanh=(
        "the temperature divides the pre-activations too; it divides the logits alone.",
        lambda Wh, Ux, b, tau, *_: (Wh + Ux + b) / tau,
    ),
)

in_sample.choice(
    "b_added_to_the_state",
    "b is added after tanh; it belongs inside, to the pre-activation.",
    "Between which two numbers does every state lie?",
    step=lambda Wh, Ux, b, *_: Wh + Ux,
    squash=lambda a, b: np.tanh(a) + b,
)

in_sample.choice(
    "V_transposed",
    "V is transposed: h V in place of V h.",
    "V[k, i] leads from unit i to character k. Over which of the two runs the sum?",
    named=lambda params: params | {"V": params["V"].T},
)


def exchanged(names: str) -> Model:
    """Params of which two have each other's names."""
    return lambda params: params | {names[0]: params[names[1]], names[1]: params[names[0]]}


def standing_in(names: str) -> Model:
    """Params of which one stands in the place of another too."""
    return lambda params: params | {names[1]: params[names[0]]}


in_sample.family(
    "tensors_exchanged",
    "{value[0]} and {value[1]} are exchanged, as when params are taken apart in another order.",
    "Which names stand on the left of the line that takes params apart, and in which order?",
    "named",
    of_values(exchanged, "WV", "UW", "UV", "bc"),
)

in_sample.family(
    "another_tensor_used",
    "{value[0]} is used where {value[1]} should be.",
    "Which letter stands in which of the two equations?",
    "named",
    of_values(standing_in, "VW", "WV", "UW", "WU", "VU", "UV", "cb", "bc"),
)

in_sample.choice(
    "c_left_out",
    "the bias c is left out of the logits.",
    "With U, W, V and b zero, what makes one character likelier than another?",
    bias=lambda c: 0 * c,
)

# the logits and the temperature

in_sample.slot(
    "temper",
    "What makes up the logits, and how is it put together?",
    V_left_out=(
        "V h is left out of the logits: c alone decides.",
        lambda Vh, c, tau, t: 0 * Vh + c / tau,
    ),
    c_subtracted=(
        "c is subtracted in the logits; it is added.",
        lambda Vh, c, tau, t: (Vh - c) / tau,
    ),
    c_multiplied=("V h is multiplied by c; c is added.", lambda Vh, c, tau, t: Vh * c / tau),
    signs_of_the_logits_turned=(
        "the logits have their signs turned: the likeliest characters come least.",
        lambda Vh, c, tau, t: -(Vh + c) / tau,
    ),
)

in_sample.slot(
    "temper",
    "What does a second softmax make of probabilities between 0 and 1?",
    softmax_of_probabilities=(
        "the temperature divides probabilities, which then go through softmax a second time; it "
        "divides the logits.",
        lambda Vh, c, tau, t: softmax(Vh + c) / tau,
    ),
    softmax_twice=(
        "softmax is taken twice: of the logits over the temperature, then of the probabilities.",
        lambda Vh, c, tau, t: softmax((Vh + c) / tau),
    ),
)

in_sample.slot(
    "temper",
    "Where does the division stand, before the loop or in it?",
    only_the_first_step_tempered=(
        "the temperature works on the first character only; it divides the logits of every step.",
        lambda Vh, c, tau, t: (Vh + c) / (tau if t == 0 else 1),
    ),
    first_step_not_tempered=(
        "the temperature leaves out the first character; it divides the logits of every step.",
        lambda Vh, c, tau, t: (Vh + c) / (1 if t == 0 else tau),
    ),
)

in_sample.slot(
    "temper",
    logits_times_temperature=(
        "the logits are multiplied by the temperature, or the probabilities raised to its power; "
        "the logits are divided by it.",
        "Which of the two makes the likely characters likelier at low temperature?",
        lambda Vh, c, tau, t: (Vh + c) * tau,
    ),
    temperature_without_effect=(
        "the temperature has no effect, as when probabilities are divided by it and then made to "
        "sum to 1 again; it divides the logits.",
        "What is left of a common factor once the probabilities have been normalised?",
        lambda Vh, c, tau, t: Vh + c,
    ),
    only_c_divided=(
        "only the bias c is divided by the temperature; all of the logits are.",
        "In V h + c / temperature, which comes first: the sum or the quotient?",
        lambda Vh, c, tau, t: Vh + c / tau,
    ),
    only_Vh_divided=(
        "only V h is divided by the temperature, and not c; all of the logits are.",
        "Is c a part of the logits?",
        lambda Vh, c, tau, t: Vh / tau + c,
    ),
    tempered_again_at_each_step=(
        "the temperature piles up: step t divides the logits by its power t + 1.",
        "Is what was divided at one step still divided at the next?",
        lambda Vh, c, tau, t: (Vh + c) / tau ** (t + 1),
    ),
    temperature_squared=(
        "the temperature works twice, so that the logits are divided by its square.",
        "How often is the division made, and on what?",
        lambda Vh, c, tau, t: (Vh + c) / tau**2,
    ),
)

in_sample.family(
    "wrong_default_temperature",
    "the temperature is {value:g} if none is given; the default is 1.",
    "What stands behind `temperature` in the first line of the function?",
    "default",
    of_values(float, 0.5, 2.0, 0.1),
)

# what is left behind


def into_h0(params: Params, h0: np.ndarray, x0: int, tau: float) -> None:
    """The state after the first step, in the array h0."""
    h0[...] = next_state(params, h0, np.eye(len(params["c"]))[:, [x0]])


def tempered(params: Params, h0: np.ndarray, x0: int, tau: float) -> None:
    """V and c divided by the temperature."""
    params["V"] /= tau
    params["c"] /= tau


in_sample.slot(
    "spoil",
    alone=True,
    h0_overwritten=(
        "the new states are written into the array h0, which the caller still needs.",
        "If a text is sampled in the middle of training, from which state does training go on?",
        into_h0,
    ),
    params_changed=(
        "the params are changed in place, as when V and c are divided by the temperature; the "
        "caller still needs them as they are.",
        "What happens in a second call at temperature 2?",
        tempered,
    ),
)
