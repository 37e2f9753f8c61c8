"""Loading an answer: by path, alone, and without the modules that hold its solution."""

import ast
import difflib
import importlib.util
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.abc import MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import reference
from lessons.checking import platform
from lessons.checking.answering.anatomy import lines_of, raised_in
from lessons.checking.answering.contract import Lesson, describe_type
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.answering.purity import imports_late, reaches_out
from lessons.checking.answering.rooms import LESSONS, ROOT, from_here
from lessons.checking.answering.workshop import Workshop

if TYPE_CHECKING:
    from lessons.checking.isolating.remote import Elsewhere

SEEN_BEFORE = nullcontext()  # nothing is hidden from a file that cannot look
MOST_SAID, MOST_LINES = 400, 6  # characters and lines of an exception's message


@dataclass
class Answer:
    """A student's file, or what kept it from being loaded."""

    lesson: Lesson
    path: Path
    module: ModuleType | None = None
    problem: Wrong | None = None
    forbidden: list[str] = field(default_factory=list)  # modules that it tried to import
    to_hide: list[str] = field(default_factory=list)  # modules, while its code runs
    modules_seen: int = 0
    elsewhere: "Elsewhere | None" = None  # where its functions are called, if not in this process

    @property
    def loaded(self) -> bool:
        """Whether the file's functions are there to be called."""
        return self.module is not None

    @cached_property
    def hidden(self) -> frozenset[str]:
        """The modules that it may not import."""
        return solution_modules(self.lesson)

    @cached_property
    def beside(self) -> frozenset[str]:
        """The modules that lie in its folder."""
        return frozenset(path.stem for path in self.path.parent.glob("*.py"))

    @cached_property
    def workshop(self) -> Workshop:
        """What is done to its functions to learn what is wrong in them."""
        return Workshop(vars(self.module), str(self.path))

    def anew(self) -> "Answer":
        """The same answer, to be loaded once more."""
        return Answer(self.lesson, self.path)

    def function(self, name: str) -> Any:
        """The function called `name`.

        Raises
        ------
        Waiting
            If the file or the function is not there.
        Wrong
            If the file could not be loaded, or `name` is not a function.
        """
        if self.problem:  # a new exception each time, or their tracebacks would pile up
            raise Wrong(self.problem.message, self.problem.place)
        if self.module is None:
            raise Waiting(name, f"There is no {self.path.name}{self.similar_file()}")
        function = getattr(self.module, name, None)
        if function is None:
            raise Waiting(name, f"{self.path.name} has no function {name}{self.similar(name)}")
        if not callable(function):
            raise Wrong(f"{name} is {describe_type(function)}; expected a function.")
        return function

    def similar(self, name: str) -> str:
        """What may have been meant to be a function that is not there, if there is such."""
        for holder, value in vars(self.module).items():
            if isinstance(value, type) and name in vars(value) and value.__module__ == self.name:
                return (
                    f" of its own, only the class {holder} has one: write it outside of the class, "
                    "without self."
                )
        near = difflib.get_close_matches(name, vars(self.module), n=1, cutoff=0.8)
        return f"; is {near[0]} meant to be it?" if near else ""

    def similar_file(self) -> str:
        """What may have been meant to be a file that is not there, if there is such."""
        if self.path.with_suffix(".ipynb").is_file():
            return f"; save the code of {self.path.stem}.ipynb as a Python file of that name"
        names = [path.name for path in self.path.parent.glob("*.py")]
        names = [name for name in names if not name.startswith("test_")]
        near = difflib.get_close_matches(self.path.name, names, n=1, cutoff=0.7)
        others = {lesson.file for lesson in LESSONS.values()}
        return f"; is {near[0]} meant to be it?" if near and near[0] not in others else ""

    @cached_property
    def tree(self) -> ast.Module | None:
        """The file's source as a tree; None if there is no file, or it cannot be parsed."""
        try:
            return ast.parse(self.path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            return None

    @cached_property
    def imports_late(self) -> bool:
        """Whether a call of one of its functions may import something."""
        return self.tree is None or imports_late(self.tree)

    def while_called(self) -> AbstractContextManager[None]:
        """What hides the solution during a call, if the call can look for it."""
        return self.without_solution() if self.module is None or self.imports_late else SEEN_BEFORE

    @cached_property
    def reaches_out(self) -> bool:
        """Whether the file may change something outside of it."""
        return self.tree is not None and reaches_out(self.tree)

    def place(self, line: int | None) -> str:
        """A line of this file, as `file:line` seen from the current folder."""
        return from_here(self.path) + (f":{line}" if line else "")

    def lines(self) -> list[str]:
        """The lines of the file."""
        return lines_of(self.path)

    def explain(self, error: BaseException, doing: str) -> Wrong:
        """An exception of the student's code as one sentence, with the student's own line."""
        try:
            said = cut(f"{type(error).__name__}: {platform.said_by(error)}".rstrip(": "))
        except Exception:  # an exception whose own message fails
            said = type(error).__name__
        if isinstance(error, RecursionError) and "maximum recursion depth" in said:
            said = "RecursionError: it calls itself more deeply than Python allows"
        raised = raised_in(error, self.path)
        if raised is None:
            return Wrong(f"{doing} raised {said}")
        lines = [f"{doing} raised {said}", *raised.lines(error), *needs(error)]
        return Wrong("\n".join(lines), self.place(raised.line))

    @property
    def name(self) -> str:
        """The name of the module that the file becomes."""
        return f"answer_{self.lesson.module}"

    def run_module(self) -> None:
        """Execute the file; any exception is its own problem."""
        module = ModuleType(self.name)
        module.__file__ = str(self.path)
        sys.modules[self.name] = module  # dataclasses and NamedTuple look their module up
        try:
            # compiled here and not imported: no cached bytecode can stand in for an edited file
            source = importlib.util.decode_source(self.path.read_bytes())
            if is_notebook(source):
                raise Wrong(f"{self.path.name} is a notebook: save its code as a Python file.")
            code = compile(source, str(self.path), "exec", dont_inherit=True)
            with self.without_solution():
                exec(code, module.__dict__)
        except UnicodeDecodeError as error:
            self.problem = Wrong(f"{self.path.name} is not UTF-8: save it as UTF-8 ({error}).")
        except SyntaxError as error:
            if error.filename != str(self.path):
                raise
            self.problem = self.unreadable(error)
        except ImportError as error:
            self.problem = self.explain(error, self.path.name)
            self.problem = Wrong(
                "\n".join([self.problem.message, *self.about_import(error)]), self.problem.place
            )
        else:
            self.module = module
        if self.forbidden:
            self.problem = self.cheating()

    def unreadable(self, error: SyntaxError) -> Wrong:
        """A syntax error: the line, and a caret under the place."""
        said = [f"{self.path.name} has a syntax error: {error.msg}"]
        if error.lineno:
            line = (error.text or "").rstrip().expandtabs(1)
            start = len(line) - len(line.lstrip())
            label = f"  line {error.lineno}: "
            said.append(label + line.strip())
            if error.offset and start < error.offset <= len(line) + 1:
                said.append(" " * (len(label) + error.offset - 1 - start) + "^")
        return Wrong("\n".join(said), self.place(error.lineno))

    def about_import(self, error: ImportError) -> list[str]:
        """What to do about an import that fails."""
        files = {lesson.module: lesson for lesson in LESSONS.values()}
        if error.name in files:
            return [
                "Each lesson is checked alone; take earlier pieces from the reference: "
                f"from reference.{error.name} import ..."
            ]
        if error.name in self.beside:
            return [f"An answer is one file: put what it needs of {error.name}.py in there."]
        return []

    def cheating(self) -> Wrong:
        """The sentence for an answer that imports its own solution."""
        return Wrong(
            f"{self.path.name} imports {self.forbidden[0]}, which holds or uses the solution of "
            "this lesson; write it yourself, and import only what earlier lessons hold."
        )

    @contextmanager
    def without_solution(self) -> Iterator[None]:
        """Hide the lesson's solution, and all that imports it, while the student's code runs."""
        hidden = self.hidden
        blocker = Blocker(hidden, self.forbidden)
        if len(sys.modules) != self.modules_seen:  # some were loaded since the last call
            self.modules_seen = len(sys.modules)
            self.to_hide = [n for n in sys.modules if n in hidden or n.startswith("lessons.")]
        kept = {name: sys.modules.pop(name) for name in self.to_hide if name in sys.modules}
        attributes = {
            name: vars(reference).pop(name)
            for name in [full.removeprefix("reference.") for full in hidden]
            if name in vars(reference)
        }
        finders = sys.meta_path[:]
        sys.meta_path.insert(0, blocker)
        try:
            yield
        finally:
            sys.meta_path[:] = finders  # whatever the answer has made of them
            sys.modules.update(kept)
            vars(reference).update(attributes)


def is_notebook(source: str) -> bool:
    """Whether a file holds a notebook's JSON in the place of Python."""
    return source.lstrip().startswith("{") and '"cells"' in source and '"nbformat"' in source


def needs(error: BaseException) -> list[str]:
    """What is missing where the checks run, if an exception says so in other words."""
    if isinstance(error, EOFError):
        return ["Nobody answers input() while the checks run: take it out."]
    if "scipy" in str(error).lower() and importlib.util.find_spec("scipy") is None:
        return ["Numba needs SciPy for products of matrices: install scipy, or leave Numba out."]
    lessons = {lesson.module for lesson in LESSONS.values()}  # of which there is more to say
    if getattr(error, "name", None) not in lessons and (lacking := platform.lacking(error)):
        return [lacking]
    return []


def cut(text: str) -> str:
    """The beginning of an exception's message, which may be as long as a book."""
    lines = text[: 2 * MOST_SAID].splitlines()
    short = "\n".join(lines[:MOST_LINES])[:MOST_SAID]
    return short if short == text else f"{short} ..."


class Blocker(MetaPathFinder):
    """Refuses to find the modules that hold the solution, and notes who asked."""

    def __init__(self, hidden: frozenset[str], asked: list[str]) -> None:
        self.hidden, self.asked = hidden, asked

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> None:
        """Raise for what is hidden; leave all else to others."""
        parts = fullname.split(".")
        if (
            fullname in self.hidden
            or parts[-1] == "mistakes"
            or parts[0] in ("lessons", "tests")
            or (parts[0] != "reference" and lies_in_project(fullname))
        ):
            self.asked.append(fullname)
            raise ImportError(f"{fullname} holds or uses the solution", name=fullname)


def lies_in_project(fullname: str) -> bool:
    """Whether a module of this name would come from the project's own folders."""
    spec = PathFinder.find_spec(fullname)
    origin = Path(spec.origin).resolve() if spec and spec.origin else None
    folders = [ROOT / name for name in ("reference", "lessons", "tests")]
    return origin is not None and any(origin.is_relative_to(folder) for folder in folders)


@cache
def solution_modules(lesson: Lesson) -> frozenset[str]:
    """What an answer may not import: its solution, and what imports it, at any remove."""
    folder = ROOT / "reference"
    pieces = {f"reference.{other.module}": folder / other.file for other in LESSONS.values()}
    imports = {name: imported_modules(path) for name, path in pieces.items() if path.is_file()}
    # the lesson's own module, and the programs, which hold the same computations again
    programs = {module_name(path) for path in folder.rglob("*.py")} - set(pieces) - {"reference"}
    found = {f"reference.{lesson.module}"} | programs
    while True:
        more = {name for name, imported in imports.items() if imported & found} - found
        if not more:
            return frozenset(found)
        found |= more


def module_name(path: Path) -> str:
    """The name by which a file of the project is imported."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imported_modules(path: Path) -> set[str]:
    """The modules that a file imports anywhere."""
    found = set()
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found
