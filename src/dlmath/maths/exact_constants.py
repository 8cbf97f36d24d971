"""Simpler exact forms of constants, from sympy, accepted only with the same thirty digits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from dlmath.checks.evaluation import same_number
from dlmath.expression.graph import INFINITY, PI, E, Node, topological, vector
from dlmath.expression.text import to_text
from dlmath.maths.sympy_routes import attempt, share, translated
from dlmath.settings import Settings

_ARITHMETIC = frozenset({"number", "constant", "add", "mul", "pow", "vector"})

#: Constants larger than this are left as they are.
LARGEST = 60


def simplest_constant(node: Node, value: Any, settings: Settings) -> Node:
    """The shortest exact form found of an expression without variables.

    value: its number, to at least 30 digits; a form with another value is discarded. A vector has
    nested lists of numbers for its value, and is simplified entry by entry.
    """
    if node.op == "vector":
        pairs = zip(node.args, value, strict=True)
        return vector(simplest_constant(part, entry, settings) for part, entry in pairs)
    if not _may_be_simpler(node):
        return node
    best, length = node, _length(node)
    for candidate in _candidates(node, settings):
        size = _length(candidate)
        if size < length and same_number(candidate, value):
            best, length = candidate, size
    return best


def _length(node: Node) -> tuple[int, int]:
    """Parts that have a plainer form (infinity, roots and logarithms of negative numbers), then
    the length of the text."""
    plainer = sum(part is INFINITY or _of_negative(part) for part in topological(node))
    return plainer, len(to_text(node))


def _of_negative(part: Node) -> bool:
    """A root or logarithm of a negative number, which has a form with i."""
    if part.op not in ("pow", "log"):
        return False
    inner = part.args[0]
    return inner.op == "number" and inner.number < 0


def _may_be_simpler(node: Node) -> bool:
    """Is there a part that arithmetic with plain roots and function values leaves open?

    `sqrt(2) + 3*sin(1)` is as simple as it gets, and sympy need not be started for it.
    """
    parts = topological(node)
    if len(parts) > LARGEST or any(part.op == "vector" for part in parts):  # of hyper, say
        return False
    functions = [part for part in parts if part.args and part.op not in _ARITHMETIC]
    open_parts = [part for part in parts if part is INFINITY or _is_open(part)]
    return len(functions) > 1 or bool(open_parts)


def _is_open(part: Node) -> bool:
    """A power or function of something else than a positive number, pi or e."""
    if not part.args or part.op in ("add", "mul"):
        return False
    inner = part.args[0]
    plain = inner in (PI, E) or (inner.op == "number" and inner.number >= 0)
    return not plain or (part.op == "pow" and part.args[1].op != "number")


def _candidates(node: Node, settings: Settings) -> Iterator[Node]:
    """Forms that sympy gives, each within its share of the time."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    routes: tuple[Callable[[Any], Any], ...] = (
        lambda obj: obj,
        sympy.sqrtdenest,
        sympy.radsimp,
        lambda obj: sympy.expand_complex(obj) if obj.has(sympy.I) or not obj.is_real else obj,
        sympy.simplify,
        sympy.gammasimp,
    )
    start = translated(node, {}, share(settings.seconds, 0.1))
    if start is None:
        return
    for route in routes:
        found = attempt(partial(route, start), share(settings.seconds, 0.1))
        if found is not None:
            yield found
