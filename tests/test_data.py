"""The embedded text and curves, byte for byte, and the text that can be fetched."""

import hashlib
import http.server
import threading
from functools import partial
from itertools import islice

import numpy as np
import pytest

from reference import training
from reference.program import corpus, curves
from reference.program.cli import UserError


def test_the_novel_is_the_one_that_was_recorded(novel):
    assert novel.sha256 == "2b40773994379ab4c60e8a98b40707c019a3bef3426731164219412014ef806e"
    assert (len(novel.indices), len(novel.characters)) == (397_766, 81)
    assert novel.path.stat().st_size == 398_033
    assert b"\r" not in novel.path.read_bytes()
    assert (len(novel.indices) - 1) // 25 == 15_910


def test_the_published_curve_has_27_steps():
    published = curves.published_losses()
    assert list(published) == list(range(0, 270_000, 10_000))
    assert (published[0], published[260_000]) == (109.53701347501567, 43.83259045350417)


def test_the_recorded_curve_is_this_programs_and_as_long_as_the_published_one(novel):
    steps, losses = curves.recorded_curve("reference_curve.csv")
    np.testing.assert_array_equal(steps, np.arange(0, 17 * 15_910, 100))
    assert max(curves.published_losses()) in steps
    params = training.initialise(81, 100, np.random.default_rng(41))
    own = [
        step.smooth_loss
        for step in islice(training.steps(training.begin(params), novel.indices), 101)
    ]
    assert own[0] == pytest.approx(losses[0], abs=1e-9)
    assert own[100] == pytest.approx(losses[1], rel=0.02)  # rounding has grown; worst 0.5%
    assert losses[-1] < 0.4 * losses[0]


@pytest.fixture
def server(tmp_path):
    """A server on this machine that has one file."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "input.txt").write_text("First Citizen:\n" * 9, encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            """Keep the test's output clean."""

    handler = partial(Quiet, directory=tmp_path / "served")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/input.txt"
        server.shutdown()


def test_tinyshakespeare_is_fetched_once_and_checked(server, tmp_path, monkeypatch):
    raw = (tmp_path / "served" / "input.txt").read_bytes()
    monkeypatch.setattr("pooch.os_cache", lambda _: tmp_path / "cache")
    monkeypatch.setattr(corpus, "TINYSHAKESPEARE", server)
    monkeypatch.setattr(corpus, "TINYSHAKESPEARE_SHA256", hashlib.sha256(raw).hexdigest())
    path = corpus.corpus_path("tinyshakespeare")
    assert path.read_bytes() == raw
    monkeypatch.setattr(corpus, "TINYSHAKESPEARE", "http://127.0.0.1:1/gone")
    assert corpus.corpus_path("tinyshakespeare") == path


def test_no_network_and_a_wrong_file_are_one_sentence(server, tmp_path, monkeypatch):
    monkeypatch.setattr("pooch.os_cache", lambda _: tmp_path / "cache")
    monkeypatch.setattr(corpus, "TINYSHAKESPEARE", server)
    with pytest.raises(UserError, match="damaged"):
        corpus.corpus_path("tinyshakespeare")
    monkeypatch.setattr(corpus, "TINYSHAKESPEARE", "http://127.0.0.1:1/gone")
    with pytest.raises(UserError, match="could not be fetched"):
        corpus.corpus_path("tinyshakespeare")
