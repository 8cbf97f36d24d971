"""Partial fractions: the factors by sympy's polynomial arithmetic, biquadratics by hand."""

from __future__ import annotations

from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    div,
    free_symbols,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import as_product, multiplied_out, sign_of
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    from_coefficients,
    polynomial,
)

#: The terms of a decomposition.
FactorTerms = list[Node]

#: Larger polynomials are not factored: with many parameters that takes long.
_MOST_PARAMETERS = 5
_MOST_NODES = 70


def partial_fractions(
    top: Coefficients, bottom: list[tuple[Node, Coefficients, int]], x: Node
) -> FactorTerms | None:
    """The partial fractions of top / product of base**size, or None.

    bottom: for each base the expression, its coefficients, its multiplicity.
    """
    if len(bottom) == 1 and not any(free_symbols(part) for part in bottom[0][1]):
        _, base, size = bottom[0]
        found = _biquadratic(top, base, x) if size == 1 else None
        if found is None and size > 1:
            found = _powers_of_biquadratic(top, base, size, x)
        if found is not None:
            return found
    return _by_sympy(top, bottom, x)


def _powers_of_biquadratic(
    top: Coefficients, base: Coefficients, size: int, x: Node
) -> FactorTerms | None:
    """P/Q**n for a biquadratic Q with two real quadratic factors that are not rational."""
    factors = _biquadratic([ONE], base, x)
    if factors is None or len(factors) != 2 or base[4] is not ONE:
        return None
    bottom: list[tuple[Node, Coefficients, int]] = []
    for term in factors:
        quadratics = [b for b, e in as_product(term, x).powers.items() if e is MINUS_ONE]
        if len(quadratics) != 1:
            return None
        coefficients = polynomial(quadratics[0], x, 2)
        if coefficients is None or len(coefficients) != 3:
            return None
        scale = tidy(power(coefficients[-1], MINUS_ONE))
        monic = [tidy(mul(scale, part)) for part in coefficients]
        bottom.append((from_coefficients(monic, x), monic, size))
    return _by_sympy(top, bottom, x)


def _by_sympy(
    top: Coefficients, bottom: list[tuple[Node, Coefficients, int]], x: Node
) -> FactorTerms | None:
    parts = [part for _, base, _ in bottom for part in base] + list(top)
    letters = _letters_for(parts)
    if letters:
        named = {letter: node for node, letter in letters.items()}
        terms = _by_sympy(
            [replace(part, letters) for part in top],
            [(replace(node, letters), [replace(c, letters) for c in base], size)
             for node, base, size in bottom],
            x,
        )  # fmt: skip
        return None if terms is None else [tidy(replace(term, named)) for term in terms]
    if any(not is_rational(part) for part in parts) or is_costly(parts):
        return None
    from sympy import Add, PolynomialError, Symbol, apart, factor

    from dlmath.expression.from_sympy import Unsupported, from_sympy
    from dlmath.expression.to_sympy import to_sympy

    variable = to_sympy(x)
    numerator = to_sympy(from_coefficients(top, x))
    denominator = to_sympy(mul(*(power(base, number(size)) for base, _, size in bottom)))
    assert isinstance(variable, Symbol)
    try:
        split = apart(numerator / factor(denominator), variable)
        terms = [from_sympy(term) for term in Add.make_args(split)]
    except (PolynomialError, NotImplementedError, Unsupported, ZeroDivisionError):
        return None
    return [tidy(term) for term in terms]


def factored(top: Coefficients, bottom: Coefficients, x: Node) -> Node | None:
    """top/bottom in factors and in lowest terms, or None where that would take long."""
    letters = _letters_for(top + bottom)
    if letters:
        named = {letter: node for node, letter in letters.items()}
        above, below = ([replace(part, letters) for part in side] for side in (top, bottom))
        found = factored(above, below, x)
        return None if found is None else tidy(replace(found, named))
    if not all(is_rational(part) for part in top + bottom) or is_costly(top + bottom):
        return None
    from sympy import factor

    from dlmath.expression.from_sympy import Unsupported, from_sympy
    from dlmath.expression.to_sympy import to_sympy

    numerator = to_sympy(from_coefficients(top, x))
    denominator = to_sympy(from_coefficients(bottom, x))
    try:
        return tidy(from_sympy(factor(numerator / denominator)))
    except Unsupported:
        return None


def _letters_for(parts: Coefficients) -> dict[Node, Node]:
    """A letter for each irrational constant: the arithmetic is the same for any value of it."""
    found: dict[Node, Node] = {}
    for node in topological(*parts):
        if node.op in ("number", "symbol", "add", "mul"):
            continue
        if node.op == "pow" and is_rational(node):
            continue
        if node.op == "pow" and node.args[0] in found and is_rational(power(ZERO, node.args[1])):
            continue
        found.setdefault(node, symbol(f"constant {len(found)}"))
    return found


def is_costly(parts: Coefficients) -> bool:
    """Would factoring polynomials with these coefficients take long?"""
    names = {name for part in parts for name in free_symbols(part)}
    return len(names) > _MOST_PARAMETERS or len(topological(*parts)) > _MOST_NODES


def is_rational(node: Node) -> bool:
    """Only whole powers of variables and numbers: what the polynomial arithmetic takes."""
    for part in topological(node):
        if part.op not in ("number", "symbol", "add", "mul", "pow"):
            return False
        if part.op == "pow" and not (
            part.args[1].op == "number" and isinstance(part.args[1].number, int)
        ):
            return False
    return True


def _biquadratic(top: Coefficients, base: Coefficients, x: Node) -> FactorTerms | None:
    """P(x)/(a*x**4 + b*x**2 + c) where that has no rational factors."""
    if len(base) != 5 or base[1] is not ZERO or base[3] is not ZERO or base[0] is ZERO:
        return None
    p, q = tidy(div(base[2], base[4])), tidy(div(base[0], base[4]))
    tops = [tidy(div(part, base[4])) for part in top] + [ZERO] * (4 - len(top))
    inner = tidy(sub(power(p, TWO), mul(number(4), q)))
    sign = sign_of(inner)
    if sign == 1:
        return _two_squares(tops, p, inner, x)
    return _conjugate_quadratics(tops, p, q, x) if sign == -1 else None


def _two_squares(top: Coefficients, p: Node, inner: Node, x: Node) -> FactorTerms | None:
    """Over (x**2 - y1)*(x**2 - y2) with y1, y2 the roots of y**2 + p*y + q."""
    gap = tidy(sqrt(inner))
    if gap.op == "number":
        return None
    roots = [tidy(div(add(neg(p), mul(number(sign), gap)), TWO)) for sign in (1, -1)]
    terms: FactorTerms = []
    for this, other in (roots, roots[::-1]):
        apart = tidy(sub(this, other))
        even = div(add(mul(top[2], this), top[0]), apart)
        odd = div(add(mul(top[3], this), top[1]), apart)
        lead = tidy(add(mul(odd, x), even))
        if lead is not ZERO:
            terms.append(tidy(div(lead, sub(power(x, TWO), this))))
    return terms


def _conjugate_quadratics(top: Coefficients, p: Node, q: Node, x: Node) -> FactorTerms | None:
    """Over (x**2 + s*x + r)*(x**2 - s*x + r) with r = sqrt(q), s = sqrt(2*r - p)."""
    r = tidy(sqrt(q))
    square = tidy(sub(mul(TWO, r), p))
    s = tidy(sqrt(square))
    if s.op == "number" and r.op == "number":
        return None
    whole_sum, rest_sum = top[3], tidy(div(top[0], r))
    whole_gap = tidy(div(sub(top[2], rest_sum), s))
    rest_gap = tidy(div(sub(top[1], mul(r, whole_sum)), s))
    terms: FactorTerms = []
    for sign in (1, -1):
        lead = multiplied_out(div(sub(whole_sum, mul(number(sign), whole_gap)), TWO))
        rest = multiplied_out(div(sub(rest_sum, mul(number(sign), rest_gap)), TWO))
        above = tidy(add(mul(lead, x), rest))
        below = tidy(add(power(x, TWO), mul(number(sign), s, x), r))
        if above is not ZERO:
            terms.append(tidy(mul(above, power(below, MINUS_ONE))))
    return terms
