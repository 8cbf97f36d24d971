"""Systems of equations: linear ones with constant coefficients by eigenvectors, and triangular ones
equation by equation.

Eigenvectors and chains of generalized ones: Hirsch, Smale and Devaney, Differential Equations,
Dynamical Systems, and an Introduction to Chaos (2013), chapters 3 and 5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import ANSWERED, FAILED, PASSED, UNAVAILABLE, Answer, Check, Step
from dlmath.checks.ode import Residual, check_condition, check_explicit, independent_constants
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node
from dlmath.expression.text import to_text
from dlmath.expression.unknown import Unknown, from_symbols
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.equations.ode.conditions import Condition, apply, read_conditions
from dlmath.maths.equations.ode.eigenvectors import basis_of_matrix, flat, particular
from dlmath.maths.equations.ode.equation import in_sympy, order_in, symbols_of
from dlmath.maths.equations.ode.interval import interval_of
from dlmath.maths.equations.ode.tools import Expr, constants_of, settle, timed
from dlmath.maths.equations.ode.working import Equal, Working, as_node, steps_of
from dlmath.settings import Settings

_SHARE = 0.6


class System(NamedTuple):
    """Equations that vanish, in t and symbols for the functions and their derivatives."""

    t: Expr
    functions: tuple[Unknown, ...]
    d: tuple[list[Expr], ...]
    equations: tuple[Expr, ...]
    orders: tuple[int, ...]
    budget: Budget

    @property
    def names(self) -> set[str]:
        """Every name that occurs."""
        return {s.name for e in self.equations for s in e.free_symbols}

    @property
    def order(self) -> int:
        """How many constants the general solution has."""
        return sum(self.orders)


class Solved(NamedTuple):
    """The functions as expressions in t and the constants."""

    kind: str
    values: tuple[Expr, ...]
    constants: tuple[Expr, ...]


def read_system(problem: Problem, settings: Settings) -> System:
    """The system of a problem. Raises InvalidInput."""
    functions = problem.functions
    variables = {f.variables for f in functions}
    if len(variables) != 1:
        raise InvalidInput("the functions of a system depend on one and the same variable")
    if len(problem.equations) != len(functions):
        names = ", ".join(map(str, functions))
        raise InvalidInput(
            f"{len(problem.equations)} equations for {len(functions)} functions ({names})",
            hint="give as many equations as functions",
        )
    from dlmath.expression.to_sympy import load_sympy

    d = {f: symbols_of(f, 8) for f in functions}
    equations = [in_sympy(node, d, settings.assume) for node in problem.equations]
    orders = tuple(max(order_in(e, d[f]) for e in equations) for f in functions)
    name = functions[0].variables[0]
    t = next((s for e in equations for s in e.free_symbols if s.name == name), None)
    return System(
        t if t is not None else load_sympy().Symbol(name),
        functions,
        tuple(d[f] for f in functions),
        tuple(equations),
        orders,
        Budget(settings.seconds * _SHARE),
    )


def system(problem: Problem, settings: Settings, method: str | None = None) -> Answer:
    """Solves a system. Raises Unsolved where neither eigenvectors nor elimination lead on."""
    from dlmath.maths.equations.ode.ode import question_of

    given = read_system(problem, settings)
    conditions = read_conditions(problem.conditions, problem.functions)
    is_linear = as_first_order(given) is not None
    for route in (by_eigenvectors, one_by_one, by_sympy):
        work = Working()
        most = 6.0 if route is not by_sympy or is_linear else 1.5
        solved = timed(lambda: route(given, work), given.budget.share(0.7, most))
        if solved is None:
            continue
        residual = _proved(given, solved)
        if settings.check and residual.verdict != PASSED:
            continue
        answer = Answer("ode", question_of(problem))
        answer.facts["kind"] = solved.kind
        answer.facts["order"] = given.order
        if conditions and not _conditions(answer, given, solved, conditions, work, settings):
            continue
        if not conditions:
            _put(answer, given, solved.values, work)
        if settings.check:
            detail = residual.detail
            answer.checks.insert(0, Check("substitution into the equations", PASSED, detail))
        if not settings.steps:
            answer.steps = []
        return answer
    orbits = timed(lambda: _orbits(given), given.budget.share(0.3, 4.0))
    raise Unsolved(
        "no closed form of this system was found"
        + (f"; its orbits satisfy {to_text(orbits)}" if orbits is not None else "")
    )


def _orbits(given: System) -> Node | None:
    """A relation between two functions that holds along every solution: dy/dx = y'/x'."""
    from dlmath.maths.equations.ode.equation import Equation
    from dlmath.maths.equations.ode.solve import solve

    if given.orders != (1, 1) or any(given.t in e.free_symbols for e in given.equations):
        return None
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    slopes = sympy.solve(given.equations, [given.d[0][1], given.d[1][1]], dict=True)
    if len(slopes) != 1:
        return None
    x, y = given.d[0][0], given.d[1][0]
    rate = slopes[0][given.d[1][1]] / slopes[0][given.d[0][1]]
    letters = [y, sympy.Symbol(f"{y.name}'"), sympy.Symbol(f"{y.name}''")]
    proved = solve(Equation(x, letters, letters[1] - rate, 1, given.budget))
    if proved is None or not proved.everywhere:
        return None
    line = proved.found.lines[0]
    return as_node(Equal(line.left, line.right)) if line.constants else None


def _put(answer: Answer, given: System, values: Sequence[Expr], work: Working) -> None:
    """The result, and the steps that end in it."""
    nodes: list[Node] = []
    for d, value in zip(given.d, values, strict=True):
        node = as_node(Equal(d[0], value))
        assert node is not None
        nodes.append(from_symbols(node, given.functions))
    answer.result = tuple(nodes)
    answer.status = ANSWERED
    answer.steps = steps_of(work.moves)
    answer.steps += [Step("solution", ("in closed form",), None, node) for node in nodes]


def _conditions(
    answer: Answer,
    given: System,
    solved: Solved,
    conditions: Sequence[Condition],
    work: Working,
    settings: Settings,
) -> bool:
    """Puts the conditions in; False where that cannot be done."""
    values = {d[0].name: v for d, v in zip(given.d, solved.values, strict=True)}
    applied = apply(conditions, values, given.t, solved.constants, work)
    if applied is None or not applied.solutions:
        return False
    constants = applied.solutions[0]
    final = [settle(v.subs(constants, simultaneous=True)) for v in solved.values]
    _put(answer, given, final, work)
    nodes = {d[0].name: as_node(v) for d, v in zip(given.d, final, strict=True)}
    plain = {name: node for name, node in nodes.items() if node is not None}
    orders = dict.fromkeys(plain, 1)
    holds = [check_condition(c.node, plain, given.t.name, orders) for c in conditions]
    if any(one is False for one in holds):
        return False
    if settings.check:
        verdict = PASSED if all(holds) else UNAVAILABLE
        answer.checks.append(Check("conditions", verdict, "hold for the solution"))
    if applied.free:
        names = ", ".join(c.name for c in applied.free)
        answer.notes.append((f"the conditions leave {names} free: there are many solutions",))
    points = {v.point for c in conditions for v in c.values}
    if len(points) == 1 and not applied.free:
        point = as_node(next(iter(points)))
        if point is not None:
            interval = interval_of(list(plain.values()), [], given.t.name, point, 1.5)
            if interval is not None:
                answer.facts["interval"] = interval
    return True


def _proved(given: System, solved: Solved) -> Residual:
    """What substitution into the equations leaves; failed where constants are missing."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    nodes = [as_node(sympy.expand(e)) for e in given.equations]
    values = {d[0].name: as_node(v) for d, v in zip(given.d, solved.values, strict=True)}
    equations = [n for n in nodes if n is not None]
    functions = {k: v for k, v in values.items() if v is not None}
    if len(equations) < len(nodes) or len(functions) < len(values):
        return Residual(UNAVAILABLE, 0, 0, 0.0)
    orders = {f.name: n for f, n in zip(given.functions, given.orders, strict=True)}
    residual = check_explicit(equations, functions, given.t.name, orders)
    names = [c.name for c in solved.constants]
    rank = independent_constants(
        list(functions.values()), given.t.name, names, [max(n, 1) for n in given.orders]
    )
    if rank is not None and rank < given.order:
        return Residual(FAILED, 0, 1, 0.0)
    return residual


# --- eigenvectors ---------------------------------------------------------------------------


class FirstOrder(NamedTuple):
    """state' = matrix*state + forcing. state: the symbols; where: index of each function."""

    matrix: Any
    forcing: Any
    state: tuple[Expr, ...]
    where: tuple[int, ...]


def as_first_order(given: System) -> FirstOrder | None:
    """The system in its lower derivatives, solved for the highest; None where it is not linear."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    if any(n < 1 for n in given.orders):
        return None
    highest = [d[n] for d, n in zip(given.d, given.orders, strict=True)]
    solved = timed(lambda: sympy.linsolve(list(given.equations), highest), 1.5)
    if not solved:
        return None
    tops = next(iter(solved))
    state = [d[k] for d, n in zip(given.d, given.orders, strict=True) for k in range(n)]
    if any(set(highest) & top.free_symbols for top in tops):
        return None
    rates: list[Expr] = []
    where: list[int] = []
    for d, n, top in zip(given.d, given.orders, tops, strict=True):
        where.append(len(rates))
        rates += [*d[1:n], top]
    matrix = sympy.Matrix([[settle(sympy.diff(rate, s)) for s in state] for rate in rates])
    if set(state) & matrix.free_symbols:
        return None
    zero = dict.fromkeys(state, sympy.S.Zero)
    forcing = sympy.Matrix([settle(rate.xreplace(zero)) for rate in rates])
    return FirstOrder(matrix, forcing, tuple(state), tuple(where))


def by_eigenvectors(given: System, work: Working) -> Solved | None:
    """A linear system with constant coefficients."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    first = as_first_order(given)
    if first is None or given.t in first.matrix.free_symbols:
        return None
    t = given.t
    size = len(first.state)
    constants = constants_of(given.names, size)
    work.step("matrix form", "the vector of ", sympy.Tuple(*first.state),
              " is multiplied by the matrix ", first.matrix)  # fmt: skip
    basis = basis_of_matrix(sympy, first.matrix, t, work)
    if basis is None or len(basis) != size:
        return None
    general = sympy.zeros(size, 1)
    for c, b in zip(constants, basis, strict=True):
        general += c * b
    if any(f != 0 for f in first.forcing):
        extra = particular(sympy, basis, first.forcing, t)
        if extra is None:
            return None
        work.step("variation of parameters", "a particular solution is ", flat(sympy, extra))
        general += extra
    values = tuple(_collected(sympy, general[k]) for k in first.where)
    words: list[Any] = []
    for d, v in zip(given.d, values, strict=True):
        words += [", " if words else "", Equal(d[0], v)]
    work.step("general solution", "a combination: ", *[w for w in words if w != ""])
    return Solved("linear system with constant coefficients", values, tuple(constants))


def _collected(sympy: Any, e: Expr) -> Expr:
    return sympy.expand(e) if sympy.count_ops(e) < 400 else e


# --- other routes ---------------------------------------------------------------------------


def one_by_one(given: System, work: Working) -> Solved | None:
    """Equations that hold one unknown function are solved first, and put into the others."""
    from dlmath.maths.equations.ode.equation import Equation
    from dlmath.maths.equations.ode.solve import solve

    known: dict[int, Expr] = {}
    left = list(given.equations)
    constants: list[Expr] = []
    free = constants_of(given.names, given.order)
    while left:
        for e in left:
            inside = [
                k for k, d in enumerate(given.d) if k not in known and set(d) & e.free_symbols
            ]
            if len(inside) == 1:
                break
        else:
            return None
        k = inside[0]
        d = given.d[k]
        eq = Equation(given.t, d, e, order_in(e, d), given.budget)
        proved = solve(eq) if eq.order > 0 else None
        if proved is None:
            return None
        line = proved.found.lines[0]
        if not line.explicit:
            return None
        names = dict(zip(line.constants, free[len(constants) :], strict=False))
        value = line.right.xreplace(names)
        constants += [names[c] for c in line.constants]
        known[k] = value
        work.step("one by one", "this equation holds ", d[0], " alone",
                  before=Equal(e, 0 * e), after=Equal(d[0], value))  # fmt: skip
        left.remove(e)
        exchanged = {}
        for s in d:
            exchanged[s] = value
            value = value.diff(given.t)
        left = [other.xreplace(exchanged) for other in left]
    if len(known) < len(given.functions):
        return None
    return Solved("triangular system", tuple(known[k] for k in range(len(known))), tuple(constants))


def by_sympy(given: System, work: Working) -> Solved | None:
    """What sympy's own solver of systems finds."""
    from dlmath.maths.equations.ode.dsolve import solve_system

    found = solve_system(given.t, given.d, given.orders, given.equations)
    if found is None:
        return None
    values, constants = found
    work.step("solver", "found by a computer algebra system, which shows no working")
    return Solved("system", values, constants)


__all__ = ["System", "read_system", "system"]
