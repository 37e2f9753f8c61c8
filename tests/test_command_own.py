"""`unrolled train`, `sample` and `gradcheck`: the eight files together."""

import re
import shutil

import numpy as np
import pytest

import reference.forward
import reference.loss
import reference.training
from lessons.checking.answering.rooms import LESSONS
from lessons.command import own, training
from lessons.command.cli import main
from reference.program.cli import UserError
from reference.program.reading import load_best, load_curve
from tests.conftest import ROOT

RIGHT = dict.fromkeys(LESSONS, "right")
ANSWERS = ROOT / "tests" / "answers"
SMALL = ("--hidden", "12", "--steps", "130")


@pytest.fixture
def answers(tmp_path, monkeypatch):
    """A folder of right answers, to be changed, in the current folder."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ANSWERS / "einsum", tmp_path / "mine")
    return tmp_path / "mine"


def add(path, code):
    """Write code at the end of a file."""
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{code}", encoding="utf-8")


def train(text, *more):
    """Train the answers in `mine`, whatever they are worth."""
    arguments = ["train", "--solution", "mine", "--all-mine", "--out", "run", "--text", str(text)]
    return main([*arguments, *SMALL, *more])


def source(function):
    return function.__code__.co_filename


def test_each_file_is_given_the_pieces_that_are_right_and_the_reference_for_the_others(answers):
    before = {name: dict(vars(module)) for name, module in real_modules()}
    network = own.Network(own.choose({"04_backward": "right", "08_training": "wrong"}, answers))
    steps = network.seen("training").training_steps
    assert source(steps) == str(ROOT / "reference" / "training.py")
    assert source(steps.__globals__["backward"]) == str(answers / "backward.py")
    assert source(steps.__globals__["forward"]) == str(ROOT / "reference" / "forward.py")
    assert {name: dict(vars(module)) for name, module in real_modules()} == before
    assert reference.training.backward.__module__ == "reference.backward"


def real_modules():
    return [(m.__name__, m) for m in (reference.forward, reference.loss, reference.training)]


@pytest.mark.parametrize(
    "code",
    [
        "from reference.forward import forward as it",
        "import reference.forward as f; it = f.forward",
        "import reference.forward; it = reference.forward.forward",
        "from reference import forward as f; it = f.forward",
        "from reference.forward import *; it = forward",
    ],
)
def test_whatever_the_import_looks_like_it_gives_the_own_piece(answers, code):
    add(answers / "loss.py", f"{code}\ndef cross_entropy(): return it")
    network = own.Network(own.choose(RIGHT, answers))
    assert source(network.seen("loss").cross_entropy()) == str(answers / "forward.py")


def test_an_import_inside_a_function_and_one_of_something_else_work(answers):
    add(
        answers / "loss.py",
        "def cross_entropy():\n"
        "    from reference.forward import softmax\n"
        "    from reference.program.corpus import DATA\n"
        "    import reference.pictures.style as style\n"
        "    return softmax, DATA, style\n",
    )
    softmax, data, style = own.Network(own.choose(RIGHT, answers)).seen("loss").cross_entropy()
    assert source(softmax) == str(answers / "forward.py")
    assert (data.name, style.__name__) == ("data", "reference.pictures.style")


def test_files_that_import_each_other_are_loaded(answers):
    add(answers / "encoding.py", "from reference.forward import softmax")
    add(answers / "forward.py", "from reference.encoding import one_hot")
    network = own.Network(own.choose(RIGHT, answers))
    assert source(network.seen("encoding").one_hot) == str(answers / "encoding.py")


def test_all_mine_takes_what_is_wrong_and_the_reference_for_what_is_not_written(answers):
    stub = 'def output_gradient(P, Y):\n    """Say."""\n    raise NotImplementedError\n'
    add(answers / "backward.py", stub)
    (answers / "loss.py").unlink()
    network = own.Network(own.choose({"04_backward": "wrong"}, answers, LESSONS))
    backward = network.seen("backward").backward
    assert source(backward) == str(answers / "backward.py")
    given = backward.__globals__["output_gradient"]
    assert source(given) == str(ROOT / "reference" / "backward.py")
    said = " ".join(network.whose())
    assert "Yours, though wrong: backward." in said
    assert "The reference's (yours is not written): output_gradient." in said
    assert "The reference's (yours is not finished yet): loss." in said


def test_what_is_not_known_is_checked_first_and_kept(monkeypatch):
    known = {name: "right" for name in LESSONS if name != "06_adagrad"}

    class Kept:
        def verdict(self, lesson):
            return known.get(lesson.name, "unchecked")

    def check(lesson):
        known[lesson.name] = "wrong"

    monkeypatch.setattr(own.state, "read", Kept)
    monkeypatch.setattr(own.checking, "check_quietly", check)
    assert own.verdicts() == RIGHT | {"06_adagrad": "wrong"}


def test_a_folder_of_answers_is_checked_before_it_is_taken(answers):
    for lesson in LESSONS.values():
        if lesson.module not in ("encoding", "backward"):
            (answers / lesson.file).unlink()
    shutil.copy(ANSWERS / "wrong" / "backward.py", answers)
    verdicts = dict.fromkeys(LESSONS, "unwritten")
    assert own.checked(answers) == verdicts | {"01_encoding": "right", "04_backward": "wrong"}


def test_training_with_the_reference_as_ones_own_is_the_references_training(
    short_text, novel, answers
):
    shutil.copytree(ROOT / "reference", answers, dirs_exist_ok=True)
    assert train(short_text) == 0
    text = short_text.read_text(encoding="utf-8")
    characters = sorted(set(text))
    indices = np.array([characters.index(character) for character in text])
    params = reference.training.initialise(len(characters), 12, np.random.default_rng(41))
    steps = reference.training.training_steps(params, indices, len(characters))
    losses = [next(steps).smooth_loss for _ in range(130)]
    curve = load_curve(answers.parent / "run" / "curve.csv")
    assert curve.smooth_losses.tolist() == [losses[int(step)] for step in curve.steps]
    assert curve.steps[-1] == 129


def test_a_run_says_whose_it_is_and_leaves_its_files(short_text, answers, capsys):
    assert train(short_text) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "Yours, not checked: encoding, forward, loss, backward, adagrad" in printed
    assert "--- step 100, smoothed loss" in printed
    run = answers.parent / "run"
    assert (run / "loss.png").read_bytes().startswith(b"\x89PNG")
    assert "--- best weights" in (run / "samples.txt").read_text(encoding="utf-8")
    params, characters = load_best(run)
    assert params["V"].shape == (len(characters), 12)
    with pytest.raises(UserError, match="is not empty"):
        training.new_folder(str(run))


def test_an_exception_is_told_in_two_lines_and_what_was_reached_is_kept(
    short_text, answers, capsys
):
    add(
        answers / "adagrad.py",
        "calls = []\ndef clip(grads, limit=5.0):\n"
        "    calls.append(1)\n    return grads if len(calls) < 100 else grads['nothing']\n",
    )
    assert train(short_text) == 2
    printed = capsys.readouterr()
    assert re.fullmatch(
        r"mine/adagrad.py:\d+: KeyError: 'nothing'\n  return grads if .*\n", printed.err
    )
    assert "after 99 steps" in printed.out
    assert load_curve(answers.parent / "run" / "curve.csv").steps[-1] == 98


def test_an_interrupted_run_loses_nothing(short_text, answers, capsys):
    add(
        answers / "training.py",
        "whole = training_steps\ndef training_steps(*arguments, **options):\n"
        "    for step in whole(*arguments, **options):\n"
        "        if step.step == 70:\n            raise KeyboardInterrupt\n"
        "        yield step\n",
    )
    assert train(short_text) == 130
    assert capsys.readouterr().err == "Interrupted after 70 steps.\n"
    run = answers.parent / "run"
    assert load_curve(run / "curve.csv").steps[-1] == 69
    assert load_best(run)[0]["W"].shape == (12, 12)
    assert (run / "loss.png").exists()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("return (P - Y) * np.nan", "holds numbers that are not finite after step 1."),
        ("return None", "ValueError: einstein sum"),
        ("exit()", "SystemExit"),
    ],
)
def test_whatever_a_wrong_piece_does_is_one_sentence(short_text, answers, capsys, code, says):
    add(answers / "backward.py", f"def output_gradient(P, Y):\n    {code}\n")
    assert train(short_text) == 2
    printed = capsys.readouterr()
    assert says in printed.err
    assert len(printed.err.splitlines()) <= 2
    assert "Traceback" not in printed.err + printed.out


def test_a_file_that_cannot_be_read_is_told_with_its_line(short_text, answers, capsys):
    add(answers / "forward.py", "def f(:\n")
    assert train(short_text) == 2
    assert re.match(r"mine/forward.py:\d+: forward.py has a syntax error", capsys.readouterr().err)


def test_sample_lets_the_newest_run_write(short_text, answers, capsys):
    source = ["--solution", "mine", "--all-mine"]
    assert main(["sample", *source]) == 2
    assert "There is no trained network" in capsys.readouterr().err
    run = ["--out", "runs/7"]
    assert train(short_text, *run) == 0
    capsys.readouterr()
    assert main(["sample", "--prime", "The", "--length", "40", *source]) == 0
    text = capsys.readouterr().out.partition("\n\n")[2]
    assert text.startswith("The")
    assert len(text) == len("The") + 40 + len("\n")
    assert main(["sample", "--prime", "Ж", *source]) == 2
    assert "has no 'Ж'" in capsys.readouterr().err


def test_gradcheck_agrees_with_a_right_backward_and_not_with_a_wrong_one(answers, capsys):
    arguments = ["gradcheck", "--solution", "mine", "--all-mine"]
    assert main(arguments) == 0
    assert "All five agree" in capsys.readouterr().out
    shutil.copy(ANSWERS / "wrong" / "backward.py", answers)
    assert main(arguments) == 1
    assert "U, W and b differ." in capsys.readouterr().out
