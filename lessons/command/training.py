"""`unrolled train`: the student's own network on a whole text, and what is left of the run."""

import argparse
import itertools
import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from lessons.checking.answering.rooms import from_here
from lessons.command import own, picture
from reference.program import curves, start
from reference.program.checkpoint import PARAMETERS, save_best, write_atomically
from reference.program.cli import UserError, number
from reference.program.corpus import Corpus, corpus_path, load_corpus
from reference.program.display import Display
from reference.program.options import LIMITS, Options, write_config
from reference.program.reading import HEADER, load_curve

PIECES = ("encoding", "forward", "loss", "backward", "adagrad", "sampling", "training")
LEARNING = tuple(name for name in PIECES if name != "sampling")  # these shape the curve
MARK = "pieces.json"  # in the folders of these runs: whose the pieces were
SEQ_LENGTH = 25
ROWS = 200  # of curve.csv, at least, in a run that has so many steps
EARLY = (1, 100, 1_000, 3_000)  # updates after which the network writes, beside every 10,000th
SAVE_EVERY = 5.0  # seconds

Row = tuple[int, int, float, float]  # step, epoch, loss, smoothed loss
Text = tuple[str, str]  # when the network wrote it, and what


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `unrolled train`."""
    add = parser.add_argument
    add("--text", metavar="FILE", help="a UTF-8 text to train on (default: the novel in data/)")
    add(
        "--epochs",
        type=number(*LIMITS["epochs"]),
        default=1,
        metavar="N",
        help="times through the text (default: 1; the reference's recorded run has 6)",
    )
    add("--steps", type=number(*LIMITS["steps"]), metavar="N", help="stop after so many updates")
    add(
        "--hidden",
        type=number(*LIMITS["hidden"]),
        default=100,
        metavar="M",
        help="hidden units m (default: 100)",
    )
    add(
        "--seed",
        type=number(*LIMITS["seed"]),
        default=41,
        metavar="S",
        help="of all random draws (default: 41)",
    )
    add("--out", metavar="DIR", help="folder for what the run leaves (default: a new one in runs/)")
    own.add_arguments(parser)
    parser.epilog = (
        "Pieces that are not right yet come from the reference. Ctrl-C ends a run; what it has "
        "reached is kept."
    )


def run(given: argparse.Namespace) -> int:
    """Train as the command line says."""
    options = Options(
        text=given.text and str(Path(given.text).resolve()),
        epochs=given.epochs,
        steps=given.steps,
        seed=given.seed,
        hidden=given.hidden,
        seq_length=SEQ_LENGTH,
    )
    folder = None if given.out is None else new_folder(given.out)
    corpus = load_corpus(options.source())
    if len(corpus.indices) <= SEQ_LENGTH:
        raise UserError(
            f"The text {corpus.path} has {len(corpus.indices)} characters; "
            f"at least {SEQ_LENGTH + 1} are needed: choose a longer one."
        )
    start.check(options, corpus)
    network = own.network_for(given)
    with start.claimed(folder) as folder:
        Training(network, options, corpus, folder).go()
    return 0


def new_folder(out: str) -> Path:
    """The folder of --out, if nothing is in it yet."""
    folder = Path(out)
    if out == "" or (folder.exists() and not folder.is_dir()):
        raise UserError(f"--out {out or 'is empty'}: name a folder.")
    if folder.is_dir() and any(file.name != ".lock" for file in folder.iterdir()):
        raise UserError(f"The folder {folder} is not empty: choose another one with --out.")
    return folder


@dataclass
class Reached:
    """What a run has come to: its curve, its texts, its best weights."""

    done: int = 0  # steps
    last: Row | None = None  # of the last step
    rows: list[Row] = field(default_factory=list)  # of curve.csv
    texts: list[str] = field(default_factory=list)
    best_loss: float = math.inf
    best: dict[str, np.ndarray] = field(default_factory=dict)

    def note(self, step: Any, params: dict[str, np.ndarray], every: int) -> None:
        """Take a step in."""
        self.last = (self.done, int(step.epoch), float(step.loss), float(step.smooth_loss))
        if self.done % every == 0:
            self.rows.append(self.last)
        if step.smooth_loss < self.best_loss:
            self.best = {name: params[name].copy() for name in PARAMETERS}
            self.best_loss = float(step.smooth_loss)
        self.done += 1

    def curve(self) -> list[Row]:
        """The rows, and that of the last step."""
        if self.last is None or self.last in self.rows[-1:]:
            return self.rows
        return [*self.rows, self.last]

    def save(self, folder: Path, characters: str) -> None:
        """Write all of it, each file in one move."""
        lines = [",".join(map(repr, row)) + "\n" for row in self.curve()]
        written(folder / "curve.csv", "".join([HEADER + "\n", *lines]))
        written(folder / "samples.txt", "".join(self.texts))
        save_best(folder, self.best, characters)


class Training:
    """One run: the steps come from the student's training_steps, all else is done beside it."""

    def __init__(
        self, network: own.Network, options: Options, corpus: Corpus, folder: Path
    ) -> None:
        self.network, self.options, self.corpus, self.folder = network, options, corpus, folder
        self.windows = (len(corpus.indices) - 1) // SEQ_LENGTH  # of an epoch
        whole = options.epochs * self.windows
        self.total = min(whole, options.steps or whole)
        self.rng = np.random.default_rng(options.seed)
        self.reached = Reached()

    def go(self) -> None:
        """Work to the end; whatever stops it before, what was reached is saved."""
        write_config(self.options, self.folder, self.corpus)
        pieces = {name: piece.verdict for name, piece in self.network.pieces.items() if piece.taken}
        written(self.folder / MARK, json.dumps({"yours": pieces}, indent=2) + "\n")
        self.introduce()
        try:
            with threadpool_limits(1, user_api="blas"), np.errstate(all="ignore"):
                self.work()
        except KeyboardInterrupt:
            self.finish()
            steps = f"after {self.reached.done:,} steps" if self.reached.done else "at the start"
            raise KeyboardInterrupt(f"Interrupted {steps}.") from None
        except UserError:
            self.finish()
            raise
        self.finish()

    def introduce(self) -> None:
        """Say whose pieces these are, and what they are to learn."""
        for line in [*self.network.whose(*PIECES), *self.corpus.remarks]:
            own.say(line)
        K = len(self.corpus.characters)
        own.say(
            f"{self.corpus.path.name}: {len(self.corpus.indices):,} characters, {K} different; "
            f"guessing costs {SEQ_LENGTH} ln {K} = {SEQ_LENGTH * math.log(K):.2f} nats a window."
        )

    def work(self) -> None:
        """Make the steps, and show them; save what was reached now and then."""
        made = self.steps()
        first = next(made)  # some answers prepare the whole text now, which is no step's time
        reached, saved = self.reached, time.monotonic()
        with Display(quiet=False, done=0, total=self.total, epochs=self.options.epochs) as display:
            for step, text in itertools.chain([first], made):
                display.step(reached.done, step.epoch, step.smooth_loss)
                if text:
                    display.sample(*text)
                if time.monotonic() > saved + SAVE_EVERY:
                    reached.save(self.folder, self.corpus.characters)
                    saved = time.monotonic()
            display.sample(*self.last_text())

    def steps(self) -> Iterator[tuple[Any, Text | None]]:
        """Make the steps one by one, each with what the network writes after it, if it does."""
        K, self.indices = self.encoded()
        params = self.network.function("initialise").in_place(K, self.options.hidden, self.rng)
        steps = self.network.function("training_steps").in_place(
            params, self.indices, K, seq_length=SEQ_LENGTH, epochs=self.options.epochs
        )
        reached, every = self.reached, max(1, min(100, self.total // ROWS))
        for step in itertools.islice(steps, self.total):
            if not math.isfinite(step.smooth_loss):
                raise UserError(
                    f"The loss is {step.loss} at step {reached.done:,}; that is the end."
                )
            reached.note(step, params, every)
            if reached.done % every == 1 % every:
                self.look_at(params)
            text = None
            if reached.done in EARLY or reached.done % 10_000 == 0:
                here = int(self.indices[reached.done % self.windows * SEQ_LENGTH])
                when = f"step {reached.done:,}, smoothed loss {step.smooth_loss:.2f}"
                text = when, self.written_text(when, params, step.h, here, 200)
            yield step, text

    def last_text(self) -> Text:
        """What the best weights write."""
        when = f"best weights, smoothed loss {self.reached.best_loss:.2f}"
        h = np.zeros((self.options.hidden, 1))
        return when, self.written_text(when, self.reached.best, h, int(self.indices[0]), 500)

    def look_at(self, params: dict[str, np.ndarray]) -> None:
        """Expect finite weights; a loss tells a window later, and then of another piece."""
        for name in PARAMETERS:
            if not np.isfinite(params[name]).all():
                raise UserError(
                    f"{name} holds numbers that are not finite after step {self.reached.done:,}."
                )

    def encoded(self) -> tuple[int, np.ndarray]:
        """The text as the student's functions number it, and how many characters there are."""
        text = "".join(self.corpus.characters[k] for k in self.corpus.indices)
        to_index, self.to_character = self.network.function("build_vocabulary").in_place(text)
        if to_index != {character: k for k, character in enumerate(self.corpus.characters)}:
            path = from_here(self.network.pieces["encoding"].path)
            raise UserError(
                f"{path}: build_vocabulary does not number the characters as it should; "
                "what is trained could not be read back."
            )
        return len(to_index), self.network.function("encode").in_place(text, to_index)

    def written_text(
        self, when: str, params: dict[str, np.ndarray], h: np.ndarray, x: int, n: int
    ) -> str:
        """What the network writes, drawn by the student's own sample; kept for samples.txt."""
        indices = self.network.function("sample").in_place(params, h, x, n, self.rng)
        text: str = self.network.function("decode").in_place(indices, self.to_character)
        self.reached.texts.append(f"--- {when}\n{text}\n\n")
        return text

    def finish(self) -> None:
        """Save what was reached, draw it, and say where it is."""
        reached = self.reached
        if not reached.done:
            return
        reached.save(self.folder, self.corpus.characters)
        title = f"Your network on {self.corpus.path.name}, {self.options.hidden} hidden units"
        image = picture.draw(
            load_curve(self.folder / "curve.csv"), SEQ_LENGTH, title, self.network.whose(*LEARNING)
        )
        write_atomically(self.folder / "loss.png", lambda file: file.write(image))
        for line in self.closing():
            own.say(line)

    def closing(self) -> Iterator[str]:
        """What there is to say of a run."""
        reached = self.reached
        assert reached.last is not None
        step, _, _, loss = reached.last
        after = f"{reached.done:,} step{'s' * (reached.done != 1)}"
        yield f"The smoothed loss is {loss:.2f} nats after {after}."
        steps, losses = curves.recorded_curve("reference_curve.csv")
        if self.corpus.path == corpus_path("tidewright") and step <= steps[-1]:
            there = np.interp(step, steps, losses)
            yield f"The reference's recorded run (100 units) was at {there:.2f} there."
        yield f"In {self.folder}: loss.png, curve.csv, samples.txt, best.npz."
        yield "To let it write more: unrolled sample"


def written(path: Path, text: str) -> None:
    """Write a text in one move."""
    write_atomically(path, lambda file: file.write(text.encode()))
