"""Small numbers as text: four significant digits, differing entries marked with a star."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np

WIDTH = 79
MOST_ROWS, MOST_COLUMNS = 8, 12  # of an array that is shown whole


def num(x: Any) -> str:
    """A number in four significant digits; other values as Python shows them."""
    if isinstance(x, float | np.floating):
        text = f"{float(x):.4g}"
        return "0" if text == "-0" else text
    if isinstance(x, int | np.integer) and not isinstance(x, bool):
        return str(int(x))
    return clipped(repr(x), 60)


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


def clipped(text: str, most: int) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else text[: most - 4] + " ..."


def visible(a: Any, b: Any) -> bool:
    """Whether two values differ in what is shown of them."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
        return any(num(x) != num(y) for x, y in zip(a.flat, b.flat, strict=True))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        return True
    return num(a) != num(b)


def grid(value: Any, marks: np.ndarray | None = None) -> list[str]:
    """An array as lines, one a row; entries that `marks` holds for have a star."""
    if not isinstance(value, np.ndarray):
        return [num(value)]
    if value.ndim == 0:
        return [num(value.item())]
    rows = value if value.ndim == 2 else value.reshape(1, -1)
    if value.ndim > 2 or value.size == 0:
        return [f"of shape {value.shape}"]
    if rows.shape[0] > MOST_ROWS or rows.shape[1] > MOST_COLUMNS * (3 - value.ndim + 1):
        return [f"of shape {value.shape}"]
    stars = np.zeros(rows.shape, bool) if marks is None else marks.reshape(rows.shape)
    cells = [[num(x.item()) for x in row] for row in rows]
    wide = [max(len(row[j]) for row in cells) for j in range(rows.shape[1])]
    starred = [bool(column.any()) for column in stars.T]
    lines = []
    for i, row in enumerate(cells):
        texts = [
            text.rjust(wide[j]) + ("*" if stars[i, j] else " " * starred[j])
            for j, text in enumerate(row)
        ]
        lines.append("[" + "  ".join(texts) + "]")
    if value.ndim == 2:
        lines = [("[" if i == 0 else " ") + line for i, line in enumerate(lines)]
        lines[-1] += "]"
    return lines


def block(label: str, lines: list[str]) -> list[str]:
    """Lines beside their label."""
    pad = " " * len(label)
    return [f"{label if i == 0 else pad} {line}".rstrip() for i, line in enumerate(lines)]


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


def filled(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """A sentence broken into lines."""
    hanging = indent if hanging is None else hanging
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=hanging,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def listed(names: Sequence[str]) -> str:
    """A, b and c."""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)
