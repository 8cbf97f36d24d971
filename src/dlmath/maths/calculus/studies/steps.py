"""The working of a study: each interval with the reason for what is said of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node, eq_node, make, substitute, symbol
from dlmath.maths.calculus.derivatives.rules import Derivation
from dlmath.maths.calculus.derivatives.steps import Working
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve, Part, Station
from dlmath.maths.calculus.studies.points import point_text, shown, value_at
from dlmath.maths.calculus.studies.spans import Span, span_parts, union_parts
from dlmath.maths.calculus.studies.zeros import Zeros

_RISE = {1: "the curve rises", -1: "the curve falls", 0: "the curve is level"}
_BEND = {1: "the curve is convex", -1: "the curve is concave", 0: "the curve is straight"}


def steps(curve: Curve, extrema: list[shape.Extremum], facts: dict[str, Any]) -> list[Step]:
    """Domain, first derivative, signs, extrema, second derivative, signs, ends, range."""
    found = [_domain_step(curve)]
    found += _derivative_steps(curve, "first")
    found.append(_signs_step(curve, "first", _RISE))
    found += [_extremum_step(curve, extremum) for extremum in extrema]
    found += _derivative_steps(curve, "second")
    found.append(_signs_step(curve, "second", _BEND))
    turning = shape.inflections(curve)
    if turning:
        words: list[str | Node] = ["the bending changes at "]
        words += _listed(_place(curve, station.point) for station in turning)
        found.append(Step("inflections", tuple(words)))
    found += _end_steps(curve)
    reached = facts.get("range")
    if reached is not None:
        parts = reached if isinstance(reached, tuple) else (str(reached),)
        found.append(Step("range", ("the stretches between these values cover ", *parts)))
    return found


def _domain_step(curve: Curve) -> Step:
    where = union_parts(shape.domain(curve))
    pieces = [
        Step(
            "piece",
            (*_on(part), ": the function is ", _formula(part)),
        )
        for part in curve.parts
        if part.cell.function is not None and len(curve.parts) > 1
    ]
    same = len({part.cell.function for part in curve.parts}) == 1
    return Step("domain", ("real values on ", *where), steps=() if same else tuple(pieces))


def _formula(part: Part) -> Node:
    assert part.cell.function is not None
    return part.cell.function


def _on(part: Part) -> Sentence:
    return ("on ", *span_parts(Span(part.cell.low, part.cell.high)))


# --- derivatives and their signs --------------------------------------------------------------


def _derivation(part: Part, order: str) -> Derivation:
    return part.first if order == "first" else part.second


def _derivative_steps(curve: Curve, order: str) -> list[Step]:
    """The derivative, with its working nested; once for each formula."""
    found: list[Step] = []
    seen: set[Node] = set()
    for part in curve.parts:
        derivation = _derivation(part, order)
        if derivation.node in seen:
            continue
        seen.add(derivation.node)
        where: Sentence = ()
        if len({_derivation(p, order).node for p in curve.parts}) > 1:
            where = (" ", *_on(part))
        before = make("derive", (derivation.node, symbol(curve.variable)))
        working = Working(curve.variable).of(derivation)
        inner = tuple(working) if len(working) > 1 or working[0].steps else ()
        rule = f"{order} derivative"
        found.append(Step(rule, (rule, *where), before, derivation.result, inner))
    return found


def _signs_step(curve: Curve, order: str, words: dict[int, str]) -> Step:
    """The zeros of a derivative, and its sign at one place of each interval between them."""
    name = "f'" if order == "first" else "f''"
    inner: list[Step] = []
    for part in curve.parts:
        zeros = part.flat if order == "first" else part.turning
        inner.append(Step("zeros", (*_on(part), *_zeros_words(curve, name, zeros))))
    inner += _tests(curve, order, words)
    title = f"sign of the {order} derivative"
    return Step(
        title, ("between its zeros it keeps its sign, so one place tells",), steps=tuple(inner)
    )


def _zeros_words(curve: Curve, name: str, zeros: Zeros) -> Sentence:
    x = curve.variable
    if zeros.everywhere:
        return (f": {name}({x}) = 0 everywhere",)
    if not zeros.points:
        return (f": {name}({x}) has no zero",)
    places = _listed(_place(curve, point) for point in zeros.points)
    return (f": {name}({x}) = 0 at ", *places, f" ({'; '.join(zeros.how)})")


def _tests(curve: Curve, order: str, words: dict[int, str]) -> list[Step]:
    """One test place for each run of stretches on which the derivative has one sign."""
    found: list[Step] = []
    x = curve.variable
    for low, high, stretch, sign in _runs(curve, order):
        function = stretch.slope if order == "first" else stretch.bend
        assert stretch.test.exact is not None
        span = span_parts(Span(low.point, high.point))
        if x not in {part.name for part in _symbols(function)}:
            found.append(Step("sign", (words[sign], " on ", *span)))
            continue
        name = "f'" if order == "first" else "f''"
        value = value_at(function, x, stretch.test)
        relation = " > 0" if sign > 0 else " < 0"
        at: Sentence = (f"{name}(", stretch.test.exact, ")")
        at = (*at, " = ", *_number(value), relation) if value is not None else (*at, relation)
        found.append(Step("test place", (*at, f": {words[sign]} on ", *span)))
    return found


def _symbols(node: Node) -> list[Node]:
    from dlmath.expression.graph import topological

    return [part for part in topological(node) if part.op == "symbol"]


def _runs(curve: Curve, order: str) -> Iterable[tuple[Station, Station, Any, int]]:
    """Neighbouring stretches with one sign of the derivative, joined over smooth stations."""
    runs: list[list[Any]] = []
    for place, stretch in enumerate(curve.stretches):
        if stretch is None:
            continue
        sign = stretch.rise if order == "first" else stretch.curve
        left, right = curve.stations[place], curve.stations[place + 1]
        smooth = (
            (left.turning and not left.flat)
            if order == "first"
            else (left.flat and not left.turning)
        )
        if runs and runs[-1][1] is left and smooth and runs[-1][3] == sign:
            runs[-1][1] = right
        else:
            runs.append([left, right, stretch, sign])
    return [(low, high, stretch, sign) for low, high, stretch, sign in runs]


# --- extrema and ends -------------------------------------------------------------------------


def _extremum_step(curve: Curve, extremum: shape.Extremum) -> Step:
    which = extremum.kind
    change = "from rising to falling" if extremum.sign > 0 else "from falling to rising"
    reason = "the domain ends there" if extremum.at_end else f"the curve goes {change}"
    if not extremum.at.is_point:
        reason = "the curve is level there"
        where: Sentence = ("on ", *span_parts(extremum.at))
    else:
        where = ("at ", *_place(curve, extremum.at.low))
    text = (f"{which} ", *_number(extremum.value), " ", *where, f": {reason}")
    before = after = None
    exact = extremum.at.low.exact
    if extremum.at.is_point and exact is not None and extremum.value.exact is not None:
        put_in = substitute(curve.function, {curve.variable: exact})
        if put_in is not extremum.value.exact:
            before, after = put_in, extremum.value.exact
    return Step("extremum", text, before, after)


def _end_steps(curve: Curve) -> list[Step]:
    """The limits at infinite ends and where the function has no value."""
    found: list[Step] = []
    x = symbol(curve.variable)
    for place, station in enumerate(curve.stations):
        if station.is_finite and (station.value is not None or station.point.exact is None):
            continue
        for side, limit, exists in (
            ("left", station.left, station.has_left),
            ("right", station.right, station.has_right),
        ):
            if not exists or (curve.cyclic and (place, side) in _carried(curve)):
                continue
            stretch = curve.stretches[place - 1 if side == "left" else place]
            if stretch is None or limit is None or limit.exact is None:
                continue
            assert station.point.exact is not None
            one_sided = side if station.is_finite else "both"
            before = make("limit", (stretch.function, x, station.point.exact), one_sided)
            where: Sentence = ("as ", x, " -> ", station.point.exact)
            words = f" from the {side}" if station.is_finite else ""
            found.append(Step("limit", (*where, words), before, limit.exact))
    return found


def _carried(curve: Curve) -> set[tuple[int, str]]:
    """The sides of a period's ends that lie outside of it."""
    return {(0, "left"), (len(curve.stations) - 1, "right")}


# --- words ----------------------------------------------------------------------------------


def _place(curve: Curve, point: Point) -> Sentence:
    found = shown(point)
    if isinstance(found, Node):
        return (eq_node(symbol(curve.variable), found),)
    return (f"{curve.variable} = {point_text(point)}",)


def _number(point: Point) -> Sentence:
    found = shown(point)
    return (found,) if isinstance(found, Node) else (point_text(point),)


def _listed(parts: Iterable[Sentence]) -> list[str | Node]:
    words: list[str | Node] = []
    for part in parts:
        if words:
            words.append(", ")
        words += part
    return words
