"""A case of a ladder as a Python file that calls the student's function.

The same lines are run on the worked solution: what they give there is what is expected.
"""

import re
from collections.abc import Callable
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from lessons.checking.answering.contract import Lesson
from lessons.checking.answering.describing import parameters_of
from lessons.checking.answering.printing import filled
from lessons.checking.answering.rooms import LESSON_WITH, ROOT
from lessons.checking.explaining.ladder import Attempt, Case, Ladder
from lessons.command import state
from lessons.command.literals import literal

ENTRY = re.compile(r"([UWVbc])\[(\d),(\d)\]")  # in the text of a loss
MOST_TEXTS = 12  # whose counts are shown
START = '''"""{says}

Run it, print in your function, or stop there with breakpoint():
  python {path}
"""

import importlib.util
import sys
{imports}from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
spec = importlib.util.spec_from_file_location("answer", ROOT / "{file}")
answer = importlib.util.module_from_spec(spec)
sys.modules["answer"] = answer
spec.loader.exec_module(answer)

'''
END = """
{digits}print("yours", yours, "", "expected", expected, sep="\\n")
"""


def script(ladder: Ladder, attempt: Attempt, path: Path) -> str:
    """The file: the student's own function, the arguments, the call, and what is expected."""
    name, lesson = ladder.function, LESSON_WITH[ladder.function]
    setting, calling = arguments(name, attempt.case), CALLS.get(name, plain)(name, attempt.case)
    try:
        right = "" if name == "sample" else literal(given(lesson, setting + calling))
    except ValueError as error:
        right, calling = literal(f"a ValueError such as: {error}"), catching(calling)
    expected = right or probable(attempt)
    start = START.format(
        says=about(ladder, attempt),
        path=from_root(path),
        imports="".join(f"{line}\n" for line in IMPORTS.get(name, [])),
        file=from_root(state.student_file(lesson)),
    )
    same = attempt.problem is None and repr(attempt.yours) == repr(attempt.expected)
    digits = "np.set_printoptions(precision=17)\n" * same
    return f"{start}{setting}\n{calling}\nexpected = {expected}\n{END.format(digits=digits)}"


def from_root(path: Path) -> str:
    """A path as seen from the folder of the course."""
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def about(ladder: Ladder, attempt: Attempt) -> str:
    """What the case is, and what is known of it, for the head of the file."""
    rung = ladder.rungs[attempt.rung].says
    said = [f"The smallest case in which {ladder.function} is wrong: {rung}."]
    if attempt.problem is not None:
        said.append(attempt.problem.message)
    elif ladder.telling.about is not None:
        said += ladder.telling.about(attempt)
    lines = [line for text in said for part in text.splitlines() for line in filled(part)]
    return "\n".join(lines).replace("\\", "/").replace('"""', "'''")


def given(lesson: Lesson, code: str) -> Any:
    """What lines give as `yours` with the worked solution in the place of the student's file."""
    solution = import_module(f"reference.{lesson.module}")
    names: dict[str, Any] = {"answer": solution, "np": np, "islice": islice}
    with np.errstate(all="ignore"):
        exec(compile(code, "case", "exec"), names)
    return names["yours"]


def catching(calling: str) -> str:
    """A call that should raise an exception, which is shown."""
    return f"try:\n    {calling}except Exception as error:\n    yours = repr(error)\n"


def probable(attempt: Attempt) -> str:
    """How often each text is expected; of few texts, what has to be true."""
    table, times = getattr(attempt.expected["probabilities"], "table", None), 0
    if table is None:
        return '"the first two alike, the third another"'
    times = attempt.case.arguments[4]
    every = sorted(((p, text) for text, p in np.ndenumerate(table) if p > 0), reverse=True)
    counts = {text: round(times * float(p), 1) for p, text in every[:MOST_TEXTS]}
    return f"{literal(counts)}  # about"


def arguments(name: str, case: Case) -> str:
    """The arguments of a call, each under its own name."""
    return "".join(
        a_loss(value) if hasattr(value, "terms") else f"{parameter} = {literal(value)}\n"
        for parameter, value in zip(NAMES.get(name, parameters_of(name)), case.arguments)  # noqa: B905
    )


def a_loss(loss: Any) -> str:
    """A sum of terms such as 3*U[0,0]^2 as a function of params."""
    terms = [ENTRY.sub(r'params["\1"][\2, \3]', term) for term in loss.terms]
    lines = "\n        + ".join(
        term.replace("^", "**").replace("*", " * ").replace(" *  * ", "**").replace("sin", "np.sin")
        for term in terms
    )
    return f"\n\ndef loss(params):\n    return float(\n        {lines}\n    )\n\n\n"


def options_of(case: Case) -> str:
    """The options of a call, as they follow its arguments."""
    return "".join(f", {name}={value!r}" for name, value in case.options.items())


def call(name: str, case: Case) -> str:
    """A call with all arguments."""
    names = ", ".join(parameters_of(name)[: len(case.arguments)])
    return f"answer.{name}({names}{options_of(case)})"


def plain(name: str, case: Case) -> str:
    """What a call returns."""
    return f"yours = {call(name, case)}\n"


def gradients(name: str, case: Case) -> str:
    """What it returns, and what is left in params."""
    return f'yours = {{"gradients": {call(name, case)}, "params": params}}\n'


def memories(name: str, case: Case) -> str:
    """A memory that has grown, and one that is made after that."""
    return (
        "grown = answer.init_memory(params)\n"
        "for k, tensor in enumerate(grown.values()):\n"
        "    tensor += k + 1\n"
        'yours = {"memory after 1, 2, ... were added": grown, '
        '"a new one": answer.init_memory(params)}\n'
    )


def updates(name: str, case: Case) -> str:
    """One step after another, and what the arrays hold then that were given."""
    return (
        'yours = {"params": dict(params), "memory": dict(memory)}  # these very arrays change\n'
        "for grads in gradients:  # a step for each\n"
        f"    answer.adagrad_step(params, grads, memory{options_of(case)})\n"
    )


def texts(name: str, case: Case) -> str:
    """How often each text comes; or three texts."""
    call = f"answer.sample(params, h0, x0, n, rng{options_of(case)})"
    if case.arguments[4]:
        return (
            "rng = np.random.default_rng(seed)\n"
            f"texts = ({call} for _ in range(times))\n"
            "counts = Counter(tuple(map(int, text)) for text in texts)\n"
            f"yours = dict(counts.most_common({MOST_TEXTS}))\n"
        )
    return (
        "yours = []\n"
        "for seed in (1, 1, 2):\n"
        "    rng = np.random.default_rng(seed)\n"
        f"    yours.append({call})\n"
    )


def weights(name: str, case: Case) -> str:
    """Mean and spread of first weights."""
    return (
        f"params = answer.initialise(K, m, np.random.default_rng(seed){options_of(case)})\n"
        "yours = {\n"
        '    name: {"mean": float(tensor.mean()), "standard deviation": float(tensor.std())}\n'
        "    for name, tensor in params.items()\n"
        "}\n"
    )


def steps(name: str, case: Case) -> str:
    """The steps of a run, each with what is in params when it comes."""
    return (
        "yours = []\n"
        f"for one in islice({call(name, case)}, 100):\n"
        "    now = {name: tensor.copy() for name, tensor in params.items()}\n"
        "    h = np.array(one.h)\n"
        "    yours.append((one.step, one.epoch, one.loss, one.smooth_loss, h, now))\n"
    )


def result(name: str, case: Case) -> str:
    """What a run keeps."""
    kept = ("smooth_losses", "best_loss", "best_params", "params")
    every = "".join(f'    "{name}": result.{name},\n' for name in kept)
    return f"result = {call(name, case)}\nyours = {{\n{every}}}\n"


# what a case calls, where the arguments and the call alone would not show what is wrong
CALLS: dict[str, Callable[[str, Case], str]] = {
    "numerical_gradients": gradients,
    "init_memory": memories,
    "adagrad_step": updates,
    "sample": texts,
    "initialise": weights,
    "training_steps": steps,
    "train": result,
}
NAMES = {
    "adagrad_step": ("params", "gradients", "memory"),
    "sample": ("params", "h0", "x0", "n", "times", "seed"),
    "initialise": ("K", "m", "seed"),
}
IMPORTS = {
    "sample": ["from collections import Counter"],
    "training_steps": ["from itertools import islice"],
}
