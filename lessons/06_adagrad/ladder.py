"""Hand-sized cases of lesson 6, each rung with one more ingredient.

A case of adagrad_step holds one dict of gradients for each step; most have a single step. Its
quantities are the new numbers of all tensors in one row, or one number if all are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.checking import contract
from lessons.checking.calling import Function
from lessons.checking.explaining.changing import with_argument, with_option
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import (
    PROBLEM,
    Case,
    Ladder,
    Outcome,
    Rung,
    Try,
    case,
    same,
    tenths,
)
from lessons.checking.explaining.tables import beside, block, factor, grid, listed, num
from lessons.checking.failure import Wrong, expect
from lessons.checking.values import copied

Params = dict[str, np.ndarray]
NAMES = "UWVbc"
LEAST = 3  # cases that a statement must hold in
ROUNDING = 1e-15  # in the difference of two params


def tensors(m: int, K: int, fill: Callable[..., np.ndarray]) -> Params:
    """Five tensors, filled by a function of their sizes."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {name: fill(*shape) for name, shape in shapes.items()}


def alike(value: float) -> Params:
    """Five tensors of one entry, the same in all of them."""
    return tensors(1, 1, lambda *shape: np.full(shape, float(value)))


def apart(*values: float) -> Params:
    """Five tensors of one entry each."""
    return {name: np.array([[float(x)]]) for name, x in zip(NAMES, values, strict=True)}


def row(tensors: Params) -> np.ndarray:
    """The entries of all tensors, one after another."""
    return np.concatenate([tensors[name].ravel() for name in NAMES])


def uniform(*tensors: Params) -> bool:
    """Whether each of these dicts holds one entry a tensor, the same in all five."""
    return all(
        each["V"].size == 1 and len({each[name].item() for name in NAMES}) == 1 for each in tensors
    )


def brief(tensors: Params, given: Any) -> Any:
    """The entries in a row; one number if all are the same, and those given were too."""
    if uniform(tensors) and uniform(*given):
        return float(tensors["U"].item())
    return row(tensors)


class Words(str):
    """Text that is shown without its quotes."""

    def __repr__(self) -> str:
        return str(self)


def entry_names(tensors: Params) -> list[str]:
    """W[0,1] and so on, for the entries in a row."""
    return [
        f"{name}[{','.join(map(str, index))}]"
        for name in NAMES
        for index in np.ndindex(tensors[name].shape)
    ]


def different(yours: Any, due: Any) -> np.ndarray:
    """Which entries of a row differ in more than rounding."""
    a, b = np.broadcast_arrays(np.atleast_1d(yours), np.atleast_1d(due))
    with np.errstate(all="ignore"):
        near = np.isfinite(a) & (abs(a - b) <= 1e-9 * (abs(a) + abs(b)) + 1e-15)
    return ~(near | (a == b))


def which_tensors(evidence: Evidence) -> list[str]:
    """Which tensors are wrong, if others are right wherever something is wrong."""
    bad = dict.fromkeys(NAMES, 0)
    wrong = evidence.wrong
    for each in wrong:
        sizes = [tensor.size for tensor in each.case.arguments[0].values()]
        starts = np.cumsum([0, *sizes])
        for name, start, end in zip(NAMES, starts, starts[1:], strict=False):
            bad[name] += any(
                np.broadcast_to(different(each.yours[q], due), (starts[-1],))[start:end].any()
                for q, due in each.due.items()
            )
    fine = [name for name in NAMES if not bad[name]]
    broken = [name for name in NAMES if bad[name]]
    if len(wrong) < LEAST or not fine or not broken:
        return []
    return [f"Wrong under {listed(broken)} only; right in all cases under {listed(fine)}."]


def which_rows(evidence: Evidence) -> list[str]:
    """Whether only entries after the first row, or the first column, are wrong."""
    found = []
    for each in evidence.wrong:
        like = each.case.arguments[0]
        places = np.array([index for name in NAMES for index in np.ndindex(like[name].shape)])
        for name, due in each.due.items():
            bad = np.broadcast_to(different(each.yours[name], due), len(places))
            found += places[bad].tolist()
    if len(found) < 12:
        return []
    rows, columns = np.array(found).T
    return ["Wrong in rows after the first only."] * bool((rows > 0).all()) + [
        "Wrong in columns after the first only."
    ] * bool((columns > 0).all())


def combination(
    columns: dict[str, np.ndarray], target: np.ndarray, rounding: float = 0.0
) -> dict[str, float] | None:
    """The one sum of multiples of the columns that is the target in every entry, if there is one.

    The multiples have four digits at most.
    """
    columns = {name: column for name, column in columns.items() if abs(column).max() > 1e-12}
    A = np.stack([*columns.values()], axis=1)
    if not np.isfinite(A).all() or len(A) < 3 * A.shape[1]:
        return None
    weights = 1 / (abs(target) + abs(A).max(axis=1) * 1e-3 + 1e-12)
    A = A * weights[:, None]
    sizes = np.linalg.norm(A, axis=0)
    x, _, rank, _ = np.linalg.lstsq(A / sizes, target * weights, rcond=1e-10)
    if rank < len(columns):
        return None
    found = {name: float(num(c)) for name, c in zip(columns, x / sizes, strict=True)}
    found = {name: c for name, c in found.items() if abs(c) > 1e-6}
    total = sum((c * columns[name] for name, c in found.items()), np.zeros(len(target)))
    return found if close(total, target, rounding) else None


def close(a: np.ndarray, b: np.ndarray, rounding: float = 0.0) -> bool:
    """Whether two rows are equal in every entry but for rounding."""
    return bool((abs(a - b) <= 1e-8 * (abs(a) + abs(b)) + rounding).all())


def formula(found: dict[str, float]) -> str:
    """0.9 memory + 0.1 g^2, from the coefficients."""
    text = ""
    for name, c in found.items():
        size = num(abs(c)) if name == "1" else name if abs(c) == 1 else f"{num(abs(c))} {name}"
        text += (" - " if c < 0 else " + ") + size if text else "-" * (c < 0) + size
    return text or "0"


# ---------------------------------------------------------------------------------------- clip


def clip_case(rng: np.random.Generator, low: float, high: float, sign: int, **limit: float) -> Case:
    """One number between low and high in all tensors."""
    return case(alike(sign * round(rng.uniform(low, high), 1)), **limit)


def mixed(rng: np.random.Generator, m: int, K: int, **limit: float) -> Case:
    """Entries on all sides of the limit."""
    return case(tensors(m, K, lambda *shape: tenths(rng, *shape, most=12.0)), **limit)


def observe_clip(function: Function, each: Case) -> Outcome:
    """The entries of the result."""
    result = function.whatever(*each.arguments, **each.options)
    return {"result": brief(result, each.arguments)}


def shown_clip(each: Case) -> dict[str, Any]:
    """An entry, or all of them under their keys, and the limit."""
    grads = each.arguments[0]
    limit = {"limit": each.options.get("limit", Words("not given, so 5"))}
    return ({"gradient": float(row(grads)[0])} if uniform(grads) else grads) | limit


def limit_of(each: Case) -> float:
    """The limit of a case."""
    return float(each.options.get("limit", 5.0))


def clip_line(g: float, limit: float) -> tuple[str, str, Any]:
    """What becomes of one entry."""
    if g > limit:
        return ("above the limit", f"{num(g)} > {num(limit)}, so the limit", limit)
    if g < -limit:
        return ("below -limit", f"{num(g)} < {num(-limit)}, so -limit", -limit)
    return ("within the limit", f"{num(-limit)} <= {num(g)} <= {num(limit)}, so as it is", g)


def clip_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[Any]:
    """One entry."""
    grads = each.arguments[0]
    where = index[0] if index else 0
    entry = [("entry", "", Words(entry_names(grads)[where]))] * bool(index)
    return [*entry, clip_line(float(row(grads)[where]), limit_of(each))]


def clip_picture(each: Try) -> list[str]:
    """The result as one number, or the first array that is wrong."""
    return [*results(each.case.arguments[0], each)]


def results(like: Params, each: Try) -> list[str]:
    """Yours and expected: as numbers if few, else the first tensor that is wrong."""
    size = len(row(like))
    yours, due = (
        {name: np.broadcast_to(np.atleast_1d(value[name]), (size,)) for name in each.due}
        for value in (each.yours, each.due)
    )
    bad = np.any([different(yours[name], due[name]) for name in due], axis=0)
    where = int(np.argmax(bad))
    if any(isinstance(value, np.ndarray) for value in each.due.values()):
        return before_and_after(like, yours, due, where)
    single = all(isinstance(each.yours[name], float) for name in due)
    under = f"   (under {tensor_of(like, where)[0]})" * (not single)
    lines = []
    for label, values, end in (("yours", yours, under), ("expected", due, "")):
        told = ", ".join(f"{name} {num(float(values[name][where]))}" for name in reversed(due))
        lines.append(f"  after, {label:<9} {told}{end}")
    return lines


def before_and_after(like: Params, yours: Outcome, due: Outcome, where: int) -> list[str]:
    """The tensor that an entry of a row belongs to: yours and expected."""
    name, start, end = tensor_of(like, where)
    shape = like[name].shape
    lines = []
    for quantity in due:
        mine = np.array(yours[quantity][start:end]).reshape(shape)
        right = np.array(due[quantity][start:end]).reshape(shape)
        if same(mine, right):
            continue
        label = f"{quantity} {name}".strip()
        marks = different(mine, right)
        lines += beside(
            [
                block(f"{label}, yours", grid(mine, marks)),
                block(f"{label}, expected", grid(right, marks)),
            ]
        )
    return lines


def tensor_of(like: Params, where: int) -> tuple[str, int, int]:
    """The name of the tensor that an entry of a row belongs to, and where it starts and ends."""
    start = 0
    for name in NAMES:
        end = start + like[name].size
        if where < end:
            return name, start, end
        start = end
    raise IndexError(where)


def clip_law(evidence: Evidence) -> list[str]:
    """What becomes of entries that stand alone, as a table."""
    limit = 4.0
    asked = [-9.0, -5.0, -3.0, -0.5, 0.5, 3.0, 5.0, 9.0]
    cases = [case(alike(x), limit=limit) for x in asked]
    yours = numbers(evidence, cases, "result")
    due = [float(evidence.due(each)["result"]) for each in cases]
    if yours is None or same(np.array(yours), np.array(due)):
        return []
    title = "With a limit of 4, and the same entry in all tensors of one entry:"
    return [title + "\n" + table(("entry", asked), yours, due)]


def table(over: tuple[str, list[float]], yours: list[float], due: list[float]) -> str:
    """Three lines: what is varied, yours, expected."""
    wide = max(len(over[0]), len("expected")) + 4
    cells = [over[1], yours, due]
    size = 2 + max(len(num(x)) for line in cells for x in line)
    return "\n".join(
        f"  {label:<{wide}}" + "".join(f"{num(x):>{size}}" for x in line)
        for label, line in zip((over[0], "yours", "expected"), cells, strict=True)
    )


def numbers(evidence: Evidence, cases: list[Case], name: str) -> list[float] | None:
    """One number of the answer for each case, if it leaves one finite number each."""
    found = []
    for each in cases:
        left = evidence.yours(each)
        if PROBLEM in left or not isinstance(left[name], float) or not np.isfinite(left[name]):
            return None
        found.append(left[name])
    return found


def clip_default(evidence: Evidence) -> list[str]:
    """Which limit is used if none is given."""
    given = [each for each in evidence.tries if "limit" in each.case.options]
    if any(not each.right for each in given):
        return []
    used = evidence.yours(case(alike(1e6)))
    if PROBLEM in used or not isinstance(used["result"], float) or used["result"] == 5:
        return []
    limit = used["result"]
    for each in evidence.tries:
        if "limit" in each.case.options:
            continue
        expected = evidence.due(Case(each.case.arguments, {"limit": limit}))
        if not evidence.ladder.equal(each.yours, expected):
            return []
    return [f"Right if a limit is given; without one it is taken to be {num(limit)}, not 5."]


def clip_neighbours(evidence: Evidence) -> list[str]:
    """Whether an entry's result depends on other entries, of another array or of its own."""
    for what, name in (("an entry of another array", "U"), ("another entry of its array", "V")):
        found = []
        for other in (1.0, 3.0, 100.0):
            grads = tensors(1, 2, lambda *shape: np.full(shape, 2.0))
            grads[name].flat[-1] = other
            left = evidence.yours(case(grads, limit=4.0))
            if PROBLEM in left:
                return []
            found.append(float(left["result"][3]))
        if len({num(x) for x in found}) > 1:
            title = f"With a limit of 4, what becomes of an entry of 2 depends on {what}:"
            return [title + "\n" + table(("the other", [1.0, 3.0, 100.0]), found, [2.0] * 3)]
    return []


CLIP = Ladder(
    "clip",
    (
        Rung(
            "an entry between 0 and the limit",
            case(alike(2), limit=4.0),
            lambda rng: clip_case(rng, 0.5, 2.9, 1, limit=3.0),
            siblings=3,
        ),
        Rung(
            "an entry between -limit and 0",
            case(alike(-3), limit=4.0),
            lambda rng: clip_case(rng, 0.5, 2.9, -1, limit=3.0),
            siblings=3,
        ),
        Rung(
            "an entry above the limit",
            case(alike(7), limit=4.0),
            lambda rng: clip_case(rng, 5.2, 30, 1, limit=float(rng.integers(1, 6))),
            siblings=4,
        ),
        Rung(
            "an entry below -limit",
            case(alike(-7), limit=4.0),
            lambda rng: clip_case(rng, 6.2, 30, -1, limit=float(rng.integers(1, 6))),
            siblings=4,
        ),
        Rung(
            "an entry at the limit",
            case(alike(4), limit=4.0),
            lambda rng: case(alike(rng.choice([-2.5, 2.5])), limit=2.5),
            siblings=2,
        ),
        Rung(
            "a limit above 5",
            case(alike(7), limit=8.0),
            lambda rng: clip_case(rng, 5.2, 30, int(rng.choice([-1, 1])), limit=10.0),
            siblings=4,
        ),
        Rung(
            "a limit of 0.5 and one of 0",
            case(alike(-3), limit=0.5),
            lambda rng: clip_case(rng, 0.6, 9, 1, limit=float(rng.choice([0.0, 0.5]))),
            siblings=3,
        ),
        Rung(
            "no limit given and an entry within 5",
            case(alike(3)),
            lambda rng: clip_case(rng, 1.5, 4.9, int(rng.choice([-1, 1]))),
            siblings=2,
        ),
        Rung(
            "no limit given and an entry beyond 5",
            case(alike(7)),
            lambda rng: clip_case(rng, 5.2, 20, int(rng.choice([-1, 1]))),
            siblings=4,
        ),
        Rung(
            "five tensors that differ",
            case(apart(1, -2, 8, -8, 3), limit=4.0),
            lambda rng: mixed(rng, 1, 1, limit=4.0),
            siblings=4,
        ),
        Rung(
            "several entries in a tensor",
            case(
                {"U": np.array([[7.0, 2.0]]), "W": np.array([[-1.0]]),
                 "V": np.array([[3.0], [-9.0]]), "b": np.array([[-6.0]]),
                 "c": np.array([[1.0], [-2.0]])},
                limit=4.0,
            ),
            lambda rng: mixed(rng, 2, 3, limit=4.0),
            siblings=4,
        ),
        Rung(
            "entries of a million",
            case(alike(-1e6), limit=4.0),
            lambda rng: case(tensors(2, 2, lambda *shape: 1e6 * tenths(rng, *shape))),
            siblings=2,
        ),
    ),
    observe_clip,
    shows=shown_clip,
    changes={
        "a limit of 5, whatever was given": with_option("limit", 5.0),
        "a limit of 1, whatever was given": with_option("limit", 1.0),
        "half the limit": lambda each: with_option("limit", limit_of(each) / 2)(each),
        "twice the limit": lambda each: with_option("limit", limit_of(each) * 2)(each),
        "the absolute values of the gradients": with_argument(
            0, lambda grads: {name: abs(g) for name, g in grads.items()}
        ),
        "the gradients with their sign turned": with_argument(
            0, lambda grads: {name: -g for name, g in grads.items()}
        ),
        "a limit that nothing exceeds": with_option("limit", 1e9),
    },
    switches={
        "where no entry is negative": with_argument(
            0, lambda grads: {name: abs(g) for name, g in grads.items()}
        ),
        "where no entry is positive": with_argument(
            0, lambda grads: {name: -abs(g) for name, g in grads.items()}
        ),
        "where nothing exceeds the limit": with_argument(
            0, lambda grads: {name: g / 1e8 for name, g in grads.items()}
        ),
        "where the limit is 5": with_option("limit", 5.0),
    },
    by_hand=clip_by_hand,
    findings=(clip_default, which_tensors, which_rows, clip_neighbours, clip_law),
    picture=clip_picture,
)  # fmt: skip


# --------------------------------------------------------------------------------- init_memory


def observe_memory(function: Function, each: Case) -> Outcome:
    """The first memory; what it holds when other numbers are added to each tensor; a second one.

    In the end the numbers are taken off again, so that every case starts alike.
    """
    params = each.arguments[0]
    memory = function(params)
    first = row(memory)
    more = {name: added(memory[name].shape, k) for k, name in enumerate(NAMES)}
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


def added(shape: tuple[int, ...], k: int) -> np.ndarray:
    """Whole numbers that differ from entry to entry and from tensor to tensor."""
    return np.arange(1.0, 1 + np.prod(shape)).reshape(shape) + 10 * k


def memory_law(evidence: Evidence) -> list[str]:
    """What the entries are, if they are all the same or follow from the params."""
    said = []
    pairs = [
        (each.yours["memory"], row(each.case.arguments[0]))
        for each in evidence.tries
        if isinstance(each.yours["memory"], np.ndarray)
    ]
    values = np.concatenate([a for a, _ in pairs])
    theta = np.concatenate([b for _, b in pairs])
    if values.any() and np.ptp(values) == 0:
        said.append(f"Every entry of the memory is {num(values[0])} at the start; 0 is due.")
    elif values.any():
        found = combination(
            {"1": np.ones(len(theta)), "theta": theta, "theta^2": theta**2, "|theta|": abs(theta)},
            values,
        )
        if found:
            said.append(
                f"The memory starts from {formula(found)}, theta the entry of params; 0 is due."
            )
    second = [each.yours["second memory"] for each in evidence.tries]
    grown = [each.yours["grown memory"] for each in evidence.tries]
    if not values.any() and all(same(a, b) for a, b in zip(second, grown, strict=True)):
        said.append("A second call returns what was added to the memory of the first one.")
    return said + sharing(evidence)


def sharing(evidence: Evidence) -> list[str]:
    """Which tensors stand in one place in memory, in the same shapes in all cases."""
    said = []
    for (m, K), where in (((2, 3), "m = 2, K = 3"), ((2, 2), "m = K = 2")):
        memory = evidence.function(tensors(m, K, lambda *shape: np.ones(shape)))
        shared = [
            f"{one} and {other}"
            for i, one in enumerate(NAMES)
            for other in NAMES[i + 1 :]
            if np.shares_memory(memory[one], memory[other])
        ]
        if shared:
            said.append(f"With {where}, one array serves for two tensors: {', '.join(shared)}.")
    return said[:1]


def memory_picture(each: Try) -> list[str]:
    """The quantity that is wrong first, of the first tensor that it is wrong in."""
    like = each.case.arguments[0]
    wrong = [name for name, due in each.due.items() if not same(each.yours[name], due)]
    if not wrong:
        return []
    where = int(np.argmax(different(each.yours[wrong[0]], each.due[wrong[0]])))
    return before_and_after(like, each.yours, {wrong[0]: each.due[wrong[0]]}, where)


def memory_about(each: Try) -> list[str]:
    """What was done to see what is wrong."""
    wrong = [name for name, due in each.due.items() if not same(each.yours[name], due)]
    if wrong[:1] == ["grown memory"]:
        return ["Grown memory is what the arrays hold after something was added to each of them."]
    if wrong[:1] == ["second memory"]:
        return ["Second memory is what a second call returns when the first memory has grown."]
    return []


def drawn(m: int, K: int) -> Callable[[np.random.Generator], Case]:
    """A maker of params with entries of one decimal."""
    return lambda rng: case(tensors(m, K, lambda *shape: tenths(rng, *shape)))


def counted(m: int, K: int) -> Case:
    """Params with the entries 2, -1, 0.5, 2, ..."""
    values = np.array([2.0, -1.0, 0.5] * 12)
    return case(tensors(m, K, lambda *shape: values[: shape[0] * shape[1]].reshape(shape)))


MEMORY = Ladder(
    "init_memory",
    (
        Rung("m = 1 and K = 2", counted(1, 2), drawn(1, 2), siblings=4),
        Rung("five shapes that differ", counted(2, 3), drawn(2, 3), siblings=4),
        Rung("m = K, so that shapes are equal", counted(2, 2), drawn(2, 2), siblings=4),
    ),
    observe_memory,
    shows=lambda each: dict(each.arguments[0]),
    findings=(which_tensors, memory_law),
    says="does not return what it should",
    about=memory_about,
    picture=memory_picture,
)


# -------------------------------------------------------------------------------- adagrad_step


def step_case(param: Any, grads: Any, memory: Any, **options: float) -> Case:
    """A case of one step, or of several with a list of gradients."""
    grads = grads if isinstance(grads, list) else [grads]
    made = [x if isinstance(x, dict) else alike(x) for x in (param, *grads, memory)]
    return Case((made[0], made[1:-1], made[-1]), options)


def observe_step(function: Function, each: Case) -> Outcome:
    """What the dicts hold after the last step; and in which of them the arrays are new ones."""
    params, grads, memory = copied(each.arguments)
    start = each.arguments[0], *each.arguments[1], each.arguments[2]
    given = {"params": (params, dict(params)), "memory": (memory, dict(memory))}
    for g in grads:
        call_step(function, params, g, memory, each.options)
        for name, (now, before) in given.items():
            for key in NAMES:
                if not isinstance(now, dict) or key not in now:
                    raise Wrong(f'adagrad_step: {name} has no "{key}" any more.')
                expect_array(f'{name}["{key}"]', now[key], before[key].shape)
    left: Outcome = {
        "memory": brief(memory, start),
        "param": brief(params, start),
    }
    new = tuple(
        name
        for name, (now, before) in given.items()
        if any(now[key] is not before[key] for key in NAMES)
    )
    if new:
        kept = {"memory": given["memory"][1], "param": given["params"][1]}
        left["new arrays"] = new
        left["given arrays"] = {name: brief(tensors, start) for name, tensors in kept.items()}
    return left


def expect_array(name: str, value: Any, shape: tuple[int, ...]) -> None:
    """Expect an array of floats, finite or not."""
    if type(value) is not np.ndarray or value.shape != shape or value.dtype != np.float64:
        contract.array(f"adagrad_step: after the step {name}", value, shape, finite=False)


def call_step(
    function: Function, params: Params, grads: Params, memory: Params, options: dict[str, float]
) -> None:
    """One call, by position where both options are given."""
    if options.keys() == {"eta", "eps"}:
        function.in_place(params, grads, memory, options["eta"], options["eps"], finite=False)
    else:
        function.in_place(params, grads, memory, finite=False, **options)


def eta_eps(each: Case) -> tuple[float, float]:
    """Both options, given or not."""
    return each.options.get("eta", 0.1), each.options.get("eps", 1e-8)


def shown_step(each: Case) -> dict[str, Any]:
    """The numbers before the call, if they are few; and the options."""
    params, grads, memory = each.arguments
    options: dict[str, Any] = {
        "eta": each.options.get("eta", Words("not given, so 0.1")),
        "eps": each.options.get("eps", Words("not given, so 1e-8")),
    }
    if not uniform(params, *grads, memory):
        return {"m": len(params["W"]), "K": len(params["c"])} | options
    values = ", then ".join(num(float(row(g)[0])) for g in grads)
    return {
        "param": float(row(params)[0]),
        "gradient" + "s" * (len(grads) > 1): Words(values),
        "memory": float(row(memory)[0]),
    } | options


def step_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[Any]:
    """One entry, all its steps."""
    params, grads, memory = each.arguments
    eta, eps = eta_eps(each)
    where = index[0] if index else 0
    theta, M = float(row(params)[where]), float(row(memory)[where])
    lines: list[Any] = [("entry", "", Words(entry_names(params)[where]))] * bool(index)
    for each_g in grads:
        g = float(row(each_g)[where])
        lines.append(("memory", f"{num(M)} + {factor(g)}^2", M + g * g))
        M += g * g
        root = float(np.sqrt(M + eps))
        if name == "param":
            moved = theta - eta * g / root
            expression = f"{num(theta)} - {num(eta)} * {factor(g)} / {num(root)}"
            lines += [
                ("root", f"sqrt({num(M)} + {num(eps)})", root),
                ("param", expression, moved),
            ]
            theta = moved
    return lines


def step_picture(each: Try) -> list[str]:
    """What there is after the call; and before it, where the tensors differ."""
    params, grads, memory = each.case.arguments
    lines = []
    wrong = [name for name, due in each.due.items() if not same(each.yours[name], due)]
    if isinstance(each.due["param"], np.ndarray):
        name = wrong[0] if wrong else "param"
        where = int(np.argmax(different(each.yours[name], each.due[name])))
        key = tensor_of(params, where)[0]
        before = {"param": params, "memory": memory, "gradient": grads[0]}
        lines += beside([block(f"{name} {key}", grid(x[key])) for name, x in before.items()])
    kept = each.yours.get("given arrays", {})
    if all(isinstance(value, float) for value in (*kept.values(), each.due["param"])) and kept:
        told = f"param {num(kept['param'])}, memory {num(kept['memory'])}"
        lines = [f"  arrays given     {told}"]
    return lines + results(params, each)


def in_new_arrays(each: Try) -> list[str]:
    """The in-place rule, where it is broken."""
    new = each.yours.get("new arrays", ())
    if not new:
        return []
    fine = all(same(each.yours[name], due) for name, due in each.due.items())
    start = "The numbers are right, but " if fine else "Besides, "
    return [
        f"{start}{' and '.join(new)} {'holds' if new == ('memory',) else 'hold'} new arrays after "
        "the call; the given arrays themselves should hold the new numbers."
    ]


@dataclass
class Entries:
    """All entries of the cases with one step, in rows, where the results are numbers."""

    theta: np.ndarray
    g: np.ndarray
    M: np.ndarray
    eta: np.ndarray
    eps: np.ndarray
    new_M: np.ndarray  # yours
    fall: np.ndarray  # of your param

    @classmethod
    def of(cls, tries: list[Try]) -> "Entries | None":
        """Those of all tries; None if there are too few."""
        parts: list[np.ndarray] = []
        for each in tries:
            params, grads, memory = each.case.arguments
            if len(grads) == 1 and PROBLEM not in each.yours:
                before = [row(x) for x in (params, grads[0], memory)]
                after = [each.yours["memory"], before[0] - each.yours["param"]]
                parts.append(np.array(np.broadcast_arrays(*before, *eta_eps(each.case), *after)))
        values = np.concatenate(parts, axis=1)
        values = values[:, np.isfinite(values).all(axis=0)]
        return cls(*values) if values.shape[1] > 30 else None


def formulas(evidence: Evidence) -> list[str]:
    """How new memory and new params follow from what goes into them; else tables."""
    wrong = evidence.quantities
    given = [each for each in evidence.tries if len(each.case.options) == 2]
    every, some = Entries.of(evidence.tries), Entries.of(given)
    said: list[str] = []
    for name in wrong:
        for entries, where in ((every, ""), (some, "With eta and eps given: ")):
            if entries is None:
                continue
            found = (
                memory_formula(entries)
                if name == "memory"
                else step_formula(entries, own="memory" in wrong)
            )
            if found:
                said += [where + found[0]]
                break
    return said or step_table(evidence)


def memory_formula(e: Entries) -> list[str]:
    """The new memory as a sum of what goes into it, or the root or square of one."""
    M, g, one = e.M, e.g, np.ones_like(e.g)
    pools: tuple[dict[str, np.ndarray], ...] = (
        {"memory": M, "g^2": g**2, "|g|": abs(g), "g": g, "eps": e.eps, "1": one},
        {"memory": M, "g^2": g**2, "eta g^2": e.eta * g**2, "eta^2 g^2": (e.eta * g) ** 2,
         "eta |g|": e.eta * abs(g)},
        {"memory": M, "g^2": g**2, "param": e.theta, "param g": e.theta * g, "param^2": e.theta**2},
        {"memory": M, "g^2": g**2, "memory g": M * g, "memory^2": M**2, "memory g^2": M * g**2},
        {"memory": M, "(g clipped to [-5, 5])^2": np.clip(g, -5, 5) ** 2},
        {"memory": M, "g^3": g**3, "g^4": g**4, "sqrt(|g|)": np.sqrt(abs(g))},
    )  # fmt: skip
    for pool in pools:
        found = combination(pool, e.new_M)
        if found is not None:
            text = "as it was" if found == {"memory": 1} else formula(found)
            return [f"Your new memory is {text}; it is due as memory + g^2."]
    if (e.new_M >= 0).all():
        found = combination(pools[0], e.new_M**2)
        if found:
            return [f"Your new memory is sqrt({formula(found)}); it is due as memory + g^2."]
    return []


def step_formula(e: Entries, *, own: bool) -> list[str]:
    """What the param falls by: right given your own memory, a multiple, another divisor."""
    if not e.fall.any():
        return ["Your params stay as they were, in every case of one step."]
    some = e.new_M + e.eps > 0
    root = np.sqrt(np.where(some, e.new_M + e.eps, 1.0))
    due = np.where(some, e.eta * e.g / root, np.inf)
    if some.all() and close(e.fall, due, ROUNDING):
        return ["Given your own new memory, your params are right."] * own
    if close(e.fall, e.eta * e.g / np.sqrt(np.maximum(e.M + e.g**2 + e.eps, 1e-300)), ROUNDING):
        return ["Your params are right in every case of one step."]
    mine = ", memory being your own new one" * own
    quotient = {True: due, False: np.zeros_like(due)}[bool(some.all())]
    g, eta, r = e.g, e.eta, "sqrt(memory + eps)"
    pools: tuple[dict[str, np.ndarray], ...] = (
        {f"eta g / {r}": quotient, "eta g": eta * g, "param": e.theta, "eps": e.eps, "g": g},
        {"eta": eta, "eta sign(g)": eta * np.sign(g), "eta |g|": eta * abs(g),
         "eta g^2": eta * g**2},
        {f"eta / {r}": eta / root, f"eta g^2 / {r}": quotient * g, f"eta |g| / {r}": abs(quotient),
         f"eta g {r}": eta * g * root},
        {f"g / {r}": g / root, f"eta^2 g / {r}": eta * quotient, f"eta g / {r}": quotient},
        {"param": e.theta, f"param eta g / {r}": e.theta * quotient},
        {"eta g / sqrt(memory)": e.eta * g / np.sqrt(np.where(e.new_M > 0, e.new_M, np.inf)),
         "eps": e.eps, "eta": eta},
        {f"(g clipped to [-5, 5]) eta / {r}": np.clip(g, -5, 5) * eta / root},
    )  # fmt: skip
    for pool in pools:
        found = combination(pool, e.fall, ROUNDING)
        if found is not None:
            return [said_of_step(found, mine * any("memory" in name for name in found))]
    return divisor_formula(e, mine)


def said_of_step(found: dict[str, float], mine: str) -> str:
    """The sentence on what a param falls, or rises, by."""
    rises = all(c < 0 for c in found.values())
    text = formula({name: -c for name, c in found.items()} if rises else found)
    verb = "rises" if rises else "falls"
    return f"Your param {verb} by {text}{mine}; it should fall by eta g / sqrt(memory + eps)."


def divisor_formula(e: Entries, mine: str) -> list[str]:
    """What eta g is divided by, as a root of a sum or as a sum."""
    used = (e.fall != 0) & (e.g != 0)
    if ((e.fall == 0) != (e.g == 0)).any() or used.sum() < 20:
        return []
    g, M, new, eps = e.g[used], e.M[used], e.new_M[used], e.eps[used]
    divisor = e.eta[used] * g / e.fall[used]
    sign = -1.0 if (divisor < 0).all() else 1.0
    if (sign * divisor < 0).any():
        return []
    text = as_sum(abs(divisor), g, M, new, eps) or as_root(abs(divisor), g, M, new, eps)
    return [said_of_step({f"eta g / {text}": sign}, mine)] * bool(text)


def as_root(d: np.ndarray, g: np.ndarray, M: np.ndarray, new: np.ndarray, eps: np.ndarray) -> str:
    """A divisor as the root of a sum, or as the root of such a root."""
    grown = close(new, M + g * g)
    pools = [
        {"memory": new, "eps": eps},
        {"memory": new, "eps^2": eps**2},
        {"memory": new, "eps": eps, "memory^2": new**2, "1": np.ones_like(g)},
        {"memory": new, "eps": eps, "old memory": M} | ({} if grown else {"g^2": g * g}),
        {"g^2": g * g, "eps": eps},
        {"(g clipped to [-5, 5])^2": np.clip(g, -5, 5) ** 2, "old memory": M, "eps": eps},
    ]
    for told, target in (("sqrt({})", d**2), ("sqrt(sqrt({}))", d**4)):
        for pool in pools:
            found = combination(pool, target)
            if found:
                return told.format(formula(found))
    return ""


def as_sum(d: np.ndarray, g: np.ndarray, M: np.ndarray, new: np.ndarray, eps: np.ndarray) -> str:
    """A divisor as a sum of roots and other numbers."""
    if (new < 0).any():
        return ""
    root, old, one = np.sqrt(new), np.sqrt(M), np.ones_like(g)
    pools: tuple[dict[str, np.ndarray], ...] = (
        {"sqrt(memory)": root, "eps": eps, "sqrt(eps)": np.sqrt(eps), "1": one},
        {"memory": new, "sqrt(memory)": root, "eps": eps},
        {"sqrt(memory + eps)": np.sqrt(new + eps), "eps": eps, "1": one},
        {"sqrt(old memory)": old, "old memory": M, "|g|": abs(g), "eps": eps, "1": one},
        {"memory^2": new**2, "eps": eps, "|g|": abs(g)},
    )
    for pool in pools:
        found = combination(pool, d)
        if found:
            text = formula(found)
            return text if len(found) == 1 and " " not in text.strip("()") else f"({text})"
    return ""


def missing_options(evidence: Evidence) -> list[str]:
    """Which eta or eps is used where none is given, if all is right where they are."""
    given = [each for each in evidence.tries if {"eta", "eps"} <= each.case.options.keys()]
    if any(not each.right for each in given):
        return []
    said = []
    with_eta = evidence.yours(step_case(1, 4, 9, eps=0.0))
    if PROBLEM not in with_eta and isinstance(with_eta["param"], float):
        eta = (1 - with_eta["param"]) * 5 / 4
        if abs(eta - 0.1) > 1e-9 and np.isfinite(eta):
            said.append(f"If eta is not given, the step is made with eta = {num(eta)}, not 0.1.")
    with_eps = evidence.yours(step_case(0, 1e-4, 0, eta=0.5))
    if PROBLEM not in with_eps and isinstance(with_eps["param"], float) and with_eps["param"]:
        eps = (0.5e-4 / with_eps["param"]) ** 2 - 1e-8
        if abs(eps - 1e-8) > 1e-13 and np.isfinite(eps):
            size = num(eps) if abs(eps) > 1e-13 else "0"
            said.append(f"If eps is not given, the step is made with eps = {size}, not 1e-08.")
    return said


def step_table(evidence: Evidence) -> list[str]:
    """What one step makes of a memory or a param, for several gradients or memories."""
    gradients, from_16 = (2.0, 3.0, 8.0, -3.0, -12.0), "from a memory of 16 and with eps = 0"
    ways: list[tuple[Any, ...]] = [
        ("memory", f"the new memory, {from_16}", "gradient", gradients, from_memory_of_16, None),
        ("param", "eta g is divided by this, for g = 1 and eps = 0", "new memory",
         (1.0, 4.0, 9.0, 25.0, 100.0), lambda x: to_memory(x, 0.0), lambda y: 0.5 / (1 - y)),
        ("param", "eta g is divided by this, for g = 1 and eps = 11", "new memory",
         (5.0, 14.0, 25.0, 38.0, 89.0), lambda x: to_memory(x, 11.0), lambda y: 0.5 / (1 - y)),
        ("param", f"the param falls by this, {from_16}", "gradient", gradients,
         from_memory_of_16, lambda y: 1 - y),
    ]  # fmt: skip
    one_and_three = numbers(evidence, [to_memory(25.0, 0.0), from_memory_of_16(3.0)], "param")
    if one_and_three and abs(3 * (1 - one_and_three[0]) - (1 - one_and_three[1])) > 1e-9:
        ways[1:] = [ways[3], ways[1], ways[2]]  # the step is not a multiple of the gradient
    for quantity, says, over, asked, make, seen in ways:
        cases = [make(x) for x in asked]
        yours = numbers(evidence, cases, quantity)
        due = [float(evidence.due(each)[quantity]) for each in cases]
        if yours is None or same(np.array(yours), np.array(due)):
            continue
        if seen is not None:
            if 1.0 in yours and seen(0.0) == 0.5:
                continue  # nothing to divide by
            yours, due = ([seen(y) for y in values] for values in (yours, due))
        title = f"With eta = 0.5 and param 1, {says}:"
        return [title + "\n" + table((over, [*asked]), yours, due)]
    return []


def from_memory_of_16(g: float) -> Case:
    """A step with some gradient."""
    return step_case(1, g, 16, eta=0.5, eps=0.0)


def to_memory(M: float, eps: float) -> Case:
    """A step with a gradient of 1 to some memory."""
    return step_case(1, 1, M - 1, eta=0.5, eps=eps)


def step_neighbours(evidence: Evidence) -> list[str]:
    """Whether what becomes of an entry depends on a gradient that is not its own."""
    for what, changed, seen in (
        ("under another key", 0, 3),
        ("of another entry of its tensor", 3, 4),
        ("of another entry of its tensor", 4, 3),
    ):
        left = [evidence.yours(with_one_gradient(changed, other)) for other in (2.0, 30.0)]
        if any(PROBLEM in each for each in left):
            return []
        moves = [
            name
            for name in ("memory", "param")
            if num(left[0][name][seen]) != num(left[1][name][seen])
        ]
        if moves:
            verb = "changes" if len(moves) == 1 else "change"
            return [
                f"An entry's new {listed(moves)} {verb} with the gradient {what}; every entry goes "
                "by its own."
            ]
    return []


def with_one_gradient(where: int, g: float) -> Case:
    """A step with m = 1 and K = 2, where one entry of the row has some gradient, others 2."""
    gradients = np.full(8, 2.0)
    gradients[where] = g
    shapes = {name: tensor.shape for name, tensor in tensors(1, 2, lambda *s: np.ones(s)).items()}
    ends = np.cumsum([rows * columns for rows, columns in shapes.values()])
    parts = np.split(gradients, ends[:-1])
    grads = {name: part.reshape(shapes[name]) for name, part in zip(NAMES, parts, strict=True)}
    params = {name: np.ones(shape) for name, shape in shapes.items()}
    memory = {name: np.full(shape, 12.0) for name, shape in shapes.items()}
    return step_case(params, grads, memory, eta=0.5, eps=0.0)


def several(rng: np.random.Generator, m: int, K: int, **options: float) -> Case:
    """Tensors of one-decimal numbers."""
    params, grads, memory = (tensors(m, K, lambda *shape: tenths(rng, *shape)) for _ in range(3))
    return step_case(params, grads, {name: 10 * abs(M) for name, M in memory.items()}, **options)


def pick(rng: np.random.Generator, *values: float) -> float:
    """One of the values."""
    return float(rng.choice(values))


def decimal(rng: np.random.Generator, low: float, high: float) -> float:
    """A number of one decimal."""
    return round(float(rng.uniform(low, high)), 1)


def some_param(rng: np.random.Generator) -> float:
    """A param."""
    return pick(rng, -1, 1) * decimal(rng, 0.3, 2)


def grads_with(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Case]:
    """A change of every gradient."""
    return with_argument(
        1, lambda grads: [{name: change(g) for name, g in each.items()} for each in grads]
    )


def memory_with(change: Callable[[np.ndarray], np.ndarray]) -> Callable[[Case], Case]:
    """A change of the memory."""
    return with_argument(2, lambda memory: {name: change(M) for name, M in memory.items()})


STEP = Ladder(
    "adagrad_step",
    (
        Rung(
            "a first gradient and eps = 0",
            step_case(1, 2, 0, eta=0.5, eps=0.0),
            lambda rng: step_case(
                some_param(rng), decimal(rng, 2, 4.5), 0, eta=pick(rng, 0.2, 0.5, 0.8), eps=0.0
            ),
            siblings=6,
        ),
        Rung(
            "a memory above 0",
            step_case(1, 3, 16, eta=0.5, eps=0.0),
            lambda rng: step_case(
                some_param(rng), decimal(rng, 2, 4.5), decimal(rng, 5, 30),
                eta=pick(rng, 0.2, 0.5, 0.8), eps=0.0,
            ),
            siblings=6,
        ),
        Rung(
            "a negative gradient",
            step_case(1, -3, 16, eta=0.5, eps=0.0),
            lambda rng: step_case(
                some_param(rng), -decimal(rng, 2, 4.5), decimal(rng, 5, 30),
                eta=pick(rng, 0.2, 0.5, 0.8), eps=0.0,
            ),
            siblings=6,
        ),
        Rung(
            "eps above 0",
            step_case(1, 3, 16, eta=0.5, eps=11.0),
            lambda rng: step_case(
                some_param(rng), pick(rng, -1, 1) * decimal(rng, 2, 4.5), decimal(rng, 5, 30),
                eta=pick(rng, 0.2, 0.5, 0.8), eps=pick(rng, 0.5, 2, 5, 11),
            ),
        ),
        Rung(
            "a gradient beyond 5",
            step_case(1, 12, 25, eta=0.5, eps=0.0),
            lambda rng: step_case(
                some_param(rng), pick(rng, -1, 1) * decimal(rng, 5.5, 40), decimal(rng, 2, 90),
                eta=0.5, eps=pick(rng, 0, 2),
            ),
            siblings=6,
        ),
        Rung(
            "a gradient of 0",
            step_case(1, 0, 16, eta=0.5, eps=9.0),
            lambda rng: step_case(some_param(rng), 0, pick(rng, 0, 4, 9), eta=0.5, eps=0.5),
            siblings=3,
        ),
        Rung(
            "a gradient of 0.0001",
            step_case(1, 0.0001, 0, eta=0.5, eps=0.0),
            lambda rng: step_case(
                some_param(rng), pick(rng, -1e-4, 2e-4, 3e-4), 0, eta=0.5, eps=1e-9
            ),
            siblings=3,
        ),
        Rung(
            "no eta given",
            step_case(1, 4, 9, eps=0.0),
            lambda rng: step_case(
                some_param(rng), decimal(rng, 0.3, 4.5), decimal(rng, 2, 30), eps=2.0
            ),
            siblings=3,
        ),
        Rung(
            "no eps given, which is seen if the gradient is 0.0001",
            step_case(1, 0.0001, 0, eta=0.5),
            lambda rng: step_case(some_param(rng), pick(rng, -1e-4, 2e-4, 3e-4), 0, eta=0.5),
            siblings=3,
        ),
        Rung(
            "five tensors that differ",
            step_case(apart(1, -2, 0.5, 2, -1), apart(3, -4, 1, 8, 2),
                      apart(16, 9, 3, 36, 0), eta=0.5, eps=0.0),
            lambda rng: several(rng, 1, 1, eta=0.5, eps=2.0),
            siblings=6,
        ),
        Rung(
            "several entries in a tensor",
            step_case(
                {"U": np.array([[1.0, -2.0]]), "W": np.array([[0.5]]),
                 "V": np.array([[2.0], [-1.0]]), "b": np.array([[1.0]]),
                 "c": np.array([[0.5], [-0.5]])},
                {"U": np.array([[3.0, 1.0]]), "W": np.array([[-4.0]]),
                 "V": np.array([[8.0], [-3.0]]), "b": np.array([[2.0]]),
                 "c": np.array([[-1.0], [5.0]])},
                {"U": np.array([[16.0, 3.0]]), "W": np.array([[9.0]]),
                 "V": np.array([[36.0], [0.0]]), "b": np.array([[0.0]]),
                 "c": np.array([[8.0], [144.0]])},
                eta=0.5, eps=0.0,
            ),
            lambda rng: several(rng, 2, 3, eta=0.5, eps=2.0),
            siblings=4,
        ),
        Rung(
            "a second step",
            step_case(1, [3, 4], 0, eta=0.5, eps=0.0),
            lambda rng: step_case(
                some_param(rng), [decimal(rng, 0.3, 4.5), -decimal(rng, 0.3, 4.5)],
                decimal(rng, 2, 30),
                eta=0.5, eps=2.0,
            ),
            siblings=4,
        ),
    ),
    observe_step,
    shows=shown_step,
    changes={
        "a memory of 0 before the call": memory_with(np.zeros_like),
        "the gradients clipped to [-5, 5]": grads_with(lambda g: np.clip(g, -5, 5)),
        "the absolute values of the gradients": grads_with(np.abs),
        "the gradients with their sign turned": grads_with(np.negative),
        "the squares of the gradients": grads_with(np.square),
        "eps = 1e-8, whatever was given": with_option("eps", 1e-8),
        "eps = 0, whatever was given": with_option("eps", 0.0),
        "eta = 0.1, whatever was given": with_option("eta", 0.1),
        "eta = 1, whatever was given": with_option("eta", 1.0),
    },
    switches={
        "where the memory before the call is 0": memory_with(np.zeros_like),
        "where eps = 0": with_option("eps", 0.0),
        "where no gradient is negative": grads_with(np.abs),
        "where no gradient exceeds 1": grads_with(lambda g: g / 50),
        "where all gradients are 1": grads_with(np.ones_like),
        "of a single step": lambda each: Case(
            (each.arguments[0], each.arguments[1][:1], each.arguments[2]), each.options
        ),
    },
    findings=(
        missing_options,
        which_tensors,
        which_rows,
        formulas,
        step_neighbours,
    ),
    says="does not leave what it should",
    by_hand=step_by_hand,
    about=in_new_arrays,
    picture=step_picture,
)  # fmt: skip

LADDERS = {ladder.function: ladder for ladder in (CLIP, MEMORY, STEP)}
