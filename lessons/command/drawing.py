"""`unrolled sample`: text from the network that was trained, drawn by the student's sample."""

import argparse
from pathlib import Path

import numpy as np

from lessons.command import own
from lessons.command.training import MARK
from reference.program.cli import UserError, number
from reference.program.options import LIMITS
from reference.program.reading import load_best
from reference.program.start import RUNS

PIECES = ("encoding", "forward", "sampling")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `unrolled sample`."""
    add = parser.add_argument
    add(
        "--prime",
        default="",
        metavar="S",
        help="text that the network reads first (default: a line end)",
    )
    add(
        "--length",
        type=number(int, 0, 10**7),
        default=500,
        metavar="N",
        help="characters (default: 500)",
    )
    add(
        "--temperature",
        type=number(float, 1e-3, 100),
        default=1.0,
        metavar="X",
        help="below 1 safer, above 1 wilder (default: 1)",
    )
    add("--run", metavar="DIR", help="folder of a run (default: the newest of unrolled train)")
    add(
        "--seed",
        type=number(*LIMITS["seed"]),
        default=41,
        metavar="S",
        help="of the draws (default: 41)",
    )
    own.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Let the network write."""
    folder = newest() if options.run is None else Path(options.run)
    params, characters = load_best(folder)
    to_index = {character: k for k, character in enumerate(characters)}
    prime = options.prime or ("\n" if "\n" in characters else characters[0])
    if unknown := [character for character in prime if character not in to_index]:
        raise UserError(f"The text of {folder} has no {unknown[0]!r}: leave it out of --prime.")

    network = own.network_for(options)
    for line in network.whose(*PIECES):
        own.say(line)
    own.say(f"The weights are those of {folder}.\n")
    with np.errstate(all="ignore"):
        indices = network.function("encode").in_place(prime, to_index)
        h = np.zeros_like(params["b"])
        if len(indices) > 1:  # read all but the last character, which sample reads itself
            X = network.function("one_hot").in_place(indices[:-1], len(characters))
            h = network.function("forward").in_place(params, X, h)[1][:, -1:].copy()
        drawn = network.function("sample").in_place(
            params,
            h,
            int(indices[-1]),
            options.length,
            np.random.default_rng(options.seed),
            options.temperature,
        )
        text = network.function("decode").in_place(drawn, dict(enumerate(characters)))
    print(options.prime + text)
    return 0


def newest() -> Path:
    """The folder of the last run of `unrolled train` that has weights."""
    marks = [mark for mark in RUNS.glob(f"*/{MARK}") if mark.with_name("best.npz").is_file()]
    if not marks:
        raise UserError(
            f"There is no trained network under {RUNS} in this folder: begin with unrolled train, "
            "or name the folder of a run with --run."
        )
    return max(marks, key=lambda mark: mark.stat().st_mtime_ns).parent
