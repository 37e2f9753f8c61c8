"""The changes that are tried: what people get wrong, undone. In expressions; lines.py has lines.

Each is a slip that a person makes, with a weight that orders the search: common ones first. They
are made in the tree itself and taken back, since hundreds are tried.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, cast

Undo = Callable[[], None]


@dataclass(frozen=True)
class Change:
    """One change of a function's tree."""

    weight: int  # the lower, the more often it is what was wrong
    node: ast.AST  # what is changed, as it stands in the file
    look: str  # what there is to look at, without the change itself
    make: Callable[[], Undo]

    @property
    def line(self) -> int:
        """The line of the file in which it is made; an operator stands before its right side."""
        node = self.node
        if self.look == OPERATOR and isinstance(node, ast.BinOp):
            node = node.right
        line: int = node.lineno  # type: ignore[attr-defined]
        return line


@dataclass(frozen=True)
class Slot:
    """A place in the tree that holds an expression."""

    parent: ast.AST
    name: str  # of the parent's field
    position: int | None  # in the field, if that is a list

    def put(self, node: ast.AST) -> None:
        """Put a node there."""
        if self.position is None:
            setattr(self.parent, self.name, node)
        else:
            getattr(self.parent, self.name)[self.position] = node


@dataclass
class Scope:
    """What the changes of a function are made of."""

    names: dict[str, tuple[Any, ...]]  # its variables, with their kinds
    others: frozenset[str]  # names of the file and of Python
    constants: tuple[float, ...]  # the lesson's own numbers
    pieces: list[ast.expr]  # of the function's own expressions
    keys: tuple[str, ...]  # by which it takes things
    functions: frozenset[str]  # that the lesson's own solution calls
    unread: list[str]  # its variables that nothing reads


Found = Iterator[tuple[int, str, ast.expr]]  # weight, what to look at, what takes its place
Kind = Callable[[ast.expr, Slot, Scope], Found]

OPERATOR = "whether things are added, subtracted, multiplied or divided as they should be"
ORDER = "which of two things comes first"
GROUPED = "what is taken together first: where the brackets are"
TRANSPOSED = "what is transposed and what is not"
SIGN = "the sign"
NUMBER = "the number in it"
INDEX = "the index"
BOUNDS = "where a range or slice begins or ends"
DIRECTION = "the direction in which it goes"
VARIABLE = "which variable is used"
KEY = "which one is taken, by its key"
FUNCTION = "which function is called"
AXIS = "along which axis it works, and the shape that comes out"
CONDITION = "the condition"
COPY = "whether an array is shared or copied"
EXTRA = "whether a piece of it is too many"
MISSING = "whether a piece of it is missing"
TYPE = "the type of the numbers"

WIDER = {"float32": "float64", "float16": "float64"} | dict.fromkeys(
    ("int8", "int16", "int32", "uint8", "uint16", "uint32", "float64"), "int64"
)
OPERATORS: dict[type[ast.operator], dict[type[ast.operator], int]] = {
    ast.Add: {ast.Sub: 1, ast.Mult: 3},
    ast.Sub: {ast.Add: 1, ast.Mult: 5, ast.Div: 5},
    ast.Mult: {ast.MatMult: 2, ast.Div: 1, ast.Add: 3, ast.Pow: 4},
    ast.Div: {ast.Mult: 1, ast.FloorDiv: 4, ast.Sub: 5},
    ast.MatMult: {ast.Mult: 2},
    ast.Pow: {ast.Mult: 3},
    ast.FloorDiv: {ast.Div: 2, ast.Mod: 4},
    ast.Mod: {ast.FloorDiv: 4},
}
COMPARISONS: dict[type[ast.cmpop], dict[type[ast.cmpop], int]] = {
    ast.Lt: {ast.LtE: 1, ast.Gt: 2, ast.GtE: 3},
    ast.LtE: {ast.Lt: 1, ast.GtE: 2, ast.Gt: 3},
    ast.Gt: {ast.GtE: 1, ast.Lt: 2, ast.LtE: 3},
    ast.GtE: {ast.Gt: 1, ast.LtE: 2, ast.Lt: 3},
    ast.Eq: {ast.NotEq: 2, ast.GtE: 4, ast.LtE: 4},
    ast.NotEq: {ast.Eq: 2},
    ast.Is: {ast.IsNot: 2},
    ast.IsNot: {ast.Is: 2},
    ast.In: {ast.NotIn: 2},
    ast.NotIn: {ast.In: 2},
}
TAKEN_FOR_ANOTHER = (
    ("sum", "mean", "max", "cumsum", "prod"),
    ("max", "min"),
    ("argmax", "argmin", "argsort"),
    ("maximum", "minimum"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("hstack", "vstack", "column_stack"),
    ("exp", "log", "tanh"),
    ("log", "log2", "log10", "log1p"),
    ("tanh", "sinh", "cosh", "sin", "arctanh"),
    ("sqrt", "square", "abs"),
    ("floor", "ceil", "round"),
    ("dot", "multiply", "outer"),
    ("standard_normal", "random", "normal"),
    ("any", "all"),
    ("append", "extend"),
    ("items", "keys", "values"),
    ("flatten", "ravel"),
)


def slots(root: ast.AST) -> Iterator[tuple[Slot, ast.expr]]:
    """Every place below `root` that holds an expression, in the order of the source."""
    for name, value in ast.iter_fields(root):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for position, node in enumerate(value) if isinstance(value, list) else ((None, value),):
            if isinstance(node, ast.expr):
                yield Slot(root, name, position), node
            if isinstance(node, ast.AST) and not isinstance(node, ast.JoinedStr):
                yield from slots(node)


def expression_changes(root: ast.AST, scope: Scope, kinds: tuple[Kind, ...]) -> Iterator[Change]:
    """All changes of single expressions of a function, of some kinds."""
    for slot, node in slots(root):
        for kind in kinds:
            for weight, look, new in kind(node, slot, scope):
                yield Change(weight, node, look, placing(slot, new, node))


def placing(slot: Slot, new: ast.expr, old: ast.expr) -> Callable[[], Undo]:
    """What puts an expression into a slot, in the place of an old one."""

    def make() -> Undo:
        slot.put(standing_at(new, old))
        return lambda: slot.put(old)

    return make


def standing_at(new: ast.expr, old: ast.AST) -> ast.expr:
    """A new node with the position of an old one; one from elsewhere keeps its own."""
    if hasattr(new, "lineno"):
        return new
    return ast.fix_missing_locations(ast.copy_location(new, old))


def operators(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """+ for -, * for @, and the two sides exchanged."""
    if not isinstance(node, ast.BinOp):
        return
    for other, weight in OPERATORS.get(type(node.op), {}).items():
        yield weight, OPERATOR, ast.BinOp(node.left, other(), node.right)
    if isinstance(node.op, ast.Sub | ast.Div | ast.MatMult | ast.Pow):
        yield 2, ORDER, ast.BinOp(node.right, node.op, node.left)
    if isinstance(node.op, ast.MatMult):  # (a @ b).T and a.T @ b.T
        yield 4, ORDER, ast.BinOp(transpose(node.right), node.op, transpose(node.left))


def groupings(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """(a + b) * c for a + b * c, f(a - b) for f(a) - f(b), a + b for max(a, b)."""
    if isinstance(node, ast.BinOp):
        left, right = node.left, node.right
        if isinstance(right, ast.BinOp):
            inner = ast.BinOp(left, node.op, right.left)
            yield 2, GROUPED, ast.BinOp(inner, right.op, right.right)
        if isinstance(left, ast.BinOp):
            inner = ast.BinOp(left.right, node.op, right)
            yield 2, GROUPED, ast.BinOp(left.left, left.op, inner)
        if isinstance(left, ast.Call) and isinstance(right, ast.Call) and left.args and right.args:
            if ast.dump(left.func) == ast.dump(right.func):
                both = ast.BinOp(left.args[0], node.op, right.args[0])
                yield 3, GROUPED, ast.Call(left.func, [both, *left.args[1:]], left.keywords)
    elif isinstance(node, ast.Call) and node.args:
        first = node.args[0]
        if isinstance(first, ast.BinOp) and isinstance(first.op, ast.Add | ast.Sub):
            each = [
                ast.Call(node.func, [side, *node.args[1:]], node.keywords)
                for side in (first.left, first.right)
            ]
            yield 3, GROUPED, ast.BinOp(each[0], first.op, each[1])
        if len(node.args) == 2:
            yield 4, FUNCTION, ast.BinOp(first, ast.Add(), node.args[1])


def transpositions(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A transposition too many, or missing."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield 1, TRANSPOSED, node.value
        return
    inside = isinstance(slot.parent, ast.BinOp) and isinstance(slot.parent.op, ast.MatMult)
    if is_read(node) and isinstance(node, ast.Name | ast.Subscript | ast.Call):
        argument = isinstance(slot.parent, ast.Call) and slot.name == "args"
        value = isinstance(slot.parent, ast.Assign | ast.Return | ast.Tuple | ast.Dict)
        yield 2 if inside else 5 if argument or value else 6, TRANSPOSED, transpose(node)
    elif isinstance(node, ast.BinOp):
        yield 5, TRANSPOSED, transpose(node)


def transpose(node: ast.expr) -> ast.expr:
    """A node with .T, or the inside of it if it is one already."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return node.value
    return ast.Attribute(node, "T", ast.Load())


def signs(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A sign too many, or missing."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield 1, SIGN if isinstance(node.op, ast.USub) else CONDITION, node.operand
    elif is_read(node) and isinstance(node, ast.Call | ast.BinOp | ast.Name | ast.Subscript):
        if isinstance(slot.parent, ast.BinOp | ast.Assign | ast.AugAssign | ast.Return | ast.Call):
            yield 3, SIGN, ast.UnaryOp(ast.USub(), node)


def numbers(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """One more or less, another sign, twice or half of it, a number of the lesson."""
    if not isinstance(node, ast.Constant) or type(node.value) not in (int, float, bool):
        return
    if isinstance(node.value, bool):
        yield 1, CONDITION, ast.Constant(not node.value)
        return
    value = cast(float, node.value)
    whole = isinstance(value, int)
    tried = dict.fromkeys([value + 1, value - 1, 0, 1] if whole else [], 1)
    tried |= dict.fromkeys([-value, 2], 3 if whole else 2)
    for other in (*scope.constants, 0.0, 1.0, 2 * value, value / 2, 10 * value, value / 10):
        if not whole or float(other) != int(other) or not isinstance(slot.parent, ast.Subscript):
            tried.setdefault(other, 4 if whole else 2)
    look = INDEX if isinstance(slot.parent, ast.Subscript) else NUMBER
    for other, weight in tried.items():
        if other != value:
            yield weight, look, number(other)


def number(value: float) -> ast.expr:
    """A number as an expression."""
    if value < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


def one_more(node: ast.expr, by: int) -> ast.expr:
    """One more, or one less; without the 1 that it has if that does it."""
    if isinstance(node, ast.BinOp) and isinstance(node.right, ast.Constant):
        has = {ast.Add: 1, ast.Sub: -1}.get(type(node.op), 0) * (node.right.value == 1)
        if has == -by:
            return node.left
    return ast.BinOp(node, ast.Add() if by > 0 else ast.Sub(), ast.Constant(1))


def indices(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """An index, or a bound of a slice or a range, one too far or too near."""
    if not is_read(node) or isinstance(node, ast.Constant | ast.Slice | ast.Tuple):
        return
    parent = slot.parent
    indexing = (isinstance(parent, ast.Subscript) and slot.name == "slice") or (
        isinstance(parent, ast.Tuple) and isinstance(node, ast.Name | ast.BinOp)
    )
    bound = isinstance(parent, ast.Slice) or (called(parent) == "range" and slot.name == "args")
    compared = isinstance(parent, ast.Compare)
    if indexing or bound or compared:
        look = INDEX if indexing else BOUNDS if bound else CONDITION
        yield 2, look, one_more(node, 1)
        yield 2, look, one_more(node, -1)
        if isinstance(node, ast.BinOp) and not indexing:
            yield 4, look, number(0)


def slices(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A slice that begins or ends elsewhere, or goes backwards."""
    if not isinstance(node, ast.Slice):
        return
    if node.lower is None:
        yield 2, BOUNDS, ast.Slice(ast.Constant(1), node.upper, node.step)
    else:
        yield 3, BOUNDS, ast.Slice(None, node.upper, node.step)
    if node.upper is None:
        yield 2, BOUNDS, ast.Slice(node.lower, number(-1), node.step)
    else:
        yield 3, BOUNDS, ast.Slice(node.lower, None, node.step)
    if node.lower is None and node.upper is not None and node.step is None:
        yield 3, BOUNDS, ast.Slice(node.upper, None, None)
    if node.upper is None and node.lower is not None and node.step is None:
        yield 3, BOUNDS, ast.Slice(None, node.lower, None)
    if node.lower is not None and node.upper is not None:
        for by in (1, -1):
            shifted = ast.Slice(one_more(node.lower, by), one_more(node.upper, by), node.step)
            yield 2, BOUNDS, shifted
    if node.step is None:
        yield 4, DIRECTION, ast.Slice(node.lower, node.upper, number(-1))
    else:
        yield 1, DIRECTION, ast.Slice(node.lower, node.upper, None)


def rows_and_columns(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A row for a column, and the other way round."""
    if not isinstance(slot.parent, ast.Subscript) or slot.name != "slice":
        return
    whole = ast.Slice(None, None, None)
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        yield 2, INDEX, ast.Tuple(node.elts[::-1], ast.Load())
        for k in (0, 1):
            if isinstance(node.elts[k], ast.Slice):
                yield 4, INDEX, node.elts[1 - k]
            else:
                parts = [whole if part is node.elts[k] else part for part in node.elts]
                yield 3, INDEX, ast.Tuple(parts, ast.Load())
    elif not isinstance(node, ast.Tuple | ast.Slice):
        yield 3, INDEX, ast.Tuple([whole, node], ast.Load())


def loops(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A loop's range in the other direction, or from one."""
    if called(node) == "reversed" and isinstance(node, ast.Call):
        yield 1, DIRECTION, node.args[0]
    elif slot.name == "iter":
        yield 3, DIRECTION, call("reversed", call("list", node))
    if called(node) == "range" and isinstance(node, ast.Call):
        if len(node.args) == 1:
            yield 2, BOUNDS, call("range", ast.Constant(1), node.args[0])
        if len(node.args) == 2:
            yield 2, BOUNDS, call("range", node.args[1])
        if len(node.args) == 3:
            yield 3, BOUNDS, call("range", *node.args[:2])


def called(node: ast.AST) -> str:
    """The name of the function that a call calls; "" if it is none."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func
    return getattr(function, "attr", getattr(function, "id", ""))


def call(name: str, *arguments: ast.expr) -> ast.expr:
    """A call of a builtin."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def of_numpy(name: str, *arguments: ast.expr) -> ast.expr:
    """A call of a function of NumPy, whatever the file calls that."""
    return ast.Call(
        ast.Attribute(ast.Name("__numpy__", ast.Load()), name, ast.Load()), list(arguments), []
    )


def variables(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """Another variable: of the same kind, of a similar one, any."""
    if not isinstance(node, ast.Name) or slot.name == "func":
        return
    if node.id not in scope.names and node.id in scope.others:
        return
    mine = scope.names.get(node.id)
    for name, kinds in scope.names.items():
        if name != node.id:
            near = 1 if mine is None else 2 if kinds == mine else 3 if similar(kinds, mine) else 6
            yield near + 3 * (not is_read(node)), VARIABLE, ast.Name(name, node.ctx)


def named_values(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A variable where a number or a key is written out."""
    if not isinstance(node, ast.Constant) or isinstance(node.value, bool | None):
        return
    kinds = ("str",) if isinstance(node.value, str) else ("int", "float")
    for name, seen in scope.names.items():
        if seen and seen[0][0] in kinds:
            yield 3 if name in scope.unread or kinds == ("str",) else 4, VARIABLE, read(name)


def unread(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A variable that nothing reads, where it may be missing."""
    if not is_read(node) or isinstance(node, ast.Constant | ast.Slice | ast.Tuple):
        return
    for name in scope.unread:
        variable = read(name)
        if isinstance(node, ast.Call) and isinstance(slot.parent, ast.stmt | ast.expr):
            more = [*node.keywords, ast.keyword(name, variable)]
            yield 2, MISSING, ast.Call(node.func, node.args, more)
        if slot.name in ("value", "left", "right", "args", "elts", "values"):
            yield 2, MISSING, ast.BinOp(node, ast.Add(), variable)
            yield 2, MISSING, ast.BinOp(node, ast.Mult(), variable)
            yield 3, VARIABLE, variable


def read(name: str) -> ast.expr:
    """A variable, read."""
    return ast.Name(name, ast.Load())


def similar(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two variables hold the same types, of other sizes, or nothing is known of them."""
    return not one or not other or bool(one[0][0] == other[0][0])


def keys(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """Another key of a dict, or another attribute."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and len(node.value) < 20:
        if isinstance(slot.parent, ast.Subscript) or slot.name == "keys":
            for key in scope.keys:
                if key != node.value:
                    yield 2, KEY, ast.Constant(key)


def subscripts(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """Two letters of an operand of einsum exchanged."""
    first = called(slot.parent) == "einsum" and slot.position == 0
    if first and isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
        for k in range(len(text) - 1):
            if text[k : k + 2].isalpha():
                yield 2, ORDER, ast.Constant(text[:k] + text[k + 1] + text[k] + text[k + 2 :])


def functions(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A function that is taken for another."""
    if not isinstance(node, ast.Call):
        return
    name = called(node)
    for group in TAKEN_FOR_ANOTHER:
        for other in group if name in group else ():
            if other != name:
                yield 3, FUNCTION, ast.Call(renamed(node.func, other), node.args, node.keywords)
    if len(node.args) == 2 and not node.keywords:
        yield 3, ORDER, ast.Call(node.func, node.args[::-1], [])
    elif len(node.args) > 2:
        for k in range(len(node.args) - 1):
            swapped = [*node.args[:k], node.args[k + 1], node.args[k], *node.args[k + 2 :]]
            yield 3, ORDER, ast.Call(node.func, swapped, node.keywords)


def renamed(function: ast.expr, name: str) -> ast.expr:
    """np.sum as np.mean, sum as mean."""
    if isinstance(function, ast.Attribute):
        return ast.Attribute(function.value, name, ast.Load())
    return ast.Name(name, ast.Load())


def types(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A type of numbers that holds too little."""
    if isinstance(node, ast.Attribute) and node.attr in WIDER:
        yield 2, TYPE, ast.Attribute(node.value, WIDER[node.attr], ast.Load())


def axes(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """What axis and keepdims of a call are, and the shape."""
    if not isinstance(node, ast.Call):
        return
    for k, keyword in enumerate(node.keywords):
        others = node.keywords[:k] + node.keywords[k + 1 :]
        look = TYPE if keyword.arg == "dtype" else AXIS if keyword.arg in SHAPING else EXTRA
        yield 3, look, ast.Call(node.func, node.args, others)
    given = {keyword.arg for keyword in node.keywords}
    if called(node) in REDUCING:
        for name, value in (("axis", 0), ("axis", 1), ("keepdims", True)):
            if name not in given:
                more = [*node.keywords, ast.keyword(name, ast.Constant(value))]
                yield 3, AXIS, ast.Call(node.func, node.args, more)
        if not given:
            both = [ast.keyword("keepdims", ast.Constant(True))]
            for axis in (0, 1):
                more = [ast.keyword("axis", ast.Constant(axis)), *both]
                yield 3, AXIS, ast.Call(node.func, node.args, more)
    if called(node) == "reshape":
        yield 3, AXIS, ast.Call(node.func, node.args, [ast.keyword("order", ast.Constant("F"))])


SHAPING = ("axis", "keepdims", "order", "ndmin", "out")
REDUCING = ("sum", "mean", "max", "min", "argmax", "argmin", "prod", "cumsum", "norm", "any", "all")


def conditions(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """Another comparison, `and` for `or`, the condition turned round."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        for other, weight in COMPARISONS.get(type(node.ops[0]), {}).items():
            yield weight, CONDITION, ast.Compare(node.left, [other()], node.comparators)
    if isinstance(node, ast.BoolOp):
        other_op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield 2, CONDITION, ast.BoolOp(other_op, node.values)
        for k in range(len(node.values)):
            rest = node.values[:k] + node.values[k + 1 :]
            yield 3, CONDITION, rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)
    if isinstance(node, ast.IfExp):
        yield 1, CONDITION, ast.IfExp(node.test, node.orelse, node.body)
        yield 3, CONDITION, node.body
        yield 3, CONDITION, node.orelse
    if slot.name == "test":
        yield 2, CONDITION, ast.UnaryOp(ast.Not(), node)
        if not isinstance(slot.parent, ast.While):
            yield 4, CONDITION, ast.Constant(True)
            yield 4, CONDITION, ast.Constant(False)


def copies(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A copy that is missing, or too many."""
    if isinstance(node, ast.Call) and called(node) == "copy" and not node.args:
        if isinstance(node.func, ast.Attribute):
            yield 2, COPY, node.func.value
        return
    value = isinstance(slot.parent, ast.Assign | ast.Return | ast.Dict | ast.Tuple) or (
        isinstance(slot.parent, ast.Call) and slot.name in ("args", "keywords")
    )
    value |= isinstance(slot.parent, ast.keyword | ast.DictComp)
    if value and is_read(node) and isinstance(node, ast.Name | ast.Subscript | ast.Attribute):
        yield 3, COPY, ast.Call(ast.Attribute(node, "copy", ast.Load()), [], [])
        yield 5, COPY, of_numpy("array", node)


def extras(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A piece too many: one side of an operation, a call around an argument, an index."""
    if isinstance(node, ast.BinOp):
        yield 2, EXTRA, node.left
        yield 3, EXTRA, node.right
    elif isinstance(node, ast.Call):
        if len(node.args) >= 1:
            yield 3, EXTRA, node.args[0]
            if isinstance(node.args[0], ast.Attribute):
                yield 5, EXTRA, node.args[0].value
        if len(node.args) == 2:
            yield 4, EXTRA, node.args[1]
        if isinstance(node.func, ast.Attribute) and called(node) != "copy":
            look = TYPE if called(node) == "astype" else EXTRA
            yield 3, look, node.func.value
    elif isinstance(node, ast.Subscript) and is_read(node):
        yield 4, EXTRA, node.value
    elif isinstance(node, ast.Tuple) and slot.name != "slice":
        for k in range(len(node.elts) - 1):
            swapped = [*node.elts[:k], node.elts[k + 1], node.elts[k], *node.elts[k + 2 :]]
            yield 2, ORDER, ast.Tuple(swapped, node.ctx)


def wrapped(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A function around it that is missing, or another shape."""
    parent = slot.parent
    value = isinstance(parent, ast.Assign | ast.AugAssign | ast.Return | ast.BinOp | ast.Dict)
    value |= isinstance(parent, ast.Call | ast.keyword | ast.DictComp) and slot.name != "func"
    if not value or not is_read(node) or isinstance(node, ast.Constant | ast.Tuple | ast.Dict):
        return
    for name in ("exp", "log", "tanh", "sqrt", "square", "abs"):
        yield 3 if name in scope.functions else 7, MISSING, of_numpy(name, node)
    for axis in (0, 1):
        total = of_numpy("sum", node)
        total.keywords = [  # type: ignore[attr-defined]
            ast.keyword("axis", ast.Constant(axis)),
            ast.keyword("keepdims", ast.Constant(True)),
        ]
        yield 6, MISSING, total
    yield 5, MISSING, of_numpy("sum", node)
    yield 6, AXIS, of_numpy("reshape", node, ast.Tuple([number(-1), number(1)], ast.Load()))
    yield 6, AXIS, of_numpy("ravel", node)
    if isinstance(parent, ast.Return | ast.Dict | ast.Assign | ast.keyword):
        yield 5, TYPE, call("float", node)
        yield 5, TYPE, call("int", node)


def ingredients(node: ast.expr, slot: Slot, scope: Scope) -> Found:
    """A missing piece, or another one, from the function's own."""
    parent = slot.parent
    whole = isinstance(parent, ast.Assign | ast.AugAssign | ast.Return) and slot.name == "value"
    if isinstance(node, ast.Constant) or not is_read(node) or not (whole or part(slot)):
        return
    for piece in scope.pieces:
        yield 8, MISSING, ast.BinOp(node, ast.Add(), piece)
        yield 8, MISSING, ast.BinOp(node, ast.Mult(), piece)
        yield 9, MISSING, piece
        if whole:
            yield 9, MISSING, ast.BinOp(node, ast.Sub(), piece)
            yield 9, MISSING, ast.BinOp(node, ast.Div(), piece)
            yield 9, MISSING, ast.BinOp(piece, ast.MatMult(), node)


def part(slot: Slot) -> bool:
    """Whether a slot is a side of an operation, or an argument."""
    return isinstance(slot.parent, ast.BinOp) or (
        isinstance(slot.parent, ast.Call) and slot.name == "args"
    )


def is_read(node: ast.expr) -> bool:
    """Whether an expression is read, and not what is assigned to."""
    return isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def own_pieces(function: ast.AST, most: int = 14) -> list[ast.expr]:
    """The shortest different expressions of a function, for `ingredients`."""
    found: dict[str, ast.expr] = {}
    for _, node in slots(function):
        simple = isinstance(node, ast.Name | ast.Subscript | ast.BinOp | ast.Attribute)
        if simple and is_read(node) and not isinstance(node, ast.Attribute | ast.Name):
            found.setdefault(ast.unparse(node), node)
        if isinstance(node, ast.Name) and is_read(node):
            found.setdefault(node.id, node)
    # copies, since one may be put into a place inside of itself
    return [copy.deepcopy(found[text]) for text in sorted(found, key=len)[:most]]


def numbers_of(tree: ast.AST) -> tuple[float, ...]:
    """The numbers that stand in some source, once each; none beyond 1000."""
    values = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    found = [value for value in values if isinstance(value, int | float) and abs(value) <= 1000]
    return tuple(dict.fromkeys(value for value in found if not isinstance(value, bool)))


COMMON: tuple[Kind, ...] = (
    operators,
    groupings,
    unread,
    transpositions,
    signs,
    numbers,
    indices,
    slices,
    rows_and_columns,
    loops,
    variables,
    named_values,
    keys,
    subscripts,
    functions,
    types,
    axes,
    conditions,
    copies,
    extras,
    wrapped,
)
RARE: tuple[Kind, ...] = (ingredients,)
