"""Gradescope's results.json, after its "Autograder Specifications".

Every test is visible: a hidden one would hide the total from its student. What is printed is for
instructors alone.
"""

import json
from typing import Any

from lessons.grading.scoring import Graded, Scored, plain

OUT = "/autograder/results/results.json"


def text(graded: Graded) -> str:
    """A test for each lesson, with its points, and one for each of its functions, without."""
    said = [graded.summary, graded.broken] if graded.broken else [graded.summary]
    content = {
        "score": plain(graded.points),
        "execution_time": round(graded.seconds),
        "output": "\n".join(said),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [test for one in graded.lessons for test in tests(one)],
        "extra_data": {
            name: graded.report[name] for name in ("schema", "finished", "suite", "isolation")
        },
    }
    return json.dumps(content, indent=2) + "\n"


def tests(one: Scored) -> list[dict[str, Any]]:
    """A lesson's tests."""
    file = one.lesson["file"]
    lesson = {
        "score": plain(one.points),
        "max_score": plain(one.most),
        "status": status(one.right),
        "name": one.name,
        "number": one.number,
        "output": one.told,
        "output_format": "text",
        "tags": [one.verdict],
        "visibility": "visible",
        "extra_data": {"file": file["name"], "sha256": file["sha256"]},
    }
    functions = [
        {
            "status": status(state.startswith("right")),
            "name": f"{name}: {state}",
            "number": f"{one.number}.{k}",
            "visibility": "visible",
        }
        for k, (name, state) in enumerate(one.lesson["functions"].items(), 1)
    ]
    return [lesson, *functions]


def status(holds: bool) -> str:
    """What Gradescope calls it."""
    return "passed" if holds else "failed"
