"""Logarithms of powers, of quotients of linear terms, and of binomials over x."""

from __future__ import annotations

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.clean import log_abs
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    integral,
    is_zero,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.calculus.antiderivatives.powers import binomial_terms
from dlmath.maths.calculus.antiderivatives.substitution import substituted


def quotient_rule(problem: Problem) -> Plan | None:
    """u = (a + b*x)/(c + d*x) where a logarithm of a power of it occurs."""
    x = problem.x
    pair = _linear_pair(problem)
    if pair is None or problem.depth > 4:
        return None
    top, bottom = pair
    b, a = linear(top, x) or (ONE, ZERO)
    d, c = linear(bottom, x) or (ONE, ZERO)
    gap = tidy(sub(mul(b, c), mul(a, d)))
    if is_zero(gap):
        return None
    u = problem.new_variable()
    shared = power(sub(b, mul(d, u)), MINUS_ONE)
    inner = tidy(div(top, bottom))
    mapping = {
        x: mul(sub(mul(c, u), a), shared),
        top: mul(gap, u, shared),
        bottom: mul(gap, shared),
    }
    for part in problem.nodes:
        if part.op == "add" and part not in mapping:
            for known in (top, bottom):
                factor = _multiple(part, known, x)
                if factor is not None:
                    mapping[part] = mul(factor, mapping[known])
        if part.op == "log" and len(part.args) == 1:
            mapping[part] = call("log", _in_quotient(part.args[0], x, top, bottom, u) or ZERO)
    written = replace(problem.integrand, mapping)
    if depends(written, x) or any(part == call("log", ZERO) for part in topological(written)):
        return None
    product = as_product(mul(written, gap, power(shared, TWO)), u)
    value = mul(product.constant, from_powers(product.powers))
    return substituted(problem, inner, u, value)


def _multiple(node: Node, known: Node, x: Node) -> Node | None:
    """c with node = c*known, both linear."""
    this, that = linear(node, x), linear(known, x)
    if this is None or that is None:
        return None
    factor = tidy(div(this[0], that[0]))
    return factor if is_zero(sub(node, mul(factor, known))) else None


def _linear_pair(problem: Problem) -> tuple[Node, Node] | None:
    """The two linear terms whose quotient is under a logarithm."""
    for part in problem.nodes:
        if part.op != "log" or len(part.args) != 1:
            continue
        flat = _flat_powers(part.args[0], problem.x)
        if flat is None or len(flat) != 2:
            continue
        (first, size), (second, other) = flat.items()
        if not is_zero(add(size, other)):
            continue
        if linear(first, problem.x) is None or linear(second, problem.x) is None:
            continue
        negative = second if _is_negative(other) else first
        return (first, second) if negative is second else (second, first)
    return None


def _is_negative(node: Node) -> bool:
    if node.op == "mul":
        node = node.args[0]
    return node.op == "number" and node.number < 0


def _flat_powers(node: Node, x: Node) -> dict[Node, Node] | None:
    """The powers of a product, free exponents of products multiplied through."""
    result: dict[Node, Node] = {}
    stack = [(node, ONE)]
    while stack:
        part, size = stack.pop()
        for base, exponent in as_product(part, x).powers.items():
            total = tidy(mul(exponent, size))
            if depends(total, x):
                return None
            if base.op in ("mul", "pow"):
                stack.append((base, total))
            else:
                result[base] = tidy(add(result.get(base, ZERO), total))
    return result


def _in_quotient(node: Node, x: Node, top: Node, bottom: Node, u: Node) -> Node | None:
    """c*((top/bottom)**n)... with u for the quotient; None when more than that occurs."""
    gone = replace(node, {top: u, bottom: ONE})
    flat = _flat_powers(node, x)
    if flat is None or set(flat) != {top, bottom} or not is_zero(add(flat[top], flat[bottom])):
        return None
    return None if depends(gone, x) else gone


# --- x**m*(A + B*log(c*x**n))**p ------------------------------------------------------------


def logarithm_power_rule(problem: Problem) -> Plan | None:
    """u = log(c*x**n) turns powers of it and of x into powers and an exponential."""
    x = problem.x
    logs = {part for part in problem.nodes if part.op == "log" and len(part.args) == 1}
    if len(logs) != 1:
        return None
    log = logs.pop()
    inside = as_product(log.args[0], x)
    if set(inside.powers) != {x} or problem.product.constant is not ONE:
        return None
    n = inside.powers[x]
    m = problem.product.powers.get(x, ZERO)
    rest = {base: e for base, e in problem.product.powers.items() if base is not x}
    if depends(n, x) or depends(m, x) or not rest:
        return None
    if all((whole(size) or -1) > 0 for size in rest.values()):
        return None  # by parts is shorter
    u = problem.new_variable()
    written = replace(from_powers(rest), {log: u})
    if depends(written, x):
        return None
    rate = tidy(div(add(m, ONE), n))
    outside = tidy(div(mul(power(x, add(m, ONE)), power(log.args[0], neg(rate))), n))
    value = mul(written, call("exp", mul(rate, u)))
    plan = problem.solve(value, u)
    if plan is None:
        return None
    text: Sentence = ("substitute ", u, " = ", log, "; the factor ", outside,
                      " does not change with ", x)  # fmt: skip
    if not depends(outside, x):
        text = ("substitute ", u, " = ", log, ", d", u, " = ", tidy(div(n, x)), " d", x)
    text += (": the integral becomes ", integral(plan.integrand, u))
    result = mul(outside, integral(plan.integrand, u))
    return problem.plan("substitution", text, result, (plan,), back=(u, log))


# --- log(c*(e + f*x**m)**k)/x ---------------------------------------------------------------


def logarithm_over_x_rule(problem: Problem) -> Plan | None:
    """L/x with L = log(c*(e + f*x**m)**k): a dilogarithm, and log(x) times what is constant."""
    x = problem.x
    powers = problem.product.powers
    if len(powers) != 2 or powers.get(x) is not MINUS_ONE:
        return None
    log = next(base for base in powers if base is not x)
    if powers[log] is not ONE or log.op != "log" or len(log.args) != 1:
        return None
    inside = as_product(log.args[0], x)
    if len(inside.powers) != 1:
        return None
    ((base, k),) = inside.powers.items()
    found = _binomial(base, x)
    if found is None or depends(k, x):
        return None
    e, term, m = found
    ratio = tidy(div(term, e))
    constant = sub(log, mul(k, call("log", tidy(add(ONE, ratio)))))
    if inside.constant is ONE and k is ONE:
        constant = call("log", e)
    value = add(
        mul(log_abs(x), constant),
        neg(div(mul(k, call("polylog", TWO, tidy(neg(ratio)))), m)),
    )
    text: Sentence = ("no elementary antiderivative: a polylogarithm of ", tidy(neg(ratio)))
    return problem.plan("special function", text, value)


def _binomial(base: Node, x: Node) -> tuple[Node, Node, Node] | None:

    return binomial_terms(base, x) if base.op == "add" else None
