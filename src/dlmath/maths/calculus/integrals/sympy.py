"""What sympy says of limits, definite integrals and shorter forms: unchecked, within a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from dlmath.expression.graph import Node
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.settings import Assumptions


def sympy_limit(
    F: Node,
    variable: str,
    place: Node,
    side: int,
    seconds: float,
    assume: Assumptions | None = None,
) -> Node | None:
    """sympy's one-sided limit as a graph, unchecked; None where it finds none."""
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.tidy import tidy
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    sympy = load_sympy()
    try:
        with within(seconds):
            f, c = (to_sympy(part, assume) for part in (F, place))
            x = next((s for s in f.free_symbols if s.name == variable), None)
            if x is None:
                return F
            found = sympy.limit(f, x, c, "+" if side > 0 else "-")
            if found.has(sympy.Limit, sympy.nan, sympy.zoo, sympy.AccumBounds):
                return None
            return tidy(from_sympy(found))
    except OutOfTime:
        return None
    except Exception:  # a limit that sympy cannot take
        return None


def definite_by_sympy(
    integrand: Node,
    variable: str,
    low: Node,
    high: Node,
    assume: Assumptions,
    seconds: float,
    options: dict[str, bool],
    *,
    real: bool = True,
) -> Node | None:
    """sympy's value of a definite integral, unchecked."""
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    sympy = load_sympy()
    try:
        with within(min(6.0, seconds)):
            f, a, b = (to_sympy(part, assume, real=real) for part in (integrand, low, high))
            x = next((s for s in f.free_symbols if s.name == variable), sympy.Symbol(variable))
            found = sympy.integrate(f, (x, a, b), **options)
            while isinstance(found, sympy.Piecewise):
                found = found.args[0][0]
            if found.has(sympy.Integral, sympy.nan, sympy.zoo, sympy.Piecewise):
                return None
            return from_sympy(found)
    except OutOfTime:
        return None
    except Exception:  # sympy has no value
        return None


def shorter_forms(value: Node, budget: Budget, assume: Assumptions | None = None) -> Iterator[Node]:
    """The value and simplified forms of it, the shortest first."""
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.tidy import tidy
    from dlmath.expression.to_sympy import load_sympy, to_sympy
    from dlmath.maths.calculus.integrals.routes import size

    forms = [value]
    if size(value) > 4:
        sympy = load_sympy()
        # a form that sympy finds too late, or that the language cannot say, is left out
        with suppress(OutOfTime, Exception), within(min(1.5, budget.left)):
            exact = to_sympy(value, assume)
            forms.append(tidy(from_sympy(exact)))
            for change in (sympy.simplify, sympy.radsimp, sympy.expand_log):
                forms.append(tidy(from_sympy(change(exact))))
    yield from sorted(dict.fromkeys(forms), key=size)
