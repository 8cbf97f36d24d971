"""What sources and constant conditions at the ends add to a heat or wave equation.

A part that does not change in time takes up what is constant; a source that changes is expanded in
eigenfunctions, and each coefficient answers to it by itself (Duhamel's principle).
"""

from __future__ import annotations

from typing import NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.equations.pde import by_parts
from dlmath.maths.equations.pde.eigen import NOTHING, Basis, Expansion, eigen_parts, expand
from dlmath.maths.equations.pde.forms import Evolution, Start, positive
from dlmath.maths.equations.pde.found import shorter
from dlmath.maths.equations.pde.pieces import has_pieces
from dlmath.maths.equations.pde.read import Pair
from dlmath.settings import Settings

TWO = number(2)


def from_start(expansion: Expansion, begin: int, basis: Basis) -> Expansion:
    """The same expansion with the terms before `begin` among the finite ones."""
    if expansion.general is None or expansion.start >= begin:
        return expansion
    finite = dict(expansion.finite)
    for m in range(expansion.start, begin):
        value = substitute(expansion.general, {basis.counter: number(m)})
        finite[m] = tidy(add(finite.get(m, ZERO), value))
    kept = tuple((m, v) for m, v in sorted(finite.items()) if v is not ZERO)
    return expansion._replace(finite=kept, start=begin)


class Response(NamedTuple):
    """What a source adds: closed terms, and a summand of the series.

    expansion: of the source in space. summand: in the index, or None. driving: where there is
    a summand, the finite part of the source and the summand of the rest.
    """

    closed: tuple[Node, ...] = ()
    expansion: Expansion = NOTHING
    summand: Node | None = None
    driving: tuple[Node, Node] | None = None

    def terms(self, begin: int, basis: Basis) -> list[Node]:
        """The summand at the indices before `begin`, where the series of another part starts."""
        if self.summand is None:
            return []
        return [
            tidy(substitute(self.summand, {basis.counter: number(m)}))
            for m in range(self.expansion.start, begin)
        ]


def steady_part(
    form: Evolution, pair: Pair, x: str, t: str, settings: Settings, budget: Budget
) -> tuple[Node | None, Node]:
    """w with k w'' + r w + f = 0 and the conditions at the ends, and the source that is left."""
    moving = t in free_symbols(form.source)
    if pair.homogeneous and (form.source is ZERO or moving or form.r is not ZERO):
        return ZERO, form.source
    if form.r is not ZERO:
        return _held(form, pair, x), form.source
    if pair.left_kind == pair.right_kind == "slope":
        if pair.homogeneous:
            return ZERO, form.source
        if pair.left_value is pair.right_value:
            return tidy(mul(pair.left_value, symbol(x))), form.source
        return None, ZERO
    if moving:  # it answers by itself, the conditions at the ends do not
        return steady_part(form._replace(source=ZERO), pair, x, t, settings, budget)[0], form.source
    if has_pieces(form.source):
        return None, ZERO
    once = _antiderivative(form.source, x, settings, budget)
    twice = None if once is None else _antiderivative(once, x, settings, budget)
    if once is None or twice is None:
        return None, ZERO
    slope, height = tidy(neg(div(once, form.k))), tidy(neg(div(twice, form.k)))

    def missing(kind: str, place: Node, given: Node) -> Node:
        there = substitute(height if kind == "value" else slope, {x: place})
        return tidy(sub(given, there))

    a = missing(pair.left_kind, pair.left, pair.left_value)
    b = missing(pair.right_kind, pair.right, pair.right_value)
    if pair.left_kind == "slope":
        tilt, level = a, tidy(sub(b, mul(a, pair.right)))
    elif pair.right_kind == "slope":
        tilt, level = b, tidy(sub(a, mul(b, pair.left)))
    else:
        tilt = tidy(div(sub(b, a), sub(pair.right, pair.left)))
        level = tidy(sub(a, mul(tilt, pair.left)))
    return tidy(add(height, mul(tilt, symbol(x)), level)), ZERO


def _antiderivative(node: Node, x: str, settings: Settings, budget: Budget) -> Node | None:
    from dlmath.maths.calculus.integrate import integrate

    if node is ZERO:
        return ZERO
    seconds = budget.share(0.2, 4.0)
    try:
        with within(seconds):
            answer = integrate(node, x, settings=Settings(seconds=seconds, check=settings.check))
    except (DlmathError, OutOfTime):
        return None
    return answer.result if isinstance(answer.result, Node) else None


def _held(form: Evolution, pair: Pair, x: str) -> Node | None:
    """k w'' + r w = 0 with constant conditions, for r < 0: hyperbolic functions."""
    if not positive(tidy(neg(form.r))):
        return None
    rate = tidy(sqrt(div(neg(form.r), form.k)))
    length = tidy(sub(pair.right, pair.left))
    from_left = mul(rate, tidy(sub(symbol(x), pair.left)))
    from_right = mul(rate, tidy(sub(pair.right, symbol(x))))
    whole = mul(rate, length)
    a, b = pair.left_value, pair.right_value
    kinds = (pair.left_kind, pair.right_kind)
    if kinds == ("value", "value"):
        top = add(mul(a, call("sinh", from_right)), mul(b, call("sinh", from_left)))
        return tidy(div(top, call("sinh", whole)))
    if kinds == ("value", "slope"):
        top = add(mul(a, call("cosh", from_right)), mul(div(b, rate), call("sinh", from_left)))
        return tidy(div(top, call("cosh", whole)))
    if kinds == ("slope", "value"):
        top = sub(mul(b, call("cosh", from_left)), mul(div(a, rate), call("sinh", from_right)))
        return tidy(div(top, call("cosh", whole)))
    top = sub(mul(b, call("cosh", from_left)), mul(a, call("cosh", from_right)))
    return tidy(div(top, mul(rate, call("sinh", whole))))


def forced(
    source: Node,
    basis: Basis,
    form: Evolution,
    t: Node,
    start: Start,
    settings: Settings,
    budget: Budget,
) -> Response | None:
    """What a source adds: a finite sum of eigenfunctions, or a product of functions of x and t."""
    if source is ZERO:
        return Response()
    if form.d is not ZERO:
        return None
    parts, rest = eigen_parts(source, basis, budget.share(0.2))
    closed = []

    def answer_to(m: Node, strength: Node) -> Node | None:
        return _answer(m, strength, basis, form, t, start, settings, budget)

    for m, strength in parts.items():
        found = answer_to(number(m), strength)
        if found is None:
            return None
        closed.append(tidy(mul(found, ONE if m == 0 else basis.function(number(m)))))
    if rest is ZERO:
        return Response(tuple(closed))
    factors = rest.args if rest.op == "mul" else (rest,)
    in_time = [f for f in factors if basis.variable not in free_symbols(f)]
    in_space = [f for f in factors if basis.variable in free_symbols(f)]
    if any(t.name in free_symbols(f) for f in in_space):
        return None
    expansion = expand(mul(*in_space), basis, settings, budget.share(0.3))
    if expansion is None:
        return None
    strength = mul(*in_time) if in_time else ONE
    if expansion.constant is not ZERO:
        found = answer_to(ZERO, mul(expansion.constant, strength))
        if found is None:
            return None
        closed.append(found)
    for m, value in expansion.finite:
        found = answer_to(number(m), mul(value, strength))
        if found is None:
            return None
        closed.append(tidy(mul(found, basis.function(number(m)))))
    summand, driving = None, None
    if expansion.general is not None:
        found = answer_to(basis.n, strength)
        if found is None:
            return None
        summand = tidy(mul(expansion.general, found, basis.function(basis.n)))
        finite = [sub(source, rest), mul(expansion.constant, strength)]
        finite += [mul(value, strength, basis.function(number(m))) for m, value in expansion.finite]
        driving = (
            tidy(add(*finite)),
            tidy(mul(expansion.general, strength, basis.function(basis.n))),
        )
    return Response(tuple(closed), expansion, summand, driving)


def _answer(
    m: Node,
    strength: Node,
    basis: Basis,
    form: Evolution,
    t: Node,
    start: Start,
    settings: Settings,
    budget: Budget,
) -> Node | None:
    """The coefficient of X_m that a source of this strength drives from rest.

    The integral of exp(-rate*(t - s))*strength(s), or of sin(omega*(t - s))/omega*strength(s).
    """
    s = symbol("s" if t.name != "s" else "tau")
    pushed = substitute(strength, {t.name: s})
    square = ZERO if m is ZERO else power(basis.frequency(m), TWO)
    rate = tidy(sub(mul(form.k, square), form.r))
    gap = sub(t, s)
    if not form.wave:
        body = mul(call("exp", tidy(neg(mul(rate, gap)))), pushed)
    elif rate is ZERO:
        body = mul(gap, pushed)
    else:
        least = substitute(rate, {basis.counter: ONE})
        if not positive(least):
            return None
        omega = tidy(sqrt(rate))
        omega = tidy(replace(omega, {p: p.args[0] for p in topological(omega) if p.op == "abs"}))
        body = div(mul(call("sin", tidy(mul(omega, gap))), pushed), omega)
    body = tidy(body)
    primitive = by_parts.antiderivative(body, s.name)
    if primitive is None:
        primitive = _antiderivative(body, s.name, settings, budget)
    if primitive is None:
        return None
    ends = (substitute(primitive, {s.name: place}) for place in (t, start.time))
    return shorter(sub(*ends), budget.share(0.1, 2.0))
