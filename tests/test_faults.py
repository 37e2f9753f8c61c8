"""Accidental faults in one lesson: told truly, ended in time, and the lessons after it unharmed."""

import os
import subprocess
import sys
import time

import pytest

from lessons.checking.answering.rooms import ROOT
from tests.faults import FAULTS, LIMIT, RIGHT, given_way, tried
from tests.lessons_run import run_lessons

QUICK = [name for name, fault in FAULTS.items() if not fault.long]
SLOW = ["a loop", "a sum in C", "sleep"]  # one of each kind that takes its limit


@pytest.mark.parametrize("name", QUICK[::3] + SLOW)
def test_a_fault_is_told_and_harms_no_other_lesson(name, tmp_path):
    assert not given_way(FAULTS[name], tried(FAULTS[name], tmp_path))


def test_a_call_ends_within_its_limit_and_two_seconds(tmp_path):
    """Measured against a right answer in the same minute, since machines are shared."""
    began = time.monotonic()
    tried(FAULTS["np.seterr"], tmp_path)
    plain = time.monotonic() - began
    began = time.monotonic()
    tried(FAULTS["a power"], tmp_path)
    assert time.monotonic() - began < 2 * plain + LIMIT + 2


def test_steps_that_never_end_do_not_hang_what_is_explained_of_later_functions(tmp_path):
    right = (ROOT / "reference" / "training.py").read_text(encoding="utf-8")
    endless = right.replace("state.start += seq_length", "state.start *= seq_length")
    assert endless != right
    (tmp_path / "training.py").write_text(endless, encoding="utf-8", newline="\n")
    run = run_lessons("lessons/08_training", f"--solution={tmp_path}", f"--call-limit={LIMIT}")
    assert (run.code, run.lessons["08_training"]["verdict"]) == (1, "wrong")
    assert "training_steps wrong" in run.words


if sys.platform == "linux":  # where the checks run in a fork

    def test_a_fork_does_not_outlive_its_parent(tmp_path):
        called = tmp_path / "called"  # grows by a byte a call
        lines = f"    open({str(called)!r}, 'a').write('.')\n    import time; time.sleep(0.1)\n"
        slow = RIGHT.replace("    E = np.exp", f"{lines}    E = np.exp")
        (tmp_path / "forward.py").write_text(slow, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "lessons/02_forward", f"--solution={tmp_path}"]
        parent = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while not called.exists() and time.monotonic() < end:
            time.sleep(0.1)
        parent.kill()
        parent.wait()
        time.sleep(2)
        count = called.stat().st_size
        time.sleep(2)
        assert 0 < called.stat().st_size == count


def test_warnings_as_errors_change_no_verdict():
    for solution in ("reference", ROOT / "tests" / "answers" / "einsum"):
        run = run_lessons(
            "-W", "error", "lessons", f"--solution={solution}", PYTHONWARNINGS="error"
        )
        verdicts = {room["verdict"] for room in run.lessons.values()}
        assert (run.code, verdicts) == (0, {"right"}), run.printed
        assert "Warning" not in run.printed


def test_two_processes_are_refused_in_a_sentence():
    run = run_lessons("lessons/02_forward", "-n", "2")
    assert run.code == 4 and "leave -n out" in run.printed and "Traceback" not in run.printed


def test_a_run_that_dies_without_a_parent_leaves_a_report_that_says_so(tmp_path):
    """Where the checks run without a parent: in a debugger, as here, or where forks are unsafe."""
    (tmp_path / "forward.py").write_text(RIGHT + "import os; os.abort()\n", encoding="utf-8")
    (tmp_path / "apart.py").write_text(
        "import sys\nsys.settrace(lambda *_: None)\n", encoding="utf-8", newline="\n"
    )
    run = run_lessons(
        "-p",
        "apart",
        "lessons/02_forward",
        f"--solution={tmp_path}",
        PYTHONPATH=f"{tmp_path}{os.pathsep}.",
    )
    assert run.code not in (0, 1)
    assert run.lessons["02_forward"]["verdict"] == "started"


if sys.platform != "win32":  # a terminal of its own needs a pty

    def test_long_work_shows_what_it_does(tmp_path):
        import pty

        slow = RIGHT.replace("    E = np.exp", "    import time; time.sleep(0.02)\n    E = np.exp")
        (tmp_path / "forward.py").write_text(slow, encoding="utf-8")
        seen = bytearray()

        def read(descriptor):
            piece = os.read(descriptor, 1024)
            seen.extend(piece)
            return piece

        command = [sys.executable, "-m", "pytest", "lessons/02_forward", f"--solution={tmp_path}"]
        kept = os.dup(1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # pty.spawn copies all to the standard output
        try:
            pty.spawn(command, read)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        assert b"calls so far" in seen and b"All 36 checks pass" in seen
