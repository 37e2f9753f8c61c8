"""The small trained network that several pictures are of, and how it was made.

python -m reference.pictures --train
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np

from reference.encoding import build_vocabulary, encode, one_hot
from reference.forward import forward
from reference.program.checkpoint import PARAMETERS, write_atomically
from reference.program.cli import UserError
from reference.program.corpus import DATA, corpus_path, load_corpus
from reference.training import begin, initialise, steps

FILE = DATA / "small_network.npz"
HIDDEN, EPOCHS, SEED = 48, 20, 41
CONTEXT = 200  # characters that the network reads before a line that a picture shows


class Network(NamedTuple):
    """Parameters, and the characters of the vocabulary in code-point order."""

    params: dict[str, np.ndarray]
    characters: str


def train_small_network(*, replacing: bool = False) -> None:
    """Train on the novel and save the best weights as float32 (a minute or two).

    Another machine rounds otherwise and ends at other weights, just as good. That is why the
    weights are kept with the project, and the pictures drawn from the kept ones.

    Raises
    ------
    UserError
        If there are weights already and they are not to be replaced.
    """
    if FILE.exists() and not replacing:
        raise UserError(
            f"The file {FILE} holds the network that the pages describe, and training makes "
            "another one: add --force to replace it."
        )
    corpus = load_corpus(corpus_path("tidewright"))
    params = initialise(len(corpus.characters), HIDDEN, np.random.default_rng(SEED))
    state = begin(params)
    for _ in steps(state, corpus.indices, epochs=EPOCHS):
        pass
    best = state.best_params or params
    arrays: dict[str, Any] = {name: theta.astype(np.float32) for name, theta in best.items()}
    arrays["vocabulary"] = np.array([ord(c) for c in corpus.characters], dtype=np.uint32)
    write_atomically(FILE, lambda file: np.savez(file, **arrays))


@cache
def small_network() -> Network:
    """Load the trained network, its weights in float64."""
    if not FILE.exists():
        raise UserError(f"The file {FILE} is missing: run python -m reference.pictures --train.")
    with np.load(FILE, allow_pickle=False) as file:
        params = {name: file[name].astype(float) for name in PARAMETERS}
        return Network(params, "".join(chr(code) for code in file["vocabulary"]))


@cache
def novel() -> str:
    """Return the text of the novel, with LF line ends."""
    corpus = load_corpus(corpus_path("tidewright"))
    return "".join(corpus.characters[k] for k in corpus.indices)


def read(line: str) -> tuple[np.ndarray, np.ndarray]:
    """Read `line` where it stands in the novel, after the text before it.

    Returns
    -------
    P : array (K, n)
        Column i holds the probabilities that character i of the line was met with.
    H : array (m, n)
        Column i is the state after reading character i of the line.
    """
    text, (params, characters) = novel(), small_network()
    start = text.index(line)
    char_to_index, _ = build_vocabulary(characters)
    window = encode(text[start - CONTEXT : start + len(line)], char_to_index)
    P, H, _ = forward(params, one_hot(window, len(characters)), np.zeros_like(params["b"]))
    return P[:, CONTEXT - 1 : -1], H[:, CONTEXT + 1 :]
