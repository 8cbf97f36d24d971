"""The differential of a matrix expression, rule by rule (Magnus and Neudecker, chapter 8).

`expanded` carries out one rule on every outermost `d(...)` of an expression; repeated until none
is left, that is the working of a textbook: `d(tr(X'*A*X)) = tr(d(X'*A*X)) = ...`.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.graph import Node
from dlmath.expression.graph import call as scalar_call
from dlmath.expression.graph import symbol as scalar_symbol
from dlmath.maths.networks.matrix_calculus.build import (
    MINUS_ONE,
    ONE,
    ONE_ROW,
    TWO,
    add,
    diag,
    differential,
    differential_name,
    divide,
    epow,
    func,
    had,
    inv,
    kron,
    mul,
    name,
    neg,
    number,
    ones,
    power,
    reshape,
    softmax,
    sub,
    total,
    trace,
    transpose,
    vec,
    zeros,
)
from dlmath.maths.networks.matrix_calculus.expression import Expr, make
from dlmath.maths.networks.matrix_calculus.rebuild import rebuild
from dlmath.maths.networks.matrix_calculus.rules import (
    DETERMINANT,
    DIAGONAL,
    ELEMENT_POWER,
    ELEMENT_PRODUCT,
    FROBENIUS,
    GENERAL_ELEMENT_POWER,
    GENERAL_POWER,
    INVERSE,
    KRONECKER,
    LOG_ABS,
    LOG_DETERMINANT,
    LOG_SUM_EXP,
    LOG_SUM_EXP_ROWS,
    NORM,
    POWER,
    PRODUCT,
    SOFTMAX,
    SOFTMAX_ROWS,
    SQUARED_FROBENIUS,
    SQUARED_NORM,
    SUM,
    TRACE,
    VEC,
    Rule,
)
from dlmath.maths.networks.matrix_calculus.write import to_latex, to_text


class Expansion(NamedTuple):
    """One level of the working: what it became, and the rules used."""

    result: Expr
    rules: tuple[Rule, ...]


def start(f: Expr, variable: Expr) -> Expr:
    """`d(f)`: nothing differentiated yet."""
    return _marked(f, str(variable.value))


def _marked(e: Expr, variable: str) -> Expr:
    """d(e), where what does not depend on the variable is 0 at once."""
    if variable not in e.names:
        return zeros(e.shape)
    if e.op == "name":
        return differential_name(e)
    if e.op == "add":
        return add(*(_marked(part, variable) for part in e.args))
    if e.op == "transpose":  # d(A') = (dA)'
        return transpose(_marked(e.args[0], variable))
    if e.op == "mul":  # constants stand before the differential
        scalars = [part for part in e.args if part.is_scalar]
        fixed = [part for part in scalars if variable not in part.names]
        if fixed and len(fixed) < len(e.args):
            rest = mul(*(part for part in e.args if part not in fixed))
            return mul(*fixed, _marked(rest, variable))
    return differential(e)


def is_done(e: Expr) -> bool:
    """Is no differential left to be taken?"""
    return "d()" not in e.names


def expanded(e: Expr, variable: Expr) -> Expansion:
    """Every outermost `d(...)` replaced by its rule. Raises Unsolved where there is none."""
    rules: list[Rule] = []
    known: dict[Expr, Expr] = {}

    def walk(part: Expr) -> Expr:
        if is_done(part):
            return part
        if part.op == "d":
            if part not in known:
                rule, result = _rule(part.args[0], str(variable.value))
                if rule not in rules:
                    rules.append(rule)
                known[part] = result
            return known[part]
        return rebuild(part, [walk(arg) for arg in part.args])

    return Expansion(walk(e), tuple(rules))


def _rule(e: Expr, x: str) -> tuple[Rule, Expr]:
    def d(part: Expr) -> Expr:
        return _marked(part, x)

    if e.op == "mul":
        terms = []
        for k, part in enumerate(e.args):
            if x in part.names:
                terms.append(mul(*e.args[:k], d(part), *e.args[k + 1 :]))
        return PRODUCT, add(*terms)
    if e.op == "had":
        terms = []
        for k, part in enumerate(e.args):
            if x in part.names:
                terms.append(had(*e.args[:k], d(part), *e.args[k + 1 :]))
        return ELEMENT_PRODUCT, add(*terms)
    a = e.args[0]
    if e.op == "tr":
        return TRACE, trace(d(a))
    if e.op == "det":
        return DETERMINANT, mul(e, trace(mul(inv(a), d(a))))
    if e.op == "logdet":
        return LOG_DETERMINANT, trace(mul(inv(a), d(a)))
    if e.op == "inv":
        return INVERSE, neg(mul(e, d(a), e))
    if e.op == "sum":
        return SUM, total(d(a))
    if e.op == "norm":
        rule = NORM if a.is_vector else FROBENIUS
        return rule, divide(trace(mul(transpose(a), d(a))), e)
    if e.op == "power":
        return _power(e, x)
    if e.op == "epow":
        exponent = e.args[1]
        if x in exponent.names:
            by_base = had(mul(exponent, epow(a, MINUS_ONE)), d(a))
            by_exponent = mul(func("log", a), d(exponent))
            return GENERAL_ELEMENT_POWER, had(e, add(by_base, by_exponent))
        factor = had(mul(exponent, ones(a.shape)), epow(a, sub(exponent, ONE)))
        return ELEMENT_POWER, had(factor, d(a))
    if e.op == "func":
        return _function(e, d(a))
    if e.op == "diag":
        return DIAGONAL, diag(d(a))
    if e.op == "vec":
        return VEC, vec(d(a))
    if e.op == "reshape":
        return VEC, reshape(d(a), e.shape)
    if e.op == "kron":
        a, b = e.args
        parts = [kron(d(a), b)] if x in a.names else []
        return KRONECKER, add(*parts, *([kron(a, d(b))] if x in b.names else []))
    if e.op == "softmax":
        return _softmax(e, d(a))
    if e.op == "logsumexp":
        if a.is_vector:
            return LOG_SUM_EXP, mul(transpose(softmax(a)), d(a))
        return LOG_SUM_EXP_ROWS, mul(had(softmax(a), d(a)), ones((a.columns, ONE_ROW)))
    raise Unsolved(f"there is no rule for the differential of {e.op}")


def _softmax(e: Expr, inner: Expr) -> tuple[Rule, Expr]:
    if e.is_vector:
        return SOFTMAX, mul(sub(diag(e), mul(e, transpose(e))), inner)
    weighted = had(e, inner)
    row = mul(weighted, ones((e.columns, ONE_ROW)))
    return SOFTMAX_ROWS, sub(weighted, had(mul(row, ones((ONE_ROW, e.columns))), e))


def _power(e: Expr, x: str) -> tuple[Rule, Expr]:
    base, exponent = e.args
    if x in exponent.names:
        inside = add(
            divide(mul(exponent, _marked(base, x)), base),
            mul(func("log", base), _marked(exponent, x)),
        )
        return GENERAL_POWER, mul(e, inside)
    if base.op == "norm" and exponent is TWO:
        a = base.args[0]
        rule = SQUARED_NORM if a.is_vector else SQUARED_FROBENIUS
        return rule, mul(TWO, trace(mul(transpose(a), _marked(a, x))))
    return POWER, mul(exponent, power(base, sub(exponent, ONE)), _marked(base, x))


# --- functions of a scalar, element by element ----------------------------------------------

_VARIABLE = "t"


def _function(e: Expr, inner: Expr) -> tuple[Rule, Expr]:
    a = e.args[0]
    if e.value == "log" and a.op == "func" and a.value == "abs" and inner.op == "d":
        inside = a.args[0]
        return LOG_ABS, had(epow(inside, MINUS_ONE), differential(inside))
    slope = derivative_of(str(e.value), a)
    return _function_rule(e), mul(slope, inner) if e.is_scalar else had(slope, inner)


def _function_rule(e: Expr) -> Rule:
    """`d(tanh(a)) = (1 - tanh(a).^2).*da`"""
    of = name("s" if e.is_scalar else "a", e.shape)
    slope = derivative_of(str(e.value), of)
    change = differential_name(of)
    after = mul(slope, change) if e.is_scalar else had(slope, change)
    before = make("d", (func(str(e.value), of),), None, e.shape)
    title = "chain rule" if e.is_scalar else "element-wise function"
    return Rule(
        title, f"{to_text(before)} = {to_text(after)}", f"{to_latex(before)} = {to_latex(after)}"
    )


def derivative_of(function: str, at: Expr) -> Expr:
    """f'(a), of a scalar or element by element, from the language's own table of derivatives.

    At a kink it is what `heaviside` gives. Raises Unsolved where it cannot be written.
    """
    from dlmath.expression.derivatives import partial
    from dlmath.expression.tidy import tidy

    node = partial(scalar_call(function, scalar_symbol(_VARIABLE)), 0)
    if node is None:
        raise Unsolved(f"there is no rule for the derivative of {function}")
    return _of_node(tidy(node) if function not in ("sigmoid",) else node, at, function)


def _of_node(node: Node, at: Expr, function: str) -> Expr:
    """A formula in t as an expression of `at`, element by element."""

    def build(part: Node) -> Expr:
        return _of_node(part, at, function)

    if node.op == "symbol":
        return at
    if node.op == "number":
        return mul(number(Fraction(node.number)), ones(at.shape))
    if node.op == "constant" and node.name in ("pi", "e"):
        return mul(name(node.name, ONE.shape), ones(at.shape))
    if node.op == "add":
        return add(*map(build, node.args))
    if node.op == "mul":
        return had(*map(build, node.args))
    if node.op == "pow":
        base, exponent = node.args
        if exponent.op == "number":
            return epow(build(base), number(Fraction(exponent.number)))
    if node.op == "piecewise":
        return _piecewise(node, at, function)
    if len(node.args) == 1 and node.op not in ("derive", "integrate", "sum"):
        return func(node.op, build(node.args[0]))
    raise Unsolved(f"the derivative of {function} cannot be written with matrices")


def _piecewise(node: Node, at: Expr, function: str) -> Expr:
    """Two branches: each times a step where they meet at a number; or one inside an interval."""
    if len(node.args) == 4 and node.args[3].op == "true":
        condition = node.args[1]
        first, second = (_of_node(part, at, function) for part in node.args[::2])
        inside, outside = _step(condition, at), _step(condition, at, opposite=True)
        if inside is not None and outside is not None:
            return add(had(first, inside), had(second, outside))
        if condition.op == "and":
            steps = [_step(part, at) for part in condition.args]
            known = [step for step in steps if step is not None]
            if len(known) == len(steps):
                return add(second, had(sub(first, second), *known))
    raise Unsolved(f"the derivative of {function} cannot be written with matrices")


def _step(condition: Node, at: Expr, *, opposite: bool = False) -> Expr | None:
    """1 where a comparison of t with a number holds, else 0 (or the other way round)."""
    if condition.op not in _BELOW | _ABOVE:
        return None
    left, right = condition.args
    above = condition.op in _ABOVE
    if left.op == "number" and right.op == "symbol":
        left, right, above = right, left, not above
    if left.op != "symbol" or right.op != "number":
        return None
    bound = mul(number(Fraction(right.number)), ones(at.shape))
    return func("heaviside", sub(at, bound) if above != opposite else sub(bound, at))


_BELOW = frozenset({"lt", "le"})
_ABOVE = frozenset({"gt", "ge"})
