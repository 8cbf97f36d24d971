"""`tensor`: shapes, sums, products and rearrangements of tensors, exact or in binary64."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_letters
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.maths.linear_algebra.array_files import put_files
from dlmath.maths.linear_algebra.einsum import einsum
from dlmath.maths.linear_algebra.einsum_subscripts import Subscripts, read_subscripts, spread_dots
from dlmath.maths.linear_algebra.tensor_entrywise import entrywise
from dlmath.maths.linear_algebra.tensor_moves import reshape, show, slice_, transpose
from dlmath.maths.linear_algebra.tensor_options import read_pairs
from dlmath.maths.linear_algebra.tensor_values import Shape, read_tensors
from dlmath.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Operations and the operands they take: least and most. `einsum` takes its subscripts besides.
OPERATIONS: dict[str, tuple[int, int]] = {
    "show": (1, 1),
    "add": (2, 2),
    "multiply": (2, 2),
    "outer": (2, 2),
    "contract": (1, 2),
    "einsum": (1, 16),
    "transpose": (1, 1),
    "reshape": (1, 1),
    "slice": (1, 1),
}

#: The option of each operation that takes one.
_OPTION = {"contract": "--axes", "transpose": "--axes", "reshape": "--shape", "slice": "--slice"}

_EXAMPLES = {
    "contract": 'contract "[[1, 2], [3, 4]]" "[5, 6]" --axes 1,0',
    "einsum": 'einsum "ij,jk->ik" "[[1, 2], [3, 4]]" "[[5, 6], [7, 8]]"',
    "reshape": 'reshape "[1, 2, 3, 4]" --shape 2,-1',
    "slice": 'slice "[[1, 2], [3, 4]]" --slice "0,:"',
    "add": 'add "[[1, 2], [3, 4]]" "[10, 20]"',
    "multiply": 'multiply "[[1, 2], [3, 4]]" "[10, 20]"',
    "outer": 'outer "[1, 2]" "[3, 4]"',
}


def tensor(
    operation: str,
    operands: Sequence[Node | Array],
    settings: Settings = DEFAULTS,
    *,
    subscripts: str | None = None,
    axes: str | None = None,
    shape: str | None = None,
    selection: str | None = None,
) -> Answer:
    """One of `OPERATIONS` on tensors: exact for nodes, binary64 for arrays read from files.

    subscripts: of `einsum`. axes: of `contract` (`1,0; 2,1`: pairs) and `transpose`. shape: of
    `reshape`. selection: of `slice`. Axes are counted from 0.
    Facts: `shape_a`, `shape_b`, ..., `shape` (of the answer), and those of the operation.
    Raises InvalidInput where the operands do not fit, naming shapes and axes.
    """
    given = {"--axes": axes, "--shape": shape, "--slice": selection}
    _check_arguments(operation, len(operands), given)
    tensors: list[Any] = [*read_tensors(operands, settings)]
    answer = _computed(operation, tensors, settings, subscripts, given)
    facts = {f"shape_{chr(ord('a') + k)}": list(t.shape) for k, t in enumerate(tensors)}
    answer.facts = {**facts, **_shape_of(operation, answer, tensors), **answer.facts}
    put_files(answer)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.linear_algebra import tensor_picture

        if operation == "show":
            shown = tensors[0].node if hasattr(tensors[0], "node") else tensors[0]
            put_picture(answer, tensor_picture, shown, "the tensor")
        else:
            drawn = answer.value if answer.value is not None else answer.result
            put_picture(answer, tensor_picture, drawn, "the answer")
    return answer


def _check_arguments(operation: str, count: int, options: dict[str, str | None]) -> None:
    if operation not in OPERATIONS:
        raise InvalidInput(
            f"there is no tensor operation {operation[:40]}", hint="one of " + ", ".join(OPERATIONS)
        )
    least, most = OPERATIONS[operation]
    example = (
        f"for example: dlmath tensor {_EXAMPLES[operation]}" if operation in _EXAMPLES else None
    )
    if not least <= count <= most:
        wanted = str(least) if least == most else f"{least} to {most}"
        plural = "operand" if wanted == "1" else "operands"
        raise InvalidInput(f"tensor {operation} takes {wanted} {plural}, not {count}", hint=example)
    for option, value in options.items():
        if value is not None and _OPTION.get(operation) != option:
            fit = " and ".join(name for name, own in _OPTION.items() if own == option)
            raise InvalidInput(f"{option} is for {fit}, not for {operation}", hint="leave it out")


def _computed(
    operation: str,
    tensors: list[Any],
    settings: Settings,
    subscripts: str | None,
    options: dict[str, str | None],
) -> Answer:
    if operation == "show":
        return show(tensors[0], settings)
    if operation in ("add", "multiply"):
        return entrywise(operation, tensors, settings)
    if operation == "transpose":
        return transpose(tensors[0], options["--axes"], settings)
    if operation == "reshape":
        return reshape(tensors[0], options["--shape"], settings)
    if operation == "slice":
        return slice_(tensors[0], options["--slice"], settings)
    if operation == "einsum":
        text = spread_dots(subscripts or "", [t.shape for t in tensors])
        answer = einsum(read_subscripts(text), tensors, settings)
        if text != subscripts:
            answer.notes.append((f"with a letter for each axis of the dots: {text}",))
        return answer
    shapes = [t.shape for t in tensors]
    pairs = [] if operation == "outer" else read_pairs(options["--axes"], shapes)
    answer = einsum(subscripts_of(shapes, pairs), tensors, settings, name=operation)
    if operation == "contract":
        answer.facts["axes"] = [list(pair) for pair in pairs]
    return answer


def subscripts_of(shapes: Sequence[Shape], pairs: Sequence[tuple[int, int]]) -> Subscripts:
    """The subscripts that sum over the paired axes and keep all others in their order."""
    if sum(map(len, shapes)) > len(ascii_letters):
        raise InvalidInput(f"more than {len(ascii_letters)} axes in all")
    letters = iter(ascii_letters)
    names = [[next(letters) for _ in shape] for shape in shapes]
    for a, b in pairs:
        names[-1][b] = names[0][a]
    flat = "".join("".join(part) for part in names)
    output = "".join(letter for letter in flat if flat.count(letter) == 1)
    inputs = tuple("".join(part) for part in names)
    return Subscripts(f"{','.join(inputs)}->{output}", inputs, output, (0,) * len(inputs))


def _shape_of(operation: str, answer: Answer, tensors: list[Any]) -> dict[str, list[int]]:
    if operation == "show":
        return {"shape": list(tensors[0].shape)}
    if isinstance(answer.result, Node):
        from dlmath.expression.elements import shape_of

        return {"shape": list(shape_of(answer.result))}
    import numpy as np

    return {"shape": list(np.shape(answer.value))}
