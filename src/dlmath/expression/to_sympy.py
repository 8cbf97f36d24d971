"""Graph to sympy, by constructors only: no text ever reaches sympy as something to read.

Functions of deep learning are written in elementary functions, which is what sympy's algorithms
know. Exact results that would be too large to write out are refused before sympy computes them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from dlmath.expression.graph import FOLD_BITS, Node, topological
from dlmath.expression.sympy_names import (
    CONSTANTS,
    LOGIC,
    SAME,
    SIDES,
    UNEVALUATED,
    Unsupported,
    load_sympy,
)
from dlmath.expression.vocabulary import FUNCTIONS, SELU_ALPHA, SELU_SCALE

__all__ = ["Unsupported", "load_sympy", "to_sympy"]

#: Properties that say a variable is real.
_REAL_PROPERTIES = frozenset(
    ("positive", "negative", "nonnegative", "nonpositive", "integer", "rational", "real")
)


def to_sympy(
    node: Node,
    assumptions: Mapping[str, frozenset[str]] | None = None,
    *,
    real: bool = True,
) -> Any:
    """The sympy object with the value of the node.

    assumptions: what is known of variables by name (`Settings.assume`). real: are variables of
    which nothing is known declared real? (sympy's algorithms err in each mode at times.)
    Vectors become nested `Tuple`s. Raises Unsupported where sympy cannot hold the expression,
    or where it would compute an exact number too large to write out.
    """
    sympy = load_sympy()
    translator = _Translator(sympy, assumptions or {}, real)
    return translator.translate(_scalar_form(node))


def _scalar_form(node: Node) -> Node:
    """The node with reductions and vector operations written out by entries."""
    if any(_is_vector_work(part) for part in topological(node)):
        from dlmath.expression.elements import expand_vectors

        return expand_vectors(node)
    return node


def _is_vector_work(node: Node) -> bool:
    if node.op in ("max", "min"):
        return len(node.args) == 1
    known = FUNCTIONS.get(node.op)
    if known is not None and known.kind in ("reduction", "vector"):
        return True
    return node.op != "hyper" and any(part.op == "vector" for part in node.args)


class _Translator:
    """One conversion: sympy, and the symbols made so far."""

    def __init__(self, sympy: Any, assumptions: Mapping[str, frozenset[str]], real: bool) -> None:
        self.sympy = sympy
        self.assumptions = assumptions
        self.real = real
        self.symbols: dict[str, Any] = {}
        self.handlers = _handlers(sympy)

    def translate(self, root: Node) -> Any:
        done: dict[Node, Any] = {}
        for node in topological(root):
            try:
                done[node] = self._one(node, [done[part] for part in node.args])
            except Unsupported:
                raise
            except (
                TypeError,
                ValueError,
                ArithmeticError,
                NotImplementedError,
                AttributeError,
                RecursionError,
            ) as error:
                raise Unsupported(f"sympy does not take {node.op}: {error}") from error
        return done[root]

    def _one(self, node: Node, args: list[Any]) -> Any:
        sympy, op = self.sympy, node.op
        if op == "number":
            value = node.number
            if isinstance(value, Fraction):
                return sympy.Rational(value.numerator, value.denominator)
            return sympy.Integer(value)
        if op == "symbol":
            return self._symbol(node.name)
        if op == "constant":
            return getattr(sympy.S, CONSTANTS[node.name])
        if op == "add":
            return sympy.Add(*args)
        if op == "mul":
            return sympy.Mul(*args)
        _refuse_too_large(op, node.args)
        if op == "pow":
            return sympy.Pow(*args)
        if op == "vector":
            return sympy.Tuple(*args)
        if op in ("true", "false"):
            return getattr(sympy, op)
        if op in LOGIC:
            return getattr(sympy, LOGIC[op])(*args)
        if op in UNEVALUATED:
            return self._unevaluated(node, args)
        handler = self.handlers.get(op)
        if handler is not None:
            return handler(*args)
        if op in SAME:
            return getattr(sympy, SAME[op])(*args)
        raise Unsupported(f"sympy has no {op}")

    def _symbol(self, name: str) -> Any:
        found = self.symbols.get(name)
        if found is None:
            known = self.assumptions.get(name, frozenset())
            properties: dict[str, bool] = dict.fromkeys(known, True)
            if self.real and "complex" not in known and not known & _REAL_PROPERTIES:
                properties["real"] = True
            found = self.symbols[name] = self.sympy.Symbol(name, **properties)
        return found

    def _unevaluated(self, node: Node, args: list[Any]) -> Any:
        sympy, op = self.sympy, node.op
        build = getattr(sympy, UNEVALUATED[op])
        body, variable, *rest = args
        if op == "derive":
            return build(body, (variable, rest[0] if rest else 1), evaluate=False)
        if op == "limit":
            side = node.value if isinstance(node.value, str) else "both"
            return build(body, variable, rest[0], SIDES[side])
        if not rest:
            return build(body, variable)
        return build(body, (variable, *rest))


def _handlers(sympy: Any) -> dict[str, Callable[..., Any]]:
    """How functions that sympy does not have under one name are written in those it has."""
    one, half, true = sympy.Integer(1), sympy.Rational(1, 2), sympy.true
    exp, log, piecewise = sympy.exp, sympy.log, sympy.Piecewise

    def sigmoid(x: Any) -> Any:
        return 1 / (1 + exp(-x))

    def softplus(x: Any) -> Any:
        return log(1 + exp(x))

    percent = sympy.Rational(1, 100)

    def leaky_relu(x: Any, slope: Any = percent) -> Any:
        return piecewise((x, x > 0), (slope * x, true))

    def elu(x: Any, alpha: Any = one) -> Any:
        return piecewise((x, x > 0), (alpha * (exp(x) - 1), true))

    def selu(x: Any) -> Any:
        alpha = sympy.Rational(SELU_ALPHA.numerator, SELU_ALPHA.denominator)
        scale = sympy.Rational(SELU_SCALE.numerator, SELU_SCALE.denominator)
        return scale * elu(x, alpha)

    def cube_root(x: Any) -> Any:
        third = sympy.Rational(1, 3)
        if x.is_nonnegative or x.is_extended_real is False:
            return x**third
        if x.is_negative:
            return -((-x) ** third)
        return sympy.sign(x) * sympy.Abs(x) ** third

    def clamp(x: Any, low: int, high: int, inside: Any) -> Any:
        return piecewise(
            (inside(sympy.Integer(low)), x <= low),
            (inside(sympy.Integer(high)), x >= high),
            (inside(x), true),
        )

    def branches(*parts: Any) -> Any:
        pairs = [(parts[k], parts[k + 1]) for k in range(0, len(parts) - 1, 2)]
        if len(parts) % 2:
            pairs.append((parts[-1], true))
        return piecewise(*pairs)

    return {
        "cbrt": cube_root,
        "piecewise": branches,
        "sigmoid": sigmoid,
        "relu": lambda x: sympy.Max(0, x),
        "leaky_relu": leaky_relu,
        "elu": elu,
        "selu": selu,
        "gelu": lambda x: x * half * (1 + sympy.erf(x / sympy.sqrt(2))),
        "softplus": softplus,
        "silu": lambda x: x * sigmoid(x),
        "mish": lambda x: x * sympy.tanh(softplus(x)),
        "hardtanh": lambda x: clamp(x, -1, 1, lambda y: y),
        "hard_sigmoid": lambda x: clamp(x, -3, 3, lambda y: sympy.Rational(1, 6) * y + half),
        "softsign": lambda x: x / (1 + sympy.Abs(x)),
    }


# --- exact results that are too large --------------------------------------------------------

#: Whole-number operands above these make sympy write out sums, products or polynomials that long.
_LARGEST_ORDER = {
    "digamma": 1_000,
    "polygamma": 200,
    "uppergamma": 50,
    "lowergamma": 50,
    "expint": 50,
    "zeta": 200,
    "polylog": 50,
    "binomial": 1_000,
    "gamma": 5_000,
    "loggamma": 5_000,
    "factorial": 5_000,
    "beta": 1_000,
}


def _refuse_too_large(op: str, operands: tuple[Node, ...]) -> None:
    """Raises Unsupported where sympy would start on an exact number of enormous size."""
    if op == "pow":
        base, exponent = operands
        if base.op == exponent.op == "number" and base.number not in (1, -1, 0):
            value, times = base.number, exponent.number
            bits = max(value.numerator.bit_length(), value.denominator.bit_length())
            if bits * max(times, -times) > FOLD_BITS:
                raise Unsupported("the exact power is too large to write out")
        return
    largest = _LARGEST_ORDER.get(op)
    numbers = [part.number for part in operands if part.op == "number"]
    if largest is not None and any(not -largest <= value <= largest for value in numbers):
        raise Unsupported(f"the exact value of {op} is too large to write out")
