"""Known mistakes: wrong functions that people really write, each with its sentence and hint."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from lessons.checking.contract import Lesson


@dataclass(frozen=True)
class Mistake:
    """A wrong function that stands in for a contract function."""

    name: str
    function: str  # the contract function
    sentence: str  # what is wrong with it
    hint: str  # points at the idea, without the code
    call: Callable[..., Any]


def mistake(function: str, sentence: str, hint: str) -> Callable[[Callable[..., Any]], Mistake]:
    """Register the decorated function as a mistake in `function`."""

    def register(call: Callable[..., Any]) -> Mistake:
        return Mistake(call.__name__, function, sentence, hint, call)

    return register


@cache
def mistakes_of(lesson: Lesson) -> tuple[Mistake, ...]:
    """All mistakes of a room's mistakes.py, in its order."""
    path = lesson.folder / "mistakes.py"
    spec = importlib.util.spec_from_file_location(f"mistakes_{lesson.module}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return tuple(entry for entry in vars(module).values() if isinstance(entry, Mistake))
