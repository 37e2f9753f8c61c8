"""What a pytest item is in the lessons' words: its lesson, its functions, its sentence."""

from functools import cache
from pathlib import Path

import pytest

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT


def lesson_of(item: pytest.Item) -> Lesson | None:
    """The lesson that a check belongs to."""
    return lesson_in(item.path.parent)


@cache
def lesson_in(folder: Path) -> Lesson | None:
    """The lesson whose room a folder is."""
    return LESSONS.get(folder.name) if folder.parent == ROOT / "lessons" else None


def functions(item: pytest.Item, lesson: Lesson) -> list[str]:
    """The contract functions that a check is about."""
    needed = set(getattr(item, "fixturenames", ()))
    parameters = getattr(item, "callspec", None)
    if parameters is not None:
        needed |= {value for value in parameters.params.values() if isinstance(value, str)}
    return [name for name in lesson.functions if name in needed]


def sentence(item: pytest.Item) -> str:
    """A check's name as a sentence."""
    name, _, parameters = item.name.removeprefix("test_").partition("[")
    return name.replace("_", " ") + (f" ({parameters[:-1]})" if parameters else "")
