"""Systems of equations for critical points: which route solves them, and what it promises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.expression.graph import ONE, Node, free_symbols, is_number, mul, topological
from dlmath.expression.intervals import Interval
from dlmath.expression.real import is_positive
from dlmath.expression.tidy import expand, fraction_parts, split_coefficient, tidy
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.optimization.extrema import algebraic
from dlmath.maths.optimization.extrema.algebraic import Family, Root, TooLarge
from dlmath.maths.optimization.quadratics import Polynomial, numerator, polynomial

#: How a system was solved.
EXACT = "exact"
CERTIFIED = "certified"
SEARCHED = "searched"


class Found(NamedTuple):
    """The solutions of a system.

    how: `exact` (all real solutions, by elimination), `certified` (all in the box, by interval
    arithmetic) or `searched` (those that a search found). doubts: what is not proved, in words.
    open_places: near these there may be more solutions, or none.
    """

    roots: list[Root]
    families: list[Family]
    how: str
    doubts: tuple[str, ...] = ()
    open_places: tuple[tuple[float, ...], ...] = ()


def solve_system(
    equations: Sequence[Node],
    names: Sequence[str],
    wanted: int,
    box: Mapping[str, Interval],
    seconds: float,
) -> Found:
    """Every real place where all the equations (expressions) vanish, as far as it can be told.

    box: where a search looks, if elimination does not reach. wanted: how many of the first
    variables are asked for.
    """
    polynomials = [_as_polynomial(equation, names) for equation in equations]
    if all(one is not None for one in polynomials):
        algebraic.prepare()
        try:
            with within(0.6 * seconds):
                known = [one for one in polynomials if one is not None]
                found = algebraic.solve(known, names, wanted)
            return Found(_defined(found.roots, equations, names), found.families, EXACT)
        except (TooLarge, OutOfTime, MemoryError):
            pass
    from dlmath.maths.optimization.extrema.box_search import search_box
    from dlmath.maths.optimization.extrema.reduction import reduced

    if not all(one is not None for one in polynomials):
        smaller = reduced(
            equations,
            names,
            wanted,
            lambda rest, left, keep: solve_system(rest, left, keep, box, 0.9 * seconds),
        )
        if smaller is not None:
            return smaller

    return search_box(equations, names, wanted, box, 0.35 * seconds)


def is_algebraic(equations: Sequence[Node], names: Sequence[str]) -> bool:
    """Is every equation one that elimination can take?"""
    return all(_as_polynomial(equation, names) is not None for equation in equations)


def weaker(a: str, b: str) -> str:
    """The weaker of two promises (`exact`, `certified`, `searched`)."""
    order = (EXACT, CERTIFIED, SEARCHED)
    return order[max(order.index(a), order.index(b))]


def _as_polynomial(equation: Node, names: Sequence[str]) -> Polynomial | None:
    """A polynomial with the same real zeros, but for places where the equation is undefined."""
    found = polynomial(equation, names)
    if found is not None:
        return found
    found = numerator(equation, names)
    if found is not None:
        return found
    above, _ = fraction_parts(tidy(equation))
    return _without_positive_factors(above, names) or _without_positive_factors(
        expand(above), names
    )


def _without_positive_factors(node: Node, names: Sequence[str]) -> Polynomial | None:
    """The polynomial that is left when a factor common to all terms, never zero, is taken out."""
    factors = list(node.args) if node.op == "mul" else [node]
    kept = [factor for factor in factors if not is_positive(factor)]
    if len(kept) < len(factors):
        return _as_polynomial(mul(*kept) if kept else ONE, names)
    if node.op != "add":
        return None
    common: frozenset[Node] | None = None
    rest = []
    for term in node.args:
        coefficient, inner = split_coefficient(term)
        parts = inner.args if inner.op == "mul" else (inner,)
        strange = frozenset(p for p in parts if polynomial(p, names) is None)
        if not all(is_positive(part) for part in strange):
            return None
        if common is not None and strange != common:
            return None
        common = strange
        from dlmath.expression.graph import number

        rest.append(mul(number(coefficient), *(p for p in parts if p not in strange)))
    from dlmath.expression.graph import add

    return polynomial(add(*rest), names)


def _defined(roots: list[Root], equations: Sequence[Node], names: Sequence[str]) -> list[Root]:
    """Without the places where an equation has no value: zeros of denominators."""
    if all(_is_polynomial(equation) for equation in equations):
        return roots
    return [
        root
        for root in roots
        if len(root.values) < len(names)
        or all(residual(equation, names, root) is not None for equation in equations)
    ]


def _is_polynomial(node: Node) -> bool:
    return all(
        part.op in ("add", "mul", "number", "symbol")
        or (part.op == "pow" and is_number(part.args[1]) and part.args[1].number > 0)
        for part in topological(node)
    )


def exact_values(names: Sequence[str], root: Root) -> dict[str, Any]:
    """The values of the variables for high precision."""
    return dict(zip(names, root.values, strict=False))


def residual(node: Node, names: Sequence[str], root: Root) -> Any | None:
    """The value at a root to thirty digits, or None where it is not a real number."""
    return value_at(node, exact_values(names, root))


def value_at(node: Node, values: Mapping[str, Any], digits: int = 30) -> Any | None:
    """The real value, computed once with so many digits, or None where there is none.

    Near a zero of the node fewer digits of the value are right: the error is absolute.
    """
    import math

    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression.evaluator import run
    from dlmath.expression.exact_numbers import taken
    from dlmath.expression.precise_pass import Pass

    if not free_symbols(node) <= set(values):
        return None
    bits = math.ceil((digits + 20) * math.log2(10))
    try:
        with mpmath.workprec(bits):
            numbers = Pass(mpmath.mp, bits, None)
            symbols = {name: taken(mpmath.mp, value) for name, value in values.items()}
            found = numbers.outside(run(node, symbols, numbers))
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if isinstance(found, mpmath.mpc):
        found = found.real if abs(found.imag) < mpmath.mpf(10) ** (5 - digits) else None
    return found if isinstance(found, mpmath.mpf) and mpmath.isfinite(found) else None
