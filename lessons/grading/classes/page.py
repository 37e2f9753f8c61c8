"""The instructor's page: one file, that needs neither a network nor a script."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import timedelta
from html import escape

from lessons.grading.classes.alike import SHORT, Alike
from lessons.grading.classes.style import STYLE
from lessons.grading.classes.summary import ORDER, Line, Outcome, Student, Summary
from lessons.grading.scoring import clean

SAYS = {
    "right": "right",
    "wrong": "wrong",
    "unfinished": "not finished",
    "unwritten": "not written",
    "missing": "no file",
    "unjudged": "not judged",
}
MARKS = dict(zip(ORDER, "✓✗…-·?", strict=True))
SHOWN = 6  # students that are named beside a mistake; the others unfold
NAVIGATION = """\
<nav><a href="#lessons">Lessons</a> <a href="#mistakes">Mistakes</a>
<a href="#nobody">Checks that nobody passes</a> <a href="#alike">Alike</a>
<a href="#students">Students</a></nav>"""
HTML = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
{body}
</body>
</html>
"""


def page(summary: Summary, alike: Alike, title: str, left: list[str]) -> str:
    """The whole page; `left` are sentences about what was left out."""
    ids = {student.name: f"s{k}" for k, student in enumerate(summary.students, 1)}
    like = likes(alike)
    parts = [
        f'<main id="class">\n<h1>{text(title)}</h1>',
        NAVIGATION,
        at_a_glance(summary),
        left_out(left),
        unjudged(summary, ids),
        lessons(summary),
        mistakes(summary, ids),
        nobody(summary),
        alikes(alike, ids),
        everybody(summary, ids),
        "</main>",
        *(one_student(student, ids, like[student.name]) for student in summary.students),
    ]
    return HTML.format(title=text(title), style=STYLE, body="\n".join(filter(None, parts)))


def text(said: str) -> str:
    """A text as HTML, without the characters that do things."""
    return escape(clean(said))


def link(name: str, ids: dict[str, str]) -> str:
    """A student's name, which leads to the student's page."""
    return f'<a href="#{ids[name]}">{text(name)}</a>'


def table(caption: str, heads: Iterable[str], rows: Iterable[str], kind: str = "") -> str:
    """A table; each row is made by `row`."""
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="wide"><table class="{kind}"><caption>{caption}</caption>\n'
        f"<thead><tr>{cells}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody></table></div>"
    )


def row(head: str, *cells: str | int | float) -> str:
    """A row of a table whose cells are HTML; numbers are put right."""
    made = (
        f"<td>{cell}</td>"
        if isinstance(cell, str)
        else f'<td class="n">{cell:{"," if isinstance(cell, int) else ".1f"}}</td>'
        for cell in cells
    )
    return f'<tr><th scope="row">{head}</th>{"".join(made)}</tr>'


def at_a_glance(summary: Summary) -> str:
    """The numbers that say most."""
    students, count = summary.students, len(summary.lessons)
    right = sorted(student.right for student in students)
    seconds = sum(student.seconds for student in students)
    figures = [
        (f"{len(students):,}", "submission" if len(students) == 1 else "submissions"),
        (f"{right.count(count):,}", "right in all lessons" if count > 1 else "right"),
        (f"{right[len(right) // 2]} of {count}", "lessons right, in the middle of the class"),
        (took(seconds), "of judging, all processes together"),
    ]
    shown = "".join(f"<li><b>{number}</b> {says}</li>" for number, says in figures)
    walls = "".join(
        f'<p class="quiet">Isolation: {text(wall)}{"" if wall.endswith(".") else "."}</p>'
        for wall in summary.walls
    )
    return f'<ul class="figures">{shown}</ul>{walls}'


def took(seconds: float) -> str:
    """A length of time."""
    return f"{seconds:.1f} s" if seconds < 60 else str(timedelta(seconds=round(seconds)))


def left_out(said: list[str]) -> str:
    """What was handed in and is in none of the tables."""
    return f"<aside><h2>Left out</h2>{folded([*map(text, said)])}</aside>" if said else ""


def items(said: Iterable[str]) -> str:
    """The items of a list."""
    return "".join(f"<li>{one}</li>" for one in said)


def unjudged(summary: Summary, ids: dict[str, str]) -> str:
    """Submissions that have no whole report."""
    problems = [student for student in summary.students if student.problem]
    if not problems:
        return ""
    said = [f"{link(one.name, ids)}: {text(one.problem)}" for one in problems]
    return (
        "<aside><h2>Trouble while judging</h2><p>The verdicts that were found count. The same "
        f"command tries again what has none, unless its time was over.</p>{folded(said)}</aside>"
    )


def plural(count: int, noun: str) -> str:
    """A number and a noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def lessons(summary: Summary) -> str:
    """How many are right, lesson by lesson."""
    rows = []
    seen = [
        verdict for verdict in ORDER if any(summary.counted(n)[verdict] for n in summary.lessons)
    ]
    for lesson in summary.lessons:
        counted = summary.counted(lesson)
        middle, most = summary.seconds(lesson)
        rows.append(
            row(
                text(lesson),
                bar(lesson, counted, len(summary.students)),
                *(counted[verdict] for verdict in seen),
                middle,
                most,
            )
        )
    heads = ["lesson", "class", *(key(verdict) for verdict in seen), "seconds", "at most"]
    return (
        '<section><h2 id="lessons">Lesson by lesson</h2>'
        + table(
            "How many have which verdict, and how long the checks took: the median, and the most.",
            heads,
            rows,
            "bars",
        )
        + "</section>"
    )


def key(verdict: str) -> str:
    """A verdict in words, with its colour."""
    return f'<i class="key {verdict}"></i>&nbsp;{SAYS[verdict]}'


def bar(lesson: str, counted: Counter[str], count: int) -> str:
    """A picture of the verdicts on a lesson."""
    says = ", ".join(f"{counted[one]} {SAYS[one]}" for one in ORDER if counted[one])
    x, pieces = 0.0, []
    for verdict in ORDER:
        if counted[verdict]:
            wide = 100 * counted[verdict] / count
            pieces.append(f'<rect class="{verdict}" x="{x:.2f}" width="{wide:.2f}" height="10"/>')
            x += wide
    return (
        f'<svg role="img" viewBox="0 0 100 10" preserveAspectRatio="none" '
        f'aria-label="{text(lesson)}: {says}">{"".join(pieces)}</svg>'
    )


def mistakes(summary: Summary, ids: dict[str, str]) -> str:
    """Which mistakes this class made, how often, in whose files, and where."""
    found = summary.faults()
    known = [pair for pair in found if pair[0].name]
    others = [pair for pair in found if not pair[0].name]
    parts = ['<section><h2 id="mistakes">Mistakes</h2>']
    if not found:
        parts.append("<p>None was found.</p>")
    for title, pairs in (("Known by name", known), ("Not known by name", others)):
        if pairs:
            rows = [
                row(
                    f"{text(fault.lesson)} <code>{text(fault.function)}</code>",
                    len(who),
                    text(begun(fault.says)),
                    whose(who, ids),
                )
                for fault, who in pairs
            ]
            heads = (
                "where",
                "students",
                "what",
                "whose file, and the line",
            )
            parts.append(table(title, heads, rows, "mistakes"))
    return "\n".join([*parts, "</section>"])


def begun(sentence: str) -> str:
    """A sentence with a capital, unless it begins with a symbol."""
    first = sentence.split()[0]
    return sentence[0].upper() + sentence[1:] if first.isalpha() and first.islower() else sentence


def whose(who: list[tuple[Student, Line]], ids: dict[str, str]) -> str:
    """Students with a mistake, and their lines."""
    return folded([f"{link(student.name, ids)}{where(line)}" for student, line in who])


def where(line: Line) -> str:
    """A line of a student's file, as it follows the name."""
    if line.number is None:
        return ""
    if not line.text:
        return f", function at line {line.number}"
    return f", line {line.number}: <code>{text(line.text[:80])}</code>"


def folded(said: list[str]) -> str:
    """A list of which no more than a few are shown at once."""
    shown = f'<ul class="plain">{items(said[:SHOWN])}</ul>'
    if len(said) > SHOWN:
        rest = f'<ul class="plain">{items(said[SHOWN:])}</ul>'
        shown += f"<details><summary>{len(said) - SHOWN:,} more</summary>{rest}</details>"
    return shown


def nobody(summary: Summary) -> str:
    """The checks that nobody passes."""
    rows = [
        row(text(lesson), text(name), tried.failed, tried.waiting)
        for lesson, name, tried in summary.passed_by_nobody()
    ]
    shown = (
        table(
            "If many tried, the lesson may not have got through, or the check may be wrong.",
            ("lesson", "check", "failed", "not written"),
            rows,
        )
        if rows
        else "<p>There is none: somebody passes each check that anybody fails.</p>"
    )
    return f'<section><h2 id="nobody">Checks that nobody passes</h2>{shown}</section>'


def alikes(alike: Alike, ids: dict[str, str]) -> str:
    """Which answers are alike."""
    rows = [
        row(
            text(group.lesson),
            len(group.students),
            "to the last byte" if group.same else "but for names, comments or blank space",
            folded([link(name, ids) for name in group.students]),
        )
        for group in alike.groups
    ]
    solutions = "; ".join(f"{lesson}: {count}" for lesson, count in sorted(alike.solutions.items()))
    like_it = f" Files that are like the course's own solution: {solutions}." if solutions else ""
    shown = (
        table(
            "These files are the same program. Why, the files do not say: short exercises have "
            "few answers, and students may have been allowed to work together.",
            ("lesson", "files", "alike", "whose"),
            rows,
        )
        if rows
        else "<p>No two are.</p>"
    )
    return (
        f'<section><h2 id="alike">Answers that are alike</h2>{shown}<p class="quiet">Names, '
        "comments, docstrings and blank space are not compared, and neither are unwritten or very "
        f"short files (fewer than {SHORT} nodes of syntax, as in lesson 3).{text(like_it)}</p>"
        "</section>"
    )


def everybody(summary: Summary, ids: dict[str, str]) -> str:
    """All students and their verdicts."""
    rows = [
        f'<tr><th scope="row">{link(student.name, ids)}</th>'
        + "".join(
            f'<td class="{outcome.verdict}">{MARKS[outcome.verdict]}</td>'
            for outcome in student.lessons.values()
        )
        + f'<td class="n">{student.right}</td></tr>'
        for student in summary.students
    ]
    heads = [
        "student",
        *(f'<abbr title="{text(name)}">{text(name[:2])}</abbr>' for name in summary.lessons),
        "right",
    ]
    legend = ", ".join(f"{MARKS[verdict]} {SAYS[verdict]}" for verdict in ORDER)
    return (
        '<section><h2 id="students">Students</h2>'
        + table(f"{legend}. A name leads to its page.", heads, rows, "all")
        + "</section>"
    )


def likes(alike: Alike) -> dict[str, list[tuple[str, list[str]]]]:
    """For each student the lessons in which others' files are alike, and whose."""
    found: dict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for group in alike.groups:
        for name in group.students:
            found[name].append((group.lesson, [one for one in group.students if one != name]))
    return found


def one_student(student: Student, ids: dict[str, str], like: list[tuple[str, list[str]]]) -> str:
    """A student's page."""
    rows = [lesson_row(lesson, outcome) for lesson, outcome in student.lessons.items()]
    said = [*([student.problem] if student.problem else []), *student.notes]
    alike = "".join(
        f"<p>{text(lesson)}: alike with {', '.join(link(one, ids) for one in others[:SHOWN])}"
        f"{f' and {len(others) - SHOWN} more' if len(others) > SHOWN else ''}.</p>"
        for lesson, others in like
    )
    told = "".join(
        f"<h3>{text(lesson)}</h3><pre>{text(outcome.told)}</pre>"
        for lesson, outcome in student.lessons.items()
        if outcome.told
    )
    heads = ("lesson", "verdict", "checks", "functions", "s")
    return (
        f'<article id="{ids[student.name]}"><p class="back"><a href="#students">The class</a></p>'
        f"<h2>{text(student.name)}</h2>"
        + "".join(f"<p>{text(one)}</p>" for one in said)
        + table(f"{student.right} of {len(rows)} lessons are right.", heads, rows)
        + alike
        + told
        + "</article>"
    )


def lesson_row(lesson: str, outcome: Outcome) -> str:
    """A lesson's verdict."""
    ran = outcome.checks and outcome.verdict not in ("missing", "unwritten", "unjudged")
    states = "<br>".join(
        f"<code>{text(name)}</code> {text(state)}" for name, state in outcome.functions.items()
    )
    return row(
        text(lesson),
        key(outcome.verdict),
        f"{outcome.passed} of {outcome.checks}" if ran else "",
        states if len({*outcome.functions.values()}) > 1 else "",
        outcome.seconds if ran else "",
    )
