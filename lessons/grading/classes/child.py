"""The process that judges: `child.py MODULE:FUNCTION OWN`, with a folder in each line it is given.

The files are in FOLDER/answers, how they are judged in asked.json; it writes report.json. OWN is an
empty folder for what it needs itself. When its standard input ends, so does whoever waits for it:
then it ends with all that it has started.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
from importlib import import_module
from multiprocessing.util import get_temp_dir
from pathlib import Path
from queue import SimpleQueue


def main() -> None:
    """Judge what is asked for, one folder after the other."""
    from lessons.grading.classes.worker import end_all_below, read, write
    from lessons.grading.judging import Asked

    folders: SimpleQueue[Path] = SimpleQueue()
    own = Path(sys.argv[2])
    tempfile.tempdir = str(own)
    get_temp_dir()  # kept in there: where the process is found that runs are forked from
    seen: list[Path] = []

    def listen() -> None:
        text = b""
        while piece := os.read(0, 1 << 12):
            *lines, text = (text + piece).split(b"\n")
            for line in lines:
                seen.append(Path(json.loads(line)))
                folders.put(seen[-1])
        end_all_below(os.getpid())
        for place in (own, *seen[-1:]):
            shutil.rmtree(place, ignore_errors=True)
        os._exit(1)

    threading.Thread(target=listen, daemon=True).start()
    module, _, function = sys.argv[1].partition(":")
    judge = getattr(import_module(module), function)
    while True:
        place = folders.get()
        tempfile.tempdir = os.environ["TMPDIR"] = os.environ["TEMP"] = str(place)
        asked = read(place / "asked.json")
        asked = Asked(**asked | {"lessons": tuple(asked["lessons"])})
        write(place / "report.json", judge(place / "answers", asked))


if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[3])  # of this very course
    main()
