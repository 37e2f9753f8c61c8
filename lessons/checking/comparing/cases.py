"""The cases that checks run on: small networks and the windows that they read.

A seed is drawn, and sizes and arrays are made from it. Weights must be neither tiny, where
mistakes hide, nor large, where the recurrence turns rounding errors into differences between
right answers.
"""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import numpy as np
from hypothesis import given
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

__all__ = ["CORNERS", "DENSE", "HAND", "SEEDS", "Window", "build", "on_windows", "random_params"]
__all__ += ["seeds", "spelled", "tried_on"]

SCALES = (0.5, 0.5, 0.5, 1.0, 1.0, 1.0, 0.01)
SEEDS = st.integers(0, 2**32 - 1)
Check = Callable[..., None]


def random_window(seed: int) -> Window:
    """A window with m <= 6, K <= 8, T <= 12."""
    rng = np.random.default_rng(seed)
    m, K, T = (int(rng.integers(1, most, endpoint=True)) for most in (6, 8, 12))
    return build(m, K, T, float(rng.choice(SCALES)), seed)


def tried_on(
    name: str, cases: Iterable[Any], drawn: st.SearchStrategy[Any]
) -> Callable[[Check], Check]:
    """Run a check, which has an argument of this name, on cases and then on drawn ones.

    Hypothesis would write each case out, which takes longer than the check.
    """

    def decorated(check: Check) -> Check:
        on_drawn = given(**{name: drawn})(check)

        @wraps(on_drawn)
        def on_all(**functions: Any) -> None:
            for case in cases:
                check(**functions, **{name: case})
            on_drawn(**functions)

        return on_all

    return decorated


# run a check, whose argument is called window, on the cases above and on random ones
on_windows = tried_on("window", (*HAND, DENSE, *CORNERS), SEEDS.map(random_window))
# run a check, whose argument is called seed, on drawn seeds
seeds = given(seed=SEEDS)
