"""dot."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.read import Given


@command(
    example='"[1, 2, 3]" "[4, 5, 6]"',
    more=[
        '"[1, 2; 3, 4]" "[x, y]"',
        "@weights.csv @inputs.csv",
    ],
)
def dot(
    given: Given,
    a: Annotated[str, typer.Argument(metavar="A", help="A vector, a matrix or @file.")],
    b: Annotated[str, typer.Argument(metavar="B", help="A vector, a matrix or @file.")],
) -> Answer:
    """The product of two vectors or matrices; angle, projection."""
    from dlmath.maths.linear_algebra.dot import dot

    return dot(given.data(a), given.data(b), given.settings)
