"""Known mistakes in lesson 7: letting the network write."""

import copy

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, Model, of_values
from reference.forward import softmax

from .model import Params, from_global, next_state, seeded, text_of, unseeded

in_sample = Mistakes("sample", text_of)

FIRST_INDEX = "If the first of all characters is drawn, which index is that?"
SEED_KNOWN = "Should someone who knows only the seed of rng get the same text again?"
IN_THE_TEXT = "Which character stands in the text just before the one that is drawn next?"

# what is returned

in_sample.slot(
    "result",
    x0_returned_first=(
        "the text begins with x0; it should begin with the first character drawn.",
        "Is x0 drawn, or is it only read?",
        lambda text, x0, n: np.vstack((np.full_like(text[:1], x0), text))[:n],
    ),
    text_backwards=(
        "the text is in reverse order, the last character drawn first; it should be in the order "
        "of the draws.",
        "At which end of the text should each new character go?",
        lambda text, x0, n: text[::-1],
    ),
    always_0=(
        "every index in the text is 0, as if what is drawn were not put into an array of zeros, or "
        "each draw ended at the first character; it should be what was drawn.",
        "When does your draw end at a character other than 0, and where is that kept?",
        lambda text, x0, n: 0 * text,
    ),
)

in_sample.choice(
    "first_drawn_left_out",
    "the text begins with the second character drawn; it should begin with the first.",
    "Which character of the text comes right after x0?",
    skipped=1,
)

in_sample.slot(
    "pack",
    "For n = 1, how often should the network read, and how often should something be drawn?",
    alone=True,
    one_character_too_many=(
        "n + 1 characters are returned, as if x0 counted as one of them or the loop ran once too "
        "often; there should be n.",
        lambda text, K: np.append(text, 0),
    ),
    one_character_missing=(
        "n - 1 characters are returned; there should be n.",
        lambda text, K: text[:-1],
    ),
    last_character_alone=(
        "a single character is returned, as if the others were not kept; there should be n.",
        "Where are the characters kept that were drawn before the last one?",
        lambda text, K: text[-1:],
    ),
    one_hot_columns=(
        "an array of K rows and n columns is returned, like one-hot columns; it should be the n "
        "indices themselves.",
        "The network reads columns. What is a character outside of the network?",
        lambda text, K: np.eye(K, dtype=int)[:, text],
    ),
    text_in_a_column=(
        "the text has the shape (n, 1), as if each draw were an array of its own; it should be "
        "flat, (n,).",
        "Is what you draw each time a number, or an array with one number in it?",
        lambda text, K: text[:, None],
    ),
    kept_as_floats=(
        "the text holds floats, as np.zeros(n) makes them; it should hold integers.",
        "Can an array be indexed with 2.0?",
        lambda text, K: text.astype(float),
    ),
    empty_text_of_floats=(
        "for n = 0 the array is one of floats, as np.array([]) makes it; it should be one of "
        "integers.",
        "If nothing was drawn, how does NumPy know that a text is made of integers?",
        lambda text, K: text if len(text) else np.array([]),
    ),
)

in_sample.slot(
    "numbered",
    FIRST_INDEX,
    alone=True,
    counted_from_one=(
        "the text holds the index K, as if characters were counted from 1; they should be counted "
        "from 0.",
        lambda k: k + 1,
    ),
    one_index_below=(
        "the text holds the index -1, as if every index were one too low; characters should be "
        "counted from 0.",
        lambda k: k - 1,
    ),
)

# how a character is drawn


def normalised(weights: np.ndarray) -> np.ndarray:
    """Weights as probabilities, column by column."""
    return np.asarray(weights / weights.sum(axis=0))


in_sample.slot(
    "bend",
    "What are the smallest and the largest index that your draw can give?",
    last_character_never_drawn=(
        "the last character of the vocabulary never comes; it should come as often as its "
        "probability says.",
        lambda p, e: normalised(np.vstack((p[:-1], 0 * p[-1:]))),
    ),
    first_character_never_drawn=(
        "character 0 never comes; it should come as often as its probability says.",
        lambda p, e: normalised(np.vstack((0 * p[:1], p[1:]))),
    ),
)

in_sample.slot(
    "bend",
    one_index_lower_in_a_circle=(
        "each character comes as the one before it in the vocabulary, and 0 as the last; it "
        "should come as itself.",
        FIRST_INDEX,
        lambda p, e: np.roll(p, -1, axis=0),
    ),
    one_index_higher_in_a_circle=(
        "each character comes as the one after it in the vocabulary, and the last as 0; it should "
        "come as itself.",
        FIRST_INDEX,
        lambda p, e: np.roll(p, 1, axis=0),
    ),
    likeliest_character_taken=(
        "the likeliest character comes each time; every character should come as often as its "
        "probability says.",
        "Should a character of probability 0.3 ever be written?",
        lambda p, e: np.eye(len(p))[:, p.argmax(axis=0)],
    ),
    drawn_uniformly=(
        "all characters come equally often, as if the draw did not know their probabilities; each "
        "should come as often as its own says.",
        "How does your draw learn which characters are likely?",
        lambda p, e: np.full_like(p, 1 / len(p)),
    ),
    rank_from_the_likeliest=(
        "character 0 comes with the largest of the probabilities, 1 with the next one, and so on, "
        "as if they were sorted before the draw; each should come with its own.",
        "Whose probability does your draw take for that of character 0?",
        lambda p, e: -np.sort(-p, axis=0),
    ),
    unlikely_ones_cut_off=(
        "characters with less than half of the largest probability never come; every one should "
        "come as often as its probability says.",
        "How often should a character of probability 0.1 come, if the likeliest has 0.5?",
        lambda p, e: normalised(np.where(p >= p.max(axis=0) / 2, p, 0)),
    ),
    weights_not_normalised=(
        "late characters of the vocabulary come too rarely, as if a random number below 1 were "
        "compared with sums of weights that go beyond 1; the sums should end at 1.",
        "If a random number is compared with sums of probabilities: at which number should these "
        "end?",
        lambda p, e: np.diff(np.minimum(np.cumsum(p / p.max(0), 0), 1), axis=0, prepend=0),
    ),
    no_character_twice_in_a_row=(
        "the character that was just read never comes next; it should come as often as its "
        "probability says.",
        'Can your network ever write the two t of "letter"?',
        lambda p, e: normalised(p * (1 - e)),
    ),
)

in_sample.choice(
    "one_number_for_all",
    "all characters of a text come as if a single random number decided them; each draw "
    "should have one of its own.",
    "If the first draw happens to give an unlikely character, should that make the second "
    "more likely to give one?",
    one_number=True,
)

in_sample.slot(
    "source",
    SEED_KNOWN,
    global_generator=(
        "rng does not decide the text, and a global generator, NumPy's or Python's, is drawn from "
        "or seeded; all characters should be drawn from rng.",
        from_global,
    ),
    new_generator_inside=(
        "rng does not decide the text, as if a new generator without a seed were made inside; all "
        "characters should be drawn from rng.",
        unseeded,
    ),
)

in_sample.slot(
    "source",
    alone=True,
    generator_seeded_inside=(
        "every call writes the same text, whatever rng is, as if a seed were set inside; all "
        "characters should be drawn from rng.",
        "What should two calls with one and the same rng give?",
        seeded,
    ),
    copy_of_the_generator=(
        "the next call on one rng writes the same text again, as if a copy of rng were drawn "
        "from; rng itself should move on.",
        "Two calls on one rng should give two texts. What has to change between them?",
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
        "every step starts from h0 again; it should start from the state that the step before has "
        "left.",
        "What does the network remember of the text that it has written so far?",
        state_of_h0,
    ),
    preactivation_carried=(
        "what is carried on is W h + U e + b, without tanh; it should be the state, which is tanh "
        "of that.",
        "What is h(t-1) in the equation of h(t): something before tanh, or after it?",
        lambda h, a, new, h0: a,
    ),
)

in_sample.slot(
    "shown",
    logits_from_the_preactivation=(
        "the logits are made of W h + U e + b, without tanh; they should be made of the state, "
        "which is tanh of that.",
        "In o = V h + c, does h stand before tanh or after it?",
        lambda h, a, new: a,
    ),
    drawn_before_reading=(
        "each character comes as if drawn from the state before the last one was read; it should "
        "be drawn from the state after that.",
        "Should the first character drawn depend on x0?",
        lambda h, a, new: h,
    ),
)

in_sample.choice(
    "state_never_computed",
    "every character comes as if the state stayed h0, so that nothing that is read has an "
    "effect; each step should make a new state.",
    "What should the network do with a character before it draws the next one?",
    shown=lambda h, a, new: h,
    carry=state_of_h0,
)

in_sample.slot(
    "squash",
    "Between which two numbers should every state lie, and may it be negative?",
    tanh_missing=(
        "the states are W h + U e + b, without tanh; they should be tanh of that.",
        "How large may a state of the network become?",
        lambda a, b: a,
    ),
    sigmoid_in_place_of_tanh=(
        "the states are 1 / (1 + exp(-a)) with a = W h + U e + b; they should be tanh(a).",
        lambda a, b: 1 / (1 + np.exp(-a)),
    ),
    relu_in_place_of_tanh=(
        "the states are the larger of 0 and a, with a = W h + U e + b; they should be tanh(a).",
        lambda a, b: np.maximum(a, 0),
    ),
    exp_in_place_of_tanh=(
        "the states are exp(a) with a = W h + U e + b; they should be tanh(a).",
        lambda a, b: np.exp(np.minimum(a, 50)),
    ),
    sin_in_place_of_tanh=(
        "the states are sin(a) with a = W h + U e + b; they should be tanh(a).",
        lambda a, b: np.sin(a),
    ),
)

in_sample.slot(
    "start",
    x0_read_twice=(
        "the text comes as if x0 were read twice before the first draw; it should be read once.",
        "How many characters should be read before the first one is drawn?",
        lambda h0, e, params: next_state(params, h0, e),
    ),
    h0_left_out=(
        "x0 is read in a state of zeros; it should be read in the state h0.",
        "How does the network know what came before x0?",
        lambda h0, e, params: 0 * h0,
    ),
)

in_sample.slot(
    "first",
    "What tells the network how the text began?",
    nothing_read_first=(
        "the first step reads a column of zeros; it should read x0.",
        lambda e: 0 * e,
    ),
    character_0_read_first=(
        "the first step reads character 0, whatever x0 is; it should read x0.",
        lambda e: np.eye(len(e))[:, [0]],
    ),
)


def x0_again(e: np.ndarray, k: np.ndarray, p: np.ndarray, x: np.ndarray) -> np.ndarray:
    """The column of x0, after every branch."""
    return np.broadcast_to(x, p.shape)


in_sample.slot(
    "feed",
    x0_read_at_every_step=(
        "the network reads x0 at every step; it should read the character that was just drawn.",
        "How should a character that was drawn change what follows?",
        x0_again,
    ),
    likeliest_read_next=(
        "the likeliest character is read next, whatever was drawn; it should be the one that was "
        "drawn.",
        IN_THE_TEXT,
        lambda e, k, p, x: np.eye(len(p))[:, p.argmax(axis=0)],
    ),
    ones_left_in_the_column=(
        "the network reads all characters so far at once, as if the one-hot column were never "
        "cleared; it should read the last one alone.",
        "How many ones should there be in the column that is read after three characters?",
        lambda e, k, p, x: np.maximum(e, np.eye(len(p))[:, k]),
    ),
    probabilities_read_next=(
        "the network reads the probabilities; it should read the one-hot column of what was drawn.",
        "If another character had been drawn, would your next step be another one?",
        lambda e, k, p, x: p,
    ),
)

in_sample.choice(
    "all_from_the_first_distribution",
    "all n characters come with the probabilities of the first, as if the network ran only "
    "once; each should have its own.",
    "What should the network know, when the second character is drawn, that it did not know "
    "before?",
    feed=x0_again,
    carry=state_of_h0,
)

in_sample.choice(
    "drawn_again_for_reading",
    "what is read is not what was written, as if each step drew twice; the character that is "
    "written should be read next.",
    IN_THE_TEXT,
    fed_apart=True,
)

# the equations

in_sample.slot(
    "step",
    "What stands inside tanh, and how is it put together?",
    W_transposed=(
        "W is transposed, as in h W; it should be W h.",
        lambda Wh, Ux, b, tau, params, h, e: params["W"].T @ h + Ux + b,
    ),
    W_left_out=(
        "W h is left out inside tanh; it should be added.",
        lambda Wh, Ux, b, *_: Ux + b,
    ),
    W_subtracted=(
        "W h is subtracted inside tanh; it should be added.",
        lambda Wh, Ux, b, *_: Ux - Wh + b,
    ),
    W_h_times_U_x=(
        "W h is multiplied by U e; the two should be added.",
        lambda Wh, Ux, b, *_: Wh * Ux + b,
    ),
    row_of_U=(
        "a row of U is taken for the character that is read; it should be a column of U, which is "
        "U e.",
        lambda Wh, Ux, b, tau, params, h, e: Wh + params["U"].T @ e + b,
    ),
    U_left_out=("U e is left out inside tanh; it should be added.", lambda Wh, Ux, b, *_: Wh + b),
    U_subtracted=(
        "U e is subtracted inside tanh; it should be added.",
        lambda Wh, Ux, b, *_: Wh - Ux + b,
    ),
    b_left_out=("b is left out inside tanh; it should be added.", lambda Wh, Ux, b, *_: Wh + Ux),
    b_subtracted=(
        "b is subtracted inside tanh; it should be added.",
        lambda Wh, Ux, b, *_: Wh + Ux - b,
    ),
    b_multiplied=(
        "W h + U e is multiplied by b; b should be added.",
        lambda Wh, Ux, b, *_: (Wh + Ux) * b,
    ),
    b_times_U_x=(
        "U e is multiplied by b; b should be added.",
        lambda Wh, Ux, b, *_: Wh + Ux * b,
    ),
    b_alone=(
        "b stands alone inside tanh; W h and U e should be added.",
        lambda Wh, Ux, b, *_: 0 * Wh + b,
    ),
    temperature_inside_tanh=(
        "what stands inside tanh is divided by the temperature too; only the logits should be.",
        lambda Wh, Ux, b, tau, *_: (Wh + Ux + b) / tau,
    ),
)

in_sample.choice(
    "b_added_to_the_state",
    "b is added after tanh; it should be added inside.",
    "Between which two numbers should every state lie?",
    step=lambda Wh, Ux, b, *_: Wh + Ux,
    squash=lambda a, b: np.tanh(a) + b,
)

in_sample.choice(
    "V_transposed",
    "V is transposed, as in h V; it should be V h.",
    "V[k, i] leads from unit i to character k. Over which of the two should the sum run?",
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
    "{value[0]} and {value[1]} are exchanged, as if params were taken apart in another order; "
    "each should stand in its own place.",
    "Does each of your names hold the tensor that is called so in params?",
    "named",
    of_values(exchanged, "WV", "UW", "UV", "bc"),
)

in_sample.family(
    "another_tensor_used",
    "{value[0]} is used in the place of {value[1]}; it should be {value[1]}.",
    "Which tensor stands at which place of the equations?",
    "named",
    of_values(standing_in, "VW", "WV", "UW", "WU", "VU", "UV", "cb", "bc"),
)

in_sample.choice(
    "c_left_out",
    "c is left out of the logits; it should be added to V h.",
    "If U, W, V and b are zero, what makes one character likelier than another?",
    bias=lambda c: 0 * c,
)

# the logits and the temperature

in_sample.slot(
    "temper",
    "What are the logits made of, and how are they put together?",
    V_left_out=(
        "V h is left out of the logits; it should be added to c.",
        lambda Vh, c, tau, t: 0 * Vh + c / tau,
    ),
    c_subtracted=(
        "c is subtracted in the logits; it should be added.",
        lambda Vh, c, tau, t: (Vh - c) / tau,
    ),
    c_multiplied=("V h is multiplied by c; c should be added.", lambda Vh, c, tau, t: Vh * c / tau),
    signs_of_the_logits_turned=(
        "the logits have the wrong sign, so that the likeliest characters come least; they should "
        "be V h + c.",
        lambda Vh, c, tau, t: -(Vh + c) / tau,
    ),
)

in_sample.slot(
    "temper",
    "What would a second softmax make of probabilities between 0 and 1?",
    softmax_of_probabilities=(
        "the probabilities are divided by the temperature and go through softmax a second time; "
        "the logits should be divided, and softmax taken once.",
        lambda Vh, c, tau, t: softmax(Vh + c) / tau,
    ),
    softmax_twice=(
        "softmax is taken twice, of the logits over the temperature and then of the "
        "probabilities; it should be taken once.",
        lambda Vh, c, tau, t: softmax((Vh + c) / tau),
    ),
)

in_sample.slot(
    "temper",
    "Which steps should the temperature work on? Which logits do you divide by it?",
    only_the_first_step_tempered=(
        "the temperature works on the first character only; it should divide the logits of every "
        "step.",
        lambda Vh, c, tau, t: (Vh + c) / (tau if t == 0 else 1),
    ),
    first_step_not_tempered=(
        "the temperature works on all characters but the first; it should divide the logits of "
        "every step.",
        lambda Vh, c, tau, t: (Vh + c) / (1 if t == 0 else tau),
    ),
)

in_sample.slot(
    "temper",
    logits_times_temperature=(
        "the logits are multiplied by the temperature, or the probabilities raised to its power; "
        "the logits should be divided by it.",
        "Should the likely characters become likelier at a low temperature, or at a high one?",
        lambda Vh, c, tau, t: (Vh + c) * tau,
    ),
    temperature_without_effect=(
        "the temperature has no effect, as if probabilities were divided by it and then made to "
        "sum to 1 again; it should divide the logits.",
        "If all probabilities are divided by one number and then made to sum to 1 again, what has "
        "changed?",
        lambda Vh, c, tau, t: Vh + c,
    ),
    only_c_divided=(
        "only c is divided by the temperature; V h + c should be, as a whole.",
        "In V h + c / temperature, which comes first: the sum or the quotient?",
        lambda Vh, c, tau, t: Vh + c / tau,
    ),
    only_Vh_divided=(
        "only V h is divided by the temperature; V h + c should be, as a whole.",
        "What are the logits made of, and which parts of them do you divide?",
        lambda Vh, c, tau, t: Vh / tau + c,
    ),
    tempered_again_at_each_step=(
        "the logits of step t are divided t + 1 times by the temperature; they should be divided "
        "once.",
        "Is what you divide at one step still divided at the next?",
        lambda Vh, c, tau, t: (Vh + c) / tau ** (t + 1),
    ),
    temperature_squared=(
        "the logits are divided by the square of the temperature; they should be divided by the "
        "temperature itself.",
        "How often do you divide by the temperature between V h + c and the draw?",
        lambda Vh, c, tau, t: (Vh + c) / tau**2,
    ),
)

in_sample.family(
    "wrong_default_temperature",
    "if no temperature is given, it is {value}; it should be 1.",
    "Which temperature is meant if none is given, and where does your function say so?",
    "default",
    {"below 1": 0.5, "above 1": 2.0, "well below 1": 0.1},
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
        "the array h0 is changed, as if the new states were written into it; it should stay as it "
        "is.",
        "If a text is sampled in the middle of training, from which state should training go on?",
        into_h0,
    ),
    params_changed=(
        "params are changed, as if V and c were divided by the temperature in place; they should "
        "stay as they are.",
        "What does a second call at temperature 2 find in params?",
        tempered,
    ),
)

# what was seen in answers later


def stopping(chance: np.ndarray) -> np.ndarray:
    """Where one stops who stops at each character with its chance, and at the last for certain."""
    going_on = np.cumprod(np.clip(1 - chance[:-1], 0, 1), axis=0)
    reached = np.vstack((np.ones_like(chance[:1]), going_on))
    return np.asarray(reached * np.vstack((chance[:-1], np.ones_like(chance[:1]))))


in_sample.family(
    "fresh_number_for_each_character",
    "each character of the vocabulary comes as if a random number of its own were compared with "
    "{value}; one number should serve for the whole draw.",
    "How many random numbers does one draw need?",
    "bend",
    {
        "its cumulative sum": lambda p, e: stopping(np.cumsum(p, axis=0)),
        "its probability": lambda p, e: stopping(p),
    },
)

in_sample.choice(
    "first_entry_of_U_for_all_units",
    "all units get the first entry of U's column, as if U[:, x] were flat and the states a "
    "matrix; each unit should get its own.",
    "Which shapes have U[:, x] and W h, and which shape has their sum?",
    step=lambda Wh, Ux, b, *_: Wh + Ux[:1] + b,
)

in_sample.choice(
    "logits_through_tanh",
    "the logits go through tanh; they should be V h + c as it is.",
    "Between which two numbers do your logits lie, and how likely can a character get?",
    temper=lambda Vh, c, tau, t: np.tanh(Vh + c) / tau,
)

in_sample.choice(
    "last_character_left_0",
    "the last character of the text is always 0; it should be drawn like the others.",
    "For n = 1, how often does your loop run?",
    result=lambda text, x0, n: np.vstack((text[:-1], 0 * text[-1:])),
)
