"""Equations brought into a form that other rules solve: fractions, roots, logarithms, products."""

from __future__ import annotations

from fractions import Fraction

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    eq_node,
    free_symbols,
    is_number,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import from_coefficients, linear
from dlmath.maths.calculus.antiderivatives.together import quotient
from dlmath.maths.calculus.studies.factors import factors
from dlmath.maths.equations.solving.substitution import atoms, exponential
from dlmath.maths.equations.solving.transforms import Solver, done
from dlmath.maths.equations.solving.working import Context, Work, decide


def by_fractions(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """A quotient of polynomials: where its numerator is 0."""
    found = quotient(f, ctx.x)
    if found is None or len(found[1]) < 2:
        return None
    top, bottom = (from_coefficients(part, ctx.x) for part in found)
    words: Sentence = (
        "one fraction: ",
        eq_node(div(top, bottom), ZERO),
        "; it is 0 where the numerator is and the denominator is not",
    )
    work = done(eq_node(f, ZERO), "common denominator", words, [(top, ZERO)], ctx, solve)
    work.may_add = True
    return work


def by_factors(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """Common factors taken out of a sum: each factor 0."""
    found = factors(f, ctx.variable)
    if (
        not found
        or found == [f]
        or (len(found) == 1 and len(topological(found[0])) >= len(topological(f)))
    ):
        return None
    words: list[str | Node] = ["factor; it is 0 where one of the factors is: "]
    for place, part in enumerate(found):
        words += [", " if place else "", part]
    parts = tuple(solve(part, ZERO, ctx.deeper()) for part in found)
    return Work(eq_node(f, ZERO), "factor", tuple(words), parts, may_add=True)


def by_product(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """A product is 0 where a factor is."""
    if f.op != "mul":
        return None
    above: list[Node] = []
    below = False
    for part in f.args:
        if not ctx.has(part):
            continue
        if part.op == "pow" and is_number(part.args[1]) and part.args[1].number < 0:
            below = True
            continue
        above.append(part)
    rest = mul(*(part for part in f.args if not ctx.has(part)))
    conditions: tuple[Node, ...] = ()
    if free_symbols(rest):
        _, conditions = decide("ne", rest, ZERO, ctx)
    if not above:
        return Work(
            eq_node(f, ZERO), "no solution", ("a quotient is 0 only where its numerator is",)
        )
    words: Sentence = ("a product is 0 where one of its factors is",)
    if below:
        words = ("a fraction is 0 where its numerator is 0 and its denominator is not",)
    parts = tuple(solve(part, ZERO, ctx.deeper()) for part in above)
    return Work(eq_node(f, ZERO), "zero product", words, parts, conditions=conditions, may_add=True)


# --- roots ----------------------------------------------------------------------------------


def by_powers(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """One root set apart on a side, then both sides raised to its degree."""
    if f.op != "add":
        return None
    roots = [part for part in atoms(f, ctx) if _degree(part)]
    if not roots:
        return None
    best = max(roots, key=lambda part: (_degree(part), len(topological(part))))
    ours = [term for term in f.args if best in _factors_of(term)]
    if not ours or any(best in topological(term) for term in f.args if term not in ours):
        return None
    degree = _degree(best)
    rest = tidy(neg(add(*(term for term in f.args if term not in ours))))
    factor = tidy(add(*(tidy(div(term, best)) for term in ours)))
    if best in topological(factor):
        return None
    left = tidy(power(mul(factor, best), number(degree)))
    right = expand(power(rest, number(degree)))
    after = expand(sub(left, right))
    words: Sentence = (
        "set the root apart: ",
        eq_node(mul(factor, best), rest),
        f"; raise both sides to the power {degree}",
    )
    part = solve(after, ZERO, ctx.deeper())
    return Work(eq_node(f, ZERO), "power of both sides", words, (part,), may_add=degree % 2 == 0)


def _factors_of(term: Node) -> tuple[Node, ...]:
    return term.args if term.op == "mul" else (term,)


def _degree(part: Node) -> int:
    """The degree of a root, 0 for what is none."""
    if part.op == "cbrt":
        return 3
    if part.op == "pow" and is_number(part.args[1]) and part.args[1].number > 0:
        return Fraction(part.args[1].number).denominator
    return 0


# --- logarithms -----------------------------------------------------------------------------


def by_logarithms(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """c1*log(u) + c2*log(v) = r becomes u^c1 * v^c2 = exp(r)."""
    plain = _natural(f, ctx)
    if plain.op != "add":
        return None
    logs: list[tuple[Fraction, Node]] = []
    rest: list[Node] = []
    scale: Node | None = None
    for term in plain.args:
        if not ctx.has(term):
            rest.append(term)
            continue
        ours = [part for part in _factors_of(term) if ctx.has(part)]
        if len(ours) != 1 or ours[0].op != "log":
            return None
        factor = tidy(div(term, ours[0]))
        scale = scale or factor
        ratio = tidy(div(factor, scale))
        if not is_number(ratio):
            return None
        logs.append((Fraction(ratio.number), ours[0].args[0]))
    if len(logs) < 2 or scale is None:
        return None
    unit = Fraction(1, _common([ratio for ratio, _ in logs]))
    exponents = [(int(ratio / unit), u) for ratio, u in logs]
    value = tidy(call("exp", div(neg(add(*rest)), mul(scale, number(unit)))))
    above = mul(*(power(u, number(k)) for k, u in exponents if k > 0))
    below = mul(*(power(u, number(-k)) for k, u in exponents if k < 0))
    words: Sentence = (
        "laws of logarithms: ",
        eq_node(div(above, below), value),
    )
    after = expand(sub(above, mul(value, below)))
    part = solve(after, ZERO, ctx.deeper())
    return Work(eq_node(f, ZERO), "join the logarithms", words, (part,), may_add=True)


def _common(ratios: list[Fraction]) -> int:
    from math import lcm

    return lcm(*(ratio.denominator for ratio in ratios))


def _natural(f: Node, ctx: Context) -> Node:
    """Logarithms to other bases as quotients of natural ones; |u| and powers inside stay."""
    known = {
        part: div(call("log", part.args[0]), call("log", part.args[1]))
        for part in topological(f)
        if part.op == "log" and len(part.args) == 2 and ctx.has(part)
    }
    return expand(replace(f, known)) if known else expand(f)


def by_bases(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """Logarithms of one operand to several bases become natural ones."""
    found = _natural(f, ctx)
    if found is f or found is expand(f):
        return None
    words: Sentence = ("change the base: log(u, b) = log(u)/log(b)",)
    return done(eq_node(f, ZERO), "natural logarithms", words, [(found, ZERO)], ctx, solve)


# --- two exponentials -----------------------------------------------------------------------


def by_two_terms(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """a*2^u = b*3^v: logarithm of both sides."""
    opened = expand(f)
    if opened.op != "add" or len(opened.args) != 2:
        return None
    sides = [_one_exponential(term, ctx) for term in opened.args]
    if None in sides:
        return None
    (c, p), (d, q) = (side for side in sides if side is not None)
    value = tidy(neg(div(d, c)))
    holds, conditions = decide("gt", value, ZERO, ctx)
    if holds is False:
        return Work(eq_node(f, ZERO), "no solution", ("both terms have the same sign",))
    after = expand(sub(sub(p, q), call("log", value)))
    words: Sentence = ("logarithm of both sides: ", eq_node(p, add(q, call("log", value))))
    return done(
        eq_node(f, ZERO), "logarithm of both sides", words, [(after, ZERO)], ctx, solve, conditions
    )


def _one_exponential(term: Node, ctx: Context) -> tuple[Node, Node] | None:
    """(c, p) with the term c*exp(p)."""
    factor: list[Node] = []
    exponent: list[Node] = []
    for part in _factors_of(term):
        if not ctx.has(part):
            factor.append(part)
            continue
        split = exponential(part, ctx)
        if split is None:
            return None
        base, rest, scale = split
        factor.append(scale)
        exponent.append(rest if base is None else mul(rest, call("log", base)))
    return mul(*factor), add(*exponent)


# --- Lambert's W ----------------------------------------------------------------------------


def by_lambert(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """(a*x + b)*exp(c*x + d) = r, and what becomes that: a*x + b + r*exp(c*x), x*log(x) = r."""
    x = ctx.x
    opened = expand(f)
    terms = opened.args if opened.op == "add" else (opened,)
    straight: list[Node] = []
    curved: list[tuple[Node, Node]] = []
    for term in terms:
        if linear(term, x) is not None or not ctx.has(term):
            straight.append(term)
            continue
        found = _one_exponential(term, ctx)
        if found is None:
            return _with_logarithm(f, opened, ctx, solve)
        curved.append(found)
    if len(curved) != 1:
        return None
    scale, exponent = curved[0]
    line, slope = linear(add(*straight), x), linear(exponent, x)
    if line is None or slope is None:
        return None
    # p*x + q + s*exp(c*x + d) = 0. With y = -c*(x + q/p): y*exp(y) = c*s/p*exp(d - c*q/p).
    (p, q), (c, d) = line, slope
    inner = tidy(mul(div(mul(c, scale), p), call("exp", sub(d, div(mul(c, q), p)))))
    return _lambert_branches(f, inner, lambda w: sub(neg(div(w, c)), div(q, p)), ctx)


def _with_logarithm(f: Node, opened: Node, ctx: Context, solve: Solver) -> Work | None:
    """a*x + b*log(x) + c = 0 and x*log(x) = c, by x = exp(y)."""
    parts = set(atoms(opened, ctx))
    logarithm = call("log", ctx.x)
    if parts != {ctx.x, logarithm}:
        return None
    from dlmath.maths.equations.solving.substitution import substituted

    return substituted(
        f,
        logarithm,
        lambda u: replace(opened, {logarithm: u, ctx.x: call("exp", u)}),
        ctx,
        solve,
    )


def by_lambert_product(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """x*exp(c*x) = r with the product not opened; x^x = r by logarithms."""
    terms = f.args if f.op == "add" else (f,)
    ours = [term for term in terms if ctx.has(term)]
    if len(ours) != 1:
        return None
    right = neg(add(*(term for term in terms if not ctx.has(term))))
    term = ours[0]
    if term.op == "pow" and ctx.has(term.args[0]) and ctx.has(term.args[1]):
        holds, conditions = decide("gt", right, ZERO, ctx)
        if holds is False:
            return None
        after = sub(mul(term.args[1], call("log", term.args[0])), call("log", right))
        words: Sentence = ("logarithm of both sides",)
        return done(
            eq_node(f, ZERO), "logarithm of both sides", words, [(after, ZERO)], ctx, solve,
            conditions,
        )  # fmt: skip
    lines: list[Node] = []
    rest: list[Node] = []
    for part in _factors_of(term):
        (lines if linear(part, ctx.x) is not None else rest).append(part)
    split = _one_exponential(mul(*rest), ctx)
    if len(lines) != 1 or split is None:
        return None
    line, slope = linear(lines[0], ctx.x), linear(split[1], ctx.x)
    if line is None or slope is None:
        return None
    # (a*x + b)*s*exp(c*x + d) = r. With y = c*(x + b/a): y*exp(y) = r*c/(a*s)*exp(c*b/a - d).
    (a, b), (c, d) = line, slope
    inner = tidy(mul(div(mul(right, c), mul(a, split[0])), call("exp", sub(div(mul(c, b), a), d))))
    return _lambert_branches(f, inner, lambda w: sub(div(w, c), div(b, a)), ctx)


def _lambert_branches(f: Node, inner: Node, back: object, ctx: Context) -> Work:
    """w*exp(w) = r: one solution for r >= 0, two between -1/e and 0, none below."""
    from collections.abc import Callable
    from typing import cast

    from dlmath.maths.equations.solving.working import Root

    of = cast("Callable[[Node], Node]", back)
    equation = eq_node(f, ZERO)
    least = neg(call("exp", MINUS_ONE))
    positive, _ = decide("ge", inner, ZERO, ctx)
    words: Sentence = (
        "the form w*exp(w) = r with r = ",
        inner,
        " is solved by Lambert's function W",
    )
    principal = tidy(call("LambertW", inner))
    if positive:
        return Work(equation, "Lambert W", words, roots=(Root(tidy(of(principal))),))
    above, conditions = decide("ge", inner, least, ctx)
    if above is False:
        return Work(equation, "no real solution", (*words, "; w*exp(w) is never less than -1/e"))
    roots = [Root(tidy(of(principal)), conditions)]
    equal, _ = decide("eq", inner, least, ctx)
    if not equal:
        lower = tidy(call("LambertW", inner, MINUS_ONE))
        below_zero = decide("lt", inner, ZERO, ctx)[1]
        roots.insert(0, Root(tidy(of(lower)), (*conditions, *below_zero)))
    words = (*words, "; between -1/e and 0 there are two values")
    return Work(equation, "Lambert W", words, roots=tuple(roots))


# --- other names ----------------------------------------------------------------------------


def by_definition(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """Hyperbolic functions, sigmoid and softplus written with exponentials."""
    found = _written(f, ctx)
    if found is f:
        return None
    words: Sentence = ("write with exponentials: ", eq_node(found, ZERO))
    return done(eq_node(f, ZERO), "definition", words, [(found, ZERO)], ctx, solve)


def _written(f: Node, ctx: Context) -> Node:
    done_: dict[Node, Node] = {}
    for part in topological(f):
        args = tuple(done_[arg] for arg in part.args)
        made = make(part.op, args, part.value) if args else part
        if args and ctx.has(part) and part.op in _BY_EXPONENTIALS:
            made = _BY_EXPONENTIALS[part.op](args[0])
        done_[part] = made
    return tidy(done_[f])


def _e(u: Node) -> Node:
    return call("exp", u)


_BY_EXPONENTIALS = {
    "sinh": lambda u: mul(HALF, sub(_e(u), _e(neg(u)))),
    "cosh": lambda u: mul(HALF, add(_e(u), _e(neg(u)))),
    "tanh": lambda u: div(sub(_e(mul(TWO, u)), ONE), add(_e(mul(TWO, u)), ONE)),
    "sech": lambda u: div(TWO, add(_e(u), _e(neg(u)))),
    "csch": lambda u: div(TWO, sub(_e(u), _e(neg(u)))),
    "coth": lambda u: div(add(_e(mul(TWO, u)), ONE), sub(_e(mul(TWO, u)), ONE)),
    "sigmoid": lambda u: div(_e(u), add(_e(u), ONE)),
    "softplus": lambda u: call("log", add(ONE, _e(u))),
    "silu": lambda u: div(mul(u, _e(u)), add(_e(u), ONE)),
}
