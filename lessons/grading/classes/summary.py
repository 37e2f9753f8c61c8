"""What a class has made: a pure reduction of the results, a student at a time."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from statistics import median
from typing import Any

from lessons.checking.answering.rooms import LESSONS
from lessons.checking.explaining.mistakes import mistakes_of

ORDER = ("right", "wrong", "unfinished", "unwritten", "missing", "unjudged")  # verdicts on a lesson
CASES = "the hand sized cases"  # the check that says least of what is wrong
BLANK = re.compile(r"\{value[^}]*\}")  # in a sentence that has a place for a number or a name


@dataclass(frozen=True)
class Line:
    """A line of a student's file: the one to be changed, or else where the function begins."""

    number: int | None
    text: str = ""  # of the one to be changed


@dataclass(frozen=True)
class Fault:
    """Something wrong with a function: a known mistake, or else the check that failed first."""

    lesson: str
    function: str
    name: str  # of the known mistake; "" if it is not a known one
    says: str


@dataclass
class Outcome:
    """One lesson of one student."""

    verdict: str  # one of ORDER
    passed: int = 0
    checks: int = 0
    seconds: float = 0.0
    functions: dict[str, str] = field(default_factory=dict)
    told: str = ""  # what the student reads; only of a lesson that is wrong
    faults: list[tuple[Fault, Line]] = field(default_factory=list)


@dataclass
class Student:
    """One student's outcomes."""

    name: str
    lessons: dict[str, Outcome]
    seconds: float  # that judging took
    problem: str = ""  # what kept it from being judged
    notes: list[str] = field(default_factory=list)

    @property
    def right(self) -> int:
        """How many lessons are right."""
        return sum(one.verdict == "right" for one in self.lessons.values())


@dataclass
class Tried:
    """How a check ended, over the class."""

    passed: int = 0
    failed: int = 0
    waiting: int = 0


class Summary:
    """What is known of a class; `add` takes one student's result after the other."""

    def __init__(self, lessons: list[str]) -> None:
        self.lessons = lessons
        self.students: list[Student] = []
        self.checks: dict[tuple[str, str], Tried] = {}
        self.walls: Counter[str] = Counter()  # what stood between the answers and the checks

    def add(
        self, name: str, files: Mapping[str, bytes], notes: list[str], result: Mapping[str, Any]
    ) -> None:
        """Take in what was found of a student."""
        report = result["report"] or {"lessons": {}}
        found = report["lessons"]
        if "isolation" in report:
            self.walls[report["isolation"]["says"]] += 1
        outcomes = {
            lesson: outcome(lesson, found.get(lesson), files.get(LESSONS[lesson].file))
            for lesson in self.lessons
        }
        for lesson in self.lessons:
            for check in found.get(lesson, {}).get("checks", []):
                tried = self.checks.setdefault((lesson, check["name"]), Tried())
                setattr(tried, check["outcome"], getattr(tried, check["outcome"]) + 1)
        problem = result["problem"]
        self.students.append(Student(name, outcomes, result["seconds"], problem, notes))

    def counted(self, lesson: str) -> Counter[str]:
        """How many students have each verdict on a lesson."""
        return Counter(student.lessons[lesson].verdict for student in self.students)

    def faults(self) -> list[tuple[Fault, list[tuple[Student, Line]]]]:
        """What is wrong, in how many and in whose files; the commonest first."""
        found: dict[Fault, list[tuple[Student, Line]]] = defaultdict(list)
        for student in self.students:
            for one in student.lessons.values():
                for fault, line in one.faults:
                    found[fault].append((student, line))
        return sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0].lesson, pair[0].says))

    def passed_by_nobody(self) -> Iterator[tuple[str, str, Tried]]:
        """The checks that some have failed and nobody has passed."""
        for (lesson, name), tried in sorted(self.checks.items(), key=lambda pair: pair[0]):
            if tried.failed and not tried.passed:
                yield lesson, name, tried

    def seconds(self, lesson: str) -> tuple[float, float]:
        """How long a lesson's checks took: the median, and the most."""
        took = [student.lessons[lesson].seconds for student in self.students]
        took = [seconds for seconds in took if seconds]
        return (median(took), max(took)) if took else (0.0, 0.0)


def outcome(lesson: str, found: Mapping[str, Any] | None, content: bytes | None) -> Outcome:
    """One lesson of a report."""
    if found is None or (found["verdict"] == "started" and not found["checks"]):
        return Outcome("unjudged" if content is not None else "missing")
    verdict = {"partial": "unfinished", "started": "unfinished"}.get(
        found["verdict"], found["verdict"]
    )
    if content is None and verdict == "unwritten":
        verdict = "missing"
    checks = found["checks"]
    return Outcome(
        verdict=verdict,
        passed=sum(check["outcome"] == "passed" for check in checks),
        checks=max(len(checks), found.get("collected", 0)),
        seconds=found["seconds"],
        functions=found.get("functions", {}),
        told=found.get("told", "") if verdict in ("wrong", "unfinished") else "",
        faults=list(faults_of(lesson, found, lines_of(content or b""))),
    )


def faults_of(
    lesson: str, found: Mapping[str, Any], lines: list[str]
) -> Iterator[tuple[Fault, Line]]:
    """What is wrong with each function of a lesson: known mistakes, else its first failed check."""
    failed = [check for check in found["checks"] if check["outcome"] == "failed"]
    if problem := found.get("problem"):
        says = problem.partition("\n")[0].partition(":")[0][:100]
        yield Fault(lesson, LESSONS[lesson].file, "", says), line_at(failed, lines)
        return
    wrong = [name for name, state in found.get("functions", {}).items() if state == "wrong"]
    for function in wrong:
        mine = [check for check in failed if function in check["functions"]]
        alone = [check for check in mine if check["functions"] == [function]] or mine
        known = {check["mistake"]: check for check in alone if check["mistake"]}
        for name, check in known.items():
            says = sentence(lesson, function, name)
            yield Fault(lesson, function, name, says), line_at([check, *alone], lines)
        if alone and not known:
            yield Fault(lesson, function, "", unnamed(function, alone)), line_at(alone, lines)


def unnamed(function: str, failed: list[Mapping[str, Any]]) -> str:
    """What is wrong with a function that makes no known mistake."""
    if raised := re.match(rf"{re.escape(function)} raised (\w+)", failed[0]["message"]):
        return f"raises {raised[1]}"
    own = [check["name"] for check in failed if not check["name"].startswith(CASES)]
    return f"this does not hold: {own[0] if own else failed[0]['name']}"


@cache
def sentences(lesson: str) -> dict[tuple[str, str], str]:
    """The sentence of each known mistake, by its function and its name, or its name alone."""
    every = mistakes_of(LESSONS[lesson])
    return {("", one.name): one.sentence for one in every} | {
        (one.function, one.name): one.sentence for one in every
    }


def sentence(lesson: str, function: str, name: str) -> str:
    """What a known mistake is; dots stand for what it was in one file."""
    known = sentences(lesson)
    says = known.get((function, name)) or known.get(("", name)) or name.replace("_", " ")
    return BLANK.sub("...", says)


def lines_of(content: bytes) -> list[str]:
    """The lines of a student's file."""
    return content.decode("utf-8", "replace").splitlines()


def line_at(failed: list[Mapping[str, Any]], lines: list[str]) -> Line:
    """The first line that is known of some checks, else the first of their places."""
    if known := next((check["line"] for check in failed if check["line"]), None):
        return Line(known, lines[known - 1].strip() if 0 < known <= len(lines) else "")
    places = (str(check["place"]).rpartition(":")[2] for check in failed)
    return Line(next((int(place) for place in places if place.isdecimal()), None))
