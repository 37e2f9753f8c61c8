"""Saving a run so that a kill at any moment loses nothing but the steps since the last save.

A file is written under a new name, forced to the disk, and moved over the old one; a move
is all or nothing.
"""

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from reference.training import State

PARAMETERS = ("U", "W", "V", "b", "c")


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
    new = path.with_name(path.name + ".new")
    try:
        with new.open("wb") as file:
            write(file)
            flush(file)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


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
