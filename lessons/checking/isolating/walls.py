"""What stands between an answer and the rest of the machine, and how strong it is.

bubblewrap: namespaces of its own, no network, a few folders to read. user: another user, where
the checks run as root. process: a process of its own with limits, which is not a boundary.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from lessons.checking.answering.answer import solution_modules
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT

MEMORY, FILE, FILES, PROCESSES = 4 << 30, 16 << 20, 256, 64  # bytes, bytes, open files, at once
TEMPORARY = 64 << 20  # bytes of an answer's own files behind bubblewrap
LIMITS = {"AS": MEMORY, "FSIZE": FILE, "NOFILE": FILES, "CORE": 0}
FIRST_USER, USERS = 60_100, 5_000  # numbers of users that nobody else has
TRIES = 100  # times that processes are looked for which begin others as they are ended
KEPT = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "SYSTEMROOT", "LANG", "LC_ALL")
SHARED = ("/tmp", "/var/tmp", "/dev/shm")  # folders of all users
SEEN = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives")


class NoWall(Exception):
    """A wall that was asked for cannot be had; says why, and what to do."""


@dataclass(frozen=True)
class Wall:
    """One way of keeping an answer in."""

    name: str
    boundary: bool
    says: str
    limits: dict[str, int] = field(default_factory=lambda: dict(LIMITS))
    user: int | None = None

    def command(self, kit: Path, program: list[str], **variables: str) -> list[str]:
        """The command that runs a program behind it."""
        return bubblewrapped(kit, program, **variables) if self.name == "bubblewrap" else program

    def of(self, lesson: Lesson) -> "Wall":
        """The same for one lesson: answers of two lessons are two users, if they are any."""
        if self.user is None:
            return self
        return replace(self, user=self.user + list(LESSONS).index(lesson.name))

    def begins_as(self) -> dict[str, Any]:
        """The user that starts the command, in the words of subprocess."""
        if self.user is None or self.name != "bubblewrap":
            return {}
        return {"user": self.user, "group": self.user, "extra_groups": []}

    def told(self) -> dict[str, Any]:
        """What the child has to know of it."""
        if self.user is None or self.name != "user":
            return {}
        secret = [ROOT / "reference" / lesson.file for lesson in LESSONS.values()]
        return {"user": self.user, "secret": [str(path) for path in (*secret, ROOT / ".git")]}


def wall_of(asked: str) -> Wall:
    """The wall that is asked for, or the strongest that can be had.

    Raises
    ------
    NoWall
        If the one that is asked for cannot be had.
    """
    for name in WALLS if asked == "auto" else (asked,):
        make, why_not = WALLS[name]
        problem = why_not()
        if not problem:
            return make()
        if asked != "auto":
            raise NoWall(f"--isolation={asked}: {problem}")
    raise NoWall("no wall can be had")  # process always can


def bubblewrap() -> Wall:
    """Namespaces of its own, for root also another user: no limit counts root's processes."""
    says = "bubblewrap: its own namespaces, no network, nothing of the suite to be read"
    number = free_users() if as_another_user() else None
    return Wall("bubblewrap", True, says, LIMITS | {"NPROC": PROCESSES}, number)


def user() -> Wall:
    """Another user."""
    says = "another user with limits"
    return Wall("user", True, says, LIMITS | {"NPROC": PROCESSES}, free_users())


def free_users() -> int:
    """The first of some numbers of users, one a lesson, as whom nobody works."""
    count = len(LESSONS)
    places = USERS // count
    used = {number for _, number in processes("Uid")}
    for k in range(places):
        first = FIRST_USER + (os.getpid() + k) % places * count
        if used.isdisjoint(range(first, first + count)):
            break
    return first


def process() -> Wall:
    """Not a boundary."""
    if sys.platform == "linux":
        import ctypes

        child_subreaper = 36  # PR_SET_CHILD_SUBREAPER: who is left alone becomes our child
        ctypes.CDLL(None).prctl(child_subreaper, 1, 0, 0, 0)
    says = "a process of its own with limits, which is not a boundary: it can read and write files"
    return Wall("process", False, says)


@cache
def no_bubblewrap() -> str:
    """Why bubblewrap cannot be had; "" if it can."""
    if sys.platform != "linux":
        return "bubblewrap is for Linux; --isolation=process works here."
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed; install your system's package bubblewrap."
    if as_another_user() or not (said := tried_bubblewrap(None)):
        return ""
    return (
        f"bubblewrap does not work here ({said}). It needs user namespaces: a container has to "
        "allow them (docker run --security-opt seccomp=unconfined), and Ubuntu since 24.04 needs "
        "an AppArmor profile for bwrap."
    )


def as_another_user() -> bool:
    """Whether root can run bubblewrap as another user."""
    if not hasattr(os, "getuid") or os.getuid() != 0:
        return False
    way = Path(sys.executable).resolve().parents
    return all(place.stat().st_mode & 1 for place in way) and not tried_bubblewrap(FIRST_USER)


@cache
def tried_bubblewrap(number: int | None) -> str:
    """What it says where it does not work for a user; "" if it does."""
    tried = subprocess.run(
        bubblewrapped(None, [sys.executable, "-I", "-S", "-c", ""]),
        capture_output=True,
        text=True,
        cwd="/",
        **Wall("bubblewrap", True, "", user=number).begins_as(),
    )
    said = (tried.stderr.strip().splitlines() or ["it ends at once"])[-1]
    return said if tried.returncode else ""


@cache
def no_user() -> str:
    """Why another user cannot be had; "" if it can."""
    if not hasattr(os, "setuid") or os.getuid() != 0:
        return "only root can run an answer as another user."
    with suppress(OSError):
        subprocess.run(
            [sys.executable, "-I", "-c", "import numpy"],
            user=FIRST_USER,
            group=FIRST_USER,
            extra_groups=[],
            capture_output=True,
            cwd="/",
            env=environment(Path("/")),
            check=True,
        )
        return ""
    return f"other users cannot run {sys.executable} with NumPy: install it where they can read it."


WALLS: dict[str, tuple[Callable[[], Wall], Callable[[], str]]] = {  # the strongest first
    "bubblewrap": (bubblewrap, no_bubblewrap),
    "user": (user, no_user),
    "process": (process, str),
}


def bubblewrapped(kit: Path | None, program: list[str], **variables: str) -> list[str]:
    """A program behind bubblewrap, which sees Python, its packages and the kit."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--cap-drop", "ALL"]  # root's would let it take the folders off again
    for place in SEEN:
        if Path(place).is_symlink():
            command += ["--symlink", str(Path(place).readlink()), place]
        else:
            command += ["--ro-bind-try", place, place]
    command += ["--proc", "/proc", "--dev", "/dev"]
    for place in ("/dev/shm", "/tmp"):
        command += ["--size", str(TEMPORARY), "--tmpfs", place]
    covered = [(Path(path) / name).resolve() for path in (str(ROOT), *sys.path) for name in OWN]
    if ROOT.name != "site-packages":  # a copy of the project, and not installed among others
        covered.append(ROOT)
    closed = ["/proc", "/dev", "/"]  # for writing, once all is in its place
    for place in ("/usr", *pythons()):
        if place != "/usr":
            command += ["--ro-bind", place, place]
        for hidden in covered:
            if hidden.is_dir() and hidden.is_relative_to(place):
                command += ["--tmpfs", str(hidden)]
                closed.append(str(hidden))
        if ROOT.is_relative_to(place):  # what is seen of Python may lie within
            for other in pythons():
                if Path(other).is_relative_to(ROOT):
                    command += ["--ro-bind", other, other]
    for name, value in environment(Path("/tmp"), **variables).items():
        command += ["--setenv", name, value]
    if kit is not None:
        command += ["--ro-bind", str(kit), str(kit)]
    for place in dict.fromkeys(closed):
        command += ["--remount-ro", place]
    return [*command, "--chdir", "/tmp", "--", *program]


OWN = ("lessons", "reference", "tests")  # the packages of this project


def pythons() -> list[str]:
    """The folders of Python and its packages, none inside another of SEEN."""
    places = {
        *(Path(prefix).resolve() for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)),
        *(Path(path).resolve() for path in sys.path if path.endswith("site-packages")),
        Path(sys.executable).resolve().parent,
        Path(sys.executable).parent,
    }
    system = [Path("/usr")]
    kept = sorted(p for p in places if not any(p.is_relative_to(s) for s in system))
    return [str(p) for p in kept if not any(p != q and p.is_relative_to(q) for q in kept)]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The variables that an answer finds."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "PATH": os.defpath,
        "HOME": str(home),
        "TMPDIR": str(home),
        "TEMP": str(home),
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "MPLBACKEND": "agg",
        **more,
    }


class Kit:
    """A folder with what an answer may see: its file, our side of the wire, earlier pieces."""

    def __init__(self, lesson: Lesson, path: Path, wall: Wall) -> None:
        self.place = tempfile.TemporaryDirectory(prefix="unrolled-", ignore_cleanup_errors=True)
        self.root = Path(self.place.name).resolve()
        for file in visible(lesson):
            self.copy(file, self.root / file.relative_to(ROOT))
        self.answer = self.root / "answer" / path.name
        self.copy(path, self.answer)
        self.home = self.root / "home"
        self.home.mkdir()
        if wall.user is not None:
            for folder, _, _ in os.walk(self.root):
                Path(folder).chmod(0o750)  # not for the users of other answers
                os.chown(folder, -1, wall.user)
            os.chown(self.home, wall.user, wall.user)
        self.wall = wall

    def copy(self, file: Path, to: Path) -> None:
        """Copy a file with its bytecode, which is looked up by the file's time."""
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, to)
        to.chmod(0o644)
        compiled = Path(cache_from_source(str(file)))
        if compiled.is_file():
            beside = to.parent / "__pycache__"
            beside.mkdir(exist_ok=True)
            with suppress(OSError):  # another process may write it at this moment
                shutil.copy2(compiled, beside)

    def close(self) -> None:
        """Take it away, and what another user has left where anybody may write."""
        self.place.cleanup()
        if self.wall.user is not None and self.wall.name == "user":
            for place in filter(Path.is_dir, map(Path, SHARED)):
                for path in place.iterdir():
                    with suppress(OSError):
                        if path.lstat().st_uid == self.wall.user:
                            folder = path.is_dir() and not path.is_symlink()
                            (shutil.rmtree if folder else Path.unlink)(path)


def visible(lesson: Lesson) -> Iterable[Path]:
    """The files of the project that an answer needs: no solution, no checks, no known mistakes."""
    checking = ROOT / "lessons" / "checking"
    yield from (
        ROOT / "lessons" / "__init__.py",
        checking / "__init__.py",
        checking / "platform.py",
    )
    yield from (checking / "answering").glob("*.py")
    yield from (checking / "isolating" / f"{name}.py" for name in ("__init__", "child", "wire"))
    yield from (other.folder / "contract.py" for other in LESSONS.values())
    hidden = solution_modules(lesson)
    for path in (ROOT / "reference").glob("*.py"):
        if f"reference.{path.stem}" not in hidden:
            yield path


def end_all(number: int) -> None:
    """Kill all processes of a user."""
    for _ in range(TRIES):
        found = [pid for pid, user in processes("Uid") if user == number]
        for pid in found:
            with suppress(OSError):
                os.kill(pid, 9)
        if not found:
            return


def end_orphans(begun: Iterable[int]) -> None:
    """Kill what answers have left behind, whatever session it is in: it has become our child."""
    for _ in range(TRIES):
        children = [pid for pid, parent in processes("PPid") if parent == os.getpid()]
        found = [pid for pid in children if pid not in begun and os.getsid(pid) != os.getsid(0)]
        for pid in found:
            with suppress(OSError):
                os.kill(pid, 9)
                os.waitpid(pid, 0)
        if not found:
            return


def processes(field: str) -> Iterator[tuple[int, int]]:
    """The numbers of all processes that run, with one of the numbers that are told of them."""
    for status in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError, LookupError, ValueError):
            lines = dict(line.split(":\t", 1) for line in status.read_text().splitlines())
            if lines["State"][0] not in "ZX":
                yield int(status.parent.name), int(lines[field].split()[0])
