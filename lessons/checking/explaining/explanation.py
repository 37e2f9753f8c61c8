"""Climbing the ladder of a function, and telling what is wrong with it."""

import textwrap
from typing import Any

import numpy as np

from lessons.checking.answer import Answer
from lessons.checking.calling import Function
from lessons.checking.compare import Current
from lessons.checking.describing import parameters_of, shortened
from lessons.checking.explaining import findings
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import (
    PROBLEM,
    Ladder,
    Outcome,
    Try,
    ladder_of,
    lesson_with,
    outcome,
)
from lessons.checking.explaining.naming import implied, named
from lessons.checking.explaining.tables import (
    WIDTH,
    arithmetic,
    beside,
    block,
    clipped,
    grid,
    num,
    visible,
)
from lessons.checking.explaining.told import Explanation, Line
from lessons.checking.failure import Wrong
from lessons.checking.values import arrays

MOST_QUANTITIES = 2  # wrong results that are shown whole
MOST_PRINTED = 4  # lines


def explain(
    function: Function, own: dict[str, Function], seed: int = 0, *, look: bool = False
) -> Wrong | None:
    """Climb the ladder of a function; None if all is right, else what to raise.

    `own` are the answer's other functions. What can be found without the mistake's name is
    looked for if it has none, or on request.
    """
    ladder = ladder_of(function.name)
    evidence = Evidence.gather(ladder, function, seed)
    Current.proof.comparisons += len(evidence.tries)
    if not evidence.wrong:
        return None
    each = showing(ladder, evidence.wrong)
    problems = [each for each in evidence.wrong if PROBLEM in each.yours]
    if problems and getattr(function.answer, "problem", None):  # of the file itself
        return problems[0].yours[PROBLEM]
    if problems:
        each = most_telling(problems)
    again = evidence.yours(each.case)
    printed = getattr(function.calls, "printed", "")
    if problems:
        told = structure(ladder, each)
    elif not ladder.equal(again, each.yours) or right_alone(ladder, function, each):
        told = changeable(ladder, each)
    else:
        told = Explanation(function.name, [])
    told.known = "This is" if problems else ladder.known
    told.mistakes, told.cases = named(ladder, evidence.tries), len(evidence.tries)
    told.given = implied(ladder, evidence.tries, own)
    if not told.head:
        tries = evidence.tries
        if (look or not told.mistakes) and not told.given:
            another = Evidence.gather(ladder, function, seed + 1)
            told.found = findings.certain(evidence, another)[: findings.MOST]
            tries = tries + another.tries
        told.head = sentences(ladder, each, evidence, tries)
        told.case = worked_case(ladder, each)
        told.by_hand, told.work = redone(ladder, each)
    if printed:
        text = textwrap.indent(shortened(printed, MOST_PRINTED), "  ")
        told.case += [("It printed", ""), *((line, "") for line in text.splitlines())]
    place = problems[0].yours[PROBLEM].place if problems else None
    return Wrong(told.message, place, story=told)


def sentences(ladder: Ladder, each: Try, evidence: Evidence, tries: list[Try]) -> list[str]:
    """What is wrong, since when, and in which results."""
    signature = f"{ladder.function}({', '.join(parameters_of(ladder.function))})"
    return [
        f"{signature} {ladder.says}.",
        *place(ladder, tries),
        *findings.which_quantities(evidence),
        *(ladder.about(each) if ladder.about else ()),
    ]


def place(ladder: Ladder, tries: list[Try]) -> list[str]:
    """The first rung that is not wholly right, and the last one that is."""
    first = min(each.rung for each in tries if not each.right)
    rung = [each for each in tries if each.rung == first]
    count = sum(not each.right for each in rung)
    says = ladder.rungs[first].says
    cases = (
        f"(in all {count} cases)" if count == len(rung) else f"(in {count} of {len(rung)} cases)"
    )
    if first == 0:
        return [f"Wrong {'already ' * (len(ladder.rungs) > 1)}with {says} {cases}."]
    return [f"Right with {ladder.rungs[first - 1].says}; wrong with {says} {cases}."]


def right_alone(ladder: Ladder, function: Function, each: Try) -> bool:
    """Whether a wrong case is right when it is the first call of the file, executed anew."""
    answer = function.answer
    if not isinstance(answer, Answer) or not answer.path.is_file():
        return False
    anew = Function(function.name, Answer(answer.lesson, answer.path), function.calls)
    anew.load()
    return ladder.equal(outcome(ladder, anew, each.case), each.due)


def changeable(ladder: Ladder, each: Try) -> Explanation:
    """A function whose result is not the same twice."""
    head = [
        f"{ladder.function} gives another result for the same arguments after other calls.",
        "Does it keep something from call to call: in a global variable, a default value, an "
        "array made outside of it? Call it twice, with another call between, and compare.",
    ]
    case = worked_case(ladder, each)
    case[0] = ("Shown is a call that came after others:", "")
    return Explanation(ladder.function, head, case=case)


def structure(ladder: Ladder, each: Try) -> Explanation:
    """What keeps a result from being compared at all."""
    problem: Wrong = each.yours[PROBLEM]
    message, found = problem.message, misshapen(ladder, problem.result, each.due)
    if found:
        message = message.replace(" Transposed, the shape would be right.", "")
    told = Explanation(ladder.function, [message], found)
    told.case = [("Called with", ""), *((line, "") for line in given(ladder, each))]
    return told


def most_telling(problems: list[Try]) -> Try:
    """For a wrong shape a case of several sizes, for all else the smallest."""
    first = problems[0]
    alike = [
        each
        for each in problems
        if each.hand
        and each.yours[PROBLEM].result is not None
        and findings.size(each.case) <= findings.SMALL
    ]
    return first if first.yours[PROBLEM].result is None else max(alike, key=sizes, default=first)


def sizes(each: Try) -> int:
    """How many different sizes the arrays of a case have."""
    return len({length for array in arrays(each.case.arguments) for length in array.shape})


def misshapen(ladder: Ladder, result: Any, due: Outcome) -> list[str]:
    """What is right about numbers in a wrong shape or of a wrong kind."""
    values = result if isinstance(result, tuple | list) and len(due) > 1 else [result]
    if isinstance(result, dict):
        values = [result.get(name.removeprefix("d")) for name in due]
    said = []
    for value, (name, expected) in zip(values, due.items(), strict=False):
        if isinstance(value, np.ndarray | float | int) and isinstance(expected, np.ndarray):
            said += misfit(ladder, name, np.asarray(value), expected)
    return [*dict.fromkeys(said)]


def misfit(ladder: Ladder, name: str, array: np.ndarray, due: np.ndarray) -> list[str]:
    """What would make an array right."""
    if array.dtype.kind not in "fiu" or (array.shape == due.shape and array.dtype == due.dtype):
        return []
    if array.shape == due.shape:
        close = np.allclose(array, due, rtol=1e-6, atol=1e-7)
        return ["But for their type the numbers are right."] * close
    if array.T.shape == due.shape and ladder.alike(array.T.astype(float), due):
        return [f"Transposed, {name} would be right."]
    if array.size == due.size and ladder.alike(array.astype(float).reshape(due.shape), due):
        return [f"Reshaped to {due.shape}, {name} would be right."]
    return []


def showing(ladder: Ladder, wrong: list[Try]) -> Try:
    """The first case in which the error can be seen, written by hand if possible."""
    first = [each for each in wrong if each.rung == wrong[0].rung]
    for each in (*first, *(each for each in wrong if each.hand), *wrong):
        if PROBLEM in each.yours or any(
            visible(each.yours[name], each.due[name])
            for name in ladder.wrong_quantities(each.yours, each.due)
        ):
            return each
    return wrong[0]


def given(ladder: Ladder, each: Try) -> list[str]:
    """The arguments of a case, side by side."""
    return beside([block(name, grid(value)) for name, value in ladder.shown(each.case).items()])


def worked_case(ladder: Ladder, each: Try) -> list[Line]:
    """What came in, what came back, and what is right."""
    out: list[Line] = [("Smallest case that shows it:", "")]
    out += [(line, "") for line in given(ladder, each)]
    if ladder.picture is not None:
        return out + [(clipped(line, WIDTH), "") for line in ladder.picture(each)]
    for name in seen_to_differ(ladder, each)[:MOST_QUANTITIES]:
        out += compared(name, each.yours[name], each.due[name])
    if any("*" in line for line, colour in out if colour):
        out[0] = ("Smallest case that shows it (* marks what differs):", "")
    return out


def seen_to_differ(ladder: Ladder, each: Try) -> list[str]:
    """The wrong quantities of a case, those that differ in what is shown if there are such."""
    wrong = ladder.wrong_quantities(each.yours, each.due)
    return [name for name in wrong if visible(each.yours[name], each.due[name])] or wrong


def compared(name: str, yours: Any, due: Any) -> list[Line]:
    """Two values of a quantity, one under the other; entries that differ have a star."""
    exact = np.ndim(yours) == 0 and not visible(yours, due)
    marks = differing(yours, due)
    out: list[Line] = []
    for label, value, colour in (("yours", yours, "red"), ("expected", due, "green")):
        lines = [repr(value)] if exact else grid(value, marks)
        text = block(f"  {f'{name}, {label}':<{len(name) + 10}}", lines)
        out += [(clipped(line, WIDTH), colour) for line in text]
    return out


def differing(a: Any, b: Any) -> np.ndarray | None:
    """Which entries of two arrays differ in more than rounding."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape:
        return None
    if a.dtype.kind != "f":
        return np.asarray(a != b)
    with np.errstate(invalid="ignore"):
        close = abs(a - b) <= 1e-9 * (abs(a) + abs(b)) + 1e-13
        close &= np.isfinite(a) & np.isfinite(b)
    return ~(close | (a == b) | (np.isnan(a) & np.isnan(b)))


def redone(ladder: Ladder, each: Try) -> tuple[list[str], list[str]]:
    """One wrong entry of the case worked out line by line; and all entries of all results."""
    work: list[str] = ladder.work(each) if ladder.work else []
    if ladder.by_hand is None:
        return [], work
    blocks = [
        worked(ladder, each, name, index)
        for name, value in each.due.items()
        for index in np.ndindex(np.shape(value))
    ]
    work += [line for k, block in enumerate(blocks) if block not in blocks[:k] for line in block]
    for name in seen_to_differ(ladder, each):
        entry = first_entry(ladder, each.yours[name], each.due[name])
        if entry is not None and (lines := worked(ladder, each, name, entry)):
            if len(entry):
                lines[0] = f"{lines[0][:-1]}, yours {num(each.yours[name][entry])}:"
            return lines, work
    return [], work


def worked(ladder: Ladder, each: Try, name: str, index: tuple[int, ...]) -> list[str]:
    """An entry's title and arithmetic; nothing where the room has none."""
    lines = ladder.by_hand(each.case, name, index) if ladder.by_hand else []
    entry = ladder.entry(each.case, name, index) if ladder.entry else named_entry(name, index)
    return [f"  By hand, {entry}:", *arithmetic(lines)] if lines else []


def named_entry(name: str, index: tuple[int, ...]) -> str:
    """D[0,1], or the name alone of what is one number."""
    return f"{name}[{','.join(map(str, index))}]" if index else name


def first_entry(ladder: Ladder, a: Any, b: Any) -> tuple[int, ...] | None:
    """The wrong entry that is computed first."""
    if np.ndim(b) == 0:
        return ()
    marks = differing(a, b)
    if marks is None or not marks.any():
        return None
    found = [tuple(int(i) for i in index) for index in np.argwhere(marks)]
    seen = [i for i in found if num(a[i]) != num(b[i])] or found
    return max(seen, key=lambda i: (i[-1], -i[0])) if ladder.backwards else seen[0]


def own_functions(function: Function) -> dict[str, Function]:
    """The answer's other functions."""
    lesson = lesson_with(function.name)
    return {name: Function(name, function.answer, function.calls) for name in lesson.functions}
