"""What has been judged: a JSON file for each submission, named by what the verdict rests on.

So a run that was ended goes on where it was, and a further run judges only what is new.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lessons.checking.running.report import suite
from lessons.grading.classes import worker
from lessons.grading.judging import Asked

SCHEMA = "unrolled/judged/v1"
JUDGED = ("right", "wrong", "unwritten")


def key_of(files: Mapping[str, bytes], asked: Asked) -> str:
    """The sha256 of a submission's files, of how they are judged, and of the suite."""
    digest = hashlib.sha256()
    about = json.dumps([SCHEMA, suite()["sha256"], asdict(asked)], sort_keys=True).encode()
    for part in (about, *(part for name in sorted(files) for part in (name.encode(), files[name]))):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def path_of(folder: Path, key: str) -> Path:
    """The file of a result."""
    return folder / f"{key[:32]}.json"


def found(folder: Path, key: str) -> dict[str, Any] | None:
    """What is known of a submission."""
    known = worker.read(path_of(folder, key))
    mine = isinstance(known, dict) and (known.get("schema"), known.get("key")) == (SCHEMA, key)
    return known if mine else None


def settled(known: dict[str, Any] | None) -> bool:
    """Whether a result stands: what has no verdict is tried again, unless its time was over."""
    if known is None or known["over"]:
        return known is not None
    lessons = (known["report"] or {}).get("lessons", {})
    return bool(lessons) and all(one["verdict"] in JUDGED for one in lessons.values())


def keep(folder: Path, key: str, result: dict[str, Any]) -> None:
    """Write a result down."""
    worker.write(path_of(folder, key), {"schema": SCHEMA, "key": key} | result)
