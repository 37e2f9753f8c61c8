"""Failures that teach: names are the right ones, statements are true, outputs fit a screen."""

import random
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, KnownFunction, StudentFunction, load
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.failure import Waiting
from lessons.checking.answering.printing import WIDTH
from lessons.checking.answering.rooms import LESSON_WITH, LESSONS, ROOT
from lessons.checking.answering.watchdog import Watchdog
from lessons.checking.explaining.explain import explain
from lessons.checking.explaining.findings import Evidence, certain, which_quantities
from lessons.checking.explaining.ladder import Attempt, Ladder, climb, ladder_of
from lessons.checking.explaining.mistakes import Mistake, mistakes_of, pairs, singles
from lessons.checking.explaining.naming import named
from lessons.checking.explaining.tables import visible
from tests.edits import table
from tests.mutants import mutants

EVERY = [entry for lesson in LESSONS.values() for entry in mistakes_of(lesson)]
FUNCTIONS = [(lesson, name) for lesson in LESSONS.values() for name in lesson.functions]
STYLES = ("reference", "tests.answers.einsum", "tests.answers.loops", "tests.answers.unusual")
ids = pytest.mark.parametrize


def ident(value: Any) -> str:
    """How a case of a test is called."""
    if isinstance(value, Mistake):
        return f"{value.function}.{value.name}"
    return getattr(value, "name", str(value))


@ids("style", STYLES)
@ids(("lesson", "name"), FUNCTIONS, ids=ident)
def test_right_answers_pass_the_ladder_with_any_seed(lesson: Lesson, name: str, style: str) -> None:
    call = getattr(import_module(f"{style}.{lesson.module}"), name)
    for seed in range(3):
        attempts = climb(ladder_of(name), KnownFunction(name, call), seed)
        assert all(attempt.right for attempt in attempts)
        assert len(attempts) >= 3


@ids("entry", EVERY, ids=ident)
def test_a_known_mistake_is_named_and_no_other(entry: Mistake) -> None:
    """With its number, if it has one; and it shows in four digits in a case by hand."""
    wrong = explain(KnownFunction(entry.function, entry.call), {})
    assert wrong is not None
    assert wrong.story.name == entry.name
    ladder = ladder_of(entry.function)
    for k, variant in enumerate(entry.variants()):
        attempts = climb(ladder, KnownFunction(entry.function, variant.call), seed=77)
        found = named(ladder, attempts)
        assert [(each.name, each.sentence) for each in found] == [(entry.name, variant.sentence)]
        assert k > 0 or any(attempt.hand and shows(ladder, attempt) for attempt in attempts)


def shows(ladder: Ladder, attempt: Attempt) -> bool:
    """Whether it can be seen that a case is wrong."""
    return not attempt.right and (
        attempt.problem is not None
        or any(
            visible(attempt.yours[name], attempt.expected[name])
            for name in ladder.wrong_quantities(attempt.yours, attempt.expected)
        )
    )


@ids("entry", EVERY, ids=ident)
def test_a_known_mistake_is_named_in_another_style_too(entry: Mistake) -> None:
    call = table(LESSON_WITH[entry.function])[entry.name].function(entry.function)
    wrong = explain(KnownFunction(entry.function, call), {})
    assert wrong is not None
    assert wrong.story.name == entry.name


@ids(("lesson", "name"), FUNCTIONS, ids=ident)
def test_two_mistakes_at_once_are_both_named_where_that_can_be_known(
    lesson: Lesson, name: str
) -> None:
    """Unless the pair's outcomes are right, or those of one mistake or of another pair."""
    ladder, every = ladder_of(name), list(pairs(lesson, name))
    chosen = every[:: max(1, len(every) // 12)]
    alone = {entry.name for entry in singles(lesson, name)}
    told = 0
    for one, other, call in chosen:
        found = {entry.name for entry in named(ladder, climb(ladder, KnownFunction(name, call)))}
        told += found == {one.name, other.name}
        assert found in ({one.name, other.name}, set()) or (len(found) == 1 and found <= alone)
    assert told >= len(chosen) / 2


def pool(lesson: Lesson, count: int) -> list[tuple[str, str]]:
    """Mutants of the right answers, a fixed choice."""
    found = []
    for style in ("einsum", "loops", "unusual"):
        path = ROOT / "tests" / "answers" / style / lesson.file
        found += [
            (f"{style}, {says}", text) for says, text in mutants(path.read_text(encoding="utf-8"))
        ]
    return random.Random(5).sample(found, min(count, len(found)))


def explained(lesson: Lesson, path: Path) -> Any:
    """The first function of a file that is wrong with numbers, and what is told of it."""
    calls = Calls(Watchdog(0.5, lambda: None))
    try:
        answer = load(Answer(lesson, path), calls)
        for name in lesson.functions:
            function = StudentFunction(name, answer, calls)
            try:
                wrong = explain(function, function.others())
            except Waiting:
                return None
            if wrong is not None:
                return function, wrong
        return None
    finally:
        calls.watchdog.started = False


@ids("lesson", LESSONS.values(), ids=ident)
def test_nothing_untrue_is_said_of_mutants(lesson: Lesson, tmp_path: Path) -> None:
    """Every statement is tried again on fresh random cases."""
    said = 0
    for k, (says, text) in enumerate(pool(lesson, 24)):
        path = tmp_path / str(k) / lesson.file
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8", newline="\n")
        found = explained(lesson, path)
        if found is None:
            continue
        function, wrong = found
        story, ladder = wrong.story, ladder_of(function.name)
        assert len(story.lines("hint", room=26)) <= 26, says
        assert all(len(line) <= WIDTH for line, _ in story.lines("hint")), says
        first, second = (Evidence.gather(ladder, function, seed) for seed in (41, 42))
        if not first.wrong or any(attempt.problem for attempt in first.attempts + second.attempts):
            continue
        if "gives another result for" in story.head[0] or story.given:
            continue
        rung = next(
            k
            for k, r in enumerate(ladder.rungs)
            if f"wrong with {r.says} (" in story.message
            or f"already with {r.says} (" in story.message
            or f"cases with {r.says}." in story.message
        )
        assert all(attempt.right for attempt in first.attempts if attempt.rung < rung), says
        assert not all(attempt.right for attempt in first.attempts if attempt.rung == rung), says
        assert which_quantities(first) == which_quantities(second), says
        assert set(which_quantities(first)) <= set(story.head), says
        if story.mistakes:
            assert named(ladder, first.attempts) == story.mistakes, says
        again = certain(first, second)
        for sentence in story.found:
            assert sentence in again, (says, sentence, again)
            said += 1
    assert said >= 3
