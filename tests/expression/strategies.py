"""Random expressions with values: real functions of x, y and z, built with the constructors.

`smooth` ones are differentiable wherever they are defined; `any_expressions` have kinks, steps,
branches, poles and roots of negative numbers as well. An expression is the result of a short
program for a stack machine: quick to draw, and it shrinks to a short program.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from hypothesis import strategies as st

from dlmath.expression import graph
from dlmath.expression.graph import Node

NAMES = ("x", "y", "z")
SMOOTH = tuple(
    "sin cos atan tanh exp sigmoid softplus silu gelu mish erf asinh sech log tan asin acosh "
    "gamma digamma Si LambertW".split()
)
ROUGH = tuple("abs sign floor ceil heaviside relu elu leaky_relu hardtanh cbrt softsign".split())
BINARY = ("add", "add", "mul", "mul", "sub", "div", "max", "atan2", "piecewise", "norm")
SMOOTH_BINARY = ("add", "add", "mul", "mul", "sub", "div")
POWERS = (2, 3, -1, -2, Fraction(1, 2), Fraction(1, 3), Fraction(-3, 2))
NUMBERS = (0, 1, 2, -1, 3, 10, Fraction(1, 2), Fraction(-7, 3), Fraction(1, 10))

#: Exact points in a range where little overflows.
values = st.fractions(-3, 3, max_denominator=50)
points = st.fixed_dictionaries(dict.fromkeys(NAMES, values))


def _leaf(pick: int) -> Node:
    if pick % 3:
        return graph.symbol(NAMES[pick % len(NAMES)])
    constants = (graph.PI, graph.E)
    choice = pick // 3 % (len(NUMBERS) + 2)
    return graph.number(NUMBERS[choice]) if choice < len(NUMBERS) else constants[choice - 9]


def _unary(functions: Sequence[str], pick: int, a: Node) -> Node:
    if pick % 4 == 0:
        return graph.power(a, graph.number(POWERS[pick // 4 % len(POWERS)]))
    return graph.call(functions[pick % len(functions)], a)


def _binary(op: str, a: Node, b: Node) -> Node:
    if op == "piecewise":
        return graph.make(op, (a, graph.make("lt", (a, b)), graph.mul(b, a), graph.TRUE))
    if op == "norm":
        return graph.call("norm", graph.vector((a, b)))
    known = {"add": graph.add, "mul": graph.mul, "sub": graph.sub, "div": graph.div}
    return known[op](a, b) if op in known else graph.call(op, a, b)


def _run(program: Sequence[tuple[int, int]], unary: Sequence[str], binary: Sequence[str]) -> Node:
    stack: list[Node] = []
    for kind, pick in program:
        if kind == 0 or not stack:
            stack.append(_leaf(pick))
        elif kind == 1 or len(stack) < 2:
            stack.append(_unary(unary, pick, stack.pop()))
        else:
            b, a = stack.pop(), stack.pop()
            stack.append(_binary(binary[pick % len(binary)], a, b))
    return graph.add(*stack) if len(stack) > 1 else stack[0]


_programs = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 100)), min_size=1, max_size=12)

smooth = _programs.map(lambda program: _run(program, SMOOTH, SMOOTH_BINARY))
any_expressions = _programs.map(lambda program: _run(program, SMOOTH + ROUGH, BINARY))
