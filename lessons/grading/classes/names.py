"""Reports without names: each student by a number, and what gives a name away taken out."""

import csv
import hashlib
import hmac
import io
import re
from collections import defaultdict
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
TELLING = re.compile(r"[^\W\d_]{3,}|\d{4,}")  # a word that may give its owner away by itself
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
        self.own = {
            one.name: set(filter(TELLING.fullmatch, words_of(f"{one.name} {one.folder}")))
            - NO_NAMES
            for one in by_name.values()
        }
        self.full: dict[str, list[re.Pattern[str]]] = defaultdict(list)  # by their first word
        for name in by_name:
            words = words_of(name)
            if len(words) > 1 or any(
                TELLING.fullmatch(word) for word in set(words) - common_words()
            ):
                pattern = r"(?:[^\w\n]|_){0,2}".join(map(re.escape, words))
                self.full[words[0]].append(re.compile(rf"{pattern}(?![^\W_])", re.IGNORECASE))

    def text(self, name: str, text: str) -> str:
        """A text about a student, without that one's name, or another's in full."""
        pieces, end = [], 0
        for word in WORD.finditer(text):
            if word.start() < end:
                continue
            plain = word[0].casefold()
            matches = (full.match(text, word.start()) for full in self.full.get(plain, ()))
            if found := next(filter(None, matches), word if plain in self.own[name] else None):
                pieces += [text[end : found.start()], HIDDEN]
                end = found.end()
        return "".join([*pieces, text[end:]])

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


def words_of(name: str) -> list[str]:
    """The words of a name, in small letters."""
    return [word.casefold() for word in WORD.findall(name)]


@cache
def common_words() -> frozenset[str]:
    """Words that the checks use themselves: one of them alone gives nobody away."""
    sources = [*(ROOT / "lessons").rglob("*.py"), *(ROOT / "reference").rglob("*.py")]
    return frozenset(word for path in sources for word in words_of(path.read_text("utf-8")))


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
