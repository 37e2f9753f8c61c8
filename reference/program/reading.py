"""Reading what a run has left: each file is looked at once, and whole, before it is used.

A file may come from a disk that failed, from another version, from a spreadsheet. Whatever is
wrong with it becomes one sentence that names the file and the way out.
"""

import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from reference.program.checkpoint import PARAMETERS, Checkpoint
from reference.program.cli import UserError
from reference.program.options import LIMITS, Options
from reference.training import State

HEADER = "step,epoch,loss,smooth_loss"
Tensors = dict[str, np.ndarray]


class Misfit(Exception):
    """What is wrong with the content of a file, as the end of a sentence."""


def expect(holds: object, what: str) -> None:
    """Raise Misfit unless `holds`."""
    if not holds:
        raise Misfit(what)


def looked_at(path: Path, look: Callable[[bytes], Any], way_out: str) -> Any:
    """What `look` makes of a file; whatever it raises becomes a sentence that ends in `way_out`."""
    try:
        return look(path.read_bytes())
    except Misfit as misfit:
        raise UserError(f"The file {path} does not fit ({misfit}): {way_out}.") from misfit
    except OSError as error:
        raise UserError(f"The file {path} cannot be read ({error.strerror}): {way_out}.") from error
    except Exception as error:  # damage shows in many ways: in the archive, the header, the JSON
        raise UserError(f"The file {path} is damaged: {way_out}.") from error


def load_checkpoint(path: Path) -> Checkpoint:
    """Read what save_checkpoint wrote.

    Raises
    ------
    UserError
        If the file is damaged, or does not hold a run of this program.
    """
    way_out = "restore it from a copy, or start a new run in another folder"
    found: Checkpoint = looked_at(path, checkpoint_in, way_out)
    return found


def load_best(folder: Path) -> tuple[Tensors, str]:
    """Read the parameters and the characters that save_best wrote.

    Raises
    ------
    UserError
        If the folder holds no run, or the file is damaged or holds something else.
    """
    path = folder / "best.npz"
    if not path.exists():
        raise UserError(f"There is no run with weights in {folder}: check the folder.")
    found: tuple[Tensors, str] = looked_at(path, best_in, "train again, or resume the run")
    return found


@dataclass(frozen=True)
class Curve:
    """The rows of a run's curve.csv."""

    steps: np.ndarray  # (n,)
    smooth_losses: np.ndarray  # (n,), in nats a window


def load_curve(path: Path, size: int | None = None) -> Curve:
    """Read a run's curve, or its first `size` bytes.

    Raises
    ------
    UserError
        If the file is missing or shorter, or is not as the program wrote it.
    """
    way_out = "restore it from a copy, or start a new run in another folder"
    found: Curve = looked_at(path, lambda raw: curve_in(raw, size), way_out)
    return found


def curve_in(raw: bytes, size: int | None) -> Curve:
    """The rows of a curve."""
    expect(size is None or len(raw) >= size, "it is shorter than when the run was saved")
    header, *lines = raw[:size].decode("utf-8").splitlines() or [""]
    expect(header == HEADER, f"its first line is {header[:60]!r}, not {HEADER!r}")
    rows = [line.split(",") for line in lines]
    for row, line in zip(rows, lines, strict=True):
        expect(len(row) == 4 and row[0].isdecimal(), f"the row {line[:60]!r} is not a step's")
    table = np.array([[float(entry) for entry in row] for row in rows]).reshape(-1, 4)
    expect(np.isfinite(table).all(), "it holds numbers that are not finite")
    steps = table[:, 0]
    expect((np.diff(steps) > 0).all(), "its steps do not rise from row to row")
    return Curve(steps, table[:, 3])


def arrays_in(raw: bytes) -> Tensors:
    """The arrays of an .npz archive."""
    with np.load(io.BytesIO(raw), allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def best_in(raw: bytes) -> tuple[Tensors, str]:
    """Parameters and characters of a best.npz."""
    arrays = arrays_in(raw)
    codes = taken(arrays, "vocabulary")
    expect(codes.ndim == 1 and codes.dtype.kind == "i" and len(codes), "its vocabulary is no list")
    expect((codes >= 0).all() and (codes < 0x110000).all(), "its vocabulary is not of characters")
    expect((np.diff(codes) > 0).all(), "its vocabulary is not in order")
    params = tensors_in(arrays, "", len(taken(arrays, "b")), len(codes))
    return params, "".join(chr(code) for code in codes)


def checkpoint_in(raw: bytes) -> Checkpoint:
    """The checkpoint in a file."""
    arrays = arrays_in(raw)
    meta = json.loads(str(taken(arrays, "meta")))
    expect(
        isinstance(meta, dict)
        and meta.keys() == {"state", "rng", "sha256", "options", "sizes", "published"},
        "it is of another version of this program, with another description",
    )
    options, state, sizes, sha256 = (meta[name] for name in ("options", "state", "sizes", "sha256"))
    options_in(options)
    m, K = options["hidden"], len(taken(arrays, "params/c"))
    groups: dict[str, Any] = {
        group: tensors_in(arrays, f"{group}/", m, K) for group in ("params", "memory")
    }
    for name, tensor in groups["memory"].items():
        expect((tensor >= 0).all(), f"memory/{name} has entries below 0")
    groups["best_params"] = (
        tensors_in(arrays, "best_params/", m, K) if "best_params/c" in arrays else None
    )
    h = tensor_in(arrays, "h", (m, 1))
    scalars_in(state, begun=groups["best_params"] is not None)
    expect(
        isinstance(sizes, dict) and sizes.keys() == {"curve.csv", "samples.txt"},
        "it does not say how long the run's files are",
    )
    expect(all(whole(size, 0) for size in sizes.values()), "a file's length is no length")
    published = {step: loss for step, loss in meta["published"]}
    expect(
        all(whole(step, 0) and finite(loss) for step, loss in published.items()),
        "its published steps are no numbers",
    )
    expect(isinstance(sha256, str), "it does not name its text")
    rng = np.random.default_rng()
    rng.bit_generator.state = meta["rng"]
    same = rng.bit_generator.state == meta["rng"] and meta["rng"]["has_uint32"] in (0, 1)
    expect(same, "its generator's state is not one")
    return Checkpoint(State(h=h, **groups, **state), rng, sha256, options, sizes, published)


def options_in(options: Any) -> None:
    """Look at the options of a run: all of them, and nothing that could not have been asked for."""
    expect(
        isinstance(options, dict) and options.keys() == {field.name for field in fields(Options)},
        "it is of another version of this program, with other options",
    )
    for name, value in options.items():
        where = f"its option {name} is {str(value)[:40]}"
        if name in LIMITS:
            kind, low, high = LIMITS[name]
            optional = name == "steps" and value is None
            right = whole(value, low, high) if kind is int else finite(value, low, high)
            expect(optional or right, where)
        elif name in ("as_published", "fast"):
            expect(isinstance(value, bool), where)
        else:
            expect(isinstance(value, str) or (name == "text" and value is None), where)


def scalars_in(state: Any, *, begun: bool) -> None:
    """Look at the numbers of a run's state."""
    counts, losses = ("start", "epoch", "step"), ("smooth_loss", "best_loss")
    expect(
        isinstance(state, dict) and state.keys() == {*counts, *losses},
        "it is of another version of this program, with another state",
    )
    for name in counts:
        expect(whole(state[name], 0), f"its {name} is {str(state[name])[:40]}")
    expect(begun == (state["step"] > 0), "its best weights do not fit its step")
    for name in losses:
        fits = finite(state[name], 0) or (not begun and state[name] in (None, math.inf))
        expect(fits, f"its {name} is {str(state[name])[:40]}")
    if begun:
        expect(state["best_loss"] <= state["smooth_loss"], "its best loss is not the smallest")


def taken(table: Any, name: str) -> Any:
    """An entry that has to be there."""
    expect(name in table, f"it has no {name}")
    return table[name]


def tensors_in(arrays: Tensors, prefix: str, m: int, K: int) -> Tensors:
    """Five tensors of the right shapes, finite."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1)}
    return {name: tensor_in(arrays, prefix + name, shapes[name]) for name in PARAMETERS}


def tensor_in(arrays: Tensors, name: str, shape: tuple[int, ...]) -> np.ndarray:
    """An array of the right shape, float64 and finite."""
    tensor = taken(arrays, name)
    expect(tensor.shape == shape, f"{name} has shape {tensor.shape}; expected {shape}")
    expect(tensor.dtype == np.float64, f"{name} holds {tensor.dtype}; expected float64")
    expect(np.isfinite(tensor).all(), f"{name} holds numbers that are not finite")
    return tensor


def whole(value: Any, low: float, high: float = math.inf) -> bool:
    """Whether a value is a whole number from low to high."""
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def finite(value: Any, low: float = -math.inf, high: float = math.inf) -> bool:
    """Whether a value is a finite number from low to high."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value) and low <= value <= high
