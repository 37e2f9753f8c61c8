"""What is said of wrong answers that nobody has named: each sentence holds, and none is missing."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest

from lessons.checking.answering.answer import Answer
from lessons.checking.answering.calling import Calls, KnownFunction, StudentFunction, load
from lessons.checking.answering.failure import Waiting, Wrong
from lessons.checking.answering.rooms import LESSON_WITH, ROOT
from lessons.checking.answering.watchdog import Watchdog
from lessons.checking.comparing.compare import differing, same
from lessons.checking.explaining import findings
from lessons.checking.explaining.explain import explain
from lessons.checking.explaining.explanation import Explanation


class Told(NamedTuple):
    """A wrong answer as an edit of a right one, and what must and must not be said of it."""

    function: str
    style: str
    edits: dict[str, str]
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def source(told: Told) -> str:
    """The wrong file."""
    path = ROOT / "tests" / "answers" / told.style / LESSON_WITH[told.function].file
    text = path.read_text(encoding="utf-8")
    for old, new in told.edits.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def sentences(wrong: Wrong) -> str:
    """Head, findings, case and arithmetic, on one line."""
    story = wrong.story
    assert not story.broke
    lines = [*story.head, *story.found, *(line for line, _ in story.case), *story.by_hand]
    return " ".join("\n".join(lines).split())


def of_function(told: Told) -> str:
    """What is told of the function alone."""
    module: dict[str, Any] = {"__name__": "answer"}
    exec(compile(source(told), "answer", "exec"), module)
    wrong = explain(KnownFunction(told.function, module[told.function]), {})
    assert wrong is not None
    return sentences(wrong)


def hold_to(told: Told) -> None:
    """Expect what must be said of the function alone, and not what must not."""
    said = of_function(told)
    for text in told.says:
        assert text in said, said
    for text in told.never:
        assert text not in said, said


def of_file(told: Told, folder: Path) -> dict[str, Any]:
    """What is raised for each wrong function of the file."""
    lesson = LESSON_WITH[told.function]
    path = folder / lesson.file
    path.write_text(source(told), encoding="utf-8", newline="\n")
    calls = Calls(Watchdog(2, lambda: None))
    try:
        answer = load(Answer(lesson, path), calls)
        functions = [StudentFunction(name, answer, calls) for name in lesson.functions]
        found = {each.name: explained(each) for each in functions}
        return {name: wrong for name, wrong in found.items() if wrong is not None}
    finally:
        calls.watchdog.started = False


def explained(function: StudentFunction) -> Wrong | Waiting | None:
    """What is raised for a function."""
    try:
        return explain(function, function.others())
    except Waiting as waiting:
        return waiting


TANH, STATE = "np.tanh(A[:, t])", 'np.einsum("ij,j->i", W, H[:, t])'
SUM = "1.0 / np.einsum("
D_W, D_B = 'np.einsum("it,jt->ij", D, H[:, :-1])', 'np.einsum("it->i", D)[:, None]'
CARRIED = 'np.einsum("ji,j->i", params["W"], D[:, t + 1])'
LOSS = '-np.sum(np.log(np.einsum("ij,ji->i", Y.T, P)))'

ALONE = {
    "a column is wrong because of an earlier quantity": Told(
        "forward",
        "einsum",
        {TANH: "np.tanh(A[:, t] ** 2)"},
        ("H, yours 0.9993 0.2449 0 0.2449 0.7616 1",),
        ("wherever A is wrong", "A is right in its first column", "wherever P is wrong"),
    ),
    "right only in the cases tried": Told(
        "forward",
        "einsum",
        {"return softmax(O), H, A": "return softmax(O), H, 2 * A"},
        ("A is wrong; H and P are right in the cases tried.", "Your A is what is expected times 2"),
        ("wrong H[:,t+1] from A[:,t]",),
    ),
    "what is not visible in four digits is shown in more": Told(
        "forward",
        "einsum",
        {TANH: "np.tanh(A[:, t]).astype('f4')"},
        ("right to 6 digits or more", "float32", "H, yours [[0 -0.761594176*]]"),
        ("By hand",),
    ),
    "a floor under small probabilities is no factor": Told(
        "softmax",
        "einsum",
        {"return np.einsum": "return 1e-250 + np.einsum"},
        ("1e-250*",),
        ("times a number", "times 1"),
    ),
    "clipping is told with digits that show it": Told(
        "forward",
        "einsum",
        {TANH: "np.tanh(np.clip(A[:, t], -10, 10))"},
        ("pre-activations near 15", "clipped to [-0.999999996, 0.999999996]"),
        ("clipped to [-1, 1]", "float32"),
    ),
    "overflow in tanh": Told(
        "forward",
        "einsum",
        {TANH: "(np.exp(2 * A[:, t]) - 1) / (np.exp(2 * A[:, t]) + 1)"},
        ("wrong with pre-activations near 1000", "yours nan"),
    ),
    "a loop of 25 steps": Told(
        "forward",
        "einsum",
        {"for t in range(T)": "for t in range(min(T, 25))"},
        ("wrong with 30 steps", "(at t = 25, 26, 27, 28, 29)", "A[0,25], yours 0"),
    ),
    "a bias that is summed up": Told(
        "forward",
        "einsum",
        {'np.einsum("ij->i", b)': "b.sum()"},
        ("exactly W H[:,0] + U X[:,0] + sum(b)",),
    ),
    "a flat vector that is broadcast": Told(
        "forward",
        "einsum",
        {'np.einsum("ij->i", b)\n        )': "b\n        )[:, 0]"},
        ("(W H[:,0] + U X[:,0])[0] + b",),
    ),
    "results in another order": Told(
        "forward",
        "einsum",
        {"return softmax(O), H, A": "return softmax(O), A, H"},
        ("come in the order P, A and H; expected P, H and A.", "arrays of these shapes: U (3, 2)"),
        ("[[",),
    ),
    "a column missing": Told(
        "forward",
        "einsum",
        {"return softmax(O), H, A": "return softmax(O), H[:, 1:], A"},
        ("H lacks its first column; the rest is right.",),
    ),
    "a shape that is right in one case": Told(
        "softmax",
        "einsum",
        {"np.max(O, axis=0)": "np.max(O, axis=1)"},
        (),
        ("one column too many",),
    ),
    "as many rows as the largest index needs": Told(
        "one_hot",
        "loops",
        {"    X = np.zeros((K, T))": "    K = max([*indices, 0]) + 1\n    X = np.zeros((K, T))"},
        ("X has max(indices) + 1 rows; expected K.",),
    ),
    "the earliest rung speaks": Told(
        "decode",
        "loops",
        {
            '    text = ""\n': "    if not len(indices):\n        return None\n",
            "text = text + index": "text = index",
        },
        ("wrong with two characters in order", "With no character at all it fails besides"),
    ),
    "a line end of two characters": Told(
        "build_vocabulary",
        "loops",
        {"    chars = []\n": "    chars = []\n    text = text.replace('\\r\\n', '\\n')\n"},
        ("where \\r and \\n stand one after the other, right in all others",),
    ),
    "NUL is lost": Told(
        "encode",
        "loops",
        {"    result = np": "    text = np.array(list(text)).tolist()\n    result = np"},
        ("Wrong in all cases tried where the text holds NUL, \\0, right in all others.",),
    ),
    "a state that wraps round": Told(
        "backward",
        "einsum",
        {D_W: "sum(np.outer(D[:, t], H[:, t - 1]) for t in range(D.shape[1]))"},
        (
            "dW is wrong; dU, dV, db and dc are right in the cases tried.",
            "t=0 0 0 0 1",
            "does an index of -1 wrap round?",
        ),
    ),
    "a wrong ingredient": Told(
        "backward",
        "einsum",
        {D_B: 'np.einsum("ki,kt->i", params["V"], G)[:, None]'},
        ("Your db is made with V^T G; it should be with D.",),
        ("does not change with",),
    ),
    "a backward that reads the window again": Told(
        "backward",
        "einsum",
        {
            "    G = output_gradient(P, Y)\n": "    from reference.forward import forward\n"
            "    P, H, _ = forward(params, X, H[:, :1])\n    G = 2 * output_gradient(P, Y)\n"
        },
        ("dU, dW, dV, db and dc are what is expected times 2.",),
        ("does not change with", "changes with"),
    ),
    "one gradient clipped": Told(
        "backward",
        "einsum",
        {'np.einsum("it,kt->ik", D, X)': 'np.clip(np.einsum("it,kt->ik", D, X), -1, 1)'},
        ("Your dU is what is expected, clipped to [-1, 1].",),
        ("does not change with",),
    ),
    "the slope twice in what is carried": Told(
        "preactivation_gradient",
        "einsum",
        {CARRIED: f"slope[:, t] * {CARRIED}"},
        ("exactly s1 V^T G[:,1] + s1^2 W^T D[:,2]", "Right in all cases tried where W = 0."),
        ("so that nothing is carried back",),
    ),
    "the slope missing at the last step": Told(
        "preactivation_gradient",
        "einsum",
        {"heard[:, T - 1] * slope[:, T - 1]": "heard[:, T - 1]"},
        ("Only the last column of D is made wrongly",),
    ),
    "nothing carried at step 20": Told(
        "preactivation_gradient",
        "einsum",
        {CARRIED: f"(t != 19) * {CARRIED}"},
        ("With 30 steps only D[:,19] is made wrongly from D[:,20] and G", "D[0,19]"),
    ),
    "targets a step on": Told(
        "backward",
        "einsum",
        {"G = output_gradient(P, Y)": "G = output_gradient(P, np.roll(Y, -1, axis=1))"},
        ("the right numbers for Y one step on.",),
    ),
    "another row for each character": Told(
        "forward",
        "einsum",
        {"U, X[:, t])": "U, np.roll(X[:, t], -1))"},
        ("the right numbers for each character read as the one before it.",),
        ("this function of the pre-activation",),
    ),
    "a floor under the probabilities of a cost": Told(
        "cost",
        "einsum",
        {"P=forward(params=params, X=X, h0=h0)[0]": "P=forward(params, X, h0)[0].clip(1e-10)"},
        ("gap 1 10 30 100 300 700 yours 1.313 10 23.03 23.03 23.03 23.03",),
    ),
    "a mean beside a floor": Told(
        "cross_entropy",
        "einsum",
        {f"return {LOSS}": "return float(-np.mean(np.log((P * Y).sum(axis=0).clip(2e-6))))"},
        ("of -log P [[0.3333 0 0]",),
    ),
    "the quotient of two probabilities where columns of two are wrong alone": Told(
        "softmax",
        "einsum",
        {"np.max(O, axis=0)": "np.max(O, axis=0, initial=0.0)"},
        ("yours nan", "P is right for x = 700 and wrong for x = 800"),
        ("the quotient",),
    ),
    "a size that works by chance": Told(
        "softmax",
        "einsum",
        {'"kt->t", E)': '"kt->t", np.exp(O))'},
        ("Wrong already with two characters",),
        ("P is right for x = 1 and wrong",),
    ),
    "a floor of 0": Told(
        "softmax",
        "einsum",
        {SUM: "1.0 / (1e-12 + np.einsum(", '"kt->t", E)': '"kt->t", E))'},
        ("wrong with logits of about 10",),
        ("never below 0", "P is right in the cases tried"),
    ),
    "a floor under exp and not under P": Told(
        "softmax",
        "einsum",
        {"np.max(O, axis=0))": "np.max(O, axis=0)).clip(1.9e-22)"},
        ("no exp is below 1.9e-22 times that of the column's largest logit",),
        ("never below",),
    ),
    "a link that is right in itself alone": Told(
        "forward",
        "loops",
        {"            H[i, t + 1] = now[i]\n": ""},
        ("P[:,t] (but your H[:,t+1] would give another)",),
        ("P[:,t] from H[:,t+1]",),
    ),
    "digits that do not exaggerate": Told(
        "forward",
        "einsum",
        {"return softmax(O), H, A": "return softmax(O).round(6), H, A"},
        ("P, yours [[0.596495* 0.480502* 0.036715*",),
        ("0.03672*",),
    ),
    "b upside down": Told(
        "forward",
        "einsum",
        {'np.einsum("ij->i", b)\n': 'np.einsum("ij->i", b)[::-1]\n'},
        ("Your A, H and P: the right numbers for b upside down.",),
        ("where b = 0",),
    ),
    "a cost that depends on the target's row": Told(
        "cross_entropy",
        "einsum",
        {LOSS: "float(-np.log(P[0]).sum())"},
        ("Wrong already with one step",),
        ("One step costs, by the probability p",),
    ),
    "a cost that starts from zeros": Told(
        "cost",
        "einsum",
        {"P=forward(params=params, X=X, h0=h0)[0]": "P=forward(params, X, 0 * h0)[0]"},
        ("These are the right numbers for h0 = 0.",),
        ("where h0 = 0", "P is from"),
    ),
    "numbers as texts": Told(
        "build_vocabulary",
        "loops",
        {"forth[ch] = k": "forth[ch] = str(k)"},
        ("The values of char_to_index are not whole numbers.",),
        ("only the order is another", "only their numbers"),
    ),
    "letters sorted without their case": Told(
        "build_vocabulary",
        "loops",
        {"ord(chars[place]) < ord(ch)": "chars[place].lower() < ch.lower()"},
        ("wrong with capital and small letters",),
        ("Wrong in all cases tried where the text holds a capital letter",),
    ),
    "more steps than K": Told(
        "one_hot",
        "loops",
        {
            "    X = np.zeros((K, T))": "    if T > K:\n        raise ValueError\n"
            "    X = np.zeros((K, T))"
        },
        (
            "Right with a repeated index; wrong with more indices than K",
            "Where nothing is to be refused: wrong in all cases tried where there are more "
            "indices than K, right in all others.",
        ),
    ),
    "a loss of 25 steps": Told(
        "cross_entropy",
        "einsum",
        {"Y.T, P)": "Y.T[:25], P[:, :25])"},
        ("wrong with 30 steps",),
    ),
    "targets of the step before": Told(
        "cross_entropy",
        "einsum",
        {"Y.T, P)": "Y.T, np.roll(P, 1, axis=1))"},
        ("These are the right numbers for P one step late.",),
        ("Right in all cases tried",),
    ),
    "an unknown character that is white space": Told(
        "encode",
        "loops",
        {'raise ValueError("cannot': 'raise (KeyError if ch.isspace() else ValueError)("cannot'},
        ("wrong with an unknown space of another width at the end",),
    ),
    "a type for 256 numbers": Told(
        "encode",
        "loops",
        {"result[t] = found": "result[t] = found if found < 256 else 1 / 0"},
        ("Right with indices of 128 to 255; fails with indices of 256 and more.",),
        ("fails with indices of 128",),
    ),
    "one maximum for the whole window": Told(
        "cost",
        "einsum",
        {
            "    return cross_entropy(P=forward(params=params, X=X, h0=h0)[0], Y=Y)": """
    O = params["V"] @ forward(params, X, h0)[1][:, 1:] + params["c"]
    O = O - O.max()
    with np.errstate(all="ignore"):
        return float((np.log(np.exp(O).sum(axis=0)) - (O * Y).sum(axis=0)).sum())
"""
        },
        ("wrong with logits near 1000 at one step and near -1000 at the next",),
    ),
}


@pytest.mark.parametrize("told", ALONE.values(), ids=ALONE)
def test_what_is_said_of_a_wrong_function(told: Told) -> None:
    hold_to(told)


GIVEN = {
    "an earlier function's numbers": (
        Told("forward", "einsum", {SUM: "0.5 / np.einsum("}),
        {"softmax": [], "forward": ["softmax"]},
    ),
    "an earlier function's exception": (
        Told("backward", "einsum", {'return np.einsum("kt->kt", P) - Y': "return P - Y[:, [9]]"}),
        {"output_gradient": [], "backward": ["output_gradient"]},
    ),
    "an earlier function's shape": (
        Told("forward", "einsum", {"np.max(O, axis=0)": "np.max(O, axis=1)"}),
        {"softmax": [], "forward": ["softmax"]},
    ),
    "two earlier functions": (
        Told(
            "backward",
            "einsum",
            {'return np.einsum("kt->kt", P) - Y': "return 2 * (P - Y)", CARRIED: f"2 * {CARRIED}"},
        ),
        {
            "output_gradient": [],
            "preactivation_gradient": [],
            "backward": ["output_gradient", "preactivation_gradient"],
        },
    ),
    "a mistake of its own beside": (
        Told(
            "backward",
            "einsum",
            {'return np.einsum("kt->kt", P) - Y': "return 2 * (P - Y)", D_W: f"3 * {D_W}"},
        ),
        {"output_gradient": [], "backward": []},
    ),
    "the same mistake written twice": (
        Told(
            "forward",
            "einsum",
            {
                SUM: "0.5 / np.einsum(",
                "return softmax(O), H, A": "return np.exp(O) / np.exp(O).sum(axis=0) / 2, H, A",
            },
        ),
        {"softmax": [], "forward": []},
    ),
}


@pytest.mark.parametrize(("told", "given"), GIVEN.values(), ids=GIVEN)
def test_a_function_is_right_given_those_without_whose_mistakes_it_is(
    told: Told, given: dict[str, list[str]], tmp_path: Path
) -> None:
    found = of_file(told, tmp_path)
    assert {name: wrong.story.given for name, wrong in found.items()} == given


def test_an_earlier_function_that_is_not_written_is_no_reason(tmp_path: Path) -> None:
    told = Told(
        "cost",
        "einsum",
        {
            f"        return {LOSS}": "        raise NotImplementedError",
            "return cross_entropy(P=forward(params=params, X=X, h0=h0)[0], Y=Y)": (
                "return float(-np.log((forward(params, X, h0)[0] * Y).sum(axis=0)).mean())"
            ),
        },
    )
    found = of_file(told, tmp_path)
    assert isinstance(found["cross_entropy"], Waiting)
    assert found["cost"].story.given == []


STATE_KEPT = {
    "a random number": "    U = U * np.random.default_rng().random()\n",
    "numbers": "    KEPT.append(1)\n    W = W * len(KEPT)\n",
    "an exception": "    if KEPT:\n        KEPT.pop(7)\n    KEPT.append(1)\n",
}


@pytest.mark.parametrize("lines", STATE_KEPT.values(), ids=STATE_KEPT)
def test_what_changes_from_call_to_call_is_told_before_any_number(
    lines: str, tmp_path: Path
) -> None:
    edits = {"import numpy as np\n": "import numpy as np\nKEPT = []\n"}
    told = Told("forward", "einsum", edits | {"    H[:, 0] =": f"{lines}    H[:, 0] ="})
    said = sentences(of_file(told, tmp_path)["forward"])
    assert "for the same arguments" in said
    assert ("each time it is called" in said) != ("after other calls" in said)
    assert "Wrong already" not in said and "Right with" not in said


def test_an_array_for_two_results_is_told_as_such() -> None:
    def backward(params: Any, X: Any, Y: Any, P: Any, H: Any) -> Any:
        from reference.backward import backward as right

        grads = right(params, X, Y, P, H)
        if grads["b"].shape == grads["c"].shape:
            grads["b"] = grads["c"]
            grads["c"] += 1
        return grads

    wrong = explain(KnownFunction("backward", backward), {})
    assert wrong is not None
    assert "db and dc share their memory" in sentences(wrong)


PIECES = ("named_beside", "implied", "redone", "worked_case", "place", "failing_later")


@pytest.mark.parametrize("piece", [*PIECES, "certain", "relations", "which_quantities"])
def test_what_breaks_in_explaining_is_left_out_and_noted(
    piece: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: Any, **__: Any) -> Any:
        raise KeyError("pop from an empty set")

    if piece == "relations":
        monkeypatch.setattr(findings, "GENERAL", (breaks, *findings.GENERAL[1:]))
    else:
        module = "explain" if piece in PIECES else "findings"
        monkeypatch.setattr(f"lessons.checking.explaining.{module}.{piece}", breaks)
    told = Told("forward", "einsum", {TANH: "A[:, t]"})
    module_of: dict[str, Any] = {"__name__": "answer"}
    exec(source(told), module_of)
    wrong = explain(KnownFunction("forward", module_of["forward"]), {})
    assert wrong is not None and wrong.story.broke == "KeyError: 'pop from an empty set'"
    shown = " ".join(line for line, _ in wrong.story.case)
    assert "0.76" in shown and "KeyError" not in wrong.message + shown


def test_marks_and_the_comparison_of_the_whole_never_contradict() -> None:
    rng = np.random.default_rng(3)
    for _ in range(300):
        b = rng.normal(0, 10.0 ** rng.integers(-3, 4), (3, 4)) * (rng.random((3, 4)) > 0.3)
        a = b + rng.normal(0, 10.0 ** rng.integers(-16, -6), b.shape) * (rng.random(b.shape) > 0.5)
        marks = differing(a, b)
        assert marks is not None
        assert marks.any() != same(a, b)
        assert same(np.where(marks, b, a), b)


def test_a_mistake_beside_a_floor_is_named_apart_from_the_edge() -> None:
    def cross_entropy(P: np.ndarray, Y: np.ndarray) -> float:
        return float(-np.mean(np.log((P * Y).sum(axis=0).clip(2e-6))))

    wrong = explain(KnownFunction("cross_entropy", cross_entropy), {})
    assert wrong is not None and wrong.story.name == "mean_over_steps"
    assert wrong.story.known.startswith("Apart from probabilities near 0 and 1, these are the")


def test_an_earlier_function_that_is_right_is_not_called_wrong(tmp_path: Path) -> None:
    edits = {"P=forward(params=params, X=X, h0=h0)[0]": "P=forward(params, X, h0)[2]"}
    edits[f"return {LOSS}"] = (
        "return float(sum(-np.log(P[Y[:, t] > 0, t][0]) for t in range(len(P.T))))"
    )
    found = of_file(Told("cost", "einsum", edits), tmp_path)
    assert found.keys() == {"cost"}
    assert "wrong too" not in sentences(found["cost"])


def test_what_there_is_no_room_for_is_left_out_as_a_whole() -> None:
    case = [("Shown:", ""), ("A, yours 1", "red"), ("A, expected 2", "green")]
    case += [("H, yours [1", "red"), ("2]", "red"), ("H, expected [3", "green"), ("4]", "green")]
    story = Explanation("forward", ["Wrong."], found=["Found."], case=case, by_hand=["  By hand"])
    shown = {room: [line for line, _ in story.lines("place", room=room)] for room in range(20)}
    assert shown[12][-1] == "  By hand" and shown[10][-1] == "4]"
    assert shown[9][-1] == "A, expected 2" and "Found." in shown[9]
    assert "Found." not in shown[5] and shown[5][-1] == "A, expected 2"
