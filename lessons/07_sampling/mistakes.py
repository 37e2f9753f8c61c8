"""Known mistakes in lesson 7: letting the network write."""

import copy
from functools import partial

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, of_values
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
    params, h0, x0, n, tau, draws, *,
    named=lambda params: params,
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
    skipped=0,
    result=lambda text, x0, n: text,
):  # fmt: skip
    """Texts as columns, by `draws` from the distributions of the network.

    All that is carried has a column for each branch of the text, for one text only one.
    `e` is what is read, `k` what was drawn, `a` a pre-activation, `new` the state after it.
    """
    params, K = named(params), len(params["c"])
    x = np.eye(K)[:, [x0]]
    h, e, text = start(h0, x, params), first(x), np.empty((0, 1), dtype=np.int64)
    for t in range(n + skipped):
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
    return result(text[skipped:], x0, n)


def text_of(
    params, h0, x0, n, rng, temperature=None, *,
    default=1.0,
    source=lambda rng: rng,
    one_number=False,
    pack=lambda text, K: text,
    spoil=lambda params, h0, x0, tau: None,
    numbered=lambda k: k,
    **choices,
):  # fmt: skip
    """One text, with a choice of how it is drawn."""
    rng, temperature = source(rng), default if temperature is None else temperature
    draws = OneNumber(rng) if one_number else Draws(rng)
    text = written(params, h0, x0, n, temperature, draws, **choices)[:, 0]
    if n:
        spoil(params, h0, x0, temperature)
    return pack(numbered(text), len(params["c"]))


def chances_of(
    params, h0, x0, n, temperature=None, *, default=1.0, one_number=False,
    source=None, pack=None, spoil=None, **choices,
):  # fmt: skip
    """All texts as columns, and how likely each is, with the choices of `text_of`."""
    temperature = default if temperature is None else temperature
    branches = OneNumberBranches() if one_number else Branches()
    return written(params, h0, x0, n, temperature, branches, **choices), branches.weights


in_sample = Mistakes("sample", text_of)


def seeded(rng):
    """A generator that is the same in each call."""
    return np.random.default_rng(0)


def from_global(rng):
    """A generator that a global one decides."""
    return np.random.default_rng(np.random.randint(2**31))


def unseeded(rng):
    """A generator that is another one in each call."""
    return np.random.default_rng()


# what is returned

in_sample.slot("result", x0_returned_first=("the text begins with x0; x0 is only read, and the first character drawn comes first.", "Was x0 drawn from any distribution?", lambda text, x0, n: np.vstack((np.full_like(text[:1], x0), text))[:n]), text_backwards=("the text stands in reverse order, the last character drawn first.", "At which end of the text does each new character go?", lambda text, x0, n: text[::-1]), always_0=("every index in the text is 0, as when what is drawn is not put into the array of zeros.", "Where are the characters kept that were drawn?", lambda text, x0, n: 0 * text))  # fmt: skip

in_sample.choice(
    "first_drawn_left_out",
    "the first character drawn is left out of the text: it begins with the second.",
    "Which character comes right after x0?",
    skipped=1,
)

in_sample.slot("pack", alone=True, one_character_too_many=("n + 1 characters are returned, as when x0 counts as one of them or the loop runs once "
        "too often; n are due.", "For n = 1, how often does the network read, and how often is something drawn?", lambda text, K: np.append(text, 0)), one_character_missing=("n - 1 characters are returned; n are due.", "For n = 1, how often does the network read, and how often is something drawn?", lambda text, K: text[:-1]), last_character_alone=("a single character is returned, the last one, instead of all n.", "Where are the characters kept that were drawn before?", lambda text, K: text[-1:]), one_hot_columns=("one-hot columns are returned; the text is the indices themselves.", "The network reads columns. What is a character outside of the network?", lambda text, K: np.eye(K, dtype=int)[:, text]), text_in_a_column=("the text is of shape (n, 1), as when each draw is an array of its own; it is flat, (n,).", "What is the shape of a draw with size=1, and what without?", lambda text, K: text[:, None]), kept_as_floats=("the text is kept as floats, as np.zeros(n) makes them; indices are integers.", "Can an array be indexed with 2.0?", lambda text, K: text.astype(float)), empty_text_of_floats=("for n = 0 the array is one of floats, as np.array([]) makes it; integers are due.", "What can NumPy tell of the type of nothing?", lambda text, K: text if len(text) else np.array([])))  # fmt: skip

in_sample.slot("numbered", alone=True, counted_from_one=("the indices are one too high, as though characters were counted from 1.", "If the first of all characters is drawn, which index is that?", lambda k: k + 1), one_index_below=("the indices are one too low: 0 becomes -1.", "If the first of all characters is drawn, which index is that?", lambda k: k - 1))  # fmt: skip

# how a character is drawn

in_sample.slot("bend", likeliest_character_taken=("the likeliest character is taken each time; the next character is drawn at random, each "
        "with its probability.", "Should a character of probability 0.3 ever be written?", lambda p, e: np.eye(len(p))[:, p.argmax(axis=0)]), drawn_uniformly=("all characters are drawn equally often, as when the probabilities are not handed to the "
        "draw or softmax runs along a row.", "Where does the draw learn which characters are likely?", lambda p, e: np.full_like(p, 1 / len(p))), one_index_lower_in_a_circle=("each draw is one index too low, and 0 turns into the last.", "If the first of all characters is drawn, which index is that?", lambda p, e: np.roll(p, -1, axis=0)), one_index_higher_in_a_circle=("each draw is one index too high, and the last turns into 0.", "If the first of all characters is drawn, which index is that?", lambda p, e: np.roll(p, 1, axis=0)), rank_from_the_likeliest=("the draw is made from probabilities sorted from the largest down, and gives a rank; the "
        "rank is not turned back into the character's index.", "After sorting, whose probability stands at position 0?", lambda p, e: -np.sort(-p, axis=0)), unlikely_ones_cut_off=("characters with less than half of the largest probability never come; every character "
        "comes as often as its probability says.", "How often should a character of probability 0.1 come?", lambda p, e: softmax(np.where(2 * p >= p.max(axis=0), np.log(p + 1e-300), -1e9))), weights_not_normalised=("a random number between 0 and 1 is compared with sums of weights that do not end at 1, "
        "so that late characters come too rarely.", "At which number do the cumulative sums end, and how large can the random number be?", lambda p, e: np.diff(np.minimum(np.cumsum(p / p.max(0), 0), 1), axis=0, prepend=0)), last_character_never_drawn=("the last character of the vocabulary is never drawn.", "Which indices can the draw give, the smallest and the largest?", lambda p, e: np.vstack((p[:-1], 0 * p[-1:])) / p[:-1].sum(axis=0)), first_character_never_drawn=("character 0 is never drawn.", "Which indices can the draw give, the smallest and the largest?", lambda p, e: np.vstack((0 * p[:1], p[1:])) / p[1:].sum(axis=0)), no_character_twice_in_a_row=("the character that was just read is never drawn; it may well come twice in a row.", "Could the network ever write the double t of letter?", lambda p, e: p * (1 - e) / (p * (1 - e)).sum(axis=0)))  # fmt: skip

in_sample.choice(
    "one_number_for_all",
    "one random number serves all characters of a text; each draw needs one of its own.",
    "If the first draw happened to take the last character, what does that say of the second?",
    one_number=True,
)

in_sample.choice(
    "generator_seeded_inside",
    "a seed is set inside, so that every call writes the same text; rng is given to be drawn from.",
    "What should two calls with one and the same rng give?",
    alone=True,
    source=seeded,
)

in_sample.choice(
    "global_generator",
    "the characters are drawn from a global generator, NumPy's or Python's; they are drawn from "
    "rng.",
    "Can someone who knows only the seed of rng get the same text again?",
    source=from_global,
)

in_sample.choice(
    "new_generator_inside",
    "a new generator without a seed is made inside; rng is given to be drawn from.",
    "Can someone who knows only the seed of rng get the same text again?",
    source=unseeded,
)

in_sample.choice(
    "copy_of_the_generator",
    "the characters are drawn from a copy of rng: rng stays where it is, and the next call on it "
    "writes the same text again.",
    "Where should rng stand after the call?",
    alone=True,
    source=copy.deepcopy,
)

# what is read and carried

in_sample.slot("carry", state_not_carried=("every step starts from h0 again: the state is not carried on.", "What does the network remember of the text that it has written so far?", lambda h, a, new, h0: h0[:, [0] * new.shape[1]]), preactivation_carried=("the pre-activation is carried on, without tanh; it is the state that goes on.", "What is h(t-1) in the equation of a(t): something before tanh or after it?", lambda h, a, new, h0: a))  # fmt: skip

in_sample.slot("shown", logits_from_the_preactivation=("the logits are made from the pre-activation, without tanh; they are made from the state.", "In o = V h + c, does h stand before tanh or after it?", lambda h, a, new: a), drawn_before_reading=("each character is drawn from the state before the last one was read, one step late.", "Does the first character drawn depend on x0?", lambda h, a, new: h))  # fmt: skip

in_sample.slot("squash", "Between which two numbers does every state lie, and can it be negative?", tanh_missing=("tanh is missing: the states are the pre-activations themselves.", "How large can a state of the network become?", lambda a, b: a), sigmoid_in_place_of_tanh=("the states are sigmoids of the pre-activations; this network has tanh.", lambda a, b: 1 / (1 + np.exp(-a))), relu_in_place_of_tanh=("the states are the larger of 0 and the pre-activations; this network has tanh.", lambda a, b: np.maximum(a, 0)), exp_in_place_of_tanh=("the states are exp of the pre-activations; this network has tanh.", lambda a, b: np.exp(np.minimum(a, 50))), sin_in_place_of_tanh=("the states are the sines of the pre-activations; this network has tanh.", lambda a, b: np.sin(a)))  # fmt: skip

in_sample.slot("start", x0_read_twice=("x0 is read twice: once before the loop, and then again as the first step of it.", "How many characters were read before the first one is drawn?", lambda h0, e, params: np.tanh(step(h0, e, params, 1.0))), h0_left_out=("the text starts from a state of zeros; it starts from h0.", "What did the network read before x0?", lambda h0, e, params: 0 * h0))  # fmt: skip

in_sample.slot("first", nothing_read_first=("the first step reads a column of zeros; it reads x0.", "What tells the network how the text began?", lambda e: 0 * e), character_0_read_first=("the first step reads character 0, whatever x0 is.", "What tells the network how the text began?", lambda e: np.eye(len(e))[:, [0]]))  # fmt: skip

in_sample.slot("feed", x0_read_at_every_step=("the network reads x0 at every step; it reads the character that it has just written.", "How does a character that was drawn change what follows?", lambda e, k, p, x: x[:, [0] * len(k)]), likeliest_read_next=("the likeliest character is read next, and not the one that was drawn.", "Which character stands in the text before the next one?", lambda e, k, p, x: np.eye(len(p))[:, p.argmax(axis=0)]), ones_left_in_the_column=("the one-hot column is not cleared: the network reads all characters so far at once.", "How many ones does the column have after three characters?", lambda e, k, p, x: np.maximum(e, np.eye(len(p))[:, k])), probabilities_read_next=("the network reads the probabilities; it reads the one-hot column of what was drawn.", "Two different characters were drawn. Do the next steps differ?", lambda e, k, p, x: p))  # fmt: skip

in_sample.choice(
    "all_from_the_first_distribution",
    "all n characters are drawn from the first distribution: the network runs only once.",
    "What does the network know, when the second character is drawn, that it did not before?",
    feed=lambda e, k, p, x: x[:, [0] * len(k)],
    carry=lambda h, a, new, h0: h0[:, [0] * new.shape[1]],
)

in_sample.choice(
    "drawn_again_for_reading",
    "each step draws twice: one character is written, and another one is read next.",
    "Which character stands in the text before the next one?",
    fed_apart=True,
)

in_sample.choice(
    "state_never_computed",
    "the state stays h0: no new state is computed, and nothing that is read has an effect.",
    "What does the network do with a character before it draws the next one?",
    shown=lambda h, a, new: h,
    carry=lambda h, a, new, h0: h0[:, [0] * new.shape[1]],
)

# the equations

in_sample.slot("step", "What makes up a pre-activation, and how is it put together?", W_transposed=("W is transposed: h W in place of W h.", lambda h, e, q, tau: q["W"].T @ h + q["U"] @ e + q["b"]), W_left_out=("W is left out: a state does not depend on the one before it.", lambda h, e, q, tau: q["U"] @ e + q["b"]), row_of_U=("a row of U is taken for the character; U times the one-hot column is a column of U.", lambda h, e, q, tau: q["W"] @ h + q["U"].T @ e + q["b"]), U_left_out=("U is left out: what is read changes nothing.", lambda h, e, q, tau: q["W"] @ h + 0 * q["U"] @ e + q["b"]), U_subtracted=("the column of U is subtracted in the pre-activation; it is added.", lambda h, e, q, tau: q["W"] @ h - q["U"] @ e + q["b"]), W_subtracted=("W h is subtracted in the pre-activation; it is added.", lambda h, e, q, tau: q["U"] @ e - q["W"] @ h + q["b"]), W_h_times_U_x=("W h is multiplied by the column of U; the two are added.", lambda h, e, q, tau: (q["W"] @ h) * (q["U"] @ e) + q["b"]), b_left_out=("the bias b is left out of the pre-activation.", lambda h, e, q, tau: q["W"] @ h + q["U"] @ e), b_subtracted=("b is subtracted in the pre-activation; it is added.", lambda h, e, q, tau: q["W"] @ h + q["U"] @ e - q["b"]), b_multiplied=("W h + U x is multiplied by b; b is added.", lambda h, e, q, tau: (q["W"] @ h + q["U"] @ e) * q["b"]), b_times_U_x=("the column of U is multiplied by b; b is added.", lambda h, e, q, tau: q["W"] @ h + q["U"] @ e * q["b"]), b_alone=("the pre-activation is b alone: neither W h nor the column of U is in it.", lambda h, e, q, tau: q["b"] + 0 * q["U"] @ e), temperature_inside_tanh=("the temperature divides the pre-activations too; it divides the logits alone.", lambda h, e, q, tau: step(h, e, q, tau) / tau))  # fmt: skip

in_sample.choice(
    "b_added_to_the_state",
    "b is added after tanh; it belongs inside, to the pre-activation.",
    "Between which two numbers does every state lie?",
    step=lambda h, e, params, tau: params["W"] @ h + params["U"] @ e,
    squash=lambda a, b: np.tanh(a) + b,
)

in_sample.choice(
    "V_transposed",
    "V is transposed: h V in place of V h.",
    "V[k, i] leads from unit i to character k. Over which of the two runs the sum?",
    named=lambda params: params | {"V": params["V"].T},
)

in_sample.family(
    "tensors_exchanged",
    "{value[0]} and {value[1]} are exchanged, as when params are taken apart in another order.",
    "Which names stand on the left of the line that takes params apart, and in which order?",
    "named",
    of_values(
        lambda value: (
            lambda params: params | {value[0]: params[value[1]], value[1]: params[value[0]]}
        ),
        "WV",
        "UW",
        "UV",
        "bc",
    ),
)

in_sample.family(
    "another_tensor_used",
    "{value[0]} is used where {value[1]} should be.",
    "Which letter stands in which of the two equations?",
    "named",
    of_values(
        lambda value: lambda params: params | {value[1]: params[value[0]]},
        "VW",
        "WV",
        "UW",
        "WU",
        "VU",
        "UV",
        "cb",
        "bc",
    ),
)

in_sample.choice(
    "c_left_out",
    "the bias c is left out of the logits.",
    "With U, W, V and b zero, what makes one character likelier than another?",
    bias=lambda c: 0 * c,
)

# the logits and the temperature

in_sample.slot("temper", V_left_out=("V h is left out of the logits: c alone decides.", "What makes up the logits, and how is it put together?", lambda Vs, c, tau, t: softmax(0 * Vs + c / tau)), c_subtracted=("c is subtracted in the logits; it is added.", "What makes up the logits, and how is it put together?", lambda Vs, c, tau, t: softmax((Vs - c) / tau)), c_multiplied=("V h is multiplied by c; c is added.", "What makes up the logits, and how is it put together?", lambda Vs, c, tau, t: softmax(Vs * c / tau)), signs_of_the_logits_turned=("the logits have their signs turned: the likeliest characters come least.", "What makes up the logits, and how is it put together?", lambda Vs, c, tau, t: softmax(-(Vs + c) / tau)), logits_times_temperature=("the logits are multiplied by the temperature, or the probabilities raised to its power; "
        "the logits are divided by it.", "Which of the two makes the likely characters likelier at low temperature?", lambda Vs, c, tau, t: softmax((Vs + c) * tau)), temperature_without_effect=("the temperature has no effect, as when probabilities are divided by it and then made to "
        "sum to 1 again; it divides the logits.", "What is left of a common factor once the probabilities have been normalised?", lambda Vs, c, tau, t: softmax(Vs + c)), softmax_of_probabilities=("the temperature divides probabilities, which then go through softmax a second time; it "
        "divides the logits.", "What does a second softmax make of probabilities between 0 and 1?", lambda Vs, c, tau, t: softmax(softmax(Vs + c) / tau)), softmax_twice=("softmax is taken twice: of the logits over the temperature, then of the probabilities.", "What does a second softmax make of probabilities between 0 and 1?", lambda Vs, c, tau, t: softmax(softmax((Vs + c) / tau))), only_c_divided=("only the bias c is divided by the temperature; all of the logits are.", "In V h + c / temperature, which comes first: the sum or the quotient?", lambda Vs, c, tau, t: softmax(Vs + c / tau)), only_Vh_divided=("only V h is divided by the temperature, and not c; all of the logits are.", "Is c a part of the logits?", lambda Vs, c, tau, t: softmax(Vs / tau + c)), only_the_first_step_tempered=("the temperature works on the first character only; it divides the logits of every step.", "Where does the division stand, before the loop or in it?", lambda Vs, c, tau, t: softmax((Vs + c) / (tau if t == 0 else 1))), first_step_not_tempered=("the temperature leaves out the first character; it divides the logits of every step.", "Where does the division stand, before the loop or in it?", lambda Vs, c, tau, t: softmax((Vs + c) / (1 if t == 0 else tau))), tempered_again_at_each_step=("the temperature piles up: step t divides the logits by its power t + 1.", "Is what was divided at one step still divided at the next?", lambda Vs, c, tau, t: softmax((Vs + c) / tau ** (t + 1))), temperature_squared=("the temperature works twice, so that the logits are divided by its square.", "How often is the division made, and on what?", lambda Vs, c, tau, t: softmax((Vs + c) / tau**2)))  # fmt: skip

in_sample.family(
    "wrong_default_temperature",
    "the temperature is {value:g} if none is given; the default is 1.",
    "What stands behind `temperature` in the first line of the function?",
    "default",
    {value: value for value in (0.5, 2.0, 0.1)},
)

# what is left behind


def _next_state(params, h0, x0, tau):
    """The state after the first step, in the array h0."""
    h0[...] = np.tanh(params["W"] @ h0 + params["U"][:, [x0]] + params["b"])


def _tempered(params, h0, x0, tau):
    """V and c divided by the temperature."""
    params["V"] /= tau
    params["c"] /= tau


in_sample.slot("spoil", alone=True, h0_overwritten=("the new states are written into the array h0, which the caller still needs.", "If a text is sampled in the middle of training, from which state does training go on?", _next_state), params_changed=("the params are changed in place, as when V and c are divided by the temperature; the "
        "caller still needs them as they are.", "What happens in a second call at temperature 2?", _tempered))  # fmt: skip
