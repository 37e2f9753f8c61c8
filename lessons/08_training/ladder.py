"""Small cases of lesson 8: first weights by their statistics, training as tiny runs."""

import math
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lessons.checking.calling import Function
from lessons.checking.contract import tensors
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Case, Ladder, Rung, Try, case, same, tenths
from lessons.checking.explaining.tables import arithmetic, factor, listed, num
from lessons.checking.failure import Wrong
from lessons.checking.values import copied
from reference.backward import backward
from reference.encoding import one_hot
from reference.forward import forward
from reference.loss import cross_entropy
from reference.training import training_steps as right_steps

Params = dict[str, np.ndarray]
ORDER = "UWVbc"


class Shown(dict[str, Any]):
    """What a call leaves; two look the same in four digits if their reprs are equal."""

    steps: list["Moment"] | None = None  # of a run, each judged, once they have been

    def __repr__(self) -> str:
        """A few letters made of all numbers, as they would be shown."""
        text = repr([shown(value) for value in self.values()])
        return f"<{zlib.crc32(text.encode()):08x}>"


def shown(value: Any) -> Any:
    """A value in four digits."""
    return [num(x) for x in value.ravel()] if isinstance(value, np.ndarray) else num(value)


def flat(params: Params) -> np.ndarray:
    """All entries of the five tensors, one after another."""
    return np.concatenate([params[name].ravel() for name in ORDER])


def shaped(values: np.ndarray, m: int, K: int) -> Params:
    """The five tensors with these entries."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    sizes = np.cumsum([rows * columns for rows, columns in shapes.values()])
    pieces = np.split(values, sizes[:-1])
    return {n: piece.reshape(shapes[n]) for n, piece in zip(shapes, pieces, strict=True)}


# ---- first weights: what is measured of them


CLOSE = 0.15  # what 4,000 draws differ in from case to case is 7 times smaller


def near(a: Any, b: Any) -> bool:
    """Whether two measured numbers agree, as those of two right answers do."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= CLOSE * max(abs(a), abs(b), 1)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def measured(function: Function, each: Case) -> dict[str, Any]:
    """Deviation and mean in units of sigma, shape of the distribution, biases, use of rng."""
    K, m, seed = each.arguments
    sigma = each.options.get("sigma", 0.01)
    params = function.in_place(K, m, np.random.default_rng(seed), **each.options)
    facts = Shown()
    for name in "UWV":
        w = params[name]
        spread = float(w.std()) if np.ptp(w) else 0.0  # rounding leaves equal numbers a little
        facts[f"deviation of {name}"] = spread / sigma
        facts[f"mean of {name}"] = float(w.mean()) / spread if spread else 0.0
    facts |= {
        "share": beyond(params),
        "distinct": distinct(params),
        "biases": biases(params, sigma),
    }
    facts["copies"] = copies(function, seed)
    facts["rng"] = use_of_rng(function, seed)
    return {"params": facts}


def beyond(params: Params) -> float:
    """Ten times the share of weights further than two deviations from their mean."""
    apart = [(abs(w - w.mean()).ravel(), w.std()) for w in (params[n] for n in "UWV") if np.ptp(w)]
    return 10 * float(np.concatenate([[0.0], *(a > 2 * s for a, s in apart)]).mean())


def distinct(params: Params) -> str:
    """Whether the entries of each tensor are different numbers."""
    few = [n for n in "UWV" if len(np.unique(params[n])) < 0.9 * params[n].size]
    if any(not params[n].any() for n in "UWV"):
        return "zero"
    return "repeated" if few else "all different"


def biases(params: Params, sigma: float) -> str:
    """What the biases are."""
    both = np.concatenate([params["b"].ravel(), params["c"].ravel()])
    if not both.any():
        return "zero"
    return f"all {num(both[0])}" if np.ptp(both) == 0 else "different numbers"


def copies(function: Function, seed: int) -> list[str]:
    """Which weights hold the same numbers, in a square network."""
    params = function.in_place(4, 4, np.random.default_rng(seed))
    found = []
    for a, b in ("UW", "UV", "WV"):
        if np.ptp(params[a], axis=0).any():
            found += [f"{b} is {a}"] * np.array_equal(params[a], params[b])
            found += [f"{b} is {a} transposed"] * np.array_equal(params[a], params[b].T)
    return found


def use_of_rng(function: Function, seed: int) -> list[str]:
    """What is wrong in how the weights follow from rng."""
    rng = np.random.default_rng(seed)
    one, two = (flat(function.in_place(3, 2, rng)) for _ in range(2))
    again = flat(function.in_place(3, 2, np.random.default_rng(seed)))
    other = flat(function.in_place(3, 2, np.random.default_rng(seed + 1)))
    found = []
    if not np.array_equal(one, again):
        found.append("the same state of rng gives other weights")
    if np.array_equal(one, other):
        found.append("another rng gives the same weights")
    if np.array_equal(one, two):
        found.append("a second call with one rng gives the same weights")
    return found


def first_rung(says: str, **options: Any) -> Rung:
    """Weights of 60 characters and 70 units."""
    return Rung(
        says,
        case(60, 70, 1, **options),
        lambda rng: case(61, 69, int(rng.integers(1000)), **options),
        siblings=1,
    )


SPREADS: dict[str, Callable[[float, int], float]] = {
    "sigma squared": lambda sigma, columns: sigma**2,
    "sqrt(sigma)": lambda sigma, columns: math.sqrt(sigma),
    "1, whatever sigma is": lambda sigma, columns: 1.0,
    "0.01, whatever sigma is": lambda sigma, columns: 0.01,
    "1 / sigma": lambda sigma, columns: 1 / sigma,
    "2 sigma": lambda sigma, columns: 2 * sigma,
    "sigma / 2": lambda sigma, columns: sigma / 2,
    "sigma / sqrt(3), as of numbers between -sigma and sigma": lambda sigma, columns: (
        sigma / math.sqrt(3)
    ),
    "sigma / sqrt(12), as of numbers between 0 and sigma": lambda sigma, columns: (
        sigma / math.sqrt(12)
    ),
    "1 / sqrt(number of columns)": lambda sigma, columns: 1 / math.sqrt(columns),
    "sigma / sqrt(number of columns)": lambda sigma, columns: sigma / math.sqrt(columns),
    "sqrt(2 / number of columns)": lambda sigma, columns: math.sqrt(2 / columns),
    "sqrt(sigma) / 1000": lambda sigma, columns: math.sqrt(sigma) / 1000,
}


def columns_of(each: Case) -> dict[str, int]:
    """How many columns each of the weights has."""
    K, m = each.arguments[:2]
    return {"U": K, "W": m, "V": m}


def spread_follows(evidence: Evidence) -> list[str]:
    """Which formula the measured deviations follow, in every case within 10 %."""
    said = []
    for name in "UWV":
        key = f"deviation of {name}"
        if all(near(t.yours["params"][key], t.due["params"][key]) for t in evidence.tries):
            continue
        for says, formula in SPREADS.items():
            if all(spread_is(t, name, key, formula) for t in evidence.tries):
                said.append(f"The standard deviation of {name} is about {says}.")
                break
        else:
            said += which_sigma(evidence, name, key)
    return said


def spread_is(each: Try, name: str, key: str, formula: Callable[[float, int], float]) -> bool:
    """Whether a measured deviation is what the formula gives."""
    sigma = each.case.options.get("sigma", 0.01)
    due = formula(sigma, columns_of(each.case)[name])
    return abs(each.yours["params"][key] * sigma - due) <= 0.1 * due


def which_sigma(evidence: Evidence, name: str, key: str) -> list[str]:
    """Under which sigma the deviation is right."""
    right = [near(t.yours["params"][key], t.due["params"][key]) for t in evidence.tries]
    given = ["sigma" in t.case.options for t in evidence.tries]
    if right == given:
        return [f"The deviation of {name} is right when sigma is given, and not by default."]
    if not any(right):
        return [f"The deviation of {name} is wrong by default and for each sigma tried."]
    return []


def facts_of_weights(each: Try) -> list[str]:
    """What of the measured facts is not as it should be, in one sentence each."""
    if "params" not in each.yours:
        return []
    yours, due, said = each.yours["params"], each.due["params"], []
    off = [n for n in "UWV" if not near(yours[f"deviation of {n}"], due[f"deviation of {n}"])]
    if off:
        said.append(f"The standard deviation of {listed(off)} is not sigma.")
    off = [n for n in "UWV" if not near(yours[f"mean of {n}"], due[f"mean of {n}"])]
    if off:
        said.append(f"The mean of {listed(off)} is not 0.")
    if yours["distinct"] == "zero":
        said.append("Weights are zero throughout.")
    elif yours["distinct"] == "repeated":
        said.append("Weights repeat the same numbers; each entry is drawn by itself.")
    elif not near(yours["share"], due["share"]):
        said.append(
            f"{10 * yours['share']:.3g} % of the weights lie beyond two standard deviations; "
            "of a normal distribution 4.6 % do."
        )
    if yours["biases"] != "zero":
        said.append(f"The biases are {yours['biases']}; they start at 0.")
    said += [f"{copy[0].upper()}{copy[1:]}." for copy in yours["copies"]]
    said += [f"{fact[0].upper()}{fact[1:]}." for fact in yours["rng"]]
    return said


def measured_table(each: Try) -> list[str]:
    """Measured deviations and means beside those that are due."""
    sigma = each.case.options.get("sigma", 0.01)
    lines = [f"  {'':<30}{'U':>10}{'W':>10}{'V':>10}"]
    for key, unit in (("deviation", sigma), ("mean", 1.0)):
        row = [each.yours["params"][f"{key} of {name}"] * unit for name in "UWV"]
        label = "standard deviation" if key == "deviation" else "mean / standard deviation"
        due = sigma if key == "deviation" else 0.0
        lines.append(f"  {label + ', yours':<30}" + "".join(f"{x:>10.3g}" for x in row))
        lines.append(f"  {'expected, about':<30}" + f"{due:>10.3g}" * 3)
    return lines


INITIALISE = Ladder(
    "initialise",
    (
        first_rung("sigma by default"),
        first_rung("sigma = 0.5", sigma=0.5),
        first_rung("sigma = 2", sigma=2.0),
    ),
    measured,
    shows=lambda each: {
        "K": each.arguments[0],
        "m": each.arguments[1],
        "sigma": each.options.get("sigma", 0.01),
    },
    says="gives wrong first weights",
    about=facts_of_weights,
    picture=measured_table,
    findings=(spread_follows,),
    same=near,
)


# ---- tiny runs: what they leave


EARLY = "params have changed before the first Step was asked for; use `yield`, a step at a time."
REBOUND = 'params["{}"] is another array after the run; change the one that is there.'
LATER = "The h of an earlier Step is changed by later steps; hand out a new array each time."
VIEW = "h is a view of a parameter; hand out an array of its own."
TEXT = "The indices are changed."


def observed(function: Function, each: Case) -> dict[str, Any]:
    """The steps of a run, the params after each of them, and what else it did."""
    params, indices = copied(each.arguments[0]), each.arguments[1].copy()
    given, start = dict(params), flat(params)
    steps = function.in_place(params, indices, each.arguments[2], **each.options)
    broken = [] if np.array_equal(flat(params), start) else [EARLY]
    seen, after = [], []
    for step in as_many_as_come(steps):
        seen.append((step.step, step.epoch, step.loss, step.smooth_loss, step.h.copy(), step.h))
        after.append(entries(params, each.arguments[0]))
    broken += [REBOUND.format(name) for name in ORDER if params[name] is not given[name]][:1]
    broken += [LATER] * any(not np.array_equal(h, then) for *_, then, h in seen)
    broken += [VIEW] * any(is_view(h, params) for *_, h in seen)
    broken += [TEXT] * (not np.array_equal(indices, each.arguments[1]))
    numbers, epochs, losses, smooth, states, _ = zip(*seen, strict=True) if seen else [()] * 6
    run = Shown(
        loss=np.array(losses, dtype=float),
        params=np.array(after),
        step=np.array(numbers, dtype=int),
        epoch=np.array(epochs, dtype=int),
        smooth_loss=np.array(smooth, dtype=float),
        h=np.array([h[:, 0] for h in states]),
        broken=broken,
    )
    states_at_the_end(each, run)
    return {"run": run}


def entries(params: Params, like: Params) -> np.ndarray:
    """All entries of the five tensors, if they are what they should be."""
    fit = params.keys() >= like.keys() and all(
        isinstance(params[name], np.ndarray) and params[name].shape == like[name].shape
        for name in ORDER
    )
    values = flat(params) if fit else np.array([math.nan])
    if values.dtype != np.float64 or not np.isfinite(values).all():
        tensors("params after a step", params, like)
    return values


def is_view(h: np.ndarray, params: Params) -> bool:
    """Whether a state is a parameter or a view of one."""
    if h.flags.owndata:
        return any(h is p for p in params.values())
    return any(np.shares_memory(h, p) for p in params.values())


def as_many_as_come(steps: Iterator[Any]) -> Iterator[Any]:
    """The steps; if there are too few or too many, that shows in their number."""
    try:
        yield from steps
    except Wrong as wrong:
        if "due" not in wrong.message:
            raise


def states_at_the_end(each: Case, run: Shown) -> None:
    """At the end of an epoch zeros are as good as the last state, which takes their place."""
    indices, T, windows = setting(each)
    for count in range(len(run["h"])):
        if windows and count % windows == windows - 1 and not run["h"][count].any():
            before = run["params"][count - 1] if count else flat(each.arguments[0])
            h = run["h"][count - 1] if windows > 1 else 0 * run["h"][count]
            at = (count % windows) * T
            x, y = indices[at : at + T], indices[at + 1 : at + T + 1]
            run["h"][count] = read(each, before, h, x, y).H[:, -1]


def setting(each: Case) -> tuple[np.ndarray, int, int]:
    """The text, T, and the number of windows in it."""
    indices, T = each.arguments[1], each.options.get("seq_length", 25)
    return indices, T, (len(indices) - 1) // T


def as_due(each: Try) -> int:
    """How many steps are due."""
    return setting(each.case)[2] * int(each.case.options.get("epochs", 1))


@dataclass
class Reading:
    """What a window gives."""

    P: np.ndarray
    H: np.ndarray
    A: np.ndarray
    loss: float
    gradient: np.ndarray


def read(each: Case, theta: np.ndarray, h: np.ndarray, x: np.ndarray, y: np.ndarray) -> Reading:
    """Read a window with these params, from this state."""
    K, m = each.arguments[2], len(h)
    params = shaped(theta, m, K)
    X, Y = one_hot(x, K), one_hot(y, K)
    P, H, A = forward(params, X, h[:, None])
    return Reading(P, H, A, cross_entropy(P, Y), flat(backward(params, X, Y, P, H)))


@dataclass
class Moment:
    """A step of a run: what it started from, what it left, and what it should have left."""

    each: Case
    count: int
    epoch: int
    place: int  # of its window in the epoch
    before: np.ndarray  # the entries of params
    h: np.ndarray
    smooth: float | None
    memory: np.ndarray
    since: np.ndarray  # the memory of this epoch alone
    history: list[np.ndarray]  # the gradients of the steps before
    yours: dict[str, Any]
    earlier: dict[str, np.ndarray]  # what the steps before this one left
    due: dict[str, Any] = field(default_factory=dict)

    @property
    def T(self) -> int:
        """The length of a window."""
        return setting(self.each)[1]

    @property
    def at(self) -> int:
        """Where the window starts."""
        return self.place * self.T

    @property
    def eta(self) -> float:
        """The step size."""
        return float(self.each.options.get("eta", 0.1))

    def window(self, at: int | None = None, ahead: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Inputs and targets."""
        at = self.at if at is None else at
        indices = self.each.arguments[1]
        return indices[at : at + self.T], indices[at + ahead : at + ahead + self.T]

    @cached_property
    def own(self) -> Reading:
        """What the window gives."""
        return read(self.each, self.before, self.h, *self.window())

    @cached_property
    def faulty(self) -> list[str]:
        """Which of its results are wrong."""
        return [name for name in self.due if not same(self.yours[name], self.due[name])]

    def reading(
        self,
        theta: np.ndarray | None = None,
        h: np.ndarray | None = None,
        window: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Reading:
        """What the window gives, or another one, or the same with something changed."""
        if theta is None and h is None and window is None:
            return self.own
        theta = self.before if theta is None else theta
        return read(self.each, theta, self.h if h is None else h, *(window or self.window()))

    def updated(
        self, gradient: np.ndarray | None = None, memory: Any = None, eta: float | None = None
    ) -> np.ndarray:
        """The params after an update, or after another one."""
        g = np.clip(self.own.gradient if gradient is None else gradient, -5, 5)
        memory = (self.memory if memory is None else memory) + g * g
        return self.before - (self.eta if eta is None else eta) * g / np.sqrt(memory + 1e-8)

    def ruled(self, rule: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
        """The params after an update in which a rule takes the place of clipping, all the time."""
        g = rule(self.own.gradient)
        memory = sum((rule(one) ** 2 for one in self.history), g * g)
        return self.before - self.eta * g / np.sqrt(memory + 1e-8)


def moments(each: Case, run: Shown) -> list[Moment]:
    """The steps of a run, each judged from the run's own state before it."""
    if run.steps is None:
        run.steps = judged(each, run)
    return run.steps


def judged(each: Case, run: Shown) -> list[Moment]:
    """The steps of a run, judged."""
    _, _, windows = setting(each)
    theta, zero = flat(each.arguments[0]), np.zeros(len(each.arguments[0]["b"]))
    h, smooth, memory, since, history = zero, None, 0 * theta, 0 * theta, []
    out = []
    due = windows * each.options.get("epochs", 1)
    last = due
    if len(run["loss"]) != due:  # steps of later epochs have no counterpart
        last = min(windows, int((run["epoch"] == run["epoch"][:1]).sum()))
    for count in range(last):
        epoch, place = divmod(count, windows)
        if place == 0:
            h, since = zero, 0 * theta
        yours = {name: run[name][count] for name in NAMES}
        yours |= {name: int(yours[name]) for name in ("step", "epoch")}
        yours |= {name: float(yours[name]) for name in ("loss", "smooth_loss")}
        earlier = {name: run[name][:count] for name in NAMES}
        moment = Moment(
            each, count, epoch, place, theta, h, smooth, memory, since, [*history], yours, earlier
        )
        reading = moment.reading()
        loss = reading.loss
        moment.due = {
            "step": count,
            "epoch": epoch,
            "loss": loss,
            "smooth_loss": loss if smooth is None else 0.999 * smooth + 0.001 * yours["loss"],
            "h": reading.H[:, -1],
            "params": moment.updated(reading.gradient),
        }
        if smooth is None and not same(yours["loss"], loss):
            moment.due["smooth_loss"] = yours["loss"]
        out.append(moment)
        g = np.clip(reading.gradient, -5, 5)
        memory, since = memory + g * g, since + g * g
        history.append(reading.gradient)
        theta, h, smooth = yours["params"], yours["h"], yours["smooth_loss"]
    return out


NAMES = {
    "step": "the number of the step",
    "epoch": "the epoch",
    "loss": "the loss",
    "smooth_loss": "the smoothed loss",
    "h": "the state h",
    "params": "what the update makes of params",
}


def first_fault(each: Try) -> Moment | None:
    """The first step of a run at which something is wrong."""
    return next((m for m in moments(each.case, each.yours["run"]) if m.faulty), None)


# ---- what a wrong number may be


Guess = Callable[[Moment], Any]


def shifted(by: Callable[[Moment], int]) -> Guess:
    """The loss of a window that starts elsewhere."""

    def loss(moment: Moment) -> float | None:
        at = by(moment)
        inside = 0 <= at and at + moment.T < len(moment.each.arguments[1])
        return moment.reading(window=moment.window(at)).loss if inside else None

    return loss


def other_targets(change: Callable[[Moment], tuple[np.ndarray, np.ndarray]]) -> Guess:
    """The loss with other inputs or targets."""
    return lambda moment: moment.reading(window=change(moment)).loss


def ended_before(moment: Moment) -> np.ndarray | None:
    """The state in which the step before ended."""
    return moment.earlier["h"][-1] if moment.count else None


def part_of_loss(steps: slice) -> Guess:
    """The loss of some steps of the window alone."""

    def loss(moment: Moment) -> float:
        y = moment.window()[1]
        P = moment.reading().P
        return float(-np.log(P[y, np.arange(moment.T)])[steps].sum())

    return loss


def carried_over(moment: Moment) -> float | None:
    """The loss from the state of the step before, where an epoch starts."""
    h = ended_before(moment)
    return None if h is None or moment.place else moment.reading(h=h).loss


def again(moment: Moment) -> Reading:
    """The window read after the update, from the state that it ended in."""
    return moment.reading(moment.due["params"], moment.due["h"])


def stale(moment: Moment) -> float | None:
    """The loss with the params from before the last update."""
    if not moment.count:
        return None
    earlier = moment.earlier["params"]
    theta = earlier[-2] if moment.count > 1 else flat(moment.each.arguments[0])
    return moment.reading(theta).loss


LOSSES: dict[str, Guess] = {
    "that from h = 0": lambda m: m.reading(h=0 * m.h).loss,
    "that from the state in which the epoch before ended": carried_over,
    "that after the update, from the same state": lambda m: m.reading(m.due["params"]).loss,
    "that after the update, from the state that the window ended in": lambda m: again(m).loss,
    "what is due divided by T": lambda m: m.due["loss"] / m.T,
    "what is due divided by T - 1": lambda m: m.due["loss"] / max(m.T - 1, 1),
    "what is due times T": lambda m: m.due["loss"] * m.T,
    "what is due divided by K": lambda m: m.due["loss"] / m.each.arguments[2],
    "what is due in bits, divided by ln 2": lambda m: m.due["loss"] / math.log(2),
    "what is due with the sign turned": lambda m: -m.due["loss"],
    "that with the inputs as targets": other_targets(lambda m: m.window()[:1] * 2),
    "that with inputs and targets exchanged": other_targets(lambda m: m.window()[::-1]),
    "that with the window's first character as last target": other_targets(
        lambda m: (m.window()[0], np.roll(m.window()[0], -1))
    ),
    "that with the targets two characters later": lambda m: (
        m.reading(window=m.window(ahead=2)).loss if len(m.window(ahead=2)[1]) == m.T else None
    ),
    "that of the window one character later": shifted(lambda m: m.at + 1),
    "that of the window one character earlier": shifted(lambda m: m.at - 1),
    "that of the window as many characters later as windows were read": shifted(
        lambda m: m.at + m.place
    ),
    "that of the window as many characters earlier as windows were read": shifted(
        lambda m: m.at - m.place
    ),
    "that of the window that starts at the number of the step": shifted(lambda m: m.count),
    "that of the window before": shifted(lambda m: m.at - m.T),
    "that of the window after": shifted(lambda m: m.at + m.T),
    "that of the text's first window": shifted(lambda m: 0),
    "that of the window two windows after": shifted(lambda m: m.at + 2 * m.T),
    "that of the window twice as far into the text": shifted(lambda m: 2 * m.at),
    "that of the text's last window": shifted(lambda m: (setting(m.each)[2] - 1) * m.T),
    "that of the window that ends with the text": shifted(
        lambda m: len(m.each.arguments[1]) - 1 - m.T
    ),
    "that of the window without its last step": part_of_loss(slice(None, -1)),
    "that of the window without its first step": part_of_loss(slice(1, None)),
    "that of the window's last step alone": part_of_loss(slice(-1, None)),
    "that of the window's first step alone": part_of_loss(slice(0, 1)),
    "that with the params from before the last update": stale,
    "the smoothed loss": lambda m: (
        None if m.smooth is None else 0.999 * m.smooth + 0.001 * m.due["loss"]
    ),
    "the sum of all losses so far": lambda m: float(m.earlier["loss"].sum()) + m.due["loss"],
}


def smoothed(weight: float, new: float | None = None) -> Guess:
    """Another mean of the smoothed loss before and the new loss."""
    new = 1 - weight if new is None else new
    return lambda m: None if m.smooth is None else weight * m.smooth + new * m.yours["loss"]


def from_before(start: Guess) -> Guess:
    """The first smoothed loss, if there was one before it."""
    return lambda m: 0.999 * start(m) + 0.001 * m.yours["loss"] if m.smooth is None else None


def of_last_loss(moment: Moment) -> float | None:
    """The smoothed loss made with the loss of the step before."""
    if moment.smooth is None:
        return None
    return 0.999 * moment.smooth + 0.001 * float(moment.earlier["loss"][-1])


SMOOTHED: dict[str, Guess] = {
    "0.001 of the one before and 0.999 of the loss": smoothed(0.001),
    "0.99 of the one before and 0.01 of the loss": smoothed(0.99),
    "0.9 of the one before and 0.1 of the loss": smoothed(0.9),
    "the loss itself": lambda m: m.yours["loss"],
    "0.001 of the loss, as though from 0": from_before(lambda m: 0.0),
    "0.999 of T ln K and 0.001 of the loss": from_before(
        lambda m: m.T * math.log(m.each.arguments[2])
    ),
    "T ln K": lambda m: m.T * math.log(m.each.arguments[2]),
    "0": lambda m: 0.0,
    "the one before, without this step's loss": lambda m: m.smooth,
    "the mean of all losses so far": lambda m: (
        (float(m.earlier["loss"].sum()) + m.yours["loss"]) / (m.count + 1)
    ),
    "the smallest loss so far": lambda m: min([*m.earlier["loss"], m.yours["loss"]]),
    "the sum of all losses so far": lambda m: float(m.earlier["loss"].sum()) + m.yours["loss"],
    "0.999 of the one before and 0.001 of the last step's loss": of_last_loss,
    "0.999 of the first loss and 0.001 of this step's": lambda m: (
        0.999 * float(m.earlier["loss"][0]) + 0.001 * m.yours["loss"] if m.count else None
    ),
    "0.999 of the last step's loss and 0.001 of this step's": lambda m: (
        0.999 * float(m.earlier["loss"][-1]) + 0.001 * m.yours["loss"] if m.count else None
    ),
    "0.999 of the one before plus the whole loss": smoothed(0.999, 1.0),
    "0.999 of the one before, less 0.001 of the loss": smoothed(0.999, -0.001),
    "the one before plus 0.001 of the loss": smoothed(1.0, 0.001),
    "what is due if the loss were that after the update": lambda m: (
        None if m.smooth is None
        else 0.999 * m.smooth + 0.001 * m.reading(m.due["params"]).loss
    ),
    "what is due divided by T": lambda m: m.due["smooth_loss"] / m.T,
}  # fmt: skip

STATES: dict[str, Guess] = {
    "the state that the window started from": lambda m: m.h,
    "0": lambda m: 0 * m.h,
    "the one before the window's last character, H[:,T-1]": lambda m: m.reading().H[:, -2],
    "the one after the window's first character, H[:,1]": lambda m: m.reading().H[:, 1],
    "the last pre-activation, A[:,T-1]": lambda m: m.reading().A[:, -1],
    "made with the params after the update": lambda m: m.reading(m.due["params"]).H[:, -1],
    "made with the params after the update, from the state that the window ended in": lambda m: (
        again(m).H[:, -1]
    ),
    "the state that a second reading of the window ends in": lambda m: m.reading(h=m.due["h"]).H[
        :, -1
    ],
    "the mean of the window's states": lambda m: m.reading().H[:, 1:].mean(axis=1),
    "the sum of the window's states": lambda m: m.reading().H[:, 1:].sum(axis=1),
    "that from h = 0": lambda m: m.reading(h=0 * m.h).H[:, -1],
    "that from the state in which the epoch before ended": lambda m: (
        m.reading(h=ended_before(m)).H[:, -1] if m.count and not m.place else None
    ),
    "what is due with the sign turned": lambda m: -m.due["h"],
    "in reverse order": lambda m: m.due["h"][::-1],
    "what is due plus the state before": lambda m: m.due["h"] + m.h,
}


def clipped_to(low: float, high: float) -> Guess:
    """An update with other limits."""
    return lambda m: m.ruled(lambda g: np.clip(g, low, high))


def scaled_to(norm: Callable[[Moment, np.ndarray], Any]) -> Guess:
    """An update with the gradient scaled down to a norm of 5."""
    return lambda m: m.ruled(lambda g: g * np.minimum(1, 5 / np.maximum(norm(m, g), 1e-9)))


def norm_of_each(moment: Moment, g: np.ndarray) -> np.ndarray:
    """The norm of each tensor, at each of its entries."""
    parts = shaped(g, len(moment.h), moment.each.arguments[2])
    return np.concatenate([np.full(part.size, np.linalg.norm(part)) for part in parts.values()])


def without(names: str) -> Guess:
    """An update that leaves some of the tensors as they are."""

    def update(m: Moment) -> np.ndarray:
        sizes = (len(m.h), m.each.arguments[2])
        old, new = shaped(m.before, *sizes), shaped(m.updated(), *sizes)
        return flat({n: old[n] if n in names else new[n] for n in ORDER})

    return update


def gradient_of(window: Callable[[Moment], tuple[np.ndarray, np.ndarray]]) -> Guess:
    """An update with the gradient of other inputs or targets."""
    return lambda m: m.updated(m.reading(window=window(m)).gradient)


def ratio_to_root(root: Callable[[np.ndarray], np.ndarray]) -> Guess:
    """An update with another divisor, made of the new memory."""

    def update(m: Moment) -> np.ndarray:
        g = np.clip(m.reading().gradient, -5, 5)
        return m.before - m.eta * g / root(m.memory + g * g)

    return update


def with_memory_before(m: Moment) -> np.ndarray:
    """An update that divides by the memory as it was."""
    g = np.clip(m.reading().gradient, -5, 5)
    return m.before - m.eta * g / np.sqrt(m.memory + 1e-8)


UPDATES: dict[str, Guess] = {
    "none: params are as before": lambda m: m.before,
    "that without clipping": clipped_to(-math.inf, math.inf),
    "that with gradients clipped to [-1, 1]": clipped_to(-1, 1),
    "that with gradients clipped to [-10, 10]": clipped_to(-10, 10),
    "that with gradients clipped to [-2, 2]": clipped_to(-2, 2),
    "that with gradients clipped to [0, 5]": clipped_to(0, 5),
    "that with gradients clipped to at most 5, and not from below": clipped_to(-math.inf, 5),
    "that with gradients clipped to at least -5, and not from above": clipped_to(-5, math.inf),
    "that with each tensor's gradient scaled to a norm of at most 5": scaled_to(norm_of_each),
    "that with all gradients scaled to a norm of at most 5": scaled_to(
        lambda m, g: np.linalg.norm(g)
    ),
    "that with an empty memory": lambda m: m.updated(memory=0 * m.memory),
    "that with the memory of this epoch alone": lambda m: m.updated(memory=m.since),
    "that with the memory from before this window": with_memory_before,
    "that with eta = 0.1": lambda m: m.updated(eta=0.1),
    "that with eta = 0.01": lambda m: m.updated(eta=0.01),
    "that with eta divided by the number of the epoch, from 1": lambda m: m.updated(
        eta=m.eta / (m.epoch + 1)
    ),
    "that with eta divided by the number of the step, from 1": lambda m: m.updated(
        eta=m.eta / (m.count + 1)
    ),
    "what is due with the sign turned": lambda m: 2 * m.before - m.updated(),
    "params - eta * gradient": lambda m: m.before - m.eta * np.clip(m.reading().gradient, -5, 5),
    "params - eta * gradient, unclipped": lambda m: m.before - m.eta * m.reading().gradient,
    "that with the gradient divided by T": lambda m: m.ruled(lambda g: np.clip(g / m.T, -5, 5)),
    "that with the gradient times T": lambda m: m.ruled(lambda g: np.clip(g * m.T, -5, 5)),
    "that with the gradient from h = 0": lambda m: m.updated(m.reading(h=0 * m.h).gradient),
    "that with the gradients of all steps so far added up": lambda m: m.updated(
        sum(m.history) + m.reading().gradient
    ),
    "that with the gradient of the inputs as targets": gradient_of(lambda m: m.window()[:1] * 2),
    "that with the gradient of inputs and targets exchanged": gradient_of(
        lambda m: m.window()[::-1]
    ),
    "that of the text's first window": gradient_of(lambda m: m.window(0)),
    "that of the window before": lambda m: (
        m.updated(m.reading(window=m.window(m.at - m.T)).gradient) if m.place else None
    ),
    "that with the params after one update": lambda m: m.updated(
        m.reading(m.due["params"]).gradient
    ),
    "that without b and c": without("bc"),
    "that without U, W and V": without("UWV"),
    **{f"that without {name}": without(name) for name in ORDER},
    "that with eps after the root, sqrt(memory) + 1e-8": ratio_to_root(lambda q: np.sqrt(q) + 1e-8),
    "that without the root, memory + eps": ratio_to_root(lambda q: q + 1e-8),
    "that with eps = 1e-4": ratio_to_root(lambda q: np.sqrt(q + 1e-4)),
    "that with eps = 1e-6": ratio_to_root(lambda q: np.sqrt(q + 1e-6)),
    "that with eps = 1": ratio_to_root(lambda q: np.sqrt(q + 1)),
    "that with a memory that starts at 1": lambda m: m.updated(memory=m.memory + 1),
}

STEPS: dict[str, Guess] = {
    "1 more than due": lambda m: m.count + 1,
    "1 less than due": lambda m: m.count - 1,
    "the number of the window in its epoch": lambda m: m.place,
    "the number of the window in its epoch, from 1": lambda m: m.place + 1,
    "where the window starts": lambda m: m.at,
    "where the next window starts": lambda m: m.at + m.T,
    "T times what is due": lambda m: m.count * m.T,
    "T times what is due, from T": lambda m: m.count * m.T + m.T,
    "the epoch": lambda m: m.epoch,
    "0": lambda m: 0,
    "1": lambda m: 1,
}
EPOCHS: dict[str, Guess] = {
    "1 more than due": lambda m: m.epoch + 1,
    "1 less than due": lambda m: m.epoch - 1,
    "the number of the step": lambda m: m.count,
    "the number of the window in its epoch": lambda m: m.place,
    "0": lambda m: 0,
    "1": lambda m: 1,
}
GUESSES = {
    "step": STEPS,
    "epoch": EPOCHS,
    "loss": LOSSES,
    "smooth_loss": SMOOTHED,
    "h": STATES,
    "params": UPDATES,
}


def is_guess(moment: Moment, name: str, guess: Guess) -> bool:
    """Whether a wrong result is what a guess gives."""
    value = guess(moment)
    return value is not None and same_number(moment.yours[name], value)


def same_number(a: Any, b: Any) -> bool:
    """Whether two results are equal but for rounding."""
    return same(np.asarray(a, dtype=float), np.asarray(b, dtype=float))


# ---- what is said of all wrong runs


def faults(evidence: Evidence) -> list[Moment]:
    """The first faulty step of each wrong run, where there is one."""
    found = [first_fault(each) for each in evidence.wrong]
    return [moment for moment in found if moment is not None]


WHEN: dict[str, Callable[[Moment], bool]] = {
    "at step 0": lambda m: m.count == 0,
    "at the first window of the second epoch": lambda m: m.place == 0 and m.epoch == 1,
    "at step 1": lambda m: m.count == 1,
    "at the second window of the text": lambda m: m.place == 1,
    "at the end of the first epoch": lambda m: m.place == setting(m.each)[2] - 1 and m.epoch == 0,
    "at a step after the first": lambda m: m.count > 0,
}


def what_goes_wrong_first(evidence: Evidence) -> list[str]:
    """The quantity and the time that all wrong runs have in common."""
    found = faults(evidence)
    if len(found) < LEAST:
        return []
    common = [name for name in NAMES if all(name in m.faulty for m in found)]
    when = next((says for says, holds in WHEN.items() if all(map(holds, found))), None)
    if not common or when is None:
        return []
    verb = "are" if len(common) > 1 else "is"
    return [f"In every wrong run {listed([NAMES[n] for n in common])} {verb} wrong first, {when}."]


def what_it_is_instead(evidence: Evidence) -> list[str]:
    """The guess that is exactly the wrong number, in all runs where it is the first to be wrong."""
    found, said = faults(evidence), []
    for name in NAMES:
        cases = [m for m in found if name in m.faulty]
        if len(cases) < LEAST:
            continue
        for says, guess in GUESSES[name].items():
            if all(is_guess(moment, name, guess) for moment in cases):
                said.append(f"Where it first goes wrong, {NAMES[name]} is {says}.")
                break
        else:
            said += ratio(name, cases)
    return said


def ratio(name: str, cases: list[Moment]) -> list[str]:
    """A number that turns what is due into what there is."""
    if name in ("step", "epoch"):
        return []
    pairs = [(np.asarray(m.yours[name]), np.asarray(m.due[name])) for m in cases]
    if name == "params":
        pairs = [(a - m.before, b - m.before) for (a, b), m in zip(pairs, cases, strict=True)]
    factors = [float((a * b).sum() / (b * b).sum()) if b.any() else math.nan for a, b in pairs]
    if not all(same_number(a, factors[0] * b) for a, b in pairs):
        return []
    if name == "params":
        return [f"The first wrong update is {num(factors[0])} times what is due."]
    return [f"Where it first goes wrong, {NAMES[name]} is {num(factors[0])} times what is due."]


def how_it_is_smoothed(evidence: Evidence) -> list[str]:
    """The smoothed loss as a sum of so much of the one before and so much of the loss."""
    rows, values, wrong = [], [], 0
    for each in evidence.tries:
        for m in moments(each.case, each.yours["run"]):
            wrong += "smooth_loss" in m.faulty
            if m.smooth is not None:
                rows.append([m.smooth, m.yours["loss"]])
                values.append(m.yours["smooth_loss"])
    if wrong < LEAST or len(rows) < 2 * LEAST:
        return []
    A, b = np.array(rows), np.array(values)
    if not np.isfinite(A).all() or not np.isfinite(b).all():
        return []
    (old, new), *_ = np.linalg.lstsq(A, b, rcond=None)
    if not same_number(A @ [old, new], b) or same_number([old, new], [0.999, 0.001]):
        return []
    return [
        f"From step 1 on your smoothed loss is {old:.4g} times the one before and {new:.4g} times "
        "the loss."
    ]


def what_else_follows(evidence: Evidence) -> list[str]:
    """Which results follow from the run's own numbers, in all runs and steps, and which don't."""
    wrong: set[str] = set()
    if any(as_due(each) != len(each.yours["run"]["loss"]) for each in evidence.tries):
        return []
    for each in evidence.tries:
        for moment in moments(each.case, each.yours["run"]):
            wrong |= {*moment.faulty}
    if not wrong or len(wrong) == len(NAMES):
        return []
    bad = [NAMES[name] for name in NAMES if name in wrong]
    return [
        f"Judged step by step from your own numbers before it, only {listed(bad)} "
        f"{'is' if len(bad) == 1 else 'are'} ever wrong."
    ]


def which_tensors(evidence: Evidence) -> list[str]:
    """Which of the five are updated wrongly."""
    found = [m for m in faults(evidence) if "params" in m.faulty]
    if len(found) < LEAST:
        return []
    wrong: set[str] = set()
    for m in found:
        sizes = (len(m.h), m.each.arguments[2])
        mine, due = shaped(m.yours["params"], *sizes), shaped(m.due["params"], *sizes)
        wrong |= {n for n in ORDER if not same(mine[n], due[n])}
    right = [n for n in ORDER if n not in wrong]
    return [f"The first wrong update is right in {listed(right)}."] if right else []


NUMBERS: dict[str, Callable[[int, int, int, int], int]] = {
    "there is no step": lambda N, T, windows, epochs: 0,
    "each epoch has one step less than due": lambda N, T, windows, epochs: (windows - 1) * epochs,
    "each epoch has one step more than due": lambda N, T, windows, epochs: (windows + 1) * epochs,
    "each epoch has N // T steps": lambda N, T, windows, epochs: N // T * epochs,
    "there is one epoch less than due": lambda N, T, windows, epochs: windows * (epochs - 1),
    "there is one epoch more than due": lambda N, T, windows, epochs: windows * (epochs + 1),
    "there is one step an epoch": lambda N, T, windows, epochs: epochs,
    "there is one step in all": lambda N, T, windows, epochs: 1,
    "there is one epoch, whatever `epochs` is": lambda N, T, windows, epochs: windows,
    "there is one step less than due": lambda N, T, windows, epochs: windows * epochs - 1,
    "there is one step more than due": lambda N, T, windows, epochs: windows * epochs + 1,
    "a text whose length is a multiple of T has one step more an epoch": lambda N, T, w, epochs: (
        (w + (N % T == 0)) * epochs
    ),
    "a text of N = a multiple of T, plus 1, has one step less an epoch": lambda N, T, w, epochs: (
        (w - (N % T == 1)) * epochs
    ),
    "windows are T + 1 characters apart": lambda N, T, w, epochs: (
        len(range(0, N - T, T + 1)) * epochs
    ),
    "windows are one character apart": lambda N, T, w, epochs: (N - T) * epochs,
    "each epoch has a step for the rest of the text": lambda N, T, w, epochs: (
        -(-(N - 1) // T) * epochs
    ),
}


def how_many_steps(evidence: Evidence) -> list[str]:
    """What the numbers of steps are, in all runs."""
    counts = []
    for each in evidence.tries:
        indices, T, windows = setting(each.case)
        epochs = each.case.options.get("epochs", 1)
        n = len(each.yours["run"]["loss"])
        counts.append((n, len(indices), T, windows, epochs))
    if sum(n != windows * epochs for n, _, _, windows, epochs in counts) < LEAST:
        return []
    for says, formula in NUMBERS.items():
        if all(as_many(n, formula(N, T, w, e), w * e) for n, N, T, w, e in counts):
            return [f"In all runs {says}."]
    lengths = {(n > w * e) - (n < w * e) for n, _, _, w, e in counts}
    few = "fewer" if lengths <= {0, -1} else "more" if lengths <= {0, 1} else None
    return [f"Runs have {few} steps than are due, or as many."] if few else []


def as_many(n: int, expected: int, due: int) -> bool:
    """Whether so many steps came; beyond three more than are due nobody counts."""
    return n == min(expected, due + 3)


def rules_broken(evidence: Evidence) -> list[str]:
    """What all wrong runs do beside computing."""
    found = [each.yours["run"]["broken"] for each in evidence.wrong]
    if len(found) < LEAST:
        return []
    shared = [rule for rule in found[-1] if sum(rule in broken for broken in found) >= LEAST]
    only = all(not moment for moment in map(first_fault, evidence.wrong))
    return ["All numbers are right, each from your own before it."] if shared and only else []


# ---- what is said of the run that is shown


def place_of(moment: Moment) -> str:
    """Which step."""
    end = moment.at + moment.T - 1
    return f"Step {moment.count} (epoch {moment.epoch}, window from {moment.at} to {end})"


def about_run(each: Try) -> list[str]:
    """The first wrong step of the run, and what is wrong beside the steps."""
    run, (_, _, windows) = each.yours["run"], setting(each.case)
    moment, said = first_fault(each), []
    if moment is not None:
        names = [NAMES[name] for name in moment.faulty]
        said.append(f"{place_of(moment)}: {listed(names)} {'are' if names[1:] else 'is'} wrong.")
        if moment.count == 1:
            said.append("Step 0 is right.")
        elif moment.count:
            said.append(f"Steps 0 to {moment.count - 1} are right.")
    n, due = len(run["loss"]), windows * each.case.options.get("epochs", 1)
    if n != due:
        least = "at least " * (n == due + 3)
        verb = "is" if n == 1 else "are"
        said.append(f"There {verb} {least}{n} step{'s' * (n != 1)}; expected {due}.")
    return [" ".join(said), *run["broken"]] if said else run["broken"]


def shown_run(each: Case) -> dict[str, Any]:
    """The params, the text and the options."""
    params, indices, K = each.arguments
    options = {"seq_length": 25, "eta": 0.1, "epochs": 1} | each.options
    text = "".join(chr(ord("a") + k) for k in indices) if K <= 26 else indices
    small = params if params["U"].size <= 12 else {"m": len(params["b"]), "K": K}
    return {"text": text, "T": options["seq_length"], "eta": options["eta"],
            "epochs": options["epochs"]} | small  # fmt: skip


def picture_of_run(each: Try) -> list[str]:
    """The first wrong number of the run, what is due, how that is made, and what yours is."""
    moment = first_fault(each)
    if moment is None:
        return windows_due(each)
    name = moment.faulty[0]
    title = NAMES[name].removeprefix("the ")
    if name == "params":
        lines = update_by_hand(moment)
    else:
        short = {"step": "step", "epoch": "epoch"}.get(name, title)
        lines = [
            f"  {short}, yours     {text_of(moment.yours[name])}",
            f"  {short}, expected  {text_of(moment.due[name])}   (from your own numbers before)",
            *([f"    from h = {text_of(moment.h)}"] if name == "loss" else []),
            *arithmetic(by_hand(moment, name)),
        ]
    says = next((s for s, guess in GUESSES[name].items() if is_guess(moment, name, guess)), None)
    if says:
        what = "The update" if name == "params" else text_of(moment.yours[name])
        lines.append(f"  {what} is {says}."[:79])
    return lines


def windows_due(each: Try) -> list[str]:
    """Where windows start."""
    indices, T, windows = setting(each.case)
    starts = ", ".join(str(k * T) for k in range(windows))
    n, epochs = len(each.yours["run"]["loss"]), each.case.options.get("epochs", 1)
    if n == windows * epochs:
        return []
    return [f"  N = {len(indices)}, T = {T}: windows start at {starts} in each epoch"]


def text_of(value: Any) -> str:
    """A number or a few."""
    if isinstance(value, np.ndarray) and value.ndim:
        return "[" + "  ".join(num(float(x)) for x in value) + "]"
    if isinstance(value, int):
        return str(value)
    return num(float(value))


def by_hand(moment: Moment, name: str) -> list[tuple[str, str, Any]]:
    """How a result is made."""
    if name == "smooth_loss" and moment.smooth is not None:
        expression = f"0.999 * {num(moment.smooth)} + 0.001 * {num(float(moment.yours['loss']))}"
        return [("by hand", expression, float(moment.due[name]))]
    if name == "loss" and moment.T <= 4:
        y, P = moment.window()[1], moment.reading().P
        each = [float(P[k, t]) for t, k in enumerate(y)]
        return [
            *((f"step {t}, -ln P of the target", f"-ln {num(p)}", -math.log(p))
              for t, p in enumerate(each)),
            ("together", "", float(moment.due["loss"])),
        ]  # fmt: skip
    return []


def update_by_hand(moment: Moment) -> list[str]:
    """One entry of params, before and after."""
    mine, due = moment.yours["params"], moment.due["params"]
    apart = [k for k in range(len(due)) if not same(mine[k], due[k])]
    seen = [k for k in apart if num(mine[k]) != num(due[k])] or apart
    k = max(seen, key=lambda k: abs(mine[k] - due[k]))
    g = float(moment.reading().gradient[k])
    clipped, memory, old = (
        float(np.clip(g, -5, 5)),
        float(moment.memory[k]),
        float(moment.before[k]),
    )
    name = entry_name(moment, k)
    return [
        f"  {name}, before    {num(old)}",
        f"  {name}, yours     {num(mine[k])}",
        f"  {name}, expected  {num(due[k])}   (from your own params before this step)",
        *arithmetic(
            [
                ("gradient", "", g),
                *([("clipped", "", clipped)] if clipped != g else []),
                ("memory", f"{num(memory)} + {factor(clipped)}^2", memory + clipped**2),
                ("together", f"{num(old)} - {num(moment.eta)} * {factor(clipped)} / "
                 f"sqrt({num(memory + clipped**2)})", float(due[k])),
            ]
        ),
    ]  # fmt: skip


def entry_name(moment: Moment, k: int) -> str:
    """What the k-th entry of all params is called."""
    for name, part in shaped(
        np.arange(len(moment.before)), len(moment.h), moment.each.arguments[2]
    ).items():
        where = np.argwhere(part == k)
        if len(where):
            return f"{name}[{where[0][0]},{where[0][1]}]"
    return "params"


# ---- the runs


def letters(text: str) -> np.ndarray:
    """The indices of a text, a = 0."""
    return np.array([ord(letter) - ord("a") for letter in text])


def by_hand_params(size: float = 1.0) -> Params:
    """Two units, three characters."""
    return {
        "U": np.array([[0.5, -1.0, 0.0], [0.0, 1.0, 0.5]]),
        "W": np.array([[0.5, 1.0], [-1.0, 0.5]]),
        "V": size * np.array([[1.0, 0.5], [-0.5, 1.0], [0.0, -1.0]]),
        "b": np.array([[0.5], [-0.5]]),
        "c": np.array([[0.0], [0.5], [-0.5]]),
    }


def random_params(rng: np.random.Generator, m: int, K: int, size: float = 1.0) -> Params:
    """Weights and biases of one decimal."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    params = {name: tenths(rng, *shape, most=1.0) for name, shape in shapes.items()}
    return params | {"V": size * params["V"]}


def random_text(rng: np.random.Generator, N: int, K: int) -> np.ndarray:
    """A text in which neither a character nor a window is at once repeated."""
    steps = rng.integers(1, K, size=N)
    return (np.cumsum(steps) + rng.integers(K)) % K


def run_rung(says: str, text: str, siblings: int = 3, size: float = 1.0, **options: Any) -> Rung:
    """A text by hand, and others as long."""

    def draw(rng: np.random.Generator) -> Case:
        m, K = int(rng.integers(2, 4)), int(rng.integers(3, 5))
        return case(random_params(rng, m, K, size), random_text(rng, len(text), K), K, **options)

    hand = case(by_hand_params(size), letters(text), 3, **options)
    return Rung(says, hand, draw, siblings)


def nothing_to_learn_at_first(text: str, **options: Any) -> Case:
    """A first window that costs nothing."""
    zero = {name: np.zeros_like(tensor) for name, tensor in by_hand_params().items()}
    return case(zero | {"c": np.array([[60.0], [0.0], [0.0]])}, letters(text), 3, **options)


T2, T3 = ({"seq_length": T, "eta": 0.1, "epochs": 1} for T in (2, 3))
RUNS = (
    run_rung("one window", "abca", **T3),
    run_rung("one window and a rest of the text", "abcabb", siblings=2, **T3),
    run_rung("two windows", "abcac", **T2),
    run_rung("two windows and a rest of the text", "abcacb", **T2),
    run_rung("two epochs of one window", "bac", **T2 | {"epochs": 2}),
    run_rung("two epochs of two windows", "acabbca", **T3 | {"epochs": 2}),
    run_rung("three epochs of two windows and a rest", "acabb" + "c", **T2 | {"epochs": 3}),
    run_rung("four windows and eta = 0.5", "bacabbcac", seq_length=2, eta=0.5, epochs=1),
    run_rung("gradients above 5", "abc" * 6 + "c" * 13, size=8.0, seq_length=10, eta=0.3, epochs=1),
    Rung(
        "a first loss of 0",
        nothing_to_learn_at_first("aaabcbc", **T2),
        lambda rng: nothing_to_learn_at_first("aaabc" + "bc" * int(rng.integers(1, 3)), **T2),
        siblings=3,
    ),
    run_rung("seq_length, eta and epochs by default", "abbca" * 10 + "ab", siblings=3),
)

TRAINING = Ladder(
    "training_steps",
    RUNS,
    observed,
    shows=shown_run,
    switches={
        "where seq_length is given": lambda each: Case(
            each.arguments, {"seq_length": 25} | each.options
        ),
        "where eta is given": lambda each: Case(each.arguments, {"eta": 0.1} | each.options),
        "where epochs is given": lambda each: Case(each.arguments, {"epochs": 1} | each.options),
    },
    says="goes wrong",
    about=about_run,
    picture=picture_of_run,
    findings=(
        what_it_is_instead,
        how_it_is_smoothed,
        how_many_steps,
        what_goes_wrong_first,
        which_tensors,
        what_else_follows,
        rules_broken,
    ),
)


# ---- train: what is kept of a run


def kept(function: Function, each: Case) -> dict[str, Any]:
    """The Result of a run, and which arrays it holds."""
    params = copied(each.arguments[0])
    given = dict(params)
    result = function.in_place(params, each.arguments[1].copy(), each.arguments[2], **each.options)
    apart = not any(
        np.shares_memory(result.best_params[a], params[b]) for a in ORDER for b in ORDER
    )
    return {
        "smooth_losses": np.array([float(loss) for loss in result.smooth_losses]),
        "best_loss": float(result.best_loss),
        "best_params": Shown(values=flat(result.best_params), apart=apart),
        "params": Shown(
            values=flat(params),
            given=result.params is params,
            arrays=all(params[name] is given[name] for name in ORDER),
        ),
    }


@dataclass
class Course:
    """The right run of a case of train."""

    losses: np.ndarray
    smooth: np.ndarray
    params: list[np.ndarray]  # before the first step, and after each
    best: int


def course(each: Case) -> Course:
    """Run the reference, and look at every step."""
    params = copied(each.arguments[0])
    losses, smooth, after = [], [], [flat(params)]
    for step in right_steps(params, each.arguments[1], each.arguments[2], **each.options):
        losses.append(step.loss)
        smooth.append(step.smooth_loss)
        after.append(flat(params))
    return Course(np.array(losses), np.array(smooth), after, int(np.argmin(smooth)))


BEST_PARAMS: dict[str, Callable[[Course], np.ndarray]] = {
    "those at the end": lambda c: c.params[-1],
    "those that training started from": lambda c: c.params[0],
    "those from before the best step's update": lambda c: c.params[c.best],
    "those after the first step": lambda c: c.params[1],
    "those after the step of the smallest loss of a window": lambda c: c.params[
        int(np.argmin(c.losses)) + 1
    ],
    "those from before the step of the smallest loss of a window": lambda c: c.params[
        int(np.argmin(c.losses))
    ],
    "those after the step of the largest smoothed loss": lambda c: c.params[
        int(np.argmax(c.smooth)) + 1
    ],
    "those after the step of the largest loss of a window": lambda c: c.params[
        int(np.argmax(c.losses)) + 1
    ],
    "those after the step that follows the best": lambda c: c.params[
        min(c.best + 2, len(c.params) - 1)
    ],
    "those after the last step whose loss is below the smallest smoothed loss so far": lambda c: (
        c.params[last_below(c) + 1]
    ),
    "0": lambda c: 0 * c.params[0],
}
BEST_LOSS: dict[str, Callable[[Course], float]] = {
    "the smallest loss of a window": lambda c: float(c.losses.min()),
    "the largest smoothed loss": lambda c: float(c.smooth.max()),
    "the largest loss of a window": lambda c: float(c.losses.max()),
    "the last smoothed loss": lambda c: float(c.smooth[-1]),
    "the first smoothed loss": lambda c: float(c.smooth[0]),
    "the last loss of a window": lambda c: float(c.losses[-1]),
    "the loss of the best step's window": lambda c: float(c.losses[c.best]),
    "the mean of the smoothed losses": lambda c: float(c.smooth.mean()),
    "infinite": lambda c: math.inf,
    "minus infinite": lambda c: -math.inf,
    "0": lambda c: 0.0,
    "the number of the best step": lambda c: float(c.best),
    "the smoothed loss of the last step whose loss is below the smallest so far": lambda c: float(
        c.smooth[last_below(c)]
    ),
}
CURVES: dict[str, Callable[[Course], np.ndarray]] = {
    "the losses of the windows": lambda c: c.losses,
    "the smallest smoothed losses so far": lambda c: np.minimum.accumulate(c.smooth),
    "the smoothed losses that were the smallest so far, the others left out": lambda c: c.smooth[
        np.concatenate(([True], c.smooth[1:] < np.minimum.accumulate(c.smooth)[:-1]))
    ],
    "what is due without the first": lambda c: c.smooth[1:],
    "what is due without the last": lambda c: c.smooth[:-1],
    "the last smoothed loss alone": lambda c: c.smooth[-1:],
    "the first smoothed loss alone": lambda c: c.smooth[:1],
    "the smallest smoothed loss alone": lambda c: c.smooth[[c.best]],
    "what is due in reverse order": lambda c: c.smooth[::-1],
    "what is due, sorted": lambda c: np.sort(c.smooth),
    "the smallest losses of a window so far": lambda c: np.minimum.accumulate(c.losses),
    "what is due with one number more in front": lambda c: np.concatenate((c.smooth[:1], c.smooth)),
}
PLACES = {"best_params": BEST_PARAMS, "best_loss": BEST_LOSS, "smooth_losses": CURVES}


def last_below(c: Course) -> int:
    """The last step whose window's loss is below the smoothed loss of the last one that was."""
    best, found = math.inf, 0
    for k, (loss, smooth) in enumerate(zip(c.losses, c.smooth, strict=True)):
        if loss < best:
            best, found = smooth, k
    return found


def value_of(result: Any) -> Any:
    """The numbers of a quantity."""
    return result["values"] if isinstance(result, Shown) else result


def what_is_kept(evidence: Evidence) -> list[str]:
    """What a wrong result of train is, in all runs."""
    courses, said = [course(each.case) for each in evidence.tries], []
    for name in evidence.quantities:
        for says, guess in PLACES.get(name, {}).items():
            pairs = [
                (value_of(each.yours[name]), guess(c))
                for each, c in zip(evidence.tries, courses, strict=True)
            ]
            if all(same_number(a, b) for a, b in pairs):
                verb = "is" if name == "best_loss" else "are"
                said.append(f"Your {name} {verb} {says}.")
                break
    return said + own_numbers(evidence)


def own_numbers(evidence: Evidence) -> list[str]:
    """Whether what is kept fits together."""
    pairs = [(each.yours["best_loss"], each.yours["smooth_losses"]) for each in evidence.tries]
    wrong = {*evidence.quantities}
    if not all(len(curve) for _, curve in pairs):
        return []
    if "best_loss" in wrong and all(best == curve.min() for best, curve in pairs):
        return ["Your best_loss is the smallest of your smooth_losses."]
    if {"best_loss", "best_params"} & wrong == {"best_params"}:
        return ["The loss kept as the best is right; the params kept with it are not."]
    if {"best_loss", "best_params"} & wrong == {"best_loss"}:
        return ["The params kept as the best are right; the loss kept with them is not."]
    return []


def how_long(evidence: Evidence) -> list[str]:
    """How many smoothed losses there are."""
    lengths = [
        (len(each.yours["smooth_losses"]), len(each.due["smooth_losses"]))
        for each in evidence.tries
    ]
    wrong = [(a, b) for a, b in lengths if a != b]
    if len(wrong) < LEAST:
        return []
    if all(a == 2 * b for a, b in lengths):
        return ["There are twice as many smooth_losses as steps."]
    apart = {a - b for a, b in lengths}
    if len(apart) == 1:
        by = apart.pop()
        return [f"There are {abs(by)} smooth_losses {'more' if by > 0 else 'less'} than steps."]
    return []


def about_kept(each: Try) -> list[str]:
    """What is wrong with the arrays of a result, and with the number of losses."""
    if "best_params" not in each.yours:
        return []
    said, best, params = [], each.yours["best_params"], each.yours["params"]
    if not best["apart"]:
        said.append("best_params share their arrays with params, and change with them.")
    if not params["given"]:
        said.append("result.params is another dict than the given params.")
    if not params["arrays"]:
        said.append("The arrays in params are other ones after training.")
    n, due = len(each.yours["smooth_losses"]), len(each.due["smooth_losses"])
    if n != due:
        said.append(f"smooth_losses has {n} number{'s' * (n != 1)}; expected one for each of "
                    f"{due} steps.")  # fmt: skip
    return said


def picture_of_kept(each: Try) -> list[str]:
    """The smoothed losses, and which params are kept."""
    c = course(each.case)
    rows = {
        "step": [str(k) for k in range(len(c.smooth))],
        "loss": [num(float(x)) for x in c.losses],
        "smoothed loss": [num(float(x)) + "*" * (k == c.best) for k, x in enumerate(c.smooth)],
    }
    lines = [f"  {label:<14}" + "".join(f"{x:>9}" for x in row[:6]) for label, row in rows.items()]
    lines[-1] += "   (* the smallest)"
    yours = each.yours
    if not same(yours["smooth_losses"], each.due["smooth_losses"]):
        lines.append(f"  smooth_losses, yours     {text_of(yours['smooth_losses'])}"[:79])
        lines.append(f"  smooth_losses, expected  {text_of(each.due['smooth_losses'])}"[:79])
    if not same(yours["best_loss"], each.due["best_loss"]):
        lines.append(f"  best_loss, yours     {num(yours['best_loss'])}")
        lines.append(f"  best_loss, expected  {num(each.due['best_loss'])}")
    if not same(value_of(yours["best_params"]), value_of(each.due["best_params"])):
        after = [k for k, p in enumerate(c.params) if same(value_of(yours["best_params"]), p)]
        if after:
            told = f"those after step {after[0] - 1}" if after[0] else "those before step 0"
            lines.append(f"  best_params, yours     {told}")
            lines.append(f"  best_params, expected  those after step {c.best}")
    return lines


def kept_case(rng: np.random.Generator, text: Callable[[np.random.Generator], np.ndarray],
              **options: Any) -> Case:  # fmt: skip
    """A run of train with random weights."""
    return case(random_params(rng, 2, 3), text(rng), 3, **options)


def kept_rung(says: str, text: str, c: list[float], siblings: int = 2, **options: Any) -> Rung:
    """A text whose characters cost what c makes of them; in siblings the weights are others."""
    bias = np.array(c, dtype=float)[:, None]

    def draw(rng: np.random.Generator) -> Case:
        params = random_params(rng, 2, 3, 0.5) | {"c": bias + tenths(rng, 3, 1, most=0.5)}
        return case(params, letters(text), 3, **options)

    return Rung(
        says, case(by_hand_params(0.5) | {"c": bias}, letters(text), 3, **options), draw, siblings
    )


T9 = {"seq_length": 9, "eta": 0.1}
HARD, EASY, END = "cbcbcbcbc", "aaaaaaaaa", "bcbbcbcbcb"
TRAIN = Ladder(
    "train",
    (
        kept_rung("one step", HARD + EASY + EASY, [3, 0, -3], seq_length=26, eta=0.1),
        kept_rung("two steps, the second the best", HARD + HARD[:4] + EASY * 2, [3, 0, -3],
                  seq_length=13, eta=0.1),
        kept_rung("two steps, the first the best", EASY + "aaaab" + HARD + END, [3, 0, -3],
                  seq_length=13, eta=0.1),
        kept_rung("three steps, the second the best", HARD + EASY + END, [3, 0, -3], **T9),
        kept_rung("two epochs and eta = 0.5", HARD + EASY + END, [3, 0, -3], epochs=2,
                  seq_length=9, eta=0.5),
        kept_rung("options by default", EASY * 3 + HARD * 3, [3, 0, -3]),
    ),
    kept,
    shows=shown_run,
    says="keeps something wrong",
    about=about_kept,
    picture=picture_of_kept,
    findings=(what_is_kept, how_long),
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (INITIALISE, TRAINING, TRAIN)}
