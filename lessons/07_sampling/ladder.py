"""Hand-sized cases of lesson 7: texts of a few characters, drawn again and again.

How to draw is free, so what is compared is how often each text comes. All texts that are
possible have a probability that is known exactly; a count that lies too far from what is due
is wrong, and the bound is so wide that a right answer stays within it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from lessons.checking.calling import Function, Known
from lessons.checking.contract import LESSONS, load_room_file
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Case, Ladder, Outcome, Rung, Try, tenths
from lessons.checking.explaining.ladder import same as equal_values
from lessons.checking.explaining.tables import dot, factor, num
from lessons.checking.failure import Wrong
from reference import sampling
from reference.forward import softmax

LIMIT = 25.0  # Chernoff: a right answer's count is refused with probability 2 exp(-25) = 3e-11
TIMES = 300  # texts in a case
MOST_IN_ALL = 80.0  # half of a chi square of some 35 degrees of freedom: below 1e-12
SHORT = 2  # characters in a text that is drawn 20 times to look at the generator
APART = 10.0  # log of how much likelier one supposition makes the draws than all others
MISTAKES = load_room_file(LESSONS["07_sampling"], "mistakes.py")
LIKELIEST = MISTAKES.likeliest_character_taken.choice["bend"]
SEEDED = MISTAKES.generator_seeded_inside.choice["source"]
GLOBAL = MISTAKES.global_generator.choice["source"]
UNSEEDED = MISTAKES.new_generator_inside.choice["source"]
COPY = MISTAKES.copy_of_the_generator.choice["source"]


@dataclass(frozen=True, eq=False, repr=False)
class Chances:
    """How likely each text is: an array with an axis for each character."""

    table: np.ndarray
    one_text: bool = False  # whichever it is, every call writes it again

    def __repr__(self) -> str:
        return " ".join(num(float(x)) for x in self.table.flat)


@dataclass(frozen=True, eq=False, repr=False)
class Drawn:
    """How often each text came: an array with an axis for each character."""

    counts: np.ndarray

    def __repr__(self) -> str:
        return " ".join(num(int(x)) for x in self.counts.flat)


def divergence(counts: np.ndarray, of: np.ndarray, p: np.ndarray) -> np.ndarray:
    """How far counts lie from what is due, N KL(count / N, p) with N = `of`.

    A count as far from N p on its side has at most the probability exp(-divergence).
    """
    others, q = of - counts, np.clip(1 - p, 0, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        came = np.where(counts > 0, counts * np.log(counts / (of * p)), 0.0)
        did_not = np.where(others > 0, others * np.log(others / (of * q)), 0.0)
    never = np.where(counts > 0, np.inf, 0.0)
    always = np.where(others > 0, np.inf, 0.0)
    return np.where(p < 1e-12, never, np.where(q < 1e-12, always, came + did_not))


def beginnings(table: np.ndarray, length: int) -> np.ndarray:
    """The sums over all texts that begin with the same characters, a row each, by the next."""
    K = table.shape[-1]
    return table.reshape(K**length, K, -1).sum(axis=2)


def strangeness(counts: np.ndarray, table: np.ndarray) -> float:
    """The largest divergence: of a character after a beginning, at a position, of a pair."""
    n, most = counts.ndim, 0.0
    total = counts.sum()
    for t in range(n):
        c, p = beginnings(counts, t), beginnings(table, t)
        of, sums = c.sum(axis=1, keepdims=True), p.sum(axis=1, keepdims=True)
        if (of[sums <= 0] > 0).any():
            return np.inf
        after = p / np.where(sums > 0, sums, 1)
        most = max(most, divergence(c, of, after)[of[:, 0] > 0].max())
        if t > 0:
            most = max(most, divergence(c.sum(axis=0), total, p.sum(axis=0)).max())
        if t > 1:
            K = table.shape[-1]
            c, p = (x.reshape(-1, K, K).sum(axis=0) for x in (c, p))
            most = max(most, divergence(c, total, p).max())
    return float(most)


def fits(drawn: Drawn, due: Chances) -> bool:
    """Whether what was drawn may come from these chances."""
    counts = drawn.counts
    if counts.shape != due.table.shape:
        return False
    if due.one_text:
        came = counts > 0
        return came.sum() == 1 and bool(due.table[came][0] > 1e-9)
    return strangeness(counts, due.table) <= LIMIT


def same(a: Any, b: Any) -> bool:
    """Whether two values of an outcome are the same, or may be."""
    kinds = type(a), type(b)
    if kinds == (Drawn, Chances):
        return fits(a, b)
    if kinds == (Chances, Drawn):
        return fits(b, a)
    if kinds == (Drawn, Drawn):
        return np.array_equal(a.counts, b.counts)
    if kinds == (Chances, Chances):
        return (
            a.table.shape == b.table.shape
            and a.one_text == b.one_text
            and bool(abs(a.table - b.table).max() < 1e-9)
        )
    return equal_values(a, b)


def choices(function: Function) -> dict[str, Any] | None:
    """What is known of how a function writes: the keywords of the model; None if nothing is."""
    own = getattr(function, "own", None)
    if own is sampling.sample:
        return {}
    return own.keywords if getattr(own, "func", None) is MISTAKES.text_of else None


def observe(function: Function, case: Case) -> Outcome:
    """The texts of many calls on one generator, or what they have to be."""
    params, h0, x0, n, times, seed = case.arguments
    known, rng = choices(function), np.random.default_rng(seed)
    if known is None or known.keys() & {"pack", "spoil"}:  # one call, and what it may break
        function.whatever(params, h0, x0, n if times else SHORT, rng, **case.options)
    if not times and known is not None:
        chances(Case((params, h0, x0, SHORT)), known, function)
    if not times:
        return {"probabilities": habits(function, case)}
    if known is not None:
        return {"probabilities": chances(case, known, function)}
    texts = function.repeat(times, params, h0, x0, n, rng, **case.options)
    return {"probabilities": counted(np.array(texts).T, np.ones(times, int), len(params["c"]))}


def counted(texts: np.ndarray, weights: np.ndarray, K: int) -> Drawn:
    """The weights of equal texts, added up."""
    n = len(texts)
    places = np.ravel_multi_index(tuple(texts), (K,) * n) if n else np.zeros(len(weights), int)
    return Drawn(np.bincount(places, weights, K**n).reshape((K,) * n))


def chances(case: Case, known: dict[str, Any], function: Function | None = None) -> Chances:
    """How likely each text is, by the choices of the model."""
    params, h0, x0, n = case.arguments[:4]
    with np.errstate(all="ignore"):
        texts, weights = MISTAKES.chances_of(params, h0, x0, n, **case.options, **known)
    K = len(params["c"])
    outside = ((texts < 0) | (texts >= K)).any(axis=0)
    if weights[outside].sum() > 0.02 and function is not None:
        function.look_at(texts[:, outside][:, 0], (params, h0, x0, n), case.options)
    texts, weights = texts[:, ~outside], weights[~outside]
    return Chances(counted(texts, weights, K).counts, known.get("source") in (SEEDED, COPY))


class Habits(dict):
    """Statements that are true of a function or not."""

    def __repr__(self) -> str:
        return " ".join("yes" if holds else "no" for holds in self.values())


def habits(function: Function, case: Case) -> Habits:
    """How a function treats its generator, in six statements that are true of a right one."""
    known = choices(function)
    if known is not None:
        return known_habits(known)
    params, h0, x0, n, _, seed = case.arguments

    def texts(state: int, length: int, times: int, **options: Any) -> list[Any]:
        rng = np.random.default_rng([seed, state])
        return [
            text.tolist() for text in function.repeat(times, params, h0, x0, length, rng, **options)
        ]

    before = np.random.get_state()[1:3], random.getstate()  # noqa: NPY002
    short, again, others = (texts(state, SHORT, 20) for state in (1, 1, 2))
    long, more, default = texts(1, n, 1), texts(2, n, 1), texts(1, n, 1, temperature=1.0)
    after = np.random.get_state()[1:3], random.getstate()  # noqa: NPY002
    untouched = (
        np.array_equal(before[0][0], after[0][0])
        and before[0][1] == after[0][1]
        and before[1] == after[1]
    )
    found = (
        short == again,
        short != others or long != more,
        any(text != short[0] for text in short),
        len(set(long[0])) > 1,
        long == default or short != again,
        untouched,
    )
    return Habits(zip(HABITS, found, strict=True))


def known_habits(known: dict[str, Any]) -> Habits:
    """The same of a function whose choices are known."""
    source, likeliest = known.get("source"), known.get("bend") is LIKELIEST
    own = source in (GLOBAL, UNSEEDED)
    holds = (
        not own or likeliest,
        source is not SEEDED and not likeliest,
        source not in (SEEDED, COPY) and not likeliest,
        not known.get("one_number") and not likeliest,
        True,
        source is not GLOBAL,
    )
    return Habits(zip(HABITS, holds, strict=True))


HABITS = {
    "the same state of rng gives the same text": "The same state of rng gave two texts; "
    "something else than rng decides what is drawn.",
    "another state of rng gives another text": "Two different states of rng gave the same text; "
    "rng does not decide what is drawn.",
    "rng goes on from call to call": "20 calls on one rng gave the same text every time; rng has "
    "to go on from call to call.",
    "one text has different characters": "A text of 30 characters, all drawn with the same four "
    "probabilities, is one character again and again.",
    "temperature is 1 by default": "With the same state of rng, temperature 1.0 gives another "
    "text than no temperature.",
    "global generators are left alone": "A global generator was drawn from or seeded.",
}


def tensors(m: int, K: int, **given: Any) -> dict[str, np.ndarray]:
    """Params, zero but for those that are given."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {
        name: np.array(given[name], dtype=float).reshape(shape)
        if name in given
        else np.zeros(shape)
        for name, shape in shapes.items()
    }


def asked(
    params: Any, h0: Any, x0: int, n: int, times: int = TIMES, seed: int = 1, **options: Any
) -> Case:
    """A case: the arguments of `sample` but rng, how many texts, and the seed of rng."""
    state = np.array(h0, dtype=float).reshape(-1, 1)
    return Case((params, state, x0, n, times, seed), options)


def without(case: Case, *names: str) -> Case:
    """A case with some tensors, or h0, zero."""
    params, h0, *rest = case.arguments
    params = params | {name: 0 * params[name] for name in names if name != "h0"}
    return Case((params, h0 * ("h0" not in names), *rest), case.options)


def telling(make: Callable[[], Case], *changes: Callable[[Case], Case]) -> Case:
    """The first random case where no text is rare, and each change moves what is due a lot."""
    for _ in range(50):
        case = make()
        table = chances(case, {}).table
        if table.min() < 0.05 / table.ndim**3 or (table.ndim > 1 and contrast(table) < 0.4):
            continue
        if all(abs(chances(change(case), {}).table - table).max() > 0.2 / table.ndim
               for change in changes):  # fmt: skip
            return case
    return case


def contrast(table: np.ndarray) -> float:
    """How much the second of two characters depends on the first."""
    pairs = beginnings(table, 1)
    return float(np.ptp(pairs[:, 1] / pairs.sum(axis=1)))


def sibling(
    rng: np.random.Generator, names: str, n: int = 1, tau: float | None = None, m: int = 2
) -> Case:
    """A random case with the tensors that are named, the last of which must matter."""
    shapes = {"U": (m, m), "W": (m, m), "V": (m, m), "b": (m, 1), "c": (m, 1)}
    options = {} if tau is None else {"temperature": tau}

    size = 3.0 if tau is None else 5.0

    def make() -> Case:
        params = tensors(
            m,
            m,
            **{
                name: tenths(rng, *shapes[name], most=size if name in "cV" else 3.0)
                for name in names
            },
        )
        h0 = tenths(rng, m, most=0.9) if "W" in names else np.zeros(m)
        return asked(
            params, h0, int(rng.integers(m)), n, TIMES, int(rng.integers(1 << 30)), **options
        )

    changes = [lambda case: without(case, names[-1])]
    if "W" in names:
        changes.append(lambda case: without(case, "h0"))
    if tau is not None:
        changes.append(lambda case: Case(case.arguments))
    return telling(make, *changes)


FOUR = tensors(4, 4, c=[0.5, 0, -0.5, 0.2])

RUNGS = (
    Rung(
        "what rng decides",
        asked(FOUR, [0] * 4, 0, 30, 0, 1),
        lambda rng: asked(FOUR, [0] * 4, 1, 30, 0, int(rng.integers(1 << 30))),
        siblings=1,
    ),
    Rung(
        "one character drawn by the bias c alone",
        asked(tensors(3, 3, c=[0.5, 2, 0]), [0, 0, 0], 0, 1),
        lambda rng: sibling(rng, "c", m=3),
        siblings=1,
    ),
    Rung(
        "a temperature",
        asked(tensors(3, 3, c=[3, 0, -1]), [0, 0, 0], 0, 1, temperature=2.0),
        lambda rng: sibling(rng, "c", m=3, tau=4.0),
        siblings=1,
    ),
    Rung(
        "a temperature close to 0",
        asked(tensors(3, 3, c=[2, 1.8, 0]), [0, 0, 0], 0, 1, 650, temperature=0.1),
        lambda rng: asked(
            tensors(3, 3, c=rng.choice([0.0, 1.0]) + rng.permutation([1.4, 1.5, 0])),
            [0, 0, 0], 0, 1, TIMES, int(rng.integers(1 << 30)), temperature=0.1,
        ),
        siblings=1,
    ),
    Rung(
        "V and b, so that there is a state",
        asked(tensors(2, 2, V=[[1, -1], [0, 1]], b=[3, -1], c=[-1.5, 0.5]), [0, 0], 0, 1),
        lambda rng: sibling(rng, "cbV"),
        siblings=1,
    ),
    Rung(
        "U, so that x0 is read",
        asked(
            tensors(
                2, 2, U=[[2, -1], [0, 1]], V=[[3, 0], [0, -1]], b=[0.5, -0.5], c=[0.5, 0]
            ),
            [0, 0], 1, 1,
        ),
        lambda rng: sibling(rng, "cbVU"),
        siblings=1,
    ),
    Rung(
        "W and h0",
        asked(
            tensors(
                2, 2, U=[[0, 2], [2, 1]], W=[[1, 2], [0, -2]], V=[[0.5, -2], [0, 1]],
                b=[2, -2], c=[0.5, 2],
            ),
            [0.5, -0.5], 1, 1,
        ),
        lambda rng: sibling(rng, "cbVUW"),
        siblings=1,
    ),
    Rung(
        "two characters drawn",
        asked(
            tensors(
                2, 2, U=[[-1, -2], [0, 0]], W=[[-1, -1], [1, -2]], V=[[-3, 3], [2, -2]],
                c=[0, 1],
            ),
            [-0.8, 0.5], 1, 2, 900,
        ),
        lambda rng: sibling(rng, "cbVUW", 2),
        siblings=1,
    ),
    Rung(
        "two characters drawn at a temperature",
        asked(
            tensors(
                2, 2, U=[[1, -2], [1, -1]], W=[[2, 1], [-1, 0.5]], V=[[-1, -0.5], [-0.5, 0]],
                b=[0, -1], c=[-1, -0.5],
            ),
            [0.8, 0.8], 1, 2, 450, temperature=0.2,
        ),
        lambda rng: sibling(rng, "cbVUW", 2, 4.0),
        siblings=1,
    ),
    Rung(
        "three characters drawn",
        asked(
            tensors(
                2, 2, U=[[1, 0], [2, -2]], W=[[0, 2], [0, -2]], V=[[0, 4], [-4, -3]],
                b=[1, -1], c=[0, 2],
            ),
            [-0.8, 0.8], 0, 3, temperature=4.0,
        ),
        lambda rng: sibling(rng, "cbVUW", 3, 4.0),
        siblings=1,
    ),
    Rung(
        "n = 0",
        asked(FOUR, [0] * 4, 0, 0, 1),
        lambda rng: asked(FOUR, [0] * 4, 1, 0, 2),
        siblings=1,
    ),
)  # fmt: skip


Context = tuple[int, ...]  # the characters drawn so far
SHOWN: "WeakKeyDictionary[Case, Context]" = WeakKeyDictionary()  # what a case's picture is about


def shares(value: Any, context: Context) -> tuple[np.ndarray, float]:
    """How often each character comes after a beginning, and how often that came."""
    table = value.table if isinstance(value, Chances) else value.counts
    rest = beginnings(table[context], 0)[0] if table.ndim else table.reshape(1)
    return rest / max(rest.sum(), 1e-300), float(rest.sum())


def widest(each: Try) -> Context:
    """The beginning after which yours and what is due lie farthest apart."""
    yours, due = each.yours["probabilities"], each.due["probabilities"]
    K, found = due.table.shape[-1], {}
    for t in range(due.table.ndim):
        for context in np.ndindex((K,) * t):
            mine, of = shares(yours, context)
            right, chance = shares(due, context)
            of *= float(each.case.arguments[4]) if isinstance(yours, Chances) else 1
            if of > 0 and chance > 0:
                found[context] = divergence(mine * of, np.array(of), right).max()
    return max(found, key=lambda context: found[context])


def bars(each: Try) -> list[str]:
    """How often each character came, and how often it has to."""
    given = each.yours["probabilities"]
    if isinstance(given, dict):
        return [
            f"  {statement:<46} yours: {'yes' if given[statement] else 'NO'}"
            for statement in HABITS
        ] + ["  expected: yes, each time"]
    yours, due = each.yours["probabilities"], each.due["probabilities"]
    context = SHOWN[each.case] = widest(each)
    mine, of = shares(yours, context)
    right, _ = shares(due, context)
    times = f" ({of:.0f} draws)" if isinstance(yours, Drawn) else ""
    out = [f"  After {read(each.case, context)}{times}, the next character is"]
    for k, both in enumerate(zip(mine, right, strict=True)):
        for label, share in zip(("yours", "expected"), both, strict=True):
            bar = "#" * round(40 * share)
            out.append(
                f"    {k if label == 'yours' else ' '}  {label:<9}{100 * share:5.1f} %  {bar}"
            )
    return [line.rstrip() for line in out]


def read(case: Case, context: Context) -> str:
    """What was read before a character, in words."""
    return ", then ".join([f"x0 = {case.arguments[2]}", *(str(k) for k in context)])


def redone(case: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The probability of a character after what the picture shows, line by line."""
    params, h, x0, n, times, _ = case.arguments
    if not times or not n:
        return []
    lines: list[tuple[str, str, Any]] = []
    for t, x in enumerate((x0, *SHOWN.get(case, ()))):
        after = np.tanh(params["W"] @ h + params["U"][:, [x]] + params["b"])
        if params["V"].any():
            lines = [*lines, *state_lines(params, h, x, t, after)][-4:]
        h = after
    tau = case.options.get("temperature", 1.0)
    o = (params["V"] @ h + params["c"])[:, 0]
    weights = np.exp(o / tau)
    if params["V"].any():
        lines += [
            (f"logit of {k}", summed(params["V"][k], h[:, 0], params["c"][k, 0]), float(logit))
            for k, logit in enumerate(o)
        ]
    over = "" if tau == 1 else f" / {num(tau)}"
    lines += [
        (f"weight of {k}", f"exp({num(float(logit))}{over})", float(weight))
        for k, (logit, weight) in enumerate(zip(o, weights, strict=True))
    ]
    k = int(weights.argmax())
    total = " + ".join(num(float(weight)) for weight in weights)
    share = float(weights[k] / weights.sum())
    return [*lines, (f"together, p of {k}", f"{num(float(weights[k]))} / ({total})", share)]


def state_lines(
    params: dict[str, np.ndarray], h: np.ndarray, x: int, t: int, after: np.ndarray
) -> list[tuple[str, str, Any]]:
    """Each unit's state after reading x at step t."""
    return [
        (
            f"h[{i}] at step {t}",
            f"tanh({summed(params['W'][i], h[:, 0], params['U'][i, x], params['b'][i, 0])})",
            float(value),
        )
        for i, value in enumerate(after[:, 0])
    ]


def summed(row: np.ndarray, h: np.ndarray, *more: float) -> str:
    """A row times a column and further terms, without those that are 0."""
    pairs = [(a, s) for a, s in zip(row, h, strict=True) if a and s]
    return " + ".join([dot(pairs)] * bool(pairs) + [factor(x) for x in more if x]) or "0"


def shown(case: Case) -> dict[str, Any]:
    """The tensors that are not zero, and the other arguments."""
    params, h0, x0, n, times, _ = case.arguments
    found = {name: tensor for name, tensor in params.items() if tensor.any()}
    zero = [name for name in params if name not in found]
    if h0.any():
        found["h0"] = h0
    else:
        zero.append("h0")
    for name, value in (("x0", x0), ("n", n), *case.options.items()):
        found[name] = value
    if zero:
        found["zero:"] = Words(", ".join(zero))
    if times > 1:
        found["calls:"] = times
    return found


class Words(str):
    """Text that is shown without quotes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def about(each: Try) -> list[str]:
    """What is wrong with how the generator is treated."""
    given = each.yours["probabilities"]
    if not isinstance(given, dict):
        return []
    return [sentence for statement, sentence in HABITS.items() if not given[statement]]


Found = tuple[Case, Drawn, Chances, bool]


def drawings(evidence: Evidence) -> list[Found]:
    """All cases in which something was drawn."""
    found = []
    for each in evidence.tries:
        yours, due = each.yours["probabilities"], each.due["probabilities"]
        if not isinstance(due, Chances) or not due.table.ndim:
            continue
        if isinstance(yours, Chances):
            yours = Drawn(yours.table * each.case.arguments[4])
        found.append((each.case, yours, due, each.right))
    return found


def one_text(evidence: Evidence) -> list[str]:
    """Whether anything is drawn at all."""
    found = drawings(evidence)
    if any((drawn.counts > 0).sum() != 1 for _, drawn, _, _ in found):
        return []
    likeliest = all(
        first_of(drawn.counts).argmax() == first_of(due.table).argmax()
        for _, drawn, due, _ in found
    )
    more = "; it begins with the likeliest character" * likeliest
    return [f"In every case all calls give the same text{more}."]


def with_temperature(change: Callable[[float], float]) -> Callable[[Case], Case]:
    """A change of the temperature."""
    return lambda case: Case(
        case.arguments, {name: change(tau) for name, tau in case.options.items()}
    )


def with_tensor(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Case]:
    """A change of one of the params."""

    def changed(case: Case) -> Case:
        params, *rest = case.arguments
        return Case((params | {name: change(params[name])}, *rest), case.options)

    return changed


def with_x0(case: Case) -> Case:
    """Another first character."""
    params, h0, x0, *rest = case.arguments
    return Case((params, h0, len(params["c"]) - 1 - x0, *rest), case.options)


def with_character_0(case: Case) -> Case:
    """Character 0 first."""
    params, h0, _, *rest = case.arguments
    return Case((params, h0, 0, *rest), case.options)


SUPPOSED: dict[str, Callable[[Case], Case]] = {
    "h0 = 0": lambda case: without(case, "h0"),
    "W = 0": lambda case: without(case, "W"),
    "U = 0": lambda case: without(case, "U"),
    "b = 0": lambda case: without(case, "b"),
    "c = 0": lambda case: without(case, "c"),
    "V = 0": lambda case: without(case, "V"),
    "equal probabilities for all characters": lambda case: without(case, "V", "c"),
    "temperature 1 throughout": lambda case: Case(case.arguments),
    "1 / temperature in its place": with_temperature(lambda tau: 1 / tau),
    "the temperature's square": with_temperature(lambda tau: tau**2),
    "the temperature's root": with_temperature(lambda tau: tau**0.5),
    "W transposed": with_tensor("W", np.transpose),
    "U transposed": with_tensor("U", np.transpose),
    "V transposed": with_tensor("V", np.transpose),
    "W with its sign turned": with_tensor("W", np.negative),
    "U with its sign turned": with_tensor("U", np.negative),
    "b with its sign turned": with_tensor("b", np.negative),
    "c with its sign turned": with_tensor("c", np.negative),
    "V with its sign turned": with_tensor("V", np.negative),
    "the logits' signs turned": lambda case: with_tensor("V", np.negative)(
        with_tensor("c", np.negative)(case)
    ),
    "h0 with its sign turned": lambda case: Case(
        (case.arguments[0], -case.arguments[1], *case.arguments[2:]), case.options
    ),
    "b counted twice": with_tensor("b", lambda b: 2 * b),
    "c counted twice": with_tensor("c", lambda c: 2 * c),
    "x0 = 0 whatever x0 is": with_character_0,
}
BY_CHOICE: dict[str, dict[str, Any]] = {
    "V h times c, in place of plus": {"temper": lambda Vs, c, tau, t: softmax(Vs * c / tau)},
    "W h times U x, in place of plus": {
        "step": lambda h, e, params, tau: (params["W"] @ h) * (params["U"] @ e) + params["b"]
    },
    "W h plus U x times b": {
        "step": lambda h, e, params, tau: params["W"] @ h + params["U"] @ e * params["b"]
    },
    "W h + U x, times b": {
        "step": lambda h, e, params, tau: (params["W"] @ h + params["U"] @ e) * params["b"]
    },
    "exp in the place of tanh": {"squash": lambda a, b: np.exp(np.minimum(a, 50))},
    "tanh of tanh": {"squash": lambda a, b: np.tanh(np.tanh(a))},
    "the state added to the one before": {"carry": lambda h, a, new, h0: h + new},
}


def supposed(evidence: Evidence) -> list[str]:
    """What is drawn fits changed arguments, or two changes at once."""
    found = sorted(drawings(evidence), key=lambda one: one[3])
    if sum(not right for *_, right in found) < 2:
        return []

    def misfit(*names: str) -> float:
        """How strange all the draws together would be."""
        total = 0.0
        for case, drawn, _, _ in found:
            known: dict[str, Any] = {}
            for name in names:
                case = SUPPOSED[name](case) if name in SUPPOSED else case
                known |= BY_CHOICE.get(name, {})
            total += distance(drawn, chances(case, known))
            if total > MOST_IN_ALL:
                return np.inf
        return total

    singles = {(name,): misfit(name) for name in (*SUPPOSED, *BY_CHOICE)}
    tried = {names: far for names, far in singles.items() if far < np.inf} or {
        names: far
        for names in combinations((*SUPPOSED, *BY_CHOICE), 2)
        if (far := misfit(*names)) < np.inf
    }
    close = [names for names, far in tried.items() if far < min(tried.values()) + APART]
    return [
        f"What is drawn fits {' and '.join(names)}, in all {len(found)} cases."
        for names in close
        if len(close) == 1
    ]


def distance(drawn: Drawn, due: Chances) -> float:
    """N KL(share, due) of whole texts, inf for what is out of the bounds."""
    if drawn.counts.shape != due.table.shape or not fits(drawn, due):
        return np.inf
    counts, total = drawn.counts, drawn.counts.sum()
    came = counts > 0
    return float((counts[came] * np.log(counts[came] / (total * due.table[came]))).sum())


ORDERS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "characters numbered from the end": lambda p: p[::-1],
    "indices one too low (0 turned into K-1)": lambda p: np.roll(p, -1),
    "indices one too high (K-1 turned into 0)": lambda p: np.roll(p, 1),
    "probabilities sorted from the largest down": lambda p: -np.sort(-p),
    "probabilities sorted from the smallest up": np.sort,
}


def reordered(evidence: Evidence) -> list[str]:
    """The right probabilities in other places."""
    found = drawings(evidence)
    if sum(not right for *_, right in found) < 2:
        return []
    said = [
        f"The first character drawn fits {says}, in all {len(found)} cases."
        for says, change in ORDERS.items()
        if sum(
            distance(Drawn(first_of(drawn.counts)), Chances(change(first_of(due.table))))
            for _, drawn, due, _ in found
        )
        < MOST_IN_ALL
    ]
    if (
        sum(distance(drawn, Chances(due.table.T)) for _, drawn, due, _ in found) < MOST_IN_ALL
    ):  # fmt: skip
        said.append(f"What is drawn fits the text in reverse order, in all {len(found)} cases.")
    return said


def begins_with_x0(evidence: Evidence) -> list[str]:
    """The first character is what was read."""
    found = drawings(evidence)
    if all(
        first_of(drawn.counts)[case.arguments[2]] == drawn.counts.sum()
        for case, drawn, _, _ in found
    ):
        return ["Every text begins with x0, in all cases."]
    return []


def sharpness(evidence: Evidence) -> list[str]:
    """Whether the likeliest character by c comes too often, or too rarely."""
    signs = []
    for case, drawn, due, _ in drawings(evidence):
        if case.arguments[0]["V"].any():
            continue
        counts, p = first_of(drawn.counts), first_of(due.table)
        if not fits(Drawn(counts), Chances(p)):
            k = int(p.argmax())
            signs.append(counts[k] > p[k] * counts.sum())
    if len(signs) < 3 or len(set(signs)) > 1:
        return []
    often = "often" if signs[0] else "rarely"
    return [f"Where c alone decides, the likeliest character comes too {often}."]


def at_other_temperatures(evidence: Evidence) -> list[str]:
    """Wrong at other temperatures than 1, and right in the very same cases at 1."""
    found = drawings(evidence)
    wrong = [case for case, _, _, right in found if not right]
    if len(wrong) < 2 or not all(case.options for case in wrong):
        return []
    plain = [Case(case.arguments) for case in wrong]
    if all(evidence.ladder.equal(evidence.yours(case), evidence.due(case)) for case in plain):
        return ["Right in all cases tried at temperature 1; wrong at other temperatures."]
    return []


def first_of(table: np.ndarray) -> np.ndarray:
    """What the first character makes of a table."""
    return table.reshape(len(table), -1).sum(axis=1)


def later_fit(drawn: Drawn, due: Chances) -> bool:
    """Whether each character fits, given those before it, from the second on."""
    for t in range(1, due.table.ndim):
        c, p = beginnings(drawn.counts, t), beginnings(due.table, t)
        of, sums = c.sum(axis=1, keepdims=True), p.sum(axis=1, keepdims=True)
        if divergence(c, of, p / np.maximum(sums, 1e-300))[of[:, 0] > 0].max() > LIMIT:
            return False
    return True


def by_position(evidence: Evidence) -> list[str]:
    """Which characters of the text are drawn right."""
    found = drawings(evidence)
    first = [
        fits(Drawn(first_of(drawn.counts)), Chances(first_of(due.table)))
        for _, drawn, due, _ in found
    ]
    later = [later_fit(drawn, due) for _, drawn, due, _ in found if due.table.ndim > 1]
    if all(first) and later.count(False) >= 2:
        return ["The first character drawn fits in all cases; those after it do not."]
    if not all(first) and first.count(False) >= 2 and all(later):
        return ["The first character is drawn wrong; given that, those after it fit."]
    return []


def never(evidence: Evidence) -> list[str]:
    """The first or last character of the vocabulary does not come."""
    said = []
    for k, name in ((0, "Character 0"), (-1, "The last character of the vocabulary")):
        came, due_total = 0.0, 0.0
        for _, drawn, due, _ in drawings(evidence):
            for axis in range(due.table.ndim):
                came += drawn.counts.take(k, axis).sum()
                due_total += due.table.take(k, axis).sum() * drawn.counts.sum()
        if not came and due_total > 100:
            said.append(f"{name} is never drawn, in any case.")
    return said


def with_part(name: str, *at: Any) -> Callable[[Case], Case]:
    """A change of one row, column or entry."""

    def changed(tensor: np.ndarray) -> np.ndarray:
        other = tensor.copy()
        other[at] = 1 - 3 * other[at]
        return other

    return with_tensor(name, changed)


COLUMN = slice(None)
MOVES: dict[str, Callable[[Case], Case]] = {
    "x0": with_x0,
    "h0": SUPPOSED["h0 with its sign turned"],
    "W": SUPPOSED["W with its sign turned"],
    "U": SUPPOSED["U with its sign turned"],
    "b": SUPPOSED["b with its sign turned"],
    "c": with_tensor("c", lambda c: c + np.array([[3.0], [0.0]])),
    "V": SUPPOSED["V with its sign turned"],
    "temperature": with_temperature(lambda tau: 10 * tau if tau < 1 else tau / 10),
} | {f"{name}[:,{j}]": with_part(name, COLUMN, j) for name in "VWU" for j in (0, 1)}
CALLS = 40


def without_effect(evidence: Evidence) -> list[str]:
    """Arguments that may be changed and the very same texts are drawn from the same rng."""
    if one_text(evidence):
        return []
    cases = [RUNGS[k].hand for k in (8, 9)]
    plain = [texts_of(evidence, case) for case in cases]
    said = []
    for name, change in MOVES.items():
        moved = [change(case) for case in cases]
        if any(
            abs(chances(a, {}).table - chances(b, {}).table).max() < 0.2
            for a, b in zip(cases, moved, strict=True)
        ):
            continue
        if all(texts_of(evidence, case) == text for case, text in zip(moved, plain, strict=True)):
            said.append(f"With the same rng, the texts stay the same when {name} is changed.")
    return said


def texts_of(evidence: Evidence, case: Case) -> list[Any]:
    """A few texts."""
    params, h0, x0, n, _, seed = case.arguments
    rng = np.random.default_rng(seed)
    try:
        texts = evidence.function.repeat(CALLS, params, h0, x0, n, rng, **case.options)
    except Wrong:
        return [object()]
    return [text.tolist() for text in texts]


def not_followed(evidence: Evidence) -> list[str]:
    """The second character comes as often after one first character as after the other."""
    said = []
    for each in evidence.tries:
        if not each.hand or each.case.arguments[3] != 2:
            continue
        yours, due = each.yours["probabilities"], each.due["probabilities"]
        mine = [shares(yours, (k,)) for k in (0, 1)]
        right = [shares(due, (k,))[0][1] for k in (0, 1)]
        after = [float(share[1]) for share, _ in mine]
        if min(of for _, of in mine) < 30 or abs(after[0] - after[1]) > 0.15:
            return []
        if max(after) > 0.9 or min(after) < 0.1:
            return []
        said.append(
            f"The second character hardly follows the first: 1 comes in {after[0]:.0%} after a 0 "
            f"and in {after[1]:.0%} after a 1; due are {right[0]:.0%} and {right[1]:.0%}."
        )
    return said[:1]


LADDERS = {
    "sample": Ladder(
        "sample",
        RUNGS,
        observe,
        shows=shown,
        by_hand=redone,
        findings=(
            one_text, never, begins_with_x0, supposed, reordered, at_other_temperatures,
            by_position, without_effect, sharpness, not_followed,
        ),
        says="does not draw as is due",
        about=about,
        picture=bars,
        same=same,
    )
}  # fmt: skip
