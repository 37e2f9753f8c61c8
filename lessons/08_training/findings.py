"""What is said of a wrong run of training_steps.

Every step of a run is judged from the answer's own state before it: a Moment. What a wrong
number may be is looked up in tables of sentences and functions of that state.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.printing import filled, listed, num
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Attempt, Case
from lessons.checking.explaining.tables import arithmetic, factor
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy

Params = dict[str, np.ndarray]
Pair = tuple[np.ndarray, np.ndarray]
ORDER = "UWVbc"


def flat(params: Params) -> np.ndarray:
    """All entries of the five tensors, one after another."""
    return np.concatenate([params[name].ravel() for name in ORDER])


def shaped(values: np.ndarray, m: int, K: int) -> Params:
    """The five tensors with these entries."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    sizes = np.cumsum([rows * columns for rows, columns in shapes.values()])
    pieces = np.split(values, sizes[:-1])
    return {n: piece.reshape(shapes[n]) for n, piece in zip(shapes, pieces, strict=True)}


@dataclass(frozen=True)
class Reading:
    """What a window gives."""

    P: np.ndarray
    H: np.ndarray
    A: np.ndarray
    loss: float
    gradient: np.ndarray


def read(K: int, theta: np.ndarray, h: np.ndarray, x: Any, y: Any) -> Reading:
    """A window with inputs x and targets y, read with these params from this state (m,)."""
    texts = (np.asarray(indices, dtype=np.int64).tobytes() for indices in (x, y))
    return _read(K, theta.tobytes(), h.tobytes(), *texts)


@lru_cache(maxsize=4000)
def _read(K: int, theta: bytes, h: bytes, x: bytes, y: bytes) -> Reading:
    """Keep what was read: most wrong runs have most of their windows in common."""
    h0 = np.frombuffer(h)[:, None]
    params = shaped(np.frombuffer(theta), len(h0), K)
    X, Y = (one_hot(np.frombuffer(indices, dtype=np.int64), K) for indices in (x, y))
    P, H, A = forward(params, X, h0)
    return Reading(P, H, A, cross_entropy(P, Y), flat(backward(params, X, Y, P, H)))


def setting(each: Case) -> tuple[np.ndarray, int, int, int]:
    """The text, T, the number of windows in it, and of epochs."""
    indices, T = each.arguments[1], each.options.get("seq_length", 25)
    return indices, T, (len(indices) - 1) // T, int(each.options.get("epochs", 1))


NAMES = {
    "step": "the number of the step",
    "epoch": "the epoch",
    "loss": "the loss",
    "smooth_loss": "the smoothed loss",
    "h": "the state h",
    "params": "what the update makes of params",
}


class Moment:
    """A step of a run: what it started from, what it left, and what it should have left."""

    def __init__(self, each: Case, run: Any, count: int, history: list[np.ndarray]) -> None:
        """From the run's own numbers before it, and the gradients of the steps before."""
        self.each, self.run, self.count, self.history = each, run, count, [*history]
        self.text, self.T, windows, _ = setting(each)
        self.K, self.eta = each.arguments[2], float(each.options.get("eta", 0.1))
        self.epoch, self.place = divmod(count, windows)
        self.at = self.place * self.T
        self.before = run["params"][count - 1] if count else flat(each.arguments[0])
        self.ended = run["h"][count - 1] if count else 0 * run["h"][0]  # the step before
        self.h = self.ended if self.place else 0 * self.ended
        self.smooth = float(run["smooth_loss"][count - 1]) if count else math.nan
        self.losses = run["loss"][: count + 1]
        self.memory = sum((np.clip(g, -5, 5) ** 2 for g in history), 0 * self.before)
        self.own = self.reading()
        self.yours = {name: run[name][count] for name in NAMES}
        loss, mine = self.own.loss, self.yours["loss"]
        first = loss if same(mine, loss) else mine
        self.due = {
            "step": count,
            "epoch": self.epoch,
            "loss": loss,
            "smooth_loss": 0.999 * self.smooth + 0.001 * mine if count else first,
            "h": self.own.H[:, -1],
            "params": self.updated(),
        }
        self.faulty = [name for name, due in self.due.items()
                       if not same(np.asarray(self.yours[name]), np.asarray(due))]  # fmt: skip

    def window(self, at: int | None = None) -> Pair:
        """Inputs and targets of this window, or of the one that starts elsewhere."""
        at = self.at if at is None else at
        return self.text[at : at + self.T], self.text[at + 1 : at + self.T + 1]

    def reading(self, theta: Any = None, h: Any = None, window: Pair | None = None) -> Reading:
        """What the window gives, or another one, or the same with something changed."""
        theta, h = self.before if theta is None else theta, self.h if h is None else h
        return read(self.K, theta, h, *(window or self.window()))

    def updated(self, g: Any = None, memory: Any = None, eta: float | None = None) -> np.ndarray:
        """The params after an update, or after another one."""
        g = np.clip(self.own.gradient if g is None else g, -5, 5)
        memory = (self.memory if memory is None else memory) + g * g
        return self.before - (self.eta if eta is None else eta) * g / np.sqrt(memory + 1e-8)

    def ruled(self, rule: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """The params after an update in which a rule takes the place of clipping, all the time."""
        g = rule(self.own.gradient)
        memory = sum((rule(one) ** 2 for one in self.history), g * g)
        return self.before - self.eta * g / np.sqrt(memory + 1e-8)


def moments(each: Case, run: Any) -> list[Moment]:
    """The steps of a run, judged; of later epochs only if no step is missing before them."""
    if run.steps is None:
        _, _, windows, epochs = setting(each)
        count, run.steps, history = windows * epochs, [], []
        if len(run["loss"]) != count:
            count = min(windows, int((run["epoch"] == run["epoch"][:1]).sum()))
        for k in range(count):
            run.steps.append(Moment(each, run, k, history))
            history.append(run.steps[-1].own.gradient)
    return run.steps


def first_fault(each: Attempt) -> Moment | None:
    """The first step of a run at which something is wrong."""
    return next((m for m in moments(each.case, each.yours["run"]) if m.faulty), None)


# ---- what a wrong number may be: a sentence, and a function of the run's own state


Guess = Callable[[Moment], Any]


def elsewhere(at: Callable[[Moment], int]) -> Guess:
    """Another window of the text, if it lies in it."""

    def reading(m: Moment) -> Reading | None:
        inside = 0 <= at(m) and at(m) + m.T < len(m.text)
        return m.reading(window=m.window(at(m))) if inside else None

    return reading


READINGS: dict[str, Guess] = {
    "the window read from h = 0": lambda m: m.reading(h=0 * m.h),
    "the window read from the state in which the step before ended": lambda m: m.reading(h=m.ended),
    "the window read after its update": lambda m: m.reading(m.due["params"]),
    "the window read after its update, from the state that it ended in": lambda m: m.reading(
        m.due["params"], m.due["h"]
    ),
    "the window with its inputs as targets": lambda m: m.reading(window=m.window()[:1] * 2),
    "the window with its own first character as last target": lambda m: m.reading(
        window=(m.window()[0], np.roll(m.window()[0], -1))
    ),
    "the window one character later": elsewhere(lambda m: m.at + 1),
    "the window one character earlier": elsewhere(lambda m: m.at - 1),
    "the window before": elsewhere(lambda m: m.at - m.T),
    "the window that follows": elsewhere(lambda m: m.at + m.T),
    "the text's first window": elsewhere(lambda m: 0),
    "the text's last window": elsewhere(lambda m: (setting(m.each)[2] - 1) * m.T),
}
# what a reading gives: its loss, its last state, the update with its gradient
TAKEN: dict[str, Callable[[Moment, Reading], Any]] = {
    "loss": lambda m, reading: reading.loss,
    "h": lambda m, reading: reading.H[:, -1],
    "params": lambda m, reading: m.updated(reading.gradient),
}


def costs(m: Moment) -> np.ndarray:
    """What each step of the window costs."""
    return -np.log(m.own.P[m.window()[1], np.arange(m.T)])


def clipped(m: Moment) -> np.ndarray:
    """The gradient that the update is made of."""
    return np.clip(m.own.gradient, -5, 5)


GUESSES: dict[str, dict[str, Guess]] = {
    "step": {
        "1 more than due": lambda m: m.count + 1,
        "the number of the window in its epoch": lambda m: m.place,
        "where the window starts": lambda m: m.at,
        "T times what is due": lambda m: m.count * m.T,
    },
    "epoch": {
        "1 more than due": lambda m: m.epoch + 1,
        "the number of the step": lambda m: m.count,
    },
    "loss": {
        "what is due divided by T": lambda m: m.due["loss"] / m.T,
        "that of the window without its last step": lambda m: sum(costs(m)[:-1]),
        "that of the window without its first step": lambda m: sum(costs(m)[1:]),
        "the smoothed loss": lambda m: 0.999 * m.smooth + 0.001 * m.due["loss"],
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
        "that without clipping": lambda m: m.ruled(lambda g: g),
        "that with the gradient divided by T": lambda m: m.ruled(lambda g: np.clip(g / m.T, -5, 5)),
        "that with the gradients of all steps so far added up": lambda m: m.updated(
            sum(m.history) + m.own.gradient
        ),
        "that with an empty memory": lambda m: m.updated(memory=0 * m.memory),
        "that with a memory that starts at 1": lambda m: m.updated(memory=m.memory + 1),
        "that with eta = 0.1": lambda m: m.updated(eta=0.1),
        "params - eta * gradient": lambda m: m.before - m.eta * clipped(m),
    },
}


def same_number(a: Any, b: Any) -> bool:
    """Whether two results are equal but for rounding, and finite."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    return same(a, b) and bool(np.isfinite(b).all())


def instead(name: str, cases: list[Moment]) -> str | None:
    """The first guess that is exactly the wrong result, in all cases."""
    for says, reading in READINGS.items() if name in TAKEN else ():
        if all((made := reading(m)) and same_number(m.yours[name], TAKEN[name](m, made))
               for m in cases):  # fmt: skip
            return f"that of {says}"
    for says, guess in GUESSES[name].items():
        if all(same_number(m.yours[name], guess(m)) for m in cases):
            return says
    return None


# ---- what is said of all wrong runs


def faults(evidence: Evidence) -> list[Moment]:
    """The first faulty step of each wrong run, where there is one."""
    found = [first_fault(each) for each in evidence.wrong]
    return [moment for moment in found if moment is not None]


def are(names: Any) -> str:
    """The verb after so many names."""
    return "is" if len(names) == 1 else "are"


def what_it_is_instead(evidence: Evidence) -> list[str]:
    """What the wrong numbers are, in all runs where they are the first to be wrong."""
    found, groups = faults(evidence), {}
    for name in NAMES:
        cases = [m for m in found if name in m.faulty]
        if len(cases) >= LEAST and (says := instead(name, cases) or ratio(name, cases)):
            groups.setdefault(says, []).append(NAMES[name])
    return [
        f"Where {listed(names)} first {'goes' if len(names) == 1 else 'go'} wrong, "
        f"{'it is' if len(names) == 1 else 'they are'} "
        f"{says if len(names) == 1 else says.replace('that of', 'those of', 1)}."
        for says, names in groups.items()
    ]


def ratio(name: str, cases: list[Moment]) -> str | None:
    """A number that turns what is due into what there is."""
    if name in ("step", "epoch"):
        return None
    pairs = [(np.asarray(m.yours[name]), np.asarray(m.due[name])) for m in cases]
    if name == "params":  # the change, not what is changed
        pairs = [(a - m.before, b - m.before) for (a, b), m in zip(pairs, cases, strict=True)]
    times = float((pairs[0][0] * pairs[0][1]).sum() / max((pairs[0][1] ** 2).sum(), 1e-300))
    if not all(same_number(a, times * b) for a, b in pairs):
        return None
    return f"{num(times)} times what is due" + " as a change" * (name == "params")


def how_it_is_smoothed(evidence: Evidence) -> list[str]:
    """The smoothed loss as a sum of so much of the one before and so much of the loss."""
    steps = [m for each in evidence.attempts for m in moments(each.case, each.yours["run"])]
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
    if any(
        math.prod(setting(t.case)[2:]) != len(t.yours["run"]["loss"]) for t in evidence.attempts
    ):
        return []
    steps = [m for each in evidence.attempts for m in moments(each.case, each.yours["run"])]
    wrong = {name for m in steps for name in m.faulty}
    if not wrong or len(wrong) == len(NAMES):
        return []
    bad = [NAMES[name] for name in NAMES if name in wrong]
    return [
        f"Judging each step from your own numbers before it, only {listed(bad)} {are(bad)} "
        "ever wrong."
    ]


# from N, T, the windows of an epoch, and epochs
NUMBERS: dict[str, Callable[[int, int, int, int], int]] = {
    "there is no step": lambda N, T, w, e: 0,
    "each epoch has one step less than due": lambda N, T, w, e: (w - 1) * e,
    "there is one epoch less than due": lambda N, T, w, e: w * (e - 1),
    "there is one step an epoch": lambda N, T, w, e: e,
    "each epoch has a step for the rest of the text": lambda N, T, w, e: -(-(N - 1) // T) * e,
}


def how_many_steps(evidence: Evidence) -> list[str]:
    """What the numbers of steps are, in all runs; nobody counts beyond three too many."""
    counts = []
    for each in evidence.attempts:
        text, T, windows, epochs = setting(each.case)
        counts.append((len(each.yours["run"]["loss"]), len(text), T, windows, epochs))
    if sum(n != windows * epochs for n, _, _, windows, epochs in counts) < LEAST:
        return []
    for says, formula in NUMBERS.items():
        if all(n == min(formula(N, T, w, e), w * e + 3) for n, N, T, w, e in counts):
            return [f"In all runs {says}."]
    return []


# ---- what is said of the run that is shown


def about_run(each: Attempt) -> list[str]:
    """The first wrong step of the run, and what is wrong beside the steps."""
    run, m, said = each.yours["run"], first_fault(each), []
    if m is not None:
        names, window = [NAMES[name] for name in m.faulty], f"from {m.at} to {m.at + m.T - 1}"
        where = f"Step {m.count} (epoch {m.epoch}, window {window})"
        said.append(f"{where}: {listed(names)} {are(names)} wrong.")
        said += ["All before it is right."] * bool(m.count)
    n, due = len(run["loss"]), math.prod(setting(each.case)[2:])
    if n != due:
        least, steps = "at least " * (n == due + 3), "step" if n == 1 else "steps"
        said.append(f"There {'is' if n == 1 else 'are'} {least}{n} {steps}; expected {due}.")
    return [" ".join(said)] * bool(said) + run["broken"]


def picture_of_run(each: Attempt) -> list[str]:
    """The first wrong number of the run, what is due, how that is made, and what yours is."""
    m, (text, T, windows, epochs) = first_fault(each), setting(each.case)
    if m is None:
        starts = ", ".join(str(k * T) for k in range(windows))
        says = f"  N = {len(text)}, T = {T}: windows start at {starts} in each epoch"
        return [says] * (len(each.yours["run"]["loss"]) != windows * epochs)
    name = m.faulty[0]
    title = NAMES[name].removeprefix("the number of ").removeprefix("the ")
    lines = update_by_hand(m) if name == "params" else [
        f"  {title}, yours     {text_of(m.yours[name])}",
        f"  {title}, expected  {text_of(m.due[name])}   (from your own numbers before)",
        *([f"    from h = {text_of(m.h)}"] if name == "loss" else []),
        *arithmetic(by_hand(m, name)),
    ]  # fmt: skip
    says, what = instead(name, [m]), "The update" if name == "params" else text_of(m.yours[name])
    telling = says is not None and name not in ("step", "epoch")
    return lines + filled(f"{what} is {says}.", "  ") * telling


def text_of(value: Any) -> str:
    """A number or a few."""
    if isinstance(value, np.ndarray) and value.ndim:
        return "[" + "  ".join(num(float(x)) for x in value) + "]"
    return num(value)


def by_hand(m: Moment, name: str) -> list[tuple[str, str, Any]]:
    """How a result is made."""
    if name == "smooth_loss" and m.count:
        expression = f"0.999 * {num(m.smooth)} + 0.001 * {num(m.yours['loss'])}"
        return [("by hand", expression, m.due[name])]
    if name == "loss" and m.T <= 4:
        each = [(f"step {t}, -ln P of the target", f"-ln {num(math.exp(-cost))}", cost)
                for t, cost in enumerate(costs(m))]  # fmt: skip
        return [*each, ("together", "", m.due["loss"])]
    return []


def update_by_hand(m: Moment) -> list[str]:
    """One entry of params, before and after."""
    mine, due = m.yours["params"], m.due["params"]
    k = max((k for k in range(len(due)) if not same(mine[k], due[k])),
            key=lambda k: abs(mine[k] - due[k]))  # fmt: skip
    g, limited, old = float(m.own.gradient[k]), float(clipped(m)[k]), float(m.before[k])
    memory, places = float(m.memory[k]), shaped(np.arange(len(due)), len(m.h), m.K)
    name = next(f"{n}[{i},{j}]" for n, part in places.items() for i, j in np.argwhere(part == k))
    move = f"{num(m.eta)} * {factor(limited)} / sqrt({num(memory + limited**2)})"
    steps = [
        ("gradient", "", g),
        *([("clipped", "", limited)] if limited != g else []),
        ("memory", f"{num(memory)} + {factor(limited)}^2", memory + limited**2),
        ("together", f"{num(old)} - {move}", float(due[k])),
    ]
    return [
        f"  {name}, before    {num(old)}",
        f"  {name}, yours     {num(mine[k])}",
        f"  {name}, expected  {num(due[k])}   (from your own params before this step)",
        *arithmetic(steps),
    ]
