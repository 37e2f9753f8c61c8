"""Hand-sized cases of lesson 1, each rung with one more ingredient.

Where something is to be refused, what a call raises is its outcome.
"""

import numbers
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import Wrong
from lessons.checking.answering.rooms import LESSONS
from lessons.checking.answering.values import copied
from lessons.checking.explaining.ladder import (
    Arithmetic,
    Attempt,
    Case,
    Ladder,
    Outcome,
    Questions,
    Rung,
    Telling,
)
from reference.encoding import build_vocabulary

from . import findings

Raised = findings.Raised

SMALL, SPACES = "abcdefgh", " \n\t\r"
MANY = "".join(chr(0x101 + k) for k in range(300))  # letters, more than a byte can number
STRANGE = "\u20ac\u2603\u221e\u00a7"  # no message holds these by chance

Text = Callable[[np.random.Generator], str]
Arguments = tuple[Any, ...]
Rows = dict[str, tuple[Arguments, Callable[[np.random.Generator], Arguments]]]


def some(rng: np.random.Generator, characters: str, length: int) -> str:
    """A random text of the given characters."""
    return "".join(rng.choice(list(characters), length).tolist())


def shuffled(rng: np.random.Generator, text: str) -> str:
    """The characters of a text in random order."""
    return "".join(rng.permutation(list(text)).tolist())


def two(rng: np.random.Generator) -> str:
    """Two different letters, in order."""
    return "".join(sorted(shuffled(rng, SMALL)[:2]))


def of(make: Callable[[str], Arguments], hand: str, draw: Text) -> Any:
    """A row of arguments that are made of texts."""
    return make(hand), lambda rng: make(draw(rng))


TEXTS: dict[str, tuple[str, Text]] = {
    "one character": ("a", lambda rng: some(rng, SMALL, 1)),
    "two characters in order": ("ab", two),
    "two characters out of order": ("ba", lambda rng: two(rng)[::-1]),
    "a repeated character": ("aab", lambda rng: "".join(sorted("bcd" + some(rng, "bcd", 2)))),
    "characters out of order, some of them repeated": (
        "bcabb", lambda rng: shuffled(rng, "cabeb" + some(rng, SMALL, 3))),
    "capital and small letters": (
        "bAaB", lambda rng: shuffled(rng, "aAbB" + some(rng, "aAbB", 3))),
    "digits and punctuation": ("a1,", lambda rng: shuffled(rng, "a1," + some(rng, "b9.!", 3))),
    "a space between words": (
        "b a", lambda rng: some(rng, SMALL, 3) + " " + some(rng, SMALL, 3)),
    "line ends and tabs between words": (
        "b\na", lambda rng: "b" + shuffled(rng, SPACES) + some(rng, SMALL, 2)),
    "white space at the ends": (
        " a\n", lambda rng: some(rng, SPACES, 1) + some(rng, SMALL, 2) + some(rng, SPACES, 1)),
    "characters beyond ASCII": (
        "\u00e9z", lambda rng: shuffled(rng, "\u00e9z" + some(rng, "ea\u00c9\u0436\u00df", 3))),
}  # fmt: skip
EMPTY: dict[str, tuple[str, Text]] = {"no character at all": ("", lambda rng: "")}


def numbered(characters: str) -> dict[str, int]:
    """The map that a text's own vocabulary has."""
    return build_vocabulary(characters)[0]


def own_map(text: str) -> Arguments:
    """A text with the map of its own vocabulary."""
    return text, numbered(text)


def relisted(rng: np.random.Generator) -> dict[str, int]:
    """A map in code-point order that lists its keys in another one."""
    return {c: numbered(SMALL)[c] for c in shuffled(rng, SMALL)}


def renumbered(rng: np.random.Generator, characters: str) -> dict[str, int]:
    """A map that numbers its characters in no order, and lists them in another."""
    order = rng.permutation(len(characters)).tolist()
    return dict(zip(shuffled(rng, characters), order, strict=True))


MAPS: Rows = {
    "a map larger than the text": (
        ("cb", numbered("abc")), lambda rng: (some(rng, "defgh", 3), numbered(SMALL))),
    "a map that lists its keys in another order": (
        ("abc", {"b": 1, "c": 2, "a": 0}), lambda rng: (some(rng, SMALL, 4), relisted(rng))),
    "a map that numbers its characters in another order": (
        ("abc", {"c": 0, "a": 2, "b": 1}),
        lambda rng: (some(rng, SMALL, 4), renumbered(rng, SMALL))),
}  # fmt: skip
LARGE: Rows = {
    "indices of 128 and more": (
        (MANY[299] + MANY[130], numbered(MANY)),
        lambda rng: (some(rng, MANY[128:], 4), numbered(MANY))),
}  # fmt: skip
PAIRS: Rows = {says: of(own_map, *row) for says, row in TEXTS.items()} | MAPS
LAST: Rows = LARGE | {says: of(own_map, *row) for says, row in EMPTY.items()}


def with_unknown(rng: np.random.Generator, before: int, after: int) -> Arguments:
    """A text with one character that its map does not have."""
    text = some(rng, "abcd", before) + some(rng, STRANGE, 1) + some(rng, "abcd", after)
    return text, renumbered(rng, "abcd")


UNKNOWN: Rows = {
    "an unknown character at the end": (
        ("ab\u20ac", {"a": 0, "b": 1}), lambda rng: with_unknown(rng, 3, 0)),
    "an unknown character at the start": (
        ("\u20acba", {"a": 0, "b": 1}), lambda rng: with_unknown(rng, 0, 2)),
    "an unknown character in the middle": (
        ("a\u20acb", {"a": 0, "b": 1}), lambda rng: with_unknown(rng, 1, 2)),
    "a map with nothing in it": (
        ("\u20ac", {}), lambda rng: (some(rng, STRANGE, 2), {})),
}  # fmt: skip


def among(rng: np.random.Generator, bad: int, K: int, last: bool = False) -> Arguments:
    """Random indices, with one outside in a random place or in the last one."""
    indices = rng.integers(K, size=3).tolist()
    indices[-1 if last else int(rng.integers(2))] = bad
    return indices, K


COLUMNS: Rows = {
    "one index, K = 1": (([0], 1), lambda rng: ([0], 1)),
    "one index, K larger than 1": (([1], 3), lambda rng: (rng.integers(4, size=1), 4)),
    "two different indices": (([1, 0], 2), lambda rng: (rng.permutation(3)[:2], 3)),
    "a repeated index": (([1, 1, 0], 2), lambda rng: (np.repeat(rng.permutation(3)[:2], 2), 3)),
    "more indices than K": (([2, 0, 1, 2, 2], 3), lambda rng: (rng.integers(3, size=6), 3)),
    "fewer indices than K": (([0, 3, 1], 5), lambda rng: (rng.integers(6, size=3), 6)),
    "the index -1": (([-1], 2), lambda rng: among(rng, -1, 3)),
    "the index K": (([2], 2), lambda rng: among(rng, 3, 3)),
    "the index -1 in the last place": (([1, 0, -1], 2), lambda rng: among(rng, -1, 3, last=True)),
    "the index K in the last place": (([1, 0, 2], 2), lambda rng: among(rng, 3, 3, last=True)),
    "an index above K": (([0, 5], 2), lambda rng: among(rng, 3 + int(rng.integers(1, 4)), 3)),
    "the index -2": (([0, -2, 1], 3), lambda rng: among(rng, -2, 4)),
    "no indices": (([], 2), lambda rng: ([], int(rng.integers(1, 4)))),
}


def rungs(rows: Rows, make: Callable[..., Case], siblings: int = 5) -> tuple[Rung, ...]:
    """Rungs of a table: what each says, the arguments of the case by hand, and random ones."""
    return tuple(
        Rung(says, make(*hand), lambda rng, draw=draw: make(*draw(rng)), siblings)
        for says, (hand, draw) in rows.items()
    )


def indices_of(text: str, char_to_index: dict[str, int]) -> Case:
    """The call of decode that gives a text."""
    indices = np.array([char_to_index[c] for c in text], dtype=np.int64)
    return Case(indices, {k: c for c, k in char_to_index.items()})


def hot(indices: list[int], K: int) -> Case:
    """A call of one_hot."""
    return Case(np.array(indices, dtype=np.int64), K)


def plain(found: dict[Any, Any]) -> dict[Any, Any]:
    """A map in the order of its keys, with Python's own numbers and texts in it."""
    own = {simple(key): simple(value) for key, value in found.items()}
    return dict(sorted(own.items(), key=lambda pair: repr(pair[0])))


def simple(value: Any) -> Any:
    """A number or a text; of all else its repr."""
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, str | numbers.Number) else repr(value)


def two_maps(function: Function, each: Case) -> Outcome:
    """What build_vocabulary returns."""
    both = function.allowing_infinite(*each.arguments)
    return dict(zip(("char_to_index", "index_to_char"), map(plain, both), strict=True))


def decoded(function: Function, each: Case) -> Outcome:
    """What decode returns."""
    return {"text": function.allowing_infinite(*each.arguments)}


def result_or_refusal(name: str) -> Callable[[Function, Case], Outcome]:
    """An observer: what is returned; a ValueError; and any exception where one is due."""

    def observe(function: Function, each: Case) -> Outcome:
        bad = findings.to_be_refused(each)
        try:
            result = copied(function.allowing_infinite(*each.arguments))
        except Wrong as wrong:
            error, result = wrong.__cause__, wrong.result
            if isinstance(error, ValueError) or (bad and isinstance(error, Exception)):
                return {name: raised(error, bad, wrong.message)}
            if not bad or result is None:
                raise
        numeric = isinstance(result, np.ndarray) and result.dtype.kind in "fiub"
        return {name: result if numeric or not bad else repr(result)}

    return observe


def raised(error: BaseException, bad: list[Any], message: str) -> Raised:
    """An exception's kind; a ValueError may name one of the unknown characters."""
    kind = "ValueError" if isinstance(error, ValueError) else type(error).__name__
    unknown = [c for c in bad if isinstance(c, str)]
    if kind == "ValueError" and unknown:
        names_it = any(c in str(error) or repr(c) in str(error) for c in unknown)
        kind = f"a ValueError whose message {'has' if names_it else 'lacks'} the character"
    found = Raised(kind)
    found.said = message
    return found


def alike(a: Any, b: Any) -> bool:
    """Whether two results are the same: kinds of numbers and all."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return np.array_equal(a, b)
    return bool(tagged(a) == tagged(b))


def tagged(value: Any) -> Any:
    """A value and its kind, as 1, 1.0, True and '1' are four values."""
    if isinstance(value, dict):
        return {tagged(key): tagged(entry) for key, entry in value.items()}
    kinds = (bool, Raised, str, numbers.Integral, numbers.Real)
    return next((kind for kind in kinds if isinstance(value, kind)), type(value)), value


def about_refusal(each: Attempt) -> list[str]:
    """What came of what is to be refused, or was."""
    ((name, yours),) = each.yours.items()
    bad = findings.to_be_refused(each.case)
    came = yours.said if isinstance(yours, Raised) else "It was accepted."
    if not bad:
        return ["In the case below there is nothing to refuse.", came] * isinstance(yours, Raised)
    if name == "X":
        inside = f"0..{each.case.arguments[1] - 1}"
        return [f"In the case below the index {bad[0]} is outside {inside}: a ValueError is due.",
                came]  # fmt: skip
    return [f"In the case below {bad[0]!r} is not in the map: a ValueError is due whose message "
            "contains it.", came]  # fmt: skip


def maps_by_hand(each: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """How many characters with smaller code points there are before each one."""
    characters = sorted(set(each.arguments[0]))
    if not 0 < len(characters) <= 4:
        return []
    lines: Arithmetic = [
        (f"characters before {c!r} (code point {ord(c)})", "", k) for k, c in enumerate(characters)
    ]
    both = dict(zip(("char_to_index", "index_to_char"), build_vocabulary(characters), strict=True))
    return [*lines, ("together", "", both[name])]


def index_by_hand(each: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One index, looked up."""
    text, char_to_index = each.arguments
    if not index:
        return []
    c = text[index[0]]
    return [
        ("the character", f"text[{index[0]}]", c),
        ("together", f"char_to_index[{c!r}]", char_to_index[c]),
    ]


def text_by_hand(each: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """Each index, looked up."""
    indices, index_to_char = each.arguments
    found = [index_to_char[k] for k in indices.tolist()]
    if not 0 < len(found) <= 4:
        return []
    lines = [(f"index {k}", f"index_to_char[{k}]", c) for k, c in zip(indices, found, strict=True)]
    return [*lines, ("together", "", "".join(found))]


def column_by_hand(each: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One entry."""
    if not index:
        return []
    row = int(each.arguments[0][index[1]])
    same = "is that row" if index[0] == row else "is another row"
    return [
        ("the row of the 1", f"indices[{index[1]}]", row),
        (f"together: row {index[0]} {same}", "", float(index[0] == row)),
    ]


WRONG = partial(Telling, says="is not right yet", known="These are the results of")

LADDERS = {
    "build_vocabulary": Ladder(
        "build_vocabulary",
        tuple(
            Rung(says, Case(hand), lambda rng, draw=draw: Case(draw(rng)), 5)
            for says, (hand, draw) in (TEXTS | EMPTY).items()
        ),
        two_maps,
        alike=alike,
        telling=WRONG(
            by_hand=maps_by_hand,
        ),
        questions=Questions(
            findings=findings.VOCABULARY,
        ),
    ),
    "encode": Ladder(
        "encode",
        rungs(PAIRS | UNKNOWN | LAST, Case),
        result_or_refusal("indices"),
        alike=alike,
        telling=WRONG(
            shows=lambda each: dict(zip(("text", "char_to_index"), each.arguments, strict=True)),
            by_hand=index_by_hand,
            about=about_refusal,
        ),
        questions=Questions(
            findings=findings.ENCODED,
        ),
    ),
    "decode": Ladder(
        "decode",
        rungs(PAIRS | LAST, indices_of),
        decoded,
        alike=alike,
        telling=WRONG(
            shows=lambda each: dict(zip(("indices", "index_to_char"), each.arguments, strict=True)),
            by_hand=text_by_hand,
        ),
        questions=Questions(
            findings=findings.DECODED,
        ),
    ),
    "one_hot": Ladder(
        "one_hot",
        rungs(COLUMNS, hot),
        result_or_refusal("X"),
        alike=alike,
        telling=WRONG(
            by_hand=column_by_hand,
            about=about_refusal,
        ),
        questions=Questions(
            findings=findings.COLUMNS,
            steps_in_columns=True,
        ),
    ),
}
