"""`unrolled class`: for those who teach; all of it is in lessons/grading/classes/."""

from lessons.grading.classes.command import add_arguments, run

__all__ = ["add_arguments", "run"]
