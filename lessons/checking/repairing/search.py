"""Trying changes of an answer's own source on the ladder's cases until all come out right.

What is found says which line to look at; the change itself is never shown. A budget of candidates
and of loop turns, not of seconds, so that the same answer gets the same words on every machine.
"""

import ast
import copy
import marshal
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property
from operator import itemgetter
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Calls, StudentFunction
from lessons.checking.answering.failure import Stopped, Waiting, Wrong
from lessons.checking.answering.purity import computes
from lessons.checking.answering.rooms import LESSON_WITH, ROOT
from lessons.checking.explaining.ladder import Attempt, Ladder, ladder_of, outcome, right
from lessons.checking.repairing.changes import (
    COMMON,
    RARE,
    Change,
    Scope,
    called,
    expression_changes,
    is_read,
    numbers_of,
    own_pieces,
)
from lessons.checking.repairing.lines import line_changes

CANDIDATES = 800
TURNS, MORE_TURNS = 3, 1000  # so many times the turns of loops that the answer makes, and more
SOONER = 3  # by how much of a weight changes come in the line that raises
WORK, CALL = 1_000_000, 10  # of all candidates together, in turns; what a call in a loop counts
TURNS_UNKNOWN = 100_000  # where it comes to no end in any case
ANOTHER_SEED = 1  # of the cases that a repair has not seen


@dataclass(frozen=True)
class Repair:
    """A line in which one change makes a function right."""

    line: int
    piece: str  # the piece of the line that was changed, "" for all of it
    look: str  # what there is to look at; "" where repairs are of different kinds


def find(
    function: StudentFunction, attempts: list[Attempt], confirmed: Callable[[], bool]
) -> Repair | None:
    """The line of an answer in which one change makes a function right; None where unsure.

    Parameters
    ----------
    function : StudentFunction
        What is wrong.
    attempts : list of Attempt
        What came of the cases of its ladder.
    confirmed : callable
        Whether the checks that failed pass, asked while a change is in force.
    """
    source = source_of(function)
    if source is None:
        return None
    with np.errstate(all="ignore"), suppress(Stopped):
        found = list(Search(function, attempts, source).repairs(confirmed))
        if len({repair.line for repair in found}) == 1:
            same = len({repair.look for repair in found}) == 1
            return found[0] if same else replace(found[0], look="")
    return None


def source_of(function: StudentFunction) -> ast.Module | None:
    """The tree of a file that only computes."""
    path = function.answer.path
    if not function.answer.loaded or not path.is_file():
        return None
    tree = ast.parse(path.read_bytes())
    return tree if computes(tree) else None


class Search:
    """The search in one answer for what makes one function right."""

    def __init__(self, function: StudentFunction, attempts: list[Attempt], tree: ast.Module):
        self.function = StudentFunction(function.name, function.answer, quiet(function.calls))
        self.ladder: Ladder = ladder_of(function.name)
        self.workshop = function.answer.workshop
        self.names = self.workshop.all_names()
        self.lines = function.answer.lines()
        self.units = units(tree, function.name, self.names)
        # the smallest wrong case first, and the right ones at the end
        self.attempts = sorted(attempts, key=lambda attempt: attempt.right)
        self.most = sys.maxsize

    def repairs(self, confirmed: Callable[[], bool]) -> Iterator[Repair]:
        """The first repair that is found within the budget, and all that are as likely."""
        likely: int | None = None
        with self.counting():
            changes = self.changes()
            for unit in self.units:
                count_turns(unit)
            self.measure()
            for weight, unit, change in changes[:CANDIDATES]:
                if self.workshop.counted()[1] > WORK or likely not in (None, weight):
                    return
                undo = change.make()
                try:
                    if self.right_with(unit, confirmed):
                        likely = weight
                        yield Repair(change.line, self.piece(change.node), change.look)
                finally:
                    undo()

    def changes(self) -> list[tuple[int, ast.stmt, Change]]:
        """All changes with their weights and the unit that each is in, the likely ones first."""
        problem = self.attempts[0].problem
        raised = problem.line if problem else None
        found: list[tuple[int, ast.stmt, Change]] = []
        scopes = self.scopes()
        for kinds in (COMMON, RARE):
            for unit, scope in zip(self.units, scopes, strict=True):
                lines = line_changes(unit) if kinds is COMMON else ()
                for change in (*lines, *expression_changes(unit, scope, kinds)):
                    found.append((change.weight - SOONER * (change.line == raised), unit, change))
            if len(found) >= CANDIDATES:
                break
        return sorted(found, key=itemgetter(0))

    def piece(self, node: ast.AST) -> str:
        """The piece of a long line that a node is."""
        line = self.lines[node.lineno - 1]  # type: ignore[attr-defined]
        text = ast.get_source_segment("\n".join(self.lines), node) or ""
        short = isinstance(node, ast.expr) and 3 <= len(text) <= len(line.strip()) / 2
        return text if short and len(line.strip()) > 40 and "\n" not in text else ""

    def scopes(self) -> list[Scope]:
        """What the changes of each unit are made of, seen in the smallest wrong case."""
        seen, solution = self.kinds(), solution_of(self.function.name)
        functions = frozenset(called(node) for node in ast.walk(solution))
        return [
            Scope(
                names=dict.fromkeys(own_names(unit), ()) | seen.get(unit_name(unit), {}),
                others=frozenset(self.names),
                constants=numbers_of(solution),
                pieces=own_pieces(unit),
                keys=keys_of(unit),
                functions=functions,
                unread=unread_names(unit),
            )
            for unit in self.units
        ]

    def kinds(self) -> dict[str, dict[str, tuple[Any, ...]]]:
        """The variables of each function, with the kinds of what they hold in a few cases."""
        found: dict[str, dict[str, tuple[Any, ...]]] = {}
        for unit in self.units:
            self.install(watched(unit))
        count = len(self.attempts)
        for attempt in (self.attempts[k] for k in sorted({0, count // 3, count - 1})):
            with suppress(Wrong, Waiting):
                self.ladder.observe(self.function, attempt.case)
            for name, held in self.workshop.kinds().items():
                kinds = found.setdefault(name, {})
                for variable, kind in held.items():
                    kinds[variable] = (*kinds.get(variable, ()), kind)
        return found

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Let loops count their turns and arrays stay small; put all back at the end."""
        self.workshop.count()
        try:
            yield
        finally:
            self.workshop.stop_counting()

    def measure(self) -> None:
        """Allow some times as many turns as the answer makes."""
        most, self.most = 0, sys.maxsize
        for unit in self.units:
            self.install(unit)
        for attempt in [attempt for attempt in self.attempts if attempt.hand]:
            self.workshop.allow(self.most)
            with suppress(Wrong, Waiting):
                self.ladder.observe(self.function, self.ladder.quick(attempt.case))
                most = max(most, self.workshop.counted()[0])
        self.most = TURNS * most + MORE_TURNS if most else TURNS_UNKNOWN

    def install(self, unit: ast.stmt) -> None:
        """Execute a function's definition as it is now."""
        self.workshop.install(compiled(unit))

    def right_with(self, unit: ast.stmt, confirmed: Callable[[], bool]) -> bool:
        """Whether the answer is right with a unit as it is now."""
        try:
            code = compiled(unit)
        except Exception:  # whatever a change may lead to
            return False
        try:
            return (
                self.workshop.begin(unit_name(unit), code)
                and all(self.right_in(attempt) for attempt in self.attempts)
                and all(self.right_in(attempt) for attempt in self.unseen)
                and self.unhurried(confirmed)
            )
        finally:
            self.workshop.put_back()

    def unhurried(self, confirmed: Callable[[], bool]) -> bool:
        """Ask the checks, whose calls may be longer than any case."""
        self.workshop.allow(sys.maxsize)
        return confirmed()

    @cached_property
    def unseen(self) -> list[Attempt]:
        """A case of each rung that no candidate was chosen by."""
        found = []
        for k, rung in enumerate(self.ladder.rungs):
            case = rung.draw(np.random.default_rng([ANOTHER_SEED, k]))
            expected = outcome(self.ladder, right(self.function.name), case)
            found.append(Attempt(k, case, {}, None, expected, right=False, hand=False))
        return found

    def right_in(self, attempt: Attempt) -> bool:
        """Whether the function is right in a case."""
        self.workshop.allow(self.most)
        try:
            yours = self.ladder.observe(self.function, self.ladder.quick(attempt.case))
        except Stopped:
            raise
        except (Wrong, Waiting):
            return False
        return self.ladder.equal(yours, attempt.expected)


def quiet(calls: Calls) -> Calls:
    """Calls of a search: they leave no trace in those of the check."""
    return Calls(calls.watchdog, surroundings=calls.surroundings)


def units(tree: ast.Module, name: str, names: list[str]) -> list[ast.stmt]:
    """The function, the answer's helpers that it reaches, and the numbers that these use."""
    others = set(LESSON_WITH[name].functions) - {name}
    defined: dict[str, ast.stmt] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.decorator_list:
            defined[node.name] = node
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            defined[node.targets[0].id] = node
    found: dict[str, ast.stmt] = {}
    ahead = [name]
    while ahead:
        current = ahead.pop(0)
        if current in defined and current not in found and current not in others:
            if current in names:
                found[current] = defined[current]
            ahead += [n.id for n in ast.walk(defined[current]) if isinstance(n, ast.Name)]
    return list(found.values())


def unit_name(unit: ast.stmt) -> str:
    """The name that a unit defines."""
    if isinstance(unit, ast.FunctionDef | ast.ClassDef):
        return unit.name
    assert isinstance(unit, ast.Assign) and isinstance(unit.targets[0], ast.Name)
    return unit.targets[0].id


def own_names(unit: ast.stmt) -> list[str]:
    """The parameters and variables of a function."""
    nodes = list(ast.walk(unit))
    parameters = [node.arg for node in nodes if isinstance(node, ast.arg)]
    names = [node for node in nodes if isinstance(node, ast.Name)]
    return [*parameters, *(node.id for node in names if isinstance(node.ctx, ast.Store))]


def unread_names(unit: ast.stmt) -> list[str]:
    """The parameters and variables of a function that nothing in it reads."""
    read = {n.id for n in ast.walk(unit) if isinstance(n, ast.Name) and is_read(n)}
    return [name for name in dict.fromkeys(own_names(unit)) if name not in read]


def count_turns(unit: ast.stmt) -> None:
    """Let every loop of a unit count its turns, and the calls in them as its work."""
    for node in ast.walk(unit):
        if isinstance(node, ast.For | ast.While):
            work = 1 + CALL * sum(isinstance(n, ast.Call) for line in node.body for n in own(line))
            turn = ast.Expr(ast.Call(ast.Name("__turn__", ast.Load()), [ast.Constant(work)], []))
            node.body.insert(0, ast.fix_missing_locations(ast.copy_location(turn, node)))


def own(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a line, but not in a loop that it begins."""
    if not isinstance(node, ast.For | ast.While):
        yield node
        for child in ast.iter_child_nodes(node):
            yield from own(child)


def watched(unit: ast.stmt) -> ast.stmt:
    """A unit whose functions show their variables when they end, however they end."""
    shown: ast.stmt = copy.deepcopy(unit)
    for node in ast.walk(shown):
        if isinstance(node, ast.FunctionDef):
            show = ast.parse(f"__seen__({unit_name(unit)!r}, locals())").body
            node.body = [ast.Try(body=node.body, handlers=[], orelse=[], finalbody=show)]
    return ast.fix_missing_locations(shown)


def compiled(unit: ast.stmt) -> bytes:
    """The code that defines a unit; nothing is said of what looks odd in it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        code = compile(ast.Module([unit], []), "<candidate>", "exec", dont_inherit=True)
    return marshal.dumps(code)


def keys_of(unit: ast.stmt) -> tuple[str, ...]:
    """The keys by which a function takes things."""
    return tuple(
        dict.fromkeys(
            node.slice.value
            for node in ast.walk(unit)
            if isinstance(node, ast.Subscript)
            and isinstance(node.slice, ast.Constant)
            and isinstance(node.slice.value, str)
        )
    )


@cache
def solution_of(name: str) -> ast.Module:
    """The lesson's own solution, for its numbers and the functions that it calls."""
    path = ROOT / "reference" / LESSON_WITH[name].file
    return ast.parse(path.read_bytes())
