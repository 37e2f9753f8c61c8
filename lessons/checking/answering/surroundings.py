"""What an answer may leave changed around it, by accident, and putting it back.

An answer runs in the process of the checks. It may patch a function of NumPy, close a stream, or
change the folder; the checks after it, and the lessons after it, must not suffer from that.
"""

import builtins
import gc
import io
import math
import os
import random
import sys
import warnings
from operator import is_
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from lessons.checking.answering.failure import Wrong

MODULES = (builtins, math, random, np, np.linalg, np.random, os)


class Surroundings:
    """How things were before any answer was loaded."""

    def __init__(self) -> None:
        self.modules = [(vars(module), dict(vars(module))) for module in MODULES]
        self.modules.append((sys.modules, dict(sys.modules)))
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.descriptors = [(fd, os.dup(fd)) for fd in (0, 1, 2) if is_open(fd)]
        self.importing = list(sys.meta_path), list(sys.path), list(sys.path_hooks)
        os.environ.setdefault("MPLBACKEND", "agg")  # a plot opens no window
        self.folder, self.environment = Path.cwd(), dict(os.environ)
        self.recursion, self.collecting = sys.getrecursionlimit(), gc.isenabled()

    def put_back_functions(self) -> None:
        """Put back what was exchanged or deleted in NumPy, math, the builtins and sys.modules."""
        sys.setrecursionlimit(self.recursion)
        for now, before in self.modules:
            if all(map(is_, map(now.get, before), before.values())):
                continue
            for name, value in before.items():
                if now.get(name) is not value:
                    now[name] = value

    def put_back(self) -> None:
        """Put everything back."""
        self.put_back_functions()
        sys.stdin, sys.stdout, sys.stderr = self.streams
        for fd, kept in self.descriptors:
            if not is_open(fd):
                os.dup2(kept, fd)
        sys.meta_path[:], sys.path[:], sys.path_hooks[:] = self.importing
        if not same_folder(self.folder):
            os.chdir(self.folder)
        if os.environ != self.environment:
            os.environ.clear()
            os.environ.update(self.environment)
        if self.collecting and not gc.isenabled():
            gc.enable()

    def close(self) -> None:
        """Close the copies of the descriptors."""
        for _, kept in self.descriptors:
            os.close(kept)
        self.descriptors = []


def is_open(fd: int) -> bool:
    """Whether a file descriptor is open."""
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def same_folder(folder: Path) -> bool:
    """Whether the current folder is this one."""
    try:
        return Path.cwd() == folder
    except OSError:  # it was deleted
        return False


class Quiet:
    """Lets a call print into a stream of its own, read nothing, and not end the process.

    No warning fails it. Without `capture` it has the terminal, for breakpoint() and print. Entered
    thousands of times in a lesson, so that what is still clean after a call serves the next one.
    """

    def __init__(self, *, capture: bool) -> None:
        self.capture = capture
        self.streams = io.StringIO(), discarded(), discarded()
        self.no_warnings: warnings.catch_warnings | None = None

    def __enter__(self) -> None:
        self.kept, self.hook = (sys.stdin, sys.stdout, sys.stderr), sys.breakpointhook
        self.leave, os._exit = os._exit, refuse_to_leave
        if self.capture:
            sys.stdin, sys.stdout, sys.stderr = self.streams
            sys.breakpointhook = refuse_to_stop
        self.no_warnings = None
        if any(action == "error" for action, *_ in warnings.filters):
            self.no_warnings = warnings.catch_warnings()
            self.no_warnings.__enter__()
            warnings.simplefilter("ignore")
        self.floats = np.errstate(all="ignore")
        self.floats.__enter__()

    def __exit__(self, *error: Any) -> None:
        self.floats.__exit__(*error)
        if self.no_warnings is not None:
            self.no_warnings.__exit__(*error)
        os._exit, sys.breakpointhook = self.leave, self.hook
        sys.stdin, sys.stdout, sys.stderr = self.kept

    def printed(self) -> str:
        """What was printed since the last call, and a clean stream for the next one."""
        said = text_in(self.streams[1])
        if said or any(stream.closed for stream in self.streams) or text_in(self.streams[2]):
            self.streams = io.StringIO(), discarded(), discarded()
        return said


def discarded() -> io.TextIOWrapper:
    """A stream like a terminal's, for answers that ask for its encoding or write bytes to it."""
    return io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", "\n")


def text_in(stream: io.TextIOWrapper) -> str:
    """The text in a stream, unless the answer has closed it."""
    if stream.closed:
        return ""
    stream.flush()
    return stream.buffer.getvalue().decode("utf-8", "replace")  # type: ignore[attr-defined]


def refuse_to_leave(status: int) -> NoReturn:
    """Raise where the answer would end the process, as though nothing had failed."""
    raise SystemExit(status)


def refuse_to_stop(*_: Any, **__: Any) -> NoReturn:
    """Raise where the answer would wait for a debugger's commands."""
    raise Wrong("It stops at breakpoint(): to use the debugger there, add -s to the command.")
