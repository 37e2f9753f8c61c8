"""Let a trained network write.

python -m reference.sample runs/001 --prime "The sea" --length 500 --temperature 0.7
"""

import signal
import sys

if __name__ == "__main__":  # until the program can say more, Ctrl-C ends it without a word
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import argparse

from reference.program.cli import Parser, UserError, number, run_program


def main(arguments: list[str] | None = None) -> None:
    """Write text as the command line says."""
    parser = Parser(
        prog="python -m reference.sample",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("run", metavar="RUN", help="the folder of a run, finished or not")
    add("--prime", default="", help="text that the network reads first (default: a line end)")
    add("--length", type=number(int, 0, 10**7), default=500, help="characters (default: 500)")
    add(
        "--temperature",
        type=number(float, 1e-3, 100),
        default=1.0,
        help="below 1 safer, above 1 wilder (default: 1)",
    )
    add("--seed", type=number(int, 0, 2**32 - 1), default=41, help="of the draws (default: 41)")
    options = parser.parse_args(arguments)

    from pathlib import Path

    import numpy as np

    from reference.encoding import encode, one_hot
    from reference.forward import forward
    from reference.program.reading import load_best
    from reference.sampling import sample

    params, characters = load_best(Path(options.run))
    char_to_index = {character: k for k, character in enumerate(characters)}
    prime = options.prime or ("\n" if "\n" in characters else characters[0])
    try:
        indices = encode(prime, char_to_index)
    except ValueError as error:
        raise UserError(f"In --prime, {error} of this run: leave it out.") from error

    h = np.zeros_like(params["b"])
    if len(indices) > 1:  # read all but the last character, which sample reads itself
        _, H, _ = forward(params, one_hot(indices[:-1], len(characters)), h)
        h = H[:, -1:]
    rng = np.random.default_rng(options.seed)
    drawn = sample(params, h, int(indices[-1]), options.length, rng, options.temperature)
    print(options.prime + "".join(characters[k] for k in drawn))


if __name__ == "__main__":
    sys.exit(run_program(main))
