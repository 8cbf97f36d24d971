"""Changes of variable that solve for x: roots of linear terms, logarithms, linear arguments."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    ONE,
    Node,
    call,
    div,
    is_number,
    make,
    mul,
    number,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.order import structure_key
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    is_zero,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import from_coefficients, linear, polynomial
from dlmath.maths.calculus.antiderivatives.substitution import substituted


def root_rule(problem: Problem) -> Plan | None:
    """Fractional powers of a linear term: u = the root that makes them whole."""
    x = problem.x
    roots = _linear_roots(problem)
    if not roots or problem.depth > 6:
        return None
    base = min(roots, key=lambda node: (node is not x, roots[node], structure_key(node)))
    size = roots[base]
    slope, offset = linear(base, x) or (ONE, ONE)
    u = problem.new_variable()
    inside = tidy(div(sub(power(u, number(size)), offset), slope))
    written = _with_root(problem.integrand, x, base, size, u, inside)
    factor = div(mul(number(size), power(u, number(size - 1))), slope)
    new = as_product(mul(written, factor), u)
    inner = power(base, number(Fraction(1, size)))
    text: Sentence = (
        "substitute ", u, " = ", inner, ", so ", x, " = ", inside,
        ", d", x, " = ", tidy(factor), " d", u,
    )  # fmt: skip
    return substituted(problem, inner, u, mul(new.constant, from_powers(new.powers)), text)


def _linear_roots(problem: Problem) -> dict[Node, int]:
    """Linear terms under fractional powers, each with the common denominator of the powers."""
    roots: dict[Node, int] = {}
    for part in problem.nodes:
        if part.op != "pow" or whole(part.args[1]) is not None:
            continue
        base, exponent = part.args
        if is_number(exponent) and linear(base, problem.x) is not None:
            size = exponent.number.denominator
            roots[base] = roots.get(base, 1) * size // gcd(roots.get(base, 1), size)
    return roots


def _with_root(node: Node, x: Node, base: Node, size: int, u: Node, inside: Node) -> Node:
    """The node in u = base**(1/size) >= 0; powers of u come out of other roots."""
    new: dict[Node, Node] = {}
    for part in topological(node):
        if part is x:
            new[part] = inside
        elif not part.args or not depends(part, x):
            new[part] = part
        elif part.op == "pow" and part.args[0] is base and is_number(part.args[1]):
            new[part] = power(u, number(part.args[1].number * size))
        elif part.op == "pow" and is_number(part.args[1]):
            new[part] = _root_of(new[part.args[0]], part.args[1], u)
        else:
            new[part] = make(part.op, tuple(new[arg] for arg in part.args), part.value)
    return new[node]


def _root_of(base: Node, exponent: Node, u: Node) -> Node:
    """base**exponent with the lowest power of u (which is not negative) taken out."""
    found = polynomial(base, u)
    if found is None:
        return power(base, exponent)
    low = next((i for i, part in enumerate(found) if not is_zero(part)), 0)
    rest = from_coefficients(found[low:], u)
    return mul(power(u, mul(number(low), exponent)), power(rest, exponent))


def linear_argument_rule(problem: Problem) -> Plan | None:
    """u = a*x + b where the integrand is built on one linear argument."""
    inner: set[Node] = set()
    for part in problem.nodes:
        if part.op == "pow" or part.op not in ("add", "mul", "symbol"):
            inner.update(arg for arg in part.args if _shifted(arg, problem))
    if len(inner) != 1:
        return None
    argument = inner.pop()
    slope, offset = linear(argument, problem.x) or (ONE, ONE)
    u = problem.new_variable()
    inside = tidy(div(sub(u, offset), slope))
    written = replace(problem.integrand, {argument: u, problem.x: inside})
    return substituted(problem, argument, u, tidy(div(written, slope)))


def _shifted(node: Node, problem: Problem) -> bool:
    return node is not problem.x and linear(node, problem.x) is not None


def logarithm_variable_rule(problem: Problem) -> Plan | None:
    """u = log(x), so x = exp(u), for a function of log(x) and x."""
    log = call("log", problem.x)
    if log not in problem.nodes or problem.depth > 6:
        return None
    u = problem.new_variable()
    x = call("exp", u)
    written = replace(problem.integrand, {log: u, problem.x: x})
    text: Sentence = (
        "substitute ", u, " = ", log, ", so ", problem.x, " = ", x,
        ", d", problem.x, " = ", x, " d", u,
    )  # fmt: skip
    return substituted(problem, log, u, tidy(mul(written, x)), text)
