"""The worked example that several pages share: one hidden unit, three steps, easy numbers.

The network reads a, b, a and should have said b, a, b. Its states and output gradients are
chosen, not computed, so that every number that follows from them is a short decimal.
"""

import numpy as np

from reference.backward import preactivation_gradient
from reference.derivations.proving import aligned, plain, rows

H0, W = 0.2, 0.5
V = np.array([[1.0], [-1.0]])
H = np.array([[H0, 0.0, 0.5, 0.6]])
G = np.array([[0.5, -0.25, 0.5], [-0.5, 0.25, -0.5]])
X = np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
T = 3

PARAMS = {"W": np.array([[W]]), "V": V}


def gradient(heard: range = range(T)) -> list[float]:
    """dL/dA at each step, as the reference has it, when only some steps' losses are heard."""
    only = np.array([float(t in heard) for t in range(T)])
    return [float(d) for d in preactivation_gradient(PARAMS, G * only, H)[0]]


def given() -> str:
    """What is known before the backward pass, in LaTeX."""
    return aligned(
        f"W = {plain(W)}, \\qquad V = {rows(V)}, \\qquad H = {rows(H)}", f"G = {rows(G)}"
    )
