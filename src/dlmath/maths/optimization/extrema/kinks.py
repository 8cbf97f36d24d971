"""Functions with kinks, taken apart into smooth cases.

Where a kink's operand is zero the function has no gradient; a point is critical there when zero
is among the generalized gradients (F. H. Clarke, Optimization and Nonsmooth Analysis, 1983): the
slope at the kink is a number s between the slopes of its two sides. So each case says of every
kink: above, below, or at zero with a slope s, which becomes one more unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product
from typing import NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    make,
    mul,
    number,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

#: Kinks that are told apart: 3^5 cases.
_MOST = 5

ABOVE, BELOW, AT = 1, -1, 0

_KINKED = frozenset({"abs", "relu", "leaky_relu", "elu", "selu", "max", "min", "piecewise"})
_JUMPS = frozenset({"sign", "heaviside", "floor", "ceil"})


class Case(NamedTuple):
    """One smooth case of a function.

    function: of the variables and the slopes. slopes: names of the unknown slopes with their
    bounds. zero: what must vanish. signs: what must be above (1) or below (-1) zero.
    same: pairs that must be equal, else the function jumps there.
    """

    function: Node
    slopes: tuple[tuple[str, float, float], ...]
    zero: tuple[Node, ...]
    signs: tuple[tuple[Node, int], ...]
    same: tuple[tuple[Node, Node], ...] = ()


def cases(function: Node, names: Sequence[str]) -> list[Case]:
    """The smooth cases of a function; one, without conditions, where it has no kink.

    Raises Unsolved for jumps and for too many kinks.
    """
    plain = _written(function, names)
    kinks = [
        node
        for node in topological(plain)
        if node.op in _KINKED and free_symbols(node) & set(names)
    ]
    if len(kinks) > _MOST:
        raise Unsolved(f"the function has more than {_MOST} kinks: too many cases to tell apart")
    return [_case(plain, names, kinks, states) for states in product((1, -1, 0), repeat=len(kinks))]


def has_kinks(function: Node, names: Sequence[str]) -> bool:
    """Is there a kink (or a jump) in the variables?"""
    every = _KINKED | _JUMPS | {"hardtanh", "hard_sigmoid", "softsign"}
    return any(n.op in every and free_symbols(n) & set(names) for n in topological(function))


def _written(function: Node, names: Sequence[str]) -> Node:
    """Every kink with two sides, written with the kinks that `_case` knows."""
    done: dict[Node, Node] = {}
    for part in topological(function):
        args = [done[arg] for arg in part.args]
        if part.op in _JUMPS and free_symbols(part) & set(names):
            raise Unsolved(f"{part.op} jumps: the critical points of such a function are not found")
        if part.op in ("max", "min") and len(args) == 1 and args[0].op == "vector":
            args = list(args[0].args)
        if part.op in ("max", "min") and len(args) > 2:
            node = args[0]
            for arg in args[1:]:
                node = call(part.op, node, arg)
        elif part.op == "hardtanh":
            node = call("min", call("max", args[0], MINUS_ONE), ONE)
        elif part.op == "hard_sigmoid":
            line = add(div(args[0], number(6)), HALF)
            node = call("min", call("max", line, ZERO), ONE)
        elif part.op == "softsign":
            node = div(args[0], add(ONE, call("abs", args[0])))
        elif part.op == "piecewise" and len(args) > 4:
            node = args[-2]
            for place in range(len(args) - 4, -1, -2):
                node = make("piecewise", (args[place], args[place + 1], node, call("true")))
        elif part.args:
            node = make(part.op, args, part.value)
        else:
            node = part
        done[part] = node
    return done[function]


def _case(
    function: Node, names: Sequence[str], kinks: Sequence[Node], states: Sequence[int]
) -> Case:
    state = dict(zip(kinks, states, strict=True))
    taken = set(free_symbols(function)) | set(names)
    slopes: list[tuple[str, float, float]] = []
    zero: list[Node] = []
    signs: list[tuple[Node, int]] = []
    same: list[tuple[Node, Node]] = []
    done: dict[Node, Node] = {}
    for part in topological(function):
        args = [done[arg] for arg in part.args]
        if part not in state:
            done[part] = make(part.op, args, part.value) if part.args else part
            continue
        switch, above, below = _sides(part, args)
        if state[part] == ABOVE:
            done[part] = above
        elif state[part] == BELOW:
            done[part] = below
        else:
            name = _fresh("s", len(slopes) + 1, taken)
            slopes.append((name, 0.0, 1.0))
            share = symbol(name)
            done[part] = add(below, mul(share, sub(above, below)))
            zero.append(switch)
            same.append((above, below))
        if state[part] != AT:
            signs.append((switch, state[part]))
    return Case(tidy(done[function]), tuple(slopes), tuple(zero), tuple(signs), tuple(same))


def _fresh(stem: str, count: int, taken: set[str]) -> str:
    name = f"{stem}{count}"
    while name in taken:
        name += "_"
    taken.add(name)
    return name


def _sides(part: Node, args: list[Node]) -> tuple[Node, Node, Node]:
    """The switch, what the function is where it is above zero, and below."""
    u = args[0]
    if part.op == "abs":
        return u, u, mul(MINUS_ONE, u)
    if part.op == "relu":
        return u, u, ZERO
    if part.op == "leaky_relu":
        slope = args[1] if len(args) > 1 else number(Fraction(1, 100))
        return u, u, mul(slope, u)
    if part.op == "elu":
        alpha = args[1] if len(args) > 1 else ONE
        return u, u, mul(alpha, sub(call("exp", u), ONE))
    if part.op == "selu":
        low = mul(number(SELU_SCALE * SELU_ALPHA), sub(call("exp", u), ONE))
        return u, mul(number(SELU_SCALE), u), low
    if part.op in ("max", "min"):
        first, second = args if part.op == "max" else (args[1], args[0])
        return sub(args[0], args[1]), first, second
    return _of_piecewise(args)


def _of_piecewise(args: list[Node]) -> tuple[Node, Node, Node]:
    if len(args) < 4 or args[3].op != "true" or args[1].op not in ("lt", "le", "gt", "ge"):
        raise Unsolved("a piecewise function with such conditions is not taken apart")
    value, condition, other = args[0], args[1], args[2]
    left, right = condition.args
    switch = sub(right, left) if condition.op in ("lt", "le") else sub(left, right)
    return switch, value, other


def norms(function: Node, names: Sequence[str]) -> list[Node]:
    """What stands under roots and vanishes at points where the root has no gradient."""
    found = []
    for part in topological(function):
        if part.op != "pow" or not is_number(part.args[1]):
            continue
        size = Fraction(part.args[1].number)
        base = part.args[0]
        if 0 < size < 1 and size.denominator != 1 and free_symbols(base) & set(names):
            found.append(base)
    return list(dict.fromkeys(found))
