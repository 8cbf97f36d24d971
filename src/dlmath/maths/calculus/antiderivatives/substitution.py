"""Integration by substitution: u = an inner function whose derivative divides the integrand."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ZERO,
    Node,
    call,
    is_number,
    mul,
    number,
    power,
    topological,
)
from dlmath.expression.order import structure_key
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.derivative import derivative, in_sines
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    integral,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.calculus.antiderivatives.rewriting import (
    HYPERBOLIC_NAMES,
    TRIGONOMETRIC,
    in_terms_of,
)
from dlmath.maths.calculus.antiderivatives.together import together

#: At most so many inner functions are tried for one integral.
_MOST_CANDIDATES = 14


def substitution_rule(problem: Problem) -> Plan | None:
    """Tries inner functions u until integrand/u' is a function of u that can be integrated."""
    if problem.depth > 8:
        return None
    tried: set[Node] = set()
    for inner in _candidates(problem):
        u = problem.new_variable()
        found = changed(problem.integrand, problem.x, inner, u)
        if found is None or found in tried:
            continue
        tried.add(found)
        plan = substituted(problem, inner, u, found)
        if plan is not None:
            return plan
    return None


def changed(integrand: Node, x: Node, inner: Node, u: Node) -> Node | None:
    """g(u) with integrand dx = g(u) du for u = inner, or None."""
    slope = derivative(inner, x)
    if slope is ZERO:
        return None
    known = as_product(in_terms_of(integrand, x, inner, u), x)
    quotient = as_product(mul(known.constant, known.variable_part, power(slope, MINUS_ONE)), x)
    left = mul(quotient.constant, from_powers(quotient.powers))
    if depends(left, x):
        left = in_terms_of(tidy(left), x, inner, u)
    if depends(left, x):
        left = in_terms_of(_sines(tidy(left), x), x, inner, u)
    left = tidy(left)
    if depends(left, x):
        return None
    if _has_nested_fraction(left):
        return together(left, u) or left
    return left


def _has_nested_fraction(node: Node) -> bool:
    """Is there a negative whole power inside a sum?"""
    for part in topological(node):
        if part.op != "add":
            continue
        for term in part.args:
            for factor in term.args if term.op == "mul" else (term,):
                size = whole(factor.args[1]) if factor.op == "pow" else None
                if size is not None and size < 0:
                    return True
    return False


def _sines(node: Node, x: Node) -> Node:
    """In sines and cosines, equal powers collected."""
    product = as_product(in_sines(node), x)
    return mul(product.constant, from_powers(product.powers))


def substituted(
    problem: Problem, inner: Node, u: Node, integrand: Node, text: Sentence = ()
) -> Plan | None:
    """The plan that goes on with the integral over u."""
    plan = problem.solve(integrand, u)
    if plan is None:
        return None
    slope = derivative(inner, problem.x)
    said: Sentence = text or (
        "substitute ", u, " = ", inner, ", d", u, " = ", slope, " d", problem.x,
    )  # fmt: skip
    said += (": the integral becomes ", integral(plan.integrand, u))
    result = integral(plan.integrand, u)
    return problem.plan("substitution", said, result, (plan,), back=(u, inner))


# --- candidates -----------------------------------------------------------------------------


def _candidates(problem: Problem) -> list[Node]:
    """Inner functions worth trying, larger ones first."""
    x = problem.x
    found: dict[Node, int] = {}

    def offer(node: Node) -> None:
        if node is x or not depends(node, x) or node is problem.integrand:
            return
        if linear(node, x) is None:
            later = 2 if node.op == "exp" else 0  # exp(g) only after its exponent g
            found.setdefault(node, len(topological(node)) - later)

    for part in problem.nodes:
        if part.op == "pow":
            offer(part.args[0])
            offer(part.args[1])
            if depends(part.args[1], x) or part.args[0] is x:
                offer(part)
        elif part.op not in ("add", "mul", "symbol", "piecewise", "vector"):
            if part.op in TRIGONOMETRIC or part.op in HYPERBOLIC_NAMES:
                offer(call("tan" if part.op in TRIGONOMETRIC else "tanh", part.args[0]))
            for arg in part.args:
                offer(arg)
            offer(part)
        if part.op == "add":
            offer(part)
    for kernel in _power_kernels(problem):
        offer(kernel)
    exponential = exponential_kernel(problem)
    if exponential is not None and found and "exp" not in problem.ops:
        return [*_in_order(found), exponential]
    if exponential is not None and found:
        return [exponential, *(node for node in _in_order(found) if node.op != "exp")]
    return _in_order(found)


def _in_order(found: dict[Node, int]) -> list[Node]:
    ordered = sorted(found, key=lambda node: (-found[node], structure_key(node)))
    return ordered[:_MOST_CANDIDATES]


def _power_kernels(problem: Problem) -> list[Node]:
    """x**k for the largest k with integrand*x a function of x**k."""
    sizes: list[int] = []
    signs: set[bool] = set()
    outer = 0
    for base, exponent in problem.product.powers.items():
        if base is problem.x:
            size = whole(exponent)
            if size is None:
                return []
            outer = size
    for part in problem.nodes:
        if part.op == "pow" and part.args[0] is problem.x and part not in _outer(problem):
            size = whole(part.args[1])
            if size is None:
                return []
            sizes.append(abs(size))
            signs.add(size > 0)
    if not sizes:
        return []
    if signs == {False}:
        return [power(problem.x, MINUS_ONE)]
    shared = gcd(*sizes, abs(outer + 1))
    return [power(problem.x, number(shared))] if shared > 1 else []


def _outer(problem: Problem) -> set[Node]:
    factors = problem.integrand.args if problem.integrand.op == "mul" else (problem.integrand,)
    return set(factors)


def exponential_kernel(problem: Problem) -> Node | None:
    """exp(k*x) for the smallest k that all exponentials are powers of, else None."""
    rates: list[Fraction] = []
    for part in problem.nodes:
        if part.op == "exp" or part.op in HYPERBOLIC_NAMES:
            inner = linear(part.args[0], problem.x)
            if inner is None or not is_number(inner[0]):
                return None
            rates.append(Fraction(inner[0].number))
    if not rates:
        return None
    shared = Fraction(
        gcd(*(rate.numerator for rate in rates)), _lcm([rate.denominator for rate in rates])
    )
    return call("exp", tidy(mul(number(shared), problem.x)))


def _lcm(values: list[int]) -> int:
    result = 1
    for value in values:
        result = result * value // gcd(result, value)
    return result
