"""Functions of several nodes whose curvature is known though no single node shows it.

Norms, quotients such as x^2/y, weighted geometric means, entropies, log-sum-exp written out.
Source: S. Boyd and L. Vandenberghe, Convex Optimization (2004), sections 3.1.5 and 3.2.6.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from dlmath.expression.graph import Node, free_symbols, is_number, mul, neg, power
from dlmath.expression.tidy import split_coefficient, tidy
from dlmath.maths.optimization.convexity.proofs import CONCAVE, CONVEX, Proof, opposite
from dlmath.maths.optimization.quadratics import definiteness, quadratic

if TYPE_CHECKING:
    from dlmath.maths.optimization.convexity.rules import Rules


def of(rules: Rules, node: Node) -> Proof | None:
    """The proof that a pattern gives, or None where none fits."""
    if node.op == "pow" and is_number(node.args[1]):
        return _root(rules, node)
    if node.op == "log" and len(node.args) == 1:
        return _log(rules, node)
    if node.op == "mul":
        return _entropy(rules, node) or _power_product(rules, node)
    return None


# --- norms ----------------------------------------------------------------------------------


def _root(rules: Rules, node: Node) -> Proof | None:
    """(sum of c_i |u_i|^p)^(1/p), and roots of quadratic forms."""
    base, exponent = node.args
    size = Fraction(exponent.number)
    if base.op == "mul" and all(rules.ranges(factor)[0] >= 0 for factor in base.args):
        spread = mul(*(power(factor, exponent) for factor in base.args))
        return rules.of(spread)._replace(node=node) if spread.op == "mul" else None
    if not 0 < size < 1 or base.op not in ("add", "mul", "pow"):
        return None
    if size == Fraction(1, 2):
        form = quadratic(base, rules.names)
        if form is not None and definiteness(_homogeneous(form)) in (
            "positive definite",
            "positive semidefinite",
        ):
            why = "the Euclidean norm of affine functions: the root of a sum of squares"
            return rules.proof(node, CONVEX, "norm", (why,))
    if size.numerator != 1:
        return None
    parts = []
    for term in base.args if base.op == "add" else (base,):
        part = _in_norm(rules, term, 1 / size)
        if part is None:
            return None
        parts.append(part)
    why = f"the {1 / size}-norm of affine functions and of convex ones that are not negative"
    return rules.proof(node, CONVEX, "norm", (why,), *parts)


def _homogeneous(form: object) -> list[list[Fraction]]:
    """The matrix of x'Ax + 2b'x + 2c in one variable more."""
    from dlmath.maths.optimization.quadratics import Quadratic

    assert isinstance(form, Quadratic)
    rows = [[*row, b] for row, b in zip(form.matrix, form.linear, strict=True)]
    return [*rows, [*form.linear, 2 * form.constant]]


def _in_norm(rules: Rules, term: Node, p: Fraction) -> Proof | None:
    """u of a term c*|u|^p with c > 0 where the p-norm is convex in u."""
    coefficient, rest = split_coefficient(term)
    if coefficient <= 0:
        return None
    if not free_symbols(rest) & set(rules.names):
        return rules.of(rest) if rules.ranges(rest)[0] >= 0 else None
    if rest.op == "abs" and p == 1:
        inner = rest
    elif rest.op == "pow" and is_number(rest.args[1]) and rest.args[1].number == p:
        inner = rest.args[0]
    else:
        return None
    even = p.denominator == 1 and p % 2 == 0
    if inner.op == "abs" and rules.of(inner.args[0]).is_affine:
        return rules.of(inner)
    proof = rules.of(inner)
    if proof.is_affine and (even or proof.values[0] >= 0):
        return proof
    return proof if proof.is_convex and proof.values[0] >= 0 else None


# --- logarithms -----------------------------------------------------------------------------


def _log(rules: Rules, node: Node) -> Proof | None:
    """log of a sum of log-convex terms; log(sigmoid(u)) and log(1 - sigmoid(u))."""
    inner = node.args[0]
    if inner.op == "sigmoid":
        part = rules.of(inner.args[0])
        if part.is_concave:
            why = "log(sigmoid(u)) = -softplus(-u) is concave and increasing"
            return rules.proof(node, CONCAVE, "log of sigmoid", (why,), part)
    if inner.op == "add" and len(inner.args) == 2 and any(a.op == "number" for a in inner.args):
        other = next(a for a in inner.args if a.op != "number")
        shift = next(a for a in inner.args if a.op == "number").number
        coefficient, rest = split_coefficient(other)
        if rest.op == "sigmoid" and coefficient == -1 and shift == 1:
            part = rules.of(rest.args[0])
            if part.is_convex:
                why = "log(1 - sigmoid(u)) = -softplus(u) is concave and decreasing"
                return rules.proof(node, CONCAVE, "log of 1 - sigmoid", (why,), part)
    parts = []
    for term in inner.args if inner.op == "add" else (inner,):
        coefficient, rest = split_coefficient(term)
        if coefficient <= 0:
            return None
        if not free_symbols(rest) & set(rules.names):
            if rules.ranges(rest)[0] < 0:
                return None
            continue
        inside = _log_convex(rules, rest)
        if inside is None:
            return None
        parts.append(inside)
    why = "a sum of log-convex functions is log-convex: log-sum-exp"
    return rules.proof(node, CONVEX, "log-sum-exp", (why,), *parts)


def _log_convex(rules: Rules, node: Node) -> Proof | None:
    """exp(u) with u convex, cosh(u) with u affine."""
    if node.op == "exp":
        part = rules.of(node.args[0])
        return part if part.is_convex else None
    if node.op == "cosh":
        part = rules.of(node.args[0])
        return part if part.is_affine else None
    return None


# --- products -------------------------------------------------------------------------------


def _split_powers(node: Node) -> list[tuple[Node, Fraction]]:
    """The factors of a product with their exponents; the same base once."""
    found: dict[Node, Fraction] = {}
    for factor in node.args:
        base, size = factor, Fraction(1)
        if factor.op == "pow" and is_number(factor.args[1]):
            base, size = factor.args[0], Fraction(factor.args[1].number)
        found[base] = found.get(base, Fraction(0)) + size
    return list(found.items())


def _entropy(rules: Rules, node: Node) -> Proof | None:
    """u*log(c*u/v): entropy and relative entropy, convex in u and v together."""
    if len(node.args) != 2:
        return None
    weight, other = node.args
    if other.op != "log":
        weight, other = other, weight
    if other.op != "log" or len(other.args) != 1:
        return None
    u = rules.of(weight)
    ratio = tidy(mul(other.args[0], power(weight, _minus_one())))
    coefficient, rest = split_coefficient(ratio)
    if not u.is_affine or coefficient <= 0:
        return None
    if not free_symbols(rest) & set(rules.names):
        if rules.ranges(rest)[0] <= 0 and rest.op != "number":
            return None
        why = "u*log(u) is convex for u > 0 (second derivative 1/u), of an affine u"
        return rules.proof(node, CONVEX, "entropy", (why,), u)
    v = _reciprocal_of(rest)
    if v is None:
        return None
    below = rules.of(v)
    if below.is_concave and below.values[0] >= 0 and u.values[0] >= 0:
        why = "the relative entropy u*log(u/v) is convex in u > 0 and v > 0, decreasing in v"
        return rules.proof(node, CONVEX, "relative entropy", (why,), u, below)
    return None


def _minus_one() -> Node:
    from dlmath.expression.graph import MINUS_ONE

    return MINUS_ONE


def _reciprocal_of(node: Node) -> Node | None:
    if node.op == "pow" and is_number(node.args[1]) and node.args[1].number == -1:
        return node.args[0]
    return None


def _power_product(rules: Rules, node: Node) -> Proof | None:
    """Products of powers of operands of one sign: geometric means, x^2/y and their kin.

    On the positive orthant the product of u_i^(a_i) is concave where all a_i > 0 and their sum is
    at most 1; convex where all a_i < 0, or where one is positive and the sum is at least 1. An
    operand that is negative is turned first.
    """
    factors = _split_powers(node)
    sign = 1
    for place, (base, size) in enumerate(factors):
        low, high = rules.ranges(base)
        if high <= 0 and low < 0 and size.denominator == 1:
            factors[place] = (tidy(neg(base)), size)
            sign = -sign if size % 2 else sign
    found = _on_positive(rules, factors)
    if found is None:
        return None
    curvature, rule, why, parts = found
    if sign < 0:
        curvature, why = opposite(curvature), f"the negative of this: {why}"
    return rules.proof(node, curvature, rule, (why,), *parts)


def _on_positive(
    rules: Rules, factors: Sequence[tuple[Node, Fraction]]
) -> tuple[str, str, str, list[Proof]] | None:
    """Curvature, rule, reason and parts of a product of powers of positive operands."""
    parts = [rules.of(base) for base, _ in factors]
    sizes = [size for _, size in factors]
    positive = [place for place, size in enumerate(sizes) if size > 0]
    negative = [place for place, size in enumerate(sizes) if size < 0]
    if len(positive) + len(negative) != len(sizes):
        return None
    if not all(parts[i].is_concave and parts[i].values[0] >= 0 for i in negative):
        return None
    if not negative:
        if sum(sizes) <= 1 and all(part.is_concave for part in parts):
            why = "a weighted geometric mean is concave and increasing"
            return CONCAVE, "geometric mean", why, parts
        return None
    if not positive:
        why = "a product of negative powers of positive operands is convex and decreasing"
        return CONVEX, "negative powers", why, parts
    if len(positive) != 1 or sum(sizes) < 1:
        return None
    top, size = parts[positive[0]], sizes[positive[0]]
    even = size.denominator == 1 and size % 2 == 0
    if not ((top.is_affine and even) or (top.is_convex and top.values[0] >= 0)):
        return None
    rule = "quadratic over linear" if size == 2 and len(parts) == 2 else "power over powers"
    why = "u^p over powers of positive operands, of total degree at least 1, is convex"
    return CONVEX, rule, why, parts


# --- terms of a sum that belong together ------------------------------------------------------


def joined_terms(rules: Rules, terms: Sequence[Node]) -> list[Node]:
    """The terms of a sum, -u*log(v) and u*log(u) joined to the relative entropy u*log(u/v)."""
    from dlmath.expression.graph import call

    result = list(terms)
    for first in list(result):
        weight = _weight_of_log(rules, first)
        if weight is None or split_coefficient(first)[0] <= 0 or weight[0] is not weight[1]:
            continue
        for second in list(result):
            other = _weight_of_log(rules, second)
            if other is None or second is first or first not in result:
                continue
            if (
                other[0] is weight[0]
                and split_coefficient(second)[0] == -split_coefficient(first)[0]
            ):
                if rules.ranges(other[1])[0] < 0 or rules.ranges(weight[0])[0] < 0:
                    continue
                quotient = mul(weight[0], power(other[1], _minus_one()))
                coefficient = first.args[0] if first.args[0].op == "number" else None
                joined = mul(weight[0], call("log", quotient))
                result.remove(second)
                place = result.index(first)
                result[place] = joined if coefficient is None else mul(coefficient, joined)
    return result


def _weight_of_log(rules: Rules, term: Node) -> tuple[Node, Node] | None:
    """u and v of c*u*log(v)."""
    _, rest = split_coefficient(term)
    if rest.op != "mul" or len(rest.args) != 2:
        return None
    logs = [arg for arg in rest.args if arg.op == "log" and len(arg.args) == 1]
    others = [arg for arg in rest.args if arg not in logs]
    if len(logs) != 1 or len(others) != 1 or not free_symbols(others[0]) & set(rules.names):
        return None
    return others[0], logs[0].args[0]
