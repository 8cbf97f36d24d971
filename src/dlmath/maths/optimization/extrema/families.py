"""Critical points that are not isolated: curves and surfaces on which the function is level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.expression.graph import ZERO, Node, add, free_symbols, neg, sub
from dlmath.expression.intervals import Interval
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.extrema.algebraic import Family, Root
from dlmath.maths.optimization.extrema.nearby import weakly_nearby
from dlmath.maths.optimization.extrema.points import MAXIMUM, MINIMUM, UNDECIDED, part_text
from dlmath.maths.optimization.extrema.systems import value_at
from dlmath.maths.optimization.nonnegative import proved_nonnegative

_SAMPLES = 6


class Level(NamedTuple):
    """A set of critical points on which the function has one value.

    equations: what vanishes on it. signs: what is above (1) or below (-1) zero on it. judged: was
    the kind judged by values near some of its points? places: some of its points.
    """

    equations: tuple[Node, ...]
    signs: tuple[tuple[Node, int], ...]
    value: Any
    exact: Node | None
    kind: str
    why: str
    judged: bool
    places: tuple[tuple[float, ...], ...]

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Does a place belong to it (or lie on its edge)?"""
        for equation in self.equations:
            found = value_at(equation, values)
            if found is None or abs(found) > 1e-20:
                return False
        for node, sign in self.signs:
            found = value_at(node, values)
            if found is None or sign * found < -1e-20:
                return False
        return True

    @property
    def shown_value(self) -> Node | float:
        return self.exact if self.exact is not None else float(self.value)

    def where(self) -> str:
        conditions = [_equation(equation) for equation in self.equations]
        conditions += [f"{to_text(n)} {'>' if sign > 0 else '<'} 0" for n, sign in self.signs]
        return ", ".join(conditions)

    def text(self) -> str:
        return f"{self.where()}: {self.kind} {part_text(self.shown_value)}"

    def fact(self) -> dict[str, Any]:
        return {"where": self.where(), "value": self.shown_value, "kind": self.kind}


def _equation(node: Node) -> str:
    """`x**2 + y**2 = 1` for an expression that is zero."""
    if node.op == "add":
        plain = [term for term in node.args if not free_symbols(term)]
        negative = [
            term
            for term in node.args
            if term.op == "mul" and term.args[0].op == "number" and term.args[0].number < 0
        ]
        if plain:
            shift = add(*plain)
            return f"{to_text(tidy(sub(node, shift)))} = {to_text(tidy(neg(shift)))}"
        if len(node.args) == 2 and len(negative) == 1:
            other = next(term for term in node.args if term is not negative[0])
            return f"{to_text(other)} = {to_text(tidy(neg(negative[0])))}"
    return f"{to_text(node)} = 0"


def level(
    function: Node,
    names: Sequence[str],
    family: Family,
    box: Mapping[str, Interval],
    signs: Sequence[tuple[Node, int]] = (),
) -> Level | None:
    """The level set that a family of solutions is; None where no real point of it is found."""
    places = real_places(family.equations, names, box, signs)
    if not places:
        return None
    import mpmath

    from dlmath.maths.calculus.studies.points import recognize_value

    values = []
    for place in places:
        found = value_at(function, dict(zip(names, place, strict=True)), 40)
        if found is not None:
            values.append(found)
    if not values:
        return None
    with mpmath.workdps(50):
        if max(values) - min(values) > 1e-15 * max(1, abs(values[0])):
            return None
        point = recognize_value(values[0])
    value = point.value if point.exact is not None else values[0]
    kind, why, judged = _kind(function, names, places, value, point.exact, signs)
    return Level(
        family.equations,
        tuple(signs),
        value,
        point.exact,
        kind,
        why,
        judged,
        tuple(tuple(map(float, place)) for place in places),
    )


def _kind(
    function: Node,
    names: Sequence[str],
    places: Sequence[Sequence[Any]],
    value: Any,
    exact: Node | None,
    signs: Sequence[tuple[Node, int]],
) -> tuple[str, str, bool]:
    from math import inf

    if exact is not None:
        everywhere = [(-inf, inf)] * len(names)
        above = function if exact is ZERO else sub(function, exact)
        if proved_nonnegative(above, names, everywhere):
            return MINIMUM, "no value of the function is less", False
        if proved_nonnegative(neg(above), names, everywhere):
            return MAXIMUM, "no value of the function is greater", False
    kinds = {
        weakly_nearby(function, names, Root(tuple(place), (None,) * len(names))) for place in places
    }
    del signs, value
    if len(kinds) == 1:
        (kind,) = kinds
        return kind or UNDECIDED, "judged by values near some of its points", True
    return UNDECIDED, "its points are of several kinds", True


def real_places(
    equations: Sequence[Node],
    names: Sequence[str],
    box: Mapping[str, Interval],
    signs: Sequence[tuple[Node, int]] = (),
) -> list[list[Any]]:
    """Some real points where all the equations hold, by Gauss-Newton steps from random places."""
    import random

    import mpmath

    from dlmath.expression.gradient import gradient

    chance = random.Random(3)  # noqa: S311  places to try, no secret
    rows = [gradient(equation, names) for equation in equations]
    found: list[list[Any]] = []
    with mpmath.workdps(50):
        for _ in range(60):
            if len(found) >= _SAMPLES:
                break
            x = [mpmath.mpf(chance.uniform(*_bounded(box[name]))) for name in names]
            arrived = _gauss_newton(equations, rows, names, x)
            if arrived is None:
                continue
            values = dict(zip(names, arrived, strict=True))
            fits = all(
                (size := value_at(node, values)) is not None and sign * size > 1e-9
                for node, sign in signs
            )
            if fits:
                found.append(arrived)
    return found


def _bounded(side: Interval) -> Interval:
    return max(side[0], -1e3), min(side[1], 1e3)


def _gauss_newton(
    equations: Sequence[Node],
    rows: Sequence[Mapping[str, Node]],
    names: Sequence[str],
    x: list[Any],
) -> list[Any] | None:
    import mpmath

    if not equations:  # every place of a region
        return x
    for _ in range(80):
        values = dict(zip(names, x, strict=True))
        f = [value_at(equation, values, 45) for equation in equations]
        j = [[value_at(row[name], values, 45) for name in names] for row in rows]
        if any(v is None for v in f) or any(v is None for row in j for v in row):
            return None
        if max(abs(v) for v in f if v is not None) < mpmath.mpf(10) ** -35:
            return x
        matrix = mpmath.matrix(j)
        square = matrix * matrix.T
        for k in range(len(f)):
            square[k, k] += mpmath.mpf(10) ** -30
        try:
            step = matrix.T * mpmath.lu_solve(square, mpmath.matrix(f))
        except (ZeroDivisionError, ValueError):
            return None
        x = [a - step[index] for index, a in enumerate(x)]
        if max(map(abs, x)) > 1e8:
            return None
    return None
