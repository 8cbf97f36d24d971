"""Files of numbers that an answer gives: `.npy`, `.npz`, and `.csv` of arrays."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer, Numbers
from dlmath.expression.graph import Node, free_symbols

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def put_files(answer: Answer) -> None:
    """`.npy` of an answer that is one array, `.npz` of several by name, `.csv` of floats."""
    answer.files[".npy"] = lambda: _npy(answer)
    answer.files[".npz"] = lambda: _npz(answer)
    result = answer.result
    if isinstance(result, Numbers) and getattr(result.array, "ndim", 0) in (1, 2):
        answer.files[".csv"] = lambda: _csv(result.array)


def _npy(answer: Answer) -> bytes:
    """Nothing where the answer is not one number or array."""
    found = _parts(answer)
    if list(found) != ["answer"]:
        return b""
    return _written(lambda stream, np: np.save(stream, found["answer"], allow_pickle=False))


def _npz(answer: Answer) -> bytes:
    found = _parts(answer)
    if not found:
        return b""
    return _written(lambda stream, np: np.savez(stream, **found))


def _written(write: Callable[[Any, Any], None]) -> bytes:
    import numpy as np

    stream = BytesIO()
    write(stream, np)
    return stream.getvalue()


def _parts(answer: Answer) -> dict[str, Array]:
    """Arrays by the names of the parts; `answer` where there is one without a name."""
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    found: dict[str, Array] = {}
    for number, part in enumerate(parts, start=1):
        name = "answer" if len(parts) == 1 else f"answer{number}"
        if isinstance(part, Numbers):
            array = _as_numbers(part.array)
            name = part.name or name
        elif isinstance(part, Node) and not free_symbols(_value(part)):
            name = part.args[0].name if part.op == "eq" else name
            array = _as_numbers(_evaluated(_value(part)))
        else:
            return {}
        if array is None:
            return {}
        found[name] = array
    return found


def _value(part: Node) -> Node:
    return part.args[1] if part.op == "eq" else part


def _evaluated(node: Node) -> Any:
    if node.op == "vector":
        return [_evaluated(part) for part in node.args]
    if node.op == "number" and isinstance(node.value, int):
        return node.value
    from dlmath.expression.numbers import evaluate

    return evaluate(node)


def _as_numbers(values: Any) -> Array | None:
    """int64 where all are whole and fit, else floats or complex; None where neither holds them."""
    import numpy as np

    array = np.asarray(values)
    if array.dtype.kind in "Ou":
        try:
            array = array.astype(np.float64)
        except (OverflowError, TypeError, ValueError):
            return None
    return array if array.dtype.kind in "ifc" else None


def _csv(array: Array) -> bytes:
    """A row on a line, a vector with an entry on each; it reads back as the same numbers."""
    from dlmath.maths.linear_algebra.vector_arrays import number_text

    rows = array.tolist() if array.ndim == 2 else [[entry] for entry in array.tolist()]
    cell = number_text if array.dtype.kind in "cO" else repr
    return ("\n".join(",".join(map(cell, row)) for row in rows) + "\n").encode()
