"""Are the two sides of a step equal? Told by numbers, whatever the command.

Derivatives in a side are taken by reverse mode, which knows none of the rules that made the step;
definite integrals by quadrature with many short pieces; limits by a value very near the place;
antiderivatives, which are known up to a constant, by the slopes of the two sides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

import mpmath

from dlmath.answer import Answer, Step
from dlmath.errors import DlmathError
from dlmath.expression import numbers, precise
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import (
    INFINITY,
    ONE,
    TWO,
    ZERO,
    I,
    Node,
    add,
    div,
    free_symbols,
    make,
    mul,
    number,
    power,
    replace,
    sub,
    substitute,
    symbol,
    topological,
    vector,
)
from dlmath.expression.text import to_text

#: Values of the variables, two settings with variables of either sign.
_VALUES = (Fraction(7, 10), Fraction(-13, 10), Fraction(19, 10), Fraction(3, 10), Fraction(11, 5))
_SETTINGS = 4
#: Where a limit is read off, nearest first; numbers that are too large are tried again farther off.
_NEAR = (mpmath.mpf(10) ** -30, mpmath.mpf(10) ** -8, mpmath.mpf(10) ** -3)
_FAR = (10**30, 10**8, 10**4, 500)


def every_step(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from every_step(step.steps)


def assert_working(answer: Answer, variable: str = "x", *, ends_in_answer: bool = True) -> int:
    """Every step has equal sides, and the last one ends in the answer; how many were compared."""
    assert answer.steps
    constant = _antiderivative_of(*(n for n in answer.question if isinstance(n, Node))) is not None
    compared = sum(
        compare_step(step, variable, up_to_a_constant=constant) for step in every_step(answer.steps)
    )
    if ends_in_answer:
        assert answer.steps[-1].after is answer.result, to_text(answer.steps[-1].after)
    return compared


def compare_step(step: Step, variable: str, *, up_to_a_constant: bool = False) -> int:
    """At how many settings the sides were compared, and found equal. 0 for a remark."""
    if step.before is None or step.after is None:
        return 0
    before, after = step.before, step.after
    over = _antiderivative_of(before, after) or (variable if up_to_a_constant else None)
    if over is not None:
        before, after = _slope(before, over), _slope(after, over)
    before, after = _without_derivatives(before), _without_derivatives(after)
    compared = 0
    for setting in _settings(sorted(free_symbols(before) | free_symbols(after) | {variable})):
        left, right = value(before, setting), value(after, setting)
        if left is None or right is None:
            continue
        where = f"{step.rule}: {to_text(step.before)} -> {to_text(step.after)} at {setting}"
        assert _same(left, right, loose=_is_rough(before, after)), f"{where}: {left} {right}"
        compared += 1
    return compared


def _settings(names: list[str]) -> Iterator[dict[str, Fraction]]:
    for shift in range(_SETTINGS):
        yield {name: _VALUES[(shift + 2 * i) % len(_VALUES)] for i, name in enumerate(names)}


def _is_rough(*sides: Node) -> bool:
    """Limits and integrals are read off to a few digits."""
    return any(part.op in ("limit", "integrate") for side in sides for part in topological(side))


def _same(left: Any, right: Any, *, loose: bool) -> bool:
    if isinstance(left, list):
        return all(_same(a, b, loose=loose) for a, b in zip(left, right, strict=True))
    if mpmath.isinf(left) or mpmath.isinf(right):
        finite = left if mpmath.isinf(right) else right
        infinite = right if mpmath.isinf(right) else left
        return bool(mpmath.isinf(finite) or (loose and finite * infinite > 0 and abs(finite) > 20))
    return bool(abs(left - right) <= (5e-3 if loose else 1e-8) * max(1, abs(left)))


# --- antiderivatives and derivatives ----------------------------------------------------------


def _antiderivative_of(*sides: Node) -> str | None:
    """The variable of an indefinite integral in a side."""
    for side in sides:
        for part in topological(side):
            if part.op == "integrate" and len(part.args) == 2:
                return part.args[1].name
    return None


def _slope(side: Node, variable: str) -> Node:
    """The derivative of a side; indefinite integrals by the variable are taken as functions."""
    slopes: dict[str, Node] = {}
    while True:
        inner = next(
            (p for p in topological(side) if p.op == "integrate" and len(p.args) == 2), None
        )
        if inner is None:
            break
        name = f"F{len(slopes)}"
        slopes[name] = inner.args[0]
        side = replace(side, {inner: symbol(name)})
    side = _without_derivatives(side)
    terms = gradient(side, [variable, *slopes])
    total = [terms[variable], *(mul(terms[name], slope) for name, slope in slopes.items())]
    result = make("add", tuple(total)) if len(total) > 1 else total[0]
    assert not free_symbols(result) & slopes.keys(), "an antiderivative stands in a product"
    return result


def _without_derivatives(node: Node) -> Node:
    """Derivatives that can be taken now (those not inside other operations with that variable)."""
    while True:
        part = next((p for p in topological(node) if p.op == "derive"), None)
        if part is None:
            return node
        node = replace(node, {part: _derivative(part)})


def _derivative(part: Node) -> Node:
    function, by = part.args[0], part.args[1].name
    order = int(part.args[2].number) if len(part.args) > 2 else 1
    for _ in range(order):
        function = _derivative_once(function, by)
    return function


def _derivative_once(function: Node, by: str) -> Node:
    if function.op == "vector":
        return vector(_derivative_once(entry, by) for entry in function.args)
    return gradient(function, [by])[by]


# --- numbers ----------------------------------------------------------------------------------


def value(node: Node, at: dict[str, Fraction]) -> Any:
    """The number, or nested lists; None where there is none."""
    node = substitute(
        node, {name: number(v) for name, v in at.items() if name in free_symbols(node)}
    )
    while True:
        part = next((p for p in topological(node) if p.op in ("limit", "integrate")), None)
        if part is None:
            break
        found = _limit(part) if part.op == "limit" else _integral(part)
        if found is None:
            return None
        node = replace(node, {part: _number(found)})
    if node is INFINITY or node is mul(number(-1), INFINITY):
        return mpmath.inf if node is INFINITY else -mpmath.inf
    return _finite(node)


def _number(found: Any) -> Node:
    """The number as a node; beyond the reach of binary64 it is taken for 0 or infinite."""
    if abs(found) > 1e300:
        return INFINITY if found.real > 0 else mul(number(-1), INFINITY)
    parts = [
        number(Fraction(mpmath.nstr(x, 25))) if abs(x) > 1e-300 else ZERO for x in _parts(found)
    ]
    return parts[0] if parts[1] is ZERO else add(parts[0], mul(parts[1], I))


def _parts(found: Any) -> tuple[Any, Any]:
    return found.real, found.imag


def _finite(node: Node, at: dict[str, Any] | None = None) -> Any:
    try:
        found = precise.evaluate(node, at or {}, digits=30)
    except DlmathError:
        return None
    return None if _undefined(found) else found


def _undefined(found: Any) -> bool:
    if isinstance(found, list):
        return any(map(_undefined, found))
    return bool(found != found)


def _limit(part: Node) -> Any:
    """The function very near the place; for two sides, where both agree."""
    function, by, to = part.args
    side = part.value or "both"
    if to is INFINITY or free_symbols(to) or to is mul(number(-1), INFINITY):
        sign = 1 if to is INFINITY else -1
        places = [[sign * far for far in _FAR]]
    else:
        centre = _finite(to)
        ways = {"left": (-1,), "right": (1,)}.get(str(side), (-1, 1))
        places = [[centre + way * near for near in _NEAR] for way in ways]
    found = []
    for ladder in places:
        tried = (_finite(function, {by.name: place}) for place in ladder)
        found.append(next((v for v in tried if v is not None), None))
    known = [v for v in found if v is not None]
    return known[-1] if known else None


#: Pieces of an interval: a kink inside one of them costs little.
_PIECES = 400
#: Gauss-Legendre nodes with three points on [-1, 1], and their weights.
_GAUSS = ((-(0.6**0.5), 5 / 9), (0.0, 8 / 9), (0.6**0.5, 5 / 9))


def _integral(part: Node) -> Any:
    """In binary64 by many short pieces; an infinite range is x = t/(1 - t^2), |t| < 1."""
    function, by, low, high = part.args
    ends = [value(end, {}) for end in (low, high)]
    if any(end is None for end in ends) or free_symbols(function) - {by.name}:
        return None
    if any(map(mpmath.isinf, ends)):
        t = symbol("t_of_the_quadrature")
        below = sub(ONE, power(t, TWO))
        inside = div(t, below)
        stretch = div(add(ONE, power(t, TWO)), power(below, TWO))
        function, by = mul(substitute(function, {by.name: inside}), stretch), t
        ends = [_of_t(end) for end in ends]
    start, width = float(ends[0]), float(ends[1] - ends[0]) / _PIECES
    total = 0.0
    for piece in range(_PIECES):
        for place, weight in _GAUSS:
            x = start + width * (piece + (1 + place) / 2)
            height = numbers.evaluate(function, {by.name: x})
            total += weight * height.real if height == height else 0
    return mpmath.mpf(total * width / 2)


def _of_t(end: Any) -> Any:
    if mpmath.isinf(end):
        return 1 if end > 0 else -1
    return 0 if end == 0 else (mpmath.sqrt(1 + 4 * end**2) - 1) / (2 * end)
