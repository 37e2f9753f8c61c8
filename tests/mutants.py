"""One-edit mutants of a source file: an operator, a number, an index, a name, a dropped line."""

import ast
import copy
from collections.abc import Iterator

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt,),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.Eq: (ast.NotEq,),
}
FUNCTIONS = {
    "sum": "max",
    "max": "min",
    "min": "max",
    "exp": "tanh",
    "tanh": "exp",
    "log": "log2",
    "zeros": "ones",
    "zeros_like": "ones_like",
    "sqrt": "abs",
}


def mutants(source: str) -> Iterator[tuple[str, str]]:
    """What was changed, and the source with that change."""
    tree = ast.parse(source)
    for k, node in enumerate(ast.walk(tree)):
        for says, change in edits(node):
            other = copy.deepcopy(tree)
            change(list(ast.walk(other))[k])
            text = ast.unparse(ast.fix_missing_locations(other))
            yield f"line {getattr(node, 'lineno', '?')}: {says}", text


def edits(node: ast.AST) -> Iterator[tuple]:
    """The changes that can be made at a node, each a function of it."""
    if isinstance(node, ast.BinOp | ast.AugAssign):
        for other in OPERATORS.get(type(node.op), ()):
            yield f"another operator: {other.__name__}", lambda n, o=other: setattr(n, "op", o())
    if isinstance(node, ast.BinOp):
        yield "operands exchanged", lambda n: swap(n, "left", "right")
    if isinstance(node, ast.Compare):
        for other in OPERATORS.get(type(node.ops[0]), ()):
            yield (
                f"another comparison: {other.__name__}",
                lambda n, o=other: n.ops.insert(0, o()) or n.ops.pop(1),
            )
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        for value in (node.value + 1, node.value - 1):
            yield f"{node.value} as {value}", lambda n, v=value: setattr(n, "value", v)
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "not transposed", lambda n: setattr(n, "attr", "real")
    if isinstance(node, ast.Attribute) and node.attr in FUNCTIONS:
        yield f"{FUNCTIONS[node.attr]}", lambda n: setattr(n, "attr", FUNCTIONS[n.attr])
    if isinstance(node, ast.Slice) and (node.lower or node.upper):
        yield "another slice", lambda n: swap(n, "lower", "upper")
    if isinstance(node, ast.Call) and len(node.args) == 2:
        yield "arguments exchanged", lambda n: n.args.reverse()
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in "XYPHDGabcht":
        for other in "XYPHDG":
            if other != node.id:
                yield f"{node.id} as {other}", lambda n, o=other: setattr(n, "id", o)
    if isinstance(node, ast.FunctionDef | ast.For | ast.If):
        for k, line in enumerate(node.body):
            if len(node.body) > 1 and not isinstance(line, ast.Return):
                yield f"without: {ast.unparse(line)[:40]}", lambda n, k=k: n.body.pop(k)


def swap(node: ast.AST, one: str, other: str) -> None:
    """Exchange two fields."""
    a, b = getattr(node, one), getattr(node, other)
    setattr(node, one, b)
    setattr(node, other, a)
