"""One run of the lessons' checks: which answer, how each check ended, what is told."""

from pathlib import Path
from typing import Any

import hypothesis
import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, load
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.answering.watchdog import Watchdog
from lessons.checking.comparing.compare import Current
from lessons.checking.running import report, story
from lessons.checking.running.fixtures import draws_fixture, function_fixture
from lessons.checking.running.items import functions, lesson_of, sentence
from lessons.checking.running.report import Check, Room


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


class Lessons:
    """One run of the lessons' checks."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        limit = config.getoption("--call-limit")
        if not limit > 0:
            raise pytest.UsageError("--call-limit must be above 0 seconds.")
        self.solution = solution_folder(config)
        self.report_path = report.checked_path(config)
        self.explain = config.getoption("--explain") or config.getini("explain")
        if self.explain not in ("place", "name", "hint"):
            raise pytest.UsageError(f"explain = {self.explain}: it is place, name or hint.")
        self.calls = Calls(
            Watchdog(limit, self.end_stuck), capture=config.getoption("capture") != "no"
        )
        self.answers: dict[str, Answer] = {}
        self.rooms: dict[str, Room] = {}
        self.current: pytest.Item | None = None
        names = [name for lesson in LESSONS.values() for name in lesson.functions]
        fixtures = {
            f"fixture_{name}": function_fixture(name, self.answer, self.calls) for name in names
        }
        fixtures["draws"] = draws_fixture(config)
        config.pluginmanager.register(type("Fixtures", (), fixtures)(), "unrolled-functions")
        self.writer = config.get_terminal_writer()
        self.telling = self.tells()
        if self.telling:
            config.option.tbstyle = "native"  # never shown; the others take longer to make
            config.pluginmanager.unregister(name="terminalreporter")

    def tells(self) -> bool:
        """Whether the story of the lessons takes the place of pytest's own output."""
        option = self.config.option
        if option.collectonly or option.usepdb or getattr(option, "numprocesses", None):
            return False
        here = self.config.invocation_params.dir
        places = [Path(here, argument.split("::")[0]) for argument in self.config.args]
        return all(place.resolve().is_relative_to(ROOT / "lessons") for place in places)

    def answer(self, lesson: Lesson) -> Answer:
        """The answer to a lesson, loaded once."""
        if lesson.name not in self.answers:
            folder = self.solution or lesson.folder
            self.answers[lesson.name] = load(Answer(lesson, folder / lesson.file), self.calls)
        return self.answers[lesson.name]

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Use the examples' profile, whatever another plugin has loaded."""
        hypothesis.settings.load_profile("lessons")

    def pytest_ignore_collect(self, collection_path: Path) -> bool | None:
        """A room's checks are in its own test file alone."""
        lesson = LESSONS.get(collection_path.parent.name)
        if lesson and collection_path.parent == lesson.folder and collection_path.is_file():
            return collection_path.name != f"test_{lesson.module}.py"
        return None

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Show what keeps checks from being collected; nobody else does."""
        if report.failed:
            self.writer.line(str(report.longrepr))

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Run the hand-sized cases first, and last what every function must keep to."""
        items[:] = [
            item for item in items if not item.name.endswith("[NOTSET]")
        ]  # no such function
        items.sort(key=lambda item: (item.path, turn(item)))

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Know the rooms that are run, and how many checks each has."""
        for item in session.items:
            if (lesson := lesson_of(item)) is not None:
                room = self.rooms.setdefault(lesson.name, Room(lesson))
                room.collected += 1
        if self.config.getoption("lf", False) and self.config.cache.get("cache/lastfailed", {}):
            for room in self.rooms.values():  # only what failed last time was collected
                room.partial = True
        for argument in self.config.args:
            if "::" in argument:  # a single check was asked for
                name = Path(self.config.invocation_params.dir, argument.split("::")[0]).parent.name
                if name in self.rooms:
                    self.rooms[name].partial = True

    def pytest_deselected(self, items: list[pytest.Item]) -> None:
        """A room of which something is left out is only partly run."""
        for item in items:
            if (lesson := lesson_of(item)) is not None:
                self.rooms.setdefault(lesson.name, Room(lesson)).partial = True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Forget the last check's calls."""
        self.current = item
        self.calls.last, self.calls.printed = None, ""
        if (lesson := lesson_of(item)) is not None:
            Current.proof = self.rooms[lesson.name].proof

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        """Note how the check ended."""
        report = yield
        lesson = lesson_of(item)
        if lesson is not None and (call.when == "call" or call.excinfo):
            check = self.note(item, lesson, call.excinfo.value if call.excinfo else None)
            if isinstance(call.excinfo and call.excinfo.value, Waiting | Wrong):
                report.longrepr = check.message  # for editors and other reports than ours
        if lesson is not None:
            self.rooms[lesson.name].seconds += call.duration
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Ask for the status of a check in the terminal reporter's place: editors wait for that."""
        if self.telling:
            self.config.hook.pytest_report_teststatus(report=report, config=self.config)

    def note(self, item: pytest.Item, lesson: Lesson, error: BaseException | None) -> Check:
        """Add a check to its room."""
        check = Check(name=sentence(item), functions=functions(item, lesson))
        if isinstance(error, BaseExceptionGroup) or isinstance(error, hypothesis.errors.Flaky):
            error = unwrapped(error, check)
        if isinstance(error, Waiting):
            check.outcome, check.message = "waiting", str(error)
            check.waits_for = error.function
        elif isinstance(error, Wrong):
            check.outcome, check.message = "failed", error.message
            check.place = error.place or self.place(lesson, check)
            if error.story is None:
                check.case = self.calls.describe()
            else:
                check.story, check.mistake = error.story, error.story.name
        elif error is not None:
            check.outcome = "failed"
            check.message = f"the check itself broke: {type(error).__name__}: {error}"
            check.case = self.calls.describe()
        self.rooms[lesson.name].checks.append(check)
        return check

    def place(self, lesson: Lesson, check: Check) -> str | None:
        """Where the function that failed begins in the student's file."""
        answer = self.answers[lesson.name]
        name = self.calls.last[0] if self.calls.last else check.functions[0]
        name = check.functions[0] if len(check.functions) == 1 else name
        code = getattr(getattr(answer.module, name, None), "__code__", None)
        return answer.place(code.co_firstlineno if code else None)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self) -> None:
        """Tell the story and write the report."""
        self.finish()

    def finish(self) -> None:
        """Show the rooms and write them down."""
        for name, room in self.rooms.items():
            room.path = self.answers[name].place(None) if name in self.answers else ""
        if self.report_path:
            report.write(self.report_path, self.rooms)
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled():
            story.tell(
                self.rooms,
                self.writer,
                self.explain,
                show_work=self.config.getoption("--show-work"),
            )
            self.writer.flush()

    def pytest_unconfigure(self) -> None:
        """Let the watchdog's thread end."""
        self.calls.watchdog.started = False

    def end_stuck(self) -> None:
        """A call is out of reach: write what is known before the process ends."""
        item = self.current
        lesson = lesson_of(item) if item else None
        if item and lesson:
            name = self.calls.last[0] if self.calls.last else lesson.file
            limit = self.calls.watchdog.limit
            self.note(
                item,
                lesson,
                Wrong(
                    f"{name} was stopped after {limit:g} s and could not be interrupted; "
                    "the checks after this one were not run."
                ),
            )
            self.rooms[lesson.name].partial = True
        self.finish()


def turn(item: pytest.Item) -> int:
    """When a check is run."""
    names = getattr(item, "fixturenames", ())
    return 0 if "laddered" in names else 2 if "habit" in names else 1


def unwrapped(error: BaseException, check: Check) -> BaseException:
    """The failure inside what Hypothesis raises for an answer that is not the same twice."""
    inner = getattr(error, "exceptions", ())
    for candidate in inner:
        if isinstance(candidate, Waiting | Wrong):
            return candidate
    names = " and ".join(check.functions)
    return Wrong(f"{names} gives different results for the same arguments.")
