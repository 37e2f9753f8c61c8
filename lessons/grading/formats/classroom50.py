"""Classroom 50's result.json, after "Advanced Autograding" in its wiki.

Its runner names the submission in environment variables, and wants whole points.
"""

import json
import math
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lessons.grading.scoring import Graded, Scale
from reference.program.cli import UserError

OUT = "result.json"
NAMED = {  # what the result calls it: the runner's variable
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
}


def check(scale: Scale, environment: Mapping[str, str] = os.environ) -> None:
    """Refuse what could not be written afterwards."""
    if missing := [name for name in NAMED.values() if not environment.get(name)]:
        raise UserError(
            f"--format classroom50 takes {missing[0]} from the environment, where it is not set: "
            "it is for the runner of Classroom 50."
        )
    for name, points in scale.points.items():
        if points != int(points):
            raise UserError(f"--points {name}={points:g}: Classroom 50 takes whole points.")


def text(graded: Graded, environment: Mapping[str, str] = os.environ) -> str:
    """A test for each lesson; points are rounded down."""
    tests: list[dict[str, Any]] = [
        {
            "test-name": one.name,
            "passed": one.right,
            "score": math.floor(one.points),
            "max-score": math.floor(one.most),
            "verdict": one.verdict,
            "output": one.told,
        }
        for one in graded.lessons
    ]
    named = {name: environment[variable] for name, variable in NAMED.items()}
    content = {
        "schema": "classroom50/result/v1",
        **named,
        "review": environment.get("REVIEW_URL") or named["commit"],
        "datetime": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": sum(test["score"] for test in tests),
        "max-score": sum(test["max-score"] for test in tests),
        "tests": tests,
    }
    return json.dumps(content, indent=2) + "\n"
