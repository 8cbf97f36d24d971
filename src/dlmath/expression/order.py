"""The order in which a textbook writes terms and factors.

`structure_key` is the same for the same expression however it was built, and costs time linear in
the graph; `term_key` and `factor_key` sort for reading.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import blake2b

from dlmath.expression.graph import Exact, Node, remember, topological

#: Longer keys are shortened to a digest, so that a shared graph does not unfold into a long text.
_KEY_LENGTH = 120

_keys: dict[Node, str] = remember()
_degrees: dict[Node, Fraction] = remember()


def structure_key(node: Node) -> str:
    """A text that orders nodes by structure: equal for equal nodes, stable between runs."""
    found = _keys.get(node)
    if found is None:
        for part in topological(node):
            if part not in _keys:
                _keys[part] = _key_of(part)
        found = _keys[node]
    return found


def _key_of(node: Node) -> str:
    if node.op in ("symbol", "constant"):
        return node.name
    if node.op == "number":
        return str(node.number) if _is_short(node.number) else f"#{hash(node.number)}"
    key = f"{node.op}({','.join(_keys[part] for part in node.args)}){node.value or ''}"
    if len(key) > _KEY_LENGTH:
        key = key[:_KEY_LENGTH] + blake2b(key.encode(), digest_size=12).hexdigest()
    return key


def _is_short(value: Exact) -> bool:
    return max(abs(value.numerator), value.denominator).bit_length() < 400


def degree(node: Node) -> Fraction:
    """The degree as a polynomial in its variables; functions count as constants."""
    found = _degrees.get(node)
    if found is None:
        for part in topological(node):
            if part not in _degrees:
                _degrees[part] = _degree_of(part)
        found = _degrees[node]
    return found


def _degree_of(node: Node) -> Fraction:
    if node.op == "symbol":
        return Fraction(1)
    if node.op == "add":
        return max(_degrees[part] for part in node.args)
    if node.op == "mul":
        return sum((_degrees[part] for part in node.args), Fraction(0))
    if node.op == "pow" and node.args[1].op == "number":
        return _degrees[node.args[0]] * Fraction(node.args[1].number)
    return Fraction(0)


def factor_key(node: Node) -> tuple[int, str]:
    """Constants, variables, polynomial sums, functions, sums of functions; each alphabetical."""
    base = node.args[0] if node.op == "pow" else node
    if base.op in ("constant", "number"):
        rank = 1
    elif base.op == "symbol":
        rank = 2
    elif base.op == "add":
        rank = 3 if degree(base) > 0 and _is_polynomial(base) else 5
    else:
        rank = 4
    return rank, structure_key(base)


def _is_polynomial(node: Node) -> bool:
    return all(
        part.op in ("add", "mul", "pow", "symbol", "number", "constant")
        for part in topological(node)
    )


def term_key(node: Node) -> tuple[int, Fraction, tuple[tuple[str, Fraction], ...], str]:
    """Falling degree, then variables in alphabetical order, then functions; numbers last."""
    factors = node.args if node.op == "mul" else (node,)
    powers: list[tuple[str, Fraction]] = []
    for part in factors:
        base, exponent = part.args if part.op == "pow" else (part, None)
        if base.op == "symbol":
            size = Fraction(1)
            if exponent is not None:
                size = Fraction(exponent.number) if exponent.op == "number" else Fraction(0)
            powers.append((base.name, -size))
    constant = all(part.op in ("number", "constant") for part in factors)
    return int(constant), -degree(node), tuple(sorted(powers)), structure_key(node)


def in_reading_order(terms: list[Node]) -> list[Node]:
    """The terms of a sum sorted for reading; a sum of two starts with its positive term."""
    ordered = sorted(terms, key=term_key)
    if len(ordered) == 2 and is_negative(ordered[0]) and not is_negative(ordered[1]):
        ordered.reverse()
    return ordered


def is_negative(node: Node) -> bool:
    """Is this written with a leading minus sign?"""
    if node.op == "number":
        return node.number < 0
    return node.op == "mul" and node.args[0].op == "number" and node.args[0].number < 0
