"""The loss of a small network, unrolled over its window, as one sympy expression."""

import sympy as sp


def parameters(m: int, K: int) -> dict[str, sp.Matrix]:
    """A matrix of symbols for each parameter, and h0 (m, 1): W[0,1] is the symbol W_0_1."""
    shapes = {"U": (m, K), "W": (m, m), "V": (K, m), "b": (m, 1), "c": (K, 1), "h0": (m, 1)}
    return {
        name: sp.Matrix(*shape, lambda i, j, name=name: sp.Symbol(f"{name}_{i}_{j}", real=True))
        for name, shape in shapes.items()
    }


def unrolled_loss(symbols: dict[str, sp.Matrix], x: list[int], y: list[int]) -> sp.Expr:
    """Loss in nats of reading characters x and expecting y, in the symbols of `parameters`.

    L = sum over t of log sum over k of exp(o[k]) - o[y[t]],
    o = V h + c, h = tanh(W h + U[:, x[t]] + b), from h0
    """
    U, W, V, b, c = (symbols[name] for name in "UWVbc")
    h, loss = symbols["h0"], sp.Integer(0)
    for read, expected in zip(x, y, strict=True):
        h = (W * h + U[:, read] + b).applyfunc(sp.tanh)
        o = V * h + c
        loss += sp.log(sum(sp.exp(logit) for logit in o)) - o[expected]
    return loss


def adagrad_step() -> tuple[sp.Expr, sp.Expr, tuple[sp.Symbol, ...]]:
    """New parameter and new memory, in the symbols theta, g, G (the memory), eta, eps."""
    theta, g, G, eta, eps = symbols = sp.symbols("theta g G eta epsilon", real=True)
    memory = G + g**2
    return theta - eta * g / sp.sqrt(memory + eps), memory, symbols
