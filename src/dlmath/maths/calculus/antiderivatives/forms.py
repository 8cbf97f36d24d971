"""How an integrand is put together: the views of an expression that the integration rules read.

Everything here is about one variable `x`, given as a symbol node; whatever does not contain it
counts as constant. Nothing here recurses over deep graphs.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd, prod
from typing import NamedTuple

from dlmath.expression.graph import (
    ONE,
    ZERO,
    E,
    Exact,
    Node,
    add,
    free_symbols,
    make,
    mul,
    number,
    power,
    topological,
)
from dlmath.expression.tidy import expand, tidy

#: Expressions are not multiplied out to more terms than this.
MOST_TERMS = 250


def depends(node: Node, x: Node) -> bool:
    """Does the variable occur in the node?"""
    return x.name in free_symbols(node)


def integral(integrand: Node, x: Node) -> Node:
    """The indefinite integral as an operation, not carried out."""
    return make("integrate", (integrand, x))


def is_zero(node: Node) -> bool:
    """Is this zero once it is multiplied out? (False means only that it does not show.)"""
    return node is ZERO or (node.op != "number" and multiplied_out(node) is ZERO)


class TooLarge(Exception):
    """An expression would have too many terms when multiplied out."""


def multiplied_out(node: Node) -> Node:
    """The node multiplied out and tidied; raises TooLarge for more than MOST_TERMS terms."""
    terms: dict[Node, int] = {}
    for part in topological(node):
        if part.op == "add":
            count = sum(terms[arg] for arg in part.args)
        elif part.op == "mul":
            count = prod(terms[arg] for arg in part.args)
        elif part.op == "pow":
            count = terms[part.args[0]] ** min(abs(whole(part.args[1]) or 1), 20)
        else:
            count = 1
        if count > MOST_TERMS:
            raise TooLarge
        terms[part] = count
    return tidy(expand(node))


def whole(node: Node) -> int | None:
    """The value of a node that is a whole number, else None."""
    if node.op == "number" and isinstance(node.number, int):
        return node.number
    return None


# --- products -------------------------------------------------------------------------------


class Product(NamedTuple):
    """constant * product of base**exponent, every such power containing the variable."""

    constant: Node
    powers: dict[Node, Node]

    @property
    def variable_part(self) -> Node:
        """The product without its constant factor."""
        return from_powers(self.powers)


def from_powers(powers: dict[Node, Node]) -> Node:
    """The product of the powers, tidied."""
    return tidy(mul(*(power(base, exponent) for base, exponent in powers.items())))


def as_product(node: Node, x: Node) -> Product:
    """The node as a product of powers, equal bases collected, numbers taken out of sums."""
    constants: list[Node] = []
    powers: dict[Node, Node] = {}
    stack: list[tuple[Node, Node]] = [(node, ONE)]
    while stack:
        base, exponent = stack.pop()
        if not depends(base, x) and not depends(exponent, x):
            constants.append(power(base, exponent))
        elif base.op == "mul" and whole(exponent) is not None:
            stack.extend((part, exponent) for part in reversed(base.args))
        elif base.op == "pow" and (exponent is ONE or whole(exponent) is not None):
            stack.append((base.args[0], mul(base.args[1], exponent)))
        elif base.op == "exp" and (exponent is ONE or whole(exponent) is not None):
            stack.append((E, mul(base.args[0], exponent)))
        else:
            if base.op == "add" and whole(exponent) is not None:
                content, base = primitive(base)
                constants.append(power(number(content), exponent))
            powers[base] = add(powers[base], exponent) if base in powers else exponent
    kept: dict[Node, Node] = {}
    for base, exponent in powers.items():
        settled = tidy(exponent)
        if settled is not ZERO:
            kept[base] = settled
    return Product(tidy(mul(*constants)), kept)


def primitive(node: Node) -> tuple[Exact, Node]:
    """A sum as (content, sum with whole coprime coefficients)."""
    numbers = [_coefficient(term) for term in node.args]
    top = gcd(*(abs(value.numerator) for value in numbers))
    bottom = 1
    for value in numbers:
        bottom = bottom * value.denominator // gcd(bottom, value.denominator)
    if top == bottom == 1 or top == 0:
        return 1, node
    content = Fraction(top, bottom)
    scaled = add(*(mul(number(1 / content), term) for term in node.args))
    return content, tidy(scaled)


def _coefficient(term: Node) -> Exact:
    if term.op == "number":
        return term.number
    if term.op == "mul" and term.args[0].op == "number":
        return term.args[0].number
    return 1


# --- signs ----------------------------------------------------------------------------------


def sign_of(node: Node, positive: frozenset[str] = frozenset()) -> int | None:
    """-1, 0 or 1 for a constant whose sign can be told, else None.

    positive: names of variables known to be positive.
    """
    if node.op == "number":
        return (node.number > 0) - (node.number < 0)
    names = free_symbols(node)
    if not names:
        from dlmath.expression.numbers import evaluate

        value = evaluate(node)
        if isinstance(value, float) and abs(value) > 1e-9:
            return 1 if value > 0 else -1
        return None
    return _structural_sign(node, positive)


def _structural_sign(node: Node, positive: frozenset[str]) -> int | None:
    """A sign that the structure tells: products, even powers, sums of one sign."""
    if node.op == "symbol":
        return 1 if node.name in positive else None
    if node.op == "exp":
        return 1
    if node.op == "mul":
        result = 1
        for part in node.args:
            sign = sign_of(part, positive)
            if sign is None:
                return None
            result *= sign
        return result
    if node.op == "pow":
        base = sign_of(node.args[0], positive)
        size = whole(node.args[1])
        if base == 1 or (size is not None and size % 2 == 0):
            return 1
        return base if size is not None else None
    if node.op == "add":
        signs = {sign_of(part, positive) for part in node.args}
        return signs.pop() if len(signs) == 1 else None
    return None
