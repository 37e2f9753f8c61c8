"""Small cases of lesson 8: first weights by their statistics, training as tiny runs."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import tensors
from lessons.checking.answering.failure import WrongLength
from lessons.checking.answering.printing import listed, num
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.answering.values import copied
from lessons.checking.comparing.compare import same
from lessons.checking.explaining.changing import with_option
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import (
    Attempt,
    Case,
    Ladder,
    Questions,
    Rung,
    Telling,
    tenths,
)
from reference.training import training_steps

from . import findings

flat, setting = findings.flat, findings.setting

Params = dict[str, np.ndarray]
ORDER = findings.ORDER


class Shown(dict[str, Any]):
    """What a call leaves; two look the same in four digits if their reprs are equal."""

    steps: list[Any] | None = None  # of a run, each judged, once they have been

    def __repr__(self) -> str:
        """A few letters made of all numbers, as they would be shown."""
        text = repr([[num(x) for x in np.ravel(value).tolist()] for value in self.values()])
        return f"<{zlib.crc32(text.encode()):08x}>"


# ---- first weights: what is measured of them


CLOSE = 0.15  # what 4,000 draws differ in from case to case is 7 times smaller


def near(a: Any, b: Any) -> bool:
    """Whether two measured numbers agree, as those of two right answers do."""
    if isinstance(a, float) and isinstance(b, float):
        return abs(a - b) <= CLOSE * max(abs(a), abs(b), 1)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(near(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def sigma_of(each: Case) -> float:
    """The standard deviation that is asked for."""
    return float(each.options.get("sigma", 0.01))


def measured(function: Function, each: Case) -> dict[str, Any]:
    """Deviation and mean in units of sigma, shape of the distribution, biases, use of rng."""
    K, m, seed = each.arguments
    params = function.in_place(K, m, np.random.default_rng(seed), **each.options)
    facts = Shown()
    for name in "UWV":
        w = params[name]
        spread = float(w.std()) if np.ptp(w) else 0.0  # rounding leaves equal numbers a little
        facts[f"deviation of {name}"] = spread / sigma_of(each)
        facts[f"mean of {name}"] = float(w.mean()) / spread if spread else 0.0
    facts["share"] = beyond(params)
    facts["wrong"] = [*habits(params), *copies(function, seed), *use_of_rng(function, seed)]
    return {"params": facts}


def beyond(params: Params) -> float:
    """Ten times the share of weights further than two deviations from their mean."""
    apart = [abs(w - w.mean()) > 2 * w.std() for w in (params[n] for n in "UWV") if np.ptp(w)]
    return 10 * float(np.concatenate([[0.0], *(a.ravel() for a in apart)]).mean())


def habits(params: Params) -> list[str]:
    """What is wrong with the weights and biases as they are."""
    found, biases = [], np.concatenate([params["b"].ravel(), params["c"].ravel()])
    if any(not params[name].any() for name in "UWV"):
        found.append("Weights are zero throughout.")
    elif any(len(np.unique(params[name])) < 0.9 * params[name].size for name in "UWV"):
        found.append("Weights repeat the same numbers; each entry is drawn by itself.")
    if biases.any():
        are = "different numbers" if np.ptp(biases) else f"all {num(biases[0])}"
        found.append(f"The biases are {are}; they start at 0.")
    return found


def copies(function: Function, seed: int) -> list[str]:
    """Which weights hold the same numbers, in a square network."""
    params = function.in_place(4, 4, np.random.default_rng(seed))
    found = []
    for a, b in ("UW", "UV", "WV"):
        if np.ptp(params[a], axis=0).any():
            found += [f"{b} is {a}."] * np.array_equal(params[a], params[b])
            found += [f"{b} is {a} transposed."] * np.array_equal(params[a], params[b].T)
    return found


def use_of_rng(function: Function, seed: int) -> list[str]:
    """What is wrong in how the weights follow from rng."""
    rng = np.random.default_rng(seed)
    one, two = (flat(function.in_place(3, 2, rng)) for _ in range(2))
    again, other = (flat(function.in_place(3, 2, np.random.default_rng(s)))
                    for s in (seed, seed + 1))  # fmt: skip
    wrong = {
        "The same state of rng gives other weights.": not np.array_equal(one, again),
        "Another rng gives the same weights.": np.array_equal(one, other),
        "A second call with one rng gives the same weights.": np.array_equal(one, two),
    }
    return [says for says, holds in wrong.items() if holds]


def about_weights(each: Attempt) -> list[str]:
    """What of the measured facts is not as it should be, in one sentence each."""
    yours, due, said = each.yours["params"], each.expected["params"], []
    for fact, should in (("standard deviation", "sigma"), ("mean", "0")):
        keys = {name: f"{fact.split()[-1]} of {name}" for name in "UWV"}
        off = [name for name, key in keys.items() if not near(yours[key], due[key])]
        said += [f"The {fact} of {listed(off)} is not {should}."] * bool(off)
    if not near(yours["share"], due["share"]) and not any("Weights" in s for s in yours["wrong"]):
        said.append(
            f"{10 * yours['share']:.3g} % of the weights lie beyond two standard deviations; "
            "of a normal distribution 4.6 % do."
        )
    return said + yours["wrong"]


def picture_of_weights(each: Attempt) -> list[str]:
    """Measured deviations and means beside those that are due."""
    lines = [f"  {'':<30}{'U':>10}{'W':>10}{'V':>10}"]
    for key, label, unit, due in (
        ("deviation", "standard deviation", sigma_of(each.case), sigma_of(each.case)),
        ("mean", "mean / standard deviation", 1.0, 0.0),
    ):
        row = [each.yours["params"][f"{key} of {name}"] * unit for name in "UWV"]
        lines.append(f"  {label + ', yours':<30}" + "".join(f"{x:>10.3g}" for x in row))
        lines.append(f"  {'expected, about':<30}" + f"{due:>10.3g}" * 3)
    return lines


def first_rung(says: str, **options: Any) -> Rung:
    """Weights of 60 characters and 70 units."""
    return Rung(
        says,
        Case(60, 70, 1, **options),
        lambda rng: Case(61, 69, int(rng.integers(1000)), **options),
        siblings=1,
    )


INITIALISE = Ladder(
    "initialise",
    (
        first_rung("sigma by default"),
        first_rung("sigma = 0.5", sigma=0.5),
        first_rung("sigma = 2", sigma=2.0),
    ),
    measured,
    alike=near,
    telling=Telling(
        shows=lambda each: {
            "K": each.arguments[0],
            "m": each.arguments[1],
            "sigma": sigma_of(each),
        },
        says="gives wrong first weights",
        about=about_weights,
        picture=picture_of_weights,
    ),
    questions=Questions(
        switches={"where sigma is given": lambda each: with_option("sigma", sigma_of(each))(each)},
    ),
)


# ---- tiny runs: what they leave


EARLY = "params have changed before the first Step was asked for; use `yield`, a step at a time."
REBOUND = 'params["{}"] is another array after the run; change the one that is there.'
LATER = "The h of an earlier Step is changed by later steps; hand out a new array each time."
TEXT = "The indices are changed."


def observed(function: Function, each: Case) -> dict[str, Any]:
    """The steps of a run, the params after each of them, and what else it did."""
    params, indices = copied(each.arguments[0]), each.arguments[1].copy()
    given, start = dict(params), flat(params)
    steps = function.in_place(params, indices, each.arguments[2], **each.options)
    broken = [] if np.array_equal(flat(params), start) else [EARLY]
    seen, states = [], []
    for step in as_many_as_come(steps):
        rebound = any(params.get(name) is not given[name] for name in ORDER)
        if rebound or not np.isfinite(flat(params)).all():
            tensors("params after a step", params, each.arguments[0])
        h = step.h.copy()
        seen.append((step.step, step.epoch, step.loss, step.smooth_loss, h[:, 0], flat(params)))
        states.append((step.h, h))
    broken += [REBOUND.format(name) for name in ORDER if params.get(name) is not given[name]][:1]
    broken += [LATER] * any(not np.array_equal(now, then) for now, then in states)
    broken += [TEXT] * (not np.array_equal(indices, each.arguments[1]))
    columns = [np.array(column) for column in zip(*seen, strict=True)] or [np.empty(0)] * 6
    run = Shown(zip(findings.NAMES, columns, strict=True), broken=broken)
    states_at_the_end(each, run)
    return {"run": run}


def as_many_as_come(steps: Iterator[Any]) -> Iterator[Any]:
    """The steps; if there are too few or too many, that shows in their number."""
    with suppress(WrongLength):
        yield from steps


def states_at_the_end(each: Case, run: Shown) -> None:
    """At the end of an epoch zeros are as good as the last state, which takes their place."""
    _, _, windows, _ = setting(each)
    for count in range(windows - 1, len(run["h"]), windows):
        if not run["h"][count].any():
            run["h"][count] = findings.Moment(each, run, count, []).own.H[:, -1]


def shown_run(each: Case) -> dict[str, Any]:
    """The params, the text and the options."""
    params, indices, _ = each.arguments
    options = {"T": setting(each)[1], "eta": 0.1, "epochs": 1} | each.options
    options.pop("seq_length", None)
    return {"text": "".join(chr(ord("a") + k) for k in indices)} | options | params


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
    params = findings.shaped(tenths(rng, 2 * m * K + m * m + m + K, most=1.0), m, K)
    return {name: tensor * (size if name == "V" else 1) for name, tensor in params.items()}


def run_rung(says: str, text: str, siblings: int = 3, size: float = 1.0, **options: Any) -> Rung:
    """A text by hand, and others as long; options are given unless there are none."""
    options = {"eta": 0.1, "epochs": 1} | options if options else {}

    def draw(rng: np.random.Generator) -> Case:
        m, K = int(rng.integers(2, 4)), int(rng.integers(3, 5))
        indices = np.cumsum(rng.integers(1, K, size=len(text))) % K  # none is at once repeated
        return Case(random_params(rng, m, K, size), indices, K, **options)

    hand = Case(by_hand_params(size), letters(text), 3, **options)
    return Rung(says, hand, draw, siblings)


def nothing_to_learn_at_first(text: str) -> Case:
    """A first window that costs nothing."""
    params = {name: np.zeros_like(tensor) for name, tensor in by_hand_params().items()}
    params["c"][0] = 60.0
    return Case(params, letters(text), 3, seq_length=2, eta=0.1, epochs=1)


TRAINING = Ladder(
    "training_steps",
    (
        run_rung("one window", "abca", seq_length=3),
        run_rung("one window and a rest of the text", "abcabb", siblings=2, seq_length=3),
        run_rung("two windows", "abcac", seq_length=2),
        run_rung("two windows and a rest of the text", "abcacb", seq_length=2),
        run_rung("two epochs of one window", "bac", seq_length=2, epochs=2),
        run_rung("two epochs of two windows", "acabbca", seq_length=3, epochs=2),
        run_rung("three epochs of two windows and a rest", "acabbc", seq_length=2, epochs=3),
        run_rung("four windows and eta = 0.5", "bacabbcac", seq_length=2, eta=0.5),
        run_rung("gradients above 5", "abc" * 6 + "c" * 13, size=8.0, seq_length=10, eta=0.3),
        Rung(
            "a first loss of 0",
            nothing_to_learn_at_first("aaabcbc"),
            lambda rng: nothing_to_learn_at_first("aaabc" + "bc" * int(rng.integers(1, 3))),
            siblings=3,
        ),
        run_rung("seq_length, eta and epochs by default", "abbca" * 10 + "ab"),
    ),
    observed,
    telling=Telling(shows=shown_run, says="goes wrong", about=findings.about_run, picture=findings.picture_of_run,), questions=Questions(switches={
        f"where {name} is given": lambda each, name=name, value=value: with_option(
            name, each.options.get(name, value)
        )(each)
        for name, value in {"seq_length": 25, "eta": 0.1, "epochs": 1}.items()
    }, findings=(
        findings.what_it_is_instead,
        findings.how_it_is_smoothed,
        findings.how_many_steps,
        findings.what_else_follows,
    ),),
)  # fmt: skip


# ---- train: what is kept of a run


def kept(function: Function, each: Case) -> dict[str, Any]:
    """The Result of a run, and which arrays it holds."""
    params = copied(each.arguments[0])
    given = dict(params)
    result = function.in_place(params, each.arguments[1].copy(), each.arguments[2], **each.options)
    best = result.best_params
    apart = not any(np.shares_memory(best[a], params[b]) for a in ORDER for b in ORDER)
    arrays = all(params[name] is given[name] for name in ORDER)
    return {
        "smooth_losses": np.array([float(loss) for loss in result.smooth_losses]),
        "best_loss": float(result.best_loss),
        "best_params": Shown(values=flat(best), apart=apart),
        "params": Shown(values=flat(params), given=result.params is params, arrays=arrays),
    }


@lru_cache(maxsize=100)
def course(each: Case) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """The right run: losses, smoothed losses, params before the first step and after each."""
    params = copied(each.arguments[0])
    losses, smooth, seen = [], [], [flat(params)]
    for step in training_steps(params, *each.arguments[1:], **each.options):
        losses.append(step.loss)
        smooth.append(step.smooth_loss)
        seen.append(flat(params))
    return np.array(losses), np.array(smooth), seen


STEPS: dict[str, Callable[[np.ndarray, np.ndarray], int]] = {
    "the best step": lambda losses, smooth: int(np.argmin(smooth)),
    "the last step": lambda losses, smooth: len(losses) - 1,
    "the first step": lambda losses, smooth: 0,
    "the step of the smallest loss of a window": lambda losses, smooth: int(np.argmin(losses)),
    "the step of the largest smoothed loss": lambda losses, smooth: int(np.argmax(smooth)),
}


def candidates(each: Case) -> dict[str, dict[str, Any]]:
    """What may be kept of a run in the place of the right things, in words."""
    losses, smooth, seen = course(each)
    at = {says: step(losses, smooth) for says, step in STEPS.items()}
    return {
        "best_params": {f"those after {says}": seen[k + 1] for says, k in at.items()}
        | {f"those from before {says}": seen[k] for says, k in at.items()},
        "best_loss": {f"the smoothed loss of {says}": smooth[k] for says, k in at.items()}
        | {f"the loss of {says}": losses[k] for says, k in at.items()},
    }


def what_is_kept(evidence: Evidence) -> list[str]:
    """What a wrong result of train is, in all runs."""
    said, every = [], [(each.yours, candidates(each.case)) for each in evidence.attempts]
    every = [(yours | {"best_params": yours["best_params"]["values"]}, c) for yours, c in every]
    for name in {"best_params", "best_loss"} & {*evidence.quantities}:
        for says in every[0][1][name]:
            if all(findings.same_number(yours[name], c[name][says]) for yours, c in every):
                said.append(f"Your {name} {'is' if name == 'best_loss' else 'are'} {says}.")
                break
    own = all(yours["best_loss"] == min(yours["smooth_losses"]) for yours, _ in every)
    if "best_loss" in evidence.quantities and own:
        said.append("Your best_loss is the smallest of your smooth_losses.")
    return sorted(said)


def about_kept(each: Attempt) -> list[str]:
    """What is wrong with the arrays of a result, and with the number of losses."""
    yours, n, due = (
        each.yours,
        len(each.yours["smooth_losses"]),
        len(each.expected["smooth_losses"]),
    )
    shared = not yours["best_params"]["apart"]
    wrong = {
        "best_params share their arrays with params, and change with them.": shared,
        "result.params is another dict than the given params.": not yours["params"]["given"],
        "The arrays in params are other ones after training.": not yours["params"]["arrays"],
        f"smooth_losses has length {n}; expected {due}, one number a step.": n != due,
        "params are not those after the last step.": not same(
            yours["params"]["values"], each.expected["params"]["values"]
        ),
    }
    return [says for says, holds in wrong.items() if holds]


def picture_of_kept(each: Attempt) -> list[str]:
    """The smoothed losses, and which params are kept."""
    losses, smooth, seen = course(each.case)
    best = int(np.argmin(smooth))
    rows = {
        "step": [*range(len(smooth))],
        "loss": [num(x) for x in losses],
        "smoothed loss": [num(x) + "*" * (k == best) for k, x in enumerate(smooth)],
    }
    lines = [f"  {label:<14}" + "".join(f"{x:>9}" for x in row[:6]) for label, row in rows.items()]
    lines[-1] += "   (* the smallest)"
    for name in ("smooth_losses", "best_loss"):
        if not same(each.yours[name], each.expected[name]):
            lines.append(f"  {name}, yours     {findings.text_of(each.yours[name])}"[:79])
            lines.append(f"  {name}, expected  {findings.text_of(each.expected[name])}"[:79])
    yours = each.yours["best_params"]["values"]
    after = [k for k, values in enumerate(seen) if same(yours, values)]
    if after and not same(yours, seen[best + 1]):
        told = f"those after step {after[0] - 1}" if after[0] else "those before step 0"
        lines.append(f"  best_params, yours     {told}")
        lines.append(f"  best_params, expected  those after step {best}")
    return lines


def kept_rung(says: str, text: str, siblings: int = 2, **options: Any) -> Rung:
    """A text in which a costs little and c much; in siblings the weights are others."""
    c = np.array([[3.0], [0.0], [-3.0]])

    def draw(rng: np.random.Generator) -> Case:
        params = random_params(rng, 2, 3, 0.5) | {"c": c + tenths(rng, 3, 1, most=0.5)}
        return Case(params, letters(text), 3, **options)

    return Rung(says, Case(by_hand_params(0.5) | {"c": c}, letters(text), 3, **options), draw,
                siblings)  # fmt: skip


T9, T13 = ({"seq_length": T, "eta": 0.1} for T in (9, 13))
HARD, EASY, END = "cbcbcbcbc", "aaaaaaaaa", "bcbbcbcbcb"
TRAIN = Ladder(
    "train",
    (
        kept_rung("one step", HARD + EASY + EASY, seq_length=26, eta=0.1),
        kept_rung("two steps, the second the best", HARD + HARD[:4] + EASY * 2, **T13),
        kept_rung("two steps, the first the best", EASY + "aaaab" + HARD + END, **T13),
        kept_rung("three steps, the second the best", HARD + EASY + END, **T9),
        kept_rung("two epochs and eta = 0.5", HARD + EASY + END, epochs=2, seq_length=9, eta=0.5),
        kept_rung("options by default", EASY * 3 + HARD * 3),
    ),
    kept,
    telling=Telling(
        shows=shown_run,
        says="keeps something wrong",
        about=about_kept,
        picture=picture_of_kept,
    ),
    questions=Questions(
        findings=(what_is_kept,),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (INITIALISE, TRAINING, TRAIN)}
