"""Substitution: an equation in one function of the unknown is solved for that function first."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    TRUE,
    ZERO,
    Node,
    add,
    call,
    div,
    eq_node,
    is_integer,
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.equations.solving.transforms import Solver
from dlmath.maths.equations.solving.working import Context, Stuck, Work


def substituted(
    f: Node,
    g: Node,
    inner: Callable[[Node], Node],
    ctx: Context,
    solve: Solver,
    words: Sentence = (),
) -> Work:
    """Solves inner(u) = 0 for u, then g = u for the unknown, for each u."""
    u = ctx.unknown(f)
    aside = solve(tidy(inner(u)), ZERO, ctx.inside(u.name))
    equation = eq_node(tidy(f), ZERO)
    if TRUE in aside.regions():
        said = ("with this it holds for every value",)
        return Work(equation, "identity", (*words, *said), aside=aside, everything=TRUE)
    if aside.regions():
        raise Stuck
    parts = []
    for root in aside.all_roots():
        part = solve(g, root.value, ctx.deeper())
        part.conditions = (*root.conditions, *part.conditions)
        parts.append(part)
    return Work(
        equation,
        "substitution",
        (*words, "substitute ", eq_node(u, g)),
        tuple(parts),
        aside=aside,
        may_add=True,
    )


def atoms(f: Node, ctx: Context) -> list[Node]:
    """The parts that depend on the unknown and of which f is a rational expression."""
    found: dict[Node, None] = {}
    waiting = [f]
    while waiting:
        part = waiting.pop()
        if not ctx.has(part):
            continue
        if part.op in ("add", "mul"):
            waiting.extend(part.args)
        elif part.op == "pow" and is_integer(part.args[1]):
            waiting.append(part.args[0])
        else:
            found[part] = None
    return list(found)


def by_substitution(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """The first substitution that leaves one unknown, or None."""
    parts = atoms(f, ctx)
    if len(parts) == 1 and parts[0] is not ctx.x:
        (only,) = parts
        if only.op == "pow" and not ctx.has(only.args[0]) and only.args[1] is ctx.x:
            return substituted(f, only, lambda u: replace(f, {only: u}), ctx, solve)
        return substituted(f, only, lambda u: replace(f, {only: u}), ctx, solve)
    if len(parts) < 2:
        return None
    return _exponentials(f, parts, ctx, solve) or _roots(f, parts, ctx, solve)


# --- exponentials ---------------------------------------------------------------------------


def _exponentials(f: Node, parts: list[Node], ctx: Context, solve: Solver) -> Work | None:
    """Powers of one exponential: exp(2*x) and exp(x), 4^x and 2^(x + 1)."""
    split = [exponential(part, ctx) for part in parts]
    if not all(split):
        return None
    known = [one for one in split if one is not None]
    base, first, _ = known[0]
    ratios = []
    for other, rest, _ in known:
        ratio = _ratio(other, rest, base, first)
        if ratio is None:
            return None
        ratios.append(ratio)
    below = lcm(*(ratio.denominator for ratio in ratios))
    unit = Fraction(gcd(*(int(ratio * below) for ratio in ratios)), below)
    if ratios[0] < 0:
        unit = -unit
    exponent = tidy(mul(number(unit), first))
    if str_negative(exponent):
        exponent, unit = tidy(neg(exponent)), -unit
    g = call("exp", exponent) if base is None else power(base, exponent)

    def inner(u: Node) -> Node:
        exchanged = {
            part: mul(scale, power(u, number(ratio / unit)))
            for part, ratio, (_, _, scale) in zip(parts, ratios, known, strict=True)
        }
        return replace(f, exchanged)

    return substituted(f, tidy(g), inner, ctx, solve)


def str_negative(node: Node) -> bool:
    """Is the leading coefficient of a product negative?"""
    return node.op == "mul" and is_number(node.args[0]) and node.args[0].number < 0


def exponential(part: Node, ctx: Context) -> tuple[Node | None, Node, Node] | None:
    """(base, exponent without its constant, factor): 2^(x + 1) is 2 * 2^x. Base None is e."""
    if part.op == "exp":
        base, exponent = None, part.args[0]
    elif part.op == "pow" and is_number(part.args[0]) and part.args[0].number > 0:
        base, exponent = part.args
    else:
        return None
    opened = expand(exponent)
    terms = opened.args if opened.op == "add" else (opened,)
    rest = add(*(term for term in terms if ctx.has(term)))
    shift = add(*(term for term in terms if not ctx.has(term)))
    factor = call("exp", shift) if base is None else power(base, shift)
    return base, rest, tidy(factor)


def _ratio(base: Node | None, rest: Node, other: Node | None, first: Node) -> Fraction | None:
    found = expand(div(rest, first)) if first.op != "add" else tidy(div(rest, first))
    if not is_number(found):
        found = expand(tidy(div(rest, first)))
    if not is_number(found):
        return None
    ratio = Fraction(found.number)
    if base is other:
        return ratio
    if base is None or other is None:
        return None
    from dlmath.maths.equations.solving.inverse import logarithm_to

    between = logarithm_to(base, other)
    return ratio * Fraction(between.number) if is_number(between) else None


# --- roots ----------------------------------------------------------------------------------


def _roots(f: Node, parts: list[Node], ctx: Context, solve: Solver) -> Work | None:
    """Roots of one straight line and the unknown itself: u = sqrt(a*x + b), x = (u^2 - b)/a."""
    others = [part for part in parts if part is not ctx.x]
    if not all(part.op == "pow" and is_number(part.args[1]) for part in others):
        cubes = [part for part in others if part.op == "cbrt"]
        if len(cubes) != len(others) or len(cubes) != 1:
            return None
        return _of_line(f, cubes[0], cubes[0].args[0], 3, {cubes[0]: 1}, ctx, solve)
    bases = {part.args[0] for part in others}
    if len(bases) != 1:
        return None
    (base,) = bases
    sizes = [Fraction(part.args[1].number) for part in others]
    below = lcm(*(size.denominator for size in sizes))
    powers = {part: int(size * below) for part, size in zip(others, sizes, strict=True)}
    g = power(base, number(Fraction(1, below)))
    return _of_line(f, g, base, below, powers, ctx, solve)


def _of_line(
    f: Node, g: Node, base: Node, degree: int, powers: dict[Node, int], ctx: Context, solve: Solver
) -> Work | None:
    line = linear(base, ctx.x)
    if line is None:
        return None
    a, b = line

    def inner(u: Node) -> Node:
        x = div(sub(power(u, number(degree)), b), a)
        exchanged: dict[Node, Node] = {p: power(u, number(k)) for p, k in powers.items()}
        return replace(replace(f, exchanged), {ctx.x: x})

    return substituted(f, g, inner, ctx, solve)
