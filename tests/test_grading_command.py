"""`unrolled grade` and the judging under it: what goes wrong is said, and a file is left."""

import json
import shutil
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.running import report
from lessons.checking.running.report import Room
from lessons.checking.running.session import Lessons
from lessons.command.cli import main
from lessons.grading import judging
from lessons.grading.judging import Asked, judge

ANSWERS = ROOT / "tests" / "answers" / "loops"
LOSS = Asked(lessons=("03_loss",), isolation="none")
ENDS_THE_RUN = """\
import os, signal


def cross_entropy(P, Y):
    os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a right answer to lesson 3."""
    path = tmp_path / "ada"
    path.mkdir()
    shutil.copy(ANSWERS / "loss.py", path)
    return path


def broken_check() -> dict[str, Any]:
    """A report on lesson 3 in which a check itself has raised an exception."""
    lesson = LESSONS["03_loss"]
    room = Room(lesson)
    run: Any = SimpleNamespace(
        rooms={lesson.name: room}, calls=SimpleNamespace(describe=lambda: ""), child=None
    )
    item: Any = SimpleNamespace(name="test_it", fixturenames=["cost"], obj=print, funcargs={})
    Lessons.note(run, item, lesson, RuntimeError("our own"))
    return report.of_room(room, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name the folder to grade: unrolled grade FOLDER."),
        (["nowhere"], "There is no folder nowhere."),
        (["ada/loss.py"], "loss.py is a file: name the folder that it is in."),
        (["ada", "--format", "excel"], "--format: invalid choice: 'excel'"),
        (["ada", "--points", "3"], "--points 3:  is not a number from 0 to 1e+06."),
        (["ada", "--points", "9=5"], "There is no lesson 9."),
        (["ada", "--lesson", "nine"], "There is no lesson nine."),
        (["ada", "--out", "no/such/file"], "file cannot be written: name a file in a folder"),
        (["ada", "--format", "classroom50"], "CLASSROOM from the environment, where it is not set"),
        (["--make", "moodle", "out"], "--make moodle: it is gradescope or classroom50."),
        (["--make", "gradescope", "out"], "for Gradescope it is a zip, such as autograder.zip."),
        (["--make", "classroom50", "ada"], "ada is there already: name a new folder."),
        (["--handout", "ada"], "ada is there already: name a new folder."),
        (["ada", "--handout", "out"], "--make and --handout stand alone"),
    ],
)
def test_bad_input_is_one_sentence(arguments, says, folder, monkeypatch, capsys):
    monkeypatch.chdir(folder.parent)
    monkeypatch.delenv("CLASSROOM", raising=False)
    assert main(["grade", *arguments]) == 2
    said = capsys.readouterr().err
    assert says in said.replace("\\", "/") and said.count("\n") == 1
    assert sorted(path.name for path in folder.parent.iterdir()) == ["ada"]


def test_a_file_is_written_and_the_exit_code_says_that_the_grading_ran(folder, capsys):
    out = folder / "deep" / "results.json"
    options = ["--lesson", "3", "--points", "3=20", "--isolation", "none"]
    assert main(["grade", str(folder), *options, "--format", "gradescope", "--out", str(out)]) == 0
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["score"] == 20 and "Points: 20 of 20." in capsys.readouterr().out
    assert sorted(path.name for path in folder.rglob("*")) == ["deep", "loss.py", "results.json"]


@pytest.mark.skipif(sys.platform == "win32", reason="kills its parent by a signal")
def test_a_run_that_is_killed_is_no_fault_of_the_student(folder, capsys):
    (folder / "loss.py").write_text(ENDS_THE_RUN, encoding="utf-8")
    out = folder / "results.json"
    options = ["--lesson", "3", "--lesson", "6", "--isolation", "none", "--format", "json"]
    assert main(["grade", str(folder), *options, "--out", str(out)]) == 3
    content = json.loads(out.read_text(encoding="utf-8"))
    assert content["suite_error"].startswith("The checks ended with SIGKILL")
    assert content["finished"] is False and set(content["lessons"]) == {"03_loss", "06_adagrad"}
    assert "says nothing of what was handed in" in capsys.readouterr().err


def test_a_run_that_takes_too_long_is_ended(folder, monkeypatch):
    stopped = len(LESSONS["03_loss"].functions) * 12
    monkeypatch.setattr(judging, "RUN_LIMIT", 0.2 - stopped)
    found = judge(folder, LOSS)
    assert found["suite_error"] == "The run took longer than 0.2 s and was ended."
    assert (found["finished"], found["totals"]["started"]) == (False, 1)


def test_a_run_that_crashes_says_how(folder, monkeypatch):
    monkeypatch.setattr(judging, "pytest_arguments", lambda *_: ["--no-such-option"])
    found = judge(folder, LOSS)
    assert found["suite_error"].startswith("The checks ended with exit code 4: ")
    assert "unrecognized arguments: --no-such-option" in found["suite_error"]
    assert found["lessons"]["03_loss"]["verdict"] == "started"


def test_a_check_that_broke_is_no_fault_of_the_student(monkeypatch, folder):
    ended = judging.nothing_known(LOSS) | {"finished": True}
    monkeypatch.setattr(judging, "run", lambda *arguments: "")
    monkeypatch.setattr(judging, "whole", lambda *arguments: ended)
    assert "suite_error" not in judge(folder, LOSS)
    ended["lessons"]["03_loss"] |= broken_check()
    found = judge(folder, LOSS)
    assert found["suite_error"] == "In 03_loss the check 'it' broke: RuntimeError: our own"


def test_nothing_of_the_folder_steers_the_run(folder):
    poison = "raise SystemExit('taken in')\n"
    for name in ("numpy.py", "conftest.py", "sitecustomize.py", "pytest.py"):
        (folder / name).write_text(poison, encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such\n", encoding="utf-8")
    before = sorted(folder.rglob("*"))
    found = judge(folder, LOSS)
    assert (found["finished"], found["lessons"]["03_loss"]["verdict"]) == (True, "right")
    assert sorted(folder.rglob("*")) == before


def test_a_file_is_found_where_the_course_has_it_and_the_solution_is_not(tmp_path):
    room = tmp_path / "course" / "lessons" / "03_loss"
    room.mkdir(parents=True)
    shutil.copy(ANSWERS / "loss.py", room)
    for name in ("reference", ".venv"):
        shutil.copytree(ROOT / "reference", tmp_path / "course" / name)
    place = tmp_path / "place"
    place.mkdir()
    answers = judging.staged(tmp_path, place)
    assert [path.name for path in answers.iterdir()] == ["loss.py"]
    assert (answers / "loss.py").read_bytes() == (ANSWERS / "loss.py").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_a_link_to_the_solution_is_not_followed(tmp_path):
    (tmp_path / "loss.py").symlink_to(ROOT / "reference" / "loss.py")
    (tmp_path / "Notes.txt").write_text("x", encoding="utf-8")
    found = judge(tmp_path, LOSS)["lessons"]["03_loss"]
    assert found["verdict"] == "unwritten"
    names = "Notes.txt, loss.py (a link)"
    assert found["told"] == f"There is no loss.py in what was handed in: {names}."


def test_judging_always_returns(tmp_path):
    found = judge(tmp_path / "nowhere", LOSS)
    assert found["finished"] is False and "nowhere" in found["suite_error"]
