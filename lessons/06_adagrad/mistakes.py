"""Known mistakes in lesson 6: clipping, and AdaGrad."""

import numpy as np

from lessons.checking.mistakes import mistake
from reference.adagrad import adagrad_step, clip


@mistake(
    "clip",
    "the gradients are scaled down together by their norm; every entry is clipped by itself.",
    "What should happen to an entry of 1 when another one is 100?",
)
def clipped_by_norm(grads, limit=5.0):
    norm = np.sqrt(sum((grad**2).sum() for grad in grads.values()))
    return {name: grad * (limit / norm if norm > limit else 1.0) for name, grad in grads.items()}


@mistake(
    "clip",
    "only entries above the limit are clipped; those below -limit stay as they are.",
    "In which directions can a gradient explode?",
)
def clipped_only_above(grads, limit=5.0):
    return {name: np.minimum(grad, limit) for name, grad in grads.items()}


@mistake(
    "clip",
    "the given arrays are clipped in place; the result should be new arrays.",
    "What does the caller still have of the gradients after the call?",
)
def clipped_in_place(grads, limit=5.0):
    for grad in grads.values():
        np.clip(grad, -limit, limit, out=grad)
    return grads


@mistake(
    "clip",
    "an array in which nothing exceeds the limit is returned itself, not as a new array.",
    "If the result is changed later, what happens to the argument?",
)
def unclipped_arrays_not_copied(grads, limit=5.0):
    return {
        name: grad if (abs(grad) <= limit).all() else clipped
        for (name, grad), clipped in zip(grads.items(), clip(grads, limit).values(), strict=True)
    }


_KEPT = {}  # what memory_of_the_first_call has made


@mistake(
    "init_memory",
    "a second call returns the arrays of the first one, with all that was added to them since.",
    "Where is the dict made: in each call, or once when the file is read?",
)
def memory_of_the_first_call(params):
    return {
        name: _KEPT.setdefault((name, theta.shape), np.zeros(theta.shape))
        for name, theta in params.items()
    }


@mistake(
    "init_memory",
    "tensors of the same shape share one array of zeros, so that each adds to the other's memory.",
    "With m = K, b and c have the same shape. How many arrays must there be?",
)
def memory_shared_by_equal_shapes(params):
    zeros = {theta.shape: np.zeros(theta.shape) for theta in params.values()}
    return {name: zeros[theta.shape] for name, theta in params.items()}


def _step(params, grads, memory, eta, divisor):
    """One step, the gradient divided by divisor(memory)."""
    for name, theta in params.items():
        memory[name] += grads[name] ** 2
        theta -= eta * grads[name] / divisor(memory[name])


@mistake(
    "adagrad_step",
    "eps is added after the root, sqrt(memory) + eps; it belongs inside, sqrt(memory + eps).",
    "Compare the two for a memory of 0.",
)
def eps_outside_the_root(params, grads, memory, eta=0.1, eps=1e-8):
    _step(params, grads, memory, eta, lambda M: np.sqrt(M) + eps)


@mistake(
    "adagrad_step",
    "the gradient is divided by the memory itself; it is divided by the memory's root.",
    "The memory holds squares. What should the first step's length be, for a large gradient?",
)
def root_missing(params, grads, memory, eta=0.1, eps=1e-8):
    _step(params, grads, memory, eta, lambda M: M + eps)


@mistake(
    "adagrad_step",
    "the memory is replaced by the squared gradient; squares are added to it.",
    "What should the memory know of the steps before this one?",
)
def memory_replaced(params, grads, memory, eta=0.1, eps=1e-8):
    for M in memory.values():
        M[...] = 0
    adagrad_step(params, grads, memory, eta, eps)


@mistake(
    "adagrad_step",
    "the memory grows only after the step, which is divided by the memory from before.",
    "What is the first step divided by, if the memory is still 0?",
)
def memory_added_after_the_step(params, grads, memory, eta=0.1, eps=1e-8):
    for name, theta in params.items():
        theta -= eta * grads[name] / np.sqrt(memory[name] + eps)
        memory[name] += grads[name] ** 2


@mistake(
    "adagrad_step",
    "the params are new arrays under the old keys; the given arrays themselves should change.",
    "Someone holds one of the arrays from before the step. Do they see the update?",
)
def params_rebound(params, grads, memory, eta=0.1, eps=1e-8):
    moved = {name: theta.copy() for name, theta in params.items()}
    adagrad_step(moved, grads, memory, eta, eps)
    params.update(moved)


@mistake(
    "adagrad_step",
    "the memory's arrays are new ones under the old keys; the given arrays themselves should "
    "change.",
    "Someone holds one of the memory's arrays from before the step. Do they see it grow?",
)
def memory_rebound(params, grads, memory, eta=0.1, eps=1e-8):
    grown = {name: M.copy() for name, M in memory.items()}
    adagrad_step(params, grads, grown, eta, eps)
    memory.update(grown)


@mistake(
    "adagrad_step",
    "the step is always made with eta = 0.1, whatever eta was given.",
    "By how much should the step change when eta is halved?",
)
def eta_ignored(params, grads, memory, eta=0.1, eps=1e-8):
    adagrad_step(params, grads, memory, eps=eps)


@mistake(
    "adagrad_step",
    "the step goes uphill: it is added to the parameters instead of subtracted.",
    "The gradient points to where the loss grows. Which way should the parameters go?",
)
def step_added(params, grads, memory, eta=0.1, eps=1e-8):
    adagrad_step(params, grads, memory, -eta, eps)


@mistake(
    "adagrad_step",
    "the gradients are clipped inside the step; it takes them as they are given.",
    "Which function is there for clipping, and who calls it?",
)
def clipped_inside(params, grads, memory, eta=0.1, eps=1e-8):
    adagrad_step(params, clip(grads), memory, eta, eps)
