"""Functions with kinks and jumps as smooth pieces between breakpoints."""

from __future__ import annotations

from dlmath.expression.graph import (
    ONE,
    ZERO,
    Node,
    div,
    free_symbols,
    neg,
    replace,
    substitute,
    topological,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy

_KINKED = frozenset({"abs", "heaviside", "piecewise", "max", "min", "sign", "relu"})
_MOST = 12

Piece = tuple[Node, Node, Node]


def has_pieces(node: Node) -> bool:
    """Are there kinks or jumps?"""
    return any(part.op in _KINKED for part in topological(node))


def split(node: Node, variable: str, left: Node, right: Node) -> list[Piece] | None:
    """(from, to, smooth expression) on an interval; None where the breakpoints are not found.

    Smooth functions are one piece. Breakpoints are zeros of linear conditions and operands.
    """
    kinked = [p for p in topological(node) if p.op in _KINKED and variable in free_symbols(p)]
    if not kinked:
        return [(left, right, node)]
    breaks: list[Node] = []
    for part in kinked:
        found = _breaks(part, variable)
        if found is None:
            return None
        breaks += found
    a, b = _value(left), _value(right)
    if a is None or b is None:
        return None
    inside: dict[float, Node] = {}
    for place in breaks:
        value = _value(place)
        if value is None:
            return None
        if a < value < b:
            inside[value] = place
    if len(inside) > _MOST:
        return None
    values = [a, *sorted(inside), b]
    nodes = [left, *(inside[v] for v in sorted(inside)), right]
    pieces: list[Piece] = []
    for k in range(len(values) - 1):
        body = _smooth(node, variable, (values[k] + values[k + 1]) / 2)
        if body is None:
            return None
        pieces.append((nodes[k], nodes[k + 1], body))
    return pieces


def _value(node: Node) -> float | None:
    if free_symbols(node):
        return None
    value = evaluate(node)
    return float(value) if isinstance(value, (int, float)) and value == value else None


def _breaks(part: Node, variable: str) -> list[Node] | None:
    """Places where the part changes its branch."""
    from dlmath.expression.graph import sub

    switches: list[Node] = []
    if part.op == "piecewise":
        for below in topological(*part.args[1::2]):
            if below.op in ("lt", "le", "gt", "ge"):
                switches.append(sub(*below.args))
            elif below.op in ("eq", "ne") and variable in free_symbols(below):
                return None
    elif part.op in ("max", "min"):
        if len(part.args) != 2:
            return None
        switches.append(sub(*part.args))
    else:
        switches.append(part.args[0])
    found = []
    for switch in switches:
        if variable not in free_symbols(switch):
            continue
        root = _linear_root(switch, variable)
        if root is None:
            return None
        found.append(root)
    return found


def _linear_root(node: Node, variable: str) -> Node | None:
    from dlmath.expression.gradient import gradient

    slope = tidy(gradient(node, [variable])[variable])
    if variable in free_symbols(slope) or slope is ZERO:
        return None
    return tidy(neg(div(substitute(node, {variable: ZERO}), slope)))


def _smooth(node: Node, variable: str, at: float) -> Node | None:
    """The expression on the piece that holds the place `at`."""
    exchanged: dict[Node, Node] = {}
    for part in topological(node):
        if part.op not in _KINKED or variable not in free_symbols(part):
            continue
        if part.op == "piecewise":
            for value, condition in zip(part.args[::2], part.args[1::2], strict=True):
                holds = evaluate(condition, {variable: at})
                if holds is None:
                    return None
                if holds:
                    exchanged[part] = replace(value, exchanged)
                    break
            else:
                return None
            continue
        operands = [evaluate(arg, {variable: at}) for arg in part.args]
        if not all(isinstance(v, (int, float)) and v == v for v in operands):
            return None
        args = [replace(arg, exchanged) for arg in part.args]
        positive = operands[0] > 0
        if part.op in ("max", "min"):
            first = (operands[0] > operands[1]) == (part.op == "max")
            exchanged[part] = args[0] if first else args[1]
        elif part.op == "abs":
            exchanged[part] = args[0] if positive else neg(args[0])
        elif part.op == "relu":
            exchanged[part] = args[0] if positive else ZERO
        elif part.op == "heaviside":
            exchanged[part] = ONE if positive else ZERO
        else:
            exchanged[part] = ONE if positive else neg(ONE)
    return tidy(replace(node, exchanged))
