"""What a run found, and the JSON file that says so."""

import hashlib
import json
import os
import platform
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.comparing.compare import Proof
from lessons.checking.explaining.explanation import Explanation

REPORTED = (
    *("name", "functions", "outcome", "message", "place", "line", "line_from", "hint", "mistake"),
    "explainer_error",
)
SENT = (*REPORTED, "waits_for")  # by a fork, as it ends a check
SCHEMA = "unrolled/report/v1"
SHARED = ("lessons/checking", "reference")  # what all rooms rest on
VERDICTS = ("right", "wrong", "unwritten", "partial", "started")


@dataclass(frozen=True)
class Place:
    """A line of the student's file in which something is to be changed, and how that is known."""

    line: int
    line_from: str  # "exception", "repair" or "unwritten entry"
    says: str = ""  # what there is to tell before the line; "" if it is told already
    piece: str = ""  # of the line
    look: str = ""  # what there is to look at


@dataclass
class Check:
    """One check of a room and how it ended."""

    name: str
    functions: list[str]
    outcome: str = "passed"  # or "failed", or "waiting" for a function that is not written
    message: str = ""
    place: str | None = None
    wrong_line: Place | None = None
    hint: str | None = None  # points at the idea
    mistake: str | None = None
    explainer_error: str | None = None  # an exception of the checks themselves
    case: str = ""  # the call that failed
    story: Explanation | None = None  # of a case of the ladder
    waits_for: str | None = None  # the function that is not written
    again: Callable[[], object] | None = None  # makes the check once more
    many: bool = False  # whether it does so for many random examples

    @classmethod
    def received(cls, sent: dict[str, Any]) -> "Check":
        """A check as a fork has sent it."""
        fields = {name: value for name, value in sent.items() if name not in ("line", "line_from")}
        place = Place(sent["line"], sent["line_from"]) if sent["line"] else None
        return cls(**fields, wrong_line=place)

    @property
    def line(self) -> int | None:
        """The line in which something is to be changed, if it is known."""
        return self.wrong_line.line if self.wrong_line else None

    @property
    def line_from(self) -> str | None:
        """How that line is known."""
        return self.wrong_line.line_from if self.wrong_line else None


@dataclass
class Room:
    """A lesson's checks."""

    lesson: Lesson
    checks: list[Check] = field(default_factory=list)
    collected: int = 0
    partial: bool = False
    seconds: float = 0.0
    path: str = ""  # of the student's file
    file: str = ""  # its sha256 as the checks began, if `unrolled` is to know the verdict
    lines: list[str] = field(default_factory=list)  # of that file
    problem: str = ""  # what kept the file from being loaded
    proof: Proof = field(default_factory=Proof)
    given: dict[str, list[str]] = field(default_factory=dict)  # right but for these, by function

    def failed(self, function: str) -> list[Check]:
        """The checks of one function, and of it alone, that failed."""
        return [c for c in self.checks if c.outcome == "failed" and c.functions == [function]]

    def states(self) -> dict[str, str]:
        """Whether each function is right, wrong, not written or not run."""
        return {name: self.state(name) for name in self.lesson.functions}

    def state(self, name: str) -> str:
        """The state of one function; what it shares with a wrong one does not count against it."""
        told = (c.story.given for c in self.checks if c.story and c.functions == [name])
        if given := self.given.get(name) or next(told, []):
            return (
                f"right, given what {f'{given[0]} does' if len(given) == 1 else 'those above do'}"
            )
        if self.problem:
            return "not run"
        failed = [c for c in self.checks if c.outcome == "failed"]
        alone = {c.functions[0] for c in failed if len(c.functions) == 1}
        mine = [c for c in self.checks if name in c.functions]
        if name in alone or any(
            c.outcome == "failed" and not alone & set(c.functions) for c in mine
        ):
            return "wrong"
        if any(c.waits_for == name for c in mine):
            return "not written yet"
        return "right" if any(c.outcome == "passed" for c in mine) else "not run"

    def wrong(self) -> list[str]:
        """The functions that are wrong, in the order in which they build on each other."""
        return [name for name, state in self.states().items() if state == "wrong"]

    def leading(self) -> tuple[list[Check], Check]:
        """The failed checks of the function that is told of, and the one of them that leads."""
        failed = [check for check in self.checks if check.outcome == "failed"]
        first = next(iter(self.wrong()), None)
        mine = [check for check in failed if first in check.functions] or failed
        return mine, next((check for check in mine if check.story), mine[0])

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


def of_room(room: Room, told: str) -> dict[str, Any]:
    """A room as the report has it, with what a student reads of it."""
    return {
        "verdict": room.verdict,
        "seconds": round(room.seconds, 3),
        "collected": max(room.collected, len(room.checks)),
        "functions": room.states(),
        "problem": room.problem or None,
        "told": told,
        "checks": [{name: getattr(check, name) for name in REPORTED} for check in room.checks],
    }


def started(lesson: Lesson) -> dict[str, Any]:
    """A room of which nothing is known yet: the run may have died in it."""
    return of_room(Room(lesson), "") | {"verdict": "started"}


class Kept:
    """A writer that keeps what is written, without its colours."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str, **colour: bool) -> None:
        """Keep a piece of a line."""
        self.text += text

    def line(self, text: str = "", **colour: bool) -> None:
        """Keep a line, or the end of one."""
        self.text += f"{text}\n"


def of_run(
    lessons: Mapping[str, dict[str, Any]],
    *,
    solution: Path | None = None,
    options: dict[str, Any],
    isolation: dict[str, Any],
    finished: bool,
) -> dict[str, Any]:
    """The report of a run: what was judged, by what, and what was found.

    Parameters
    ----------
    lessons : mapping
        What is known of each lesson, by its name.
    solution : Path, optional
        The folder of the answer; without one it is the rooms' own files.
    options, isolation : dict
        What the verdicts depend on, and what stood between the answer and the checks.
    finished : bool
        Whether the run came to its end.
    """
    files = {name: (solution or LESSONS[name].folder) / LESSONS[name].file for name in lessons}
    verdicts = [lesson["verdict"] for lesson in lessons.values()]
    return {
        "schema": SCHEMA,
        "finished": finished,
        "suite": suite(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "options": options,
        "isolation": isolation,
        "totals": {verdict: verdicts.count(verdict) for verdict in VERDICTS},
        "lessons": {name: {"file": of_file(files[name])} | lessons[name] for name in lessons},
    }


def of_file(path: Path) -> dict[str, Any]:
    """The name of a file, and the sha256 of what is in it; null if it is not there."""
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        found = None
    return {"name": path.name, "sha256": found}


@cache
def suite() -> dict[str, Any]:
    """The version of the suite, and the sha256 of all that a verdict rests on beside the answer."""
    rooms = [path for one in LESSONS.values() for path in one.folder.glob("*.py")]
    shared = [path for part in SHARED for path in (ROOT / part).rglob("*.py")]
    answers = {one.folder / one.file for one in LESSONS.values()}
    digest = hashlib.sha256()
    for path in sorted({*rooms, *shared} - answers):
        for part in (path.relative_to(ROOT).as_posix().encode(), path.read_bytes()):
            digest.update(hashlib.sha256(part).digest())
    return {"version": version(), "sha256": digest.hexdigest()}


def version() -> str | None:
    """The version that the project's own file names; without one, that of the installed package."""
    path = ROOT / "pyproject.toml"
    found = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    if found.get("project", {}).get("name") == "unrolled":
        return str(found["project"]["version"])
    try:
        return metadata.version("unrolled")
    except metadata.PackageNotFoundError:
        return None


def write(path: Path, content: dict[str, Any]) -> None:
    """Write a report as JSON, in one move, so that no reader finds half of it."""
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    if path.exists() and not path.is_file():  # a device, such as /dev/stdout
        path.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
        return
    new = path.with_name(f"{path.name}.{os.getpid()}.new")  # of this run, if several write there
    new.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    new.replace(path)
