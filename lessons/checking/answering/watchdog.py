"""A time limit for one call, on every system and without signals.

A thread looks at the clock and raises an exception in the thread that makes the call. That
reaches any loop in Python; a call stuck in C is out of reach, and then the process ends. Where
there are no threads, the call itself is made to look at the clock now and then.
"""

import ctypes
import os
import threading
import time
from collections.abc import Callable
from typing import Any, Protocol

from lessons.checking import platform

POLL = 0.05  # seconds between looks at the clock
LEAVE = os._exit  # kept, since the answer's calls run with another in its place
GRACE = 1.0  # seconds from the first exception until the call counts as stuck


class TimeLimit(BaseException):
    """The call took too long. Not an Exception, so that `except Exception` lets it through."""


class Watcher(Protocol):
    """Somebody outside of the process who sees whether it lives."""

    def calling(self, name: str) -> None:
        """Note what is called."""

    def beat(self) -> None:
        """Count one more sign of life."""

    def within(self, inside: bool) -> None:
        """Note whether a call is running."""


class Watchdog:
    """Runs calls one at a time, each for at most `limit` seconds."""

    def __init__(self, limit: float, when_stuck: Callable[[], None]) -> None:
        self.limit, self.when_stuck = limit, when_stuck
        self.lock = threading.Lock()
        self.deadline: float | None = None  # of the call that is running
        self.caller, self.fired = 0, False
        self.started = False
        self.watcher: Watcher | None = None

    def call(self, function: Callable[[], Any]) -> Any:
        """Return function(), or raise TimeLimit."""
        try:
            return self.timed(function)
        except TimeLimit:
            self.ends()  # once more: it may have come between the call and its end
            raise

    def timed(self, function: Callable[[], Any]) -> Any:
        """Return function(), or raise TimeLimit; the time of the call ends with it."""
        if not self.started:
            self.started = True
            if platform.THREADS:
                threading.Thread(target=self.watch, daemon=True).start()
            else:
                platform.every(POLL, self.look)
        self.caller, self.fired = threading.get_ident(), False
        self.deadline = time.monotonic() + self.limit
        if self.watcher:
            self.watcher.within(True)
        try:
            result = function()
        except TimeLimit:
            self.ends()
            raise
        except BaseException:
            if self.ends():
                raise TimeLimit from None
            raise
        if self.ends():
            raise TimeLimit
        return result

    def ends(self) -> bool:
        """End the time of a call; whether it was over."""
        while True:
            try:
                with self.lock:
                    self.deadline = None
                if self.watcher:
                    self.watcher.within(False)
                if self.fired:  # the exception comes at once, or it came and was swallowed
                    time.sleep(2 * POLL)
                return self.fired
            except TimeLimit:  # another one may be on its way
                continue

    def look(self) -> None:
        """Look at the clock, within the call or between two."""
        if self.watcher:
            self.watcher.beat()
        if self.deadline is not None and time.monotonic() > self.deadline:
            self.fired = True
            raise TimeLimit

    def end(self) -> None:
        """Look at the clock no more."""
        self.started = False
        platform.every(POLL, None)

    def watch(self) -> None:
        """Look at the clock until `started` is taken back."""
        while self.started:
            asleep = suspended()
            if self.watcher:
                self.watcher.beat()
            with self.lock:
                if self.deadline is not None:
                    self.deadline += asleep
                over = time.monotonic() - self.deadline if self.deadline is not None else -1.0
                if 0 <= over < GRACE:
                    self.fired = True
                    raise_in(self.caller, TimeLimit)
            if over >= GRACE:
                try:
                    self.when_stuck()
                finally:
                    LEAVE(1)


def suspended() -> float:
    """Sleep for a moment; the seconds in which the process was stopped, or the computer slept."""
    before, used = time.monotonic(), time.process_time()
    time.sleep(POLL)
    gone = time.monotonic() - before
    return gone if gone > 1.0 and time.process_time() - used < gone / 2 else 0.0


def raise_in(thread: int, exception: type[BaseException]) -> None:
    """Let `exception` be raised in a thread at its next step."""
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(exception))
