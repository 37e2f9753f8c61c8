"""What texts say of how they were drawn: which chances they fit, and what is said if they don't.

All texts of a hand-sized case have a probability that is known exactly. A count that lies too
far from what is expected is wrong; the bound is so wide that a right answer stays within it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import num
from lessons.checking.comparing import compare, tolerances
from lessons.checking.explaining.changing import Change
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Arithmetic, Attempt, Case
from lessons.checking.explaining.tables import arithmetic, dot, factor

LIMIT = 23.0  # Chernoff: a right answer's count is refused with probability 2 exp(-23) = 2e-10
CALLS = 15  # texts that are compared one by one
Context = tuple[int, ...]  # the characters drawn so far
Finder = Callable[[Evidence], list[str]]


@dataclass(frozen=True, eq=False)
class Texts:
    """A number for each text: an array with an axis for each character."""

    table: np.ndarray

    def __repr__(self) -> str:
        return " ".join(num(x) for x in self.table.flat)


@dataclass(frozen=True, eq=False, repr=False)
class Chances(Texts):
    """How likely each text is."""

    one_text: bool = False  # whichever it is, every call writes it again


class Drawn(Texts):
    """How often each text came."""


def divergence(counts: np.ndarray, of: np.ndarray, p: np.ndarray) -> float:
    """How far counts lie from what is expected, N KL(count / N, p) with N = `of`; the largest.

    A count as far from N p on its side has at most the probability exp(-divergence).
    """
    others = of - counts
    with np.errstate(divide="ignore", invalid="ignore"):
        came = np.where(counts > 0, counts * np.log(counts / (of * p)), 0.0)
        did_not = np.where(others > 0, others * np.log(others / (of * np.clip(1 - p, 0, 1))), 0.0)
    return float((came + did_not).max())


def beginnings(table: np.ndarray, length: int) -> np.ndarray:
    """The sums over all texts that begin with the same characters, a row each, by the next."""
    K = table.shape[-1]
    return table.reshape(K**length, K, -1).sum(axis=2)


def after_beginning(counts: np.ndarray, table: np.ndarray, t: int) -> float:
    """The divergence of the character at a position, given those before it."""
    c, p = beginnings(counts, t), beginnings(table, t)
    of, sums = c.sum(axis=1, keepdims=True), p.sum(axis=1, keepdims=True)
    return divergence(c, of, p / np.maximum(sums, 1e-300))


def at_position(counts: np.ndarray, table: np.ndarray, t: int) -> float:
    """The divergence of the character at a position, whatever came before."""
    c, p = (beginnings(x, t).sum(axis=0) for x in (counts, table))
    return divergence(c, c.sum(), p)


@lru_cache(maxsize=10_000)
def fits(drawn: Drawn, expected: Chances) -> bool:
    """Whether what was drawn may come from these chances."""
    counts, table = drawn.table, expected.table
    if counts.shape != table.shape:
        return False
    if expected.one_text:
        came = counts > 0
        return came.sum() == 1 and bool(table[came][0] > tolerances.LADDER)
    return all(after_beginning(counts, table, t) <= LIMIT for t in range(counts.ndim)) and all(
        at_position(counts, table, t) <= LIMIT for t in range(1, counts.ndim)
    )


def same(a: Any, b: Any) -> bool:
    """Whether two values of an outcome are the same, or may be."""
    if isinstance(a, Drawn) and isinstance(b, Chances):
        return fits(a, b)
    if isinstance(a, Chances) and isinstance(b, Drawn):
        return fits(b, a)
    if isinstance(a, Texts) and type(a) is type(b):
        return compare.same(vars(a), vars(b))
    return compare.same(a, b)


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


class Habits(dict[str, bool]):
    """Statements that are true of a function or not."""

    def __repr__(self) -> str:
        return " ".join("yes" if holds else "no" for holds in self.values())


def about(attempt: Attempt) -> list[str]:
    """What is wrong with how the generator is treated."""
    yours = attempt.yours["probabilities"]
    if not isinstance(yours, Habits):
        return []
    return [sentence for statement, sentence in HABITS.items() if not yours[statement]]


# the picture of a case


def shares(texts: Texts, context: Context) -> tuple[np.ndarray, float]:
    """How often each character comes after a beginning, and how often that came."""
    rest = beginnings(texts.table[context], 0)[0]
    return rest / max(rest.sum(), 1e-300), float(rest.sum())


def contexts(case: Case) -> list[Context]:
    """All beginnings of a text after which something is drawn."""
    K, n = len(case.arguments[0]["c"]), case.arguments[3]
    return [context for t in range(n) for context in np.ndindex((K,) * t)]


def widest(attempt: Attempt) -> Context:
    """The beginning after which yours and what is expected lie farthest apart."""
    yours, expected = attempt.yours["probabilities"], attempt.expected["probabilities"]

    def far(context: Context) -> float:
        mine, of = shares(yours, context)
        right, chance = shares(expected, context)
        of *= attempt.case.arguments[4] if isinstance(yours, Chances) else 1
        return divergence(mine * of, np.array(of), right) if of > 0 and chance > 0 else -1.0

    return max(contexts(attempt.case), key=far)


def picture(attempt: Attempt) -> list[str]:
    """How often each character came, how often it has to, and why."""
    yours, expected = attempt.yours["probabilities"], attempt.expected["probabilities"]
    if isinstance(yours, Habits):
        return [
            f"  {statement:<46} yours: {'yes' if holds else 'NO'}"
            for statement, holds in yours.items()
        ] + ["  expected: yes, each time"]
    context = widest(attempt)
    (mine, of), (right, _) = shares(yours, context), shares(expected, context)
    times = f" ({of:.0f} draws)" if isinstance(yours, Drawn) else ""
    out = [f"  After {read(attempt.case, context)}{times}, the next character is"]
    for k, both in enumerate(zip(mine, right, strict=True)):
        for name, label, share in zip((k, " "), ("yours", "expected"), both, strict=True):
            bar = "#" * round(40 * share)
            out.append(f"    {name}  {label:<9}{100 * share:5.1f} %  {bar}".rstrip())
    states, logits, chances = computed(attempt.case, context)
    return out + arithmetic([*states[-4:], *logits, chances[int(right.argmax())]])


def work(attempt: Attempt) -> list[str]:
    """The probabilities after every beginning of a text, line by line."""
    out = []
    for context in contexts(attempt.case) if attempt.case.arguments[4] else []:
        out += [f"  After {read(attempt.case, context)}:"]
        states, logits, chances = computed(attempt.case, context)
        out += arithmetic([*states, *logits, *chances])
    return out


def read(case: Case, context: Context) -> str:
    """What was read before a character, in words."""
    return ", then ".join([f"x0 = {case.arguments[2]}", *(str(k) for k in context)])


def computed(case: Case, context: Context) -> list[Arithmetic]:
    """The states, the logits and the probabilities after a beginning: what each is made of."""
    params, h, x0 = case.arguments[:3]
    U, W, V, b, c = (params[name] for name in "UWVbc")
    states: Arithmetic = []
    for t, x in enumerate((x0, *context)):
        inside = [summed(W[i], h[:, 0], U[i, x], b[i, 0]) for i in range(len(b))]
        h = np.tanh(W @ h + U[:, [x]] + b)
        states += [(f"h[{i}] at step {t}", f"tanh({inside[i]})", h[i, 0]) for i in range(len(b))]
    o, tau = (V @ h + c)[:, 0], case.options.get("temperature", 1.0)
    over = "" if tau == 1 else f" / {num(tau)}"
    sums = [summed(V[k], h[:, 0], c[k, 0]) for k in range(len(c))]
    whole = [text if not over or " " not in text else f"({text})" for text in sums]
    logits = [(f"logit of {k}{over}", whole[k] + over, o[k] / tau) for k in range(len(c))]
    powers = [f"exp({num(float(logit))})" for logit in o / tau]
    p = np.exp(o / tau) / np.exp(o / tau).sum()
    chances = [(f"p of {k}", f"{powers[k]} / ({' + '.join(powers)})", p[k]) for k in range(len(c))]
    return [states if V.any() else [], logits if V.any() or over else [], chances]


def summed(row: np.ndarray, h: np.ndarray, *more: float) -> str:
    """A row times a column and further terms, without those that are 0."""
    pairs = [(a, s) for a, s in zip(row, h, strict=True) if a and s]
    return " + ".join([dot(pairs)] * bool(pairs) + [factor(x) for x in more if x]) or "0"


# what is said of draws that have no name


def drawings(evidence: Evidence) -> Iterator[tuple[Case, Drawn, Chances]]:
    """What came in the cases by hand; their many draws tell more than the siblings' few."""
    for attempt in evidence.attempts:
        yours, expected = attempt.yours["probabilities"], attempt.expected["probabilities"]
        if attempt.hand and isinstance(expected, Chances) and expected.table.ndim:
            if isinstance(yours, Chances):
                yours = Drawn(yours.table * attempt.case.arguments[4])
            yield attempt.case, yours, expected


def one_text(evidence: Evidence) -> list[str]:
    """Whether anything is drawn at all."""
    found = [(drawn.table, expected.table) for _, drawn, expected in drawings(evidence)]
    if any((counts > 0).sum() != 1 for counts, _ in found):
        return []
    likeliest = all(
        beginnings(counts, 0).argmax() == beginnings(p, 0).argmax() for counts, p in found
    )
    more = "; it begins with the likeliest character" * likeliest
    return [f"In every case all calls give the same text{more}."]


def never(evidence: Evidence) -> list[str]:
    """The first or last character of the vocabulary does not come."""
    said = []
    for k, name in ((0, "Character 0"), (-1, "The last character of the vocabulary")):
        came = should_come = 0.0
        for _, drawn, expected in drawings(evidence):
            for axis in range(expected.table.ndim):
                came += drawn.table.take(k, axis).sum()
                should_come += expected.table.take(k, axis).sum() * drawn.table.sum()
        if not came and should_come > 100:
            said.append(f"{name} is never drawn, in any case.")
    return said


def at_other_temperatures(evidence: Evidence) -> list[str]:
    """Wrong at other temperatures than 1, and right in the very same cases at 1."""
    wrong = [attempt.case for attempt in evidence.wrong if attempt.hand]
    plain = [Case(*case.arguments) for case in wrong if case.options]
    if not len(wrong) == len(plain) > 1 or not all(
        evidence.ladder.equal(evidence.yours(case), evidence.expected(case)) for case in plain
    ):
        return []
    return ["Right in all cases tried at temperature 1; wrong at other temperatures."]


def by_position(evidence: Evidence) -> list[str]:
    """Which characters of the text are drawn right."""
    first, later = [], []
    for _, drawn, expected in drawings(evidence):
        positions = range(expected.table.ndim)
        right = [after_beginning(drawn.table, expected.table, t) <= LIMIT for t in positions]
        first.append(right[0])
        later += [all(right[1:])] * (len(right) > 1)
    if all(first) and later.count(False) >= LEAST:
        return ["The first character drawn fits in all cases; those after it do not."]
    if first.count(False) >= LEAST and len(later) >= LEAST and all(later):
        return ["The first character is drawn wrong; given that, those after it fit."]
    return []


def sharpness(evidence: Evidence) -> list[str]:
    """Whether the likeliest character by c comes too often, or too rarely."""
    signs = []
    for case, drawn, expected in drawings(evidence):
        if not case.arguments[0]["V"].any() and not fits(drawn, expected):
            k = int(expected.table.argmax())
            signs.append(drawn.table[k] > expected.table[k] * drawn.table.sum())
    if len(signs) < 2 or len(set(signs)) > 1:
        return []
    often = "often" if signs[0] else "rarely"
    return [f"Where c alone decides, the likeliest character comes too {often}."]


def without_effect(moves: dict[str, Change], cases: list[Case]) -> Finder:
    """A finder of arguments that may be changed and the very same texts come from the same rng."""

    def found(evidence: Evidence) -> list[str]:
        if one_text(evidence):
            return []
        plain = [first_texts(evidence, case) for case in cases]
        return [
            f"With the same rng, the texts stay the same when {name} is changed."
            for name, change in moves.items()
            if [first_texts(evidence, change(case)) for case in cases] == plain
        ]

    return found


def first_texts(evidence: Evidence, case: Case) -> Any:
    """A few texts, from the case's own state of rng."""
    params, h0, x0, n, _, seed = case.arguments
    rng = np.random.default_rng(seed)
    try:
        found = evidence.function.repeat(CALLS, params, h0, x0, n, rng, **case.options)
    except Wrong:
        return object()  # unlike any other
    return [text.tolist() for text in found]
