"""The command `unrolled` by itself: its words, its state, its table, its values as Python."""

import argparse
import itertools
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.running.report import Check, Room
from lessons.command import keeping, resetting, state, table
from lessons.command.cli import COMMANDS, main, module_of
from lessons.command.literals import literal
from reference.program import checkpoint
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError
from tests.lessons_run import is_stub, untouched

BACKWARD, FORWARD = LESSONS["04_backward"], LESSONS["02_forward"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of the test's own for what the command keeps."""
    monkeypatch.setattr(state, "FOLDER", tmp_path / ".unrolled")
    return state.FOLDER


def found(lesson=BACKWARD, **changed):
    """A verdict on a lesson as it is."""
    sums = {"file": state.sha_of_file(lesson), "suite": state.sha_of_suite(lesson)}
    facts = {
        "verdict": "wrong",
        "passed": 29,
        "checks": 50,
        "sentence": "output_gradient returns wrong numbers.",
        "line": 7,
        "hint": "Look.",
        "mistake": None,
        "steps": {"place": "It is wrong.", "line": "", "hint": "Hint: Look.", "name": ""},
        "told": 0,
        "when": 1.0,
    }
    return state.Found(**(facts | sums | changed))


@pytest.mark.parametrize(
    "word",
    [
        "4",
        "04",
        "backward",
        "04_backward",
        "backward.py",
        "lessons/04_backward/",
        "lessons\\04_backward",
    ],
)
def test_a_lesson_has_several_names(word):
    assert state.named(word) is BACKWARD


@pytest.mark.parametrize("word", ["", "9", "back", "0", "004"])
def test_what_is_no_lesson_is_said_in_a_sentence(word, capsys):
    assert main(["check", word]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"There is no lesson {word}. The lessons are 1 encoding,")
    assert said.count("\n") == 1


@pytest.mark.parametrize("words", [["chekc"], ["reset"], ["check", "4", "5"], ["hint", "--loud"]])
def test_a_wrong_command_line_is_said_in_a_sentence(words, capsys):
    assert main(words) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)])
def test_every_command_has_a_help_that_fits(command, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    with pytest.raises(SystemExit) as end:
        main([*command, "--help"])
    assert end.value.code == 0
    assert max(map(len, capsys.readouterr().out.splitlines())) <= 60


def test_every_command_has_a_module():
    assert all(callable(module_of(name).run) for name in COMMANDS)


def test_what_a_lesson_is_for_names_a_command():
    used = [lesson for lesson in LESSONS.values() if lesson.use]
    assert len(used) == 3
    for lesson in used:
        assert any(f"unrolled {name} " in lesson.use for name in COMMANDS), lesson.name


def test_a_file_that_cannot_be_written_is_said_in_a_sentence(folder, capsys):
    folder.write_text("not a folder", encoding="utf-8")
    assert main(["hint", "4"]) == 2
    assert str(folder) in capsys.readouterr().err


def test_a_verdict_counts_while_the_file_and_the_checks_are_the_same():
    for change in ({}, {"file": "another"}, {"suite": "another"}):
        state.note(BACKWARD, found(**change))
        assert (state.read().found(BACKWARD) is None) == bool(change)


def test_verdicts_of_other_lessons_stay():
    state.note(BACKWARD, found(when=2.0))
    state.note(FORWARD, found(FORWARD, verdict="right"))
    assert set(state.read().lessons) == {"02_forward", "04_backward"}
    assert state.read().last == "04_backward"


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: "",
        lambda kept: kept[:100],
        lambda kept: "[]",
        lambda kept: "[" * 300_000,
        lambda kept: "\xff\x00",
        lambda kept: " " * state.LARGEST + kept,
        lambda kept: '{"version": 1}',
        lambda kept: kept.replace('"told": 0', '"told": "none"'),
        lambda kept: kept.replace('"verdict": "wrong"', '"verdict": "perfect"'),
        lambda kept: kept.replace('"place": "It is wrong."', '"place": null'),
        lambda kept: kept.replace('"passed": 29,', ""),
    ],
)
def test_a_broken_state_is_a_sentence_and_a_fresh_start(change, capsys):
    state.note(BACKWARD, found())
    state.note(FORWARD, found(FORWARD))
    file = state.path(BACKWARD)
    file.write_bytes(change(file.read_text(encoding="utf-8")).encode("latin-1"))
    assert [set(state.read().lessons), set(state.read().lessons)] == [{"02_forward"}] * 2
    said = capsys.readouterr().err
    assert "cannot be read, so 04_backward counts as unchecked." in said and said.count("\n") == 1
    state.note(BACKWARD, found())
    assert state.read().found(BACKWARD)
    assert capsys.readouterr().err == ""


def test_a_folder_in_the_place_of_the_state_is_set_aside(capsys):
    state.path(BACKWARD).mkdir(parents=True)
    assert state.read() == state.State() and capsys.readouterr().err.count("\n") == 1
    state.note(BACKWARD, found())
    assert state.read().found(BACKWARD)


def test_the_state_of_another_version_is_left_aside(folder, capsys):
    folder.mkdir()
    state.path(BACKWARD).write_text(json.dumps({"version": 0}), encoding="utf-8")
    assert state.read() == state.State() and capsys.readouterr().err == ""


def test_where_nothing_can_be_kept_the_verdict_is_told_all_the_same(folder):
    folder.write_text("not a folder", encoding="utf-8")
    room = Room(FORWARD, [Check("softmax", ["softmax"])], collected=1, file="0")
    said = " ".join(keeping.keep(room, "line").split())
    assert said.startswith("unrolled does not know this verdict: ") and "is a file" in said
    assert main([]) == 1


def in_a_fork(action: Callable[[], object], before_line: int | None = None) -> int:
    """Start a process that does it; one that is killed as it comes to a line, if that is given.

    The lines of the project that it passes are counted.
    """
    pid = os.fork()
    if pid:
        return pid
    passed = 0

    def trace(frame: Any, event: str, argument: Any) -> Any:
        nonlocal passed
        if not frame.f_code.co_filename.startswith(str(ROOT)):
            return None
        passed += event == "line"
        if passed == before_line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    code = 1
    try:
        sys.settrace(trace if before_line else None)
        action()
        code = 0
    finally:
        os._exit(code)


def killed_at_each_line(action: Callable[[], object]) -> Iterator[int]:
    """Kill processes that do it, one at each line, until one comes to its end."""
    for line in itertools.count(1):
        _, status = os.waitpid(in_a_fork(action, line), 0)
        if not os.WIFSIGNALED(status):
            assert status == 0 and line > 10
            return
        yield line


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked")


@forks
def test_a_kill_at_any_line_leaves_the_old_state_or_the_new_one(capsys):
    state.note(BACKWARD, found(told=0))
    for _ in killed_at_each_line(lambda: state.note(BACKWARD, found(told=1))):
        assert state.read().found(BACKWARD).told in (0, 1)
    assert state.read().found(BACKWARD).told == 1
    assert capsys.readouterr().err == ""


@forks
def test_a_kill_at_any_line_of_a_reset_loses_nothing(folder, tmp_path, monkeypatch):
    file = tmp_path / "backward.py"
    monkeypatch.setattr(state, "student_file", lambda lesson: file)
    options = argparse.Namespace(lesson="4")
    file.write_text("mine", encoding="utf-8")
    for _ in killed_at_each_line(lambda: resetting.run(options)):
        if file.read_bytes() != b"mine":
            assert file.read_bytes() == state.stub(BACKWARD)
            assert b"mine" in [kept.read_bytes() for kept in (folder / "kept").iterdir()]
            file.write_text("mine", encoding="utf-8")
    assert file.read_bytes() == state.stub(BACKWARD)


@forks
def test_commands_at_the_same_time_keep_their_verdicts(capsys):
    def note(lesson: Lesson) -> None:
        for told in range(100):
            state.note(lesson, found(lesson, told=told % 5))

    pids = {in_a_fork(lambda one=one: note(one)) for one in (BACKWARD, BACKWARD, FORWARD)}
    while pids:
        pid, status = os.waitpid(-1, os.WNOHANG)
        assert status == 0
        pids.discard(pid)
        state.read()
    assert [state.read().found(lesson).told for lesson in (BACKWARD, FORWARD)] == [4, 4]
    assert capsys.readouterr().err == ""
    assert {path.suffix for path in state.FOLDER.iterdir()} == {".json"}


def test_what_a_killed_process_has_left_goes(tmp_path):
    file = tmp_path / "a[b].json"
    old, young = (tmp_path / f"a[b].json.{pid}.new" for pid in (1, 2))
    for left in (old, young):
        left.touch()
    os.utime(old, (0, 0))
    write_atomically(file, lambda new: new.write(b"whole"))
    assert {*tmp_path.iterdir()} == {file, young} and file.read_bytes() == b"whole"


def test_a_file_that_another_program_holds_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoint, "PAUSES", (0.0, 0.0))
    refusals = [PermissionError, PermissionError]

    def action():
        if refusals:
            raise refusals.pop()
        return "done"

    assert checkpoint.patiently(action) == "done"
    refusals = [PermissionError] * 3
    with pytest.raises(PermissionError):
        checkpoint.patiently(action)


def shown(width: int) -> str:
    console = Console(width=width, highlight=False, force_terminal=False)
    with console.capture() as capture:
        table.show(state.read(), console)
    return capture.get()


def test_the_table_shows_verdicts_and_one_next_step():
    state.note(FORWARD, found(FORWARD, verdict="right", passed=40, checks=40))
    state.note(BACKWARD, found())
    wide, narrow = shown(90), shown(60)
    assert "2  forward    right" in wide and "4  backward   wrong      29 of 50 checks" in wide
    assert "1 of 8 right. You are at lesson 1: " in " ".join(wide.split())
    assert all(line == line.rstrip() for line in (wide + narrow).splitlines())
    rows = [line for text in (wide, narrow) for line in text.splitlines() if "backward  " in line]
    assert ["training" in row for row in rows] == [True, False]
    assert max(map(len, narrow.splitlines())) <= 60


def test_the_next_step_is_that_of_the_first_lesson_that_is_not_right():
    for lesson in LESSONS.values():
        if lesson is not BACKWARD:
            state.note(lesson, found(lesson, verdict="right"))
    assert "7 of 8 right. You are at lesson 4: " in " ".join(shown(200).split())
    state.note(BACKWARD, found())
    assert "lesson 4: output_gradient returns wrong numbers. unrolled hint" in " ".join(
        shown(200).split()
    )
    state.note(BACKWARD, found(verdict="right"))
    assert "8 of 8 right." in shown(200)
    assert main([]) == 0


def test_hints_come_one_by_one_and_end(capsys, monkeypatch):
    monkeypatch.setattr(state, "untouched", lambda lesson: lesson is not BACKWARD)
    state.note(BACKWARD, found())
    assert main(["hint"]) == 0
    first = capsys.readouterr().out
    assert "It is wrong." in first and "Look." not in first and "Next time: a hint" in first
    assert main(["hint"]) == 0
    assert "Hint: Look.\n\nThere is no more to tell." in capsys.readouterr().out
    assert main(["hint"]) == 1
    assert "all there is to tell" in capsys.readouterr().out


def test_what_a_step_adds_is_what_is_new():
    before = ["head", "", "Look at it", "", "Also failing"]
    after = ["head", "", "line 3", "", "Also failing"]
    assert keeping.added(before, after) == ["line 3"]
    assert keeping.added(after, after) == []
    assert keeping.added([], after) == after


@pytest.mark.parametrize(
    "value",
    [
        np.array([[0.1, -1e-300], [np.pi, np.inf]]),
        np.zeros((3, 0)),
        np.array([3, 1]),
        np.array([1.5], np.float32),
        np.arange(100.0).reshape(2, 50),
        {"it's": 1, "two": (1.5,), "none": [None, True, '\n\\"']},
        {k: "x" * 30 for k in range(5)},
        (),
        np.float64(0.1),
        float("-inf"),
    ],
    ids=repr,
)
def test_values_are_written_with_all_their_digits(value):
    text = literal(value)
    again = eval(text)
    assert max(map(len, text.splitlines())) <= 100
    np.testing.assert_equal(again, value)
    if isinstance(value, np.ndarray):
        assert (again.dtype, again.shape) == (value.dtype, value.shape)


def test_stubs_are_the_rooms_own_files():
    for lesson in LESSONS.values():
        assert is_stub(lesson.folder / state.STUB, lesson)
    for lesson in untouched():
        assert state.untouched(lesson), f"{lesson.file} and {state.STUB} differ"


def test_copies_of_one_second_do_not_replace_each_other(tmp_path):
    file = tmp_path / "backward.py"
    file.write_text("one", encoding="utf-8")
    now = datetime(2026, 1, 2, 3, 4, 5)
    first = resetting.keep(file, now)
    file.write_text("two", encoding="utf-8")
    second = resetting.keep(file, now)
    assert first.name == "2026-01-02_03.04.05_backward.py"
    assert [path.read_text(encoding="utf-8") for path in (first, second)] == ["one", "two"]


def test_no_lesson_named_ninth():
    with pytest.raises(UserError, match="There is no lesson ninth"):
        state.asked_for("ninth")
