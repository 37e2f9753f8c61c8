"""What the lessons' pages say in numbers is what the code gives."""

import importlib.util
import re
from pathlib import Path

import numpy as np
import pytest

from lessons.checking.answering.rooms import LESSONS, ROOT
from lessons.checking.explaining.mistakes import Mistakes, mistakes_of, model_of
from reference.adagrad import adagrad_step
from reference.backward import backward, output_gradient, preactivation_gradient
from reference.derivations.lessons_example import H0
from reference.derivations.lessons_example import PARAMS as EXAMPLE
from reference.encoding import build_vocabulary, encode, one_hot
from reference.forward import forward, softmax
from reference.gradcheck import relative_error
from reference.loss import cross_entropy
from reference.pictures import backward as backward_picture
from reference.pictures import states
from reference.pictures import temperatures as temperatures_picture
from reference.training import training_steps

NUMBER = re.compile(r"(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?")


def section(room: str, title: str) -> str:
    """A section of a page, without its pictures and captions."""
    page = (ROOT / "lessons" / room / "README.md").read_text(encoding="utf-8")
    text = page.split(f"## {title}\n")[1].split("\n## ")[0]
    return re.sub(r"^!\[.*?\)$|^\*What to see: .*?\*", "", text, flags=re.MULTILINE | re.DOTALL)


def by_hand(room: str) -> str:
    """The worked example of a page."""
    return section(room, "By hand")


def unexplained(text: str, known: list[float]) -> list[str]:
    """Numbers of a text that are none of the known ones, in the digits in which they stand."""
    found = []
    for token in NUMBER.findall(text):
        value = float(token.replace(",", ""))
        digits = len(token.split(".")[1].split("e")[0]) if "." in token else 0
        unit = 10.0**-digits * (10.0 ** int(token.split("e")[1]) if "e" in token else 1.0)
        if not any(abs(abs(value) - abs(x)) <= 0.501 * unit for x in known):
            found.append(token)
    return found


def numbers(*values: object) -> list[float]:
    """All numbers in arrays, dicts and the like."""
    found: list[float] = []
    for value in values:
        entries = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list | tuple):
            found += numbers(*entries)
        else:
            found += np.ravel(np.asarray(value, dtype=float)).tolist()
    return found


def network() -> tuple[np.ndarray, ...]:
    """The example of lessons 2, 3, 4 and 7: it reads ab and should have said ba."""
    X, Y = one_hot([0, 1], 2), one_hot([1, 0], 2)
    P, H, A = forward(EXAMPLE, X, H0)
    return X, Y, P, H, A


def encoding() -> list[float]:
    indices = encode("To be", build_vocabulary("To be")[0])
    return numbers(indices, [ord(character) for character in "To be"], 5)


def forward_pass() -> list[float]:
    _, _, P, H, A = network()
    O = EXAMPLE["V"] @ H[:, 1:] + EXAMPLE["c"]
    return numbers(EXAMPLE, H0, P, H, A, O, O[0] - O[1], range(3), 709)


def loss() -> list[float]:
    _, Y, P, _, _ = network()
    total = cross_entropy(P, Y)
    return numbers(P, -np.log((P * Y).sum(axis=0)), total, np.exp(-total), range(3))


def backpropagation() -> list[float]:
    X, Y, P, H, _ = network()
    G = output_gradient(P, Y)
    D = preactivation_gradient(EXAMPLE, G, H)
    sent, slope = EXAMPLE["V"].T @ G, 1 - H[:, 1:] ** 2
    carried = EXAMPLE["W"].T @ D
    grads = backward(EXAMPLE, X, Y, P, H)
    return numbers(EXAMPLE, X, Y, P, H, G, D, sent, slope, carried, grads, range(4))


def gradient_check() -> list[float]:
    cubes = [2.1**3, 1.9**3, (2.1**3 - 1.9**3) / 0.2, (2.05**3 - 1.95**3) / 0.1]
    ga, gn = np.array([[3.0, 4.0]]), np.array([[6.0, 8.0]])
    tiny = np.array([[1e-9]])
    errors = [relative_error(ga, gn), relative_error(tiny, -tiny)]
    X, Y, P, H, _ = network()
    right = backward(EXAMPLE, X, Y, P, H)
    cut = preactivation_gradient(EXAMPLE | {"W": 0 * EXAMPLE["W"]}, output_gradient(P, Y), H)
    wrong = {"U": cut @ X.T, "W": cut @ H[:, :-1].T, "b": cut.sum(axis=1, keepdims=True)}
    errors += [relative_error(wrong[name], right[name]) for name in wrong]
    given = [ga, gn, 2, 12, 0.1, 0.05, 0.2, 2.1, 1.9, 0.01, 5, 10, 1e-9, 2e-9, 1e-6]
    rounding = [1e-11, 3e-12, 1e-10, 4e-11, 1e-9]  # of central differences; machines differ
    return numbers(cubes, errors, *given, rounding)


def updates() -> list[float]:
    def step(theta: float, g: float, memory: float, eps: float) -> list[float]:
        params, grads, kept = ({"U": np.array([[float(x)]])} for x in (theta, g, memory))
        adagrad_step(params, grads, kept, 0.1, eps)
        return numbers(params, kept, np.sqrt(kept["U"] + eps))

    steps = [step(1, 3, 0, 0), step(0.9, 4, 9, 0), step(1, 2, 1, 4)]
    small = [*step(0, 1e-5, 0, 1e-8), 0.1 * 1e-5 / (1e-5 + 1e-8)]
    return numbers(steps, small, 0, 1, 2, 3, 4, 16, 0.1, 1e-5, 1e-10, 1e-8)


def samples() -> list[float]:
    _, Y, P, H, _ = network()
    p = np.exp(-cross_entropy(P, Y))
    spread = np.sqrt(10_000 * p * (1 - p))
    return numbers(EXAMPLE, H0, P, H, p, 10_000 * p, spread, 10_000, 1 - p, range(4))


def training() -> list[float]:
    indices, found = encode("aaabaab", {"a": 0, "b": 1}), []
    params = {
        name: np.zeros(s)
        for name, s in (("U", (1, 2)), ("W", (1, 1)), ("V", (2, 1)), ("b", (1, 1)), ("c", (2, 1)))
    }
    gradients: list[float] = []
    for step in training_steps(params, indices, 2, seq_length=3, epochs=2):
        found += [step.loss, step.smooth_loss, params["c"][0, 0]]
        P = softmax(params["c"])[:, 0]  # of the step that follows
        gradients.append(3 * P[0] - 2)
        found += [*P, gradients[-1]]
    memory = 0.25 + gradients[0] ** 2
    smoothed = [100, 99.99, 0.999 * 99.99 + 0.001 * 120]
    given = [0.999, 0.001, 90, 120, 0.5, 0.25, 0.1, range(4), 10_000]
    return numbers(found, memory, smoothed, *given)


EXAMPLES = {
    "01_encoding": encoding,
    "02_forward": forward_pass,
    "03_loss": loss,
    "04_backward": backpropagation,
    "05_gradcheck": gradient_check,
    "06_adagrad": updates,
    "07_sampling": samples,
    "08_training": training,
}


@pytest.mark.parametrize("room", EXAMPLES)
def test_every_number_of_a_worked_example_is_what_the_code_gives(room: str) -> None:
    assert unexplained(by_hand(room), EXAMPLES[room]()) == []


def test_a_wrong_digit_in_a_worked_example_is_noticed() -> None:
    text = by_hand("04_backward").replace("0.6315", "0.6325", 1)
    assert unexplained(text, backpropagation()) == ["0.6325"]


def surprises() -> list[float]:
    p = [1, 0.5, 0.1, 0.01, 1e-9]
    _, Y, P, _, _ = network()
    return numbers(p, -np.log(p), P, -np.log((P * Y).sum(axis=0)), cross_entropy(P, Y), 0, 3)


def shrinking_steps() -> list[float]:
    t = np.arange(1, 5)
    rows = [t, 9 * t, np.sqrt(9 * t), 0.1 / np.sqrt(t)]
    return numbers(rows, 3, 300, 0.1, [-20, 7, -0.3, 5], 2000, 0)


def temperatures() -> list[float]:
    O = np.array([[2.0], [1.0], [0.0]])
    return numbers([softmax(O / tau) for tau in (0.5, 1, 2)], 0.5, 1, 2, 0)


PICTURES = {"03_loss": surprises, "06_adagrad": shrinking_steps, "07_sampling": temperatures}


@pytest.mark.parametrize("room", PICTURES)
def test_every_number_of_a_table_is_what_the_code_gives(room: str) -> None:
    assert unexplained(section(room, "The picture"), PICTURES[room]()) == []


def caption(room: str, picture: str) -> str:
    """What a page says of a picture."""
    page = (ROOT / "lessons" / room / "README.md").read_text(encoding="utf-8")
    return page.split(f"pictures/{picture}.svg)\n\n*What to see:")[1].split("*")[0]


def test_what_the_caption_of_the_way_back_says_in_numbers_is_in_the_picture() -> None:
    values = backward_picture.numbers().values("value")
    assert unexplained(caption("04_backward", "backward"), [*values, 0, 1]) == []


def test_what_is_said_of_the_states_is_measured() -> None:
    *units, spreads = states.numbers().rows
    letters = {c: s for c, s in zip(states.LINE, map(float, spreads[2:]), strict=True)}
    small = [spread for c, spread in letters.items() if c.islower()]
    said = [letters[" "], min(small), max(small), float(spreads[1])]
    text = caption("02_forward", "states")
    assert unexplained(text, [*said, len(units), 10_000]) == []
    assert f"{said[0]:.2f} after a space" in " ".join(text.split())
    assert f"{said[1]:.2f} to {said[2]:.2f} after the small letters" in " ".join(text.split())
    after = section("02_forward", "What a trained network's states look like").split("Does")[1]
    assert unexplained(after, [*states.chance_of_a_space(), 10_000]) == []


def test_what_is_said_of_temperatures_is_measured() -> None:
    table = temperatures_picture.numbers()
    measured = {
        (row[0], str(row[2])): float(row[3])
        for row in table.rows
        if row[1] == "text" and row[0] in (0.3, 1.5)
    }
    said = [value if "mean" in what else 100 * value for (_, what), value in measured.items()]
    text = caption("07_sampling", "temperatures")
    assert unexplained(text, [*said, 0.3, 1.5, 1, temperatures_picture.LENGTH]) == []


def test_the_prose_of_the_exercises_has_no_numbers_but_given_and_computed_ones() -> None:
    """The formulas and tables of the answers are made and proved by reference/derivations."""
    _, Y, P, H, _ = network()
    D = preactivation_gradient(EXAMPLE, output_gradient(P, Y), H)
    answers = (ROOT / "docs" / "derivations" / "exercises.md").read_text(encoding="utf-8")
    prose = re.sub(r"<!-- \w+\.\w+ -->.*?<!-- end -->|\]\(.*?\)", "", answers, flags=re.DOTALL)
    asked = "".join(section(room, "An exercise").split("([The")[0] for room in LESSONS)
    given = [0.1, 0.5, 0.8, 0.2, 0.8 / 0.2, 110, 50, (110 + 50) / 2, 50 + 1, 0.999, 5, 1000]
    assert unexplained(prose + asked, numbers(D, EXAMPLE["W"], range(9), given)) == []
    assert [f"## Lesson {int(room[:2])}: " in answers for room in LESSONS] == [True] * len(LESSONS)


def test_a_flat_column_plus_a_column_is_a_matrix_as_lesson_2_says() -> None:
    m, K, t = 3, 4, 1
    U, X, b = np.ones((m, K)), one_hot([0, 2, 3], K), np.zeros((m, 1))
    assert (U @ X[:, t]).shape == (m,) and (U @ X[:, t] + b).shape == (m, m)
    assert X[:, t : t + 1].shape == (K, 1) and (U @ X[:, t : t + 1] + b).shape == (m, 1)


PAGES = [
    ROOT / "README.md",
    *ROOT.glob("lessons/0*/README.md"),
    *ROOT.glob("docs/**/*.md"),
    ROOT / "data" / "README.md",
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_tells_to_run_or_to_look_at_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for module in re.findall(r"python(?:3)? -m ([\w.]+)", text):
        assert importlib.util.find_spec(module), module
    for path in re.findall(
        r"`(?!lessons/0N)((?:lessons|reference|tests|data|docs)/[\w./-]+)`", text
    ):
        assert (ROOT / path).exists(), path
    for path in re.findall(r"pytest (lessons/[\w/]+|tests/[\w/.]+)", text):
        assert (ROOT / path).exists(), path
    for name in re.findall(r"from ((?:reference|lessons)[\w.]+) import \w+", text):
        assert importlib.util.find_spec(name), name


def test_the_example_of_a_known_mistake_is_one() -> None:
    """The code block of the page on changing the project, run."""
    page = (ROOT / "docs" / "changing.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", page, re.DOTALL)[1]
    model = model_of(LESSONS["04_backward"], "preactivation_gradient")
    shown = Mistakes("preactivation_gradient", model)
    exec(code, {"in_preactivation_gradient": shown})
    (entry,) = shown.entries
    known = {mistake.name: mistake for mistake in mistakes_of(LESSONS["04_backward"])}
    registered = known["carried_through_W_untransposed"]
    assert (entry.function, entry.choice.keys()) == (registered.function, registered.choice.keys())
    W, d = np.arange(4.0).reshape(2, 2), np.array([1.0, 2.0])
    arguments = (W, d, d, d, d)
    assert np.array_equal(entry.choice["carry"](*arguments), registered.choice["carry"](*arguments))
