"""The texts to train on: the embedded novel, one that can be fetched, or any UTF-8 file."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reference.encoding import build_vocabulary, encode
from reference.program.cli import UserError

LARGEST = 100_000_000  # bytes; a text of this size takes some 20 s to be read as indices
MOST_CHARACTERS = 50_000  # more than any script has
MOST_CONTROL = 0.01  # the share of control characters in what is still called a text
DATA = Path(__file__).resolve().parents[2] / "data"
TINYSHAKESPEARE = (
    "https://raw.githubusercontent.com/karpathy/char-rnn/"
    "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt"
)
TINYSHAKESPEARE_SHA256 = "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"


@dataclass(frozen=True)
class Corpus:
    """A text as indices (N,) into its characters, which are in code-point order."""

    path: Path
    sha256: str  # of the file's bytes
    characters: str
    indices: np.ndarray
    remarks: tuple[str, ...] = ()  # what was changed while reading, to be told to the user


def corpus_path(name: str) -> Path:
    """Where the text called `name` lies; tinyshakespeare is fetched if it is not there yet."""
    return DATA / "tidewright.txt" if name == "tidewright" else fetch_tinyshakespeare()


def fetch_tinyshakespeare() -> Path:
    """Fetch the text once, into the user's cache, and check it."""
    import pooch

    cache = Path(pooch.os_cache("unrolled"))
    try:
        return Path(
            pooch.retrieve(TINYSHAKESPEARE, TINYSHAKESPEARE_SHA256, "tinyshakespeare.txt", cache)
        )
    except (OSError, ValueError) as error:  # no network or no room; another text than expected
        what = "arrived damaged" if isinstance(error, ValueError) else "could not be fetched"
        raise UserError(
            f"tinyshakespeare {what}: connect to the network and try again, or put the file "
            f"into {cache / 'tinyshakespeare.txt'}, or leave --corpus out to use the novel "
            "that is here."
        ) from error


def bytes_of(path: Path) -> bytes:
    """What is in a text file, if it is one and not too large."""
    try:
        if path.is_dir():
            raise UserError(f"{path} is a folder: name a file after --text.")
        if path.exists() and not path.is_file():
            raise UserError(f"{path} is a pipe or a device: save the text in a file first.")
        size = path.stat().st_size
        if size > LARGEST:
            raise UserError(
                f"The text {path} has {size:,} bytes, more than {LARGEST:,}: cut it to a part."
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UserError(f"The text {path} cannot be read: {why}.") from error


def load_corpus(path: Path) -> Corpus:
    """Read a UTF-8 text; a byte order mark is dropped and CRLF becomes LF.

    Raises
    ------
    UserError
        If the file cannot be read, is too large, is not UTF-8, is empty or is no text.
    """
    raw = bytes_of(path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(
            f"The text {path} is not UTF-8 (byte {error.start} does not fit): "
            "save it as UTF-8 in your editor and try again."
        ) from error

    remarks = []
    if text.startswith("\ufeff"):
        text = text[1:]
        remarks.append("A byte order mark at the start of the text was left out.")
    if "\r\n" in text:
        remarks.append(f"{text.count(chr(13) + chr(10)):,} line ends CRLF were read as LF.")
        text = text.replace("\r\n", "\n")
    if not text:
        raise UserError(f"The text {path} is empty: choose one with at least a few pages.")
    counts = Counter(text)
    control = sum(counts[c] for c in map(chr, range(32)) if c not in "\t\n\r\f\x1b")
    if "\0" in counts or control > MOST_CONTROL * len(text):
        raise UserError(
            f"{path} is no text ({control:,} of its {len(text):,} characters are control "
            "characters): choose a text file."
        )
    if len(counts) > MOST_CHARACTERS:
        raise UserError(
            f"The text {path} has {len(counts):,} different characters, more than "
            f"{MOST_CHARACTERS:,}: choose another text."
        )

    char_to_index, _ = build_vocabulary(text)
    return Corpus(
        path=path,
        sha256=hashlib.sha256(raw).hexdigest(),
        characters="".join(char_to_index),
        indices=encode(text, char_to_index),
        remarks=tuple(remarks),
    )
