"""`unrolled watch`: checks a lesson whenever its file is saved.

The file is looked at many times a second, which costs nothing for a single one and works on every
disk and with every way of saving. A process that has collected the checks waits for the next save.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from rich.console import Console

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT, from_here
from lessons.command import checking, hints, state, table
from lessons.command.keys import Keys
from lessons.command.words import say
from reference.program.cli import UserError

LOOK = 0.025  # seconds between looks at the file
SETTLED = 0.1  # seconds without a change, after which a file counts as saved
MENU = "h hint   c case   n next lesson   l list   q quit"
APART: dict[str, Any]  # of a process that the terminal's Ctrl-C does not reach
if sys.platform == "win32":
    APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
else:
    APART = {"start_new_session": True}
MAIN = "import sys; from lessons.command.cli import main; sys.exit(main(sys.argv[1:]))"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    checking.add_shared(parser)
    parser.epilog = (
        "Keys, while it watches: h tells a hint, c writes the smallest wrong case as a file, n "
        "goes on to the next lesson, l lists all lessons, q quits. Ctrl-C ends it, too."
    )


def run(options: argparse.Namespace) -> int:
    """Watch until the student has had enough."""
    watch = Watch(state.asked_for(options.lesson), checking.given(options))
    try:
        with Keys() as keys:
            watch.menu = f"[{MENU}]" if keys.there else "Ctrl-C ends."
            watch.until_q(keys)
    except KeyboardInterrupt:
        print()
    finally:
        watch.close()
    return 0


class Process:
    """A run that waits for its line, or is under way."""

    def __init__(self, lesson: Lesson, options: list[str]) -> None:
        command = checking.command(lesson, options, "--wait")
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, **APART)

    def begin(self) -> None:
        """Let it run."""
        assert self.process.stdin is not None
        with suppress(OSError):  # it has ended, which is seen soon
            self.process.stdin.write(b"go\n")
            self.process.stdin.flush()

    def over(self) -> bool:
        """Whether it has ended."""
        return self.process.poll() is not None

    def close(self) -> None:
        """End it, if it has not ended, and all that belongs to it."""
        if not self.over():
            kill(self.process)
        self.process.communicate()


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a process and what it has started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


class Watch:
    """A lesson that is watched."""

    def __init__(self, lesson: Lesson, options: list[str]) -> None:
        self.lesson, self.options, self.menu = lesson, options, ""
        self.console = Console(highlight=False)
        self.spare: Process | None = None
        self.running: Process | None = None
        self.waiting_key = ""  # pressed during a run, for its end
        self.watch(lesson)

    def watch(self, lesson: Lesson) -> None:
        """Watch this lesson from now on, and begin with a check."""
        self.close()
        self.lesson, self.stamp = lesson, stamp(state.student_file(lesson))
        self.changed: float | None = time.monotonic() - SETTLED

    def close(self) -> None:
        """End all processes."""
        for process in (self.running, self.spare):
            if process:
                process.close()
        self.running = self.spare = None

    def until_q(self, keys: Keys) -> None:
        """Look at the file and the keys in turn."""
        while True:
            key = keys.next(LOOK)
            if key == "q":
                return
            if key:
                self.press(key)
            self.look()

    def look(self) -> None:
        """Begin a run if the file was saved, and end one that it overtakes or that is over."""
        now = stamp(state.student_file(self.lesson))
        if now != self.stamp:
            self.stamp, self.changed = now, time.monotonic()
            if self.running:
                self.running.close()
                self.running = None
        settled = self.changed is not None and time.monotonic() - self.changed >= SETTLED
        if settled:
            self.changed = None
            if now is None:
                say(f"There is no {from_here(state.student_file(self.lesson))}; waiting for it.")
            else:
                self.begin()
        if self.running and self.running.over():
            self.end(self.running)

    def begin(self) -> None:
        """Check the lesson."""
        if self.running:
            self.running.close()
        ready = self.spare if self.spare and not self.spare.over() else None
        if self.spare and not ready:
            self.spare.close()
        self.spare, self.running = None, ready or Process(self.lesson, self.options)
        self.clear()
        self.running.begin()

    def clear(self) -> None:
        """An empty screen, and what is checked when."""
        if self.console.is_terminal:
            self.console.clear()
        file = from_here(state.student_file(self.lesson))
        self.console.print(f"{time.strftime('%H:%M:%S')}  {file}", style="dim", markup=False)

    def end(self, process: Process) -> None:
        """Get the next run ready."""
        process.close()
        self.running, self.spare = None, Process(self.lesson, self.options)
        self.tell_menu()
        if self.waiting_key:
            key, self.waiting_key = self.waiting_key, ""
            self.press(key)

    def tell_menu(self) -> None:
        """The keys."""
        self.console.print(self.menu, style="dim", markup=False)

    def press(self, key: str) -> None:
        """Do what a key stands for; what needs the verdict waits for it."""
        if key in "hc" and (self.running or self.changed is not None):
            self.waiting_key = key
        elif key in KEYS:
            self.console.print()
            try:
                KEYS[key](self)
            except UserError as error:
                self.console.print(str(error), markup=False)
            if key != "n":
                self.tell_menu()

    def hint(self) -> None:
        """One step more."""
        hints.run(argparse.Namespace(lesson=self.lesson.name))

    def case(self) -> None:
        """The smallest case, in a process of its own, since it calls the student's functions."""
        path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
        subprocess.run(
            [sys.executable, "-c", MAIN, "case", self.lesson.name],
            env=os.environ | {"PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
        )

    def list(self) -> None:
        """The table."""
        table.show(state.read(), self.console)

    def next(self) -> None:
        """Go on to the next lesson that is not right."""
        known, every = state.read(), [*LESSONS.values()]
        here = every.index(self.lesson)
        for lesson in every[here + 1 :] + every[:here]:
            if known.verdict(lesson) != "right":
                self.watch(lesson)
                return
        raise UserError("All other lessons are right.")


KEYS = {"h": Watch.hint, "c": Watch.case, "l": Watch.list, "n": Watch.next}


def stamp(file: Path) -> tuple[object, ...] | None:
    """What changes when a file is saved; None while it is not there."""
    try:
        now = file.stat()
        whole = now.st_mtime_ns % 1_000_000_000 == 0  # seconds, within which there may be a change
        content = file.read_bytes() if whole else b""
    except OSError:
        return None
    return now.st_mtime_ns, now.st_size, now.st_ino, content
