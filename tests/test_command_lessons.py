"""The command `unrolled` on a course of its own, as a student works: check, hint, case, reset."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.command import state
from tests.edits import ANSWERS, table

MAIN = "import sys; from lessons.command.cli import main; sys.exit(main(sys.argv[1:]))"


class Said(NamedTuple):
    """What a command said, in one line, and its exit code."""

    code: int
    printed: str

    @property
    def words(self) -> str:
        return " ".join(self.printed.split())


class Course:
    """A copy of the course, in which files may be written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        leave = shutil.ignore_patterns("__pycache__", ".unrolled")
        for name in ("lessons", "reference"):
            shutil.copytree(ROOT / name, folder / name, ignore=leave)
        shutil.copy(ROOT / "pyproject.toml", folder)
        for lesson in LESSONS.values():
            self.write(lesson.name, state.stub(lesson).decode())

    def file(self, room: str) -> Path:
        return self.folder / "lessons" / room / LESSONS[room].file

    def write(self, room: str, text: str) -> None:
        self.file(room).write_text(text, encoding="utf-8", newline="\n")

    def wrong(self, room: str, mistake: str) -> None:
        """Write an answer with a known mistake."""
        edited = table(LESSONS[room])[mistake]
        path = ANSWERS / edited.style / LESSONS[room].file
        self.write(room, edited.edited(path.read_text(encoding="utf-8")))

    def python(self, *arguments: object) -> Said:
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(self.folder), "PYTHONIOENCODING": "utf-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=120,
        )
        return Said(done.returncode, done.stdout)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return Course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def unrolled(course: Course) -> Callable[..., Said]:
    return lambda *arguments: course.python("-c", MAIN, *arguments)


def test_the_way_through_a_wrong_lesson(course, unrolled):
    course.wrong("04_backward", "carried_through_W_untransposed")
    checked = unrolled("check", "backward")
    assert checked.code == 1
    assert "preactivation_gradient wrong" in checked.words
    assert "31 of 50 checks pass. Fix preactivation_gradient first." in checked.words
    assert "Hint" not in checked.words

    overview = unrolled()
    assert "backward wrong 31 of 50 checks" in overview.words and overview.code == 1

    hint, name, end = (unrolled("hint") for _ in range(3))
    assert "Hint: Forward, unit j reaches" in hint.words and "known mistake" not in hint.words
    assert "a known mistake (in all" in name.words and "Hint" not in name.words
    assert (hint.code, name.code, end.code) == (0, 0, 1)

    written = unrolled("case")
    assert written.code == 0 and "two units, two steps" in written.words
    ran = course.python(".unrolled/case_04_backward.py")
    assert ran.code == 0
    assert "yours [[ 1.56 0.64] [-0.54 0.72]] expected [[0.48 0.64] [0.42 0.72]]" in ran.words

    with course.file("04_backward").open("a", encoding="utf-8") as file:
        file.write("\n# looked at\n")
    assert "backward unchecked" in unrolled().words
    again = unrolled("hint")
    assert "Smallest case that shows it" in again.words and "Hint" not in again.words
    assert not list((course.folder / ".unrolled").glob("run-*"))


def test_a_right_lesson_leads_to_the_next(course, unrolled):
    shutil.copy(ANSWERS / "loops" / "encoding.py", course.file("01_encoding"))
    assert "You are at lesson 1: lessons/01_encoding/encoding.py has changed" in unrolled().words
    checked = unrolled("check")
    assert checked.code == 0 and "Next: lessons/02_forward/README.md" in checked.words
    assert (
        "1 of 8 right. You are at lesson 2: read lessons/02_forward/README.md" in unrolled().words
    )
    assert "01_encoding is right" in unrolled("hint", "1").words
    assert "01_encoding is right: no case fails." in unrolled("case", "1").words


def test_a_file_that_cannot_be_read_is_told(course, unrolled):
    course.write("03_loss", "def cross_entropy(P, Y:\n    return 0\n")
    hint, case = unrolled("hint", "3"), unrolled("case", "3")
    assert hint.code == 0 and "loss.py has a syntax error" in hint.words
    assert case.code == 2 and "loss.py has a syntax error" in case.words
    assert "Traceback" not in hint.printed + case.printed


def test_a_lesson_can_be_started_again(course, unrolled):
    course.write("06_adagrad", "mine = 1\n")
    reset, again = unrolled("reset", "6"), unrolled("reset", "adagrad")
    assert reset.code == again.code == 0
    kept = course.folder / reset.words.split()[-1]
    assert kept.read_text(encoding="utf-8") == "mine = 1\n"
    assert course.file("06_adagrad").read_bytes() == state.stub(LESSONS["06_adagrad"])
    assert "nothing to put back" in again.words
    course.file("06_adagrad").unlink()
    assert "is a stub again" in unrolled("reset", "6").words
