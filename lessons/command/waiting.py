"""A pytest plugin for `unrolled watch`: holds a run until it is wanted, and tells what fails."""

import os
from typing import Any, TextIO

import pytest
from hypothesis import given
from hypothesis.strategies import integers

from lessons.checking.answering.answer import solution_modules
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import room_module
from lessons.checking.explaining.ladder import climb, ladder_of, right
from lessons.command import state


class Waiting:
    """What a run waits for: a line of this file."""

    line: TextIO  # a copy of standard input, which pytest takes away


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Wait, with all checks collected and the student's file not read, until the run is wanted."""
    run = session.config.pluginmanager.getplugin("unrolled-lessons")
    if run.reported or run.died():  # a fork that has ended had begun
        return
    for room in run.rooms.values():
        prepare(room.lesson)
    if not Waiting.line.readline():
        os._exit(0)  # nobody wants it any more
    if run.shown:
        session.config.pluginmanager.register(FirstWord(run))


def prepare(lesson: Lesson) -> None:
    """Have all ready that the first run in a process makes, and that no answer changes."""
    from lessons.command import keeping  # noqa: F401

    state.sha_of_suite(lesson)  # of the checks that this process has read
    solution_modules(lesson)
    for name in ("findings", "mistakes"):
        room_module(lesson, name)
    for name in lesson.functions:
        climb(ladder_of(name), right(name))
    given(integers())(lambda _: None)()  # Hypothesis does much at its first example


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
