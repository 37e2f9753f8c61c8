"""Small networks and the windows that they read, built from sizes and a seed."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lessons.checking.answering.contract import shapes
from reference.encoding import one_hot
from reference.forward import forward


@dataclass(frozen=True)
class Window:
    """A network, the window that it reads, and the state that it starts from."""

    params: dict[str, np.ndarray]
    X: np.ndarray  # (K, T)
    Y: np.ndarray  # (K, T)
    h0: np.ndarray  # (m, 1)
    dense: bool = False  # every gradient of this case is far from zero

    def __iter__(self) -> Any:
        """params, X, Y, h0: the arguments of a loss."""
        return iter((self.params, self.X, self.Y, self.h0))

    @property
    def sizes(self) -> tuple[int, int, int]:
        """m, K and T."""
        return len(self.h0), *self.X.shape

    def run(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """P, H and A by the reference's forward."""
        return forward(self.params, self.X, self.h0)


def random_params(m: int, K: int, scale: float, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """All five tensors from N(0, scale^2), biases too."""
    return {name: scale * rng.standard_normal(shape) for name, shape in shapes(m, K).items()}


def build(
    m: int, K: int, T: int, scale: float = 0.5, seed: int = 0, *, dense: bool = False
) -> Window:
    """A random window of the given sizes."""
    rng = np.random.default_rng([m, K, T, seed])
    params = random_params(m, K, scale, rng)
    Z = one_hot(rng.integers(K, size=T + 1), K)
    h0 = np.tanh(rng.standard_normal((m, 1)))
    return Window(params, Z[:, :-1].copy(), Z[:, 1:].copy(), h0, dense)
