"""The derivative of each function by each of its operands, in the form a textbook gives.

`partial` is the one table of differentiation rules; derive and reverse mode both read it.

At a kink the derivative is what deep-learning frameworks use there, stated as a `piecewise`:
relu' is 0 at 0, and `abs` has `sign(u)`, so 0. Steps (`sign`, `floor`, `heaviside`) have
derivative 0. Nothing here is tidied: a product by 1 or a sum with 0 may remain.

Reductions and vector functions of vectors are differentiated entry by entry: write them out
first with `elements.expand_vectors`. `max`, `min`, `mean`, `var` and `logsumexp` of numbers need
no expanding.
"""

from __future__ import annotations

from dlmath.expression.derivatives_of_one import ELEMENTWISE
from dlmath.expression.derivatives_of_several import PARAMETERS
from dlmath.expression.graph import I, Node, topological

#: These have no complex derivative; the rules below are for operands that are real.
_OF_REALS = frozenset({"abs", "sign", "re", "im", "conjugate", "arg"})


def partial(node: Node, index: int) -> Node | None:
    """The derivative of the node by its operand `index`, the other operands held fixed.

    Sums, products, powers and functions of scalars; None where no derivative can be written in
    the language (`zeta` by s, `besselj` by its order, a sum by its bounds, vectors).
    """
    if any(operand.op == "vector" for operand in node.args) and node.op != "hyper":
        return None
    if node.op in _OF_REALS and I in topological(node):
        return None
    rule = ELEMENTWISE.get(node.op)
    if rule is not None and len(node.args) == 1:
        return rule(node.args[0], node)
    parameter_rule = PARAMETERS.get(node.op)
    return None if parameter_rule is None else parameter_rule(node.args, index, node)
