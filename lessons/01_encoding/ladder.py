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
    returned,
)
from reference.encoding import build_vocabulary

from . import findings
from .findings import Raised, to_be_refused

Draw = Callable[[np.random.Generator], Any]
Rows = dict[str, tuple[Any, Draw]]  # what a rung says; arguments by hand, and how to draw others

SMALL, SPACES = "abcdefgh", " \n\t\r"
MANY = "".join(chr(0x101 + k) for k in range(300))  # letters, more than a byte can number
STRANGE = "\u20ac\u2603\u221e\u00a7"  # no message holds these by chance


def drawn(rng: np.random.Generator, part: Any) -> Any:
    """A part of a text or of arguments: drawn, if it is a draw."""
    return part(rng) if callable(part) else part


def pair(*parts: Any) -> Draw:
    """Two arguments."""
    return lambda rng: tuple(drawn(rng, part) for part in parts)


def joined(*parts: Draw | str) -> Draw:
    """Texts, one after the other."""
    return lambda rng: "".join(drawn(rng, part) for part in parts)


def shuffled(*parts: Draw | str) -> Draw:
    """The characters of texts in random order."""

    def draw(rng: np.random.Generator) -> str:
        text = joined(*parts)(rng)
        return "".join(text[k] for k in rng.permutation(len(text)))  # an array would lose NUL

    return draw


def some(characters: str, length: int) -> Draw:
    """A random text of the given characters."""
    return lambda rng: "".join(rng.choice(list(characters), length).tolist())


def made(draw: Draw, make: Callable[[Any], Any]) -> Draw:
    """What is made of what is drawn."""
    return lambda rng: make(draw(rng))


def in_order(text: str) -> str:
    """The characters of a text in code-point order."""
    return "".join(sorted(text))


def numbered(characters: str) -> dict[str, int]:
    """The map that a text's own vocabulary has."""
    return build_vocabulary(characters)[0]


def with_own_map(text: str) -> tuple[str, dict[str, int]]:
    """A text with the map of its own vocabulary."""
    return text, numbered(text)


def relisted(rng: np.random.Generator) -> dict[str, int]:
    """A map in code-point order that lists its keys in another one."""
    return {c: ALPHABET[c] for c in shuffled(SMALL)(rng)}


def renumbered(characters: str) -> Draw:
    """A map that numbers its characters in no order, and lists them in another."""

    def draw(rng: np.random.Generator) -> dict[str, int]:
        order = rng.permutation(len(characters)).tolist()
        return dict(zip(shuffled(characters)(rng), order, strict=True))

    return draw


def with_unknown(before: int, after: int) -> Draw:
    """A text with one character that its map does not have."""
    text = joined(some("abcd", before), some(STRANGE, 1), some("abcd", after))
    return pair(text, renumbered("abcd"))


def with_outside(outside: Draw | int, K: int, *, last: bool = False) -> Draw:
    """Random indices, with one outside in a random place or in the last one."""

    def draw(rng: np.random.Generator) -> tuple[list[int], int]:
        bad = drawn(rng, outside)
        indices = rng.integers(K, size=3).tolist()
        indices[-1 if last else int(rng.integers(2))] = bad
        return indices, K

    return draw


ALPHABET, LARGE_MAP = numbered(SMALL), numbered(MANY)
TWO = made(shuffled(SMALL), lambda text: in_order(text[:2]))

TEXTS: Rows = {
    "one character": ("a", some(SMALL, 1)),
    "two characters in order": ("ab", TWO),
    "two characters out of order": ("ba", made(TWO, lambda text: text[::-1])),
    "a repeated character": ("aab", made(joined("bcd", some("bcd", 2)), in_order)),
    "characters out of order, some of them repeated": ("bcabb", shuffled("cabeb", some(SMALL, 3))),
    "capital and small letters": ("bAaB", shuffled("A", some("aAbB", 3))),
    "digits and punctuation": ("a1,", shuffled("a1,", some("b9.!", 3))),
    "a space between words": ("b a", joined(some(SMALL, 3), " ", some(SMALL, 3))),
    "line ends and tabs between words": ("b\na", joined("b", shuffled(SPACES), some(SMALL, 2))),
    "white space at the ends": (" a\n", joined(some(SPACES, 1), some(SMALL, 2), some(SPACES, 1))),
    "characters beyond ASCII": ("\u00e9z", shuffled("\u00e9z", some("ea\u00c9\u0436\u00df", 3))),
    "a line end of two characters, \\r\\n": (
        "b\r\na",
        joined(some("ab", 2), "\r\n", some("cd", 2)),
    ),
    "the character NUL, \\0": ("b\0a", shuffled("\0b", some(SMALL, 2))),
    "an accent that is a character of its own": (
        "e\u0301a",
        joined(some("ab", 2), "e\u0301", some("cd", 1)),
    ),
    "characters beyond \\uffff": (
        "\U0001f40da",
        shuffled("\U0001f40d", some("a\uff5e\U00010348", 3)),
    ),
}
EMPTY: Rows = {"no character at all": ("", lambda rng: "")}
MAPS: Rows = {
    "a map larger than the text": (("cb", numbered("abc")), pair(some("defgh", 3), ALPHABET)),
    "a map that lists its keys in another order": (
        ("abc", {"b": 1, "c": 2, "a": 0}),
        pair(some(SMALL, 4), relisted),
    ),
    "a map that numbers its characters in another order": (
        ("abc", {"c": 0, "a": 2, "b": 1}),
        pair(some(SMALL, 4), renumbered(SMALL)),
    ),
}
UNKNOWN: Rows = {
    "an unknown character at the end": (("ab\u20ac", numbered("ab")), with_unknown(3, 0)),
    "an unknown character at the start": (("\u20acba", numbered("ab")), with_unknown(0, 2)),
    "an unknown character in the middle": (("a\u20acb", numbered("ab")), with_unknown(1, 2)),
    "an unknown space of another width at the end": (
        ("ab\u2003", numbered("ab")),
        pair(joined(some("abcd", 2), some("\u2002\u2003", 1)), renumbered("abcd")),
    ),
    "a map with nothing in it": (("\u20ac", {}), pair(some(STRANGE, 2), {})),
}
LARGE: Rows = {
    "indices of 128 to 255": (
        (MANY[200] + MANY[130], LARGE_MAP),
        pair(some(MANY[128:256], 4), LARGE_MAP),
    ),
    "indices of 256 and more": (
        (MANY[299] + MANY[260], LARGE_MAP),
        pair(some(MANY[256:], 4), LARGE_MAP),
    ),
}
INDICES: Rows = {
    "one index, K = 1": (([0], 1), lambda rng: ([0], 1)),
    "one index, K larger than 1": (([1], 3), lambda rng: (rng.integers(4, size=1), 4)),
    "two different indices": (([1, 0], 2), lambda rng: (rng.permutation(3)[:2], 3)),
    "a repeated index": (([1, 1, 0], 3), lambda rng: (np.repeat(rng.permutation(5)[:2], 2), 5)),
    "more indices than K": (([2, 0, 1, 2, 2], 3), lambda rng: (rng.integers(3, size=6), 3)),
    "fewer indices than K": (([0, 3, 1], 5), lambda rng: (rng.integers(6, size=3), 6)),
    "the index -1": (([-1], 2), with_outside(-1, 3)),
    "the index K": (([2], 2), with_outside(3, 3)),
    "the index -1 in the last place": (([1, 0, -1], 2), with_outside(-1, 3, last=True)),
    "the index K in the last place": (([1, 0, 2], 2), with_outside(3, 3, last=True)),
    "an index above K": (([0, 5], 2), with_outside(lambda rng: 3 + int(rng.integers(1, 4)), 3)),
    "the index -2": (([0, -2, 1], 3), with_outside(-2, 4)),
    "no indices": (([], 2), lambda rng: ([], int(rng.integers(1, 4)))),
}


def changed(rows: Rows, make: Callable[[Any], Any]) -> Rows:
    """The same rows, with what is made of their arguments."""
    return {says: (make(hand), made(draw, make)) for says, (hand, draw) in rows.items()}


def rungs(rows: Rows, make: Callable[[Any], Case]) -> tuple[Rung, ...]:
    """The rungs of a table."""
    cases = changed(rows, make).items()
    return tuple(Rung(says, hand, draw, siblings=5) for says, (hand, draw) in cases)


PAIRS = changed(TEXTS, with_own_map) | MAPS
LAST = LARGE | changed(EMPTY, with_own_map)


def decoding(arguments: tuple[str, dict[str, int]]) -> Case:
    """The call of decode that gives a text."""
    text, char_to_index = arguments
    indices = np.array([char_to_index[c] for c in text], dtype=np.intp)
    return Case(indices, {k: c for c, k in char_to_index.items()})


def columns(arguments: tuple[list[int], int]) -> Case:
    """A call of one_hot."""
    indices, K = arguments
    return Case(np.array(indices, dtype=np.intp), K)


def plain(found: dict[Any, Any]) -> dict[Any, Any]:
    """A map in the order of its keys, with Python's own numbers and texts in it."""
    own = {simple(key): simple(value) for key, value in found.items()}
    return dict(sorted(own.items(), key=lambda pair: repr(pair[0])))


def simple(value: Any) -> Any:
    """A number or a text; of all else its repr."""
    value = value.item() if isinstance(value, np.generic) else value
    return value if isinstance(value, str | numbers.Number) else repr(value)


def two_maps(function: Function, case: Case) -> Outcome:
    """What build_vocabulary returns."""
    both = function.allowing_infinite(*case.arguments)
    return dict(zip(("char_to_index", "index_to_char"), map(plain, both), strict=True))


def result_or_refusal(name: str) -> Callable[[Function, Case], Outcome]:
    """An observer: what is returned; a ValueError; and any exception where one is expected."""

    def observe(function: Function, case: Case) -> Outcome:
        bad = to_be_refused(case)
        try:
            result = copied(function.allowing_infinite(*case.arguments))
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


def about_refusal(attempt: Attempt) -> list[str]:
    """What came of what is to be refused, or was."""
    ((name, yours),) = attempt.yours.items()
    bad = to_be_refused(attempt.case)
    came = yours.said if isinstance(yours, Raised) else "It was accepted."
    if not bad:
        return ["In the case below there is nothing to refuse.", came] * isinstance(yours, Raised)
    if name == "X":
        inside = f"0..{attempt.case.arguments[1] - 1}"
        expected = f"the index {bad[0]} is outside {inside}: a ValueError is expected."
    else:
        expected = (
            f"{bad[0]!r} is not in the map: a ValueError is expected whose message contains it."
        )
    return [f"In the case below {expected}", came]


def maps_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """How many characters with smaller code points there are before each one."""
    forth, back = build_vocabulary(*case.arguments)
    if not 0 < len(forth) <= 4:
        return []
    lines: Arithmetic = [
        (f"characters before {c!r} (code point {ord(c)})", "", k) for c, k in forth.items()
    ]
    return [*lines, ("together", "", forth if name == "char_to_index" else back)]


def index_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One index, looked up."""
    text, char_to_index = case.arguments
    if not index:
        return []
    c = text[index[0]]
    return [
        ("the character", f"text[{index[0]}]", c),
        ("together", f"char_to_index[{c!r}]", char_to_index[c]),
    ]


def text_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """Each index, looked up."""
    indices, index_to_char = case.arguments
    found = [index_to_char[k] for k in indices.tolist()]
    if not 0 < len(found) <= 4:
        return []
    lines = [(f"index {k}", f"index_to_char[{k}]", c) for k, c in zip(indices, found, strict=True)]
    return [*lines, ("together", "", "".join(found))]


def column_by_hand(case: Case, name: str, index: tuple[int, ...]) -> Arithmetic:
    """One entry."""
    if not index:
        return []
    row = int(case.arguments[0][index[1]])
    same = "is that row" if index[0] == row else "is another row"
    return [
        ("the row of the 1", f"indices[{index[1]}]", row),
        (f"together: row {index[0]} {same}", "", float(index[0] == row)),
    ]


def lengths(case: Case) -> dict[str, int]:
    """What a number of rows or columns may be."""
    indices, K = case.arguments
    largest = max(indices.tolist(), default=0)
    return {
        "K": K,
        "T": len(indices),
        "max(indices) + 1": largest + 1,
        "max(indices)": largest,
        "len(set(indices))": len({*indices.tolist()}),
        "K + 1": K + 1,
        "K - 1": K - 1,
        "1": 1,
    }


def under(*names: str) -> Callable[[Case], dict[str, Any]]:
    """Shows the arguments of a case under their names, a map as one of them."""
    return lambda case: dict(zip(names, case.arguments, strict=True))


WRONG = partial(Telling, says="is not right yet", known="These are the results of")

LADDERS = {
    "build_vocabulary": Ladder(
        "build_vocabulary",
        rungs(TEXTS | EMPTY, Case),
        two_maps,
        telling=WRONG(by_hand=maps_by_hand),
        questions=Questions(findings=findings.VOCABULARY),
        alike=alike,
    ),
    "encode": Ladder(
        "encode",
        rungs(PAIRS | UNKNOWN | LAST, lambda arguments: Case(*arguments)),
        result_or_refusal("indices"),
        telling=WRONG(
            shows=under("text", "char_to_index"), by_hand=index_by_hand, about=about_refusal
        ),
        questions=Questions(findings=findings.ENCODED),
        alike=alike,
    ),
    "decode": Ladder(
        "decode",
        rungs(PAIRS | LAST, decoding),
        returned("text"),
        telling=WRONG(shows=under("indices", "index_to_char"), by_hand=text_by_hand),
        questions=Questions(findings=findings.DECODED),
        alike=alike,
    ),
    "one_hot": Ladder(
        "one_hot",
        rungs(INDICES, columns),
        result_or_refusal("X"),
        telling=WRONG(by_hand=column_by_hand, about=about_refusal, lengths=lengths),
        questions=Questions(findings=findings.COLUMNS, steps_in_columns=True),
        alike=alike,
    ),
}
