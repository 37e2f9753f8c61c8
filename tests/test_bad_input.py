"""Bad input: one sentence, exit code 2, no traceback, nothing overwritten."""

import errno
import subprocess
import sys

import numpy as np
import pytest

from reference.program import checkpoint, corpus, reading
from reference.program.cli import UserError, run_program
from reference.train import main, parse
from tests.conftest import ROOT


def refused(arguments, capsys):
    """The sentence with which the program refuses."""
    assert run_program(lambda: main(list(map(str, arguments)))) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1 and said.err.endswith(".\n") and "Traceback" not in said.err
    return said.err


@pytest.fixture
def finished(short_text, tmp_path):
    folder = tmp_path / "finished"
    main(
        [
            "--text",
            str(short_text),
            "--steps",
            "3",
            "--hidden",
            "4",
            "--quiet",
            "--out",
            str(folder),
        ]
    )
    return folder


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--hidden", "0"], "--hidden"),
        (["--hidden", "many"], "whole number"),
        (["--epochs", "-1"], "--epochs"),
        (["--eta", "0"], "--eta"),
        (["--eta", "nan"], "--eta"),
        (["--seq-length", "2.5"], "--seq-length"),
        (["--log-every", "0"], "--log-every"),
        (["--seed", "-1"], "--seed"),
        (["--steps", "0"], "--steps"),
        (["--corpus", "hamlet"], "tidewright"),
        (["--text", "a", "--corpus", "tidewright"], "not allowed"),
        (["--verbose"], "--verbose"),
        (["--as-published", "--fast"], "--fast"),
        (["--resume"], "no run to resume"),
        (["--resume", "--out", "nowhere"], "nowhere"),
        (["--text", "nowhere.txt"], "nowhere.txt"),
    ],
)
def test_an_option_out_of_range(arguments, word, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert word in refused(arguments, capsys)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"exactly twenty-five here!", "25 characters"),
        (b"caf\xe9 " * 100, "UTF-8"),
        ("wide".encode("utf-16") * 100, "UTF-8"),
    ],
)
def test_a_text_that_cannot_be_used(raw, word, capsys, tmp_path):
    (tmp_path / "text.txt").write_bytes(raw)
    out = tmp_path / "out"
    assert word in refused(["--text", tmp_path / "text.txt", "--out", out], capsys)
    assert not out.exists()


def test_a_folder_as_text_and_a_file_as_folder(capsys, tmp_path, short_text):
    refused(["--text", tmp_path], capsys)
    assert "file" in refused(["--text", short_text, "--out", short_text], capsys)


def test_a_folder_that_holds_a_run_is_refused_and_an_empty_one_is_fine(finished, capsys, tmp_path):
    before = contents(finished)
    assert "--resume" in refused(["--out", finished], capsys)
    assert contents(finished) == before
    (tmp_path / "empty").mkdir()
    assert (
        run_program(lambda: main(["--steps", "1", "--quiet", "--out", str(tmp_path / "empty")]))
        == 0
    )


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--hidden", "5"], "--hidden 4"),
        (["--eta", "0.2"], "--eta"),
        (["--log-every", "5"], "--log-every"),
        (["--as-published"], "--as-published"),
        (["--corpus", "tidewright"], "another text"),
    ],
)
def test_a_checkpoint_of_other_options_or_another_text(finished, capsys, arguments, word):
    before = contents(finished)
    assert word in refused(["--resume", "--out", finished, *arguments], capsys)
    assert contents(finished) == before


@pytest.mark.parametrize("damage", ["half", "nothing", "text", "zeros"])
def test_a_damaged_checkpoint(finished, capsys, damage):
    path = finished / "checkpoint.npz"
    raw = path.read_bytes()
    damaged = {
        "half": raw[: len(raw) // 2],
        "nothing": b"",
        "text": b"hello",
        "zeros": raw[:2_000] + bytes(500) + raw[2_500:],
    }
    path.write_bytes(damaged[damage])
    before = contents(finished)
    assert "damaged" in refused(["--resume", "--out", finished], capsys)
    assert contents(finished) == before


def test_a_curve_that_was_cut(finished, capsys):
    (finished / "curve.csv").write_text("step\n", encoding="utf-8")
    assert "curve.csv" in refused(["--resume", "--out", finished], capsys)


def test_a_full_disk_leaves_what_was_saved(finished, capsys, monkeypatch):
    before = contents(finished)

    def full(file):
        raise OSError(errno.ENOSPC, "No space left on device", str(finished / "curve.csv"))

    monkeypatch.setattr(checkpoint, "flush", full)
    said = refused(["--resume", "--out", finished, "--steps", "9", "--quiet"], capsys)
    assert "No space left" in said and "--resume" in said
    monkeypatch.undo()
    after = contents(finished)
    assert after["checkpoint.npz"] == before["checkpoint.npz"]
    assert set(after) == set(before)  # nothing half written is left behind
    main(["--resume", "--out", str(finished), "--steps", "9", "--quiet"])
    assert reading.load_checkpoint(finished / "checkpoint.npz").state.step == 9


def test_a_folder_that_cannot_be_written(short_text, capsys, tmp_path, monkeypatch):
    def denied(*_, **__):
        raise PermissionError(errno.EACCES, "Permission denied", "out")

    monkeypatch.setattr("pathlib.Path.mkdir", denied)
    said = refused(["--text", short_text, "--out", tmp_path / "out"], capsys)
    assert "Permission denied" in said


@pytest.mark.parametrize("name", ["numpy", "rich", "matplotlib", "threadpoolctl", "numba"])
def test_a_missing_package(name, tmp_path):
    """A package that cannot be imported, as though it were not installed."""
    hide = f"import sys; sys.modules[{name!r}] = None; "
    call = "from reference.program.cli import run_program; from reference.train import main; "
    arguments = ["--steps", "1", "--out", str(tmp_path / "out"), "--quiet"]
    arguments += ["--fast"] * (name == "numba")
    done = subprocess.run(
        [sys.executable, "-c", f"{hide}{call}sys.exit(run_program(lambda: main({arguments})))"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert name in done.stderr and "install" in done.stderr and done.stderr.count("\n") == 1


def test_sample_names_what_is_wrong(finished, capsys, tmp_path):
    from reference import sample

    for arguments, word in (
        ([str(tmp_path / "nowhere")], "nowhere"),
        ([str(finished), "--prime", "\u2603"], "\u2603"),
        ([str(finished), "--temperature", "0"], "--temperature"),
    ):
        assert run_program(lambda given=arguments: sample.main(given)) == 2
        said = capsys.readouterr().err
        assert word in said and said.count("\n") == 1


def test_a_byte_order_mark_and_crlf_are_read_and_said(tmp_path, capsys):
    plain, marked = tmp_path / "plain.txt", tmp_path / "marked.txt"
    plain.write_bytes(b"one\ntwo\n" * 20)
    marked.write_bytes(b"\xef\xbb\xbf" + b"one\r\ntwo\r\n" * 20)
    a, b = corpus.load_corpus(plain), corpus.load_corpus(marked)
    assert a.characters == b.characters
    np.testing.assert_array_equal(a.indices, b.indices)
    assert a.remarks == () and len(b.remarks) == 2
    main(["--text", str(marked), "--steps", "1", "--out", str(tmp_path / "out")])
    said = capsys.readouterr().out
    assert "byte order mark" in said and "40 line ends" in said


def test_a_wrong_option_is_one_sentence():
    with pytest.raises(UserError, match="see --help"):
        parse(["--nonsense"])
