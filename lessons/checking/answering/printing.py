"""Numbers, arrays and sentences as text, in the width of a terminal."""

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


def clipped(text: str, most: int) -> str:
    """Text of at most so many characters."""
    return text if len(text) <= most else text[: most - 4] + " ..."


def grid(value: Any, marks: np.ndarray | None = None, texts: np.ndarray | None = None) -> list[str]:
    """An array as lines, one a row; entries that `marks` holds for have a star.

    `texts` are the entries as they are to be shown, if not in four digits.
    """
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
    if texts is not None:
        cells = texts.reshape(rows.shape).tolist()
    wide = [max(len(row[j]) for row in cells) for j in range(rows.shape[1])]
    starred = [bool(column.any()) for column in stars.T]
    lines = []
    for i, row in enumerate(cells):
        entries = [
            text.rjust(wide[j]) + ("*" if stars[i, j] else " " * starred[j])
            for j, text in enumerate(row)
        ]
        lines.append("[" + "  ".join(entries) + "]")
    if value.ndim == 2:
        lines = [("[" if i == 0 else " ") + line for i, line in enumerate(lines)]
        lines[-1] += "]"
    return lines


def block(label: str, lines: list[str]) -> list[str]:
    """Lines beside their label."""
    pad = " " * len(label)
    return [f"{label if i == 0 else pad} {line}".rstrip() for i, line in enumerate(lines)]


def show(label: str, value: Any) -> str:
    """A number or an array beside its label, rows too wide for the terminal broken."""
    lines = block(label, grid(value))
    return "\n".join(part for line in lines for part in broken(line, " " * (len(label) + 3)))


def broken(line: str, indent: str) -> list[str]:
    """A line in parts that fit."""
    return textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=indent,
        drop_whitespace=False,
        replace_whitespace=False,
        break_long_words=False,
    )


def filled(text: str, indent: str = "", hanging: str | None = None) -> list[str]:
    """A sentence broken into lines."""
    hanging = indent if hanging is None else hanging
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )


def shortened(text: str, lines: int = 8) -> str:
    """The first lines of what was printed."""
    whole = text.rstrip().splitlines()
    more = [f"... and {len(whole) - lines} lines more"] * (len(whole) > lines)
    return "\n".join([line[:76] for line in whole[:lines]] + more)


def listed(names: Sequence[str]) -> str:
    """A, b and c."""
    names = list(names)
    return " and ".join([", ".join(names[:-1]), *names[-1:]] if len(names) > 1 else names)
