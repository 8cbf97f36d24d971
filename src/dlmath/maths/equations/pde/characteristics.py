"""First-order equations by characteristics.

a u_t + b u_x = c u + d with coefficients in x and t, and u_t + a(u) u_x = 0. (Evans, Partial
Differential Equations, section 3.2.) Characteristics start on the line t = t0, where u is given.
"""

from __future__ import annotations

from typing import Any

from dlmath.answer import Notation, Step
from dlmath.errors import DlmathError
from dlmath.expression.compile import compile_function
from dlmath.expression.differential import Problem
from dlmath.expression.from_sympy import Unsupported, from_sympy
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    call,
    div,
    eq_node,
    free_symbols,
    mul,
    neg,
    sub,
    substitute,
    symbol,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.expression.to_sympy import load_sympy, to_sympy
from dlmath.expression.unknown import Unknown
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.equations.numeric.exact import explicit_functions
from dlmath.maths.equations.pde.found import Found, shorter
from dlmath.maths.equations.pde.read import Equation, Side
from dlmath.settings import Settings

#: The name of the place where a characteristic starts.
_FROM = "xi"


def by_characteristics(equation: Equation, sides: list[Side], settings: Settings) -> Found | None:
    """The solution of a first-order equation with one initial condition; None where not found."""
    if len(sides) > 1 or any(side.kind(equation) != "value" for side in sides):
        return None
    side = sides[0] if sides else None
    if side is not None and side.variable == equation.space:
        # u is given at a place: the variables change their parts.
        equation = equation._replace(
            space=equation.time, time=equation.space,
            parts={(b, a): part for (a, b), part in equation.parts.items()},
        )  # fmt: skip
        if not equation.linear:
            return None
    if equation.linear:
        return _linear(equation, side, settings)
    return None if side is None else _quasilinear(equation, side)


# --- linear ---------------------------------------------------------------------------------


def _linear(equation: Equation, side: Side | None, settings: Settings) -> Found | None:
    x, t = equation.space, equation.time
    a, b = equation.part((0, 1)), equation.part((1, 0))
    if a is ZERO or b is ZERO:
        return None
    speed = tidy(div(b, a))
    c = tidy(neg(div(equation.part((0, 0)), a)))
    d = tidy(neg(div(equation.rest, a)))
    start = ZERO if side is None else side.place
    found = Found("characteristics")
    found.steps.append(
        Step("characteristics", ("along curves with ", Notation(f"d{x}/d{t}"), " = ", speed,
                                 " the equation is ordinary: ",
                                 Notation(f"d{equation.function.name}/d{t}"), " = ",
                                 add(mul(c, symbol(equation.function.name)), d)))
    )  # fmt: skip
    origin = _origin(speed, x, t, start, settings)
    if origin is None:
        return None
    curve, foot = origin
    found.steps.append(
        Step("curves", ("the curve through ", symbol(_FROM), " at ",
                        eq_node(symbol(t), start), " is ", eq_node(symbol(x), curve), ", so ",
                        eq_node(symbol(_FROM), foot)))
    )  # fmt: skip
    value = _along(c, d, curve, foot, x, t, start, side, settings)
    if value is None:
        return None
    factor, extra = value
    if side is None:
        name = equation.function
        inner = f"F({to_text(foot)})"
        text = inner if factor is _one() else f"{to_text(factor)}*{inner}"
        if extra is not ZERO:
            text += f" + {to_text(extra)}"
        found.text = f"{name} = {text}".replace("+ -", "- ")
        found.notes.append(("F is any function of one variable; an initial condition such as "
                            f"{_example(equation)} determines it",))  # fmt: skip
        return found
    carried = substitute(side.value, {x: foot})
    found.closed = tidy(add(mul(factor, carried), extra))
    found.steps.append(
        Step("carry the values", ("the value at ", symbol(_FROM), " is carried along the curve",),
             None, found.closed)
    )  # fmt: skip
    return found


def _example(equation: Equation) -> str:
    args = ["0" if v == equation.time else v for v in equation.function.variables]
    return f"{equation.function.name}({', '.join(args)}) = ..."


def _one() -> Node:
    from dlmath.expression.graph import ONE

    return ONE


def _origin(
    speed: Node, x: str, t: str, start: Node, settings: Settings
) -> tuple[Node, Node] | None:
    """The curve x(t) from xi, and xi as a function of x and t."""
    xi = symbol(_FROM)
    if x not in free_symbols(speed):
        primitive = _antiderivative(speed, t, settings)
        if primitive is None:
            return None
        way = sub(primitive, substitute(primitive, {t: start}))
        return tidy(add(xi, way)), tidy(sub(symbol(x), way))
    curve = _curve(speed, x, t, start, settings)
    if curve is None:
        return None
    foot = _solved(sub(curve, symbol(x)), _FROM)
    if foot is None:
        return None
    back = tidy(substitute(foot, {t: start}))
    if not _same(back, symbol(x)):
        return None
    return curve, foot


def _curve(speed: Node, x: str, t: str, start: Node, settings: Settings) -> Node | None:
    """x' = speed(x, t), x(start) = xi, in closed form."""
    from dlmath.maths.equations.ode.ode import ode_in_closed_form

    function = Unknown(x, (t,))
    equation = eq_node(function.at((1,)), substitute(speed, {x: function.at()}))
    condition = eq_node(function.at(args=[start]), symbol(_FROM))
    problem = Problem((equation,), (condition,), (function,))
    try:
        with within(6.0):
            answer = ode_in_closed_form(problem, Settings(seconds=6.0, check=settings.check))
    except (DlmathError, OutOfTime):
        return None
    put = Settings(at={_FROM: symbol(_FROM)})
    lines = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    if len(lines) != 1 or not isinstance(lines[0], Node) or lines[0].op != "eq":
        return None
    found = explicit_functions(answer, problem, put)
    if found:
        return found[x]
    left, right = lines[0].args
    is_function = left.op == "unknown" and free_symbols(right) <= {t, _FROM}
    return right if is_function else None


def _solved(node: Node, name: str) -> Node | None:
    """The one solution for a name; None where there is another number of them."""
    try:
        with within(3.0):
            sympy = load_sympy()
            expression = to_sympy(node, real=False)
            unknown = next(s for s in expression.free_symbols if s.name == name)
            found = sympy.solve(expression, unknown)
            if len(found) != 1:
                return None
            return tidy(from_sympy(sympy.simplify(found[0])))
    except (OutOfTime, Unsupported, StopIteration):
        return None
    except Exception:  # sympy fails with any exception at all
        return None


def _same(a: Node, b: Node) -> bool:
    import random

    rng = random.Random(6)  # noqa: S311
    names = sorted(free_symbols(a) | free_symbols(b))
    for _ in range(5):
        where = {name: rng.uniform(0.2, 1.5) for name in names}
        one, two = evaluate(a, where), evaluate(b, where)
        if not isinstance(one, float) or abs(one - float(two)) > 1e-9 * max(1.0, abs(one)):
            return False
    return True


def _antiderivative(node: Node, name: str, settings: Settings) -> Node | None:
    from dlmath.maths.calculus.integrate import integrate

    if node is ZERO:
        return ZERO
    try:
        with within(4.0):
            answer = integrate(node, name, settings=Settings(seconds=4.0, check=settings.check))
    except (DlmathError, OutOfTime):
        return None
    return answer.result if isinstance(answer.result, Node) else None


def _along(
    c: Node,
    d: Node,
    curve: Node,
    foot: Node,
    x: str,
    t: str,
    start: Node,
    side: Side | None,
    settings: Settings,
) -> tuple[Node, Node] | None:
    """Factor and summand of the value along a characteristic: u = factor*f(xi) + extra."""
    if c is ZERO and d is ZERO:
        return _one(), ZERO
    on_curve = {x: curve}
    inner = _antiderivative(tidy(substitute(c, on_curve)), t, settings)
    if inner is None:
        return None
    grown = tidy(sub(inner, substitute(inner, {t: start})))
    factor = call("exp", grown)
    extra = ZERO
    if d is not ZERO:
        body = tidy(mul(substitute(d, on_curve), call("exp", neg(grown))))
        primitive = _antiderivative(body, t, settings)
        if primitive is None:
            return None
        extra = mul(factor, sub(primitive, substitute(primitive, {t: start})))
    back = {_FROM: foot}
    return shorter(substitute(factor, back), 3.0), shorter(substitute(extra, back), 3.0)


# --- quasi-linear ---------------------------------------------------------------------------


def _quasilinear(equation: Equation, side: Side) -> Found | None:
    """u_t + a(u) u_x = 0: u = f(x - a(u)*t), until characteristics meet."""
    x, t, u = equation.space, equation.time, equation.function.name
    ut, ux = equation.label((0, 1)), equation.label((1, 0))
    slopes = gradient(equation.expression, [ut, ux])
    p, q = tidy(slopes[ut]), tidy(slopes[ux])
    rest = tidy(substitute(equation.expression, {ut: ZERO, ux: ZERO}))
    names = {ut, ux}
    if side.variable != t or rest is not ZERO or names & (free_symbols(p) | free_symbols(q)):
        return None
    speed = tidy(div(q, p))
    if p is ZERO or {x, t} & free_symbols(speed):
        return None
    found = Found("characteristics")
    after = tidy(sub(symbol(t), side.place))
    found.steps.append(
        Step("characteristics", ("u is constant along lines of the slope ",
                                 Notation(f"d{x}/d{t}"), " = ", speed))
    )  # fmt: skip
    foot = tidy(sub(symbol(x), mul(speed, after)))
    implicit = eq_node(symbol(u), substitute(side.value, {x: foot}))
    found.steps.append(
        Step("implicit solution", ("the value at the foot of the line is carried along it",),
             None, implicit)
    )  # fmt: skip
    found.implicit = implicit
    _put_shock(found, speed, side, u, x, t)
    explicit = _solved(sub(*implicit.args), u)
    if explicit is not None and not free_symbols(explicit) & {u}:
        at_start = tidy(substitute(explicit, {t: side.place}))
        if _same(at_start, side.value):
            found.implicit = None
            found.closed = explicit
            found.steps.append(Step("solve for u", ("the equation has one solution",), implicit,
                                    eq_node(symbol(u), explicit)))  # fmt: skip
    return found


def _put_shock(found: Found, speed: Node, side: Side, u: str, x: str, t: str) -> None:
    """The time when characteristics first meet: -1 over the least slope of a(f(x))."""
    carried = tidy(substitute(speed, {u: side.value}))
    slope = tidy(gradient(carried, [x])[x])
    found.steps.append(
        Step(
            "shock",
            (
                "lines from neighbouring places meet where 1 + t*",
                slope,
                " is 0",
            ),
        )
    )
    least = _least(slope, x)
    if least is None:
        return
    value, place = least
    if value >= -1e-12:
        found.notes.append(("no characteristics meet later: the solution stays smooth",))
        found.facts["shock_time"] = None
        return
    start = evaluate(side.place)
    time = -1 / value + (float(start) if isinstance(start, (int, float)) else 0.0)
    found.facts["shock_time"] = time
    found.facts["shock_place"] = place
    found.notes.append(
        (f"characteristics first meet at {t} = {time:.10g} (a shock); the solution holds before",)
    )


def _least(slope: Node, x: str) -> tuple[float, float] | None:
    """The least value of a function on the line and where, None where it has parameters."""
    import numpy
    from scipy.optimize import minimize_scalar

    if free_symbols(slope) - {x}:
        return None
    if x not in free_symbols(slope):
        value = evaluate(slope)
        return (float(value), 0.0) if isinstance(value, (int, float)) else None
    run = compile_function([slope], [x], arrays=True)

    def height(place: Any) -> Any:
        return run(numpy.asarray(place, dtype=float))[0]

    grid = numpy.concatenate([numpy.linspace(-20, 20, 16001), [-1e3, -1e2, 1e2, 1e3]])
    values = numpy.asarray(height(grid), dtype=float)
    if not numpy.isfinite(values).any():
        return None
    k = int(numpy.nanargmin(values))
    width = 0.01
    best = minimize_scalar(lambda p: float(height(p)), method="bounded",
                           bounds=(grid[k] - width, grid[k] + width),
                           options={"xatol": 1e-12})  # fmt: skip
    value, place = min((float(best.fun), float(best.x)), (float(values[k]), float(grid[k])))
    place = float(f"{place:.8g}") if abs(place) > 1e-7 else 0.0
    return value, place
