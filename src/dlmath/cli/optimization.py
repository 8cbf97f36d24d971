"""descend."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.descend_data import descend_on_data, refuse_without_data
from dlmath.cli.descend_starts import descend_from_many, refuse_without_starts
from dlmath.cli.options import InvalidOption, choose, read_number, read_whole
from dlmath.cli.read import Given, read_assignments

if TYPE_CHECKING:
    from dlmath.expression.graph import Node
    from dlmath.maths.optimization.plan import Options

METHODS = (
    *("gd", "momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam"),
    *("lion", "newton", "bfgs", "conjugate"),
)
SCHEDULES = ("constant", "step", "exponential", "cosine", "warmup-cosine")
LINE_SEARCHES = ("armijo", "wolfe")

#: How each number is read: the keywords of `read_number`.
_NUMBERS: dict[str, dict[str, Any]] = {
    "rate": {"above": True},
    "momentum": {"below": 1.0},
    "beta1": {"below": 1.0},
    "beta2": {"below": 1.0},
    "epsilon": {"above": True},
    "rho": {"below": 1.0},
    "weight_decay": {},
    "clip": {"above": True},
    "noise": {},
    "tolerance": {},
}
_WHOLE = {"seed": 0, "steps_max": 1, "trace": 1}


@command(
    example='"(x-1)^2 + 10 y^2" --start x=5,y=1',
    more=[
        '"x^2 + 10 y^2" --start x=5,y=1 --method momentum --rate 0.05',
        '"(1-x)^2 + 100 (y-x^2)^2" --start x=-1,y=1 --compare gd,adam,bfgs',
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
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="NAMES", help="A race of methods: gd,momentum,adam."),
    ] = None,
    rate: Annotated[
        str | None,
        typer.Option(
            "--rate",
            metavar="R",
            help="The learning rate, above 0; chosen from the curvature if not given.",
        ),
    ] = None,
    schedule: Annotated[
        str,
        typer.Option("--schedule", metavar="NAME", help=f"Of the rate: {', '.join(SCHEDULES)}."),
    ] = "constant",
    line_search: Annotated[
        str | None,
        typer.Option(
            "--line-search",
            metavar="NAME",
            help="armijo or wolfe, for gd and newton (bfgs and conjugate: wolfe).",
        ),
    ] = None,
    momentum: Annotated[
        str | None,
        typer.Option("--momentum", metavar="M", help="For momentum and nesterov: between 0 and 1."),
    ] = None,
    beta1: Annotated[
        str | None, typer.Option("--beta1", metavar="B", help="For adam and its kin, and lion.")
    ] = None,
    beta2: Annotated[
        str | None, typer.Option("--beta2", metavar="B", help="For adam and its kin, and lion.")
    ] = None,
    epsilon: Annotated[
        str | None, typer.Option("--epsilon", metavar="E", help="Beside the root, above 0.")
    ] = None,
    rho: Annotated[
        str | None, typer.Option("--rho", metavar="R", help="For rmsprop and adadelta.")
    ] = None,
    weight_decay: Annotated[
        str | None,
        typer.Option("--weight-decay", metavar="W", help="Pulls the point towards 0."),
    ] = None,
    clip: Annotated[
        str | None, typer.Option("--clip", metavar="L", help="The longest gradient.")
    ] = None,
    noise: Annotated[
        str | None,
        typer.Option("--noise", metavar="S", help="Standard deviation of noise on the gradient."),
    ] = None,
    seed: Annotated[str, typer.Option("--seed", metavar="N", help="Of what is random.")] = "0",
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
    checkpoint: Annotated[
        str | None,
        typer.Option(
            "--checkpoint", metavar="FILE", help="Save there, and go on from what is saved there."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="@FILE", help="A table: its columns are names in EXPR."),
    ] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="N", help="Rows of a step; all if not given.")
    ] = None,
    epochs: Annotated[
        str | None,
        typer.Option("--epochs", metavar="N", help="How often all rows are gone through."),
    ] = None,
    features: Annotated[
        str | None,
        typer.Option("--features", metavar="NAMES", help="The columns that X stands for: x1,x2."),
    ] = None,
    parameters: Annotated[
        str | None,
        typer.Option(
            "--parameters", metavar="SHAPES", help='Vectors and matrices: "W: 4,3; b: 3".'
        ),
    ] = None,
    starts: Annotated[
        str | None,
        typer.Option("--starts", metavar="N", help="Random starts in a box, to find the basins."),
    ] = None,
    box: Annotated[
        str | None, typer.Option("--box", metavar="BOX", help="-2..2, or x=-2..2,y=-1..3.")
    ] = None,
) -> Answer:
    """Walk down a function by gradient descent, step by step."""
    typed = {**locals()}
    options = read_options(typed)
    if data is not None:
        return _with_json(descend_on_data(given, expression, typed, options))
    refuse_without_data(typed)
    if starts is not None:
        return descend_from_many(given, expression, typed, options)
    refuse_without_starts(typed)
    function = given.expression(expression)
    if start is None:
        raise InvalidOption(
            "descend needs a point to begin at",
            hint=f"add --start, for example --start {_example_start(function)}",
        )
    point = read_assignments(start, "--start")
    if compare is not None:
        from dlmath.maths.optimization.compare import compare as race

        return race(function, point, read_methods(compare), given.settings, options)
    from dlmath.maths.optimization.descend import descend

    return _with_json(descend(function, point, given.settings, options))


def _example_start(function: Node) -> str:
    """A start for the variables of the function: `x=0,y=0`."""
    from dlmath.expression.graph import free_symbols

    return ",".join(f"{name}=0" for name in sorted(free_symbols(function))[:3]) or "x=0"


def read_options(typed: dict[str, Any]) -> Options:
    """The options of `descend` as typed, None where they are not given. Raises InvalidOption."""
    from dlmath.maths.optimization.plan import Options

    choose(typed["method"], "--method", METHODS)
    choose(typed["schedule"], "--schedule", SCHEDULES)
    if typed["line_search"] is not None:
        choose(typed["line_search"], "--line-search", LINE_SEARCHES)
    values = {name: typed[name] for name in Options._fields}
    for name, value in values.items():
        option = f"--{name.replace('_', '-')}"
        if value is not None and name in _NUMBERS:
            values[name] = read_number(value, option, **_NUMBERS[name])
        elif value is not None and name in _WHOLE:
            values[name] = read_whole(value, option, least=_WHOLE[name])
    return Options(**values)


def read_methods(text: str) -> list[str]:
    """The methods of a race: `gd,adam`. Raises InvalidOption."""
    names = [name.strip() for name in text.split(",")]
    for name in names:
        choose(name, "--compare", METHODS)
    return names


def _with_json(answer: Answer) -> Answer:
    """`--save trace.json` holds every step, not only those that are shown."""
    from dlmath.maths.optimization.facts import EveryStep

    every = answer.files.get(".csv")

    def content() -> bytes:
        from dataclasses import replace

        from dlmath.render.json import answer_json

        assert isinstance(every, EveryStep)
        return (
            f"{answer_json(replace(answer, tables=[every.table(), *answer.tables[1:]]))}\n".encode()
        )

    if isinstance(every, EveryStep):
        answer.files[".json"] = content
    return answer
