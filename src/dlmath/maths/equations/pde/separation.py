"""Heat and wave equations on an interval, by separation of variables.

u_t = k u_xx + r u + f and u_tt + d u_t = c^2 u_xx + r u + f, with the value or the slope given at
either end. A part that does not change in time takes up constant conditions and sources; the rest
is expanded in eigenfunctions. (Strauss, Partial Differential Equations, chapters 4 and 5.)
"""

from __future__ import annotations

import random
from typing import NamedTuple

from dlmath.answer import Notation, Step
from dlmath.errors import DlmathError, Unsolved
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
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.equations.pde.eigen import (
    Basis,
    Expansion,
    basis_for,
    eigen_parts,
    eigen_words,
    expand,
)
from dlmath.maths.equations.pde.found import Found, shorter
from dlmath.maths.equations.pde.pieces import has_pieces
from dlmath.maths.equations.pde.read import Equation, Pair, Side, pair_of
from dlmath.settings import Settings

TWO = number(2)


class Evolution(NamedTuple):
    """u_t = k u_xx + r u + f (wave=False), or u_tt + d u_t = k u_xx + r u + f with k = c^2."""

    wave: bool
    k: Node
    r: Node
    d: Node
    source: Node


def evolution_of(equation: Equation) -> Evolution | None:
    """The equation in this form, with constant k, r, d; None where it has another form.

    Raises Unsolved for a heat equation that runs backwards.
    """
    if not equation.linear:
        return None
    wave = (0, 2) in equation.parts
    top = (0, 2) if wave else (0, 1)
    allowed = {top, (2, 0), (0, 0), (0, 1)}
    if top not in equation.parts or (2, 0) not in equation.parts:
        return None
    if not set(equation.parts) <= allowed:
        return None
    p = equation.part(top)
    k = tidy(neg(div(equation.part((2, 0)), p)))
    r = tidy(neg(div(equation.part((0, 0)), p)))
    d = tidy(div(equation.part((0, 1)), p)) if wave else ZERO
    source = tidy(neg(div(equation.rest, p)))
    if {equation.space, equation.time} & (free_symbols(k) | free_symbols(r) | free_symbols(d)):
        return None
    if not positive(k):
        if wave:
            return None
        raise Unsolved(
            "this heat equation runs backwards in time: its solution does not depend continuously "
            "on the initial values"
        )
    return Evolution(wave, k, r, d, source)


def positive(node: Node) -> bool:
    """Is it positive for positive parameters? Told by values."""
    rng = random.Random(2)  # noqa: S311
    for _ in range(6):
        value = evaluate(node, {n: rng.uniform(0.2, 3) for n in sorted(free_symbols(node))})
        if not isinstance(value, (int, float)) or not value > 0:
            return False
    return True


def root(k: Node) -> Node:
    """c with c^2 = k; which of the two does not matter, so sqrt(c^2) is c."""
    found = tidy(sqrt(k))
    sizes = {part: part.args[0] for part in topological(found) if part.op == "abs"}
    return tidy(replace(found, sizes)) if sizes else found


class Start(NamedTuple):
    """What is given at the initial time: u and, for waves, u_t."""

    time: Node
    value: Node
    slope: Node


def start_of(sides: list[Side], wave: bool) -> Start | None:
    """The initial conditions; None where they are not of this form or incomplete."""
    value = slope = None
    time: Node | None = None
    for side in sides:
        if time is not None and side.place is not time:
            return None
        time = side.place
        if set(side.parts) == {(0, 0)}:
            value = side.value
        elif set(side.parts) == {(0, 1)}:
            slope = side.value
        else:
            return None
    if value is None or time is None or (wave and slope is None) or (not wave and slope):
        return None
    return Start(time, value, slope if slope is not None else ZERO)


def separate(
    equation: Equation, form: Evolution, start: Start, ends: list[Side], settings: Settings
) -> Found | None:
    """The solution on an interval; None where this way does not lead to one."""
    pair = pair_of(ends, equation)
    if pair is None:
        return None
    x, t = equation.space, equation.time
    if any(t in free_symbols(v) for v in (pair.left_value, pair.right_value)):
        return None
    budget = Budget(0.5 * (settings.seconds or 60.0))
    taken = {x, t, equation.function.name} | free_symbols(start.value) | free_symbols(form.k)
    taken |= free_symbols(start.slope) | free_symbols(form.source) | free_symbols(pair.right)
    basis = basis_for(x, pair.left, pair.right, pair.left_kind, pair.right_kind, taken)
    found = Found("separation of variables")
    found.steps.append(_separated(form, equation))
    steady, source = _steady(form, pair, x, t, settings, budget)
    if steady is None:
        return None
    if steady is not ZERO:
        found.steps.append(
            Step("steady part", ("write u as v plus a part that does not change in time and meets "
                                 "the conditions at the ends: ", steady))
        )  # fmt: skip
    found.steps.append(_eigenvalues(basis, pair))
    value = tidy(sub(start.value, steady))
    first = expand(value, basis, settings, budget.share(0.4))
    second = expand(start.slope, basis, settings, budget.share(0.3))
    if first is None or second is None:
        return None
    found.steps += _coefficient_steps(value, first, basis, "A")
    if form.wave:
        found.steps += _coefficient_steps(start.slope, second, basis, "B")
    forced = _forced(source, basis, form, symbol(t), start, settings, budget)
    if forced is None:
        return None
    return _assembled(found, form, basis, start, steady, first, second, forced, symbol(t))


def _separated(form: Evolution, equation: Equation) -> Step:
    x, t = equation.space, equation.time
    if form.wave:
        rule = f"X''({x})/X({x}) = T''({t})/(c^2*T({t})) = -lambda^2"
        if form.d is not ZERO or form.r is not ZERO:
            rule = f"c^2*X''/X = (T'' + d*T' - r*T)/T = -c^2*lambda^2 in {x} and {t}"
    else:
        rule = f"X''({x})/X({x}) = T'({t})/(k*T({t})) = -lambda^2"
        if form.r is not ZERO:
            rule = f"k*X''/X = (T' - r*T)/T = -k*lambda^2 in {x} and {t}"
    return Step(
        "separate the variables",
        ("put u = X*T; one side depends on ", symbol(x), " alone, the other on ", symbol(t),
         " alone, so both are constant: ", Notation(rule)),
    )  # fmt: skip


def _eigenvalues(basis: Basis, pair: Pair) -> Step:
    names = {"value": "X", "slope": "X'"}
    ends: tuple[str | Node, ...] = (
        "X'' + lambda^2*X = 0 with ", names[pair.left_kind], "(", pair.left, ") = 0 and ",
        names[pair.right_kind], "(", pair.right, ") = 0 has solutions for ",
    )  # fmt: skip
    return Step("eigenvalue problem", (*ends, *eigen_words(basis)))


def _coefficient_steps(
    function: Node, expansion: Expansion, basis: Basis, letter: str
) -> list[Step]:
    if expansion.empty:
        return []
    steps = []
    if expansion.general is not None:
        steps.append(
            Step("coefficients", (f"{letter}_{basis.counter}: ", function, " in eigenfunctions"),
                 expansion.integral, expansion.general)
        )  # fmt: skip
    parts: list[str | Node] = []
    if expansion.constant is not ZERO:
        parts += [f"{letter}_0 = ", expansion.constant]
    for m, value in expansion.finite:
        parts += [", " if parts else "", f"{letter}_{m} = ", value]
    if parts:
        words = ("read off " if expansion.general is None else "apart from it ",)
        steps.append(
            Step("coefficients", (*words, "from ", function, ": ", *(p for p in parts if p != "")))
        )
    return steps


# --- the part that does not change in time --------------------------------------------------


def _steady(
    form: Evolution, pair: Pair, x: str, t: str, settings: Settings, budget: Budget
) -> tuple[Node | None, Node]:
    """w with k w'' + f = 0 and the conditions at the ends, and the source that is left."""
    if pair.homogeneous and (form.source is ZERO or t in free_symbols(form.source)):
        return ZERO, form.source
    if pair.homogeneous and form.r is not ZERO:
        return ZERO, form.source
    if form.r is not ZERO or t in free_symbols(form.source):
        return None, ZERO
    if pair.left_kind == pair.right_kind == "slope":
        if pair.homogeneous:
            return ZERO, form.source
        if form.source is ZERO and pair.left_value is pair.right_value:
            return tidy(mul(pair.left_value, symbol(x))), ZERO
        return None, ZERO
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


# --- sources --------------------------------------------------------------------------------


def _forced(
    source: Node,
    basis: Basis,
    form: Evolution,
    t: Node,
    start: Start,
    settings: Settings,
    budget: Budget,
) -> list[Node] | None:
    """What a source that is a finite sum of eigenfunctions adds; None for another one."""
    if source is ZERO:
        return []
    parts, rest = eigen_parts(source, basis, budget.share(0.2))
    if rest is not ZERO or form.d is not ZERO:
        return None
    found = []
    s = symbol("s" if t.name != "s" else "tau")
    for m, strength in parts.items():
        pushed = substitute(strength, {t.name: s})
        square = ZERO if m == 0 else power(basis.frequency(number(m)), TWO)
        rate = tidy(sub(mul(form.k, square), form.r))
        gap = sub(t, s)
        if form.wave:
            omega = tidy(sqrt(rate))
            if omega is ZERO:
                body = mul(gap, pushed)
            elif not positive(omega):
                return None
            else:
                body = div(mul(call("sin", mul(omega, gap)), pushed), omega)
        else:
            body = mul(call("exp", neg(mul(rate, gap))), pushed)
        primitive = _antiderivative(tidy(body), s.name, settings, budget)
        if primitive is None:
            return None
        response = sub(
            substitute(primitive, {s.name: t}), substitute(primitive, {s.name: start.time})
        )
        shape = ONE if m == 0 else basis.function(number(m))
        found.append(tidy(mul(shorter(response, budget.share(0.1, 2.0)), shape)))
    return found


# --- together -------------------------------------------------------------------------------


def _assembled(
    found: Found,
    form: Evolution,
    basis: Basis,
    start: Start,
    steady: Node,
    first: Expansion,
    second: Expansion,
    forced: list[Node],
    t: Node,
) -> Found | None:
    after = tidy(sub(t, start.time))
    closed: list[Node] = [steady, *forced]
    for m in sorted({m for m, _ in (*first.finite, *second.finite)}):
        term = _term(form, basis.frequency(number(m)), after,
                     _of(first, m), _of(second, m))  # fmt: skip
        if term is None:
            return None
        closed.append(mul(term, basis.function(number(m))))
    if first.constant is not ZERO or second.constant is not ZERO:
        term = _level(form, after, first.constant, second.constant)
        if term is None:
            return None
        closed.append(term)
    found.closed = tidy(add(*closed))
    n = basis.n
    pieces: list[tuple[Node, int]] = []
    both = [e for e in (first, second) if e.general is not None]
    if both:
        begin = max(e.start for e in both)
        if any(e.start != begin for e in both):
            return None
        term = _term(form, basis.frequency(n), after, first.general or ZERO,
                     second.general or ZERO)  # fmt: skip
        if term is None:
            return None
        pieces.append((tidy(mul(term, basis.function(n))), begin))
    found.summands = [(body, basis.counter, begin) for body, begin in pieces]
    found.steps.append(Step("solution in time", _time_words(form, basis, after)))
    found.steps.append(Step("sum", ("the sum of the products with these coefficients",), None,
                            found.expression))  # fmt: skip
    return found


def _of(expansion: Expansion, m: int) -> Node:
    return next((value for place, value in expansion.finite if place == m), ZERO)


def _term(form: Evolution, frequency: Node, t: Node, a: Node, b: Node) -> Node | None:
    """T(t) with T(0) = a, T'(0) = b (waves)."""
    square = mul(form.k, power(frequency, TWO))
    if not form.wave:
        return mul(a, call("exp", neg(mul(tidy(sub(square, form.r)), t))))
    omega = omega_of(form, frequency)
    if omega is None:
        return None
    half = tidy(div(form.d, TWO))
    pushed = tidy(add(b, mul(a, half)))
    wave = add(mul(a, call("cos", tidy(mul(omega, t)))),
               mul(div(pushed, omega), call("sin", tidy(mul(omega, t)))))  # fmt: skip
    return wave if half is ZERO else mul(call("exp", neg(mul(half, t))), wave)


def omega_of(form: Evolution, frequency: Node) -> Node | None:
    """The frequency in time; None where a mode does not oscillate."""
    plain = tidy(mul(root(form.k), frequency))
    if form.d is ZERO and form.r is ZERO:
        return plain
    square = tidy(sub(sub(mul(form.k, power(frequency, TWO)), form.r),
                      div(power(form.d, TWO), number(4))))  # fmt: skip
    least = square
    for name in free_symbols(square):
        if name in ("n", "m", "k", "j", "n1", "n2") and name in free_symbols(frequency):
            least = substitute(least, {name: ONE})
    return tidy(sqrt(square)) if positive(least) else None


def _level(form: Evolution, t: Node, a: Node, b: Node) -> Node | None:
    """The mean value in time, where the ends let nothing through."""
    if not form.wave:
        return mul(a, call("exp", mul(form.r, t))) if form.r is not ZERO else a
    if form.r is not ZERO or form.d is not ZERO:
        return None
    return add(a, mul(b, t))


def _time_words(form: Evolution, basis: Basis, t: Node) -> tuple[str | Node, ...]:
    frequency = basis.frequency(basis.n)
    if form.wave:
        omega = omega_of(form, frequency)
        assert omega is not None or form.r is not ZERO or form.d is not ZERO
        return ("T is a combination of cosine and sine of ",
                tidy(mul(omega or frequency, t)))  # fmt: skip
    rate = tidy(sub(mul(form.k, power(frequency, TWO)), form.r))
    return ("T = ", call("exp", tidy(neg(mul(rate, t)))))
