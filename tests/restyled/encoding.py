"""Lesson 1's known mistakes, each written once more in another style."""

import unicodedata

import numpy as np


def forth_and_back(characters):
    """Both maps, filled in a loop."""
    forth, back = {}, {}
    k = 0
    for character in characters:
        forth[character] = k
        back[k] = character
        k += 1
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


def in_set_order(text):
    return forth_and_back(list(set(text)))


def in_order_of_appearance(text):
    seen = []
    for character in text:
        if character not in seen:
            seen.append(character)
    return forth_and_back(seen)


def in_order_of_frequency(text):
    points = different(text)
    counts = np.array([text.count(c) for c in points], dtype=int)
    return forth_and_back([points[k] for k in np.argsort(-counts, kind="stable")])


def in_order_of_frequency_and_appearance(text):
    counts = {}
    for character in text:
        counts[character] = counts.get(character, 0) + 1
    return forth_and_back(sorted(counts, key=counts.get, reverse=True))


def rarest_first(text):
    points = different(text)
    return forth_and_back(sorted(points, key=text.count))


def in_descending_order(text):
    characters = different(text)
    K = len(characters)
    forth = {c: K - 1 - k for k, c in enumerate(characters)}
    return forth, {k: c for c, k in forth.items()}


def capitals_beside_small_letters(text):
    return forth_and_back(sorted(different(text), key=lambda c: c.lower()))


def repeated_characters_numbered(text):
    forth, back = {}, {}
    for k, character in enumerate(sorted(text)):
        forth[character] = k
        back[k] = character
    return forth, back


def last_character_left_out(text):
    characters = different(text)
    forth, back = {}, {}
    for k in range(len(characters) - 1):
        forth[characters[k]] = k
        back[k] = characters[k]
    return forth, back


def first_character_left_out(text):
    characters = different(text)
    forth, back = {}, {}
    for k in range(1, len(characters)):
        forth[characters[k]] = k - 1
        back[k - 1] = characters[k]
    return forth, back


def turned_to_lower_case(text):
    return forth_and_back(different("".join(c.lower() for c in text)))


def stripped_first(text):
    while text and text[0].isspace():
        text = text[1:]
    while text and text[-1].isspace():
        text = text[:-1]
    return forth_and_back(different(text))


def white_space_left_out(text):
    return forth_and_back([c for c in different(text) if not c.isspace()])


def line_ends_left_out(text):
    return forth_and_back([c for c in different(text) if c != "\n"])


def words_numbered(text):
    words = []
    for word in text.split():
        if word not in words:
            words.append(word)
    words.sort()
    return forth_and_back(words)


def only_letters_numbered(text):
    return forth_and_back(filter(str.isalpha, different(text)))


def only_ascii_numbered(text):
    return forth_and_back([c for c in different(text) if ord(c) < 128])


def accents_composed(text):
    return forth_and_back(different(unicodedata.normalize("NFC", text)))


def numbered_from_one(text):
    characters = different(text)
    forth = {}
    for character in characters:
        forth[character] = len(forth) + 1
    return forth, dict(enumerate(characters, start=1))


def code_points_as_indices(text):
    return {c: ord(c) for c in text}, {ord(c): c for c in text}


def indices_as_text(text):
    forth, back = {}, {}
    for k, character in enumerate(different(text)):
        forth[character] = f"{k}"
        back[f"{k}"] = character
    return forth, back


def indices_as_floats(text):
    characters = different(text)
    numbers = np.arange(float(len(characters))).tolist()
    return dict(zip(characters, numbers, strict=True)), dict(zip(numbers, characters, strict=True))


def maps_exchanged(text):
    forth, back = forth_and_back(different(text))
    return back, forth


def second_map_like_the_first(text):
    return forth_and_back(different(text))[0], forth_and_back(different(text))[0]


def first_map_like_the_second(text):
    return forth_and_back(different(text))[1], forth_and_back(different(text))[1]


def second_map_in_order_of_appearance(text):
    seen = []
    for character in text:
        if character not in seen:
            seen.append(character)
    return forth_and_back(different(text))[0], forth_and_back(seen)[1]


def looked_up(text, char_to_index):
    """The indices of a text, one by one."""
    result = np.zeros(len(text), dtype=np.int64)
    for t, character in enumerate(text):
        if character not in char_to_index:
            raise ValueError("cannot encode " + repr(character))
        result[t] = char_to_index[character]
    return result


def unknown_character_as_KeyError(text, char_to_index):
    result = np.zeros(len(text), dtype=int)
    for t in range(len(text)):
        result[t] = char_to_index[text[t]]
    return result


def unknown_character_as_TypeError(text, char_to_index):
    result = np.zeros(len(text), dtype=int)
    for t in range(len(text)):
        result[t] = char_to_index.get(text[t])
    return result


def unknown_character_as_IndexError(text, char_to_index):
    keys = list(char_to_index)
    return np.array([char_to_index[keys[[*keys, c].index(c)]] for c in text], dtype=int)


def unknown_character_as_AssertionError(text, char_to_index):
    for character in text:
        assert character in char_to_index, character
    return looked_up(text, char_to_index)


def unknown_character_not_named(text, char_to_index):
    if not set(text) <= set(char_to_index):
        raise ValueError("something is not in the map")
    return looked_up(text, char_to_index)


def unknown_characters_left_out(text, char_to_index):
    indices = []
    for character in text:
        try:
            indices.append(char_to_index[character])
        except KeyError:
            continue
    return np.array(indices, dtype=int)


def unknown_character_as_0(text, char_to_index):
    result = np.zeros(len(text), dtype=int)
    for t, character in enumerate(text):
        if character in char_to_index:
            result[t] = char_to_index[character]
    return result


def unknown_character_as_minus_1(text, char_to_index):
    result = np.full(len(text), -1)
    for t, character in enumerate(text):
        if character in char_to_index:
            result[t] = char_to_index[character]
    return result


def unknown_character_as_K(text, char_to_index):
    result = np.full(len(text), len(char_to_index))
    for t, character in enumerate(text):
        if character in char_to_index:
            result[t] = char_to_index[character]
    return result


def unknown_character_as_None(text, char_to_index):
    found = [char_to_index.get(character) for character in text]
    return np.array(found) if found else np.zeros(0, dtype=int)


def unknown_character_added(text, char_to_index):
    for character in text:
        if character not in char_to_index:
            char_to_index[character] = len(char_to_index)
    return looked_up(text, char_to_index)


def ends_at_an_unknown_character(text, char_to_index):
    length = 0
    while length < len(text) and text[length] in char_to_index:
        length += 1
    return looked_up(text[:length], char_to_index)


def vocabulary_of_the_text_itself(text, char_to_index):
    characters = different(text)
    return np.array([characters.index(c) for c in text], dtype=int)


def numbered_anew_after_the_check(text, char_to_index):
    looked_up(text, char_to_index)
    return looked_up(text, forth_and_back(different(text))[0])


def numbered_by_appearance_in_the_text(text, char_to_index):
    looked_up(text, char_to_index)
    own, result = {}, []
    for character in text:
        if character not in own:
            own[character] = len(own)
        result.append(own[character])
    return np.array(result, dtype=int)


def position_among_the_keys(text, char_to_index):
    places = {c: k for k, c in enumerate(char_to_index.keys())}
    return looked_up(text, places)


def place_among_the_sorted_keys(text, char_to_index):
    return looked_up(text, forth_and_back(different("".join(char_to_index)))[0])


def code_points_given(text, char_to_index):
    looked_up(text, char_to_index)
    return np.frombuffer(text.encode("utf-32-le"), dtype="<u4").astype(int)


def indices_from_one(text, char_to_index):
    return 1 + looked_up(text, char_to_index)


def first_place_of_the_character(text, char_to_index):
    looked_up(text, char_to_index)
    result = np.zeros(len(text), dtype=int)
    for t in range(len(text)):
        while text[result[t]] != text[t]:
            result[t] += 1
    return result


def text_in_lower_case(text, char_to_index):
    return looked_up("".join(c.lower() for c in text), char_to_index)


def text_stripped(text, char_to_index):
    return looked_up(text.lstrip().rstrip(), char_to_index)


def white_space_skipped(text, char_to_index):
    return looked_up([c for c in text if not c.isspace()], char_to_index)


def text_backwards(text, char_to_index):
    return looked_up(text, char_to_index)[::-1]


def each_character_once(text, char_to_index):
    seen = []
    for character in text:
        if character not in seen:
            seen.append(character)
    return looked_up(seen, char_to_index)


def last_character_missing(text, char_to_index):
    result = []
    for t in range(len(text) - 1):
        if text[t] not in char_to_index:
            raise ValueError(text[t])
        result.append(char_to_index[text[t]])
    return np.array(result, dtype=int)


def first_character_missing(text, char_to_index):
    result = []
    for t in range(1, len(text)):
        if text[t] not in char_to_index:
            raise ValueError(text[t])
        result.append(char_to_index[text[t]])
    return np.array(result, dtype=int)


def empty_text_as_floats(text, char_to_index):
    result = np.array([])
    if text:
        result = looked_up(text, char_to_index)
    return result


def indices_stored_as_floats(text, char_to_index):
    result = np.zeros(len(text))
    result[:] = looked_up(text, char_to_index)
    return result


def stored_in_a_byte(text, char_to_index):
    return looked_up(text, char_to_index) % 256


def too_large_for_a_byte(text, char_to_index):
    result = np.zeros(len(text), dtype=np.uint8)
    for t, k in enumerate(looked_up(text, char_to_index).tolist()):
        result[t] = k
    return result


def indices_in_a_list(text, char_to_index):
    result = []
    for character in text:
        if character not in char_to_index:
            raise ValueError(character)
        result.append(char_to_index[character])
    return result


def indices_in_a_row(text, char_to_index):
    return looked_up(text, char_to_index)[None, :]


def indices_in_a_column(text, char_to_index):
    result = np.zeros((len(text), 1), dtype=int)
    result[:, 0] = looked_up(text, char_to_index)
    return result


def spelled(indices, index_to_char):
    """The text of indices, one by one."""
    text = ""
    for k in indices:
        text += index_to_char[int(k)]
    return text


def values_by_position(indices, index_to_char):
    return spelled(indices, dict(enumerate(index_to_char.values())))


def place_among_the_sorted_characters(indices, index_to_char):
    return spelled(indices, different("".join(index_to_char.values())))


def index_as_code_point(indices, index_to_char):
    return bytes(np.asarray(indices, dtype="<u4")).decode("utf-32-le")


def index_written_out(indices, index_to_char):
    text = ""
    for k in indices:
        text += f"{int(k)}"
    return text


def index_0_dropped(indices, index_to_char):
    text = ""
    for k in indices:
        if k > 0:
            text += index_to_char[int(k)]
    return text


def last_index_lost(indices, index_to_char):
    text = ""
    for t in range(len(indices) - 1):
        text += index_to_char[int(indices[t])]
    return text


def first_index_lost(indices, index_to_char):
    text = ""
    for t in range(1, len(indices)):
        text += index_to_char[int(indices[t])]
    return text


def only_the_last_character(indices, index_to_char):
    text = ""
    for k in indices:
        text = index_to_char[int(k)]
    return text


def only_the_first_character(indices, index_to_char):
    for k in indices:
        return index_to_char[int(k)]
    return ""


def text_turned_around(indices, index_to_char):
    text = ""
    for k in indices:
        text = index_to_char[int(k)] + text
    return text


def each_index_once(indices, index_to_char):
    return spelled(sorted(set(indices.tolist())), index_to_char)


def characters_in_a_list(indices, index_to_char):
    result = []
    for k in indices:
        result.append(index_to_char[int(k)])
    return result


def between(separator, indices, index_to_char):
    """The text with something between its characters."""
    text = ""
    for t, k in enumerate(indices):
        if t > 0:
            text += separator
        text += index_to_char[int(k)]
    return text


def joined_with_spaces(indices, index_to_char):
    return between(" ", indices, index_to_char)


def joined_with_commas(indices, index_to_char):
    return between(",", indices, index_to_char)


def joined_with_line_ends(indices, index_to_char):
    return between("\n", indices, index_to_char)


def list_printed_as_text(indices, index_to_char):
    characters = [*spelled(indices, index_to_char)]
    return f"{characters}"


def decoded_text_stripped(indices, index_to_char):
    return spelled(indices, index_to_char).lstrip().rstrip()


def decoded_text_in_lower_case(indices, index_to_char):
    return spelled(indices, {k: c.lower() for k, c in index_to_char.items()})


def decoded_text_composed(indices, index_to_char):
    return unicodedata.normalize("NFC", spelled(indices, index_to_char))


def NUL_lost(indices, index_to_char):
    characters = np.array([index_to_char[int(k)] for k in indices], dtype="U1")
    return "".join(characters.tolist())


def one_by_one(indices, K):
    """One-hot columns, entry by entry, for indices inside."""
    X = np.zeros((K, len(indices)))
    for k in range(K):
        for t in range(len(indices)):
            if int(indices[t]) == k:
                X[k, t] = 1.0
    return X


def inside(indices, K):
    """Refuse what is outside."""
    for k in indices:
        if k < 0 or k > K - 1:
            raise ValueError("outside")


def indices_not_checked(indices, K):
    return np.eye(K)[np.asarray(indices, dtype=int)].T


def negative_indices_wrapped(indices, K):
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        if k >= K:
            raise ValueError("too large")
        X[int(k), t] = 1
    return X


def only_negative_indices_refused(indices, K):
    X = np.zeros((K, len(indices)))
    for k in indices:
        if k < 0:
            raise ValueError("negative")
    for t, k in enumerate(indices):
        X[int(k), t] = 1
    return X


def K_not_refused(indices, K):
    for k in indices:
        if not 0 <= k <= K:
            raise ValueError("outside")
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k), t] = 1
    return X


def last_index_refused(indices, K):
    for k in indices:
        if int(k) not in range(K - 1):
            raise ValueError("outside")
    return one_by_one(indices, K)


def index_0_refused(indices, K):
    for k in indices:
        if int(k) not in range(1, K):
            raise ValueError("outside")
    return one_by_one(indices, K)


def outside_as_IndexError(indices, K):
    for k in indices:
        if int(k) not in range(K):
            raise IndexError(k)
    return one_by_one(indices, K)


def outside_as_AssertionError(indices, K):
    for k in indices:
        assert 0 <= k < K
    return one_by_one(indices, K)


def only_the_first_index_checked(indices, K):
    if len(indices) and not 0 <= indices[0] < K:
        raise ValueError("outside")
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k), t] = 1
    return X


def clipped_into_the_range(indices, K):
    return one_by_one([max(0, min(K - 1, int(k))) for k in indices], K)


def taken_modulo_K(indices, K):
    return one_by_one([int(k) % K for k in indices], K)


def indices_outside_left_out(indices, K):
    return one_by_one([int(k) for k in indices if 0 <= k < K], K)


def column_of_zeros_outside(indices, K):
    return one_by_one(indices, K)


def no_indices_refused(indices, K):
    if min(indices) < 0 or max(indices) >= K:
        raise ValueError("outside")
    return one_by_one(indices, K)


def steps_in_rows(indices, K):
    inside(indices, K)
    X = np.zeros((len(indices), K))
    for t, k in enumerate(indices):
        X[t, int(k)] = 1
    return X


def reshaped_in_place_of_transposed(indices, K):
    return steps_in_rows(indices, K).reshape(K, len(indices))


def whole_rows_filled(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for k in indices:
        X[int(k), :] = 1
    return X


def ones_of_earlier_steps_kept(indices, K):
    inside(indices, K)
    X, column = np.zeros((K, len(indices))), np.zeros(K)
    for t, k in enumerate(indices):
        column[int(k)] = 1
        X[:, t] = column
    return X


def counts_so_far(indices, K):
    inside(indices, K)
    X, column = np.zeros((K, len(indices))), np.zeros(K)
    for t, k in enumerate(indices):
        column[int(k)] += 1
        X[:, t] = column
    return X


def ones_up_to_the_index(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[: int(k) + 1, t] = 1
    return X


def rows_upside_down(indices, K):
    inside(indices, K)
    return one_by_one([K - 1 - int(k) for k in indices], K)


def columns_backwards(indices, K):
    inside(indices, K)
    return one_by_one(indices[::-1], K)


def zeros_and_ones_exchanged(indices, K):
    inside(indices, K)
    X = np.ones((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k), t] = 0
    return X


def ones_as_integers(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)), dtype=np.int8)
    for t, k in enumerate(indices):
        X[int(k), t] = 1
    return X


def ones_as_booleans(indices, K):
    inside(indices, K)
    return np.arange(K)[:, None] == np.asarray(indices)


def columns_summed(indices, K):
    inside(indices, K)
    counts = np.zeros(K)
    for k in indices:
        counts[int(k)] += 1
    return counts


def array_flattened(indices, K):
    inside(indices, K)
    flat = np.zeros(K * len(indices))
    for t, k in enumerate(indices):
        flat[t * K + int(k)] = 1
    return flat


def rows_in_a_list(indices, K):
    inside(indices, K)
    return [[1.0 if int(k) == row else 0.0 for k in indices] for row in range(K)]


def row_above_marked(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k) - 1, t] = 1
    return X


def row_below_marked(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[(int(k) + 1) % K, t] = 1
    return X


def as_many_rows_as_needed(indices, K):
    inside(indices, K)
    X = np.zeros((int(np.max(indices)) + 1, len(indices)))
    for t, k in enumerate(indices):
        X[int(k), t] = 1
    return X


def as_many_rows_as_needed_or_K(indices, K):
    inside(indices, K)
    if len(indices) == 0:
        return np.zeros((K, 0))
    return one_by_one(indices, max(indices.tolist()) + 1)


def index_in_place_of_one(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k), t] = k
    return X


def only_first_appearances_marked(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        if X[int(k)].sum() == 0:
            X[int(k), t] = 1
    return X


def only_last_appearances_marked(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t, k in enumerate(indices):
        X[int(k)] = 0
        X[int(k), t] = 1
    return X


def last_column_left_at_zero(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t in range(len(indices) - 1):
        X[int(indices[t]), t] = 1
    return X


def first_column_left_at_zero(indices, K):
    inside(indices, K)
    X = np.zeros((K, len(indices)))
    for t in range(1, len(indices)):
        X[int(indices[t]), t] = 1
    return X


HELPERS = (forth_and_back, different, looked_up, spelled, between, one_by_one, inside)
RESTYLED = {
    name: call
    for name, call in list(globals().items())
    if getattr(call, "__module__", "") == __name__ and call not in HELPERS
}
