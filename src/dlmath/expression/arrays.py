"""Values at many points at once (`numbers.evaluate_many`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression import numbers
from dlmath.expression.compile import compile_function
from dlmath.expression.graph import Node

if TYPE_CHECKING:
    import numpy

#: So many undefined points are looked at one by one; of more, a sample tells whether to.
_FEW_POINTS = 500
_SAMPLE = 32


def evaluate_arrays(node: Node, values: Mapping[str, numpy.ndarray]) -> Any:
    """The real values of the node at each entry of the arrays; nan where undefined or complex."""
    import numpy as np

    names = list(values)
    given = np.broadcast_arrays(*(np.asarray(values[name], dtype=float) for name in names))
    points = dict(zip(names, given, strict=True))
    size = given[0].shape if given else ()
    try:
        (result,) = compile_function([node], names, arrays=True)(*points.values())
    except (InvalidInput, LimitReached, ValueError, TypeError):
        return _nested(lambda part: _one_by_one(part, points, size), node)
    return _completed(node, result, points, size)


def _completed(node: Node, result: Any, points: Mapping[str, Any], size: tuple[int, ...]) -> Any:
    import numpy as np

    if isinstance(result, tuple):
        from dlmath.expression.elements import expand_vectors

        rows = node if node.op == "vector" else expand_vectors(node)
        return [
            _completed(entry, part, points, size)
            for entry, part in zip(rows.args, result, strict=True)
        ]
    filled = np.array(np.broadcast_to(np.asarray(result, dtype=float), size))
    _fill_in(node, filled, points)
    return filled


def _fill_in(node: Node, filled: Any, points: Mapping[str, Any]) -> None:
    """Real values that were reached through complex or huge ones, which arrays of floats miss."""
    import numpy as np

    missing = np.argwhere(np.isnan(filled))
    if len(missing) > _FEW_POINTS:
        sample = missing[:: len(missing) // _SAMPLE]
        if all(np.isnan(_at(node, points, place)) for place in sample):
            return
    for place in missing:
        filled[tuple(place)] = _at(node, points, place)


def _at(node: Node, points: Mapping[str, Any], place: Any) -> float:
    value = numbers.evaluate(node, {name: float(x[tuple(place)]) for name, x in points.items()})
    return value if isinstance(value, (int, float)) else float("nan")


def _one_by_one(node: Node, points: Mapping[str, Any], size: tuple[int, ...]) -> Any:
    import numpy as np

    filled = np.empty(size)
    for place in np.ndindex(*size):
        filled[place] = _at(node, points, place)
    return filled


def _nested(function: Any, node: Node) -> Any:
    from dlmath.expression.elements import expand_vectors

    rows = expand_vectors(node)
    if rows.op == "vector":
        return [_nested(function, entry) for entry in rows.args]
    return function(rows)
