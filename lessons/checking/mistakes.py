"""Known mistakes: wrong functions that people really write, each with its sentence and hint.

A room's mistakes.py holds two kinds. A decorated function is a mistake as a whole. A slot is
a choice of keywords for the function's model, which MODELS names; slots with other keywords
combine to pairs. A model's keyword that is named like an earlier function of the room takes
that function's mistakes too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, partial
from typing import Any

from lessons.checking.contract import Lesson, load_room_file


@dataclass(frozen=True, eq=False)
class Mistake:
    """A wrong function that stands in for a contract function."""

    function: str  # the contract function
    sentence: str  # what is wrong with it; {value} stands for the number that was found
    hint: str  # points at the idea, without the code
    call: Callable[..., Any]
    name: str = ""
    choice: dict[str, Any] = field(default_factory=dict)  # of the model's keywords, for a slot
    values: tuple[Any, ...] = ()  # wrong numbers, for a mistake with a number in it

    def variants(self) -> list["Mistake"]:
        """The mistake with each of its numbers; itself if it has none."""
        return [
            replace(
                self,
                sentence=self.sentence.format(value=value),
                call=partial(self.call, value=value),
                values=(),
            )
            for value in self.values
        ] or [self]


def mistake(
    function: str, sentence: str, hint: str, *, values: tuple[Any, ...] = (), **choice: Any
) -> Any:
    """Register a mistake in `function`: a slot, or without a choice the decorated function.

    The function of a mistake with `values` takes one of them as its keyword `value`.
    """
    if choice:
        return Mistake(function, sentence, hint, partial(print), choice=choice)
    return lambda call: Mistake(function, sentence, hint, call, values=values)


@cache
def mistakes_of(lesson: Lesson) -> tuple[Mistake, ...]:
    """All mistakes of a room's mistakes.py, in its order."""
    entries = []
    models = models_of(lesson)
    for name, entry in found_in(vars(load_room_file(lesson, "mistakes.py"))):
        call = partial(models[entry.function], **entry.choice) if entry.choice else entry.call
        if entry.values:
            call = partial(call, value=entry.values[0])
        entries.append(replace(entry, name=name, call=call))
    return tuple(entries)


def found_in(names: dict[str, Any]) -> Iterator[tuple[str, Mistake]]:
    """The mistakes among a module's names, and in its dicts of mistakes."""
    for name, value in names.items():
        if isinstance(value, Mistake):
            yield name, value
        elif isinstance(value, dict) and not name.startswith("_"):
            yield from found_in(value)


def models_of(lesson: Lesson) -> dict[str, Callable[..., Any]]:
    """The models of a room's functions, right unless a keyword says otherwise."""
    return getattr(load_room_file(lesson, "mistakes.py"), "MODELS", {})


def borrowed(lesson: Lesson, function: str) -> list[str]:
    """The room's earlier functions that the model of `function` uses."""
    keywords = getattr(models_of(lesson).get(function), "__kwdefaults__", None) or {}
    earlier = lesson.functions[: lesson.functions.index(function)]
    return [name for name in earlier if name in keywords]


@cache
def singles(lesson: Lesson, function: str) -> list[Mistake]:
    """Every mistake that the results of `function` can show, as a mistake in it."""
    every = [variant for entry in mistakes_of(lesson) for variant in entry.variants()]
    entries = [entry for entry in every if entry.function == function]
    for name in borrowed(lesson, function):
        model = models_of(lesson)[function]
        for entry in every:
            if entry.function == name:
                choice = {name: entry.call}
                entries.append(replace(entry, call=partial(model, **choice), choice=choice))
    return entries


def pairs(lesson: Lesson, function: str) -> Iterator[tuple[Mistake, Mistake, Callable[..., Any]]]:
    """Two slots at once, where they don't fill the same one."""
    if function not in models_of(lesson):
        return
    model = models_of(lesson)[function]
    slots = [entry for entry in singles(lesson, function) if entry.choice]
    for k, one in enumerate(slots):
        for other in slots[k + 1 :]:
            if not one.choice.keys() & other.choice.keys():
                yield one, other, partial(model, **one.choice, **other.choice)
    for name in borrowed(lesson, function):  # two slots of one earlier function
        for one, other, call in pairs(lesson, name):
            yield one, other, partial(model, **{name: call})
