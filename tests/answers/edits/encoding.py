"""The known mistakes of lesson 1, as edits of right answers."""

from tests.edits import Edited, Row

NAMES_IT = "encode names a character"
OUTSIDE = "one hot refuses indices outside"
ONE = "one hot has a one in the row"

# of build_vocabulary, encode and one_hot
SORTED = "sorted(set(text), reverse=True)[::-1]"  # in unusual
REFUSED = 'raise ValueError("cannot encode " + repr(ch))'  # in loops
CHECK = 'if not 0 <= indices[t] < K:\n            raise ValueError("out of range")'  # in unusual

EDITS: dict[str, Row] = {
    "in_set_order": Edited("unusual", SORTED, "list(set(text))"),
    "in_order_of_appearance": Edited("loops", " and ord(chars[place]) < ord(ch)", ""),
    "in_order_of_frequency": Edited(
        "unusual", SORTED, "sorted(sorted(set(text)), key=text.count, reverse=True)"
    ),
    "repeated_characters_numbered": Edited("unusual", "sorted(set(text),", "sorted(text,"),
    "turned_to_lower_case": Edited(
        "einsum", "np.unique(_code_points(text))", "np.unique(_code_points(text.lower()))"
    ),
    "maps_exchanged": Edited("loops", "return forth, back", "return back, forth"),
    "numbered_from_one": Edited("loops", "k = 0", "k = 1"),
    "in_another_order": Edited("loops", "< ord(ch)", "> ord(ch)"),
    "characters_left_out": Edited("unusual", "set(text)", "set(text.strip())"),
    "other_numbers_given": Edited("einsum", "{chr(p): k", "{chr(p): p"),
    "one_map_wrong": Edited("einsum", "{k: ch for ch", "{ch: k for ch"),
    "unknown_character_as_KeyError": Edited("loops", REFUSED, "raise KeyError(ch)", fits=NAMES_IT),
    "unknown_character_not_named": Edited(
        "loops", REFUSED, 'raise ValueError("this text cannot be encoded")'
    ),
    "unknown_characters_left_out": Edited(
        "loops", (REFUSED, "return result"), ("continue", "return result[:t]"), fits=NAMES_IT
    ),
    "unknown_character_as_0": Edited("loops", "found = None", "found = 0", fits=NAMES_IT),
    "unknown_character_as_a_number": Edited("loops", "found = None", "found = -1"),
    "known_characters_refused": Edited("einsum", "not in char_to_index", "in char_to_index"),
    "vocabulary_of_the_text_itself": Edited(
        "unusual",
        "backwards = np.zeros",
        "char_to_index, _ = build_vocabulary(text)\n    backwards = np.zeros",
        fits="encode uses the map as it is given",
    ),
    "number_from_elsewhere": Edited("einsum", "table[inverse.reshape(-1)]", "inverse.reshape(-1)"),
    "text_read_otherwise": Edited("unusual", "return backwards[::-1]", "return backwards"),
    "empty_text_as_floats": Edited(
        "loops",
        ("np.zeros((len(text),), dtype=np.int64)", "result[t] = found", "return result"),
        ("[]", "result.append(found)", "return np.array(result)"),
        fits="an empty text encodes to no indices",
    ),
    "stored_in_a_byte": Edited(
        "einsum",
        "return table[inverse.reshape(-1)]",
        "return table[inverse.reshape(-1)].astype(np.uint8)",
        fits="encode gives each character its index",
    ),
    "values_by_position": Edited(
        "unusual",
        "index_to_char[int(k)]",
        "list(index_to_char.values())[int(k)]",
        fits="decode takes an encoded text back",
    ),
    "index_0_dropped": Edited("unusual", "indices[::-1]]", "indices[::-1] if k]"),
    "characters_in_a_list": Edited(
        "loops",
        ('text = ""', "text + index_to_char[int(indices[t])]"),
        ("text = []", "text + [index_to_char[int(indices[t])]]"),
    ),
    "another_character_taken": Edited(
        "loops", "index_to_char[int(indices[t])]", "chr(int(indices[t]))"
    ),
    "other_indices_read": Edited("loops", "text + index_to_char", "index_to_char"),
    "joined_otherwise": Edited("unusual", '"".join', '" ".join'),
    "indices_not_checked": Edited("unusual", CHECK, "", fits=OUTSIDE),
    "negative_indices_wrapped": Edited(
        "unusual", "not 0 <= indices[t] < K", "indices[t] >= K", fits=OUTSIDE
    ),
    "indices_checked_otherwise": Edited("unusual", "indices[t] < K", "indices[t] <= K"),
    "outside_as_another_error": Edited("einsum", 'ValueError("an index', 'IndexError("an index'),
    "column_of_zeros_outside": Edited(
        "einsum", 'raise ValueError("an index is outside the vocabulary")', "pass", fits=OUTSIDE
    ),
    "too_much_refused": Edited("loops", "> K - 1", ">= K - 1"),
    "steps_in_rows": Edited("einsum", "return X.astype", "return X.T.astype", fits=ONE),
    "reshaped_in_place_of_transposed": Edited(
        "unusual", "wide[::2, ::3]", "wide[::2, ::3].T.reshape(K, T)"
    ),
    "whole_rows_filled": Edited("unusual", ", 3 * t] = 1", "] = 1", fits=ONE),
    "as_many_rows_as_needed": Edited(
        "loops",
        "X = np.zeros((K, T))",
        "K = max(indices, default=K - 1) + 1\n    X = np.zeros((K, T))",
    ),
    "X_made_otherwise": Edited("loops", "if int(indices[t]) == k", "if int(indices[t]) >= k"),
}
