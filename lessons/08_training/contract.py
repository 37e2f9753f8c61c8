"""What lesson 8 asks for: first weights, a lazy stream of steps, a whole run."""

import numbers
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from lessons.checking.answering.contract import (
    Contracted,
    Lesson,
    Stream,
    array,
    describe_type,
    number,
    returned_something,
    shapes,
    tensors,
)
from lessons.checking.answering.failure import expect

STEP = ("step", "epoch", "loss", "smooth_loss", "h")
RESULT = ("params", "best_params", "best_loss", "smooth_losses")


def attributes(what: str, value: Any, *names: str) -> None:
    """Expect a value with these attributes."""
    returned_something(what, value)
    for name in names:
        expect(hasattr(value, name), f"{what}, {describe_type(value)}, has no attribute {name}.")


def step(value: Any, params: dict[str, np.ndarray], *_: Any, **__: Any) -> None:
    """One Step of training_steps."""
    attributes("the step", value, *STEP)
    for name in ("step", "epoch"):
        whole = getattr(value, name)
        expect(
            isinstance(whole, numbers.Integral),
            f"step.{name} is {describe_type(whole)}; expected an integer.",
        )
    for name in ("loss", "smooth_loss"):
        number(f"step.{name}", getattr(value, name))
    array("step.h", value.h, params["b"].shape)


def train(result: Any, params: dict[str, np.ndarray], *_: Any, **__: Any) -> None:
    """A Result."""
    attributes("the result", result, *RESULT)
    tensors("result.params", result.params, params)
    expect(
        result.best_params is not None,
        "result.best_params is None: no step has been the best so far.",
    )
    tensors("result.best_params", result.best_params, params)
    number("result.best_loss", result.best_loss)
    expect(
        isinstance(result.smooth_losses, Iterable) and hasattr(result.smooth_losses, "__len__"),
        f"result.smooth_losses is {describe_type(result.smooth_losses)}; expected a sequence.",
    )
    for loss in result.smooth_losses:
        number("an entry of result.smooth_losses", loss)
    expect(len(result.smooth_losses) > 0, "result.smooth_losses is empty; expected one a step.")


def iterator(result: Any, *_: Any, **__: Any) -> None:
    """Anything that can be iterated over; its steps are looked at one by one."""
    returned_something("the result", result)
    expect(
        hasattr(result, "__iter__") and not isinstance(result, list | tuple | dict),
        f"the result is {describe_type(result)}; expected an iterator of steps: use `yield`.",
    )


def weights(result: Any, K: int, m: int, *_: Any, **__: Any) -> None:
    """Freshly drawn params."""
    tensors("params", result, {name: np.empty(shape) for name, shape in shapes(m, K).items()})


def windows(params: dict[str, np.ndarray], indices: np.ndarray, K: int, **options: Any) -> int:
    """How many windows all epochs have together."""
    count = max(len(indices) - 1, 0) // options.get("seq_length", 25)
    return int(count * options.get("epochs", 1))


LESSON = Lesson(
    Path(__file__).resolve().parent,
    "training",
    (
        Contracted("initialise", weights, in_place=(2,)),
        Contracted(
            "training_steps",
            iterator,
            in_place=(0,),
            stream=Stream(expected=windows, item=step),
            attributes=STEP,
        ),
        Contracted("train", train, in_place=(0,), attributes=RESULT),
    ),
    builds="the whole loop",
    idea="windows, epochs, what is carried and what is reset",
    hours=3,
    use="unrolled train trains the network that you have written.",
)
