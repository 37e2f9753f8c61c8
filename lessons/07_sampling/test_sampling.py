"""The checks of lesson 7: what is drawn, judged by its distribution.

How to draw is free, so no draw is compared with another program's. Bounds hold for a right
answer with a probability of all but 1e-9 each: Dvoretzky, Kiefer and Wolfowitz for the
distribution of independent draws (with Massart's constant, Annals of Probability 18, 1990),
and Azuma's inequality for sums along one text, where each draw depends on those before.

Most checks make a quarter of their draws, then half, and all of them only if what came does not
lie within half of the bound that holds for all. Before all are made, an answer is refused only at
twice its bound, which a right one reaches with a probability of 2e-37 at most. Of 1,000 runs that
would refuse a wrong answer at most 7 let it pass by stopping early (simulated).
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import expect
from lessons.checking.comparing.cases import random_params
from lessons.checking.comparing.compare import Current
from lessons.checking.running.habits import *
from reference.encoding import one_hot
from reference.forward import forward, softmax

from .model import Params, tensors

ALPHA = 1e-9  # how often a bound may refuse a right answer
CLEAR = 2.0  # bounds, of which a right answer is never so far away: 2 (ALPHA / 2)^4
N = 100  # characters in a text; many short ones are as good as a long one, and quicker for an
# answer that reads its whole text again for each character


def network(m: int, K: int, seed: int, scale: float = 1.0) -> tuple[Params, np.ndarray]:
    """A network whose next character depends on the last one, and a state."""
    rng = np.random.default_rng([m, K, seed])
    params = random_params(m, K, scale, rng)
    return params, np.tanh(rng.standard_normal((m, 1)))


def memoryless(c: np.ndarray) -> tuple[Params, np.ndarray]:
    """A network that draws every character from softmax(c), whatever came before."""
    return tensors(2, len(c), c=c), np.zeros((2, 1))


def texts_by(
    sample: Function, c: np.ndarray, count: int, rng: np.random.Generator, **options: Any
) -> np.ndarray:
    """So many texts by a memoryless network, each a row of N characters."""
    params, h0 = memoryless(c)
    return np.array(sample.repeat(count, params, h0, 0, N, rng, **options))


def chances(c: np.ndarray) -> np.ndarray:
    """The probabilities that the logits c give."""
    return softmax(c[:, None])[:, 0]


def generator(seed: int, check: int) -> np.random.Generator:
    """A generator of its own for each check."""
    return np.random.default_rng([seed, check])


def examples(seed: int) -> tuple[Any, ...]:
    """Arguments of one call."""
    params, h0 = network(3, 5, seed)
    return params, h0, 1, 12, np.random.default_rng(seed)


EXAMPLES = {"sample": lambda: (examples(1), examples(2))}


def enough(
    draw: Callable[[int], np.ndarray], count: int, far: Callable[[np.ndarray], float]
) -> np.ndarray:
    """So many draws, or fewer, if these lie within half of the bound for all, or far beyond it.

    `far` says how far they lie, in units of the bound for as many as there are.
    """
    drawn = draw(count // 4)
    for more in (count // 2, count):
        distance = far(drawn)
        if distance <= np.sqrt(len(drawn) / count) / 2 or distance > CLEAR:
            break
        drawn = np.concatenate((drawn, draw(more - len(drawn))))
    return drawn


def counts(drawn: np.ndarray, K: int) -> np.ndarray:
    """How often each of K indices was drawn."""
    return np.bincount(drawn.ravel().astype(np.intp), minlength=K)


def distance(drawn: np.ndarray, p: np.ndarray) -> float:
    """The largest gap between cumulative sums of shares and of p, in units of its bound."""
    n = drawn.size
    bound = np.sqrt(np.log(2 / ALPHA) / (2 * n))
    shares = counts(drawn, len(p)) / n
    return float(abs(np.cumsum(shares) - np.cumsum(p)).max() / bound)


def same_distribution(drawn: np.ndarray, p: np.ndarray, what: str) -> None:
    """Expect independent draws to come from p."""
    shares = counts(drawn, len(p)) / drawn.size
    Current.proof.comparisons += 1
    Current.proof.oracles["the distribution that is expected"] = None
    k = int(abs(shares - p).argmax())
    expect(
        distance(drawn, p) <= 1,
        f"{what} is drawn from another distribution. In {drawn.size:,} draws, index {k} came "
        f"{shares[k]:.1%} of the time; expected are {p[k]:.1%}.",
    )


def draws_from(
    draw: Callable[[int], np.ndarray], count: int, p: np.ndarray, what: str
) -> np.ndarray:
    """Expect as many independent draws as it takes to come from p."""
    drawn = enough(draw, count, lambda drawn: distance(drawn, p))
    same_distribution(drawn, p, what)
    return drawn


def next_distribution(params: Params, h: np.ndarray, k: int, temperature: float = 1.0) -> Any:
    """The probabilities after reading character k in state h, and the state then."""
    _, H, _ = forward(params, one_hot([k], len(params["c"])), h)
    O = params["V"] @ H[:, 1:] + params["c"]
    return softmax(O / temperature)[:, 0], H[:, 1:]


def test_the_generator_is_the_only_source_of_chance(sample: Function) -> None:
    """The same state of rng, the same text; another state, another text."""
    params, h0 = memoryless(np.zeros(8))
    rng = np.random.default_rng(1)
    first, second = (sample(params, h0, 0, 50, rng) for _ in range(2))
    again = sample(params, h0, 0, 50, np.random.default_rng(1))
    other = sample(params, h0, 0, 50, np.random.default_rng(2))
    expect(np.array_equal(first, again), "The same state of rng gave two different texts.")
    expect(
        not np.array_equal(first, second),
        "Two calls on one rng gave the same text: it must go on from call to call.",
    )
    expect(not np.array_equal(first, other), "Two differently seeded rngs gave the same text.")


def test_x0_itself_is_not_returned(sample: Function) -> None:
    """A network that always answers 2 to a 1, and then 0 to a 2."""
    U = np.zeros((3, 3))
    U[:, 1], U[:, 2], U[:, 0] = [3, -3, -3], [-3, 3, -3], [-3, -3, 3]
    V = 50 * np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])
    params = tensors(3, 3, U=U, V=V)
    for x0 in range(3):
        text = sample(params, np.zeros((3, 1)), x0, 5, np.random.default_rng(3))
        expected = [(x0 + k) % 3 for k in range(1, 6)]
        expect(
            text.tolist() == expected,
            f"A network that goes 1, 2, 0, 1, 2, 0, ... wrote {text.tolist()} after a {x0}; "
            f"expected {expected}.",
        )
    Current.proof.comparisons += 1


def test_the_first_character_follows_the_softmax_of_its_logits(
    sample: Function, draws: Any
) -> None:
    """Independent calls with n = 1 on one generator, at temperature 1, which is the default."""
    params, h0 = network(3, 6, seed=13, scale=0.7)
    rng = generator(draws.seed, 1)
    p, _ = next_distribution(params, h0, 2)
    if p.max() > 0.6 or p.min() < 0.01:
        raise RuntimeError(f"this distribution tells little: {p}")

    def draw(count: int) -> np.ndarray:
        return np.array(sample.repeat(count, params, h0, 2, 1, rng))

    draws_from(draw, draws.count, p, "The first character")


def test_the_second_character_follows_from_the_first_and_the_state(
    sample: Function, draws: Any
) -> None:
    params, h0 = network(3, 5, seed=318)
    rng = generator(draws.seed, 2)
    p, h = next_distribution(params, h0, 1)
    if np.sort(p)[-3] < 0.1:
        raise RuntimeError(f"too few first characters to tell: {p}")
    after = {int(k): next_distribution(params, h, int(k))[0] for k in np.flatnonzero(p > 0.05)}

    def draw(count: int) -> np.ndarray:
        return np.array(sample.repeat(count, params, h0, 1, 2, rng))

    def far(drawn: np.ndarray) -> float:
        second = [distance(drawn[drawn[:, 0] == k, 1], after[k]) for k in after]
        return max(distance(drawn[:, 0], p), *second)

    drawn = enough(draw, draws.count, far)
    same_distribution(drawn[:, 0], p, "The first of two characters")
    for k, second in after.items():
        chosen = drawn[drawn[:, 0] == k, 1]
        same_distribution(chosen, second, f"The second character after a first {k}")


def test_along_a_text_each_character_follows_from_all_before(sample: Function, draws: Any) -> None:
    """With the probabilities computed along the texts that were drawn."""
    K = 5
    params, h0 = network(4, K, seed=3)
    params["W"] *= 0.5 / np.linalg.norm(params["W"], 2)  # contracting, so that rounding dies out
    rng = generator(draws.seed, 3)

    def draw(count: int) -> np.ndarray:
        return np.array(sample.repeat(count, params, h0, 0, N, rng))

    def counted(texts: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """How often each character came, in all and after each, what is expected, and a bound."""
        read = np.hstack((np.zeros((len(texts), 1), int), texts[:, :-1]))
        expected = np.hstack([forward(params, one_hot(row, K), h0)[0] for row in read])
        places = np.vstack((np.ones(texts.size), one_hot(read.ravel(), K))).T
        bound = np.sqrt(texts.size * np.log(2 * (K + K * K) / ALPHA) / 2)
        return one_hot(texts.ravel(), K) @ places, expected @ places, bound

    def far(texts: np.ndarray) -> float:
        came, expected, bound = counted(texts)
        return float(abs(came - expected).max() / bound)

    texts = enough(draw, draws.count // N, far)
    came, expected, bound = counted(texts)
    for place in range(K + 1):
        k = int(abs(came - expected)[:, place].argmax())
        Current.proof.comparisons += 1
        expect(
            abs(came - expected)[k, place] <= bound,
            f"In texts of {texts.size:,} characters, character {k} came"
            f"{f' after character {place - 1}' if place else ''} {came[k, place]:.0f} times; "
            f"expected are {expected[k, place]:.0f}, give or take {bound:.0f}.",
        )


def test_each_character_drawn_is_the_next_one_read(sample: Function) -> None:
    """Every character says which one comes next, round and round; the state before is forgotten."""
    K, n = 5, 23
    params = tensors(K, K, U=5 * np.eye(K), V=40 * np.roll(np.eye(K), 1, axis=0))
    text = sample(params, np.zeros((K, 1)), 1, n, np.random.default_rng(6))
    expect(
        np.array_equal(text, (2 + np.arange(n)) % K),
        f"After x0 = 1 each character k should be followed by k + 1, and 4 by 0; yours are "
        f"{text[:12].tolist()} ...",
    )
    Current.proof.comparisons += 1


def test_near_temperature_zero_the_text_is_the_argmax_of_each_step(sample: Function) -> None:
    """A state that turns on by itself: U = b = c = 0, so only the state is followed."""
    angle, m, K, n = 0.4, 2, 5, 1_200
    W = 1.5 * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turns = 2 * np.pi * np.arange(K) / K + 0.13
    V = 4 * np.stack((np.cos(turns), np.sin(turns)), axis=1)
    params = tensors(m, K, W=W, V=V)
    h0 = np.array([[0.6], [0.1]])
    _, H, _ = forward(params, one_hot([0] * n, K), h0)
    O = V @ H[:, 1:]
    ordered = np.sort(O, axis=0)
    clear = ordered[-1] - ordered[-2] > 0.05  # elsewhere two logits are too close to tell
    if clear.mean() < 0.9:
        raise RuntimeError("too few steps with a clear largest logit")
    text = sample(params, h0, 0, n, np.random.default_rng(4), 1e-3)
    wrong = np.flatnonzero((text != O.argmax(axis=0)) & clear)
    expect(
        not len(wrong),
        f"At temperature 1e-3, draws {wrong[:3].tolist()} gave the indices "
        f"{text[wrong[:3]].tolist()}; the largest logits are those of "
        f"{O.argmax(axis=0)[wrong[:3]].tolist()}.",
    )
    Current.proof.comparisons += 1


def test_no_character_is_left_out_of_a_nearly_flat_distribution(
    sample: Function, draws: Any
) -> None:
    """Of 60 characters all come up, and not the likeliest 40 alone."""
    c, rng = np.linspace(0.2, -0.2, 60), generator(draws.seed, 5)

    def missing(texts: np.ndarray) -> np.ndarray:
        return np.flatnonzero(counts(texts, 60) == 0)

    texts = enough(
        partial(texts_by, sample, c, rng=rng),
        draws.count // (2 * N),
        lambda texts: 1.0 if missing(texts).size else distance(texts, chances(c)),
    )
    same_distribution(texts, chances(c), "A nearly flat distribution of 60")
    never = missing(texts)
    expect(not len(never), f"In {draws.count:,} draws, characters {never} of 60 never came.")


def test_rare_characters_come_as_often_as_expected(sample: Function, draws: Any) -> None:
    """200 characters of probability 5e-4 each make up a tenth of the text."""
    p = np.append(np.full(200, 0.9 / 200), np.full(200, 5e-4))
    n, L = 1_000, np.log(2 / ALPHA)
    rare = int((texts_by(sample, np.log(p), n // N, generator(draws.seed, 6)) >= 200).sum())
    bound = np.sqrt(2 * n * 0.1 * 0.9 * L) + L / 3  # Bernstein's inequality
    Current.proof.comparisons += 1
    expect(
        abs(rare - 0.1 * n) <= bound,
        f"Characters of probability 0.0005 came {rare} times in {n:,} draws; expected are "
        f"{0.1 * n:.0f}, give or take {bound:.0f}.",
    )


def test_the_tail_of_a_distribution_is_drawn_from_too(sample: Function, draws: Any) -> None:
    """Half of the draws are of one character, and half of 500 characters of 0.001 each."""
    p = np.append(0.5, np.full(500, 0.001))
    draw = partial(texts_by, sample, np.log(p), rng=generator(draws.seed, 11))
    draws_from(draw, draws.count // (2 * N), p, "A character beside one of probability 0.5")
    draw = partial(texts_by, sample, np.linspace(0.2, -0.2, 500), rng=generator(draws.seed, 12))
    Current.proof.comparisons += 1
    expect(
        any((draw(1) >= 495).any() for _ in range(30)),
        "The five rarest of 500 characters never came in 3,000 draws; about 25 are expected.",
    )


def test_temperature_divides_the_logits(sample: Function, draws: Any) -> None:
    params, h0 = network(3, 6, seed=1)
    for temperature in (0.2, 3.0):
        rng = generator(draws.seed, 7)

        def draw(count: int, rng: Any = rng, temperature: float = temperature) -> np.ndarray:
            return np.array(sample.repeat(count, params, h0, 2, 1, rng, temperature=temperature))

        p, _ = next_distribution(params, h0, 2, temperature)
        draws_from(draw, draws.count // 2, p, f"At temperature {temperature:g}, a character")


def test_temperature_divides_the_logits_however_far_it_goes(sample: Function, draws: Any) -> None:
    """At 1e-3 close logits still share the draws, at 10 distant ones do."""
    for c, temperature in (
        (np.array([1.0, 0.5, 0.0, -1.0] * 2), 1e-3),
        (np.array([2.0, 1.0, 0.0, -2.0]), 10.0),
    ):
        rng = generator(draws.seed, 9)
        draw = partial(texts_by, sample, c * temperature, rng=rng, temperature=temperature)
        what = f"At temperature {temperature:g}, a character"
        draws_from(draw, draws.count // (2 * N), chances(c), what)


def test_temperature_holds_at_every_step(sample: Function, draws: Any) -> None:
    c = np.array([1.0, 0.5, 0.0, -1.0])
    for temperature in (0.3, 3.0):
        rng = generator(draws.seed, 8)

        def draw(count: int, rng: Any = rng, temperature: float = temperature) -> np.ndarray:
            return texts_by(sample, c, count, rng, temperature=temperature)[:, 1:]

        what = f"At temperature {temperature:g}, a character after the first"
        draws_from(draw, draws.count // (2 * N), chances(c / temperature), what)


def test_temperature_1_is_the_default(sample: Function) -> None:
    params, h0 = network(3, 6, seed=2)
    texts = [sample(params, h0, 1, 60, np.random.default_rng(5), *t) for t in ((), (1.0,))]
    expect(
        np.array_equal(*texts),
        "With the same generator, temperature 1.0 gives another text than no temperature.",
    )


def test_huge_logits_are_drawn_from_too(sample: Function) -> None:
    c = np.array([1e4, 1e4 - 1, 1e4 - 2, 0.0])
    draw = partial(texts_by, sample, c, rng=np.random.default_rng(9))
    draws_from(draw, 2_000 // N, chances(c), "With logits near 1e4, a character")


def test_what_has_no_probability_never_comes(sample: Function) -> None:
    """Two characters of probability 1/2 beside 500 of probability 0."""
    c = np.append(np.zeros(2), np.full(500, -1e4))
    text = texts_by(sample, c, 2_000 // N, np.random.default_rng(10))
    never = text[text >= 2]
    expect(not len(never), f"Characters {never[:3]} came, whose probability is 0.")
    Current.proof.comparisons += 1


def test_the_text_has_n_characters_of_the_vocabulary(sample: Function) -> None:
    params, h0 = network(3, 5, seed=4)
    for n in (0, 1, 2, 37):
        text = sample(params, h0, 4, n, np.random.default_rng(n))
        expect(
            ((text >= 0) & (text < 5)).all(),
            f"With K = 5, the text holds an index outside 0..4: {text}.",
        )


def test_one_hidden_unit_and_one_character_are_enough(sample: Function) -> None:
    params, h0 = network(1, 1, seed=0)
    text = sample(params, h0, 0, 4, np.random.default_rng(0))
    expect(text.tolist() == [0] * 4, f"With one character, the text is {text.tolist()}.")
