"""A training run as a user has it: what it writes, and that nothing of it is ever lost."""

import csv
import json
import subprocess
import sys
import time

import numpy as np
import pytest

from reference.program import reading, run
from reference.train import main
from tests.conftest import ROOT

SMALL = ("--hidden", 8, "--log-every", 7, "--sample-every", 400)


def curve(folder):
    return (folder / "curve.csv").read_bytes()


def start(folder, *arguments):
    """A run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, ROOT / "reference" / "train.py", "--out", folder, *map(str, arguments)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


@pytest.fixture
def whole(program, short_text, tmp_path):
    """A run of the short text that was never interrupted, and what it printed."""
    done = program(
        "reference.train", "--text", short_text, "--out", "whole", "--epochs", 20, *SMALL
    )
    assert (done.returncode, done.stderr) == (0, "")
    return tmp_path / "whole", done.stdout


def test_a_run_writes_all_its_files_and_says_what_it_did(whole, short_text):
    folder, printed = whole
    rows = list(csv.DictReader((folder / "curve.csv").open(encoding="utf-8", newline="")))
    assert list(rows[0]) == ["step", "epoch", "loss", "smooth_loss"]
    steps = 20 * ((5_000 - 1) // 25)
    assert [int(row["step"]) for row in rows] == list(range(0, steps, 7))
    assert all(repr(float(row["loss"])) == row["loss"] for row in rows)
    assert rows[-1]["epoch"] == "19"

    assert (folder / "loss.png").read_bytes().startswith(b"\x89PNG")
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    assert config["options"]["hidden"] == 8
    assert config["text"]["characters"] == 5_000
    assert set(config["versions"]) >= {"python", "numpy"}

    samples = (folder / "samples.txt").read_text(encoding="utf-8")
    assert samples.count("--- step") == steps // 400 + 1
    assert len(samples.split("--- best weights")[1]) > 1_000
    assert "compare the shapes" in printed and "109.54" in printed and "100%" not in printed
    params, characters = reading.load_best(folder)
    assert params["U"].shape == (8, len(characters))
    assert characters == "".join(sorted(set(short_text.read_text(encoding="utf-8"))))


def test_a_run_killed_three_times_at_any_moment_ends_with_the_same_curve(
    whole, short_text, tmp_path
):
    folder, _ = whole
    killed = tmp_path / "killed"
    arguments = ("--text", short_text, "--epochs", 20, *SMALL)
    for kill, after in enumerate((1, 700, 2_100)):
        begun = (killed / "checkpoint.npz").exists()
        assert begun or not kill  # even the first kill comes after the first save
        process = start(killed, *arguments, *(["--resume"] if begun else []))
        while process.poll() is None and rows_written(killed) * 7 < after:
            time.sleep(0.005)
        process.kill()
        process.communicate()
    main(
        [
            "--resume",
            "--out",
            str(killed),
            "--quiet",
            "--text",
            str(short_text),
            "--epochs",
            "20",
            *map(str, SMALL),
        ]
    )
    assert curve(killed) == curve(folder)
    assert (killed / "samples.txt").read_bytes() == (folder / "samples.txt").read_bytes()


def rows_written(folder):
    path = folder / "curve.csv"
    return path.read_bytes().count(b"\n") if path.exists() else 0


def test_a_kill_in_the_middle_of_a_write_leaves_the_checkpoint_before(
    whole, short_text, tmp_path, monkeypatch
):
    folder, _ = whole
    broken = tmp_path / "broken"
    arguments = ["--out", str(broken), "--quiet", "--text", str(short_text), "--epochs", "20"]
    save = np.savez
    saved = 0

    def torn(file, **arrays):
        nonlocal saved
        saved += 1
        if saved == 4:  # the second checkpoint after the first step
            file.write(b"half a file")
            raise SystemExit
        save(file, **arrays)

    monkeypatch.setattr(np, "savez", torn)
    with pytest.raises(SystemExit):
        main([*arguments, *map(str, SMALL)])
    monkeypatch.undo()
    assert reading.load_checkpoint(broken / "checkpoint.npz").state.step == 1_000
    main([*arguments, *map(str, SMALL), "--resume"])
    assert curve(broken) == curve(folder)


CTRL_C = """
import _thread, sys, threading, time
from pathlib import Path
from reference.program.cli import run_program
from reference.train import main

def interrupt():
    curve = Path(sys.argv[2]) / "curve.csv"
    while not curve.exists() or curve.read_bytes().count(b"\\n") < 20:
        time.sleep(0.005)
    _thread.interrupt_main()  # what Ctrl-C does, on every system

threading.Thread(target=interrupt, daemon=True).start()
sys.exit(run_program(lambda: main(sys.argv[1:])))
"""


def test_ctrl_c_saves_and_ends_with_130(whole, short_text, tmp_path):
    folder, _ = whole
    stopped = tmp_path / "stopped"
    arguments = ["--out", stopped, "--text", short_text, "--epochs", 2_000, *SMALL]
    done = subprocess.run(
        [sys.executable, "-c", CTRL_C, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=100,
    )
    assert done.returncode == 130
    step = reading.load_checkpoint(stopped / "checkpoint.npz").state.step
    assert f"saved at step {step:,}" in done.stderr and "Traceback" not in done.stderr

    main(["--resume", "--out", str(stopped), "--quiet", "--epochs", "20"])
    assert curve(stopped) == curve(folder)


def test_a_run_stopped_by_steps_goes_on_with_more(whole, short_text, tmp_path):
    folder, _ = whole
    stopped = tmp_path / "stopped"
    for more in (
        ["--steps", "500", "--text", str(short_text), *map(str, SMALL)],
        ["--resume", "--steps", "501"],
        ["--resume", "--steps", "1000000", "--epochs", "20"],
    ):
        main(["--out", str(stopped), "--quiet", *more])
    assert curve(stopped) == curve(folder)


def test_resume_without_out_takes_the_newest_run(program, short_text, tmp_path):
    for steps in (10, 20):
        done = program("reference.train", "--text", short_text, "--steps", steps, *SMALL)
        assert done.returncode == 0
    done = program("reference.train", "--resume", "--steps", 30, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    saved = reading.load_checkpoint(tmp_path / "runs" / "002" / "checkpoint.npz")
    assert saved.state.step == 30


def test_a_curve_without_every_step_still_compares_at_the_published_ones(short_text, tmp_path):
    out = tmp_path / "published"
    main(
        [
            "--text",
            str(short_text),
            "--out",
            str(out),
            "--quiet",
            "--hidden",
            "2",
            "--steps",
            "10001",
            "--epochs",
            "100",
            "--log-every",
            "333",
        ]
    )
    assert list(reading.load_checkpoint(out / "checkpoint.npz").published) == [0, 10_000]


def test_as_published_and_fast_write_a_curve(short_text, tmp_path):
    pytest.importorskip("numba")
    for option in ("--as-published", "--fast"):
        out = tmp_path / option
        main(["--text", str(short_text), "--out", str(out), "--quiet", "--steps", "20", option])
        assert curve(out).count(b"\n") == 2


def test_sample_writes_from_a_finished_and_an_unfinished_run(program, short_text, tmp_path):
    program("reference.train", "--text", short_text, "--steps", 50, "--out", "r", *SMALL)
    done = [program("reference.sample", "r", "--prime", "The ", "--length", 30) for _ in "12"]
    assert done[0].returncode == 0
    assert done[0].stdout == done[1].stdout  # the seed is fixed
    assert done[0].stdout.startswith("The ") and len(done[0].stdout) == 35
    other = program("reference.sample", "r", "--length", 30, "--seed", 1, "--temperature", 0.5)
    assert len(other.stdout) == 31


def test_a_terminal_without_utf8_shows_question_marks_instead_of_crashing(program, tmp_path):
    (tmp_path / "dashes.txt").write_text("— é • " * 200, encoding="utf-8")
    arguments = ("--text", "dashes.txt", "--steps", 2, "--out", "r")
    done = program("reference.train", *arguments, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "?" in done.stdout
    assert "—" in (tmp_path / "r" / "samples.txt").read_text(encoding="utf-8")


def test_interruptible_hands_on_what_the_work_raises():
    def work(stop):
        raise TimeoutError("of its own")

    with pytest.raises(TimeoutError, match="of its own"):
        run.interruptible(work)
