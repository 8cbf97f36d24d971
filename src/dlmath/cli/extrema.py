"""extrema, convex."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.descend_starts import read_box
from dlmath.cli.options import InvalidOption
from dlmath.cli.read import Given


@command(
    example='"x^4 + y^4 - 4*x*y"',
    more=[
        '"(x^2 + y - 11)^2 + (x + y^2 - 7)^2"',
        '"x*y" --subject-to "x + y = 1"',
        '"(x - 2)^2 + (y - 1)^2" --subject-to "x^2 <= y" --subject-to "x + y <= 2" --steps',
        '"sin(x)*cos(y)" --box "x=0..7,y=-2..5"',
    ],
    symbolic=True,
)
def extrema(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    subject_to: Annotated[
        list[str] | None,
        typer.Option(
            "--subject-to",
            metavar="CONSTRAINT",
            help='"x + y = 1" or "x^2 + y^2 <= 1"; may be repeated.',
        ),
    ] = None,
    box: Annotated[
        str | None,
        typer.Option(
            "--box",
            metavar="BOX",
            help="Where to search if elimination does not reach: -5..5 (if not given), or "
            "x=-2..2,y=0..9.",
        ),
    ] = None,
) -> Answer:
    """Critical points, each classified; under constraints, with multipliers."""
    from dlmath.maths.optimization.extrema.extrema import extrema

    function = given.expression(expression)
    constraints = [
        given.expression(text, equation=True, condition=True) for text in subject_to or ()
    ]
    sides = None if box is None else _sides(box)
    return extrema(function, given.settings, subject_to=constraints, box=sides)


def _sides(text: str) -> Any:
    """The box as numbers. Raises InvalidOption."""
    found = read_box(text)
    if isinstance(found, dict):
        return {name: _interval(side) for name, side in found.items()}
    return _interval(found)


def _interval(side: Any) -> tuple[float, float]:
    from math import isfinite

    from dlmath.expression.graph import free_symbols
    from dlmath.expression.numbers import evaluate

    ends = []
    for node in side:
        value = evaluate(node) if not free_symbols(node) else None
        if not isinstance(value, (int, float)) or not isfinite(value):
            raise InvalidOption("--box takes numbers", hint='for example: --box "-5..5"')
        ends.append(float(value))
    if not ends[0] < ends[1]:
        raise InvalidOption("--box: an interval goes from less to more", hint='--box "-5..5"')
    return ends[0], ends[1]


@command(
    example='"log(exp(x) + exp(y))"',
    more=[
        '"x^2/y" --assume "y>0"',
        '"x^3 - 3x"',
        '"norm([x, y]) + relu(x - y)" --steps',
    ],
    symbolic=True,
)
def convex(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
) -> Answer:
    """Convex, concave, both or neither: with the proof or a counterexample."""
    from dlmath.maths.optimization.convexity.convex import convex

    return convex(given.expression(expression), given.settings)
