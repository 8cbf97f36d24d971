"""Powers of x beside sums with an exponential: Fermi and Bose integrals, polylogarithms."""

from __future__ import annotations

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    E,
    I,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    integral,
    multiplied_out,
    whole,
)
from dlmath.maths.calculus.antiderivatives.parts import parts_plan
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear


def exponential_sum(node: Node, x: Node) -> tuple[Node, Node, Node] | None:
    """(a, g, k) with node = a + g and g' = k*g, where a and k are constant; else None."""
    if node.op != "add":
        return None
    constant = [term for term in node.args if not depends(term, x)]
    grown = [term for term in node.args if depends(term, x)]
    if len(grown) != 1 or not constant:
        return None
    rate = growth_rate(grown[0], x)
    return None if rate is None else (add(*constant), grown[0], rate)


def growth_rate(node: Node, x: Node) -> Node | None:
    """k with node' = k*node for a constant k, else None."""
    powers = as_product(node, x).powers
    if not powers:
        return None
    rates: list[Node] = []
    for base, exponent in powers.items():
        inner = linear(exponent, x)
        if depends(base, x) or inner is None:
            return None
        rates.append(inner[0] if base is E else mul(inner[0], call("log", base)))
    return tidy(add(*rates))


def polylog(order: Node, argument: Node) -> Node:
    """polylog, with -log(1 - z) for order one."""
    if order is ONE:
        return neg(call("log", tidy(sub(ONE, argument))))
    return call("polylog", order, argument)


def exponential_fraction_rule(problem: Problem) -> Plan | None:
    """x**n/(a + b*exp(k*x + c)) for a whole n > 0, by parts again and again."""
    powers = problem.product.powers
    x = problem.x
    bottom = [b for b, e in powers.items() if e is MINUS_ONE and b.op == "add"]
    if len(bottom) != 1 or set(powers) - {x, bottom[0]}:
        return None
    size = whole(powers.get(x, ZERO))
    found = exponential_sum(bottom[0], x)
    if found is None or size is None or not 0 <= size < 12:
        return None
    a, grown, rate = found
    minus = tidy(neg(div(grown, a)))
    terms = [div(power(x, number(size + 1)), number(size + 1))]
    factor: Node = ONE
    for k in range(size + 1):
        term = mul(factor, power(x, number(size - k)), polylog(number(k + 1), minus))
        terms.append(mul(number((-1) ** k), div(term, power(rate, number(k + 1)))))
        factor = mul(factor, number(size - k))
    text: Sentence = ("by parts, again and again: polylogarithms of ", minus)
    return problem.plan("special function", text, div(add(*terms), a))


def lower_exponential_rule(problem: Problem) -> Plan | None:
    """x**n/(a + g)**m: one power less, by 1 = ((a + g) - g)/a."""
    powers = problem.product.powers
    x = problem.x
    bottom = [b for b, e in powers.items() if b.op == "add" and (whole(e) or 0) < -1]
    if len(bottom) != 1 or set(powers) - {x, bottom[0]} or x not in powers:
        return None
    base = bottom[0]
    size, n = whole(powers[base]), whole(powers[x])
    found = exponential_sum(base, x)
    if found is None or size is None or n is None or not 0 < n < 12:
        return None
    a, grown, _ = found
    lead = power(x, number(n))
    parts: list[Plan] = []
    terms: list[Node] = []
    for sign, term in (
        (ONE, mul(lead, power(base, number(size + 1)))),
        (MINUS_ONE, mul(lead, grown, power(base, number(size)))),
    ):
        part = problem.solve(term)
        if part is None:
            return None
        parts.append(part)
        terms.append(mul(sign, integral(part.integrand, x)))
    text: Sentence = ("use 1 = (", base, " - ", grown, ")/", a)
    return problem.plan("identity", text, div(add(*terms), a), tuple(parts))


def exponential_denominator_parts_rule(problem: Problem) -> Plan | None:
    """x**n*g/(a + g)**m by parts with dv = g/(a + g)**m dx."""
    powers = problem.product.powers
    x = problem.x
    for base, exponent in powers.items():
        found = exponential_sum(base, x) if (whole(exponent) or 0) < 0 else None
        size = whole(powers.get(x, ZERO))
        if found is None or size is None or size < 1:
            continue
        rest = {b: e for b, e in powers.items() if b is not x}
        others = {b: e for b, e in rest.items() if b is not base}
        if growth_rate(from_powers(others), x) is None:
            continue
        outer = problem.solve(from_powers(rest))
        if outer is not None and outer.complete:
            return parts_plan(problem, power(x, number(size)), outer.integrand, outer)
    return None


# --- logarithms and polylogarithms of exponentials ------------------------------------------


def polylog_rule(problem: Problem) -> Plan | None:
    """log(a + g) and polylog(s, g) with g' = k*g, perhaps times a whole power of x."""
    powers = dict(problem.product.powers)
    x = problem.x
    size = whole(powers.pop(x, ZERO))
    if size is None or size < 0 or len(powers) != 1:
        return None
    ((node, exponent),) = powers.items()
    if exponent is not ONE:
        return None
    value = _exponential_polylog(node, x)
    if value is None:
        return None
    text: Sentence = ("no elementary antiderivative: a polylogarithm",)
    if size == 0:
        return problem.plan("special function", text, value)
    known = Plan("special function", text, node, x, value)
    return parts_plan(problem, power(x, number(size)), node, known)


def _exponential_polylog(node: Node, x: Node) -> Node | None:
    if node.op == "polylog" and not depends(node.args[0], x):
        rate = growth_rate(node.args[1], x)
        raised = tidy(add(node.args[0], ONE))
        return None if rate is None else div(call("polylog", raised, node.args[1]), rate)
    found = exponential_sum(node.args[0], x) if node.op == "log" else None
    if found is None or len(node.args) != 1:
        return None
    a, grown, rate = found
    minus = tidy(neg(div(grown, a)))
    return sub(mul(call("log", a), x), div(call("polylog", TWO, minus), rate))


def arctangent_of_exponential_rule(problem: Problem) -> Plan | None:
    """atan and acot of an exponential, as logarithms of complex numbers."""
    mapping: dict[Node, Node] = {}
    for part in problem.nodes:
        if part.op not in ("atan", "acot", "atanh", "acoth"):
            continue
        z = part.args[0]
        if growth_rate(z, problem.x) is None:
            return None
        unit = I if part.op in ("atan", "acot") else ONE
        if part.op in ("acot", "acoth"):
            z = power(z, MINUS_ONE)
        turned = mul(unit, z)
        gap = sub(call("log", add(ONE, turned)), call("log", sub(ONE, turned)))
        mapping[part] = div(gap, mul(TWO, unit))
    if not mapping:
        return None
    plan = problem.solve(multiplied_out(replace(problem.integrand, mapping)))
    if plan is None:
        return None
    old, new = next(iter(mapping.items()))
    text: Sentence = ("write ", old, " = ", tidy(new))
    return problem.plan("rewrite", text, integral(plan.integrand, problem.x), (plan,))
