"""The update in the order of operations of the published notebook, for --as-published.

The notebook measures a window's loss after its update, from the state that the window
ended in. That is a slip (the state is one window late), but it shapes the published curve.
"""

import numpy as np

from reference.encoding import one_hot
from reference.loss import cost
from reference.training import State
from reference.training import update as right_update


def update(
    params: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    window: np.ndarray,
    h: np.ndarray,
    eta: float,
) -> tuple[float, np.ndarray]:
    """Do training.update, but return the loss of the new weights from the advanced state."""
    _, h = right_update(params, memory, window, h, eta)
    return window_loss(params, window, h), h


def window_loss(params: dict[str, np.ndarray], window: np.ndarray, h: np.ndarray) -> float:
    """Loss in nats of a window of T+1 indices, read from h (m, 1)."""
    Z = one_hot(window, len(params["c"]))
    return cost(params, Z[:, :-1], Z[:, 1:], h)


def start_smoothing(state: State, indices: np.ndarray, seq_length: int) -> None:
    """Start the smoothed loss from the first window's at the initial weights."""
    state.smooth_loss = window_loss(state.params, indices[: seq_length + 1], state.h)
