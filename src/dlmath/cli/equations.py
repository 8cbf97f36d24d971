"""ode."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption
from dlmath.cli.read import Given
from dlmath.errors import InvalidInput
from dlmath.expression.differential import Problem, read_differential


def read_problem(
    given: Given,
    equations: list[str],
    conditions: list[str] | None,
    functions: str | None,
    *,
    partial: bool = False,
) -> Problem:
    """Differential equations and their conditions as typed. Raises InvalidInput."""
    try:
        problem = read_differential(equations, conditions or [], functions, partial=partial)
    except InvalidInput as error:
        if functions is not None and error.text == functions:
            raise InvalidOption(
                f"--for: {error.message}",
                text=error.text,
                start=error.start,
                end=error.end,
                hint=error.hint,
            ) from error
        raise
    given.notes.extend(problem.notes)
    return problem


@command(
    example='"y\' = x*y"',
    more=[
        '"y\'\' + y = sin(x)" --given "y(0)=0" --given "y\'(0)=1" --steps',
        '"x\' = x + 2y" "y\' = 3x" --for "x(t), y(t)"',
        '"(2x*y + 1) dx + x^2 dy = 0"',
    ],
    symbolic=True,
)
def ode(
    given: Given,
    equations: Annotated[
        list[str], typer.Argument(metavar="EQ...", help="The equations: y' = x*y, dy/dx = x*y.")
    ],
    *,
    functions: Annotated[
        str | None,
        typer.Option("--for", metavar="NAMES", help="What is looked for: y(x), or x(t),y(t)."),
    ] = None,
    conditions: Annotated[
        list[str] | None,
        typer.Option(
            "--given",
            metavar="CONDITION",
            help="A value at a point: y(0)=1, y'(0)=0. May be repeated.",
        ),
    ] = None,
    method: Annotated[
        str | None, typer.Option("--method", metavar="NAME", help="One way of solving it.")
    ] = None,
) -> Answer:
    """Ordinary differential equations, with initial or boundary conditions."""
    from dlmath.maths.equations.ode.methods import require_method
    from dlmath.maths.equations.ode.ode import ode

    if method is not None:
        require_method(method)
    problem = read_problem(given, equations, conditions, functions)
    return ode(problem, given.settings, method=method)
