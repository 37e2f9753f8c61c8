"""What can be said of wrong slopes and wrong relative errors, beside the general findings."""

import math
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any, cast

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import listed, num
from lessons.checking.answering.values import same_bits
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, precise, same
from lessons.checking.comparing.windows import build
from lessons.checking.explaining.explain import compared
from lessons.checking.explaining.findings import LEAST, Evidence, pieces
from lessons.checking.explaining.ladder import Attempt, Case, right
from reference.backward import backward
from reference.gradcheck import numerical_gradients
from reference.loss import cost

NAMES = "UWVbc"
LEFT = "params (afterwards)"
ALONE = "how the loss is called"
PLACES = ["x + step", "x - step"]  # where the loss is expected
DIFFERENCE = "(L(x + step) - L(x - step))"
SLOPE = f"{DIFFERENCE} / (2 step)"


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
    return np.concatenate([params[name].ravel() for name in NAMES])


def alike(a: Any, b: Any) -> bool:
    """Whether slopes are the same, but for what the last bits of other entries change in them."""
    if same(a, b):
        return True
    return np.shape(a) == np.shape(b) and bool(near(a, b, floor=tolerances.NUDGED).all())


def apart(at: np.ndarray, given: np.ndarray, step: float) -> np.ndarray:
    """How far each entry stands from where it was given; 0 if that is rounding."""
    by = at - given
    return np.where(abs(by) > tolerances.RESTORED * (abs(given) + step), by, 0.0)


def moved_with(calls: list[tuple[np.ndarray, float]], given: np.ndarray, step: float) -> np.ndarray:
    """For each entry, how many are moved at most when it is: 1 if it is alone, 0 if it never is."""
    places = np.array([at for at, _ in calls]).reshape(-1, len(given))
    moved = apart(places, given, step) != 0
    return (moved * moved.sum(axis=1, keepdims=True)).max(axis=0, initial=0)


class Trace:
    """The calls of the loss in one case: which entries were moved, how far, what came of it."""

    def __init__(self, attempt: Attempt) -> None:
        seen = cast(Seen, attempt.yours)
        _, params, *step = attempt.case.arguments
        self.step = step[0] if step else 1e-5
        self.entries, self.given = entries(params), flat(params)
        self.slopes = flat({name: seen[f"d{name}"] for name in NAMES})
        self.after = seen.after
        self.left = apart(seen.after, self.given, self.step)
        self.places = np.array([at for at, _ in seen.calls]).reshape(-1, len(self.given))
        self.base: list[float] = []  # the losses with nothing moved, but for rounding
        self.moved: list[np.ndarray] = []  # which entries, in each call that moves some
        # by the entry that is moved, each place once: how far all entries are, and the loss
        self.calls: dict[int, list[tuple[np.ndarray, float]]] = {}
        places = set()
        for at, loss in seen.calls:
            by = apart(at, self.given, self.step)
            which = np.flatnonzero(by)
            if not len(which):
                self.base.append(loss)
                continue
            self.moved.append(which)
            place = (by / self.step).astype(np.float32).tobytes()
            if place not in places:
                places.add(place)
                for k in which.tolist():
                    self.calls.setdefault(k, []).append((by, loss))


@lru_cache(maxsize=512)
def traced(attempt: Attempt) -> Trace:
    """The calls in one case, looked at once."""
    return Trace(attempt)


def with_step(attempts: list[Attempt]) -> list[Attempt]:
    """The cases that have a step, or a floor."""
    return [attempt for attempt in attempts if len(attempt.case.arguments) > 2]


def traces(evidence: Evidence) -> list[Trace]:
    """The calls in all cases that have a step."""
    return [traced(attempt) for attempt in with_step(evidence.attempts)]


def steps_text(count: float) -> str:
    """+ step, - 2 step."""
    size = "" if math.isclose(abs(count), 1) else f"{precise(abs(count), 1.0)} "
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
        if count := multiple(x, by, step * scale):
            return f"x {steps_text(count)}{says}"
    places = {
        "step": step,
        "-step": -step,
        "x * step": x * step,
        "step - x": step - x,
        "|x| + step": abs(x) + step,
        "|x| - step": abs(x) - step,
        "0": 0 * x,
    }
    for says, place in places.items():
        if near(x + by, place).all():
            return says
    distance = multiple(x, by, np.ones_like(x))
    return f"x {by_text(distance)}" if distance else ""


def multiple(x: np.ndarray, by: np.ndarray, unit: np.ndarray) -> float:
    """How many units x is moved by, if it is one number in all rows; else 0."""
    rounding = tolerances.RESTORED * (abs(x) + abs(by)) + tolerances.DISTANCES * abs(by)
    surest = np.argmax(abs(unit) / rounding)
    count = float(by[surest] / unit[surest]) if unit[surest] else 0.0
    return count if (abs(by - count * unit) <= rounding).all() else 0.0


def default_step(evidence: Evidence) -> list[str]:
    """Which step is used if none is given, where a step that is given is used as it should be."""
    given = [in_steps(t, k, calls) for t in traces(evidence) for k, calls in t.calls.items()]
    if not all(len(steps) == 2 and np.allclose(steps, [-1, 1]) for steps in given):
        return []
    without = [a for a in evidence.attempts if len(a.case.arguments) == 2]
    found = [item for attempt in without for item in traced(attempt).calls.items()]
    sizes = {f"{abs(by[k]):.4g}" for k, calls in found for by, _ in calls}
    if len(sizes) != 1 or sizes == {"1e-05"}:
        return []
    return [f"With no step given, each entry is moved by {sizes.pop()}; it should be 1e-5."]


def how_the_loss_is_called(evidence: Evidence) -> list[str]:
    """What is moved, how far, and what else is moved at the same time."""
    found = traces(evidence)
    if not with_step(evidence.wrong):
        if default_step(evidence):
            return []
        found = [traced(attempt) for attempt in evidence.attempts]
    if not any(trace.moved or trace.base for trace in found):
        return ["In the cases tried the loss is never called."]
    if in_single(found):
        return [
            "Whenever the loss is called, its params hold only the 7 digits of float32; expected "
            "all 15 of float64."
        ]
    if not any(trace.moved for trace in found):
        return [
            "Whenever the loss is called, all params are as given, but for rounding: no entry is "
            "moved."
        ]
    together = moved_together(found)
    if not together:
        return never_moved(found) + how_far(evidence, found)
    of_one = [trace for trace in found if all(len(which) == 1 for which in trace.moved)]
    where = "In the cases with one entry in a tensor: "
    alone = how_far(evidence, of_one) if together[0].startswith("All entries") else []
    return (
        never_moved(found) + together + [where + text[0].lower() + text[1:] for text in alone[:1]]
    )


def in_single(found: list[Trace]) -> bool:
    """Whether all params in all calls are numbers that float32 holds, and some given ones not."""
    called = [trace for trace in found if len(trace.places)]
    return any((t.given != t.given.astype(np.float32)).any() for t in called) and all(
        np.array_equal(t.places, t.places.astype(np.float32)) for t in called
    )


def never_moved(found: list[Trace]) -> list[str]:
    """Tensors or entries that stay as they are in all calls."""
    touched = {trace.entries[k][0] for trace in found for k in trace.calls}
    missing = [name for name in NAMES if name not in touched]
    said = [f"In the cases tried no entry of {listed(missing)} is ever moved."] if missing else []
    still = [(t, k) for t in found for k in range(len(t.entries)) if k not in t.calls]
    if still and still == [(t, k) for t in found for k in np.flatnonzero(t.given == 0).tolist()]:
        return [*said, "Entries that are 0 are never moved; all others are."]
    large = [trace for trace in found if len(trace.entries) > 12]
    if not large:
        return said
    names = [
        entry
        for k, entry in enumerate(large[0].entries)
        if not any(k in trace.calls for trace in large)
    ]
    if {entry[0] for entry in names} != set(missing):
        said.append(
            f"With m = 2 and K = 3, {len(names)} of the {len(large[0].entries)} entries are never "
            f"moved, the first of them {names[0]}."
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
    if all(map(not_put_back, found)):
        return [
            "When an entry is moved, others that were moved before it are not back where they "
            "were; each should be put back before the next is moved."
        ]
    return ["The loss is called while several entries are moved; it should be only one."]


def not_put_back(trace: Trace) -> bool:
    """Whether entries are moved one after another, and those that were moved before stay so."""
    before: set[int] = set()
    for which in trace.moved:
        if len(set(which.tolist()) - before) > 1:
            return False
        before |= set(which.tolist())
    return True


def at_once(trace: Trace, group: Callable[[str], str]) -> bool:
    """Whether each call that moves an entry moves its whole group, and no more."""
    groups = [group(entry) for entry in trace.entries]
    return all(
        [k for k, name in enumerate(groups) if name == groups[which[0]]] == which.tolist()
        for which in trace.moved
    )


def how_far(evidence: Evidence, found: list[Trace]) -> list[str]:
    """Where single entries are moved to, and what is made of the losses there."""
    names = [name for name in NAMES if f"d{name}" in evidence.quantities]
    every = [(trace, k, trace.calls.get(k, [])) for trace in found for k in range(len(trace.given))]
    count = max(len(calls) for *_, calls in every)
    rows = [row for row in every if len(row[2]) == count]
    uneven = ["How far an entry is moved, in steps, is not the same for all entries and steps."]
    uneven *= len({tuple(np.round(in_steps(*row), 6)) for row in rows}) > 1
    if not names or len(rows) < 4 * LEAST or any(0 < len(calls) < count for *_, calls in every):
        return uneven if names else []
    if not all(places := places_of(rows)):
        rows = [(t, k, highest_first(k, calls)) for t, k, calls in rows]
        if not all(places := places_of(rows)):
            return uneven
    base = all(trace.base for trace in found)
    made, whose = slope_text(rows, places, base), "Your slope"
    if not made:
        rows_there = [row for row in rows if row[0].entries[row[1]][0] in names]
        made, whose = slope_text(rows_there, places, base), f"Under {listed(names)} your slope"
    slope = [f"{whose} is {made}; it should be {SLOPE}."] * bool(made and made != SLOPE)
    if sorted(places) == PLACES:
        start = (
            f"{'With a step given, the' if default_step(evidence) else 'The'} loss is called where "
        )
        start += "it should be: with each entry x at x + step and x - step."
        return [" ".join([start, *slope])] if len(rows) == len(every) else slope
    more = ", and the loss is also called with all as given" * base
    who = "Each entry x is" if len(rows) == len(every) else "Entries x that are moved are"
    return [f"{who} moved to {listed(places)}{more}; expected {listed(PLACES)}.", *slope]


def highest_first(k: int, calls: list[tuple[np.ndarray, float]]) -> list[tuple[np.ndarray, float]]:
    """The calls in the order of where an entry is."""
    return sorted(calls, key=lambda call: -float(call[0][k]))


Row = tuple[Trace, int, list[tuple[np.ndarray, float]]]  # an entry's calls


def in_steps(trace: Trace, k: int, calls: list[tuple[np.ndarray, float]]) -> list[float]:
    """How far an entry is moved in its calls."""
    return sorted(float(by[k]) / trace.step for by, _ in calls)


def places_of(rows: list[Row]) -> list[str]:
    """Where the entries are in the first call, the second, ..."""
    return [
        place_text([(trace.given[k], trace.step, calls[slot][0][k]) for trace, k, calls in rows])
        for slot in range(len(rows[0][2]))
    ]


def slope_text(rows: list[Row], places: list[str], base: bool) -> str:
    """The slopes of some entries, made of the losses where these are moved to."""
    if len(rows) < 4 * LEAST:
        return ""
    losses = np.array([[*(loss for _, loss in calls), *t.base[:base]] for t, _, calls in rows])
    slopes = np.array([trace.slopes[k] for trace, k, _ in rows])
    steps = np.array([trace.step for trace, _, _ in rows])
    names = [f"L({place})" for place in places] + ["L(x)"] * base
    made = what_is_made(losses[:, : len(places)], slopes, steps, names[: len(places)])
    made = made or what_is_made(losses, slopes, steps, names)
    if sorted(places) == PLACES and made in ("", SLOPE):
        above, below = (losses[:, places.index(place)] for place in PLACES)
        return nearly_right(above, below, slopes, steps)
    return made


def nearly_right(
    above: np.ndarray, below: np.ndarray, slopes: np.ndarray, steps: np.ndarray
) -> str:
    """What was done to the right slopes, or to the two losses, if that makes all of yours."""
    with np.errstate(all="ignore"):
        rise = above - below
        right = rise / (2 * steps)
        limit = float(abs(slopes).max())
        more = float(np.nanmedian(rise / slopes - 2 * steps))
        single = above.astype(np.float32) - below.astype(np.float32)
        least = abs(rise)[slopes != 0].min(initial=np.inf)
        ways = {
            f"|{DIFFERENCE[1:-1]}| / (2 step)": abs(right),
            f"{SLOPE}, clipped to [{num(-limit)}, {num(limit)}]": np.clip(right, -limit, limit),
            f"{SLOPE}, but 0 where the two losses are nearly the same": right
            * (abs(rise) >= least),
            f"{SLOPE}, in the 7 digits of float32": right.astype(np.float32).astype(float),
            f"{SLOPE}, in the 3 digits of float16": right.astype(np.float16).astype(float),
            f"{SLOPE}, from losses in the 7 digits of float32": single.astype(float) / (2 * steps),
            f"{DIFFERENCE} / (2 step {by_text(more)})": rise / (2 * steps + more),
        } | {
            f"{SLOPE}, rounded to {k} digits after the point": np.round(right, k)
            for k in range(1, 10)
        }
    ways = {says: way for says, way in ways.items() if np.isfinite(way).all()}
    if near(slopes, right, floor=tolerances.NUDGED).all():
        return ""
    return next(
        (says for says, way in ways.items() if near(slopes, way, floor=tolerances.NUDGED).all()), ""
    )


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
    names = [name for name in evidence.quantities if name not in (LEFT, ALONE)]
    both = [pair for name in names for pair in pieces(evidence, name)]
    if both and all(same(np.sort(a, None), np.sort(b, None)) for a, b in both):
        return ["The slopes are right, but some stand in other places of their tensor."]
    return []


def turned(evidence: Evidence) -> list[str]:
    """Whether the slopes of negative entries, and no others, have the wrong sign."""
    count = 0
    for attempt in evidence.attempts:
        given = flat(attempt.case.arguments[1])
        yours, expected = (
            flat({name: slopes[f"d{name}"] for name in NAMES})
            for slopes in (attempt.yours, attempt.expected)
        )
        moved = given != 0
        if not alike(yours[moved], (np.sign(given) * expected)[moved]):
            return []
        count += int((expected[given < 0] != 0).sum())
    return [
        "Where an entry is negative, its slope has the wrong sign; all others that are not 0 have "
        "the right slope."
    ] * (count >= LEAST)


ADDED_UP: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "Each slope is the sum of all slopes of its tensor": lambda d: np.full_like(d, d.sum()),
    "Each slope has all those in it that come before it in its tensor": lambda d: (
        d.cumsum().reshape(d.shape)
    ),
    "Each slope has all those in it that come after it in its tensor": lambda d: (
        d.ravel()[::-1].cumsum()[::-1].reshape(d.shape)
    ),
}


def added_up(evidence: Evidence) -> list[str]:
    """Which slopes are added up, if that makes all of the answer's."""
    names = [name for name in evidence.attempts[0].expected if name not in (LEFT, ALONE)]
    return [
        f"{says}; it should be its own alone."
        for says, add in ADDED_UP.items()
        if len(evidence.wrong) >= LEAST
        and all(
            alike(attempt.yours[name], add(attempt.expected[name]))
            for attempt in evidence.attempts
            for name in names
        )
    ][:1]


FILLED: dict[str, Callable[[int, int, int, int], bool]] = {
    "first column": lambda i, j, rows, columns: j == 0,
    "last column": lambda i, j, rows, columns: j == columns - 1,
    "first row": lambda i, j, rows, columns: i == 0,
    "last row": lambda i, j, rows, columns: i == rows - 1,
    "diagonal": lambda i, j, rows, columns: i == j,
}


def filled_in_part(evidence: Evidence) -> list[str]:
    """Which part of each tensor holds slopes, where all that is wrong is 0."""
    seen = []  # where an entry stands in its tensor, and whether it is right
    for attempt in evidence.attempts:
        for name in NAMES:
            yours, expected = attempt.yours[f"d{name}"], attempt.expected[f"d{name}"]
            for index in map(tuple, np.argwhere(expected).tolist()):
                fine = alike(yours[index], expected[index])
                if not fine and yours[index]:
                    return []
                seen.append((*index, *expected.shape, fine))
    if all(fine for *_, fine in seen):
        return []
    return [
        f"All slopes outside of the {part} of their tensor are 0, and those in it are right."
        for part, has in FILLED.items()
        if all(has(*place) == fine for *place, fine in seen)
    ][:1]


def left_behind(evidence: Evidence) -> list[str]:
    """Where params are left."""
    if LEFT not in evidence.quantities:
        return []
    found = traces(evidence)
    rows = [(x, t.step, by) for t in found for x, by in zip(t.given, t.left, strict=True) if by]
    if not rows:
        return [added_back(found)]
    if all(np.allclose(trace.given + trace.left, trace.slopes) for trace in found):
        return ["Afterwards params hold the gradients."]
    if all(abs(by) < ALMOST for *_, by in rows):
        return [f"Entries x are left within {num(ALMOST)} of x, but not all at x; expected x."]
    text = place_text(rows) or "other places"
    who = "Every entry x is" if all(trace.left.all() for trace in found) else "Some entries x are"
    return [f"{who} left at {text}; expected x, as it was."]


ALMOST = 1e-9  # how far params may be left from where they were to be told as nearly there

ADDED_BACK: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "x + step - 2 step + step": lambda x, step: x + step - 2 * step + step,
    "x - step + 2 step - step": lambda x, step: x - step + 2 * step - step,
    "x + step - step": lambda x, step: x + step - step,
    "x - step + step": lambda x, step: x - step + step,
    "x + step - step - step + step": lambda x, step: x + step - step - step + step,
    "x - step + step + step - step": lambda x, step: x - step + step + step - step,
}


def added_back(found: list[Trace]) -> str:
    """What is left in params where only the last bits differ."""
    says = "Afterwards params differ from what they were in their last bits only: "
    for text, left in ADDED_BACK.items():
        if all(same_bits(t.after, left(t.given, t.step)) for t in found):
            return (
                f"{says}every entry x holds {text}, which floats round at each sign; expected the "
                "bits of x."
            )
    return f"{says}nearly, but not exactly, what they were is put back."


def gradient_picture(attempt: Attempt) -> list[str]:
    """Yours and expected, how the loss was called, and what is left in params."""
    lines: list[str] = []
    trace = traced(attempt)
    both = {name: (attempt.yours[name], attempt.expected[name]) for name in attempt.expected}
    wrong = [name for name, two in both.items() if name not in (LEFT, ALONE) and not alike(*two)]
    for name in wrong[: 2 if len(trace.entries) < 12 else 1]:
        lines += [line for line, _ in compared(name, *both[name], alike)]
    return lines + (left_table(attempt, trace) or calls_table(attempt, trace))


def calls_table(attempt: Attempt, trace: Trace) -> list[str]:
    """How the first entries whose slopes are wrong were moved, one a line."""
    if not trace.moved and not trace.base:
        return ["  The loss was not called at all."]
    expected = flat({name: attempt.expected[f"d{name}"] for name in NAMES}).tolist()
    slopes = trace.slopes.tolist()
    alone = attempt.yours[ALONE].tolist()
    wrong = [k for k in range(len(slopes)) if not alike(slopes[k], expected[k])]
    wrong = wrong or [k for k in range(len(slopes)) if alone[k]]
    rows = []
    for k in wrong[:3]:
        texts = [move_text(trace, k, by) for by, _ in trace.calls.get(k, [])[:4]]
        texts += ["as given"] * (bool(trace.base) and len(texts) < 2)
        if sorted(texts) != ["+ step", "- step"]:
            start = f"{trace.entries[k]} = {num(float(trace.given[k]))}"
            rows.append(f"    {start:<14} {'; '.join(texts) or 'never moved'}")
    title = "  The loss was called at (expected: + step, and - step, one entry at a time)"
    return [title] * bool(rows) + rows


def move_text(trace: Trace, k: int, by: np.ndarray) -> str:
    """+ step, or + 0.0001 if that is no simple part of a step; and what else was moved."""
    texts = {i: distance_text(float(by[i]), trace.step) for i in np.flatnonzero(by).tolist()}
    others = [f"{trace.entries[i]} {text}" for i, text in texts.items() if i != k]
    if len(others) > 1:
        others = [f"{len(others)} others moved"]
    return f"{texts[k]} with {others[0]}" if others else texts[k]


def distance_text(by: float, step: float) -> str:
    """How far an entry was moved, in steps if that is simple or nearly so."""
    quarters = 4 * by / step
    if round(quarters) == 0 or abs(quarters - round(quarters)) > 0.01:
        return by_text(by)
    simple = math.isclose(quarters, round(quarters), abs_tol=tolerances.DISTANCES)
    return steps_text(round(quarters) / 4 if simple else quarters / 4)


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
    for size in (1e-13, 1e-20, 1e-40):
        yours, _ = both_values(evidence, [[3 * size, 0]], [[0, 4 * size]], None)
        if not yours > 0:
            return []
        if not same(yours, 5 / 7):
            return used_floor(evidence, 5 * size / yours)
    return ["With no floor given, none is used, or one below 7e-40; it should be 1e-6."]


def used_floor(evidence: Evidence, floor: float) -> list[str]:
    """A floor that is used if none is given, if it explains the answer's error in every case."""
    for attempt in evidence.attempts:
        if len(attempt.case.arguments) == 2:
            given = evidence.expected(Case(*attempt.case.arguments, floor))
            if not same(attempt.yours["error"], given["error"]):
                return []
    return [f"With no floor given, {precise(floor, 1e-6)} is used; it should be 1e-6."]


NORMS: dict[str, Callable[[np.ndarray], float]] = {
    "the sum of the squares, without a root": lambda g: float((g * g).sum()),
    "the sum of the absolute values": lambda g: float(abs(g).sum()),
    "the largest absolute value": lambda g: float(abs(g).max()),
    "the root of the squares' mean": lambda g: float(np.sqrt((g * g).mean())),
    "the largest singular value, norm(g, 2)": lambda g: float(np.linalg.norm(g, 2)),
    "the sum of the singular values, norm(g, 'nuc')": lambda g: float(np.linalg.norm(g, "nuc")),
    "the largest sum of a column, norm(g, 1)": lambda g: float(np.linalg.norm(g, 1)),
    "the largest sum of a row, norm(g, inf)": lambda g: float(np.linalg.norm(g, np.inf)),
    "the sum of the norms of the columns": lambda g: float(np.linalg.norm(g, axis=0).sum()),
    "the sum of the norms of the rows": lambda g: float(np.linalg.norm(g, axis=1).sum()),
    "the size of the entries' sum": lambda g: float(abs(g.sum())),
    "the norm of the first row alone": lambda g: float(np.linalg.norm(g[0])),
    "the norm of the first column alone": lambda g: float(np.linalg.norm(g[:, 0])),
}
PARTS = ("|ga - gn|", "|ga|", "|gn|")
ROLES = ((0,), (1,), (2,), (1, 2), (0, 1, 2))  # which of the parts have another norm


def another_norm(evidence: Evidence) -> list[str]:
    """Which of the three norms is another one, if that makes all of the answer's numbers."""
    for says, norm in NORMS.items():
        for roles in ROLES:
            if all(
                same(
                    made_of(*attempt.case.arguments, norm=norm, roles=roles), attempt.yours["error"]
                )
                for attempt in evidence.attempts
            ):
                verb = "is" if len(roles) == 1 else "are"
                whose = listed([PARTS[k] for k in roles])
                what = "root of the sum of the squares of all entries"
                return [f"Your {whose} {verb} {says}; expected the {what}."]
    return []


def made_of(
    ga: np.ndarray,
    gn: np.ndarray,
    floor: float = 1e-6,
    *,
    norm: Callable[[np.ndarray], Any] = np.linalg.norm,
    roles: tuple[int, ...] = (),
) -> float:
    """The error, with another norm in some of its parts."""
    sizes = [
        float(norm(g) if k in roles else np.linalg.norm(g)) for k, g in enumerate((ga - gn, ga, gn))
    ]
    return sizes[0] / max(floor, sizes[1] + sizes[2])


def in_float32(evidence: Evidence) -> list[str]:
    """Whether the gradients were brought to float32 before anything else was done."""
    for attempt in evidence.attempts:
        ga, gn, *floor = attempt.case.arguments
        theirs = made_of(ga.astype(np.float32), gn.astype(np.float32), *floor)
        if not near(attempt.yours["error"], theirs, tolerances.SINGLE):
            return []
    return ["Your numbers are those of ga and gn in the 7 digits of float32."]


def pairs_of_gradients(evidence: Evidence) -> list[str]:
    """The errors of a few pairs, where no other norm and no rounding explains them."""
    if another_norm(evidence) or in_float32(evidence):
        return []
    return other_values(evidence) + by_the_floor(evidence) + by_its_parts(evidence)


def other_values(evidence: Evidence) -> list[str]:
    """What changes that should stay as it is."""
    said = []
    first, _ = both_values(evidence, A, N)
    tens = [[30, 40]], [[0, 80]]
    for says, (ga, gn) in {"exchanged": (N, A), "ten times as large": tens}.items():
        other, _ = both_values(evidence, ga, gn)
        if not same(first, other) and not math.isnan(first + other):
            said.append(
                f"With both gradients {says} the error should stay; for [[3, 4]] and [[0, 8]] "
                f"it goes from {num(first)} to {num(other)}."
            )
    return said


FLOORS: dict[str, tuple[Any, Any, tuple[float, ...]]] = {
    "[[3, 4]] and [[0, 8]], whose norms are 5 and 8": (A, N, (TINY, 0.5, 6.0, 13.0, 50.0)),
    "[[3e-10]] and [[1e-10]]": ([[3e-10]], [[1e-10]], (TINY, 1e-11, 1e-9, 1e-7, 1e-5)),
}


def by_the_floor(evidence: Evidence) -> list[str]:
    """The error of one pair for several floors, where a floor changes it wrongly."""
    tables = (floors_table(evidence, says, *pair) for says, pair in FLOORS.items())
    return next(filter(None, tables), [])


def floors_table(
    evidence: Evidence, says: str, ga: Any, gn: Any, floors: tuple[float, ...]
) -> list[str]:
    """The error of one pair for several floors."""
    yours, expected = zip(*(both_values(evidence, ga, gn, floor) for floor in floors), strict=True)
    wrong = [num(a) != num(b) for a, b in zip(yours, expected, strict=True)]
    if wrong[0] or not any(wrong) or any(map(math.isnan, yours)):
        return []  # of what is wrong without a floor already others tell
    line = "  {:<15}" + "{:>9}" * len(floors)
    title = f"The error of {says}, by floor:"
    rows = (("floor", *floors), ("yours", *yours), ("expected", *expected))
    return ["\n".join([title, *(line.format(name, *map(num, row)) for name, *row in rows)])]


def by_its_parts(evidence: Evidence) -> list[str]:
    """The two sides of the quotient beside the error, for a few pairs of one entry or two."""
    rows: list[tuple[str, ...]] = [("ga", "gn", "|ga - gn|", "|ga| + |gn|", "yours", "expected")]
    wrong = False
    for ga, gn in (([[3]], [[1]]), ([[3]], [[-1]]), (A, A), (A, [[-3, -4]]), (A, N)):
        yours, expected = both_values(evidence, ga, gn)
        if math.isnan(yours):
            return []
        wrong |= num(yours) != num(expected)
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
