"""What a run found, and the JSON file that says so."""

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.comparing.compare import Proof
from lessons.checking.explaining.explanation import Explanation


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


def write(path: Path, rooms: dict[str, Room]) -> None:
    """Write the verdicts as JSON."""
    lessons = {
        name: {
            "verdict": room.verdict,
            "seconds": round(room.seconds, 3),
            "checks": [
                {
                    "name": check.name,
                    "functions": check.functions,
                    "outcome": check.outcome,
                    "message": check.message,
                    "place": check.place,
                    "mistake": check.mistake,
                }
                for check in room.checks
            ],
        }
        for name, room in rooms.items()
    }
    text = json.dumps({"lessons": lessons}, indent=2, ensure_ascii=False) + "\n"
    path.write_text(text, encoding="utf-8", newline="\n")
