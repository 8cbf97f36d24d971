"""One ordinary differential equation as an algebraic one in x, y, y', y'', ..."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, sub, symbol
from dlmath.expression.to_sympy import Unsupported, load_sympy, to_sympy
from dlmath.expression.unknown import Unknown, as_symbols
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.equations.ode.tools import Expr, constants_of, parts, rational, timed


class Equation:
    """F(x, y, y', ..., y^(n)) = 0 for one function y of x.

    x: the variable. d: symbols for y and its derivatives, `d[k]` for the k-th. expression: F, a
    sympy expression in these symbols and parameters. order: n. budget: the time there is.
    """

    def __init__(
        self, x: Expr, d: list[Expr], expression: Expr, order: int, budget: Budget
    ) -> None:
        self.sympy: Any = load_sympy()
        self.x = x
        self.d = d
        self.expression = expression
        self.order = order
        self.budget = budget
        self._numerator: Expr | None = None

    @property
    def y(self) -> Expr:
        """The function itself."""
        return self.d[0]

    @property
    def highest(self) -> Expr:
        """The derivative of the highest order."""
        return self.d[self.order]

    @property
    def names(self) -> set[str]:
        """Every name in the equation."""
        return {s.name for s in self.expression.free_symbols} | {s.name for s in self.d}

    @property
    def parameters(self) -> list[Expr]:
        """The symbols that are neither the variable nor the function or its derivatives."""
        others = self.expression.free_symbols - {self.x, *self.d}
        return sorted(others, key=lambda s: s.name)

    @property
    def numerator(self) -> Expr:
        """F without its denominator."""
        if self._numerator is None:
            self._numerator = parts(rational(self.expression))[0]
        return self._numerator

    def constants(self, count: int) -> list[Expr]:
        """Constants of integration that the equation does not use."""
        return constants_of(self.names, count)

    def total(self, e: Expr) -> Expr:
        """The derivative along a solution: e_x + e_y*y' + e_y'*y'' + ..."""
        return total_derivative(e, self.x, self.d)

    def solved(self) -> Expr | None:
        """The highest derivative as an expression of the lower ones, where it is linear in it."""
        top = self.highest
        for form in (self.expression, self.numerator):
            slope = timed(lambda: self.sympy.diff(form, top), 0.5)
            if slope is None or slope == 0:
                continue
            slope = timed(lambda: self.sympy.expand(slope), 0.3) or slope
            if top in slope.free_symbols:
                slope = rational(slope)
            if top not in slope.free_symbols:
                rest = form.xreplace({top: self.sympy.S.Zero})
                return rational(-rest / slope)
        return None

    def with_expression(self, expression: Expr) -> Equation:
        """Another equation for the same function."""
        highest = [k for k, s in enumerate(self.d) if s in expression.free_symbols]
        order = max(highest, default=0)
        return Equation(self.x, self.d, expression, order, self.budget)


def total_derivative(e: Expr, x: Expr, d: list[Expr]) -> Expr:
    """e_x + e_y*y' + ...: `d` must hold one derivative more than `e` does."""
    sympy = load_sympy()
    result = sympy.diff(e, x)
    for lower, higher in pairwise(d):
        if lower in e.free_symbols:
            result += sympy.diff(e, lower) * higher
    return result


def symbols_of(function: Unknown, count: int) -> list[Expr]:
    """Symbols for a function and its first `count` derivatives."""
    sympy = load_sympy()
    return [sympy.Symbol(function.label((k,))) for k in range(count + 1)]


def in_sympy(
    node: Node, functions: Mapping[Unknown, list[Expr]], assume: Mapping[str, frozenset[str]]
) -> Expr:
    """Left minus right side of an equation, with functions as symbols.

    Raises InvalidInput for what is no equation between ordinary expressions.
    """
    sympy = load_sympy()
    left, right = node.args
    known = {name: what for name, what in assume.items() if name not in _names(functions)}
    try:
        e = to_sympy(as_symbols(sub(left, right)), known, real=False)
    except Unsupported as error:
        raise InvalidInput(f"this equation cannot be worked with: {error}") from error
    if not isinstance(e, sympy.Expr):
        raise InvalidInput("an equation has an expression on each side, not a vector or condition")
    while True:
        inner = [p for p in e.atoms(sympy.Derivative) if not p.expr.has(sympy.Derivative)]
        if not inner:
            return e
        for part in inner:
            value = part.expr
            for variable, times in part.variable_count:
                for _ in range(int(times)):
                    value = _along(value, variable, functions)
            e = e.xreplace({part: value})


def _along(e: Expr, variable: Expr, functions: Mapping[Unknown, list[Expr]]) -> Expr:
    sympy = load_sympy()
    result = sympy.diff(e, variable)
    for function, d in functions.items():
        if function.variables == (variable.name,):
            for lower, higher in pairwise(d):
                result += sympy.diff(e, lower) * higher
    return result


def _names(functions: Mapping[Unknown, list[Expr]]) -> set[str]:
    return {s.name for d in functions.values() for s in d} | {
        name for function in functions for name in function.variables
    }


def order_in(e: Expr, d: list[Expr]) -> int:
    """The order of the highest derivative in an expression; -1 where the function is not in it."""
    return max((k for k, s in enumerate(d) if s in e.free_symbols), default=-1)


def as_node_symbol(s: Expr) -> Node:
    """The symbol of the graph with the name of a symbol of sympy."""
    return symbol(s.name)
