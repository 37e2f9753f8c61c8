"""Blows to runs, their files and their command lines: one sentence, and nothing lost."""

import random
import subprocess
import sys
import time

import pytest

from reference import sample
from reference.program.cli import run_program as in_this_process
from reference.train import main
from tests import blows
from tests.blows import (
    NONSENSE,
    NUMBERS,
    SMALL,
    TWELVE,
    altered_files,
    finished_run,
    refusal,
    texts,
)
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return finished_run(tmp_path_factory.mktemp("run"))


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_altered_files_are_refused_in_a_sentence_and_nothing_is_changed(run, capsys):
    struck, strikes = 0, altered_files(run, random.Random(12))
    whole = contents(run)
    while struck < 90:
        what, name, raw = next(strikes)
        if blows.unharmed(name, raw, whole[name]):
            continue
        (run / name).write_bytes(raw)
        before = contents(run)
        if name == "best.npz":
            code = in_this_process(lambda: sample.main([str(run)]))
        else:
            resume = ["--resume", "--steps", "70", "--quiet", "--out", str(run)]
            code = in_this_process(lambda given=resume: main(given))
        assert not refusal(code, capsys.readouterr().err), what
        assert contents(run) == before, what
        (run / name).write_bytes(whole[name])
        struck += 1


@pytest.mark.parametrize("name", texts())
def test_odd_texts_are_trained_on_or_refused_in_a_sentence(name, tmp_path, capsys):
    raw, fine = texts()[name]
    (tmp_path / "text.txt").write_bytes(raw)
    out = tmp_path / "out"
    given = ["--text", str(tmp_path / "text.txt"), "--steps", "1", *SMALL, "--out", str(out)]
    began = time.monotonic()
    code = in_this_process(lambda: main(given))
    said = capsys.readouterr().err
    if fine:
        assert code == 0, said
        return
    assert not refusal(code, said)
    assert not out.exists()
    assert time.monotonic() - began < 10  # a tenth of that on a quiet machine


@pytest.mark.parametrize("option", [*NUMBERS, "--text", "--corpus", "--out"])
def test_nonsensical_values_are_refused_in_a_sentence(option, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    fine = {"--seed": {"0", TWELVE}, "--eta": {"1.5"}, "--out": set(NONSENSE) - {"", "--"}}
    for value in NONSENSE:
        for given in ([option, value], [f"{option}={value}"]):
            if value in fine.get(option, {TWELVE}) or (value.startswith("-") and len(given) == 2):
                continue
            arguments = [*given, "--steps", "1", "--quiet"]
            if option == "--steps":
                arguments = [*given, "--quiet"]
            code = in_this_process(lambda given=arguments: main(given))
            assert not refusal(code, capsys.readouterr().err), given
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_and_a_folder_are_no_text(tmp_path, capsys):
    places = [tmp_path]
    if hasattr(__import__("os"), "mkfifo"):
        __import__("os").mkfifo(tmp_path / "pipe")
        places.append(tmp_path / "pipe")
    for place in places:
        code = in_this_process(lambda given=place: main(["--text", str(given)]))
        assert not refusal(code, capsys.readouterr().err)


def test_a_resume_without_a_checkpoint_starts_nothing(tmp_path, capsys):
    (tmp_path / "curve.csv").write_text("mine", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for folder in (tmp_path, tmp_path / "empty", tmp_path / "nowhere"):
        code = in_this_process(lambda given=folder: main(["--resume", "--out", str(given)]))
        said = capsys.readouterr().err
        assert not refusal(code, said) and "no run to resume" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["curve.csv", "empty"]
    assert (tmp_path / "curve.csv").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("count", [2, 5])
def test_of_runs_started_at_once_in_one_folder_one_runs_and_the_others_say_so(count, tmp_path):
    command = [sys.executable, "-m", "reference.train", "--steps", "3000", "--quiet", "--out"]
    started = [
        subprocess.Popen([*command, str(tmp_path / "out")], cwd=ROOT, stderr=subprocess.PIPE)
        for _ in range(count)
    ]
    said = [process.communicate()[1].decode() for process in started]
    codes = [process.returncode for process in started]
    assert sorted(codes) == [0] + [2] * (count - 1), said
    for code, words in zip(codes, said, strict=True):
        if code:
            assert not refusal(code, words)
            assert "Another run is at work" in words or "already holds a run" in words
    rows = (tmp_path / "out" / "curve.csv").read_text(encoding="utf-8").splitlines()
    assert len(rows) == 31


def test_new_runs_without_a_folder_get_one_each(tmp_path, program):
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(3) as pool:
        jobs = [pool.submit(program, "reference.train", "--steps", 50, "--quiet") for _ in range(3)]
        assert [job.result().returncode for job in jobs] == [0, 0, 0]
    assert sorted(path.name for path in (tmp_path / "runs").iterdir()) == ["001", "002", "003"]


@pytest.mark.parametrize("module", ["reference.train", "reference.sample"])
def test_a_reader_who_has_seen_enough_is_no_error(module, run, tmp_path):
    """As after `| head -1`: the output is closed, and a run goes on to its end."""
    given = [str(run), "--length", "300000"]
    if module == "reference.train":
        given = ["--steps", "500", "--hidden", "4", "--out", str(tmp_path / "out")]
    process = subprocess.Popen(
        [sys.executable, "-m", module, *given],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read().decode()
    assert (process.wait(), said) == (0, "")
    if module == "reference.train":
        assert (tmp_path / "out" / "loss.png").exists()
