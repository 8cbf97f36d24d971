"""The form in which an antiderivative is given."""

from __future__ import annotations

from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    I,
    Node,
    add,
    call,
    div,
    free_symbols,
    make,
    mul,
    number,
    power,
    replace,
    topological,
)
from dlmath.expression.real import is_positive
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import TooLarge, multiplied_out, primitive
from dlmath.maths.calculus.antiderivatives.polynomial import linear


def clean(value: Node, x: Node) -> Node:
    """The antiderivative tidied, with simple logarithms, without a constant term."""
    value = _without_inverses(_without_exp_of_log(tidy(value)), x)
    logs = {part: _log(part) for part in topological(value) if _is_log_abs(part)}
    if any(old is not new for old, new in logs.items()):
        value = tidy(replace(value, logs))
    value = _shorter(value)
    terms = _terms(value, x)
    kept = [_without_constant(term, x) for term in terms if x.name in free_symbols(term)]
    return tidy(add(*kept)) if kept else value


def _without_exp_of_log(value: Node) -> Node:
    """exp(k*log(z) + r) as z**k*exp(r)."""
    mapping: dict[Node, Node] = {}
    for part in topological(value):
        if part.op != "exp":
            continue
        terms = part.args[0].args if part.args[0].op == "add" else (part.args[0],)
        bases: list[Node] = []
        rest: list[Node] = []
        for term in terms:
            factors = term.args if term.op == "mul" else (term,)
            logs = [each for each in factors if each.op == "log" and len(each.args) == 1]
            if len(logs) == 1:
                size = mul(*(each for each in factors if each is not logs[0]))
                bases.append(power(logs[0].args[0], size))
            else:
                rest.append(term)
        if bases:
            mapping[part] = mul(*bases, call("exp", add(*rest)))
    return tidy(replace(value, mapping)) if mapping else value


#: Functions that are reciprocal to each other.
_RECIPROCAL = {
    "sin": "csc", "csc": "sin", "cos": "sec", "sec": "cos", "tan": "cot", "cot": "tan",
    "sinh": "csch", "csch": "sinh", "cosh": "sech", "sech": "cosh", "tanh": "coth",
    "coth": "tanh",
}  # fmt: skip


def _continuous_arctangent(argument: Node, x: Node) -> Node | None:
    """atan(k*tan(z)), k positive, without its jumps: z and the angle between k*tan(z) and tan(z).

    The difference has the tangent (k - 1)*sin(2*z)/(k + 1 - (k - 1)*cos(2*z)), whose denominator
    is never zero.
    """
    factors = argument.args if argument.op == "mul" else (argument,)
    tangents = [factor for factor in factors if factor.op == "tan"]
    k = tidy(mul(*(factor for factor in factors if factor.op != "tan")))
    if len(tangents) != 1 or x.name in free_symbols(k) or not is_positive(k):
        return None
    z = tangents[0].args[0]
    if linear(z, x) is None:
        return None
    double, less = tidy(mul(TWO, z)), tidy(add(k, MINUS_ONE))
    bottom = add(k, ONE, mul(MINUS_ONE, less, call("cos", double)))
    return add(z, call("atan", tidy(div(mul(less, call("sin", double)), bottom))))


def _without_inverses(value: Node, x: Node) -> Node:
    """sin(asin(z)) as z, csc(asin(z)) as 1/z, and so for the others; atan(k*tan(z)) continuous."""
    mapping: dict[Node, Node] = {}
    for part in topological(value):
        partner = _RECIPROCAL.get(part.op)
        if partner is not None and part.args[0].op == "a" + part.op:
            mapping[part] = part.args[0].args[0]
        elif partner is not None and part.args[0].op == "a" + partner:
            mapping[part] = power(part.args[0].args[0], MINUS_ONE)
        elif part.op == "atan":
            continuous = _continuous_arctangent(part.args[0], x)
            mapping.update({} if continuous is None else {part: continuous})
    return tidy(replace(value, mapping)) if mapping else value


def _shorter(value: Node) -> Node:
    """The value multiplied out where that makes it shorter (terms cancel)."""
    size = len(topological(value))
    if value.op != "add" or size > _LONG or any(part.op == "vector" for part in value.args):
        return value
    try:
        opened = multiplied_out(value)
    except TooLarge:
        return value
    return opened if len(topological(opened)) < size else value


#: Longer antiderivatives are not multiplied out.
_LONG = 120


def _terms(value: Node, x: Node) -> list[Node]:
    """The terms of a sum, constant monomials multiplied into sums in them."""
    found: list[Node] = []
    waiting = [value]
    while waiting:
        term = waiting.pop()
        if term.op == "add":
            waiting.extend(reversed(term.args))
            continue
        split = _distributed(term, x)
        if split is None:
            found.append(term)
        else:
            waiting.extend(reversed(split))
    return found


def _distributed(term: Node, x: Node) -> list[Node] | None:
    """The terms of constant*(sum), when the constant has no sum in it."""
    if term.op != "mul":
        return None
    moving = [part for part in term.args if x.name in free_symbols(part)]
    constant = [part for part in term.args if x.name not in free_symbols(part)]
    if len(moving) != 1 or moving[0].op != "add":
        return None
    if any(part.op == "add" for part in topological(*constant)):
        return None
    return [tidy(mul(*constant, part)) for part in moving[0].args]


def _is_log_abs(node: Node) -> bool:
    return node.op == "log" and len(node.args) == 1 and node.args[0].op == "abs"


def _log(node: Node) -> Node:
    """log(abs(f)) without the bars where f is positive; of a power, the multiple."""
    inner = node.args[0].args[0]
    if is_positive(inner) or I in topological(inner):
        return call("log", inner)
    if inner.op == "pow" and inner.args[1].op == "number":
        return mul(inner.args[1], _log(call("log", call("abs", inner.args[0]))))
    return node


def _without_constant(term: Node, x: Node) -> Node:
    """c*log(abs(2*f)) differs from c*log(abs(f)) by a constant only."""
    factors = term.args if term.op == "mul" else (term,)
    moving = [factor for factor in factors if x.name in free_symbols(factor)]
    if len(moving) != 1 or moving[0].op != "log" or len(moving[0].args) != 1:
        return term
    inside = moving[0].args[0]
    bars = inside.op == "abs"
    body = primitive_body(inside.args[0] if bars else inside)
    if body.op != "mul":
        return term
    scale = [factor for factor in body.args if x.name not in free_symbols(factor)]
    if not scale or not (bars or all(is_positive(factor) for factor in scale)):
        return term
    rest = tidy(mul(*(factor for factor in body.args if x.name in free_symbols(factor))))
    inside = _log(call("log", call("abs", rest))) if bars else call("log", rest)
    constant = [factor for factor in factors if factor is not moving[0]]
    return mul(*constant, inside) if constant else inside


def primitive_body(node: Node) -> Node:
    """A sum with its common whole factor in front: 2*x + 2*sqrt(3) is 2*(x + sqrt(3))."""
    if node.op != "add":
        return node
    content, body = primitive(node)
    return node if content == 1 else make("mul", (number(content), body))


def log_abs(node: Node) -> Node:
    """log(abs(node)): the real logarithm that is an antiderivative on both sides of zero."""
    node = tidy(node)
    bare = is_positive(node) or I in topological(node)
    return call("log", node if bare else call("abs", node))
