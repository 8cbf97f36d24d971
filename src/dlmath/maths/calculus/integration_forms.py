"""How an integrand is put together: the views of an expression that the integration rules read.

Everything here is about one variable `x`, given as a symbol node; whatever does not contain it
counts as constant. Nothing here recurses over deep graphs.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import gcd, prod
from typing import NamedTuple

from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    E,
    Exact,
    Node,
    add,
    call,
    div,
    free_symbols,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    topological,
)
from dlmath.expression.tidy import expand, tidy

#: Polynomials of a higher degree are not written out.
MOST_DEGREE = 60
#: Nor are coefficients with more terms than this.
MOST_TERMS = 250

Coefficients = list[Node]


def depends(node: Node, x: Node) -> bool:
    """Does the variable occur in the node?"""
    return x.name in free_symbols(node)


def integral(integrand: Node, x: Node) -> Node:
    """The indefinite integral as an operation, not carried out."""
    return make("integrate", (integrand, x))


def is_zero(node: Node) -> bool:
    """Is this zero once it is multiplied out? (False means only that it does not show.)"""
    return node is ZERO or (node.op != "number" and multiplied_out(node) is ZERO)


class TooLarge(Exception):
    """An expression would have too many terms when multiplied out."""


def multiplied_out(node: Node) -> Node:
    """The node multiplied out and tidied; raises TooLarge for more than MOST_TERMS terms."""
    terms: dict[Node, int] = {}
    for part in topological(node):
        if part.op == "add":
            count = sum(terms[arg] for arg in part.args)
        elif part.op == "mul":
            count = prod(terms[arg] for arg in part.args)
        elif part.op == "pow":
            count = terms[part.args[0]] ** min(abs(whole(part.args[1]) or 1), 20)
        else:
            count = 1
        if count > MOST_TERMS:
            raise TooLarge
        terms[part] = count
    return tidy(expand(node))


def whole(node: Node) -> int | None:
    """The value of a node that is a whole number, else None."""
    if node.op == "number" and isinstance(node.number, int):
        return node.number
    return None


def is_negative_number(node: Node) -> bool:
    """Is this a negative number, as it stands?"""
    return node.op == "number" and node.number < 0


# --- derivatives ----------------------------------------------------------------------------


class NoDerivative(Exception):
    """The derivative cannot be written in the language."""


def derivative(node: Node, x: Node) -> Node:
    """The derivative by the chain rule, tidied; tangents and their like in sines and cosines.

    Raises NoDerivative when there is none in the language.
    """
    from dlmath.expression.derivatives import partial

    slope: dict[Node, Node] = {}
    for part in topological(node):
        if part is x:
            slope[part] = ONE
        elif not depends(part, x):
            slope[part] = ZERO
        elif part.op == "add":
            slope[part] = add(*(slope[arg] for arg in part.args))
        elif part.op == "mul":
            slope[part] = add(*_product_terms(part, slope))
        elif part.op == "pow":
            slope[part] = _power_slope(part, slope, x)
        elif part.op == "log" and part.args[0].op in _PRODUCTS and len(part.args) == 1:
            slope[part] = _logarithmic_slope(part.args[0], slope, x)
        else:
            terms: list[Node] = []
            for index, arg in enumerate(part.args):
                if slope[arg] is ZERO:
                    continue
                local = _local(part, index) or partial(part, index)
                if local is None:
                    raise NoDerivative
                terms.append(mul(local, slope[arg]))
            slope[part] = add(*terms)
    return tidy(slope[node])


_PRODUCTS = frozenset({"mul", "pow", "abs"})


def _logarithmic_slope(inside: Node, slope: dict[Node, Node], x: Node) -> Node:
    """f'/f of a product f, factor by factor."""
    terms: list[Node] = []
    stack: list[tuple[Node, Node]] = [(inside, ONE)]
    while stack:
        node, size = stack.pop()
        if not depends(node, x):
            continue
        if node.op == "mul":
            stack.extend((part, size) for part in node.args)
        elif node.op == "abs":
            stack.append((node.args[0], size))
        elif node.op == "pow" and not depends(node.args[1], x):
            stack.append((node.args[0], mul(size, node.args[1])))
        else:
            terms.append(mul(size, div(slope[node], node)))
    return add(*terms)


def _product_terms(product: Node, slope: dict[Node, Node]) -> list[Node]:
    return [
        mul(*product.args[:i], slope[factor], *product.args[i + 1 :])
        for i, factor in enumerate(product.args)
        if slope[factor] is not ZERO
    ]


def _power_slope(node: Node, slope: dict[Node, Node], x: Node) -> Node:
    base, exponent = node.args
    if not depends(exponent, x):
        return mul(exponent, power(base, add(exponent, MINUS_ONE)), slope[base])
    growth = mul(slope[exponent], call("log", base))
    if depends(base, x):
        growth = add(growth, div(mul(exponent, slope[base]), base))
    return mul(node, growth)


def _local(node: Node, index: int) -> Node | None:
    """A derivative by one operand in the form that rules look for, where that is not `partial`'s.

    Quotients of sine and cosine stay such quotients; the dilogarithm gives a logarithm.
    """
    if node.op == "polylog" and index == 1 and node.args[0] is TWO:
        return neg(div(call("log", add(ONE, neg(node.args[1]))), node.args[1]))
    if node.op not in _QUOTIENTS:
        return None
    top, bottom, sign = _QUOTIENTS[node.op]
    above = call(top, node.args[index]) if top else ONE
    return mul(number(sign), above, power(call(bottom, node.args[index]), number(-2)))


#: Function to (numerator, function whose square is the denominator, sign) of its derivative.
_QUOTIENTS = {
    "tan": ("", "cos", 1),
    "cot": ("", "sin", -1),
    "sec": ("sin", "cos", 1),
    "csc": ("cos", "sin", -1),
    "tanh": ("", "cosh", 1),
    "coth": ("", "sinh", -1),
    "sech": ("sinh", "cosh", -1),
    "csch": ("cosh", "sinh", -1),
}

#: Function to powers of (sine, cosine), for the circular and the hyperbolic family.
CIRCULAR = {
    "sin": (1, 0),
    "cos": (0, 1),
    "tan": (1, -1),
    "cot": (-1, 1),
    "sec": (0, -1),
    "csc": (-1, 0),
}
HYPERBOLIC = {
    "sinh": (1, 0),
    "cosh": (0, 1),
    "tanh": (1, -1),
    "coth": (-1, 1),
    "sech": (0, -1),
    "csch": (-1, 0),
}


def in_sines(node: Node, kept: Node | None = None) -> Node:
    """tan, cot, sec, csc (also hyperbolic) written as quotients of sines and cosines.

    kept: a node that is left as it is.
    """
    mapping: dict[Node, Node] = {} if kept is None else {kept: kept}
    for family, sine, cosine in ((CIRCULAR, "sin", "cos"), (HYPERBOLIC, "sinh", "cosh")):
        for part in topological(node):
            if part.op in family and part.op not in (sine, cosine) and part is not kept:
                up, down = family[part.op]
                mapping[part] = mul(
                    power(call(sine, part.args[0]), number(up)),
                    power(call(cosine, part.args[0]), number(down)),
                )
    return tidy(replace(node, mapping)) if mapping else node


# --- products -------------------------------------------------------------------------------


class Product(NamedTuple):
    """constant * product of base**exponent, every such power containing the variable."""

    constant: Node
    powers: dict[Node, Node]

    @property
    def variable_part(self) -> Node:
        """The product without its constant factor."""
        return from_powers(self.powers)


def from_powers(powers: dict[Node, Node]) -> Node:
    """The product of the powers, tidied."""
    return tidy(mul(*(power(base, exponent) for base, exponent in powers.items())))


def as_product(node: Node, x: Node) -> Product:
    """The node as a product of powers, equal bases collected, numbers taken out of sums."""
    constants: list[Node] = []
    powers: dict[Node, Node] = {}
    stack: list[tuple[Node, Node]] = [(node, ONE)]
    while stack:
        base, exponent = stack.pop()
        if not depends(base, x) and not depends(exponent, x):
            constants.append(power(base, exponent))
        elif base.op == "mul" and whole(exponent) is not None:
            stack.extend((part, exponent) for part in reversed(base.args))
        elif base.op == "pow" and (exponent is ONE or whole(exponent) is not None):
            stack.append((base.args[0], mul(base.args[1], exponent)))
        elif base.op == "exp" and (exponent is ONE or whole(exponent) is not None):
            stack.append((E, mul(base.args[0], exponent)))
        else:
            if base.op == "add" and whole(exponent) is not None:
                content, base = primitive(base)
                constants.append(power(number(content), exponent))
            powers[base] = add(powers[base], exponent) if base in powers else exponent
    kept: dict[Node, Node] = {}
    for base, exponent in powers.items():
        settled = tidy(exponent)
        if settled is not ZERO:
            kept[base] = settled
    return Product(tidy(mul(*constants)), kept)


def primitive(node: Node) -> tuple[Exact, Node]:
    """A sum as (content, sum with whole coprime coefficients)."""
    numbers = [_coefficient(term) for term in node.args]
    top = gcd(*(abs(value.numerator) for value in numbers))
    bottom = 1
    for value in numbers:
        bottom = bottom * value.denominator // gcd(bottom, value.denominator)
    if top == bottom == 1 or top == 0:
        return 1, node
    content = Fraction(top, bottom)
    scaled = add(*(mul(number(1 / content), term) for term in node.args))
    return content, tidy(scaled)


def _coefficient(term: Node) -> Exact:
    if term.op == "number":
        return term.number
    if term.op == "mul" and term.args[0].op == "number":
        return term.args[0].number
    return 1


# --- polynomials ----------------------------------------------------------------------------


def polynomial(node: Node, x: Node, most: int = MOST_DEGREE) -> Coefficients | None:
    """The coefficients of a polynomial in x, lowest first; None when it is none.

    The zero polynomial is []; otherwise the last coefficient is not zero (as far as it shows).
    """
    known: dict[Node, Coefficients] = {}
    for part in topological(node):
        if part is x:
            known[part] = [ZERO, ONE]
        elif not depends(part, x):
            known[part] = [part]
        elif part.op == "add" and all(arg in known for arg in part.args):
            known[part] = _sum([known[arg] for arg in part.args])
        elif part.op == "mul" and all(arg in known for arg in part.args):
            if sum(len(known[arg]) - 1 for arg in part.args) > most:
                continue
            known[part] = times(*(known[arg] for arg in part.args))
        elif part.op == "pow" and part.args[0] in known:
            size = whole(part.args[1])
            if size is None or size < 0 or size * (len(known[part.args[0]]) - 1) > most:
                continue
            known[part] = times(*[known[part.args[0]]] * size)
    found = known.get(node)
    return None if found is None else trim(found)


def trim(coefficients: Coefficients) -> Coefficients:
    """The coefficients tidied, without leading zeros."""
    result = [part if part.op == "number" else multiplied_out(part) for part in coefficients]
    while result and result[-1] is ZERO:
        result.pop()
    return result


def _sum(parts: list[Coefficients]) -> Coefficients:
    size = max(len(part) for part in parts)
    return [add(*(part[i] for part in parts if i < len(part))) for i in range(size)]


def plus(a: Coefficients, b: Coefficients) -> Coefficients:
    """The sum of two polynomials."""
    return trim(_sum([a, b])) if a or b else []


def times(*factors: Coefficients) -> Coefficients:
    """The product of polynomials, not trimmed."""
    result: Coefficients = [ONE]
    for factor in factors:
        if not factor:
            return []
        terms: list[list[Node]] = [[] for _ in range(len(result) + len(factor) - 1)]
        for i, left in enumerate(result):
            for j, right in enumerate(factor):
                if left is not ZERO and right is not ZERO:
                    terms[i + j].append(mul(left, right))
        result = [add(*parts) for parts in terms]
    return result


def slope_of(coefficients: Coefficients) -> Coefficients:
    """The derivative of a polynomial."""
    return [mul(number(i), part) for i, part in enumerate(coefficients)][1:]


def from_coefficients(coefficients: Iterable[Node], x: Node) -> Node:
    """The polynomial as an expression, tidied."""
    terms = [mul(part, power(x, number(i))) for i, part in enumerate(coefficients)]
    return tidy(add(*terms))


def divide(top: Coefficients, bottom: Coefficients) -> tuple[Coefficients, Coefficients]:
    """Polynomial division: (quotient, remainder)."""
    rest = list(top)
    quotient: Coefficients = [ZERO] * max(0, len(top) - len(bottom) + 1)
    lead = power(bottom[-1], MINUS_ONE)
    while len(rest) >= len(bottom):
        factor = tidy(mul(rest[-1], lead))
        shift = len(rest) - len(bottom)
        quotient[shift] = factor
        for i, part in enumerate(bottom[:-1]):
            rest[shift + i] = add(rest[shift + i], neg(mul(factor, part)))
        rest.pop()
        rest = trim(rest)
    return trim(quotient), rest


def linear(node: Node, x: Node) -> tuple[Node, Node] | None:
    """(a, b) with node = a*x + b and a not zero, else None."""
    found = polynomial(node, x, 1)
    return (found[1], found[0]) if found is not None and len(found) == 2 else None


def quadratic(node: Node, x: Node) -> tuple[Node, Node, Node] | None:
    """(a, b, c) with node = a*x**2 + b*x + c and a not zero, else None."""
    found = polynomial(node, x, 2)
    return (found[2], found[1], found[0]) if found is not None and len(found) == 3 else None


def discriminant(a: Node, b: Node, c: Node) -> Node:
    """b**2 - 4*a*c, multiplied out."""
    return multiplied_out(add(power(b, TWO), mul(number(-4), a, c)))


def sign_of(node: Node, positive: frozenset[str] = frozenset()) -> int | None:
    """-1, 0 or 1 for a constant whose sign can be told, else None.

    positive: names of variables known to be positive.
    """
    if node.op == "number":
        return (node.number > 0) - (node.number < 0)
    names = free_symbols(node)
    if not names:
        from dlmath.expression.numbers import evaluate

        value = evaluate(node)
        if isinstance(value, float) and abs(value) > 1e-9:
            return 1 if value > 0 else -1
        return None
    return _structural_sign(node, positive)


def _structural_sign(node: Node, positive: frozenset[str]) -> int | None:
    """A sign that the structure tells: products, even powers, sums of one sign."""
    if node.op == "symbol":
        return 1 if node.name in positive else None
    if node.op == "exp":
        return 1
    if node.op == "mul":
        result = 1
        for part in node.args:
            sign = sign_of(part, positive)
            if sign is None:
                return None
            result *= sign
        return result
    if node.op == "pow":
        base = sign_of(node.args[0], positive)
        size = whole(node.args[1])
        if base == 1 or (size is not None and size % 2 == 0):
            return 1
        return base if size is not None else None
    if node.op == "add":
        signs = {sign_of(part, positive) for part in node.args}
        return signs.pop() if len(signs) == 1 else None
    return None
