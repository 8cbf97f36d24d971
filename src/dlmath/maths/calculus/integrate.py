"""Integrals: antiderivatives, definite and improper integrals, integrals over several variables."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, contains, free_symbols, symbol
from dlmath.maths.assumptions import under_assumptions
from dlmath.settings import DEFAULTS, Settings

_OPERATIONS = frozenset({"derive", "integrate", "limit", "sum", "product"})
_RELATIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "true", "false"})


@under_assumptions
def integrate(
    expression: Node,
    variable: str,
    lower: Node | None = None,
    upper: Node | None = None,
    settings: Settings = DEFAULTS,
    *,
    numeric: bool = False,
) -> Answer:
    """The antiderivative, or with bounds the definite integral.

    The antiderivative comes without its constant. With bounds the facts are `value` and `error`
    (a bound on what the number is off by; 0 for a closed form), with `numeric` also `method` and
    `evaluations`. Raises InvalidInput where the expression is no function to integrate, Undefined
    where it has no value on the interval, Unsolved where nothing is found.
    """
    answer = _integral(expression, variable, lower, upper, settings, numeric)
    if not settings.steps:  # a divergence explains itself in a note
        answer.steps = []
    if settings.plot:
        _put_picture(answer, expression, variable, lower, upper, settings)
    return answer


def _put_picture(
    answer: Answer,
    expression: Node,
    variable: str,
    lower: Node | None,
    upper: Node | None,
    settings: Settings,
) -> None:
    from dlmath.maths.pictures.calculus import integral_picture
    from dlmath.maths.pictures.draw import put_picture

    bounds = None
    if lower is not None and upper is not None:
        bounds = (_bound(lower, settings), _bound(upper, settings))
    integrand = _prepared(expression, settings)
    put_picture(answer, integral_picture, integrand, answer.result, variable, bounds, settings)


def _integral(
    expression: Node,
    variable: str,
    lower: Node | None,
    upper: Node | None,
    settings: Settings,
    numeric: bool,
) -> Answer:
    """The answer by the kind of integral that is asked for."""
    integrand = _prepared(expression, settings)
    if (lower is None) != (upper is None):
        missing = "--to" if upper is None else "--from"
        raise InvalidInput("a definite integral needs both bounds", hint=f"add {missing}")
    if lower is None or upper is None:
        if numeric:
            raise InvalidInput("a numeric integral needs bounds", hint="add --from and --to")
        from dlmath.maths.calculus.derivatives.holomorphic import require_holomorphic
        from dlmath.maths.calculus.integrals.indefinite import indefinite

        require_holomorphic(integrand, variable, settings.assume, "antiderivative")

        return indefinite(integrand, variable, settings)
    lower, upper = _bound(lower, settings), _bound(upper, settings)
    if variable in free_symbols(lower) | free_symbols(upper):
        integrand, variable = _renamed(integrand, variable, lower, upper)
    names = (free_symbols(integrand) - {variable}) | free_symbols(lower) | free_symbols(upper)
    if names:
        from dlmath.maths.calculus.integrals.parameters import with_parameters

        return with_parameters(integrand, variable, lower, upper, settings)
    from dlmath.maths.calculus.integrals.definite import definite

    return definite(integrand, variable, lower, upper, settings, numeric=numeric)


@under_assumptions
def integrate_over(
    expression: Node,
    ranges: Sequence[tuple[str, Node, Node]],
    settings: Settings = DEFAULTS,
    *,
    numeric: bool = False,
) -> Answer:
    """The integral over several variables: `ranges` are (variable, from, to), outermost first."""
    from dlmath.maths.calculus.integrals.over import iterated

    integrand = _prepared(expression, settings)
    answer = iterated(integrand, ranges, settings, numeric=numeric)
    if settings.plot:
        from dlmath.maths.pictures.calculus import integral_picture
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.several import region_picture

        if len(ranges) == 1:
            name, lower, upper = ranges[0]
            bounds = (lower, upper)
            put_picture(answer, integral_picture, integrand, None, name, bounds, settings)
        else:
            put_picture(answer, region_picture, integrand, ranges, settings)
    return answer


def _prepared(expression: Node, settings: Settings) -> Node:
    """The integrand with inner operations carried out and vectors written by entries."""
    if expression.op in _RELATIONS:
        raise InvalidInput("an expression is needed here, not an equation or a condition")
    if contains(expression, _OPERATIONS):
        from dlmath.maths.operations import carry_out

        expression = carry_out(expression, settings)
    if contains(expression, _vector_operations()):
        from dlmath.expression.elements import expand_vectors

        expression = expand_vectors(expression)
    if expression.op == "vector":
        raise InvalidInput("a vector cannot be integrated", hint="integrate its entries one by one")
    return expression


def _vector_operations() -> frozenset[str]:
    """What is written out by entries first; `max` and `min` of numbers stay."""
    from dlmath.expression.vocabulary import FUNCTIONS

    kinds = ("reduction", "vector")
    names = {name for name, known in FUNCTIONS.items() if known.kind in kinds}
    return frozenset(names - {"max", "min"} | {"vector"})


def _bound(bound: Node, settings: Settings) -> Node:
    from dlmath.expression.tidy import tidy

    if contains(bound, _OPERATIONS):
        from dlmath.maths.operations import carry_out

        bound = carry_out(bound, settings)
    return tidy(bound)


def _renamed(integrand: Node, variable: str, lower: Node, upper: Node) -> tuple[Node, str]:
    """The integrand in another variable, because a bound holds the one it was written in."""
    from dlmath.expression.graph import substitute

    taken = free_symbols(integrand) | free_symbols(lower) | free_symbols(upper)
    fresh = next(name for name in ("t", "u", "v", "s", "w", f"{variable}_1") if name not in taken)
    return substitute(integrand, {variable: symbol(fresh)}), fresh
