"""An answer in another process, as the checks see it.

The process may be lost, by a crash or at the limit of a call; the next call begins a new one.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from typing import Any

import numpy as np

from lessons.checking.answering.anatomy import dumped_line, it_was_in, process_lost
from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, StudentFunction
from lessons.checking.answering.failure import Stopped, Waiting, Wrong
from lessons.checking.answering.watchdog import GRACE, suspended
from lessons.checking.isolating.child import HEADER
from lessons.checking.isolating.walls import Kit, Wall, end_all, end_orphans, environment
from lessons.checking.isolating.wire import (
    CHECKS,
    MOST_RAW,
    MOST_TEXT,
    Exchange,
    Iterating,
    Malformed,
    from_json,
    lent,
)

PATIENCE = GRACE + 1.0  # seconds beyond the limit of a call before its process is killed
STARTING = 30.0  # seconds that a process may take until it can be asked
BEGIN = "from lessons.checking.isolating.child import main; main()"
CALLS, DEEP = 20, 8  # limits of a call that all of a lesson may take; so many more with --deep
LOSSES = 3  # processes that are lost in one function before that is not called any more
MOST_LENT = 10_000  # the largest number that an answer may give to a function of the checks'
MOST_SAID = 2000  # characters of a message
BEGUN: set[int] = set()  # the numbers of the processes that were begun here
# those that the checks may use, where a process can choose
PROCESSORS = os.sched_getaffinity(0) if sys.platform == "linux" else set()


class Lost(Exception):
    """The process is no longer there."""


class Deadline:
    """Kills a process that is still at work at a time."""

    def __init__(self, process: "subprocess.Popen[bytes]", wall: Wall) -> None:
        self.process, self.wall = process, wall
        self.at: float | None = None
        self.fired = False
        self.asleep = 0.0  # seconds in which the computer slept
        threading.Thread(target=self.watch, daemon=True).start()

    def clock(self) -> float:
        """Seconds that the computer was awake."""
        return time.monotonic() - self.asleep

    def begin(self, seconds: float) -> None:
        """Let the process work for so long."""
        self.at = self.clock() + seconds

    def watch(self) -> None:
        """Look at the clock until the process has ended."""
        while self.process.poll() is None:
            self.asleep += suspended()
            at = self.at
            if at is not None and self.clock() > at:
                self.fired = True
                self.kill()

    def kill(self) -> None:
        """End the process and all that it has begun."""
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.kill()
        if self.wall.user is not None:
            end_all(self.wall.user)
        elif self.wall.name == "process" and sys.platform == "linux":
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
            end_orphans(BEGUN)


class Process:
    """The process of an answer and the wire to it."""

    def __init__(self, kit: Kit, wall: Wall, begin: dict[str, Any], **variables: str) -> None:
        self.dump = tempfile.TemporaryFile()
        program = f"import sys; sys.path.insert(0, {str(kit.root)!r}); {BEGIN}"
        with on_any_processor():
            self.process = subprocess.Popen(
                wall.command(kit.root, [sys.executable, "-sPB", "-c", program], **variables),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self.dump,
                cwd=kit.home,
                env=environment(kit.home, **variables),
                start_new_session=hasattr(os, "setsid"),
                **wall.begins_as(),
            )
        assert self.process.stdin is not None and self.process.stdout is not None
        self.target, self.source = self.process.stdin, self.process.stdout
        BEGUN.add(self.process.pid)
        self.deadline = Deadline(self.process, wall)
        self.exchange = Exchange(CHECKS, tuple(begin["attributes"]), lambda *_: None)
        self.number = 0
        self.loaded: set[int] = set()  # answers
        self.beside: list[int] = []  # the processor that it shares with the checks
        self.ahead: tuple[Any, int] = (None, 0)  # what goes on there, and how many items may come
        self.ready: dict[str, Any] | None = None
        self.send(json.dumps(begin).encode(), [])

    def send(self, text: bytes, raw: list[bytes]) -> None:
        """Ask for something, under a number that nobody can know before."""
        self.number = int.from_bytes(os.urandom(8))
        header = HEADER.pack(self.number, len(text), sum(map(len, raw)))
        try:
            self.target.write(b"".join([header, text, *raw]))
            self.target.flush()
        except OSError as error:
            raise Lost from error

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """The answer to what was asked last."""
        number, text, raw = HEADER.unpack(self.read(HEADER.size))
        if number != self.number or text > MOST_TEXT or raw > MOST_RAW:
            raise Malformed("not what was asked for")
        content = self.read(text + raw)
        try:
            said = from_json(content[:text].decode("ascii"))
        except (ValueError, RecursionError) as error:
            raise Malformed("no JSON") from error
        if not isinstance(said, dict):
            raise Malformed("no message")
        return said, content[text:]

    def read(self, size: int) -> bytes:
        """So many bytes."""
        content = self.source.read(size)
        if len(content) != size:
            raise Lost
        return content

    def started(self) -> dict[str, Any]:
        """Wait until it can be asked; what it says of its wall."""
        if self.ready is None:
            self.deadline.begin(STARTING)
            try:
                self.ready = self.receive()[0]["value"]
            except (Lost, Malformed):  # before any code of the answer is run
                end = self.end()
                said = (self.dumped().strip().splitlines() or [end])[-1]
                raise RuntimeError(f"the process for the answer did not start: {said}") from None
            self.deadline.at = None
        return self.ready

    def end(self) -> str:
        """Kill it; how it ended, if by itself."""
        with suppress(OSError):
            self.target.close()  # which it takes as the end
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.2)
        own = self.process.poll()
        self.deadline.kill()
        self.process.wait()
        for stream in (self.target, self.source):
            with suppress(OSError):
                stream.close()
        if own is None:
            return "it closed its side of the wire"
        number = -own if own < 0 else own - 128 if own > 128 else 0
        with suppress(ValueError):
            return signal.Signals(number).name
        return f"exit code {own}"

    def dumped(self) -> str:
        """What faulthandler wrote."""
        self.dump.seek(0)
        return self.dump.read(100_000).decode("utf-8", "replace")


class Elsewhere:
    """Where the functions of an answer are called: a process, and the next one if it is lost."""

    def __init__(self, answer: Answer, calls: Calls, wall: Wall, *, deep: bool) -> None:
        self.lesson, self.path, self.calls = answer.lesson, answer.path, calls
        self.wall = wall = wall.of(answer.lesson)
        self.begin = {
            "lesson": answer.lesson.name,
            "attributes": sorted({a for c in answer.lesson.contracts for a in c.attributes}),
            "hidden": sorted(answer.hidden),
            "beside": sorted(answer.beside),
            "limits": wall.limits,
            "wall": wall.told(),
        }
        self.kit = Kit(answer.lesson, answer.path, wall)
        self.begin["path"] = str(self.kit.answer)
        self.process: Process | None = self.new_process()
        self.spare: Process | None = None  # which has other hashes
        self.answers, self.is_over = 0, False
        self.spent, self.most = 0.0, CALLS * calls.watchdog.limit * (DEEP if deep else 1)
        self.losses: Counter[str] = Counter()  # of processes, by what was called
        self.raised: list[BaseException] = []  # by functions of the checks

    def new_process(self, **variables: str) -> Process:
        """Another process for the same answer, with the same hashes in each run."""
        return Process(self.kit, self.wall, self.begin, **{"PYTHONHASHSEED": "2"} | variables)

    def weakness(self) -> str:
        """What the wall was found not to keep; "" if it is as strong as it says."""
        found = self.running().ready or {}
        open_ = (
            [" the network is open"] if found.get("network") and self.wall.name == "user" else []
        )
        if found.get("readable"):
            open_.append(" other users can read the solution: keep the suite's folder to root")
        return ";".join(open_)

    def close(self) -> None:
        """End it."""
        for process in (self.process, self.spare):
            if process is not None:
                process.end()
        self.process = self.spare = None
        leave()
        self.kit.close()

    def load(self, answer: Answer) -> None:
        """Execute the file anew."""
        assert isinstance(answer, FarAnswer)
        if not self.answers and any(each.hashed for each in answer.lesson.contracts):
            self.spare = self.new_process(PYTHONHASHSEED="1")
        self.answers += 1
        answer.key = self.answers
        name = answer.lesson.file
        try:
            found = self.ask(answer, name, "load", None)
            if not loading(found):
                raise self.spoiled(name, "not what was asked for")
            loaded, problem, forbidden = found
            self.running().loaded.add(answer.key)
            answer.is_loaded = loaded is True
            answer.forbidden[:] = forbidden
            if problem != "null":
                self.raise_(from_text(problem), name, answer)
        except Waiting:
            answer.problem = Wrong(f"{name} calls a function that is not written yet.")
        except Wrong as wrong:
            answer.problem, answer.is_loaded = wrong, False

    def running(self) -> Process:
        """The process, or a new one if it was lost."""
        if self.process is None:
            self.process = self.new_process()
        return self.process

    def call(self, function: StudentFunction, arguments: Any, options: Any) -> Any:
        """Call a function."""
        result = self.asked(function, "call", (arguments, options or None))
        if isinstance(result, Iterating):
            result.arguments = arguments  # they may change as long as it goes on
        return result

    def often(self, function: StudentFunction, count: int, arguments: Any, options: Any) -> Any:
        """Call a function many times."""
        results = self.asked(function, "often", (count, arguments, options or None))
        if not isinstance(results, list) or len(results) != count:
            raise self.spoiled(function.name, "another number of results")
        return results

    def following(self, function: StudentFunction, iterator: Any, end: object) -> Any:
        """What an iterator gives next, or `end`."""
        if not isinstance(iterator, Iterating):
            return next(iterator, end)
        process = self.running()
        if process.exchange.number_of(iterator) is None:
            raise Wrong(f"{function.name} cannot go on: its process has ended.")
        of, count = process.ahead
        if of is iterator and count:
            function.begins()
            process.ahead = None, 0
            found = self.received(process, function.answer, function.name)
        else:
            count = function.ahead
            more = {"ahead": count} if count > 1 else {}
            found = self.asked(
                function, "following", iterator.number, met=iterator.arguments, **more
            )
        if found:
            process.ahead = iterator, count - 1
        if not isinstance(found, tuple) or len(found) > 1:
            raise self.spoiled(function.name, "more than one item")
        return found[0] if found else end

    def asked(
        self, function: StudentFunction, do: str, value: Any, met: Any = (), **more: Any
    ) -> Any:
        """Ask for a call of a function; whatever it raises is raised here."""
        function.begins()
        assert isinstance(function.answer, FarAnswer)
        return self.ask(function.answer, function.name, do, value, met, **more)

    def ask(
        self, answer: "FarAnswer", name: str, do: str, value: Any, met: Any = (), **more: Any
    ) -> Any:
        """Ask for something and wait for what comes of it."""
        self.catch_up()
        if self.spent > self.most:
            file = answer.lesson.file
            raise Stopped(
                f"{name} was not run: all calls of {file} together took more than {self.most:g} s."
            )
        process, limit = self.running(), self.calls.watchdog.limit
        process.started()
        if do != "load" and answer.key not in process.loaded:
            self.load_again(answer)
        exchange = process.exchange
        exchange.turn += 1
        gone = exchange.forget_old()
        for object_ in met:
            exchange.number_of(object_)
        more |= {"do": do, "name": name, "answer": answer.key, "limit": limit, "gone": gone}
        if answer.allowed is not None:
            more["allow"], answer.allowed = answer.allowed, None
        if self.is_over:
            more["over"], self.is_over = True, False
        if not process.beside:
            process.beside = stay()
        # what it does ahead, it may do while the checks look at what came before
        more["processors"] = sorted(PROCESSORS) if "ahead" in more else process.beside
        return self.received(process, answer, name, exchange.compose(value, **more))

    def received(self, process: Process, answer: Answer, name: str, message: Any = None) -> Any:
        """What comes of what was asked for, which may have been some time ago."""
        began = time.monotonic()
        process.deadline.begin(self.calls.watchdog.limit + PATIENCE)
        try:
            if message is not None:
                process.send(*message)
            said, result = self.wait(process)
        except Lost:
            raise self.lost(process, answer, name, time.monotonic() - began) from None
        except Malformed as error:
            raise self.spoiled(name, str(error)) from None
        finally:
            process.deadline.at = None
            self.spent += time.monotonic() - began
        self.calls.printed = text(said.get("printed"))
        if raised := said.get("raised"):
            self.raise_(raised, name, answer)
        return result

    def catch_up(self) -> None:
        """Take what was made ahead and is not wanted any more."""
        process = self.process
        if process is None or not process.ahead[1]:
            return
        process.deadline.begin(self.calls.watchdog.limit + PATIENCE)  # for all of it
        for _ in range(process.ahead[1]):
            try:
                said, found = self.wait(process)
            except (Lost, Malformed):
                process.end()
                self.process = None
                return
            if "raised" in said or not found:
                break
        process.deadline.at, process.ahead = None, (None, 0)

    def wait(self, process: Process) -> tuple[dict[str, Any], Any]:
        """What came of it; until then, call what is called back."""
        while True:
            said, raw = process.receive()
            exchange = process.exchange
            before = len(exchange.known)
            value = exchange.take(said, raw)
            if "call" not in said:
                return said, value
            process.send(*self.called_back(exchange, said["call"], value))
            exchange.forget_new(before)

    def called_back(self, exchange: Exchange, number: Any, value: Any) -> tuple[bytes, list[Any]]:
        """Call a function of the checks' for the answer; the message that says what came of it."""
        known = exchange.known.get(number) if type(number) is int else None
        if known is None or not lent(known.value) or number % 2 != CHECKS:
            raise Malformed("a call of what is no function")
        try:
            arguments, options = value[0], value[1] or {}
            for number in (*arguments, *options.values()):  # such as the size of new arrays
                if isinstance(number, int | np.integer) and number > MOST_LENT:
                    raise ValueError("a number that is too large")
            if callable(known.value):
                return exchange.compose(known.value(*arguments, **options))
            return exchange.compose(tuple(islice(known.value, 1)))
        except Exception as error:
            more: dict[str, Any] = {"name": type(error).__name__, "message": str(error)}
            if isinstance(error, Wrong | Waiting):
                self.raised.append(error)
                more |= {"name": "Wrong", "number": len(self.raised)}
            plain = tuple(a if isinstance(a, str | int | float) else str(a) for a in error.args)
            return exchange.compose(plain, raised=more)

    def load_again(self, answer: "FarAnswer") -> None:
        """Load an answer into a new process, as it was in the one that was lost."""
        process, name = self.running(), answer.lesson.file
        if name in self.calls.timed_out:
            raise Stopped(f"{name} ends its process again and again and is not run any more.")
        process.loaded.add(answer.key)
        self.ask(answer, name, "load", None)

    def raise_(self, said: Any, name: str, answer: Answer) -> None:
        """Raise what was raised there."""
        try:
            kind, message = said["kind"], text(said.get("message"))
            if kind == "refused" and said["number"] in range(1, 1 + len(self.raised)):
                raise self.raised[said["number"] - 1]
            if kind == "waiting" and said["function"] in (name, answer.lesson.file):
                raise Waiting(text(said["function"]), message)
            line = said["line"]
            place = answer.place(line) if type(line) is int else None
            wrong = (Stopped if kind == "stopped" else Wrong)(message, place)
            if kind == "stopped":
                self.calls.timed_out.add(name)
            if said["cause"]:
                wrong.__cause__ = cause(*said["cause"])
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise self.spoiled(name, f"{type(error).__name__}") from None
        raise wrong

    def lost(self, process: Process, answer: Answer, name: str, seconds: float) -> Wrong:
        """The process is gone: what is said of that."""
        end = process.end()
        self.lose(name)
        line = dumped_line(process.dumped(), self.kit.answer)
        where = it_was_in(answer.path, line)
        place = answer.place(line) if line else None
        limit = self.calls.watchdog.limit
        if process.deadline.fired or seconds > limit:
            self.calls.timed_out.add(name)
            return Stopped(process_lost(name, "stuck", limit) + where, place)
        return Wrong(process_lost(name, end, limit) + where, place)

    def lose(self, name: str) -> None:
        """Give a process up; what has cost several is not called any more."""
        self.process = None
        self.losses[name] += 1
        if self.losses[name] >= LOSSES:
            self.calls.timed_out.add(name)

    def spoiled(self, name: str, why: str) -> Wrong:
        """What came back is no answer; its process is not asked again."""
        if self.process is not None:
            self.process.end()
            self.lose(name)
        return Wrong(f"{name}: what its process sent back cannot be read ({why}).")

    def afresh(self, function: StudentFunction, arguments: tuple[Any, ...]) -> Any:
        """What a call gives in a new process, which has other hashes."""
        kept = self.process
        self.process, self.spare = self.spare or self.new_process(PYTHONHASHSEED="1"), None
        try:
            return self.asked(function, "call", (arguments, None))
        finally:
            if self.process is not None:
                self.process.end()
            self.process = kept

    def take_functions_back(self) -> None:
        """Let the answer call none of the functions that it was lent."""
        exchange = self.running().exchange
        for number, known in [*exchange.known.items()]:
            if number % 2 == CHECKS and lent(known.value):
                exchange.forget(number)

    def over(self) -> None:
        """Note that a check is over: things are put back there before the next call."""
        self.is_over = True


class FarAnswer(Answer):
    """An answer whose functions are called in another process."""

    key = 0  # its number there
    is_loaded = False
    allowed: int | None = None  # turns of loops, to be said with the next call

    @property
    def loaded(self) -> bool:
        """Whether the file's functions are there to be called."""
        return self.is_loaded

    @property
    def workshop(self) -> Any:
        """What is done to its functions there."""
        assert self.elsewhere is not None
        return FarWorkshop(self, self.elsewhere)

    def anew(self) -> Answer:
        """The same answer, to be loaded once more in the same process."""
        return FarAnswer(self.lesson, self.path, elsewhere=self.elsewhere)


def far(answer: Answer, calls: Calls, wall: Wall, *, deep: bool) -> Answer:
    """An answer that is not loaded yet, in a process of its own."""
    elsewhere = Elsewhere(answer, calls, wall, deep=deep)
    return FarAnswer(answer.lesson, answer.path, elsewhere=elsewhere)


class FarWorkshop:
    """The workshop of an answer in another process: each of its methods is asked for there."""

    def __init__(self, answer: FarAnswer, elsewhere: Elsewhere) -> None:
        self.answer, self.elsewhere = answer, elsewhere

    def allow(self, most: int) -> None:
        """Begin a call that may make so many turns."""
        self.answer.allowed = most

    def __getattr__(self, method: str) -> Any:
        def ask(*arguments: Any) -> Any:
            given = [a.hex() if isinstance(a, bytes) else a for a in arguments]
            file = self.answer.lesson.file
            result = self.elsewhere.ask(self.answer, file, "workshop", [method, given])
            if method in TOLD and not TOLD[method](result):
                raise self.elsewhere.spoiled(file, "not what was asked for")
            if method == "put_back":
                self.elsewhere.take_functions_back()
            return result

        return ask


def stay() -> list[int]:
    """Stay on the processor that runs the checks now; its number, if a process can choose.

    Checks and answer take turns: where both are on one processor, no other has to be woken for each
    message, which would take longer than most calls.
    """
    if not PROCESSORS:
        return []
    import ctypes

    processor: int = ctypes.CDLL(None).sched_getcpu()
    os.sched_setaffinity(0, {processor})
    return [processor]


def leave() -> None:
    """Let the checks run on any processor again."""
    if PROCESSORS:
        os.sched_setaffinity(0, PROCESSORS)


@contextmanager
def on_any_processor() -> Iterator[None]:
    """Begin a process that may run on any processor, wherever the checks stay."""
    before = os.sched_getaffinity(0) if PROCESSORS else set()
    leave()
    yield
    if before:
        os.sched_setaffinity(0, before)


def texts(value: Any) -> bool:
    """Whether something is a list of names, as many as a file may have."""
    return isinstance(value, list) and len(value) < 10_000 and all(type(t) is str for t in value)


def line(value: Any) -> bool:
    """Whether something is the number of a line, or of so many."""
    return type(value) is int and value >= 0


def loading(value: Any) -> bool:
    """Whether something is what is told of the loading of a file."""
    kinds = [type(part) for part in value] if type(value) is list else []
    return kinds == [bool, str, list] and texts(value[2])


def from_text(value: str) -> Any:
    """A value from its JSON; None if it is none."""
    with suppress(ValueError, RecursionError):
        return json.loads(value)
    return None


TOLD: dict[str, Callable[[Any], bool]] = {  # what methods of a workshop return
    "all_names": texts,
    "first_line": lambda value: value is None or line(value),
    "counted": lambda value: type(value) is tuple and len(value) == 2 and all(map(line, value)),
    "unmark": lambda value: (
        type(value) is list
        and all(type(v) is tuple and [type(part) for part in v] == [str, int] for v in value)
    ),
    "kinds": lambda value: (
        type(value) is dict
        and texts([*value])
        and all(type(held) is dict and texts([*held]) for held in value.values())
        and all(type(kind) is tuple for held in value.values() for kind in held.values())
    ),
}


def text(value: Any) -> str:
    """What was said, without what a terminal would take as a command."""
    said = value if isinstance(value, str) else ""
    return "".join(c for c in said[:MOST_SAID] if unicodedata.category(c) != "Cc" or c in "\n\t")


def cause(name: Any, refuses: Any, message: Any) -> Exception:
    """An exception of the answer's, by its name; only whether it is a ValueError is known."""
    if not (isinstance(name, str) and isinstance(message, str)):
        raise TypeError("no exception")
    if name == "ValueError":
        return ValueError(message[:MOST_SAID])
    kind = type(text(name) or "Exception", (ValueError if refuses else Exception,), {})
    return kind(message[:MOST_SAID])
