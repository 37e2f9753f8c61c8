"""The verdict is true: right answers pass, stubs wait, and every known mistake is rejected."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.explaining.mistakes import mistakes_of
from lessons.checking.matrix import outcomes
from lessons.checking.missing import missing
from tests.edits import table
from tests.lessons_run import Run, run_lessons, untouched

STYLES = ("reference", "einsum", "loops", "unusual")


@pytest.mark.parametrize("style", STYLES)
def test_right_answers_pass_every_lesson_whatever_their_style(style: str) -> None:
    solution = style if style == "reference" else ROOT / "tests" / "answers" / style
    run = run_lessons("lessons", f"--solution={solution}")
    assert {name: room["verdict"] for name, room in run.lessons.items()} == dict.fromkeys(
        LESSONS, "right"
    ), run.printed
    assert run.code == 0


def test_last_bits_that_drift_between_losses_and_come_back_are_no_mistake() -> None:
    run = run_lessons("lessons/05_gradcheck", f"--solution={ROOT / 'tests/answers/drifting'}")
    assert run.code == 0, run.printed


@pytest.mark.parametrize("lesson", untouched(), ids=lambda lesson: lesson.name)
def test_an_untouched_stub_fails_kindly(lesson: Lesson) -> None:
    run = run_lessons(f"lessons/{lesson.name}")
    room = run.lessons[lesson.name]
    assert (run.code, room["verdict"]) == (1, "unwritten")
    assert {check["outcome"] for check in room["checks"]} == {"waiting"}
    lines = run.printed.strip().splitlines()
    assert len(lines) <= 20
    assert "Traceback" not in run.printed and "Error" not in run.printed
    for name in lesson.functions:
        told = [line for line in lines if line.startswith(f"  {name} ")]
        assert len(told) == 1 and "not written yet" in told[0]
    assert f"Read lessons/{lesson.name}/README.md. Write {lesson.functions[0]} in" in run.words
    assert f"pytest lessons/{lesson.name}" in run.printed


EVERY = [(lesson, entry) for lesson in LESSONS.values() for entry in mistakes_of(lesson)]
# those with a check of their own, and every fourth of the others
CHOSEN = [pair for k, pair in enumerate(EVERY) if k % 4 == 0 or table(pair[0])[pair[1].name].fits]


@pytest.mark.parametrize(
    ("lesson", "entry"), CHOSEN, ids=lambda value: getattr(value, "name", str(value))
)
def test_a_known_mistake_is_rejected_by_a_check_whose_name_fits(lesson: Lesson, entry: Any) -> None:
    """By the one in its row, else by any of its function's, the hand-sized cases aside."""
    fitting = table(lesson)[entry.name].fits
    words = f"test_{fitting}".replace(" (", "[").replace(")", "").replace(" ", "_").split("[")
    chosen = " and ".join(["not hand_sized_cases", *words])
    ends = outcomes(lesson, {entry.function: entry.call}, "-x", "-k", chosen)
    assert any(end == "failed" and name.startswith(fitting) for name, end in ends.items()), ends


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.name)
def test_registries_hold_mistakes_with_a_sentence_and_a_hint(lesson: Lesson) -> None:
    entries = mistakes_of(lesson)
    assert len({entry.name for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.function in lesson.functions
        first = entry.sentence.split()[0]
        assert not first.istitle() or len(first) == 1  # a symbol may be a capital
        assert entry.sentence.endswith(".")
        assert len(entry.hint) > 10


@pytest.mark.parametrize("lesson", LESSONS.values(), ids=lambda lesson: lesson.name)
def test_a_room_lacks_nothing_and_has_no_row_too_many(lesson: Lesson) -> None:
    assert list(missing(lesson)) == []
    assert table(lesson).keys() == {entry.name for entry in mistakes_of(lesson)}


def test_a_new_room_is_told_by_name_what_it_lacks() -> None:
    """A lesson of which nothing is there but its contract."""
    lesson = replace(LESSONS["04_backward"], folder=ROOT / "lessons" / "09_new", module="new")
    lacking = list(missing(lesson))
    for what in ("lessons/09_new/README.md: the page", "reference/new.py: the worked solution"):
        assert what in lacking
    assert any(line.startswith("README.md: the row | [09_new]") for line in lacking)
    assert len(lacking) == 13


def zeros(value: Any) -> Any:
    """Zeros in the shape of a right result."""
    if isinstance(value, np.ndarray):
        return np.zeros_like(value)
    if isinstance(value, dict):
        return {key: zeros(entry) for key, entry in value.items()}
    if isinstance(value, tuple):
        return tuple(zeros(entry) for entry in value)
    return type(value)() if isinstance(value, str | float | int) else value


def constant(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function that returns zeros, or for one that works in place, does nothing."""
    if name in ("training_steps", "adagrad_step"):
        return lambda *_, **__: iter(())
    if name == "train":
        return lambda params, *_, **__: function(params, np.zeros(2, dtype=int), len(params["c"]))
    return lambda *arguments, **options: zeros(function(*arguments, **options))


FUNCTIONS = [(lesson, name) for lesson in LESSONS.values() for name in lesson.functions]


@pytest.mark.parametrize(
    ("lesson", "name"), FUNCTIONS, ids=lambda value: getattr(value, "name", value)
)
def test_no_lesson_passes_with_a_function_that_returns_zeros_or_its_argument(
    lesson: Lesson, name: str
) -> None:
    right = getattr(import_module(f"reference.{lesson.module}"), name)
    answers = [lambda *arguments, **_: arguments[0]]
    if name != "init_memory":  # zeros are right there
        answers.append(constant(right, name))
    for answer in answers:
        ends = outcomes(lesson, {name: answer}, "-x")
        assert "failed" in ends.values()


CS = ("lessons.checking.oracles.complex_step", "complex_step_gradients")
FIFTY = ("lessons.checking.oracles.fifty_digits", "fifty_digit_gradients")
ORACLES = [
    (*CS, "02_forward", "the loss of P"),
    (*CS, "03_loss", "the slopes of cost"),
    (*CS, "04_backward", "all gradients agree with the complex"),
    (*CS, "05_gradcheck", "gradients of the network"),
    (*CS, "08_training", "the first update"),
    ("lessons.checking.oracles.complex_step", "loss", "03_loss", "cost agrees with log sum exp"),
    (
        "lessons.checking.oracles.complex_step",
        "loss",
        "04_backward",
        "preactivation gradient is the slope",
    ),
    (
        "lessons.checking.oracles.central_differences",
        "central_differences",
        "04_backward",
        "all gradients agree with central",
    ),
    (
        "lessons.checking.oracles.fifty_digits",
        "fifty_digit_states",
        "02_forward",
        "P and H agree with",
    ),
    (*FIFTY, "03_loss", "cost agrees with fifty"),
    (*FIFTY, "04_backward", "all gradients agree with fifty"),
    (
        "lessons.checking.oracles.symbolic",
        "symbolic_loss",
        "03_loss",
        "cost agrees with the unrolled",
    ),
    (
        "lessons.checking.oracles.symbolic",
        "symbolic_gradients",
        "04_backward",
        "all gradients agree with the symbolic",
    ),
    (
        "lessons.checking.oracles.symbolic",
        "symbolic_adagrad",
        "06_adagrad",
        "a step agrees with the sym",
    ),
    ("reference.forward", "forward", "02_forward", "A H and P agree"),
    ("reference.encoding", "build_vocabulary", "01_encoding", "characters are numbered"),
    ("reference.backward", "backward", "08_training", "each update is one of adagrad"),
    ("reference.forward", "softmax", "07_sampling", "the first character follows"),
]
ZEROED = """
import sys, pytest
from importlib import import_module
from tests.test_verdicts import zeros
module = import_module(sys.argv[1])
oracle = getattr(module, sys.argv[2])
setattr(module, sys.argv[2], lambda *a, **o: zeros(oracle(*a, **o)))
sys.exit(pytest.main(sys.argv[3:]))
"""


@pytest.mark.parametrize(("module", "function", "room", "check"), ORACLES)
def test_no_oracle_check_passes_with_its_oracle_zeroed(
    module: str, function: str, room: str, check: str, tmp_path: Any
) -> None:
    """The answer is right, so only a check that compares something can notice."""
    report = tmp_path / "report.json"
    solution = ROOT / "tests" / "answers" / "einsum"
    arguments = [f"lessons/{room}", f"--solution={solution}", f"--report={report}"]
    subprocess.run(
        [sys.executable, "-c", ZEROED, module, function, *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    run = Run("", 0, json.loads(report.read_text(encoding="utf-8"))["lessons"])
    assert run.check(check)["outcome"] == "failed"


def test_verdicts_are_the_same_in_every_run_and_under_every_hash_seed() -> None:
    """Of a right answer and of a wrong one, down to the messages."""
    wrong = ROOT / "tests" / "answers" / "wrong"
    for solution in ("reference", wrong):
        runs = [
            run_lessons("lessons", f"--solution={solution}", PYTHONHASHSEED=seed)
            for seed in ("0", "1")
        ]
        for run in runs:
            for room in run.lessons.values():
                del room["seconds"]
                room["told"] = re.sub(r"\([0-9.]+ s\)", "", room["told"])
        assert runs[0].lessons == runs[1].lessons


def test_the_deep_profile_tries_more_and_takes_a_seed() -> None:
    for seed in ([], ["--hypothesis-seed=7"]):
        run = run_lessons("lessons/04_backward", "--solution=reference", "--deep", *seed)
        assert run.code == 0, run.printed
        count = int(run.printed.split(" comparisons")[0].split()[-1].replace(",", ""))
        assert count > 3_000
