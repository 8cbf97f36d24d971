"""Pictures of the commands for neural networks."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.expression.graph import Node, free_symbols
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.networks.backprop_files import edges
from dlmath.maths.networks.backprop_graph import Tape
from dlmath.maths.networks.backprop_words import shown
from dlmath.maths.networks.loss import Slice
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import sample, visible_range
from dlmath.picture import Curve, Diagram, Picture, Words

#: Graphs with more nodes are not drawn.
_MOST = 200


def backprop_diagram(tape: Tape, title: Words) -> Diagram | None:
    """The computation graph with values and adjoints; None where it is too large to read."""
    if len(tape.places) > _MOST:
        return None
    nodes: list[Words] = []
    for place in tape.places:
        words: Words = (place.name,)
        if place.node.op != "symbol":
            words += (" = ", place.operation)
        words += (f" = {shown(place.value, 6)}",)
        if place.adjoint is not None:
            words += (f"   adjoint {shown(place.adjoint, 6)}",)
        nodes.append(words)
    return Diagram(title, nodes, edges(tape))


#: Half the width of the picture of an activation.
_HALF = 5.0


def activation_picture(functions: Sequence[Node]) -> Picture:
    """The function and its derivative together; of several, the functions above the derivatives."""
    variables = [next(iter(free_symbols(function))) for function in functions]
    slopes = [
        Differentiator(variable).of(function).result
        for function, variable in zip(functions, variables, strict=True)
    ]
    if len(functions) == 1:
        words: list[Words] = [(functions[0],), ("derivative",)]
        title: Words = (functions[0], " and its derivative")
        return _curves(title, variables * 2, [functions[0], slopes[0]], words)
    names: list[Words] = [(function,) for function in functions]
    upper = _curves(("functions",), variables, functions, names)
    lower = _curves(("derivatives",), variables, slopes, _derivatives(names))
    return upper._replace(panels=(lower,))


def _derivatives(names: Sequence[Words]) -> list[Words]:
    return [("derivative of ", *name) for name in names]


def _curves(
    title: Words,
    variables: Sequence[str],
    functions: Sequence[Node],
    names: Sequence[Words],
    ends: tuple[float, float] = (-_HALF, _HALF),
) -> Picture:
    samples = [
        sample(function, variable, *ends)
        for function, variable in zip(functions, variables, strict=True)
    ]
    if not any(curve.defined for curve in samples):
        raise NoPicture("no real values were found to draw")
    curves = tuple(
        Curve(name, curve.x, curve.y) for name, curve in zip(names, samples, strict=True)
    )
    shown_range = visible_range([(curve.bottom, curve.top) for curve in samples], [0.0])
    return Picture(title, variables[0], "", ends, shown_range, curves)


def loss_picture(parts: Sequence[tuple[Slice, str]]) -> Picture:
    """Losses as functions of the error or of the prediction, above their derivatives.

    parts: each with the name of its loss.
    """
    ends = {(part.low, part.high) for part, _ in parts}
    if len(ends) > 1:
        raise NoPicture("these losses are of different things: errors, probabilities, scores")
    low, high = next(iter(ends))
    if high > 1:
        low, high = -3.0, 3.0
    names: list[Words] = [(f"{name} {part.words}",) for part, name in parts]
    functions = [part.function for part, _ in parts]
    variables = [part.variable for part, _ in parts]
    slopes = [
        Differentiator(variable).of(function).result
        for function, variable in zip(functions, variables, strict=True)
    ]
    upper = _curves(("loss",), variables, functions, names, (low, high))
    lower = _curves(("derivative",), variables, slopes, _derivatives(names), (low, high))
    return upper._replace(panels=(lower,))
