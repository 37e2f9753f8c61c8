"""`unrolled gradcheck`: the student's measured gradients beside those of the student's backward."""

import argparse

import numpy as np
from rich.table import Table

from lessons.checking.answering.printing import listed
from lessons.checking.comparing.windows import Window, build
from lessons.command import own
from reference.program.cli import number
from reference.program.display import Terminal
from reference.program.options import LIMITS

PIECES = ("forward", "loss", "backward", "gradcheck")
INSISTED = ("04_backward", "05_gradcheck")  # are shown as they are, also where they are wrong
HIDDEN, K, T = 5, 8, 10  # of the network
AGREE, NEARLY = 1e-6, 1e-3  # relative errors below these
Tensors = dict[str, np.ndarray]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `unrolled gradcheck`."""
    add = parser.add_argument
    add(
        "--step",
        type=number(float, 1e-15, 1),
        default=1e-5,
        metavar="X",
        help="how far each weight is moved (default: 1e-5)",
    )
    add(
        "--seed",
        type=number(*LIMITS["seed"]),
        default=0,
        metavar="S",
        help="of the random network (default: 0)",
    )
    own.add_arguments(parser)
    parser.epilog = (
        "Your lessons 4 and 5 are taken as they are, right or wrong; lessons 2 and 3 come from "
        "the reference where yours are not right."
    )


def run(options: argparse.Namespace) -> int:
    """Compare the two gradients of a small random network; 0 if they agree."""
    network = own.network_for(options, INSISTED)
    for line in network.whose(*PIECES):
        own.say(line)
    own.say(f"A random network: {HIDDEN} hidden units, {K} characters, {T} steps.\n")
    window = build(HIDDEN, K, T, seed=options.seed)
    with np.errstate(all="ignore"):
        derived, measured = gradients(network, window, options.step)
        error = network.function("relative_error").in_place
        errors = {name: float(error(derived[name], measured[name])) for name in window.params}
    console = Terminal(highlight=False, markup=False)
    console.print(table_of(derived, measured, errors))
    console.print(f"\n{conclusion(errors, network, options.step)}")
    return 0 if max(errors.values()) < AGREE else 1


def gradients(network: own.Network, window: Window, step: float) -> tuple[Tensors, Tensors]:
    """The gradients of a window's loss: derived by backward, and measured."""
    params, X, Y, h0 = window
    cost = network.function("cost").implementation()
    P, H, _ = network.function("forward").in_place(params, X, h0)
    derived = network.function("backward").in_place(params, X, Y, P, H)
    measured = network.function("numerical_gradients").in_place(
        lambda moved: cost(moved, X, Y, h0), params, step
    )
    return derived, measured


def table_of(derived: Tensors, measured: Tensors, errors: dict[str, float]) -> Table:
    """A row a tensor, with the entry in which the two are most apart."""
    table = Table("", box=None, padding=(0, 2, 0, 0), pad_edge=False)
    table.add_column("relative\nerror", justify="right")
    table.add_column("most apart\nat")
    for heading in ("\nbackward", "\nmeasured"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for name, error in errors.items():
        apart = np.abs(derived[name] - measured[name])
        i, j = (int(k) for k in np.unravel_index(apart.argmax(), apart.shape))
        entries = (f"{tensor[i, j]:.5g}" for tensor in (derived[name], measured[name]))
        table.add_row(name, f"{error:.1g}", f"[{i}, {j}]", *entries, verdict(error))
    return table


def verdict(error: float) -> str:
    """A relative error in words."""
    return "agree" if error < AGREE else "nearly" if error < NEARLY else "differ"


def conclusion(errors: dict[str, float], network: own.Network, step: float) -> str:
    """What the errors mean."""
    apart = [name for name, error in errors.items() if error >= AGREE]
    if not apart:
        return "All five agree: what backward derives is what numerical_gradients measures."
    if max(errors.values()) < NEARLY:
        return f"{listed(apart)} agree only nearly: a step of {step:g} measures coarsely."
    said = f"{listed(apart)} {'differs' if len(apart) == 1 else 'differ'}."
    for name in ("backward", "gradcheck"):
        if (state := network.pieces[name].verdict) != "right":
            said += f" Your {name} is {state}: unrolled check {name} tells more."
    return said
