"""What `unrolled grade` makes: autograders that run where they lie, and a folder for students."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.command.cli import main
from tests.lessons_run import is_stub
from tests.test_grading_formats import RUNNER

ANSWERS = ROOT / "tests" / "answers" / "loops"
SYSTEM = "/usr/bin:/bin"
# of the image: Python is too old until a newer one is installed, and nothing is downloaded
STUBS = {
    "apt-get": 'echo "apt-get $*" >>"$LOG"\ncase "$*" in *bubblewrap*) exit 100 ;; esac',
    "add-apt-repository": 'echo "add-apt-repository $*" >>"$LOG"',
    "python3": "exit 1",
    "python3.11": """\
[ "$2" = venv ] || exec "$PYTHON" "$@"
mkdir -p "$3/bin"
{
    echo '#!/bin/sh'
    echo "[ \\"\\$2\\" = pip ] && { echo \\"\\$*\\" >>'$LOG'; exit; }"
    echo "exec '$PYTHON' \\"\\$@\\""
} >"$3/bin/python"
chmod 755 "$3/bin/python"
""",
}


def fits(content: Any, name: str) -> None:
    schema = json.loads((ROOT / "tests" / "schemas" / name).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(content)


Script = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture
def autograder(tmp_path: Path) -> Script:
    """A folder laid out like Gradescope's, and a way to run the scripts in it."""
    root, stubs = tmp_path / "autograder", tmp_path / "stubs"
    for name in ("source", "submission", "results"):
        (root / name).mkdir(parents=True)
    made = tmp_path / "autograder.zip"
    options = ["--lesson=3", "--points=3=20", "--isolation=process"]
    assert main(["grade", "--make", "gradescope", str(made), *options]) == 0
    with zipfile.ZipFile(made) as packed:
        for entry in packed.infolist():
            path = Path(packed.extract(entry, root / "source"))
            path.chmod(entry.external_attr >> 16)
    shutil.copy(root / "source" / "run_autograder", root)
    stubs.mkdir()
    for name, text in STUBS.items():
        (stubs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (stubs / name).chmod(0o755)
    environment = {
        "PATH": f"{stubs}:{SYSTEM}",
        "LOG": str(tmp_path / "log"),
        "PYTHON": sys.executable,
        "AUTOGRADER": str(root),
        "UNROLLED_HOME": str(tmp_path / "home"),
    }

    def script(name: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [root / name], cwd=root, env=environment, capture_output=True, text=True, timeout=300
        )

    return script


@pytest.mark.skipif(sys.platform == "win32", reason="Gradescope's scripts run on Linux")
def test_gradescopes_scripts_run_in_a_folder_laid_out_like_theirs(autograder, tmp_path):
    root = tmp_path / "autograder"
    done = autograder("source/setup.sh")
    assert done.returncode == 0, done.stderr
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert log.index("add-apt-repository -y ppa:") < log.index("apt-get install -y python3.11 ")
    assert f"pip install --quiet --requirement {root / 'source' / 'requirements.txt'}" in log
    assert "bubblewrap cannot be installed" in done.stdout
    assert stat.S_IMODE((root / "source").stat().st_mode) & 0o077 == 0
    shutil.copy(ANSWERS / "loss.py", root / "submission")
    (root / "submission" / "json.py").write_text("raise SystemExit\n", encoding="utf-8")
    done = autograder("run_autograder")
    content = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    fits(content, "gradescope.json")
    assert (done.returncode, content["score"], content["tests"][0]["status"]) == (0, 20, "passed")
    assert content["extra_data"]["suite"]["version"] and content["extra_data"]["finished"]
    assert content["extra_data"]["isolation"]["wall"] == "process"

    shutil.rmtree(root / "source" / "unrolled" / "lessons" / "grading" / "formats")
    (root / "results" / "results.json").unlink()
    assert autograder("run_autograder").returncode == 0
    content = json.loads((root / "results" / "results.json").read_text(encoding="utf-8"))
    fits(content | {"tests": []}, "gradescope.json")
    assert "The grading could not start" in content["output"] and content["score"] == 0


def test_a_students_folder_is_graded_by_classroom50s_autograder(tmp_path):
    handout, bundle = tmp_path / "handout", tmp_path / "bundle"
    assert main(["grade", "--handout", str(handout)]) == 0
    options = ["--lesson=3", "--lesson=6", "--points=3=20", "--isolation=process"]
    assert main(["grade", "--make", "classroom50", str(bundle), *options]) == 0
    shutil.copy(ANSWERS / "loss.py", handout / "lessons" / "03_loss")
    done = subprocess.run(
        [sys.executable, bundle / "autograder.py"],
        cwd=handout,
        env=os.environ | RUNNER | {"PIP_NO_INDEX": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    content = json.loads((handout / "result.json").read_text(encoding="utf-8"))
    fits(content, "classroom50.json")
    assert (content["score"], content["max-score"]) == (20, 30)
    assert [test["verdict"] for test in content["tests"]] == ["right", "unwritten"]


def test_the_handout_holds_stubs_and_pages_and_no_solution(tmp_path):
    handout = tmp_path / "handout"
    assert main(["grade", "--handout", str(handout)]) == 0
    files = {path.relative_to(handout).as_posix() for path in handout.rglob("*") if path.is_file()}
    code = {name for name in files if name.endswith(".py")}
    assert code == {f"lessons/{one.name}/{one.file}" for one in LESSONS.values()}
    assert all(is_stub(handout / "lessons" / one.name / one.file, one) for one in LESSONS.values())
    assert {Path(name).suffix for name in files - code} == {".md", ".svg", ""}  # .gitignore
    pages = [handout / name for name in files if name.endswith(".md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
        if "://" not in target
    ]
    assert len(links) > 50
    assert [link for link in links if not (link[0].parent / link[1]).exists()] == []
    texts = {name: (handout / name).read_text(encoding="utf-8") for name in files}
    assert [name for name, text in texts.items() if "pytest" in text] == []
    assert "unrolled grade . --lesson 4" in texts["lessons/04_backward/README.md"]
    assert "check with: unrolled grade . --lesson 4" in texts["lessons/04_backward/backward.py"]


def test_what_is_made_holds_nothing_that_somebody_wrote_into_the_rooms(tmp_path):
    bundle = tmp_path / "bundle"
    assert main(["grade", "--make", "classroom50", str(bundle)]) == 0
    rooms = bundle / "unrolled" / "lessons"
    for lesson in LESSONS.values():
        assert (rooms / lesson.name / f"test_{lesson.file}").is_file()
        assert not (rooms / lesson.name / lesson.file).exists()
