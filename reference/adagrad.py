"""Lesson 6: AdaGrad, a learning rate of its own for every weight.

Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic
optimization, JMLR 12 (2011), in the diagonal form of their section 1.1. Clipping exploding
gradients: Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural
networks, ICML 2013 (who clip the norm; here every entry is clipped by itself).
"""

import numpy as np


def clip(grads: dict[str, np.ndarray], limit: float = 5.0) -> dict[str, np.ndarray]:
    """New gradients with every entry brought into [-limit, limit]."""
    return {name: grad.clip(-limit, limit) for name, grad in grads.items()}


def init_memory(params: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A memory of zeros for every parameter, of its shape."""
    return {name: np.zeros_like(tensor) for name, tensor in params.items()}


def adagrad_step(
    params: dict[str, np.ndarray],
    grads: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    eta: float = 0.1,
    eps: float = 1e-8,
) -> None:
    """Move params by one step and let memory grow, both in place.

    memory += g^2, then theta -= eta g / sqrt(memory + eps)
    """
    for name, theta in params.items():
        g = grads[name]
        memory[name] += g * g
        step = memory[name] + eps  # from here on in place, without more arrays of that size
        np.sqrt(step, out=step)
        np.divide(g, step, out=step)
        step *= eta
        theta -= step
