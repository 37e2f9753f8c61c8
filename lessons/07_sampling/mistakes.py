"""Known mistakes in lesson 7: letting the network write."""

import numpy as np

from lessons.checking.mistakes import mistake
from reference.forward import softmax
from reference.sampling import sample


def _drawn(rng, p):
    """A draw from the column of probabilities p."""
    return rng.choice(len(p), p=p[:, 0])


def _tempered(rng, temperature):
    """The right way to pick a character: a draw from softmax(O / temperature)."""
    return lambda Vh, c: _drawn(rng, softmax((Vh + c) / temperature))


def _text(params, h0, x0, n, pick, *, advance=lambda h, after: after, feed=True, late=False):
    """Write n characters by pick(V h, c), with a choice of what is carried on."""
    U, W, V, b, c = (params[name] for name in "UWVbc")
    h, k = h0, x0
    indices = np.empty(n, dtype=np.int64)
    for t in range(n):
        after = np.tanh(W @ h + U[:, k, None] + b)
        indices[t] = pick(V @ (h if late else after), c)
        h = advance(h, after)
        k = indices[t] if feed else x0
    return indices


def _overwrite(h, after):
    """The new state, written into the old one's array."""
    h[...] = after
    return h


@mistake(
    "sample",
    "the text begins with x0; x0 is only read, and the first character drawn comes first.",
    "Was x0 drawn from any distribution?",
)
def x0_returned_first(params, h0, x0, n, rng, temperature=1.0):
    return np.append(x0, sample(params, h0, x0, n, rng, temperature))[:n]


@mistake(
    "sample",
    "the likeliest character is taken each time; the next character is drawn at random, each with "
    "its probability.",
    "Should a character of probability 0.3 ever be written?",
)
def likeliest_character_taken(params, h0, x0, n, rng, temperature=1.0):
    return _text(params, h0, x0, n, lambda Vh, c: np.argmax(Vh + c))


@mistake(
    "sample",
    "every step starts from h0 again: the state is not carried on.",
    "What does the network remember of the text that it has written so far?",
)
def state_not_carried(params, h0, x0, n, rng, temperature=1.0):
    return _text(params, h0, x0, n, _tempered(rng, temperature), advance=lambda h, after: h)


@mistake(
    "sample",
    "the network reads x0 at every step; it reads the character that it has just written.",
    "How does a character that was drawn change what follows?",
)
def x0_read_at_every_step(params, h0, x0, n, rng, temperature=1.0):
    return _text(params, h0, x0, n, _tempered(rng, temperature), feed=False)


@mistake(
    "sample",
    "each character is drawn from the state before the last one was read: everything is one step "
    "late.",
    "Does the first character drawn depend on x0?",
)
def drawn_before_reading(params, h0, x0, n, rng, temperature=1.0):
    return _text(params, h0, x0, n, _tempered(rng, temperature), late=True)


@mistake(
    "sample",
    "the logits are multiplied by the temperature; they are divided by it.",
    "Which of the two makes the likely characters likelier at low temperature?",
)
def logits_times_temperature(params, h0, x0, n, rng, temperature=1.0):
    return sample(params, h0, x0, n, rng, 1 / temperature)


@mistake(
    "sample",
    "the temperature has no effect, as when probabilities are divided by it and then made to sum "
    "to 1 again; it divides the logits.",
    "What is left of a common factor once the probabilities have been normalised?",
)
def temperature_without_effect(params, h0, x0, n, rng, temperature=1.0):
    return sample(params, h0, x0, n, rng)


@mistake(
    "sample",
    "the temperature divides probabilities, which then go through softmax a second time; it "
    "divides the logits.",
    "What does a second softmax make of probabilities between 0 and 1?",
)
def softmax_of_probabilities(params, h0, x0, n, rng, temperature=1.0):
    return _text(
        params, h0, x0, n, lambda Vh, c: _drawn(rng, softmax(softmax(Vh + c) / temperature))
    )


@mistake(
    "sample",
    "only the bias c is divided by the temperature; all of the logits are.",
    "In V h + c / temperature, which comes first: the sum or the quotient?",
)
def only_c_divided(params, h0, x0, n, rng, temperature=1.0):
    return _text(params, h0, x0, n, lambda Vh, c: _drawn(rng, softmax(Vh + c / temperature)))


@mistake(
    "sample",
    "a generator with a seed of its own is made inside, so that every call writes the same text; "
    "rng is given to be drawn from.",
    "What should two calls with one and the same rng give?",
)
def generator_seeded_inside(params, h0, x0, n, rng, temperature=1.0):
    return sample(params, h0, x0, n, np.random.default_rng(0), temperature)


@mistake(
    "sample",
    "the characters are drawn from NumPy's global generator; they are drawn from rng.",
    "Can someone who knows only the seed of rng get the same text again?",
)
def global_generator(params, h0, x0, n, rng, temperature=1.0):
    seed = np.random.randint(2**31)  # noqa: NPY002
    return sample(params, h0, x0, n, np.random.default_rng(seed), temperature)


@mistake(
    "sample",
    "the new states are written into the array h0, which the caller still needs.",
    "If a text is sampled in the middle of training, from which state does training go on?",
)
def h0_overwritten(params, h0, x0, n, rng, temperature=1.0):
    return _text(params, h0, x0, n, _tempered(rng, temperature), advance=_overwrite)
