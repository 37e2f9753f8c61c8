"""What was found about each lesson; it counts while neither the file nor the checks change."""

import hashlib
import json
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, get_type_hints

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT, from_here
from lessons.checking.explaining.explanation import STEPS
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError

VERSION = 1
FOLDER = ROOT / ".unrolled"  # of all that the command keeps
STUB = "stub.txt"  # in each room: its file as nobody has written in it


@dataclass
class Found:
    """The last verdict on a lesson, and what there is to tell of its first failure."""

    verdict: str  # right, wrong or unwritten
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

    def left(self) -> list[str]:
        """The steps that have something to say and have not been told."""
        return [step for step in STEPS[self.told :] if self.steps.get(step)]


@dataclass
class State:
    """What is known of all lessons."""

    lessons: dict[str, Found] = field(default_factory=dict)
    last: str | None = None  # the lesson that was checked last

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


def path() -> Path:
    """The file that holds the state."""
    return FOLDER / "state.json"


def read() -> State:
    """The state as it was kept; a fresh one if there is none that can be read."""
    try:
        content = json.loads(path().read_text(encoding="utf-8"))
        if content["version"] != VERSION:
            return State()
        known = {name: restored(found) for name, found in content["lessons"].items()}
        return State(known, content["last"] if content["last"] in known else None)
    except FileNotFoundError:
        return State()
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        where = from_here(path())
        print(f"{where} cannot be read, so all lessons count as unchecked.", file=sys.stderr)
        with suppress(OSError):
            path().replace(path().with_suffix(".broken"))
        return State()


def restored(fields: dict[str, Any]) -> Found:
    """A verdict as it was kept; a TypeError if it is anything else."""
    found = Found(**fields)
    for name, kind in get_type_hints(Found).items():
        if not isinstance(getattr(found, name), dict if name == "steps" else kind):
            raise TypeError(name)
    if found.verdict not in ("right", "wrong", "unwritten"):
        raise TypeError("verdict")
    return found


def note(lesson: Lesson, found: Found) -> None:
    """Keep a verdict, beside those on other lessons."""
    state = read()
    state.lessons[lesson.name], state.last = found, lesson.name
    content = {"version": VERSION, **asdict(state)}
    text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
    folder()
    write_atomically(path(), lambda file: file.write(text.encode()))


def folder() -> Path:
    """The folder of all that the command keeps, which is made when it is first needed."""
    FOLDER.mkdir(exist_ok=True)
    return FOLDER


def student_file(lesson: Lesson) -> Path:
    """The file in which a student writes a lesson."""
    return lesson.folder / lesson.file


def stub(lesson: Lesson) -> bytes:
    """A lesson's file as it was when nobody had written in it."""
    return (lesson.folder / STUB).read_bytes()


def untouched(lesson: Lesson) -> bool:
    """Whether nobody has written in a lesson's file."""
    file = student_file(lesson)
    return not file.is_file() or lines(file.read_bytes()) == lines(stub(lesson))


def lines(content: bytes) -> list[bytes]:
    """The lines of a file, whatever ends them."""
    return content.splitlines()


def sha_of_file(lesson: Lesson) -> str:
    """What a student's file holds, as a sha256."""
    file = student_file(lesson)
    return sha(file.read_bytes() for file in [file] if file.is_file())


@cache
def sha_of_suite(lesson: Lesson) -> str:
    """What a verdict on a lesson rests on beside the student's file, as a sha256."""
    room = [file for file in lesson.folder.glob("*.py") if file != student_file(lesson)]
    checking = (ROOT / "lessons" / "checking").rglob("*.py")
    return sha(
        part
        for file in sorted([*room, *checking, *(ROOT / "reference").rglob("*.py")])
        for part in (file.relative_to(ROOT).as_posix().encode(), file.read_bytes())
    )


def sha(parts: Iterable[bytes]) -> str:
    """The sha256 of some bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
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
