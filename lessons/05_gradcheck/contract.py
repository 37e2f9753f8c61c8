"""What lesson 5 asks for: gradients measured, and how far two lie apart."""

from pathlib import Path

from lessons.checking.answering.contract import Contracted, Lesson, number, tensors

LESSON = Lesson(
    Path(__file__).resolve().parent,
    "gradcheck",
    (
        Contracted(
            "numerical_gradients",
            lambda result, loss, params, *_, **__: tensors("grads", result, params),
            further_keys=True,
            advice="keep each old value, and put it back",
        ),
        Contracted("relative_error", lambda result, *_, **__: number("the result", result)),
    ),
    builds="gradients measured, to check those derived",
    idea="central differences, and judging them",
    hours=2,
    use="unrolled gradcheck applies it to your own lesson 4.",
)
