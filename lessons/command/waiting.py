"""A pytest plugin for `unrolled watch`: holds a run until it is wanted, and tells what fails."""

import os
from typing import Any, TextIO

import pytest

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
        state.sha_of_suite(room.lesson)  # of the checks that this process has read
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
