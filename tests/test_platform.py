"""Without processes and threads, and run after run in one Python, verdicts are the same."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lessons.checking import platform
from lessons.checking.answering.rooms import ROOT
from lessons.checking.answering.watchdog import TimeLimit, Watchdog
from tests.lessons_run import run_lessons

ALONE = """
import json, sys, pytest
from lessons.checking import platform
platform.PROCESSES = platform.THREADS = False
for arguments in json.load(sys.stdin):
    pytest.main(["-p", "no:cacheprovider", *arguments], plugins=[object()])
"""


def without_seconds(lessons: dict[str, Any]) -> dict[str, Any]:
    """The lessons of a report, with nothing in it that differs from run to run."""
    for room in lessons.values():
        del room["seconds"]
        room["told"] = re.sub(r"\([0-9.]+ s\)", "", room["told"])
    return lessons


def test_runs_in_one_python_without_processes_and_threads_find_what_fresh_ones_find(
    tmp_path: Path,
) -> None:
    text = (ROOT / "reference" / "encoding.py").read_text(encoding="utf-8")
    unsorted = text.replace("sorted(set(text))", "list(set(text))")
    (tmp_path / "encoding.py").write_text(unsorted, encoding="utf-8", newline="\n")
    runs = [
        ["lessons/01_encoding", f"--solution={tmp_path}"],
        ["lessons/04_backward", f"--solution={ROOT / 'tests' / 'answers' / 'wrong'}"],
        ["lessons/01_encoding", f"--solution={ROOT / 'tests' / 'answers' / 'unusual'}"],
    ]
    reports = [tmp_path / f"{k}.json" for k in range(len(runs))]
    subprocess.run(
        [sys.executable, "-c", ALONE],
        input=json.dumps([[*run, f"--report={at}"] for run, at in zip(runs, reports, strict=True)]),
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": "0"},
        stdout=subprocess.DEVNULL,
        encoding="utf-8",
        check=True,
    )
    for run, report in zip(runs, reports, strict=True):
        fresh = run_lessons(*run, PYTHONHASHSEED="0")
        found = json.loads(report.read_text(encoding="utf-8"))["lessons"]
        assert without_seconds(found) == without_seconds(fresh.lessons)
        if run == runs[0]:
            assert "the vocabulary is the same in every process" in fresh.failed()
    assert fresh.code == 0


def test_without_threads_a_call_itself_is_made_to_look_at_the_clock(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looks: list[Any] = []
    monkeypatch.setattr(platform, "THREADS", False)
    monkeypatch.setattr(platform, "every", lambda seconds, look: looks.append(look))
    watchdog = Watchdog(0.01, lambda: None)

    def loop() -> None:
        while True:
            looks[0]()

    with pytest.raises(TimeLimit):
        watchdog.call(loop)
    looks[0]()  # no call is running
    assert watchdog.call(lambda: 5) == 5
    watchdog.end()
    assert looks[1:] == [None]
