"""What an answer's source says of what it may do, besides computing."""

import ast
from collections.abc import Iterator

PURE = {
    *("numpy", "math", "random", "itertools", "functools", "collections", "typing", "reference"),
    *("dataclasses", "string", "__future__", "copy", "operator", "warnings", "statistics"),
}
REACHING_OUT = {
    *("open", "exec", "eval", "compile", "input", "globals", "vars", "setattr", "delattr"),
    *("breakpoint", "exit", "quit", "save", "savez", "savetxt", "load", "loadtxt", "tofile"),
    *("fromfile", "memmap", "genfromtxt", "ctypeslib", "f2py", "lib", "sys", "os", "modules"),
}
REACHING = {"setattr", "delattr", "vars", "globals", "exec", "eval", "__dict__", "sys", "builtins"}
HARMLESS = {"__slots__", "__name__", "__init__", "__iter__", "__next__", "__call__"}


def computes(tree: ast.Module) -> bool:
    """Whether a file only computes: running a part of it, changed, can do no harm."""
    for node in ast.walk(tree):
        if any(name.split(".")[0] not in PURE for name in imported(node)):
            return False
        name = getattr(node, "attr", getattr(node, "id", ""))
        hidden = isinstance(name, str) and name.startswith("__") and name not in HARMLESS
        if hidden or name in REACHING_OUT:
            return False
    return True


def imported(node: ast.AST) -> Iterator[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        yield node.module or ""


def imports_late(tree: ast.Module) -> bool:
    """Whether a call of a function may import, or look into our modules: not only the file itself.

    What computes and imports nothing inside of functions, and no module of ours as a whole, cannot.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda):
            if any(name for inner in ast.walk(node) for name in imported(inner)):
                return True
        if isinstance(node, ast.Import) and any(
            name.split(".")[0] == "reference" for name in imported(node)
        ):
            return True
        if isinstance(node, ast.ImportFrom) and node.module == "reference":
            return True
    return not computes(tree)


def reaches_out(tree: ast.Module) -> bool:
    """Whether a file may change something outside: it assigns to what it imports, or worse."""
    nodes = list(ast.walk(tree))
    names = {
        (alias.asname or alias.name).split(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    for node in nodes:
        if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load):
            root: ast.expr = node
            while isinstance(root, ast.Attribute):
                root = root.value
            if not isinstance(root, ast.Name) or root.id in names:
                return True
        if isinstance(node, ast.Name) and node.id in REACHING:
            return True
        if isinstance(node, ast.Attribute) and node.attr in REACHING:
            return True
    return False
