"""What was found about each lesson; it counts while neither the file nor the checks change."""

import hashlib
import json
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT, from_here, sha_of
from lessons.checking.explaining import STEPS
from reference.program.checkpoint import patiently, write_atomically
from reference.program.cli import UserError

VERSION = 1
FOLDER = ROOT / ".unrolled"  # of all that the command keeps
STUB = "stub.txt"  # in each room: its file as nobody has written in it
LARGEST = 1_000_000  # bytes of a verdict that is read
VERDICTS = ("right", "wrong", "unwritten")


@dataclass
class Found:
    """The last verdict on a lesson, and what there is to tell of its first failure."""

    verdict: str  # one of VERDICTS
    passed: int  # checks
    checks: int
    sentence: str  # the first of the failure
    line: int | None  # of the student's file
    hint: str | None
    mistake: str | None  # the name of a known one
    steps: dict[str, str]  # what each of STEPS adds to what is told
    told: int  # how many of STEPS have been told
    file: str  # sha256
    suite: str  # sha256
    when: float  # seconds since 1970

    def left(self) -> list[str]:
        """The steps that have something to say and have not been told."""
        return [step for step in STEPS[self.told :] if self.steps.get(step)]


@dataclass
class State:
    """What is known of all lessons."""

    lessons: dict[str, Found] = field(default_factory=dict)

    @property
    def last(self) -> str | None:
        """The lesson that was checked last."""
        return max(self.lessons, key=lambda name: self.lessons[name].when, default=None)

    def found(self, lesson: Lesson) -> Found | None:
        """The last verdict on a lesson, if it still counts."""
        found = self.lessons.get(lesson.name)
        counts = found and (found.file, found.suite) == (sha_of_file(lesson), sha_of_suite(lesson))
        return found if counts else None

    def verdict(self, lesson: Lesson) -> str:
        """right, wrong, unwritten, or unchecked if the last verdict does not count."""
        if found := self.found(lesson):
            return found.verdict
        return "unwritten" if untouched(lesson) else "unchecked"

    def at(self) -> Lesson | None:
        """The first lesson that is not right."""
        return next((one for one in LESSONS.values() if self.verdict(one) != "right"), None)


def path(lesson: Lesson) -> Path:
    """The file that holds what was found about a lesson.

    One for each, so that two runs that end at the same moment keep both of their verdicts.
    """
    return FOLDER / f"{lesson.name}.json"


def read() -> State:
    """The state as it was kept."""
    every = {lesson.name: kept(lesson) for lesson in LESSONS.values()}
    return State({name: found for name, found in every.items() if found})


def kept(lesson: Lesson) -> Found | None:
    """The last verdict on a lesson, whether it still counts or not, if there is one to be read."""
    file = path(lesson)
    try:
        with patiently(lambda: file.open("rb")) as opened:
            fields = json.loads(opened.read(LARGEST))
        return restored(fields) if fields.pop("version") == VERSION else None
    except (FileNotFoundError, NotADirectoryError):
        return None
    except Exception:  # whatever stands there
        what = f"{from_here(file)} cannot be read, so {lesson.name} counts as unchecked."
        print(what, file=sys.stderr)
        with suppress(OSError):
            file.replace(file.with_suffix(".broken"))
        return None


def restored(fields: dict[str, Any]) -> Found:
    """A verdict as it was kept; a TypeError if it is anything else."""
    found = Found(**fields)
    for name, kind in get_type_hints(Found).items():
        if not isinstance(getattr(found, name), dict if name == "steps" else kind):
            raise TypeError(name)
    if found.verdict not in VERDICTS or not all(isinstance(s, str) for s in found.steps.values()):
        raise TypeError("verdict or steps")
    return found


def note(lesson: Lesson, found: Found) -> None:
    """Keep a verdict."""
    folder()
    text = json.dumps({"version": VERSION, **asdict(found)}, indent=2) + "\n"
    write_atomically(path(lesson), lambda file: file.write(text.encode()))


def folder() -> Path:
    """The folder of all that the command keeps, which is made when it is first needed."""
    try:
        FOLDER.mkdir(exist_ok=True)
    except FileExistsError as error:
        what = "it should be a folder and is a file; move it away"
        raise FileExistsError(error.errno, what, error.filename) from None
    return FOLDER


def student_file(lesson: Lesson) -> Path:
    """The file in which a student writes a lesson."""
    return lesson.folder / lesson.file


def stub(lesson: Lesson) -> bytes:
    """A lesson's file as it was when nobody had written in it."""
    return (lesson.folder / STUB).read_bytes()


def untouched(lesson: Lesson) -> bool:
    """Whether nobody has written in a lesson's file."""
    try:
        content = patiently(student_file(lesson).read_bytes)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return content.splitlines() == stub(lesson).splitlines()  # whatever ends the lines


def sha_of_file(lesson: Lesson) -> str:
    """What a student's file holds, as a sha256."""
    return sha_of(student_file(lesson))


@cache
def sha_of_suite(lesson: Lesson) -> str:
    """What a verdict on a lesson rests on beside the student's file, as a sha256."""
    room = [file for file in lesson.folder.glob("*.py") if file != student_file(lesson)]
    digest = hashlib.sha256(sha_of_checking().encode())
    for file in sorted(room):
        digest.update(f"{file.name} {sha_of(file)}".encode())
    return digest.hexdigest()


@cache
def sha_of_checking() -> str:
    """What all lessons' verdicts rest on, as a sha256."""
    digest = hashlib.sha256()
    for folder in (ROOT / "lessons" / "checking", ROOT / "reference"):
        for file in sorted(folder.rglob("*.py")):
            digest.update(f"{file.relative_to(ROOT).as_posix()} {sha_of(file)}".encode())
    return digest.hexdigest()


def named(text: str) -> Lesson:
    """The lesson that is meant by 4, 04, backward, 04_backward or lessons/04_backward."""
    word = text.replace("\\", "/").removesuffix("/").rpartition("lessons/")[2]
    for lesson in LESSONS.values():
        number, _, name = lesson.name.partition("_")
        file = f"{lesson.name}/{lesson.file}"
        if word in (lesson.name, name, lesson.file, file) or word.zfill(2) == number:
            return lesson
    every = ", ".join(f"{int(name[:2])} {one.module}" for name, one in LESSONS.items())
    raise UserError(f"There is no lesson {text}. The lessons are {every}.")


def asked_for(text: str | None) -> Lesson:
    """The lesson that is named; the one that a student is at if none is."""
    lesson = named(text) if text is not None else read().at()
    if lesson is None:
        raise UserError("All lessons are right. To check one again, name it: unrolled check 4.")
    return lesson
