"""What an answer may leave changed around it, by accident, and putting it back.

An answer runs in the process of the checks. It may patch a function of NumPy, close a stream, or
change the folder; the checks after it, and the lessons after it, must not suffer from that.
"""

import ast
import builtins
import contextlib
import gc
import io
import math
import os
import random
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from lessons.checking.answering.failure import Wrong

MODULES = (builtins, math, random, np, np.linalg, np.random, os)
REACHING = {"setattr", "delattr", "vars", "globals", "exec", "eval", "__dict__", "sys", "builtins"}


class Surroundings:
    """How things were before any answer was loaded."""

    def __init__(self) -> None:
        self.modules = [(vars(module), dict(vars(module))) for module in MODULES]
        self.modules.append((sys.modules, dict(sys.modules)))
        self.streams = sys.stdin, sys.stdout, sys.stderr
        self.descriptors = [(fd, os.dup(fd)) for fd in (0, 1, 2) if is_open(fd)]
        self.importing = list(sys.meta_path), list(sys.path), list(sys.path_hooks)
        self.folder, self.environment = Path.cwd(), dict(os.environ)
        self.recursion, self.collecting = sys.getrecursionlimit(), gc.isenabled()

    def put_back_functions(self) -> None:
        """Put back what was exchanged or deleted in NumPy, math, the builtins and sys.modules."""
        sys.setrecursionlimit(self.recursion)
        for now, before in self.modules:
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


def reaches_out(source: bytes) -> bool:
    """Whether a file may change something outside of it: it assigns to attributes, or worse."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            return True
        if isinstance(node, ast.Name) and node.id in REACHING:
            return True
        if isinstance(node, ast.Attribute) and node.attr in REACHING:
            return True
    return False


@contextlib.contextmanager
def quiet(printed: io.TextIOWrapper | None) -> Iterator[None]:
    """Let a call print into `printed`, read nothing, and not end the process; no warning fails it.

    With None it has the terminal, for breakpoint() and print.
    """
    kept, leave, hook = (sys.stdin, sys.stdout, sys.stderr), os._exit, sys.breakpointhook
    os._exit = refuse_to_leave
    if printed is not None:
        sys.stdin, sys.stdout, sys.stderr = io.StringIO(), printed, discarded()
        sys.breakpointhook = refuse_to_stop
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        os._exit, sys.breakpointhook = leave, hook
        sys.stdin, sys.stdout, sys.stderr = kept


def discarded() -> io.TextIOWrapper:
    """A stream that takes everything and shows nothing."""
    return io.TextIOWrapper(io.BytesIO(), "utf-8", "backslashreplace", "\n")


def refuse_to_leave(status: int) -> NoReturn:
    """Raise where the answer would end the process, as though nothing had failed."""
    raise SystemExit(status)


def refuse_to_stop(*_: Any, **__: Any) -> NoReturn:
    """Raise where the answer would wait for a debugger's commands."""
    raise Wrong("It stops at breakpoint(): to use the debugger there, add -s to the command.")
