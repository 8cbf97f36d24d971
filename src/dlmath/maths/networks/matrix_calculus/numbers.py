"""Values of matrix expressions on arrays, element types float64."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dlmath.maths.networks.matrix_calculus.expression import Expr, Size

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def evaluate(e: Expr, values: Mapping[str, Array], sizes: Mapping[str, int]) -> Array:
    """The value as an array of two axes; a scalar has shape (1, 1).

    values: of the names, each with two axes; sizes: of the names of sizes. nan where undefined.
    """
    import numpy as np

    with np.errstate(all="ignore"):
        return _Evaluation(values, sizes).value(e)


def size_value(size: Size, sizes: Mapping[str, int]) -> int:
    """A size in numbers."""
    found = size.number
    for name in size.names:
        found *= sizes[name]
    return found


class _Evaluation:
    def __init__(self, values: Mapping[str, Array], sizes: Mapping[str, int]) -> None:
        self.values = values
        self.sizes = sizes
        self.known: dict[Expr, Array] = {}

    def value(self, e: Expr) -> Array:
        if e not in self.known:
            self.known[e] = self._value(e)
        return self.known[e]

    def shape(self, e: Expr) -> tuple[int, int]:
        return size_value(e.rows, self.sizes), size_value(e.columns, self.sizes)

    def _value(self, e: Expr) -> Array:
        import math

        import numpy as np

        if e.op == "name":
            text = str(e.value)
            if text in ("pi", "e") and text not in self.values:
                return np.array([[math.pi if text == "pi" else math.e]])
            return self.values[text]
        if e.op == "number":
            assert isinstance(e.value, Fraction)
            return np.array([[float(e.value)]])
        if e.op == "size":
            assert isinstance(e.value, Size)
            return np.array([[float(size_value(e.value, self.sizes))]])
        if e.op == "eye":
            return np.eye(self.shape(e)[0])
        if e.op == "selection":
            identity = np.eye(self.shape(e)[1])
            picked: Array = np.stack([np.kron(row, row) for row in identity], axis=1)
            return picked
        if e.op in ("ones", "zeros"):
            return np.full(self.shape(e), 1.0 if e.op == "ones" else 0.0)
        if e.op == "commutation":
            rows, columns = (size_value(part, self.sizes) for part in e.value)  # type: ignore[arg-type,union-attr]
            order = np.arange(rows * columns).reshape((rows, columns), order="F").T.ravel(order="F")
            found: Array = np.eye(rows * columns)[order]
            return found
        if e.op == "d":
            return self._differential(e.args[0])
        return self._operation(e, [self.value(part) for part in e.args])

    def _differential(self, e: Expr) -> Array:
        """`d(e)` by differences of order 6 along `dX`."""
        import numpy as np

        name = next(name[2:] for name in self.values if name.startswith("d:"))
        step = 1e-3

        def at(k: int) -> Array:
            moved: Array = self.values[name] + k * step * self.values[f"d:{name}"]
            return _Evaluation({**self.values, name: moved}, self.sizes).value(e)

        weights = ((1, 45.0), (2, -9.0), (3, 1.0))
        total = sum((w * (at(k) - at(-k)) for k, w in weights), start=0.0 * at(0))
        return np.asarray(total / (60 * step))

    def _operation(self, e: Expr, parts: list[Array]) -> Array:
        import numpy as np

        a = parts[0]
        if e.op == "add":
            return np.asarray(np.sum(parts, axis=0))
        if e.op == "mul":
            return self._product(e, parts)
        if e.op == "had":
            found = a
            for part in parts[1:]:
                found = found * part
            return found
        if e.op in ("power", "epow"):
            return self._power(a, parts[1])
        if e.op == "transpose":
            return a.T
        if e.op == "inv":
            return _inverse(a)
        if e.op == "tr":
            return np.array([[np.trace(a)]])
        if e.op == "det":
            return np.array([[np.linalg.det(a)]])
        if e.op == "logdet":
            sign, size = np.linalg.slogdet(a)
            return np.array([[size if sign > 0 else np.nan]])
        if e.op == "norm":
            return np.array([[np.linalg.norm(a)]])
        if e.op == "sum":
            return np.array([[np.sum(a)]])
        if e.op == "diag":
            return np.diag(a[:, 0]) if e.args[0].is_vector else np.diag(a)[:, None]
        if e.op in ("vec", "reshape"):
            return a.reshape(self.shape(e), order="F")
        if e.op == "kron":
            return np.kron(a, parts[1])
        if e.op in ("softmax", "logsumexp"):
            return _softmax(e, a)
        from dlmath.expression.functions_array import table

        return np.asarray(table()[str(e.value)](a), dtype=float)

    def _product(self, e: Expr, parts: list[Array]) -> Array:
        scalar = 1.0
        matrix: Any = None
        for operand, part in zip(e.args, parts, strict=True):
            if operand.is_scalar:
                scalar = scalar * part[0, 0]
            else:
                matrix = part if matrix is None else matrix @ part
        import numpy as np

        return np.array([[scalar]]) if matrix is None else scalar * matrix

    @staticmethod
    def _power(base: Array, exponent: Array) -> Array:
        import numpy as np

        k = float(exponent[0, 0])
        if k < 0 and np.any(base == 0):
            return np.full(base.shape, np.nan)
        return np.power(base, k)


def _inverse(a: Array) -> Array:
    import numpy as np

    if not np.all(np.isfinite(a)) or np.linalg.cond(a) > 1e7:
        return np.full(a.shape, np.nan)
    return np.linalg.inv(a)


def _softmax(e: Expr, a: Array) -> Array:
    import numpy as np

    axis = 0 if e.args[0].is_vector else 1
    top = np.max(a, axis=axis, keepdims=True)
    raised = np.exp(a - top)
    total = np.sum(raised, axis=axis, keepdims=True)
    value: Array = raised / total if e.op == "softmax" else top + np.log(total)
    return value
