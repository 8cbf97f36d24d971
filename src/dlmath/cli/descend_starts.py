"""`descend` with `--starts`: its own options."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.cli.options import InvalidOption, read_whole
from dlmath.cli.read import Given, reworded

if TYPE_CHECKING:
    from dlmath.expression.graph import Node
    from dlmath.maths.optimization.plan import Options

Side = tuple["Node", "Node"]


def descend_from_many(
    given: Given, expression: str, typed: Mapping[str, Any], options: Options
) -> Answer:
    """`descend` from many starts. typed: the options as they were given. Raises InvalidInput."""
    from dlmath.maths.optimization import starts_descent

    if typed["start"] is not None:
        raise InvalidOption("--start and --starts are two ways to begin", hint="choose one of them")
    if typed["compare"] is not None:
        raise InvalidOption("--compare does not go with --starts", hint="--method names one")
    if typed["box"] is None:
        raise InvalidOption("--starts needs a box that the starts are in", hint='add --box "-2..2"')
    asked = typed["tolerance"] != _DEFAULT_TOLERANCE
    return starts_descent.descend_from_many(
        given.expression(expression),
        read_whole(typed["starts"], "--starts", least=1),
        read_box(typed["box"]),
        given.settings,
        options,
        options.tolerance if asked else None,
    )


#: What `--tolerance` is where nobody gives it.
_DEFAULT_TOLERANCE = "1e-8"


def refuse_without_starts(typed: Mapping[str, Any]) -> None:
    """`--box` only means something with `--starts`. Raises InvalidOption."""
    if typed["box"] is not None:
        raise InvalidOption("--box goes with --starts", hint="add --starts 1000")


def read_box(text: str) -> Side | dict[str, Side]:
    """`-2..2` for every variable, or `x=-2..2,y=-1..3`. Raises InvalidOption with the place."""
    from dlmath.expression.parser import parse_range

    if "=" not in text:
        name = "x="
        _, low, high = reworded("--box", lambda: parse_range(name + text))
        return low, high
    found: dict[str, Side] = {}
    for part in _parts(text):
        name, low, high = reworded("--box", lambda part=part: parse_range(part))  # type: ignore[misc]
        if name in found:
            raise InvalidOption(f"--box: {name} is given twice")
        found[name] = low, high
    return found


def _parts(text: str) -> list[str]:
    """The text split at commas that stand in no bracket."""
    parts, depth, begin = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append(text[begin:place])
            begin = place + 1
    return [*parts, text[begin:]]
