"""Where an exception was raised: the line, the piece of it, and what its names held."""

import ast
import builtins
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np

from lessons.checking.answering.contract import describe_type
from lessons.checking.answering.printing import clipped, filled, listed, num

MOST_NAMES = 4  # that are described


@dataclass(frozen=True)
class Raised:
    """The last point in a file that an exception passed through."""

    line: int
    text: str  # of the line
    piece: str  # of the line, "" where it is not known
    frame: FrameType

    def lines(self, error: BaseException) -> list[str]:
        """The line, and what its names held."""
        said = [clipped(f"  line {self.line}: {self.text.strip()}", 79)]
        held = [*dict.fromkeys(described(self.piece, self.frame))][:MOST_NAMES]
        if held:
            whole = self.piece == self.text.strip() or len(self.piece) > 40
            there = "there" if whole else f"in {self.piece}"
            said += filled(f"{there}: {', '.join(held)}", "  ", "    ")
        said += filled(advice, "  ", "    ") if (advice := meant(error, self.frame)) else []
        return said


def raised_in(error: BaseException, path: Path) -> Raised | None:
    """Where an exception passed through a file last."""
    found = None
    traceback = error.__traceback__
    while traceback:
        if traceback.tb_frame.f_code.co_filename == str(path):
            found = traceback
        traceback = traceback.tb_next
    if found is None:
        return None
    text = line_of(path, found.tb_lineno)
    position = [*found.tb_frame.f_code.co_positions()][found.tb_lasti // 2]
    return Raised(found.tb_lineno, text, piece_of(text, position), found.tb_frame)


def lines_of(path: Path) -> list[str]:
    """The lines of a file; none if it is not there."""
    if not path.is_file():
        return []
    return path.read_text(encoding="utf-8", errors="replace").splitlines()


def line_of(path: Path, number: int) -> str:
    """One line of a file; "" beyond its end."""
    return next(iter(lines_of(path)[number - 1 : number]), "")


def dumped_line(dump: str, path: Path) -> int | None:
    """The line of a file that was running, as faulthandler tells it."""
    found = re.search(rf'File "{re.escape(str(path))}", line (\d{{1,6}})\b', dump)
    return int(found[1]) if found else None


def process_lost(name: str, end: str, limit: float) -> str:
    """What is said of a call that took its process along; `end` is "stuck", or how it ended."""
    if end != "stuck":
        return f"{name} ended Python itself ({end})"
    return (
        f"{name} was stopped after {limit:g} s and could not be interrupted: "
        "it waits or works in compiled code, where Python cannot stop it"
    )


def it_was_in(path: Path, line: int | None) -> str:
    """The line of a file that was running, if it is known, for the end of a sentence."""
    return f"\n  it was in line {line}: {line_of(path, line).strip()}" if line else ""


def piece_of(text: str, position: tuple[int | None, ...]) -> str:
    """The piece of a line that a position means."""
    first, last, start, end = position
    if first != last or start is None or end is None:
        return ""
    return text.encode()[start:end].decode("utf-8", "replace")


def described(piece: str, frame: FrameType) -> Iterator[str]:
    """What the names in a piece held: `P has shape (3, 4)`."""
    try:
        tree = ast.parse(piece.strip(), mode="eval").body
    except SyntaxError:
        return
    for node in ast.iter_child_nodes(tree):
        yield from held(node, frame)


def held(node: ast.AST, frame: FrameType) -> Iterator[str]:
    """What a name, an entry of it, or its transpose held; else what is in its parts."""
    if isinstance(node, ast.Name | ast.Subscript | ast.Attribute):
        try:
            value = looked_up(node, frame)
        except (LookupError, TypeError, AttributeError, ValueError):
            value = None
        if value is not None and not callable(value) and type(value).__name__ != "module":
            yield f"{ast.unparse(node)} {what(value)}"
            return
    if not isinstance(node, ast.Lambda | ast.ListComp | ast.GeneratorExp | ast.DictComp):
        for child in ast.iter_child_nodes(node):
            yield from held(child, frame)


def looked_up(node: ast.AST, frame: FrameType) -> Any:
    """The value of a simple expression, found without running any code of the answer."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name):
        names = frame.f_locals if node.id in frame.f_locals else frame.f_globals
        return names[node.id]
    if isinstance(node, ast.Attribute):
        value = looked_up(node.value, frame)
        if isinstance(value, np.ndarray) and node.attr in ("T", "shape", "size", "ndim"):
            return getattr(value, node.attr)
    if isinstance(node, ast.Tuple | ast.List):
        parts = [looked_up(part, frame) for part in node.elts]
        return parts if isinstance(node, ast.List) else tuple(parts)
    if isinstance(node, ast.Slice):
        bounds = (node.lower, node.upper, node.step)
        return slice(*(part and looked_up(part, frame) for part in bounds))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -looked_up(node.operand, frame)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub):
        left, right = looked_up(node.left, frame), looked_up(node.right, frame)
        if isinstance(left, int) and isinstance(right, int):
            return left + right if isinstance(node.op, ast.Add) else left - right
    if isinstance(node, ast.Subscript):
        value = looked_up(node.value, frame)
        if type(value) in (np.ndarray, dict, list, tuple):
            return value[looked_up(node.slice, frame)]
    raise LookupError


def what(value: Any) -> str:
    """What a value is, in a few words."""
    if isinstance(value, np.ndarray):
        return f"has shape {value.shape}" if value.ndim else f"is {num(value.item())}"
    if isinstance(value, dict):
        keys = [str(key) if isinstance(key, str) else repr(key) for key in value]
        return f"has the keys {listed(keys)}" if 0 < len(keys) <= 8 else f"has {len(keys)} keys"
    if isinstance(value, list | tuple):
        return f"is a {type(value).__name__} of {len(value)}"
    if isinstance(value, str | int | float | np.number):
        return f"is {num(value)}"
    return f"is {describe_type(value)}"


def meant(error: BaseException, frame: FrameType) -> str:
    """The name that may have been meant, for one that is not known."""
    if isinstance(error, UnboundLocalError):
        return f"no line before gives {error.name or 'it'} a value in this call" * bool(error.name)
    if isinstance(error, NameError) and error.name:
        known = [*frame.f_locals, *frame.f_globals, *vars(builtins)]
        return near(error.name, known)
    if isinstance(error, AttributeError) and error.name:
        return near(error.name, [name for name in dir(error.obj) if not name.startswith("_")])
    return ""


def near(name: str, known: list[str]) -> str:
    """A question about the names that are most alike."""
    found = difflib.get_close_matches(name, [*dict.fromkeys(known)], n=2, cutoff=0.7)
    return f"is {' or '.join(found)} meant?" if found else ""
