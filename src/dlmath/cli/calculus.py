"""derive, integrate, limit."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_expression, read_whole
from dlmath.cli.read import Given, read_names
from dlmath.expression.graph import Node, free_symbols
from dlmath.settings import Settings

ORDER_MOST = 1000

AtKink = Annotated[
    str,
    typer.Option(
        "--at-kink",
        metavar="READING",
        help="Where the slopes of two sides differ: undefined (if not given), frameworks "
        "or subgradient.",
    ),
]
Several = Annotated[
    str | None,
    typer.Option("--wrt", metavar="NAMES", help="The variables, in order; all if not given."),
]


@command(
    example='"x^2 sin(x)"',
    more=[
        '"x^2 sin(x)" --steps',
        '"sigmoid(w*x + b)" --wrt w',
        '"x^3 - 3x" --at x=2',
        '"x^2*y^3" --wrt x,y',
    ],
)
def derive(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    wrt: Annotated[
        str | None,
        typer.Option("--wrt", metavar="NAMES", help="By which variables: x, or x,y for mixed."),
    ] = None,
    order: Annotated[
        str | None, typer.Option("--order", metavar="N", help="How many times, 1 if not given.")
    ] = None,
    at_kink: AtKink = "undefined",
) -> Answer:
    """The derivative, of any order, and the tangent at a point."""
    from dlmath.maths.calculus.derive import derive

    times = 1 if order is None else read_whole(order, "--order")
    if times > ORDER_MOST:
        raise InvalidOption(f"--order {times} is too high: at most {ORDER_MOST}")
    names = read_names(wrt, "--wrt") if wrt is not None else []
    if len(names) > 1 and order is not None and times != len(names):
        raise InvalidOption(
            f"--wrt {','.join(names)} asks for order {len(names)}, --order for {times}",
            hint="leave --order out, or name one variable",
        )
    function = given.expression(expression)
    if not names:
        names = [given.variable(None, function, "differentiate")]
    variables = names * times if len(names) == 1 else names
    settings = settings_at_kink(given, at_kink)
    answer = derive(function, variables, settings)
    if settings.check:
        from dlmath.maths.networks.stability_screen import add_stability

        add_stability(answer, function)
    return answer


def settings_at_kink(given: Given, reading: str) -> Settings:
    """The settings with what `--at-kink` asks for. Raises InvalidOption."""
    from dlmath.maths.calculus.derivatives.kink_points import READINGS

    choose(reading, "--at-kink", READINGS)
    return replace(given.settings, at_kink=reading)


def variables_of(given: Given, wrt: str | None, function: Node) -> list[str]:
    """The variables that `--wrt` names, else all of the function in alphabetical order."""
    if wrt is not None:
        return read_names(wrt, "--wrt")
    return sorted(free_symbols(function)) or ["x"]


@command(
    example='"x^2 + y^2"',
    more=[
        '"x^2*exp(y)" --wrt y,x --at x=1,y=0',
    ],
)
def gradient(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    wrt: Several = None,
    at_kink: AtKink = "undefined",
) -> Answer:
    """The vector of partial derivatives."""
    from dlmath.maths.calculus.several import gradient

    function = given.expression(expression)
    settings = settings_at_kink(given, at_kink)
    return gradient(function, variables_of(given, wrt, function), settings)


@command(
    example='"[x*y, x + y]"',
    more=[
        '"softmax([x, y, z])"',
    ],
)
def jacobian(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The functions: [f, g].")],
    *,
    wrt: Several = None,
    at_kink: AtKink = "undefined",
) -> Answer:
    """The matrix of partial derivatives, a row for each function."""
    from dlmath.maths.calculus.several import jacobian

    function = given.expression(expression)
    settings = settings_at_kink(given, at_kink)
    return jacobian(function, variables_of(given, wrt, function), settings)


@command(
    example='"x^2*y"',
    more=[
        '"x^2 - 3y^2" --at x=1,y=2',
    ],
)
def hessian(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    wrt: Several = None,
) -> Answer:
    """The matrix of second derivatives; at a point, its eigenvalues."""
    from dlmath.maths.calculus.several import hessian

    function = given.expression(expression)
    return hessian(function, variables_of(given, wrt, function), given.settings)


@command(
    example='"exp(x)*sin(x)" --order 5',
    more=[
        '"log(x)" --around 1',
        '"1/sin(x)"',
        '"sqrt(x^2 + x)" --around oo',
    ],
)
def series(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    around: Annotated[
        str, typer.Option("--around", metavar="A", help="The centre, 0 if not given; oo, -oo.")
    ] = "0",
    order: Annotated[
        str, typer.Option("--order", metavar="N", help="Terms of degree below N, 6 if not given.")
    ] = "6",
    wrt: Annotated[
        str | None, typer.Option("--wrt", metavar="NAME", help="By which variable.")
    ] = None,
) -> Answer:
    """The expansion in powers: Taylor, Laurent, Puiseux."""
    from dlmath.maths.calculus.series import series

    size = read_whole(order, "--order", least=1)
    place = read_expression(around, "--around")
    function = given.expression(expression)
    variable = given.variable(wrt, function, "expand")
    return series(function, variable, place, size, given.settings)


@command(example='"x^3 - 3x"', symbolic=True)
def study(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    wrt: Annotated[
        str | None, typer.Option("--wrt", metavar="NAME", help="Of which variable.")
    ] = None,
    lower: Annotated[
        str | None, typer.Option("--from", metavar="A", help="Where the study begins.")
    ] = None,
    upper: Annotated[
        str | None, typer.Option("--to", metavar="B", help="Where the study ends.")
    ] = None,
) -> Answer:
    """What a function does: domain, extrema, bending, asymptotes."""
    from dlmath.maths.calculus.study import study

    ends = [
        None if text is None else read_expression(text, option)
        for text, option in ((lower, "--from"), (upper, "--to"))
    ]
    function = given.expression(expression)
    variable = given.variable(wrt, function, "study")
    return study(function, variable, ends[0], ends[1], given.settings)


@command(
    example='"x exp(x)" --from 0 --to 1',
    more=[
        '"x exp(x)" --steps',
        '"exp(-x^2)" --from -oo --to oo',
        '"x*y" --over "x=0..1" --over "y=0..x"',
    ],
    symbolic=True,
)
def integrate(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The integrand.")],
    *,
    wrt: Annotated[
        str | None, typer.Option("--wrt", metavar="NAME", help="By which variable.")
    ] = None,
    lower: Annotated[
        str | None, typer.Option("--from", metavar="A", help="Lower bound; -oo is allowed.")
    ] = None,
    upper: Annotated[
        str | None, typer.Option("--to", metavar="B", help="Upper bound; oo is allowed.")
    ] = None,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over", metavar="RANGE", help='"y=0..x"; repeat for several, outermost first.'
        ),
    ] = None,
    numeric: Annotated[
        bool, typer.Option("--numeric", help="By quadrature, without looking for a closed form.")
    ] = False,
) -> Answer:
    """The integral: indefinite, definite, or over several variables."""
    from dlmath.maths.calculus.integrate import integrate, integrate_over

    if over:
        if wrt is not None or lower is not None or upper is not None:
            raise InvalidOption("--over says what --wrt, --from and --to say", hint="use one way")
        ranges = [read_range(text) for text in over]
        function = given.expression(expression)
        return integrate_over(function, ranges, given.settings, numeric=numeric)
    if (lower is None) != (upper is None):
        have, missing = ("--from", "--to") if upper is None else ("--to", "--from")
        raise InvalidOption(
            f"{have} without {missing}", hint="a definite integral needs --from and --to"
        )
    if numeric and lower is None:
        raise InvalidOption("--numeric needs bounds", hint="add --from and --to, or --over")
    bounds = [
        None if text is None else read_expression(text, option)
        for text, option in ((lower, "--from"), (upper, "--to"))
    ]
    function = given.expression(expression)
    variable = given.variable(wrt, function, "integrate")
    return integrate(function, variable, bounds[0], bounds[1], given.settings, numeric=numeric)


def read_range(text: str) -> tuple[str, Node, Node]:
    """`y=0..x` as variable, lower and upper bound. Raises InvalidOption."""
    from dlmath.cli.read import reworded
    from dlmath.expression.parser import parse_range

    return reworded("--over", lambda: parse_range(text))


@command(
    example='"sin(x)/x" --to 0',
    more=[
        '"(1 + 1/x)^x" --to oo --steps',
        '"abs(x)/x" --side right',
    ],
    symbolic=True,
)
def limit(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="The function.")],
    *,
    to: Annotated[
        str,
        typer.Option("--to", metavar="A", help="Where the variable goes, 0 if not given; oo, -oo."),
    ] = "0",
    wrt: Annotated[
        str | None, typer.Option("--wrt", metavar="NAME", help="Which variable goes there.")
    ] = None,
    side: Annotated[
        str, typer.Option("--side", metavar="SIDE", help="both (if not given), left or right.")
    ] = "both",
) -> Answer:
    """The limit at a point or at infinity, from both sides or one."""
    from dlmath.maths.calculus.limit import limit

    choose(side, "--side", ("both", "left", "right"))
    place = read_expression(to, "--to")
    function = given.expression(expression)
    variable = given.variable(wrt, function, "take the limit")
    return limit(function, variable, place, side, given.settings)
