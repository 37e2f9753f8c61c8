"""Entries of np.empty that nothing was written to: found by filling them with a marker."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.checking.answering.calling import StudentFunction
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.explaining.ladder import Attempt, ladder_of

MARKER = -6.5537e150  # no result of any case comes near it
WHOLE = -7_654_321_012_345  # the same for integers
MAKERS = ("empty", "empty_like")


@dataclass(frozen=True)
class Unwritten:
    """A line that makes an array of which something stays as it was made."""

    line: int
    quantity: str  # of the result that holds such an entry
    maker: str


def find(function: StudentFunction, attempts: list[Attempt]) -> Unwritten | None:
    """The np.empty whose entries are left in the result of some case."""
    answer = function.answer
    if not answer.path.is_file() or b"empty" not in answer.path.read_bytes():
        return None
    ladder = ladder_of(function.name)
    for attempt in attempts:
        if attempt.right:
            continue
        with marking(str(answer.path), vars(answer.module)) as made:
            try:
                left = ladder.observe(function, ladder.quick(attempt.case))
            except (Wrong, Waiting):
                continue
        found = [name for name, value in left.items() if holds_marker(value)]
        if found and made:
            maker, line = made[-1]
            return Unwritten(line, found[0], maker)
    return None


def holds_marker(value: Any) -> bool:
    """Whether an array has an entry that nobody has written to."""
    array = np.asarray(value)
    return array.dtype.kind in "fiu" and bool(((array == MARKER) | (array == WHOLE)).any())


@contextmanager
def marking(path: str, names: dict[str, Any]) -> Iterator[list[tuple[str, int]]]:
    """Let the calls of np.empty in a file leave a marker; the makers and lines of these."""
    made: list[tuple[str, int]] = []
    kept = {maker: getattr(np, maker) for maker in MAKERS}
    imported = {name: value for name, value in names.items() if value in kept.values()}

    def marked(maker: str) -> Callable[..., np.ndarray]:
        def make(*arguments: Any, **options: Any) -> np.ndarray:
            array: np.ndarray = kept[maker](*arguments, **options)
            caller = sys._getframe(1)
            if caller.f_code.co_filename == path and array.dtype.kind in "fi":
                array.fill(MARKER if array.dtype.kind == "f" else WHOLE)
                made.append((f"np.{maker}", caller.f_lineno))
            return array

        return make

    makers = {maker: marked(maker) for maker in MAKERS}
    try:
        for maker, make in makers.items():
            setattr(np, maker, make)
        names.update({name: makers[value.__name__] for name, value in imported.items()})
        yield made
    finally:
        for maker, make in kept.items():
            setattr(np, maker, make)
        names.update(imported)
