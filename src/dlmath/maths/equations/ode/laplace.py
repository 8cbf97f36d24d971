"""Initial value problems with constant coefficients by the Laplace transform.

The transform of y^(k) is s^k*Y - s^(k-1)*y(0) - ... - y^(k-1)(0) (Boyce and DiPrima, chapter 6).
"""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import FAILED, PASSED
from dlmath.errors import InvalidInput, Unsolved
from dlmath.maths.equations.ode.conditions import Condition
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.linear import constant_form, linear_form
from dlmath.maths.equations.ode.solve import Proved, prove
from dlmath.maths.equations.ode.tools import Expr, settle, timed
from dlmath.maths.equations.ode.working import Equal, Line, Working


def by_laplace(eq: Equation, conditions: Sequence[Condition]) -> Proved:
    """The solution with constants for the initial values that are not given.

    Raises InvalidInput where the method does not apply, Unsolved where a transform is not found.
    """
    sympy, _x = eq.sympy, eq.x
    form = linear_form(eq)
    plain = None if form is None else constant_form(eq, form)
    if plain is None:
        raise InvalidInput(
            "the Laplace transform is for linear equations with constant coefficients"
        )
    if any(value.point != 0 for condition in conditions for value in condition.values):
        raise InvalidInput("the Laplace transform needs initial values at 0")
    s = sympy.Symbol("s")
    constants = eq.constants(eq.order)
    starts = _initial_values(eq, conditions, constants)
    work = Working()
    image = timed(lambda: _transform(eq, plain.right, s), 4.0)
    if image is None:
        raise Unsolved("the Laplace transform of the right side was not found")
    Y = sympy.Symbol("Y")
    left = sympy.S.Zero
    for k, a in enumerate(plain.coefficients):
        shifted = s**k * Y - sympy.Add(*[s ** (k - 1 - j) * starts[j] for j in range(k)])
        left += a * shifted
    work.step("transform", "the Laplace transform of both sides", after=Equal(left, image))
    solved = sympy.together(sympy.solve(left - image, Y)[0])
    work.step("solve", "solve for ", Y, after=Equal(Y, solved))
    apart = timed(lambda: sympy.apart(solved, s), 1.5)
    if apart is not None and apart != solved:
        work.step("partial fractions", "split it", before=solved, after=apart)
    else:
        apart = solved
    value = timed(lambda: _inverse(eq, apart, s), 6.0)
    if value is None:
        raise Unsolved("the inverse Laplace transform was not found")
    free = tuple(c for c in constants if c in value.free_symbols)
    work.step("transform back", "term by term, from a table", after=Equal(eq.y, value))
    found = work.found("Laplace transform", Line(eq.y, value, True, free))
    proved = _proved(eq, found, value)
    if proved is None:
        raise Unsolved("the Laplace transform gives no solution that passes its check")
    return proved


def _proved(eq: Equation, found: object, value: Expr) -> Proved | None:
    from dlmath.checks.ode import check_explicit
    from dlmath.maths.equations.ode.working import Found, as_node

    assert isinstance(found, Found)
    if len(found.lines[0].constants) == eq.order:
        return prove(eq, found)
    equation, node = as_node(eq.sympy.expand(eq.expression)), as_node(value)
    if equation is None or node is None:
        return None
    residual = check_explicit([equation], {eq.y.name: node}, eq.x.name, {eq.y.name: eq.order})
    if residual.verdict == FAILED and not residual.side:
        return None
    return Proved(found, (residual,)) if residual.verdict in (PASSED, FAILED) else None


def _initial_values(
    eq: Equation, conditions: Sequence[Condition], constants: Sequence[Expr]
) -> list[Expr]:
    """y(0), y'(0), ...: what is given, else constants."""
    sympy = eq.sympy
    symbols = [sympy.Dummy(f"v{k}") for k in range(eq.order)]
    equations = [
        c.expression.xreplace({v.symbol: symbols[v.order] for v in c.values}) for c in conditions
    ]
    solved = sympy.solve(equations, symbols, dict=True) if equations else [{}]
    if len(solved) != 1:
        raise InvalidInput("the initial values contradict each other")
    free = iter(constants)
    values = {v: solved[0].get(v, None) for v in symbols}
    named = {v: next(free) for v in symbols if values[v] is None}
    return [named[v] if values[v] is None else values[v].xreplace(named) for v in symbols]


def _transform(eq: Equation, right: Expr, s: Expr) -> Expr | None:
    sympy = eq.sympy
    if right == 0:
        return sympy.S.Zero
    t = sympy.Dummy("t", positive=True)
    image = sympy.laplace_transform(right.subs(eq.x, t), t, s, noconds=True)
    if isinstance(image, tuple) or image.has(sympy.LaplaceTransform, sympy.Integral):
        return None
    return settle(image)


def _inverse(eq: Equation, image: Expr, s: Expr) -> Expr | None:
    sympy = eq.sympy
    t = sympy.Dummy("t", positive=True)
    total = sympy.S.Zero
    for term in sympy.Add.make_args(sympy.expand(image, deep=False)):
        value = sympy.inverse_laplace_transform(term, s, t)
        if value.has(sympy.InverseLaplaceTransform, sympy.Integral):
            return None
        total += value
    return settle(sympy.expand(total.subs(t, eq.x)))
