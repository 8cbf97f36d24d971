"""Equations of any order as one system of first order, in numbers: s' = F(x, s)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.compile import compile_function
from dlmath.expression.differential import Problem
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    div,
    free_symbols,
    mul,
    neg,
    replace,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy
from dlmath.expression.unknown import UNKNOWN, Unknown, as_symbols, orders_of, unknowns_in

Array = Any

#: More functions and derivatives than this are not integrated.
_STATES_MOST = 60


class SeveralSlopes(InvalidInput):
    """An equation that is not linear in its highest derivative allows several values at the start.

    top: the name of that derivative. slopes: its values.
    """

    def __init__(self, top: str, point: float, slopes: list[float]) -> None:
        listed = ", ".join(f"{slope:.6g}" for slope in slopes)
        super().__init__(
            f"the equation is not linear in {top}, and several solutions start here, with "
            f"{top} = {listed}",
            hint=f'choose one: --given "{top}({point:.6g})={slopes[-1]:.6g}"',
        )
        self.top, self.slopes = top, slopes


class System(NamedTuple):
    """s' = F(x, s) with s the functions and their derivatives.

    variable: x. states: the name of each entry of s (`y`, `y'`). functions: the unknown functions.
    leading: for each function its place in s. right: F as nodes in x and the states, where it is
    known in a closed form; else mass and rest give M*s' = rest for the highest derivatives.
    rate(x, s): F as an array, nan where it has no value. jacobian(x, s): dF/ds, or None.
    lifted: equations whose derivative was taken, because they are not linear in the highest one;
    each holds F(x, y, y') itself.
    """

    variable: str
    states: tuple[str, ...]
    functions: tuple[Unknown, ...]
    leading: tuple[int, ...]
    right: tuple[Node, ...] | None
    rate: Callable[[float, Array], Array]
    jacobian: Callable[[float, Array], Array] | None
    lifted: tuple[Node, ...] = ()

    @property
    def size(self) -> int:
        """How many numbers a state has."""
        return len(self.states)

    @property
    def autonomous(self) -> bool:
        """Does the right side not depend on the variable?"""
        return self.right is not None and all(
            self.variable not in free_symbols(node) for node in self.right
        )


def expanded(node: Node, variable: str, functions: Sequence[Unknown]) -> Node:
    """An expression in symbols `y`, `y'`, ..., with the derivatives of expressions carried out."""
    node = as_symbols(node)
    done: dict[Node, Node] = {}
    for part in topological(node):
        if part.op != "derive":
            continue
        if part.args[1].value != variable:
            raise InvalidInput(f"the derivative is by {variable} here, not by {part.args[1].name}")
        body = replace(part.args[0], done)
        times = int(part.args[2].number) if len(part.args) > 2 else 1
        for _ in range(times):
            body = along(body, variable, functions)
        done[part] = body
    return replace(node, done) if done else node


def along(node: Node, variable: str, functions: Sequence[Unknown]) -> Node:
    """The derivative along a solution: f_x + f_y*y' + f_y'*y'' + ..."""
    names = sorted(free_symbols(node))
    slopes = gradient(node, [variable, *names])
    terms = [slopes[variable]]
    for name in names:
        for function in functions:
            orders = function.orders(name)
            if orders is not None:
                terms.append(mul(slopes[name], symbol(function.label((orders[0] + 1,)))))
    return tidy(add(*terms))


def put_parameters(
    nodes: Sequence[Node], known: Sequence[str], values: Mapping[str, Node]
) -> list[Node]:
    """The nodes with parameters put in. Raises InvalidInput for one without a value."""
    put = {name: value for name, value in values.items() if name not in known}
    filled = [substitute(node, put) for node in nodes]
    missing = sorted(set().union(*(free_symbols(node) for node in filled)) - set(known))
    if missing:
        has = "has no value" if len(missing) == 1 else "have no values"
        raise InvalidInput(
            f"{', '.join(missing)} {has}, and numbers need one",
            hint="give it with --at " + ",".join(f"{name}=1" for name in missing),
        )
    return filled


def read_system(problem: Problem, values: Mapping[str, Node]) -> System:
    """The system of a problem with parameters from `values`.

    Raises InvalidInput where equations and functions do not match or a parameter has no value,
    Unsolved where the highest derivatives cannot be isolated.
    """
    functions = problem.functions
    variable = functions[0].variables[0]
    if len(problem.equations) != len(functions):
        raise InvalidInput(
            f"{len(functions)} function{'s' * (len(functions) > 1)} "
            f"({', '.join(map(str, functions))}) need as many equations, not "
            f"{len(problem.equations)}"
        )
    equations = [expanded(sub(*node.args), variable, functions) for node in problem.equations]
    orders = [_order(equations, function) for function in functions]
    for function, order in zip(functions, orders, strict=True):
        if order < 1:
            raise InvalidInput(
                f"no derivative of {function.name} occurs, so it is no differential equation for it"
            )
    if sum(orders) > _STATES_MOST:
        raise InvalidInput(f"systems up to {_STATES_MOST} functions and derivatives are integrated")
    known = [variable, *(f.label((k,)) for f, n in zip(functions, orders, strict=True)
                         for k in range(n + 1))]  # fmt: skip
    equations = [tidy(node) for node in put_parameters(equations, known, values)]
    lifted: list[Node] = []
    tops = [f.label((n,)) for f, n in zip(functions, orders, strict=True)]
    slopes = [gradient(node, tops) for node in equations]
    if any(set(tops) & free_symbols(tidy(s)) for row in slopes for s in row.values()):
        if len(functions) > 1:
            raise Unsolved("the equations are not linear in the highest derivatives")
        lifted = equations
        equations = [along(equations[0], variable, functions)]
        orders = [orders[0] + 1]
        tops = [functions[0].label((orders[0],))]
        slopes = [gradient(node, tops) for node in equations]
    mass = [[tidy(row[top]) for top in tops] for row in slopes]
    rest = [tidy(neg(substitute(node, dict.fromkeys(tops, ZERO)))) for node in equations]
    states: list[str] = []
    leading: list[int] = []
    for function, order in zip(functions, orders, strict=True):
        leading.append(len(states))
        states += [function.label((k,)) for k in range(order)]
    ends = [place + order - 1 for place, order in zip(leading, orders, strict=True)]
    return _made(variable, tuple(states), functions, tuple(leading), ends, mass, rest,
                 tuple(lifted))  # fmt: skip


def _order(equations: Sequence[Node], function: Unknown) -> int:
    names = set().union(*(free_symbols(node) for node in equations))
    return max((o[0] for o in map(function.orders, names) if o is not None), default=-1)


def _isolated(mass: list[list[Node]], rest: list[Node]) -> list[Node] | None:
    """The highest derivatives one by one, where each stands alone in an equation."""
    found: list[Node | None] = [None] * len(rest)
    for row, right in zip(mass, rest, strict=True):
        places = [k for k, part in enumerate(row) if part is not ZERO]
        if len(places) != 1 or found[places[0]] is not None:
            return None
        found[places[0]] = tidy(div(right, row[places[0]]))
    return [node for node in found if node is not None]


def _made(
    variable: str,
    states: tuple[str, ...],
    functions: tuple[Unknown, ...],
    leading: tuple[int, ...],
    ends: list[int],
    mass: list[list[Node]],
    rest: list[Node],
    lifted: tuple[Node, ...],
) -> System:
    import numpy

    names = (variable, *states)
    highest = _isolated(mass, rest)
    if highest is None:
        flat = compile_function([*(part for row in mass for part in row), *rest], names)
        count = len(rest)

        def solved(x: float, s: Array) -> Array:
            rate = numpy.empty(len(states))
            rate[:-1] = s[1:]
            try:
                numbers = numpy.array(flat(x, *s.tolist()), dtype=float)
                matrix = numbers[: count * count].reshape(count, count)
                rate[ends] = numpy.linalg.solve(matrix, numbers[count * count :])
            except (ArithmeticError, ValueError, numpy.linalg.LinAlgError):
                rate[:] = numpy.nan
            return rate

        return System(variable, states, functions, leading, None, solved, None, lifted)
    right = [symbol(states[k + 1]) if k + 1 < len(states) else ZERO for k in range(len(states))]
    for end, node in zip(ends, highest, strict=True):
        right[end] = node
    run = compile_function(right, names)
    unknown = [math.nan] * len(states)

    def rate(x: float, s: Array) -> Array:
        try:
            return numpy.array(run(x, *s.tolist()), dtype=float)
        except (ArithmeticError, ValueError):
            return numpy.array(unknown)

    return System(variable, states, functions, leading, tuple(right), rate,
                  _jacobian(right, names, states), lifted)  # fmt: skip


def _jacobian(
    right: Sequence[Node], names: Sequence[str], states: Sequence[str]
) -> Callable[[float, Array], Array] | None:
    import numpy

    from dlmath.errors import DlmathError

    try:
        parts = [part for node in right for part in gradient(node, list(states)).values()]
        run = compile_function(parts, names)
    except DlmathError:
        return None
    shape = (len(right), len(states))

    def jacobian(x: float, s: Array) -> Array:
        try:
            return numpy.array(run(x, *s.tolist()), dtype=float).reshape(shape)
        except (ArithmeticError, ValueError):
            return numpy.full(shape, numpy.nan)

    return jacobian


# --- conditions -----------------------------------------------------------------------------


class Conditions(NamedTuple):
    """What is given at points: residuals that vanish, in symbols for the values at the points.

    points: in ascending order. residuals: nodes in the names of `values`. values: for each name
    the place of the point and of the state.
    """

    points: tuple[float, ...]
    residuals: tuple[Node, ...]
    values: dict[str, tuple[int, int]]


def read_conditions(problem: Problem, system: System, given: Mapping[str, Node]) -> Conditions:
    """The conditions of a problem in numbers. Raises InvalidInput."""
    places: dict[Node, float] = {}
    for node in problem.conditions:
        for part in unknowns_in(node):
            places[part] = _point(part, system, given)
    points = tuple(sorted(set(places.values())))
    values: dict[str, tuple[int, int]] = {}
    exchanged: dict[Node, Node] = {}
    for part, point in places.items():
        function, orders = orders_of(part, problem.functions)
        label = function.label(orders)
        if label not in system.states:
            if system.lifted and label in system.states[:-1]:
                continue
            raise InvalidInput(
                f"a condition gives the derivatives below the order of the equation, not {label}"
            )
        at, state = points.index(point), system.states.index(label)
        name = f"{label}@{at}"
        values[name] = (at, state)
        exchanged[part] = symbol(name)
    residuals = [replace(sub(*node.args), exchanged) for node in problem.conditions]
    residuals = put_parameters(residuals, [*values, system.variable], given)
    for node in residuals:
        if system.variable in free_symbols(node):
            raise InvalidInput("the value in a condition is a number, not a function")
    return Conditions(points, tuple(map(tidy, residuals)), values)


def _point(part: Node, system: System, given: Mapping[str, Node]) -> float:
    place = part.args[0]
    if any(inner.op == UNKNOWN for inner in topological(place)):
        raise InvalidInput("a condition is given at a point, not at an unknown value")
    if system.variable in free_symbols(place):
        name = str(part.value)
        raise InvalidInput(
            f"a condition is given at a point, such as {name}(0), not at every {system.variable}"
        )
    return real_number(put_parameters([place], [], given)[0], "the point of a condition")


def real_number(node: Node, what: str) -> float:
    """The value of an expression without variables. Raises InvalidInput."""
    value = evaluate(node)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return float(value)
    raise InvalidInput(f"{what} is a real number, and this one is not")


def wanted(system: System) -> str:
    """An example of conditions that determine a solution."""
    names = system.states[:-1] if system.lifted else system.states
    return " ".join(f'--given "{name}(0)=1"' for name in names[:4])


def initial_state(system: System, conditions: Conditions) -> Array:
    """The state at the one point where conditions are given.

    Raises InvalidInput where they do not determine it, Unsolved where it is not found.
    """
    import numpy

    names = [f"{state}@0" for state in system.states]
    residuals = list(conditions.residuals)
    if system.lifted and len(residuals) < system.size:
        return _lifted_state(system, residuals, names, conditions.points[0])
    if len(residuals) != system.size:
        few = len(residuals) < system.size
        raise InvalidInput(
            f"{system.size} condition{'s' * (system.size > 1)} determine a solution, and "
            f"{len(residuals)} {'is' if len(residuals) == 1 else 'are'} given",
            hint=wanted(system) if few else None,
        )
    matrix, values = _linear(residuals, names)
    if matrix is None:
        return _nonlinear(residuals, names)
    if numpy.linalg.matrix_rank(matrix) < len(names):
        raise InvalidInput("the conditions contradict or repeat each other", hint=wanted(system))
    state = numpy.linalg.solve(matrix, values) + 0.0
    _refuse_off_the_equation(system, state, conditions.points[0])
    return state


def _refuse_off_the_equation(system: System, state: Array, point: float) -> None:
    """Raises InvalidInput where the equation does not hold at a start with all derivatives."""
    if not system.lifted:
        return
    where = {system.variable: point, **dict(zip(system.states, state.tolist(), strict=True))}
    node = system.lifted[0]
    size = sum(abs(evaluate(part, where)) for part in (node.args if node.op == "add" else (node,)))
    if not abs(evaluate(node, where)) <= 1e-6 * max(size, 1e-300):
        raise InvalidInput("the equation does not hold at the start that the conditions give")


def _linear(residuals: Sequence[Node], names: Sequence[str]) -> tuple[Array, Array]:
    """Matrix and right side of linear conditions; (None, None) for others."""
    import numpy

    slopes = [gradient(node, list(names)) for node in residuals]
    if any(free_symbols(tidy(part)) for row in slopes for part in row.values()):
        return None, None
    matrix = [[real_number(tidy(row[name]), "a coefficient") for name in names] for row in slopes]
    zero = dict.fromkeys(names, ZERO)
    values = [-real_number(substitute(node, zero), "a value in a condition") for node in residuals]
    return numpy.array(matrix), numpy.array(values)


def _nonlinear(residuals: Sequence[Node], names: Sequence[str]) -> Array:
    import numpy
    from scipy.optimize import root

    run = compile_function(list(residuals), list(names), arrays=True)
    for start in (1.0, 0.1, -1.0, 2.0, 10.0):
        found = root(lambda s: numpy.array(run(*s), dtype=float),
                     numpy.full(len(names), start), tol=1e-13)  # fmt: skip
        if found.success and numpy.all(numpy.isfinite(found.x)):
            return found.x
    raise Unsolved("no initial values were found that meet the conditions")


def _lifted_state(system: System, residuals: list[Node], names: list[str], point: float) -> Array:
    """The state where the equation itself gives the highest derivative: F(x, y, y') = 0."""
    import numpy

    if len(residuals) != system.size - 1:
        raise InvalidInput(
            f"{system.size - 1} condition{'s' * (system.size > 2)} determine the start, and "
            f"{len(residuals)} {'is' if len(residuals) == 1 else 'are'} given",
            hint=wanted(system),
        )
    matrix, values = _linear(residuals, names[:-1])
    if matrix is None or numpy.linalg.matrix_rank(matrix) < len(names) - 1:
        raise InvalidInput("the conditions do not determine the start", hint=wanted(system))
    start = numpy.linalg.solve(matrix, values)
    slopes = _slopes(system, start, point)
    top = system.states[-1]
    if not slopes:
        raise Unsolved(f"the equation allows no real {top} at the start")
    if len(slopes) > 1:
        raise SeveralSlopes(top, point, slopes)
    return numpy.array([*start, slopes[0]])


def _slopes(system: System, start: Array, point: float) -> list[float]:
    """Every real y' with F(x, y, y') = 0 on a wide grid."""
    import numpy
    from scipy.optimize import brentq

    run = compile_function([system.lifted[0]], [system.variable, *system.states], arrays=True)

    def height(slope: Any) -> Any:
        return run(point, *start, slope)[0]

    grid = numpy.concatenate([-numpy.geomspace(1e6, 1e-6, 600), [0.0],
                              numpy.geomspace(1e-6, 1e6, 600)])  # fmt: skip
    values = numpy.broadcast_to(numpy.asarray(height(grid), dtype=float), grid.shape)
    found = [float(g) for g, v in zip(grid, values, strict=True) if v == 0]
    for k in range(len(grid) - 1):
        if values[k] * values[k + 1] < 0:
            found.append(float(brentq(lambda s: float(height(s)), grid[k], grid[k + 1])))
    return sorted(found)
