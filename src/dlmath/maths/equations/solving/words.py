"""What kind of equation it is."""

from __future__ import annotations

from dlmath.expression.graph import (
    Node,
    free_symbols,
    is_integer,
    is_number,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand
from dlmath.maths.calculus.antiderivatives.forms import TooLarge
from dlmath.maths.calculus.antiderivatives.polynomial import polynomial
from dlmath.maths.calculus.antiderivatives.together import quotient

_KINDS = (
    ("trigonometric", frozenset("sin cos tan cot sec csc asin acos atan".split())),
    ("hyperbolic", frozenset("sinh cosh tanh sech csch coth asinh acosh atanh".split())),
    ("logarithmic", frozenset({"log"})),
    ("exponential", frozenset({"exp"})),
    ("absolute value", frozenset({"abs"})),
    ("piecewise", frozenset("piecewise max min sign heaviside floor ceil".split())),
)

_DEGREES = {1: "linear", 2: "quadratic", 3: "cubic", 4: "quartic"}


def kind_of(equation: Node, variable: str) -> str:
    """`linear`, `quadratic`, `polynomial of degree 5`, `rational`, `radical`, `exponential` ..."""
    try:
        return _kind(expand(sub(*equation.args)), variable)
    except TooLarge:
        return "transcendental"


def _kind(f: Node, variable: str) -> str:
    if variable not in free_symbols(f):
        return "without the unknown"
    x = symbol(variable)
    found = polynomial(f, x)
    if found:
        degree = len(found) - 1
        return _DEGREES.get(degree, f"polynomial of degree {degree}")
    if quotient(f, x) is not None:
        return "rational"
    parts = [part for part in topological(f) if variable in free_symbols(part)]
    ops = {part.op for part in parts}
    words = [word for word, names in _KINDS if ops & names]
    if any(p.op == "pow" and variable in free_symbols(p.args[1]) for p in parts):
        words.append("exponential")
    if any(
        p.op == "cbrt" or (p.op == "pow" and is_number(p.args[1]) and not is_integer(p.args[1]))
        for p in parts
    ):
        words.append("radical")
    words = list(dict.fromkeys(words))
    if len(words) == 1 and not ops - {"symbol", "add", "mul", "pow"} - dict(_KINDS).get(
        words[0], frozenset()
    ):
        return words[0]
    return words[0] if len(words) == 1 else "transcendental"
