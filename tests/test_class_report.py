"""What an instructor reads of a class: true numbers, escaped texts, and no names if so asked."""

import csv
import html
import io
import re
import subprocess
import sys
from collections.abc import Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.command.cli import main
from lessons.grading.classes import alike, store, submissions
from lessons.grading.classes.command import Class
from lessons.grading.judging import Asked
from tests.edits import ANSWERS, table

VOID = ("meta", "br", "rect")
EVIL = "</pre><script>alert('x')</script>\x1b[31m\u202e"


class Page(HTMLParser):
    """Reads a page, and sees that what opens is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def check(name: str, outcome: str = "passed", **more: Any) -> dict[str, Any]:
    """A check of a report."""
    plain = dict.fromkeys(("place", "line", "line_from", "hint", "mistake", "explainer_error"))
    functions = ["cross_entropy"]
    return plain | {"name": name, "functions": functions, "outcome": outcome, "message": ""} | more


def result(verdict: str, told: str, *checks: dict[str, Any]) -> dict[str, Any]:
    """What was found of a loss.py."""
    lesson = {
        "verdict": verdict,
        "seconds": 2.0,
        "collected": len(checks),
        "functions": {"cross_entropy": verdict, "cost": "right"},
        "problem": None,
        "told": told,
        "checks": list(checks),
    }
    isolation = {"wall": "none", "boundary": False, "says": "none: as in a test"}
    report = {"finished": True, "isolation": isolation, "lessons": {"03_loss": lesson}}
    return {"report": report, "seconds": 3.0, "problem": "", "over": False}


def made(
    folder: Path, found: Mapping[str, tuple[str, dict[str, Any]]], numbers: Any = None
) -> Class:
    """The report on a class of which the results are known."""
    for name, (content, _) in found.items():
        (folder / "in" / name).mkdir(parents=True, exist_ok=True)
        (folder / "in" / name / "loss.py").write_text(content, encoding="utf-8", newline="\n")
    one = Class(submissions.read(folder / "in"), folder / "out", Asked(("03_loss",)), numbers)
    one.kept.mkdir(parents=True, exist_ok=True)
    for key, those in one.whose.items():
        store.keep(one.kept, key, found[those[0].name][1])
    one.report()
    return one


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


@pytest.fixture
def six(tmp_path: Path) -> dict[str, tuple[str, dict[str, Any]]]:
    """Six students: two with one known mistake, one with no known one, one right, one broken."""
    wrong = check("a", "failed", mistake="log_of_base_2", line=2, place="loss.py:1")
    raised = check("a", "failed", message="cross_entropy raised Oops: Eve <b>", place="loss.py:1")
    lines = "def cross_entropy(P, Y):\n    return {} # by {}\n"
    return {
        "Ada Lovelace": (lines.format(1, "Ada Lovelace"), result("wrong", EVIL, wrong, check("b"))),
        "=Bo": (lines.format(2, "Bo"), result("wrong", "Bo & Eve were here", wrong)),
        "Eve <b>": (lines.format(3, "eve"), result("wrong", "Ask LOVELACE_1.", raised)),
        "Max": (lines.format(4, ""), result("right", "all right", check("b"), check("c"))),
        "None": (
            lines.format(5, ""),
            {"report": None, "seconds": 1.0, "problem": "It took <long>.", "over": True},
        ),
        "Stub": (lines.format(6, ""), result("unwritten", "", check("a", "waiting"))),
    }


def test_tables_count_what_was_found(tmp_path: Path, six: Any) -> None:
    made(tmp_path, six)
    verdicts = {row["student"]: row for row in rows(tmp_path / "out/verdicts.csv")}
    assert {name: row["03_loss"] for name, row in verdicts.items()} == {
        "'=Bo": "wrong",
        "Ada Lovelace": "wrong",
        "Eve <b>": "wrong",
        "Max": "right",
        "None": "not judged",
        "Stub": "not written",
    }
    assert verdicts["None"]["note"] == "It took <long>."
    first, second = rows(tmp_path / "out/mistakes.csv")
    assert (first["mistake"], first["lesson"], first["count"]) == ("log_of_base_2", "03_loss", "2")
    assert first["lines"] == "'=Bo: 2; Ada Lovelace: 2".removeprefix("'") or "'" in first["lines"]
    assert (second["mistake"], second["what"], second["count"]) == ("", "raises Oops", "1")


def test_the_page_says_it_in_html_that_holds_no_script_and_needs_no_network(
    tmp_path: Path, six: Any
) -> None:
    one = made(tmp_path, six)
    text = (tmp_path / "out/report.html").read_text(encoding="utf-8")
    page = Page(text)
    assert {tag for tag, _ in page.tags} & {"script", "link", "img", "iframe", "b"} <= {"b"}
    ids = {given["id"] for _, given in page.tags if "id" in given}
    leads = [given["href"] for tag, given in page.tags if tag == "a"]
    assert leads and all(lead[0] == "#" and lead[1:] in ids for lead in leads if lead)
    assert not any(name.startswith("on") for _, given in page.tags for name in given)
    assert "\x1b" not in text and "\u202e" not in text
    plain = html.unescape(re.sub(r"<[^>]*>", "", text))
    assert "</pre><script>alert('x')</script>" in plain  # as a text
    assert "return 1 # by Ada Lovelace" in plain
    assert "1 right, 3 wrong, 1 not written, 1 not judged" in text
    assert [name for _, name, _ in one.summary.passed_by_nobody()] == ["a"]


def test_a_report_without_names_has_none_in_any_file(tmp_path: Path, six: Any) -> None:
    made(tmp_path, six)  # with names
    (tmp_path / "out/submissions/old.json").write_text("Ada", encoding="utf-8")
    numbers: dict[str, str] = {}
    one = made(tmp_path, six, numbers)
    assert one.disguise is not None
    for path in (tmp_path / "out").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8-sig")
            assert not re.search(r"\b(ada|lovelace|bo|eve|stub)\b", text, re.IGNORECASE), path
    assert "return 1 # by [name]" in (tmp_path / "out/report.html").read_text(encoding="utf-8")
    known = one.disguise.numbers
    assert sorted(known.values()) == [f"student 00{k}" for k in range(1, 7)]
    (tmp_path / "in" / "Zoe").mkdir()
    six["Zoe"] = ("# Zoe", result("right", ""))
    again = made(tmp_path, six, known)
    assert again.disguise is not None
    assert again.disguise.numbers == known | {"Zoe": "student 007"}


def edited(name: str) -> bytes:
    """A known mistake of lesson 3, as a file."""
    entry = table(LESSONS["03_loss"])[name]
    return entry.edited((ANSWERS / entry.style / "loss.py").read_text("utf-8")).encode()


def test_three_students_from_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mistake = "targets_one_step_on"
    files = {
        "ada": (ANSWERS / "loops" / "loss.py").read_bytes(),
        "bo": edited(mistake),
        "cy": (LESSONS["03_loss"].folder / "stub.txt").read_bytes(),
    }
    for name, content in files.items():
        (tmp_path / "in" / name).mkdir(parents=True)
        (tmp_path / "in" / name / "loss.py").write_bytes(content)
    arguments = ["class", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--lesson", "3"]
    assert main(arguments) == 0
    assert "1 of 3 submissions are right throughout." in capsys.readouterr().out
    verdicts = rows(tmp_path / "out/verdicts.csv")
    assert [row["03_loss"] for row in verdicts] == ["right", "wrong", "not written"]
    (found,) = rows(tmp_path / "out/mistakes.csv")
    line = int(found["lines"].removeprefix("bo: "))
    assert (found["mistake"], found["students"]) == (mistake, "bo")
    text = html.unescape((tmp_path / "out/report.html").read_text(encoding="utf-8"))
    assert files["bo"].decode().splitlines()[line - 1].strip() in text
    assert "Smallest case that shows it" in text
    assert main(arguments) == 0
    assert "3 submissions; 3 judged before." in capsys.readouterr().out


def test_answers_are_alike_if_only_names_comments_and_blank_space_differ() -> None:
    source = (ANSWERS / "loops" / "adagrad.py").read_text(encoding="utf-8")
    renamed = re.sub(r"\bgrads\b", "slopes", source).replace("    ", "  ") + "\n# mine\n"
    other = (ANSWERS / "einsum" / "adagrad.py").read_text(encoding="utf-8")
    stub = (LESSONS["06_adagrad"].folder / "stub.txt").read_text(encoding="utf-8")
    solution = (ROOT / "reference" / "adagrad.py").read_text(encoding="utf-8")
    short = {"loss.py": (ANSWERS / "loops" / "loss.py").read_bytes()}
    files = {"a": source, "b": renamed, "c": other, "d": stub, "e": stub, "f": solution, "g": "("}
    found = alike.find(
        [
            *((name, short | {"adagrad.py": text.encode()}) for name, text in files.items()),
            ("h", {"adagrad.py": solution.encode()}),
        ]
    )
    assert [(group.lesson, group.students, group.same) for group in found.groups] == [
        ("06_adagrad", ["a", "b"], False)
    ]
    assert found.solutions == {"06_adagrad": 2}


def test_without_dask_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "loss.py").write_text("", encoding="utf-8")
    hidden = "import sys; sys.modules |= dict.fromkeys(('dask', 'distributed', 'psutil'));"
    program = f"{hidden} from lessons.command.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "class", str(tmp_path), "--out", str(tmp_path / "out")],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 2
    assert 'pip install -e ".[class]"' in done.stderr
    assert "Traceback" not in done.stderr
