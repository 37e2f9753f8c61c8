"""Entries of np.empty that nothing was written to: found by filling them with a marker."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.checking.answering.calling import StudentFunction
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.answering.workshop import MARKER, WHOLE
from lessons.checking.explaining.ladder import Attempt, ladder_of


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
        left: dict[str, Any] = {}
        answer.workshop.mark()
        with suppress(Wrong, Waiting):
            left = ladder.observe(function, ladder.quick(attempt.case))
        made = answer.workshop.unmark()
        found = [name for name, value in left.items() if holds_marker(value)]
        if found and made:
            maker, line = made[-1]
            return Unwritten(line, found[0], maker)
    return None


def holds_marker(value: Any) -> bool:
    """Whether an array has an entry that nobody has written to."""
    array = np.asarray(value)
    return array.dtype.kind in "fiu" and bool(((array == MARKER) | (array == WHOLE)).any())
