"""The update of training.py written for JAX and compiled by it, for the benchmark to compare.

Needs JAX, which is no part of this project: `python -m pip install jax`.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import Any

# one thread, as the others have; read when JAX starts
os.environ["XLA_FLAGS"] = (
    os.environ.get("XLA_FLAGS", "")
    + " --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import jax  # type: ignore[import-not-found, unused-ignore]
import jax.numpy as jnp  # type: ignore[import-not-found, unused-ignore]
import numpy as np

jax.config.update("jax_enable_x64", True)

Train = Callable[[np.ndarray], np.ndarray]


def trainers(params: dict[str, np.ndarray], eta: float) -> dict[str, Train]:
    """Two functions that learn from windows (n, T+1) and return their losses (n,).

    One calls JAX for each window, the other once for all.
    """
    return {
        "JAX, a call a step": start(step_by_step, params, eta),
        "JAX, one scan": start(scan, params, eta),
    }


def start(run: Callable[..., Any], params: dict[str, np.ndarray], eta: float) -> Train:
    """Training from copies of `params`, with a state of its own."""
    weights = {name: jnp.array(theta) for name, theta in params.items()}
    state = weights, jax.tree.map(jnp.zeros_like, weights), jnp.zeros(len(params["b"]))

    def train(windows: np.ndarray) -> np.ndarray:
        nonlocal state
        state, losses = run(state, windows, eta)
        return np.asarray(jax.block_until_ready((state, losses))[1])

    return train


def loss_and_state(params: Any, window: Any, h: Any) -> tuple[Any, Any]:
    """Cross-entropy of a window of T+1 indices, and its last state (m,)."""
    inputs, targets = window[:-1], window[1:]

    def read(h: Any, a: Any) -> tuple[Any, Any]:
        h = jnp.tanh(params["W"] @ h + a)
        return h, h

    h, H = jax.lax.scan(read, h, params["U"].T[inputs] + params["b"][:, 0])
    logarithms = jax.nn.log_softmax(H @ params["V"].T + params["c"][:, 0], axis=1)
    return -jnp.take_along_axis(logarithms, targets[:, None], axis=1).sum(), h


def update(state: Any, window: Any, eta: Any) -> tuple[Any, Any]:
    """Do one step: the gradients by JAX's own differentiation, clipping, AdaGrad."""
    params, memory, h = state
    differentiate = jax.value_and_grad(loss_and_state, has_aux=True)
    (loss, h), grads = differentiate(params, window, h)
    grads = jax.tree.map(lambda g: jnp.clip(g, -5, 5), grads)
    memory = jax.tree.map(lambda s, g: s + g * g, memory, grads)
    params = jax.tree.map(
        lambda theta, g, s: theta - eta * g / jnp.sqrt(s + 1e-8), params, grads, memory
    )
    return (params, memory, h), loss


compiled_update = jax.jit(update, donate_argnums=0)


def step_by_step(state: Any, windows: np.ndarray, eta: float) -> tuple[Any, Any]:
    """Train window by window."""
    losses = []
    for window in windows:
        state, loss = compiled_update(state, window, eta)
        losses.append(loss)
    return state, jnp.array(losses)


@partial(jax.jit, donate_argnums=0)
def scan(state: Any, windows: Any, eta: Any) -> tuple[Any, Any]:
    """Train on all windows in one call."""
    return jax.lax.scan(lambda state, window: update(state, window, eta), state, windows)
