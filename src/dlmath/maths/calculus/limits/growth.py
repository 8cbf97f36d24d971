"""Orders of growth at infinity: exponentials over powers over logarithms.

A positive function is measured by the logarithm of its size, a sum of terms c * x^p * L^r * M^s
with L = log x and M = log L. Compared are the coefficients of the largest exponents (p, r, s):
e^x has (1, 0, 0): 1, x^2 has (0, 1, 0): 2, log x has (0, 0, 1): 1, and x! has (1, 1, 0): 1,
(1, 0, 0): -1, (0, 1, 0): 1/2 by Stirling's formula. At -oo, x stands for -x. Parameters are
measured at one set of values; the limit that comes out is checked at others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from dlmath.checks.approach import place_at
from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tidy import expand, split_coefficient, tidy
from dlmath.maths.calculus.limits.problem import RIGHT, Problem

Exponents = tuple[Fraction, int, int]

_X: Exponents = (Fraction(0), 1, 0)
_LOG: Exponents = (Fraction(0), 0, 1)
_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Growth:
    """terms: exponents to coefficients, none of them 0. exact: False for an upper bound only."""

    terms: Mapping[Exponents, float]
    exact: bool = True

    @property
    def sign(self) -> int:
        """1 when it grows beyond all bounds, -1 when it vanishes, 0 when neither."""
        if not self.terms:
            return 0
        return 1 if self.terms[max(self.terms)] > 0 else -1

    def times(self, other: Growth) -> Growth:
        """The growth of the product."""
        total = dict(self.terms)
        for key, coefficient in other.terms.items():
            total[key] = total.get(key, 0.0) + coefficient
        kept = {key: c for key, c in total.items() if abs(c) > _TOLERANCE}
        return Growth(kept, self.exact and other.exact)

    def to_the(self, exponent: float) -> Growth:
        """The growth of a power."""
        kept = {key: c * exponent for key, c in self.terms.items() if c * exponent}
        return Growth(kept, self.exact)

    def outgrows(self, other: Growth) -> bool:
        """Is the other's size a vanishing part of this one's?"""
        return self.exact and self.times(other.to_the(-1.0)).sign > 0


_CONSTANT = Growth({})
_BOUNDED = Growth({}, exact=False)
_STIRLING: dict[Exponents, float] = {
    (Fraction(1), 1, 0): 1.0,
    (Fraction(1), 0, 0): -1.0,
    (Fraction(0), 1, 0): 0.5,
}


def growth_of(
    node: Node, problem: Problem, is_bounded: Callable[[Node], bool], side: str = RIGHT
) -> Growth | None:
    """The order of growth in the closeness to the point, or None where it is not of this kind.

    At oo and -oo the closeness is the size of the variable, at a finite point 1/|x - a|.
    """
    x = graph.symbol(problem.variable)
    values = problem.parameter_sets()[0]
    if problem.point is not graph.INFINITY:
        node = tidy(graph.replace(node, {x: place_at(problem.point, side, x)}))
        return _Measure(problem.variable, lambda _part: False, values).of(node)
    return _Measure(problem.variable, is_bounded, values).of(node)


def dominant(terms: Iterable[Node], growth: Callable[[Node], Growth | None]) -> Node | None:
    """The one term that outgrows all others, or None."""
    measured = [(term, growth(term)) for term in terms]
    for term, own in measured:
        if own is None or not own.exact:
            continue
        others = [other for candidate, other in measured if candidate is not term]
        if all(other is not None and own.outgrows(other) for other in others):
            return term
    return None


class _Measure:
    """Growth of expressions in one variable that tends to oo."""

    def __init__(
        self,
        variable: str,
        is_bounded: Callable[[Node], bool],
        values: Mapping[str, Fraction],
    ) -> None:
        self.variable = variable
        self.is_bounded = is_bounded
        self.values = values

    def of(self, node: Node) -> Growth | None:
        if self.variable not in graph.free_symbols(node):
            return _CONSTANT
        if node.op == "symbol":
            return Growth({_X: 1.0})
        if node.op == "mul":
            return self._product(node)
        if node.op == "add":
            return self._sum(node)
        if node.op == "pow":
            return self._power(*node.args)
        if node.op == "exp":
            return self._exponential(node.args[0], 1.0)
        if node.op == "log" and len(node.args) == 1:
            return self._logarithm(node.args[0])
        if node.op in ("sinh", "cosh"):
            growth = self._exponential(node.args[0], 1.0)
            return growth if growth is None or growth.sign > 0 else growth.to_the(-1.0)
        if node.op in ("gamma", "factorial"):
            return self._factorial(node)
        if node.op == "abs":
            return self.of(node.args[0])
        return _BOUNDED if self.is_bounded(node) else None

    def _product(self, node: Node) -> Growth | None:
        total = _CONSTANT
        for factor in node.args:
            growth = self.of(factor)
            if growth is None:
                return None
            total = total.times(growth)
        return total

    def _sum(self, node: Node) -> Growth | None:
        measured = [self.of(term) for term in node.args]
        if any(growth is None for growth in measured):
            return None
        known = [growth for growth in measured if growth is not None]
        for best in known:
            ties = [growth for growth in known if growth.exact and growth.terms == best.terms]
            if all(growth in ties or best.outgrows(growth) for growth in known):
                return Growth(best.terms, best.exact and len(ties) == 1)
        return _BOUNDED if all(growth.sign <= 0 for growth in known) else None

    def _power(self, base: Node, exponent: Node) -> Growth | None:
        if self.variable not in graph.free_symbols(exponent):
            size = self._number(exponent)
            inner = self.of(base)
            if size is None or inner is None or (size < 0 and not inner.exact):
                return None
            return inner.to_the(size)
        logarithm = self._logarithm_of_monomial(base)
        if logarithm is None:
            return None
        constant, degree = logarithm
        total = self._exponential(exponent, constant)
        with_log = self._terms_of(exponent, extra_log=1)
        if total is None or with_log is None:
            return None
        return total.times(with_log.to_the(degree))

    def _logarithm_of_monomial(self, base: Node) -> tuple[float, float] | None:
        """(log c, q) of a base c*x^q with positive c."""
        from math import log

        fixed: list[Node] = []
        degree = Fraction(0)
        for factor in base.args if base.op == "mul" else (base,):
            if self.variable not in graph.free_symbols(factor):
                fixed.append(factor)
                continue
            key = self._monomial(factor)
            if key is None or key[1]:
                return None
            degree += key[0]
        size = self._number(graph.mul(*fixed))
        return None if size is None or size <= 0 else (log(size), float(degree))

    def _exponential(self, exponent: Node, scale: float) -> Growth | None:
        growth = self._terms_of(exponent, extra_log=0)
        return None if growth is None else growth.to_the(scale)

    def _terms_of(self, exponent: Node, extra_log: int) -> Growth | None:
        """The exponent as a sum of terms c * x^p * L^r."""
        expanded = expand(exponent)
        total: dict[Exponents, float] = {}
        for term in expanded.args if expanded.op == "add" else (expanded,):
            coefficient, rest = split_coefficient(term)
            key = self._monomial(rest)
            if key is None:
                constant = self._constant_part(term)
                if constant is None:
                    return None
                coefficient, key = constant
            place = (key[0], key[1] + extra_log, 0)
            if place > (Fraction(0), 0, 0):  # what tends to a constant in the exponent is a factor
                total[place] = total.get(place, 0.0) + float(coefficient)
        return Growth({key: c for key, c in total.items() if abs(c) > _TOLERANCE})

    def _constant_part(self, term: Node) -> tuple[Any, tuple[Fraction, int]] | None:
        """A term with constants that are no rational numbers (pi*x, x*log(2))."""
        factors = term.args if term.op == "mul" else (term,)
        fixed = [f for f in factors if self.variable not in graph.free_symbols(f)]
        moving = [f for f in factors if self.variable in graph.free_symbols(f)]
        size = self._number(graph.mul(*fixed)) if fixed else 1.0
        key = self._monomial(graph.mul(*moving)) if moving else (Fraction(0), 0)
        return None if size is None or key is None else (size, key)

    def _monomial(self, node: Node) -> tuple[Fraction, int] | None:
        """(p, r) of x^p * log(x)^r."""
        x = graph.symbol(self.variable)
        p, r = Fraction(0), 0
        for factor in node.args if node.op == "mul" else (node,):
            base, size = (
                (factor.args[0], factor.args[1]) if factor.op == "pow" else (factor, graph.ONE)
            )
            if factor is graph.ONE:
                continue
            if base is x and size.op == "number":
                p += Fraction(size.number)
            elif base is graph.call("log", x) and graph.is_integer(size):
                r += int(size.number)
            else:
                return None
        return p, r

    def _logarithm(self, inner: Node) -> Growth | None:
        growth = self.of(inner)
        if growth is None or not growth.exact or not growth.terms:
            return None
        p, r, s = max(growth.terms)
        if s:
            return None
        powers: dict[Exponents, float] = {_X: float(p), _LOG: float(r)}
        return Growth({key: c for key, c in powers.items() if c})

    def _factorial(self, node: Node) -> Growth | None:
        shift = tidy(graph.sub(node.args[0], graph.symbol(self.variable)))
        if shift.op != "number":
            return None
        extra = float(shift.number) - (1.0 if node.op == "gamma" else 0.0)
        return Growth(_STIRLING).times(Growth({_X: extra} if extra else {}))

    def _number(self, node: Node) -> float | None:
        """The value of an expression without the variable; None where it is not real."""
        from dlmath.expression.precise import evaluate

        try:
            value = evaluate(node, self.values)
        except DlmathError:
            return None
        if isinstance(value, list) or hasattr(value, "_mpc_"):
            return None
        return float(value)
