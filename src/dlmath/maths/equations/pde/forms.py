"""Heat and wave equations in their standard forms, and their initial conditions."""

from __future__ import annotations

import random
from typing import NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.graph import (
    ZERO,
    Node,
    div,
    free_symbols,
    neg,
    replace,
    sqrt,
    topological,
)
from dlmath.expression.numbers import evaluate
from dlmath.expression.tidy import tidy
from dlmath.maths.equations.pde.read import Equation, Side


class Evolution(NamedTuple):
    """u_t = k u_xx + r u + f (wave=False), or u_tt + d u_t = k u_xx + r u + f with k = c^2."""

    wave: bool
    k: Node
    r: Node
    d: Node
    source: Node


def evolution_of(equation: Equation) -> Evolution | None:
    """The equation in this form, with constant k, r, d; None where it has another form.

    Raises Unsolved for a heat equation that runs backwards.
    """
    if not equation.linear:
        return None
    wave = (0, 2) in equation.parts
    top = (0, 2) if wave else (0, 1)
    allowed = {top, (2, 0), (0, 0), (0, 1)}
    if top not in equation.parts or (2, 0) not in equation.parts:
        return None
    if not set(equation.parts) <= allowed:
        return None
    p = equation.part(top)
    k = tidy(neg(div(equation.part((2, 0)), p)))
    r = tidy(neg(div(equation.part((0, 0)), p)))
    d = tidy(div(equation.part((0, 1)), p)) if wave else ZERO
    source = tidy(neg(div(equation.rest, p)))
    if {equation.space, equation.time} & (free_symbols(k) | free_symbols(r) | free_symbols(d)):
        return None
    if not positive(k):
        if wave:
            return None
        raise Unsolved(
            "this heat equation runs backwards in time: its solution does not depend continuously "
            "on the initial values"
        )
    return Evolution(wave, k, r, d, source)


def positive(node: Node) -> bool:
    """Is it positive for positive parameters? Told by values."""
    rng = random.Random(2)  # noqa: S311
    for _ in range(6):
        value = evaluate(node, {n: rng.uniform(0.2, 3) for n in sorted(free_symbols(node))})
        if not isinstance(value, (int, float)) or not value > 0:
            return False
    return True


def root(k: Node) -> Node:
    """c with c^2 = k; which of the two does not matter, so sqrt(c^2) is c."""
    found = tidy(sqrt(k))
    sizes = {part: part.args[0] for part in topological(found) if part.op == "abs"}
    return tidy(replace(found, sizes)) if sizes else found


class Start(NamedTuple):
    """What is given at the initial time: u and, for waves, u_t."""

    time: Node
    value: Node
    slope: Node


def start_of(sides: list[Side], wave: bool) -> Start | None:
    """The initial conditions; None where they are not of this form or incomplete."""
    value = slope = None
    time: Node | None = None
    for side in sides:
        if time is not None and side.place is not time:
            return None
        time = side.place
        if set(side.parts) == {(0, 0)}:
            value = side.value
        elif set(side.parts) == {(0, 1)}:
            slope = side.value
        else:
            return None
    if value is None or time is None or (wave and slope is None) or (not wave and slope):
        return None
    return Start(time, value, slope if slope is not None else ZERO)
