"""Formulas that are known to lose digits, each with a form of the same values that does not.

These are proposals: `stability` shows one only where the formula is measured to go wrong, the
other form is measured to be right there, and both have the same values. Sources: Higham, Accuracy
and Stability of Numerical Algorithms, 2002, chapter 1; Blanchard, Higham and Higham 2021 for
log-sum-exp and softmax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import inf
from typing import NamedTuple

from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    symbol,
    topological,
)
from dlmath.expression.text import to_text
from dlmath.expression.tidy import expand, split_coefficient, tidy

U = symbol("u")


class Proposal(NamedTuple):
    """A part of a formula and another form of it.

    part, stable: as they stand in the formula. test, test_stable: both as functions of `u` alone.
    meaning: what u is, mathematics or words. most: the largest value that u can have.
    """

    part: Node
    stable: Node
    test: Node
    test_stable: Node
    meaning: Node | str
    most: float = inf


def proposals(node: Node) -> list[Proposal]:
    """What is known of the parts of a formula, the outermost first."""
    found: list[Proposal] = []
    for part in reversed(topological(node)):
        rule = _RULES.get(part.op)
        if rule is None or (not free_symbols(part) and part.op != "add"):
            continue
        found += rule(part)
    return found


def rewritten(node: Node, proposal: Proposal) -> Node:
    """The formula with the part exchanged."""
    return replace(node, {proposal.part: proposal.stable})


def _of(part: Node, stable: Node, inner: Node) -> Proposal:
    """Of one inner expression, which may be anything."""
    return Proposal(part, stable, replace(part, {inner: U}), replace(stable, {inner: U}), inner)


def _exponents(terms: tuple[Node, ...]) -> list[Node] | None:
    """u, v, ... of exp(u) + exp(v) + 1 ..., where every term is an exponential or 1."""
    found = []
    for term in terms:
        if term is ONE:
            found.append(ZERO)
        elif term.op == "exp":
            found.append(term.args[0])
        else:
            return None
    return found


# --- logarithms -----------------------------------------------------------------------------


def _logarithm(part: Node) -> Iterator[Proposal]:
    if len(part.args) != 1:
        return
    inner = part.args[0]
    if inner.op == "add":
        yield from _of_sum(part, inner)
    elif inner.op == "sigmoid":
        u = inner.args[0]
        yield _of(part, neg(call("softplus", neg(u))), u)
    elif inner.op == "softmax":
        yield Proposal(
            part,
            call("log_softmax", *inner.args),
            call("log", call("sigmoid", U)),
            neg(call("softplus", neg(U))),
            "an entry less the largest",
            0.0,
        )


def _of_sum(part: Node, inner: Node) -> Iterator[Proposal]:
    exponents = _exponents(inner.args)
    if exponents is not None and any(e is not ZERO for e in exponents):
        live = [e for e in exponents if e is not ZERO]
        if len(exponents) == 2 and len(live) == 1:
            yield _of(part, call("softplus", live[0]), live[0])
            return
        test = call("log", add(*([call("exp", U)] * 1), call("exp", add(U, ONE))))
        stable = call("logsumexp", U, add(U, ONE))
        yield Proposal(part, call("logsumexp", *exponents), test, stable, "the exponents")
        return
    rest = [term for term in inner.args if term is not ONE]
    if len(rest) == len(inner.args) - 1:
        coefficient, base = split_coefficient(add(*rest))
        if base.op == "sigmoid" and coefficient == -1:
            yield _of(part, neg(call("softplus", base.args[0])), base.args[0])
            return
        small = add(*rest)
        if free_symbols(small):
            stable = mul(TWO, call("atanh", div(small, add(TWO, small))))
            yield Proposal(
                part,
                stable,
                call("log", add(ONE, U)),
                mul(TWO, call("atanh", div(U, add(TWO, U)))),
                small,
            )


# --- differences ------------------------------------------------------------------------------


def _difference(part: Node) -> Iterator[Proposal]:
    """1 - cos(u), exp(u) - 1, cosh(u) - 1, sqrt(a) - b, mean of squares less square of the mean."""
    for place, term in enumerate(part.args):
        coefficient, base = split_coefficient(term)
        rest = [other for k, other in enumerate(part.args) if k != place]
        if base.op in _HALVED and number(-coefficient) in rest:
            others = [other for other in rest if other is not number(-coefficient)]
            yield _less_one(part, base, coefficient, others)
    if len(part.args) == 2:
        yield from _of_roots(part)
        yield from _of_variance(part)
        yield from _of_hyperbola(part)


def _less_one(part: Node, base: Node, sign: Fraction | int, others: list[Node]) -> Proposal:
    """sign*(f(u) - 1), f one of cos, cosh and exp."""
    u = base.args[0]
    form = mul(number(sign), _HALVED[base.op](div(u, TWO)))
    stable = add(*others, form) if others else form
    test = add(mul(number(sign), call(base.op, U)), number(-sign))
    return Proposal(part, tidy(stable), test, mul(number(sign), _HALVED[base.op](div(U, TWO))), u)


#: f(u) - 1 by half of u.
_HALVED: dict[str, Callable[[Node], Node]] = {
    "cos": lambda half: mul(number(-2), power(call("sin", half), TWO)),
    "cosh": lambda half: mul(TWO, power(call("sinh", half), TWO)),
    "exp": lambda half: mul(TWO, call("exp", half), call("sinh", half)),
}


def _of_roots(part: Node) -> Iterator[Proposal]:
    """sqrt(a) - b is (a - b^2)/(sqrt(a) + b), worth it where a - b^2 is shorter."""
    for first, second in (part.args, part.args[::-1]):
        (sign, root), (other_sign, other) = split_coefficient(first), split_coefficient(second)
        if root.op != "pow" or root.args[1] is not HALF or abs(sign) != 1:
            continue
        if sign * other_sign >= 0:
            continue
        b = mul(number(other_sign if other_sign > 0 else -other_sign), other)
        names = free_symbols(part)
        if len(names) != 1:
            continue
        top = tidy(expand(sub(root.args[0], power(b, TWO))))
        if len(to_text(top)) >= len(to_text(root.args[0])):
            continue
        stable = mul(number(sign), div(top, add(sqrt(root.args[0]), b)))
        x = symbol(next(iter(names)))
        yield _of(part, stable, x)
        return


def _of_variance(part: Node) -> Iterator[Proposal]:
    """mean(a^2, b^2, ...) - mean(a, b, ...)^2"""
    for first, second in (part.args, part.args[::-1]):
        coefficient, squared = split_coefficient(second)
        if first.op != "mean" or coefficient != -1 or squared.op != "pow":
            continue
        if squared.args[1] is not TWO or squared.args[0].op != "mean":
            continue
        entries = _entries(squared.args[0])
        if entries and _entries(first) == tuple(power(entry, TWO) for entry in entries):
            three = (U, add(U, ONE), add(U, TWO))
            test = sub(
                call("mean", *(power(x, TWO) for x in three)),
                power(call("mean", *three), TWO),
            )
            stable = call("var", *entries)
            yield Proposal(part, stable, test, call("var", *three), "values/spread")


def _entries(node: Node) -> tuple[Node, ...]:
    """What a mean is taken of."""
    inner = node.args[0]
    return inner.args if len(node.args) == 1 and inner.op == "vector" else node.args


def _of_hyperbola(part: Node) -> Iterator[Proposal]:
    """1 - tanh(u)^2 is sech(u)^2."""
    for first, second in (part.args, part.args[::-1]):
        coefficient, squared = split_coefficient(second)
        if (
            first is ONE
            and coefficient == -1
            and squared.op == "pow"
            and (squared.args[1] is TWO and squared.args[0].op == "tanh")
        ):
            u = squared.args[0].args[0]
            yield _of(part, power(call("sech", u), TWO), u)


# --- quotients and losses ---------------------------------------------------------------------


def _quotient(part: Node) -> Iterator[Proposal]:
    """exp(u)/(1 + exp(u)) is sigmoid(u)."""
    for factor in part.args:
        if factor.op != "exp":
            continue
        u = factor.args[0]
        below = power(add(ONE, factor), MINUS_ONE)
        other = power(add(factor, ONE), MINUS_ONE)
        found = next((f for f in part.args if f is below or f is other), None)
        if found is not None:
            rest = [f for f in part.args if f is not factor and f is not found]
            stable = mul(*rest, call("sigmoid", u)) if rest else call("sigmoid", u)
            test = mul(call("exp", U), power(add(ONE, call("exp", U)), MINUS_ONE))
            yield Proposal(part, stable, test, call("sigmoid", U), u)


def _bce(part: Node) -> Iterator[Proposal]:
    """Binary cross-entropy of a sigmoid: softplus(u) - y*u."""
    prediction, target = part.args
    if prediction.op == "sigmoid" and target.op != "vector":
        u = prediction.args[0]
        stable = sub(call("softplus", u), mul(target, u))
        test = call("bce", call("sigmoid", U), HALF)
        yield Proposal(part, stable, test, sub(call("softplus", U), mul(HALF, U)), u)


def _cross_entropy(part: Node) -> Iterator[Proposal]:
    """Cross-entropy of a softmax: -dot(y, log_softmax(v))."""
    prediction, target = part.args
    if prediction.op == "softmax":
        stable = neg(call("dot", target, call("log_softmax", *prediction.args)))
        yield Proposal(
            part,
            stable,
            neg(call("log", call("sigmoid", U))),
            call("softplus", neg(U)),
            "the score of the true class less the largest",
            0.0,
        )


_RULES: dict[str, Callable[[Node], Iterator[Proposal]]] = {
    "log": _logarithm,
    "add": _difference,
    "mul": _quotient,
    "bce": _bce,
    "cross_entropy": _cross_entropy,
}
