"""Hand-sized cases of lesson 7: texts of a few characters, drawn again and again.

How to draw is free, so what is compared is how often each text comes. findings.py says when
that is wrong. A known mistake is not drawn from at all: its chances are computed.
"""

import copy
import random
from functools import lru_cache, partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong
from lessons.checking.comparing import tolerances
from lessons.checking.explaining.changing import Change, with_argument, with_option, with_params
from lessons.checking.explaining.ladder import Case, Ladder, Outcome, Questions, Rung, Telling
from reference import sampling

from . import findings
from .findings import HABITS, Certain, Chances, Drawn, Habits
from .model import Params, chances_of, from_global, next_state, seeded, tensors, text_of, unseeded

TIMES, FEWER = 200, 40  # texts in a case written by hand, and in its sibling
QUICK = 30  # texts in a case that is made to try many functions on it
SHORT = 2  # characters in a text that is drawn 20 times to look at the generator
LONGEST = 8  # characters in a text whose every continuation is looked at
MOST_NUMBERS = 1000  # of a generator that are counted
Choice = dict[str, Any]  # keywords of the model


def observe(function: Function, case: Case) -> Outcome:
    """The texts of many calls on one generator, or what they have to be."""
    params, h0, x0, n, times, seed = case.arguments
    known = choice_of(function)
    breaking = known is None or bool(known.keys() & {"pack", "spoil"})
    rng = np.random.default_rng(seed) if breaking or n > LONGEST else None
    if breaking:  # one call, and what it may break
        function.allowing_infinite(params, h0, x0, n if times else SHORT, rng, **case.options)
    if not times:
        found: Any = habits(function, case) if known is None else known_habits(case, known)
    elif n > LONGEST:
        (text,) = function.repeat(1, params, h0, x0, n, rng, **case.options)
        found = Certain(tuple(text.tolist()), likeliest_text(case))
    elif known is not None:
        found = chances(case, known)
    else:
        if getattr(getattr(function, "call", None), "func", None) is text_of:
            times = min(times, TIMES)  # a known mistake shows in fewer
        texts = function.repeat(times, params, h0, x0, n, rng, **case.options)
        found = Drawn(added_up(np.array(texts).T, np.ones(times, int), len(params["c"])))
    return {"probabilities": found}


def likeliest_text(case: Case) -> tuple[int, ...]:
    """The text of the largest logits."""
    params, h, k, n = case.arguments[:4]
    text = []
    for _ in range(n):
        h = next_state(params, h, np.eye(len(params["c"]))[:, [k]])
        k = int((params["V"] @ h + params["c"]).argmax())
        text.append(k)
    return tuple(text)


def choice_of(function: Function) -> Choice | None:
    """The model's keywords that make a known function; None for one that has to be called."""
    own = getattr(function, "call", None)
    if own is sampling.sample:
        return {}
    model, keywords = getattr(own, "func", None), getattr(own, "keywords", {})
    return keywords if model is text_of and "numbered" not in keywords else None


def added_up(texts: np.ndarray, weights: np.ndarray, K: int) -> np.ndarray:
    """The weights of equal texts, which are columns, in an array with an axis a character."""
    n, columns = len(texts), tuple(texts.astype(np.intp))
    places = np.ravel_multi_index(columns, (K,) * n) if n else np.zeros(len(weights), int)
    return np.bincount(places, weights, K**n).reshape((K,) * n)


def chances(case: Case, known: Choice) -> Chances:
    """How likely each text is, by those choices alone that matter in this case."""
    if len(known) > 1:
        known = {key: one for key, one in known.items() if matters(case, key, one)}
    return chances_with(case, frozenset(known.items()))


@lru_cache(maxsize=20_000)
def matters(case: Case, key: str, one: Any) -> bool:
    """Whether a choice changes anything in a case."""
    return not findings.same(
        chances_with(case, frozenset({(key, one)})), chances_with(case, frozenset())
    )


@lru_cache(maxsize=20_000)
def chances_with(case: Case, known: frozenset[tuple[str, Any]]) -> Chances:
    """How likely each text is, by these choices."""
    params, h0, x0, n = case.arguments[:4]
    with np.errstate(all="ignore"):
        texts, weights = chances_of(params, h0, x0, n, **case.options, **dict(known))
    one_text = dict(known).get("source") in (seeded, copy.deepcopy)
    return Chances(added_up(texts, weights, len(params["c"])), one_text)


def habits(function: Function, case: Case) -> Habits:
    """How a function treats its generator, in statements that are true of a right one."""
    params, h0, x0, n, _, seed = case.arguments

    def generator(state: int) -> np.random.Generator:
        return np.random.default_rng([seed, state])

    def texts(rng: np.random.Generator, length: int, times: int, **options: Any) -> list[Any]:
        drawn = function.repeat(times, params, h0, x0, length, rng, **options)
        return [text.tolist() for text in drawn]

    def generators() -> tuple[Any, ...]:
        state: Any = np.random.get_state()  # noqa: NPY002
        return state[1].tobytes(), state[2], random.getstate()

    np.random.random(), random.random()  # noqa: NPY002 (away from what a fixed seed gives)
    before = generators()
    once, twice = generator(1), generator(1)
    short, again = (texts(rng, SHORT, 20) for rng in (once, generator(1)))
    others = [texts(generator(state), SHORT, 1) for state in range(2, 22)]
    moved = steps_between(generator(1), once) != 0
    long, more, default = (
        texts(twice, n, 1),
        texts(generator(2), n, 1),
        texts(generator(1), n, 1, temperature=1.0),
    )
    found = (
        short == again,
        short != again or not remembers(function, seed),
        long != more or any(text != short[:1] for text in others),
        moved or any(text != short[0] for text in short),
        len(set(long[0])) > 1,
        long == default or short != again,
        before == generators(),
    )
    made = Habits(zip(HABITS, found, strict=True))
    made.numbers = steps_between(generator(1), twice)
    if not made[findings.DEFAULT]:
        plain = texts(generator(1), n, 5)
        made.default = next(
            (t for t in defaults(function) if texts(generator(1), n, 5, temperature=t) == plain),
            None,
        )
    return made


def remembers(function: Function, seed: int) -> bool:
    """Whether texts of a network with a state depend on which calls were made before."""
    cases = [shortened(case) for case in TEXTS]

    def text(state: int) -> Any:
        rng, case = np.random.default_rng([seed, state]), cases[state % 2]
        return function.repeat(1, *case.arguments, rng, **case.options)[0].tolist()

    states = range(20)
    try:
        forwards = [text(state) for state in states]
        return forwards != [text(state) for state in reversed(states)][::-1]
    except Wrong:  # which other cases tell of
        return False


def steps_between(before: np.random.Generator, after: np.random.Generator) -> int | None:
    """How many numbers a generator gave since it stood like another; None if that is not found."""
    bits, goal = before.bit_generator, after.bit_generator.state["state"]
    for count in range(MOST_NUMBERS):
        if bits.state["state"] == goal:
            return count
        bits.random_raw()
    return None


def defaults(function: Function) -> list[float]:
    """What the temperature may be if none is given: what the signature says, and common ones."""
    said = function.default("temperature")
    common = [0.5, 0.8, 0.7, 0.1, 2.0]
    return [float(said), *common] if isinstance(said, int | float) and said > 0 else common


@lru_cache(maxsize=1000)
def shortened(case: Case) -> Case:
    """A case with a text of a few characters."""
    return Case(*case.arguments[:3], SHORT, **case.options)


def known_habits(case: Case, known: Choice) -> Habits:
    """The same of a function whose choices are known."""
    source = known.get("source")
    drawn = bool(chances(shortened(case), known).table.max() < 1 - tolerances.LADDER)
    found = (
        source not in (from_global, unseeded) or not drawn,
        True,
        source is not seeded and drawn,
        source not in (seeded, copy.deepcopy) and drawn,
        not known.get("one_number") and drawn,
        known.get("default", 1.0) == 1.0,
        source is not from_global,
    )
    made = Habits(zip(HABITS, found, strict=True))
    made.numbers = 1 if known.get("one_number") else None
    made.default = known.get("default", 1.0)
    return made


def network(**given: list[Any]) -> Params:
    """Params of as many units as characters, zero but for those that are given."""
    return tensors(len(given["c"]), len(given["c"]), **given)


def asked(
    params: Params,
    h0: Any = None,
    x0: int = 0,
    n: int = 1,
    times: int = TIMES,
    seed: int = 1,
    **options: Any,
) -> Case:
    """A case: the arguments of `sample` but rng, how many texts, and the seed of rng."""
    h0 = np.zeros(len(params["W"])) if h0 is None else np.array(h0, float)
    return Case(params, h0.reshape(-1, 1), x0, n, times, seed, **options)


def renamed(rng: np.random.Generator, case: Case) -> Case:
    """A case with characters and units in another order, and its numbers moved a little."""
    params, h0, x0, n, times, _ = case.arguments
    m, K = params["U"].shape
    units, characters = rng.permutation(m), rng.permutation(K)
    signs = rng.choice([-1.0, 1.0], m) if n <= 2 else np.ones(m)  # or states without tanh explode
    rows = {"U": units, "W": units, "V": characters, "b": units, "c": characters}
    columns = {"U": characters, "W": units, "V": units, "b": [0], "c": [0]}
    new = {}
    for name, tensor in params.items():
        decimals = 1 if abs(tensor).max() > 0.1 else 3
        moved = np.round(tensor * rng.uniform(0.9, 1.1, tensor.shape), decimals)
        new[name] = moved[rows[name]][:, columns[name]]
    for name in "UWb":
        new[name] *= signs[:, None]
    for name in "WV":
        new[name] *= signs
    first = int(np.flatnonzero(characters == x0)[0])
    seed = int(rng.integers(1 << 30))
    return asked(new, signs * h0[units, 0], first, n, min(times, FEWER), seed, **case.options)


def rung(says: str, params: Params, **options: Any) -> Rung:
    """A case, and as its sibling the same with other names, where only what is plain is seen."""
    hand = asked(params, **options)
    return Rung(says, hand, partial(renamed, case=hand), siblings=1)


FOUR = network(c=[1.5, 0, -1.5, 0.5])

RUNGS = (
    rung("what rng decides", FOUR, n=30, times=0),
    rung("one character drawn by the bias c alone", network(c=[1, 4, 0]), times=300),
    rung("one of six characters drawn by c alone", network(c=[2, 1, -1, 0.5, 0, 1]), times=1000),
    rung("a temperature", network(c=[0, -1, 3]), times=150, temperature=4.0),
    rung("a temperature of 0.001", network(c=[0.02, 0.018, 0]), times=150, temperature=0.001),
    rung(
        "eight characters drawn by c alone, at a temperature",
        network(c=[0, 5]),
        n=8,
        times=150,
        temperature=4.0,
    ),
    rung(
        "V and b, so that there is a state",
        network(V=[[2, 3], [-3, -1]], b=[3, -0.5], c=[-1.5, 2]),
        times=150,
    ),
    rung(
        "U, so that x0 is read",
        network(U=[[2, -1], [0, 1]], V=[[3, 0], [0, -1]], b=[0.5, -0.5], c=[0.5, 0]),
        x0=1,
        times=150,
    ),
    rung(
        "W and h0",
        network(
            U=[[2, 0], [2, -2]], W=[[0, 1], [0.5, 0.5]], V=[[-2, -3], [1, -1]], b=[-2, 2], c=[-1, 1]
        ),
        h0=[-0.5, -0.8],
        x0=1,
    ),
    rung(
        "two characters drawn",
        network(U=[[-2, 2], [-1, 2]], W=[[-1, 0], [1, 0.5]], V=[[0, 2], [1, -2]], c=[2, 1]),
        h0=[0.8, -0.8],
        n=2,
    ),
    rung(
        "two characters drawn at a low temperature",
        network(
            U=[[1, -1], [2, -1]],
            W=[[-1, -1], [-2, 0.5]],
            V=[[0, -0.5], [0, 1]],
            b=[-1, 1],
            c=[0, -1],
        ),
        h0=[0.8, -0.8],
        n=2,
        temperature=0.2,
    ),
    rung(
        "two characters drawn at a high temperature",
        network(
            U=[[2, -1], [-1, 2]], W=[[-2, -1], [2, 2]], V=[[-6, 2], [6, 0]], b=[1, 0], c=[-4, -4]
        ),
        h0=[0.8, 0.8],
        n=2,
        temperature=4.0,
    ),
    rung(
        "three characters drawn",
        network(
            U=[[1, 2], [0.5, -1]],
            W=[[-1, 2], [-2, 0.5]],
            V=[[-6, -2], [2, -4]],
            b=[0, -2],
            c=[0, -2],
        ),
        h0=[0.5, -0.8],
        x0=1,
        n=3,
        temperature=4.0,
    ),
    rung(
        "five characters drawn, a state that matters",
        network(U=[[-1, 1], [1, -1]], W=[[-2, -3], [-3, -1]], V=[[0, 4], [3, -4]], c=[1, 0.5]),
        h0=[0.8, -0.8],
        n=5,
        times=300,
    ),
    rung(
        "five characters drawn, inputs that matter",
        network(U=[[-1, 1], [1, -1]], W=[[-1, -0.5], [-0.5, -1]], V=[[0, 3], [2, -3]], c=[1, 0.5]),
        h0=[0.8, -0.8],
        n=5,
        times=300,
    ),
    rung(
        "a text of 30 characters",
        network(
            U=[[3, 0, 0], [0, 3, 0], [0, 0, 3]],
            W=[[-0.5, 0, 0], [0, -0.5, 0], [0, 0, -0.5]],
            V=[[0, 0, 80], [80, 0, 0], [0, 80, 0]],
            b=[-1, -1, -1],
            c=[0, 1, 2],
        ),
        h0=[0.5, -0.5, -0.5],
        n=30,
        times=1,
    ),
    rung("logits of 1000", network(c=[999, 1000, 998]), times=100),
    rung("n = 0", FOUR, n=0, times=1),
)


class Words(str):
    """Text that is shown without quotes."""

    __slots__ = ()
    __repr__ = str.__str__


def shown(case: Case) -> dict[str, Any]:
    """The tensors that are not zero, and the other arguments."""
    params, h0, x0, n, times, _ = case.arguments
    arrays = params | {"h0": h0}
    found: dict[str, Any] = {name: array for name, array in arrays.items() if array.any()}
    zero = Words(", ".join(name for name in arrays if name not in found))
    lengths = n if times else Words(f"{SHORT} and {n}")
    found |= {"x0": x0, "n": lengths, **case.options}
    return found | ({"zero:": zero} if zero else {}) | ({"calls:": times} if times > 1 else {})


def climbing(tensor: np.ndarray) -> np.ndarray:
    """A tensor with something else added to each entry."""
    return np.asarray(tensor + 0.7 * np.arange(1, tensor.size + 1).reshape(tensor.shape))


def of_c(by: float) -> Change:
    """The bias of one character moved."""
    return with_params("c", lambda c: c + np.array([[by], [0.0]]))


def at_temperature(power: int) -> Change:
    """A power of the temperature in its place."""
    return lambda case: with_option("temperature", case.options.get("temperature", 1.0) ** power)(
        case
    )


MOVES: dict[str, tuple[Change, ...]] = {
    "x0": (with_argument(2, lambda x0: 1 - x0),),
    "h0": (with_argument(1, np.negative), with_argument(1, np.zeros_like)),
    **{name: (with_params(name, np.negative), with_params(name, climbing)) for name in "WUbV"},
    "c": (of_c(3.0), of_c(-3.0)),
    "temperature": (at_temperature(-1), at_temperature(2)),
}
HANDS = {rung.says: rung.hand for rung in RUNGS}
TEXTS = [HANDS["two characters drawn at a low temperature"], HANDS["three characters drawn"]]


TELLING = Telling(
    says="does not draw as expected",
    known="What is drawn fits",
    draws=lambda case: case.arguments[3] * case.arguments[4],
    about=findings.about,
    shows=shown,
    work=findings.work,
    picture=findings.picture,
)

QUESTIONS = Questions(
    findings=(
        findings.one_text,
        findings.never,
        findings.always_the_same,
        findings.in_order,
        findings.at_which_temperature,
        findings.at_other_temperatures,
        findings.by_position,
        findings.either(
            findings.without_effect(MOVES, TEXTS),
            findings.without_effect(MOVES, [HANDS["W and h0"]], "first characters"),
        ),
        findings.sharpness,
    )
)

SAMPLE = Ladder(
    "sample",
    RUNGS,
    observe,
    telling=TELLING,
    questions=QUESTIONS,
    alike=findings.same,
    quick=with_argument(4, lambda times: min(times, QUICK)),
)

LADDERS = {"sample": SAMPLE}
