"""The vocabulary that an answer builds in a process of its own, under another hash seed.

Sets of characters come in another order in each process, unless their order is fixed.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.rooms import ROOT

SEEDS = (1, 2)
PROGRAM = """
import json, os, runpy, sys
path, text = json.loads(sys.stdin.read())
reply = os.fdopen(os.dup(1), "w")  # what the answer itself prints goes nowhere
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
char_to_index, _ = runpy.run_path(path)["build_vocabulary"](text)
reply.write(json.dumps([[character, int(k)] for character, k in char_to_index.items()]))
"""


def vocabularies(path: Path, text: str, limit: float) -> list[dict[str, int]]:
    """char_to_index from a fresh process for each of SEEDS, run at the same time."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROGRAM],
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": str(seed)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for seed in SEEDS
    ]
    request = json.dumps([str(path), text]).encode()
    try:
        for process in processes:
            process.stdin.write(request)  # type: ignore[union-attr]
            process.stdin.close()  # type: ignore[union-attr]
            process.stdin = None
        replies = [process.communicate(timeout=limit + 10)[0] for process in processes]
    except (OSError, subprocess.TimeoutExpired):
        replies = []
    finally:
        for process in processes:
            process.kill()
    try:
        return [dict(json.loads(reply)) for reply in replies or [b""]]
    except ValueError:
        raise Wrong(
            "build_vocabulary fails when its file is run in a process of its own."
        ) from None
