"""The numbers behind the pictures: written as CSV, read, and compared with new ones."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from matplotlib.figure import Figure

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
PICTURES = (
    "window",
    "unrolled",
    "backward",
    "states",
    "surprise",
    "lags",
    "differences",
    "adagrad",
    "temperatures",
    "curve",
)

# How far a number may lie from the committed one, as a part of it. A CSV keeps nine digits (5e-9),
# and processors that add and take exp in other ways agree on these numbers to 3e-12 (measured on
# eight combinations of kernels); a change of the code that matters moves them by far more.
RELATIVE_TOLERANCE = 1e-6

Cell = str | int | float


@dataclass(frozen=True)
class Table:
    """A header and rows of text and numbers.

    `allowance` is for numbers that are rounding error themselves, and so differ from machine to
    machine: by column, how far each row's number may lie off beyond the tolerance.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    allowance: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def column(self, name: str) -> list[Cell]:
        """Return the cells below the heading `name`."""
        k = list(self.header).index(name)
        return [row[k] for row in self.rows]

    def values(self, name: str) -> list[float]:
        """Return the numbers below the heading `name`."""
        return [float(cell) for cell in self.column(name)]


class Picture(Protocol):
    """What a module of this package offers."""

    def numbers(self) -> Table:
        """Compute the table."""

    def draw(self, table: Table) -> Figure:
        """Draw from the table alone."""


def picture(name: str) -> Picture:
    """Import the module of the picture called `name`."""
    return cast(Picture, import_module(f"reference.pictures.{name}"))


def differences() -> list[str]:
    """Return the names of the committed CSVs that are not what the code gives now."""
    return [
        f"{name}.csv"
        for name in PICTURES
        if not same(read(FOLDER / f"{name}.csv"), picture(name).numbers())
    ]


def write(table: Table, path: Path) -> None:
    """Write a table as CSV, numbers with nine digits."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.header)
    for row in table.rows:
        writer.writerow([cell if isinstance(cell, str) else f"{cell:.9g}" for cell in row])
    path.write_text(text.getvalue(), encoding="utf-8", newline="\n")


def read(path: Path) -> list[list[str]]:
    """Read a CSV's lines, the header first; none if there is no such file."""
    if not path.exists():
        return []
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def same(lines: list[list[str]], table: Table) -> bool:
    """Whether the lines of a CSV hold this table, within the tolerance."""
    if not lines or lines[0] != list(table.header) or len(lines) != 1 + len(table.rows):
        return False
    return all(
        len(line) == len(row) and all(map(close, line, row, allowances(table, i)))
        for i, (line, row) in enumerate(zip(lines[1:], table.rows, strict=True))
    )


def allowances(table: Table, i: int) -> list[float]:
    """Return what row i's cells may lie off beyond the relative tolerance."""
    return [table.allowance[name][i] if name in table.allowance else 0.0 for name in table.header]


def close(written: str, cell: Cell, allowance: float) -> bool:
    """Whether what is written in a CSV is this cell, within the tolerance."""
    if isinstance(cell, str):
        return written == cell
    try:
        value = float(written)
    except ValueError:
        return False
    return math.isclose(value, cell, rel_tol=RELATIVE_TOLERANCE, abs_tol=allowance)
