"""What can be said of wrong results of lesson 1 without knowing the mistake.

Nearly all of it is tables of sentences that hold of a case or not: of yours where it is wrong, and
of the call.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.explaining.findings import LEAST, Evidence, relations, where
from lessons.checking.explaining.ladder import Attempt, Case

Finder = Callable[[Evidence], list[str]]
Truths = dict[str, Any]  # sentences, or conditions in words, and whether they hold


class Raised(str):
    """What a call raised: the kind, and whether it names what is refused; `said` is all of it."""

    said = ""

    def __repr__(self) -> str:
        """Without quotes."""
        return str(self)


def to_be_refused(case: Case) -> list[Any]:
    """The unknown characters of a call of encode, the indices outside in one of one_hot."""
    first, second = case.arguments
    if isinstance(first, str):
        return [c for c in first if c not in second]
    return [k for k in first.tolist() if not 0 <= k < second]


def accepted(evidence: Evidence, name: str) -> list[Attempt]:
    """The cases in which nothing is to be refused and nothing was."""
    return [
        attempt
        for attempt in evidence.attempts
        if not isinstance(attempt.expected[name], Raised)
        and not isinstance(attempt.yours[name], Raised)
    ]


def true_of(name: str, about: Callable[..., Truths]) -> Finder:
    """What holds in all cases in which a result is wrong.

    `about` is given yours, the expected one and the call's arguments.
    """

    def find(evidence: Evidence) -> list[str]:
        tables = [
            about(attempt.yours[name], attempt.expected[name], *attempt.case.arguments)
            for attempt in accepted(evidence, name)
            if not evidence.ladder.alike(attempt.yours[name], attempt.expected[name])
        ]
        if len(tables) < LEAST:
            return []
        return [says for says in tables[0] if all(table[says] for table in tables)][:1]

    return find


def only_where(about: Callable[..., Truths], refuses: bool = False) -> Finder:
    """The condition on the call's arguments with which all cases are wrong, else all right.

    If there is none, the rung whose cases alone are wrong. What `refuses` may have a condition
    for the cases alone in which something is to be refused, or for the others.
    """

    def find(evidence: Evidence) -> list[str]:
        if len(evidence.wrong) < LEAST:
            return []
        for start, attempts in kinds(evidence, refuses).items():
            tables = [(about(*attempt.case.arguments), attempt.right) for attempt in attempts]
            fits = [
                says
                for says in tables[0][0]
                if all(bool(table[says]) != right for table, right in tables)
            ]
            if len(fits) == 1:  # of two that fit, one may be so by chance
                return [f"{start} in all cases tried where {fits[0]}, right in all others."]
        return one_rung_only(evidence)

    return find


def kinds(evidence: Evidence, refuses: bool) -> dict[str, list[Attempt]]:
    """All cases, and those of the kind of the first wrong one, by how a sentence on them starts."""
    found = {"Wrong": evidence.attempts}
    if refuses:
        bad = bool(to_be_refused(evidence.wrong[0].case))
        alike = [a for a in evidence.attempts if bool(to_be_refused(a.case)) == bad]
        found[f"Where {'something' if bad else 'nothing'} is to be refused: wrong"] = alike
    return found


def one_rung_only(evidence: Evidence) -> list[str]:
    """Whether the cases of a single rung are wrong, and it is not the last one."""
    rungs, wrong = evidence.ladder.rungs, {attempt.rung for attempt in evidence.wrong}
    if len(wrong) > 1 or wrong == {len(rungs) - 1}:
        return []
    return [f"Of the cases tried only those with {rungs[wrong.pop()].says} are wrong."]


def of_arrays(evidence: Evidence) -> list[str]:
    """The general findings on numbers, for the cases in which some are expected."""
    inside = Evidence(evidence.ladder, evidence.function, accepted(evidence, "X"))
    return [*relations(inside), *where(inside)] if inside.wrong else []


def about_characters(yours: dict, expected: dict, text: str) -> Truths:
    """Of a wrong char_to_index."""
    missing, more = expected.keys() - yours.keys(), yours.keys() - expected.keys()
    numbers = {*map(repr, yours.values())}  # 1 and '1' are two
    return {
        "The keys of char_to_index are not characters of the text.": missing == expected.keys(),
        "Some characters of the text are missing from char_to_index.": missing,
        "char_to_index holds keys that are not characters of the text.": more,
        "The numbers are 0, 1, ..., K-1, each of them once; only the order is another.": (
            numbers == {*map(repr, expected.values())}
        ),
        "Different characters share an index.": len(numbers) < len(yours),
        "The values of char_to_index are not whole numbers.": (
            yours and not any(isinstance(value, int) for value in yours.values())
        ),
        "char_to_index holds the right characters; only their numbers are wrong.": (
            not missing and not more
        ),
    }


def about_indices(yours: dict, expected: dict, text: str) -> Truths:
    """Of a wrong index_to_char."""
    missing, more = expected.keys() - yours.keys(), yours.keys() - expected.keys()
    return {
        "The keys of index_to_char are right; some of the characters under them are not.": (
            not missing and not more
        ),
        "index_to_char lacks some indices.": missing,
        "index_to_char has several indices for one character.": (
            len({*map(repr, yours.values())}) < len(yours)
        ),
        "index_to_char holds keys that are no indices of the vocabulary.": more,
    }


def kinds_of_text(text: str) -> Truths:
    """What a text is or has."""
    characters = sorted(set(text))
    return {
        "the text is empty": not text,
        "the text is longer than one character": len(text) > 1,
        "some character is beyond ASCII": not text.isascii(),
        "some character is beyond \\uffff": text and max(text) > "\uffff",
        "an accent is a character of its own": "\u0301" in text,
        "\\r and \\n stand one after the other": "\r\n" in text,
        "the text holds \\r": "\r" in text,
        "the text holds NUL, \\0": "\0" in text,
        "white space stands at the text's start or end": text != text.strip(),
        "the text holds a space": " " in text,
        "the text holds a line end (\\n)": "\n" in text,
        "the text holds white space": any(map(str.isspace, text)),
        "the text holds a capital letter": text != text.lower(),
        "the text holds a capital and a small letter": text.lower() != text != text.upper(),
        "the text holds a small letter": text != text.upper(),
        "some character is repeated": len(characters) < len(text),
        "the text has two different characters or more": len(characters) > 1,
        "the characters do not first appear in code-point order": (
            list(dict.fromkeys(text)) != characters
        ),
    }


VOCABULARY = (
    true_of("char_to_index", about_characters),
    true_of("index_to_char", about_indices),
    only_where(kinds_of_text),
)


def about_encoded(
    yours: np.ndarray, expected: np.ndarray, text: str, char_to_index: dict[str, int]
) -> Truths:
    """Of wrong indices."""
    right = yours == expected
    return {
        "The indices are the right ones, in another order.": sorted(yours) == sorted(expected),
        "Only the first position is wrong.": right[1:].all(),
        "Only the last position is wrong.": right[:-1].all(),
        "The first position is right; it is only after it that some are wrong.": right[0],
        "Some numbers are larger than any index of the map.": (
            yours.max() > max(char_to_index.values())
        ),
    }


def kinds_of_encoding(text: str, char_to_index: dict[str, int]) -> Truths:
    """What holds of a call of encode."""
    unknown = set(text) - set(char_to_index)
    return {
        "a character is not in the map": unknown,
        "all characters are in the map": not unknown,
        "an index is 128 or more": any(char_to_index.get(c, 0) > 127 for c in text),
        "an index is 256 or more": any(char_to_index.get(c, 0) > 255 for c in text),
        "the map does not list its keys in the order of their indices": (
            list(char_to_index) != sorted(char_to_index, key=char_to_index.__getitem__)
        ),
        "the map holds characters that the text does not": set(char_to_index) - set(text),
        "the map numbers its characters in another order than that of the code points": (
            sorted(char_to_index, key=char_to_index.__getitem__) != sorted(char_to_index)
        ),
        **kinds_of_text(text),
    }


ENCODED = (true_of("indices", about_encoded), only_where(kinds_of_encoding, refuses=True))


def about_decoded(yours: str, expected: str, *_: Any) -> Truths:
    """Of a wrong text."""
    return {
        "The text has fewer characters than there are indices.": len(yours) < len(expected),
        "The text has more characters than there are indices.": len(yours) > len(expected),
        "The characters are the right ones, in another order.": sorted(yours) == sorted(expected),
        "The first character is right; it is only after it that some are wrong.": (
            yours[:1] == expected[:1]
        ),
        "In each place stands one and the same character.": len(set(yours)) == 1,
    }


def kinds_of_decoding(indices: np.ndarray, index_to_char: dict[int, str]) -> Truths:
    """What holds of a call of decode."""
    return {
        "there are no indices": not len(indices),
        "the map numbers its characters in another order than that of the code points": (
            [index_to_char[k] for k in sorted(index_to_char)] != sorted(index_to_char.values())
        ),
        "an index is 128 or more": any(k > 127 for k in indices),
        "an index is 256 or more": any(k > 255 for k in indices),
        "an index is repeated": len(set(indices.tolist())) < len(indices),
        "the indices do not grow from each to the next": (np.diff(indices) <= 0).any(),
        "the index 0 is among the indices": 0 in indices,
        "the map does not list its keys in their order": (
            list(index_to_char) != sorted(index_to_char)
        ),
    }


DECODED = (true_of("text", about_decoded), only_where(kinds_of_decoding))


def about_columns(yours: np.ndarray, expected: np.ndarray, *_: Any) -> Truths:
    """Of a wrong X."""
    zeros_and_ones = np.isin(yours, (0, 1)).all()
    return {
        "Each column holds a single 1, as it should; only some stand in wrong rows.": (
            np.array_equal(np.sort(yours, axis=0), np.sort(expected, axis=0))
        ),
        "All ones that are expected are there; there are more of them than there should be.": (
            zeros_and_ones and (yours >= expected).all()
        ),
        "All ones stand where they should; some are missing.": (
            zeros_and_ones and (yours <= expected).all()
        ),
        "All entries are 0 or 1, but some columns do not hold exactly a single 1.": zeros_and_ones,
        "What is not 0 stands where it should; but not all of it is 1.": (
            np.array_equal(yours != 0, expected != 0)
        ),
        "Some entries are neither 0 nor 1.": not zeros_and_ones,
    }


def kinds_of_columns(indices: np.ndarray, K: int) -> Truths:
    """What holds of a call of one_hot."""
    outside = any(not 0 <= k < K for k in indices)
    return {
        "an index is outside 0..K-1": outside,
        "no index is outside 0..K-1": not outside,
        "an index is negative": (indices < 0).any(),
        "an index is -1": -1 in indices,
        "the index -1 is the only one outside 0..K-1": (
            -1 in indices and not any(k < -1 or k >= K for k in indices)
        ),
        "an index is K or more": (indices >= K).any(),
        "an index is more than K": (indices > K).any(),
        "an index is K": K in indices,
        "there are no indices": not len(indices),
        "there is an index other than 0": indices.any(),
        "there are more indices than K": len(indices) > K,
        "there are other than K indices": len(indices) != K,
        "an index is repeated": len({*indices.tolist()}) < len(indices),
        "the first index is the only one outside 0..K-1": (
            outside and all(0 <= k < K for k in indices[1:])
        ),
        "some indices are outside 0..K-1 and some are not": (
            outside and any(0 <= k < K for k in indices)
        ),
    }


COLUMNS = (of_arrays, true_of("X", about_columns), only_where(kinds_of_columns, refuses=True))
