"""One run of the lessons' checks: which answer, how each check ended, what is told."""

import faulthandler
import math
import os
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import hypothesis
import pytest

from lessons.checking.answering.anatomy import dumped_line, it_was_in, process_lost
from lessons.checking.answering.answer import Answer
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.answering.rooms import LESSONS, from_here, sha_of
from lessons.checking.answering.watchdog import LEAVE
from lessons.checking.comparing.compare import Current
from lessons.checking.explaining import STEPS
from lessons.checking.running import report, second_look, story, supervising
from lessons.checking.running.answers import Answers, about_lessons
from lessons.checking.running.fixtures import draws_fixture, function_fixture
from lessons.checking.running.items import functions, lesson_of, sentence
from lessons.checking.running.report import SENT, Check, Place, Room
from lessons.checking.running.supervising import FORKED, Died


class Lessons:
    """One run of the lessons' checks."""

    def __init__(self, config: pytest.Config, answers: Answers) -> None:
        self.config, self.answers, self.calls = config, answers, answers.calls
        self.report_path = report.checked_path(config)
        self.explain = config.getoption("--explain") or config.getini("explain")
        if self.explain not in STEPS:
            raise pytest.UsageError(f"explain = {self.explain}: it is place, line, hint or name.")
        self.calls.watchdog.when_stuck = self.end_stuck
        self.rooms: dict[str, Room] = {}
        self.told: set[str] = set()  # rooms
        self.code: int | None = None  # of the process, when all is done
        self.shown = sys.stdout.isatty()  # whether somebody waits at a terminal
        self.next_word, self.line = math.inf, ""  # when to say what is done, and what was said
        self.calls.began = self.began
        self.child = config.stash.get(FORKED, None)
        self.plain = supervising.plain(config)
        self.reported: dict[str, Any] = dict(self.child.done) if self.child else {}
        if self.child:
            self.calls.watchdog.watcher = self.child.shared
            faulthandler.enable(self.child.dump)
        self.current: pytest.Item | None = None
        self.looked_at: Room | None = None  # whose checks are over, and which is not told yet
        names = [name for lesson in LESSONS.values() for name in lesson.functions]
        fixtures = ModuleType("unrolled_functions")  # a module's, as pytest asks for them
        for name in names:
            vars(fixtures)[name] = function_fixture(name, answers.loaded, self.calls)
        vars(fixtures)["draws"] = draws_fixture(config)
        config.pluginmanager.register(fixtures, "unrolled-functions")
        self.writer = config.get_terminal_writer()
        option = config.option
        self.telling = about_lessons(config) and not option.collectonly and not option.usepdb
        if self.telling and getattr(option, "numprocesses", None):
            raise pytest.UsageError("The lessons run in one process: leave -n out.")
        if self.telling:
            config.option.tbstyle = "native"  # never shown; the others take longer to make
            config.pluginmanager.unregister(name="terminalreporter")

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
        over = {*self.reported, *(died.lesson for died in self.died())}
        items[:] = [
            item
            for item in items
            if not item.name.endswith("[NOTSET]")  # no such function
            and getattr(lesson_of(item), "name", None) not in over
        ]
        items.sort(key=lambda item: (item.path, turn(item)))

    def began(self, name: str) -> None:
        """A call begins: a watcher may want to know which, and who waits at a terminal how far."""
        if self.calls.watchdog.watcher:
            self.calls.watchdog.watcher.calling(name)
        self.calls.count += 1
        now = time.monotonic()
        if self.shown and self.telling and now > self.next_word and self.current:
            self.next_word = now + 1.0
            lesson = lesson_of(self.current)
            room = self.rooms.get(lesson.name) if lesson else None
            if room:
                done, count = len(room.checks) + 1, self.calls.count
                self.say(f"  {name}: check {done} of {room.collected}, {count:,} calls so far")

    def say(self, line: str) -> None:
        """Write a line over the last one; an empty one takes it away."""
        if line or self.line:
            capture = self.config.pluginmanager.getplugin("capturemanager")
            with capture.global_and_fixture_disabled():
                self.writer.write(f"\r{line:<{len(self.line)}}\r{line}", flush=True)
            self.line = line

    def died(self) -> list[Died]:
        """The lessons in the middle of which an earlier fork ended."""
        return self.child.died if self.child else []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Know the rooms that are run, and how many checks each has."""
        for died in self.died():
            self.rooms[died.lesson] = self.room_of(died)
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
        for died in self.died():
            self.end_room(LESSONS[died.lesson])
        self.write_report()

    def room_of(self, died: Died) -> Room:
        """What is known of a lesson in the middle of which the process ended."""
        lesson = LESSONS[died.lesson]
        path = self.answers.path(lesson)
        room = Room(lesson, collected=died.collected, path=from_here(path), file=died.file)
        room.checks = [Check.received(check) for check in died.checks]
        if not died.check:  # it was only looked at again
            return room
        line = dumped_line(died.dump, path) if path.is_file() else None
        where = it_was_in(path, line)
        what = process_lost(died.call, died.end, self.calls.watchdog.limit)
        room.partial = True
        room.checks.append(
            Check(
                name=died.check,
                functions=died.functions,
                outcome="failed",
                message=f"{what}; the checks after this one were not run.{where}",
                place=from_here(path) + f":{line}" if line else None,
            )
        )
        return room

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
            room = self.rooms[lesson.name]
            Current.proof = room.proof
            if not room.checks:
                self.calls.count, self.next_word = 0, time.monotonic() + 2.0
                if self.answers.wall and (following := self.after(lesson)):
                    self.answers.open(following)
                if self.telling and self.answers.folder is None and not room.partial:
                    room.file = sha_of(lesson.folder / lesson.file)
            if self.child:
                check = (sentence(item), functions(item, lesson), room.collected, room.file)
                self.child.send("begins", lesson.name, *check)

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
            check.wrong_line = Place(error.line, "exception") if error.line else None
            if error.story is None:
                check.case = self.calls.describe()
            else:
                check.story, check.mistake = error.story, error.story.name
                check.hint, check.explainer_error = error.story.hint, error.story.broke or None
        elif error is not None:
            check.outcome = "failed"
            check.explainer_error = f"{type(error).__name__}: {error}"
            check.message = (
                f"This check broke before it could judge ({check.explainer_error}). That is a "
                "fault of the checks: please report it."
            )
            check.case = self.calls.describe()
        if check.outcome == "failed":
            check.again = once_more(item)
            check.many = getattr(item.obj, "is_hypothesis_test", False)  # type: ignore[attr-defined]
        self.rooms[lesson.name].checks.append(check)
        if self.child:
            self.child.send("check", {name: getattr(check, name) for name in SENT})
        return check

    def place(self, lesson: Lesson, check: Check) -> str | None:
        """Where the function that failed begins in the student's file."""
        answer = self.answers.loaded(lesson)
        name = self.calls.last[0] if self.calls.last else check.functions[0]
        name = check.functions[0] if len(check.functions) == 1 else name
        try:
            return answer.place(answer.workshop.first_line(name) if answer.loaded else None)
        except Wrong:  # its process ends, whatever it is asked
            return answer.place(None)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Any:
        """Put back what a check's calls have changed, and tell a room after its last check."""
        lesson = lesson_of(item)
        if lesson is not None:
            warnings.simplefilter("ignore")  # pytest puts its own filters back
        result = yield
        self.calls.surroundings.put_back()
        if lesson is not None and (elsewhere := self.answers.open(lesson).elsewhere):
            elsewhere.over()
        if lesson is not None and (nextitem is None or lesson_of(nextitem) != lesson):
            self.end_room(lesson)
        return result

    def after(self, lesson: Lesson) -> Lesson | None:
        """The lesson that is run after another one."""
        names = [*self.rooms]
        return next((LESSONS[n] for n in names[names.index(lesson.name) + 1 :]), None)

    def end_room(self, lesson: Lesson) -> None:
        """Look once more at a room whose checks are over, and tell its story."""
        if lesson.name in self.told:
            return
        self.told.add(lesson.name)
        room = self.rooms[lesson.name]
        if answer := self.answers.known.get(lesson.name):
            room.path, room.lines = answer.place(None), answer.lines()
            room.problem = answer.problem.message if answer.problem else ""
            self.looked_at = room
            if self.child:
                self.child.send("over")
            self.look_again(room, answer)
            self.looked_at = None
        self.answers.close(lesson)
        self.tell(room)

    def tell(self, room: Room) -> None:
        """Tell a room's story, and write it down."""
        name = room.lesson.name
        self.reported[name] = report.of_room(room, self.told_of(room))
        self.show(room)
        self.keep(room)
        self.write_report()
        if self.child:
            self.child.send("room", name, self.reported[name])

    def look_again(self, room: Room, answer: Answer) -> None:
        """Look for wrong lines; if that breaks, none is told, and the report says why."""
        failed = [check for check in room.checks if check.outcome == "failed"]
        if not failed or answer.problem:
            return
        if self.shown and self.telling:
            passed = sum(check.outcome == "passed" for check in room.checks)
            self.say(f"  wrong: {passed} of {room.collected} checks pass; looking for the line")
        try:
            with suppress(Waiting, Wrong):  # the answer's process ended meanwhile
                second_look.look_again(room, answer, self.calls)
        except Exception as error:
            failed[0].explainer_error = f"{type(error).__name__}: {error}"
        self.calls.surroundings.put_back()

    def show(self, room: Room) -> None:
        """Print the story of a room."""
        if not self.telling or not room.checks:
            return
        self.say("")
        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled(), while_read():
            story.Story(room, self.writer, self.telling_of(room)).tell()
            self.writer.flush()

    def keep(self, room: Room) -> None:
        """Let `unrolled` know the verdict on a room's own file."""
        if not room.file:
            return
        from lessons.command.keeping import keep

        capture = self.config.pluginmanager.getplugin("capturemanager")
        with capture.global_and_fixture_disabled(), while_read():
            if problem := keep(room, self.explain):
                self.writer.line(problem)

    def telling_of(self, room: Room) -> story.Telling:
        """How a room is told."""
        return story.Telling(
            explain=self.explain,
            show_work=self.config.getoption("--show-work"),
            alone=len({*self.rooms, *self.reported}) == 1,
            command=command(self.config, room.lesson),
        )

    def told_of(self, room: Room) -> str:
        """What a student reads of a room, as the report has it: without the command to run next."""
        kept = report.Kept()
        if self.report_path and room.checks:
            telling = replace(self.telling_of(room), alone=False, command="")
            story.Story(room, kept, telling).tell()
        return re.sub(r"\s+(Then\s+run|All\s+of\s+them):\s*$", "", kept.text).strip("\n")

    def write_report(self, *, finished: bool = False) -> None:
        """Write what is known; a run that dies leaves a report that says so."""
        if self.report_path is None:
            return
        begun = {name: report.started(room.lesson) for name, room in self.rooms.items()}
        options = {
            "deep": self.config.getoption("--deep"),
            "call_limit": self.calls.watchdog.limit,
            "explain": self.explain,
            "hypothesis_seed": self.config.getoption("hypothesis_seed", None),
        }
        content = report.of_run(
            dict(sorted((begun | self.reported).items())),
            solution=self.answers.folder,
            options=options,
            isolation=self.answers.isolation,
            finished=finished,
        )
        report.write(self.report_path, content)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """Tell what has not been told, and say to the parent that this is the end."""
        self.finish()
        self.code = int(exitstatus)
        if self.child:
            self.child.send("end", self.code)

    def finish(self) -> None:
        """Show the rooms that have not been, and write the report to its end."""
        for room in self.rooms.values():
            self.end_room(room.lesson)
        with while_read():
            if self.telling and not self.reported:
                self.writer.line("No lesson's checks were run.")
            if self.telling and len(self.reported) > 1:
                story.tell_all(self.reported, self.writer, partial(command, self.config))
        self.write_report(finished=True)

    def pytest_unconfigure(self) -> None:
        """Let the watchdog's thread end, and the process, whatever threads the answer has left."""
        self.calls.watchdog.end()
        self.calls.surroundings.close()
        self.answers.close_all()
        if self.telling and self.plain and self.code is not None:
            with while_read():
                self.writer.flush()
            LEAVE(self.code)

    def end_stuck(self) -> None:
        """A call is out of reach: write what is known before the process ends."""
        if self.looked_at:  # a changed answer is stuck, which says nothing of the answer itself
            self.tell(self.looked_at)
            if self.child:
                self.child.send("again")
                LEAVE(1)
            self.finish()
            return
        if self.child:  # the parent goes on
            self.child.send("stuck")
            os.abort()  # faulthandler notes the line
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


def command(config: pytest.Config, lesson: Lesson) -> str:
    """What runs the checks of a lesson in the same way again."""
    start = "python -m pytest" if Path(sys.argv[0]).name == "__main__.py" else "pytest"
    parts = [from_here(lesson.folder)]
    for name, value in vars(config.option).items():
        if name in ("solution", "explain") and value:
            parts.append(f"--{name}={value}")
        elif name in ("deep", "show_work") and value:
            parts.append(f"--{name.replace('_', '-')}")
    return " ".join([start, *(f'"{part}"' if " " in part else part for part in parts)])


@contextmanager
def while_read() -> Iterator[None]:
    """Print while somebody reads: `| head` ends that, and is no error."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def once_more(item: pytest.Item) -> Callable[[], object]:
    """What makes a check again, with what it was given."""
    function = item.obj  # type: ignore[attr-defined]
    given = item.funcargs  # type: ignore[attr-defined]
    names = [name for name in signature(function).parameters if name in given]
    return partial(function, **{name: given[name] for name in names})


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
