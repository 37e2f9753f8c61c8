"""Known mistakes as edits of right answers: what people type, in styles of their own.

A lesson's table is in tests/answers/edits/; it knows nothing of the registry of mistakes.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSON_WITH, ROOT


class Edited(NamedTuple):
    """A mistake: the answer in tests/answers that is edited, what is replaced, and by what.

    `fits` is how the name of a check begins that says the same as the mistake.
    """

    style: str  # the folder of the answer, or several lines where the place is not the only one
    old: str | tuple[str, ...]
    new: str | tuple[str, ...]
    fits: str = ""

    def function(self, name: str) -> Callable[..., Any]:
        """The contract function called `name`, of the edited answer."""
        path = ROOT / "tests" / "answers" / self.style / LESSON_WITH[name].file
        source = path.read_text(encoding="utf-8")
        olds = (self.old,) if isinstance(self.old, str) else self.old
        news = (self.new,) if isinstance(self.new, str) else self.new
        for old, new in zip(olds, news, strict=True):
            if source.count(old) != 1:
                raise ValueError(
                    f"{path.name} of {self.style} has {source.count(old)} times {old!r}"
                )
            source = source.replace(old, new)
        module: dict[str, Any] = {"__name__": f"edited_{path.stem}"}
        exec(compile(source, str(path), "exec"), module)
        function: Callable[..., Any] = module[name]
        return function


class Written(NamedTuple):
    """A mistake that no small edit can say, written out."""

    call: Callable[..., Any]
    fits: str = ""

    def function(self, name: str) -> Callable[..., Any]:
        """The function itself."""
        return self.call


Row = Edited | Written


@cache
def table(lesson: Lesson) -> dict[str, Row]:
    """A lesson's mistakes in other styles, by their names in the registry."""
    rows: dict[str, Row] = import_module(f"tests.answers.edits.{lesson.module}").EDITS
    return rows
