"""What can be said of wrong slopes and wrong relative errors, beside the general findings."""

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import block, grid, listed, num
from lessons.checking.comparing.compare import differing, same
from lessons.checking.comparing.windows import build
from lessons.checking.explaining.findings import LEAST, Evidence, pieces
from lessons.checking.explaining.ladder import Attempt, Case, right
from reference.backward import backward
from reference.gradcheck import numerical_gradients
from reference.loss import cost

from . import findings

NAMES = "UWVbc"
LEFT = "params (afterwards)"
PLACES = ["x + step", "x - step"]  # where the loss is due
SLOPE = "(L(x + step) - L(x - step)) / (2 step)"


def entries(params: dict[str, np.ndarray]) -> list[str]:
    """U[0,0] and all others, in the order of the tensors' names."""
    return [f"{name}[{i},{j}]" for name in NAMES for i, j in np.ndindex(params[name].shape)]


def flat(params: dict[str, np.ndarray]) -> np.ndarray:
    """All entries in a row, in the same order."""
    return np.concatenate([np.ravel(params[name]) for name in NAMES])


# ---- how the loss is called ---------------------------------------------------------------


class Trace:
    """The calls of the loss in one case: which entries were moved, how far, what came of it."""

    def __init__(self, each: Attempt) -> None:
        params = each.case.arguments[1]
        self.step = each.case.arguments[2] if len(each.case.arguments) > 2 else 1e-5
        self.entries, self.given = entries(params), flat(params)
        self.slopes = flat({name: each.yours[f"d{name}"] for name in NAMES})
        self.left = self.apart(each.yours.after)  # type: ignore[attr-defined]
        self.base: list[float] = []  # the losses with nothing moved
        self.moved: list[np.ndarray] = []  # which entries, in each call that moves some
        # by the entry that is moved: how far it is, where all entries stand, the loss
        self.calls: dict[int, dict[bytes, tuple[float, np.ndarray, float]]] = {}
        for at, loss in each.yours.calls:  # type: ignore[attr-defined]
            apart = self.apart(at)
            which = np.flatnonzero(apart)
            self.moved += [which] * bool(len(which))
            self.base += [loss] * (not len(which))
            place = (apart / self.step).astype(np.float32).tobytes()
            for k in which.tolist():
                self.calls.setdefault(k, {}).setdefault(place, (float(apart[k]), apart, loss))

    def apart(self, at: np.ndarray) -> np.ndarray:
        """How far each entry stands from where it was given, rounding taken off."""
        apart = at - self.given
        return np.where(abs(apart) > 1e-9 * self.step, apart, 0.0)


def traces(evidence: Evidence) -> list[Trace]:
    """The calls in all cases that have a step."""
    return [Trace(each) for each in evidence.attempts if len(each.case.arguments) > 2]


def steps_text(count: float) -> str:
    """+ step, - 2 step."""
    size = "" if math.isclose(abs(count), 1) else f"{num(abs(count))} "
    return f"{'-' if count < 0 else '+'} {size}step"


def far_text(apart: float, step: float) -> str:
    """+ step; or + 0.0001, if that is no simple part of a step."""
    count = apart / step
    if math.isclose(4 * count, round(4 * count), abs_tol=1e-6):
        return steps_text(count)
    return f"{'-' if apart < 0 else '+'} {num(abs(apart))}"


def place_text(rows: list[tuple[float, float, float]]) -> str:
    """Where an entry x is moved to, if that is one formula for all x, step and distance."""
    x, step, apart = np.array(rows).T
    scales = {"": np.ones_like(x), " |x|": abs(x), " max(1, |x|)": np.maximum(1, abs(x)),
              " (1 + |x|)": 1 + abs(x)}  # fmt: skip
    for says, scale in scales.items():
        ratio = apart / (step * np.where(scale == 0, np.nan, scale))
        if np.ptp(ratio) <= 1e-6 * abs(ratio[0]):
            return f"x {steps_text(float(ratio[0]))}{says}"
    places = {"step": step, "-step": -step, "x * step": x * step, "step - x": step - x, "0": 0 * x}
    for says, place in places.items():
        if np.allclose(x + apart, place, rtol=0, atol=1e-8):
            return says
    if np.ptp(apart) <= 1e-6 * abs(apart[0]):
        return f"x {'-' if apart[0] < 0 else '+'} {num(abs(float(apart[0])))}"
    return ""


def default_step(evidence: Evidence) -> list[str]:
    """Which step is used if none is given, where all else is right."""
    if any(len(each.case.arguments) > 2 for each in evidence.wrong):
        return []
    apart = [
        c[0]
        for each in evidence.wrong
        for calls in Trace(each).calls.values()
        for c in calls.values()
    ]
    sizes = {f"{abs(x):.4g}" for x in apart}
    if len(sizes) != 1:
        return []
    size = sizes.pop()
    if size in ("1e-05", "1e-5"):
        return []
    return [f"With no step given, each entry is moved by {size}; it should be 1e-5."]


def how_the_loss_is_called(evidence: Evidence) -> list[str]:
    """What is moved, how far, and what else is moved at the same time."""
    found = traces(evidence)
    if all(each.right for each in evidence.attempts if len(each.case.arguments) > 2):
        return []
    if not any(trace.moved or trace.base for trace in found):
        return ["The loss is never called."]
    if not any(trace.moved for trace in found):
        return ["Whenever the loss is called, all params are as given: no entry is moved."]
    together = moved_together(found)
    return never_moved(found) + (together or how_far(found))


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
    each = [(t, k, [*calls.values()]) for t in found for k, calls in t.calls.items()
            if len(calls) == count]  # fmt: skip
    places = [place_text([(t.given[k], t.step, calls[slot][0]) for t, k, calls in each])
              for slot in range(count)]  # fmt: skip
    if len(each) < 4 * LEAST or not all(places):
        return ["How far an entry is moved, in steps, is not the same for all entries and steps."]
    base = all(trace.base for trace in found)
    losses = np.array([[*(call[2] for call in calls), *t.base[:base]] for t, k, calls in each])
    slopes = np.array([t.slopes[k] for t, k, _ in each])
    steps = np.array([t.step for t, _, _ in each])
    names = [f"L({place})" for place in places] + ["L(x)"] * base
    made = what_is_made(losses[:, :count], slopes, steps, names[:count])
    made = made or what_is_made(losses, slopes, steps, names)
    if sorted(places) == PLACES:
        start = "The loss is called where it should be: with each entry x at x + step and x - step."
        if made == SLOPE:
            return []
        return [f"{start} Your slope is {made}; expected {SLOPE}." if made else start]
    more = ", and the loss is also called with all as given" * base
    said = [f"Each entry x is moved to {listed(places)}{more}; expected {listed(PLACES)}."]
    return said + [f"Your slope is {made}; expected {SLOPE}."] * bool(made)


def what_is_made(
    losses: np.ndarray, slopes: np.ndarray, steps: np.ndarray, names: list[str]
) -> str:
    """The slopes as a fixed combination of the losses that were measured, if they are one."""
    if np.linalg.matrix_rank(losses) < len(names) or not np.isfinite(slopes).all():
        return ""
    for power, unit in ((1, "step"), (0, ""), (2, "step^2"), (-1, "")):
        due = slopes * steps**power
        a = np.linalg.lstsq(losses, due, rcond=None)[0]
        if (abs(losses @ a - due) <= 1e-9 * (1 + abs(due) + abs(losses).sum(axis=1))).all():
            return sum_of_losses(dict(zip(names, a.tolist(), strict=True)), unit, power)
    return ""


def sum_of_losses(counts: dict[str, float], unit: str, power: int) -> str:
    """(L(x + step) - L(x)) / step, from the coefficients of the losses."""
    used = {name: x for name, x in counts.items() if abs(x) > 1e-7}
    least = min(map(abs, used.values()), default=1.0)
    text = ""
    for name, x in sorted(used.items(), key=lambda item: -round(item[1], 6)):
        size = "" if math.isclose(abs(x), least, rel_tol=1e-6) else f"{num(abs(x) / least)} "
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
    rows = [(x, t.step, d) for t in found for x, d in zip(t.given, t.left, strict=True) if d]
    if not rows:
        return [
            "Afterwards params differ from what they were in their last bits only: nearly, but "
            "not exactly, what they were is put back."
        ]
    if all(np.allclose(t.given + t.left, t.slopes) for t in found):
        return ["Afterwards params hold the gradients."]
    text = place_text(rows) or "other places"
    who = "Every entry x is" if all(t.left.all() for t in found) else "Some entries x are"
    return [f"{who} left at {text}, and not put back to x."]


# ---- pictures -----------------------------------------------------------------------------


def gradient_picture(each: Attempt) -> list[str]:
    """Yours and expected, how the loss was called, and what is left in params."""
    lines: list[str] = []
    trace = Trace(each)
    wrong = [n for n in each.expected if not same(each.yours[n], each.expected[n]) and n != LEFT]
    for name in wrong[: 2 if len(trace.entries) < 12 else 1]:
        yours, due = each.yours[name], each.expected[name]
        lines += block(f"  {name}, yours   ", grid(yours, differing(yours, due)))
        lines += block(f"  {name}, expected", grid(due, differing(yours, due)))
    return [*lines, *calls_table(each, trace), *left_table(each, trace)]


def calls_table(each: Attempt, trace: Trace) -> list[str]:
    """How the first entries whose slopes are wrong were moved, one a line."""
    if not trace.moved and not trace.base:
        return ["  The loss was not called at all."]
    due = flat({name: each.expected[f"d{name}"] for name in NAMES})
    wrong = [k for k, d in enumerate(due) if not same(float(trace.slopes[k]), float(d))]
    rows = []
    for k in wrong[:3]:
        texts = [
            move_text(trace, k, apart) for _, apart, _ in [*trace.calls.get(k, {}).values()][:4]
        ]
        texts += ["as given"] * (bool(trace.base) and len(texts) < 2)
        if sorted(texts) != ["+ step", "- step"]:
            start = f"{trace.entries[k]} = {num(float(trace.given[k]))}"
            rows.append(f"    {start:<14} {'; '.join(texts) or 'never moved'}")
    title = "  The loss was called at (expected: + step, and - step, one entry at a time)"
    return [title] * bool(rows) + rows


def move_text(trace: Trace, k: int, apart: np.ndarray) -> str:
    """+ step, and what else was moved."""
    texts = {int(i): far_text(float(apart[i]), trace.step) for i in np.flatnonzero(apart)}
    others = [f"{trace.entries[i]} {text}" for i, text in texts.items() if i != k]
    if len(others) > 1:
        others = [f"{len(others)} others moved"]
    return f"{texts[k]} with {others[0]}" if others else texts[k]


def left_table(each: Attempt, trace: Trace) -> list[str]:
    """The first entries that are not what they were, in as many digits as show it."""
    after = each.yours.after  # type: ignore[attr-defined]
    lines = [
        f"    {trace.entries[k]}, yours {float(after[k])!r}, expected {float(trace.given[k])!r}"
        for k in np.flatnonzero(each.yours[LEFT])
    ]
    return ["  Left in params after the call:"] * bool(lines) + lines[:3]


# ---- relative_error -----------------------------------------------------------------------

A, N = [[3, 4]], [[0, 8]]  # the pair that sentences speak of, whose norms are 5 and 8
TINY = 1e-12  # a floor that plays no part


def both_values(evidence: Evidence, ga: Any, gn: Any, *floor: float) -> tuple[float, float]:
    """The error by the answer, nan if it gives none, and the right one."""
    each = Case(np.array(ga, dtype=float), np.array(gn, dtype=float), *floor)
    yours = evidence.yours(each).get("error", math.nan)
    return float(yours), float(evidence.expected(each)["error"])


def default_floor(evidence: Evidence) -> list[str]:
    """Which floor is used if none is given, where all else is right."""
    if any(len(each.case.arguments) > 2 for each in evidence.wrong):
        return []
    yours, _ = both_values(evidence, [[3e-13, 0]], [[0, 4e-13]])
    if same(yours, 5 / 7):
        return ["With no floor given, none is used, or one below 7e-13; it should be 1e-6."]
    if not yours > 0:
        return []
    return [f"With no floor given, {num(5e-13 / yours)} takes its place; it should be 1e-6."]


def other_values(evidence: Evidence) -> list[str]:
    """What changes that should stay as it is."""
    said = []
    first, _ = both_values(evidence, A, N, TINY)
    tens = [[30, 40]], [[0, 80]]
    for says, (ga, gn) in {"exchanged": (N, A), "ten times as large": tens}.items():
        other, _ = both_values(evidence, ga, gn, TINY)
        if not same(first, other):
            said.append(
                f"With both gradients {says} the error should stay; for [[3, 4]] and [[0, 8]] "
                f"it goes from {num(first)} to {num(other)}."
            )
    return said


def by_the_floor(evidence: Evidence) -> list[str]:
    """The error of one pair for several floors, where a floor changes it wrongly."""
    floors = (TINY, 0.5, 6.0, 13.0, 50.0)
    yours, due = zip(*(both_values(evidence, A, N, floor) for floor in floors), strict=True)
    wrong = [not same(a, b) for a, b in zip(yours, due, strict=True)]
    if not any(wrong) or (wrong[0] and all(same(a, b) for a, b in pairwise(yours[:3]))):
        return []
    line = "  {:<15}" + "{:>9}" * len(floors)
    title = "The error of [[3, 4]] and [[0, 8]], whose norms are 5 and 8, by floor:"
    rows = (("floor", *floors), ("yours", *yours), ("expected", *due))
    return ["\n".join([title, *(line.format(name, *map(num, row)) for name, *row in rows)])]


def by_its_parts(evidence: Evidence) -> list[str]:
    """The two sides of the quotient beside the error, for a few pairs of one entry or two."""
    rows: list[tuple[str, ...]] = [("ga", "gn", "|ga - gn|", "|ga| + |gn|", "yours", "expected")]
    wrong = 0
    for ga, gn in (([[3]], [[1]]), ([[3]], [[-1]]), (A, A), (A, [[-3, -4]]), (A, N)):
        yours, due = both_values(evidence, ga, gn, TINY)
        wrong += not same(yours, due)
        apart, size = np.linalg.norm(np.subtract(ga, gn)), np.linalg.norm(ga) + np.linalg.norm(gn)
        rows.append((str(ga), str(gn), *map(num, (float(apart), float(size), yours, due))))
    line = "  {:<10} {:<10} {:>10} {:>12} {:>9} {:>9}"
    title = "The error of five pairs, with a floor of 1e-12:"
    return ["\n".join([title, *(line.format(*row) for row in rows)])] * bool(wrong)


@cache
def planted() -> tuple[np.ndarray, np.ndarray]:
    """The derived and the measured dW of a small network."""
    params, X, Y, h0 = window = build(2, 3, 4, scale=0.7, seed=3)
    P, H, _ = window.run()
    measured = numerical_gradients(lambda p: cost(p, X, Y, h0), params)
    return backward(params, X, Y, P, H)["W"], measured["W"]


def as_a_checker(each: Attempt) -> list[str]:
    """What this error says of a right gradient, and of one with a planted bug."""
    derived, measured = planted()
    function = each.yours.function  # type: ignore[attr-defined]
    texts = []
    for ga in (derived, derived.T.copy()):
        try:
            values = [
                f.allowing_infinite(ga, measured) for f in (function, right("relative_error"))
            ]
        except Wrong:
            return []
        texts.append([f"{value:.2g}" for value in values])
    if all(yours == due for yours, due in texts):
        good, bad = texts[0][0], texts[1][0]
        return [f"On dW of a small network it still tells right from wrong: {good} for the right "
                f"dW, {bad} for one that is transposed."]  # fmt: skip
    good, bad = (f"{yours} (expected {due})" for yours, due in texts)
    return [f"Used on dW of a small network: of the right dW it says {good}, of one that is "
            f"transposed by mistake {bad}."]  # fmt: skip
