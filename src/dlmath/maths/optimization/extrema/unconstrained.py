"""All critical points of a function of several variables, its kinks included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, free_symbols, sub
from dlmath.expression.intervals import Interval
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.convexity.proofs import UNKNOWN, Proof
from dlmath.maths.optimization.extrema.algebraic import Root
from dlmath.maths.optimization.extrema.classify import Classifier
from dlmath.maths.optimization.extrema.composition import of_composition
from dlmath.maths.optimization.extrema.families import Level, level
from dlmath.maths.optimization.extrema.kinks import Case, cases, has_kinks, norms
from dlmath.maths.optimization.extrema.nearby import judged_nearby, weakly_nearby
from dlmath.maths.optimization.extrema.points import (
    MAXIMUM,
    MINIMUM,
    UNDECIDED,
    Critical,
    exact_at,
)
from dlmath.maths.optimization.extrema.systems import (
    EXACT,
    Found,
    exact_values,
    solve_system,
    value_at,
    weaker,
)
from dlmath.maths.optimization.nonnegative import proved_nonnegative

_SMALL = 1e-20

#: Seconds for a convex or concave function with norms, whose gradient is out of reach.
_BENT = 3.0


class Search(NamedTuple):
    """What was found: points, level sets of critical points, how, and what is not proved."""

    points: list[Critical]
    levels: list[Level]
    how: str
    doubts: tuple[str, ...]
    open_places: tuple[tuple[float, ...], ...] = ()


def search(
    function: Node,
    names: Sequence[str],
    box: Mapping[str, Interval],
    proof: Proof,
    seconds: float,
) -> Search:
    """Every critical point, classified. proof: what is known of the function's curvature."""
    if proof.curvature != UNKNOWN and norms(function, names):
        seconds = min(seconds, _BENT)  # a curved function has no other extreme value than one
    if not has_kinks(function, names):
        found, known = _stationary(function, names, box, seconds)
        classifier = Classifier(function, names, 0.1 * seconds)
        solved = [level(function, names, family, box) for family in found.families]
        levels = [one for one in [*solved, *known] if one is not None]
        apart = [root for root in found.roots if not _on_level(root, levels, names)]
        judged = [classifier.of(root) for root in apart]
        kept = [point for point in judged if point is not None]
        search_ = Search(
            kept,
            levels,
            found.how,
            found.doubts,
            found.open_places,
        )
    else:
        search_ = _of_cases(function, names, box, proof, seconds)
    search_ = _with_norms(search_, function, names, box, seconds)
    points = _apart(search_.points, search_.levels, names)
    return search_._replace(points=sorted(points, key=_order))


def _stationary(
    function: Node, names: Sequence[str], box: Mapping[str, Interval], seconds: float
) -> tuple[Found, list[Level]]:
    """Where the gradient of a smooth function vanishes, and level sets of a composition."""
    composed = of_composition(function, names, box, seconds)
    if composed is not None:
        return composed
    slopes = gradient(function, names)
    equations = [tidy(slopes[name]) for name in names]
    return solve_system(equations, names, len(names), box, seconds), []


def _order(point: Critical) -> Any:
    return (float(point.value), tuple(float(value) for value in point.root.values))


def _apart(
    points: Sequence[Critical], levels: Sequence[Level], names: Sequence[str]
) -> list[Critical]:
    """Each point once, and none that lies on a level set."""
    kept: list[Critical] = []
    for point in points:
        if _on_level(point.root, levels, names):
            continue
        near = any(
            all(
                abs(a - b) <= 1e-25 * max(1, abs(a))
                for a, b in zip(point.root.values, other.root.values, strict=True)
            )
            for other in kept
        )
        if not near:
            kept.append(point)
    return kept


def _on_level(root: Root, levels: Sequence[Level], names: Sequence[str]) -> bool:
    values = exact_values(names, root)
    return any(one.holds(values) for one in levels)


# --- kinks ----------------------------------------------------------------------------------


def _of_cases(
    function: Node,
    names: Sequence[str],
    box: Mapping[str, Interval],
    proof: Proof,
    seconds: float,
) -> Search:
    parts = cases(function, names)
    points: list[Critical] = []
    levels: list[Level] = []
    doubts: list[str] = []
    places: list[tuple[float, ...]] = []
    how = EXACT
    for case in parts:
        unknowns = [*names, *(name for name, _, _ in case.slopes)]
        slopes = gradient(case.function, names)
        equations = [*(tidy(slopes[name]) for name in names), *map(tidy, case.zero)]
        found = _solved(equations, unknowns, names, case, box, seconds / len(parts))
        if found is None:
            continue
        how = weaker(how, found.how)
        doubts += found.doubts
        places += [place[: len(names)] for place in found.open_places]
        bent = free_symbols(case.function) - set(names)
        classifier = None if bent else Classifier(case.function, names, 1.0)
        for family in found.families:
            one = level(function, names, family, box, case.signs)
            if one is not None:
                levels.append(one)
        for root in found.roots:
            if _on_level(root, levels, names):
                continue
            point = _checked(function, names, case, root, classifier, proof)
            if point is not None:
                points.append(point)
    return Search(points, levels, how, tuple(dict.fromkeys(doubts)), tuple(places))


def _solved(
    equations: list[Node],
    unknowns: list[str],
    names: Sequence[str],
    case: Case,
    box: Mapping[str, Interval],
    seconds: float,
) -> Found | None:
    for equation in equations:
        if not free_symbols(equation) and value_at(equation, {}) != 0:
            return None
    whole = {**box, **{name: (low - 1e-6, high + 1e-6) for name, low, high in case.slopes}}
    return solve_system(equations, unknowns, len(names), whole, max(seconds, 0.3))


def _checked(
    function: Node,
    names: Sequence[str],
    case: Case,
    root: Root,
    classifier: Classifier | None,
    proof: Proof,
) -> Critical | None:
    """The critical point, where the conditions of the case hold."""
    values = exact_values(names, root)
    for name, low, high in case.slopes:  # at a kink both sides agree: any slope will do
        values.setdefault(name, (low + high) / 2)
    for node, sign in case.signs:
        found = value_at(node, values)
        if found is None or sign * found <= _SMALL:
            return None
    if any(_differ(value_at(a, values), value_at(b, values)) for a, b in case.same):
        return None
    if not _slopes_fit(case, names, root):
        return None
    place = Root(root.values[: len(names)], root.exact[: len(names)])
    if classifier is not None:
        return classifier.of(place)
    return at_kink(function, names, place, proof)


def _differ(a: Any, b: Any) -> bool:
    return a is None or b is None or bool(abs(a - b) > _SMALL)


def _slopes_fit(case: Case, names: Sequence[str], root: Root) -> bool:
    """Are the slopes within their bounds? Where they are not determined: is there a choice?"""
    size = len(names)
    if len(root.values) > size:
        return all(
            low - 1e-15 <= value <= high + 1e-15
            for value, (_, low, high) in zip(root.values[size:], case.slopes, strict=True)
        )
    if not case.slopes:
        return True
    import numpy as np
    from scipy.optimize import least_squares

    slopes = gradient(case.function, names)
    values = exact_values(names, root)

    def at(shares: Sequence[float]) -> list[float]:
        known = {**values, **{s[0]: v for s, v in zip(case.slopes, shares, strict=True)}}
        found = [value_at(slopes[name], known) for name in names]
        return [float("nan") if one is None else float(one) for one in found]

    count = len(case.slopes)
    for start in (0.5, 0.2, 0.8):
        first = np.array([start + 0.05 * place for place in range(count)])
        if not np.isfinite(at(list(first))).all():
            return False
        found = least_squares(at, first, bounds=(0.0, 1.0), xtol=1e-14, ftol=1e-14, gtol=1e-14)
        if np.abs(np.array(at(list(found.x)))).max() <= 1e-7 * (1 + np.abs(at(list(first))).max()):
            return True
    return False


def at_kink(function: Node, names: Sequence[str], root: Root, proof: Proof) -> Critical | None:
    """A critical point without a gradient: by curvature where it is proved, else by values."""
    value = value_at(function, exact_values(names, root), 50)
    if value is None:
        return None
    judged = False
    if proof.curvature != UNKNOWN and proof.is_convex:
        kind, why = MINIMUM, "the convexity of the function"
    elif proof.curvature != UNKNOWN and proof.is_concave:
        kind, why = MAXIMUM, "the concavity of the function"
    else:
        found = judged_nearby(function, names, root)
        kind, judged = found or UNDECIDED, True
        why = "values nearby"
    exact = exact_at(function, names, root)
    return Critical(tuple(names), root, value, exact, kind, None, False, why, judged)


def _with_norms(
    found: Search,
    function: Node,
    names: Sequence[str],
    box: Mapping[str, Interval],
    seconds: float,
) -> Search:
    """The places where a root such as a norm vanishes, so that there is no gradient."""
    from math import inf

    points = list(found.points)
    doubts = list(found.doubts)
    zeros: list[Root] = []
    everywhere = [(-inf, inf)] * len(names)
    for base in norms(function, names):
        if proved_nonnegative(base, names, everywhere, strictly=True):
            continue
        if proved_nonnegative(base, names, everywhere) is None:
            continue
        slopes = gradient(base, names)
        equations = [base, *(tidy(slopes[name]) for name in names)]
        solved = (
            solve_system(equations, names, len(names), box, 0.2 * seconds)
            if _exactly(equations, names)
            else None
        )
        if solved is None:
            doubts.append("that no root vanishes at further critical points")
            continue
        for root in solved.roots:
            zeros.append(root)
            point = _at_norm(function, names, root)
            if point is not None:
                points.append(point)
    left = [place for place in found.open_places if not _close(place, zeros)]
    for place in left[:6]:
        where = ", ".join(f"{n} = {x:.6g}" for n, x in zip(names, place, strict=True))
        doubts.append(f"that there is no critical point near {where}")
    return found._replace(points=points, doubts=tuple(doubts))


def _close(place: Sequence[float], roots: Sequence[Root]) -> bool:
    return any(
        all(abs(x - float(v)) < 1e-3 for x, v in zip(place, root.values, strict=True))
        for root in roots
    )


def _at_norm(function: Node, names: Sequence[str], root: Root) -> Critical | None:
    """The point where a root vanishes, if it is a minimum or a maximum."""
    from math import inf

    kind = judged_nearby(function, names, root) or weakly_nearby(function, names, root)
    value = value_at(function, exact_values(names, root), 50)
    if value is None or kind not in (MINIMUM, MAXIMUM):
        return None
    exact = exact_at(function, names, root)
    why, judged = "values nearby", True
    if exact is not None:
        above = sub(function, exact) if kind == MINIMUM else sub(exact, function)
        if proved_nonnegative(above, names, [(-inf, inf)] * len(names)):
            why, judged = "its value, which no other passes", False
    return Critical(tuple(names), root, value, exact, kind, None, False, why, judged)


def _exactly(equations: Sequence[Node], names: Sequence[str]) -> bool:
    from dlmath.maths.optimization.quadratics import polynomial

    return all(polynomial(equation, names) is not None for equation in equations)
