"""One answer about a distribution: an exact value or a decimal, with its check."""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.answer import Check, Sentence, Step
from dlmath.errors import DlmathError
from dlmath.expression.graph import INFINITY, Node, free_symbols
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.settings import Settings


class Part(NamedTuple):
    """One answer: under which fact, the result, its number and digits, what it is exactly."""

    name: str
    result: Node | str
    value: Any
    decimal: str | None = None
    exact: Node | str | None = None
    check: Check | None = None
    notes: tuple[Sentence, ...] = ()
    steps: tuple[Step, ...] = ()


def computed(name: str, formula: Node, settings: Settings) -> Part | None:
    """The exact value of a formula; None where its numbers are too large to be written out."""
    from dataclasses import replace

    from dlmath.maths.evaluate import evaluate as evaluated

    if free_symbols(formula):
        return Part(name, tidy(formula), None)
    try:
        found = evaluated(formula, replace(settings, at={}, steps=False, check=False, plot=False))
    except DlmathError:
        return None
    if not isinstance(found.result, (Node, str)) or found.result is INFINITY:
        return None
    if found.value is None or found.decimal is None or _is_rational(found.result):
        return Part(name, found.result, found.value, found.decimal)
    # A probability is wanted as a number; what it is exactly is said beside it.
    return Part(name, found.decimal, found.value, found.decimal, exact=found.result)


def _is_rational(result: Node | str) -> bool:
    return isinstance(result, Node) and result.op == "number"


def float_of(node: Node) -> float:
    """The value of an expression without variables."""
    return float(to_float(evaluate(node)))
