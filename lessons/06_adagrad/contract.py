"""What lesson 6 asks for: clipping, and a step that works in place."""

from pathlib import Path

from lessons.checking.answering.contract import Contracted, Lesson, tensors

LESSON = Lesson(
    Path(__file__).resolve().parent,
    "adagrad",
    (
        Contracted("clip", lambda result, grads, *_, **__: tensors("the result", result, grads)),
        Contracted("init_memory", lambda result, params: tensors("memory", result, params)),
        Contracted(
            "adagrad_step",
            lambda result, *_, **__: None,
            in_place=(0, 2),
            result_ignored=True,
        ),
    ),
    builds="AdaGrad",
    idea="clipping, a learning rate for every weight, updates in place",
    hours=1,
)
