"""Initial and boundary conditions put into a general solution."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.expression.to_sympy import Unsupported, load_sympy, to_sympy
from dlmath.expression.unknown import UNKNOWN, Unknown, orders_of, unknowns_in
from dlmath.maths.equations.ode.tools import Expr, settle, timed, vanishes
from dlmath.maths.equations.ode.working import Equal, Line, Working


class Value(NamedTuple):
    """The derivative of a function, of some order, at a point; `symbol` stands for it."""

    function: Unknown
    order: int
    point: Expr
    symbol: Expr


class Condition(NamedTuple):
    """left - right in sympy's terms, with symbols for the values in it. node: as it was given."""

    node: Node
    expression: Expr
    values: tuple[Value, ...]


class Applied(NamedTuple):
    """What conditions leave of a general solution.

    solutions: for each set of constants, what they are. free: constants that stay. reason: why
    there is none, or why there are many, in words. proved: is it certain that there is none?
    """

    solutions: tuple[dict[Expr, Expr], ...]
    free: tuple[Expr, ...] = ()
    reason: tuple[Any, ...] = ()
    proved: bool = False


def read_conditions(nodes: Sequence[Node], functions: Sequence[Unknown]) -> list[Condition]:
    """The conditions in sympy's terms. Raises InvalidInput."""
    from dlmath.expression.graph import replace, sub, symbol

    sympy = load_sympy()
    found: list[Condition] = []
    for node in nodes:
        values: list[Value] = []
        exchanged: dict[Node, Node] = {}
        for k, part in enumerate(unknowns_in(node)):
            function, orders = orders_of(part, functions)
            point = part.args[0]
            if any(inner.op == UNKNOWN for inner in unknowns_in(point)):
                raise InvalidInput("a condition is given at a point, not at an unknown value")
            name = f"value_{k}"
            exchanged[part] = symbol(name)
            try:
                place = to_sympy(point, real=False)
            except Unsupported as error:
                raise InvalidInput(f"this point cannot be worked with: {error}") from error
            if function.variables[0] in {s.name for s in place.free_symbols}:
                raise InvalidInput(
                    f"a condition is given at a point, such as {function.name}(0), not at every "
                    f"{function.variables[0]}"
                )
            values.append(Value(function, orders[0], place, sympy.Symbol(name)))
        try:
            e = to_sympy(replace(sub(*node.args), exchanged), real=False)
        except Unsupported as error:
            raise InvalidInput(f"this condition cannot be worked with: {error}") from error
        if any(f.variables[0] in {s.name for s in e.free_symbols} for f in functions):
            raise InvalidInput("the value in a condition is a number, not a function")
        found.append(Condition(node, e, tuple(values)))
    return found


def value_at_point(e: Expr, x: Expr, point: Expr) -> Expr | None:
    """The value of an expression at a point, or its limit there; None where there is none."""
    sympy = load_sympy()
    put = timed(lambda: e.subs(x, point), 1.0)
    bad = (sympy.nan, sympy.zoo, sympy.oo, -sympy.oo)
    if put is not None and not put.has(*bad):
        return settle(put)
    for side in ("+", "-"):
        limit = timed(lambda: sympy.limit(e, x, point, side), 1.5)
        if limit is None or limit.has(*bad) or isinstance(limit, sympy.Limit):
            continue
        if not isinstance(limit, sympy.AccumBounds):
            return settle(limit)
    return None


def apply(
    conditions: Sequence[Condition],
    functions: Mapping[str, Expr],
    x: Expr,
    constants: Sequence[Expr],
    work: Working,
) -> Applied | None:
    """The constants that the conditions ask for; None where the algebra is too hard.

    functions: name to expression in x and the constants.
    """
    sympy = load_sympy()
    fixed: dict[Expr, Expr] = {}
    equations: list[Expr] = []
    for condition in conditions:
        e = condition.expression
        for value in condition.values:
            body = functions[value.function.name]
            for _ in range(value.order):
                body = sympy.diff(body, x)
            there = value_at_point(body, x, value.point)
            if there is None:
                there = _bounded_part(body, x, value.point, constants, fixed, work)
            if there is None:
                return None
            e = e.xreplace({value.symbol: there})
        e = settle(sympy.expand(e))
        equations.append(e)
        work.step(
            "condition", condition.node, " asks for",
            after=Equal(e, sympy.S.Zero),
        )  # fmt: skip
    return _solved(equations, constants, fixed, work)


def _bounded_part(
    body: Expr,
    x: Expr,
    point: Expr,
    constants: Sequence[Expr],
    fixed: dict[Expr, Expr],
    work: Working,
) -> Expr | None:
    """The value where some terms are unbounded at the point: their constants must be 0."""
    sympy = load_sympy()
    zero = dict.fromkeys(constants, sympy.S.Zero)
    total = value_at_point(body.xreplace(zero), x, point)
    if total is None:
        return None
    for c in constants:
        slope = sympy.diff(body, c)
        if set(constants) & slope.free_symbols:
            return None
        there = value_at_point(slope, x, point) if slope != 0 else sympy.S.Zero
        if there is not None:
            total += c * there
        elif c not in fixed:
            fixed[c] = sympy.S.Zero
            work.step("bounded", slope, " has no value at ", Equal(x, point), ", so ", c, " is 0")
    return total.xreplace(fixed)


def _solved(
    equations: list[Expr], constants: Sequence[Expr], fixed: dict[Expr, Expr], work: Working
) -> Applied | None:
    sympy = load_sympy()
    left = [c for c in constants if c not in fixed]
    plain = [e.xreplace(fixed) for e in equations]
    plain = [e for e in plain if not (e == 0 or (not set(left) & e.free_symbols and vanishes(e)))]
    wrong = [e for e in plain if not set(left) & e.free_symbols]
    if wrong:
        return Applied((), (), ("the conditions contradict each other: ", wrong[0], " is not 0"),
                       proved=not wrong[0].free_symbols)  # fmt: skip
    is_linear = all(not set(left) & sympy.diff(e, c).free_symbols for e in plain for c in left)
    if is_linear:
        return _linear(plain, left, fixed, work)
    found = timed(lambda: sympy.solve(plain, left, dict=True), 3.0)
    if not found:
        return None
    solutions = []
    for one in found:
        if any(not isinstance(v, sympy.Expr) or v.has(sympy.zoo, sympy.nan) for v in one.values()):
            continue
        if any(v.is_number and not _is_real(v) for v in one.values()) and len(found) > 1:
            continue
        solutions.append({**fixed, **one})
    if not solutions:
        return None
    free = tuple(c for c in left if c not in solutions[0])
    return Applied(tuple(solutions), free)


def _is_real(value: Expr) -> bool:
    number = timed(lambda: complex(value.evalf(15)), 1.0)
    return number is not None and abs(number.imag) < 1e-12 * max(1.0, abs(number))


def _linear(
    equations: list[Expr], constants: list[Expr], fixed: dict[Expr, Expr], work: Working
) -> Applied | None:
    """Linear conditions: one solution, none, or a family, by the rank of their matrix."""
    sympy = load_sympy()
    found = timed(lambda: sympy.linsolve(equations, *constants), 3.0) if equations else None
    if not equations:
        return Applied((dict(fixed),), tuple(constants), ())
    if found is None:
        return None
    if not found:
        certain = not any(e.free_symbols - set(constants) for e in equations)
        return Applied((), (), ("the equations for the constants contradict each other",), certain)
    size = sympy.Matrix([[sympy.diff(e, c) for c in constants] for e in equations])
    reason: tuple[Any, ...] = ()
    if size.is_square:
        determinant = settle(size.det())
        if determinant.free_symbols and not determinant.is_nonzero:
            reason = ("where ", determinant, " is 0, there is no solution or there are many")
    values = next(iter(found))
    solution = {c: settle(v) for c, v in zip(constants, values, strict=True) if v != c}
    free = tuple(c for c in constants if c not in solution)
    if solution:
        words: list[Any] = []
        for c, v in solution.items():
            words += [", " if words else "", Equal(c, v)]
        work.step("constants", "solved: ", *[w for w in words if w != ""])
    return Applied(({**fixed, **solution},), free, reason)


def lines_with(line: Line, applied: Applied) -> list[Line]:
    """The lines of a solution with the constants put in."""
    result = []
    for values in applied.solutions:
        right = settle(line.right.subs(values, simultaneous=True))
        left = line.left.subs(values, simultaneous=True)
        free = tuple(c for c in line.constants if c in right.free_symbols | left.free_symbols)
        result.append(Line(left, right, line.explicit, free, line.note))
    return result
