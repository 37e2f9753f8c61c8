"""What every function of every lesson must keep to, checked on examples from its room.

A room gives EXAMPLES: for each function a maker of two different argument tuples of the same
sizes. Functions that work in place name the arguments that they may change.
"""

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lessons.checking.answering.calling import Function, StudentFunction
from lessons.checking.answering.failure import Wrong, expect
from lessons.checking.answering.rooms import CONTRACTS, LESSONS
from lessons.checking.answering.values import arrays, copied, same_bits
from lessons.checking.comparing import tolerances
from lessons.checking.comparing.compare import agree
from lessons.checking.explaining.explain import explain


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One check for each function that the room has examples for."""
    if "laddered" in metafunc.fixturenames:
        lesson = LESSONS[Path(metafunc.module.__file__).parent.name]
        metafunc.parametrize("laddered", lesson.functions, indirect=True)
    if "habit" in metafunc.fixturenames:
        names: list[str] = list(metafunc.module.EXAMPLES)
        if metafunc.function in ABOUT_RESULTS:
            names = [name for name in names if not CONTRACTS[name].result_ignored]
        if metafunc.function is test_params_may_come_in_any_order:
            names = [name for name in names if takes_params(metafunc.module.EXAMPLES[name]()[0])]
        metafunc.parametrize("habit", names, ids=names, indirect=True)


@pytest.fixture
def habit(request: pytest.FixtureRequest) -> tuple[Function, tuple[Any, ...], tuple[Any, ...]]:
    """A function, and two tuples of arguments for it."""
    first, second = request.module.EXAMPLES[request.param]()
    return request.getfixturevalue(request.param), first, second


@pytest.fixture
def laddered(request: pytest.FixtureRequest) -> StudentFunction:
    """A function that has a ladder of hand-sized cases."""
    function: StudentFunction = request.getfixturevalue(request.param)
    return function


def test_the_hand_sized_cases_come_out_right(laddered: StudentFunction) -> None:
    """Right on every rung of the ladder; if not, the failure is explained by what it shows."""
    wrong = explain(laddered, laddered.others())
    if wrong:
        raise wrong


def test_arguments_are_left_unchanged(habit: Any) -> None:
    """Bit for bit, but for those that the contract updates in place; every call looks at that."""
    function, first, second = habit
    function.in_place(*first)
    function.in_place(*second)


def test_the_same_arguments_give_the_same_result_again(habit: Any) -> None:
    """Nothing is remembered from one call to the next, whatever is done to the first result."""
    function, first, _ = habit
    kept = copied(first)
    one = outcome(function, first, restart(kept), spoil=True)
    restore(first, kept)
    two = outcome(function, first, restart(kept))
    expect(
        close(one, two),
        f"{function.name} gives another result when it is called again with the same arguments; "
        "does it keep something from the first call?",
    )


def test_params_may_come_in_any_order(habit: Any) -> None:
    """They are taken by their keys: each dict is turned round by itself, the others staying."""
    function, first, _ = habit
    expected = outcome(function, copied(first), restart(first))
    for k in [k for k, argument in enumerate(first) if isinstance(argument, dict)]:
        turned = list(copied(first))
        turned[k] = dict(reversed(turned[k].items()))
        try:
            actual = outcome(function, tuple(turned), restart(first))
        except Wrong as wrong:
            raise Wrong(
                f"{function.name} fails when its dicts list their keys in another order: take each "
                f'by its key, as in params["W"].\n{wrong.message}',
                wrong.place,
            ) from None
        expect(
            close(actual, expected),
            f"{function.name} gives another result when its dicts list their keys in another "
            'order; take each by its key, as in params["W"].',
        )


def test_new_values_in_the_same_arrays_are_seen(habit: Any) -> None:
    """A result is not looked up by the identity of its arguments."""
    function, first, second = habit
    expected = outcome(function, copied(second), restart(second))
    outcome(function, first, restart(first))
    restore(first, second)
    actual = outcome(function, first, restart(second))
    expect(
        close(actual, expected),
        f"{function.name} does not see that the values in its arguments have changed since the "
        "last call; does it keep something from then?",
    )


def test_a_first_result_is_not_changed_by_a_second_call(habit: Any) -> None:
    """Each call returns arrays of its own."""
    function, first, second = habit
    result = function.in_place(*first)
    kept = copied(result)
    function.in_place(*second)
    expect(
        same_bits(result, kept),
        f"A second call of {function.name} changed what the first one had returned; "
        "make new arrays in each call.",
    )


def test_results_are_new_arrays(habit: Any) -> None:
    """No result is an argument, or a view of one."""
    function, first, _ = habit
    function.expect_new_arrays(function.in_place(*first), first)


def test_global_random_states_are_untouched(habit: Any) -> None:
    """Neither Python's generator nor NumPy's legacy one is drawn from or seeded."""
    function, first, second = habit
    np.random.random(), random.random()  # noqa: NPY002 (away from what a fixed seed gives)
    numpy_before, python_before = np.random.get_state(), random.getstate()  # noqa: NPY002
    for arguments in (first, second):
        function.in_place(*arguments)
    numpy_after = np.random.get_state()  # noqa: NPY002
    untouched = all(np.array_equal(a, b) for a, b in zip(numpy_before, numpy_after, strict=True))
    expect(
        untouched and random.getstate() == python_before,
        f"{function.name} draws from a global random generator or seeds it; "
        "use only the rng that it is given.",
    )


ABOUT_RESULTS = (test_a_first_result_is_not_changed_by_a_second_call, test_results_are_new_arrays)


def outcome(
    function: Function, arguments: tuple[Any, ...], rng: tuple[Any, ...], *, spoil: bool = False
) -> Any:
    """What a call leaves: its result, and the arguments that it works on in place."""
    arguments = tuple(r if r is not None else a for a, r in zip(arguments, rng, strict=True))
    returned = function.in_place(*arguments)
    result = None if function.contracted.result_ignored else copied(returned)
    changed = [arguments[k] for k in function.contracted.in_place]
    changed = copied([a for a in changed if not isinstance(a, np.random.Generator)])
    if spoil and not function.contracted.result_ignored:
        for array in arrays(returned):
            if array.flags.writeable:
                array.fill(0)
    return result, changed


def takes_params(arguments: tuple[Any, ...]) -> bool:
    """Whether some argument is a dict of tensors."""
    return any(isinstance(a, dict) and set(a) == set("UWVbc") for a in arguments)


def restart(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """A fresh generator where the arguments have one, None elsewhere."""
    return tuple(
        np.random.default_rng(7) if isinstance(a, np.random.Generator) else None for a in arguments
    )


def restore(arguments: tuple[Any, ...], values: tuple[Any, ...]) -> None:
    """Write values into the very arrays and dicts of arguments."""
    for argument, value in zip(arguments, values, strict=True):
        if isinstance(argument, np.ndarray):
            argument[...] = value
        elif isinstance(argument, dict):
            for key, entry in value.items():
                if isinstance(entry, np.ndarray):
                    argument[key][...] = entry
                else:
                    argument[key] = entry


def close(a: Any, b: Any) -> bool:
    """Whether two results are equal but for the last digits."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray) and a.shape == b.shape:
        try:
            agree("", a, b, tolerances.AGAIN)
        except Wrong:
            return False
        return True
    if isinstance(a, float) and isinstance(b, float):
        return close(np.array(a), np.array(b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[key], b[key]) for key in a)
    if isinstance(a, tuple | list) and isinstance(b, tuple | list):
        return len(a) == len(b) and all(map(close, a, b))
    return type(a) is type(b) and bool(a == b)


__all__ = ["habit", "laddered", "pytest_generate_tests"]
__all__ += [name for name in list(globals()) if name.startswith("test_")]
