"""What is said of wrong answers to lesson 4, and of all that is left in memory or kept in mind."""

from pathlib import Path

import pytest

from tests.test_truth import Told, of_file, of_function, sentences

HIDDEN, BACKWARD = "preactivation_gradient", "backward"
SUM = "D[i][t] = s * (1.0 - h[i][t + 1] * h[i][t + 1])"
AFTER = "h[j][t]\n"
CALL = "D = preactivation_gradient"
LISTS = "    g, h = G.tolist(), H.tolist()\n"

SAID = {
    "clipped before the slope": Told(
        HIDDEN,
        "loops",
        {SUM: SUM.replace("= s", "= max(-5.0, min(5.0, s))")},
        ("dL/dH, is clipped to [-5, 5] before the slope of tanh",),
    ),
    "the slope of h0": Told(
        HIDDEN,
        "loops",
        {SUM: SUM.replace("h[i][t + 1]", "h[i][t + 1 - T]")},
        ("your D[:,2] is exactly (1 - H[:,0]^2) V^T G[:,2]; expected is s2 V^T G[:,2]",),
    ),
    "the recursion of P": Told(
        BACKWARD,
        "loops",
        {f"{CALL}(params, G, H)\n    g,": f"{CALL}(params, P, H)\n    g,"},
        ("Your dU, dW and db are made with the dL/dA that P in the place of G would give",),
    ),
    "one type for all": Told(
        BACKWARD,
        "loops",
        {
            "    return {\n": "    dU, dW, dV = (np.array(x, np.float32) for x in (dU, dW, dV))\n"
            "    return {\n"
        }
        | {f'"{name}": np.array(d{name})': f'"{name}": d{name}' for name in "UWV"},
        ("But for their type the numbers are right. Called with",),
        ("right. But",),
    ),
    "a changed argument": Told(
        HIDDEN,
        "loops",
        {"    return np.array(D)": "    H *= H\n    return np.array(D)"},
        ("changed its argument H; it should stay as it is. H[0,0] was 0.6, is 0.36 after",),
        ("copy",),
    ),
}


@pytest.mark.parametrize("told", SAID.values(), ids=SAID)
def test_what_is_said_is_true(told: Told) -> None:
    said = of_function(told)
    assert all(" ".join(text.split()) in said for text in told.says)
    assert not any(text in said for text in told.never)


def test_what_an_earlier_function_does_wrong_is_not_told_of_a_later_one(tmp_path: Path) -> None:
    """Each of two mistakes is told, and named, of the function that has it."""
    edits = {"G[k, t] = float(P": "G[k, t] = 2 * float(P", AFTER: "h[j][t + 1]\n"}
    found = of_file(Told(BACKWARD, "loops", edits), tmp_path)
    story = found[BACKWARD].story
    assert story.head[1].startswith("output_gradient is wrong too. What follows was found with")
    assert "dW is wrong; dU, dV, db and dc are right" in sentences(found[BACKWARD])
    assert [entry.function for entry in story.mistakes] == [BACKWARD]


LEFT_OVER = {
    "the last column": {
        "    return np.array(D)": "    new = np.empty((m, T))\n"
        "    new[:, :-1] = np.array(D)[:, :-1]\n    return new"
    },
    "all": {"    return np.array(D)": "    return np.empty_like(H[:, 1:])"},
}


@pytest.mark.parametrize("edits", LEFT_OVER.values(), ids=LEFT_OVER)
def test_of_what_is_left_in_memory_nothing_else_is_told(
    edits: dict[str, str], tmp_path: Path
) -> None:
    found = of_file(Told(HIDDEN, "loops", edits), tmp_path)
    said, story = sentences(found[HIDDEN]), found[HIDDEN].story
    assert "that nothing was written to" in said
    assert "random number" not in said and "does not change" not in said
    assert story.name is None and len(story.found) < 2


def test_an_array_that_is_returned_again_is_told_before_its_numbers(tmp_path: Path) -> None:
    edits = {
        "import numpy as np\n": "import numpy as np\nKEPT = {}\n",
        SUM: SUM.replace("= s", "= 2 * s"),
        "    return np.array(D)": "    new = KEPT.setdefault((m, T), np.zeros((m, T)))\n"
        "    new[...] = D\n    return new",
    }
    found = of_file(Told(HIDDEN, "loops", edits), tmp_path)
    said = sentences(found[HIDDEN])
    assert "returns the same array in several calls" in said
    assert "D, returned by the first [[1.5]] the same D, after the second [[" in said


def test_what_remembers_has_no_name(tmp_path: Path) -> None:
    """Though all its results are those of a known mistake."""
    edits = {
        "import numpy as np\n": "import numpy as np\nSEEN = []\n",
        SUM: SUM.replace("= s", "= (1 if len(SEEN) < 2 else 2) * s"),
        LISTS: f"    SEEN.append(1)\n{LISTS}",
    }
    found = of_file(Told(HIDDEN, "loops", edits), tmp_path)
    assert "for the same arguments" in sentences(found[HIDDEN])
    assert found[HIDDEN].story.name is None
