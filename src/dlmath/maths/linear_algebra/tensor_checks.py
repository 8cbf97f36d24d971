"""The second route of `tensor`: numpy does the same with residues, or with floats at points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import free_symbols
from dlmath.maths.linear_algebra.tensor_values import Index, Shape, Tensor, is_rational, shape_text
from dlmath.maths.linear_algebra.vector_checks import is_real_there
from dlmath.maths.linear_algebra.vector_scalars import float_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Residues are taken modulo the Mersenne prime 2^61 - 1.
_PRIME = (1 << 61) - 1

_SHIFTS = (0.37, -0.81, 1.43)
_TOLERANCE = 1e-9

#: At most so many entries of a large array are looked up one by one.
_SAMPLED = 2_000


def against_numpy(
    what: str, operands: Sequence[Tensor], result: Tensor, operation: Callable[..., Any]
) -> Check:
    """Holds an exact result against numpy's `operation` on the same operands.

    Rational entries are compared as residues modulo a prime, in arrays of Python's integers;
    others in binary64, variables put at points, with the sum of the sizes of the terms (the
    operation on absolute values) as the measure.
    """
    if all(map(is_rational, [*operands, result])):
        return _by_residues(f"{what} of residues modulo 2^61 - 1", operands, result, operation)
    return _by_values(f"{what} of floats", operands, result, operation)


def _by_residues(
    name: str, operands: Sequence[Tensor], result: Tensor, operation: Callable[..., Any]
) -> Check:
    import numpy as np

    try:
        arrays = [_residues(operand) for operand in operands]
        found = _residues(result)
    except ValueError:
        return Check(name, UNAVAILABLE, "a denominator is divisible by 2^61 - 1")
    expected = np.asarray(operation(*arrays), dtype=object)
    if expected.shape != result.shape:
        return Check(name, FAILED, f"the shape {shape_text(expected.shape)} is expected")
    differ = sum(x % _PRIME != y for x, y in zip(expected.flat, found.flat, strict=True))
    if differ:
        return Check(name, FAILED, f"{differ} of {found.size} entries differ")
    return Check(name, PASSED, f"all {found.size} agree" if found.size > 1 else "it agrees")


def _residues(tensor: Tensor) -> Array:
    import numpy as np

    array = np.empty(len(tensor.entries), dtype=object)
    for k, entry in enumerate(tensor.entries):
        value = entry.number
        array[k] = value.numerator * pow(value.denominator, -1, _PRIME) % _PRIME
    return array.reshape(tensor.shape)


def _by_values(
    name: str, operands: Sequence[Tensor], result: Tensor, operation: Callable[..., Any]
) -> Check:
    import numpy as np

    names = sorted(
        frozenset().union(*(free_symbols(e) for t in [*operands, result] for e in t.entries))
    )
    compared, worst = 0, 0.0
    for shift in _SHIFTS if names else (0.0,):
        point = {variable: shift + 0.29 * k for k, variable in enumerate(names)}
        if not is_real_there([entry for operand in operands for entry in operand.entries], point):
            continue
        arrays = [_values(operand, point) for operand in operands]
        found = _values(result, point)
        with np.errstate(all="ignore"):
            expected = np.asarray(operation(*arrays))
            sizes = np.asarray(operation(*map(np.abs, arrays)))
            if expected.shape != found.shape:
                return Check(name, FAILED, f"the shape {shape_text(expected.shape)} is expected")
            error = np.abs(expected - found)
            fit = np.isfinite(error) & np.isfinite(sizes)
        bad = fit & (error > _TOLERANCE * sizes + 1e-290)
        if np.any(bad):
            where = tuple(int(k) for k in np.argwhere(bad)[0])
            return Check(name, FAILED, f"entry {list(where)} differs by {float(error[where]):.3g}")
        compared += int(np.sum(fit))
        worst = max(worst, float(np.max(error[fit] / np.maximum(sizes[fit], 1e-290), initial=0.0)))
    if not compared:
        return Check(name, UNAVAILABLE, "no point where the entries are finite was found")
    return Check(name, PASSED, f"{compared} values agree, largest relative difference {worst:.2g}")


def _values(tensor: Tensor, point: dict[str, float]) -> Array:
    import numpy as np

    flat = [complex(float_of(entry, point)) for entry in tensor.entries]
    return np.array(flat, dtype=complex).reshape(tensor.shape)


def entries_in_place(
    array: Array, result: Array, shape: Shape, source: Callable[[Index], Index]
) -> Check:
    """Looks entries of a rearranged array up, each by the index that it comes from."""
    import numpy as np

    name = "entries looked up by their indices"
    if result.shape != shape:
        return Check(name, FAILED, f"the shape {shape_text(shape)} is expected")
    step = max(1, result.size // _SAMPLED)
    flat = range(0, result.size, step)
    for position in flat:
        index = tuple(int(k) for k in np.unravel_index(position, shape))
        if result[index] != array[source(index)]:
            return Check(name, FAILED, f"entry {list(index)} is another one")
    return Check(name, PASSED, f"{len(flat)} of {result.size} agree")


def within(name: str, result: Array, expected: Array, bound: Array) -> Check:
    """Two float results, entry by entry, within a bound on the rounding errors."""
    import numpy as np

    if result.shape != expected.shape:
        return Check(name, FAILED, f"the shape {shape_text(expected.shape)} is expected")
    error = np.abs(result - expected)
    if not np.all(np.isfinite(error)):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    if np.any(error > bound):
        return Check(name, FAILED, f"differs by {float(np.max(error)):.3g}")
    return Check(name, PASSED, f"agrees within {float(np.max(error, initial=0.0)):.2g}")
