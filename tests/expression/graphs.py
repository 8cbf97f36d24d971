"""Random expressions, made only by the constructors of the graph.

An expression is the result of a short program for a stack machine, so that examples are drawn
quickly and shrink to short programs.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st

from dlmath.expression import graph
from dlmath.expression.graph import Node

NAMES = ("x", "y", "z", "w1", "x_1", "beta", "lambda", "N", "xy", "theta")
FUNCTIONS = ("sin", "exp", "log", "abs", "relu", "sigmoid", "factorial", "cbrt", "gamma", "tanh")
RELATIONS = ("lt", "le", "gt", "ge", "eq", "ne")
SIDES = ("both", "left", "right")

WHOLE = (*range(-4, 13), 27, 64, 10**20, -(10**20))
FRACTIONS = tuple(Fraction(a, b) for a in (-3, -1, 1, 2, 4) for b in (2, 3, 4, 9))
EXPONENTS = (
    -3,
    -2,
    -1,
    0,
    1,
    2,
    3,
    10**7,
    *(Fraction(a, b) for a in (-3, -1, 1, 2) for b in (2, 3)),
)

#: One instruction: which operation, and a number that picks among its variants.
Instruction = tuple[int, int]


def _leaf(pick: int) -> Node:
    kinds: tuple[Callable[[], Node], ...] = (
        lambda: graph.symbol(NAMES[pick % len(NAMES)]),
        lambda: graph.symbol(NAMES[pick % 3]),
        lambda: graph.number(WHOLE[pick % len(WHOLE)]),
        lambda: graph.number(FRACTIONS[pick % len(FRACTIONS)]),
        lambda: graph.constant(("pi", "e", "i", "oo")[pick % 4]),
    )
    return kinds[(pick // 7) % len(kinds)]()


def _condition(a: Node, b: Node, pick: int) -> Node:
    first = graph.make(RELATIONS[pick % 6], (a, b))
    second = graph.make(RELATIONS[pick % 5], (b, graph.ZERO))
    forms: tuple[Callable[[], Node], ...] = (
        lambda: first,
        lambda: graph.make("not", (first,)),
        lambda: graph.make("and", (first, second, graph.FALSE)),
        lambda: graph.make("or", (graph.make("and", (first, second)), second)),
        lambda: graph.make("and", (graph.make("or", (first, second)), second)),
        lambda: graph.make("not", (graph.make("and", (first, graph.make("not", (second,)))),)),
        lambda: graph.make("and", (graph.make("and", (first, second)), first)),
    )
    return forms[(pick // 5) % len(forms)]()


def _variable(pick: int) -> Node:
    return graph.symbol(NAMES[pick % len(NAMES)])


#: Operations of one operand.
UNARY: tuple[Callable[[Node, int], Node], ...] = (
    lambda a, pick: graph.neg(a),
    lambda a, pick: graph.power(a, graph.number(EXPONENTS[pick % len(EXPONENTS)])),
    lambda a, pick: graph.power(a, graph.number(EXPONENTS[pick % len(EXPONENTS)])),
    lambda a, pick: graph.power(graph.number(WHOLE[pick % len(WHOLE)]), a),
    lambda a, pick: graph.sqrt(a),
    lambda a, pick: graph.div(graph.ONE, a),
    lambda a, pick: graph.call(FUNCTIONS[pick % len(FUNCTIONS)], a),
    lambda a, pick: graph.mul(graph.number(FRACTIONS[pick % len(FRACTIONS)]), a),
    lambda a, pick: graph.make("derive", (a, _variable(pick))),
    lambda a, pick: graph.make("derive", (a, _variable(pick), graph.TWO)),
    lambda a, pick: graph.make("integrate", (a, _variable(pick))),
)

#: Operations of two operands.
BINARY: tuple[Callable[[Node, Node, int], Node], ...] = (
    lambda a, b, pick: graph.add(a, b),
    lambda a, b, pick: graph.sub(a, b),
    lambda a, b, pick: graph.mul(a, b),
    lambda a, b, pick: graph.mul(a, b, graph.number(FRACTIONS[pick % len(FRACTIONS)])),
    lambda a, b, pick: graph.div(a, b),
    lambda a, b, pick: graph.div(a, b),
    lambda a, b, pick: graph.power(a, b),
    lambda a, b, pick: graph.call("max", a, b),
    lambda a, b, pick: graph.call("softmax", graph.vector((a, b))),
    lambda a, b, pick: graph.call("besselj", a, b),
    lambda a, b, pick: graph.make("piecewise", (a, _condition(a, b, pick), b, graph.TRUE)),
    lambda a, b, pick: graph.make("integrate", (a, _variable(pick), graph.ZERO, b)),
    lambda a, b, pick: graph.make("sum", (a, _variable(pick), graph.ONE, b)),
    lambda a, b, pick: graph.make("limit", (a, _variable(pick), b), SIDES[pick % 3]),
)


def run(program: list[Instruction]) -> Node:
    """The expression that the program leaves on the stack."""
    stack = [graph.symbol("x")]
    for code, pick in program:
        if code % 3 == 0 or (code % 3 == 2 and len(stack) < 2):
            stack.append(_leaf(pick))
        elif code % 3 == 1:
            stack.append(UNARY[code // 3 % len(UNARY)](stack.pop(), pick))
        else:
            right = stack.pop()
            stack.append(BINARY[code // 3 % len(BINARY)](stack.pop(), right, pick))
    while len(stack) > 1:
        right = stack.pop()
        stack.append(graph.add(stack.pop(), right))
    return stack[0]


def _matrix(a: Node, b: Node) -> Node:
    return graph.vector([graph.vector([a, b]), graph.vector([b, graph.ONE])])


def scalars(size: int = 24) -> st.SearchStrategy[Node]:
    """Any scalar expression of a program of at most so many instructions."""
    instruction = st.tuples(st.integers(0, 41), st.integers(0, 139))
    return st.lists(instruction, max_size=size).map(run)


def expressions(size: int = 24) -> st.SearchStrategy[Node]:
    """Any expression: scalars, vectors and matrices of them, products of these."""
    scalar = scalars(size)
    vector = st.lists(scalars(size // 2), min_size=1, max_size=3).map(graph.vector)
    return st.one_of(
        scalar,
        scalar,
        scalar,
        vector,
        st.builds(_matrix, scalar, scalar),
        st.builds(graph.mul, scalar, vector),
        st.builds(graph.sub, vector, vector),
    )
