"""How checks call an answer: with copies, within a time limit, and looking at what comes back."""

import contextlib
import inspect
import io
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np

from lessons.checking import contract
from lessons.checking.answer import Answer
from lessons.checking.failure import Waiting, Wrong
from lessons.checking.watchdog import TimeLimit, Watchdog


@dataclass
class Calls:
    """What the calls of one check have in common, and what is remembered of the last one."""

    watchdog: Watchdog
    capture: bool = True  # keep what the answer prints, to show it with a failure
    timed_out: set[str] = field(default_factory=set)
    last: tuple[str, tuple[Any, ...], dict[str, Any]] | None = None  # the last call made
    printed: str = ""  # what it printed

    def describe(self) -> str:
        """The last call and what it printed, in a few lines."""
        if self.last is None:
            return ""
        lines = [f"Called as {self.last[0]} with", describe_call(*self.last)]
        if self.printed:
            lines += ["It printed", textwrap.indent(shortened(self.printed), "  ")]
        return "\n".join(lines)


class Function:
    """A contract function of the answer, to be called like the function itself."""

    def __init__(self, name: str, answer: Answer, calls: Calls) -> None:
        self.name, self.answer, self.calls = name, answer, calls

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call with copies of the arguments, so that a change to them is not seen outside."""
        return self.in_place(*copied(arguments), **options)

    def in_place(self, *arguments: Any, **options: Any) -> Any:
        """Call with the very arguments, and look at what is returned."""
        before = copied(arguments)
        parameters_of(self.name)  # looked up now: while the call runs, the reference is hidden
        self.calls.last = (self.name, before, options)
        result = self.run(lambda: self.answer.function(self.name)(*arguments, **options))
        self.look_at(result, before, options)
        if self.name == "training_steps":
            return self.steps(iter(result), len(before[0]["b"]))
        return result

    def repeat(self, times: int, *arguments: Any, **options: Any) -> list[Any]:
        """Call so many times with the same arguments, within the time limit of one call."""
        kept = copied(arguments)
        self.calls.last = (self.name, kept, options)
        given = copied(arguments)

        def call() -> list[Any]:
            function = self.answer.function(self.name)
            return [function(*given, **options) for _ in range(times)]

        results: list[Any] = self.run(call)
        for result in results:
            self.look_at(result, kept, options)
        return results

    def look_at(self, result: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Expect what the contract says of the result of a call."""
        try:
            contract.RETURNS[self.name](result, *arguments, **options)
        except Wrong as wrong:
            raise Wrong(f"{self.name}: {wrong.message}") from None

    def load(self) -> None:
        """Execute the answer's file, within the time limit of a call."""
        try:
            self.run(self.answer.run_module)
        except Waiting:  # a stub is called at the file's own level
            self.answer.problem = Wrong(f"{self.name} calls a function that is not written yet.")
        except Wrong as wrong:
            self.answer.problem = wrong

    def steps(self, iterator: Iterator[Any], m: int) -> Iterator[Any]:
        """Go through what training_steps returned, each step within the time limit."""
        end = object()
        while True:
            value = self.run(lambda: next(iterator, end))
            if value is end:
                return
            try:
                contract.step(value, m)
            except Wrong as wrong:
                raise Wrong(f"{self.name}: {wrong.message}") from None
            yield value

    def run(self, call: Callable[[], Any]) -> Any:
        """Make a call into the student's code; whatever it raises becomes a sentence."""
        calls, answer = self.calls, self.answer
        if self.name in calls.timed_out:
            raise Wrong(f"{self.name} was stopped in an earlier check and is not run again.")
        printed = io.StringIO()
        shown = contextlib.redirect_stdout(printed) if calls.capture else contextlib.nullcontext()
        try:
            with shown, answer.without_solution(), np.errstate(all="ignore"):
                return calls.watchdog.call(call)
        except (Waiting, Wrong):
            raise
        except NotImplementedError as error:
            raise Waiting(self.name, f"{self.name} is not written yet") from error
        except TimeLimit as error:
            calls.timed_out.add(self.name)
            line = answer.line_of(error)
            where = f"\n  it was in line {line[0]}: {line[1]}" if line else ""
            raise Wrong(
                f"{self.name} was stopped after {calls.watchdog.limit:g} s: "
                f"is there a loop that never ends?{where}",
                answer.place(line[0]) if line else None,
            ) from None
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise answer.explain(error, self.name) from error
        finally:
            calls.printed = printed.getvalue()
            if answer.forbidden:
                raise answer.cheating()


def copied(value: Any) -> Any:
    """A copy of arguments or results: new arrays, new dicts, and all else as it is."""
    if isinstance(value, np.ndarray):
        return value.copy(order="K")
    if isinstance(value, dict):
        return {key: copied(entry) for key, entry in value.items()}
    if type(value) in (tuple, list):
        return type(value)(copied(entry) for entry in value)
    return value


def shortened(text: str, lines: int = 8) -> str:
    """The first lines of what was printed."""
    whole = text.rstrip().splitlines()
    more = [f"... and {len(whole) - lines} lines more"] * (len(whole) > lines)
    return "\n".join([line[:76] for line in whole[:lines]] + more)


def describe_call(name: str, arguments: tuple[Any, ...], options: dict[str, Any]) -> str:
    """The call in a few lines: small values whole, large ones by their shape."""
    lines = []
    named = zip(parameters_of(name), arguments, strict=False)
    for parameter, value in [*named, *options.items()]:
        if isinstance(value, dict) and set(value) == set("UWVbc"):
            K, m = value["V"].shape
            if m * K <= 6:
                lines += [entry(f'{parameter}["{key}"]', tensor) for key, tensor in value.items()]
            else:
                lines.append(f"  {parameter} with m = {m}, K = {K}")
        elif not callable(value):
            lines.append(entry(parameter, value))
    return "\n".join(lines)


def entry(name: str, value: Any) -> str:
    """One argument, on one line or as a small table."""
    label = f"  {name:<8} "
    if isinstance(value, np.ndarray):
        if value.size > 30:
            return f"{label}of shape {value.shape}"
        return label + show(value, len(label))
    text = repr(value)
    return label + (text if len(text) <= 70 else text[:67] + "...")


def show(value: Any, indent: int = 0) -> str:
    """An array or a number in four significant digits."""
    text = np.array2string(
        np.asarray(value), precision=4, max_line_width=78 - indent, suppress_small=False,
        formatter={"float_kind": lambda x: f"{x:.4g}"},
    )  # fmt: skip
    return text.replace("\n", "\n" + " " * indent)


@cache
def parameters_of(name: str) -> tuple[str, ...]:
    """Names of the parameters of a contract function."""
    lesson = next(lesson for lesson in contract.LESSONS.values() if name in lesson.functions)
    function = getattr(import_module(f"reference.{lesson.module}"), name)
    return tuple(inspect.signature(function).parameters)
