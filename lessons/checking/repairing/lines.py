"""The changes that are tried in whole lines: too many, missing, in the wrong order or place."""

import ast
from collections.abc import Callable, Iterator
from functools import partial

from lessons.checking.repairing.changes import (
    OPERATOR,
    ORDER,
    Change,
    Undo,
    of_numpy,
    read,
)

ASSIGNED = "whether it adds to what is there, or takes its place"
TOO_MANY = "whether the line belongs there at all"
SWAPPED = "the order of this line and the next"
LOOP = "whether the line belongs into the loop"
RESET = "what has to start anew before it, and where"
CARRIED = "what has to be kept for the next turn of the loop"
RETURNED = "what is done with its value"

MOST_PAIRS = 20  # of variables in a line that are exchanged

Body = list[ast.stmt]


def line_changes(root: ast.AST) -> Iterator[Change]:
    """All changes of single lines of a function, or of two."""
    for statement in ast.walk(root):
        yield from assignments(statement)
        for name in ("body", "orelse"):
            body = getattr(statement, name, None)
            if isinstance(body, list) and body and isinstance(body[0], ast.stmt):
                yield from in_body(body)


def assignments(statement: ast.AST) -> Iterator[Change]:
    """A subtraction for an addition, in place."""
    if isinstance(statement, ast.AugAssign):
        for other in {ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,)}.get(
            type(statement.op), ()
        ):
            yield Change(1, statement, OPERATOR, setting(statement, "op", other()))


def setting(node: ast.AST, name: str, value: object) -> Callable[[], Undo]:
    """What sets a field of a node."""

    def make() -> Undo:
        old = getattr(node, name)
        setattr(node, name, value)
        return lambda: setattr(node, name, old)

    return make


def in_body(body: Body) -> Iterator[Change]:
    """The changes of a list of lines."""
    for k, line in enumerate(body):
        after = body[k + 1 : k + 2]
        if not isinstance(line, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
            yield Change(3, line, TOO_MANY, editing([body], partial(exchange, body, line)))
        if other := other_assignment(line):
            yield Change(2, line, ASSIGNED, editing([body], partial(exchange, body, line, other)))
        if after and not is_text(line) and not isinstance(after[0], ast.Return | ast.Raise):
            yield Change(2, line, SWAPPED, editing([body], partial(move_on, body, line)))
        if isinstance(line, ast.For | ast.While):
            yield from around_loop(body, k, line)
            yield from carried(body[:k], line)
        if isinstance(line, ast.Expr) and not is_text(line) and not after:
            back = standing_at(ast.Return(line.value), line)
            yield Change(1, line, RETURNED, editing([body], partial(exchange, body, line, back)))
        yield from exchanged(line)
        if isinstance(line, ast.If) and not line.orelse:
            edit = partial(exchange, body, line, *line.body)
            yield Change(4, line, LOOP, editing([body], edit))
        for name in assigned_names(line):
            zeros = ast.Assign([ast.Name(name, ast.Store())], of_numpy("zeros_like", read(name)))
            edit = partial(exchange, body, line, standing_at(zeros, line), line)
            yield Change(7, line, RESET, editing([body], edit))


def exchange(body: Body, line: ast.stmt, *lines: ast.stmt) -> None:
    """Put other lines in the place of one, or none."""
    place = body.index(line)
    body[place : place + 1] = lines


def move_on(body: Body, line: ast.stmt) -> None:
    """Exchange a line with the next one."""
    place = body.index(line)
    body[place : place + 2] = body[place + 1], line


def around_loop(body: Body, k: int, loop: ast.For | ast.While) -> Iterator[Change]:
    """A line in or out of a loop."""
    before, after, inside = body[k - 1 : k], body[k + 1 : k + 2], loop.body
    both = [body, inside]
    if len(inside) > 1:
        for line, place in ((inside[-1], 1), (inside[0], 0)):
            edit = partial(move_out, line, inside, body, loop, place)
            yield Change(3, line, LOOP, editing(both, edit))
    for line in after:
        if not isinstance(line, ast.Return):
            edit = partial(move_in, line, body, inside, len(inside) + 1)
            yield Change(3, line, LOOP, editing(both, edit))
    for line in before:
        if not is_text(line):
            yield Change(3, line, LOOP, editing(both, partial(move_in, line, body, inside, 0)))


def move_out(line: ast.stmt, inside: Body, body: Body, loop: ast.stmt, place: int) -> None:
    """Put a line of a loop before it (0) or after it (1)."""
    inside.remove(line)
    body.insert(body.index(loop) + place, line)


def move_in(line: ast.stmt, body: Body, inside: Body, place: int) -> None:
    """Put a line that stands beside a loop into it."""
    body.remove(line)
    inside.insert(place, line)


def carried(before: Body, loop: ast.For | ast.While) -> Iterator[Change]:
    """What is set before a loop, read in it and never set there, set at its end to what is."""
    read_there, stored = variables(loop)
    _, stored_before = variables(*before)
    last = loop.body[-1]
    for name in stored_before:
        target = ast.Name(name, ast.Store())
        for new in stored if name in read_there and name not in stored else ():
            for weight, line in (
                (3, ast.Assign([target], read(new))),
                (4, ast.AugAssign(target, ast.Add(), read(new))),
            ):
                edit = partial(loop.body.append, standing_at(line, last))
                yield Change(weight, last, CARRIED, editing([loop.body], edit))


def variables(*lines: ast.stmt) -> tuple[dict[str, None], dict[str, None]]:
    """The variables that lines read, and those that they set, in order."""
    names = [node for line in lines for node in ast.walk(line) if isinstance(node, ast.Name)]
    reading = dict.fromkeys(node.id for node in names if isinstance(node.ctx, ast.Load))
    return reading, dict.fromkeys(node.id for node in names if isinstance(node.ctx, ast.Store))


def exchanged(statement: ast.stmt) -> Iterator[Change]:
    """Two variables of a formula in each other's place."""
    if not isinstance(statement, ast.Assign | ast.AugAssign | ast.Return | ast.Expr):
        return
    sides = [
        side
        for node in ast.walk(statement)
        if isinstance(node, ast.BinOp)
        for side in (node.left, node.right)
        if isinstance(side, ast.Name)
    ]
    pairs = [(a, b) for k, a in enumerate(sides) for b in sides[k + 1 :] if a.id != b.id]
    for one, other in pairs[:MOST_PAIRS]:
        yield Change(2, one, ORDER, renaming(one, other))


def renaming(one: ast.Name, other: ast.Name) -> Callable[[], Undo]:
    """What exchanges two names."""

    def make() -> Undo:
        def undo() -> None:
            one.id, other.id = other.id, one.id

        undo()
        return undo

    return make


def editing(bodies: list[Body], edit: Callable[[], None]) -> Callable[[], Undo]:
    """What edits lists of lines as they are then."""

    def make() -> Undo:
        old = [(body, list(body)) for body in bodies]
        edit()

        def undo() -> None:
            for body, lines in old:
                body[:] = lines

        return undo

    return make


def other_assignment(statement: ast.stmt) -> ast.stmt | None:
    """An assignment for an addition, and the other way round."""
    if isinstance(statement, ast.AugAssign):
        new: ast.stmt = ast.Assign([statement.target], statement.value)
    elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        target = statement.targets[0]
        if not isinstance(target, ast.Name | ast.Subscript):
            return None
        new = ast.AugAssign(target, ast.Add(), statement.value)
    else:
        return None
    return standing_at(new, statement)


def standing_at(new: ast.stmt, old: ast.stmt) -> ast.stmt:
    """A new line in the position of an old one."""
    return ast.fix_missing_locations(ast.copy_location(new, old))


def assigned_names(statement: ast.stmt) -> Iterator[str]:
    """The names that a loop or an assignment works on."""
    if isinstance(statement, ast.For | ast.While):
        found = [n.id for n in ast.walk(statement) if isinstance(n, ast.Name)]
        yield from dict.fromkeys(
            n.id
            for n in ast.walk(statement)
            if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and found.count(n.id) > 1
        )


def is_text(statement: ast.stmt) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
