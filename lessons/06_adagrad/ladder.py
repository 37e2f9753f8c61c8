"""Hand-sized cases of lesson 6, each rung with one more ingredient.

A case of adagrad_step holds a list of gradients, one for each step; most have a single one.
Quantities are rows: the entries of all five tensors, one after another.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering import contract
from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong, expect
from lessons.checking.answering.printing import num
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.answering.values import copied, same_bits
from lessons.checking.comparing.compare import precise
from lessons.checking.explaining.changing import with_argument, with_option
from lessons.checking.explaining.ladder import (
    Attempt,
    Case,
    Ladder,
    Outcome,
    Questions,
    Rung,
    Telling,
    tenths_params,
)
from lessons.checking.explaining.tables import factor

from . import findings

alike, row, split, step = findings.alike, findings.row, findings.split, findings.step

Params = dict[str, np.ndarray]
NAMES = "UWVbc"
Numbers = Sequence[float] | np.ndarray


def span(low: float, high: float) -> np.ndarray:
    """All numbers of one decimal from low to high."""
    return np.arange(round(10 * low), round(10 * high) + 1) / 10


def signed(values: np.ndarray) -> np.ndarray:
    """Numbers with either sign."""
    return np.concatenate([values, -values])


def draws(
    make: Callable[..., Case], *values: Numbers, **options: Numbers
) -> Callable[[np.random.Generator], Case]:
    """A maker of cases, each argument and each option one of so many numbers."""
    return lambda rng: make(
        *(float(rng.choice(x)) for x in values),
        **{name: float(rng.choice(x)) for name, x in options.items()},
    )


def entry_name(case: Case, name: str, index: tuple[int, ...]) -> str:
    """What an entry of a row is called; the quantity alone where all tensors are the same."""
    if findings.uniform(case):
        return name
    key, i, j = findings.places(case.arguments[0])[index[0]]
    return f"{name} {key}[{i},{j}]"


def clipping(value: float, **limit: float) -> Case:
    """One number in all tensors."""
    return Case(alike(value), **limit)


class Clipped(dict[str, Any]):
    """The entries of a result."""

    shared: tuple[str, ...] = ()  # its arrays that share their memory with others


def observe_clip(function: Function, case: Case) -> Outcome:
    """The entries of the result, and which of its arrays share their memory."""
    grads = copied(case.arguments[0])
    given = {"grads": grads}
    result = leaving_alone(function, given, grads, **case.options)
    function.look_at(result, case.arguments, case.options, finite=False)
    function.expect_new_arrays(result, (grads,))
    clipped = Clipped(result=row(result))
    clipped.shared = findings.sharing(result)
    return clipped


def leaving_alone(
    function: Function, dicts: dict[str, Params], *arguments: Any, **options: Any
) -> Any:
    """What a call returns that should leave some dicts as they are; told by what became of them."""
    kept, arrays = copied(dicts), {name: dict(tensors) for name, tensors in dicts.items()}
    function.remember(copied(arguments), options)
    result = function.unchecked(*arguments, **options)
    for name, now in dicts.items():
        for key in NAMES:
            if what := done_to(
                f'{name}["{key}"]', now.get(key), arrays[name][key], kept[name][key]
            ):
                raise Wrong(f"{function.name}: {what} after the call; it should stay as it is.")
    return result


def done_to(name: str, now: Any, array: np.ndarray, before: np.ndarray) -> str:
    """What became of an array in a dict, if its numbers are not as they were."""
    if now is None:
        return f"{name} is missing"
    if same_bits(now, before):
        return ""
    if now is not array:
        return f"{name} is another array"
    i, j = np.argwhere(now.view(np.int64) != before.view(np.int64))[0].tolist()
    was, new = before[i, j], now[i, j]
    return f"{name}[{i},{j}] was {precise(was, new)}, is {precise(new, was)}"


def shared_about(attempt: Attempt) -> list[str]:
    """Which results share their memory."""
    return findings.shared_text(getattr(attempt.yours, "shared", ()))


def shown_clip(case: Case) -> dict[str, Any]:
    """An entry, or all of them under their keys, and the limit."""
    grads = case.arguments[0]
    limit = case.options or {"default limit": 5.0}
    return ({"gradient": float(row(grads)[0])} if findings.uniform(case) else grads) | limit


def clip_by_hand(case: Case, name: str, index: tuple[int, ...]) -> list[Any]:
    """What becomes of one entry."""
    g, limit = float(row(case.arguments[0])[index[0]]), case.options.get("limit", 5.0)
    if g > limit:
        return [("above the limit", f"{num(g)} > {num(limit)}, so the limit", limit)]
    if g < -limit:
        return [("below -limit", f"{num(g)} < {num(-limit)}, so -limit", -limit)]
    return [("within the limit", f"{num(-limit)} <= {num(g)} <= {num(limit)}, so it stays", g)]


def gradients(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Case]:
    """A change of the gradients that are clipped."""
    return with_argument(0, lambda grads: {name: change(g) for name, g in grads.items()})


def clip_rung(
    says: str,
    value: float,
    values: Numbers,
    siblings: int,
    limit: tuple[float, Numbers] | None = None,
) -> Rung:
    """One number in all tensors; its siblings have other numbers, and other limits."""
    by_hand, others = ({}, {}) if limit is None else ({"limit": limit[0]}, {"limit": limit[1]})
    return Rung(says, clipping(value, **by_hand), draws(clipping, values, **others), siblings)


FEW = [1, 2, 3, 4, 5]

CLIP = Ladder(
    "clip",
    (
        clip_rung("an entry between 0 and the limit", 2, span(0.5, 2.9), 3, (4.0, [3.0])),
        clip_rung("an entry between -limit and 0", -3, -span(0.5, 2.9), 3, (4.0, [3.0])),
        clip_rung("an entry above the limit", 7, span(5.2, 30), 4, (4.0, FEW)),
        clip_rung("an entry below -limit", -7, -span(6.2, 30), 4, (4.0, FEW)),
        clip_rung("an entry at the limit", 4, [-2.5, 2.5], 2, (4.0, [2.5])),
        clip_rung("a limit above 5", 7, signed(span(5.2, 30)), 4, (8.0, [10.0])),
        clip_rung("a limit of 0.5", -3, span(0.6, 9), 2, (0.5, [0.5])),
        clip_rung("a limit of 0", -3, signed(span(0.6, 9)), 2, (0.0, [0.0])),
        clip_rung("no limit given and an entry within 5", 3, signed(span(4.5, 4.9)), 2),
        Rung(
            "no limit given and an entry beyond 5",
            clipping(7),
            lambda rng: Case(tenths_params(rng, 1, 2, most=12.0)),
            4,
        ),
        Rung(
            "five tensors that differ",
            Case(split([1, -2, 8, -8, 3], alike(0)), limit=4.0),
            lambda rng: Case(tenths_params(rng, 1, 1, most=12.0), limit=4.0),
            4,
        ),
        Rung(
            "several entries in a tensor",
            Case(split([2, 7, -1, 3, -9, -6, 1, -2], alike(0, 1, 2)), limit=4.0),
            lambda rng: Case(
                {name: 6 * rng.standard_normal(g.shape) for name, g in alike(0, 2, 3).items()},
                limit=4.0,
            ),
            4,
        ),
        Rung(
            "entries of a million",
            clipping(-1e6, limit=4.0),
            lambda rng: Case({name: 1e6 * g for name, g in tenths_params(rng, 2, 2).items()}),
            2,
        ),
    ),
    observe_clip,
    telling=Telling(
        shows=shown_clip,
        entry=entry_name,
        by_hand=clip_by_hand,
        about=shared_about,
        picture=findings.picture,
    ),
    alike=findings.agree,
    questions=Questions(
        changes={
            "a limit of 5, whatever was given": with_option("limit", 5.0),
            "the absolute values of the gradients": gradients(np.abs),
            "the gradients with their sign turned": gradients(np.negative),
        },
        switches={
            "where no entry is negative": gradients(np.abs),
            "where no entry is positive": gradients(lambda g: -abs(g)),
        },
        findings=(
            findings.defaults,
            findings.fixed_limit,
            findings.in_float32,
            findings.which_entries,
            findings.neighbours,
            findings.table,
        ),
    ),
)


def observe_memory(function: Function, case: Case) -> Outcome:
    """The first memory; what it holds when other numbers are added to each tensor; a second one.

    In the end the numbers are taken off again, so that every case starts alike.
    """
    params = case.arguments[0]
    memory = function(params)
    first = row(memory)
    more = {
        name: 10 * k + np.arange(1.0, 1 + tensor.size).reshape(tensor.shape)
        for k, (name, tensor) in enumerate(params.items())
    }
    for name in NAMES:
        expect(
            memory[name].flags.writeable,
            f'init_memory: memory["{name}"] can\'t be written to; make an array of its own.',
        )
        memory[name][...] += more[name]
    grown, second = row(memory), row(function(params))
    for name in NAMES:
        memory[name][...] -= more[name]
    return {"memory": first, "grown memory": grown, "second memory": second}


def memory_about(attempt: Attempt) -> list[str]:
    """What was done to see what is wrong."""
    wrong = MEMORY.wrong_quantities(attempt.yours, attempt.expected)
    return [WAS_DONE[name] for name in wrong if name in WAS_DONE and "memory" not in wrong]


WAS_DONE = {
    "grown memory": "Grown memory is what the arrays hold after 1, 2, ... were added to U, 11, ... "
    "to W, 21, ... to V, 31, ... to b and 41, ... to c.",
    "second memory": "Second memory is what a second call returns after the first has grown.",
}


def counted(m: int, K: int) -> Case:
    """Params with the entries 2, -1, 0.5, 2, ..."""
    like = alike(0, m, K)
    return Case(split(np.resize([2, -1, 0.5], row(like).size), like))


def params_case(rng: np.random.Generator, m: int, K: int) -> Case:
    """Random params."""
    return Case(tenths_params(rng, m, K))


MEMORY = Ladder(
    "init_memory",
    tuple(
        Rung(says, counted(m, K), partial(params_case, m=m, K=K), 4)
        for says, m, K in (
            ("m = 1 and K = 2", 1, 2),
            ("five shapes that differ", 2, 3),
            ("m = K, so that shapes are equal", 2, 2),
        )
    ),
    observe_memory,
    telling=Telling(
        shows=lambda case: dict(case.arguments[0]),
        says="does not return what it should",
        about=memory_about,
        picture=findings.picture,
    ),
    alike=np.array_equal,
    questions=Questions(
        findings=(findings.which_entries, findings.memory_at_the_start),
    ),
)


def observe_step(function: Function, case: Case) -> Outcome:
    """What the dicts hold after the last step; and in which of them the arrays are new ones."""
    params, grads, memory = copied(case.arguments)
    given = {"params": (params, dict(params)), "memory": (memory, dict(memory))}
    for g in grads:
        options = dict(case.options)
        both = [options.pop(name) for name in ("eta", "eps")] if len(options) == 2 else []
        left_alone = copied(g)
        leaving_alone(function, {"grads": left_alone}, params, left_alone, memory, *both, **options)
        for name, (now, before) in given.items():
            for key in NAMES:
                if key not in now:
                    raise Wrong(f'adagrad_step: {name} has no "{key}" any more.')
                shape, says = before[key].shape, f'adagrad_step: after the step {name}["{key}"]'
                if not isinstance(now[key], np.ndarray) or now[key].shape != shape:
                    contract.array(says, now[key], shape, finite=False)
    new = [name for name, (now, old) in given.items() if any(now[k] is not old[k] for k in NAMES)]
    return {"memory": row(memory), "param": row(params), "in-place update": tuple(new)}


def shown_step(case: Case) -> dict[str, Any]:
    """The numbers before the call, if they are few; and the options."""
    params, grads, memory = case.arguments
    options = {
        name if name in case.options else f"default {name}": value
        for name, value in zip(("eta", "eps"), findings.options_of(case), strict=True)
    }
    if not findings.uniform(case):
        return {"m": len(params["W"]), "K": len(params["c"])} | options
    names = ("gradient",) if len(grads) == 1 else ("first gradient", "second gradient")
    return {
        "param": float(row(params)[0]),
        **{name: float(row(g)[0]) for name, g in zip(names, grads, strict=True)},
        "memory": float(row(memory)[0]),
    } | options


def step_by_hand(case: Case, name: str, index: tuple[int, ...]) -> list[Any]:
    """One entry, all its steps; nothing of the in-place update."""
    if not index:
        return []
    params, grads, memory = case.arguments
    eta, eps = findings.options_of(case)
    theta, M = (float(row(x)[index[0]]) for x in (params, memory))
    lines: list[Any] = []
    for g in (float(row(x)[index[0]]) for x in grads):
        lines += [("memory", f"{num(M)} + {factor(g)}^2", M + g * g)]
        M += g * g
        root = float(np.sqrt(M + eps))
        if name == "param":
            by = f"{num(theta)} - {num(eta)} * {factor(g)} / {num(root)}"
            theta -= eta * g / root
            lines += [("root", f"sqrt({num(M)} + {num(eps)})", root), ("param", by, theta)]
    return lines


def step_about(attempt: Attempt) -> list[str]:
    """Orders of keys that differ, and the in-place rule where it is broken."""
    return in_other_orders(attempt.case) + in_new_arrays(attempt)


def in_other_orders(case: Case) -> list[str]:
    """How the dicts of a case list their keys, if not all in the same order."""
    params, grads, memory = case.arguments
    dicts = {"params": params, "grads": grads[0], "memory": memory}
    lists = [f"{', '.join(tensors)} in {name}" for name, tensors in dicts.items()]
    differ = len({tuple(tensors) for tensors in dicts.values()}) > 1
    return [f"In the case shown the keys are listed as {'; '.join(lists)}."] * differ


def in_new_arrays(attempt: Attempt) -> list[str]:
    """The in-place rule, where it is broken."""
    new = attempt.yours.get("in-place update", ())
    return [
        f"{' and '.join(new)} {'holds' if new == ('memory',) else 'hold'} new arrays after the "
        "call; the given arrays themselves should hold the new numbers."
    ] * bool(new)


def grads_with(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Case]:
    """A change of every gradient of a step."""
    return with_argument(
        1, lambda grads: [{name: change(g) for name, g in tensors.items()} for tensors in grads]
    )


def several(rng: np.random.Generator, m: int, K: int) -> Case:
    """A step with tensors of one-decimal numbers."""
    memory = {name: 10 * abs(M) for name, M in tenths_params(rng, m, K).items()}
    return step(tenths_params(rng, m, K), tenths_params(rng, m, K), memory, eta=0.5, eps=2.0)


def in_one_order(case: Case) -> Case:
    """The case with all dicts in the order of U, W, V, b, c."""
    params, grads, memory = case.arguments
    return Case(ordered(params), [ordered(g) for g in grads], ordered(memory), **case.options)


def by_position(case: Case, memory: bool = True) -> Case:
    """The case that a call sees as it is if it goes through the dicts side by side."""
    params, grads, M = case.arguments
    paired = dict(zip(params, M.values(), strict=True)) if memory else M
    both = [dict(zip(params, g.values(), strict=True)) for g in grads]
    return Case(params, both, paired, **case.options)


def ordered(tensors: Params, first: int = 0) -> Params:
    """A dict that lists its keys from one of them on."""
    return {name: tensors[name] for name in NAMES[first:] + NAMES[:first]}


def listed_otherwise(case: Case, grads: int, memory: int) -> Case:
    """A case whose dicts begin with other keys."""
    params, (g,), M = case.arguments
    return Case(params, [ordered(g, grads)], ordered(M, memory), **case.options)


without_memory = with_argument(2, lambda memory: {k: np.zeros_like(M) for k, M in memory.items()})
PARAM, G, M = signed(span(2, 3.5)), span(2, 4.5), span(5, 30)
ETA = [0.2, 0.5, 0.8]


def step_rung(
    says: str,
    numbers: tuple[float, ...],
    others: tuple[Numbers, ...],
    siblings: int = 6,
    **options: tuple[float, Numbers],
) -> Rung:
    """Param, gradient, memory (and a second gradient), the same in all tensors; and the options."""
    by_hand = step(*numbers, **{name: value for name, (value, _) in options.items()})
    drawn = draws(step, *others, **{name: values for name, (_, values) in options.items()})
    return Rung(says, by_hand, drawn, siblings)


def by_entry(m: int, K: int, *rows: list[float]) -> Case:
    """Params, gradients and memory from the rows of their entries."""
    return step(*(split(entries, alike(0, m, K)) for entries in rows), eta=0.5, eps=0.0)


ALWAYS, OFF = (0.5, [0.5]), (0.0, [0])
SMALL = [-1e-4, 2e-4, 3e-4]

STEP = Ladder(
    "adagrad_step",
    (
        step_rung(
            "a first gradient and eps = 0", (1, 2, 0), (PARAM, G, [0]), eta=(0.5, ETA), eps=OFF
        ),
        step_rung("a memory above 0", (1, 3, 16), (PARAM, G, M), eta=(0.5, ETA), eps=OFF),
        step_rung("a negative gradient", (1, -3, 16), (PARAM, -G, M), eta=(0.5, ETA), eps=OFF),
        step_rung(
            "eps above 0",
            (1, 3, 16),
            (PARAM, signed(G), M),
            8,
            eta=(0.5, ETA),
            eps=(11.0, [0.5, 2, 5, 11]),
        ),
        step_rung(
            "a gradient beyond 5",
            (1, 12, 25),
            (PARAM, signed(span(5.5, 40)), span(2, 90)),
            eta=ALWAYS,
            eps=(0.0, [0, 2]),
        ),
        step_rung(
            "a gradient of thousands",
            (1, 3000, 1.6e7),
            (PARAM, signed(1e3 * span(1.2, 9)), 1e6 * span(2, 90)),
            4,
            eta=ALWAYS,
            eps=OFF,
        ),
        step_rung(
            "a gradient of 0", (1, 0, 16), (PARAM, [0], [0, 4, 9]), 3, eta=ALWAYS, eps=(9.0, [0.5])
        ),
        step_rung(
            "a gradient of 0.0001",
            (1, 1e-4, 0),
            (PARAM, SMALL, [0]),
            3,
            eta=ALWAYS,
            eps=(0.0, [1e-9]),
        ),
        step_rung(
            "no eta given", (1, 4, 9), (PARAM, span(0.3, 4.5), span(2, 30)), 3, eps=(0.0, [2.0])
        ),
        step_rung(
            "no eps given, which is seen if the gradient is 0.0001",
            (1, 1e-4, 0),
            (PARAM, SMALL, [0]),
            3,
            eta=ALWAYS,
        ),
        Rung(
            "five tensors that differ",
            by_entry(1, 1, [1, -2, 0.5, 2, -1], [3, -4, 1, 8, 2], [16, 9, 3, 36, 0]),
            lambda rng: several(rng, 1, 1),
            6,
        ),
        Rung(
            "grads and memory that list their keys in other orders than params",
            listed_otherwise(
                by_entry(1, 1, [1, -2, 0.5, 2, -1], [3, -4, 1, 8, 2], [16, 9, 3, 36, 0]), 2, 4
            ),
            lambda rng: listed_otherwise(several(rng, 1, 1), *rng.integers(1, 5, 2).tolist()),
            6,
        ),
        Rung(
            "several entries in a tensor",
            by_entry(
                *(1, 2),
                [1, -2, 0.5, 2, -1, 1, 0.5, -0.5],
                [3, 1, -4, 8, -3, 2, -1, 5],
                [16, 3, 9, 36, 0, 0, 8, 144],
            ),
            lambda rng: several(rng, 2, 3),
            4,
        ),
        step_rung(
            "a second step",
            (1, 3, 0, 4),
            (PARAM, span(0.3, 4.5), M, -span(0.3, 4.5)),
            4,
            eta=ALWAYS,
            eps=(0.0, [2]),
        ),
    ),
    observe_step,
    telling=Telling(
        shows=shown_step,
        entry=entry_name,
        by_hand=step_by_hand,
        says="does not do what it should",
        about=step_about,
        picture=findings.picture,
    ),
    alike=findings.agree,
    questions=Questions(
        changes={
            "a memory of 0 before the call": without_memory,
            "the gradients clipped to [-5, 5]": grads_with(lambda g: np.clip(g, -5, 5)),
            "the absolute values of the gradients": grads_with(np.abs),
            "the gradients with their sign turned": grads_with(np.negative),
            "eps = 0, whatever was given": with_option("eps", 0.0),
            "grads paired with params by position, not by key": partial(by_position, memory=False),
            "grads and memory paired with params by position, not by key": by_position,
        },
        switches={
            "where the memory before the call is 0": without_memory,
            "where eps = 0": with_option("eps", 0.0),
            "where no gradient is negative": grads_with(np.abs),
            "where no gradient exceeds 1": grads_with(lambda g: g / 50),
            "where all dicts list their keys in the same order": in_one_order,
            "of a single step": with_argument(1, lambda grads: grads[:1]),
        },
        findings=(
            findings.defaults,
            findings.which_entries,
            findings.formulas,
            findings.neighbours,
        ),
    ),
)

LADDERS = {ladder.function: ladder for ladder in (CLIP, MEMORY, STEP)}
