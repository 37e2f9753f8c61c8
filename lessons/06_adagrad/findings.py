"""What can be said of wrong clipping and wrong steps of AdaGrad without knowing the mistake.

Quantities are rows: the entries of all five tensors, one after another. ladder.py holds the
cases; here is how they are shown, and what may hold in all of them.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.answering.contract import shapes
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import block, grid, listed, num
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import near, precise, same
from lessons.checking.explaining.changing import with_option
from lessons.checking.explaining.explain import told_apart
from lessons.checking.explaining.findings import LEAST, Evidence
from lessons.checking.explaining.ladder import Attempt, Case
from lessons.checking.explaining.tables import beside, visible

NAMES = "UWVbc"
Params = dict[str, np.ndarray]


def alike(value: float, m: int = 1, K: int = 1) -> Params:
    """Five tensors, all of whose entries are the same."""
    return {name: np.full(shape, float(value)) for name, shape in shapes(m, K).items()}


def split(values: Any, like: Params) -> Params:
    """A row cut into tensors with the shapes of others."""
    parts = np.split(np.asarray(values, float), np.cumsum([like[k].size for k in NAMES])[:-1])
    return {k: part.reshape(like[k].shape) for k, part in zip(NAMES, parts, strict=True)}


def row(tensors: Params) -> np.ndarray:
    """The entries of all tensors, one after another."""
    return np.concatenate([tensors[name].ravel() for name in NAMES])


def places(tensors: Params) -> list[tuple[str, int, int]]:
    """Tensor, row and column of each entry of a row."""
    return [(k, *index) for k in NAMES for index in np.ndindex(tensors[k].shape)]


def step(param: Any, gradient: Any, memory: Any, *later: Any, **options: float) -> Case:
    """A case of one step, or with later gradients of several."""
    params, memory, *grads = (
        x if isinstance(x, dict) else alike(x) for x in (param, memory, gradient, *later)
    )
    return Case(params, grads, memory, **options)


def options_of(case: Case) -> tuple[float, float]:
    """Both of a step's options, given or not."""
    return case.options.get("eta", 0.1), case.options.get("eps", 1e-8)


def uniform(case: Case) -> bool:
    """Whether all tensors hold one and the same entry, so that one number tells all."""
    first, *more = case.arguments
    dicts = [first, *(more[0] if more else []), *more[1:]]
    return all(row(x).size == 5 and alone(row(x)) for x in dicts)


def alone(values: np.ndarray) -> bool:
    """Whether a row holds one number throughout."""
    return same(values, np.full_like(values, values[0]))


def agree(a: Any, b: Any) -> bool:
    """Whether two rows are equal in every entry but for rounding; other values if they are one."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
        return bool(close(a, b).all())
    return type(a) is type(b) and bool(np.all(a == b))


def close(a: Any, b: Any) -> np.ndarray:
    """Entry by entry, whether two rows are equal but for rounding."""
    return near(a, b, tolerances.ADAGRAD, tolerances.TINY)


def picture(attempt: Attempt) -> list[str]:
    """Yours and expected: one number of each quantity, or the first tensor that is wrong."""
    like, *more = attempt.case.arguments
    rows = {
        name: (attempt.yours[name], expected)
        for name, expected in attempt.expected.items()
        if isinstance(expected, np.ndarray)
    }
    right = np.equal if "second memory" in rows else close  # zeros are exact
    bad = {name: ~right(*both) for name, both in rows.items()}
    where = int(np.argmax(np.any([*bad.values()], axis=0)))
    new = attempt.yours.get("in-place update", ())
    if uniform(attempt.case) and all(alone(yours) for yours, _ in rows.values()):
        texts = {
            name: (shown(*both, where), shown(*both[::-1], where)) for name, both in rows.items()
        }
        told = {name: " (in a new array)" * (PLURAL.get(name) in new) for name in rows}
        return [
            "  yours     " + ", ".join(f"{n} {yours}{told[n]}" for n, (yours, _) in texts.items()),
            "  expected  " + ", ".join(f"{n} {right}" for n, (_, right) in texts.items()),
        ]
    key = places(like)[where][0]
    before = {"param": like, "gradient": more[0][0], "memory": more[1]} if more else {}
    lines = beside([block(f"{name} {key}", grid(x[key])) for name, x in before.items()])
    for name, both in rows.items():
        marks = split(bad[name], like)[key] > 0
        if marks.any() and (name not in LATER or not bad["memory"].any()):
            yours, expected = (split(x, like)[key] for x in both)
            lines += beside(
                [
                    block(
                        f"{name} {key}, yours",
                        grid(yours, marks, told_apart(yours, expected, marks)),
                    ),
                    block(
                        f"{name} {key}, expected",
                        grid(expected, marks, told_apart(expected, yours, marks)),
                    ),
                ]
            )
    return lines


def shown(values: np.ndarray, others: np.ndarray, k: int) -> str:
    """An entry in four digits, or in as many as tell it from the other."""
    same_number = close(values[k], others[k])
    return num(values[k]) if same_number else precise(values[k], others[k])


PLURAL = {"param": "params", "memory": "memory"}
LATER = ("grown memory", "second memory")  # not shown where the memory is wrong from the start


def broken(evidence: Evidence) -> list[tuple[str, int, int, tuple[int, ...]]]:
    """Tensor, row and column of every wrong entry, in all cases; and the tensor's shape."""
    return [
        (*place, attempt.case.arguments[0][place[0]].shape)
        for attempt in evidence.wrong
        for name, expected in attempt.expected.items()
        if isinstance(expected, np.ndarray)
        for place, right in zip(
            places(attempt.case.arguments[0]), close(attempt.yours[name], expected), strict=True
        )
        if not right
    ]


def broken_tensors(evidence: Evidence) -> list[str]:
    """The tensors with wrong entries."""
    found = {key for key, *_ in broken(evidence)}
    return [name for name in NAMES if name in found]


def which_entries(evidence: Evidence) -> list[str]:
    """Which tensors, or rows and columns, are wrong, if others are right in all cases."""
    found, names = broken(evidence), broken_tensors(evidence)
    fine = [name for name in NAMES if name not in names]
    said = []
    if len(evidence.wrong) >= LEAST and fine and names:
        said += [f"Wrong under {listed(names)} only; right in all cases under {listed(fine)}."]
    parts = {
        "rows after the first": [i > 0 for _, i, _, _ in found],
        "columns after the first": [j > 0 for _, _, j, _ in found],
        "rows before the last": [i < rows - 1 for _, i, _, (rows, _) in found],
        "columns before the last": [j < columns - 1 for _, _, j, (_, columns) in found],
    }
    for name, within in parts.items():
        if len(found) >= 12 and all(within):
            said += [f"Wrong in {name} only."]
    return said


def only_under(evidence: Evidence) -> str:
    """The start of a sentence on the tensors that are wrong, if others are right."""
    names = broken_tensors(evidence)
    return f"Under {listed(names)} your" if 0 < len(names) < len(NAMES) else "Your"


SMALL = 1e-10  # a gradient beside whose square any eps is large

DEFAULTS: dict[str, tuple[tuple[Any, ...], ...]] = {
    "clip": (("limit", 5.0, Case(alike(1e9)), lambda left: left["result"][0]),),
    "adagrad_step": (
        ("eta", 0.1, step(1, 4, 9, eps=0.0), lambda left: (1 - left["param"][0]) * 5 / 4),
        (
            "eps",
            1e-8,
            step(0, SMALL, 0, eta=0.5),
            lambda left: (0.5 * SMALL / left["param"][0]) ** 2 - SMALL**2,
        ),
    ),
}


def defaults(evidence: Evidence) -> list[str]:
    """Which number is used for an option that is not given, if all is right where it is."""
    table, said = DEFAULTS[evidence.ladder.function], []
    every = {name for name, *_ in table}
    if any(
        not attempt.right for attempt in evidence.attempts if every <= attempt.case.options.keys()
    ):
        return []
    for name, default, probe, used in table:
        with np.errstate(all="ignore"):
            left = evidence.yours(probe)
            value = np.nan if not left else float(used(left))
        value = nearest(value) if abs(value) > SMALL**2 / 1e3 else 0.0
        without = [attempt for attempt in evidence.attempts if name not in attempt.case.options]
        if not all(attempt.right for attempt in without) and all(
            evidence.ladder.equal(
                attempt.yours, evidence.expected(with_option(name, value)(attempt.case))
            )
            for attempt in without
        ):
            said.append(
                f"With no {name} given, {precise(value, default)} is used; it should be "
                f"{num(default)}.".replace("e-0", "e-")
            )
    return said


def fixed_limit(evidence: Evidence) -> list[str]:
    """Which limit is used, whatever limit is given, if that makes all of the answer's numbers."""
    left = evidence.yours(Case(alike(1e9), limit=4.0))
    if not left:
        return []
    always = with_option("limit", nearest(float(left["result"][0])))
    if not all(
        agree(a.yours["result"], evidence.expected(always(a.case))["result"])
        for a in evidence.attempts
    ):
        return []
    value = always(evidence.attempts[0].case).options["limit"]
    return [f"Whatever limit is given, {num(value)} is used; it should be the limit that is given."]


def nearest(value: float) -> float:
    """The number of four digits that a value is but for rounding; else the value."""
    rounded = float(num(value))
    return rounded if near(value, rounded, tolerances.COARSE, 0.0) else value


def in_float32(evidence: Evidence) -> list[str]:
    """Whether all that comes back is right in the digits that float32 holds, and has no others."""
    for attempt in evidence.attempts:
        yours, expected = attempt.yours["result"], attempt.expected["result"]
        if not np.array_equal(yours, yours.astype(np.float32)):
            return []
        if not near(yours, expected, tolerances.SINGLE).all():
            return []
    return ["Your numbers are the right ones in the 7 digits of float32; expected all 15."]


def neighbours(evidence: Evidence) -> list[str]:
    """Whether what becomes of an entry depends on a gradient that is not its own."""
    like = alike(1, 2, 2)  # two rows and columns in U, W and V; from 12 on b, from 14 on c
    within = ((0, 1), (1, 0), (0, 2), (2, 0), (12, 13), (13, 12), (14, 15), (15, 14))
    for what, changed, seen in (
        ("the gradients under other keys", 0, 14),
        ("the gradients under other keys", 14, 0),
        *(("the other gradients of its tensor", *pair) for pair in within),
    ):
        left = []
        for other in (2.0, 30.0):
            values = np.full(16, 2.0)
            values[changed] = other
            grads = split(values, like)
            case = Case(grads, limit=4.0)
            if evidence.ladder.function == "adagrad_step":
                case = step(like, grads, alike(12, 2, 2), eta=0.5, eps=0.0)
            left.append(evidence.yours(case))
        if not all(left):
            return []
        names = [name for name, value in left[0].items() if isinstance(value, np.ndarray)]
        moved = [name for name in names if not close(left[0][name][seen], left[1][name][seen])]
        if moved:
            verb = "depends" if len(moved) == 1 else "depend"
            return [f"An entry's {listed(moved)} {verb} on {what}; only its own should count."]
    return []


TABLES: dict[str, tuple[tuple[Any, ...], ...]] = {
    "clip": (
        (
            "result",
            "with a limit of 4, what becomes of an entry",
            "entry",
            (-9.0, -5.0, -0.5, 0.5, 3.0, 7.0),
            lambda x: Case(alike(x), limit=4.0),
            lambda y: y,
        ),
        *(
            (
                "result",
                f"what becomes of an entry of {num(x)}",
                "limit",
                (0.0, 0.5, 2.5, 4.0, 8.0),
                lambda limit, x=x: Case(alike(x), limit=limit),
                lambda y: y,
            )
            for x in (9.0, -9.0)
        ),
    ),
    "adagrad_step": (
        (
            "memory",
            "a memory of 16, with param 1, eta = 0.5 and eps = 0, becomes",
            "gradient",
            (2.0, 3.0, 8.0, -3.0, -12.0),
            lambda x: step(1, x, 16, eta=0.5, eps=0.0),
            lambda y: y,
        ),
        (
            "param",
            "a param of 1, with memory 16, eta = 0.5 and eps = 0, falls by",
            "gradient",
            (2.0, 3.0, 8.0, -3.0, -12.0),
            lambda x: step(1, x, 16, eta=0.5, eps=0.0),
            lambda y: 1 - y,
        ),
        (
            "param",
            "a param of 1, with gradient 1, eta = 0.5 and eps = 11, falls by",
            "new memory",
            (5.0, 14.0, 25.0, 38.0, 89.0),
            lambda x: step(1, 1, x - 1, eta=0.5, eps=11.0),
            lambda y: 1 - y,
        ),
    ),
}


def table(evidence: Evidence, *quantities: str) -> list[str]:
    """What becomes of an entry, for several gradients or memories."""
    keys = broken_tensors(evidence)
    which = [k for k, (key, *_) in enumerate(places(alike(0))) if key in keys]
    under = f"Under {listed(keys)}: " * (0 < len(keys) < len(NAMES))
    for name, title, over, asked, make, seen in TABLES[evidence.ladder.function]:
        rows = []
        for leaves in (evidence.yours, evidence.expected):
            left = [leaves(make(x)) for x in asked]
            if not all(left) or not which:
                return []
            rows.append([seen(outcome[name][which]) for outcome in left])
        yours, expected = (np.array(x) for x in rows)
        if quantities and name not in quantities:
            continue
        if not np.isfinite(yours).all() or np.ptp(yours, 1).any() or not visible(yours, expected):
            continue
        cells = {over: asked, "yours": yours[:, 0], "expected": expected[:, 0]}
        wide = 2 + max(len(num(float(x))) for line in cells.values() for x in line)
        lines = [
            f"  {label:<12}" + "".join(f"{num(float(x)):>{wide}}" for x in line)
            for label, line in cells.items()
        ]
        start = f"{under}{title}:"
        return ["\n".join([start[0].upper() + start[1:], *lines])]
    return []


MADE_OF_PARAMS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "the params": np.copy,
    "the squares of the params": np.square,
    "the absolute values of the params": np.abs,
}


def memory_at_the_start(evidence: Evidence) -> list[str]:
    """One number in all entries; and which tensors stand in one place."""
    values = np.concatenate([attempt.yours["memory"] for attempt in evidence.attempts])
    said = []
    if values.any() and np.ptp(values) == 0:
        said += [f"Every entry of the memory is {num(values[0])} at the start; it should be 0."]
    for says, made in MADE_OF_PARAMS.items():
        if all(
            agree(attempt.yours["memory"], made(row(attempt.case.arguments[0])))
            for attempt in evidence.attempts
        ):
            said += [f"Your memory holds {says} at the start; it should be 0."]
    for m, K in ((2, 3), (2, 2)):
        try:
            shared = sharing(evidence.function(alike(1, m, K)))
        except Wrong:
            return said
        if shared:
            return [*said, *(f"With m = {m} and K = {K}, {text}" for text in shared_text(shared))]
    return said


def sharing(tensors: Params) -> tuple[str, ...]:
    """The tensors that share their memory with others: "b and c", group by group."""
    groups: list[list[str]] = []
    for name in NAMES:
        with_it = [g for g in groups if np.shares_memory(tensors[name], tensors[g[0]])]
        if with_it:
            with_it[0].append(name)
        else:
            groups.append([name])
    return tuple(listed(group) for group in groups if len(group) > 1)


def shared_text(groups: tuple[str, ...]) -> list[str]:
    """That some tensors share their memory, and what follows."""
    if not groups:
        return []
    first, *others = groups
    more = "".join(f", and so do {group}" for group in others)
    return [f"{first} share their memory{more}: what is written into one stands in another too."]


# ------------------------------------------------------------------------------- formulas

MEMORY = (  # sums that a new memory may be
    "memory; g^2; |g|; g; eps; 1",
    "memory; g^2; eta g^2; eta^2 g^2",
    "memory; g^2; param; param^2; memory g; memory g^2",
    "memory; (clipped g)^2",
    "memory; g^3; g |g|",
    "memory; g^2; sqrt(memory) g",
    "the larger of memory and g^2",
    "sqrt(memory + g^2 + eps)",
)
FALL = (  # sums that a param may fall by; memory is the new one from here on
    "eta g / sqrt(memory + eps); eta g; param; eta param; eps; g",
    "eta; eta sign(g); eta |g|; eta g^2",
    "eta / sqrt(memory + eps); eta |g| / sqrt(memory + eps); eta g^2 / sqrt(memory + eps); "
    "g / sqrt(memory + eps); eta^2 g / sqrt(memory + eps)",
    "eta g / sqrt(memory); eps; eps g; eta",
    "eta^2 g / (memory + eps); eta^2 g^2 / (memory + eps); eta g^2 / (memory + eps)",
    "eta (clipped g) / sqrt(memory + eps)",
)
DIVISOR = (  # sums that eta g may be divided by
    "sqrt(memory); eps; sqrt(eps); 1",
    "memory; sqrt(memory); eps",
    "sqrt(memory + eps); eps; 1",
    "sqrt(old memory); old memory; |g|; eps; 1",
    "the larger of sqrt(memory) and eps",
    "the root of the larger of memory and eps",
)
SQUARE = ("memory; eps; 1", "memory; eps^2", "memory; old memory; eps", "g^2; eps")  # of a divisor


def formulas(evidence: Evidence) -> list[str]:
    """What new memory and new param are made of; if that can't be told, a table."""
    if all(len(attempt.case.options) < 2 for attempt in evidence.wrong):
        return []  # the defaults are wrong, and no formula
    values, your, said = told_in_full(evidence), only_under(evidence), []
    theta, g, M, eta, eps, new, fall = values
    if len(g) <= 30 or not (M.any() and eps.any() and (g < 0).any()):
        return table(evidence)  # too few kinds of cases to tell formulas apart
    with np.errstate(all="ignore"):
        if "memory" in evidence.quantities:
            limit = float(np.sqrt(np.max(new - M)))
            made = sum_of(MEMORY, columns(theta, g, M, eta, eps, M, limit), new)
            made = clipped_to(limit, "as it was" if made == "memory" else made)
            said += [f"{your} new memory is {made}; it should be memory + g^2."] * bool(made)
            said = said or table(evidence, "memory")
        if "param" in evidence.quantities:
            limit = float(np.max(abs(fall) * np.sqrt(new + eps) / eta))
            c = columns(theta, g, M, eta, eps, new, limit)
            falls = param_falls(evidence, c, fall, eta * g / np.sqrt(M + g**2 + eps))
            said += [clipped_to(limit, says.replace("Your", your, 1)) for says in falls]
            said = said or table(evidence, "param")
    return said


def told_in_full(evidence: Evidence) -> np.ndarray:
    """Each entry of a wrong tensor, in cases of one step with both options.

    Param, gradient, memory, eta, eps, the new memory, and what the param falls by.
    """
    keys, parts = broken_tensors(evidence) or [*NAMES], []
    for attempt in evidence.attempts:
        params, grads, memory = attempt.case.arguments
        if len(grads) == 1 and len(attempt.case.options) == 2:
            before = [row(x) for x in (params, grads[0], memory)]
            after = [attempt.yours["memory"], before[0] - attempt.yours["param"]]
            which = [key in keys for key, *_ in places(params)]
            columns = np.broadcast_arrays(*before, *options_of(attempt.case), *after)
            parts.append(np.array(columns)[:, which])
    values = np.concatenate(parts, axis=1)
    return np.asarray(values[:, np.isfinite(values).all(axis=0)])


def clipped_to(limit: float, text: str) -> str:
    """A formula with the limit that gradients are clipped to."""
    return text.replace("clipped g", f"g clipped to [{num(-limit)}, {num(limit)}]")


def columns(
    theta: np.ndarray,
    g: np.ndarray,
    M: np.ndarray,
    eta: np.ndarray,
    eps: np.ndarray,
    new: np.ndarray,
    limit: float,
) -> Params:
    """What a sum may be made of, by how it is written; `memory` is the new one."""
    cut, root = np.clip(g, -limit, limit), np.sqrt(new + eps)
    return {
        "1": np.ones_like(g),
        "param": theta,
        "param^2": theta**2,
        "eta": eta,
        "eps": eps,
        "eps^2": eps**2,
        "sqrt(eps)": np.sqrt(eps),
        "g": g,
        "|g|": abs(g),
        "g^2": g**2,
        "g^3": g**3,
        "g |g|": g * abs(g),
        "(clipped g)^2": cut**2,
        "memory": new,
        "old memory": M,
        "memory g": new * g,
        "memory g^2": new * g**2,
        "sqrt(memory)": np.sqrt(new),
        "sqrt(old memory)": np.sqrt(M),
        "sqrt(memory) g": np.sqrt(new) * g,
        "the larger of memory and g^2": np.maximum(new, g**2),
        "the larger of sqrt(memory) and eps": np.maximum(np.sqrt(new), eps),
        "the root of the larger of memory and eps": np.sqrt(np.maximum(new, eps)),
        "sqrt(memory + g^2 + eps)": np.sqrt(new + g**2 + eps),
        "sqrt(memory + eps)": root,
        "eps g": eps * g,
        "eta^2 g / (memory + eps)": eta**2 * g / root**2,
        "eta^2 g^2 / (memory + eps)": (eta * g) ** 2 / root**2,
        "eta g^2 / (memory + eps)": eta * g**2 / root**2,
        "eta g": eta * g,
        "eta param": eta * theta,
        "eta |g|": eta * abs(g),
        "eta sign(g)": eta * np.sign(g),
        "eta g^2": eta * g**2,
        "eta^2 g^2": (eta * g) ** 2,
        "eta g / sqrt(memory + eps)": eta * g / root,
        "g / sqrt(memory + eps)": g / root,
        "eta / sqrt(memory + eps)": eta / root,
        "eta^2 g / sqrt(memory + eps)": eta**2 * g / root,
        "eta |g| / sqrt(memory + eps)": eta * abs(g) / root,
        "eta g^2 / sqrt(memory + eps)": eta * g**2 / root,
        "eta g / sqrt(memory)": np.where(g == 0, 0, eta * g / np.sqrt(new)),
        "eta (clipped g) / sqrt(memory + eps)": eta * cut / root,
    }


def param_falls(evidence: Evidence, c: Params, fall: np.ndarray, right: np.ndarray) -> list[str]:
    """What the param falls by: right given your own memory, a sum, or eta g by a divisor."""
    if not fall.any():
        return ["Your params stay as they were, bit by bit, in the cases tried of one step."]
    if equal(fall, right):
        after_one = [a for a in evidence.attempts if len(a.case.arguments[1]) == 1]
        if any(not agree(a.yours["param"], a.expected["param"]) for a in after_one):
            return []
        return ["Your params are right in all cases tried of one step, and wrong after a second."]
    if equal(fall, c["eta g / sqrt(memory + eps)"]):
        return ["Given your own new memory, your params are right."]
    if some_stay(evidence):
        return [f"{STAY}; all others are right in the cases tried of one step."]
    text, start = sum_of(FALL, c, fall), "Your param falls by"
    used = fall != 0
    if not text and used.sum() > 20 and (c["g"] != 0)[used].all():
        if not np.array_equal(used, c["g"] != 0):
            start = f"{STAY}. Where your param moves, it falls by"
        c = {name: column[used] for name, column in c.items()}
        d = c["eta g"] / fall[used]
        sign = -1 if (d < 0).all() else 1
        if (sign * d > 0).all():
            text = sum_of(DIVISOR, c, sign * d)
            text = f"({text})" if text and text not in c else text
            for how, square in ("sqrt({})", d**2), ("sqrt(sqrt({}))", d**4):
                made = "" if text else sum_of(SQUARE, c, square)
                text = how.format(made) if made else text
            text = text or with_one_eps(c, d)
        text = "" if text == "1" else text
        text = f"{'-' * (sign < 0)}eta g / {text}" * bool(text)
    if not text:
        return []
    which = ", with the new memory" * ("old memory" in text)
    return [f"{start} {text}; it should fall by eta g / sqrt(memory + eps){which}."]


STAY = "Some of your params stay as they were though their gradient is not 0"


def some_stay(evidence: Evidence) -> bool:
    """Whether after one step every wrong param is one that has not moved, and others have."""
    moved = False
    for attempt in evidence.attempts:
        if len(attempt.case.arguments[1]) > 1:
            continue
        before, after = row(attempt.case.arguments[0]), attempt.yours["param"]
        if (~close(after, attempt.expected["param"]) & (after != before)).any():
            return False
        moved |= bool((after != before).any())
    return moved


def with_one_eps(c: Params, divisor: np.ndarray) -> str:
    """The root of memory and a number, whatever eps was given, if that is what was divided by."""
    least = int(np.argmin(c["memory"]))  # where such a number counts most
    number = nearest(float(divisor[least] ** 2 - c["memory"][least]))
    if not number > 0 or not equal(abs(divisor), np.sqrt(c["memory"] + number)):
        return ""
    return f"sqrt(memory + {num(number)})"


def sum_of(pools: tuple[str, ...], c: Params, target: np.ndarray) -> str:
    """The sum of multiples of some columns that is the target in every entry, if there is one.

    The multiples have four digits at most.
    """
    for pool in pools:
        names = [
            name
            for name in pool.split("; ")
            if np.isfinite(c[name]).all() and abs(c[name]).max() > 1e-12
        ]
        if not names:
            continue
        A = np.stack([c[name] for name in names], axis=1)
        if len(A) < 3 * len(names):
            continue
        weights = 1 / (abs(target) + abs(A).max(axis=1) * 1e-3 + 1e-12)[:, None]
        sizes = np.linalg.norm(A * weights, axis=0)
        x, _, rank, _ = np.linalg.lstsq(A * weights / sizes, target * weights[:, 0], rcond=1e-10)
        found = {name: float(num(float(k))) for name, k in zip(names, x / sizes, strict=True)}
        found = {name: k for name, k in found.items() if abs(k) > 1e-6}
        total = sum((k * c[name] for name, k in found.items()), np.zeros(len(target)))
        if rank == len(names) and equal(total, target):
            return written(found)
    return ""


def equal(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two rows are equal in every entry but for rounding."""
    return bool(near(a, b, tolerances.MULTIPLES, tolerances.TINY).all())


def written(found: dict[str, float]) -> str:
    """0.9 memory + 0.1 g^2, from the multiples."""
    text = ""
    for name, k in found.items():
        size = num(abs(k)) if name == "1" else name if abs(k) == 1 else f"{num(abs(k))} {name}"
        text += (" - " if k < 0 else " + ") + size if text else "-" * (k < 0) + size
    return text or "0"
