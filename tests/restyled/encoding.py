"""Lesson 1's known mistakes, each written once more in another style."""

import numpy as np


def forth_and_back(characters):
    """Both maps, filled in a loop."""
    forth, back = {}, {}
    for character in characters:
        back[len(back)] = character
        forth[character] = len(back) - 1
    return forth, back


def different(text):
    """The different characters of a text, smallest first, by insertion."""
    found = []
    for character in text:
        if character not in found:
            place = 0
            while place < len(found) and ord(found[place]) < ord(character):
                place += 1
            found.insert(place, character)
    return found


def appearing(text):
    """The different characters of a text, as they come."""
    seen = []
    for character in text:
        if character not in seen:
            seen.append(character)
    return seen


def in_order_of_frequency(text):
    points = different(text)
    counts = np.array([text.count(c) for c in points], dtype=int)
    return forth_and_back([points[k] for k in np.argsort(-counts, kind="stable")])


def in_another_order(text):
    characters = different(text)
    K = len(characters)
    forth = {c: K - 1 - k for k, c in enumerate(characters)}
    return forth, {k: c for c, k in forth.items()}


def numbered_from_one(text):
    forth = {}
    for character in different(text):
        forth[character] = len(forth) + 1
    return forth, {k: c for c, k in forth.items()}


def filled(text, char_to_index, other=None):
    """The indices of a text, one by one; where a character is not in the map, another number."""
    result = np.zeros(len(text), dtype=int)
    for t, character in enumerate(text):
        if other is None and character not in char_to_index:
            raise ValueError("cannot encode " + repr(character))
        result[t] = char_to_index[character] if character in char_to_index else other
    return result


def unknown_character_as_KeyError(text, char_to_index):
    result = np.zeros(len(text), dtype=int)
    for t in range(len(text)):
        result[t] = char_to_index[text[t]]
    return result


def unknown_character_not_named(text, char_to_index):
    if not set(text) <= set(char_to_index):
        raise ValueError("something is not in the map")
    return filled(text, char_to_index)


def unknown_characters_left_out(text, char_to_index):
    indices = []
    for character in text:
        try:
            indices.append(char_to_index[character])
        except KeyError:
            continue
    return np.array(indices, dtype=int)


def known_characters_refused(text, char_to_index):
    if len(text) > 0:
        raise ValueError("cannot encode " + repr(text[0]))
    return np.zeros(0, dtype=int)


def vocabulary_of_the_text_itself(text, char_to_index):
    characters = different(text)
    return np.array([characters.index(c) for c in text], dtype=int)


def number_from_elsewhere(text, char_to_index):
    return filled(text, {c: k for k, c in enumerate(char_to_index.keys())})


def empty_text_as_floats(text, char_to_index):
    return filled(text, char_to_index) if text else np.array([])


def looked_up(found, indices):
    """The characters under some indices, one by one."""
    text = ""
    for k in indices:
        text += found[int(k)]
    return text


def index_0_dropped(indices, index_to_char):
    text = ""
    for k in indices:
        if k > 0:
            text += index_to_char[int(k)]
    return text


def other_indices_read(indices, index_to_char):
    text = ""
    for k in indices:
        text = index_to_char[int(k)]
    return text


def joined_otherwise(indices, index_to_char):
    text = ""
    for t, k in enumerate(indices):
        if t > 0:
            text += " "
        text += index_to_char[int(k)]
    return text


def one_by_one(indices, K, *, refuse=True):
    """One-hot columns, entry by entry; zeros for what is outside, if it isn't refused."""
    X = np.zeros((K, len(indices)))
    for t in range(len(indices)):
        if refuse and (indices[t] < 0 or indices[t] > K - 1):
            raise ValueError("outside")
        for k in range(K):
            X[k, t] += float(int(indices[t]) == k)
    return X


def by_index(indices, K, low, high):
    """One-hot columns by NumPy's indexing; refused is what is below low or above high."""
    X = np.zeros((K, len(indices)))
    if any(k < low or k > high for k in indices):
        raise ValueError("outside")
    for t, k in enumerate(indices):
        X[int(k), t] = 1
    return X


def outside_as_another_error(indices, K):
    for k in indices:
        if int(k) not in range(K):
            raise KeyError(k)
    return one_by_one(indices, K)


def too_much_refused(indices, K):
    if min(indices) < 0 or max(indices) >= K:
        raise ValueError("outside")
    return one_by_one(indices, K)


def steps_in_rows(indices, K):
    X = np.zeros((len(indices), K))
    for t, column in enumerate(one_by_one(indices, K).T):
        X[t, :] = column
    return X


def whole_rows_filled(indices, K):
    X = one_by_one(indices, K)
    for k in indices:
        X[int(k), :] = 1
    return X


def as_many_rows_as_needed(indices, K):
    one_by_one(indices, K)
    return one_by_one(indices, 1 + max(indices.tolist()) if len(indices) else K)


def X_made_otherwise(indices, K):
    one_by_one(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k) - 1, t] = 1
    return X


RESTYLED = {
    "in_set_order": lambda text: forth_and_back(list(set(text))),
    "in_order_of_appearance": lambda text: forth_and_back(appearing(text)),
    "in_order_of_frequency": in_order_of_frequency,
    "repeated_characters_numbered": lambda text: forth_and_back(sorted(text)),
    "turned_to_lower_case": lambda text: forth_and_back(different(c.lower() for c in text)),
    "maps_exchanged": lambda text: forth_and_back(different(text))[::-1],
    "numbered_from_one": numbered_from_one,
    "in_another_order": in_another_order,
    "characters_left_out": lambda text: forth_and_back(different("".join(text.split()))),
    "other_numbers_given": lambda text: ({c: ord(c) for c in text}, {ord(c): c for c in text}),
    "one_map_wrong": lambda text: (forth_and_back(different(text))[0],) * 2,
    "unknown_character_as_KeyError": unknown_character_as_KeyError,
    "unknown_character_not_named": unknown_character_not_named,
    "unknown_characters_left_out": unknown_characters_left_out,
    "unknown_character_as_0": lambda text, char_to_index: filled(text, char_to_index, 0),
    "unknown_character_as_a_number": lambda text, char_to_index: filled(text, char_to_index, -1),
    "known_characters_refused": known_characters_refused,
    "vocabulary_of_the_text_itself": vocabulary_of_the_text_itself,
    "number_from_elsewhere": number_from_elsewhere,
    "text_read_otherwise": lambda text, char_to_index: filled(text, char_to_index)[::-1].copy(),
    "empty_text_as_floats": empty_text_as_floats,
    "stored_in_a_byte": lambda text, char_to_index: filled(text, char_to_index) % 256,
    "values_by_position": lambda indices, found: looked_up(list(found.values()), indices),
    "index_0_dropped": index_0_dropped,
    "characters_in_a_list": lambda indices, index_to_char: [*looked_up(index_to_char, indices)],
    "another_character_taken": lambda indices, found: looked_up(sorted(found.values()), indices),
    "other_indices_read": other_indices_read,
    "joined_otherwise": joined_otherwise,
    "indices_not_checked": lambda indices, K: np.eye(K)[:, indices],
    "negative_indices_wrapped": lambda indices, K: by_index(indices, K, -K, K - 1),
    "indices_checked_otherwise": lambda indices, K: by_index(indices, K, 0, np.inf),
    "outside_as_another_error": outside_as_another_error,
    "column_of_zeros_outside": lambda indices, K: one_by_one(indices, K, refuse=False),
    "too_much_refused": too_much_refused,
    "steps_in_rows": steps_in_rows,
    "reshaped_in_place_of_transposed": (
        lambda indices, K: steps_in_rows(indices, K).reshape(K, len(indices))
    ),
    "whole_rows_filled": whole_rows_filled,
    "as_many_rows_as_needed": as_many_rows_as_needed,
    "X_made_otherwise": X_made_otherwise,
}
