"""Does a function solve its partial differential equation and meet its conditions?

Told by numbers from the graph: derivatives by reverse mode, put into the equation at random places;
conditions are compared at places along their lines. Of a series the first terms are put into the
equation, for each is a solution by itself; at the conditions many terms are added up, smoothed
(an exponential filter, Gottlieb and Shu, SIAM Review 39, 1997), so that the sum converges fast
where the function is smooth.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.ode import residual
from dlmath.errors import DlmathError
from dlmath.expression import numbers
from dlmath.expression.compile import compile_function
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    div,
    free_symbols,
    mul,
    neg,
    substitute,
    topological,
)
from dlmath.expression.tidy import tidy

Orders = tuple[int, int]
_POINTS, _TRIES = 7, 40
#: Terms of a series that are put into the equation.
TERMS_CHECKED = 3
_SMALL = 1e-7
#: Terms of a series at a condition.
_TERMS = 4000
_CLOSE = 2e-3


class Claim(NamedTuple):
    """u = closed + sums of `(term, index, start)`, on an interval or (None) the line, from a time.

    variables: space and time. ends: of the space interval. start: of the time, or (for two
    variables of space) the ends of the second interval.
    """

    variables: tuple[str, str]
    closed: Node
    sums: Sequence[tuple[Node, str, int]]
    ends: tuple[Node, Node] | None
    start: Node
    second: Node | None = None


class Given(NamedTuple):
    """A condition: parts * derivatives = value where a variable is at a place."""

    variable: str
    place: Node
    parts: Mapping[Orders, Node]
    value: Node


def derivative(node: Node, variables: tuple[str, str], orders: Orders) -> Node:
    """A mixed partial derivative on the graph."""
    for name, count in zip(variables, orders, strict=True):
        for _ in range(count):
            node = tidy(gradient(node, [name])[name])
    return node


def _draw(rng: random.Random, names: Sequence[str], claim: Claim) -> dict[str, Any] | None:
    """Values for parameters, and a place inside the domain."""
    where: dict[str, Any] = {n: rng.uniform(0.4, 1.6) for n in names}
    x, t = claim.variables
    low, high = -1.5, 1.5
    if claim.ends is not None:
        low, high = (_number(end, where) for end in claim.ends)
    begin = _number(claim.start, where)
    end = begin + 0.8 if claim.second is None else _number(claim.second, where)
    if not (low == low and high == high and begin == begin and end == end):
        return None
    where[x] = low + (high - low) * rng.uniform(0.05, 0.95)
    where[t] = begin + (end - begin) * rng.uniform(0.06, 0.94)
    return where


def _number(node: Node, where: Mapping[str, Any]) -> float:
    value = numbers.evaluate(node, where)
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _parameters(claim: Claim, equation: Node, functions: set[str]) -> list[str]:
    names = set(free_symbols(claim.closed)) | free_symbols(equation) | free_symbols(claim.start)
    for term, index, _ in claim.sums:
        names |= free_symbols(term) - {index}
    for end in claim.ends or ():
        names |= free_symbols(end)
    return sorted(names - set(claim.variables) - functions)


def check_residual(equation: Node, labels: Mapping[Orders, str], claim: Claim) -> Check:
    """The equation, an expression in symbols `u`, `u_x`, ... that vanishes, at random places."""
    name = "substitution into the equation"
    from dlmath.expression.graph import number

    parts = [claim.closed]
    for term, index, start in claim.sums:
        parts += [substitute(term, {index: number(k)}) for k in range(start, start + TERMS_CHECKED)]
    pieces, equation_of = _without_integrals(add(*parts), equation, labels)
    try:
        expression = tidy(pieces)
        values = {label: derivative(expression, claim.variables, orders)
                  for orders, label in labels.items()}  # fmt: skip
    except DlmathError:
        return Check(name, UNAVAILABLE, "the derivatives could not be taken")
    rng = random.Random(11)  # noqa: S311
    functions = set(labels.values())
    names = sorted(set(_parameters(claim, equation_of, functions)) | (
        free_symbols(expression) - set(claim.variables)))  # fmt: skip
    good, worst = 0, 0.0
    for _ in range(_TRIES):
        where = _draw(rng, names, claim)
        if where is None:
            continue
        size = residual([equation_of], values, where)
        if size is None:
            continue
        if size > _SMALL:
            return Check(name, FAILED, f"the equation does not hold: off by {size:.1e}")
        good += 1
        worst = max(worst, size)
        if good == _POINTS:
            break
    if good < 2:
        return Check(name, UNAVAILABLE, "the equation could not be evaluated at any place")
    what = "its first terms hold" if claim.sums else "the equation holds"
    return Check(name, PASSED, f"{what} at {good} random places, to {worst:.1g}")


_KINKED = frozenset({"abs", "heaviside", "piecewise", "max", "min", "sign", "relu", "floor"})


def check_smooth(claim: Claim) -> Check:
    """Solutions of the heat equation are smooth: a kink or jump would be an error that derivatives
    at random places do not see."""
    name = "smoothness"
    nodes = [claim.closed, *(term for term, _, _ in claim.sums)]
    for part in topological(*nodes):
        if part.op == "integrate":
            return Check(name, UNAVAILABLE, "the solution is an integral")
        if part.op in _KINKED and set(claim.variables) & free_symbols(part):
            return Check(name, FAILED, f"the solution has a kink or a jump ({part.op})")
    return Check(name, PASSED, "no kinks or jumps")


def _without_integrals(
    expression: Node, equation: Node, labels: Mapping[Orders, str]
) -> tuple[Node, Node]:
    """An integral over the line, of a kernel: its integrand solves the equation by itself."""
    if expression.op == "integrate" and len(expression.args) == 4:
        return expression.args[0], equation
    if expression.op == "mul":
        inside = [f for f in expression.args if f.op == "integrate" and len(f.args) == 4]
        if len(inside) == 1:
            rest = [f for f in expression.args if f is not inside[0]]
            return mul(*rest, inside[0].args[0]), equation
    return expression, equation


def check_conditions(claim: Claim, conditions: Sequence[Given]) -> Check:
    """The conditions, at places along their lines."""
    name = "conditions"
    if any(part.op == "integrate" for part in topological(claim.closed)):
        return Check(name, UNAVAILABLE, "the solution is an integral")
    worst, compared = 0.0, 0
    for given in conditions:
        outcome = _condition(claim, given)
        if outcome is None:
            return Check(name, UNAVAILABLE, "a condition could not be evaluated")
        good, bad, off = outcome
        if bad > 1 or good < 3:
            return Check(name, FAILED, f"a condition at {given.variable} is off by {off:.1e}")
        worst = max(worst, off if not bad else 0.0)
        compared += good
    return Check(name, PASSED, f"hold at {compared} places, to {worst:.1g}")


def _condition(claim: Claim, given: Given) -> tuple[int, int, float] | None:
    x, t = claim.variables
    other = t if given.variable == x else x
    try:
        closed = _combined(claim.closed, claim.variables, given.parts)
        sums = [(_combined(term, claim.variables, given.parts), index, start)
                for term, index, start in claim.sums]  # fmt: skip
    except DlmathError:
        return None
    names = _parameters(claim, add(closed, given.value, given.place), set())
    rng = random.Random(5)  # noqa: S311
    good = bad = 0
    off = 0.0
    for _ in range(_TRIES):
        where = _draw(rng, names, claim)
        if where is None:
            continue
        wanted = _number(given.value, {**where, other: where[other]})
        where[given.variable] = _number(given.place, where)
        found = _sum(closed, sums, where)
        if found is None and given.variable == t:  # a limit: erf(x/sqrt(t)) at t = 0
            where[t] += 1e-10
            found = _sum(closed, sums, where)
        if found is None or wanted != wanted:
            continue
        gap = abs(found - wanted)
        limit = (_CLOSE if sums else 1e-6) * max(1.0, abs(wanted))
        good, bad = (good + 1, bad) if gap <= limit else (good, bad + 1)
        off = max(off, gap)
        if good + bad == _POINTS:
            break
    return None if good + bad < 2 else (good, bad, off)


def _combined(node: Node, variables: tuple[str, str], parts: Mapping[Orders, Node]) -> Node:
    return add(*(mul(c, derivative(node, variables, orders)) for orders, c in parts.items()))


def _sum(
    closed: Node, sums: Sequence[tuple[Node, str, int]], where: Mapping[str, Any]
) -> float | None:
    total = _number(closed, where)
    for term, index, start in sums:
        part = summed(term, index, start, where)
        if part is None:
            return None
        total += part
    return total if total == total and abs(total) < 1e200 else None


def summed(
    term: Node, index: str, start: int, where: Mapping[str, Any], count: int = _TERMS
) -> float | None:
    """The sum of many terms, the last ones faded out."""
    import numpy

    n = numpy.arange(start, start + count, dtype=float)
    names = sorted(where)
    try:
        run = compile_function([term], [index, *names], arrays=True)
        values = run(n, *(numpy.float64(where[name]) for name in names))[0]
    except DlmathError:
        return None
    values = numpy.broadcast_to(numpy.asarray(values, dtype=float), n.shape)
    usable = numpy.isfinite(values)
    # sinh(n*y)/sinh(n) overflows far out, where it is nothing.
    first_bad = int(numpy.argmin(usable)) if not usable.all() else count
    if first_bad < 20:
        return None
    kept = values[:first_bad]
    fade = numpy.exp(-36 * (numpy.arange(first_bad) / first_bad) ** 6)
    return float((kept * fade).sum())


def check_implicit(
    equation: Node,
    labels: Mapping[Orders, str],
    relation: Node,
    function: str,
    variables: tuple[str, str],
    initial: Node,
    time: float | None,
    begin: float,
) -> Check:
    """A function given by relation = 0 in x, t and u, before its shock."""
    name = "substitution into the equation"
    x, t = variables
    slopes = gradient(relation, [x, t, function])
    if slopes[function] is ZERO:
        return Check(name, UNAVAILABLE, "the relation does not contain the function")
    values = {
        labels[(1, 0)]: neg(div(slopes[x], slopes[function])),
        labels[(0, 1)]: neg(div(slopes[t], slopes[function])),
    }
    rng = random.Random(8)  # noqa: S311
    names = sorted((free_symbols(relation) | free_symbols(equation)) - {x, t, function}
                   - set(labels.values()))  # fmt: skip
    reach = 0.5 if time is None else 0.6 * (time - begin)
    good, worst = 0, 0.0
    for _ in range(_TRIES):
        where: dict[str, Any] = {n: rng.uniform(0.4, 1.6) for n in names}
        where[x] = rng.uniform(-1.2, 1.2)
        where[t] = begin + reach * rng.uniform(0.1, 1.0)
        root = _root(relation, function, where, _number(initial, where))
        if root is None:
            continue
        where[function] = root
        size = residual([equation], values, where)
        if size is None:
            continue
        if size > 1e-6:
            return Check(name, FAILED, f"the equation does not hold: off by {size:.1e}")
        good, worst = good + 1, max(worst, size)
        if good == _POINTS:
            return Check(
                name, PASSED, f"the equation holds at {good} random places, to {worst:.1g}"
            )
    return Check(name, UNAVAILABLE, "the equation could not be evaluated at enough places")


def _root(relation: Node, name: str, where: Mapping[str, Any], start: float) -> float | None:
    from scipy.optimize import newton

    try:
        run = compile_function([relation], [*sorted(where), name])
        given = [where[key] for key in sorted(where)]
        root = float(newton(lambda u: run(*given, u)[0], start, tol=1e-13, maxiter=80))
        return root if abs(run(*given, root)[0]) < 1e-9 else None
    except (DlmathError, RuntimeError, ArithmeticError, ValueError):
        return None
