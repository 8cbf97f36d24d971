"""The working of `evaluate`: values put in, operations carried out, then innermost parts first."""

from __future__ import annotations

from dlmath.answer import Step
from dlmath.expression import graph
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import Node, free_symbols, symbol, topological
from dlmath.expression.tidy import tidy
from dlmath.maths.operations import OPERATIONS, carry_out
from dlmath.settings import Settings

#: Parts worked out one by one; what is left goes into the last step.
MOST_STEPS = 25


def working(
    expression: Node, derived: Node, filled: Node, carried: Node, result: object, settings: Settings
) -> list[Step]:
    """The steps from the expression as given to the result.

    derived: inner derivatives carried out; filled: values put in; carried: all operations done.
    """
    steps: list[Step] = []
    if derived is not expression:
        steps.append(Step("operation", ("carry out the inner operations",), expression, derived))
    if filled is not derived:
        words: list[str | Node] = ["put in "]
        for index, (name, value) in enumerate(settings.at.items()):
            words += [", " if index else "", symbol(name), " = ", value]
        steps.append(Step("substitute", tuple(words), None, filled))
    steps += _operations(filled, carried, settings)
    if isinstance(result, Node):
        steps += _arithmetic(carried, result)
        if not steps:
            steps.append(_already(result))
    return steps


def _already(result: Node) -> Step:
    if result.op == "number":
        return Step("arithmetic", ("exact arithmetic gives ", result), None, result)
    return Step("value", (result, " is already in its simplest form"), None, result)


def _operations(filled: Node, carried: Node, settings: Settings) -> list[Step]:
    """Each outermost operation with what it gives."""
    if filled is carried:
        return []
    steps: list[Step] = []
    current = filled
    for part in topological(filled):
        if part.op not in OPERATIONS or current is carried:
            continue
        value = carry_out(part, settings)
        after = graph.replace(current, {part: value})
        if after is not current:
            steps.append(Step(part.op, (part, " is ", value), current, after))
            current = after
    if current is not carried:
        steps.append(Step("operation", ("carry out the operations",), current, carried))
    return steps


def _arithmetic(start: Node, result: Node) -> list[Step]:
    """Innermost parts with a known value first, each in its place in the whole."""
    steps: list[Step] = []
    current = expand_vectors(start)
    if current is not start:
        steps.append(Step("entries", ("write out entry by entry",), start, current))
    while current is not result and len(steps) < MOST_STEPS:
        found = _next_part(current)
        if found is None:
            break
        part, value = found
        after = graph.replace(current, {part: value})
        if after is current:
            break
        steps.append(Step(_rule(part), (part, " is ", value), current, after))
        current = after
    if current is not result:
        steps.append(Step("exact value", (current, " is ", result), current, result))
    return steps


def _next_part(node: Node) -> tuple[Node, Node] | None:
    """The innermost part without variables that has a simpler value."""
    for part in topological(node):
        if part.args and part.op != "vector" and not free_symbols(part):
            value = tidy(part)
            if value is not part and not _is_reordering(part, value):
                return part, value
    return None


def _is_reordering(part: Node, value: Node) -> bool:
    return part.op == value.op and set(part.args) == set(value.args)


def _rule(part: Node) -> str:
    return {"add": "sum", "mul": "product", "pow": "power"}.get(part.op, part.op)
