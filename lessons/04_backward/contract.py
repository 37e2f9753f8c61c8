"""What lesson 4 asks for: three functions, each a step of the derivation."""

from pathlib import Path

from lessons.checking.answering.contract import Contracted, Lesson, array, tensors

LESSON = Lesson(
    Path(__file__).resolve().parent,
    "backward",
    (
        Contracted("output_gradient", lambda result, P, Y: array("the result", result, P.shape)),
        Contracted(
            "preactivation_gradient",
            lambda result, params, G, H: array("the result", result, (H.shape[0], H.shape[1] - 1)),
        ),
        Contracted(
            "backward",
            lambda result, params, *_: tensors("grads", result, params),
            further_keys=True,
        ),
    ),
    builds="back-propagation through time",
    idea="back-propagation through time",
    hours=4,
)
