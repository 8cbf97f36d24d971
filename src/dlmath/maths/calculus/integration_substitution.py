"""Integration by substitution: u = an inner function whose derivative divides the integrand."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    E,
    Node,
    add,
    call,
    div,
    is_number,
    make,
    mul,
    number,
    power,
    replace,
    sub,
    topological,
)
from dlmath.expression.order import structure_key
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.integration_forms import (
    as_product,
    depends,
    derivative,
    from_coefficients,
    from_powers,
    in_sines,
    integral,
    is_zero,
    linear,
    polynomial,
    whole,
)
from dlmath.maths.calculus.integration_plan import Plan, Problem
from dlmath.maths.calculus.integration_together import together

#: At most so many inner functions are tried for one integral.
_MOST_CANDIDATES = 14

_TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
_HYPERBOLIC = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})
#: Functions whose product is one.
_RECIPROCALS = {
    "sin": "csc", "csc": "sin", "cos": "sec", "sec": "cos", "tan": "cot", "cot": "tan",
    "sinh": "csch", "csch": "sinh", "cosh": "sech", "sech": "cosh", "tanh": "coth",
    "coth": "tanh",
}  # fmt: skip


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
    if depends(slope, x) is False and slope.op == "number" and slope.number == 0:
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
            if part.op in _TRIGONOMETRIC or part.op in _HYPERBOLIC:
                offer(call("tan" if part.op in _TRIGONOMETRIC else "tanh", part.args[0]))
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


# --- writing an expression in terms of u ----------------------------------------------------


def in_terms_of(node: Node, x: Node, inner: Node, u: Node) -> Node:
    """The node with everything that is a function of `inner` written in u (x may be left)."""
    rewrite = _Rewriting(x, inner, u)
    new: dict[Node, Node] = {}
    for part in topological(node):
        if part is inner:
            new[part] = u
            continue
        if not depends(part, x) or not part.args:
            new[part] = part
            continue
        special = rewrite.apply(part)
        if special is not None:
            new[part] = special
            continue
        args = tuple(new[arg] for arg in part.args)
        new[part] = part if args == part.args else make(part.op, args, part.value)
    return new[node]


class _Rewriting:
    """How powers, exponentials and trigonometric functions turn into functions of u."""

    def __init__(self, x: Node, inner: Node, u: Node) -> None:
        self.x, self.inner, self.u = x, inner, u
        self.monomial = self._as_monomial()

    def _as_monomial(self) -> tuple[int, Node] | None:
        """(n, (u - b)/a) for inner = a*x**n + b."""
        found = polynomial(self.inner, self.x)
        if found is None or len(found) < 2:
            return None
        if any(not is_number(part) or part.number != 0 for part in found[1:-1]):
            return None
        return len(found) - 1, tidy(div(sub(self.u, found[0]), found[-1]))

    def apply(self, part: Node) -> Node | None:
        """The part in u where a rule applies, else None."""
        if part.op == "pow":
            return self._power(*part.args)
        if part.op == "exp":
            return self._exponential(E, part.args[0])
        if part.op == "add":
            return self._multiple(part)
        if self.inner.op in _RECIPROCALS and part.op == _RECIPROCALS[self.inner.op]:
            return power(self.u, MINUS_ONE) if part.args[0] is self.inner.args[0] else None
        if part.op in _HYPERBOLIC and self.inner.op == "exp":
            return self._hyperbolic(part)
        return None

    def _multiple(self, part: Node) -> Node | None:
        """c*inner + d for a sum that differs from inner by constants."""
        if self.inner.op != "add":
            return None
        ratio = _ratio(part, self.inner, self.x)
        if ratio is None:
            return None
        rest = tidy(sub(part, mul(ratio, self.inner)))
        return None if depends(rest, self.x) else add(mul(ratio, self.u), rest)

    def _power(self, base: Node, exponent: Node) -> Node | None:
        if base is self.x and self.monomial is not None:
            return self._monomial_power(exponent)
        if base is self.x and self.inner.op == "pow" and self.inner.args[0] is self.x:
            return self._power_ratio(exponent, self.inner.args[1])
        if self.inner.op == "pow" and base is self.inner.args[0]:
            if depends(exponent, self.x):
                return self._exponential(base, exponent)
            if not depends(self.inner.args[1], self.x):
                return self._power_ratio(exponent, self.inner.args[1])
        if depends(exponent, self.x) and not depends(base, self.x):
            return self._exponential(base, exponent)
        size = whole(exponent)
        if size is not None and size % 2 == 0 and self._related(base):
            square = self._square(base)
            return None if square is None else power(square, number(size // 2))
        return None

    def _monomial_power(self, exponent: Node) -> Node | None:
        assert self.monomial is not None
        n, value = self.monomial
        size = whole(exponent)
        if size is None or size % n:
            return None
        return power(value, number(size // n))

    def _power_ratio(self, exponent: Node, known: Node) -> Node | None:
        """x**(k*n) as u**k for u = x**n with a whole or symbolic n."""
        ratio = tidy(div(exponent, known))
        if not is_number(ratio):
            return None
        direct = isinstance(ratio.number, int) or not is_number(known)
        return power(self.u, ratio) if direct else None

    def _exponential(self, base: Node, exponent: Node) -> Node | None:
        """b**(k*e + c) as b**c*u**k for u = b**e."""
        if self.inner.op == "exp":
            known_base, known = E, self.inner.args[0]
        elif self.inner.op == "pow" and depends(self.inner.args[1], self.x):
            known_base, known = self.inner.args
        else:
            return None
        if known_base is not base:
            factor = _logarithm_ratio(base, known_base)
            if factor is None:
                return None
            exponent = mul(number(factor), exponent)
        ratio = _ratio(exponent, known, self.x)
        if ratio is None or not is_number(ratio):
            return None
        rest = tidy(sub(exponent, mul(ratio, known)))
        if depends(rest, self.x):
            return None
        return mul(power(known_base, rest), power(self.u, ratio))

    def _hyperbolic(self, part: Node) -> Node | None:
        """sinh and its like as quotients of exponentials."""
        grown = self._exponential(E, part.args[0])
        if grown is None:
            return None
        return hyperbolic_in(part.op, grown)

    def _related(self, base: Node) -> bool:
        """Is base the other function of the same argument as inner?"""
        families = (_TRIGONOMETRIC, _HYPERBOLIC)
        return any(base.op in family and self.inner.op in family for family in families) and (
            base.args[0] is self.inner.args[0]
        )

    def _square(self, base: Node) -> Node | None:
        """The square of sine or cosine in terms of the function that u stands for."""
        u2 = power(self.u, TWO)
        known, asked = self.inner.op, base.op
        one = {
            ("sin", "cos"): sub(ONE, u2),
            ("cos", "sin"): sub(ONE, u2),
            ("sinh", "cosh"): add(ONE, u2),
            ("cosh", "sinh"): sub(u2, ONE),
            ("tan", "cos"): power(add(ONE, u2), MINUS_ONE),
            ("tan", "sin"): div(u2, add(ONE, u2)),
            ("tan", "sec"): add(ONE, u2),
            ("sec", "tan"): sub(u2, ONE),
            ("sec", "cos"): power(u2, MINUS_ONE),
            ("sec", "sin"): sub(ONE, power(u2, MINUS_ONE)),
            ("csc", "cot"): sub(u2, ONE),
            ("csc", "sin"): power(u2, MINUS_ONE),
            ("csc", "cos"): sub(ONE, power(u2, MINUS_ONE)),
            ("cot", "csc"): add(ONE, u2),
            ("cot", "sin"): power(add(ONE, u2), MINUS_ONE),
            ("cot", "cos"): div(u2, add(ONE, u2)),
            ("tanh", "cosh"): power(sub(ONE, u2), MINUS_ONE),
            ("tanh", "sinh"): div(u2, sub(ONE, u2)),
            ("tanh", "sech"): sub(ONE, u2),
            ("tanh", "csch"): div(sub(ONE, u2), u2),
            ("tan", "csc"): div(add(ONE, u2), u2),
            ("sech", "tanh"): sub(ONE, u2),
            ("coth", "sinh"): power(sub(u2, ONE), MINUS_ONE),
            ("coth", "csch"): sub(u2, ONE),
        }
        return one.get((known, asked))


def hyperbolic_in(name: str, grown: Node) -> Node:
    """A hyperbolic function of z, given exp(z)."""
    inverse = power(grown, MINUS_ONE)
    up, down = sub(grown, inverse), add(grown, inverse)
    square = power(grown, TWO)
    ratio_up, ratio_down = sub(square, ONE), add(square, ONE)
    return {
        "sinh": div(up, TWO),
        "cosh": div(down, TWO),
        "tanh": div(ratio_up, ratio_down),
        "coth": div(ratio_down, ratio_up),
        "sech": div(mul(TWO, grown), ratio_down),
        "csch": div(mul(TWO, grown), ratio_up),
    }[name]


def _ratio(node: Node, known: Node, x: Node) -> Node | None:
    """A constant c such that node - c*known may be constant: by one term of each."""
    terms = {rest: factor for factor, rest in _terms(node, x)}
    for factor, rest in _terms(known, x):
        if rest in terms:
            return tidy(div(terms[rest], factor))
        return None
    return None


def _terms(node: Node, x: Node) -> list[tuple[Node, Node]]:
    """The terms that contain x, each as (constant, rest)."""
    found = []
    for term in node.args if node.op == "add" else (node,):
        if depends(term, x):
            product = as_product(term, x)
            found.append((product.constant, from_powers(product.powers)))
    return found


def _logarithm_ratio(base: Node, known: Node) -> Fraction | int | None:
    """k with base = known**k for whole numbers: log 4 = 2*log 2."""
    if not (is_number(base) and is_number(known)):
        return None
    for k in range(2, 12):
        if base.number == known.number**k:
            return k
        if known.number == base.number**k:
            return Fraction(1, k)
    return None


def logarithm_variable_rule(problem: Problem) -> Plan | None:
    """u = log(x), so x = exp(u), for a function of log(x) and x."""
    log = call("log", problem.x)
    if log not in problem.nodes or problem.depth > 6:
        return None
    u = problem.new_variable()
    x = call("exp", u)
    written = replace(problem.integrand, {log: u, problem.x: x})
    text: Sentence = (
        "substitute ", u, " = ", log, ", so ", problem.x, " = ", x,
        ", d", problem.x, " = ", x, " d", u,
    )  # fmt: skip
    return substituted(problem, log, u, tidy(mul(written, x)), text)


# --- linear and root substitutions ----------------------------------------------------------


def root_rule(problem: Problem) -> Plan | None:
    """Fractional powers of a linear term: u = the root that makes them whole."""
    x = problem.x
    roots = _linear_roots(problem)
    if not roots or problem.depth > 6:
        return None
    base = min(roots, key=lambda node: (node is not x, roots[node], structure_key(node)))
    size = roots[base]
    slope, offset = linear(base, x) or (ONE, ONE)
    u = problem.new_variable()
    inside = tidy(div(sub(power(u, number(size)), offset), slope))
    written = _with_root(problem.integrand, x, base, size, u, inside)
    factor = div(mul(number(size), power(u, number(size - 1))), slope)
    new = as_product(mul(written, factor), u)
    inner = power(base, number(Fraction(1, size)))
    text: Sentence = (
        "substitute ", u, " = ", inner, ", so ", x, " = ", inside,
        ", d", x, " = ", tidy(factor), " d", u,
    )  # fmt: skip
    return substituted(problem, inner, u, mul(new.constant, from_powers(new.powers)), text)


def _linear_roots(problem: Problem) -> dict[Node, int]:
    """Linear terms under fractional powers, each with the common denominator of the powers."""
    roots: dict[Node, int] = {}
    for part in problem.nodes:
        if part.op != "pow" or whole(part.args[1]) is not None:
            continue
        base, exponent = part.args
        if is_number(exponent) and linear(base, problem.x) is not None:
            size = exponent.number.denominator
            roots[base] = roots.get(base, 1) * size // gcd(roots.get(base, 1), size)
    return roots


def _with_root(node: Node, x: Node, base: Node, size: int, u: Node, inside: Node) -> Node:
    """The node in u = base**(1/size) >= 0; powers of u come out of other roots."""
    new: dict[Node, Node] = {}
    for part in topological(node):
        if part is x:
            new[part] = inside
        elif not part.args or not depends(part, x):
            new[part] = part
        elif part.op == "pow" and part.args[0] is base and is_number(part.args[1]):
            new[part] = power(u, number(part.args[1].number * size))
        elif part.op == "pow" and is_number(part.args[1]):
            new[part] = _root_of(new[part.args[0]], part.args[1], u)
        else:
            new[part] = make(part.op, tuple(new[arg] for arg in part.args), part.value)
    return new[node]


def _root_of(base: Node, exponent: Node, u: Node) -> Node:
    """base**exponent with the lowest power of u (which is not negative) taken out."""
    found = polynomial(base, u)
    if found is None:
        return power(base, exponent)
    low = next((i for i, part in enumerate(found) if not is_zero(part)), 0)
    rest = from_coefficients(found[low:], u)
    return mul(power(u, mul(number(low), exponent)), power(rest, exponent))


def linear_argument_rule(problem: Problem) -> Plan | None:
    """u = a*x + b where the integrand is built on one linear argument."""
    inner: set[Node] = set()
    for part in problem.nodes:
        if part.op == "pow" or part.op not in ("add", "mul", "symbol"):
            inner.update(arg for arg in part.args if _shifted(arg, problem))
    if len(inner) != 1:
        return None
    argument = inner.pop()
    slope, offset = linear(argument, problem.x) or (ONE, ONE)
    u = problem.new_variable()
    inside = tidy(div(sub(u, offset), slope))
    written = replace(problem.integrand, {argument: u, problem.x: inside})
    return substituted(problem, argument, u, tidy(div(written, slope)))


def _shifted(node: Node, problem: Problem) -> bool:
    return node is not problem.x and linear(node, problem.x) is not None


def exponential_kernel(problem: Problem) -> Node | None:
    """exp(k*x) for the smallest k that all exponentials are powers of, else None."""
    rates: list[Fraction] = []
    for part in problem.nodes:
        if part.op == "exp" or part.op in _HYPERBOLIC:
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
