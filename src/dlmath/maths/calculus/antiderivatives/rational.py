"""Rational functions: division, partial fractions, logarithms and arctangents."""

from __future__ import annotations

from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
)
from dlmath.expression.tidy import split_coefficient, tidy
from dlmath.maths.calculus.antiderivatives.clean import log_abs
from dlmath.maths.calculus.antiderivatives.derivative import derivative
from dlmath.maths.calculus.antiderivatives.factors import FactorTerms, partial_fractions
from dlmath.maths.calculus.antiderivatives.forms import integral, multiplied_out, sign_of, whole
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    discriminant,
    divide,
    from_coefficients,
    polynomial,
    slope_of,
    times,
    trim,
)


class Fraction(NamedTuple):
    """top / product of base**multiplicity; bases are polynomials that contain the variable."""

    top: Coefficients
    bottom: list[tuple[Node, Coefficients, int]]

    @property
    def degree(self) -> int:
        """The degree of the denominator."""
        return sum((len(base) - 1) * size for _, base, size in self.bottom)

    def denominator(self) -> Coefficients:
        """The denominator multiplied out."""
        return trim(times(*(base for _, base, size in self.bottom for _ in range(size))))


def as_fraction(problem: Problem) -> Fraction | None:
    """The integrand as a rational function with its denominator in factors, or None."""
    top: Coefficients = [problem.product.constant]
    bottom: list[tuple[Node, Coefficients, int]] = []
    for base, exponent in problem.product.powers.items():
        size = whole(exponent)
        found = polynomial(base, problem.x)
        if size is None or found is None or abs(size) * len(found) > 80:
            return None
        if size > 0:
            top = times(top, *[found] * size)
        else:
            bottom.append((base, found, -size))
    return Fraction(trim(top), bottom)


def polynomial_rule(problem: Problem) -> Plan | None:
    """A product of polynomials is multiplied out."""
    if not {"mul", "pow"} & problem.ops:
        return None
    found = polynomial(problem.integrand, problem.x)
    if found is None:
        return None
    written = from_coefficients(found, problem.x)
    return _rewritten(problem, "multiply out", ("multiply out",), written)


def _rewritten(problem: Problem, rule: str, text: Sentence, written: Node) -> Plan | None:
    written = tidy(written)
    if written is problem.integrand:
        return None
    plan = problem.solve(written)
    if plan is None:
        return None
    return problem.plan(rule, text, integral(plan.integrand, problem.x), (plan,))


def rational_rule(problem: Problem) -> Plan | None:
    """A quotient of polynomials, by the first of the methods below that fits."""
    fraction = as_fraction(problem)
    if fraction is None or not fraction.bottom:
        return None
    if len(fraction.top) - 1 >= fraction.degree:
        return _division(problem, fraction)
    if len(fraction.bottom) == 1:
        base, coefficients, size = fraction.bottom[0]
        if len(coefficients) == 2:
            return _linear_base(problem, fraction.top, base, coefficients, size)
        if len(coefficients) == 3 and not _splits(coefficients, problem):
            return _quadratic_base(problem, fraction.top, base, coefficients, size)
    return _partial_fractions(problem, fraction)


def _division(problem: Problem, fraction: Fraction) -> Plan | None:
    quotient, rest = divide(fraction.top, fraction.denominator())
    bottom = mul(*(power(base, number(size)) for base, _, size in fraction.bottom))
    terms = [from_coefficients(quotient, problem.x)]
    if rest:
        terms.append(tidy(div(from_coefficients(rest, problem.x), bottom)))
    plans = [problem.solve(term) for term in terms]
    parts = tuple(plan for plan in plans if plan is not None)
    if len(parts) < len(plans):
        return None
    text: Sentence = ("divide the numerator by the denominator",)
    result = add(*(integral(part.integrand, problem.x) for part in parts))
    return problem.plan("polynomial division", text, result, parts)


def _linear_base(
    problem: Problem, top: Coefficients, base: Node, coefficients: Coefficients, size: int
) -> Plan | None:
    """P(x)/(a*x + b)**n by writing P in powers of a*x + b."""
    terms: list[Node] = []
    rest, index = top, 0
    while rest:
        rest, remainder = divide(rest, coefficients)
        if remainder:
            terms.append(tidy(mul(remainder[0], power(base, number(index - size)))))
        index += 1
    if len(terms) < 2:
        return None
    text: Sentence = ("write the numerator in powers of ", base)
    return _sum_of(problem, "partial fractions", text, terms)


def _sum_of(problem: Problem, rule: str, text: Sentence, terms: list[Node]) -> Plan | None:
    plans = [problem.solve(term) for term in terms]
    parts = tuple(plan for plan in plans if plan is not None)
    if len(parts) < len(plans):
        return None
    result = add(*(integral(part.integrand, problem.x) for part in parts))
    return problem.plan(rule, text, result, parts)


# --- quadratic denominators -----------------------------------------------------------------


def root(node: Node) -> Node:
    """A square root of the node, either sign: root(a**2) is a."""
    node = tidy(node)
    outside: list[Node] = []
    inside: list[Node] = []
    for part in node.args if node.op == "mul" else (node,):
        size = whole(part.args[1]) if part.op == "pow" else None
        if size is not None and size % 2 == 0:
            outside.append(power(part.args[0], number(size // 2)))
        else:
            inside.append(part)
    return tidy(mul(*outside, sqrt(mul(*inside))))


def _splits(coefficients: Coefficients, problem: Problem) -> bool:
    """Has the quadratic two rational factors?"""
    c, b, a = coefficients
    size = discriminant(a, b, c)
    if size is ZERO:
        return True
    if free_symbols(size) or sign_of(size) != 1:
        return False
    return root(size).op == "number"


def _quadratic_base(
    problem: Problem, top: Coefficients, base: Node, coefficients: Coefficients, size: int
) -> Plan | None:
    """P(x)/(a*x**2 + b*x + c)**n."""
    if len(top) > 2:
        terms: list[Node] = []
        rest, index = top, 0
        while rest:
            rest, remainder = divide(rest, coefficients)
            if remainder:
                lead = from_coefficients(remainder, problem.x)
                terms.append(tidy(mul(lead, power(base, number(index - size)))))
            index += 1
        return _sum_of(problem, "partial fractions", ("write the numerator by ", base), terms)
    c, b, a = coefficients
    if len(top) == 2:
        return _split_numerator(problem, top, base, coefficients, size)
    if size > 1:
        return _lower_power(problem, top[0], base, coefficients, size)
    return _arctangent(problem, top[0], base, a, b, c)


def _split_numerator(
    problem: Problem, top: Coefficients, base: Node, coefficients: Coefficients, size: int
) -> Plan | None:
    """p*x + q as a multiple of the derivative of the denominator, and a constant."""
    _, b, a = coefficients
    share = tidy(div(top[1], mul(TWO, a)))
    rest = multiplied_out(sub(top[0], mul(share, b)))
    lead = from_coefficients(slope_of(coefficients), problem.x)
    if size == 1:
        known = mul(share, _log_of(base, coefficients, problem))
    else:
        known = div(mul(share, power(base, number(1 - size))), number(1 - size))
    if rest is ZERO:
        text: Sentence = ("the numerator is a multiple of the derivative ", lead)
        return problem.plan("derivative of the denominator", text, known)
    part = problem.solve(mul(rest, power(base, number(-size))))
    if part is None:
        return None
    text = ("split off the multiple ", share, " of the derivative ", lead, " of ", base)
    result = add(known, integral(part.integrand, problem.x))
    return problem.plan("split the numerator", text, result, (part,))


def _log_of(base: Node, coefficients: Coefficients, problem: Problem) -> Node:
    """log(q), with bars unless the quadratic q is positive everywhere."""
    c, b, a = coefficients
    size = sign_of(discriminant(a, b, c), problem.search.positive)
    if size == -1 and sign_of(a, problem.search.positive) == 1:
        return call("log", base)
    return log_abs(base)


def completed(a: Node, b: Node, c: Node, x: Node) -> tuple[Node, Node]:
    """(lead, size) with a*(a*x**2 + b*x + c) a multiple of lead**2 - size, halves avoided.

    They are 2*a*x + b and b**2 - 4*a*c, or half and a quarter of them where b is even.
    """
    content, _ = split_coefficient(b)
    size = discriminant(a, b, c)
    lead = add(mul(TWO, a, x), b)
    if isinstance(content, int) and content % 2 == 0:
        return multiplied_out(mul(HALF, lead)), multiplied_out(div(size, number(4)))
    return tidy(lead), size


def _lower_power(
    problem: Problem, top: Node, base: Node, coefficients: Coefficients, size: int
) -> Plan | None:
    """1/q**n by the reduction to 1/q**(n - 1)."""
    c, b, a = coefficients
    gap = neg(discriminant(a, b, c))
    scale = mul(number(size - 1), gap)
    lead = from_coefficients(slope_of(coefficients), problem.x)
    factor = tidy(div(mul(top, TWO, a, number(2 * size - 3)), scale))
    part = problem.solve(mul(factor, power(base, number(1 - size))))
    if part is None:
        return None
    known = div(mul(top, lead, power(base, number(1 - size))), scale)
    text: Sentence = ("reduction: lower the power of ", base, " by one")
    result = add(known, integral(part.integrand, problem.x))
    return problem.plan("reduction", text, result, (part,))


def _arctangent(problem: Problem, top: Node, base: Node, a: Node, b: Node, c: Node) -> Plan | None:
    """A constant over a quadratic, by completing the square."""
    lead, size = completed(a, b, c, problem.x)
    scale = derivative(lead, problem.x)
    sign = sign_of(size, problem.search.positive)
    if size is ZERO or sign == 0:
        return None
    if sign == 1:
        apart = root(size)
        quotient = div(sub(lead, apart), add(lead, apart))
        text: Sentence = ("complete the square: a logarithm, since ", size, " is positive")
        value = div(mul(top, scale, log_abs(quotient)), mul(TWO, a, apart))
        return problem.plan("complete the square", text, value)
    if b is ZERO:
        up, down = root(a), root(c)
        result = div(mul(top, call("atan", div(mul(up, problem.x), down))), mul(up, down))
        condition: Sentence = (tidy(mul(a, c)), " is positive")
    else:
        gap = root(neg(size))
        result = div(mul(top, scale, call("atan", div(lead, gap))), mul(a, gap))
        condition = (neg(size), " is positive")
    conditions = () if sign == -1 else (condition,)
    text = ("complete the square: an arctangent",)
    if b is ZERO:
        text = ("standard integral: an arctangent",)
    return problem.plan("arctangent", text, result, conditions=conditions)


# --- partial fractions ----------------------------------------------------------------------


def _partial_fractions(problem: Problem, fraction: Fraction) -> Plan | None:
    terms: FactorTerms | None = partial_fractions(fraction.top, fraction.bottom, problem.x)
    if terms is None:
        return binomial_roots(problem, fraction)
    if len(terms) == 1 and tidy(terms[0]) is problem.integrand:
        return binomial_roots(problem, fraction)
    text: Sentence = ("partial fractions",)
    if len(terms) == 1:
        text = ("simplify the fraction",)
    plan = _sum_of(problem, "partial fractions", text, [tidy(term) for term in terms])
    return plan or binomial_roots(problem, fraction)


def binomial_roots(problem: Problem, fraction: Fraction) -> Plan | None:
    """x**m/(a*x**n + c)**k through the n roots of the denominator on a circle."""
    if len(fraction.bottom) != 1:
        return None
    base, coefficients, size = fraction.bottom[0]
    middle = [part for part in coefficients[1:-1] if part is not ZERO]
    if middle or coefficients[0] is ZERO or len(coefficients) < 4:
        return None
    if sum(part is not ZERO for part in fraction.top) > 1:
        terms = [
            tidy(mul(part, power(problem.x, number(i)), power(base, number(-size))))
            for i, part in enumerate(fraction.top)
            if part is not ZERO
        ]
        return _sum_of(problem, "sum", ("term by term",), terms)
    if size > 1:
        return _lower_binomial(problem, fraction)
    return _roots_on_circle(problem, fraction)


def _lower_binomial(problem: Problem, fraction: Fraction) -> Plan | None:
    """Reduction of the power of a*x**n + c by one."""
    base, coefficients, size = fraction.bottom[0]
    degree, m = len(coefficients) - 1, len(fraction.top) - 1
    scale = mul(number(degree * (size - 1)), coefficients[0])
    lead = mul(fraction.top[-1], power(problem.x, number(m)), power(base, number(1 - size)))
    factor = number(degree * (size - 1) - m - 1)
    part = problem.solve(div(mul(factor, lead), scale))
    if part is None:
        return None
    text: Sentence = ("reduction: lower the power of ", base, " by one")
    result = add(div(mul(problem.x, lead), scale), integral(part.integrand, problem.x))
    return problem.plan("reduction", text, result, (part,))


def _roots_on_circle(problem: Problem, fraction: Fraction) -> Plan | None:
    """The sum over the roots r of -r**(m + 1)*log(x - r)/(n*c), conjugates taken together."""
    base, coefficients, _ = fraction.bottom[0]
    n, m, x = len(coefficients) - 1, len(fraction.top) - 1, problem.x
    ratio = tidy(div(coefficients[0], coefficients[-1]))
    sign = sign_of(ratio, problem.search.positive)
    conditions: tuple[Sentence, ...] = () if sign else ((ratio, " is positive"),)
    sign = sign or 1
    radius = tidy(power(mul(number(sign), ratio), number(1) if n == 1 else div(ONE, number(n))))
    terms: list[Node] = []
    first = 1 if sign > 0 else 0
    for k in range(first, n + 1, 2):
        terms.append(_root_term(x, radius, n, m, k))
    scale = div(fraction.top[-1], mul(number(-n), coefficients[0]))
    text: Sentence = ("the roots of ", base, " lie on a circle; conjugate pairs give "
                      "logarithms and arctangents")  # fmt: skip
    result = mul(scale, power(radius, number(m + 1)), add(*terms))
    return problem.plan("partial fractions", text, result, conditions=conditions)


def _root_term(x: Node, radius: Node, n: int, m: int, k: int) -> Node:
    """The share of the roots at the angles pi*k/n and -pi*k/n."""
    if k == 0:
        return log_abs(sub(x, radius))
    if k == n:
        return mul(number((-1) ** (m + 1)), log_abs(add(x, radius)))
    angle = tidy(mul(PI, number(k), power(number(n), MINUS_ONE)))
    across, up = tidy(call("cos", angle)), tidy(call("sin", angle))
    turned = mul(number(m + 1), angle)
    square = add(power(x, TWO), mul(number(-2), radius, across, x), power(radius, TWO))
    tangent = div(sub(x, mul(radius, across)), mul(radius, up))
    return add(
        mul(TWO, HALF, call("cos", turned), call("log", tidy(square))),
        mul(number(-2), call("sin", turned), call("atan", tangent)),
    )
