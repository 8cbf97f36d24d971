"""Powers and products of circular and hyperbolic functions."""

from __future__ import annotations

from math import comb
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    ONE,
    TWO,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    sub,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.derivative import CIRCULAR, HYPERBOLIC
from dlmath.maths.calculus.antiderivatives.forms import integral, multiplied_out, whole
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.calculus.antiderivatives.substitution import substituted


class Powers(NamedTuple):
    """sin(angle)**m * cos(angle)**n, or the hyperbolic ones (sign -1)."""

    angle: Node
    slope: Node
    m: int
    n: int
    sign: int

    @property
    def sine(self) -> Node:
        """sin or sinh of the angle."""
        return call("sin" if self.sign > 0 else "sinh", self.angle)

    @property
    def cosine(self) -> Node:
        """cos or cosh of the angle."""
        return call("cos" if self.sign > 0 else "cosh", self.angle)

    def of(self, circular: str) -> Node:
        """A function of the angle by its circular name."""
        return call(circular if self.sign > 0 else _HYPERBOLIC_NAME[circular], self.angle)

    def with_powers(self, m: int, n: int) -> Node:
        """The product with other exponents, in the shortest notation."""
        return _shortest(self, m, n)


_HYPERBOLIC_NAME = {
    "sin": "sinh",
    "cos": "cosh",
    "tan": "tanh",
    "cot": "coth",
    "sec": "sech",
    "csc": "csch",
}
_MOST_POWER = 24


def _shortest(p: Powers, m: int, n: int) -> Node:
    if m and m == -n:
        name, size = ("tan", m) if m > 0 else ("cot", n)
        return power(p.of(name), number(size))
    up = power(p.sine, number(m)) if m >= 0 else power(p.of("csc"), number(-m))
    across = power(p.cosine, number(n)) if n >= 0 else power(p.of("sec"), number(-n))
    return tidy(mul(up, across))


def as_powers(problem: Problem) -> Powers | None:
    """The integrand as powers of sine and cosine of one linear argument, or None."""
    m = n = 0
    angle: Node | None = None
    families: set[int] = set()
    if problem.product.constant is not ONE:
        return None
    for base, exponent in problem.product.powers.items():
        size = whole(exponent)
        if size is None or (base.op not in CIRCULAR and base.op not in HYPERBOLIC):
            return None
        if angle is not None and base.args[0] is not angle:
            return None
        angle = base.args[0]
        families.add(1 if base.op in CIRCULAR else -1)
        up, across = (CIRCULAR.get(base.op) or HYPERBOLIC.get(base.op)) or (0, 0)
        m, n = m + up * size, n + across * size
    if angle is None or len(families) != 1 or abs(m) + abs(n) > _MOST_POWER:
        return None
    inner = linear(angle, problem.x)
    return None if inner is None else Powers(angle, inner[0], m, n, families.pop())


def trig_powers_rule(problem: Problem) -> Plan | None:
    """The textbook cases for sin**m * cos**n, by the parity of the exponents."""
    p = as_powers(problem)
    if p is None:
        return None
    m, n = p.m, p.n
    shortest = p.with_powers(m, n)
    if abs(m) + abs(n) < 2 or (m, n) in ((1, -1), (-1, 1)):
        return again(problem, "rewrite", ("write as ", shortest), shortest)
    if m == -n:
        return _tangent_power(problem, p)
    if m > 0 and m + n < 0 and (m + n) % 2 == 0:
        return _new_variable(problem, p, "tan")
    if m > 0 and m % 2 and m + n < 0 and p.sign > 0:
        return _new_variable(problem, p, "sec")
    if m > 0 and m % 2:
        return _new_variable(problem, p, "cos")
    if n > 0 and n % 2:
        return _new_variable(problem, p, "sin")
    if m >= 0 and n >= 0:
        return _half_angles(problem, p)
    if (m + n) % 2 == 0 and m + n < 0:
        return _new_variable(problem, p, "tan")
    if m > 0 or n > 0:
        return _even_power_out(problem, p)
    if m == 0 or n == 0:
        return _secant_power(problem, p)
    return _insert_one(problem, p)


def again(problem: Problem, rule: str, text: Sentence, written: Node) -> Plan | None:
    """Goes on with the integrand in another form."""
    written = tidy(written)
    if written is problem.integrand:
        return None
    plan = problem.solve(written)
    if plan is None:
        return None
    return problem.plan(rule, text, integral(plan.integrand, problem.x), (plan,))


def _new_variable(problem: Problem, p: Powers, name: str) -> Plan | None:
    """u = cos, sin or tan of the angle; what is left of the other is an even power."""
    u = problem.new_variable()
    u2 = power(u, TWO)
    sign = number(p.sign)
    if name == "cos":
        other = mul(sign, sub(ONE, u2))
        value = mul(neg(sign), power(other, number((p.m - 1) // 2)), power(u, number(p.n)))
    elif name == "sec":
        other = sub(u2, ONE)
        value = mul(power(other, number((p.m - 1) // 2)), power(u, number(-p.m - p.n - 1)))
    elif name == "sin":
        other = add(ONE, mul(neg(sign), u2))
        value = mul(power(other, number((p.n - 1) // 2)), power(u, number(p.m)))
    else:
        other = add(ONE, mul(sign, u2))
        value = mul(power(other, number(-(p.m + p.n) // 2 - 1)), power(u, number(p.m)))
    return substituted(problem, p.of(name), u, tidy(div(value, p.slope)))


def _half_angles(problem: Problem, p: Powers) -> Plan | None:
    double = call("cos" if p.sign > 0 else "cosh", tidy(mul(TWO, p.angle)))
    sine2 = mul(HALF, number(p.sign), sub(ONE, double))
    cosine2 = mul(HALF, add(ONE, double))
    written = mul(power(sine2, number(p.m // 2)), power(cosine2, number(p.n // 2)))
    used: list[Sentence] = []
    if p.m:
        used.append((power(p.sine, TWO), " = ", tidy(sine2)))
    if p.n:
        used.append((power(p.cosine, TWO), " = ", tidy(cosine2)))
    text: Sentence = ("half-angle formula: ", *used[0])
    if len(used) > 1:
        text += (" and ", *used[1])
    return again(problem, "half-angle formula", text, multiplied_out(written))


def _tangent_power(problem: Problem, p: Powers) -> Plan | None:
    """tan**k = tan**(k - 2)*(1/cos**2 - 1), and so for the other three."""
    name, k = ("tan", p.m) if p.m > 0 else ("cot", p.n)
    function = p.of(name)
    sign = 1 if name == "tan" or p.sign < 0 else -1
    lead = div(power(function, number(k - 1)), mul(number(k - 1), p.slope))
    lead = mul(number(sign * p.sign), lead)
    part = problem.solve(power(function, number(k - 2)))
    if part is None:
        return None
    rest = mul(number(-p.sign), integral(part.integrand, problem.x))
    partner = p.of("sec" if name == "tan" else "csc")
    square = power(partner, TWO)
    identity: Node
    if p.sign > 0:
        identity = sub(square, ONE)
    else:
        identity = sub(ONE, square) if name == "tan" else add(ONE, square)
    text: Sentence = ("use ", power(function, TWO), " = ", tidy(identity))
    return problem.plan("reduction", text, add(lead, rest), (part,))


def _even_power_out(problem: Problem, p: Powers) -> Plan | None:
    """The even positive power written with the other function, then term by term."""
    sign = p.sign
    if p.m > 0:
        size, identity = p.m // 2, (p.sine, mul(number(sign), sub(ONE, power(p.cosine, TWO))))
    else:
        size, identity = p.n // 2, (p.cosine, add(ONE, mul(number(-sign), power(p.sine, TWO))))
    terms: list[Node] = []
    for j in range(size + 1):  # (1 - sign*y)**size, with another sign in front for sinh
        factor = comb(size, j) * (-sign) ** j * (sign**size if p.m > 0 else 1)
        pair = (0, p.n + 2 * j) if p.m > 0 else (p.m + 2 * j, 0)
        terms.append(mul(number(factor), p.with_powers(*pair)))
    text: Sentence = ("use ", power(identity[0], TWO), " = ", tidy(identity[1]))
    return again(problem, "identity", text, add(*terms))


def _secant_power(problem: Problem, p: Powers) -> Plan | None:
    """Odd powers of sec and csc (and hyperbolic): the reduction by two."""
    k = -(p.m + p.n)
    name, partner = ("sec", "tan") if p.m == 0 else ("csc", "cot")
    sign = 1 if name == "sec" else -1
    function = p.of(name)
    lead = div(mul(number(sign), power(function, number(k - 2)), p.of(partner)), p.slope)
    turn = 1 if name == "sec" or p.sign > 0 else -1
    part = problem.solve(power(function, number(k - 2)))
    if part is None:
        return None
    factor = number(turn * (k - 2))
    rest = mul(factor, integral(part.integrand, problem.x))
    text: Sentence = ("reduction: by parts with dv = ", power(function, TWO), " d", problem.x)
    result = div(add(lead, rest), number(k - 1))
    return problem.plan("reduction", text, result, (part,))


def _insert_one(problem: Problem, p: Powers) -> Plan | None:
    sine2, cosine2 = power(p.sine, TWO), power(p.cosine, TWO)
    if p.sign > 0:
        written = add(p.with_powers(p.m + 2, p.n), p.with_powers(p.m, p.n + 2))
        text: Sentence = ("multiply by 1 = ", add(sine2, cosine2))
    else:
        written = sub(p.with_powers(p.m, p.n + 2), p.with_powers(p.m + 2, p.n))
        text = ("multiply by 1 = ", sub(cosine2, sine2))
    return again(problem, "identity", text, written)
