"""The eight files together: where one imports an earlier piece, it gets the student's own.

Each file is executed as a module whose import statement looks among the eight pieces first: Python
takes `__import__` from a module's own `__builtins__`. So `from reference.forward import forward`
gives the student's forward in here, and nothing changes for anybody else: not sys.modules, not the
reference's modules. Where a piece is the reference's, its file is executed in the same way, so that
the reference's training loop, too, calls the student's backward.
"""

import argparse
import ast
import builtins
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import reference
from lessons.checking.answering.anatomy import raised_in
from lessons.checking.answering.answer import Answer, cut
from lessons.checking.answering.calling import Function
from lessons.checking.answering.contract import Lesson, Stream
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.rooms import LESSON_WITH, LESSONS, ROOT, from_here
from lessons.command import checking, state
from reference.program.cli import UserError
from reference.program.display import Terminal

PIECES = {lesson.module: lesson for lesson in LESSONS.values()}
UNCHECKED = "unchecked"
DOUBT = {  # about a piece that is taken, by its verdict
    "right": "",
    "wrong": ", though wrong",
    "unwritten": ", as far as it is written",
    "partial": ", not checked",
    UNCHECKED: ", not checked",
}
WHY = {"wrong": "yours is wrong", "unwritten": "yours is not finished yet"}  # so it is not taken


@dataclass
class File(Answer):
    """One of the files, with an import statement of its own."""

    importing: Callable[..., Any] = builtins.__import__

    @property
    def name(self) -> str:
        """The name of the module that the file becomes."""
        return f"own_{self.path.parent.name}_{self.lesson.module}"

    @contextmanager
    def without_solution(self) -> Iterator[None]:
        """Set the import statement up; nothing is hidden from a file that was checked before."""
        own = vars(builtins) | {"__import__": self.importing}
        vars(sys.modules[self.name])["__builtins__"] = own
        yield

    def executed(self) -> ModuleType:
        """The file as a module."""
        try:
            self.run_module()
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            self.problem = self.explain(error, self.path.name)
        if self.problem:
            raise sentence(self.problem, self.path)
        assert self.module is not None
        return self.module


@dataclass
class Piece:
    """One of the eight files: whose it is, and what is known of the student's."""

    lesson: Lesson
    path: Path  # of the student's file
    verdict: str  # right, wrong, unwritten, unchecked
    taken: bool  # whether the student's is taken
    unwritten: tuple[str, ...] = ()  # functions that come from the reference all the same

    @property
    def sources(self) -> list[Path]:
        """The files that it is made of, the first one first."""
        given = ROOT / "reference" / self.lesson.file
        return [self.path] * self.taken + [given] * (not self.taken or bool(self.unwritten))


class Network:
    """The eight pieces, each calling the others; any problem of a file is a UserError."""

    def __init__(self, pieces: list[Piece]) -> None:
        self.pieces = {piece.lesson.module: piece for piece in pieces}
        self.views: dict[str, ModuleType] = {}
        self.begun: set[str] = set()
        self.package = ModuleType("reference", reference.__doc__)
        vars(self.package).update(vars(reference))
        for name in self.pieces:
            vars(self.package).pop(name, None)
        vars(self.package)["__getattr__"] = self.seen  # asked for what is not there
        for name in self.pieces:
            self.seen(name)

    def importing(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        """What an import statement of one of the files gives."""
        real = builtins.__import__(name, globals, locals, fromlist, level)
        top, _, rest = name.partition(".")
        if level or top != "reference" or (fromlist and rest and rest not in self.pieces):
            return real
        return self.seen(rest) if fromlist and rest else self.package

    def seen(self, name: str) -> Any:
        """What the files see as reference.NAME: the piece, in the reference's module."""
        if name not in self.pieces:
            return getattr(reference, name)
        if name not in self.views:
            real = import_module(f"reference.{name}")
            if name in self.begun:  # two files that import each other
                return real
            self.begun.add(name)
            view = ModuleType(real.__name__, real.__doc__)
            vars(view).update(vars(real) | self.functions_of(self.pieces[name]))
            self.views[name] = view
        return self.views[name]

    def functions_of(self, piece: Piece) -> dict[str, Any]:
        """The functions of a piece, by name."""
        modules = [
            File(piece.lesson, path, importing=self.importing).executed() for path in piece.sources
        ]
        first, last = vars(modules[0]), vars(modules[-1])
        first.update({name: last[name] for name in piece.unwritten})
        return {name: first[name] for name in piece.lesson.functions if name in first}

    def function(self, name: str) -> "OwnFunction":
        """A function of the contract, to be called and looked at as the checks do."""
        return OwnFunction(name, self)

    def whose(self, *names: str) -> list[str]:
        """Lines that say whose the pieces with these names are."""
        groups: dict[str, list[str]] = {}
        for name in names or self.pieces:
            piece = self.pieces[name]
            if not piece.taken:
                why = WHY.get(piece.verdict, "yours is not checked")
                groups.setdefault(f"The reference's ({why})", []).append(name)
                continue
            groups.setdefault(f"Yours{DOUBT[piece.verdict]}", []).append(name)
            if piece.unwritten:
                rest = groups.setdefault("The reference's (yours is not written)", [])
                rest.extend(piece.unwritten)
        order = sorted(groups, key=lambda heading: (not heading.startswith("Yours"), heading))
        return [f"{heading}: {', '.join(groups[heading])}." for heading in order]

    def told(self, error: BaseException) -> Wrong:
        """An exception in a line or two: the student's own line that it passed through last."""
        said = cut(f"{type(error).__name__}: {error}".rstrip(": ")).partition("\n")[0]
        for own in (True, False):
            for path in reversed(files_passed(error)):
                if own != path.is_relative_to(ROOT / "reference"):
                    raised = raised_in(error, path)
                    assert raised is not None
                    place = f"{from_here(path)}:{raised.line}"
                    return Wrong(f"{said}\n  {raised.text.strip()}", place)
        return Wrong(said)


class OwnFunction(Function):
    """A function of a network; whatever is wrong with a call becomes a UserError."""

    def __init__(self, name: str, network: Network) -> None:
        super().__init__(name)
        self.network = network
        self.piece = network.pieces[LESSON_WITH[name].module]

    def implementation(self) -> Callable[..., Any]:
        """The function itself."""
        function: Callable[..., Any] = getattr(
            self.network.seen(self.piece.lesson.module), self.name
        )
        return function

    def run(self, call: Callable[[], Any]) -> Any:
        """Make a call; whatever it raises becomes a sentence."""
        try:
            return call()
        except (KeyboardInterrupt, Wrong):
            raise
        except BaseException as error:
            raise self.network.told(error) from error

    def in_place(self, *arguments: Any, finite: bool = True, **options: Any) -> Any:
        """Call with the very arguments, and look at what is returned."""
        with self.one_sentence():
            return super().in_place(*arguments, finite=finite, **options)

    def items(
        self,
        stream: Stream,
        iterator: Iterator[Any],
        arguments: tuple[Any, ...],
        options: dict[str, Any],
    ) -> Iterator[Any]:
        """Go through what comes one by one."""
        with self.one_sentence():
            yield from super().items(stream, iterator, arguments, options)

    @contextmanager
    def one_sentence(self) -> Iterator[None]:
        """Make a UserError of what is wrong."""
        try:
            yield
        except Wrong as wrong:
            raise sentence(wrong, self.piece.sources[0]) from wrong


def say(line: str) -> None:
    """Print a line in the width of the terminal."""
    Terminal(highlight=False, markup=False).print(line)


def sentence(wrong: Wrong, path: Path) -> UserError:
    """What is wrong with a file, in at most two lines."""
    lines = f"{wrong.place or from_here(path)}: {wrong.message}".splitlines()
    return UserError("\n".join(lines[:2]))


def files_passed(error: BaseException) -> list[Path]:
    """The lessons' files that an exception passed through, the one that raised it last."""
    found = []
    traceback = error.__traceback__
    while traceback:
        if str(traceback.tb_frame.f_globals.get("__name__")).startswith("own_"):
            path = Path(traceback.tb_frame.f_code.co_filename)
            found += [path] * path.is_file()
        traceback = traceback.tb_next
    return found


def choose(
    known: Mapping[str, str], folder: Path | None = None, insisted: Container[str] = ()
) -> list[Piece]:
    """Take the student's pieces that are right, and those of `insisted` that are written.

    Parameters
    ----------
    known
        "right", "wrong", ... by the name of the lesson.
    folder
        Where the eight files lie; None for the lessons' own folders.
    insisted
        Names of lessons whose pieces are taken though their verdict is another.
    """
    pieces = []
    for lesson in LESSONS.values():
        path = (folder or lesson.folder) / lesson.file
        verdict = known.get(lesson.name, UNCHECKED)
        unwritten = unwritten_in(path, lesson)
        written = len(unwritten) < len(lesson.functions)
        if verdict == UNCHECKED and not written:
            verdict = "unwritten"
        taken = verdict == "right" or (lesson.name in insisted and written)
        pieces.append(Piece(lesson, path, verdict, taken, unwritten if taken else ()))
    return pieces


def unwritten_in(path: Path, lesson: Lesson) -> tuple[str, ...]:
    """The functions of a lesson that a file does not have, or only as the stub has them."""
    if not path.is_file():
        return lesson.functions
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return ()  # said when it is executed
    written = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            written = written - {node.name} if is_stub(node) else written | {node.name}
        if isinstance(node, ast.Import | ast.ImportFrom):
            written |= {alias.asname or alias.name for alias in node.names}
    return tuple(name for name in lesson.functions if name not in written)


def is_stub(function: ast.FunctionDef) -> bool:
    """Whether a function only says that it is not written, after its docstring."""
    body = function.body[ast.get_docstring(function) is not None :]
    return bool(body) and isinstance(body[0], ast.Raise) and "NotImplemented" in ast.dump(body[0])


def checked(folder: Path) -> dict[str, str]:
    """Run the checks of the eight files in a folder, and return the verdicts by lesson."""
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.json"
        options = [f"--solution={folder}", f"--report={report}"]
        subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "lessons", *options],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if not report.is_file():
            raise UserError(f"The files in {folder} could not be checked: see what pytest says.")
        lessons = json.loads(report.read_text(encoding="utf-8"))["lessons"]
    return {name: lesson["verdict"] for name, lesson in lessons.items()}


def verdicts() -> dict[str, str]:
    """The verdict on every lesson; what is not known is checked now, and kept."""
    for lesson in LESSONS.values():
        if state.read().verdict(lesson) == UNCHECKED:
            checking.check_quietly(lesson)
    return known_verdicts()


def known_verdicts() -> dict[str, str]:
    """The verdict on every lesson, as far as it is known."""
    kept = state.read()
    return {lesson.name: kept.verdict(lesson) for lesson in LESSONS.values()}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of which files are taken."""
    parser.add_argument(
        "--all-mine",
        action="store_true",
        help="take all that you have written, also what is wrong or not checked",
    )
    parser.add_argument(
        "--solution", metavar="DIR", help="take the eight files in DIR, not those of the lessons"
    )


def network_for(options: argparse.Namespace, insisted: Container[str] = ()) -> Network:
    """The network that the command line asks for; lessons of `insisted` need not be right."""
    if options.solution is None:
        known = known_verdicts() if options.all_mine else verdicts()
        return Network(choose(known, None, LESSONS if options.all_mine else insisted))
    folder = folder_of(options.solution)
    if options.all_mine:
        return Network(choose({}, folder, LESSONS))
    print(f"Checking the files in {options.solution} first ...", file=sys.stderr, flush=True)
    return Network(choose(checked(folder), folder, insisted))


def folder_of(given: str) -> Path:
    """The folder of --solution."""
    folder = ROOT / "reference" if given == "reference" else Path(given).resolve()
    if not any((folder / lesson.file).is_file() for lesson in LESSONS.values()):
        files = ", ".join(lesson.file for lesson in LESSONS.values())
        raise UserError(f"--solution: {given} holds none of the files {files}.")
    return folder
