"""All that has to pass before a change: a fresh clone, the README's own test command, the linters.

python3 tests/everything.py

What is committed is tested, in a temporary folder and a virtual environment of its own. Standard
library only, so that any Python from 3.11 on can start it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
WINDOWS = os.name == "nt"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PROGRAMS = {  # Debian's packages: their commands
    "bubblewrap": ("bwrap",),
    "chromium": BROWSERS,
    "nodejs": ("node",),
    "npm": ("npm",),
}


def readme_command(readme: str) -> str:
    """The README's command that runs the tests, for this system's shell."""
    start = "py -m venv" if WINDOWS else "python3 -m venv"
    return next(line for line in readme.splitlines() if line.startswith(start) and "pytest" in line)


def steps(clone: Path) -> list[list[str]]:
    """The commands, in their order."""
    command = readme_command((clone / "README.md").read_text(encoding="utf-8"))
    if WINDOWS:  # the launcher may know another Python than the one that runs this
        command = re.sub(r"^py\b", lambda _: f'& "{sys.executable}"', command)
        shell = ["powershell", "-NoProfile", "-Command", f"{command}; exit $LASTEXITCODE"]
    else:
        command = re.sub(r"^python3\b", lambda _: f'"{sys.executable}"', command)
        shell = ["bash", "-c", command]
    tools = clone / ".venv" / ("Scripts" if WINDOWS else "bin")
    return [
        shell,
        [str(tools / "ruff"), "check", "."],
        [str(tools / "ruff"), "format", "--check", "."],
        [str(tools / "mypy")],
    ]


def install_programs() -> None:
    """Install what some tests need, where Debian's tools can; else say what is missing.

    Those tests then say themselves that they are not run.
    """
    missing = {p for p, names in PROGRAMS.items() if not any(map(shutil.which, names))}
    if sys.platform != "linux" or not missing:
        return
    root = os.getuid() == 0
    if shutil.which("apt-get") and (root or shutil.which("sudo")):
        for rest in (["update", "-q"], *(["install", "-q", "-y", p] for p in sorted(missing))):
            step = [*(["sudo", "-n"] * (not root)), "apt-get", *rest]
            print("+", " ".join(step), flush=True)
            subprocess.run(step, stdin=subprocess.DEVNULL)
    for program in sorted(missing):
        if not any(map(shutil.which, PROGRAMS[program])):
            print(f"{program} is not installed here: the tests that need it will not be run.")


def main() -> int:
    """Run each step, and stop at the first that fails; its exit code."""
    install_programs()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        clone = Path(folder) / "unrolled"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
        for step in steps(clone):
            print("+", " ".join(step), flush=True)
            code = subprocess.run(step, cwd=clone).returncode
            if code:
                return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
