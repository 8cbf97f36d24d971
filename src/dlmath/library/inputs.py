"""Text, nodes and numbers as nodes; keywords as settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.graph import number as number_node
from dlmath.maths.variables import choose_variable
from dlmath.settings import Settings

#: An expression: a node, text in dlmath's language, or a number.
Expression = Node | str | int | float | Fraction


def to_node(value: Expression) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, str):
        from dlmath.expression.parser import parse

        return parse(value).node
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return number_node(value)
    if isinstance(value, float) and value == value and abs(value) != float("inf"):
        # As if typed: 0.1 is one tenth.
        return number_node(Fraction(repr(value)))
    raise InvalidInput(f"an expression is text, a node or a number, not {type(value).__name__}")


def make_settings(
    *,
    steps: bool = False,
    check: bool = True,
    digits: int | None = None,
    at: Mapping[str, Expression] | str | None = None,
    assume: str | None = None,
    at_kink: str = "undefined",
    plot: bool = False,
) -> Settings:
    from dlmath.expression.parser import parse_assumptions

    return Settings(
        steps=steps,
        check=check,
        digits=digits,
        at=to_values(at),
        assume=parse_assumptions(assume) if assume else {},
        at_kink=at_kink,
        plot=plot,
    )


def to_values(values: Mapping[str, Expression] | str | None) -> dict[str, Node]:
    if values is None:
        return {}
    if isinstance(values, str):
        from dlmath.expression.parser import parse_assignments

        return parse_assignments(values)
    return {name: to_node(value) for name, value in values.items()}


def one_variable(expression: Node, wrt: str | None, deed: str) -> str:
    return wrt if wrt is not None else choose_variable(expression, deed)[0]


def all_names(expression: Node, wrt: str | Sequence[str] | None) -> list[str]:
    """The variables named, else all of the expression in alphabetical order."""
    if wrt is None:
        return sorted(free_symbols(expression)) or ["x"]
    return [wrt] if isinstance(wrt, str) else list(wrt)
