"""`evaluate`: the exact value of an expression, and its digits.

Rational arithmetic, roots and known values are the project's own; sympy is asked only where
functions of constants remain, and believed only when its value has the same thirty digits.
"""

from __future__ import annotations

from typing import Any

from dlmath.answer import Answer, Sentence
from dlmath.checks.evaluation import check_value, same_number
from dlmath.errors import Undefined, Unsolved
from dlmath.expression import graph
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import INFINITY, Node, contains, free_symbols, symbol, topological
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.evaluation_steps import working
from dlmath.maths.exact_constants import simplest_constant
from dlmath.maths.operations import (
    OPERATIONS,
    carry_out,
    carry_out_derivatives,
    is_infinite_sum,
    numeric_values,
)
from dlmath.maths.undefined import require_defined
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

#: Significant digits of a decimal value where none are asked for.
DIGITS = 10


@under_assumptions
def evaluate(expression: Node, settings: Settings = DEFAULTS) -> Answer:
    """The exact value, with the number and its decimal digits.

    Values of `settings.at` are put in for variables and inner operations carried out first.
    Variables without a value may remain: the answer is then the collected expression and a note.
    Raises Undefined (naming the part that has no value), Unsolved for an inner operation without
    a value, LimitReached for a number too large to compute.
    """
    derived = carry_out_derivatives(expression, settings)
    filled = graph.substitute(derived, dict(settings.at)) if settings.at else derived
    carried = carry_out(filled, settings)
    answer = Answer("evaluate", (expression, *at_words(settings.at)))
    names = sorted(free_symbols(carried))
    if names:
        require_defined(carried)
        answer.result = tidy(expand_vectors(carried))
        answer.notes.append(_without_values(names))
    elif contains(carried, OPERATIONS):
        _approximate(answer, carried, settings)
    else:
        _exact(answer, carried, settings)
    if settings.steps:
        answer.steps = working(expression, derived, filled, carried, answer.result, settings)
    if settings.plot:
        from dlmath.maths.pictures.calculus import function_picture
        from dlmath.maths.pictures.draw import put_picture

        put_picture(answer, function_picture, expand_vectors(carried))
    return answer


def _without_values(names: list[str]) -> Sentence:
    listed = ", ".join(names)
    if len(names) == 1:
        return (f"{listed} has no value; give it one with --at {listed}=2",)
    return (f"{listed} have no values; give them some with --at {names[0]}=2",)


def _exact(answer: Answer, node: Node, settings: Settings) -> None:
    """Fills in the exact result, its number and its digits."""
    digits = settings.digits or DIGITS
    result = tidy(expand_vectors(node))
    if _is_rational(result):
        answer.result = result
        answer.value = _rational_value(result)
        if settings.digits or not _is_whole(result):
            answer.decimal = _decimal(answer.value, digits)
        if settings.check:
            answer.checks.append(check_value(node, result))
        return
    if result.op in ("true", "false", "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"):
        answer.result = _truth(node, result)
        return
    value = _precise(node, digits)
    require_defined(node, value)
    answer.result = _best_form(node, result, value, settings)
    if _is_rational(answer.result):
        value = _rational_value(answer.result)
    if not _is_infinite(value):
        answer.value = value
        if settings.digits or not _is_whole(answer.result):
            answer.decimal = _decimal(value, digits)
    if settings.check:
        answer.checks.append(check_value(node, answer.result))


def _precise(node: Node, digits: int) -> Any:
    from dlmath.expression import precise

    return precise.evaluate(node, {}, max(30, digits + 5))


def _decimal(value: Any, digits: int) -> str:
    from dlmath.expression import precise

    return precise.decimal_text(value, digits)


def _best_form(node: Node, result: Node, value: Any, settings: Settings) -> Node:
    """The collected form, or a simpler one of the same value; never one of another value."""
    if _is_infinite(value):
        return INFINITY if value > 0 else graph.neg(INFINITY)
    if not same_number(result, value):
        result = node
    return simplest_constant(result, value, settings)


def _truth(node: Node, result: Node) -> Node:
    """The truth of a relation between numbers."""
    if result.op in ("true", "false"):
        return result
    truth = _precise(node, DIGITS)
    if truth is None or truth not in (True, False):
        raise Undefined(f"{to_text(node)} is neither true nor false")
    return graph.TRUE if truth else graph.FALSE


def _approximate(answer: Answer, node: Node, settings: Settings) -> None:
    """An inner operation has no closed form: its decimal value, where there is one."""
    values = numeric_values(node)
    names = {part: f"value_{index}" for index, part in enumerate(values)}
    inside = graph.replace(node, {part: symbol(name) for part, name in names.items()})
    missing = [part for part in topological(inside) if _has_no_number(part)]
    if missing:
        raise Unsolved(f"no value was found for {to_text(missing[0])}")
    from dlmath.expression import precise

    value = precise.evaluate(inside, {names[part]: v for part, v in values.items()}, 20)
    require_defined(inside, value)
    answer.result = node
    answer.value = value
    answer.decimal = _decimal(value, min(settings.digits or DIGITS, DIGITS))
    answer.notes.append(("no closed form was found; the decimal value is numerical",))


def _has_no_number(part: Node) -> bool:
    """An operation that numbers cannot do by themselves; a finite sum is added up."""
    return part.op in ("derive", "integrate", "limit") or is_infinite_sum(part)


# --- numbers ----------------------------------------------------------------------------------


def _is_rational(node: Node) -> bool:
    """An exact number, or a vector of exact numbers."""
    return all(part.op in ("number", "vector") for part in topological(node))


def _is_whole(node: Node) -> bool:
    return all(part.op == "vector" or graph.is_integer(part) for part in topological(node))


def _rational_value(node: Node) -> Any:
    if node.op == "vector":
        return [_rational_value(part) for part in node.args]
    return node.number


def _is_infinite(value: Any) -> bool:
    if isinstance(value, (list, complex)):
        return False
    import mpmath

    return isinstance(value, mpmath.mpf) and bool(mpmath.isinf(value))
