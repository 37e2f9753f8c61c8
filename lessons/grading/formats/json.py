"""The whole report, with the points; docs/report.schema.json says what is in it."""

import json

from lessons.grading.scoring import Graded, plain

OUT = "-"


def text(graded: Graded) -> str:
    """The report as JSON."""
    content = dict(graded.report)
    content["score"] = {
        "points": plain(graded.points),
        "of": plain(graded.most),
        "partial": graded.scale.partial,
    }
    content["lessons"] = {
        one.name: {**one.lesson, "points": plain(one.points), "of": plain(one.most)}
        for one in graded.lessons
    }
    return json.dumps(content, indent=2) + "\n"
