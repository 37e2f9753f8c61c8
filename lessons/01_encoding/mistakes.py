"""Known mistakes in lesson 1: characters as indices, indices as one-hot columns."""

import unicodedata
from collections import Counter

import numpy as np

from lessons.checking.mistakes import mistake
from reference.encoding import build_vocabulary


def numbered(
    text,
    *,
    reads=lambda text: text,
    order=lambda text: sorted(set(text)),
    number=lambda k, character: k,
    maps=lambda char_to_index, index_to_char: (char_to_index, index_to_char),
):
    """Both maps, with a choice of what is read, of the order, the numbers and the maps."""
    characters = order(reads(text))
    index_to_char = {number(k, character): character for k, character in enumerate(characters)}
    return maps({character: k for k, character in index_to_char.items()}, index_to_char)


def refused(character, char_to_index):
    """What is right for an unknown character."""
    raise ValueError(f"{character!r} is not in the vocabulary")


def indices_of(
    text,
    char_to_index,
    *,
    reads=lambda text: text,
    look=lambda character, char_to_index, text: char_to_index[character],
    unknown=refused,
    store=lambda indices: np.array(indices, dtype=np.int64),
):
    """The indices, with a choice of how each is found and of what an unknown one gives."""
    indices = []
    for character in reads(text):
        if character in char_to_index:
            indices.append(look(character, char_to_index, text))
        else:
            indices += unknown(character, char_to_index)
    return store(indices)


def text_of(
    indices,
    index_to_char,
    *,
    reads=lambda indices: indices,
    look=lambda k, index_to_char: index_to_char[k],
    join="".join,
):
    """The text, with a choice of what is read, how it is looked up and how it is joined."""
    return join([look(int(k), index_to_char) for k in reads(indices)])


def outside_refused(indices, K, kind=ValueError):
    """The indices, if none is outside."""
    for k in indices:
        if not 0 <= k < K:
            raise kind(f"the index {k} is outside 0..{K - 1}")
    return indices


def marked(indices, K):
    """The one-hot columns; as NumPy does it, negative indices count from the end."""
    X = np.zeros((K, len(indices)))
    X[indices, np.arange(len(indices))] = 1
    return X


def columns(indices, K, *, check=outside_refused, mark=marked, finish=lambda X: X):
    """The columns, with a choice of what is refused, what is marked, what is made of it."""
    return finish(mark(np.asarray(check(indices, K), dtype=np.int64), K))


MODELS = {
    "build_vocabulary": numbered,
    "encode": indices_of,
    "decode": text_of,
    "one_hot": columns,
}


in_set_order = mistake(
    "build_vocabulary",
    "the characters are numbered in the order in which a set gives them, which differs from run "
    "to run.",
    "Start Python twice and print the same set of characters. What do you see?",
    order=set,
)

in_order_of_appearance = mistake(
    "build_vocabulary",
    "the characters are numbered in the order of their first appearance in the text; the order "
    "is that of their code points.",
    "Should the numbers change when the text's two halves are exchanged?",
    order=dict.fromkeys,
)

in_order_of_frequency = mistake(
    "build_vocabulary",
    "the characters are ordered by how often they occur; the order is that of their code points.",
    "Which texts with the same characters should share a vocabulary?",
    order=lambda text: sorted(set(text), key=lambda c: (-text.count(c), c)),
)

in_order_of_frequency_and_appearance = mistake(
    "build_vocabulary",
    "the characters are ordered by how often they occur, equal ones by their first appearance; "
    "the order is that of their code points.",
    "Which texts with the same characters should share a vocabulary?",
    order=lambda text: [character for character, _ in Counter(text).most_common()],
)

rarest_first = mistake(
    "build_vocabulary",
    "the characters are ordered by how often they occur, the rarest first; the order is that of "
    "their code points.",
    "Which texts with the same characters should share a vocabulary?",
    order=lambda text: sorted(set(text), key=lambda c: (text.count(c), c)),
)

in_descending_order = mistake(
    "build_vocabulary",
    "the order is turned: the largest code point has the index 0; the smallest should have it.",
    "Which character of 'ab' comes first in the order of code points?",
    order=lambda text: sorted(set(text), reverse=True),
)

capitals_beside_small_letters = mistake(
    "build_vocabulary",
    "the order is that of a dictionary, which takes capitals and small letters for the same; by "
    "code points all capitals A to Z come before a.",
    "Which is larger, ord('B') or ord('a')?",
    order=lambda text: sorted(set(text), key=lambda c: (c.lower(), c)),
)

repeated_characters_numbered = mistake(
    "build_vocabulary",
    "a character that occurs several times is numbered several times.",
    "How large should the vocabulary of 'aab' be?",
    order=sorted,
)

last_character_left_out = mistake(
    "build_vocabulary",
    "the character with the largest code point is left out.",
    "For K characters, which numbers does your counter run through?",
    order=lambda text: sorted(set(text))[:-1],
)

first_character_left_out = mistake(
    "build_vocabulary",
    "the character with the smallest code point is left out, and each of the others has an index "
    "that is 1 too small.",
    "At which place of a list does its first entry stand?",
    order=lambda text: sorted(set(text))[1:],
)

turned_to_lower_case = mistake(
    "build_vocabulary",
    "the text is turned to lower case first, so that its capitals are missing from the vocabulary.",
    "Can a text with a capital letter be encoded and decoded again?",
    reads=str.lower,
)

stripped_first = mistake(
    "build_vocabulary",
    "the white space at the text's two ends is cut off first, and may be missing from the "
    "vocabulary.",
    "Can a text that ends in a line end be encoded with its own vocabulary?",
    reads=str.strip,
)

white_space_left_out = mistake(
    "build_vocabulary",
    "spaces, tabs and line ends are left out; they are characters like all others.",
    "How would the network write a gap between two words?",
    reads=lambda text: "".join(text.split()),
)

line_ends_left_out = mistake(
    "build_vocabulary",
    "the line end is left out; it is a character like all others.",
    "How would the network begin a new line?",
    reads=lambda text: text.replace("\n", ""),
)

words_numbered = mistake(
    "build_vocabulary",
    "whole words are numbered; the vocabulary is made of characters.",
    "What does a for loop over a text give, and what does split give?",
    reads=str.split,
)

only_letters_numbered = mistake(
    "build_vocabulary",
    "only letters are numbered; digits, spaces and all other marks are characters too.",
    "Which characters of 'Is it 5?' does the network have to read?",
    reads=lambda text: [c for c in text if c.isalpha()],
)

only_ascii_numbered = mistake(
    "build_vocabulary",
    "characters beyond ASCII, with code points from 128 on, are left out.",
    "Which characters of 'café' does the network have to read?",
    reads=lambda text: text.encode("ascii", "ignore").decode("ascii"),
)

accents_composed = mistake(
    "build_vocabulary",
    "the text is normalised first: a letter and an accent that follow each other become one "
    "character; the text's own characters are what counts.",
    "How long is 'e\\u0301', and how long is 'é'?",
    reads=lambda text: unicodedata.normalize("NFC", text),
)

numbered_from_one = mistake(
    "build_vocabulary",
    "the characters are numbered from 1; the first one has the index 0.",
    "Which rows does a one-hot column of K entries have?",
    number=lambda k, character: k + 1,
)

code_points_as_indices = mistake(
    "build_vocabulary",
    "each character's number is its code point itself; the indices are 0, 1, ..., K-1 in the "
    "order of the code points.",
    "How many rows would a one-hot column for 'z' need?",
    number=lambda k, character: ord(character),
)

indices_as_text = mistake(
    "build_vocabulary",
    "the indices are texts such as '0'; they are whole numbers.",
    "Is '0' == 0?",
    number=lambda k, character: str(k),
)

indices_as_floats = mistake(
    "build_vocabulary",
    "the indices are floats such as 0.0; they are whole numbers.",
    "Can 0.0 be the number of a row?",
    number=lambda k, character: float(k),
)

maps_exchanged = mistake(
    "build_vocabulary",
    "the two maps are returned in the wrong order; char_to_index comes first.",
    "What do the keys of the first map look like, and what should they be?",
    maps=lambda char_to_index, index_to_char: (index_to_char, char_to_index),
)

second_map_like_the_first = mistake(
    "build_vocabulary",
    "index_to_char is a second char_to_index; its keys should be the indices.",
    "What is index_to_char[0]?",
    maps=lambda char_to_index, index_to_char: (char_to_index, char_to_index.copy()),
)

first_map_like_the_second = mistake(
    "build_vocabulary",
    "char_to_index is a second index_to_char; its keys should be the characters.",
    "Which of its two, index and character, does enumerate give first?",
    maps=lambda char_to_index, index_to_char: (index_to_char.copy(), index_to_char),
)


@mistake(
    "build_vocabulary",
    "index_to_char is made from the text's characters in the order of their first appearance, "
    "char_to_index in order; each should be the inverse of the other.",
    "Is index_to_char[char_to_index[c]] the character c, for every c?",
)
def second_map_in_order_of_appearance(text):
    return build_vocabulary(text)[0], dict(enumerate(dict.fromkeys(text)))


unknown_character_as_KeyError = mistake(
    "encode",
    "a character that is not in the vocabulary ends in a KeyError; it should be a ValueError that "
    "names the character.",
    "What would someone who calls encode with a new text want to be told?",
    unknown=lambda character, char_to_index: [char_to_index[character]],
)


def _raising(kind, message="not in the vocabulary"):
    """The choice that ends in an exception which does not name the character."""

    def unknown(character, char_to_index):
        raise kind(message)

    return unknown


unknown_character_as_TypeError = mistake(
    "encode",
    "a character that is not in the vocabulary ends in a TypeError; it should be a ValueError "
    "that names the character.",
    "What does a dict's get give for a key that is not there?",
    unknown=_raising(TypeError),
)

unknown_character_as_IndexError = mistake(
    "encode",
    "a character that is not in the vocabulary ends in an IndexError; it should be a ValueError "
    "that names the character.",
    "Which exception does the page ask for?",
    unknown=_raising(IndexError),
)

unknown_character_as_AssertionError = mistake(
    "encode",
    "a character that is not in the vocabulary ends in an AssertionError; it should be a "
    "ValueError that names the character.",
    "Which exception does the page ask for, and what becomes of assert under python -O?",
    unknown=_raising(AssertionError),
)

unknown_character_not_named = mistake(
    "encode",
    "the ValueError's message does not contain the unknown character.",
    "With a text of a million characters, what would you want the message to tell you?",
    unknown=_raising(ValueError),
)

unknown_characters_left_out = mistake(
    "encode",
    "characters that are not in the vocabulary are left out, with no word about it; each should "
    "be a ValueError.",
    "How long should the result of a text of T characters be?",
    unknown=lambda character, char_to_index: [],
)

unknown_character_as_0 = mistake(
    "encode",
    "a character that is not in the vocabulary is given the index 0, which belongs to another "
    "character; it should be a ValueError.",
    "What does decoding give where the unknown character stood?",
    unknown=lambda character, char_to_index: [0],
)

unknown_character_as_minus_1 = mistake(
    "encode",
    "a character that is not in the vocabulary is given the index -1; it should be a ValueError.",
    "Which row does NumPy take for -1?",
    unknown=lambda character, char_to_index: [-1],
)

unknown_character_as_K = mistake(
    "encode",
    "a character that is not in the vocabulary is given K, the number of characters, as its "
    "index; it should be a ValueError.",
    "Which rows does a one-hot column of K entries have?",
    unknown=lambda character, char_to_index: [len(char_to_index)],
)


def _none_kept(indices):
    """An array of objects if there is a None."""
    return np.array(indices, dtype=object if None in indices else np.int64)


unknown_character_as_None = mistake(
    "encode",
    "a character that is not in the vocabulary gives None in the place of an index; it should be "
    "a ValueError.",
    "What does a dict's get give for a key that is not there?",
    unknown=lambda character, char_to_index: [None],
    store=_none_kept,
)


@mistake(
    "encode",
    "a character that is not in the vocabulary is entered in char_to_index, under the next number; "
    "the map stays as it was given, and the character should be a ValueError.",
    "How many rows has the network's U for the new character?",
)
def unknown_character_added(text, char_to_index):
    return np.array([char_to_index.setdefault(c, len(char_to_index)) for c in text], dtype=np.int64)


@mistake(
    "encode",
    "encoding ends at the first character that is not in the vocabulary, with no word about it; "
    "it should be a ValueError.",
    "How long should the result of a text of T characters be?",
)
def ends_at_an_unknown_character(text, char_to_index):
    indices = []
    for character in text:
        if character not in char_to_index:
            break
        indices.append(char_to_index[character])
    return np.array(indices, dtype=np.int64)


@mistake(
    "encode",
    "the characters are numbered anew from the text; the numbers in char_to_index are not used.",
    "Which numbers would a short piece of the training text be given?",
)
def vocabulary_of_the_text_itself(text, char_to_index):
    return indices_of(text, build_vocabulary(text)[0])


numbered_anew_after_the_check = mistake(
    "encode",
    "char_to_index is used only to find unknown characters; the numbers come from a vocabulary "
    "that is made anew from the text.",
    "Which numbers would a short piece of the training text be given?",
    look=lambda character, char_to_index, text: sorted(set(text)).index(character),
)

numbered_by_appearance_in_the_text = mistake(
    "encode",
    "the characters are numbered anew, in the order of their first appearance in this text; the "
    "numbers are those in char_to_index.",
    "Which numbers would the words 'on' and 'no' be given?",
    look=lambda character, char_to_index, text: list(dict.fromkeys(text)).index(character),
)

position_among_the_keys = mistake(
    "encode",
    "each index is the character's place in the order in which the map lists its keys; it is the "
    "value that stands under the key.",
    "Does a dict have to list its keys in the order of their numbers?",
    look=lambda character, char_to_index, text: list(char_to_index).index(character),
)

place_among_the_sorted_keys = mistake(
    "encode",
    "each index is the character's place among the map's characters in code-point order; it is "
    "the value that stands under the key.",
    "Does a map have to number its characters in code-point order?",
    look=lambda character, char_to_index, text: sorted(char_to_index).index(character),
)

code_points_given = mistake(
    "encode",
    "each number is the character's code point; it is the index in char_to_index.",
    "How many rows would a one-hot column for 'z' need?",
    look=lambda character, char_to_index, text: ord(character),
)

indices_from_one = mistake(
    "encode",
    "each index is 1 more than the one in char_to_index.",
    "Which index does the map give to its first character?",
    look=lambda character, char_to_index, text: char_to_index[character] + 1,
)

first_place_of_the_character = mistake(
    "encode",
    "each number is the place of the character's first appearance in the text; it is the index "
    "in char_to_index.",
    "Where do the numbers come from: the text or the map?",
    look=lambda character, char_to_index, text: text.index(character),
)

text_in_lower_case = mistake(
    "encode",
    "the text is turned to lower case first, so that capitals are given other characters' "
    "indices; each is a character of its own.",
    "Can a text with a capital letter be encoded and decoded again?",
    reads=str.lower,
)

text_stripped = mistake(
    "encode",
    "the white space at the text's two ends is cut off first; it is part of the text.",
    "How long should the result of a text of T characters be?",
    reads=str.strip,
)

white_space_skipped = mistake(
    "encode",
    "spaces, tabs and line ends are left out; they are characters like all others.",
    "How long should the result of a text of T characters be?",
    reads=lambda text: "".join(text.split()),
)

text_backwards = mistake(
    "encode",
    "the indices stand in reverse order, the last character's first.",
    "Which character does index 0 of the array belong to?",
    reads=lambda text: text[::-1],
)

each_character_once = mistake(
    "encode",
    "a repeated character is encoded once; each of the T characters has its own entry.",
    "How long should the result of a text of T characters be?",
    reads=dict.fromkeys,
)

last_character_missing = mistake(
    "encode",
    "the text's last character is missing.",
    "Write down the positions that the loop visits. Is every character among them?",
    reads=lambda text: text[:-1],
)

first_character_missing = mistake(
    "encode",
    "the text's first character is missing.",
    "At which position does a text begin?",
    reads=lambda text: text[1:],
)

empty_text_as_floats = mistake(
    "encode",
    "the empty text gives an array of floats; it should be an empty array of integers.",
    "Of what type are the entries of an array that is made from an empty list?",
    store=np.array,
)

indices_stored_as_floats = mistake(
    "encode",
    "the indices are stored as floats; they are integers.",
    "Can 2.0 be the number of a row? Ask NumPy.",
    store=lambda indices: np.array(indices, dtype=float),
)

stored_in_a_byte = mistake(
    "encode",
    "the indices are stored in 8 bits, so that they wrap around at 256.",
    "How many different characters can a text have, and how many numbers has a byte?",
    store=lambda indices: np.array(indices, dtype=np.int64).astype(np.uint8),
)

too_large_for_a_byte = mistake(
    "encode",
    "an index too large for 8 bits ends in an OverflowError; a vocabulary may have more than 256 "
    "characters.",
    "How many different characters can a text have, and how many numbers has a byte?",
    store=lambda indices: np.array(indices, dtype=np.uint8),
)

indices_in_a_list = mistake(
    "encode",
    "the indices are returned in a list; they should be a NumPy array.",
    "What type does np.array return, and what type does a comprehension?",
    store=list,
)

indices_in_a_row = mistake(
    "encode",
    "the array has two dimensions, a single row of T indices; it should have the shape (T,).",
    "How many pairs of brackets does the printed array have?",
    store=lambda indices: np.array([indices], dtype=np.int64),
)

indices_in_a_column = mistake(
    "encode",
    "the array has two dimensions, a single column of T indices; it should have the shape (T,).",
    "How many pairs of brackets does the printed array have?",
    store=lambda indices: np.array(indices, dtype=np.int64)[:, None],
)


values_by_position = mistake(
    "decode",
    "each index is taken as a position in the map's values; it is a key of the map.",
    "Does a dict have to list its keys from 0 upwards?",
    look=lambda k, index_to_char: list(index_to_char.values())[k],
)

place_among_the_sorted_characters = mistake(
    "decode",
    "each index is taken as a place among the map's characters in code-point order; it is a key "
    "of the map.",
    "Does a map have to number its characters in code-point order?",
    look=lambda k, index_to_char: sorted(index_to_char.values())[k],
)

index_as_code_point = mistake(
    "decode",
    "each index is taken as a code point; it is a key of index_to_char.",
    "What is chr(0), and what is index_to_char[0]?",
    look=lambda k, index_to_char: chr(k),
)

index_written_out = mistake(
    "decode",
    "the text is made of the indices' own digits; each should be looked up in index_to_char.",
    "What does str(3) give, and what should the index 3 give?",
    look=lambda k, index_to_char: str(k),
)

index_0_dropped = mistake(
    "decode",
    "the index 0 is left out; it is a character's like all others.",
    "Is 0 true or false in Python?",
    reads=lambda indices: [k for k in indices if k],
)

last_index_lost = mistake(
    "decode",
    "the last index is left out.",
    "Write down the positions that the loop visits. Is every index among them?",
    reads=lambda indices: indices[:-1],
)

first_index_lost = mistake(
    "decode",
    "the first index is left out.",
    "At which position does an array begin?",
    reads=lambda indices: indices[1:],
)

only_the_last_character = mistake(
    "decode",
    "only the last character is left: each one takes the place of the text before it.",
    "What does the loop do with the text that it has so far?",
    reads=lambda indices: indices[-1:],
)

only_the_first_character = mistake(
    "decode",
    "only the first character is returned.",
    "Does the return stand inside the loop or after it?",
    reads=lambda indices: indices[:1],
)

text_turned_around = mistake(
    "decode",
    "the text is in reverse order.",
    "On which side of the text so far does a new character go?",
    reads=lambda indices: indices[::-1],
)

each_index_once = mistake(
    "decode",
    "each index is decoded once, in ascending order; order and repeats are part of the text.",
    "What should the indices 1, 0, 1 give?",
    reads=np.unique,
)

characters_in_a_list = mistake(
    "decode",
    "the characters are returned in a list; they should be joined to one text.",
    "What is the difference between ['h', 'i'] and 'hi'?",
    join=list,
)

joined_with_spaces = mistake(
    "decode",
    "there is a space between any two characters; nothing stands between them.",
    "Which text does the join begin with, and how long is it?",
    join=" ".join,
)

joined_with_commas = mistake(
    "decode",
    "there is a comma between any two characters; nothing stands between them.",
    "Which text does the join begin with, and how long is it?",
    join=",".join,
)

joined_with_line_ends = mistake(
    "decode",
    "there is a line end between any two characters; nothing stands between them.",
    "Which text does the join begin with, and how long is it?",
    join="\n".join,
)

list_printed_as_text = mistake(
    "decode",
    "the text is what a list of the characters looks like when it is printed, brackets and all.",
    "How long is str(['h', 'i'])?",
    join=str,
)

decoded_text_stripped = mistake(
    "decode",
    "the white space at the text's two ends is cut off; it is part of the text.",
    "How many characters do T indices give?",
    join=lambda characters: "".join(characters).strip(),
)

decoded_text_in_lower_case = mistake(
    "decode",
    "capitals come back as small letters.",
    "Which character does the map hold?",
    join=lambda characters: "".join(characters).lower(),
)

decoded_text_composed = mistake(
    "decode",
    "the text is normalised: a letter and an accent that follow each other become one character.",
    "How many characters do T indices give?",
    join=lambda characters: unicodedata.normalize("NFC", "".join(characters)),
)

NUL_lost = mistake(
    "decode",
    "the character NUL, chr(0), is lost: NumPy's texts drop it at their end.",
    "What is len(np.array(['\\0'])[0])?",
    join=lambda characters: "".join(characters).replace("\0", ""),
)


indices_not_checked = mistake(
    "one_hot",
    "an index outside 0..K-1 is not noticed: NumPy takes -1 for the last row, and K ends in an "
    "IndexError; both should be a ValueError.",
    "What does NumPy make of a negative index?",
    check=lambda indices, K: indices,
)


def _checked(kind, *bad):
    """The choice that raises `kind` for indices that one of the conditions holds for."""

    def check(indices, K):
        if any(condition(k, K) for k in indices for condition in bad):
            raise kind("an index is outside")
        return indices

    return check


def _too_small(k, K):
    return k < 0


def _too_large(k, K):
    return k >= K


negative_indices_wrapped = mistake(
    "one_hot",
    "only indices that are too large are refused: NumPy takes -1 for the last row.",
    "The range 0..K-1 has two ends. What lies beyond the other one?",
    check=_checked(ValueError, _too_large),
)

only_negative_indices_refused = mistake(
    "one_hot",
    "only negative indices are refused: K ends in an IndexError; it should be a ValueError too.",
    "The range 0..K-1 has two ends. What lies beyond the other one?",
    check=_checked(ValueError, _too_small),
)

K_not_refused = mistake(
    "one_hot",
    "the index K passes the check and ends in an IndexError; the last row is K-1.",
    "How many numbers are there in 0..K?",
    check=_checked(ValueError, _too_small, lambda k, K: k > K),
)

last_index_refused = mistake(
    "one_hot",
    "the index K-1 is refused; it is the last one that is allowed.",
    "How many numbers are there in 0..K-2?",
    check=_checked(ValueError, _too_small, lambda k, K: k >= K - 1),
)

index_0_refused = mistake(
    "one_hot",
    "the index 0 is refused; it is the first one that is allowed.",
    "Which index does the first character have?",
    check=_checked(ValueError, _too_large, lambda k, K: k <= 0),
)

outside_as_IndexError = mistake(
    "one_hot",
    "an index outside 0..K-1 ends in an IndexError; it should be a ValueError.",
    "Which exception does the page ask for?",
    check=_checked(IndexError, _too_small, _too_large),
)

outside_as_AssertionError = mistake(
    "one_hot",
    "an index outside 0..K-1 ends in an AssertionError; it should be a ValueError.",
    "Which exception does the page ask for, and what becomes of assert under python -O?",
    check=_checked(AssertionError, _too_small, _too_large),
)


def _first_checked(indices, K):
    """The indices, if the first one is inside."""
    outside_refused(indices[:1], K)
    return indices


only_the_first_index_checked = mistake(
    "one_hot",
    "only the first index is checked; one outside 0..K-1 is an error wherever it stands.",
    "Where in the array may a -1 hide?",
    check=_first_checked,
)

clipped_into_the_range = mistake(
    "one_hot",
    "an index outside 0..K-1 is moved to the nearest one inside; it should be a ValueError.",
    "Which character would an index of 1000 stand for?",
    check=lambda indices, K: np.clip(indices, 0, K - 1),
)

taken_modulo_K = mistake(
    "one_hot",
    "an index outside 0..K-1 is taken modulo K and so marks another character's row; it should "
    "be a ValueError.",
    "Which character would the index K stand for?",
    check=lambda indices, K: np.mod(indices, K),
)


def _left_out(indices, K):
    """The indices that are inside."""
    return indices[(indices >= 0) & (indices < K)]


indices_outside_left_out = mistake(
    "one_hot",
    "an index outside 0..K-1 is left out, and its column with it; it should be a ValueError.",
    "How many columns should T indices give?",
    check=_left_out,
)


@mistake(
    "one_hot",
    "an index outside 0..K-1 gives a column of zeros; it should be a ValueError.",
    "To what does each column of a one-hot array sum?",
)
def column_of_zeros_outside(indices, K):
    return (np.arange(K)[:, None] == np.asarray(indices)).astype(float)


@mistake(
    "one_hot",
    "no indices at all end in an error; they should give an array of shape (K, 0).",
    "What is the smallest entry of an empty array?",
)
def no_indices_refused(indices, K):
    if len(indices) == 0:
        raise ValueError("zero-size array")
    return columns(indices, K)


steps_in_rows = mistake(
    "one_hot",
    "the steps lie in rows, (T, K); they lie in columns, (K, T).",
    "By which side does U multiply X, and which length must then agree?",
    finish=np.transpose,
)

reshaped_in_place_of_transposed = mistake(
    "one_hot",
    "rows of steps were reshaped to (K, T), which moves the ones to wrong places; they should be "
    "transposed.",
    "In which order does reshape read the entries, and in which does it write them?",
    finish=lambda X: X.T.reshape(X.shape),
)

whole_rows_filled = mistake(
    "one_hot",
    "each index fills its whole row with ones; it belongs to its own column only.",
    "How many ones should an array of T columns hold?",
    finish=lambda X: np.repeat(X.max(axis=1, keepdims=True, initial=0), X.shape[1], 1),
)

ones_of_earlier_steps_kept = mistake(
    "one_hot",
    "each column also holds the ones of the columns before it; it should hold its own only.",
    "To what does each column of a one-hot array sum?",
    finish=lambda X: np.maximum.accumulate(X, axis=1),
)

counts_so_far = mistake(
    "one_hot",
    "each column counts the characters read so far; it should hold its own step's 1 only.",
    "To what does each column of a one-hot array sum?",
    finish=lambda X: np.cumsum(X, axis=1),
)

ones_up_to_the_index = mistake(
    "one_hot",
    "each column holds ones up to its index; only the row of the index itself should hold a 1.",
    "To what does each column of a one-hot array sum?",
    finish=lambda X: np.cumsum(X[::-1], axis=0)[::-1],
)

rows_upside_down = mistake(
    "one_hot",
    "the rows are upside down: the index 0 marks the last row.",
    "Which row of X is row 0?",
    finish=lambda X: X[::-1],
)

columns_backwards = mistake(
    "one_hot",
    "the columns stand in reverse order, the last step's first.",
    "Which step does column 0 belong to?",
    finish=lambda X: X[:, ::-1],
)

zeros_and_ones_exchanged = mistake(
    "one_hot",
    "zeros and ones are exchanged.",
    "How many ones does a column hold?",
    finish=lambda X: 1 - X,
)

ones_as_integers = mistake(
    "one_hot",
    "the zeros and ones are integers; they should be floats (float64), NumPy's own default.",
    "What is the dtype of np.zeros(3)?",
    finish=lambda X: X.astype(int),
)

ones_as_booleans = mistake(
    "one_hot",
    "the entries are True and False; they should be floats (float64).",
    "What does a comparison of arrays hold?",
    finish=lambda X: X.astype(bool),
)

columns_summed = mistake(
    "one_hot",
    "the columns are added up to one, (K,), which only counts the characters; each step has a "
    "column of its own.",
    "Can the order of the characters be told from what is returned?",
    finish=lambda X: X.sum(axis=1),
)

array_flattened = mistake(
    "one_hot",
    "all columns are strung together in one dimension; X has two, (K, T).",
    "How many indices does an entry X[k, t] have?",
    finish=lambda X: X.T.ravel(),
)

rows_in_a_list = mistake(
    "one_hot",
    "X is returned as a list of its rows; it should be a NumPy array.",
    "What is the shape of a list?",
    finish=np.ndarray.tolist,
)


def _row_shifted(by):
    """The choice that marks another row, the first and the last being neighbours."""
    return lambda indices, K: marked((indices + by) % K, K)


row_above_marked = mistake(
    "one_hot",
    "each 1 stands one row too high, in the row index - 1 (and so the index 0 in the last one).",
    "Which row of X is row 0?",
    mark=_row_shifted(-1),
)

row_below_marked = mistake(
    "one_hot",
    "each 1 stands one row too low, in the row index + 1 (and so the last one in row 0).",
    "Which row of X is row 0?",
    mark=_row_shifted(1),
)

as_many_rows_as_needed = mistake(
    "one_hot",
    "there are as many rows as the largest index needs; there should be K.",
    "How many rows would the first and the second half of one text have?",
    mark=lambda indices, K: marked(indices, max(indices) + 1),
)

as_many_rows_as_needed_or_K = mistake(
    "one_hot",
    "there are as many rows as the largest index needs, and K only if there are no indices; there "
    "should always be K.",
    "How many rows would the first and the second half of one text have?",
    mark=lambda indices, K: marked(indices, max(indices, default=K - 1) + 1),
)

index_in_place_of_one = mistake(
    "one_hot",
    "the index itself stands where a 1 should be.",
    "To what does each column of a one-hot array sum?",
    finish=lambda X: X * np.arange(len(X))[:, None],
)


def _first_ones(X):
    """The first 1 of each row."""
    return X * (np.cumsum(X, axis=1) == 1)


only_first_appearances_marked = mistake(
    "one_hot",
    "only the first appearance of each index is marked; the columns of its repeats are zeros.",
    "To what does each column of a one-hot array sum?",
    finish=_first_ones,
)

only_last_appearances_marked = mistake(
    "one_hot",
    "only the last appearance of each index is marked; the columns of those before are zeros.",
    "To what does each column of a one-hot array sum?",
    finish=lambda X: _first_ones(X[:, ::-1])[:, ::-1],
)

last_column_left_at_zero = mistake(
    "one_hot",
    "the last column is left at zero.",
    "Write down the values that t takes. Is every step among them?",
    finish=lambda X: X * (np.arange(X.shape[1]) < X.shape[1] - 1),
)

first_column_left_at_zero = mistake(
    "one_hot",
    "the first column is left at zero.",
    "Write down the values that t takes. Is every step among them?",
    finish=lambda X: X * (np.arange(X.shape[1]) > 0),
)
