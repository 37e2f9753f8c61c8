"""Hand-sized cases of lesson 1, each rung with one more ingredient.

A refusal is an outcome like any other: what a call raises, and whether it names the character.
"""

import itertools
import numbers
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.checking.calling import Function
from lessons.checking.explaining.explanation import differing
from lessons.checking.explaining.findings import LEAST, Evidence, relations, where
from lessons.checking.explaining.ladder import Case, Ladder, Outcome, Rung, Try, case
from lessons.checking.explaining.tables import WIDTH, block, clipped, grid
from lessons.checking.failure import Wrong
from lessons.checking.values import copied
from reference import encoding as reference

MOST_SHOWN = 8  # rows or positions in a picture


class Raised(str):
    """What a call raised: the kind of exception; `said` is its whole sentence."""

    said = ""

    def __repr__(self) -> str:
        return str(self)


class Odd:
    """A result of another shape or kind than it should be."""

    def __init__(self, value: Any, said: str) -> None:
        self.value, self.said = value, said

    def __repr__(self) -> str:
        return repr(self.value)


def quoted(value: Any) -> str:
    """A value as Python shows it; with escapes if it has accents of its own."""
    alone = isinstance(value, str) and any(map(unicodedata.combining, value))
    return ascii(value) if alone else repr(value)


class Words(str):
    """A text that is shown as it is, without quotes."""

    def __repr__(self) -> str:
        return str(self)


NAMED = "ValueError that names it"
OUTCOMES = (LookupError, ValueError, TypeError, OverflowError, AssertionError)


def called(function: Function, *arguments: Any, unknown: str = "") -> Any:
    """What a call returns; if it raises, what; if it is of another kind, that too."""
    try:
        return copied(function.whatever(*arguments))
    except Wrong as wrong:
        error = wrong.__cause__
        if isinstance(error, OUTCOMES):
            raised = Raised(kind_of(error, unknown))
            raised.said = wrong.message
            return raised
        if wrong.result is None:
            raise
        return Odd(wrong.result, wrong.message.removeprefix(f"{function.name}: "))


def kind_of(error: BaseException, unknown: str) -> str:
    """An exception's kind; a ValueError may name one of the unknown characters."""
    if not isinstance(error, ValueError):
        return type(error).__name__
    named = any(c in str(error) or repr(c) in str(error) for c in unknown)
    return NAMED if named else "ValueError"


def alike(a: Any, b: Any) -> bool:
    """Whether two outcomes are the same: kinds of numbers and all."""
    a, b = (value.value if isinstance(value, Odd) else value for value in (a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return entries_of(a) == entries_of(b) and np.array_equal(a, b)
    if isinstance(a, dict) and isinstance(b, dict):
        return a == b and entries(a) == entries(b)
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        return len(a) == len(b) and all(map(alike, a, b))
    return kind(a) == kind(b) and bool(np.all(a == b))


def entries_of(array: np.ndarray) -> str:
    """What an array holds: all whole numbers are alike, floats only of one size."""
    return "integers" if array.dtype.kind in "iu" else array.dtype.name


def kind(value: Any) -> str:
    """The kind of a value: all whole numbers are of one, all texts, all floats."""
    for name, each in (("bool", bool | np.bool_), ("int", numbers.Integral), ("str", str)):
        if isinstance(value, each):
            return name if not isinstance(value, Raised) else "raised"
    return "float" if isinstance(value, numbers.Real) else type(value).__name__


def entries(a: dict[Any, Any]) -> set[tuple[str, Any, str]]:
    """The keys of a dict and the kinds of what they lead to."""
    return {(kind(key), key, kind(value)) for key, value in a.items()}


def letters(rng: np.random.Generator, characters: str, length: int) -> str:
    """A random text of the given characters."""
    return "".join(rng.choice(list(characters), length).tolist())


def with_all(rng: np.random.Generator, characters: str, more: str = "", length: int = 0) -> str:
    """A text of all these characters, and some of `more`, in random order."""
    found = list(characters) + list(letters(rng, more, length) if more else "")
    return "".join(found[k] for k in rng.permutation(len(found)))


SMALL = "abcdefgh"
MANY = "".join(chr(0x101 + k) for k in range(300))  # letters, more than a byte can number
SPACES = " \n\t\r"


# build_vocabulary


def observe_maps(function: Function, each: Case) -> Outcome:
    """The two maps."""
    result = called(function, *each.arguments)
    if isinstance(result, Odd):
        raise Wrong(f"{function.name}: {result.said}", result=result.value)
    if isinstance(result, Raised):
        return {"char_to_index": result, "index_to_char": result}
    return {
        name: {plain(key): plain(value) for key, value in found.items()}
        for name, found in zip(("char_to_index", "index_to_char"), result, strict=True)
    }


def plain(value: Any) -> Any:
    """NumPy's whole numbers and texts as Python's own."""
    if isinstance(value, numbers.Integral) and not isinstance(value, bool):
        return int(value)
    return str(value) if isinstance(value, str) else value


def described(character: Any) -> str:
    """A character, with its code point if it is one."""
    single = isinstance(character, str) and len(character) == 1
    return f"{quoted(character)} (code point {ord(character)})" if single else quoted(character)


def about_maps(each: Try) -> list[str]:
    """The first entry of a map that is wrong."""
    for name, due in each.due.items():
        yours = each.yours[name]
        if isinstance(yours, Raised):
            return [said_of(yours, "two dicts")]
        for key, value in due.items():
            if key not in yours or not alike(yours[key], value):
                what = described(key) if name == "char_to_index" else f"the index {key}"
                has = f"gives {quoted(yours[key])}" if key in yours else "is missing"
                return [f"In the case below, {name}: {what} {has}; expected {quoted(value)}."]
        more = [key for key in yours if (kind(key), key) not in {(kind(k), k) for k in due}]
        if more:
            return [
                f"In the case below, {name} holds the key {quoted(more[0])}; expected no such key."
            ]
    return []


def said_of(raised: Raised, due: str) -> str:
    """What was raised, and what was due."""
    first, *rest = raised.said.splitlines()
    return "\n".join([f"{first}; expected {due}.", *rest])


def picture_maps(each: Try) -> list[str]:
    """The wrong map, entry by entry."""
    for name, due in each.due.items():
        yours = each.yours[name]
        if isinstance(yours, Raised):
            return [f"  yours     {yours}", f"  expected  {clipped(quoted(due), 60)}"]
        if alike(yours, due):
            continue
        keys = sorted({*due, *yours}, key=lambda key: (kind(key) == "int", str(key)))
        wrong = [k for k in keys if k not in due or k not in yours or not alike(yours[k], due[k])]
        keys = keys if len(keys) <= MOST_SHOWN else wrong[:MOST_SHOWN]
        rows: list[tuple[str, ...]] = [
            (name, "code point" * (name == "char_to_index"), "yours", "expected")
        ]
        for key in keys:
            point = str(ord(key)) if isinstance(key, str) and len(key) == 1 else ""
            values = [quoted(m[key]) if key in m else "none" for m in (yours, due)]
            rows.append((quoted(key), point, values[0] + "*" * (key in wrong), values[1]))
        return table(rows)
    return []


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Rows of texts as columns."""
    wide = [max(len(row[j]) for row in rows) for j in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [text.ljust(w) for text, w in zip(row, wide, strict=True) if w]
        lines.append(("  " + "  ".join(cells)).rstrip()[:WIDTH])
    return lines


def maps_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """How many smaller characters there are before each one."""
    characters = sorted(set(each.arguments[0]))
    if not characters or len(characters) > 4:
        return []
    lines: list[tuple[str, str, Any]] = []
    for k, character in enumerate(characters):
        smaller = " + ".join(["1"] * k) or "0"
        lines.append((f"characters smaller than {described(character)}", smaller, k))
    return [
        *lines,
        ("together", "", reference.build_vocabulary(each.arguments[0])[name != "char_to_index"]),
    ]


def rung(says: str, hand: str, draw: Callable[[np.random.Generator], str], count: int = 5) -> Rung:
    """A rung of build_vocabulary, whose cases are texts."""
    return Rung(says, case(hand), lambda rng: case(draw(rng)), count)


TEXTS = (
    rung("one character", "a", lambda rng: letters(rng, SMALL, 1)),
    rung("two characters in order", "ab",
         lambda rng: "".join(sorted(rng.choice(list(SMALL), 2, replace=False)))),
    rung("two characters out of order", "ba",
         lambda rng: "".join(sorted(rng.choice(list(SMALL), 2, replace=False))[::-1])),
    rung("a repeated character", "aab",
         lambda rng: "".join(sorted("bcd" + letters(rng, "bcd", 2)))),
    rung("characters out of order, some of them repeated", "bcabb",
         lambda rng: with_all(rng, "cabeb", SMALL, 3), 8),
    rung("capital and small letters", "aB", lambda rng: with_all(rng, "aB", "abcABC", 4), 8),
    rung("digits and punctuation", "a1,", lambda rng: with_all(rng, "a1,", "abA19,.!", 4)),
    rung("a space between words", "b a",
         lambda rng: letters(rng, SMALL, 3) + " " + letters(rng, SMALL, 3)),
    rung("line ends and tabs between words", "b\na",
         lambda rng: "b" + with_all(rng, SPACES) + letters(rng, SMALL, 2)),
    rung("white space at the ends", " a\n",
         lambda rng: letters(rng, SPACES, 1) + letters(rng, SMALL, 2) + letters(rng, SPACES, 1)),
    rung("the character NUL", "a\0",
         lambda rng: letters(rng, SMALL, 2) + "\0" + letters(rng, SMALL, 1), 2),
    rung("characters beyond ASCII", "\u00e9z",
         lambda rng: with_all(rng, "\u00e9z", "eza\u00c9\u0436\u00df", 3)),
    rung("an accent that follows its letter", "e\u0301\u00e9",
         lambda rng: letters(rng, SMALL, 2) + "e\u0301" + letters(rng, "\u00e9a\ufb01", 2), 3),
    rung("characters beyond the basic plane", "\U00010348\uff5e",
         lambda rng: with_all(rng, "\U00010348\uff5e", "\U0001f40da\ufb01", 3), 3),
    rung("more than 256 characters", MANY[::-1], lambda rng: with_all(rng, MANY), 1),
    rung("no character at all", "", lambda rng: "", 0),
)  # fmt: skip


def text_of(each: Case) -> str:
    """The text of a case."""
    return str(each.arguments[0])


def with_text(change: Callable[[str], str]) -> Callable[[Case], Case]:
    """A case with its text changed."""
    return lambda each: Case((change(text_of(each)), *each.arguments[1:]))


Condition = Callable[[Case], bool]

TEXT_KINDS: dict[str, Condition] = {
    "the text is empty": lambda each: not text_of(each),
    "the text is one character long": lambda each: len(text_of(each)) == 1,
    "some character has a code point of 65,536 or more": (
        lambda each: max(text_of(each), default="") > "\uffff"
    ),
    "some character is beyond ASCII": lambda each: not text_of(each).isascii(),
    "the text holds NUL": lambda each: "\0" in text_of(each),
    "white space stands at the text's start or end": (
        lambda each: text_of(each) != text_of(each).strip()
    ),
    "white space stands at the text's start": lambda each: text_of(each)[:1].isspace(),
    "white space stands at the text's end": lambda each: text_of(each)[-1:].isspace(),
    "the text holds a space": lambda each: " " in text_of(each),
    "the text holds a line end (\\n)": lambda each: "\n" in text_of(each),
    "the text holds white space": lambda each: any(c.isspace() for c in text_of(each)),
    "the text holds a capital letter": lambda each: text_of(each) != text_of(each).lower(),
    "the text holds a small letter": lambda each: text_of(each) != text_of(each).upper(),
    "the text holds a digit": lambda each: any(c.isdigit() for c in text_of(each)),
    "some character is repeated": lambda each: len(set(text_of(each))) < len(text_of(each)),
    "the text is not in code-point order": (
        lambda each: list(text_of(each)) != sorted(text_of(each))
    ),
    "the characters do not first appear in code-point order": (
        lambda each: list(dict.fromkeys(text_of(each))) != sorted(set(text_of(each)))
    ),
    "the text has more than one character": lambda each: len(text_of(each)) > 1,
    "the text has more than two characters": lambda each: len(text_of(each)) > 2,
    "the text has two different characters or more": lambda each: len(set(text_of(each))) > 1,
    "the text has three different characters or more": lambda each: len(set(text_of(each))) > 2,
    "the text is not empty": lambda each: bool(text_of(each)),
}  # fmt: skip


def only_where(kinds: dict[str, Condition]) -> Callable[[Evidence], list[str]]:
    """Findings: the condition under which all cases are wrong, or all the others right."""

    def find(evidence: Evidence) -> list[str]:
        exact, enough = [], []
        for says, holds in kinds.items():
            told = [(holds(each.case), each.right) for each in evidence.tries]
            wrong = [h for h, right in told if not right]
            others = [right for h, right in told if not h]
            if not wrong or not all(wrong) or not others:
                continue
            if not any(right for h, right in told if h):
                exact.append(f"Wrong in all cases tried where {says}, right in all others.")
            elif len(others) >= LEAST:
                enough.append(f"In all wrong cases {says}; all others are right.")
        return exact or enough

    return find


def exactly(marks: Iterable[tuple[set[Any], set[Any]]]) -> bool:
    """Whether two sets are the same in all cases, and not empty in enough of them."""
    marks = list(marks)
    return all(a == b for a, b in marks) and sum(bool(b) for _, b in marks) >= LEAST


CHARACTER_KINDS: dict[str, Callable[[str, str], bool]] = {
    "spaces": lambda c, text: c == " ",
    "line ends (\\n)": lambda c, text: c == "\n",
    "white space": lambda c, text: c.isspace(),
    "capital letters": lambda c, text: c != c.lower(),
    "small letters": lambda c, text: c != c.upper(),
    "all that is no letter": lambda c, text: not c.isalpha(),
    "all that is neither letter nor white space": (
        lambda c, text: not c.isalpha() and not c.isspace()
    ),
    "all that is neither letter nor digit": lambda c, text: not c.isalnum(),
    "digits": lambda c, text: c.isdigit(),
    "control characters": lambda c, text: c < " ",
    "NUL": lambda c, text: c == "\0",
    "characters that Python calls not printable": lambda c, text: not c.isprintable(),
    "characters beyond ASCII": lambda c, text: c > "\x7f",
    "characters with a code point above 255": lambda c, text: c > "\xff",
    "characters with a code point of 65,536 or more": lambda c, text: c > "\uffff",
    "characters that occur only once": lambda c, text: text.count(c) == 1,
    "characters that occur more than once": lambda c, text: text.count(c) > 1,
    "the text's first character": lambda c, text: c == text[0],
    "the text's last character": lambda c, text: c == text[-1],
    "a last character that occurs nowhere else": lambda c, text: text.index(c) == len(text) - 1,
    "a first character that occurs nowhere else": lambda c, text: text.rindex(c) == 0,
    "the character with the smallest code point": lambda c, text: c == min(text),
    "the character with the largest code point": lambda c, text: c == max(text),
    "all characters": lambda c, text: True,
    "all characters but the one with the smallest code point": lambda c, text: c != min(text),
    "all characters but the one with the largest code point": lambda c, text: c != max(text),
}  # fmt: skip


def maps_of(evidence: Evidence, name: str = "char_to_index") -> list[tuple[str, Any, Any]]:
    """Text, yours and due of each case; none if something was raised."""
    found = [(text_of(each.case), each.yours[name], each.due[name]) for each in evidence.tries]
    return [] if any(not isinstance(yours, dict) for _, yours, _ in found) else found


def missing_characters(evidence: Evidence) -> list[str]:
    """Which characters are not numbered, and which should not be."""
    found = maps_of(evidence)
    said = []
    for says, holds in CHARACTER_KINDS.items():
        lost = [
            ({c for c in due if c not in yours}, {c for c in due if holds(c, text)})
            for text, yours, due in found
        ]
        if exactly(lost):
            said.append(f"Missing from char_to_index: {says}, and nothing else.")
    more = [{c for c in yours if c not in due} for _, yours, due in found]
    if found and not any(more) and not any(set(due) - set(yours) for _, yours, due in found):
        said.append("char_to_index holds the right characters; only their numbers are wrong.")
    elif found and sum(map(bool, more)) >= LEAST:
        same_key = set.intersection(*more)
        if len(same_key) == 1 and all(keys == same_key for keys in more):
            said.append(f"In all cases char_to_index also holds the key {quoted(same_key.pop())}.")
        elif all(kind(c) == "int" for keys in more for c in keys):
            said.append("The keys of char_to_index are whole numbers; they should be characters.")
        elif all(len(c) != 1 for keys in more for c in keys if isinstance(c, str)):
            said.append("char_to_index also holds keys that are not single characters.")
        else:
            said.append("char_to_index also holds characters that are not in the text.")
    return said[:2] if "char_to_index" in evidence.quantities else []


ORDERS: dict[str, Callable[[str], Callable[[str], Any]]] = {
    "of their first appearance in the text": lambda text: text.index,
    "of their last appearance in the text": lambda text: text.rindex,
    "of their first appearance, turned around": lambda text: lambda c: -text.index(c),
    "of their last appearance, seen from the text's end": lambda text: lambda c: -text.rindex(c),
    "of descending code points": lambda text: lambda c: -ord(c),
    "of falling frequency, and of code points where that is equal": (
        lambda text: lambda c: (-text.count(c), c)
    ),
    "of falling frequency, and of first appearance where that is equal": (
        lambda text: lambda c: (-text.count(c), text.index(c))
    ),
    "of falling frequency, and of falling code points where that is equal": (
        lambda text: lambda c: (-text.count(c), -ord(c))
    ),
    "of rising frequency, and of code points where that is equal": (
        lambda text: lambda c: (text.count(c), c)
    ),
    "of rising frequency, and of first appearance where that is equal": (
        lambda text: lambda c: (text.count(c), text.index(c))
    ),
    "of code points, small letters counted as capitals": lambda text: lambda c: (c.upper(), c),
    "of code points, capitals counted as small letters": lambda text: lambda c: (c.lower(), c),
    "of code points, small letters before capitals": lambda text: lambda c: c.swapcase(),
    "of code points, capitals after all others": lambda text: lambda c: (c != c.lower(), c),
    "of code points, white space after all others": lambda text: lambda c: (c.isspace(), c),
    "of code points, letters before all others": lambda text: lambda c: (not c.isalpha(), c),
    "of their bytes in UTF-16": lambda text: lambda c: c.encode("utf-16-be"),
    "of their bytes in UTF-16, the low byte first": lambda text: lambda c: c.encode("utf-16-le"),
    "of their code points written as text": lambda text: lambda c: str(ord(c)),
    "of their reprs": lambda text: repr,
}  # fmt: skip


def orders(evidence: Evidence) -> list[str]:
    """In which order the characters are numbered."""
    found = [(text, yours, due) for text, yours, due in maps_of(evidence) if text]
    if not found or any(
        not numbers_in(yours) or yours.keys() != due.keys() for _, yours, due in found
    ):
        return []
    listed = [(text, sorted(yours, key=yours.get), list(due)) for text, yours, due in found]
    wrong = sum(not alike(yours, due) for _, yours, due in found)
    if wrong < LEAST:
        return []
    if all(order == due for _, order, due in listed):
        return ["The characters' order is right; only the numbers given out are wrong."]
    for says, key in ORDERS.items():
        right = [(order, sorted(due, key=key(text)), due) for text, order, due in listed]
        if all(a == b for a, b, _ in right) and sum(b != c for _, b, c in right) >= LEAST:
            return [f"The characters are numbered in the order {says}."]
    if all(sorted(yours.values()) == list(range(len(due))) for _, yours, due in found):
        return ["The numbers are 0, 1, ..., K-1, each of them once; only the order is another."]
    return []


def numbers_in(found: dict[Any, Any]) -> bool:
    """Whether all values are whole numbers, and all keys texts."""
    return all(kind(v) == "int" and kind(k) == "str" for k, v in found.items())


NUMBERS: dict[str, Callable[[str, int, int, str], Any]] = {
    "1 more than it should be": lambda c, k, K, text: k + 1,
    "1 less than it should be": lambda c, k, K, text: k - 1,
    "2 more than it should be": lambda c, k, K, text: k + 2,
    "twice what it should be": lambda c, k, K, text: 2 * k,
    "K-1 minus what it should be": lambda c, k, K, text: K - 1 - k,
    "K minus what it should be": lambda c, k, K, text: K - k,
    "K more than it should be": lambda c, k, K, text: K + k,
    "what it should be, with its sign turned": lambda c, k, K, text: -k,
    "what it should be, minus K (counted from the end)": lambda c, k, K, text: k - K,
    "0": lambda c, k, K, text: 0,
    "the character's code point": lambda c, k, K, text: ord(c),
    "how often the character occurs": lambda c, k, K, text: text.count(c),
    "the position where the character first stands": lambda c, k, K, text: text.index(c),
    "the position where the character last stands": lambda c, k, K, text: text.rindex(c),
    "the place where the character first stands in the sorted text": lambda c, k, K, text: sorted(
        text
    ).index(c),
    "the place where the character last stands in the sorted text": lambda c, k, K, text: (
        len(text) - 1 - sorted(text)[::-1].index(c)
    ),
    "the character's code point minus the smallest": lambda c, k, K, text: ord(c) - ord(min(text)),
    "the character's code point minus that of a": lambda c, k, K, text: ord(c) - 97,
    "the character's code point modulo 256": lambda c, k, K, text: ord(c) % 256,
    "what it should be, modulo 256": lambda c, k, K, text: k % 256,
    "what it should be, as a text": lambda c, k, K, text: str(k),
    "what it should be, as a float": lambda c, k, K, text: float(k),
    "the character itself": lambda c, k, K, text: c,
}


def numbers_given(evidence: Evidence) -> list[str]:
    """How each number follows from the one that is due."""
    found = [(text, yours, due) for text, yours, due in maps_of(evidence) if text]
    for says, number in NUMBERS.items():
        right = [
            (yours, {c: number(c, k, len(due), text) for c, k in due.items()}, due)
            for text, yours, due in found
        ]
        if (
            all(alike(a, b) for a, b, _ in right)
            and sum(not alike(b, c) for _, b, c in right) >= LEAST
        ):
            return [f"In char_to_index each number is {says}."]
    return kinds_of_numbers(found)


def kinds_of_numbers(found: list[tuple[str, Any, Any]]) -> list[str]:
    """What all numbers of the map have in common."""
    values = [[*yours.values()] for _, yours, _ in found if yours]
    if len(values) < LEAST:
        return []
    kinds = {kind(value) for row in values for value in row}
    if len(kinds) == 1 and kinds != {"int"}:
        return [
            f"The values of char_to_index are of the type {kinds.pop()}; they should be integers."
        ]
    if kinds != {"int"}:
        others = " or ".join(sorted(kinds - {"int"}))
        return [f"Some values of char_to_index are of the type {others}; they should be integers."]
    said = []
    if all(0 not in row for row in values):
        said.append("No character has the index 0.")
    if sum(len(set(row)) < len(row) for row in values) >= LEAST:
        said.append("Different characters share an index.")
    if sum(max(row) >= len(row) for row in values) >= LEAST:
        said.append("Some indices are too large: with K characters they go up to K-1.")
    return said


def inverse_of_each_other(evidence: Evidence) -> list[str]:
    """How the two maps go together."""
    names = evidence.quantities
    pairs = [
        (each.yours["char_to_index"], each.yours["index_to_char"], each.due)
        for each in evidence.tries
    ]
    if any(not isinstance(m, dict) for pair in pairs for m in pair[:2]):
        return []
    try:
        inverse = all(
            alike({v: k for k, v in a.items()}, b) and len(a) == len(b) for a, b, _ in pairs
        )
    except TypeError:
        inverse = False
    if all(alike(a, d["index_to_char"]) and alike(b, d["char_to_index"]) for a, b, d in pairs):
        return ["Your first map is the right index_to_char, your second the right char_to_index."]
    if all(alike(a, b) for a, b, _ in pairs):
        return ["Your two maps are the same; one should be the inverse of the other."]
    if inverse:
        return ["Your two maps are each other's inverse, as they should be."]
    return inverse_alone(pairs) if names == ["index_to_char"] else []


KEYS: dict[str, Callable[[int], Any]] = {
    "1 more than it should be": lambda k: k + 1,
    "1 less than it should be": lambda k: k - 1,
    "a text": str,
    "a float": float,
}


def inverse_alone(pairs: list[tuple[Any, Any, Any]]) -> list[str]:
    """What is wrong with index_to_char where char_to_index is right."""
    dues = [(b, d["index_to_char"]) for _, b, d in pairs]
    if all(b.keys() == d.keys() for b, d in dues):
        return ["The keys of index_to_char are right; the characters under them are not."]
    for says, change in KEYS.items():
        if all(alike(b, {change(k): c for k, c in d.items()}) for b, d in dues):
            return [f"Each key of index_to_char is {says}; it should be the character's index."]
    lost = [(set(d) - set(b), set(b) - set(d), d) for b, d in dues if d]
    if all(not more and gone == {max(d)} for gone, more, d in lost):
        return ["index_to_char lacks the largest index, K-1, and no other."]
    if all(not more and gone == {0} for gone, more, d in lost):
        return ["index_to_char lacks the index 0 and no other."]
    if all(not gone for gone, _, _ in lost):
        return ["index_to_char holds more keys than the text has characters."]
    return []


counter = itertools.count()


def keeps_from_before(fresh: Callable[[int], tuple[Case, Case]]) -> Callable[[Evidence], list[str]]:
    """Findings: whether a call gives something else after another one."""

    def find(evidence: Evidence) -> list[str]:
        one, other = fresh(next(counter))
        first = evidence.yours(one)
        evidence.yours(other)
        if evidence.ladder.equal(first, evidence.yours(one)):
            return []
        return ["The same call gives something else after another one: something is kept between."]

    return find


def rungs_right(evidence: Evidence) -> list[str]:
    """Which later rungs are wholly right again."""
    wrong = {each.rung for each in evidence.wrong}
    counts = Counter(each.rung for each in evidence.tries)
    again = [
        r.says
        for k, r in enumerate(evidence.ladder.rungs)
        if k > min(wrong) and k not in wrong and counts[k] > LEAST
    ]
    bad = [evidence.ladder.rungs[k].says for k in sorted(wrong)]
    if len(bad) == 1:
        return [f"All other cases are right: only those with {bad[0]} are wrong."]
    return [f"Right again in all cases with {'; '.join(again[:2])}."] if again else []


TEXT_CHANGES = {
    "the text in lower case": with_text(str.lower),
    "the text in capitals": with_text(str.upper),
    "the text without white space at its ends": with_text(str.strip),
    "the text without white space at its start": with_text(str.lstrip),
    "the text without white space at its end": with_text(str.rstrip),
    "the text without spaces": with_text(lambda text: text.replace(" ", "")),
    "the text without line ends (\\n)": with_text(lambda text: text.replace("\n", "")),
    "the text with one space in the place of any white space": with_text(
        lambda text: " ".join(text.split())
    ),
    "the text without its last character": with_text(lambda text: text[:-1]),
    "the text without its first character": with_text(lambda text: text[1:]),
}


def changed(
    changes: dict[str, Callable[[Case], Case]],
) -> Callable[[Evidence], list[str]]:
    """Findings: of which other call these would be the right results."""

    def find(evidence: Evidence) -> list[str]:
        tries = [*evidence.wrong, *(each for each in evidence.tries if each.right)]
        equal = evidence.ladder.equal
        return [
            f"These are the right results for {says}."
            for says, change in changes.items()
            if len(evidence.wrong) >= LEAST
            and all(equal(each.yours, evidence.due(change(each.case))) for each in tries)
        ]

    return find


BUILD = Ladder(
    "build_vocabulary",
    TEXTS,
    observe_maps,
    shows=lambda each: {"text": Words(clipped(quoted(text_of(each)), 60))},
    by_hand=maps_by_hand,
    findings=(
        keeps_from_before(lambda n: (case(chr(0x4E00 + 2 * n)), case(chr(0x4E01 + 2 * n)))),
        orders,
        numbers_given,
        changed(TEXT_CHANGES),
        missing_characters,
        inverse_of_each_other,
        only_where(TEXT_KINDS),
        rungs_right,
    ),
    says="is not right yet",
    about=about_maps,
    picture=picture_maps,
    same=alike,
)  # fmt: skip


# encode and decode


def observe_indices(function: Function, each: Case) -> Outcome:
    """The indices, or what an unknown character led to."""
    return {"indices": called(function, *each.arguments, unknown="".join(all_unknown(each)))}


def unknown_in(each: Case) -> str:
    """The character of the text that is not in the map."""
    text, char_to_index = each.arguments
    return next((c for c in text if c not in char_to_index), "")


def all_unknown(each: Case) -> list[str]:
    """All that are not in it."""
    return [c for c in each.arguments[0] if c not in each.arguments[1]]


def in_order(characters: str) -> dict[str, int]:
    """A map of these characters, numbered as they come."""
    return {c: k for k, c in enumerate(characters)}


def another_order(rng: np.random.Generator, characters: str) -> dict[str, int]:
    """A map that numbers the characters in no order, and lists them in another."""
    found = in_order(characters)
    order, listed = list(range(len(found))), list(found)
    while order == sorted(order) or listed == sorted(listed):
        order, listed = rng.permutation(len(found)).tolist(), [*found]
        rng.shuffle(listed)
    numbers_of = dict(zip(sorted(found), order, strict=True))
    return {c: numbers_of[c] for c in listed}


def relisted(rng: np.random.Generator, characters: str) -> dict[str, int]:
    """A map in code-point order that lists its keys in another one."""
    found = in_order("".join(sorted(characters)))
    listed = list(found)
    while listed == list(found):
        rng.shuffle(listed)
    return {c: found[c] for c in listed}


Pair = tuple[str, dict[str, int]]  # a text and a map


def own_map(text: str) -> Pair:
    """A text with its own vocabulary."""
    return text, in_order("".join(sorted(set(text))))


def larger(text: str, characters: str) -> Pair:
    """A text with the vocabulary of more characters."""
    return text, in_order("".join(sorted({*text, *characters})))


def text_and_map(rng: np.random.Generator, characters: str, make: Any, length: int = 4) -> Pair:
    """A text of these characters, and a map of them."""
    return letters(rng, characters, length), make(rng, characters)


KNOWN: tuple[tuple[str, Pair, Callable[[np.random.Generator], Pair], int], ...] = (
    ("one character", ("a", {"a": 0}), lambda rng: own_map(letters(rng, SMALL, 1)), 3),
    ("two characters in order", ("ab", {"a": 0, "b": 1}),
     lambda rng: own_map("".join(sorted(rng.choice(list(SMALL), 2, replace=False)))), 3),
    ("two characters out of order", ("ba", {"a": 0, "b": 1}),
     lambda rng: own_map("".join(sorted(rng.choice(list(SMALL), 2, replace=False))[::-1])), 5),
    ("a repeated character", ("aab", {"a": 0, "b": 1}),
     lambda rng: own_map("ab" + letters(rng, "ab", 2)), 5),
    ("a map larger than the text", ("cb", {"a": 0, "b": 1, "c": 2}),
     lambda rng: larger(letters(rng, "defgh", 3), "abc" + SMALL), 5),
    ("a map that lists its keys in another order", ("abc", {"b": 1, "c": 2, "a": 0}),
     lambda rng: text_and_map(rng, SMALL, relisted), 5),
    ("a map that numbers its characters in another order", ("abc", {"c": 0, "a": 2, "b": 1}),
     lambda rng: text_and_map(rng, SMALL, another_order), 5),
    ("capital and small letters", ("aA", {"A": 0, "a": 1}),
     lambda rng: own_map(with_all(rng, "aA", "abcABC", 3)), 5),
    ("digits and punctuation", ("1,a", {",": 0, "1": 1, "a": 2}),
     lambda rng: own_map(with_all(rng, "1,a", "09.!", 2)), 3),
    ("a space between words", ("b a", {" ": 0, "a": 1, "b": 2}),
     lambda rng: own_map(letters(rng, SMALL, 2) + " " + letters(rng, SMALL, 2)), 3),
    ("line ends and tabs between words", ("b\na", {"\n": 0, "a": 1, "b": 2}),
     lambda rng: own_map("b" + with_all(rng, SPACES) + letters(rng, SMALL, 1)), 3),
    ("white space at the ends", (" a\n", {"\n": 0, " ": 1, "a": 2}),
     lambda rng: own_map(letters(rng, SPACES, 1) +
                         letters(rng, SMALL, 2) + letters(rng, SPACES, 1)), 4),
    ("the character NUL", ("a\0", {"\0": 0, "a": 1}),
     lambda rng: own_map(letters(rng, SMALL, 2) + "\0" + letters(rng, SMALL, 1)), 2),
    ("characters beyond ASCII", ("\u00e9z", {"z": 0, "\u00e9": 1}),
     lambda rng: own_map(with_all(rng, "\u00e9z", "eza\u00c9\u0436\u00df", 3)), 3),
    ("an accent that follows its letter", ("e\u0301\u00e9", {"e": 0, "\u00e9": 1, "\u0301": 2}),
     lambda rng: own_map(letters(rng, SMALL, 1) +
                         "e\u0301" + letters(rng, "\u00e9\ufb01", 2) + "\u00e9"), 3),
    ("characters beyond the basic plane", ("\U00010348a", {"a": 0, "\U00010348": 1}),
     lambda rng: own_map(with_all(rng, "\U00010348\uff5e", "\U0001f40da\ufb01", 3)), 3),
    ("an index of 128 or more", (MANY[200] + MANY[1], in_order(MANY)),
     lambda rng: (letters(rng, MANY[128:256], 4), in_order(MANY)), 1),
    ("an index of 256 or more", (MANY[299] + MANY[1], in_order(MANY)),
     lambda rng: (letters(rng, MANY[256:], 4), in_order(MANY)), 1),
    ("no character at all", ("", {"a": 0}), lambda rng: ("", {}), 1),
)  # fmt: skip

STRANGE = "\u20ac\u2603\u0416\u221e\u00a7"  # no message holds these by chance


def with_unknown(rng: np.random.Generator, before: int, after: int, times: int = 1) -> Pair:
    """A text with one character that its map does not have."""
    strange = letters(rng, STRANGE, 1)
    text = letters(rng, "abcd", before) + strange * times + letters(rng, "abcd", after)
    return text, another_order(rng, "abcd")


UNKNOWN: tuple[tuple[str, Pair, Callable[[np.random.Generator], Pair], int], ...] = (
    ("an unknown character at the end", ("ab\u20ac", {"a": 0, "b": 1}),
     lambda rng: with_unknown(rng, int(rng.integers(1, 4)), 0), 5),
    ("an unknown character at the start", ("\u20acba", {"a": 0, "b": 1}),
     lambda rng: with_unknown(rng, 0, int(rng.integers(1, 4))), 5),
    ("an unknown character in the middle", ("a\u20acb", {"a": 0, "b": 1}),
     lambda rng: with_unknown(rng, int(rng.integers(1, 3)), int(rng.integers(1, 3))), 5),
    ("an unknown character alone", ("\u20ac", {"a": 0, "b": 1}),
     lambda rng: with_unknown(rng, 0, 0), 3),
    ("an unknown character twice", ("a\u20ac\u20ac", {"a": 0, "b": 1}),
     lambda rng: with_unknown(rng, 1, 0, 2), 3),
    ("two different unknown characters", ("a\u20ac\u2603", {"a": 0, "b": 1}),
     lambda rng: (letters(rng, "ab", 1) + with_all(rng, "\u20ac\u2603"), {"a": 1, "b": 0}), 2),
    ("an unknown character between those in the map", ("PQ", {"P": 0, "R": 1}),
     lambda rng: ("R" * int(rng.integers(1, 3)) + "Q", {"P": 1, "R": 0}), 2),
    ("an unknown capital, its small letter in the map", ("Qq", {"p": 0, "q": 1}),
     lambda rng: (letters(rng, "pq", 2) + "Q", {"q": 0, "p": 1}), 2),
    ("an unknown character and a map with nothing in it", ("\u20ac", {}),
     lambda rng: (letters(rng, STRANGE, 1) * 2, {}), 1),
)  # fmt: skip


def drawn(
    draw: Callable[[np.random.Generator], Pair], make: Callable[[Pair], Case]
) -> Callable[[np.random.Generator], Case]:
    """Siblings made of a random text and its map."""
    return lambda rng: make(draw(rng))


def encode_rungs() -> tuple[Rung, ...]:
    """A text and a map each."""
    return tuple(
        Rung(says, case(*hand), drawn(draw, lambda pair: case(*pair)), count)
        for says, hand, draw, count in KNOWN + UNKNOWN
    )


def map_shown(found: dict[Any, Any]) -> Words:
    """A map, shortened if it is large."""
    if len(found) <= 8:
        whole = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in found.items())
        return Words(f"{{{whole}}}")
    first = ", ".join(f"{quoted(key)}: {quoted(value)}" for key, value in [*found.items()][:3])
    return Words(f"{{{first}, ...}} ({len(found)} characters)")


def sequence(value: Any) -> list[Any] | None:
    """The entries of an outcome, if it is some sequence of one dimension."""
    value = value.value if isinstance(value, Odd) else value
    if isinstance(value, np.ndarray):
        return value.tolist() if value.ndim == 1 else None
    if isinstance(value, Raised) or not isinstance(value, list | tuple | str):
        return None
    return list(value)


def first_difference(yours: list[Any], due: list[Any]) -> int | None:
    """The first position at which two sequences differ."""
    both = enumerate(zip(yours, due, strict=False))
    found = next((t for t, (a, b) in both if not alike(a, b)), None)
    return found if found is not None or len(yours) == len(due) else min(len(yours), len(due))


def about_indices(each: Try) -> list[str]:
    """Which character, which position."""
    text, _ = each.case.arguments
    yours, due = each.yours["indices"], each.due["indices"]
    if isinstance(due, Raised):
        return about_unknown(each, yours)
    if isinstance(yours, Raised):
        return [said_of(yours, f"an array of {len(text)} integers")]
    said = [f"In the case below, {yours.said}"] if isinstance(yours, Odd) else []
    numbers_of, right = sequence(yours), due.tolist()
    t = None if numbers_of is None else first_difference(numbers_of, right)
    if t is None or t >= len(right) or t >= len(numbers_of or ()):
        return said
    found = (numbers_of or [])[t]
    return [
        *said,
        f"Position {t}, the character {quoted(text[t])}: yours {quoted(found)}, "
        f"expected {right[t]}.",
    ]


def about_unknown(each: Try, yours: Any) -> list[str]:
    """What an unknown character led to."""
    text, _ = each.case.arguments
    unknown = unknown_in(each.case)
    where_it_is = (
        f"In the case below, {quoted(unknown)} (position {text.index(unknown)}) is not in the map;"
    )
    due = f"expected a ValueError whose message contains {quoted(unknown)}"
    if isinstance(yours, Raised):
        first, *rest = yours.said.splitlines()
        return ["\n".join([f"{where_it_is} {first}; {due}.", *rest])]
    return [f"{where_it_is} it was accepted; {due}."]


def window(length: int, t: int | None) -> range:
    """The positions that a picture shows."""
    start = max(0, min((t or 0) - MOST_SHOWN // 2, length - MOST_SHOWN))
    return range(start, min(length, start + MOST_SHOWN))


def picture_indices(each: Try) -> list[str]:
    """Positions, characters and indices below each other."""
    text = text_of(each.case)
    return pictured(
        ("character", [quoted(c) for c in text]), each.yours["indices"], each.due["indices"]
    )


def pictured(given: tuple[str, list[str]], yours: Any, due: Any) -> list[str]:
    """A sequence of what was given, yours and expected."""
    right = sequence(due)
    mine = None if other_kind(yours, right) else sequence(yours)
    t = None if mine is None or right is None else first_difference(mine, right)
    shown = window(max(len(given[1]), len(mine or []), len(right or [])), t)
    rows = [("position", *map(str, shown)), (given[0], *cells(given[1], shown))]
    below: list[str] = []
    for label, values, whole in (("yours", mine, yours), ("expected", right, due)):
        if values is None or below or len(shown) == 0:
            below += block(f"  {label:<{len(given[0])}} ", shown_whole(whole))
        else:
            marks = right or [] if label == "yours" else values
            rows.append((label, *cells(marked(values, marks), shown)))
    return (table(rows) if len(shown) else []) + [line[:WIDTH] for line in below]


def other_kind(yours: Any, right: list[Any] | None) -> bool:
    """Whether a result has entries of another kind, or is of another kind itself."""
    if not isinstance(yours, Odd) or right is None:
        return False
    values = sequence(yours)
    return not isinstance(yours.value, np.ndarray) or any(kind(k) != "int" for k in values or ())


def marked(values: list[Any], due: list[Any]) -> list[str]:
    """Values as texts, those that are not due with a star."""
    return [
        quoted(value) + "*" * (k < len(due) and not alike(value, due[k]))
        for k, value in enumerate(values)
    ]


def cells(texts: list[str], shown: range) -> list[str]:
    """Texts at the shown positions."""
    return [texts[t] if t < len(texts) else "none" for t in shown]


def shown_whole(value: Any) -> list[str]:
    """An outcome as a whole."""
    value = value.value if isinstance(value, Odd) else value
    if isinstance(value, np.ndarray) and value.ndim == 2:
        return grid(value)
    if isinstance(value, np.ndarray):
        return [clipped(f"an array of {value.tolist()}, {value.dtype}", 60)]
    return [clipped(quoted(value), 60)]


def indices_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One index, looked up."""
    text, char_to_index = each.arguments
    if unknown_in(each) or not index or index[0] >= len(text):
        return []
    (t,) = index
    return [
        ("the character", f"text[{t}]", text[t]),
        ("together", f"char_to_index[{quoted(text[t])}]", char_to_index[text[t]]),
    ]


def sequences(evidence: Evidence, name: str) -> list[tuple[Case, list[Any], list[Any]]]:
    """Case, yours and due, where a sequence is due; none if some is no sequence."""
    found = []
    for each in evidence.tries:
        due = each.due[name]
        if isinstance(due, Raised):
            continue
        mine, right = sequence(each.yours[name]), sequence(due)
        if mine is None or right is None:
            return []
        found.append((each.case, mine, right))
    return found


TRANSFORMS: dict[str, Callable[[list[Any]], list[Any]]] = {
    "in reverse order": lambda due: due[::-1],
    "without the last one": lambda due: due[:-1],
    "without the first one": lambda due: due[1:],
    "without the first and the last one": lambda due: due[1:-1],
    "with each repeated one only once": lambda due: [*dict.fromkeys(due)],
    "with each repeated one only once, in order": lambda due: sorted(set(due)),
    "in ascending order": sorted,
    "without repeats that follow each other": lambda due: [k for k, _ in itertools.groupby(due)],
    "but only the last one": lambda due: due[-1:],
    "but only the first one": lambda due: due[:1],
    "but only every second one": lambda due: due[::2],
    "but only the first two": lambda due: due[:2],
    "twice over": lambda due: due + due,
    "with each one doubled": lambda due: [k for k in due for _ in range(2)],
    "but with the last one at its start": lambda due: due[-1:] + due[:-1],
    "but with the first one at its end": lambda due: due[1:] + due[:1],
    "with the last one once more": lambda due: due + due[-1:],
    "with the first one once more, at the start": lambda due: due[:1] + due,
}
OF_INDICES: dict[str, Callable[[list[Any]], list[Any]]] = {
    "without the zeros": lambda due: [k for k in due if k != 0],
    "as floats": lambda due: [float(k) for k in due],
    "as texts": lambda due: [str(k) for k in due],
}


def of_text(change: Callable[[str], str]) -> Callable[[list[Any]], list[Any]]:
    """A change of a text as one of its characters."""
    return lambda due: list(change("".join(due)))


TEXT_NAMES: dict[str, Callable[[str], str]] = {
    "in small letters": str.lower,
    "in capitals": str.upper,
    "with small letters and capitals exchanged": str.swapcase,
    "without white space at its ends": str.strip,
    "without white space at its start": str.lstrip,
    "without white space at its end": str.rstrip,
    "without spaces": lambda text: text.replace(" ", ""),
    "without line ends (\\n)": lambda text: text.replace("\n", ""),
    "without white space": lambda text: "".join(text.split()),
    "without NUL": lambda text: text.replace("\0", ""),
    "without all that is beyond ASCII": lambda text: "".join(c for c in text if c < "\x80"),
    "with ? for all that is beyond ASCII": lambda text: text.encode("ascii", "replace").decode(),
    "with a space between any two": " ".join,
    "with a space after each": lambda text: "".join(c + " " for c in text),
    "with a space before each": lambda text: "".join(" " + c for c in text),
    "with a space at the start": lambda text: " " + text,
    "with a space at the end": lambda text: text + " ",
    "with a line end at the end": lambda text: text + "\n",
    "as its own repr": repr,
    "as the repr of its list": lambda text: str(list(text)),
}
OF_TEXT: dict[str, Callable[[list[Any]], list[Any]]] = {
    says: of_text(change) for says, change in TEXT_NAMES.items()
}


def transformed(
    name: str, what: str, changes: dict[str, Callable[[list[Any]], list[Any]]]
) -> Callable[[Evidence], list[str]]:
    """Findings: how the whole follows from what is due."""

    def find(evidence: Evidence) -> list[str]:
        found = sequences(evidence, name)
        for says, change in changes.items():
            right = [(mine, change(due), due) for _, mine, due in found]
            if (
                all(alike(a, b) for a, b, _ in right)
                and sum(not alike(b, c) for _, b, c in right) >= LEAST
            ):
                return [f"In all cases tried you have {what}, {says}."]
        return lengths(found)

    return find


def lengths(found: list[tuple[Case, list[Any], list[Any]]]) -> list[str]:
    """How many entries there are, if not as many as are due."""
    apart = {len(mine) - len(due) for _, mine, due in found if due}
    if not found or apart == {0}:
        return []
    if len(apart) == 1:
        more = next(iter(apart))
        return [
            f"There {'is' if abs(more) == 1 else 'are'} {abs(more)} too "
            f"{'many' if more > 0 else 'few'}."
        ]
    if all(len(mine) == 1 for _, mine, due in found if due):
        return ["There is only one entry, however many are due."]
    if max(apart) <= 0:
        return ["Entries are missing: in some cases there are fewer than are due, in none more."]
    return ["There are more entries than are due in some cases."] if min(apart) >= 0 else []


def given(each: Case) -> list[Any]:
    """What stands at the positions of a call: characters or indices."""
    first = each.arguments[0]
    return list(first) if isinstance(first, str) else [int(k) for k in first]


@dataclass
class Spot:
    """A position of a call of encode or decode."""

    case: Case
    due: list[Any]
    t: int

    @property
    def text(self) -> str:
        """The text that is encoded."""
        return text_of(self.case)

    @property
    def map(self) -> dict[Any, Any]:
        """The map."""
        return map_of(self.case)

    @property
    def given(self) -> list[Any]:
        """The characters or indices."""
        return given(self.case)

    @property
    def at(self) -> Any:
        """The one that stands here."""
        return self.given[self.t]

    @property
    def k(self) -> Any:
        """What is due here."""
        return self.due[self.t]

    @property
    def character(self) -> str:
        """The character, given or due."""
        return str(self.at if isinstance(self.at, str) else self.k)

    @property
    def index(self) -> int:
        """The index, given or due."""
        return int(self.k if isinstance(self.at, str) else self.at)


Place = Callable[[Spot], bool]


PLACES: dict[str, Place] = {
    "the first position": lambda s: s.t == 0,
    "the last position": lambda s: s.t == len(s.due) - 1,
    "all positions but the first": lambda s: s.t > 0,
    "all positions but the last": lambda s: s.t < len(s.due) - 1,
    "the odd positions": lambda s: s.t % 2 == 1,
    "what was there before": lambda s: s.at in s.given[: s.t],
    "what comes again later": lambda s: s.at in s.given[s.t + 1 :],
    "what stands there more than once": lambda s: s.given.count(s.at) > 1,
    "what repeats its neighbour before": lambda s: s.t > 0 and s.k == s.due[s.t - 1],
}
CHARACTERS: dict[str, Callable[[str], bool]] = {
    "capital letters": lambda c: c != c.lower(),
    "small letters": lambda c: c != c.upper(),
    "digits": str.isdigit,
    "spaces": lambda c: c == " ",
    "line ends (\\n)": lambda c: c == "\n",
    "white space": str.isspace,
    "NUL": lambda c: c == "\0",
    "characters beyond ASCII": lambda c: c > "\x7f",
    "characters of code point 65,536 or more": lambda c: c > "\uffff",
}
INDEX_PLACES: dict[str, Callable[[int], bool]] = {
    "the index 0": lambda k: k == 0,
    "indices other than 0": lambda k: k != 0,
    "indices above 127": lambda k: k > 127,
    "indices above 255": lambda k: k > 255,
    "indices of two digits or more": lambda k: k > 9,
}


def with_character(holds: Callable[[str], bool]) -> Place:
    """A condition on the character of a position."""
    return lambda s: holds(s.character)


def with_index(holds: Callable[[int], bool]) -> Place:
    """A condition on the index of a position."""
    return lambda s: holds(s.index)


def all_places() -> dict[str, Place]:
    """Kinds of positions."""
    found = dict(PLACES)
    found |= {says: with_character(holds) for says, holds in CHARACTERS.items()}
    found |= {says: with_index(holds) for says, holds in INDEX_PLACES.items()}
    found["the largest index of the map"] = lambda s: s.index == len(s.map) - 1
    return found


def positions(name: str) -> Callable[[Evidence], list[str]]:
    """Findings: at which positions all is wrong, and only there."""

    def find(evidence: Evidence) -> list[str]:
        found = sequences(evidence, name)
        if any(len(mine) != len(due) for _, mine, due in found):
            return []
        marks = [
            (
                each,
                due,
                {t for t, (a, b) in enumerate(zip(mine, due, strict=True)) if not alike(a, b)},
            )
            for each, mine, due in found
        ]
        said = []
        for says, holds in all_places().items():
            expected = [
                (wrong, {t for t in range(len(due)) if holds(Spot(each, due, t))})
                for each, due, wrong in marks
            ]
            if exactly(expected):
                return [f"Wrong at exactly these positions: {says}."]
            if says not in PLACES and all(wrong <= due for wrong, due in expected):
                said.append(f"Wherever it is wrong, that is at one of these positions: {says}.")
        return said if sum(len(wrong) for _, _, wrong in marks) >= 3 * LEAST else []

    return find


def at(values: list[Any], k: int) -> Any:
    """An entry of a list, None if there is none."""
    return values[k] if 0 <= k < len(values) else None


Value = Callable[[Spot], Any]

ENCODED: dict[str, Value] = {
    "0": lambda s: 0,
    "-1": lambda s: -1,
    "1 more than is due": lambda s: s.k + 1,
    "1 less than is due": lambda s: s.k - 1,
    "twice what is due": lambda s: 2 * s.k,
    "what is due, with its sign turned": lambda s: -s.k,
    "what is due, minus the number of characters in the map": lambda s: s.k - len(s.map),
    "K-1 minus what is due (counted from the end)": lambda s: len(s.map) - 1 - s.k,
    "the character's code point": lambda s: ord(s.at),
    "the character's code point modulo 256": lambda s: ord(s.at) % 256,
    "the character's code point minus that of a": lambda s: ord(s.at) - 97,
    "what is due, modulo 128": lambda s: s.k % 128,
    "what is due, modulo 256": lambda s: s.k % 256,
    "what is due, in a signed byte": lambda s: (s.k + 128) % 256 - 128,
    "at most 255": lambda s: min(s.k, 255),
    "at most 127": lambda s: min(s.k, 127),
    "the position itself": lambda s: s.t,
    "how often the character occurs in the text": lambda s: s.text.count(s.at),
    "the position where the character first stands": lambda s: s.text.index(s.at),
    "the position where the character last stands": lambda s: s.text.rindex(s.at),
    "the character's place among the map's keys, as they are listed": lambda s: list(s.map).index(
        s.at
    ),
    "the character's place among the map's keys, counted from 1": lambda s: (
        list(s.map).index(s.at) + 1
    ),
    "the character's place among the map's keys in code-point order": lambda s: sorted(s.map).index(
        s.at
    ),
    "the character's place among the text's different characters in code-point order": lambda s: (
        sorted(set(s.text)).index(s.at)
    ),
    "the character's place among the text's different characters, by first appearance": lambda s: (
        list(dict.fromkeys(s.text)).index(s.at)
    ),
    "the index of the character as a small letter": lambda s: s.map.get(s.at.lower()),
    "the index of the character as a capital": lambda s: s.map.get(s.at.upper()),
    "what is due one position earlier": lambda s: at(s.due, s.t - 1),
    "what is due one position later": lambda s: at(s.due, s.t + 1),
    "what is due at the first position": lambda s: s.due[0],
    "what is due at the last position": lambda s: s.due[-1],
    "what is due in reverse order": lambda s: s.due[::-1][s.t],
    "the sum of what is due up to there": lambda s: sum(s.due[: s.t + 1]),
    "the smallest index due in the text": lambda s: min(s.due),
    "the largest index due in the text": lambda s: max(s.due),
}


DECODED: dict[str, Value] = {
    "the character at that place of the map's values, as they are listed": lambda s: at(
        list(s.map.values()), s.at
    ),
    "the character at that place of the map's values in code-point order": lambda s: at(
        sorted(s.map.values()), s.at
    ),
    "the character of the next index": lambda s: s.map.get(s.at + 1),
    "the character of the index before": lambda s: s.map.get(s.at - 1),
    "the character of the next index, the last one's next being the first": lambda s: s.map[
        (s.at + 1) % len(s.map)
    ],
    "the character of the index before, the first one's before being the last": lambda s: s.map[
        (s.at - 1) % len(s.map)
    ],
    "the character of the index counted from the end": lambda s: s.map[len(s.map) - 1 - s.at],
    "the character of the index modulo 256": lambda s: s.map[s.at % 256],
    "the character of index 0": lambda s: s.map[0],
    "the character of the position's own number": lambda s: s.map.get(s.t),
    "the character whose code point is the index": lambda s: chr(s.at),
    "the index's own digits": lambda s: str(s.at),
    "the letter at that place of the alphabet": lambda s: chr(97 + s.at),
    "the character as a small letter": lambda s: s.k.lower(),
    "the character as a capital": lambda s: s.k.upper(),
    "a question mark": lambda s: "?",
    "a space": lambda s: " ",
    "what is due one position earlier": lambda s: at(s.due, s.t - 1),
    "what is due one position later": lambda s: at(s.due, s.t + 1),
    "what is due at the first position": lambda s: s.due[0],
    "what is due at the last position": lambda s: s.due[-1],
    "what is due in reverse order": lambda s: s.due[::-1][s.t],
    "the character's code point modulo 256": lambda s: chr(ord(s.k) % 256),
}


def values_given(name: str, values: dict[str, Value]) -> Callable[[Evidence], list[str]]:
    """Findings: what stands at the wrong positions, or at all of them."""

    def find(evidence: Evidence) -> list[str]:
        found = sequences(evidence, name)
        if any(len(mine) != len(due) for _, mine, due in found):
            return []
        for says, value in values.items():
            pairs = [
                (mine, [value(Spot(each, due, t)) for t in range(len(due))], due)
                for each, mine, due in found
            ]
            if (
                all(alike(a, b) for a, b, _ in pairs)
                and sum(not alike(b, c) for _, b, c in pairs) >= LEAST
            ):
                return [f"At every position stands {says}."]
            wrong = [
                alike(a, b)
                for row in pairs
                for a, b, due in zip(*row, strict=True)
                if not alike(a, due)
            ]
            if len(wrong) >= LEAST and all(wrong):
                return [f"Wherever it is wrong, there stands {says}."]
        return []

    return find


def kinds_in(name: str, shapes: dict[str, Callable[[Any], Any]]) -> Callable[[Evidence], list[str]]:
    """Findings: a result of another kind whose entries are right."""

    def find(evidence: Evidence) -> list[str]:
        odd = [
            (e.yours[name].value, e.due[name])
            for e in evidence.tries
            if isinstance(e.yours[name], Odd)
        ]
        if len(odd) < LEAST:
            return []
        if any(isinstance(due, Raised) for _, due in odd):
            return []
        for says, change in shapes.items():
            if all(flat(a) == flat(change(due)) for a, due in odd):
                return [f"Where it is of another kind or shape, its entries are {says}."]
        return []

    return find


def flat(value: Any) -> Any:
    """Shape and entries of an array or a list; else the value itself."""
    try:
        array = np.asarray(value)
    except ValueError:
        return quoted(value)
    return array.shape, array.tolist()


VECTORS: dict[str, Callable[[Any], Any]] = {
    "the right ones": lambda due: due,
    "what is due, as an array with a single row": lambda due: due[None],
    "what is due, as an array with a single column": lambda due: due[:, None],
}
SHAPES: dict[str, Callable[[Any], Any]] = {
    "the right ones": lambda due: due,
    "what is due, transposed": lambda due: due.T,
    "what is due, strung together column by column": lambda due: due.T.ravel(),
    "what is due, strung together row by row": lambda due: due.ravel(),
    "what is due, each column summed": lambda due: np.sum(due, axis=0),
    "what is due, added up over the columns": lambda due: np.sum(due, axis=-1),
    "what is due, without the last column": lambda due: due[..., :-1],
    "what is due, without the first column": lambda due: due[..., 1:],
    "what is due, without the last row": lambda due: due[:-1],
    "what is due, without the first row": lambda due: due[1:],
    "what is due, with a row of zeros above": lambda due: np.vstack((0 * due[:1], due)),
    "what is due, with a row of zeros below": lambda due: np.vstack((due, 0 * due[:1])),
    "what is due, with a column of zeros before": lambda due: np.pad(due, ((0, 0), (1, 0))),
    "what is due, with a column of zeros after": lambda due: np.pad(due, ((0, 0), (0, 1))),
    "what is due, cut off after the row of the largest index": (
        lambda due: due[: int(due.argmax(axis=0).max()) + 1] if due.size else due
    ),
    "what is due, without the rows that hold no 1": lambda due: due[due.any(axis=1)],
}  # fmt: skip


def refusals(evidence: Evidence, name: str) -> list[tuple[Try, Any]]:
    """The cases in which something is to be refused, and what came of them."""
    return [
        (each, each.yours[name]) for each in evidence.tries if isinstance(each.due[name], Raised)
    ]


def refused_how(
    name: str, what: str, kinds: dict[str, Condition]
) -> Callable[[Evidence], list[str]]:
    """Findings: what comes of what should be refused."""

    def find(evidence: Evidence) -> list[str]:
        found = [(each, yours) for each, yours in refusals(evidence, name)]
        if all(each.right for each, _ in found):
            return []
        said = []
        for outcome_of, says in OUTCOMES_SAID.items():
            marks = [(outcome_of(yours), each.case) for each, yours in found]
            if all(mark for mark, _ in marks):
                if str(found[0][0].due[name]) != str(found[0][1]):
                    said.append(f"{what} {says}, in all cases tried.")
                continue
            for condition, holds in kinds.items():
                if str(found[0][0].due[name]) == "ValueError" and outcome_of(Raised("ValueError")):
                    break  # that is what is due
                if sum(m for m, _ in marks) >= LEAST and all(m == holds(c) for m, c in marks):
                    said.append(f"{what} {says}, exactly where {condition}.")
                    break
        return said[:2]

    return find


def raised_as(name: str) -> Callable[[Any], bool]:
    """Whether an outcome is an exception of this kind."""
    return lambda yours: isinstance(yours, Raised) and str(yours) == name


OUTCOMES_SAID: dict[Callable[[Any], bool], str] = {
    (lambda yours: not isinstance(yours, Raised)): "is accepted",
    raised_as("ValueError"): "is refused with a ValueError whose message does not name it",
    raised_as("KeyError"): "ends in a KeyError",
    raised_as("IndexError"): "ends in an IndexError",
    raised_as("TypeError"): "ends in a TypeError",
    raised_as("AssertionError"): "ends in an AssertionError",
    raised_as("OverflowError"): "ends in an OverflowError",
}


def unknown_at(each: Case) -> list[int]:
    """The positions of the unknown character."""
    return [t for t, c in enumerate(text_of(each)) if c not in each.arguments[1]]


UNKNOWN_KINDS: dict[str, Condition] = {
    "it stands first": lambda each: unknown_at(each)[0] == 0,
    "it does not stand first": lambda each: unknown_at(each)[0] > 0,
    "it stands last": lambda each: unknown_at(each)[-1] == len(text_of(each)) - 1,
    "it does not stand last": lambda each: unknown_at(each)[-1] < len(text_of(each)) - 1,
    "it stands alone": lambda each: len(unknown_at(each)) == len(text_of(each)),
    "it does not stand alone": lambda each: len(unknown_at(each)) < len(text_of(each)),
    "the map is not empty": lambda each: bool(each.arguments[1]),
    "the map is empty": lambda each: not each.arguments[1],
    "the map holds its small letter": lambda each: unknown_in(each).lower() in each.arguments[1],
    "it is beyond ASCII": lambda each: unknown_in(each) > "\x7f",
    "it is an ASCII character": lambda each: unknown_in(each) < "\x80",
    "it occurs twice": lambda each: len(unknown_at(each)) > 1,
}

FOR_UNKNOWN: dict[str, Callable[[Case, list[Any], int], Any]] = {
    "0": lambda each, mine, t: 0,
    "-1": lambda each, mine, t: -1,
    "None": lambda each, mine, t: None,
    "1": lambda each, mine, t: 1,
    "K, the number of characters in the map": lambda each, mine, t: len(each.arguments[1]),
    "K-1": lambda each, mine, t: len(each.arguments[1]) - 1,
    "the code point": lambda each, mine, t: ord(text_of(each)[t]),
    "the index before it": lambda each, mine, t: at(mine, t - 1),
    "the character itself": lambda each, mine, t: text_of(each)[t],
}


def in_its_place(evidence: Evidence) -> list[str]:
    """What stands where an unknown character was accepted."""
    found = [(each.case, sequence(yours)) for each, yours in refusals(evidence, "indices")]
    found = [(each, mine) for each, mine in found if mine is not None]
    if len(found) < LEAST:
        return []
    if all(len(mine or ()) == len(text_of(each)) - len(unknown_at(each)) for each, mine in found):
        return [
            "Where unknown characters are accepted, they are left out: no index stands for them."
        ]
    if all(len(mine or ()) == unknown_at(each)[0] for each, mine in found):
        return ["Where unknown characters are accepted, the array ends at the first of them."]
    if any(len(mine or ()) != len(text_of(each)) for each, mine in found):
        return []
    for says, value in FOR_UNKNOWN.items():
        if all(
            (mine or [])[t] == value(each, mine or [], t)
            for each, mine in found
            for t in unknown_at(each)
        ):
            return [f"Where an unknown character is accepted, there stands {says}."]
    return []


def map_of(each: Case) -> dict[Any, Any]:
    """The map of a case."""
    found: dict[Any, Any] = each.arguments[1]
    return found


MAP_KINDS: dict[str, Condition] = {
    "an index is 256 or more": lambda each: largest(each) > 255,
    "an index is 128 or more": lambda each: largest(each) > 127,
    "the map has more than 127 characters": lambda each: len(map_of(each)) > 127,
    "the map does not list its keys in their order": (
        lambda each: list(map_of(each)) != sorted(map_of(each))
    ),
    "the map does not list its entries in the order of the indices": (
        lambda each: list(ordered(each)) != sorted(ordered(each))
    ),
    "the map does not number the characters in code-point order": (
        lambda each: list(in_code_point_order(each)) != sorted(in_code_point_order(each))
    ),
    "the map is larger than the text": lambda each: len(map_of(each)) > len(set(given(each))),
    "the map has more than one character": lambda each: len(map_of(each)) > 1,
    "the map has more than two characters": lambda each: len(map_of(each)) > 2,
}  # fmt: skip


def indices_in(each: Case) -> list[int]:
    """The indices that belong to the positions of a case."""
    return [map_of(each).get(at, -1) if isinstance(at, str) else at for at in given(each)]


def largest(each: Case) -> int:
    """The largest index of a case."""
    return max(indices_in(each), default=-1)


def ordered(each: Case) -> list[int]:
    """The indices in the order in which the map lists them."""
    return [k if isinstance(k, int) else v for k, v in map_of(each).items()]


def in_code_point_order(each: Case) -> list[int]:
    """The indices in the order of the characters' code points."""
    pairs = [(v, k) if isinstance(k, int) else (k, v) for k, v in map_of(each).items()]
    return [index for _, index in sorted(pairs)]


ENCODE_KINDS = {says: holds for says, holds in TEXT_KINDS.items() if "different" not in says}

WITH_UNKNOWN: dict[str, Condition] = {
    "a character is not in the map": lambda each: bool(unknown_in(each)),
}

ENCODE_CHANGES = TEXT_CHANGES | {
    "a map made anew from the text": lambda each: case(*own_map(text_of(each))),
}

ENCODE = Ladder(
    "encode",
    encode_rungs(),
    observe_indices,
    shows=lambda each: {
        "text": Words(clipped(quoted(each.arguments[0]), 40)),
        "char_to_index": map_shown(each.arguments[1]),
    },
    by_hand=indices_by_hand,
    findings=(
        kinds_in("indices", VECTORS),
        transformed("indices", "the right indices", TRANSFORMS | OF_INDICES),
        values_given("indices", ENCODED),
        positions("indices"),
        changed(ENCODE_CHANGES),
        refused_how("indices", "An unknown character", UNKNOWN_KINDS),
        in_its_place,
        only_where(WITH_UNKNOWN | ENCODE_KINDS | MAP_KINDS),
        rungs_right,
    ),
    says="is not right yet",
    about=about_indices,
    picture=picture_indices,
    same=alike,
)


def observe_text(function: Function, each: Case) -> Outcome:
    """The text."""
    return {"text": called(function, *each.arguments)}


def decode_case(pair: Pair) -> Case:
    """The indices of a text, and the map that leads back."""
    text, char_to_index = pair
    indices = np.array([char_to_index[c] for c in text], dtype=np.int64)
    return case(indices, {k: c for c, k in char_to_index.items()})


def decode_rungs() -> tuple[Rung, ...]:
    """The same texts and maps as in encode, but for unknown characters."""
    return tuple(
        Rung(says, decode_case(hand), drawn(draw, decode_case), count)
        for says, hand, draw, count in KNOWN
    )


def about_text(each: Try) -> list[str]:
    """Which index, which position."""
    yours, due = each.yours["text"], each.due["text"]
    if isinstance(yours, Raised):
        return [said_of(yours, f"{quoted(due)}")]
    said = [f"In the case below, {yours.said}"] if isinstance(yours, Odd) else []
    mine = sequence(yours)
    t = None if mine is None else first_difference(mine, list(due))
    if mine is None or t is None:
        return said
    if t >= len(mine) or t >= len(due):
        return [*said, f"Yours has {len(mine)} characters; expected {len(due)}."]
    return [
        *said,
        f"Position {t}, the index {given(each.case)[t]}: yours {quoted(mine[t])}, "
        f"expected {quoted(due[t])}.",
    ]


def picture_text(each: Try) -> list[str]:
    """Positions, indices and characters below each other."""
    yours, due = each.yours["text"], each.due["text"]
    mine = sequence(yours)
    if isinstance(yours, Odd) or (mine is not None and len(mine) != len(due)):
        return [
            f"  yours     {clipped(quoted(yours), 60)}",
            f"  expected  {clipped(quoted(due), 60)}",
        ]
    return pictured(("index", [str(k) for k in given(each.case)]), yours, due)


def text_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """Each index, looked up."""
    indices, index_to_char = each.arguments
    if not 0 < len(indices) <= 4:
        return []
    lines = [
        (f"position {t}", f"index_to_char[{k}]", index_to_char[k])
        for t, k in enumerate(given(each))
    ]
    return [*lines, ("together", "", "".join(index_to_char[k] for k in given(each)))]


def as_case_of_text(holds: Condition) -> Condition:
    """A condition on the text that indices stand for."""
    return lambda each: holds(case("".join(map_of(each)[k] for k in given(each))))


DECODE_KINDS = {says: as_case_of_text(holds) for says, holds in ENCODE_KINDS.items()}
DECODE_KINDS["the index 0 is among the indices"] = lambda each: 0 in given(each)


DECODE = Ladder(
    "decode",
    decode_rungs(),
    observe_text,
    shows=lambda each: {
        "indices": each.arguments[0],
        "index_to_char": map_shown(each.arguments[1]),
    },
    by_hand=text_by_hand,
    findings=(
        kinds_in("text", {"the right ones": list}),
        transformed("text", "the right text", OF_TEXT | TRANSFORMS),
        values_given("text", DECODED),
        positions("text"),
        only_where(DECODE_KINDS | MAP_KINDS),
        rungs_right,
    ),
    says="is not right yet",
    about=about_text,
    picture=picture_text,
    same=alike,
)


# one_hot


def observe_columns(function: Function, each: Case) -> Outcome:
    """The columns, or what an index outside led to."""
    return {"X": called(function, *each.arguments)}


def hot(indices: list[int], K: int) -> Case:
    """A call of one_hot."""
    return case(np.array(indices, dtype=np.int64), K)


def hot_case(
    rng: np.random.Generator, K: int, T: int, bad: int | None = None, place: str = ""
) -> Case:
    """Random indices, with one outside at a place."""
    indices = rng.integers(K, size=T).tolist()
    if bad is not None:
        before = {"first": 0, "last": T, "middle": T // 2, "alone": 0}[place]
        indices = [bad] if place == "alone" else [*indices[:before], bad, *indices[before:]]
    return hot(indices, K)


def repeated(rng: np.random.Generator) -> Case:
    """Indices with repeats, some of them neighbours."""
    k, other = rng.permutation(3)[:2].tolist()
    return hot([k, k, other, k][: int(rng.integers(2, 5))], 3)


def bad_index(rng: np.random.Generator, K: int, bad: int) -> Case:
    """An index outside, at a random place."""
    place = str(rng.choice(["first", "last", "middle"]))
    return hot_case(rng, K, int(rng.integers(2, 4)), bad, place)


COLUMNS = (
    Rung("one index, K = 1", hot([0], 1), lambda rng: hot([0], 1), 0),
    Rung("one index, K = 2", hot([1], 2), lambda rng: hot_case(rng, 2, 1), 4),
    Rung("one index 0, K = 3", hot([0], 3), lambda rng: hot([0], int(rng.integers(2, 5))), 3),
    Rung("one index, K larger than needed", hot([1], 4), lambda rng: hot_case(rng, 5, 1), 5),
    Rung("two different indices", hot([1, 0], 2),
         lambda rng: hot(rng.permutation(3)[:2].tolist(), 3), 6),
    Rung("a repeated index", hot([1, 1, 0], 2), repeated, 8),
    Rung("as many indices as K", hot([2, 0, 1], 3),
         lambda rng: hot(rng.permutation(4).tolist(), 4), 4),
    Rung("more indices than K", hot([2, 0, 1, 2, 2], 3), lambda rng: hot_case(rng, 3, 6), 6),
    Rung("fewer indices than K", hot([3, 1], 5), lambda rng: hot_case(rng, 6, 3), 6),
    Rung("an index of 256 or more", hot([299, 1], 300), lambda rng: hot([300, 256, 7], 301), 1),
    Rung("no indices", hot([], 2), lambda rng: hot([], int(rng.integers(1, 4))), 2),
    Rung("the index -1 alone", hot([-1], 2), lambda rng: hot([-1], int(rng.integers(2, 5))), 3),
    Rung("the index K alone", hot([2], 2), lambda rng: hot([k := int(rng.integers(2, 5))], k), 3),
    Rung("the index -1 in the last place", hot([1, 0, -1], 2),
         lambda rng: hot_case(rng, 3, 2, -1, "last"), 3),
    Rung("the index K in the last place", hot([1, 0, 2], 2),
         lambda rng: hot_case(rng, 3, 2, 3, "last"), 3),
    Rung("the index -1 among others", hot([-1, 0, 1], 2), lambda rng: bad_index(rng, 3, -1), 5),
    Rung("the index K among others", hot([2, 0, 1], 2), lambda rng: bad_index(rng, 3, 3), 5),
    Rung("an index above K", hot([0, 5], 2),
         lambda rng: bad_index(rng, 3, 3 + int(rng.integers(1, 4))), 5),
    Rung("the index -2", hot([0, -2, 1], 3), lambda rng: bad_index(rng, 4, -2), 5),
    Rung("an index outside, K = 1", hot([0, 1], 1), lambda rng: hot([-1, 0], 1), 1),
)  # fmt: skip


def about_columns(each: Try) -> list[str]:
    """Which column, which row."""
    indices, K = each.case.arguments
    yours, due = each.yours["X"], each.due["X"]
    if isinstance(due, Raised):
        bad = next(int(k) for k in indices if not 0 <= k < K)
        where_it_is = f"In the case below, the index {bad} is outside 0..{K - 1};"
        if isinstance(yours, Raised):
            first, *rest = yours.said.splitlines()
            return ["\n".join([f"{where_it_is} {first}; expected a ValueError.", *rest])]
        return [f"{where_it_is} it was accepted; expected a ValueError."]
    if isinstance(yours, Raised):
        return [said_of(yours, f"an array of shape {due.shape}")]
    if isinstance(yours, Odd):
        return [f"In the case below, {yours.said}"]
    t = int(np.flatnonzero((yours != due).any(axis=0))[0])
    rows = np.flatnonzero(yours[:, t]).tolist()
    has = {0: "holds only zeros", 1: f"is not 0 in row {rows[0] if rows else 0}"}
    said = has.get(len(rows), f"is not 0 in the rows {', '.join(map(str, rows[:6]))}")
    return [
        f"Column {t}, for the index {indices[t]}, {said}; "
        f"expected a 1 in row {indices[t]} and 0 elsewhere."
    ]


def picture_columns(each: Try) -> list[str]:
    """X, yours and expected; large ones by their ones."""
    yours, due = each.yours["X"], each.due["X"]
    lines = []
    marks = differing(yours, due)
    for label, value, stars in (("yours", yours, marks), ("expected", due, None)):
        array = value.value if isinstance(value, Odd) else value
        if isinstance(array, np.ndarray):
            lines += block(f"  X, {label:<8}", grid(array, stars))
        else:
            said = "a ValueError" if label == "expected" else clipped(repr(array), 60)
            lines.append(f"  X, {label:<8} {said}")
    return [line[:WIDTH] for line in lines]


def column_by_hand(each: Case, name: str, index: tuple[int, ...]) -> list[tuple[str, str, Any]]:
    """One entry."""
    indices = each.arguments[0]
    if len(index) != 2:
        return []
    k, t = index
    return [
        ("the row of the 1", f"indices[{t}]", int(indices[t])),
        (
            f"together: row {k} is {'that' if k == indices[t] else 'another'}",
            "",
            float(k == indices[t]),
        ),
    ]


def legitimate(evidence: Evidence) -> Evidence:
    """The cases in which an array is due."""
    tries = [
        each
        for each in evidence.tries
        if not isinstance(each.due["X"], Raised) and (each.due["X"].size or not each.right)
    ]
    return Evidence(evidence.ladder, evidence.function, tries)


def how_columns_follow(evidence: Evidence) -> list[str]:
    """How X follows from the right one, and where it is wrong."""
    inside = legitimate(evidence)
    if not inside.wrong or any(not isinstance(e.yours["X"], np.ndarray) for e in inside.tries):
        return []
    return [*relations(inside), *what_is_made(inside), *where(inside)]


MADE: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "what is due, one row lower (the last one first)": lambda X, k: np.roll(X, 1, axis=0),
    "what is due, one row higher (the first one last)": lambda X, k: np.roll(X, -1, axis=0),
    "what is due, one row lower (and zeros first)": lambda X, k: np.vstack((0 * X[:1], X[:-1])),
    "what is due, one row higher (and zeros last)": lambda X, k: np.vstack((X[1:], 0 * X[:1])),
    "what is due, with zeros and ones exchanged": lambda X, k: 1 - X,
    "what is due, summed up along the steps": lambda X, k: np.cumsum(X, axis=1),
    "what is due, with all earlier ones kept": lambda X, k: np.maximum.accumulate(X, axis=1),
    "ones in whole rows, at each index that occurs": (
        lambda X, k: X.max(axis=1, keepdims=True) + 0 * X
    ),
    "ones in all rows up to the index": lambda X, k: np.cumsum(X[::-1], axis=0)[::-1],
    "ones in all rows from the index on": lambda X, k: np.cumsum(X, axis=0),
    "ones in all rows before the index": lambda X, k: np.cumsum(X[::-1], axis=0)[::-1] - X,
    "what is due, reshaped from (T, K)": lambda X, k: X.T.reshape(X.shape),
    "what is due, times the index": lambda X, k: X * np.arange(len(X))[:, None],
    "what is due, times the index plus 1": lambda X, k: X * np.arange(1, len(X) + 1)[:, None],
    "what is due, times the step t": lambda X, k: X * np.arange(len(k)),
    "what is due, times the step t plus 1": lambda X, k: X * np.arange(1, len(k) + 1),
    "what is due, times how often the index occurs": lambda X, k: X * X.sum(axis=1, keepdims=True),
    "what is due, divided by how often the index occurs": (
        lambda X, k: X / np.maximum(X.sum(axis=1, keepdims=True), 1)
    ),
    "what is due, divided by T": lambda X, k: X / max(len(k), 1),
    "what is due, divided by K": lambda X, k: X / len(X),
    "2 X - 1, so -1 in the place of 0": lambda X, k: 2 * X - 1,
    "the number of each row's 1s, in every column": (
        lambda X, k: X.sum(axis=1, keepdims=True) + 0 * X
    ),
    "the first columns of the identity": lambda X, k: np.eye(len(X), len(k)),
    "ones throughout": lambda X, k: np.ones_like(X),
    "a 1 in row 0 of each column": lambda X, k: np.vstack((np.ones((1, len(k))), 0 * X[1:])),
    "a 1 in the last row of each column": lambda X, k: np.vstack((0 * X[1:], np.ones((1, len(k))))),
    "the first column of what is due, in every column": lambda X, k: X[:, :1] + 0 * X,
    "the last column of what is due, in every column": lambda X, k: X[:, -1:] + 0 * X,
    "what is due, but with its first column of zeros": lambda X, k: X * (np.arange(len(k)) > 0),
    "what is due, but with its last column of zeros": (
        lambda X, k: X * (np.arange(len(k)) < len(k) - 1)
    ),
    "what is due, but with the last column only": (
        lambda X, k: X * (np.arange(len(k)) == len(k) - 1)
    ),
    "what is due, but with the first column only": lambda X, k: X * (np.arange(len(k)) == 0),
    "what is due, but with row 0 all zeros": lambda X, k: X * (np.arange(len(X)) > 0)[:, None],
    "what is due, but with the last row all zeros": (
        lambda X, k: X * (np.arange(len(X)) < len(X) - 1)[:, None]
    ),
    "what is due for the first step at which each index occurs, else zeros": (
        lambda X, k: X * (np.cumsum(X, axis=1) == 1)
    ),
    "what is due for the last step at which each index occurs, else zeros": (
        lambda X, k: X * (np.cumsum(X[:, ::-1], axis=1) == 1)[:, ::-1]
    ),
    "what is due for the indices in ascending order": (
        lambda X, k: X[:, np.argsort(k, kind="stable")]
    ),
    "what is due for the index modulo 256": (
        lambda X, k: np.equal.outer(np.arange(len(X)), k % 256) + 0.0
    ),
}  # fmt: skip


def what_is_made(inside: Evidence) -> list[str]:
    """What X is made of."""
    for says, make in MADE.items():
        pairs = [
            (each.yours["X"], make(each.due["X"], each.case.arguments[0]) + 0.0, each.due["X"])
            for each in inside.tries
            if each.due["X"].size
        ]
        if (
            all(alike(a, b) for a, b, _ in pairs)
            and sum(not alike(b, c) for _, b, c in pairs) >= LEAST
        ):
            return [f"Your X is {says}."]
    return sums(inside)


def sums(inside: Evidence) -> list[str]:
    """What the columns add up to, and of what they are made."""
    arrays = [(each.yours["X"], each.due["X"]) for each in inside.tries if each.due["X"].size]
    said = []
    if all(np.isin(a, (0, 1)).all() for a, _ in arrays):
        if all((a.sum(axis=0) == 1).all() for a, _ in arrays):
            said.append(
                "Each column holds a single 1, as it should; only some stand in wrong rows."
            )
        elif all((a >= b).all() for a, b in arrays):
            said.append(
                "All ones that are due are there; there are more of them than there should be."
            )
        elif all((a <= b).all() for a, b in arrays):
            said.append("All ones stand where they should; some are missing.")
        else:
            said.append("All entries are 0 or 1, but some columns do not hold exactly a single 1.")
    elif all(((a != 0) == (b != 0)).all() for a, b in arrays):
        said.append("What is not 0 stands where it should; but it is not 1.")
    else:
        said.append("Some entries are neither 0 nor 1.")
    return said


SHAPES_OF_X: dict[str, Callable[[np.ndarray, int], tuple[int, ...]]] = {
    "(T, K)": lambda k, K: (len(k), K),
    "(K,)": lambda k, K: (K,),
    "(T,)": lambda k, K: (len(k),),
    "(K, K)": lambda k, K: (K, K),
    "(T, T)": lambda k, K: (len(k), len(k)),
    "(K*T,)": lambda k, K: (K * len(k),),
    "(K, 1)": lambda k, K: (K, 1),
    "(1, K)": lambda k, K: (1, K),
    "(K, T, 1)": lambda k, K: (K, len(k), 1),
    "(1, K, T)": lambda k, K: (1, K, len(k)),
    "(K, T+1)": lambda k, K: (K, len(k) + 1),
    "(K, T-1)": lambda k, K: (K, len(k) - 1),
    "(K+1, T)": lambda k, K: (K + 1, len(k)),
    "(K-1, T)": lambda k, K: (K - 1, len(k)),
    "(largest index + 1, T)": lambda k, K: (int(max(k, default=-1)) + 1, len(k)),
    "(different indices, T)": lambda k, K: (len(set(k.tolist())), len(k)),
    "(K, different indices)": lambda k, K: (K, len(set(k.tolist()))),
}


def shapes(evidence: Evidence) -> list[str]:
    """What the shape is, if it is another."""
    found = [
        (e.yours["X"].value, *e.case.arguments)
        for e in evidence.tries
        if isinstance(e.yours["X"], Odd)
    ]
    found = [each for each in found if isinstance(each[0], np.ndarray)]
    if len(found) < LEAST or len({(K, len(k)) for _, k, K in found}) < LEAST:
        return []
    for says, shape in SHAPES_OF_X.items():
        if all(array.shape == shape(k, K) for array, k, K in found):
            return [f"Wherever its shape is wrong, it is {says}; expected (K, T)."]
    return []


def bad_in(each: Case) -> int:
    """The first index that is outside."""
    indices, K = each.arguments
    return next((int(k) for k in indices if not 0 <= k < K), 0)


def bad_at(each: Case) -> int:
    """Where it stands."""
    return given(each).index(bad_in(each))


OUTSIDE_KINDS: dict[str, Condition] = {
    "it is negative": lambda each: bad_in(each) < 0,
    "it is K or more": lambda each: bad_in(each) > 0,
    "it is K": lambda each: bad_in(each) == each.arguments[1],
    "it is more than K": lambda each: bad_in(each) > each.arguments[1],
    "it is -1": lambda each: bad_in(each) == -1,
    "it is less than -1": lambda each: bad_in(each) < -1,
    "it is not K": lambda each: bad_in(each) != each.arguments[1],
    "it is not -1": lambda each: bad_in(each) != -1,
    "it is -1 or K": lambda each: bad_in(each) in (-1, each.arguments[1]),
    "it stands first": lambda each: bad_at(each) == 0,
    "it does not stand first": lambda each: bad_at(each) > 0,
    "it stands last": lambda each: bad_at(each) == len(given(each)) - 1,
    "it does not stand last": lambda each: bad_at(each) < len(given(each)) - 1,
    "it stands alone": lambda each: len(given(each)) == 1,
    "it does not stand alone": lambda each: len(given(each)) > 1,
    "K is 1": lambda each: each.arguments[1] == 1,
    "it is negative and stands first": lambda each: bad_in(each) < 0 and bad_at(each) == 0,
    "it is negative and does not stand first": lambda each: bad_in(each) < 0 and bad_at(each) > 0,
    "it is K or more and does not stand first": lambda each: bad_in(each) > 0 and bad_at(each) > 0,
    "it is negative and does not stand last": lambda each: (
        bad_in(each) < 0 and bad_at(each) < len(given(each)) - 1
    ),
    "it is K or more and does not stand last": lambda each: (
        bad_in(each) > 0 and bad_at(each) < len(given(each)) - 1
    ),
}

BAD_ROWS: dict[str, Callable[[int, int], int | None]] = {
    "only zeros": lambda k, K: None,
    "a 1 in row 0": lambda k, K: 0,
    "a 1 in the last row": lambda k, K: K - 1,
    "a 1 in the nearest row": lambda k, K: min(max(k, 0), K - 1),
    "a 1 in the row index modulo K": lambda k, K: k % K,
    "a 1 in the row of its absolute value": lambda k, K: abs(k) if abs(k) < K else None,
}


def column_outside(evidence: Evidence) -> list[str]:
    """What stands in the column of an index that should be refused."""
    found = [
        (each.case, yours)
        for each, yours in refusals(evidence, "X")
        if isinstance(yours, np.ndarray)
    ]
    if len(found) < LEAST:
        return []
    for says, row in BAD_ROWS.items():
        if all(
            np.array_equal(
                np.flatnonzero(X[:, bad_at(each)]), rows_of(row(bad_in(each), each.arguments[1]))
            )
            for each, X in found
        ):
            return [f"Where an index outside is accepted, its column holds {says}."]
    return []


def rows_of(row: int | None) -> list[int]:
    """The rows of a column that are not 0."""
    return [] if row is None else [row]


def is_outside(each: Case) -> bool:
    """Whether some index is outside."""
    return any(not 0 <= k < each.arguments[1] for k in each.arguments[0])


COLUMN_KINDS: dict[str, Condition] = {
    "an index is outside 0..K-1": is_outside,
    "there are no indices": lambda each: len(each.arguments[0]) == 0,
    "there is a single index": lambda each: len(each.arguments[0]) == 1,
    "there are two indices or more": lambda each: len(each.arguments[0]) > 1,
    "there are three indices or more": lambda each: len(each.arguments[0]) > 2,
    "T is not K": lambda each: len(each.arguments[0]) != each.arguments[1],
    "T is larger than K": lambda each: len(each.arguments[0]) > each.arguments[1],
    "T is smaller than K": lambda each: len(each.arguments[0]) < each.arguments[1],
    "K is larger than needed": lambda each: max(given(each), default=-1) < each.arguments[1] - 1,
    "the index K-1 is among them": lambda each: each.arguments[1] - 1 in given(each),
    "the index 0 is among them": lambda each: 0 in given(each),
    "an index is repeated": lambda each: len(set(given(each))) < len(given(each)),
    "an index is 256 or more": lambda each: max(given(each), default=-1) > 255,
    "there is an index other than 0": lambda each: any(given(each)),
    "the indices are not in ascending order": lambda each: given(each) != sorted(given(each)),
    "K is more than 1": lambda each: each.arguments[1] > 1,
}  # fmt: skip


COLUMN_CHANGES = {
    "the indices in reverse order": lambda each: case(
        each.arguments[0][::-1].copy(), each.arguments[1]
    ),
    "each index 1 smaller": lambda each: case(each.arguments[0] - 1, each.arguments[1]),
    "each index 1 larger": lambda each: case(each.arguments[0] + 1, each.arguments[1]),
    "K - 1 in the place of K": lambda each: case(each.arguments[0], each.arguments[1] - 1),
    "K + 1 in the place of K": lambda each: case(each.arguments[0], each.arguments[1] + 1),
}

HOT = Ladder(
    "one_hot",
    COLUMNS,
    observe_columns,
    by_hand=column_by_hand,
    findings=(
        keeps_from_before(lambda n: (hot([0], 11 + n), hot([1], 11 + n))),
        kinds_in("X", SHAPES),
        shapes,
        how_columns_follow,
        changed(COLUMN_CHANGES),
        refused_how("X", "An index outside 0..K-1", OUTSIDE_KINDS),
        column_outside,
        only_where(COLUMN_KINDS),
        rungs_right,
    ),
    says="is not right yet",
    about=about_columns,
    picture=picture_columns,
    same=alike,
    steps_in_columns=True,
)


LADDERS = {ladder.function: ladder for ladder in (BUILD, ENCODE, DECODE, HOT)}
