"""evaluate, simplify, check."""

from __future__ import annotations

from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import choose
from dlmath.cli.read import Given

FORMS = ("expand", "factor", "apart", "collect")


@command(
    example='"sqrt(2) + 1/3"',
    more=[
        '"pi^2/6" --digits 50',
        '"x^2 + 1" --at x=1/3',
        '"sum(1/k^2, k, 1, oo)"',
    ],
    symbolic=True,
)
def evaluate(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="What to evaluate.")],
) -> Answer:
    """The exact value of an expression, and its decimal."""
    from dlmath.maths.evaluate import evaluate
    from dlmath.maths.networks.stability_screen import add_stability

    node = given.expression(expression)
    answer = evaluate(node, given.settings)
    if given.settings.check:
        add_stability(answer, node, given.settings.at)
    return answer


@command(
    example='"sin(x)^2 + cos(x)^2"',
    more=[
        '"x^3 - 1" --as factor',
        '"1/(x^2 - 1)" --as apart',
    ],
    symbolic=True,
)
def simplify(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="EXPR", help="What to simplify.")],
    *,
    form: Annotated[
        str | None,
        typer.Option("--as", metavar="FORM", help=f"A form to bring it to: {', '.join(FORMS)}."),
    ] = None,
) -> Answer:
    """A simpler form of an expression with the same values."""
    from dlmath.maths.simplify import simplify

    if form is not None:
        choose(form, "--as", FORMS)
    return simplify(given.expression(expression), given.settings, form)


@command(
    example='"tanh(x)" "2 sigmoid(2x) - 1"',
    more=[
        '"derive(tanh(x), x)" "1 - tanh(x)^2"',
        '"sqrt(x^2)" x --assume "x>0"',
    ],
    symbolic=True,
)
def check(
    given: Given,
    a: Annotated[str, typer.Argument(metavar="A", help="An expression.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another.")],
) -> Answer:
    """Are two expressions equal? If not, where they differ."""
    from dlmath.maths.compare import compare

    return compare(given.expression(a), given.expression(b), given.settings)
