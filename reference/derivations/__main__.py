"""Prove all derivations and fill the pages with their formulas.

python -m reference.derivations writes; with --check it writes nothing, and fails if a page, or
the numbers behind a picture, are not what the code gives now.
"""

import argparse
import sys
from pathlib import Path

from threadpoolctl import threadpool_limits

from reference.derivations.pages import ROOT, filled, pages, proved
from reference.pictures import tables
from reference.program.cli import run_program


def main(arguments: list[str] | None = None) -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(
        prog="python -m reference.derivations",
        description="Prove the derivations and fill the pages with their formulas.",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail on differences")
    check = parser.parse_args(arguments).check
    try:
        formulas = proved()
        changed = [path for path in pages() if update(path, formulas, write=not check)]
    except (ArithmeticError, LookupError) as error:
        sys.exit(f"error: {error}")
    count = sum(map(len, formulas.values()))
    print(f"{len(formulas)} derivations hold; they give {count} formulas.")
    names = [path.relative_to(ROOT).as_posix() for path in changed]
    if not check:
        print(f"Written: {', '.join(names)}." if names else "All pages were up to date.")
        return
    with threadpool_limits(1, user_api="blas"):
        names += [f"docs/pictures/{name}" for name in tables.differences()]
    if names:
        sys.exit(
            f"error: not what the code gives now: {', '.join(names)}; python -m "
            "reference.derivations writes pages anew, python -m reference.pictures pictures."
        )
    print(f"All pages, and the numbers of {len(tables.PICTURES)} pictures, are up to date.")


def update(path: Path, formulas: dict[str, dict[str, str]], *, write: bool) -> bool:
    """Whether a page's generated parts have changed; they are written if asked for."""
    text = path.read_text(encoding="utf-8")
    made = filled(text, formulas)
    if write and made != text:
        path.write_text(made, encoding="utf-8", newline="\n")
    return made != text


if __name__ == "__main__":
    sys.exit(run_program(main))
