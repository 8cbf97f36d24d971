"""Integration by parts: one factor is differentiated, the other integrated."""

from __future__ import annotations

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    div,
    mul,
    neg,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.derivative import derivative
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    integral,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import (
    divide,
    from_coefficients,
    linear,
    polynomial,
)

#: Simpler after differentiation: logarithms and inverse functions, the L and I of LIATE.
_LOGARITHMIC = frozenset({"log"})
_INVERSE = frozenset(
    "asin acos atan acot asec acsc asinh acosh atanh acoth asech acsch "
    "erf erfc erfi Si Ci Shi Chi Ei li fresnels fresnelc polylog uppergamma lowergamma".split()
)
_OSCILLATING = frozenset({"sin", "cos", "sinh", "cosh"})
_MOST_REPEATS = 11


def parts_rule(problem: Problem) -> Plan | None:
    """u by the order logarithm, inverse, algebraic, trigonometric, exponential."""
    if problem.depth > 12:
        return None
    powers = problem.product.powers
    for family in (_LOGARITHMIC, _INVERSE):
        for base, exponent in powers.items():
            size = whole(exponent)
            if _is_of(base, family, problem.x) and size is not None and 0 < size < 6:
                return _by_parts(problem, {base: exponent})
    for base, exponent in powers.items():
        size = whole(exponent)
        found = polynomial(base, problem.x, _MOST_REPEATS)
        if size is None or size < 0 or found is None or len(powers) == 1:
            continue
        if any(_is_of(each, _LOGARITHMIC | _INVERSE, problem.x) for each in powers):
            continue
        if size * (len(found) - 1) <= _MOST_REPEATS and _transcendental(problem, base):
            return _by_parts(problem, {base: exponent})
    return None


def _is_of(base: Node, family: frozenset[str], x: Node) -> bool:
    """Is this a function of the family, or a + b times one?"""
    if base.op in family:
        return True
    moving = [term for term in base.args if depends(term, x)] if base.op == "add" else []
    if len(moving) != 1:
        return False
    powers = as_product(moving[0], x).powers
    ((inner, size),) = powers.items() if len(powers) == 1 else ((x, x),)
    return size is ONE and inner.op in family


def _transcendental(problem: Problem, polynomial_base: Node) -> bool:
    """Is the rest of the product more than powers of polynomials?"""
    return any(
        base is not polynomial_base
        and (depends(exponent, problem.x) or polynomial(base, problem.x) is None)
        for base, exponent in problem.product.powers.items()
    )


def _by_parts(problem: Problem, chosen: dict[Node, Node]) -> Plan | None:
    """The plan with u the chosen powers and dv the rest."""
    rest = {base: e for base, e in problem.product.powers.items() if base not in chosen}
    u, dv = from_powers(chosen), from_powers(rest) if rest else ONE
    outer = problem.solve(dv)
    if outer is None or not outer.complete:
        return None
    return parts_plan(problem, u, dv, outer, _vanishing(outer.antiderivative, u, problem.x))


def _vanishing(v: Node, u: Node, x: Node) -> Node:
    """A polynomial v less its value where the argument of a logarithm in u is zero.

    So v*du has no denominator left: v = x + b/a beside log(a*x + b).
    """
    logs = [part for part in topological(u) if part.op in ("log", "polylog") and depends(part, x)]
    if len(logs) != 1 or polynomial(v, x) is None:
        return v
    line = linear(logs[0].args[-1], x) if len(logs[0].args) < 3 else None
    if line is None or line[1] is ZERO or (logs[0].op == "log" and len(logs[0].args) > 1):
        return v
    root = tidy(neg(div(line[1], line[0])))
    return tidy(sub(v, replace(v, {x: root})))


def parts_plan(
    problem: Problem, u: Node, dv: Node, outer: Plan, v: Node | None = None
) -> Plan | None:
    """u*v minus the integral of v*du, where `outer` integrates dv (v may have a constant more)."""
    x = problem.x
    v = outer.antiderivative if v is None else v
    du = derivative(u, x)
    left = _cancelled(tidy(mul(v, du)), x)
    # After a substitution the variable itself is called u: then the parts take other letters.
    one, other = ("f", "g") if x.name in ("u", "v") else ("u", "v")
    text: Sentence = (f"by parts: {one} = ", u, f", d{other} = ", *_times_dx(dv, x))
    text += (f", d{one} = ", *_times_dx(du, x), f", {other} = ", v)
    known = mul(u, v)
    if not depends(left, x) and left.op == "number" and left.number == 0:
        return problem.plan("parts", text, known)
    product = as_product(left, x)
    inner = problem.solve(product.variable_part)
    if inner is None:
        return None
    result = add(known, neg(mul(product.constant, integral(inner.integrand, x))))
    shown = (outer,) if outer.parts else ()
    return problem.plan("parts", text, result, (*shown, inner))


def _cancelled(node: Node, x: Node) -> Node:
    """Polynomial factors divided by the linear denominators that divide them."""
    powers = as_product(node, x).powers
    for below, size in powers.items():
        if size is not MINUS_ONE or linear(below, x) is None:
            continue
        for above in powers:
            top, bottom = polynomial(above, x), polynomial(below, x)
            if powers[above] is not ONE or not top or not bottom or len(top) < 2:
                continue
            quotient, rest = divide(top, bottom)
            if not rest:
                return tidy(mul(node, from_coefficients(quotient, x), below, power(above, size)))
    return node


def _times_dx(node: Node, x: Node) -> Sentence:
    return ("d", x) if node is ONE else (node, " d", x)


def cyclic_rule(problem: Problem) -> Plan | None:
    """exp(a*x + b) times sine or cosine: parts twice, then solve for the integral."""
    powers = problem.product.powers
    if len(powers) != 2 or problem.product.constant is not ONE:
        return None
    wave = [b for b, e in powers.items() if b.op in _OSCILLATING and e is ONE]
    grown = {
        b: e
        for b, e in powers.items()
        if not depends(b, problem.x) and linear(e, problem.x) is not None
    }
    if len(wave) != 1 or len(grown) != 1 or linear(wave[0].args[0], problem.x) is None:
        return None
    key = (tidy(problem.integrand), problem.x)
    search = problem.search
    fresh = key not in search.returning
    search.returning.add(key)
    try:
        return _by_parts(problem, {wave[0]: ONE})
    finally:
        if fresh:
            search.returning.discard(key)


def denominator_parts_rule(problem: Problem) -> Plan | None:
    """f(x)/(a*x + b)**n with n > 1: dv is the power, which lowers n."""
    x = problem.x
    for base, exponent in problem.product.powers.items():
        size = whole(exponent)
        if size is None or size > -2 or linear(base, x) is None:
            continue
        rest = {b: e for b, e in problem.product.powers.items() if b is not base}
        if not rest or not _transcendental(problem, base):
            return None
        dv = power(base, exponent)
        outer = problem.solve(dv)
        return None if outer is None else parts_plan(problem, from_powers(rest), dv, outer)
    return None
