"""The guide for instructors: every command in it is run, and leaves what it says."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lessons_run import ROOT

GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"```bash\n(.*?)```", GUIDE, re.DOTALL)
    for line in block.splitlines()
    if not line.startswith("pip ")  # the tests have what that installs
]
MADE = {  # by the word that a command is known by
    "--handout": "HANDOUT/README.md",
    "--format csv": "grades.csv",
    "unrolled class": "REPORT/report.html",
    "gradescope": "autograder.zip",
    "classroom50": "AUTOGRADER/autograder.py",
}


def test_the_guide_has_the_commands_that_are_run_here():
    assert len(COMMANDS) >= 6
    for word in MADE:
        assert any(word in command for command in COMMANDS), word


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_of_the_guide_works(command, tmp_path):
    """On a submission of one lesson, so that the others are told as unwritten."""
    for folder in ("SUBMISSION", "SUBMISSIONS/one", "SUBMISSIONS/two"):
        (tmp_path / folder).mkdir(parents=True)
        shutil.copy(ROOT / "tests" / "answers" / "loops" / "adagrad.py", tmp_path / folder)
    program, *arguments = shlex.split(command)
    beside = Path(sys.executable).parent
    found = shutil.which(program, path=str(beside))
    assert found, f"{program} is not installed beside Python"
    done = subprocess.run(
        [found, *arguments], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    made = [file for word, file in MADE.items() if word in command]
    assert all((tmp_path / file).is_file() for file in made), done.stdout
    if not made:
        assert "06_adagrad" in done.stdout or "adagrad.py" in done.stdout, done.stdout
