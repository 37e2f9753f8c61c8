"""What a lesson's room still lacks, by name.

python -m lessons.checking.missing [ROOM ...] prints a line for each thing, and ends with 1 if
there is one.
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT, room_module
from lessons.checking.explaining.mistakes import mistakes_of

STYLES = ("einsum", "loops", "unusual")  # of the right answers in tests/


def missing(lesson: Lesson) -> Iterator[str]:
    """What a room lacks, a line each."""
    tests = ROOT / "tests" / "answers"
    files = {
        "page": lesson.folder / "README.md",
        "stub": lesson.folder / lesson.file,
        "copy of the stub": lesson.folder / "stub.txt",
        "worked solution": ROOT / "reference" / lesson.file,
        "checks": lesson.folder / f"test_{lesson.file}",
        "hand-sized cases": lesson.folder / "ladder.py",
        "known mistakes": lesson.folder / "mistakes.py",
        **{f"right answer in the style {style}": tests / style / lesson.file for style in STYLES},
        "known mistakes as edits": tests / "edits" / f"{lesson.module}.toml",
    }
    lacking = {what: path for what, path in files.items() if not path.is_file()}
    yield from (
        f"{path.relative_to(ROOT).as_posix()}: the {what}" for what, path in lacking.items()
    )
    for page, row in rows(lesson).items():
        if row not in page.read_text(encoding="utf-8"):
            yield f"{page.relative_to(ROOT).as_posix()}: the row {row}"
    if not lacking:
        yield from missing_for_functions(lesson)


def missing_for_functions(lesson: Lesson) -> Iterator[str]:
    """What a room with all its files lacks for some function or mistake."""
    reference = import_module(f"reference.{lesson.module}")
    table = ROOT / "tests" / "answers" / "edits" / f"{lesson.module}.toml"
    edits = tomllib.loads(table.read_text(encoding="utf-8"))
    known = mistakes_of(lesson)
    if not entries(room_module(lesson, f"test_{lesson.module}"), "EXAMPLES"):
        yield f"test_{lesson.file}: EXAMPLES of arguments, for what every function must keep to"
    for name in lesson.functions:
        owners = [other.name for other in LESSONS.values() if name in other.functions]
        if len(owners) > 1:
            yield f"{name}: a name of its own; {' and '.join(owners)} share it"
        if not hasattr(reference, name):
            yield f"reference/{lesson.file}: the function {name}"
        if name not in entries(room_module(lesson, "ladder"), "LADDERS"):
            yield f"ladder.py: an entry of LADDERS for {name}"
        if name not in {mistake.function for mistake in known}:
            yield f"mistakes.py: a known mistake in {name}"
    for mistake in known:
        if mistake.name not in edits:
            yield f"{table.relative_to(ROOT).as_posix()}: a row for {mistake.name}"


def entries(module: ModuleType, table: str) -> dict[str, object]:
    """A module's table, empty if it has none."""
    found: dict[str, object] = getattr(module, table, {})
    return found


def rows(lesson: Lesson) -> dict[Path, str]:
    """The lesson's rows in the tables of lessons."""
    page, count = f"lessons/{lesson.name}/README.md", len(lesson.functions)
    return {
        ROOT / "README.md": f"| [{lesson.name}]({page}) | {lesson.builds} |",
        ROOT / "docs" / "instructors.md": (
            f"| [{lesson.name}](../{page}) | {count} | {lesson.idea} | {lesson.hours} |"
        ),
    }


def main() -> int:
    """Print what the named rooms lack, or all; 1 if there is anything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rooms", nargs="*", metavar="ROOM", help="04_backward and so on")
    lacking = 0
    for name in parser.parse_args().rooms or LESSONS:
        lines = (
            list(missing(LESSONS[name]))
            if name in LESSONS
            else [f"lessons/{name}/contract.py: the lesson's contract, a LESSON"]
        )
        lacking += len(lines)
        print(f"{name}: {'lacks nothing' if not lines else ''}".rstrip())
        for line in lines:
            print(f"  {line}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
