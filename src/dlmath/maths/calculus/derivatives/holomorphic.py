"""Derivatives by a complex variable: a function that is not holomorphic has none.

`abs(z)`, `re(z)`, `max(z, 0)` satisfy the Cauchy-Riemann equations nowhere on an open set (L. V.
Ahlfors, Complex Analysis, 1979, chapter 2), so the rule of the real function must not be used.
"""

from __future__ import annotations

from dlmath.errors import Unsolved
from dlmath.expression.graph import Node, free_symbols, topological
from dlmath.expression.text import to_text
from dlmath.maths.assumptions import complex_names
from dlmath.settings import Assumptions

_NOT_HOLOMORPHIC = frozenset(
    "abs sign re im conjugate arg max min floor ceil heaviside piecewise relu leaky_relu elu selu "
    "hardtanh hard_sigmoid softsign norm mae huber hinge atan2".split()
)


def require_holomorphic(
    function: Node, variable: str, assume: Assumptions, wanted: str = "derivative"
) -> None:
    """Raises Unsolved where a complex variable stands in a function that is not holomorphic.

    wanted: what is asked for, for the words.
    """
    if variable not in complex_names(assume):
        return
    for part in topological(function):
        if part.op in _NOT_HOLOMORPHIC and variable in free_symbols(part):
            raise Unsolved(
                f"{to_text(part)} has no {wanted} by a complex {variable}",
                hint=f"leave out --assume for {variable}: variables are real without it",
            )
