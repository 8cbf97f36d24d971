"""Matrix expressions: immutable, each kept once, with a shape; a vector is a column.

Products of matrices do not commute, so these are not nodes of the scalar graph. Operations:
`name number size eye ones zeros`; `add`, `mul` (scalars first, then matrices in order), `had`
(element by element), `power` (of a scalar), `epow` (of each element), `func` (of a scalar or of
each element), `transpose inv tr det logdet norm sum diag vec reshape kron commutation softmax
logsumexp`, and `d`, the differential still to be taken. The constructors are in `build`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple
from weakref import WeakValueDictionary


class Size(NamedTuple):
    """A number of rows or columns: a whole number times names, `2*m*n`."""

    number: int
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        parts = ([str(self.number)] if self.number != 1 or not self.names else []) + [*self.names]
        return "*".join(parts)

    def times(self, other: Size) -> Size:
        """The product."""
        return Size(self.number * other.number, tuple(sorted(self.names + other.names)))


ONE_ROW = Size(1)

#: Rows and columns.
Shape = tuple[Size, Size]

SCALAR: Shape = (ONE_ROW, ONE_ROW)

Value = Fraction | str | Shape | Size | None


class Expr:
    """One matrix expression.

    op, args, value: what it is; shape: its rows and columns. Equal expressions are one object.
    """

    __slots__ = ("__weakref__", "args", "names", "op", "shape", "value")

    op: str
    args: tuple[Expr, ...]
    value: Value
    shape: Shape
    names: frozenset[str]

    @property
    def rows(self) -> Size:
        """Its number of rows."""
        return self.shape[0]

    @property
    def columns(self) -> Size:
        """Its number of columns."""
        return self.shape[1]

    @property
    def is_scalar(self) -> bool:
        """One row and one column?"""
        return self.shape == SCALAR

    @property
    def is_vector(self) -> bool:
        """One column?"""
        return self.columns == ONE_ROW

    def __repr__(self) -> str:
        from dlmath.maths.networks.matrix_calculus.write import to_text

        return f"<{to_text(self)}>"


_Key = tuple[str, tuple[Expr, ...], Value, Shape]
_table: WeakValueDictionary[_Key, Expr] = WeakValueDictionary()


def make(op: str, args: tuple[Expr, ...], value: Value, shape: Shape) -> Expr:
    """The one expression with these parts; nothing is simplified."""
    key = (op, args, value, shape)
    found = _table.get(key)
    if found is None:
        found = object.__new__(Expr)
        found.op, found.args, found.value, found.shape = op, args, value, shape
        below = frozenset[str]().union(*(part.names for part in args))
        found.names = below | {value} if op == "name" and isinstance(value, str) else below
        if op == "d":
            found.names |= {DIFFERENTIAL}
        _table[key] = found
    return found


#: Stands among the names of what holds a differential still to be taken.
DIFFERENTIAL = "d()"


def shape_text(shape: Shape) -> str:
    """`m x n`, `n` for a vector, `scalar`."""
    if shape == SCALAR:
        return "scalar"
    return str(shape[0]) if shape[1] == ONE_ROW else f"{shape[0]} x {shape[1]}"
