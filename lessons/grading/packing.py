"""`unrolled grade --make`: an autograder with all that it needs but the packages."""

import os
import shlex
import shutil
import tempfile
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.grading.judging import Asked
from lessons.grading.scoring import Scale
from reference.program.cli import UserError

SCRIPTS = Path(__file__).with_name("scripts")
PROJECT = ROOT / "pyproject.toml"  # not there where the course is an installed package
SUITE = "unrolled"  # the folder of the suite's own files
OPTIONS = {  # where a script has its options, and how they are written there
    "run_autograder": ("@OPTIONS@", shlex.join),
    "autograder.py": ("OPTIONS: list[str] = []", "OPTIONS: list[str] = {}".format),
}


def make(system: str, out: Path, asked: Asked, scale: Scale) -> None:
    """Make the autograder of a course system; it grades with these options."""
    if not out.absolute().parent.is_dir():
        raise UserError(f"There is no folder {out.absolute().parent}, where {out.name} is to be.")
    {"gradescope": gradescope, "classroom50": classroom50}[system](out, options(asked, scale))


def gradescope(out: Path, given: list[str]) -> None:
    """Make the zip that Gradescope takes: its two scripts lie at the root."""
    if out.is_dir() or out.suffix != ".zip":
        raise UserError(f"{out}: for Gradescope it is a zip, such as autograder.zip.")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, ["setup.sh", "run_autograder"], given)
        new = out.with_name(f"{out.name}.new")
        with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as packed:
            for path in sorted(path for path in folder.rglob("*") if path.is_file()):
                add(packed, path, path.relative_to(folder).as_posix())
        new.replace(out)


def add(packed: zipfile.ZipFile, path: Path, name: str) -> None:
    """Add a file; a script may be run, also if the zip is made on Windows."""
    entry = zipfile.ZipInfo(name)  # with no time of its own: the same files make the same zip
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3  # Unix, whose permissions follow
    entry.external_attr = (0o100755 if "/" not in name else 0o100644) << 16
    packed.writestr(entry, path.read_bytes())


def classroom50(out: Path, given: list[str]) -> None:
    """Make the folder that Classroom 50 bundles: autograders/ASSIGNMENT in its configuration."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError(f"{out} is there already: name a new folder.")
    out.mkdir(exist_ok=True)
    fill(out, ["autograder.py"], given)


def fill(folder: Path, scripts: list[str], given: list[str]) -> None:
    """Put the scripts, the names of the packages and the suite into a folder."""
    for name in scripts:
        text = (SCRIPTS / name).read_text(encoding="utf-8")
        if name in OPTIONS:
            place, write = OPTIONS[name]
            text = text.replace(place, write(given))
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    needed = "".join(f"{line}\n" for line in requirements())
    (folder / "requirements.txt").write_text(needed, encoding="utf-8", newline="\n")
    for path in suite():
        copy = folder / SUITE / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def suite() -> Iterator[Path]:
    """The suite's own files, without what somebody has written into the rooms."""
    answers = {lesson.folder / lesson.file for lesson in LESSONS.values()}
    if PROJECT.is_file():
        yield PROJECT
    for name in ("lessons", "reference"):
        for root, folders, names in os.walk(ROOT / name):
            folders[:] = [one for one in folders if one != "__pycache__"]
            for path in (Path(root, one) for one in names):
                if path not in answers and (path.suffix == ".py" or path.parent == SCRIPTS):
                    yield path


def requirements() -> list[str]:
    """The packages that the project needs, as it names them."""
    if PROJECT.is_file():
        content = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
        needed: list[str] = content["project"]["dependencies"]
        return needed
    return [one for one in metadata.requires("unrolled") or [] if "extra ==" not in one]


def options(asked: Asked, scale: Scale) -> list[str]:
    """The options of `unrolled grade` that say this."""
    return [
        *(f"--lesson={name}" for name in asked.lessons),
        *(f"--points={name}={points:g}" for name, points in scale.points.items()),
        *["--partial"] * scale.partial,
        *["--deep"] * asked.deep,
        f"--explain={asked.explain}",
        f"--call-limit={asked.call_limit:g}",
        f"--isolation={asked.isolation}",
    ]
