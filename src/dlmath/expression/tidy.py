"""Collects an expression into the form a textbook gives.

Like terms and like powers are collected, roots of numbers and known values of functions are made
exact, and everything is put into reading order. Products are not multiplied out: the derivative
of the sigmoid stays `sigmoid(x)*(1 - sigmoid(x))`. Variables are taken as real, and a rule is
used only where it holds for every real value at which both sides are defined.
"""

from __future__ import annotations

from fractions import Fraction

from dlmath.expression import order
from dlmath.expression.defined import is_defined
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    ZERO,
    E,
    Exact,
    I,
    Node,
    add,
    call,
    make,
    mul,
    neg,
    number,
    power,
    remember,
    topological,
)
from dlmath.expression.known_values import known_value
from dlmath.expression.real import is_positive, is_real

_VECTORS = frozenset({"vector", "softmax", "log_softmax"})
_tidied: dict[Node, Node] = remember()
_vectorial: dict[Node, bool] = remember()


def tidy(node: Node) -> Node:
    """The expression collected and in reading order, equal to the given one wherever both exist."""
    found = _tidied.get(node)
    if found is None:
        for part in topological(node):
            if part not in _tidied:
                _tidied[part] = _tidy_one(part)
        found = _tidied[node]
    return found


def _tidy_one(node: Node) -> Node:
    if not node.args:
        return node
    args = tuple(_tidied[part] for part in node.args)
    return _settle(node if node.op in _ARITHMETIC else make(node.op, args, node.value), args)


#: The three operations that collect; what they give is final.
_ARITHMETIC = frozenset({"add", "mul", "pow"})


def _settle(node: Node, args: tuple[Node, ...]) -> Node:
    """One node whose operands are tidy, rewritten until no rule applies (each makes it smaller)."""
    while True:
        if node.op in _ARITHMETIC:
            done = _collected(node.op, args)
            _tidied.setdefault(done, done)
            return _tidied[done]
        value = known_value(node)
        if value is None or value is node:
            return node
        if value in _tidied or not value.args:
            return _tidied.get(value, value)
        node, args = value, tuple(tidy(part) for part in value.args)


def _collected(op: str, args: tuple[Node, ...]) -> Node:
    if op == "add":
        return collect_terms(args)
    return collect_factors(args) if op == "mul" else tidy_power(*args)


def _holds_vector(node: Node) -> bool:
    """Does a vector stand anywhere inside? Then the order of factors matters."""
    found = _vectorial.get(node)
    if found is None:
        for part in topological(node):
            if part not in _vectorial:
                inside = part.op in _VECTORS or any(_vectorial[arg] for arg in part.args)
                _vectorial[part] = inside
        found = _vectorial[node]
    return found


# --- sums -----------------------------------------------------------------------------------


def split_coefficient(node: Node) -> tuple[Exact, Node]:
    """A term as (exact coefficient, rest)."""
    if node.op == "number":
        return node.number, ONE
    if node.op == "mul" and node.args[0].op == "number":
        rest = node.args[1:]
        return node.args[0].number, rest[0] if len(rest) == 1 else make("mul", rest)
    return 1, node


def collect_terms(terms: tuple[Node, ...]) -> Node:
    """The sum of tidied terms, like terms collected, in reading order."""
    if any(term.op == "vector" for term in terms):
        return add(*terms)
    total: dict[Node, Exact] = {}
    for term in terms:
        for part in _opened(term):
            coefficient, rest = split_coefficient(part)
            total[rest] = total.get(rest, 0) + coefficient
    kept = [
        _scaled(coefficient, rest)
        for rest, coefficient in total.items()
        if coefficient != 0 or not is_defined(rest)
    ]
    return add(*order.in_reading_order(kept))


def _opened(term: Node) -> tuple[Node, ...]:
    """A number times a sum, inside a sum, is multiplied out."""
    if term.op == "add":
        return term.args
    if term.op == "mul" and len(term.args) == 2 and term.args[1].op == "add":
        coefficient, inner = term.args
        if coefficient.op == "number":
            return tuple(_scaled(coefficient.number, part) for part in inner.args)
    return (term,)


def _scaled(coefficient: Exact, rest: Node) -> Node:
    return rest if coefficient == 1 else mul(number(coefficient), rest)


# --- products -------------------------------------------------------------------------------


def collect_factors(factors: tuple[Node, ...]) -> Node:
    """The product of tidied factors, like powers collected, in reading order."""
    if any(_holds_vector(factor) for factor in factors):
        return mul(*factors)
    branches = [factor for factor in factors if factor.op == "piecewise"]
    rest = [factor for factor in factors if factor.op != "piecewise"]
    if len(branches) == 1 and all(factor.op == "number" for factor in rest):
        return _scaled_branches(branches[0], mul(*rest))
    powers, coefficient = _gather(factors)
    _join_signs(powers)
    parts: list[Node] = []
    again = False
    for base, exponents in powers.items():
        part = tidy_power(base, collect_terms(tuple(exponents)))
        again = again or part.op in ("mul", "number") or (len(exponents) > 1 and part.op == "pow")
        parts.append(part)
    if coefficient == 0 and all(is_defined(part) for part in parts):
        return ZERO
    flat = mul(number(coefficient), *parts)
    if again and flat.op == "mul":
        powers, coefficient = _gather(flat.args)
        parts = [tidy_power(base, collect_terms(tuple(e))) for base, e in powers.items()]
        flat = mul(number(coefficient), *parts)
    if flat.op != "mul":
        return flat
    return _with_sign(_sorted_product(_with_roots(flat)))


def _gather(factors: tuple[Node, ...]) -> tuple[dict[Node, list[Node]], Exact]:
    powers: dict[Node, list[Node]] = {}
    coefficient: Exact = 1
    for factor in factors:
        for part in factor.args if factor.op == "mul" else (factor,):
            if part.op == "number":
                coefficient *= part.number
            elif part.op == "pow":
                powers.setdefault(part.args[0], []).append(part.args[1])
            elif part.op == "exp":
                powers.setdefault(E, []).append(part.args[0])
            else:
                powers.setdefault(part, []).append(ONE)
    return powers, coefficient


def _join_signs(powers: dict[Node, list[Node]]) -> None:
    """abs(u)*sign(u) is u, and u*sign(u) is abs(u), for real u."""
    for base in [base for base in powers if base.op == "sign" and is_real(base)]:
        inner = base.args[0]
        size = call("abs", inner)
        for factor, product in ((size, inner), (inner, size)):
            if powers.get(base) == [ONE] and powers.get(factor) == [ONE]:
                del powers[base], powers[factor]
                powers.setdefault(product, []).append(ONE)


def _scaled_branches(piecewise: Node, factor: Node) -> Node:
    """A number goes into the branches."""
    parts = [
        collect_factors((factor, part)) if index % 2 == 0 else part
        for index, part in enumerate(piecewise.args)
    ]
    return make("piecewise", parts)


def _with_roots(product: Node) -> Node:
    """Square roots of whole numbers under one root: sqrt(2)*sqrt(3) is sqrt(6)."""
    inside = 1
    count = 0
    rest: list[Node] = []
    for part in product.args:
        if part.op == "pow" and part.args[1] is HALF and part.args[0].op == "number":
            inside *= int(part.args[0].number)
            count += 1
        else:
            rest.append(part)
    return mul(*rest, tidy_power(number(inside), HALF)) if count > 1 else product


def _sorted_product(product: Node) -> Node:
    if product.op != "mul":
        return product
    return mul(*sorted(product.args, key=order.factor_key))


def _with_sign(product: Node) -> Node:
    """A lone minus sign before a sum goes into the sum."""
    if product.op == "mul" and len(product.args) == 2 and product.args[0] is MINUS_ONE:
        inner = product.args[1]
        if inner.op == "add":
            return add(*order.in_reading_order([neg(part) for part in inner.args]))
    return product


# --- powers ---------------------------------------------------------------------------------


def tidy_power(base: Node, exponent: Node) -> Node:
    """base**exponent of tidied parts."""
    if base is E:
        return _tidy_exp(exponent)
    if not is_defined(base):
        return power(base, exponent)
    if base.op == "exp" and (is_real(base.args[0]) or _is_whole(exponent)):
        return _tidy_exp(collect_factors((base.args[0], exponent)))
    if exponent.op != "number":
        if base.op == "pow" and is_positive(base.args[0]) and is_real(base.args[1]):
            return tidy_power(base.args[0], collect_factors((base.args[1], exponent)))
        return power(base, exponent)
    size = exponent.number
    if size == 0 and is_defined(base):
        return ONE
    if base.op == "number":
        return root_of_number(base.number, size)
    if base is I and isinstance(size, int):
        return (ONE, I, MINUS_ONE, neg(I))[size % 4]
    if base.op == "pow" and base.args[1].op == "number":
        return _power_of_power(base, size)
    if base.op == "abs" and isinstance(size, int) and size % 2 == 0 and is_real(base.args[0]):
        return tidy_power(base.args[0], exponent)
    if base.op == "mul":
        return _power_of_product(base, exponent)
    return power(base, exponent)


def _is_whole(node: Node) -> bool:
    return node.op == "number" and isinstance(node.number, int)


def _tidy_exp(exponent: Node) -> Node:
    result = call("exp", exponent)
    return known_value(result) or result


def _power_of_power(base: Node, size: Exact) -> Node:
    inner, old = base.args
    first = old.number
    if isinstance(size, int) or is_positive(inner):
        return tidy_power(inner, number(first * size))
    if isinstance(first, int) and first % 2 == 0 and is_real(inner):
        return tidy_power(call("abs", inner), number(first * size))
    return power(base, number(size))


def _power_of_product(base: Node, exponent: Node) -> Node:
    """Every factor takes a whole power; a root takes what is known to be positive."""
    size = exponent.number
    if isinstance(size, int):
        return collect_factors(tuple(tidy_power(part, exponent) for part in base.args))
    outside: list[Node] = []
    inside: list[Node] = []
    for part in base.args:
        if part.op == "number" and part.number < 0:
            outside.append(number(-part.number))
            inside.append(MINUS_ONE)
        elif is_positive(part) or _is_even_power(part):
            outside.append(part)
        else:
            inside.append(part)
    if not outside or outside == [ONE]:
        return power(base, exponent)
    parts = [tidy_power(part, exponent) for part in outside]
    if inside:
        parts.append(power(mul(*inside), exponent))
    return collect_factors(tuple(parts))


def _is_even_power(node: Node) -> bool:
    if node.op != "pow" or not _is_whole(node.args[1]):
        return False
    return int(node.args[1].number) % 2 == 0 and is_real(node.args[0])


def root_of_number(base: Exact, size: Exact) -> Node:
    """A rational power of a rational number in lowest terms: sqrt(8) is 2*sqrt(2)."""
    folded = power(number(base), number(size))
    if folded.op != "pow" or isinstance(size, int) or base == 0:
        return folded
    if base < 0:
        if size.denominator == 2:
            return collect_factors((root_of_number(-base, size), power(I, number(size * 2))))
        if base == -1:
            whole, rest = divmod(size, 1)
            sign = MINUS_ONE if whole % 2 else ONE
            return mul(sign, power(MINUS_ONE, number(rest)))
        return mul(root_of_number(-base, size), root_of_number(-1, size))
    if base.denominator != 1 and base.numerator == 1:
        return root_of_number(base.denominator, -size)
    if base.denominator != 1:
        top = root_of_number(base.numerator, size)
        return collect_factors((top, root_of_number(base.denominator, -size)))
    whole, rest = divmod(size, 1)
    outside, inside = _extract_root(int(base), rest.denominator)
    if inside == 1 or max(abs(whole), 1) * int(base).bit_length() > 4000:
        return folded if inside != 1 else power(number(base), number(size))
    parts = [power(number(base), number(whole)), power(number(outside), number(rest.numerator))]
    return mul(*parts, power(number(inside), number(rest)))


def _extract_root(value: int, degree: int) -> tuple[int, int]:
    """value == outside**degree * inside, as far as small primes tell."""
    outside, inside, rest, prime = 1, 1, value, 2
    while prime * prime <= rest and prime < 2000:
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        outside *= prime ** (count // degree)
        inside *= prime ** (count % degree)
        prime += 1 if prime == 2 else 2
    from dlmath.expression.graph import exact_root

    root = exact_root(rest, degree)
    if root is not None and rest > 1:
        return outside * root, inside
    return outside, inside * rest


# --- multiplying out ------------------------------------------------------------------------

#: A product is multiplied out only when the result has at most this many terms.
EXPAND_TERMS = 2000


def expand(node: Node) -> Node:
    """Products of sums and whole powers of sums multiplied out, then tidied."""
    done: dict[Node, Node] = {}
    for part in topological(node):
        args = tuple(done[arg] for arg in part.args)
        if part.op == "mul":
            done[part] = _multiply_out(args)
        elif part.op == "pow" and args[0].op == "add" and _is_whole(args[1]):
            done[part] = _expand_power(args[0], int(args[1].number))
        else:
            done[part] = tidy(make(part.op, args, part.value)) if args else part
    return done[node]


def _expand_power(base: Node, size: int) -> Node:
    from math import comb

    if size < 2 or comb(size + len(base.args) - 1, size) > EXPAND_TERMS:
        return tidy(power(base, number(size)))
    result = base
    for _ in range(size - 1):
        result = _multiply_out((result, base))
    return result


def _multiply_out(factors: tuple[Node, ...]) -> Node:
    sums = [factor.args for factor in factors if factor.op == "add"]
    if not sums:
        return collect_factors(factors)
    size = 1
    for terms in sums:
        size *= len(terms)
    if size > EXPAND_TERMS * 4:
        return collect_factors(factors)
    rest = collect_factors(tuple(factor for factor in factors if factor.op != "add"))
    result: Node = rest
    for terms in sums:
        left = result.args if result.op == "add" else (result,)
        result = collect_terms(tuple(collect_factors((a, b)) for a in left for b in terms))
    return result


def fraction_parts(node: Node) -> tuple[Node, Node]:
    """The expression as (numerator, denominator), by its negative powers and its coefficient."""
    if node.op == "number":
        value = Fraction(node.number)
        return number(value.numerator), number(value.denominator)
    above: list[Node] = []
    below: list[Node] = []
    for part in node.args if node.op == "mul" else (node,):
        if part.op == "number":
            value = Fraction(part.number)
            above.append(number(value.numerator))
            below.append(number(value.denominator))
        elif part.op == "pow" and order.is_negative(part.args[1]):
            below.append(power(part.args[0], neg(part.args[1])))
        else:
            above.append(part)
    return mul(*above), mul(*below)
