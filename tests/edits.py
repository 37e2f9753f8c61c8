"""Known mistakes as edits of right answers: what people type, in styles of their own.

A lesson's table is tests/answers/edits/NAME.toml. It knows nothing of the registry of mistakes but
their names: `style` is the folder of the right answer that is edited, `old` a piece that occurs in
it once, `new` what takes its place (or several of both, one after the other), and `fits` how the
name of a check begins that says the same as the mistake.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSON_WITH, ROOT

ANSWERS = ROOT / "tests" / "answers"


class Edited(NamedTuple):
    """A mistake, as an edit."""

    style: str
    old: str | list[str]
    new: str | list[str]
    fits: str = ""

    def edited(self, source: str) -> str:
        """The right answer's source with the mistake in it."""
        olds = [self.old] if isinstance(self.old, str) else self.old
        news = [self.new] if isinstance(self.new, str) else self.new
        for old, new in zip(olds, news, strict=True):
            if source.count(old) != 1:
                raise ValueError(f"{old!r} is {source.count(old)} times in {self.style}")
            source = source.replace(old, new)
        return source

    def function(self, name: str) -> Callable[..., Any]:
        """The contract function called `name`, of the edited answer."""
        path = ANSWERS / self.style / LESSON_WITH[name].file
        module: dict[str, Any] = {"__name__": f"edited_{path.stem}"}
        source = self.edited(path.read_text(encoding="utf-8"))
        exec(compile(source, str(path), "exec"), module)
        function: Callable[..., Any] = module[name]
        return function


@cache
def table(lesson: Lesson) -> dict[str, Edited]:
    """A lesson's mistakes as edits, by their names in the registry."""
    text = (ANSWERS / "edits" / f"{lesson.module}.toml").read_text(encoding="utf-8")
    return {name: Edited(**row) for name, row in tomllib.loads(text).items()}
