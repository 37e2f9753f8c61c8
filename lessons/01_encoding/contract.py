"""What lesson 1 asks for: four functions, and what each returns."""

from pathlib import Path
from typing import Any

from lessons.checking.answering.contract import (
    Contracted,
    Lesson,
    array,
    describe_type,
    integers,
    returned_something,
)
from lessons.checking.answering.failure import expect


def build_vocabulary(result: Any, text: str) -> None:
    """Two dicts."""
    returned_something("the result", result)
    expect(
        isinstance(result, tuple | list) and len(result) == 2,
        f"the result is {describe_type(result)}; expected two dicts, "
        "char_to_index and index_to_char.",
    )
    for name, value in zip(("char_to_index", "index_to_char"), result, strict=True):
        expect(isinstance(value, dict), f"{name} is {describe_type(value)}; expected a dict.")


def decode(result: Any, *_: Any) -> None:
    """A str."""
    returned_something("the result", result)
    expect(isinstance(result, str), f"the result is {describe_type(result)}; expected a str.")


LESSON = Lesson(
    Path(__file__).resolve().parent,
    "encoding",
    (
        Contracted("build_vocabulary", build_vocabulary, hashed=True),
        Contracted("encode", lambda result, text, *_: integers("the result", result, len(text))),
        Contracted("decode", decode),
        Contracted(
            "one_hot", lambda result, indices, K: array("the result", result, (K, len(indices)))
        ),
    ),
    builds="characters as numbers, and numbers as one-hot columns",
    idea="a fixed numbering, one-hot columns, refusing bad input",
    hours=1,
)
