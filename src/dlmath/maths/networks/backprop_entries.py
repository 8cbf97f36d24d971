"""Shares of reverse mode for functions of all entries: reductions, softmax, losses.

Closed forms of their vector-Jacobian products, in a size proportional to the number of entries.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlmath.errors import Undefined, Unsolved
from dlmath.expression import shapes
from dlmath.expression.functions_precise import is_real
from dlmath.maths.networks.backprop_algebra import Algebra, Flat, Shares, Value

# --- functions of all entries ---------------------------------------------------------------


def of_entries(
    op: str, operands: list[Value], value: Value, g: Value, wanted: Sequence[bool], a: Algebra
) -> Shares:
    """Reductions, softmax and losses: closed forms of their vector-Jacobian products."""
    if op in shapes.PAIRED:
        flats = [shapes.flatten(operands[0]), shapes.flatten(operands[1]), *operands[2:]]
        return [
            (k, _like(operands[k], _PAIRS[op, k](flats, g, a)))
            for k in range(len(operands))
            if wanted[k]
        ]
    if op == "norm":
        if len(operands) > 1 and wanted[1]:
            raise Unsolved("the derivative of a norm by its order cannot be written")
        flat = _of_norm(shapes.flatten(operands[0]), operands[1:], value, g, a)
        return [(0, _like(operands[0], flat))]
    entries = shapes.flatten(operands)
    share = _like(operands, _WHOLE[op](entries, value, g, a))
    return [(k, share[k]) for k in range(len(operands)) if wanted[k]]


def _like(pattern: Value, flat: Flat | Value) -> Value:
    """The flat entries in the nesting of the pattern."""
    if not isinstance(pattern, list):
        return flat[0] if isinstance(flat, list) else flat
    entries = iter(flat)

    def filled(part: Value) -> Value:
        return [filled(x) for x in part] if isinstance(part, list) else next(entries)

    return filled(pattern)


def _of_norm(x: Flat, order: list[Value], value: Value, g: Value, a: Algebra) -> Flat:
    if value == 0:  # a corner; frameworks use 0
        return [0 for _ in x]
    p = order[0] if order else 2
    if hasattr(p, "_mpf_") and p == a.arithmetic.mp.inf:
        sizes = [a.arithmetic.inexact(abs(entry)) for entry in x]
        first = sizes.index(max(sizes))
        return [a.times(g, _sign(e)) if k == first else 0 for k, e in enumerate(x)]
    if p == 2:
        return [a.times(g, a.over(entry, value)) for entry in x]
    below = a.power(value, a.minus(p, 1))
    return [
        a.times(g, _sign(e), a.over(a.power(abs(e), a.minus(p, 1)), below))
        if e != 0 or p > 1
        else 0
        for e in x
    ]


def _sign(value: Any) -> int:
    """Raises Undefined for a complex number, whose size has no derivative."""
    if not is_real(value):
        raise Undefined("undefined at this point: the derivative of the size of a complex number")
    return int(value > 0) - int(value < 0)


def _softmax_of(x: Flat, a: Algebra) -> Flat:
    found: Flat = a.call("softmax", x)
    return found


def _softmax(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    """s*(G - sum of s*G)."""
    s, g = shapes.flatten(value), shapes.flatten(g)
    middle = a.inner(s, g)
    return [a.times(p, a.minus(w, middle)) for p, w in zip(s, g, strict=True)]


def _log_softmax(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    """G - softmax(x)*(sum of G)."""
    g = shapes.flatten(g)
    whole = a.plus(*g)
    return [a.minus(w, a.times(p, whole)) for p, w in zip(_softmax_of(x, a), g, strict=True)]


def _var(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    middle = a.call("mean", x)
    scale = a.over(a.times(2, g), len(x))
    return [a.times(scale, a.minus(entry, middle)) for entry in x]


def _first_extreme(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    """All to the extreme entry; of equal ones to the first."""
    first = next(k for k, entry in enumerate(x) if a.arithmetic.compare("eq", entry, value))
    return [g if k == first else 0 for k in range(len(x))]


_WHOLE: dict[str, Callable[[Flat, Value, Value, Algebra], Flat]] = {
    "mean": lambda x, value, g, a: [a.over(g, len(x))] * len(x),
    "var": _var,
    "max": _first_extreme,
    "min": _first_extreme,
    "logsumexp": lambda x, value, g, a: [a.times(g, p) for p in _softmax_of(x, a)],
    "softmax": _softmax,
    "log_softmax": _log_softmax,
}


# --- losses of (prediction, target) ---------------------------------------------------------

_Pair = Callable[[list[Any], Value, Algebra], Any]


def _each_pair(rule: Callable[[Any, Any, Algebra], Any], *, mean: bool) -> _Pair:
    """A share for each pair of entries, of a mean or of a sum over them."""

    def shares(flats: list[Any], g: Value, a: Algebra) -> Flat:
        scale = a.over(g, len(flats[0])) if mean else g
        return [a.times(scale, rule(p, y, a)) for p, y in zip(flats[0], flats[1], strict=True)]

    return shares


def _quotient(weight: Any, below: Any, a: Algebra) -> Any:
    """weight/below, which is 0 for the weight 0: the term is left out of the loss."""
    return 0 if weight == 0 else a.over(weight, below)


def _huber(turn: int) -> _Pair:
    def shares(flats: list[Any], g: Value, a: Algebra) -> Flat:
        delta = flats[2] if len(flats) > 2 else 1

        def rule(p: Any, y: Any, a: Algebra) -> Any:
            e = a.minus(p, y)
            near = a.arithmetic.compare("le", abs(e), delta)
            return a.times(turn, e if near else a.times(delta, _sign(e)))

        return _each_pair(rule, mean=True)(flats, g, a)  # type: ignore[no-any-return]

    return shares


def _huber_by_delta(flats: list[Any], g: Value, a: Algebra) -> Any:
    delta = flats[2]
    sizes = [abs(a.minus(p, y)) for p, y in zip(flats[0], flats[1], strict=True)]
    far = [a.minus(size, delta) for size in sizes if a.arithmetic.compare("gt", size, delta)]
    return a.over(a.times(g, a.plus(*far)), len(sizes)) if far else 0


def _bce(p: Any, y: Any, a: Algebra) -> Any:
    rest = a.minus(1, y)
    return a.minus(_quotient(rest, a.minus(1, p), a), _quotient(y, p, a))


def _bce_by_target(p: Any, y: Any, a: Algebra) -> Any:
    return a.minus(a.call("log", a.minus(1, p)), a.call("log", p))


def _active_hinge(of: int) -> Callable[[Any, Any, Algebra], Any]:
    def rule(s: Any, y: Any, a: Algebra) -> Any:
        inside = a.minus(1, a.times(y, s))
        return a.times(-1, y if of == 0 else s) if inside > 0 else 0

    return rule


_PAIRS: dict[tuple[str, int], _Pair] = {
    ("mse", 0): _each_pair(lambda p, y, a: a.times(2, a.minus(p, y)), mean=True),
    ("mse", 1): _each_pair(lambda p, y, a: a.times(2, a.minus(y, p)), mean=True),
    ("mae", 0): _each_pair(lambda p, y, a: _sign(a.minus(p, y)), mean=True),
    ("mae", 1): _each_pair(lambda p, y, a: _sign(a.minus(y, p)), mean=True),
    ("huber", 0): _huber(1),
    ("huber", 1): _huber(-1),
    ("huber", 2): _huber_by_delta,
    ("bce", 0): _each_pair(_bce, mean=True),
    ("bce", 1): _each_pair(_bce_by_target, mean=True),
    ("cross_entropy", 0): _each_pair(lambda p, y, a: a.times(-1, _quotient(y, p, a)), mean=False),
    ("cross_entropy", 1): _each_pair(lambda p, y, a: a.times(-1, a.call("log", p)), mean=False),
    ("hinge", 0): _each_pair(_active_hinge(0), mean=True),
    ("hinge", 1): _each_pair(_active_hinge(1), mean=True),
    ("kl_div", 0): _each_pair(lambda p, q, a: a.plus(a.call("log", a.over(p, q)), 1), mean=False),
    ("kl_div", 1): _each_pair(lambda p, q, a: a.times(-1, _quotient(p, q, a)), mean=False),
}
