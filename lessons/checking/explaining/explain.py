"""Climbing the ladder of a function, and telling what is wrong with it."""

import textwrap
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function, StudentFunction, load
from lessons.checking.answering.describing import parameters_of
from lessons.checking.answering.failure import Stopped, Wrong
from lessons.checking.answering.printing import (
    WIDTH,
    block,
    clipped,
    filled,
    grid,
    listed,
    num,
    shortened,
)
from lessons.checking.answering.values import arrays, copied, same_bits
from lessons.checking.comparing.compare import Current, differing, precise
from lessons.checking.explaining import findings, unwritten
from lessons.checking.explaining.explanation import Explanation, Line, plain
from lessons.checking.explaining.findings import Evidence
from lessons.checking.explaining.ladder import Attempt, Case, Ladder, ladder_of, outcome
from lessons.checking.explaining.naming import disturbing, implied, named_beside, right_ones
from lessons.checking.explaining.shapes import misshapen
from lessons.checking.explaining.tables import arithmetic, beside, visible

MOST_QUANTITIES = 2  # wrong results that are shown whole
MOST_PRINTED = 4  # lines
MOST_NUMBERS = 12  # in a case that is shown whole where only a shape is wrong


def explain(function: Function, own: Mapping[str, Function], seed: int = 0) -> Wrong | None:
    """Climb the ladder of a function; None if all is right, else what to raise.

    `own` are the answer's other functions.
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
    teller = Teller(evidence, own)
    stopped = any(isinstance(problem, Stopped) for _, problem in problems)
    if not stopped and not teller.given and isinstance(function, StudentFunction):
        others = teller.made([], disturbing, evidence.ladder, evidence.attempts, own, function)
        if others and (wrong := beside_others(function, own, others, seed)):
            return wrong
    if stopped or evidence.wrong[0].problem:
        attempt, problem = most_telling(problems)
        again, printed = evidence.yours(attempt.case), teller.printed()
        if not stopped and (again or right_alone(evidence, attempt)):
            return teller.changeable(attempt, printed)
        return teller.broken(attempt, problem, printed, problems[0][1].place)
    twice = reused(evidence)
    overwritten: Wrong | None = teller.made(None, teller.overwritten, *twice) if twice else None
    if overwritten is not None:
        return overwritten
    attempt = teller.made(evidence.wrong[0], showing, evidence.ladder, evidence.wrong)
    again, printed = evidence.yours(attempt.case), teller.printed()
    if teller.leftover:
        return teller.wrong_numbers(attempt, printed, another=seed + 1)
    if not evidence.ladder.equal(again, attempt.yours) or right_alone(evidence, attempt):
        return teller.changeable(attempt, printed)
    for other in evidence.wrong if evidence.ladder.telling.draws is None else []:
        if other.hand and not evidence.ladder.equal(evidence.yours(other.case), other.yours):
            return teller.changeable(other, printed)
    return teller.wrong_numbers(attempt, printed, another=seed + 1)


def beside_others(
    function: StudentFunction, own: Mapping[str, Function], others: list[str], seed: int
) -> Wrong | None:
    """What a function does wrong besides what it gets from earlier ones of its file."""
    with right_ones(function, others):
        wrong = explain(function, own, seed)
    if wrong is None or not isinstance(wrong.story, Explanation) or wrong.story.given:
        return None
    verb, one, its = ("is", "one", "its") if len(others) == 1 else ("are", "ones", "their")
    told = (
        f"{listed(others)} {verb} wrong too. What follows was found with the right {one} in {its} "
        "place."
    )
    story = replace(wrong.story, head=[wrong.story.head[0], told, *wrong.story.head[1:]])
    return Wrong(story.message, wrong.place, story=story)


class Teller:
    """Puts an explanation together of pieces.

    What breaks in making one is left out and noted: it is no fault of the answer's.
    """

    def __init__(self, evidence: Evidence, own: Mapping[str, Function]) -> None:
        self.evidence, self.ladder, self.own = evidence, evidence.ladder, own
        self.broke: list[str] = evidence.broke

    def made(self, default: Any, make: Callable[..., Any], *arguments: Any) -> Any:
        """What `make` makes of the arguments; the default if it raises anything."""
        try:
            return make(*arguments)
        except Exception as error:
            self.broke.append(f"{type(error).__name__}: {error}")
            return default

    def printed(self) -> list[Line]:
        """What the last call printed."""
        function = self.evidence.function
        text = function.calls.printed if isinstance(function, StudentFunction) else ""
        if not text:
            return []
        lines = textwrap.indent(shortened(text, MOST_PRINTED), "  ").splitlines()
        return plain(["It printed", *lines])

    def told(
        self, head: list[str], case: list[Line], *, place: str | None = None, **pieces: Any
    ) -> Wrong:
        """What to raise, with all there is to tell."""
        ladder, attempts = self.ladder, self.evidence.attempts
        none: tuple[Any, ...] = (), ladder.telling.known, attempts
        nameless = "mistakes" in pieces or self.given or self.leftover
        mistakes, known, inside = (
            none if nameless else self.made(none, named_beside, ladder, attempts)
        )
        parts = {"mistakes": mistakes, "known": known, "cases": len(inside), **pieces}
        broke = "; ".join(self.broke)
        story = Explanation(
            ladder.function,
            head,
            case=case,
            given=self.given,
            broke=broke,
            attempts=attempts,
            **parts,
        )
        return Wrong(story.message, place, story=story)

    @cached_property
    def given(self) -> list[str]:
        """The earlier functions without whose mistakes this one is right."""
        evidence = self.evidence
        names: list[str] = self.made(
            [], implied, self.ladder, evidence.attempts, self.own, evidence.function
        )
        return names

    @cached_property
    def leftover(self) -> list[str]:
        """What is said where a result holds what was left in memory."""
        function, wrong = self.evidence.function, self.evidence.wrong
        if not isinstance(function, StudentFunction):
            return []
        found = self.made(None, unwritten.find, function, wrong)
        if found is None:
            return []
        return [
            f"{found.quantity} holds entries of {found.maker} that nothing was written to: what "
            "happened to be left in memory."
        ]

    def broken(
        self, attempt: Attempt, problem: Wrong, printed: list[Line], place: str | None
    ) -> Wrong:
        """A function whose result cannot be compared at all, in some case."""
        message = problem.message
        found = self.made([], misshapen, self.evidence)[: findings.MOST]
        if found:
            message = message.replace(" Transposed, the shape would be right.", "")
        title, show = "Called with", given
        about_sizes = any(word in message.splitlines()[0] for word in ("shape", "dimension"))
        shown = self.made({}, self.ladder.shown, attempt.case)
        has_arrays = any(isinstance(value, np.ndarray) for value in shown.values())
        if about_sizes and has_arrays and findings.size(attempt.case) > MOST_NUMBERS:
            title, show = "Called with arrays of these shapes:", shapes_alone
        lines = self.made(None, show, self.ladder, attempt) or plainly(attempt)
        if "changed its argument" in message:
            found = self.made([], what_changed, self.evidence.function, attempt.case)
        head = [message, *self.made([], failing_since, self.evidence)]
        case = [(title, ""), *plain(lines), *printed]
        return self.told(head, case, place=place, found=found, known="This is")

    def changeable(self, attempt: Attempt, printed: list[Line]) -> Wrong:
        """A function that does not do the same twice; no known mistake does that."""
        does = "raises an exception" if attempt.problem else "gives another result"
        one, two = (self.evidence.yours(attempt.case) for _ in range(2))
        each_time = bool(one) and not self.ladder.equal(one, two)
        when = "each time it is called" if each_time else "after other calls"
        asked = (
            f"{'Is a random number drawn, or does it' if each_time else 'Does it'} keep something "
            "from call to call: in a global variable, a default value, an array made outside of "
            "it? Call it twice, with another call between, and compare."
        )
        head = [f"{self.ladder.function} {does} for the same arguments {when}.", asked]
        if attempt.problem:
            message = attempt.problem.message.splitlines()
            lines = plain(self.made([], given, self.ladder, attempt) + message)
        else:
            lines = self.case(attempt)
        case = [("Shown is a call that came after others:", ""), *lines, *printed]
        return self.told(head, case, mistakes=())

    def overwritten(self, name: str, one: Attempt, other: Attempt) -> Wrong | None:
        """A function that returns an array which an earlier call has returned, changed."""
        held = self.evidence.yours(one.case)[name]
        before = held.copy()
        self.evidence.yours(other.case)
        if same_bits(before, held):
            return None
        head = [
            f"{self.ladder.function} returns the same array in several calls, so that a later call "
            "changes what an earlier one has returned. Make a new array in each call.",
        ]
        case = [
            "Two calls, one after the other:",
            *block(f"  {name}, returned by the first     ", grid(before)),
            *block(f"  the same {name}, after the second ", grid(held)),
        ]
        return self.told(head, plain(case), mistakes=())

    def case(self, attempt: Attempt) -> list[Line]:
        """What came in, what came back, and what is right."""
        lines: list[Line] = self.made([], worked_case, self.ladder, attempt)
        return lines or plain(plainly(attempt))

    def wrong_numbers(self, attempt: Attempt, printed: list[Line], *, another: int) -> Wrong:
        """A function that returns wrong numbers."""
        evidence, telling = self.evidence, self.ladder.telling
        tried, found = evidence.attempts, self.leftover
        if not self.given and not found:
            fresh = evidence  # of what is drawn at random other cases would tell no more
            if telling.draws is None:
                fresh = Evidence.gather(self.ladder, evidence.function, another)
                tried = tried + fresh.attempts
            found = self.made([], findings.certain, evidence, fresh)[: findings.MOST]
            if found and any(attempt.problem for attempt in evidence.wrong):
                found = ["In the cases before that one:", *found]
        by_hand, work = self.made(([], []), redone, self.ladder, attempt)
        signature = f"{self.ladder.function}({', '.join(parameters_of(self.ladder.function))})"
        head = [
            f"{signature} {telling.says}.",
            *self.made([], place, self.ladder, tried),
            *self.made([], findings.which_quantities, evidence),
            *(self.made([], telling.about, attempt) if telling.about else []),
            *self.made([], failing_later, evidence),
        ]
        lines = self.case(attempt)
        marks = " (* marks what differs)" * any("*" in line for line, colour in lines if colour)
        title = f"Smallest case that shows it{marks}:"
        if attempt.rung > evidence.wrong[0].rung:
            says = self.ladder.rungs[attempt.rung].says
            title = f"Shown is a case with {says}, where it is seen best{marks}:"
        case = [*plain(filled(title)), *lines, *printed]
        return self.told(head, case, found=found, by_hand=by_hand, work=work)


def what_changed(function: Function, case: Case) -> list[str]:
    """The first entry of an argument that a call has changed."""
    given = copied(case.arguments)
    function.unchecked(*given, **case.options)
    for name, now, before in zip(parameters_of(function.name), given, case.arguments, strict=False):
        pairs = {name: (now, before)}
        if isinstance(now, dict):
            pairs = {f'{name}["{key}"]': (now.get(key), before[key]) for key in before}
        for label, (new, was) in pairs.items():
            if isinstance(new, np.ndarray) and new.shape == was.shape and not same_bits(new, was):
                index = tuple(np.argwhere(new != was)[0].tolist())
                numbers = precise(was[index], new[index]), precise(new[index], was[index])
                return [
                    f"{named_entry(label, index)} was {numbers[0]}, is {numbers[1]} after the call."
                ]
    return []


def plainly(attempt: Attempt) -> list[str]:
    """A case and what came of it as Python shows them, where nothing better can be made."""
    values = {f"argument {k}": value for k, value in enumerate(attempt.case.arguments)}
    for says, left in (("yours", attempt.yours), ("expected", attempt.expected)):
        values |= {f"{name}, {says}": value for name, value in left.items()}
    return [clipped(f"  {name}  {' '.join(repr(x).split())}", WIDTH) for name, x in values.items()]


def place(ladder: Ladder, attempts: list[Attempt]) -> list[str]:
    """The first rung that is not wholly right, and the last one that is."""
    first = min(attempt.rung for attempt in attempts if not attempt.right)
    rung = [attempt for attempt in attempts if attempt.rung == first]
    count = sum(not attempt.right for attempt in rung)
    says = ladder.rungs[first].says
    cases = f"in {'all' if count == len(rung) else f'{count} of'} {len(rung)} cases tried"
    start = f"{faultless(ladder, attempts, first - 1)}; wrong" if first else "Wrong already"
    start = start if len(ladder.rungs) > 1 else "Wrong"
    return [f"{start} with {says} ({drawn(ladder, rung) or cases})."]


def drawn(ladder: Ladder, attempts: list[Attempt]) -> str:
    """How many random draws some cases are judged by, if any."""
    draws = ladder.telling.draws
    count = sum(draws(attempt.case) for attempt in attempts) if draws else 0
    return f"{count:,} draws" * (count > 0)


def faultless(ladder: Ladder, attempts: list[Attempt], rung: int) -> str:
    """What is said of a rung without a fault; what is random is not called right."""
    says = ladder.rungs[rung].says
    if ladder.telling.draws is None:
        return f"Right with {says}"
    count = drawn(ladder, [attempt for attempt in attempts if attempt.rung == rung])
    return f"No fault seen with {says}{f' ({count})' * bool(count)}"


def failing_since(evidence: Evidence) -> list[str]:
    """The first rung that fails, and the one before it, which is right."""
    ladder, first = evidence.ladder, evidence.wrong[0].rung
    if not first:
        return []
    before = faultless(ladder, evidence.attempts, first - 1)
    return [f"{before}; fails with {ladder.rungs[first].says}."]


def failing_later(evidence: Evidence) -> list[str]:
    """What else goes wrong where the numbers are wrong already."""
    for attempt in evidence.wrong:
        if attempt.problem:
            message = attempt.problem.message.splitlines()[0]
            return [f"With {evidence.ladder.rungs[attempt.rung].says} it fails besides: {message}"]
    return []


def reused(evidence: Evidence) -> tuple[str, Attempt, Attempt] | None:
    """A quantity and two cases whose results are one array."""
    first: dict[int, Attempt] = {}
    for attempt in evidence.attempts:
        for name, value in attempt.yours.items():
            if isinstance(value, np.ndarray) and value.size:
                place = value.__array_interface__["data"][0]
                if first.setdefault(place, attempt) is not attempt:
                    return name, first[place], attempt
    return None


def right_alone(evidence: Evidence, attempt: Attempt) -> bool:
    """Whether a wrong case is right when it is the first call of the file, executed anew."""
    ladder, function = evidence.ladder, evidence.function
    if not isinstance(function, StudentFunction) or not function.answer.path.is_file():
        return False
    answer = load(function.answer.anew(), function.calls)
    anew = StudentFunction(function.name, answer, function.calls)
    return ladder.equal(outcome(ladder, anew, attempt.case), attempt.expected)


def most_telling(problems: list[tuple[Attempt, Wrong]]) -> tuple[Attempt, Wrong]:
    """For a wrong shape a case of several sizes, for all else the smallest."""
    first = problems[0]
    if first[1].result is None or "has shape" not in first[1].message:
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


def shapes_alone(ladder: Ladder, attempt: Attempt) -> list[str]:
    """The arguments of a case by their shapes, side by side."""
    return beside(
        [
            [f"{name} {value.shape}" if isinstance(value, np.ndarray) else f"{name} {num(value)}"]
            for name, value in ladder.shown(attempt.case).items()
        ]
    )


def worked_case(ladder: Ladder, attempt: Attempt) -> list[Line]:
    """What came in, what came back, and what is right."""
    out = plain(given(ladder, attempt))
    if ladder.telling.picture is not None:
        return out + plain(clipped(line, WIDTH) for line in ladder.telling.picture(attempt))
    for name, entry in seen_to_differ(ladder, attempt)[:MOST_QUANTITIES]:
        yours, expected = attempt.yours[name], attempt.expected[name]
        if entry and grid(yours)[0].startswith("of shape"):
            name, yours, expected = named_entry(name, entry), yours[entry], expected[entry]
        out += compared(name, yours, expected, ladder.alike)
    return out


def seen_to_differ(ladder: Ladder, attempt: Attempt) -> list[tuple[str, tuple[int, ...]]]:
    """The first wrong entries of a case's quantities, those that can be seen if there are such."""
    entries = ladder.wrong_entries(attempt.yours, attempt.expected)
    seen = [
        (name, index)
        for name, index in entries
        if visible(attempt.yours[name], attempt.expected[name])
    ]
    return seen or entries


def compared(name: str, yours: Any, expected: Any, alike: Callable[[Any, Any], bool]) -> list[Line]:
    """Two values of a quantity, one under the other; entries that differ have a star.

    As many digits are shown as tell them apart.
    """
    marks = differing(yours, expected, alike)
    out: list[Line] = []
    for label, value, other, colour in (
        ("yours", yours, expected, "red"),
        ("expected", expected, yours, "green"),
    ):
        texts = None if marks is None else told_apart(value, other, marks)
        exact = np.ndim(yours) == 0 and not visible(yours, expected)
        lines = [repr(value)] if exact else grid(value, marks, texts)
        text = block(f"  {f'{name}, {label}':<{len(name) + 10}}", lines)
        out += [(clipped(line, WIDTH), colour) for line in text]
    return out


def told_apart(value: np.ndarray, other: np.ndarray, marks: np.ndarray) -> np.ndarray:
    """An array's entries as texts, the marked ones in as many digits as differ from the other's."""
    texts = [
        precise(x, y) if mark and x.dtype.kind == "f" else num(x.item())
        for x, y, mark in zip(value.flat, other.flat, marks.flat, strict=True)
    ]
    return np.array(texts, dtype=object).reshape(value.shape)


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
    for name, entry in seen_to_differ(ladder, attempt):
        lines = worked(ladder, attempt, name, entry)
        if lines and visible(attempt.yours[name], attempt.expected[name]):
            if len(entry):
                yours = precise(attempt.yours[name][entry], attempt.expected[name][entry])
                lines[0] = f"{lines[0][:-1]}, yours {yours}:"
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
