"""What a student reads, lesson by lesson, and the points."""

from lessons.grading.scoring import Graded

OUT = "-"


def text(graded: Graded) -> str:
    """The stories of all lessons and a table."""
    stories = [f"{one.told}\n\n" for one in graded.lessons]
    wide = max(len(one.name) for one in graded.lessons) + 2
    table = [
        f"  {one.name:<{wide}} {one.verdict:<10} {one.points:g} of {one.most:g}"
        for one in graded.lessons
    ]
    says = [graded.broken] if graded.broken else []
    return "\n".join([*stories, *table, "", graded.summary, *says]) + "\n"
