"""What can be said of wrong slopes and wrong relative errors, beside the general findings."""

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, cast

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import block, grid, listed, num
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import differing, near, same
from lessons.checking.comparing.windows import build
from lessons.checking.explaining.findings import LEAST, Evidence, pieces
from lessons.checking.explaining.ladder import Attempt, Case, right
from reference.backward import backward
from reference.gradcheck import numerical_gradients
from reference.loss import cost

NAMES = "UWVbc"
LEFT = "params (afterwards)"
PLACES = ["x + step", "x - step"]  # where the loss is expected
SLOPE = "(L(x + step) - L(x - step)) / (2 step)"


class Seen(dict[str, Any]):
    """What a call leaves, with what a closer look at it needs."""

    function: Function
    calls: list[tuple[np.ndarray, float]]  # of the loss: where, all entries in a row; its value
    after: np.ndarray  # params, all entries in a row


def entries(params: dict[str, np.ndarray]) -> list[str]:
    """U[0,0] and all others, in the order of the tensors' names."""
    return [f"{name}[{i},{j}]" for name in NAMES for i, j in np.ndindex(params[name].shape)]


def flat(params: dict[str, np.ndarray]) -> np.ndarray:
    """All entries in a row, in the same order."""
    return np.concatenate([np.ravel(params[name]) for name in NAMES])


def alike(a: Any, b: Any) -> bool:
    """Whether slopes are the same, but for what the last bits of other entries change in them."""
    if same(a, b):
        return True
    return np.shape(a) == np.shape(b) and bool(near(a, b, floor=tolerances.NUDGED).all())


class Trace:
    """The calls of the loss in one case: which entries were moved, how far, what came of it."""

    def __init__(self, attempt: Attempt) -> None:
        seen = cast(Seen, attempt.yours)
        _, params, *step = attempt.case.arguments
        self.step = step[0] if step else 1e-5
        self.entries, self.given = entries(params), flat(params)
        self.slopes = flat({name: seen[f"d{name}"] for name in NAMES})
        self.left = self.apart(seen.after)
        self.base: list[float] = []  # the losses with nothing moved
        self.moved: list[np.ndarray] = []  # which entries, in each call that moves some
        # by the entry that is moved, each place once: how far all entries are, and the loss
        self.calls: dict[int, list[tuple[np.ndarray, float]]] = {}
        places = set()
        for at, loss in seen.calls:
            apart = self.apart(at)
            which = np.flatnonzero(apart)
            if not len(which):
                self.base.append(loss)
                continue
            self.moved.append(which)
            place = (apart / self.step).astype(np.float32).tobytes()
            if place not in places:
                places.add(place)
                for k in which.tolist():
                    self.calls.setdefault(k, []).append((apart, loss))

    def apart(self, at: np.ndarray) -> np.ndarray:
        """How far each entry stands from where it was given, rounding taken off."""
        apart = at - self.given
        return np.where(abs(apart) > tolerances.REST * self.step, apart, 0.0)


def with_step(attempts: list[Attempt]) -> list[Attempt]:
    """The cases that have a step, or a floor."""
    return [attempt for attempt in attempts if len(attempt.case.arguments) > 2]


def traces(evidence: Evidence) -> list[Trace]:
    """The calls in all cases that have a step."""
    return [Trace(attempt) for attempt in with_step(evidence.attempts)]


def steps_text(count: float) -> str:
    """+ step, - 2 step."""
    size = "" if math.isclose(abs(count), 1) else f"{num(abs(count))} "
    return f"{'-' if count < 0 else '+'} {size}step"


def by_text(by: float) -> str:
    """+ 0.0001."""
    return f"{'-' if by < 0 else '+'} {num(abs(by))}"


def place_text(rows: list[tuple[float, float, float]]) -> str:
    """Where an entry x is moved to, if that is one formula for all x, step and distance."""
    x, step, by = np.array(rows).T
    scales = {
        "": np.ones_like(x),
        " |x|": abs(x),
        " max(1, |x|)": np.maximum(1, abs(x)),
        " (1 + |x|)": 1 + abs(x),
    }
    for says, scale in scales.items():
        ratio = by / (step * np.where(scale == 0, np.nan, scale))
        if constant(ratio):
            return f"x {steps_text(float(ratio[0]))}{says}"
    places = {"step": step, "-step": -step, "x * step": x * step, "step - x": step - x, "0": 0 * x}
    for says, place in places.items():
        if near(x + by, place).all():
            return says
    return f"x {by_text(float(by[0]))}" if constant(by) else ""


def constant(distances: np.ndarray) -> bool:
    """Whether distances, or how many steps they are, are all the same."""
    return bool(np.ptp(distances) <= tolerances.DISTANCES * abs(distances[0]))


def default_step(evidence: Evidence) -> list[str]:
    """Which step is used if none is given, where all else is right."""
    if with_step(evidence.wrong):
        return []
    found = [item for attempt in evidence.wrong for item in Trace(attempt).calls.items()]
    sizes = {f"{abs(apart[k]):.4g}" for k, calls in found for apart, _ in calls}
    if len(sizes) != 1 or sizes == {"1e-05"}:
        return []
    return [f"With no step given, each entry is moved by {sizes.pop()}; it should be 1e-5."]


def how_the_loss_is_called(evidence: Evidence) -> list[str]:
    """What is moved, how far, and what else is moved at the same time."""
    found = traces(evidence)
    if not with_step(evidence.wrong):
        return []
    if not any(trace.moved or trace.base for trace in found):
        return ["The loss is never called."]
    if not any(trace.moved for trace in found):
        return ["Whenever the loss is called, all params are as given: no entry is moved."]
    return never_moved(found) + (moved_together(found) or how_far(found))


def never_moved(found: list[Trace]) -> list[str]:
    """Tensors or entries that stay as they are in all calls."""
    touched = {trace.entries[k][0] for trace in found for k in trace.calls}
    missing = [name for name in NAMES if name not in touched]
    said = [f"No entry of {listed(missing)} is ever moved."] if missing else []
    large = next(trace for trace in found if len(trace.entries) > 12)
    still = [entry for k, entry in enumerate(large.entries) if k not in large.calls]
    if {entry[0] for entry in still} != set(missing):
        said.append(
            f"With m = 2 and K = 3, {len(still)} of the {len(large.entries)} entries are never "
            f"moved, the first of them {still[0]}."
        )
    return said


GROUPS: dict[str, Callable[[str], str]] = {
    "a tensor": lambda entry: entry[0],
    "a row": lambda entry: entry.split(",")[0],
    "a column": lambda entry: entry[0] + entry.split(",")[1],
}


def moved_together(found: list[Trace]) -> list[str]:
    """Whether several entries are moved in one call."""
    if all(len(which) == 1 for trace in found for which in trace.moved):
        return []
    for says, group in GROUPS.items():
        if all(at_once(trace, group) for trace in found):
            return [f"All entries of {says} are moved at once; they should be moved one at a time."]
    return ["The loss is called while several entries are moved; it should be only one."]


def at_once(trace: Trace, group: Callable[[str], str]) -> bool:
    """Whether each call that moves an entry moves its whole group, and no more."""
    groups = [group(entry) for entry in trace.entries]
    return all(
        [k for k, name in enumerate(groups) if name == groups[which[0]]] == which.tolist()
        for which in trace.moved
    )


def how_far(found: list[Trace]) -> list[str]:
    """Where single entries are moved to, and what is made of the losses there."""
    count = max(len(calls) for trace in found for calls in trace.calls.values())
    rows = [
        (trace, k, calls)
        for trace in found
        for k, calls in trace.calls.items()
        if len(calls) == count
    ]
    places = [
        place_text([(trace.given[k], trace.step, calls[slot][0][k]) for trace, k, calls in rows])
        for slot in range(count)
    ]
    if len(rows) < 4 * LEAST or not all(places):
        return ["How far an entry is moved, in steps, is not the same for all entries and steps."]
    base = all(trace.base for trace in found)
    losses = np.array([[*(loss for _, loss in calls), *t.base[:base]] for t, _, calls in rows])
    slopes = np.array([trace.slopes[k] for trace, k, _ in rows])
    steps = np.array([trace.step for trace, _, _ in rows])
    names = [f"L({place})" for place in places] + ["L(x)"] * base
    made = what_is_made(losses[:, :count], slopes, steps, names[:count])
    made = made or what_is_made(losses, slopes, steps, names)
    if made == SLOPE and sorted(places) == PLACES:
        return []
    your_slope = [f"Your slope is {made}; expected {SLOPE}."] * bool(made)
    if sorted(places) == PLACES:
        start = "The loss is called where it should be: with each entry x at x + step and x - step."
        return [" ".join([start, *your_slope])]
    more = ", and the loss is also called with all as given" * base
    said = [f"Each entry x is moved to {listed(places)}{more}; expected {listed(PLACES)}."]
    return said + your_slope


def what_is_made(
    losses: np.ndarray, slopes: np.ndarray, steps: np.ndarray, names: list[str]
) -> str:
    """The slopes as a fixed combination of the losses that were measured, if they are one."""
    if not np.isfinite(losses).all() or not np.isfinite(slopes).all():
        return ""
    if np.linalg.matrix_rank(losses) < len(names):
        return ""
    for power, unit in ((1, "step"), (0, ""), (2, "step^2"), (-1, "")):
        expected = slopes * steps**power
        a = np.linalg.lstsq(losses, expected, rcond=None)[0]
        sizes = 1 + abs(expected) + abs(losses).sum(axis=1)
        if (abs(losses @ a - expected) <= tolerances.LADDER * sizes).all():
            return sum_of_losses(dict(zip(names, a.tolist(), strict=True)), unit, power)
    return ""


def sum_of_losses(counts: dict[str, float], unit: str, power: int) -> str:
    """(L(x + step) - L(x)) / step, from the coefficients of the losses."""
    used = {name: x for name, x in counts.items() if abs(x) > tolerances.COARSE}
    least = min(map(abs, used.values()), default=1.0)
    text = ""
    for name, x in sorted(used.items(), key=lambda item: -round(item[1], 6)):
        count = abs(x) / least
        size = "" if abs(count - 1) < tolerances.DISTANCES else f"{num(count)} "
        sign = ("- " if x < 0 else "+ ") if text else "-" * (x < 0)
        text += f"{' ' * bool(text)}{sign}{size}{name}"
    text = f"({text})" if len(used) > 1 else text or "0"
    if power < 0:
        return f"{text} * " + ("step" if math.isclose(least, 1) else f"({num(least)} step)")
    below = f"{num(1 / least)} {unit}".strip().removeprefix("1 ")
    if not used or below == "1":
        return text
    return f"{text} / ({below})" if " " in below else f"{text} / {below}"


def other_places(evidence: Evidence) -> list[str]:
    """Right slopes under the wrong indices."""
    names = [name for name in evidence.quantities if name != LEFT]
    both = [pair for name in names for pair in pieces(evidence, name)]
    if both and all(same(np.sort(a, None), np.sort(b, None)) for a, b in both):
        return ["The slopes are right, but some stand in other places of their tensor."]
    return []


def left_behind(evidence: Evidence) -> list[str]:
    """Where params are left."""
    if LEFT not in evidence.quantities:
        return []
    found = traces(evidence)
    rows = [(x, t.step, by) for t in found for x, by in zip(t.given, t.left, strict=True) if by]
    if not rows:
        return [
            "Afterwards params differ from what they were in their last bits only: nearly, but "
            "not exactly, what they were is put back."
        ]
    if all(np.allclose(trace.given + trace.left, trace.slopes) for trace in found):
        return ["Afterwards params hold the gradients."]
    text = place_text(rows) or "other places"
    who = "Every entry x is" if all(trace.left.all() for trace in found) else "Some entries x are"
    return [f"{who} left at {text}, and not put back to x."]


def gradient_picture(attempt: Attempt) -> list[str]:
    """Yours and expected, how the loss was called, and what is left in params."""
    lines: list[str] = []
    trace = Trace(attempt)
    both = {name: (attempt.yours[name], attempt.expected[name]) for name in attempt.expected}
    wrong = [name for name, values in both.items() if not alike(*values) and name != LEFT]
    for name in wrong[: 2 if len(trace.entries) < 12 else 1]:
        for says, value in zip(("yours   ", "expected"), both[name], strict=True):
            lines += block(f"  {name}, {says}", grid(value, differing(*both[name])))
    return [*lines, *calls_table(attempt, trace), *left_table(attempt, trace)]


def calls_table(attempt: Attempt, trace: Trace) -> list[str]:
    """How the first entries whose slopes are wrong were moved, one a line."""
    if not trace.moved and not trace.base:
        return ["  The loss was not called at all."]
    expected = flat({name: attempt.expected[f"d{name}"] for name in NAMES}).tolist()
    slopes = trace.slopes.tolist()
    wrong = [k for k in range(len(slopes)) if not alike(slopes[k], expected[k])]
    rows = []
    for k in wrong[:3]:
        texts = [move_text(trace, k, apart) for apart, _ in trace.calls.get(k, [])[:4]]
        texts += ["as given"] * (bool(trace.base) and len(texts) < 2)
        if sorted(texts) != ["+ step", "- step"]:
            start = f"{trace.entries[k]} = {num(float(trace.given[k]))}"
            rows.append(f"    {start:<14} {'; '.join(texts) or 'never moved'}")
    title = "  The loss was called at (expected: + step, and - step, one entry at a time)"
    return [title] * bool(rows) + rows


def move_text(trace: Trace, k: int, apart: np.ndarray) -> str:
    """+ step, or + 0.0001 if that is no simple part of a step; and what else was moved."""
    texts = {}
    for i in np.flatnonzero(apart).tolist():
        quarters = 4 * float(apart[i]) / trace.step
        simple = math.isclose(quarters, round(quarters), abs_tol=tolerances.DISTANCES)
        texts[i] = steps_text(quarters / 4) if simple else by_text(float(apart[i]))
    others = [f"{trace.entries[i]} {text}" for i, text in texts.items() if i != k]
    if len(others) > 1:
        others = [f"{len(others)} others moved"]
    return f"{texts[k]} with {others[0]}" if others else texts[k]


def left_table(attempt: Attempt, trace: Trace) -> list[str]:
    """The first entries that are not what they were, in as many digits as show it."""
    after, given = cast(Seen, attempt.yours).after.tolist(), trace.given.tolist()
    lines = [
        f"    {trace.entries[k]}, yours {after[k]!r}, expected {given[k]!r}"
        for k in np.flatnonzero(attempt.yours[LEFT])[:3]
    ]
    return ["  Left in params after the call:"] * bool(lines) + lines


A, N = [[3, 4]], [[0, 8]]  # the pair that sentences speak of, whose norms are 5 and 8
TINY = 1e-12  # a floor far below the norms, so that it plays no part


def pair(ga: Any, gn: Any, floor: float | None = TINY) -> Case:
    """Two gradients, and a floor unless there is none."""
    return Case(np.array(ga, float), np.array(gn, float), *[floor][: floor is not None])


def both_values(
    evidence: Evidence, ga: Any, gn: Any, floor: float | None = TINY
) -> tuple[float, float]:
    """The error by the answer, nan if it gives none, and the right one."""
    case = pair(ga, gn, floor)
    yours = evidence.yours(case).get("error", math.nan)
    return float(yours), float(evidence.expected(case)["error"])


def default_floor(evidence: Evidence) -> list[str]:
    """Which floor is used if none is given, where all else is right."""
    if with_step(evidence.wrong):
        return []
    yours, _ = both_values(evidence, [[3e-13, 0]], [[0, 4e-13]], None)
    if same(yours, 5 / 7):
        return ["With no floor given, none is used, or one below 7e-13; it should be 1e-6."]
    if not yours > 0:
        return []
    return [f"With no floor given, {num(5e-13 / yours)} takes its place; it should be 1e-6."]


def other_values(evidence: Evidence) -> list[str]:
    """What changes that should stay as it is."""
    said = []
    first, _ = both_values(evidence, A, N)
    tens = [[30, 40]], [[0, 80]]
    for says, (ga, gn) in {"exchanged": (N, A), "ten times as large": tens}.items():
        other, _ = both_values(evidence, ga, gn)
        if not same(first, other):
            said.append(
                f"With both gradients {says} the error should stay; for [[3, 4]] and [[0, 8]] "
                f"it goes from {num(first)} to {num(other)}."
            )
    return said


def by_the_floor(evidence: Evidence) -> list[str]:
    """The error of one pair for several floors, where a floor changes it wrongly."""
    floors = (TINY, 0.5, 6.0, 13.0, 50.0)
    yours, expected = zip(*(both_values(evidence, A, N, floor) for floor in floors), strict=True)
    wrong = [not same(a, b) for a, b in zip(yours, expected, strict=True)]
    if not any(wrong) or (wrong[0] and all(same(a, b) for a, b in pairwise(yours[:3]))):
        return []
    line = "  {:<15}" + "{:>9}" * len(floors)
    title = "The error of [[3, 4]] and [[0, 8]], whose norms are 5 and 8, by floor:"
    rows = (("floor", *floors), ("yours", *yours), ("expected", *expected))
    return ["\n".join([title, *(line.format(name, *map(num, row)) for name, *row in rows)])]


def by_its_parts(evidence: Evidence) -> list[str]:
    """The two sides of the quotient beside the error, for a few pairs of one entry or two."""
    rows: list[tuple[str, ...]] = [("ga", "gn", "|ga - gn|", "|ga| + |gn|", "yours", "expected")]
    wrong = False
    for ga, gn in (([[3]], [[1]]), ([[3]], [[-1]]), (A, A), (A, [[-3, -4]]), (A, N)):
        yours, expected = both_values(evidence, ga, gn)
        wrong |= not same(yours, expected)
        apart, size = np.linalg.norm(np.subtract(ga, gn)), np.linalg.norm(ga) + np.linalg.norm(gn)
        rows.append((str(ga), str(gn), *map(num, (apart, size, yours, expected))))
    line = "  {:<10} {:<10} {:>10} {:>12} {:>9} {:>9}"
    title = "The error of five pairs, with a floor of 1e-12:"
    return ["\n".join([title, *(line.format(*row) for row in rows)])] * wrong


@cache
def planted() -> tuple[np.ndarray, np.ndarray]:
    """The derived and the measured dW of a small network."""
    params, X, Y, h0 = window = build(2, 3, 4, scale=0.7, seed=3)
    P, H, _ = window.run()
    measured = numerical_gradients(lambda p: cost(p, X, Y, h0), params)
    return backward(params, X, Y, P, H)["W"], measured["W"]


def as_a_checker(attempt: Attempt) -> list[str]:
    """What this error says of a right gradient, and of one with a planted bug."""
    derived, measured = planted()
    functions = (cast(Seen, attempt.yours).function, right("relative_error"))
    try:
        texts = [
            [f"{function.allowing_infinite(ga, measured):.2g}" for function in functions]
            for ga in (derived, derived.T.copy())
        ]
    except Wrong:
        return []
    if all(yours == expected for yours, expected in texts):
        good, bad = texts[0][0], texts[1][0]
        return [
            f"On dW of a small network it still tells right from wrong: {good} for the right dW, "
            f"{bad} for one that is transposed."
        ]
    good, bad = (f"{yours} (expected {expected})" for yours, expected in texts)
    return [
        f"Used on dW of a small network: of the right dW it says {good}, of one that is transposed "
        f"by mistake {bad}."
    ]
