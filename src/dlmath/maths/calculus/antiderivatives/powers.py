"""Powers that hide each other, powers of polynomials, and binomials with free exponents."""

from __future__ import annotations

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    is_number,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
    vector,
)
from dlmath.expression.tidy import fraction_parts, tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    integral,
    is_zero,
    multiplied_out,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    from_coefficients,
    polynomial,
    slope_of,
    times,
    trim,
)


def nested_power_rule(problem: Problem) -> Plan | None:
    """(b**u)**n as b**(n*u) for a constant b, which is taken as positive."""
    mapping: dict[Node, Node] = {}
    bases: list[Node] = []
    for part in problem.nodes:
        if part.op != "pow" or depends(part.args[1], problem.x) or whole(part.args[1]) is not None:
            continue
        inner = part.args[0]
        if inner.op == "pow" and not depends(inner.args[0], problem.x):
            mapping[part] = power(inner.args[0], tidy(mul(inner.args[1], part.args[1])))
            bases.append(inner.args[0])
        elif inner.op == "exp":
            mapping[part] = call("exp", tidy(mul(inner.args[0], part.args[1])))
    if not mapping:
        return None
    plan = problem.solve(replace(problem.integrand, mapping))
    if plan is None:
        return None
    old, new = next(iter(mapping.items()))
    text: Sentence = ("write ", old, " as ", new)
    conditions: tuple[Sentence, ...] = tuple((base, " is positive") for base in set(bases))
    result = integral(plan.integrand, problem.x)
    return problem.plan("rewrite", text, result, (plan,), conditions=conditions)


def split_power_rule(problem: Problem) -> Plan | None:
    """(e*f)**m with a free exponent: (e*f)**m/f**m does not change, and comes out.

    So too for a power of a polynomial that is itself a power, ((x + 1)**2)**m.
    """
    for base, exponent in problem.product.powers.items():
        if depends(exponent, problem.x) or whole(exponent) is not None:
            continue
        simple = _core(base, problem.x)
        if simple is None:
            continue
        core, size = simple
        written = power(core, tidy(mul(size, exponent)))
        outside = tidy(div(power(base, exponent), written))
        rest = {b: e for b, e in problem.product.powers.items() if b is not base}
        plan = problem.solve(mul(written, from_powers(rest)) if rest else written)
        if plan is None:
            return None
        text: Sentence = ("the factor ", outside, " does not change with ", problem.x)
        result = mul(outside, integral(plan.integrand, problem.x))
        return problem.plan("constant factor", text, result, (plan,))
    return None


def _core(base: Node, x: Node) -> tuple[Node, Node] | None:
    """(f, k) with base = c*f**k for a constant c, when that is simpler than base."""
    product = as_product(base, x)
    if len(product.powers) == 1 and (product.constant is not ONE or base.op == "pow"):
        return next(iter(product.powers.items()))
    if base.op != "add":
        return None
    found = polynomial(base, x, 8)
    if found is None or len(found) < 3:
        return None
    degree = len(found) - 1
    shift = tidy(div(found[-2], mul(number(degree), found[-1])))
    if not is_zero(sub(base, mul(found[-1], power(add(x, shift), number(degree))))):
        return None
    top, bottom = _as_fraction(shift)
    return tidy(add(mul(bottom, x), top)), number(degree)


def _as_fraction(node: Node) -> tuple[Node, Node]:

    return fraction_parts(node)


# --- a polynomial times a power of a polynomial ---------------------------------------------


def polynomial_power_rule(problem: Problem) -> Plan | None:
    """P*Q**r as the derivative of N*Q**(r + 1), when there is such a polynomial N."""
    x = problem.x
    chosen: tuple[Node, Node, Coefficients] | None = None
    top: Coefficients = [ONE]
    for base, exponent in problem.product.powers.items():
        found = polynomial(base, x, 12)
        if found is None or len(found) < 2 or depends(exponent, x):
            return None
        size = whole(exponent)
        if size is not None and size >= 0:
            top = times(top, *[found] * size)
        elif chosen is None and (base is not x or size is None):
            chosen = base, exponent, found
        else:
            return None
    if chosen is None:
        return None
    base, exponent, inner = chosen
    raised = tidy(add(exponent, ONE))
    if is_zero(raised):
        return None
    found = _cofactor(trim(top), inner, raised)
    if found is None:
        return None
    text: Sentence = ("the derivative of a polynomial times ", power(base, raised),
                      "; compare coefficients")  # fmt: skip
    result = mul(from_coefficients(found, x), power(base, raised))
    return problem.plan("comparing coefficients", text, result)


def _cofactor(top: Coefficients, inner: Coefficients, raised: Node) -> Coefficients | None:
    """N with N'*Q + r*N*Q' = P, by its coefficients from the top down; None if there is none."""
    degree = len(top) - len(inner) + 1
    if degree < 0 or degree > 20:
        return None
    slope = slope_of(inner)
    rest = list(top)
    found: Coefficients = [ZERO] * (degree + 1)
    high = len(inner) - 1
    for j in range(degree, -1, -1):
        scale = tidy(mul(inner[-1], add(number(j), mul(raised, number(high)))))
        if is_zero(scale):
            return None
        factor = multiplied_out(div(rest[j + high - 1], scale))
        found[j] = factor
        if factor is ZERO:
            continue
        for i, part in enumerate(inner):
            if j + i >= 1:
                rest[j + i - 1] = add(rest[j + i - 1], neg(mul(number(j), factor, part)))
        for i, part in enumerate(slope):
            rest[j + i] = add(rest[j + i], neg(mul(raised, factor, part)))
        rest = [multiplied_out(part) for part in rest]
    return trim(found) if all(is_zero(part) for part in rest) else None


# --- binomials ------------------------------------------------------------------------------


def binomial_rule(problem: Problem) -> Plan | None:
    """x**m*(a + b*x**n)**p with any exponents: Gauss's hypergeometric function."""
    x = problem.x
    powers = dict(problem.product.powers)
    m = powers.pop(x, ZERO)
    if len(powers) != 1 or depends(m, x):
        return None
    ((base, p),) = powers.items()
    if base.op != "add" or depends(p, x):
        return None
    found = binomial_terms(base, x)
    if found is None:
        return None
    a, term, n = found
    raised = tidy(add(m, ONE))
    ratio = tidy(div(raised, n))
    if is_zero(raised) or is_zero(n):
        return None
    if is_number(ratio) and whole(ratio) is not None and int(ratio.number) <= 0:
        return None
    inside = tidy(neg(div(term, a)))
    series = make(
        "hyper",
        (vector([tidy(neg(p)), ratio]), vector([tidy(add(ratio, ONE))]), inside),
    )
    if whole(p) is not None:
        scale = power(a, p)
    else:
        scale = mul(power(base, p), power(tidy(sub(ONE, inside)), neg(p)))
    text: Sentence = ("a binomial integral: the hypergeometric function of ", inside)
    result = mul(scale, power(x, raised), series, power(raised, MINUS_ONE))
    conditions: tuple[Sentence, ...] = ()
    if not is_number(raised):
        conditions = ((m, " is not -1"),)
    return problem.plan("special function", text, result, conditions=conditions)


def binomial_terms(base: Node, x: Node) -> tuple[Node, Node, Node] | None:
    """(a, b*x**n, n) with base = a + b*x**n, else None."""
    constant = [term for term in base.args if not depends(term, x)]
    moving = [term for term in base.args if depends(term, x)]
    if not constant or len(moving) != 1:
        return None
    powers = as_product(moving[0], x).powers
    if set(powers) != {x} or depends(powers[x], x):
        return None
    return add(*constant), moving[0], powers[x]
