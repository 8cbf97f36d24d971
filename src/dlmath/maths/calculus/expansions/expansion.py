"""The expansion of an expression in powers of t, node by node."""

from __future__ import annotations

from fractions import Fraction

from dlmath.expression.graph import (
    INFINITY,
    ONE,
    ZERO,
    E,
    Node,
    add,
    call,
    free_symbols,
    mul,
    number,
    power,
    replace,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.real import is_real
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.expansions.forms import at_infinity, at_singularity
from dlmath.maths.calculus.expansions.power_series import (
    NoSeries,
    Series,
    Shortage,
    constant,
    exponential,
    from_derivatives,
    is_zero,
    logarithm,
    raised,
)

#: The name of the small variable; no typed name holds a prime.
SMALL = "t'"

#: How often the working order is raised when terms cancel.
_TRIES = (0, 2, 6, 14, 30)


def expansion(expression: Node, order: Fraction) -> Series:
    """The series of an expression in `t'` (small and positive) up to the order given.

    Raises NoSeries where there is none in powers of t and log(t).
    """
    for extra in _TRIES:
        try:
            found = _Expansion(order + extra).of(expression)
        except Shortage:
            continue
        if found.order >= order:
            return Series(found.terms, order)
    raise NoSeries("no expansion was found: the leading terms cancel again and again")


class _Expansion:
    def __init__(self, order: Fraction) -> None:
        self.order = order
        self._t = symbol(SMALL)
        self._known: dict[Node, Series] = {}

    def of(self, root: Node) -> Series:
        for node in topological(root):
            if node not in self._known:
                self._known[node] = self._expand(node)
        return self._known[root]

    def _expand(self, node: Node) -> Series:
        if SMALL not in free_symbols(node):
            return constant(node, self.order)
        if node is self._t:
            return Series({Fraction(1): ONE}, self.order + 1)
        if node.op == "add":
            return self._sum(node)
        if node.op == "mul":
            return self._product(node)
        if node.op == "pow":
            return self._power(node)
        if node.op == "exp":
            return exponential(self._known[node.args[0]], self.order)
        if node.op == "log":
            return logarithm(self._known[node.args[0]], call("log", self._t))
        other = self._another_form(node)
        return self.of(tidy(other)) if other is not None else self._function(node)

    def _another_form(self, node: Node) -> Node | None:
        """The function by others that have a series here, where it has none of its own."""
        if len(node.args) != 1:
            return None
        inner = self._known[node.args[0]]
        if inner.terms and inner.lowest < 0:
            return at_infinity(node, inner.leading())
        centre = inner.terms.get(Fraction(0), ZERO)
        return at_singularity(node, centre)

    def _sum(self, node: Node) -> Series:
        result = self._known[node.args[0]]
        for part in node.args[1:]:
            result = result + self._known[part]
        return result

    def _product(self, node: Node) -> Series:
        result = self._known[node.args[0]]
        for part in node.args[1:]:
            result = result * self._known[part]
        return result

    def _power(self, node: Node) -> Series:
        base, exponent = node.args
        if exponent.op == "number":
            return raised(self._known[base], exponent.number)
        if base is E or SMALL not in free_symbols(base):
            return self.of(call("exp", tidy(mul(exponent, call("log", base)))))
        return self.of(call("exp", mul(exponent, call("log", base))))

    def _function(self, node: Node) -> Series:
        """Taylor's formula around the value of the operand that moves."""
        moving = [k for k, part in enumerate(node.args) if SMALL in free_symbols(part)]
        if len(moving) != 1:
            raise NoSeries(f"no expansion of {node.op} in several operands at once")
        inner = self._known[node.args[moving[0]]]
        if node.op in ("abs", "sign", "relu", "heaviside"):
            return self._one_sided(node, inner)
        if inner.terms and inner.lowest < 0:
            raise NoSeries(f"{node.op} has no expansion in powers where its operand is unbounded")
        centre = inner.terms.get(Fraction(0), ZERO)
        operands = list(node.args)
        operands[moving[0]] = symbol("u'")
        stages = [call(node.op, *operands)]
        differentiator = Differentiator("u'")

        def derivative(k: int) -> Node:
            while len(stages) <= k:
                stages.append(differentiator.of(stages[-1]).result)
            value = tidy(substitute(stages[k], {"u'": centre}))
            if not free_symbols(value):
                from dlmath.expression.precise import evaluate

                if not abs(evaluate(value, digits=20)) < float("inf"):
                    raise NoSeries(f"{node.op} is singular at this point")
            return value

        return from_derivatives(inner, derivative, self.order)

    def _one_sided(self, node: Node, inner: Series) -> Series:
        """abs and its kin, where the operand keeps its sign for small positive t."""
        lead = inner.leading()
        if free_symbols(lead) or not is_real(lead) or is_zero(lead):
            raise NoSeries(f"the sign inside {node.op} is not known")
        from dlmath.expression.numbers import evaluate

        positive = evaluate(lead) > 0
        if node.op == "abs":
            return inner if positive else inner.scaled(number(-1))
        if node.op == "relu":
            return inner if positive else Series({}, inner.order)
        if node.op == "sign":
            return constant(number(1 if positive else -1), self.order)
        return constant(number(1 if positive else 0), self.order)


def in_small(expression: Node, variable: str, around: Node, sign: int) -> Node:
    """The expression with x = around + sign*t, or x = sign/t around infinity."""
    t = symbol(SMALL)
    infinite = around is INFINITY or (around.op == "mul" and INFINITY in around.args)
    place = mul(number(sign), power(t, number(-1) if infinite else ONE))
    if not infinite:
        place = add(around, place)
    return replace(expression, {symbol(variable): place})
