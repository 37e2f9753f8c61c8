"""The cases that checks run on: small networks and the windows that they read.

Sizes and a seed are drawn, and arrays are built from the seed: a case is then found and
told in a few numbers. Weights must be neither tiny, where mistakes hide, nor large, where
the recurrence turns rounding errors into differences between right answers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from lessons.checking.comparing.windows import Window, build, random_params
from reference.encoding import one_hot


def spelled(params: dict[str, Any], x: list[int], y: list[int], h0: list[float]) -> Window:
    """A window with the weights written out."""
    tensors = {name: np.array(tensor, dtype=float) for name, tensor in params.items()}
    K = len(tensors["c"])
    return Window(tensors, one_hot(x, K), one_hot(y, K), np.array(h0, dtype=float)[:, None])


# sizes and weights that can be redone by hand, each adding one ingredient
HAND = (
    spelled(
        {"U": [[1, -1]], "W": [[0]], "V": [[1], [-1]], "b": [[0]], "c": [[0], [0]]}, [0], [1], [0]
    ),
    spelled(
        {"U": [[1, -1]], "W": [[2]], "V": [[1], [-1]], "b": [[0.5]], "c": [[0], [0.5]]},
        [1],
        [0],
        [0.25],
    ),
    spelled(
        {"U": [[1, -1.5]], "W": [[2]], "V": [[1], [-0.5]], "b": [[0.5]], "c": [[0], [1]]},
        [1, 0],
        [0, 1],
        [0.25],
    ),
    spelled(
        {
            "U": [[1, 0], [-1, 0.5]],
            "W": [[0.5, 1], [0, -1]],
            "V": [[1, 2], [-1, 0.5]],
            "b": [[0.5], [0]],
            "c": [[0], [-0.5]],
        },
        [0, 1],
        [1, 1],
        [0.5, -0.25],
    ),
)

# the first of all cases: five tensors, repeated and missing characters, nothing near zero
DENSE = build(4, 6, 7, scale=0.7, seed=1, dense=True)

# what has its own pitfalls: one step, one unit, one or two characters, a long window
CORNERS = (
    build(3, 4, 1),
    build(3, 4, 2),
    build(1, 3, 4),
    build(3, 2, 5),
    build(2, 1, 3),
    build(4, 5, 30, seed=2),
)

__all__ = ["CORNERS", "DENSE", "HAND", "Window", "build", "on_windows", "random_params", "seeds"]

SCALES = (0.5, 0.5, 0.5, 1.0, 1.0, 1.0, 0.01)


@st.composite
def windows(draw: Any) -> Window:
    """Random windows with m <= 6, K <= 8, T <= 12."""
    m, K, T = (draw(st.integers(1, most)) for most in (6, 8, 12))
    return build(m, K, T, draw(st.sampled_from(SCALES)), draw(st.integers(0, 2**32 - 1)))


def on_windows(check: Callable[..., None]) -> Callable[..., None]:
    """Run a check, whose argument is called window, on the cases above and on random ones."""
    check = given(window=windows())(check)
    for window in reversed((*HAND, DENSE, *CORNERS)):  # the last one added is tried first
        check = example(window=window)(check)
    return check


def seeds(check: Callable[..., None]) -> Callable[..., None]:
    """Run a check, whose argument is called seed, on drawn seeds."""
    return given(seed=st.integers(0, 2**32 - 1))(check)
