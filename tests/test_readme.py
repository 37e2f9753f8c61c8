"""What the README shows and promises is what happens."""

import re

import pytest

from lessons.checking.answering.rooms import ROOT
from tests.lessons_run import run_lessons, untouched

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("lesson", [x for x in untouched() if x.name == "04_backward"])
def test_the_untouched_stub_looks_as_shown(lesson):
    shown = re.search(r"```text\n(.*?)```", README, re.DOTALL)[1]
    assert run_lessons(f"lessons/{lesson.name}").printed.strip() == shown.strip()


def test_every_link_of_every_page_leads_to_a_file():
    for page in (
        ROOT / "README.md",
        *ROOT.glob("lessons/0*/README.md"),
        *ROOT.glob("data/*.md"),
        *ROOT.glob("docs/**/*.md"),
    ):
        links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
        for link in links:
            assert (page.parent / link).exists(), (page, link)


def test_every_option_that_is_named_exists():
    source = (ROOT / "lessons" / "checking" / "running" / "plugin.py").read_text(encoding="utf-8")
    source += (ROOT / "reference" / "train.py").read_text(encoding="utf-8")
    source += (ROOT / "reference" / "derivations" / "__main__.py").read_text(encoding="utf-8")
    source += (ROOT / "reference" / "sample.py").read_text(encoding="utf-8")
    for option in set(re.findall(r"--[a-z][a-z-]+", README)) - {"--version", "--help", "--lf"}:
        assert f'"{option}"' in source or option == "--hypothesis-seed", option
