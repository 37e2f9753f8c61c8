"""The contract: which lesson holds which functions, and what each must return."""

import importlib.util
import numbers
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from lessons.checking.failure import Wrong, expect

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Lesson:
    """A room: its folder's name, the module that is written in it, the functions."""

    name: str
    module: str
    functions: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The room."""
        return ROOT / "lessons" / self.name

    @property
    def file(self) -> str:
        """The name of the file that is written in the room."""
        return f"{self.module}.py"


@cache
def load_room_file(lesson: Lesson, name: str) -> ModuleType:
    """A file of a room as a module; rooms share file names, so they are loaded by path."""
    path = lesson.folder / name
    spec = importlib.util.spec_from_file_location(f"{path.stem}_{lesson.module}", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LESSONS = {
    lesson.name: lesson
    for lesson in (
        Lesson("01_encoding", "encoding", ("build_vocabulary", "encode", "decode", "one_hot")),
        Lesson("02_forward", "forward", ("softmax", "forward")),
        Lesson("03_loss", "loss", ("cross_entropy", "cost")),
        Lesson(
            "04_backward", "backward", ("output_gradient", "preactivation_gradient", "backward")
        ),
        Lesson("05_gradcheck", "gradcheck", ("numerical_gradients", "relative_error")),
        Lesson("06_adagrad", "adagrad", ("clip", "init_memory", "adagrad_step")),
        Lesson("07_sampling", "sampling", ("sample",)),
        Lesson("08_training", "training", ("initialise", "training_steps", "train")),
    )
}


def from_here(path: Path) -> str:
    """A path as seen from the current folder, with forward slashes."""
    try:
        near = Path(os.path.relpath(path))
    except ValueError:  # on another drive
        near = path
    return (path if near.parts[:3] == ("..", "..", "..") else near).as_posix()


def array(name: str, value: Any, shape: tuple[int, ...], *, finite: bool = True) -> None:
    """Expect a float64 array of `shape`, each way of missing that in its own sentence."""
    returned_something(name, value)
    expect(
        isinstance(value, np.ndarray),
        f"{name} is {describe_type(value)}; expected a NumPy array of shape {shape}.",
    )
    if value.shape != shape:
        transposed = value.ndim == 2 and value.shape[::-1] == shape
        raise Wrong(
            f"{name} has shape {value.shape}; expected {shape}."
            + " Transposed, the shape would be right." * transposed,
            result=value,
        )
    expect(
        value.dtype == np.float64,
        f"{name} holds {value.dtype} numbers; expected float64, NumPy's own default.",
    )
    if finite and not np.isfinite(value).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
        raise Wrong(
            f"{name} holds {value[where]} at {list(where)}; expected finite numbers.", numbers=True
        )


def integers(name: str, value: Any, length: int) -> None:
    """Expect a one-dimensional array of integers."""
    returned_something(name, value)
    expect(
        isinstance(value, np.ndarray),
        f"{name} is {describe_type(value)}; expected a NumPy array of {length} integers.",
    )
    expect(value.shape == (length,), f"{name} has shape {value.shape}; expected ({length},).")
    expect(
        np.issubdtype(value.dtype, np.integer),
        f"{name} holds {value.dtype} numbers; expected integers.",
    )


def number(name: str, value: Any) -> None:
    """Expect a float, which np.float64 is too."""
    returned_something(name, value)
    expect(
        isinstance(value, float),
        f"{name} is {describe_type(value)}; expected a float.",
    )
    if np.isnan(value):
        raise Wrong(f"{name} is nan; expected a number.", numbers=True)


def tensors(name: str, value: Any, like: dict[str, np.ndarray]) -> None:
    """Expect a dict with an array of the same shape for every key of `like`."""
    returned_something(name, value)
    expect(
        isinstance(value, dict),
        f"{name} is {describe_type(value)}; expected a dict with the keys {', '.join(like)}.",
    )
    missing = [key for key in like if key not in value]
    near = [k for k in value if k not in like and any(m in str(k) for m in missing)]
    expect(
        not missing,
        f"{name} has the keys {', '.join(map(str, value)) or 'none'}; "
        f"missing: {', '.join(missing)}."
        + f" The keys are those of params: {', '.join(like)}."
        * bool(near),
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


def forward(result: Any, params: dict[str, np.ndarray], X: np.ndarray, h0: np.ndarray) -> None:
    """P, H and A."""
    returned_something("the result", result)
    expect(
        isinstance(result, tuple | list) and len(result) == 3,
        f"the result is {describe_type(result)}; expected the three arrays P, H and A.",
    )
    (K, m), T = params["V"].shape, X.shape[1]
    for name, value, shape in zip("PHA", result, ((K, T), (m, T + 1), (m, T)), strict=True):
        array(name, value, shape)


def sample(
    result: Any, params: dict[str, np.ndarray], h0: np.ndarray, x0: int, n: int, *_: Any, **__: Any
) -> None:
    """N indices of characters."""
    integers("the result", result, n)
    K = len(params["c"])
    outside = result[(result < 0) | (result >= K)]
    expect(not len(outside), f"the result holds the index {outside[:1]}, outside 0..{K - 1}.")


def step(value: Any, m: int) -> None:
    """One Step of training_steps."""
    returned_something("the step", value)
    for name in ("step", "epoch", "loss", "smooth_loss", "h"):
        expect(hasattr(value, name), f"the step, {describe_type(value)}, has no attribute {name}.")
    for name in ("step", "epoch"):
        whole = getattr(value, name)
        expect(
            isinstance(whole, numbers.Integral),
            f"step.{name} is {describe_type(whole)}; expected an integer.",
        )
    for name in ("loss", "smooth_loss"):
        number(f"step.{name}", getattr(value, name))
    array("step.h", value.h, (m, 1))


def train(result: Any, params: dict[str, np.ndarray], *_: Any, **__: Any) -> None:
    """A Result."""
    returned_something("the result", result)
    for name in ("params", "best_params", "best_loss", "smooth_losses"):
        expect(
            hasattr(result, name),
            f"the result, {describe_type(result)}, has no attribute {name}.",
        )
    tensors("result.params", result.params, params)
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
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    tensors("params", result, {name: np.empty(shape) for name, shape in shapes.items()})


# what each function must return, given the arguments it was called with
RETURNS: dict[str, Callable[..., None]] = {
    "build_vocabulary": build_vocabulary,
    "encode": lambda result, text, *_: integers("the result", result, len(text)),
    "decode": decode,
    "one_hot": lambda result, indices, K: array("the result", result, (K, len(indices))),
    "softmax": lambda result, O: array("the result", result, O.shape),
    "forward": forward,
    "cross_entropy": lambda result, *_: number("the result", result),
    "cost": lambda result, *_: number("the result", result),
    "output_gradient": lambda result, P, Y: array("the result", result, P.shape),
    "preactivation_gradient": lambda result, params, G, H: array(
        "the result", result, (H.shape[0], H.shape[1] - 1)
    ),
    "backward": lambda result, params, *_: tensors("grads", result, params),
    "numerical_gradients": lambda result, loss, params, *_, **__: tensors("grads", result, params),
    "relative_error": lambda result, *_, **__: number("the result", result),
    "clip": lambda result, grads, *_, **__: tensors("the result", result, grads),
    "init_memory": lambda result, params: tensors("memory", result, params),
    "adagrad_step": lambda result, *_, **__: None,  # works in place; what it returns is ignored
    "sample": sample,
    "initialise": weights,
    "training_steps": iterator,
    "train": train,
}

# positions of the arguments that a function changes in place; rng goes on, of course
CHANGED_IN_PLACE = {
    "adagrad_step": (0, 2),
    "sample": (4,),
    "initialise": (2,),
    "training_steps": (0,),
    "train": (0,),
}

# functions whose dict may hold more than the five keys; nothing is asked of the others
FURTHER_KEYS_IGNORED = ("backward", "numerical_gradients")
