"""A pytest plugin: writes down what a failure tells, step by step, in the words of its story.

For `unrolled watch` it also holds a run until it is wanted, and says at once what fails first.
"""

import json
import os
from typing import Any, TextIO

import pytest


class Waiting:
    """What a run waits for: a line of this file, if there is one."""

    line: TextIO | None = None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the file's option."""
    parser.getgroup("unrolled").addoption(
        "--steps", metavar="FILE", help="write what a failure tells, step by step, as JSON"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait, with all checks collected and the student's file not read, until the run is wanted."""
    run = session.config.pluginmanager.getplugin("unrolled-lessons")
    if Waiting.line is None or run.reported or run.died():  # a fork that has ended had begun
        return
    if not Waiting.line.readline():
        os._exit(0)  # nobody wants it any more
    if run.shown:
        session.config.pluginmanager.register(FirstWord(run))


class FirstWord:
    """Says what fails first while the other checks are made; the story takes its place."""

    def __init__(self, run: Any) -> None:
        self.run, self.said = run, False

    def pytest_runtest_logreport(self) -> None:
        """Look whether a check has failed by now."""
        checks = [check for room in self.run.rooms.values() for check in room.checks]
        failed = next((check for check in checks if check.outcome == "failed"), None)
        if failed and not self.said:
            self.said = True
            self.run.say("  " + failed.message.partition("\n")[0][:76])


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write the steps of the lesson that was run."""
    run = session.config.pluginmanager.getplugin("unrolled-lessons")
    path = session.config.getoption("--steps")
    if path and run and len(run.rooms) == 1:
        room = next(iter(run.rooms.values()))
        content = {"explain": run.explain, **told_of(room)}
        with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump(content, file)


def told_of(room: Any) -> dict[str, Any]:
    """The first failure in a sentence, and what each step adds to what is told of it."""
    if room.verdict != "wrong":
        missing = next((n for n, says in room.states().items() if says == "not written yet"), None)
        return {"sentence": f"{missing} is not written yet." if missing else "", "steps": {}}
    _, first = room.leading()
    return {
        "sentence": first.message.splitlines()[0],
        "line": first.line,
        "hint": first.hint,
        "mistake": first.mistake,
        "steps": steps_of(room),
    }


def steps_of(room: Any) -> dict[str, str]:
    """What each step adds to the story."""
    from lessons.checking.explaining.explanation import STEPS

    found, before = {}, list[str]()
    for step in STEPS:
        now = story_of(room, step)
        found[step] = "\n".join(added(before, now)).strip("\n")
        before = now
    return found


def story_of(room: Any, step: str) -> list[str]:
    """The lines of a failure's story up to a step, with nothing left out."""
    from lessons.checking.running.story import Story, Telling

    lines = Lines()
    Story(room, lines, Telling(step, False, True, "")).tell_failure(1000)
    return lines.lines


class Lines:
    """A writer that keeps the lines."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str = "", **colour: bool) -> None:
        """Keep a line."""
        self.lines.append(text)


def added(before: list[str], after: list[str]) -> list[str]:
    """What stands between the beginning and the end that two texts have in common."""
    start = common(before, after)
    end = common(before[start:][::-1], after[start:][::-1])
    return after[start : len(after) - end]


def common(one: list[str], other: list[str]) -> int:
    """How many lines two texts have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((k for k, (a, b) in pairs if a != b), min(len(one), len(other)))
