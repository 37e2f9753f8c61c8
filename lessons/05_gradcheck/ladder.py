"""Hand-sized cases of lesson 5: losses of one entry or two, and pairs of small gradients."""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from lessons.checking.calling import Function
from lessons.checking.contract import RETURNS, describe_type
from lessons.checking.explaining.changing import with_argument
from lessons.checking.explaining.explanation import differing
from lessons.checking.explaining.findings import LEAST, Evidence, pieces
from lessons.checking.explaining.ladder import (
    PROBLEM,
    Case,
    Ladder,
    Outcome,
    Rung,
    Try,
    case,
    right,
    same,
    tenths,
)
from lessons.checking.explaining.tables import block, factor, grid, listed, num, total
from lessons.checking.failure import Wrong
from lessons.checking.values import copied
from lessons.checking.windows import build
from reference.backward import backward
from reference.gradcheck import numerical_gradients
from reference.loss import cost

NAMES = "UWVbc"
LEFT = "what is left in params"
ROUNDED = 1e-9  # far above rounding, far below what an entry is moved by
Entry = tuple[str, int, int]
Factor = tuple[Entry, int | str]  # an entry to a power; the power "sin" is its sine
Term = tuple[float, *tuple[Factor, ...]]
Shapes = dict[str, tuple[int, int]]
Params = dict[str, np.ndarray]


class Seen(dict[str, Any]):
    """What a call leaves, with the function that was called, for a closer look."""

    function: Function


# ---- losses -------------------------------------------------------------------------------


class Loss:
    """A sum of products of entries, as a function of params."""

    def __init__(self, shapes: Shapes, *terms: Term, says: str = "") -> None:
        self.shapes, self.terms, self.says = shapes, terms, says

    def __call__(self, params: Any) -> float:
        """The loss at params."""
        self.look_at(params)
        return float(sum(product(term, params) for term in self.terms))

    def __repr__(self) -> str:
        return self.says or self.written(lambda entry: spelled(entry))

    def look_at(self, params: Any) -> None:
        """Expect a dict with the five keys and their shapes."""
        for name, shape in self.shapes.items():
            try:
                tensor = params[name]
            except (KeyError, TypeError, IndexError, ValueError):
                keys = isinstance(params, Mapping)
                what = f"the keys {', '.join(map(str, params))}" if keys else describe_type(params)
                raise Wrong(
                    f"The loss was called with {what}; it takes a dict like params, with all of "
                    f"its keys: {', '.join(self.shapes)}."
                ) from None
            if np.shape(tensor) != shape:
                raise Wrong(
                    f"The loss was called with {name} in the shape {np.shape(tensor)}; "
                    f"{name} has the shape {shape}."
                )

    def written(self, shown: Callable[[Entry], str], only: Entry | None = None) -> str:
        """The formula, all of it or the terms with one entry; `shown` gives the entries' texts."""
        return " + ".join(
            written_term(term, shown) for term in self.terms if only is None or within(only, term)
        )

    def having(self, entry: Entry) -> "Loss":
        """The terms that an entry is in."""
        return Loss(self.shapes, *(term for term in self.terms if within(entry, term)))


def product(term: Term, params: Any) -> float:
    """The value of one term."""
    value = term[0]
    for (name, i, j), power in term[1:]:
        x = float(params[name][i, j])
        value *= x**power if isinstance(power, int) else math.sin(x)
    return float(value)


def within(entry: Entry, term: Term) -> bool:
    """Whether a term has an entry."""
    return any(other == entry for other, _ in term[1:])


def written_term(term: Term, shown: Callable[[Entry], str]) -> str:
    """One term: 3*U[0,0]^2."""
    texts = [] if term[0] == 1 else [factor(term[0])]
    for entry, power in term[1:]:
        text = shown(entry)
        texts.append(
            f"sin({text})" if power == "sin" else text if power == 1 else f"{text}^{power}"
        )
    return "*".join(texts)


def spelled(entry: Entry) -> str:
    """U[0,1]."""
    name, i, j = entry
    return f"{name}[{i},{j}]"


def entries_of(params: Params) -> list[Entry]:
    """All entries, in the order of the tensors' names."""
    return [(name, i, j) for name in NAMES for i, j in np.ndindex(params[name].shape)]


def sizes(m: int, K: int) -> Shapes:
    """The shapes of the five tensors."""
    return {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}


def filled_in(shapes: Shapes, **tensors: Any) -> Params:
    """Tensors as given, the others of ones and twos in turn."""
    rest = {name: np.resize([1.0, 2.0], shape) for name, shape in shapes.items()}
    return rest | {name: np.array(value, dtype=float, order="C") for name, value in tensors.items()}


U00: Entry = ("U", 0, 0)
U01: Entry = ("U", 0, 1)
W00: Entry = ("W", 0, 0)


def one_entry(power: int | str, coefficient: float, x: float, *step: float) -> Case:
    """A loss of U[0,0] alone."""
    shapes = sizes(1, 1)
    return case(Loss(shapes, (coefficient, (U00, power))), filled_in(shapes, U=[[x]]), *step)


def quarters(rng: np.random.Generator, *shape: int, most: int = 12) -> np.ndarray:
    """Random multiples of 1/4, none of them 0, which are exact in binary."""
    return rng.integers(1, most + 1, shape) * rng.choice([-0.25, 0.25], shape)


def quarter(rng: np.random.Generator) -> float:
    """One of them."""
    return float(quarters(rng, 1)[0])


def a_step(rng: np.random.Generator) -> float:
    """A step that is exact in binary too."""
    return float(rng.choice([0.25, 0.5, 0.75]))


def inexact(rng: np.random.Generator) -> Case:
    """An entry and a step that are not."""
    x, step = float(rng.integers(1, 25)) / 10, float(rng.integers(1, 5)) / 10
    return one_entry(2, 1.0, x, step)


def two_entries(other: Entry, one: float, two: float, step: float) -> Case:
    """The product of U[0,0] with another entry."""
    shapes = sizes(1, 2)
    params = filled_in(shapes)
    params["U"][0, 0] = one
    params[other[0]][other[1:]] = two
    return case(Loss(shapes, (1.0, (U00, 1), (other, 1))), params, step)


def matrix_case(values: Any, step: float) -> Case:
    """The squares of U and V, each with a coefficient of its own."""
    shapes = sizes(2, 3)
    params = filled_in(shapes, U=values, V=np.array(values).T[::-1] + 0.5)
    ordered = [entry for entry in entries_of(params) if entry[0] in "UV"]
    return case(
        Loss(shapes, *((1.0, (e, 2)) for e in ordered), says="the sum of the squares in U and V"),
        params,
        step,
    )


def all_cubes(params: Params, step: float) -> Case:
    """The cubes of all entries of all tensors."""
    shapes: Shapes = {name: (len(tensor), tensor.shape[1]) for name, tensor in params.items()}
    terms: list[Term] = [(1.0, (entry, 3)) for entry in entries_of(params)]
    return case(Loss(shapes, *terms, says="the sum of all entries' cubes"), params, step)


def random_cubes(rng: np.random.Generator) -> Case:
    """The same with random entries."""
    return all_cubes({n: quarters(rng, *shape) for n, shape in sizes(2, 1).items()}, a_step(rng))


GRADIENT_RUNGS = (
    Rung("a straight line, 3 x", one_entry(1, 3.0, 2.0, 1.0),
         lambda rng: one_entry(1, quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("a parabola, x^2", one_entry(2, 1.0, -1.0, 1.0),
         lambda rng: one_entry(2, quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("x^3, whose central difference is 3 x^2 + step^2", one_entry(3, 1.0, 2.0, 0.5),
         lambda rng: one_entry(3, quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("an entry of 0", one_entry(3, 1.0, 0.0, 0.5),
         lambda rng: one_entry(3, quarter(rng), 0.0, a_step(rng)), 4),
    Rung("the step that is used if none is given", one_entry(3, 1e10, 0.0),
         lambda rng: one_entry(3, 1e10 * quarter(rng), 0.0), 3),
    Rung("a sine", one_entry("sin", 0.1, 0.5, 0.5),
         lambda rng: one_entry("sin", quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("entries and steps that binary fractions only come close to",
         one_entry(2, 1.0, 0.3, 0.1),
         inexact, 8),
    Rung("two entries of a tensor", two_entries(U01, 2.0, 3.0, 1.0),
         lambda rng: two_entries(U01, quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("entries of two tensors", two_entries(W00, 2.0, 3.0, 1.0),
         lambda rng: two_entries(W00, quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("several rows and columns", matrix_case([[1, 2, 3], [4, 5, 6]], 0.5),
         lambda rng: matrix_case(quarters(rng, 2, 3, most=36), a_step(rng)), 4),
    Rung("all five tensors at once",
         all_cubes(filled_in(sizes(2, 1), U=[[1], [2]], W=[[3, -1], [2, 0]], V=[[1, -2]],
                             b=[[0], [1]], c=[[2]]), 0.5),
         random_cubes, 4),
)  # fmt: skip


def displaced(params: Any, kept: Params) -> np.ndarray:
    """How far each entry is left from where it was; ROUNDED where only its last bits differ."""
    if params.keys() != kept.keys():
        raise Wrong(
            f"numerical_gradients leaves params with the keys {', '.join(map(str, params))}; "
            "they should be as they were."
        )
    found = []
    for name in NAMES:
        try:
            now = np.ascontiguousarray(params[name], dtype=float)
        except (TypeError, ValueError):
            now = np.empty(0)
        if now.shape != kept[name].shape:
            raise Wrong(f"numerical_gradients leaves something else in params as {name}.")
        apart, changed = now - kept[name], now.view(np.int64) != kept[name].view(np.int64)
        found.append(np.where(abs(apart) > ROUNDED, apart, ROUNDED * changed).ravel())
    return np.concatenate(found)


def observe_gradients(function: Function, each: Case) -> Outcome:
    """The gradients, and what is left in params."""
    loss, *arguments = each.arguments
    params, *step = copied(tuple(arguments))
    kept = (loss, *copied((params, *step)))
    function.calls.last = (function.name, kept, {})
    result = function.run(lambda: function.answer.function(function.name)(loss, params, *step))
    try:
        RETURNS[function.name](result, *kept)
    except Wrong as wrong:
        if not wrong.numbers:
            raise Wrong(f"{function.name}: {wrong.message}", result=result) from None
    function.expect_new_arrays(result, (loss, params))
    seen = Seen({f"d{name}": np.asarray(result[name]) for name in NAMES})
    seen[LEFT] = displaced(params, kept[1])
    seen.function = function
    return seen


# ---- where the loss is evaluated ----------------------------------------------------------

Moved = dict[Entry, float]  # how far entries stand from where they were given


class Trace:
    """The calls of the loss in one case: which entries were moved, and what came of it."""

    def __init__(self, function: Function, each: Case) -> None:
        loss, params = each.arguments[:2]
        self.case, self.params = each, params
        self.step = each.arguments[2] if len(each.arguments) > 2 else 1e-5
        self.entries = entries_of(params)
        self.calls: list[tuple[Moved, float]] = []

        def recorded(given: Any) -> float:
            value = float(loss(given))
            self.calls.append((self.moved(given), value))
            return value

        recorded.__dict__["look_at"] = loss.look_at
        self.after = copied(params)
        result = function.run(
            lambda: function.answer.function(function.name)(
                recorded, self.after, *each.arguments[2:]
            )
        )
        self.result: Params = result
        self.left = self.moved(self.after)

    def moved(self, given: Any) -> Moved:
        """The entries that differ from the given ones in more than rounding."""
        found = {}
        for name, i, j in self.entries:
            apart = float(given[name][i, j]) - float(self.params[name][i, j])
            if abs(apart) > 1e-9 * self.step:
                found[name, i, j] = apart
        return found

    def of(self, entry: Entry) -> list[Moved]:
        """The different calls with this entry moved, or an empty one where nothing was."""
        found: list[Moved] = []
        for moved, _ in self.calls:
            if entry in moved and not any(alike(moved, other) for other in found):
                found.append(moved)
        return found

    def in_steps(self, moved: Moved) -> Moved:
        """The distances in units of step, rounding taken off."""
        return {entry: tidy(apart / self.step) for entry, apart in moved.items()}

    def base(self) -> bool:
        """Whether the loss was called at params as given."""
        return any(not moved for moved, _ in self.calls)


def alike(a: Moved, b: Moved) -> bool:
    """Whether two calls were at the same place."""
    return a.keys() == b.keys() and all(math.isclose(a[e], b[e], rel_tol=1e-6) for e in a)


def tidy(x: float) -> float:
    """A number without its last digits."""
    return float(f"{x:.6g}")


def steps_text(count: float) -> str:
    """+ step, - 2 step."""
    sign = "-" if count < 0 else "+"
    return f"{sign} step" if abs(count) == 1 else f"{sign} {num(abs(count))} step"


def trace_of(evidence: Evidence, each: Try) -> Trace | None:
    """The calls in a case, if they can be had again."""
    return traced(evidence.function, each.case)


def traced(function: Function, each: Case) -> Trace | None:
    """The calls of a function in a case; None if it raises this time."""
    try:
        return Trace(function, each)
    except Wrong:
        return None


def calls_table(each: Try) -> list[str]:
    """How the entries of wrong gradients were moved, one a line."""
    trace = traced(each.yours.function, each.case)  # type: ignore[attr-defined]
    if trace is None:
        return []
    if not trace.calls:
        return ["  The loss was not called at all."]
    lines = []
    for entry in wrong_entries(each)[:3]:
        x = trace.params[entry[0]][entry[1:]]
        texts = [move_text(trace, entry, moved) for moved in trace.of(entry)][:3]
        if trace.base() and len(texts) < 2:
            texts.append("as given")
        if sorted(texts) != ["+ step", "- step"]:
            text = "; ".join(texts) or "never moved"
            lines.append((f"{spelled(entry)} = {num(float(x))}", text))
    wide = max((len(label) for label, _ in lines), default=0)
    title = "  The loss was called at (expected: + step, and - step, one entry at a time)"
    return [title] * bool(lines) + [f"    {label:<{wide}}  {text}" for label, text in lines]


def move_text(trace: Trace, entry: Entry, moved: Moved) -> str:
    """+ step, and what else was moved."""
    steps = trace.in_steps(moved)
    others = [f"{spelled(e)} {steps_text(s)}" for e, s in steps.items() if e != entry]
    more = f" with {others[0]}" if len(others) == 1 else f" with {len(others)} others moved"
    return steps_text(steps[entry]) + more * bool(others)


def wrong_entries(each: Try) -> list[Entry]:
    """The entries whose slopes are wrong."""
    found: list[Entry] = []
    for name in NAMES:
        marks = differing(each.yours[f"d{name}"], each.due[f"d{name}"])
        if marks is not None:
            found += [(name, int(i), int(j)) for i, j in np.argwhere(marks)]
    return found


def gradient_picture(each: Try) -> list[str]:
    """Yours and expected, and how the loss was called."""
    lines: list[str] = []
    wrong = [n for n in each.due if n != LEFT and not same(each.yours[n], each.due[n])]
    for name in wrong[: 2 if len(entries_of(each.case.arguments[1])) < 12 else 1]:
        yours, due = each.yours[name], each.due[name]
        lines += block(f"  {name}, yours   ", grid(yours, differing(yours, due)))
        lines += block(f"  {name}, expected", grid(due))
    lines += calls_table(each)
    if not same(each.yours[LEFT], each.due[LEFT]):
        lines += left_lines(each)
    return lines


def left_lines(each: Try) -> list[str]:
    """The first entries that are not what they were, in as many digits as show it."""
    trace = traced(each.yours.function, each.case)  # type: ignore[attr-defined]
    if trace is None:
        return []
    lines = ["  Left in params:"]
    for name in NAMES:
        for i, j in np.ndindex(trace.params[name].shape):
            was, now = float(trace.params[name][i, j]), float(trace.after[name][i, j])
            if was.hex() != now.hex():
                entry = spelled((name, i, j))
                lines.append(f"    {entry} = {now!r}, yours; {was!r}, expected")
    return lines[:4]


def slope_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One slope: the loss above, the loss below, and the quotient."""
    if name == LEFT:
        return []
    loss, params = each.arguments[:2]
    step = each.arguments[2] if len(each.arguments) > 2 else 1e-5
    entry: Entry = (name[1:], index[0], index[1])
    x = float(params[entry[0]][index])
    part = loss.having(entry)
    label = "loss" if len(part.terms) == len(loss.terms) else f"terms with {spelled(entry)}"
    if not part.terms:
        value = loss(params)
        return [("the loss does not change", "", value),
                ("together", f"{factor(value)} - {factor(value)}", 0.0)]  # fmt: skip
    lines, values = [], []
    for sign in (1, -1):
        there = params | {entry[0]: moved_to(params[entry[0]], index, x + sign * step)}
        values.append(part(there))
        text = part.written(lambda e, there=there: factor(float(there[e[0]][e[1:]])))
        where = f"{num(x)} {'+' if sign > 0 else '-'} {num(step)}"
        lines.append((f"{label} at {where}", text, values[-1]))
    quotient = f"({num(values[0])} - {factor(values[1])}) / (2 * {num(step)})"
    return [*lines, ("together", quotient, (values[0] - values[1]) / (2 * step))]


def moved_to(tensor: np.ndarray, index: tuple[int, ...], x: float) -> np.ndarray:
    """A tensor with one entry replaced."""
    other = tensor.copy()
    other[index] = x
    return other


# ---- what can be said of wrong gradients --------------------------------------------------

PROBES = (0, 1, 2, 3, 5, 7, 8, 9, 10)  # rungs whose calls are looked at


def traces(evidence: Evidence) -> list[Trace]:
    """The calls in one or two cases of each rung, wrong ones if there are any."""
    found = []
    for k in PROBES:
        mine = [each for each in evidence.tries if each.rung == k]
        mine = sorted(mine, key=lambda each: each.right)[: 2 if k < 9 else 1]
        found += [trace for each in mine if (trace := trace_of(evidence, each))]
    return found


def how_the_loss_is_called(evidence: Evidence) -> list[str]:
    """What is moved, how far, and what else is moved at the same time."""
    found = traces(evidence)
    if len(found) < LEAST or {each.rung for each in evidence.wrong} == {4}:
        return []
    if not any(trace.calls for trace in found):
        return ["The loss is never called."]
    if not any(moved for trace in found for moved, _ in trace.calls):
        return ["Whenever the loss is called, all params are as given: no entry is moved."]
    together = moved_together(found)
    said = never_moved(found) + together
    if not together:
        said += how_far(found)
    return said


def never_moved(found: list[Trace]) -> list[str]:
    """Tensors or entries that stay as they are in all calls."""
    still: set[Entry] | None = None
    seen: dict[str, set[str]] = {"all": set(), "some": set()}
    for trace in found:
        touched = {entry for moved, _ in trace.calls for entry in moved}
        names = {e[0] for e in touched}
        seen["all"] |= {entry[0] for entry in trace.entries}
        seen["some"] |= names
        if len(trace.entries) > 12:  # the rung with several rows and columns
            still = {entry for entry in trace.entries if entry not in touched}
    missing = [name for name in NAMES if name in seen["all"] - seen["some"]]
    said = [f"No entry of {listed(missing)} is ever moved."] if missing else []
    if still and {entry[0] for entry in still} != set(missing):
        first = min(still, key=lambda e: (NAMES.index(e[0]), *e[1:]))
        said.append(
            f"With m = 2 and K = 3, {len(still)} of the 22 entries are never moved, the first of "
            f"them {spelled(first)}."
        )
    return said


def moved_together(found: list[Trace]) -> list[str]:
    """Whether several entries are moved in one call."""
    several = [trace for trace in found if any(len(moved) > 1 for moved, _ in trace.calls)]
    if not several:
        return []
    if all(at_once(t, lambda e: e[0]) for t in found):
        return ["All entries of a tensor are moved at once; one at a time is due."]
    if all(at_once(t, lambda e: e[:2]) for t in found):
        return ["All entries of a row are moved at once; one at a time is due."]
    if all(at_once(t, lambda e: (e[0], e[2])) for t in found):
        return ["All entries of a column are moved at once; one at a time is due."]
    if all(at_once(t, lambda e: 0) for t in found):
        return ["All entries of all tensors are moved at once; one at a time is due."]
    return still_moved(several)


def at_once(trace: Trace, group: Callable[[Entry], Any]) -> bool:
    """Whether each call that moves an entry moves its whole group alike, and no more."""
    groups: dict[Any, set[Entry]] = {}
    for entry in trace.entries:
        groups.setdefault(group(entry), set()).add(entry)
    return all(
        set(moved) == groups[group(next(iter(moved)))]
        and np.ptp([*moved.values()]) <= 1e-6 * abs(next(iter(moved.values())))
        for moved, _ in trace.calls
        if moved
    )


def still_moved(several: list[Trace]) -> list[str]:
    """An entry that stands beside its place whenever another one is moved."""
    votes = [standing(trace) for trace in several if len(trace.entries) == 8]  # m = 1, K = 2
    common = sorted(set.intersection(*votes), key=order_of) if len(votes) >= LEAST else []
    general = "The loss is called while several entries are moved; one at a time is due."
    return common[:1] or [general]


def standing(trace: Trace) -> set[str]:
    """Which entries, moved before, stand at one place in all calls that move another one."""
    said = set()
    for later in trace.entries:
        calls = trace.of(later)
        for earlier in calls[0] if calls else ():
            before = any(earlier in m and later not in m for m, _ in trace.calls)
            if earlier == later or not before or not all(earlier in m for m in calls):
                continue
            steps = {tidy(moved[earlier] / trace.step) for moved in calls}
            given = float(trace.params[earlier[0]][earlier[1:]])
            if len(steps) == 1:
                where = steps.pop()
                there = num(tidy(given + where * trace.step))
                said |= {
                    f"Whenever {spelled(later)} is moved, {spelled(earlier)} stands at {place}; it "
                    "should be as given."
                    for place in (steps_text(where), there)
                }
    return said


def order_of(sentence: str) -> tuple[int, str]:
    """Sentences by the tensor that they begin with."""
    return NAMES.index(sentence.split()[1][0]), sentence


def how_far(found: list[Trace]) -> list[str]:
    """How far single entries are moved, in steps or otherwise."""
    moves = [
        (trace.step, float(trace.params[entry[0]][entry[1:]]), moved[entry])
        for trace in found
        for moved, _ in trace.calls
        for entry in moved
    ]
    counts = sorted({tidy(apart / step) for step, _, apart in moves}, key=lambda c: (-c, c))
    base = all(trace.base() for trace in found)
    each_alike = all(
        {trace.in_steps(m)[e] for m in trace.of(e)} == set(counts) for trace in found
        for e in trace.entries if trace.of(e)
    )  # fmt: skip
    if each_alike and len(counts) <= 8:
        if counts == [1.0, -1.0]:
            return from_the_losses(found, counts)
        given = " and is called with all params as given" * base
        calls = "" if not given else ", and the loss" + given.removeprefix(" and")
        return [
            f"Each entry is moved by {listed([steps_text(c) for c in counts])}{calls}; "
            "expected + step and - step.",
            *from_the_losses(found, [*counts, *([0.0] if base else [])]),
        ]
    other = "How far an entry is moved, in steps, is not the same for all entries and steps."
    return distances(moves) or positions(found) or [other]


def default_step(evidence: Evidence) -> list[str]:
    """Which step is used if none is given, where all else is right."""
    if {each.rung for each in evidence.wrong} != {4}:
        return []
    moves: set[float] = set()
    for trace in filter(None, (trace_of(evidence, each) for each in evidence.wrong[:3])):
        moves |= {tidy(abs(apart)) for moved, _ in trace.calls for apart in moved.values()}
    if len(moves) != 1 or moves == {1e-5}:
        return []
    return [f"With no step given, each entry is moved by {num(moves.pop())}; it should be 1e-05."]


def distances(moves: list[tuple[float, float, float]]) -> list[str]:
    """Distances that are no fixed number of steps."""
    absolute = sorted({tidy(abs(apart)) for _, _, apart in moves})
    if len(absolute) == 1:
        return [f"Each entry is moved by {num(absolute[0])}, whatever step is given."]
    for says, scale in SCALES.items():
        if all(math.isclose(abs(apart), step * scale(x), rel_tol=1e-5) for step, x, apart in moves):
            return [f"The entry x is moved by {says}; it is moved by step, whatever x is."]
    return []


def positions(found: list[Trace]) -> list[str]:
    """Where entries are moved to, as a formula of x and step."""
    places: list[list[tuple[float, float, float]]] = [[], []]
    for trace in found:
        for entry in trace.entries:
            x = float(trace.params[entry[0]][entry[1:]])
            calls = [moved[entry] for moved in trace.of(entry) if set(moved) == {entry}]
            for k, apart in enumerate(calls if len(calls) == 2 else ()):
                places[k].append((x, trace.step, x + apart))
    formulas = [formula_of(rows) for rows in places]
    if all(formulas):
        return [f"An entry x is moved to {formulas[0]} and to {formulas[1]}; expected x + step and "
                "x - step."]  # fmt: skip
    return []


def formula_of(rows: list[tuple[float, float, float]]) -> str:
    """The third number as a combination of x, step, their product and 1; "" if it is none."""
    if len(rows) < 8:
        return ""
    x, step, place = np.array(rows).T
    features = np.stack([x, step, x * step, np.ones_like(x)], axis=1)
    a = np.linalg.lstsq(features, place, rcond=None)[0]
    if np.linalg.matrix_rank(features) < 4 or abs(features @ a - place).max() > 1e-8:
        return ""
    sizes_found = [round(float(value), 6) for value in a]
    text = ""
    for size, name in zip(sizes_found, ("x", "step", "x*step", ""), strict=True):
        if size:
            sign = ("- " if size < 0 else "+ ") if text else "-" * int(size < 0)
            count = "" if abs(size) == 1 and name else num(abs(float(size)))
            text += f"{' ' * bool(text)}{sign}{f'{count} {name}'.strip()}"
    return text or "0"


SCALES: dict[str, Callable[[float], float]] = {
    "step * |x|": abs,
    "step * max(1, |x|)": lambda x: max(1.0, abs(x)),
    "step * (1 + |x|)": lambda x: 1 + abs(x),
    "step * x^2": lambda x: x * x,
}


def from_the_losses(found: list[Trace], counts: list[float]) -> list[str]:
    """The slopes as a fixed combination of the losses that were measured."""
    start = "The loss is called where it should be, with each entry at + step and - step. "
    start *= counts == [1.0, -1.0]
    base = [[*counts, 0.0]] * (0.0 not in counts and all(trace.base() for trace in found))
    for places in (counts, *base):
        for power, divisor in ((1, "step"), (0, ""), (-1, ""), (2, "step^2")):
            a = combination(found, places, power)
            if a is None:
                continue
            if places == [1.0, -1.0] and power == 1 and np.allclose(a, (0.5, -0.5), atol=1e-7):
                return []
            text = in_losses(a, places, divisor, power)
            return [f"{start}Your slope is {text}; expected (L(+ step) - L(- step)) / (2 step)."]
    return [start.strip()] * bool(start)


def in_losses(a: np.ndarray, counts: list[float], divisor: str, power: int) -> str:
    """A combination of losses, written out with one divisor where that is short."""
    unit = min((abs(x) for x in a if abs(x) > 1e-7), default=1.0)
    whole = [round(float(x / unit), 6) for x in a]
    terms = ""
    for x, count in sorted(zip(whole, counts, strict=True), key=lambda pair: -pair[0]):
        if abs(x) > 1e-6:
            place = "L" if count == 0 else f"L({steps_text(count)})"
            size = "" if abs(x) == 1 else f"{num(abs(float(x)))} "
            sign = ("- " if x < 0 else "+ ") if terms else ("-" if x < 0 else "")
            terms += f"{' ' if terms else ''}{sign}{size}{place}"
    if not terms:
        return "0"
    terms = f"({terms})" if " - " in terms or " + " in terms.replace("(+ ", "(") else terms
    if power == -1:
        return f"{terms} * {num(float(unit))} step"
    if unit > 1 + 1e-9:
        terms, unit = f"{num(float(unit))} {terms}", 1.0
    share = num(float(1 / unit))
    below = " ".join(([share] if share != "1" else []) + ([divisor] if divisor else []))
    return terms + (f" / ({below})" if " " in below else f" / {below}" if below else "")


def combination(found: list[Trace], counts: list[float], power: int) -> np.ndarray | None:
    """The coefficients of the losses that give slope * step^power in all cases, if they exist."""
    rows, values = [], []
    for trace in found:
        for entry in trace.entries:
            losses = {0.0: next((v for m, v in trace.calls if not m), 0.0)}
            losses |= {trace.in_steps(m)[entry]: v for m, v in trace.calls if set(m) == {entry}}
            slope = float(trace.result[entry[0]][entry[1:]])
            if all(c in losses for c in counts) and math.isfinite(slope):
                rows.append([losses[c] for c in counts])
                values.append(slope * trace.step**power)
    if len(rows) < 4 * len(counts):
        return None
    A, b = np.array(rows), np.array(values)
    a: np.ndarray = np.linalg.lstsq(A, b, rcond=None)[0]
    exact = abs(A @ a - b) <= 1e-9 * (1 + abs(b) + abs(A).sum(axis=1))
    return a if exact.all() and np.linalg.matrix_rank(A) == len(counts) else None


def other_places(evidence: Evidence) -> list[str]:
    """Right slopes under the wrong indices."""
    names = [name for name in evidence.quantities if name != LEFT]
    if not names:
        return []
    both = {name: pieces(evidence, name) for name in names}
    if not all(pairs for pairs in both.values()):
        return []
    for says, change in PLACES.items():
        if all(all(same(a, change(b)) for a, b in pairs) for pairs in both.values()):
            return [f"The slopes are right, but stand in other places: {says}."]
    if all(
        all(same(np.sort(a, None), np.sort(b, None)) for a, b in pairs) for pairs in both.values()
    ):
        return ["The slopes are right, but some stand in other places of their tensor."]
    return []


PLACES: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "measured column by column, and filled in row by row": lambda b: b.ravel("F").reshape(b.shape),
    "measured row by row, and filled in column by column": lambda b: b.ravel().reshape(
        b.shape, order="F"
    ),
    "in reverse order": lambda b: b[::-1, ::-1],
    "with the rows in reverse order": lambda b: b[::-1],
    "with the columns in reverse order": lambda b: b[:, ::-1],
}


def left_behind(evidence: Evidence) -> list[str]:
    """Where params are left."""
    if LEFT not in evidence.quantities:
        return []
    found = traces(evidence)
    if not any(t.left for t in found):
        return [
            "Afterwards params differ from what they were in their last bits only: nearly, but "
            "not exactly, what they were is put back."
        ]
    places = {tidy(apart / t.step) for t in found for apart in t.left.values()}
    if len(places) == 1 and all(set(t.left) == set(t.entries) for t in found):
        return [f"Every entry is left at x {steps_text(places.pop())}; it was x."]
    slopes = [(t.after[n][i, j], t.result[n][i, j]) for t in found for n, i, j in t.entries]
    if all(a == b for a, b in slopes):
        return ["Afterwards params hold the gradients."]
    values = {float(t.after[n][i, j]) for t in found for n, i, j in t.entries}
    if len(values) == 1:
        return [f"All entries are left at {num(values.pop())}."]
    if len(places) == 1:
        return [f"Some entries are left at x {steps_text(places.pop())}; they were x."]
    return ["Some entries of params are left elsewhere than where they were."]


def with_step(change: Callable[[float], float]) -> Callable[[Case], Case]:
    """A case with another step, if it has one."""
    return lambda each: with_argument(2, change)(each) if len(each.arguments) > 2 else each


def with_entries(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Case]:
    """A case with other params."""
    return with_argument(1, lambda params: {n: change(tensor) for n, tensor in params.items()})


def shown_call(each: Case) -> dict[str, Any]:
    """The loss, params and step; of many entries only the tensors that the loss has."""
    loss, params, *step = each.arguments
    many = len(entries_of(params)) > 12
    used = {entry[0] for term in loss.terms for entry, _ in term[1:]}
    tensors = {name: t for name, t in params.items() if name in used or not many}
    return {"loss": loss, **tensors, "step": step[0] if step else "not given"}


GRADIENTS = Ladder(
    "numerical_gradients",
    GRADIENT_RUNGS,
    observe_gradients,
    shows=shown_call,
    by_hand=slope_by_hand,
    changes={
        "a step of 1e-5": with_step(lambda step: 1e-5),
        "half the step": with_step(lambda step: step / 2),
        "twice the step": with_step(lambda step: 2 * step),
    },
    switches={
        "where step = 1": with_step(lambda step: 1.0),
        "where step = 0.5": with_step(lambda step: 0.5),
        "where all entries are 1": with_entries(np.ones_like),
        "where all entries are positive": with_entries(np.abs),
    },
    findings=(default_step, how_the_loss_is_called, left_behind, other_places),
    says="goes wrong",
    picture=gradient_picture,
)


# ---- relative_error -----------------------------------------------------------------------


def observe_error(function: Function, each: Case) -> Outcome:
    """The error."""
    seen = Seen(error=function.whatever(*each.arguments, **each.options))
    seen.function = function
    return seen


def pair(ga: Any, gn: Any, *floor: float) -> Case:
    """Two gradients, and a floor."""
    return case(np.array(ga, dtype=float), np.array(gn, dtype=float), *floor)


def random_pair(rng: np.random.Generator, rows: int, columns: int, *floor: float) -> Case:
    """Two random ones."""
    return pair(tenths(rng, rows, columns, most=9), tenths(rng, rows, columns, most=9), *floor)


def one_to_one(rng: np.random.Generator, sign: float) -> Case:
    """Two gradients of one entry, of the same sign or of opposite ones."""
    a, n = (float(x) for x in abs(tenths(rng, 2, most=9)))
    return pair([[a]], [[sign * n]], TINY)


def equal_pair(rng: np.random.Generator) -> Case:
    """A gradient twice."""
    g = tenths(rng, 2, 2, most=9)
    return pair(g, g, TINY)


def nearly_equal(rng: np.random.Generator) -> Case:
    """Two gradients that differ by a little in one entry."""
    g = 100 * tenths(rng, 1, 2, most=9)
    return pair(g, g + np.array([[0, 0.1]]), TINY)


def opposite_pair(rng: np.random.Generator) -> Case:
    """A gradient and its negative."""
    g = tenths(rng, 2, 2, most=9)
    return pair(g, -g, TINY)


TINY = 1e-12  # far below the norms, so that it plays no part

ERROR_RUNGS = (
    Rung("one entry each, of one sign", pair([[3]], [[1]], TINY),
         lambda rng: one_to_one(rng, 1), 6),
    Rung("one entry each, of opposite signs", pair([[3]], [[-1]], TINY),
         lambda rng: one_to_one(rng, -1), 6),
    Rung("equal gradients", pair([[3, 4]], [[3, 4]], TINY), equal_pair, 3),
    Rung("two entries each", pair([[3, 4]], [[0, 8]], TINY),
         lambda rng: random_pair(rng, 1, 2, TINY)),
    Rung("two rows and two columns", pair([[3, 0], [0, 4]], [[0, 0], [0, 8]], TINY),
         lambda rng: random_pair(rng, 2, 2, TINY)),
    Rung("a gradient and its negative", pair([[3, 4]], [[-3, -4]], TINY), opposite_pair, 3),
    Rung("two rows and three columns", pair([[1, 2, 2], [0, 0, 0]], [[1, 0, 0], [4, 2, 2]], TINY),
         lambda rng: random_pair(rng, 2, 3, TINY)),
    Rung("gradients that are nearly equal", pair([[300, 400]], [[300, 400.1]], TINY),
         nearly_equal, 4),
    Rung("one of them zero", pair([[3, 4]], [[0, 0]], TINY),
         lambda rng: pair(tenths(rng, 1, 2), np.zeros((1, 2)), TINY), 3),
    Rung("a floor of 0.5, below the norms", pair([[3, 4]], [[0, 8]], 0.5),
         lambda rng: random_pair(rng, 2, 2, 0.5), 4),
    Rung("a floor of 50, above the norms", pair([[3, 4]], [[0, 8]], 50.0),
         lambda rng: random_pair(rng, 2, 2, 50.0), 4),
    Rung("a floor above each norm and below their sum", pair([[3, 4]], [[0, 8]], 10.0),
         lambda rng: pair([[3, 4]], [[float(tenths(rng, 1)[0]), 8]], 10.0), 4),
    Rung("the floor that is used if none is given", pair([[3e-9, 0]], [[0, 4e-9]]),
         lambda rng: pair(1e-9 * tenths(rng, 2, 2), 1e-9 * tenths(rng, 2, 2)), 3),
    Rung("two gradients of zero", pair([[0, 0]], [[0, 0]]),
         lambda rng: pair(np.zeros((2, 2)), np.zeros((2, 2))), 1),
    Rung("no floor given, and norms far above it", pair([[3, 4]], [[0, 8]]),
         lambda rng: random_pair(rng, 2, 2), 3),
)  # fmt: skip


def frobenius(g: np.ndarray) -> float:
    """The root of the sum of squares."""
    return float(np.sqrt((g**2).sum()))


NO_FLOOR = [k for k, rung in enumerate(ERROR_RUNGS) if len(rung.hand.arguments) == 2]


def floor_of(each: Case) -> float:
    """The floor of a case."""
    return float(each.options.get("floor", each.arguments[2] if len(each.arguments) > 2 else 1e-6))


def root(g: np.ndarray) -> str:
    """The norm of a small gradient, written out."""
    return "sqrt(" + " + ".join(f"{factor(float(x))}^2" for x in g.flat) + ")"


def error_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The three norms, the divisor, the quotient."""
    ga, gn = each.arguments[:2]
    apart, a, n = (frobenius(g) for g in (ga - gn, ga, gn))
    divisor = max(floor_of(each), a + n)
    return [
        ("|ga - gn|", root(ga - gn), apart),
        ("|ga|", root(ga), a),
        ("|gn|", root(gn), n),
        ("divisor", f"max({num(floor_of(each))}, {num(a)} + {num(n)})", divisor),
        ("together", f"{num(apart)} / {num(divisor)}", apart / divisor),
    ]


@cache
def planted() -> tuple[np.ndarray, np.ndarray]:
    """The derived and the measured dW of a small network."""
    params, X, Y, h0 = window = build(2, 3, 4, scale=0.7, seed=3)
    P, H, _ = window.run()
    measured = numerical_gradients(lambda p: cost(p, X, Y, h0), params)
    return backward(params, X, Y, P, H)["W"], measured["W"]


def as_a_checker(each: Try) -> list[str]:
    """What this error says of a right gradient, and of one with a planted bug."""
    derived, measured = planted()
    said = []
    for ga in (derived, derived.T.copy()):
        both = case(ga, measured)
        yours = observe_error(each.yours.function, both)["error"]  # type: ignore[attr-defined]
        due = observe_error(right("relative_error"), both)["error"]
        said.append((f"{yours:.2g}", f"{due:.2g}"))
    if all(yours == due for yours, due in said):
        return [
            f"On dW of a small network it still tells right from wrong: {said[0][0]} for the right "
            f"dW, {said[1][0]} for one that is transposed."
        ]
    good, bad = (f"{yours} (expected {due})" for yours, due in said)
    return [f"Used on dW of a small network: of the right dW it says {good}, of one that is "
            f"transposed by mistake {bad}."]  # fmt: skip


# ---- what can be said of a wrong error ----------------------------------------------------


def value(evidence: Evidence, ga: Any, gn: Any, floor: float = TINY) -> float:
    """The error by the answer; nan if it gives none."""
    found = evidence.yours(pair(ga, gn, floor)).get("error", math.nan)
    return float(found) if isinstance(found, float) else math.nan


def due_value(ga: Any, gn: Any, floor: float = TINY) -> float:
    """The right error."""
    return float(observe_error(right("relative_error"), pair(ga, gn, floor))["error"])


def probes(count: int = 12) -> list[tuple[np.ndarray, np.ndarray]]:
    """Pairs of random gradients, two by two; in every second pair all entries are positive."""
    rng = np.random.default_rng(31)
    both = [(tenths(rng, 2, 2, most=9), tenths(rng, 2, 2, most=9)) for _ in range(count)]
    return [(abs(a), abs(n)) if k % 2 else (a, n) for k, (a, n) in enumerate(both)]


A, N = [[3, 4]], [[0, 8]]  # the pair that sentences speak of


def what_it_depends_on(evidence: Evidence) -> list[str]:
    """Whether each gradient, and each entry, plays its part."""
    both = probes()
    first = [value(evidence, a, n) for a, n in both]
    said = []
    for name, k in (("ga", 0), ("gn", 1)):
        others = [value(evidence, a + (k == 0), n + (k == 1)) for a, n in both]
        if first == others:
            said.append(f"It does not change with {name}; it should.")
    if len(set(first)) == 1:
        return [
            f"It was {num(first[0])} for all of {len(both)} random pairs, two rows by two columns."
        ]
    if said:
        return said
    for name, k in (("ga", 0), ("gn", 1)):
        still = [i for i in np.ndindex(2, 2) if unmoved(evidence, k, i, first)]
        if still:
            entry = ",".join(map(str, still[0]))
            said.append(f"With two rows and two columns it does not change with {name}[{entry}].")
    return said


def unmoved(evidence: Evidence, k: int, index: tuple[int, ...], first: list[float]) -> bool:
    """Whether the error stays as it is when one entry of a gradient is moved."""
    for (a, n), before in zip(probes(), first, strict=True):
        both = [a.copy(), n.copy()]
        both[k][index] += 0.7
        if value(evidence, both[0], both[1]) != before:
            return False
    return True


def equal_and_opposite(evidence: Evidence) -> list[str]:
    """The two values that need no arithmetic."""
    said = []
    for other, text, due in (
        (A, "[[3, 4]] twice", 0.0),
        ([[-3, -4]], "[[3, 4]] and its negative", 1.0),
    ):
        found = value(evidence, A, other)
        if not same(found, due):
            said.append(f"For {text} it is {num(found)}; expected {num(due)}.")
    return said[:1]


def exchanging(evidence: Evidence) -> list[str]:
    """Whether ga and gn may be exchanged."""
    one, two = value(evidence, A, N), value(evidence, N, A)
    if same(one, two):
        return []
    return [
        f"With ga and gn exchanged it changes, from {num(one)} to {num(two)} for [[3, 4]] and "
        "[[0, 8]]; it should not."
    ]


def scaling(evidence: Evidence) -> list[str]:
    """Whether both may be made larger, and what that does."""
    pairs = [(value(evidence, a, n), value(evidence, 10 * a, 10 * n)) for a, n in probes()]
    if all(same(one, ten) for one, ten in pairs) or not np.isfinite(pairs).all():
        return []
    for says, times in (
        ("ten", 10.0),
        ("a hundred", 100.0),
        ("a tenth", 0.1),
        ("a hundredth", 0.01),
    ):
        if all(same(times * one, ten) for one, ten in pairs):
            return [f"With both gradients ten times as large it is {says} times as large; it "
                    "should stay as it is."]  # fmt: skip
    one, ten = value(evidence, A, N), value(evidence, 10 * np.array(A), 10 * np.array(N))
    return [
        "With both gradients ten times as large it should stay; for [[3, 4]] and [[0, 8]] it goes "
        f"from {num(one)} to {num(ten)}."
    ] * (not same(one, ten))


def by_the_floor(evidence: Evidence) -> list[str]:
    """The error of one pair for several floors, if it is right for a tiny one."""
    floors = (1e-12, 0.5, 6.0, 13.0, 50.0)
    yours = [value(evidence, A, N, floor) for floor in floors]
    due = [due_value(A, N, floor) for floor in floors]
    wrong = [not same(a, b) for a, b in zip(yours, due, strict=True)]
    if not any(wrong) or (wrong[0] and len(set(yours[:3])) == 1):
        return []
    line = "  {:<15}" + "{:>9}" * len(floors)
    return [
        "\n".join(
            [
                "The error of [[3, 4]] and [[0, 8]], whose norms are 5 and 8, by floor:",
                line.format("floor", *map(num, floors)),
                line.format("yours", *map(num, yours)),
                line.format("expected", *map(num, due)),
            ]
        )
    ]


def default_floor(evidence: Evidence) -> list[str]:
    """Which floor is used if none is given, where all else is right."""
    if any(not each.right for each in evidence.tries if each.rung not in NO_FLOOR):
        return []
    ga, gn = np.array([[3e-12, 0]]), np.array([[0, 4e-12]])
    found = evidence.yours(case(ga, gn)).get("error")
    if not isinstance(found, float) or not found > 0 or same(found, 5e-12 / 1e-6):
        return []
    if same(found, 5 / 7):
        return ["With no floor given, none below 7e-12 or none at all is used; it is 1e-6 then."]
    return [f"With no floor given, {num(5e-12 / found)} takes its place; it should be 1e-6."]


def by_its_parts(evidence: Evidence) -> list[str]:
    """The two sides of the quotient beside the error, for a few pairs of one entry or two."""
    rows: list[tuple[str, ...]] = [("ga", "gn", "|ga - gn|", "|ga| + |gn|", "yours", "expected")]
    wrong = 0
    for ga, gn in (([[3]], [[1]]), ([[3]], [[-1]]), (A, N), ([[3, 0], [0, 4]], [[0, 0], [0, 8]])):
        a, n = np.array(ga, dtype=float), np.array(gn, dtype=float)
        yours, due = value(evidence, a, n), due_value(a, n)
        wrong += not same(yours, due)
        parts = (frobenius(a - n), frobenius(a) + frobenius(n), yours, due)
        rows.append((str(ga), str(gn), *map(num, parts)))
    if not wrong:
        return []
    line = "  {:<16} {:<16} {:>9} {:>11} {:>9} {:>8}"
    return [
        "\n".join(["The error of four pairs, the floor tiny:", *(line.format(*r) for r in rows)])
    ]


def one_entry_only(each: Case) -> Case:
    """The first entries alone."""
    ga, gn, *floor = each.arguments
    return case(ga[:1, :1], gn[:1, :1], *floor)


ERRORS = Ladder(
    "relative_error",
    ERROR_RUNGS,
    observe_error,
    shows=lambda each: {
        "ga": each.arguments[0],
        "gn": each.arguments[1],
        "floor": each.arguments[2] if len(each.arguments) > 2 else "not given",
    },
    by_hand=error_by_hand,
    changes={
        "a floor of 1e-6": lambda each: case(*each.arguments[:2], 1e-6),
        "a floor next to 0": lambda each: case(*each.arguments[:2], 1e-300),
        "gn with its sign turned": with_argument(1, np.negative),
        "the absolute values of ga and gn": lambda each: case(
            *map(np.abs, each.arguments[:2]), *each.arguments[2:]
        ),
        "twice the floor": lambda each: case(*each.arguments[:2], 2 * floor_of(each)),
        "half the floor": lambda each: case(*each.arguments[:2], floor_of(each) / 2),
    },
    switches={
        "where the floor is 1e-12": lambda each: case(*each.arguments[:2], 1e-12),
        "where ga and gn have one entry each": one_entry_only,
        "where gn = 0": with_argument(1, np.zeros_like),
        "where gn = -ga": lambda each: case(
            each.arguments[0], -each.arguments[0], *each.arguments[2:]
        ),
    },
    findings=(
        what_it_depends_on,
        equal_and_opposite,
        exchanging,
        scaling,
        default_floor,
        by_the_floor,
        by_its_parts,
    ),
    says="returns a wrong number",
    about=as_a_checker,
)

LADDERS = {ladder.function: ladder for ladder in (GRADIENTS, ERRORS)}
