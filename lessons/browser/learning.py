"""A network of the student's that learns while a page shows it: `unrolled train` in slices."""

import itertools
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lessons.command import own
from lessons.command.training import EARLY, PIECES, SEQ_LENGTH, Training
from reference.program import curves
from reference.program.cli import UserError
from reference.program.corpus import load_corpus
from reference.program.options import Options

SLICE = 0.25  # seconds of work between looks at what the page wants
POINTS = 400  # of a curve, at most


class Live(Training):
    """A run that is worked off in slices."""

    current: "Live"  # the one that the page shows

    def __init__(self) -> None:
        options = Options(epochs=1)
        corpus = load_corpus(options.source())
        network = own.Network(own.choose(own.known_verdicts()))
        super().__init__(network, options, corpus, Path())
        self.texts: list[tuple[str, str]] = []  # not told yet
        self.steps = self.made()

    def made(self) -> Iterator[None]:
        """Make the steps one by one, and let the network write now and then."""
        K, indices = self.encoded()
        params = self.network.function("initialise").in_place(K, self.options.hidden, self.rng)
        made = self.network.function("training_steps").in_place(
            params, indices, K, seq_length=SEQ_LENGTH, epochs=self.options.epochs
        )
        reached, every = self.reached, max(1, self.total // POINTS)
        for step in itertools.islice(made, self.total):
            if not math.isfinite(step.smooth_loss):
                raise UserError(f"The loss is {step.loss} at step {reached.done:,}.")
            reached.note(step, params, every)
            if reached.done % every == 1 % every:
                self.look_at(params)
            if reached.done in EARLY or reached.done % 5_000 == 0:
                steps = f"{reached.done:,} step{'s' * (reached.done != 1)}"
                when = f"After {steps}, smoothed loss {step.smooth_loss:.2f}"
                here = int(indices[reached.done % self.windows * SEQ_LENGTH])
                self.texts.append((when, self.written_text(when, params, step.h, here, 200)))
            yield
        when = f"The best weights, smoothed loss {reached.best_loss:.2f}"
        h = np.zeros((self.options.hidden, 1))
        written = self.written_text(when, reached.best, h, int(indices[0]), 500)
        self.texts.append((when, written))

    def whose_lines(self) -> list[str]:
        """Whose the pieces are."""
        return self.network.whose(*PIECES)


def begin() -> dict[str, Any]:
    """Get a network ready; whose pieces it is made of, and what there is to compare it with."""
    live = Live.current = Live()
    steps, losses = curves.recorded_curve("reference_curve.csv")
    shown = steps <= live.total
    K = len(live.corpus.characters)
    return {
        "whose": live.whose_lines(),
        "total": live.total,
        "guessing": SEQ_LENGTH * math.log(K),
        "corpus": f"{live.corpus.path.name}: {len(live.corpus.indices):,} characters, "
        f"{K} different; windows of {SEQ_LENGTH}, {live.options.hidden} hidden units.",
        "reference": [[int(x), float(y)] for x, y in zip(steps[shown], losses[shown], strict=True)],
    }


def go_on() -> dict[str, Any]:
    """Work for a moment; what was reached since the last time."""
    live, until = Live.current, time.monotonic() + SLICE
    before, over = len(live.reached.rows), True
    with np.errstate(all="ignore"):
        for _ in live.steps:
            if time.monotonic() > until:
                over = False
                break
    reached = live.reached
    assert reached.last is not None
    *_, loss = reached.last
    texts, live.texts = live.texts, []
    return {
        "done": reached.done,
        "loss": loss,
        "points": [[row[0], row[3]] for row in reached.rows[before:]],
        "texts": texts,
        "over": over,
    }
