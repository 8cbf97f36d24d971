"""The kind of a smooth critical point: eigenvalues of the Hessian, then higher terms."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import factorial
from typing import Any

from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.optimization.extrema import degenerate
from dlmath.maths.optimization.extrema.algebraic import Root
from dlmath.maths.optimization.extrema.nearby import judged_nearby
from dlmath.maths.optimization.extrema.points import (
    INFLECTION,
    MAXIMUM,
    MINIMUM,
    SADDLE,
    UNDECIDED,
    Critical,
    exact_at,
    rational_place,
)
from dlmath.maths.optimization.extrema.systems import exact_values, value_at
from dlmath.maths.optimization.quadratics import plus, polynomial, times

#: Eigenvalues this small beside the largest one count as zero: values have fifty digits.
_ZERO = 1e-18

#: Terms of the Taylor series that are looked at: exact ones of a polynomial, and derivatives.
_ORDER_OF_POLYNOMIALS = 12
_ORDER_OF_OTHERS = 6


class Classifier:
    """Classifies the critical points of one function."""

    def __init__(self, function: Node, names: Sequence[str], seconds: float) -> None:
        self.function = function
        self.names = list(names)
        self.seconds = seconds
        slopes = gradient(function, names)
        self.slopes = [tidy(slopes[name]) for name in names]
        self.second = [
            [tidy(gradient(slope, [name])[name]) for name in names] for slope in self.slopes
        ]

    def of(self, root: Root) -> Critical | None:
        """The critical point at a root of the gradient; None where the function has no value."""
        import mpmath

        values = exact_values(self.names, root)
        value = value_at(self.function, values, 50)
        if value is None:
            return None
        with mpmath.workdps(60):
            eigenvalues = self._eigenvalues(values)
        kind, why, judged = self._kind(root, values, eigenvalues)
        return Critical(
            tuple(self.names),
            root,
            value,
            exact_at(self.function, self.names, root),
            kind,
            None if eigenvalues is None else tuple(map(_rounded, eigenvalues)),
            smooth=True,
            why=why,
            judged=judged,
        )

    def _eigenvalues(self, values: dict[str, Any]) -> list[Any] | None:
        import mpmath

        rows = [[value_at(entry, values, 50) for entry in row] for row in self.second]
        if any(entry is None for row in rows for entry in row):
            return None
        size = len(rows)
        if size == 1:
            return [rows[0][0]]
        return sorted(mpmath.eigsy(mpmath.matrix(rows), eigvals_only=True))

    def _kind(
        self, root: Root, values: dict[str, Any], eigenvalues: list[Any] | None
    ) -> tuple[str, str, bool]:
        if eigenvalues is not None:
            largest = max(abs(value) for value in eigenvalues)
            signs = [
                0 if abs(v) <= _ZERO * max(1, largest) else 1 if v > 0 else -1 for v in eigenvalues
            ]
            if {1, -1} <= set(signs):
                return SADDLE, "the Hessian has eigenvalues of both signs", False
            if 0 not in signs:
                if signs[0] > 0:
                    return MINIMUM, "all eigenvalues of the Hessian are positive", False
                return MAXIMUM, "all eigenvalues of the Hessian are negative", False
            kind, why = self._by_series(root, values)
            if kind is not None:
                if kind == SADDLE and len(self.names) == 1:
                    kind = INFLECTION
                return kind, f"the Hessian is degenerate; {why}", False
        kind = judged_nearby(self.function, self.names, root)
        if kind == SADDLE and len(self.names) == 1:
            kind = INFLECTION
        if kind is None:
            return UNDECIDED, "neither the Hessian nor values nearby decide", True
        return kind, "values nearby", True

    def _by_series(self, root: Root, values: dict[str, Any]) -> tuple[str | None, str]:
        try:
            with within(max(0.3, self.seconds)):
                series, order = self._series(root, values)
                exact = all(isinstance(size, Fraction) for size in series.values())
                whole = {power: _fraction(size) for power, size in series.items()}
                fuzz = Fraction(0) if exact else Fraction(1, 10**22)
                return degenerate.classify(whole, len(self.names), order, fuzz)
        except OutOfTime:
            return None, "the higher terms take too long"

    def _series(self, root: Root, values: dict[str, Any]) -> tuple[dict[tuple[int, ...], Any], int]:
        """The Taylor series at the place, without its constant and linear terms."""
        size = len(self.names)
        whole = polynomial(self.function, self.names)
        if whole is not None:
            place = rational_place(root)
            at: list[Any] = place if place is not None else list(root.values)
            moved = _shifted(whole, at, size)
            order = min(_ORDER_OF_POLYNOMIALS, max(map(sum, whole), default=0))
            exact = {p: c for p, c in moved.items() if sum(p) >= 2}
            return exact, max(order, 4)
        series: dict[tuple[int, ...], Any] = {}
        layer: dict[tuple[int, ...], Node] = {(0,) * size: self.function}
        for degree in range(1, _ORDER_OF_OTHERS + 1):
            following: dict[tuple[int, ...], Node] = {}
            for power, node in layer.items():
                last = max((i for i, e in enumerate(power) if e), default=0)
                slopes = gradient(node, self.names[last:])
                for index in range(last, size):
                    key = tuple(e + (i == index) for i, e in enumerate(power))
                    following[key] = tidy(slopes[self.names[index]])
            layer = following
            if degree < 2:
                continue
            for power, node in layer.items():
                value = value_at(node, values, 50)
                if value is None:
                    return series, degree - 1
                scale = 1
                for e in power:
                    scale *= factorial(e)
                series[power] = value / scale if abs(value) > 1e-30 else Fraction(0)
        return series, _ORDER_OF_OTHERS


def _shifted(whole: Any, place: list[Any], size: int) -> dict[tuple[int, ...], Any]:
    """The polynomial in the distance from a place."""
    import mpmath

    exact = all(isinstance(value, Fraction) for value in place)
    if exact:
        total: Any = {}
        for power, factor in whole.items():
            term: Any = {(0,) * size: factor}
            for index, count in enumerate(power):
                unit = tuple(int(i == index) for i in range(size))
                base = {unit: Fraction(1)}
                if place[index]:
                    base[(0,) * size] = place[index]
                for _ in range(count):
                    term = times(term, base)
            total = plus(total, term)
        return dict(total)
    with mpmath.workdps(60):
        result: dict[tuple[int, ...], Any] = {}
        for power, factor in whole.items():
            term = {(0,) * size: mpmath.mpf(factor.numerator) / factor.denominator}
            for index, count in enumerate(power):
                unit = tuple(int(i == index) for i in range(size))
                for _ in range(count):
                    following: dict[tuple[int, ...], Any] = {}
                    for key, value in term.items():
                        more = tuple(a + b for a, b in zip(key, unit, strict=True))
                        following[more] = following.get(more, 0) + value
                        following[key] = following.get(key, 0) + value * place[index]
                    term = following
            for key, value in term.items():
                result[key] = result.get(key, 0) + value
        return {p: c for p, c in result.items() if abs(c) > 1e-30}


def _fraction(value: Any) -> Fraction:
    """A float of high precision to 180 binary digits after the point."""
    import mpmath

    if isinstance(value, Fraction):
        return value
    return Fraction(int(mpmath.nint(value * mpmath.mpf(2) ** 180)), 2**180)


def _rounded(value: Any) -> float:
    """An eigenvalue as a float; rounding errors of whole numbers are not shown."""
    found = float(value)
    return 0.0 if abs(found) < 1e-25 else found
