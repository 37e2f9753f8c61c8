"""Known mistakes in lesson 1: characters as indices, indices as one-hot columns."""

import numpy as np

from lessons.checking.mistakes import mistake
from reference.encoding import build_vocabulary, encode, one_hot


def _numbered(characters, first=0):
    """Both maps, the characters numbered in the order in which they are given."""
    index_to_char = dict(enumerate(characters, first))
    return {character: k for k, character in index_to_char.items()}, index_to_char


@mistake(
    "build_vocabulary",
    "the characters are numbered in the order in which a set gives them, which differs from run "
    "to run.",
    "Start Python twice and print the same set of characters. What do you see?",
)
def in_set_order(text):
    return _numbered(set(text))


@mistake(
    "build_vocabulary",
    "the characters are numbered in the order of their first appearance in the text; the order "
    "is that of their code points.",
    "Should the numbers change when the text's two halves are exchanged?",
)
def in_order_of_appearance(text):
    return _numbered(dict.fromkeys(text))


@mistake(
    "build_vocabulary",
    "the characters are ordered by how often they occur; the order is that of their code points.",
    "Which texts with the same characters should share a vocabulary?",
)
def in_order_of_frequency(text):
    return _numbered(sorted(set(text), key=lambda character: (-text.count(character), character)))


@mistake(
    "build_vocabulary",
    "the text is turned to lower case first, so that its capitals are missing from the vocabulary.",
    "Can a text with a capital letter be encoded and decoded again?",
)
def turned_to_lower_case(text):
    return build_vocabulary(text.lower())


@mistake(
    "build_vocabulary",
    "the characters are numbered from 1; the first one has the index 0.",
    "Which rows does a one-hot column of K entries have?",
)
def numbered_from_one(text):
    return _numbered(sorted(set(text)), first=1)


@mistake(
    "build_vocabulary",
    "a character that occurs several times is numbered several times.",
    "How large should the vocabulary of 'aab' be?",
)
def repeated_characters_numbered(text):
    return _numbered(sorted(text))


@mistake(
    "encode",
    "a character that is not in the vocabulary ends in a KeyError; it should be a ValueError that "
    "names the character.",
    "What would someone who calls encode with a new text want to be told?",
)
def unknown_character_as_KeyError(text, char_to_index):
    return np.array([char_to_index[character] for character in text], dtype=np.int64)


@mistake(
    "encode",
    "characters that are not in the vocabulary are left out, with no word about it; each should "
    "be a ValueError.",
    "How long should the result of a text of T characters be?",
)
def unknown_characters_left_out(text, char_to_index):
    return encode([character for character in text if character in char_to_index], char_to_index)


@mistake(
    "encode",
    "a character that is not in the vocabulary is given the index 0, which belongs to another "
    "character; it should be a ValueError.",
    "What does decoding give where the unknown character stood?",
)
def unknown_character_as_0(text, char_to_index):
    return np.array([char_to_index.get(character, 0) for character in text], dtype=np.int64)


@mistake(
    "encode",
    "the empty text gives an array of floats; it should be an empty array of integers.",
    "Of what type are the entries of an array that is made from an empty list?",
)
def empty_text_as_floats(text, char_to_index):
    return np.array(encode(text, char_to_index).tolist())


@mistake(
    "encode",
    "the indices are stored in 8 bits, so that they wrap around at 256.",
    "How many different characters can a text have, and how many numbers has a byte?",
)
def stored_in_a_byte(text, char_to_index):
    return encode(text, char_to_index).astype(np.uint8)


@mistake(
    "encode",
    "the characters are numbered anew from the text; the numbers in char_to_index are not used.",
    "Which numbers would a short piece of the training text be given?",
)
def vocabulary_of_the_text_itself(text, char_to_index):
    return encode(text, build_vocabulary(text)[0])


@mistake(
    "decode",
    "each index is taken as a position in the map's values; it is a key of the map.",
    "Does a dict have to list its keys from 0 upwards?",
)
def values_by_position(indices, index_to_char):
    characters = list(index_to_char.values())
    return "".join(characters[k] for k in indices)


@mistake(
    "one_hot",
    "an index outside 0..K-1 is not noticed: NumPy takes -1 for the last row, and K ends in an "
    "IndexError; both should be a ValueError.",
    "What does NumPy make of a negative index?",
)
def indices_not_checked(indices, K):
    return np.eye(K)[np.asarray(indices, dtype=np.int64)].T


@mistake(
    "one_hot",
    "only indices that are too large are refused: NumPy takes -1 for the last row.",
    "The range 0..K-1 has two ends. What lies beyond the other one?",
)
def negative_indices_wrapped(indices, K):
    return one_hot([k + K if -K <= k < 0 else k for k in indices], K)


@mistake(
    "one_hot",
    "an index outside 0..K-1 gives a column of zeros; it should be a ValueError.",
    "To what does each column of a one-hot array sum?",
)
def column_of_zeros_outside(indices, K):
    return (np.arange(K)[:, None] == np.asarray(indices)).astype(float)


@mistake(
    "one_hot",
    "the steps lie in rows, (T, K); they lie in columns, (K, T).",
    "By which side does U multiply X, and which length must then agree?",
)
def steps_in_rows(indices, K):
    return one_hot(indices, K).T


@mistake(
    "one_hot",
    "each index fills its whole row with ones; it belongs to its own column only.",
    "How many ones should an array of T columns hold?",
)
def whole_rows_filled(indices, K):
    return np.repeat(one_hot(indices, K).max(axis=1, keepdims=True, initial=0), len(indices), 1)
