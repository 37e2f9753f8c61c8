"""Hand-sized cases of lesson 5: losses of one entry or two, and pairs of small gradients."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import describe_type
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import num
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.answering.values import copied
from lessons.checking.explaining.changing import exchanged, with_argument
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

NAMES, LEFT = findings.NAMES, findings.LEFT
ENTRY = re.compile(r"([UWVbc])\[(\d),(\d)\]")  # in a loss's text
ROUNDED = 1e-9  # far above rounding, far below what an entry is moved by
Params = dict[str, np.ndarray]


class Seen(dict[str, Any]):
    """What a call leaves, with what a closer look at it needs."""

    function: Function
    calls: list[tuple[np.ndarray, float]]  # of the loss: where, all entries in a row; its value
    after: np.ndarray  # params, all entries in a row


# ---- numerical_gradients ------------------------------------------------------------------


@dataclass(frozen=True)
class Loss:
    """A sum of terms such as 3*U[0,0]^2, as a function of params."""

    terms: tuple[str, ...]
    says: str = ""  # in place of the terms, where these are many

    def __call__(self, params: Mapping[str, np.ndarray]) -> float:
        """The loss at params."""
        return float(eval(self.code, {"sin": math.sin}, params))

    def __repr__(self) -> str:
        return self.says or " + ".join(self.terms)

    @cached_property
    def code(self) -> Any:
        """The sum as Python's code."""
        return compile(" + ".join(self.terms).replace("^", "**"), "loss", "eval")

    def at(self, params: Params) -> str:
        """The sum with numbers in the place of entries."""
        return ENTRY.sub(
            lambda found: factor(float(params[found[1]][int(found[2]), int(found[3])])),
            " + ".join(self.terms),
        )


def filled_in(m: int, K: int, **tensors: Any) -> Params:
    """Tensors as given, the others of ones and twos in turn."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    rest = {name: np.resize([1.0, 2.0], shape) for name, shape in shapes.items()}
    return rest | {name: np.array(value, dtype=float, order="C") for name, value in tensors.items()}


def single(term: str, x: float, *step: float) -> Case:
    """A loss of U[0,0] alone, which is x."""
    return Case(Loss((term,)), filled_in(1, 1, U=[[x]]), *step)


def quarters(rng: np.random.Generator, *shape: int, most: int = 12) -> np.ndarray:
    """Random multiples of 1/4, none of them 0, which are exact in binary."""
    return rng.integers(1, most + 1, shape) * rng.choice([-0.25, 0.25], shape)


def quarter(rng: np.random.Generator) -> float:
    """One of them."""
    return float(quarters(rng, 1)[0])


def a_step(rng: np.random.Generator) -> float:
    """A step that is exact in binary too."""
    return float(rng.choice([0.25, 0.5, 0.75]))


def sibling(term: str) -> Callable[[np.random.Generator], Case]:
    """The term with a coefficient, at another place and by another step."""
    return lambda rng: single(f"{factor(quarter(rng))}*{term}", quarter(rng), a_step(rng))


def product(other: str, one: float, two: float, step: float) -> Case:
    """The product of U[0,0] with U[0,1] or W[0,0]."""
    return Case(Loss((f"U[0,0]*{other}",)), filled_in(1, 2, U=[[one, two]], W=[[two]]), step)


def powers(power: int, params: Params, step: float, names: str) -> Case:
    """The sum of all entries, each to a power."""
    terms = tuple(f"{each}^{power}" for each in findings.entries(params) if each[0] in names)
    says = "the sum of the squares in U and V" if power == 2 else "the sum of all entries' cubes"
    return Case(Loss(terms, says), params, step)


def random_powers(power: int, K: int, names: str) -> Callable[[np.random.Generator], Case]:
    """The same at random entries."""
    shapes = {name: g.shape for name, g in filled_in(2, K).items()}
    return lambda rng: powers(
        power, {n: quarters(rng, *shapes[n], most=36) for n in shapes}, a_step(rng), names
    )


GRADIENT_RUNGS = (
    Rung("a straight line, 3 x", single("3*U[0,0]", 2.0, 0.5), sibling("U[0,0]"), 4),
    Rung("a parabola, x^2", single("U[0,0]^2", -1.0, 1.0), sibling("U[0,0]^2"), 4),
    Rung("x^3, whose central difference is 3 x^2 + step^2", single("U[0,0]^3", 2.0, 0.5),
         sibling("U[0,0]^3"), 4),
    Rung("an entry of 0", single("U[0,0]^3", 0.0, 0.5),
         lambda rng: single(f"{factor(quarter(rng))}*U[0,0]^3", 0.0, a_step(rng)), 4),
    Rung("the step that is used if none is given", single("1e10*U[0,0]^3", 0.0),
         lambda rng: single(f"{factor(quarter(rng))}*1e10*U[0,0]^3", 0.0), 3),
    Rung("a sine", single("0.1*sin(U[0,0])", 0.5, 0.5), sibling("sin(U[0,0])"), 4),
    Rung("numbers such as 0.1, which a float holds only roughly",
         single("U[0,0]^2", 0.3, 0.1),
         lambda rng: single("U[0,0]^2", *(rng.integers(1, [25, 5]) / 10).tolist()), 8),
    Rung("two entries of a tensor", product("U[0,1]", 2.0, 3.0, 1.0),
         lambda rng: product("U[0,1]", quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("entries of two tensors", product("W[0,0]", 2.0, 3.0, 1.0),
         lambda rng: product("W[0,0]", quarter(rng), quarter(rng), a_step(rng)), 4),
    Rung("several rows and columns",
         powers(2, filled_in(2, 3, U=[[1, 2, 3], [4, 5, 6]], V=[[7, 1], [8, 2], [9, 3]]),
                0.5, "UV"),
         random_powers(2, 3, "UV"), 4),
    Rung("all five tensors at once",
         powers(3, filled_in(2, 1, U=[[1], [2]], W=[[3, -1], [2, 0]], V=[[1, -2]],
                             b=[[0], [1]], c=[[2]]), 0.5, NAMES),
         random_powers(3, 1, NAMES), 4),
)  # fmt: skip


def whole(params: Any, kept: Params, says: str) -> Params:
    """The five tensors, if they are there and of their shapes; `says` begins the sentence."""
    try:
        tensors = {name: np.array(params[name], dtype=float) for name in NAMES}
    except (KeyError, TypeError, IndexError, ValueError):
        is_dict = isinstance(params, Mapping)
        what = f"the keys {', '.join(map(str, params))}" if is_dict else describe_type(params)
        due = f"a dict like params, with all of its keys: {', '.join(NAMES)}"
        raise Wrong(f"{says} with {what}; it takes {due}.") from None
    for name, tensor in tensors.items():
        if (shape := kept[name].shape) != tensor.shape:
            raise Wrong(f"{says} with {name} in the shape {tensor.shape}; {name} has {shape}.")
    return tensors


def observe_gradients(function: Function, each: Case) -> Outcome:
    """The gradients, what is left in params, and how the loss was called."""
    loss, kept, *step = each.arguments
    params, seen = copied(kept), Seen()
    seen.calls = []

    def recorded(given: Any) -> float:
        tensors = whole(given, kept, "The loss was called")
        seen.calls.append((findings.flat(tensors), loss(tensors)))
        return seen.calls[-1][1]

    function.remember(each.arguments, {})
    result = function.unchecked(recorded, params, *step)
    try:
        function.contracted.returns(result, *each.arguments)
    except Wrong as wrong:
        if not wrong.numbers:
            raise Wrong(f"{function.name}: {wrong.message}", result=result) from None
    function.expect_new_arrays(result, (loss, params))
    seen |= {f"d{name}": np.asarray(result[name]) for name in NAMES}
    seen.after = findings.flat(whole(params, kept, f"{function.name} leaves params"))
    apart = seen.after - findings.flat(kept)
    changed = seen.after.view(np.int64) != findings.flat(kept).view(np.int64)
    seen[LEFT] = np.where(abs(apart) > ROUNDED, apart, ROUNDED * changed)
    return seen


def slope_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One slope: the loss above, the loss below, and the quotient."""
    if name == LEFT:
        return []
    loss, params, *given = each.arguments
    step = given[0] if given else 1e-5
    entry = f"{name[1:]}[{index[0]},{index[1]}]"
    part = Loss(tuple(term for term in loss.terms if entry in term))
    if not part.terms:
        value = factor(loss(params))
        return [("the loss does not change", f"{value} - {value}", 0.0)]
    label = "loss" if part.terms == loss.terms else f"terms with {entry}"
    x, lines = params[name[1:]][index], []
    for sign in "+-":
        there = copied(params)
        there[name[1:]][index] = x + step if sign == "+" else x - step
        lines.append((f"{label} at {num(x)} {sign} {num(step)}", part.at(there), part(there)))
    above, below = (value for *_, value in lines)
    quotient = f"({num(above)} - {factor(below)}) / (2 * {num(step)})"
    return [*lines, ("together", quotient, (above - below) / (2 * step))]


def shown_call(each: Case) -> dict[str, Any]:
    """The loss, params and step; of many entries only the tensors that the loss has."""
    loss, params, *step = each.arguments
    few = sum(g.size for g in params.values()) <= 12
    used = {name: g for name, g in params.items() if few or any(name in t for t in loss.terms)}
    return {"loss": loss, **used, "step": step[0] if step else "not given"}


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
            findings.default_step,
            findings.how_the_loss_is_called,
            findings.left_behind,
            findings.other_places,
        ),
    ),
)


# ---- relative_error -----------------------------------------------------------------------

TINY = 1e-12  # a floor far below the norms, so that it plays no part


def pair(ga: Any, gn: Any, *floor: float) -> Case:
    """Two gradients, and a floor."""
    return Case(np.array(ga, dtype=float), np.array(gn, dtype=float), *floor)


def drawn(
    rows: int,
    columns: int,
    *floor: float,
    scale: float = 1.0,
    gn: Callable[[np.ndarray], Any] | None = None,
) -> Callable[[np.random.Generator], Case]:
    """A sibling of a random ga, and a random gn or what is made of ga."""

    def draw(rng: np.random.Generator) -> Case:
        ga, other = (scale * tenths(rng, rows, columns, most=9) for _ in range(2))
        return pair(ga, gn(ga) if gn else other, *floor)

    return draw


ERROR_RUNGS = (
    Rung("one entry each, of one sign", pair([[3]], [[1]], TINY),
         drawn(1, 1, TINY, gn=lambda ga: 2.5 * np.sign(ga)), 6),
    Rung("one entry each, of opposite signs", pair([[3]], [[-1]], TINY),
         drawn(1, 1, TINY, gn=lambda ga: -2.5 * np.sign(ga)), 6),
    Rung("equal gradients", pair([[3, 4]], [[3, 4]], TINY), drawn(2, 2, TINY, gn=np.copy), 3),
    Rung("two entries each", pair([[3, 4]], [[0, 8]], TINY), drawn(1, 2, TINY)),
    Rung("two rows and two columns", pair([[3, 0], [0, 4]], [[0, 0], [0, 8]], TINY),
         drawn(2, 2, TINY)),
    Rung("a gradient and its negative", pair([[3, 4]], [[-3, -4]], TINY),
         drawn(2, 2, TINY, gn=np.negative), 3),
    Rung("two rows and three columns", pair([[1, 2, 2], [0, 0, 0]], [[1, 0, 0], [4, 2, 2]], TINY),
         drawn(2, 3, TINY)),
    Rung("gradients that are nearly equal", pair([[300, 400]], [[300, 400.1]], TINY),
         drawn(1, 2, TINY, gn=lambda ga: ga + np.array([[0, 0.001]])), 4),
    Rung("one of them zero", pair([[3, 4]], [[0, 0]], TINY),
         drawn(1, 2, TINY, gn=np.zeros_like), 3),
    Rung("a floor of 0.5, below the norms", pair([[3, 4]], [[0, 8]], 0.5), drawn(2, 2, 0.5), 4),
    Rung("a floor of 50, above the norms", pair([[3, 4]], [[0, 8]], 50.0), drawn(2, 2, 50.0), 4),
    Rung("a floor above each norm and below their sum", pair([[3, 4]], [[0, 8]], 10.0),
         lambda rng: pair([[3, float(rng.integers(1, 5))]], [[0, 8]], 10.0), 4),
    Rung("the floor that is used if none is given", pair([[3e-13, 0]], [[0, 4e-13]]),
         drawn(2, 2, scale=1e-13), 3),
    Rung("two gradients of zero", pair([[0, 0]], [[0, 0]]), drawn(2, 2, scale=0.0), 1),
)  # fmt: skip


def observe_error(function: Function, each: Case) -> Outcome:
    """The error."""
    seen = Seen(error=function.allowing_infinite(*each.arguments))
    seen.function = function
    return seen


def root(g: np.ndarray) -> str:
    """The norm of a small gradient, written out."""
    return "sqrt(" + " + ".join(f"{factor(float(x))}^2" for x in g.flat) + ")"


def error_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """The three norms, the divisor, the quotient."""
    ga, gn, floor = (*each.arguments, 1e-6)[:3]
    apart, a, n = (float(np.linalg.norm(g)) for g in (ga - gn, ga, gn))
    divisor = max(floor, a + n)
    return [
        ("|ga - gn|", root(ga - gn), apart),
        ("|ga|", root(ga), a),
        ("|gn|", root(gn), n),
        ("divisor", f"max({num(floor)}, {num(a)} + {num(n)})", divisor),
        ("together", f"{num(apart)} / {num(divisor)}", apart / divisor),
    ]


def one_moved(each: Case) -> dict[str, Case]:
    """The case with one entry of a gradient moved."""
    found = {}
    for k, name in enumerate(("ga", "gn")):
        for i, j in np.ndindex(each.arguments[k].shape):
            other = each.arguments[k].copy()
            other[i, j] += 0.7
            found[f"{name}[{i},{j}]"] = with_argument(k, partial(exchanged, other))(each)
    return found


ERRORS = Ladder(
    "relative_error",
    ERROR_RUNGS,
    observe_error,
    telling=Telling(
        shows=lambda each: dict(
            zip(("ga", "gn", "floor"), (*each.arguments, "not given"), strict=False)
        ),
        by_hand=error_by_hand,
        says="returns a wrong number",
        about=findings.as_a_checker,
    ),
    questions=Questions(
        changes={"gn with its sign turned": with_argument(1, np.negative)},
        switches={
            "where ga and gn have one entry each": lambda each: pair(
                each.arguments[0][:1, :1], each.arguments[1][:1, :1], *each.arguments[2:]
            ),
        },
        moves=one_moved,
        findings=(
            findings.default_floor,
            findings.other_values,
            findings.by_the_floor,
            findings.by_its_parts,
        ),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (GRADIENTS, ERRORS)}
