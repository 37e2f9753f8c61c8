"""What is said of a wrong run of training_steps, and of a wrong result of train.

What a wrong number may be is looked up in tables: sentences, and functions of the run's own
state or of the right run.
"""

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.printing import WIDTH, clipped, filled, listed, num
from lessons.checking.answering.values import copied
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, precise, same
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Attempt, Case
from lessons.checking.explaining.tables import arithmetic, factor
from reference.training import training_steps

from .updates import RESULTS, Moment, Reading, Setting, flat, read, shaped


def setting_of(case: Case) -> Setting:
    """The arguments and options of a case."""
    return Setting(*case.arguments, **case.options)


def moments(case: Case, run: Any) -> list[Moment]:
    """The steps of a run, judged; of later epochs only if no step is missing before them."""
    if run.steps is None:
        setting, run.steps = setting_of(case), []
        count = setting.steps
        if len(run["loss"]) != count:
            count = min(setting.windows, int((run["epoch"] == run["epoch"][:1]).sum()))
        for k in range(count):
            run.steps.append(Moment(setting, run, k, *run.steps[-1:]))
    return run.steps


def moments_of(attempt: Attempt) -> list[Moment]:
    """The steps of an attempt, judged."""
    return moments(attempt.case, attempt.yours["run"])


def first_fault(attempt: Attempt) -> Moment | None:
    """The first step of a run at which something is wrong."""
    return next((moment for moment in moments_of(attempt) if moment.faulty), None)


def updates_held(attempt: Attempt) -> list[int]:
    """How many updates params hold at each Step, where they hold later ones too; else nothing.

    By the right run, so that all else about the run is right.
    """
    mine, right = (run["run"]["params"] for run in (attempt.yours, attempt.expected))
    held, ahead = [], False
    for k, theta in enumerate(mine):
        count = next((j for j in range(k, len(right)) if same(theta, right[j])), None)
        if count is None:
            return []
        held.append(count + 1)
        ahead |= count > k
    return held if ahead else []


def unmoved(attempt: Attempt) -> bool:
    """Whether params are the same at all Steps of an epoch, though each window should move them."""
    run, setting = attempt.yours["run"], setting_of(attempt.case)
    if setting.windows < 2 or len(run["params"]) != setting.steps:
        return False
    within = [k for k in range(setting.steps) if k % setting.windows]
    if any(not np.array_equal(run["params"][k], run["params"][k - 1]) for k in within):
        return False
    if np.array_equal(run["params"][0], flat(setting.params)):
        return False
    if "params" not in moments_of(attempt)[0].faulty:
        return False  # they hold the first update alone
    return all(not same(m.expected["params"], m.before) for m in moments_of(attempt) if m.place)


EARLY = (
    "params have changed before the first Step was asked for; they should change when Steps are "
    "asked for, one update for each. Use `yield`."
)


@lru_cache(maxsize=1000)
def ahead(attempt: Attempt) -> list[str]:
    """What is said where params change before their Step comes, so that no step can be judged."""
    if EARLY in attempt.yours["run"]["broken"]:
        return [EARLY]
    held = updates_held(attempt)
    if held:
        k = next(k for k, count in enumerate(held) if count > k + 1)
        return [
            f"When Step {k} comes out, params hold {held[k]} updates already; they should hold "
            f"{k + 1}. Is the next window read before Step {k} is yielded?"
        ]
    if unmoved(attempt):
        return [
            "In each epoch params are the same at all Steps; each Step should come right after "
            "its own update. Is a whole epoch run before its first Step is yielded?"
        ]
    return []


Finder = Callable[[Evidence], list[str]]


def of_steps(finder: Finder) -> Finder:
    """A finder that says nothing where params hold later updates: no step can be judged there."""

    def found(evidence: Evidence) -> list[str]:
        return [] if any(ahead(attempt) for attempt in evidence.wrong) else finder(evidence)

    return found


Guess = Callable[[Moment], Any]


def elsewhere(at: Callable[[Moment], int]) -> Guess:
    """Another window of the text, if it lies in it."""

    def reading(m: Moment) -> Reading | None:
        inside = 0 <= at(m) and at(m) + m.T < len(m.setting.text)
        return m.reading(window=m.window(at(m))) if inside else None

    return reading


READINGS: dict[str, Guess] = {
    "the window read from h = 0, with nothing carried over": lambda m: m.reading(h=0 * m.h),
    "the window read from h = 1 in all units": lambda m: m.reading(h=0 * m.h + 1),
    "the window read from the state in which the epoch before ended": lambda m: m.reading(
        h=m.ended
    ),
    "the window read after its update, and not before it": lambda m: m.reading(
        m.expected["params"]
    ),
    "the window read after its update, from the state that it ended in": lambda m: m.reading(
        m.expected["params"], m.expected["h"]
    ),
    "the window with its inputs as their own targets": lambda m: m.reading(
        window=m.window()[:1] * 2
    ),
    "the window with inputs and targets exchanged": lambda m: m.reading(window=m.window()[::-1]),
    "the window with targets two characters ahead of their inputs": lambda m: m.reading(
        window=m.window(ahead=2)
    ),
    "the window read backwards": lambda m: m.reading(
        window=(m.window()[0][::-1], m.window()[1][::-1])
    ),
    "the window with its targets in reverse order": lambda m: m.reading(
        window=(m.window()[0], m.window()[1][::-1])
    ),
    "the window with its own first character as last target": lambda m: m.reading(
        window=(m.window()[0], np.roll(m.window()[0], -1))
    ),
    "the window one character later": elsewhere(lambda m: m.at + 1),
    "the window one character earlier": elsewhere(lambda m: m.at - 1),
    "the window before, read again": elsewhere(lambda m: m.at - m.T),
    "the window that follows": elsewhere(lambda m: m.at + m.T),
    "the text's last window": elsewhere(lambda m: (m.setting.windows - 1) * m.T),
    "the window one character earlier, an index of -1 being the text's last character": (
        lambda m: m.reading(window=m.window(m.at - 1))
    ),
}
# what a reading gives: its loss, its last state, the update with its gradient
TAKEN: dict[str, Callable[[Moment, Reading], Any]] = {
    "loss": lambda m, reading: reading.loss,
    "h": lambda m, reading: reading.H[:, -1],
    "params": lambda m, reading: m.updated(reading.gradient),
}
GUESSES: dict[str, dict[str, Guess]] = {
    "step": {
        "1 more than expected": lambda m: m.count + 1,
        "twice what is expected": lambda m: 2 * m.count,
        "the number of the window in its epoch": lambda m: m.place,
        "where the window starts": lambda m: m.at,
        "T times what is expected": lambda m: m.count * m.T,
    },
    "epoch": {"1 more than expected": lambda m: m.epoch + 1},
    "loss": {
        "what is expected divided by T": lambda m: m.expected["loss"] / m.T,
        "that of the window without its last step": lambda m: sum(costs(m)[:-1]),
        "that of the window without its first step": lambda m: sum(costs(m)[1:]),
        "the smoothed loss": lambda m: 0.999 * m.smooth + 0.001 * m.expected["loss"],
    },
    "smooth_loss": {
        "the loss itself": lambda m: m.yours["loss"],
        "the right one for a loss divided by T": lambda m: m.smoothed(m.yours["loss"] / m.T),
        "the one before, without this step's loss": lambda m: m.smooth,
        "the mean of all losses so far": lambda m: m.losses.mean(),
        "the smallest loss so far": lambda m: m.losses.min(),
    },
    "h": {
        "the state that the window started from": lambda m: m.h,
        "the one before the window's last character, H[:,T-1]": lambda m: m.own.H[:, -2],
        "the one after the window's first character, H[:,1]": lambda m: m.own.H[:, 1],
        "the one after the window's second character, H[:,2]": lambda m: m.own.H[:, min(2, m.T)],
        "the last pre-activation, A[:,T-1]": lambda m: m.own.A[:, -1],
    },
    "params": {
        "none: params are as before": lambda m: m.before,
        "that without clipping": lambda m: ruled(m, lambda g: g),
        "that with the gradient divided by T": lambda m: ruled(
            m, lambda g: np.clip(g / m.T, -5, 5)
        ),
        "that with the gradient divided by T after clipping": lambda m: ruled(
            m, lambda g: np.clip(g, -5, 5) / m.T
        ),
        "that with the gradients of all steps so far added up": lambda m: m.updated(
            sum(m.gradients)
        ),
        "that with all gradients together scaled down to a norm of 5": lambda m: ruled(
            m, shortened
        ),
        "that with each tensor's gradient scaled down to a norm of 5": lambda m: ruled(
            m, lambda g: scaled_by_tensor(m, g)
        ),
        "that with gradients clipped in the step, and not in the memory": lambda m: m.moved(
            m.clipped, np.sum(np.square(m.gradients), axis=0)
        ),
        "that with the memory before this step's square is added": lambda m: m.moved(
            m.clipped, m.memory
        ),
        "that with an empty memory": lambda m: m.updated(memory=0 * m.memory),
        "that with a memory that starts at 1": lambda m: m.updated(memory=m.memory + 1),
        "that of two updates with the same gradient": lambda m: (
            m.updated() + m.moved(m.clipped, m.memory + 2 * m.clipped**2) - m.before
        ),
        "that with eta = 0.1": lambda m: m.updated(eta=0.1),
        "params - eta * gradient": lambda m: m.before - m.eta * m.clipped,
    },
}


def costs(m: Moment) -> np.ndarray:
    """What each step of the window costs."""
    return -np.log(m.own.P[m.window()[1], np.arange(m.T)])


def ruled(m: Moment, rule: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The params after an update in which a rule takes the place of clipping, all the time."""
    gradients = [rule(g) for g in m.gradients]
    return m.moved(gradients[-1], np.sum(np.square(gradients), axis=0))


def shortened(g: np.ndarray) -> np.ndarray:
    """A gradient scaled down to a norm of 5, if it is longer."""
    return np.asarray(g * (5 / max(5.0, float(np.linalg.norm(g)))))


def scaled_by_tensor(m: Moment, g: np.ndarray) -> np.ndarray:
    """A gradient of which each tensor's part has a norm of 5 at most."""
    parts = shaped(g, len(m.h), m.K)
    return flat({name: shortened(x) for name, x in parts.items()})


def same_number(a: Any, b: Any) -> bool:
    """Whether two results are equal but for rounding, entry by entry, and finite."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return a.shape == b.shape and bool(near(a, b).all() and np.isfinite(b).all())


def instead(name: str, cases: list[Moment]) -> str | None:
    """The first guess that is exactly the wrong result, in all cases."""
    says = of_one_reading({name: cases})
    return says or next(
        (
            says
            for says, guess in GUESSES[name].items()
            if all(same_number(m.yours[name], guess(m)) for m in cases)
        ),
        None,
    )


def of_one_reading(wrong: dict[str, list[Moment]]) -> str | None:
    """The first reading that gives all of these wrong results, in all cases."""
    if not wrong or wrong.keys() - TAKEN.keys():
        return None
    for says, reading in READINGS.items():
        made = ((name, m, reading(m)) for name, cases in wrong.items() for m in cases)
        if all(r and same_number(m.yours[name], TAKEN[name](m, r)) for name, m, r in made):
            return f"that of {says}"
    return None


def are(names: list[str]) -> str:
    """The verb after so many names."""
    return "is" if len(names) == 1 else "are"


def what_it_is_instead(evidence: Evidence) -> list[str]:
    """What the wrong numbers are, in all runs where they are the first to be wrong."""
    faults = [fault for attempt in evidence.wrong if (fault := first_fault(attempt))]
    groups: dict[str, list[str]] = {}
    wrong = {name: [m for m in faults if name in m.faulty] for name in RESULTS}
    read = {name: wrong[name] for name in TAKEN if len(wrong[name]) >= LEAST}
    together = of_one_reading(read)
    for name, cases in wrong.items():
        if cases and name in ("step", "epoch"):  # a wrong number makes no later one wrong
            cases = [m for attempt in evidence.wrong for m in moments_of(attempt)]
        if len(cases) >= LEAST:
            alone = together if name in read else None
            if says := alone or instead(name, cases) or ratio(name, cases):
                groups.setdefault(says, []).append(RESULTS[name])
    return [
        f"Where {names[0]} first goes wrong, it is {says}."
        if len(names) == 1
        else f"Where {listed(names)} first go wrong, they are "
        f"{says.replace('that of', 'those of', 1)}."
        for says, names in groups.items()
    ]


def ratio(name: str, cases: list[Moment]) -> str | None:
    """A number that turns what is expected, entry by entry, into what there is."""
    if name in ("step", "epoch"):
        return None
    pairs = [(np.atleast_1d(m.yours[name]), np.atleast_1d(m.expected[name])) for m in cases]
    if name == "params":  # the change, not what is changed
        pairs = [(a - m.before, b - m.before) for (a, b), m in zip(pairs, cases, strict=True)]
    a, b = pairs[0]
    k = int(abs(b).argmax())
    times = float(a[k] / b[k]) if b[k] else math.nan
    if num(times) == "1" or not all(same_number(a, times * b) for a, b in pairs):
        return None
    what = "the change that is expected" if name == "params" else "what is expected"
    return f"{what} with its sign turned" if same(times, -1.0) else f"{num(times)} times {what}"


def which_tensors(evidence: Evidence) -> list[str]:
    """Which of the five tensors the first wrong update gets wrong, if not all of them."""
    found, still, cases = set(), True, 0
    for m in filter(None, map(first_fault, evidence.wrong)):
        if "params" not in m.faulty:
            return []
        mine, right, before = (
            shaped(x, len(m.h), m.K) for x in (m.yours["params"], m.expected["params"], m.before)
        )
        if any(np.array_equal(right[name], before[name]) for name in right):
            continue  # what need not move tells nothing
        bad = tuple(name for name in "UWVbc" if not same(mine[name], right[name]))
        still &= all(np.array_equal(mine[name], before[name]) for name in bad)
        found.add(bad)
        cases += 1
    if len(found) != 1 or cases < LEAST or len(names := found.pop()) == 5:
        return []
    does = f"does not change {listed(names)} at all" if still else f"gets {listed(names)} wrong"
    return [f"In the cases tried the first wrong update {does}; the other tensors are right there."]


OLD: dict[str, Guess] = {
    "the smoothed loss before": lambda m: m.smooth,
    "the loss of the step before": lambda m: m.losses[-2],
    "the first loss": lambda m: m.losses[0],
}
NEW: dict[str, Guess] = {
    "the loss": lambda m: m.yours["loss"],
    "the loss of the step before": lambda m: m.losses[-2],
}


def how_it_is_smoothed(evidence: Evidence) -> list[str]:
    """The smoothed loss as a sum of so much of what was before and so much of a loss."""
    steps = [m for attempt in evidence.attempts for m in moments_of(attempt)]
    later = [m for m in steps if m.count]
    values = np.array([m.yours["smooth_loss"] for m in later])
    if sum("smooth_loss" in m.faulty for m in later) < LEAST or len(later) < 2 * LEAST:
        return []
    for old, of_old in OLD.items():
        for new, of_new in NEW.items():
            rows = np.array([(of_old(m), of_new(m)) for m in later])
            if old == new or not np.isfinite(rows).all() or not np.isfinite(values).all():
                continue
            (a, b), *_ = np.linalg.lstsq(rows, values, rcond=None)
            if same_number(rows @ [a, b], values) and float(f"{a:.4g}") and float(f"{b:.4g}"):
                return [
                    f"From step 1 on your smoothed loss is {a:.4g} times {old} and {b:.4g} times "
                    f"{new}; it should be 0.999 times the smoothed loss before and 0.001 times "
                    "the loss."
                ]
    return []


STARTS: dict[str, Guess] = {
    "T ln K": lambda m: m.T * math.log(m.K),
    "N ln K": lambda m: len(m.setting.text) * math.log(m.K),
    "T ln N": lambda m: m.T * math.log(len(m.setting.text)),
    "T log2(K)": lambda m: m.T * math.log2(m.K),
    "T": lambda m: m.T,
}


def how_smoothing_starts(evidence: Evidence) -> list[str]:
    """What the first smoothed loss is made of, if it is not the first loss."""
    firsts = [m for attempt in evidence.attempts for m in moments_of(attempt)[:1]]
    if sum("smooth_loss" in m.faulty for m in firsts) < LEAST:
        return []
    first, losses = (np.array([m.yours[n] for m in firsts]) for n in ("smooth_loss", "loss"))
    logs = np.array([math.log(m.K) for m in firsts])
    for weight, beside in ((1.0, ""), (0.999, " and 0.001 times the loss")):
        start = (first - (1 - weight) * losses) / weight
        if not start.round(9).any():  # which is a part of the loss alone
            continue
        number = f"{start[0]:.6g}", f"{(start / logs)[0]:.6g}"
        values: dict[str, Any] = {
            says: np.array([guess(m) for m in firsts]) for says, guess in STARTS.items()
        }
        values |= {number[0]: float(number[0]), f"{number[1]} ln K": float(number[1]) * logs}
        for says, value in values.items():
            if same_number(start, np.broadcast_to(value, start.shape)):
                says = "ln K" if says == "1 ln K" else says
                times = f"{weight:g} times " * (weight != 1)
                return [
                    f"At step 0 your smoothed loss is {times}{says}{beside}; it should be the loss."
                ]
    return []


LENGTHS: dict[str, Callable[[Setting], int]] = {
    "T + 1": lambda setting: setting.seq_length + 1,
    "T - 1": lambda setting: setting.seq_length - 1,
    "2 T": lambda setting: 2 * setting.seq_length,
    "N - 1": lambda setting: len(setting.text) - 1,
}


def how_long_a_window_is(evidence: Evidence) -> list[str]:
    """How many steps the first window has, by its loss, if it is the first to be wrong."""
    firsts = [m for attempt in evidence.attempts for m in moments_of(attempt)[:1]]
    wrong = [m for m in firsts if "loss" in m.faulty]
    if len(wrong) < LEAST:
        return []
    found = [
        {n for n in range(1, len(m.setting.text)) if same(m.yours["loss"], first_loss(m, n))}
        for m in wrong
    ]
    always = set.intersection(*found)
    said = [str(n) for n in sorted(always)] + [
        says
        for says, length in LENGTHS.items()
        if all(length(m.setting) in lengths for m, lengths in zip(wrong, found, strict=True))
    ]
    if not said:
        return []
    lengths = {m.T for m in wrong}
    should = str(lengths.pop()) if len(lengths) == 1 else "T"
    return [
        f"Where the first loss is wrong, it is that of a window of {said[0]} steps; it should "
        f"have {should}."
    ]


def first_loss(m: Moment, steps: int) -> float:
    """The loss of the text's beginning, read in so many steps."""
    return m.reading(window=(m.setting.text[:steps], m.setting.text[1 : steps + 1])).loss


def how_precise(evidence: Evidence) -> list[str]:
    """Whether what is wrong differs in its last digits only."""
    both = [
        (np.asarray(m.yours[name], dtype=float), np.asarray(m.expected[name], dtype=float))
        for m in filter(None, map(first_fault, evidence.wrong))
        for name in m.faulty
    ]
    if len(both) < LEAST or not all(near(a, b, tolerances.SINGLE).all() for a, b in both):
        return []
    return [
        "In the cases tried what first goes wrong is right to 6 digits, as though float32 were "
        "used somewhere."
    ]


def what_else_follows(evidence: Evidence) -> list[str]:
    """Whether only one or two results are ever wrong, each step judged by itself."""
    if any(steps_made(attempt) != setting_of(attempt.case).steps for attempt in evidence.attempts):
        return []
    steps = [m for attempt in evidence.attempts for m in moments_of(attempt)]
    bad = [says for name, says in RESULTS.items() if any(name in m.faulty for m in steps)]
    if not 0 < len(bad) <= 2:
        return []
    return [
        f"In the cases tried only {listed(bad)} {are(bad)} ever wrong, if each step is judged from "
        "your own numbers before it."
    ]


def steps_made(attempt: Attempt) -> int:
    """How many steps a run has made; nobody counts beyond three too many."""
    return len(attempt.yours["run"]["loss"])


NUMBERS: dict[str, Callable[[Setting], int]] = {
    "there is no step": lambda setting: 0,
    "each epoch has one step less than expected": lambda setting: (
        (setting.windows - 1) * setting.epochs
    ),
    "there is one epoch less than expected": lambda setting: setting.windows * (setting.epochs - 1),
    "there is one step an epoch": lambda setting: setting.epochs,
    "each epoch has a step for the rest of the text": lambda setting: (
        math.ceil((len(setting.text) - 1) / setting.seq_length) * setting.epochs
    ),
}


def how_many_steps(evidence: Evidence) -> list[str]:
    """What the numbers of steps are, in all runs."""
    counts = [(steps_made(attempt), setting_of(attempt.case)) for attempt in evidence.attempts]
    if sum(count != setting.steps for count, setting in counts) < LEAST:
        return []
    for says, number in NUMBERS.items():
        if all(count == min(number(setting), setting.steps + 3) for count, setting in counts):
            return [f"In all runs {says}."]
    return []


def about_run(attempt: Attempt) -> list[str]:
    """The first wrong step of the run, and what is wrong beside the steps."""
    early = ahead(attempt)
    if early:
        return early
    said, m = [], first_fault(attempt)
    if m is not None:
        names = [RESULTS[name] for name in m.faulty]
        said.append(f"{m.where}: {listed(names)} {are(names)} wrong.")
        said += ["All before it is right."] * bool(m.count)
    count, expected = steps_made(attempt), setting_of(attempt.case).steps
    if count != expected:
        least = "at least " * (count == expected + 3)
        steps = f"is {least}1 step" if count == 1 else f"are {least}{count} steps"
        said.append(f"There {steps}; expected {expected}.")
    return [" ".join(said)] * bool(said) + attempt.yours["run"]["broken"]


def picture_of_run(attempt: Attempt) -> list[str]:
    """The first wrong number of the run, what is expected, how that is made, what yours is."""
    if ahead(attempt):
        return picture_of_updates(attempt)
    m = first_fault(attempt)
    if m is None:
        return picture_of_windows(attempt) + picture_of_changes(attempt)
    name = m.faulty[0]
    title = RESULTS[name].removeprefix("the number of ").removeprefix("the ")
    if name == "params":
        what, lines = "The update", update_by_hand(m)
    else:
        what = text_of(m.yours[name], m.expected[name])
        expected = text_of(m.expected[name], m.yours[name])
        lines = [
            f"  {title}, yours     {what}",
            f"  {title}, expected  {expected}   (from your own numbers before)",
            *([f"    from h = {text_of(m.h)}"] if name == "loss" else []),
            *arithmetic(by_hand(m, name)),
        ]
    guess = of_one_reading({each: [m] for each in m.faulty if each in TAKEN})
    if name not in TAKEN or guess is None:
        guess = instead(name, [m]) if name not in ("step", "epoch") else None
    guess = guess or another_window(name, m)
    return lines + (filled(f"{what} is {guess}.", "  ") if guess else [])


def another_window(name: str, m: Moment) -> str | None:
    """The window of the text whose loss, last state or update is the answer's."""
    for at in range(len(m.setting.text) - m.T) if name in TAKEN else ():
        if same_number(m.yours[name], TAKEN[name](m, m.reading(window=m.window(at)))):
            return f"that of the window from {at}, read from the same h"
    return None


def picture_of_updates(attempt: Attempt) -> list[str]:
    """What params hold, Step by Step, where that is too much."""
    run, setting = attempt.yours["run"], setting_of(attempt.case)
    given, held = flat(setting.params), updates_held(attempt)
    early = EARLY in run["broken"]
    if held and not early:
        rows = {"Step": [*range(len(held))], "updates in params, yours": held}
        rows["expected"] = [*range(1, len(held) + 1)]
        return [
            f"  {label:<26}" + "".join(f"{x:>4}" for x in row[:10]) for label, row in rows.items()
        ]
    after = run.early if early else run["params"][0]
    k = int(abs(after - given).argmax())
    name = entry_called(k, len(setting.params["b"]), setting.K)
    lines = [f"  {name}, as it is given                     {num(float(given[k]))}"]
    if early:
        return [*lines, f"  {name}, before the first Step is asked for  {num(float(after[k]))}"]
    return lines + [
        f"  {name}, when Step {count} comes                  {num(float(theta[k]))}"
        for count, theta in enumerate(run["params"][: setting.windows][:4])
    ]


def where_it_stopped(setting: Setting, count: int) -> str:
    """In which window something was raised, after so many Steps."""
    T, windows = setting.seq_length, setting.windows
    epoch, place = divmod(count, windows) if windows else (0, 0)
    if count < setting.steps and (place or not count):
        at = place * T
        return (
            f"That was at step {count} (epoch {epoch}, window from {at} to {at + T - 1}, targets "
            f"{at + 1} to {at + T}; the text ends at {len(setting.text) - 1})."
        )
    at = windows * T
    return (
        f"That was after {count} step{'s' * (count != 1)}, when no window is left. One from {at} "
        f"would have the characters {at + 1} to {at + T} as targets; the text ends at "
        f"{len(setting.text) - 1}."
    )


def picture_of_windows(attempt: Attempt) -> list[str]:
    """Where windows start, if there are too many or too few of them."""
    setting = setting_of(attempt.case)
    if steps_made(attempt) == setting.steps:
        return []
    N, T, end = len(setting.text), setting.seq_length, setting.windows * setting.seq_length
    if setting.epochs > 1:
        count = [int((attempt.yours["run"]["epoch"] == k).sum()) for k in range(setting.epochs)]
        return [
            f"  Steps in epoch {listed([str(k) for k in range(setting.epochs)])}, yours     "
            f"{listed([str(n) for n in count])}",
            f"  Steps in each epoch, expected  {setting.windows}",
        ]
    starts = [str(k) for k in range(0, end, T)]
    starts = starts if len(starts) < 6 else [*starts[:3], "...", starts[-1]]
    lines = [
        f"  N = {N}, T = {T}: in each epoch windows start at {listed(starts)};",
        f"  none starts at {end}, since {end} + {T} < {N} does not hold",
    ]
    at = one_window_more(attempt, setting)
    return lines + [f"  your step {setting.windows} reads the window from {at}"] * (at is not None)


def one_window_more(attempt: Attempt, setting: Setting) -> int | None:
    """Where the window starts that is read after the last one, by its loss, if that is found."""
    run, k, T = attempt.yours["run"], setting.windows, setting.seq_length
    if not 0 < k < len(run["loss"]):
        return None
    found = [
        at
        for at in range(len(setting.text) - T)
        for x, y in [(setting.text[at : at + T], setting.text[at + 1 : at + T + 1])]
        for reading in [read(setting.K, run["params"][k - 1], run["h"][k - 1], x, y)]
        if same_number(run["loss"][k], reading.loss)
    ]
    return found[0] if len(found) == 1 else None


def picture_of_changes(attempt: Attempt) -> list[str]:
    """What was changed that should not be: the h of an earlier Step, the text."""
    run, text = attempt.yours["run"], attempt.case.arguments[1]
    lines = []
    for k, (then, now) in enumerate(zip(run["h"], run.handed_out, strict=True)):
        if not np.array_equal(then, now):
            lines = [
                f"  h of Step {k}, when it came    {text_of(then, now)}",
                f"  h of Step {k}, after the run   {text_of(now, then)}",
            ]
            break
    for k in np.flatnonzero(text != run.text)[:1]:
        lines.append(f"  indices[{k}] was {text[k]}, is {run.text[k]}")
    return lines


def text_of(value: Any, other: Any = None) -> str:
    """A number or a few, in as many digits as tell them from others."""
    if isinstance(value, np.ndarray) and value.ndim:
        alike = isinstance(other, np.ndarray) and other.shape == value.shape
        others = other if alike else [None] * len(value)
        return "[" + "  ".join(map(text_of, map(float, value), others)) + "]"
    if other is None or near(value, other).all():
        return num(value)
    return precise(value, other)


def by_hand(m: Moment, name: str) -> list[tuple[str, str, Any]]:
    """How a result is made."""
    if name == "smooth_loss" and m.count:
        expression = f"0.999 * {num(m.smooth)} + 0.001 * {num(m.yours['loss'])}"
        return [("by hand", expression, m.expected[name])]
    if name == "loss" and m.T <= 4:
        terms = [
            (f"step {t}, -ln P of the target", f"-ln {num(math.exp(-cost))}", cost)
            for t, cost in enumerate(costs(m))
        ]
        return [*terms, ("together", "", m.expected["loss"])]
    return []


def update_by_hand(m: Moment) -> list[str]:
    """One entry of params, before and after."""
    mine, expected = m.yours["params"], m.expected["params"]
    wrong = [k for k in range(len(expected)) if not same(mine[k], expected[k])]
    k = max(wrong, key=lambda k: abs(mine[k] - expected[k]))
    g, limited, old = float(m.own.gradient[k]), float(m.clipped[k]), float(m.before[k])
    memory, name = float(m.memory[k]), entry_called(k, len(m.h), m.K)
    move = f"{num(m.eta)} * {factor(limited)} / sqrt({num(memory + limited**2)} + 1e-8)"
    steps = [
        ("gradient", "", g),
        *([("clipped", "", limited)] if limited != g else []),
        ("memory", f"{num(memory)} + {factor(limited)}^2", memory + limited**2),
        ("together", f"{num(old)} - {move}", float(expected[k])),
    ]
    right = precise(expected[k], mine[k])
    return [
        f"  {name}, before    {num(old)}",
        f"  {name}, yours     {precise(mine[k], expected[k])}",
        f"  {name}, expected  {right}   (from your own params before this step)",
        *arithmetic(steps),
    ]


def entry_called(k: int, m: int, K: int) -> str:
    """The name of an entry of params, by its place among all."""
    places = shaped(np.arange(2 * m * K + m * m + m + K), m, K)
    return next(f"{n}[{i},{j}]" for n, part in places.items() for i, j in np.argwhere(part == k))


@lru_cache(maxsize=100)
def course(case: Case) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """The right run: losses, smoothed losses, params before the first step and after each."""
    params = copied(case.arguments[0])
    losses, smooth, seen = [], [], [flat(params)]
    for step in training_steps(params, *case.arguments[1:], **case.options):
        losses.append(step.loss)
        smooth.append(step.smooth_loss)
        seen.append(flat(params))
    return np.array(losses), np.array(smooth), seen


STEPS: dict[str, Callable[[np.ndarray, np.ndarray], Any]] = {
    "the best step": lambda losses, smooth: np.argmin(smooth),
    "the last step": lambda losses, smooth: len(losses) - 1,
    "the first step": lambda losses, smooth: 0,
    "the step of the smallest loss of a window": lambda losses, smooth: np.argmin(losses),
    "the step of the largest smoothed loss": lambda losses, smooth: np.argmax(smooth),
    "the last step whose loss lies below the smoothed loss kept before it": lambda losses, smooth: (
        last_below(losses, smooth)
    ),
    "the last step whose smoothed loss lies below the loss kept before it": lambda losses, smooth: (
        last_below(smooth, losses)
    ),
}


def last_below(compared: np.ndarray, kept: np.ndarray) -> int:
    """The last step at which one number lies below another one of the last such step."""
    last = 0
    for k in range(1, len(kept)):
        if compared[k] < kept[last]:
            last = k
    return last


def candidates(case: Case) -> dict[str, dict[str, Any]]:
    """What may be kept of a run in the place of the right things, in words."""
    losses, smooth, seen = course(case)
    at = {says: step(losses, smooth) for says, step in STEPS.items()}
    return {
        "best_params": {f"those after {says}": seen[k + 1] for says, k in at.items()}
        | {f"those from before {says}": seen[k] for says, k in at.items()},
        "smooth_losses": {
            "the right ones divided by T": smooth / setting_of(case).seq_length,
            "the smallest so far at each step": np.minimum.accumulate(smooth),
        },
        "best_loss": {f"the smoothed loss of {says}": smooth[k] for says, k in at.items()}
        | {f"the loss of {says}": losses[k] for says, k in at.items()}
        | {"the mean of the smoothed losses": smooth.mean(), "the mean loss": losses.mean()},
    }


def kept_instead(name: str, attempts: list[Attempt]) -> str | None:
    """The first candidate that is exactly the wrong result, in all runs."""
    runs = [(attempt.yours[name], candidates(attempt.case)[name]) for attempt in attempts]
    for says in runs[0][1]:
        if all(
            same_number(mine["values"] if name == "best_params" else mine, theirs[says])
            for mine, theirs in runs
        ):
            return says
    return None


def what_is_kept(evidence: Evidence) -> list[str]:
    """What a wrong result of train is, in all runs."""
    said = [
        f"Your {name} {verb} {says}."
        for name, verb in (("smooth_losses", "are"), ("best_loss", "is"), ("best_params", "are"))
        if name in evidence.quantities and (says := kept_instead(name, evidence.attempts))
    ]
    results = [attempt.yours for attempt in evidence.attempts]
    smallest = all(yours["best_loss"] == min(yours["smooth_losses"]) for yours in results)
    if "best_loss" in evidence.quantities and smallest:
        said.append("Your best_loss is the smallest of your smooth_losses.")
    return sorted(said)


def about_kept(attempt: Attempt) -> list[str]:
    """What is wrong with the arrays of a result, and with the number of losses."""
    yours, expected = attempt.yours, attempt.expected
    count, steps = (len(kept["smooth_losses"]) for kept in (yours, expected))
    params, right, shared = yours["params"], expected["params"], yours["best_params"]["shared"]
    which = "their arrays" if len(shared) == 5 else f"the memory of {listed(shared)}"
    wrong = {
        f"best_params share {which} with params, and change with them.": bool(shared),
        "result.params is another dict than the given params.": not params["given"],
        "The arrays in params are other ones after training.": not params["arrays"],
        f"smooth_losses has length {count}; expected {steps}, one number a step.": count != steps,
        "params are not those after the last step.": not same(params["values"], right["values"]),
    }
    return [says for says, holds in wrong.items() if holds]


def picture_of_kept(attempt: Attempt) -> list[str]:
    """The smoothed losses, and which params are kept."""
    losses, smooth, seen = course(attempt.case)
    best = int(np.argmin(smooth))
    rows = {
        "step": [*range(len(smooth))],
        "loss": [num(x) for x in losses],
        "smoothed loss": [num(x) + "*" * (k == best) for k, x in enumerate(smooth)],
    }
    lines = [f"  {label:<14}" + "".join(f"{x:>9}" for x in row[:6]) for label, row in rows.items()]
    lines[-1] += "   (* the smallest)"
    for name in ("smooth_losses", "best_loss"):
        mine, expected = attempt.yours[name], attempt.expected[name]
        if not same(mine, expected):
            lines.append(clipped(f"  {name}, yours     {text_of(mine, expected)}", WIDTH))
            lines.append(clipped(f"  {name}, expected  {text_of(expected, mine)}", WIDTH))
    yours = attempt.yours["best_params"]["values"]
    after = [k for k, values in enumerate(seen) if same(yours, values)]
    if after and not same(yours, seen[best + 1]):
        told = f"those after step {after[0] - 1}" if after[0] else "those before step 0"
        lines.append(f"  best_params, yours     {told}")
        lines.append(f"  best_params, expected  those after step {best}")
    if not attempt.yours["params"]["given"]:
        lines.append("  result.params is params   yours: False   expected: True")
    return lines
