"""Unknown functions and their derivatives as nodes: `y(x)`, `y''(x)`, `u_xx(x, t)`, `y'(0)`.

A node of the operation `unknown` has the operands the function is taken at, and as its value the
name with its derivative written out: primes for a function of one variable, an index of variables
for a function of several. `to_text` writes it as it is typed, and `expression.differential` reads
it back.

Algorithms that work on an equation as an algebraic one exchange these nodes for symbols of the
same name (`as_symbols`): the equation y' + x*y = 0 is then an expression in `x`, `y` and `y'`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dlmath.expression import graph
from dlmath.expression.graph import Node, topological

#: The operation of these nodes.
UNKNOWN = "unknown"


class Unknown(NamedTuple):
    """An unknown function: its name and its variables, in order."""

    name: str
    variables: tuple[str, ...]

    def at(self, orders: Sequence[int] = (), args: Sequence[Node] | None = None) -> Node:
        """The derivative of these orders, one for each variable, at `args` (or the variables)."""
        operands = [graph.symbol(v) for v in self.variables] if args is None else args
        return graph.make(UNKNOWN, operands, self.label(orders))

    def label(self, orders: Sequence[int] = ()) -> str:
        """`y''`, `u_xt`: the name of a derivative. orders: one for each variable."""
        if not any(orders):
            return self.name
        if len(self.variables) == 1:
            return self.name + "'" * orders[0]
        pairs = zip(self.variables, orders, strict=True)
        letters = [variable for variable, count in pairs for _ in range(count)]
        joined = "" if all(len(letter) == 1 for letter in letters) else "_"
        return f"{self.name}_{joined.join(letters)}"

    def orders(self, label: str) -> tuple[int, ...] | None:
        """How often each variable is differentiated by in `label`; None if it is not a label."""
        if label == self.name:
            return (0,) * len(self.variables)
        rest = label.removeprefix(self.name)
        if rest == label:
            return None
        if len(self.variables) == 1 and not rest.strip("'"):
            return (len(rest),)
        if not rest.startswith("_") or len(rest) < 2:
            return None
        parts = list(rest[1:]) if "_" not in rest[1:] else rest[1:].split("_")
        if rest[1:] in self.variables:
            parts = [rest[1:]]
        if any(part not in self.variables for part in parts):
            return None
        return tuple(parts.count(variable) for variable in self.variables)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(self.variables)})"


def unknowns_in(node: Node) -> list[Node]:
    """Every node of an unknown function or its derivative below, once."""
    return [part for part in topological(node) if part.op == UNKNOWN]


def orders_of(node: Node, functions: Iterable[Unknown]) -> tuple[Unknown, tuple[int, ...]]:
    """Which function a node of the operation `unknown` is, and its derivatives by each variable.

    Raises KeyError for a function that is not among `functions`.
    """
    for function in functions:
        orders = function.orders(str(node.value))
        if orders is not None:
            return function, orders
    raise KeyError(str(node.value))


def as_symbols(node: Node) -> Node:
    """The node with `y''(x)` exchanged for a symbol called `y''`; values as `y(0)` stay."""
    return graph.replace(
        node,
        {
            part: graph.symbol(str(part.value))
            for part in unknowns_in(node)
            if all(arg.op == "symbol" for arg in part.args)
        },
    )


def from_symbols(node: Node, functions: Iterable[Unknown]) -> Node:
    """The node with symbols such as `y''` exchanged for the functions they stand for."""
    exchanged: dict[Node, Node] = {}
    for part in topological(node):
        if part.op == "symbol":
            for function in functions:
                orders = function.orders(part.name)
                if orders is not None:
                    exchanged[part] = function.at(orders)
    return graph.replace(node, exchanged)
