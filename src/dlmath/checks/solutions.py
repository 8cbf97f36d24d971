"""Solutions held against the equations as they were typed, and a search for others.

Each solution is put in, at several values of the other variables, to 30 digits. That none is lost
is told by changes of sign on a fine grid of values, which know nothing of how the equation was
solved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, sub, substitute

#: Half the width of the interval that is searched for further solutions.
_REACH = 20


def check_substitution(count: int, places: int, failed: Sequence[str]) -> Check:
    """How many solutions were put in, and which do not hold (in words)."""
    name = "substitution into the equation as typed"
    if failed:
        return Check(name, FAILED, f"the sides differ for {failed[0]}")
    if not places:
        return Check(name, UNAVAILABLE, "no value of the variables could be tried")
    what = "1 solution" if count == 1 else f"{count} solutions"
    return Check(name, PASSED, f"both sides agree to 18 digits or more for {what}, {places} values")


def check_complete(
    equation: Node, variable: str, known: Sequence[Any], low: float | None, high: float | None
) -> Check:
    """Are there zeros on a grid that are not among the known ones (mpmath numbers)?"""
    import mpmath

    from dlmath.maths.calculus.integrals.zero_search import scan

    name = "search for further solutions"
    f = sub(*equation.args)
    left = mpmath.mpf(-_REACH if low is None else low)
    right = mpmath.mpf(_REACH if high is None else high)
    if free_symbols(f) - {variable}:
        return Check(name, UNAVAILABLE, "other variables have no value")
    try:
        found = scan(f, variable, left, right)
    except (DlmathError, ArithmeticError, ValueError) as error:
        return Check(name, UNAVAILABLE, str(error) or "values could not be found")
    for point in found.found:
        if not _is_zero(equation, variable, point.value):
            continue  # a pole or a jump
        if not any(_near(point.value, value) for value in known):
            return Check(name, FAILED, f"{variable} = {mpmath.nstr(point.value, 10)} solves it too")
    span = f"[{mpmath.nstr(left, 6)}, {mpmath.nstr(right, 6)}]"
    return Check(name, PASSED, f"no other change of sign or touch of zero on {span}, 680 values")


def _is_zero(equation: Node, variable: str, place: Any) -> bool:
    import mpmath

    from dlmath.maths.calculus.integrals.zero_search import real_value

    left, right = (
        real_value(side, variable, place, 40)
        if variable in free_symbols(side)
        else real_value(substitute(side, {}), variable, place, 40)
        for side in equation.args
    )
    if left is None or right is None:
        return False
    scale = max(1, abs(left), abs(right))
    return bool(abs(left - right) < mpmath.mpf(10) ** -20 * scale)


def _near(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= 1e-9 * max(1, abs(a)))


def check_condition(
    condition: Node, solved: Node, variable: str, edges: Sequence[Any], span: tuple[Any, Any]
) -> Check:
    """Two conditions on one variable: the same truth at many places, also next to the edges.

    span: the ends between which both are compared (mpmath numbers, infinite ones are allowed).
    """
    from random import Random

    import mpmath

    chance = Random(11)  # noqa: S311  places to try, no secret
    name = "truth at many places"
    places = [mpmath.mpf(chance.uniform(-12, 12)) for _ in range(60)]
    places += [mpmath.mpf(chance.uniform(-300, 300)) for _ in range(20)]
    if not (mpmath.isinf(span[0]) or mpmath.isinf(span[1])):
        width = span[1] - span[0]
        places = [span[0] + width * mpmath.mpf(chance.random()) for _ in range(80)]
    for edge in edges:
        places += [edge + side * mpmath.mpf(10) ** -k for side in (-1, 1) for k in (1, 3, 9, 15)]
    count = 0
    for place in places:
        if not span[0] < place < span[1]:
            continue
        if _truth(condition, variable, place) != _truth(solved, variable, place):
            where = mpmath.nstr(place, 12)
            return Check(name, FAILED, f"at {variable} = {where} only one of the two holds")
        count += 1
    return Check(name, PASSED, f"the question and the answer agree at {count} places")


def _truth(condition: Node, variable: str, place: Any) -> bool:
    from dlmath.expression import precise

    try:
        return precise.evaluate(condition, {variable: place}, 25) is True
    except (DlmathError, ArithmeticError, ValueError):
        return False


#: Starting places of Newton's method in the search for further solutions of a system.
_STARTS = 60


def check_starts(
    functions: Sequence[Node],
    names: Sequence[str],
    known: Sequence[Sequence[float]],
    box: Mapping[str, tuple[float, float]],
) -> Check:
    """Newton's method from places all over the box: does it find a solution that is not known?"""
    from random import Random

    import numpy as np

    from dlmath.expression.compile import compile_function
    from dlmath.expression.gradient import gradient

    name = "Newton's method from many places"
    slopes = [gradient(one, names) for one in functions]
    try:
        values = compile_function(list(functions), list(names))
        rows = compile_function([row[n] for row in slopes for n in names], list(names))
    except (DlmathError, TypeError, ValueError, NotImplementedError) as error:
        return Check(name, UNAVAILABLE, str(error) or "no code could be made")
    chance = Random(5)  # noqa: S311  places to try, no secret
    size = len(names)
    arrived = 0
    for _ in range(_STARTS):
        x = np.array([chance.uniform(*box[n]) for n in names])
        place = _newton(values, rows, x, size)
        if place is None or any(
            not low <= value <= high for value, (low, high) in zip(place, box.values(), strict=True)
        ):
            continue
        arrived += 1
        near = any(
            all(abs(a - b) <= 1e-4 * max(1.0, abs(b)) for a, b in zip(place, one, strict=True))
            for one in known
        )
        if not near:
            where = ", ".join(f"{n} = {v:.8g}" for n, v in zip(names, place, strict=True))
            return Check(name, FAILED, f"{where} is a solution too")
    return Check(
        name, PASSED, f"{_STARTS} starts, {arrived} ended at a solution, none at a new one"
    )


def _newton(values: Any, rows: Any, x: Any, size: int) -> Any:
    import numpy as np

    with np.errstate(all="ignore"):
        for _ in range(60):
            try:
                f = np.array(values(*x), dtype=float)
                j = np.array(rows(*x), dtype=float).reshape(size, size)
                step = np.linalg.solve(j, f)
            except (ArithmeticError, ValueError, TypeError, np.linalg.LinAlgError):
                return None
            x = x - step
            if not np.isfinite(x).all() or np.abs(x).max() > 1e6:
                return None
            if np.abs(step).max() < 1e-12 * max(1.0, float(np.abs(x).max())):
                return x if np.abs(f).max() < 1e-9 else None
    return None
