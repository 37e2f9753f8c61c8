"""`unrolled grade`: for those who teach; all of it is in lessons/grading/."""

from lessons.grading.grade import add_arguments, run

__all__ = ["add_arguments", "run"]
