"""plot."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_number
from dlmath.cli.read import Given, read_names
from dlmath.expression.graph import Node

if TYPE_CHECKING:
    from dlmath.maths.plotting import Data


@command(
    example='"sin(x)" "x - x^3/6" --from -4 --to 4',
    more=[
        '"[cos(t), sin(2t)]"',
        '"r = 1 + cos(theta)"',
        '"x^2 + y^2 = 1" "y = x^2"',
        '"x^2 - y^2" --over "x=-2..2" --over "y=-1..1"',
        '"exp(-x)" --to 20 --log y --save decay.svg',
        "@houses.csv --x size --y price",
    ],
)
def plot(
    given: Given,
    expressions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="EXPR...",
            help="f(x), y = f(x), [x(t), y(t)], r = f(theta), an equation, function or condition "
            "of two variables, [u(x, y), v(x, y)], @data.csv.",
        ),
    ] = None,
    *,
    lower: Annotated[
        str | None,
        typer.Option("--from", metavar="A", help="Where the axis begins, or the parameter."),
    ] = None,
    upper: Annotated[str | None, typer.Option("--to", metavar="B", help="Where it ends.")] = None,
    over: Annotated[
        list[str] | None,
        typer.Option("--over", metavar="RANGE", help='"x=-2..2"; repeat for the other axis.'),
    ] = None,
    polar: Annotated[
        list[str] | None,
        typer.Option("--polar", metavar="R", help='A radius over its angle: "1 + cos(theta)".'),
    ] = None,
    log: Annotated[
        str | None, typer.Option("--log", metavar="AXES", help="Logarithmic: x, y or both.")
    ] = None,
    x: Annotated[
        str | None, typer.Option("--x", metavar="NAME", help="The column that goes across.")
    ] = None,
    y: Annotated[
        str | None, typer.Option("--y", metavar="NAMES", help="The columns that go up.")
    ] = None,
) -> Answer:
    """Curves, paths, equations, level lines, data: in the terminal or a file."""
    from dlmath.maths.plot import LOGS, plot

    texts = expressions or []
    files = [text for text in texts if text.startswith("@")]
    if not files and (x is not None or y is not None):
        raise InvalidOption("--x and --y name columns of a file", hint="dlmath plot @data.csv")
    if log is not None:
        choose(log, "--log", LOGS)
    if over and (lower is not None or upper is not None) and not polar and len(over) > 1:
        raise InvalidOption("--over says what --from and --to say", hint="use one way")
    data = [part for text in files for part in _columns(text, x, y)]
    return plot(
        [_read(given, text) for text in texts if not text.startswith("@")],
        given.settings,
        polar=[_read(given, text) for text in polar or []],
        data=data,
        ends=(_end(lower, "--from"), _end(upper, "--to")),
        ranges=dict(map(_range, over or [])),
        log=log,
    )


def _read(given: Given, text: str) -> Node:
    return given.expression(text, equation=True, condition=True)


def _end(text: str | None, option: str) -> float | None:
    return None if text is None else read_number(text, option, least=float("-inf"))


def _range(text: str) -> tuple[str, tuple[float, float]]:
    """`x=-2..2` as a name and two numbers. Raises InvalidOption."""
    from math import isfinite

    from dlmath.cli.calculus import read_range
    from dlmath.expression.graph import free_symbols
    from dlmath.expression.numbers import evaluate

    name, *bounds = read_range(text)
    ends = [evaluate(bound) if not free_symbols(bound) else None for bound in bounds]
    low, high = (end if isinstance(end, (int, float)) else float("nan") for end in ends)
    if not (isfinite(low) and isfinite(high)):
        raise InvalidOption(
            f"--over: the ends of {name} are not numbers", hint=f'--over "{name}=-2..2"'
        )
    if not low < high:
        raise InvalidOption(f"--over: {name} goes up from {low:g} to {high:g}, which is not above")
    return name, (float(low), float(high))


def _columns(text: str, x: str | None, y: str | None) -> list[Data]:
    """The columns of a file as points. Raises InvalidInput, InvalidOption."""
    from dlmath.cli.read_columns import read_columns
    from dlmath.maths.plotting import Data

    wanted = None if x is None or y is None else {x, *read_names(y, "--y")}
    columns = read_columns(text, "EXPR", wanted)
    across = x
    if across is None and len(columns.names) > 1:
        across = next(name for name in columns.names if y is None or name not in y.split(","))
    upward = read_names(y, "--y") if y is not None else [
        name for name in columns.names if name != across and name not in columns.categories
    ]  # fmt: skip
    for name in (across, *upward):
        if name in columns.categories:
            raise InvalidOption(f"the column {name} holds words, which have no place on an axis")
    if not upward:
        raise InvalidOption(f"{text} has no column of numbers to go up")
    places = (
        columns.column(across).tolist()
        if across is not None
        else [float(row) for row in range(1, len(columns.values) + 1)]
    )
    return [Data(across or "row", name, places, columns.column(name).tolist()) for name in upward]
