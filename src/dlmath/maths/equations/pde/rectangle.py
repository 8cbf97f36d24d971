"""Laplace's equation on a rectangle, by separation of variables.

Each side with values of its own gives one series; the solution is their sum. (Strauss, Partial
Differential Equations, section 6.2.)
"""

from __future__ import annotations

from dlmath.answer import Notation, Step
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    sqrt,
    sub,
    symbol,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.equations.pde.eigen import Basis, Expansion, basis_for, eigen_words, expand
from dlmath.maths.equations.pde.forms import positive
from dlmath.maths.equations.pde.found import Found
from dlmath.maths.equations.pde.read import Equation, Pair, Side, pair_of
from dlmath.settings import Settings


def on_a_rectangle(equation: Equation, sides: list[Side], settings: Settings) -> Found | None:
    """a u_xx + b u_yy = 0 with the value or the slope on four sides; None where not found."""
    if not equation.only((2, 0), (0, 2)) or equation.rest is not ZERO:
        return None
    x, y = equation.space, equation.time
    ratio = tidy(div(equation.part((2, 0)), equation.part((0, 2))))
    if {x, y} & free_symbols(ratio) or not positive(ratio):
        return None
    across = pair_of([side for side in sides if side.variable == x], equation)
    up = pair_of([side for side in sides if side.variable == y], equation)
    if across is None or up is None or len(sides) != 4:
        return None
    kinds = (across.left_kind, across.right_kind, up.left_kind, up.right_kind)
    if set(kinds) == {"slope"}:
        return None
    found = Found("separation of variables")
    found.steps.append(
        Step("separate the variables", ("put u = X*Y: ",
             Notation(f"X''({x})/X({x}) = -Y''({y})/Y({y})"), " is constant",))
    )  # fmt: skip
    budget = Budget(0.6 * (settings.seconds or 60.0))
    stretch = tidy(sqrt(ratio))
    parts: list[Node] = []
    for pair, other, first, second, scale in (
        (across, up, x, y, stretch),
        (up, across, y, x, tidy(div(number(1), stretch))),
    ):
        for end in ("left", "right"):
            data = other.left_value if end == "left" else other.right_value
            if data is ZERO:
                continue
            taken = {x, y, equation.function.name} | free_symbols(data) | free_symbols(pair.right)
            basis = basis_for(first, pair.left, pair.right, pair.left_kind, pair.right_kind, taken)
            expansion = expand(data, basis, settings, budget.share(0.4))
            if expansion is None:
                return None
            found.steps.append(
                Step("one side", ("for ", eq_node_of(other, end, second), " the eigenfunctions in ",
                                  symbol(first), " are ", *eigen_words(basis)))
            )  # fmt: skip
            if expansion.general is not None:
                found.steps.append(Step("coefficients", ("of ", data), expansion.integral,
                                        expansion.general))  # fmt: skip
            made = _side_solution(basis, expansion, other, end, second, scale)
            if made is None:
                return None
            parts.append(made[0])
            if made[1] is not None:
                found.summands.append((made[1], basis.counter, expansion.start))
    found.closed = tidy(add(*parts)) if parts else ZERO
    found.steps.append(Step("sum", ("the sum over all sides",), None, found.expression))
    return found


def eq_node_of(pair: Pair, end: str, name: str) -> Node:
    """`y = 1`."""
    from dlmath.expression.graph import eq_node

    return eq_node(symbol(name), pair.left if end == "left" else pair.right)


def _side_solution(
    basis: Basis, expansion: Expansion, other: Pair, end: str, name: str, scale: Node
) -> tuple[Node, Node | None] | None:
    """The closed part and the summand of the series for one side with data."""
    closed: list[Node] = []
    for m, value in expansion.finite:
        closed.append(
            mul(value, _profile(mul(scale, basis.frequency(number(m))), other, end, name),
                basis.function(number(m)))
        )  # fmt: skip
    if expansion.constant is not ZERO:
        level = _level(expansion.constant, other, end, name)
        if level is None:
            return None
        closed.append(level)
    summand = None
    if expansion.general is not None:
        frequency = tidy(mul(scale, basis.frequency(basis.n)))
        summand = tidy(mul(expansion.general, _profile(frequency, other, end, name),
                           basis.function(basis.n)))  # fmt: skip
    return tidy(add(*closed)) if closed else ZERO, summand


def _profile(frequency: Node, pair: Pair, end: str, name: str) -> Node:
    """Y with Y'' = f^2 Y, homogeneous at the far end and 1 (value or slope) at the near one."""
    near, far = (pair.left, pair.right) if end == "left" else (pair.right, pair.left)
    near_kind, far_kind = (
        (pair.left_kind, pair.right_kind) if end == "left" else (pair.right_kind, pair.left_kind)
    )
    inward = -1 if end == "left" else 1
    shape = "sinh" if far_kind == "value" else "cosh"
    other = "cosh" if shape == "sinh" else "sinh"

    def gap(place: Node) -> Node:
        distance = sub(far, place) if end == "left" else sub(place, far)
        return tidy(mul(frequency, tidy(distance)))

    top = call(shape, gap(symbol(name)))
    if near_kind == "value":
        return div(top, call(shape, gap(near)))
    slope = mul(frequency, call(other, gap(near)))
    return div(top, slope if inward > 0 else neg(slope))


def _level(value: Node, pair: Pair, end: str, name: str) -> Node | None:
    """The same for the constant eigenfunction: a straight line."""
    near, far = (pair.left, pair.right) if end == "left" else (pair.right, pair.left)
    near_kind, far_kind = (
        (pair.left_kind, pair.right_kind) if end == "left" else (pair.right_kind, pair.left_kind)
    )
    if far_kind == "slope":
        return value if near_kind == "value" else None
    line = sub(symbol(name), far)
    if near_kind == "value":
        return mul(value, div(line, sub(near, far)))
    return mul(value, line)
