"""The checks of lesson 6: clipping, the memory, and the step."""

from typing import Any

import numpy as np
import pytest

from lessons.checking.answering.calling import Function
from lessons.checking.answering.failure import expect
from lessons.checking.answering.values import copied
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.cases import build, random_params, seeds
from lessons.checking.comparing.compare import agree
from lessons.checking.oracles import symbolic
from lessons.checking.running.habits import *
from reference.backward import backward

Params = dict[str, np.ndarray]
E = tolerances.ADAGRAD


def tensors(seed: int, scale: float = 1.0) -> Params:
    """Five small tensors."""
    return random_params(2, 3, scale, np.random.default_rng(seed))


def squares(seed: int) -> Params:
    """A memory: no entry below zero."""
    return {name: tensor**2 for name, tensor in tensors(seed).items()}


def filled(value: float) -> Params:
    """Five tensors with one value in all entries."""
    return {name: np.full_like(tensor, value) for name, tensor in tensors(0).items()}


EXAMPLES = {
    "clip": lambda: ((tensors(1, 5.0),), (tensors(2, 5.0),)),
    "init_memory": lambda: ((tensors(1),), (tensors(2),)),
    "adagrad_step": lambda: tuple((tensors(s), tensors(s + 5), squares(s)) for s in (1, 2)),
}


def expected_step(
    params: Params, grads: Params, memory: Params, eta: float = 0.1, eps: float = 1e-8
) -> tuple[Params, Params]:
    """New params and memory by the formula, entry by entry."""
    new_memory = {name: memory[name] + grads[name] ** 2 for name in params}
    new_params = {
        name: params[name] - eta * grads[name] / np.sqrt(new_memory[name] + eps) for name in params
    }
    return new_params, new_memory


def step(
    function: Function,
    params: Params,
    grads: Params,
    memory: Params,
    *options: float,
    **named: Any,
) -> tuple[Params, Params]:
    """New params and memory by the answer, as seen in the very arrays that it was given."""
    params, memory = copied(params), copied(memory)
    kept = dict(params), dict(memory)  # the arrays, in dicts that the answer does not have
    function.in_place(params, copied(grads), memory, *options, **named)
    for what, now, array in (("params", params, kept[0]), ("memory", memory, kept[1])):
        for name in array:
            expect(
                now.get(name) is array[name],
                f'{what}["{name}"] was not updated in place: the dict now holds another array, and '
                "the one that was in it is as before. Change that one, with += or [...] =.",
            )
    return kept


def test_a_step_agrees_with_the_symbolic_update(adagrad_step: Function) -> None:
    theta, G = symbolic.symbolic_adagrad()
    params, memory = step(adagrad_step, filled(1.0), filled(3.0), filled(16.0), 0.1, 11.0)
    agree("memory", memory, filled(G), E, oracle="the symbolic update", dense=True)
    agree("params", params, filled(theta), E, dense=True)


def test_eps_stands_inside_the_root(adagrad_step: Function) -> None:
    """For a gradient of 1e-5 the root is sqrt(1e-10 + 1e-8), not 1e-5 + 1e-8."""
    before = filled(0.5)
    params, _ = step(adagrad_step, before, filled(1e-5), filled(0.0))
    moved = {name: before[name] - params[name] for name in params}
    agree(
        "the step", moved, filled(0.1 * 1e-5 / np.sqrt(1e-10 + 1e-8)), tolerances.NO_EPS, dense=True
    )


@seeds
def test_a_step_agrees_with_the_formula(adagrad_step: Function, seed: int) -> None:
    for scale, eta, eps in (
        (1.0, 0.1, 1e-8),
        (1e-5, 0.3, 1e-8),
        (3.0, 0.02, 11.0),
        (2.0, 5.0, 0.5),
    ):
        case = tensors(seed), tensors(seed + 1, scale), squares(seed + 2)
        if scale == 1e-5:
            case = *case[:2], filled(0.0)
        params, memory = step(adagrad_step, *case, eta, eps)
        expected_params, expected_memory = expected_step(*case, eta, eps)
        agree("memory", memory, expected_memory, E, oracle="the formula", dense=scale >= 1)
        agree("params", params, expected_params, E, dense=True)


def test_no_gradient_is_too_small_to_count(adagrad_step: Function) -> None:
    """Of 1e-9, where eps is smaller still, the step is nearly eta."""
    params, memory = step(adagrad_step, filled(0.0), filled(1e-9), filled(0.0), 0.1, 1e-20)
    agree("params", params, filled(-0.1 / np.sqrt(1.01)), tolerances.NO_EPS, dense=True)
    scaled = {name: tensor / 1e-18 for name, tensor in memory.items()}
    agree("memory, in units of 1e-18,", scaled, filled(1.0), E, dense=True)


def test_the_defaults_of_eta_and_eps_are_those_of_the_page(adagrad_step: Function) -> None:
    for scale in (1.0, 1e-4):
        case = tensors(1), tensors(2, scale), filled(0.0)
        agree("params", step(adagrad_step, *case)[0], expected_step(*case)[0], E, dense=True)
        cases: tuple[dict[str, Any], ...] = (
            {"eta": 0.7},
            {"eps": 0.5},
            {"eta": 0.01, "eps": 1e-4},
            {"eps": 0.0},
        )
        for named in cases:
            agree(
                f"params with {named}",
                step(adagrad_step, *case, **named)[0],
                expected_step(*case, **named)[0],
                E,
                dense=True,
            )


def test_the_first_step_is_eta_whatever_the_gradient(adagrad_step: Function) -> None:
    for g in (100.0, -3000.0):
        params, _ = step(adagrad_step, filled(0.0), filled(g), filled(0.0), 0.3)
        agree("params", params, filled(-0.3 * np.sign(g)), tolerances.NO_EPS, dense=True)


def test_a_constant_gradient_makes_steps_of_eta_over_root_t(adagrad_step: Function) -> None:
    params, memory = filled(0.0), filled(0.0)
    for t in range(1, 6):
        before = copied(params)
        params, memory = step(adagrad_step, params, filled(-200.0), memory)
        moved = {name: params[name] - before[name] for name in params}
        agree(f"step {t}", moved, filled(0.1 / np.sqrt(t)), tolerances.NO_EPS, dense=True)


def test_a_gradient_of_zero_changes_nothing(adagrad_step: Function) -> None:
    before, kept = tensors(1), squares(2)
    params, memory = step(adagrad_step, before, filled(0.0), kept)
    agree("params", params, before, 0)
    agree("memory", memory, kept, 0)
    mixed = tensors(3)
    mixed["W"][0, 1] = 0.0
    params, memory = step(adagrad_step, before, mixed, filled(0.0))
    expect(params["W"][0, 1] == before["W"][0, 1], "params moved where the gradient is zero.")


@seeds
def test_the_opposite_gradient_makes_the_opposite_step(adagrad_step: Function, seed: int) -> None:
    g, memory = tensors(seed), squares(seed + 1)
    opposite = {name: -tensor for name, tensor in g.items()}
    there, one = step(adagrad_step, filled(0.0), g, memory)
    back, two = step(adagrad_step, filled(0.0), opposite, memory)
    agree("params", there, expected_step(filled(0.0), g, memory)[0], E, dense=True)
    agree("params", back, {name: -tensor for name, tensor in there.items()}, E)
    agree("memory", two, one, E)


@seeds
def test_every_entry_is_updated_by_itself(adagrad_step: Function, seed: int) -> None:
    """Exchanging entries of params, gradients and memory exchanges the results."""
    rng = np.random.default_rng(seed)
    case = tensors(seed), tensors(seed + 1), squares(seed + 2)
    order = {name: rng.permutation(tensor.size) for name, tensor in case[0].items()}

    def exchanged(tensors: Params) -> Params:
        return {n: t.flatten()[order[n]].reshape(t.shape) for n, t in tensors.items()}

    params, grads, memory = (exchanged(tensors) for tensors in case)
    actual = step(adagrad_step, params, grads, memory)
    expected = [exchanged(tensors) for tensors in expected_step(*case)]
    agree("params", actual[0], expected[0], E, dense=True)
    agree("memory", actual[1], expected[1], E, dense=True)


def test_the_memory_grows_with_every_step(adagrad_step: Function) -> None:
    params, memory, total = tensors(1), filled(0.0), filled(0.0)
    for t in range(4):
        grads = tensors(10 + t)
        params, memory = step(adagrad_step, params, grads, memory)
        total = {name: total[name] + grads[name] ** 2 for name in total}
        agree(f"memory after {t + 1} steps", memory, total, E, dense=True)


@pytest.mark.parametrize("name", "UWVbc")
def test_each_tensor_is_moved(adagrad_step: Function, name: str) -> None:
    grads = filled(0.0) | {name: filled(2.0)[name]}
    params, memory = step(adagrad_step, filled(1.0), grads, filled(0.0))
    agree(
        f'params["{name}"]', params[name], filled(1 - 0.2 / np.sqrt(4 + 1e-8))[name], E, dense=True
    )
    for other in set("UWVbc") - {name}:
        agree(f'params["{other}"], whose gradient is 0,', params[other], filled(1.0)[other], 0)
    agree("memory", memory, {key: tensor**2 for key, tensor in grads.items()}, E)


def test_arrays_are_updated_in_place(adagrad_step: Function) -> None:
    """Whoever holds the arrays sees the new values; `params[k] = ...` makes other arrays."""
    params, memory = tensors(1), squares(2)
    arrays, memories, keys = dict(params), dict(memory), list(params)
    adagrad_step.in_place(params, tensors(3), memory)
    for what, now, then in (("params", params, arrays), ("memory", memory, memories)):
        expect(list(now) == keys, f"{what} has other keys after the step.")
        for name in keys:
            expect(
                now[name] is then[name],
                f'{what}["{name}"] is another array after the step; change the one that is there.',
            )


def test_the_step_does_not_clip(adagrad_step: Function) -> None:
    for size in (50.0, 5e4):
        case = tensors(1), filled(size), filled(1e4)
        params, memory = step(adagrad_step, *case)
        agree("memory", memory, filled(1e4 + size**2), E, dense=True)
        agree("params", params, expected_step(*case)[0], E, dense=True)


@seeds
def test_clip_brings_every_entry_within_the_limit(clip: Function, seed: int) -> None:
    grads = tensors(seed, 6.0)
    grads["W"][0, 0], grads["b"][0, 0] = 40.0, -40.0
    for options, limit in (((), 5.0), ((2.0,), 2.0), ((0.25,), 0.25), ((2000.5,), 2000.5)):
        expected = {
            name: np.array([[max(-limit, min(limit, entry)) for entry in row] for row in tensor])
            for name, tensor in grads.items()
        }
        agree(
            f"clip with limit {limit:g}",
            clip(grads, *options),
            expected,
            E,
            dense=True,
            oracle="max and min",
        )
    agree("clip with limit=3", clip(grads, limit=3.0), clip(grads, 3.0), E)


def test_a_limit_of_zero_gives_zeros(clip: Function) -> None:
    agree("clip with limit 0", clip(tensors(1), 0.0), filled(0.0), 0)


def test_clipping_twice_is_clipping_once(clip: Function) -> None:
    once = clip(tensors(1, 9.0))
    agree("clip", clip(once), once, E)


def test_clip_leaves_what_is_within_the_limit(clip: Function) -> None:
    """However large the whole gradient is: it is not scaled by its norm."""
    grads = filled(4.9)
    agree("clip", clip(grads), grads, E, dense=True)
    grads["U"][0, 0] = 1e6
    agree(
        "clip of U with one huge entry, in the others",
        clip(grads)["U"].flat[1:],
        grads["U"].flat[1:],
        E,
        dense=True,
    )


def test_clip_returns_new_arrays_even_where_nothing_exceeds_the_limit(clip: Function) -> None:
    grads = filled(1.0)
    result = clip.in_place(grads)
    expect(result is not grads, "clip returns the very dict that it was given.")
    for name in grads:
        expect(
            not np.shares_memory(result[name], grads[name]),
            f'clip returns the very array grads["{name}"]; make a new one.',
        )


def test_the_memory_starts_at_zero(init_memory: Function) -> None:
    for params in (tensors(1), build(3, 5, 2).params, tensors(2, 1e9)):
        zeros = {name: np.zeros_like(tensor) for name, tensor in params.items()}
        memory = init_memory(params)
        agree("memory", memory, zeros, 0)
        expect(set(memory) == set(params), f"memory has the keys {', '.join(memory)}.")


def test_no_two_memories_are_the_same_array(init_memory: Function) -> None:
    """Neither of two tensors nor of two calls."""
    params = random_params(3, 3, 1.0, np.random.default_rng(1))
    first, second = init_memory(params), init_memory(params)
    every = [*first.values(), *second.values()]
    for k, one in enumerate(every):
        for other in every[:k]:
            expect(not np.shares_memory(one, other), "Two of the memories are the same array.")
    for name, tensor in first.items():
        tensor[0, 0] += 1.0
        expect(
            tensor.sum() == 1.0,
            f'Entries of memory["{name}"] share their place: adding 1 to one changes others.',
        )
    agree(
        "memory of a later call",
        init_memory(params),
        {name: np.zeros_like(tensor) for name, tensor in params.items()},
        0,
    )


def test_clip_init_memory_and_step_work_together(
    clip: Function, init_memory: Function, adagrad_step: Function
) -> None:
    window = build(3, 4, 6, scale=1.0)
    P, H, _ = window.run()
    grads = {k: 40 * g for k, g in backward(window.params, window.X, window.Y, P, H).items()}
    zeros = {name: np.zeros_like(tensor) for name, tensor in grads.items()}
    clipped = {name: np.clip(grad, -5, 5) for name, grad in grads.items()}
    params, _ = step(adagrad_step, window.params, clip(grads), init_memory(window.params))
    agree("params", params, expected_step(window.params, clipped, zeros)[0], E, dense=True)
