"""Numbered families of solutions such as pi/6 + 2*pi*n: plain forms, members on an interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from math import floor
from typing import Any

from dlmath.expression.graph import (
    HALF,
    Node,
    add,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    substitute,
    symbol,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import linear
from dlmath.maths.equations.solving.working import Root, value_of

#: Members looked at on each side of 0, for one integer and for several.
_MANY = 4000
_SEVERAL = 40

#: Members listed at most.
_MOST = 400


def polished(root: Root, integers: set[str]) -> Root:
    """The family multiplied out, its integer counted upwards."""
    names = free_symbols(root.value)
    if not names:
        return Root(_shorter(root.value), root.conditions)
    if not names <= integers:
        return root
    value = expand(root.value)
    if len(names) == 1 and not root.conditions:
        n = symbol(next(iter(names)))
        line = linear(value, n)
        if line is not None:
            slope = value_of(line[0])
            if slope is not None and not hasattr(slope, "_mpc_") and slope < 0:
                value = expand(substitute(value, {n.name: neg(n)}))
            value = _started_near_zero(value, n)
    return Root(value, root.conditions)


def _shorter(value: Node) -> Node:
    """A number multiplied out, where that is shorter."""
    from dlmath.expression.text import to_text

    opened = expand(value)
    return opened if len(to_text(opened)) < len(to_text(value)) else value


def _started_near_zero(value: Node, n: Node) -> Node:
    """The family numbered so that its first member lies above minus half a step, below a step."""
    line = linear(value, n)
    if line is None:
        return value
    step, start = (value_of(part, 25) for part in line)
    if step is None or start is None or hasattr(start, "_mpc_") or step == 0:
        return value
    ratio = float(start / step)
    if abs(ratio - round(ratio)) < 1e-12:
        turns = round(ratio)
    else:
        turns = floor(ratio) if ratio >= 1 or ratio < -0.5 else 0
    return expand(substitute(value, {n.name: add(n, number(-turns))})) if turns else value


#: Integers tried where conditions leave only few of them.
_TRIED = range(-60, 61)
_FEW = 12


def few_members(root: Root, integers: set[str]) -> list[Root]:
    """The members one by one where conditions leave few integers: -1 <= pi*n <= 1 leaves 0."""
    for condition in root.conditions:
        names = free_symbols(condition)
        if len(names) != 1 or not names <= integers:
            continue
        (name,) = names
        mine = [c for c in root.conditions if free_symbols(c) == names]
        holding = [k for k in _TRIED if all(_true(substitute(c, {name: number(k)})) for c in mine)]
        if len(holding) <= _FEW and not {_TRIED[0], _TRIED[-1]} & set(holding):
            rest = tuple(c for c in root.conditions if c not in mine)
            return [
                Root(
                    tidy(substitute(root.value, {name: number(k)})),
                    tuple(substitute(c, {name: number(k)}) for c in rest),
                )
                for k in holding
            ]
    return [root]


def without_repeats(roots: Sequence[Root], integers: set[str]) -> list[Root]:
    """Without families and numbers that another family holds."""
    kept: list[Root] = []
    for root in roots:
        if any(_holds(other, root, integers) for other in kept):
            continue
        kept = [other for other in kept if not _holds(root, other, integers)]
        kept.append(root)
    return _merged(kept, integers)


def _merged(roots: list[Root], integers: set[str]) -> list[Root]:
    """Two families half a step apart are one with half the step."""
    kept = list(roots)
    merged = True
    while merged:
        merged = False
        for one, other in combinations(kept, 2):
            joint = _joint(one, other, integers)
            if joint is not None:
                kept[kept.index(one)] = joint
                kept.remove(other)
                merged = True
                break
    return kept


def _joint(one: Root, other: Root, integers: set[str]) -> Root | None:
    first, second = (_affine(root, integers) for root in (one, other))
    if first is None or second is None or one.conditions or other.conditions:
        return None
    if first[0] == 0 or second[0] == 0 or abs(first[0] - second[0]) > 1e-15 * abs(first[0]):
        return None
    apart = 2 * (second[1] - first[1]) / first[0]
    if not _whole(apart) or round(apart) % 2 == 0:
        return None
    n = symbol(next(iter(free_symbols(one.value))))
    line = linear(one.value, n)
    if line is None:
        return None
    return Root(tidy(expand(add(mul(line[0], HALF, n), line[1]))))


def _holds(family: Root, other: Root, integers: set[str]) -> bool:
    """Does an affine family hold another one, or a number?"""
    if family.conditions or other.conditions:
        return False
    outer, inner = (_affine(one, integers) for one in (family, other))
    if outer is None or inner is None or outer[0] == 0:
        return False
    steps = inner[0] / outer[0]
    shift = (inner[1] - outer[1]) / outer[0]
    return _whole(steps) and _whole(shift)


def _whole(value: Any) -> bool:
    return bool(abs(value - round(value)) < 1e-15 * max(1, abs(value)))


def _affine(root: Root, integers: set[str]) -> tuple[Any, Any] | None:
    """(step, offset) as numbers; step 0 for a single number."""
    names = free_symbols(root.value)
    if not names:
        value = value_of(root.value, 25)
        return None if value is None or hasattr(value, "_mpc_") else (0, value)
    if len(names) != 1 or not names <= integers:
        return None
    line = linear(root.value, symbol(next(iter(names))))
    if line is None:
        return None
    values = [value_of(part, 25) for part in line]
    if any(value is None or hasattr(value, "_mpc_") for value in values):
        return None
    return values[0], values[1]


def members(root: Root, integers: set[str], low: Any, high: Any) -> Iterator[Node]:
    """The members of a family from low to high, ends included."""
    import mpmath

    names = sorted(free_symbols(root.value) & integers)
    affine = _affine(root, integers)
    ranges: list[Iterable[int]]
    if affine is not None and affine[0]:
        ends = sorted((end - affine[1]) / affine[0] for end in (low, high))
        first, last = int(mpmath.floor(ends[0])) - 1, int(mpmath.ceil(ends[1])) + 1
        ranges = [range(first, min(last, first + _MOST + 2) + 1)]
    else:
        reach = _MANY if len(names) == 1 else _SEVERAL
        ranges = [sorted(range(-reach, reach + 1), key=abs) for _ in names]
    found = 0
    margin = 1e-6 * max(1.0, abs(float(low)), abs(float(high)))
    for numbers in product(*ranges):
        rough = evaluate(root.value, dict(zip(names, numbers, strict=True)))
        if not isinstance(rough, float) or not low - margin <= rough <= high + margin:
            continue
        there = {name: number(k) for name, k in zip(names, numbers, strict=True)}
        if not all(_true(substitute(condition, there)) for condition in root.conditions):
            continue
        value = tidy(expand(substitute(root.value, there)))
        place = value_of(value, 25)
        if place is None or hasattr(place, "_mpc_") or place != place:
            continue
        if low <= place <= high or abs(place - low) < 1e-20 or abs(place - high) < 1e-20:
            found += 1
            if found > _MOST:
                return
            yield value


def left_out(family: Root, parts: Sequence[Root]) -> list[Node]:
    """The single members that a condition such as n != 0 leaves out."""
    found = []
    for part in parts:
        if part.value is not family.value:
            continue
        for condition in part.conditions:
            if condition.op == "ne" and condition not in family.conditions:
                there = {condition.args[0].name: condition.args[1]}
                found.append(tidy(expand(substitute(part.value, there))))
    return found


def _true(condition: Node) -> bool:
    found = tidy(condition)
    if found.op in ("true", "false"):
        return found.op == "true"
    return value_of(found) is True


def any_crowds(roots: Sequence[Root], integers: set[str]) -> bool:
    """Is there a family whose members are not evenly apart?"""
    return any(
        bool(free_symbols(root.value) & integers) and _affine(root, integers) is None
        for root in roots
    )


def is_whole(value: Node) -> bool:
    """Is it an integer?"""
    return is_number(value) and value.number.denominator == 1
