"""Exact forms of numbers that a search found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.expression.graph import PI, ZERO, Node, mul
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies.points import recognize
from dlmath.maths.optimization.extrema.algebraic import Root


def exact_place(equations: Sequence[Node], names: Sequence[str], values: Sequence[Any]) -> Root:
    """The place with its coordinates in exact form, where all equations vanish exactly there."""
    import mpmath

    from dlmath.expression.graph import substitute

    with mpmath.workdps(60):
        close = [mpmath.mpf(0) if abs(value) < mpmath.mpf(10) ** -30 else value for value in values]
        forms = [recognize(value, ZERO, "x").exact for value in close]
    known = {name: form for name, form in zip(names, forms, strict=True) if form is not None}
    plain = Root(tuple(values), (None,) * len(names))
    if len(known) < len(names):
        rough = _roughly(equations, names, values, forms)
        if rough is not None:
            return rough
    if not known:
        return plain
    if len(known) < len(names):
        return Root(tuple(close), tuple(forms))
    for equation in equations:
        if not _vanishes(substitute(equation, known)):
            return plain
    return Root(tuple(close), tuple(forms))


def _roughly(
    equations: Sequence[Node],
    names: Sequence[str],
    values: Sequence[Any],
    forms: Sequence[Node | None],
) -> Root | None:
    """Plain fractions, or such of pi, near the values where all equations vanish; or None.

    At a degenerate solution Newton's method finds half of the digits or fewer.
    """
    from dlmath.expression.graph import substitute
    from dlmath.maths.calculus.studies.points import exact_point

    points = [
        _rough_point(value) if form is None else exact_point(form)
        for value, form in zip(values, forms, strict=True)
    ]
    known = {n: p.exact for n, p in zip(names, points, strict=True) if p.exact is not None}
    if len(known) < len(names):
        return None
    if not all(_vanishes(substitute(equation, known)) for equation in equations):
        return None
    return Root(tuple(point.value for point in points), tuple(known[name] for name in names))


def _rough_point(value: Any) -> Point:
    """A plain fraction, or such a multiple of pi, near a value of which ten digits are right."""
    import mpmath

    from dlmath.maths.calculus.studies.points import exact_point, recognize_value

    point = recognize_value(value)
    if point.exact is not None:
        return point
    turns = recognize_value(value / mpmath.pi)
    return point if turns.exact is None else exact_point(mul(turns.exact, PI))


def _vanishes(node: Node) -> bool:
    """Is it exactly zero? A value that is merely tiny, as exp(-200), is not."""
    from dlmath.errors import DlmathError
    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy

    if tidy(node) is ZERO:
        return True
    try:
        return bool(precise.evaluate(node, {}, 20) == 0)
    except (DlmathError, ArithmeticError, ValueError):
        return False
