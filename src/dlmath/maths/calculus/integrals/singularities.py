"""Where a function of one variable may fail to be smooth: poles, kinks, jumps, branch points.

Each operation says which expressions have to vanish for it to be singular (`conditions`); their
zeros on an interval are then found exactly where the form is simple, else by a scan with
refinement. A point too many does no harm to a reader of the list: it only splits an interval.
"""

from __future__ import annotations

from typing import Any

from dlmath.expression.graph import (
    ONE,
    PI,
    E,
    Node,
    add,
    call,
    free_symbols,
    is_number,
    mul,
    number,
    sub,
    topological,
)
from dlmath.maths.calculus.integrals.zero_search import Points, merge
from dlmath.maths.calculus.integrals.zeros import zeros

#: Arguments at which a function is singular, or bends.
_LEVELS: dict[str, tuple[int, ...]] = {
    "log": (0,),
    "abs": (0,),
    "sign": (0,),
    "heaviside": (0,),
    "relu": (0,),
    "leaky_relu": (0,),
    "elu": (0,),
    "selu": (0,),
    "softsign": (0,),
    "hardtanh": (-1, 1),
    "hard_sigmoid": (-3, 3),
    "cbrt": (0,),
    "arg": (0,),
    "asin": (-1, 1),
    "acos": (-1, 1),
    "asec": (-1, 0, 1),
    "acsc": (-1, 0, 1),
    "acot": (0,),
    "acosh": (-1, 1),
    "atanh": (-1, 1),
    "asech": (0, 1),
    "acsch": (0,),
    "acoth": (-1, 0, 1),
    "csch": (0,),
    "coth": (0,),
    "Ci": (0,),
    "Chi": (0,),
    "Ei": (0,),
    "li": (0, 1),
    "zeta": (1,),
    "elliptic_k": (1,),
    "elliptic_e": (1,),
}

#: Functions singular (or jumping) at whole numbers; `ceil` and `floor` at all of them.
_AT_INTEGERS = frozenset({"floor", "ceil", "gamma", "loggamma", "digamma", "factorial"})

#: Functions with parameters that are singular where the last operand vanishes.
_LAST_ZERO = frozenset(
    {"uppergamma", "lowergamma", "expint", "besselj", "bessely", "besseli", "besselk", "polygamma"}
)


def conditions(expression: Node, variable: str) -> list[Node]:
    """Expressions whose zeros are the only places where the function may be singular."""
    found: dict[Node, None] = {}
    for part in topological(expression):
        if variable not in free_symbols(part):
            continue
        for zero in _conditions_of(part):
            if variable in free_symbols(zero):
                found[zero] = None
    return list(found)


def _conditions_of(part: Node) -> list[Node]:
    op, args = part.op, part.args
    if op == "pow":
        exponent = args[1]
        whole = is_number(exponent) and isinstance(exponent.number, int) and exponent.number > 0
        return [] if whole else [args[0]]
    if op == "log":
        return list(args) if len(args) == 1 else [*args, sub(args[1], ONE)]
    if op in _LEVELS:
        operand = args[0] if op in ("elu", "leaky_relu") else args[-1]
        return [sub(operand, number(level)) for level in _LEVELS[op]]
    if op in ("tan", "sec"):
        return [call("cos", args[0])]
    if op in ("cot", "csc"):
        return [call("sin", args[0])]
    if op in _AT_INTEGERS:
        return [call("sin", mul(PI, args[0]))]
    if op == "beta":
        return [call("sin", mul(PI, place)) for place in (*args, add(*args))]
    if op in _LAST_ZERO:
        return [args[-1]]
    if op == "polylog":
        return [sub(args[1], ONE)]
    if op == "LambertW":
        return [args[0], add(mul(E, args[0]), ONE)]
    if op == "atan2":
        return list(args)
    if op in ("max", "min"):
        return [sub(a, b) for i, a in enumerate(args) for b in args[:i]]
    if op in ("lt", "le", "gt", "ge", "eq", "ne"):
        return [sub(args[0], args[1])]
    return []


def find(expression: Node, variable: str, low: Any, high: Any) -> Points:
    """The singular points of the function in the closed interval from low to high.

    low, high: mpmath numbers, or infinite. The expression has no other variable.
    """
    return merge([zeros(g, variable, low, high) for g in conditions(expression, variable)])
