"""Known mistakes in lesson 1: characters as indices, indices as one-hot columns."""

from functools import partial
from typing import Any

import numpy as np

from lessons.checking.explaining.mistakes import Mistakes, of_values
from reference.encoding import build_vocabulary, one_hot


def numbered(
    text: str,
    *,
    reads: Any = lambda text: text,
    order: Any = lambda text: sorted(set(text)),
    number: Any = lambda k, character, text: k,
    maps: Any = lambda char_to_index, index_to_char: (char_to_index, index_to_char),
) -> Any:
    """Both maps, with a choice of what is read, of the order, the numbers and the maps."""
    text = reads(text)
    index_to_char = {number(k, c, text): c for k, c in enumerate(order(text))}
    return maps({c: number(k, c, text) for k, c in enumerate(order(text))}, index_to_char)


def refused(character: Any, char_to_index: Any, kind: type[Exception] = ValueError) -> Any:
    """What is right for an unknown character."""
    raise kind(f"{character!r} is not in the vocabulary")


def indices_of(
    text: str,
    char_to_index: dict[str, int],
    *,
    reads: Any = lambda text: text,
    look: Any = lambda character, char_to_index, text, t: char_to_index[character],
    unknown: Any = refused,
    store: Any = lambda indices: np.array(indices, dtype=None if indices else np.intp),
) -> Any:
    """The indices, with a choice of what is read, looked up, given to the unknown, and stored."""
    indices: list[Any] = []
    for t, character in enumerate(reads(text)):
        if character in char_to_index:
            indices.append(look(character, char_to_index, text, t))
        else:
            indices += unknown(character, char_to_index)
    return store(indices)


def text_of(
    indices: Any,
    index_to_char: dict[int, str],
    *,
    reads: Any = lambda indices: indices,
    look: Any = lambda k, index_to_char: index_to_char[k],
    join: Any = "".join,
) -> Any:
    """The text, with a choice of what is read, how it is looked up and how it is joined."""
    return join([look(int(k), index_to_char) for k in reads(indices)])


def outside_refused(indices: Any, K: int, kind: type[Exception] = ValueError) -> Any:
    """The indices, if none is outside."""
    for k in indices:
        if not 0 <= k < K:
            raise kind(f"the index {k} is outside 0..{K - 1}")
    return indices


def columns(
    indices: Any, K: int, *, check: Any = outside_refused, finish: Any = lambda X: X
) -> Any:
    """The columns, with a choice of what is refused and of what is made of the rest."""
    indices = np.asarray(check(indices, K), dtype=np.intp)
    X = np.zeros((K, len(indices)))
    X[indices, np.arange(len(indices))] = 1  # NumPy counts negative ones from the end
    return finish(X)


in_build_vocabulary = Mistakes("build_vocabulary", numbered)
in_encode = Mistakes("encode", indices_of)
in_decode = Mistakes("decode", text_of)
in_one_hot = Mistakes("one_hot", columns)

ROWS_HINT = "Each index is a row of a one-hot column of K entries. How are its rows numbered?"
EXCEPTIONS = {
    "a KeyError": KeyError,
    "a TypeError": TypeError,
    "an IndexError": IndexError,
    "an AssertionError": AssertionError,
    "an Exception": Exception,
}


def by(key: Any) -> Any:
    """The choice that orders the characters by a key, made of character and text."""
    return lambda text: sorted(set(text), key=lambda c: key(c, text))


def without(which: Any) -> Any:
    """The choice that leaves characters out, by a condition on character and text."""
    return lambda text: [c for c in sorted(set(text)) if not which(c, text)]


in_build_vocabulary.slot(
    "order",
    in_set_order=(
        "the characters are numbered in a set's own order, which can be another one each time "
        "Python starts; they should be numbered in the order of their code points.",
        "Start Python twice, and number the characters of one text. What do you see?",
        set,
    ),
    in_order_of_appearance=(
        "the characters are numbered as they first appear in the text; they should be numbered in "
        "the order of their code points.",
        "Should the numbers change when the text's two halves are exchanged?",
        dict.fromkeys,
    ),
    in_order_of_frequency=(
        "the characters are ordered by how often they occur, the most frequent first; they should "
        "be in the order of their code points.",
        "Two texts have the same characters, but not equally often. Should their vocabularies "
        "differ?",
        by(lambda c, text: (-text.count(c), c)),
    ),
    repeated_characters_numbered=(
        "a character that occurs several times takes up several indices; it should have one.",
        "How large should the vocabulary of 'aab' be?",
        sorted,
    ),
)

in_build_vocabulary.choice(
    "turned_to_lower_case",
    "capitals are missing from the vocabulary, as if the text were turned to small letters first; "
    "capitals should have indices of their own.",
    "Can a text with a capital letter be encoded and decoded again with your maps?",
    reads=str.lower,
)

in_build_vocabulary.choice(
    "maps_exchanged",
    "the two maps are returned in the wrong order; char_to_index should come first.",
    "What do the keys of the first map look like, and what should they be?",
    maps=lambda char_to_index, index_to_char: (index_to_char, char_to_index),
)

in_build_vocabulary.family(
    "numbered_from_one",
    "the characters are numbered from {value}; they should be numbered from 0.",
    ROWS_HINT,
    "number",
    of_values(lambda first: lambda k, character, text: k + first, 1, 2, -1),
)

in_build_vocabulary.family(
    "in_another_order",
    "the order is that {value}; it should be that of the code points, the smallest first.",
    "Which is smaller, ord('B') or ord('a')? Does it matter where in a text they stand?",
    "order",
    {
        "of falling code points": by(lambda c, text: -ord(c)),
        "of how often they occur, and of first appearance where that is equal": (
            by(lambda c, text: (-text.count(c), text.index(c)))
        ),
        "of how often they occur, the rarest first": by(lambda c, text: (text.count(c), c)),
        "of the alphabet, whether a letter is a capital or a small one": (
            by(lambda c, text: (c.lower(), c))
        ),
        "of code points, but with small letters before capitals": by(lambda c, text: c.swapcase()),
        "of their last appearances in the text": by(lambda c, text: text.rindex(c)),
        "of their first appearances, the latest first": by(lambda c, text: -text.index(c)),
    },
)

in_build_vocabulary.family(
    "characters_left_out",
    "the vocabulary lacks {value}; it should hold every character of the text.",
    "Which characters of 'Is it 5?' does the network have to read? Are they all in your map?",
    "order",
    {
        "spaces, tabs and line ends": without(lambda c, text: c.isspace()),
        "spaces": without(lambda c, text: c == " "),
        "line ends (\\n)": without(lambda c, text: c == "\n"),
        "white space that stands only at the text's ends": without(
            lambda c, text: c not in text.strip()
        ),
        "all that is not a letter": without(lambda c, text: not c.isalpha()),
        "characters beyond ASCII": without(lambda c, text: not c.isascii()),
        "characters that occur only once": without(lambda c, text: text.count(c) == 1),
        "the character with the largest code point": without(lambda c, text: c == max(text)),
        "the character with the smallest code point": without(lambda c, text: c == min(text)),
        "a last character that stands nowhere else": without(lambda c, text: c not in text[:-1]),
        "a first character that stands nowhere else": without(lambda c, text: c not in text[1:]),
        "every character": without(lambda c, text: True),
        "all but the character with the largest code point": without(lambda c, t: c != max(t)),
    },
)

in_build_vocabulary.family(
    "other_numbers_given",
    "each index is {value}; the indices should be 0, 1, ..., K-1, whole numbers, each of them "
    "once.",
    ROWS_HINT,
    "number",
    {
        "the character's code point": lambda k, c, text: ord(c),
        "twice what it should be": lambda k, c, text: 2 * k,
        "what it should be, with its sign turned": lambda k, c, text: -k,
        "0": lambda k, c, text: 0,
        "1": lambda k, c, text: 1,
        "how often the character occurs": lambda k, c, text: text.count(c),
        "the place where the character first stands in the text": lambda k, c, text: text.index(c),
        "the place where the character last stands in the text": lambda k, c, text: text.rindex(c),
        "a text such as '0'": lambda k, c, text: str(k),
        "a float such as 0.0": lambda k, c, text: float(k),
        "the character itself": lambda k, c, text: c,
        "the whole text": lambda k, c, text: text,
    },
)

in_build_vocabulary.family(
    "one_map_wrong",
    "{value}; char_to_index should lead from each character to its index, and index_to_char back.",
    "Is index_to_char[char_to_index[c]] the character c, for every c?",
    "maps",
    {
        "index_to_char is a second char_to_index": lambda forth, back: (forth, dict(forth)),
        "char_to_index is a second index_to_char": lambda forth, back: (dict(back), back),
        "char_to_index is empty": lambda forth, back: ({}, back),
        "index_to_char is empty": lambda forth, back: (forth, {}),
    },
)

in_encode.family(
    "unknown_character_as_KeyError",
    "a character that is not in the map raises {value}; it should raise a ValueError whose message "
    "contains the character.",
    "What would someone who calls encode with a new text want to be told?",
    "unknown",
    {says: partial(refused, kind=kind) for says, kind in EXCEPTIONS.items()},
)

in_encode.slot(
    "unknown",
    unknown_character_not_named=(
        "a character that is not in the map raises a ValueError whose message lacks the character; "
        "it should contain it.",
        "With a text of a million characters, what would you want the message to tell you?",
        lambda character, char_to_index: refused(None, char_to_index),
    ),
    unknown_characters_left_out=(
        "characters that are not in the map are left out; each of them should raise a ValueError.",
        "How many indices should a text of T characters have, whichever characters they are?",
        lambda character, char_to_index: [],
    ),
    unknown_character_as_0=(
        "a character that is not in the map gets the index 0; it should raise a ValueError.",
        "What comes back from decode where a character stood that the map does not have?",
        lambda character, char_to_index: [0],
    ),
)

in_encode.family(
    "unknown_character_as_a_number",
    "a character that is not in the map gets {value} in the place of an index; it should raise a "
    "ValueError.",
    "What do you return for a character that the map does not have? What would decode make of it?",
    "unknown",
    {
        -1: lambda character, char_to_index: [-1],
        "K, the number of characters,": lambda character, char_to_index: [len(char_to_index)],
        None: lambda character, char_to_index: [None],
    },
)


@in_encode.whole(
    "characters that are in the map raise a ValueError{value}; only those that are not in it "
    "should raise a ValueError.",
    "Read the condition before your raise aloud: for which characters does it hold?",
    values=(", and so do all others", ", and those that are not in it raise a KeyError"),
)
def known_characters_refused(text: str, char_to_index: dict[str, int], *, value: str) -> Any:
    for character in text:
        if character in char_to_index or "others" in value:
            refused(character, char_to_index)
    return np.array([char_to_index[character] for character in text], dtype=np.intp)


@in_encode.whole(
    "the indices are those of the text's own vocabulary; they should be those in char_to_index.",
    "A map is made from a long text. Which indices does a short piece of that text get from you?",
)
def vocabulary_of_the_text_itself(text: str, char_to_index: dict[str, int]) -> Any:
    return indices_of(text, build_vocabulary(text)[0])


in_encode.family(
    "number_from_elsewhere",
    "for each character the result holds {value}; it should hold char_to_index[character].",
    "A map may be larger than the text, and in any order. Where do your numbers come from?",
    "look",
    {
        "its place among the keys as the map lists them": lambda c, m, *_: list(m).index(c),
        "its place among the keys in code-point order": lambda c, m, *_: sorted(m).index(c),
        "its place in this text's own vocabulary": lambda c, m, text, t: sorted(set(text)).index(c),
        "its place in this text's own vocabulary, by first appearance": (
            lambda c, m, text, t: list(dict.fromkeys(text)).index(c)
        ),
        "the place where it first stands in the text": lambda c, m, text, t: text.index(c),
        "how often it occurs in the text": lambda c, m, text, t: text.count(c),
        "its code point": lambda c, m, text, t: ord(c),
        "the position in the text": lambda c, m, text, t: t,
        "1 more than its index in the map": lambda c, m, text, t: m[c] + 1,
        "1 less than its index in the map": lambda c, m, text, t: m[c] - 1,
        "0": lambda c, m, text, t: 0,
        "1": lambda c, m, text, t: 1,
        "the index of the text's first character": lambda c, m, text, t: m[text[0]],
    },
)

in_encode.family(
    "text_read_otherwise",
    "the indices are those of the text {value}; each of its T characters should have its own, in "
    "the order of the text.",
    "Encode 'Ada ' by hand. What does your code make of each of the four characters?",
    "reads",
    {
        "read backwards": lambda text: text[::-1],
        "in small letters": str.lower,
        "without its last character": lambda text: text[:-1],
        "without its first character": lambda text: text[1:],
        "without white space": lambda text: "".join(text.split()),
        "without white space at its two ends": str.strip,
        "with each repeated character only once": dict.fromkeys,
        "with its characters sorted": sorted,
        "up to its first character only": lambda text: text[:1],
    },
)

in_encode.choice(
    "empty_text_as_floats",
    "the empty text gives an array of floats; it should give an empty array of integers.",
    "Of what type are the entries of an array that is made from an empty list?",
    store=np.array,
    alone=True,
)

in_encode.family(
    "stored_in_a_byte",
    "large indices come out as others, as if they were stored as {value}, in 8 bits; they should "
    "be stored in a type that holds K-1.",
    "How many different characters can a text have, and how many different numbers can a byte "
    "hold?",
    "store",
    of_values(lambda kind: lambda indices: np.array(indices).astype(kind), "uint8", "int8"),
)

in_decode.choice(
    "values_by_position",
    "each index is taken as a position among the map's values; it should be taken as a key.",
    "Does a dict have to list its keys from 0 upwards?",
    look=lambda k, index_to_char: list(index_to_char.values())[k],
)

in_decode.choice(
    "index_0_dropped",
    "the index 0 is left out; it should give a character like all others.",
    "Is 0 true or false in Python?",
    reads=lambda indices: [k for k in indices if k],
)

in_decode.choice(
    "characters_in_a_list",
    "the characters are returned in a list; they should be joined to one text.",
    "What is the difference between ['h', 'i'] and 'hi'?",
    join=list,
    alone=True,
)

in_decode.choice(
    "characters_numbered_anew",
    "in the place of each index stands the character at that place among the map's characters in "
    "code-point order; it should be index_to_char[index].",
    "A map may number its characters in any order. Which character has the index 0 in {0: 'b', 1: "
    "'a'}, and which do you take?",
    look=lambda k, index_to_char: sorted(index_to_char.values())[k],
)

in_decode.family(
    "another_character_taken",
    "in the place of each index stands {value}; it should be index_to_char[index].",
    "What is chr(0), what is str(0), and what is index_to_char[0]?",
    "look",
    {
        "the character whose code point is the index": lambda k, found: chr(k),
        "the index's own digits": lambda k, found: str(k),
        "the character of the next index": lambda k, found: found.get(k + 1, ""),
        "the character of the index before": lambda k, found: found.get(k - 1, ""),
        "the character of the index 0": lambda k, found: found.get(0, ""),
        "the character as a small letter": lambda k, found: found[k].lower(),
    },
)

in_decode.family(
    "other_indices_read",
    "the text is that of {value}; each of the T indices should give a character, in order.",
    "Decode 1, 0, 1 by hand. What has your code after each of the three?",
    "reads",
    {
        "the last index alone": lambda indices: indices[-1:],
        "the first index alone": lambda indices: indices[:1],
        "no index at all": lambda indices: indices[:0],
        "all indices but the last": lambda indices: indices[:-1],
        "all indices but the first": lambda indices: indices[1:],
        "all indices in reverse order": lambda indices: indices[::-1],
        "each different index once, in ascending order": np.unique,
        "each different index once": lambda indices: dict.fromkeys(indices.tolist()),
        "all indices in ascending order": sorted,
        "the first index, again and again": lambda indices: np.repeat(indices[:1], len(indices)),
        "the last index, again and again": lambda indices: np.repeat(indices[-1:], len(indices)),
    },
)

in_decode.family(
    "joined_otherwise",
    "the text has {value}; it should be the T characters, no more and no fewer.",
    "How long is the text that three indices should give, and how long is yours?",
    "join",
    {
        "a space between any two characters": " ".join,
        "a comma between any two characters": ",".join,
        "a line end between any two characters": "\n".join,
        "a space after each character": lambda found: "".join(c + " " for c in found),
        "brackets and quotes, as when a list is printed": str,
        "quotes around it": lambda found: repr("".join(found)),
        "no white space left at its two ends": lambda found: "".join(found).strip(),
        "each character twice": lambda found: "".join(c + c for c in found),
    },
)


def refusing(bad: Any, *, none: bool = False) -> Any:
    """The choice that refuses an index for which the condition holds, and maybe no index at all."""

    def check(indices: Any, K: int) -> Any:
        if any(bad(k, K) for k in indices) or (none and not len(indices)):
            raise ValueError("an index is outside")
        return indices

    return check


in_one_hot.slot(
    "check",
    indices_not_checked=(
        "the index -1 puts a 1 into the last row, and the index K raises an IndexError; both "
        "should raise a ValueError.",
        "What does NumPy make of a negative index?",
        lambda indices, K: indices,
    ),
    negative_indices_wrapped=(
        "the index -1 puts a 1 into the last row; it should raise a ValueError, as the index K "
        "does.",
        "The range 0..K-1 has two ends. What does your code do beyond each of them?",
        refusing(lambda k, K: k >= K),
    ),
)

in_one_hot.family(
    "indices_checked_otherwise",
    "an index outside 0..K-1 {value}; it should raise a ValueError, wherever it stands.",
    "Which character would the index K stand for, and which the index -1?",
    "check",
    {
        "raises a ValueError only if it is negative": refusing(lambda k, K: k < 0),
        "raises a ValueError only if it is negative or more than K": (
            refusing(lambda k, K: not 0 <= k <= K)
        ),
        "raises a ValueError only if it stands first": (
            lambda k, K: np.append(outside_refused(k[:1], K), k[1:])
        ),
        "is taken for the nearest one inside": lambda k, K: np.clip(k, 0, K - 1),
        "is taken for its remainder after division by K": lambda k, K: np.mod(k, K),
    },
)

in_one_hot.family(
    "outside_as_another_error",
    "an index outside 0..K-1 raises {value}; it should raise a ValueError.",
    "Which exception does the page ask for if an index is outside 0..K-1?",
    "check",
    {says: partial(outside_refused, kind=kind) for says, kind in EXCEPTIONS.items()},
)

ZEROS = {
    "an index outside 0..K-1": lambda k, K: (k < 0) | (k >= K),
    "a negative index": lambda k, K: k < 0,
    "an index of K or more": lambda k, K: k >= K,
    "the index K": lambda k, K: k == K,
}


@in_one_hot.whole(
    "{value} gives a column of zeros; it should raise a ValueError.",
    "What should each column of a one-hot array sum to? Does every column of yours?",
    values=tuple(ZEROS),
)
def column_of_zeros_outside(indices: Any, K: int, *, value: str) -> Any:
    outside = ZEROS[value](np.asarray(indices), K)
    return one_hot(np.where(outside, 0, indices), K) * ~outside


in_one_hot.family(
    "too_much_refused",
    "{value} raises a ValueError; only an index outside 0..K-1 should.",
    "With which of 0, K-1, K, -1 and no index at all does your code raise a ValueError?",
    "check",
    {
        "a call without indices": refusing(lambda k, K: not 0 <= k < K, none=True),
        "any index": refusing(lambda k, K: True),
        "any call": refusing(lambda k, K: True, none=True),
        "the index 0, the first that is allowed,": refusing(lambda k, K: not 0 < k < K),
        "the index K-1, the last that is allowed,": refusing(lambda k, K: not 0 <= k < K - 1),
        "an index of 0 or more, but not a negative one,": refusing(lambda k, K: k >= 0),
        "an index below K, but not one of K or more,": refusing(lambda k, K: k < K),
    },
)

in_one_hot.slot(
    "finish",
    alone=True,
    steps_in_rows=(
        "X has a row for each step, (T, K); it should have a column for each step, (K, T).",
        "U has K columns, and is multiplied with X as U @ X. How many rows must X have?",
        lambda X: X.T,
    ),
    as_many_rows_as_needed=(
        "X has as many rows as the largest index needs; it should have K.",
        "How many rows does your X have for the first half of a text, and for the second?",
        lambda X: X[: max(np.flatnonzero(X.any(axis=1)), default=len(X) - 1) + 1],
    ),
)

in_one_hot.slot(
    "finish",
    reshaped_in_place_of_transposed=(
        "the ones stand as if an array with a row for each step were reshaped to (K, T); it should "
        "be transposed.",
        "What becomes of [[1, 2], [3, 4], [5, 6]] if it is reshaped to (2, 3), or transposed?",
        lambda X: X.T.reshape(X.shape),
    ),
    whole_rows_filled=(
        "each index fills its whole row with ones; it should put a single 1 into its own column.",
        "How many ones should an array of T columns hold?",
        lambda X: np.maximum(X, X.any(axis=1, keepdims=True)),
    ),
)


def zeros_in(part: Any) -> Any:
    """The choice that sets a part of X to 0."""

    def finish(X: np.ndarray) -> np.ndarray:
        X[part] = 0
        return X

    return finish


in_one_hot.family(
    "X_made_otherwise",
    "X has {value}; column t should hold a single 1, in the row indices[t].",
    "Write X down for the indices 1, 0, 1 and K = 2, column by column, and compare.",
    "finish",
    {
        "each 1 one row too high (and for the index 0 in the last row)": (
            lambda X: np.roll(X, -1, axis=0)
        ),
        "each 1 one row too low (and for the index K-1 in row 0)": lambda X: np.roll(X, 1, axis=0),
        "its rows upside down": lambda X: X[::-1],
        "its columns in reverse order": lambda X: X[:, ::-1],
        "zeros and ones exchanged": lambda X: 1 - X,
        "only zeros": lambda X: 0 * X,
        "only ones": lambda X: 0 * X + 1,
        "2 in the place of each 1": lambda X: 2 * X,
        "-1 in the place of each 1": lambda X: -X,
        "-1 in the place of each 0": lambda X: 2 * X - 1,
        "1 too much in each entry": lambda X: X + 1,
        "the index itself in the place of the 1": lambda X: X * np.arange(len(X))[:, None],
        "in each column also the ones of the columns before": lambda X: np.maximum.accumulate(
            X, axis=1
        ),
        "in each column how often each index has come so far": lambda X: np.cumsum(X, axis=1),
        "ones in all rows up to the index": lambda X: np.cumsum(X[::-1], axis=0)[::-1],
        "ones in all rows from the index on": lambda X: np.cumsum(X, axis=0),
        "zeros in the first column": zeros_in(np.s_[:, :1]),
        "zeros in the last column": zeros_in(np.s_[:, -1:]),
        "zeros in all columns but the last": zeros_in(np.s_[:, :-1]),
        "zeros in all columns but the first": zeros_in(np.s_[:, 1:]),
        "zeros in row 0": zeros_in(0),
        "a column of zeros where an index comes again": lambda X: X * (np.cumsum(X, axis=1) == 1),
        "the 1 of column t in row t, whatever the indices are": lambda X: np.eye(*X.shape),
    },
)
