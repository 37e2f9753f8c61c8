"""A network unrolled step by step, every quantity of every step at hand.

`unrolled.unrolled_loss` is the same loss as one expression.
"""

from dataclasses import dataclass

import sympy as sp

from reference.derivations.unrolled import parameters


@dataclass
class Network:
    """The symbols of a network, and its quantities at each step, as expressions in them.

    To differentiate by a quantity of one step, a symbol is added to it, which is 0 at rest.
    """

    symbols: dict[str, sp.Matrix]
    x: list[int]
    y: list[int]
    added: dict[str, sp.Matrix]  # (m, T) symbols added to the pre-activations "A", states "H"
    own: list[dict[str, sp.Matrix]]  # the parameters of each step
    A: list[sp.Matrix]
    H: list[sp.Matrix]  # one more than steps
    O: list[sp.Matrix]
    P: list[sp.Matrix]
    G: list[sp.Matrix]  # P - Y
    losses: list[sp.Expr]

    @property
    def T(self) -> int:
        """The number of steps."""
        return len(self.x)

    @property
    def loss(self) -> sp.Expr:
        """The loss of the window."""
        return sp.Add(*self.losses)

    def at_rest(self, expression: sp.Expr) -> sp.Expr:
        """An expression with nothing added, and the same parameters at each step."""
        rest = dict.fromkeys([*self.added["A"], *self.added["H"]], sp.Integer(0))
        for own in self.own:
            for name, copies in own.items():
                rest |= dict(zip(copies, self.symbols[name], strict=True))
        return expression.xreplace(rest)

    def by_preactivation(self, loss: sp.Expr, t: int) -> sp.Matrix:
        """The derivative of a loss by A[t], from the definition."""
        return sp.Matrix([self.at_rest(sp.diff(loss, e)) for e in self.added["A"][:, t]])

    def by_state(self, loss: sp.Expr, t: int) -> sp.Matrix:
        """The derivative of a loss by H[t+1], from the definition."""
        return sp.Matrix([self.at_rest(sp.diff(loss, e)) for e in self.added["H"][:, t]])


def unroll(m: int, K: int, x: list[int], y: list[int], *, copies: bool = False) -> Network:
    """Unroll a network with m units and K characters over inputs x and targets y.

    A[t] = W H[t] + U X[t] + b, H[t+1] = tanh(A[t]), O[t] = V H[t+1] + c, P = softmax(O);
    with copies, each step has parameters of its own.
    """
    symbols = parameters(m, K)
    added = {
        name: sp.Matrix(m, len(x), lambda i, t, name=name: sp.Symbol(f"{name}_{i}_{t}", real=True))
        for name in ("A", "H")
    }
    net = Network(symbols, x, y, added, [], [], [symbols["h0"]], [], [], [], [])
    for t, (read, target) in enumerate(zip(x, y, strict=True)):
        net.own.append(
            {name: copy(symbols[name], t) if copies else symbols[name] for name in "UWVbc"}
        )
        U, W, V, b, c = (net.own[t][name] for name in "UWVbc")
        net.A.append(W * net.H[-1] + U[:, read] + b + added["A"][:, t])
        net.H.append(net.A[-1].applyfunc(sp.tanh) + added["H"][:, t])
        net.O.append(V * net.H[-1] + c)
        total = sp.Add(*net.O[-1].applyfunc(sp.exp))
        net.P.append(net.O[-1].applyfunc(lambda o, total=total: sp.exp(o) / total))
        net.G.append(net.P[-1] - sp.Matrix(K, 1, lambda k, _, y=target: int(k == y)))
        net.losses.append(sp.log(total) - net.O[-1][target])
    return net


def copy(matrix: sp.Matrix, t: int) -> sp.Matrix:
    """A matrix of new symbols, for step t alone."""
    return matrix.applyfunc(lambda symbol: sp.Symbol(f"{symbol.name}_at_{t}", real=True))


def recursion(net: Network, G: list[sp.Matrix] | None = None) -> list[sp.Matrix]:
    """dL/dA at each step by back-propagation through time, for given dL/dO.

    D[t] = (V.T G[t] + W.T D[t+1]) * (1 - H[t+1]^2), and nothing follows the last step.
    """
    D = [sp.zeros(len(net.symbols["b"]), 1)]
    for t in reversed(range(net.T)):
        slope = net.H[t + 1].applyfunc(lambda h: 1 - h**2)
        D.insert(0, by_state(net, t, D[0], G).multiply_elementwise(slope))
    return [d.applyfunc(net.at_rest) for d in D[:-1]]


def by_state(
    net: Network, t: int, following: sp.Matrix, G: list[sp.Matrix] | None = None
) -> sp.Matrix:
    """dL/dH[t+1]: V.T G[t] by its own output, and W.T D[t+1] by the step that follows."""
    G = net.G if G is None else G
    return net.symbols["V"].T * G[t] + net.symbols["W"].T * following
