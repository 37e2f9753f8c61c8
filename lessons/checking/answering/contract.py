"""A lesson's contract: the record that a room declares, and what a result is looked at for."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lessons.checking.answering.failure import Wrong


@dataclass(frozen=True)
class Stream:
    """What comes one by one out of a function that returns an iterator."""

    expected: Callable[..., int]  # how many, given the call's arguments and options
    item: Callable[..., None]  # looks at one of them, given also the call's arguments


@dataclass(frozen=True)
class Contracted:
    """A function of the contract, and how its calls are looked at."""

    name: str
    returns: Callable[..., None]  # looks at a result, given the call's arguments and options
    in_place: tuple[int, ...] = ()  # positions of arguments that may change; rng goes on, of course
    result_ignored: bool = False  # it works in place, and nothing is asked of what it returns
    stream: Stream | None = None
    further_keys: bool = False  # its dict may hold more than the five keys
    attributes: tuple[str, ...] = ()  # of the objects that it returns
    hashed: bool = False  # its result may hang on the hashes of a process, which differ
    advice: str = "it should stay as it is"  # where it changes another argument


@dataclass(frozen=True)
class Lesson:
    """A room: the module that is written in it, what it is about, its functions."""

    folder: Path
    module: str
    contracts: tuple[Contracted, ...]
    builds: str  # what a student builds, for the tables of lessons
    idea: str  # what it teaches
    hours: int  # an estimate
    use: str = ""  # which command uses it, once it is right

    @property
    def name(self) -> str:
        """The name of the room, 04_backward."""
        return self.folder.name

    @property
    def file(self) -> str:
        """The name of the file that is written in the room."""
        return f"{self.module}.py"

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the functions, in the order in which they build on each other."""
        return tuple(contracted.name for contracted in self.contracts)


def shapes(m: int, K: int) -> dict[str, tuple[int, int]]:
    """The shapes of the five tensors."""
    return {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}


def array(name: str, value: Any, shape: tuple[int, ...], *, finite: bool = True) -> None:
    """Expect a float64 array of `shape`, each way of missing that in its own sentence."""
    returned_something(name, value)
    if not isinstance(value, np.ndarray):
        raise Wrong(f"{name} is {describe_type(value)}; expected a NumPy array of shape {shape}.")
    if value.shape != shape:
        transposed = value.ndim == 2 and value.shape[::-1] == shape
        raise Wrong(
            f"{name} has shape {value.shape}; expected {shape}."
            + " Transposed, the shape would be right." * transposed,
            result=value,
        )
    if value.dtype != np.float64:
        raise Wrong(f"{name} holds {value.dtype} numbers; expected float64, NumPy's own default.")
    if finite and not np.isfinite(value).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
        raise Wrong(
            f"{name} holds {value[where]} at {list(where)}; expected finite numbers.", numbers=True
        )


def integers(name: str, value: Any, length: int) -> None:
    """Expect a one-dimensional array of integers."""
    returned_something(name, value)
    if not isinstance(value, np.ndarray):
        what = describe_type(value)
        raise Wrong(f"{name} is {what}; expected a NumPy array of {length} integers.")
    if value.shape != (length,):
        raise Wrong(f"{name} has shape {value.shape}; expected ({length},).")
    if value.dtype.kind not in "iu":
        raise Wrong(f"{name} holds {value.dtype} numbers; expected integers.")


def number(name: str, value: Any) -> None:
    """Expect a float, which np.float64 is too."""
    returned_something(name, value)
    if not isinstance(value, float):
        raise Wrong(f"{name} is {describe_type(value)}; expected a float.")
    if np.isnan(value):
        raise Wrong(f"{name} is nan; expected a number.", numbers=True)


def tensors(name: str, value: Any, like: dict[str, np.ndarray]) -> None:
    """Expect a dict with an array of the same shape for every key of `like`."""
    returned_something(name, value)
    if not isinstance(value, dict):
        keys = ", ".join(like)
        raise Wrong(f"{name} is {describe_type(value)}; expected a dict with the keys {keys}.")
    missing = [key for key in like if key not in value]
    if missing:
        near = [k for k in value if k not in like and any(m in str(k) for m in missing)]
        has = f"has the keys {', '.join(map(str, value))}" if value else "is an empty dict"
        raise Wrong(
            f"{name} {has}; missing: {', '.join(missing)}."
            + f" The keys are those of params: {', '.join(like)}." * bool(near),
        )
    for key, tensor in like.items():
        array(f'{name}["{key}"]', value[key], tensor.shape)


def returned_something(name: str, value: Any) -> None:
    """Expect anything but None."""
    if value is None:
        raise Wrong(f"{name} is None; expected a value. Was it printed, or is a `return` missing?")


def describe_type(value: Any) -> str:
    """What `value` is, in a few words."""
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    kind = type(value).__name__
    return f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"
