"""Sums and products written out, and blocks of lines side by side."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from lessons.checking.answering.printing import WIDTH, clipped, num


def factor(x: float) -> str:
    """A number as a factor: negative ones in brackets."""
    text = num(x)
    return f"({text})" if text.startswith("-") else text


def dot(pairs: Sequence[tuple[float, float]]) -> str:
    """A sum of products, written out."""
    return unbracketed(" + ".join(f"{factor(a)}*{factor(b)}" for a, b in pairs))


def total(numbers: Sequence[float]) -> str:
    """A sum, written out."""
    return unbracketed(" + ".join(factor(x) for x in numbers))


def unbracketed(text: str) -> str:
    """A sum without the brackets around a negative number that comes first."""
    first, _, others = text.partition(")")
    return first.removeprefix("(") + others if text.startswith("(") else text


def visible(a: Any, b: Any) -> bool:
    """Whether two values differ in what is shown of them."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
        return any(num(x) != num(y) for x, y in zip(a.flat, b.flat, strict=True))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return True
    return num(a) != num(b)


def beside(blocks: list[list[str]], indent: int = 2) -> list[str]:
    """Blocks of lines side by side, as many as fit into a line of the terminal."""
    bands: list[list[list[str]]] = []
    used = WIDTH + 1
    for lines in blocks:
        wide = max(map(len, lines))
        if used + 3 + wide > WIDTH:
            bands.append([])
            used = indent - 3
        bands[-1].append(lines)
        used += 3 + wide
    out = []
    for band in bands:
        widths = [max(map(len, lines)) for lines in band]
        for i in range(max(map(len, band))):
            cells = [
                (lines[i] if i < len(lines) else "").ljust(wide)
                for lines, wide in zip(band, widths, strict=True)
            ]
            out.append(clipped((" " * indent + "   ".join(cells)).rstrip(), WIDTH))
    return out


def arithmetic(steps: Sequence[tuple[str, str, Any]], indent: int = 4) -> list[str]:
    """Lines of label, expression and value: `from its own output   2*0.5   = 1`."""
    labels = max((len(label) for label, _, _ in steps), default=0)
    room = WIDTH - indent - labels - 2 - 14
    expressions = min(max((len(expression) for _, expression, _ in steps), default=0), room)
    lines = []
    for label, expression, value in steps:
        right = f"= {num(value)}" if expression else num(value)
        gap = f"{clipped(expression, room):<{expressions}} " if expressions else ""
        lines.append(f"{' ' * indent}{label:<{labels}}  {gap}{right}"[:WIDTH].rstrip())
    return lines
