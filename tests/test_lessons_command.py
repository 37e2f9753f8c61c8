"""The command `pytest lessons/...`: options, the report, what a student sees, isolation."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from tests.lessons_run import run_lessons

SOFTMAX = """
import numpy as np

def softmax(O):
    E = np.exp(O - O.max(axis=0))
    return E / E.sum(axis=0)
"""
FORWARD = """
def forward(params, X, h0):
    H, A = [h0], []
    for t in range(X.shape[1]):
        A.append(params["W"] @ H[-1] + params["U"] @ X[:, [t]] + params["b"])
        H.append(np.tanh(A[-1]))
    H = np.hstack(H)
    return softmax(params["V"] @ H[:, 1:] + params["c"]), H, np.hstack(A)
"""
RIGHT = SOFTMAX + FORWARD


def answered(folder: Path, text: str, *options: str, room: str = "02_forward", **environment: str):
    """A run of one lesson on a file with the given text."""
    folder.mkdir(exist_ok=True)
    (folder / LESSONS[room].file).write_text(text, encoding="utf-8", newline="\n")
    return run_lessons(f"lessons/{room}", f"--solution={folder}", *options, **environment)


def test_the_report_has_the_fields_that_were_promised(tmp_path):
    run = answered(tmp_path, SOFTMAX + FORWARD.replace("np.tanh(A[-1])", "A[-1]"))
    room = run.lessons["02_forward"]
    assert set(room) == {
        *("verdict", "seconds", "checks", "collected", "functions", "file", "problem", "told"),
    }
    assert (run.code, room["verdict"]) == (1, "wrong") and 0 < room["seconds"] < 30
    for check in room["checks"]:
        assert set(check) == {
            *("name", "functions", "outcome", "message", "place", "line", "line_from", "hint"),
            *("mistake", "explainer_error"),
        }
        assert set(check["functions"]) <= {"softmax", "forward"} and check["functions"]
        assert check["outcome"] in ("passed", "failed")
        assert (check["outcome"] == "failed") == bool(check["message"])
    failed = run.check("A H and P agree")
    assert failed["place"].endswith("forward.py:8") and failed["mistake"] is None
    assert (failed["line"], failed["line_from"]) == (12, "repair")
    assert all(check["explainer_error"] is None for check in room["checks"])


def test_a_right_answer_hears_what_was_proved_and_what_comes_next(tmp_path):
    run = answered(tmp_path, RIGHT)
    assert run.code == 0
    assert "softmax   right" in run.printed and "forward   right" in run.printed
    assert "comparisons against" in run.words and "largest error" in run.words
    assert "Next: lessons/03_loss/README.md" in run.printed


def test_a_partly_written_answer_sees_what_works(tmp_path):
    stub = "\ndef forward(params, X, h0):\n    raise NotImplementedError\n"
    run = answered(tmp_path, SOFTMAX + stub)
    assert (run.code, run.lessons["02_forward"]["verdict"]) == (1, "unwritten")
    assert "softmax   right" in run.printed
    assert "forward   not written yet" in run.printed
    assert "Write forward in" in run.printed


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            RIGHT.replace("return E / E.sum(axis=0)", "print(E / E.sum(axis=0))"),
            ["softmax: the result is None", "Was it printed"],
        ),
        (
            RIGHT.replace("return E / E.sum(axis=0)", "return (E / E.sum(axis=0)).tolist()"),
            ["softmax: the result is a list"],
        ),
        (
            RIGHT.replace("return E / E.sum(axis=0)", "return (E / E.sum(axis=0)).T"),
            ["has shape (1, 2)", "expected (2, 1)", "Transposed"],
        ),
        (
            RIGHT.replace("return E / E.sum(axis=0)", "return (E / E.sum(axis=0)).astype('f4')"),
            ["float32", "expected float64"],
        ),
        (RIGHT.replace(" - O.max(axis=0)", ""), ["nan"]),
        (
            RIGHT.replace("return softmax(params", "return None, softmax(params"),
            ["expected the three arrays P, H and A"],
        ),
        (
            RIGHT.replace("H[-1] + params", "H[9] + params"),
            ["IndexError: list index out of range", "line 11", "in H[9]: H is a list of 1"],
        ),
        (
            RIGHT.replace('params["U"] @ X[:, [t]]', 'params["U"].T @ X[:, [t]]'),
            [
                "line 11",
                'params["U"].T @ X[:, [t]]: params',
                "has shape (2, 1), X[:, [t]] has shape (2, 1)",
            ],
        ),
        (RIGHT.replace("np.tanh(A[-1])", "np.tahn(A[-1])"), ["AttributeError", "tanh meant?"]),
        (RIGHT.replace("softmax(params", "sofmax(params"), ["NameError", "is softmax meant?"]),
        (RIGHT.replace("def forward(", "def foward("), ["is foward meant to be it?"]),
        (RIGHT + "\nforward = 3\n", ["forward is an int; expected a function"]),
        (
            RIGHT.replace("X[:, [t]]", "X[:, [t]"),
            ["syntax error", "line 11", "^", "forward not run"],
        ),
        (
            "class RNN:\n    def softmax(self, O): pass\n    def forward(self, *_): pass\n",
            ["no function softmax of its own, only the class RNN has one", "not written yet"],
        ),
        ('{"cells": [], "nbformat": 4, "nbformat_minor": 5}', ["a notebook: save its code as"]),
        ('n = input("units: ")\n' + RIGHT, ["EOFError", "Nobody answers input()"]),
        ("import numpyy as np\n" + RIGHT, ["No module named 'numpyy'", "line 1"]),
        ("from encoding import one_hot\n" + RIGHT, ["from reference.encoding import"]),
        (RIGHT + "\n1 / 0\n", ["ZeroDivisionError", "line 16", "1 / 0"]),
        (RIGHT + "\nraise SystemExit\n", ["SystemExit"]),
        (
            RIGHT.replace("return E / E.sum", "h = 5\n    return softmax(O) / E.sum"),
            ["RecursionError: it calls itself more deeply"],
        ),
    ],
)
def test_each_kind_of_mistake_has_its_own_sentence(tmp_path, text, said):
    run = answered(tmp_path, text)
    assert run.code == 1
    assert "Traceback" not in run.printed and "site-packages" not in run.printed
    for words in said:
        assert words in run.words, run.printed
    assert len(run.printed.splitlines()) <= 40


@pytest.mark.parametrize(
    "text", [RIGHT.replace("X[:, [t]]", "X[:, [t]"), "import numpyy\n", RIGHT + "\n1 / 0\n"]
)
def test_of_a_file_that_cannot_be_loaded_no_call_is_told(tmp_path, text):
    run = answered(tmp_path, text)
    assert run.code == 1 and "Fix forward.py first." in run.words
    assert not any(word in run.printed for word in ("Called", "Failed", "should hold", "case"))


def test_an_answer_is_one_file(tmp_path):
    tmp_path.joinpath("helpers.py").write_text("x = 1\n", encoding="utf-8")
    run = answered(tmp_path, "from helpers import *\n" + RIGHT)
    assert "An answer is one file: put what it needs of helpers.py in there." in run.words


def test_what_fails_only_through_an_earlier_function_is_right_given_that(tmp_path):
    """Also where a property alone can tell, and where the earlier one raises."""
    huge = "    if abs(O).max() > 2.5e4: {}\n    E ="
    for does in ("O = O / 2", "raise OverflowError"):
        run = answered(tmp_path, RIGHT.replace("    E =", huge.format(does)))
        assert "softmax wrong" in run.words
        assert "forward right" in run.words
    assert "forward right, given what softmax does" in run.words


def test_a_break_in_looking_again_is_ours(tmp_path):
    (tmp_path / "breaks.py").write_text(
        "from lessons.checking.repairing import search\n"
        "def find(*_):\n    raise KeyError('of the search')\n"
        "search.find = find\n",
        encoding="utf-8",
    )
    text = RIGHT.replace("np.tanh(A[-1])", "A[-1]")
    run = answered(tmp_path, text, "-p", "breaks", PYTHONPATH=f"{tmp_path}{os.pathsep}.")
    assert "forward   wrong" in run.printed and "Smallest case that shows it" in run.printed
    assert "KeyError" not in run.printed
    errors = [check["explainer_error"] for check in run.lessons["02_forward"]["checks"]]
    assert "KeyError: 'of the search'" in errors


def test_a_search_that_is_stuck_costs_no_verdict(tmp_path):
    """A changed answer may be stuck in compiled code: the line is not told, all else is."""
    (tmp_path / "stuck.py").write_text(
        "from lessons.checking.repairing import search\n"
        "def find(function, *_):\n    function.run(lambda: pow(3, 10**9))\n"
        "search.find = find\n",
        encoding="utf-8",
    )
    source = (ROOT / "tests" / "answers" / "einsum" / "loss.py").read_text(encoding="utf-8")
    (tmp_path / "loss.py").write_text(source, encoding="utf-8", newline="\n")
    text = RIGHT.replace("np.tanh(A[-1])", "A[-1]")
    arguments = ["lessons/03_loss", "-p", "stuck", "--call-limit=1"]
    run = answered(tmp_path, text, *arguments, PYTHONPATH=f"{tmp_path}{os.pathsep}.")
    assert run.code == 1 and "was stopped" not in run.printed
    assert "forward   wrong" in run.printed and "Wrong already with one unit" in run.printed
    assert not any(
        "was stopped" in check["message"] for check in run.lessons["02_forward"]["checks"]
    )
    if sys.platform == "linux":
        assert run.lessons["03_loss"]["verdict"] == "right"


@pytest.mark.skipif(os.name == "nt", reason="there is no head")
def test_head_is_no_error():
    command = f'"{sys.executable}" -m pytest lessons/02_forward lessons/03_loss | head -n 1'
    done = subprocess.run(command, shell=True, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0 and done.stderr == ""


def test_several_lessons_end_in_a_table_and_one_next_step(tmp_path):
    (tmp_path / "forward.py").write_text(RIGHT, encoding="utf-8")
    source = (ROOT / "tests" / "answers" / "einsum" / "loss.py").read_text(encoding="utf-8")
    (tmp_path / "loss.py").write_text(source.replace("-np", "np", 1), encoding="utf-8")
    folders = [f"lessons/{name}" for name in ("02_forward", "03_loss", "04_backward")]
    run = run_lessons(*folders, f"--solution={tmp_path}")
    table = run.printed[run.printed.index("  02_forward ") :]
    assert re.search(r"02_forward +right\n", table)
    assert re.search(r"03_loss +wrong +\d+ of \d+ checks pass\n", table)
    assert re.search(r"04_backward +not written yet\n", table)
    assert "1 of 3 lessons is right." in table
    assert "Next, fix lessons/03_loss/loss.py:" in table
    assert run.printed.count("Next") == 1


def test_what_the_answer_prints_is_shown_with_the_failing_case(tmp_path):
    text = RIGHT.replace(
        "    H, A = [h0], []", "    print('h0 is', h0.shape)\n    H, A = [-h0], []"
    )
    run = answered(tmp_path, text)
    assert "It printed" in run.printed and "h0 is (1, 1)" in run.printed
    assert "Smallest case that shows it" in run.printed


LOOP = RIGHT.replace("    H, A = [h0], []", "    while True:\n        pass")
SWALLOWING = RIGHT.replace(
    "    H, A = [h0], []",
    "    while True:\n        try:\n            h0 = h0 + 0\n"
    "        except Exception:\n            h0 = 1",
)
SLEEPING = RIGHT.replace("    H, A = [h0], []", "    import time\n    time.sleep(60)")


@pytest.mark.parametrize("text", [LOOP, SWALLOWING], ids=["plain", "except Exception"])
def test_an_endless_loop_is_stopped_and_tried_once(tmp_path, text):
    began = time.monotonic()
    run = answered(tmp_path, text, "--call-limit=1")
    assert time.monotonic() - began < 15
    assert (run.code, run.lessons["02_forward"]["verdict"]) == (1, "wrong")
    assert "forward was stopped after 1 s" in run.printed and "softmax   right" in run.printed
    assert "line" in run.check("the hand sized cases come out right (forward)")["message"]
    assert "is not run again" in run.check("the columns of P")["message"]


def test_a_call_that_cannot_be_interrupted_ends_the_process_with_its_report(tmp_path):
    run = answered(tmp_path, SLEEPING, "--call-limit=1")
    assert (run.code, run.lessons["02_forward"]["verdict"]) == (1, "wrong")
    assert "could not be interrupted" in run.words


def test_a_loop_at_the_files_own_level_is_stopped(tmp_path):
    run = answered(tmp_path, RIGHT + "\nwhile True:\n    pass\n", "--call-limit=1")
    assert run.lessons["02_forward"]["verdict"] == "wrong"
    assert "forward.py was stopped after 1 s" in run.printed


@pytest.mark.parametrize(
    "text",
    [
        "from reference.forward import forward, softmax\n",
        "import reference.forward\nsoftmax = reference.forward.softmax\nforward = 1\n",
        "from reference.loss import forward\nfrom reference.sampling import softmax\n",
        "from reference import training\nforward = training.forward\n",
        "import importlib\nforward = importlib.import_module('reference.forward').forward\n",
        "try:\n    from reference.forward import forward\nexcept ImportError:\n    pass\n" + RIGHT,
        RIGHT.replace(
            "    H, A = [h0], []",
            "    from reference.forward import forward as f\n    return f(params, X, h0)",
        ),
        "from mistakes import anything\n" + RIGHT,
        "from lessons.checking.oracles.complex_step import loss\n" + RIGHT,
        "from reference.program.fast import compiled_steps\n" + RIGHT,
        "from reference.program import fast\n" + RIGHT,
        "import reference.program.run\n" + RIGHT,
        "from reference.derivations.unrolled import unrolled_loss\n" + RIGHT,
        "from reference.pictures import network\n" + RIGHT,
        "import importlib\nm = importlib.import_module('lessons.02_forward.mistakes')\n" + RIGHT,
        "import importlib\nm = importlib.import_module('lessons.02_forward.ladder')\n" + RIGHT,
        "from tests.answers.loops.forward import forward, softmax\n",
        "from tests.edits import table\n" + RIGHT,
    ],
)
def test_an_answer_that_imports_its_own_solution_is_wrong(tmp_path, text):
    run = answered(tmp_path, text)
    assert (run.code, run.lessons["02_forward"]["verdict"]) == (1, "wrong")
    assert "write it yourself" in run.printed


EDITOR = """
import json
from pathlib import Path

seen = []


def pytest_report_teststatus(report, config):
    if report.when == "call":
        seen.append([report.nodeid, report.outcome, report.longreprtext])


def pytest_sessionfinish(session):
    names = [item.nodeid for item in session.items]
    Path(__file__).with_suffix(".json").write_text(json.dumps([names, seen]), encoding="utf-8")
"""


def in_an_editor(tmp_path, *arguments):
    """What a plugin that waits for statuses, as editors have it, sees of a run."""
    (tmp_path / "editor.py").write_text(EDITOR, encoding="utf-8")
    (tmp_path / "forward.py").write_text(RIGHT.replace("np.tanh", "np.sin"), encoding="utf-8")
    run_lessons(
        *arguments, "-p", "editor", f"--solution={tmp_path}", PYTHONPATH=f"{tmp_path}{os.pathsep}."
    )
    return json.loads((tmp_path / "editor.json").read_text(encoding="utf-8"))


def test_an_editor_discovers_the_checks_and_gets_each_ones_status_and_sentence(tmp_path):
    names, seen = in_an_editor(tmp_path, "lessons/02_forward", "--collect-only")
    assert len(names) > 30 and seen == []
    assert all(name.startswith("lessons/02_forward/test_forward.py::test_") for name in names)
    first = next(name for name in names if "starts_with_h0" in name)
    _, seen = in_an_editor(tmp_path, first)
    assert [(name, outcome) for name, outcome, _ in seen] == [(first, "failed")]
    assert "expected" in seen[0][2] and "Traceback" not in seen[0][2]


def test_an_answer_may_import_what_earlier_lessons_hold(tmp_path):
    text = "from reference.encoding import one_hot\nimport reference.encoding as e\n" + RIGHT
    assert answered(tmp_path, text).code == 0


def test_files_named_like_a_library_do_no_harm_and_no_other_answer_is_seen(tmp_path):
    for name in ("numpy", "random", "json", "hypothesis", "encoding", "conftest"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('imported')\n", encoding="utf-8")
    assert answered(tmp_path, "import random, json\n" + RIGHT).code == 0
    run = answered(tmp_path, "import encoding\n" + RIGHT)
    assert "No module named 'encoding'" in run.printed


def test_a_folder_with_none_of_the_files_is_a_usage_error(tmp_path):
    for folder in (tmp_path, tmp_path / "nowhere"):
        run = run_lessons("lessons/02_forward", f"--solution={folder}")
        assert run.code == 4 and run.lessons == {}
        assert "--solution" in run.printed and "Traceback" not in run.printed


def test_a_misspelt_file_is_asked_about(tmp_path):
    (tmp_path / "foward.py").write_text(RIGHT, encoding="utf-8")
    (tmp_path / "loss.py").write_text("", encoding="utf-8")
    run = run_lessons("lessons/02_forward", f"--solution={tmp_path}")
    assert run.lessons["02_forward"]["verdict"] == "unwritten"
    assert "foward.py meant to be it?" in run.printed


@pytest.mark.parametrize("option", [["--call-limit=0"], ["--report=nowhere/report.json"]])
def test_bad_options_are_usage_errors(option):
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "lessons/02_forward", *option],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 4
    assert option[0].split("=")[0] in done.stderr and "Traceback" not in done.stderr


def test_a_lesson_that_was_not_fully_run_is_partial(tmp_path):
    room = "lessons/02_forward"
    node = f"{room}/test_forward.py::test_softmax_is_finite_and_right_for_huge_logits"
    for arguments in ([room, "-k", "softmax"], [node]):
        run = run_lessons(*arguments, "--solution=reference")
        assert (run.code, run.lessons["02_forward"]["verdict"]) == (0, "partial")
        assert "not all of the lesson's checks were run" in run.words
    (tmp_path / "forward.py").write_text(RIGHT.replace("tanh", "sin"), encoding="utf-8")
    run = run_lessons(room, f"--solution={tmp_path}", "-x")
    assert (run.code, run.lessons["02_forward"]["verdict"]) == (1, "wrong")
    assert len(run.failed()) == 1


def test_last_failed_runs_are_partial(tmp_path):
    """In a copy of the project, so that its cache is nobody else's."""
    copy = copied_project(tmp_path)
    (copy / "lessons" / "02_forward" / "forward.py").write_text(
        RIGHT.replace("- O.max(axis=0)", ""), encoding="utf-8"
    )
    first = run_lessons("lessons/02_forward", cwd=copy, cache=True)
    assert first.code == 1
    (copy / "lessons" / "02_forward" / "forward.py").write_text(RIGHT, encoding="utf-8")
    second = run_lessons("lessons/02_forward", "--lf", cwd=copy, cache=True)
    assert (second.code, second.lessons["02_forward"]["verdict"]) == (0, "partial")
    assert run_lessons("lessons/02_forward", cwd=copy).code == 0


def copied_project(tmp_path):
    """The project in a folder with spaces and letters that are not ASCII."""
    copy = tmp_path / "my cöpy of Unrolled"
    for name in ("lessons", "reference", "data"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def test_it_works_in_a_room_and_in_a_path_with_spaces_and_two_at_a_time(tmp_path):
    copy = copied_project(tmp_path)
    room = copy / "lessons" / "03_loss"
    shutil.copy(copy / "reference" / "loss.py", room / "loss.py")
    commands = [([], room), (["lessons/03_loss"], copy), (["."], room)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "pytest", *arguments, "--report", "r.json"],
            cwd=cwd,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for arguments, cwd in commands
    ]
    for process, (_, cwd) in zip(running, commands, strict=True):
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == 0, printed
        assert "cross_entropy   right" in printed
        report = json.loads((cwd / "r.json").read_text(encoding="utf-8"))
        assert report["lessons"]["03_loss"]["verdict"] == "right"


def test_all_lessons_at_once_are_told_one_after_the_other(tmp_path):
    (tmp_path / "forward.py").write_text(RIGHT, encoding="utf-8")
    run = run_lessons("lessons", f"--solution={tmp_path}")
    assert run.code == 1
    verdicts = {name: room["verdict"] for name, room in run.lessons.items()}
    assert verdicts == dict.fromkeys(LESSONS, "unwritten") | {"02_forward": "right"}


def test_the_same_examples_are_drawn_whatever_stands_in_the_answer(tmp_path):
    """Hypothesis by itself would also draw the numbers that stand in the file."""
    drawn = []
    given = (ROOT / "reference" / "forward.py").read_text(encoding="utf-8")
    for literals in ([], [7919 * k for k in range(1, 400)]):
        folder = tmp_path / str(len(drawn))
        folder.mkdir()
        log = folder / "log"
        text = given.replace("def softmax(", f"LITERALS = {literals}\n\n\ndef softmax(").replace(
            "    m, T = ",
            f"    with open({str(log)!r}, 'a', encoding='utf-8') as file:\n"
            "        file.write(f'{X.shape} {h0.tolist()}\\n')\n    m, T = ",
        )
        assert "file.write" in text and "LITERALS" in text
        (folder / "forward.py").write_text(text, encoding="utf-8")
        run = run_lessons("lessons/02_forward", f"--solution={folder}")
        assert run.code == 0, run.printed
        drawn.append(log.read_text(encoding="utf-8"))
    assert drawn[0] == drawn[1] and drawn[0].count("\n") > 100
