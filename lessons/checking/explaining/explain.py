"""Climbing the ladder of a function, and telling what is wrong with it."""

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Function, StudentFunction, load
from lessons.checking.answering.describing import parameters_of
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.printing import WIDTH, block, clipped, grid, num, shortened
from lessons.checking.answering.values import arrays
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import Current, differing
from lessons.checking.explaining import findings
from lessons.checking.explaining.explanation import Explanation, Line
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Attempt, Ladder, Outcome, ladder_of, outcome
from lessons.checking.explaining.naming import implied, named
from lessons.checking.explaining.tables import arithmetic, beside, visible

MOST_QUANTITIES = 2  # wrong results that are shown whole
MOST_PRINTED = 4  # lines


def explain(
    function: Function, own: Mapping[str, Function], seed: int = 0, *, look: bool = False
) -> Wrong | None:
    """Climb the ladder of a function; None if all is right, else what to raise.

    `own` are the answer's other functions. What can be found without the mistake's name is
    looked for if it has none, or on request.
    """
    evidence = Evidence.gather(ladder_of(function.name), function, seed)
    Current.proof.comparisons += len(evidence.attempts)
    if not evidence.wrong:
        return None
    problems = [
        (attempt, attempt.problem) for attempt in evidence.wrong if attempt.problem is not None
    ]
    if problems and isinstance(function, StudentFunction) and function.answer.problem:
        return problems[0][1]  # of the file itself
    if problems:
        return broken(evidence, problems, own)
    attempt = showing(evidence.ladder, evidence.wrong)
    again = evidence.yours(attempt.case)
    printed = printed_by(function)
    if not evidence.ladder.equal(again, attempt.yours) or right_alone(evidence, attempt):
        return changeable(evidence, attempt, own, printed)
    return wrong_numbers(evidence, attempt, own, printed, another=seed + 1, look=look)


def printed_by(function: Function) -> list[Line]:
    """What the last call printed."""
    text = function.calls.printed if isinstance(function, StudentFunction) else ""
    if not text:
        return []
    lines = textwrap.indent(shortened(text, MOST_PRINTED), "  ").splitlines()
    return [("It printed", ""), *((line, "") for line in lines)]


def broken(
    evidence: Evidence, problems: list[tuple[Attempt, Wrong]], own: Mapping[str, Function]
) -> Wrong:
    """A function whose result cannot be compared at all, in some case."""
    ladder, (attempt, problem) = evidence.ladder, most_telling(problems)
    evidence.yours(attempt.case)  # for what it prints
    message, found = problem.message, misshapen(ladder, problem.result, attempt.expected)
    if found:
        message = message.replace(" Transposed, the shape would be right.", "")
    case = [("Called with", ""), *((line, "") for line in given(ladder, attempt))]
    story = Explanation(
        ladder.function,
        head=[message],
        found=found,
        case=case + printed_by(evidence.function),
        mistakes=named(ladder, evidence.attempts),
        known="This is",
        cases=len(evidence.attempts),
        given=implied(ladder, evidence.attempts, own),
    )
    return Wrong(story.message, problems[0][1].place, story=story)


def changeable(
    evidence: Evidence, attempt: Attempt, own: Mapping[str, Function], printed: list[Line]
) -> Wrong:
    """A function whose result is not the same twice."""
    ladder = evidence.ladder
    head = [
        f"{ladder.function} gives another result for the same arguments after other calls.",
        "Does it keep something from call to call: in a global variable, a default value, an "
        "array made outside of it? Call it twice, with another call between, and compare.",
    ]
    shown = ("Shown is a call that came after others:", "")
    story = Explanation(
        ladder.function,
        head=head,
        case=[shown, *worked_case(ladder, attempt)[1:], *printed],
        mistakes=named(ladder, evidence.attempts),
        known=ladder.telling.known,
        cases=len(evidence.attempts),
        given=implied(ladder, evidence.attempts, own),
    )
    return Wrong(story.message, story=story)


def wrong_numbers(
    evidence: Evidence,
    attempt: Attempt,
    own: Mapping[str, Function],
    printed: list[Line],
    *,
    another: int,
    look: bool,
) -> Wrong:
    """A function that returns wrong numbers."""
    ladder, attempts = evidence.ladder, evidence.attempts
    mistakes, implying = named(ladder, attempts), implied(ladder, attempts, own)
    found, cases = [], attempts
    if (look or not mistakes) and not implying:
        fresh = Evidence.gather(ladder, evidence.function, another)
        found = findings.certain(evidence, fresh)[: findings.MOST]
        cases = attempts + fresh.attempts
    by_hand, work = redone(ladder, attempt)
    story = Explanation(
        ladder.function,
        head=sentences(evidence, attempt, cases),
        found=found,
        case=worked_case(ladder, attempt) + printed,
        by_hand=by_hand,
        work=work,
        mistakes=mistakes,
        known=ladder.telling.known,
        cases=len(attempts),
        given=implying,
    )
    return Wrong(story.message, story=story)


def sentences(evidence: Evidence, attempt: Attempt, attempts: list[Attempt]) -> list[str]:
    """What is wrong, since when, and in which results."""
    ladder = evidence.ladder
    signature = f"{ladder.function}({', '.join(parameters_of(ladder.function))})"
    return [
        f"{signature} {ladder.telling.says}.",
        *place(ladder, attempts),
        *findings.which_quantities(evidence),
        *(ladder.telling.about(attempt) if ladder.telling.about else ()),
    ]


def place(ladder: Ladder, attempts: list[Attempt]) -> list[str]:
    """The first rung that is not wholly right, and the last one that is."""
    first = min(attempt.rung for attempt in attempts if not attempt.right)
    rung = [attempt for attempt in attempts if attempt.rung == first]
    count = sum(not attempt.right for attempt in rung)
    says = ladder.rungs[first].says
    cases = (
        f"(in all {count} cases)" if count == len(rung) else f"(in {count} of {len(rung)} cases)"
    )
    if first == 0:
        return [f"Wrong {'already ' * (len(ladder.rungs) > 1)}with {says} {cases}."]
    return [f"Right with {ladder.rungs[first - 1].says}; wrong with {says} {cases}."]


def right_alone(evidence: Evidence, attempt: Attempt) -> bool:
    """Whether a wrong case is right when it is the first call of the file, executed anew."""
    ladder, function = evidence.ladder, evidence.function
    if not isinstance(function, StudentFunction) or not function.answer.path.is_file():
        return False
    answer = load(Answer(function.answer.lesson, function.answer.path), function.calls)
    anew = StudentFunction(function.name, answer, function.calls)
    return ladder.equal(outcome(ladder, anew, attempt.case), attempt.expected)


def most_telling(problems: list[tuple[Attempt, Wrong]]) -> tuple[Attempt, Wrong]:
    """For a wrong shape a case of several sizes, for all else the smallest."""
    first = problems[0]
    if first[1].result is None:
        return first
    alike = [
        (attempt, problem)
        for attempt, problem in problems
        if attempt.hand
        and problem.result is not None
        and findings.size(attempt.case) <= findings.SMALL
    ]
    return max(alike, key=lambda one: sizes(one[0]), default=first)


def sizes(attempt: Attempt) -> int:
    """How many different sizes the arrays of a case have."""
    return len({length for array in arrays(attempt.case.arguments) for length in array.shape})


def misshapen(ladder: Ladder, result: Any, expected: Outcome) -> list[str]:
    """What is right about numbers in a wrong shape or of a wrong kind."""
    values = result if isinstance(result, tuple | list) and len(expected) > 1 else [result]
    if isinstance(result, dict):
        values = [result.get(name.removeprefix("d")) for name in expected]
    said = []
    for value, (name, right) in zip(values, expected.items(), strict=False):
        if isinstance(value, np.ndarray | float | int) and isinstance(right, np.ndarray):
            said += misfit(ladder, name, np.asarray(value), right)
    return [*dict.fromkeys(said)]


def misfit(ladder: Ladder, name: str, array: np.ndarray, expected: np.ndarray) -> list[str]:
    """What would make an array right."""
    if array.dtype.kind not in "fiu" or (
        array.shape == expected.shape and array.dtype == expected.dtype
    ):
        return []
    if array.shape == expected.shape:
        close = np.allclose(array, expected, rtol=tolerances.SINGLE, atol=tolerances.COARSE)
        return ["But for their type the numbers are right."] * close
    if array.T.shape == expected.shape and ladder.alike(array.T.astype(float), expected):
        return [f"Transposed, {name} would be right."]
    if array.size == expected.size and ladder.alike(
        array.astype(float).reshape(expected.shape), expected
    ):
        return [f"Reshaped to {expected.shape}, {name} would be right."]
    return []


def showing(ladder: Ladder, wrong: list[Attempt]) -> Attempt:
    """The first case in which the error can be seen, written by hand if possible."""
    first = [attempt for attempt in wrong if attempt.rung == wrong[0].rung]
    for attempt in (*first, *(attempt for attempt in wrong if attempt.hand), *wrong):
        if attempt.problem or any(
            visible(attempt.yours[name], attempt.expected[name])
            for name in ladder.wrong_quantities(attempt.yours, attempt.expected)
        ):
            return attempt
    return wrong[0]


def given(ladder: Ladder, attempt: Attempt) -> list[str]:
    """The arguments of a case, side by side."""
    return beside([block(name, grid(value)) for name, value in ladder.shown(attempt.case).items()])


def worked_case(ladder: Ladder, attempt: Attempt) -> list[Line]:
    """What came in, what came back, and what is right."""
    out: list[Line] = [("Smallest case that shows it:", "")]
    out += [(line, "") for line in given(ladder, attempt)]
    if ladder.telling.picture is not None:
        return out + [(clipped(line, WIDTH), "") for line in ladder.telling.picture(attempt)]
    for name in seen_to_differ(ladder, attempt)[:MOST_QUANTITIES]:
        out += compared(name, attempt.yours[name], attempt.expected[name])
    if any("*" in line for line, colour in out if colour):
        out[0] = ("Smallest case that shows it (* marks what differs):", "")
    return out


def seen_to_differ(ladder: Ladder, attempt: Attempt) -> list[str]:
    """The wrong quantities of a case, those that differ in what is shown if there are such."""
    wrong = ladder.wrong_quantities(attempt.yours, attempt.expected)
    return [name for name in wrong if visible(attempt.yours[name], attempt.expected[name])] or wrong


def compared(name: str, yours: Any, expected: Any) -> list[Line]:
    """Two values of a quantity, one under the other; entries that differ have a star."""
    exact = np.ndim(yours) == 0 and not visible(yours, expected)
    marks = differing(yours, expected)
    out: list[Line] = []
    for label, value, colour in (("yours", yours, "red"), ("expected", expected, "green")):
        lines = [repr(value)] if exact else grid(value, marks)
        text = block(f"  {f'{name}, {label}':<{len(name) + 10}}", lines)
        out += [(clipped(line, WIDTH), colour) for line in text]
    return out


def redone(ladder: Ladder, attempt: Attempt) -> tuple[list[str], list[str]]:
    """One wrong entry of the case worked out line by line; and all entries of all results."""
    work: list[str] = ladder.telling.work(attempt) if ladder.telling.work else []
    if ladder.telling.by_hand is None:
        return [], work
    blocks = [
        worked(ladder, attempt, name, index)
        for name, value in attempt.expected.items()
        for index in np.ndindex(np.shape(value))
    ]
    work += [line for k, block in enumerate(blocks) if block not in blocks[:k] for line in block]
    for name in seen_to_differ(ladder, attempt):
        entry = first_entry(ladder, attempt.yours[name], attempt.expected[name])
        if entry is not None and (lines := worked(ladder, attempt, name, entry)):
            if len(entry):
                lines[0] = f"{lines[0][:-1]}, yours {num(attempt.yours[name][entry])}:"
            return lines, work
    return [], work


def worked(ladder: Ladder, attempt: Attempt, name: str, index: tuple[int, ...]) -> list[str]:
    """An entry's title and arithmetic; nothing where the room has none."""
    lines = ladder.telling.by_hand(attempt.case, name, index) if ladder.telling.by_hand else []
    entry = (
        ladder.telling.entry(attempt.case, name, index)
        if ladder.telling.entry
        else named_entry(name, index)
    )
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
    return max(seen, key=lambda i: (i[-1], -i[0])) if ladder.telling.backwards else seen[0]
