"""Derivative rules of functions of one operand (`derivatives.partial`)."""

from __future__ import annotations

from collections.abc import Callable

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
    sqrt,
    sub,
)
from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

#: The derivative by the one operand u, given u and the node f(u) itself.
Rule = Callable[[Node, Node], Node]


def squared(u: Node) -> Node:
    return power(u, TWO)


def _plus_one_squared(u: Node) -> Node:
    return add(ONE, squared(u))


def _one_minus_square(u: Node) -> Node:
    return sub(ONE, squared(u))


def one_over(u: Node) -> Node:
    return power(u, MINUS_ONE)


def choose(*parts: Node) -> Node:
    return make("piecewise", parts)


def below(a: Node, b: Node) -> Node:
    return make("lt", (a, b))


def above(a: Node, b: Node) -> Node:
    return make("gt", (a, b))


def _gaussian(u: Node) -> Node:
    """2/sqrt(pi)*exp(-u^2)"""
    return div(mul(TWO, call("exp", neg(squared(u)))), sqrt(PI))


def _elementary() -> dict[str, Rule]:
    def inverse_of_sine(u: Node, _: Node) -> Node:
        return one_over(sqrt(_one_minus_square(u)))

    def inverse_of_secant(u: Node, _: Node) -> Node:
        return one_over(mul(squared(u), sqrt(sub(ONE, one_over(squared(u))))))

    def inverse_of_hyperbolic_cosecant(u: Node, _: Node) -> Node:
        return neg(one_over(mul(squared(u), sqrt(add(ONE, one_over(squared(u)))))))

    def inverse_of_hyperbolic_cosine(u: Node, _: Node) -> Node:
        return one_over(mul(sqrt(sub(u, ONE)), sqrt(add(u, ONE))))

    def inverse_of_hyperbolic_secant(u: Node, _: Node) -> Node:
        inverse = one_over(u)
        below = mul(squared(u), sqrt(sub(inverse, ONE)), sqrt(add(inverse, ONE)))
        return neg(one_over(below))

    return {
        "exp": lambda _, f: f,
        "log": lambda u, _: one_over(u),
        "sin": lambda u, _: call("cos", u),
        "cos": lambda u, _: neg(call("sin", u)),
        "tan": lambda u, _: squared(call("sec", u)),
        "sec": lambda u, f: mul(f, call("tan", u)),
        "csc": lambda u, f: neg(mul(f, call("cot", u))),
        "cot": lambda u, _: neg(squared(call("csc", u))),
        "asin": inverse_of_sine,
        "acos": lambda u, f: neg(inverse_of_sine(u, f)),
        "atan": lambda u, _: one_over(_plus_one_squared(u)),
        "asec": inverse_of_secant,
        "acsc": lambda u, f: neg(inverse_of_secant(u, f)),
        "acot": lambda u, _: neg(one_over(_plus_one_squared(u))),
        "sinh": lambda u, _: call("cosh", u),
        "cosh": lambda u, _: call("sinh", u),
        "tanh": lambda _, f: _one_minus_square(f),
        "sech": lambda u, f: neg(mul(f, call("tanh", u))),
        "csch": lambda u, f: neg(mul(f, call("coth", u))),
        "coth": lambda _, f: _one_minus_square(f),
        "asinh": lambda u, _: one_over(sqrt(_plus_one_squared(u))),
        "acosh": inverse_of_hyperbolic_cosine,
        "atanh": lambda u, _: one_over(_one_minus_square(u)),
        "asech": inverse_of_hyperbolic_secant,
        "acsch": inverse_of_hyperbolic_cosecant,
        "acoth": lambda u, _: one_over(_one_minus_square(u)),
        "cbrt": lambda _, f: one_over(mul(number(3), squared(f))),
        "abs": lambda u, _: call("sign", u),
        "re": lambda _, __: ONE,
        "conjugate": lambda _, __: ONE,
        **dict.fromkeys(("sign", "floor", "ceil", "heaviside", "arg", "im"), lambda _, __: ZERO),
    }


def _special() -> dict[str, Rule]:
    def fresnel(function: str) -> Rule:
        return lambda u, _: call(function, mul(HALF, PI, squared(u)))

    def integral_of(function: str) -> Rule:
        return lambda u, _: div(call(function, u), u)

    def w(u: Node, f: Node) -> Node:
        return one_over(add(u, call("exp", f)))

    def complete_first(m: Node, f: Node) -> Node:
        kept = sub(ONE, m)
        return div(sub(call("elliptic_e", m), mul(kept, f)), mul(TWO, m, kept))

    def factorial(u: Node, f: Node) -> Node:
        return mul(f, call("digamma", add(u, ONE)))

    return {
        "erf": lambda u, _: _gaussian(u),
        "erfc": lambda u, _: neg(_gaussian(u)),
        "erfi": lambda u, _: div(mul(TWO, call("exp", squared(u))), sqrt(PI)),
        "gamma": lambda u, f: mul(f, call("digamma", u)),
        "loggamma": lambda u, _: call("digamma", u),
        "digamma": lambda u, _: call("polygamma", ONE, u),
        "factorial": factorial,
        "Si": integral_of("sin"),
        "Ci": integral_of("cos"),
        "Shi": integral_of("sinh"),
        "Chi": integral_of("cosh"),
        "Ei": integral_of("exp"),
        "li": lambda u, _: one_over(call("log", u)),
        "fresnels": fresnel("sin"),
        "fresnelc": fresnel("cos"),
        "airyai": lambda u, _: call("airyaiprime", u),
        "airybi": lambda u, _: call("airybiprime", u),
        "airyaiprime": lambda u, _: mul(u, call("airyai", u)),
        "airybiprime": lambda u, _: mul(u, call("airybi", u)),
        "LambertW": w,
        "elliptic_k": complete_first,
        "elliptic_e": lambda m, f: div(sub(f, call("elliptic_k", m)), mul(TWO, m)),
    }


def _networks() -> dict[str, Rule]:
    def sigmoid(_: Node, f: Node) -> Node:
        return mul(f, sub(ONE, f))

    def relu(u: Node, _: Node) -> Node:
        return choose(ONE, above(u, ZERO), ZERO, TRUE)

    def selu(u: Node, _: Node) -> Node:
        scale = number(SELU_SCALE)
        below = mul(scale, number(SELU_ALPHA), call("exp", u))
        return choose(scale, above(u, ZERO), below, TRUE)

    def gelu(u: Node, _: Node) -> Node:
        below = mul(HALF, add(ONE, call("erf", div(u, sqrt(TWO)))))
        density = div(call("exp", neg(div(squared(u), TWO))), sqrt(mul(TWO, PI)))
        return add(below, mul(u, density))

    def silu(u: Node, _: Node) -> Node:
        s = call("sigmoid", u)
        return add(s, mul(u, s, sub(ONE, s)))

    def mish(u: Node, _: Node) -> Node:
        t = call("tanh", call("softplus", u))
        return add(t, mul(u, call("sigmoid", u), _one_minus_square(t)))

    def inside(low: int, high: int, slope: Node) -> Rule:
        def rule(u: Node, _: Node) -> Node:
            within = make("and", (above(u, number(low)), below(u, number(high))))
            return choose(slope, within, ZERO, TRUE)

        return rule

    sixth = div(ONE, number(6))
    return {
        "sigmoid": sigmoid,
        "relu": relu,
        "selu": selu,
        "gelu": gelu,
        "softplus": lambda u, _: call("sigmoid", u),
        "silu": silu,
        "mish": mish,
        "hardtanh": inside(-1, 1, ONE),
        "hard_sigmoid": inside(-3, 3, sixth),
        "softsign": lambda u, _: power(add(ONE, call("abs", u)), number(-2)),
    }


ELEMENTWISE: dict[str, Rule] = {**_elementary(), **_special(), **_networks()}
