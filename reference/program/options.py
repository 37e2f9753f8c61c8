"""The options of a training run, and the file that records them."""

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from reference import training
from reference.program import published
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError
from reference.program.corpus import Corpus, corpus_path

SIGMA = 0.01
MANY = 10**9
LIMITS: dict[str, tuple[type, float, float]] = {  # of the options that are numbers
    "epochs": (int, 1, MANY),
    "steps": (int, 1, MANY),
    "seed": (int, 0, 2**32 - 1),
    "hidden": (int, 1, 100_000),
    "seq_length": (int, 1, MANY),
    "eta": (float, 1e-12, 10),
    "log_every": (int, 1, MANY),
    "sample_every": (int, 1, MANY),
}


@dataclass(frozen=True)
class Options:
    """What a run is asked to do; steps and epochs may change when it is resumed."""

    text: str | None = None
    corpus: str = "tidewright"
    epochs: int = 6
    steps: int | None = None
    seed: int = 41
    hidden: int = 100
    seq_length: int = 25
    eta: float = 0.1
    log_every: int = 100
    sample_every: int = 10_000
    as_published: bool = False
    fast: bool = False

    def source(self) -> Path:
        """The file of the text."""
        return corpus_path(self.corpus) if self.text is None else Path(self.text)

    def update(self) -> Callable[..., tuple[float, np.ndarray]]:
        """The update that these options ask for."""
        if self.as_published and self.fast:
            raise UserError("--fast cannot follow the notebook's order: leave one of them out.")
        if self.as_published:
            return published.update
        if self.fast:
            try:
                from reference.program import fast
            except ModuleNotFoundError as error:
                raise UserError(
                    "--fast needs the package numba: install it with "
                    'python -m pip install -e ".[fast]", or leave --fast out.'
                ) from error
            return fast.update
        return training.update


def write_config(options: Options, folder: Path, corpus: Corpus) -> None:
    """Write config.json: enough to repeat the run."""
    packages = ("numpy", "matplotlib", "rich", "threadpoolctl") + ("numba",) * options.fast
    config = {
        "options": asdict(options) | {"sigma": SIGMA},
        "text": {
            "path": str(corpus.path),
            "sha256": corpus.sha256,
            "characters": len(corpus.indices),
            "vocabulary": len(corpus.characters),
        },
        "versions": {"python": platform.python_version(), "platform": platform.platform()}
        | {name: version(name) for name in packages},
    }
    text = json.dumps(config, indent=2, ensure_ascii=False) + "\n"
    write_atomically(folder / "config.json", lambda file: file.write(text.encode()))
