"""Single keys from the terminal, without Enter, where it allows that."""

import os
import sys
import time
from types import TracebackType

if sys.platform == "win32":
    import msvcrt
else:
    import select
    import termios
    import tty


class Keys:
    """The terminal while single keys are read from it; it is put back at the end."""

    def __init__(self) -> None:
        self.there = sys.stdin is not None and sys.stdin.isatty()

    if sys.platform == "win32":

        def __enter__(self) -> "Keys":
            return self

        def __exit__(self, *error: object) -> None:
            return None

        def next(self, seconds: float) -> str:
            """A key that was pressed within so many seconds; none is ""."""
            time.sleep(seconds)
            key = msvcrt.getwch() if self.there and msvcrt.kbhit() else ""
            if key in ("\0", "\xe0"):  # an arrow or another key without a character
                msvcrt.getwch()
                return ""
            return key

    else:

        def __enter__(self) -> "Keys":
            if self.there:
                self.file = sys.stdin.fileno()
                self.before = termios.tcgetattr(self.file)
                tty.setcbreak(self.file)
            return self

        def __exit__(
            self,
            kind: type[BaseException] | None,
            error: BaseException | None,
            traceback: TracebackType | None,
        ) -> None:
            if self.there:
                termios.tcsetattr(self.file, termios.TCSADRAIN, self.before)

        def next(self, seconds: float) -> str:
            """A key that was pressed within so many seconds; none is ""."""
            if not self.there:
                time.sleep(seconds)
                return ""
            if not select.select([self.file], [], [], seconds)[0]:
                return ""
            return os.read(self.file, 1).decode("ascii", "replace") or "q"  # it was closed
