"""Equations in sines and cosines of one angle and its multiples."""

from __future__ import annotations

from fractions import Fraction
from math import comb, gcd, lcm

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TRUE,
    TWO,
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
    replace,
    sqrt,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import linear, polynomial
from dlmath.maths.calculus.antiderivatives.together import quotient
from dlmath.maths.equations.solving.substitution import atoms, substituted
from dlmath.maths.equations.solving.transforms import Solver, done
from dlmath.maths.equations.solving.working import Context, Work

_WAVES = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})

#: Multiples of an angle above this are not opened.
_MOST_MULTIPLE = 12


def by_waves(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """Every occurrence of the unknown lies in a sine, cosine, tangent ... of lines."""
    parts = atoms(f, ctx)
    if not parts or not all(part.op in _WAVES for part in parts):
        return None
    lines = [linear(part.args[0], ctx.x) for part in parts]
    if not all(lines):
        return None
    pair = _two_waves(f, ctx, solve)
    if pair is not None:
        return pair
    known = [line for line in lines if line is not None]
    ratios = [tidy(div(slope, known[0][0])) for slope, _ in known]
    if not all(is_number(ratio) for ratio in ratios):
        return None
    exact = [Fraction(ratio.number) for ratio in ratios]
    below = lcm(*(ratio.denominator for ratio in exact))
    unit = Fraction(gcd(*(int(ratio * below) for ratio in exact)), below)
    angle = tidy(mul(number(unit), known[0][0], ctx.x))
    multiples = [int(ratio / unit) for ratio in exact]
    if max(map(abs, multiples)) > _MOST_MULTIPLE:
        return None
    s, c = symbol("sin_"), symbol("cos_")
    exchanged = {
        part: _opened(part.op, multiple, shift, s, c)
        for part, multiple, (_, shift) in zip(parts, multiples, known, strict=True)
    }
    plain = expand(replace(f, exchanged))
    return _in_sine_and_cosine(f, plain, angle, s, c, ctx, solve)


def _opened(op: str, multiple: int, shift: Node, s: Node, c: Node) -> Node:
    """sin(k*v + d) and the others in s = sin(v) and c = cos(v)."""
    sine, cosine = _multiple(multiple, s, c)
    if shift is not ZERO:
        sd, cd = tidy(call("sin", shift)), tidy(call("cos", shift))
        sine, cosine = (
            add(mul(sine, cd), mul(cosine, sd)),
            sub(mul(cosine, cd), mul(sine, sd)),
        )
    return {
        "sin": lambda: sine,
        "cos": lambda: cosine,
        "tan": lambda: div(sine, cosine),
        "cot": lambda: div(cosine, sine),
        "sec": lambda: div(ONE, cosine),
        "csc": lambda: div(ONE, sine),
    }[op]()


def _multiple(k: int, s: Node, c: Node) -> tuple[Node, Node]:
    """(sin(k*v), cos(k*v)) by de Moivre's formula."""
    size = abs(k)
    sine: list[Node] = []
    cosine: list[Node] = []
    for j in range(size + 1):
        term = mul(
            number(comb(size, j) * (-1) ** (j // 2)),
            power(c, number(size - j)),
            power(s, number(j)),
        )
        (sine if j % 2 else cosine).append(term)
    total = add(*sine) if sine else ZERO
    return (neg(total) if k < 0 else total), add(*cosine)


def _in_sine_and_cosine(
    f: Node, plain: Node, angle: Node, s: Node, c: Node, ctx: Context, solve: Solver
) -> Work | None:
    """A rational expression in sin(v) and cos(v)."""
    found = quotient(plain, c)
    if found is None:
        return None
    top = tidy(add(*(mul(part, power(c, number(k))) for k, part in enumerate(found[0]))))
    inner = quotient(top, s)
    if inner is None:
        return None
    top = expand(add(*(mul(part, power(s, number(k))) for k, part in enumerate(inner[0]))))
    if top is ZERO:
        said = ("with sin^2 + cos^2 = 1 both sides are the same",)
        return Work(eq_node(f, ZERO), "identity", said, everything=TRUE)
    sine, cosine = call("sin", angle), call("cos", angle)
    for main, other, function in ((s, c, sine), (c, s, cosine)):
        reduced = _without(top, other, main)
        if reduced is not None:
            return substituted(
                f,
                function,
                lambda u, reduced=reduced, main=main: replace(reduced, {main: u}),  # type: ignore[misc]
                ctx,
                solve,
                ("with sin^2 + cos^2 = 1 only one of them is left; ",),
            )
    common = _common_power(top, s, c)
    if common is not None:
        rest, factors_ = common
        branches = [(replace(part, {s: sine, c: cosine}), ZERO) for part in (*factors_, rest)]
        words: Sentence = ("factor; it is 0 where one of the factors is",)
        work = done(eq_node(f, ZERO), "factor", words, branches, ctx, solve)
        work.may_add = True
        return work
    doubled = _double_angle(f, top, angle, s, c, ctx, solve)
    if doubled is not None:
        return doubled
    straight = _sum_of_both(f, top, angle, s, c, ctx, solve)
    if straight is not None:
        return straight
    homogeneous = _tangent(f, top, angle, s, c, ctx, solve)
    if homogeneous is not None:
        return homogeneous
    return _half_angle(f, top, angle, s, c, ctx, solve)


def _without(top: Node, other: Node, main: Node) -> Node | None:
    """Even powers of one of the two exchanged by the other; None where an odd one stays."""
    found = polynomial(top, other)
    if found is None:
        return None
    if any(part is not ZERO for part in found[1::2]):
        return None
    square = sub(ONE, power(main, TWO))
    return expand(add(*(mul(part, power(square, number(k))) for k, part in enumerate(found[::2]))))


def _common_power(top: Node, s: Node, c: Node) -> tuple[Node, list[Node]] | None:
    factors_: list[Node] = []
    for which in (s, c):
        found = polynomial(top, which)
        if found is not None and len(found) > 1 and found[0] is ZERO:
            low = next(k for k, part in enumerate(found) if part is not ZERO)
            top = expand(div(top, power(which, number(low))))
            factors_.append(which)
    return (top, factors_) if factors_ else None


def _double_angle(
    f: Node, top: Node, angle: Node, s: Node, c: Node, ctx: Context, solve: Solver
) -> Work | None:
    """a*sin(v)*cos(v) + d = 0 is a/2*sin(2*v) + d = 0."""
    in_s = linear(top, s)
    in_c = None if in_s is None else linear(in_s[0], c)
    if in_s is None or in_c is None or in_c[1] is not ZERO or c in topological(in_s[1]):
        return None
    words: Sentence = ("2*sin(v)*cos(v) = sin(2*v)",)
    value = neg(div(mul(TWO, in_s[1]), in_c[0]))
    left = call("sin", tidy(mul(TWO, angle)))
    return done(eq_node(f, ZERO), "double angle", words, [(left, value)], ctx, solve)


def _sum_of_both(
    f: Node, top: Node, angle: Node, s: Node, c: Node, ctx: Context, solve: Solver
) -> Work | None:
    """a*sin(v) + b*cos(v) + d = 0 as one sine."""
    in_s = linear(top, s)
    if in_s is None or c in topological(in_s[0]):
        return None
    in_c = linear(in_s[1], c)
    if in_c is None:
        return None
    a, (b, d) = in_s[0], in_c
    if tidy(sub(power(d, TWO), power(b, TWO))) is ZERO:
        return None  # the half angle gives plainer forms
    if d is ZERO:
        words: Sentence = ("divide by cos: where it is 0 the sine is not",)
        left = call("tan", angle)
        return done(eq_node(f, ZERO), "tangent", words, [(left, neg(div(b, a)))], ctx, solve)
    size = tidy(sqrt(expand(add(power(a, TWO), power(b, TWO)))))
    phase = (
        tidy(call("atan2", b, a))
        if not (is_number(a) and a.number > 0)
        else tidy(call("atan", div(b, a)))
    )
    words = (
        "one sine: a*sin(v) + b*cos(v) = r*sin(v + p) with r = ",
        size,
        " and p = ",
        phase,
    )
    left = call("sin", add(angle, phase))
    return done(eq_node(f, ZERO), "auxiliary angle", words, [(left, neg(div(d, size)))], ctx, solve)


def _tangent(
    f: Node, top: Node, angle: Node, s: Node, c: Node, ctx: Context, solve: Solver
) -> Work | None:
    """A homogeneous polynomial in sin and cos: divided by a power of cos it is one in tan."""
    found = polynomial(top, s)
    if found is None:
        return None
    degree = len(found) - 1
    coefficients = []
    for k, part in enumerate(found):
        inner = polynomial(part, c)
        if inner is None:
            return None
        if not inner:
            coefficients.append(ZERO)
            continue
        if any(p is not ZERO for j, p in enumerate(inner) if j != degree - k):
            return None
        coefficients.append(inner[degree - k])
    t = call("tan", angle)
    return substituted(
        f,
        t,
        lambda u: add(*(mul(part, power(u, number(k))) for k, part in enumerate(coefficients))),
        ctx,
        solve,
        ("divide by a power of cos, which is not 0 at a solution; ",),
    )


def _half_angle(
    f: Node, top: Node, angle: Node, s: Node, c: Node, ctx: Context, solve: Solver
) -> Work:
    """u = tan(v/2): sin(v) = 2u/(1 + u^2), cos(v) = (1 - u^2)/(1 + u^2); v = pi apart."""
    half = tidy(mul(HALF, angle))
    t = call("tan", half)

    def inner(u: Node) -> Node:
        below = add(ONE, power(u, TWO))
        rational = replace(
            top, {s: div(mul(TWO, u), below), c: div(sub(ONE, power(u, TWO)), below)}
        )
        found = quotient(rational, u)
        assert found is not None
        return add(*(mul(part, power(u, number(k))) for k, part in enumerate(found[0])))

    work = substituted(
        f, t, inner, ctx, solve, ("with the tangent of half the angle all is rational; ",)
    )
    at_pi = tidy(replace(top, {s: ZERO, c: MINUS_ONE}))
    if at_pi is ZERO:
        extra = solve(call("cos", half), ZERO, ctx.deeper())
        work.parts = (*work.parts, extra)
    return work


def _two_waves(f: Node, ctx: Context, solve: Solver) -> Work | None:
    """sin(u) = sin(v), cos(u) = cos(v), sin(u) = cos(v), tan(u) = tan(v)."""
    if f.op != "add" or len(f.args) != 2:
        return None
    sides = []
    for term in f.args:
        factor, wave = (ONE, term)
        if term.op == "mul" and len(term.args) == 2:
            factor, wave = term.args
        if wave.op not in ("sin", "cos", "tan") or not ctx.has(wave):
            return None
        sides.append((factor, wave))
    (a, p), (b, q) = sides
    ratio = tidy(div(b, a))
    if ratio not in (ONE, MINUS_ONE):
        return None
    if linear(p.args[0], ctx.x) is None or linear(q.args[0], ctx.x) is None:
        return None
    u, v = p.args[0], q.args[0]
    if p.op != q.op:
        if {p.op, q.op} != {"sin", "cos"}:
            return None
        if p.op == "cos":
            (p, q), (u, v) = (q, p), (v, u)
        v = sub(div(PI, TWO), v)  # cos(v) = sin(pi/2 - v)
    if ratio is ONE:
        v = add(PI, neg(v)) if p.op == "cos" else neg(v)
    n = ctx.integer(f)
    turn = mul(TWO, PI, n)
    if p.op == "tan":
        forms = [sub(sub(u, v), mul(PI, n))]
    elif p.op == "sin":
        forms = [sub(sub(u, v), turn), sub(add(u, v), add(PI, turn))]
    else:
        forms = [sub(sub(u, v), turn), sub(add(u, v), turn)]
    words: Sentence = ("equal values: the angles are equal, or mirrored, up to whole turns",)
    branches = [(expand(form), ZERO) for form in forms]
    work = done(eq_node(f, ZERO), "equal values", words, branches, ctx, solve)
    work.may_add = True
    return work
