"""Everyday: the functions of the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.library.inputs import (
    Expression,
    make_settings,
    to_node,
)
from dlmath.maths.networks.stability_screen import add_stability


def evaluate(expression: Expression, **options: Any) -> Answer:
    """The exact value and its decimal."""
    from dlmath.maths import evaluate as module

    node, settings = to_node(expression), make_settings(**options)
    answer = module.evaluate(node, settings)
    if settings.check:
        add_stability(answer, node, settings.at)
    return answer


def simplify(expression: Expression, form: str | None = None, **options: Any) -> Answer:
    """A simpler form; form: expand, factor, apart or collect."""
    from dlmath.maths import simplify as module

    return module.simplify(to_node(expression), make_settings(**options), form)


def check(a: Expression, b: Expression, **options: Any) -> Answer:
    """Are two expressions equal? The answer says why, or where they differ."""
    from dlmath.maths import compare as module

    return module.compare(to_node(a), to_node(b), make_settings(**options))


def plot(
    *expressions: Expression,
    lower: Expression | None = None,
    upper: Expression | None = None,
    over: Mapping[str, tuple[Expression, Expression]] | None = None,
    polar: Sequence[Expression] = (),
    points: Mapping[str, Sequence[float]] | None = None,
    log: str | None = None,
    **options: Any,
) -> Answer:
    """A picture of curves, paths, equations, level lines, conditions, in `Answer.picture`.

    lower, upper: ends of the axis, or of the parameter of paths. over: ends of variables by name.
    polar: radii over an angle. points: columns of equal length; the first goes across. log: `x`,
    `y` or `both`.
    """
    from dlmath.maths.plot import plot as draw
    from dlmath.maths.plotting import Data

    columns = [
        (name, [float(value) for value in column]) for name, column in (points or {}).items()
    ]
    if len(columns) == 1 or len({len(column) for _, column in columns}) > 1:
        raise InvalidInput("points are at least two columns of equal length")
    data = [Data(columns[0][0], name, columns[0][1], column) for name, column in columns[1:]]
    return draw(
        [_relation(expression) for expression in expressions],
        make_settings(**options),
        polar=[_relation(radius) for radius in polar],
        data=data,
        ends=(
            None if lower is None else _float(lower),
            None if upper is None else _float(upper),
        ),
        ranges={name: (_float(a), _float(b)) for name, (a, b) in (over or {}).items()},
        log=log,
    )


def _relation(value: Expression) -> Node:
    """An expression, an equation or a condition."""
    if isinstance(value, str):
        from dlmath.expression.parser import parse

        return parse(value, equation=True, condition=True).node
    return to_node(value)


def _float(value: Expression) -> float:
    from dlmath.expression.numbers import evaluate

    number = evaluate(to_node(value))
    if isinstance(number, (int, float)) and abs(number) < float("inf"):
        return float(number)
    raise InvalidInput("an end of an axis is a finite number")


def explain(term: str | None = None, **options: Any) -> Answer:
    """The concept card of a term, with its example computed; without one, the list of all.

    Where the words fit several cards, the answer is the list of them. Raises InvalidInput for a
    term that is in no card.
    """
    from dlmath.cli.explain import run_line
    from dlmath.maths.concepts import explain as module

    if term is None or not term.strip():
        return module.listing()
    return module.explain(term, run_line, make_settings(**options))
