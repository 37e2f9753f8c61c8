"""What several tests need: the novel, a short text, and a way to run the programs."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from reference.program.corpus import DATA, Corpus, load_corpus

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def novel() -> Corpus:
    return load_corpus(DATA / "tidewright.txt")


@pytest.fixture
def short_text(tmp_path: Path) -> Path:
    """A text of a few thousand characters, so that an epoch takes a moment."""
    path = tmp_path / "short.txt"
    text = (DATA / "tidewright.txt").read_text(encoding="utf-8")[:5_000]
    path.write_text(text, encoding="utf-8", newline="\n")
    return path


Program = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def program(tmp_path: Path) -> Program:
    """Run `python -m MODULE ARGUMENTS` in tmp_path, as a user would."""

    def run(
        module: str, *arguments: object, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=300,
        )

    return run


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines what could not be run here, and why."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    if reasons:
        terminalreporter.section("not run here", sep="-")
    for reason, count in reasons.items():
        terminalreporter.write_line(f"{count} not run: {reason}")
