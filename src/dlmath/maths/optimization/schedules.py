"""Schedules of the learning rate, each a formula of the language.

`t` is the number of steps already done (0 before the first), `steps` how many there will be, and
`rate` the rate asked for. The formula is compiled into the loop of `descend`, shown as working,
and made a function by `schedule`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node


class Schedule(NamedTuple):
    """name: as typed. formula: the rate of step t. about: one line. agrees: torch's name."""

    name: str
    formula: str
    about: str
    agrees: str


SCHEDULES: dict[str, Schedule] = {
    schedule.name: schedule
    for schedule in (
        Schedule("constant", "rate", "the same rate in every step", "no scheduler"),
        Schedule(
            "step",
            "rate/10^floor((3*t + 1/2)/steps)",
            "a tenth of the rate after each third of the steps",
            "StepLR(step_size=steps/3, gamma=0.1), where 3 divides the steps",
        ),
        Schedule(
            "exponential",
            "rate*100^(-t/steps)",
            "falls by the same factor in each step, to a hundredth at the end",
            "ExponentialLR(gamma=0.01**(1/steps))",
        ),
        Schedule(
            "cosine",
            "rate*(1 + cos(pi*t/steps))/2",
            "half a wave of the cosine, from the rate to 0"
            " (I. Loshchilov, F. Hutter, SGDR, ICLR 2017, without restarts)",
            "CosineAnnealingLR(T_max=steps)",
        ),
        Schedule(
            "warmup-cosine",
            "piecewise((rate*(t + 1)/warmup, t < warmup),"
            " (rate*(1 + cos(pi*(t - warmup)/(steps - warmup)))/2, true))",
            "grows for the first tenth of the steps (P. Goyal and others, 2017), then cosine",
            "LinearLR, then CosineAnnealingLR, by SequentialLR; the first rate here is rate/warmup",
        ),
    )
}


def find_schedule(name: str) -> Schedule:
    """The schedule of this name. Raises InvalidInput with the list."""
    if name not in SCHEDULES:
        names = ", ".join(SCHEDULES)
        raise InvalidInput(f"there is no schedule {name}", hint=f"use one of {names}")
    return SCHEDULES[name]


def warmup_of(steps: int) -> int:
    """The steps in which the rate grows: a tenth of all, at least one, and fewer than all."""
    return max(1, min(steps // 10, steps - 1))


def schedule_node(name: str, steps: int, rate: Node, t: Node) -> Node:
    """The rate of a step as an expression of rate and steps done. Raises InvalidInput."""
    from dlmath.expression.graph import number, substitute
    from dlmath.expression.parser import parse

    formula = parse(find_schedule(name).formula).node
    values = {"rate": rate, "t": t, "steps": number(Fraction(steps))}
    return substitute(formula, values | {"warmup": number(Fraction(warmup_of(steps)))})


def schedule(name: str, rate: float, steps: int) -> Callable[[int], float]:
    """A function of the number of steps already done, which gives the rate of the next step.

    name: of `SCHEDULES`. rate: above 0. steps: how many there will be, at least 1; a function for
    t from 0 up to steps - 1. Raises InvalidInput.
    """
    from dlmath.expression.compile import compile_function
    from dlmath.expression.graph import number, symbol

    if steps < 1:
        raise InvalidInput(f"a schedule needs at least one step, not {steps}")
    node = schedule_node(name, steps, number(Fraction(rate)), symbol("t"))
    compiled = compile_function([node], ["t"])
    return lambda t: float(compiled(float(t))[0])
