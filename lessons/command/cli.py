"""The command line of `unrolled`: a subcommand each from a module, imported when it is asked for.

Imports the standard library only, so that a missing package can be reported in one sentence.
"""

import argparse
import sys
from importlib import import_module
from types import ModuleType

from reference.program.cli import Parser, UserError, run_program

TABLE = "table"  # what is shown without a subcommand
COMMANDS = {  # subcommand: the module that does it, and its line in the help
    "check": ("checking", "check a lesson, as pytest lessons/LESSON does"),
    "watch": ("watching", "check a lesson whenever its file is saved"),
    "hint": ("hints", "tell one step more of the last failure"),
    "case": ("case", "write the smallest wrong case as a Python file"),
    "reset": ("resetting", "start a lesson again, and keep your work"),
    "gradcheck": ("gradchecking", "apply your lesson 5 to your lesson 4"),
    "train": ("training", "train your own network"),
    "sample": ("drawing", "let the network that you trained write"),
    "grade": ("grading", "for teachers: judge what was handed in"),
    "class": ("classing", "for teachers: judge a class, and make a page"),
    "site": ("site", "build a site of the pages, to write lessons in"),
}
ABOUT = """\
Your way through the lessons.
Without a command: which are right, and what comes next."""
CLOSING = """\
LESSON is a number or a name: 4, 04, backward, 04_backward.
Where it may be left out, it is the lesson that you are at:
the first that is not right.
unrolled COMMAND --help tells more."""


def module_of(command: str) -> ModuleType:
    """The module that does a subcommand: it has add_arguments(parser) and run(options)."""
    return import_module(f"lessons.command.{COMMANDS[command][0]}")


def parser_for(arguments: list[str]) -> argparse.ArgumentParser:
    """The parser; only the subcommand that is asked for knows its own arguments."""
    rows = "\n".join(f"  {name:<10} {says}" for name, (_, says) in COMMANDS.items())
    parser = Parser(
        prog="unrolled",
        usage="unrolled [-h] [COMMAND ...]",
        description=ABOUT,
        epilog=f"commands:\n{rows}\n\n{CLOSING}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", prog="unrolled", help=argparse.SUPPRESS
    )
    for name, (_, says) in COMMANDS.items():
        command = commands.add_parser(name, description=f"{says[0].upper()}{says[1:]}.")
        if name in arguments[:1]:
            module_of(name).add_arguments(command)
    return parser


def run(arguments: list[str]) -> int:
    """Do what the command line says; the exit code."""
    options = parser_for(arguments).parse_args(arguments)
    module = module_of(options.command) if options.command else None
    if module is None:
        module = import_module(f"lessons.command.{TABLE}")
    try:
        code: int = module.run(options)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UserError(f"{error.filename or 'A file'}: {error.strerror or error}.") from error
    return code


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0 if all is well, 1 if a lesson is not right, 2 for bad input."""
    given = sys.argv[1:] if arguments is None else arguments
    codes: list[int] = []
    return run_program(lambda: codes.append(run(given))) or (codes[0] if codes else 0)
