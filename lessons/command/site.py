"""`unrolled site`: the pages as a site, on which the lessons can be written, too."""

import argparse
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from lessons.checking.answering.rooms import ROOT
from reference.program.cli import UserError

BUILT = ".buildinfo"  # Sphinx leaves it in each folder that it has built
PACKAGES = ("sphinx", "myst_parser", "furo", "math_core", "ziamath")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("out", type=Path, metavar="OUT", help="the folder to put it into")
    says = "put Python's runtime into it, so that its pages load nothing from elsewhere"
    parser.add_argument("--self-hosted", action="store_true", help=says)


def run(options: argparse.Namespace) -> int:
    """Build the site; the exit code of sphinx-build, which does the work."""
    out = options.out.resolve()
    if not (ROOT / "docs" / "conf.py").is_file():
        raise UserError(f"{ROOT} has no pages: install the project from a copy of its repository.")
    if not all(map(find_spec, PACKAGES)):
        raise UserError(
            f'The packages for it are missing: "{sys.executable}" -m pip install -e ".[site]"'
        )
    if out.is_file():
        raise UserError(f"{options.out} is a file: name a folder.")
    if out.is_dir() and any(out.iterdir()) and not (out / BUILT).is_file():
        raise UserError(f"{options.out} holds other files: name a folder of its own.")
    hosted = ["-D", f"self_hosted={int(options.self_hosted)}"]
    build = [sys.executable, "-m", "sphinx", "-q", "-W", "-c", "docs", *hosted, ".", str(out)]
    code = subprocess.run(build, cwd=ROOT).returncode
    if code == 0:
        print(
            f"To read it: python -m http.server -d {options.out}, then open http://localhost:8000"
        )
    return code
