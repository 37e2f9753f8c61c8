"""Nothing vectorised: every entry is set by its own statement; insertion sort by ord."""

import numpy as np


def build_vocabulary(text):
    chars = []
    for ch in text:
        if ch not in chars:
            place = 0
            while place < len(chars) and ord(chars[place]) < ord(ch):
                place += 1
            chars.insert(place, ch)
    forth, back = {}, {}
    k = 0
    for ch in chars:
        forth[ch] = k
        back[k] = ch
        k += 1
    return forth, back


def encode(text, char_to_index):
    result = np.zeros((len(text),), dtype=np.int64)
    t = 0
    for ch in text:
        found = None
        if ch in char_to_index:
            found = char_to_index[ch]
        if found is None:
            raise ValueError("cannot encode " + repr(ch))
        result[t] = found
        t += 1
    return result


def decode(indices, index_to_char):
    text = ""
    for t in range(len(indices)):
        text = text + index_to_char[int(indices[t])]
    return text


def one_hot(indices, K):
    T = len(indices)
    for t in range(T):
        if int(indices[t]) < 0:
            raise ValueError("negative index")
        if int(indices[t]) > K - 1:
            raise ValueError("index too large")
    X = np.zeros((K, T))
    for k in range(K):
        for t in range(T):
            if int(indices[t]) == k:
                X[k, t] = 1.0
            else:
                X[k, t] = 0.0
    return X
