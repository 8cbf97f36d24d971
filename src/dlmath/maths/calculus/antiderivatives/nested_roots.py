"""Two roots side by side or one inside the other: a new variable that makes them rational."""

from __future__ import annotations

from math import isfinite

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    TWO,
    ZERO,
    Exact,
    Node,
    add,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    substitute,
)
from dlmath.expression.order import structure_key
from dlmath.expression.tidy import expand, split_coefficient, tidy
from dlmath.maths.calculus.antiderivatives.derivative import derivative
from dlmath.maths.calculus.antiderivatives.forms import depends
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import from_coefficients, linear, polynomial
from dlmath.maths.calculus.antiderivatives.substitution import substituted

_DEEPEST = 4


def two_roots_rule(problem: Problem) -> Plan | None:
    """Roots of two lines with the same slope: t = sqrt(p) - sqrt(q) makes both rational.

    With d = p - q: sqrt(p) = (t + d/t)/2 and sqrt(q) = (d/t - t)/2 (Euler's third substitution).
    """
    x = problem.x
    lines = _root_lines(problem)
    if len(lines) != 2 or problem.depth > _DEEPEST:
        return None
    (p, (slope, high)), (q, (other, low)) = lines
    difference = tidy(sub(high, low))
    if slope is not other or not is_number(difference) or not is_number(slope):
        return None
    if difference.number < 0:
        p, q, low, difference = q, p, high, tidy(neg(difference))
    t = problem.new_variable()
    share = div(difference, t)
    first, second = mul(HALF, add(t, share)), mul(HALF, sub(share, t))
    place = expand(div(sub(power(second, TWO), low), slope))
    inner = sub(sqrt(p), sqrt(q))
    written = _with_roots(problem, {p: first, q: second}, place)
    new = expand(mul(written, derivative(place, t)))
    return substituted(problem, inner, t, new, _said(t, inner, x, place))


def _root_lines(problem: Problem) -> list[tuple[Node, tuple[Node, Node]]]:
    found: dict[Node, tuple[Node, Node]] = {}
    for part in problem.nodes:
        if _is_half_power(part):
            line = linear(part.args[0], problem.x)
            if line is None:
                return []
            found[part.args[0]] = line
    return sorted(found.items(), key=lambda item: structure_key(item[0]))


def nested_root_rule(problem: Problem) -> Plan | None:
    """w = sqrt(A + c*sqrt(B)) with A linear and B at most quadratic, solved for x.

    (w^2 - A)^2 = c^2*B is a quadratic equation in x; the root that holds is told by numbers.
    """
    x = problem.x
    outer = [part for part in problem.nodes if _is_half_power(part) and part.args[0].op == "add"]
    if problem.depth > _DEEPEST:
        return None
    for part in outer:
        terms = part.args[0].args
        roots = [(term, *split_coefficient(term)) for term in terms if _root_in(term, x)]
        if len(roots) != 1 or not _is_half_power(roots[0][2]):
            continue
        term, size, root = roots[0]
        rest = tidy(sub(part.args[0], term))
        w = problem.new_variable()
        found = _solved(part.args[0], rest, size, root, w, x)
        if found is None:
            continue
        inner = sqrt(part.args[0])
        values = {root.args[0]: div(sub(power(w, TWO), rest), number(size)), part.args[0]: w}
        written = _with_roots(problem, values, found)
        new = expand(mul(written, expand(derivative(found, w))))
        if x.name in free_symbols(new):
            continue
        return substituted(problem, inner, w, new, _said(w, inner, x, found))
    return None


def _root_in(term: Node, x: Node) -> bool:
    return depends(term, x) and _is_half_power(split_coefficient(term)[1])


def _solved(inside: Node, rest: Node, size: Exact, root: Node, w: Node, x: Node) -> Node | None:
    """x in terms of w, or None where the equation is not quadratic in x."""
    if linear(rest, x) is None:
        return None
    square = mul(power(number(size), TWO), root.args[0])
    equation = expand(sub(power(sub(power(w, TWO), rest), TWO), square))
    found = polynomial(equation, x, 2)
    if found is None or len(found) < 2:
        return None
    if len(found) == 2:
        return tidy(neg(div(found[0], found[1])))
    c, b, a = found
    middle = div(neg(b), mul(TWO, a))
    spread = div(_root_of(expand(sub(power(b, TWO), mul(number(4), a, c))), w), mul(TWO, a))
    for sign in (number(1), MINUS_ONE):
        place = tidy(add(middle, mul(sign, spread)))
        if _holds(place, inside, w, x):
            return place
    return None


def _root_of(node: Node, w: Node) -> Node:
    """The square root of a polynomial in w >= 0, with w taken out as often as it divides."""
    found = polynomial(node, w, 8)
    if found is None:
        return sqrt(node)
    lowest = next((k for k, part in enumerate(found) if part is not ZERO), 0) // 2
    rest = from_coefficients(found[2 * lowest :], w)
    return mul(power(w, number(lowest)), sqrt(rest))


def _holds(place: Node, inside: Node, w: Node, x: Node) -> bool:
    """Does x = place(w) undo w = sqrt(inside(x)) at three places?"""
    from dlmath.expression.numbers import evaluate

    names = sorted((free_symbols(inside) | free_symbols(place)) - {w.name, x.name})
    point = {name: 1.3 + 0.4 * k for k, name in enumerate(names)}
    for at in (0.37, 1.21, 3.9):
        there = evaluate(sqrt(inside), {**point, x.name: at})
        if not isinstance(there, float) or not isfinite(there):
            return False
        back = evaluate(place, {**point, w.name: there})
        if not isinstance(back, float) or abs(back - at) > 1e-9 * max(1.0, abs(at)):
            return False
    return True


def _is_half_power(node: Node) -> bool:
    if node.op != "pow" or not is_number(node.args[1]):
        return False
    return node.args[1].number.denominator == 2


def _with_roots(problem: Problem, values: dict[Node, Node], place: Node) -> Node:
    """The integrand with powers of the roots, then x itself, in the new variable."""
    exchanged = {
        part: power(values[part.args[0]], number(2 * part.args[1].number))
        for part in problem.nodes
        if _is_half_power(part) and part.args[0] in values
    }
    written = replace(problem.integrand, exchanged)
    return tidy(expand(substitute(written, {problem.x.name: place})))


def _said(new: Node, inner: Node, x: Node, place: Node) -> Sentence:
    return ("substitute ", new, " = ", inner, ", so ", x, " = ", place)
