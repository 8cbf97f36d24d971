"""A general solution with its conditions: which constants, which branch, which interval."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.ode import Residual, check_condition, check_explicit
from dlmath.expression.graph import Node, contains, free_symbols, substitute
from dlmath.expression.numbers import evaluate
from dlmath.maths.equations.ode.conditions import (
    Applied,
    Condition,
    apply,
    lines_with,
)
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.explicit import explicit_lines
from dlmath.maths.equations.ode.integrals import is_continuous
from dlmath.maths.equations.ode.interval import interval_of
from dlmath.maths.equations.ode.linear import linear_form
from dlmath.maths.equations.ode.solve import Proved, for_positive, has_kinks
from dlmath.maths.equations.ode.tools import settle, timed, vanishes
from dlmath.maths.equations.ode.working import Equal, Line, Move, Working, as_node
from dlmath.settings import Settings


class Outcome(NamedTuple):
    """The solutions that fit the conditions. missing: is it certain that there is none?"""

    lines: tuple[Line, ...]
    moves: tuple[Move, ...]
    residuals: tuple[Residual, ...] = ()
    checks: tuple[Check, ...] = ()
    notes: tuple[Any, ...] = ()
    interval: Any = None
    missing: bool = False


def with_conditions(
    eq: Equation, proved: Proved, conditions: Sequence[Condition], settings: Settings
) -> Outcome | None:
    """Puts conditions into a solution; None where they cannot be met by this algebra."""
    work = Working()
    notes: list[Any] = []
    fitting: list[Line] = []
    none: list[Applied] = []
    free = False
    for line in proved.found.lines:
        applied = (
            _explicit(eq, line, conditions, work, notes)
            if line.explicit
            else _implicit(eq, line, conditions, work)
        )
        if applied is None:
            continue
        if isinstance(applied, Applied):
            none.append(applied)
            continue
        for one in applied:
            free = free or bool(one.constants)
            if not any(vanishes(one.right - old.right) for old in fitting if _same_left(one, old)):
                fitting.append(one)
    good = _holding(eq, fitting, conditions)
    if not good:
        certain = [one for one in none if one.proved]
        if certain and linear_form(eq) is not None:
            return Outcome(
                (), tuple(work.moves), missing=True,
                checks=(Check("conditions", PASSED, "the equations for the constants contradict "
                              "each other"),),
                notes=((f"{_kind(conditions)} has no solution: ", *certain[0].reason),),
            )  # fmt: skip
        return None
    lines = [line for line, _, _ in good]
    if any(line.constants for line in lines):
        names = ", ".join(dict.fromkeys(c.name for line in lines for c in line.constants))
        notes.append((f"the conditions leave {names} free: there are many solutions",))
    elif len(lines) > 1:
        notes.append(("several solutions fit the conditions: they do not determine one solution",))
    work.step("conditions", "the solution that meets the conditions",
              after=Equal(lines[0].left, lines[0].right))  # fmt: skip
    residuals = tuple(residual for _, residual, _ in good)
    checks = tuple(check for _, _, check in good)
    return Outcome(
        tuple(lines), tuple(work.moves), residuals, checks[:1], tuple(notes),
        _interval(eq, lines, conditions, settings),
    )  # fmt: skip


def _same_left(one: Line, other: Line) -> bool:
    return bool(one.left == other.left)


def _kind(conditions: Sequence[Condition]) -> str:
    points = {value.point for condition in conditions for value in condition.values}
    return "this boundary value problem" if len(points) > 1 else "this initial value problem"


def _explicit(
    eq: Equation, line: Line, conditions: Sequence[Condition], work: Working, notes: list[Any]
) -> list[Line] | Applied | None:
    if not line.constants:
        return [line]
    applied = apply(conditions, {eq.y.name: line.right}, eq.x, line.constants, work)
    if applied is None:
        return None
    if not applied.solutions:
        return applied
    if applied.reason:
        notes.append(applied.reason)
    return lines_with(line, applied)


def _implicit(
    eq: Equation, line: Line, conditions: Sequence[Condition], work: Working
) -> list[Line] | None:
    """The constant of an implicit solution from y(x0) = y0, then solved for y where it can be."""
    sympy = eq.sympy
    if len(conditions) != 1 or len(conditions[0].values) != 1 or len(line.constants) > 1:
        return None
    value = conditions[0].values[0]
    if value.order != 0:
        return None
    heights = timed(lambda: sympy.solve(conditions[0].expression, value.symbol), 1.0)
    if not heights or len(heights) != 1:
        return None
    there = {eq.x: value.point, eq.y: heights[0]}
    if not line.constants:
        return [line] if vanishes((line.left - line.right).subs(there)) else None
    c = line.constants[0]
    relation = timed(lambda: (line.left - line.right).subs(there), 1.0)
    if relation is None or relation.has(sympy.nan, sympy.zoo, sympy.oo):
        return None
    roots = timed(lambda: sympy.solve(relation, c), 1.5)
    if not roots:
        return None
    found: list[Line] = []
    for root in map(settle, roots):
        work.step("condition", conditions[0].node, " gives", after=Equal(c, root))
        left, right = line.left.subs(c, root), line.right.subs(c, root)
        dummy = sympy.Dummy("unused")
        for one in explicit_lines(left, right, eq.x, eq.y, dummy):
            found.append(Line(one.left, one.right, one.explicit, (), line.note))
    return found


def _holding(
    eq: Equation, lines: Sequence[Line], conditions: Sequence[Condition]
) -> list[tuple[Line, Residual, Check]]:
    """The lines that meet the conditions and, with their constants, solve the equation there."""
    found: list[tuple[Line, Residual, Check]] = []
    equation = as_node(eq.expression)
    for given in lines:
        line = _smooth(eq, given)
        node = as_node(Equal(line.left, line.right))
        if node is None or equation is None:
            continue
        if not line.explicit:
            check = _implicit_condition(eq, node, conditions)
            if check is not None:
                unknown = Residual(PASSED, 0, 0, 0.0)
                found.append((line, unknown, check))
            continue
        right = node.args[1]
        if has_kinks(eq) and not is_continuous(eq.expression, line.right, eq.x):
            continue
        holds = [
            check_condition(c.node, {eq.y.name: right}, eq.x.name, {eq.y.name: eq.order})
            for c in conditions
        ]
        if any(one is False for one in holds):
            continue
        verdict = PASSED if all(holds) else UNAVAILABLE
        detail = (
            "hold for the solution"
            if all(holds)
            else "there is no value at the point; the limit there was used"
        )
        residual = _near(eq, equation, right, conditions)
        if residual is None or residual.verdict == FAILED:
            continue
        found.append((line, residual, Check("conditions", verdict, detail)))
    return found


def _smooth(eq: Equation, line: Line) -> Line:
    """sqrt(x**2) as x, where both branches are among the solutions: without a kink."""
    node = as_node(Equal(line.left, line.right))
    if node is None or not line.explicit or not contains(node, {"abs"}):
        return line
    changed = for_positive(eq, line)
    other = as_node(Equal(changed.left, changed.right))
    equation = as_node(eq.expression)
    if other is None or equation is None or contains(other, {"abs"}):
        return line
    names = {eq.y.name: other.args[1]}
    residual = check_explicit([equation], names, eq.x.name, {eq.y.name: eq.order})
    return changed if residual.verdict == PASSED else line


def _near(
    eq: Equation, equation: Node, right: Node, conditions: Sequence[Condition]
) -> Residual | None:
    """The equation beside the points of the conditions, on either side where the solution lives."""
    points = [as_node(value.point) for c in conditions for value in c.values]
    places = [evaluate(p) for p in points if p is not None and not free_symbols(p)]
    reals = [float(p) for p in places if isinstance(p, (int, float)) and p == p]
    if not reals:
        return check_explicit([equation], {eq.y.name: right}, eq.x.name, {eq.y.name: eq.order})
    best: Residual | None = None
    if max(reals) - min(reals) > 1e-9:
        spans = [(min(reals), max(reals))]
    else:
        spans = [(reals[0], reals[0] + 0.05), (reals[0] - 0.05, reals[0])]
    for span in spans:
        residual = check_explicit(
            [equation], {eq.y.name: right}, eq.x.name, {eq.y.name: eq.order}, near=span
        )
        if residual.verdict == PASSED or best is None:
            best = residual
    return best


def _implicit_condition(eq: Equation, node: Node, conditions: Sequence[Condition]) -> Check | None:
    """Does the curve go through the point?"""
    value = conditions[0].values[0]
    height = eq.sympy.solve(conditions[0].expression, value.symbol)[0]
    point, level = as_node(value.point), as_node(height)
    if point is None or level is None:
        return None
    left, right = (substitute(s, {eq.x.name: point, eq.y.name: level}) for s in node.args)
    if free_symbols(left) | free_symbols(right):
        return Check("conditions", UNAVAILABLE, "they hold parameters")
    one, two = evaluate(left), evaluate(right)
    if not all(isinstance(side, (int, float, complex)) for side in (one, two)):
        return None
    if abs(one - two) <= 1e-9 * max(1.0, abs(one)):
        return Check("conditions", PASSED, "the curve goes through the point")
    return None


def _interval(
    eq: Equation, lines: Sequence[Line], conditions: Sequence[Condition], settings: Settings
) -> Any:
    """The interval, for initial conditions and one explicit solution."""
    points = {value.point for condition in conditions for value in condition.values}
    if len(points) != 1 or len(lines) != 1 or not lines[0].explicit or lines[0].constants:
        return None
    right, point = as_node(lines[0].right), as_node(next(iter(points)))
    if right is None or point is None:
        return None
    seconds = min(2.0, 0.1 * settings.seconds) if settings.seconds else 4.0
    others: list[Node] = []
    f = eq.solved()
    if f is not None:
        d = [lines[0].right]
        for _ in range(eq.order - 1):
            d.append(eq.sympy.diff(d[-1], eq.x))
        slope = as_node(f)
        if slope is not None:
            values = {s.name: as_node(v) for s, v in zip(eq.d, d, strict=False)}
            known = {k: v for k, v in values.items() if v is not None}
            others.append(substitute(slope, known))
    return interval_of([right], others, eq.x.name, point, seconds)
