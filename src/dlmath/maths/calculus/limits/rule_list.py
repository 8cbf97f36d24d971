"""The order in which a teacher tries the rules for limits."""

from __future__ import annotations

from collections.abc import Callable

from dlmath.expression.graph import Node
from dlmath.maths.calculus.limits import algebra, dominant, standard
from dlmath.maths.calculus.limits.rules import Rewrite, Solver
from dlmath.maths.calculus.limits.tends import Tendencies

Rule = Callable[[Node, Tendencies, Solver], Rewrite | None]

#: Direct substitution and the laws of limits come before all of these.
RULES: tuple[Rule, ...] = (
    algebra.resolve_kinks,
    standard.binomials,
    algebra.simplify,
    algebra.cancel,
    algebra.conjugate,
    dominant.dominant_terms,
    algebra.join_roots,
    standard.standard_limits,
    algebra.product_of_limits,
    standard.squeeze_floor,
    algebra.join_logarithms,
    dominant.open_logarithms,
    algebra.combine,
    standard.join_exponentials,
    standard.write_out,
    standard.powers,
    standard.lhopital,
    dominant.orders_of_growth,
    standard.continuity,
    dominant.take_out,
)
