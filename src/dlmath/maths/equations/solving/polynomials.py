"""Polynomial equations: rational roots, factors, the quadratic formula, substitution, numbers."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, isqrt, lcm
from typing import Any

from dlmath.expression.graph import (
    TWO,
    ZERO,
    I,
    Node,
    add,
    call,
    div,
    eq_node,
    free_symbols,
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
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    discriminant,
    from_coefficients,
    polynomial,
)
from dlmath.maths.equations.solving.inverse import peel
from dlmath.maths.equations.solving.polynomial_roots import complex_roots, real_roots
from dlmath.maths.equations.solving.transforms import Solver, done
from dlmath.maths.equations.solving.working import Context, Root, Stuck, Work, decide, sign

#: Stands for the imaginary unit where a number is split into its parts.
_UNIT = symbol("i_")

#: Numbers with more divisors to try than this are not searched for rational roots.
_MOST_CANDIDATES = 4000

#: Polynomials of a higher degree are not factored.
_MOST_DEGREE = 60


def solve_polynomial(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """`f = 0` for a polynomial in the unknown; None where it is none."""
    found = polynomial(f, ctx.x)
    if found is None or len(found) < 2:
        return None
    if any(ctx.has(part) for part in found):
        return None
    low = next(k for k, part in enumerate(found) if part is not ZERO)
    if low and len(found) - low > 1:
        rest = from_coefficients(found[low:], ctx.x)
        base = power(ctx.x, number(low))
        return _zero_product(f, [base, rest], ctx, solve)
    if low:
        return peel(tidy(f), ZERO, ctx, solve)
    degree = len(found) - 1
    if degree == 1:
        return _linear(f, found, ctx)
    lead, conditions = decide("ne", found[-1], ZERO, ctx)
    if lead is False:
        raise Stuck
    work = _of_degree(f, found, ctx, solve)
    if work is not None and conditions:
        work.conditions = (*conditions, *work.conditions)
    return work


def _of_degree(f: Node, found: Coefficients, ctx: Context, solve: Solver) -> Work | None:
    degree = len(found) - 1
    if all(part is ZERO for part in found[1:-1]):
        left = mul(found[-1], power(ctx.x, number(degree)))
        if ctx.complex and degree > 2:
            return _factored_or_numbers(f, found, ctx, solve)
        if not ctx.complex:
            return peel(tidy(left), tidy(neg(found[0])), ctx, solve)
    if degree == 2:
        return _quadratic(f, found, ctx)
    return _factored_or_numbers(f, found, ctx, solve)


def _factored_or_numbers(f: Node, found: Coefficients, ctx: Context, solve: Solver) -> Work | None:
    if all(is_number(part) for part in found):
        exact = [Fraction(part.number) for part in found]
        work = _rational_roots(f, exact, ctx, solve)
        if work is not None:
            return work
    work = _in_power(f, found, ctx, solve)
    if work is not None:
        return work
    # A cubic with rational coefficients and without a rational root has no factor.
    cubic = len(found) == 4 and all(is_number(part) for part in found)
    if len(found) - 1 <= _MOST_DEGREE and not cubic:
        factors = _factors(f, found, ctx)
        if factors is not None:
            return _zero_product(f, factors, ctx, solve)
    shifted = _as_power_of_line(f, found, ctx, solve)
    if shifted is not None:
        return shifted
    if all(is_number(part) for part in found):
        return _numbers(f, [Fraction(part.number) for part in found], ctx)
    return None


def _zero_product(f: Node, factors: list[Node], ctx: Context, solve: Solver) -> Work:
    product = mul(*factors)
    equation = eq_node(tidy(f), ZERO)
    parts = tuple(
        solve(base, ZERO, ctx.deeper())
        for base in dict.fromkeys(_base(factor) for factor in factors)
        if ctx.has(base)
    )
    words = ("factor: ", eq_node(product, ZERO), "; a product is 0 where a factor is")
    return Work(equation, "factor", words, parts)


def _base(factor: Node) -> Node:
    if factor.op == "pow" and is_number(factor.args[1]):
        return factor.args[0]
    return factor


# --- degrees one and two --------------------------------------------------------------------


def _linear(f: Node, found: Coefficients, ctx: Context) -> Work:
    b, a = found
    holds, conditions = decide("ne", a, ZERO, ctx)
    if holds is False:
        raise Stuck
    value = _quotient(neg(b), a)
    return Work(
        eq_node(tidy(f), ZERO),
        "linear equation",
        (
            "collect: ",
            eq_node(tidy(mul(a, ctx.x)), tidy(neg(b))),
            ", and divide by the coefficient of ",
            ctx.x,
        ),
        roots=(Root(value),),
        conditions=conditions,
    )


def _quotient(above: Node, below: Node) -> Node:
    """A quotient in its plainest form: numbers multiplied out, formulas cancelled by tidying."""
    found = tidy(div(above, below))
    return found if free_symbols(found) else expand(found)


def _quadratic(f: Node, found: Coefficients, ctx: Context) -> Work:
    c, b, a = found
    inside = discriminant(a, b, c)
    equation = eq_node(tidy(f), ZERO)
    words = (
        "quadratic formula: the discriminant b^2 - 4*a*c is ",
        inside,
    )
    known = sign(inside, ctx.positive)
    if known == 0:
        root = _quotient(neg(b), mul(TWO, a))
        return Work(
            equation, "quadratic formula", (*words, ", one double root"), roots=(Root(root),)
        )
    if known == -1 and not ctx.complex:
        return Work(
            equation, "no real solution", (*words, ", which is negative: there is no real root")
        )
    conditions: tuple[Node, ...] = ()
    if known is None and not ctx.complex:
        conditions = (tidy(call("ge", inside, ZERO)),)
    radical = tidy(sqrt(inside))
    if known == -1:
        radical = tidy(mul(I, sqrt(tidy(neg(inside)))))
    if ctx.complex and known is None:
        radical = _complex_root(inside) or radical
    roots = [_half(b, number(side), radical, a) for side in (-1, 1)]
    return Work(
        equation,
        "quadratic formula",
        words,
        roots=tuple(Root(root) for root in roots),
        conditions=conditions,
    )


def _complex_root(inside: Node) -> Node | None:
    """sqrt(a + b*i) as p + q*i: p^2 = (|z| + a)/2, q^2 = (|z| - a)/2."""
    found = polynomial(replace(inside, {I: _UNIT}), _UNIT)
    if found is None or len(found) > 2 or free_symbols(inside):
        return None
    a, b = [*found, ZERO, ZERO][:2]
    direction = sign(b)
    if direction is None or sign(a) is None:
        return None
    size = tidy(sqrt(expand(add(mul(a, a), mul(b, b)))))
    p = tidy(sqrt(expand(div(add(size, a), TWO))))
    q = tidy(sqrt(expand(div(sub(size, a), TWO))))
    return add(p, mul(number(-1 if direction < 0 else 1), q, I))


def _half(b: Node, side: Node, radical: Node, a: Node) -> Node:
    """(-b +- radical)/(2a): one fraction with letters, terms apart with numbers."""
    above = add(neg(b), mul(side, radical))
    whole = tidy(div(above, mul(TWO, a)))
    if free_symbols(whole):
        return whole
    return expand(whole)


# --- rational roots -------------------------------------------------------------------------


def _rational_roots(f: Node, exact: list[Fraction], ctx: Context, solve: Solver) -> Work | None:
    """All rational roots taken out, by the rational root theorem."""
    whole = _whole(exact)
    roots: list[Fraction] = []
    rest = [Fraction(c) for c in whole]
    while len(rest) > 3 or (roots and len(rest) > 1):
        root = _rational_root(_whole(rest))
        if root is None:
            break
        roots.append(root)
        rest = _divided(rest, root)
    if not roots:
        return None
    factors: list[Node] = []
    for root in dict.fromkeys(roots):
        count = roots.count(root)
        factor = tidy(sub(mul(number(root.denominator), ctx.x), number(root.numerator)))
        factors.append(power(factor, number(count)))
    if len(rest) > 1:
        factors.append(from_coefficients([number(c) for c in _whole(rest)], ctx.x))
    return _zero_product(f, factors, ctx, solve)


def _whole(exact: list[Fraction]) -> list[int]:
    """Whole coefficients without a common divisor, the leading one positive."""
    below = lcm(*(c.denominator for c in exact))
    above = [int(c * below) for c in exact]
    shared = gcd(*above) * (1 if above[-1] > 0 else -1)
    return [c // shared for c in above]


def _rational_root(whole: list[int]) -> Fraction | None:
    above, below = _divisors(abs(whole[0])), _divisors(abs(whole[-1]))
    if above is None or below is None or len(above) * len(below) > _MOST_CANDIDATES:
        return None
    for q in below:
        for p in above:
            if gcd(p, q) != 1:
                continue
            for size in (p, -p):
                if _vanishes(whole, size, q):
                    return Fraction(size, q)
    return None


def _vanishes(whole: list[int], p: int, q: int) -> bool:
    total = 0
    scale = 1
    for c in reversed(whole):
        total = total * p + c * scale
        scale *= q
    return total == 0


def _divisors(value: int) -> list[int] | None:
    if value == 0:
        return None
    if value > 10**12:
        return None
    small = [d for d in range(1, min(isqrt(value), 10**6) + 1) if value % d == 0]
    return sorted({*small, *(value // d for d in small)})


def _divided(exact: list[Fraction], root: Fraction) -> list[Fraction]:
    """The quotient by x - root (Horner)."""
    result: list[Fraction] = []
    carry = Fraction(0)
    for c in reversed(exact):
        carry = c + carry * root
        result.append(carry)
    result.pop()
    return list(reversed(result))


# --- other forms ----------------------------------------------------------------------------


def _in_power(f: Node, found: Coefficients, ctx: Context, solve: Solver) -> Work | None:
    """A polynomial in x^k, k > 1, is solved for u = x^k first."""
    step = gcd(*(k for k, part in enumerate(found) if part is not ZERO))
    if ctx.complex and len(found) - 1 == step and step > 2 and step % 2 == 0:
        step //= 2  # x^4 = c by x^2 = u
    if step < 2 or len(found) - 1 == step:
        return None
    from dlmath.maths.equations.solving.substitution import substituted

    return substituted(
        f, power(ctx.x, number(step)), lambda u: from_coefficients(found[::step], u), ctx, solve
    )


def _as_power_of_line(f: Node, found: Coefficients, ctx: Context, solve: Solver) -> Work | None:
    """a*(x + s)^n + c: a power of a line but for the constant."""
    degree = len(found) - 1
    shift = tidy(div(found[-2], mul(number(degree), found[-1])))
    if shift is ZERO:
        return None
    line = add(ctx.x, shift)
    rest = expand(sub(from_coefficients(found, ctx.x), mul(found[-1], power(line, number(degree)))))
    if ctx.has(rest):
        return None
    left = mul(found[-1], power(line, number(degree)))
    words = ("complete the power: ", eq_node(left, tidy(neg(rest))))
    return done(
        eq_node(tidy(f), ZERO), "complete the power", words, [(left, neg(rest))], ctx, solve
    )


def _factors(f: Node, found: Coefficients, ctx: Context) -> list[Node] | None:
    """The irreducible factors over the rational numbers, where there are several."""
    from dlmath.maths.sympy_routes import attempt, translated

    opened = from_coefficients(found, ctx.x)
    given = translated(opened, {}, 4.0)
    if given is None:
        return None
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    result = attempt(lambda: sympy.factor(given), 4.0)
    if result is None:
        return None
    parts = list(result.args) if result.op == "mul" else [result]
    ours = [part for part in parts if ctx.has(part)]
    if len(ours) < 2 and not (len(ours) == 1 and _base(ours[0]) is not ours[0]):
        return None
    if any(polynomial(part, ctx.x) is None for part in ours):
        return None
    if expand(sub(mul(*parts), opened)) is not ZERO:
        return None
    return ours


def _numbers(f: Node, exact: list[Fraction], ctx: Context) -> Work:
    """Real (or all) roots as decimals, each certain to the digits that are kept."""
    from dlmath.maths.equations.solving.numbers import decimal_node

    values: list[Any] = complex_roots(exact) if ctx.complex else real_roots(exact)
    roots = tuple(Root(decimal_node(value)) for value in values)
    degree = len(exact) - 1
    words: tuple[str | Node, ...] = (
        f"no rational root and no factor: the roots of a polynomial of degree {degree} as decimals",
    )
    if not roots:
        words = ("by Sturm's theorem it has no real root",)
        return Work(eq_node(tidy(f), ZERO), "no real solution", words)
    return Work(eq_node(tidy(f), ZERO), "numeric roots", words, roots=roots)
