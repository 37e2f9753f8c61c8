"""Train the network on a text, and compare its loss curve with the published one.

python reference/train.py            the embedded novel, six epochs, under a minute
python reference/train.py --help     all options
"""

import signal
import sys

if __name__ == "__main__":  # until the program can say more, Ctrl-C ends it without a word
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse
from dataclasses import replace
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: find this project's packages beside its folder
    sys.path[0] = str(Path(__file__).resolve().parents[1])

from reference.program.cli import Parser, UserError, number, run_program


def parse(arguments: list[str] | None) -> dict[str, Any]:
    """Read the command line; an option that was not given is absent."""
    from reference.program.options import LIMITS

    parser = Parser(
        prog="train.py",
        description=__doc__,
        argument_default=argparse.SUPPRESS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    text = parser.add_mutually_exclusive_group()
    text.add_argument("--text", metavar="FILE", help="a UTF-8 text to train on")
    text.add_argument(
        "--corpus",
        choices=("tidewright", "tinyshakespeare"),
        help="a named text; tinyshakespeare is fetched once (default: tidewright)",
    )
    add = parser.add_argument
    add("--epochs", type=number(*LIMITS["epochs"]), help="times through the text (default: 6)")
    add("--steps", type=number(*LIMITS["steps"]), help="stop after so many updates")
    add("--seed", type=number(*LIMITS["seed"]), help="of all random draws (default: 41)")
    add("--hidden", type=number(*LIMITS["hidden"]), help="hidden units m (default: 100)")
    add(
        "--seq-length",
        type=number(*LIMITS["seq_length"]),
        help="characters a window T (default: 25)",
    )
    add("--eta", type=number(*LIMITS["eta"]), help="learning rate (default: 0.1)")
    add(
        "--log-every",
        type=number(*LIMITS["log_every"]),
        help="steps a row of curve.csv (default: 100)",
    )
    add(
        "--sample-every",
        type=number(*LIMITS["sample_every"]),
        help="steps a sample (default: 10000)",
    )
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
    for name, value in (("out", out), ("text", given.get("text"))):
        if value == "":
            raise UserError(f"--{name} is empty: name a {'folder' if name == 'out' else 'file'}.")

    # imported here, so that a package that is missing is reported in one sentence
    from reference.program import start
    from reference.program.corpus import load_corpus
    from reference.program.options import Options
    from reference.program.reading import load_checkpoint
    from reference.program.run import Run

    options = Options()
    folder = None
    if resuming:
        folder = start.old_folder(out)
        options = Options(**load_checkpoint(folder / start.CHECKPOINT).options)
    elif out is not None:
        folder = start.new_folder(out)
    if "text" in given or "corpus" in given:
        options = replace(options, text=None, corpus="tidewright")
    options = replace(options, **given)
    if options.text is not None:  # so that a resumed run finds it from any folder
        options = replace(options, text=str(Path(options.text).resolve()))

    options.update()  # refuses what cannot be done before anything is written
    corpus = load_corpus(options.source())
    start.check(options, corpus)
    if resuming and folder is not None:
        start.resume(folder, options, corpus)
    with start.claimed(folder) as folder:
        if resuming:  # looked at again, now that no other run can change it
            saved = start.resume(folder, options, corpus)
        else:
            start.new_folder(str(folder))
            saved = start.begin(options, folder, corpus)
        Run(options, folder, corpus, saved).go(quiet=bool(quiet))


if __name__ == "__main__":
    sys.exit(run_program(main))
