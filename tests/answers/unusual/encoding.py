"""Every other column of a wider fresh array; encode returns a reversed view of a fresh."""

import numpy as np


def build_vocabulary(text):
    characters = sorted(set(text), reverse=True)[::-1]
    return {x: k for k, x in enumerate(characters)}, {k: x for k, x in enumerate(characters)}


def encode(text, char_to_index):
    backwards = np.zeros(len(text), dtype=np.int16 if len(char_to_index) < 2**15 else np.int64)
    for t, character in enumerate(text[::-1]):
        if character not in char_to_index:
            raise ValueError("unknown character " + character)
        backwards[t] = char_to_index[character]
    return backwards[::-1]


def decode(indices, index_to_char):
    return "".join([index_to_char[int(k)] for k in indices[::-1]][::-1])


def one_hot(indices, K):
    T = len(indices)
    wide = np.zeros((2 * K, 3 * T))
    for t in range(T):
        if not 0 <= indices[t] < K:
            raise ValueError("out of range")
        wide[2 * int(indices[t]), 3 * t] = 1
    return wide[::2, ::3]
