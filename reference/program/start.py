"""Where a run begins: in a folder of its own, or at the checkpoint of an earlier one."""

from dataclasses import asdict
from pathlib import Path

import numpy as np

from reference import training
from reference.program import checkpoint, published
from reference.program.checkpoint import Checkpoint
from reference.program.cli import UserError
from reference.program.corpus import Corpus
from reference.program.options import SIGMA, Options

RUNS = Path("runs")
OUTPUTS = ("checkpoint.npz", "config.json", "curve.csv", "samples.txt", "best.npz", "loss.png")


def new_folder(out: str | None) -> Path:
    """The folder of a new run: `out`, or the next free number under runs/."""
    if out is None:
        taken = [int(path.name) for path in RUNS.glob("*") if path.name.isdecimal()]
        return RUNS / f"{max(taken, default=0) + 1:03d}"
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise UserError(f"{folder} is a file: choose a folder with --out.")
    held = [name for name in OUTPUTS if (folder / name).exists()]
    if held:
        raise UserError(
            f"The folder {folder} already holds a run ({held[0]}): "
            "add --resume to go on with it, or choose another folder with --out."
        )
    return folder


def old_folder(out: str | None) -> Path:
    """The folder of the run to resume: `out`, or the newest one under runs/."""
    if out is not None:
        folder = Path(out)
        killed_at_once = folder.is_dir() and not any((folder / name).exists() for name in OUTPUTS)
        if not killed_at_once and not (folder / "checkpoint.npz").exists():
            raise UserError(f"There is no run to resume in {folder}: check the folder after --out.")
        return folder
    saved = list(RUNS.glob("*/checkpoint.npz"))
    if not saved:
        raise UserError(
            "There is no run to resume under runs/ in this folder: name its folder with --out."
        )
    return max(saved, key=lambda path: path.stat().st_mtime_ns).parent


def begin(options: Options, folder: Path, corpus: Corpus) -> Checkpoint:
    """Make the folder and save the checkpoint before the first step."""
    if len(corpus.indices) <= options.seq_length:
        raise UserError(
            f"The text {corpus.path} has {len(corpus.indices):,} characters, fewer than one "
            f"window and its target need ({options.seq_length + 1:,}): choose a longer text "
            "or a smaller --seq-length."
        )
    rng = np.random.default_rng(options.seed)
    weights_rng = np.random.RandomState(options.seed) if options.as_published else rng
    params = training.initialise(len(corpus.characters), options.hidden, weights_rng, SIGMA)
    state = training.begin(params)
    if options.as_published:
        published.start_smoothing(state, corpus.indices, options.seq_length)
    sizes = {"curve.csv": 0, "samples.txt": 0}
    first = Checkpoint(state, rng, corpus.sha256, asdict(options), sizes, {})
    folder.mkdir(parents=True, exist_ok=True)
    checkpoint.save_checkpoint(folder / "checkpoint.npz", first)
    return first


def resume(saved: Checkpoint, options: Options, folder: Path, corpus: Corpus) -> Checkpoint:
    """The saved checkpoint with new options, if it belongs to this text and to them."""
    if saved.sha256 != corpus.sha256:
        raise UserError(
            f"The run in {folder} was trained on another text than {corpus.path}: "
            "give its own text, or start a new run in another folder."
        )
    for name, value in asdict(options).items():
        if name not in ("steps", "epochs", "text", "corpus") and saved.options[name] != value:
            raise UserError(
                f"The run in {folder} has --{name.replace('_', '-')} {saved.options[name]}, "
                f"not {value}: leave the option out, or start a new run in another folder."
            )
    for name, size in saved.sizes.items():
        path = folder / name
        if size and (not path.exists() or path.stat().st_size < size):
            raise UserError(
                f"The file {path} is missing or shorter than when the run was saved: "
                "restore it from a copy, or start a new run in another folder."
            )
    saved.options = asdict(options)
    return saved
