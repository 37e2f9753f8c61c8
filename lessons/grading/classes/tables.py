"""What a class has made, for a spreadsheet."""

import csv
import io
from collections.abc import Iterable

from lessons.grading.classes.page import SAYS
from lessons.grading.classes.summary import Line, Student, Summary
from lessons.grading.formats.csv import harmless


def verdicts(summary: Summary) -> bytes:
    """A row for each student: the verdict on each lesson, how many are right, and a note."""
    return table(
        ["student", *summary.lessons, "right", "note"],
        (
            [
                student.name,
                *(SAYS[outcome.verdict] for outcome in student.lessons.values()),
                student.right,
                " ".join([student.problem, *student.notes]),
            ]
            for student in summary.students
        ),
    )


def mistakes(summary: Summary) -> bytes:
    """A row for each mistake, the commonest first; one that has no name is not a known one."""
    return table(
        ["mistake", "lesson", "function", "what", "count", "students", "lines"],
        (
            [
                fault.name,
                fault.lesson,
                fault.function,
                fault.says,
                len(who),
                "; ".join(student.name for student, _ in who),
                "; ".join(where(student, line) for student, line in who),
            ]
            for fault, who in summary.faults()
        ),
    )


def where(student: Student, line: Line) -> str:
    """A line of a student's file: the one to look at, or that of the function."""
    return f"{student.name}: {line.number or '?'}"


def table(heads: list[str], rows: Iterable[list[str | int]]) -> bytes:
    """A table as spreadsheets read it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(heads)
    for row in rows:
        writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode("utf-8-sig")
