"""The computation graph as text for Graphviz (`.dot`) and Mermaid (`.mmd`)."""

from __future__ import annotations

from dlmath.expression.text import to_text
from dlmath.maths.networks.backprop_graph import Place, Tape
from dlmath.maths.networks.backprop_words import shown


def dot_text(tape: Tape, digits: int) -> bytes:
    """A directed graph in Graphviz's language; edges run from operands to users."""
    lines = ["digraph backprop {", "  rankdir=LR;", "  node [shape=box];"]
    for index, place in enumerate(tape.places):
        label = "\\n".join(_escaped(line) for line in _lines(place, digits))
        shape = ", shape=ellipse" if place.node.op == "symbol" else ""
        lines.append(f'  n{index} [label="{label}"{shape}];')
    lines += [f"  n{start} -> n{end};" for start, end in edges(tape)]
    return ("\n".join([*lines, "}"]) + "\n").encode()


def mermaid_text(tape: Tape, digits: int) -> bytes:
    """A flowchart in Mermaid's language."""
    lines = ["flowchart LR"]
    for index, place in enumerate(tape.places):
        label = "<br/>".join(_entities(line) for line in _lines(place, digits))
        opening, closing = ("([", "])") if place.node.op == "symbol" else ("[", "]")
        lines.append(f'  n{index}{opening}"{label}"{closing}')
    lines += [f"  n{start} --> n{end}" for start, end in edges(tape)]
    return ("\n".join(lines) + "\n").encode()


def edges(tape: Tape) -> list[tuple[int, int]]:
    """(operand, user) for every use; an operand used twice by a node has two edges."""
    return [
        (at, index)
        for index, place in enumerate(tape.places)
        for at in place.operands
        if at is not None
    ]


def _lines(place: Place, digits: int) -> list[str]:
    first = place.name
    if place.node.op != "symbol":
        first += f" = {to_text(place.operation)}"
    found = [first, f"value {shown(place.value, digits)}"]
    if place.adjoint is not None:
        found.append(f"adjoint {shown(place.adjoint, digits)}")
    return found


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _entities(text: str) -> str:
    return (
        text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
    )
