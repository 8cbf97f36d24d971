"""The derivative at given matrices: `--at "A=[1, 2; 3, 4], x=[1, 2]"`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node, free_symbols
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Expr, Shape, Size
from dlmath.maths.networks.matrix_calculus.leaves import SYMMETRIC
from dlmath.maths.networks.matrix_calculus.numbers import evaluate
from dlmath.maths.networks.matrix_calculus.shapes import Shapes


def value_at(e: Expr, at: Mapping[str, Node], known: Shapes) -> Any:
    """The value: a number, a list for a vector, a list of rows for a matrix.

    Names of sizes are found from the shapes of the values, or may be given too. Raises
    InvalidInput for values that are missing or do not fit, Undefined where there is no value.
    """
    import numpy as np

    scalar: tuple[Shape, str | None] = (SCALAR, None)
    sizes: dict[str, int] = {}
    values: dict[str, Any] = {}
    size_names = {n for shape, _ in known.values() for part in shape for n in part.names}
    for name, node in at.items():
        if name in size_names:
            _bind(sizes, Size(1, (name,)), int(_array(name, node)[0, 0]), name)
    for name in sorted(set(e.names) | set(at)):
        if name in size_names or name in ("pi", "e"):
            continue
        if name not in at:
            raise InvalidInput(
                f"--at has no value for {name}", hint=f"add {name}=... to --at, or leave --at out"
            )
        shape, kind = known.get(name, scalar)
        values[name] = _fitted(name, _array(name, at[name]), shape, sizes)
        if kind == SYMMETRIC and not np.array_equal(values[name], values[name].T):
            raise InvalidInput(f"--at: {name} is not symmetric")
    missing = sorted({n for part in parts_of(e) for n in _sizes_of(part)} - sizes.keys())
    if missing:
        raise InvalidInput(
            f"--at does not say how large {', '.join(missing)} is", hint=f"add {missing[0]}=2"
        )
    found = evaluate(e, values, sizes)
    if not np.all(np.isfinite(found)):
        raise Undefined("the derivative has no value at these matrices")
    if e.shape == SCALAR:
        return float(found[0, 0])
    return found.ravel().tolist() if e.columns == ONE_ROW else found.tolist()


def parts_of(e: Expr) -> set[Expr]:
    """Every part of an expression."""
    found: set[Expr] = set()
    stack = [e]
    while stack:
        part = stack.pop()
        if part not in found:
            found.add(part)
            stack.extend(part.args)
    return found


def _sizes_of(e: Expr) -> set[str]:
    names = {name for part in e.shape for name in part.names}
    return names | set(e.value.names) if isinstance(e.value, Size) else names


def _array(name: str, node: Node) -> Any:
    """The numbers of a value, with two axes; a vector is a column."""
    import numpy as np

    from dlmath.expression.elements import shape_of
    from dlmath.expression.numbers import evaluate as number_of

    if free_symbols(node):
        raise InvalidInput(f"--at: {name} needs numbers, and {min(free_symbols(node))} is a name")
    if len(shape_of(node)) > 2:
        raise InvalidInput(f"--at: {name} has more than two axes")
    try:
        found = np.asarray(number_of(node), dtype=float)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f"--at: {name} has no real value") from error
    return found.reshape(-1, 1) if found.ndim < 2 else found


def _fitted(name: str, value: Any, shape: Shape, sizes: dict[str, int]) -> Any:
    """The value, with the sizes that it tells noted."""
    for axis, size in enumerate(shape):
        _bind(sizes, size, value.shape[axis], name)
    return value


def _bind(sizes: dict[str, int], size: Size, count: int, name: str) -> None:
    if len(size.names) == 1 and size.number == 1:
        known = sizes.setdefault(size.names[0], count)
    else:
        unknown = [part for part in size.names if part not in sizes]
        if unknown:
            return
        known = size.number
        for part in size.names:
            known *= sizes[part]
    if known != count:
        raise InvalidInput(f"--at: {name} has {count} where {size} = {known} is expected")
