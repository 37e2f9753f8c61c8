"""Faults that an answer may have by accident, and what each must lead to.

Each is an edit of a right lesson 2 and the words that its story must hold. Whatever happens there,
the lessons after it are right, and a report is written. The quick ones are in the suite
(test_faults.py); python -m tests.faults tries all of them.
"""

import sys
import tempfile
from pathlib import Path
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
IN_SOFTMAX, IN_FORWARD = "    E = np.exp(O", "    H, A = [h0], []"


class Fault(NamedTuple):
    """Lines that come before a line of the right answer, or at the end of the file."""

    lines: str
    words: str  # that the story must hold; "" where the lesson is right in spite of it
    before: str = IN_SOFTMAX
    long: bool = False  # it takes the limit of a call

    def source(self) -> str:
        """The faulty answer."""
        if not self.before:
            return RIGHT + self.lines + "\n"
        indent = " " * (len(self.before) - len(self.before.lstrip()))
        lines = "".join(f"{indent}{line}\n" for line in self.lines.splitlines())
        return RIGHT.replace(self.before, lines + self.before)


STUCK = "could not be interrupted"
ENDLESS = "is there a loop that never ends?"
FAULTS = {
    # never ends
    "a loop": Fault("while True: pass", ENDLESS, long=True),
    "a loop that catches exceptions": Fault(
        "while True:\n    try:\n        O = O + 0\n    except Exception:\n        pass",
        ENDLESS,
        long=True,
    ),
    "a loop that catches everything": Fault(
        "while True:\n    try:\n        O = O + 0\n    except BaseException:\n        pass",
        "stopped after 2 s",
        long=True,
    ),
    "a sum in C": Fault("sum(range(10**13))", STUCK, long=True),
    "a power": Fault("10**10**9", STUCK, long=True),
    "a regular expression": Fault(
        "import re; re.match('(a+)+$', 'a' * 40 + 'b')", STUCK, long=True
    ),
    "a list that is repeated": Fault("max(map(abs, range(10**12)))", STUCK, long=True),
    "an iterator in C": Fault(
        "import itertools; list(zip(itertools.count(), range(10**12)))", STUCK, long=True
    ),
    "sleep": Fault("import time; time.sleep(60)", STUCK, long=True),
    "a lock taken twice": Fault(
        "import threading; l = threading.Lock(); l.acquire(); l.acquire()", STUCK, long=True
    ),
    "a queue that nobody fills": Fault("import queue; queue.Queue().get()", STUCK, long=True),
    "a loop at the file's own level": Fault(
        "while True: pass", "forward.py was stopped", "", long=True
    ),
    "a sum at the file's own level": Fault(
        "sum(range(10**13))", "forward.py was stopped", "", long=True
    ),
    "recursion": Fault("return softmax(O)", "RecursionError: it calls itself more deeply"),
    # ends the process
    "sys.exit": Fault("import sys; sys.exit()", "SystemExit"),
    "exit": Fault("exit()", "raised"),
    "os._exit": Fault("import os; os._exit(0)", "SystemExit"),
    "os.abort": Fault("import os; os.abort()", "ended Python itself (SIGABRT)"),
    "a segmentation fault": Fault(
        "import ctypes; ctypes.string_at(0)", "ended Python itself (SIGSEGV)"
    ),
    "os.kill": Fault("import os; os.kill(os.getpid(), 9)", "ended Python itself (SIGKILL)"),
    "an alarm": Fault(
        "import signal, time; signal.alarm(1); time.sleep(1.5)", "ended Python itself (SIGALRM)"
    ),
    "abort at the file's own level": Fault(
        "import os; os.abort()", "forward.py ended Python itself", ""
    ),
    "raise SystemExit at the file's own level": Fault("raise SystemExit", "SystemExit", ""),
    "KeyboardInterrupt": Fault("raise KeyboardInterrupt", "raised KeyboardInterrupt"),
    "KeyboardInterrupt at the file's own level": Fault(
        "raise KeyboardInterrupt", "raised KeyboardInterrupt", ""
    ),
    "GeneratorExit": Fault("raise GeneratorExit", "raised GeneratorExit"),
    # left behind
    "a thread": Fault(
        "import threading, time; threading.Thread(target=time.sleep, args=(60,)).start()", "", ""
    ),
    "a thread that is a daemon": Fault(
        "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "",
        "",
    ),
    "a thread for each call": Fault(
        "import threading, time; threading.Thread(target=time.sleep, args=(30,)).start()", ""
    ),
    "a child process": Fault(
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3)'])",
        "",
        "",
    ),
    "a process pool": Fault("from multiprocessing import Pool; POOL = Pool(1)", "", ""),
    "an exit handler": Fault("import atexit, time; atexit.register(time.sleep, 30)", "", ""),
    "an exit handler that raises": Fault("import atexit; atexit.register(lambda: 1 / 0)", "", ""),
    # patched and closed
    "np.exp exchanged": Fault("np.exp = np.exp2", "softmax(O) returns wrong numbers"),
    "np.exp exchanged at the file's own level": Fault(
        "exp = np.exp\nnp.exp = lambda x: exp(x)", "", ""
    ),
    "np.tanh deleted": Fault("del np.tanh", "raised AttributeError", IN_FORWARD),
    "np.linalg.norm exchanged": Fault("np.linalg.norm = lambda *a, **k: 0.0", ""),
    "np.random.default_rng exchanged": Fault("np.random.default_rng = None", ""),
    "np.array_equal exchanged": Fault("np.array_equal = lambda *a, **k: True", ""),
    "math.exp exchanged": Fault("import math; math.exp = None", ""),
    "the builtin sum exchanged": Fault("import builtins; builtins.sum = np.sum", ""),
    "the builtin len exchanged": Fault("import builtins; builtins.len = lambda x: 3", ""),
    "the builtin print exchanged": Fault("import builtins; builtins.print = None", "", ""),
    "np.float64 exchanged": Fault("np.float64 = np.float32", "", ""),
    "np.seterr": Fault("np.seterr(all='raise')", "", ""),
    "np.seterr in the function": Fault("np.seterr(all='raise')", "FloatingPointError"),
    "np.set_printoptions": Fault("np.set_printoptions(precision=1, threshold=2)", "", ""),
    "warnings as errors": Fault("import warnings; warnings.simplefilter('error')", "", ""),
    "stderr closed": Fault("import sys; sys.stderr.close()", ""),
    "stdout closed": Fault("import sys; sys.stdout.close()", ""),
    "both closed at the file's own level": Fault(
        "import sys; sys.stdout.close(); sys.stderr.close()", "", ""
    ),
    "stdout exchanged": Fault("import sys, io; sys.stdout = io.StringIO()", ""),
    "stdout is None": Fault("import sys; sys.stdout = None; sys.stderr = None", ""),
    "descriptor 2 closed": Fault("import os; os.close(2)", "", ""),
    "meta_path cleared": Fault("import sys; sys.meta_path.clear()", ""),
    "sys.path cleared": Fault("import sys; sys.path.clear()", "", ""),
    "sys.modules without numpy": Fault("import sys; sys.modules.pop('numpy')", "", ""),
    "recursion limit": Fault("import sys; sys.setrecursionlimit(60)", "", ""),
    "another folder": Fault("import os, tempfile; os.chdir(tempfile.mkdtemp())", "", ""),
    "a folder that is gone": Fault(
        "import os, tempfile; d = tempfile.mkdtemp(); os.chdir(d); os.rmdir(d)", "", ""
    ),
    "no environment": Fault("import os; os.environ.clear()", "", ""),
    "no collector": Fault("import gc; gc.disable()", "", ""),
    "a trace function": Fault("import sys; sys.settrace(lambda *a: None)", "", ""),
    "an excepthook": Fault("import sys; sys.excepthook = None; sys.unraisablehook = None", "", ""),
    "random seeded": Fault("import random; random.seed(0)", "global random"),
    "time exchanged": Fault("import time; time.monotonic = lambda: 0.0", "", ""),
    # says too much, or asks
    "an exception of 10 MB": Fault("raise ValueError('x' * 10**7)", "raised ValueError: xxx"),
    "an exception of 5,000 lines": Fault(
        "raise ValueError('line\\n' * 5000)", "raised ValueError: line"
    ),
    "an exception whose message fails": Fault(
        "class Bad(Exception):\n    def __str__(self): raise ValueError\nraise Bad", "raised Bad"
    ),
    "an exception that is a surrogate": Fault("raise ValueError('\\udc80')", "raised ValueError"),
    "a million lines printed": Fault("print('x\\n' * 10**5)", ""),
    "input": Fault("input('name? ')", "raised EOFError"),
    "breakpoint": Fault("breakpoint()", "add -s to the command"),
    "a group of exceptions": Fault(
        "raise ExceptionGroup('two', [ValueError(1), KeyError(2)])", "raised ExceptionGroup"
    ),
    "StopIteration": Fault("raise StopIteration", "raised StopIteration"),
    "too much memory": Fault("np.zeros(10**15)", "MemoryError"),
}


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
