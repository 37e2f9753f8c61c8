"""Hand-sized cases of lesson 5: losses of one entry or two, and pairs of small gradients."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import describe_type, shapes
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import num
from lessons.checking.answering.values import copied, sent_whole
from lessons.checking.explaining.changing import with_argument
from lessons.checking.explaining.ladder import (
    Case,
    Ladder,
    Outcome,
    Questions,
    Rung,
    Telling,
    tenths,
)
from lessons.checking.explaining.tables import factor

from . import findings
from .findings import ALONE, LEFT, NAMES, TINY, A, N, Seen, flat, moved_with, pair

ENTRY = re.compile(r"([UWVbc])\[(\d),(\d)\]")  # in a loss's text
ROUNDED = 1e-9  # far above rounding, far below what an entry is moved by
Params = dict[str, np.ndarray]
Draw = Callable[[np.random.Generator], Case]


@dataclass(frozen=True)
class Loss:
    """A sum of terms such as 3*U[0,0]^2, as a function of params."""

    terms: tuple[str, ...]
    says: str = ""  # in place of the terms, where these are many

    def __call__(self, params: Mapping[str, np.ndarray]) -> float:
        """The loss at params."""
        return self.whole(params)

    def __repr__(self) -> str:
        return self.says or " + ".join(self.terms)

    @cached_property
    def whole(self) -> Callable[[Mapping[str, np.ndarray]], float]:
        """The same as a function that needs nothing else."""
        text = " + ".join(self.terms).replace("^", "**").replace("sin(", "math.sin(")
        body = ENTRY.sub(r'params["\1"][\2,\3]', text)
        return sent_whole(eval(f"lambda params: float({body})", {"math": math}))

    def at(self, params: Params) -> str:
        """The sum with numbers in the place of entries."""
        return ENTRY.sub(
            lambda found: factor(float(params[found[1]][int(found[2]), int(found[3])])),
            " + ".join(self.terms),
        )


def filled_in(m: int, K: int, **tensors: Any) -> Params:
    """Tensors as given, the others of ones and twos in turn."""
    rest = {name: np.resize([1.0, 2.0], shape) for name, shape in shapes(m, K).items()}
    return rest | {name: np.array(value, dtype=float) for name, value in tensors.items()}


def single(term: str, x: float, *step: float) -> Case:
    """A loss of U[0,0] alone, which is x."""
    return Case(Loss((term,)), filled_in(1, 1, U=[[x]]), *step)


def product(other: str, one: float, two: float, step: float) -> Case:
    """The product of U[0,0] with U[0,1] or W[0,0]."""
    return Case(Loss((f"U[0,0]*{other}",)), filled_in(1, 2, U=[[one, two]], W=[[two]]), step)


def powers(power: int, params: Params, step: float, names: str) -> Case:
    """The sum of all entries of some tensors, each to a power."""
    terms = tuple(f"{entry}^{power}" for entry in findings.entries(params) if entry[0] in names)
    says = "the sum of the squares in U and V" if power == 2 else "the sum of all entries' cubes"
    return Case(Loss(terms, says), params, step)


def quarters(rng: np.random.Generator, *shape: int, most: int = 12) -> np.ndarray:
    """Random multiples of 1/4, none of them 0, which are exact in binary."""
    return rng.integers(1, most + 1, shape) * rng.choice([-0.25, 0.25], shape)


def quarter(rng: np.random.Generator) -> float:
    """One of them."""
    return float(quarters(rng, 1)[0])


def a_step(rng: np.random.Generator) -> float:
    """A step that is exact in binary too."""
    return float(rng.choice([0.25, 0.5, 0.75]))


def in_all_tensors(
    rng: np.random.Generator, term: str, *step: float, x: float | None = None, times: float = 1
) -> Case:
    """A term of U[0,0] and the like of all other tensors, which have one entry each.

    The coefficients are random multiples of `times`; the entries too, unless they are all x.
    """
    counts = times * rng.integers(1, 4, len(NAMES)) * rng.choice([-1, 1], len(NAMES))
    terms = tuple(
        f"{factor(float(count))}*{term.replace('U', name)}"
        for count, name in zip(counts, NAMES, strict=True)
    )
    params = {name: [[quarter(rng) if x is None else x]] for name in NAMES}
    says = " + ".join(terms).replace("[0,0]", "")
    return Case(Loss(terms, says), filled_in(1, 1, **params), *step)


def some_digits(rng: np.random.Generator) -> float:
    """A number with one digit after the point, or with all of them."""
    return float(rng.choice([rng.integers(1, 25) / 10, rng.uniform(0.1, 2.5)]))


def one_term(says: str, term: str, x: float, step: float, *, coefficient: str = "") -> Rung:
    """One term; in the siblings one of every tensor."""
    return Rung(
        says,
        single(coefficient + term, x, step),
        lambda rng: in_all_tensors(rng, term, a_step(rng)),
        4,
    )


def two_entries(rng: np.random.Generator) -> Case:
    """The product of two entries of U."""
    return product("U[0,1]", quarter(rng), quarter(rng), a_step(rng))


def chained(rng: np.random.Generator) -> Case:
    """A sum of products: of U and W, of W and V, of V and b, of b and c."""
    terms = tuple(f"{one}[0,0]*{other}[0,0]" for one, other in pairwise(NAMES))
    params = {name: [[quarter(rng)]] for name in NAMES}
    says = " + ".join(terms).replace("[0,0]", "")
    return Case(Loss(terms, says), filled_in(1, 1, **params), a_step(rng))


def many_powers(says: str, power: int, params: Params, names: str) -> Rung:
    """All entries of some tensors, each to a power; in the siblings with other numbers."""

    def draw(rng: np.random.Generator) -> Case:
        other = {name: quarters(rng, *params[name].shape, most=36) for name in NAMES}
        return powers(power, other, a_step(rng), names)

    return Rung(says, powers(power, params, 0.5, names), draw, 2)


GRADIENT_RUNGS = (
    one_term("straight lines such as 3 x", "U[0,0]", 2.0, 0.5, coefficient="3*"),
    one_term("parabolas such as x^2", "U[0,0]^2", -1.0, 1.0),
    one_term("cubes: the central difference of x^3 is 3 x^2 + step^2", "U[0,0]^3", 2.0, 0.5),
    Rung(
        "slopes of thousands",
        single("3000*U[0,0]", 2.0, 0.5),
        lambda rng: in_all_tensors(rng, "U[0,0]", a_step(rng), times=2e3),
        3,
    ),
    Rung(
        "entries of 0",
        single("U[0,0]^3", 0.0, 0.5),
        lambda rng: in_all_tensors(rng, "U[0,0]^3", a_step(rng), x=0.0),
        4,
    ),
    Rung(
        "the step that is used if none is given",
        single("1e10*U[0,0]^3", 0.0),
        lambda rng: in_all_tensors(rng, "U[0,0]^3", x=0.0, times=1e10),
        3,
    ),
    Rung(
        "no step given and slopes of 1e-10",
        single("U[0,0]^3", 0.0),
        lambda rng: in_all_tensors(rng, "U[0,0]^3", x=0.0),
        3,
    ),
    one_term("sines", "sin(U[0,0])", 0.5, 0.5, coefficient="0.1*"),
    Rung(
        "numbers such as 0.1, which a float holds only roughly",
        single("U[0,0]^2", 0.3, 0.1),
        lambda rng: single("U[0,0]^2", some_digits(rng), int(rng.integers(1, 5)) / 10),
    ),
    Rung("two entries of a tensor", product("U[0,1]", 2.0, 3.0, 1.0), two_entries, 4),
    Rung("entries of several tensors", product("W[0,0]", 2.0, 3.0, 1.0), chained, 4),
    many_powers(
        "several rows and columns",
        2,
        filled_in(2, 3, U=[[1, 2, 3], [4, 5, 6]], V=[[7, 1], [8, 2], [9, 3]]),
        "UV",
    ),
    many_powers(
        "all five tensors at once",
        3,
        filled_in(
            *(2, 3),
            U=[[1, 2, 0], [2, -1, 1]],
            W=[[3, -1], [2, 0]],
            V=[[1, -2], [2, 1], [0, 3]],
            b=[[0], [1]],
            c=[[2], [1], [-2]],
        ),
        NAMES,
    ),
)


def whole(params: Any, kept: Params, says: str) -> Params:
    """The five tensors, if they are there and of their shapes; `says` begins the sentence."""
    try:
        tensors = {name: np.array(params[name], dtype=float) for name in NAMES}
    except (KeyError, TypeError, IndexError, ValueError):
        what = describe_type(params)
        if isinstance(params, Mapping):
            what = f"the keys {', '.join(map(str, params))}" if params else "no keys"
        expected = f"a dict like params, with all of its keys: {', '.join(NAMES)}"
        raise Wrong(f"{says} with {what}; expected {expected}.") from None
    for name, tensor in tensors.items():
        if (shape := kept[name].shape) != tensor.shape:
            raise Wrong(f"{says} with {name} in the shape {tensor.shape}; {name} has {shape}.")
    return tensors


def recorded(loss: Callable[[Any], float], calls: list[Any]) -> Callable[[Any], float]:
    """A loss that notes its calls: the tensors and the loss, or only what it could not take."""

    def noting(given: Any) -> float:
        try:
            tensors = {name: np.array(given[name], dtype=float) for name in "UWVbc"}
            calls.append((tensors, loss(tensors)))
        except Exception:
            calls.append((given,))
            raise
        found: float = calls[-1][1]
        return found

    return sent_whole(noting)


def called(kept: Params, given: Any, loss: float = math.nan) -> tuple[np.ndarray, float]:
    """All entries in a call of the loss, and the loss; raises Wrong if it was given no params."""
    return flat(whole(given, kept, "The loss was called")), loss


def observe_gradients(function: Function, case: Case) -> Outcome:
    """The gradients, what is left in params, and how the loss was called."""
    loss, kept, *step = case.arguments
    params, seen, calls = copied(kept), Seen(), list[Any]()
    function.remember(case.arguments, {})
    try:
        result = function.unchecked(recorded(loss.whole, calls), params, *step)
    finally:
        seen.calls = [called(kept, *call) for call in calls]
    function.look_at(result, case.arguments, {}, finite=False)
    function.expect_new_arrays(result, (loss, params))
    moved = moved_with(seen.calls, flat(kept), (*step, 1e-5)[0])
    counts = [any(entry in term for term in loss.terms) for entry in findings.entries(kept)]
    seen[ALONE] = np.where(counts, moved - 1, 0)
    seen |= {f"d{name}": np.asarray(result[name]) for name in NAMES}
    seen.after = flat(whole(params, kept, f"{function.name} leaves params"))
    apart = seen.after - flat(kept)
    changed = seen.after.view(np.int64) != flat(kept).view(np.int64)
    seen[LEFT] = np.where(abs(apart) > ROUNDED, apart, ROUNDED * changed)
    return seen


def slope_by_hand(case: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One slope: the loss above, the loss below, and the quotient."""
    if name in (LEFT, ALONE):
        return []
    loss, params, *given = case.arguments
    step = given[0] if given else 1e-5
    entry = f"{name[1:]}[{index[0]},{index[1]}]"
    part = Loss(tuple(term for term in loss.terms if entry in term))
    if not part.terms:
        value = factor(loss(params))
        return [("the loss does not change", f"{value} - {value}", 0.0)]
    short = name[1:] if params[name[1:]].size == 1 else entry
    label = "loss" if part.terms == loss.terms else f"terms with {short}"
    x, lines = params[name[1:]][index], []
    for sign in "+-":
        there = copied(params)
        there[name[1:]][index] = x + step if sign == "+" else x - step
        lines.append((f"{label} at {num(x)} {sign} {num(step)}", part.at(there), part(there)))
    above, below = (value for *_, value in lines)
    quotient = f"({num(above)} - {factor(below)}) / (2 * {num(step)})"
    return [*lines, ("together", quotient, (above - below) / (2 * step))]


def shown_call(case: Case) -> dict[str, Any]:
    """The loss, params and step; of many entries only the tensors that the loss has."""
    loss, params, *step = case.arguments
    few = sum(tensor.size for tensor in params.values()) <= 12
    used = {name: g for name, g in params.items() if few or any(name in t for t in loss.terms)}
    return {"loss": loss, **used} | ({"step": step[0]} if step else {"default step": 1e-5})


GRADIENTS = Ladder(
    "numerical_gradients",
    GRADIENT_RUNGS,
    observe_gradients,
    telling=Telling(
        shows=shown_call,
        by_hand=slope_by_hand,
        says="goes wrong",
        picture=findings.gradient_picture,
    ),
    questions=Questions(
        findings=(
            findings.left_behind,
            findings.default_step,
            findings.how_the_loss_is_called,
            findings.turned,
            findings.added_up,
            findings.filled_in_part,
            findings.other_places,
        ),
    ),
    alike=findings.alike,
)


def drawn(
    rows: int,
    columns: int,
    floor: float | None = TINY,
    *,
    scale: float = 1.0,
    made: Callable[[np.ndarray], Any] | None = None,
) -> Draw:
    """A sibling of a random ga, and a random gn or what is made of ga."""

    def draw(rng: np.random.Generator) -> Case:
        ga, other = (scale * tenths(rng, rows, columns, most=9) for _ in range(2))
        return pair(ga, made(ga) if made else other, floor)

    return draw


ERROR_RUNGS = (
    Rung(
        "one entry each, of one sign",
        pair([[3]], [[1]]),
        drawn(1, 1, made=lambda ga: 2.5 * np.sign(ga)),
        6,
    ),
    Rung(
        "one entry each, of opposite signs",
        pair([[3]], [[-1]]),
        drawn(1, 1, made=lambda ga: -2.5 * np.sign(ga)),
        6,
    ),
    Rung("equal gradients", pair([[3, 4]], [[3, 4]]), drawn(2, 2, made=np.copy), 3),
    Rung("two entries each", pair(A, N), drawn(1, 2)),
    Rung("two rows and two columns", pair([[3, 0], [0, 4]], [[0, 0], [0, 8]]), drawn(2, 2)),
    Rung("a gradient and its negative", pair(A, [[-3, -4]]), drawn(2, 2, made=np.negative), 3),
    Rung(
        "two rows and three columns",
        pair([[1, 2, 2], [0, 0, 0]], [[1, 0, 0], [4, 2, 2]]),
        drawn(2, 3),
    ),
    Rung(
        "gradients that are nearly equal",
        pair([[300, 400]], [[300, 400.1]]),
        drawn(1, 2, made=lambda ga: ga + np.array([0, 0.001])),
        4,
    ),
    Rung("one of them zero", pair(A, [[0, 0]]), drawn(1, 2, made=np.zeros_like), 3),
    Rung("a floor of 0.5, below the norms", pair(A, N, 0.5), drawn(2, 2, 0.5), 4),
    Rung("a floor of 50, above the norms", pair(A, N, 50.0), drawn(2, 2, 50.0), 4),
    Rung(
        "a floor of 1e-9, above smaller norms",
        pair([[3e-10, 0]], [[0, 4e-10]], 1e-9),
        drawn(2, 2, 1e-9, scale=1e-11),
        4,
    ),
    Rung(
        "a floor above each norm and below their sum",
        pair(A, N, 10.0),
        lambda rng: pair([[3, rng.integers(1, 5)]], N, 10.0),
        4,
    ),
    Rung(
        "the floor that is used if none is given",
        pair([[3e-13, 0]], [[0, 4e-13]], None),
        drawn(2, 2, None, scale=1e-13),
        3,
    ),
    Rung(
        "no floor given and gradients of 1e-19",
        pair([[3e-19, 0]], [[0, 4e-19]], None),
        drawn(2, 2, None, scale=1e-19),
        2,
    ),
    Rung("two gradients of zero", pair([[0, 0]], [[0, 0]], None), drawn(2, 2, None, scale=0.0), 1),
)


def observe_error(function: Function, case: Case) -> Outcome:
    """The error."""
    seen = Seen(error=function.allowing_infinite(*case.arguments))
    seen.function = function
    return seen


def root(g: np.ndarray) -> str:
    """The norm of a small gradient, written out."""
    return "sqrt(" + " + ".join(f"{factor(float(x))}^2" for x in g.flat) + ")"


def error_by_hand(case: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The three norms, the divisor, the quotient."""
    ga, gn, floor = (*case.arguments, 1e-6)[:3]
    apart, a, n = (float(np.linalg.norm(g)) for g in (ga - gn, ga, gn))
    divisor = max(floor, a + n)
    return [
        ("|ga - gn|", root(ga - gn), apart),
        ("|ga|", root(ga), a),
        ("|gn|", root(gn), n),
        ("divisor", f"max({num(floor)}, {num(a)} + {num(n)})", divisor),
        ("together", f"{num(apart)} / {num(divisor)}", apart / divisor),
    ]


def shown_pair(case: Case) -> dict[str, Any]:
    """Both gradients and the floor."""
    ga, gn, *floor = case.arguments
    return {"ga": ga, "gn": gn} | ({"floor": floor[0]} if floor else {"default floor": 1e-6})


ERRORS = Ladder(
    "relative_error",
    ERROR_RUNGS,
    observe_error,
    telling=Telling(
        shows=shown_pair,
        by_hand=error_by_hand,
        says="returns a wrong number",
        about=findings.as_a_checker,
    ),
    questions=Questions(
        changes={"gn with its sign turned": with_argument(1, np.negative)},
        findings=(
            findings.default_floor,
            findings.another_norm,
            findings.in_float32,
            findings.pairs_of_gradients,
        ),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (GRADIENTS, ERRORS)}
