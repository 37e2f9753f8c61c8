"""How checks call an answer: with copies, within a time limit, and looking at what comes back."""

import dis
import itertools
import textwrap
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.anatomy import raised_in
from lessons.checking.answering.answer import Answer
from lessons.checking.answering.contract import Contracted, Stream
from lessons.checking.answering.describing import describe_call, parameters_of
from lessons.checking.answering.failure import Stopped, Waiting, Wrong, WrongLength
from lessons.checking.answering.printing import shortened
from lessons.checking.answering.rooms import CONTRACTS
from lessons.checking.answering.surroundings import Quiet, Surroundings
from lessons.checking.answering.values import arrays, copied, plain, same_bits
from lessons.checking.answering.watchdog import TimeLimit, Watchdog
from lessons.checking.answering.workshop import Workshop

AHEAD = 12  # items that another process makes before it is asked for the next, where it may


@dataclass
class Calls:
    """What the calls of one check have in common, and what is remembered of the last one."""

    watchdog: Watchdog
    capture: bool = True  # keep what the answer prints, to show it with a failure
    timed_out: set[str] = field(default_factory=set)
    last: tuple[str, tuple[Any, ...], dict[str, Any]] | None = None  # the last call made
    printed: str = ""  # what it printed
    count: int = 0  # calls made since the check began
    began: Callable[[str], None] = lambda name: None  # told of each call as it begins
    surroundings: Surroundings = field(default_factory=Surroundings)

    def __post_init__(self) -> None:
        self.quiet = Quiet(capture=self.capture)

    def describe(self) -> str:
        """The last call and what it printed, in a few lines."""
        if self.last is None:
            return ""
        lines = [f"Called as {self.last[0]} with", describe_call(*self.last)]
        if self.printed:
            lines += ["It printed", textwrap.indent(shortened(self.printed), "  ")]
        return "\n".join(lines)


class Function(ABC):
    """A function of the contract, to be called like the function itself and looked at."""

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def contracted(self) -> Contracted:
        """What the contract says of it."""
        return CONTRACTS[self.name]

    def made_ahead(self) -> "Function":
        """The same function; of what it gives one by one, some may be made before it is asked for.

        That is for checks that change nothing in between.
        """
        return self

    @abstractmethod
    def implementation(self) -> Callable[..., Any]:
        """What is called."""

    @abstractmethod
    def run(self, call: Callable[[], Any]) -> Any:
        """Make a call; whatever it raises becomes a sentence."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        """Call with copies of the arguments, so that a change to them is not seen outside."""
        return self.in_place(*copied(arguments), **options)

    def allowing_infinite(self, *arguments: Any, **options: Any) -> Any:
        """Call with copies of the arguments; numbers that are not finite are returned too."""
        return self.in_place(*copied(arguments), finite=False, **options)

    def unchecked(self, *arguments: Any, **options: Any) -> Any:
        """Call, but look at nothing."""
        return self.run(lambda: self.implementation()(*arguments, **options))

    def often(self, count: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> list[Any]:
        """Call so many times with the very arguments, within one time limit; look at nothing."""

        def call() -> list[Any]:
            function = self.implementation()
            return [function(*arguments, **options) for _ in range(count)]

        called: list[Any] = self.run(call)
        return called

    def following(self, iterator: Iterator[Any], end: object) -> Any:
        """What an iterator gives next, or `end`."""
        return self.run(lambda: next(iterator, end))

    def default(self, parameter: str) -> Any:
        """What a parameter is if it is not given; None if that cannot be told."""
        return Workshop({self.name: self.implementation()}, "").default(self.name, parameter)

    def in_place(self, *arguments: Any, finite: bool = True, **options: Any) -> Any:
        """Call with the very arguments, and look at what is returned."""
        before = copied(arguments)
        parameters_of(self.name)  # looked up now: while the call runs, the reference is hidden
        self.remember(before, options)
        result = self.unchecked(*arguments, **options)
        self.compare_arguments(arguments, before)
        self.look_at(result, before, options, finite=finite)
        if self.contracted.stream is not None:
            return self.items(self.contracted.stream, iter(result), before, options)
        if self.contracted.further_keys:
            result = {name: result[name] for name in "UWVbc"}
        if not self.contracted.in_place:
            self.expect_new_arrays(result, arguments)
        return plain(result)

    def remember(self, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:  # noqa: B027
        """Keep what it is called with, to show it with a failure; nothing, unless it may fail."""

    def expect_new_arrays(self, result: Any, arguments: tuple[Any, ...]) -> None:
        """Expect no result to be an argument, or a view of one."""
        for k, argument in enumerate(arguments):
            for given in arrays(argument):
                if any(np.shares_memory(own, given) for own in arrays(result)):
                    parameter = parameters_of(self.name)[k]
                    raise Wrong(
                        f"{self.name} returns memory of its argument {parameter}, so that "
                        "changing one changes the other; return a copy."
                    )

    def compare_arguments(self, arguments: tuple[Any, ...], before: tuple[Any, ...]) -> None:
        """Expect every argument to be as it was, but for those that are changed in place."""
        for k, (argument, kept) in enumerate(zip(arguments, before, strict=True)):
            if k not in self.contracted.in_place and not same_bits(argument, kept):
                parameter = parameters_of(self.name)[k]
                raise Wrong(
                    f"{self.name} changed its argument {parameter}; {self.contracted.advice}."
                )

    def repeat(self, times: int, *arguments: Any, **options: Any) -> list[Any]:
        """Call so many times with the same arguments, a few hundred within one time limit."""
        kept = copied(arguments)
        self.remember(kept, options)
        given = copied(arguments)
        results: list[Any] = []
        while len(results) < times:
            results += self.often(min(250, times - len(results)), given, options)
        self.compare_arguments(given, kept)
        for result in results:
            self.look_at(result, kept, options)
        return results

    def look_at(
        self,
        result: Any,
        arguments: tuple[Any, ...],
        options: dict[str, Any],
        *,
        finite: bool = True,
    ) -> None:
        """Expect what the contract says of the result of a call."""
        try:
            self.contracted.returns(result, *arguments, **options)
        except Wrong as wrong:
            if finite or not wrong.numbers:
                raise Wrong(f"{self.name}: {wrong.message}", result=result) from None

    def items(
        self,
        stream: Stream,
        iterator: Iterator[Any],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Iterator[Any]:
        """Go through what comes one by one, each within the time limit."""
        expected, end = stream.expected(*arguments, **options), object()
        for count in itertools.count():
            value = self.following(iterator, end)
            if value is end:
                if count < expected:
                    raise WrongLength(f"{self.name} ends after {count} steps; expected {expected}.")
                return
            if count >= expected + 3:
                raise WrongLength(
                    f"{self.name} goes on after the last window of the last epoch; "
                    f"expected {expected} steps."
                )
            try:
                self.look_at_item(stream, value, arguments)
            except Wrong as wrong:
                raise Wrong(f"{self.name}: {wrong.message}") from None
            yield value

    def look_at_item(self, stream: Stream, value: Any, arguments: tuple[Any, ...]) -> None:
        """Expect what the contract says of one item; a look at its attributes may run code."""
        self.run(partial(stream.item, value, *arguments))


class StudentFunction(Function):
    """A function of an answer, called within the time limit."""

    ahead = 1  # items that another process makes at a time

    def __init__(self, name: str, answer: Answer, calls: Calls) -> None:
        super().__init__(name)
        self.answer, self.calls = answer, calls

    def implementation(self) -> Callable[..., Any]:
        """The student's own function."""
        function: Callable[..., Any] = self.answer.function(self.name)
        return function

    def made_ahead(self) -> Function:
        """The same function, of which another process makes some items at a time."""
        function = StudentFunction(self.name, self.answer, self.calls)
        function.ahead = AHEAD
        return function

    def remember(self, arguments: tuple[Any, ...], options: dict[str, Any]) -> None:
        """Keep what it is called with, to show it with a failure."""
        self.calls.last = (self.name, arguments, options)

    def others(self) -> dict[str, Function]:
        """All functions of the same answer, by name."""
        names = self.answer.lesson.functions
        return {name: StudentFunction(name, self.answer, self.calls) for name in names}

    def unchecked(self, *arguments: Any, **options: Any) -> Any:
        """Call, but look at nothing."""
        if elsewhere := self.answer.elsewhere:
            return elsewhere.call(self, arguments, options)
        return super().unchecked(*arguments, **options)

    def often(self, count: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> list[Any]:
        """Call so many times with the very arguments, within one time limit; look at nothing."""
        if elsewhere := self.answer.elsewhere:
            return elsewhere.often(self, count, arguments, options)
        return super().often(count, arguments, options)

    def following(self, iterator: Iterator[Any], end: object) -> Any:
        """What an iterator gives next, or `end`."""
        if elsewhere := self.answer.elsewhere:
            return elsewhere.following(self, iterator, end)
        return super().following(iterator, end)

    def look_at_item(self, stream: Stream, value: Any, arguments: tuple[Any, ...]) -> None:
        """Expect what the contract says of one item."""
        if self.answer.elsewhere:  # there it was looked at, and here is a record of it
            stream.item(value, *arguments)
        else:
            super().look_at_item(stream, value, arguments)

    def default(self, parameter: str) -> Any:
        """What a parameter is if it is not given; None if that cannot be told."""
        return self.answer.workshop.default(self.name, parameter)

    def begins(self) -> None:
        """Note that a call begins, unless none is to be made any more."""
        if self.name in self.calls.timed_out:
            raise Stopped(f"{self.name} was stopped in an earlier check and is not run again.")
        self.calls.began(self.name)

    def run(self, call: Callable[[], Any]) -> Any:
        """Make a call into the student's code; whatever it raises becomes a sentence."""
        calls, answer = self.calls, self.answer
        self.begins()
        try:
            with calls.quiet, answer.while_called():
                return calls.watchdog.call(call)
        except (Waiting, Wrong):
            raise
        except NotImplementedError as error:
            raise Waiting(self.name, f"{self.name} is not written yet") from error
        except TimeLimit as error:
            calls.timed_out.add(self.name)
            at = raised_in(error, answer.path)
            where = f"\n  it was in line {at.line}: {at.text.strip()}" if at else ""
            raise Stopped(
                f"{self.name} was stopped after {calls.watchdog.limit:g} s: "
                f"is there a loop that never ends?{where}",
                answer.place(at.line) if at else None,
            ) from None
        except KeyboardInterrupt as error:
            if not raised_there(error):
                raise
            raise answer.explain(error, self.name) from error
        except BaseException as error:
            raise answer.explain(error, self.name) from error
        finally:
            if answer.reaches_out:
                calls.surroundings.put_back_functions()
            calls.printed = calls.quiet.printed()
            if answer.forbidden:
                raise answer.cheating()


class KnownFunction(Function):
    """One of the project's own functions, called and looked at like an answer's."""

    def __init__(self, name: str, call: Callable[..., Any], *, trusted: bool = False) -> None:
        super().__init__(name)
        self.call, self.trusted = call, trusted

    def implementation(self) -> Callable[..., Any]:
        """The function itself."""
        return self.call

    def in_place(self, *arguments: Any, finite: bool = True, **options: Any) -> Any:
        """Call with the very arguments; what is trusted is not looked at."""
        if self.trusted and self.contracted.stream is None:
            return self.unchecked(*arguments, **options)
        return super().in_place(*arguments, finite=finite, **options)

    def run(self, call: Callable[[], Any]) -> Any:
        """Make a call; whatever it raises becomes a sentence."""
        try:
            with np.errstate(all="ignore"):
                return call()
        except Wrong:
            raise
        except Exception as error:
            raise Wrong(f"{self.name} raises {type(error).__name__}: {error}") from error


def load(answer: Answer, calls: Calls) -> Answer:
    """Execute the answer's file, if there is one, within the time limit of a call."""
    name = answer.lesson.file
    if answer.elsewhere:
        answer.elsewhere.load(answer)
    elif answer.path.is_file():
        try:
            StudentFunction(name, answer, calls).run(answer.run_module)
        except Waiting:  # a stub is called at the file's own level
            answer.problem = Wrong(f"{name} calls a function that is not written yet.")
        except Wrong as wrong:
            answer.problem = wrong
    return answer


def raised_there(error: BaseException) -> bool:
    """Whether an exception comes from a `raise` statement, and not from the keyboard."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return False
    code = traceback.tb_frame.f_code.co_code
    return dis.opname[code[traceback.tb_lasti]] == "RAISE_VARARGS"
