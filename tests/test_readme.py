"""What the README shows and promises is what happens."""

import re

import pytest

from lessons.checking.answering.rooms import ROOT
from tests.lessons_run import run_lessons, untouched

README = (ROOT / "README.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```text\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("lesson", [x for x in untouched() if x.name == "04_backward"])
def test_the_untouched_stub_looks_as_shown(lesson):
    printed = run_lessons(f"lessons/{lesson.name}").printed.replace("python -m pytest", "pytest")
    assert printed.strip() == SHOWN[0].strip()


def test_a_wrong_answer_looks_as_shown(tmp_path):
    source = (ROOT / "tests" / "answers" / "einsum" / "backward.py").read_text(encoding="utf-8")
    wrong = source.replace("range(T - 2, -1, -1)", "range(T - 2, 0, -1)")
    (tmp_path / "backward.py").write_text(wrong, encoding="utf-8", newline="\n")
    printed = run_lessons("lessons/04_backward", f"--solution={tmp_path}").printed
    path, command = printed.strip().splitlines()[0], printed.strip().splitlines()[-1]
    expected = SHOWN[1].strip().replace("lessons/04_backward/backward.py", path)
    assert printed.strip() == expected.replace("  pytest lessons/04_backward", command)


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
