"""Integrands with kinks and jumps: integrated piece by piece, the pieces joined continuously."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from math import isfinite

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    replace,
    sqrt,
    sub,
    substitute,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE
from dlmath.maths.calculus.antiderivatives.deep import below, pieces
from dlmath.maths.calculus.antiderivatives.forms import depends, integral
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import discriminant, linear, polynomial

_RELATIONS = frozenset({"lt", "le", "gt", "ge"})
_FOLLOWS_SIGN = frozenset(
    {"abs", "sign", "heaviside", "relu", "leaky_relu", "elu", "selu", "softsign"}
)
KINKED = _FOLLOWS_SIGN | {"max", "min", "piecewise", "hardtanh", "hard_sigmoid"}
#: More pieces than this are not written out.
_MOST_PIECES = 8


def pieces_rule(problem: Problem) -> Plan | None:
    """Splits where an absolute value, a maximum or a condition changes its branch."""
    kinks = [node for node in problem.nodes if node.op in KINKED]
    if not kinks:
        return None
    places: dict[Node, float] = {}
    for node in kinks:
        for boundary in _boundaries(node):
            found = _roots(boundary, problem.x)
            if found is None:
                return None
            places.update(found)
    ends = sorted(places, key=lambda root: places[root])
    if len(ends) >= _MOST_PIECES:
        return None
    plans = []
    for sample in _samples([places[end] for end in ends]):
        branch = _on_branch(problem.integrand, problem.x, sample)
        plan = None if branch is None else problem.solve(branch)
        if plan is None:
            return None
        plans.append(plan)
    return _joined(problem, ends, plans)


def _boundaries(node: Node) -> list[Node]:
    """Expressions that change sign where the node changes its branch."""
    if node.op in _FOLLOWS_SIGN:
        return [node.args[0]]
    if node.op in ("hardtanh", "hard_sigmoid"):
        bound = number(1 if node.op == "hardtanh" else 3)
        return [sub(node.args[0], bound), add(node.args[0], bound)]
    if node.op in ("max", "min"):
        first = list(node.args)
        return [sub(a, b) for i, a in enumerate(first) for b in first[i + 1 :]]
    return [sub(part.args[0], part.args[1]) for part in _relations(node)]


def _relations(node: Node) -> list[Node]:
    """The comparisons among the conditions of a piecewise node."""
    found: list[Node] = []
    stack = list(node.args[1::2])
    while stack:
        part = stack.pop()
        if part.op in ("and", "or", "not"):
            stack.extend(part.args)
        elif part.op in _RELATIONS or part.op in ("eq", "ne"):
            found.append(part)
    return found


def _roots(node: Node, x: Node) -> dict[Node, float] | None:
    """Where a boundary is zero, exactly and as a number; None when that cannot be told."""
    from dlmath.expression.numbers import evaluate

    if not depends(node, x):
        return {}
    coefficients = polynomial(node, x, 2)
    if coefficients is None or any(free_symbols(part) for part in coefficients):
        return None
    if len(coefficients) < 2:
        return {}
    if len(coefficients) == 2:
        exact = [tidy(neg(div(coefficients[0], coefficients[1])))]
    else:
        c, b, a = coefficients
        radicand = discriminant(a, b, c)
        size = evaluate(radicand)
        if not isinstance(size, float) or size <= 0:
            return {} if isinstance(size, float) else None
        root = call_sqrt(radicand)
        exact = [tidy(div(add(neg(b), mul(number(sign), root)), mul(TWO, a))) for sign in (-1, 1)]
    values = {root: evaluate(root) for root in exact}
    if not all(isinstance(value, float) and isfinite(value) for value in values.values()):
        return None
    return {root: float(value) for root, value in values.items()}


def call_sqrt(node: Node) -> Node:
    """The square root, tidied."""
    return tidy(sqrt(node))


def _samples(ends: list[float]) -> list[float]:
    """A point inside each interval between the ends."""
    if not ends:
        return [0.5]
    middle = [(a + b) / 2 for a, b in pairwise(ends)]
    return [ends[0] - 1.0, *middle, ends[-1] + 1.0]


def _on_branch(integrand: Node, x: Node, sample: float) -> Node | None:
    """The integrand with every kinked function replaced by its branch at the sample."""
    for _ in range(50):
        kink = _innermost(integrand, x)
        if kink is None:
            return tidy(integrand)
        branch = _branch(kink, x, sample)
        if branch is None:
            return None
        integrand = replace(integrand, {kink: branch})
    return None


def _innermost(node: Node, x: Node) -> Node | None:

    for part in topological(node):
        if part.op in KINKED and depends(part, x):
            return part
    return None


def _branch(node: Node, x: Node, sample: float) -> Node | None:
    at = _at(x, sample)
    if node.op == "piecewise":
        return _chosen(node, at)
    values = [at(arg) for arg in node.args[: 1 if node.op in _FOLLOWS_SIGN else None]]
    if any(value is None for value in values):
        return None
    known = [value for value in values if value is not None]
    if node.op in ("max", "min"):
        best = max(known) if node.op == "max" else min(known)
        return node.args[known.index(best)]
    if node.op in ("hardtanh", "hard_sigmoid"):
        return _clamped(node.op, node.args[0], known[0])
    return _signed(node, known[0] > 0)


def _at(x: Node, sample: float) -> Callable[[Node], float | None]:
    from dlmath.expression.numbers import evaluate

    def value(node: Node) -> float | None:
        found = evaluate(node, {x.name: sample}) if free_symbols(node) <= {x.name} else None
        return float(found) if isinstance(found, (int, float)) else None

    return value


def _clamped(name: str, x: Node, value: float) -> Node:
    if name == "hardtanh":
        return ONE if value > 1 else MINUS_ONE if value < -1 else x
    if abs(value) > 3:
        return ONE if value > 0 else ZERO
    return div(add(x, number(3)), number(6))


def _signed(node: Node, above: bool) -> Node:
    """The branch of a function that changes at zero."""
    x = node.args[0]
    name = node.op
    if name == "abs":
        return x if above else neg(x)
    if name == "sign":
        return ONE if above else MINUS_ONE
    if name == "heaviside":
        return ONE if above else ZERO
    if name == "softsign":
        return div(x, add(ONE, x if above else neg(x)))
    scale = number(SELU_SCALE) if name == "selu" else ONE
    if above:
        return mul(scale, x)
    if name == "relu":
        return ZERO
    if name == "leaky_relu":
        return mul(node.args[1] if len(node.args) > 1 else div(ONE, number(100)), x)
    alpha = number(SELU_ALPHA) if name == "selu" else node.args[1] if len(node.args) > 1 else ONE
    return mul(scale, alpha, sub(call("exp", x), ONE))


def _chosen(node: Node, at: Callable[[Node], float | None]) -> Node | None:
    """The value of a piecewise node at the sample."""
    for index in range(0, len(node.args) - 1, 2):
        holds = _holds(node.args[index + 1], at)
        if holds is None:
            return None
        if holds:
            return node.args[index]
    return node.args[-1] if len(node.args) % 2 else None


def _holds(condition: Node, at: Callable[[Node], float | None]) -> bool | None:
    if condition.op in ("true", "false"):
        return condition.op == "true"
    if condition.op in ("and", "or", "not"):
        parts = [_holds(part, at) for part in condition.args]
        if any(part is None for part in parts):
            return None
        if condition.op == "not":
            return not parts[0]
        return all(parts) if condition.op == "and" else any(parts)
    left, right = at(condition.args[0]), at(condition.args[1])
    if left is None or right is None:
        return None
    if condition.op in ("eq", "ne"):
        return (left == right) == (condition.op == "eq")
    greater = left > right
    return greater if condition.op in ("gt", "ge") else not greater


def _joined(problem: Problem, ends: list[Node], plans: list[Plan]) -> Plan:
    """The pieces with constants that make the antiderivative continuous."""
    x = problem.x
    if len(plans) == 1:
        result = integral(plans[0].integrand, x)
        return problem.plan("branch", ("only one branch occurs",), result, tuple(plans))
    shift: Node = ZERO
    parts: list[Node | tuple[Node, Node]] = []
    for index, plan in enumerate(plans):
        if index:
            here = ends[index - 1]
            left, right = plans[index - 1].antiderivative, plan.antiderivative
            shift = add(shift, _step(left, x, here), neg(_step(right, x, here)))
        value = tidy(add(plan.antiderivative, shift))
        parts.append((value, below(x, ends[index])) if index < len(ends) else value)
    text: Sentence = ("integrate each branch, and join the pieces continuously at ",)
    for index, end in enumerate(ends):
        text += (", ", end) if index else (end,)
    return Plan("pieces", text, problem.integrand, x, pieces(*parts), tuple(plans), back=(x, x))


def _step(value: Node, x: Node, end: Node) -> Node:
    """The value at an end; zero where there is none (the pieces are then not joined)."""
    from dlmath.expression.numbers import evaluate

    there = tidy(substitute(value, {x.name: end}))
    names = sorted(free_symbols(there))
    known = evaluate(there, {name: 0.7317 + 0.1911 * k for k, name in enumerate(names)})
    finite = isinstance(known, (int, float, complex)) and isfinite(abs(known))
    return there if finite else ZERO


def periodic_abs_rule(problem: Problem) -> Plan | None:
    """|sin(a*x + b)| and |cos(a*x + b)|: each arch has area 2/a."""
    node = problem.integrand
    if node.op == "abs" and node.args[0].op == "mul" and len(node.args[0].args) == 2:
        return _double_angle(problem, *node.args[0].args)
    if node.op != "abs" or node.args[0].op not in ("sin", "cos"):
        return None
    angle = node.args[0].args[0]
    inner = linear(angle, problem.x)
    if inner is None:
        return None
    if node.args[0].op == "cos":
        angle = tidy(add(angle, div(PI, TWO)))
    arches = call("floor", div(angle, PI))
    value = sub(mul(TWO, arches), call("cos", sub(angle, mul(PI, arches))))
    text: Sentence = ("count whole arches of area 2, and add the part of the last one",)
    return problem.plan("periodic", text, div(value, inner[0]))


def _double_angle(problem: Problem, one: Node, other: Node) -> Plan | None:
    """|sin(z)*cos(z)| as |sin(2*z)|/2."""
    if {one.op, other.op} != {"sin", "cos"} or one.args[0] is not other.args[0]:
        return None
    double = call("abs", call("sin", tidy(mul(TWO, one.args[0]))))
    plan = problem.solve(double)
    if plan is None:
        return None
    text: Sentence = ("double angle: ", problem.integrand, " = ", div(double, TWO))
    return problem.plan("identity", text, div(integral(double, problem.x), TWO), (plan,))
