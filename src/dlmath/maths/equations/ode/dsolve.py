"""sympy's own solver of differential equations, as a further route. Its answers are only proposals:
it gives wrong ones, and none for some simple equations.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.expression.to_sympy import load_sympy
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.tools import Expr, timed
from dlmath.maths.equations.ode.working import Found, Line, Working

#: sympy's methods that may find what the methods here do not, with the seconds each may take.
HINTS_FIRST: tuple[tuple[str, float], ...] = (
    ("Riccati", 1.5),
    ("rational_riccati", 1.5),
    ("lie_group", 3.0),
)
HINTS_HIGHER: tuple[tuple[str, float], ...] = (
    ("2nd_hypergeometric", 2.0),
    ("2nd_linear_bessel", 1.5),
    ("2nd_linear_airy", 1.0),
    ("Liouville", 1.5),
    ("2nd_nonlinear_autonomous_conserved", 1.5),
    ("nth_order_reducible", 2.0),
    ("nth_linear_euler_eq_nonhomogeneous_variation_of_parameters", 2.0),
    ("factorable", 2.0),
)


def functional(eq: Equation) -> tuple[Any, Any]:
    """The equation with a function of sympy, and the function."""
    sympy = load_sympy()
    y = sympy.Function("y_")(eq.x)
    exchanged = {eq.d[0]: y}
    for k in range(1, eq.order + 1):
        exchanged[eq.d[k]] = sympy.Derivative(y, (eq.x, k))
    return eq.expression.xreplace(exchanged), y


def by_hint(eq: Equation, hint: str, seconds: float) -> Found | None:
    """What one method of sympy's solver gives."""
    sympy = load_sympy()
    e, y = functional(eq)

    def run() -> Any:
        return sympy.dsolve(e, y, hint=hint, simplify=False)

    solutions = timed(run, seconds)
    if not solutions:
        return None
    lines: list[Line] = []
    for one in solutions if isinstance(solutions, (list, tuple)) else [solutions]:
        line = _line(sympy, eq, one, y)
        if line is not None:
            lines.append(line)
    if not lines:
        return None
    work = Working()
    work.step("solver", f"found by a computer algebra system (its method {hint}), which shows no "
              "working; substitution proves it")  # fmt: skip
    return work.found(hint.replace("_", " "), *lines)


def _line(sympy: Any, eq: Equation, solution: Any, y: Any) -> Line | None:
    if not isinstance(solution, sympy.Equality):
        return None
    left, right = solution.lhs, solution.rhs
    if right.has(sympy.Integral) or left.has(sympy.Integral) or right.has(sympy.Piecewise):
        return None
    own = sorted(
        {s for s in solution.free_symbols if s.name.startswith("C") and s.name[1:].isdigit()}
        - eq.expression.free_symbols,
        key=lambda s: s.name,
    )
    names = dict(zip(own, eq.constants(len(own)), strict=True))
    left, right = left.xreplace(names), right.xreplace(names)
    explicit = left == y and not right.has(y)
    left, right = left.xreplace({y: eq.y}), right.xreplace({y: eq.y})
    if left.has(sympy.core.function.AppliedUndef) or right.has(sympy.core.function.AppliedUndef):
        return None
    return Line(left, right, explicit, tuple(names[s] for s in own))


def solve_system(
    t: Expr, d: Sequence[list[Expr]], orders: Sequence[int], equations: Sequence[Expr]
) -> tuple[tuple[Expr, ...], tuple[Expr, ...]] | None:
    """The functions of a system in t and constants, or None."""
    sympy = load_sympy()
    functions = [sympy.Function(f"y_{k}_")(t) for k in range(len(d))]
    exchanged: dict[Any, Any] = {}
    for f, symbols, order in zip(functions, d, orders, strict=True):
        exchanged[symbols[0]] = f
        for k in range(1, order + 1):
            exchanged[symbols[k]] = sympy.Derivative(f, (t, k))
    solved = sympy.dsolve([e.xreplace(exchanged) for e in equations], functions)
    if not solved or len(solved) != len(functions):
        return None
    values: list[Expr] = []
    for f, one in zip(functions, solved, strict=True):
        if not isinstance(one, sympy.Equality) or one.lhs != f or one.rhs.has(sympy.Integral):
            return None
        values.append(one.rhs)
    given = set().union(*(e.free_symbols for e in equations))
    constants = sorted(
        {s for v in values for s in v.free_symbols} - given - {t}, key=lambda s: s.name
    )
    return tuple(values), tuple(constants)
