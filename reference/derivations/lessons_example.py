"""The network of the worked examples of lessons 2, 3, 4 and 7: one unit, two characters.

It reads ab and should have said ba.
"""

import numpy as np

from reference.encoding import one_hot

PARAMS = {
    "U": np.array([[-0.5, -1.0]]),
    "W": np.array([[2.0]]),
    "V": np.array([[1.0], [-1.0]]),
    "b": np.array([[0.5]]),
    "c": np.array([[0.2], [-0.2]]),
}
H0 = np.array([[0.25]])
READ, TARGETS = [0, 1], [1, 0]  # "ab", "ba"
X, Y = one_hot(np.array(READ), 2), one_hot(np.array(TARGETS), 2)
