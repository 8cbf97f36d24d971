"""Polynomials beside rational functions of circular or hyperbolic functions, by exponentials.

With w = exp(i*z) (or exp(z)) the functions of z are rational in w; partial fractions in w leave
terms x**n/(a + b*exp(k*x))**m, whose integrals are polylogarithms.
"""

from __future__ import annotations

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
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
    symbol,
    topological,
)
from dlmath.expression.tidy import fraction_parts, tidy
from dlmath.maths.calculus.antiderivatives.derivative import CIRCULAR, HYPERBOLIC
from dlmath.maths.calculus.antiderivatives.factors import factored, partial_fractions
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    integral,
    multiplied_out,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    discriminant,
    linear,
    polynomial,
    slope_of,
    times,
    trim,
)
from dlmath.maths.calculus.antiderivatives.rational import root
from dlmath.maths.calculus.antiderivatives.rewriting import hyperbolic_in
from dlmath.maths.calculus.antiderivatives.together import quotient

_MOST_TERMS = 24


def wave_fraction_rule(problem: Problem) -> Plan | None:
    """P(x)*R(z) with R rational in circular or hyperbolic functions of one linear z."""
    split = _split(problem)
    if split is None or problem.depth > 6:
        return None
    outside, rest, angle, unit = split
    w = symbol("exponential")
    written = _in_exponentials(rest, angle, unit, w)
    if depends(written, problem.x):
        return None
    found = quotient(written, w)
    if found is None:
        return None
    top, bottom, size = _lowest_power(*found)
    terms = _fractions(top, bottom, w)
    if terms is None:
        return None
    exponential = call("exp", multiplied_out(mul(number(size), unit, angle)))
    parts: list[Plan] = []
    for term in terms:
        back = replace(multiplied_out(mul(outside, _numerator(term))), {w: exponential})
        whole_term = tidy(mul(back, replace(_denominator(term), {w: exponential})))
        opened = _opened(whole_term)
        for each in opened:
            plan = problem.solve(each)
            if plan is None:
                return None
            parts.append(plan)
        if len(parts) > _MOST_TERMS:
            return None
    result = add(*(integral(plan.integrand, problem.x) for plan in parts))
    text: Sentence = ("write ", rest, " with ", exponential, "; partial fractions in that")
    return problem.plan("partial fractions", text, result, tuple(parts))


def simple_wave_rule(problem: Problem) -> Plan | None:
    """P(x) times one of tan, cot, sec, csc or their hyperbolic kin: by parts leads nowhere.

    So too for powers of tan and cot above the second.
    """
    waves = [base for base in problem.product.powers if base.op in _QUOTIENTS]
    if len(waves) != 1:
        return None
    size = whole(problem.product.powers[waves[0]]) or 0
    tangent = waves[0].op in ("tan", "cot", "tanh", "coth")
    return wave_fraction_rule(problem) if size == 1 or (tangent and size > 2) else None


_QUOTIENTS = frozenset({"tan", "cot", "sec", "csc", "tanh", "coth", "sech", "csch"})


def _split(problem: Problem) -> tuple[Node, Node, Node, Node] | None:
    """(powers of x, function of z, z, unit of the exponent), when both factors occur."""
    outside: dict[Node, Node] = {}
    rest: dict[Node, Node] = {}
    for base, exponent in problem.product.powers.items():
        if whole(exponent) is None:
            return None
        (outside if polynomial(base, problem.x) is not None else rest)[base] = exponent
    if not outside or not rest:
        return None
    inner = from_powers(rest)
    nodes = [part for part in topological(inner) if depends(part, problem.x)]
    angles = {part.args[0] for part in nodes if part.op in CIRCULAR or part.op in HYPERBOLIC}
    families = {part.op in CIRCULAR for part in nodes if part.op in {*CIRCULAR, *HYPERBOLIC}}
    if len(angles) != 1 or len(families) != 1:
        return None
    angle = angles.pop()
    if linear(angle, problem.x) is None:
        return None
    return from_powers(outside), inner, angle, I if families.pop() else ONE


def _in_exponentials(node: Node, angle: Node, unit: Node, w: Node) -> Node:
    """Functions of the angle in w = exp(unit*angle); sin z = sinh(i*z)/i and so on."""
    mapping: dict[Node, Node] = {}
    for circular, hyperbolic in zip(CIRCULAR, HYPERBOLIC, strict=True):
        if unit is ONE:
            mapping[call(hyperbolic, angle)] = hyperbolic_in(hyperbolic, w)
            continue
        up = CIRCULAR[circular][0]
        turn = ONE if up == 0 else power(I, number(-up))
        mapping[call(circular, angle)] = mul(turn, hyperbolic_in(hyperbolic, w))
    return tidy(replace(node, mapping))


def _lowest_power(
    top: Coefficients, bottom: Coefficients
) -> tuple[Coefficients, Coefficients, int]:
    """The fraction in w**2 where only even powers occur: (top, bottom, power)."""
    size = 1
    while all(part is ZERO for part in (*top[1::2], *bottom[1::2])) and len(bottom) > 1:
        top, bottom, size = top[::2], bottom[::2], size * 2
    return top, bottom, size


def _fractions(top: Coefficients, bottom: Coefficients, w: Node) -> list[Node] | None:
    """Partial fractions, quadratic factors split by their roots."""
    if len(bottom) == 1:
        scale = power(bottom[0], MINUS_ONE)
        return [tidy(mul(scale, c, power(w, number(i)))) for i, c in enumerate(top)]
    written = factored(top, bottom, w)
    if written is None:
        return None
    product = as_product(written, w)
    above: Coefficients = [product.constant]
    sizes: dict[Node, int] = {}  # roots of the denominator
    for base, exponent in product.powers.items():
        size, found = whole(exponent), polynomial(base, w)
        if size is None or found is None or (size < 0 and len(found) > 3):
            return None
        if size > 0:
            above = times(above, *[found] * size)
            continue
        above = times(above, [power(found[-1], number(size))])
        for value in _roots(found):
            sizes[value] = sizes.get(value, 0) - size
    letters = {symbol(f"root {index}"): value for index, value in enumerate(sizes)}
    below = [
        (sub(w, letter), [neg(letter), ONE], sizes[value]) for letter, value in letters.items()
    ]
    terms = partial_fractions(trim(above), below, w)
    return None if terms is None else [tidy(replace(term, letters)) for term in terms]


def _roots(found: Coefficients) -> list[Node]:
    """The roots of a linear or quadratic polynomial."""
    if len(found) == 2:
        return [tidy(neg(div(found[0], found[1])))]
    c, b, a = found
    gap = root(discriminant(a, b, c))
    return [tidy(div(add(neg(b), mul(number(sign), gap)), mul(TWO, a))) for sign in (1, -1)]


def _numerator(term: Node) -> Node:

    return fraction_parts(term)[0]


def _denominator(term: Node) -> Node:

    return power(fraction_parts(term)[1], MINUS_ONE)


def _opened(node: Node) -> list[Node]:
    """The terms of a product whose sums above the bar are multiplied out."""
    above, below = fraction_parts(node)
    opened = multiplied_out(above)
    terms = opened.args if opened.op == "add" else (opened,)
    return [tidy(div(term, below)) for term in terms]


# --- reductions of powers beside a polynomial -----------------------------------------------

#: Function to its partner and the sign in its reduction.
_REDUCED = {"sec": ("tan", 1), "csc": ("cot", -1), "sech": ("tanh", 1), "csch": ("coth", -1)}


def polynomial_secant_rule(problem: Problem) -> Plan | None:
    """P(x)*sec(z)**n, n > 2, and its like: by parts with the square of the function."""
    x = problem.x
    powers = problem.product.powers
    chosen = [b for b, e in powers.items() if b.op in _REDUCED and (whole(e) or 0) > 2]
    if len(chosen) != 1 or len(powers) < 2:
        return None
    function = chosen[0]
    n = whole(powers[function]) or 0
    outside = from_powers({b: e for b, e in powers.items() if b is not function})
    found, line = polynomial(outside, x), linear(function.args[0], x)
    if found is None or line is None:
        return None
    partner, sign = _REDUCED[function.op]
    other = call(partner, function.args[0])
    lower = power(function, number(n - 2))
    turn = -1 if function.op == "csch" else 1
    slope = add(*(mul(c, power(x, number(i))) for i, c in enumerate(slope_of(found))))
    one = problem.solve(mul(outside, lower))
    two = problem.solve(mul(slope, lower, other))
    if one is None or two is None:
        return None
    known = div(mul(number(sign), outside, lower, other), line[0])
    left = div(mul(number(-sign), integral(two.integrand, x)), line[0])
    again = mul(number(turn * (n - 2)), integral(one.integrand, x))
    text: Sentence = ("reduction: by parts with dv = ", power(function, TWO), " d", x)
    result = div(add(known, left, again), number(n - 1))
    return problem.plan("reduction", text, result, (one, two))
