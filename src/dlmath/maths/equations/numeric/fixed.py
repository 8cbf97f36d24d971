"""Methods with fixed steps, for those who learn what a step size does.

Euler's method, the midpoint method and the classical method of Runge and Kutta (Hairer, Norsett and
Wanner, Solving Ordinary Differential Equations I, chapter II.1). The values stand beside the
solution, and beside them the error with half the step, whose quotient shows the order.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from dlmath.answer import (
    DIVERGES,
    DOES_NOT_EXIST,
    UNAVAILABLE,
    Answer,
    Check,
    Notation,
    Step,
    Table,
)
from dlmath.checks.ode_numeric import recomputed
from dlmath.errors import DlmathError, InvalidInput, LimitReached
from dlmath.expression.decimal_text import decimal_text
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node
from dlmath.maths.equations.numeric.ending import Ending
from dlmath.maths.equations.numeric.exact import as_function, closed_form
from dlmath.maths.equations.numeric.initial import Integrated, integrate_twice
from dlmath.maths.equations.numeric.methods import FIXED
from dlmath.maths.equations.numeric.report import certain, csv_bytes, place_text
from dlmath.maths.equations.numeric.system import (
    Array,
    Conditions,
    System,
    initial_state,
    put_parameters,
    real_number,
)
from dlmath.settings import Settings

_STEPS_MOST = 1_000_000
_STEPS_USUAL = 10
_ROWS = 11
#: Steps that are recomputed with many digits, and written out in the working.
_BY_HAND = 4
#: The real stability limits: h*|lambda| for a decaying mode lambda.
_STABLE = {"euler": 2.0, "midpoint": 2.0, "rk4": 2.785}
_TITLES = {
    "euler": "Euler's method",
    "midpoint": "the midpoint method",
    "rk4": "the classical Runge-Kutta method",
}


class Stepped(NamedTuple):
    """The places and states of a method with fixed steps, and what is taken for the solution.

    step: h with its sign. exact: states at places, for an array of places; formula: the closed
    form of each function behind it, or {} where it is an accurate integration.
    """

    x: Array
    s: Array
    half: Array
    step: float
    method: str
    exact: Callable[[Any], Array] | None
    formula: dict[str, Node]


Rate = Callable[[Any, Any], Any]


def one_step(method: str, rate: Rate, x: Any, s: Any, h: Any) -> Any:
    """The state after one step, in whatever numbers it is given."""
    if method == "euler":
        return s + h * rate(x, s)
    if method == "midpoint":
        return s + h * rate(x + h / 2, s + h / 2 * rate(x, s))
    k1 = rate(x, s)
    k2 = rate(x + h / 2, s + h / 2 * k1)
    k3 = rate(x + h / 2, s + h / 2 * k2)
    k4 = rate(x + h, s + h * k3)
    return s + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)


def solve_fixed(
    answer: Answer,
    problem: Problem,
    system: System,
    conditions: Conditions,
    end: float,
    settings: Settings,
    method: str,
    step: Node | None,
) -> Answer:
    """Fills the answer. Raises InvalidInput for a step that makes no sense, LimitReached."""
    import numpy

    x0 = conditions.points[0]
    start = initial_state(system, conditions)
    h, count = _steps_of(x0, end, step, settings)
    x, s = _walk(system, method, start, x0, h, count)
    _, finer = _walk(system, method, start, x0, h / 2, 2 * count)
    exact, formula, stop = _solution(problem, system, start, x0, float(x[-1]), settings)
    done = Stepped(x, s, finer[::2], h, method, exact, formula)
    digits = settings.digits or 10
    lead = list(system.leading)
    place = place_text(float(x[-1]))
    lines = [f"{system.states[k]}({place}) = {decimal_text(float(s[-1][k]), digits)}" for k in lead]
    answer.result = lines[0] if len(lines) == 1 else tuple(lines)
    final = [float(s[-1][k]) for k in lead]
    answer.value = final[0] if len(final) == 1 else final
    answer.tables.append(_table(done, system))
    answer.facts["table"] = [
        {system.variable: float(p), **dict(zip(system.states, map(float, row), strict=True))}
        for p, row in zip(x, s, strict=True)
    ][: 10 * _ROWS]
    if stop is None:
        _put_errors(answer, done, system)
    else:
        _put_stop(answer, system, done, stop)
    answer.facts["method"] = method
    answer.facts["step"] = h
    answer.facts["steps"] = count
    answer.facts["evaluations"] = count * {"euler": 1, "midpoint": 2, "rk4": 4}[method]
    _put_stability(answer, system, done, start, x0)
    if abs(x0 + h * count - end) > 1e-9 * max(1.0, abs(end)):
        answer.notes.append((f"whole steps of {h:g} end at {place}, not at {end:g}",))
    if settings.check:
        answer.checks.append(_by_hand(system, done, settings))
    if settings.steps:
        answer.steps = _steps(system, done)
    columns = (system.variable, *system.states)
    answer.files[".csv"] = lambda: csv_bytes(columns, numpy.column_stack([x, s]).tolist())
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.equations import fixed_picture

        put_picture(answer, fixed_picture, system, done)
    return answer


def _steps_of(x0: float, end: float, step: Node | None, settings: Settings) -> tuple[float, int]:
    length = end - x0
    if step is None:
        return length / _STEPS_USUAL, _STEPS_USUAL
    h = real_number(put_parameters([step], [], settings.at)[0], "the step")
    if h <= 0:
        raise InvalidInput("the step is a positive number", hint="--step 0.1")
    if h > abs(length) * (1 + 1e-12):
        raise InvalidInput(f"the step {h:g} is longer than the interval, {abs(length):g}")
    count = math.floor(abs(length) / h * (1 + 1e-12) + 1e-9)
    if count > _STEPS_MOST:
        raise InvalidInput(
            f"{count} steps are too many; at most {_STEPS_MOST} are taken", hint="a larger --step"
        )
    return math.copysign(h, length), count


def _walk(
    system: System, method: str, start: Array, x0: float, h: float, count: int
) -> tuple[Array, Array]:
    """All places and states; a state beyond numbers, or without a value, is nan from there on."""
    import numpy

    x = x0 + h * numpy.arange(count + 1)
    s = numpy.full((count + 1, system.size), numpy.nan)
    s[0] = start
    with numpy.errstate(all="ignore"):
        for k in range(count):
            s[k + 1] = one_step(method, system.rate, float(x[k]), s[k], h)
            if not numpy.all(numpy.isfinite(s[k + 1])):
                s[k + 1] = numpy.nan
                break
    return x, s


def _solution(
    problem: Problem, system: System, start: Array, x0: float, end: float, settings: Settings
) -> tuple[Callable[[Any], Array] | None, dict[str, Node], Ending | None]:
    """The solution at places, by its closed form, else by an accurate integration.

    Also the closed form, and where the solution ends before the end; it has no values beyond.
    """
    import numpy

    both: Integrated | None = None
    with suppress(LimitReached):
        both = integrate_twice(system, start, x0, end, None, 0.4 * (settings.seconds or 3600.0))
    if both is not None and both.run.dense is None:
        both = None
    stop = None if both is None else both.stop
    ahead = 1 if end > x0 else -1
    last = end if both is None else (both.reach if stop is None else stop.place)

    def inside(places: Array, values: Array) -> Array:
        beyond = (places - last) * ahead > (1e-9 if stop is None else -1e-9)
        return numpy.where(beyond, numpy.nan, values)

    formula = closed_form(problem, settings)
    if formula and (both is None or not both.lost):
        runs = [as_function(formula[f.name], system.variable) for f in system.functions]
        if all(run is not None for run in runs):

            def by_formula(places: Any) -> Array:
                x = numpy.atleast_1d(numpy.asarray(places, dtype=float))
                return inside(x, numpy.array([run(x) for run in runs if run is not None]))

            return by_formula, formula, stop
    if both is None:
        return None, {}, None
    accurate = both

    def by_numbers(places: Any) -> Array:
        x = numpy.atleast_1d(numpy.asarray(places, dtype=float))
        return inside(x, accurate.values(x)[list(system.leading)])

    return by_numbers, {}, stop


def _put_errors(answer: Answer, done: Stepped, system: System) -> None:
    import numpy

    lead = list(system.leading)
    finer = numpy.abs(done.half[-1][lead] - done.s[-1][lead]).max()
    order = FIXED[done.method]
    title = _TITLES[done.method]
    if done.exact is not None:
        exact = done.exact(float(done.x[-1]))[:, 0]
        error = float(numpy.abs(done.s[-1][lead] - exact).max())
        halved = float(numpy.abs(done.half[-1][lead] - exact).max())
        if math.isfinite(error):
            answer.facts["error"] = error
            answer.facts["error_half_step"] = halved
            answer.facts["exact"] = float(exact[0]) if len(exact) == 1 else exact.tolist()
            if halved > 0 and error > 1e-13 * max(1.0, float(numpy.abs(exact).max())):
                answer.facts["observed_order"] = math.log2(error / halved)
            what = "the exact value" if done.formula else "accurate integration"
            numbers_ = ", ".join(decimal_text(certain(float(v), 0.0), 10) for v in exact)
            answer.notes.append(
                (f"this is the value of {title} with the step {abs(done.step):g}; {what} "
                 f"gives {numbers_}, so its error is {error:.2g}, and with half the step "
                 f"{halved:.2g} (order {order}: the error falls by a factor of about {2**order})",)
            )  # fmt: skip
            return
    answer.facts["error"] = float(finer * 2**order / (2**order - 1))
    answer.notes.append(
        (f"this is the value of {title} with the step {abs(done.step):g}; with half the step it "
         f"differs by {finer:.2g}",)
    )  # fmt: skip


def _put_stop(answer: Answer, system: System, done: Stepped, stop: Ending) -> None:
    """The solution ends before the steps do: what they give beyond means nothing."""
    names = ", ".join(str(function) for function in system.functions)
    place = decimal_text(certain(stop.place, stop.error), 10)
    grows = stop.kind == "blow-up"
    answer.status = DIVERGES if grows else DOES_NOT_EXIST
    answer.value = None
    verb = "grows without bound" if grows else "ends"
    answer.result = f"{names} {verb} at {system.variable} = {place}"
    answer.facts["blow_up" if grows else "end"] = stop.place
    answer.notes.append(
        (f"the solution does not go beyond {system.variable} = {place}, and what "
         f"{_TITLES[done.method]} gives there means nothing: its steps go over the place",)
    )  # fmt: skip


def _table(done: Stepped, system: System) -> Table:
    """Values beside the solution, errors with the whole and the half step, their quotient."""
    import numpy

    lead = list(system.leading)
    count = len(done.x) - 1
    rows = sorted({round(k * count / (min(count, _ROWS - 1))) for k in range(min(count, 10) + 1)})
    if count <= 2 * _ROWS:
        rows = list(range(count + 1))
    names = [system.states[k] for k in lead]
    columns = [system.variable]
    true = "exact" if done.formula else "accurate"
    for name in names:
        columns += [name] if done.exact is None else [name, f"{true} {name}"]
    if done.exact is None:
        columns += ["half step differs by"]
    else:
        columns += ["error", "with half step", "quotient"]
    lines = []
    for k in rows:
        at = float(done.x[k])
        cells: list[Any] = [certain(at, 0.0, 12)]
        values = done.s[k][lead]
        half = done.half[k][lead]
        if done.exact is None:
            cells += [_cell(float(v)) for v in values]
            cells.append(_brief(float(numpy.abs(half - values).max())))
        else:
            exact = done.exact(at)[:, 0]
            for value, true in zip(values, exact, strict=True):
                cells += [_cell(float(value)), _cell(float(true))]
            error = float(numpy.abs(values - exact).max())
            finer = float(numpy.abs(half - exact).max())
            cells += [_brief(error), _brief(finer)]
            cells.append(round(error / finer, 3) if finer > 0 and math.isfinite(error) else "")
        lines.append(tuple(cells))
    return Table(f"{_TITLES[done.method]}, step {abs(done.step):g}", tuple(columns), tuple(lines))


def _cell(value: float) -> Any:
    return certain(value, 0.0, 8) if math.isfinite(value) else "undefined"


def _brief(value: float) -> Any:
    return float(f"{value:.2e}") if math.isfinite(value) else "undefined"


def _put_stability(answer: Answer, system: System, done: Stepped, start: Array, x0: float) -> None:
    import numpy

    if system.jacobian is None:
        return
    matrix = system.jacobian(x0, start)
    if not numpy.all(numpy.isfinite(matrix)):
        return
    values = numpy.linalg.eigvals(matrix)
    fastest = -float(values.real.min()) * (1 if done.step > 0 else -1)
    if done.step < 0:
        fastest = float(values.real.max())
    limit = _STABLE[done.method]
    if fastest <= 0:
        return
    answer.facts["stable_step"] = limit / fastest
    if abs(done.step) * fastest > limit:
        answer.notes.append(
            (f"unstable: the step {abs(done.step):g} times the decay rate {fastest:.4g} is above "
             f"{limit:g}, so errors grow; steps below {limit / fastest:.4g} are stable",)
        )  # fmt: skip


def _precise_walk(system: System, done: Stepped, count: int) -> list[list[Any]] | None:
    """The first steps once more, with 30 digits, from the graph."""
    import mpmath

    from dlmath.expression import precise

    right = system.right
    if right is None:
        return None
    with mpmath.workdps(30):

        def rate(x: Any, s: Any) -> Any:
            where = {system.variable: x, **dict(zip(system.states, s, strict=True))}
            return mpmath.matrix([precise.evaluate(node, where, 30) for node in right])

        x = mpmath.mpf(float(done.x[0]))
        h = mpmath.mpf(done.step)
        s = mpmath.matrix(done.s[0].tolist())
        found = []
        for k in range(count):
            s = one_step(done.method, rate, x + k * h, s, h)
            found.append(list(s))
    return found


def _by_hand(system: System, done: Stepped, settings: Settings) -> Check:
    import numpy

    count = min(_BY_HAND, len(done.x) - 1)
    try:
        precise_ = _precise_walk(system, done, count)
    except (DlmathError, ArithmeticError, TypeError, ValueError):
        precise_ = None
    own = done.s[1 : count + 1]
    if precise_ is None or not numpy.all(numpy.isfinite(own)):
        return Check(
            "first steps by hand", UNAVAILABLE, "they could not be taken in high precision"
        )
    return recomputed(own.tolist(), precise_, float(numpy.abs(own).max()))


def _steps(system: System, done: Stepped) -> list[Step]:
    """The formula of the method, and its first steps in numbers."""
    rule = {
        "euler": "s_(n+1) = s_n + h*F(x_n, s_n)",
        "midpoint": "s_(n+1) = s_n + h*F(x_n + h/2, s_n + h/2*F(x_n, s_n))",
        "rk4": "s_(n+1) = s_n + h/6*(k_1 + 2*k_2 + 2*k_3 + k_4)",
    }[done.method]
    if system.size == 1:
        rule = rule.replace("s_", system.states[0] + "_").replace("F(", "f(")
    steps = [Step("method", (_TITLES[done.method], ": ", Notation(rule)))]
    for name, node in zip(system.states, system.right or (), strict=False):
        steps.append(Step("right side", (f"{name}' is ", node)))
    for k in range(min(_BY_HAND, len(done.x) - 1)):
        here = _state_words(system, done.x[k], done.s[k])
        slope = system.rate(float(done.x[k]), done.s[k])
        next_ = _state_words(system, done.x[k + 1], done.s[k + 1])
        slopes = ", ".join(decimal_text(float(v), 8) for v in slope)
        steps.append(Step(f"step {k + 1}", (f"from {here}: slope {slopes}, so {next_}",)))
    return steps


def _state_words(system: System, x: float, s: Sequence[float]) -> str:
    words = [
        f"{name}({place_text(float(x))}) = {decimal_text(float(value), 8)}"
        for name, value in zip(system.states, s, strict=True)
    ]
    return ", ".join(words)
