"""Lesson 1: text as numbers, and numbers as one-hot columns.

The page is lessons/01_encoding/README.md; check with: pytest lessons/01_encoding
"""

import numpy as np


def build_vocabulary(text: str) -> tuple[dict[str, int], dict[int, str]]:
    """Number the different characters of `text` 0, 1, ..., K-1 in code-point order.

    Returns
    -------
    char_to_index : dict
        From character to index.
    index_to_char : dict
        From index to character, the inverse.

    Examples
    --------
    >>> build_vocabulary("hello")
    ({'e': 0, 'h': 1, 'l': 2, 'o': 3}, {0: 'e', 1: 'h', 2: 'l', 3: 'o'})
    """
    raise NotImplementedError


def encode(text: str, char_to_index: dict[str, int]) -> np.ndarray:
    """Turn a text of T characters into their indices.

    Returns
    -------
    int array (T,)
        With the map of "hello", the text "hole" gives 1, 3, 2, 0.

    Raises
    ------
    ValueError
        If a character is not in `char_to_index`; the message contains it.
    """
    raise NotImplementedError


def decode(indices: np.ndarray, index_to_char: dict[int, str]) -> str:
    """Turn indices (T,) back into a text of T characters.

    With the map of "hello", the indices 1, 3, 2, 0 give "hole".
    """
    raise NotImplementedError


def one_hot(indices: np.ndarray, K: int) -> np.ndarray:
    """Give each of T indices a column of K zeros with a single one.

    Returns
    -------
    float64 array (K, T)
        Indices 1, 0, 1 and K = 2 give the columns (0, 1), (1, 0), (0, 1).

    Raises
    ------
    ValueError
        If an index is outside 0..K-1.
    """
    raise NotImplementedError
