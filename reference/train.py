"""Train the network on a text, and compare its loss curve with the published one.

python reference/train.py            the embedded novel, six epochs, under a minute
python reference/train.py --help     all options
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: find this project's packages beside its folder
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from reference.program.cli import Parser, number, run_program


def parse(arguments: list[str] | None) -> dict[str, Any]:
    """Read the command line; an option that was not given is absent."""
    parser = Parser(
        prog="train.py",
        description=__doc__,
        argument_default=argparse.SUPPRESS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    many = 10**9
    text = parser.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="FILE", help="a UTF-8 text to train on")
    text.add_argument(
        "--corpus",
        choices=("tidewright", "tinyshakespeare"),
        help="a named text; tinyshakespeare is fetched once (default: tidewright)",
    )
    add = parser.add_argument
    add("--epochs", type=number(int, 1, many), help="times through the text (default: 6)")
    add("--steps", type=number(int, 1, many), help="stop after so many updates")
    add("--seed", type=number(int, 0, 2**32 - 1), help="of all random draws (default: 41)")
    add("--hidden", type=number(int, 1, 100_000), help="hidden units m (default: 100)")
    add("--seq-length", type=number(int, 1, many), help="characters a window T (default: 25)")
    add("--eta", type=number(float, 1e-12, 10), help="learning rate (default: 0.1)")
    add("--log-every", type=number(int, 1, many), help="steps a row of curve.csv (default: 100)")
    add("--sample-every", type=number(int, 1, many), help="steps a sample (default: 10000)")
    add("--out", metavar="DIR", help="folder for what the run writes (default: a new one in runs/)")
    add("--resume", action="store_true", help="go on with the run in --out, or with the newest")
    add("--as-published", action="store_true", help="the published notebook's order and draws")
    add("--fast", action="store_true", help="compiled steps; needs the extra `fast` (numba)")
    add("--quiet", action="store_true", help="print nothing unless something is wrong")
    return vars(parser.parse_args(arguments))


def main(arguments: list[str] | None = None) -> None:
    """Train as the command line says."""
    given = parse(arguments)
    resuming, out, quiet = (given.pop(name, None) for name in ("resume", "out", "quiet"))

    # imported here, so that a package that is missing is reported in one sentence
    from reference.program import start
    from reference.program.checkpoint import load_checkpoint
    from reference.program.corpus import load_corpus
    from reference.program.options import Options
    from reference.program.run import Run

    folder = start.old_folder(out) if resuming else start.new_folder(out)
    saved = None
    options = Options()
    if (folder / "checkpoint.npz").exists():
        saved = load_checkpoint(folder / "checkpoint.npz")
        options = Options(**saved.options)
    if "text" in given or "corpus" in given:
        options = replace(options, text=None, corpus="tidewright")
    options = replace(options, **given)
    if options.text:  # so that a resumed run finds it from any folder
        options = replace(options, text=str(Path(options.text).resolve()))

    options.update()  # refuses what cannot be done before anything is written
    corpus = load_corpus(options.source())
    if saved:
        saved = start.resume(saved, options, folder, corpus)
    else:
        saved = start.begin(options, folder, corpus)
    Run(options, folder, corpus, saved).go(quiet=bool(quiet))


if __name__ == "__main__":
    sys.exit(run_program(main))
