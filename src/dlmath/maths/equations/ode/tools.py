"""Decisions and small algebra on sympy expressions, in bounded time.

Whether an expression depends on a variable, or vanishes, is told by numbers at random points; the
simplification that would prove it may take forever. Nothing rests on it but the choice of a
method: what a method gives is checked afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from time import monotonic
from typing import Any, TypeVar

from dlmath.expression.to_sympy import load_sympy
from dlmath.maths.calculus.budget import OutOfTime, within

T = TypeVar("T")

#: A sympy expression.
Expr = Any

#: Relative size below which a difference of values counts as rounding error.
_SMALL = 1e-9


#: When the calls of `timed` that are running have to end, outermost first.
_ends: list[float] = []


def timed(compute: Callable[[], T], seconds: float) -> T | None:
    """What `compute` gives, or None where time runs out or sympy fails in any way.

    Where the time of an outer call has run out, OutOfTime passes through to it.
    """
    outer = _ends[-1] if _ends else None
    end = monotonic() + seconds
    if outer is not None:
        if monotonic() >= outer:
            raise OutOfTime
        end = min(end, outer)
    _ends.append(end)
    try:
        with within(seconds):
            return compute()
    except OutOfTime:
        if outer is not None and monotonic() >= outer:
            raise
        return None
    except Exception:  # sympy fails with any exception at all
        return None
    finally:
        _ends.pop()


def point(symbols: Iterable[Expr], seed: int) -> dict[Expr, Expr]:
    """Positive values for symbols, the same for the same seed; whole ones stay whole."""
    sympy = load_sympy()
    rng = random.Random(seed)  # noqa: S311
    values: dict[Expr, Expr] = {}
    for one in sorted(symbols, key=lambda s: s.name):
        if one.is_integer:
            values[one] = sympy.Integer(rng.randint(1, 4))
            continue
        value = sympy.Float(rng.uniform(0.25, 1.75), 30)
        values[one] = -value if one.is_negative else value
    return values


def value_at(e: Expr, where: dict[Expr, Expr]) -> complex | None:
    """The value of an expression, or None where it has none."""
    value = timed(lambda: complex(e.xreplace(where).evalf(20)), 1.0)
    return value if value is not None and value == value and abs(value) < 1e60 else None


def vanishes(e: Expr, tries: int = 4) -> bool:
    """Is it zero at random points? Compared with the size of its terms."""
    sympy = load_sympy()
    if e == 0:
        return True
    if not e.free_symbols:
        value = value_at(e, {})
        return value is not None and abs(value) < _SMALL
    seen = 0
    for seed in range(3 * tries):
        where = point(e.free_symbols, seed)
        terms = [value_at(term, where) for term in sympy.Add.make_args(e)]
        if any(term is None for term in terms):
            continue
        numbers = [term for term in terms if term is not None]
        if abs(sum(numbers)) > _SMALL * max(1e-3, sum(map(abs, numbers))):
            return False
        seen += 1
        if seen == tries:
            return True
    return seen > 0


def depends(e: Expr, *variables: Expr) -> bool:
    """Does the value change with any of the variables?"""
    inside = [v for v in variables if v in e.free_symbols]
    if not inside:
        return False
    seen = 0
    for seed in range(12):
        where = point(e.free_symbols, seed)
        first = value_at(e, where)
        moved = dict(where)
        moved.update(point(inside, seed + 101))
        second = value_at(e, moved)
        if first is None or second is None:
            continue
        if abs(first - second) > _SMALL * max(abs(first), abs(second), 1e-3):
            return True
        seen += 1
        if seen == 4:
            return False
    return seen == 0


def fits(functions: Sequence[Expr], variables: Sequence[Expr]) -> bool:
    """Is the first function a combination of the others, with coefficients that are constants?

    Told by least squares at random points, with one choice of the parameters.
    """
    import numpy

    names = set().union(*(e.free_symbols for e in functions)) - set(variables)
    fixed = point(names, 17)
    rows: list[list[complex]] = []
    for seed in range(30):
        where = {**fixed, **point(variables, 200 + seed)}
        row = [value_at(e, where) for e in functions]
        if all(value is not None for value in row):
            rows.append([value for value in row if value is not None])
        if len(rows) == len(functions) + 3:
            break
    if len(rows) < len(functions) + 1:
        return False
    matrix = numpy.array(rows)
    matrix = matrix / numpy.abs(matrix).max(axis=1, keepdims=True).clip(1e-30)
    solution, *_ = numpy.linalg.lstsq(matrix[:, 1:], matrix[:, 0], rcond=None)
    left = matrix[:, 1:] @ solution - matrix[:, 0]
    return bool(numpy.abs(left).max() < 1e-7)


def without(e: Expr, *variables: Expr) -> Expr | None:
    """An expression that does not depend on the variables, written without them; None if it does.

    A value is put in for the variables, which needs no simplification.
    """
    sympy = load_sympy()
    if not set(variables) & e.free_symbols:
        return e
    if depends(e, *variables):
        return None
    short = timed(lambda: sympy.cancel(e), 0.3)
    if short is not None and not set(variables) & short.free_symbols:
        return short
    inside = [v for v in variables if v in e.free_symbols]
    for value in (1, 2, 3, sympy.Rational(1, 2), 5):
        put = timed(lambda: e.subs(dict.fromkeys(inside, value)), 0.5)
        if put is not None and put.is_finite is not False and not put.has(sympy.nan, sympy.zoo):
            return settle(put)
    return None


def settle(e: Expr) -> Expr:
    """A shorter form where one is found quickly."""
    sympy = load_sympy()
    if e.is_Atom:
        return e
    best = e
    forms: list[Callable[[], Expr]] = [lambda: sympy.cancel(sympy.together(e))]
    if e.has(sympy.Function, sympy.Pow) and sympy.count_ops(e) < 60:
        forms.append(lambda: sympy.simplify(e, doit=False))
    for form in forms:
        short = timed(form, 0.4)
        if short is not None and sympy.count_ops(short) < sympy.count_ops(best):
            best = short
    return best


def rational(e: Expr) -> Expr:
    """Numerator over denominator with common factors cancelled, where that is quick."""
    sympy = load_sympy()
    short = timed(lambda: sympy.cancel(sympy.together(e)), 0.6)
    return e if short is None else short


def parts(e: Expr) -> tuple[Expr, Expr]:
    """Numerator and denominator."""
    sympy = load_sympy()
    found = timed(lambda: sympy.fraction(sympy.together(e)), 0.5)
    return (e, sympy.S.One) if found is None else found


def constants_of(names: Iterable[str], count: int) -> list[Expr]:
    """Symbols C1, C2, ... that are not among the names."""
    sympy = load_sympy()
    taken = set(names)
    found: list[Expr] = []
    k = 1
    while len(found) < count:
        if f"C{k}" not in taken:
            found.append(sympy.Symbol(f"C{k}"))
        k += 1
    return found


def solve_linear(rows: Sequence[Sequence[complex]], tolerance: float = 1e-9) -> Any:
    """The null space of a matrix of numbers: an array with a vector in each row."""
    import numpy

    matrix = numpy.array(rows, dtype=complex)
    _, sizes, vectors = numpy.linalg.svd(matrix)
    rank = int((sizes > tolerance * max(sizes[0], 1e-300)).sum()) if len(sizes) else 0
    return vectors[rank:].conj()
