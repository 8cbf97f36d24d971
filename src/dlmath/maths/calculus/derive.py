"""`derive`: derivatives of any order, their working, and the tangent at a point."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from dlmath.answer import Answer, Notation, Program, Sentence
from dlmath.checks.derivative import check_derivative
from dlmath.errors import InvalidInput
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import (
    Node,
    contains,
    free_symbols,
    number,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.derivatives.holomorphic import require_holomorphic
from dlmath.maths.calculus.derivatives.kinks import kink_notes
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.derivatives.steps import Working
from dlmath.maths.calculus.derivatives.tangent import derivative_at
from dlmath.maths.undefined import require_defined
from dlmath.settings import DEFAULTS, Settings

#: More kinks than this are counted, not listed.
_LISTED_KINKS = 4

_VECTOR_OPERATIONS = frozenset(
    "vector softmax log_softmax logsumexp norm dot mean var mse mae huber bce "
    "cross_entropy hinge kl_div".split()
)
#: Carried out before differentiating; sums and integrals are differentiated under their sign.
_OPERATIONS = frozenset({"derive", "limit", "product"})


@under_assumptions
def derive(expression: Node, variables: Sequence[str], settings: Settings = DEFAULTS) -> Answer:
    """Differentiates by each variable in turn: `["x", "x"]` is the second derivative by x.

    With `settings.at`, the value there, with facts `slope`, `direction`, `bending` and `tangent`
    for one variable. Kinks are named in the notes.
    Raises Unsolved where no rule applies, Undefined at a point without a derivative.
    """
    function = prepared(expression, settings)
    stages = [function]
    answer = Answer("derive", _question(expression, variables))
    for variable in variables:
        require_holomorphic(stages[-1], variable, settings.assume)
        derivation = Differentiator(variable).of(stages[-1])
        if settings.steps:
            answer.steps += Working(variable).of(derivation)
        stages.append(derivation.result)
        if not free_symbols(derivation.result) and derivation.result is number(0):
            break
    answer.result = stages[-1] if variables else tidy(function)
    answer.notes += _notes_on_kinks(stages, variables)
    if settings.check:
        answer.checks.append(check_derivative(stages, variables, settings.assume))
    if settings.at:
        derivative_at(answer, stages, variables, settings)
    elif not free_symbols(answer.result):
        answer.value = _plain_value(answer.result)
    if settings.plot:
        _put_picture(answer, function, stages[-1], variables, settings)
    if variables and function.op != "vector":
        answer.program = partial(_program, function, tuple(dict.fromkeys(variables)), stages[-1])
    return answer


def _program(function: Node, variables: tuple[str, ...], derivative: Node) -> Program:
    """Value and derivative in forms that do not overflow."""
    from dlmath.maths.networks.stability import stable_form

    return Program(stable_form(function), variables, {}, stable_form(derivative))


def _put_picture(
    answer: Answer,
    function: Node,
    derivative: Node,
    variables: Sequence[str],
    settings: Settings,
) -> None:
    from dlmath.maths.pictures.calculus import derivative_picture
    from dlmath.maths.pictures.draw import put_picture

    put_picture(answer, derivative_picture, function, derivative, variables, settings)


def prepared(expression: Node, settings: Settings, *, stable: bool = False) -> Node:
    """The expression with inner operations carried out and vectors written entry by entry.

    stable: softmax is written with logsumexp, as networks compute it.
    Raises Undefined for a part without variables that has no value: what is nowhere defined has no
    derivative.
    """
    if expression.op == "eq":
        raise InvalidInput("an expression is needed here, not an equation")
    if contains(expression, _OPERATIONS):
        from dlmath.maths.operations import carry_out

        expression = carry_out(expression, settings, _OPERATIONS)
    require_defined(expression)
    if not contains(expression, _VECTOR_OPERATIONS):
        return expression
    return expand_vectors(expression, stable=stable)


def _question(expression: Node, variables: Sequence[str]) -> Sentence:
    if not variables:
        return (expression,)
    groups: list[list[Any]] = []
    for name in variables:
        if groups and groups[-1][0] == name:
            groups[-1][1] += 1
        else:
            groups.append([name, 1])
    size = len(variables)
    below = " ".join(f"d{name}" + (f"^{count}" if count > 1 else "") for name, count in groups)
    above = "d" if size == 1 else f"d^{size}"
    sign = Notation(f"{above}/{below.replace(' ', '')}")
    if expression.op in ("add", "piecewise"):
        return (sign, " (", expression, ")")
    return (sign, " ", expression)


def _notes_on_kinks(stages: Sequence[Node], variables: Sequence[str]) -> list[Sentence]:
    """What the first derivative by each variable says of kinks; long lists are cut and counted."""
    notes: list[Sentence] = []
    for before, after, variable in zip(stages, stages[1:], variables, strict=False):
        found = kink_notes(before, after, variable)
        notes += found[:_LISTED_KINKS]
        if len(found) > _LISTED_KINKS:
            notes.append((f"and {len(found) - _LISTED_KINKS} more places like these",))
    return list(dict.fromkeys(notes))


def _plain_value(result: Node) -> Any:
    from dlmath.expression.numbers import evaluate

    if result.op == "number":
        return result.number
    return evaluate(result)
