"""The process that runs a lesson's checks: `pytest ARGUMENTS`, as from the command line.

With --wait before them it gets everything ready, and begins when it is given a line.
"""

import os
import sys
from pathlib import Path


def main() -> int:
    """Run pytest; its exit code."""
    import pytest

    from lessons.command import steps

    waiting = sys.argv[1] == "--wait"
    if waiting:  # a copy, since pytest takes standard input away
        steps.Waiting.line = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8")
    sys.argv = ["pytest", *sys.argv[1 + waiting :]]  # it repeats its command in what it says
    return pytest.main()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])  # of this very course
    sys.exit(main())
