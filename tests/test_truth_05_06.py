"""What is said of wrong answers to lessons 5 and 6 that have no name, and what must not be said."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from lessons.checking.answering.calling import KnownFunction
from lessons.checking.explaining.explain import explain
from lessons.checking.explaining.ladder import climb, ladder_of
from tests.edits import Edited
from tests.test_truth import sentences

GRADIENTS, ERROR = "numerical_gradients", "relative_error"
CLIP, MEMORY, STEP = "clip", "init_memory", "adagrad_step"
PLACED = "The loss is called where it should be: with each entry x at x + step and x - step."
SLOPE = "(L(x + step) - L(x - step)) / (2 step)"
SHOULD = f"; it should be {SLOPE}."


class Said(NamedTuple):
    """A right answer written with loops, with edits; what is told of it, and what is not."""

    function: str
    old: str | list[str]
    new: str | list[str]
    says: str
    not_says: str = "right one times a number"


def told(function: str, call: Callable[..., Any]) -> str:
    """All that is told of a wrong function before hints and names, as one line of text."""
    wrong = explain(KnownFunction(function, call), {})
    assert wrong is not None
    return sentences(wrong)


UP, DOWN = "params[key][i, j] = before + step", "params[key][i, j] = before - step"
SKIP = "                    line.append(0.0)\n                    continue\n" + 16 * " "
BACK = "params[key][i, j] = before\n"
QUOTIENT = "line.append((high - low) / (step + step))"
TABLE = "answer[key] = np.array(table)"
SIZE = "size = math.sqrt(a) + math.sqrt(n)"
EITHER = "if size > floor:"
CLIPPING = "def clip(grads, limit=5.0"
NEW_MEMORY = "mem[i, j] = mem[i, j] + g[i, j] * g[i, j]"
NEW_PARAM = "theta[i, j] = theta[i, j] - eta * g[i, j] / math.sqrt(mem[i, j] + eps)"
THREE = "theta, g, mem = params[key], grads[key], memory[key]"

SAID = {
    "entries that are not put back": Said(
        GRADIENTS,
        BACK,
        "\n",
        "others that were moved before it are not back where they were; each should be put back",
        "several entries are moved",
    ),
    "params in float32": Said(
        GRADIENTS,
        "    answer = {}\n",
        "    answer = {}\n    given, here = loss, params\n"
        "    loss = lambda p: given({k: x.astype(np.float32) for k, x in here.items()})\n",
        "its params hold only the 7 digits of float32",
        "several entries are moved",
    ),
    "no calls where a number has more than 7 digits": Said(
        GRADIENTS,
        ["for j in range(columns):", "table.append(line)"],
        ["for j in range(columns - 1):", "table.append(line + [0.0])"],
        "entries are never moved",
        "float32",
    ),
    "slopes that are added up": Said(
        GRADIENTS,
        TABLE,
        "answer[key] = np.full(params[key].shape, np.sum(table))",
        "Each slope is the sum of all slopes of its tensor",
    ),
    "what is wrong without a floor is not told by floors": Said(
        ERROR,
        "d += (float(x) - float(y)) ** 2",
        "d += (float(x) - float(y)) ** 4",
        "The error of five pairs",
        "by floor",
    ),
    "params that stay": Said(
        STEP,
        NEW_PARAM,
        f"if mem[i, j] > 16:\n                    {NEW_PARAM}",
        "Some of your params stay as they were though their gradient is not 0; all others are",
        "Your param falls by",
    ),
    "eps added to the rate": Said(
        STEP,
        "eta * g[i, j] / math.sqrt(mem[i, j] + eps)",
        "(eta / math.sqrt(mem[i, j]) + eps) * g[i, j] if g[i, j] else theta[i, j]",
        "Your param falls by eta g / sqrt(memory) + eps g; it should",
    ),
    "all but the last column": Said(
        STEP,
        "for j in range(theta.shape[1]):",
        "for j in range(theta.shape[1] - 1, theta.shape[1]):",
        "Wrong in columns before the last only.",
    ),
    "what was seen before a case that fails": Said(
        STEP,
        THREE,
        "theta, mem, g = params[key], grads[key], memory[key]",
        "In the cases before that one: Your memory is 0 throughout.",
    ),
    "one tensor's slopes are halved": Said(
        GRADIENTS,
        QUOTIENT,
        "line.append((high - low) / (step + step) / (2 if key == 'c' else 1))",
        "Under c your slope is (L(x + step) - L(x - step)) / (4 step)" + SHOULD,
        "how the loss is called",
    ),
    "entries of c that no loss of one character needs": Said(
        GRADIENTS,
        DOWN,
        f"if key == 'c' and i:\n{SKIP}{DOWN}",
        "With m = 2 and K = 3, 2 of the 21 entries are never moved, the first of them c[1,0].",
        "dc is right",
    ),
    "a step of machine precision by default": Said(
        GRADIENTS,
        "step=1e-5",
        "step=np.finfo(float).eps",
        "With no step given, each entry is moved by 2.22e-16; it should be 1e-5.",
        "as given",
    ),
    "a move that is far below a step is a move": Said(
        GRADIENTS,
        [UP, DOWN, "(step + step)"],
        [UP.replace("step", "1e-11"), DOWN.replace("step", "1e-11"), "2e-11"],
        "Each entry x is moved to x - 1e-11 and x + 1e-11; expected x + step and x - step.",
        "no entry is moved",
    ),
    "moved there and back": Said(
        GRADIENTS,
        [DOWN, UP],
        [DOWN + "\n                params[key][i, j] += step", "pass"],
        "all params are as given, but for rounding: no entry is moved.",
    ),
    "moved a little less than a step": Said(
        GRADIENTS,
        UP,
        "params[key][i, j] = before + 0.99999 * step",
        "Each entry x is moved to x - step and x + 0.99999 step; expected",
    ),
    "the step added back in another order": Said(
        GRADIENTS,
        [DOWN, UP, BACK],
        [
            "params[key][i, j] -= step",
            "params[key][i, j] += 2 * step",
            "params[key][i, j] -= step\n",
        ],
        "every entry x holds x - step + 2 step - step, which floats round at each sign",
    ),
    "put back but for its last digits": Said(
        GRADIENTS, BACK, "params[key][i, j] = round(before, 12)\n", "left within 1e-09 of x"
    ),
    "all that is measured, and a part that is kept": Said(
        GRADIENTS,
        [
            "line.append((high - low) / (step + step))\n",
            "            table.append(line)",
        ],
        [
            "slope = (high - low) / (step + step)\n",
            "            table.append([0.0] * (columns - 1) + [slope])",
        ],
        "All slopes outside of the last column of their tensor are 0, and those in it are right.",
        "measured",
    ),
    "a row's slopes added up, with each entry moved alone": Said(
        GRADIENTS,
        "table.append(line)",
        "table.append([sum(line)] * columns)",
        PLACED,
        "moved at once",
    ),
    "one array for all": Said(
        GRADIENTS,
        ["answer = {}", TABLE],
        [
            "answer, pool = {}, np.zeros((9, 9))",
            "pool[:rows, :columns] = table\n        answer[key] = pool[:rows, :columns]",
        ],
        "share their memory",
    ),
    "entries of 0 left out": Said(
        GRADIENTS,
        DOWN,
        f"if before == 0:\n{SKIP}{DOWN}",
        "Entries that are 0 are never moved; all others are.",
    ),
    "slopes of thousands clipped": Said(
        GRADIENTS,
        QUOTIENT,
        "line.append(max(-1000.0, min(1000.0, (high - low) / (step + step))))",
        f"{PLACED} Your slope is {SLOPE}, clipped to [-1000, 1000]{SHOULD}",
    ),
    "a number added to the divisor": Said(
        GRADIENTS,
        "(step + step)",
        "(step + step + 1e-8)",
        "Your slope is (L(x + step) - L(x - step)) / (2 step + 1e-08)" + SHOULD,
    ),
    "slopes in float32": Said(
        GRADIENTS,
        TABLE,
        "answer[key] = np.array(table, dtype=np.float32).astype(float)",
        f"Your slope is {SLOPE}, in the 7 digits of float32{SHOULD}",
    ),
    "digits that show a difference": Said(
        GRADIENTS,
        ["low = float(loss(params))", "high = float(loss(params))"],
        ["low = float(np.float32(loss(params)))", "high = float(np.float32(loss(params)))"],
        "dU, yours [[0.999999975*]] dU, expected [[1*]]",
        "dU, yours [[1*]]",
    ),
    "small slopes taken for 0": Said(
        GRADIENTS,
        QUOTIENT,
        "line.append((high - low) / (step + step) if abs(high - low) > 1e-9 else 0.0)",
        "but 0 where the two losses are nearly the same",
    ),
    "what is left comes before what follows from it": Said(
        GRADIENTS,
        BACK,
        "if i + j:\n                    params[key][i, j] = before\n",
        "Some entries x are left at x + step; expected x, as it was. When an entry is moved",
    ),
    "a floor of machine precision by default": Said(
        ERROR,
        "floor=1e-6",
        "floor=np.finfo(float).eps",
        "With no floor given, 2.22e-16 is used; it should be 1e-6.",
        "none is used",
    ),
    "a floor that is never below its default": Said(
        ERROR,
        [EITHER, "math.sqrt(d) / floor"],
        ["floor = max(floor, 1e-6)\n    if size > floor:", "math.sqrt(d) / floor"],
        "Right with a floor of 50, above the norms; wrong with a floor of 1e-9",
        "With no floor given",
    ),
    "one norm of three without a root": Said(
        ERROR,
        SIZE,
        "size = math.sqrt(a) + n",
        "Your |gn| is the sum of the squares, without a root; expected the root",
    ),
    "the norm of a difference": Said(
        ERROR,
        "d += (float(x) - float(y)) ** 2",
        "d = max(d, (float(x) - float(y)) ** 2)",
        "Your |ga - gn| is the largest absolute value; expected the root",
    ),
    "gradients in float32": Said(
        ERROR,
        "d = a = n = 0.0",
        "d = a = n = 0.0\n    ga, gn = ga.astype(np.float32), gn.astype(np.float32)",
        "Your numbers are those of ga and gn in the 7 digits of float32.",
    ),
    "new arrays in the given dict": Said(
        CLIP,
        "result[key] = new",
        "result[key], grads[key] = new, new.copy()",
        'clip: grads["U"] is another array after the call; it should stay as it is.',
        "clipped in place",
    ),
    "which entry was changed": Said(
        CLIP,
        "new[i, j] = value",
        "new[i, j] = g[i, j] = value",
        'clip: grads["U"][0,0] was 7, is 4 after the call; it should stay as it is.',
    ),
    "one array for all results": Said(
        CLIP,
        [CLIPPING, "new = np.zeros(g.shape)"],
        [f"{CLIPPING}, pool=np.zeros((9, 9))", "new = pool[: g.shape[0], : g.shape[1]]"],
        "U, W, V, b and c share their memory: what is written",
    ),
    "clipped in float32": Said(
        CLIP,
        "new[i, j] = value",
        "new[i, j] = np.float32(value)",
        "yours result 2.5999999 expected result 2.6",
    ),
    "a limit without its digits": Said(
        CLIP,
        "g = grads[key]\n",
        "g, limit = grads[key], int(limit)\n",
        "What becomes of an entry of 9: limit 0 0.5 2.5 4 8 yours 0 0 2 4 8 expected 0 0.5 2.5 4 8",
        "close to 0",
    ),
    "another default limit": Said(
        CLIP, "limit=5.0", "limit=7.25", "With no limit given, 7.25 is used; it should be 5."
    ),
    "a memory that starts from next to nothing": Said(
        MEMORY,
        "[0.0]",
        "[1e-17]",
        "Every entry of the memory is 1e-17 at the start; it should be 0.",
        "Grown memory",
    ),
    "a default of machine precision": Said(
        STEP,
        "eps=1e-8",
        "eps=np.finfo(float).eps",
        "With no eps given, 2.22e-16 is used; it should be 1e-8.",
    ),
    "clipped to another limit": Said(
        STEP,
        THREE,
        "theta, g, mem = params[key], np.clip(grads[key], -3.5, 3.5), memory[key]",
        "Your new memory is memory + (g clipped to [-3.5, 3.5])^2; it should be memory + g^2.",
    ),
    "gradients of thousands": Said(
        STEP,
        THREE,
        "theta, g, mem = params[key], np.clip(grads[key], -1000, 1000), memory[key]",
        "Right with a gradient beyond 5; wrong with a gradient of thousands",
    ),
    "a memory of the unclipped gradient": Said(
        STEP,
        NEW_PARAM,
        NEW_PARAM.replace("g[i, j]", "max(-5, min(5, g[i, j]))"),
        "Your param falls by eta (g clipped to [-5, 5]) / sqrt(memory + eps)",
        "memory is wrong",
    ),
    "a mistake in one tensor": Said(
        STEP,
        NEW_PARAM,
        NEW_PARAM.replace("eps)", "eps) ** (2 if key == 'W' else 1)"),
        "Under W your param falls by eta g / (memory + eps); it should fall by",
    ),
    "the larger of two": Said(
        STEP,
        NEW_MEMORY,
        "mem[i, j] = max(mem[i, j], g[i, j] * g[i, j])",
        "Your new memory is the larger of memory and g^2; it should be memory + g^2. Given your "
        "own new memory, your params are right.",
    ),
    "weights that decay": Said(
        STEP,
        NEW_PARAM,
        NEW_PARAM + " - 1e-3 * eta * theta[i, j]",
        "Your param falls by eta g / sqrt(memory + eps) + 0.001 eta param",
    ),
    "a move of nothing but digits": Said(
        STEP,
        NEW_PARAM,
        NEW_PARAM + " + 1e-11",
        "yours memory 4, param 0.50000000001 expected memory 4, param 0.5",
    ),
    "no formula from first steps alone": Said(
        STEP,
        THREE,
        f"{THREE}\n        if mem.any():\n            raise ValueError('later')\n"
        "        theta += 1",
        "Your param is what is expected plus 1.",
        "Your param falls by",
    ),
    "values side by side": Said(
        STEP,
        ["for key in params:\n        " + THREE],
        [
            "for theta, g, mem in zip(params.values(), grads.values(), memory.values()):\n"
            "        pass"
        ],
        "In the case shown the keys are listed as U, W, V, b, c in params; V, b, c, U, W in grads",
    ),
    "gradients that are taken out": Said(
        STEP,
        THREE,
        "theta, g, mem = params[key], grads.pop(key), memory[key]",
        'adagrad_step: grads["U"] is missing after the call; it should stay as it is.',
    ),
    "an exception is told before what was changed": Said(
        STEP,
        NEW_PARAM,
        "grads[key][i, j] = 0.0\n                " + NEW_PARAM.replace("eta *", "nu *"),
        "name 'nu' is not defined",
        "after the call",
    ),
}


@pytest.mark.parametrize("case", SAID.values(), ids=list(SAID))
def test_what_is_said_is_true(case: Said) -> None:
    call = Edited("loops", case.old, case.new).function(case.function)
    text = told(case.function, call)
    assert case.says in text
    assert case.not_says not in text


RIGHT = {
    "divided by the distance that was really moved": (
        GRADIENTS,
        "(step + step)",
        "((before + step) - (before - step))",
    ),
    "new arrays with the old values": (
        GRADIENTS,
        BACK,
        BACK + "                params[key] = params[key].copy()\n",
    ),
    "a memory of products with 0": (MEMORY, "np.array([[0.0]", "0 * np.array([[1.0]"),
    "nothing divided where the gradient is 0": (
        STEP,
        NEW_PARAM,
        f"if g[i, j]:\n                    {NEW_PARAM}",
    ),
}


@pytest.mark.parametrize("edit", RIGHT.values(), ids=list(RIGHT))
def test_what_is_right_has_no_fault(edit: tuple[str, str, str]) -> None:
    function, old, new = edit
    known = KnownFunction(function, Edited("loops", old, new).function(function))
    assert all(attempt.right for attempt in climb(ladder_of(function), known))
