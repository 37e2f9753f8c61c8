"""A network of the student's that learns while a page shows it: `unrolled train` in slices."""

import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lessons.command import own
from lessons.command.training import PIECES, SEQ_LENGTH, Text, Training
from reference.program import curves
from reference.program.corpus import load_corpus
from reference.program.options import Options

SLICE = 0.25  # seconds of work between looks at what the page wants


class Live:
    """The run that the page shows."""

    training: Training
    steps: Iterator[tuple[Any, Text | None]]


def begin() -> dict[str, Any]:
    """Get a network ready; whose pieces it is made of, and what there is to compare it with."""
    options = Options(epochs=1)
    corpus = load_corpus(options.source())
    network = own.Network(own.choose(own.known_verdicts()))
    Live.training = Training(network, options, corpus, Path())
    Live.steps = Live.training.steps()
    total, K = Live.training.total, len(corpus.characters)
    steps, losses = curves.recorded_curve("reference_curve.csv")
    shown = steps <= total
    return {
        "whose": network.whose(*PIECES),
        "total": total,
        "guessing": SEQ_LENGTH * math.log(K),
        "corpus": f"{corpus.path.name}: {len(corpus.indices):,} characters, {K} different; "
        f"windows of {SEQ_LENGTH}, {options.hidden} hidden units.",
        "reference": [[int(x), float(y)] for x, y in zip(steps[shown], losses[shown], strict=True)],
    }


def go_on() -> dict[str, Any]:
    """Work for a moment; what was reached since the last time."""
    reached, until = Live.training.reached, time.monotonic() + SLICE
    before, texts = len(reached.rows), list[Text]()
    with np.errstate(all="ignore"):
        for _, text in Live.steps:
            texts += [text] if text else []
            if time.monotonic() > until:
                break
        over = reached.done == Live.training.total
        if over:
            texts.append(Live.training.last_text())
    assert reached.last is not None
    return {
        "done": reached.done,
        "loss": reached.last[-1],
        "points": [[row[0], row[-1]] for row in reached.rows[before:]],
        "texts": texts,
        "over": over,
    }
