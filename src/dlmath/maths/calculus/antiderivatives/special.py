"""Integrands whose antiderivatives are named functions: erf, Si, Ei, Fresnel, polylogarithm."""

from __future__ import annotations

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
    free_symbols,
    is_number,
    make,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
    vector,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    integral,
    multiplied_out,
    sign_of,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear, quadratic


def natural_exponent(problem: Problem) -> Node | None:
    """e with base**exponent = exp(e) for the exponential factors together, else None."""
    found = [
        (base, exponent)
        for base, exponent in problem.product.powers.items()
        if not depends(base, problem.x) and depends(exponent, problem.x)
    ]
    if not found:
        return None
    exponents = [
        exponent if base is E else mul(exponent, call("log", base)) for base, exponent in found
    ]
    return exponents[0] if len(found) == 1 and found[0][0] is E else multiplied_out(add(*exponents))


def _others(problem: Problem) -> dict[Node, Node]:
    return {
        base: exponent
        for base, exponent in problem.product.powers.items()
        if depends(base, problem.x)
    }


def is_negative(node: Node, problem: Problem) -> tuple[bool, tuple[Sentence, ...]]:
    """Is a constant negative, every unknown parameter taken as positive; and the condition."""
    known = sign_of(node, problem.search.positive)
    if known is not None:
        return known < 0, ()
    guess = sign_of(node, frozenset(free_symbols(node))) or 1
    words = " is negative" if guess < 0 else " is positive"
    return guess < 0, ((node, words),)


# --- the error function ---------------------------------------------------------------------


def gaussian_rule(problem: Problem) -> Plan | None:
    """exp(a*x**2 + b*x + c), perhaps times a whole power of x."""
    exponent = natural_exponent(problem)
    if exponent is None:
        return None
    square = quadratic(exponent, problem.x)
    others = _others(problem)
    if square is None:
        return None
    a, b, c = square
    if not others:
        return _gaussian(problem, a, b, c)
    if set(others) != {problem.x}:
        return None
    size = whole(others[problem.x])
    if size is None or not 0 < size < 20 or (b is ZERO and size % 2):
        return None
    return _gaussian_moment(problem, exponent, a, b, size)


def _gaussian(problem: Problem, a: Node, b: Node, c: Node) -> Plan:
    negative, conditions = is_negative(a, problem)
    size = tidy(sqrt(tidy(neg(a)) if negative else a))
    shift = div(b, mul(TWO, a))
    rest = multiplied_out(sub(c, div(power(b, TWO), mul(number(4), a))))
    error = call("erf" if negative else "erfi", tidy(mul(size, add(problem.x, shift))))
    value = div(mul(sqrt(PI), call("exp", rest), error), mul(TWO, size))
    name = "error function" if negative else "imaginary error function"
    text: Sentence = (f"a Gaussian integral: the {name}",)
    if b is not ZERO:
        text = (f"complete the square in the exponent; a Gaussian integral: the {name}",)
    return problem.plan("error function", text, value, conditions=conditions)


def _gaussian_moment(problem: Problem, exponent: Node, a: Node, b: Node, size: int) -> Plan | None:
    """x**n*exp(q): from (x**(n - 1)*exp(q))' and q' = 2*a*x + b."""
    x, bell = problem.x, call("exp", exponent)
    lower = power(x, number(size - 1))
    parts: list[Plan] = []
    result = div(mul(lower, bell), mul(TWO, a))
    pairs = [(div(b, mul(TWO, a)), lower)]
    if size > 1:
        pairs.append((div(number(size - 1), mul(TWO, a)), power(x, number(size - 2))))
    for factor, left in pairs:
        if tidy(factor) is ZERO:
            continue
        part = problem.solve(mul(left, bell))
        if part is None:
            return None
        parts.append(part)
        result = sub(result, mul(factor, integral(part.integrand, x)))
    text: Sentence = ("by parts, with dv = (", tidy(add(mul(TWO, a, x), b)), ")*", bell, " d", x)
    return problem.plan("parts", text, result, tuple(parts))


# --- exponential, sine and cosine integrals -------------------------------------------------


def over_linear_rule(problem: Problem) -> Plan | None:
    """exp, sin, cos, sinh, cosh of a linear argument over a linear term."""
    powers = problem.product.powers
    bottom = [b for b, e in powers.items() if e is MINUS_ONE and linear(b, problem.x)]
    if len(bottom) != 1 or len(powers) != 2:
        return None
    base = bottom[0]
    lower = linear(base, problem.x)
    assert lower is not None
    exponent = natural_exponent(problem)
    if exponent is not None:
        return _over_linear(problem, "exp", exponent, base, lower)
    wave = next(b for b in powers if b is not base)
    if wave.op not in ("sin", "cos", "sinh", "cosh") or powers[wave] is not ONE:
        return None
    return _over_linear(problem, wave.op, wave.args[0], base, lower)


def _over_linear(
    problem: Problem, name: str, argument: Node, base: Node, lower: tuple[Node, Node]
) -> Plan | None:
    """With s = c*x + d the argument is p*s + q."""
    upper = linear(argument, problem.x)
    if upper is None:
        return None
    p = tidy(div(upper[0], lower[0]))
    q = multiplied_out(sub(upper[1], mul(p, lower[1])))
    scaled = multiplied_out(mul(p, base))
    if name == "exp":
        value = mul(call("exp", q), call("Ei", scaled))
        names = "exponential integral"
    elif name in ("sin", "cos"):
        one, other = call("Si", scaled), call("Ci", scaled)
        names = "sine and cosine integrals"
        if name == "sin":
            value = add(mul(one, call("cos", q)), mul(other, call("sin", q)))
        else:
            value = sub(mul(other, call("cos", q)), mul(one, call("sin", q)))
    else:
        one, other = call("Shi", scaled), call("Chi", scaled)
        names = "hyperbolic sine and cosine integrals"
        if name == "cosh":
            one, other = other, one
        value = add(mul(one, call("cosh", q)), mul(other, call("sinh", q)))
    text: Sentence = (f"no elementary antiderivative: the {names}",)
    return problem.plan("special function", text, div(value, lower[0]))


def logarithmic_integral_rule(problem: Problem) -> Plan | None:
    """1/log(x) is the derivative of li(x)."""
    powers = problem.product.powers
    if len(powers) != 1:
        return None
    ((base, exponent),) = powers.items()
    if exponent is not MINUS_ONE or base.op != "log" or len(base.args) != 1:
        return None
    inner = linear(base.args[0], problem.x)
    if inner is None:
        return None
    text: Sentence = ("no elementary antiderivative: the logarithmic integral",)
    return problem.plan("special function", text, div(call("li", base.args[0]), inner[0]))


def incomplete_gamma_rule(problem: Problem) -> Plan | None:
    """(c*x + d)**n*exp(a*x + b) for an n that is no whole number."""
    exponent = natural_exponent(problem)
    others = _others(problem)
    if exponent is None or len(others) != 1:
        return None
    ((base, size),) = others.items()
    lower, upper = linear(base, problem.x), linear(exponent, problem.x)
    if lower is None or upper is None or depends(size, problem.x) or whole(size) is not None:
        return None
    p = tidy(div(upper[0], lower[0]))
    q = multiplied_out(sub(upper[1], mul(p, lower[1])))
    raised = tidy(add(size, ONE))
    scaled = tidy(neg(multiplied_out(mul(p, base))))
    upper_gamma = call("uppergamma", raised, scaled)
    negative, conditions = is_negative(p, problem)
    if negative:
        value = neg(mul(power(tidy(neg(p)), neg(raised)), upper_gamma))
    else:
        conditions = ()
        value = neg(mul(power(base, raised), power(scaled, neg(raised)), upper_gamma))
    result = div(mul(call("exp", q), value), lower[0])
    text: Sentence = ("no elementary antiderivative: the incomplete gamma function",)
    return problem.plan("special function", text, result, conditions=conditions)


def power_exponential_rule(problem: Problem) -> Plan | None:
    """x**m*exp(a*x**n): the incomplete gamma function, Ei for m = -1."""
    x = problem.x
    exponent = natural_exponent(problem)
    others = _others(problem)
    if exponent is None or set(others) - {x}:
        return None
    m = others.get(x, ZERO)
    inside = as_product(exponent, x)
    if set(inside.powers) != {x} or depends(m, x):
        return None
    n = inside.powers[x]
    if depends(n, x) or n is ONE:
        return None
    raised = tidy(add(m, ONE))
    if raised is ZERO:
        text: Sentence = ("no elementary antiderivative: the exponential integral",)
        return problem.plan("special function", text, div(call("Ei", exponent), n))
    ratio = tidy(div(raised, n))
    if is_number(ratio) and ratio.number > 0:
        series = make("hyper", (vector([ratio]), vector([tidy(add(ratio, ONE))]), exponent))
        text = ("no elementary antiderivative: the confluent hypergeometric function",)
        value = div(mul(power(x, raised), series), raised)
        return problem.plan("special function", text, value)
    minus = tidy(neg(exponent))
    negative, conditions = is_negative(inside.constant, problem)
    if negative and not is_number(ratio):
        outside = power(tidy(neg(inside.constant)), neg(ratio))
    else:
        outside, conditions = mul(power(x, raised), power(minus, neg(ratio))), ()
    value = neg(div(mul(outside, call("uppergamma", ratio, minus)), n))
    text = ("no elementary antiderivative: the incomplete gamma function",)
    return problem.plan("special function", text, value, conditions=conditions)


# --- Fresnel integrals ----------------------------------------------------------------------


def fresnel_rule(problem: Problem) -> Plan | None:
    """sin and cos of a quadratic, by completing the square."""
    node = problem.integrand
    if node.op not in ("sin", "cos"):
        return None
    square = quadratic(node.args[0], problem.x)
    if square is None:
        return None
    a, b, c = square
    flip, conditions = is_negative(a, problem)
    outside = MINUS_ONE if flip and node.op == "sin" else ONE
    if flip:
        a, b, c = (tidy(neg(each)) for each in square)
    rest = multiplied_out(sub(c, div(power(b, TWO), mul(number(4), a))))
    scale = sqrt(div(TWO, mul(PI, a)))
    argument = tidy(mul(sqrt(div(mul(TWO, a), PI)), add(problem.x, div(b, mul(TWO, a)))))
    fc, fs = call("fresnelc", argument), call("fresnels", argument)
    if node.op == "cos":
        value = sub(mul(call("cos", rest), fc), mul(call("sin", rest), fs))
    else:
        value = add(mul(call("cos", rest), fs), mul(call("sin", rest), fc))
    text: Sentence = ("no elementary antiderivative: the Fresnel integrals",)
    result = mul(outside, HALF, PI, scale, value)
    return problem.plan("special function", text, result, conditions=conditions)


# --- polylogarithms -------------------------------------------------------------------------


def dilogarithm_rule(problem: Problem) -> Plan | None:
    """log(1 + c*x**n)/x and polylog(s, c*x**n)/x."""
    powers = problem.product.powers
    x = problem.x
    if len(powers) != 2 or powers.get(x) is not MINUS_ONE:
        return None
    other = next(base for base in powers if base is not x)
    if powers[other] is not ONE:
        return None
    if other.op == "polylog" and not depends(other.args[0], x):
        order, inner = tidy(add(other.args[0], ONE)), other.args[1]
        sign = ONE
    elif other.op == "log" and len(other.args) == 1:
        order, inner, sign = TWO, tidy(sub(ONE, other.args[0])), MINUS_ONE
    else:
        return None
    size = _monomial_power(inner, x)
    if size is None:
        return None
    text: Sentence = ("no elementary antiderivative: a polylogarithm",)
    value = div(mul(sign, call("polylog", order, inner)), size)
    return problem.plan("special function", text, value)


def _monomial_power(node: Node, x: Node) -> Node | None:
    """n with node = c*x**n, else None."""
    powers = as_product(node, x).powers
    if set(powers) != {x} or depends(powers[x], x):
        return None
    return powers[x]
