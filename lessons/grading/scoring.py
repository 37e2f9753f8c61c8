"""Points for what a report says, and its texts as other systems may show them."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

POINTS = 10.0  # for a lesson
STEERING = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")  # a terminal's colours
UNSHOWN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


@dataclass(frozen=True)
class Scale:
    """What a lesson is worth."""

    points: Mapping[str, float] = field(default_factory=dict)  # by its name, if not POINTS
    partial: bool = False  # by the share of checks that pass; else all or nothing

    def most(self, name: str) -> float:
        """The points for a lesson that is right."""
        return self.points.get(name, POINTS)

    def of(self, name: str, lesson: Mapping[str, Any]) -> float:
        """The points for a lesson as it is; less than the most unless it is right."""
        if lesson["verdict"] == "right":
            return self.most(name)
        if not self.partial or not lesson["checks"]:
            return 0.0
        passed = sum(check["outcome"] == "passed" for check in lesson["checks"])
        every = max(lesson["collected"], len(lesson["checks"]), passed + 1)
        return math.floor(self.most(name) * passed / every * 100) / 100


@dataclass(frozen=True)
class Scored:
    """A lesson with its points."""

    name: str
    lesson: Mapping[str, Any]  # as the report has it
    points: float
    most: float

    @property
    def number(self) -> str:
        """The lesson's number, without a zero before it."""
        return self.name.partition("_")[0].lstrip("0")

    @property
    def verdict(self) -> str:
        """right, wrong, unwritten, partial or started."""
        verdict: str = self.lesson["verdict"]
        return verdict

    @property
    def right(self) -> bool:
        """Whether all checks have passed."""
        return self.verdict == "right"

    @property
    def told(self) -> str:
        """What the student reads of it."""
        unknown = f"{self.lesson['file']['name']} was not checked to the end."
        return clean(self.lesson["told"] or unknown)


@dataclass(frozen=True)
class Graded:
    """What was handed in, as it was judged, with its points."""

    name: str  # of the folder
    report: Mapping[str, Any]
    scale: Scale
    seconds: float

    @property
    def lessons(self) -> list[Scored]:
        """The lessons that were judged."""
        return [
            Scored(name, lesson, self.scale.of(name, lesson), self.scale.most(name))
            for name, lesson in self.report["lessons"].items()
        ]

    @property
    def points(self) -> float:
        """The points of all lessons."""
        return round(sum(one.points for one in self.lessons), 2)

    @property
    def most(self) -> float:
        """The points if all were right."""
        return round(sum(one.most for one in self.lessons), 2)

    @property
    def broken(self) -> str:
        """The sentence for a grading that broke; "" if it did not."""
        error = clean(self.report.get("suite_error", ""))
        return (
            "The grading did not come to its end, which says nothing of what was handed in. "
            f"Please tell your instructor: {error}"
        ) * bool(error)

    @property
    def summary(self) -> str:
        """How much is right, in a sentence."""
        right = sum(one.right for one in self.lessons)
        return (
            f"Lessons that are right: {right} of {len(self.lessons)}. "
            f"Points: {self.points:g} of {self.most:g}."
        )


def clean(text: str) -> str:
    """A text without what steers a terminal or may not stand in XML."""
    return UNSHOWN.sub("", STEERING.sub("", text))


def plain(number: float) -> float | int:
    """A number as JSON is to have it: whole if it is."""
    return int(number) if number == int(number) else number
