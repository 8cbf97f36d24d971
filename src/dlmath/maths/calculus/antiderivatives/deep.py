"""Integrals of the functions of deep learning, and what those functions are made of."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import depends
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem


def pieces(*parts: Node | tuple[Node, Node]) -> Node:
    """piecewise((value, condition), ..., last value otherwise)."""
    flat: list[Node] = []
    for part in parts:
        flat.extend(part if isinstance(part, tuple) else (part, TRUE))
    return make("piecewise", flat)


def below(x: Node, bound: Node) -> Node:
    """The condition x < bound."""
    return make("lt", (x, bound))


def _elu(x: Node, alpha: Node = ONE) -> Node:
    left = mul(alpha, sub(call("exp", x), add(x, ONE)))
    return pieces((left, below(x, ZERO)), mul(HALF, power(x, TWO)))


def _selu(x: Node) -> Node:
    # Below zero selu(x) is s*(exp(x) - 1) with s = -2*selu(-log(2)), a constant of 60 digits.
    left = add(call("selu", x), mul(TWO, x, call("selu", neg(call("log", TWO)))))
    return pieces((left, below(x, ZERO)), mul(HALF, x, call("selu", x)))


def _leaky_relu(x: Node, *slope: Node) -> Node:
    return mul(HALF, x, call("leaky_relu", x, *slope))


def _gelu(x: Node) -> Node:
    """From x*Phi: the integral is (x**2 - 1)*Phi/2 + x*phi/2 up to a constant."""
    square = power(x, TWO)
    quarter = number(Fraction(1, 4))
    bell = div(call("exp", mul(MINUS_ONE, HALF, square)), sqrt(mul(TWO, PI)))
    error = call("erf", mul(x, power(TWO, number(Fraction(-1, 2)))))
    return add(mul(quarter, square), mul(quarter, sub(square, ONE), error), mul(HALF, x, bell))


def _hardtanh(x: Node) -> Node:
    return pieces(
        (sub(neg(x), HALF), below(x, MINUS_ONE)),
        (mul(HALF, power(x, TWO)), below(x, ONE)),
        sub(x, HALF),
    )


def _hard_sigmoid(x: Node) -> Node:
    middle = mul(number(Fraction(1, 12)), power(add(x, number(3)), TWO))
    return pieces((ZERO, below(x, number(-3))), (middle, below(x, number(3))), x)


def _softplus_integral(x: Node) -> Node:
    """The dilogarithm: its derivative is -log(1 + exp(x)) along -exp(x)."""
    return neg(call("polylog", TWO, neg(call("exp", x))))


def _softsign(x: Node) -> Node:
    size = call("abs", x)
    return sub(size, call("log", add(ONE, size)))


#: Function to the integral over its argument (further operands are its parameters).
DEEP: dict[str, Callable[..., Node | None]] = {
    "sigmoid": lambda x: call("softplus", x),
    "softplus": _softplus_integral,
    "relu": lambda x: mul(HALF, x, call("relu", x)),
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "silu": lambda x: sub(mul(x, call("softplus", x)), _softplus_integral(x)),
    "gelu": _gelu,
    "hardtanh": _hardtanh,
    "hard_sigmoid": _hard_sigmoid,
    "softsign": _softsign,
}

#: What a smooth function of deep learning is made of.
_MADE_OF: dict[str, Callable[[Node], Node]] = {
    "sigmoid": lambda x: power(add(ONE, call("exp", neg(x))), MINUS_ONE),
    "softplus": lambda x: call("log", add(ONE, call("exp", x))),
    "silu": lambda x: mul(x, power(add(ONE, call("exp", neg(x))), MINUS_ONE)),
    "gelu": lambda x: mul(HALF, x, add(ONE, call("erf", div(x, sqrt(TWO))))),
    "mish": lambda x: mul(x, call("tanh", call("log", add(ONE, call("exp", x))))),
}


def definition_rule(problem: Problem) -> Plan | None:
    """Activations written out: sigmoid(x) as 1/(1 + exp(-x))."""
    mapping = {
        part: _MADE_OF[part.op](part.args[0])
        for part in problem.nodes
        if part.op in _MADE_OF and depends(part, problem.x)
    }
    if not mapping:
        return None
    inner = {key: value for key, value in mapping.items() if not _nested(key, mapping)}
    written = tidy(replace(problem.integrand, inner))
    plan = problem.solve(written)
    if plan is None:
        return None
    some = next(iter(inner.items()))
    text: Sentence = ("write out ", some[0], " = ", some[1])
    result = make("integrate", (plan.integrand, problem.x))
    return problem.plan("definition", text, result, (plan,))


def _nested(node: Node, mapping: dict[Node, Node]) -> bool:
    return any(part in mapping for part in topological(*node.args))
