"""Reports without names: each student by a number, and what gives a name away taken out."""

import csv
import hashlib
import hmac
import io
import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from lessons.checking.answering.rooms import ROOT
from lessons.grading.classes.submissions import Submission
from reference.program.checkpoint import write_atomically
from reference.program.cli import UserError

HIDDEN = "[name]"
WORD = re.compile(r"[^\W\d_]+|\d+")
NO_NAMES = frozenset("submission student assignsubmission onlinetext file group team late".split())
FREE = ("told", "message", "place", "problem", "suite_error", "explainer_error")  # written freely


class Disguise:
    """Numbers in the place of names.

    Without a key from before, who has which number depends on all that was handed in: nobody who
    lacks that can find it out.
    """

    def __init__(self, submissions: Iterable[Submission], known: Mapping[str, str]) -> None:
        by_name = {one.name: one for one in submissions}
        secret = hashlib.sha256()
        for name in sorted(by_name):
            for part in (name.encode(), *sorted(by_name[name].files.values())):
                secret.update(hashlib.sha256(part).digest())

        def turn(name: str) -> bytes:
            return hmac.digest(secret.digest(), name.encode(), "sha256")

        self.numbers = {name: known[name] for name in by_name if name in known}
        taken = set(known.values())
        wide = max(3, len(str(len(by_name))))
        free = (f"student {k:0{wide}}" for k in range(1, len(by_name) + len(taken) + 1))
        free = (number for number in free if number not in taken)
        for name in sorted(by_name.keys() - known.keys(), key=turn):
            self.numbers[name] = next(free)
        self.own = {one.name: telling(f"{one.name} {one.folder}") for one in by_name.values()}
        self.rare = set().union(*self.own.values()) - common_words()

    def text(self, name: str, text: str) -> str:
        """A text about a student, without that one's name, or any word that is but a name."""
        own = self.own[name]

        def shown(word: re.Match[str]) -> str:
            plain = word[0].casefold()
            hide = plain in own or word[0] in own or plain in self.rare
            return HIDDEN if hide else word[0]

        return WORD.sub(shown, text)

    def result(self, names: list[str], result: Any, key: str = "") -> Any:
        """A result without the names of those whose it is, wherever it was written freely."""
        if isinstance(result, dict):
            return {name: self.result(names, value, name) for name, value in result.items()}
        if isinstance(result, list):
            return [self.result(names, value, key) for value in result]
        if isinstance(result, str) and key in FREE:
            for name in names:
                result = self.text(name, result)
        return result


def telling(name: str) -> set[str]:
    """The words that give a name away; those of two letters as they are written."""
    words = WORD.findall(name)
    long = {word.casefold() for word in words if len(word) >= (4 if word.isdecimal() else 3)}
    return (long | {word for word in words if len(word) == 2 and word.isalpha()}) - NO_NAMES


@cache
def common_words() -> frozenset[str]:
    """Words that the checks use themselves: one of them alone gives nobody away."""
    sources = [*(ROOT / "lessons").rglob("*.py"), *(ROOT / "reference").rglob("*.py")]
    texts = (path.read_text(encoding="utf-8") for path in sources)
    return frozenset(word.casefold() for text in texts for word in WORD.findall(text))


def read_key(path: Path) -> dict[str, str]:
    """The numbers that students had before."""
    if not path.exists():
        return {}
    try:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))
        return {row["student"]: row["number"] for row in rows}
    except (KeyError, ValueError, csv.Error):
        raise UserError(
            f"{path} is no key that an earlier run has written: name another file with --key."
        ) from None


def write_key(path: Path, numbers: Mapping[str, str]) -> None:
    """Keep who has which number."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["number", "student"])
    table.writerows(sorted((number, name) for name, number in numbers.items()))
    write_atomically(path, lambda file: file.write(text.getvalue().encode("utf-8-sig")))
