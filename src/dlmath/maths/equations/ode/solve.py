"""One equation for one function: route after route until a solution passes its check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.ode import (
    Residual,
    check_explicit,
    check_implicit,
    independent_constants,
)
from dlmath.expression.graph import Node, contains, sub
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.integrals import is_continuous
from dlmath.maths.equations.ode.routes import candidates
from dlmath.maths.equations.ode.tools import Expr, timed
from dlmath.maths.equations.ode.working import Equal, Found, Line, as_node

#: Where these methods leave an integral standing, no other one does better.
_PLAIN_KINDS = frozenset(
    {
        "quadrature",
        "separable",
        "linear",
        "Bernoulli",
        "Riccati",
        "linear, by reduction of order",
        "linear with constant coefficients",
    }
)

#: A solution that holds on one side only is kept while others are looked for, this long.
_WAIT = 0.35


class Proved(NamedTuple):
    """A solution with what its check says. found: its lines are those that passed."""

    found: Found
    residuals: tuple[Residual, ...]

    @property
    def everywhere(self) -> bool:
        """Does every line hold at every point?"""
        return all(one.verdict == PASSED for one in self.residuals)

    @property
    def on_positive(self) -> bool:
        """Does every line hold wherever the variable, parameters and constants are positive?"""
        return all(one.positive for one in self.residuals)

    @property
    def sides(self) -> list[str]:
        """Where the lines hold that do not hold everywhere."""
        return list(dict.fromkeys(one.side for one in self.residuals if one.side))


def solve(eq: Equation, method: str | None = None, *, check: bool = True) -> Proved | None:
    """The first solution that passes everywhere, else the first that holds on a side, else None."""
    partly: Proved | None = None
    for found in candidates(eq, method):
        if not check:
            unknown = Residual(UNAVAILABLE, 0, 0, 0.0)
            return Proved(found, tuple(unknown for _ in found.lines))
        proved = prove(eq, found)
        if found.implicit and not (proved is not None and proved.on_positive):
            wider = prove(eq, found._replace(lines=found.implicit))
            if wider is not None and wider.everywhere:
                proved = wider
        if proved is None:
            continue
        if proved.everywhere and (not _has_integrals(eq, proved) or found.kind in _PLAIN_KINDS):
            return proved
        if partly is None:
            partly = proved
        if _has_branches(eq) and not _has_integrals(eq, proved):
            return proved
        if eq.budget.left < (1 - _WAIT) * eq.budget.total:
            break
    return partly


def _has_integrals(eq: Equation, proved: Proved) -> bool:
    """Were integrals left standing?"""
    return any(side.has(eq.sympy.Integral) for line in proved.found.lines for side in line[:2])


def _has_branches(eq: Equation) -> bool:
    """Has the equation roots, so that a solution may hold where they have one sign only?"""
    sympy = eq.sympy
    return any(
        set(eq.d) & p.base.free_symbols and p.exp.is_Rational and p.exp.q % 2 == 0
        for p in eq.expression.atoms(sympy.Pow)
    )


def prove(eq: Equation, found: Found) -> Proved | None:
    """The lines that hold; None where the general solution is not among them."""
    sympy = eq.sympy
    expanded = timed(lambda: sympy.expand(eq.numerator), 0.5)
    equation = as_node(eq.numerator if expanded is None else expanded)
    original = as_node(eq.expression)
    if equation is None or original is None:
        return None
    kept: list[tuple[Line, Residual]] = []
    general = False
    notes = list(found.notes)
    for given in found.lines:
        line, residual = _best(eq, [equation, original], given)
        if residual is None or residual.verdict == UNAVAILABLE:
            continue
        if residual.verdict == FAILED and not (residual.side and residual.somewhere):
            continue
        if residual.verdict == FAILED and has_kinks(eq):
            continue
        if line.note and not residual.positive:
            continue  # a branch that the roots in the equation exclude
        if line.note and not line.explicit and not line.constants:
            notes.append((Equal(line.left, line.right), " is a singular solution, too"))
            continue
        if any(line[:2] == other[:2] for other, _ in kept):
            continue
        kept.append((line, residual))
        general = general or (len(line.constants) >= eq.order and not line.note)
    if not general:
        return None
    lines, residuals = zip(*kept, strict=True)
    return Proved(found._replace(lines=tuple(lines), notes=tuple(notes)), tuple(residuals))


def _best(eq: Equation, forms: list[Node], line: Line) -> tuple[Line, Residual | None]:
    """The line as it is or with roots taken apart for positive x, and what its check says."""
    node = as_node(Equal(line.left, line.right))
    if node is not None and contains(node, {"abs"}) and not has_kinks(eq):
        changed = for_positive(eq, line)
        other = as_node(Equal(changed.left, changed.right))
        if other is not None and not contains(other, {"abs"}):
            residual = _checked(eq, forms, changed)
            if residual is not None and (residual.verdict == PASSED or residual.positive):
                return changed, residual
    return line, _checked(eq, forms, line)


def has_kinks(eq: Equation) -> bool:
    """Does the equation itself bend or jump?"""
    sympy = eq.sympy
    return bool(
        eq.expression.has(
            sympy.Abs, sympy.sign, sympy.Heaviside, sympy.Piecewise, sympy.Max, sympy.Min,
            sympy.floor, sympy.ceiling,
        )
    )  # fmt: skip


def _checked(eq: Equation, forms: list[Node], line: Line) -> Residual | None:
    """By the equation without its denominator, else by the equation as it was given."""
    residual = timed(lambda: _residual(eq, forms[:1], line), 3.0)
    if residual is None or residual.verdict == UNAVAILABLE:
        residual = timed(lambda: _residual(eq, forms[1:], line), 2.0)
    return residual


def for_positive(eq: Equation, line: Line) -> Line:
    """sqrt(x**2*y) as x*sqrt(y): right for positive x, and free of absolute values."""
    sympy = eq.sympy

    def change(e: Expr) -> Expr:
        wide = sympy.expand_power_base(e, force=True)
        return sympy.powdenest(wide, force=True)

    changed = timed(lambda: (change(line.left), change(line.right)), 1.0)
    return line if changed is None else line._replace(left=changed[0], right=changed[1])


def _residual(eq: Equation, equations: list[Node], line: Line) -> Residual | None:
    """What substituting a line into the equation leaves, and whether its constants count."""
    node = as_node(Equal(line.left, line.right))
    if node is None:
        return None
    x, y = eq.x.name, eq.y.name
    names = [c.name for c in line.constants]
    if not line.explicit:
        if has_kinks(eq) and not is_continuous(eq.expression, line.left - line.right, eq.x):
            return Residual(FAILED, 0, 1, 0.0)
        return check_implicit(equations[0], sub(*node.args), x, y, eq.order, names)
    right = node.args[1]
    if has_kinks(eq) and not is_continuous(eq.expression, line.right, eq.x):
        return Residual(FAILED, 0, 1, 0.0)
    residual = check_explicit(equations, {y: right}, x, {y: eq.order})
    if residual.verdict == FAILED and not residual.side:
        return residual
    if names:
        rank = independent_constants([right], x, names, [eq.order])
        if rank is not None and rank < len(names):
            return Residual(FAILED, 0, 1, 0.0)
    return residual


def proofs(lines: Iterator[Residual]) -> list[str]:
    """The details of several checks."""
    return [one.detail for one in lines]
