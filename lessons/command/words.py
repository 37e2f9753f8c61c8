"""Sentences in the width of the terminal."""

import shutil
import textwrap


def say(text: str) -> None:
    """Print a sentence, in as many lines as it needs."""
    print(fitted(text, shutil.get_terminal_size().columns))


def fitted(text: str, columns: int) -> str:
    """A sentence in lines of at most so many columns; paths and commands stay whole."""
    width = max(20, min(79, columns))
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
