"""The process of an answer: it does what the checks ask for, and tells what came of it.

It runs in a folder that holds what an answer may see. Its standard input and output are the wire;
the answer itself finds nothing there.
"""

import builtins
import faulthandler
import gc
import io
import json
import os
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, StudentFunction, load
from lessons.checking.answering.failure import Stopped, Waiting, Wrong
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.answering.watchdog import Watchdog
from lessons.checking.isolating.wire import ANSWER, Exchange, from_json

HEADER = struct.Struct("<QQQ")  # a number that nobody can know before; bytes of JSON; of memory
MOST_PRINTED = 4000  # characters


class Refused(Wrong):
    """What a function of the checks raised, on its way through the answer."""

    number = 0


class Child:
    """One answer, and the process of the checks on the other side of the wire."""

    def __init__(self, source: io.BufferedReader, target: io.BufferedWriter) -> None:
        self.source, self.target = source, target
        self.number = 0  # of the message that is to be answered
        self.lock = threading.Lock()  # the answer may have threads that call back
        self.answers: dict[int, Answer] = {}
        self.iterators: dict[int, Any] = {}
        self.calls = Calls(Watchdog(10.0, os.abort))
        self.processors: list[int] = []

    def receive(self) -> tuple[dict[str, Any], bytes]:
        """The next message; without anybody there the process ends."""
        header = self.source.read(HEADER.size)
        if len(header) != HEADER.size:
            os._exit(0)
        self.number, text, raw = HEADER.unpack(header)
        content = self.source.read(text + raw)
        return from_json(content[:text].decode("ascii")), content[text:]

    def send(self, text: bytes, raw: list[bytes]) -> None:
        """Answer the last message."""
        header = HEADER.pack(self.number, len(text), sum(map(len, raw)))
        self.target.write(b"".join([header, text, *raw]))
        self.target.flush()

    def begin(self, said: dict[str, Any]) -> None:
        """Learn whose file it is, and become as small as may be."""
        self.lesson = LESSONS[said["lesson"]]
        self.path = Path(said["path"])
        self.hidden, self.beside = frozenset(said["hidden"]), frozenset(said["beside"])
        self.exchange = Exchange(ANSWER, tuple(said["attributes"]), self.call_back)
        limit(said["limits"])
        self.send(json.dumps({"value": walled(said["wall"])}).encode(), [])

    def work(self) -> NoReturn:
        """Do what is asked for, until nobody asks any more."""
        said, _ = self.receive()
        self.begin(said)
        while True:
            said, raw = self.receive()
            self.exchange.turn += 1
            self.run_on(said["processors"])
            for number in said["gone"]:
                self.exchange.forget(number)
                self.iterators.pop(number, None)
            value = self.exchange.take(said, raw)
            if "over" in said:  # the check before
                self.calls.surroundings.put_back()
            for _ in range(said.get("ahead", 1)):
                if not self.reply(said, value):
                    break

    def run_on(self, processors: list[int]) -> None:
        """Run on one of some processors; none where a process cannot choose."""
        if processors != self.processors:
            os.sched_setaffinity(0, processors)
            self.processors = processors

    def reply(self, said: dict[str, Any], value: Any) -> bool:
        """Do one thing, and tell what came of it; whether it may be done again."""
        raised: dict[str, Any] = {}
        result = None
        try:
            if "allow" in said:
                self.answers[said["answer"]].workshop.allow(said["allow"])
            result = getattr(self, said["do"])(said, value)
        except (Waiting, Wrong) as error:
            raised = {"raised": told(error)}
        more = raised | {"printed": self.calls.printed[:MOST_PRINTED]}
        try:
            self.send(*self.exchange.compose(result, **more))
        except BaseException as error:  # of the answer's own objects, as they are looked at
            wrong = self.answers[said["answer"]].explain(error, said.get("name", "It"))
            self.send(*self.exchange.compose(None, raised=told(wrong), printed=""))
            return False
        return not raised and not (type(result) is tuple and not result)

    def function(self, said: dict[str, Any]) -> StudentFunction:
        """The function that is asked for."""
        self.calls.timed_out.clear()  # the checks know which are not to be called again
        self.calls.watchdog.limit = said["limit"]
        return StudentFunction(said["name"], self.answers[said["answer"]], self.calls)

    def load(self, said: dict[str, Any], _: Any) -> list[Any]:
        """Execute the file anew; what kept it from being loaded, if anything did."""
        answer = Answer(self.lesson, self.path)
        answer.hidden, answer.beside = self.hidden, self.beside
        self.answers[said["answer"]] = answer
        self.calls.watchdog.limit = said["limit"]
        load(answer, self.calls)
        problem = told(answer.problem) if answer.problem else None
        return [answer.loaded, json.dumps(problem), answer.forbidden[:1]]

    def call(self, said: dict[str, Any], value: Any) -> Any:
        """Call a function."""
        arguments, options = value
        return self.function(said).unchecked(*arguments, **options or {})

    def often(self, said: dict[str, Any], value: Any) -> Any:
        """Call a function many times."""
        count, arguments, options = value
        return self.function(said).often(count, arguments, options or {})

    def following(self, said: dict[str, Any], number: int) -> tuple[Any, ...]:
        """What an iterator gives next; () at its end."""
        iterator = self.iterators.get(number)
        if iterator is None:
            iterator = self.iterators[number] = iter(self.exchange.known[number].value)
        end = object()
        value = self.function(said).following(iterator, end)
        return () if value is end else (value,)

    def workshop(self, said: dict[str, Any], value: Any) -> Any:
        """Do something to the file's functions."""
        method, arguments = value
        if method in ("install", "begin"):
            arguments = (*arguments[:-1], bytes.fromhex(arguments[-1]))
        workshop = self.answers[said["answer"]].workshop
        return getattr(workshop, method)(*arguments)

    def call_back(self, number: int, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Call a function of the checks'."""
        with self.lock:
            exchange = self.exchange
            before = len(exchange.known)
            self.send(*exchange.compose((arguments, options or None), call=number))
            said, raw = self.receive()
            value = exchange.take(said, raw)
            exchange.forget_new(before)
        if "raised" in said:
            raise rebuilt(said["raised"], value)
        return value


def told(error: Waiting | Wrong) -> dict[str, Any]:
    """An exception as JSON."""
    if isinstance(error, Refused):
        return {"kind": "refused", "number": error.number}
    if isinstance(error, Waiting):
        return {"kind": "waiting", "function": error.function, "message": str(error)}
    cause = error.__cause__
    return {
        "kind": "stopped" if isinstance(error, Stopped) else "wrong",
        "message": error.message,
        "line": error.line,
        "cause": cause and [type(cause).__name__, isinstance(cause, ValueError), text_of(cause)],
    }


def text_of(error: BaseException) -> str:
    """What an exception says."""
    try:
        return str(error)
    except Exception:  # its own __str__ fails
        return ""


def rebuilt(raised: dict[str, Any], arguments: tuple[Any, ...]) -> BaseException:
    """What a function of the checks raised, to be raised in the answer."""
    if raised["name"] == "Wrong":
        refused = Refused(raised["message"])
        refused.number = raised["number"]
        return refused
    kind = getattr(builtins, raised["name"], None)
    if not (isinstance(kind, type) and issubclass(kind, Exception)):
        kind, arguments = type(raised["name"], (Exception,), {}), (raised["message"],)
    return kind(*arguments)


def limit(limits: dict[str, int]) -> None:
    """Use no more than so much of what the system gives, where it can be told so."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for name, most in limits.items():
        with suppress(OSError, ValueError):  # it may be limited to less already
            kind = getattr(resource, f"RLIMIT_{name}")
            _, hard = resource.getrlimit(kind)
            most = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(kind, (most, most))


def walled(wall: dict[str, Any]) -> dict[str, Any]:
    """Become another user, if that is the wall; what has become of it."""
    found: dict[str, Any] = {"network": True}
    if sys.platform != "linux":
        return found
    import ctypes

    parent_death_signal = 1  # PR_SET_PDEATHSIG
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(parent_death_signal, 9, 0, 0, 0)
    if "user" not in wall:
        return found
    new_network, no_new_privileges = 0x40000000, 38  # CLONE_NEWNET, PR_SET_NO_NEW_PRIVS
    found["network"] = libc.unshare(new_network) != 0
    os.setgroups([])
    os.setgid(wall["user"])
    os.setuid(wall["user"])
    libc.prctl(no_new_privileges, 1, 0, 0, 0)
    libc.prctl(parent_death_signal, 9, 0, 0, 0)  # another user is told anew
    found["readable"] = [path for path in wall["secret"] if os.access(path, os.R_OK)]
    return found


def main() -> NoReturn:
    """Keep the wire for ourselves, and let the answer have empty streams."""
    source, target, dump = os.dup(0), os.dup(1), os.dup(2)
    nothing = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(nothing, fd)
    faulthandler.enable(dump)
    gc.freeze()  # as in the process of the checks
    gc.set_threshold(20_000)
    Child(os.fdopen(source, "rb"), os.fdopen(target, "wb")).work()
