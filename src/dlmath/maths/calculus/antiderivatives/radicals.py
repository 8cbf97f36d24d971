"""Integrands with the square root of a quadratic, times a rational function."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Exact,
    Node,
    add,
    call,
    div,
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    symbol,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.clean import log_abs
from dlmath.maths.calculus.antiderivatives.derivative import derivative
from dlmath.maths.calculus.antiderivatives.factors import partial_fractions
from dlmath.maths.calculus.antiderivatives.forms import (
    depends,
    from_powers,
    integral,
    multiplied_out,
    sign_of,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    discriminant,
    divide,
    from_coefficients,
    linear,
    polynomial,
    slope_of,
    times,
    trim,
)
from dlmath.maths.calculus.antiderivatives.rational import completed
from dlmath.maths.calculus.antiderivatives.rewriting import in_terms_of
from dlmath.maths.calculus.antiderivatives.special import is_negative
from dlmath.maths.calculus.antiderivatives.substitution import substituted
from dlmath.maths.calculus.antiderivatives.together import together


class Radical(NamedTuple):
    """rest * base**size with a quadratic base, a half-odd size, a rational rest."""

    base: Node
    coefficients: Coefficients
    size: Exact
    rest: dict[Node, Node]


def as_radical(problem: Problem) -> Radical | None:
    """The integrand in that form, or None."""
    found: list[tuple[Node, Exact]] = []
    rest: dict[Node, Node] = {}
    for base, exponent in problem.product.powers.items():
        if whole(exponent) is not None:
            if polynomial(base, problem.x) is None:
                return None
            rest[base] = exponent
        elif is_number(exponent) and exponent.number.denominator == 2:
            found.append((base, exponent.number))
        else:
            return None
    if len(found) != 1:
        return None
    base, size = found[0]
    coefficients = polynomial(base, problem.x, 2)
    if coefficients is None or len(coefficients) != 3:
        return None
    return Radical(base, coefficients, size, rest)


def radical_rule(problem: Problem) -> Plan | None:
    """Reductions down to 1/sqrt(q) and 1/((x - p)*sqrt(q))."""
    radical = as_radical(problem)
    if radical is None:
        return None
    below = {base: e for base, e in radical.rest.items() if (whole(e) or 0) < 0}
    if not below:
        return _polynomial_times_root(problem, radical)
    if len(below) == 1 and len(radical.rest) == 1 and radical.size == Fraction(-1, 2):
        ((base, exponent),) = below.items()
        found = linear(base, problem.x)
        if found is not None:
            return _over_linear(problem, radical, base, found, -(whole(exponent) or 0))
    return _rational_part(problem, radical) or _even_substitution(problem, radical)


# --- polynomials times a power of the root --------------------------------------------------


def _polynomial_times_root(problem: Problem, radical: Radical) -> Plan | None:
    top: Coefficients = [ONE]
    for base, exponent in radical.rest.items():
        found = polynomial(base, problem.x)
        top = times(top, *[found or []] * (whole(exponent) or 0))
    size = radical.size
    if size > 0:
        top = times(top, *[radical.coefficients] * int(size + Fraction(1, 2)))
        size = Fraction(-1, 2)
    top = trim(top)
    if size == Fraction(-1, 2):
        if len(top) == 1:
            return _inverse_root(problem, radical, top[0])
        return _ansatz(problem, radical, top)
    return _lower(problem, radical, top, -size)


def _ansatz(problem: Problem, radical: Radical, top: Coefficients) -> Plan | None:
    """P/sqrt(q) = (Q*sqrt(q))' + m/sqrt(q): the coefficients of Q from the top down."""
    c, b, a = radical.coefficients
    rest = list(top)
    found: Coefficients = [ZERO] * (len(top) - 1)
    for j in range(len(top) - 2, -1, -1):
        factor = multiplied_out(div(rest[j + 1], mul(a, number(j + 1))))
        found[j] = factor
        rest[j] = add(rest[j], neg(mul(factor, b, number(j + Fraction(1, 2)))))
        if j > 0:
            rest[j - 1] = add(rest[j - 1], neg(mul(factor, c, number(j))))
        rest = [multiplied_out(part) for part in rest]
    multiple = rest[0]
    root = sqrt(radical.base)
    known = mul(from_coefficients(found, problem.x), root)
    text: Sentence = ("write it as the derivative of a polynomial times ", root,
                      " plus a multiple of ", div(ONE, root), "; compare coefficients")  # fmt: skip
    if multiple is ZERO:
        return problem.plan("comparing coefficients", text, known)
    part = problem.solve(mul(multiple, power(root, MINUS_ONE)))
    if part is None:
        return None
    result = add(known, integral(part.integrand, problem.x))
    return problem.plan("comparing coefficients", text, result, (part,))


def _lower(problem: Problem, radical: Radical, top: Coefficients, size: Exact) -> Plan | None:
    """P/q**n for n = 3/2, 5/2, ...: P in powers of q, then the reduction to n - 1."""
    base, coefficients = radical.base, radical.coefficients
    c, b, a = coefficients
    x = problem.x
    if len(top) > 2:
        quotient, rest = divide(top, coefficients)
        terms = [mul(from_coefficients(quotient, x), power(base, number(1 - size)))]
        if rest:
            terms.append(mul(from_coefficients(rest, x), power(base, number(-size))))
        plans = [problem.solve(term) for term in terms]
        parts = tuple(plan for plan in plans if plan is not None)
        if len(parts) < len(plans):
            return None
        result = add(*(integral(part.integrand, x) for part in parts))
        return problem.plan("division", ("divide the numerator by ", base), result, parts)
    gap = neg(discriminant(a, b, c))
    lead = from_coefficients(slope_of(coefficients), x)
    root = power(base, number(1 - size))
    share = tidy(div(top[1], mul(TWO, a))) if len(top) == 2 else ZERO
    rest_top = multiplied_out(sub(top[0], mul(share, b)))
    known = div(mul(share, root), number(1 - size))
    scale = mul(number(size - 1), gap)
    known = add(known, div(mul(rest_top, lead, root), scale))
    factor = tidy(div(mul(rest_top, TWO, a, number(2 * size - 3)), scale))
    text: Sentence = ("reduction: lower the power of ", base, " by one")
    if factor is ZERO:
        return problem.plan("reduction", text, known)
    part = problem.solve(mul(factor, root))
    if part is None:
        return None
    return problem.plan("reduction", text, add(known, integral(part.integrand, x)), (part,))


def _inverse_root(problem: Problem, radical: Radical, top: Node) -> Plan:
    """1/sqrt(q): an inverse sine, an inverse hyperbolic sine, or a logarithm."""
    c, b, a = radical.coefficients
    x = problem.x
    negative, conditions = is_negative(a, problem)
    lead, size = completed(a, b, c, x)
    if negative:
        root = tidy(sqrt(tidy(neg(a))))
        inside = tidy(div(neg(lead), sqrt(size)))
        value, name = call("asin", inside), "an inverse sine"
    else:
        root = tidy(sqrt(a))
        if sign_of(size, problem.search.positive) == -1:
            value = call("asinh", tidy(div(lead, sqrt(tidy(neg(size))))))
            name = "an inverse hyperbolic sine"
        else:
            inside = add(lead, mul(div(derivative(lead, x), a), root, sqrt(radical.base)))
            value, name = log_abs(inside), "a logarithm"
    text: Sentence = (f"complete the square: {name}",)
    if b is ZERO:
        text = (f"standard integral: {name}",)
    result = div(mul(top, value), root)
    return problem.plan("standard integral", text, result, conditions=conditions)


# --- linear factors below -------------------------------------------------------------------


def _over_linear(
    problem: Problem, radical: Radical, base: Node, line: tuple[Node, Node], size: int
) -> Plan | None:
    """1/(s**m*sqrt(q)) with s = alpha*x + beta, and q = q0 + q1*s + q2*s**2."""
    alpha, beta = line
    s = symbol("shifted variable")
    moved = polynomial(replace(radical.base, {problem.x: div(sub(s, beta), alpha)}), s, 2)
    if moved is None or len(moved) != 3:
        return None
    q0, q1, q2 = moved
    root = sqrt(radical.base)
    if q0 is ZERO:
        lead = div(root, mul(alpha, power(base, number(size))))
        scale = mul(number(Fraction(1, 2) - size), q1)
        pairs = [(mul(number(size - 1), q2), 1)]
    elif size == 1:
        return _first_over_linear(problem, root, base, alpha, (q0, q1, q2))
    else:
        lead = neg(div(root, mul(alpha, power(base, number(size - 1)))))
        scale = mul(number(size - 1), q0)
        pairs = [(mul(number(Fraction(3, 2) - size), q1), 1), (mul(number(2 - size), q2), 2)]
    parts: list[Plan] = []
    total = lead
    for factor, step in pairs:
        if tidy(factor) is ZERO:
            continue
        lower = mul(power(base, number(step - size)), power(root, MINUS_ONE))
        part = problem.solve(lower)
        if part is None:
            return None
        parts.append(part)
        total = add(total, mul(factor, integral(part.integrand, problem.x)))
    text: Sentence = ("reduction: lower the power of ", base)
    return problem.plan("reduction", text, div(total, scale), tuple(parts))


def _first_over_linear(
    problem: Problem, root: Node, base: Node, alpha: Node, moved: tuple[Node, Node, Node]
) -> Plan | None:
    q0, q1, _ = moved
    negative, conditions = is_negative(q0, problem)
    lead = tidy(add(mul(TWO, q0), mul(q1, base)))
    if negative:
        size = tidy(sqrt(tidy(neg(q0))))
        value = call("atan", tidy(div(lead, mul(TWO, size, root))))
        name = "an arctangent"
    else:
        size = tidy(sqrt(q0))
        inside = div(add(lead, mul(TWO, size, root)), base)
        value, name = neg(log_abs(inside)), "a logarithm"
    text: Sentence = ("substitute 1/(", base, f") as new variable: {name}")
    result = div(value, mul(size, alpha))
    return problem.plan("standard integral", text, result, conditions=conditions)


def _rational_part(problem: Problem, radical: Radical) -> Plan | None:
    """The rational factor in partial fractions, each over sqrt(q)."""
    x = problem.x
    powers = dict(radical.rest)
    powers[radical.base] = tidy(
        add(powers.get(radical.base, ZERO), number(radical.size + Fraction(1, 2)))
    )
    top: Coefficients = [ONE]
    bottom: list[tuple[Node, Coefficients, int]] = []
    for base, exponent in powers.items():
        size, found = whole(exponent) or 0, polynomial(base, x)
        if found is None:
            return None
        if size > 0:
            top = times(top, *[found] * size)
        elif size < 0:
            bottom.append((base, found, -size))
    terms = partial_fractions(trim(top), bottom, x)
    if terms is None or len(terms) < 2:
        return None
    root = power(radical.base, number(Fraction(-1, 2)))
    return _each(problem, [tidy(mul(term, root)) for term in terms])


def _each(problem: Problem, terms: list[Node]) -> Plan | None:
    plans = [problem.solve(term) for term in terms]
    parts = tuple(plan for plan in plans if plan is not None)
    if len(parts) < len(plans):
        return None
    result = add(*(integral(part.integrand, problem.x) for part in parts))
    text: Sentence = ("partial fractions of the rational factor",)
    return problem.plan("partial fractions", text, result, parts)


# --- substitutions that make it rational ----------------------------------------------------


def _even_substitution(problem: Problem, radical: Radical) -> Plan | None:
    """u = x/sqrt(a*x**2 + c) for an even rational factor."""
    c, b, a = radical.coefficients
    x = problem.x
    if b is not ZERO:
        return None
    u = problem.new_variable()
    square = symbol("square of the variable")
    rest = from_powers(radical.rest)
    even = _in_squares(rest, x, square)
    if even is None:
        return None
    below = power(sub(ONE, mul(a, power(u, TWO))), MINUS_ONE)
    value = replace(even, {square: mul(c, power(u, TWO), below)})
    size = int(radical.size + Fraction(3, 2))
    value = mul(value, power(mul(c, below), number(size)), power(c, MINUS_ONE))
    written = together(value, u)
    if written is None:
        return None
    inner = tidy(div(x, sqrt(radical.base)))
    return substituted(problem, inner, u, written)


def _in_squares(node: Node, x: Node, square: Node) -> Node | None:
    """A function of x**2 with the square as a variable, or None."""
    written = in_terms_of(node, x, power(x, TWO), square)
    return None if depends(written, x) else written


def euler_rule(problem: Problem) -> Plan | None:
    """Rational in x and the root of one quadratic: Euler's substitutions."""
    if problem.depth > 6:
        return None
    bases = {
        part.args[0]
        for part in problem.nodes
        if part.op == "pow" and is_number(part.args[1]) and whole(part.args[1]) is None
    }
    if len(bases) != 1:
        return None
    base = bases.pop()
    found = polynomial(base, problem.x, 2)
    if found is None or len(found) != 3:
        return None
    c, b, a = found
    t = problem.new_variable(("t",))
    if sign_of(a, problem.search.positive) == 1:
        lead = tidy(sqrt(a))
        x = div(sub(power(t, TWO), c), add(b, mul(TWO, lead, t)))
        root = sub(t, mul(lead, x))
        inner = add(sqrt(base), mul(lead, problem.x))
    elif sign_of(c, problem.search.positive) == 1:
        lead = tidy(sqrt(c))
        x = div(sub(mul(TWO, lead, t), b), sub(a, power(t, TWO)))
        root = add(mul(x, t), lead)
        inner = div(sub(sqrt(base), lead), problem.x)
    else:
        return None
    return _with_euler(problem, base, t, x, root, inner)


def _with_euler(
    problem: Problem, base: Node, t: Node, x: Node, root: Node, inner: Node
) -> Plan | None:
    mapping: dict[Node, Node] = {problem.x: x}
    for part in problem.nodes:
        if part.op == "pow" and part.args[0] is base and is_number(part.args[1]):
            mapping[part] = power(root, number(part.args[1].number * 2))
    written = replace(problem.integrand, mapping)
    slope = derivative(tidy(x), t)
    if depends(written, problem.x):
        return None
    value = together(mul(written, slope), t)
    if value is None:
        return None
    text: Sentence = (
        "Euler's substitution ", t, " = ", tidy(inner), ", so ", problem.x, " = ", tidy(x),
    )  # fmt: skip
    return substituted(problem, tidy(inner), t, value, text)
