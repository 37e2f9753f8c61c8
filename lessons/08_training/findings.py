"""What is said of a wrong run of training_steps, and of a wrong result of train.

What a wrong number may be is looked up in tables: sentences, and functions of the run's own
state or of the right run.
"""

import math
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.printing import filled, listed, num
from lessons.checking.answering.values import copied
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Attempt, Case
from lessons.checking.explaining.tables import arithmetic, factor
from reference.training import training_steps

from .updates import RESULTS, Moment, Reading, Setting, flat, shaped


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


Guess = Callable[[Moment], Any]


def elsewhere(at: Callable[[Moment], int]) -> Guess:
    """Another window of the text, if it lies in it."""

    def reading(m: Moment) -> Reading | None:
        inside = 0 <= at(m) and at(m) + m.T < len(m.setting.text)
        return m.reading(window=m.window(at(m))) if inside else None

    return reading


READINGS: dict[str, Guess] = {
    "the window read from h = 0": lambda m: m.reading(h=0 * m.h),
    "the window read from the state in which the step before ended": lambda m: m.reading(h=m.ended),
    "the window read after its update": lambda m: m.reading(m.expected["params"]),
    "the window read after its update, from the state that it ended in": lambda m: m.reading(
        m.expected["params"], m.expected["h"]
    ),
    "the window with its inputs as targets": lambda m: m.reading(window=m.window()[:1] * 2),
    "the window with its own first character as last target": lambda m: m.reading(
        window=(m.window()[0], np.roll(m.window()[0], -1))
    ),
    "the window one character later": elsewhere(lambda m: m.at + 1),
    "the window one character earlier": elsewhere(lambda m: m.at - 1),
    "the window before": elsewhere(lambda m: m.at - m.T),
    "the window that follows": elsewhere(lambda m: m.at + m.T),
    "the text's last window": elsewhere(lambda m: (m.setting.windows - 1) * m.T),
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
        "T ln K": lambda m: m.T * math.log(m.K),
        "0.999 of T ln K and 0.001 of the loss": lambda m: (
            0.999 * m.T * math.log(m.K) + 0.001 * m.yours["loss"]
        ),
        "the one before, without this step's loss": lambda m: m.smooth,
        "the mean of all losses so far": lambda m: m.losses.mean(),
        "the smallest loss so far": lambda m: m.losses.min(),
    },
    "h": {
        "the state that the window started from": lambda m: m.h,
        "the one before the window's last character, H[:,T-1]": lambda m: m.own.H[:, -2],
        "the one after the window's first character, H[:,1]": lambda m: m.own.H[:, 1],
        "the last pre-activation, A[:,T-1]": lambda m: m.own.A[:, -1],
    },
    "params": {
        "none: params are as before": lambda m: m.before,
        "that without clipping": lambda m: ruled(m, lambda g: g),
        "that with the gradient divided by T": lambda m: ruled(
            m, lambda g: np.clip(g / m.T, -5, 5)
        ),
        "that with the gradients of all steps so far added up": lambda m: m.updated(
            sum(m.gradients)
        ),
        "that with an empty memory": lambda m: m.updated(memory=0 * m.memory),
        "that with a memory that starts at 1": lambda m: m.updated(memory=m.memory + 1),
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
    return m.before - m.eta * gradients[-1] / np.sqrt(sum(g * g for g in gradients) + 1e-8)


def same_number(a: Any, b: Any) -> bool:
    """Whether two results are equal but for rounding, and finite."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return same(a, b) and bool(np.isfinite(b).all())


def instead(name: str, cases: list[Moment]) -> str | None:
    """The first guess that is exactly the wrong result, in all cases."""
    for says, reading in READINGS.items() if name in TAKEN else ():
        made = [(m, reading(m)) for m in cases]
        if all(r and same_number(m.yours[name], TAKEN[name](m, r)) for m, r in made):
            return f"that of {says}"
    for says, guess in GUESSES[name].items():
        if all(same_number(m.yours[name], guess(m)) for m in cases):
            return says
    return None


def are(names: list[str]) -> str:
    """The verb after so many names."""
    return "is" if len(names) == 1 else "are"


def what_it_is_instead(evidence: Evidence) -> list[str]:
    """What the wrong numbers are, in all runs where they are the first to be wrong."""
    faults = [fault for attempt in evidence.wrong if (fault := first_fault(attempt))]
    groups: dict[str, list[str]] = {}
    for name in RESULTS:
        cases = [m for m in faults if name in m.faulty]
        if len(cases) >= LEAST and (says := instead(name, cases) or ratio(name, cases)):
            groups.setdefault(says, []).append(RESULTS[name])
    return [
        f"Where {names[0]} first goes wrong, it is {says}."
        if len(names) == 1
        else f"Where {listed(names)} first go wrong, they are "
        f"{says.replace('that of', 'those of', 1)}."
        for says, names in groups.items()
    ]


def ratio(name: str, cases: list[Moment]) -> str | None:
    """A number that turns what is expected into what there is."""
    if name in ("step", "epoch"):
        return None
    pairs = [(np.asarray(m.yours[name]), np.asarray(m.expected[name])) for m in cases]
    if name == "params":  # the change, not what is changed
        pairs = [(a - m.before, b - m.before) for (a, b), m in zip(pairs, cases, strict=True)]
    times = float((pairs[0][0] * pairs[0][1]).sum() / max((pairs[0][1] ** 2).sum(), 1e-300))
    if not all(same_number(a, times * b) for a, b in pairs):
        return None
    return f"{num(times)} times what is expected" + " as a change" * (name == "params")


def how_it_is_smoothed(evidence: Evidence) -> list[str]:
    """The smoothed loss as a sum of so much of the one before and so much of the loss."""
    steps = [m for attempt in evidence.attempts for m in moments_of(attempt)]
    if sum("smooth_loss" in m.faulty for m in steps) < LEAST:
        return []
    rows = np.array([(m.smooth, m.yours["loss"]) for m in steps if m.count])
    values = np.array([m.yours["smooth_loss"] for m in steps if m.count])
    if len(rows) < 2 * LEAST or not np.isfinite(rows).all() or not np.isfinite(values).all():
        return []
    (old, new), *_ = np.linalg.lstsq(rows, values, rcond=None)
    if not same_number(rows @ [old, new], values) or same_number([old, new], [0.999, 0.001]):
        return []
    return [
        f"From step 1 on your smoothed loss is {old:.4g} times the one before and {new:.4g} times "
        "the loss."
    ]


def what_else_follows(evidence: Evidence) -> list[str]:
    """Which results follow from the run's own numbers, in all runs and steps, and which don't."""
    if any(steps_made(attempt) != setting_of(attempt.case).steps for attempt in evidence.attempts):
        return []
    steps = [m for attempt in evidence.attempts for m in moments_of(attempt)]
    bad = [says for name, says in RESULTS.items() if any(name in m.faulty for m in steps)]
    if not bad or len(bad) == len(RESULTS):
        return []
    return [
        f"Judging each step from your own numbers before it, only {listed(bad)} {are(bad)} "
        "ever wrong."
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
    said, m = [], first_fault(attempt)
    if m is not None:
        names = [RESULTS[name] for name in m.faulty]
        where = f"Step {m.count} (epoch {m.epoch}, window from {m.at} to {m.at + m.T - 1})"
        said.append(f"{where}: {listed(names)} {are(names)} wrong.")
        said += ["All before it is right."] * bool(m.count)
    count, expected = steps_made(attempt), setting_of(attempt.case).steps
    if count != expected:
        least = "at least " * (count == expected + 3)
        steps = f"is {least}1 step" if count == 1 else f"are {least}{count} steps"
        said.append(f"There {steps}; expected {expected}.")
    return [" ".join(said)] * bool(said) + attempt.yours["run"]["broken"]


def picture_of_run(attempt: Attempt) -> list[str]:
    """The first wrong number of the run, what is expected, how that is made, what yours is."""
    m, setting = first_fault(attempt), setting_of(attempt.case)
    if m is None:
        N, T = len(setting.text), setting.seq_length
        starts = ", ".join(str(k * T) for k in range(setting.windows))
        says = f"  N = {N}, T = {T}: windows start at {starts} in each epoch"
        return [says] * (steps_made(attempt) != setting.steps)
    name = m.faulty[0]
    title = RESULTS[name].removeprefix("the number of ").removeprefix("the ")
    if name == "params":
        what, lines = "The update", update_by_hand(m)
    else:
        what = text_of(m.yours[name])
        lines = [
            f"  {title}, yours     {what}",
            f"  {title}, expected  {text_of(m.expected[name])}   (from your own numbers before)",
            *([f"    from h = {text_of(m.h)}"] if name == "loss" else []),
            *arithmetic(by_hand(m, name)),
        ]
    guess = instead(name, [m]) if name not in ("step", "epoch") else None
    return lines + (filled(f"{what} is {guess}.", "  ") if guess else [])


def text_of(value: Any) -> str:
    """A number or a few."""
    if isinstance(value, np.ndarray) and value.ndim:
        return "[" + "  ".join(num(float(x)) for x in value) + "]"
    return num(value)


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
    memory, places = float(m.memory[k]), shaped(np.arange(len(expected)), len(m.h), m.K)
    name = next(f"{n}[{i},{j}]" for n, part in places.items() for i, j in np.argwhere(part == k))
    move = f"{num(m.eta)} * {factor(limited)} / sqrt({num(memory + limited**2)})"
    steps = [
        ("gradient", "", g),
        *([("clipped", "", limited)] if limited != g else []),
        ("memory", f"{num(memory)} + {factor(limited)}^2", memory + limited**2),
        ("together", f"{num(old)} - {move}", float(expected[k])),
    ]
    return [
        f"  {name}, before    {num(old)}",
        f"  {name}, yours     {num(mine[k])}",
        f"  {name}, expected  {num(expected[k])}   (from your own params before this step)",
        *arithmetic(steps),
    ]


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
}


def candidates(case: Case) -> dict[str, dict[str, Any]]:
    """What may be kept of a run in the place of the right things, in words."""
    losses, smooth, seen = course(case)
    at = {says: step(losses, smooth) for says, step in STEPS.items()}
    return {
        "best_params": {f"those after {says}": seen[k + 1] for says, k in at.items()}
        | {f"those from before {says}": seen[k] for says, k in at.items()},
        "best_loss": {f"the smoothed loss of {says}": smooth[k] for says, k in at.items()}
        | {f"the loss of {says}": losses[k] for says, k in at.items()},
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
        for name, verb in (("best_loss", "is"), ("best_params", "are"))
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
    params, right = yours["params"], expected["params"]
    wrong = {
        "best_params share their arrays with params, and change with them.": (
            not yours["best_params"]["apart"]
        ),
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
            lines.append(f"  {name}, yours     {text_of(mine)}"[:79])
            lines.append(f"  {name}, expected  {text_of(expected)}"[:79])
    yours = attempt.yours["best_params"]["values"]
    after = [k for k, values in enumerate(seen) if same(yours, values)]
    if after and not same(yours, seen[best + 1]):
        told = f"those after step {after[0] - 1}" if after[0] else "those before step 0"
        lines.append(f"  best_params, yours     {told}")
        lines.append(f"  best_params, expected  those after step {best}")
    return lines
