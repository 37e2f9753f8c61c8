"""`python -m lessons.grading`: the same as `unrolled grade`, where it is not installed."""

import sys

from lessons.command.cli import main

if __name__ == "__main__":
    sys.exit(main(["grade", *sys.argv[1:]]))
