"""Operations written inside expressions, carried out: `derive integrate limit sum product`.

`check "derive(tanh(x), x)" "1 - tanh(x)^2"` compares what the operation gives. What no route can
carry out is left as it is written.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dlmath.answer import ANSWERED, DIVERGES, DOES_NOT_EXIST, Answer
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression import graph
from dlmath.expression.graph import Node, contains, free_symbols, topological
from dlmath.expression.text import to_text
from dlmath.maths.summation import carry_out_sum, numeric_sum
from dlmath.settings import DEFAULTS, Settings

#: The operations that may stand inside an expression.
OPERATIONS = frozenset({"derive", "integrate", "limit", "sum", "product"})
_NOUNS = {"derive": "derivative", "integrate": "integral", "limit": "limit"}

#: Decimal values of definite integrals that have no closed form, kept from `carry_out`.
_approximate_values: dict[Node, Any] = graph.remember()


def carry_out(
    node: Node, settings: Settings = DEFAULTS, wanted: frozenset[str] = OPERATIONS
) -> Node:
    """The expression with every inner operation replaced by its answer, innermost first.

    wanted: the operations to carry out; the others stay as they are written.
    Raises Undefined for a limit that does not exist and an integral that diverges, InvalidInput
    where an operation is by something that is not a variable.
    """
    if not contains(node, wanted):
        return node
    inner = replace(settings, steps=False, at={}, digits=None)
    done: dict[Node, Node] = {}
    for part in topological(node):
        args = tuple(done[arg] for arg in part.args)
        rebuilt = part if args == part.args else graph.make(part.op, args, part.value)
        done[part] = _carried(rebuilt, inner) if part.op in wanted else rebuilt
    return done[node]


def carry_out_derivatives(node: Node, settings: Settings = DEFAULTS) -> Node:
    """Only derivatives and antiderivatives (with all that is inside them) carried out.

    Their variable is no value: this comes before numbers are put in for variables.
    """
    roots = {part: part for part in topological(node) if _is_of_its_variable(part)}
    if not roots:
        return node
    return graph.replace(node, {part: carry_out(part, settings) for part in roots})


def _is_of_its_variable(node: Node) -> bool:
    return node.op == "derive" or (node.op == "integrate" and len(node.args) == 2)


def _carried(node: Node, settings: Settings) -> Node:
    if node.args[1].op != "symbol":
        raise InvalidInput(f"{node.op} is by a variable, and {to_text(node.args[1])} is none")
    if _waits_for_outer_variable(node):
        return node
    if node.op in ("sum", "product"):
        return carry_out_sum(node, settings)
    answer = _answer(node, settings)
    if answer is None:
        return node
    return _result(node, answer)


def _waits_for_outer_variable(node: Node) -> bool:
    """A derivative of symbolic order is left alone."""
    if node.op != "derive" or len(node.args) < 3:
        return False
    order = node.args[2]
    if order.op == "number" and isinstance(order.number, int) and order.number >= 0:
        return False
    if free_symbols(order):
        return True
    raise InvalidInput("the order of a derivative is a whole number from 0 up")


def _answer(node: Node, settings: Settings) -> Answer | None:
    """What the command of the operation answers, or None where it finds nothing."""
    body, variable, *rest = node.args
    try:
        if node.op == "derive":
            from dlmath.maths.calculus.derive import derive

            count = int(rest[0].number) if rest else 1
            found: Answer = derive(body, [variable.name] * count, settings)
            return found
        if node.op == "limit":
            from dlmath.maths.calculus.limit import limit

            side = node.value if isinstance(node.value, str) else "both"
            return limit(body, variable.name, rest[0], side, settings)
        from dlmath.maths.calculus.integrate import integrate

        lower, upper = rest if len(rest) == 2 else (None, None)
        return integrate(body, variable.name, lower, upper, settings)
    except Unsolved:
        return None


def _result(node: Node, answer: Answer) -> Node:
    """The answer as an expression; the node itself where there is only an approximate number."""
    if answer.status in (DIVERGES, DOES_NOT_EXIST):
        if isinstance(answer.result, Node) and not answer.refuted:
            return answer.result
        words = "diverges" if answer.status == DIVERGES else "does not exist"
        raise Undefined(f"the {_NOUNS[node.op]} {to_text(node)} {words}")
    if answer.status != ANSWERED or answer.refuted:
        return node
    if isinstance(answer.result, Node) and not _is_approximate(answer):
        return answer.result
    if answer.value is not None:
        _approximate_values[node] = answer.value
    return node


def _is_approximate(answer: Answer) -> bool:
    """Is the answer a decimal value with an error bound rather than exact mathematics?"""
    error: Any = answer.facts.get("error")
    return isinstance(error, (int, float)) and error > 0


def numeric_values(node: Node) -> dict[Node, Any]:
    """Decimal values of the operations that `carry_out` left in an expression without variables.

    A definite integral without a closed form has one, found by quadrature, and an infinite sum by
    extrapolation; what has none is not in the result.
    """
    values: dict[Node, Any] = {}
    for part in topological(node):
        if part in _approximate_values:
            values[part] = _approximate_values[part]
        elif is_infinite_sum(part) and not free_symbols(part):
            summed = numeric_sum(part)
            if summed is not None:
                values[part] = summed
    return values


def is_infinite_sum(node: Node) -> bool:
    """A `sum` or `product` that precise numbers cannot simply add up or multiply."""
    return node.op in ("sum", "product") and any(bound.op != "number" for bound in node.args[2:])
