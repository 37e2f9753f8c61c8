"""The two ways in which a check does not pass."""

from collections.abc import Callable
from typing import Any

MOST = 20_000  # characters of a message


class Waiting(Exception):
    """A contract function that the check needs is not written yet."""

    def __init__(self, function: str, sentence: str) -> None:
        super().__init__(sentence)
        self.function = function


class Wrong(AssertionError):
    """The answer is wrong; the message says what came back and what was expected.

    `place` is the student's own file and line where that is known better than by function;
    `numbers` says that all is as it should be but for numbers that are not finite; `result` is
    what a call returned, `story` what there is to tell beside the message.
    """

    def __init__(
        self,
        message: str,
        place: str | None = None,
        *,
        numbers: bool = False,
        result: Any = None,
        story: Any = None,
    ) -> None:
        if len(message) > MOST:  # such as the keys of a huge dict
            message = f"{message[:MOST]} ..."
        message = message.encode("utf-8", "backslashreplace").decode("utf-8")  # lone surrogates
        super().__init__(message)
        self.message = message
        self.place = place
        self.numbers, self.result, self.story = numbers, result, story

    @property
    def line(self) -> int | None:
        """The line of the student's file, where that is known."""
        number = (self.place or "").rpartition(":")[2]
        return int(number) if number.isdecimal() else None


class WrongLength(Wrong):
    """An iterator gives too few items, or too many."""


class Stopped(Wrong):
    """A call went on beyond its limit."""


def expect(holds: object, message: str) -> None:
    """Raise Wrong with `message` unless `holds`."""
    if not holds:
        raise Wrong(message)


def refusal(call: Callable[[], object], what: str) -> ValueError:
    """The ValueError that `call` raises; `what` says what should have been refused."""
    try:
        call()
    except Wrong as wrong:
        if isinstance(wrong.__cause__, ValueError):
            return wrong.__cause__
        if wrong.__cause__ is None:
            raise
        kind = type(wrong.__cause__).__name__
        raise Wrong(f"{what} raised {kind}; expected a ValueError.", wrong.place) from None
    raise Wrong(f"{what} was accepted; expected a ValueError.")
