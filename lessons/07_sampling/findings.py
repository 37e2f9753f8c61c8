"""What texts say of how they were drawn: which chances they fit, and what is said if they don't.

All texts of a hand-sized case have a probability that is known exactly. A count that lies too
far from what is expected is wrong; the bound is so wide that a right answer stays within it.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function, KnownFunction
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import listed, num
from lessons.checking.comparing import compare, tolerances
from lessons.checking.explaining.changing import Change
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Arithmetic, Attempt, Case
from lessons.checking.explaining.tables import arithmetic, dot, factor
from reference import sampling

LIMIT = 23.0  # Chernoff: a right answer's count is refused with probability 2 exp(-23) = 2e-10
MOST_BARS = 4  # characters that are shown
CALLS = 40  # characters at least that are compared one by one
Context = tuple[int, ...]  # the characters drawn so far
Finder = Callable[[Evidence], list[str]]


@dataclass(frozen=True, eq=False)
class Texts:
    """A number for each text: an array with an axis for each character."""

    table: np.ndarray

    def __repr__(self) -> str:
        """A few letters made of all numbers, as they would be shown."""
        text = " ".join(num(x) for x in self.table.flat)
        return f"<{zlib.crc32(text.encode()):08x}>"


@dataclass(frozen=True, eq=False, repr=False)
class Chances(Texts):
    """How likely each text is."""

    one_text: bool = False  # whichever it is, every call writes it again


class Drawn(Texts):
    """How often each text came."""


@dataclass(frozen=True)
class Certain:
    """A long text of a network that leaves no choice; texts are alike if both are as expected."""

    text: tuple[int, ...]
    expected: tuple[int, ...]

    def like(self, other: "Certain") -> bool:
        """Whether both are right, or both wrong: how wrong ones go on may be chance."""
        return (self.text == self.expected) == (other.text == other.expected)


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


def of_all(counts: np.ndarray, table: np.ndarray) -> float:
    """The divergence of all characters together, if whatever came before changes nothing."""
    p = beginnings(table, 0)[0]
    sums = np.zeros_like(p)
    for t in range(table.ndim):
        rows = beginnings(table, t)
        if not np.allclose(
            rows, rows.sum(axis=1, keepdims=True) * p, rtol=0, atol=tolerances.LADDER
        ):
            return 0.0
        sums = sums + beginnings(counts, t).sum(axis=0)
    return divergence(sums, sums.sum(), p)


@lru_cache(maxsize=10_000)
def fits(drawn: Drawn, expected: Chances) -> bool:
    """Whether what was drawn may come from these chances."""
    counts, table = drawn.table, expected.table
    if counts.shape != table.shape:
        return False
    if expected.one_text:
        came = counts > 0
        return came.sum() == 1 and bool(table[came][0] > tolerances.LADDER)
    return (
        all(after_beginning(counts, table, t) <= LIMIT for t in range(counts.ndim))
        and all(at_position(counts, table, t) <= LIMIT for t in range(1, counts.ndim))
        and (counts.ndim < 2 or of_all(counts, table) <= LIMIT)
    )


def same(a: Any, b: Any) -> bool:
    """Whether two values of an outcome are the same, or may be."""
    if isinstance(a, Drawn) and isinstance(b, Chances):
        return fits(a, b)
    if isinstance(a, Chances) and isinstance(b, Drawn):
        return fits(b, a)
    if isinstance(a, Texts) and type(a) is type(b):
        return compare.same(vars(a), vars(b))
    if isinstance(a, Habits) and isinstance(b, Habits):
        return a.like(b)
    if isinstance(a, Certain) and isinstance(b, Certain):
        return a.like(b)
    return compare.same(a, b)


SAME, GLOBAL = "the same state of rng gives the same text", "global generators are left alone"
DECIDES, GOES_ON = "another state of rng gives another text", "rng goes on from call to call"
ALONE = "calls made before change nothing"
DIFFERENT, DEFAULT = "one text has different characters", "temperature is 1 by default"
HABITS = {
    SAME: "The same state of rng gave two texts; it should give one. Something else than rng "
    "decides what is drawn.",
    ALONE: "A call gave another text when other calls had been made before it, with the same state "
    "of rng; it should give the same. Is something kept from call to call?",
    DECIDES: "Two different states of rng gave the same text; rng should decide what is drawn.",
    GOES_ON: "After 20 calls rng was where it had been before them; it should go on from call to "
    "call.",
    DIFFERENT: "A text of 30 characters, all drawn with the same four probabilities, is one "
    "character again and again; there should be others.",
    DEFAULT: "With the same state of rng, no temperature gives another text than temperature 1; "
    "it should be 1 if none is given.",
    GLOBAL: "A global generator was drawn from or seeded; only rng should be.",
}


class Habits(dict[str, bool]):
    """Statements that are true of a function or not, and what else was seen."""

    numbers: int | None = None  # that rng gave for a text of 30 characters, if that is known
    default: float | None = 1.0  # the temperature if none is given, if that is known

    def __repr__(self) -> str:
        return " ".join("yes" if holds else "no" for holds in self.values())

    def like(self, other: "Habits") -> bool:
        """Whether two functions treat their generators alike, in what tells mistakes apart.

        Where rng decides nothing, it may go on or not. A single number for a whole text is
        unlike several.
        """
        asked = [name for name in HABITS if name != GOES_ON or self[DECIDES]]
        counts = [habits.numbers for habits in (self, other) if habits.numbers is not None]
        return (
            all(self[name] == other[name] for name in asked)
            and self.default == other.default
            and (self[DIFFERENT] or len({min(count, 2) for count in counts}) < 2)
        )


def about(attempt: Attempt) -> list[str]:
    """What is wrong with how the generator is treated."""
    yours = attempt.yours["probabilities"]
    if not isinstance(yours, Habits):
        return []
    said = [sentence for statement, sentence in HABITS.items() if not yours[statement]]
    if not yours[DIFFERENT] and yours.numbers is not None:
        gave = f"{yours.numbers} random number{'s' * (yours.numbers != 1)}"
        nothing = ", which decided nothing" * (yours.numbers > 1 and not yours[DECIDES])
        said.append(f"For all 30 characters together rng gave {gave}{nothing}.")
    if not yours[SAME] and yours[GLOBAL]:
        said.append("Is a generator made inside, or is the time asked?")
    if not yours[DEFAULT] and yours.default is not None:
        said.append(
            "Without one your texts are, character by character, those of temperature "
            f"{num(yours.default)}."
        )
    return said


# the picture of a case


def contexts(case: Case) -> list[Context]:
    """All beginnings of a text after which something is drawn."""
    K, n = len(case.arguments[0]["c"]), case.arguments[3]
    return [context for t in range(n) for context in np.ndindex((K,) * t)]


@dataclass(frozen=True)
class View:
    """How often characters came in a case, and should: what shows that a draw is wrong."""

    says: str  # which characters
    mine: np.ndarray  # how often each came
    right: np.ndarray  # how often it should, in any unit
    context: Context | None = None  # what came before, if it is one beginning

    @property
    def far(self) -> float:
        """The divergence."""
        return divergence(self.mine, self.mine.sum(), self.right / self.right.sum())


def views(attempt: Attempt) -> Iterator[list[View]]:
    """Ways to look at the first character of the texts, then at the second, then at all."""
    case = attempt.case
    K, n, times = len(case.arguments[0]["c"]), case.arguments[3], case.arguments[4]
    yours, expected = attempt.yours["probabilities"], attempt.expected["probabilities"].table
    counts = yours.table * (times if isinstance(yours, Chances) else 1)
    for t in range(n):
        after = [
            View(f"After {read(case, context)}", mine, right, context)
            for context in np.ndindex((K,) * t)
            for mine, right in [[beginnings(x[context], 0)[0] for x in (counts, expected)]]
            if mine.sum() > 0 and right.sum() > 0
        ]
        both = [beginnings(x, t).sum(axis=0) for x in (counts, expected)]
        yield after
        yield [View(f"Whatever came before it, character {t + 1} of the text", *both)] * (t > 0)
    if n > 1 and of_all(counts, expected):
        came = sum(beginnings(counts, t).sum(axis=0) for t in range(n))
        yield [View("Any character of the texts", np.asarray(came), beginnings(expected, 0)[0], ())]


def telling(attempt: Attempt) -> View:
    """What shows more of a difference than chance makes, as early in the text as possible."""
    every = list(views(attempt))
    early = (some for some in every if any(view.far > LIMIT for view in some))
    return max(next(early, [view for some in every for view in some]), key=lambda view: view.far)


def picture(attempt: Attempt) -> list[str]:
    """How often each character came, how often it has to, and why."""
    yours = attempt.yours["probabilities"]
    if isinstance(yours, Habits):
        return picture_of_habits(yours) + one_character(attempt.case) * (not yours[DIFFERENT])
    if isinstance(yours, Certain):
        return picture_of_text(yours)
    view = telling(attempt)
    times = f" ({view.mine.sum():.0f} draws)" if isinstance(yours, Drawn) else ""
    out = [f"  {view.says}{times}{', the next character' * view.says.startswith('After')} is"]
    mine, right = (x / x.sum() for x in (view.mine, view.right))
    farthest = np.argsort(-abs(mine - right), kind="stable")[:MOST_BARS]
    for k in sorted(farthest.tolist()):
        for name, label, share in ((k, "yours", mine[k]), (" ", "expected", right[k])):
            bar = "#" * round(40 * share)
            out.append(f"    {name}  {label:<9}{100 * share:5.1f} %  {bar}".rstrip())
    out += ["  The other characters differ less."] * (len(mine) > MOST_BARS)
    if view.context is None:
        return out
    states, logits, chances = computed(attempt.case, view.context)
    return out + arithmetic([*states[-4:], *logits, chances[int(view.right.argmax())]])


def picture_of_habits(yours: Habits) -> list[str]:
    """Which statements are true."""
    return [
        f"  {statement:<46} yours: {'yes' if holds else 'NO'}"
        for statement, holds in yours.items()
        if yours[SAME] or statement != ALONE
    ] + ["  expected: yes, each time"]


def one_character(case: Case) -> list[str]:
    """What a text should be made of that is one character again and again."""
    _, _, chances = computed(case, ())
    shares = [f"{k} {100 * p:.0f} %" for k, (_, _, p) in enumerate(chances)]
    return [f"  in a text, expected about: {', '.join(shares)}"]


def picture_of_text(yours: Certain) -> list[str]:
    """A long text and the one that is expected, and where they part."""
    both = zip(yours.text, yours.expected, strict=True)
    first = next(t for t, (mine, right) in enumerate(both) if mine != right)
    mine, right = (" ".join(map(str, text)) for text in (yours.text, yours.expected))
    return [
        "  Every probability is close to 0 or 1, so that only one text is likely.",
        f"  yours     {mine}",
        f"  expected  {right}",
        f"  {'':<8}  {' ' * (2 * first)}^ the first that differs, at index {first}",
    ]


def work(attempt: Attempt) -> list[str]:
    """The probabilities after every beginning of a text, line by line."""
    out = []
    told = isinstance(attempt.expected["probabilities"], Chances)
    for context in contexts(attempt.case) if told else []:
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
    p = np.exp((o - o.max()) / tau) / np.exp((o - o.max()) / tau).sum()
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


def seen_habits(evidence: Evidence) -> list[Habits]:
    """How the generator is treated, in each case that asks for it."""
    found = [attempt.yours["probabilities"] for attempt in evidence.attempts]
    return [habits for habits in found if isinstance(habits, Habits)]


def of_the_likeliest(counts: np.ndarray, p: np.ndarray) -> bool:
    """Whether a text, the only one that came, has the likeliest character at each position."""
    (text,) = np.argwhere(counts > 0)
    return all(k == beginnings(p[tuple(text[:t])], 0).argmax() for t, k in enumerate(text))


def one_text(evidence: Evidence) -> list[str]:
    """Whether anything is drawn at all."""
    found = [(drawn.table, expected.table) for _, drawn, expected in drawings(evidence)]
    if any((counts > 0).sum() != 1 for counts, _ in found):
        return []
    decides = [habits[DECIDES] for habits in seen_habits(evidence)]
    likeliest = not any(decides) and all(of_the_likeliest(counts, p) for counts, p in found)
    more = ", of the likeliest characters" * likeliest
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
    """Wrong at other temperatures than 1, and not seen to be wrong in the very same cases at 1."""
    wrong = [attempt.case for attempt in evidence.wrong if attempt.hand]
    plain = [Case(*case.arguments) for case in wrong if case.options]
    if not len(wrong) == len(plain) > 1 or not all(
        evidence.ladder.equal(evidence.yours(case), evidence.expected(case)) for case in plain
    ):
        return []
    return ["In the very cases that are wrong no fault is seen if the temperature is 1."]


TEMPERATURES = np.geomspace(1e-4, 50, 600)  # among which the one that fits best is looked for
LIKELY = 8.0  # how much less likely the draws may be at another temperature that fits too


def fitting_temperature(cases: list[tuple[Case, Drawn]]) -> np.ndarray:
    """The temperatures at which the bias c alone gives such draws, the best first; none if none.

    One temperature has to fit at all positions of a text.
    """
    likely, each = np.zeros(len(TEMPERATURES)), []
    for case, drawn in cases:
        c = case.arguments[0]["c"]
        logs = (c - c.max()) / TEMPERATURES
        logs = logs - np.log(np.exp(logs).sum(axis=0))
        for t in range(drawn.table.ndim):
            counts = beginnings(drawn.table, t).sum(axis=0)
            likely += counts @ logs
            each.append((counts, logs))
    best = int(likely.argmax())
    far = [divergence(counts, counts.sum(), np.exp(logs[:, best])) for counts, logs in each]
    if max(far) > LIKELY or sum(far) > len(far) + 4:  # about half of their number, by chance
        return np.empty(0)
    return np.append(TEMPERATURES[best], TEMPERATURES[likely > likely[best] - LIKELY])


def at_which_temperature(evidence: Evidence) -> list[str]:
    """The temperatures that fit where c alone decides, if they are not those that are given."""
    if any(habits.default not in (1.0, None) for habits in seen_habits(evidence)):
        return []  # which is known exactly
    groups: dict[float | None, list[tuple[Case, Drawn]]] = {}
    for case, drawn, _ in drawings(evidence):
        if not case.arguments[0]["V"].any():
            groups.setdefault(case.options.get("temperature"), []).append((case, drawn))
    said = []
    for given, cases in groups.items():
        fitting = fitting_temperature(cases)
        if not len(fitting):
            return []
        best, low, high = fitting[0], fitting.min(), fitting.max()
        open_ended = low == TEMPERATURES[0] or high == TEMPERATURES[-1]
        if not open_ended and not low <= (given or 1.0) <= high:
            where = "none is given" if given is None else f"{num(given)} is given"
            said.append(f"{best:.2g} where {where} (from {low:.2g} to {high:.2g} is possible)")
    if not said:
        return []
    return [f"Where c alone decides, your draws fit temperature {listed(said)}."]


def by_position(evidence: Evidence) -> list[str]:
    """Whether only the first character of a text is drawn wrong, or only later ones."""
    first, later = [], []
    for _, drawn, expected in drawings(evidence):
        positions = range(expected.table.ndim)
        right = [after_beginning(drawn.table, expected.table, t) <= LIMIT for t in positions]
        first.append(right[0])
        later += [all(right[1:])] * (len(right) > 1)
    if all(first) and later.count(False) >= LEAST:
        return ["No fault is seen in the first character drawn; those after it do not fit."]
    if first.count(False) >= LEAST and len(later) >= LEAST and all(later):
        return ["The first character does not fit; given that, no fault is seen in those after it."]
    return []


def always_the_same(evidence: Evidence) -> list[str]:
    """One end of the text, and not the other, that is one character, whichever it should be."""
    said = []
    for axis, end in ((0, "first"), (-1, "last")):
        each = [
            np.flatnonzero(np.moveaxis(drawn.table, axis, 0).reshape(len(drawn.table), -1).any(1))
            for _, drawn, chances in drawings(evidence)
            if chances.table.ndim > 1
        ]
        found = {tuple(came) for came in each}
        if len(each) >= LEAST and len(found) == 1 and len(*found) == 1:
            said.append(
                f"In all cases of several characters the {end} one of every text is {each[0][0]}."
            )
    return said if len(said) == 1 else []


def in_order(evidence: Evidence) -> list[str]:
    """Whether no text ever goes back to a smaller index, though many have several."""
    mixed = 0.0
    for _, drawn, _ in drawings(evidence):
        texts = np.argwhere(drawn.table > 0)
        if (np.diff(texts, axis=1) < 0).any():
            return []
        mixed += drawn.table[tuple(texts[np.ptp(texts, axis=1) > 0].T)].sum()
    if mixed < 100:
        return []
    return ["In none of your texts a character comes after one with a larger index."]


def sharpness(evidence: Evidence) -> list[str]:
    """Whether the likeliest character by c comes too often, or too rarely."""
    signs = []
    for case, drawn, expected in drawings(evidence):
        if not case.arguments[0]["V"].any() and not fits(drawn, expected):
            k = int(beginnings(expected.table, 0).argmax())
            came = beginnings(drawn.table, 0)[0]
            signs.append(came[k] > beginnings(expected.table, 0)[0][k] * came.sum())
    if len(signs) < 2 or len(set(signs)) > 1 or at_which_temperature(evidence):
        return []
    often = "often" if signs[0] else "rarely"
    return [f"Where c alone decides and is wrong, the likeliest character comes too {often}."]


def either(*finders: Finder) -> Finder:
    """The first of several finders that finds something."""

    def found(evidence: Evidence) -> list[str]:
        return next(filter(None, (finder(evidence) for finder in finders)), [])

    return found


def without_effect(
    moves: dict[str, tuple[Change, ...]], cases: list[Case], what: str = "texts"
) -> Finder:
    """A finder of arguments that may be changed and the very same texts come from the same rng.

    Nothing is said where the texts of a case are all one, which hides what they depend on, nor
    of what changes nothing in a right answer's texts either.
    """

    def found(evidence: Evidence) -> list[str]:
        mine, theirs = (partial(first_texts, each) for each in (evidence.function, RIGHT))
        plain = [mine(case) for case in cases]
        if any(not texts or all(text == texts[0] for text in texts) for texts in plain):
            return []
        same = [
            name
            for name, changes in moves.items()
            if all([mine(change(case)) for case in cases] == plain for change in changes)
            and any(theirs(change(case)) != theirs(case) for change in changes for case in cases)
        ]
        verb = "is" if len(same) == 1 else "are"
        return [
            f"In the cases tried, with the same rng, the {what} stay the same when {listed(same)} "
            f"{verb} changed; they should not."
        ] * bool(same)

    return found


RIGHT = KnownFunction("sample", sampling.sample)


def first_texts(function: Function, case: Case) -> list[Any]:
    """A few texts, from the case's own state of rng; none if they can't be drawn."""
    params, h0, x0, n, _, seed = case.arguments
    rng = np.random.default_rng(seed)
    try:
        found = function.repeat(CALLS // n, params, h0, x0, n, rng, **case.options)
    except Wrong:
        return []
    return [text.tolist() for text in found]
