"""The cases that `unrolled case` writes: they run, and show what is wrong, in every lesson."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lessons.checking.answering.rooms import LESSONS
from lessons.checking.explaining.ladder import ladder_of
from lessons.command import case, state
from lessons.command.script import script
from reference.program.cli import UserError
from tests.edits import ANSWERS, table


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "student_file", lambda lesson: tmp_path / lesson.file)


def ran(folder: Path, room: str, text: str) -> tuple[str, dict[str, Any]]:
    """The case for a file with this text, and what its names hold after it has run."""
    lesson = LESSONS[room]
    (folder / lesson.file).write_text(text, encoding="utf-8")
    function, attempt = case.first_wrong(lesson)
    written = script(ladder_of(function), attempt, folder / "case.py")
    names: dict[str, Any] = {"__file__": str(folder / "a" / "case.py")}
    with np.printoptions():
        exec(compile(written, "case.py", "exec"), names)
    return written, names


def mistaken(room: str, mistake: str) -> str:
    edited = table(LESSONS[room])[mistake]
    path = ANSWERS / edited.style / LESSONS[room].file
    return edited.edited(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("room", "mistake", "shown"),
    [
        ("01_encoding", "unknown_character_not_named", "a ValueError such as"),
        ("02_forward", "b_forgotten", "params = {"),
        ("03_loss", "mean_over_steps", "P = np.array("),
        ("04_backward", "carried_through_W_untransposed", "G = np.array([[0.0, 1.0]])"),
        ("05_gradcheck", "forward_difference", 'params["U"][0, 0]'),
        ("06_adagrad", "params_rebound", "for grads in gradients"),
        ("07_sampling", "drawn_uniformly", "Counter("),
        ("08_training", "one_step_ahead", "islice(answer.training_steps("),
    ],
)
def test_a_case_runs_and_shows_what_is_wrong(room, mistake, shown, tmp_path, capsys):
    written, _ = ran(tmp_path, room, mistaken(room, mistake))
    yours, expected = capsys.readouterr().out.split("\n\nexpected\n")
    assert yours.removeprefix("yours\n").strip() != expected.strip()
    assert shown in written
    assert all(len(line) <= 99 or str(tmp_path) in line for line in written.splitlines())


def test_expected_are_the_numbers_of_the_worked_solution(tmp_path):
    _, names = ran(tmp_path, "04_backward", mistaken("04_backward", "sign_turned"))
    np.testing.assert_array_equal(names["yours"], -names["expected"])


def test_an_answer_without_a_wrong_case_has_none(tmp_path):
    lesson = LESSONS["03_loss"]
    (tmp_path / lesson.file).write_bytes((ANSWERS / "einsum" / lesson.file).read_bytes())
    assert case.first_wrong(lesson) is None


def test_a_file_that_cannot_be_loaded_is_a_sentence(tmp_path):
    lesson = LESSONS["03_loss"]
    (tmp_path / lesson.file).write_text("def f(:", encoding="utf-8")
    with pytest.raises(UserError, match=r"There is no case yet: loss\.py has a syntax error"):
        case.first_wrong(lesson)
