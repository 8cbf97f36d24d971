"""Events on the way: where an expression in x, y, y', ... is zero."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from dlmath.answer import Answer, Table
from dlmath.expression.compile import compile_function
from dlmath.expression.graph import Node, sub
from dlmath.expression.text import to_text
from dlmath.expression.unknown import as_symbols
from dlmath.maths.equations.numeric.report import certain
from dlmath.maths.equations.numeric.system import System, expanded, put_parameters

if TYPE_CHECKING:
    from dlmath.maths.equations.numeric.initial import Integrated

#: Places looked at in each step of the integration.
_INSIDE = 4
_SHOWN = 40


def put_events(
    answer: Answer,
    system: System,
    both: Integrated,
    events: Sequence[Node],
    given: Mapping[str, Node],
) -> None:
    """Adds a table of the events, and the fact `events`.

    events: equations. given: values of parameters. Raises InvalidInput.
    """
    found = []
    for event in events:
        node = expanded(sub(*event.args), system.variable, system.functions)
        (node,) = put_parameters([node], [system.variable, *system.states], given)
        name = to_text(as_symbols(event))
        for x, direction, error in _zeros(system, both, node):
            found.append((x, name, direction, error))
    found.sort(key=lambda one: abs(one[0] - both.x0))
    answer.facts["events"] = [
        {"at": x, "event": name, "direction": direction} for x, name, direction, _ in found
    ]
    rows = []
    for x, name, direction, error in found[:_SHOWN]:
        values, errors = both.values(x), both.errors(x)
        states = [certain(float(v), float(e), 6) for v, e in zip(values, errors, strict=True)]
        rows.append((certain(x, error), name, direction, *states))
    heads = (system.variable, "event", "direction", *system.states)
    if rows:
        answer.tables.append(Table("events", heads, tuple(rows)))
    else:
        answer.notes.append(("no event happens on the interval",))
    if len(found) > _SHOWN:
        answer.notes.append((f"{len(found)} events happen; the first {_SHOWN} are listed",))


def _zeros(system: System, both: Integrated, node: Node) -> list[tuple[float, str, float]]:
    """Places of the zeros with their direction (rising, falling) and error, along the way."""
    import math

    import numpy
    from scipy.optimize import brentq

    run = compile_function([node], [system.variable, *system.states])

    def height(x: float, dense: object = None) -> float:
        state = both.run.dense(x) if dense is None else dense(x)  # type: ignore[operator]
        try:
            return float(run(x, *state.tolist())[0])
        except (ArithmeticError, ValueError):
            return math.nan

    reach = both.reach
    steps = both.run.x[(both.run.x - reach) * (1 if reach > both.x0 else -1) <= 0]
    places = [both.x0]
    for left, right in pairwise(steps):
        places += [float(left + (right - left) * k / _INSIDE) for k in range(1, _INSIDE + 1)]
    if places[-1] != reach:
        places.append(reach)
    heights = [height(x) for x in places]
    result = []
    for k in range(len(places) - 1):
        a, b = heights[k], heights[k + 1]
        if a == 0 and k > 0:
            continue  # found as the right end of the interval before
        if b == 0 and k + 1 < len(places) - 1:
            result.append((places[k + 1], "rising" if a < 0 else "falling", 1e-9))
        elif a * b < 0:
            x = float(brentq(height, places[k], places[k + 1], xtol=1e-14, rtol=1e-14))
            slope = abs((b - a) / (places[k + 1] - places[k]))
            gap = abs(height(x, both.other.dense) - height(x))
            error = gap / slope if slope > 0 else gap
            result.append((x, "rising" if a < b else "falling", float(numpy.abs(error)) + 1e-14))
    return result
