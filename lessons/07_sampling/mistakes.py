"""Known mistakes in lesson 7: letting the network write."""

import copy
from functools import partial

import numpy as np

from lessons.checking.mistakes import mistake
from reference.forward import softmax


class Draws:
    """One text, drawn at random."""

    def __init__(self, rng):
        self.rng = rng

    def pick(self, p):
        """A character from the column p, and the branch that goes on: the only one."""
        return np.array([self.rng.choice(len(p), p=p[:, 0])]), np.array([0])


class OneNumber(Draws):
    """One text, with one random number for all of its characters."""

    def __init__(self, rng):
        self.u = rng.random()

    def pick(self, p):
        """The character whose part of the cumulative sum holds the number."""
        k = np.searchsorted(np.cumsum(p[:, 0]), self.u, side="right")
        return np.array([min(k, len(p) - 1)]), np.array([0])


class Branches:
    """All texts at once, each with its probability."""

    def __init__(self):
        self.weights = np.ones(1)

    def pick(self, p):
        """Every character after every branch."""
        K, count = p.shape
        self.weights = (self.weights[:, None] * p.T).ravel()
        return np.tile(np.arange(K), count), np.repeat(np.arange(count), K)


class OneNumberBranches:
    """All texts at once, each with the random numbers between 0 and 1 that give it."""

    def __init__(self):
        self.low, self.high = np.zeros(1), np.ones(1)

    @property
    def weights(self):
        """The probability of each branch."""
        return np.maximum(self.high - self.low, 0)

    def pick(self, p):
        """Every character after every branch."""
        K, count = p.shape
        ends = np.cumsum(p.T, axis=1)
        ends[:, -1] = 1.0
        starts = np.hstack((np.zeros((count, 1)), ends[:, :-1]))
        self.low = np.maximum(self.low[:, None], starts).ravel()
        self.high = np.minimum(self.high[:, None], ends).ravel()
        return np.tile(np.arange(K), count), np.repeat(np.arange(count), K)


def step(h, e, params, tau):
    """The pre-activation of a step."""
    return params["W"] @ h + params["U"] @ e + params["b"]


def written(
    params,
    h0,
    x0,
    n,
    tau,
    draws,
    *,
    start=lambda h0, e, params: h0,
    first=lambda e: e,
    step=step,
    squash=lambda a, b: np.tanh(a),
    carry=lambda h, a, new, h0: new,
    shown=lambda h, a, new: new,
    bias=lambda c: c,
    temper=lambda Vs, c, tau, t: softmax((Vs + c) / tau),
    bend=lambda p, e: p,
    feed=lambda e, k, p, x: np.eye(len(p))[:, k],
    fed_apart=False,
    more=0,
    result=lambda text, x0, n: text,
):
    """Texts as columns, by `draws` from the distributions of the network.

    All that is carried has a column for each branch of the text, for one text only one.
    `e` is what is read, `k` what was drawn, `a` a pre-activation, `new` the state after it.
    """
    K = len(params["c"])
    x = np.eye(K)[:, [x0]]
    h, e, text = start(h0, x, params), first(x), np.empty((0, 1), dtype=np.int64)
    for t in range(n + more):
        a = step(h, e, params, tau)
        new = squash(a, params["b"])
        p = bend(temper(params["V"] @ shown(h, a, new), bias(params["c"]), tau, t), e)
        k, parents = draws.pick(p)
        text = np.vstack((text[:, parents], k))
        h, e, p = carry(h, a, new, h0)[:, parents], e[:, parents], p[:, parents]
        if fed_apart:
            k, parents = draws.pick(p)
            text, h, e, p = text[:, parents], h[:, parents], e[:, parents], p[:, parents]
        e = feed(e, k, p, x)
    return result(text, x0, n)


def text_of(
    params,
    h0,
    x0,
    n,
    rng,
    temperature=1.0,
    *,
    source=lambda rng: rng,
    one_number=False,
    pack=lambda text, K: text,
    spoil=lambda params, h0, x0, tau: None,
    numbered=lambda k: k,
    **choices,
):
    """One text, with a choice of how it is drawn."""
    rng = source(rng)
    draws = OneNumber(rng) if one_number else Draws(rng)
    text = written(params, h0, x0, n, temperature, draws, **choices)[:, 0]
    if n:
        spoil(params, h0, x0, temperature)
    return pack(numbered(text), len(params["c"]))


def chances_of(
    params,
    h0,
    x0,
    n,
    temperature=1.0,
    *,
    source=None,
    one_number=False,
    pack=None,
    spoil=None,
    numbered=lambda k: k,
    **choices,
):
    """All texts as columns, and how likely each is, with the choices of `text_of`."""
    branches = OneNumberBranches() if one_number else Branches()
    text = written(params, h0, x0, n, temperature, branches, **choices)
    return numbered(text), branches.weights


MODELS = {"sample": text_of}


def _slot(sentence, hint, **choice):
    """A choice of the model's keywords."""
    return mistake("sample", sentence, hint, **choice)


def _alone(sentence, hint, **choice):
    """A choice that is seen at once, so that it is not tried together with others."""
    return mistake("sample", sentence, hint)(partial(text_of, **choice))


# what is returned

x0_returned_first = _slot(
    "the text begins with x0; x0 is only read, and the first character drawn comes first.",
    "Was x0 drawn from any distribution?",
    result=lambda text, x0, n: np.vstack((np.full_like(text[:1], x0), text))[:n],
)

first_drawn_left_out = _slot(
    "the first character drawn is left out of the text: it begins with the second.",
    "Which character comes right after x0?",
    more=1,
    result=lambda text, x0, n: text[1:],
)

text_backwards = _slot(
    "the text stands in reverse order, the last character drawn first.",
    "At which end of the text does each new character go?",
    result=lambda text, x0, n: text[::-1],
)

one_character_too_many = _alone(
    "n + 1 characters are returned, as when x0 counts as one of them or the loop runs once too "
    "often; n are due.",
    "For n = 1, how often does the network read, and how often is something drawn?",
    pack=lambda text, K: np.append(text, 0),
)

one_character_missing = _alone(
    "n - 1 characters are returned; n are due.",
    "For n = 1, how often does the network read, and how often is something drawn?",
    pack=lambda text, K: text[:-1],
)

last_character_alone = _alone(
    "a single character is returned, the last one, instead of all n.",
    "Where are the characters kept that were drawn before?",
    pack=lambda text, K: text[-1:],
)

one_hot_columns = _alone(
    "one-hot columns are returned; the text is the indices themselves.",
    "The network reads columns. What is a character outside of the network?",
    pack=lambda text, K: np.eye(K, dtype=int)[:, text],
)

text_in_a_column = _alone(
    "the text is of shape (n, 1), as when each draw is an array of its own; it is flat, (n,).",
    "What is the shape of a draw with size=1, and what without?",
    pack=lambda text, K: text[:, None],
)

kept_as_floats = _alone(
    "the text is kept as floats, as np.zeros(n) makes them; indices are integers.",
    "Can an array be indexed with 2.0?",
    pack=lambda text, K: text.astype(float),
)

empty_text_of_floats = _alone(
    "for n = 0 the array is one of floats, as np.array([]) makes it; its type must be said.",
    "What can NumPy tell of the type of nothing?",
    pack=lambda text, K: text if len(text) else np.array([]),
)

counted_from_one = _alone(
    "the indices are one too high, as though characters were counted from 1.",
    "If the very first character is drawn, which index is that?",
    numbered=lambda k: k + 1,
)

one_index_below = _alone(
    "the indices are one too low: 0 becomes -1.",
    "If the random number falls into the first part of the cumulative sum, which index is that?",
    numbered=lambda k: k - 1,
)

# how a character is drawn

likeliest_character_taken = _slot(
    "the likeliest character is taken each time; the next character is drawn at random, each with "
    "its probability.",
    "Should a character of probability 0.3 ever be written?",
    bend=lambda p, e: np.eye(len(p))[:, p.argmax(axis=0)],
)

drawn_uniformly = _slot(
    "all characters are drawn equally often, as when the probabilities are not handed to the draw "
    "or softmax runs along a row.",
    "Where does the draw learn which characters are likely?",
    bend=lambda p, e: np.full_like(p, 1 / len(p)),
)

one_index_lower_in_a_circle = _slot(
    "each draw is one index too low, and 0 turns into the last.",
    "If the random number falls into the first part of the cumulative sum, which index is that?",
    bend=lambda p, e: np.roll(p, -1, axis=0),
)

one_index_higher_in_a_circle = _slot(
    "each draw is one index too high, and the last turns into 0.",
    "If the random number falls into the first part of the cumulative sum, which index is that?",
    bend=lambda p, e: np.roll(p, 1, axis=0),
)

rank_from_the_likeliest = _slot(
    "the draw is made from probabilities sorted from the largest down, and gives a rank; the rank "
    "is not turned back into the character's index.",
    "After sorting, whose probability stands at position 0?",
    bend=lambda p, e: -np.sort(-p, axis=0),
)

rank_from_the_rarest = _slot(
    "the draw is made from probabilities sorted from the smallest up, and gives a rank; the rank "
    "is not turned back into the character's index.",
    "After sorting, whose probability stands at position 0?",
    bend=lambda p, e: np.sort(p, axis=0),
)

unlikely_ones_cut_off = _slot(
    "characters with less than half of the largest probability never come; every character comes "
    "as often as its probability says.",
    "How often should a character of probability 0.1 come?",
    bend=lambda p, e: softmax(np.where(2 * p >= p.max(axis=0), np.log(p + 1e-300), -1e9)),
)

last_character_never_drawn = _slot(
    "the last character of the vocabulary is never drawn.",
    "Which indices can the draw give, the smallest and the largest?",
    bend=lambda p, e: np.vstack((p[:-1], 0 * p[-1:])) / p[:-1].sum(axis=0),
)

first_character_never_drawn = _slot(
    "character 0 is never drawn.",
    "Which indices can the draw give, the smallest and the largest?",
    bend=lambda p, e: np.vstack((0 * p[:1], p[1:])) / p[1:].sum(axis=0),
)

no_character_twice_in_a_row = _slot(
    "the character that was just read is never drawn; it may well come twice in a row.",
    "Could the network ever write the double t of letter?",
    bend=lambda p, e: p * (1 - e) / (p * (1 - e)).sum(axis=0),
)

one_number_for_all = _slot(
    "one random number serves all characters of a text; each draw needs one of its own.",
    "If the first draw happened to take the last character, what does that say of the second?",
    one_number=True,
)

generator_seeded_inside = _slot(
    "a seed is set inside, so that every call writes the same text; rng is given to be drawn from.",
    "What should two calls with one and the same rng give?",
    source=lambda rng: np.random.default_rng(0),
)

global_generator = _slot(
    "the characters are drawn from a global generator, NumPy's or Python's; they are drawn from "
    "rng.",
    "Can someone who knows only the seed of rng get the same text again?",
    source=lambda rng: np.random.default_rng(np.random.randint(2**31)),  # noqa: NPY002
)

new_generator_inside = _slot(
    "a new generator without a seed is made inside; rng is given to be drawn from.",
    "Can someone who knows only the seed of rng get the same text again?",
    source=lambda rng: np.random.default_rng(),
)

copy_of_the_generator = _slot(
    "the characters are drawn from a copy of rng: rng stays where it is, and the next call on it "
    "writes the same text again.",
    "Where should rng stand after the call?",
    source=copy.deepcopy,
)

# what is read and carried

state_not_carried = _slot(
    "every step starts from h0 again: the state is not carried on.",
    "What does the network remember of the text that it has written so far?",
    carry=lambda h, a, new, h0: h0[:, [0] * new.shape[1]],
)

preactivation_carried = _slot(
    "the pre-activation is carried to the next step, without tanh; it is the state that goes on.",
    "What is h(t-1) in the equation of a(t): something before tanh or after it?",
    carry=lambda h, a, new, h0: a,
)

logits_from_the_preactivation = _slot(
    "the logits are made from the pre-activation, without tanh; they are made from the state.",
    "In o = V h + c, does h stand before tanh or after it?",
    shown=lambda h, a, new: a,
)

tanh_missing = _slot(
    "tanh is missing: the states are the pre-activations themselves.",
    "How large can a state of the network become?",
    squash=lambda a, b: a,
)

sigmoid_in_place_of_tanh = _slot(
    "the states are sigmoids of the pre-activations; this network has tanh.",
    "Can a state of this network be negative?",
    squash=lambda a, b: 1 / (1 + np.exp(-a)),
)

relu_in_place_of_tanh = _slot(
    "the states are max(0, a); this network has tanh.",
    "Can a state of this network be negative?",
    squash=lambda a, b: np.maximum(a, 0),
)

x0_read_at_every_step = _slot(
    "the network reads x0 at every step; it reads the character that it has just written.",
    "How does a character that was drawn change what follows?",
    feed=lambda e, k, p, x: x[:, [0] * len(k)],
)

all_from_the_first_distribution = _slot(
    "all n characters are drawn from the first distribution: the network runs only once.",
    "What does the network know, when the second character is drawn, that it did not before?",
    feed=lambda e, k, p, x: x[:, [0] * len(k)],
    carry=lambda h, a, new, h0: h0[:, [0] * new.shape[1]],
)

drawn_before_reading = _slot(
    "each character is drawn from the state before the last one was read: everything is one step "
    "late.",
    "Does the first character drawn depend on x0?",
    shown=lambda h, a, new: h,
)

x0_read_twice = _slot(
    "x0 is read twice: once before the loop, and then again as the first step of it.",
    "How many characters were read before the first one is drawn?",
    start=lambda h0, e, params: np.tanh(step(h0, e, params, 1.0)),
)

drawn_again_for_reading = _slot(
    "each step draws twice: one character is written, and another one is read next.",
    "Which character stands in the text before the next one?",
    fed_apart=True,
)

likeliest_read_next = _slot(
    "the likeliest character is read next, and not the one that was drawn.",
    "Which character stands in the text before the next one?",
    feed=lambda e, k, p, x: np.eye(len(p))[:, p.argmax(axis=0)],
)

ones_left_in_the_column = _slot(
    "the one-hot column is not cleared: the network reads all characters so far at once.",
    "How many ones does the column have after three characters?",
    feed=lambda e, k, p, x: np.maximum(e, np.eye(len(p))[:, k]),
)

nothing_read_first = _slot(
    "the first step reads a column of zeros; it reads x0.",
    "What tells the network how the text began?",
    first=lambda e: 0 * e,
)

character_0_read_first = _slot(
    "the first step reads character 0, whatever x0 is.",
    "What tells the network how the text began?",
    first=lambda e: np.eye(len(e))[:, [0]],
)

probabilities_read_next = _slot(
    "the network reads the probabilities themselves; it reads the one-hot column of the character "
    "that was drawn.",
    "Two different characters were drawn. Do the next steps differ?",
    feed=lambda e, k, p, x: p,
)

h0_left_out = _slot(
    "the text starts from a state of zeros; it starts from h0.",
    "What did the network read before x0?",
    start=lambda h0, e, params: 0 * h0,
)

# the equations

W_transposed = _slot(
    "W is transposed: h W in place of W h.",
    "W[i, j] leads from unit j to unit i. Over which of the two runs the sum?",
    step=lambda h, e, params, tau: params["W"].T @ h + params["U"] @ e + params["b"],
)

W_left_out = _slot(
    "W is left out: a state does not depend on the one before it.",
    "Which three things make up a pre-activation?",
    step=lambda h, e, params, tau: params["U"] @ e + params["b"],
)

row_of_U = _slot(
    "a row of U is taken for the character; its column is what U times the one-hot column gives.",
    "What shape has U, and which of its two sides counts characters?",
    step=lambda h, e, params, tau: params["W"] @ h + params["U"].T @ e + params["b"],
)

U_left_out = _slot(
    "U is left out: what is read changes nothing.",
    "Which three things make up a pre-activation?",
    step=lambda h, e, params, tau: params["W"] @ h + 0 * params["U"] @ e + params["b"],
)

b_left_out = _slot(
    "the bias b is left out of the pre-activation.",
    "Which three things make up a pre-activation?",
    step=lambda h, e, params, tau: params["W"] @ h + params["U"] @ e,
)

b_added_to_the_state = _slot(
    "b is added after tanh; it belongs inside, to the pre-activation.",
    "Between which two numbers does every state lie?",
    step=lambda h, e, params, tau: params["W"] @ h + params["U"] @ e,
    squash=lambda a, b: np.tanh(a) + b,
)

temperature_inside_tanh = _slot(
    "the temperature divides the pre-activations too; it divides the logits alone.",
    "Should the network remember its text in another way when it draws more boldly?",
    step=lambda h, e, params, tau: step(h, e, params, tau) / tau,
)

c_left_out = _slot(
    "the bias c is left out of the logits.",
    "With U, W, V and b zero, what makes one character likelier than another?",
    bias=lambda c: 0 * c,
)

signs_of_the_logits_turned = _slot(
    "the logits have their signs turned: the likeliest characters come least.",
    "Does a larger logit make a character likelier, or rarer?",
    temper=lambda Vs, c, tau, t: softmax(-(Vs + c) / tau),
)

# the temperature

logits_times_temperature = _slot(
    "the logits are multiplied by the temperature, or the probabilities raised to its power; the "
    "logits are divided by it.",
    "Which of the two makes the likely characters likelier at low temperature?",
    temper=lambda Vs, c, tau, t: softmax((Vs + c) * tau),
)

temperature_without_effect = _slot(
    "the temperature has no effect, as when probabilities are divided by it and then made to sum "
    "to 1 again; it divides the logits.",
    "What is left of a common factor once the probabilities have been normalised?",
    temper=lambda Vs, c, tau, t: softmax(Vs + c),
)

softmax_of_probabilities = _slot(
    "the temperature divides probabilities, which then go through softmax a second time; it "
    "divides the logits.",
    "What does a second softmax make of probabilities between 0 and 1?",
    temper=lambda Vs, c, tau, t: softmax(softmax(Vs + c) / tau),
)

softmax_twice = _slot(
    "softmax is taken twice: of the logits, divided by the temperature as they should be, and "
    "then of the probabilities.",
    "What does a second softmax make of probabilities between 0 and 1?",
    temper=lambda Vs, c, tau, t: softmax(softmax((Vs + c) / tau)),
)

only_c_divided = _slot(
    "only the bias c is divided by the temperature; all of the logits are.",
    "In V h + c / temperature, which comes first: the sum or the quotient?",
    temper=lambda Vs, c, tau, t: softmax(Vs + c / tau),
)

only_Vh_divided = _slot(
    "only V h is divided by the temperature, c is added afterwards; all of the logits are divided.",
    "Is c a part of the logits?",
    temper=lambda Vs, c, tau, t: softmax(Vs / tau + c),
)

only_the_first_step_tempered = _slot(
    "the temperature works on the first character only; it divides the logits of every step.",
    "Where does the division stand, before the loop or in it?",
    temper=lambda Vs, c, tau, t: softmax((Vs + c) / (tau if t == 0 else 1)),
)

first_step_not_tempered = _slot(
    "the temperature does not work on the first character; it divides the logits of every step.",
    "Where does the division stand, before the loop or in it?",
    temper=lambda Vs, c, tau, t: softmax((Vs + c) / (1 if t == 0 else tau)),
)

tempered_again_at_each_step = _slot(
    "the temperature piles up: step t divides the logits by its power t + 1.",
    "Is what was divided at one step still divided at the next?",
    temper=lambda Vs, c, tau, t: softmax((Vs + c) / tau ** (t + 1)),
)

temperature_squared = _slot(
    "the temperature works twice, so that the logits are divided by its square.",
    "How often is the division made, and on what?",
    temper=lambda Vs, c, tau, t: softmax((Vs + c) / tau**2),
)

# what is left behind


def _next_state(params, h0, x0, tau):
    """The state after the first step, in the array h0."""
    h0[...] = np.tanh(params["W"] @ h0 + params["U"][:, [x0]] + params["b"])


def _tempered(params, h0, x0, tau):
    """V and c divided by the temperature."""
    params["V"] /= tau
    params["c"] /= tau


h0_overwritten = _alone(
    "the new states are written into the array h0, which the caller still needs.",
    "If a text is sampled in the middle of training, from which state does training go on?",
    spoil=_next_state,
)

params_changed = _alone(
    "the params are changed in place, as when V and c are divided by the temperature; the caller "
    "still needs them as they are.",
    "What happens in a second call at temperature 2?",
    spoil=_tempered,
)
