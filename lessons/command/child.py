"""The process that runs a lesson's checks: `pytest ARGUMENTS`, as from the command line.

With --wait it imports everything first and reads its arguments, as JSON, from standard input.
"""

import json
import sys
from pathlib import Path


def main() -> int:
    """Run pytest; its exit code."""
    arguments = sys.argv[1:]
    if arguments == ["--wait"]:
        import_everything()
        line = sys.stdin.readline()
        if not line:  # nobody needs it any more
            return 0
        arguments = json.loads(line)
    sys.argv = ["pytest", *arguments]  # it repeats its command in what it says
    import pytest

    return pytest.main()


def import_everything() -> None:
    """Import what a lesson's checks need and what takes long."""
    import hypothesis.extra.numpy  # noqa: F401

    import lessons.checking.repairing.search
    import lessons.checking.running.plugin
    import lessons.command.steps  # noqa: F401


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])  # of this very course
    sys.exit(main())
