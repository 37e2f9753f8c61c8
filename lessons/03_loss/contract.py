"""What lesson 3 asks for: two functions that return a number."""

from pathlib import Path

from lessons.checking.answering.contract import Contracted, Lesson, number

LESSON = Lesson(
    Path(__file__).resolve().parent,
    "loss",
    (
        Contracted("cross_entropy", lambda result, *_: number("the result", result)),
        Contracted("cost", lambda result, *_: number("the result", result)),
    ),
    builds="cross-entropy",
    idea="surprise in nats, infinite where it should be",
    hours=1,
)
