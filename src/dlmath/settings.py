"""What a user may ask of any computation, whatever the command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from dlmath.expression.graph import Node

#: What is known of variables: name to properties among `positive negative nonnegative nonpositive
#: nonzero integer rational real complex`. A variable that is not named is real.
Assumptions = Mapping[str, frozenset[str]]


def _silent(done: float, text: str) -> None:
    """Progress that nobody watches."""


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Settings:
    """Options common to every command.

    steps: fill `Answer.steps`. check: run the independent route. digits: significant digits of the
    decimal value (None: 10 where one is shown). at: values put in for variables. assume: what is
    known of variables. seconds: wall-clock budget; routes plan their shares of it (0: none).
    at_kink: what is answered where the slopes of two sides differ: `undefined`, `frameworks` or
    `subgradient`. progress: called with (fraction done in 0..1, words) by what takes long.
    plot: fill `Answer.picture`. interrupted: asked now and then by what can stop half-way with a
    result: was Ctrl-C pressed?
    """

    steps: bool = False
    check: bool = True
    digits: int | None = None
    at: Mapping[str, Node] = field(default_factory=dict)
    assume: Assumptions = field(default_factory=dict)
    seconds: float = 20.0
    at_kink: str = "undefined"
    progress: Callable[[float, str], None] = _silent
    plot: bool = False
    interrupted: Callable[[], bool] = _never


DEFAULTS = Settings()
