"""One equation in one unknown: which rule applies, tried in order, down to `x = ...`."""

from __future__ import annotations

from collections.abc import Callable

from dlmath.expression.graph import (
    TRUE,
    ZERO,
    Node,
    div,
    eq_node,
    free_symbols,
    is_integer,
    is_number,
    neg,
    sub,
    symbol,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.forms import TooLarge
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.equations.solving.branches import by_branches
from dlmath.maths.equations.solving.inverse import peel
from dlmath.maths.equations.solving.polynomials import solve_polynomial
from dlmath.maths.equations.solving.reshaping import (
    by_bases,
    by_definition,
    by_factors,
    by_fractions,
    by_lambert,
    by_lambert_product,
    by_logarithms,
    by_powers,
    by_product,
    by_two_terms,
)
from dlmath.maths.equations.solving.substitution import by_substitution
from dlmath.maths.equations.solving.transforms import Solver
from dlmath.maths.equations.solving.waves import by_waves
from dlmath.maths.equations.solving.working import Context, Stuck, Work, decide, sign, value_of

#: What turns `f = 0` into simpler equations, the plainest first.
_RULES: tuple[Callable[[Node, Context, Solver], Work | None], ...] = (
    by_product,
    solve_polynomial,
    by_fractions,
    by_waves,
    by_substitution,
    by_factors,
    by_two_terms,
    by_logarithms,
    by_bases,
    by_lambert_product,
    by_lambert,
    by_powers,
    by_branches,
    by_definition,
)

#: Those that lose no complex solution.
_COMPLEX_RULES = (by_product, solve_polynomial, by_fractions)


def solve(left: Node, right: Node, ctx: Context) -> Work:
    """The tree of `left = right`. Raises Stuck where no rule leads to solutions."""
    left, right = tidy(left), tidy(right)
    if ctx.has(right) and not ctx.has(left):
        left, right = right, left
    if not ctx.has(left) and not ctx.has(right):
        return _constant(left, right, ctx)
    if not ctx.has(right) and not (ctx.complex and left.op not in ("symbol", "add", "mul")):
        try:
            work = peel(left, right, ctx, solve)
        except (Stuck, TooLarge):
            work = None
        if work is not None:
            return work
    f = left if right is ZERO else tidy(sub(left, right))
    if not ctx.has(f) or not ctx.has(expand(f)):
        return _constant(f if not ctx.has(f) else expand(f), ZERO, ctx, eq_node(left, right))
    work = _zero(f, ctx)
    if right is ZERO:
        return work
    words = ("bring everything to one side",)
    return Work(eq_node(left, right), "one side", words, (work,))


def _zero(f: Node, ctx: Context) -> Work:
    for rule in _COMPLEX_RULES if ctx.complex else _RULES:
        try:
            work = rule(f, ctx, solve)
        except (Stuck, TooLarge):
            continue
        if work is not None:
            return work
    opened = expand(f)
    if opened is not f and ctx.depth < 12:
        return solve(opened, ZERO, ctx.deeper())
    raise Stuck


def _constant(left: Node, right: Node, ctx: Context, shown: Node | None = None) -> Work:
    """An equation without the unknown: true everywhere, nowhere, or under a condition."""
    equation = shown or eq_node(left, right)
    difference = expand(sub(left, right))
    if difference is ZERO or sign(difference, ctx.positive) == 0:
        words = ("both sides are the same: it holds for every value",)
        return Work(equation, "identity", words, everything=TRUE)
    if not free_symbols(difference):
        if sign(difference) is None:
            raise Stuck
        return Work(equation, "contradiction", ("this is false, whatever the unknown is",))
    if free_symbols(difference) <= ctx.integers:
        return _between_integers(equation, difference)
    _, conditions = decide("eq", left, right, ctx)
    return Work(
        equation,
        "condition",
        ("the unknown does not occur: it holds for every value, or for none",),
        everything=TRUE,
        conditions=conditions,
    )


def _between_integers(equation: Node, difference: Node) -> Work:
    """An equation in one integer, such as 2*pi*n + pi/2 = 0."""
    names = sorted(free_symbols(difference))
    line = linear(difference, symbol(names[0])) if len(names) == 1 else None
    if line is None:
        raise Stuck
    value = tidy(neg(div(line[1], line[0])))
    if is_integer(value) or not (is_number(value) or known_irrational(value)):
        raise Stuck
    return Work(equation, "contradiction", ("no integer makes this true",))


def known_irrational(value: Node) -> bool:
    """Is it surely no whole number? By its value."""
    found = value_of(value, 20)
    if found is None or hasattr(found, "_mpc_") or found != found:
        return False
    return bool(abs(found - round(found)) > 1e-12)
