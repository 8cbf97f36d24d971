"""Calculus: the functions of the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.library.inputs import (
    Expression,
    all_names,
    make_settings,
    one_variable,
    to_node,
)
from dlmath.maths.networks.stability_screen import add_stability


def derive(
    expression: Expression,
    wrt: str | Sequence[str] | None = None,
    *,
    order: int = 1,
    **options: Any,
) -> Answer:
    """The derivative; `wrt` may name several variables for a mixed one."""
    from dlmath.maths.calculus import derive as module

    node = to_node(expression)
    if wrt is None or isinstance(wrt, str):
        names = [one_variable(node, wrt, "differentiate")] * order
    else:
        names = list(wrt)
    settings = make_settings(**options)
    answer = module.derive(node, names, settings)
    if settings.check:
        add_stability(answer, node)
    return answer


def gradient(
    expression: Expression, wrt: str | Sequence[str] | None = None, **options: Any
) -> Answer:
    """The vector of partial derivatives, by all variables where `wrt` names none."""
    from dlmath.maths.calculus import several

    node = to_node(expression)
    return several.gradient(node, all_names(node, wrt), make_settings(**options))


def jacobian(
    expression: Expression, wrt: str | Sequence[str] | None = None, **options: Any
) -> Answer:
    """Row i holds the partial derivatives of the i-th function of a vector."""
    from dlmath.maths.calculus import several

    node = to_node(expression)
    return several.jacobian(node, all_names(node, wrt), make_settings(**options))


def hessian(
    expression: Expression, wrt: str | Sequence[str] | None = None, **options: Any
) -> Answer:
    """The matrix of second partial derivatives; with `at`, its eigenvalues."""
    from dlmath.maths.calculus import several

    node = to_node(expression)
    return several.hessian(node, all_names(node, wrt), make_settings(**options))


def series(
    expression: Expression,
    around: Expression = 0,
    order: int = 6,
    *,
    wrt: str | None = None,
    **options: Any,
) -> Answer:
    """The terms of degree below `order` in powers of x - a."""
    from dlmath.maths.calculus import series as module

    node = to_node(expression)
    variable = one_variable(node, wrt, "expand")
    return module.series(node, variable, to_node(around), order, make_settings(**options))


def integrate(
    expression: Expression,
    wrt: str | None = None,
    lower: Expression | None = None,
    upper: Expression | None = None,
    *,
    numeric: bool = False,
    **options: Any,
) -> Answer:
    """The integral; definite with `lower` and `upper`."""
    from dlmath.maths.calculus import integrate as module

    node = to_node(expression)
    return module.integrate(
        node,
        one_variable(node, wrt, "integrate"),
        None if lower is None else to_node(lower),
        None if upper is None else to_node(upper),
        make_settings(**options),
        numeric=numeric,
    )


def limit(
    expression: Expression,
    to: Expression = 0,
    *,
    wrt: str | None = None,
    side: str = "both",
    **options: Any,
) -> Answer:
    """The limit as the variable goes to `to`; side: both, left or right."""
    from dlmath.maths.calculus import limit as module

    node = to_node(expression)
    variable = one_variable(node, wrt, "take the limit")
    return module.limit(node, variable, to_node(to), side, make_settings(**options))


def study(
    expression: Expression,
    wrt: str | None = None,
    lower: Expression | None = None,
    upper: Expression | None = None,
    **options: Any,
) -> Answer:
    """Domain, zeros, extrema, bending, asymptotes, range; between `lower` and `upper` if given."""
    from dlmath.maths.calculus import study as module

    node = to_node(expression)
    return module.study(
        node,
        one_variable(node, wrt, "study"),
        None if lower is None else to_node(lower),
        None if upper is None else to_node(upper),
        make_settings(**options),
    )
