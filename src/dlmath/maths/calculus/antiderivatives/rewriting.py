"""An expression written in terms of an inner function u."""

from __future__ import annotations

from fractions import Fraction

from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    E,
    Node,
    add,
    div,
    is_number,
    make,
    mul,
    number,
    power,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    as_product,
    depends,
    from_powers,
    whole,
)
from dlmath.maths.calculus.antiderivatives.polynomial import polynomial

TRIGONOMETRIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
HYPERBOLIC_NAMES = frozenset({"sinh", "cosh", "tanh", "coth", "sech", "csch"})
#: Functions whose product is one.
_RECIPROCALS = {
    "sin": "csc", "csc": "sin", "cos": "sec", "sec": "cos", "tan": "cot", "cot": "tan",
    "sinh": "csch", "csch": "sinh", "cosh": "sech", "sech": "cosh", "tanh": "coth",
    "coth": "tanh",
}  # fmt: skip


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
        if part.op in HYPERBOLIC_NAMES and self.inner.op == "exp":
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
        families = (TRIGONOMETRIC, HYPERBOLIC_NAMES)
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
