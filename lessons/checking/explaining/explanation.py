"""A wrong function explained: what is wrong, the smallest case, the name, what to look at."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lessons.checking.calling import Function
from lessons.checking.compare import Current
from lessons.checking.describing import parameters_of
from lessons.checking.explaining import findings
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import PROBLEM, Ladder, Outcome, Try, ladder_of, lesson_with
from lessons.checking.explaining.naming import implied, named
from lessons.checking.explaining.tables import (
    WIDTH,
    arithmetic,
    beside,
    block,
    filled,
    grid,
    num,
    visible,
)
from lessons.checking.failure import Wrong
from lessons.checking.mistakes import Mistake
from lessons.checking.values import arrays

MOST_QUANTITIES = 2  # wrong results that are shown whole
Line = tuple[str, str]  # a line and its colour, "" for none


@dataclass
class Explanation:
    """All that is known of a wrong function, in the order in which it is told."""

    function: str
    head: list[str]  # sentences
    found: list[str] = field(default_factory=list)  # more of them, when the mistake has no name
    case: list[Line] = field(default_factory=list)  # the smallest case that shows it
    by_hand: list[str] = field(default_factory=list)  # one entry of it, line by line
    work: list[str] = field(default_factory=list)  # all of its entries
    mistakes: tuple[Mistake, ...] = ()
    cases: int = 0  # in which the mistake's numbers are the answer's
    given: list[str] = field(default_factory=list)  # it is right, given what these return

    @property
    def name(self) -> str | None:
        """The known mistake's name, or both."""
        return " + ".join(entry.name for entry in self.mistakes) or None

    def lines(self, explain: str, *, show_work: bool = False, room: int = 100) -> list[Line]:
        """What a student reads; if it is more than `room` lines, without what is least needed."""
        names, hints = self.names(), self.hints() * (explain == "hint")
        if explain == "place":
            names = []
        # findings are for what has no name
        found = self.found if not names else []
        sections = [
            [*self.head],
            [(line, "") for sentence in found for line in wrapped(sentence)],
            [*self.case],
            [(line, "") for line in self.by_hand],
            [(line, "") for line in self.work] if show_work else [],
            names,
            hints,
        ]
        sections[0] = [(line, "") for sentence in self.head for line in wrapped(sentence)]
        if not show_work:
            for least in (3, 2, 1):
                if sum(len(section) + 1 for section in sections if section) > room:
                    over = sum(len(section) + 1 for section in sections if section) - room
                    section = sections[least]
                    sections[least] = section[: max(0, len(section) - over)] if least != 3 else []
        else:
            sections[3] = []
        out: list[Line] = []
        for k, section in enumerate(sections):
            if section and out and k not in (1, 3, 6):
                out.append(("", ""))
            out += section
        return out

    def names(self) -> list[Line]:
        """The known mistakes' sentences."""
        if not self.mistakes:
            return []
        if len(self.mistakes) == 1:
            title = f"These are the numbers of a known mistake (in all {self.cases} cases tried):"
        else:
            title = (
                f"These are the numbers of two known mistakes at once (in all {self.cases} cases):"
            )
        out = [(title, "")]
        for entry in self.mistakes:
            where = f"{entry.function}: " * (entry.function != self.function)
            out += [(line, "yellow") for line in filled(where + entry.sentence, "  ")]
        return out

    def hints(self) -> list[Line]:
        """What points at the idea."""
        return [
            (line, "cyan")
            for entry in self.mistakes
            for line in filled(f"Hint: {entry.hint}", "", "  ")
        ]

    @property
    def message(self) -> str:
        """All of it but names and hints, as plain text."""
        return "\n".join([*self.head, *self.found])


def wrapped(text: str) -> list[str]:
    """A sentence filled; lines of a table, which begin with a space, as they are."""
    return [
        line
        for part in text.splitlines()
        for line in ([part[:WIDTH]] if part.startswith(" ") else filled(part))
    ]


def explain(
    function: Function, own: dict[str, Function], seed: int = 0, *, look: bool = False
) -> Wrong | None:
    """Climb the ladder of a function; None if all is right, else what to raise.

    What can be found without the mistake's name is looked for if it has none, or on request.
    """
    ladder = ladder_of(function.name)
    evidence = Evidence.gather(ladder, function, seed)
    wrong = evidence.wrong
    Current.proof.comparisons += len(evidence.tries)
    if not wrong:
        return None
    mistakes = named(ladder, evidence.tries)
    given = implied(ladder, evidence.tries, own)
    problems = [each for each in wrong if PROBLEM in each.yours]
    if problems:
        told = structure(most_telling(problems), ladder)
        told.story.mistakes, told.story.given = mistakes, given
        told.story.cases = len(evidence.tries)
        return told
    first = showing(ladder, wrong)
    if not ladder.equal(evidence.yours(first.case), first.yours):
        return changeable(ladder, first)
    another = Evidence.gather(ladder, function, seed + 1)
    told = Explanation(function.name, [], mistakes=mistakes, cases=len(evidence.tries), given=given)
    signature = f"{function.name}({', '.join(parameters_of(function.name))})"
    each = first
    told.head = [
        f"{signature} {ladder.says}.",
        *place(ladder, evidence.tries + another.tries),
        *findings.which_quantities(evidence),
        *(ladder.about(each) if ladder.about and not told.given else ()),
    ]
    if not told.given:
        if look or not mistakes:
            told.found = findings.certain(evidence, another)[: findings.MOST]
        told.case = worked_case(ladder, each)
        told.by_hand, told.work = redone(ladder, each)
    message = told.message
    if told.given:
        message += f"\nIt is right, given what your {' and '.join(told.given)} returns."
    return Wrong(message, story=told)


def changeable(ladder: Ladder, each: Try) -> Wrong:
    """A function whose result is not the same twice."""
    told = Explanation(
        ladder.function,
        [
            f"{ladder.function} gives another result when it is called again with the same "
            "arguments.",
            "Does it keep something from call to call: in a global variable, a default value, an "
            "array made outside of it?",
        ],
    )
    told.case = worked_case(ladder, each)
    return Wrong(told.message, story=told)


def most_telling(problems: list[Try]) -> Try:
    """For a wrong shape a case of several sizes, for all else the smallest."""
    first = problems[0]
    if first.yours[PROBLEM].result is None:
        return first
    alike = [
        each
        for each in problems
        if each.hand
        and each.yours[PROBLEM].result is not None
        and findings.size(each.case) <= findings.SMALL
    ]
    return max(alike, key=sizes, default=first)


def sizes(each: Try) -> int:
    """How many different sizes the arrays of a case have."""
    return len({length for array in arrays(each.case.arguments) for length in array.shape})


def structure(each: Try, ladder: Ladder) -> Wrong:
    """What keeps a result from being compared at all."""
    problem: Wrong = each.yours[PROBLEM]
    message, found = problem.message, misshapen(ladder, problem.result, each.due)
    if found:
        message = message.replace(" Transposed, the shape would be right.", "")
    told = Explanation(ladder.function, [message], found=found)
    told.case = [("Called with", ""), *((line, "") for line in shown_arguments(ladder, each))]
    return Wrong(told.message, problem.place, story=told)


def misshapen(ladder: Ladder, result: Any, due: Outcome) -> list[str]:
    """What is right about numbers in a wrong shape or of a wrong kind."""
    values = result if isinstance(result, tuple | list) else [result]
    if isinstance(result, dict):
        values = [result.get(name.removeprefix("d")) for name in due]
    said = []
    for value, (name, right) in zip(values, due.items(), strict=False):
        if not isinstance(value, np.ndarray | float | int) or not isinstance(right, np.ndarray):
            continue
        array = np.asarray(value)
        if array.dtype.kind not in "fiu" or (
            array.shape == right.shape and array.dtype == right.dtype
        ):
            continue
        if array.shape == right.shape:
            close = np.allclose(array, right, rtol=1e-6, atol=1e-7)
            said += [f"But for their type the numbers of {name} are right."] * close
        elif array.T.shape == right.shape and ladder.alike(array.T.astype(float), right):
            said.append(f"Transposed, {name} would be right.")
        elif array.size == right.size and ladder.alike(
            array.astype(float).reshape(right.shape), right
        ):
            said.append(f"Reshaped to {right.shape}, {name} would be right.")
    return said


def place(ladder: Ladder, tries: list[Try]) -> list[str]:
    """The first rung that is not wholly right, and the last one that is."""
    first = min(each.rung for each in tries if not each.right)
    rung = [each for each in tries if each.rung == first]
    count = sum(not each.right for each in rung)
    says = ladder.rungs[first].says
    if first == 0 and len(ladder.rungs) == 1:
        return [f"Wrong in {count} of {len(rung)} cases with {says}."]
    cases = f"(in {count} of {len(rung)} cases)"
    if first == 0:
        return [f"Wrong already with {says} {cases}."]
    return [f"Right with {ladder.rungs[first - 1].says}; wrong with {says} {cases}."]


def showing(ladder: Ladder, wrong: list[Try]) -> Try:
    """The first case in which the error can be seen, written by hand if possible."""
    first = [each for each in wrong if each.rung == wrong[0].rung]
    for each in (*first, *(each for each in wrong if each.hand), *wrong):
        for name in ladder.wrong_quantities(each.yours, each.due):
            if visible(each.yours[name], each.due[name]):
                return each
    return wrong[0]


def shown_arguments(ladder: Ladder, each: Try) -> list[str]:
    """The arguments of a case, side by side."""
    return beside(
        [block(f"{name}", grid(value)) for name, value in ladder.shown(each.case).items()]
    )


def differing(a: Any, b: Any) -> np.ndarray | None:
    """Which entries of two arrays differ in more than rounding."""
    if not isinstance(a, np.ndarray) or not isinstance(b, np.ndarray) or a.shape != b.shape:
        return None
    if a.dtype.kind != "f":
        return np.asarray(a != b)
    with np.errstate(invalid="ignore"):
        close = abs(a - b) <= 1e-9 * (abs(a) + abs(b)) + 1e-13
    return ~(close | (a == b) | (np.isnan(a) & np.isnan(b)))


def worked_case(ladder: Ladder, each: Try) -> list[Line]:
    """What came in, what came back, and what is right."""
    out: list[Line] = [("Smallest case that shows it:", "")]
    out += [(line, "") for line in shown_arguments(ladder, each)]
    if ladder.picture is not None:
        return out + [(line[:WIDTH], "") for line in ladder.picture(each)]
    wrong = ladder.wrong_quantities(each.yours, each.due)
    shown = [n for n in wrong if visible(each.yours[n], each.due[n])] or wrong
    for name in shown[:MOST_QUANTITIES]:
        yours, due = each.yours[name], each.due[name]
        exact = not visible(yours, due)
        marks = differing(yours, due)
        prefix = "" if len(each.due) == 1 and name == "" else f"{name}, "
        for label, value, colour in (("yours", yours, "red"), ("expected", due, "green")):
            lines = [repr(value)] if exact and np.ndim(value) == 0 else grid(value, marks)
            text = block(f"  {prefix + label:<{len(prefix) + 8}}", lines)
            out += [(line[:WIDTH], colour) for line in text]
    return out


def redone(ladder: Ladder, each: Try) -> tuple[list[str], list[str]]:
    """One wrong entry of the case worked out line by line; and all entries of all results."""
    if ladder.by_hand is None:
        return [], []
    work: list[str] = []
    for name, value in each.due.items():
        for index in np.ndindex(np.shape(value)):
            lines = ladder.by_hand(each.case, name, index)
            if lines:
                work += [by_hand_title(name, index), *arithmetic(lines)]
    for name in ladder.wrong_quantities(each.yours, each.due):
        index = first_entry(ladder, each.yours[name], each.due[name])
        if index is not None:
            lines = ladder.by_hand(each.case, name, index)
            if lines:
                title = by_hand_title(name, index)
                if len(index):
                    title = f"{title[:-1]}, yours {num(each.yours[name][index])}:"
                return [title, *arithmetic(lines)], work
    return [], work


def by_hand_title(name: str, index: tuple[int, ...]) -> str:
    """The line above the arithmetic."""
    return f"  By hand, {name}{list(index) if index else ''}:".replace(", ", ",").replace(
        "By hand,", "By hand, "
    )


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
