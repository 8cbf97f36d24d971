"""The chain rule written out for one variable: every path from the loss to it.

The derivative of the loss by a variable is the sum over all paths between them of the products of
the local derivatives along the path (Bauer 1974, Computational graphs and rounding error). The
number of paths may grow exponentially, so it is counted first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dlmath.expression import shapes
from dlmath.maths.networks.backprop_graph import Tape, shares

#: At most so many paths are written out.
MOST_PATHS = 40
#: Longest path whose factors are all written out.
_LONGEST = 400


class Path(NamedTuple):
    """places: from the loss down to the variable. factors: the local derivative of each edge, None
    where it is between vectors. share: what this path adds to the gradient."""

    places: tuple[int, ...]
    factors: tuple[Any, ...]
    share: Any


def count_paths(tape: Tape, target: int) -> int:
    """How many paths lead from the loss to the place."""
    counts = [0] * len(tape.places)
    counts[target] = 1
    for index, place in enumerate(tape.places):
        if index == target:
            continue
        counts[index] = sum(
            counts[at] for at in place.operands if at is not None and tape.places[at].active
        )
    return counts[-1]


def paths(tape: Tape, target: int) -> list[Path]:
    """The first `MOST_PATHS` paths."""
    leads = _leading_to(tape, target)
    found: list[Path] = []
    for path in _walk(tape, target, leads):
        found.append(path)
        if len(found) >= MOST_PATHS:
            break
    return found


def _leading_to(tape: Tape, target: int) -> list[bool]:
    leads = [False] * len(tape.places)
    leads[target] = True
    for index in range(target + 1, len(tape.places)):
        leads[index] = any(at is not None and leads[at] for at in tape.places[index].operands)
    return leads


def _walk(tape: Tape, target: int, leads: list[bool]) -> Iterator[Path]:
    last = len(tape.places) - 1
    stack = [Path((last,), (), 1)]
    while stack:
        path = stack.pop()
        index = path.places[-1]
        if index == target:
            yield path
            continue
        place = tape.places[index]
        wanted = [at is not None and leads[at] for at in place.operands]
        further = shares(tape, index, path.share, wanted)
        plain = not isinstance(place.value, list)
        slopes = dict(shares(tape, index, 1, wanted)) if plain else {}
        for position, share in reversed(further):
            at = place.operands[position]
            assert at is not None
            factor = slopes.get(position)
            if isinstance(factor, list) or shapes.shape(tape.places[at].value):
                factor = None
            stack.append(Path((*path.places, at), (*path.factors, factor), share))
