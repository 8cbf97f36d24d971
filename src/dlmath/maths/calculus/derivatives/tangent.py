"""A derivative at a point: the slope, what the curve does there, and the tangent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import PASSED, Answer, Check, Step
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    INFINITY,
    Node,
    add,
    contains,
    eq_node,
    free_symbols,
    mul,
    sub,
    substitute,
    symbol,
    topological,
    vector,
)
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.derivatives.at_point import settle
from dlmath.maths.calculus.derivatives.kink_points import KinkAt, kink_at
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.variables import at_words
from dlmath.settings import Settings


def derivative_at(
    answer: Answer, stages: Sequence[Node], variables: Sequence[str], settings: Settings
) -> None:
    """Puts the values of `settings.at` into the derivative that `answer` holds.

    stages: the function and its successive derivatives.
    Adds the facts for one variable. Raises Undefined where the function has no derivative there,
    InvalidInput for an infinite place.
    """
    at = dict(settings.at)
    for name, value in at.items():
        if contains(value, {"constant"}) and INFINITY in topological(value):
            raise InvalidInput(
                f"{name} = {to_text(value)} is not a point",
                hint="for the behaviour there use limit",
            )
    assert isinstance(answer.result, Node)
    function, formula = stages[0], answer.result
    accepted = False
    for variable in dict.fromkeys(variables):
        found = _first_kink(function, formula, variable, settings)
        if found is None:
            continue
        answer.notes = [note for note in answer.notes if "not differentiable" not in str(note[0])]
        if settings.at_kink == "subgradient":
            _answer_with_subgradient(answer, found)
            return
        answer.notes.append(found.accept(settings.at_kink))
        accepted = True
    value = tidy(substitute(formula, at))
    if not accepted and not free_symbols(vector([value, substitute(function, at)])):
        value = _settled(answer, stages, variables, settings)
    answer.question = (*answer.question, *at_words(at))
    if not free_symbols(value):
        answer.value, answer.decimal = _number_of(value, formula, settings)
    if settings.steps and value is not formula:
        answer.steps.append(Step("evaluate", ("put the point in",), substitute(formula, at), value))
    answer.result = value
    if (
        function.op != "vector"
        and len(set(variables)) == 1
        and not free_symbols(substitute(function, at))
    ):
        _describe(answer, function, variables[0], settings)


def _first_kink(function: Node, formula: Node, variable: str, settings: Settings) -> KinkAt | None:
    """The kink at the point, of the function or of the first entry that has one."""
    if function.op != "vector" or formula.op != "vector":
        return kink_at(function, formula, variable, settings.at)
    pairs = zip(function.args, formula.args, strict=True)
    found = (_first_kink(f, slope, variable, settings) for f, slope in pairs)
    return next((kink for kink in found if kink is not None), None)


def _settled(
    answer: Answer, stages: Sequence[Node], variables: Sequence[str], settings: Settings
) -> Node:
    """The value at the point as the difference quotients there confirm it, entry by entry."""
    if stages[-1].op == "vector":
        entries = [
            _settled(answer, [stage.args[i] for stage in stages], variables, settings)
            for i in range(len(stages[-1].args))
        ]
        return vector(entries)
    found = settle(stages, variables, settings.at)
    if found.beside:
        note = ("the value at the point is that of the formula beside it",)
        answer.notes += [] if note in answer.notes else [note]
    check = Check(AT_POINT, PASSED, "agree from both sides")
    if settings.check and found.confirmed and check not in answer.checks:
        answer.checks.append(check)
    return found.value


#: The name of the check by difference quotients at the point itself.
AT_POINT = "difference quotients at the point"


def _number_of(value: Node, formula: Node, settings: Settings) -> tuple[Any, str | None]:
    """The number and its decimal text; Undefined where there is none."""
    from dlmath.expression.precise import decimal_text, evaluate

    digits = settings.digits or 10
    if value.op == "number" and settings.digits is None:
        return value.number, None
    number_ = evaluate(value, digits=max(digits, 20))
    text = decimal_text(number_, digits)
    if not _is_finite(number_):
        raise Undefined(
            f"there is no derivative at this point: {to_text(formula)} is undefined there"
        )
    return (value.number if value.op == "number" else number_), text


def _is_finite(value: Any) -> bool:
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return bool(value == value and abs(value) != float("inf"))


def _answer_with_subgradient(answer: Answer, found: KinkAt) -> None:
    """Every slope between those of the two sides, as the interval [least, greatest]."""
    from dlmath.expression.precise import decimal_text

    least, greatest, words = found.subdifferential()
    answer.result = f"[{decimal_text(least, 10)}, {decimal_text(greatest, 10)}]"
    answer.value = [least, greatest]
    answer.notes.append(words)


def _describe(answer: Answer, function: Node, variable: str, settings: Settings) -> None:
    """Facts of the curve at the point: `slope`, `direction`, `bending`, `tangent`."""
    at = dict(settings.at)
    if variable not in at:
        return
    first = Differentiator(variable).of(function).result
    second = Differentiator(variable).of(first).result
    slope = _value_or_none([function, first], variable, at) or tidy(substitute(first, at))
    bend = _value_or_none([function, first, second], variable, at)
    size, curve = _sign_of(slope), None if bend is None else _sign_of(bend)
    if size is None:
        return
    answer.facts["slope"] = slope.number if slope.op == "number" else _real_value(slope)
    answer.facts["direction"] = {1: "increasing", -1: "decreasing", 0: "stationary"}[size]
    if curve is not None:
        answer.facts["bending"] = {1: "convex", -1: "concave", 0: "neither"}[curve]
    height = tidy(substitute(function, at))
    across = sub(symbol(variable), at[variable])
    line = expand(add(height, mul(slope, across)))
    name = "y" if variable != "y" else "z"
    answer.facts["tangent"] = eq_node(symbol(name), line)


def _value_or_none(stages: Sequence[Node], variable: str, at: dict[str, Node]) -> Node | None:
    try:
        return settle(stages, [variable] * (len(stages) - 1), at).value
    except Undefined:
        return None


def _sign_of(node: Node) -> int | None:
    from dlmath.expression.precise import evaluate

    value = evaluate(node, digits=30)
    if value != value or getattr(value, "imag", 0) != 0:
        return None
    return 0 if abs(value) < 1e-25 else (1 if value > 0 else -1)


def _real_value(node: Node) -> float:
    from dlmath.expression.precise import evaluate

    return float(evaluate(node, digits=20))
