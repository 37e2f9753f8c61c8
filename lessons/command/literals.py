"""Values as Python, with all their digits."""

import math
from typing import Any

import numpy as np

WIDTH = 88  # of a line
PLAIN = (np.dtype(np.float64), np.dtype(np.int64), np.dtype(bool))


def literal(value: Any, deep: int = 0) -> str:
    """A value of numbers, strings, arrays, and dicts, tuples and lists of them."""
    if isinstance(value, np.ndarray):
        return array(value, deep)
    if isinstance(value, np.generic):
        return literal(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, dict):
        parts = [f"{literal(key)}: {literal(entry, deep + 1)}" for key, entry in value.items()]
        return laid_out("{", parts, "}", deep)
    if isinstance(value, tuple):
        parts = [literal(entry, deep + 1) for entry in value]
        return laid_out("(", parts, ",)" if len(parts) == 1 else ")", deep)
    if isinstance(value, list):
        return laid_out("[", [literal(entry, deep + 1) for entry in value], "]", deep)
    text = repr(value)
    simple = isinstance(value, str) and not set(text) & set('\\"')
    return f'"{text[1:-1]}"' if simple else text


def array(value: np.ndarray, deep: int) -> str:
    """An array."""
    kind = "" if value.dtype in PLAIN else f", dtype=np.{value.dtype.name}"
    if value.size == 0:
        return f"np.zeros({value.shape}{kind or ', dtype=np.' + value.dtype.name})"
    return f"np.array({literal(value.tolist(), deep)}{kind})"


def laid_out(opening: str, parts: list[str], closing: str, deep: int) -> str:
    """Parts in one line, or in as many as are needed."""
    line = f"{opening}{', '.join(parts)}{closing}"
    if len(line) + 4 * deep <= WIDTH and "\n" not in line:
        return line
    pad, lines = "    " * (deep + 1), [""]
    short = all(len(part) < 30 and "\n" not in part for part in parts)
    for part in parts:
        if lines[-1] and (not short or len(pad + lines[-1] + part) + 2 > WIDTH):
            lines.append("")
        lines[-1] += f"{' ' * bool(lines[-1])}{part},"
    body = "".join(f"{pad}{line}\n" for line in lines)
    return f"{opening}\n{body}{'    ' * deep}{closing.lstrip(',')}"
