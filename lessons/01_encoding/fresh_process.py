"""The vocabulary that an answer builds in a process of its own, under another hash seed.

Sets of characters come in another order in each process, unless their order is fixed.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lessons.checking import platform
from lessons.checking.answering.calling import StudentFunction, load
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.answering.rooms import ROOT

PROGRAM = """
import json, os, runpy, sys
path, text = json.loads(sys.stdin.read())
reply = os.fdopen(os.dup(1), "w")  # what the answer itself prints goes nowhere
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
char_to_index, _ = runpy.run_path(path)["build_vocabulary"](text)
reply.write(json.dumps([[character, int(k)] for character, k in char_to_index.items()]))
"""


def vocabulary_elsewhere(build_vocabulary: StudentFunction, text: str) -> dict[str, int]:
    """char_to_index from a fresh process, whose hash seed is not this one's."""
    answer, limit = build_vocabulary.answer, build_vocabulary.calls.watchdog.limit
    try:
        if answer.elsewhere:
            found, _ = answer.elsewhere.afresh(build_vocabulary, (text,))
            return dict(found)
        if not platform.PROCESSES:
            return vocabulary_afresh(build_vocabulary, text)
        return vocabulary_alone(answer.path, text, limit)
    except (Waiting, Wrong, subprocess.TimeoutExpired, ValueError, TypeError):
        raise Wrong(
            "build_vocabulary fails when its file is run in a process of its own."
        ) from None


def vocabulary_alone(path: Path, text: str, limit: float) -> dict[str, int]:
    """char_to_index from a fresh process beside this one."""
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed},
        input=json.dumps([str(path), text]).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=limit + 10,
        check=False,
    )
    return dict(json.loads(done.stdout))


def vocabulary_afresh(build_vocabulary: StudentFunction, text: str) -> dict[str, int]:
    """char_to_index by the file loaded once more, from characters with other hashes."""
    name, calls = build_vocabulary.name, build_vocabulary.calls
    answer = load(build_vocabulary.answer.anew(), calls)
    found, _ = StudentFunction(name, answer, calls).unchecked(Rehashed(text))
    return {str(character): int(k) for character, k in found.items()}


class Rehashed(str):
    """A text as it is under another hash seed: a set of its characters comes in another order."""

    __slots__ = ()

    def __hash__(self) -> int:
        return ~super().__hash__()

    def __iter__(self) -> Iterator[str]:
        return map(Rehashed, super().__iter__())

    def __getitem__(self, key: Any) -> str:
        return Rehashed(super().__getitem__(key))
