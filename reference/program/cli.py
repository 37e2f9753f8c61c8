"""What the programs share: options, and one clear sentence in place of a traceback.

Imports the standard library only, so that a missing package can be reported too.
"""

import argparse
import math
import os
import re
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn


class UserError(Exception):
    """Something the user can put right; the message is one sentence that says how."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are one sentence."""

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read the command line; an option's value `--`, which argparse drops, is refused."""
        for argument in sys.argv[1:] if args is None else args:
            if str(argument).startswith("--") and str(argument).endswith("=--"):
                self.error(f"argument {str(argument)[:-3]}: -- is no value")
        return super().parse_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Report a wrong option."""
        raise UserError(f"{message[0].upper()}{message[1:]}: see --help.")


def number(kind: type, low: float, high: float) -> Callable[[str], Any]:
    """A reader of numbers from low to high."""

    def read(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            what = "a whole number" if kind is int else "a number"
            raise argparse.ArgumentTypeError(f"{text} is not {what} from {low:g} to {high:g}")
        return value

    return read


def run_program(program: Callable[[], None]) -> int:
    """Run `program` and return its exit code: 0, 2 for bad input, 130 for Ctrl-C."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that lacks a character must not crash
            stream.reconfigure(errors="replace")
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        program()
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read the output has seen enough, as `| head` has
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except UserError as error:
        return fail(str(error))
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("reference"):
            raise
        return fail(
            f"The package {error.name} is missing: install this project's packages with "
            f'"{sys.executable}" -m pip install -e . in its folder.'
        )
    except MemoryError:
        return fail("There is not enough memory: choose a smaller --hidden or --seq-length.")
    except FileNotFoundError as error:
        return fail(
            f"{error.filename or 'A file'} is gone: was its folder moved or deleted? "
            "Start again, or name the folder with --out."
        )
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return fail(
            f"{where}{error.strerror or error}. What was saved before is untouched; "
            "make room or choose another folder with --out, then go on with --resume."
        )
    except KeyboardInterrupt as interrupt:
        print(str(interrupt) or "Interrupted.", file=sys.stderr)
        return 130
    return 0


def fail(sentence: str) -> int:
    """Say what is wrong on standard error; the exit code of bad input."""
    sentence = re.sub(r"\S{160,}", lambda long: f"{long[0][:70]}...{long[0][-70:]}", sentence)
    print(sentence, file=sys.stderr)
    return 2
