"""Equations: the functions of the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.library.inputs import (
    Expression,
    make_settings,
    to_node,
)


def ode(
    equations: str | Sequence[str] = (),
    given: str | Sequence[str] = (),
    functions: str | None = None,
    *,
    method: str | None = None,
    numeric: bool = False,
    until: Expression | None = None,
    step: Expression | None = None,
    events: str | Sequence[str] = (),
    gradient_flow: Expression | None = None,
    rate: Expression | None = None,
    **options: Any,
) -> Answer:
    """Ordinary differential equations as text, with conditions: `ode("y' = x*y", "y(0)=1")`.

    functions: what is looked for, `"y(x)"` or `"x(t), y(t)"`; what is differentiated if not given.
    numeric: numbers, up to `until`; so does a numerical method, a step, or events (`"y = 0"`).
    gradient_flow: a function, in the place of equations, whose flow dx/dt = -grad f is followed
    beside gradient descent with `rate`.
    """
    from dlmath.expression.differential import read_differential
    from dlmath.maths.equations.numeric.methods import NUMERIC_METHODS
    from dlmath.maths.equations.ode import ode as module
    from dlmath.maths.equations.ode.methods import require_method

    texts = [equations] if isinstance(equations, str) else list(equations)
    conditions = [given] if isinstance(given, str) else list(given)
    if gradient_flow is not None:
        from dlmath.maths.equations.numeric import gradient_flow as flows

        return flows.gradient_flow(
            to_node(gradient_flow),
            conditions,
            make_settings(**options),
            until=None if until is None else to_node(until),
            rate=None if rate is None else to_node(rate),
        )
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


def pde(
    equation: str,
    given: str | Sequence[str] = (),
    function: str | None = None,
    *,
    numeric: bool = False,
    until: Expression | None = None,
    domain: Mapping[str, tuple[Expression, Expression]] | None = None,
    terms: int | None = None,
    **options: Any,
) -> Answer:
    """A partial differential equation as text: `pde("u_t = u_xx", ["u(x,0)=sin(x)"])`.

    function: what is looked for, `"u(x, t)"`. numeric: numbers up to the time `until`, on
    `domain` (`{"x": (0, 1)}`). terms: how many of a series.
    """
    from dlmath.expression.differential import read_differential
    from dlmath.maths.equations.pde import pde as module

    conditions = [given] if isinstance(given, str) else list(given)
    return module.pde(
        read_differential([equation], conditions, function, partial=True),
        make_settings(**options),
        numeric=numeric,
        until=None if until is None else to_node(until),
        domain={name: (to_node(a), to_node(b)) for name, (a, b) in (domain or {}).items()},
        terms=terms,
    )


def solve(
    equations: Expression | Sequence[Expression],
    unknowns: str | Sequence[str] = (),
    *,
    lower: Expression | None = None,
    upper: Expression | None = None,
    near: Expression | None = None,
    numeric: bool = False,
    domain: str = "real",
    **options: Any,
) -> Answer:
    """All solutions of equations, systems or inequalities: `solve(["x + y = 3", "x*y = 2"])`.

    unknowns: `"x,y"` or names. lower, upper: only solutions between them. near: only the one there.
    """
    from dlmath.expression.parser import parse, parse_names
    from dlmath.maths.equations.solving import solve as module

    single = isinstance(equations, (str, int, float)) or not isinstance(equations, Sequence)
    given = [equations] if single else list(equations)  # type: ignore[arg-type]
    nodes = [
        parse(one, equation=True, condition=True).node if isinstance(one, str) else to_node(one)  # type: ignore[arg-type]
        for one in given
    ]
    names = parse_names(unknowns) if isinstance(unknowns, str) else list(unknowns)
    ends = [None if end is None else to_node(end) for end in (lower, upper, near)]
    return module.solve(
        nodes,
        names,
        make_settings(**options),
        lower=ends[0],
        upper=ends[1],
        start=ends[2],
        numeric=numeric,
        domain=domain,
    )
