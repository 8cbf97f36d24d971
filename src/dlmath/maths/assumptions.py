"""Assumptions that hold for a whole computation."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from dlmath.answer import Answer
from dlmath.expression.real import complex_variables
from dlmath.settings import Assumptions, Settings

P = ParamSpec("P")


def complex_names(assume: Assumptions) -> frozenset[str]:
    """The variables that are assumed complex; all others are real."""
    return frozenset(
        name for name, known in assume.items() if "complex" in known and "real" not in known
    )


def under_assumptions(compute: Callable[P, Answer]) -> Callable[P, Answer]:
    """Lets `tidy` know, throughout the computation, which variables are not real."""

    @wraps(compute)
    def computed(*args: P.args, **kwargs: P.kwargs) -> Answer:
        given = (*args, *kwargs.values())
        settings = next((value for value in given if isinstance(value, Settings)), None)
        names = complex_names(settings.assume) if settings is not None else frozenset()
        with complex_variables(names):
            return compute(*args, **kwargs)

    return computed
