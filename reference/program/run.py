"""One training run from a checkpoint on: the loop, and what it leaves in its folder."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import BinaryIO

import numpy as np
from threadpoolctl import threadpool_limits

from reference import training
from reference.program import checkpoint, curves
from reference.program.checkpoint import Checkpoint, write_atomically
from reference.program.corpus import Corpus
from reference.program.display import Display
from reference.program.options import Options, write_config
from reference.program.reading import load_curve
from reference.sampling import sample

CHECKPOINT_EVERY = 1_000  # steps


class Run:
    """A run from a checkpoint on. Files grow as it works, and are cut back when it resumes."""

    def __init__(self, options: Options, folder: Path, corpus: Corpus, saved: Checkpoint) -> None:
        self.options, self.folder, self.corpus, self.saved = options, folder, corpus, saved
        self.update = options.update()
        self.published = curves.published_losses()

    def go(self, *, quiet: bool) -> None:
        """Work to the end; Ctrl-C saves and raises KeyboardInterrupt."""
        state, options = self.saved.state, self.options
        windows = (len(self.corpus.indices) - 1) // options.seq_length
        total = min(options.epochs * windows, options.steps or options.epochs * windows)
        self.total = max(total, state.step)
        write_config(options, self.folder, self.corpus)
        with (
            self.reopen("curve.csv") as self.curve,
            self.reopen("samples.txt") as self.samples,
            Display(
                quiet=quiet, done=state.step, total=self.total, epochs=options.epochs
            ) as self.display,
            threadpool_limits(1, user_api="blas"),
        ):
            for remark in self.corpus.remarks:
                self.display.say(remark)
            self.display.say(
                f"{self.corpus.path.name}: {len(self.corpus.indices):,} characters, "
                f"{len(self.corpus.characters)} different. Writing to {self.folder}"
            )
            if not self.curve.tell():
                self.curve.write(b"step,epoch,loss,smooth_loss\n")
            if not interruptible(self.work):
                raise KeyboardInterrupt(
                    f"Interrupted and saved at step {state.step:,}; go on with "
                    f'--resume --out "{self.folder}".'
                )
            try:
                self.finish()
            except KeyboardInterrupt:
                raise KeyboardInterrupt(
                    "Interrupted when all steps were made and saved; for the last sample and the "
                    f'picture: --resume --out "{self.folder}".'
                ) from None

    def reopen(self, name: str) -> BinaryIO:
        """Open a growing file, cut back to where the checkpoint left it."""
        file = (self.folder / name).open("ab")
        file.truncate(self.saved.sizes[name])
        file.seek(0, 2)
        return file

    def work(self, stop: Event) -> bool:
        """Make the steps; False if `stop` was set before the last one."""
        state, options = self.saved.state, self.options
        steps = training.steps(
            state,
            self.corpus.indices,
            seq_length=options.seq_length,
            eta=options.eta,
            epochs=options.epochs,
            update=self.update,
        )
        while state.step < self.total and not stop.is_set():
            step = next(steps)
            if step.step % options.log_every == 0:
                row = f"{step.step},{step.epoch},{step.loss!r},{step.smooth_loss!r}\n"
                self.curve.write(row.encode())
            if step.step in self.published:
                self.saved.published[step.step] = step.smooth_loss
            if step.step % options.sample_every == 0:
                title = f"step {step.step:,}, smoothed loss {step.smooth_loss:.2f}"
                here = int(self.corpus.indices[state.start])
                self.write_sample(title, state.params, step.h, here, 200)
            self.display.step(state.step, step.epoch, step.smooth_loss)
            if state.step % CHECKPOINT_EVERY == 0:
                self.save()
        self.save()
        return state.step >= self.total

    def write_sample(
        self, title: str, params: dict[str, np.ndarray], h: np.ndarray, x: int, n: int
    ) -> None:
        """Let the network write n characters; show them and add them to samples.txt."""
        indices = sample(params, h, x, n, self.saved.rng)
        text = "".join(self.corpus.characters[k] for k in indices)
        self.display.sample(title, text)
        self.samples.write(f"--- {title}\n{text}\n\n".encode())

    def save(self) -> None:
        """Save the files first, then the checkpoint that says how long they are."""
        for name, file in (("curve.csv", self.curve), ("samples.txt", self.samples)):
            checkpoint.flush(file)
            self.saved.sizes[name] = file.tell()
        checkpoint.save_checkpoint(self.folder / "checkpoint.npz", self.saved)
        best = self.saved.state.best_params or self.saved.state.params
        checkpoint.save_best(self.folder, best, self.corpus.characters)

    def finish(self) -> None:
        """Write the last sample and the picture, and compare with the published curve."""
        state, T = self.saved.state, self.options.seq_length
        best = state.best_params or state.params
        h = np.zeros_like(state.h)
        title = f"best weights, smoothed loss {state.best_loss:.2f}"
        self.write_sample(title, best, h, int(self.corpus.indices[0]), 1_000)
        self.samples.flush()

        title = f"{self.corpus.path.name}, m = {self.options.hidden}, T = {T}"
        self.curve.flush()
        picture = curves.draw_curves(load_curve(self.folder / "curve.csv"), T, title)
        write_atomically(self.folder / "loss.png", lambda file: file.write(picture))

        scale = curves.PUBLISHED_T / T
        rows = [
            (step, self.published[step], loss * scale)
            for step, loss in sorted(self.saved.published.items())
        ]
        self.display.compare(rows, "Smoothed loss, in nats per 25 characters")
        self.display.say(
            f"Best smoothed loss: {state.best_loss * scale:.2f}. The published run's text is "
            "another one, so compare the shapes of the curves and not their digits: even on "
            "one text, two right programs differ by rounding alone by 1e-6 after 10 steps "
            f"and by up to 20% between steps 200 and 5,000.\nIn {self.folder}: "
            "loss.png, curve.csv, samples.txt, best.npz, config.json"
        )


def interruptible(work: Callable[[Event], bool]) -> bool:
    """Run `work` in a thread of its own, so that Ctrl-C never falls into an update."""
    stop = Event()
    with ThreadPoolExecutor(1) as pool:
        result = pool.submit(work, stop)
        try:
            while True:
                try:
                    return result.result(timeout=0.2)
                except TimeoutError:
                    if result.done():
                        raise
                except KeyboardInterrupt:
                    stop.set()
        finally:
            stop.set()
