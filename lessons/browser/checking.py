"""One run of a lesson's checks, told as it goes."""

import io
import re
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import replace
from typing import Any

import pytest

from lessons.checking.answering.anatomy import process_lost
from lessons.checking.answering.contract import Lesson
from lessons.checking.running.report import Room
from lessons.checking.running.story import Story
from reference.program.cli import UserError

EVERY = 0.1  # seconds between words of how far a run is
REST = "; the checks after this one were not run."
ALIVE = 0.25  # seconds between signs of life


def check(lesson: Lesson, tell: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Run the checks on the file as it is; their story, in lines of pieces with a colour."""
    run = Run(tell)
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(printed):
        pytest.main([str(lesson.folder), "-p", "no:cacheprovider", "--capture=sys"], plugins=[run])
    if not run.story:
        raise UserError(f"The checks could not be run. {printed.getvalue()}".strip())
    return {"story": run.story}


class Life:
    """Tells the page that Python lives, and what there is to say if no more such word comes."""

    def __init__(self, tell: Callable[[dict[str, Any]], None], limit: float) -> None:
        self.tell, self.limit, self.name, self.told = tell, limit, "", 0.0

    def calling(self, name: str) -> None:
        """Note what is called."""
        if name != self.name:
            self.name, self.told = name, 0.0
        self.beat()

    def within(self, inside: bool) -> None:
        """Give a sign of life when a call begins or ends."""
        self.beat()

    def beat(self) -> None:
        """Give a sign of life, if the last one is a while ago."""
        now = time.monotonic()
        if now > self.told + ALIVE:
            self.told = now
            stuck, ended = (process_lost(self.name, end, self.limit) for end in ("stuck", "{}"))
            word = {"limit": self.limit, "why": stuck + REST, "ended": ended + REST}
            self.tell({"about": "alive"} | word)


class Run:
    """A plugin of pytest that tells how far a run is, and what it has found."""

    def __init__(self, tell: Callable[[dict[str, Any]], None]) -> None:
        self.tell, self.told = tell, 0.0
        self.run: Any = None
        self.story: list[list[tuple[str, str]]] = []

    @property
    def room(self) -> Room | None:
        """The lesson's checks."""
        return next(iter(self.run.rooms.values()), None) if self.run else None

    @pytest.hookimpl(trylast=True)
    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Know the run."""
        self.run = session.config.pluginmanager.getplugin("unrolled-lessons")
        watchdog = self.run.calls.watchdog
        watchdog.watcher = Life(self.tell, watchdog.limit)

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self) -> None:
        """Say how many checks are done, and what fails first."""
        room, now = self.room, time.monotonic()
        if room is None:
            return
        failed = next((one for one in room.checks if one.outcome == "failed"), None)
        done = len(room.checks)
        if now > self.told + EVERY or done == room.collected:
            self.told = now
            first = failed.message.partition("\n")[0] if failed else ""
            self.tell({"about": "run", "done": done, "of": room.collected, "failed": first})

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Tell the story."""
        if (room := self.room) and room.checks:
            pieces = Pieces()
            telling = replace(self.run.telling_of(room), alone=False, command="")
            Told(room, pieces, telling).tell()
            self.story = pieces.lines


class Told(Story):
    """The story without the command to run next, in whose place the page has a button."""

    def closing(self) -> list[str]:
        """What was proved, in as many lines as with the command: so much is told before them."""
        lines = super().closing()
        text = re.sub(r"\s+(Then\s+run|All\s+of\s+them):\s*$", "", "\n".join(lines))
        left = text.splitlines()
        return left + [""] * (len(lines) - len(left))


class Pieces:
    """A writer that keeps lines of pieces, each with its colour."""

    def __init__(self) -> None:
        self.lines: list[list[tuple[str, str]]] = [[]]

    def write(self, text: str, **colour: bool) -> None:
        """Keep a piece of a line."""
        self.lines[-1].append((text, next(iter(colour), "")))

    def line(self, text: str = "", **colour: bool) -> None:
        """Keep a line, or the end of one."""
        if text:
            self.write(text, **colour)
        self.lines.append([])
