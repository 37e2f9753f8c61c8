"""`unrolled grade --handout`: a folder for students, without solutions, checks and mistakes.

The checks run from the installed package, with another command than in the course's own folder.
"""

import re
import shutil
from pathlib import Path

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from reference.program.cli import UserError

README = Path(__file__).with_name("scripts") / "handout.md"
OTHERWISE = (  # what the pages and the stubs say, and what is true in the folder
    (re.compile(r"pytest lessons/0?(\d+)_\w+"), r"unrolled grade . --lesson \1"),
    (re.compile(r"`pytest` alone"), "`unrolled` alone"),
    (re.compile(r",\s+in\s+`reference/`"), ""),
)


def make(out: Path) -> None:
    """Make the folder."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already: name a new folder.")
    docs = ROOT / "docs"
    if not docs.is_dir():
        raise UserError(f"The lessons' pages are not in {ROOT}: use a copy of the whole course.")
    for lesson in LESSONS.values():
        page, stub = lesson.folder / "README.md", lesson.folder / "stub.txt"
        write(out / "lessons" / lesson.name / "README.md", said(page))
        write(out / "lessons" / lesson.name / lesson.file, said(stub))
    for page in (docs / "derivations").glob("*.md"):
        write(out / "docs" / "derivations" / page.name, said(page))
    shutil.copytree(
        docs / "pictures", out / "docs" / "pictures", ignore=shutil.ignore_patterns("*.csv")
    )
    rows = "\n".join(row(lesson) for lesson in LESSONS.values())
    write(out / "README.md", README.read_text(encoding="utf-8").replace("@LESSONS@", rows))
    write(out / ".gitignore", ".venv/\n__pycache__/\n")


def said(path: Path) -> str:
    """A page or a stub, as it is true in the folder."""
    text = path.read_text(encoding="utf-8")
    for pattern, instead in OTHERWISE:
        text = pattern.sub(instead, text)
    return text


def row(lesson: Lesson) -> str:
    """A lesson's row in the table."""
    return f"| [{lesson.name}](lessons/{lesson.name}/README.md) | {lesson.builds} |"


def write(path: Path, text: str) -> None:
    """Write a file of the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
