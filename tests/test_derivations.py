"""The derivations hold, the pages say what they give, and a changed digit is noticed."""

import re
import shutil
from pathlib import Path

import pytest
import sympy as sp

from lessons.checking.answering.rooms import ROOT
from reference.derivations import __main__ as program
from reference.derivations import pages, through_time
from reference.derivations.proving import must_be_equal
from reference.pictures import tables


@pytest.fixture(scope="module")
def formulas() -> dict[str, dict[str, str]]:
    return pages.proved()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch, formulas: dict) -> None:
    """The program with what has been proved already, and no pictures."""
    monkeypatch.setattr(program, "proved", lambda: formulas)
    monkeypatch.setattr(tables, "differences", list)


def test_every_derivation_holds_and_every_page_and_picture_is_up_to_date(
    monkeypatch: pytest.MonkeyPatch, formulas: dict, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(program, "proved", lambda: formulas)
    program.main(["--check"])
    assert f"{len(tables.PICTURES)} pictures, are up to date" in capsys.readouterr().out


def generated() -> list[tuple[Path, int]]:
    """Every digit of every generated part, by its page and position; a choice of them."""
    found = []
    for page in pages.pages():
        text = page.read_text(encoding="utf-8")
        for part in pages.MARKED.finditer(text):
            digits = [m.start() for m in re.finditer(r"\d", part.group())]
            found += [(page, part.start() + k) for k in digits[-1:]]
    return found[::7]


@pytest.mark.usefixtures("quick")
def test_a_changed_digit_in_any_generated_part_fails_the_check(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    chosen = generated()
    assert len(chosen) > 5
    for page, position in chosen:
        text = page.read_text(encoding="utf-8")
        other = "3" if text[position] != "3" else "4"
        copy = tmp_path / "page.md"
        copy.write_text(text[:position] + other + text[position + 1 :], encoding="utf-8")
        monkeypatch.setattr(program, "ROOT", tmp_path)
        monkeypatch.setattr(program, "pages", lambda copy=copy: [copy])
        with pytest.raises(SystemExit, match=r"page\.md"):
            program.main(["--check"])


@pytest.mark.usefixtures("quick")
def test_without_check_the_page_is_written_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = shutil.copy(ROOT / "docs" / "derivations" / "first_loss.md", tmp_path / "page.md")
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("109.86", "109.87"), encoding="utf-8")
    monkeypatch.setattr(program, "ROOT", tmp_path)
    monkeypatch.setattr(program, "pages", lambda: [page])
    program.main([])
    assert page.read_text(encoding="utf-8") == text


def test_a_formula_that_no_derivation_gives_is_named(formulas: dict) -> None:
    with pytest.raises(LookupError, match=r"no derivation gives lags\.nothing"):
        pages.filled("<!-- lags.nothing -->x<!-- end -->", formulas)


def test_what_does_not_hold_is_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    x = sp.Symbol("x")
    with pytest.raises(ArithmeticError, match="a claim does not hold"):
        must_be_equal("a claim", x + 1, x)
    right = through_time.recursion
    monkeypatch.setattr(through_time, "recursion", lambda *a: [2 * d for d in right(*a)])
    with pytest.raises(ArithmeticError):
        through_time.prove()


def test_every_picture_and_page_is_linked_to() -> None:
    texts = {page: page.read_text(encoding="utf-8") for page in pages.pages()}
    together = "".join(texts.values())
    for picture in (ROOT / "docs" / "pictures").glob("*.svg"):
        assert f"pictures/{picture.name})" in together
    for page in (ROOT / "docs").rglob("*.md"):
        others = "".join(text for other, text in texts.items() if other != page)
        assert f"{page.name})" in others or f"{page.name}#" in others, page
