"""A run that outlives its answers: the checks run in a fork, and a parent sees how it ends.

A loop in compiled code cannot be interrupted from Python, and a crash takes the process along. The
parent ends what is stuck, tells a new fork what was known, and lets it go on with the lessons that
are left. Where a process cannot be forked safely, the checks run without a parent.
"""

import json
import mmap
import os
import select
import signal
import struct
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import IO, Any

import pytest

from lessons.checking.answering.watchdog import LEAVE

PATIENCE = 1.0  # seconds beyond the limit of a call before the parent ends it
LOOK = 0.1  # seconds between looks at the child
FORKED = pytest.StashKey["Child"]()


@dataclass
class Died:
    """A lesson in the middle of which the process ended."""

    lesson: str
    checks: list[dict[str, Any]]  # those that had ended, as fields of report.Check
    collected: int
    file: str  # report.Room.file
    check: str  # the name of the one that had not; "" if all had
    functions: list[str]
    call: str  # what was called last
    end: str  # how the process ended
    dump: str  # what faulthandler wrote


@dataclass
class Child:
    """What the fork knows: where to send events, and what earlier forks have found."""

    pipe: int
    shared: "Shared"
    dump: IO[bytes]  # for faulthandler
    done: dict[str, Any] = field(default_factory=dict)  # reports of lessons, by name
    died: list[Died] = field(default_factory=list)  # not told yet

    def send(self, *event: Any) -> None:
        """Tell the parent; without one there is nobody to go on for."""
        try:
            os.write(self.pipe, json.dumps(event).encode() + b"\n")
        except BrokenPipeError:
            LEAVE(1)


class Shared:
    """A few bytes that parent and child both see: a heartbeat, and the call that is running."""

    def __init__(self) -> None:
        self.memory = mmap.mmap(-1, 256)
        self.parent = os.getpid()

    def beat(self) -> None:
        """Count one more sign of life, in the child; without its parent it ends."""
        if os.getppid() != self.parent:
            LEAVE(1)
        (count,) = struct.unpack_from("Q", self.memory, 0)
        struct.pack_into("Q", self.memory, 0, count + 1)

    def calling(self, name: str) -> None:
        """Note what is called."""
        self.memory[16:144] = name.encode()[:128].ljust(128, b"\0")

    def within(self, inside: bool) -> None:
        """Note whether a call is running."""
        self.memory[8] = inside

    def seen(self) -> tuple[int, bool, str]:
        """The heartbeat, whether a call is running, and the last call's name."""
        (count,) = struct.unpack_from("Q", self.memory, 0)
        name = self.memory[16:144].rstrip(b"\0").decode("utf-8", "replace")
        return count, bool(self.memory[8]), name


def plain(config: pytest.Config) -> bool:
    """Whether a run is one from the command line, of which nobody wants more than its output."""
    option = config.option
    return (
        not config.invocation_params.plugins  # whoever brings some looks at them afterwards
        and sys.stdout is sys.__stdout__
        and not option.collectonly
        and not option.usepdb
        and sys.gettrace() is None
    )


def wanted(config: pytest.Config) -> bool:
    """Whether a run is supervised: a plain one, on a system that can fork safely."""
    in_one_process = config.getoption("--isolation") == "none"
    return sys.platform == "linux" and in_one_process and plain(config)


def supervise(config: pytest.Config, limit: float) -> int | None:
    """Fork until the run is over; the exit code in the parent, None in a child."""
    done: dict[str, Any] = {}
    died: list[Died] = []
    losses = 0
    while True:
        reading, writing = os.pipe()
        child = Child(writing, Shared(), tempfile.TemporaryFile("w+b"), done, died)
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            os.close(reading)
            config.stash[FORKED] = child
            return None
        os.close(writing)
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child hears it too
        try:
            ended = Watch(pid, reading, child, limit).to_the_end()
        finally:
            signal.signal(signal.SIGINT, before)
            os.close(reading)
            child.dump.close()
        done = done | ended.done
        if ended.code is not None:
            nothing_wrong = (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED)
            return 1 if losses and ended.code in nothing_wrong else ended.code
        losses += 1
        if ended.died is None and not ended.again:
            print("The run was ended between two lessons.", file=sys.stderr)
            return 1
        died = [ended.died] if ended.died else []


@dataclass
class Ended:
    """How a child ended: by itself with a code, or in the middle of a lesson."""

    code: int | None
    done: dict[str, Any]
    died: Died | None = None
    again: bool = False  # it ended between two lessons, and asked for another fork


class Watch:
    """Looking after one child."""

    def __init__(self, pid: int, pipe: int, child: Child, limit: float) -> None:
        self.pid, self.pipe, self.shared, self.limit = pid, pipe, child.shared, limit
        self.dump = child.dump
        self.done: dict[str, Any] = {}
        self.checks: list[dict[str, Any]] = []
        self.current: dict[str, Any] | None = None  # the check that has begun
        self.code: int | None = None  # what the child said that it will end with
        self.stuck = self.again = False

    def to_the_end(self) -> Ended:
        """Wait for the end; what is stuck is ended."""
        text, heard, last = b"", time.monotonic(), -1
        now = heard
        while True:
            ready, _, _ = select.select([self.pipe], [], [], LOOK)
            looked, now = now, time.monotonic()
            if now - looked > PATIENCE:  # both processes were stopped, or the computer slept
                heard += now - looked
            if ready:
                piece = os.read(self.pipe, 1 << 16)
                *lines, text = (text + piece).split(b"\n")
                for line in lines:
                    self.note(*json.loads(line))
                if not piece:
                    break
            count, inside, _ = self.shared.seen()
            if count != last or not inside:
                heard, last = now, count
            over = now - heard > self.limit + PATIENCE
            if self.code is None and over and not self.stuck:
                self.stuck = True
                os.kill(self.pid, signal.SIGABRT)  # faulthandler notes the line
                heard = now - self.limit
            elif self.code is not None or (over and self.stuck):
                break
        return self.ended()

    def note(self, kind: str, *values: Any) -> None:
        """Take an event in."""
        if kind == "begins":
            lesson, name, functions, collected, file = values
            if self.current is None or self.current["lesson"] != lesson:
                self.checks = []
            self.current = {
                "lesson": lesson,
                "check": name,
                "functions": functions,
                "collected": collected,
                "file": file,
            }
        elif kind == "check":
            self.checks.append(values[0])
        elif kind == "over":
            if self.current:
                self.current["check"] = ""
        elif kind == "room":
            self.done[values[0]] = values[1]
            self.current = None
        elif kind == "stuck":
            self.stuck = True
        elif kind == "again":
            self.again = True
        elif kind == "end":
            self.code = values[0]

    def ended(self) -> Ended:
        """What the child leaves; a child that has said its last word is not waited for long."""
        status = self.reap(2.0)
        if self.code is not None:
            return Ended(self.code, self.done)
        if self.current is None:  # such as after a wrong option, which pytest has told
            code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
            return Ended(None if self.again else code, self.done, again=self.again)
        if self.stuck:
            how = "stuck"
        elif os.WIFSIGNALED(status):
            how = signal.Signals(os.WTERMSIG(status)).name
        else:
            how = f"exit code {os.WEXITSTATUS(status)}"
        self.dump.seek(0)
        dump = self.dump.read().decode("utf-8", "replace")
        _, _, call = self.shared.seen()
        died = Died(**self.current, checks=self.checks, call=call, end=how, dump=dump)
        return Ended(None, self.done, died)

    def reap(self, seconds: float) -> int:
        """The child's exit status; after so many seconds it is killed."""
        end = time.monotonic() + seconds
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return status
            if time.monotonic() > end:
                os.kill(self.pid, signal.SIGKILL)
                return os.waitpid(self.pid, 0)[1]
            time.sleep(0.005)
