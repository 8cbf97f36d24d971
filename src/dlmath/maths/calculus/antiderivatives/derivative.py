"""The derivative in the form that the integration rules look for, and families of functions."""

from __future__ import annotations

from dlmath.expression.derivatives import partial
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
    number,
    power,
    replace,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    depends,
)


class NoDerivative(Exception):
    """The derivative cannot be written in the language."""


def derivative(node: Node, x: Node) -> Node:
    """The derivative by the chain rule, tidied; tangents and their like in sines and cosines.

    Raises NoDerivative when there is none in the language.
    """
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
