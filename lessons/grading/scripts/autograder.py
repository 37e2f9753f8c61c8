"""The autograder of one assignment, for Classroom 50: it leaves ./result.json.

Its runner calls it in the student's checkout. The packages are installed first; the checks come
with this file.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OPTIONS: list[str] = []  # of `unrolled grade`


def main() -> int:
    """Grade the current folder: 0 if the grading ran, whatever was found."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--requirement"]
    subprocess.run([*install, str(HERE / "requirements.txt")], check=True)
    grade = [sys.executable, "-P", "-m", "lessons.grading", ".", "--format", "classroom50"]
    environment = os.environ | {"PYTHONPATH": str(HERE / "unrolled")}
    return subprocess.run([*grade, *OPTIONS], env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
