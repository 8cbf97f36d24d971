"""Differentiation rule by rule, as a tree.

`Differentiator.of` decides which rule of a textbook applies to each node and carries it out; the
answer and the working are both read from the resulting `Derivation`, so they cannot disagree.
Each subexpression is differentiated once, however often it occurs.
"""

from __future__ import annotations

from typing import NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.derivatives import partial
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TRUE,
    ZERO,
    Node,
    add,
    call,
    free_symbols,
    make,
    mul,
    number,
    power,
    sub,
    substitute,
    symbol,
    topological,
    vector,
)
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, fraction_parts, tidy

#: A numerator is multiplied out when it has at most this many nodes and becomes shorter.
_SHORT = 60


class Derivation(NamedTuple):
    """How one node was differentiated.

    rule: its name. node: what was differentiated. plan: the rule written out, with the derivatives
    of the parts still to be taken (`derive` nodes). raw: the plan with those put in. result: raw,
    tidied. parts: the derivations that the plan asks for.
    """

    rule: str
    node: Node
    plan: Node
    raw: Node
    result: Node
    parts: tuple[Derivation, ...] = ()


def _zeros(node: Node) -> Node:
    """Zero for a number, and for each entry of a vector."""
    return vector(map(_zeros, node.args)) if node.op == "vector" else ZERO


class Term(NamedTuple):
    """One term of a rule: before * (derivative of part) * after."""

    before: Node
    part: Node
    after: Node = ONE

    def times(self, derivative: Node) -> Node:
        """The term with the derivative of its part put in."""
        return mul(self.before, derivative, self.after)


class Differentiator:
    """Differentiates by one variable.

    Raises Unsolved where a function has no derivative that the language can write (a Bessel
    function by its order).
    """

    def __init__(self, variable: str) -> None:
        self.variable = variable
        self._symbol = symbol(variable)
        self._known: dict[Node, Derivation] = {}

    def of(self, node: Node) -> Derivation:
        """The derivation of a node."""
        if node not in self._known:
            for part in topological(node, of=self.variable):
                if part not in self._known and part.op not in _CONDITIONS:
                    self._known[part] = self._apply(part)
        return self._known[node]

    # --- choosing the rule ------------------------------------------------------------------

    def _depends(self, node: Node) -> bool:
        return self.variable in free_symbols(node)

    def _apply(self, node: Node) -> Derivation:
        if not self._depends(node):
            zeros = _zeros(node)
            return Derivation("constant", node, zeros, zeros, zeros)
        if node is self._symbol:
            return Derivation("variable", node, ONE, ONE, ONE)
        slope = self._slope(node)
        if slope is not None:
            return Derivation("linear", node, slope, slope, slope)
        if node.op == "add":
            return self._finish("sum", node, [Term(ONE, part) for part in node.args])
        if node.op == "mul":
            return self._product(node)
        if node.op == "pow":
            return self._power(node)
        if node.op == "vector":
            return self._entries(node)
        if node.op == "piecewise":
            return self._branches("piecewise", node, node)
        if node.op in ("max", "min") and len(node.args) > 1:
            return self._branches("extremum", node, as_branches(node))
        if node.op in ("sum", "integrate"):
            return self._under_sign(node)
        if node.op in ("derive", "limit", "product"):
            raise Unsolved(f"no rule for the derivative of {node.op}(...)")
        return self._function(node)

    def _slope(self, node: Node) -> Node | None:
        """The slope a of a*x + b with a and b free of x, else None."""
        if node.op not in ("add", "mul"):
            return None
        slopes: list[Node] = []
        for term in node.args if node.op == "add" else (node,):
            if not self._depends(term):
                continue
            factors = term.args if term.op == "mul" else (term,)
            fixed = [part for part in factors if not self._depends(part)]
            if len(factors) != len(fixed) + 1 or self._symbol not in factors:
                return None
            slopes.append(mul(*fixed))
        return tidy(add(*slopes))

    def _finish(self, rule: str, node: Node, terms: list[Term]) -> Derivation:
        """A derivative that is a sum of terms, each with the derivative of one part."""
        live = [term for term in terms if self._depends(term.part)]
        parts = [self.of(term.part) for term in live]
        raw = add(*(term.times(part.result) for term, part in zip(live, parts, strict=True)))
        plan = add(*(term.times(self.pending(term.part)) for term in live))
        return Derivation(rule, node, plan, raw, tidy(raw), tuple(parts))

    def pending(self, part: Node) -> Node:
        """The derivative of a part, still to be taken; 1 for the variable itself."""
        if part is self._symbol:
            return ONE
        return make("derive", (part, self._symbol))

    # --- products and quotients -------------------------------------------------------------

    def _product(self, node: Node) -> Derivation:
        fixed = [part for part in node.args if not self._depends(part)]
        moving = [part for part in node.args if self._depends(part)]
        if fixed:
            rest = mul(*moving)
            return self._finish("constant factor", node, [Term(mul(*fixed), rest)])
        above, below = fraction_parts(node)
        if below is not ONE:
            return self._quotient(node, above, below)
        terms = [
            Term(mul(*moving[:i]), part, mul(*moving[i + 1 :])) for i, part in enumerate(moving)
        ]
        return self._finish("product", node, terms)

    def _quotient(self, node: Node, above: Node, below: Node) -> Derivation:
        """(f'g - fg')/g^2, with the powers that numerator and denominator share cancelled."""
        top, bottom = self.of(above), self.of(below)
        square = power(below, number(-2))
        plan = mul(sub(mul(self.pending(above), below), mul(above, self.pending(below))), square)
        raw = mul(sub(mul(top.result, below), mul(above, bottom.result)), square)
        parts = tuple(part for part in (top, bottom) if part.rule != "constant")
        return Derivation("quotient", node, plan, raw, self._cancelled(above, below, top), parts)

    def _cancelled(self, above: Node, below: Node, top: Derivation) -> Node:
        """For g = h1^n1*h2^n2...: (f'*h1*h2 - f*(n1*h1'*h2 + n2*h1*h2'))/(h1^(n1+1)*h2^(n2+1))."""
        factors = [
            part.args if part.op == "pow" and part.args[1].op == "number" else (part, ONE)
            for part in (below.args if below.op == "mul" else (below,))
        ]
        bases = [base for base, _ in factors]
        first = mul(top.result, *bases)
        rest = [
            mul(above, size, self.of(base).result, *bases[:i], *bases[i + 1 :])
            for i, (base, size) in enumerate(factors)
        ]
        numerator = shorter_numerator(sub(first, add(*rest)))
        denominator = [power(base, sub(MINUS_ONE, size)) for base, size in factors]
        return tidy(mul(numerator, *denominator))

    # --- powers -----------------------------------------------------------------------------

    def _power(self, node: Node) -> Derivation:
        base, exponent = node.args
        if not self._depends(exponent):
            outer = mul(exponent, power(base, sub(exponent, ONE)))
            rule = "power" if base is self._symbol else "chain with power"
            return self._finish(rule, node, [Term(tidy(outer), base)])
        if not self._depends(base):
            outer = mul(node, call("log", base))
            return self._finish("exponential", node, [Term(outer, exponent)])
        return self._logarithmic(node)

    def _logarithmic(self, node: Node) -> Derivation:
        """(u^v)' = u^v*(v'*log(u) + v*u'/u)"""
        base, exponent = node.args
        inner, outer = self.of(base), self.of(exponent)

        def combined(of_base: Node, of_exponent: Node) -> Node:
            by_exponent = mul(of_exponent, call("log", base))
            by_base = mul(exponent, of_base, power(base, MINUS_ONE))
            return mul(node, add(by_exponent, by_base))

        plan = combined(self.pending(base), self.pending(exponent))
        raw = combined(inner.result, outer.result)
        return Derivation("logarithmic", node, plan, raw, tidy(raw), (inner, outer))

    # --- functions --------------------------------------------------------------------------

    def _function(self, node: Node) -> Derivation:
        terms: list[Term] = []
        for index, part in enumerate(node.args):
            if not self._depends(part):
                continue
            outer = partial(node, index)
            if outer is None:
                raise Unsolved(
                    f"{node.op} has no derivative by its operand {to_text(part)} "
                    "that can be written with known functions"
                )
            terms.append(Term(tidy(outer), part))
        simple = len(terms) == 1 and terms[0].part is self._symbol
        return self._finish("function" if simple else "chain", node, terms)

    def _entries(self, node: Node) -> Derivation:
        parts = tuple(self.of(part) for part in node.args)
        plan = vector(self.pending(part) if self._depends(part) else ZERO for part in node.args)
        raw = vector(part.result for part in parts)
        return Derivation("entries", node, plan, raw, raw, parts)

    def _branches(self, rule: str, node: Node, branches: Node) -> Derivation:
        values = [self.of(value) for value in branches.args[::2]]
        conditions = branches.args[1::2]

        def joined(entries: list[Node]) -> Node:
            pairs = zip(entries, conditions, strict=True)
            return make("piecewise", (part for pair in pairs for part in pair))

        plan = joined([ZERO if d.rule == "constant" else self.pending(d.node) for d in values])
        raw = joined([d.result for d in values])
        return Derivation(rule, node, plan, raw, tidy(raw), tuple(values))

    def _under_sign(self, node: Node) -> Derivation:
        """Leibniz: d/dx of a sum or an integral whose terms or bounds depend on x."""
        if node.op == "integrate" and len(node.args) == 2:
            if node.args[1] is self._symbol:
                return Derivation("antiderivative", node, node.args[0], node.args[0], node.args[0])
            raise Unsolved("an indefinite integral can only be differentiated by its own variable")
        body, index, lower, upper = node.args
        bound_moves = self._depends(lower) or self._depends(upper)
        if index is self._symbol or (node.op == "sum" and bound_moves):
            if not bound_moves:
                zeros = _zeros(node)
            return Derivation("constant", node, zeros, zeros, zeros)
            if node.op == "sum":
                raise Unsolved("a sum cannot be differentiated by its own bounds")
        terms: list[Node] = []
        parts: list[Derivation] = []
        if index is not self._symbol and self._depends(body):
            inner = self.of(body)
            parts.append(inner)
            terms.append(make(node.op, (inner.result, index, lower, upper)))
        for bound, sign in ((upper, ONE), (lower, MINUS_ONE)):
            if self._depends(bound):
                edge = self.of(bound)
                parts.append(edge)
                terms.append(mul(sign, substitute(body, {index.name: bound}), edge.result))
        raw = add(*terms)
        return Derivation("under the sign", node, raw, raw, tidy(raw), tuple(parts))


def as_branches(extremum: Node) -> Node:
    """max(a, b, c) as a piecewise: a where a >= b and a >= c, else b where b >= c, else c."""
    relation = "ge" if extremum.op == "max" else "le"
    parts: list[Node] = []
    for index, value in enumerate(extremum.args):
        later = [call(relation, value, other) for other in extremum.args[index + 1 :]]
        condition = TRUE if not later else later[0] if len(later) == 1 else call("and", *later)
        parts += [value, condition]
    return make("piecewise", parts)


_CONDITIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false"})


def shorter_numerator(raw: Node) -> Node:
    """The numerator tidied, multiplied out where that makes it shorter."""
    kept = tidy(raw)
    if len(topological(kept)) > _SHORT:
        return kept
    opened = expand(kept)
    return opened if len(to_text(opened)) < len(to_text(kept)) else kept
