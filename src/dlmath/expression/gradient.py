"""Gradients by reverse mode: one sweep over the graph, from the value back to the variables.

Each node gets its adjoint, the derivative of the value by that node: the sum over the places
where it is used of (adjoint of the user) * (local derivative). Whatever the number of variables,
the gradient has a size proportional to the graph's (Linnainmaa 1970; Griewank and Walther,
Evaluating Derivatives, 2008).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.derivatives import partial
from dlmath.expression.evaluator import branches
from dlmath.expression.graph import (
    BINDERS,
    ONE,
    ZERO,
    Node,
    div,
    make,
    mul,
    topological,
    unfolded,
)
from dlmath.expression.vocabulary import FUNCTIONS

#: Products of at most this many factors are differentiated factor by factor.
_FEW_FACTORS = 4

Gradient = dict[str, Node]


def gradient(node: Node, names: Sequence[str]) -> Gradient:
    """The partial derivatives of a scalar expression, raw graphs that share their common parts.

    Vectors inside are written out entry by entry. Sums and products in the result may stand inside
    each other unflattened (flattening would make them longer than the graph); `tidy` flattens them.
    Kinks have the derivative that `derivatives` states.
    Raises InvalidInput for a vector, Unsolved where a function has no derivative in the language.
    """
    scalar = _scalar(node)
    leaves: dict[Node, Gradient] = {}
    for part in topological(scalar):
        rule = _CLOSED.get(part.op)
        if rule is not None:
            leaves[part] = rule(part, names, leaves)
    found = _sweep(scalar, names, leaves)
    return {name: found.get(name, ZERO) for name in names}


def _scalar(node: Node) -> Node:
    if any(has_entries(part) for part in topological(node)):
        from dlmath.expression.elements import expand_vectors

        node = expand_vectors(node, stable=True)
    if node.op == "vector":
        raise InvalidInput(
            "a vector has a Jacobian, not a gradient", hint="take the gradient of each entry"
        )
    return node


def has_entries(node: Node) -> bool:
    function = FUNCTIONS.get(node.op)
    return node.op == "vector" or (
        function is not None and function.kind in ("vector", "reduction") and node.op != "hyper"
    )


def _sweep(root: Node, names: Sequence[str], leaves: dict[Node, Gradient]) -> Gradient:
    """Reverse mode down to the variables and the leaves, whose gradients are known."""
    order = _active(root, frozenset(names), leaves)
    active = set(order)
    contributions: dict[Node, list[Node]] = {part: [] for part in order}
    if root in active:
        contributions[root].append(ONE)
    found: dict[str, list[Node]] = {name: [] for name in names}
    for part in reversed(order):
        adjoint = nested_sum(contributions[part])
        if adjoint is ZERO:
            continue
        if part.op == "symbol":
            found[part.name].append(adjoint)
        elif part in leaves:
            for name, slope in leaves[part].items():
                found[name].append(nested_product(adjoint, slope))
        else:
            _hand_down(part, adjoint, contributions)
    return {name: nested_sum(parts) for name, parts in found.items() if parts}


def nested_product(a: Node, b: Node) -> Node:
    """a*b that keeps a and b as they are, so that long chains of products stay short."""
    if a is ZERO or b is ZERO:
        return ZERO
    if a is ONE:
        return b
    if b is ONE:
        return a
    if b.op == "number":
        a, b = b, a
    if _is_short_multiple(a) and _is_short_multiple(b):
        return mul(a, b)  # one coefficient instead of two
    return unfolded("mul", (a, b))


def _is_short_multiple(node: Node) -> bool:
    few = node.op == "mul" and len(node.args) <= _FEW_FACTORS
    return node.op == "number" or (few and node.args[0].op == "number")


def nested_sum(terms: Sequence[Node]) -> Node:
    """The sum of the terms, each kept as it is."""
    kept = [term for term in terms if term is not ZERO]
    if not kept:
        return ZERO
    return kept[0] if len(kept) == 1 else unfolded("add", kept)


def _active(root: Node, names: frozenset[str], leaves: dict[Node, Gradient]) -> list[Node]:
    """The nodes that depend on a variable, operands first; what is below a leaf is left out."""
    order: list[Node] = []
    depends: dict[Node, bool] = {}
    stack = [root]
    while stack:
        node = stack[-1]
        if node in depends:
            stack.pop()
            continue
        inner = () if node in leaves else node.args
        waiting = [part for part in inner if part not in depends]
        if waiting:
            stack.extend(waiting)
            continue
        stack.pop()
        if node in leaves:
            depends[node] = bool(leaves[node])
        elif node.op == "symbol":
            depends[node] = node.name in names
        else:
            depends[node] = any(depends[part] for part in inner)
        if depends[node]:
            order.append(node)
    return order


def _hand_down(node: Node, adjoint: Node, contributions: dict[Node, list[Node]]) -> None:
    """Adds this node's share to the adjoints of its operands."""
    if node.op == "mul" and len(node.args) > _FEW_FACTORS:
        others = _products_of_others(node.args)
    else:
        others = None
    for index, operand in enumerate(node.args):
        if operand not in contributions:
            continue
        if node.op == "add":
            contributions[operand].append(adjoint)
            continue
        slope = others[index] if others is not None else partial(node, index)
        if slope is None:
            raise _no_derivative(node, index)
        contributions[operand].append(nested_product(adjoint, slope))


def _products_of_others(factors: tuple[Node, ...]) -> list[Node]:
    """For each factor the product of all the others, in linear size: prefixes times suffixes."""
    before: list[Node] = [ONE]
    for factor in factors[:-1]:
        before.append(nested_product(before[-1], factor))
    after: list[Node] = [ONE]
    for factor in reversed(factors[1:]):
        after.append(nested_product(factor, after[-1]))
    return [nested_product(a, b) for a, b in zip(before, reversed(after), strict=True)]


def _no_derivative(node: Node, index: int) -> Unsolved:
    if node.op in FUNCTIONS:
        place = "its operand" if len(node.args) == 1 else f"operand {index + 1}"
        return Unsolved(f"the derivative of {node.op} by {place} cannot be written in the language")
    return Unsolved(f"{node.op} has no derivative here")


# --- operations with parts of their own -----------------------------------------------------


def _of_piecewise(node: Node, names: Sequence[str], leaves: dict[Node, Gradient]) -> Gradient:
    """Branch by branch, so that an undefined branch that is not taken does no harm."""
    pairs = branches(node)
    slopes = [_sweep(value, names, leaves) for value, _ in pairs]
    found: Gradient = {}
    for name in names:
        if any(name in slope for slope in slopes):
            parts: list[Node] = []
            for (_, condition), slope in zip(pairs, slopes, strict=True):
                parts += [slope.get(name, ZERO), condition]
            found[name] = make("piecewise", parts)
    return found


def _of_sum(node: Node, names: Sequence[str], leaves: dict[Node, Gradient]) -> Gradient:
    """A sum term by term; the bounds must not depend on the variables."""
    slopes = _inside(node, names, leaves)
    return {name: make("sum", (slope, *node.args[1:])) for name, slope in slopes.items()}


def _of_product(node: Node, names: Sequence[str], leaves: dict[Node, Gradient]) -> Gradient:
    """By the logarithm: the product times the sum of f'/f."""
    body, *rest = node.args
    return {
        name: mul(node, make("sum", (div(slope, body), *rest)))
        for name, slope in _inside(node, names, leaves).items()
    }


def _inside(node: Node, names: Sequence[str], leaves: dict[Node, Gradient]) -> Gradient:
    body, variable, *bounds = node.args
    if any(_active(bound, frozenset(names), leaves) for bound in bounds):
        raise Unsolved(f"the bounds of a {node.op} cannot be differentiated by")
    return _sweep(body, [name for name in names if name != variable.name], leaves)


def _unsupported(node: Node, names: Sequence[str], leaves: dict[Node, Gradient]) -> Gradient:
    raise Unsolved(f"{node.op} inside an expression has to be carried out first")


_CLOSED: dict[str, Callable[[Node, Sequence[str], dict[Node, Gradient]], Gradient]] = {
    **dict.fromkeys(BINDERS | {"derive"}, _unsupported),
    "piecewise": _of_piecewise,
    "sum": _of_sum,
    "product": _of_product,
}
