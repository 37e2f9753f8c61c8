"""PrairieLearn's results.json, after "External Grading" in its documentation.

What cannot be judged is not gradable: it costs the student no attempt.
"""

import json

from lessons.grading.scoring import Graded, clean, plain

OUT = "/grade/results/results.json"
LARGEST = 1_000_000  # bytes of the file
SHORTEST = 500  # characters to which a text is cut, before it is left out


def text(graded: Graded) -> str:
    """A test for each lesson, or why there is none."""
    if errors := not_gradable(graded):
        return written({"gradable": False, "format_errors": errors})
    longest = max(len(one.told) for one in graded.lessons)
    while True:
        found = written(content(graded, longest))
        if len(found.encode()) <= LARGEST or longest == 0:
            return found
        longest = longest // 2 if longest > SHORTEST else 0


def not_gradable(graded: Graded) -> list[str]:
    """Why it cannot be judged, if it cannot."""
    if graded.broken:
        return [graded.broken]
    if all(one.lesson["file"]["sha256"] is None for one in graded.lessons):
        return [one.told for one in graded.lessons]
    return [clean(one.lesson["problem"]) for one in graded.lessons if one.lesson["problem"]]


def content(graded: Graded, longest: int) -> dict[str, object]:
    """The results, with texts of some length at most."""
    return {
        "gradable": True,
        "score": round(graded.points / graded.most, 6) if graded.most else 0.0,
        "message": graded.summary,
        "tests": [
            {
                "name": one.name,
                "description": ", ".join(one.lesson["functions"]),
                "points": plain(one.points),
                "max_points": plain(one.most),
                "message": one.verdict,
                "output": one.told[:longest],
            }
            for one in graded.lessons
        ],
    }


def written(content: dict[str, object]) -> str:
    """It as JSON."""
    return json.dumps(content, indent=2) + "\n"
