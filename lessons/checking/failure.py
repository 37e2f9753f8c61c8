"""The two ways in which a check does not pass."""


class Waiting(Exception):
    """A contract function that the check needs is not written yet."""

    def __init__(self, function: str, sentence: str) -> None:
        super().__init__(sentence)
        self.function = function


class Wrong(AssertionError):
    """The answer is wrong; the message says what came back and what was expected.

    `place` is the student's own file and line where that is known better than by function.
    """

    def __init__(self, message: str, place: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


def expect(holds: object, message: str) -> None:
    """Raise Wrong with `message` unless `holds`."""
    if not holds:
        raise Wrong(message)
