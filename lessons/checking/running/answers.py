"""The answers that a run looks at: whose files they are, and the processes that they are in."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, load
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.answering.watchdog import LEAVE, Watchdog

if TYPE_CHECKING:
    from lessons.checking.isolating.walls import Wall

NO_WALL = {
    "wall": "none",
    "boundary": False,
    "says": "none: an answer runs in the process of the checks",
}


def solution_folder(config: pytest.Config) -> Path | None:
    """The folder of --solution; None for the rooms themselves."""
    given = config.getoption("--solution")
    if given is None:
        return None
    folder = Path(config.invocation_params.dir, given)
    if given == "reference" and not folder.is_dir():
        return ROOT / "reference"
    if not folder.is_dir():
        raise pytest.UsageError(f"--solution: there is no folder {folder}.")
    if not any((folder / lesson.file).is_file() for lesson in LESSONS.values()):
        files = ", ".join(lesson.file for lesson in LESSONS.values())
        raise pytest.UsageError(f"--solution: {folder} holds none of the files {files}.")
    return ROOT / "reference" if given == "reference" else folder


def about_lessons(config: pytest.Config) -> bool:
    """Whether nothing but lessons is run: then their story takes the place of pytest's output."""
    here = config.invocation_params.dir
    places = [Path(here, argument.split("::")[0]) for argument in config.args]
    return all(place.resolve().is_relative_to(ROOT / "lessons") for place in places)


def isolation(config: pytest.Config) -> tuple[dict[str, Any], "Wall | None"]:
    """What stands between the answers and the checks, as the report says it, and the wall."""
    asked = config.getoption("--isolation")
    if asked == "none":
        return NO_WALL, None
    from lessons.checking.isolating import walls

    if config.getoption("capture") == "no":
        raise pytest.UsageError("-s needs an answer that runs in this process: no isolation.")
    try:
        wall = walls.wall_of(asked)
    except walls.NoWall as error:
        raise pytest.UsageError(str(error)) from None
    return {"wall": wall.name, "boundary": wall.boundary, "says": wall.says}, wall


def first_lesson(config: pytest.Config) -> Lesson:
    """The lesson whose checks are run first, as far as the command line tells."""
    here = config.invocation_params.dir
    places = [Path(here, argument.split("::")[0]).resolve() for argument in config.args]
    return next(
        (
            lesson
            for lesson in LESSONS.values()
            if any(place in (lesson.folder, *lesson.folder.parents) for place in places)
            or any(place.parent == lesson.folder for place in places)
        ),
        next(iter(LESSONS.values())),
    )


class Answers:
    """The answers of a run; behind a wall the first one's process starts at once."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        limit = config.getoption("--call-limit")
        if not limit > 0:
            raise pytest.UsageError("--call-limit must be above 0 seconds.")
        self.folder = solution_folder(config)
        capture = config.getoption("capture") != "no"
        self.calls = Calls(Watchdog(limit, lambda: LEAVE(1)), capture=capture)
        self.isolation, self.wall = isolation(config)
        self.opened: dict[str, Answer] = {}  # perhaps in processes of their own
        self.known: dict[str, Answer] = {}  # loaded
        if self.wall:
            self.open(first_lesson(config))

    def path(self, lesson: Lesson) -> Path:
        """The file that holds an answer."""
        return (self.folder or lesson.folder) / lesson.file

    def loaded(self, lesson: Lesson) -> Answer:
        """The answer to a lesson, loaded once."""
        if lesson.name not in self.known:
            answer = self.known[lesson.name] = load(self.open(lesson), self.calls)
            if answer.elsewhere and (weakness := answer.elsewhere.weakness()):
                says = f"{answer.elsewhere.wall.says};{weakness}"
                self.isolation |= {"boundary": False, "says": says}
        return self.known[lesson.name]

    def open(self, lesson: Lesson) -> Answer:
        """The answer to a lesson; behind a wall its process starts now, and is waited for later."""
        if lesson.name not in self.opened:
            answer = Answer(lesson, self.path(lesson))
            if self.wall and answer.path.is_file():
                from lessons.checking.isolating.remote import far

                deep = self.config.getoption("--deep")
                answer = far(answer, self.calls, self.wall, deep=deep)
            self.opened[lesson.name] = answer
        return self.opened[lesson.name]

    def close(self, lesson: Lesson) -> None:
        """End the process of an answer."""
        answer = self.opened.get(lesson.name)
        if answer and answer.elsewhere:
            answer.elsewhere.close()

    def close_all(self) -> None:
        """End all processes of answers."""
        for answer in self.opened.values():
            self.close(answer.lesson)
