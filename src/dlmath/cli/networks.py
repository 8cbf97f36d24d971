"""matrix-derive, backprop, activation, loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_whole
from dlmath.cli.read import Given, read_names, reworded
from dlmath.expression.graph import Node


@command(
    example='"x\'*A*x + b\'*x" --wrt x --shapes "A: n,n; x: n; b: n"',
    more=[
        '"norm(A*x - b)^2" --wrt x --shapes "A: m,n; x: n; b: m" --steps',
        '"cross_entropy(softmax(W*x + b), y)" --wrt W --shapes "W: k,n; x: n; b,y: k"',
        '"log(det(X))" --wrt X --shapes "X: n,n"',
    ],
)
def matrix_derive(
    given: Given,
    expression: Annotated[
        str,
        typer.Argument(metavar="EXPR", help="A matrix expression: A' transposes, .* is by entry."),
    ],
    *,
    wrt: Annotated[
        str | None, typer.Option("--wrt", metavar="X", help="The matrix, vector or scalar.")
    ] = None,
    shapes: Annotated[
        str | None,
        typer.Option(
            "--shapes",
            metavar="SHAPES",
            help='Rows and columns: "A: m,n; x: n; S: n,n symmetric; y: k probability".',
        ),
    ] = None,
    layout: Annotated[
        str | None,
        typer.Option(
            "--layout",
            metavar="NAME",
            help="numerator (a row for each function; for Jacobians if not given) or denominator "
            "(the shape of the variable; for gradients if not given).",
        ),
    ] = None,
    order: Annotated[
        str, typer.Option("--order", metavar="N", help="1, or 2 for the Hessian of a scalar.")
    ] = "1",
) -> Answer:
    """The derivative of a matrix expression, in matrix form."""
    from dlmath.maths.networks.matrix_calculus.shapes import read_shapes
    from dlmath.maths.networks.matrix_derive import LAYOUTS, matrix_derive

    if wrt is None:
        raise InvalidOption(
            "matrix-derive needs a name to differentiate by", hint="add --wrt, for example --wrt X"
        )
    if given.common.latex_input:
        raise InvalidOption(
            "--latex-input: matrix expressions are read in their own language only",
            hint="write A'*x for the product of a transpose and a vector",
        )
    reworded("--shapes", lambda: read_shapes(shapes or ""))
    if layout is not None:
        choose(layout, "--layout", LAYOUTS)
    degree = read_whole(order, "--order", least=1)
    if degree > 2:
        raise InvalidOption("--order is 1 or 2", hint="--order 2 gives the Hessian")
    return matrix_derive(expression, wrt, shapes or "", given.settings, layout=layout, order=degree)


@command(
    example='"(w*x - 1)^2" --at w=2,x=3',
    more=[
        '"(sigmoid(w*x + b) - y)^2" --at w=1,x=2,b=-1,y=1 --path w',
        '"cross_entropy(softmax(W*x + b), y)" --at "W=[[1,2],[3,4]],x=[1,1/2],b=[0,1],y=[1,0]"',
        '"relu(w*x)^2 + w^2" --at w=2,x=3 --plot',
        '"(w*x - 1)^2" --at w=2,x=3 --save graph.dot',
    ],
    saves=(".dot", ".mmd"),
)
def backprop(
    given: Given,
    expression: Annotated[str, typer.Argument(metavar="LOSS", help="A number, such as a loss.")],
    *,
    wrt: Annotated[
        str | None,
        typer.Option("--wrt", metavar="NAMES", help="By which variables; all if not given."),
    ] = None,
    path: Annotated[
        str | None,
        typer.Option("--path", metavar="NAME", help="The chain rule for this one, path by path."),
    ] = None,
) -> Answer:
    """The computation graph of a loss, forward and backward, and its gradient."""
    from dlmath.maths.networks.backprop import backprop

    names = read_names(wrt, "--wrt") if wrt is not None else None
    followed = read_names(path, "--path") if path is not None else [None]
    if len(followed) != 1:
        raise InvalidOption(
            f"--path takes one variable, not {len(followed)}", hint=f"--path {followed[0]}"
        )
    return backprop(given.expression(expression), given.settings, wrt=names, path=followed[0])


@command(
    example="gelu",
    more=["relu --plot", "--compare relu,gelu,silu", '"x*sigmoid(1.702*x)"', ""],
    symbolic=True,
)
def activation(
    given: Given,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="An activation, or a formula of one variable."),
    ] = None,
    *,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="NAMES", help="Several side by side: relu,gelu,silu."),
    ] = None,
) -> Answer:
    """What an activation does to values and gradients, or the list of them."""
    from dlmath.maths.networks.activation import NAMES, activation, listing, named_call

    texts = [*([name] if name is not None else []), *_listed(compare)]
    functions = [_by_name(given, text, NAMES, "activation", named_call) for text in texts]
    if not functions:
        return listing()
    return activation(functions[0], given.settings, compare=functions[1:])


@command(
    example="huber",
    more=["bce --plot", "--compare mse,mae,huber", '"log(cosh(p - y))"', ""],
    symbolic=True,
)
def loss(
    given: Given,
    name: Annotated[
        str | None,
        typer.Argument(metavar="[NAME]", help="A loss, or a formula of a prediction and y."),
    ] = None,
    *,
    compare: Annotated[
        str | None,
        typer.Option("--compare", metavar="NAMES", help="Several side by side: mse,mae,huber."),
    ] = None,
) -> Answer:
    """What a loss asks of a prediction, its gradient and model, or the list."""
    from dlmath.maths.networks.loss import NAMES, listing, loss, named_call

    texts = [*([name] if name is not None else []), *_listed(compare)]
    functions = [_by_name(given, text, NAMES, "loss", named_call) for text in texts]
    if not functions:
        return listing()
    return loss(functions[0], given.settings, compare=functions[1:])


def _listed(text: str | None) -> list[str]:
    """The texts of a list, whose commas in brackets do not part it."""
    if text is None:
        return []
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([") - (character in ")]")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _by_name(
    given: Given, text: str, known: Sequence[str], what: str, named: Callable[[str], Node]
) -> Node:
    """A name of the list, or an expression. Raises InvalidInput with what was probably meant."""
    from difflib import get_close_matches

    from dlmath.errors import InvalidInput
    from dlmath.expression.text import to_text
    from dlmath.expression.vocabulary import ALIASES

    name = ALIASES.get(text, text)
    if name in known:
        return given.expression(to_text(named(name)))
    if text.isidentifier() and text != "x":
        close = get_close_matches(text.lower(), known, n=1)
        raise InvalidInput(
            f"there is no {what} {text}",
            text=text,
            start=0,
            end=len(text),
            hint=f"did you mean {close[0]}?" if close else f"dlmath {what} lists them",
        )
    return given.expression(text)
