"""descend."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_number, read_whole
from dlmath.cli.read import Given, read_assignments

METHODS = ("gd", "momentum", "nesterov", "adam")


@command(
    example='"(x-1)^2 + 10 y^2" --start x=5,y=1',
    more=[
        '"x^2 + 10 y^2" --start x=5,y=1 --method momentum --rate 0.05',
        '"(1-x)^2 + 100 (y-x^2)^2" --start x=-1,y=1 --method adam --steps-max 5000',
    ],
)
def descend(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    start: Annotated[
        str | None, typer.Option("--start", metavar="POINT", help="Where to begin: x=0,y=0.")
    ] = None,
    method: Annotated[
        str,
        typer.Option("--method", metavar="NAME", help=f"{', '.join(METHODS)}; gd if not given."),
    ] = "gd",
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate",
            metavar="R",
            help="The learning rate, above 0; chosen from the curvature if not given.",
        ),
    ] = None,
    momentum: Annotated[
        str | None,
        typer.Option("--momentum", metavar="M", help="For momentum and nesterov: between 0 and 1."),
    ] = None,
    steps_max: Annotated[
        str,
        typer.Option("--steps-max", metavar="N", help="At most so many steps, 1000 if not given."),
    ] = "1000",
    tolerance: Annotated[
        str,
        typer.Option(
            "--tolerance",
            metavar="T",
            help="Stop where the gradient is shorter, 1e-8 if not given.",
        ),
    ] = "1e-8",
    trace: Annotated[
        str | None, typer.Option("--trace", metavar="N", help="How many rows of the table to show.")
    ] = None,
) -> Answer:
    """Walk down a function by gradient descent, step by step."""
    from dlmath.maths.optimization.descend import descend

    if start is None:
        raise InvalidOption(
            "descend needs a point to begin at", hint="add --start, for example --start x=0,y=0"
        )
    choose(method, "--method", METHODS)
    if momentum is not None and method not in ("momentum", "nesterov"):
        raise InvalidOption(
            f"--momentum does not go with --method {method}", hint="--method momentum or nesterov"
        )
    return descend(
        given.expression(expression),
        read_assignments(start, "--start"),
        given.settings,
        method=method,
        rate=None if rate is None else read_number(rate, "--rate", above=True),
        momentum=None if momentum is None else read_number(momentum, "--momentum", below=1.0),
        steps_max=read_whole(steps_max, "--steps-max"),
        tolerance=read_number(tolerance, "--tolerance"),
        trace=None if trace is None else read_whole(trace, "--trace"),
    )
