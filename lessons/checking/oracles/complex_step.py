"""Oracle: gradients by the complex step, exact to rounding.

For a function f that is real on the real line, f(x + ih) = f(x) + ih f'(x) + O(h^2), so
f'(x) is the imaginary part of f(x + ih) over h. Nothing is subtracted, so h can be tiny:
Squire and Trapp, Using complex variables to estimate derivatives of real functions,
SIAM Review 40 (1998).
"""

import numpy as np

STEP = 1e-20


def loss(params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, h0: np.ndarray) -> np.ndarray:
    """Loss in nats of the window X, Y (K, T) from h0 (m, 1), for real or complex parameters.

    Parameters may have leading axes; the result has those axes. Written as log-sum-exp
    minus the target's logit: through the probabilities it would be finite, and wrong, for
    logits of 1e4.
    """
    U, W, V, b, c = (params[name] for name in "UWVbc")
    A, h, states = U @ X + b, h0, []
    for t in range(X.shape[1]):
        h = np.tanh(A[..., t : t + 1] + W @ h)
        states.append(h)
    O = V @ np.concatenate(states, axis=-1) + c
    O = O - O.real.max(axis=-2, keepdims=True)
    return np.log(np.exp(O).sum(axis=-2)).sum(axis=-1) - (Y * O).sum(axis=(-2, -1))


def complex_step_gradients(
    params: dict[str, np.ndarray], X: np.ndarray, Y: np.ndarray, h0: np.ndarray
) -> dict[str, np.ndarray]:
    """Gradients of `loss` by all entries of all parameters, in one batched evaluation."""
    count = sum(tensor.size for tensor in params.values())
    moved, start = {}, 0
    for name, tensor in params.items():  # one copy of all parameters for each entry to move
        copies = np.tile(tensor.astype(complex), (count, 1, 1))
        block = np.arange(tensor.size)
        copies.reshape(count, -1)[start + block, block] += 1j * STEP
        moved[name], start = copies, start + tensor.size
    slopes = loss(moved, X, Y, h0).imag / STEP
    ends = np.cumsum([tensor.size for tensor in params.values()])[:-1]
    parts = zip(params.items(), np.split(slopes, ends), strict=True)
    return {name: part.reshape(tensor.shape) for (name, tensor), part in parts}
