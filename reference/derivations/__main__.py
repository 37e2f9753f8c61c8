"""Prove all derivations and fill the pages with their formulas.

python -m reference.derivations writes; with --check it writes nothing, and fails if a page, or
the numbers behind a picture, are not what the code gives now.
"""

import argparse
import sys

from reference.derivations.pages import ROOT, filled, pages, proved


def main() -> None:
    """Write, or check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on differences")
    check = parser.parse_args().check
    try:
        formulas = proved()
        changed = []
        for path in pages():
            text = path.read_text(encoding="utf-8")
            made = filled(text, formulas)
            if made != text:
                changed.append(path.relative_to(ROOT).as_posix())
                if not check:
                    path.write_text(made, encoding="utf-8", newline="\n")
    except (ArithmeticError, LookupError) as error:
        sys.exit(f"error: {error}")
    count = sum(map(len, formulas.values()))
    print(f"{len(formulas)} derivations hold; they give {count} formulas.")
    if check and changed:
        sys.exit(
            f"error: not what the code gives now: {', '.join(changed)}; "
            "python -m reference.derivations writes them anew."
        )
    print("All pages are up to date." if not changed else f"Written: {', '.join(changed)}.")


if __name__ == "__main__":
    main()
