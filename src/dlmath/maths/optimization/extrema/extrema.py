"""`extrema`: all critical points of a function, classified, also under constraints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import FAILED, REFUTED, UNAVAILABLE, UNSOLVED, Answer, Sentence, Step, Table
from dlmath.errors import InvalidInput
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import ZERO, Node, free_symbols, make, symbol, vector
from dlmath.expression.intervals import Interval
from dlmath.expression.tidy import tidy
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.optimization.convexity.convex import prove, real_function
from dlmath.maths.optimization.convexity.proofs import UNKNOWN
from dlmath.maths.optimization.extrema.bounds import Bound, global_bounds, words
from dlmath.maths.optimization.extrema.one_variable import of_one_variable
from dlmath.maths.optimization.extrema.points import (
    MAXIMUM,
    MINIMUM,
    UNDECIDED,
    Critical,
)
from dlmath.maths.optimization.extrema.systems import CERTIFIED, EXACT, SEARCHED
from dlmath.maths.optimization.extrema.unconstrained import search
from dlmath.settings import DEFAULTS, Settings

#: Where a numeric search looks, if nothing is said.
BOX = (-5.0, 5.0)

NONE = "no critical points"


@under_assumptions
def extrema(
    expression: Node,
    settings: Settings = DEFAULTS,
    *,
    subject_to: Sequence[Node] = (),
    box: Mapping[str, Interval] | Interval | None = None,
) -> Answer:
    """The critical points of a real function, each with its value and kind.

    subject_to: equations and inequalities (`le`, `lt`, `ge`, `gt`). box: where a numeric search
    looks if elimination does not reach: one interval for all variables, or one for each (None:
    -5 to 5). The result has one line for each point: `x = 3, y = 2: minimum 0`.
    Facts: `critical_points` (each with `at`, `value`, `kind`, `eigenvalues`), `level_sets` (where
    critical points are not isolated), `global_minimum`, `global_maximum` (only where proved).
    Raises InvalidInput for vectors, statements and constraints that are none.
    """
    function = real_function(expression, settings)
    names = sorted(free_symbols(function))
    if subject_to:
        from dlmath.maths.optimization.extrema.constrained import constrained

        return constrained(expression, function, subject_to, box, settings)
    if not names:
        raise InvalidInput("the function has no variable", hint="for example: x^2 + y^2")
    answer = Answer("extrema", ("critical points of ", expression))
    sides = _limited(box_sides(box, names), settings)
    if len(names) == 1:
        _one_variable(answer, function, names[0], sides[names[0]], box is not None, settings)
    else:
        _several(answer, function, names, sides, settings)
    return answer


def box_sides(
    box: Mapping[str, Interval] | Interval | None, names: Sequence[str]
) -> dict[str, Interval]:
    """The side of every variable. Raises InvalidInput for other variables."""
    if isinstance(box, Mapping):
        for name in box:
            if name not in names:
                raise InvalidInput(
                    f"the box names {name}, which the function does not contain",
                    hint=f"its variables: {', '.join(names)}",
                )
        return {name: box.get(name, BOX) for name in names}
    return dict.fromkeys(names, box or BOX)


def _limited(sides: dict[str, Interval], settings: Settings) -> dict[str, Interval]:
    """The box without what is assumed away."""
    limited = {}
    for name, side in sides.items():
        known = settings.assume.get(name, frozenset())
        low = max(side[0], 0.0) if known & {"positive", "nonnegative"} else side[0]
        high = min(side[1], 0.0) if known & {"negative", "nonpositive"} else side[1]
        if not low < high:
            raise InvalidInput(f"nothing of the box is left for {name} under what is assumed of it")
        limited[name] = (low, high)
    return limited


def _one_variable(
    answer: Answer, function: Node, name: str, side: Interval, given: bool, settings: Settings
) -> None:
    found = of_one_variable(function, name, side, given, settings)
    if not found.points and not found.stretches and tidy(gradient(function, [name])[name]) is ZERO:
        answer.status, answer.result = UNSOLVED, None
        message = "the function is level between its jumps: every place there is critical"
        answer.error = {"message": message, "hint": "study says more of such a function"}
        return
    answer.notes += _doubts(found.doubts)
    if found.cut:
        where = f"{name} = {side[0]:g}..{side[1]:g}"
        answer.notes.append((f"the critical points in {where}; --box chooses another interval",))
    _fill(answer, function, found.points, found.stretches, found.bounds, settings)
    _finish(answer, function, [name], {name: side}, found.points, found.stretches, settings)


def _several(
    answer: Answer,
    function: Node,
    names: list[str],
    sides: dict[str, Interval],
    settings: Settings,
) -> None:
    seconds = settings.seconds or 60.0
    proof = prove(function, settings)
    found = search(function, names, sides, proof, seconds)
    points = [point for point in found.points if _allowed(point, settings)]
    bounds = global_bounds(function, names, points, found.levels, found.how, proof)
    points = [_settled(point, bounds) for point in points]
    if found.how != EXACT:
        answer.notes.append(where_searched(sides, found.how, doubts=bool(found.doubts)))
    answer.notes += _doubts(found.doubts)
    _fill(answer, function, points, found.levels, bounds, settings)
    if settings.steps:
        answer.steps += working(function, names, points, found.how)
        answer.steps += [Step(one.kind, (f"{one.where()}: {one.why}",)) for one in found.levels]
    if proof.curvature != UNKNOWN:
        answer.notes += _between(points)
    incomplete = found.how == SEARCHED or bool(found.doubts)
    if incomplete and not points and not found.levels:
        answer.status, answer.result, answer.facts = UNSOLVED, None, {}
        message = "no critical point was found, and it is not proved that there is none"
        answer.error = {"message": message, "hint": "--box chooses where to search"}
        return
    _finish(
        answer,
        function,
        names,
        sides,
        points,
        found.levels,
        settings,
        incomplete=incomplete,
        curved=proof.curvature != UNKNOWN,
    )


def _between(points: Sequence[Critical]) -> list[Sentence]:
    """The least points of a convex function (the greatest of a concave one) are a convex set."""
    if len(points) < 2:
        return []
    kind = points[0].kind
    return [(f"so is every point between these: the {kind} is taken on a convex set",)]


def _settled(point: Critical, bounds: dict[str, Bound]) -> Critical:
    """A kind that was judged by values is proved where the value is the least (greatest) of all."""
    bound = bounds.get(point.kind)
    if not point.judged or bound is None or bound.value is None:
        return point
    if isinstance(bound.value, Node) and bound.value is point.exact:
        return point._replace(judged=False, why=f"its value, the bound of all: {bound.why}")
    return point


def where_searched(sides: Mapping[str, Interval], how: str, *, doubts: bool = False) -> Sentence:
    """In which box, and whether there can be others in it."""
    ranges = ", ".join(f"{name} = {low:g}..{high:g}" for name, (low, high) in sides.items())
    words_ = "it is not proved that these are all in it"
    if how == CERTIFIED:
        words_ = "interval arithmetic proves that there are no others in it"
        words_ += ", but for what is said here to be not proved" if doubts else ""
    return (f"searched in the box {ranges}, which --box changes: {words_}",)


def _allowed(point: Critical, settings: Settings) -> bool:
    """Does the point fit what is assumed of the signs of variables?"""
    for name, value in zip(point.names, point.root.values, strict=True):
        known = settings.assume.get(name, frozenset())
        if "positive" in known and value <= 0:
            return False
        if "negative" in known and value >= 0:
            return False
        if "nonnegative" in known and value < 0:
            return False
        if "nonpositive" in known and value > 0:
            return False
    return True


def _doubts(doubts: Sequence[str]) -> list[Sentence]:
    return [(f"not proved: {words_}",) for words_ in doubts[:6]]


def _fill(
    answer: Answer,
    function: Node,
    points: Sequence[Critical],
    levels: Sequence[Any],
    bounds: dict[str, Bound],
    settings: Settings,
) -> None:
    lines: list[Node | str] = [one.text() for one in levels]
    lines += [point.text() for point in points]
    answer.result = tuple(lines) if lines else NONE
    answer.facts["critical_points"] = [point.fact() for point in points]
    if levels:
        answer.facts["level_sets"] = [one.fact() for one in levels]
        answer.notes += [
            (f"not proved: the kind of {one.where()}: ", one.why)
            for one in levels
            if one.kind == UNDECIDED
        ]
    if points:
        answer.tables.append(table(points))
    for kind in (MINIMUM, MAXIMUM):
        if kind in bounds:
            answer.facts[f"global_{kind}"] = bounds[kind].value
            answer.notes.append(words(bounds, kind))
    for point in points:
        if point.judged:
            answer.notes.append((f"not proved: {point.doubt()}",))
        if not point.smooth:
            answer.notes.append(
                (f"at {point.place_text()} there is no gradient: {point.kind} by {point.why}",)
            )


def table(points: Sequence[Critical]) -> Table:
    """The points with their values, kinds and eigenvalues."""
    names = points[0].names
    rows = [
        (
            *point.place,
            point.shown_value,
            point.kind,
            ", ".join(f"{v:.6g}" for v in point.eigenvalues) if point.eigenvalues else "",
        )
        for point in points
    ]
    columns = (*names, "value", "kind", "eigenvalues")
    return Table("critical points", columns, tuple(rows))


def working(
    function: Node, names: Sequence[str], points: Sequence[Critical], how: str
) -> list[Step]:
    """The gradient, its zeros, and the kind of each."""
    slopes = gradient(function, names)
    steps = [
        Step(
            "partial derivative",
            (f"partial derivative by {name}",),
            make("derive", (function, symbol(name))),
            tidy(slopes[name]),
        )
        for name in names
    ]
    system = vector(tidy(slopes[name]) for name in names)
    route = "elimination" if how == EXACT else "interval arithmetic in the box"
    steps.append(Step("set to zero", ("solve gradient = 0 by ", route, ": ", system)))
    for point in points:
        eigenvalues = ""
        if point.eigenvalues is not None:
            eigenvalues = "; eigenvalues " + ", ".join(f"{v:.6g}" for v in point.eigenvalues)
        steps.append(Step(point.kind, (f"{point.place_text()}: {point.why}{eigenvalues}",)))
    return steps


def _finish(
    answer: Answer,
    function: Node,
    names: Sequence[str],
    sides: Mapping[str, Interval],
    points: Sequence[Critical],
    levels: Sequence[Any],
    settings: Settings,
    *,
    incomplete: bool = False,
    curved: bool = False,
) -> None:
    if settings.steps and len(names) == 1:
        answer.steps += working(function, names, points, EXACT)
    if settings.check:
        from dlmath.checks.extrema import check_kinds, check_places, check_values, others

        listed = [(p.root.values, p.value, p.kind, p.smooth) for p in points]
        answer.checks.append(check_places(function, names, listed))
        answer.checks.append(check_values(function, names, listed))
        answer.checks.append(check_kinds(function, names, listed))
        level_values = [float(one.value) for one in levels if not isinstance(one.value, Node)]
        more = others(function, names, sides, listed, level_values, bool(levels), curved=curved)
        if incomplete and more.verdict == FAILED:  # the list does not claim to be complete
            answer.notes.append((f"the list is not complete: {more.detail}",))
            more = more._replace(verdict=UNAVAILABLE)
        answer.checks.append(more)
        if answer.refuted:
            answer.status, answer.facts = REFUTED, {}
            return
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.extrema import extrema_picture

        put_picture(answer, extrema_picture, function, names, points, ())
