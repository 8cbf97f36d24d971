"""Exact arithmetic for the entries of a matrix: one algorithm serves all kinds of entries.

Rational entries are Fractions. Entries made of variables and roots by the four operations are
elements of an algebraic field, where equality is decided. Whatever else (`sin(x)`, `log(2)`) is
kept as an expression, and is taken as zero where its values at points are, to 30 digits.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Protocol

from dlmath.expression.graph import (
    I,
    Node,
    add,
    contains,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    topological,
    unfolded,
    vector,
)
from dlmath.settings import Settings

#: Rows of elements of one field.
Rows = list[list[Any]]

#: Rows of nodes.
NodeRows = list[list[Node]]

#: Larger formulas are left as they came out.
_SIMPLIFIED_MOST = 40

#: Fields with more different roots, or higher ones, are slow to build.
_ROOTS_MOST = 2
_DEGREE_MOST = 4


class Field(Protocol):
    """A kind of entries. Elements take + - * / and are true where they are not zero."""

    zero: Any
    one: Any

    def element(self, node: Node) -> Any:
        """The element that a node stands for."""

    def node(self, element: Any) -> Node:
        """The element as mathematics, in reading form."""

    def conjugate(self, element: Any) -> Any:
        """The complex conjugate; variables are real."""


class Rationals:
    """Fractions."""

    zero = Fraction(0)
    one = Fraction(1)

    def element(self, node: Node) -> Fraction:
        return Fraction(node.number)

    def node(self, element: Fraction) -> Node:
        return number(element)

    def conjugate(self, element: Fraction) -> Fraction:
        return element


class Algebraic:
    """Elements of one of sympy's fields: numbers with roots, and quotients of polynomials."""

    def __init__(self, domain: Any, known: dict[Node, Any], settings: Settings) -> None:
        self.zero = domain.zero
        self.one = domain.one
        self._domain = domain
        self._known = known
        self._settings = settings

    def element(self, node: Node) -> Any:
        if node not in self._known:
            from dlmath.expression.to_sympy import to_sympy

            found = to_sympy(node, self._settings.assume)
            self._known[node] = self._domain.from_sympy(found)
        return self._known[node]

    def node(self, element: Any) -> Node:
        from dlmath.expression.from_sympy import from_sympy
        from dlmath.expression.tidy import expand, tidy

        found = tidy(from_sympy(self._domain.to_sympy(element)))
        return found if free_symbols(found) else tidy(expand(found))

    def conjugate(self, element: Any) -> Any:
        node = self.node(element)
        return self.element(conjugated(node)) if contains(node, {"constant"}) else element


class Expression:
    """An element that is kept as a formula."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        from dlmath.expression.tidy import tidy

        self.node = tidy(node)

    def __add__(self, other: Expression) -> Expression:
        return Expression(add(self.node, other.node))

    def __sub__(self, other: Expression) -> Expression:
        return Expression(add(self.node, neg(other.node)))

    def __mul__(self, other: Expression) -> Expression:
        return Expression(mul(self.node, other.node))

    def __truediv__(self, other: Expression) -> Expression:
        return Expression(div(self.node, other.node))

    def __neg__(self) -> Expression:
        return Expression(neg(self.node))

    def __bool__(self) -> bool:
        return not vanishes(self.node)


class Expressions:
    """Formulas of any kind."""

    def __init__(self, settings: Settings, simplify: bool = True) -> None:
        self.zero = Expression(number(0))
        self.one = Expression(number(1))
        self._settings = settings
        self._simplify = simplify
        self._simplifying = 0.0

    def element(self, node: Node) -> Expression:
        return Expression(node)

    def node(self, element: Expression) -> Node:
        node = element.node
        if vanishes(node):
            return number(0)
        if not self._simplify or self._simplifying > self._settings.seconds / 10 > 0:
            return node
        started = time.monotonic()
        found = _simpler(node, self._settings)
        self._simplifying += time.monotonic() - started
        return found

    def conjugate(self, element: Expression) -> Expression:
        return Expression(conjugated(element.node))


def conjugated(node: Node) -> Node:
    """The node with -i in the place of i: the complex conjugate where all else is real."""
    from dlmath.expression.tidy import tidy

    return tidy(replace(node, {I: neg(I)}))


def is_conjugable(node: Node) -> bool:
    """Does exchanging i for -i conjugate the value? Not where a root of -1 stands without i."""
    from dlmath.expression.numbers import evaluate

    with_unit: set[Node] = set()
    for part in topological(node):
        if part is I or any(arg in with_unit for arg in part.args):
            with_unit.add(part)
            continue
        cut = part.op in ("pow", "log", "asin", "acos", "acosh", "atanh")
        if cut and not free_symbols(part) and complex(evaluate(part)).imag:
            return False
    return True


def vanishes(node: Node) -> bool:
    """Is the value zero wherever there is one? Decided by values at points where need be."""
    if is_number(node):
        return node.number == 0
    from dlmath.expression.tidy import expand, tidy

    opened = tidy(expand(node))
    if is_number(opened):
        return opened.number == 0
    from dlmath.checks.values import sample_points
    from dlmath.errors import LimitReached
    from dlmath.expression.precise import evaluate

    # One is added: the digits of a sum near 1 settle at once, those of an exact zero never do.
    shifted = unfolded("add", [number(1), opened])
    seen = False
    for point in sample_points(sorted(free_symbols(node)), count=6):
        try:
            value = evaluate(shifted, point, 40) - 1
        except LimitReached:
            continue
        if value != value:
            continue
        if abs(value) > 1e-30:
            return False
        seen = True
    return seen


def _simpler(node: Node, settings: Settings) -> Node:
    """A large formula in its simplest checked form."""
    if not 7 <= len(topological(node)) <= _SIMPLIFIED_MOST or not free_symbols(node):
        return node
    from dlmath.errors import DlmathError
    from dlmath.maths.simplify import simplify

    try:
        answer = simplify(node, Settings(assume=settings.assume, seconds=settings.seconds / 20))
    except DlmathError:
        return node
    return answer.result if isinstance(answer.result, Node) and not answer.refuted else node


def choose_field(nodes: Iterable[Node], settings: Settings, *, simplify: bool = True) -> Field:
    """The simplest field that holds all the nodes.

    simplify: are results that are formulas of functions brought into a simpler form?
    """
    held = list(dict.fromkeys(nodes))
    if all(is_number(node) for node in held):
        return Rationals()
    if _is_algebraic(held):
        return _algebraic_field(held, settings) or Expressions(settings, simplify)
    return Expressions(settings, simplify)


def _is_algebraic(nodes: Sequence[Node]) -> bool:
    roots: set[Node] = set()
    for part in topological(*nodes):
        if part.op in ("number", "symbol", "add", "mul") or part is I:
            continue
        if part.op != "pow" or part.args[1].op != "number":
            return False
        exponent = part.args[1].number
        if isinstance(exponent, int):
            continue
        if not is_number(part.args[0]) or exponent.denominator > _DEGREE_MOST:
            return False
        roots.add(power(part.args[0], number(Fraction(1, exponent.denominator))))
    variables = any(free_symbols(node) for node in nodes)
    imaginary = any(contains(node, {"constant"}) for node in nodes)
    return len(roots) + imaginary <= (1 if variables else _ROOTS_MOST)


def _algebraic_field(nodes: list[Node], settings: Settings) -> Field | None:
    from dlmath.expression.sympy_names import load_sympy
    from dlmath.expression.to_sympy import to_sympy

    load_sympy()
    from sympy.polys.constructor import construct_domain

    translated = [to_sympy(node, settings.assume) for node in nodes]
    domain, elements = construct_domain(translated, field=True, extension=True)
    if domain.is_EX or not domain.is_Exact:
        return None
    return Algebraic(domain, dict(zip(nodes, elements, strict=True)), settings)


# --- matrices of nodes and of elements --------------------------------------------------------


def rows_of(matrix: Node) -> NodeRows:
    """The entries of a matrix node."""
    return [list(row.args) for row in matrix.args]


def matrix_node(rows: Iterable[Iterable[Node]]) -> Node:
    """Rows of nodes as one node."""
    return vector(vector(row) for row in rows)


def elements(field: Field, rows: NodeRows) -> Rows:
    """Rows of nodes as rows of elements."""
    return [[field.element(entry) for entry in row] for row in rows]


def nodes(field: Field, rows: Rows) -> NodeRows:
    """Rows of elements as rows of nodes."""
    return [[field.node(entry) for entry in row] for row in rows]


def identity(field: Field, size: int) -> Rows:
    """The identity matrix."""
    return [[field.one if i == j else field.zero for j in range(size)] for i in range(size)]


def transposed(rows: list[list[Any]]) -> list[list[Any]]:
    """Rows for columns."""
    return [list(column) for column in zip(*rows, strict=True)]


def adjoint(field: Field, rows: Rows) -> Rows:
    """The conjugate transpose."""
    return [[field.conjugate(entry) for entry in column] for column in zip(*rows, strict=True)]


def product(field: Field, a: Rows, b: Rows) -> Rows:
    """The matrix product."""
    columns = list(zip(*b, strict=True))
    return [[inner(field, row, column) for column in columns] for row in a]


def inner(field: Field, x: Sequence[Any], y: Sequence[Any]) -> Any:
    """The sum of the products of entries, without conjugation."""
    total = field.zero
    for p, q in zip(x, y, strict=True):
        total = total + p * q
    return total


def value_of(node: Node) -> Any:
    """The number, or nested lists of numbers, of a node without variables, else None."""
    if free_symbols(node):
        return None
    if node.op == "vector":
        return [value_of(part) for part in node.args]
    if is_number(node):
        return node.number
    from dlmath.expression.numbers import evaluate

    return evaluate(node)
