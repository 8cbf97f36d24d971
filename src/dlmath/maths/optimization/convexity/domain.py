"""Where a function is looked at: bounds of the variables, and is the domain convex?"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf, log
from typing import NamedTuple

from dlmath.expression.graph import Node, free_symbols, make, symbol, topological
from dlmath.expression.intervals import Enclosures, Unsupported
from dlmath.maths.optimization.convexity.proofs import EVERYTHING, Interval
from dlmath.maths.optimization.quadratics import linear_parts
from dlmath.settings import Assumptions

#: Functions that have a value at every real operand.
_EVERYWHERE = frozenset(
    "add mul exp sin cos atan sinh cosh tanh sech asinh acot cbrt abs sign heaviside erf erfc erfi "
    "min max sigmoid relu leaky_relu elu selu gelu softplus silu mish hardtanh hard_sigmoid "
    "softsign logsumexp piecewise lt le gt ge eq ne and or not true false number constant symbol "
    "floor ceil".split()
)


class Demand(NamedTuple):
    """What the domain asks of a part: above zero, at least zero, not zero, or something else."""

    part: Node
    kind: str


ABOVE, LEAST, NONZERO, OTHER = "above", "least", "nonzero", "other"


def demands(function: Node) -> list[Demand]:
    """What every part of the function needs to have a real value."""
    found: list[Demand] = []
    for node in topological(function):
        if node.op in _EVERYWHERE:
            continue
        if node.op in ("log", "loggamma") and len(node.args) == 1:
            found.append(Demand(node.args[0], ABOVE))
        elif node.op == "pow":
            demand = _of_power(node)
            if demand is not None:
                found.append(demand)
        else:
            found.append(Demand(node, OTHER))
    return [one for one in dict.fromkeys(found) if free_symbols(one.part)]


def _of_power(node: Node) -> Demand | None:
    base, exponent = node.args
    if exponent.op != "number":
        if base.op == "number":
            return None if base.number > 0 else Demand(node, OTHER)
        return Demand(base, ABOVE) if base.op != "constant" else None
    size = exponent.number
    if isinstance(size, Fraction):
        return Demand(base, LEAST if size > 0 else ABOVE)
    return Demand(base, NONZERO) if size < 0 else None


def variable_bounds(function: Node, names: Sequence[str], assume: Assumptions) -> list[Interval]:
    """Bounds of each variable: what is assumed of it, and what the natural domain asks."""
    low = dict.fromkeys(names, -inf)
    high = dict.fromkeys(names, inf)
    for name in names:
        known = assume.get(name, frozenset())
        if known & {"positive", "nonnegative"}:
            low[name] = 0.0
        if known & {"negative", "nonpositive"}:
            high[name] = 0.0
    for part, kind in demands(function):
        if kind in (ABOVE, LEAST) and len(free_symbols(part)) == 1:
            (name,) = free_symbols(part)
            linear = linear_parts(part, [name])
            if linear is None or name not in low or linear[0][0] == 0:
                continue
            slope, shift = linear[0][0], linear[1]
            edge = float(Fraction(-shift) / slope)
            if slope > 0:
                low[name] = max(low[name], edge - 1e-12 * abs(edge))
            else:
                high[name] = min(high[name], edge + 1e-12 * abs(edge))
    return [(low[name], high[name]) for name in names]


class Ranges:
    """Bounds of the values of every part of a function while the variables stay in their box."""

    def __init__(self, names: Sequence[str], box: Sequence[Interval]) -> None:
        self.names = list(names)
        self.box = list(box)
        self._known: dict[Node, Interval] = {}

    def __call__(self, node: Node) -> Interval:
        for part in topological(node):
            if part not in self._known:
                self._known[part] = self._bounds(part)
        return self._known[node]

    def _bounds(self, node: Node) -> Interval:
        """By the bounds of the operands, each a variable of its own."""
        if node.op == "logsumexp":
            return self._of_logsumexp(node)
        taken: list[Interval] = []
        args = []
        for arg in node.args:
            if free_symbols(arg) and arg.op != "vector":
                args.append(symbol(f"operand{len(taken)}"))
                taken.append(self._known[arg])
            else:
                args.append(arg)
        if node.op == "symbol":
            return self.box[self.names.index(node.name)] if node.name in self.names else EVERYTHING
        local = make(node.op, args, node.value) if args else node
        try:
            bounds = Enclosures([local], [f"operand{i}" for i in range(len(taken))])(taken)[0]
        except Unsupported:
            return EVERYTHING
        return bounds if bounds is not None and not isinstance(bounds, bool) else EVERYTHING

    def _of_logsumexp(self, node: Node) -> Interval:
        """Between the largest operand and that and log(n)."""
        if any(arg.op == "vector" for arg in node.args):
            return EVERYTHING
        ends = [self._known[arg] for arg in node.args]
        high = max(end[1] for end in ends) + log(len(ends)) + 1e-9
        return max(end[0] for end in ends), high + 1e-12 * abs(high) if high < inf else inf


def surely_empty(function: Node, ranges: Ranges) -> Node | None:
    """A part that never has the value which the domain asks for, or None where none is proved."""
    for part, kind in demands(function):
        try:
            bounds = Enclosures([part], ranges.names)(ranges.box)[0]
        except Unsupported:
            continue
        if bounds is None:
            return part
        if kind in (ABOVE, LEAST) and (bounds[1] < 0 or (bounds[1] == 0 and kind == ABOVE)):
            return part
    return None
