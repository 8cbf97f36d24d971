"""An inverse function as new variable, and the integrals of sine and cosine that it leads to."""

from __future__ import annotations

from fractions import Fraction

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
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    depends,
    from_powers,
    integral,
    is_zero,
    multiplied_out,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear, polynomial, quadratic
from dlmath.maths.calculus.antiderivatives.substitution import substituted

#: Inverse function to (function, its derivative, sign of the derivative,
#: the quadratic s*z**2 + c under the root that equals the derivative squared).
_ROOTED = {
    "asin": ("sin", "cos", 1, (-1, 1)),
    "acos": ("cos", "sin", -1, (-1, 1)),
    "asinh": ("sinh", "cosh", 1, (1, 1)),
    "acosh": ("cosh", "sinh", 1, (1, -1)),
}


#: Inverse function to its function; the derivatives are those of `_SLOPES`.
_INVERSES = {name: name[1:] for name in (
    "asin", "acos", "atan", "acot", "asec", "acsc",
    "asinh", "acosh", "atanh", "acoth", "asech", "acsch",
)}  # fmt: skip


def _slope(name: str, u: Node) -> Node:
    """The derivative of a circular or hyperbolic function at u."""
    partner, sign = {
        "tan": ("sec", 1), "cot": ("csc", -1), "tanh": ("sech", 1), "coth": ("csch", -1),
        "sec": ("tan", 1), "csc": ("cot", -1), "sech": ("tanh", -1), "csch": ("coth", -1),
    }[name]  # fmt: skip
    if name in ("tan", "cot", "tanh", "coth"):
        return mul(number(sign), power(call(partner, u), TWO))
    return mul(number(sign), call(name, u), call(partner, u))


def inverse_power_rule(problem: Problem) -> Plan | None:
    """A power of an inverse function beside more than a polynomial: u is that function."""
    powers = problem.product.powers
    polynomials = all((whole(size) or 0) > 0 for size in powers.values())
    for base, exponent in powers.items():
        size = whole(exponent)
        inside = [part for part in topological(base) if part.op in _INVERSES]
        if not inside or size is None or size < 1:
            continue
        rooted = inside[0].op in _ROOTED or inside[0].op in ("atan", "acot")
        if (size > 1 and not (polynomials and rooted)) or inside[0].op in _RECIPROCAL:
            return inverse_function_rule(problem)
    return None


#: Inverse functions of a reciprocal; beside x their derivatives are not handy by parts.
_RECIPROCAL = frozenset({"asec", "acsc", "asech", "acsch"})


def inverse_function_rule(problem: Problem) -> Plan | None:
    """u = asin(a*x + b), so x = (sin(u) - b)/a, sqrt(1 - (a*x + b)**2) = cos(u); and its like."""
    x = problem.x
    found = {part for part in problem.nodes if part.op in _INVERSES}
    if len(found) != 1 or problem.depth > 4:
        return None
    inner = found.pop()
    line = linear(inner.args[0], x)
    if line is None:
        return None
    a, b = line
    name = _INVERSES[inner.op]
    u = problem.new_variable()
    value = call(name, u)
    mapping: dict[Node, Node] = {inner: u, x: div(sub(value, b), a)}
    if inner.op in _ROOTED:
        _, slope_name, sign, (square, rest) = _ROOTED[inner.op]
        slope = call(slope_name, u)
        under = add(mul(number(square), power(inner.args[0], TWO)), number(rest))
        mapping.update(_roots_in(problem, under, slope))
        step = mul(number(sign), div(slope, a))
    else:
        step = div(_slope(name, u), a)
    written = replace(problem.integrand, mapping)
    text: Sentence = (
        "substitute ", u, " = ", inner, ", so ", x, " = ", tidy(mapping[x]),
        ", d", x, " = ", tidy(step), " d", u,
    )  # fmt: skip
    if depends(written, x):
        return None
    return substituted(problem, inner, u, tidy(mul(written, step)), text)


def _roots_in(problem: Problem, under: Node, slope: Node) -> dict[Node, Node]:
    """Powers of multiples of slope**2, written with the slope."""
    mapping: dict[Node, Node] = {}
    for part in problem.nodes:
        if part.op != "pow" or not is_number(part.args[1]):
            continue
        scale = _multiple(part.args[0], under, problem.x)
        if scale is not None:
            size = part.args[1]
            mapping[part] = mul(power(scale, size), power(slope, mul(TWO, size)))
    return mapping


def _multiple(node: Node, known: Node, x: Node) -> Node | None:
    """c with node = c*known for polynomials of degree two."""
    this, that = polynomial(node, x, 2), polynomial(known, x, 2)
    if this is None or that is None or len(this) != 3 or len(that) != 3:
        return None
    scale = tidy(div(this[2], that[2]))
    return scale if is_zero(sub(node, mul(scale, known))) else None


# --- powers beside functions of a square ----------------------------------------------------


def square_moment_rule(problem: Problem) -> Plan | None:
    """x**n times sin, cos, sinh, cosh or exp of a*x**2 + c, down to n = 0 or 1."""
    x = problem.x
    powers = dict(problem.product.powers)
    size = whole(powers.pop(x, ZERO))
    if size is None or size in (0, 1, -1) or abs(size) > 24 or len(powers) != 1:
        return None
    wave = from_powers(powers)
    if wave.op not in ("sin", "cos", "sinh", "cosh", "exp") or (wave.op == "exp" and size > 0):
        return None
    found = quadratic(wave.args[0], x)
    if found is None or found[1] is not ZERO:
        return None
    a = found[0]
    partner = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh", "exp": "exp"}[wave.op]
    other = call(partner, wave.args[0])
    if size > 1:  # x**(n - 1) times the derivative of the partner, up to its sign
        sign = number(-1 if wave.op == "sin" else 1)
        part = problem.solve(mul(power(x, number(size - 2)), other))
        known = mul(power(x, number(size - 1)), other)
        left = number(1 - size)
        scale = div(sign, mul(TWO, a))
    else:
        sign = number(-1 if wave.op == "cos" else 1)
        part = problem.solve(mul(power(x, number(size + 2)), other))
        known = mul(power(x, number(size + 1)), wave)
        left = mul(MINUS_ONE, sign, TWO, a)
        scale = div(ONE, number(size + 1))
    if part is None:
        return None
    result = mul(scale, add(known, mul(left, integral(part.integrand, x))))
    text: Sentence = ("by parts, toward the power 0 of ", x)
    return problem.plan("parts", text, result, (part,))


def complex_wave_rule(problem: Problem) -> Plan | None:
    """A free power of x beside sine or cosine: through complex exponentials."""
    x = problem.x
    powers = problem.product.powers
    waves = [base for base, e in powers.items() if base.op in ("sin", "cos") and e is ONE]
    rest = {base: e for base, e in powers.items() if base not in waves}
    if len(waves) != 1 or len(rest) != 1:
        return None
    ((base, exponent),) = rest.items()
    if linear(base, x) is None or depends(exponent, x) or whole(exponent) is not None:
        return None
    if is_number(exponent) and Fraction(exponent.number).denominator == 2:
        return None
    turned = mul(I, waves[0].args[0])
    one, other = call("exp", multiplied_out(turned)), call("exp", multiplied_out(neg(turned)))
    if waves[0].op == "cos":
        wave = div(add(one, other), TWO)
    else:
        wave = div(sub(one, other), mul(TWO, I))
    plan = problem.solve(multiplied_out(mul(from_powers(rest), wave)))
    if plan is None:
        return None
    text: Sentence = ("write ", waves[0], " = ", tidy(wave))
    return problem.plan("rewrite", text, integral(plan.integrand, x), (plan,))
