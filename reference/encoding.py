"""Lesson 1: text as numbers, and numbers as one-hot columns."""

from collections.abc import Mapping, Sequence

import numpy as np


def build_vocabulary(text: str) -> tuple[dict[str, int], dict[int, str]]:
    """Number the characters of `text` 0, 1, ..., K-1 in code-point order.

    Returns
    -------
    char_to_index : dict
        From character to index.
    index_to_char : dict
        From index to character, the inverse.
    """
    characters = sorted(set(text))  # a set has no fixed order; sorting gives it one
    char_to_index = {character: k for k, character in enumerate(characters)}
    index_to_char = dict(enumerate(characters))
    return char_to_index, index_to_char


def encode(text: str, char_to_index: Mapping[str, int]) -> np.ndarray:
    """Turn a text of T characters into their indices, an int array (T,).

    Raises
    ------
    ValueError
        If a character is not in `char_to_index`; the message names it.
    """
    for character in text:
        if character not in char_to_index:
            raise ValueError(f"the character {character!r} is not in the vocabulary")
    return np.array([char_to_index[character] for character in text], dtype=np.intp)


def decode(indices: Sequence[int] | np.ndarray, index_to_char: Mapping[int, str]) -> str:
    """Turn indices back into text."""
    return "".join(index_to_char[int(k)] for k in indices)


def one_hot(indices: Sequence[int] | np.ndarray, K: int) -> np.ndarray:
    """Give each of T indices a column of K zeros with a single one.

    Returns
    -------
    array (K, T)
        Column t is 1 in row indices[t] and 0 elsewhere.

    Raises
    ------
    ValueError
        If an index is outside 0..K-1.
    """
    indices = np.asarray(indices, dtype=np.intp)
    T = len(indices)
    if T and not 0 <= indices.min() <= indices.max() < K:
        raise ValueError(f"indices must lie in 0..{K - 1}")  # NumPy would wrap -1 around
    X = np.zeros((K, T), order="F")  # one column after the other in memory
    X[indices, np.arange(T)] = 1.0
    return X
