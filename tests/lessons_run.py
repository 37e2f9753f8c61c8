"""Running the lessons' checks in a process of their own, as a student or an instructor does."""

import ast
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT


class Run(NamedTuple):
    """What a run printed, its exit code, and its report by lesson."""

    printed: str
    code: int
    lessons: dict[str, Any]

    @property
    def words(self) -> str:
        """What was printed, without its line breaks."""
        return " ".join(self.printed.split())

    def check(self, name: str) -> dict[str, Any]:
        """The check whose name begins so."""
        every = [check for room in self.lessons.values() for check in room["checks"]]
        return next(check for check in every if check["name"].startswith(name))

    def failed(self) -> list[str]:
        """Names of the checks that failed."""
        every = [check for room in self.lessons.values() for check in room["checks"]]
        return [check["name"] for check in every if check["outcome"] == "failed"]


def run_lessons(
    *arguments: object, cwd: Path = ROOT, cache: bool = False, **environment: str
) -> Run:
    """`pytest ARGUMENTS --report FILE`, with no pytest cache unless asked for."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "pytest",
                *["-p", "no:cacheprovider"] * (not cache),
                *map(str, arguments),
                f"--report={report}",
            ],
            cwd=cwd,
            env=os.environ | {"PYTHONIOENCODING": "utf-8"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
        )
        text = report.read_text(encoding="utf-8") if report.exists() else '{"lessons": {}}'
        lessons = json.loads(text)["lessons"]
    return Run(done.stdout, done.returncode, lessons)


def untouched() -> list[Lesson]:
    """The lessons whose stub nobody has filled in yet: they only raise NotImplementedError."""
    return [lesson for lesson in LESSONS.values() if is_stub(lesson.folder / lesson.file, lesson)]


def is_stub(path: Path, lesson: Lesson) -> bool:
    """Whether each contract function of a file is a docstring and a raise."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
    return all(
        name in functions and [type(node) for node in functions[name].body] == [ast.Expr, ast.Raise]
        for name in lesson.functions
    )
