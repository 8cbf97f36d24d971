"""What is asked of a descent: the options as given, and the plan that is made of them."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

from dlmath.errors import InvalidInput
from dlmath.maths.optimization.methods import Method, find_method, parameters_of
from dlmath.maths.optimization.schedules import find_schedule

LINE_SEARCHES = ("armijo", "wolfe")

#: What only makes sense where steps have a rate: not beside a line search.
_OF_RATES = ("schedule", "clip", "noise", "weight_decay")


class Options(NamedTuple):
    """The options of `descend`; None where the default depends on the method.

    method: a name of `methods.METHODS`. rate: the learning rate. momentum, beta1, beta2, epsilon,
    rho, weight_decay: parameters of methods. schedule: a name of `schedules.SCHEDULES`.
    line_search: armijo or wolfe, for gd, newton, bfgs and conjugate. clip: the largest Euclidean
    norm of a gradient. noise: the standard deviation of what is added to each entry of it, drawn
    from seed. steps_max: the largest number of steps. tolerance: the Euclidean norm of the
    gradient at which it has converged. trace: rows of the table of steps. checkpoint: a file to
    save to and to go on from.
    """

    method: str = "gd"
    rate: float | None = None
    momentum: float | None = None
    beta1: float | None = None
    beta2: float | None = None
    epsilon: float | None = None
    rho: float | None = None
    weight_decay: float | None = None
    schedule: str = "constant"
    line_search: str | None = None
    clip: float | None = None
    noise: float | None = None
    seed: int = 0
    steps_max: int = 1000
    tolerance: float = 1e-8
    trace: int | None = None
    checkpoint: str | None = None

    def parameters(self) -> dict[str, float | None]:
        """The parameters of methods among them."""
        names = ("momentum", "beta1", "beta2", "epsilon", "rho", "weight_decay")
        return {name: getattr(self, name) for name in names}


class Plan(NamedTuple):
    """How the steps are made; with the function and the start it settles every number.

    steps: how many there will be at most, which the schedule needs. penalty: the weight of
    half the squared norm of the point, which is added to the function (weight decay of methods
    that have none of their own).
    """

    method: Method
    parameters: Mapping[str, float]
    rate: float
    schedule: str = "constant"
    steps: int = 1000
    clip: float | None = None
    noise: float = 0.0
    seed: int = 0
    line_search: str | None = None
    penalty: float = 0.0

    @property
    def is_plain(self) -> bool:
        """Is it the method alone, with a fixed rate, so that its theory holds?"""
        steady = self.schedule == "constant" and self.line_search is None
        return steady and self.clip is None and not self.noise

    @property
    def goes_straight(self) -> bool:
        """Does each step lead against the gradient, as far as the rate says?"""
        return self.method.name == "gd" and self.line_search is None


def make_plan(options: Options) -> Plan:
    """The plan, with the method's own rate where none is given. Raises InvalidInput."""
    method = find_method(options.method)
    find_schedule(options.schedule)
    _check_numbers(options)
    line_search = _line_search(method, options)
    parameters = parameters_of(method, options.parameters())
    penalty = 0.0
    if "weight_decay" in parameters and "weight_decay" not in method.parameters:
        penalty = parameters.pop("weight_decay")
    return Plan(
        method,
        parameters,
        method.rate if options.rate is None else options.rate,
        options.schedule,
        options.steps_max,
        options.clip,
        options.noise or 0.0,
        options.seed,
        line_search,
        penalty,
    )


def _line_search(method: Method, options: Options) -> str | None:
    """The kind of line search, None where steps have a rate. Raises InvalidInput."""
    given = options.line_search
    if given is not None and given not in LINE_SEARCHES:
        raise InvalidInput(
            f"there is no line search {given}", hint=f"use one of {', '.join(LINE_SEARCHES)}"
        )
    if given is not None and not (method.searches or method.name == "gd"):
        raise InvalidInput(
            f"{method.name} takes the step of its rule and does not search along it",
            hint="--line-search goes with gd, newton, bfgs and conjugate",
        )
    if given is None and method.searches:
        given = "armijo" if method.name == "newton" else "wolfe"
    if given is None:
        return None
    if given == "armijo" and method.name in ("bfgs", "conjugate"):
        raise InvalidInput(
            f"{method.name} needs the curvature condition of Wolfe",
            hint="leave --line-search out, or give wolfe",
        )
    for name in _OF_RATES:
        value = getattr(options, name)
        if value is not None and value != "constant":
            raise InvalidInput(
                f"--{name.replace('_', '-')} does not go with a line search",
                hint="a line search finds the length of each step from the function itself",
            )
    return given


def _check_numbers(options: Options) -> None:
    rate, tolerance = options.rate, options.tolerance
    if rate is not None and not (isfinite(rate) and rate > 0):
        raise InvalidInput(
            f"the rate must be a positive number, not {rate:g}", hint="for example --rate 0.1"
        )
    if options.steps_max < 1:
        raise InvalidInput(f"at least one step is needed, not {options.steps_max}")
    if not (isfinite(tolerance) and tolerance >= 0):
        raise InvalidInput(
            f"the tolerance must be a number from 0 up, not {tolerance:g}",
            hint="for example --tolerance 1e-8",
        )
    if options.trace is not None and options.trace < 1:
        raise InvalidInput(f"at least one row is needed, not {options.trace}")
    if options.clip is not None and not (isfinite(options.clip) and options.clip > 0):
        raise InvalidInput(f"the gradient is clipped to a length above 0, not {options.clip:g}")
    if options.noise is not None and not (isfinite(options.noise) and options.noise >= 0):
        raise InvalidInput(f"the noise must be a number from 0 up, not {options.noise:g}")
