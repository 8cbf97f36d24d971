"""sympy to graph, in the words of the language, or `Unsupported`.

The walk is iterative and rebuilds every node with the graph's own constructors. Functions that the
language does not name are written in those it does (`harmonic`, `Li`, Euler's constant); what it
cannot say (`RootSum`, `zoo`, floating-point numbers, meijerg) is refused.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from dlmath.expression import graph
from dlmath.expression.graph import Node, add, call, div, mul, neg, number, power, sub
from dlmath.expression.sympy_names import (
    CONSTANTS,
    LOGIC,
    SAME,
    SIDES,
    UNEVALUATED,
    Unsupported,
    load_sympy,
)
from dlmath.expression.vocabulary import FUNCTIONS

__all__ = ["Unsupported", "from_sympy", "load_sympy"]

_OURS = {theirs: ours for ours, theirs in SAME.items()}
_OUR_LOGIC = {theirs: ours for ours, theirs in LOGIC.items()}
_OUR_UNEVALUATED = {theirs: ours for ours, theirs in UNEVALUATED.items()}
_OUR_SIDES = {theirs: ours for ours, theirs in SIDES.items()}
_OUR_CONSTANTS = {theirs: ours for ours, theirs in CONSTANTS.items()}


def from_sympy(obj: Any) -> Node:
    """The node with the value of a sympy object (expression, relation, Tuple, Matrix, list).

    Terms of order (`O(x**3)`) are dropped. Multi-valued functions of `exp_polar` are read at their
    principal value. Raises Unsupported for what the language cannot say.
    """
    root = _plain(obj)
    _refuse_name_clashes(root)
    done: dict[Any, Node] = {}
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        item, ready = stack.pop()
        if item in done:
            continue
        parts = _parts(item)
        if ready:
            done[item] = _build(item, [done[part] for part in parts])
            continue
        stack.append((item, True))
        stack.extend((part, False) for part in reversed(parts))
    return done[root]


def _plain(obj: Any) -> Any:
    """Lists and matrices as nested Tuples, which can be walked and hashed."""
    sympy = load_sympy()
    if isinstance(obj, (list, tuple)):
        return sympy.Tuple(*(_plain(part) for part in obj))
    if isinstance(obj, bool):
        return sympy.true if obj else sympy.false
    if isinstance(obj, (int, Fraction)):
        return sympy.Rational(obj.numerator, obj.denominator)
    if getattr(obj, "is_Matrix", False):
        if not hasattr(obj, "tolist"):
            raise Unsupported("a matrix without entries")
        return _plain(obj.tolist())
    if not isinstance(obj, sympy.Basic):
        raise Unsupported(f"not an expression: {type(obj).__name__}")
    return obj


def _refuse_name_clashes(root: Any) -> None:
    """Raises Unsupported when two different variables of sympy would get one name."""
    names: dict[str, Any] = {}
    for symbol in root.atoms(load_sympy().Symbol):
        if names.setdefault(symbol.name, symbol) != symbol:
            raise Unsupported(f"two variables called {symbol.name}")


def _parts(item: Any) -> tuple[Any, ...]:
    """The operands that are themselves mathematics."""
    kind = type(item).__name__
    if kind == "Order":
        return ()
    if kind == "Limit":
        return tuple(item.args[:3])
    return tuple(item.args)


def _build(item: Any, args: list[Node]) -> Node:
    kind = type(item).__name__
    leaf = _leaf(item, kind)
    if leaf is not None:
        return leaf
    if kind == "Add":
        return add(*args)
    if kind == "Mul":
        return _product(args)
    if kind == "Pow":
        return power(*args)
    if kind in ("Tuple", "TupleArg", "ExprCondPair"):
        return graph.vector(args)
    if kind in _OUR_LOGIC:
        return graph.make(_OUR_LOGIC[kind], args)
    if kind in _OUR_UNEVALUATED:
        return _unevaluated(item, kind, args)
    if kind == "Piecewise":
        return graph.make("piecewise", [part for pair in args for part in pair.args])
    rewritten = _REWRITTEN.get(kind)
    if rewritten is not None:
        return rewritten(*args)
    ours = _OURS.get(kind)
    if ours is None:
        raise Unsupported(f"the language has no word for {kind}")
    if ours == "heaviside":
        args = args[:1] if args[1] is graph.HALF else _refuse("a step with another value at 0")
    known = FUNCTIONS[ours]
    if not known.least <= len(args) <= known.most:
        raise Unsupported(f"{ours} of {len(args)} operands")
    return call(ours, *args)


def _refuse(what: str) -> list[Node]:
    raise Unsupported(f"the language cannot say: {what}")


def _leaf(item: Any, kind: str) -> Node | None:
    sympy = load_sympy()
    if isinstance(item, sympy.Integer):
        return number(int(item))
    if isinstance(item, sympy.Rational):
        return number(Fraction(int(item.p), int(item.q)))
    if isinstance(item, sympy.Float):
        raise Unsupported("a floating-point number is not exact")
    if isinstance(item, sympy.Symbol):
        return graph.symbol(item.name)
    if kind in _OUR_CONSTANTS:
        return graph.constant(_OUR_CONSTANTS[kind])
    if kind == "NegativeInfinity":
        return neg(graph.INFINITY)
    if kind == "GoldenRatio":
        return div(add(graph.ONE, graph.sqrt(number(5))), graph.TWO)
    if kind == "EulerGamma":
        return neg(call("digamma", graph.ONE))
    if kind == "Catalan":
        quarters = [call("zeta", graph.TWO, number(Fraction(k, 4))) for k in (1, 3)]
        return div(sub(*quarters), number(16))
    if kind == "Order":
        return graph.ZERO
    if item is sympy.true:
        return graph.TRUE
    if item is sympy.false:
        return graph.FALSE
    return None


def _product(factors: list[Node]) -> Node:
    """The product, with `sign(u)*abs(u)**(n/3)` read back as a power of the real cube root."""
    signs = [part.args[0] for part in factors if part.op == "sign"]
    for index, part in enumerate(factors):
        if part.op == "pow" and part.args[0].op == "abs" and part.args[1].op == "number":
            inside, exponent = part.args[0].args[0], part.args[1].number
            if inside in signs and exponent in (Fraction(1, 3), Fraction(-1, 3)):
                root = power(call("cbrt", inside), number(3 * exponent))
                rest = factors[:index] + factors[index + 1 :]
                rest.remove(call("sign", inside))
                return mul(*rest, root)
    return mul(*factors)


def _unevaluated(item: Any, kind: str, args: list[Node]) -> Node:
    op = _OUR_UNEVALUATED[kind]
    if op == "limit":
        return graph.make(op, args, _OUR_SIDES[str(item.args[3])])
    node = args[0]
    for limits in args[1:]:
        variable, *rest = limits.args if limits.op == "vector" else (limits,)
        if variable.op != "symbol":
            raise Unsupported(f"{kind} by something that is not a variable")
        if op == "derive":
            if rest and rest[0].op != "number":
                raise Unsupported("a derivative of symbolic order")
            rest = [] if not rest or rest[0] is graph.ONE else rest
        elif len(rest) == 1 or (not rest and op != "integrate"):
            raise Unsupported(f"{kind} with one bound")
        node = graph.make(op, (node, variable, *rest))
    return node


# --- sympy's words that the language says with its own ----------------------------------------


def _harmonic(n: Node, order: Node = graph.ONE) -> Node:
    """The sum of 1/k**order up to n, by functions that interpolate it."""
    if order is graph.ONE:
        return sub(call("digamma", add(n, graph.ONE)), call("digamma", graph.ONE))
    return sub(call("zeta", order), call("zeta", order, add(n, graph.ONE)))


def _sinc(x: Node) -> Node:
    inside = div(call("sin", x), x)
    return graph.make(
        "piecewise", (inside, graph.make("ne", (x, graph.ZERO)), graph.ONE, graph.TRUE)
    )


def _kronecker(i: Node, j: Node, *_range: Node) -> Node:
    equal = graph.make("eq", (i, j))
    return graph.make("piecewise", (graph.ONE, equal, graph.ZERO, graph.TRUE))


def _polygamma(n: Node, x: Node) -> Node:
    return call("digamma", x) if n is graph.ZERO else call("polygamma", n, x)


_REWRITTEN: dict[str, Callable[..., Node]] = {
    "harmonic": _harmonic,
    "sinc": _sinc,
    "KroneckerDelta": _kronecker,
    "polygamma": _polygamma,
    "trigamma": lambda x: call("polygamma", graph.ONE, x),
    "Li": lambda x: sub(call("li", x), call("li", graph.TWO)),
    "erf2": lambda x, y: sub(call("erf", y), call("erf", x)),
    "RisingFactorial": lambda x, k: div(call("gamma", add(x, k)), call("gamma", x)),
    "FallingFactorial": lambda x, k: div(
        call("gamma", add(x, graph.ONE)), call("gamma", add(sub(x, k), graph.ONE))
    ),
    "dirichlet_eta": lambda s: mul(
        sub(graph.ONE, power(graph.TWO, sub(graph.ONE, s))), call("zeta", s)
    ),
    "exp_polar": lambda x: call("exp", x),
    "polar_lift": lambda x: x,
    "Cbrt": lambda x: power(x, number(Fraction(1, 3))),
}
