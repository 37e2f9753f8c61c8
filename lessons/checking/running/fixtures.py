"""What checks ask for by name: the contract's functions, and how much to draw."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, Function, StudentFunction
from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import LESSONS


def function_fixture(name: str, answer: Callable[[Lesson], Answer], calls: Calls) -> Any:
    """The fixture that gives a check the answer's function called `name`."""

    @pytest.fixture(scope="module", name=name)
    def fixture(request: pytest.FixtureRequest) -> Function:
        lesson = LESSONS[request.path.parent.name]
        return StudentFunction(name, answer(lesson), calls)

    return fixture


@dataclass(frozen=True)
class Draws:
    """How many draws a statistical check makes, and the seed of their generators."""

    count: int
    seed: int


def draws_fixture(config: pytest.Config) -> Any:
    """The fixture for checks of distributions: fixed seeds, many draws."""

    @pytest.fixture(scope="session", name="draws")
    def fixture() -> Draws:
        deep = config.getoption("--deep")
        return Draws(20_000 if deep else 5_000, config.getoption("hypothesis_seed", None) or 0)

    return fixture
