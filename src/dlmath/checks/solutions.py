"""Solutions held against the equations as they were typed, and a search for others.

Each solution is put in, at several values of the other variables, to 30 digits. That none is lost
is told by changes of sign on a fine grid of values, which know nothing of how the equation was
solved.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.real_parts import ROUNDING, is_real_throughout
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, sub

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
    """Are there zeros on a grid that are not among the known ones (mpmath numbers)?

    Between neighbours of different sign, and where the values dip towards zero, a zero is looked
    for in binary64 and then with 40 digits; poles and jumps are told from zeros by values there.
    """
    name = "search for further solutions"
    f = sub(*equation.args)
    left, right = _span(low, high)
    try:
        places = _candidates(f, variable, left, right, [float(value) for value in known])
    except (DlmathError, ArithmeticError, ValueError) as error:
        return Check(name, UNAVAILABLE, str(error) or "values could not be found")
    if places is None:
        return Check(name, UNAVAILABLE, "the equation has no values on the grid")
    for place in places:
        found = _settled(equation, f, variable, place)
        if found is None or any(_near(found, value) for value in known):
            continue
        if left - 1e-9 <= found <= right + 1e-9:
            return Check(name, FAILED, f"{variable} = {float(found):.10g} solves it too")
    span = f"[{left:.6g}, {right:.6g}]"
    return Check(
        name, PASSED, f"no other change of sign or touch of zero on {span}, {_GRID} values"
    )


#: Values on the grid.
_GRID = 3001

#: Places where the value in binary64 is exactly 0 that are looked at.
_MOST_EXACT = 8


def _span(low: float | None, high: float | None) -> tuple[float, float]:
    if low is None and high is None:
        return -float(_REACH), float(_REACH)
    if low is None:
        assert high is not None
        return high - 2 * _REACH, high
    return low, low + 2 * _REACH if high is None else high


def _candidates(
    f: Node, variable: str, left: float, right: float, known: Sequence[float]
) -> list[float] | None:
    """Places, in binary64, where f may be zero and no known solution is near."""
    import numpy as np

    from dlmath.expression.compile import compile_function

    function = compile_function([f], [variable], arrays=True)
    share = (np.arange(_GRID) + 0.37124) / _GRID  # off places where a function is often undefined
    x = left + (right - left) * share

    def values(at: Any) -> Any:
        found = np.asarray(function(np.asarray(at, dtype=float))[0], dtype=float)
        return np.broadcast_to(found, np.shape(at)).copy()

    y = values(x)
    y[~np.isfinite(y)] = np.nan
    if np.isnan(y).all():
        return None
    size = np.abs(y)
    sign = np.sign(y)
    changes = np.flatnonzero(sign[:-1] * sign[1:] < 0)
    dips = 1 + np.flatnonzero((size[1:-1] < size[:-2]) & (size[1:-1] <= size[2:]))
    # A value next to a touch of zero is much smaller than one of its neighbours.
    dips = dips[size[dips] <= 0.5 * np.maximum(size[dips - 1], size[dips + 1])]
    dips = dips[(sign[dips - 1] * sign[dips] > 0) & (sign[dips] * sign[dips + 1] > 0)]
    brackets = [(x[i], x[i + 1], True) for i in changes] + [
        (x[i - 1], x[i + 1], False) for i in dips
    ]
    found = [float(place) for place in x[y == 0][:_MOST_EXACT]]
    for a, b, crosses in brackets:
        if any(a - 1e-9 <= one <= b + 1e-9 for one in known):
            continue
        place = _bisected(values, a, b) if crosses else _lowest(values, a, b)
        if place is not None:
            found.append(place)
    return found


def _bisected(values: Any, a: float, b: float) -> float | None:
    """The change of sign; None where the values grow towards it (a pole)."""
    import numpy as np

    ends = np.abs(values([a, b]))
    for _ in range(9):  # each cuts the bracket into 64
        x = np.linspace(a, b, 65)
        y = values(x)
        change = np.flatnonzero(np.sign(y[:-1]) * np.sign(y[1:]) <= 0)
        if not len(change):
            return None
        a, b = float(x[change[0]]), float(x[change[0] + 1])
    middle = abs(float(values([(a + b) / 2])[0]))
    return (a + b) / 2 if not middle > 1.5 * ends.max() else None


def _lowest(values: Any, a: float, b: float) -> float | None:
    """Where the values come closest to zero, if that is close."""
    import numpy as np

    scale = float(np.nanmax(np.abs(values([a, b]))))
    for _ in range(6):
        x = np.linspace(a, b, 65)
        size = np.abs(values(x))
        if np.isnan(size).any():
            return None
        best = int(size.argmin())
        a, b = float(x[max(0, best - 1)]), float(x[min(64, best + 1)])
    return (a + b) / 2 if size.min() < 1e-9 * scale else None


def _settled(equation: Node, f: Node, variable: str, place: float) -> Any:
    """The zero next to a place to 40 digits, or None where there is none.

    A small value proves nothing (erfc(20) is 1e-176): the sign must change, or the value be far
    smaller than those beside it.
    """
    import mpmath

    from dlmath.expression.gradient import gradient

    start = mpmath.mpf(place)
    if _value(f, variable, start) == 0:
        return start if is_real_throughout(equation, {variable: start}) else None
    step = mpmath.mpf(10) ** -9
    slope = gradient(f, [variable])[variable]
    for function in (f, slope):
        if variable not in free_symbols(function):
            continue
        with mpmath.workdps(55):
            found = _secant(function, variable, start, step)
            if found is None or not abs(found - start) < 1e-5 * max(1, abs(start)):
                continue
            near = mpmath.mpf(10) ** -25 * max(1, abs(found))
            low, high = (_value(f, variable, found + side * near) for side in (-1, 1))
            apart = mpmath.mpf(10) ** -6
            beside = [_value(f, variable, found + side * apart) for side in (-1, 1)]
            at = _value(f, variable, found)
        if None in (low, high, at, *beside):
            continue
        if low * high < 0 or abs(at) < mpmath.mpf(10) ** -40 * min(map(abs, beside)):
            return found if is_real_throughout(equation, {variable: found}, ROUNDING) else None
    return None


def _secant(f: Node, variable: str, start: Any, step: Any) -> Any:
    """A zero near a place by the secant method, to 40 digits; None where it leaves the reals."""
    import mpmath

    a, b = start, start + step
    at_a, at_b = (_value(f, variable, place, 45) for place in (a, b))
    for _ in range(30):
        if at_a is None or at_b is None:
            return None
        if at_a == at_b:
            break
        a, b, at_a = b, b - at_b * (b - a) / (at_b - at_a), at_b
        if abs(b - a) < mpmath.mpf(10) ** -44 * max(1, abs(b)):
            break
        at_b = _value(f, variable, b, 45)
    return b


def _value(f: Node, variable: str, place: Any, digits: int = 20) -> Any:
    """The real value, None where there is none."""
    from dlmath.expression import precise

    try:
        value = precise.evaluate(f, {variable: place}, digits)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if value is None or hasattr(value, "_mpc_") or value != value:
        return None
    return value


def _is_zero(equation: Node, variable: str, place: Any) -> bool:
    import mpmath

    from dlmath.expression import precise

    sides = []
    for side in equation.args:
        try:
            value = precise.evaluate(side, {variable: place}, 40)
        except (DlmathError, ArithmeticError, ValueError):
            return False
        if value is None or hasattr(value, "_mpc_") or not mpmath.isfinite(value):
            return False
        sides.append(value)
    left, right = sides
    if not is_real_throughout(equation, {variable: place}):
        return False
    return bool(abs(left - right) < mpmath.mpf(10) ** -20 * max(1, abs(left), abs(right)))


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

    if condition.op == "eq":
        value = _value(sub(*condition.args), variable, place)
        if value is not None and value != 0:
            return False
        return _is_zero(condition, variable, place)
    if not is_real_throughout(condition, {variable: place}):
        return False
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
