"""Judging a point by values around it, in many digits: evidence, not a proof."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import cos, pi, sin
from typing import Any

from dlmath.expression.graph import Node
from dlmath.maths.optimization.extrema.algebraic import Root
from dlmath.maths.optimization.extrema.points import MAXIMUM, MINIMUM, SADDLE
from dlmath.maths.optimization.extrema.systems import value_at

#: Distances at which values are compared.
_RADII = ("1e-2", "1e-4", "1e-6")


def judged_nearby(function: Node, names: Sequence[str], root: Root) -> str | None:
    """`minimum`, `maximum` or `saddle` by values along curves, or None where they are level.

    The two smallest distances must agree.
    """
    import mpmath

    with mpmath.workdps(60):
        here = value_at(function, dict(zip(names, root.values, strict=True)), 45)
        if here is None:
            return None
        verdicts = []
        for radius in _RADII:
            signs = set()
            for direction, powers in _curves(len(names)):
                place = [
                    value + mpmath.mpf(radius) ** power * part
                    for value, part, power in zip(root.values, direction, powers, strict=True)
                ]
                there = value_at(function, dict(zip(names, place, strict=True)), 45)
                if there is None:
                    continue
                gap = there - here
                if abs(gap) > mpmath.mpf(10) ** -42 * max(1, abs(here)):
                    signs.add(1 if gap > 0 else -1)
                else:
                    signs.add(0)
                if {1, -1} <= signs:
                    break
            verdicts.append(frozenset(signs))
    if {1, -1} <= verdicts[-1]:
        return SADDLE
    if verdicts[-1] == {1} and verdicts[-2] <= {1, 0}:
        return MINIMUM
    if verdicts[-1] == {-1} and verdicts[-2] <= {-1, 0}:
        return MAXIMUM
    return None


def _curves(size: int) -> Iterator[tuple[tuple[Any, ...], tuple[int, ...]]]:
    """Directions with the powers of the distance in each coordinate: lines, then curves."""
    for direction in directions(size):
        yield direction, (1,) * size
    if size == 1:
        return
    for powers in product((1, 2, 3), repeat=size):
        if len(set(powers)) > 1 and size <= 3:
            for direction in product((0.5, -0.5, 0.8, -0.8, 1.0, -1.0, 1.5, -1.5), repeat=size):
                yield direction, powers


def directions(size: int) -> Iterator[tuple[Any, ...]]:
    """Unit vectors: both of the line, many of the plane, axes and random ones else."""
    if size == 1:
        yield (1.0,)
        yield (-1.0,)
        return
    if size == 2:
        for step in range(120):
            angle = 2 * pi * step / 120
            yield (cos(angle), sin(angle))
        return
    import random

    for place in range(size):
        for sign in (1.0, -1.0):
            yield tuple(sign * float(index == place) for index in range(size))
    chance = random.Random(11)  # noqa: S311  places to try, no secret
    for _ in range(200):
        vector = [chance.gauss(0, 1) for _ in range(size)]
        length = sum(part * part for part in vector) ** 0.5
        yield tuple(part / length for part in vector)


def weakly_nearby(function: Node, names: Sequence[str], root: Root) -> str | None:
    """As `judged_nearby`, but equal values nearby are allowed, as on a level curve."""
    import mpmath

    with mpmath.workdps(60):
        here = value_at(function, dict(zip(names, root.values, strict=True)), 45)
        if here is None:
            return None
        signs = set()
        for direction in directions(len(names)):
            place = [
                value + mpmath.mpf("1e-5") * part
                for value, part in zip(root.values, direction, strict=True)
            ]
            there = value_at(function, dict(zip(names, place, strict=True)), 45)
            if there is not None:
                gap = there - here
                signs.add(0 if abs(gap) < 1e-28 * max(1, abs(here)) else 1 if gap > 0 else -1)
    if {1, -1} <= signs:
        return SADDLE
    return MINIMUM if 1 in signs else MAXIMUM if -1 in signs else None
