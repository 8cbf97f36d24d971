"""dot, vector, tensor, matrix."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import choose, read_expression
from dlmath.cli.read import Given

#: Files that hold arrays: one, and several by name.
ARRAYS = (".npy", ".npz")


@command(
    example='"[1, 2, 3]" "[4, 5, 6]"',
    more=[
        '"[1, 2; 3, 4]" "[x, y]"',
        "@weights.csv @inputs.csv",
    ],
    saves=ARRAYS,
)
def dot(
    given: Given,
    a: Annotated[str, typer.Argument(metavar="A", help="A vector, a matrix or @file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="A vector, a matrix or @file.")],
) -> Answer:
    """The product of two vectors or matrices; angle, projection."""
    from dlmath.maths.linear_algebra.dot import dot

    return dot(given.data(a), given.data(b), given.settings)


VECTOR_OPERATIONS = (
    "norm",
    "unit",
    "angle",
    "project",
    "cross",
    "outer",
    "distance",
    "orthonormalize",
    "combine",
)


@command(
    example='norm "[3, 4]"',
    more=[
        'angle "[1, 0]" "[1, 1]"',
        'orthonormalize "[[1, 1, 0], [1, 0, 1]]" --steps',
        'combine "[[1, 2], [1, -1]]" "[4, 5]"',
        "distance @weights.csv @inputs.csv --ord inf",
    ],
    saves=ARRAYS,
)
def vector(
    given: Given,
    op: Annotated[
        str, typer.Argument(metavar="OP", help=f"One of {', '.join(VECTOR_OPERATIONS)}.")
    ],
    a: Annotated[
        str,
        typer.Argument(metavar="A", help="A vector, several as the rows of a matrix, or @file."),
    ],
    b: Annotated[
        str | None, typer.Argument(metavar="[B]", help="A second vector, where one is taken.")
    ] = None,
    *,
    order: Annotated[
        str | None,
        typer.Option(
            "--ord", metavar="P", help="The order of a norm: 1, 2, inf or any p; 2 if not given."
        ),
    ] = None,
) -> Answer:
    """Norms, angles, projections, cross products, bases of vectors."""
    from dlmath.maths.linear_algebra.vector import vector

    choose(op, "vector", VECTOR_OPERATIONS)
    return vector(
        op,
        given.data(a),
        None if b is None else given.data(b),
        given.settings,
        order=None if order is None else read_expression(order, "--ord"),
    )


MATRIX_OPERATIONS = (
    "show",
    "add",
    "multiply",
    "transpose",
    "trace",
    "det",
    "inverse",
    "rank",
    "rref",
    "solve",
    "eigen",
    "svd",
    "lu",
    "qr",
    "cholesky",
    "nullspace",
    "norm",
    "condition",
    "pinv",
    "power",
    "exp",
    "definite",
)


@command(
    example='inverse "[[2, 1], [1, 1]]"',
    more=[
        'solve "[2, 1; 1, 1]" "[3, 2]" --steps',
        'eigen "[2, 1; 1, 2]"',
        'power "[1, 1; 1, 0]" 100',
        "svd @weights.npy --save factors.npz",
    ],
    symbolic=True,
    saves=ARRAYS,
)
def matrix(
    given: Given,
    op: Annotated[
        str, typer.Argument(metavar="OP", help=f"One of {', '.join(MATRIX_OPERATIONS)}.")
    ],
    a: Annotated[str, typer.Argument(metavar="A", help="A matrix or @file.")],
    b: Annotated[
        str | None,
        typer.Argument(metavar="[B]", help="A second matrix, a right side, or an exponent."),
    ] = None,
    *,
    order: Annotated[
        str | None,
        typer.Option("--ord", metavar="P", help="The norm: 1, 2, inf or fro."),
    ] = None,
    numeric: Annotated[
        bool, typer.Option("--numeric", help="Compute in floating point (LAPACK).")
    ] = False,
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="METHOD", help="eigen: power, for power iteration."),
    ] = None,
    start: Annotated[
        str | None,
        typer.Option("--start", metavar="X", help="Power iteration: the first vector, or @file."),
    ] = None,
) -> Answer:
    """Inverses, systems, eigenvalues, factorizations; exact or numeric."""
    from dlmath.maths.linear_algebra.matrix import matrix

    choose(op, "matrix", MATRIX_OPERATIONS)
    return matrix(
        op,
        given.data(a, rows=True),
        None if b is None else given.data(b, rows=op in ("add", "multiply")),
        given.settings,
        order=order,
        numeric=numeric,
        method=method,
        start=None if start is None else given.data(start),
    )


TENSOR_OPERATIONS = (
    "show",
    "add",
    "multiply",
    "outer",
    "contract",
    "einsum",
    "transpose",
    "reshape",
    "slice",
)


@command(
    example='einsum "ij,jk->ik" "[[1, 2], [3, 4]]" "[[5, 6], [7, 8]]"',
    more=[
        'show "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]"',
        'add "[[1, 2], [3, 4]]" "[10, 20]"',
        'contract "[[1, 2], [3, 4]]" "[[x], [y]]" --axes 1,0',
        'reshape "[1, 2, 3, 4, 5, 6]" --shape 2,-1',
        'slice "[[1, 2, 3], [4, 5, 6]]" --slice ":,1:"',
    ],
    saves=ARRAYS,
)
def tensor(
    given: Given,
    op: Annotated[
        str, typer.Argument(metavar="OP", help=f"One of {', '.join(TENSOR_OPERATIONS)}.")
    ],
    operands: Annotated[
        list[str],
        typer.Argument(metavar="A [B]...", help="Tensors or @files; einsum: the subscripts first."),
    ],
    *,
    axes: Annotated[
        str | None,
        typer.Option(
            "--axes",
            metavar="AXES",
            help='transpose: the new order, 2,0,1. contract: pairs, "1,0; 2,1". From 0.',
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option("--shape", metavar="SHAPE", help="reshape: the new shape; one may be -1."),
    ] = None,
    selection: Annotated[
        str | None,
        typer.Option("--slice", metavar="SLICE", help='slice: as Python reads it, "0,:,1:3".'),
    ] = None,
) -> Answer:
    """Shapes, broadcasting, contractions and einsum of tensors."""
    from dlmath.maths.linear_algebra.tensor import tensor

    choose(op, "tensor", TENSOR_OPERATIONS)
    subscripts, texts = (operands[0], operands[1:]) if op == "einsum" else (None, operands)
    return tensor(
        op,
        [given.data(text) for text in texts],
        given.settings,
        subscripts=subscripts,
        axes=axes,
        shape=shape,
        selection=selection,
    )
