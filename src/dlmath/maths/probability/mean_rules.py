"""Means of functions of one variable that have a closed form for any parameters.

Sources: the characteristic function for sines and cosines; for |X| and relu(X) of a normal
variable, F. C. Leone, L. S. Nelson and R. B. Nottingham, "The Folded Normal Distribution" (1961).
"""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.expression.graph import (
    HALF,
    ONE,
    PI,
    TWO,
    ZERO,
    I,
    Node,
    add,
    call,
    div,
    is_integer,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, truth
from dlmath.maths.probability.model import Model, Variable

#: Families that are symmetric about `mu`, with a characteristic function in the language.
_SYMMETRIC = frozenset({"normal", "cauchy", "laplace"})


def mean_by_rule(distribution: Distribution, function: Node, x: Node) -> Node | None:
    """E[f(a*X + c)] for f one of sin, cos, abs, relu, and E[X^k*exp(a*X + c)].

    None where the family has no rule for it.
    """
    from dlmath.maths.calculus.antiderivatives.polynomial import linear

    if function.op in ("mul", "exp"):
        return _damped_power(distribution, function, x)
    if function.op not in ("sin", "cos", "abs", "relu"):
        return None
    line = linear(function.args[0], x)
    if line is None:
        return None
    if function.op in ("sin", "cos"):
        return _wave(distribution, function.op, *line)
    return _folded(distribution, function.op, *line)


def _damped_power(distribution: Distribution, function: Node, x: Node) -> Node | None:
    """X^k*exp(a*X + c) of a gamma variable, whose density it turns into that of another one."""
    from dlmath.maths.calculus.antiderivatives.polynomial import linear

    p = distribution.parameters
    if distribution.family.name == "gamma":
        shape, rate = p["alpha"], p["beta"]
    elif distribution.family.name == "exponential":
        shape, rate = ONE, p["lambda"]
    else:
        return None
    size, slope, constant = 0, ZERO, ZERO
    for factor in function.args if function.op == "mul" else (function,):
        line = linear(factor.args[0], x) if factor.op == "exp" else None
        if factor is x:
            size += 1
        elif factor.op == "pow" and factor.args[0] is x and is_integer(factor.args[1]):
            size += int(factor.args[1].number)
        elif line is not None:
            slope, constant = add(slope, line[0]), add(constant, line[1])
        else:
            return None
    left = tidy(sub(rate, slope))
    if not 0 <= size <= _POWER_MOST or truth(make("gt", (left, ZERO))) is not True:
        return None
    rising = [add(shape, number(k)) for k in range(size)]
    damped = power(div(rate, left), shape)
    return mul(call("exp", constant), damped, *rising, power(left, number(-size)))


_POWER_MOST = 60


def _wave(distribution: Distribution, op: str, slope: Node, constant: Node) -> Node | None:
    """exp(i*t*X) has mean exp(i*t*mu) times a real factor, where X is symmetric about mu."""
    if distribution.family.name not in _SYMMETRIC:
        return None
    centred = Distribution(distribution.family, {**distribution.parameters, "mu": ZERO})
    factor = centred.known("characteristic", slope).value
    if factor is None:
        return None
    factor = tidy(factor)
    if any(part is I for part in topological(factor)):
        return None
    middle = add(constant, mul(slope, distribution.parameters["mu"]))
    return mul(factor, call(op, middle))


def _folded(distribution: Distribution, op: str, slope: Node, constant: Node) -> Node | None:
    """The mean of |Y| of a normal variable Y, and of relu(Y) = (Y + |Y|)/2."""
    if distribution.family.name != "normal":
        return None
    middle = tidy(add(constant, mul(slope, distribution.parameters["mu"])))
    spread = tidy(mul(call("abs", slope), distribution.parameters["sigma"]))
    ratio = div(middle, mul(sqrt(TWO), spread))
    folded = add(
        mul(spread, sqrt(div(TWO, PI)), call("exp", neg(power(ratio, TWO)))),
        mul(middle, call("erf", ratio)),
    )
    return folded if op == "abs" else mul(HALF, add(middle, folded))


def with_relu(function: Node, needed: Sequence[Variable]) -> Node:
    """max(a, b) as b + relu(a - b), min(a, b) as a - relu(a - b), of normal variables."""
    if not all(_is_normal(variable) for variable in needed):
        return function
    changed: dict[Node, Node] = {}
    for part in topological(function):
        if part.op in ("max", "min") and len(part.args) == 2:
            a, b = part.args
            over = call("relu", tidy(sub(a, b)))
            changed[part] = add(b, over) if part.op == "max" else sub(a, over)
    return replace(function, changed) if changed else function


def _is_normal(variable: Variable) -> bool:
    chosen = variable.distribution
    return isinstance(chosen, Distribution) and chosen.family.name == "normal"


def is_beyond_polynomials(model: Model, function: Node) -> bool:
    """Does a random variable stand within a function other than sums, products, powers, exp?"""
    names = model.names
    return any(
        part.op not in ("add", "mul", "pow", "exp", "symbol", "number")
        and any(symbol(name) in topological(part) for name in names)
        for part in topological(function)
    )
