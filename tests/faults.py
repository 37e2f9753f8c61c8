"""Faults that an answer may have by accident, and what each must lead to.

They are in faults.toml: lines in a right lesson 2, and the words that its story must hold. Whatever
happens there, the lessons after it are right, and a report is written. The quick ones are in the
suite (test_faults.py); python -m tests.faults tries all of them.
"""

import sys
import tempfile
import tomllib
from pathlib import Path
from textwrap import indent
from typing import NamedTuple

from tests.lessons_run import Run, run_lessons

LIMIT = 2  # seconds a call
AFTER = ("03_loss", "05_gradcheck", "06_adagrad")

RIGHT = """
import numpy as np


def softmax(O):
    E = np.exp(O - O.max(axis=0))
    return E / E.sum(axis=0)


def forward(params, X, h0):
    H, A = [h0], []
    for t in range(X.shape[1]):
        A.append(params["W"] @ H[-1] + params["U"] @ X[:, [t]] + params["b"])
        H.append(np.tanh(A[-1]))
    A, H = np.hstack(A), np.hstack(H)
    return softmax(params["V"] @ H[:, 1:] + params["c"]), H, A
"""

PLACES = {"softmax": "    E = np.exp(O", "forward": "    H, A = [h0], []"}


class Fault(NamedTuple):
    """Lines in a right answer, and the words that its story must hold; "" if it is right."""

    lines: str
    words: str = ""
    where: str = "softmax"  # or "forward"; or "file", at its end
    long: bool = False  # it takes the limit of a call

    def source(self) -> str:
        """The faulty answer."""
        if self.where == "file":
            return f"{RIGHT}{self.lines}\n"
        before = PLACES[self.where]
        return RIGHT.replace(before, indent(self.lines, "    ") + "\n" + before)


TABLE = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
FAULTS = {name: Fault(**row) for name, row in tomllib.loads(TABLE).items()}


def tried(fault: Fault, folder: Path) -> Run:
    """A run of lesson 2 with the fault, and of lessons after it."""
    (folder / "forward.py").write_text(fault.source(), encoding="utf-8", newline="\n")
    for name in ("loss", "gradcheck", "adagrad"):
        right = Path(__file__).parent / "answers" / "loops" / f"{name}.py"
        (folder / f"{name}.py").write_bytes(right.read_bytes())
    rooms = [f"lessons/{name}" for name in ("02_forward", *AFTER)]
    return run_lessons(*rooms, f"--solution={folder}", f"--call-limit={LIMIT}")


def given_way(fault: Fault, run: Run) -> str:
    """What was not as it should be; empty if nothing."""
    verdicts = {name: room["verdict"] for name, room in run.lessons.items()}
    if verdicts != {"02_forward": "wrong" if fault.words else "right"} | dict.fromkeys(
        AFTER, "right"
    ):
        return f"{verdicts}\n{run.printed}"
    if fault.words not in run.words:
        return f"it does not say {fault.words!r}:\n{run.printed}"
    if "Traceback" in run.printed or "the check itself broke" in run.words:
        return run.printed
    first = run.printed.split("loss.py")[0]
    if len(first.splitlines()) > 45 or len(first) > 4_000:
        return f"{len(first.splitlines())} lines:\n{run.printed[:3_000]}"
    return ""


def main() -> int:
    """Try every fault; 1 if something gave way."""
    count = 0
    for name, fault in FAULTS.items():
        with tempfile.TemporaryDirectory() as folder:
            wrong = given_way(fault, tried(fault, Path(folder)))
        print(f"{'GAVE WAY' if wrong else 'held':<9} {name}", flush=True)
        if wrong:
            count += 1
            print(wrong)
    print(f"{len(FAULTS)} faults, {count} gave way")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
