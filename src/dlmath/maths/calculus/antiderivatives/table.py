"""Integrals known by heart: powers and functions of a linear argument."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    E,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.clean import log_abs
from dlmath.maths.calculus.antiderivatives.deep import DEEP
from dlmath.maths.calculus.antiderivatives.forms import depends, is_zero
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear


def constant_rule(problem: Problem) -> Plan | None:
    """The integral of a constant c is c*x."""
    if depends(problem.integrand, problem.x):
        return None
    text: Sentence = ("the integral of a constant is the constant times ", problem.x)
    return problem.plan("constant", text, mul(problem.integrand, problem.x))


def power_rule(problem: Problem) -> Plan | None:
    """(a*x + b)**n for a constant n, the logarithm for n = -1."""
    powers = problem.product.powers
    if len(powers) != 1 or problem.product.constant is not ONE:
        return None
    ((base, exponent),) = powers.items()
    inner = linear(base, problem.x)
    if inner is None or depends(exponent, problem.x):
        return None
    slope, _ = inner
    if exponent is MINUS_ONE:
        text: Sentence = ("the integral of ", problem.integrand, " is a logarithm", *_inner(slope))
        return problem.plan("logarithm", text, div(log_abs(base), slope))
    raised = tidy(add(exponent, ONE))
    if is_zero(raised):
        return None
    text = ("raise the exponent by one and divide by it", *_inner(slope))
    conditions: tuple[Sentence, ...] = ()
    if raised.op != "number":
        conditions = ((exponent, " is not -1"),)
    conditions += _not_zero(slope)
    result = div(power(base, raised), mul(raised, slope))
    return problem.plan("power", text, result, conditions=conditions)


def _inner(slope: Node) -> Sentence:
    return () if slope is ONE else ("; divide by the inner derivative ", slope)


def _not_zero(node: Node) -> tuple[Sentence, ...]:
    return () if node.op == "number" else ((node, " is not 0"),)


def exponential_rule(problem: Problem) -> Plan | None:
    """b**(m*x + c) for a constant base b."""
    powers = problem.product.powers
    if len(powers) != 1:
        return None
    ((base, exponent),) = powers.items()
    inner = linear(exponent, problem.x)
    if inner is None or depends(base, problem.x):
        return None
    slope, _ = inner
    growth = slope if base is E else tidy(mul(slope, call("log", base)))
    if is_zero(growth):
        return None
    text: Sentence = ("an exponential keeps its form; divide by ", growth)
    if growth is ONE:
        text = ("the exponential is its own integral",)
    result = div(problem.integrand, growth)
    return problem.plan("exponential", text, result, conditions=_not_zero(growth))


def table_rule(problem: Problem) -> Plan | None:
    """A function of the table of a linear argument."""
    node = problem.integrand
    make_integral = TABLE.get(node.op) or DEEP.get(node.op)
    if make_integral is None or not node.args:
        return None
    *parameters, argument = node.args
    if node.op in _ARGUMENT_FIRST:
        argument, *parameters = node.args
    if any(depends(each, problem.x) for each in parameters):
        return None
    inner = linear(argument, problem.x)
    if inner is None:
        return None
    value = make_integral(argument, *parameters)
    if value is None:
        return None
    slope, _ = inner
    text: Sentence = ("an integral of ", node, " over ", argument, " is ", tidy(value))
    text += _inner(slope)
    result = div(value, slope)
    return problem.plan("known integral", text, result, conditions=_not_zero(slope))


#: Functions whose first operand is the argument and whose second is a parameter.
_ARGUMENT_FIRST = frozenset({"LambertW", "leaky_relu", "elu"})

_Integral = Callable[..., "Node | None"]


def _f(name: str) -> Callable[[Node], Node]:
    return lambda argument: call(name, argument)


_exp, _log = _f("exp"), _f("log")
_sin, _cos, _sinh, _cosh = _f("sin"), _f("cos"), _f("sinh"), _f("cosh")
_abs = _f("abs")


def _sq(node: Node) -> Node:
    return power(node, TWO)


def _polygamma(x: Node, order: Node) -> Node | None:
    if order is ZERO:
        return call("loggamma", x)
    if order is ONE:
        return call("digamma", x)
    return call("polygamma", tidy(sub(order, ONE)), x)


def _dilogarithm(x: Node, order: Node) -> Node | None:
    if order is not TWO:
        return None
    minus = sub(ONE, x)
    return add(mul(x, call("polylog", TWO, x)), neg(x), neg(mul(minus, log_abs(minus))))


def _bessel(name: str, sign: int) -> _Integral:
    def rule(x: Node, order: Node) -> Node | None:
        return mul(number(sign), call(name, ZERO, x)) if order is ONE else None

    return rule


def _zeta(x: Node, order: Node | None = None) -> Node | None:
    if order is None:
        return None
    lower = tidy(sub(order, ONE))
    return None if is_zero(lower) else neg(div(call("zeta", lower, x), lower))


def _floor(x: Node) -> Node:
    steps = call("floor", x)
    return sub(mul(x, steps), mul(HALF, steps, add(steps, ONE)))


def _ceil(x: Node) -> Node:
    steps = call("ceil", x)
    return sub(mul(x, steps), mul(HALF, steps, sub(steps, ONE)))


def _gaussian_step(x: Node) -> Node:
    """The integral of erf, without the exponential's sign worked out."""
    return div(_exp(neg(_sq(x))), sqrt(PI))


def _lambert(x: Node, branch: Node | None = None) -> Node:
    w = call("LambertW", x) if branch is None else call("LambertW", x, branch)
    return mul(x, add(w, MINUS_ONE, power(w, MINUS_ONE)))


def _fresnel(name: str, partner: str, sign: int) -> _Integral:
    def rule(x: Node) -> Node:
        angle = mul(HALF, PI, _sq(x))
        return add(mul(x, call(name, x)), mul(number(sign), div(call(partner, angle), PI)))

    return rule


TABLE: dict[str, _Integral] = {
    # circular
    "sin": lambda x: neg(_cos(x)),
    "cos": _sin,
    "tan": lambda x: neg(log_abs(_cos(x))),
    "cot": lambda x: log_abs(_sin(x)),
    "sec": lambda x: log_abs(add(call("sec", x), call("tan", x))),
    "csc": lambda x: neg(log_abs(add(call("csc", x), call("cot", x)))),
    # hyperbolic
    "sinh": _cosh,
    "cosh": _sinh,
    "tanh": lambda x: _log(_cosh(x)),
    "coth": lambda x: log_abs(_sinh(x)),
    "sech": lambda x: call("atan", _sinh(x)),
    "csch": lambda x: log_abs(call("tanh", mul(HALF, x))),
    # inverse ones that have no short derivation by parts
    "asec": lambda x: sub(mul(x, call("asec", x)), call("acosh", _abs(x))),
    "acsc": lambda x: add(mul(x, call("acsc", x)), call("acosh", _abs(x))),
    "asech": lambda x: add(mul(x, call("asech", x)), call("asin", x)),
    "acsch": lambda x: add(mul(x, call("acsch", x)), call("asinh", _abs(x))),
    "acosh": lambda x: sub(mul(x, call("acosh", x)), sqrt(sub(_sq(x), ONE))),
    "acoth": lambda x: add(mul(x, call("acoth", x)), mul(HALF, log_abs(sub(_sq(x), ONE)))),
    # real roots and steps
    "cbrt": lambda x: mul(number(Fraction(3, 4)), x, call("cbrt", x)),
    "abs": lambda x: mul(HALF, x, _abs(x)),
    "sign": _abs,
    "heaviside": _f("relu"),
    "floor": _floor,
    "ceil": _ceil,
    # special functions
    "erf": lambda x: add(mul(x, call("erf", x)), _gaussian_step(x)),
    "erfc": lambda x: sub(mul(x, call("erfc", x)), _gaussian_step(x)),
    "erfi": lambda x: sub(mul(x, call("erfi", x)), div(_exp(_sq(x)), sqrt(PI))),
    "Si": lambda x: add(mul(x, call("Si", x)), _cos(x)),
    "Ci": lambda x: sub(mul(x, call("Ci", x)), _sin(x)),
    "Shi": lambda x: sub(mul(x, call("Shi", x)), _cosh(x)),
    "Chi": lambda x: sub(mul(x, call("Chi", x)), _sinh(x)),
    "Ei": lambda x: sub(mul(x, call("Ei", x)), _exp(x)),
    "li": lambda x: sub(mul(x, call("li", x)), call("Ei", mul(TWO, _log(x)))),
    "fresnels": _fresnel("fresnels", "cos", 1),
    "fresnelc": _fresnel("fresnelc", "sin", -1),
    "digamma": _f("loggamma"),
    "polygamma": _polygamma,
    "airyaiprime": _f("airyai"),
    "airybiprime": _f("airybi"),
    "besselj": _bessel("besselj", -1),
    "bessely": _bessel("bessely", -1),
    "besseli": _bessel("besseli", 1),
    "besselk": _bessel("besselk", -1),
    "uppergamma": lambda x, s: sub(
        mul(x, call("uppergamma", s, x)), call("uppergamma", tidy(add(s, ONE)), x)
    ),
    "lowergamma": lambda x, s: sub(
        mul(x, call("lowergamma", s, x)), call("lowergamma", tidy(add(s, ONE)), x)
    ),
    "expint": lambda x, n: neg(call("expint", tidy(add(n, ONE)), x)),
    "polylog": _dilogarithm,
    "zeta": _zeta,
    "LambertW": _lambert,
}
