"""What a run found, and the JSON file that says so."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.comparing.compare import Proof
from lessons.checking.explaining.explanation import Explanation

PLAIN = ("name", "functions", "outcome", "message", "place", "waits_for")
STARTED = {"verdict": "started", "seconds": 0.0, "checks": []}  # of a run that may have died


@dataclass
class Check:
    """One check of a room and how it ended."""

    name: str
    functions: list[str]
    outcome: str = "passed"  # or "failed", or "waiting" for a function that is not written
    message: str = ""
    place: str | None = None
    mistake: str | None = None
    case: str = ""  # the call that failed
    story: Explanation | None = None  # of a case of the ladder
    waits_for: str | None = None  # the function that is not written


@dataclass
class Room:
    """A lesson's checks."""

    lesson: Lesson
    checks: list[Check] = field(default_factory=list)
    collected: int = 0
    partial: bool = False
    seconds: float = 0.0
    path: str = ""  # of the student's file
    proof: Proof = field(default_factory=Proof)

    @property
    def verdict(self) -> str:
        """right, wrong, unwritten or partial."""
        outcomes = {check.outcome for check in self.checks}
        if "failed" in outcomes:
            return "wrong"
        if "waiting" in outcomes:
            return "unwritten"
        return "partial" if self.partial or len(self.checks) < self.collected else "right"


def checked_path(config: pytest.Config) -> Path | None:
    """The file of --report, if its folder is there."""
    given = config.getoption("--report")
    if given is None:
        return None
    path = Path(config.invocation_params.dir, given)
    if not path.parent.is_dir() or path.is_dir():
        raise pytest.UsageError(f"--report: {path} cannot be written; name a file in a folder.")
    return path


def of_room(room: Room) -> dict[str, Any]:
    """A room as the report has it."""
    return {
        "verdict": room.verdict,
        "seconds": round(room.seconds, 3),
        "checks": [
            {name: getattr(check, name) for name in (*PLAIN[:5], "mistake")}
            for check in room.checks
        ],
    }


def write(path: Path, lessons: dict[str, Any], *, finished: bool) -> None:
    """Write the verdicts as JSON, in one move, so that no reader finds half a report."""
    content = {"finished": finished, "lessons": lessons}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if path.exists() and not path.is_file():  # a device, such as /dev/stdout
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    new = path.with_name(path.name + ".new")
    new.write_text(text, encoding="utf-8", newline="\n")
    new.replace(path)
