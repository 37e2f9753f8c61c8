"""How fast the reference is, as ratios against a baseline in the same run.

python -m reference.benchmark            against a plain transcription, and a whole epoch
python -m reference.benchmark --peers    against JAX, where it is installed
"""

import argparse
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
from reference.program.cli import Parser, UserError, run_program
from reference.program.corpus import corpus_path, load_corpus
from reference.training import Step, initialise

HIDDEN, T, ETA = 100, 25, 0.1
ROUNDS, STEPS = 15, 200  # the median of so many rounds of so many steps

Update = Callable[..., tuple[float, np.ndarray]]


def main() -> None:
    """Measure and print."""
    parser = Parser(
        prog="python -m reference.benchmark",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--peers", action="store_true", help="compare with JAX")
    peers = parser.parse_args().peers

    indices = load_corpus(corpus_path("tidewright")).indices
    updates: dict[str, Update] = {"plain": training.update}
    try:
        from reference.program import fast

        updates["fast"] = fast.update
    except ModuleNotFoundError:
        print("numba is not installed, so --fast is not measured.")

    if peers:
        compare_with_peers(updates, indices)
    else:
        compare_with_literal({"literal": literal_update, **updates}, indices)


def compare_with_literal(updates: dict[str, Update], indices: np.ndarray) -> None:
    """Time a step, a gradient check and an epoch."""
    K = int(indices.max()) + 1
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


def compare_with_peers(updates: dict[str, Update], indices: np.ndarray) -> None:
    """Time a step beside JAX's, from the same weights on the same windows."""
    try:
        from reference.program import peer
    except ModuleNotFoundError as error:
        raise UserError(
            "JAX is not installed, so there is nothing to compare with: "
            "python -m pip install jax, then try again."
        ) from error

    K = int(indices.max()) + 1
    params = initialise(K, HIDDEN, np.random.default_rng(41))
    trainers = {name: trainer(update, params) for name, update in updates.items()}
    trainers |= peer.trainers(params, ETA)
    seconds: dict[str, list[float]] = {name: [] for name in trainers}
    first: dict[str, np.ndarray] = {}
    with threadpool_limits(1, user_api="blas"):
        for turn in range(ROUNDS + 1):
            starts = T * np.arange(STEPS * turn, STEPS * (turn + 1))
            windows = indices[starts[:, np.newaxis] + np.arange(T + 1)]
            for name, train in trainers.items():
                began = time.perf_counter()
                losses = train(windows)
                seconds[name].append((time.perf_counter() - began) / STEPS)
                first.setdefault(name, losses[:5])
    times = {name: median(values[1:]) for name, values in seconds.items()}  # the first warms up

    print(f"A training step (m {HIDDEN}, K {K}, T {T}; median of {ROUNDS} rounds in turn)")
    for name, value in times.items():
        print(f"  {name:18} {value * 1e3:.3f} ms")
    best = min(value for name, value in times.items() if name not in updates)
    for name in updates:
        print(f"  {name} / the quicker of JAX's: {times[name] / best:.2f}")
    apart = max(np.abs(losses - first["plain"]).max() for losses in first.values())
    print(f"  The first five losses differ by {apart:.0e} nats at most.")


def trainer(update: Update, params: dict[str, np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
    """A function that learns from windows (n, T+1), from copies of `params`."""
    state = training.begin({name: theta.copy() for name, theta in params.items()})

    def train(windows: np.ndarray) -> np.ndarray:
        losses = []
        for window in windows:
            loss, state.h = update(state.params, state.memory, window, state.h, ETA)
            losses.append(loss)
        return np.array(losses)

    return train


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
    """The baseline: the same update as a plain transcription of the formulas has it.

    A column at a time forward, a row vector at a time backward, the formulas as they are
    written, and a second forward pass for the loss.
    """
    K, m, T = len(params["c"]), len(params["b"]), len(window) - 1
    W, V = params["W"], params["V"]
    X, Y = np.zeros((K, T)), np.zeros((K, T))
    for t in range(T):
        X[window[t], t] = 1
        Y[window[t + 1], t] = 1

    P, H, A = literal_forward(params, X, h)
    G, D = np.zeros((T, K)), np.zeros((T, m))
    following = np.zeros((1, m))
    for t in reversed(range(T)):
        g = (P[:, t : t + 1] - Y[:, t : t + 1]).T
        dh = g @ V + following @ W
        following = dh * (1 - np.tanh(A[:, t]) ** 2)
        G[t], D[t] = g, following
    grads = {
        "U": D.T @ X.T,
        "W": D.T @ H[:, :-1].T,
        "V": G.T @ H[:, 1:].T,
        "b": np.sum(D, axis=0)[:, np.newaxis],
        "c": np.sum(G, axis=0)[:, np.newaxis],
    }
    for name in grads:
        grads[name] = np.clip(grads[name], -5, 5)
    for name in grads:
        memory[name] += grads[name] ** 2
        params[name] -= eta * grads[name] / np.sqrt(memory[name] + 1e-8)
    h = H[:, -1:]
    P, _, _ = literal_forward(params, X, h)
    return float(-np.sum(np.log(np.sum(Y * P, axis=0)))), h


def literal_forward(
    params: dict[str, np.ndarray], X: np.ndarray, h: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """P, H and A of the baseline, one column at a time."""
    U, W, V, b, c = (params[name] for name in "UWVbc")
    K, m, T = len(c), len(b), X.shape[1]
    P, H, A = np.zeros((K, T)), np.zeros((m, T + 1)), np.zeros((m, T))
    H[:, :1] = h
    for t in range(T):
        a = W @ h + U @ X[:, t : t + 1] + b
        h = np.tanh(a)
        o = V @ h + c
        A[:, t : t + 1] = a
        H[:, t + 1 : t + 2] = h
        P[:, t : t + 1] = np.exp(o) / np.sum(np.exp(o))
    return P, H, A


if __name__ == "__main__":
    sys.exit(run_program(main))
