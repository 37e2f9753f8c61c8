"""Np.unique over code points read with np.frombuffer of UTF-32; one-hot by comparing with."""

import numpy as np


def _code_points(text):
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def build_vocabulary(text):
    points = np.unique(_code_points(text))
    char_to_index = {chr(p): k for k, p in enumerate(points.tolist())}
    return char_to_index, {k: ch for ch, k in char_to_index.items()}


def encode(text, char_to_index):
    points, inverse = np.unique(_code_points(text), return_inverse=True)
    table = np.empty(points.size, dtype=np.intp)
    for place, p in enumerate(points.tolist()):
        if chr(p) not in char_to_index:
            raise ValueError(f"{chr(p)!r} has no index")
        table[place] = char_to_index[chr(p)]
    return table[inverse.reshape(-1)]


def decode(indices, index_to_char):
    indices = np.asarray(indices)
    if indices.size == 0:
        return ""
    distinct, inverse = np.unique(indices, return_inverse=True)
    points = np.array([ord(index_to_char[k]) for k in distinct.tolist()], dtype="<u4")
    return points[inverse.reshape(-1)].tobytes().decode("utf-32-le", "surrogatepass")


def one_hot(indices, K):
    indices = np.asarray(indices, dtype=np.int64)
    X = np.equal.outer(np.arange(K), indices)
    if not np.einsum("kt->t", X.astype(int)).all():
        raise ValueError("an index is outside the vocabulary")
    return X.astype(np.float64)
