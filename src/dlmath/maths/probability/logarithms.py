"""Logarithms of products taken apart, where what stands under them is known to be positive."""

from __future__ import annotations

from dlmath.expression.graph import Node, add, call, div, is_number, mul, replace, topological
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy


def shortest(formula: Node) -> Node:
    """The collected form, with logarithms of products taken apart where that is shorter.

    What stands under each logarithm must be positive, as it is in the formulas of the families.
    """
    return min(tidy(formula), tidy(split(formula)), key=lambda node: len(to_text(node)))


def in_base(value: Node, base: Node | None) -> Node:
    """A sum of natural logarithms as one of logarithms to a base; None: as it is."""
    if base is None:
        return value
    terms = value.args if value.op == "add" else (value,)
    return tidy(add(*(div(term, call("log", base)) for term in terms)))


def split(formula: Node) -> Node:
    """log(a/b) as log(a) - log(b), and w*log(a/b) as w*log(a) - w*log(b)."""
    apart = {part: terms for part in topological(formula) if (terms := _terms(part))}
    found = {part: add(*terms) for part, terms in apart.items()}
    for part in topological(formula):
        if part.op == "mul":
            factor = next((f for f in part.args if f in apart), None)
            if factor is not None:
                others = [f for f in part.args if f is not factor]
                found[part] = add(*(mul(*others, term) for term in apart[factor]))
    return replace(formula, found)


def _terms(part: Node) -> list[Node]:
    """The logarithms of the factors under a logarithm; none for another node."""
    if part.op != "log" or len(part.args) != 1 or part.args[0].op not in ("mul", "pow"):
        return []
    inner = part.args[0]
    terms = []
    for factor in inner.args if inner.op == "mul" else (inner,):
        if factor.op == "pow" and is_number(factor.args[1]):
            terms.append(mul(factor.args[1], call("log", factor.args[0])))
        else:
            terms.append(call("log", factor))
    return terms
