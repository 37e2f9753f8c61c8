"""Which check rejects which known mistake.

python -m lessons.checking.matrix [ROOM ...] prints a table a room, mistakes by checks, and the
checks that alone reject some mistake.
"""

import argparse
import contextlib
import io
import json
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.explaining.mistakes import mistakes_of


class Instead:
    """A pytest plugin that puts functions in the place of a room's answer."""

    def __init__(self, lesson: Lesson, replaced: dict[str, Callable[..., Any]]) -> None:
        module = ModuleType("answer")
        reference = import_module(f"reference.{lesson.module}")
        functions = {name: getattr(reference, name) for name in lesson.functions}
        vars(module).update(functions | replaced)
        self.answer = Answer(lesson, lesson.folder / "replaced.py", module)
        self.outcomes: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Give the answer to the lessons' plugin, and keep what it finds."""
        lessons = session.config.pluginmanager.getplugin("unrolled-lessons")
        lessons.answers.known[self.answer.lesson.name] = self.answer
        self.rooms = lessons.rooms


def outcomes(
    lesson: Lesson, replaced: dict[str, Callable[..., Any]], *options: str
) -> dict[str, str]:
    """How each check of a room ends for an answer: the reference's, with some replaced."""
    instead = Instead(lesson, replaced)
    arguments = [str(lesson.folder), "-p", "no:cacheprovider", "--call-limit=5", *options]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(arguments, plugins=[instead])
    return {check.name: check.outcome for check in instead.rooms[lesson.name].checks}


def main() -> None:
    """Print or write the matrix."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="04_backward and so on")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write it to FILE instead")
    options = parser.parse_args()
    os.chdir(ROOT)
    found: dict[str, dict[str, dict[str, str]]] = {}
    for name in options.rooms or LESSONS:
        lesson = LESSONS[name]
        found[name] = {
            entry.name: outcomes(lesson, {entry.function: entry.call})
            for entry in mistakes_of(lesson)
        }
        if not options.json:
            print_room(name, found[name])
    if options.json:
        options.json.write_text(json.dumps(found), encoding="utf-8", newline="\n")


def print_room(name: str, rows: dict[str, dict[str, str]]) -> None:
    """One room's table: a column a check, x where it fails."""
    checks = list(next(iter(rows.values())))
    print(f"\n{name}: {len(rows)} mistakes by {len(checks)} checks")
    for k, check in enumerate(checks):
        alone = [
            mistake
            for mistake, row in rows.items()
            if [c for c in row if row[c] == "failed"] == [check]
        ]
        only = f"   alone rejects {', '.join(alone)}" if alone else ""
        print(f"  {k + 1:>3}  {check}{only}")
    for mistake, row in rows.items():
        marks = "".join("x" if row[check] == "failed" else "." for check in checks)
        print(f"  {marks}  {mistake}{'' if 'x' in marks else '   NOT REJECTED'}")


if __name__ == "__main__":
    main()
