"""Make the pictures, or check that their numbers are up to date."""

import argparse
import sys

from threadpoolctl import threadpool_limits

from reference.pictures import style, tables
from reference.pictures.network import train_small_network
from reference.program.cli import run_program


def main(arguments: list[str] | None = None) -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m reference.pictures", description="Make the pictures in docs/pictures."
    )
    either = parser.add_mutually_exclusive_group()
    either.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 if a CSV is not up to date"
    )
    either.add_argument(
        "--train", action="store_true", help="train the small network first (two minutes)"
    )
    parser.add_argument(
        "--force", action="store_true", help="with --train: replace the network that is kept"
    )
    options = parser.parse_args(arguments)
    if options.force and not options.train:
        parser.error("--force goes with --train")
    with threadpool_limits(1, user_api="blas"):
        if options.check:
            check()
            return
        if options.train:
            train_small_network(replacing=options.force)
        for name in tables.PICTURES:
            print(make(name))


def check() -> None:
    """Leave with exit code 1 and one sentence if a CSV is not up to date."""
    wrong = tables.differences()
    if wrong:
        names = " and ".join(f"docs/pictures/{name}" for name in wrong)
        sys.exit(
            f"What the code gives now is not what stands in {names}: if the change is meant, "
            "run python -m reference.pictures and look at the picture."
        )
    print(f"All {len(tables.PICTURES)} pictures have the numbers that the code gives now.")


def make(name: str) -> str:
    """Write NAME.csv and NAME.svg and return the picture's path."""
    module = tables.picture(name)
    table = module.numbers()
    tables.FOLDER.mkdir(parents=True, exist_ok=True)
    tables.write(table, tables.FOLDER / f"{name}.csv")
    path = tables.FOLDER / f"{name}.svg"
    with style.applied():
        style.save(module.draw(table), path)
    return str(path)


if __name__ == "__main__":
    sys.exit(run_program(main))
