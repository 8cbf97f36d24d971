"""Heat and wave equations on the whole line: heat kernel and d'Alembert's formula.

(Strauss, Partial Differential Equations, sections 2.1 and 2.4; sources by Duhamel's principle are
not treated.)
"""

from __future__ import annotations

from dlmath.answer import Notation, Step
from dlmath.errors import DlmathError
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    HALF,
    INFINITY,
    ONE,
    PI,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    make,
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
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.equations.pde.by_parts import is_polynomial
from dlmath.maths.equations.pde.forms import Evolution, Start, positive, root
from dlmath.maths.equations.pde.found import Found, shorter
from dlmath.settings import Settings

TWO = number(2)
FOUR = number(4)


def on_the_line(form: Evolution, start: Start, x: str, t: str, settings: Settings) -> Found | None:
    """The solution for all x; None where this way does not lead to one."""
    if form.source is not ZERO:
        return None
    if form.wave:
        if form.r is not ZERO or form.d is not ZERO:
            return None
        return d_alembert(form, start, x, t, settings)
    return heat_kernel(form, start, x, t)


# --- waves ----------------------------------------------------------------------------------


def d_alembert(form: Evolution, start: Start, x: str, t: str, settings: Settings) -> Found:
    """(f(x - ct) + f(x + ct))/2 + 1/(2c) * the integral of g from x - ct to x + ct."""
    c = root(form.k)
    way = mul(c, tidy(sub(symbol(t), start.time)))
    left, right = tidy(sub(symbol(x), way)), tidy(add(symbol(x), way))
    found = Found("d'Alembert's formula")
    found.steps.append(
        Step("characteristics", ("the two families of characteristics are ", left, " and ", right,
                                 " constant, and u = F(", left, ") + G(", right, ")"))
    )  # fmt: skip
    found.steps.append(
        Step("d'Alembert", (Notation("u = (f(x-c*t) + f(x+c*t))/2 + 1/(2*c) * the integral of g "
                                     "from x-c*t to x+c*t"),
                            ", with f = ", start.value, " and g = ", start.slope))
    )  # fmt: skip
    parts = []
    if start.value is not ZERO:
        parts.append(mul(HALF, add(substitute(start.value, {x: left}),
                                   substitute(start.value, {x: right}))))  # fmt: skip
    if start.slope is not ZERO:
        parts.append(mul(div(HALF, c), _between(start.slope, x, t, left, right, settings)))
    found.closed = tidy(add(*parts)) if parts else ZERO
    found.steps.append(Step("put in", ("the given functions put in",), None, found.closed))
    return found


def _between(g: Node, x: str, t: str, left: Node, right: Node, settings: Settings) -> Node:
    from dlmath.maths.calculus.integrate import integrate

    try:
        with within(4.0):
            answer = integrate(g, x, settings=Settings(seconds=4.0, check=settings.check))
        primitive = answer.result
    except (DlmathError, OutOfTime):
        primitive = None
    if isinstance(primitive, Node):
        return shorter(
            sub(substitute(primitive, {x: right}), substitute(primitive, {x: left})), 2.0
        )
    s = next(name for name in ("s", "z", "xi") if name not in free_symbols(g) | {x, t})
    return make("integrate", (substitute(g, {x: symbol(s)}), symbol(s), left, right))


# --- heat -----------------------------------------------------------------------------------


def heat_kernel(form: Evolution, start: Start, x: str, t: str) -> Found | None:
    """The initial values smeared out by the Gauss kernel, in closed form where that is known."""
    after = tidy(sub(symbol(t), start.time))
    kt = tidy(mul(form.k, after))
    found = Found("fundamental solution")
    s = next(n for n in ("s", "z", "xi") if n not in free_symbols(start.value) | {x, t})
    kernel = div(
        call("exp", neg(div(power(sub(symbol(x), symbol(s)), TWO), mul(FOUR, kt)))),
        sqrt(mul(FOUR, PI, kt)),
    )
    integrand = mul(substitute(start.value, {x: symbol(s)}), kernel)
    formula = make("integrate", (integrand, symbol(s), neg(INFINITY), INFINITY))
    found.steps.append(
        Step("fundamental solution", ("u is the initial function times the Gauss kernel, "
                                      "integrated: ", formula))
    )  # fmt: skip
    terms = start.value.args if start.value.op == "add" else (start.value,)
    parts = []
    for term in terms:
        smeared = _smeared(term, x, kt)
        if smeared is None:
            parts = [formula]
            break
        parts.append(smeared)
    body = add(*parts)
    if form.r is not ZERO:
        body = mul(call("exp", mul(form.r, after)), body)
        found.steps.append(Step("growth", ("the term with u gives a factor ",
                                           call("exp", mul(form.r, after)))))  # fmt: skip
    found.closed = tidy(body)
    found.steps.append(Step("integrate", ("term by term",), None, found.closed))
    return found


def _smeared(term: Node, x: str, kt: Node) -> Node | None:
    """The heat flow of one term: polynomials, exponentials, waves, bells, steps."""
    if x not in free_symbols(term):
        return term
    factors = term.args if term.op == "mul" else (term,)
    outside = [f for f in factors if x not in free_symbols(f)]
    inside = [f for f in factors if x in free_symbols(f)]
    body = mul(*inside)
    polynomial = _polynomial(body, x, kt)
    if polynomial is not None:
        return mul(*outside, polynomial)
    if len(inside) != 1:
        return None
    one = inside[0]
    found = None
    if one.op in ("sin", "cos", "exp"):
        found = _exponential(one, x, kt)
    elif one.op in ("heaviside", "sign", "erf"):
        found = _step(one, x, kt)
    return None if found is None else mul(*outside, found)


def _polynomial(body: Node, x: str, kt: Node) -> Node | None:
    """The sum of (kt)^j/j! * f^(2j), which ends for a polynomial."""
    if not is_polynomial(body, x):
        return None
    total: list[Node] = []
    part, factor = tidy(body), ONE
    for j in range(20):
        total.append(mul(factor, part))
        part = tidy(_slope(_slope(part, x), x))
        if part is ZERO:
            return add(*total)
        factor = tidy(div(mul(factor, kt), number(j + 1)))
    return None


def _slope(node: Node, x: str) -> Node:
    return tidy(gradient(node, [x])[x])


def _exponential(one: Node, x: str, kt: Node) -> Node | None:
    inner = one.args[0]
    first = _slope(inner, x)
    if x not in free_symbols(first):
        square = mul(power(first, TWO), kt)
        return mul(call("exp", square if one.op == "exp" else neg(square)), one)
    second = _slope(first, x)
    if one.op != "exp" or x in free_symbols(second):
        return None
    # exp(-a*x^2 + b*x + c): complete the square around the centre b/(2a).
    a = tidy(neg(div(second, TWO)))
    if not positive(a):
        return None
    b = substitute(first, {x: ZERO})
    c = substitute(inner, {x: ZERO})
    centre = tidy(div(b, mul(TWO, a)))
    top = tidy(add(c, mul(a, power(centre, TWO))))
    wide = tidy(add(ONE, mul(FOUR, a, kt)))
    shape = neg(div(mul(a, power(sub(symbol(x), centre), TWO)), wide))
    return div(call("exp", tidy(add(shape, top))), sqrt(wide))


def _step(one: Node, x: str, kt: Node) -> Node | None:
    """heaviside, sign and erf of a linear operand."""
    inner = one.args[0]
    slope = _slope(inner, x)
    if x in free_symbols(slope) or not (positive(slope) or positive(tidy(neg(slope)))):
        return None
    if one.op == "erf":
        wide = sqrt(add(ONE, mul(FOUR, power(slope, TWO), kt)))
        return call("erf", div(inner, wide))
    spread = call("erf", div(inner, mul(TWO, _size(slope), sqrt(kt))))
    return spread if one.op == "sign" else mul(HALF, add(ONE, spread))


def _size(node: Node) -> Node:
    return node if positive(node) else tidy(neg(node))
