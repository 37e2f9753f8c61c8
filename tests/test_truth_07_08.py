"""What is said of wrong answers to lessons 7 and 8 that nobody has named, and what is not."""

from pathlib import Path

import pytest

from lessons.checking.answering.calling import KnownFunction
from lessons.checking.explaining.explain import explain
from tests.test_truth import Told, hold_to, of_file, source

SAMPLE, STEPS, TRAIN, FIRST = "sample", "training_steps", "train", "initialise"
TEMPERED = "[:, None] / temperature)"
DRAW = "x = rng.multinomial(1, p).astype(float)"
STATE = 'np.einsum("ij,j->i", params["W"], h)'
TEXT = "return indices"


def sampled(edits: dict[str, str], *says: str, never: tuple[str, ...] = ()) -> Told:
    """A wrong sample; what is drawn is never called right."""
    return Told(SAMPLE, "einsum", edits, says, ("Right with", *never))


SAMPLED = {
    "the temperature is another one from the third character on": sampled(
        {TEMPERED: "[:, None] / (temperature if t < 2 else temperature / 2))"},
        "No fault seen with a temperature of 0.001 (190 draws); wrong with eight characters",
        "Any character of the texts (1200 draws) is",
        never=("fit temperature",),
    ),
    "the root of the temperature": sampled(
        {TEMPERED: "[:, None] / temperature**0.5)"},
        "Where c alone decides, your draws fit temperature 2 where 4 is given (from 1.8 to 2.4 is "
        "possible).",
        "no fault is seen if the temperature is 1",
    ),
    "a default of 0.8": sampled(
        {"temperature=1.0": "temperature=0.8"},
        "no temperature gives another text than temperature 1; it should be 1 if none is given",
        "your texts are, character by character, those of temperature 0.8.",
    ),
    "a default inside": sampled(
        {
            "temperature=1.0": "temperature=None",
            TEMPERED: "[:, None] / (temperature or 0.7))",
        },
        "your texts are, character by character, those of temperature 0.7.",
    ),
    "a constant text, and rng moves": sampled(
        {TEXT: "return 0 * indices"},
        "Two different states of rng gave the same text",
        "rng goes on from call to call yours: yes",
        never=("After 20 calls rng was where",),
    ),
    "a constant text, and rng does not move": sampled(
        {DRAW: "x = np.eye(K)[np.argmax(p)]"},
        "After 20 calls rng was where it had been before them; it should go on",
        "For all 30 characters together rng gave 0 random numbers.",
        "all calls give the same text, of the likeliest characters.",
    ),
    "the same four random numbers for all characters": sampled(
        {
            "    h = h0[:, 0]\n": "    h = h0[:, 0]\n    noise = rng.gumbel(size=K)\n",
            DRAW: "x = np.eye(K)[np.argmax(np.log(p + 1e-300) + noise)]",
        },
        "For all 30 characters together rng gave 4 random numbers.",
    ),
    "a copy of rng for each character": sampled(
        {
            "import numpy as np\n": "import copy\n\nimport numpy as np\n",
            DRAW: "x = copy.deepcopy(rng).multinomial(1, p).astype(float)",
        },
        "another state of rng gives another text yours: yes",
        "After 20 calls rng was where it had been",
        never=("of the likeliest",),
    ),
    "a global generator, seeded": sampled(
        {DRAW: "x = np.random.multinomial(1, p).astype(float)"}
        | {"    h = h0[:, 0]\n": "    h = h0[:, 0]\n    np.random.seed(0)\n"},
        "global generators are left alone yours: NO",
        "all calls give the same text.",
        never=("of the likeliest",),
    ),
    "a state kept from call to call": sampled(
        {
            "def sample(": "KEPT = []\n\n\ndef sample(",
            "    h = h0[:, 0]\n": "    h = h0[:, 0]\n"
            "    h = KEPT[-1] if KEPT and KEPT[-1].shape == h.shape else h\n",
            "        o = np": "        KEPT.append(h)\n        o = np",
        },
        "A call gave another text when other calls had been made before it",
        "the same state of rng gives the same text yours: yes",
        "calls made before change nothing yours: NO",
        "the texts stay the same when h0 is changed; they should not",
    ),
    "a fresh number for each comparison with the cumulative sum": sampled(
        {DRAW: "x = np.eye(K)[next(k for k in range(K) if rng.random() < sum(p[: k + 1]) + 1e-9)]"},
        "No fault seen with one character drawn by the bias c alone (340 draws); wrong with one of "
        "six characters drawn by c alone (1,040 draws).",
    ),
    "an index one too high, but for the last": sampled(
        {"np.argmax(x)": "min(np.argmax(x) + 1, K - 1)"},
        "Character 0 is never drawn, in any case.",
        never=("stay the same when", "larger index"),
    ),
    "a sorted text": sampled(
        {TEXT: "return np.sort(indices)"},
        "In none of your texts a character comes after one with a larger index.",
    ),
    "the last character is never drawn": sampled(
        {"range(n)": "range(n - 1)"},
        "In all cases of several characters the last one of every text is 0.",
    ),
    "the middle of the distribution": sampled(
        {DRAW: "x = np.eye(K)[np.searchsorted(np.cumsum(p), 0.51)]"},
        "In every case all calls give the same text.",
        "in a text, expected about: 0 61 %, 1 14 %, 2 3 %, 3 22 %",
        never=("of the likeliest",),
    ),
    "the last of the vocabulary becomes the one before it": sampled(
        {"np.argmax(x)": "min(np.argmax(x), K - 2)"},
        "The last character of the vocabulary is never drawn, in any case.",
        "expected 17.2 % ####### The other characters differ less.",
        never=("every text is 0",),
    ),
    "the number is compared with each probability by itself": sampled(
        {
            DRAW: "u = rng.random()\n"
            "        x = np.eye(K)[next((k for k in range(K) if u < p[k]), 0)]"
        },
        "For all 30 characters together rng gave 30 random numbers, which decided nothing.",
    ),
    "the first step from a column that is still empty": sampled(
        {STATE: 'np.einsum("ij,j->i", params["W"], h * (t > 0))'},
        "the texts stay the same when h0 is changed; they should not",
    ),
    "a flat column of U": sampled(
        {
            "    h = h0[:, 0]\n": "    h = h0\n",
            STATE: 'params["W"] @ h',
            '+ params["b"][:, 0]': '+ params["b"]',
            'np.einsum("ki,i->k", params["V"], h)': 'params["V"] @ h[:, 0]',
        },
        "wrong with U, so that x0 is read",
        never=("stay the same when",),
    ),
    "logits through tanh": sampled(
        {
            'o = np.einsum("ki,i->k", params["V"], h) + params["c"][:, 0]': (
                'o = np.tanh(np.einsum("ki,i->k", params["V"], h) + params["c"][:, 0])'
            )
        },
        "the likeliest character comes too rarely",
        never=("stay the same when",),
    ),
    "a list": sampled(
        {TEXT: "return list(indices)"}, "expected a NumPy array of 2 integers", "n 2 and 30"
    ),
    "x0 is read again at step 11": sampled(
        {
            "x0]\n": "x0]\n    first = x\n",
            "np.argmax(x)": "np.argmax(x)\n        x = first if t == 10 else x",
        },
        "No fault seen with five characters drawn, inputs that matter (1,700 draws); wrong with a "
        "text of 30 characters (60 draws).",
        "^ the first that differs, at index 11",
    ),
    "exp of logits as they are": sampled(
        {"softmax(np": "(lambda o: np.exp(o) / np.exp(o).sum())(np"},
        "fails with logits of 1000",
    ),
}
JUDGED = ("is wrong", "are wrong", "ever wrong", "your own", "first goes", "first go ")
YIELD, ON = "            yield s\n", "            start = start + seq_length\n"
START, NEW_H = "        start = 0\n", '            h = np.zeros((params["b"].shape[0], 1))\n'
UPDATE = "            adagrad_step(params, grads, memory, eta)\n"
NEXT, HERE = "indices[start + t + 1]", "indices[start + t]"
SMOOTH = "smooth = 0.999 * smooth + 0.001 * loss"
FIRST_LOSS = "                smooth = loss\n"
OF_X, OF_Y, OF_P = f"X[int({HERE}), t]", f"Y[int({NEXT}), t]", f"P[int({NEXT}), t]"
DRAWN = "sigma * rng.standard_normal()"


def trained(edits: dict[str, str], *says: str, never: tuple[str, ...] = ()) -> Told:
    """A wrong training_steps."""
    return Told(STEPS, "loops", edits, says, never)


def by_hand(step: str) -> dict[str, str]:
    """An update of the file's own."""
    return {UPDATE: "".join(f"            {line}\n" for line in step.splitlines())}


TRAINED = {
    "an epoch is run before its first Step": trained(
        {YIELD: "            out.append(s)\n", START: START + "        out = []\n"}
        | {ON: ON + "        yield from out\n"},
        "When Step 0 comes out, params hold 2 updates already; they should hold 1.",
        "updates in params, yours 2 2 expected 1 2",
        never=JUDGED,
    ),
    "an epoch is run before its first Step, and the smoothing is wrong": trained(
        {YIELD: "            out.append(s)\n", START: START + "        out = []\n"}
        | {ON: ON + "        yield from out\n", SMOOTH: "smooth = 0.9 * smooth + 0.1 * loss"},
        "params hold 2 updates already",
        never=JUDGED,
    ),
    "one window ahead": trained(
        {YIELD: "            if step:\n                yield last\n            last = s\n"}
        | {ON: ON + "    yield last\n"},
        "Is the next window read before Step 0 is yielded?",
        never=JUDGED,
    ),
    "all at once when it is called": trained(
        {
            "eta=0.1, epochs=1):\n    N": "eta=0.1, epochs=1):\n    return iter(list(run(params, "
            "indices, K, seq_length, eta, epochs)))\n\n\ndef run(params, indices, K, seq_length, "
            "eta, epochs):\n    N"
        },
        "params have changed before the first Step was asked for; they should change when",
        "b[0,0], as it is given 0.5 b[0,0], before the first Step is asked for 0.6",
        never=JUDGED,
    ),
    "an update at every other step": trained(
        {UPDATE: "            if step % 2 == 0:\n    " + UPDATE},
        "it is none: params are as before",
        never=("whole epoch", "already"),
    ),
    "inputs and targets exchanged": trained(
        {OF_X: f"Y[int({HERE}), t]", OF_Y: f"X[int({NEXT}), t]", OF_P: f"P[int({HERE}), t]"},
        "they are those of the window with inputs and targets exchanged",
    ),
    "targets two ahead": trained(
        {OF_Y: "Y[int(indices[(start + t + 2) % N]), t]"}
        | {OF_P: "P[int(indices[(start + t + 2) % N]), t]"},
        "they are those of the window with targets two characters ahead of their inputs",
    ),
    "one character earlier, from index -1": trained(
        {OF_X: "X[int(indices[start + t - 1]), t]", OF_Y: f"Y[int({HERE}), t]"}
        | {OF_P: f"P[int({HERE}), t]"},
        "one character earlier, an index of -1 being the text's last character",
    ),
    "targets too far for the last window": trained(
        {"while start + seq_length < N": "while start + seq_length <= N"},
        "That was after 1 step, when no window is left. One from 3 would have the characters 4 to "
        "6 as targets; the text ends at 5.",
    ),
    "smoothing from the last loss": trained(
        {
            SMOOTH: "smooth = 0.999 * last + 0.001 * loss",
            YIELD: YIELD + "            last = loss\n",
        },
        "From step 1 on your smoothed loss is 0.999 times the loss of the step before and 0.001 "
        "times the loss; it should be 0.999 times the smoothed loss before",
    ),
    "smoothing from 25 ln K": trained(
        {FIRST_LOSS: "                smooth = 0.999 * 25 * np.log(K) + 0.001 * loss\n"},
        "At step 0 your smoothed loss is 0.999 times 25 ln K and 0.001 times the loss; it should "
        "be the loss.",
        never=("T ln K",),
    ),
    "smoothing from N ln K": trained(
        {FIRST_LOSS: "                smooth = N * np.log(K)\n"},
        "At step 0 your smoothed loss is N ln K; it should be the loss.",
    ),
    "windows of 30 by default": trained(
        {"seq_length=25": "seq_length=30"},
        "it is that of a window of 30 steps; it should have 25",
        "Right in all cases tried where seq_length is given.",
    ),
    "windows of 3 always": trained(
        {"    step = 0\n": "    step = 0\n    seq_length = 3\n"},
        "it is that of a window of 3 steps; it should have T",
    ),
    "b is never moved": trained(
        by_hand(
            "for name in 'UWVc':\n    memory[name] += grads[name] ** 2\n"
            "    params[name] -= eta * grads[name] / np.sqrt(memory[name] + 1e-8)"
        ),
        "the first wrong update does not change b at all; the other tensors are right there",
        "+ 1e-8)",
    ),
    "moved before the square is added": trained(
        by_hand(
            "for name in params:\n"
            "    params[name] -= eta * grads[name] / np.sqrt(memory[name] + 1e-8)\n"
            "    memory[name] += grads[name] ** 2"
        ),
        "it is that with the memory before this step's square is added",
    ),
    "smaller steps in each epoch": trained(
        {"memory, eta)": "memory, eta / (1 + epoch))"},
        "Where the update of params first goes wrong, it is 0.5 times the change that is expected.",
    ),
    "one array for every h": trained(
        {NEW_H: "            h = h\n"},
        "The h of an earlier Step is changed by later steps",
        "h of Step 0, when it came [-0.5236 -0.4563] h of Step 0, after the run",
    ),
    "steps counted by two": trained(
        {"step = step + 1": "step = step + 2"},
        "the number of the step first goes wrong, it is twice what is expected.",
        never=("1 more",),
    ),
    "losses in single precision": trained(
        {"s.loss = loss": "s.loss = float(np.float32(loss))"},
        "right to 6 digits, as though float32 were used somewhere",
    ),
    "an end after 41 windows": trained(
        {ON: ON + "            if step > 40:\n                return\n"},
        "wrong with a run of 45 windows",
        "There are 41 steps; expected 45.",
    ),
    "the mean of all states": trained(
        {"h[i, 0] = H[i, seq_length]": "h[i, 0] = H[i].mean()"},
        "only the state h is ever wrong, if each step is judged from your own numbers before it",
    ),
    "the smoothed loss of a loss a character": trained(
        {FIRST_LOSS: "                smooth = loss / seq_length\n"}
        | {SMOOTH: "smooth = 0.999 * smooth + 0.001 * loss / seq_length"},
        "Where the smoothed loss first goes wrong, it is the right one for a loss divided by T.",
    ),
    "windows that overlap": trained(
        {ON: "            start = start + seq_length - 1\n"},
        "There are 2 steps; expected 1.",
        "your step 1 reads the window from 2",
    ),
    "not a number": trained(
        {UPDATE: "            adagrad_step(params, memory, grads, eta)\n"},
        'After Step 0 params["U"] holds nan at [0, 1]; expected finite numbers. That was at step 0',
    ),
    "windows from 1": trained(
        {"        start = 0\n": "        start = 1\n"},
        "the loss, the state h and the update of params first go wrong, they are those of the "
        "window one character later.",
        never=("exchanged",),
    ),
    "targets in reverse order": trained(
        {OF_Y: "Y[int(indices[start + seq_length - t]), t]"}
        | {OF_P: "P[int(indices[start + seq_length - t]), t]"},
        "they are those of the window with its targets in reverse order",
    ),
    "a state of ones": trained(
        {START: START + '        h = np.ones((params["b"].shape[0], 1))\n'},
        "they are those of the window read from h = 1 in all units",
    ),
    "two updates a window": trained(
        {UPDATE: 2 * UPDATE},
        "it is that of two updates with the same gradient",
    ),
    "smoothing from 0": trained(
        {"    smooth = None\n": "    smooth = 0.0\n"},
        "it is 0.001 times what is expected",
        never=("At step 0 your smoothed loss",),
    ),
    "another order of windows": trained(
        {
            "        while start + seq_length < N:\n": "        for start in range((N - 1) // "
            "seq_length * seq_length - seq_length, -1, -seq_length):\n",
            ON: "",
        },
        "1.767 is that of the window that follows",
    ),
}
KEPT = {
    "two options are not handed on": Told(
        TRAIN,
        "loops",
        {"K, **options):\n        r": "K, seq_length=options.get('seq_length', 25)):\n        r"},
        ("the right numbers for a run in which eta and epochs are not given",),
    ),
    "chosen by the loss": Told(
        TRAIN,
        "loops",
        {"s.smooth_loss < r.best_loss": "s.loss < r.best_loss"},
        (
            "wrong with three steps, the first the best",
            "best_loss is the smoothed loss of the last step whose loss lies below the smoothed "
            "loss kept before it.",
        ),
    ),
    "a best loss of 100 to begin with": Told(
        TRAIN,
        "loops",
        {"r.best_loss = None": "r.best_loss = 100.0"},
        ("no step has been the best so far", "fails with a loss above 10,000"),
        ("Was it printed",),
    ),
    "the mean as the best loss": Told(
        TRAIN,
        "loops",
        {"    return r\n": "    r.best_loss = float(np.mean(r.smooth_losses))\n    return r\n"},
        ("Your best_loss is the mean of the smoothed losses.",),
    ),
    "deviations by both sizes": Told(
        FIRST,
        "loops",
        {DRAWN: "(2 / sum(params[name].shape)) ** 0.5 * rng.standard_normal()"},
        ("is about sqrt(2 / (rows + columns)); it should be sigma",),
    ),
    "no weight far out": Told(
        FIRST,
        "loops",
        {DRAWN: "sigma * max(-2, min(2, rng.standard_normal()))"},
        ("No entry of U, W and V lies farther than", "some should"),
    ),
    "a bias of sigma": Told(
        FIRST,
        "loops",
        {'"b": np.zeros((m, 1))': '"b": np.full((m, 1), sigma)'},
        ("b holds 0.01 throughout; it should hold zeros.", "yours 0.01 0.01 0.01 0.01 ..."),
        ("c holds", "different numbers", "standard deviation"),
    ),
    "the same numbers at each call": Told(
        FIRST,
        "loops",
        {DRAWN: "sigma * np.random.default_rng([i, j, ord(name)]).standard_normal()"},
        ("Another rng gives the same weights.", "With K = 3 and m = 2 U[0,0] is in a first call"),
    ),
    "V is U": Told(
        FIRST,
        "loops",
        {"    return params\n\n": '    params["V"] = params["U"].T\n    return params\n\n'},
        ("V is U transposed.", "With K = 4 and m = 4 your first weights are U [["),
        ("standard deviation",),
    ),
    "absolute values": Told(
        FIRST,
        "loops",
        {DRAWN: "abs(sigma * rng.standard_normal())"},
        ("The mean of U, W and V is not 0.",),
        ("sqrt(3)",),
    ),
    "c is not copied": Told(
        TRAIN,
        "loops",
        {"    return r\n": "    r.best_params['c'] = params['c']\n    return r\n"},
        ("best_params share the memory of c with params, and change with them.",),
    ),
    "another dict": Told(
        TRAIN,
        "loops",
        {"r.params = params": "r.params = dict(params)"},
        ("result.params is params yours: False expected: True",),
    ),
}
ALL = SAMPLED | TRAINED | KEPT


@pytest.mark.parametrize("told", ALL.values(), ids=ALL)
def test_what_is_said_of_a_wrong_function(told: Told) -> None:
    hold_to(told)


UNNAMED = [
    "the same four random numbers for all characters",
    "a copy of rng for each character",
    "a default of 0.8",
    "deviations by both sizes",
    "a bias of sigma",
    "an update at every other step",
]


@pytest.mark.parametrize("which", UNNAMED)
def test_what_only_looks_like_a_known_mistake_has_no_name(which: str) -> None:
    module: dict[str, object] = {"__name__": "answer"}
    exec(compile(source(ALL[which]), "answer", "exec"), module)
    call = module[ALL[which].function]
    assert callable(call)
    wrong = explain(KnownFunction(ALL[which].function, call), {})
    assert wrong is not None
    assert wrong.story.name is None


GIVEN = {
    "too few steps": {"while start + seq_length < N": "while start + seq_length < N - 1"},
    "too many": {ON: "            start = start + 1\n"},
    "all steps at once": {YIELD: "            out.append(s)\n", START: START + "        out = []\n"}
    | {ON: ON + "        yield from out\n"},
}


@pytest.mark.parametrize("edits", GIVEN.values(), ids=GIVEN)
def test_train_is_right_given_what_training_steps_yields(
    edits: dict[str, str], tmp_path: Path
) -> None:
    found = of_file(Told(STEPS, "loops", edits), tmp_path)
    assert {name: wrong.story.given for name, wrong in found.items()} == {
        STEPS: [],
        TRAIN: [STEPS],
    }
