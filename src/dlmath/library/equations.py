"""Equations: the functions of the commands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.library.inputs import (
    Expression,
    make_settings,
    to_node,
)


def ode(
    equations: str | Sequence[str],
    given: str | Sequence[str] = (),
    functions: str | None = None,
    *,
    method: str | None = None,
    numeric: bool = False,
    until: Expression | None = None,
    step: Expression | None = None,
    events: str | Sequence[str] = (),
    **options: Any,
) -> Answer:
    """Ordinary differential equations as text, with conditions: `ode("y' = x*y", "y(0)=1")`.

    functions: what is looked for, `"y(x)"` or `"x(t), y(t)"`; what is differentiated if not given.
    numeric: numbers, up to `until`; so does a numerical method, a step, or events (`"y = 0"`).
    """
    from dlmath.expression.differential import read_differential
    from dlmath.maths.equations.numeric.methods import NUMERIC_METHODS
    from dlmath.maths.equations.ode import ode as module
    from dlmath.maths.equations.ode.methods import require_method

    texts = [equations] if isinstance(equations, str) else list(equations)
    conditions = [given] if isinstance(given, str) else list(given)
    problem = read_differential(texts, conditions, functions)
    end = None if until is None else to_node(until)
    if numeric or step is not None or events or method in NUMERIC_METHODS:
        from dlmath.maths.equations.numeric.solve import solve_numeric

        names = ", ".join(map(str, problem.functions))
        wanted = [events] if isinstance(events, str) else list(events)
        return solve_numeric(
            problem,
            make_settings(**options),
            until=end,
            method=method,
            step=None if step is None else to_node(step),
            events=read_differential(wanted, (), names).equations if wanted else (),
        )
    if method is not None:
        require_method(method)
    return module.ode(problem, make_settings(**options), method=method, until=end)
