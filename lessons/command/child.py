"""The process that runs a lesson's checks: `pytest ARGUMENTS`, as from the command line.

With --wait before them it gets everything ready, and begins when it is given a line.
"""

import os
import sys
from pathlib import Path


def main() -> int:
    """Run pytest; its exit code."""
    import pytest

    waiting = sys.argv[1] == "--wait"
    sys.argv = ["pytest", *sys.argv[1 + waiting :]]  # it repeats its command in what it says
    if waiting:
        from lessons.command.waiting import Waiting

        Waiting.line = os.fdopen(os.dup(sys.stdin.fileno()), encoding="utf-8")
        sys.argv += ["-p", Waiting.__module__]
    return pytest.main()


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])  # of this very course
    sys.exit(main())
