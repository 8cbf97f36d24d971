"""Symbolic routes to a one-sided limit, tried in turn: each gives a claim, none is believed yet.

sympy's algorithms (Gruntz's algorithm and series) err where `a**b` has a base below 1, where
kinks are near and where branches meet, so the function is first put into a form that they are
good at: the variable replaced by a positive one, powers written as exponentials, kinks resolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from dlmath.checks.approach import place_at
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.limits.problem import LEFT, Problem

#: Said by a route of a function that it finds to oscillate.
OSCILLATES = "oscillates"


class Route(NamedTuple):
    """name: words for the working. run: computes the claim (a node, `OSCILLATES`, or None)."""

    name: str
    run: Callable[[], Node | str | None]


def routes(problem: Problem, side: str) -> Iterator[Route]:
    """The routes for one side, the quickest and most reliable first."""
    substituted = _Substituted(problem, side)
    yield Route("limit after x = a + 1/t with powers as exponentials", substituted.gruntz)
    yield Route("limit at t = 0 with powers as exponentials", substituted.near_zero)
    yield Route("limit with real variables", lambda: _direct(problem, side, real=True))
    yield Route("limit with complex variables", lambda: _direct(problem, side, real=False))
    yield Route("leading term of the series", substituted.leading_term)
    yield Route("simplified first", substituted.simplified)


class _Substituted:
    """The function in terms of a positive variable, in two forms."""

    def __init__(self, problem: Problem, side: str) -> None:
        self.problem = problem
        self.side = side
        self.name = _unused(problem)
        self.assume = {**problem.assume, self.name: frozenset({"positive"})}

    def gruntz(self) -> Node | str | None:
        """The variable runs to infinity as t, -t, a + 1/t or a - 1/t."""
        place = place_at(self.problem.point, self.side, graph.symbol(self.name))
        return self._limit(place, infinite=True)

    def near_zero(self) -> Node | str | None:
        """The variable is 1/t, -1/t, a + t or a - t with t to 0 from above."""
        closeness = graph.power(graph.symbol(self.name), graph.MINUS_ONE)
        return self._limit(place_at(self.problem.point, self.side, closeness), infinite=False)

    def leading_term(self) -> Node | str | None:
        """The first term of the expansion at t = 0 decides."""
        sympy, function, symbol = self._prepare(
            place_at(
                self.problem.point,
                self.side,
                graph.power(graph.symbol(self.name), graph.MINUS_ONE),
            )
        )
        leading = function.as_leading_term(symbol)
        return _read(sympy.limit(leading, symbol, 0, "+"), symbol)

    def simplified(self) -> Node | str | None:
        """The limit after sympy's simplification (identities of sines, gamma functions ...)."""
        place = place_at(self.problem.point, self.side, graph.symbol(self.name))
        sympy, function, symbol = self._prepare(place)
        simpler = sympy.simplify(function)
        if simpler == function:
            return None
        return _read(sympy.limit(simpler, symbol, sympy.oo), symbol)

    def _limit(self, place: Node, infinite: bool) -> Node | str | None:
        sympy, function, symbol = self._prepare(place)
        if infinite:
            return _read(sympy.limit(function, symbol, sympy.oo), symbol)
        return _read(sympy.limit(function, symbol, 0, "+"), symbol)

    def _prepare(self, place: Node) -> tuple[Any, Any, Any]:
        from dlmath.expression.tidy import tidy
        from dlmath.expression.to_sympy import load_sympy, to_sympy

        sympy = load_sympy()
        moved = graph.substitute(self.problem.expression, {self.problem.variable: place})
        function = to_sympy(tidy(as_exponentials(moved, self.name)), self.assume)
        symbol = sympy.Symbol(self.name, positive=True)
        if symbol not in function.free_symbols:
            symbol = next((s for s in function.free_symbols if s.name == self.name), symbol)
        return sympy, function, symbol


def _direct(problem: Problem, side: str, *, real: bool) -> Node | str | None:
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    sympy = load_sympy()
    together = graph.vector((problem.expression, graph.symbol(problem.variable), problem.point))
    function, symbol, point = to_sympy(together, problem.assume, real=real)
    direction = "-" if side == LEFT else "+"
    return _read(sympy.limit(function, symbol, point, direction), symbol)


def _read(found: Any, symbol: Any) -> Node | str | None:
    """sympy's answer as a claim, or None where it says nothing usable."""
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.tidy import tidy
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    if found.has(sympy.Limit, sympy.nan, sympy.zoo) or found.has(symbol):
        return None
    if found.has(sympy.AccumBounds):
        return OSCILLATES
    return tidy(from_sympy(found))


def as_exponentials(node: Node, variable: str) -> Node:
    """Powers with the variable in the exponent written as exp(exponent*log(base)).

    Powers of a negative number are left alone: they are not real between whole exponents.
    """
    mapping: dict[Node, Node] = {}
    for part in graph.topological(node):
        args = tuple(mapping[arg] for arg in part.args)
        if part.op == "pow" and variable in graph.free_symbols(part.args[1]):
            base, exponent = args
            if not (base.op == "number" and base.number <= 0):
                mapping[part] = graph.call("exp", graph.mul(exponent, graph.call("log", base)))
                continue
        mapping[part] = part if args == part.args else graph.make(part.op, args, part.value)
    return mapping[node]


def _unused(problem: Problem) -> str:
    taken = {
        part.name for part in graph.topological(problem.expression) if part.op == "symbol"
    } | set(problem.parameters)
    name = "t"
    while name in taken:
        name += "_"
    return name
