"""The rules of composition: curvature read from the way an expression is built.

Disciplined convex programming (M. Grant, S. Boyd and Y. Ye, 2006): every function has a curvature
and a direction on the range of its operands, and sums, multiples and compositions keep curvature
as `proofs.composed` says. Beyond single functions some patterns of several nodes are known
(`patterns`). Every rule also keeps the domain convex, so that a proof here is a whole proof.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlmath.expression.graph import Node, add, free_symbols, is_number, mul
from dlmath.maths.optimization.convexity import patterns
from dlmath.maths.optimization.convexity.atoms import Atom, atom, power_atom, sign_of
from dlmath.maths.optimization.convexity.domain import Ranges
from dlmath.maths.optimization.convexity.proofs import (
    AFFINE,
    CONCAVE,
    CONSTANT,
    CONVEX,
    FALLS,
    RISES,
    UNKNOWN,
    Proof,
    composed,
    opposite,
    together,
)
from dlmath.maths.optimization.quadratics import definiteness, quadratic


class Rules:
    """The proofs of the parts of one function, each made once."""

    def __init__(self, names: Sequence[str], ranges: Ranges) -> None:
        self.names = list(names)
        self.ranges = ranges
        self._done: dict[Node, Proof] = {}

    def of(self, node: Node) -> Proof:
        """What the rules say of an expression."""
        found = self._done.get(node)
        if found is None:
            found = self._done[node] = self._one(node)
        return found

    def proof(
        self, node: Node, curvature: str, rule: str, why: tuple[str | Node, ...], *parts: Proof
    ) -> Proof:
        """A proof with the bounds of the node."""
        return Proof(node, curvature, self.ranges(node), rule, why, parts)

    def unknown(self, node: Node, why: str, *parts: Proof) -> Proof:
        """No rule applies."""
        return self.proof(node, UNKNOWN, "no rule", (why,), *parts)

    def _one(self, node: Node) -> Proof:
        if not free_symbols(node) & set(self.names):
            return self.proof(node, CONSTANT, "constant", ("it has no variable",))
        if node.op == "symbol":
            return self.proof(node, AFFINE, "variable", ("a variable",))
        found = self._polynomial(node)
        if found is not None:
            return found
        if node.op == "add":
            return self._sum(node)
        if node.op == "mul":
            return self._product(node)
        known = patterns.of(self, node)
        if known is not None:
            return known
        if node.op == "pow":
            return self._power(node)
        if node.op in ("max", "min", "logsumexp") and len(node.args) >= 1:
            return self._several(node)
        parts = [self.of(arg) for arg in node.args]
        behaviour = atom(node, parts[0].values) if parts else None
        if behaviour is None:
            return self.unknown(node, f"{node.op} has no curvature of one kind here", *parts)
        return self.compose(node, behaviour, parts[0])

    def compose(self, node: Node, behaviour: Atom, inner: Proof) -> Proof:
        """h(g) by the rule of composition."""
        if not (behaviour.whole or inner.is_affine):
            return self.unknown(node, "its operand may leave the domain", inner)
        curvature = composed(behaviour.curvature, [behaviour.move], [inner])
        why = f"{behaviour.words}, of {_article(inner.curvature)} operand"
        rule = f"{node.op if node.op != 'pow' else 'power'} of {_article(inner.curvature)} operand"
        if curvature == UNKNOWN:
            return self.unknown(node, f"{why}: this combination proves nothing", inner)
        return self.proof(node, curvature, rule, (why,), inner)

    # --- sums, multiples, polynomials ---------------------------------------------------------

    def _polynomial(self, node: Node) -> Proof | None:
        """Affine and quadratic functions, by their constant Hessian."""
        if node.op not in ("add", "mul", "pow") or len(self.names) > 60:
            return None
        form = quadratic(node, self.names)
        if form is None:
            return None
        kind = definiteness(form.matrix)
        if kind == "zero":
            return self.proof(node, AFFINE, "affine", ("a linear function and a constant",))
        if kind == "indefinite":
            why = "a quadratic form whose matrix has eigenvalues of both signs"
            return self.unknown(node, why)
        curvature = CONVEX if kind.startswith("positive") else CONCAVE
        why = f"a quadratic function whose constant Hessian is {kind}"
        return self.proof(node, curvature, "quadratic form", (why,))

    def _sum(self, node: Node) -> Proof:
        """A sum; its quadratic terms are taken together, since their cross terms belong there."""
        plain = [term for term in node.args if quadratic(term, self.names) is not None]
        rest = [term for term in node.args if term not in plain]
        terms = [add(*plain), *rest] if len(plain) > 1 and rest else list(node.args)
        joined = patterns.joined_terms(self, terms)
        parts = [self.of(term) for term in joined]
        curvature = together([part.curvature for part in parts])
        if curvature == UNKNOWN:
            kinds = {part.curvature for part in parts}
            mixed = kinds >= {CONVEX, CONCAVE}
            why = (
                "a sum of convex and concave terms" if mixed else "a term is of no known curvature"
            )
            return self.unknown(node, why, *parts)
        kind = "affine" if curvature == AFFINE else curvature
        return self.proof(node, curvature, "sum", (f"a sum of {kind} terms is {kind}",), *parts)

    def _product(self, node: Node) -> Proof:
        constants = [arg for arg in node.args if not free_symbols(arg) & set(self.names)]
        rest = [arg for arg in node.args if arg not in constants]
        if len(rest) == 1 or constants:
            inner = self.of(rest[0] if len(rest) == 1 else mul(*rest))
            return self._multiple(node, mul(*constants), inner)
        known = patterns.of(self, node)
        if known is not None:
            return known
        parts = [self.of(arg) for arg in rest]
        return self.unknown(node, "a product of variable factors of no known pattern", *parts)

    def _multiple(self, node: Node, factor: Node, inner: Proof) -> Proof:
        sign = sign_of(self.ranges(factor))
        if is_number(factor):
            sign = 1 if factor.number >= 0 else -1
        if sign == 0 or inner.curvature == UNKNOWN:
            return self.unknown(node, "a multiple of such a factor", inner)
        if sign > 0:
            curvature = inner.curvature
            why = f"a positive multiple of {_article(curvature)} function"
        else:
            curvature = opposite(inner.curvature)
            why = f"a negative multiple of {_article(inner.curvature)} function"
        return self.proof(node, curvature, "multiple", (why,), inner)

    def _power(self, node: Node) -> Proof:
        base, exponent = node.args
        inner = self.of(base)
        if is_number(exponent):
            behaviour = power_atom(Fraction(exponent.number), inner.values)
            if behaviour is None:
                return self.unknown(node, "such a power needs an operand of one sign", inner)
            return self.compose(node, behaviour, inner)
        if inner.curvature == CONSTANT and inner.values[0] > 0:
            above = self.of(exponent)
            move = RISES if inner.values[0] >= 1 else FALLS if inner.values[1] <= 1 else 0
            words = "an exponential with a constant base is convex"
            return self.compose(node, Atom(CONVEX, move, words), above)
        return self.unknown(node, "a power with a variable exponent", inner, self.of(exponent))

    def _several(self, node: Node) -> Proof:
        """max, min and logsumexp of several operands."""
        args = node.args
        if len(args) == 1 and args[0].op == "vector":
            args = args[0].args
        parts = [self.of(arg) for arg in args]
        outer = CONCAVE if node.op == "min" else CONVEX
        if len(parts) == 1:
            return parts[0]._replace(node=node)
        names = {
            "max": "the largest of several numbers is convex and increasing in each",
            "min": "the smallest of several numbers is concave and increasing in each",
            "logsumexp": "log-sum-exp is convex and increasing in each operand",
        }
        curvature = composed(outer, [RISES] * len(parts), parts)
        if curvature == UNKNOWN:
            return self.unknown(node, "an operand does not fit the rule", *parts)
        return self.proof(node, outer, node.op, (names[node.op],), *parts)


def _article(curvature: str) -> str:
    kind = {UNKNOWN: "operand of unknown curvature", CONSTANT: "constant"}.get(curvature, curvature)
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
