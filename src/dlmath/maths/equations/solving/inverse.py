"""Inverse operations: `f(u) = r` becomes `u = ...`, with every value that u may take."""

from __future__ import annotations

from fractions import Fraction

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    eq_node,
    is_number,
    mul,
    neg,
    number,
    power,
    sub,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.equations.solving.functions import RULES
from dlmath.maths.equations.solving.transforms import Solver, done, nothing
from dlmath.maths.equations.solving.working import Context, Root, Stuck, Work, decide, sign


def peel(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    """Takes off the outermost operation; None where the unknown stands in several operands."""
    equation = eq_node(left, right)
    if left is ctx.x:
        return Work(equation, "solution", ("the unknown stands alone",), roots=(Root(right),))
    if left.op == "add":
        return _sum(left, right, ctx, solve)
    if left.op == "mul":
        return _product(left, right, ctx, solve)
    if left.op == "pow":
        return _power(left, right, ctx, solve)
    rule = RULES.get(left.op)
    if rule is None or not ctx.has(left.args[0]) or any(ctx.has(arg) for arg in left.args[1:]):
        if left.op == "log" and len(left.args) == 2 and not ctx.has(left.args[0]):
            turned = div(call("log", left.args[0]), call("log", left.args[1]))
            return solve(turned, right, ctx)
        return None
    return rule(left, right, ctx, solve)


def _sum(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    ours = [term for term in left.args if ctx.has(term)]
    if len(ours) != 1:
        return None
    rest = add(*(term for term in left.args if not ctx.has(term)))
    words: Sentence = ("subtract ", rest, " from both sides")
    if is_number(rest) and rest.number < 0:
        words = ("add ", neg(rest), " to both sides")
    return done(
        eq_node(left, right),
        "same to both sides",
        words,
        [(ours[0], expand(sub(right, rest)))],
        ctx,
        solve,
    )


def _product(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    ours = [factor for factor in left.args if ctx.has(factor)]
    factor = mul(*(part for part in left.args if not ctx.has(part)))
    equation = eq_node(left, right)
    if len(ours) != 1 and (factor is ONE or right is ZERO):
        return None
    inner = mul(*ours)
    holds, conditions = decide("ne", factor, ZERO, ctx)
    if holds is False:
        raise Stuck
    # A quotient is left in its form: what is multiplied out grows.
    quotient = tidy(div(right, factor))
    return done(
        equation,
        "same to both sides",
        ("divide both sides by ", factor),
        [(inner, quotient)],
        ctx,
        solve,
        conditions,
    )


# --- powers ---------------------------------------------------------------------------------


def _power(left: Node, right: Node, ctx: Context, solve: Solver) -> Work | None:
    base, exponent = left.args
    if ctx.has(base) and ctx.has(exponent):
        return None
    if ctx.has(exponent):
        return _exponential(left, right, base, exponent, ctx, solve)
    if not is_number(exponent):
        return _any_power(left, right, ctx, solve)
    size = Fraction(exponent.number)
    equation = eq_node(left, right)
    if size < 0:
        holds, conditions = decide("ne", right, ZERO, ctx)
        if holds is False:
            return nothing(equation, ("a quotient with the numerator 1 is never 0",))
        flipped = power(base, number(-size))
        return done(
            equation,
            "reciprocal of both sides",
            ("take the reciprocal of both sides",),
            [(flipped, div(ONE, right))],
            ctx,
            solve,
            conditions,
        )
    if size.denominator == 1:
        return _whole_power(base, right, int(size), equation, ctx, solve)
    return _root(base, right, size, equation, ctx, solve)


def _whole_power(
    base: Node, right: Node, size: int, equation: Node, ctx: Context, solve: Solver
) -> Work:
    if right is ZERO:
        text: Sentence = ("a power is 0 where its base is",)
        return done(equation, "root of both sides", text, [(base, ZERO)], ctx, solve)
    degree = number(Fraction(1, size))
    if size % 2:
        known = sign(right, ctx.positive)
        root = power(right, degree) if known == 1 else neg(power(neg(right), degree))
        if known is None:
            if size != 3:
                root = mul(call("sign", right), power(call("abs", right), degree))
            else:
                root = call("cbrt", right)
        words: Sentence = (_root_name(size), " of both sides; an odd power takes each value once")
        return done(equation, "root of both sides", words, [(base, root)], ctx, solve)
    holds, conditions = decide("ge", right, ZERO, ctx)
    if holds is False:
        return nothing(
            equation,
            (
                "an even power is never negative, and ",
                right,
                " is",
            ),
        )
    root = tidy(power(right, degree))
    words = (_root_name(size), " of both sides: there are two signs")
    return done(
        equation,
        "root of both sides",
        words,
        [(base, neg(root)), (base, root)],
        ctx,
        solve,
        conditions,
    )


def _root_name(size: int) -> str:
    return {2: "square root", 3: "cube root"}.get(size, f"{size}th root")


def _root(
    base: Node, right: Node, size: Fraction, equation: Node, ctx: Context, solve: Solver
) -> Work:
    """`u^(p/q) = r` with the principal value, which is real and not negative for u >= 0 only."""
    holds, conditions = decide("ge", right, ZERO, ctx)
    name = _root_name(size.denominator)
    if holds is False:
        return nothing(equation, (f"the {name} is never negative, and ", right, " is"))
    words: Sentence = ("raise both sides to the power ", number(1 / size))
    return done(
        equation,
        "power of both sides",
        words,
        [(base, power(right, number(1 / size)))],
        ctx,
        solve,
        conditions,
    )


def _any_power(left: Node, right: Node, ctx: Context, solve: Solver) -> Work:
    """A power with an exponent that is not rational, or a variable: the base is positive."""
    base, exponent = left.args
    holds, conditions = decide("gt", right, ZERO, ctx)
    known, more = decide("ne", exponent, ZERO, ctx)
    equation = eq_node(left, right)
    if holds is False or known is False:
        if known is False or right is not ZERO:
            return nothing(equation, ("a power of a positive number is positive",))
        return done(
            equation, "root of both sides", ("a power is 0 where its base is",), [(base, ZERO)],
            ctx, solve,
        )  # fmt: skip
    words: Sentence = ("raise both sides to the power ", tidy(div(ONE, exponent)))
    branches = [(base, power(right, div(ONE, exponent)))]
    return done(equation, "power of both sides", words, branches, ctx, solve, (*conditions, *more))


def _exponential(
    left: Node, right: Node, base: Node, exponent: Node, ctx: Context, solve: Solver
) -> Work | None:
    """`b^u = r`: logarithm of both sides."""
    above, conditions = decide("gt", base, ZERO, ctx)
    if above is False:
        return None
    differs, more = decide("ne", base, ONE, ctx)
    if differs is False:
        return None
    holds, third = decide("gt", right, ZERO, ctx)
    if holds is False:
        return nothing(eq_node(left, right), ("a power of a positive number is positive",))
    words: Sentence = ("logarithm of both sides",)
    branches = [(exponent, logarithm_to(right, base))]
    return done(
        eq_node(left, right),
        "logarithm of both sides",
        words,
        branches,
        ctx,
        solve,
        (*conditions, *more, *third),
    )


def logarithm_to(value: Node, base: Node) -> Node:
    """log(value)/log(base), exact where it is a fraction: log(8)/log(4) is 3/2."""
    plain = tidy(div(call("log", value), call("log", base)))
    if not (is_number(value) and is_number(base)) or is_number(plain):
        return plain
    from math import log

    near = Fraction(log(value.number) / log(base.number)).limit_denominator(24)
    if (
        near
        and Fraction(base.number) ** near.numerator == Fraction(value.number) ** near.denominator
    ):
        return number(near)
    return plain
