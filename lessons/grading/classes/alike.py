"""Which answers are alike: the same program, but for names, comments, docstrings and blank space.

It says that two files are alike, and not why.
"""

import ast
import builtins
import hashlib
import warnings
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from lessons.checking.answering.rooms import LESSONS, ROOT

SHORT = 90  # nodes of a program below which being alike says nothing; the shortest answers have 45
LEFT_OUT = ("unwritten", "short", "the course's own")


@dataclass
class Group:
    """Students whose files of a lesson are alike."""

    lesson: str
    students: list[str]
    same: bool  # byte for byte


@dataclass
class Alike:
    """What was found in a class."""

    groups: list[Group]
    solutions: dict[str, int]  # how many files are like the course's own, by lesson


def find(handed: Iterable[tuple[str, Mapping[str, bytes]]]) -> Alike:
    """Compare all files of each lesson, given the students' names and files."""
    found: dict[tuple[str, str], list[tuple[str, bytes]]] = defaultdict(list)
    solutions: dict[str, int] = {}
    for student, files in handed:
        for lesson in LESSONS.values():
            form = normal_form(files.get(lesson.file, b""))
            if form and form == solution(lesson.file):
                solutions[lesson.name] = solutions.get(lesson.name, 0) + 1
            elif form:
                found[lesson.name, form].append((student, files[lesson.file]))
    groups = [
        Group(lesson, sorted(name for name, _ in those), len({file for _, file in those}) == 1)
        for (lesson, _), those in found.items()
        if len(those) > 1
    ]
    groups.sort(key=lambda group: (-len(group.students), group.lesson, group.students))
    return Alike(groups, solutions)


@cache
def solution(file: str) -> str:
    """The normal form of the course's own solution."""
    return normal_form((ROOT / "reference" / file).read_bytes())


@cache
def normal_form(content: bytes) -> str:
    """What files that are alike have in common; "" for one that is short or no program."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what the student's strings hold
            tree = Normal().visit(ast.parse(content))
        if sum(not isinstance(node, ast.expr_context) for node in ast.walk(tree)) < SHORT:
            return ""
        return hashlib.sha256(ast.dump(tree).encode()).hexdigest()
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""


class Normal(ast.NodeTransformer):
    """Takes away what a program does not need, and numbers the names that it chooses."""

    def __init__(self) -> None:
        self.numbers: dict[str, str] = {}

    def named(self, name: str) -> str:
        """A name's number; those that Python or the course has given stay."""
        if hasattr(builtins, name) or name in GIVEN:
            return name
        return self.numbers.setdefault(name, f"n{len(self.numbers)}")

    def body(self, node: ast.AST) -> list[ast.stmt]:
        """The statements that are neither docstrings nor functions that nobody has written."""
        return [
            line
            for line in getattr(node, "body", [])
            if not (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
            and not (isinstance(line, ast.FunctionDef) and unwritten(line))
        ]

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Whatever has a body."""
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            node.body = self.body(node)
        return super().generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A function, without its annotations."""
        node.name, node.returns = self.named(node.name), None
        return self.generic_visit(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """An argument, without its annotation."""
        node.arg, node.annotation = self.named(node.arg), None
        return node

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """A name."""
        node.id = self.named(node.id)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """An assignment, without its annotation."""
        if node.value is None:
            return ast.Pass()
        return self.visit(ast.Assign([node.target], node.value))


GIVEN = {name for lesson in LESSONS.values() for name in lesson.functions} | {"np", "numpy"}


def unwritten(function: ast.FunctionDef) -> bool:
    """Whether nothing but docstrings, `pass` and one `raise` is in a function."""
    return all(
        isinstance(line, ast.Raise | ast.Pass)
        or (isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant))
        for line in function.body
    )
