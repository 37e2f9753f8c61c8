"""What a student sees of a wrong answer: one story on one screen, and as much as was asked for."""

from pathlib import Path

import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from tests.lessons_run import run_lessons

WRONG = ROOT / "tests" / "answers" / "wrong"

# one edit of tests/answers/einsum in each lesson, and a word that the story must have
EDITS = [
    ("01_encoding", "enumerate(points.tolist())}", "enumerate(points.tolist(), 1)}", "index"),
    ("02_forward", '"ij,j->i", W, H', '"ji,j->i", W, H', "W"),
    ("03_loss", "return -np.sum", "return -np.mean", "steps"),
    ("04_backward", '"ji,j->i"', '"ij,j->i"', "W"),
    ("05_gradcheck", "/ (2 * step)", "/ step", "step"),
    ("06_adagrad", "np.sqrt(memory[k] + eps)", "(np.sqrt(memory[k]) + eps)", "root"),
    ("07_sampling", "[:, None] / temperature", "[:, None] * temperature", "temperature"),
    (
        "08_training",
        "        h = np.zeros_like",
        "        if not count: h = np.zeros_like",
        "state",
    ),
]


def edited(lesson: Lesson, old: str, new: str, folder: Path) -> Path:
    """A folder with the lesson's answer, one piece of it changed."""
    source = (ROOT / "tests" / "answers" / "einsum" / lesson.file).read_text(encoding="utf-8")
    if source.count(old) != 1:
        raise ValueError(f"{old} is {source.count(old)} times in {lesson.file}")
    text = source.replace(old, new)
    (folder / lesson.file).write_text(text, encoding="utf-8", newline="\n")
    return folder


@pytest.mark.parametrize(("name", "old", "new", "word"), EDITS, ids=lambda value: value[:12])
def test_a_failure_is_one_story_on_one_screen(
    name: str, old: str, new: str, word: str, tmp_path: Path
) -> None:
    lesson = LESSONS[name]
    folder = edited(lesson, old, new, tmp_path)
    run = run_lessons(f"lessons/{name}", f"--solution={folder}", "--explain=name", cwd=ROOT)
    lines = run.printed.splitlines()
    assert run.code == 1
    assert len(lines) <= 40
    assert all(len(line) <= 79 for line in lines if folder.name not in line)
    assert "known mistake" in run.printed and "Hint: " in run.printed and word in run.words
    assert f"  pytest lessons/{name} --solution=" in run.printed.replace("python -m ", "")
    assert any(check["mistake"] and check["hint"] for check in run.lessons[name]["checks"])


def test_how_much_is_told_goes_in_steps(tmp_path: Path) -> None:
    folder = edited(LESSONS["04_backward"], '"ji,j->i"', '"ij,j->i"', tmp_path)
    told = {
        explain: run_lessons("lessons/04_backward", f"--solution={folder}", *options)
        for explain, options in {
            "place": ["--explain=place"],
            "ini": ["-o", "explain=place"],
            "by default": [],
            "line": ["--explain=line"],
            "hint": ["--explain=hint"],
            "name": ["--explain=name"],
        }.items()
    }
    for run in told.values():
        assert "preactivation_gradient wrong" in run.words
        assert "backward right, given what preactivation_gradient does" in run.words
        assert "Right with two units, one step; wrong with two units, two steps" in run.words
        assert "These are the right numbers for W transposed." in run.words
        check = run.check("the hand sized cases come out right (preactivation_gradient)")
        assert check["line"] is not None and check["line_from"] == "repair"
        assert check["hint"] and check["mistake"]
    assert "By hand, D[" in told["place"].words
    words = [run.words for run in told.values()]
    assert ["With one change in line" in each for each in words] == [False] * 2 + [True] * 4
    assert ["Hint: " in each for each in words] == [False] * 4 + [True] * 2
    assert ["known mistake" in each for each in words] == [False] * 5 + [True]


def test_the_ini_value_must_be_one_of_four() -> None:
    run = run_lessons("lessons/04_backward", f"--solution={WRONG}", "-o", "explain=all")
    assert run.code == 4 and "explain = all: it is place, line, hint or name." in run.printed


def test_show_work_shows_every_entry_of_the_case() -> None:
    run = run_lessons("lessons/04_backward", f"--solution={WRONG}", "--show-work")
    assert run.printed.count("By hand, D[0,") == 2
    assert run.printed.count("together") == 2


def test_colours_come_with_a_terminal_and_carry_nothing_alone() -> None:
    arguments = ["lessons/04_backward", f"--solution={WRONG}"]
    plain, coloured = (run_lessons(*arguments, f"--color={c}").printed for c in ("no", "yes"))
    assert "\x1b[" not in plain and "\x1b[31m" in coloured
    assert "*" in plain
