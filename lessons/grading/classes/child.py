"""The process that judges one submission: `child.py FOLDER MODULE:FUNCTION`.

It ends with all that it has started when its standard input does: so does whoever waits for it.
"""

import json
import os
import shutil
import sys
import threading
from importlib import import_module
from pathlib import Path


def main() -> None:
    """Judge the files in FOLDER/answers, and write FOLDER/report.json."""
    from lessons.grading.classes.worker import end_all_below, write
    from lessons.grading.judging import Asked

    place, judge = Path(sys.argv[1]), sys.argv[2]

    def end_with_parent() -> None:
        while os.read(0, 1 << 10):
            pass
        end_all_below(os.getpid())
        shutil.rmtree(place, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()
    asked = json.loads((place / "asked.json").read_text(encoding="utf-8"))
    module, _, function = judge.partition(":")
    report = getattr(import_module(module), function)(
        place / "answers", Asked(**asked | {"lessons": tuple(asked["lessons"])})
    )
    write(place / "report.json", report)
    os._exit(0)  # not after threads that were left behind


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])  # of this very course
    main()
