"""Reading what a class has handed in: folders, or the zip that a course system exports.

Nothing is ever unpacked to where its name says: of every file only its contents are read, and
only if it is one of the lessons'.
"""

import io
import os
import re
import stat
import unicodedata
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from lzma import LZMAError
from pathlib import Path
from typing import IO, NamedTuple

from lessons.checking.answering.rooms import LESSONS
from lessons.grading.judging import LARGEST
from reference.program.cli import UserError

LARGEST_ZIP = 200_000_000  # bytes of a zip inside a zip
MOST_KEPT = 500_000_000  # bytes of all lessons' files
MOST_READ = 20_000_000_000  # bytes of all that is taken out of zips
ROOM_OF = {lesson.file: lesson.name for lesson in LESSONS.values()}  # by the name of its file
PASSED_OVER = ("__MACOSX", "__pycache__", "node_modules")  # and all that begins with a dot
OF_THE_COURSE = ("lessons", "reference", "tests")  # in a copy of it, which students may hand in
FLAT = re.compile(  # who and file, where a course system puts all files into one folder
    r"(?P<who>.+?)_(?:(?:late_)?(?P<id>\d+)_(?:\d+|assignsubmission_file)|attempt_[\d-]+)_"
    rf"(?P<file>{'|'.join(name.removesuffix('.py') for name in ROOM_OF)})(?:-(?P<again>\d+))?\.py",
    re.IGNORECASE,
)
OF_MOODLE = re.compile(r"(_\d+)?_assignsubmission_(file|onlinetext)_?$")
UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, LZMAError, EOFError, OSError),
    *(RuntimeError, NotImplementedError, ValueError),  # a password; an unknown way of packing
)
Parts = tuple[str, ...]


@dataclass
class Submission:
    """What one student has handed in."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)  # by the name of the lesson's file
    folder: str = ""  # as the course system calls it; the name may be shorter
    notes: list[str] = field(default_factory=list)  # what was left out


@dataclass
class Handed:
    """What a class has handed in."""

    name: str
    submissions: list[Submission]
    empty: list[str]  # folders without any lesson's file
    notes: list[str]  # what was left out and belongs to no submission

    def left_out(self, *, named: bool) -> list[str]:
        """What is in no submission, in sentences; numbers alone if nobody is to be named."""
        empty, notes = len(self.empty), len(self.notes)
        if named:
            there = f"No lesson's file was found in {', '.join(self.empty)}."
            return [there] * bool(empty) + self.notes
        folders = f"{empty:,} {'folder holds' if empty == 1 else 'folders hold'} no lesson's file."
        files = f"{notes:,} {'file was' if notes == 1 else 'files were'} left out."
        return [folders] * bool(empty) + [files] * bool(notes)


class Entry(NamedTuple):
    """A file that may be a lesson's, or a zip: where it is, and what opens it."""

    parts: Parts
    open: Callable[[], IO[bytes]]
    path: Path | None = None  # of a file that is not in a zip


class Kept(NamedTuple):
    """A lesson's file of a submission, and which of two such files counts: the larger rank."""

    rank: tuple[int, int]
    content: bytes


def read(path: Path) -> Handed:
    """Read a folder, a folder of folders, or a zip.

    A folder that holds a lesson's file is a submission; in a copy of the course, which has them in
    lessons/04_backward and so on, the copy is. A zip counts as a folder, also one inside another.
    """
    if not path.exists():
        raise UserError(f"There is no {path}: name a folder of submissions, or a zip.")
    reader = Reader()
    try:
        if path.is_dir():
            reader.take_in(reader.in_folder(path))
        else:
            with zipfile.ZipFile(path) as archive:
                reader.take_in(reader.in_zip(archive, ()))
    except (zipfile.BadZipFile, NotImplementedError):
        raise UserError(f"{path} is neither a folder nor a zip that can be read.") from None
    handed = reader.handed(clean(path.resolve().stem if path.is_file() else path.resolve().name))
    if not handed.submissions:
        files = ", ".join(ROOM_OF)
        raise UserError(f"{path} holds no submission: no folder in it has one of {files}.")
    return handed


class Reader:
    """Goes through what was handed in, and keeps the lessons' files."""

    def __init__(self) -> None:
        self.groups: dict[Parts, dict[str, Kept]] = defaultdict(dict)
        self.copies: set[Parts] = set()  # of the course
        self.notes: list[tuple[Parts, str]] = []
        self.folders: set[Parts] = set()
        self.kept = self.taken = 0  # bytes

    def in_folder(self, root: Path) -> Iterator[Entry]:
        """The files of a folder that may count."""
        for place, folders, names in os.walk(root):
            here = Path(place).relative_to(root).parts
            self.folders.add(here)
            folders[:] = sorted(name for name in folders if not passed_over(name))
            for name in sorted([*folders, *names]):
                path, parts = Path(place, name), (*here, name)
                if path.is_symlink():
                    if name in folders or counts(name):
                        self.notes.append((parts, "is a link, and was not followed"))
                elif name not in folders and counts(name):
                    if stat.S_ISREG(path.lstat().st_mode):
                        yield Entry(parts, lambda path=path: path.open("rb"), path)  # type: ignore[misc]
                    else:
                        self.notes.append((parts, "is not a file"))

    def in_zip(self, archive: zipfile.ZipFile, above: Parts) -> Iterator[Entry]:
        """The files of a zip that may count; `above` is where the zip is."""
        for info in archive.infolist():
            inside = re.split(r"[/\\]", info.filename)
            parts = (*above, *(part for part in inside if part not in ("", ".", "..")))
            if any(passed_over(part) for part in parts[len(above) :]):
                continue
            self.folders.add(parts if info.is_dir() else parts[:-1])
            if info.is_dir() or not parts or not counts(parts[-1]):
                continue
            if stat.S_ISLNK(info.external_attr >> 16):
                self.notes.append((parts, "is a link, and was not followed"))
            else:
                yield Entry(parts, lambda info=info: archive.open(info))  # type: ignore[misc]

    def take_in(self, entries: Iterable[Entry], *, inside: bool = False) -> None:
        """Keep what counts; `inside` a zip inside another, further zips do not."""
        for entry in entries:
            if not entry.parts[-1].lower().endswith(".zip"):
                self.keep(entry)
            elif inside:
                self.notes.append((entry.parts, "is a zip inside two others, and was not opened"))
            else:
                self.take_in_zip(entry)

    def take_in_zip(self, entry: Entry) -> None:
        """Open a zip that was handed in."""
        try:
            content = entry.path or io.BytesIO(self.content(entry, LARGEST_ZIP))
            with zipfile.ZipFile(content) as archive:
                self.take_in(self.in_zip(archive, entry.parts), inside=True)
        except TooLarge as problem:
            self.notes.append((entry.parts, str(problem)))
        except UNREADABLE:
            self.notes.append((entry.parts, "cannot be read as a zip"))

    def keep(self, entry: Entry) -> None:
        """Keep a lesson's file, unless one that counts more is there."""
        group, file, rank = belongs(entry.parts)
        if rank[0] == 0:
            self.copies.add(group)
        files = self.groups[group]  # a submission also if the file cannot be read
        try:
            content = self.content(entry, LARGEST)
        except TooLarge as problem:
            self.notes.append((entry.parts, str(problem)))
            return
        except UNREADABLE:
            self.notes.append((entry.parts, "cannot be read"))
            return
        self.kept += len(content)
        if self.kept > MOST_KEPT:
            raise UserError(
                f"These submissions hold more than {MOST_KEPT:,} bytes of lessons' files: "
                "judge them in parts."
            )
        if file not in files or rank > files[file].rank:
            files[file] = Kept(rank, content)

    def content(self, entry: Entry, most: int) -> bytes:
        """A file's bytes, unless they are more than `most`."""
        with entry.open() as file:
            content = file.read(most + 1)
        self.taken += len(content) * (entry.path is None)
        if self.taken > MOST_READ:
            raise UserError(
                f"These submissions unpack to more than {MOST_READ:,} bytes: judge them in parts."
            )
        if len(content) > most:
            raise TooLarge(f"has more than {most:,} bytes, and was not read")
        return content

    def handed(self, whole: str) -> Handed:
        """What was found, each submission by a name of its own; `whole` is the name of all."""
        groups = sorted(group for group in self.groups if not self.of_a_copy(group))
        start = common_start(groups)
        names = named(groups, start, whole)
        found = {
            group: Submission(
                names[group],
                {file: one.content for file, one in self.groups[group].items()},
                clean("".join(group[len(start) : len(start) + 1])),
            )
            for group in groups
        }
        notes: list[str] = []
        for parts, note in self.notes:
            near = next((k for k in range(len(parts), -1, -1) if parts[:k] in found), None)
            says = f"{clean('/'.join(parts[near:]))} {note}."
            (notes if near is None else found[parts[:near]].notes).append(says)
        filled = {group[: len(start) + 1] for group in groups}
        beside = {one for one in self.folders if one[:-1] == start and len(one) == len(start) + 1}
        empty = sorted(clean(folder[-1]) for folder in beside - filled if len(groups) > 1)
        by_name = sorted(found.values(), key=lambda one: (one.name.casefold(), one.name))
        return Handed(whole, by_name, empty, notes)

    def of_a_copy(self, group: Parts) -> bool:
        """Whether a folder is the course's own, in a copy of it that a student has handed in."""
        return any(
            group[:k] in self.copies and name in OF_THE_COURSE for k, name in enumerate(group)
        )


class TooLarge(Exception):
    """A file is larger than any that counts."""


def passed_over(name: str) -> bool:
    """Whether nothing in a folder of this name counts."""
    return name.startswith(".") or name in PASSED_OVER


def counts(name: str) -> bool:
    """Whether a file of this name may be a lesson's, or hold some."""
    return name in ROOM_OF or name.lower().endswith(".zip") or FLAT.fullmatch(name) is not None


def belongs(parts: Parts) -> tuple[Parts, str, tuple[int, int]]:
    """The submission and the lesson that a file belongs to, and its rank among several."""
    *folder, name = parts
    if name not in ROOM_OF and (flat := FLAT.fullmatch(name)):
        who = flat["who"] + f"_{flat['id']}_assignsubmission_file" * bool(flat["id"])
        return (*folder, who), f"{flat['file'].lower()}.py", (1, int(flat["again"] or 0))
    if folder and folder[-1] == ROOM_OF[name]:
        above = folder[:-1]
        return tuple(above[:-1] if above and above[-1] == "lessons" else above), name, (0, 0)
    return tuple(folder), name, (1, 0)


def common_start(groups: list[Parts]) -> Parts:
    """The folders that all submissions are in."""
    if len(groups) < 2:
        return ()
    first, last = min(groups), max(groups)
    same = [*takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))]
    return first[: min(len(same), len(first) - 1)] if first else ()


def named(groups: list[Parts], start: Parts, whole: str) -> dict[Parts, str]:
    """A name for each submission: no more of its path than tells it from the others."""
    shared: dict[Parts, int] = defaultdict(int)
    for group in groups:
        for k in range(len(group) + 1):
            shared[group[:k]] += 1
    wanted = {}
    for group in groups:
        alone = [k for k in range(len(start) + 1, len(group)) if shared[group[:k]] == 1]
        own = group[len(start) : alone[0] if alone else len(group)]
        wanted[group] = clean("/".join(own)).removesuffix(".zip") or whole
    short = {group: OF_MOODLE.sub("", name) or name for group, name in wanted.items()}
    often = Counter(short.values())
    taken: set[str] = set()
    names = {}
    for group in groups:
        name = once = short[group] if often[short[group]] == 1 else wanted[group]
        k = 2
        while name in taken:
            name, k = f"{once} ({k})", k + 1
        taken.add(name)
        names[group] = name
    return names


def clean(name: str) -> str:
    """A name as it may be shown anywhere: composed letters, and no character that does things."""
    composed = unicodedata.normalize("NFC", name)
    return "".join(c if c.isprintable() else "\ufffd" for c in composed)
