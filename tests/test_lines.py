"""The line that is told is the one that is wrong: on known mistakes, on mutants, if at all."""

import ast
import difflib
import random
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import NamedTuple

import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, StudentFunction, load
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.failure import Stopped, Waiting
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.answering.watchdog import Watchdog
from lessons.checking.explaining import unwritten
from lessons.checking.explaining.ladder import Attempt, climb, ladder_of
from lessons.checking.explaining.mistakes import mistakes_of
from lessons.checking.repairing import search
from tests.edits import table
from tests.mutants import mutants

ANSWERS = ROOT / "tests" / "answers"
SLOW = {"07_sampling": 6, "08_training": 3}  # every so many known mistakes: cases take long there
by_lesson = pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.name)


class Wrong(NamedTuple):
    """A wrong answer, and what it was made of."""

    says: str
    before: str
    after: str

    @property
    def lines(self) -> set[int]:
        """The lines that differ; for one that is missing, those around it."""
        matcher = difflib.SequenceMatcher(
            None, self.before.splitlines(), self.after.splitlines(), autojunk=False
        )
        found: set[int] = set()
        for tag, _, _, start, end in matcher.get_opcodes():
            if tag != "equal":
                found |= set(range(start + 1, end + 1)) or {start, start + 1}
        return found


@pytest.fixture
def calls() -> Iterator[Calls]:
    made = Calls(Watchdog(5.0, lambda: None))
    yield made
    made.watchdog.started = False


def loaded(lesson: Lesson, source: str, folder: Path, calls: Calls) -> Answer:
    folder.mkdir(exist_ok=True)
    path = folder / lesson.file
    path.write_text(source, encoding="utf-8", newline="\n")
    return load(Answer(lesson, path), calls)


def first_wrong(answer: Answer, calls: Calls) -> tuple[StudentFunction, list[Attempt]] | None:
    """The first function of an answer that is wrong on its ladder, if it comes to an end."""
    for name in answer.lesson.functions:
        function = StudentFunction(name, answer, calls)
        try:
            attempts = climb(ladder_of(name), function)
        except Waiting:
            return None
        if any(isinstance(attempt.problem, Stopped) for attempt in attempts):
            return None
        if not all(attempt.right for attempt in attempts):
            return function, attempts
    return None


def told(wrong: list[Wrong], lesson: Lesson, folder: Path, calls: Calls) -> list[tuple[str, bool]]:
    """Of which wrong answers a line was told, and whether it was the changed one."""
    found = []
    for k, one in enumerate(wrong):
        answer = loaded(lesson, one.after, folder / str(k), calls)
        first = first_wrong(answer, calls)
        repair = search.find(*first, lambda: True) if first else None
        if repair:
            found.append((one.says, repair.line in one.lines))
    return found


def edited(lesson: Lesson) -> list[Wrong]:
    """Every known mistake of a lesson, as an edit of a right answer."""
    found = []
    for name, row in table(lesson).items():
        before = (ANSWERS / row.style / lesson.file).read_text(encoding="utf-8")
        found.append(Wrong(name, before, row.edited(before)))
    return found


@by_lesson
def test_the_line_told_of_a_known_mistake_is_the_changed_one(
    lesson: Lesson, tmp_path: Path, calls: Calls
) -> None:
    wrong = edited(lesson)
    assert {one.says for one in wrong} == {entry.name for entry in mistakes_of(lesson)}
    wrong = wrong[:: SLOW.get(lesson.name, 1)]
    lines = told(wrong, lesson, tmp_path, calls)
    others = [says for says, true in lines if not true]
    assert len(others) <= 0.05 * len(lines) + 0.5, others
    assert len(lines) >= 0.15 * len(wrong)


@by_lesson
def test_the_line_told_of_a_mutant_is_the_changed_one(
    lesson: Lesson, tmp_path: Path, calls: Calls
) -> None:
    pool = []
    for style in ("einsum", "loops", "unusual"):
        source = (ANSWERS / style / lesson.file).read_text(encoding="utf-8")
        before = ast.unparse(ast.parse(source))
        pool += [Wrong(f"{style}, {says}", before, after) for says, after in mutants(source)]
    wrong = random.Random(11).sample(pool, 24)
    lines = told(wrong, lesson, tmp_path, calls)
    others = [says for says, true in lines if not true]
    assert len(others) <= 0.05 * len(lines) + 1, others
    assert len(lines) >= 0.4 * len(wrong)


def test_the_words_are_the_same_on_a_slow_machine(tmp_path: Path, calls: Calls) -> None:
    lesson = LESSONS["04_backward"]
    source = (ANSWERS / "einsum" / lesson.file).read_text(encoding="utf-8")
    wrong = source.replace("range(T - 2, -1, -1)", "range(T - 2, 0, -1)")
    first = first_wrong(loaded(lesson, wrong, tmp_path, calls), calls)
    assert first is not None
    quick = search.find(*first, lambda: True)
    calls.surroundings.put_back_functions()
    slow = search.find(*first, lambda: sleep(0.3) is None)
    assert quick == slow and quick is not None


def test_a_repair_that_no_check_confirms_is_not_told(tmp_path: Path, calls: Calls) -> None:
    lesson = LESSONS["03_loss"]
    source = (ANSWERS / "einsum" / lesson.file).read_text(encoding="utf-8")
    first = first_wrong(loaded(lesson, source.replace("-np", "np", 1), tmp_path, calls), calls)
    assert first is not None
    assert search.find(*first, lambda: True) is not None
    assert search.find(*first, lambda: False) is None


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "from pathlib import Path",
        "open",
        "().__class__",
        "np.save",
        "eval('1')",
    ],
)
def test_a_file_that_does_more_than_compute_is_not_tried(
    line: str, tmp_path: Path, calls: Calls
) -> None:
    lesson = LESSONS["03_loss"]
    source = (ANSWERS / "einsum" / lesson.file).read_text(encoding="utf-8")
    wrong = source.replace("-np", "np", 1)
    first = first_wrong(loaded(lesson, f"{wrong}\n\n{line}\n", tmp_path, calls), calls)
    assert first is not None
    assert search.find(*first, lambda: True) is None


def test_an_answer_is_left_as_it_was(tmp_path: Path, calls: Calls) -> None:
    lesson = LESSONS["02_forward"]
    source = (ANSWERS / "loops" / lesson.file).read_text(encoding="utf-8")
    answer = loaded(lesson, source.replace("O[k, t] = o", "O[k, t] = -o"), tmp_path, calls)
    before = dict(vars(answer.module))
    first = first_wrong(answer, calls)
    assert first is not None and search.find(*first, lambda: True) is not None
    assert vars(answer.module) == before


EMPTY = """
import numpy as np

def softmax(O):
    E = np.exp(O - O.max(axis=0))
    return E / E.sum(axis=0)

def forward(params, X, h0):
    T = X.shape[1]
    A = np.{maker}
    H = np.hstack([h0, np.zeros_like(A)])
    for t in range({start}, T):
        A[:, t] = (params["W"] @ H[:, [t]] + params["U"] @ X[:, [t]] + params["b"])[:, 0]
        H[:, t + 1] = np.tanh(A[:, t])
    return softmax(params["V"] @ H[:, 1:] + params["c"]), H, A
"""


@pytest.mark.parametrize("maker", ["empty((len(h0), T))", "empty_like(h0 @ X[:1])"])
def test_entries_that_nothing_was_written_to_are_found(
    maker: str, tmp_path: Path, calls: Calls
) -> None:
    lesson = LESSONS["02_forward"]
    wrong = EMPTY.format(maker=maker, start=1)
    first = first_wrong(loaded(lesson, wrong, tmp_path / "wrong", calls), calls)
    assert first is not None
    found = unwritten.find(*first)
    assert found == unwritten.Unwritten(10, "A", f"np.{maker.partition('(')[0]}")
    right = loaded(lesson, EMPTY.format(maker=maker, start=0), tmp_path / "right", calls)
    assert first_wrong(right, calls) is None
