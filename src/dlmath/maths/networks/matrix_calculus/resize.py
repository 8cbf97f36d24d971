"""The same expression at sizes that are small enough to try: large numbers become names.

`A: 1000,500` is checked as if it were `A: p,q`: the rules do not depend on the numbers.
"""

from __future__ import annotations

from dlmath.maths.networks.matrix_calculus.expression import Expr, Shape, Size, make
from dlmath.maths.networks.matrix_calculus.rebuild import rebuild

#: Numbers of rows up to this one are kept.
_KEPT = 8


def small_size(size: Size) -> Size:
    """A size without a large number in it."""
    if size.number <= _KEPT:
        return size
    return Size(1, tuple(sorted((*size.names, f"#{size.number}"))))


def small_shape(shape: Shape) -> Shape:
    """A shape without large numbers in it."""
    return small_size(shape[0]), small_size(shape[1])


def resized(e: Expr) -> Expr:
    """The expression with the shapes of its names and constants made small."""
    if e.op in ("number", "size", "kind"):
        return e
    if e.op == "commutation":
        assert isinstance(e.value, tuple)
        rows, columns = (small_size(part) for part in e.value if isinstance(part, Size))
        count = rows.times(columns)
        return make(e.op, e.args, (rows, columns), (count, count))
    if e.op == "selection":
        side = small_size(e.columns)
        return make(e.op, e.args, e.value, (side.times(side), side))
    if e.op == "name" or not e.args:
        return make(e.op, e.args, e.value, small_shape(e.shape))
    if e.op == "reshape":
        return make(e.op, tuple(map(resized, e.args)), e.value, small_shape(e.shape))
    return rebuild(e, [resized(part) for part in e.args])
