"""Gradient flow dx/dt = -grad f beside gradient descent, which is Euler's method on it.

After k steps with the rate h descent has come to about the flow's place at t = k*h; it is stable
where h times the largest curvature stays below 2. (Boyd and Vandenberghe, Convex Optimization,
section 9.3; Hairer and Wanner, Solving Ordinary Differential Equations II, section IV.2.)
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, Answer, Check, Step, Table
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression.differential import Problem, read_differential
from dlmath.expression.graph import Node, eq_node, free_symbols, neg, substitute, symbol
from dlmath.expression.tidy import tidy
from dlmath.expression.unknown import Unknown, from_symbols
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.equations.numeric.exact import as_function, explicit_functions
from dlmath.maths.equations.numeric.initial import Integrated, integrate_twice
from dlmath.maths.equations.numeric.report import certain, csv_bytes
from dlmath.maths.equations.numeric.solve import solve_numeric
from dlmath.maths.equations.numeric.system import (
    initial_state,
    put_parameters,
    read_conditions,
    read_system,
    real_number,
)
from dlmath.settings import DEFAULTS, Settings

_ROWS = 11
_STEPS_MOST = 100_000
_SECONDS = 8.0


class Flow(NamedTuple):
    """The flow and the descent at the same times.

    places: times k*rate. flow, descent: an array for each, (steps + 1, variables); the descent
    ends early where it leaves all bounds.
    """

    function: Node
    names: tuple[str, ...]
    places: Any
    flow: Any
    descent: Any
    rate: float


@under_assumptions
def gradient_flow(
    function: Node,
    given: Sequence[str],
    settings: Settings = DEFAULTS,
    *,
    until: Node | None = None,
    rate: Node | None = None,
) -> Answer:
    """The flow of a function from a start, and the steps of gradient descent beside it.

    given: where it starts, as text: `x(0)=5`, `y(0)=1`. until: the end of the time (default 3).
    rate: of the descent (default: what suits the curvature at the start). In closed form where one
    is found, else in numbers. The facts are those of either, with `rate`, `steps_descent`,
    `stable_rate` and `largest_gap`. Raises InvalidInput, Unsolved, LimitReached.
    """
    problem, names = _read(function, given, settings)
    filled = put_parameters([function], names, settings.at)[0]
    system = read_system(problem, settings.at)
    conditions = read_conditions(problem, system, settings.at)
    if len(conditions.points) != 1:
        raise InvalidInput("a flow starts at one time", hint=_example(names))
    start = initial_state(system, conditions)
    t0 = conditions.points[0]
    end = t0 + 3.0
    if until is not None:
        end = real_number(put_parameters([until], [], settings.at)[0], "the end given by --until")
    if end <= t0:
        raise InvalidInput(f"--until {end:g} is not after the start, t = {t0:g}")
    seconds = settings.seconds or 3600.0
    answer, exact = _solved(problem, settings, end)
    both = integrate_twice(system, start, t0, end, None, 0.3 * seconds)
    if both.run.dense is None or both.stop is not None or both.lost:
        raise Unsolved("the flow could not be followed to the end")
    flow, facts = _beside(filled, names, start.tolist(), both, t0, end, rate, settings)
    answer.question = ("the gradient flow of ", function, " with ", *_listed(problem.conditions))
    answer.tables[:0] = _tables(flow)
    answer.facts.update(facts)
    _put_notes(answer, flow, facts)
    if settings.check:
        answer.checks += _checks(flow, exact, both)
    if settings.steps:
        answer.steps = [*_steps(function, names, problem), *answer.steps]
    rows = [[t, *a, *b] for t, a, b in zip(flow.places, flow.flow, flow.descent, strict=False)]
    heads = ("t", *(f"{n} (flow)" for n in names), *(f"{n} (descent)" for n in names))
    answer.files[".csv"] = lambda: csv_bytes(heads, rows)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.flow import flow_picture

        put_picture(answer, flow_picture, flow, both)
    return answer


def _example(names: Sequence[str]) -> str:
    return " ".join(f'--given "{name}(0)=1"' for name in names)


def _listed(nodes: Sequence[Node]) -> list[str | Node]:
    words: list[str | Node] = []
    for node in nodes:
        words += [", ", node] if words else [node]
    return words


def _read(
    function: Node, given: Sequence[str], settings: Settings
) -> tuple[Problem, tuple[str, ...]]:
    """dx/dt = -f_x for every variable, with the start. Raises InvalidInput."""
    from dlmath.expression.gradient import gradient

    names = tuple(sorted(free_symbols(function) - set(settings.at)))
    if not names:
        raise InvalidInput("the function has no variables, so there is no way down")
    if "t" in names:
        raise InvalidInput("t is the time of the flow here", hint="name the variable differently")
    functions = tuple(Unknown(name, ("t",)) for name in names)
    slopes = gradient(function, list(names))
    equations = tuple(
        eq_node(f.at((1,)), from_symbols(tidy(neg(slopes[f.name])), functions)) for f in functions
    )
    if not given:
        raise InvalidInput("the flow needs a start", hint=_example(names))
    spelled = ", ".join(map(str, functions))
    conditions = read_differential([], list(given), spelled).conditions
    return Problem(equations, conditions, functions), names


def _solved(problem: Problem, settings: Settings, end: float) -> tuple[Answer, dict[str, Node]]:
    """The flow in closed form where that is found in time, else in numbers; and its formulas."""
    from fractions import Fraction

    from dlmath.errors import DlmathError
    from dlmath.expression.graph import number
    from dlmath.maths.calculus.budget import OutOfTime, within
    from dlmath.maths.equations.ode.ode import ode_in_closed_form

    put = {k: v for k, v in settings.at.items() if k != "t"}
    filled = problem._replace(equations=tuple(substitute(e, put) for e in problem.equations))
    quiet = replace(settings, at={}, plot=False, seconds=_SECONDS)
    try:
        with within(_SECONDS):
            answer = ode_in_closed_form(filled, quiet)
        exact = explicit_functions(answer, problem, settings)
        if exact:
            return answer, exact
    except (DlmathError, OutOfTime):
        pass
    last = number(Fraction(repr(end)))
    return solve_numeric(problem, replace(settings, plot=False), until=last), {}


def _beside(
    function: Node,
    names: tuple[str, ...],
    start: list[float],
    both: Integrated,
    t0: float,
    end: float,
    rate: Node | None,
    settings: Settings,
) -> tuple[Flow, dict[str, Any]]:
    """Descent from the same start, and the flow at its times."""
    import numpy

    from dlmath.maths.optimization.descend import descend_from
    from dlmath.maths.optimization.objective import Objective
    from dlmath.maths.optimization.plan import Options, make_plan
    from dlmath.maths.optimization.run import settled, spectrum_at

    objective = Objective(function, names)
    if not math.isfinite(objective.value(start)):
        raise Undefined("the function has no value at the start")
    h = None if rate is None else real_number(rate, "the rate")
    if h is not None and h <= 0:
        raise InvalidInput("the rate is a positive number", hint="--rate 0.1")
    options = Options(rate=h)
    plan = settled(make_plan(options), options, spectrum_at(objective, start))
    h = plan.rate
    count = math.floor((end - t0) / h * (1 + 1e-12) + 1e-9)
    if count < 1:
        raise InvalidInput(f"the rate {h:g} is longer than the time, {end - t0:g}")
    if count > _STEPS_MOST:
        raise InvalidInput(f"{count} steps are too many; at most {_STEPS_MOST} are taken")
    options = options._replace(rate=h, steps_max=count, tolerance=1e-300)
    quiet = replace(settings, seconds=0.2 * settings.seconds)
    run, _ = descend_from(objective, start, make_plan(options), options, quiet)
    states = [run.path.at(k) for k in range(min(count, run.path.end.step) + 1)]
    points = [state.point for state in states if state.sound]
    stalled = len(points) == len(states) and len(points) <= count
    if stalled and run.path.ended in ("fixed", "converged"):
        points += [points[-1]] * (count + 1 - len(points))  # it stands still
    places = t0 + h * numpy.arange(count + 1)
    flow = Flow(function, names, places, both.values(numpy.minimum(places, end)).T,
                numpy.array(points), h)  # fmt: skip
    gaps = numpy.linalg.norm(flow.flow[: len(points)] - flow.descent, axis=1)
    facts: dict[str, Any] = {
        "rate": h,
        "steps_descent": len(points) - 1,
        "stable_rate": run.stable_rate,
        "largest_gap": float(gaps.max()),
    }
    return flow, {name: fact for name, fact in facts.items() if fact is not None}


def _tables(flow: Flow) -> list[Table]:
    """Places and values at some of the steps, flow and descent side by side."""
    import numpy

    count = len(flow.places) - 1
    chosen = sorted({round(k * count / (_ROWS - 1)) for k in range(_ROWS)})
    heads = ["step", "t"]
    for name in flow.names:
        heads += [name, f"{name} (descent)"]
    places: list[tuple[Any, ...]] = []
    values: list[tuple[Any, ...]] = []
    for k in chosen:
        on_flow = flow.flow[k]
        there = k < len(flow.descent)
        point = flow.descent[k] if there else None
        cells: list[Any] = [k, certain(float(flow.places[k]), 0.0, 6)]
        for n, value in enumerate(on_flow):
            cells.append(certain(float(value), 1e-9, 6))
            cells.append("diverged" if point is None else certain(float(point[n]), 0.0, 6))
        gap = float(numpy.linalg.norm(on_flow - point)) if point is not None else math.inf
        cells.append(float(f"{gap:.3g}") if there else "diverged")
        places.append(tuple(cells))
        values.append(
            (
                k,
                certain(_value(flow, on_flow), 1e-12, 6),
                "diverged" if point is None else certain(_value(flow, point), 0.0, 6),
            )
        )
    return [
        Table("flow and gradient descent", (*heads, "distance"), tuple(places)),
        Table("values of the function", ("step", "flow", "descent"), tuple(values)),
    ]


def _value(flow: Flow, point: Any) -> float:
    from dlmath.maths.optimization.objective import real_value

    return real_value(flow.function, dict(zip(flow.names, map(float, point), strict=True)))


def _put_notes(answer: Answer, flow: Flow, facts: dict[str, Any]) -> None:
    stable = facts.get("stable_rate")
    words = f"gradient descent with the rate {flow.rate:g} is Euler's method on the flow"
    if stable is not None:
        words += f"; it is stable for rates below 2/(largest curvature) = {stable:.4g}"
        if flow.rate > stable:
            words += ", which this one is not: it does not follow the flow"
    answer.notes.append((words,))


def _checks(flow: Flow, exact: dict[str, Node], both: Integrated) -> list[Check]:
    """The function falls along the flow; the closed form agrees with numbers."""
    import numpy

    chosen = flow.flow[:: max(1, len(flow.flow) // 20)]
    values = [_value(flow, p) for p in chosen]
    slack = 1e-9 * max(1.0, *(abs(v) for v in values))
    falls = all(b <= a + slack for a, b in pairwise(values))
    checks = [
        Check("the function falls along the flow", PASSED if falls else FAILED,
              f"at {len(values)} times, from {values[0]:.6g} to {values[-1]:.6g}")
    ]  # fmt: skip
    runs = [as_function(exact[name], "t") for name in flow.names if name in exact]
    if exact and all(run is not None for run in runs):
        places = numpy.linspace(both.x0, both.reach, 9)
        found = numpy.array([run(places) for run in runs if run is not None])
        gap = float(numpy.abs(found - both.values(places)).max())
        size = max(1.0, float(numpy.abs(found).max()))
        verdict = PASSED if gap <= 1e-6 * size else FAILED
        checks.append(Check("closed form against integration", verdict,
                            f"differ by at most {gap:.1e} at 9 times"))  # fmt: skip
    return checks


def _steps(function: Node, names: Sequence[str], problem: Problem) -> list[Step]:
    parts = tuple(
        Step("slope", (symbol(name), "' is minus the derivative of ", function, " by ",
                       symbol(name)), None, equation)
        for name, equation in zip(names, problem.equations, strict=True)
    )  # fmt: skip
    return [Step("flow", ("every variable follows the negative gradient",), None, None, parts)]
