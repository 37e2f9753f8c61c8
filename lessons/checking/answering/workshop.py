"""What is done to the functions of a loaded file after it has failed, to learn what is wrong in it.

Others are put in their place, changed ones are executed, the turns of their loops are counted. It
works beside the file, in whatever process that is; what is asked for and what is told are plain
values.
"""

import builtins
import marshal
import math
import sys
from collections.abc import Callable, Mapping
from functools import partial
from inspect import signature
from typing import Any

import numpy as np

BOUNDED, LARGEST = ("zeros", "ones", "empty", "full"), 1_000_000  # entries of an array
LONGEST = 100_000  # entries of a list or a text, bits of a number
MARKED = ("empty", "empty_like")
MARKER = -6.5537e150  # no result of any case comes near it
WHOLE = -7_654_321_012_345  # the same for integers


class TooLong(Exception):
    """A changed function turns in its loops, or grows, without an end in sight."""


class Workshop:
    """The functions of one loaded file."""

    def __init__(self, names: dict[str, Any], path: str) -> None:
        self.names, self.path = names, path
        self.put: list[tuple[dict[str, Any], dict[str, Any]]] = []  # what stood there, and where
        self.turns = self.work = 0
        self.most = sys.maxsize
        self.made: list[tuple[str, int]] = []  # makers and lines of marked arrays
        self.seen: dict[str, dict[str, tuple[Any, ...]]] = {}

    def all_names(self) -> list[str]:
        """What the file's code can name."""
        return [*self.names, *vars(builtins)]

    def first_line(self, name: str) -> int | None:
        """The line in which a function begins."""
        code = getattr(self.names.get(name), "__code__", None)
        return code.co_firstlineno if code else None

    def default(self, name: str, parameter: str) -> Any:
        """What a parameter is if it is not given; None if that cannot be told."""
        try:
            return signature(self.names[name]).parameters[parameter].default
        except (LookupError, TypeError, ValueError):
            return None

    def exchange(self, functions: Mapping[str, Callable[..., Any]]) -> None:
        """Put other functions in the place of some, until they are put back."""
        self.replace((self.names, dict(functions)))

    def replace(self, *replaced: tuple[dict[str, Any], dict[str, Any]]) -> None:
        """Replace entries of name spaces, until they are put back."""
        for space, new in replaced:
            self.put.append((space, {name: space[name] for name in new if name in space}))
            space.update(new)

    def put_back(self, count: int = 1) -> None:
        """Put back what was replaced last."""
        for _ in range(count):
            space, kept = self.put.pop()
            space.update(kept)

    def mark(self) -> None:
        """Let the calls of np.empty in the file leave a marker, until it is unmarked."""
        self.made = []
        self.patch({name: partial(self.marked, getattr(np, name)) for name in MARKED})

    def unmark(self) -> list[tuple[str, int]]:
        """The makers and lines of what was marked."""
        self.put_back(2)
        return self.made

    def marked(self, maker: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
        """An array of markers, where the file itself makes it."""
        array = maker(*arguments, **options)
        caller = sys._getframe(1)
        if caller.f_code.co_filename == self.path and array.dtype.kind in "fi":
            array.fill(MARKER if array.dtype.kind == "f" else WHOLE)
            self.made.append((f"np.{maker.__name__}", caller.f_lineno))
        return array

    def patch(self, makers: dict[str, Callable[..., Any]]) -> None:
        """Replace functions of NumPy, also where the file has imported them by name."""
        space = vars(np)
        own = {
            name: makers[maker]
            for name, value in self.names.items()
            for maker in makers
            if value is space[maker]
        }
        self.replace((space, makers), (self.names, own))

    def count(self) -> None:
        """Let loops count their turns and arrays stay small, until counting stops."""
        self.kept = dict(self.names)
        self.patch({name: partial(bounded, getattr(np, name)) for name in BOUNDED})
        self.names |= {"__turn__": self.turn, "__numpy__": np, "__seen__": self.see}
        self.turns = self.work = 0

    def stop_counting(self) -> None:
        """Put all back, whatever was executed since."""
        self.put_back(2)
        self.names.clear()
        self.names.update(self.kept)

    def allow(self, most: int) -> None:
        """Begin a call that may make so many turns."""
        self.turns, self.most = 0, most

    def counted(self) -> tuple[int, int]:
        """The turns of the last call, and the work of all."""
        return self.turns, self.work

    def turn(self, work: int) -> None:
        """Count one turn of a loop, and look at how large things have grown."""
        self.turns += 1
        self.work += work
        if self.turns > self.most:
            raise TooLong
        if self.turns % 4:
            return
        for value in sys._getframe(1).f_locals.values():
            if isinstance(value, str | list) and len(value) > LONGEST:
                raise TooLong
            if isinstance(value, int) and value.bit_length() > LONGEST:
                raise TooLong

    def see(self, name: str, held: dict[str, Any]) -> None:
        """Note what the variables of a function hold as it ends."""
        kinds = {variable: kind(value) for variable, value in held.items()}
        self.seen.setdefault(name, {}).update(kinds)

    def kinds(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """The kinds of what the variables of each function held, since that was asked last."""
        seen, self.seen = self.seen, {}
        return seen

    def install(self, code: bytes) -> bool:
        """Execute a definition; whether that can be done."""
        try:
            exec(marshal.loads(code), self.names)
        except Exception:  # whatever a change may lead to
            return False
        return True

    def begin(self, name: str, code: bytes) -> bool:
        """Execute a definition in the place of `name`, until that is put back."""
        self.replace((self.names, {name: self.names[name]}))
        return self.install(code)


def bounded(make: Callable[..., Any], shape: Any, *arguments: Any, **options: Any) -> Any:
    """An array, but no huge one."""
    lengths = shape if isinstance(shape, tuple | list) else (shape,)
    if math.prod(n for n in lengths if isinstance(n, int | np.integer)) > LARGEST:
        raise TooLong
    return make(shape, *arguments, **options)


def kind(value: Any) -> tuple[Any, ...]:
    """What can stand for what: the type, and of arrays the sizes."""
    if isinstance(value, np.ndarray):
        return "array", value.shape
    if isinstance(value, list | tuple):
        return type(value).__name__, len(value), *(kind(inner) for inner in value[:1])
    if isinstance(value, int):
        return "int", value  # an index that runs as far, a size that is as large
    return (type(value).__name__,)
