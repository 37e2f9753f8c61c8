"""What `unrolled grade` writes: the report and each course system's format, from one judged folder.

The folder has an answer of each kind: one with a known mistake, one that raises nasty text, one
that is right, one that cannot be loaded, and one that is missing.
"""

import csv
import html
import io
import json
import shutil
import subprocess
import sys
import tempfile
import unicodedata
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.running.report import VERDICTS
from lessons.grading.formats import FORMATS
from lessons.grading.formats import classroom50 as classroom
from lessons.grading.judging import Asked, judge, nothing_known
from lessons.grading.scoring import Graded, Scale
from reference.program.cli import UserError

ANSWERS = ROOT / "tests" / "answers" / "loops"
NASTY = """\
def softmax(O):
    raise ValueError("</pre><script>\\x1b[31m\\x00\\ud800]]>\\u202e&amp;")


def forward(params, X, h0):
    raise NotImplementedError
"""
ASKED = Asked(
    lessons=("02_forward", "03_loss", "04_backward", "06_adagrad", "07_sampling"),
    isolation="none",
)
RUNNER = {
    "CLASSROOM": "nets",
    "ASSIGNMENT": "unrolled",
    "SUBMISSION_TAG": "submit/1",
    "COMMIT_URL": "https://example.org/commit/1",
    "RELEASE_URL": "https://example.org/release/1",
}
TOLD = [name for name in FORMATS if name != "json"]  # json is for those who teach
SYSTEMS = ("gradescope", "classroom50", "prairielearn", "coderunner")


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The report on a folder with an answer of each kind."""
    folder = tmp_path_factory.mktemp("submission")
    (folder / "forward.py").write_text(NASTY, encoding="utf-8")
    loss = (ANSWERS / "loss.py").read_text(encoding="utf-8")
    mean = loss.replace("return total", "return total / T")
    (folder / "loss.py").write_text(mean, encoding="utf-8")
    shutil.copy(ANSWERS / "adagrad.py", folder)
    (folder / "sampling.py").write_text("def sample(:\n", encoding="utf-8")
    return judge(folder, ASKED)


@pytest.fixture
def graded(judged: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Graded:
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    return Graded("ada", judged, Scale(), 2.5)


def only(graded: Graded, *names: str) -> Graded:
    """The same with these lessons alone."""
    lessons = {name: graded.report["lessons"][name] for name in names}
    return replace(graded, report={**graded.report, "lessons": lessons})


def text_of(graded: Graded, name: str) -> str:
    return import_module(f"lessons.grading.formats.{name}").text(graded)


def content_of(graded: Graded, name: str) -> Any:
    return json.loads(text_of(graded, name))


def fits(content: Any, schema: Path) -> None:
    read = json.loads(schema.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(read)
    jsonschema.Draft202012Validator(read).validate(content)


def strings(content: Any) -> list[str]:
    """All texts in some JSON."""
    if not isinstance(content, dict | list):
        return [content] if isinstance(content, str) else []
    inner = content.values() if isinstance(content, dict) else content
    return [text for value in inner for text in strings(value)]


REPORT = ROOT / "docs" / "report.schema.json"


def test_the_judged_folder_has_an_answer_of_each_kind(judged):
    assert {name: one["verdict"] for name, one in judged["lessons"].items()} == {
        "02_forward": "wrong",
        "03_loss": "wrong",
        "04_backward": "unwritten",
        "06_adagrad": "right",
        "07_sampling": "wrong",
    }
    assert judged["totals"] == dict(zip(VERDICTS, (1, 3, 1, 0, 0), strict=True))
    lessons = judged["lessons"]
    assert lessons["07_sampling"]["problem"].startswith("sampling.py has a syntax error")
    assert lessons["04_backward"]["file"] == {"name": "backward.py", "sha256": None}
    assert lessons["03_loss"]["functions"] == {
        "cross_entropy": "wrong",
        "cost": "right, given what cross_entropy does",
    }
    for one in lessons.values():
        assert one["collected"] == len(one["checks"]) > 0


def test_reports_are_as_their_schema_says(judged, graded, tmp_path):
    fits(judged, REPORT)
    fits(content_of(graded, "json"), REPORT)
    fits(nothing_known(ASKED) | {"suite_error": "It broke."}, REPORT)
    path = tmp_path / "report.json"
    pytest_lessons = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "lessons/03_loss"]
    options = ["--solution=reference", "-k", "cost", f"--report={path}"]
    subprocess.run([*pytest_lessons, *options], cwd=ROOT, check=True, capture_output=True)
    fits(json.loads(path.read_text(encoding="utf-8")), REPORT)
    with pytest.raises(jsonschema.ValidationError):
        fits({**judged, "more": 1}, REPORT)


@pytest.mark.parametrize("name", SYSTEMS)
@pytest.mark.parametrize("kind", ["judged", "gradable", "broken", "right"])
def test_each_format_is_as_its_system_documents_it(name, kind, graded):
    if kind == "gradable":
        graded = only(graded, "02_forward", "03_loss", "04_backward", "06_adagrad")
    if kind == "broken":
        ended = nothing_known(ASKED) | {"suite_error": "It broke."}
        graded = replace(graded, report=ended)
    if kind == "right":
        graded = only(graded, "06_adagrad")
    content = content_of(graded, name)
    fits(content, ROOT / "tests" / "schemas" / f"{name}.json")
    said = json.dumps(content)
    assert ("It broke." in said and "says nothing of what was handed in" in said) == (
        kind == "broken" and name != "classroom50"  # whose runner reads the exit code
    )


def test_a_student_sees_a_total_that_is_the_sum_of_visible_tests(graded):
    content = content_of(replace(graded, scale=Scale(partial=True)), "gradescope")
    assert content["score"] == sum(test.get("score", 0) for test in content["tests"])
    assert {test["visibility"] for test in content["tests"]} == {content["visibility"]}
    assert content["visibility"] == "visible" and content["stdout_visibility"] == "hidden"
    numbers = [test["number"] for test in content["tests"]]
    assert numbers[:6] == ["2", "2.1", "2.2", "3", "3.1", "3.2"]


def test_what_cannot_be_loaded_costs_no_attempt(graded):
    content = content_of(graded, "prairielearn")
    (error,) = content["format_errors"]
    assert content["gradable"] is False and error.startswith("sampling.py has a syntax error")
    (missing,) = content_of(only(graded, "04_backward"), "prairielearn")["format_errors"]
    assert "There is no backward.py" in missing
    right = content_of(only(graded, "04_backward", "06_adagrad"), "prairielearn")
    assert right["gradable"] and right["score"] == 0.5


def test_long_texts_are_cut_to_what_prairielearn_takes(graded):
    graded = only(graded, "02_forward", "06_adagrad")
    lessons = graded.report["lessons"]
    for name, lesson in lessons.items():
        lessons[name] = {**lesson, "told": "\U0001f600" * 400_000}
    found = text_of(graded, "prairielearn")
    assert 10_000 < len(found.encode()) <= 1_000_000


def test_classroom50_wants_whole_points_and_its_variables(graded):
    content = content_of(replace(graded, scale=Scale({"02_forward": 7}, True)), "classroom50")
    assert content["max-score"] == 47 and content["review"] == RUNNER["COMMIT_URL"]
    assert content["score"] == sum(test["score"] for test in content["tests"])
    with pytest.raises(UserError, match=r"--points 02_forward=2.5: Classroom 50 takes whole"):
        classroom.check(Scale({"02_forward": 2.5}), RUNNER)
    with pytest.raises(UserError, match="CLASSROOM"):
        classroom.check(Scale(), {})


def test_the_row_of_a_table_reads_back_and_is_no_formula(graded):
    head, row = csv.reader(io.StringIO(text_of(replace(graded, name='=1+"a,b'), "csv")))
    found = dict(zip(head, row, strict=True))
    assert found["student"] == "'=1+\"a,b"
    assert (found["06_adagrad"], found["06_adagrad verdict"]) == ("10", "right")
    assert (found["03_loss"], found["total"], found["of"], found["note"]) == ("0", "10", "50", "")


def test_junit_counts_every_check_and_skips_what_waits(graded):
    root = ElementTree.fromstring(text_of(graded, "junit"))
    checks = [check for one in graded.lessons for check in one.lesson["checks"]]
    outcomes = [check["outcome"] for check in checks]
    assert int(root.get("tests", "")) == len(outcomes) == len(root.findall(".//testcase"))
    assert int(root.get("failures", "")) == outcomes.count("failed") > 0
    assert int(root.get("skipped", "")) == outcomes.count("waiting") > 0
    assert root.get("errors") == "0"
    broken = replace(graded, report=nothing_known(ASKED) | {"suite_error": "It broke."})
    root = ElementTree.fromstring(text_of(broken, "junit"))
    assert root.get("failures") == "0" and int(root.get("errors", "")) == len(ASKED.lessons) + 1


def test_coderunners_table_has_a_format_for_each_column(graded):
    content = content_of(replace(graded, name="<b>"), "coderunner")
    head, *rows = content["testresults"]
    assert all(len(row) == len(head) for row in rows)
    assert len(content["columnformats"]) == len([name for name in head if name != "iscorrect"])
    assert set(content["columnformats"]) == {"%s"}  # shown as text, whatever is in it


@pytest.mark.parametrize("name", TOLD)
def test_no_format_passes_on_what_steers_a_terminal_or_may_not_stand_in_xml(name, graded):
    graded = only(graded, "02_forward", "06_adagrad")
    found = text_of(graded, name)
    if name in SYSTEMS:
        found = "\n".join(strings(json.loads(found)))
    assert "raised ValueError: </pre>" in html.unescape(found) or name == "csv"
    odd = {character for character in found if unicodedata.category(character) in ("Cc", "Cf")}
    assert odd <= {"\n"}


@pytest.mark.parametrize("name", TOLD)
def test_hints_are_not_told_unless_asked_for(name, graded):
    hints = {check["hint"] for check in graded.report["lessons"]["03_loss"]["checks"]} - {None}
    assert hints
    found = " ".join(text_of(only(graded, "03_loss"), name).replace("\\n", " ").split())
    assert not [hint for hint in hints if hint[:30] in found]


def test_points_by_share_are_never_full_unless_all_is_right(judged):
    scale = Scale({"02_forward": 20}, partial=True)
    half = {"verdict": "partial", "collected": 10, "checks": [{"outcome": "passed"}] * 5}
    assert scale.of("02_forward", half) == 10
    died = {**half, "collected": 5}  # in what was no check any more
    assert 0 < scale.of("02_forward", died) < 20
    assert scale.of("06_adagrad", judged["lessons"]["06_adagrad"]) == 10
    assert 0 < scale.of("03_loss", judged["lessons"]["03_loss"]) < 10
    assert Scale().of("03_loss", judged["lessons"]["03_loss"]) == 0


def test_what_a_student_reads_names_no_command_of_the_judging_machine(graded):
    for one in graded.lessons:
        assert one.told.startswith(("There is", LESSONS[one.name].file))
        assert not [
            word for word in ("pytest", tempfile.gettempdir(), str(ROOT)) if word in one.told
        ]
