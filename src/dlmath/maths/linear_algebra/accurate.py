"""Products of arrays of floats, each entry with the rounding error of one rounding.

A product of floats is split without error into its rounded value and the rest (Veltkamp's
splitting, Dekker's product: T. J. Dekker, "A floating-point technique for extending the available
precision", 1971); all parts are then added by `math.fsum`, which rounds once. The result is that
of exact arithmetic rounded to the nearest float (T. Ogita, S. M. Rump, S. Oishi, "Accurate sum and
dot product", 2005, compares such methods). Whole numbers are multiplied exactly.
"""

from __future__ import annotations

from fractions import Fraction
from math import fsum
from operator import mul
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: 2**27 + 1 halves the 53 digits of a float (Veltkamp).
_SPLITTER = 134217729.0

#: Above so many entries of the result the entries are those of a plain float product.
ACCURATE_ENTRIES = 5_000

#: Between these sizes no part of a product over- or underflows.
_SMALLEST, _LARGEST = 1e-120, 1e120


def product(a: Array, b: Array) -> Any:
    """The product of two vectors or matrices of matching shapes, as nested lists of numbers.

    int where both are whole numbers (never wrapping), else float or complex; rounded once unless
    there are more than ACCURATE_ENTRIES of them (`is_plain`).
    Raises OverflowError when a result is beyond the largest float.
    """
    if is_plain(a, b):
        return _plain(a, b)
    rows = [a] if a.ndim == 1 else list(a)
    columns = [b] if b.ndim == 1 else list(b.T)
    table = [[dot(row, column) for column in columns] for row in rows]
    if a.ndim == 1 and b.ndim == 1:
        return table[0][0]
    if a.ndim == 1:
        return table[0]
    return [row[0] for row in table] if b.ndim == 1 else table


def is_plain(a: Array, b: Array) -> bool:
    """Is the product so large that numpy's own is taken (whole numbers: where it cannot wrap)?"""
    entries = a.size // a.shape[-1] * (b.size // b.shape[0]) if a.size and b.size else 0
    if entries <= ACCURATE_ENTRIES:
        return False
    return not _whole(a, b) or _largest(a) * _largest(b) * a.shape[-1] < 2**63


def _plain(a: Array, b: Array) -> Any:
    import numpy as np

    if _whole(a, b):
        return (a.astype(np.int64) @ b.astype(np.int64)).tolist()
    with np.errstate(over="ignore", invalid="ignore"):
        result = a @ b
    if not np.all(np.isfinite(result)):
        raise OverflowError("a product beyond the largest float")
    return result.tolist()


def _whole(a: Array, b: Array) -> bool:
    return a.dtype.kind in "iu" and b.dtype.kind in "iu"


def _largest(a: Array) -> int:
    return max(abs(int(a.max())), abs(int(a.min())))


def dot(a: Array, b: Array) -> Any:
    """The dot product of two vectors, without conjugation, rounded once (see `product`)."""
    if a.dtype.kind in "iu" and b.dtype.kind in "iu":
        return sum(map(mul, a.tolist(), b.tolist()))
    if a.dtype.kind == "c" or b.dtype.kind == "c":
        real = _sum_of_products((a.real, b.real), (-a.imag, b.imag))
        return complex(real, _sum_of_products((a.real, b.imag), (a.imag, b.real)))
    return _sum_of_products((a, b))


def _sum_of_products(*pairs: tuple[Array, Array]) -> float:
    import numpy as np

    parts: list[float] = []
    for a, b in pairs:
        if not (_is_exact(a) and _is_exact(b)):
            return _by_fractions(pairs)
        x, y = a.astype(np.float64), b.astype(np.float64)
        high = x * y
        x_high, y_high = _upper_half(x), _upper_half(y)
        x_low, y_low = x - x_high, y - y_high
        low = ((x_high * y_high - high) + x_high * y_low + x_low * y_high) + x_low * y_low
        parts += high.tolist()
        parts += low.tolist()
    return fsum(parts)


def _is_exact(a: Array) -> bool:
    """Are the entries floats, or whole numbers that floats hold, of a size that splits well?"""
    import numpy as np

    if a.dtype.kind in "iu":
        return bool(np.all(np.abs(a.astype(np.float64)) <= 2.0**53))
    sizes = np.abs(a[a != 0])
    return not len(sizes) or bool(sizes.min() > _SMALLEST and sizes.max() < _LARGEST)


def _upper_half(x: Array) -> Array:
    scaled = _SPLITTER * x
    upper: Array = scaled - (scaled - x)
    return upper


def _by_fractions(pairs: tuple[tuple[Array, Array], ...]) -> float:
    total = Fraction(0)
    for a, b in pairs:
        for x, y in zip(a.tolist(), b.tolist(), strict=True):
            total += Fraction(x) * Fraction(y)
    return float(total)
