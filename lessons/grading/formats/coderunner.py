"""What CodeRunner (Moodle) reads of a combinator template grader: one JSON object on the screen.

Columns with the format %s are shown as text, escaped by CodeRunner itself; prologuehtml is HTML.
"""

import html
import json

from lessons.grading.scoring import Graded

OUT = "-"


def text(graded: Graded) -> str:
    """A row for each lesson under a row of names."""
    rows = [
        [int(one.right), one.name, f"{one.points:g} of {one.most:g}", one.told]
        for one in graded.lessons
    ]
    said = [graded.summary, graded.broken] if graded.broken else [graded.summary]
    content = {
        "fraction": round(graded.points / graded.most, 6) if graded.most else 0.0,
        "prologuehtml": "".join(f"<p>{html.escape(line)}</p>" for line in said),
        "testresults": [["iscorrect", "Lesson", "Points", "What the checks say"], *rows],
        "columnformats": ["%s", "%s", "%s"],  # of all columns but iscorrect
    }
    return json.dumps(content) + "\n"
