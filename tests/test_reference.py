"""The reference against oracles that share nothing with it."""

import numpy as np
import pytest

from lessons.checking.comparing.windows import build
from lessons.checking.oracles import symbolic
from lessons.checking.oracles.central_differences import central_differences
from lessons.checking.oracles.complex_step import complex_step_gradients, loss
from lessons.checking.oracles.fifty_digits import fifty_digit_gradients
from reference.backward import backward
from reference.encoding import build_vocabulary, decode, encode, one_hot
from reference.forward import forward, softmax
from reference.gradcheck import numerical_gradients, relative_error
from reference.loss import cost
from reference.training import initialise

CASES = [(1, 1, 1), (1, 2, 1), (3, 4, 2), (5, 7, 12), (6, 8, 9)]


def gradients(case):
    P, H, _ = forward(case.params, case.X, case.h0)
    return backward(case.params, case.X, case.Y, P, H)


@pytest.mark.parametrize("size", CASES)
@pytest.mark.parametrize("scale", [0.5, 1.0])
def test_backward_agrees_with_the_complex_step(size, scale):
    case = build(*size, scale, seed=1)
    expected = complex_step_gradients(*case)
    for name, grad in gradients(case).items():
        assert grad.shape == case.params[name].shape
        np.testing.assert_allclose(grad, expected[name], rtol=1e-9, atol=1e-13)  # worst 2e-14
    if size[1] > 1:
        assert all(np.linalg.norm(grad) > 1e-3 for grad in expected.values())


def test_the_numbers_of_the_symbolic_oracle_are_what_sympy_gives():
    assert symbolic.derived() == (symbolic.LOSS, symbolic.SLOPES, symbolic.STEPPED)


def test_backward_and_cost_agree_with_fifty_digits():
    case = build(3, 4, 5, 0.7, seed=2)
    expected_loss, expected = fifty_digit_gradients(*case)
    assert cost(*case) == pytest.approx(expected_loss, rel=1e-14)
    for name, grad in gradients(case).items():
        assert np.linalg.norm(expected[name]) > 0.1
        np.testing.assert_allclose(grad, expected[name], rtol=1e-12, atol=1e-14)  # worst 2e-15


def test_backward_agrees_with_central_differences_of_the_reference_and_of_the_oracle():
    case = build(4, 5, 8, 0.5, seed=3)
    grads = gradients(case)
    params, *window = case

    def reference_loss(params):
        return cost(params, *window)

    for numerical in (
        central_differences(lambda params: float(loss(params, *window)), params),
        numerical_gradients(reference_loss, params),
    ):
        for name, grad in grads.items():
            assert np.linalg.norm(grad) > 0.1
            assert relative_error(grad, numerical[name]) < 1e-6  # worst 4e-10


def test_cost_agrees_with_the_oracle_far_beyond_where_exp_overflows():
    case = build(4, 5, 3, 1.0, seed=4)
    case.params["c"][:] = np.array([[0.0], [300], [-200], [100], [50]])
    assert cost(*case) == pytest.approx(float(loss(*case)), rel=1e-12)
    P = softmax(np.array([[1e4, -1e4], [9999.0, 0.0]]))
    np.testing.assert_allclose(P[:, 0], [1 / (1 + np.exp(-1)), 1 / (1 + np.e)], rtol=1e-12)
    np.testing.assert_allclose(P[:, 1], [0, 1])


def test_the_published_gradient_check_is_met_in_every_decade(novel):
    """M = 5, T = 25, step 1e-4, from the window's own last state, as in the notebook."""
    published = {"b": 1.475e-09, "c": 3.148e-10, "U": 2.580e-09, "W": 5.907e-08, "V": 5.345e-09}
    K, m, T = len(novel.characters), 5, 25
    params = initialise(K, m, np.random.RandomState(41))
    Z = one_hot(novel.indices[: T + 1], K)
    X, Y = Z[:, :-1], Z[:, 1:]
    _, H, _ = forward(params, X, np.zeros((m, 1)))
    h0 = H[:, -1:]
    P, H, A = forward(params, X, h0)
    assert (P.shape, H.shape, A.shape) == ((K, 25), (5, 26), (5, 25))
    grads = backward(params, X, Y, P, H)
    numerical = numerical_gradients(lambda p: cost(p, X, Y, h0), params, step=1e-4)
    for name, figure in published.items():
        error = relative_error(grads[name], numerical[name])
        assert np.floor(np.log10(error)) == np.floor(np.log10(figure)), (name, error)


def test_numerical_gradients_leave_the_parameters_bit_for_bit():
    case = build(2, 3, 2, 1.0, seed=5)
    params, *window = case
    before = {name: tensor.copy() for name, tensor in params.items()}
    numerical_gradients(lambda p: cost(p, *window), params, step=1e-2)
    for name, tensor in params.items():
        np.testing.assert_array_equal(tensor, before[name])


def test_text_comes_back_and_what_is_unknown_is_refused():
    text = "naïve \U0001f40d\0\r\n"
    char_to_index, index_to_char = build_vocabulary(text)
    assert list(char_to_index) == sorted(set(text))
    assert decode(encode(text, char_to_index), index_to_char) == text
    with pytest.raises(ValueError, match="'q'"):
        encode("q", char_to_index)
    for index in (-1, 3):
        with pytest.raises(ValueError, match=r"0\.\.2"):
            one_hot([0, index], 3)
    assert one_hot([], 3).shape == (3, 0)
