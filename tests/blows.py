"""Blows: what may happen to a run, its files and its command line, and what each must lead to.

python -m tests.blows [--seconds N] goes on striking at random, each time with another seed, until
the time is over; the quick ones of the tables are in the suite (test_blows.py).
"""

import argparse
import io
import json
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from reference.program.corpus import DATA

SMALL = ("--hidden", "4", "--seq-length", "7", "--log-every", "7", "--quiet")
TWELVE = "\u0661\u0662"  # a number, in Arabic digits
NONSENSE = (
    "",
    " ",
    "--",
    "-",
    "0",
    "-1",
    "1.5",
    "1e400",
    "nan",
    "inf",
    "-inf",
    "many",
    "1,000",
    "0x10",
    TWELVE,
    "9" * 400,
    "None",
    "True",
    "[]",
    "\x7f",
    "1 2",
    "~",
    "/",
    "*",
    "'",
    "\\",
    "--help=",
    "=",
)
NUMBERS = (
    "--epochs",
    "--steps",
    "--seed",
    "--hidden",
    "--seq-length",
    "--eta",
    "--log-every",
    "--sample-every",
)

Arrays = dict[str, np.ndarray]


def run_program(*arguments: object, seconds: float = 60.0) -> "subprocess.CompletedProcess[str]":
    """`python -m reference.train ARGUMENTS`."""
    return subprocess.run(
        [sys.executable, "-m", "reference.train", *map(str, arguments)],
        cwd=DATA.parent,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=seconds,
    )


def texts() -> dict[str, tuple[bytes, bool]]:
    """Odd texts, and whether each can be trained on."""
    rng = random.Random(1)
    everything = [chr(k) for k in range(0x20, 0x110000) if not 0xD800 <= k < 0xE000]
    return {
        "empty": (b"", False),
        "a byte order mark alone": (b"\xef\xbb\xbf", False),
        "one character": (b"a", False),
        "as many as a window": (b"abcdefg", False),
        "one more than a window": (b"abcdefgh", True),
        "one character throughout": (b"a" * 500, True),
        "Latin-1": ("café ".encode("latin-1") * 100, False),
        "UTF-16": ("wide ".encode("utf-16") * 100, False),
        "UTF-16 without a mark": ("wide ".encode("utf-16-le") * 100, False),
        "NUL bytes": (b"a\0b" * 300, False),
        "zeros": (bytes(3_000), False),
        "random bytes": (rng.randbytes(5_000), False),
        "random bytes below 128": (bytes(rng.randrange(128) for _ in range(5_000)), False),
        "control characters": (b"\x01\x02\x03abc" * 200, False),
        "an archive": (b"PK\x03\x04" + bytes(200), False),
        "CRLF": (b"one\r\ntwo\r\n" * 50, True),
        "CR alone": (b"one\rtwo\r" * 50, True),
        "a byte order mark and text": (b"\xef\xbb\xbf" + b"one two " * 50, True),
        "emoji": ("\U0001f600\U0001f601 ".encode() * 100, True),
        "combining characters": ("e\u0301a\u0308 ".encode() * 100, True),
        "tabs and form feeds": (b"a\tb\fc\n" * 100, True),
        "half of a character at the end": ("aé".encode() * 100 + b"\xc3", False),
        "lone surrogates": (b"\xed\xa0\x80abc" * 100, False),
        "overlong": (b"\xc0\x80abc" * 100, False),
        "every character there is": ("".join(everything).encode(), False),
        "a hundred thousand characters": ("".join(everything[:100_000]).encode(), False),
        "a thousand characters": ("".join(everything[:1_000]).encode() * 2, True),
        "one line of a million": (b"ab" * 500_000, True),
        "line ends alone": (b"\n" * 500, True),
        "spaces": (b" " * 500, True),
    }


def altered_arrays(arrays: Arrays, rng: random.Random) -> Arrays:
    """Arrays of an .npz with one thing in them changed."""
    name = rng.choice([name for name in arrays if name != "meta"])
    array = arrays[name]
    changes: list[Callable[[], Any]] = [
        lambda: array.T[:, ::-1] if array.shape[0] != array.shape[-1] else array[:-1],
        lambda: array[:-1],
        lambda: np.vstack((array, array)) if array.ndim == 2 else np.hstack((array, array)),
        lambda: array.astype(np.float32) if array.dtype.kind == "f" else array.astype(float),
        lambda: array * np.nan,
        lambda: np.where(np.arange(array.size).reshape(array.shape) == 0, np.inf, array),
        lambda: np.array("text"),
        lambda: np.zeros(0),
        lambda: array.astype(complex),
        lambda: None,
    ]
    new = rng.choice(changes)()
    return {k: a for k, a in arrays.items() if k != name} | ({} if new is None else {name: new})


def altered_meta(arrays: Arrays, rng: random.Random) -> Arrays:
    """Arrays of a checkpoint with one thing in its description changed."""
    meta = json.loads(str(arrays["meta"]))
    group = rng.choice(["options", "state", "sizes", "", "", "rng"])
    table = meta[group] if group else meta
    name = rng.choice([k for k in sorted(table) if k not in ("text", "corpus", "bit_generator")])
    others = [None, "x", [], {}, -1, -7.5, 1e300, float("nan"), "DROP", "ADD"]
    new = rng.choice([value for value in others if value != table[name]])
    if name == "steps" and new is None:
        new = "x"
    if new == "DROP":
        del table[name]
    elif new == "ADD":
        table[name + "_of_another_version"] = 1
    else:
        table[name] = new
    return arrays | {"meta": np.array(json.dumps(meta))}


def altered_bytes(raw: bytes, rng: random.Random) -> bytes:
    """A file with a piece cut, flipped, exchanged or doubled."""
    at = rng.randrange(len(raw))
    return rng.choice(
        [
            raw[:at],
            raw[at:],
            raw[:at] + bytes([raw[at] ^ 1 << rng.randrange(8)]) + raw[at + 1 :],
            raw[:at] + bytes(50) + raw[at + 50 :],
            raw + raw,
            b"",
            b"hello",
        ]
    )


def npz(arrays: Arrays) -> bytes:
    """The bytes of an .npz."""
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def altered_files(folder: Path, rng: random.Random) -> Iterator[tuple[str, str, bytes]]:
    """For ever: what was changed, the file's name, and its new bytes."""
    checkpoint, best = ((folder / f"{name}.npz").read_bytes() for name in ("checkpoint", "best"))
    curve = (folder / "curve.csv").read_text(encoding="utf-8")
    while True:
        with np.load(io.BytesIO(checkpoint)) as file:
            arrays = dict(file)
        yield "an array of the checkpoint", "checkpoint.npz", npz(altered_arrays(arrays, rng))
        yield "the checkpoint's description", "checkpoint.npz", npz(altered_meta(arrays, rng))
        yield "bytes of the checkpoint", "checkpoint.npz", altered_bytes(checkpoint, rng)
        with np.load(io.BytesIO(best)) as file:
            arrays = dict(file)
        yield "an array of the weights", "best.npz", npz(altered_arrays(arrays, rng))
        yield "bytes of the weights", "best.npz", altered_bytes(best, rng)
        spoilt = rng.choice(
            [
                curve.replace(",", ";"),
                curve.replace(".", ","),
                curve.replace("\n", "\r\n\r\n"),
                "\ufeff" + curve,
                curve[: len(curve) // 2],
                curve.replace("step,", "Step,"),
                curve.replace("\n7,", "\nseven,"),
                "\n".join(reversed(curve.splitlines())),
            ]
        )
        yield "the curve", "curve.csv", spoilt.encode()


def unharmed(name: str, raw: bytes, original: bytes) -> bool:
    """Whether a changed file still holds what it did: an archive has bytes that nobody reads."""
    if raw == original:
        return True
    if not name.endswith(".npz"):
        return False
    try:
        with np.load(io.BytesIO(raw)) as new, np.load(io.BytesIO(original)) as old:
            return new.files == old.files and all(
                new[k].dtype == old[k].dtype and new[k].tobytes() == old[k].tobytes() for k in new
            )
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError, RuntimeError, SyntaxError):
        return False


def refusal(code: object, printed: str) -> str:
    """What is wrong with a refusal: the end of a sentence, empty if nothing is."""
    if code != 2:
        return f"it ended with {code}: {printed[-300:]}"
    if "Traceback" in printed or printed.count("\n") > 2 or len(printed) > 2 * 200:
        return f"it said {printed[-600:]}"
    return ""


def finished_run(folder: Path) -> Path:
    """A small run to strike at."""
    text = folder / "text.txt"
    novel = (DATA / "tidewright.txt").read_text(encoding="utf-8")[:3_000]
    text.write_text(novel, encoding="utf-8", newline="\n")
    out = folder / "run"
    done = run_program("--text", text, "--steps", "60", *SMALL, "--out", out)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return out


def main() -> int:
    """Strike until the time is over; 1 if something gave way."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=600.0, help="how long (default: 600)")
    parser.add_argument("--seed", type=int, default=0, help="of the first blow (default: 0)")
    options = parser.parse_args()
    end, given_way, count = time.monotonic() + options.seconds, 0, 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        out = finished_run(folder)
        blows = altered_files(out, random.Random(options.seed))
        while time.monotonic() < end:
            what, file, raw = next(blows)
            count += 1
            original = (out / file).read_bytes()
            if unharmed(file, raw, original):
                continue
            (out / file).write_bytes(raw)
            if file == "best.npz":
                program = ["-m", "reference.sample", str(out)]
            else:
                program = ["-m", "reference.train", "--resume", "--steps", "70", "--quiet"]
                program += ["--out", str(out)]
            done = subprocess.run(
                [sys.executable, *program], cwd=DATA.parent, capture_output=True, encoding="utf-8"
            )
            wrong = refusal(done.returncode, done.stderr)
            if wrong:
                given_way += 1
                print(f"blow {count}, {what}: {wrong}")
            (out / file).write_bytes(original)
    print(f"{count} blows, {given_way} gave way")
    return 1 if given_way else 0


if __name__ == "__main__":
    sys.exit(main())
