"""What can be said of wrong results of lesson 1 without knowing the mistake.

Nearly all of it is tables of sentences: with what holds of yours wherever it is wrong, and with
the condition on a call under which it is wrong.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from lessons.checking.explaining.findings import LEAST, Evidence, relations, where
from lessons.checking.explaining.ladder import Attempt, Case


class Raised(str):
    """What a call raised: the kind, and whether it names what is refused; `said` is all of it."""

    said = ""

    def __repr__(self) -> str:
        """Without quotes."""
        return str(self)


def to_be_refused(each: Case) -> list[Any]:
    """The unknown characters of a call of encode, the indices outside in one of one_hot."""
    first, second = each.arguments
    if isinstance(first, str):
        return [c for c in first if c not in second]
    return [k for k in first.tolist() if not 0 <= k < second]


Finder = Callable[[Evidence], list[str]]
Truth = Callable[..., Any]  # of yours, of what is due and of the call's arguments
Condition = Callable[..., Any]  # of the call's arguments


def accepted(evidence: Evidence, name: str) -> list[Attempt]:
    """The cases in which nothing is to be refused and nothing was."""
    return [
        each
        for each in evidence.attempts
        if not isinstance(each.expected[name], Raised) and not isinstance(each.yours[name], Raised)
    ]


def true_of(name: str, truths: dict[str, Truth]) -> Finder:
    """What holds in all cases in which a result is wrong."""

    def find(evidence: Evidence) -> list[str]:
        wrong = [
            (each.yours[name], each.expected[name], *each.case.arguments)
            for each in accepted(evidence, name)
            if not evidence.ladder.alike(each.yours[name], each.expected[name])
        ]
        if len(wrong) < LEAST:
            return []
        return [says for says, holds in truths.items() if all(holds(*row) for row in wrong)][:1]

    return find


def only_where(conditions: dict[str, Condition]) -> Finder:
    """The condition under which all cases are wrong, and without which all are right."""

    def find(evidence: Evidence) -> list[str]:
        return [
            f"Wrong in all cases tried where {says}, right in all others."
            for says, holds in conditions.items()
            if all(bool(holds(*each.case.arguments)) != each.right for each in evidence.attempts)
        ]

    return find


def one_rung_only(evidence: Evidence) -> list[str]:
    """Whether the cases of a single rung are wrong, and it is not the last one."""
    rungs, wrong = evidence.ladder.rungs, {each.rung for each in evidence.wrong}
    if len(wrong) > 1 or wrong == {len(rungs) - 1}:
        return []
    return [f"Of the cases tried only those with {rungs[wrong.pop()].says} are wrong."]


TEXT_KINDS: dict[str, Condition] = {
    "the text is empty": lambda text, *_: not text,
    "the text is not empty": lambda text, *_: text,
    "the text is one character long": lambda text, *_: len(text) == 1,
    "the text is longer than one character": lambda text, *_: len(text) > 1,
    "some character is beyond ASCII": lambda text, *_: not text.isascii(),
    "white space stands at the text's start or end": lambda text, *_: text != text.strip(),
    "the text holds a space": lambda text, *_: " " in text,
    "the text holds a line end (\\n)": lambda text, *_: "\n" in text,
    "the text holds white space": lambda text, *_: any(map(str.isspace, text)),
    "the text holds a capital letter": lambda text, *_: text != text.lower(),
    "the text holds a small letter": lambda text, *_: text != text.upper(),
    "some character is repeated": lambda text, *_: len(set(text)) < len(text),
    "the text has two different characters or more": lambda text, *_: len(set(text)) > 1,
    "the text has three different characters or more": lambda text, *_: len(set(text)) > 2,
    "the characters do not first appear in code-point order": (
        lambda text, *_: list(dict.fromkeys(text)) != sorted(set(text))
    ),
}


# build_vocabulary


VOCABULARY = (
    true_of("char_to_index", {
        "The keys of char_to_index are not characters of the text.": (
            lambda yours, due, text: not yours.keys() & due.keys()),
        "Some characters of the text are missing from char_to_index.": (
            lambda yours, due, text: due.keys() - yours.keys()),
        "char_to_index holds keys that are not characters of the text.": (
            lambda yours, due, text: yours.keys() - due.keys()),
        "The numbers are 0, 1, ..., K-1, each of them once; only the order is another.": (
            lambda yours, due, text: {*map(str, yours.values())} == {*map(str, due.values())}),
        "Different characters share an index.": (
            lambda yours, due, text: len({*map(str, yours.values())}) < len(yours)),
        "char_to_index holds the right characters; only their numbers are wrong.": (
            lambda yours, due, text: yours.keys() == due.keys()),
    }),
    true_of("index_to_char", {
        "The keys of index_to_char are right; the characters under them are not.": (
            lambda yours, due, text: yours.keys() == due.keys()),
        "index_to_char lacks some indices.": lambda yours, due, text: due.keys() - yours.keys(),
        "index_to_char holds keys that are no indices of the vocabulary.": (
            lambda yours, due, text: yours.keys() - due.keys()),
    }),
    only_where(TEXT_KINDS),
    one_rung_only,
)  # fmt: skip


# encode


ENCODED = (
    true_of("indices", {
        "The indices are the right ones, in another order.": (
            lambda yours, due, *_: sorted(yours) == sorted(due)),
        "Only the first position is wrong.": lambda yours, due, *_: all((yours == due)[1:]),
        "Only the last position is wrong.": lambda yours, due, *_: all((yours == due)[:-1]),
        "The first position is right; it is only after it that some are wrong.": (
            lambda yours, due, *_: yours[0] == due[0]),
        "Some numbers are larger than any index of the map.": (
            lambda yours, due, text, found: yours.max() > max(found.values())),
    }),
    only_where({
        "a character is not in the map": lambda text, found: set(text) - set(found),
        "all characters are in the map": lambda text, found: not set(text) - set(found),
        "an unknown character does not stand first": (
            lambda text, found: set(text[1:]) - set(found)),
        "an unknown character does not stand last": (
            lambda text, found: set(text[:-1]) - set(found)),
        "the map does not list its entries in the order of the indices": (
            lambda text, found: list(found.values()) != sorted(found.values())),
        "the map does not number the characters in code-point order": (
            lambda text, found: [found[c] for c in sorted(found)] != sorted(found.values())),
        "the map is larger than the text": lambda text, found: len(found) > len(set(text)),
        **TEXT_KINDS,
    }),
    one_rung_only,
)  # fmt: skip


# decode


DECODED = (
    true_of("text", {
        "The text has fewer characters than there are indices.": (
            lambda yours, due, *_: len(yours) < len(due)),
        "The text has more characters than there are indices.": (
            lambda yours, due, *_: len(yours) > len(due)),
        "The characters are the right ones, in another order.": (
            lambda yours, due, *_: sorted(yours) == sorted(due)),
        "The first character is right; it is only after it that some are wrong.": (
            lambda yours, due, *_: yours[:1] == due[:1]),
        "In each place stands one and the same character.": (
            lambda yours, due, *_: len(set(yours)) == 1),
    }),
    only_where({
        "there are no indices": lambda indices, found: not len(indices),
        "there is an index": lambda indices, found: len(indices),
        "an index is repeated": lambda indices, found: len(set(indices.tolist())) < len(indices),
        "the index 0 is among the indices": lambda indices, found: 0 in indices,
        "the map does not list its keys in their order": (
            lambda indices, found: list(found) != sorted(found)),
    }),
    one_rung_only,
)  # fmt: skip


# one_hot


def of_arrays(evidence: Evidence) -> list[str]:
    """The general findings on numbers, for the cases in which some are due."""
    inside = Evidence(evidence.ladder, evidence.function, accepted(evidence, "X"))
    return [*relations(inside), *where(inside)] if inside.wrong else []


COLUMNS = (
    of_arrays,
    true_of("X", {
        "Each column holds a single 1, as it should; only some stand in wrong rows.": (
            lambda yours, due, *_: np.array_equal(np.sort(yours, axis=0), np.sort(due, axis=0))),
        "All ones that are due are there; there are more of them than there should be.": (
            lambda yours, due, *_: np.isin(yours, (0, 1)).all() and (yours >= due).all()),
        "All ones stand where they should; some are missing.": (
            lambda yours, due, *_: np.isin(yours, (0, 1)).all() and (yours <= due).all()),
        "All entries are 0 or 1, but some columns do not hold exactly a single 1.": (
            lambda yours, due, *_: np.isin(yours, (0, 1)).all()),
        "What is not 0 stands where it should; but not all of it is 1.": (
            lambda yours, due, *_: ((yours != 0) == (due != 0)).all()),
        "Some entries are neither 0 nor 1.": lambda yours, *_: not np.isin(yours, (0, 1)).all(),
    }),
    only_where({
        "an index is outside 0..K-1": lambda k, K: ((k < 0) | (k >= K)).any(),
        "no index is outside 0..K-1": lambda k, K: not ((k < 0) | (k >= K)).any(),
        "an index is negative": lambda k, K: (k < 0).any(),
        "an index is K or more": lambda k, K: (k >= K).any(),
        "an index is more than K": lambda k, K: (k > K).any(),
        "an index is K": lambda k, K: (k == K).any(),
        "there are no indices": lambda k, K: not len(k),
        "there are two indices or more": lambda k, K: len(k) > 1,
        "T is not K": lambda k, K: len(k) != K,
        "an index is repeated": lambda k, K: len(np.unique(k)) < len(k),
        "the index K-1 is among them": lambda k, K: (k == K - 1).any(),
        "the index 0 is among them": lambda k, K: (k == 0).any(),
        "there is an index other than 0": lambda k, K: k.any(),
    }),
    one_rung_only,
)  # fmt: skip
