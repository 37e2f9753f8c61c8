"""A class is judged to its end, whatever ends or hangs in the middle, and nothing twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lessons.checking.answering.rooms import ROOT
from lessons.grading.classes import engine, store, submissions, worker
from lessons.grading.classes.command import Class
from lessons.grading.classes.engine import Where
from lessons.grading.judging import Asked
from reference.program.cli import UserError
from tests.fake_judge import JUDGE

ASKED = Asked(("03_loss",))


def handed_in(folder: Path, *does: str) -> None:
    """A submission for each thing that the judge is to do."""
    for k, what in enumerate(does):
        (folder / f"{what} {k}").mkdir(parents=True, exist_ok=True)
        (folder / f"{what} {k}" / "loss.py").write_text(f"# {what} {k}\n", encoding="utf-8")


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the judge has noted."""
    monkeypatch.setenv("JUDGED", str(tmp_path / "log"))
    (tmp_path / "log").touch()
    return tmp_path / "log"


def noted(log: Path, word: str) -> list[str]:
    """The notes that begin with a word."""
    lines = log.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith(f"{word} ")]


def begun(log: Path) -> Counter[str]:
    """How often the judging of each submission has begun."""
    return Counter(line.partition("# ")[2] for line in noted(log, "begins"))


def gone(pids: list[int]) -> bool:
    """Whether processes have ended, or do so soon."""
    there = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    return not psutil.wait_procs(there, timeout=10)[1]


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def judged(folder: Path, out: Path) -> Class:
    """A class that has been judged here."""
    made = Class(submissions.read(folder), out, ASKED)
    made.kept.mkdir(parents=True, exist_ok=True)
    made.judge(Where(2), JUDGE)
    return made


def test_what_hangs_or_crashes_costs_nobody_else_and_only_what_is_new_is_judged(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Asked, "run_limit", 4.0)
    handed_in(tmp_path / "in", "pass", "hang", "crash", "kill", "pass")
    made = judged(tmp_path / "in", tmp_path / "out")
    found = {those[0].name: store.found(made.kept, key) or {} for key, those in made.whose.items()}
    assert {name: bool(one["problem"]) for name, one in found.items()} == {
        "pass 0": False,
        "hang 1": True,
        "crash 2": True,
        "kill 3": True,
        "pass 4": False,
    }
    assert found["hang 1"]["over"] and "longer than 4.4 s" in found["hang 1"]["problem"]
    assert found["hang 1"]["seconds"] < 10
    assert "it broke" in found["crash 2"]["problem"]
    assert gone([int(line.split()[1]) for line in noted(log, "begins") + noted(log, "below")])
    made.report()
    assert "longer than 4.4 s" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    handed_in(tmp_path / "in", "pass", "hang", "crash", "kill", "pass", "pass")
    judged(tmp_path / "in", tmp_path / "out")
    counts = begun(log)
    assert counts == {
        "pass 0": 1,
        "hang 1": 1,
        "crash 2": 2,
        "kill 3": 2,
        "pass 4": 1,
        "pass 5": 1,
    }


def test_the_same_files_are_judged_once_and_a_broken_result_again(
    tmp_path: Path, log: Path
) -> None:
    for name in ("alice", "bob"):
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "loss.py").write_text("# both", encoding="utf-8")
    made = judged(tmp_path / "in", tmp_path / "out")
    made.report()
    assert [student.right for student in made.summary.students] == [1, 1]
    assert begun(log) == {"both": 1}
    (path,) = made.kept.glob("*.json")
    path.write_bytes(path.read_bytes()[:100])
    judged(tmp_path / "in", tmp_path / "out")
    assert begun(log) == {"both": 2}


def run(*arguments: object) -> subprocess.Popen[str]:
    """A run in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fake_judge", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def results(out: Path) -> set[str]:
    """The results that are kept."""
    return {path.name for path in (out / "submissions").glob("*.json")}


@pytest.mark.skipif(sys.platform == "win32", reason="it has no signals of this kind")
def test_a_run_that_is_interrupted_or_killed_goes_on_where_it_was(
    tmp_path: Path, log: Path
) -> None:
    handed_in(tmp_path / "in", *["sleep"] * 10)
    out = tmp_path / "out"
    made = Class(submissions.read(tmp_path / "in"), out, ASKED)
    path_of = {those[0].name: store.path_of(out, key).name for key, those in made.whose.items()}
    kept: set[str] = set()
    for end, least in ((signal.SIGINT, 2), (signal.SIGKILL, 5)):
        going = run(tmp_path / "in", out)
        until(lambda least=least: len(results(out)) >= least)
        going.send_signal(end)
        said = going.communicate(timeout=60)[0]
        before, kept = begun(log), results(out)
        assert len(kept) < 10
        assert all(worker.read(out / "submissions" / name) for name in kept)
        assert gone([int(line.split()[1]) for line in noted(log, "begins")])
        if end == signal.SIGINT:
            assert going.returncode == 130
            assert f"Stopped: {len(kept)} of 10 are judged and kept." in said
            assert "goes on where it was" in said and "Traceback" not in said
    last = run(tmp_path / "in", out)
    assert last.wait(timeout=60) == 0
    assert len(results(out)) == 10
    again = {name for name, count in begun(log).items() if count > before[name]}
    assert again == {name for name, path in path_of.items() if path not in kept}
    assert len({*noted(log, "ends")}) == 10


def certified(folder: Path) -> None:
    """A certificate that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "class")])
    now, public = datetime.now(UTC), key.public_key()
    mark = x509.SubjectKeyIdentifier.from_public_key(public)
    certificate = (
        x509.CertificateBuilder(name, name, public, x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(mark, critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(plain)


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[list[str], list[subprocess.Popen[bytes]]]]:
    """A scheduler and two workers, each a process, and what leads to them."""
    certified(folder)
    files = {"ca-file": "cert.pem", "cert": "cert.pem", "key": "key.pem"}
    tls = [part for name, file in files.items() for part in (f"--tls-{name}", str(folder / file))]
    found = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--protocol", "tls"]
    command += ["--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
    command += ["--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(found)]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    processes: list[subprocess.Popen[bytes]] = []

    def start(*arguments: str) -> None:
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        processes.append(subprocess.Popen([*arguments, *tls], cwd=folder, env=environment, **quiet))

    try:
        start(*command)
        until(lambda: bool(worker.read(found)))
        address = worker.read(found)["address"]
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-dashboard"]
        command += ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        start(*command)
        start(*command)
        yield [address, *(str(folder / file) for file in files.values())], processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def test_workers_elsewhere_over_tls_one_of_which_is_killed(
    tmp_path: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 2.0)
    handed_in(tmp_path / "in", *["sleep"] * 8)
    out = tmp_path / "out"
    with cluster(tmp_path) as (leads, processes):
        going = run(tmp_path / "in", out, *leads)
        until(lambda: len(results(out)) >= 2 and len(noted(log, "begins")) >= 4)
        processes[-1].kill()
        assert going.wait(timeout=60) == 0
        with pytest.raises(UserError, match="does not answer"):
            Class(submissions.read(tmp_path / "in"), tmp_path / "new", ASKED).judge(
                Where(scheduler=leads[0].replace("tls://", "tcp://")), JUDGE
            )
    assert len(results(out)) == 8
    assert sorted(begun(log)) == sorted(f"sleep {k}" for k in range(8))
    assert (
        sum(begun(log).values()) <= 10
    )  # what it was at, and what was on its way, are judged again
    assert gone([int(line.split()[1]) for line in noted(log, "begins")])
