"""Known mistakes: wrong functions that people really write, each with its sentence and hint.

A room's mistakes.py makes one `Mistakes` for each function that has known ones, with the
function's model: right, unless a keyword says otherwise. Then it says, for each keyword of the
model, which choices are wrong. A model's keyword that is named like an earlier function of the
room takes that function's mistakes too.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, partial
from inspect import signature
from typing import Any

import numpy as np

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.rooms import room_module

Model = Callable[..., Any]


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong function that stands in for a contract function."""

    function: str  # the contract function
    name: str
    sentence: str  # what is wrong with it; {value} stands for what was found of its values
    hint: str  # points at the idea, without the code
    call: Model
    choice: dict[str, Any] = field(default_factory=dict)  # of the model's keywords, for a slot
    values: dict[Any, Model] = field(default_factory=dict)  # the function for each value

    def variants(self) -> list["Mistake"]:
        """The mistake with each of its values; itself if it has none."""
        return [
            replace(self, sentence=self.sentence.format(value=value), call=call, values={})
            for value, call in self.values.items()
        ] or [self]


class Mistakes:
    """The known mistakes of one function."""

    def __init__(self, function: str, model: Model | None = None) -> None:
        self.function, self.model = function, model
        self.entries: list[Mistake] = []

    def with_choice(self, **choice: Any) -> Model:
        """The model with some of its keywords chosen."""
        if self.model is None:
            raise TypeError(f"{self.function} has no model")
        return partial(self.model, **choice)

    def choice(
        self, name: str, sentence: str, hint: str, /, *, alone: bool = False, **choice: Any
    ) -> None:
        """A choice of the model's keywords; one that is `alone` is not tried beside others."""
        call, slots = self.with_choice(**choice), {} if alone else choice
        self.entries.append(Mistake(self.function, name, sentence, hint, call, slots))

    def slot(
        self, keyword: str, hint: str = "", /, *, alone: bool = False, **choices: tuple[Any, ...]
    ) -> None:
        """Wrong choices for one keyword, by name: a sentence, a hint if it is its own, a choice."""
        for name, (sentence, *own, choice) in choices.items():
            self.choice(name, sentence, *(own or [hint]), alone=alone, **{keyword: choice})

    def family(
        self, name: str, sentence: str, hint: str, keyword: str, choices: Mapping[Any, Any], /
    ) -> None:
        """One mistake of several kinds: choices for a keyword, by the {value} of the sentence."""
        values = {value: self.with_choice(**{keyword: one}) for value, one in choices.items()}
        self.entries.append(self.with_values(name, sentence, hint, values))

    def default(self, name: str, option: str, sentence: str, hint: str, *values: Any) -> None:
        """A wrong default of an option; {value} in the sentence stands for it."""
        call = self.with_choice()
        position = list(signature(call).parameters).index(option)
        calls = {value: partial(by_default, call, position, option, value) for value in values}
        self.entries.append(self.with_values(name, sentence, hint, calls))

    def whole(
        self, sentence: str, hint: str, /, values: tuple[Any, ...] = ()
    ) -> Callable[[Model], Model]:
        """Register the decorated function; if there are values, it takes one as `value`."""

        def register(call: Model) -> Model:
            calls = {value: partial(call, value=value) for value in values}
            entry = self.with_values(call.__name__, sentence, hint, calls)
            self.entries.append(entry if calls else replace(entry, call=call))
            return call

        return register

    def with_values(
        self, name: str, sentence: str, hint: str, calls: Mapping[Any, Model]
    ) -> Mistake:
        """An entry whose function is the first of several."""
        first = next(iter(calls.values()), print)
        return Mistake(self.function, name, sentence, hint, first, values=dict(calls))


def of_values(make: Callable[[Any], Any], *values: Any) -> dict[Any, Any]:
    """The choices that `make` makes of values."""
    return {value: make(value) for value in values}


def by_default(
    call: Model, position: int, option: str, value: Any, *arguments: Any, **options: Any
) -> Any:
    """A call with an option that is `value` unless it is given, by name or by position."""
    if len(arguments) <= position:
        options = {option: value} | options
    return call(*arguments, **options)


def formula(arguments: str, text: str) -> Model:
    """A function of the arguments, from a formula as a sentence tells it: 1 - 2 h^2."""
    code = re.sub(r"(?<=[\w)]) (?=[\w(])", " * ", text).replace("^", "**")
    made: Model = eval(f"lambda {arguments}: {code}", {"np": np})
    return made


def formulas(arguments: str, *texts: str) -> dict[str, Model]:
    """Functions of the arguments, by their formulas."""
    return {text: formula(arguments, text) for text in texts}


@cache
def registries(lesson: Lesson) -> dict[str, Mistakes]:
    """The mistakes of a room, by function."""
    found = vars(room_module(lesson, "mistakes")).values()
    return {each.function: each for each in found if isinstance(each, Mistakes)}


def mistakes_of(lesson: Lesson) -> list[Mistake]:
    """All mistakes of a room."""
    return [entry for registry in registries(lesson).values() for entry in registry.entries]


def model_of(lesson: Lesson, function: str) -> Model | None:
    """The model of a room's function, right unless a keyword says otherwise."""
    registry = registries(lesson).get(function)
    return registry.model if registry else None


def borrowed(lesson: Lesson, function: str) -> list[str]:
    """The room's earlier functions that the model of `function` uses."""
    keywords = getattr(model_of(lesson, function), "__kwdefaults__", None) or {}
    earlier = lesson.functions[: lesson.functions.index(function)]
    return [name for name in earlier if name in keywords]


@cache
def singles(lesson: Lesson, function: str) -> list[Mistake]:
    """Every mistake that the results of `function` can show, as a mistake in it."""
    every = [variant for entry in mistakes_of(lesson) for variant in entry.variants()]
    entries = [entry for entry in every if entry.function == function]
    for name in borrowed(lesson, function):
        for entry in every:
            if entry.function == name:
                choice = {name: entry.call}
                call = registries(lesson)[function].with_choice(**choice)
                entries.append(replace(entry, call=call, choice=choice))
    return entries


def pairs(lesson: Lesson, function: str) -> Iterator[tuple[Mistake, Mistake, Model]]:
    """Two slots at once, where they don't fill the same one."""
    if model_of(lesson, function) is None:
        return
    registry = registries(lesson)[function]
    slots = [entry for entry in singles(lesson, function) if entry.choice]
    for k, one in enumerate(slots):
        for other in slots[k + 1 :]:
            if not one.choice.keys() & other.choice.keys():
                yield one, other, registry.with_choice(**one.choice, **other.choice)
    for name in borrowed(lesson, function):  # two slots of one earlier function
        for one, other, call in pairs(lesson, name):
            yield one, other, registry.with_choice(**{name: call})
