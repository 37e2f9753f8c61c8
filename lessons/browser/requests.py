"""What a page asks for, and what it is answered: JSON in, JSON out."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from typing import Any

from lessons.browser import checking
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS
from lessons.command import hints, state, waiting
from reference.program.cli import UserError

Tell = Callable[[dict[str, Any]], None]


def answer(request: str, tell: Callable[[str], object]) -> str:
    """Do what is asked for; `tell` is given what there is to say before it is done."""
    asked = json.loads(request)
    try:
        done = REQUESTS[asked.pop("do")](tell=lambda what: tell(json.dumps(what)), **asked)
    except UserError as error:
        done = {"problem": str(error)}
    return json.dumps(done)


def look(files: dict[str, dict[str, str]], tell: Tell) -> dict[str, Any]:
    """Take texts, with what was found about them, and say how their lessons stand."""
    for name, kept in files.items():
        write(name, kept["text"])
        if kept.get("found"):
            state.folder()
            state.path(LESSONS[name]).write_text(kept["found"], encoding="utf-8")
    return {"rows": {name: row(LESSONS[name]) for name in files}}


def prepare(lesson: str, tell: Tell) -> dict[str, Any]:
    """Get ready what the first run of a lesson's checks would have to make."""
    waiting.prepare(LESSONS[lesson])
    return {}


def check(lesson: str, text: str, tell: Tell) -> dict[str, Any]:
    """Run a lesson's checks on a text."""
    write(lesson, text)
    return checking.check(LESSONS[lesson], tell) | known_of(lesson)


def hint(lesson: str, tell: Tell) -> dict[str, Any]:
    """Tell one step more of the last failure."""
    found = state.read().found(LESSONS[lesson])
    if found is None or not found.left():
        raise UserError(f"There is nothing more to tell of {lesson}.")
    with redirect_stdout(io.StringIO()):  # the page says in its own way what is left
        hints.tell(LESSONS[lesson], found)
    return {"text": found.steps[found.left()[0]]} | known_of(lesson)


def train(tell: Tell) -> dict[str, Any]:
    """Get the student's own network ready."""
    from lessons.browser import learning  # needed only now

    return learning.begin()


def learn(tell: Tell) -> dict[str, Any]:
    """Let it learn for a moment."""
    from lessons.browser import learning

    return learning.go_on()


def write(lesson: str, text: str) -> None:
    """Put a text into the file of a lesson."""
    path = state.student_file(LESSONS[lesson])
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")


def known_of(lesson: str) -> dict[str, Any]:
    """How a lesson stands, and the verdict on it, to be kept by the page."""
    found = ""
    with suppress(FileNotFoundError):
        found = state.path(LESSONS[lesson]).read_text(encoding="utf-8")
    return {"row": row(LESSONS[lesson]), "found": found}


def row(lesson: Lesson) -> dict[str, Any]:
    """How a lesson stands, as the table of `unrolled` has it, and what is left to be told."""
    known = state.read()
    row: dict[str, Any] = {"verdict": known.verdict(lesson)}
    if found := known.found(lesson):
        row |= {"passed": found.passed, "checks": found.checks, "sentence": found.sentence}
        row["next"] = [hints.NEXT[step] for step in found.left()]
    return row


REQUESTS: dict[str, Callable[..., dict[str, Any]]] = {
    "look": look,
    "prepare": prepare,
    "check": check,
    "hint": hint,
    "train": train,
    "learn": learn,
}
