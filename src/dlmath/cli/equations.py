"""solve, ode, pde."""

from __future__ import annotations

import functools
import re
from typing import Annotated

import typer

from dlmath.answer import Answer
from dlmath.cli.app import command
from dlmath.cli.options import InvalidOption, choose, read_expression, read_whole
from dlmath.cli.read import Given, read_names, reworded
from dlmath.errors import InvalidInput
from dlmath.expression.differential import Problem, read_differential
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.unknown import as_symbols

#: Variables that nobody needs to be told of.
_EXPECTED = ("x", "t")


def _say_variable(given: Given, problem: Problem, texts: list[str]) -> None:
    """A note where a name was taken for the variable, and might have been meant as a parameter."""
    function = problem.functions[0]
    name = function.variables[0]
    said = re.compile(rf"\(\s*{re.escape(name)}\s*\)|d{re.escape(name)}\b|,\s*{re.escape(name)}\b")
    if name in _EXPECTED or any(said.search(text) for text in texts):
        return
    other = f"--for {function.name}(x) says otherwise"
    given.notes.append((f"{name} is taken for the variable of {function.name}; {other}",))


def read_problem(
    given: Given,
    equations: list[str],
    conditions: list[str] | None,
    functions: str | None,
    *,
    partial: bool = False,
) -> Problem:
    """Differential equations and their conditions as typed. Raises InvalidInput."""
    if given.common.latex_input:
        raise InvalidOption(
            "--latex-input: differential equations are read in the language only",
            hint="write y' or dy/dx for a derivative",
        )
    try:
        problem = read_differential(equations, conditions or [], functions, partial=partial)
    except InvalidInput as error:
        if functions is not None and error.text == functions:
            raise InvalidOption(
                f"--for: {error.message}",
                text=error.text,
                start=error.start,
                end=error.end,
                hint=error.hint,
            ) from error
        raise
    given.notes.extend(problem.notes)
    if functions is None and not partial:
        _say_variable(given, problem, [*equations, *(conditions or [])])
    given.knows(name for function in problem.functions for name in function.variables)
    for node in (*problem.equations, *problem.conditions):
        given.knows(free_symbols(as_symbols(node)))
    return problem


@command(
    example='"x^2 - 5x + 6 = 0"',
    more=[
        '"2x + y = 5" "x - y = 1"',
        '"sin(x) = 1/2" --steps',
        '"a*x^2 + b*x + c = 0" --for x',
        '"exp(x) = 3x" --from 0 --to 5 --plot',
        '"x^2 < 4 and x != 1"',
    ],
    symbolic=True,
)
def solve(
    given: Given,
    equations: Annotated[
        list[str],
        typer.Argument(metavar="EQ...", help="Equations or inequalities; without = it is = 0."),
    ],
    *,
    unknowns: Annotated[
        str | None,
        typer.Option("--for", metavar="NAMES", help="The unknowns: x, or x,y."),
    ] = None,
    numeric: Annotated[
        bool, typer.Option("--numeric", help="Numbers at once, certified by intervals.")
    ] = False,
    domain: Annotated[
        str, typer.Option("--domain", metavar="NAME", help="real (if not given) or complex.")
    ] = "real",
    lower: Annotated[
        str | None, typer.Option("--from", metavar="A", help="Only solutions from A on.")
    ] = None,
    upper: Annotated[
        str | None, typer.Option("--to", metavar="B", help="Only solutions up to B.")
    ] = None,
    near: Annotated[
        str | None, typer.Option("--near", metavar="X0", help="Only the solution near X0.")
    ] = None,
) -> Answer:
    """Equations, systems and inequalities: all solutions, each put in."""
    from dlmath.maths.equations.solving.solve import DOMAINS, solve

    choose(domain, "--domain", DOMAINS)
    places = [
        None if text is None else read_expression(text, option)
        for text, option in ((lower, "--from"), (upper, "--to"), (near, "--near"))
    ]
    names = [] if unknowns is None else read_names(unknowns, "--for")
    nodes = [given.expression(text, equation=True, condition=True) for text in equations]
    return solve(
        nodes,
        names,
        given.settings,
        lower=places[0],
        upper=places[1],
        start=places[2],
        numeric=numeric,
        domain=domain,
    )


@command(
    example='"y\' = x*y"',
    more=[
        '"y\'\' + y = sin(x)" --given "y(0)=0" --given "y\'(0)=1" --steps',
        '"x\' = x + 2y" "y\' = 3x" --for "x(t), y(t)"',
        '"(2x*y + 1) dx + x^2 dy = 0"',
        '"y\'\' = -sin(y)" --given "y(0)=1, y\'(0)=0" --numeric --until 20 --plot',
    ],
    symbolic=True,
)
def ode(
    given: Given,
    equations: Annotated[
        list[str] | None,
        typer.Argument(metavar="EQ...", help="The equations: y' = x*y, dy/dx = x*y."),
    ] = None,
    *,
    functions: Annotated[
        str | None,
        typer.Option("--for", metavar="NAMES", help="What is looked for: y(x), or x(t),y(t)."),
    ] = None,
    conditions: Annotated[
        list[str] | None,
        typer.Option(
            "--given",
            metavar="CONDITION",
            help="A value at a point: y(0)=1, y'(0)=0. May be repeated.",
        ),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option("--method", metavar="NAME", help="One way of solving it; rk45, euler, ..."),
    ] = None,
    numeric: Annotated[
        bool, typer.Option("--numeric", help="Numbers instead of a closed form.")
    ] = False,
    until: Annotated[
        str | None, typer.Option("--until", metavar="B", help="The end of the interval: 5, 2*pi.")
    ] = None,
    step: Annotated[
        str | None,
        typer.Option("--step", metavar="H", help="A fixed step, with euler, midpoint or rk4."),
    ] = None,
    event: Annotated[
        list[str] | None,
        typer.Option("--event", metavar="EQ", help="List where this holds: y = 0."),
    ] = None,
    flow: Annotated[
        str | None,
        typer.Option("--gradient-flow", metavar="F", help="dx/dt = -grad F, beside descent."),
    ] = None,
    rate: Annotated[
        str | None, typer.Option("--rate", metavar="H", help="The rate of that descent.")
    ] = None,
) -> Answer:
    """Ordinary differential equations, with initial or boundary conditions."""
    if flow is not None:
        return _flow(given, flow, equations, conditions, until, rate)
    if rate is not None:
        raise InvalidOption("--rate belongs to --gradient-flow", hint="--step sets a fixed step")
    if not equations:
        raise InvalidInput("an equation is missing", hint='dlmath ode "y\' = x*y"')
    from dlmath.expression.suggestions import closest
    from dlmath.maths.equations.numeric.methods import NUMERIC_METHODS, require_numeric_method

    problem = read_problem(given, equations, conditions, functions)
    end = None if until is None else given.expression(until)
    if numeric or step is not None or event or method in NUMERIC_METHODS:
        from dlmath.maths.equations.numeric.solve import solve_numeric

        if method is not None:
            require_numeric_method(method)
        names = ", ".join(map(str, problem.functions))
        read = [read_differential([text], (), names).equations for text in event or ()]
        return solve_numeric(
            problem,
            given.settings,
            until=end,
            method=method,
            step=None if step is None else given.expression(step),
            events=[node for nodes in read for node in nodes],
        )
    from dlmath.maths.equations.ode.methods import METHODS, require_method
    from dlmath.maths.equations.ode.ode import ode

    if method is not None and closest(method, [*METHODS, *NUMERIC_METHODS]) in NUMERIC_METHODS:
        require_numeric_method(method)
    if method is not None:
        require_method(method)
    return ode(problem, given.settings, method=method, until=end)


def read_domain(texts: list[str] | None) -> dict[str, tuple[Node, Node]]:
    """`x=0..1`, also several separated by commas. Raises InvalidOption."""
    from dlmath.expression.parser import parse_range

    found: dict[str, tuple[Node, Node]] = {}
    for text in texts or ():
        for part in text.split(","):
            name, low, high = reworded("--domain", functools.partial(parse_range, part))
            found[name] = (low, high)
    return found


def _flow(
    given: Given,
    flow: str,
    equations: list[str] | None,
    conditions: list[str] | None,
    until: str | None,
    rate: str | None,
) -> Answer:
    from dlmath.maths.equations.numeric.gradient_flow import gradient_flow

    if equations:
        raise InvalidInput("--gradient-flow makes the equations itself", hint="leave them out")
    return gradient_flow(
        given.expression(flow),
        conditions or [],
        given.settings,
        until=None if until is None else given.expression(until),
        rate=None if rate is None else given.expression(rate),
    )


@command(
    example='"u_t = u_xx" --given "u(x,0)=sin(pi*x)" --given "u(0,t)=0" --given "u(1,t)=0"',
    more=[
        '"u_tt = 4u_xx" --given "u(x,0)=exp(-x^2)" --given "u_t(x,0)=0"',
        '"u_t + u*u_x = 0" --given "u(x,0)=-x"',
        '"u_xx + u_yy = 0"',
    ],
    symbolic=True,
)
def pde(
    given: Given,
    equation: Annotated[
        str, typer.Argument(metavar="EQ", help="The equation: u_t = u_xx, u_xx + u_yy = 0.")
    ],
    *,
    functions: Annotated[
        str | None,
        typer.Option("--for", metavar="NAME", help="What is looked for: u(x,t)."),
    ] = None,
    conditions: Annotated[
        list[str] | None,
        typer.Option(
            "--given",
            metavar="CONDITION",
            help="Initial or boundary values: u(x,0)=sin(x), u_x(1,t)=0. May be repeated.",
        ),
    ] = None,
    terms: Annotated[
        str | None, typer.Option("--terms", metavar="N", help="Cut a series off after N terms.")
    ] = None,
    numeric: Annotated[
        bool, typer.Option("--numeric", help="Numbers instead of a closed form.")
    ] = False,
    until: Annotated[
        str | None, typer.Option("--until", metavar="T", help="The last time, for numbers.")
    ] = None,
    domain: Annotated[
        list[str] | None,
        typer.Option("--domain", metavar="RANGE", help="Where, for numbers: x=0..1."),
    ] = None,
) -> Answer:
    """Partial differential equations: heat, wave, Laplace, transport and others."""
    from dlmath.maths.equations.pde.pde import pde

    problem = read_problem(given, [equation], conditions, functions, partial=True)
    return pde(
        problem,
        given.settings,
        numeric=numeric,
        until=None if until is None else given.expression(until),
        domain=read_domain(domain),
        terms=None if terms is None else read_whole(terms, "--terms", least=1),
    )
