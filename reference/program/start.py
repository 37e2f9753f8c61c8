"""Where a run begins: in a folder of its own, or at the checkpoint of an earlier one.

Nothing is written before all that can be refused has been, and a folder belongs to one run at a
time: its lock dies with the process that holds it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from reference import training
from reference.program import checkpoint, curves, published, reading
from reference.program.checkpoint import Checkpoint
from reference.program.cli import UserError
from reference.program.corpus import Corpus
from reference.program.options import SIGMA, Options

RUNS = Path("runs")
CHECKPOINT = "checkpoint.npz"
OUTPUTS = (CHECKPOINT, "config.json", "curve.csv", "samples.txt", "best.npz", "loss.png")
MOST_WEIGHTS = 50_000_000  # with their memory, gradients and the best ones, some 2 GB


def new_folder(out: str) -> Path:
    """The folder of a new run, if it holds none yet."""
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
        if not (Path(out) / CHECKPOINT).is_file():
            raise UserError(
                f"There is no run to resume in {out}: check the folder after --out, "
                "or leave --resume out to start a new run."
            )
        return Path(out)
    saved = list(RUNS.glob(f"*/{CHECKPOINT}"))
    if not saved:
        raise UserError(
            "There is no run to resume under runs/ in this folder: name its folder with --out."
        )
    return max(saved, key=lambda path: path.stat().st_mtime_ns).parent


@contextmanager
def claimed(folder: Path | None) -> Iterator[Path]:
    """A folder that no other run is at work in; for None a new one under runs/."""
    if folder is None:
        folder = next_number()
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise UserError(
            f"Another run is at work in {folder}: wait until it ends, "
            "or choose another folder with --out."
        ) from None
    except NotImplementedError:
        raise UserError(
            f"The disk of {folder} cannot lock files: choose a folder on another one with --out."
        ) from None
    with lock:
        yield folder


def next_number() -> Path:
    """The next free folder under runs/, made by this call and by no other."""
    number = max((int(p.name) for p in RUNS.glob("*") if p.name.isdecimal()), default=0)
    while True:
        number += 1
        folder = RUNS / f"{number:03d}"
        try:
            folder.mkdir(parents=True)
        except FileExistsError:  # another run was quicker
            continue
        return folder


def check(options: Options, corpus: Corpus) -> None:
    """Refuse a text that is too short for a window, or has too many characters."""
    if len(corpus.indices) <= options.seq_length:
        raise UserError(
            f"The text {corpus.path} has {len(corpus.indices):,} characters, fewer than one "
            f"window and its target need ({options.seq_length + 1:,}): choose a longer text "
            "or a smaller --seq-length."
        )
    m, K = options.hidden, len(corpus.characters)
    weights = m * (2 * K + m)
    if weights > MOST_WEIGHTS:
        raise UserError(
            f"{K:,} different characters in {corpus.path} and --hidden {m:,} make {weights:,} "
            f"weights, more than {MOST_WEIGHTS:,}: choose another text or a smaller --hidden."
        )


def begin(options: Options, folder: Path, corpus: Corpus) -> Checkpoint:
    """Save the checkpoint before the first step, with all options in it."""
    rng = np.random.default_rng(options.seed)
    weights_rng = np.random.RandomState(options.seed) if options.as_published else rng
    params = training.initialise(len(corpus.characters), options.hidden, weights_rng, SIGMA)
    state = training.begin(params)
    if options.as_published:
        published.start_smoothing(state, corpus.indices, options.seq_length)
    sizes = {"curve.csv": 0, "samples.txt": 0}
    first = Checkpoint(state, rng, corpus.sha256, asdict(options), sizes, {})
    checkpoint.save_checkpoint(folder / CHECKPOINT, first)
    return first


def resume(folder: Path, options: Options, corpus: Corpus) -> Checkpoint:
    """The saved checkpoint with new options, if it belongs to this text and to them."""
    saved = reading.load_checkpoint(folder / CHECKPOINT)
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
    state, T = saved.state, options.seq_length
    place = state.epoch * ((len(corpus.indices) - 1) // T) + state.start // T
    published_steps = {step for step in curves.published_losses() if step < state.step}
    if (
        len(state.params["c"]) != len(corpus.characters)
        or state.step != place
        or saved.published.keys() != published_steps
    ):
        raise UserError(
            f"The file {folder / CHECKPOINT} does not fit its text: "
            "restore it from a copy, or start a new run in another folder."
        )
    for name, size in saved.sizes.items():
        path = folder / name
        if size and (not path.is_file() or path.stat().st_size < size):
            raise UserError(
                f"The file {path} is missing or shorter than when the run was saved: "
                "restore it from a copy, or start a new run in another folder."
            )
    if saved.sizes["curve.csv"]:
        reading.load_curve(folder / "curve.csv", saved.sizes["curve.csv"])
    saved.options = asdict(options)
    return saved
