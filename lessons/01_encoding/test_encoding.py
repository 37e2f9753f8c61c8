"""The checks of lesson 1: characters to indices and back, and one-hot columns."""

import numbers
from functools import partial
from typing import Any

import numpy as np
from hypothesis import strategies as st

from lessons.checking.answering.calling import Function, StudentFunction
from lessons.checking.answering.contract import describe_type
from lessons.checking.answering.failure import Wrong, expect, refusal
from lessons.checking.comparing.cases import SEEDS, seeds, tried_on
from lessons.checking.comparing.compare import agree
from lessons.checking.running.habits import *
from reference import encoding as reference

from .fresh_process import vocabulary_elsewhere

# mixed case, accents in two spellings, line ends, NUL, and characters beyond the basic plane
MIXED = "Zebra zoo, aAbBcC \r\n\t\0 naïve cafe\u0301 caf\u00e9 \ufb01 \uff5e \U00010348 \U0001f40d"
EDGES = " \t spaces at both ends \n\n"
LONG = "ab" * 10_000 + "Zc"  # characters that come late
MANY = "".join(chr(200 + 7 * k) for k in range(300))  # more than a byte can number


def random_text(seed: int, length: int) -> str:
    """Characters from all of Unicode or from a small part of it; surrogates are not text."""
    rng = np.random.default_rng([seed, length])
    codes = rng.integers(rng.choice([0x80, 0x300, 0x110000]), size=length)
    codes[(codes >= 0xD800) & (codes < 0xE000)] = ord("x")
    return "".join(map(chr, rng.choice(codes, size=length))) if length else ""


# run a check, whose argument is called text, on texts of all kinds
texts = tried_on(
    "text",
    ("hello", MIXED, EDGES, MANY, LONG, ""),
    st.builds(random_text, SEEDS, st.integers(0, 40)),
)


def permuted(text: str, seed: int, larger: int = 0) -> tuple[dict[str, int], dict[int, str]]:
    """Maps for a text in no order, with so many further characters."""
    characters = sorted(set(text) | {chr(0x4E00 + k) for k in range(larger)})
    order = np.random.default_rng(seed).permutation(len(characters)).tolist()
    char_to_index = dict(zip(characters, order, strict=True))
    return char_to_index, {index: character for character, index in char_to_index.items()}


def two_maps(which: int) -> Any:
    """Two different pairs of maps for one text."""
    return tuple(permuted("hello", seed)[which] for seed in (0, 3))


INDICES = np.array([2, 0, 3, 3, 1])
EXAMPLES = {
    "build_vocabulary": lambda: (("hello",), ("hello",)),
    "encode": lambda: tuple(("hello", char_to_index) for char_to_index in two_maps(0)),
    "decode": lambda: tuple((INDICES.copy(), index_to_char) for index_to_char in two_maps(1)),
    "one_hot": lambda: ((INDICES.copy(), 4), (INDICES[::-1].copy(), 4)),
}


def quoted(text: str) -> str:
    """A text as it appears in a message."""
    return repr(text) if len(text) <= 50 else f"{text[:50]!r}..."


def expect_integer(name: str, value: Any) -> None:
    """Expect an integer, Python's or NumPy's."""
    expect(
        isinstance(value, numbers.Integral) and not isinstance(value, bool),
        f"{name} is {describe_type(value)}; expected an integer.",
    )


@texts
def test_characters_are_numbered_in_code_point_order(build_vocabulary: Function, text: str) -> None:
    char_to_index, _ = build_vocabulary(text)
    expected, _ = reference.build_vocabulary(text)
    for character, index in expected.items():
        expect(
            character in char_to_index,
            f"{character!r} is missing from char_to_index of {quoted(text)}.",
        )
        number = char_to_index[character]
        expect_integer(f"The index of {character!r}", number)
        expect(
            number == index,
            f"{character!r} of {quoted(text)} has the index {number!r}; expected {index}.",
        )
    more = [character for character in char_to_index if character not in expected]
    expect(not more, f"char_to_index of {quoted(text)} also holds {more[:3]}.")


@texts
def test_index_to_char_is_the_inverse_of_char_to_index(
    build_vocabulary: Function, text: str
) -> None:
    char_to_index, index_to_char = build_vocabulary(text)
    for index in char_to_index.values():
        expect_integer("An index in char_to_index", index)
    for index in index_to_char:
        expect_integer("An index in index_to_char", index)
    pairs = {(character, index) for index, character in index_to_char.items()}
    expect(
        pairs == set(char_to_index.items()) and len(pairs) == len(set(text)),
        f"index_to_char of {quoted(text)} does not map each index back to its character.",
    )


def test_the_vocabulary_is_the_same_in_every_process(build_vocabulary: StudentFunction) -> None:
    expected, _ = build_vocabulary(MIXED)
    if not build_vocabulary.answer.path.is_file():  # as tests of the checks have
        return
    found = vocabulary_elsewhere(build_vocabulary, MIXED)
    expect(
        found == expected,
        "The vocabulary of one text differs from process to process: what is its order?",
    )


@texts
def test_encode_gives_each_character_its_index(encode: Function, text: str) -> None:
    char_to_index, _ = reference.build_vocabulary(text)
    same_indices(encode(text, char_to_index), text, char_to_index)


@texts
def test_encode_uses_the_map_as_it_is_given(encode: Function, text: str) -> None:
    """Permuted, and larger than the text."""
    for larger in (0, 300):
        char_to_index, _ = permuted(text, seed=1, larger=larger)
        same_indices(encode.in_place(text, char_to_index), text, char_to_index)


def test_encode_keeps_large_indices(encode: Function) -> None:
    """Vocabularies of more characters than 8 and 16 bits can number, with a sign and without."""
    for K, stride in ((200, 13), (300, 17), (33_000, 997), (66_000, 997)):
        text = "".join(chr(0x10000 + k) for k in range(K))
        char_to_index = {character: k for k, character in enumerate(text)}
        some = text[::-stride]
        same_indices(encode.in_place(some, char_to_index), some, char_to_index)


def same_indices(indices: np.ndarray, text: str, char_to_index: dict[str, int]) -> None:
    """Expect the index of each character of the text."""
    if indices.tolist() == [char_to_index[character] for character in text]:
        return
    for t, character in enumerate(text):
        expect(
            indices[t] == char_to_index[character],
            f"Character {t} of {quoted(text)}, {character!r}, was given the index {indices[t]}; "
            f"the map says {char_to_index[character]}.",
        )


@texts
def test_decode_gives_an_encoded_text_back(decode: Function, text: str) -> None:
    """With maps in order, permuted, and larger than the text; nothing is normalised."""
    for maps in (reference.build_vocabulary(text), permuted(text, 1), permuted(text, 2, 300)):
        same_text(decode(reference.encode(text, maps[0]), maps[1]), text)


@texts
def test_encode_and_decode_undo_each_other(encode: Function, decode: Function, text: str) -> None:
    char_to_index, index_to_char = reference.build_vocabulary(text)
    same_text(decode(encode(text, char_to_index), index_to_char), text)


def same_text(found: str, text: str) -> None:
    """Expect a text, character by character."""
    if found == text:
        return
    wrong = [t for t, (a, b) in enumerate(zip(found, text, strict=False)) if a != b]
    if wrong:
        t = wrong[0]
        raise Wrong(
            f"Character {t} of {quoted(text)} came back as {found[t]!r}; expected {text[t]!r}."
        )
    raise Wrong(f"{quoted(text)} came back with {len(found)} characters, not {len(text)}.")


def test_encode_names_a_character_that_it_does_not_know(encode: Function) -> None:
    char_to_index, _ = reference.build_vocabulary("abc")
    for unknown in ("\u2603", "\u0436", "\U0001f40d", "\0", "A", " ", "\n", "\t"):
        for text in (unknown, f"{unknown}ab", f"ab{unknown}cc", f"abc{unknown}"):
            error = refusal(
                partial(encode, text, char_to_index),
                f"encoding {quoted(text)} with the vocabulary of 'abc'",
            )
            expect(
                unknown in str(error) or repr(unknown) in str(error),
                f"The message for the unknown character {unknown!r} does not name it: {error}",
            )


def test_encode_refuses_what_lies_between_the_characters_it_knows(encode: Function) -> None:
    """Maps with gaps, in no order, and with nothing in them."""
    maps: tuple[dict[str, int], ...] = ({"a": 0, "c": 1, "e": 2}, {"e": 1, "a": 2, "c": 0}, {})
    for char_to_index in maps:
        for unknown in "bdf\0\u20ac":
            refusal(
                partial(encode, unknown, char_to_index),
                f"encoding {unknown!r} with the map {char_to_index}",
            )


def random_indices(seed: int, K: int, T: int) -> tuple[np.ndarray, int]:
    """T indices below K, and K."""
    return np.random.default_rng(seed).integers(K, size=T).astype(np.intp), K


@tried_on(
    "indices",
    (random_indices(0, 4, 6), random_indices(0, 1, 3), random_indices(0, 2000, 20)),
    SEEDS.map(lambda seed: random_indices(seed, seed % 12 + 1, seed // 12 % 20 + 1)),
)
def test_one_hot_has_a_one_in_the_row_of_each_index(
    one_hot: Function, indices: tuple[np.ndarray, int]
) -> None:
    X, expected = one_hot(*indices), np.eye(indices[1])[:, indices[0]]
    called = f"one_hot({indices[0].tolist()}, {indices[1]})"
    agree(called, X, expected, 0, oracle="one-hot columns by hand")


@seeds
def test_joined_and_renumbered_indices_give_the_columns_they_should(
    one_hot: Function, seed: int
) -> None:
    """X X.T holds the counts, a joined text joined columns, another order other rows."""
    rng = np.random.default_rng(seed)
    s, t = (rng.integers(5, size=size).astype(np.intp) for size in (7, 4))
    order = rng.permutation(5)
    X = one_hot(s, 5)
    agree("the sum of each column", X.sum(axis=0), np.ones(7), 0)
    agree("X times X transposed", X @ X.T, np.diag(np.bincount(s, minlength=5)), 0)
    agree("the row of each one", X.argmax(axis=0), s, 0)
    together = one_hot(np.append(s, t), 5)
    agree("the columns of a joined text", together, np.hstack((X, one_hot(t, 5))), 0)
    agree("rows after relabelling", one_hot(order[s], 5)[order], X, 0)


def test_one_hot_refuses_indices_outside_0_to_K_minus_1(one_hot: Function) -> None:
    for K in (1, 4):
        for bad in (-1, K, -K, K + 3, -K - 1):
            for indices in ([bad], [0, bad], [bad, 0, 0], [0, 0, bad, 0]):
                refusal(partial(one_hot, np.array(indices), K), f"one_hot({indices}, {K})")


def test_an_empty_text_has_an_empty_vocabulary(build_vocabulary: Function) -> None:
    char_to_index, index_to_char = build_vocabulary("")
    expect(
        (char_to_index, index_to_char) == ({}, {}),
        f"The vocabulary of '' is {char_to_index}, {index_to_char}; expected {{}}, {{}}.",
    )


def test_an_empty_text_encodes_to_no_indices(encode: Function) -> None:
    for char_to_index in ({}, {"a": 0}):
        expect(encode("", char_to_index).shape == (0,), "'' was encoded to some indices.")


def test_no_indices_decode_to_an_empty_text(decode: Function) -> None:
    text = decode(np.array([], dtype=np.intp), {0: "a"})
    expect(text == "", f"No indices were decoded to {text!r}; expected ''.")


def test_no_indices_give_no_columns(one_hot: Function) -> None:
    for K in (1, 4):
        X = one_hot(np.array([], dtype=np.intp), K)
        expect(X.shape == (K, 0), f"one_hot([], {K}) has shape {X.shape}; expected ({K}, 0).")
