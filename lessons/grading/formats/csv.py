"""A row for a spreadsheet: the student, the points and the verdict of each lesson, the total."""

import csv
import io

from lessons.grading.scoring import Graded, clean

OUT = "-"


def text(graded: Graded) -> str:
    """A row of names and the student's row."""
    head, row = ["student"], [harmless(graded.name)]
    for one in graded.lessons:
        head += [one.name, f"{one.name} verdict"]
        row += [f"{one.points:g}", one.verdict]
    head += ["total", "of", "note"]
    row += [f"{graded.points:g}", f"{graded.most:g}", harmless(graded.broken)]
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([head, row])
    return file.getvalue()


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    line = " ".join(clean(text).split())
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line
