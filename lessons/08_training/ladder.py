"""Small cases of lesson 8: first weights by their statistics, training as tiny runs."""

import math
import zlib
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import shapes, tensors
from lessons.checking.answering.failure import Wrong, WrongLength
from lessons.checking.answering.printing import block, grid, listed, num
from lessons.checking.answering.values import copied
from lessons.checking.comparing import tolerances
from lessons.checking.explaining.changing import Change, with_option
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import (
    Attempt,
    Case,
    Ladder,
    Outcome,
    Questions,
    Rung,
    Telling,
    tenths,
)
from lessons.checking.explaining.tables import beside

from . import findings
from .findings import setting_of
from .updates import RESULTS, Moment, Params, Run, Setting, flat, record, shaped


class Shown(dict[str, Any]):
    """What a call leaves; two look the same in four digits if their reprs are equal."""

    steps: list[Moment] | None = None  # of a run, once they have been judged
    early: np.ndarray  # params before the first Step was asked for
    handed_out: list[np.ndarray]  # the h of all Steps, after the run
    text: np.ndarray  # after the run

    def __repr__(self) -> str:
        """A few letters made of all numbers, as they would be shown."""
        text = repr([[num(x) for x in np.ravel(value).tolist()] for value in self.values()])
        return f"<{zlib.crc32(text.encode()):08x}>"


class Weights(Shown):
    """What is measured of first weights, and some of them to be shown."""

    def __init__(self, params: Params, square: Params) -> None:
        super().__init__()
        self.biases = {name: params[name][:, 0] for name in "bc"}
        self.square = square  # of a network of 4 units and 4 characters
        self.calls: dict[str, np.ndarray] = {}  # what came of calls with some generators


def about_equal(a: Any, b: Any) -> bool:
    """Whether two measured numbers agree, as those of two right answers do."""
    if isinstance(a, float) and isinstance(b, float):
        return math.isclose(a, b, rel_tol=tolerances.DRAWS, abs_tol=tolerances.DRAWS)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(about_equal(a[key], b[key]) for key in a)
    return type(a) is type(b) and bool(a == b)


def sigma_of(case: Case) -> float:
    """The standard deviation that is asked for."""
    return float(case.options.get("sigma", 0.01))


def measured(function: Function, case: Case) -> Outcome:
    """Deviation and mean in units of sigma, shape of the distribution, biases, use of rng."""
    K, m, seed = case.arguments
    params = function.in_place(K, m, np.random.default_rng(seed), **case.options)
    facts = Weights(params, function.in_place(4, 4, np.random.default_rng(seed)))
    for name in "UWV":
        w = params[name]
        spread = float(w.std()) if np.ptp(w) else 0.0  # rounding leaves equal numbers a little
        facts[f"deviation of {name}"] = spread / sigma_of(case)
        facts[f"mean of {name}"] = float(w.mean()) / spread if spread else 0.0
        facts[f"largest of {name}"] = min(farthest(w), FAR)
    facts["share"] = beyond(params)
    facts.calls = calls_with(function, seed)
    facts["wrong"] = [*habits(params), *copies(facts.square), *use_of_rng(facts.calls)]
    return {"params": facts}


FAR = 2.7  # deviations; beyond them lie some of 4,000 normal weights but for one time in 1e12


def farthest(w: np.ndarray) -> float:
    """How many standard deviations the weight farthest from the mean lies from it."""
    return float(abs(w - w.mean()).max() / w.std()) if np.ptp(w) else FAR


def beyond(params: Params) -> float:
    """Ten times the share of weights further than two deviations from their mean."""
    apart = [abs(w - w.mean()) > 2 * w.std() for w in (params[n] for n in "UWV") if np.ptp(w)]
    return 10 * float(np.concatenate([[0.0], *(a.ravel() for a in apart)]).mean())


def habits(params: Params) -> list[str]:
    """What is wrong with the weights and biases as they are."""
    found = []
    if any(not params[name].any() for name in "UWV"):
        found.append("Weights are zero throughout.")
    elif any(len(np.unique(params[name])) < 0.9 * params[name].size for name in "UWV"):
        found.append("Weights repeat the same numbers; each entry should be drawn by itself.")
    for name in "bc":
        bias = params[name]
        if bias.any():
            holds = "different numbers" if np.ptp(bias) else f"{num(float(bias[0, 0]))} throughout"
            found.append(f"{name} holds {holds}; it should hold zeros.")
    return found


def copies(params: Params) -> list[str]:
    """Which weights hold the same numbers, in a square network."""
    found = []
    for a, b in ("UW", "UV", "WV"):
        if np.ptp(params[a], axis=0).any():
            found += [f"{b} is {a}."] * np.array_equal(params[a], params[b])
            found += [f"{b} is {a} transposed."] * np.array_equal(params[a], params[b].T)
    return found


CALLS = {
    "a first call": "first",
    "a second call with the same rng": "second",
    "a call with rng in the same state": "again",
    "a call with another rng": "other",
}


def calls_with(function: Function, seed: int) -> dict[str, np.ndarray]:
    """The weights of four calls, with K = 3 and m = 2."""
    rng, like_it, other = (np.random.default_rng(s) for s in (seed, seed, seed + 1))
    made = (flat(function.in_place(3, 2, each)) for each in (rng, rng, like_it, other))
    return dict(zip(CALLS.values(), made, strict=True))


def use_of_rng(calls: dict[str, np.ndarray]) -> list[str]:
    """What is wrong in how the weights follow from rng."""
    first = calls["first"]
    wrong = {
        "The same state of rng gives other weights.": not np.array_equal(first, calls["again"]),
        "Another rng gives the same weights.": np.array_equal(first, calls["other"]),
        "A second call with one rng gives the same weights.": np.array_equal(
            first, calls["second"]
        ),
    }
    return [says for says, holds in wrong.items() if holds]


def picture_of_calls(calls: dict[str, np.ndarray]) -> list[str]:
    """One weight in four calls: the first that shows that rng does not decide it alone."""
    differing = np.flatnonzero(calls["first"] != calls["again"])
    k = int(differing[0]) if len(differing) else 0
    return [f"  With K = 3 and m = 2 {findings.entry_called(k, 2, 3)} is"] + [
        f"    in {what:<34}{num(float(calls[which][k]))}" for what, which in CALLS.items()
    ]


def about_weights(attempt: Attempt) -> list[str]:
    """What of the measured facts is not as it should be, in one sentence each."""
    yours, expected, said = attempt.yours["params"], attempt.expected["params"], []
    for fact, should in (("standard deviation", "sigma"), ("mean", "0")):
        keys = {name: f"{fact.split()[-1]} of {name}" for name in "UWV"}
        off = [name for name, key in keys.items() if not about_equal(yours[key], expected[key])]
        said += [f"The {fact} of {listed(off)} is not {should}."] * bool(off)
    far = not about_equal(yours["share"], expected["share"])
    if far and not any("Weights" in sentence for sentence in yours["wrong"]):
        said.append(
            f"{10 * yours['share']:.3g} % of the weights lie beyond two standard deviations; "
            "of a normal distribution 4.6 % do."
        )
    near = [name for name in "UWV" if yours[f"largest of {name}"] < FAR]
    if near and not far and not yours["wrong"]:
        most = max(yours[f"largest of {name}"] for name in near)
        said.append(
            f"No entry of {listed(near)} lies farther than {num(most)} standard deviations from "
            "the mean; of so many normal ones, some should."
        )
    return said + yours["wrong"]


def picture_of_weights(attempt: Attempt) -> list[str]:
    """What is wrong of the measured facts: statistics, biases, or weights that repeat others."""
    yours, expected, lines = attempt.yours["params"], attempt.expected["params"], []
    if not yours["wrong"] or not all(
        about_equal(yours[key], expected[key]) for key in yours if key != "wrong"
    ):
        lines = statistics(attempt)
    for name, bias in yours.biases.items():
        if bias.any():
            first = "  ".join(num(x) for x in bias[:4].tolist())
            lines.append(f"  {name}, its first entries, yours  {first} ...")
    if any("rng" in says for says in yours["wrong"]):
        lines += picture_of_calls(yours.calls)
    if any(says.startswith("Weights") or " is " in says for says in yours["wrong"]):
        lines.append("  With K = 4 and m = 4 your first weights are")
        lines += beside([block(name, grid(yours.square[name])) for name in "UWV"], indent=4)
    return lines or statistics(attempt)


def statistics(attempt: Attempt) -> list[str]:
    """Measured deviations and means beside those that are expected."""
    lines = [f"  {'':<30}{'U':>10}{'W':>10}{'V':>10}"]
    sigma = sigma_of(attempt.case)
    for key, label, unit, expected in (
        ("deviation", "standard deviation", sigma, sigma),
        ("mean", "mean / standard deviation", 1.0, 0.0),
    ):
        row = [attempt.yours["params"][f"{key} of {name}"] * unit for name in "UWV"]
        lines.append(f"  {label + ', yours':<30}" + "".join(f"{x:>10.3g}" for x in row))
        lines.append(f"  {'expected, about':<30}" + f"{expected:>10.3g}" * 3)
    return lines


def first_rung(says: str, **options: Any) -> Rung:
    """Weights of few characters and many units, where formulas of sizes give different numbers."""
    return Rung(
        says,
        Case(30, 150, 1, **options),
        lambda rng: Case(31, 151, int(rng.integers(1000)), **options),
        siblings=1,
    )


DEVIATIONS: dict[str, Callable[[float, int, int], float]] = {
    "1, whatever sigma is": lambda sigma, rows, columns: 1.0,
    "0.01, whatever sigma is": lambda sigma, rows, columns: 0.01,
    "0.1, whatever sigma is": lambda sigma, rows, columns: 0.1,
    "sigma^2": lambda sigma, rows, columns: sigma**2,
    "sqrt(sigma)": lambda sigma, rows, columns: sigma**0.5,
    "sigma / sqrt(3)": lambda sigma, rows, columns: sigma / 3**0.5,
    "1 / sqrt(columns)": lambda sigma, rows, columns: columns**-0.5,
    "1 / sqrt(rows)": lambda sigma, rows, columns: rows**-0.5,
    "sqrt(2 / columns)": lambda sigma, rows, columns: (2 / columns) ** 0.5,
    "sqrt(2 / rows)": lambda sigma, rows, columns: (2 / rows) ** 0.5,
    "sqrt(2 / (rows + columns))": lambda sigma, rows, columns: (2 / (rows + columns)) ** 0.5,
    "sqrt(6 / (rows + columns))": lambda sigma, rows, columns: (6 / (rows + columns)) ** 0.5,
    "sigma / sqrt(columns)": lambda sigma, rows, columns: sigma * columns**-0.5,
    "sigma / sqrt(rows)": lambda sigma, rows, columns: sigma * rows**-0.5,
    "sigma * sqrt(2 / columns)": lambda sigma, rows, columns: sigma * (2 / columns) ** 0.5,
    "sigma * sqrt(2 / (rows + columns))": lambda sigma, rows, columns: (
        sigma * (2 / (rows + columns)) ** 0.5
    ),
}


def which_deviation(evidence: Evidence) -> list[str]:
    """Which formula the standard deviations follow, if it is one alone and not sigma."""

    def follows(attempt: Attempt, formula: Callable[[float, int, int], float]) -> bool:
        sigma, (K, m) = sigma_of(attempt.case), attempt.case.arguments[:2]
        return all(
            math.isclose(
                attempt.yours["params"][f"deviation of {name}"] * sigma,
                formula(sigma, *shapes(m, K)[name]),
                rel_tol=6 / math.sqrt(2 * math.prod(shapes(m, K)[name])),
            )
            for name in "UWV"
        )

    if "params" not in evidence.quantities or all(
        follows(attempt, lambda sigma, rows, columns: sigma) for attempt in evidence.attempts
    ):
        return []
    found = [
        says
        for says, formula in DEVIATIONS.items()
        if all(follows(attempt, formula) for attempt in evidence.attempts)
    ]
    if len(found) != 1:
        return []
    return [
        f"In the cases tried the standard deviation of each tensor is about {found[0]}; it should "
        "be sigma."
    ]


INITIALISE = Ladder(
    "initialise",
    (
        first_rung("sigma by default"),
        first_rung("sigma = 0.5", sigma=0.5),
        first_rung("sigma = 2", sigma=2.0),
    ),
    measured,
    alike=about_equal,
    telling=Telling(
        says="gives wrong first weights",
        shows=lambda case: {
            "K": case.arguments[0],
            "m": case.arguments[1],
            "sigma": sigma_of(case),
        },
        about=about_weights,
        picture=picture_of_weights,
    ),
    questions=Questions(findings=(which_deviation,)),
)


REBOUND = 'params["{}"] is another array after the run; change the one that is there.'
LATER = "The h of an earlier Step is changed by later steps; hand out a new array each time."
TEXT = "The indices are changed."


def observed(function: Function, case: Case) -> Outcome:
    """The steps of a run, the params after each of them, and what else it did."""
    params, indices = copied(case.arguments[0]), case.arguments[1].copy()
    given, start = dict(params), flat(params)
    steps = function.made_ahead().in_place(params, indices, case.arguments[2], **case.options)
    early = flat(params)
    broken = [] if np.array_equal(early, start) else [findings.EARLY]
    seen: Run = {name: [] for name in RESULTS}
    handed_out: list[np.ndarray] = []
    for step in as_many_as_come(steps, setting_of(case)):
        rebound = any(params.get(name) is not given[name] for name in given)
        if rebound or not np.isfinite(flat(params)).all():
            expect_params(params, case, len(handed_out))
        record(seen, step, params)
        handed_out.append(step.h)
    broken += [REBOUND.format(name) for name in given if params.get(name) is not given[name]][:1]
    finally_held = [np.array(h)[:, 0] for h in handed_out]
    broken += [LATER] * (not np.array_equal(finally_held, seen["h"]))
    broken += [TEXT] * (not np.array_equal(indices, case.arguments[1]))
    run = Shown({name: np.array(column) for name, column in seen.items()}, broken=broken)
    run.early, run.handed_out, run.text = early, finally_held, indices
    states_at_the_end(case, run)
    return {"run": run}


def expect_params(params: Params, case: Case, count: int) -> None:
    """Expect the five tensors, of finite numbers, where a Step has come after so many others."""
    try:
        tensors(f"After Step {count} params", params, case.arguments[0])
    except Wrong as wrong:
        message = f"{wrong.message}\n{findings.where_it_stopped(setting_of(case), count)}"
        raise Wrong(message, wrong.place, result=wrong.result) from None


def as_many_as_come(steps: Iterator[Any], setting: Setting) -> Iterator[Any]:
    """The steps; if there are too few or too many, that shows in their number.

    Of what is raised between them it is said in which window.
    """
    count = 0
    try:
        for step in steps:
            yield step
            count += 1
    except WrongLength:
        return
    except Wrong as wrong:
        message = f"{wrong.message}\n{findings.where_it_stopped(setting, count)}"
        raise type(wrong)(message, wrong.place, result=wrong.result) from wrong.__cause__


def states_at_the_end(case: Case, run: Shown) -> None:
    """At the end of an epoch zeros are as good as the last state, which takes their place."""
    setting = setting_of(case)
    for count in range(setting.windows - 1, len(run["h"]), setting.windows):
        if not run["h"][count].any():
            run["h"][count] = Moment(setting, run, count).own.H[:, -1]


def shown_run(case: Case) -> dict[str, Any]:
    """The params, the text and the options."""
    setting = setting_of(case)
    text = "".join(chr(ord("a") + k) for k in setting.text)
    options = {"T": setting.seq_length, "eta": setting.eta, "epochs": setting.epochs}
    return {"text": text} | options | setting.params


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
    params = shaped(tenths(rng, 2 * m * K + m * m + m + K, most=1.0), m, K)
    return params | {"V": size * params["V"]}


def run_rung(says: str, text: str, siblings: int = 3, size: float = 1.0, **options: Any) -> Rung:
    """A text by hand, and others as long; options are given unless there are none."""
    options = {"eta": 0.1, "epochs": 1} | options if options else {}

    def draw(rng: np.random.Generator) -> Case:
        m, K = int(rng.integers(2, 4)), int(rng.integers(3, 5))
        indices = np.cumsum(rng.integers(1, K, size=len(text))) % K  # none is at once repeated
        return Case(random_params(rng, m, K, size), indices.astype(np.intp), K, **options)

    hand = Case(by_hand_params(size), letters(text), 3, **options)
    return Rung(says, hand, draw, siblings)


def nothing_to_learn_at_first(text: str) -> Case:
    """A first window that costs nothing."""
    params = {name: np.zeros_like(tensor) for name, tensor in by_hand_params().items()}
    params["c"][0] = 60.0
    return Case(params, letters(text), 3, seq_length=2, eta=0.1, epochs=1)


def where_given(name: str, default: float) -> Any:
    """The change of a case in which an option is given, as it was or with its default."""
    return lambda case: with_option(name, case.options.get(name, default))(case)


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
        run_rung("a run of 45 windows", "abcac" * 18 + "b", siblings=1, seq_length=2),
    ),
    observed,
    telling=Telling(
        says="goes wrong",
        shows=shown_run,
        about=findings.about_run,
        picture=findings.picture_of_run,
    ),
    questions=Questions(
        switches={
            "where seq_length is given": where_given("seq_length", 25),
            "where eta is given": where_given("eta", 0.1),
            "where epochs is given": where_given("epochs", 1),
        },
        findings=(
            findings.of_steps(findings.how_precise),
            findings.of_steps(findings.what_it_is_instead),
            findings.of_steps(findings.how_it_is_smoothed),
            findings.of_steps(findings.how_smoothing_starts),
            findings.how_many_steps,
            findings.of_steps(findings.how_long_a_window_is),
            findings.of_steps(findings.which_tensors),
            findings.of_steps(findings.what_else_follows),
        ),
    ),
)


def kept(function: Function, case: Case) -> Outcome:
    """The Result of a run, and which arrays it holds."""
    params = copied(case.arguments[0])
    given = dict(params)
    result = function.in_place(params, case.arguments[1].copy(), case.arguments[2], **case.options)
    best = result.best_params
    shared = [a for a in given if any(np.shares_memory(best[a], params[b]) for b in given)]
    arrays = all(params[name] is given[name] for name in given)
    return {
        "smooth_losses": np.array([float(loss) for loss in result.smooth_losses]),
        "best_loss": float(result.best_loss),
        "best_params": Shown(values=flat(best), shared=shared),
        "params": Shown(values=flat(params), given=result.params is params, arrays=arrays),
    }


def kept_rung(says: str, text: str, **options: Any) -> Rung:
    """A text in which a costs little and c much; in siblings the weights are others."""
    c = np.array([[3.0], [0.0], [-3.0]])

    def draw(rng: np.random.Generator) -> Case:
        params = random_params(rng, 2, 3, 0.5) | {"c": c + tenths(rng, 3, 1, most=0.5)}
        return Case(params, letters(text), 3, **options)

    hand = Case(by_hand_params(0.5) | {"c": c}, letters(text), 3, **options)
    return Rung(says, hand, draw, siblings=2)


def dear(T: int) -> Case:
    """A window that costs much, since only a is thought likely and never comes."""
    params = by_hand_params(0.5) | {"c": np.array([[600.0], [0.0], [0.0]])}
    return Case(params, letters(("bc" * T)[: T + 1]), 3, seq_length=T, eta=0.1)


OPTIONS = ("seq_length", "eta", "epochs")


def without(names: list[str]) -> Change:
    """The change of a case in which some options are not given."""

    def changed(case: Case) -> Case:
        options = {name: value for name, value in case.options.items() if name not in names}
        return Case(*case.arguments, **options)

    return changed


HARD, EASY, END = "cbcbcbcbc", "aaaaaaaaa", "bcbbcbcbcb"
TWO_STEPS, THREE_STEPS = {"seq_length": 13, "eta": 0.1}, {"seq_length": 9, "eta": 0.1}
TRAIN = Ladder(
    "train",
    (
        kept_rung("one step", HARD + EASY + EASY, seq_length=26, eta=0.1),
        kept_rung("two steps, the second the best", HARD + HARD[:4] + EASY * 2, **TWO_STEPS),
        kept_rung("two steps, the first the best", EASY + "aaaab" + HARD + END, **TWO_STEPS),
        kept_rung(
            "three steps, the first the best", EASY + "aaaab" + HARD + "bcb" + EASY * 2, **TWO_STEPS
        ),
        kept_rung("three steps, the second the best", HARD + EASY + END, **THREE_STEPS),
        kept_rung("two epochs and eta = 0.5", HARD + EASY + END, epochs=2, seq_length=9, eta=0.5),
        kept_rung("options by default", EASY * 3 + HARD * 3),
        Rung("a loss above 10,000", dear(26), lambda rng: dear(int(rng.integers(26, 30))), 2),
    ),
    kept,
    telling=Telling(
        says="keeps something wrong",
        shows=shown_run,
        about=findings.about_kept,
        picture=findings.picture_of_kept,
    ),
    questions=Questions(
        changes={
            f"a run in which {listed(names)} {findings.are(names)} not given": without(names)
            for count in (1, 2)
            for names in map(list, combinations(OPTIONS, count))
        },
        findings=(findings.what_is_kept,),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (INITIALISE, TRAINING, TRAIN)}
