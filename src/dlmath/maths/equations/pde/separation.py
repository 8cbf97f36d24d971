"""Heat and wave equations on an interval, by separation of variables.

u_t = k u_xx + r u + f and u_tt + d u_t = c^2 u_xx + r u + f, with the value or the slope given at
either end. A part that does not change in time takes up constant conditions and sources; the rest
is expanded in eigenfunctions. (Strauss, Partial Differential Equations, chapters 4 and 5.)
"""

from __future__ import annotations

from dlmath.answer import Notation, Step
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
    sqrt,
    sub,
    substitute,
    symbol,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.equations.pde.eigen import (
    Basis,
    Expansion,
    basis_for,
    eigen_words,
    expand,
)
from dlmath.maths.equations.pde.forms import Evolution, Start, positive, root
from dlmath.maths.equations.pde.found import Found
from dlmath.maths.equations.pde.read import Equation, Pair, Side, pair_of
from dlmath.maths.equations.pde.response import Response, forced, from_start, steady_part
from dlmath.settings import Settings

TWO = number(2)


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
    steady, source = steady_part(form, pair, x, t, settings, budget)
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
    response = forced(source, basis, form, symbol(t), start, settings, budget)
    if response is None:
        return None
    if source is not ZERO:
        found.steps.append(
            Step("source", ("each eigenfunction answers to its part of ", source, " by itself"))
        )
    return _assembled(found, form, basis, start, steady, first, second, response, symbol(t))


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


# --- together -------------------------------------------------------------------------------


def _assembled(
    found: Found,
    form: Evolution,
    basis: Basis,
    start: Start,
    steady: Node,
    first: Expansion,
    second: Expansion,
    response: Response,
    t: Node,
) -> Found | None:
    after = tidy(sub(t, start.time))
    closed: list[Node] = [steady, *response.closed]
    begin = max(e.start for e in (first, second, response.expansion))
    first, second = (from_start(e, begin, basis) for e in (first, second))
    closed += response.terms(begin, basis)
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
    if response.summand is not None and response.driving is not None:
        pieces.append((response.summand, begin))
        found.driving = (*response.driving, response.expansion.start)
    both = [e for e in (first, second) if e.general is not None]
    if both:
        term = _term(form, basis.frequency(n), after, first.general or ZERO,
                     second.general or ZERO)  # fmt: skip
        if term is None:
            return None
        pieces.append((tidy(mul(term, basis.function(n))), begin))
    if pieces:
        found.summands = [(tidy(add(*(body for body, _ in pieces))), basis.counter, begin)]
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
    if form.r is not ZERO:
        return None
    if form.d is not ZERO:
        faded = sub(number(1), call("exp", neg(mul(form.d, t))))
        return add(a, div(mul(b, faded), form.d))
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
