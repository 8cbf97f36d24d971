"""What each part of a function tends to, worked up from its operands by the laws of limits.

Finite limits pass through continuous functions; infinite ones follow the arithmetic of the
extended line; a bounded factor times a vanishing one vanishes (squeeze); at infinity the orders
of growth decide products and sums. What these laws leave open (0/0, oo - oo, 1**oo ...) is
`unknown` and a matter for `limit_rules`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.limits.growth import Growth, dominant, growth_of
from dlmath.maths.calculus.limits.kinks import Oracle
from dlmath.maths.calculus.limits.problem import Problem

FINITE = "finite"
PLUS = "plus"
MINUS = "minus"
#: Infinite, with a sign that differs by side or is not known.
INFINITE = "infinite"
#: Without a limit of its own, but within finite bounds.
BOUNDED = "bounded"
UNKNOWN = "unknown"

INFINITES = frozenset({PLUS, MINUS, INFINITE})


class Tends(NamedTuple):
    """kind: a name above. value: the limit, where it is finite."""

    kind: str
    value: Node | None = None

    @property
    def node(self) -> Node | None:
        """The limit as an expression, infinities included; None where there is none."""
        if self.kind == PLUS:
            return graph.INFINITY
        if self.kind == MINUS:
            return graph.neg(graph.INFINITY)
        return self.value if self.kind == FINITE else None


_ZERO = Tends(FINITE, graph.ZERO)
_PLUS = Tends(PLUS)
_MINUS = Tends(MINUS)
_UNKNOWN = Tends(UNKNOWN)


def _half_pi(sign: int) -> Tends:
    return Tends(FINITE, graph.mul(graph.number(sign), graph.HALF, graph.PI))


def _whole(value: int) -> Tends:
    return Tends(FINITE, graph.number(value))


#: function -> what it tends to as its operand tends to oo, and to -oo (None: nothing is said).
_AT_INFINITY: dict[str, tuple[Callable[[], Tends] | None, Callable[[], Tends] | None]] = {
    **dict.fromkeys(("sinh", "asinh", "cbrt", "erfi", "Shi"), (lambda: _PLUS, lambda: _MINUS)),
    **dict.fromkeys(("cosh", "abs"), (lambda: _PLUS, lambda: _PLUS)),
    **dict.fromkeys(
        ("exp", "softplus", "relu", "silu", "gelu", "mish", "Ei"),
        (lambda: _PLUS, lambda: _ZERO),
    ),
    **dict.fromkeys(
        ("log", "acosh", "gamma", "factorial", "loggamma", "digamma", "li", "Chi", "LambertW"),
        (lambda: _PLUS, None),
    ),
    **dict.fromkeys(("tanh", "erf", "coth", "softsign"), (lambda: _whole(1), lambda: _whole(-1))),
    **dict.fromkeys(("atan", "Si"), (lambda: _half_pi(1), lambda: _half_pi(-1))),
    "asec": (lambda: _half_pi(1), lambda: _half_pi(1)),
    **dict.fromkeys(("acot", "acsc", "sech", "csch", "acsch"), (lambda: _ZERO, lambda: _ZERO)),
    "sigmoid": (lambda: _whole(1), lambda: _ZERO),
    "erfc": (lambda: _ZERO, lambda: _whole(2)),
    "Ci": (lambda: _ZERO, None),
    "airyai": (lambda: _ZERO, None),
    "airybi": (lambda: _PLUS, None),
}

#: Functions with a logarithmic pole at 0 of their last operand, from above.
_AT_ZERO = {
    "besselk": _PLUS,
    "bessely": _MINUS,
    "Ei": _MINUS,
    "Ci": _MINUS,
    "Chi": _MINUS,
}

_WAVES = frozenset({"sin", "cos"})

#: Functions that jump, or have values on a cut that continue from one side only.
_JUMPING = frozenset({"floor", "ceil", "sign", "heaviside", "arg", "atan2", "piecewise"})

#: How near values have to be to a value for a function that may jump to count as continuous.
_NEAR = 1e-2


class Tendencies:
    """What the parts of a function tend to, for one problem and side.

    settled: limits of parts that were found by other means. by_growth, squeezed: the parts that
    growth or squeezing decided, for the words of the working.
    """

    def __init__(self, problem: Problem, side: str, oracle: Oracle) -> None:
        self.problem = problem
        self.oracle = oracle
        self.side = side
        self.settled: dict[Node, Tends] = {}
        self.by_growth: set[Node] = set()
        self.squeezed: set[Node] = set()
        self._complex = any(part is graph.I for part in graph.topological(problem.expression))
        self._known: dict[Node, Tends] = {}

    def settle(self, node: Node, value: Node) -> None:
        """Takes note of a limit found by rules; what was worked out from it is forgotten."""
        self.settled[node] = tends_to(value)
        self._known = {}

    def of(self, node: Node) -> Tends:
        """What the node tends to."""
        for part in graph.topological(node):
            if part not in self._known:
                self._known[part] = self.settled.get(part) or self._work_out(part)
        return self._known[node]

    def is_zero(self, tends: Tends) -> bool:
        """Is the limit zero, for all parameters?"""
        if tends.kind != FINITE or tends.value is None:
            return False
        if tends.value is graph.ZERO:
            return True
        if tends.value.op == "number":
            return False
        return all(_value_at(tends.value, values) == 0 for values in self.problem.parameter_sets())

    def growth(self, node: Node) -> Growth | None:
        """The order of growth at infinity, where it is one that can be compared."""
        if not self.problem.at_infinity:
            return None
        return growth_of(node, self.problem, self.is_bounded)

    def is_bounded(self, node: Node) -> bool:
        """Does the node stay within finite bounds?"""
        return self.of(node).kind in (FINITE, BOUNDED)

    def _work_out(self, node: Node) -> Tends:
        if node is graph.INFINITY:
            return _PLUS
        if self.problem.variable not in graph.free_symbols(node):
            return Tends(FINITE, node) if has_value(node, self.problem) else _UNKNOWN
        if node.op == "symbol":
            return tends_to(self.problem.point)
        parts = [self._known[arg] for arg in node.args]
        if node.op == "add":
            return self._sum(node, parts)
        if node.op == "mul":
            return self._product(node, parts)
        if any(part.kind == UNKNOWN for part in parts):
            return _UNKNOWN
        if node.op == "pow":
            return self._power(node, *parts)
        return self._function(node, parts)

    # --- sums and products --------------------------------------------------------------

    def _sum(self, node: Node, parts: list[Tends]) -> Tends:
        kinds = {part.kind for part in parts}
        if UNKNOWN in kinds:
            return _UNKNOWN
        infinite = kinds & INFINITES
        if len(infinite) == 1 and INFINITE not in infinite:
            return Tends(infinite.pop())
        if infinite:
            return self._by_dominant_term(node)
        if BOUNDED in kinds:
            return Tends(BOUNDED)
        return Tends(FINITE, tidy(graph.add(*(part.value for part in parts if part.value))))

    def _by_dominant_term(self, node: Node) -> Tends:
        """oo - oo where one term outgrows the others."""
        if not self.problem.at_infinity:
            return _UNKNOWN
        leader = dominant(node.args, self.growth)
        if leader is None or self._known[leader].kind not in (PLUS, MINUS):
            return _UNKNOWN
        self.by_growth.add(node)
        return self._known[leader]

    def _product(self, node: Node, parts: list[Tends]) -> Tends:
        kinds = {part.kind for part in parts}
        if UNKNOWN in kinds:
            return _UNKNOWN
        zero = any(self.is_zero(part) for part in parts)
        if kinds & INFINITES:
            if zero:
                return self._by_growth(node)
            if BOUNDED in kinds and not self._keep_away_from_zero(node, parts):
                return _UNKNOWN
            return self._signed(node)
        if BOUNDED in kinds:
            if zero:
                self.squeezed.add(node)
            return _ZERO if zero else Tends(BOUNDED)
        return Tends(FINITE, tidy(graph.mul(*(part.value for part in parts if part.value))))

    def _keep_away_from_zero(self, node: Node, parts: list[Tends]) -> bool:
        """Do the bounded factors stay away from zero (2 + sin(x) does)?"""
        bounded = [arg for arg, part in zip(node.args, parts, strict=True) if part.kind == BOUNDED]
        ranges = [bounds(arg) for arg in bounded]
        return all(low is not None and (low > 0 or high < 0) for low, high in ranges)

    def _by_growth(self, node: Node) -> Tends:
        """0*oo where orders of growth decide: exponentials over powers over logarithms."""
        growth = self.growth(node)
        if growth is None or growth.sign == 0 or (growth.sign > 0 and not growth.exact):
            return _UNKNOWN
        self.by_growth.add(node)
        return _ZERO if growth.sign < 0 else self._signed(node)

    def _signed(self, node: Node) -> Tends:
        """An infinity, with the sign that the values near the point have."""
        sign = self.oracle.sign(node)
        return Tends(INFINITE) if sign is None or sign == 0 else (_PLUS if sign > 0 else _MINUS)

    # --- powers -------------------------------------------------------------------------

    def _power(self, node: Node, base: Tends, exponent: Tends) -> Tends:
        if BOUNDED in (base.kind, exponent.kind):
            return self._bounded_power(node, base)
        if self.is_zero(base):
            return self._power_of_zero(node, exponent)
        if base.kind == FINITE and exponent.kind == FINITE:
            assert base.value is not None and exponent.value is not None
            return self._continuous(node, tidy(graph.power(base.value, exponent.value)))
        if base.kind == FINITE:
            return self._infinite_exponent(base, exponent)
        if exponent.kind == FINITE:
            size = self._sign_of(exponent)
            if size is None or size == 0:
                return _UNKNOWN
            if size < 0:
                return _ZERO
            return self._signed(node)
        if base.kind == PLUS and exponent.kind in (PLUS, MINUS):
            return _PLUS if exponent.kind == PLUS else _ZERO
        return _UNKNOWN

    def _bounded_power(self, node: Node, base: Tends) -> Tends:
        exponent = node.args[1]
        whole = exponent.op == "number" and isinstance(exponent.number, int) and exponent.number > 0
        return Tends(BOUNDED) if base.kind == BOUNDED and whole else _UNKNOWN

    def _power_of_zero(self, node: Node, exponent: Tends) -> Tends:
        if exponent.kind == PLUS:
            return _ZERO if self.oracle.sign(node.args[0]) == 1 else _UNKNOWN
        size = self._sign_of(exponent)
        if size is None or size == 0:
            return _UNKNOWN
        return _ZERO if size > 0 else self._signed(node)

    def _infinite_exponent(self, base: Tends, exponent: Tends) -> Tends:
        assert base.value is not None
        if base.value.op == "number" and -1 <= base.value.number < 0:
            # |b^v| = |b|^v for real v, so that powers of -1 stay on the unit circle.
            return Tends(BOUNDED) if base.value.number == -1 else _UNKNOWN
        above = self._sign_of(Tends(FINITE, graph.sub(base.value, graph.ONE)))
        positive = self._sign_of(base)
        if above in (None, 0) or positive != 1 or exponent.kind == INFINITE:
            return _UNKNOWN
        grows = (above == 1) == (exponent.kind == PLUS)
        return _PLUS if grows else _ZERO

    def _sign_of(self, tends: Tends) -> int | None:
        """The sign of a finite limit, the same for all parameters."""
        if tends.kind != FINITE or tends.value is None:
            return None
        signs: set[int] = set()
        for values in self.problem.parameter_sets():
            number = _value_at(tends.value, values)
            if number is None or hasattr(number, "_mpc_"):
                return None
            signs.add((number > 0) - (number < 0))
        return signs.pop() if len(signs) == 1 else None

    # --- functions ----------------------------------------------------------------------

    def _function(self, node: Node, parts: list[Tends]) -> Tends:
        if all(part.kind == FINITE for part in parts):
            inner = [part.value for part in parts if part.value is not None]
            if node.op == "log" and len(parts) == 1 and self.is_zero(parts[0]):
                return _MINUS if self.oracle.sign(node.args[0]) == 1 else _UNKNOWN
            if node.op in _AT_ZERO and self.is_zero(parts[-1]):
                return _AT_ZERO[node.op] if self.oracle.sign(node.args[-1]) == 1 else _UNKNOWN
            return self._continuous(node, tidy(graph.make(node.op, inner, node.value)))
        if len(parts) != 1:
            return _UNKNOWN
        (part,) = parts
        if part.kind in (BOUNDED, *INFINITES) and node.op in _WAVES:
            return Tends(BOUNDED)
        if part.kind == BOUNDED and node.op in ("atan", "tanh", "sigmoid", "exp", "abs", "erf"):
            return Tends(BOUNDED)
        above, below = _AT_INFINITY.get(node.op, (None, None))
        if part.kind == INFINITE:
            if above is not None and below is not None and above() == below():
                return above()
            return _UNKNOWN
        rule = above if part.kind == PLUS else below if part.kind == MINUS else None
        return rule() if rule is not None else _UNKNOWN

    def _continuous(self, node: Node, value: Node) -> Tends:
        """The value at the limit of the operands, where the function is continuous there."""
        if not has_value(value, self.problem):
            return self._at_pole(node)
        if (node.op in _JUMPING or self._complex) and not self._is_near(node, value):
            return _UNKNOWN
        return Tends(FINITE, value)

    def _is_near(self, node: Node, value: Node) -> bool:
        near = self.oracle.values(node)
        at = _value_at(value, self.problem.parameter_sets()[0])
        return near is not None and at is not None and all(abs(v - at) < _NEAR for v in near)

    def _at_pole(self, node: Node) -> Tends:
        """No value at the point: infinite when the values near it are large."""
        values = self.oracle.values(node)
        if not values or any(abs(value) < 100 for value in values):
            return _UNKNOWN
        return self._signed(node)


def bounds(node: Node) -> tuple[Any, Any]:
    """Numbers between which the values surely lie, or (None, None)."""
    if node.op == "number":
        return node.number, node.number
    if node.op in _WAVES:
        return -1, 1
    inner = [bounds(arg) for arg in node.args] if node.op in ("add", "mul") else []
    if not inner or any(low is None for low, _ in inner):
        return None, None
    if node.op == "add":
        return sum(low for low, _ in inner), sum(high for _, high in inner)
    low, high = inner[0]
    for a, b in inner[1:]:
        corners = (low * a, low * b, high * a, high * b)
        low, high = min(corners), max(corners)
    return low, high


def has_value(node: Node, problem: Problem) -> bool:
    """Has an expression without the variable a finite value, for all sets of parameters?"""
    if node.op in ("number", "symbol"):
        return True
    return all(_value_at(node, values) is not None for values in problem.parameter_sets())


def tends_to(value: Node) -> Tends:
    """A limit given as an expression."""
    if value is graph.INFINITY:
        return _PLUS
    if value is graph.neg(graph.INFINITY):
        return _MINUS
    return Tends(FINITE, value)


def _value_at(node: Node, values: dict[str, Any]) -> Any:
    """The number of an expression, or None where it has none."""
    import mpmath

    from dlmath.expression.precise import evaluate

    try:
        number = evaluate(node, values, 25)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if isinstance(number, (list, bool)) or number is None or not mpmath.isfinite(number):
        return None
    return number
