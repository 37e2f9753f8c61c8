"""The command `unrolled` on a course of its own, as a student works: check, hint, case, reset."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
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

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(self.folder), "PYTHONIOENCODING": "utf-8"}

    def python(self, *arguments: object) -> Said:
        done = subprocess.run(
            [sys.executable, *map(str, arguments)],
            cwd=self.folder,
            env=self.environment,
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


def kept(course: Course) -> set[str]:
    return {path.name for path in (course.folder / ".unrolled").iterdir()}


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
    assert kept(course) == {"04_backward.json", "case_04_backward.py"}


def test_a_right_lesson_leads_to_the_next(course, unrolled):
    shutil.copy(ANSWERS / "loops" / "encoding.py", course.file("01_encoding"))
    assert "You are at lesson 1: lessons/01_encoding/encoding.py is not checked" in unrolled().words
    checked = unrolled("check")
    assert checked.code == 0 and "Next: lessons/02_forward/README.md" in checked.words
    assert (
        "1 of 8 right. You are at lesson 2: read lessons/02_forward/README.md" in unrolled().words
    )
    assert "01_encoding is right" in unrolled("hint", "1").words
    assert "01_encoding is right: no case fails." in unrolled("case", "1").words


def test_pytest_itself_is_heard(course, unrolled):
    course.wrong("02_forward", "b_forgotten")
    assert course.python("-m", "pytest", "lessons/02_forward").code == 1
    assert "forward wrong" in unrolled().words
    assert "Hint: " in unrolled("hint").words  # the line was told
    part = ["lessons/02_forward", "-k", "softmax"]
    course.file("02_forward").write_bytes((ANSWERS / "loops" / "forward.py").read_bytes())
    course.python("-m", "pytest", *part)
    course.python("-m", "pytest", "lessons/02_forward", "--solution=reference")
    assert "forward unchecked" in unrolled().words
    assert course.python("-m", "pytest", "lessons/02_forward").code == 0
    assert "forward right" in unrolled().words


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


def test_only_a_rule_that_fails_is_no_case(course, unrolled):
    text = (ANSWERS / "loops" / "loss.py").read_text(encoding="utf-8")
    course.write(
        "03_loss",
        f"import random\n{text}".replace("    total = ", "    random.random()\n    total = "),
    )
    assert unrolled("check", "3").code == 1
    case = unrolled("case", "3")
    assert case.code == 1 and "a rule that holds for every case: cross_entropy draws" in case.words


class Watching:
    """`unrolled watch`, and what it has printed, at a terminal or not."""

    def __init__(self, course: Course, room: str, *, terminal: bool) -> None:
        self.printed, self.seen = "", 0
        mine, its = os.openpty() if terminal else (None, subprocess.PIPE)
        self.process = subprocess.Popen(
            [sys.executable, "-c", MAIN, "watch", room],
            cwd=course.folder,
            env=course.environment,
            stdin=its if terminal else subprocess.DEVNULL,
            stdout=its,
            stderr=subprocess.STDOUT,
        )
        self.terminal = mine
        self.file = mine if mine is not None else self.process.stdout.fileno()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        try:
            while piece := os.read(self.file, 1 << 16):
                self.printed += piece.decode("utf-8", "replace").replace("\r\n", "\n")
        except OSError:  # the terminal is gone
            pass

    def until(self, text: str) -> str:
        """Wait until something new is printed that holds the text; all that is new until then."""
        end = time.monotonic() + 60
        while (found := self.printed.find(text, self.seen)) < 0:
            assert time.monotonic() < end, self.printed[self.seen :]
            time.sleep(0.02)
        new, self.seen = self.printed[self.seen : found], found + len(text)
        return new

    def press(self, key: str) -> None:
        os.write(self.terminal, key.encode())

    def ended(self) -> int:
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()


RIGHT_LOSS = (ANSWERS / "loops" / "loss.py").read_text(encoding="utf-8")
ENDLESS = "def cross_entropy(P, Y):\n    while True:\n        pass\n"


def test_a_saved_file_is_checked(course):
    course.write("03_loss", RIGHT_LOSS)
    watching = Watching(course, "3", terminal=False)
    try:
        assert "checks pass" in watching.until("Ctrl-C ends.")
        course.write("03_loss", "def cross_entropy(P, Y:\n    return 0\n")
        assert "loss.py has a syntax error" in watching.until("Ctrl-C ends.")
    finally:
        watching.process.terminate()
    watching.ended()


def beside(path: Path, text: str) -> Path:
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    return new


def moved_there(path: Path, text: str) -> None:
    beside(path, text).replace(path)


def older_than_before(path: Path, text: str) -> None:
    new = beside(path, text)
    os.utime(new, (1e9, 1e9))
    new.replace(path)


def in_pieces(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        for piece in (text[:100], text[100:]):
            file.write(piece)
            file.flush()
            time.sleep(0.02)


def old_one_kept(path: Path, text: str) -> None:
    path.replace(path.with_suffix(".py~"))
    path.write_text(text, encoding="utf-8")


def gone_for_a_while(path: Path, text: str) -> None:
    path.unlink()
    time.sleep(0.3)
    path.write_text(text, encoding="utf-8")


def half_at_first(path: Path, text: str) -> None:
    path.write_text(text[:150] + "(", encoding="utf-8")
    time.sleep(0.05)
    path.write_text(text, encoding="utf-8")


def within_one_second(path: Path, text: str) -> None:
    """As on a disk that notes whole seconds."""
    path.write_text(text, encoding="utf-8")
    os.utime(path, (1e9, 1e9))


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is needed")
def test_however_a_file_is_saved_the_verdict_is_that_of_its_last_content(course):
    contents = {
        "checks pass (": RIGHT_LOSS,
        "returns a wrong number": RIGHT_LOSS.replace("total -= ", "total += "),
        "has a syntax error": RIGHT_LOSS.replace(":", ";"),
    }
    assert len({len(text) for text in contents.values()}) == 1
    file, random = course.file("03_loss"), Random(0)
    course.write("03_loss", ENDLESS)
    watching = Watching(course, "3", terminal=True)
    ways = [moved_there, older_than_before, in_pieces, old_one_kept, gone_for_a_while]
    ways += [half_at_first, within_one_second, within_one_second]
    said = ""
    for way in ways:
        for _ in range(random.randint(0, 1)):  # saves that are overtaken
            way(file, random.choice([*contents.values(), ENDLESS]))
            time.sleep(random.uniform(0.0, 0.6))
        said = random.choice([says for says in contents if says != said])
        watching.seen = len(watching.printed)
        way(file, contents[said])
        watching.until(said)
        watching.until("[h hint")
        verdict = "right" if contents[said] == RIGHT_LOSS else "wrong"
        assert f"loss {verdict}" in course.python("-c", MAIN).words
    watching.press("q")
    assert watching.ended() == 0


@pytest.mark.skipif(os.name == "nt", reason="a pseudo-terminal is needed")
def test_the_last_save_wins_and_keys_are_heard(course):
    course.write("03_loss", ENDLESS)
    watching = Watching(course, "3", terminal=True)
    watching.until("calls so far")
    new = course.file("03_loss").with_suffix(".new")
    new.write_text(RIGHT_LOSS.replace("total -= ", "total += "), encoding="utf-8")
    new.replace(course.file("03_loss"))
    assert "returns a wrong number" in watching.until("[h hint")
    watching.press("h")
    assert "Next time: what the mistake is." in watching.until("[h hint")
    course.file("03_loss").unlink()
    time.sleep(0.3)
    course.write("03_loss", RIGHT_LOSS)
    watching.until("checks pass")
    watching.press("l")  # waits for nothing
    watching.press("q")
    assert watching.ended() == 0
    time.sleep(0.2)
    assert "right" in watching.printed[watching.seen :]
