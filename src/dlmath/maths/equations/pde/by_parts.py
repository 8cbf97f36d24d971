"""Antiderivatives of polynomials times sines, cosines and exponentials, by parts again and again.

For these the frequency may hold a symbol: a place where it vanishes is the caller's to look after,
as with the coefficients of a Fourier series at a resonance.
"""

from __future__ import annotations

from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    HALF,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_integer,
    mul,
    neg,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import tidy

#: The highest degree of a polynomial.
_DEGREE_MOST = 12


def antiderivative(node: Node, x: str) -> Node | None:
    """An antiderivative where every term has this form, else None."""
    found = []
    for term in node.args if node.op == "add" else (node,):
        one = _term(term, x)
        if one is None:
            return None
        found.append(one)
    return tidy(add(*found))


def is_polynomial(node: Node, x: str) -> bool:
    """Is it a polynomial in x?"""
    for part in topological(node):
        if x not in free_symbols(part) or part.op in ("symbol", "add", "mul"):
            continue
        exponent = part.args[1] if part.op == "pow" else None
        if exponent is None or not is_integer(exponent) or exponent.number < 0:
            return False
    return True


def _term(term: Node, x: str) -> Node | None:
    factors = term.args if term.op == "mul" else (term,)
    waves = [f for f in factors if x in free_symbols(f) and f.op in ("sin", "cos", "exp")]
    rest = mul(*(f for f in factors if f not in waves))
    if x not in free_symbols(term):
        return mul(term, symbol(x))
    if len(waves) == 2 and x not in free_symbols(rest):
        found = _pair(waves[0], waves[1], x)
        return None if found is None else mul(rest, found)
    if len(waves) != 1 or not is_polynomial(rest, x):
        return None
    inner = waves[0].args[0]
    slope = tidy(gradient(inner, [x])[x])
    if x in free_symbols(slope) or slope is ZERO:
        return None
    # p*w integrates to p*W1 - p'*W2 + p''*W3 - ..., W1 an antiderivative of w, W2 of W1.
    total: list[Node] = []
    part, wave, sign = tidy(rest), waves[0], 1
    for _ in range(_DEGREE_MOST + 1):
        wave = div(_primitive(wave, inner), slope)
        total.append(mul(part, wave) if sign > 0 else neg(mul(part, wave)))
        part, sign = tidy(gradient(part, [x])[x]), -sign
        if part is ZERO:
            return add(*total)
    return None


def _pair(first: Node, second: Node, x: str) -> Node | None:
    """exp times a wave, or two waves, all of linear operands."""
    if second.op == "exp":
        first, second = second, first
    if second.op == "exp":
        return None
    u, v = first.args[0], second.args[0]
    a, b = (tidy(gradient(inner, [x])[x]) for inner in (u, v))
    if x in free_symbols(a) | free_symbols(b):
        return None
    if first.op == "exp":
        # The integral of exp(u)*cos(v) is exp(u)*(a*cos(v) + b*sin(v))/(a^2 + b^2).
        sine, cosine = call("sin", v), call("cos", v)
        top = add(mul(a, cosine), mul(b, sine))
        if second.op == "sin":
            top = sub(mul(a, sine), mul(b, cosine))
        return div(mul(first, top), add(mul(a, a), mul(b, b)))
    total, gap = tidy(add(u, v)), tidy(sub(u, v))
    if first.op == second.op:
        other = call("cos", total)
        parts = (call("cos", gap), neg(other) if first.op == "sin" else other)
    elif first.op == "sin":
        parts = (call("sin", total), call("sin", gap))
    else:
        parts = (call("sin", total), neg(call("sin", gap)))
    found = [_term(tidy(part), x) for part in parts]
    if any(part is None for part in found):
        return None
    return mul(HALF, add(*(part for part in found if part is not None)))


def _primitive(wave: Node, inner: Node) -> Node:
    """By the operand: sin to -cos, cos to sin; factors stay."""
    factors = wave.args if wave.op == "mul" else (wave,)
    changed = []
    for factor in factors:
        if factor.op == "sin" and factor.args[0] is inner:
            changed += [neg(call("cos", inner))]
        elif factor.op == "cos" and factor.args[0] is inner:
            changed += [call("sin", inner)]
        else:
            changed.append(factor)
    return mul(*changed)
