"""A partial differential equation as an algebraic one in u, u_x, u_xx, ..., and its conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.differential import Problem
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    ZERO,
    Node,
    free_symbols,
    neg,
    replace,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy
from dlmath.expression.unknown import UNKNOWN, Unknown, as_symbols, orders_of, unknowns_in

Orders = tuple[int, int]


class Equation(NamedTuple):
    """F(x, t, u, u_x, ...) = 0 for one function of two variables.

    space, time: the variables; of two variables of space, `time` is the second. parts: for each
    derivative that occurs (its orders by space and time) the coefficient, where F is linear in all
    of them. rest: what stands without u. expression: F in symbols `u`, `u_x`, ...
    """

    function: Unknown
    space: str
    time: str
    expression: Node
    order: int
    linear: bool
    parts: dict[Orders, Node]
    rest: Node

    def label(self, orders: Orders) -> str:
        """The name of a derivative, by space and time."""
        return self.function.label(self.native(orders))

    def native(self, orders: Orders) -> tuple[int, ...]:
        """Orders in the order of the function's own variables."""
        return orders if self.function.variables[0] == self.space else (orders[1], orders[0])

    def at(self, orders: Orders = (0, 0)) -> Node:
        """The derivative as a node of the language."""
        return self.function.at(self.native(orders))

    def part(self, orders: Orders) -> Node:
        """The coefficient of a derivative; 0 where it does not occur."""
        return self.parts.get(orders, ZERO)

    def only(self, *orders: Orders) -> bool:
        """Do no other derivatives occur?"""
        return set(self.parts) <= set(orders)


class Side(NamedTuple):
    """A condition where one variable has a value: parts * derivatives = value.

    variable: the one that is fixed, at place. parts: coefficient of each derivative, by space and
    time. value: what it equals, in the other variable. node: as it was given.
    """

    variable: str
    place: Node
    parts: dict[Orders, Node]
    value: Node
    node: Node

    def kind(self, equation: Equation) -> str:
        """`value`, `slope` (the derivative across the side), or `mixed`."""
        normal = (1, 0) if self.variable == equation.space else (0, 1)
        if set(self.parts) == {(0, 0)}:
            return "value"
        return "slope" if set(self.parts) == {normal} else "mixed"


def read_equation(problem: Problem, values: Mapping[str, Node]) -> Equation:
    """The equation of a problem with parameters put in. Raises InvalidInput, Unsolved."""
    if not problem.equations:
        raise InvalidInput("there is no equation to solve, only conditions")
    if len(problem.equations) > 1 or len(problem.functions) > 1:
        raise Unsolved("systems of partial differential equations are not solved")
    function = problem.functions[0]
    if len(function.variables) != 2:
        count = len(function.variables)
        if count < 2:
            raise InvalidInput(
                f"{function} depends on one variable",
                hint="ode solves ordinary equations; or name the function: --for u(x,t)",
            )
        raise Unsolved(f"{function} depends on {count} variables, and equations of two are solved")
    space, time = function.variables
    if space == "t":
        space, time = time, space
    put = {name: node for name, node in values.items() if name not in function.variables}
    node = as_symbols(_expanded(problem.equations[0], function))
    node = tidy(substitute(sub(*node.args), put))
    labels: dict[Orders, str] = {}
    swapped = function.variables[0] != space
    for name in free_symbols(node):
        orders = function.orders(name)
        if orders is not None:
            labels[(orders[1], orders[0]) if swapped else (orders[0], orders[1])] = name
    order = max((sum(orders) for orders in labels), default=0)
    if order == 0:
        raise InvalidInput(f"no derivative of {function.name} occurs in this equation")
    slopes = gradient(node, list(labels.values()))
    parts = {orders: tidy(slopes[name]) for orders, name in labels.items()}
    names = set(labels.values())
    linear = not any(names & free_symbols(part) for part in parts.values())
    parts = {orders: part for orders, part in parts.items() if part is not ZERO}
    rest = tidy(substitute(node, dict.fromkeys(names, ZERO))) if linear else ZERO
    return Equation(function, space, time, node, order, linear, parts, rest)


def _expanded(node: Node, function: Unknown) -> Node:
    """`derive(k*u_x, x)` carried out."""
    exchanged: dict[Node, Node] = {}
    for part in topological(node):
        if part.op != "derive":
            continue
        body = replace(part.args[0], exchanged)
        times = int(part.args[2].number) if len(part.args) > 2 else 1
        for _ in range(times):
            body = _total(body, part.args[1].name, function)
        exchanged[part] = body
    return replace(node, exchanged) if exchanged else node


def _total(node: Node, variable: str, function: Unknown) -> Node:
    from dlmath.expression.graph import add, mul
    from dlmath.expression.unknown import from_symbols

    plain = as_symbols(node)
    names = sorted(free_symbols(plain))
    slopes = gradient(plain, sorted({*names, variable}))
    terms = [slopes[variable]]
    for name in names:
        orders = function.orders(name)
        if orders is not None and variable in function.variables:
            k = function.variables.index(variable)
            more = [n + (1 if j == k else 0) for j, n in enumerate(orders)]
            terms.append(mul(slopes[name], symbol(function.label(more))))
    return from_symbols(tidy(add(*terms)), (function,))


def read_sides(problem: Problem, equation: Equation, values: Mapping[str, Node]) -> list[Side]:
    """The conditions, each on a line where one variable is fixed. Raises InvalidInput, Unsolved."""
    return [_side(node, problem, equation, values) for node in problem.conditions]


def _side(node: Node, problem: Problem, equation: Equation, values: Mapping[str, Node]) -> Side:
    function = equation.function
    put = {name: v for name, v in values.items() if name not in function.variables}
    places: set[tuple[str, Node]] = set()
    exchanged: dict[Node, Node] = {}
    names: dict[str, Orders] = {}
    for part in unknowns_in(node):
        _, orders = orders_of(part, problem.functions)
        fixed = [
            (name, tidy(substitute(arg, put)))
            for name, arg in zip(function.variables, part.args, strict=True)
            if arg is not symbol(name)
        ]
        if any(p.op == UNKNOWN for _, arg in fixed for p in topological(arg)):
            raise InvalidInput("a condition is given at a place, not at an unknown value")
        if len(fixed) != 1 or set(function.variables) & free_symbols(fixed[0][1]):
            example = ", ".join(["0" if v == equation.time else v for v in function.variables])
            raise InvalidInput(
                f"a condition fixes one variable of {function}",
                hint=f"for example {function.name}({example}) = 0",
            )
        places.add(fixed[0])
        if function.variables[0] != equation.space:
            orders = (orders[1], orders[0])
        name = f"part{orders[0]}_{orders[1]}"
        names[name] = (orders[0], orders[1])
        exchanged[part] = symbol(name)
    if len(places) != 1:
        raise Unsolved("conditions that join several places (periodic ones, say) are not solved")
    variable, place = next(iter(places))
    body = tidy(substitute(replace(sub(*node.args), exchanged), put))
    slopes = {orders: tidy(gradient(body, [name])[name]) for name, orders in names.items()}
    if any(set(names) & free_symbols(part) for part in slopes.values()):
        raise Unsolved("conditions that are not linear in the function are not solved")
    value = tidy(neg(substitute(body, dict.fromkeys(names, ZERO))))
    if variable in free_symbols(value):
        raise InvalidInput(f"this condition is at {variable} fixed, and its value depends on it")
    if len(slopes) == 1:
        ((orders, part),) = slopes.items()
        from dlmath.expression.graph import ONE, div

        value = tidy(div(value, part))
        slopes = {orders: ONE}
    return Side(variable, place, slopes, value, node)


def number_at(node: Node) -> float | None:
    """The value of a node without variables, else None."""
    if free_symbols(node):
        return None
    value = evaluate(node)
    return float(value) if isinstance(value, (int, float)) and value == value else None


class Pair(NamedTuple):
    """The two sides of an interval, and how the function is held there: `value` or `slope`."""

    left: Node
    right: Node
    left_kind: str
    right_kind: str
    left_value: Node
    right_value: Node

    @property
    def homogeneous(self) -> bool:
        """Is zero given on both sides?"""
        return self.left_value is ZERO and self.right_value is ZERO


def pair_of(sides: list[Side], equation: Equation) -> Pair | None:
    """Two sides as an interval with the smaller place first; None where they are no such pair."""
    if len(sides) != 2 or any(side.kind(equation) == "mixed" for side in sides):
        return None
    first, second = sides
    a, b = number_at(first.place), number_at(second.place)
    if a is not None and b is not None:
        if a == b:
            return None
        if a > b:
            first, second = second, first
    elif b == 0:
        first, second = second, first
    return Pair(first.place, second.place, first.kind(equation), second.kind(equation),
                first.value, second.value)  # fmt: skip
