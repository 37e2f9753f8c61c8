"""How fast the reference is, as ratios against a baseline in the same run.

python -m reference.benchmark
"""

import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
from threadpoolctl import threadpool_limits

from reference import training
from reference.encoding import one_hot
from reference.gradcheck import numerical_gradients
from reference.loss import cost
from reference.program.cli import run_program
from reference.program.corpus import corpus_path, load_corpus
from reference.training import Step, initialise

HIDDEN, T = 100, 25
ROUNDS, STEPS = 15, 200  # the median of so many rounds of so many steps

Update = Callable[..., tuple[float, np.ndarray]]


def main() -> None:
    """Measure and print."""
    indices = load_corpus(corpus_path("tidewright")).indices
    K = int(indices.max()) + 1
    updates: dict[str, Update] = {"literal": literal_update, "plain": training.update}
    try:
        from reference.program import fast

        updates["fast"] = fast.update
    except ModuleNotFoundError:
        print("numba is not installed, so --fast is not measured.")

    with threadpool_limits(1, user_api="blas"):
        print(f"A training step (m {HIDDEN}, K {K}, T {T}; median of {ROUNDS} rounds in turn)")
        times = step_times(updates, indices, K)
        for name, seconds in times.items():
            print(f"  {name:8} {seconds * 1e3:.3f} ms")
        print(f"  literal / plain {times['literal'] / times['plain']:.2f}")
        if "fast" in times:
            print(f"  fast / plain    {times['fast'] / times['plain']:.2f}")

        print(f"A gradient check (m 5, K 80, T {T}): {gradient_check_time():.2f} s")

        print("A whole epoch, plain")
        windows = (len(indices) - 1) // T
        began = time.perf_counter()
        count = sum(1 for _ in run(training.update, indices, K))
        print(f"  {count:,} of {windows:,} windows in {time.perf_counter() - began:.1f} s")
        tracemalloc.start()
        for _ in run(training.update, indices, K):
            pass
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        print(f"  memory beside the text: {peak / 2**20:.1f} MiB at most")


def run(update: Update, indices: np.ndarray, K: int) -> Iterator[Step]:
    """One epoch from fresh weights."""
    params = initialise(K, HIDDEN, np.random.default_rng(41))
    return training.steps(training.begin(params), indices, seq_length=T, update=update)


def step_times(updates: dict[str, Update], indices: np.ndarray, K: int) -> dict[str, float]:
    """Seconds a step of each update; they take turns, so that a slow moment hits all."""
    runs = {name: run(update, indices, K) for name, update in updates.items()}
    seconds: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(ROUNDS + 1):
        for name, steps in runs.items():
            began = time.perf_counter()
            for _ in range(STEPS):
                next(steps)
            seconds[name].append((time.perf_counter() - began) / STEPS)
    return {name: median(values[1:]) for name, values in seconds.items()}  # the first warms up


def gradient_check_time() -> float:
    """Seconds for central differences of every parameter of a small network."""
    m, K = 5, 80
    rng = np.random.default_rng(41)
    params = initialise(K, m, rng)
    Z = one_hot(rng.integers(K, size=T + 1), K)
    h0 = np.zeros((m, 1))
    began = time.perf_counter()
    numerical_gradients(lambda p: cost(p, Z[:, :-1], Z[:, 1:], h0), params)
    return time.perf_counter() - began


def literal_update(
    params: dict[str, np.ndarray],
    memory: dict[str, np.ndarray],
    window: np.ndarray,
    h: np.ndarray,
    eta: float,
) -> tuple[float, np.ndarray]:
    """The baseline: the same update as a first program would have it.

    Lists of columns joined by hstack, tanh computed again on the way back, and a second
    forward pass for the loss.
    """
    K = len(params["c"])
    W, V = params["W"], params["V"]
    X, Y = np.zeros((K, len(window) - 1)), np.zeros((K, len(window) - 1))
    for t in range(len(window) - 1):
        X[window[t], t] = 1
        Y[window[t + 1], t] = 1

    P, H, A = literal_forward(params, X, h)
    G = P - Y
    columns = []
    following = np.zeros_like(h)
    for t in range(X.shape[1] - 1, -1, -1):
        dh = V.T @ G[:, [t]] + W.T @ following
        following = dh * (1 - np.tanh(A[:, [t]]) ** 2)
        columns.append(following)
    D = np.hstack(columns[::-1])
    grads = {
        "U": D @ X.T,
        "W": D @ H[:, :-1].T,
        "V": G @ H[:, 1:].T,
        "b": np.sum(D, axis=1, keepdims=True),
        "c": np.sum(G, axis=1, keepdims=True),
    }
    for name in grads:
        grads[name] = np.maximum(np.minimum(grads[name], 5), -5)
    for name in grads:
        memory[name] += grads[name] ** 2
        params[name] -= eta * grads[name] / np.sqrt(memory[name] + 1e-8)
    h = H[:, [-1]]
    P, _, _ = literal_forward(params, X, h)
    return float(-np.sum(np.log(np.sum(Y * P, axis=0)))), h


def literal_forward(
    params: dict[str, np.ndarray], X: np.ndarray, h: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P, H and A of the baseline, one column at a time."""
    probabilities, states, preactivations = [], [h], []
    for t in range(X.shape[1]):
        a = params["W"] @ h + params["U"] @ X[:, [t]] + params["b"]
        h = np.tanh(a)
        o = params["V"] @ h + params["c"]
        p = np.exp(o) / np.sum(np.exp(o))
        preactivations.append(a)
        states.append(h)
        probabilities.append(p)
    return np.hstack(probabilities), np.hstack(states), np.hstack(preactivations)


if __name__ == "__main__":
    sys.exit(run_program(main))
