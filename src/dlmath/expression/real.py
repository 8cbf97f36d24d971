"""What the shape of an expression tells about its value when the variables are real.

Variables are real, but for those that `complex_variables` names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from dlmath.expression.graph import I, Node, forget_what_is_known, remember, topological
from dlmath.expression.vocabulary import REAL

_real: dict[Node, bool] = remember()
_positive: dict[Node, bool] = remember()

#: Positive for every real operand.
_POSITIVE = frozenset({"exp", "cosh", "sech", "sigmoid", "softplus", "erfc"})
#: At least zero for every real operand.
_NOT_NEGATIVE = _POSITIVE | {"abs", "relu", "norm", "var", "mse", "mae", "hard_sigmoid"}


_complex: ContextVar[frozenset[str]] = ContextVar("complex variables", default=frozenset())


@contextmanager
def complex_variables(names: Iterable[str]) -> Iterator[None]:
    """Inside, the named variables are not taken as real: `sqrt(z**2)` is not `abs(z)`."""
    wanted = frozenset(names)
    if wanted == _complex.get():
        yield
        return
    before = _complex.set(wanted)
    forget_what_is_known()  # what was tidied may have relied on it
    try:
        yield
    finally:
        _complex.reset(before)
        forget_what_is_known()


def is_real(node: Node) -> bool:
    """Surely real wherever it is defined."""
    found = _real.get(node)
    if found is None:
        for part in topological(node):
            if part not in _real:
                _real[part] = _real_of(part)
        found = _real[node]
    return found


def _real_of(node: Node) -> bool:
    if node.op == "constant":
        return node is not I
    if node.op == "symbol":
        return node.value not in _complex.get()
    if not all(_real[part] for part in node.args):
        return False
    if node.op == "pow":
        base, exponent = node.args
        whole = exponent.op == "number" and isinstance(exponent.number, int)
        return whole or is_positive(base) or is_not_negative(base)
    if node.op == "log":
        return is_positive(node.args[0])
    return node.op in REAL or node.op in ("number", "symbol", "add", "mul", "vector")


def is_positive(node: Node) -> bool:
    """Surely greater than zero wherever it is defined, for real variables."""
    found = _positive.get(node)
    if found is None:
        for part in topological(node):
            if part not in _positive:
                _positive[part] = _positive_of(part)
        found = _positive[node]
    return found


def _positive_of(node: Node) -> bool:
    if node.op == "number":
        return node.number > 0
    if node.op == "constant":
        return node is not I
    if node.op == "mul":
        return all(_positive[part] for part in node.args)
    if node.op == "add":
        return any(_positive[part] for part in node.args) and all(
            _positive[part] or is_not_negative(part) for part in node.args
        )
    if node.op == "pow":
        return _positive[node.args[0]] and is_real(node.args[1])
    return node.op in _POSITIVE and is_real(node.args[0])


def is_not_negative(node: Node) -> bool:
    """Surely at least zero wherever it is defined, for real variables."""
    if node.op == "number":
        return node.number >= 0
    if node.op == "pow" and node.args[1].op == "number":
        size = node.args[1].number
        if isinstance(size, int) and size % 2 == 0:
            return is_real(node.args[0])
        return is_not_negative(node.args[0])
    if node.op in ("mul", "add"):
        return all(is_not_negative(part) for part in node.args)
    if node.op in _NOT_NEGATIVE:
        return all(is_real(part) for part in node.args)
    return is_positive(node)
