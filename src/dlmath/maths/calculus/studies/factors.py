"""What the zeros of a function are the zeros of: its factors, common ones taken out of sums."""

from __future__ import annotations

from fractions import Fraction

from dlmath.expression.graph import (
    ONE,
    TWO,
    Node,
    add,
    call,
    free_symbols,
    is_number,
    make,
    mul,
    neg,
    number,
    power,
    replace,
    symbol,
    topological,
)
from dlmath.expression.real import is_positive
from dlmath.expression.tidy import expand, split_coefficient, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import from_coefficients, polynomial, trim

#: f(u) = 0 exactly where u = 0.
_ZERO_WITH_OPERAND = frozenset(
    {"abs", "sign", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "cbrt", "erf", "erfi"}
    | {"softsign", "silu", "gelu", "mish", "elu", "selu", "leaky_relu", "hardtanh"}
)
#: Never zero for a real operand.
_NEVER_ZERO = frozenset(
    {"exp", "cosh", "sech", "csch", "coth", "sec", "csc", "sigmoid", "softplus", "gamma", "erfc"}
)

#: A sum is multiplied out when it has at most this many terms then.
_MOST_TERMS = 40


def factors(g: Node, variable: str) -> list[Node]:
    """Expressions that depend on the variable; g vanishes exactly where one of them does.

    That holds inside an interval on which g is smooth: what stands under a bar does not count.
    """
    found: dict[Node, None] = {}
    waiting = [stable(tidy(g))]
    while waiting:
        part = waiting.pop()
        if variable not in free_symbols(part) or is_positive(part) or part.op in _NEVER_ZERO:
            continue
        if part.op == "mul":
            waiting.extend(part.args)
        elif part.op == "pow":
            base, exponent = part.args
            if (is_number(exponent) and exponent.number > 0) or (
                not is_number(exponent) and variable not in free_symbols(exponent)
            ):
                waiting.append(base)
        elif part.op in _ZERO_WITH_OPERAND:
            waiting.append(part.args[0])
        elif part.op in ("tan", "cot"):
            found[call("sin" if part.op == "tan" else "cos", *part.args)] = None
        elif part.op == "log" and len(part.args) == 1:
            waiting.append(tidy(add(part.args[0], number(-1))))
        elif part.op == "add":
            opened = _taken_out(part)
            shorter = _pythagoras(part)
            if shorter is not part:
                waiting.append(shorter)
            elif opened is None:
                found[_square_free(part, variable)] = None
            else:
                waiting.extend(opened)
        else:
            found[part] = None
    return list(found)


def stable(g: Node) -> Node:
    """Forms that keep their digits where terms cancel.

    1 + erf(u) is erfc(-u), 1 - tanh(u)^2 is sech(u)^2, u - log(1 + exp(u)) is -softplus(-u).
    """
    done: dict[Node, Node] = {}
    for part in topological(g):
        args = tuple(done[arg] for arg in part.args)
        made = make(part.op, args, part.value) if args else part
        if made.op == "log" and made.args[0].op == "add":
            made = _as_softplus(made)
        elif made.op == "add":
            made = _joined(made)
        done[part] = made
    return tidy(done[g])


def _as_softplus(logarithm: Node) -> Node:
    terms = logarithm.args[0].args
    others = [term for term in terms if term is not ONE]
    if len(others) == 1 and others[0].op == "exp":
        return call("softplus", others[0].args[0])
    return logarithm


def _joined(total: Node) -> Node:
    """A sum with one pair of terms replaced by what they are together, if there is such a pair."""
    for term in total.args:
        coefficient, rest = split_coefficient(term)
        size = number(coefficient if coefficient > 0 else -coefficient)
        partner, joint = size, None
        if rest.op == "erf":
            inner = rest.args[0]
            joint = mul(size, call("erfc", neg(inner) if coefficient > 0 else inner))
        elif rest.op == "pow" and rest.args[0].op == "tanh" and rest.args[1] is TWO:
            partner = number(-coefficient)
            joint = mul(partner, power(call("sech", rest.args[0].args[0]), TWO))
        elif rest.op in ("softplus", "gelu", "silu"):  # f(u) - u = f(-u)
            partner = tidy(mul(number(-coefficient), rest.args[0]))
            joint = mul(number(coefficient), call(rest.op, neg(rest.args[0])))
        if joint is not None and partner in total.args:
            return add(joint, *(t for t in total.args if t is not term and t is not partner))
    return total


def written_out(g: Node) -> Node:
    """gelu, silu and mish as products with their operand, so that it may cancel."""
    done: dict[Node, Node] = {}
    for part in topological(g):
        args = tuple(done[arg] for arg in part.args)
        made = make(part.op, args, part.value) if args else part
        if made.op == "gelu":
            u = made.args[0]
            root = power(TWO, number(Fraction(-1, 2)))
            made = mul(number(Fraction(1, 2)), u, call("erfc", neg(mul(u, root))))
        elif made.op == "silu":
            made = mul(made.args[0], call("sigmoid", made.args[0]))
        elif made.op == "mish":
            made = mul(made.args[0], call("tanh", call("softplus", made.args[0])))
        done[part] = made
    return tidy(done[g])


def horner(g: Node, variable: str) -> Node:
    """The expression as a nested polynomial in the variable, with whatever coefficients.

    The enclosure of `x*(1 - sigmoid(x)) + 2` is narrow where that of the opened sum is not.
    """
    opened = expand(g)
    if opened.op != "add" or len(opened.args) > _MOST_TERMS:
        return g
    by_power: dict[int, list[Node]] = {}
    x = symbol(variable)
    for term in opened.args:
        exponent = _powers(term).get(x, Fraction(0))
        if exponent.denominator != 1 or exponent < 0:
            return g
        size = int(exponent)
        rest = tidy(mul(term, power(x, number(-size)))) if size else term
        by_power.setdefault(size, []).append(rest)
    result: Node | None = None
    last = max(by_power)
    for size in sorted(by_power, reverse=True):
        if result is None:
            result = add(*by_power[size])
        else:
            result = add(mul(power(x, number(last - size)), result), *by_power[size])
        last = size
    assert result is not None
    return mul(power(x, number(last)), result)


def _taken_out(total: Node) -> list[Node] | None:
    """The sum as common factors and what is left of it, or None where there are none.

    Powers under a bar are common factors too: 1 - 1/x^2 is x^-2 times x^2 - 1.
    """
    found = _common_factors(total)
    if found is None:
        opened = expand(total)
        if opened is not total and opened.op == "add" and len(opened.args) <= _MOST_TERMS:
            found = _common_factors(opened)
        elif opened.op != "add":
            found = [opened]
    return found


def _common_factors(total: Node) -> list[Node] | None:
    terms = [_powers(term) for term in total.args]
    bases = {base for term in terms for base in term}
    least = {base: min(term.get(base, Fraction(0)) for term in terms) for base in bases}
    common = {base: exponent for base, exponent in least.items() if exponent != 0}
    if not common:
        return None
    below = mul(*(power(base, number(-exponent)) for base, exponent in common.items()))
    rest = tidy(add(*(tidy(mul(term, below)) for term in total.args)))
    if rest.op == "add":
        opened = expand(rest)
        if opened.op != "add" or len(opened.args) <= max(_MOST_TERMS, len(rest.args)):
            rest = opened
    raised = [base for base, exponent in common.items() if exponent > 0]
    return [*raised, rest]


def _pythagoras(g: Node) -> Node:
    """cos^2 and cosh^2 written with sin and sinh, where that makes it shorter."""
    known: dict[Node, Node] = {}
    for part in topological(g):
        if part.op != "pow" or part.args[0].op not in ("cos", "cosh"):
            continue
        base, exponent = part.args
        if is_number(exponent) and isinstance(exponent.number, int) and exponent.number > 1:
            other = "sin" if base.op == "cos" else "sinh"
            square = power(call(other, base.args[0]), TWO)
            half, odd = divmod(exponent.number, 2)
            whole = add(ONE, neg(square) if other == "sin" else square)
            known[part] = mul(power(whole, number(half)), base if odd else ONE)
    if not known:
        return g
    exchanged = expand(replace(g, known))
    return exchanged if len(topological(exchanged)) < len(topological(g)) else g


def _powers(term: Node) -> dict[Node, Fraction]:
    """The factors of a term that depend on something, each with its exponent."""
    found: dict[Node, Fraction] = {}
    for factor in term.args if term.op == "mul" else (term,):
        base, exponent = factor, ONE
        if factor.op == "pow" and is_number(factor.args[1]):
            base, exponent = factor.args
        if base.op not in ("number", "constant"):
            found[base] = found.get(base, Fraction(0)) + Fraction(exponent.number)
    return found


# --- polynomials ----------------------------------------------------------------------------

Exact = list[Fraction]


def _square_free(g: Node, variable: str) -> Node:
    """A polynomial with the same zeros, each of them simple: p/gcd(p, p')."""
    found = polynomial(g, symbol(variable))
    if not found or len(found) < 4 or not all(is_number(part) for part in found):
        return g
    exact = [Fraction(part.number) for part in trim(found)]
    slope = [k * c for k, c in enumerate(exact)][1:]
    common = _common_divisor(exact, slope)
    if len(common) < 2:
        return g
    quotient, _ = _divided(exact, common)
    return tidy(from_coefficients([number(c) for c in quotient], symbol(variable)))


def _common_divisor(a: Exact, b: Exact) -> Exact:
    """Euclid's algorithm; coefficients from the constant one on."""
    while b:
        _, rest = _divided(a, b)
        a, b = b, rest
        if b:
            b = [c / b[-1] for c in b]
    return a


def _divided(a: Exact, b: Exact) -> tuple[Exact, Exact]:
    """Quotient and remainder of polynomials."""
    rest = list(a)
    quotient = [Fraction(0)] * max(0, len(a) - len(b) + 1)
    for place in range(len(quotient) - 1, -1, -1):
        factor = rest[place + len(b) - 1] / b[-1]
        quotient[place] = factor
        for offset, c in enumerate(b):
            rest[place + offset] -= factor * c
    while rest and rest[-1] == 0:
        rest.pop()
    return quotient, rest
