"""Integrals left standing in a solution: their slopes are known, their values measured.

`integrate(f, t, 0, x)` has the slope f(x) by x (the fundamental theorem of calculus), and its value
at a point comes from quadrature; both without any antiderivative.
"""

from __future__ import annotations

import cmath
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression import numbers, precise
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    Node,
    add,
    free_symbols,
    mul,
    replace,
    substitute,
    symbol,
    topological,
)


class Standing(NamedTuple):
    """An integral that was left standing: of `body` by `bound`, from `lower` to `upper`."""

    name: str
    body: Node
    bound: str
    lower: Node
    upper: Node


def value_of(node: Node, where: Mapping[str, Any], digits: int) -> Any:
    """The value as a number, None where it is undefined or far too large."""
    if digits:
        value = precise.evaluate(node, where, digits)
    else:
        value = numbers.evaluate(node, where)
    if value is None or isinstance(value, (list, bool)):
        return None
    plain = complex(value)
    if cmath.isnan(plain) or cmath.isinf(plain) or abs(plain) > 1e80:
        return None
    return value


def without_integrals(
    functions: Mapping[str, Node], uppers: Sequence[str]
) -> tuple[Mapping[str, Node], list[Standing]]:
    """Functions by name with symbols for the integrals in them."""
    nodes, integrals = integrals_of(list(functions.values()), uppers)
    return dict(zip(functions, nodes, strict=True)), integrals


def integrals_of(nodes: Sequence[Node], uppers: Sequence[str]) -> tuple[list[Node], list[Standing]]:
    """The nodes with a symbol for each integral up to a variable, and what they are."""
    found: dict[Node, Standing] = {}
    for part in topological(*nodes):
        if part.op == "integrate" and len(part.args) == 4:
            body, bound, lower, upper = part.args
            if free_symbols(upper) & set(uppers) and not free_symbols(lower):
                name = f"integral {len(found)}"
                found[part] = Standing(name, body, bound.name, lower, upper)
    exchanged = {part: symbol(one.name) for part, one in found.items()}
    return [replace(node, exchanged) for node in nodes], list(found.values())


def slope(node: Node, variable: str, integrals: Sequence[Standing]) -> Node:
    """The derivative by a variable that may also stand in the upper ends of integrals."""
    inside = [one for one in integrals if variable in free_symbols(one.upper)]
    found = gradient(node, [variable, *(one.name for one in inside)])
    total = found[variable]
    for one in inside:
        rate = substitute(one.body, {one.bound: one.upper})
        rise = gradient(one.upper, [variable])[variable]
        total = add(total, mul(found[one.name], rate, rise))
    return total


def quadratures(integrals: Sequence[Standing], where: Mapping[str, Any]) -> dict[str, Any] | None:
    """The values of the integrals at a point; None where one has none."""
    import mpmath

    values: dict[str, Any] = {}
    for one in integrals:

        def height(t: Any, one: Standing = one) -> Any:
            value = value_of(one.body, {**where, one.bound: complex(t)}, 0)
            return mpmath.nan if value is None else value

        try:
            with mpmath.workprec(53):
                low = numbers.evaluate(one.lower)
                high = value_of(one.upper, where, 0)
                if high is None:
                    return None
                value = mpmath.quad(height, [low, high])
        except (DlmathError, ValueError, ZeroDivisionError, OverflowError):
            return None
        if not mpmath.isfinite(value):
            return None
        values[one.name] = complex(value) if mpmath.im(value) else float(mpmath.re(value))
    return values
