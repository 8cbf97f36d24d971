"""Elementary formulas read back as the functions that deep learning names.

`1/(1 + exp(-x))` is `sigmoid(x)`, `log(1 + exp(x))` is `softplus(x)`, `max(0, x)` is `relu(x)`.
The rules hold for all real and complex values at which both sides are defined.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.expression.graph import (
    HALF,
    ONE,
    TRUE,
    TWO,
    ZERO,
    Node,
    call,
    is_integer,
    make,
    mul,
    neg,
    number,
    power,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy


def fold_words(node: Node) -> Node:
    """The expression with every formula of a named function replaced by its name, tidied."""
    done: dict[Node, Node] = {}
    for part in topological(node):
        args = tuple(done[arg] for arg in part.args)
        rebuilt = part if args == part.args else make(part.op, args, part.value)
        rule = _RULES.get(rebuilt.op)
        done[part] = (rule(rebuilt) if rule else None) or rebuilt
    return tidy(done[node])


def _exponent(node: Node) -> Node | None:
    """u when the node is exp(u)."""
    return node.args[0] if node.op == "exp" else None


def _one_plus_exp(node: Node) -> Node | None:
    """u when the node is 1 + exp(u)."""
    if node.op == "add" and len(node.args) == 2 and ONE in node.args:
        return _exponent(node.args[0] if node.args[1] is ONE else node.args[1])
    return None


def _log(node: Node) -> Node | None:
    inside = _one_plus_exp(node.args[0]) if len(node.args) == 1 else None
    return None if inside is None else call("softplus", inside)


def _power(node: Node) -> Node | None:
    """(1 + exp(u))**-n is sigmoid(-u)**n; cosh(u)**-2 is 4*s*(1 - s) with s = sigmoid(2*u)."""
    base, exponent = node.args
    if not is_integer(exponent) or exponent.number >= 0:
        return None
    inside = _one_plus_exp(base)
    if inside is not None:
        return power(_sigmoid_of_minus(inside), neg(exponent))
    return None


def _sigmoid_of_minus(inside: Node) -> Node:
    """sigmoid(-u), written 1 - sigmoid(u) when u has no minus sign of its own."""
    negated = tidy(neg(inside))
    if negated.op == "mul" and negated.args[0].op == "number" and negated.args[0].number < 0:
        return sub(ONE, call("sigmoid", inside))
    return call("sigmoid", negated)


def _product(node: Node) -> Node | None:
    """exp(u)/(1 + exp(u)) is sigmoid(u); x*sigmoid(x) is silu(x); half-angle forms."""
    parts = list(node.args)
    changed = _join_exp_with_sigmoid(parts)
    changed = _join_silu(parts) or changed
    changed = _join_bell(parts) or changed
    return mul(*parts) if changed else None


def _join_exp_with_sigmoid(parts: list[Node]) -> bool:
    """exp(u)*sigmoid(-u) is sigmoid(u)."""
    for one in parts:
        inside = _exponent(one)
        if inside is None:
            continue
        for index, other in enumerate(parts):
            base, exponent = other.args if other.op == "pow" else (other, ONE)
            if not is_integer(exponent) or exponent.number < 1:
                continue
            if base is _sigmoid_of_minus(inside) or base is call("sigmoid", tidy(neg(inside))):
                parts[index] = power(base, number(exponent.number - 1))
                parts[parts.index(one)] = _sigmoid_of_minus(tidy(neg(inside)))
                return True
    return False


def _join_silu(parts: list[Node]) -> bool:
    for index, part in enumerate(parts):
        if part.op == "sigmoid" and part.args[0] in parts:
            parts[index] = call("silu", part.args[0])
            parts.remove(part.args[0])
            return True
    return False


def _join_bell(parts: list[Node]) -> bool:
    """1/(4*cosh(u)**2) is sigmoid(2*u)*(1 - sigmoid(2*u))."""
    for index, part in enumerate(parts):
        if part.op == "pow" and part.args[0].op == "cosh" and part.args[1] is number(-2):
            inside = tidy(mul(TWO, part.args[0].args[0]))
            if parts[0].op == "number":
                s = call("sigmoid", inside)
                parts[index] = mul(number(4), s, sub(ONE, s))
                return True
    return False


def _sum(node: Node) -> Node | None:
    """1/2 + tanh(u)/2 is sigmoid(2*u); 1 - sigmoid(u) stays."""
    if len(node.args) != 2 or HALF not in node.args:
        return None
    other = node.args[1] if node.args[0] is HALF else node.args[0]
    if other.op != "mul" or len(other.args) != 2 or other.args[1].op != "tanh":
        return None
    factor, inside = other.args[0], other.args[1].args[0]
    if factor is HALF:
        return call("sigmoid", tidy(mul(TWO, inside)))
    if factor is number(Fraction(-1, 2)):
        return sub(ONE, call("sigmoid", tidy(mul(TWO, inside))))
    return None


def _max(node: Node) -> Node | None:
    if len(node.args) == 2 and ZERO in node.args:
        return call("relu", node.args[1] if node.args[0] is ZERO else node.args[0])
    return None


def _piecewise(node: Node) -> Node | None:
    """u above 0 and -u (or 0) otherwise is abs(u) (or relu(u))."""
    if len(node.args) != 4 or node.args[3] is not TRUE:
        return None
    above, condition, otherwise, _ = node.args
    if condition.op not in ("gt", "ge", "lt", "le") or ZERO not in condition.args:
        return None
    upwards = (condition.op in ("gt", "ge")) == (condition.args[1] is ZERO)
    inside = condition.args[0] if condition.args[1] is ZERO else condition.args[1]
    if not upwards:
        above, otherwise = otherwise, above
    if above is not inside:
        return None
    if otherwise is ZERO:
        return call("relu", inside)
    return call("abs", inside) if otherwise is tidy(neg(inside)) else None


_RULES: dict[str, Callable[[Node], Node | None]] = {
    "log": _log,
    "pow": _power,
    "mul": _product,
    "add": _sum,
    "max": _max,
    "piecewise": _piecewise,
}
