"""The lessons' rooms: each is a folder whose contract.py declares it."""

import hashlib
import os
from importlib import import_module
from pathlib import Path
from types import ModuleType

from lessons.checking.answering.contract import Contracted, Lesson

ROOT = Path(__file__).resolve().parents[3]


def declared() -> dict[str, Lesson]:
    """Every room's lesson, by the room's name."""
    folders = sorted(path.parent for path in (ROOT / "lessons").glob("[0-9]*_*/contract.py"))
    lessons = [import_module(f"lessons.{folder.name}.contract").LESSON for folder in folders]
    return {lesson.name: lesson for lesson in lessons}


LESSONS = declared()
CONTRACTS: dict[str, Contracted] = {
    contracted.name: contracted for lesson in LESSONS.values() for contracted in lesson.contracts
}
LESSON_WITH: dict[str, Lesson] = {  # the lesson that a contract function belongs to
    name: lesson for lesson in LESSONS.values() for name in lesson.functions
}


def room_module(lesson: Lesson, name: str) -> ModuleType:
    """A file of a room as a module."""
    return import_module(f"lessons.{lesson.name}.{name}")


def sha_of(path: Path) -> str:
    """What a file holds, as a sha256; one that cannot be read holds nothing."""
    try:
        content = path.read_bytes()
    except OSError:
        content = b""
    return hashlib.sha256(content).hexdigest()


def from_here(path: Path) -> str:
    """A path as seen from the current folder, with forward slashes."""
    try:
        near = Path(os.path.relpath(path))
    except ValueError:  # on another drive
        near = path
    return (path if near.parts[:3] == ("..", "..", "..") else near).as_posix()
