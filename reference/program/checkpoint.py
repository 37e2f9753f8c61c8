"""Saving a run so that a kill at any moment loses nothing but the steps since the last save.

A file is written under a new name, forced to the disk, and moved over the old one; a move
is all or nothing.
"""

import glob
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import numpy as np

from reference.training import State

PARAMETERS = ("U", "W", "V", "b", "c")
LEFT = 3600.0  # seconds after which a new file is one that a killed process has left
PAUSES = (0.01, 0.05, 0.2, 0.5) if sys.platform == "win32" else ()  # seconds
T = TypeVar("T")


@dataclass
class Checkpoint:
    """All that a run needs to go on as though it had never stopped."""

    state: State
    rng: np.random.Generator
    sha256: str  # of the text
    options: dict[str, Any]  # those that shape the curve
    sizes: dict[str, int]  # bytes of curve.csv and samples.txt at this step
    published: dict[int, float]  # smoothed loss at the published steps


def write_atomically(path: Path, write: Callable[[BinaryIO], Any]) -> None:
    """Call `write` on a new file beside `path`, then move it there."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")  # of this process, if several write it
    try:
        with new.open("wb") as file:
            write(file)
            flush(file)
        patiently(lambda: new.replace(path))
    finally:
        new.unlink(missing_ok=True)
    for left in path.parent.glob(f"{glob.escape(path.name)}.*.new"):
        with suppress(OSError):  # another process may take it away at this moment
            if time.time() - left.stat().st_mtime > LEFT:
                left.unlink()


def patiently(action: Callable[[], T]) -> T:
    """Return action(); Windows refuses it for a moment while another program has the file."""
    for pause in PAUSES:
        try:
            return action()
        except PermissionError:
            time.sleep(pause)
    return action()


def flush(file: BinaryIO) -> None:
    """Force what was written to the disk."""
    file.flush()
    os.fsync(file.fileno())


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint as .npz: arrays as they are, all else as JSON."""
    state = asdict(checkpoint.state)
    arrays: dict[str, Any] = {"h": state.pop("h")}
    for group in ("params", "memory", "best_params"):
        tensors = state.pop(group)
        if tensors is not None:
            arrays |= {f"{group}/{name}": tensors[name] for name in PARAMETERS}
    meta = {
        "state": state,
        "rng": checkpoint.rng.bit_generator.state,
        "sha256": checkpoint.sha256,
        "options": checkpoint.options,
        "sizes": checkpoint.sizes,
        "published": list(checkpoint.published.items()),
    }
    write_atomically(path, lambda file: np.savez(file, meta=np.array(json.dumps(meta)), **arrays))


def save_best(folder: Path, params: dict[str, np.ndarray], characters: str) -> None:
    """Write best.npz: parameters, and the vocabulary as code points."""
    arrays: dict[str, Any] = {"vocabulary": np.array([ord(c) for c in characters])} | params
    write_atomically(folder / "best.npz", lambda file: np.savez(file, **arrays))
