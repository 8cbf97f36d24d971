"""The points that many descents end in: end points brought together, each refined by Newton."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.maths.optimization.curvature import Spectrum, spectrum
from dlmath.maths.optimization.kinds import MINIMUM, Kind, classify, falls_off
from dlmath.maths.optimization.objective import HESSIAN_VARIABLES, Objective
from dlmath.maths.optimization.starts import ARRIVED, NEAR, UNFINISHED, Ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: End points are brought together in cells of this part of the box's longest side.
_CELL = 1e-3

#: So many cells, the fullest first, are refined; the rest goes to the nearest basin.
_REFINED = 600

#: An eigenvalue this small beside the largest is none, and a gradient this short is 0.
_LEVEL = 1e-7
_REST = 1e-9

#: Newton's steps at most, and refined points this near to each other are one.
_NEWTON = 60
_SAME = 1e-5

#: More minima of one value, all without curvature in some direction, are one curve of minima.
_MANY = 8


class Basin(NamedTuple):
    """A point that descents end in.

    at: the point. value: of the function. kind: as `kinds.classify`. starts: that ended here.
    level: is it one of a whole curve of such points? share: of the starts that were run.
    """

    at: tuple[float, ...]
    value: float
    kind: str | None
    starts: int
    level: bool
    share: float


class Basins(NamedTuple):
    """All basins, the lowest first, and for each end point the number of its basin, or -1."""

    found: list[Basin]
    of: NDArray[Any]


def find_basins(
    objective: Objective, ends: Ends, box: Sequence[tuple[float, float]], tolerance: float
) -> Basins:
    """Brings the end points together: of the descents that arrived, and of those that nearly did.

    A descent that is still on its way counts where Newton's steps lead from its end to a minimum
    close by; its fate becomes `NEAR`.
    """
    import numpy as np

    size = max(high - low for low, high in box)
    cell = _CELL * size
    refined: list[list[float]] = []
    own = np.full(len(ends.points), -1)
    for fate in (ARRIVED, UNFINISHED):
        chosen = np.flatnonzero(ends.fate == fate)
        if not len(chosen):
            continue
        cells, members, counts = np.unique(
            np.round(ends.points[chosen] / cell), axis=0, return_inverse=True, return_counts=True
        )
        members = members.reshape(-1)
        order = np.argsort(-counts, kind="stable")[:_REFINED]
        firsts = _first_members(members, len(cells))
        basin_of_cell = np.full(len(cells), -1)
        for place in order:
            end = ends.points[chosen[firsts[place]]].tolist()
            point, rests = refine(objective, end, 20 * cell)
            point = [0.0 if abs(x) < 1e-15 * size else x for x in point]
            if not rests or falls_off(objective, point):
                continue
            if fate == UNFINISHED and not _is_minimum(objective, point, tolerance):
                continue
            near = _nearest(refined, point)
            if near is None:
                refined.append(point)
                near = len(refined) - 1
            basin_of_cell[place] = near
        left = np.argsort(-counts, kind="stable")[_REFINED:]
        _join_rest(basin_of_cell, left, cells * cell, np.array(refined), 20 * cell)
        own[chosen] = basin_of_cell[members]
    ends.fate[(ends.fate == UNFINISHED) & (own >= 0)] = NEAR
    return _described(objective, refined, own, ends.done)


def _is_minimum(objective: Objective, point: list[float], tolerance: float) -> bool:
    return _norm(objective.slope(point)) <= tolerance and _kind(objective, point)[0].kind == MINIMUM


def _first_members(members: Any, count: int) -> Any:
    """The first end point of each cell."""
    import numpy as np

    firsts = np.zeros(count, dtype=int)
    firsts[members[::-1]] = np.arange(len(members))[::-1]
    return firsts


def _nearest(refined: list[list[float]], point: list[float]) -> int | None:
    """The number of the refined point that this one is the same as."""
    for place, other in enumerate(refined):
        room = _SAME * (1 + max(map(abs, other)))
        if all(abs(a - b) <= room for a, b in zip(other, point, strict=True)):
            return place
    return None


def _join_rest(of: Any, left: Any, centres: Floats, refined: Floats, reach: float) -> None:
    """Cells that were left out join the nearest basin, where one is near."""
    import numpy as np

    for place in left if len(refined) else []:
        away = np.abs(refined - centres[place]).max(axis=1)
        if away.min() <= reach:
            of[place] = int(away.argmin())


def refine(objective: Objective, point: list[float], reach: float) -> tuple[list[float], bool]:
    """Newton's steps to the stationary point nearby, and do they come to rest?

    reach: how far, in every variable, the stationary point may be. They do not come to rest on a
    plateau, as the tail of exp(-x^2), where each leads on. Directions without curvature, beside
    the others, are left alone, so that they do not lead along a valley.
    """
    if len(point) > HESSIAN_VARIABLES:
        return point, True
    here, best = list(point), list(point)
    least = _norm(objective.slope(point))
    for _ in range(_NEWTON):
        if not least:
            return best, True
        hessian = objective.hessian(here)
        if hessian is None:
            return best, True
        step = _step(spectrum(hessian), objective.slope(here))
        size = max(map(abs, step))
        if not size <= reach:
            return best, False
        here = [x + s for x, s in zip(here, step, strict=True)]
        if max(abs(x - y) for x, y in zip(here, point, strict=True)) > reach:
            return best, False
        norm = _norm(objective.slope(here))
        if not norm < least:
            return best, size <= _SAME * reach or least <= _REST
        best, least = here, norm
    return best, True


def _step(found: Spectrum, slope: list[float]) -> list[float]:
    """Newton's step along the directions that have curvature."""
    limit = _LEVEL * max(map(abs, found.values))
    kept = [pair for pair in zip(found.values, found.vectors, strict=True) if abs(pair[0]) > limit]
    step = [0.0] * len(slope)
    for value, vector in kept:
        along = sum(v * g for v, g in zip(vector, slope, strict=True)) / value
        step = [s - along * v for s, v in zip(step, vector, strict=True)]
    return step


def _norm(slope: list[float]) -> float:
    return float(sum(entry * entry for entry in slope) ** 0.5)


def _described(objective: Objective, refined: list[list[float]], own: Any, done: int) -> Basins:
    """Values, kinds and counts; curves of minima become one basin; the lowest comes first."""
    import numpy as np

    counts = np.bincount(own[own >= 0], minlength=len(refined))
    found: list[tuple[Basin, list[int]]] = []
    curves: list[tuple[Basin, list[int]]] = []
    for place, point in enumerate(refined):
        kind, level = _kind(objective, point)
        value = objective.value(point)
        share = float(counts[place]) / max(1, done)
        basin = Basin(tuple(point), value, kind.kind, int(counts[place]), level, share)
        (curves if level else found).append((basin, [place]))
    found += _curves(curves)
    found.sort(key=lambda pair: (pair[0].value, -pair[0].starts, pair[0].at))
    number = np.full(len(refined) + 1, -1)
    for rank, (_, places) in enumerate(found):
        number[places] = rank
    return Basins([basin for basin, _ in found], number[own])


def _kind(objective: Objective, point: list[float]) -> tuple[Kind, bool]:
    """The kind of a point that a descent has arrived at; is it flat in some direction?"""
    if len(point) > HESSIAN_VARIABLES:
        return Kind(None), False
    hessian = objective.hessian(point)
    if hessian is None:
        return Kind(None), False
    found = spectrum(hessian)
    limit = _LEVEL * max(map(abs, found.values))
    values = [value if abs(value) > limit else 0.0 for value in found.values]
    found = found._replace(values=values)
    kind = classify(objective, point, found, objective.slope(point), stationary=True)
    return kind, 0.0 in values


def _curves(level: list[tuple[Basin, list[int]]]) -> list[tuple[Basin, list[int]]]:
    """Many minima of one value without curvature in some direction are one curve of them."""
    groups: list[list[tuple[Basin, list[int]]]] = []
    for pair in sorted(level, key=lambda pair: pair[0].value):
        value = pair[0].value
        if groups and abs(value - groups[-1][0][0].value) <= 1e-9 * (1 + abs(value)):
            groups[-1].append(pair)
        else:
            groups.append([pair])
    found: list[tuple[Basin, list[int]]] = []
    for group in groups:
        if len(group) < _MANY:
            found += [(basin._replace(level=False), places) for basin, places in group]
            continue
        first = max(group, key=lambda pair: pair[0].starts)[0]
        starts = sum(basin.starts for basin, _ in group)
        share = sum(basin.share for basin, _ in group)
        kind = first.kind if first.kind is not None else MINIMUM
        places = [place for _, own in group for place in own]
        found.append((first._replace(starts=starts, share=share, kind=kind), places))
    return found


def assign(basins: Basins, ends: Ends, reach: float) -> Any:
    """For other descents of the same plan the number of the basin they end near, or -1."""
    import numpy as np

    found = np.full(len(ends.points), -1)
    if not basins.found:
        return found
    places = np.array([basin.at for basin in basins.found])
    for number in np.flatnonzero((ends.fate == ARRIVED) | (ends.fate == UNFINISHED)):
        away = np.abs(places - ends.points[number]).max(axis=1)
        if away.min() <= reach:
            found[number] = int(away.argmin())
    return found
