"""Pictures of the commands for neural networks."""

from __future__ import annotations

from dlmath.maths.networks.backprop_files import edges
from dlmath.maths.networks.backprop_graph import Tape
from dlmath.maths.networks.backprop_words import shown
from dlmath.picture import Diagram, Words

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
